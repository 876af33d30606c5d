//! Đủ: something that must be there is missing.

use super::{family, hung, mai};
use crate::world::{COMMUNE, World, personal_id};

#[test]
fn du_01_row_without_any_id() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let row = w.welfare(man, "personal_id=");
    w.insurance(woman, "");
    let run = w.run();
    run.assert_all(&["DU-01"]);
    let finding = run.only("DU-01");
    assert_eq!(finding["proposed_value"], w.of(man, "personal_id"));
    assert_eq!((finding["field"].as_str(), finding["source_value"].as_str()), ("personal_id", ""));
    assert_eq!(
        (finding["source_row"].clone(), finding["resident_row"].clone()),
        (row.to_string(), man.to_string())
    );
}

#[test]
fn du_01_after_a_placeholder_but_not_after_a_damaged_id() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let zeros = w.welfare(man, "personal_id=000000000000");
    let destroyed = w.welfare(woman, "personal_id=4.02E+10");
    let malformed = w.insurance(man, "personal_id=0401621");
    let run = w.run();
    assert_eq!(run.row("welfare", zeros), ["DU-01", "SACH-09"]);
    assert_eq!(run.row("welfare", destroyed), ["SACH-07"]);
    assert_eq!(run.row("insurance", malformed), ["SACH-03"]);
}

#[test]
fn du_01_and_du_03_are_not_raised_for_parents() {
    let mut w = World::new();
    let family = family(&mut w);
    w.birth(family.child, "mother_id=|father_id=181239999");
    w.run().assert_all(&[]);
}

#[test]
fn du_02_living_resident_without_a_personal_id() {
    let mut w = World::new();
    let without = w.person("Nghiêm Xuân Yêm", "07/07/1957", "Nam", "personal_id=|household_id=H9");
    let nowhere = w.person("Quản Trọng Hoàng", "08/08/1958", "Nam", "personal_id=|household_id=H10");
    let dead =
        w.person("Thân Nhân Trung", "09/09/1939", "Nam", "personal_id=|status=Đã chết|death_date=01/01/2020");
    let id = personal_id("1957", "Nam", 456_789);
    w.welfare(without, &format!("personal_id={id}"));
    let run = w.run();
    assert_eq!(run.resident(without), ["DU-02"]);
    assert_eq!(run.resident(nowhere), ["DU-02"]);
    assert_eq!(run.resident(dead), [""; 0]);
    let proposed: Vec<&str> = run.all("DU-02").iter().map(|f| f["proposed_value"].as_str()).collect();
    assert!(proposed.contains(&id.as_str()) && proposed.contains(&""), "{proposed:?}");
}

#[test]
fn du_02_does_not_propose_what_is_somebody_elses() {
    let mut w = World::new();
    let man = hung(&mut w);
    let without = w.person("Nghiêm Xuân Yêm", "07/07/1960", "Nam", "personal_id=|household_id=H9");
    w.welfare(without, &format!("personal_id={}", w.of(man, "personal_id")));
    let run = w.run();
    assert_eq!(run.only("DU-02")["proposed_value"], "");
}

#[test]
fn du_03_row_with_only_an_old_id() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.welfare(man, "personal_id=|old_id=181234567");
    w.insurance(woman, "personal_id=182345678");
    let run = w.run();
    run.assert_all(&["DU-03", "DU-03"]);
    for resident in [man, woman] {
        let row = resident.to_string();
        let finding = run.all("DU-03").into_iter().find(|f| f["resident_row"] == row).unwrap();
        assert_eq!(finding["proposed_value"], w.of(resident, "personal_id"));
    }
}

#[test]
fn du_04_birth_date_less_precise_or_missing() {
    let mut w = World::new();
    let man = hung(&mut w);
    let rows: Vec<usize> = ["1960", "03/1960", "00/00/1960", "01/01/1960", ""]
        .iter()
        .map(|written| w.welfare(man, &format!("birth_date={written}|programme=p{written}")))
        .collect();
    let woman = mai(&mut w);
    w.welfare(woman, "");
    let run = w.run();
    for row in rows {
        assert_eq!(run.row("welfare", row), ["DU-04"], "{row}");
    }
    assert!(
        run.all("DU-04").iter().all(|f| f["proposed_value"] == "05/03/1960" && f["field"] == "birth_date")
    );
}

