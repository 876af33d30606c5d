//! Sạch: the data themselves are damaged.

use super::{family, hung, mai};
use crate::world::{COMMUNE, World, personal_id};

#[test]
fn sach_01_twice_in_one_extract() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let surplus = w.welfare(man, "personal_id=|old_id=181234567");
    let kept = w.welfare(man, "");
    w.welfare(man, "programme=Người có công");
    w.welfare(woman, "");
    let run = w.run();
    let finding = run.only("SACH-01");
    assert_eq!(finding["source_row"], surplus.to_string());
    assert!(finding["evidence"].contains(&format!("dòng {kept}")), "{}", finding["evidence"]);
}

#[test]
fn sach_01_keeps_the_fuller_row_then_the_first() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let bare = w.welfare(man, "gender=|bank_account=|payment_method=");
    w.welfare(man, "");
    w.welfare(woman, "file_no=A");
    let second = w.welfare(woman, "file_no=B");
    let third = w.welfare(woman, "file_no=C");
    let run = w.run();
    let found: Vec<String> = run.all("SACH-01").iter().map(|f| f["source_row"].clone()).collect();
    assert_eq!(found, [bare, second, third].map(|r| r.to_string()));
}

#[test]
fn sach_01_cards_valid_at_the_same_time() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.insurance(man, "");
    let second = w.insurance(man, "valid_from=01/06/2026|valid_to=31/05/2027");
    w.insurance(woman, "valid_from=01/01/2025|valid_to=31/12/2025");
    w.insurance(woman, "");
    let run = w.run();
    assert_eq!(run.only("SACH-01")["source_row"], second.to_string());
    run.assert_all(&["SACH-01"]);
}

#[test]
fn sach_01_a_repeated_registration_is_no_duplicate() {
    let mut w = World::new();
    let family = family(&mut w);
    w.birth(family.child, "");
    w.birth(family.child, "registration_kind=2|registered_on=01/02/2024");
    w.birth(family.child, "registration_kind=Đăng ký lại|registered_on=01/03/2024");
    let run = w.run();
    assert_eq!(run.count("SACH-01"), 0);

    let again = w.birth(family.child, "registered_on=01/04/2024");
    let run = w.run();
    assert_eq!(run.only("SACH-01")["source_row"], again.to_string());
}

#[test]
fn sach_02_twice_in_the_registry() {
    let mut w = World::new();
    let man = hung(&mut w);
    let surplus = w.resident(
        "full_name=Nguyễn Văn Hùng|birth_date=05/03/1960|gender=|personal_id=|household_id=H1|old_id=181234567",
    );
    let row = w.welfare(man, "personal_id=");
    let run = w.run();
    let finding = run.only("SACH-02");
    assert_eq!(
        (finding["source"].as_str(), finding["resident_row"].clone()),
        ("residents", surplus.to_string())
    );
    assert!(finding["evidence"].contains(&format!("dòng {man}")), "{}", finding["evidence"]);
    // Of a surplus row nothing else is said (it has no ID and no gender); links go to the row kept.
    assert_eq!(run.resident(surplus), ["SACH-02"]);
    assert_eq!(run.link("welfare", row, "subject"), ("link", man));
    run.assert_all(&["DU-01", "SACH-02"]);
}

#[test]
fn sach_02_not_twins_nor_namesakes() {
    let mut w = World::new();
    w.person("Đoàn Minh Anh", "04/04/2010", "Nam", "household_id=T|mother_name=Đỗ Thị Quyên");
    w.person("Đoàn Minh Ánh", "04/04/2010", "Nữ", "household_id=T|mother_name=Đỗ Thị Quyên");
    w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", "household_id=H1|father_name=Nguyễn Văn Nhất");
    w.person("Nguyễn Văn Hùng", "09/10/1960", "Nam", "household_id=H5|father_name=Nguyễn Bá Nhị");
    let woman = mai(&mut w);
    w.welfare(woman, "");
    w.run().assert_all(&[]);
}

