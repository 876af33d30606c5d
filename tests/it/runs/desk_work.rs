//! What officers type into the workbooks of `so-lam-viec/` is taken in by the next run, and nothing of it is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Output;

use calamine::Reader as _;

use crate::harness::{AS_OF, lamsach, said, sample, succeed, summary};
use crate::runs::memory::{age, assert_whole, store};
use crate::runs::nights::{Dice, File};
use crate::world::{Outcome, World};

/// A line of a workbook, by heading.
pub(crate) type Row = BTreeMap<String, String>;

/// All lines of a workbook, with the sheet that each stands on.
fn rows(path: &Path) -> Vec<(String, Row)> {
    rows_of(fs::read(path).unwrap())
}

/// All lines of the bytes of a workbook.
pub(super) fn rows_of(bytes: Vec<u8>) -> Vec<(String, Row)> {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let mut found = Vec::new();
    for sheet in book.sheet_names() {
        let range = book.worksheet_range(&sheet).unwrap();
        let mut rows = range.rows();
        let Some(head) = rows.next() else { continue };
        if !head.iter().any(|cell| *cell == "Mã trường hợp") {
            continue;
        }
        for row in rows {
            let cells = head.iter().zip(row).map(|(head, cell)| (head.to_string(), cell.to_string()));
            found.push((sheet.clone(), cells.collect()));
        }
    }
    found
}

/// The line of a finding in a workbook, with its sheet.
pub(crate) fn line(path: &Path, finding: &str) -> (String, Row) {
    line_of(fs::read(path).unwrap(), finding)
}

/// The line of a finding in the bytes of a workbook.
pub(super) fn line_of(bytes: Vec<u8>, finding: &str) -> (String, Row) {
    let all = rows_of(bytes);
    all.into_iter().find(|(_, row)| row["Mã trường hợp"] == finding).unwrap_or_else(|| panic!("{finding}"))
}

/// Types into a workbook, as an officer does: result and note of each line that `write` has something for.
pub(crate) fn fill(path: &Path, mut write: impl FnMut(&Row) -> Option<(String, String)>) {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let mut copy = rust_xlsxwriter::Workbook::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        let sheet = copy.add_worksheet();
        sheet.set_name(&name).unwrap();
        let head: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
        for (at, row) in range.rows().enumerate() {
            let named: Row = head.iter().cloned().zip(row.iter().map(ToString::to_string)).collect();
            let typed = (at > 0 && named.contains_key("Mã trường hợp")).then(|| write(&named)).flatten();
            for (column, cell) in row.iter().enumerate() {
                let text = match (head[column].as_str(), &typed) {
                    ("Kết quả xử lý", Some((result, _))) => result.clone(),
                    ("Ghi chú", Some((_, note))) => note.clone(),
                    _ => cell.to_string(),
                };
                if !text.is_empty() {
                    sheet.write_string(at as u32, column as u16, text).unwrap();
                }
            }
        }
    }
    copy.save(path).unwrap();
}

/// Types one result and note.
fn fill_one(path: &Path, finding: &str, result: &str, note: &str) {
    fill(path, |row| (row["Mã trường hợp"] == finding).then(|| (result.to_owned(), note.to_owned())));
}

/// A commune with an unrecorded death.
pub(super) struct Desk {
    w: World,
}

impl Desk {
    pub(super) fn new() -> Self {
        let mut w = World::new();
        let man = w.person("Lương Văn Can", "01/03/1940", "Nam", "");
        w.death(man, "05/10/2026", "");
        w.person("Tạ Bích Ngọc", "18/05/1992", "Nữ", "personal_id=");
        w.welfare(2, "");
        Self { w }
    }

    pub(super) fn dir(&self) -> &Path {
        self.w.dir()
    }

    pub(super) fn out(&self) -> PathBuf {
        self.dir().join("out")
    }

    pub(super) fn police(&self) -> PathBuf {
        self.out().join("so-lam-viec/don-vi/cong-an.xlsx")
    }

