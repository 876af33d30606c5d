//! How well rows are told apart: the labelled rows of `tests/fixtures/rows`, each put into a table of its width.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::{balanced, read};
use crate::domain::{Detail, Field, Kind, RowClass};
use crate::ingest::columns::header::find;
use crate::ingest::columns::synonyms::Synonyms;
use crate::ingest::formats::row::{Cells, KeptRow};
use crate::ingest::records::build;
use crate::ingest::table::row_classifier::{RowClassifier, RowKind};
use crate::ingest::table::row_words::{Course, course};
use crate::ingest::table::sections::Meaning;
use crate::ingest::units::UnitMap;

const ROWS: &str = include_str!("../../../tests/fixtures/rows/rows.jsonl");
const MORE: &str = include_str!("../../../tests/fixtures/rows/more.jsonl");

static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(Synonyms::default);

/// A header of so many columns; years by tick where the row has one.
fn header(cells: &[String]) -> Vec<&'static str> {
    let ticks = || cells.iter().skip(3).take(2).any(|cell| cell == "x");
    match cells.len() {
        ..=5 => vec!["STT", "Họ và tên", "Năm sinh", "Giới tính", "Thôn"],
        6 if ticks() => vec!["STT", "Họ và tên", "Năm sinh", "Nam", "Nữ", "Thôn"],
        6 => vec!["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Mức trợ cấp"],
        7 => vec!["STT", "Họ và tên", "Năm sinh", "Nam", "Nữ", "Thôn", "Mức trợ cấp"],
        8 => {
            vec!["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Thôn", "Mức trợ cấp", "Ghi chú"]
        }
        width => {
            let mut header =
                vec!["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Địa chỉ", "Mã xã", "Xã"];
            header.resize(width - 1, "Cột khác");
            header.push("Ghi chú");
            header
        }
    }
}

/// A row of data under a header.
fn ordinary(header: &[&str], number: usize) -> Vec<String> {
    let cell = |header: &&str| match *header {
        "STT" => number.to_string(),
        "Họ và tên" => ["Nguyễn Văn Sử", "Lê Thị Bền"][number % 2].to_owned(),
        "Ngày sinh" => format!("01/02/19{}", 50 + number),
        "Năm sinh" => format!("19{}", 50 + number),
        "Số CCCD" => format!("0380{}000123", 50 + number),
        "Thôn" => "Thôn 1".to_owned(),
        "Mức trợ cấp" => "500000".to_owned(),
        _ => String::new(),
    };
    header.iter().map(cell).collect()
}

/// What the last of the rows is taken for.
fn class_of_last(rows: &[Vec<String>]) -> &'static str {
    let kept = (1..).zip(rows).map(|(number, cells)| KeptRow::new(number, cells.clone()));
    let found = find(&kept.collect::<Vec<_>>()[..1], Some(Kind::Welfare), "x", &SYNONYMS).unwrap();
    let mut classifier = RowClassifier::new(found.kind, &found.columns, &SYNONYMS);
    let mut last = "";
    for cells in &rows[1..] {
        let line = cells.join("\t");
        let mut spans = Vec::new();
        crate::ingest::formats::quoting::split_plain(line.as_bytes(), b'\t', &mut spans);
        last = match classifier.classify(Cells { text: &line, spans: &spans }, 1) {
            RowKind::Data | RowKind::Joined => "data",
            RowKind::OtherHeader(_) => "codes",
            RowKind::Group(heading) if course(&heading.text) == Some(Course::Stops) => "group:section_stop",
            RowKind::Group(heading) => match heading.meaning {
                Meaning::Hamlet(_) | Meaning::Unit => "group:hamlet",
                Meaning::Category => "group:category",
                Meaning::Title => "title",
            },
            RowKind::Skipped(class) => match class {
                RowClass::Numbering => "numbering",
                RowClass::CodeNames => "codes",
                RowClass::Sum => "sum",
                RowClass::Carried => "carried",
                RowClass::Signature => "signature",
                RowClass::Note => "note",
                RowClass::Blank => "blank",
                class => class.name(),
            },
        };
    }
    last
}

