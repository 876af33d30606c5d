//! Why personal data could not be handed over, erased or accounted for.

use std::io;
use std::path::{Path, PathBuf};

use crate::archive::ArchiveError;
use crate::disk;
use crate::domain::Lang;
use crate::store::{Harm, StoreError};
use crate::words::text;

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum CustodyError {
    /// The folder holds no run.
    #[error("no run in {}", .0.display())]
    NoRun(PathBuf),
    /// The last run has no such workbook.
    #[error("no workbook {0}")]
    NoWorkbook(String),
    /// Nobody is named who could open the file.
    #[error("no recipient for {0}")]
    NoRecipient(String),
    /// What is named is no public key of age.
    #[error("not a recipient: {at}")]
    BadRecipient {
        /// Where it stands: an option, or a line of a file.
        at: String,
    },
    /// The program was built without encryption.
    #[error("built without encryption")]
    NotBuilt,
    /// A number that is neither a personal nor an old ID.
    #[error("not an ID")]
    NotAnId,
    /// Less than a whole name and a full date of birth.
    #[error("not a name and a date of birth")]
    NotAName,
    /// A file could not be read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A workbook is under a password that is not known.
    #[error("{} is under a password", .0.display())]
    LockedWorkbook(PathBuf),
    /// A file could not be written or removed.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The access log was changed by other means than this program.
    #[error("the access log is broken at line {line}: {harm:?}")]
    BrokenLog {
        /// The first line that is not what was written, or is not there.
        line: i64,
        /// What was done to it.
        harm: Harm,
    },
    /// The output folder is in use or cannot be written.
    #[error(transparent)]
    Folder(#[from] ArchiveError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CustodyError {
    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self::Read { path: path.to_path_buf(), source }
    }

    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |source| Self::Write { path: path.to_path_buf(), source }
    }

    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        match self {
            Self::NoRun(_)
            | Self::NoWorkbook(_)
            | Self::NoRecipient(_)
            | Self::BadRecipient { .. }
            | Self::NotBuilt
            | Self::NotAnId
            | Self::NotAName => 2,
            Self::Read { .. } | Self::LockedWorkbook(_) | Self::BrokenLog { .. } => 3,
            Self::Folder(ArchiveError::Locked(_)) => 5,
            Self::Write { .. } | Self::Folder(_) => 6,
            Self::Store(error) => error.code(),
        }
    }

    /// What is said to the user: what is wrong, where, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::NoRun(path) => text!(lang, "custody.error.no_run", path = path.display()),
            Self::NoWorkbook(name) => text!(lang, "custody.error.no_workbook", name),
            Self::NoRecipient(name) => text!(lang, "custody.error.no_recipient", name),
            Self::BadRecipient { at } => text!(lang, "custody.error.no_key", at),
            Self::NotBuilt => text!(lang, "custody.error.no_encryption").to_owned(),
            Self::NotAnId => text!(lang, "custody.error.no_id").to_owned(),
            Self::NotAName => text!(lang, "custody.error.no_name").to_owned(),
            Self::Read { path, source } => {
                text!(lang, "custody.error.unreadable", path = path.display(), source)
            }
            Self::LockedWorkbook(path) => {
                text!(lang, "custody.error.locked_workbook", path = path.display())
            }
            Self::Write { path, source } if disk::is_held(source) => {
                text!(lang, "common.error.held", path = path.display())
            }
            Self::Write { path, source } => {
                text!(lang, "custody.error.not_written", path = path.display(), source)
            }
            Self::BrokenLog { line, harm: Harm::Changed } => text!(lang, "custody.error.log_changed", line),
            Self::BrokenLog { line, harm: Harm::TakenOut } => {
                text!(lang, "custody.error.log_taken_out", line)
            }
            Self::BrokenLog { line, harm: Harm::CutOff } => text!(lang, "custody.error.log_cut_off", line),
            Self::BrokenLog { line, harm: Harm::NoSecret } => {
                text!(lang, "custody.error.log_no_secret", line)
            }
            Self::Folder(error) => folder_message(error, lang),
            Self::Store(error) => error.message(lang),
        }
    }
}

fn folder_message(error: &ArchiveError, lang: Lang) -> String {
    match error {
        ArchiveError::Locked(holder) => text!(lang, "custody.error.locked", holder),
        ArchiveError::Foreign(foreign) => foreign.message(lang),
        ArchiveError::Write { source, .. } if disk::is_held(source) => error.message(lang),
        other => text!(lang, "custody.error.folder_unusable", other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_encryption_says_how_to_build_one_with_it() {
        assert_eq!(CustodyError::NotBuilt.code(), 2);
        for lang in Lang::ALL {
            assert!(CustodyError::NotBuilt.message(lang).contains("--features encryption"));
        }
    }
}
