//! What `lamsach inspect` says.

use crate::domain::{Day, Lang};
use crate::ingest::{InputSpec, ReadOptions, inspect};

#[test]
fn a_file_is_described_without_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("khai_sinh.csv");
    let text = "DANH SÁCH KHAI SINH,,,\nSTT,Họ và tên,Ngày sinh,Họ tên mẹ\n1,Nguyễn Thị Hồng,31/02/2024,Lê Thị Lài\n\
                2,Đặng Văn Bình,06/03/2024,\n3,thừa,1,2,3\n";
    std::fs::write(&path, text).unwrap();
    let as_of = Day::from_civil(2026, 11, 20).unwrap();
    let inputs = [InputSpec::new(&path), InputSpec::new(folder.path().join("không có.csv"))];
    let mut reports = inspect(&inputs, &ReadOptions::default(), as_of, Lang::Vi);
    for report in &mut reports {
        report.file = report.file.replace(&folder.path().display().to_string(), "");
        if let Some(error) = &mut report.error {
            error.message = error.message.replace(&folder.path().display().to_string(), "");
        }
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&reports).unwrap());
}
