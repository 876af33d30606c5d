//! Findings given to officers and hamlet heads: one from its page, all of a filter from theirs, and taken back.

use axum::http::StatusCode;

use crate::domain::Lang;
use crate::findings::FindingId;
use crate::review::filter::NOBODY;
use crate::review::given::{self, NotGiven};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Visit, now};
use crate::review::pages::lists::bulk;
use crate::review::pages::message;
use crate::review::pages::one::{case, shown};
use crate::review::version::Version;
use crate::store::Assignee;
use crate::store::accounts::AccountRole;
use crate::words::{grouped, text};

/// What the form says for a hamlet head whose name is typed beside it.
const HEAD: &str = "head";

/// Somebody to whom a finding can be given.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) name: String,
}

/// To whom the visitor can give findings: officers who see some of what the visitor sees, hamlet heads who have some,
/// one whose name is typed, and nobody.
pub(crate) fn choices(visit: &Visit<'_>) -> Result<Vec<Choice>, Failure> {
    let who = visit.who()?;
    let me = Assignee::Account(who.name.clone());
    let own = Choice { value: me.to_string(), name: format!("{} ({})", who.name, visit.t("assign_me")) };
    let others = given::colleagues(&visit.worker.store, &who.scope)?
        .into_iter()
        .filter(|account| account.id != who.id);
    let others = others.map(|account| Assignee::Account(account.name));
    let given = visit.worker.index.assignees(&who.scope)?;
    let heads = given.into_iter().filter(|assignee| matches!(assignee, Assignee::HamletHead(_)));
    let named = others
        .chain(heads)
        .map(|assignee| Choice { name: shown::assignee(&assignee, visit.lang), value: assignee.to_string() });
    let rest = [(HEAD, "assign_head"), (NOBODY, "assign_nobody")]
        .map(|(value, key)| Choice { value: value.to_owned(), name: visit.t(key).to_owned() });
    Ok(std::iter::once(own).chain(named).chain(rest).collect())
}

/// What the form asks for.
enum Asked {
    /// To give the findings to somebody, or to nobody.
    Give(Option<Assignee>),
    /// To give them to an officer who cannot see them.
    Unseen(String),
}

fn asked(visit: &Visit<'_>, numbers: &[String]) -> Result<Asked, Failure> {
    let assignee = match visit.field("to") {
        NOBODY => return Ok(Asked::Give(None)),
        HEAD => Assignee::HamletHead(visit.field("head").to_owned()),
        word => Assignee::parse(word).ok_or(Failure::BadAnswer)?,
    };
    match given::admitted(visit.worker, &visit.who()?.scope, assignee, numbers) {
        Ok(assignee) => Ok(Asked::Give(Some(assignee))),
        Err(NotGiven::Unseen(name)) => Ok(Asked::Unseen(name)),
        Err(NotGiven::Failed(detail)) => Err(Failure::Internal(detail)),
        Err(_) => Err(Failure::BadAnswer),
    }
}

/// Gives one finding.
pub(crate) fn one(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let number = case::find(visit)?.line.number;
    let numbers = [number.clone()];
    let assignee = match asked(visit, &numbers)? {
        Asked::Give(assignee) => assignee,
        Asked::Unseen(name) => return Ok(unseen(visit, &name)),
    };
    let together = give(visit, &numbers, assignee.as_ref())?;
    visit.log("assign", &given::counted(&numbers), &given::logged(assignee.as_ref(), ""))?;
    let filter = visit.filter();
    Ok(Reply::see(with_given(&format!("/cases/{number}"), &filter.query(), together)))
}

