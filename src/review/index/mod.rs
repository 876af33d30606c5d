//! The index of the run that is being worked through: findings, pairs and whole rows in a file of SQLite that
//! is made from the run folder and may be thrown away at any time.

mod build;
mod cases;
mod pairs;
mod rows;
mod sound;
mod tallies;

use std::path::{Path, PathBuf};

pub(crate) use build::{ensure, ensure_empty};
pub(crate) use cases::{COUNTED, Choices, FindingLine, FindingText, numbers_of};
pub(crate) use pairs::{Candidate, Pair, PairLine};
pub(crate) use rows::{Linked, PairOf, Record};
use rusqlite::{Connection, OpenFlags};

use crate::disk;
use crate::domain::Lang;
use crate::store::StoreError;
use crate::words::text;

/// Why the index of a run could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The run was made by a version whose lists lack something that the page needs.
    #[error("the run was made by an older version")]
    Older,
    /// A list of the run is not as a run writes it.
    #[error("{file} is damaged at line {row}")]
    Damaged {
        /// The list.
        file: String,
        /// The line.
        row: u64,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}", path = .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The index itself failed.
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    /// The store could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IndexError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |source| Self::Io { path: path.to_path_buf(), source }
    }

    /// What is said to the user: what is wrong, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Older => text!(lang, "server.index.old_run").to_owned(),
            Self::Damaged { file, row } => text!(lang, "server.index.damaged", file, row),
            Self::Io { path, source } if disk::is_held(source) => {
                text!(lang, "common.error.held", path = path.display())
            }
            Self::Io { path, source } => {
                text!(lang, "server.index.unreadable", path = path.display(), source)
            }
            Self::Store(error) => error.message(lang),
            Self::Sql(error) => text!(lang, "server.index.failed", error),
        }
    }
}

/// A connection to an index.
#[derive(Debug)]
pub(crate) struct Index {
    db: Connection,
}

impl Index {
    /// Opens an index that is there.
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(std::time::Duration::from_secs(5))?;
        // Statuses that are lost with the machine are read anew from the store.
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192;
             PRAGMA temp_store = MEMORY;",
        )?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(Self { db })
    }

    /// Begins a change of many lines.
    pub(crate) fn begin(&self) -> rusqlite::Result<()> {
        self.db.execute_batch("BEGIN IMMEDIATE")
    }

    /// Ends a change of many lines.
    pub(crate) fn commit(&self) -> rusqlite::Result<()> {
        self.db.execute_batch("COMMIT")
    }
}