    fn commune(&self) -> PathBuf {
        let mut files: Vec<PathBuf> = fs::read_dir(self.out().join("so-lam-viec/xa"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| !path.to_string_lossy().contains(".moi"))
            .collect();
        files.sort_by_key(|path| std::cmp::Reverse(rows(path).len()));
        files.remove(0)
    }

    pub(super) fn run(&self, more: &[&str]) -> Output {
        let mut command = lamsach();
        command.args(["run", "--as-of", AS_OF, "--out"]).arg(self.out()).args(more);
        for (kind, path) in self.w.write() {
            command.arg(format!("--{kind}")).arg(path);
        }
        let output = command.output().unwrap();
        succeed(&output);
        output
    }

    fn night(&self) -> (Outcome, String) {
        let output = self.run(&[]);
        (Outcome::of(&self.out().join("latest")), String::from_utf8(output.stdout).unwrap())
    }

    /// The files of its data, by kind.
    #[cfg(feature = "encryption")]
    pub(super) fn inputs(&self) -> Vec<(String, PathBuf)> {
        self.w.write().into_iter().map(|(kind, path)| (kind.to_string(), path)).collect()
    }

    pub(super) fn decisions(&self) -> Vec<(String, String, String)> {
        let store = store(&self.out());
        let mut found = store.prepare("SELECT kind, state, note FROM decisions ORDER BY id").unwrap();
        let found = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        found.map(Result::unwrap).collect()
    }
}

pub(super) fn three(kind: &str, state: &str, note: &str) -> (String, String, String) {
    (kind.to_owned(), state.to_owned(), note.to_owned())
}

#[test]
fn what_is_typed_is_taken_in_and_comes_back_with_status_and_note() {
    let desk = Desk::new();
    let (first, _) = desk.night();
    let [death, number] = ["SONG-01", "DU-02"].map(|code| first.only(code)["finding_id"].clone());
    let (sheet, row) = line(&desk.police(), &death);
    assert_eq!(
        (sheet.as_str(), row["Trạng thái"].as_str(), row["Kết quả xử lý"].as_str()),
        ("Sống", "Mới", "")
    );
    assert!(row["Hạn xử lý"].ends_with(&row["Hạn xử lý"][2..]) && row["Hạn xử lý"].len() == 10);
    fill_one(&desk.police(), &death, "Cảnh báo sai", "trùng tên, đã hỏi gia đình");
    fill_one(&desk.commune(), &number, "xong", "");

    let (second, told) = desk.night();
    assert!(told.contains("Quyết định mới nhập từ sổ làm việc: 2"), "{told}");
    assert_eq!(second.only("SONG-01")["status"], "rejected");
    assert_eq!(second.only("DU-02")["status"], "in_progress");
    for book in [desk.police(), desk.commune()] {
        // Both are settled for now, and stand on a sheet of their own.
        let (sheet, row) = line(&book, &death);
        assert_eq!((sheet.as_str(), row["Trạng thái"].as_str()), ("Đã giải quyết", "Dữ liệu đúng"));
        assert!(row["Trả lời trước"].starts_with("Dữ liệu đúng – không sai ("), "{}", row["Trả lời trước"]);
        assert_eq!(row["Ghi chú"], "trùng tên, đã hỏi gia đình");
        assert_eq!((row["Kết quả xử lý"].as_str(), row["Hạn xử lý"].as_str()), ("", ""));
        let (sheet, row) = line(&book, &number);
        assert_eq!(
            (sheet.as_str(), row["Trạng thái"].as_str()),
            ("Đã giải quyết", "Đã báo sửa, chờ dữ liệu mới")
        );
    }
    // Nothing more is typed: nothing more is recorded.
    let before = desk.decisions();
    assert_eq!(before.len(), 2);
    desk.night();
    assert_eq!(desk.decisions(), before);
    assert_eq!(line(&desk.police(), &death).1["Ghi chú"], "trùng tên, đã hỏi gia đình");
    assert_whole(&desk.out());
}

#[test]
fn what_is_not_understood_stays_where_it_was_typed() {
    let desk = Desk::new();
    let (first, _) = desk.night();
    let [death, number] = ["SONG-01", "DU-02"].map(|code| first.only(code)["finding_id"].clone());
    fill(&desk.police(), |row| match row["Mã trường hợp"].as_str() {
        id if id == death => Some(("không phải".into(), "ông Can".into())),
        id if id == number => Some(("để hỏi lại đã".into(), String::new())),
        _ => None,
    });
    for _ in 0..2 {
        let (_, told) = desk.night();
        assert!(told.contains("Chưa nhập được 2 mục"), "{told}");
        assert!(
            told.contains("có hai nghĩa") && told.contains("không hiểu kết quả \"để hỏi lại đã\""),
            "{told}"
        );
        // Wherever the case stands, so that no second officer answers it unawares.
        for book in [desk.police(), desk.commune()] {
            let (_, row) = line(&book, &death);
            assert_eq!((row["Kết quả xử lý"].as_str(), row["Ghi chú"].as_str()), ("không phải", "ông Can"));
            assert_eq!(line(&book, &number).1["Kết quả xử lý"], "để hỏi lại đã");
        }
        assert!(desk.decisions().is_empty());
        fs::remove_file(desk.commune()).unwrap();
    }
    // Where nobody is linked, the same word has one meaning.
    fill_one(&desk.police(), &number, "không phải", "");
    desk.night();
    assert_eq!(desk.decisions(), [three("false_alarm", "active", "")]);
}

#[test]
fn an_open_workbook_is_left_as_it_is_and_taken_in_when_it_is_closed() {
    let desk = Desk::new();
    let (first, _) = desk.night();
    let [death, number] = ["SONG-01", "DU-02"].map(|code| first.only(code)["finding_id"].clone());
    let lock = desk.police().with_file_name("~$cong-an.xlsx");
    fs::write(&lock, "An").unwrap();
    fill_one(&desk.police(), &death, "Cần xác minh thêm", "đang hỏi");
    let typed = fs::read(desk.police()).unwrap();

    let (_, told) = desk.night();
    assert!(told.contains("cong-an.xlsx: đang mở") && told.contains("cong-an.moi.xlsx"), "{told}");
    assert_eq!(fs::read(desk.police()).unwrap(), typed);
    let beside = desk.police().with_file_name("cong-an.moi.xlsx");
    fill_one(&beside, &number, "đang xử lý", "");
    assert!(desk.decisions().is_empty());

    fs::remove_file(&lock).unwrap();
    desk.night();
    let said = [three("visit", "active", ""), three("visit", "active", "đang hỏi")];
    assert_eq!(desk.decisions().into_iter().collect::<BTreeSet<_>>(), said.into_iter().collect());
    assert!(!beside.exists());
    assert!(line(&desk.police(), &death).1["Trả lời trước"].contains("đang hỏi"));

    // One that cannot be read is left too, night after night.
    fs::write(desk.police(), "hỏng").unwrap();
    for _ in 0..2 {
        let (_, told) = desk.night();
        assert!(told.contains("cong-an.xlsx") && told.contains("để nguyên"), "{told}");
        assert_eq!(fs::read(desk.police()).unwrap(), "hỏng".as_bytes());
        assert!(line(&beside, &death).1["Trả lời trước"].contains("đang hỏi"));
    }
    assert_eq!(fs::read_dir(beside.parent().unwrap()).unwrap().count(), 5);
}

#[test]
fn what_is_typed_is_news_and_is_taken_in_without_workbooks_too() {
    let desk = Desk::new();
    let (first, _) = desk.night();
    let death = first.only("SONG-01")["finding_id"].clone();
    let quiet = desk.run(&["--if-changed"]);
    assert!(String::from_utf8(quiet.stdout).unwrap().contains("không có gì để làm"));
    fill_one(&desk.police(), &death, "Cảnh báo sai", "");
    for _ in 0..2 {
        desk.run(&["--no-workbooks"]);
        // The workbook still holds the answer; it is one decision all the same.
        assert_eq!(desk.decisions(), [three("false_alarm", "active", "")]);
    }
    let told = String::from_utf8(desk.run(&["--if-changed"]).stdout).unwrap();
    assert!(told.contains("Đã xong lượt chạy"), "{told}");
    assert_eq!(line(&desk.police(), &death).0, "Đã giải quyết");
}

#[test]
fn an_answer_to_older_values_is_kept_as_a_remark() {
    let mut desk = Desk::new();
    let (first, _) = desk.night();
    let death = first.only("SONG-01")["finding_id"].clone();
    // Open over the night in which the record changes.
    let lock = desk.police().with_file_name("~$cong-an.xlsx");
    fs::write(&lock, "An").unwrap();
    fill_one(&desk.police(), &death, "Cảnh báo sai", "hỏi rồi");
    desk.w.change("deaths", 2, "death_date=06/10/2026");
    desk.night();
    fs::remove_file(&lock).unwrap();
    let (third, told) = desk.night();
    assert!(told.contains("dữ liệu đã đổi"), "{told}");
    assert_ne!(third.only("SONG-01")["status"], "rejected");
    for _ in 0..2 {
        let (_, row) = line(&desk.police(), &death);
        assert_eq!(row["Kết quả xử lý"], "");
        assert!(
            row["Ghi chú"].contains("hỏi rồi") && row["Ghi chú"].contains("Cảnh báo sai"),
            "{}",
            row["Ghi chú"]
        );
        desk.night();
    }
    assert!(desk.decisions().is_empty());
}

#[test]
fn a_case_that_is_gone_keeps_its_line_where_somebody_wrote_on_it() {
    let mut desk = Desk::new();
    let (first, _) = desk.night();
    let [death, number] = ["SONG-01", "DU-02"].map(|code| first.only(code)["finding_id"].clone());
    fill_one(&desk.police(), &number, "", "bà Ngọc hẹn thứ sáu");
    let man = first.only("SONG-01")["resident_row"].parse().unwrap();
    let woman = first.only("DU-02")["resident_row"].parse().unwrap();
    desk.night();
    desk.w.change("residents", man, "status=Đã chết|death_date=05/10/2026");
    desk.w.change("residents", woman, "personal_id=040192009999");
    for _ in 0..2 {
        desk.night();
        let (sheet, row) = line(&desk.police(), &number);
        assert_eq!(sheet, "Đã giải quyết");
        assert!(row["Trạng thái"].starts_with("Không còn trong dữ liệu từ "), "{}", row["Trạng thái"]);
        assert_eq!(row["Ghi chú"], "bà Ngọc hẹn thứ sáu");
        // Nobody wrote on the other: it is simply gone.
        assert!(rows(&desk.police()).iter().all(|(_, row)| row["Mã trường hợp"] != death));
    }
}

#[test]
fn a_preview_records_nothing_and_suggests() {
    let desk = Desk::new();
    let (first, _) = desk.night();
    let [death, number] = ["SONG-01", "DU-02"].map(|code| first.only(code)["finding_id"].clone());
    let book = desk.dir().join("gui-lai.xlsx");
    fs::copy(desk.police(), &book).unwrap();
    fill(&book, |row| match row["Mã trường hợp"].as_str() {
        id if id == death => Some(("hoãn đến 15/12/2030".into(), String::new())),
        id if id == number => Some(("đã sửa hôm qua".into(), String::new())),
        _ => None,
    });
    let import = |more: &[&str]| {
        let mut command = lamsach();
        command
            .args(["decide", "import"])
            .arg(&book)
            .args(more)
            .arg("--out")
            .arg(desk.out())
            .output()
            .unwrap()
    };
    let output = import(&["--dry-run"]);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("sẽ ghi 1 quyết định: 1 \"Hoãn\""), "{shown}");
    let told = said(&output);
    assert!(told.contains("có phải là \"Đã cập nhật\"") && told.contains("Kết quả được chấp nhận"), "{told}");
    assert!(desk.decisions().is_empty());
    import(&[]);
    assert_eq!(desk.decisions(), [three("deferred", "active", "")]);
    desk.night();
    let (_, row) = line(&desk.police(), &death);
    assert_eq!((row["Trạng thái"].as_str(), row["Hạn xử lý"].as_str()), ("Hoãn", "15/12/2030"));
}

