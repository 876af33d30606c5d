//! What an officer decides holds from night to night, until what it rests on changes.

use std::path::PathBuf;
use std::process::Output;

use calamine::Reader as _;

use crate::harness::{Line, lamsach, said, succeed, summary};
use crate::world::{Outcome, World};

/// A commune with a death record of somebody's namesake.
struct Commune {
    w: World,
    man: usize,
}

impl Commune {
    /// The row of the record is far enough from the man's own to be asked, or denied.
    fn new(record: &str) -> Self {
        let mut w = World::new();
        let man = w.person("Lương Văn Can", "01/03/1940", "Nam", "");
        w.row("deaths", &format!("record_no=1/2026|book_no=01/2026|registered_on=10/10/2026|{record}"));
        w.welfare(2, "");
        Self { w, man }
    }

    fn decide(&self, args: &[&str]) -> Output {
        lamsach().arg("decide").args(args).arg("--out").arg(self.out()).output().unwrap()
    }

    fn out(&self) -> PathBuf {
        self.w.dir().join("out")
    }

    fn decided(&self, args: &[&str]) -> String {
        let output = self.decide(args);
        succeed(&output);
        String::from_utf8(output.stdout).unwrap()
    }

    fn link<'a>(&self, run: &'a Outcome) -> &'a Line {
        run.links().iter().find(|line| line["source"] == "deaths").unwrap()
    }
}

/// A record that says too little to be sure of.
const VAGUE: &str = "full_name=Lương Cần|birth_date=1952|death_date=05/10/2026";
/// A record of the man himself.
const CLEAR: &str = "full_name=Lương Văn Can|birth_date=01/03/1940|gender=Nam|death_date=05/10/2026|\
                     last_residence=Thôn 1, Xã Hưng Chính";

#[test]
fn a_pair_that_an_officer_affirms_is_a_link_until_a_value_changes() {
    let mut c = Commune::new(VAGUE);
    let first = c.w.run();
    assert_ne!(c.link(&first)["decision"], "link");
    let man = c.man.to_string();
    let told = c.decided(&["deaths.csv:2", "same_person", "--with", &man, "--by", "An"]);
    assert!(told.contains("số 1"), "{told}");
    let second = c.w.run();
    let link = c.link(&second);
    assert_eq!((link["decision"].as_str(), link["resident_row"].as_str()), ("link", man.as_str()));
    assert_eq!(link["probability"], "1.0000");
    assert!(link["matched_on"].contains("officer"), "{}", link["matched_on"]);
    assert_eq!(second.all("SONG-01").len(), 1);
    // Another row above, another file name's worth of order: the pair is the same.
    c.w.resident("full_name=Trần Văn Mới|birth_date=01/01/1999|gender=Nam|personal_id=040099000001");
    assert_eq!(c.link(&c.w.run())["decision"], "link");
    // The record is written anew with another year: asked again, and said why.
    c.w.change("deaths", 2, "birth_date=1962");
    let third = c.w.run();
    assert_ne!(c.link(&third)["decision"], "link");
    assert_eq!(summary(&third.run)["run"]["decisions_expired"], serde_json::json!([1]));
    let all = c.decided(&["list", "--all"]);
    assert!(all.contains("hết hiệu lực vì ngày sinh đã đổi"), "{all}");
    assert!(c.decided(&["list"]).contains("Chưa có quyết định nào"));
}

#[test]
fn a_pair_that_an_officer_denies_is_no_link() {
    let c = Commune::new(CLEAR);
    let first = c.w.run();
    assert_eq!(c.link(&first)["decision"], "link");
    let finding = first.only("SONG-01")["finding_id"].clone();
    c.decided(&[&finding, "not_same"]);
    let second = c.w.run();
    assert!(c.link(&second)["resident_row"].is_empty());
    assert!(second.all("SONG-01").is_empty());
    // Taken back, it is what it was, and the finding has come back.
    c.decided(&["undo", "1"]);
    let third = c.w.run();
    let back = third.only("SONG-01");
    assert_eq!((&back["finding_id"], back["status"].as_str()), (&finding, "reopened"));
}

