//! Why the store cannot be used, and what to do about it.

use std::path::{Path, PathBuf};

use super::Decision;
use crate::archive::Foreign;
use crate::disk;
use crate::domain::Lang;
use crate::findings::FindingId;
use crate::words::text;

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or made.
    #[error("cannot open {}: {source}", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The output folder cannot be trusted.
    #[error(transparent)]
    Foreign(#[from] Foreign),
    /// The file is no store, or is damaged.
    #[error("{} is damaged: {detail}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
        /// The newest backup beside it.
        backup: Option<PathBuf>,
    },
    /// There is no store, or an empty file in its place, although copies of it are there.
    #[error("{} is gone", .path.display())]
    Lost {
        /// The file.
        path: PathBuf,
        /// The newest backup beside it.
        backup: PathBuf,
    },
    /// A newer program made the store.
    #[error("{} has version {found}, this program knows {known}", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of the file.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// Another process writes to the store and does not come to an end.
    #[error("{} is locked", .path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The database reports a failure: no space, no permission, a defect of the program.
    #[error("{}: {source}", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: rusqlite::Error,
    },
    /// The store knows no such finding.
    #[error("no finding {0}")]
    UnknownFinding(FindingId),
    /// The store knows no such decision.
    #[error("no decision {0}")]
    UnknownDecision(i64),
    /// The decision has ended already.
    #[error("decision {0} has ended")]
    Ended(i64),
    /// Somebody decided in the meantime.
    #[error("decided in the meantime: {}", .0.id)]
    Outrun(Box<Decision>),
}

impl StoreError {
    /// Gives a failure of the database its meaning.
    pub(crate) fn of(path: &Path) -> impl Fn(rusqlite::Error) -> Self + '_ {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, NotADatabase};
        move |source| {
            let path = path.to_path_buf();
            match source.sqlite_error_code() {
                Some(DatabaseBusy | DatabaseLocked) => Self::Busy { path },
                Some(DatabaseCorrupt | NotADatabase) => Self::damaged(path, source.to_string()),
                _ => Self::Database { path, source },
            }
        }
    }

    /// A damaged store, with the backup to go back to.
    pub(crate) fn damaged(path: PathBuf, detail: String) -> Self {
        let backup = path.parent().and_then(super::backup::newest);
        Self::Damaged { path, detail, backup }
    }

    /// What is said to the user: what is wrong, where, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Open { path, source } if disk::is_held(source) => {
                text!(lang, "common.error.held", path = path.display())
            }
            Self::Open { path, source } => {
                text!(lang, "store.error.not_opened", path = path.display(), source)
            }
            Self::Foreign(foreign) => foreign.message(lang),
            Self::Damaged { path, detail, backup } => damaged(path, detail, backup.as_deref(), lang),
            Self::Lost { path, backup } => lost(path, backup, lang),
            Self::Newer { path, found, known } => {
                text!(lang, "store.error.newer", path = path.display(), found, known)
            }
            Self::Busy { path } => text!(lang, "store.error.busy", path = path.display()),
            Self::Database { path, source } => {
                text!(lang, "store.error.unreadable", path = path.display(), source)
            }
            Self::UnknownFinding(id) => text!(lang, "store.error.no_finding", id),
            Self::UnknownDecision(id) => text!(lang, "store.error.no_decision", id),
            Self::Ended(id) => text!(lang, "store.error.ended", id),
            Self::Outrun(other) => text!(
                lang,
                "store.error.outrun",
                by = other.by,
                other = other.verdict.title(lang),
                day = other.day
            ),
        }
    }

    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        match self {
            Self::UnknownFinding(_) | Self::UnknownDecision(_) | Self::Ended(_) | Self::Outrun(_) => 2,
            Self::Busy { .. } => 5,
            Self::Open { .. }
            | Self::Foreign(_)
            | Self::Damaged { .. }
            | Self::Lost { .. }
            | Self::Newer { .. }
            | Self::Database { .. } => 6,
        }
    }
}

fn lost(path: &Path, backup: &Path, lang: Lang) -> String {
    // A log of writes left behind would be played back into the copy.
    let beside = |ending: &str| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.with_file_name(format!("{name}{ending}"))
    };
    let left = ["-wal", "-shm"].map(beside).into_iter().filter(|file| file.exists());
    let left: Vec<String> = left.map(|file| file.display().to_string()).collect();
    let (path, backup, left) = (path.display(), backup.display(), left.join(", "));
    let aside = match left.as_str() {
        "" => String::new(),
        left => text!(lang, "store.error.move_away", left),
    };
    text!(lang, "store.error.lost", path, aside, backup, prefix = super::BACKUP_PREFIX)
}

fn damaged(path: &Path, detail: &str, backup: Option<&Path>, lang: Lang) -> String {
    let path = path.display();
    let remedy = match backup {
        Some(backup) => text!(lang, "store.error.take_backup", backup = backup.display()),
        None => text!(lang, "store.error.no_backup").to_owned(),
    };
    text!(lang, "store.error.damaged", path, detail, remedy)
}