#[test]
fn a_person_is_erased_from_the_workbooks_and_what_is_typed_on_others_stays() {
    let desk = Desk::new();
    let (first, _) = desk.night();
    let [death, number] = ["SONG-01", "DU-02"].map(|code| first.only(code).clone());
    fill_one(&desk.police(), &number["finding_id"], "đang xử lý", "hẹn thứ sáu");
    let mut purge = lamsach();
    purge.args(["purge", "--person", &death["personal_id"], "--out"]).arg(desk.out());
    succeed(&purge.output().unwrap());
    for book in [desk.police(), desk.commune()] {
        assert!(
            rows(&book).iter().all(|(_, row)| row.values().all(|cell| !cell.contains(&death["personal_id"])))
        );
        let (_, row) = line(&book, &number["finding_id"]);
        let typed = (row["Kết quả xử lý"].as_str(), row["Ghi chú"].as_str());
        assert_eq!(typed, if book == desk.police() { ("đang xử lý", "hẹn thứ sáu") } else { ("", "") });
    }
    // There is no last run to hold the answer against: it waits for the next.
    desk.night();
    assert_eq!(line(&desk.commune(), &number["finding_id"]).1["Ghi chú"], "hẹn thứ sáu");
    desk.night();
    assert_eq!(desk.decisions(), [three("visit", "active", "hẹn thứ sáu")]);
}