#[test]
fn a_false_alarm_stays_listed_as_rejected() {
    let mut c = Commune::new(CLEAR);
    let finding = c.w.run().only("SONG-01")["finding_id"].clone();
    c.decided(&[&finding, "false_alarm", "--note", "trùng tên"]);
    let second = c.w.run();
    assert_eq!(second.only("SONG-01")["status"], "rejected");
    let counts = &summary(&second.run)["run"]["findings"];
    assert_eq!(counts["raised"].as_u64().unwrap() - 1, counts["outstanding"].as_u64().unwrap());
    c.w.change("deaths", 2, "death_date=06/10/2026");
    let third = c.w.run();
    let again = third.only("SONG-01");
    assert_eq!(again["status"], "reopened");
    assert!(again["evidence"].contains("hết hiệu lực vì"), "{}", again["evidence"]);
}

#[test]
fn a_finding_keeps_its_number_and_decision_when_its_row_is_known_by_a_mended_value() {
    let mut w = World::new();
    let card = w.insurance(2, "full_name=Hoàng Khác Thảo|card_no=GD4404020007|insurance_no=");
    let birth = w.person("Đinh Gia Bảo", "02/02/2020", "Nam", "card_issued=|mother_name=Đinh Thị Mận");
    let record = w.birth(birth, "gender=Nữ|registered_on=31/02/2020");
    let poor = w.person("Nguyễn Thị Không Số", "03/03/1970", "Nữ", "personal_id=|card_issued=");
    let first = w.run();
    let number = |run: &Outcome, code: &str| run.only(code)["finding_id"].clone();
    assert_eq!((first.all("SACH-08").len(), first.all("SACH-05").len()), (1, 1));
    let codes = ["DUNG-01", "DUNG-03", "DU-11"];
    let before = codes.map(|code| number(&first, code));
    let output =
        lamsach().args(["decide", &before[0], "false_alarm", "--out"]).arg(w.dir().join("out")).output();
    succeed(&output.unwrap());

    // What the rows are known by is mended: card number, date of registration, personal ID.
    w.change("insurance", card, "card_no=GD4404020007771");
    w.change("births", record, "registered_on=12/02/2020");
    w.change("residents", poor, "personal_id=040170009999");
    for _ in 0..2 {
        let next = w.run();
        assert!(
            next.all("SACH-08").is_empty() && next.all("SACH-05").is_empty() && next.all("DU-02").is_empty()
        );
        assert_eq!(codes.map(|code| number(&next, code)), before);
        assert_eq!(next.only("DUNG-01")["status"], "rejected");
    }
}

#[test]
fn a_decision_on_a_finding_without_values_rests_on_whom_it_is_about() {
    let mut w = World::new();
    w.welfare(2, "");
    let old = w.person("Lê Thị Trăm", "01/02/1920", "Nữ", "");
    let finding = w.run().only("SONG-06")["finding_id"].clone();
    let output =
        lamsach().args(["decide", &finding, "false_alarm", "--out"]).arg(w.dir().join("out")).output();
    succeed(&output.unwrap());
    assert_eq!(w.run().only("SONG-06")["status"], "rejected");
    w.change("residents", old, "full_name=Trần Văn Khác|birth_date=01/02/1915");
    let again = w.run();
    let again = again.only("SONG-06");
    assert_eq!((&again["finding_id"], again["status"].as_str()), (&finding, "reopened"));
    assert!(again["evidence"].contains("họ tên, ngày sinh"), "{}", again["evidence"]);
}

