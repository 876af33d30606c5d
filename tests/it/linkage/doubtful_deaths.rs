//! Deaths that a careful reader asks about: what the row says fights with itself, with what the person did later, or takes
//! the death back. Each is a question; the same row without the fault is believed.

use crate::world::{Outcome, World, personal_id};

/// A commune of forty, each with a name and a birth date of their own.
fn commune() -> World {
    let mut world = World::empty();
    let given = ["Hợp", "Sinh", "Thắm", "Kiên", "Lụa", "Đông", "Bưởi", "Khoát", "Sen", "Trác"];
    let surnames = ["Nguyễn", "Trần", "Lê", "Bùi"];
    for n in 0..40_usize {
        let gender = if n % 2 == 0 { "Nam" } else { "Nữ" };
        let middle = if n % 2 == 0 { "Văn" } else { "Thị" };
        let birth = format!("{:02}/{:02}/{}", 1 + n * 11 % 28, 1 + n * 5 % 12, 1940 + n);
        let name = format!("{} {middle} {}", surnames[n / 10], given[n % 10]);
        world.person(&name, &birth, gender, &format!("household_id=C{n}|hamlet=Thôn {}", 1 + n % 4));
    }
    world
}

/// Whether a row of a file is put to an officer and nobody is called dead by it.
#[track_caller]
fn is_asked(run: &Outcome, source: &str, row: usize) {
    let decision = run.link(source, row, if source == "deaths" { "deceased" } else { "subject" }).0;
    assert_eq!(decision, "review", "{source} {row}");
}

#[track_caller]
fn is_believed(run: &Outcome, source: &str, row: usize, resident: usize) {
    let role = if source == "deaths" { "deceased" } else { "subject" };
    assert_eq!(run.link(source, row, role), ("link", resident), "{source} {row}");
}

#[test]
fn a_number_beside_quite_another_birth_date() {
    let mut w = commune();
    let father = w.person(
        "Đinh Công Tráng",
        "04/08/1938",
        "Nam",
        "household_id=T|hamlet=Thôn 2|status=Đã chết|death_date=2024",
    );
    let son = w.person("Đinh Công Tráng", "17/05/1971", "Nam", "household_id=T|hamlet=Thôn 2");
    // The father is not in the registry any more, and the clerk looked the number up by the name.
    let gone = w.person("Cao Bá Quát", "21/09/1969", "Nam", "household_id=U|hamlet=Thôn 3");
    let looked_up = w.death(gone, "02/03/2026", "birth_date=10/11/1933");
    let of_father = w.death(father, "03/03/2024", "");
    let plain = w.death(son, "05/06/2026", "");
    let run = w.run();
    is_asked(&run, "deaths", looked_up);
    is_believed(&run, "deaths", of_father, father);
    is_believed(&run, "deaths", plain, son);
}

#[test]
fn another_number_and_not_quite_the_name() {
    let mut w = commune();
    let family = "household_id=A|hamlet=Thôn 1|father_name=Ngô Văn Bảy|mother_name=Lê Thị Út";
    let anh = w.person("Ngô Thị Ánh", "08/02/1990", "Nữ", family);
    // Her twin sister's record, with the sister's number.
    let twin = format!("full_name=Ngô Thị Anh|personal_id={}", personal_id("08/02/1990", "Nữ", 431_207));
    let twin = w.death(anh, "09/09/2025", &twin);
    let run = w.run();
    assert_ne!(run.link("deaths", twin, "deceased").0, "link");
}

#[test]
fn a_card_issued_after_the_day() {
    let mut w = commune();
    let alive =
        w.person("Mạc Thị Bưởi", "19/05/1952", "Nữ", "household_id=B|hamlet=Thôn 4|card_issued=12/06/2023");
    let old = w.death(alive, "11/10/2011", "personal_id=");
    let dead =
        w.person("Mạc Đăng Dung", "22/11/1949", "Nam", "household_id=D|hamlet=Thôn 4|card_issued=12/06/2021");
    let later = w.death(dead, "11/10/2025", "personal_id=");
    let stopped = w.welfare(alive, "stop_date=01/02/2022|stop_reason=Chết");
    let run = w.run();
    is_asked(&run, "deaths", old);
    is_believed(&run, "deaths", later, dead);
    is_asked(&run, "welfare", stopped);
}