#[test]
fn a_run_takes_no_name_of_one_that_was_erased() {
    let desk = Desk::new();
    let (first, _) = desk.night();
    let dead = first.only("SONG-01")["personal_id"].clone();
    // A clock that was ahead: the runs that follow begin at one moment.
    store(&desk.out()).execute("UPDATE runs SET started_at = started_at + 86400", []).unwrap();
    desk.night();
    let mut purge = lamsach();
    purge.args(["purge", "--person", &dead, "--out"]).arg(desk.out());
    succeed(&purge.output().unwrap());
    desk.night();
    let known: i64 =
        store(&desk.out()).query_row("SELECT count(DISTINCT name) FROM runs", [], |row| row.get(0)).unwrap();
    assert_eq!(known, 3);
}

/// What one night's officers type into a line, by its number: every way of saying things in turn.
const WORDS: [(&str, &str); 7] = [
    ("Cảnh báo sai", "false_alarm"),
    ("xong", "corrected"),
    ("đang xử lý", "visit"),
    ("hoãn đến 15/12/2031", "deferred"),
    ("OK", "corrected"),
    ("ko đúng", "false_alarm"),
    ("Cần xác minh thêm", "visit"),
];

/// What is left to do is one figure: of the run, of the workbooks by commune and by office, and of the report.
pub(crate) fn figures_agree(out: &Path, night: usize) {
    let summary = summary(&out.join("latest"));
    let told = &summary["run"]["findings"];
    let [outstanding, raised] = ["outstanding", "raised"].map(|key| told[key].as_u64().unwrap() as usize);
    let listed = ["dung", "du", "sach", "song"]
        .map(|pillar| crate::harness::lines(&out.join(format!("latest/worklists/{pillar}.csv"))))
        .concat();
    assert_eq!(listed.len(), raised, "night {night}");
    let left = listed.iter().filter(|line| line["status"] != "rejected");
    let left: BTreeSet<&str> = left.map(|line| line["finding_id"].as_str()).collect();
    assert_eq!(left.len(), outstanding, "night {night}");
    for folder in ["xa", "don-vi"] {
        let entries = fs::read_dir(out.join("so-lam-viec").join(folder)).unwrap();
        let lines: Vec<(String, Row)> = entries.flat_map(|entry| rows(&entry.unwrap().path())).collect();
        let all: BTreeSet<&str> = lines.iter().map(|(_, row)| row["Mã trường hợp"].as_str()).collect();
        assert!(left.is_subset(&all), "night {night}: {folder}");
        // What an officer says is mended waits among what is settled until the data show it.
        let open = lines.iter().filter(|(sheet, _)| sheet != "Đã giải quyết");
        assert!(open.map(|(_, row)| row["Mã trường hợp"].as_str()).all(|id| left.contains(id)), "{folder}");
    }

    // The week closes when its report is due, so that the run of tonight is in it whenever the test is run.
    let config = out.with_file_name("closing.toml");
    fs::write(&config, "[reports]\ncutoff_days = 0\ncutoff_hour = 11\n").unwrap();
    let mut command = lamsach();
    command.args(["report", "--lang", "en", "--config"]).arg(&config).arg("--out").arg(out);
    let output = command.output().unwrap();
    succeed(&output);
    let text = String::from_utf8(output.stdout).unwrap();
    let left = text.split("outstanding ").nth(1).unwrap().split(' ').next().unwrap().replace(',', "");
    assert_eq!(left.parse::<usize>().unwrap(), outstanding, "night {night}: {text}");
}

