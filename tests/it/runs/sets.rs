//! What lies in a folder beside the data: every file is told, as what it was used or why it was not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use crate::harness::{AS_OF, call, said, succeed, summary};
use crate::world::World;

/// A commune with benefits, written into the folder `d` of a desk.
fn commune(folder: &Path) {
    let mut w = World::new();
    for resident in 2..12 {
        w.welfare(resident, "");
    }
    w.death(3, "10/10/2026", "");
    fs::create_dir(folder).unwrap();
    for kind in ["residents", "welfare", "deaths"] {
        fs::write(folder.join(format!("{kind}.csv")), w.text(kind, b',')).unwrap();
    }
}

/// What `summary.json` says of a file.
fn used(run: &Path, file: &str) -> Value {
    let summary = summary(run);
    let files = summary["files"].as_array().unwrap();
    let mut of = files.iter().filter(|known| known["file"] == file);
    let found = of.next().unwrap_or_else(|| panic!("{file} is not told: {files:#?}")).clone();
    assert!(of.next().is_none(), "{file} is told twice");
    found
}

fn run(folder: &Path, out: &Path, more: &[&str]) -> std::process::Output {
    let (folder, out) = (folder.to_str().unwrap(), out.to_str().unwrap());
    let mut args = vec!["run", folder, "--out", out, "--as-of", AS_OF];
    args.extend_from_slice(more);
    call(&args)
}

#[test]
fn every_file_of_a_folder_is_told() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    commune(&data);
    succeed(&run(&data, &out, &["-q"]));
    let before = summary(&out.join("latest"))["findings"].clone();

    fs::copy(data.join("welfare.csv"), data.join("welfare (1).csv")).unwrap();
    fs::write(data.join("gia.csv"), "Mặt hàng,Đơn giá\nGạo,15000\nMuối,6000\n").unwrap();
    fs::write(data.join("~$welfare.xlsx"), "lock").unwrap();
    fs::write(data.join("cong-van.docx"), "PK").unwrap();
    fs::copy(out.join("latest/worklists/du.csv"), data.join("du.csv")).unwrap();
    fs::copy(out.join("latest/links.parquet"), data.join("links.parquet")).unwrap();
    let told = run(&data, &out, &[]);
    succeed(&told);
    let latest = out.join("latest");
    assert_eq!(summary(&latest)["findings"], before);
    assert_eq!(used(&latest, "residents.csv")["rows"]["residents"], 16);
    assert_eq!(used(&latest, "welfare.csv")["copy_of"], Value::Null);
    assert_eq!(used(&latest, "welfare (1).csv")["copy_of"], "welfare.csv");
    for (file, reason) in [
        ("welfare (1).csv", "copy"),
        ("gia.csv", "no_list"),
        ("~$welfare.xlsx", "lock"),
        ("cong-van.docx", "format"),
        ("du.csv", "own_output"),
        ("links.parquet", "own_output"),
    ] {
        let used = used(&latest, file);
        assert_eq!((&used["used_as"], &used["reason"]), (&"unused".into(), &reason.into()), "{file}");
        assert!(String::from_utf8_lossy(&told.stdout).contains(file), "{file} is not told");
    }
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains("--ignore \"gia.csv\""), "{told}");
    // What is ignored is told no longer as a question.
    succeed(&run(&data, &out, &["-q", "--ignore", "gia.*"]));
    assert_eq!(used(&latest, "gia.csv")["reason"], "ignored");
}

#[test]
fn own_workbooks_are_offered_for_import() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    commune(&data);
    succeed(&run(&data, &out, &["-q"]));
    let book = crate::harness::files(&out)
        .into_iter()
        .find(|file| file.ends_with("cong-an.xlsx"))
        .expect("a workbook of the police");
    fs::copy(out.join(book), data.join("cong-an.xlsx")).unwrap();
    let told = run(&data, &out, &[]);
    succeed(&told);
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains("lamsach decide import \"cong-an.xlsx\""), "{told}");
    assert_eq!(used(&out.join("latest"), "cong-an.xlsx")["reason"], "own_output");
}