#[test]
fn a_correction_is_waited_for_as_long_as_the_configuration_says() {
    let c = Commune::new(CLEAR);
    let finding = c.w.run().only("SONG-01")["finding_id"].clone();
    c.decided(&[&finding, "corrected"]);
    // Ten days ago, by now.
    let store = crate::harness::store(&c.out());
    store.execute("UPDATE decisions SET day = day - 10, at = at - 864000", []).unwrap();
    drop(store);
    let files = c.w.write();
    let run = |days: &str| {
        let config = c.w.dir().join("lamsach.toml");
        std::fs::write(&config, format!("[reports]\ncorrection_days = {days}\n")).unwrap();
        let mut command = lamsach();
        command
            .args(["run", "--as-of", crate::harness::AS_OF, "--config"])
            .arg(config)
            .arg("--out")
            .arg(c.out());
        files.iter().for_each(|(kind, path)| {
            command.arg(format!("--{kind}")).arg(path);
        });
        succeed(&command.output().unwrap());
        Outcome::of(&c.out().join("latest"))
    };
    assert_eq!(run("10").only("SONG-01")["status"], "in_progress");
    // The inputs are what they were, and yet there is something to do.
    let late = run("9");
    let again = late.only("SONG-01");
    assert_eq!(again["status"], "reopened");
    assert!(again["evidence"].contains("quá hạn mà dữ liệu chưa sửa"), "{}", again["evidence"]);
}

#[test]
fn contradictions_are_told_and_not_applied() {
    let c = Commune::new(CLEAR);
    c.w.run();
    let man = c.man.to_string();
    c.decided(&["deaths.csv:2", "same_person", "--with", &man, "--by", "An"]);
    c.decided(&[
        "deaths.csv:2:deceased",
        "not_same",
        "--with",
        &format!("residents.csv:{man}"),
        "--by",
        "Bình",
    ]);
    let files = c.w.write();
    let mut command = lamsach();
    command.args(["run", "--as-of", crate::harness::AS_OF, "--out"]).arg(c.out());
    files.iter().for_each(|(kind, path)| {
        command.arg(format!("--{kind}")).arg(path);
    });
    let output = command.output().unwrap();
    succeed(&output);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("Quyết định số 1 và số 2 trái ngược nhau"), "{shown}");
    let run = Outcome::of(&c.out().join("latest"));
    assert_eq!(summary(&run.run)["run"]["contradictions"], serde_json::json!([[1, 2]]));
    // As the weights say, without an officer.
    assert_eq!(c.link(&run)["decision"], "link");
    assert!(!c.link(&run)["matched_on"].contains("officer"));
}

#[test]
fn one_resident_for_two_different_dead_is_a_contradiction() {
    let mut c = Commune::new(CLEAR);
    c.w.row(
        "deaths",
        "record_no=2/2026|book_no=01/2026|registered_on=11/10/2026|full_name=Phạm Thị Xuân|birth_date=07/07/1955|\
         gender=Nữ|death_date=11/10/2026",
    );
    c.w.run();
    let man = c.man.to_string();
    for (row, by) in [("deaths.csv:2", "An"), ("deaths.csv:3", "Bình")] {
        c.decided(&[row, "same_person", "--with", &man, "--by", by]);
    }
    let run = c.w.run();
    assert_eq!(summary(&run.run)["run"]["contradictions"], serde_json::json!([[1, 2]]));
    let other = run.links().iter().find(|l| l["source"] == "deaths" && l["source_row"] == "3").unwrap();
    assert_ne!(other["resident_row"], man);
}

#[test]
fn wrong_words_are_refused_with_what_to_do() {
    let c = Commune::new(CLEAR);
    let refused = |args: &[&str], code: i32, part: &str| {
        let output = c.decide(args);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(told.contains(part), "{told}");
    };
    refused(&["deaths.csv:2", "same_person"], 2, "chưa có lượt chạy");
    c.w.run();
    refused(&["deaths.csv:99", "same_person", "--with", "2"], 2, "deaths.csv:99");
    refused(&["deaths.csv:2", "same_person", "--with", "9999"], 2, "residents.csv:9999");
    refused(&["deaths.csv:2", "perhaps"], 2, "same_person, not_same");
    refused(&["deaths.csv:2", "false_alarm"], 2, "mã trường hợp");
    refused(&["DUNG-01-000000000000", "false_alarm"], 2, "DUNG-01-000000000000");
    refused(&["nobody", "visit"], 2, "nobody");
    refused(&["undo", "77"], 2, "số 77");
    refused(&["deaths.csv:2", "visit", "--until", "01/01/2030"], 2, "--until");
}

