//! A person, or what is old, taken out of an output folder. The head of [`custody`](super) says what goes and
//! what stays.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use memchr::memmem::Finder;

use super::CustodyError;
use crate::domain::{Day, Pillar};
use crate::findings::CaseId;
use crate::publish::{OutDir, moment_of_run};
use crate::store::{self, Access, RunIndex, Store};

/// The number of a person to be erased: a personal ID or an old one.
#[derive(Clone, PartialEq, Eq)]
pub struct Person(String);

impl Person {
    /// Reads 12 or 9 digits; spaces and dots are passed over.
    pub fn parse(text: &str) -> Result<Self, CustodyError> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
        let sound = matches!(digits.len(), 9 | 12) && digits.bytes().all(|b| b.is_ascii_digit());
        if sound { Ok(Self(digits)) } else { Err(CustodyError::NotAnId) }
    }
}

// No number in a log or a panic.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
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
    /// Copies of the store.
    pub backups: u64,
}

impl Erased {
    /// For the access log: counts, and nobody's name.
    fn told(&self) -> String {
        let Self { runs, latest, rejects, findings, decisions, backups } = self;
        format!(
            "runs={} latest={latest} rejects={rejects} findings={findings} decisions={decisions} backups={backups}",
            runs.len()
        )
    }
}

/// Erases a person. The output folder is locked; with `dry` nothing is changed, only told.
///
/// # Errors
/// [`CustodyError`]; what was not erased is found again when it is called anew.
pub fn erase_person(
    out: &OutDir,
    person: &Person,
    by: (&str, &str),
    dry: bool,
) -> Result<Erased, CustodyError> {
    let mut erased = Erased::default();
    let mut cases: BTreeSet<CaseId> = BTreeSet::new();
    let search = Search::new(person);
    for run in out.run_folders().map_err(CustodyError::read(out.path()))? {
        let path = out.path().join(&run);
        if search.stands_in(&path)? {
            cases.extend(search.cases(&path)?);
            erased.runs.push(run);
        }
    }
    let mut rejects = Vec::new();
    for path in rejects_beside(out.path())? {
        if search.stands_in_file(&path)? {
            rejects.push(path);
        }
    }
    let mut store = Store::open_existing(out.path())?;
    let cases: Vec<CaseId> = cases.into_iter().collect();
    if let Some(store) = &mut store {
        let gone = store.erase_person(&cases, &person.0, dry)?;
        (erased.findings, erased.decisions) = (gone.findings, gone.decisions);
    }
    let backups = store::backups(out.path());
    finish(out, store, &mut erased, (rejects, backups), ("purge-person", by), dry)?;
    Ok(erased)
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
    if let Some(store) = &mut store {
        let gone = store.erase_before(day, midnight, dry)?;
        (erased.findings, erased.decisions) = (gone.findings, gone.decisions);
    }
    let action = format!("purge-before {day}");
    finish(out, store, &mut erased, (rejects, backups), (&action, by), dry)?;
    Ok(erased)
}

/// Removes the files of what is erased, and leaves a record in the access log.
fn finish(
    out: &OutDir,
    store: Option<Store>,
    erased: &mut Erased,
    (rejects, backups): (Vec<PathBuf>, Vec<PathBuf>),
    (action, (who, why)): (&str, (&str, &str)),
    dry: bool,
) -> Result<(), CustodyError> {
    let latest = out.latest_run();
    erased.latest = latest.as_ref().is_some_and(|latest| erased.runs.contains(latest));
    erased.rejects = rejects.len() as u64;
    erased.backups = backups.len() as u64;
    if dry {
        return Ok(());
    }
    if erased.latest {
        out.forget_latest()?;
    }
    for run in &erased.runs {
        out.remove_run(run, true).map_err(CustodyError::write(&out.path().join(run)))?;
    }
    for path in rejects.iter().chain(&backups) {
        out.remove_file(path).map_err(CustodyError::write(path))?;
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

/// Looks for a number in files.
struct Search<'a> {
    number: &'a str,
    finder: Finder<'a>,
}

impl<'a> Search<'a> {
    fn new(person: &'a Person) -> Self {
        Self { number: &person.0, finder: Finder::new(person.0.as_bytes()) }
    }

    /// Whether the number stands in a text, not as part of a longer one.
    fn finds(&self, text: &[u8]) -> bool {
        let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
        self.finder
            .find_iter(text)
            .any(|at| !digit(at.checked_sub(1)) && !digit(Some(at + self.number.len())))
    }

    /// Whether the person stands in the lists of a run, or stood in what it read.
    fn stands_in(&self, run: &Path) -> Result<bool, CustodyError> {
        for path in lists(run).map_err(CustodyError::read(run))? {
            if self.stands_in_file(&path)? {
                return Ok(true);
            }
        }
        let holds = || RunIndex::open(run)?.map_or(Ok(false), |index| index.holds(self.number));
        holds().map_err(CustodyError::read(&run.join(store::INDEX_FILE)))
    }

    fn stands_in_file(&self, path: &Path) -> Result<bool, CustodyError> {
        let search = || -> io::Result<bool> {
            let mut reader = BufReader::with_capacity(1 << 18, File::open(path)?);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line)? > 0 {
                if self.finds(&line) {
                    return Ok(true);
                }
                line.clear();
            }
            Ok(false)
        };
        search().map_err(CustodyError::read(path))
    }

    /// The findings of a run that tell of the person in any of their cells.
    fn cases(&self, run: &Path) -> Result<Vec<CaseId>, CustodyError> {
        let mut cases = Vec::new();
        for pillar in Pillar::ALL {
            let path = run.join("worklists").join(format!("{}.csv", pillar.name()));
            if !path.exists() {
                continue;
            }
            let mut read = || -> csv::Result<()> {
                let mut reader =
                    csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&path)?;
                let mut record = csv::ByteRecord::new();
                while reader.read_byte_record(&mut record)? {
                    if record.iter().any(|cell| self.finds(cell)) {
                        let id = record.get(0).and_then(|cell| std::str::from_utf8(cell).ok());
                        cases.extend(id.and_then(CaseId::parse));
                    }
                }
                Ok(())
            };
            read().map_err(|error| CustodyError::read(&path)(io::Error::other(error)))?;
        }
        Ok(cases)
    }
}

/// The lists of a run that are text; workbooks hold nothing that they do not.
fn lists(run: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in [run.to_path_buf(), run.join("worklists")] {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "csv") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_as_a_whole_only() {
        let person = Person::parse(" 123 456 789").unwrap();
        let search = Search::new(&person);
        for text in ["123456789", "\"CMND 123456789.\"", "a;123456789\r\n", "0123456789 123456789"] {
            assert!(search.finds(text.as_bytes()), "{text}");
        }
        for text in ["0123456789", "1234567890", "12345678", ""] {
            assert!(!search.finds(text.as_bytes()), "{text}");
        }
        assert_eq!(format!("{person:?}"), "Person(…)");
        for wrong in ["1234567890", "abc", "", "12345678901x"] {
            assert!(matches!(Person::parse(wrong), Err(CustodyError::NotAnId)), "{wrong}");
        }
    }
}
