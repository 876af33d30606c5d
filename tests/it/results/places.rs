//! Every place to which the program writes, made by its commands, and a person searched for in every byte of it after an
//! erasure.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use lamsach::archive::{Goes, PLACES, standing};
use lamsach::findings::FindingId;
use lamsach::publish::RunTable;
use lamsach::store::{PaperKind, Store};
use unicode_normalization::UnicodeNormalization as _;

use crate::harness::{AS_OF, Line, files, findings, lamsach, said, succeed};
use crate::review::http::{Server, add_user};
use crate::world::World;

const NAME: &str = "Đoàn Thị Ánh Nguyệt";
const BORN: &str = "17/03/1948";

/// A folder in which everything stands that the program ever writes, with a person in all of it.
struct Full {
    w: World,
    number: String,
}

impl Full {
    fn new() -> Self {
        let mut w = World::new();
        let person = w.person(NAME, BORN, "Nữ", "old_id=181234567|household_id=H77");
        let number = w.of(person, "personal_id");
        w.welfare(person, "birth_date=17/03/1949");
        w.insurance(person, "");
        // Without the number, and dead: she is told by name and date of birth alone.
        w.death(person, "05/10/2026", "personal_id=");
        let child = w.person(
            "Lê Minh Quân",
            "02/09/1975",
            "Nam",
            &format!("household_id=H77|mother_name={NAME}|mother_id={number}"),
        );
        w.birth(child, "");
        w.welfare(3, "birth_date=01/01/1951");
        let full = Self { w, number };
        full.fill();
        full
    }

    fn out(&self) -> PathBuf {
        self.w.dir().join("out")
    }

    fn run(&self, more: &[&str]) -> Command {
        let mut command = lamsach();
        command.args(["run", "-q", "--as-of", AS_OF, "--units"]).arg(self.w.dir().join("units.csv"));
        for (kind, path) in self.w.write() {
            if kind == "welfare" {
                // A row that cannot be read bears her, too.
                let row = format!(
                    "\"{NAME}\",{BORN},{},1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19\n",
                    self.number
                );
                let text = fs::read_to_string(&path).unwrap();
                fs::write(&path, text + &row).unwrap();
            }
            command.arg(format!("--{kind}")).arg(path);
        }
        command.args(more).arg("--out").arg(self.out());
        command
    }

    fn call(&self, args: &[&str]) -> Output {
        let output = lamsach().args(args).arg("--out").arg(self.out()).output().unwrap();
        succeed(&output);
        output
    }

    fn fill(&self) {
        let out = self.out();
        fs::write(
            self.w.dir().join("units.csv"),
            "old_code,old_name,old_district,old_province,new_code,new_name,new_province\n",
        )
        .unwrap();
        for _ in 0..2 {
            succeed(&self.run(&["--max-rejects", "0.9"]).output().unwrap());
        }
        let refused = self.run(&["--max-rejects", "0"]).output().unwrap();
        assert_eq!(refused.status.code(), Some(4), "{}", said(&refused));
        for args in [&["report"][..], &["stats"], &["stats", "--share"], &["letters"]] {
            self.call(args);
        }
        self.tell_the_store();
        add_user(&out, "an", &["--role", "admin"]);
        drop(Server::start(&out));
        self.drop_files();
        self.kill_a_run();
        // What other commands leave when they are killed.
        let run = fs::read_link(out.join("latest")).unwrap();
        let told = format!("{NAME} {BORN} {}", self.number);
        for file in [
            "so-lam-viec/xa/.tmpAb12",
            "reports/.tmpAb12",
            ".tmpAb12",
            "tep-nguon/.khai tử.csv.part",
            "dinh-kem/.x.pdf.part",
            &format!("review/.{}.partial", run.display()),
            &format!(".lamsach-backup-{}.db", run.display()),
        ] {
            private(&out.join(file), told.as_bytes());
        }
        // Somebody's own, which is none of the program's.
        private(&out.join("ghi chú.txt"), told.as_bytes());
    }

    /// Decisions, comments and papers: on her, and on others whose remarks name her.
    fn tell_the_store(&self) {
        let all = findings(&self.out().join("latest"));
        let hers =
            |line: &&Line| line.values().any(|cell| cell.contains(&self.number) || cell.contains(NAME));
        let id = |line: &Line| FindingId::parse(&line["finding_id"]).unwrap();
        let (her, other) = (all.iter().find(hers).unwrap(), all.iter().find(|line| !hers(line)).unwrap());
        let spaced = format!("{} {}", &self.number[..6], &self.number[6..]);
        self.call(&["decide", &her["finding_id"], "visit", "--note", "bà ấy đi vắng"]);
        self.call(&["decide", &other["finding_id"], "visit", "--note", &format!("hàng xóm của {spaced}")]);
        let mut store = Store::open(&self.out()).unwrap();
        let at = jiff::Timestamp::now();
        store.comment(id(her), "an", at, "đã gọi điện").unwrap();
        let remark = format!("hỏi thêm bà {}", NAME.to_uppercase());
        store.comment(id(other), "an", at, &remark).unwrap();
        for (finding, name) in
            [(id(her), "chung tu.pdf".to_owned()), (id(other), format!("giấy của {NAME}.pdf"))]
        {
            let paper = format!("%PDF-1.7 {}", finding);
            let attached = store.attach(finding, (&name, paper.as_bytes()), PaperKind::Pdf, ("an", at));
            assert!(attached.unwrap().is_some());
        }
    }

