//! The tables of a run, from which the review page makes its index: without them, or with one that is damaged, it says
//! so and what to do.

use std::fs;

use super::town::Town;
use crate::harness::{lamsach, said};

#[test]
fn a_run_without_sound_tables_is_told_with_what_to_do() {
    let town = Town::new();
    let review =
        || lamsach().arg("review").arg(town.out()).args(["--listen", "127.0.0.1:0"]).output().unwrap();
    let run = fs::canonicalize(town.out().join("latest")).unwrap();
    for (file, sentence) in [
        ("rows.parquet", "rows.parquet"),
        ("second_readings.parquet", "second_readings.parquet"),
        ("links.parquet", "links.parquet"),
    ] {
        let whole = fs::read(run.join(file)).unwrap();
        fs::write(run.join(file), &whole[..whole.len() / 2]).unwrap();
        let output = review();
        assert!(!output.status.success());
        let told = said(&output);
        assert!(
            told.contains(sentence) && told.contains("bị hỏng") && told.contains("lamsach run"),
            "{told}"
        );
        fs::write(run.join(file), whole).unwrap();
    }
    // An older version wrote no tables.
    fs::remove_file(run.join("findings.parquet")).unwrap();
    let output = review();
    assert!(!output.status.success());
    let told = said(&output);
    assert!(told.contains("phiên bản cũ") && told.contains("lamsach run"), "{told}");
}
