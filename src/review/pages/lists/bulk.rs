//! One answer for all findings of a filter: looked over first, given with one note, and taken back at once.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;

use crate::domain::Day;
use crate::findings::FindingId;
use crate::returns::service::{self, DEFERRED_DAYS};
use crate::review::filter::{Filter, iso};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, now, today};
use crate::review::index::{FindingLine, numbers_of};
use crate::review::pages::one::case::{may_undo, mirror, note, read_day};
use crate::review::pages::one::shown::{self, ShownLine};
use crate::review::pages::work::assign;
use crate::review::version::{self, Shown, Version};
use crate::store::{Channel, NewDecision, StoreError, Subject, Verdict};
use crate::words::{grouped, text};

pub(in crate::review::pages) use crate::review::given::MOST_AT_ONCE as MOST;

/// Findings that the page shows of them.
const SHOWN: usize = 30;

/// What can be said of many findings at once. Whether a row and a resident are the same person is a question of each pair.
const ANSWERS: [Verdict; 4] = [Verdict::Corrected, Verdict::FalseAlarm, Verdict::Visit, Verdict::Deferred];

#[derive(Template)]
#[template(path = "review/bulk.html")]
struct Bulk {
    shell: Shell,
    query: String,
    conflict: Option<String>,
    count: String,
    too_many: Option<String>,
    codes: Vec<CodeRow>,
    lines: Vec<ShownLine>,
    further: usize,
    version: Version,
    answers: Vec<Answer>,
    until: String,
    tomorrow: String,
    assignees: Vec<assign::Choice>,
    assign_action: String,
    shown_version: String,
}

struct CodeRow {
    code: String,
    title: &'static str,
    count: String,
}

struct Answer {
    value: &'static str,
    text: &'static str,
}

/// The page: what the filter holds, and the form.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    page(visit, None)
}

pub(in crate::review::pages) fn page(
    visit: &mut Visit<'_>,
    conflict: Option<String>,
) -> Result<Reply, Failure> {
    let filter = visit.filter();
    let found = found(visit, &filter)?;
    let newest = visit.worker.store.newest_decision()?;
    let listed = &found[..found.len().min(SHOWN)];
    visit.log_holding("list", &format!("{} cases", listed.len()), &filter.logged(), &numbers_of(listed))?;
    let lang = visit.lang;
    let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
    for line in &found {
        *codes.entry(&line.code).or_default() += 1;
    }
    let codes = codes.into_iter().map(|(code, count)| CodeRow {
        code: code.to_string(),
        title: shown::title(code, lang),
        count: grouped(count, lang),
    });
    let codes = codes.collect();
    let too_many = (found.len() > MOST as usize)
        .then(|| text!(lang, "review.bulk_too_many", most = grouped(u64::from(MOST), lang)));
    let version = Version { decision: newest, shown: digest(&found) };
    let shown_version = version.to_string();
    let further = found.len().saturating_sub(SHOWN);
    let count = grouped(found.len() as u64, lang);
    let store = &visit.worker.store;
    let lines = found.into_iter().take(SHOWN).map(|line| ShownLine::new(store, line, lang));
    let lines = lines.collect::<Result<_, _>>()?;
    let day = today();
    let status = if conflict.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    Reply::page_as(
        status,
        &Bulk {
            shell: visit.shell(),
            query: filter.query(),
            conflict,
            count,
            too_many,
            codes,
            further,
            version,
            lines,
            answers: ANSWERS
                .map(|verdict| Answer { value: verdict.name(), text: verdict.title(lang) })
                .into(),
            until: iso(Day(day.0 + DEFERRED_DAYS)),
            tomorrow: iso(Day(day.0 + 1)),
            assignees: assign::choices(visit)?,
            assign_action: format!("/assign{}", filter.query()),
            shown_version,
        },
    )
}

/// All findings of the filter, whatever page of it is open; one more than can be decided where there are more.
pub(in crate::review::pages) fn found(
    visit: &Visit<'_>,
    filter: &Filter,
) -> Result<Vec<FindingLine>, Failure> {
    let scope = &visit.who()?.scope;
    let order = (filter.order(), MOST + 1);
    Ok(visit.worker.index.first_cases(filter, scope, today(), order)?)
}

