//! Đúng: the extract and the registry disagree about one person.

use super::{family, hung, mai};
use crate::world::{World, personal_id};

#[test]
fn nothing_is_raised_where_everything_agrees() {
    let mut w = World::new();
    let (man, woman, family) = (hung(&mut w), mai(&mut w), family(&mut w));
    w.welfare(man, "");
    w.insurance(woman, "");
    w.birth(family.child, "");
    w.marriage(family.father, family.mother, "14/02/2016", "");
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=05/05/2024");
    w.death(dead, "05/05/2024", "");
    w.run().assert_all(&[]);
}

#[test]
fn dung_01_name_differs() {
    let mut w = World::new();
    let man = hung(&mut w);
    let other = w.welfare(man, "full_name=Nguyễn Văn Hưng|programme=a");
    let bare = w.welfare(man, "full_name=NGUYEN VAN HUNG|programme=b");
    for (n, same) in [
        "NGUYỄN VĂN HÙNG",
        "  nguyễn  văn hùng ",
        "Ông Nguyễn Văn Hùng",
        "Nguyễn Văn Hùng (con bà Lựu)",
        "Nguyê\u{303}n Va\u{306}n Hu\u{300}ng",
    ]
    .iter()
    .enumerate()
    {
        w.welfare(man, &format!("full_name={same}|programme=c{n}"));
    }
    let woman = w.person("Lý Thúy Hòa", "09/09/1970", "Nữ", "");
    w.welfare(woman, "full_name=Lý Thuý Hoà");
    let tall_y = w.welfare(woman, "full_name=Lí Thúy Hòa|programme=a");
    let run = w.run();
    run.assert_all(&["DUNG-01"; 3]);
    assert_eq!(run.row("welfare", other), ["DUNG-01"]);
    assert_eq!(run.row("welfare", tall_y), ["DUNG-01"]);
    let severity = |row: usize| {
        let row = row.to_string();
        run.all("DUNG-01").into_iter().find(|f| f["source_row"] == row).unwrap()["severity"].clone()
    };
    assert_eq!((severity(other).as_str(), severity(bare).as_str()), ("medium", "low"));
    let first = run.all("DUNG-01")[0];
    assert_eq!((first["field"].as_str(), first["role"].as_str()), ("full_name", "subject"));
    assert_eq!(first["resident_row"], man.to_string());
}

#[test]
fn dung_01_is_raised_for_every_role_but_a_parent() {
    let mut w = World::new();
    let family = family(&mut w);
    w.birth(family.child, "full_name=Lê Minh Khoa");
    w.marriage(family.father, family.mother, "14/02/2016", "wife_name=Phạm Thị Dương");
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=05/05/2024");
    w.death(dead, "05/05/2024", "full_name=Lương Văn Căn");
    let run = w.run();
    run.assert_all(&["DUNG-01"; 3]);
    let fields: Vec<_> = run.findings.iter().map(|f| (f["role"].as_str(), f["field"].as_str())).collect();
    assert_eq!(fields, [("child", "full_name"), ("deceased", "full_name"), ("wife", "wife_name")]);
}

#[test]
fn dung_02_birth_date_differs() {
    let mut w = World::new();
    let man = hung(&mut w);
    let mut expected = Vec::new();
    for (n, (written, differs)) in [
        ("06/03/1960", true),
        ("03/05/1960", true),
        ("04/1960", true),
        ("1961", true),
        ("01/01/1961", true),
        ("5-3-60", false),
        ("05.03.1960", false),
        ("1960-03-05", false),
        ("19600305", false),
        ("05031960", false),
        ("ngày 5 tháng 3 năm 1960", false),
        ("21980", false),
    ]
    .into_iter()
    .enumerate()
    {
        let row = w.welfare(man, &format!("birth_date={written}|programme=p{n}"));
        expected.extend(differs.then_some(row));
    }
    let run = w.run();
    // Where the row tells another year, its personal ID contradicts it.
    run.assert_all(&["DUNG-02", "DUNG-02", "DUNG-02", "DUNG-02", "DUNG-02", "DUNG-08", "DUNG-08"]);
    let found: Vec<usize> = run.all("DUNG-02").iter().map(|f| f["source_row"].parse().unwrap()).collect();
    assert_eq!(found, expected);
    let finding = run.all("DUNG-02")[0];
    assert_eq!(finding["field"], "birth_date");
    assert_eq!(
        (finding["source_value"].as_str(), finding["registry_value"].as_str()),
        ("06/03/1960", "05/03/1960")
    );
}

