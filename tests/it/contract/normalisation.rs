//! Statuses, amounts, units and the like, as they come.

use super::{hung, mai};
use crate::world::World;

#[test]
fn statuses_of_residents() {
    // Of the living with a benefit nothing is said; of one who moved out, SONG-09; of the dead, SONG-03.
    let statuses: [(&str, &[&str]); 14] = [
        ("Thường trú", &[]),
        ("thuong tru", &[]),
        ("Đang thường trú", &[]),
        ("Tạm trú", &[]),
        ("Tạm vắng", &[]),
        ("", &[]),
        ("permanent", &[]),
        ("Chuyển đi", &["SONG-09"]),
        ("Đã chuyển đi", &["SONG-09"]),
        ("Đã xoá đăng ký", &["SONG-09"]),
        ("Đã xóa đăng ký thường trú", &["SONG-09"]),
        ("Đã chết", &["SONG-03"]),
        ("Từ trần", &["SONG-03"]),
        ("Mất tích", &[]),
    ];
    for (status, codes) in statuses {
        let mut w = World::new();
        let man = w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", &format!("status={status}"));
        w.welfare(man, "");
        let run = w.run();
        let found = run.row("welfare", 2);
        assert_eq!(found, codes, "{status}");
    }
}

#[test]
fn a_death_date_alone_makes_dead() {
    let mut w = World::new();
    let man = w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", "status=|death_date=01/09/2026");
    w.welfare(man, "");
    w.run().assert_all(&["SONG-03", "SONG-12"]);
}

#[test]
fn amounts_are_read_as_officers_write_them() {
    for (amount, paid) in [
        ("500000", true),
        ("500.000", true),
        ("500,000", true),
        ("500.000 đ", true),
        ("500 000", true),
        ("0", false),
        ("", false),
        ("-", false),
    ] {
        let mut w = World::new();
        let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=10/09/2026");
        w.welfare(dead, &format!("monthly_amount={amount}"));
        assert_eq!(w.run().count("SONG-03"), usize::from(paid), "{amount}");
    }
}

#[test]
fn a_unit_that_was_split_is_no_move() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.units(&[
        "16701,Xã Hưng Mỹ,Huyện Hưng Nguyên,Nghệ An,18001,Xã Hưng Chính,Nghệ An",
        "16701,Xã Hưng Mỹ,Huyện Hưng Nguyên,Nghệ An,18002,Xã Nghi Kim,Nghệ An",
        "16703,Xã Nghi Ân,Huyện Nghi Lộc,Nghệ An,18002,Xã Nghi Kim,Nghệ An",
    ]);
    w.welfare(man, "commune_code=16701|commune=Xã Hưng Mỹ");
    let moved = w.welfare(woman, "commune_code=16703|commune=Xã Nghi Ân");
    let run = w.run();
    run.assert_all(&["DUNG-07"]);
    assert_eq!(run.row("welfare", moved), ["DUNG-07"]);
}

#[test]
fn the_registry_may_still_bear_old_units() {
    let mut w = World::new();
    let man = w.person(
        "Nguyễn Văn Hùng",
        "05/03/1960",
        "Nam",
        "commune_code=16701|commune=Xã Hưng Mỹ|household_id=H1",
    );
    w.units(&["16701,Xã Hưng Mỹ,Huyện Hưng Nguyên,Nghệ An,18001,Xã Hưng Chính,Nghệ An"]);
    w.welfare(man, "commune_code=18001|commune=Xã Hưng Chính");
    w.run().assert_all(&[]);
}