#[test]
fn du_04_not_where_the_registry_knows_no_more() {
    let mut w = World::new();
    let year = w.person("Nghiêm Xuân Yêm", "1957", "Nam", "household_id=H9");
    w.welfare(year, "birth_date=1957|programme=a");
    w.welfare(year, "birth_date=01/01/1957|programme=b");
    let run = w.run();
    // Between 01/01 and the year alone nothing is raised; the registry's own want of a day is DU-05.
    run.assert_all(&["DU-05"]);
    assert_eq!(run.only("DU-05")["proposed_value"], "");
}

#[test]
fn du_04_a_date_that_the_kind_requires_is_du_10() {
    let mut w = World::new();
    let family = family(&mut w);
    let row = w.birth(family.child, "birth_date=|registered_on=20/06/2018");
    let run = w.run();
    assert_eq!(run.row("births", row), ["DU-10"]);
    assert_eq!(run.only("DU-10")["field"], "birth_date");
}

#[test]
fn du_05_registry_lacks_day_or_month() {
    let mut w = World::new();
    let year = w.person("Nghiêm Xuân Yêm", "1957", "Nam", "household_id=H9");
    let new_year = w.person("Quản Trọng Hoàng", "01/01/1958", "Nam", "household_id=H10");
    let alone = w.person("Đoàn Trọng Truyến", "01/01/1959", "Nam", "household_id=H11");
    w.welfare(year, "birth_date=14/04/1957");
    w.death(year, "05/05/2025", "birth_date=15/04/1957");
    w.insurance(new_year, "birth_date=08/08/1958");
    w.insurance(alone, "");
    let run = w.run();
    let of = |resident: usize| {
        let resident = resident.to_string();
        run.all("DU-05").into_iter().find(|f| f["resident_row"] == resident)
    };
    // Civil status goes before the lists of benefits.
    assert_eq!(of(year).unwrap()["proposed_value"], "15/04/1957");
    assert_eq!(of(year).unwrap()["severity"], "medium");
    assert_eq!(of(new_year).unwrap()["proposed_value"], "08/08/1958");
    assert_eq!(of(new_year).unwrap()["severity"], "low");
    assert!(of(alone).is_none());
}

#[test]
fn du_06_person_of_a_row_is_not_in_the_registry() {
    let mut w = World::new();
    let here = format!("commune={COMMUNE}|commune_code=18001");
    let welfare = w.row(
        "welfare",
        &format!("{here}|full_name=Quách Thị Tuyết Sương|birth_date=30/11/1949|gender=Nữ|personal_id=001149012345|programme=x|file_no=1"),
    );
    let death = w.row(
        "deaths",
        &format!("{here}|full_name=Khổng Minh Dụ|birth_date=02/03/1933|gender=Nam|personal_id=001033012345|death_date=01/06/2025|registered_on=02/06/2025"),
    );
    let bride = w.row(
        "marriages",
        "registered_on=02/06/2025|husband_name=Triệu Quang Phục|husband_birth_date=04/05/1990|\
         husband_personal_id=001090012345|husband_address=Xã Nơi Khác, Hà Nội|wife_name=Hạ Thị Thiên Thu|\
         wife_birth_date=05/06/1992|wife_personal_id=001192012345|wife_address=Thôn 2, xã Hưng Chính, Nghệ An",
    );
    let run = w.run();
    assert_eq!(run.row("welfare", welfare), ["DU-06"]);
    assert_eq!(run.row("deaths", death), ["DU-06"]);
    assert_eq!(run.row("marriages", bride), ["DU-06"]);
    run.assert_all(&["DU-06"; 3]);
    assert_eq!(
        run.all("DU-06").iter().map(|f| f["role"].as_str()).collect::<Vec<_>>(),
        ["deceased", "wife", "subject"]
    );
    assert!(run.findings.iter().all(|f| f["resident_row"].is_empty()));
}

#[test]
fn du_07_child_not_in_the_registry() {
    let mut w = World::new();
    let family = family(&mut w);
    let (mother, father) = (w.of(family.mother, "personal_id"), w.of(family.father, "personal_id"));
    let row = w.row(
        "births",
        &format!(
            "record_no=9/2026|book_no=01/2026|registered_on=10/09/2026|commune={COMMUNE}|commune_code=18001|\
             full_name=Lê Phạm Gia Hân|birth_date=01/09/2026|gender=Nữ|mother_name=Phạm Thị Dung|mother_id={mother}|\
             father_name=Lê Văn Tâm|father_id={father}"
        ),
    );
    let run = w.run();
    run.assert_all(&["DU-07"]);
    assert_eq!(run.row("births", row), ["DU-07"]);
    assert_eq!(run.only("DU-07")["role"], "child");
    assert_eq!(run.link("births", row, "mother"), ("link", family.mother));
}

