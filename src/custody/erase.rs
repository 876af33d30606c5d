//! A person, or what is old, taken out of an output folder. The head of [`custody`](super) says what goes and
//! what stays.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::CustodyError;
use super::pending::Pending;
use super::redact::Redacted;
use super::search::Search;
use crate::archive::{OutDir, REVIEW_FOLDER, moment_of_run};
use crate::domain::{Day, PartialDate};
use crate::findings::FindingId;
use crate::publish::{STATS_FOLDER, STATS_PERSONS, WORKBOOKS, WorkbookPasswords, workbook_folder};
use crate::store::{self, Access, Store, Told};
use crate::vietnamese::{date, name, text};

/// A person to be erased: by a personal ID or an old one, or, where there is none, by name and date of birth.
#[derive(Clone, PartialEq, Eq)]
pub enum Person {
    /// The digits.
    Number(String),
    /// Whoever has no number.
    Named(Named),
}

/// A person by name and date of birth.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The key of the name, as [`name::read`] has it.
    pub(super) key: String,
    /// The date of birth, as it was given.
    pub(super) born: String,
}

impl Person {
    /// Reads 12 or 9 digits; spaces, dots and dashes are passed over.
    ///
    /// # Errors
    /// [`CustodyError::NotAnId`] for anything else.
    pub fn parse(text: &str) -> Result<Self, CustodyError> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
        let sound = matches!(digits.len(), 9 | 12) && digits.bytes().all(|b| b.is_ascii_digit());
        if sound { Ok(Self::Number(digits)) } else { Err(CustodyError::NotAnId) }
    }

    /// Reads a name of two words at least and a full date of birth.
    ///
    /// # Errors
    /// [`CustodyError::NotAName`] for anything else: half of a name or a year alone is that of many.
    pub fn named(written: &str, born: &str, today: Day) -> Result<Self, CustodyError> {
        let key = name::read(written).key;
        let date = date::read(born, today).sound().filter(|date| date.is_full());
        match date {
            Some(date) if key.contains(' ') => Ok(Self::Named(Named { key, born: date.to_string() })),
            _ => Err(CustodyError::NotAName),
        }
    }

    /// What the store knows the person by.
    fn told(&self) -> Told<'_> {
        match self {
            Self::Number(number) => Told::by_number(number),
            Self::Named(named) => Told::by_name(|text| named.is_named_in(text)),
        }
    }
}

impl Named {
    /// The day of birth.
    pub(super) fn birth(&self) -> Option<PartialDate> {
        let mut parts = self.born.split('/').map(|part| part.parse::<u16>().ok());
        let mut part = || parts.next().flatten();
        let (day, month, year) = (part()?, part()?, part()?);
        PartialDate::day(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// Whether a text names the person: all words of the name, one behind the other.
    pub(super) fn is_named_in(&self, written: &str) -> bool {
        let key = text::key(written);
        key.match_indices(&self.key).any(|(at, found)| {
            let beside = [key[..at].chars().next_back(), key[at + found.len()..].chars().next()];
            beside.iter().flatten().all(|c| !c.is_alphanumeric())
        })
    }
}

// No number and no name in a log or a panic.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Named(…)")
    }
}

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
}

