//! What `lamsach inspect` says.

use std::path::Path;

use rust_xlsxwriter::Workbook;

use crate::domain::{Day, Kind, Lang};
use crate::ingest::{InputSpec, InspectOptions, Inspection, ReadOptions, inspect};

fn report(paths: &[&Path], kind: Option<Kind>, lang: Lang, show: bool) -> Vec<Inspection> {
    let how = InspectOptions { as_of: Day::from_civil(2026, 11, 20).unwrap(), lang, show };
    let inputs: Vec<_> = paths.iter().map(|path| InputSpec { kind, ..InputSpec::new(*path) }).collect();
    inspect(&inputs, &ReadOptions::default(), how)
}

#[test]
fn a_file_is_described_without_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("khai_sinh.csv");
    let text = "DANH SÁCH KHAI SINH,,,\nSTT,Họ và tên,Ngày sinh,Họ tên mẹ\n1,Nguyễn Thị Hồng,31/02/2024,Lê Thị Lài\n\
                2,Đặng Văn Bình,06/03/2024,\n3,thừa,1,2,3\n";
    std::fs::write(&path, text).unwrap();
    let mut reports = report(&[&path, &folder.path().join("không có.csv")], None, Lang::Vi, false);
    let within = format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR);
    for report in &mut reports {
        report.file = report.file.replace(&within, "/");
        if let Some(error) = &mut report.error {
            error.message = error.message.replace(&within, "/");
        }
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&reports).unwrap());
}

#[test]
fn the_choice_between_two_columns_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "Họ tên,Địa chỉ,Nơi thường trú,Địa chỉ\nNguyễn Văn An,a,b,c\n").unwrap();
    let said = |lang| {
        let reports = report(&[&path], Some(Kind::Welfare), lang, false);
        let problems = reports[0].tables[0].problems.iter().filter(|p| p.code == "column-outdone");
        problems.map(|problem| problem.message.clone()).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!("choice_vi", said(Lang::Vi));
    insta::assert_snapshot!("choice_en", said(Lang::En));
}

#[test]
fn rows_are_masked_unless_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "Họ tên,Ngày sinh,Số CCCD\nNguyÔn V¨n Hïng,5.3.1960,001 060 000 001\n").unwrap();
    let first = |show| report(&[&path], Some(Kind::Welfare), Lang::Vi, show)[0].tables[0].first_rows.clone();
    assert_eq!(first(true), [["Nguyễn Văn Hùng", "05/03/1960", "001060000001"]]);
    assert_eq!(first(false), [["N••••• V•• H•••", "05/03/19••", "00••••••••••"]]);
}

#[test]
fn hidden_rows_and_skipped_sheets_are_said() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Danh sách & ghi chú").unwrap();
    for (row, cells) in [["Họ tên", "Ngày sinh"], ["An", "1960"], ["Bình", "1970"]].iter().enumerate() {
        sheet.write_row(row as u32, 0, *cells).unwrap();
    }
    sheet.set_row_hidden(2).unwrap();
    let notes = book.add_worksheet();
    notes.set_name("Tổng hợp").unwrap();
    notes.write(0, 0, "Số liệu").unwrap();
    book.add_worksheet();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xlsx");
    std::fs::write(&path, book.save_to_buffer().unwrap()).unwrap();
    let reports = report(&[&path], Some(Kind::Welfare), Lang::Vi, false);
    let table = &reports[0].tables[0];
    assert_eq!((table.format.as_str(), table.used, table.hidden), ("xlsx", 2, 1));
    let codes: Vec<_> = table.problems.iter().map(|problem| problem.code).collect();
    assert!(codes.contains(&"rows-hidden") && codes.contains(&"sheet-skipped"), "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == "sheet-skipped").count(), 1, "a blank sheet is no loss");
    assert!(table.problems.is_sorted_by(|a, b| a.weight >= b.weight));
}