#[test]
fn sach_03_malformed_id() {
    let mut w = World::new();
    let man = hung(&mut w);
    let written =
        ["04006012345", "0400601234567", "ABC", "040060A12345", "097060123456", "0400601", "12345678901234"];
    let rows: Vec<usize> =
        written.iter().map(|id| w.welfare(man, &format!("personal_id={id}|programme=p{id}"))).collect();
    // A country code is accepted, and an old ID is not malformed.
    let abroad = w.resident(
        "full_name=Triệu Tuấn Kiệt|birth_date=02/03/1988|gender=Nam|personal_id=305088123456|household_id=A",
    );
    let old = w.welfare(man, "personal_id=|old_id=18123456A|programme=q");
    let run = w.run();
    for (row, id) in rows.into_iter().zip(written) {
        assert_eq!(run.row("welfare", row), ["SACH-03"], "{id}");
    }
    assert_eq!(run.resident(abroad), [""; 0]);
    assert_eq!(run.row("welfare", old), ["SACH-03"]);
    let last = run.all("SACH-03");
    assert_eq!(last[last.len() - 1]["field"], "old_id");
}

#[test]
fn sach_03_separators_in_an_id_are_none() {
    let mut w = World::new();
    let man = hung(&mut w);
    let id = w.of(man, "personal_id");
    let spaced = format!("{} {} {}", &id[..3], &id[3..6], &id[6..]);
    w.welfare(man, &format!("personal_id={spaced}|programme=a"));
    w.welfare(man, &format!("personal_id='{id}|programme=b"));
    w.run().assert_all(&[]);
}

#[test]
fn sach_04_one_id_on_several_persons() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let id = w.of(man, "personal_id");
    let first = w.welfare(man, "");
    let second = w.welfare(woman, &format!("personal_id={id}"));
    let run = w.run();
    let rows: Vec<String> = run.all("SACH-04").iter().map(|f| f["source_row"].clone()).collect();
    assert_eq!(rows, [first, second].map(|r| r.to_string()));
    assert_eq!(run.row("welfare", second), ["DUNG-05", "DUNG-08", "SACH-04"]);
    assert_eq!(run.row("welfare", first), ["SACH-04"]);
}

#[test]
fn sach_04_one_file_at_a_time_and_in_the_registry() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let id = w.of(man, "personal_id");
    w.welfare(man, "");
    // One person on two rows; the same number in another file.
    w.welfare(man, "programme=b");
    w.insurance(woman, &format!("personal_id={id}"));
    let run = w.run();
    assert_eq!(run.count("SACH-04"), 0);

    let shared = personal_id("1970", "Nam", 777_777);
    let one = w.resident(&format!(
        "full_name=Kiều Văn Phong|birth_date=08/08/1970|gender=Nam|personal_id={shared}|household_id=K1"
    ));
    let two = w.resident(&format!(
        "full_name=Từ Hữu Lộc|birth_date=18/02/1970|gender=Nam|personal_id={shared}|household_id=K2"
    ));
    // A parent's number may stand on as many rows as there are children.
    w.person("Kiều Văn Con", "08/08/1995", "Nam", &format!("father_name=Kiều Văn Phong|father_id={shared}"));
    let run = w.run();
    assert_eq!(run.resident(one), ["SACH-04"]);
    assert_eq!(run.resident(two), ["SACH-04"]);
    assert_eq!(run.count("SACH-04"), 2);
}

#[test]
fn sach_04_between_roles_of_one_row() {
    let mut w = World::new();
    let family = family(&mut w);
    let mother = w.of(family.mother, "personal_id");
    let row = w.birth(family.child, &format!("personal_id={mother}"));
    let run = w.run();
    assert!(run.row("births", row).contains(&"SACH-04"), "{:?}", run.row("births", row));
    assert_eq!(run.link("births", row, "child"), ("link", family.child));
    // One finding for the row, told with the first role that bears the ID.
    let fields: Vec<&str> = run.all("SACH-04").iter().map(|f| f["field"].as_str()).collect();
    assert_eq!(fields, ["personal_id"]);
}

#[test]
fn sach_05_impossible_dates() {
    let mut w = World::new();
    let man = hung(&mut w);
    let calendar = w.welfare(man, "birth_date=31/02/1960|programme=a");
    let future = w.welfare(man, "birth_date=21/11/2026|programme=b");
    let ancient = w.welfare(man, "birth_date=05/03/1890|programme=c");
    let leap = w.welfare(man, "birth_date=29/02/2023|programme=d");
    let run = w.run();
    for row in [calendar, future, ancient, leap] {
        assert_eq!(run.row("welfare", row), ["SACH-05"], "{row}");
    }
    assert!(run.all("SACH-05").iter().all(|f| f["field"] == "birth_date"));
    assert_eq!(run.all("SACH-05")[0]["source_value"], "31/02/1960");
}

