//! The same input gives the same bytes, whatever the number of threads.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{files, run_sample, sample, summary};

/// A file without what differs from run to run: the `run` object of the summary, the run's name in report and
/// manifest, and what the manifest says of those.
fn comparable(run: &Path, file: &Path) -> Vec<u8> {
    let bytes = fs::read(run.join(file)).unwrap();
    match file.to_str().unwrap() {
        "summary.json" => {
            let mut summary = summary(run);
            assert!(summary.as_object_mut().unwrap().remove("run").is_some());
            serde_json::to_vec_pretty(&summary).unwrap()
        }
        // Sizes and digests of the two files that differ, and the run's name.
        "manifest.json" => {
            let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            manifest.as_object_mut().unwrap().remove("run_id").unwrap();
            let listed = manifest["files"].as_array_mut().unwrap();
            let before = listed.len();
            listed.retain(|file| !["summary.json", "report.html"].contains(&file["path"].as_str().unwrap()));
            assert_eq!(listed.len() + 2, before);
            serde_json::to_vec(&manifest).unwrap()
        }
        "report.html" => {
            let id = fs::canonicalize(run).unwrap().file_name().unwrap().to_str().unwrap().to_owned();
            String::from_utf8(bytes).unwrap().replace(&id, "RUN").into_bytes()
        }
        _ => bytes,
    }
}

pub(crate) fn assert_same(one: &Path, other: &Path) {
    let list = files(one);
    assert_eq!(list, files(other));
    let differing: Vec<&PathBuf> =
        list.iter().filter(|file| comparable(one, file) != comparable(other, file)).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn one_two_and_sixteen_threads() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    sample(&data, 2000, 77, "dirty");
    let [one, two, sixteen] = ["1", "2", "16"].map(|threads| {
        fs::canonicalize(run_sample(&data, &dir.path().join(threads), &["--threads", threads])).unwrap()
    });
    assert_same(&one, &two);
    assert_same(&one, &sixteen);
}
