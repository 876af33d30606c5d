//! Rules that ask what a kind proves or what a law says of an age or a death: DU-14, DU-15, SONG-11, SONG-12; a row that
//! raises each, and one for every "unless".

use super::{hung, mai};
use crate::harness::{Line, call, succeed};
use crate::world::{COMMUNE, COMMUNE_CODE, Outcome, World};

/// Writes a list of another sector beside the data and gives it to the run.
fn list(world: &mut World, kind: &str, rows: &str) {
    let path = world.dir().join(format!("{kind}_list.csv"));
    std::fs::write(&path, rows).unwrap();
    world.arg("--list").arg(format!("{kind}={}", path.display()));
}

/// A list of pupils: name, birth date and commune of each.
fn pupils(world: &mut World, rows: &[(&str, &str, &str)]) {
    let mut text = String::from("Họ và tên học sinh,Ngày sinh,Số định danh cá nhân,Xã/Phường,Lớp\n");
    for (name, birth, commune) in rows {
        text.push_str(&format!("{name},{birth},,{commune},5A\n"));
    }
    list(world, "pupils", &text);
}

/// A child at home, with nothing that another rule would miss.
fn child(world: &mut World, name: &str, birth: &str, more: &str) -> usize {
    world.person(name, birth, "Nữ", &format!("card_issued=|{more}"))
}

/// The residents of the findings of a code.
fn residents(run: &Outcome, code: &str) -> Vec<String> {
    run.all(code).iter().map(|finding| finding["resident_row"].clone()).collect()
}

#[test]
fn du_14_expected_on_a_list_and_not_there() {
    let mut w = World::new();
    child(&mut w, "Bùi Ngọc Tâm", "05/03/2016", "");
    let absent = child(&mut w, "Vũ Thị Sen", "07/08/2015", "");
    let temporary = child(&mut w, "Đỗ Thu Hà", "07/09/2014", "status=Tạm trú");
    let just_six = child(&mut w, "Ngô Bảo Châu", "20/11/2020", "");
    let still_fourteen = child(&mut w, "Lý Thu Thảo", "21/11/2011", "card_issued=01/12/2025");
    // Too young by a day, too old by a day.
    child(&mut w, "Cao Minh Anh", "21/11/2020", "");
    child(&mut w, "Hồ Ngọc Hà", "20/11/2011", "card_issued=01/12/2025");
    // Not at home, not alive, of no known age, of a commune that the list does not cover.
    child(&mut w, "Phan Thị Vàng Anh", "07/08/2015", "status=Tạm vắng");
    child(&mut w, "Tạ Bích Loan", "07/08/2015", "status=Chuyển đi");
    child(&mut w, "Mai Kim Trí", "07/08/2015", "status=Mất tích");
    child(&mut w, "Tô Ngọc Vân", "07/08/2015", "status=Đã chết|death_date=01/02/2026");
    let dead = child(&mut w, "Chu Cẩm Phong", "07/08/2015", "");
    w.death(dead, "01/02/2026", "");
    let undated = child(&mut w, "Lưu Diệu Vân", "07/08/2015", "");
    w.change("residents", undated, "birth_date=");
    child(&mut w, "Đàm Vĩnh Hương", "07/08/2015", "commune=Xã Nghi Kim|commune_code=18002");
    pupils(&mut w, &[("Bùi Ngọc Tâm", "05/03/2016", COMMUNE)]);
    let run = w.run();
    let mut expected = [absent, temporary, just_six, still_fourteen].map(|row| row.to_string()).to_vec();
    expected.sort();
    let mut found = residents(&run, "DU-14");
    found.sort();
    assert_eq!(found, expected);
    let finding: &Line = run.all("DU-14")[0];
    assert_eq!((finding["unit"].as_str(), finding["source"].as_str()), ("giao-duc", "residents"));
    assert!(finding["evidence"].contains("pupils_list.csv"), "{}", finding["evidence"]);
    // A list on which nobody must be says nothing of who is not there.
    let mut w = World::new();
    child(&mut w, "Vũ Thị Sen", "07/08/2015", "");
    list(
        &mut w,
        "members",
        &format!("Họ tên hội viên,Ngày sinh,Xã/Phường\nBùi Ngọc Tâm,05/03/2016,{COMMUNE}\n"),
    );
    let run = w.run();
    assert_eq!(run.count("DU-14"), 0);
    assert!(!run.not_run().contains(&"SONG-11".to_owned()));
}