#[test]
fn the_result_column_of_a_workbook_is_taken_in_once() {
    let c = Commune::new(CLEAR);
    let run = c.w.run();
    let id = &run.only("SONG-01")["finding_id"];
    let book = c.w.dir().join("cong-an.xlsx");
    fill_in(&c.out().join("so-lam-viec/don-vi/cong-an.xlsx"), &book, |number| {
        if number == id { "Cảnh báo sai" } else { "xong xuôi" }
    });
    let import = || c.decide(&["import", book.to_str().unwrap(), "--by", "An"]);
    let output = import();
    let others = run.findings.iter().filter(|f| f["unit"] == "cong-an" && &f["finding_id"] != id).count();
    assert_eq!(output.status.code(), Some(if others > 0 { 3 } else { 0 }));
    assert_eq!(said(&output).matches("không hiểu kết quả \"xong xuôi\"").count(), others);
    assert!(String::from_utf8(output.stdout).unwrap().contains("Đã ghi 1 quyết định mới"));
    let again = String::from_utf8(import().stdout).unwrap();
    assert!(again.contains("Đã ghi 0 quyết định mới; 1 quyết định đã có"), "{again}");
    assert_eq!(c.w.run().only("SONG-01")["status"], "rejected");
    // Any other workbook is none of ours.
    let mut other = rust_xlsxwriter::Workbook::new();
    other.add_worksheet().write_string(0, 0, "Họ tên").unwrap();
    let path = c.w.dir().join("khac.xlsx");
    other.save(&path).unwrap();
    assert_eq!(c.decide(&["import", path.to_str().unwrap()]).status.code(), Some(3));
}

