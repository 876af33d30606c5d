//! Floor 5: the output folder on disk. Who may write to it, the folder of a run that appears whole or not at all,
//! what a crash left and how it is put in order, how well it all stands, the summary of a run, the links that the
//! next run takes over, answers about layouts of files, and the table of all places to which the program writes.

#![warn(clippy::missing_errors_doc)]

mod accounting;
pub mod answers;
mod attempt;
mod folder;
mod foreign;
mod health;
pub(crate) mod link_cache;
mod manifest;
mod metrics;
mod places;
mod recover;
mod summary;

use std::path::{Path, PathBuf};

use crate::disk;
use crate::domain::Lang;
use crate::words::text;

pub use accounting::{Accounting, FileAccount};
pub use attempt::Attempt;
pub(crate) use folder::Files;
pub use folder::{Holder, OutDir, RunFolder, run_id};
pub use foreign::{Foreign, foreign, trusted};
pub(crate) use health::NAMED;
pub use health::{Fault, Health, LatestRun};
pub use link_cache::KeptLinks;
pub use manifest::{Difference, FILE as MANIFEST_FILE, Manifest, ManifestEntry};
pub use metrics::write_metrics;
pub use places::{Bears, Goes, PLACES, Place, Standing, place_of, standing};
pub use recover::{Recovered, moment_of_run, remove_file};
pub use summary::{
    CommuneCount, Covered, CoveredCommune, FileCount, FileLine, Filled, FindingCounts, FindingsOverTime,
    InputFile, LinkCounts, LogEnd, MovedBlock, NotRunRule, Program, Recall, RunInfo, SUMMARY, Summary,
    UnreadSheet,
};

/// The folder of the output folder in which the review page keeps what it makes of a run.
pub const REVIEW_FOLDER: &str = "review";

/// Why the output folder could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Another run holds the lock of the output folder.
    #[error("the output folder is locked by {0}")]
    Locked(Holder),
    /// The folder cannot be trusted.
    #[error(transparent)]
    Foreign(#[from] Foreign),
    /// Where the link to the last run belongs there is something that no run put there.
    #[error("{path} is no link", path = .0.display())]
    InTheWay(PathBuf),
    /// A file or folder could not be written.
    #[error("cannot write {path}: {source}", path = .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl ArchiveError {
    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        match self {
            Self::Locked(_) => 5,
            Self::Foreign(_) | Self::InTheWay(_) | Self::Write { .. } => 6,
        }
    }

    /// What is said to the user: what is wrong, where, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Locked(holder) => text!(lang, "archive.archive.locked", holder),
            Self::Foreign(foreign) => foreign.message(lang),
            Self::InTheWay(path) => text!(lang, "archive.archive.in_the_way", path = path.display()),
            Self::Write { path, source } if disk::is_held(source) => {
                text!(lang, "common.error.held", path = path.display())
            }
            Self::Write { path, source } => {
                text!(lang, "archive.archive.not_written", path = path.display(), source)
            }
        }
    }

    /// Names the file or folder that an error of the system is about.
    pub(crate) fn write(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |source| Self::Write { path: path.to_path_buf(), source }
    }
}
