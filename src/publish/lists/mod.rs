//! The lists of a run that are text: worklists, links, reviews, rejects; and what rows are known by.

mod cells;
mod links;
mod rejects;
mod worklist;

pub(crate) use cells::is_formula_like;
pub(super) use cells::{Line as CsvLine, write_csv};
pub(crate) use links::weights_text;
pub(super) use links::{COLUMNS as LINK_COLUMNS, MatchedWords, is_at_home, matched_on_of_candidate};
pub use rejects::{RejectLimit, write_rejects};
pub(super) use worklist::COLUMNS as WORKLIST_COLUMNS;

use super::case::Cases;
use crate::archive::{ArchiveError, Files};
use crate::domain::{Links, Pillar};

/// Writes the lists that are CSV files.
pub(super) fn write_all(files: &Files<'_>, cases: &Cases<'_>, links: &Links) -> Result<(), ArchiveError> {
    for pillar in Pillar::ALL {
        let name = format!("worklists/{}.csv", pillar.name());
        files.write(&name, |out| worklist::write(cases, pillar, out))?;
    }
    files.write("links.csv", |out| links::write_links(cases.data, links, out))?;
    files.write("review.csv", |out| links::write_reviews(cases.data, links, cases.lang, out))?;
    files.write("rejects.csv", |out| write_rejects(&cases.data.tables, cases.lang, out))?;
    files.write(crate::store::INDEX_FILE, |out| crate::store::write_index(cases.data, out))
}
