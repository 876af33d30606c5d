//! What is wrong with an input is said in one sentence, with an exit code, and nothing else happens.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::harness::{AS_OF, call, files, lamsach, lines, said, succeed};
use crate::world::World;

/// A folder with a small commune and one whole run of it.
struct Desk {
    dir: tempfile::TempDir,
    before: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut w = World::new();
        for resident in 2..12 {
            w.welfare(resident, "");
        }
        for kind in ["residents", "welfare"] {
            fs::write(dir.path().join(format!("{kind}.csv")), w.text(kind, b',')).unwrap();
        }
        let mut desk = Self { dir, before: PathBuf::new() };
        succeed(&desk.run(&[]));
        desk.before = fs::read_link(desk.path("out/latest")).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), bytes).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Runs the commune with the files and options given beside it.
    fn run(&self, more: &[&str]) -> Output {
        let mut command = lamsach();
        command.arg("run").arg("-q").arg("--residents").arg(self.path("residents.csv"));
        if !more.contains(&"--welfare") {
            command.arg("--welfare").arg(self.path("welfare.csv"));
        }
        if !more.contains(&"--as-of") {
            command.args(["--as-of", AS_OF]);
        }
        command.arg("--out").arg(self.path("out")).args(more).output().unwrap()
    }

    /// Asserts that a run failed with a code, said all these things, and left nothing behind.
    #[track_caller]
    fn assert_failed(&self, output: &Output, code: i32, parts: &[&str]) {
        let said = said(output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.starts_with("Lỗi: "), "{said}");
        for part in parts {
            assert!(said.contains(part), "{part:?} is not in: {said}");
        }
        assert!(!said.contains("panic"), "{said}");
        self.assert_untouched();
    }

    /// `latest` is the run that it was, and whole.
    #[track_caller]
    fn assert_untouched(&self) {
        assert_eq!(fs::read_link(self.path("out/latest")).unwrap(), self.before);
        assert!(self.path("out/latest/summary.json").exists());
        let runs = fs::read_dir(self.path("out")).unwrap().map(|e| e.unwrap());
        // The workbooks that officers fill in stand beside the runs.
        let beside = ["latest", "so-lam-viec"];
        let left: Vec<_> = runs
            .filter(|e| e.path().is_dir() && !beside.iter().any(|known| e.file_name() == *known))
            .collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert!(files(&self.path("out")).iter().all(|f| !f.to_str().unwrap().contains("partial")));
    }
}

#[test]
fn a_required_column_is_missing() {
    let desk = Desk::new();
    let file = desk.write("b.csv", "Họ tên,Nơi sinh,Số\nA,B,1\n");
    let output = desk.run(&["--births", &file]);
    desk.assert_failed(&output, 3, &["b.csv", "birth_date", "\"Nơi sinh\"", "--map births.birth_date="]);
}

#[test]
fn english_where_it_is_asked_for() {
    let desk = Desk::new();
    let file = desk.write("b.csv", "Họ tên,Nơi sinh,Số\nA,B,1\n");
    let output = desk.run(&["--births", &file, "--lang", "en"]);
    assert!(said(&output).starts_with("Error: "), "{}", said(&output));
}

