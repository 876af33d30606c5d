//! The folder of the workbooks: `so-lam-viec/` in the output folder. A workbook is written anew only where what was
//! typed into it was taken in, and nobody typed since; otherwise it is left as it is, and a new one is written beside
//! it (`<name>.moi.xlsx`).

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use rayon::prelude::*;
use rust_xlsxwriter::XlsxError;

use super::carried::FileState;
use super::recipients::{self, BOTH, COMMUNES, OFFICES, Recipient};
use super::{HELD_FINDINGS, Issue, Progress, build, locked};
use crate::disk::{self, Prepared};
use crate::interrupt;
use crate::publish::case::Cases;

/// The folder, within the output folder.
pub const FOLDER: &str = "so-lam-viec";

/// What workbooks end with.
const EXTENSION: &str = ".xlsx";
/// What the names of those written beside another end with.
const BESIDE: &str = ".moi";
/// So many may stand beside one that is left as it is.
const MOST_BESIDE: usize = 9;

/// What came of writing the workbooks.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// Workbooks written in their own place.
    pub made: u64,
    /// Workbooks written beside one that was left as it is, within the output folder.
    pub beside: Vec<PathBuf>,
    /// Those that could not be written, and why.
    pub failed: Vec<(PathBuf, String)>,
}

/// The workbooks that stand in the folder, within the output folder; lock files and what is no workbook left out.
pub(crate) fn workbooks(out: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in [COMMUNES, OFFICES, BOTH] {
        let within = Path::new(FOLDER).join(folder);
        for entry in fs::read_dir(out.join(&within)).into_iter().flatten().flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let hidden = name.starts_with(['.', '~']);
            if name.to_lowercase().ends_with(EXTENSION) && !hidden && entry.path().is_file() {
                found.push(within.join(name));
            }
        }
    }
    found.sort();
    found
}

/// The workbook that a file is one of, as its stem: a new one beside another has the stem of that.
pub(crate) fn stem(file: &Path) -> String {
    let folder = file.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let name = name.get(..name.len().saturating_sub(EXTENSION.len())).unwrap_or(&name);
    let own = name.rsplit_once(BESIDE).filter(|(_, number)| number.bytes().all(|b| b.is_ascii_digit()));
    format!("{folder}/{}", own.map_or(name, |(own, _)| own))
}

/// Whether a spreadsheet program has a workbook open: it leaves a lock file beside it.
pub(crate) fn is_open(file: &Path) -> bool {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return false };
    let name = name.to_string_lossy();
    // Those of Excel and of LibreOffice.
    [format!("~${name}"), format!(".~lock.{name}#")]
        .iter()
        .any(|lock| folder.join(lock).symlink_metadata().is_ok())
}

/// A digest of a workbook as it stands on the disk.
pub(crate) fn digest(file: &Path) -> io::Result<[u8; 32]> {
    Ok(*blake3::hash(&fs::read(file)?).as_bytes())
}

/// Whether somebody saved a workbook of the folder since a run began: the run sets their times to its start.
pub(crate) fn is_saved_since(out: &Path, started: Timestamp) -> bool {
    let start = moment(started);
    let saved = |file: &PathBuf| fs::metadata(out.join(file)).and_then(|meta| meta.modified());
    workbooks(out).iter().any(|file| saved(file).is_ok_and(|saved| saved > start))
}

/// A moment in whole seconds, as the store keeps it.
fn moment(at: Timestamp) -> SystemTime {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Writes a workbook for each commune and each responsible office, and where asked for each office in a commune. What cannot be written is told; the run stands.
pub(crate) fn write_all(
    out: &Path,
    cases: &Cases<'_>,
    issue: &Issue<'_>,
    progress: &Progress,
    started: Timestamp,
) -> Written {
    let mut written = Written::default();
    let both = issue.by_both.then_some(BOTH);
    for folder in [COMMUNES, OFFICES].into_iter().chain(both) {
        let path = out.join(FOLDER).join(folder);
        if let Err(error) = disk::ensure_folder(&path) {
            written.failed.push((path, error.to_string()));
            return written;
        }
    }
    let mut recipients = recipients::all(cases, progress, issue.by_both);
    // The biggest first, so that no thread is left alone with one at the end; the files do not depend on it.
    recipients.sort_by_key(|recipient| std::cmp::Reverse(recipient.findings.len()));
    let place = Place { out, progress };
    let results: Vec<(PathBuf, io::Result<bool>)> = recipients
        .par_iter()
        .with_max_len(1)
        .map(|recipient| {
            let (target, own) = place.of(recipient);
            let result = place.write(&target, recipient, (cases, issue), started).map(|()| own);
            (target, result)
        })
        .collect();
    for (target, result) in results {
        match result {
            Ok(true) => written.made += 1,
            Ok(false) => written.beside.push(target),
            Err(error) => written.failed.push((target, error.to_string())),
        }
    }
    written.beside.sort();
    written.failed.sort();
    let kept: Vec<&PathBuf> = written.failed.iter().map(|(path, _)| path).collect();
    place.remove_taken_in(&recipients, &kept);
    written
}

/// Where workbooks go.
struct Place<'a> {
    out: &'a Path,
    progress: &'a Progress,
}

