//! Workbooks under a password: written, taken in, shown before they are, and rid of a person, whatever the password was
//! when they were saved.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::harness::{lamsach, said, succeed};
use crate::runs::desk_work::{Desk, Row, fill, line_of, rows_of, three};
use crate::world::Outcome;

const FIRST: &str = "mật khẩu sổ 2026";
const SECOND: &str = "mat khau thu hai";
const THIRD: &str = "mat khau thu ba";

/// What a locked workbook holds, where the password is the one.
fn unlocked(path: &Path, password: &str) -> Option<Vec<u8>> {
    let opened = office_crypto::decrypt_from_bytes(fs::read(path).unwrap(), password).ok();
    opened.filter(|bytes| bytes.starts_with(b"PK"))
}

fn lock(plain: &[u8], path: &Path, password: &str) {
    let mut writer = ms_offcrypto_writer::Ecma376AgileWriter::create(
        &mut rand_of_writer::rng(),
        password,
        Cursor::new(Vec::new()),
    )
    .unwrap();
    writer.write_all(plain).unwrap();
    fs::write(path, writer.into_inner().unwrap().into_inner()).unwrap();
}

/// A commune with a file of passwords.
struct Locked {
    desk: Desk,
}

impl Locked {
    fn new() -> Self {
        let desk = Desk::new();
        fs::write(desk.dir().join("lamsach.toml"), "[output]\nworkbooks_password_file = \"mat-khau\"\n")
            .unwrap();
        Self { desk }
    }

    fn config(&self) -> String {
        self.desk.dir().join("lamsach.toml").to_str().unwrap().to_owned()
    }

    fn passwords(&self, lines: &[&str]) {
        let path = self.desk.dir().join("mat-khau");
        fs::write(&path, lines.join("\n")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    /// A night with these passwords; what it told.
    fn night(&self, lines: &[&str]) -> String {
        self.passwords(lines);
        String::from_utf8(self.desk.run(&["--config", &self.config()]).stdout).unwrap()
    }

    /// All files in the folder of workbooks.
    fn books(&self) -> Vec<PathBuf> {
        let folders = ["xa", "don-vi"].map(|folder| self.desk.out().join("so-lam-viec").join(folder));
        let mut found: Vec<PathBuf> = folders
            .iter()
            .flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()))
            .collect();
        found.sort();
        found
    }

    fn assert_all_under(&self, password: &str) {
        for book in self.books() {
            assert!(unlocked(&book, password).is_some(), "{}", book.display());
        }
    }

    /// Types into a workbook that is under a password.
    fn type_into(&self, book: &Path, password: &str, finding: &str, result: &str, note: &str) {
        let plain = self.desk.dir().join("mo.xlsx");
        fs::write(&plain, unlocked(book, password).unwrap()).unwrap();
        fill(&plain, |row: &Row| {
            (row["Mã trường hợp"] == finding).then(|| (result.to_owned(), note.to_owned()))
        });
        lock(&fs::read(&plain).unwrap(), book, password);
    }

    fn command(&self, words: &[&str]) -> Output {
        let mut command = lamsach();
        command.args(words).args(["--config", &self.config()]).arg("--out").arg(self.desk.out());
        command.output().unwrap()
    }

    fn line(&self, password: &str, finding: &str) -> Row {
        line_of(unlocked(&self.desk.police(), password).unwrap(), finding).1
    }
}