/// Nights in which officers type into every workbook while the extracts change under them.
fn nights(count: usize, residents: u32) {
    let dir = tempfile::tempdir().unwrap();
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    sample(&data, residents, 7, "normal");
    let kinds = ["residents", "births", "deaths", "marriages", "welfare", "insurance"];
    let mut files: Vec<File> =
        kinds.iter().map(|kind| File::read(data.join(format!("{kind}.csv")))).collect();
    let mut dice = Dice(77);
    let mut typed: BTreeMap<String, (&str, String)> = BTreeMap::new();
    let mut remarks: BTreeMap<String, String> = BTreeMap::new();
    let run = || {
        let mut command = lamsach();
        command.args(["run", "-q", "--as-of", AS_OF]).arg(&data);
        command.arg("--units").arg(data.join("units.csv")).arg("--out").arg(&out);
        succeed(&command.output().unwrap());
    };
    let books = || {
        let mut found = Vec::new();
        for folder in ["xa", "don-vi"] {
            let entries = fs::read_dir(out.join("so-lam-viec").join(folder)).unwrap();
            found.extend(entries.map(|entry| entry.unwrap().path()));
        }
        found.sort();
        found
    };
    run();
    for night in 0..count {
        let mut of_night = 0;
        for (number, book) in books().into_iter().enumerate() {
            fill(&book, |row| {
                let id = row["Mã trường hợp"].clone();
                let untouched = row["Trả lời trước"].is_empty() && row["Ghi chú"].is_empty();
                if !untouched || typed.contains_key(&id) || remarks.contains_key(&id) || dice.below(6) > 0 {
                    return None;
                }
                of_night += 1;
                let note = format!("đêm {night} sổ {number} việc {of_night}");
                if dice.below(4) == 0 {
                    remarks.insert(id, note.clone());
                    return Some((String::new(), note));
                }
                let (word, verdict) = WORDS[dice.below(WORDS.len())];
                typed.insert(id, (verdict, note.clone()));
                Some((word.to_owned(), note))
            });
        }
        files.iter_mut().for_each(|file| file.pass_a_night(&mut dice));
        run();
        assert_whole(&out);
        // Each answer of the night is one decision, in the words of the officer.
        let store = store(&out);
        let mut find = store
            .prepare("SELECT d.kind, d.note FROM decisions d JOIN cases c ON c.id = d.finding WHERE c.finding_id = ?1")
            .unwrap();
        for (id, (verdict, note)) in &typed {
            let found: Vec<(String, String)> = find
                .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))
                .unwrap()
                .map(Result::unwrap)
                .collect();
            assert_eq!(found, [((*verdict).to_owned(), note.clone())], "night {night}: {id}");
        }
        // And every remark stands in a workbook still.
        let all: Vec<Row> = books().iter().flat_map(|book| rows(book)).map(|(_, row)| row).collect();
        for (id, note) in remarks.iter().chain(typed.iter().map(|(id, (_, note))| (id, note))) {
            let mut lines = all.iter().filter(|row| row["Mã trường hợp"] == *id).peekable();
            assert!(lines.peek().is_some(), "night {night}: {id}");
            assert!(lines.all(|row| row["Ghi chú"] == *note), "night {night}: {id}");
        }
        drop(find);
        drop(store);
        figures_agree(&out, night);
        age(&out, 1);
    }
    assert!(typed.len() > 20 * count && remarks.len() > 5 * count, "{} {}", typed.len(), remarks.len());
}