#[test]
fn dung_02_is_raised_for_parents_too() {
    let mut w = World::new();
    let family = family(&mut w);
    w.birth(family.child, "mother_birth_date=1987|mother_id=|father_birth_date=1985");
    let run = w.run();
    run.assert_all(&["DUNG-02"]);
    let finding = run.only("DUNG-02");
    assert_eq!(
        (finding["role"].as_str(), finding["field"].as_str(), finding["resident_row"].clone()),
        ("mother", "mother_birth_date", family.mother.to_string())
    );
}

#[test]
fn dung_03_gender_differs() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let wrong = w.welfare(man, "gender=Nữ|personal_id=|old_id=181234567");
    w.welfare(woman, "gender=");
    let run = w.run();
    assert_eq!(run.row("welfare", wrong), ["DU-03", "DUNG-03"]);
    run.assert_all(&["DU-03", "DUNG-03"]);
    assert_eq!(run.only("DUNG-03")["field"], "gender");
}

#[test]
fn dung_03_reads_genders_as_the_column_writes_them() {
    for (male, female) in [("Nam", "Nữ"), ("M", "F"), ("1", "0"), ("1", "2"), ("nam", "nu")] {
        let mut w = World::new();
        let (man, woman) = (hung(&mut w), mai(&mut w));
        let (men, women) = ([2, 4, 6, 8], [3, 5, 7]);
        for (residents, gender) in [(&men[..], male), (&women[..], female)] {
            for &resident in residents {
                w.welfare(resident, &format!("gender={gender}"));
            }
        }
        w.welfare(woman, &format!("gender={female}"));
        let wrong = w.welfare(man, &format!("gender={female}|personal_id=|old_id=181234567"));
        let run = w.run();
        assert_eq!(run.row("welfare", wrong), ["DU-03", "DUNG-03"], "{male} {female}");
        run.assert_all(&["DU-03", "DUNG-03"]);
    }
}

#[test]
fn dung_04_id_differs_and_is_nobodys() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let id = w.of(man, "personal_id");
    let mistyped = personal_id("1960", "Nam", 999_111);
    w.welfare(man, &format!("personal_id={mistyped}"));
    // A malformed number is not a different one.
    w.welfare(woman, "personal_id=04016212345");
    let run = w.run();
    let finding = run.only("DUNG-04");
    assert_eq!((finding["source_value"].as_str(), finding["proposed_value"].as_str()), (&*mistyped, &*id));
    assert_eq!((finding["severity"].as_str(), finding["resident_row"].clone()), ("high", man.to_string()));
    run.assert_all(&["DUNG-04", "SACH-03"]);
}

#[test]
fn dung_05_id_is_another_residents() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let hers = w.of(woman, "personal_id");
    let row = w.welfare(man, &format!("personal_id={hers}|gender="));
    let run = w.run();
    assert_eq!(run.link("welfare", row, "subject"), ("link", man));
    let finding = run.only("DUNG-05");
    assert_eq!(finding["resident_row"], man.to_string());
    assert!(finding["evidence"].contains("Trần Thị Mai"), "{}", finding["evidence"]);
    assert_eq!(finding["proposed_value"], w.of(man, "personal_id"));
    // The number is a woman's born in 1962; the row says 1960.
    run.assert_all(&["DUNG-05", "DUNG-08"]);
}

#[test]
fn dung_05_old_id_is_another_residents() {
    let mut w = World::new();
    let (man, _) = (hung(&mut w), mai(&mut w));
    w.welfare(man, "personal_id=|old_id=182345678");
    let run = w.run();
    assert!(run.only("DUNG-05")["evidence"].contains("Trần Thị Mai"));
    assert_eq!(run.only("DUNG-05")["field"], "old_id");
}

#[test]
fn dung_05_a_mothers_id_on_a_childs_row() {
    let mut w = World::new();
    let family = family(&mut w);
    let row = w.insurance(
        family.child,
        &format!(
            "personal_id={}|valid_to=31/08/2026|valid_from=01/01/2024",
            w.of(family.mother, "personal_id")
        ),
    );
    let run = w.run();
    assert_eq!(run.link("insurance", row, "subject"), ("link", family.child));
    assert_eq!(run.only("DUNG-05")["resident_row"], family.child.to_string());
    assert!(run.only("DUNG-05")["evidence"].contains("Phạm Thị Dung"));
}

