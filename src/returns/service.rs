//! The one place where what an officer says becomes a decision, by whichever door it came: the review page, a
//! workbook, the command line. The doors find out what the answer is about; what may be said of it, and whether
//! it still may be, is settled here.

use super::words::one_line;
use super::{ReturnError, is_double};
use crate::domain::Day;
use crate::findings::FindingId;
use crate::store::{DecisionState, Key, NewDecision, NewReading, Recorded, Store, StoreError, Verdict};

/// Days for which something is put off where no day is named.
pub const DEFERRED_DAYS: i32 = 30;

/// Characters of a note that are kept.
const LONGEST_NOTE: usize = 500;

/// What became of an answer: the decision it is, or why it is none.
pub type Outcome = Result<Recorded, ReturnError>;

/// Records answers, all that may be taken in one transaction; for each its own outcome, in order.
///
/// # Errors
/// [`StoreError`] where the store fails: then nothing is recorded.
pub fn decide(store: &mut Store, answers: Vec<NewDecision>) -> Result<Vec<Outcome>, StoreError> {
    let settled = answers.into_iter().map(|answer| settle(store, answer)).collect::<Result<Vec<_>, _>>()?;
    let sound: Vec<NewDecision> = settled.iter().filter_map(|answer| answer.as_ref().ok().cloned()).collect();
    let mut recorded = match store.decide_all(&sound) {
        // Somebody was faster between the look and the writing; only answers that come one by one say what they saw.
        Err(error @ StoreError::Outrun(_)) => return Ok(vec![Err(error.into())]),
        recorded => recorded?.into_iter(),
    };
    let outcome = |answer: Result<NewDecision, ReturnError>| -> Option<Outcome> {
        match answer {
            Ok(_) => recorded.next().map(Ok),
            Err(error) => Some(Err(error)),
        }
    };
    Ok(settled.into_iter().filter_map(outcome).collect())
}

/// What became of one answer for many findings.
#[derive(Debug)]
pub struct Together {
    /// The number under which the decisions are taken back at once; `None` where none was made.
    pub number: Option<i64>,
    /// The findings of which it may not be said, with why not; those were left out.
    pub refused: Vec<(FindingId, ReturnError)>,
}

/// Records one answer for many findings, all that may be taken in one transaction and under one number.
///
/// # Errors
/// [`StoreError::Outrun`] where somebody was faster in the moment of writing, or where the store fails: then nothing is
/// recorded.
pub fn decide_together(store: &mut Store, answers: Vec<NewDecision>) -> Result<Together, StoreError> {
    let mut sound = Vec::with_capacity(answers.len());
    let mut refused = Vec::new();
    for answer in answers {
        let id = answer.subject.finding();
        match settle(store, answer)? {
            Ok(answer) => sound.push(answer),
            Err(error) => refused.extend(id.map(|id| (id, error))),
        }
    }
    Ok(Together { number: store.decide_together(&sound)?, refused })
}

/// Tells what would become of answers, and records nothing.
///
/// # Errors
/// [`StoreError`] where the store cannot be read.
pub fn preview(store: &Store, answers: Vec<NewDecision>) -> Result<Vec<Result<(), ReturnError>>, StoreError> {
    answers.into_iter().map(|answer| Ok(settle(store, answer)?.map(drop))).collect()
}

/// Records what an officer says of all candidates of one row, in place of what the same officer said of it before;
/// with it that the row is to be read a second time, where it is.
///
/// # Errors
/// [`ReturnError`] where one of the answers may not be taken: then none is.
pub fn decide_row(
    store: &mut Store,
    record: Key,
    answers: Vec<NewDecision>,
    reading: Option<&NewReading>,
) -> Result<Vec<Recorded>, ReturnError> {
    let earlier = store.decisions_on_record(record)?;
    let newest = earlier.last().map_or(0, |decision| decision.id);
    if answers.iter().any(|answer| answer.seen.is_some_and(|seen| newest > seen))
        && let Some(newest) = earlier.last()
    {
        // A decision on another resident of the same row is one on this row.
        return Err(StoreError::Outrun(Box::new(newest.clone())).into());
    }
    let mut sound = Vec::with_capacity(answers.len());
    for answer in answers {
        sound.push(settle(store, answer)??);
    }
    if let Some(first) = sound.first() {
        let own = |d: &&crate::store::Decision| d.state == DecisionState::Active && d.by == first.by;
        for decision in earlier.iter().filter(own) {
            store.withdraw(decision.id, &first.by, first.at, first.day)?;
        }
    }
    Ok(store.decide_pair(&sound, reading)?)
}

/// An answer as it may be recorded, or why it may not.
fn settle(store: &Store, answer: NewDecision) -> Result<Result<NewDecision, ReturnError>, StoreError> {
    let mut answer = NewDecision { note: note(&answer.note), ..answer };
    if let Some(refusal) = put_off(&mut answer) {
        return Ok(Err(refusal));
    }
    let Some(id) = answer.subject.finding() else { return Ok(Ok(answer)) };
    let on_finding = answer.subject.pair().is_none();
    if on_finding && answer.verdict.is_on_pair() {
        // Of one person standing twice "not the same" means that there is no mistake: neither row is a resident that
        // the other is linked to.
        if !(is_double(id.code) && answer.verdict == Verdict::NotSame) {
            return Ok(Err(ReturnError::Senseless { id, verdict: answer.verdict }));
        }
        answer.verdict = Verdict::FalseAlarm;
    }
    if on_finding && !store.knows(id)? {
        return Ok(Err(StoreError::UnknownFinding(id).into()));
    }
    // Somebody may have decided the finding by way of its pair, or the other way round.
    if let Some(seen) = answer.seen
        && let Some(newest) = store.decisions_on(id)?.pop().filter(|newest| newest.id > seen)
    {
        return Ok(Err(StoreError::Outrun(Box::new(newest)).into()));
    }
    Ok(Ok(answer))
}

/// Gives what is put off its day, and takes the day from what is not.
fn put_off(answer: &mut NewDecision) -> Option<ReturnError> {
    if answer.verdict != Verdict::Deferred {
        answer.until = None;
        return None;
    }
    let until = answer.until.unwrap_or(Day(answer.day.0 + DEFERRED_DAYS));
    answer.until = Some(until);
    (until <= answer.day).then_some(ReturnError::DayGone(until))
}

/// A note as it is kept.
fn note(text: &str) -> String {
    one_line(text).chars().take(LONGEST_NOTE).collect()
}
