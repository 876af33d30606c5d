//! A person, or what is old, taken out of an output folder. The head of [`custody`](super) says what goes and
//! what stays.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::CustodyError;
use super::found::Found;
use super::known::Known;
use super::pending::Pending;
use super::person::Person;
use super::redact::Redacted;
use super::search::Search;
use crate::archive::{Goes, OutDir, Standing, moment_of_run, standing};
use crate::domain::Day;
use crate::findings::FindingId;
use crate::publish::WorkbookPasswords;
use crate::store::{self, Access, Store};

/// What was erased, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Run folders.
    pub runs: Vec<String>,
    /// Whether `latest` pointed to one of them.
    pub latest: bool,
    /// Files of rejected rows beside the runs.
    pub rejects: u64,
    /// Findings of the store.
    pub findings: u64,
    /// Decisions of the store.
    pub decisions: u64,
    /// Comments of officers on these findings.
    pub comments: u64,
    /// Remarks that named the person on decisions and findings of others, emptied.
    pub notes: u64,
    /// Papers that officers attached to these findings.
    pub papers: u64,
    /// Copies of the store.
    pub backups: u64,
    /// Files of the review page, made from the runs.
    pub indices: u64,
    /// Workbooks of officers that lost lines.
    pub workbooks: u64,
    /// Files that the user dropped into the start page.
    pub sources: u64,
    /// What was begun and never finished, and may have told of the person.
    pub remnants: u64,
    /// Files in the folder that are none of the program's and tell of the person, or that could not be looked through:
    /// they stay, and somebody has to look at them.
    pub left: Vec<String>,
}

impl Erased {
    /// Whether there was nothing to erase, whatever is left to be looked at.
    pub fn is_nothing(&self) -> bool {
        *self == Self { left: self.left.clone(), ..Self::default() }
    }

    /// For the access log: counts, and nobody's name.
    fn told(&self) -> String {
        let Self { runs, latest, rejects, findings, decisions, comments, .. } = self;
        let Self { notes, papers, backups, indices, workbooks, sources, remnants, left, .. } = self;
        let (runs, left) = (runs.len(), left.len());
        format!(
            "runs={runs} latest={latest} rejects={rejects} findings={findings} decisions={decisions} \
             notes={notes} comments={comments} papers={papers} backups={backups} indices={indices} \
             workbooks={workbooks} sources={sources} remnants={remnants} left={left}"
        )
    }
}

/// Erases a person. The output folder is locked; workbooks are opened with the passwords that are
/// known. With `dry` nothing is changed, only told.
///
/// # Errors
/// [`CustodyError`]; what was not erased is found again when it is called anew.
pub fn erase_person(
    out: &OutDir,
    person: &Person,
    by: (&str, &str),
    passwords: &WorkbookPasswords,
    dry: bool,
) -> Result<Erased, CustodyError> {
    erase(out, person, by, (None, passwords), dry)
}

