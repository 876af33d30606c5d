//! The lists of a run for machines: `findings.parquet`, `links.parquet`, `rows.parquet`.
//!
//! What the CSV lists say stands here in columns with types, in the same order of lines; rows stand as they were read,
//! with what was understood of them beside it. The review page, officers and spreadsheets have the CSV lists; whoever
//! counts and joins has these.

mod column;
mod findings;
mod links;
mod meaning;
mod read;
mod rows;
mod write;

pub use read::RunTable;

use super::case::Cases;
use crate::archive::{ArchiveError, Files};
use crate::domain::Links;

/// Every finding, with the columns of the worklists and what links tell of it.
pub const FINDINGS: &str = "findings.parquet";

/// Every role of every row, with the columns of `links.csv`; behind a role in review its candidates, with those of
/// `review.csv`.
pub const LINKS: &str = "links.parquet";

/// Every row as it was read, with what was understood of it.
pub const ROWS: &str = "rows.parquet";

/// Writes the three files.
pub(super) fn write_all(files: &Files<'_>, cases: &Cases<'_>, links: &Links) -> Result<(), ArchiveError> {
    files.write(FINDINGS, |out| findings::write(cases, links, out))?;
    files.write(LINKS, |out| links::write(cases.data, links, cases.lang, out))?;
    files.write(ROWS, |out| rows::write(cases.data, out))
}
