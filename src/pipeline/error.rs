//! Why a run failed: one sentence for the user, and the exit code of the contract.

use std::path::PathBuf;

use crate::archive::ArchiveError;
use crate::custody::CustodyError;
use crate::domain::Lang;
use crate::ingest::IngestError;
use crate::ingest::units::UnitsError;
use crate::interrupt::Interrupted;
use crate::publish::{Imbalance, PublishError};
use crate::store::StoreError;
use crate::words::{text, why_rejected};
use crate::worker::LinksError;

/// A file of which more rows were rejected than allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedFile {
    /// The file.
    pub file: String,
    /// Rows rejected.
    pub rejected: u64,
    /// Data rows, the rejected ones included.
    pub rows: u64,
    /// The first row rejected, as a spreadsheet shows it, and why: the code and its details.
    pub first: Option<(u32, &'static str, String)>,
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No input is the registry.
    #[error("no residents registry")]
    NoRegistry,
    /// No input can be held against the registry.
    #[error("no extract")]
    NoExtract,
    /// An input could not be read, or lacks a required column.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The table of administrative units could not be used.
    #[error(transparent)]
    Units(#[from] UnitsError),
    /// More rows were rejected than `--max-rejects` allows.
    #[error("too many rows rejected in {} file(s)", .files.len())]
    TooManyRejects {
        /// The files above the limit.
        files: Vec<RejectedFile>,
        /// The limit, as a share.
        limit: f64,
        /// Where the rejected rows were written.
        report: Option<PathBuf>,
    },
    /// The output folder could not be used.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The output could not be published.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The store of findings and decisions could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An erasure that was cut short could not be finished.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// Somebody asked to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The links that were to be taken cannot be.
    #[error(transparent)]
    Links(#[from] LinksError),
    /// The figures of the run do not add up: a defect of the program.
    #[error("the accounting identity does not hold: {0}")]
    Accounting(#[from] Imbalance),
    /// Something that should never happen.
    #[error("internal error: {0}")]
    Internal(String),
}

impl RunError {
    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        match self {
            Self::Accounting(_) | Self::Internal(_) => 1,
            Self::NoRegistry | Self::NoExtract => 2,
            Self::Ingest(error) => error.exit_code(),
            Self::Units(_) | Self::Links(_) => 3,
            Self::TooManyRejects { .. } => 4,
            Self::Archive(error) => error.code(),
            Self::Publish(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Custody(error) => error.code(),
            Self::Interrupted(interrupted) => interrupted.code(),
        }
    }

    /// What is said to the user: what is wrong, where, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::NoRegistry => text!(lang, "pipeline.error.no_residents").to_owned(),
            Self::NoExtract => text!(lang, "pipeline.error.no_extract").to_owned(),
            Self::Ingest(error) => error.message(lang),
            Self::Units(error) => error.message(lang),
            Self::Links(error) => error.message(lang),
            Self::TooManyRejects { files, limit, report } => {
                rejects_message(files, *limit, report.as_ref(), lang)
            }
            Self::Archive(error) => error.message(lang),
            Self::Publish(error) => error.message(lang),
            Self::Store(error) => error.message(lang),
            Self::Custody(error) => error.message(lang),
            Self::Interrupted(interrupted) => match interrupted.signal() {
                Some(signal) => text!(lang, "pipeline.error.interrupted", interrupted = signal),
                None => text!(lang, "pipeline.error.cancelled").to_owned(),
            },
            Self::Accounting(imbalance) => text!(lang, "pipeline.error.imbalance", imbalance),
            Self::Internal(detail) => {
                text!(lang, "common.error.internal", detail)
            }
        }
    }
}

fn rejects_message(files: &[RejectedFile], limit: f64, report: Option<&PathBuf>, lang: Lang) -> String {
    let list: Vec<String> = files
        .iter()
        .map(|file| {
            let share = 100.0 * file.rejected as f64 / file.rows.max(1) as f64;
            let first = file.first.as_ref().map_or_else(String::new, |(row, reason, detail)| {
                let reason = why_rejected(reason, detail, lang);
                text!(lang, "pipeline.error.first_row", row, reason)
            });
            format!("{} ({}/{} = {share:.1} %{first})", file.file, file.rejected, file.rows)
        })
        .collect();
    let (list, limit) = (list.join("; "), 100.0 * limit);
    let mut text = text!(lang, "pipeline.error.too_many_rejects", limit = format_args!("{limit:.1}"), list);
    if let Some(path) = report {
        text.push_str(&text!(lang, "pipeline.error.rejects_file", path = path.display()));
    }
    text.push_str(text!(lang, "pipeline.error.mend_or_allow"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_the_contract() {
        let write = || ArchiveError::Write { path: "x".into(), source: std::io::Error::other("full") };
        assert_eq!(RunError::NoRegistry.code(), 2);
        assert_eq!(RunError::from(IngestError::Empty { file: "x".into() }).code(), 3);
        assert_eq!(RunError::from(IngestError::BadMap { text: "x".into() }).code(), 2);
        assert_eq!(RunError::TooManyRejects { files: vec![], limit: 0.01, report: None }.code(), 4);
        assert_eq!(RunError::from(write()).code(), 6);
        assert_eq!(RunError::from(PublishError::from(write())).code(), 6);
        assert_eq!(RunError::from(PublishError::Count("x".into())).code(), 1);
    }

    #[test]
    fn too_many_rejects_are_named() {
        let file = RejectedFile {
            file: "khai_tu.csv".into(),
            rejected: 3,
            rows: 100,
            first: Some((17, "too_many_cells", "12 > 10".into())),
        };
        let error =
            RunError::TooManyRejects { files: vec![file], limit: 0.01, report: Some("out/r.csv".into()) };
        assert_eq!(
            error.message(Lang::En),
            "More rows were rejected than the 1.0 % allowed: khai_tu.csv (3/100 = 3.0 %, the first is row 17: \
             too_many_cells: the row has 12 cells, the header 10 columns). Those rows stand in out/r.csv. Mend the file, or allow more with --max-rejects."
        );
    }
}
