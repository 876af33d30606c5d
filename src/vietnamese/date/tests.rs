//! Dates as officers write them.

use proptest::prelude::*;

use super::*;

fn as_of() -> Day {
    Day::from_civil(2026, 11, 20).unwrap()
}

fn day(y: u16, m: u8, d: u8) -> DateCell {
    DateCell::Sound(PartialDate::day(y, m, d).unwrap())
}

fn year(y: u16) -> DateCell {
    DateCell::Sound(PartialDate::from_year(y).unwrap())
}

fn month(y: u16, m: u8) -> DateCell {
    DateCell::Sound(PartialDate::from_month(y, m).unwrap())
}

#[test]
fn full_dates() {
    for cell in [
        "05/03/1960",
        "5/3/1960",
        "05/3/1960",
        "5-3-1960",
        "05.03.1960",
        "05 03 1960",
        " 05/03/1960 ",
        "'05/03/1960",
        "5-3-60",
        "05/03/60",
        "1960-03-05",
        "1960/3/5",
        "19600305",
        "05031960",
        "5031960",
        "1960-03-05T00:00:00",
        "196003050000",
        "19600305173059",
        "1960-03-05 00:00:00",
        "05/03/1960 00:00",
        "05 03 1960 00:00",
        "1960-03-05T00:00:00Z",
        "ngày 5 tháng 3 năm 1960",
        "Ngày 05 tháng 03 năm 1960",
        "sinh ngày 05/03/1960",
        "ngày mùng 5 tháng 3 năm 1960",
        "05-Mar-1960",
        "5 tháng 3 năm 1960",
        "mồng 5 tháng 3 năm 1960",
        "ngày 5 tháng 3/1960",
        "March 5, 1960",
        "Mar 5, 60",
        "1960-Mar-05",
        "05-thg 3-1960",
        "05-Thg3-60",
        "5 Thg 3 1960",
        "mồng 5/3/1960",
        "mùng 5-3-1960",
        "10h30 ngày 05/03/1960",
        "Hồi 10 giờ 30 phút ngày 05/03/1960",
        "Hồi 10 giờ 30 ngày 05/03/1960",
        "Hồi 10 giờ 30 phút, ngày 05 tháng 03 năm 1960",
        "10:30 05/03/1960",
        "10:30:00 AM 05/03/1960",
        "05/03/1960, lúc 10 giờ",
        "05/03/1960 10h",
        "05/03/1960 10:30",
        "05/03/1960 10:30:00 SA",
        "05/03/1960 lúc 8g30p sáng",
        "05/03/1960 (DL)",
        "21980",
        "21980.0",
        "21980.5",
        "０５/０３/１９６０",
        "05/03/1960\u{a0}",
    ] {
        assert_eq!(read(cell, as_of()), day(1960, 3, 5), "{cell}");
    }
}

#[test]
fn partial_dates() {
    for cell in [
        "1960",
        "00/00/1960",
        "0/0/1960",
        "1960.0",
        "năm 1960",
        "05/00/1960",
        "00001960",
        "19600000",
        "1960-00-00",
        "sinh năm 1960",
        "--/--/1960",
        "xx/xx/1960",
        "XX/XX/1960",
        "??/??/1960",
        "__/__/1960",
        "05/xx/1960",
        "05/??/1960",
    ] {
        assert_eq!(read(cell, as_of()), year(1960), "{cell}");
    }
    for cell in
        ["03/1960", "3/1960", "00/03/1960", "1960-03", "3-1960", "tháng 3 năm 1960", "031960", "196003"]
    {
        assert_eq!(read(cell, as_of()), month(1960, 3), "{cell}");
    }
    for cell in ["xx/03/1960", "__/03/1960", "Mar 1960", "Thg3-1960", "T3/1960", "tháng 3/1960"] {
        assert_eq!(read(cell, as_of()), month(1960, 3), "{cell}");
    }
    assert_eq!(read("2026", as_of()), year(2026));
    assert_eq!(read("1900", as_of()), year(1900));
}

#[test]
fn two_digit_years() {
    assert_eq!(read("1/2/26", as_of()), day(2026, 2, 1));
    assert_eq!(read("1/2/27", as_of()), day(1927, 2, 1));
    assert_eq!(read_open("1/2/27", as_of()), day(2027, 2, 1));
    assert_eq!(read_open("1/2/95", as_of()), day(1995, 2, 1));
}

