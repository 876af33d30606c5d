//! What became of a finding or a pair, in words: events of runs and decisions of officers.

use jiff::tz::TimeZone;

use crate::domain::Lang;
use crate::review::pages::work::assign::shown_or_nobody;
use crate::review::texts::text;
use crate::store::{Assignment, Comment, Decision, DecisionState, Event, Verdict, field_title};
use crate::words;

/// A line of the history.
pub(crate) struct ShownEvent {
    pub(crate) at: String,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) note: String,
}

/// A moment as people write it, by the clock of this place.
pub(crate) fn moment(at: jiff::Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%d/%m/%Y %H:%M").to_string()
}

/// What an officer said.
fn said(decision: &Decision, lang: Lang) -> String {
    let mut what = match decision.subject.pair() {
        Some(pair) => {
            format!("{}: {} – {}", decision.verdict.title(lang), pair.record.place, pair.resident.place)
        }
        None => decision.verdict.title(lang).to_string(),
    };
    if let Some(until) = decision.until {
        what.push_str(&format!(" ({until})"));
    }
    what
}

/// A decision in force.
pub(crate) fn standing(decision: &Decision, lang: Lang) -> String {
    format!("{} ({}, {})", said(decision, lang), decision.by, moment(decision.at))
}

/// What the second of two officers is told.
pub(crate) fn conflict(other: &Decision, lang: Lang) -> String {
    let (who, when, what) = (&other.by, moment(other.at), other.verdict.title(lang));
    words::text!(lang, "review.conflict_text", who, when, what)
}

/// The history of a finding, the newest first.
pub(crate) fn of_case(
    events: &[Event],
    decisions: &[Decision],
    (given, comments): (&[Assignment], &[Comment]),
    lang: Lang,
) -> Vec<ShownEvent> {
    let mut lines = of_decisions(decisions, lang);
    lines.extend(given.iter().map(|given| {
        let to = shown_or_nobody(given.assignee.as_ref(), lang);
        let what = format!("{}: {to}", text(lang, "assigned_to"));
        let note = String::new();
        (given.at, ShownEvent { at: moment(given.at), who: given.by.clone(), what, note })
    }));
    lines.extend(comments.iter().map(|said| {
        let gone = || text(lang, "comment_erased").to_owned();
        let note = if said.text.is_empty() { gone() } else { said.text.clone() };
        let what = text(lang, "comment").to_owned();
        (said.at, ShownEvent { at: moment(said.at), who: said.by.clone(), what, note })
    }));
    let moved_by_run = events.iter().filter(|event| event.run.is_some()).map(|event| {
        let line = ShownEvent {
            at: moment(event.at),
            who: format!("{} {}", text(lang, "by_run"), event.run.as_deref().unwrap_or_default()),
            what: format!("{} → {}", event.from.title(lang), event.to.title(lang)),
            note: event.note.clone(),
        };
        (event.at, line)
    });
    lines.extend(moved_by_run);
    newest_first(lines)
}

/// The history of a pair, the newest first.
pub(crate) fn of_pair(decisions: &[Decision], lang: Lang) -> Vec<ShownEvent> {
    newest_first(of_decisions(decisions, lang))
}

fn newest_first(mut lines: Vec<(jiff::Timestamp, ShownEvent)>) -> Vec<ShownEvent> {
    // Stable: what happened in one second keeps its order.
    lines.sort_by_key(|(at, _)| *at);
    lines.reverse();
    lines.into_iter().map(|(_, line)| line).collect()
}

fn of_decisions(decisions: &[Decision], lang: Lang) -> Vec<(jiff::Timestamp, ShownEvent)> {
    let mut lines = Vec::new();
    for decision in decisions {
        let made = ShownEvent {
            at: moment(decision.at),
            who: decision.by.clone(),
            what: said(decision, lang),
            note: decision.note.clone(),
        };
        lines.push((decision.at, made));
        let Some(ended) = decision.ended_at else { continue };
        let word = match decision.state {
            DecisionState::Active => continue,
            DecisionState::Withdrawn => "undone",
            DecisionState::Done | DecisionState::Expired => "expired",
        };
        let why: Vec<_> = decision.why.iter().map(|field| field_title(field, lang)).collect();
        let what = format!("{}: {}", text(lang, word), Verdict::title(decision.verdict, lang));
        let line =
            ShownEvent { at: moment(ended), who: decision.ended_by.clone(), what, note: why.join(", ") };
        lines.push((ended, line));
    }
    lines
}
