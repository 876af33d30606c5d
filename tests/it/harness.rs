//! Runs the program and reads its lists back.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The date of reconciliation of every test that does not say another.
pub(crate) const AS_OF: &str = "20/11/2026";

/// The store of an output folder, to be read and written past the program.
pub(crate) fn store(out: &Path) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(out.join("lamsach.db")).unwrap();
    lamsach::store::let_write(&db).unwrap();
    db
}

/// What starts the Windows program under wine, where the tests are about that one (`packaging/windows/pages.sh`).
pub(crate) fn under_wine() -> Option<OsString> {
    std::env::var_os("LAMSACH_TEST_WINE")
}

/// A path as somebody writes it who sits where the program runs.
pub(crate) fn written(path: impl AsRef<Path>) -> String {
    let path = path.as_ref().to_str().unwrap();
    // This system is a drive there.
    if under_wine().is_some() { format!("Z:{}", path.replace('/', "\\")) } else { path.to_owned() }
}

/// The program, ready for arguments.
pub(crate) fn lamsach() -> Command {
    let mut command = Command::new(under_wine().unwrap_or_else(|| env!("CARGO_BIN_EXE_lamsach").into()));
    command.env_remove("LAMSACH_LANG");
    command
}

/// Runs the program to its end.
pub(crate) fn call(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
    lamsach().args(args).output().unwrap()
}

/// What the program said on the error channel.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Asserts that the program ended well.
pub(crate) fn succeed(output: &Output) {
    assert!(output.status.success(), "exit {:?}: {}", output.status.code(), said(output));
}

/// A sample in a folder.
pub(crate) fn sample(dir: &Path, residents: u32, seed: u64, noise: &str) {
    sample_with(dir, residents, seed, noise, &[]);
}

/// A sample in a folder, made with more arguments.
pub(crate) fn sample_with(dir: &Path, residents: u32, seed: u64, noise: &str, more: &[&str]) {
    let (residents, seed) = (residents.to_string(), seed.to_string());
    let args =
        ["sample", "-q", "--residents", &residents, "--seed", &seed, "--noise", noise, "--as-of", AS_OF];
    succeed(&lamsach().args(args).args(more).arg("--out").arg(dir).output().unwrap());
}

/// Runs a sample's folder and gives the folder of the run.
pub(crate) fn run_sample(dir: &Path, out: &Path, more: &[&str]) -> PathBuf {
    let mut command = lamsach();
    command.args(["run", "-q", "--as-of", AS_OF]).arg(dir).arg("--units").arg(dir.join("units.csv"));
    succeed(&command.arg("--out").arg(out).args(more).output().unwrap());
    latest(out)
}

/// The folder of the latest run.
pub(crate) fn latest(out: &Path) -> PathBuf {
    lamsach::disk::Pointer::follow(&out.join("latest"))
}

/// A line of a list: column to cell.
pub(crate) type Line = BTreeMap<String, String>;

/// The lines of a CSV file, strictly read; the header must be what is expected of the file.
pub(crate) fn lines(path: &Path) -> Vec<Line> {
    let (header, rows) = table(path);
    rows.iter().map(|row| header.iter().cloned().zip(row.iter().cloned()).collect()).collect()
}

/// Header and rows of a CSV file. Every row must have as many cells as the header.
pub(crate) fn table(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let text = std::str::from_utf8(&bytes).unwrap().strip_prefix('\u{feff}').expect("a BOM");
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = cells(reader.headers().unwrap());
    (header, reader.records().map(|record| cells(&record.unwrap())).collect())
}

/// Every finding of a run.
pub(crate) fn findings(run: &Path) -> Vec<Line> {
    ["dung", "du", "sach", "song"]
        .iter()
        .flat_map(|pillar| lines(&run.join("worklists").join(format!("{pillar}.csv"))))
        .collect()
}

/// The summary of a run.
pub(crate) fn summary(run: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(run.join("summary.json")).unwrap()).unwrap()
}

/// Every file below a folder, by path from there, sorted. Links are not followed.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    fn walk(at: &Path, root: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.symlink_metadata().unwrap().is_dir() {
                walk(&path, root, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(dir, dir, &mut found);
    found.sort();
    found
}
