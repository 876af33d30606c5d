//! What officers decided: a list to filter, to print for the minutes, and to take decisions back from.

use askama::Template;
use serde::Deserialize;

use super::history;
use crate::findings::FindingId;
use crate::review::filter::{PAGE, percent_encode};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, now, today};
use crate::review::pages::one::case::{may_undo, mirror};
use crate::review::pages::one::shown;
use crate::store::accounts::AccountRole;
use crate::store::{Decision, DecisionFilter, DecisionState, Verdict};
use crate::words::grouped;

/// What the address asks for. What means nothing asks for all.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    by: String,
    verdict: String,
    state: String,
    page: String,
}

impl Asked {
    fn number(&self) -> u32 {
        self.page.parse().unwrap_or(1).clamp(1, 10_000)
    }

    fn filter(&self) -> DecisionFilter {
        DecisionFilter {
            by: Some(self.by.clone()).filter(|name| !name.is_empty()),
            verdict: Verdict::from_name(&self.verdict),
            state: DecisionState::ALL.into_iter().find(|state| state.name() == self.state),
        }
    }

    /// The query of a page of the same list.
    fn query(&self, page: u32) -> String {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let parts = [("by", &self.by), ("verdict", &self.verdict), ("state", &self.state), ("page", &page)];
        let mut query = String::new();
        for (name, value) in parts.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            percent_encode(value, &mut query);
        }
        query
    }
}

#[derive(Template)]
#[template(path = "review/decisions.html")]
struct Decisions {
    shell: Shell,
    count: String,
    query: String,
    officers: Vec<Choice>,
    verdicts: Vec<Choice>,
    states: Vec<Choice>,
    lines: Vec<Line>,
    previous: Option<String>,
    next: Option<String>,
    page: u32,
}

struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

struct Line {
    id: i64,
    at: String,
    by: String,
    /// The finding, where its page can be opened.
    number: Option<String>,
    about: String,
    person: String,
    answer: String,
    note: String,
    state: String,
    can_undo: bool,
    /// The number of what was decided at once with it.
    together: Option<i64>,
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let asked: Asked = visit.query();
    let page = asked.number();
    let who = visit.who()?.clone();
    let store = &visit.worker.store;
    let (count, decided) = store.decisions_within(
        &asked.filter(),
        (&who.scope, &who.name),
        (PAGE, u64::from(page - 1) * u64::from(PAGE)),
    )?;
    // Officers see whose decisions they see; who else works here is the administrator's to know.
    let officers = match who.role {
        AccountRole::Admin => store.deciders()?,
        _ => vec![who.name.clone()],
    };
    let mut lines = Vec::with_capacity(decided.len());
    for decision in &decided {
        lines.push(line(visit, decision)?);
    }
    let held: Vec<String> =
        decided.iter().filter_map(|decision| decision.subject.finding()).map(|id| id.to_string()).collect();
    visit.log_holding("decisions", &format!("{} decisions", lines.len()), "", &held)?;
    let lang = visit.lang;
    let choices = |options: Vec<(String, String)>, chosen: &str| {
        let all = (String::new(), visit.t("all").to_string());
        let choice = |(value, name): (String, String)| Choice { chosen: value == chosen, value, name };
        std::iter::once(all).chain(options).map(choice).collect::<Vec<_>>()
    };
    let verdicts = Verdict::ALL.map(|v| (v.name().to_string(), v.title(lang).to_string()));
    let states = DecisionState::ALL.map(|s| (s.name().to_string(), state(visit, s)));
    let more = u64::from(page) * u64::from(PAGE) < count;
    Reply::page(&Decisions {
        shell: visit.shell(),
        count: grouped(count, lang),
        query: asked.query(page),
        officers: choices(officers.into_iter().map(|name| (name.clone(), name)).collect(), &asked.by),
        verdicts: choices(verdicts.into(), &asked.verdict),
        states: choices(states.into(), &asked.state),
        lines,
        previous: (page > 1).then(|| asked.query(page - 1)),
        next: more.then(|| asked.query(page + 1)),
        page,
    })
}

fn state(visit: &Visit<'_>, state: DecisionState) -> String {
    visit.t(&format!("decision_{}", state.name())).to_string()
}

fn line(visit: &Visit<'_>, decision: &Decision) -> Result<Line, Failure> {
    let who = visit.who()?;
    let finding = decision.subject.finding().map(|id| id.to_string());
    let case = match &finding {
        Some(number) => visit.worker.index.case(number, &who.scope)?,
        None => None,
    };
    let about = match (&finding, decision.subject.pair()) {
        (_, Some(pair)) => format!("{} – {}", pair.record.place, pair.resident.place),
        (Some(number), None) => number.clone(),
        (None, None) => String::new(),
    };
    Ok(Line {
        id: decision.id,
        at: history::moment(decision.at),
        by: decision.by.clone(),
        person: case.as_ref().map_or_else(String::new, |case| shown::short(&case.line.full_name)),
        number: finding.filter(|_| case.is_some()),
        about,
        answer: match decision.until {
            Some(until) => format!("{} ({until})", decision.verdict.title(visit.lang)),
            None => decision.verdict.title(visit.lang).to_string(),
        },
        note: shown::short(&decision.note),
        state: state(visit, decision.state),
        can_undo: may_undo(decision, &who.name, who.role),
        together: decision.together,
    })
}

/// Takes one decision back.
pub(crate) fn undo(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let id: i64 = visit.param("number").parse().map_err(|_| Failure::NotFound)?;
    let (me, role) = (visit.who()?.name.clone(), visit.who()?.role);
    let finding: Option<FindingId> = {
        let _writing = visit.app.writing();
        let store = &mut visit.worker.store;
        let decision = store.decision(id)?.filter(|decision| may_undo(decision, &me, role));
        let decision = decision.ok_or(Failure::NothingToUndo)?;
        store.withdraw(id, &me, now(), today())?;
        decision.subject.finding()
    };
    // A finding that the lists of today no longer hold has no line to be brought up to date.
    if let Some(id) = finding.filter(|id| visit.worker.store.knows(*id).unwrap_or(false)) {
        mirror(visit, id)?;
    }
    let asked: Asked = visit.query();
    Ok(Reply::see(format!("/decisions{}", asked.query(asked.number()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_means_nothing_asks_for_all() {
        let asked = Asked { verdict: "x".into(), state: "'".into(), page: "-1".into(), ..Asked::default() };
        let filter = asked.filter();
        assert!(filter.by.is_none() && filter.verdict.is_none() && filter.state.is_none());
        assert_eq!(asked.number(), 1);
        let asked = Asked { by: "Thị & Cộng".into(), state: "done".into(), ..Asked::default() };
        assert_eq!(asked.query(2), "?by=Th%E1%BB%8B%20%26%20C%E1%BB%99ng&state=done&page=2");
        assert_eq!(asked.filter().state, Some(DecisionState::Done));
    }
}
