//! Repair files: what is certain is corrected and marked, and the corrected file raises it no more.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use calamine::{Data, Range, Reader as _, Xlsx, open_workbook};

use crate::harness::{AS_OF, call, findings, said, succeed, summary};
use crate::world::{Outcome, World};

/// Runs a folder without repairing anything in it.
pub(super) fn run(folder: &Path, out: &Path, more: &[&str]) -> Outcome {
    let (folder, out) = (folder.to_str().unwrap(), out.to_str().unwrap());
    let mut args = vec!["run", folder, "--out", out, "-q", "--as-of", AS_OF];
    args.extend_from_slice(more);
    let output = call(&args);
    succeed(&output);
    assert_eq!(said(&output), "");
    Outcome::of(&Path::new(out).join("latest"))
}

pub(super) fn sheets(path: &Path) -> Vec<(String, Range<Data>)> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    book.worksheets()
}

fn text(range: &Range<Data>, row: u32, column: u32) -> String {
    range.get_value((row, column)).map(ToString::to_string).unwrap_or_default()
}

/// The cells of the plan by row of the file and letter of the column: old value, new value, code.
pub(super) fn plan(range: &Range<Data>) -> Vec<[String; 5]> {
    let (end, _) = range.end().unwrap();
    let head = (0..=end).find(|row| text(range, *row, 1) == "Dòng").expect("the header of the plan");
    let line = |row: u32| [1, 2, 4, 5, 8].map(|column| text(range, row, column));
    (head + 1..=end).map(line).collect()
}

/// A commune whose benefits are damaged in several ways.
fn damaged(folder: &Path) -> World {
    let mut w = World::new();
    let man = w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", "");
    let woman = w.person("Trần Thị Mai", "17/07/1962", "Nữ", "");
    let other = w.person("Lê Thị Thu", "01/09/1970", "Nữ", "");
    let (id, letters) = (w.of(man, "personal_id"), w.of(woman, "personal_id").replacen('0', "O", 1));
    // Rows 2 to 6: a zero lost, letters for digits, another font, nothing wrong, a placeholder.
    w.welfare(man, &format!("personal_id={}", id.trim_start_matches('0')));
    w.welfare(woman, &format!("personal_id={letters}"));
    w.welfare(other, "full_name=Leâ Thò Thu");
    w.welfare(2, "");
    w.welfare(3, "personal_id=000000000000|hamlet==HYPERLINK(\"http://x\")");
    fs::create_dir(folder).unwrap();
    for kind in ["residents", "welfare"] {
        fs::write(folder.join(format!("{kind}.csv")), w.text(kind, b',')).unwrap();
    }
    w
}

#[test]
fn what_is_certain_is_corrected_and_raised_no_more() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    let w = damaged(&data);
    let first = run(&data, &out, &[]);
    assert_eq!(first.row("welfare", 2), ["SACH-07"]);
    assert_eq!(first.row("welfare", 3), ["SACH-03"]);
    assert_eq!(first.row("welfare", 4), ["SACH-06"]);
    let repaired = first.run.join("repair/welfare.xlsx");
    for file in [&repaired, &first.run.join("repair/residents.xlsx")] {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let book = sheets(&repaired);
    assert_eq!(book[0].0, "Kế hoạch sửa");
    let lines = plan(&book[0].1);
    let man_id = w.of(17 + 1, "personal_id");
    let of = |row: &str, code: &str| lines.iter().find(|line| line[0] == row && line[4] == code).unwrap();
    assert_eq!(of("2", "SACH-07")[1..4], ["E", man_id.trim_start_matches('0'), &man_id]);
    assert_eq!(of("4", "SACH-06")[2..4], ["Leâ Thò Thu", "Lê Thị Thu"]);
    // What nobody can know is told and left as it is.
    assert_eq!(of("6", "SACH-09")[2..4], ["000000000000", ""]);
    let copy = &book[1].1;
    assert_eq!((text(copy, 1, 4), text(copy, 3, 1)), (man_id, "Lê Thị Thu".to_owned()));
    assert_eq!(text(copy, 5, 4), "000000000000");
    // Nothing of it is a formula.
    let mut formulas: Xlsx<_> = open_workbook(&repaired).unwrap();
    assert!(formulas.worksheet_formula(&book[1].0).unwrap().is_empty());

    // The corrected file in the place of the one it was made from.
    fs::remove_file(data.join("welfare.csv")).unwrap();
    fs::copy(&repaired, data.join("welfare.xlsx")).unwrap();
    let second = run(&data, &out, &[]);
    for row in 2..=5 {
        assert_eq!(second.row("welfare", row), [""; 0], "row {row}");
    }
    assert_eq!(second.row("welfare", 6), first.row("welfare", 6));
    // Of what is sound no copy is made, and the plan says so.
    let sound = sheets(&second.run.join("repair/residents.xlsx"));
    assert_eq!(sound.len(), 1);
    assert!(text(&sound[0].1, 3, 0).contains("Không ô nào phải sửa"), "{:?}", sound[0].1);
    assert!(call(["verify", out.to_str().unwrap()]).status.success());
}