#[test]
fn a_bad_units_table_is_named() {
    let mut w = World::new();
    let man = hung(&mut w);
    w.welfare(man, "");
    let files = w.write();
    let units = w.dir().join("units.csv");
    std::fs::write(&units, "a,b\n1,2\n").unwrap();
    let output = crate::harness::call([
        "run",
        "--residents",
        files[0].1.to_str().unwrap(),
        "--welfare",
        files[1].1.to_str().unwrap(),
        "--units",
        units.to_str().unwrap(),
        "--out",
        w.dir().join("out").to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(3));
    let said = crate::harness::said(&output);
    assert!(said.contains("units.csv") && said.contains("old_name"), "{said}");
}

#[test]
fn a_two_digit_year_is_of_this_century_up_to_this_year() {
    let mut w = World::new();
    let child = w.person("Đoàn Minh Anh", "04/04/2026", "Nam", "card_issued=");
    let old = w.person("Nghiêm Xuân Yêm", "07/07/1927", "Nam", "");
    w.welfare(child, "birth_date=04/04/26");
    w.welfare(old, "birth_date=07-07-27");
    w.run().assert_all(&[]);
}

#[test]
fn an_age_is_a_year_more_or_less() {
    let mut w = World::new();
    let man = hung(&mut w);
    w.welfare(man, "birth_date=66 tuổi|programme=a");
    w.welfare(man, "birth_date=67 tuổi|programme=b");
    w.welfare(man, "birth_date=60 tuổi|programme=c|personal_id=|old_id=181234567");
    let run = w.run();
    assert_eq!(run.row("welfare", 2), ["DU-04"]);
    assert_eq!(run.row("welfare", 3), ["DU-04"]);
    assert!(run.row("welfare", 4).contains(&"DUNG-02"), "{:?}", run.row("welfare", 4));
}

#[test]
fn dates_in_outputs_are_as_precise_as_they_are_known() {
    let mut w = World::new();
    w.person("Nghiêm Xuân Yêm", "1957", "Nam", "household_id=H9");
    w.person("Quản Trọng Hoàng", "08/1958", "Nam", "household_id=H10");
    let man =
        w.person("Đoàn Trọng Truyến", "03/02/1959", "Nam", "birth_date=1959-02-03|household_id=H11|gender=");
    w.welfare(man, "");
    let run = w.run();
    let mut dates: Vec<&str> = run.findings.iter().map(|f| f["birth_date"].as_str()).collect();
    dates.sort_unstable();
    assert_eq!(dates, ["03/02/1959", "08/1958", "1957"]);
}

#[test]
fn dates_in_all_their_forms() {
    let mut w = World::new();
    let man = hung(&mut w);
    for (n, written) in [
        "5/3/1960",
        "05/3/1960",
        "05-03-1960",
        "5.3.1960",
        "1960/03/05",
        "1960-03-05 00:00:00",
        "1960-03-05T00:00:00",
        "05/03/1960 00:00:00",
        " 05/03/1960 ",
        "Ngày 05 tháng 03 năm 1960",
        "05 / 03 / 1960",
    ]
    .iter()
    .enumerate()
    {
        w.welfare(man, &format!("birth_date={written}|programme=p{n}"));
    }
    w.run().assert_all(&[]);
}

#[test]
fn spaces_of_any_sort_are_spaces() {
    let mut w = World::new();
    let man = hung(&mut w);
    w.welfare(man, "full_name=Nguyễn\u{a0}Văn\u{2003}Hùng");
    let run = w.run();
    assert_eq!(run.count("DUNG-01"), 0);
}

#[test]
fn other_dates_than_those_of_a_life_are_not_judged() {
    let mut w = World::new();
    let man = hung(&mut w);
    w.welfare(man, "start_date=31/02/2024");
    w.run().assert_all(&[]);
}

#[test]
fn the_registrys_own_damage() {
    let mut w = World::new();
    let lost = w.resident(
        "full_name=Kiều Văn Phong|birth_date=08/08/1970|gender=Nam|personal_id=40070123456|household_id=K1",
    );
    let destroyed = w.resident(
        "full_name=Kiều Văn Phú|birth_date=08/10/1975|gender=Nam|personal_id=4.01E+10|household_id=K3",
    );
    let unborn = w.person(
        "Kiều Văn Phát",
        "08/10/1975",
        "Nam",
        "status=Đã chết|death_date=01/02/1974|household_id=K4",
    );
    let nameless = w.person("Kiều Văn Quý", "09/11/1976", "Nam", "full_name=|household_id=K5");
    let parent =
        w.person("Kiều Văn Sang", "10/12/1977", "Nam", "father_name=Kiều Ba|father_id=0400|household_id=K6");
    let row = w.row(
        "welfare",
        "file_no=1|full_name=Kiều Văn Phong|birth_date=08/08/1970|gender=Nam|personal_id=040070123456|programme=x",
    );
    let run = w.run();
    assert_eq!(run.resident(lost), ["SACH-07"]);
    assert_eq!(run.resident(destroyed), ["SACH-07"]);
    assert_eq!(run.resident(unborn), ["SACH-05"]);
    assert_eq!(run.resident(nameless), ["DU-10"]);
    assert_eq!(run.resident(parent), ["SACH-03"]);
    assert_eq!(run.link("welfare", row, "subject"), ("link", lost));
    run.assert_all(&["DU-10", "SACH-03", "SACH-05", "SACH-07", "SACH-07"]);
}

#[test]
fn an_impossible_or_partial_death_is_no_ground_for_more() {
    let mut w = World::new();
    let year = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=2024");
    // Later in the year of death: nobody can say that it was after it.
    w.welfare(year, "start_date=01/07/2024|stop_date=01/12/2024");
    let future = w.person("Thái Phiên", "01/05/1941", "Nam", "status=Đã chết|death_date=31/06/2024");
    w.welfare(future, "start_date=01/07/2024|stop_date=01/12/2024");
    w.run().assert_all(&["SACH-05"]);
}