impl Erased {
    /// Whether there was nothing to erase.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// For the access log: counts, and nobody's name.
    fn told(&self) -> String {
        let Self { runs, latest, rejects, findings, decisions, comments, .. } = self;
        let Self { notes, papers, backups, indices, workbooks, .. } = self;
        let runs = runs.len();
        format!(
            "runs={runs} latest={latest} rejects={rejects} findings={findings} decisions={decisions} \
             notes={notes} comments={comments} papers={papers} backups={backups} indices={indices} \
             workbooks={workbooks}"
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
    let mut erased = Erased::default();
    let mut cases: BTreeSet<FindingId> = begun.map(Pending::cases).unwrap_or_default();
    let search = Search::new(person);
    for run in out.run_folders().map_err(CustodyError::read(out.path()))? {
        let path = out.path().join(&run);
        let is_begun = begun.is_some_and(|begun| begun.runs.contains(&run));
        if search.stands_in(&path)? {
            cases.extend(search.cases(&path)?);
            erased.runs.push(run);
        } else if is_begun {
            erased.runs.push(run);
        }
    }
    let mut rejects = Vec::new();
    // Rows beside the runs: those that were rejected, and who reaches an age, which is written anew by its command.
    let turning = Some(out.path().join(STATS_FOLDER).join(STATS_PERSONS)).filter(|path| path.is_file());
    let remnants = remnants(out.path()).map_err(CustodyError::read(out.path()))?;
    for path in rejects_beside(out.path())?.into_iter().chain(turning).chain(remnants) {
        if search.stands_in_file(&path)? {
            rejects.push(path);
        }
    }
    let mut workbooks = Vec::new();
    for file in workbook_folder::workbooks(out.path()) {
        let path = out.path().join(file);
        let gone = |text: &str| {
            search.finds(text.as_bytes()) || FindingId::parse(text).is_some_and(|case| cases.contains(&case))
        };
        if let Some(without) = Redacted::of(&path, &gone, passwords)? {
            workbooks.push(without);
        }
    }
    let mut store = Store::open_existing(out.path())?;
    let papers = attached(out.path(), |finding| Ok(cases.contains(&finding)))?;
    let cases: Vec<FindingId> = cases.into_iter().collect();
    let count = |erased: &mut Erased, store: &mut Store, dry: bool| -> Result<(), CustodyError> {
        let gone = store.erase_person(&cases, &person.told(), dry)?;
        (erased.findings, erased.decisions) = (gone.findings, gone.decisions);
        (erased.comments, erased.notes) = (gone.comments, gone.notes);
        Ok(())
    };
    if let Some(store) = &mut store {
        count(&mut erased, store, true)?;
    }
    let backups = store::backups(out.path());
    let is_empty = [rejects.len(), workbooks.len(), papers.len()] == [0; 3];
    let nowhere = begun.is_none() && erased.is_nothing() && is_empty;
    let files = if nowhere && !backups.iter().any(|copy| Store::copy_holds(copy, &person.told())) {
        // Copies are what is gone back to: they are not given up for nothing.
        Files { papers, rejects, backups: Vec::new(), indices: Vec::new(), workbooks }
    } else {
        // Whatever the review page made of runs can be made again.
        let mut indices = indices(out.path(), |_| true)?;
        let left = begun.into_iter().flat_map(|begun| begun.files_left(out.path()));
        indices.extend(left.filter(|path| ![&papers, &rejects, &backups].iter().any(|of| of.contains(path))));
        indices.sort();
        indices.dedup();
        Files { papers, rejects, backups, indices, workbooks }
    };
    if nowhere || dry {
        finish(out, store, &mut erased, &files, ("purge-person", by), dry)?;
        return Ok(erased);
    }
    if begun.is_none() {
        pending(out, person, by, &erased.runs, &cases, &files).begin(out, store.as_mut())?;
    }
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
    person: &Person,
    (who, why): (&str, &str),
    runs: &[String],
    cases: &[FindingId],
    files: &Files,
) -> Pending {
    let within =
        |path: &PathBuf| path.strip_prefix(out.path()).map_or_else(|_| path.clone(), Path::to_path_buf);
    let Files { papers, rejects, backups, indices, workbooks } = files;
    Pending {
        person: person.into(),
        who: who.to_owned(),
        why: why.to_owned(),
        runs: runs.to_vec(),
        cases: cases.iter().map(FindingId::to_string).collect(),
        files: papers.iter().chain(rejects).chain(backups).chain(indices).map(within).collect(),
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
    let dated = |path: &PathBuf, before: &str| {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        name.strip_prefix(before).is_some_and(old)
    };
    let mut rejects = rejects_beside(out.path())?;
    rejects.retain(|path| dated(path, REJECTS));
    let mut backups = store::backups(out.path());
    backups.retain(|path| dated(path, store::BACKUP_PREFIX));
    let mut store = Store::open_existing(out.path())?;
    let mut papers = Vec::new();
    if let Some(store) = &mut store {
        papers = attached(out.path(), |finding| store.is_over(finding, day))?;
        let gone = store.erase_before(day, midnight, dry)?;
        (erased.findings, erased.decisions) = (gone.findings, gone.decisions);
        erased.comments = gone.comments;
    }
    let action = format!("purge-before {day}");
    let of_old = |name: &str| erased.runs.iter().any(|run| name.contains(run.as_str()));
    let indices = indices(out.path(), of_old)?;
    let files = Files { papers, rejects, backups, indices, workbooks: Vec::new() };
    finish(out, store, &mut erased, &files, (&action, by), dry)?;
    Ok(erased)
}

/// Files beside the runs that go.
struct Files {
    papers: Vec<PathBuf>,
    rejects: Vec<PathBuf>,
    backups: Vec<PathBuf>,
    indices: Vec<PathBuf>,
    workbooks: Vec<Redacted>,
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
    let Files { papers, rejects, backups, indices, workbooks } = files;
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
        out.remove_file(path).map_err(CustodyError::write(path))?;
    }
    if erased.latest {
        out.forget_latest()?;
    }
    for run in &erased.runs {
        out.remove_run(run, true).map_err(CustodyError::write(&out.path().join(run)))?;
    }
    for path in rejects.iter().chain(backups).chain(indices) {
        out.remove_file(path).map_err(CustodyError::write(path))?;
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

/// The papers that officers attached to some findings.
fn attached(
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

/// What files of rejected rows beside the runs begin with.
const REJECTS: &str = "rejects-";

fn rejects_beside(out: &Path) -> Result<Vec<PathBuf>, CustodyError> {
    let read = || -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(out)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with(REJECTS) && name.ends_with(".csv") {
                found.push(path);
            }
        }
        found.sort();
        Ok(found)
    };
    read().map_err(CustodyError::read(out))
}

/// Files that were being written when their writer was killed, and never took their name.
fn remnants(out: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in [out.to_path_buf(), out.join(WORKBOOKS)] {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() && entry.file_name().to_string_lossy().starts_with(".tmp") {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// What the review page made of runs, by the names of the files.
fn indices(out: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>, CustodyError> {
    let folder = out.join(REVIEW_FOLDER);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let read = || -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() && wanted(&entry.file_name().to_string_lossy()) {
                found.push(entry.path());
            }
        }
        found.sort();
        Ok(found)
    };
    read().map_err(CustodyError::read(&folder))
}
