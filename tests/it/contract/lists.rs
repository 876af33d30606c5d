//! Lists of other sectors: those that ship, and a kind that only a text describes.

use std::path::{Path, PathBuf};

use super::{hung, mai};
use crate::harness::{AS_OF, Line, call, findings, lamsach, lines, said, succeed, summary};
use crate::world::{COMMUNE, World};

/// Writes a file beside the files of a world.
fn put(world: &World, name: &str, text: &str) -> PathBuf {
    let path = world.dir().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

/// Runs the folder of a world and gives the folder of the run.
fn run_folder(world: &World) -> PathBuf {
    world.write();
    let out = world.dir().join("ket-qua");
    let mut command = lamsach();
    command.args(["run", "-q", "--as-of", AS_OF]).arg(world.dir()).arg("--out").arg(&out);
    let output = command.output().unwrap();
    succeed(&output);
    assert_eq!(said(&output), "");
    out.join("latest")
}

fn told(run: &Path, source: &str) -> Vec<(String, String, String)> {
    let of = |finding: &Line| {
        let cell = |name: &str| finding[name].clone();
        (cell("code"), cell("source_row"), cell("unit"))
    };
    findings(run).iter().filter(|finding| finding["source"] == source).map(of).collect()
}

fn triple(code: &str, row: u32, unit: &str) -> (String, String, String) {
    (code.into(), row.to_string(), unit.into())
}

/// What `inspect` takes a file for.
fn kind_of(file: &Path) -> String {
    let output = lamsach().args(["inspect", "--json", "-q"]).arg(file).output().unwrap();
    succeed(&output);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    told[0]["tables"][0]["kind"].as_str().unwrap_or_default().to_owned()
}

/// The example of the manual, word by word.
fn example() -> &'static str {
    let manual = include_str!("../../../docs/danh-sach-nganh.md");
    manual.split("```toml\n").nth(1).unwrap().split("```").next().unwrap()
}

#[test]
fn a_kind_that_only_a_text_describes_is_read_linked_judged_and_published() {
    let mut world = World::new();
    let (man, woman) = (hung(&mut world), mai(&mut world));
    let dead = world.person("Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=10/10/2025");
    let id = |resident| world.of(resident, "personal_id");
    let rows = format!(
        "Số sổ xã viên,Tên xã viên,Ngày sinh,Số CCCD,Xã,Ngày vào HTX,Ngày ra HTX,Vụ lúa\n\
         1,Nguyễn Văn Hùng,06/03/1960,{},{COMMUNE},01/01/2010,,hai\n\
         2,Trần Thị Mai,12/07/1962,,{COMMUNE},01/01/2010,,hai\n\
         3,Lương Văn Can,01/03/1940,{},{COMMUNE},01/01/2010,,một\n\
         4,Đoàn Thị Điểm,09/09/1955,,{COMMUNE},01/01/2010,,một\n\
         5,Lương Văn Can,01/03/1940,{},{COMMUNE},01/01/2000,01/01/2005,một\n",
        id(man),
        id(dead),
        id(dead),
    );
    put(&world, "kinds.d/xa_vien.toml", example());
    let file = put(&world, "danh_sach.csv", &rows);
    assert_eq!(kind_of(&file), "xa_vien");

    let run = run_folder(&world);
    let office = "hop-tac-xa";
    let mut found = told(&run, "xa_vien");
    found.sort();
    assert_eq!(
        found,
        [
            triple("DU-01", 3, office),
            triple("DU-06", 5, "cong-an"),
            triple("DUNG-02", 2, office),
            triple("SONG-11", 4, office)
        ]
    );
    let linked = |row: &str| {
        let links = lines(&run.join("links.csv"));
        let link =
            links.iter().find(|link| link["source"] == "xa_vien" && link["source_row"] == row).unwrap();
        (link["role"].clone(), link["decision"].clone(), link["resident_row"].clone())
    };
    assert_eq!(linked("2"), ("subject".into(), "link".into(), man.to_string()));
    assert_eq!(linked("3"), ("subject".into(), "link".into(), woman.to_string()));
    assert_eq!(linked("5").1, "none");
    assert_eq!(summary(&run)["findings"]["by_unit"][office], 3, "{}", summary(&run)["findings"]);
    // What is done with findings of the six is done with these: a decision, and the night after.
    let song = findings(&run).into_iter().find(|f| f["code"] == "SONG-11").unwrap();
    let out = world.dir().join("ket-qua");
    let decided =
        call(["decide", &song["finding_id"], "corrected", "--by", "an", "--out", out.to_str().unwrap()]);
    succeed(&decided);
    let again = run_folder(&world);
    let later = findings(&again).into_iter().find(|f| f["code"] == "SONG-11").unwrap();
    assert_eq!((&later["finding_id"], later["status"].as_str()), (&song["finding_id"], "in_progress"));
    // Whoever has the output folder alone can read it.
    assert_eq!(std::fs::read_to_string(out.join("kinds.d/xa_vien.toml")).unwrap(), example());
    let pair = call([
        "decide",
        "danh_sach.csv:3",
        "not_same",
        "--with",
        &woman.to_string(),
        "--by",
        "an",
        "--out",
        out.to_str().unwrap(),
    ]);
    succeed(&pair);
    let parted = run_folder(&world);
    let links = lines(&parted.join("links.csv"));
    let link = links.iter().find(|link| link["source"] == "xa_vien" && link["source_row"] == "3").unwrap();
    assert_eq!(link["decision"], "none");
}