    /// Files as they are dropped into the start page: text, a workbook, in the letters of a Mac.
    fn drop_files(&self) {
        let folder = self.out().join("tep-nguon");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        private(
            &folder.join("khai tử.csv"),
            self.w.text("deaths", b',').nfd().collect::<String>().as_bytes(),
        );
        private(&folder.join("dân cư.csv"), self.w.text("residents", b';').as_bytes());
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, line) in self.w.text("welfare", b'\t').lines().enumerate() {
            for (column, cell) in line.split('\t').enumerate() {
                sheet.write_string(row as u32, column as u16, cell).unwrap();
            }
        }
        private(&folder.join("trợ cấp.xlsx"), &book.save_to_buffer().unwrap());
        private(
            &folder.join("khác.csv"),
            "Họ và tên,Ngày sinh,Ngày mất\nTrần Văn Tư,01/02/1950,03/04/2020\n".as_bytes(),
        );
        private(&self.out().join("start.json"), b"{}");
    }

    /// A run that is killed while it writes its lists.
    fn kill_a_run(&self) {
        let begun = || {
            let entries = fs::read_dir(self.out()).unwrap().map(|entry| entry.unwrap().path());
            entries
                .filter(|path| path.to_string_lossy().ends_with(".partial"))
                .any(|path| fs::metadata(path.join("links.csv")).is_ok_and(|file| file.len() > 100))
        };
        for _ in 0..50 {
            let mut child = self
                .run(&["--max-rejects", "0.9"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            while !begun() && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_micros(100));
            }
            let _ = child.kill();
            child.wait().unwrap();
            if begun() {
                return;
            }
        }
        panic!("no kill fell into the writing of lists");
    }
}

fn private(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// A text without marks and case, words apart by one blank.
fn folded(text: &str) -> String {
    let mut folded = String::from(" ");
    for c in text.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).flat_map(char::to_lowercase) {
        match c {
            'đ' => folded.push('d'),
            c if c.is_alphanumeric() => folded.push(c),
            _ if folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.push(' ');
    folded
}

/// Runs of digits of a text, groups put together.
fn numbers(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut number = String::new();
    let mut apart = 0;
    for c in text.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            apart = 0;
        } else if matches!(c, ' ' | '.' | '-' | '_' | '\u{a0}') && apart < 2 {
            apart += 1;
        } else if !number.is_empty() {
            found.insert(std::mem::take(&mut number));
        }
    }
    found.insert(number);
    found
}

/// What a file says, packed or not: itself, and everything within it.
fn says(path: &Path, bytes: &[u8]) -> Vec<String> {
    let mut said = vec![String::from_utf8_lossy(bytes).into_owned()];
    if bytes.starts_with(b"PK\x03\x04") {
        let mut at = 0;
        while let Some(found) = bytes[at..].windows(4).position(|head| head == b"PK\x03\x04") {
            let head = at + found;
            let of =
                |from: usize| usize::from(u16::from_le_bytes([bytes[head + from], bytes[head + from + 1]]));
            let begin = head + 30 + of(26) + of(28);
            let mut member = Vec::new();
            if of(8) == 8 {
                // A member that is cut short says what it says until there.
                let _ = flate2::read::DeflateDecoder::new(&bytes[begin..]).read_to_end(&mut member);
            }
            said.push(String::from_utf8_lossy(&member).into_owned());
            at = begin;
        }
    }
    if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        said.push(String::from_utf8_lossy(&zstd::decode_all(bytes).unwrap_or_default()).into_owned());
    }
    if path.extension().is_some_and(|ending| ending == "parquet")
        && let Ok(mut table) = RunTable::open(path)
    {
        let columns: Vec<String> = table.columns().map(str::to_owned).collect();
        for group in 0..table.groups() {
            said.extend(columns.iter().map(|column| table.texts(group, column).unwrap().join("\n")));
        }
    }
    said
}

/// Files below a folder that tell of her, by path.
fn telling(dir: &Path, number: &str) -> Vec<PathBuf> {
    let short = number.trim_start_matches('0');
    let tells = |path: &PathBuf| {
        let path = dir.join(path);
        path.is_file()
            && says(&path, &fs::read(&path).unwrap()).iter().any(|text| {
                let found = numbers(text);
                folded(text).contains(&folded(NAME))
                    || [number, short].iter().any(|number| found.contains(*number))
            })
    };
    files(dir).into_iter().filter(tells).collect()
}

