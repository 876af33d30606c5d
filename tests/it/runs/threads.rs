//! The same input gives the same bytes, whatever the number of threads.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{files, run_sample, sample, summary};

/// A file without what differs from run to run: the `run` object of the summary, the run's name in the report
/// and in the manifest, points of charts over time, and the digests of those two files.
fn comparable(run: &Path, file: &Path) -> Vec<u8> {
    let bytes = fs::read(run.join(file)).unwrap();
    match file.to_str().unwrap() {
        "summary.json" => {
            let mut summary = summary(run);
            assert!(summary.as_object_mut().unwrap().remove("run").is_some());
            serde_json::to_vec_pretty(&summary).unwrap()
        }
        "report.html" => {
            let id = fs::canonicalize(run).unwrap().file_name().unwrap().to_str().unwrap().to_owned();
            let text = String::from_utf8(bytes).unwrap().replace(&id, "RUN");
            // Points of charts over time lie where the seconds put them.
            let timed = |tag: &&str| tag.starts_with("polyline") || tag.starts_with("circle");
            text.split('<').filter(|tag| !timed(tag)).collect::<Vec<_>>().join("<").into_bytes()
        }
        "manifest.json" => {
            let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert!(manifest.as_object_mut().unwrap().remove("run_id").is_some());
            for entry in manifest["files"].as_array_mut().unwrap() {
                if ["summary.json", "report.html"].contains(&entry["path"].as_str().unwrap()) {
                    *entry = entry["path"].clone();
                }
            }
            serde_json::to_vec_pretty(&manifest).unwrap()
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