/// A digest of all that the answer is about, not of the lines alone that the page has room for.
pub(in crate::review::pages) fn digest(found: &[FindingLine]) -> String {
    let mut shown = Shown::default();
    for line in found {
        shown.text(&line.number).text(&line.full_name);
        for value in values(line) {
            shown.text(value);
        }
    }
    shown.digest()
}

fn values(line: &FindingLine) -> [&str; 3] {
    [&line.source_value, &line.registry_value, &line.proposed_value]
}

/// Records the answer for all findings of the filter, where they still are those that the page was about.
pub(crate) fn decide(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let filter = visit.filter();
    let verdict = Verdict::from_name(visit.field("answer")).filter(|verdict| ANSWERS.contains(verdict));
    let verdict = verdict.ok_or(Failure::BadAnswer)?;
    let until = match verdict {
        Verdict::Deferred => Some(read_day(visit.field("until")).ok_or(Failure::BadAnswer)?),
        _ => None,
    };
    let Version { decision: seen, shown } =
        Version::parse(visit.field("version")).ok_or(Failure::BadAnswer)?;
    let found = found(visit, &filter)?;
    if found.is_empty() || found.len() > MOST as usize {
        return page(visit, None);
    }
    if shown != digest(&found) {
        let told = visit.t("bulk_changed").to_string();
        return page(visit, Some(told));
    }
    let numbers: Option<Vec<FindingId>> = found.iter().map(|line| FindingId::parse(&line.number)).collect();
    let numbers = numbers.ok_or(Failure::NotFound)?;
    let (by, at, day, note) = (visit.who()?.name.clone(), now(), today(), note(visit));
    let answer = |id: &FindingId| NewDecision {
        verdict,
        subject: Subject::Finding(*id),
        by: by.clone(),
        at,
        day,
        until,
        note: note.clone(),
        via: Channel::Web,
        seen: Some(seen),
    };
    let answers = numbers.iter().map(answer).collect();
    let recorded = {
        let writing = visit.app.writing();
        let store = &mut visit.worker.store;
        for (id, line) in numbers.iter().zip(&found) {
            if !version::stands(store, *id, values(line))? {
                drop(writing);
                let told = visit.t("conflict_newer").to_string();
                return page(visit, Some(told));
            }
        }
        service::decide_together(store, answers)
    };
    for id in &numbers {
        mirror(visit, *id)?;
    }
    match recorded {
        Ok(together) => {
            let held: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            visit.log_holding("decide_bulk", &format!("{} cases", held.len()), &filter.logged(), &held)?;
            let query = filter.on_page(1).query();
            let sign = if query.is_empty() { '?' } else { '&' };
            let number = together.number.unwrap_or(0);
            Ok(Reply::see(format!("/cases{query}{sign}together={number}&left={}", together.refused.len())))
        }
        Err(StoreError::Outrun(_)) => {
            let told = visit.t("bulk_changed").to_string();
            page(visit, Some(told))
        }
        Err(other) => Err(other.into()),
    }
}

/// Takes back at once what was decided at once.
pub(crate) fn undo(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let number: i64 = visit.param("number").parse().map_err(|_| Failure::NotFound)?;
    let (me, role) = (visit.who()?.name.clone(), visit.who()?.role);
    let withdrawn = {
        let _writing = visit.app.writing();
        let store = &mut visit.worker.store;
        let decided = store.decided_together(number)?;
        // All of one group are one officer's.
        if decided.is_empty() || !decided.iter().all(|decision| may_undo(decision, &me, role)) {
            return Err(Failure::NothingToUndo);
        }
        store.withdraw_together(number, &me, now(), today())?
    };
    for decision in &withdrawn {
        if let Some(id) = decision.subject.finding() {
            mirror(visit, id)?;
        }
    }
    let filter = visit.filter();
    Ok(Reply::see(format!("/cases{}", filter.query())))
}