#[test]
fn sach_05_on_civil_status_and_registry() {
    let mut w = World::new();
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=05/05/2024");
    let before_birth = w.death(dead, "05/05/2024", "death_date=05/05/1939");
    let registered = w.person("Thái Phiên", "01/05/1941", "Nam", "card_issued=21/11/2026");
    let died = w.person("Đào Duy Từ", "01/06/1942", "Nam", "status=Đã chết|death_date=01/06/2030");
    let family = family(&mut w);
    let late = w.birth(family.child, "registered_on=01/12/2026");
    let run = w.run();
    assert_eq!(run.row("deaths", before_birth), ["SACH-05"]);
    assert_eq!(run.all("SACH-05").iter().find(|f| f["source"] == "deaths").unwrap()["field"], "death_date");
    assert_eq!(run.resident(registered), ["SACH-05"]);
    assert_eq!(run.resident(died), ["SACH-05"]);
    assert_eq!(run.row("births", late), ["SACH-05"]);
    let mut fields: Vec<&str> = run.all("SACH-05").iter().map(|f| f["field"].as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["card_issued", "death_date", "death_date", "registered_on"]);
}

#[test]
fn sach_06_damaged_names() {
    let mut w = World::new();
    let man = hung(&mut w);
    let written = [
        ("Nguy?n Văn Hùng", ""),
        ("NguyÔn V¨n Hïng", "Nguyễn Văn Hùng"),
        ("Nguyeãn Vaên Huøng", "Nguyễn Văn Hùng"),
        ("Nguyá»…n VÄƒn HÃ¹ng", "Nguyễn Văn Hùng"),
        ("Nguyễn Văn Нùng", "Nguyễn Văn Hùng"),
    ];
    let rows: Vec<usize> = written
        .iter()
        .enumerate()
        .map(|(n, (name, _))| w.welfare(man, &format!("full_name={name}|programme=p{n}")))
        .collect();
    let woman = w.person("Đặng Thị Đào", "06/06/1966", "Nữ", "card_issued=01/07/2026");
    let eth = w.welfare(woman, "full_name=Ðặng Thị Ðào");
    // Decomposed letters are no damage.
    w.welfare(man, "full_name=Nguyê\u{303}n Văn Hùng|programme=nfd");
    let run = w.run();
    for (row, (name, repaired)) in rows.iter().zip(written) {
        assert_eq!(run.row("welfare", *row), ["SACH-06"], "{name}");
        let line = row.to_string();
        let finding = run.all("SACH-06").into_iter().find(|f| f["source_row"] == line).unwrap();
        assert_eq!(finding["source_value"], name);
        if !repaired.is_empty() {
            assert_eq!(finding["proposed_value"], repaired);
        }
    }
    assert_eq!(run.row("welfare", eth), ["SACH-06"]);
    run.assert_all(&["SACH-06"; 6]);
}

#[test]
fn names_of_ethnic_minorities_are_no_damage() {
    let mut w = World::new();
    let names = [
        ("Y Bliă Niê", "Nam"),
        ("H'Hen Niê", "Nữ"),
        ("Kpă Pui", "Nam"),
        ("Thạch Sa Ry", "Nữ"),
        ("H’Ĭt Ŏ Ŭng", "Nữ"),
        ("Hoa", "Nữ"),
    ];
    let mut same = Vec::new();
    for (n, (name, gender)) in names.iter().enumerate() {
        let resident = w.person(name, &format!("1{n}/04/1971"), gender, &format!("household_id=E{n}"));
        same.push((w.welfare(resident, ""), resident));
    }
    let hen = same[1].1;
    w.welfare(hen, "full_name=H’Hen Niê|programme=b");
    w.welfare(hen, "full_name=H' Hen Niê|programme=c");
    let run = w.run();
    assert_eq!(run.count("SACH-06"), 0);
    run.assert_all(&[]);
    for (row, resident) in same {
        assert_eq!(run.link("welfare", row, "subject"), ("link", resident));
    }
}

#[test]
fn sach_07_damaged_by_a_spreadsheet() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let id = w.of(man, "personal_id");
    let lost = w.welfare(man, &format!("personal_id={}", &id[1..]));
    let destroyed = w.welfare(woman, "personal_id=4.02E+10");
    let comma = w.insurance(woman, "personal_id=4,02E+10");
    let old = w.insurance(man, "personal_id=|old_id=18123456");
    let run = w.run();
    assert_eq!(run.row("welfare", lost), ["SACH-07"]);
    assert_eq!(run.row("welfare", destroyed), ["SACH-07"]);
    assert_eq!(run.row("insurance", comma), ["SACH-07"]);
    assert!(run.row("insurance", old).contains(&"SACH-07"), "{:?}", run.row("insurance", old));
    let value = |source: &str, row: usize| {
        let row = row.to_string();
        let mut all = run.all("SACH-07").into_iter();
        all.find(|f| f["source"] == source && f["source_row"] == row).unwrap()["proposed_value"].clone()
    };
    assert_eq!(value("welfare", lost), id);
    assert_eq!(value("welfare", destroyed), "");
}

