//! Whom else a row of a list speaks of: husband and wife who use a plot together, the guardian of a subscriber.

use super::{hung, mai};
use crate::harness::{lamsach, said, succeed};
use crate::world::{Outcome, World};

/// Writes a file beside the data, lets `inspect` say what it is, and gives it to the run.
fn list(world: &mut World, kind: &str, name: &str, text: &str) {
    let path = world.dir().join(name);
    std::fs::write(&path, text).unwrap();
    let output = lamsach().args(["inspect", "--json", "-q"]).arg(&path).output().unwrap();
    succeed(&output);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told[0]["tables"][0]["kind"], kind, "{}", said(&output));
    world.arg("--list").arg(format!("{kind}={}", path.display()));
}

/// Code, row, role and field of the findings of a list.
fn found(run: &Outcome, source: &str) -> Vec<String> {
    let of = run.findings.iter().filter(|finding| finding["source"] == source);
    let mut found: Vec<String> =
        of.map(|f| format!("{} {} {} {}", f["code"], f["source_row"], f["role"], f["field"])).collect();
    found.sort();
    found
}

#[test]
fn husband_and_wife_in_one_cell_are_two_persons() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let dead = w.person("Lương Thị Can", "01/03/1940", "Nữ", "status=Đã chết|death_date=10/10/2025");
    let alone = w.person("Đàm Văn Hưng", "07/08/1970", "Nam", "");
    let id = |resident: usize| w.of(resident, "personal_id").to_owned();
    let text = format!(
        "STT,Số thửa,Tên người sử dụng đất,Số CCCD,Năm sinh,Diện tích (m2)\n\
         1,12,Ông Nguyễn Văn Hùng và bà Trần Thị Mai,\"{}, {}\",\"1960, 1962\",300\n\
         2,15,\"Ông: Nguyễn Văn Hùng\nBà: Lương Thị Can\",\"CCCD: {}\n{}\",,120\n\
         3,17,Ông Đàm Văn Hưng,{},1970,90\n",
        id(man),
        id(woman),
        id(man),
        id(dead),
        id(alone),
    );
    list(&mut w, "land_users", "so_muc_ke.csv", &text);
    let run = w.run();
    for (row, role, resident) in [
        (2, "subject", man),
        (2, "spouse", woman),
        (3, "subject", man),
        (3, "spouse", dead),
        (4, "subject", alone),
    ] {
        assert_eq!(run.link("land_users", row, role), ("link", resident), "{row} {role}");
    }
    assert!(!run.has_role("land_users", 4, "spouse"));
    // The dead wife still stands on the list; a year is less than a date, of both.
    assert_eq!(
        found(&run, "land_users"),
        [
            "DU-04 2 spouse spouse_birth_date",
            "DU-04 2 subject birth_date",
            "DU-04 3 spouse spouse_birth_date",
            "DU-04 3 subject birth_date",
            "DU-04 4 subject birth_date",
            "SONG-11 3 spouse stop_date",
        ]
    );
    let song = run.all("SONG-11")[0];
    assert_eq!((song["resident_row"].clone(), song["unit"].as_str()), (dead.to_string(), "dia-chinh"));
    assert_eq!(song["full_name"], "Lương Thị Can");
}

#[test]
fn husband_and_wife_in_columns_of_their_own_are_two_persons() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let [his, hers] = [man, woman].map(|resident| w.of(resident, "personal_id").to_owned());
    let text = format!(
        "STT,Số thửa,Họ tên chồng,Số CCCD chồng,Họ tên vợ,Số CCCD vợ,Loại đất\n\
         1,12,Nguyễn Văn Hùng,{},Trần Thị Mai,{},ONT\n",
        his, hers,
    );
    list(&mut w, "land_users", "su_dung_dat.csv", &text);
    let text = format!(
        "STT,Số thửa,Tên người sử dụng đất,Ngày sinh,Số CCCD,Họ tên vợ/chồng,Ngày sinh vợ/chồng,Số CCCD vợ/chồng\n\
         1,14,Nguyễn Văn Hùng,05/03/1960,{},Trần Thị Mại,12/07/1962,{}\n",
        his, hers,
    );
    list(&mut w, "land_users", "dia_chinh.csv", &text);
    let run = w.run();
    for file in ["su_dung_dat.csv", "dia_chinh.csv"] {
        for (role, resident) in [("subject", man), ("spouse", woman)] {
            let of = |link: &&crate::harness::Line| link["source_file"] == file && link["role"] == role;
            let link = run.links().iter().find(of).unwrap_or_else(|| panic!("{file} {role}"));
            assert_eq!((link["decision"].as_str(), &link["resident_row"]), ("link", &resident.to_string()));
        }
    }
    let names = run.all("DUNG-01");
    assert_eq!(names.len(), 1);
    assert_eq!((names[0]["role"].as_str(), names[0]["field"].as_str()), ("spouse", "spouse_name"));
}

#[test]
fn the_guardian_of_a_subscriber_is_a_person_of_the_row() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let child = w.person("Vũ Thị Sen", "07/08/2015", "Nữ", "card_issued=");
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=10/10/2025");
    let id = |resident: usize| w.of(resident, "personal_id").to_owned();
    let rows = |guardian: &str| {
        format!(
            "Số thuê bao,Tên thuê bao,Ngày sinh,Số CCCD,Ngày kích hoạt,{guardian}\n\
             0912000001,Vũ Thị Sen,07/08/2015,{},01/02/2024,Trần Thị Mai,{}\n\
             0912000002,Nguyễn Văn Hùng,05/03/1960,{},01/02/2024,,\n\
             0912000003,Vũ Thị Sen,07/08/2015,{},01/03/2024,Lương Văn Can,{}\n",
            id(child),
            id(woman),
            id(man),
            id(child),
            id(dead),
        )
    };
    let texts =
        [rows("Họ tên người giám hộ,Số CCCD người giám hộ"), rows("Người đại diện,Số CCCD người đại diện")];
    for (text, name) in texts.iter().zip(["thue_bao_1.csv", "thue_bao_2.csv"]) {
        list(&mut w, "subscribers", name, text);
    }
    let run = w.run();
    for name in ["thue_bao_1.csv", "thue_bao_2.csv"] {
        let links: Vec<[&str; 4]> = run
            .links()
            .iter()
            .filter(|link| link["source_file"] == name)
            .map(|link| ["source_row", "role", "decision", "resident_row"].map(|of| link[of].as_str()))
            .collect();
        let [child, man, woman, dead] = [child, man, woman, dead].map(|of| of.to_string());
        assert_eq!(
            links,
            [
                ["2", "subject", "link", &child],
                ["2", "guardian", "link", &woman],
                ["3", "subject", "link", &man],
                ["4", "subject", "link", &child],
                ["4", "guardian", "link", &dead],
            ],
            "{name}"
        );
    }
    // The contract is the child's: the guardian's death ends no entry.
    assert_eq!(run.count("SONG-11"), 0);
}