#[test]
fn files_that_hold_no_table() {
    let desk = Desk::new();
    let empty = desk.write("empty.csv", "");
    desk.assert_failed(&desk.run(&["--deaths", &empty]), 3, &["empty.csv", "hãy"]);
    let blank = desk.write("blank.csv", "\n\n  \n");
    desk.assert_failed(&desk.run(&["--deaths", &blank]), 3, &["blank.csv", "hãy"]);
    let folder = desk.path("folder.csv");
    fs::create_dir(&folder).unwrap();
    desk.assert_failed(
        &desk.run(&["--deaths", folder.to_str().unwrap()]),
        3,
        &["folder.csv", "thư mục", "hãy"],
    );
    let absent = desk.path("absent.csv");
    desk.assert_failed(&desk.run(&["--deaths", absent.to_str().unwrap()]), 3, &["absent.csv", "hãy"]);
    let noise: Vec<u8> = (0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let binary = desk.write("binary.csv", &noise);
    desk.assert_failed(&desk.run(&["--deaths", &binary]), 3, &["binary.csv"]);
    let pdf = desk.write("list.csv", "%PDF-1.7\nxref");
    desk.assert_failed(&desk.run(&["--deaths", &pdf]), 3, &["list.csv", "hãy"]);
    let broken = desk.write("broken.xlsx", b"PK\x03\x04 not a workbook");
    desk.assert_failed(&desk.run(&["--deaths", &broken]), 3, &["broken.xlsx", "hãy"]);
    let gz = desk.write("broken.csv.gz", b"\x1f\x8b\x08\x00 broken off");
    desk.assert_failed(&desk.run(&["--deaths", &gz]), 3, &["broken.csv.gz"]);
    let parquet = desk.write("broken.parquet", b"PAR1 broken off PAR1");
    desk.assert_failed(&desk.run(&["--deaths", &parquet]), 3, &["broken.parquet"]);
    let header = desk.write("words.csv", "một\nhai\nba\n");
    desk.assert_failed(&desk.run(&["--deaths", &header]), 3, &["words.csv"]);
}

/// A list of benefits of all neighbours with something done to the text of its rows.
fn benefits(change: impl Fn(usize, String) -> String) -> String {
    let mut text = String::from("Họ và tên,Ngày sinh,Xã,Chế độ,Số hồ sơ\n");
    for n in 0..300 {
        text.push_str(&change(n, format!("Nguyễn Văn Số {n},01/02/1950,Hưng Chính,a,{n}")));
        text.push('\n');
    }
    text
}

#[test]
fn rows_that_cannot_be_read_are_listed_and_the_rest_is_used() {
    let desk = Desk::new();
    let huge = "x".repeat(10 << 20);
    for (name, reason, bad) in [
        ("cells.csv", "too_many_cells", "A,B,C,D,E,F,G,H".to_owned()),
        ("huge.csv", "cell_too_long", format!("{huge},01/02/1950,Hưng Chính,a,7")),
        ("nul.csv", "nul_byte", "A\0B,01/02/1950,Hưng Chính,a,8".to_owned()),
    ] {
        let file = desk.write(name, benefits(|n, row| if n == 150 { bad.clone() } else { row }));
        let output = desk.run(&["--welfare", &file]);
        succeed(&output);
        let rejects = lines(&desk.path("out/latest/rejects.csv"));
        assert_eq!(rejects.len(), 1, "{name}");
        assert_eq!((rejects[0]["file"].as_str(), rejects[0]["row"].as_str()), (name, "152"));
        assert!(rejects[0]["reason"].starts_with(reason), "{}", rejects[0]["reason"]);
        assert!(bad.starts_with(rejects[0]["raw"].get(..1).unwrap()));
        assert_eq!(lines(&desk.path("out/latest/links.csv")).len(), 299, "{name}");
    }
}

#[test]
fn a_file_that_ends_in_mid_quote_loses_no_other_row() {
    let desk = Desk::new();
    let file = desk.write(
        "quote.csv",
        benefits(|n, row| if n == 297 { "\"Nguyễn Văn Hở,01/02/1950,Hưng Chính,a,9".into() } else { row }),
    );
    succeed(&desk.run(&["--welfare", &file]));
    let rejects = lines(&desk.path("out/latest/rejects.csv"));
    assert_eq!(rejects.len(), 1);
    assert_eq!(rejects[0]["row"], "299");
    assert!(rejects[0]["reason"].starts_with("unclosed_quote"), "{}", rejects[0]["reason"]);
    assert_eq!(lines(&desk.path("out/latest/links.csv")).len(), 299);
}

#[test]
fn too_many_rejects() {
    let desk = Desk::new();
    let file =
        desk.write("many.csv", benefits(|n, row| if n % 50 == 0 { format!("{row},1,2,3,4") } else { row }));
    let output = desk.run(&["--welfare", &file]);
    desk.assert_failed(&output, 4, &["many.csv", "dòng 2", "6/300", "--max-rejects"]);
    // The rows stand where they can be looked at, and can be put up with.
    let listed = fs::read_dir(desk.path("out")).unwrap().map(|e| e.unwrap().path());
    let list = listed.into_iter().find(|p| p.extension().is_some_and(|e| e == "csv")).unwrap();
    assert_eq!(lines(&list).len(), 6);
    assert_eq!(fs::metadata(&list).unwrap().permissions().mode() & 0o777, 0o600);
    succeed(&desk.run(&["--welfare", &file, "--max-rejects", "3%"]));
}

#[test]
fn a_kind_that_cannot_be_told_in_a_folder() {
    let desk = Desk::new();
    let folder = desk.path("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("la.csv"), "Mã hàng,Đơn giá,Số lượng\n1,2,3\n").unwrap();
    fs::copy(desk.path("residents.csv"), folder.join("dan_cu.csv")).unwrap();
    let out = desk.path("out");
    let output = call(["run", folder.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    desk.assert_failed(&output, 3, &["la.csv", "\"Đơn giá\"", "hãy chỉ rõ"]);
}

#[test]
fn the_registry_and_an_extract_are_needed() {
    let desk = Desk::new();
    let (out, residents, welfare) = (desk.path("out"), desk.path("residents.csv"), desk.path("welfare.csv"));
    let run =
        |kind: &str, path: &Path| call(["run", kind, path.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    desk.assert_failed(&run("--welfare", &welfare), 2, &["--residents"]);
    desk.assert_failed(&run("--residents", &residents), 2, &["--deaths"]);
}

#[test]
fn bad_arguments() {
    let desk = Desk::new();
    for args in [
        &["--as-of", "31/02/2026"][..],
        &["--as-of", "hôm nay"],
        &["--max-rejects", "nhiều"],
        &["--births-period", "2020"],
        &["--map", "births.birth_date"],
        &["--map", "births.no_such_field=X"],
        &["--encoding", "utf-7"],
        &["--threads", "hai"],
        &["--no-such-option"],
    ] {
        desk.assert_failed(&desk.run(args), 2, &[args[0]]);
    }
    // Without --out.
    let output = call(["run", "--residents", "a.csv", "--deaths", "b.csv"]);
    desk.assert_failed(&output, 2, &["--out"]);
}

#[test]
fn an_output_folder_that_cannot_be_written() {
    let desk = Desk::new();
    let file = desk.write("tep", "x");
    let output = desk.run(&["--welfare", desk.path("welfare.csv").to_str().unwrap()]);
    succeed(&output);
    let mut command = lamsach();
    command.arg("run").arg("--residents").arg(desk.path("residents.csv"));
    command.arg("--welfare").arg(desk.path("welfare.csv")).arg("--out").arg(&file);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    assert!(said(&output).contains("tep"), "{}", said(&output));
    // A folder below a file cannot be made either.
    let below = PathBuf::from(&file).join("out");
    let output = lamsach()
        .arg("run")
        .arg("--residents")
        .arg(desk.path("residents.csv"))
        .arg("--welfare")
        .arg(desk.path("welfare.csv"))
        .arg("--out")
        .arg(below)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(6));
}

#[test]
fn another_run_holds_the_lock() {
    let desk = Desk::new();
    let lock = fs::File::open(desk.path("out/.lamsach.lock")).unwrap();
    lock.lock().unwrap();
    desk.assert_failed(&desk.run(&[]), 5, &["giữ thư mục kết quả", "hãy đợi"]);
    drop(lock);
    succeed(&desk.run(&[]));
}

#[test]
fn what_a_dead_run_left_is_removed() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("out/.20260101T000000Z-00000000.partial/worklists")).unwrap();
    succeed(&desk.run(&[]));
    assert!(!desk.path("out/.20260101T000000Z-00000000.partial").exists());
}

#[test]
fn nothing_personal_is_said_on_the_terminal() {
    let desk = Desk::new();
    let file = desk.write("w.csv", benefits(|n, row| if n == 3 { format!("{row},,,,,") } else { row }));
    for verbose in ["-v", "-vv"] {
        let mut command = lamsach();
        command.args(["run", verbose, "--as-of", AS_OF]).arg("--residents").arg(desk.path("residents.csv"));
        let output = command.arg("--welfare").arg(&file).arg("--out").arg(desk.path("out")).output().unwrap();
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), said(&output));
        for personal in ["Nguyễn Văn", "Hoàng Đình Thảo", "01/02/1950", "0400"] {
            assert!(!text.contains(personal), "{personal}: {text}");
        }
    }
}