/// Right, all, data rows lost; misses are written down.
fn score(rows: &str) -> (usize, usize, usize, Vec<String>) {
    let (mut right, mut all, mut lost, mut misses) = (0, 0, 0, Vec::new());
    for line in rows.lines() {
        let labelled: Value = serde_json::from_str(line).unwrap();
        if labelled["debatable"] == true {
            continue;
        }
        let text = |cell: &Value| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
        let cells: Vec<String> = labelled["cells"].as_array().unwrap().iter().map(text).collect();
        let wanted = labelled["class"].as_str().unwrap();
        let header = header(&cells);
        let top = header.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let at_head = vec![top.clone(), cells.clone()];
        let between = vec![top, ordinary(&header, 1), ordinary(&header, 2), cells.clone()];
        // A person is one wherever the row stands; numbers and code names stand under the header.
        let places = match wanted {
            "numbering" | "codes" => vec![at_head],
            "data" => vec![at_head, between],
            _ => vec![between],
        };
        let got: Vec<&str> = places.iter().map(|rows| class_of_last(rows)).collect();
        all += 1;
        let is_right = got.iter().all(|class| *class == wanted);
        right += usize::from(is_right);
        lost += usize::from(wanted == "data" && !is_right);
        if !is_right {
            misses.push(format!("{}: {wanted}, taken for {got:?}: {}", labelled["id"], cells.join("|")));
        }
    }
    (right, all, lost, misses)
}

#[test]
fn labelled_rows_are_told_apart() {
    let (right, all, lost, misses) = score(ROWS);
    println!("{right} of {all} rows, {lost} rows of data lost\n{}", misses.join("\n"));
    assert_eq!(all, 246, "rows that are not debatable");
    assert_eq!(lost, 0, "{}", misses.join("\n"));
    assert!(right * 100 >= all * 99, "{right} of {all}\n{}", misses.join("\n"));
}

#[test]
fn other_words_for_the_same_are_told_apart_too() {
    let (right, all, lost, misses) = score(MORE);
    println!("{right} of {all} rows, {lost} rows of data lost\n{}", misses.join("\n"));
    assert_eq!(lost, 0, "{}", misses.join("\n"));
    assert!(all > 100 && right * 100 >= all * 97, "{right} of {all}\n{}", misses.join("\n"));
}

const LIST: &str = "STT|Họ và tên|Ngày sinh|Số CCCD|Chế độ|Mức trợ cấp|Hưởng từ ngày|Ghi chú\n";

#[test]
fn every_row_that_is_no_data_is_counted_by_its_class() {
    let text = format!(
        "DANH SÁCH CHI TRẢ|||||||\n{LIST}(1)|(2)|(3)|(4)|(5)|(6)|(7)|(8)\n\
         |HoTen|NgaySinh|SoCccd|CheDo|MucTroCap|TuNgay|GhiChu\nI. Thôn 1|||||||\n\
         1|Nguyễn Văn Sử|01/02/1950|038050000123|NCT|500000|01/01/2024|\n|Cộng thôn 1||||500000||\n\
         |Cộng mang sang||||500000||\n-|-|-|-|-|-|-|-\nGhi chú: đã rà soát|||||||\n\
         |Người lập biểu|||CHỦ TỊCH|||\n"
    );
    let table = read(&text, Kind::Welfare);
    assert!(balanced(&table));
    let counted: BTreeMap<&str, u64> = RowClass::ALL.map(|c| (c.name(), table.skipped.of(c))).into();
    let wanted = [
        ("titles", 1),
        ("headers", 1),
        ("numbering", 1),
        ("code_names", 1),
        ("groups", 1),
        ("sums", 1),
        ("carried", 1),
        ("signatures", 1),
        ("notes", 1),
        ("continued", 0),
        ("blank", 1),
    ];
    assert_eq!(counted, wanted.into());
    assert_eq!((table.len(), table.group_hamlet(0)), (1, Some("Thôn 1")));
}

