//! The access log held to what runs have noted of it.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::CustodyError;
use crate::archive::{LogEnd, SUMMARY, moment_of_run};
use crate::store::{Chain, Head, Store, StoreError};

/// What a summary says of the access log.
#[derive(Deserialize)]
struct Noted {
    run: NotedRun,
}

#[derive(Deserialize)]
struct NotedRun {
    #[serde(default)]
    access_log: Option<LogEnd>,
}

/// The ends of the access log that the runs of an output folder have noted; a run whose summary cannot be read tells
/// nothing here, and is told by its manifest.
fn noted(out: &Path) -> Vec<Head> {
    let runs = fs::read_dir(out).into_iter().flatten().flatten();
    let of = |run: fs::DirEntry| {
        moment_of_run(&run.file_name().to_string_lossy())?;
        let noted: Noted = serde_json::from_slice(&fs::read(run.path().join(SUMMARY)).ok()?).ok()?;
        noted.run.access_log.map(|LogEnd { lines, seal }| Head { lines, seal })
    };
    runs.filter_map(of).collect()
}

/// Checks the access log of an output folder: the chain of its lines, their seals, its end, and the ends that runs have
/// noted.
///
/// # Errors
/// [`StoreError`] where the store or the secret of the folder cannot be read.
pub fn verify_log(out: &Path, store: &Store) -> Result<Chain, StoreError> {
    store.verify_accesses(&noted(out))
}

/// The same, where a log that is not whole is an error; how many lines there are, and from which on they are sealed.
///
/// # Errors
/// [`CustodyError::BrokenLog`] where it is not whole, as [`verify_log`] otherwise.
pub fn whole_log(out: &Path, store: &Store) -> Result<(u64, Option<i64>), CustodyError> {
    match verify_log(out, store)? {
        Chain::Whole { lines, sealed_from } => Ok((lines, sealed_from)),
        Chain::Broken { seq, harm } => Err(CustodyError::BrokenLog { line: seq, harm }),
    }
}
