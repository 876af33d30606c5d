//! Copies of the store, one after each run, a few kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::{Store, StoreError};
use crate::disk;

/// Copies kept.
const KEPT: usize = 7;
/// Pages copied at a time: others may write in between.
const PAGES: std::ffi::c_int = 1024;

/// What the file of a copy is called: they lie beside the store, sorted by the moment of their run.
pub const PREFIX: &str = "lamsach-backup-";
const SUFFIX: &str = ".db";

/// The copies in an output folder, oldest first.
pub fn all(out: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(out).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<PathBuf> = entries
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with(PREFIX) && name.ends_with(SUFFIX)
        })
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// The newest copy in an output folder.
pub fn newest(out: &Path) -> Option<PathBuf> {
    all(out).pop()
}

impl Store {
    /// Copies the store beside itself under the name of a run, and removes the oldest copies.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read, or the copy cannot be made, forced to the disk or given its name;
    /// also where an old copy cannot be removed, when the new one stands already.
    pub fn back_up(&self, run: &str) -> Result<PathBuf, StoreError> {
        let out = self.path.parent().unwrap_or(Path::new("."));
        let path = out.join(format!("{PREFIX}{run}{SUFFIX}"));
        // Under its name only when whole: a copy is gone back to when there is nothing else.
        let partial = out.join(format!(".{PREFIX}{run}{SUFFIX}"));
        let failed = |source| StoreError::Open { path: partial.clone(), source };
        if partial.exists() {
            disk::remove_file(&partial).map_err(failed)?;
        }
        disk::create_new(&partial).map_err(failed)?;
        let copy = || -> rusqlite::Result<()> {
            let mut to = Connection::open(&partial)?;
            Backup::new(&self.db, &mut to)?.run_to_completion(PAGES, Duration::from_millis(1), None)?;
            // A copy is one file: no log beside it.
            to.pragma_update(None, "journal_mode", "DELETE")?;
            super::sums::let_write(&to)?;
            self.put_secret_into(&to)
        };
        copy().map_err(StoreError::of(&partial)).inspect_err(|_| {
            let _ = fs::remove_file(&partial);
            let _ = fs::remove_file(out.join(format!(".{PREFIX}{run}{SUFFIX}-journal")));
        })?;
        disk::sync_file(&partial).map_err(failed)?;
        disk::rename(&partial, &path).map_err(failed)?;
        let copies = all(out);
        for old in copies.iter().take(copies.len().saturating_sub(KEPT)) {
            match disk::remove_file(old) {
                // A later run removes it.
                Err(error) if disk::is_held(&error) => tracing::warn!(%error, "an old copy was not removed"),
                outcome => outcome.map_err(|source| StoreError::Open { path: old.clone(), source })?,
            }
        }
        Ok(path)
    }
}