/// As [`erase_person`], with what an erasure that was cut short set out to erase.
pub(super) fn erase(
    out: &OutDir,
    person: &Person,
    by: (&str, &str),
    (begun, passwords): (Option<&Pending>, &WorkbookPasswords),
    dry: bool,
) -> Result<Erased, CustodyError> {
    let runs: Vec<PathBuf> = out
        .run_folders()
        .map_err(CustodyError::read(out.path()))?
        .into_iter()
        .map(|run| out.path().join(run))
        .collect();
    let known = match begun {
        Some(begun) => begun.known(person),
        None => Known::of(person, &runs)?,
    };
    let mut store = Store::open_existing(out.path())?;
    let mut found = Found::of(out, &Search::new(&known), begun, passwords)?;
    let cases: Vec<FindingId> = found.cases.iter().copied().collect();
    let count = |erased: &mut Erased, store: &mut Store, dry: bool| -> Result<(), CustodyError> {
        let gone = store.erase_person(&cases, &known.told(), dry)?;
        (erased.findings, erased.decisions) = (gone.findings, gone.decisions);
        (erased.comments, erased.notes) = (gone.comments, gone.notes);
        Ok(())
    };
    let mut erased = found.counted();
    if let Some(store) = &mut store {
        count(&mut erased, store, true)?;
    }
    let nowhere = begun.is_none()
        && erased.is_nothing()
        && !found.copies.iter().any(|copy| Store::copy_holds(copy, &known.told()));
    if nowhere {
        // Copies are what is gone back to: they are not given up for nothing, nor is what was made of runs.
        (found.copies, found.derived) = (Vec::new(), Vec::new());
    }
    let (files, runs) = found.files(begun, out.path());
    erased.runs = runs;
    if nowhere || dry {
        // What was begun and never finished goes all the same.
        if !dry {
            out.remove_begun(true, None).map_err(CustodyError::write(out.path()))?;
        }
        finish(out, store, &mut erased, &files, ("purge-person", by), dry)?;
        return Ok(erased);
    }
    if begun.is_none() {
        pending(out, (person, &known), by, &erased.runs, &cases, &files).begin(out, store.as_mut())?;
    }
    out.remove_begun(true, None).map_err(CustodyError::write(out.path()))?;
    if let Some(store) = &mut store {
        count(&mut erased, store, false)?;
    }
    finish(out, store, &mut erased, &files, ("purge-person", by), false)?;
    Pending::end(out)?;
    Ok(erased)
}

/// What is about to be erased, for whoever has to finish it.
fn pending(
    out: &OutDir,
    (person, known): (&Person, &Known),
    (who, why): (&str, &str),
    runs: &[String],
    cases: &[FindingId],
    files: &Files,
) -> Pending {
    let within =
        |path: &PathBuf| path.strip_prefix(out.path()).map_or_else(|_| path.clone(), Path::to_path_buf);
    let Files { papers, rejects, sources, backups, indices, workbooks } = files;
    let all = [papers, rejects, sources, backups, indices];
    Pending {
        person: person.into(),
        known: known.clone(),
        who: who.to_owned(),
        why: why.to_owned(),
        runs: runs.to_vec(),
        cases: cases.iter().map(FindingId::to_string).collect(),
        files: all.into_iter().flatten().map(within).collect(),
        workbooks: workbooks.iter().map(|workbook| within(&workbook.path)).collect(),
    }
}

/// Erases what is older than a day; `midnight` is the moment at which it begins. The output folder is locked;
/// with `dry` nothing is changed, only told.
///
/// # Errors
/// As [`erase_person`].
pub fn erase_before(
    out: &OutDir,
    (day, midnight): (Day, Timestamp),
    by: (&str, &str),
    dry: bool,
) -> Result<Erased, CustodyError> {
    let latest = out.latest_run();
    let old = |name: &str| moment_of_run(name).is_some_and(|moment| moment < midnight);
    let mut runs = out.run_folders().map_err(CustodyError::read(out.path()))?;
    runs.retain(|run| old(run) && latest.as_ref() != Some(run));
    let mut erased = Erased { runs, ..Erased::default() };
    let goes = |at: &Standing| match (at.goes(), at.run()) {
        (Some(Goes::Whole | Goes::Copy), Some(run)) => !at.is_folder() && old(run),
        (Some(Goes::Derived), Some(run)) => erased.runs.iter().any(|gone| gone == run),
        _ => false,
    };
    let mut of_old: Vec<Standing> = standing(out.path()).map_err(CustodyError::read(out.path()))?;
    of_old.retain(goes);
    let of =
        |goes: Goes| of_old.iter().filter(|at| at.goes() == Some(goes)).map(|at| at.path.clone()).collect();
    let [rejects, backups, indices] = [Goes::Whole, Goes::Copy, Goes::Derived].map(of);
    let mut store = Store::open_existing(out.path())?;
    let mut papers = Vec::new();
    if let Some(store) = &mut store {
        if !dry {
            log_beginning(store, by, &format!("before={day} runs={}", erased.runs.len()))?;
        }
        papers = attached(out.path(), |finding| store.is_over(finding, day))?;
        let gone = store.erase_before(day, midnight, dry)?;
        (erased.findings, erased.decisions) = (gone.findings, gone.decisions);
        erased.comments = gone.comments;
    }
    let action = format!("purge-before {day}");
    let files = Files { papers, rejects, backups, indices, ..Files::default() };
    finish(out, store, &mut erased, &files, (&action, by), dry)?;
    Ok(erased)
}