#[test]
fn dung_05_an_id_alone_makes_no_link() {
    let mut w = World::new();
    let man = hung(&mut w);
    let id = w.of(man, "personal_id");
    let row = w.row(
        "welfare",
        &format!(
            "file_no=1|full_name=Quách Thị Tuyết Sương|birth_date=30/11/1999|personal_id={id}|\
             commune=Xã Hưng Chính|programme=x"
        ),
    );
    let run = w.run();
    assert_ne!(run.link("welfare", row, "subject"), ("link", man));
    let finding = run.only("DUNG-05");
    assert!(finding["evidence"].contains("Nguyễn Văn Hùng"));
    assert_eq!(finding["resident_row"], "");
}

#[test]
fn dung_06_a_parents_name_differs() {
    let mut w = World::new();
    let family = family(&mut w);
    w.birth(family.child, "mother_name=Phạm Thị Dương");
    let run = w.run();
    let finding = run.only("DUNG-06");
    assert_eq!((finding["role"].as_str(), finding["field"].as_str()), ("mother", "mother_name"));
    assert_eq!(
        (finding["source_value"].as_str(), finding["registry_value"].as_str()),
        ("Phạm Thị Dương", "Phạm Thị Dung")
    );
    assert_eq!(finding["resident_row"], family.child.to_string());
    run.assert_all(&["DUNG-06"]);
}

#[test]
fn dung_06_falls_back_on_the_linked_parent() {
    let mut w = World::new();
    let mother = mai(&mut w);
    let id = w.of(mother, "personal_id");
    let child = w.person("Đinh Hoài Nam", "03/09/1990", "Nam", "father_name=Đinh Văn Lâm");
    w.birth(child, &format!("mother_name=Trần Thị Mây|mother_id={id}|mother_birth_date=1962"));
    let run = w.run();
    assert_eq!(run.only("DUNG-06")["registry_value"], "Trần Thị Mai");
    run.assert_all(&["DUNG-06"]);
}

#[test]
fn dung_07_commune_differs_after_the_unit_mapping() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.units(&[
        "16701,Xã Hưng Mỹ,Huyện Hưng Nguyên,Nghệ An,18001,Xã Hưng Chính,Nghệ An",
        "16702,Xã Hưng Chính,Huyện Hưng Nguyên,Nghệ An,18001,Xã Hưng Chính,Nghệ An",
        "16703,Xã Nghi Kim,Huyện Nghi Lộc,Nghệ An,18002,Xã Nghi Kim,Nghệ An",
    ]);
    let moved = w.welfare(man, "commune_code=18002|commune=Xã Nghi Kim");
    w.welfare(woman, "commune_code=16701|commune=Xã Hưng Mỹ");
    w.insurance(woman, "commune_code=|commune=Hưng Mỹ");
    let old_elsewhere = w.insurance(man, "commune_code=16703|commune=Xã Nghi Kim");
    let run = w.run();
    assert_eq!(run.row("welfare", moved), ["DUNG-07"]);
    assert_eq!(run.row("insurance", old_elsewhere), ["DUNG-07"]);
    run.assert_all(&["DUNG-07", "DUNG-07"]);
    assert_eq!(run.all("DUNG-07")[0]["field"], "commune");
}

#[test]
fn dung_07_without_a_unit_table() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.person("Ngũ Văn Tế", "07/07/1977", "Nam", "commune_code=18002|commune=Xã Nghi Kim");
    let moved = w.welfare(man, "commune_code=|commune=Xã Nghi Kim");
    w.welfare(woman, "commune_code=|commune=HUNG CHINH");
    let run = w.run();
    assert_eq!(run.row("welfare", moved), ["DUNG-07"]);
    run.assert_all(&["DUNG-07"]);
}