#[test]
fn du_14_who_may_be_on_the_list_is_not_said_to_be_absent() {
    let mut w = World::new();
    // Nothing tells which of the two namesakes the row means.
    let one = child(&mut w, "Vũ Thị Sen", "05/03/2015", "household_id=H1");
    let other = child(&mut w, "Vũ Thị Sen", "19/08/2015", "household_id=H2");
    let absent = child(&mut w, "Đỗ Thu Hà", "07/09/2014", "");
    pupils(&mut w, &[("Vũ Thị Sen", "2015", COMMUNE)]);
    let run = w.run();
    assert_eq!(run.link("pupils", 2, "subject").0, "review");
    let mut shown = run.shown("pupils", 2, "subject");
    shown.sort_unstable();
    assert_eq!(shown, [one, other]);
    assert_eq!(residents(&run, "DU-14"), [absent.to_string()]);
    // Once somebody says who it is, the other one is not there.
    let out = w.dir().join("out").display().to_string();
    let with = one.to_string();
    let decided =
        ["decide", "pupils_list.csv:2", "same_person", "--with", &with, "--by", "an", "--out", &out];
    succeed(&call(decided));
    let run = w.run();
    assert_eq!(run.link("pupils", 2, "subject"), ("link", one));
    assert_eq!(residents(&run, "DU-14"), [other, absent].map(|row| row.to_string()));
}

#[test]
fn du_14_for_each_list_and_by_gender() {
    let mut w = World::new();
    let man = w.person("Phùng Gia Khánh", "20/11/2008", "Nam", "");
    let woman = w.person("Đàm Ngọc Huyền", "20/11/2008", "Nữ", "");
    let text = "[[kind]]\nname = \"kham_tuyen\"\noffice = \"quan-su\"\ntitle = { vi = \"Khám tuyển\" }\n\
                capabilities = [\"membership\", \"residence\", \"expectation\"]\n\
                expects = { ages = [18, 18], gender = \"male\" }\n\
                fields = [\"full_name*\", \"birth_date\", \"personal_id\", \"commune\"]\n";
    let folder = w.dir().join("kinds.d");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("kham_tuyen.toml"), text).unwrap();
    std::fs::write(w.dir().join("lamsach.toml"), "").unwrap();
    let config = w.dir().join("lamsach.toml").display().to_string();
    w.arg("--config").arg(config);
    let row = format!("Họ và tên,Ngày sinh,Xã\nAi Đó,01/02/2008,{COMMUNE}\n");
    list(&mut w, "kham_tuyen", &row);
    list(
        &mut w,
        "voters",
        &format!("Họ và tên,Ngày sinh,Xã\nAi Đó,01/02/2000,{COMMUNE}\nAi Kia,01/03/2001,{COMMUNE}\n"),
    );
    let run = w.run();
    let of = |resident: usize| {
        let found = run.all("DU-14");
        let mut units: Vec<String> = found
            .iter()
            .filter(|f| f["resident_row"] == resident.to_string())
            .map(|f| f["unit"].clone())
            .collect();
        units.sort();
        units
    };
    assert_eq!(of(man), ["noi-vu", "quan-su"]);
    assert_eq!(of(woman), ["noi-vu"]);
}