#[test]
fn an_answer_to_values_that_changed_since_the_workbook_is_not_taken() {
    let mut c = Commune::new(CLEAR);
    let first = c.w.run();
    let (id, old) = (first.only("SONG-01")["finding_id"].clone(), first.only("SONG-01").clone());
    let book = c.w.dir().join("cu.xlsx");
    let answer = |number: &str| if number == id { "Cảnh báo sai" } else { "" };
    fill_in(&c.out().join("so-lam-viec/don-vi/cong-an.xlsx"), &book, answer);
    c.w.change("deaths", 2, "death_date=06/10/2026");
    let second = c.w.run();
    let new = second.only("SONG-01");
    assert_eq!(new["finding_id"], id);
    assert_ne!(
        [&new["source_value"], &new["proposed_value"]],
        [&old["source_value"], &old["proposed_value"]]
    );
    let output = c.decide(&["import", book.to_str().unwrap(), "--by", "An"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("dữ liệu đã đổi từ khi sổ được in") && told.contains("cu.xlsx"), "{told}");
    assert!(told.contains("1 dòng chưa ghi được") && told.contains(&id), "{told}");
    assert!(!told.contains(&new["source_value"]) || new["source_value"].is_empty(), "{told}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("Đã ghi 0 quyết định mới"));
    assert_ne!(c.w.run().only("SONG-01")["status"], "rejected");
    // The workbook that shows the new values is taken.
    let latest = c.out().join("so-lam-viec/don-vi/cong-an.xlsx");
    fill_in(&latest, &book, answer);
    succeed(&c.decide(&["import", book.to_str().unwrap(), "--by", "An"]));
    assert_eq!(c.w.run().only("SONG-01")["status"], "rejected");
}

#[test]
fn answers_that_contradict_each_other_are_not_taken() {
    let c = Commune::new(CLEAR);
    let run = c.w.run();
    let id = run.only("SONG-01")["finding_id"].clone();
    let from = c.out().join("so-lam-viec/don-vi/cong-an.xlsx");
    let [one, other] = ["mot.xlsx", "hai.xlsx"].map(|name| c.w.dir().join(name));
    fill_in(&from, &one, |number| if number == id { "Cảnh báo sai" } else { "" });
    fill_in(&from, &other, |number| if number == id { "Đã sửa tại nguồn" } else { "" });
    let (one, other) = (one.to_str().unwrap(), other.to_str().unwrap());
    let output = c.decide(&["import", one, other, "--by", "An"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert_eq!(told.matches("chưa ghi câu nào").count(), 2, "{told}");
    for part in ["mot.xlsx", "hai.xlsx", "\"Dữ liệu đúng – không sai\"", "\"Đã cập nhật\"", "dòng 2"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(c.decided(&["list", "--all"]).contains("Chưa có quyết định nào"));
    // The same answer twice is one.
    let again = c.decided(&["import", one, one, "--by", "An"]);
    assert!(again.contains("Đã ghi 1 quyết định mới; 1 quyết định đã có"), "{again}");
}

#[test]
fn a_workbook_that_cannot_be_taken_is_told_in_a_sentence_and_stops_no_other() {
    let c = Commune::new(CLEAR);
    let run = c.w.run();
    let id = run.only("SONG-01")["finding_id"].clone();
    let from = c.out().join("so-lam-viec/don-vi/cong-an.xlsx");
    let file = |name: &str| c.w.dir().join(name).to_str().unwrap().to_owned();
    let answer = |number: &str| if number == id { "Không phải lỗi" } else { "" };
    copy_book(&from, file("khong-ma.xlsx").as_ref(), &["Mã trường hợp"], answer);
    copy_book(&from, file("khong-gia-tri.xlsx").as_ref(), &["Thông tin trên hồ sơ ngành"], answer);
    std::fs::write(file("chu.xlsx"), "không phải sổ").unwrap();
    std::fs::write(file("chu.txt"), "không phải sổ").unwrap();
    for (name, part) in [
        ("khong-ma.xlsx", "thiếu cột \"Mã trường hợp\""),
        ("khong-gia-tri.xlsx", "thiếu cột \"Thông tin trên hồ sơ ngành\""),
        ("khong-co.xlsx", "Không có tệp"),
        ("chu.xlsx", "không phải sổ tính"),
        ("chu.txt", "không phải sổ tính"),
        ("", "không phải sổ tính"),
    ] {
        let output = c.decide(&["import", &file(name)]);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(3), "{told}");
        assert!(told.contains(part) && told.contains(name), "{part}: {told}");
        for english in ["error", "Xlsx", "detect", "file"] {
            assert!(!told.contains(english), "{english}: {told}");
        }
    }
    // A good one beside a bad one counts, and the complaint says so.
    copy_book(&from, file("tot.xlsx").as_ref(), &["Ghi chú"], answer);
    let output = c.decide(&["import", &file("tot.xlsx"), &file("chu.xlsx"), "-q"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(3), "{told}");
    for part in ["1 trong 2 tệp không nhập được", "Đã ghi 1 quyết định mới", "chu.xlsx"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(c.w.run().only("SONG-01")["status"], "rejected");
}

/// Copies the pillar sheets of a workbook with the result column filled in, as an officer does.
fn fill_in(from: &std::path::Path, to: &std::path::Path, answer: impl Fn(&str) -> &'static str) {
    copy_book(from, to, &[], answer);
}

/// As [`fill_in`], without some of the columns.
fn copy_book(
    from: &std::path::Path,
    to: &std::path::Path,
    without: &[&str],
    answer: impl Fn(&str) -> &'static str,
) {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(from).unwrap();
    let mut copy = rust_xlsxwriter::Workbook::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        let sheet = copy.add_worksheet();
        sheet.set_name(&name).unwrap();
        let head: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
        let place = |title: &str| head.iter().position(|cell| cell == title);
        for (at, row) in range.rows().enumerate() {
            let kept = (0..row.len()).filter(|column| !without.contains(&head[*column].as_str()));
            for (to, column) in (0u16..).zip(kept) {
                sheet.write_string(at as u32, to, row[column].to_string()).unwrap();
                if let (Some(number), true, true) =
                    (place("Mã trường hợp"), head[column] == "Kết quả xử lý", at > 0)
                {
                    let number = row[number].to_string();
                    sheet.write_string(at as u32, to, answer(&number)).unwrap();
                }
            }
        }
    }
    copy.save(to).unwrap();
}
