//! The answers of workbooks become decisions: all are read before any is recorded, for two of them may contradict each
//! other; what cannot be taken is told line by line.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::{Answer, Desk, Meaning, ReturnError, Said, Unreadable, one_line, read_workbook, service};
use crate::domain::{Day, Lang};
use crate::findings::FindingId;
use crate::publish::WorkbookPasswords;
use crate::store::{Channel, Decision, DecisionState, Recorded, Store, StoreError, Verdict};
use crate::words::text;

/// A workbook that is handed back.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it stands.
    pub file: PathBuf,
    /// Who answers by it.
    pub by: String,
    /// When it was saved last, where an answer that was taken in since is not to be taken in again.
    pub saved: Option<Timestamp>,
}

/// What is to be done with workbooks.
#[derive(Copy, Clone, Debug)]
pub struct Import<'a> {
    /// The moment.
    pub at: Timestamp,
    /// The officer's day.
    pub today: Day,
    /// The language of what is told.
    pub lang: Lang,
    /// Whether it is only told what would be recorded.
    pub dry: bool,
    /// What workbooks under a password are opened with.
    pub passwords: &'a WorkbookPasswords,
}

/// What became of workbooks.
#[derive(Debug, Default)]
pub struct Imported {
    /// New decisions.
    pub made: u64,
    /// Decisions that were there already.
    pub known: u64,
    /// What was, or would be, recorded: how often each answer.
    pub verdicts: Vec<(Verdict, u64)>,
    /// Lines that could not be taken.
    pub refused: Vec<Refused>,
    /// Workbooks that could not be read, each with its place among the sources.
    pub unread: Vec<(usize, ReturnError)>,
}

/// A line that could not be taken.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The workbook, by its place among the sources.
    pub source: usize,
    /// The sheet.
    pub sheet: String,
    /// The row, as a spreadsheet shows it.
    pub row: u32,
    /// The finding, where the line names one.
    pub finding: Option<FindingId>,
    /// What was typed.
    pub word: String,
    /// Why, in the language asked for.
    pub why: String,
    /// Whether it is an answer to values that changed since.
    pub outdated: bool,
}

/// An answer with the workbook that it stands in.
#[derive(Clone, Debug)]
struct Handed {
    source: usize,
    answer: Answer,
}

impl Handed {
    fn refused(&self, why: String, outdated: bool) -> Refused {
        let Answer { sheet, row, finding, word, .. } = &self.answer;
        Refused {
            source: self.source,
            sheet: sheet.clone(),
            row: *row,
            finding: Some(*finding),
            word: word.clone(),
            why,
            outdated,
        }
    }
}

/// Where a line stands, to be read.
pub(crate) fn place(file: &Path, sheet: &str, row: u32, lang: Lang) -> String {
    let file = file.display();
    text!(lang, "returns.place", file, sheet, row)
}

/// Takes in workbooks.
///
/// # Errors
/// [`ReturnError`] where the last run or the store cannot be read: then nothing is recorded.
pub fn import(
    desk: &Desk,
    store: &mut Store,
    sources: &[Source],
    how: Import<'_>,
) -> Result<Imported, ReturnError> {
    let read = sources.iter().map(|source| read_workbook(&source.file, how.today, how.passwords));
    take(desk, store, sources, read.enumerate().collect(), how)
}