#[test]
fn du_08_child_under_six_without_a_card_of_group_te() {
    let mut w = World::new();
    let born = |w: &mut World, name: &str, on: &str| w.person(name, on, "Nam", "card_issued=");
    let without = born(&mut w, "Phùng Gia Khánh", "21/11/2020");
    let six = born(&mut w, "Đàm Quang Huy", "20/11/2020");
    let with = born(&mut w, "Tống Duy Tân", "05/05/2023");
    let other_group = born(&mut w, "Vương Chí Kiên", "06/06/2023");
    let expired = born(&mut w, "Thiều Bảo Long", "07/07/2023");
    w.insurance(with, "card_no=TE1404000000001|insurance_no=4000000001|group_code=TE");
    w.insurance(other_group, "");
    w.insurance(expired, "card_no=TE1404000000002|insurance_no=4000000002|group_code=TE|valid_to=19/11/2026");
    let run = w.run();
    let found: Vec<String> = run.all("DU-08").iter().map(|f| f["resident_row"].clone()).collect();
    assert_eq!(found, [without, other_group, expired].map(|r| r.to_string()));
    for resident in [six, with] {
        assert_eq!(run.resident(resident), [""; 0]);
    }
    run.assert_all(&["DU-08"; 3]);
}

#[test]
fn du_08_group_is_read_from_the_card() {
    let mut w = World::new();
    let child = w.person("Tống Duy Tân", "05/05/2023", "Nam", "card_issued=");
    w.insurance(child, "card_no=TE1404000000001|insurance_no=4000000001|group_code=");
    w.run().assert_all(&[]);
}

#[test]
fn du_09_state_insured_beneficiary_without_a_card() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let third = w.person("Nghiêm Xuân Yêm", "07/07/1957", "Nam", "household_id=H9");
    let stopped = w.person("Quản Trọng Hoàng", "08/08/1958", "Nam", "household_id=H10");
    let other = w.person("Đoàn Trọng Truyến", "02/02/1959", "Nam", "household_id=H11");
    w.welfare(man, "group_code=BTXH|programme=a");
    w.welfare(man, "group_code=HN|programme=b");
    w.welfare(woman, "group_code=NCC");
    w.insurance(woman, "");
    w.welfare(third, "group_code=KC");
    w.insurance(third, "valid_to=31/10/2026");
    w.welfare(stopped, "group_code=HN|stop_date=01/11/2026|stop_reason=Thoát nghèo");
    w.welfare(other, "group_code=CN");
    let run = w.run();
    run.assert_all(&["DU-09", "DU-09"]);
    let found: Vec<String> = run.all("DU-09").iter().map(|f| f["resident_row"].clone()).collect();
    assert_eq!(found, [man, third].map(|r| r.to_string()));

    // The groups can be configured.
    w.arg("--insured-groups").arg("CN");
    let run = w.run();
    assert_eq!(run.only("DU-09")["resident_row"], other.to_string());
}

#[test]
fn du_10_a_required_value_is_empty() {
    let mut w = World::new();
    let commune = w.person("Nghiêm Xuân Yêm", "07/07/1957", "Nam", "commune=|commune_code=|household_id=H9");
    let gender = w.person("Quản Trọng Hoàng", "08/08/1958", "Nam", "gender=|household_id=H10");
    let birth = w.person("Đoàn Trọng Truyến", "02/02/1959", "Nam", "birth_date=|household_id=H11");
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=05/05/2024");
    let death = w.death(dead, "05/05/2024", "death_date=");
    let man = hung(&mut w);
    let nameless = w.welfare(man, "full_name=");
    let run = w.run();
    assert_eq!(run.resident(commune), ["DU-10"]);
    assert_eq!(run.resident(gender), ["DU-10"]);
    assert_eq!(run.resident(birth), ["DU-10"]);
    assert_eq!(run.row("deaths", death), ["DU-10"]);
    assert_eq!(run.row("welfare", nameless), ["DU-10"]);
    let mut fields: Vec<&str> = run.all("DU-10").iter().map(|f| f["field"].as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["birth_date", "commune", "death_date", "full_name", "gender"]);
    run.assert_all(&["DU-10"; 5]);
}