#[test]
fn nothing_typed_is_lost_over_some_nights() {
    nights(4, 300);
}

#[test]
#[ignore = "long: thirty nights"]
fn nothing_typed_is_lost_over_thirty_nights() {
    nights(30, 300);
}

#[test]
fn a_commune_may_have_a_workbook_for_each_office_that_is_taken_in_too() {
    let desk = Desk::new();
    let config = desk.dir().join("lamsach.toml");
    fs::write(&config, "[output]\nworkbooks_by_both = true\n").unwrap();
    let more = ["--config", config.to_str().unwrap()];
    desk.run(&more);
    let folder = desk.out().join("so-lam-viec/xa-don-vi");
    let files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let numbers = |path: &Path| rows(path).into_iter().map(|(_, row)| row["Mã trường hợp"].clone());
    let stem = desk.commune().file_stem().unwrap().to_string_lossy().into_owned();
    let own = files.iter().filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(&stem));
    // Each case of the commune is on the workbook of one office, and of that office alone.
    let mut parts: Vec<String> = own.flat_map(|path| numbers(path)).collect();
    parts.sort();
    let mut whole: Vec<String> = numbers(&desk.commune()).collect();
    whole.sort();
    assert_eq!(parts, whole);
    let police = folder.join(format!("{stem}_cong-an.xlsx"));
    let all: BTreeSet<String> = numbers(&desk.police()).collect();
    let death = numbers(&police).find(|number| number.starts_with("SONG-01")).unwrap();
    assert!(numbers(&police).all(|number| all.contains(&number)));
    fill_one(&police, &death, "Đã cập nhật", "báo công an xã");
    desk.run(&more);
    assert_eq!(desk.decisions(), [three("corrected", "active", "báo công an xã")]);
    assert_eq!(line(&police, &death).1["Ghi chú"], line(&desk.commune(), &death).1["Ghi chú"]);
}
