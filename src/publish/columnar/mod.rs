//! The lists of a run for machines: `findings.parquet`, `links.parquet`, `rows.parquet`.
//!
//! What the CSV lists say stands here in columns with types, in the same order of lines; rows stand as they were read,
//! with what was understood of them beside it. Officers and spreadsheets have the CSV lists; the review page, the
//! search for a person and whoever counts and joins have these. `second_readings.parquet` is for the review page alone.

mod column;
pub(super) mod figures;
mod findings;
mod links;
mod meaning;
mod read;
mod readings;
mod rows;
mod text;
mod write;

pub use read::RunTable;
pub(crate) use read::{ListCells, Texts};

use super::case::Cases;
use crate::archive::{ArchiveError, Files};
use crate::domain::Links;
use crate::store::DueReading;

/// Every finding, with the columns of the worklists and what links tell of it.
pub const FINDINGS: &str = "findings.parquet";

/// Every role of every row, with the columns of `links.csv`; behind a role in review its candidates, with those of
/// `review.csv`.
pub const LINKS: &str = "links.parquet";

/// Every row as it was read, with what was understood of it.
pub const ROWS: &str = "rows.parquet";

/// Every decided pair that waits for a second reader, as the first one was shown it.
pub const READINGS: &str = "second_readings.parquet";

/// Writes the four files.
pub(super) fn write_all(
    files: &Files<'_>,
    cases: &Cases<'_>,
    links: &Links,
    readings: &[DueReading],
) -> Result<(), ArchiveError> {
    files.write(FINDINGS, |out| findings::write(cases, links, out))?;
    files.write(LINKS, |out| links::write(cases.data, links, cases.lang, out))?;
    files.write(ROWS, |out| rows::write(cases.data, out))?;
    files.write(READINGS, |out| readings::write(cases.data, readings, out))
}