#[test]
fn nothing_typed_is_lost_while_passwords_come_change_and_go() {
    let world = Locked::new();
    let desk = &world.desk;
    world.night(&[FIRST]);
    world.assert_all_under(FIRST);
    let first = Outcome::of(&desk.out().join("latest"));
    let [death, number] = ["SONG-01", "DU-02"].map(|code| first.only(code)["finding_id"].clone());
    world.type_into(&desk.police(), FIRST, &death, "Cảnh báo sai", "đã hỏi gia đình");

    // A new password: the old line below opens what is there.
    let told = world.night(&[SECOND, FIRST]);
    assert!(told.contains("Quyết định mới nhập từ sổ làm việc: 1"), "{told}");
    world.assert_all_under(SECOND);
    assert_eq!(world.line(SECOND, &death)["Ghi chú"], "đã hỏi gia đình");
    world.type_into(&desk.police(), SECOND, &number, "xong", "bà Ngọc");
    let typed = fs::read(desk.police()).unwrap();

    // Without the key, and with another password alone, it is left as it is, and new ones stand beside.
    for (night, why) in [("", "cong-an.xlsx có đặt mật khẩu; hãy ghi mật khẩu"), (THIRD, "có mật khẩu khác")]
    {
        let told = match night {
            "" => String::from_utf8(desk.run(&[]).stdout).unwrap(),
            password => world.night(&[password]),
        };
        assert!(told.contains(why) && told.contains("để nguyên"), "{told}");
        assert!(told.contains("Chưa nhập được"), "{told}");
        assert_eq!(fs::read(desk.police()).unwrap(), typed);
        assert_eq!(desk.decisions(), [three("false_alarm", "active", "đã hỏi gia đình")]);
        let beside = desk.police().with_file_name("cong-an.moi.xlsx");
        assert_eq!(unlocked(&beside, THIRD).is_some(), night == THIRD, "{night}");
    }

    // With both known all is taken in, and under the new one.
    world.night(&[THIRD, SECOND]);
    assert!(world.books().iter().all(|book| !book.to_string_lossy().contains(".moi")));
    world.assert_all_under(THIRD);
    let made = [three("false_alarm", "active", "đã hỏi gia đình"), three("corrected", "active", "bà Ngọc")];
    assert_eq!(desk.decisions(), made);

    // Off again: plain, with all that was typed.
    world.night(&["-", THIRD]);
    for (finding, note) in [(&death, "đã hỏi gia đình"), (&number, "bà Ngọc")] {
        assert_eq!(line_of(fs::read(desk.police()).unwrap(), finding).1["Ghi chú"], note);
    }
    assert_eq!(desk.decisions(), made);
    for command in ["status", "verify"] {
        succeed(&lamsach().arg(command).arg(desk.out()).output().unwrap());
    }
}

#[test]
fn a_locked_workbook_is_shown_before_it_is_taken_in() {
    let world = Locked::new();
    world.night(&[FIRST]);
    let first = Outcome::of(&world.desk.out().join("latest"));
    let death = first.only("SONG-01")["finding_id"].clone();
    let book = world.desk.dir().join("gui-lai.xlsx");
    fs::copy(world.desk.police(), &book).unwrap();
    world.type_into(&book, FIRST, &death, "hoãn đến 15/12/2031", "");
    let import = ["decide", "import", book.to_str().unwrap()];
    let shown = world.command(&[&import[..], &["--dry-run"]].concat());
    assert!(String::from_utf8_lossy(&shown.stdout).contains("sẽ ghi 1 quyết định"), "{}", said(&shown));
    world.passwords(&[SECOND]);
    let refused = world.command(&import);
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).contains("gui-lai.xlsx có mật khẩu khác"), "{}", said(&refused));
    world.passwords(&[SECOND, FIRST]);
    succeed(&world.command(&import));
    assert_eq!(world.desk.decisions(), [three("deferred", "active", "")]);
}

#[test]
fn a_person_is_erased_from_locked_workbooks_and_they_stay_locked() {
    let world = Locked::new();
    world.night(&[FIRST]);
    let first = Outcome::of(&world.desk.out().join("latest"));
    let [death, number] = ["SONG-01", "DU-02"].map(|code| first.only(code).clone());
    world.type_into(&world.desk.police(), FIRST, &number["finding_id"], "đang xử lý", "hẹn thứ sáu");
    let purge = ["purge", "--person", &death["personal_id"]];
    world.passwords(&[SECOND]);
    let refused = world.command(&purge);
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).contains("mật khẩu mà lamsach không biết"), "{}", said(&refused));
    assert!(world.desk.out().join("latest").exists());
    world.passwords(&[SECOND, FIRST]);
    succeed(&world.command(&purge));
    for book in world.books() {
        let rows = rows_of(unlocked(&book, FIRST).unwrap());
        assert!(rows.iter().all(|(_, row)| row.values().all(|cell| !cell.contains(&death["personal_id"]))));
    }
    let row = world.line(FIRST, &number["finding_id"]);
    assert_eq!((row["Kết quả xử lý"].as_str(), row["Ghi chú"].as_str()), ("đang xử lý", "hẹn thứ sáu"));
    world.night(&[SECOND, FIRST]);
    world.night(&[SECOND, FIRST]);
    assert_eq!(world.desk.decisions(), [three("visit", "active", "hẹn thứ sáu")]);
}

#[test]
fn a_file_of_passwords_that_cannot_be_used_ends_a_run_before_it_writes() {
    let world = Locked::new();
    let mut run = lamsach();
    run.args(["run", "--config", &world.config(), "--out"]).arg(world.desk.out());
    for (kind, path) in world.desk.inputs() {
        run.arg(format!("--{kind}")).arg(path);
    }
    let output = run.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("Không đọc được tệp mật khẩu"), "{}", said(&output));
    world.passwords(&["ngắn"]);
    let output = run.output().unwrap();
    assert!(said(&output).contains("từ 8 đến 255 ký tự"), "{}", said(&output));
    assert!(!world.desk.out().join("latest").exists());
}
