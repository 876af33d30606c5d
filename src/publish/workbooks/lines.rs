//! The lines of a sheet: a case of the run with its status, deadline and what was answered before, or a line of an
//! earlier workbook whose case is gone.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::answers::Answers;
use super::carried::{Carried, OldLine};
use super::columns::{COUNT, Cells, at};
use super::fit;
use crate::domain::{Day, Field, Lang, Origin, Severity};
use crate::findings::FindingId;
use crate::publish::case::{Case, Cases};
use crate::publish::person::ShownDate;
use crate::store::{Decision, DecisionState, FindingStatus, Verdict};
use crate::vietnamese::order::NaturalKey;
use crate::words::{self, text};

/// What is known of the cases beside the run itself.
#[derive(Debug, Default)]
pub struct Progress {
    /// By when each is to be done.
    pub due: FxHashMap<FindingId, Day>,
    /// What was decided on each: what is in force, else what was last.
    pub decided: FxHashMap<FindingId, Decision>,
    /// What earlier workbooks hold.
    pub carried: Carried,
}

impl Progress {
    /// Puts decisions, oldest first, to the cases that they are on. What was taken back counts for nothing.
    pub fn decided(decisions: Vec<Decision>) -> FxHashMap<FindingId, Decision> {
        let mut decided: FxHashMap<FindingId, Decision> = FxHashMap::default();
        for decision in decisions.into_iter().filter(|d| d.state != DecisionState::Withdrawn) {
            let Some(id) = decision.subject.finding() else { continue };
            let stands = |known: &Decision| known.state == DecisionState::Active;
            if decided.get(&id).is_none_or(|known| !stands(known) || stands(&decision)) {
                decided.insert(id, decision);
            }
        }
        decided
    }
}

/// A line of a sheet.
#[derive(Copy, Clone, Debug)]
pub(super) enum Line<'a> {
    /// A case of the run, by index.
    Case(u32),
    /// A line of an earlier workbook.
    Old(&'a OldLine),
}

/// A line as it is written.
pub(super) struct Texts<'a> {
    pub(super) cells: Cells<Cow<'a, str>>,
    pub(super) high: bool,
    pub(super) answers: Answers,
}

/// Whether nothing is to be done on a case for now: an officer says that it is no mistake, or that it is mended.
pub(super) fn is_done(cases: &Cases<'_>, progress: &Progress, index: u32) -> bool {
    match cases.lives[index as usize].status {
        FindingStatus::Rejected | FindingStatus::Resolved => true,
        FindingStatus::InProgress => {
            let decided = progress.decided.get(&cases.ids[index as usize]);
            decided.is_some_and(|d| d.state == DecisionState::Active && d.verdict == Verdict::Corrected)
        }
        _ => false,
    }
}

/// What lines are sorted by: commune, hamlet and household, the person, then the gravest first.
pub(super) fn sort_key(cases: &Cases<'_>, index: u32, across_communes: bool) -> impl Ord + use<> {
    let case = cases.get(index as usize);
    let resident = case.finding.resident.or(match case.finding.origin {
        Origin::Registry(ix) => Some(ix),
        Origin::Extract(_) => None,
    });
    let household = resident.map_or("", |ix| {
        let row = cases.data.registry.get(ix).row;
        cases.data.tables[row.table.at()].row(row.index).cell(Field::HouseholdId).trim()
    });
    let commune = if across_communes { NaturalKey::of(case.commune) } else { NaturalKey::default() };
    // Those of whom the hamlet or the household is not known come last.
    let last = |text: &str| {
        let key = NaturalKey::of(text);
        (key.is_empty(), key)
    };
    let person = (case.resident_row.is_none(), case.resident_row.unwrap_or(case.source_row));
    let case_key = (case.finding.severity, case.finding.code, index);
    (commune, last(case.hamlet), last(household), person, case_key)
}

/// The cells of a line.
pub(super) fn texts<'a>(
    cases: &Cases<'a>,
    progress: &'a Progress,
    line: Line<'a>,
    across_communes: bool,
) -> Texts<'a> {
    match line {
        Line::Case(index) => of_case(cases, progress, index, across_communes),
        Line::Old(old) => of_old(cases, progress, old),
    }
}