impl Place<'_> {
    /// Whether a file may be replaced or removed: there is none, or what it holds was taken in.
    fn is_free(&self, file: &Path) -> bool {
        let path = self.out.join(file);
        if path.symlink_metadata().is_err() {
            return true;
        }
        match self.progress.carried.files.get(file) {
            Some(FileState::TakenIn(known)) => {
                !is_open(&path) && digest(&path).is_ok_and(|now| now == *known)
            }
            _ => false,
        }
    }

    /// The file of a workbook, and whether it is its own place and not one beside it.
    fn of(&self, recipient: &Recipient<'_>) -> (PathBuf, bool) {
        let named = |end: &str| Path::new(FOLDER).join(format!("{}{end}{EXTENSION}", recipient.stem));
        let own = named("");
        if self.is_free(&own) {
            return (own, true);
        }
        let beside = (1..=MOST_BESIDE).map(|n| match n {
            1 => named(BESIDE),
            n => named(&format!("{BESIDE}{n}")),
        });
        (beside.into_iter().find(|file| self.is_free(file)).unwrap_or_else(|| named(BESIDE)), false)
    }

    fn write(
        &self,
        target: &Path,
        recipient: &Recipient<'_>,
        (cases, issue): (&Cases<'_>, &Issue<'_>),
        started: Timestamp,
    ) -> io::Result<()> {
        let path = self.out.join(target);
        if !self.is_free(target) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "open"));
        }
        let folder = path.parent().unwrap_or(self.out);
        let password = issue.passwords.own();
        // What is locked is held, however big: a temporary file of its rows would be a plain copy.
        let is_streamed = recipient.findings.len() > HELD_FINDINGS && password.is_none();
        let prepared = Prepared::new(&path, |out| {
            interrupt::survived(|| {
                let temp = is_streamed.then_some(folder);
                let mut book = build(cases, issue, self.progress, recipient, temp).map_err(failed)?;
                match password {
                    Some(password) => {
                        let plain = book.save_to_buffer().map_err(failed)?;
                        out.write_all(&locked::lock(&plain, password)?)
                    }
                    None => book.save_to_writer(out).map_err(failed),
                }
            })
        })?;
        // Somebody may have saved it while the new one was made.
        if !self.is_free(target) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "saved meanwhile"));
        }
        prepared.put()?;
        disk::set_modified(&path, moment(started))
    }

    /// Removes workbooks that were taken in and have no place any more: new ones beside one that could be replaced
    /// again, and those of communes that are gone.
    fn remove_taken_in(&self, recipients: &[Recipient<'_>], failed: &[&PathBuf]) {
        let written: Vec<PathBuf> = recipients
            .iter()
            .map(|recipient| Path::new(FOLDER).join(format!("{}{EXTENSION}", recipient.stem)))
            .collect();
        for (file, state) in &self.progress.carried.files {
            // Only where the workbook's own file holds by now all that this one held.
            let own = Path::new(FOLDER).join(format!("{}{EXTENSION}", stem(file)));
            let beside = *file != own;
            let replaced = beside && written.contains(&own) && !failed.contains(&&own) && {
                self.progress.carried.files.get(&own) != Some(&FileState::Left)
            };
            let gone = !beside && !written.contains(file);
            if *state != FileState::Left && (replaced || gone) && self.is_free(file) {
                // One that stays is taken in again, which does no harm.
                let _ = disk::remove_file(&self.out.join(file));
            }
        }
    }
}

fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_workbook_beside_another_is_of_the_same_stem() {
        let of = |name: &str| stem(&Path::new(FOLDER).join(name));
        assert_eq!(of("xa/00001_xa-moi.xlsx"), "xa/00001_xa-moi");
        assert_eq!(of("xa/00001_xa-moi.moi.xlsx"), "xa/00001_xa-moi");
        assert_eq!(of("don-vi/cong-an.moi3.xlsx"), "don-vi/cong-an");
        assert_eq!(of("don-vi/cong-an.moi-x.xlsx"), "don-vi/cong-an.moi-x");
    }

    #[test]
    fn lock_files_tell_what_is_open_and_are_no_workbooks() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join(FOLDER).join(COMMUNES);
        fs::create_dir_all(&folder).unwrap();
        for name in ["a.xlsx", "b.xlsx", "~$a.xlsx", ".~lock.c.xlsx#", "c.xlsx", "ghi-chu.txt"] {
            fs::write(folder.join(name), "x").unwrap();
        }
        let names: Vec<_> = workbooks(dir.path());
        assert_eq!(names, ["a", "b", "c"].map(|name| Path::new(FOLDER).join(format!("xa/{name}.xlsx"))));
        assert_eq!(
            names.iter().map(|name| is_open(&dir.path().join(name))).collect::<Vec<_>>(),
            [true, false, true]
        );
    }
}