#[test]
fn du_15_card_no_longer_valid_by_age() {
    let mut w = World::new();
    let past = w.person("Phùng Gia Khánh", "20/11/2001", "Nam", "card_issued=01/01/2016");
    let soon = w.person("Đàm Ngọc Huyền", "19/01/2002", "Nữ", "card_issued=01/01/2017");
    let at_forty = w.person("Lâm Văn Bảy", "02/02/1986", "Nam", "card_issued=01/02/2021");
    let of_child = child(&mut w, "Vũ Thị Sen", "07/08/2012", "card_issued=01/08/2024");
    w.change("residents", of_child, "birth_date=07/08/2012|card_issued=06/08/2010");
    // More than sixty days ahead, renewed within two years before the age, for life.
    w.person("Kiều Thanh Quế", "20/01/2002", "Nữ", "card_issued=01/01/2017");
    w.person("Hà Văn Tấn", "20/11/2001", "Nam", "card_issued=20/11/2024");
    w.person("Trần Đăng Ninh", "05/05/1966", "Nam", "card_issued=05/05/2024");
    w.person("Lê Thị Riêng", "05/05/1960", "Nữ", "card_issued=05/05/2019");
    // Dead, and without a card (DU-11) or with one of no date.
    w.person(
        "Lương Văn Can",
        "20/11/2001",
        "Nam",
        "card_issued=01/01/2016|status=Đã chết|death_date=05/05/2026",
    );
    let recorded = w.person("Đào Duy Từ", "20/11/2001", "Nam", "card_issued=01/01/2016");
    w.death(recorded, "01/02/2026", "");
    let none = w.person("Thái Phiên", "20/11/2001", "Nam", "card_issued=");
    w.person("Nghiêm Xuân Yêm", "20/11/2001", "Nam", "card_issued=x");
    let run = w.run();
    assert_eq!(residents(&run, "DU-15"), [past, soon, at_forty, of_child].map(|row| row.to_string()));
    assert_eq!(run.resident(none), ["DU-11"]);
    assert_eq!(run.all("DU-15")[0]["field"], "card_issued");

    let mut w = World::new();
    let soon = w.person("Đàm Ngọc Huyền", "20/01/2002", "Nữ", "card_issued=01/01/2017");
    std::fs::write(w.dir().join("lamsach.toml"), "[rules]\ncard_notice_days = 61\n").unwrap();
    let config = w.dir().join("lamsach.toml").display().to_string();
    let man = hung(&mut w);
    w.welfare(man, "");
    w.arg("--config").arg(config);
    assert_eq!(residents(&w.run(), "DU-15"), [soon.to_string()]);
    w.without("residents.card_issued");
    let run = w.run();
    assert_eq!(run.count("DU-15"), 0);
    assert!(run.not_run().contains(&"DU-15".to_owned()));
}

#[test]
fn song_11_a_dead_person_on_a_current_list() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.death(man, "10/08/2026", "");
    let dead = w.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=10/09/2026");
    let id = |resident: usize| w.of(resident, "personal_id");
    let row = |resident: usize, hoi: &str, start: &str, stop: &str| {
        let (name, birth) = (w.of(resident, "full_name"), w.of(resident, "birth_date"));
        format!("{name},{birth},{},{COMMUNE_CODE},{COMMUNE},{hoi},{start},{stop}\n", id(resident))
    };
    let rows = [
        row(man, "Chi hội 1", "01/01/2010", ""),
        row(dead, "Chi hội 1", "01/01/2010", "21/11/2026"),
        // Stopped, not yet begun (SONG-07 alone), an end that cannot be read, and somebody who lives.
        row(man, "Chi hội 2", "01/01/2010", "20/11/2026"),
        row(man, "Chi hội 3", "01/12/2026", ""),
        row(man, "Chi hội 4", "01/01/2010", "31/02/2026"),
        row(woman, "Chi hội 1", "01/01/2010", ""),
    ];
    let head = "Họ tên hội viên,Ngày sinh,Số CCCD,Mã xã,Xã/Phường,Chi hội,Ngày vào Hội,Ngày ra Hội\n";
    let shots = format!(
        "Họ tên trẻ,Ngày sinh,Số CCCD,Phường/Xã,Tên vắc xin,Ngày tiêm\nLương Văn Can,01/03/1940,{},{COMMUNE},Cúm,01/02/2026\n",
        id(dead)
    );
    let rows = format!("{head}{}", rows.concat());
    list(&mut w, "members", &rows);
    // A shot was given once: nothing that holds.
    list(&mut w, "vaccinations", &shots);
    let run = w.run();
    let found: Vec<_> =
        run.all("SONG-11").iter().map(|f| (f["source"].clone(), f["source_row"].clone())).collect();
    assert_eq!(found, [("members".into(), "2".into()), ("members".into(), "3".into())]);
    assert_eq!(run.all("SONG-11")[0]["unit"], "mat-tran-doan-the");
    assert_eq!(run.row("members", 4), [""; 0]);
    assert_eq!(run.row("members", 5), ["SONG-07"]);
    assert_eq!(run.row("members", 7), [""; 0]);
    assert_eq!(run.row("vaccinations", 2), [""; 0]);
}