#[test]
fn a_mistake_in_a_description_is_told_with_file_line_and_suggestion() {
    let mut world = World::new();
    hung(&mut world);
    put(&world, "kinds.d/xa_vien.toml", &example().replace("\"birth_date\"", "\"birth_dat\""));
    world.write();
    let output =
        lamsach().args(["run", "-q", "--lang", "en"]).arg(world.dir()).args(["--out", "x"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = said(&output);
    let line = 1 + example().lines().position(|line| line.contains("\"birth_date\"")).unwrap();
    assert!(told.contains(&format!("xa_vien.toml:{line}")) && told.contains("birth_date?"), "{told}");
}

#[test]
fn a_column_of_the_kinds_own_is_known_judged_by_its_type_and_held_to_its_description() {
    let world = World::new();
    let own = example().replace("holds = \"free\"", "holds = \"money\"");
    put(&world, "kinds.d/xa_vien.toml", &own);
    // Without its own column the file would be any list of persons; "Ngày" would be asked about.
    let rows =
        "Tên xã viên,Ngày sinh,Số vụ lúa (vụ)\nNguyễn Văn Hùng,05/03/1960,2\nTrần Thị Mai,12/07/1962,hai\n";
    let file = put(&world, "ds.csv", rows);
    let output = lamsach().args(["inspect", "--json", "-q"]).arg(&file).output().unwrap();
    succeed(&output);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let table = &told[0]["tables"][0];
    assert_eq!(table["kind"], "xa_vien");
    let column = &table["columns"][2];
    assert_eq!((&column["own"], &column["valid"]), (&"vu_lua".into(), &0.5.into()));
    assert!(column["field"].is_null() && !table["problems"].to_string().contains("unrecognised"));
    let mistakes = [
        ("[kind.own.vu_lua]", "[kind.own.birth_date]", "birth_date"),
        ("[kind.own.vu_lua]", "[kind.own.Vu]", "Vu"),
        ("holds = \"free\"", "holds = \"mony\"", "money?"),
        ("headers = [\"Vụ lúa\", \"Số vụ lúa\"]", "headers = []", "vu_lua"),
        ("headers = [\"Vụ lúa\"", "headers = [\"Ngày ra HTX\"", "Ngày ra HTX"),
    ];
    for (right, wrong, wanted) in mistakes {
        let text = example().replace(right, wrong);
        assert_ne!(text, example(), "{right}");
        put(&world, "kinds.d/xa_vien.toml", &text);
        let output = lamsach().args(["inspect", "-q", "--lang", "en"]).arg(&file).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        let told = said(&output);
        assert!(told.contains("xa_vien.toml:") && told.contains(wanted), "{wrong}: {told}");
    }
}

#[test]
fn lists_that_ship_are_told_from_their_files() {
    let mut world = World::new();
    let (man, woman) = (hung(&mut world), mai(&mut world));
    world.welfare(man, "");
    let id = |resident| world.of(resident, "personal_id");
    let pupils = put(
        &world,
        "truong_tieu_hoc.csv",
        "STT,Họ và tên,Ngày sinh,Giới tính,Địa chỉ,Lớp,Họ tên Bố,Họ tên Mẹ\n1,Lê Minh Khôi,12/06/2018,Nam,Thôn 1,2A,Lê Văn Tâm,Phạm Thị Dung\n",
    );
    let members = put(
        &world,
        "phu_nu.csv",
        &format!(
            "STT,Họ tên hội viên,Ngày tháng năm sinh,Số CCCD,Địa chỉ,Ngày vào Hội\n1,Trần Thị Mai,12/07/1962,{},Thôn 1,01/01/2000\n",
            id(woman)
        ),
    );
    let taxes = put(
        &world,
        "thue.csv",
        &format!(
            "STT,Mã số thuế,Họ và tên người nộp thuế,Tổ/Thôn,Số thuế phải nộp\n1,{},Nguyễn Văn Hùng,Thôn 1,100000\n",
            id(man)
        ),
    );
    for (file, kind) in [(&pupils, "pupils"), (&members, "members"), (&taxes, "taxpayers")] {
        assert_eq!(kind_of(file), kind);
    }
    let run = run_folder(&world);
    let sources: Vec<String> =
        lines(&run.join("links.csv")).iter().map(|link| link["source"].clone()).collect();
    for (source, count) in [("welfare", 1), ("pupils", 3), ("members", 1), ("taxpayers", 1)] {
        assert_eq!(sources.iter().filter(|of| *of == source).count(), count, "{source}");
    }
    let linked = |source: &str| {
        let links = lines(&run.join("links.csv"));
        links.iter().find(|link| link["source"] == source).map(|link| link["resident_row"].clone()).unwrap()
    };
    assert_eq!((linked("members"), linked("taxpayers")), (woman.to_string(), man.to_string()));
    // The child is in no registry: the police hear of it, as of anybody else.
    assert!(told(&run, "pupils").contains(&triple("DU-06", 2, "cong-an")));
}

#[test]
fn a_list_that_nobody_knows_is_asked_about_and_may_be_any_list() {
    let mut world = World::new();
    let man = hung(&mut world);
    let id = world.of(man, "personal_id");
    let text =
        format!("Mã KH,Tên khách hàng,Ngày sinh,Số CCCD,Số công tơ\nK1,Nguyễn Văn Hùng,06/03/1960,{id},77\n");
    let file = put(&world, "dien.csv", &text);
    world.write();
    let out = world.dir().join("ket-qua");
    let run = |more: &[&str]| {
        let residents = world.dir().join("residents.csv");
        let mut command = lamsach();
        command.args(["run", "-q", "--as-of", AS_OF, "--residents"]).arg(residents).arg("--out").arg(&out);
        command.args(more).output().unwrap()
    };
    let refused = lamsach().args(["inspect", "-q", "--lang", "en"]).arg(&file).output().unwrap();
    assert!(
        said(&refused).contains("E-KIND-OTHER") && said(&refused).contains("--list"),
        "{}",
        said(&refused)
    );
    succeed(&run(&["--list", &format!("list={}", file.display())]));
    let latest = out.join("latest");
    assert_eq!(told(&latest, "list"), [triple("DUNG-02", 2, "don-vi-khac")]);
    let wrong = run(&["--list", &format!("lists={}", file.display())]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn an_unknown_list_that_nobody_answered_for_is_left_aside_and_told() {
    let mut world = World::new();
    let man = hung(&mut world);
    world.welfare(man, "");
    let id = world.of(man, "personal_id");
    let power =
        format!("Mã KH,Tên khách hàng,Ngày sinh,Số CCCD,Số công tơ\nK1,Nguyễn Văn Hùng,06/03/1960,{id},77\n");
    put(&world, "dien_luc.csv", &power);
    world.write();
    let out = world.dir().join("ket-qua");
    let run = || {
        let mut command = lamsach();
        command.args(["run", "--lang", "en", "--as-of", AS_OF]).arg(world.dir()).arg("--out").arg(&out);
        command.output().unwrap()
    };
    // A list of another sector, none of those known: the run goes on without it, and says so and how to answer.
    let without = run();
    succeed(&without);
    assert_eq!(said(&without), "");
    let told = String::from_utf8(without.stdout).unwrap();
    assert!(told.contains("--list list=\"dien_luc.csv\"") && told.contains("--ignore"), "{told}");
    let latest = out.join("latest");
    let links = lines(&latest.join("links.csv"));
    assert!(!links.is_empty() && links.iter().all(|link| link["source"] == "welfare"));
    let inputs = summary(&latest)["inputs"].to_string();
    assert!(!inputs.contains("dien_luc.csv"), "{inputs}");
    let before = std::fs::canonicalize(&latest).unwrap();
    // One that may be several of the six is asked about: nothing runs, and what was there stays.
    put(&world, "danh_sach.csv", &format!("Họ và tên,Ngày sinh,Số CCCD\nNguyễn Văn Hùng,05/03/1960,{id}\n"));
    let refused = run();
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    let told = said(&refused);
    assert!(told.contains("danh_sach.csv") && told.contains("E-KIND-UNCLEAR"), "{told}");
    assert_eq!(std::fs::canonicalize(&latest).unwrap(), before);
}

/// The findings that the workbook of an office holds.
fn in_workbook(out: &Path, office: &str) -> Vec<String> {
    use calamine::Reader as _;
    let path = out.join("so-lam-viec/don-vi").join(format!("{office}.xlsx"));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
    let mut found = Vec::new();
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).unwrap();
        let mut rows = range.rows();
        let Some(at) = rows.next().and_then(|head| head.iter().position(|cell| *cell == "Mã trường hợp"))
        else {
            continue;
        };
        found.extend(rows.map(|row| row[at].to_string()).filter(|id| !id.is_empty()));
    }
    found
}

#[test]
fn a_folder_of_the_six_kinds_and_four_lists_is_told_linked_judged_and_handed_to_the_offices() {
    let mut world = World::new();
    let (man, woman) = (hung(&mut world), mai(&mut world));
    let family = super::family(&mut world);
    let dead = world.person("Lương Văn Can", "01/03/1940", "Nữ", "status=Đã chết|death_date=10/10/2025");
    let absent =
        world.person("Đàm Vĩnh Hương", "07/08/2016", "Nữ", "card_issued=|household_id=H9|status=Thường trú");
    world.birth(family.child, "");
    world.marriage(family.father, family.mother, "01/02/2015", "");
    world.death(dead, "10/10/2025", "");
    world.welfare(man, "");
    world.insurance(woman, "");
    let of = |resident: usize, column: &str| world.of(resident, column);
    let id = |resident: usize| of(resident, "personal_id");
    let pupils = format!(
        "TRƯỜNG TIỂU HỌC HƯNG CHÍNH\nDANH SÁCH HỌC SINH\n\
         STT,Họ và tên,Ngày sinh,Giới tính,Xã/Phường,Lớp,Họ tên cha,Họ tên mẹ\n\
         1,Lê Minh Khôi,13/06/2018,Nam,{COMMUNE},3A,Lê Văn Tâm,Phạm Thị Dung\n"
    );
    let women = format!(
        "STT,Họ tên hội viên,Ngày tháng năm sinh,Số CCCD,Chi hội,Ngày vào Hội\n\
         1,Trần Thị Mai,12/07/1962,,Chi hội 1,08/03/2000\n\
         2,Lương Văn Can,01/03/1940,{},Chi hội 1,08/03/1980\n",
        id(dead)
    );
    let taxes = format!(
        "STT,Mã số thuế,Họ và tên người nộp thuế,Ngày sinh,Sắc thuế,Số thuế phải nộp\n\
         1,{},Nguyễn Văn Hùng,06/03/1960,Thuế đất,100000\n",
        id(man)
    );
    let power = format!(
        "Mã KH,Tên khách hàng,Ngày sinh,Số CCCD,Số công tơ\nK1,Phạm Thị Dung,21/08/1988,{},77\n",
        id(family.mother)
    );
    put(&world, "truong_tieu_hoc.csv", &pupils);
    put(&world, "hoi_phu_nu.csv", &women);
    put(&world, "so_thue.csv", &taxes);
    let unknown = put(&world, "dien_luc.csv", &power);
    world.write();
    let out = world.dir().join("ket-qua");
    // What nobody knows is asked about, by name and with the line that answers.
    let asked = lamsach().args(["inspect", "-q", "--lang", "en"]).arg(&unknown).output().unwrap();
    assert!(said(&asked).contains("dien_luc.csv") && said(&asked).contains("--list"), "{}", said(&asked));
    put(&world, "lamsach.toml", "[lists]\nlist = [\"dien_*.csv\"]\n");
    let mut run = lamsach();
    run.args(["run", "-q", "--as-of", AS_OF]).arg(world.dir()).arg("--out").arg(&out);
    succeed(&run.output().unwrap());
    let latest = out.join("latest");

    let summary = summary(&latest);
    let inputs: std::collections::BTreeMap<&str, &str> = summary["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|input| (input["file"].as_str().unwrap(), input["kind"].as_str().unwrap()))
        .collect();
    let kinds = [
        ("births.csv", "births"),
        ("deaths.csv", "deaths"),
        ("dien_luc.csv", "list"),
        ("hoi_phu_nu.csv", "members"),
        ("insurance.csv", "insurance"),
        ("marriages.csv", "marriages"),
        ("residents.csv", "residents"),
        ("so_thue.csv", "taxpayers"),
        ("truong_tieu_hoc.csv", "pupils"),
        ("welfare.csv", "welfare"),
    ];
    assert_eq!(inputs, kinds.into_iter().collect());

    let links = lines(&latest.join("links.csv"));
    let linked = |source: &str, row: &str, role: &str| {
        let of = |link: &&Line| link["source"] == source && link["source_row"] == row && link["role"] == role;
        let link = links.iter().find(of).unwrap_or_else(|| panic!("{source} {row} {role}"));
        assert_eq!(link["decision"], "link", "{source} {row} {role}");
        link["resident_row"].clone()
    };
    for (source, row, role, resident) in [
        ("pupils", "4", "subject", family.child),
        ("pupils", "4", "father", family.father),
        ("pupils", "4", "mother", family.mother),
        ("members", "2", "subject", woman),
        ("members", "3", "subject", dead),
        ("taxpayers", "2", "subject", man),
        ("list", "2", "subject", family.mother),
        ("welfare", "2", "subject", man),
        ("births", "2", "child", family.child),
    ] {
        assert_eq!(linked(source, row, role), resident.to_string(), "{source} {role}");
    }

    let found = findings(&latest);
    let of_office = |code: &str, source: &str, office: &str| {
        let of = |f: &&Line| f["code"] == code && f["source"] == source && f["unit"] == office;
        let id = found.iter().find(of).map(|finding| finding["finding_id"].clone());
        id.unwrap_or_else(|| panic!("{code} {source} {office}: {found:#?}"))
    };
    for (code, source, office) in [
        ("DUNG-02", "pupils", "giao-duc"),
        ("DU-14", "residents", "giao-duc"),
        ("DU-01", "members", "mat-tran-doan-the"),
        ("SONG-11", "members", "mat-tran-doan-the"),
        ("DUNG-02", "taxpayers", "thue"),
        ("DUNG-02", "list", "don-vi-khac"),
    ] {
        let id = of_office(code, source, office);
        assert!(in_workbook(&out, office).contains(&id), "{code} in the workbook of {office}");
    }
    let du = found.iter().filter(|f| f["code"] == "DU-14").map(|f| f["resident_row"].clone());
    assert_eq!(du.collect::<Vec<_>>(), [absent.to_string()]);
}

#[test]
fn the_columns_and_the_commands_of_the_manual_work_as_they_stand() {
    // The columns are those that the manual names, the description its example, the command its own.
    let manual = include_str!("../../../docs/danh-sach-nganh.md").replace('\n', " ");
    let columns = manual.split("với các cột *").nth(1).and_then(|rest| rest.split('*').next()).unwrap();
    let columns: Vec<&str> = columns.split(", ").collect();
    assert_eq!(columns.len(), 7);
    let mut world = World::new();
    let man = hung(&mut world);
    let cells =
        ["17", "Nguyễn Văn Hùng", "05/03/1960", &world.of(man, "personal_id"), COMMUNE, "01/01/2010", ""];
    put(&world, "kinds.d/xa_vien.toml", example());
    let text = format!("{}\n{}\n", columns.join(","), cells.join(","));
    let file = put(&world, "xa_vien.csv", &text);
    assert!(manual.contains("`lamsach inspect xa_vien.csv`"));
    assert_eq!(kind_of(&file), "xa_vien");
    let told = lamsach().args(["inspect", "--json", "-q"]).arg(&file).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let fields = told[0]["tables"][0]["columns"].to_string();
    for field in ["file_no", "full_name", "birth_date", "personal_id", "commune", "start_date", "stop_date"] {
        assert!(fields.contains(&format!("\"{field}\"")), "{field}: {fields}");
    }
    let run = run_folder(&world);
    let links = lines(&run.join("links.csv"));
    assert_eq!((links[0]["source"].as_str(), links[0]["resident_row"].clone()), ("xa_vien", man.to_string()));
    assert_eq!(told_codes(&run), Vec::<String>::new());
}

/// The codes of the findings on rows of the manual's list.
fn told_codes(run: &Path) -> Vec<String> {
    told(run, "xa_vien").into_iter().map(|(code, ..)| code).collect()
}