#[test]
fn the_same_data_give_the_same_repair_files_and_none_where_none_are_wanted() {
    let desk = tempfile::tempdir().unwrap();
    let data = desk.path().join("d");
    damaged(&data);
    let bytes = |out: PathBuf, threads: &str| {
        fs::read(run(&data, &out, &["--threads", threads]).run.join("repair/welfare.xlsx")).unwrap()
    };
    assert_eq!(bytes(desk.path().join("one"), "1"), bytes(desk.path().join("two"), "2"));
    let without = run(&data, &desk.path().join("three"), &["--no-repair"]);
    assert!(!without.run.join("repair").exists());
}

/// Benefits whose IDs lost their zeros throughout, dates with the month first, and names typed in VNI.
fn damaged_throughout(folder: &Path) {
    let mut w = World::new();
    for n in 0..30 {
        let born = format!("{:02}/{:02}/19{}", n % 28 + 1, n % 12 + 1, 50 + n);
        let name = ["Nguyễn Thị Hoà", "Trần Văn Đức", "Phạm Thị Tuyết", "Lê Quốc Dũng"][n % 4];
        let gender = if n % 2 == 0 { "Nữ" } else { "Nam" };
        w.person(&format!("{name} {}", ["Sơn", "Bình", "Phượng", "Mỹ", "Hải"][n % 5]), &born, gender, "");
    }
    for resident in 18..48 {
        let (id, born) = (w.of(resident, "personal_id"), w.of(resident, "birth_date"));
        let (day, rest) = born.split_once('/').unwrap();
        let (month, year) = rest.split_once('/').unwrap();
        let typed = vni(&w.of(resident, "full_name"));
        w.welfare(
            resident,
            &format!(
                "personal_id={}|birth_date={month}/{day}/{year}|full_name={typed}",
                id.trim_start_matches('0')
            ),
        );
    }
    fs::create_dir(folder).unwrap();
    for kind in ["residents", "welfare"] {
        fs::write(folder.join(format!("{kind}.csv")), w.text(kind, b',')).unwrap();
    }
}

/// A name as a VNI font shows it in a Unicode file: the letters that these names need.
pub(super) fn vni(name: &str) -> String {
    let typed = |letter: char| match letter {
        'ễ' => "eã",
        'ị' => "ò",
        'ù' => "uø",
        'à' => "aø",
        'ầ' => "aà",
        'ạ' => "aï",
        'ả' => "aû",
        'ă' => "aê",
        'Đ' => "Ñ",
        'ứ' => "öù",
        'ư' => "ö",
        'ợ' => "ôï",
        'ế' => "eá",
        'ê' => "eâ",
        'ố' => "oá",
        'ơ' => "ô",
        'ũ' => "uõ",
        'ỹ' => "yõ",
        _ => "",
    };
    let mut out = String::new();
    for letter in name.chars() {
        match typed(letter) {
            "" => out.push(letter),
            typed => out.push_str(typed),
        }
    }
    out
}

#[test]
fn a_column_damaged_throughout_is_one_case_and_is_corrected_throughout() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    damaged_throughout(&data);
    let first = run(&data, &out, &[]);
    assert_eq!((first.count("SACH-06"), first.count("SACH-07")), (1, 1), "one case about each column");
    assert!(first.only("SACH-07")["evidence"].contains("30 ô"), "{:?}", first.only("SACH-07"));
    let habits = summary(&first.run)["inputs"][1]["column_habits"].clone();
    assert_eq!(habits["full_name"], serde_json::json!(["legacy_font"]));
    assert_eq!(habits["personal_id"], serde_json::json!(["lost_zeros"]));
    assert_eq!(habits["birth_date"], serde_json::json!(["month_first"]));
    let page = fs::read_to_string(first.run.join("report.html")).unwrap();
    assert!(page.contains("mất số 0"), "the report does not tell the column");

    fs::remove_file(data.join("welfare.csv")).unwrap();
    fs::copy(first.run.join("repair/welfare.xlsx"), data.join("welfare.xlsx")).unwrap();
    let second = run(&data, &out, &[]);
    let left = findings(&second.run);
    assert!(left.iter().all(|finding| finding["source"] != "welfare"), "{left:#?}");
    assert_eq!(summary(&second.run)["inputs"][1]["column_habits"], serde_json::Value::Null);
}

