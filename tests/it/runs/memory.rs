//! An output folder seen from outside: whether its last run is whole, and what its store says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::files;
pub(crate) use crate::harness::store;

/// The run that `latest` points to.
pub(crate) fn latest(out: &Path) -> PathBuf {
    fs::read_link(out.join("latest")).unwrap()
}

/// Asserts that `latest` is a run with all its files as they were written, and that the store is sound and
/// knows it.
#[track_caller]
pub(crate) fn assert_whole(out: &Path) {
    let run = out.join(latest(out));
    let manifest: Value = serde_json::from_slice(&fs::read(run.join("manifest.json")).unwrap()).unwrap();
    let listed: BTreeMap<PathBuf, &Value> = manifest["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (PathBuf::from(entry["path"].as_str().unwrap()), entry))
        .collect();
    let there: Vec<PathBuf> =
        files(&run).into_iter().filter(|file| file.to_str() != Some("manifest.json")).collect();
    assert!(there.iter().eq(listed.keys()), "{there:?}");
    for (path, entry) in listed {
        let bytes = fs::read(run.join(&path)).unwrap();
        assert_eq!(entry["size"].as_u64().unwrap(), bytes.len() as u64, "{}", path.display());
        assert_eq!(entry["blake3"], blake3::hash(&bytes).to_hex().as_str(), "{}", path.display());
    }
    let db = store(out);
    let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    let name = latest(out);
    let known: i64 = db
        .query_row("SELECT count(*) FROM runs WHERE name = ?1", [name.to_str().unwrap()], |row| row.get(0))
        .unwrap();
    assert_eq!(known, 1, "{}", name.display());
}

/// Lets days pass for a store: all that it remembers is so much older.
pub(crate) fn age(out: &Path, days: i32) {
    let db = store(out);
    let seconds = i64::from(days) * 86_400;
    db.execute(
        "UPDATE runs SET day = day - ?1, started_at = started_at - ?2, finished_at = finished_at - ?2",
        (days, seconds),
    )
    .unwrap();
    db.execute(
        "UPDATE findings SET first_seen = first_seen - ?1, due_since = due_since - ?1, due_on = due_on - ?1,
                             closed_on = closed_on - ?1",
        [days],
    )
    .unwrap();
    db.execute("UPDATE events SET day = day - ?1, at = at - ?2", (days, seconds)).unwrap();
    db.execute(
        "UPDATE decisions SET day = day - ?1, until = until - ?1, at = at - ?2, ended_at = ended_at - ?2",
        (days, seconds),
    )
    .unwrap();
}

/// How many findings stand (are not resolved), by code.
pub(crate) fn standing(out: &Path) -> BTreeMap<String, i64> {
    let db = store(out);
    let mut lines =
        db.prepare("SELECT code, count(*) FROM cases WHERE status <> 'resolved' GROUP BY code").unwrap();
    let counts = lines.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    counts.map(Result::unwrap).collect()
}