/// Gives all findings of a filter, where they still are those that the page was about.
pub(crate) fn all(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let filter = visit.filter();
    let Version { shown, .. } = Version::parse(visit.field("version")).ok_or(Failure::BadAnswer)?;
    let found = bulk::found(visit, &filter)?;
    if found.is_empty() || found.len() > bulk::MOST as usize {
        return bulk::show(visit);
    }
    if shown != bulk::digest(&found) {
        let told = visit.t("bulk_changed").to_owned();
        return bulk::page(visit, Some(told));
    }
    let numbers: Vec<String> = found.into_iter().map(|line| line.number).collect();
    let assignee = match asked(visit, &numbers)? {
        Asked::Give(assignee) => assignee,
        Asked::Unseen(name) => return Ok(unseen(visit, &name)),
    };
    let together = give(visit, &numbers, assignee.as_ref())?;
    let why = given::logged(assignee.as_ref(), &filter.logged());
    visit.log_holding("assign", &format!("{} cases", numbers.len()), &why, &numbers)?;
    Ok(Reply::see(with_given("/cases", &filter.on_page(1).query(), together)))
}

/// Says that somebody could not see what would be given.
fn unseen(visit: &Visit<'_>, name: &str) -> Reply {
    let told = text!(visit.lang, "review.assign_unseen", name);
    message::page(visit.shell(), StatusCode::UNPROCESSABLE_ENTITY, visit.t("assign"), &told)
}

/// Gives findings; the number by which it is taken back.
fn give(
    visit: &mut Visit<'_>,
    numbers: &[String],
    assignee: Option<&Assignee>,
) -> Result<Option<i64>, Failure> {
    let by = visit.who()?.name.clone();
    given::give(visit.app, visit.worker, numbers, assignee, (&by, now()))
}

/// An address with what was given before.
fn with_given(path: &str, query: &str, together: Option<i64>) -> String {
    let sign = if query.is_empty() { '?' } else { '&' };
    format!("{path}{query}{sign}given={}", together.unwrap_or(0))
}

/// What was just given at once, as the page after it tells.
pub(crate) struct JustGiven {
    /// The number by which it is taken back; `None` where nothing changed.
    pub(crate) number: Option<i64>,
    pub(crate) count: String,
    /// To whom.
    pub(crate) to: String,
}

impl JustGiven {
    /// What the address names, where the visitor may take it back.
    pub(crate) fn of(given: &str, visit: &Visit<'_>) -> Result<Option<Self>, Failure> {
        let Ok(number) = given.parse::<i64>() else { return Ok(None) };
        let findings = undoable(visit, number)?;
        let to = match findings.first() {
            Some(first) => visit.worker.store.assignee(*first)?,
            None => None,
        };
        Ok(Some(Self {
            number: (!findings.is_empty()).then_some(number),
            count: grouped(findings.len() as u64, visit.lang),
            to: shown_or_nobody(to.as_ref(), visit.lang),
        }))
    }
}

/// The name of an assignee, or the word for nobody.
pub(crate) fn shown_or_nobody(assignee: Option<&Assignee>, lang: Lang) -> String {
    match assignee {
        Some(assignee) => shown::assignee(assignee, lang),
        None => text!(lang, "review.assign_nobody").to_owned(),
    }
}

/// What is left of what was given at once, where the visitor may take it back: who gave it, or an administrator.
fn undoable(visit: &Visit<'_>, number: i64) -> Result<Vec<FindingId>, Failure> {
    let who = visit.who()?;
    let given = visit.worker.store.assigned_together(number)?;
    let own = given.filter(|(by, _)| *by == who.name || who.role == AccountRole::Admin);
    Ok(own.map(|(_, findings)| findings).unwrap_or_default())
}

/// Takes back at once what was given at once.
pub(crate) fn undo(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let number: i64 = visit.param("number").parse().map_err(|_| Failure::NotFound)?;
    if undoable(visit, number)?.is_empty() {
        return Err(Failure::NothingToUndo);
    }
    let by = visit.who()?.name.clone();
    let back = given::take_back(visit.app, visit.worker, number, (&by, now()))?;
    let back: Vec<String> = back.iter().map(ToString::to_string).collect();
    visit.log_holding("assign_undo", &given::counted(&back), "", &back)?;
    let filter = visit.filter();
    let path = match FindingId::parse(visit.field("case")) {
        Some(case) => format!("/cases/{case}"),
        None => "/cases".to_owned(),
    };
    Ok(Reply::see(format!("{path}{}", filter.query())))
}
