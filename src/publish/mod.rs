//! Floor 6: what people see. Worklists, workbooks, links, reviews, rejects and the summary of a run, in
//! a folder that appears whole or not at all.

#![warn(clippy::missing_errors_doc)]

mod accounting;
mod case;
mod charts;
mod columnar;
mod completeness;
pub(crate) mod demography;
pub(crate) mod evidence;
mod figures;
pub(crate) mod letters;
mod lists;
mod not_run;
mod periodic;
mod person;
mod repair;
mod report;
mod sheets;
pub(crate) mod standing;
mod summary;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod workbooks;

pub use accounting::{Imbalance, check};
pub use case::{Case, Cases, Catalogue, CodeText, Whereabouts};
pub use columnar::{FINDINGS, LINKS, READINGS, ROWS, RunTable};
pub(crate) use columnar::{ListCells, Texts};
pub use demography::{
    Demography, DemographyError, FOLDER as STATS_FOLDER, ForecastAsked, PERSONS as STATS_PERSONS,
};
pub use evidence::word_all as evidence_in_words;
pub use figures::{CodeCount, Counts};
pub use lists::{RejectLimit, write_rejects};
pub(crate) use lists::{is_formula_like, weights_text};
pub use not_run::why as why_not_run;
pub use periodic::{Bounds, Cell, Commune, Figures, Group, Period, PeriodReport, ReportError, Tally};
pub use person::ShownDate;
pub(crate) use repair::probe::repair_file;
pub use report::PastRuns;
pub use standing::{DayStanding, Standing, TREND_DAYS};
pub use summary::{Account, summarise};
pub(crate) use workbooks::carried::OldLine;
pub(crate) use workbooks::columns::{
    COLUMNS as WORKBOOK_COLUMNS, Cells as WorkbookCells, at as workbook_column,
};
pub(crate) use workbooks::fit as cell_text;
pub(crate) use workbooks::folder as workbook_folder;
pub(crate) use workbooks::locked::lock as lock_workbook;
pub use workbooks::{
    BadPasswords, Carried, FOLDER as WORKBOOKS, FileState, Issue, Progress, WorkbookPasswords, Written,
};

use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::archive::{ArchiveError, Files, RunFolder, SUMMARY, Summary, link_cache};
use crate::domain::{Dataset, Day, Lang, Links};
use crate::linkage::{Fingerprint, LinkageReport};
use crate::store::DueReading;
use crate::words::text;

/// Why an output could not be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The output folder.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Figures could not be counted.
    #[error("cannot count the findings: {0}")]
    Count(String),
    /// A page or one of its charts could not be made.
    #[error("cannot make the page: {0}")]
    Page(String),
}

impl PublishError {
    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        match self {
            Self::Archive(error) => error.code(),
            Self::Count(_) | Self::Page(_) => 1,
        }
    }

    /// What is said to the user.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Archive(error) => error.message(lang),
            Self::Count(detail) | Self::Page(detail) => {
                text!(lang, "common.error.internal", detail)
            }
        }
    }
}

/// Writes the lists of a run: worklists, links, reviews and rejects, the same for machines, and what the next run may
/// take over of the links: what these stand on is told of each extract by `grounds`, what was learned by `report`.
/// `readings` are the pairs that are to be read a second time.
///
/// # Errors
/// [`ArchiveError::Write`] where a file cannot be made, written or forced to the disk.
pub fn write_lists(
    run: &RunFolder<'_>,
    cases: &Cases<'_>,
    links: &Links,
    (grounds, report): (&[Fingerprint], &LinkageReport),
    readings: &[DueReading],
    repair: bool,
) -> Result<(), ArchiveError> {
    run.make_dir("worklists")?;
    run.make_dir(link_cache::FOLDER)?;
    if repair {
        run.make_dir(repair::FOLDER)?;
    }
    run.write_files(|files| {
        // Side by side: while one thread writes blocks in order, the others have work.
        let (lists, others) = rayon::join(
            || lists::write_all(files, cases, links),
            || {
                columnar::write_all(files, cases, links, readings)?;
                write_kept(files, cases.data, links, grounds, report)?;
                if repair { repair::write_all(cases, files) } else { Ok(()) }
            },
        );
        lists.and(others)
    })
}

/// Writes the workbooks of officers anew, in the output folder beside the runs: what was typed into the earlier ones is
/// in the store by now, or in `progress`. The run stands already, so what cannot be written is told and is no failure.
pub fn write_workbooks(
    out: &Path,
    cases: &Cases<'_>,
    issue: &Issue<'_>,
    progress: &Progress,
    started: Timestamp,
) -> Written {
    workbooks::folder::write_all(out, cases, issue, progress, started)
}

/// Whether somebody saved a workbook since a run began.
pub fn workbooks_saved_since(out: &Path, started: Timestamp) -> bool {
    workbooks::folder::is_saved_since(out, started)
}

/// Writes what the next run may take over of the links.
fn write_kept(
    files: &Files<'_>,
    data: &Dataset,
    links: &Links,
    grounds: &[Fingerprint],
    report: &LinkageReport,
) -> Result<(), ArchiveError> {
    let of_extracts =
        data.extracts.par_iter().zip(&links.extracts).zip(&links.unlinked_duplicates).zip(grounds);
    of_extracts.try_for_each(|(((extract, links), unlinked_duplicates), ground)| {
        let learned = report.learned(extract.kind);
        files.write(&link_cache::name(extract.kind), |out| {
            link_cache::write(ground, links, unlinked_duplicates, &learned, out)
        })
    })
}

/// The population of a run as its report shows it.
pub struct Population(demography::in_run::InRun);

impl Population {
    /// Counts the registry of a run on its as-of date.
    ///
    /// # Errors
    /// [`PublishError::Count`] where persons cannot be grouped, [`PublishError::Page`] where the chart cannot be drawn.
    pub fn of(cases: &Cases<'_>, as_of: Day) -> Result<Self, PublishError> {
        let counted = demography::in_run::of(cases, as_of, cases.lang);
        counted.map(Self).map_err(|error| match error {
            DemographyError::Publish(error) => error,
            other => PublishError::Count(other.to_string()),
        })
    }
}

impl std::fmt::Debug for Population {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Population").field("communes", &self.0.communes.len()).finish_non_exhaustive()
    }
}

/// Writes `report.html`, with links to the workbooks where there are any, and `summary.json`: the last files of
/// a run.
///
/// # Errors
/// [`PublishError::Page`] where the page or a chart cannot be drawn, [`PublishError::Archive`] where one of the files
/// cannot be written.
pub fn write_summary(
    run: &RunFolder<'_>,
    summary: &Summary,
    counts: &Counts,
    past: &PastRuns,
    (population, standing, workbooks): (&Population, &Standing, bool),
    lang: Lang,
) -> Result<(), PublishError> {
    let page = report::page(summary, counts, past, (&population.0, standing, workbooks), lang)?;
    run.write_file("report.html", |out| out.write_all(page.as_bytes()))?;
    run.write_file(SUMMARY, |out| {
        let text = summary.to_json().map_err(std::io::Error::other)?;
        out.write_all(&text)
    })?;
    Ok(())
}