/// Takes in workbooks that were read.
pub(super) fn take(
    desk: &Desk,
    store: &mut Store,
    sources: &[Source],
    read: Vec<(usize, Result<super::Returned, ReturnError>)>,
    how: Import<'_>,
) -> Result<Imported, ReturnError> {
    let lang = how.lang;
    let mut imported = Imported::default();
    let mut handed: Vec<Handed> = Vec::new();
    for (source, read) in read {
        match read {
            Ok(returned) => {
                imported
                    .refused
                    .extend(returned.unreadable.into_iter().map(|line| unread(source, line, lang)));
                handed.extend(returned.answers.into_iter().map(|answer| Handed { source, answer }));
            }
            Err(error) => imported.unread.push((source, error)),
        }
    }
    let answers: Vec<&Answer> = handed.iter().map(|handed| &handed.answer).collect();
    let outdated = desk.outdated(store, &answers)?;
    let mut current: Vec<Handed> = Vec::new();
    for (handed, fields) in handed.into_iter().zip(outdated) {
        if fields.is_empty() {
            current.push(handed);
            continue;
        }
        let why = ReturnError::Changed { id: handed.answer.finding, fields }.message(lang);
        imported.refused.push(handed.refused(why, true));
    }
    let current = settle_not(desk, current, how, &mut imported)?;
    let sound = split_opposed(current, sources, lang, &mut imported.refused);
    record(desk, store, sources, sound, how, &mut imported)?;
    Ok(imported)
}

fn unread(source: usize, line: Unreadable, lang: Lang) -> Refused {
    let Unreadable { sheet, row, word, finding, why, .. } = line;
    Refused { source, sheet, row, finding, word, why: why.text(lang).to_owned(), outdated: false }
}

/// Settles what a bare "not" means: on a line that is linked to a resident it may mean two things and is asked, on any
/// other it means that there is no mistake.
fn settle_not(
    desk: &Desk,
    handed: Vec<Handed>,
    how: Import<'_>,
    imported: &mut Imported,
) -> Result<Vec<Handed>, ReturnError> {
    let bare = handed.iter().filter(|one| one.answer.meaning == Meaning::NotWhich);
    let asked: Vec<(FindingId, Said)> =
        bare.map(|one| (one.answer.finding, said(one, Verdict::NotSame, None, "", how))).collect();
    if asked.is_empty() {
        return Ok(handed);
    }
    let mut linked = desk.on_findings(&asked)?.into_iter();
    let mut settled = Vec::with_capacity(handed.len());
    for mut one in handed {
        if one.answer.meaning == Meaning::NotWhich {
            if linked.next().is_some_and(|made| made.is_ok_and(|made| made.subject.pair().is_some())) {
                let why = ReturnError::NotWhich(one.answer.finding).message(how.lang);
                imported.refused.push(one.refused(why, false));
                continue;
            }
            one.answer.meaning = Meaning::Is(Verdict::FalseAlarm, None);
        }
        settled.push(one);
    }
    Ok(settled)
}

fn said(one: &Handed, verdict: Verdict, until: Option<Day>, by: &str, how: Import<'_>) -> Said {
    let note = one_line(&one.answer.note);
    Said { verdict, by: by.to_owned(), at: how.at, day: how.today, until, note, via: Channel::Workbook }
}

/// Takes out the answers that contradict another on the same finding, and says of each which. Nobody can tell
/// which of them is meant: that the last one read should win would be chance.
fn split_opposed(
    handed: Vec<Handed>,
    sources: &[Source],
    lang: Lang,
    refused: &mut Vec<Refused>,
) -> Vec<Handed> {
    let mut by_finding: FxHashMap<FindingId, Vec<usize>> = FxHashMap::default();
    for (at, one) in handed.iter().enumerate() {
        by_finding.entry(one.answer.finding).or_default().push(at);
    }
    let says = |one: &Handed| (one.answer.verdict(), one.answer.until);
    let other = |one: &Handed| {
        let same = by_finding.get(&one.answer.finding).into_iter().flatten();
        same.map(|at| &handed[*at]).find(|other| says(other) != says(one))
    };
    let why = |one: &Handed, other: &Handed| {
        let (here, there) = (one.answer.verdict().title(lang), other.answer.verdict().title(lang));
        let at = place(&sources[other.source].file, &other.answer.sheet, other.answer.row, lang);
        text!(lang, "returns.contradicts", here, there, at)
    };
    let told: Vec<Option<String>> =
        handed.iter().map(|one| other(one).map(|other| why(one, other))).collect();
    let mut sound = Vec::new();
    for (one, told) in handed.into_iter().zip(told) {
        match told {
            None => sound.push(one),
            Some(told) => refused.push(one.refused(told, false)),
        }
    }
    sound
}

