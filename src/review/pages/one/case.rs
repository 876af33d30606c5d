//! A finding: everything an officer needs to decide, and the decision.

use askama::Template;
use axum::http::StatusCode;

use super::shown::{self, Member, ShownLine};
use super::sides::{SideRow, compared, sides};
use crate::domain::{Day, Field, Kind, Lang};
use crate::findings::FindingId;
use crate::findings::catalogue;
use crate::publish::letters::{self, TemplateName};
use crate::returns::service::{self, DEFERRED_DAYS};
use crate::returns::{ReturnError, one_line};
use crate::review::diff::{Part, marked};
use crate::review::filter::iso;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, now, today};
use crate::review::http::watch::Look;
use crate::review::index::{FindingText, Record};
use crate::review::pages::lists::history::{self, ShownEvent};
use crate::review::pages::lists::worklist::Done;
use crate::review::pages::reason;
use crate::review::pages::work::assign::{self, JustGiven};
use crate::review::pages::work::papers::ShownPaper;
use crate::review::version::{self, Shown, Version};
use crate::review::waterfall::{Bar, Waterfall, signed};
use crate::store::accounts::AccountRole;
use crate::store::{
    Channel, Decision, DecisionState, LONGEST_COMMENT, NewDecision, Pair, StoreError, Subject, Verdict,
};

/// The word of `matched_on` for an officer's decision.
const OFFICER: &str = "officer";

/// What can be said of a finding, with its key.
const ANSWERS: [(&str, Verdict); 5] = [
    ("1", Verdict::Corrected),
    ("2", Verdict::FalseAlarm),
    ("3", Verdict::Visit),
    ("4", Verdict::Deferred),
    ("5", Verdict::NotSame),
];

#[derive(Template)]
#[template(path = "review/case.html")]
struct Case {
    shell: Shell,
    query: String,
    done: String,
    conflict: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    number: String,
    code: String,
    title: &'static str,
    severity: &'static str,
    severity_sign: &'static str,
    severity_index: usize,
    status: &'static str,
    unit: &'static str,
    hamlet: String,
    commune: String,
    first_seen: String,
    due: String,
    name: String,
    birth_date: String,
    personal_id: String,
    has_values: bool,
    field: &'static str,
    source_value: Vec<Part>,
    registry_value: Vec<Part>,
    proposed_value: String,
    evidence: String,
    procedure: String,
    matched_on: String,
    confidence: String,
    weights: Option<Weights>,
    can_reveal: bool,
    standing: String,
    version: Version,
    answers: Vec<Answer>,
    until: String,
    tomorrow: String,
    can_undo: bool,
    left_title: String,
    right_title: String,
    sides: Vec<SideRow>,
    others: Vec<ShownLine>,
    templates: Vec<TemplateName>,
    household: Vec<Member>,
    history: Vec<ShownEvent>,
    given: Option<JustGiven>,
    assignee: String,
    assignees: Vec<assign::Choice>,
    longest_comment: usize,
    assign_action: String,
    papers: Vec<ShownPaper>,
    has_resident: bool,
}

struct Answer {
    key: &'static str,
    value: &'static str,
    text: &'static str,
}

/// The weights of the link that a finding comes of.
struct Weights {
    bars: Vec<Bar>,
    /// Bits between the resident and the next one; empty where there is no other.
    margin: String,
}

impl Weights {
    fn of(case: &FindingText, lang: Lang) -> Option<Self> {
        let waterfall = Waterfall::of_link(&case.weights)?;
        let margin = case.margin.map(|margin| signed(f64::from(margin) / 100.0, lang));
        Some(Self { bars: waterfall.bars(waterfall.reach(), lang), margin: margin.unwrap_or_default() })
    }
}

/// The finding of the address, where the account may see it.
pub(in crate::review::pages) fn find(visit: &Visit<'_>) -> Result<FindingText, Failure> {
    let scope = &visit.who()?.scope;
    visit.worker.index.case(visit.param("number"), scope)?.ok_or(Failure::NotFound)
}

pub(in crate::review::pages) fn id_of(number: &str) -> Result<FindingId, Failure> {
    FindingId::parse(number).ok_or(Failure::NotFound)
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let case = find(visit)?;
    if let Some(asked) = reason::asked(visit, Look::Cases, &case.line.number)? {
        return Ok(asked);
    }
    page(visit, case, None)
}