#[test]
fn song_12_funeral_support_outstanding() {
    let mut w = World::new();
    let mut dead = |name: &str, on: &str, status: &str| {
        w.person(name, "01/03/1940", "Nam", &format!("{status}|death_date={on}"))
    };
    let gone = "status=Đã chết";
    let registered = dead("Lương Văn Can", "10/09/2026", gone);
    let by_name = dead("Phùng Chí Kiên", "10/09/2026", gone);
    let stopped = dead("Đàm Quang Trung", "10/09/2026", gone);
    let long_ago = dead("Tống Duy Tân", "19/11/2025", gone);
    let undated = dead("Vương Thừa Vũ", "", gone);
    let before = dead("Thiều Chửu", "10/09/2026", gone);
    let poor = dead("Thái Phiên", "10/09/2026", gone);
    let paid = dead("Đào Duy Từ", "10/09/2026", gone);
    let recorded = hung(&mut w);
    w.death(recorded, "20/11/2025", "");
    let alive = mai(&mut w);
    let entitled = "group_code=BTXH|programme=Trợ cấp xã hội hằng tháng|stop_reason=Chết";
    let ended = |on: &str| format!("{entitled}|stop_date={on}");
    for resident in [registered, long_ago, undated, paid] {
        w.welfare(resident, &ended("01/10/2026"));
    }
    w.welfare(by_name, "group_code=|programme=Trợ cấp hưu trí xã hội|stop_date=01/10/2026|stop_reason=Chết");
    w.welfare(stopped, &ended("10/09/2026"));
    // The benefit had ended before, gives no right, or the funeral was paid for.
    w.welfare(before, "group_code=BTXH|programme=Trợ cấp xã hội|stop_date=01/06/2026|stop_reason=Chuyển đi");
    w.welfare(poor, "group_code=HN|programme=Hộ nghèo|stop_date=01/10/2026|stop_reason=Chết");
    w.welfare(
        paid,
        "group_code=|programme=Hỗ trợ chi phí mai táng|start_date=01/10/2026|stop_date=02/10/2026",
    );
    w.welfare(recorded, &ended("01/12/2025"));
    w.welfare(alive, "group_code=BTXH|programme=Trợ cấp xã hội hằng tháng");
    let run = w.run();
    assert_eq!(
        residents(&run, "SONG-12"),
        [registered, by_name, stopped, recorded].map(|row| row.to_string())
    );
    for finding in run.all("SONG-12") {
        assert_eq!((finding["severity"].as_str(), finding["unit"].as_str()), ("low", "lao-dong-xa-hoi"));
        assert!(finding["evidence"].contains("NĐ") || finding["evidence"].contains("Luật"));
    }
    let ids: std::collections::BTreeSet<&String> =
        run.all("SONG-12").iter().map(|finding| &finding["finding_id"]).collect();
    assert_eq!(ids.len(), 4);
}