/// Records answers, or tells what would be recorded.
fn record(
    desk: &Desk,
    store: &mut Store,
    sources: &[Source],
    handed: Vec<Handed>,
    how: Import<'_>,
    imported: &mut Imported,
) -> Result<(), ReturnError> {
    let mut fresh: Vec<Handed> = Vec::with_capacity(handed.len());
    for one in handed {
        if is_taken_in(store, &sources[one.source], &one.answer)? {
            imported.known += 1;
        } else {
            fresh.push(one);
        }
    }
    let all: Vec<(FindingId, Said)> = fresh
        .iter()
        .map(|one| {
            let (by, answer) = (&sources[one.source].by, &one.answer);
            // A day that is told each time anew would make every import another decision.
            let deferred = answer.verdict() == Verdict::Deferred;
            let until =
                answer.until.or_else(|| deferred_until(store, answer.finding, by)).filter(|_| deferred);
            (answer.finding, said(one, answer.verdict(), until, by, how))
        })
        .collect();
    let mut sound = Vec::with_capacity(all.len());
    let mut of = Vec::with_capacity(all.len());
    for (decision, one) in desk.on_findings(&all)?.into_iter().zip(&fresh) {
        match decision {
            Ok(decision) => {
                // A pair may be decided on a line that is no longer known; a line of a workbook must be.
                if store.knows(one.answer.finding)? {
                    sound.push(decision);
                    of.push(one);
                } else {
                    let why = StoreError::UnknownFinding(one.answer.finding).message(how.lang);
                    imported.refused.push(one.refused(why, false));
                }
            }
            Err(error) => imported.refused.push(one.refused(error.message(how.lang), false)),
        }
    }
    let mut counts: FxHashMap<Verdict, u64> = FxHashMap::default();
    if how.dry {
        for (outcome, one) in service::preview(store, sound)?.into_iter().zip(of) {
            match outcome {
                Ok(()) => *counts.entry(one.answer.verdict()).or_default() += 1,
                Err(error) => imported.refused.push(one.refused(error.message(how.lang), false)),
            }
        }
    } else {
        for (outcome, one) in service::decide(store, sound)?.into_iter().zip(of) {
            match outcome {
                Ok(Recorded::Made(_)) => *counts.entry(one.answer.verdict()).or_default() += 1,
                Ok(Recorded::Known(_)) => imported.known += 1,
                Err(error) => imported.refused.push(one.refused(error.message(how.lang), false)),
            }
        }
    }
    imported.made = counts.values().sum();
    imported.verdicts = counts.into_iter().collect();
    imported.verdicts.sort_unstable();
    Ok(())
}

/// Whether the answer was taken in since the workbook was saved: a workbook that could not be written anew still holds
/// it, though the decision may have run its course.
fn is_taken_in(store: &Store, source: &Source, answer: &Answer) -> Result<bool, StoreError> {
    let Some(saved) = source.saved else { return Ok(false) };
    let same = |decision: &Decision| {
        let verdict = answer.verdict();
        // Of a double "not the same" is recorded as no mistake.
        let says = decision.verdict == verdict
            || (verdict, decision.verdict) == (Verdict::NotSame, Verdict::FalseAlarm);
        decision.via == Channel::Workbook
            && says
            && decision.by == source.by
            && decision.at.as_second() >= saved.as_second()
            && answer.until.is_none_or(|until| decision.until == Some(until))
    };
    Ok(store.decisions_on(answer.finding)?.iter().any(same))
}

/// The day that an officer's deferral in force names.
fn deferred_until(store: &Store, finding: FindingId, by: &str) -> Option<Day> {
    let standing = store.decisions_on(finding).unwrap_or_default().into_iter().rev().find(|decision| {
        decision.state == DecisionState::Active && decision.verdict == Verdict::Deferred && decision.by == by
    });
    standing.and_then(|decision| decision.until)
}
