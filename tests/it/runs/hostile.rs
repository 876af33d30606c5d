//! Files made to eat the machine: a clear sentence and exit code 3, within a gigabyte of memory.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::harness::{call, said};

/// Inspects a file in a process that may not take more than a gigabyte beside the address space of an idle program.
fn inspect(file: &Path) -> Output {
    let limited = "ulimit -v 2500000; exec \"$0\" inspect \"$1\"";
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
    // Few rows, long ones: what is to be seen is the size. Members one after another unpack as one text.
    let header = "full_name,birth_date,commune\nNguyễn Văn An,01/02/1950,Xã Tân Lập\n";
    let block = format!("{}\n", "x".repeat((1 << 16) - 1)).repeat(16);
    let bombs = |name: &str, pack: &dyn Fn(&str) -> Vec<u8>| {
        let file = dir.path().join(name);
        let mut out = fs::File::create(&file).unwrap();
        out.write_all(&pack(header)).unwrap();
        let member = pack(&block);
        (0..72).for_each(|_| out.write_all(&member).unwrap());
        assert_refused(&file, "E-FILE-LARGE");
    };
    bombs("residents.csv.gz", &|text| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gz.write_all(text.as_bytes()).unwrap();
        gz.finish().unwrap()
    });
    bombs("residents.csv.zst", &|text| zstd::encode_all(text.as_bytes(), 1).unwrap());
}

#[test]
fn pipes_and_devices_are_never_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("residents.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let long = Duration::from_secs(60);
    let began = Instant::now();
    assert_refused(&pipe, "E-FILE-FORMAT");
    assert_refused(Path::new("/dev/zero"), "E-FILE-FORMAT");
    let folder = call([Path::new("inspect"), dir.path()]);
    assert_eq!(folder.status.code(), Some(3), "{}", said(&folder));
    assert!(began.elapsed() < long);
}