/// Sixty people with numbers of their own, each with a benefit.
fn sixty_of_welfare() -> World {
    let mut w = World::new();
    for n in 0..60 {
        let family = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ"][n % 6];
        let given = ["An", "Bình", "Cúc", "Dung", "Hải", "Lan", "Minh", "Nga", "Phúc", "Quý"][n / 6];
        w.person(&format!("{family} Thị {given}"), &format!("{:02}/03/19{}", n % 28 + 1, 40 + n), "Nữ", "");
    }
    for resident in 18..78 {
        w.welfare(resident, "");
    }
    w
}

#[test]
fn a_block_whose_numbers_have_moved_is_one_case_about_the_file() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    let mut w = sixty_of_welfare();
    // Rows 20 to 39: each number is the one of the person a row above.
    for row in (20..40).rev() {
        let above = w.of(row + 15, "personal_id");
        w.change("welfare", row, &format!("personal_id={above}"));
    }
    fs::create_dir(&data).unwrap();
    for kind in ["residents", "welfare"] {
        fs::write(data.join(format!("{kind}.csv")), w.text(kind, b',')).unwrap();
    }
    let run = run(&data, &out, &[]);
    let summary = summary(&run.run);
    assert_eq!(summary["inputs"][0]["moved_ids"], serde_json::Value::Null);
    let blocks = summary["inputs"][1]["moved_ids"].as_array().unwrap();
    assert_eq!(blocks.len(), 1, "{blocks:?}");
    assert_eq!(blocks[0], serde_json::json!({"from_row": 20, "to_row": 39, "by": -1, "shown": 20}));
    let plan = sheets(&run.run.join("repair/welfare.xlsx"));
    let told: Vec<String> = (3..8).map(|row| text(&plan[0].1, row, 0)).collect();
    assert!(told.iter().any(|line| line.contains("Dòng 20 đến 39")), "{told:?}");
    // Each number is proposed for the row of its person; nothing is shifted back in silence.
    let proposals: Vec<(String, String)> = (5..60)
        .filter(|row| text(&plan[0].1, *row, 7).starts_with("cột lệch"))
        .map(|row| (text(&plan[0].1, row, 1), text(&plan[0].1, row, 6)))
        .collect();
    assert_eq!(proposals.len(), 19, "{proposals:?}");
    assert_eq!(proposals[0].0, "20");
    assert!(proposals[0].1.contains(&w.of(36, "personal_id")), "{proposals:?}");
}

#[test]
fn a_column_of_numbers_sorted_by_itself_is_one_case_about_the_file() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("d"), desk.path().join("out"));
    let mut w = sixty_of_welfare();
    let mut numbers: Vec<String> = (18..78).map(|resident| w.of(resident, "personal_id")).collect();
    // Upside down: here they stand in the order of birth.
    numbers.sort_by(|a, b| b.cmp(a));
    for (row, number) in (2..).zip(&numbers) {
        w.change("welfare", row, &format!("personal_id={number}"));
    }
    // The list spells one in six otherwise than the registry, four in a row among them.
    for row in [10, 20, 21, 22, 23, 30, 40, 41, 50, 60] {
        let name = format!("{} Thuỳ", w.of(row + 16, "full_name"));
        w.change("welfare", row, &format!("full_name={name}"));
    }
    fs::create_dir(&data).unwrap();
    for kind in ["residents", "welfare"] {
        fs::write(data.join(format!("{kind}.csv")), w.text(kind, b',')).unwrap();
    }
    let run = run(&data, &out, &[]);
    let blocks = summary(&run.run)["inputs"][1]["moved_ids"].clone();
    assert_eq!(blocks.as_array().map(Vec::len), Some(1), "{blocks}");
    assert_eq!(blocks[0]["by"], 0);
    let plan = sheets(&run.run.join("repair/welfare.xlsx"));
    let told: Vec<String> = (3..8).map(|row| text(&plan[0].1, row, 0)).collect();
    assert!(told.iter().any(|line| line.contains("Dòng 2 đến 61")), "{told:?}");
}