fn of_case<'a>(cases: &Cases<'a>, progress: &'a Progress, index: u32, across_communes: bool) -> Texts<'a> {
    let lang = cases.lang;
    let case = cases.get(index as usize);
    let finding = case.finding;
    let status = cases.lives[index as usize].status;
    let carried = progress.carried.of(case.id);
    let decided = progress.decided.get(&case.id);
    let note = carried.map_or("", |carried| carried.note.as_str());
    let mut cells: Cells<Cow<'a, str>> = [const { Cow::Borrowed("") }; COUNT];
    cells[at::NAME] = owned(case.full_name.clone());
    cells[at::CODE] = finding.code.to_string().into();
    cells[at::PLACE] = match (across_communes, case.hamlet.is_empty()) {
        (false, _) => fit(case.hamlet),
        (true, true) => fit(case.commune),
        (true, false) => fit(&format!("{}, {}", case.hamlet, case.commune)).into_owned().into(),
    };
    cells[at::RESULT] = fit(carried.map_or("", |carried| carried.typed.as_str()));
    cells[at::NOTE] = fit(note);
    cells[at::KEPT_NOTE] = fit(note);
    cells[at::TITLE] = case.title.into();
    cells[at::BORN] = match case.birth_date {
        ShownDate::None => "".into(),
        ShownDate::Date(date) => date.to_string().into(),
        ShownDate::Written(text) => fit(text),
    };
    cells[at::NUMBER] = case.personal_id.map(|id| id.to_string()).unwrap_or_default().into();
    cells[at::SOURCE_VALUE] = fit(&finding.source_value);
    cells[at::REGISTRY_VALUE] = fit(&finding.registry_value);
    cells[at::PROPOSED] = fit(&finding.proposed_value);
    cells[at::DEADLINE] = deadline(progress, case.id, status, decided).into();
    let answer = decided.filter(|decision| decision.state == DecisionState::Active);
    cells[at::STATUS] = status.title_with(answer.map(|decision| decision.verdict), lang).into();
    cells[at::ANSWERED] = fit(&answered(decided, lang)).into_owned().into();
    cells[at::FIELD] = finding.field.map_or("", |field| words::field(field, lang)).into();
    cells[at::EVIDENCE] = fit(case.evidence);
    cells[at::SOURCE] = fit(&source(&case, lang)).into_owned().into();
    cells[at::OFFICE] = case.office.title(lang).into();
    cells[at::SEVERITY] = words::severity(finding.severity, lang).into();
    cells[at::CASE] = case.id.to_string().into();
    Texts { cells, high: finding.severity == Severity::High, answers: Answers::of(finding) }
}

fn source(case: &Case<'_>, lang: Lang) -> String {
    let row = text!(lang, "common.word.row");
    format!("{}: {} {row} {}", case.source.title(lang), case.source_file, case.source_row)
}

fn owned(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => fit(text),
        Cow::Owned(text) => fit(&text).into_owned().into(),
    }
}

/// By when a case is to be done: what is put off, by the day it is put off to; nothing once it is done.
fn deadline(progress: &Progress, id: FindingId, status: FindingStatus, decided: Option<&Decision>) -> String {
    if matches!(status, FindingStatus::Rejected | FindingStatus::Resolved) {
        return String::new();
    }
    let put_off = decided.filter(|d| status == FindingStatus::Deferred && d.state == DecisionState::Active);
    let due = put_off.and_then(|d| d.until).or_else(|| progress.due.get(&id).copied());
    due.filter(|due| *due != Day::NEVER).map(|due| due.to_string()).unwrap_or_default()
}

/// What was answered before, by whom and when, and whether it still holds.
fn answered(decided: Option<&Decision>, lang: Lang) -> String {
    let Some(decision) = decided else { return String::new() };
    let mut text = decision.verdict.title(lang).to_owned();
    if let Some(until) = decision.until {
        text.push_str(&format!(" {} {until}", text!(lang, "publish.lines.until")));
    }
    text.push_str(&format!(" ({}, {})", decision.day, decision.by));
    if !decision.note.is_empty() {
        text.push_str(&format!(": {}", decision.note));
    }
    if decision.state == DecisionState::Expired {
        text.push_str(text!(lang, "publish.lines.expired"));
    }
    text
}

/// A line of an earlier workbook: its case is not raised any more.
fn of_old<'a>(cases: &Cases<'a>, progress: &'a Progress, old: &'a OldLine) -> Texts<'a> {
    let lang = cases.lang;
    let mut cells: Cells<Cow<'a, str>> = old.cells.each_ref().map(|cell| fit(cell));
    let carried = progress.carried.of(old.finding);
    let note = carried.map_or("", |carried| carried.note.as_str());
    cells[at::RESULT] = fit(carried.map_or("", |carried| carried.typed.as_str()));
    cells[at::NOTE] = fit(note);
    cells[at::KEPT_NOTE] = fit(note);
    cells[at::DEADLINE] = "".into();
    let gone = text!(lang, "publish.lines.gone");
    if !old.cells[at::STATUS].starts_with(gone) {
        let since = text!(lang, "publish.lines.since");
        cells[at::STATUS] = format!("{gone} {since} {}", cases.today).into();
    }
    let decided = progress.decided.get(&old.finding);
    if decided.is_some() {
        cells[at::ANSWERED] = fit(&answered(decided, lang)).into_owned().into();
    }
    Texts { cells, high: false, answers: Answers::OfOne }
}
