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
