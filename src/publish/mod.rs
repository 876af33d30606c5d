//! Floor 6: what people see. Worklists, workbooks, links, reviews, rejects and the summary of a run, in
//! a folder that appears whole or not at all.

mod accounting;
mod attempt;
mod case;
mod cells;
mod charts;
mod filled;
mod folder;
mod health;
mod kept;
mod labels;
mod link_files;
mod manifest;
mod metrics;
mod periodic;
mod person;
mod records;
mod recover;
mod rejects;
mod replace;
mod report;
mod slug;
mod summary;
mod tables;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod workbook;
mod worklist;

pub use accounting::{Accounting, FileAccount, Imbalance, check};
pub use attempt::Attempt;
pub use case::{Case, Cases, Catalogue, CodeText, Whereabouts};
pub(crate) use cells::is_formula_like;
pub use folder::{Holder, OutDir, RunFolder, run_id};
pub use health::{Fault, Health, LatestRun};
pub use kept::KeptLinks;
pub(crate) use labels::field as field_label;
pub use labels::{grouped, severity as severity_word};
pub use manifest::{Difference, FILE as MANIFEST_FILE, Manifest, ManifestEntry};
pub use metrics::{MODE as METRICS_MODE, metrics};
pub use periodic::{Bounds, Cell, Commune, Figures, Group, Period, PeriodReport, Tally};
pub use person::ShownDate;
pub(crate) use person::kind_word;
pub use records::{RECORDS, REVIEW_FOLDER};
pub use recover::{Recovered, moment_of_run};
pub use rejects::{RejectLimit, write_rejects};
pub use replace::replace_file;
pub use report::PastRuns;
pub(crate) use summary::peak_memory;
pub use summary::{Account, Covered, CoveredCommune, InputFile, LinkCounts, Program, RunInfo, Summary};
pub use tables::{CodeCount, CommuneCount, Counts};
pub use workbook::Issue;
pub(crate) use workbook::fit as cell_text;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use self::folder::Files;
use crate::domain::{Dataset, Lang, Links, Pillar};
use crate::linkage::{Ground, LinkageReport};
use crate::store::DueReading;

/// Why an output could not be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Another run holds the lock of the output folder.
    #[error("the output folder is locked by {0}")]
    Locked(Holder),
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
    /// Figures could not be counted.
    #[error("cannot count the findings: {0}")]
    Count(String),
    /// A page or one of its charts could not be made.
    #[error("cannot make the page: {0}")]
    Page(String),
}

impl PublishError {
    /// Names the file or folder that an error of the system is about.
    pub(crate) fn write(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |source| Self::Write { path: path.to_path_buf(), source }
    }
}

/// Writes the lists of a run: worklists, links, reviews and rejects, beside them the workbooks where an issue of
/// them is wanted, and what the next run may take over of the links: what these stand on is told of each extract
/// by `grounds`, what was learned by `report`. `readings` are the pairs that are to be read a second time.
pub fn write_lists(
    run: &RunFolder<'_>,
    cases: &Cases<'_>,
    links: &Links,
    (grounds, report): (&[Ground], &LinkageReport),
    readings: &[DueReading],
    workbooks: Option<&Issue<'_>>,
) -> Result<(), PublishError> {
    run.make_dir("worklists")?;
    run.make_dir(kept::FOLDER)?;
    for folder in ["worklists/communes", "worklists/units"].iter().filter(|_| workbooks.is_some()) {
        run.make_dir(folder)?;
    }
    run.write_files(|files| {
        // Side by side: while one thread writes blocks in order, the others have work.
        let (lists, books) = rayon::join(
            || {
                let (lists, kept) = rayon::join(
                    || write_texts(files, cases, links, readings),
                    || write_kept(files, cases.data, links, grounds, report),
                );
                lists.and(kept)
            },
            || workbooks.map_or(Ok(()), |issue| workbook::write_all(cases, issue, files)),
        );
        lists.and(books)
    })
}

/// Writes what the next run may take over of the links.
fn write_kept(
    files: &Files<'_>,
    data: &Dataset,
    links: &Links,
    grounds: &[Ground],
    report: &LinkageReport,
) -> Result<(), PublishError> {
    let of_extracts = data.extracts.iter().zip(&links.extracts).zip(&links.unlinked_duplicates).zip(grounds);
    for (((extract, links), unlinked_duplicates), ground) in of_extracts {
        let learned = report.learned(extract.kind);
        files.write(&kept::name(extract.kind), |out| {
            kept::write(ground, links, unlinked_duplicates, &learned, out)
        })?;
    }
    Ok(())
}

/// Writes the lists that are CSV files.
fn write_texts(
    files: &Files<'_>,
    cases: &Cases<'_>,
    links: &Links,
    readings: &[DueReading],
) -> Result<(), PublishError> {
    for pillar in Pillar::ALL {
        let name = format!("worklists/{}.csv", pillar.name());
        files.write(&name, |out| worklist::write(cases, pillar, out))?;
    }
    files.write("links.csv", |out| link_files::write_links(cases.data, links, out))?;
    files.write("review.csv", |out| link_files::write_reviews(cases.data, links, cases.lang, out))?;
    files.write("rejects.csv", |out| write_rejects(&cases.data.tables, cases.lang, out))?;
    files.write(RECORDS, |out| records::write(cases, links, readings, out))?;
    files.write(crate::store::INDEX_FILE, |out| crate::store::write_index(cases.data, out))
}

/// Writes `report.html`, with links to the workbooks where there are any, and `summary.json`: the last files of
/// a run.
pub fn write_summary(
    run: &RunFolder<'_>,
    summary: &Summary,
    counts: &Counts,
    past: &PastRuns,
    workbooks: bool,
    lang: Lang,
) -> Result<(), PublishError> {
    let page = report::page(summary, counts, past, workbooks, lang)?;
    run.write_file("report.html", |out| out.write_all(page.as_bytes()))?;
    run.write_file("summary.json", |out| {
        let text = summary.to_json().map_err(std::io::Error::other)?;
        out.write_all(&text)
    })
    .map(drop)
}