fn page(visit: &mut Visit<'_>, case: FindingText, conflict: Option<String>) -> Result<Reply, Failure> {
    let number = case.line.number.clone();
    let numbers = visit.app.is_revealed(&visit.token, &number);
    visit.log(if numbers { "view_numbers" } else { "view" }, &number, &case.line.code)?;
    let filter = visit.filter();
    let done: Done = visit.query();
    let lang = visit.lang;
    let (scope, role, me) = {
        let who = visit.who()?;
        (who.scope.clone(), who.role, who.name.clone())
    };
    let shown = digest(&case, pair_of(visit, &case)?.as_ref());
    let index = &visit.worker.index;
    let day = today();
    let neighbour = |after| index.neighbour(&number, &filter, &scope, day, after);
    let (previous, next) = (neighbour(false)?, neighbour(true)?);
    let given = JustGiven::of(&done.given, visit)?;
    let assignees = assign::choices(visit)?;
    let done = if index.case(&done.done, &scope)?.is_some() { done.done } else { String::new() };

    let store = &visit.worker.store;
    let id = id_of(&number)?;
    let decisions = store.decisions_on(id)?;
    let events = store.events(id)?;
    let papers = store.papers_on(id)?;
    let papers = papers.iter().map(|paper| Ok(ShownPaper::of(paper, visit.who()?, lang)));
    let papers = papers.collect::<Result<_, Failure>>()?;
    let (assigned, comments) = (store.assignments_on(id)?, store.comments_on(id)?);
    let active: Vec<&Decision> =
        decisions.iter().filter(|decision| decision.state == DecisionState::Active).collect();

    let source = index.record_at(&case.source_file, case.source_row)?;
    let resident = case.line.person.map_or(Ok(None), |id| index.record(id))?;
    let of_registry = case.line.source == Kind::Residents.name();
    let kept = case.kept.map_or(Ok(None), |id| index.record(id))?;
    // Of one person who stands twice the two rows are what is to be compared, whatever resident they are.
    let (left, right) = match &kept {
        Some(kept) => (source.as_ref(), Some(kept)),
        None => (source.as_ref().filter(|_| !of_registry), resident.as_ref()),
    };
    let household = resident.as_ref().map_or(Ok(Vec::new()), |record| index.household(record))?;
    let others =
        case.line.person.map_or(Ok(Vec::new()), |person| index.of_person(person, &number, &scope))?;
    let others = others.into_iter().map(|line| ShownLine::new(store, line, lang));
    let others = others.collect::<Result<Vec<_>, _>>()?;

    let value = |text: &str| shown::value(text, &case.line.field, numbers);
    let (source_value, registry_value) = match Field::from_name(&case.line.field) {
        Some(field) => {
            let (_, source, registry) =
                compared(field, &case.line.source_value, &case.line.registry_value, numbers);
            (source, registry)
        }
        None => marked(&value(&case.line.source_value), &value(&case.line.registry_value)),
    };
    let place = |record: Option<&Record>, none: &str| {
        let name = |record: &Record| {
            let kind = record.kind.title(lang);
            format!("{kind}: {} {} {}", record.file, visit.t("row"), record.row)
        };
        record.map_or_else(|| visit.t(none).to_string(), name)
    };
    let entry = catalogue::entries().iter().find(|entry| entry.code.to_string() == case.line.code);
    // Lists write four digits: what is not an officer's word is never as good as certain.
    let affirmed = case.matched_on.split('+').any(|word| word == OFFICER);
    let confidence = if affirmed { case.confidence } else { case.confidence.min(0.9999) };
    let linked = !case.role.is_empty() && case.resident_row.is_some();
    Reply::page_as(
        if conflict.is_some() { StatusCode::CONFLICT } else { StatusCode::OK },
        &Case {
            shell: visit.shell(),
            query: filter.query(),
            done,
            conflict,
            previous,
            next,
            code: case.line.code.clone(),
            title: shown::title(&case.line.code, lang),
            severity: shown::severity(case.line.severity, lang),
            severity_sign: shown::severity_sign(case.line.severity),
            severity_index: case.line.severity,
            status: shown::status(store, &case.line, lang)?,
            unit: shown::unit(&case.line.unit, lang),
            hamlet: shown::visible(&case.line.hamlet),
            commune: shown::visible(&case.line.commune),
            first_seen: shown::day(&case.line.first_seen),
            due: case.line.due_on.map_or_else(String::new, |due| Day(due).to_string()),
            name: shown::visible(&case.line.full_name),
            birth_date: shown::visible(&case.line.birth_date),
            personal_id: shown::value(&case.line.personal_id, Field::PersonalId.name(), numbers),
            has_values: !(case.line.source_value.is_empty()
                && case.line.registry_value.is_empty()
                && case.line.proposed_value.is_empty()),
            field: shown::field(&case.line.field, lang),
            source_value,
            registry_value,
            proposed_value: value(&case.line.proposed_value),
            evidence: shown::value(&case.evidence, "", numbers),
            procedure: entry.map_or_else(String::new, |entry| entry.procedure_with_sources(day, lang)),
            matched_on: shown::fields(&case.matched_on, lang),
            confidence: shown::percent(confidence, lang),
            weights: Weights::of(&case, lang),
            can_reveal: !numbers,
            standing: active
                .iter()
                .map(|decision| history::standing(decision, lang))
                .collect::<Vec<_>>()
                .join("; "),
            version: Version { decision: decisions.last().map_or(0, |decision| decision.id), shown },
            answers: ANSWERS
                .into_iter()
                .filter(|(_, verdict)| linked || !verdict.is_on_pair())
                .map(|(key, verdict)| Answer { key, value: verdict.name(), text: verdict.title(lang) })
                .collect(),
            until: iso(Day(day.0 + DEFERRED_DAYS)),
            tomorrow: iso(Day(day.0 + 1)),
            can_undo: active.iter().any(|decision| may_undo(decision, &me, role)),
            left_title: place(left, "no_record"),
            right_title: place(right, "not_in_registry"),
            sides: sides((left, right), (&case.role, &case.line.field), numbers, lang),
            others,
            templates: letters::templates(visit.app.out()),
            household: household.iter().map(Member::new).collect(),
            history: history::of_case(&events, &decisions, (&assigned, &comments), lang),
            given,
            assignee: case.line.assignee.as_ref().map_or_else(String::new, |of| shown::assignee(of, lang)),
            assignees,
            papers,
            has_resident: resident.is_some(),
            longest_comment: LONGEST_COMMENT,
            assign_action: format!("/cases/{number}/assign{}", filter.query()),
            number,
        },
    )
}

