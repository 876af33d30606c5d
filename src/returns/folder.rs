//! The folder of workbooks taken in, before a run writes them anew.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::import::{Imported, place, take};
use super::{Answer, Desk, Import, ReturnError, Returned, Source, read_workbook};
use crate::domain::{Day, Lang};
use crate::publish::{Carried, FileState, WorkbookPasswords, workbook_folder};
use crate::store::Store;
use crate::words::text;

/// What was found in the folder of workbooks.
#[derive(Debug, Default)]
pub struct TakenIn {
    /// New decisions.
    pub made: u64,
    /// Decisions that were there already.
    pub known: u64,
    /// What could not be taken, to be told: files that were left as they are, lines that were not understood. Files,
    /// rows and the words of officers, nobody's data.
    pub told: Vec<String>,
    /// What is carried over to the workbooks to come.
    pub carried: Carried,
}

/// A workbook of the folder, as it was found.
struct Found {
    file: PathBuf,
    /// When it was saved last.
    saved: Option<Timestamp>,
    /// Its digest and what it holds; `None` where it is open.
    read: Option<Read>,
}

/// The digest of a workbook, and what it holds.
type Read = (io::Result<[u8; 32]>, Result<Returned, ReturnError>);

impl Found {
    fn of(out: &Path, file: PathBuf, today: Day, passwords: &WorkbookPasswords) -> Self {
        let path = out.join(&file);
        if workbook_folder::is_open(&path) {
            return Self { file, saved: None, read: None };
        }
        let digest = workbook_folder::digest(&path);
        let saved = fs::metadata(&path).and_then(|meta| meta.modified());
        let saved = saved.ok().and_then(|saved| Timestamp::try_from(saved).ok());
        Self { file, saved, read: Some((digest, read_workbook(&path, today, passwords))) }
    }
}

/// Takes in what officers typed into the workbooks of an output folder. A workbook that is open or cannot be read is
/// left as it is; nothing of all that stops a run.
pub fn take_in(
    out: &Path,
    passwords: &WorkbookPasswords,
    (at, today): (Timestamp, Day),
    lang: Lang,
) -> TakenIn {
    let mut taken = TakenIn::default();
    let mut sources: Vec<Source> = Vec::new();
    let mut read: Vec<(usize, Result<Returned, ReturnError>)> = Vec::new();
    // To find out whether a password is the right one takes its time, so that it cannot be guessed.
    let found: Vec<Found> = workbook_folder::workbooks(out)
        .into_par_iter()
        .with_max_len(1)
        .map(|file| Found::of(out, file, today, passwords))
        .collect();
    for Found { file, saved, read: found } in found {
        let Some(found) = found else {
            taken.told.push(left(&file, text!(lang, "returns.is_open"), lang));
            taken.carried.file(file, FileState::Left);
            continue;
        };
        match found {
            (Ok(digest), Ok(returned)) => {
                let stem = workbook_folder::stem(&file);
                for line in &returned.lines {
                    taken.carried.line(&stem, line.clone());
                }
                taken.carried.file(file.clone(), FileState::TakenIn(digest));
                read.push((sources.len(), Ok(returned)));
                sources.push(Source { file, by: stem, saved });
            }
            (_, Err(error)) => {
                taken.told.push(left(&file, error.message(lang).trim_end_matches('.'), lang));
                taken.carried.file(file, FileState::Left);
            }
            (Err(error), _) => {
                taken.told.push(left(&file, &error.to_string(), lang));
                taken.carried.file(file, FileState::Left);
            }
        }
    }
    let typed = read.iter().any(|(_, read)| {
        read.as_ref().is_ok_and(|returned| !(returned.answers.is_empty() && returned.unreadable.is_empty()))
    });
    if typed {
        let how = Import { at, today, lang, dry: false, passwords };
        record(out, &sources, read, how, &mut taken);
    }
    taken
}

/// Records what was typed. Where that fails, what was typed stays in the workbooks for the next run.
fn record(
    out: &Path,
    sources: &[Source],
    mut read: Vec<(usize, Result<Returned, ReturnError>)>,
    how: Import<'_>,
    taken: &mut TakenIn,
) {
    // A line stands in the workbook of its commune and in that of its office, and what waited for a run in both.
    let mut seen = FxHashSet::default();
    for returned in read.iter_mut().filter_map(|(_, read)| read.as_mut().ok()) {
        let once = |answer: &Answer| (answer.finding, answer.word.clone(), answer.note.clone());
        returned.answers.retain(|answer| seen.insert(once(answer)));
    }
    let words: Vec<(crate::findings::FindingId, String)> = read
        .iter()
        .filter_map(|(_, read)| read.as_ref().ok())
        .flat_map(|returned| {
            let answers = returned.answers.iter().map(|answer| (answer.finding, answer.word.clone()));
            let others =
                returned.unreadable.iter().filter_map(|line| Some((line.finding?, line.word.clone())));
            answers.chain(others)
        })
        .collect();
    let imported = Desk::open(out)
        .and_then(|(desk, mut store): (Desk, Store)| take(&desk, &mut store, sources, read, how));
    match imported {
        Ok(imported) => settle(sources, imported, how.lang, taken),
        Err(error) => {
            taken.told.push(error.message(how.lang));
            words.iter().for_each(|(finding, word)| taken.carried.keep_word(*finding, word));
        }
    }
}

/// Keeps what was not taken, and says so.
fn settle(sources: &[Source], imported: Imported, lang: Lang, taken: &mut TakenIn) {
    (taken.made, taken.known) = (imported.made, imported.known);
    for line in imported.refused {
        let file: &PathBuf = &sources[line.source].file;
        taken.told.push(format!("{}: {}", place(file, &line.sheet, line.row, lang), line.why));
        let Some(finding) = line.finding else { continue };
        if line.outdated {
            let kept = text!(lang, "returns.outdated");
            taken.carried.keep_in_note(finding, &format!("[{kept}: {}]", line.word));
        } else {
            taken.carried.keep_word(finding, &line.word);
        }
    }
}

fn left(file: &Path, why: &str, lang: Lang) -> String {
    let file = file.display();
    text!(lang, "returns.left", file, why)
}
