//! Findings that no run raises any more: what the store remembers of them, which names nobody.

use askama::Template;

use super::pager;
use crate::domain::Lang;
use crate::review::filter::PAGE;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit};
use crate::review::pages::one::shown;
use crate::store::ResolvedFinding;
use crate::words::grouped;

#[derive(Template)]
#[template(path = "review/resolved.html")]
struct Resolved {
    shell: Shell,
    count: String,
    lines: Vec<Line>,
    previous: Option<String>,
    next: Option<String>,
    page: u32,
}

struct Line {
    number: String,
    code: String,
    title: &'static str,
    unit: &'static str,
    commune: String,
    first_seen: String,
    closed: String,
    /// The officer whose decision asked for it; empty where nobody decided.
    by: String,
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let page = visit.query::<pager::Asked>().number();
    let scope = visit.who()?.scope.clone();
    let store = &visit.worker.store;
    let count = store.count_resolved(&scope)?;
    let found = store.resolved(&scope, PAGE, u64::from(page - 1) * u64::from(PAGE))?;
    let lines = found.into_iter().map(|finding| Line::of(finding, visit.lang)).collect();
    let (previous, next) = pager::around(page, count);
    Reply::page(&Resolved {
        shell: visit.shell(),
        count: grouped(count, visit.lang),
        lines,
        previous,
        next,
        page,
    })
}

impl Line {
    fn of(finding: ResolvedFinding, lang: Lang) -> Self {
        Self {
            number: finding.number,
            title: shown::title(&finding.code, lang),
            code: finding.code,
            unit: shown::unit(&finding.unit, lang),
            commune: shown::short(&finding.commune),
            first_seen: finding.first_seen.to_string(),
            closed: finding.closed_on.to_string(),
            by: finding.by.unwrap_or_default(),
        }
    }
}