#[test]
fn two_dates_of_one_registry_are_asked_about() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    commune(&data);
    let text = fs::read_to_string(data.join("residents.csv")).unwrap();
    let fewer: Vec<&str> = text.lines().take(13).collect();
    fs::write(data.join("residents_10.csv"), fewer.join("\n")).unwrap();
    let refused = run(&data, &out, &["-q"]);
    assert_eq!(refused.status.code(), Some(3));
    let said = said(&refused);
    for part in ["residents.csv", "residents_10.csv", "--ignore \"residents_10.csv\"", "ignore = [", "12"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    succeed(&run(&data, &out, &["-q", "--ignore", "residents_10.csv"]));
}

#[test]
fn a_registry_left_aside_is_named_where_there_is_none() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    commune(&data);
    fs::write(data.join("residents.csv"), "Mặt hàng,Đơn giá\nGạo,15000\n").unwrap();
    let refused = run(&data, &out, &["-q"]);
    assert_eq!(refused.status.code(), Some(3));
    for part in ["residents.csv", "\"Đơn giá\"", "hãy chỉ rõ"] {
        assert!(said(&refused).contains(part), "{part}: {}", said(&refused));
    }
}

#[test]
fn a_file_that_no_pattern_takes_is_told() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    commune(&data);
    let folder = data.to_str().unwrap();
    succeed(&call(["init", folder, "-q"]));
    fs::copy(data.join("deaths.csv"), data.join("khai_tu_thang_12.csv")).unwrap();
    let run = || run(&data, &out, &[]);
    let told = run();
    succeed(&told);
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains("khai_tu_thang_12.csv") && told.contains("[inputs]"), "{told}");
    assert_eq!(used(&out.join("latest"), "khai_tu_thang_12.csv")["reason"], "not_named");
    // Said once that it is not wanted, it is asked about no more.
    let config = fs::read_to_string(data.join("lamsach.toml")).unwrap();
    let ignored = config.replacen("[inputs]\n", "[inputs]\nignore = [\"khai_tu_*\"]\n", 1);
    fs::write(data.join("lamsach.toml"), ignored).unwrap();
    let told = run();
    succeed(&told);
    assert!(!String::from_utf8_lossy(&told.stdout).contains("[inputs]"));
    assert_eq!(used(&out.join("latest"), "khai_tu_thang_12.csv")["reason"], "ignored");
}

#[test]
fn an_answer_is_remembered_for_every_file_of_the_layout() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    commune(&data);
    let births = |name: &str| {
        format!(
            "Số,Ngày đăng ký,Nơi đăng ký,Họ tên người được khai sinh,Mốc,Giới tính,Họ tên mẹ\n1,05/05/2020,Xã Hưng Chính,{name},x,Nam,Trần Thị Bé\n"
        )
    };
    fs::write(data.join("khai_sinh_10.csv"), births("Nguyễn Văn Út")).unwrap();
    let refused = run(&data, &out, &["-q"]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    assert!(!out.join("answers.json").exists());
    let map = ["-q", "--map", "births.birth_date=Mốc"];
    succeed(&run(&data, &out, &map));
    assert_eq!(fs::metadata(out.join("answers.json")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!fs::read_to_string(out.join("answers.json")).unwrap().contains("Nguyễn"));

    // Next month's file of the same layout is read by it, and that is told.
    fs::remove_file(data.join("khai_sinh_10.csv")).unwrap();
    fs::write(data.join("khai_sinh_11.csv"), births("Nguyễn Thị Na").replace("Mốc", "MỐC")).unwrap();
    let told = run(&data, &out, &[]);
    succeed(&told);
    assert!(String::from_utf8_lossy(&told.stdout).contains("births.birth_date=Mốc"));
    let used = used(&out.join("latest"), "khai_sinh_11.csv");
    assert_eq!(used["answers"], serde_json::json!(["births.birth_date=Mốc"]));

    let shown = call(["answers", "--out", out.to_str().unwrap()]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    let layout = shown.split_whitespace().next().unwrap();
    assert!(shown.contains("khai_sinh_10.csv") && shown.contains("births.birth_date=Mốc"), "{shown}");
    succeed(&call(["answers", "-q", "--out", out.to_str().unwrap(), "--forget", layout]));
    assert_eq!(run(&data, &out, &["-q"]).status.code(), Some(3));
}
