//! An erasure that is under way: what it set out to erase, written down before the first byte goes and gone with the last.
//! Whoever finds it finishes what somebody else could not: the next erasure, or the next run.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::CustodyError;
use super::erase::{self, Erased};
use super::known::Known;
use super::person::{Named, Person};
use super::redact;
use crate::archive::OutDir;
use crate::disk;
use crate::findings::FindingId;
use crate::publish::WorkbookPasswords;
use crate::store::{Access, Store};

/// The file in the output folder.
const FILE: &str = ".purge-pending.json";

/// What an erasure of a person set out to erase. What it says stands nowhere else any more once it has begun: a run that is
/// half removed does not tell of whom its findings were.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    #[serde(flatten)]
    pub(super) person: Whom,
    /// By what else the person is known; an older program wrote nothing of it.
    #[serde(default)]
    pub(super) known: Known,
    pub(super) who: String,
    pub(super) why: String,
    pub(super) runs: Vec<String>,
    pub(super) cases: Vec<String>,
    /// Files that go, by their paths within the output folder.
    pub(super) files: Vec<PathBuf>,
    /// Workbooks that lose lines, likewise.
    pub(super) workbooks: Vec<PathBuf>,
}

/// Whom it is about.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Whom {
    Number(String),
    Named(Named),
}

impl From<&Person> for Whom {
    fn from(person: &Person) -> Self {
        match person {
            Person::Number(number) => Self::Number(number.clone()),
            Person::Named(named) => Self::Named(named.clone()),
        }
    }
}

impl Pending {
    fn path(out: &Path) -> PathBuf {
        out.join(FILE)
    }

    fn read(out: &Path) -> Result<Option<Self>, CustodyError> {
        let path = Self::path(out);
        let read = || -> io::Result<Option<Self>> {
            let bytes = match std::fs::read(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                bytes => bytes?,
            };
            if bytes.first() == Some(&0) {
                // It is overwritten when all that it names is gone: only its name was left.
                disk::remove_file(&path)?;
                return Ok(None);
            }
            Ok(Some(serde_json::from_slice(&bytes)?))
        };
        read().map_err(CustodyError::read(&path))
    }

    /// Says in the access log that the erasing begins, and writes it down.
    pub(super) fn begin(&self, out: &OutDir, store: Option<&mut Store>) -> Result<(), CustodyError> {
        if let Some(store) = store {
            self.log(store, "purge-begun")?;
        }
        let path = Self::path(out.path());
        let write = || -> io::Result<()> {
            disk::replace_file(&path, &serde_json::to_vec(self)?, disk::FILE_MODE)?;
            disk::sync_folder(out.path())
        };
        write().map_err(CustodyError::write(&path))
    }

    fn log(&self, store: &mut Store, action: &str) -> Result<(), CustodyError> {
        let (who, action, why) = (self.who.clone(), action.to_owned(), self.why.clone());
        let what = format!("runs={} cases={}", self.runs.len(), self.cases.len());
        store.log_access(&Access { who, action, what, why }, Timestamp::now())?;
        Ok(())
    }

    /// Nothing is left of what it names.
    pub(super) fn end(out: &OutDir) -> Result<(), CustodyError> {
        let path = Self::path(out.path());
        match out.remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            ended => ended.map_err(CustodyError::write(&path)),
        }
    }

    /// All that the person is known by: the registries that said so may be gone.
    pub(super) fn known(&self, person: &Person) -> Known {
        if self.known == Known::default() { Known::from(person) } else { self.known.clone() }
    }

    /// The findings that it names.
    pub(super) fn cases(&self) -> BTreeSet<FindingId> {
        self.cases.iter().filter_map(|case| FindingId::parse(case)).collect()
    }

    /// Of the files that it names those that are still there.
    pub(super) fn files_left(&self, out: &Path) -> impl Iterator<Item = PathBuf> {
        self.files.iter().map(move |file| out.join(file)).filter(|path| path.is_file())
    }
}

/// Whether an erasure of an output folder was cut short.
pub fn is_pending(out: &Path) -> bool {
    Pending::path(out).exists()
}

/// Finishes an erasure that was cut short; `None` where there is none. The output folder is locked.
///
/// # Errors
/// As [`erase::erase_person`]: what is then left is found again.
pub fn resume(out: &OutDir, passwords: &WorkbookPasswords) -> Result<Option<Erased>, CustodyError> {
    let Some(pending) = Pending::read(out.path())? else { return Ok(None) };
    let person = match &pending.person {
        Whom::Number(number) => Person::parse(number)?,
        Whom::Named(named) => Person::Named(named.clone()),
    };
    tracing::warn!("an erasure that was cut short is finished");
    if let Some(store) = &mut Store::open_existing(out.path())? {
        pending.log(store, "purge-resumed")?;
    }
    // Workbooks between their old and their new form, and then folders of runs that were being removed.
    for workbook in &pending.workbooks {
        redact::settle(out, &out.path().join(workbook))?;
    }
    out.remove_begun(true, None).map_err(CustodyError::write(out.path()))?;
    let by = (pending.who.clone(), pending.why.clone());
    erase::erase(out, &person, (&by.0, &by.1), (Some(&pending), passwords), false).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_overwritten_at_the_end_of_an_erasure_is_none() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!is_pending(dir.path()) && Pending::read(dir.path()).unwrap().is_none());
        std::fs::write(Pending::path(dir.path()), [0; 100]).unwrap();
        assert!(Pending::read(dir.path()).unwrap().is_none());
        assert!(!is_pending(dir.path()));
        // Anything else that cannot be read has to be looked at.
        std::fs::write(Pending::path(dir.path()), "{").unwrap();
        assert!(matches!(Pending::read(dir.path()), Err(CustodyError::Read { .. })));
    }
}