/// By row: name, amount, whether it stops, whether by death.
fn stops(text: &str) -> Vec<(String, bool, bool)> {
    let as_of = crate::domain::Day::from_civil(2026, 11, 20).unwrap();
    let data = build(vec![read(text, Kind::Welfare)], &UnitMap::default(), as_of);
    let extract = &data.extracts[0];
    let row = |(ix, row): (usize, &crate::domain::ExtractRow)| {
        let Detail::Welfare(benefit) = row.detail else { panic!() };
        let name = data.names.key(extract.persons_of(ix)[0].name.id).to_owned();
        let stops = benefit.stop.value().is_some_and(|stop| stop.first_day() <= as_of);
        (name, stops, benefit.stopped_by_death.is_told())
    };
    extract.rows.iter().enumerate().map(row).collect()
}

#[test]
fn those_under_a_section_of_stops_no_longer_have_the_benefit() {
    let row =
        |name: &str, note: &str| format!("1|{name}|01/02/1950|038050000123|NCT|500000|01/01/2024|{note}\n");
    let text = format!(
        "DANH SÁCH BIẾN ĐỘNG THÁNG 11/2026|||||||\n{LIST}I|TĂNG||||||\n{}II|GIẢM||||||\n{}II.1|Thôn 2||||||\n{}\
         III|GIỮ NGUYÊN||||||\n{}{}IV|Giảm do chết||||||\n{}",
        row("An", ""),
        row("Bền", "Chết ngày 10/9/2026"),
        row("Cẩn", "Chuyển đi tỉnh khác"),
        row("Dần", ""),
        row("Én", "Đã chết tháng 8/2026"),
        row("Gạo", ""),
    );
    let got = stops(&text);
    let wanted = [
        ("an", false, false),
        ("bền", true, true),
        ("cẩn", true, false),
        ("dần", false, false),
        ("én", false, true),
        ("gạo", true, true),
    ];
    assert_eq!(got, wanted.map(|(name, stops, dead)| (name.to_owned(), stops, dead)));
    // The title may say it of all; a day that the row itself bears goes before.
    let text = "DANH SÁCH CẮT GIẢM TRỢ CẤP DO CHẾT THÁNG 9/2025|||||\n\
                STT|Họ và tên|Ngày sinh|Số CCCD|Mức trợ cấp|Ngày dừng\n\
                1|An|01/02/1950|038050000123|500000|\n2|Bền|01/02/1950|038050000124|500000|01/12/2026\n";
    assert_eq!(stops(text), [("an".into(), true, true), ("bền".into(), false, true)]);
}

#[test]
fn a_category_above_is_the_programme_of_rows_that_have_none() {
    let text = "STT|Họ và tên|Ngày sinh|Số CCCD|Mức trợ cấp\n\
                I. Người cao tuổi||||\n1|An|01/02/1950|038050000123|500000\n\
                II. Hộ nghèo||||\n2|Bền|01/02/1951|038051000123|500000\n";
    let as_of = crate::domain::Day::from_civil(2026, 11, 20).unwrap();
    let data = build(vec![read(text, Kind::Welfare)], &UnitMap::default(), as_of);
    let programme = |ix: usize| {
        let Detail::Welfare(benefit) = data.extracts[0].rows[ix].detail else { panic!() };
        data.texts.get(benefit.programme).to_owned()
    };
    assert_eq!((programme(0), programme(1)), ("nguoi cao tuoi".to_owned(), "ho ngheo".to_owned()));
}

#[test]
fn a_row_more_of_the_same_person_has_the_name_from_above() {
    let text = format!(
        "{LIST}1|Nguyễn Văn Sử|01/02/1950|038050000123|NCT|500000|01/01/2024|\n\
         ||||Chăm sóc người khuyết tật|540000|01/05/2025|\n\
         2|Lê Thị Bền|01/02/1951|038151000123|NCT|500000|01/01/2024|\n||||||01/05/2025|đã rà soát\n"
    );
    let table = read(&text, Kind::Welfare);
    assert!(balanced(&table));
    let names: Vec<_> = (0..table.len() as u32).map(|row| table.cell(row, Field::FullName)).collect();
    assert_eq!(names, ["Nguyễn Văn Sử", "Nguyễn Văn Sử", "Lê Thị Bền"]);
    assert_eq!(table.skipped.of(RowClass::Continued), 1, "nothing of its own");
    assert_eq!(table.cell(1, Field::PersonalId), "038050000123");
    assert_eq!(table.cell(1, Field::MonthlyAmount), "540000");
}