/// Whether an account may take a decision back: its own, or any as administrator.
pub(crate) fn may_undo(decision: &Decision, who: &str, role: AccountRole) -> bool {
    decision.state == DecisionState::Active && (decision.by == who || role == AccountRole::Admin)
}

/// Records a decision and goes on to the next finding of the list.
pub(crate) fn decide(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let case = find(visit)?;
    let number = case.line.number.clone();
    let id = id_of(&number)?;
    let verdict = Verdict::from_name(visit.field("answer")).ok_or(Failure::BadAnswer)?;
    if !ANSWERS.iter().any(|(_, answer)| *answer == verdict) {
        return Err(Failure::BadAnswer);
    }
    let until = match verdict {
        Verdict::Deferred => Some(read_day(visit.field("until")).ok_or(Failure::BadAnswer)?),
        _ => None,
    };
    let Version { decision: seen, shown } =
        Version::parse(visit.field("version")).ok_or(Failure::BadAnswer)?;
    let pair = pair_of(visit, &case)?;
    if shown != digest(&case, pair.as_ref()) {
        let told = visit.t("conflict_changed").to_string();
        return page(visit, case, Some(told));
    }
    let subject = match (verdict.is_on_pair(), pair) {
        (false, _) => Subject::Finding(id),
        (true, Some(pair)) => Subject::Pair(Box::new(pair), Some(id)),
        (true, None) => return Err(Failure::BadAnswer),
    };
    // The next one is looked up first: once decided, the finding may no longer be within the filter.
    let filter = visit.filter();
    let scope = visit.who()?.scope.clone();
    let next = visit.worker.index.neighbour(&number, &filter, &scope, today(), true)?;
    let decision = NewDecision {
        verdict,
        subject,
        by: visit.who()?.name.clone(),
        at: now(),
        day: today(),
        until,
        note: note(visit),
        via: Channel::Web,
        seen: Some(seen),
    };
    let values = values(&case).map(String::as_str);
    let recorded = {
        let writing = visit.app.writing();
        if !version::stands(&visit.worker.store, id, values)? {
            drop(writing);
            let told = visit.t("conflict_newer").to_string();
            return page(visit, case, Some(told));
        }
        service::decide(&mut visit.worker.store, vec![decision])?.remove(0)
    };
    match recorded {
        Ok(_) => {
            mirror(visit, id)?;
            let target = next.map_or_else(|| "/cases".to_string(), |next| format!("/cases/{next}"));
            Ok(Reply::see(with_done(&target, &filter.query(), &number)))
        }
        Err(ReturnError::Store(StoreError::Outrun(other))) => {
            mirror(visit, id)?;
            let told = history::conflict(&other, visit.lang);
            let case = find(visit)?;
            page(visit, case, Some(told))
        }
        Err(other) => Err(other.into()),
    }
}