#[test]
fn a_card_given_anew_after_the_stop() {
    let mut w = commune();
    let person = |w: &mut World, n: usize, name: &str| {
        let more = format!("household_id=N{n}|hamlet=Thôn 1");
        w.person(name, &format!("{:02}/09/196{n}", 3 + n), "Nam", &more)
    };
    let names = ["Quách Văn Toán", "Quách Văn Lý", "Quách Văn Hoá"];
    let residents: Vec<usize> = names.iter().enumerate().map(|(n, name)| person(&mut w, n, name)).collect();
    let stop = "valid_from=01/01/2025|stop_date=15/03/2026|stop_reason=Báo giảm chết";
    let stopped: Vec<usize> = residents.iter().map(|resident| w.insurance(*resident, stop)).collect();
    // The office found its mistake; one list leaves the number out.
    w.insurance(residents[0], "valid_from=01/04/2026");
    w.insurance(residents[1], "valid_from=01/04/2026|personal_id=");
    // A card that he had before shows nothing.
    w.insurance(residents[2], "valid_from=01/01/2024|valid_to=31/12/2024");
    let run = w.run();
    is_asked(&run, "insurance", stopped[0]);
    is_asked(&run, "insurance", stopped[1]);
    is_believed(&run, "insurance", stopped[2], residents[2]);
    assert_eq!(run.count("SONG-05"), 1);
}

#[test]
fn rows_that_say_that_they_are_no_deaths() {
    let mut w = commune();
    let person = |w: &mut World, n: usize, name: &str| {
        let birth = format!("{:02}/07/19{}", 2 + n, 40 + n);
        w.person(name, &birth, "Nam", &format!("household_id=R{n}|hamlet=Thôn 3"))
    };
    let names = ["Tống Duy Tân", "Phan Đình Tuyển", "Hồ Sỹ Khuê", "Vi Văn Thứng"];
    let residents: Vec<usize> = names.iter().enumerate().map(|(n, name)| person(&mut w, n, name)).collect();
    let annulled = w.death(residents[0], "01/06/2026", "death_cause=Huỷ khai tử, người còn sống");
    let state = w.death(residents[1], "01/06/2026", "death_cause=Đã huỷ theo QĐ 12/QĐ-UBND");
    let moved = w.death(residents[2], "01/06/2026", "death_cause=Chuyển đi xã khác");
    let plain = w.death(residents[3], "01/06/2026", "death_cause=Già yếu");
    let run = w.run();
    for row in [annulled, state, moved] {
        is_asked(&run, "deaths", row);
    }
    is_believed(&run, "deaths", plain, residents[3]);
    assert_eq!(run.count("SONG-01"), 1);
}

#[test]
fn annulled_beside_name_number_and_day() {
    let mut w = commune();
    let more = [
        "full_name=Cù Huy Cận (báo nhầm, còn sống)",
        "record_no=12/2026 đã hủy",
        "book_no=Quyển 1 (thu hồi)",
        "death_place=Cấp nhầm, người này còn sống",
        "death_date=Còn sống",
        "death_date=|death_cause=|death_place=",
        "full_name=Hộ ông Cù Huy Cận",
    ];
    let mut asked = Vec::new();
    for (n, more) in more.iter().enumerate() {
        let birth = format!("{:02}/03/19{}", 4 + n, 41 + n);
        let more_of = format!("household_id=H{n}|hamlet=Thôn 2");
        let resident = w.person(["Cù Huy Cận", "Cù Huy Hà", "Cù Huy Lô"][n % 3], &birth, "Nam", &more_of);
        asked.push(w.death(resident, "01/06/2026", more));
    }
    let plain = w.person("Cù Xuân Bưởi", "30/12/1944", "Nam", "household_id=P|hamlet=Thôn 2");
    let believed = w.death(plain, "01/06/2026", "record_no=99/2026");
    // That the day is missing alone leaves no doubt that there was one.
    let undated = w.person("Cù Xuân Lan", "29/12/1943", "Nam", "household_id=Q|hamlet=Thôn 2");
    let without_day = w.death(undated, "01/06/2026", "death_date=00/00/0000|death_cause=Già yếu");
    let run = w.run();
    for row in asked {
        is_asked(&run, "deaths", row);
    }
    is_believed(&run, "deaths", believed, plain);
    is_believed(&run, "deaths", without_day, undated);
    assert_eq!(run.count("SONG-01"), 2);
}