#[test]
fn dung_08_the_id_contradicts_its_own_row() {
    let mut w = World::new();
    let year = w.resident(
        "full_name=Kiều Văn Phong|birth_date=08/08/1970|gender=Nam|personal_id=040071123456|household_id=K1",
    );
    let gender = w.resident(
        "full_name=Kiều Thị Phượng|birth_date=08/09/1970|gender=Nữ|personal_id=040070123457|household_id=K2",
    );
    let century = w.resident(
        "full_name=Kiều Văn Phú|birth_date=08/10/2005|gender=Nam|personal_id=040005123458|household_id=K3",
    );
    // 01/01 in another year still contradicts; an impossible date and a missing one do not.
    let impossible = w.resident(
        "full_name=Kiều Văn Phát|birth_date=30/02/1971|gender=Nam|personal_id=040072123459|household_id=K4",
    );
    let man = hung(&mut w);
    w.welfare(man, "");
    let run = w.run();
    for resident in [year, gender, century] {
        assert_eq!(run.resident(resident), ["DUNG-08"]);
    }
    assert_eq!(run.resident(impossible), ["SACH-05"]);
    run.assert_all(&["DUNG-08", "DUNG-08", "DUNG-08", "SACH-05"]);
    let finding = run.all("DUNG-08")[0];
    assert_eq!((finding["source"].as_str(), finding["field"].as_str()), ("residents", "personal_id"));
}

#[test]
fn dung_08_on_a_row_of_an_extract() {
    let mut w = World::new();
    let man = hung(&mut w);
    // A number that is nobody's and says 1965.
    let row = w.welfare(man, "personal_id=040065998877");
    let run = w.run();
    assert_eq!(run.row("welfare", row), ["DUNG-04", "DUNG-08"]);
    run.assert_all(&["DUNG-04", "DUNG-08"]);
}

#[test]
fn dung_09_date_of_death_differs() {
    let mut w = World::new();
    let dead = |w: &mut World, name: &str, on: &str| {
        w.person(name, "01/03/1940", "Nam", &format!("status=Đã chết|death_date={on}"))
    };
    let first = dead(&mut w, "Lương Văn Can", "05/05/2024");
    let second = dead(&mut w, "Thái Phiên", "2024");
    let third = dead(&mut w, "Đào Duy Từ", "");
    let row = w.death(first, "06/05/2024", "");
    w.death(second, "06/05/2024", "");
    w.death(third, "06/05/2024", "");
    let run = w.run();
    assert_eq!(run.row("deaths", row), ["DUNG-09"]);
    run.assert_all(&["DUNG-09"]);
    let finding = run.only("DUNG-09");
    assert_eq!(finding["field"], "death_date");
    assert_eq!(
        (finding["source_value"].as_str(), finding["registry_value"].as_str()),
        ("06/05/2024", "05/05/2024")
    );
}

#[test]
fn dung_10_another_spouse() {
    let mut w = World::new();
    let husband =
        w.person("Trương Định", "01/02/1980", "Nam", "marital_status=Đã kết hôn|spouse_name=Võ Thị Sáu");
    let wife =
        w.person("Lưu Thị Nguyệt", "03/04/1982", "Nữ", "marital_status=Đã kết hôn|spouse_name=Trương Định");
    w.marriage(husband, wife, "20/10/2020", "");
    let run = w.run();
    run.assert_all(&["DUNG-10"]);
    let finding = run.only("DUNG-10");
    assert_eq!((finding["role"].as_str(), finding["resident_row"].clone()), ("husband", husband.to_string()));
    assert_eq!(
        (finding["source_value"].as_str(), finding["registry_value"].as_str()),
        ("Lưu Thị Nguyệt", "Võ Thị Sáu")
    );
}

#[test]
fn dung_10_not_within_three_letters_nor_of_the_dead() {
    let mut w = World::new();
    let husband =
        w.person("Trương Định", "01/02/1980", "Nam", "marital_status=Đã kết hôn|spouse_name=Lưu Thị Nguyên");
    let wife = w.person(
        "Lưu Thị Nguyệt",
        "03/04/1982",
        "Nữ",
        &format!(
            "marital_status=Đã kết hôn|spouse_name=Trần Văn Khác|spouse_id={}",
            w.of(husband, "personal_id")
        ),
    );
    w.marriage(husband, wife, "20/10/2020", "");
    let widower =
        w.person("Trịnh Hoài Đức", "05/02/1970", "Nam", "marital_status=Đã kết hôn|spouse_name=Ai Đó Khác");
    let dead = w.person("Bạch Thị Mười", "09/04/1972", "Nữ", "status=Đã chết|death_date=01/02/2023");
    w.marriage(widower, dead, "20/10/1995", "");
    w.run().assert_all(&[]);
}