/// An address with what was decided before.
pub(crate) fn with_done(path: &str, query: &str, done: &str) -> String {
    let sign = if query.is_empty() { '?' } else { '&' };
    format!("{path}{query}{sign}done={done}")
}

pub(crate) fn note(visit: &Visit<'_>) -> String {
    one_line(visit.field("note"))
}

/// The values that a decision on the finding rests on.
fn values(case: &FindingText) -> [&String; 3] {
    [&case.line.source_value, &case.line.registry_value, &case.line.proposed_value]
}

/// A digest of what the page shows of the finding and of the link it comes of.
fn digest(case: &FindingText, pair: Option<&Pair>) -> String {
    let mut shown = Shown::default();
    for text in values(case) {
        shown.text(text);
    }
    let line = &case.line;
    shown.text(&line.full_name).text(&line.birth_date).text(&line.personal_id);
    shown.side(pair.map(|pair| &pair.record)).side(pair.map(|pair| &pair.resident)).digest()
}

/// The row and the resident that the finding rests on; `None` where it is about one of them alone.
fn pair_of(visit: &Visit<'_>, case: &FindingText) -> Result<Option<Pair>, Failure> {
    let kind = Kind::from_name(&case.line.source);
    let role = kind.and_then(|kind| kind.role(&case.role));
    let (Some(source), Some(role), Some(row)) = (kind, role, case.resident_row) else { return Ok(None) };
    let failed = |error: std::io::Error| Failure::Internal(error.to_string());
    let rows = visit.worker.rows();
    let record = rows.role(&case.source_file, case.source_row, role).map_err(failed)?;
    let resident = rows.resident(&case.resident_file, row).map_err(failed)?;
    let found = record.zip(resident);
    Ok(found.map(|(record, resident)| Pair { source, role, record: record.side, resident: resident.side }))
}

/// Brings the index up to what the store now says of the finding.
pub(crate) fn mirror(visit: &Visit<'_>, id: FindingId) -> Result<(), Failure> {
    let status = visit.worker.store.status_of(id)?.ok_or(Failure::NotFound)?;
    let _writing = visit.app.writing();
    visit.worker.index.set_status(&id.to_string(), status.name())?;
    Ok(())
}

/// Takes back the newest decision that the account may take back.
pub(crate) fn undo(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let case = find(visit)?;
    let number = case.line.number;
    let id = id_of(&number)?;
    let (me, role) = (visit.who()?.name.clone(), visit.who()?.role);
    {
        let _writing = visit.app.writing();
        let store = &mut visit.worker.store;
        let last = store.decisions_on(id)?.into_iter().rfind(|decision| may_undo(decision, &me, role));
        let last = last.ok_or(Failure::NothingToUndo)?;
        store.withdraw(last.id, &me, now(), today())?;
    }
    mirror(visit, id)?;
    let filter = visit.filter();
    Ok(Reply::see(format!("/cases/{number}{}", filter.query())))
}

/// Shows the numbers of persons to this session for some minutes, and says so in the access log.
pub(crate) fn reveal(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let number = find(visit)?.line.number;
    if let Some(asked) = reason::asked(visit, Look::Numbers, &number)? {
        return Ok(asked);
    }
    visit.log("reveal", &number, "")?;
    visit.app.reveal(&visit.token, &number);
    let filter = visit.filter();
    Ok(Reply::see(format!("/cases/{number}{}", filter.query())))
}

/// `yyyy-mm-dd`, as date fields send it.
pub(crate) fn read_day(text: &str) -> Option<Day> {
    let parts: Vec<i32> = text.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [year, month, day] = parts.as_slice() else { return None };
    Day::from_civil(*year, u8::try_from(*month).ok()?, u8::try_from(*day).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_date_fields_send_them() {
        assert_eq!(read_day("2026-11-20"), Day::from_civil(2026, 11, 20));
        for wrong in ["", "20/11/2026", "2026-02-30", "2026-11", "2026-11-300"] {
            assert_eq!(read_day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_was_done_is_named_behind_the_filter() {
        assert_eq!(with_done("/cases", "", "DU-01-0"), "/cases?done=DU-01-0");
        assert_eq!(with_done("/cases", "?s=a", "DU-01-0"), "/cases?s=a&done=DU-01-0");
    }
}