/// Writes into the access log that an erasure begins, before the first byte goes.
pub(super) fn log_beginning(
    store: &mut Store,
    (who, why): (&str, &str),
    what: &str,
) -> Result<(), CustodyError> {
    let (who, action, why) = (who.to_owned(), "purge-begun".to_owned(), why.to_owned());
    store.log_access(&Access { who, action, what: what.to_owned(), why }, Timestamp::now())?;
    Ok(())
}

/// Files beside the runs that go.
#[derive(Default)]
pub(super) struct Files {
    pub(super) papers: Vec<PathBuf>,
    pub(super) rejects: Vec<PathBuf>,
    pub(super) sources: Vec<PathBuf>,
    pub(super) backups: Vec<PathBuf>,
    pub(super) indices: Vec<PathBuf>,
    pub(super) workbooks: Vec<Redacted>,
}

/// Removes the files of what is erased, and leaves a record in the access log.
fn finish(
    out: &OutDir,
    store: Option<Store>,
    erased: &mut Erased,
    files: &Files,
    (action, (who, why)): (&str, (&str, &str)),
    dry: bool,
) -> Result<(), CustodyError> {
    let latest = out.latest_run();
    erased.latest = latest.as_ref().is_some_and(|latest| erased.runs.contains(latest));
    let Files { papers, rejects, sources, backups, indices, workbooks } = files;
    erased.sources = sources.len() as u64;
    erased.papers = papers.len() as u64;
    erased.rejects = rejects.len() as u64;
    erased.backups = backups.len() as u64;
    erased.indices = indices.len() as u64;
    erased.workbooks = workbooks.len() as u64;
    if dry {
        return Ok(());
    }
    // Papers go first: which they are is told by the runs.
    for path in papers {
        remove(out, path)?;
    }
    if erased.latest {
        out.forget_latest()?;
    }
    for run in &erased.runs {
        out.remove_run(run, true).map_err(CustodyError::write(&out.path().join(run)))?;
    }
    for path in rejects.iter().chain(sources).chain(backups).chain(indices) {
        remove(out, path)?;
    }
    for workbook in workbooks {
        workbook.put(out)?;
    }
    let Some(mut store) = store else { return Ok(()) };
    let now = Timestamp::now();
    for run in &erased.runs {
        store.note_removal(run, now)?;
    }
    let (who, action, why) = (who.to_owned(), action.to_owned(), why.to_owned());
    store.log_access(&Access { who, action, what: erased.told(), why }, now)?;
    // Pages and log of writes that held what is gone are written anew.
    store.compact()?;
    if let Some(last) = store.last_run()?
        && !backups.is_empty()
    {
        store.back_up(&last.name)?;
    }
    Ok(())
}

/// Overwrites and removes a file; one that is gone since it was found is gone.
fn remove(out: &OutDir, path: &Path) -> Result<(), CustodyError> {
    match out.remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome.map_err(CustodyError::write(path)),
    }
}

/// The papers that officers attached to some findings.
pub(super) fn attached(
    out: &Path,
    wanted: impl Fn(FindingId) -> Result<bool, store::StoreError>,
) -> Result<Vec<PathBuf>, CustodyError> {
    let papers = store::papers_of(out).map_err(CustodyError::read(&out.join(store::PAPERS_FOLDER)))?;
    let mut chosen = Vec::new();
    for (finding, path) in papers {
        if wanted(finding)? {
            chosen.push(path);
        }
    }
    Ok(chosen)
}