#[test]
fn sach_07_without_a_repair_where_the_digits_disagree() {
    let mut w = World::new();
    let man = hung(&mut w);
    // 040 0 60 … with the row saying 1975: the number cannot be told.
    let row = w.welfare(man, "personal_id=40175123456");
    let run = w.run();
    assert_eq!(run.row("welfare", row), ["SACH-07"]);
    assert_eq!(run.only("SACH-07")["proposed_value"], "");
}

#[test]
fn sach_08_malformed_card() {
    let mut w = World::new();
    let man = hung(&mut w);
    let cards =
        ["GD44040200077", "4DG404020007717", "GD9404020007717", "GD44040200077171", "GD440402000771A"];
    let rows: Vec<usize> = cards
        .iter()
        .enumerate()
        .map(|(n, card)| {
            w.insurance(man, &format!("card_no={card}|valid_from=01/01/200{n}|valid_to=31/12/200{n}"))
        })
        .collect();
    let id = w.of(man, "personal_id");
    w.insurance(man, "card_no=4020007717|valid_from=01/01/2011|valid_to=31/12/2011");
    w.insurance(man, &format!("card_no={id}|valid_from=01/01/2012|valid_to=31/12/2012"));
    w.insurance(man, &format!("card_no=GD440{id}|valid_from=01/01/2013|valid_to=31/12/2013"));
    w.insurance(man, "card_no=|valid_from=01/01/2014|valid_to=31/12/2014");
    let run = w.run();
    for (row, card) in rows.into_iter().zip(cards) {
        assert_eq!(run.row("insurance", row), ["SACH-08"], "{card}");
    }
    run.assert_all(&["SACH-08"; 5]);
}

#[test]
fn sach_09_placeholders() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let id = w.welfare(man, "personal_id=000000000000|programme=a");
    let old = w.welfare(man, "personal_id=999999999|programme=b");
    let date = w.welfare(man, "birth_date=01/01/1900|programme=c");
    let zeros = w.welfare(man, "birth_date=00/00/0000|programme=d");
    let unknown = w.welfare(man, "birth_date=Không rõ|programme=e");
    let family = family(&mut w);
    let father = w.birth(family.child, "father_name=Không rõ|father_id=");
    w.welfare(woman, "");
    let run = w.run();
    assert_eq!(run.row("welfare", id), ["DU-01", "SACH-09"]);
    assert_eq!(run.row("welfare", old), ["DU-01", "SACH-09"]);
    for row in [date, zeros, unknown] {
        assert_eq!(run.row("welfare", row), ["DU-04", "SACH-09"], "{row}");
    }
    assert_eq!(run.row("births", father), ["SACH-09"]);
    assert_eq!(run.link("births", father, "father"), ("none", 0));
    let of_id = run
        .all("SACH-09")
        .into_iter()
        .find(|f| f["source_row"] == id.to_string() && f["source"] == "welfare");
    assert_eq!(of_id.unwrap()["proposed_value"], w.of(man, "personal_id"));
}

#[test]
fn sach_09_where_the_kind_requires_the_value_nothing_follows() {
    let mut w = World::new();
    let family = family(&mut w);
    let row = w.birth(family.child, "birth_date=01/01/1900|registered_on=20/06/2018");
    let registered =
        w.person("Nghiêm Xuân Yêm", "07/07/1957", "Nam", "birth_date=01/01/1900|household_id=H9");
    let run = w.run();
    assert_eq!(run.row("births", row), ["SACH-09"]);
    assert_eq!(run.resident(registered), ["SACH-09"]);
    run.assert_all(&["SACH-09", "SACH-09"]);
}

#[test]
fn a_damaged_stranger_is_still_judged() {
    let mut w = World::new();
    let row = w.row(
        "welfare",
        &format!("full_name=Qu?ch Thị Sương|birth_date=31/04/1949|personal_id=12|commune={COMMUNE}|programme=x|file_no=1"),
    );
    let run = w.run();
    assert_eq!(run.row("welfare", row), ["DU-06", "SACH-03", "SACH-05", "SACH-06"]);
}