#[test]
fn everything_is_written_to_a_place_of_the_table_and_a_person_is_erased_from_all_of_them() {
    let full = Full::new();
    let out = full.out();
    let told = standing(&out).unwrap();
    let unknown: Vec<&str> =
        told.iter().filter(|at| at.place.is_none()).map(|at| at.within.as_str()).collect();
    assert_eq!(unknown, ["ghi chú.txt", "password.txt"]);
    // Everything that can be made here is made; the rest is another system's or another program's.
    let made: BTreeSet<&str> = told.iter().filter_map(|at| Some(at.place?.pattern)).collect();
    let mut missing: Vec<&str> =
        PLACES.iter().map(|place| place.pattern).filter(|pattern| !made.contains(pattern)).collect();
    // Whether the log of writes stands is SQLite's affair.
    missing.retain(|pattern| *pattern != "lamsach.db-*");
    assert_eq!(
        missing,
        [
            "so-lam-viec/*/*.xlsx.partial",
            "so-lam-viec/*/~$*",
            "so-lam-viec/*/.~lock.*",
            "mau-van-ban/.~lock.*",
            "kinds.d/*",
            "lamsach-*.html",
            ".purge-pending.json",
            "answers.json",
            "latest.html",
            ".latest.next",
            ".lamsach.holder",
            "*.log",
        ]
    );
    // What says that it bears nobody does, before anything is erased.
    let before = telling(&out, &full.number);
    for path in &before {
        let bears = told.iter().find(|at| path.starts_with(&at.within)).and_then(|at| at.place);
        let is_known = bears.is_none_or(|place| place.bears != lamsach::archive::Bears::Nobody);
        assert!(is_known, "{} bears her", path.display());
    }
    assert!(before.len() > 25, "{before:?}");
    // `lamsach status` and `verify` tell what is none of the program's.
    for command in ["status", "verify"] {
        let output = lamsach().arg(command).arg(&out).output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().contains("ghi chú.txt"), "{command}");
    }

    let whole = out.with_file_name("whole");
    let copied = |from: &Path, to: &Path| {
        let _ = fs::remove_dir_all(to);
        succeed(&Command::new("cp").arg("-a").arg(from).arg(to).output().unwrap());
    };
    copied(&out, &whole);
    for by in [&["--person", full.number.as_str()][..], &["--name", NAME, "--born", BORN]] {
        copied(&whole, &out);
        let dry = full.call(&[&["purge", "--dry-run"], by].concat());
        assert_eq!(telling(&out, &full.number), before, "a dry run changes nothing: {}", said(&dry));
        let output = full.call(&[&["purge"], by].concat());
        // Her own file stays, and is told.
        assert!(said(&output).contains("ghi chú.txt"), "{}", said(&output));
        assert_eq!(telling(&out, &full.number), [PathBuf::from("ghi chú.txt")], "{by:?}");
        assert!(out.join("tep-nguon/khác.csv").exists());
        assert!(
            !standing(&out)
                .unwrap()
                .iter()
                .any(|at| matches!(at.goes(), Some(Goes::Begun | Goes::BegunByAny)))
        );
        // Nobody is told that she stands nowhere as long as her file lies there.
        let again = full.call(&[&["purge"], by].concat());
        assert!(
            said(&again).contains("ghi chú.txt") && !said(&again).contains("Không thấy"),
            "{}",
            said(&again)
        );
        fs::remove_file(out.join("ghi chú.txt")).unwrap();
        let again = full.call(&[&["purge"], by].concat());
        assert!(said(&again).contains("Không thấy"), "{}", said(&again));
        succeed(&lamsach().args(["audit", "verify", "--out"]).arg(&out).output().unwrap());
    }
}

/// Of two who bear one name and were born on one day each stays whom the number says: the name tells of neither.
#[test]
fn a_namesake_born_on_the_same_day_is_not_erased_with_a_person() {
    let mut w = World::new();
    let [one, other] = ["H81", "H82"]
        .map(|house| w.person("Trịnh Công Sơn", "05/06/1950", "Nam", &format!("household_id={house}")));
    let numbers = [one, other].map(|resident| w.of(resident, "personal_id"));
    for resident in [one, other] {
        w.welfare(resident, "birth_date=05/06/1951");
    }
    let run = w.run();
    let cases = numbers.each_ref().map(|number| {
        let of = |line: &&Line| line["personal_id"] == *number;
        run.findings.iter().filter(of).map(|line| line["finding_id"].clone()).collect::<Vec<_>>()
    });
    assert!(cases.iter().all(|cases| !cases.is_empty()), "{cases:?}");
    let out = w.dir().join("out");
    let output =
        lamsach().args(["purge", "-q", "--person", &numbers[0], "--out"]).arg(&out).output().unwrap();
    succeed(&output);
    let db = crate::harness::store(&out);
    let known = |case: &String| {
        let count = "SELECT count(*) FROM cases WHERE finding_id = ?1";
        db.query_row(count, [case], |row| row.get::<_, i64>(0)).unwrap() > 0
    };
    assert!(!cases[0].iter().any(known) && cases[1].iter().all(known));
    let books: Vec<String> = files(&out.join("so-lam-viec"))
        .iter()
        .map(|book| out.join("so-lam-viec").join(book))
        .flat_map(|book| says(&book, &fs::read(&book).unwrap()))
        .collect();
    let stands = |text: &String| books.iter().any(|book| book.contains(text.as_str()));
    assert!(!stands(&numbers[0]) && stands(&numbers[1]));
}