#[test]
fn ages_are_about() {
    let about = |y| DateCell::About(PartialDate::from_year(y).unwrap());
    assert_eq!(read("25 tuổi", as_of()), about(2001));
    assert_eq!(read("25 TUỔI", as_of()), about(2001));
    assert_eq!(read("khoảng 1960", as_of()), about(1960));
    assert_eq!(read("10 tháng tuổi", as_of()), about(2026));
    for cell in ["66 tuổi", "66t", "66 T", "66tuổi"] {
        assert_eq!(read(cell, as_of()), about(1960), "{cell}");
    }
    for cell in ["05/03/1960 (âm lịch)", "05/03/1960 (AL)", "05/03/1960 ÂL", "10h 05/03/1960 âm lịch"]
    {
        assert_eq!(read(cell, as_of()), about(1960), "{cell}");
    }
    assert_eq!(read("999 tuổi", as_of()), DateCell::Impossible);
    // The year comes again every sixty years, so nobody knows which; a date that cannot be it is not.
    for cell in ["mùng 3 tháng Giêng năm Bính Ngọ", "12/3 Ất Tỵ", "rằm tháng 7 Giáp Tý"] {
        assert_eq!(read(cell, as_of()), DateCell::Placeholder, "{cell}");
    }
    assert_eq!(read("Bính Sửu", as_of()), DateCell::Impossible);
}

#[test]
fn placeholders() {
    for cell in [
        "01/01/1900",
        "1/1/1900",
        "1900-01-01",
        "00/00/0000",
        "0",
        "00000000",
        "không rõ",
        "-",
        "__/__/____",
        "//",
        "N/A",
        "0000-00-00",
        "00/01/1900",
        "30/12/1899",
        "0001-01-01T00:00:00",
        "không nhớ",
        "01/01/1900 00:00:00",
        "xx/xx/xxxx",
    ] {
        assert_eq!(read(cell, as_of()), DateCell::Placeholder, "{cell}");
    }
    assert_eq!(read("  ", as_of()), DateCell::Empty);
}

#[test]
fn impossible_dates() {
    for cell in [
        "29/02/2023",
        "31/04/2000",
        "30/02/2000",
        "32/01/2000",
        "12/25/1960",
        "21/11/2026",
        "12/2026",
        "2027",
        "5/3/196",
        "abc",
        "5/3",
        "1/2/3/4",
        "123456789",
        "05/03/19600",
        "12/13/2000",
        "2030",
        "31/12/9999",
        "x5/3/1960",
        "10:30",
        "10 giờ 30 phút",
        "5-Mar",
        "05/03/xxxx",
        "66th",
        "March 32, 1960",
    ] {
        assert_eq!(read(cell, as_of()), DateCell::Impossible, "{cell}");
    }
    assert_eq!(read_open("31/12/2030", as_of()), day(2030, 12, 31));
    assert_eq!(read_open("31/12/9999", as_of()), day(9999, 12, 31));
    assert_eq!(read("20/11/2026", as_of()), day(2026, 11, 20));
    assert_eq!(read("29/02/2024", as_of()), day(2024, 2, 29));
}

proptest! {
    #[test]
    fn reading_never_panics(raw in any::<String>()) {
        read(&raw, as_of());
        read_open(&raw, as_of());
    }

    #[test]
    fn figures_never_panic(raw in "[0-9/. :T-]{0,20}") {
        read(&raw, as_of());
        read_open(&raw, as_of());
    }

    #[test]
    fn every_day_reads_in_every_form(n in -25_500_i32..20_000) {
        let (y, m, d) = Day(n).civil();
        let date = Day(n).to_partial().unwrap();
        prop_assume!((y, m, d) != (1900, 1, 1));
        for cell in [
            format!("{d:02}/{m:02}/{y}"), format!("{d}-{m}-{y}"), format!("{d}.{m}.{y}"), format!("{y}-{m:02}-{d:02}"),
            format!("{y}{m:02}{d:02}"), format!("{d:02}{m:02}{y}"), format!("ngày {d} tháng {m} năm {y}"),
        ] {
            prop_assert_eq!(read(&cell, as_of()), DateCell::Sound(date), "{}", cell);
        }
        let serial = n - SERIAL_ZERO;
        if serial >= 3000 {
            prop_assert_eq!(read(&serial.to_string(), as_of()), DateCell::Sound(date));
        }
    }
}