#[test]
fn a_death_before_the_resident_was_born() {
    let mut w = commune();
    let namesake = w.person("Thái Bá Dương", "13/11/2012", "Nam", "household_id=K|hamlet=Thôn 3");
    let grandfather = w.death(namesake, "12/05/1975", "personal_id=|birth_date=");
    let by_number = w.death(namesake, "12/05/1976", "birth_date=");
    // Number, name and date of birth are his: the day is mistyped.
    let other = w.person("Thái Bá Lợi", "02/11/2003", "Nam", "household_id=L|hamlet=Thôn 3");
    let mistyped = w.death(other, "14/03/2026", "death_date=14/03/1996");
    let run = w.run();
    for row in [grandfather, by_number] {
        assert_ne!(run.link("deaths", row, "deceased").0, "link");
    }
    is_believed(&run, "deaths", mistyped, other);
    assert_eq!(run.count("SONG-01"), 1);
}

#[test]
fn whoever_reported_the_death_lives() {
    let mut w = commune();
    let wife = w.person("Tôn Nữ Hỷ", "30/03/1948", "Nữ", "household_id=V|hamlet=Thôn 1");
    let husband = w.person("Quách Đình Bảo", "05/09/1950", "Nam", "household_id=V|hamlet=Thôn 1");
    let (of_wife, of_husband) = (w.of(wife, "personal_id"), w.of(husband, "personal_id"));
    let exchanged = format!("personal_id={of_husband}|birth_date=|informant_id={of_wife}");
    let exchanged = w.death(wife, "02/02/2026", &exchanged);
    // The dead man's number was copied into the column of whoever reported it.
    let copied = w.death(husband, "03/02/2026", &format!("informant_id={of_husband}"));
    let run = w.run();
    assert_ne!(run.link("deaths", exchanged, "deceased").0, "link");
    is_believed(&run, "deaths", copied, husband);
}

#[test]
fn the_mother_of_a_child_without_a_name() {
    let mut w = commune();
    let mother = w.person("Lục Thị Thu", "14/04/1996", "Nữ", "household_id=M|hamlet=Thôn 1");
    let child = w.death(mother, "20/08/2026", "full_name=Con bà Lục Thị Thu|birth_date=|gender=");
    let newborn = w.death(mother, "20/08/2026", "full_name=Lục Thị Thu (sơ sinh)|birth_date=");
    let run = w.run();
    for row in [child, newborn] {
        assert_ne!(run.link("deaths", row, "deceased").0, "link");
    }
}

#[test]
fn a_reason_beside_another_row() {
    let mut w = commune();
    let residents: Vec<usize> = (0..4)
        .map(|n| {
            let birth = format!("{:02}/09/19{}", 3 + n, 30 + n);
            w.person(
                &format!("La Văn {}", ["Cầu", "Thi", "Sính", "Pó"][n]),
                &birth,
                "Nam",
                &format!("household_id=L{n}"),
            )
        })
        .collect();
    let shifted = w.welfare(residents[0], "stop_reason=Chết");
    w.welfare(residents[1], "stop_date=01/03/2026");
    let plain = w.welfare(residents[2], "stop_date=01/04/2026|stop_reason=Chết");
    let run = w.run();
    is_asked(&run, "welfare", shifted);
    is_believed(&run, "welfare", plain, residents[2]);
}

#[test]
fn days_of_stops_beside_other_rows() {
    let mut w = commune();
    // The column was sorted by itself: some stop before they begin.
    let stopped: Vec<usize> = (2..22)
        .map(|resident| {
            let year = if resident < 6 { 2021 } else { 2025 };
            w.welfare(resident, &format!("stop_date=01/03/{year}|stop_reason=Chết"))
        })
        .collect();
    for resident in 22..42 {
        w.welfare(resident, "");
    }
    let run = w.run();
    for row in stopped {
        is_asked(&run, "welfare", row);
    }
}

#[test]
fn the_number_of_a_wife() {
    let mut w = commune();
    let wife = w.person("Nguyễn Thị Hường", "15/12/1965", "Nữ", "household_id=H|hamlet=Thôn 1");
    let of_husband = w.death(wife, "06/09/2026", "full_name=Nguyễn Văn Hường|birth_date=|gender=");
    let other_wife = w.person("Đặng Thị Lựu", "15/12/1963", "Nữ", "household_id=Q|hamlet=Thôn 3");
    let plain = w.death(other_wife, "08/09/2026", "birth_date=|gender=");
    let run = w.run();
    is_asked(&run, "deaths", of_husband);
    is_believed(&run, "deaths", plain, other_wife);
}