#[test]
fn du_11_no_identity_card_at_fourteen() {
    let mut w = World::new();
    let fourteen = w.person("Phùng Gia Khánh", "20/11/2012", "Nam", "card_issued=");
    let younger = w.person("Đàm Quang Huy", "21/11/2012", "Nam", "card_issued=");
    let dead =
        w.person("Lương Văn Can", "01/03/1940", "Nam", "card_issued=|status=Đã chết|death_date=05/05/2024");
    let man = hung(&mut w);
    w.welfare(man, "");
    let run = w.run();
    assert_eq!(run.resident(fourteen), ["DU-11"]);
    assert_eq!((run.resident(younger), run.resident(dead)), (vec![], vec![]));
    run.assert_all(&["DU-11"]);

    w.without("residents.card_issued");
    let run = w.run();
    run.assert_all(&[]);
    assert!(run.not_run().contains(&"DU-11".to_owned()));
}

#[test]
fn du_12_paid_in_cash_without_an_account() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=05/05/2024");
    let cash = "payment_method=Tiền mặt|bank_account=";
    let row = w.welfare(man, cash);
    w.welfare(woman, "payment_method=Tiền mặt|programme=a");
    w.welfare(woman, &format!("{cash}|stop_date=01/10/2026|programme=b"));
    w.welfare(dead, cash);
    let stranger = w.row(
        "welfare",
        &format!(
            "{cash}|full_name=Quách Thị Tuyết Sương|birth_date=30/11/1949|personal_id=001149012345|programme=x|\
             file_no=77|commune={COMMUNE}|start_date=01/01/2025|monthly_amount=500000"
        ),
    );
    let run = w.run();
    assert_eq!(run.row("welfare", row), ["DU-12"]);
    assert_eq!(run.row("welfare", stranger), ["DU-06", "DU-12"]);
    assert_eq!(run.count("DU-12"), 2);

    w.without("welfare.bank_account");
    let run = w.run();
    assert_eq!(run.count("DU-12"), 0);
    assert!(run.not_run().contains(&"DU-12".to_owned()));
}

/// Births registered in the commune from 2015 to 2025, some of whose children live there.
fn registered_births(w: &mut World) -> Vec<usize> {
    let children = [
        ("Phùng Gia Khánh", "05/01/2015"),
        ("Đàm Quang Huy", "06/04/2017"),
        ("Tống Duy Tân", "07/05/2019"),
        ("Vương Chí Kiên", "08/06/2021"),
        ("Thiều Bảo Long", "09/07/2023"),
        ("Giáp Hải Đăng", "28/12/2025"),
    ];
    children
        .iter()
        .map(|(name, on)| {
            let child = w.person(name, on, "Nam", "card_issued=");
            w.birth(child, "");
            child
        })
        .collect()
}

#[test]
fn du_13_birth_not_digitised() {
    let mut w = World::new();
    registered_births(&mut w);
    let missing = w.person("Lã Minh Trí", "10/10/2020", "Nam", "card_issued=");
    let late = w.person("Bành Minh Đức", "10/11/2025", "Nam", "card_issued=");
    let early = w.person("Kha Minh Tâm", "10/11/2010", "Nam", "card_issued=15/05/2025");
    let elsewhere = w.person(
        "Mạc Minh Khang",
        "10/10/2020",
        "Nam",
        "card_issued=|commune=Xã Nghi Kim|commune_code=18002",
    );
    let dead =
        w.person("Ông Minh Thiện", "10/10/2019", "Nam", "card_issued=|status=Đã chết|death_date=11/10/2019");
    let run = w.run();
    assert_eq!(run.resident(missing), ["DU-13"]);
    for resident in [late, early, elsewhere, dead] {
        assert_eq!(run.resident(resident), [""; 0], "{resident}");
    }
    run.assert_all(&["DU-13"]);

    // The period can be configured.
    w.arg("--births-period").arg("01/01/2010..31/12/2025");
    assert_eq!(w.run().resident(early), ["DU-13"]);
}

#[test]
fn rules_that_need_an_absent_kind_are_not_run() {
    let mut w = World::new();
    let woman = mai(&mut w);
    w.welfare(woman, "");
    let not_run = w.run().not_run();
    for code in ["DUNG-06", "DU-07", "DU-08", "DU-13", "SONG-01", "SONG-02", "SONG-08", "SONG-10", "SACH-08"]
    {
        assert!(not_run.contains(&code.to_owned()), "{code} in {not_run:?}");
    }
    for code in ["DUNG-01", "DU-01", "DU-02", "SACH-01", "SONG-03"] {
        assert!(!not_run.contains(&code.to_owned()), "{code} in {not_run:?}");
    }
}
