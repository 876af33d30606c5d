//! Files made to eat the machine: a clear sentence and exit code 3, within a gigabyte of memory.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::harness::said;

/// Inspects a file in a process that may not take more than a gigabyte beside the address space of an idle program, and
/// is ended with code 124 where it waits for ever.
fn inspect(file: &Path) -> Output {
    let limited = "ulimit -v 2500000; exec timeout 240 \"$0\" inspect \"$1\"";
    Command::new("sh").args(["-c", limited, env!("CARGO_BIN_EXE_lamsach")]).arg(file).output().unwrap()
}

#[track_caller]
fn assert_refused(file: &Path, code: &str) {
    let output = inspect(file);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains(code) && !said.contains("panic"), "{said}");
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hostile").join(name)
}

#[test]
fn a_workbook_whose_sector_follows_itself() {
    assert_refused(&fixture("sector_that_follows_itself.xls"), "E-FILE-DAMAGED");
}

#[test]
fn a_workbook_with_a_row_beyond_any_sheet() {
    assert_refused(&fixture("row_beyond_any_sheet.xlsx"), "E-FILE-DAMAGED");
}

#[test]
fn a_value_of_megabytes_that_many_rows_share() {
    let output = inspect(&fixture("one_huge_cell_in_many_rows.parquet"));
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
}

#[test]
fn text_that_unpacks_beyond_measure() {
    let dir = tempfile::tempdir().unwrap();
    let header = "personal_id,full_name,birth_date,gender,commune,household_id,relation_to_head\n";
    let row = "001050000017,Nguyễn Văn An,01/02/1950,Nam,Xã Tân Lập,H1,Chủ hộ\n";
    // Members one after another unpack as one text.
    let member = |text: &str| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gz.write_all(text.as_bytes()).unwrap();
        gz.finish().unwrap()
    };
    let (header, rows) = (member(header), member(&row.repeat(16_000)));
    let file = dir.path().join("residents.csv.gz");
    let mut out = fs::File::create(&file).unwrap();
    out.write_all(&header).unwrap();
    (0..64).for_each(|_| out.write_all(&rows).unwrap());
    drop(out);
    assert_refused(&file, "E-FILE-LARGE");
}

#[test]
fn pipes_and_devices_are_never_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("residents.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_refused(&pipe, "E-FILE-FORMAT");
    assert_refused(Path::new("/dev/zero"), "E-FILE-FORMAT");
    let folder = inspect(dir.path());
    assert_eq!(folder.status.code(), Some(3), "{}", said(&folder));
}
