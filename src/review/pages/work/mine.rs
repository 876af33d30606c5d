//! "Việc của tôi": what the officer was given, by when it is due; and who has how much.

use askama::Template;

use crate::review::given::{DUE, due_part, list_of};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, today};
use crate::review::index::{FindingLine, numbers_of};
use crate::review::pages::one::shown::{self, ShownLine};
use crate::store::Assignee;
use crate::words::grouped;

/// Findings on the page; the list of the filter has all.
const MOST: u32 = 200;

#[derive(Template)]
#[template(path = "review/mine.html")]
struct Mine {
    shell: Shell,
    count: String,
    query: String,
    groups: Vec<Group>,
    more: bool,
    given: Vec<GivenRow>,
}

/// Findings that are due about the same time.
struct Group {
    title: &'static str,
    id: &'static str,
    lines: Vec<ShownLine>,
}

/// What somebody has.
struct GivenRow {
    name: String,
    query: String,
    todo: String,
    overdue: String,
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let (scope, me) = (visit.who()?.scope.clone(), Assignee::Account(visit.who()?.name.clone()));
    let filter = list_of(&me);
    let day = today();
    let index = &visit.worker.index;
    let mut found = index.first_cases(&filter, &scope, day, (filter.order(), MOST + 1))?;
    let given = index.given(&scope, day)?;
    let more = found.len() > MOST as usize;
    found.truncate(MOST as usize);
    visit.log_holding("list", &format!("{} cases", found.len()), &filter.logged(), &numbers_of(&found))?;
    let lang = visit.lang;
    let own = given.iter().find(|given| given.assignee == me).map_or(0, |given| given.todo);
    let mut groups = Vec::new();
    for (title, id, lines) in by_due(found, day.0) {
        let store = &visit.worker.store;
        let lines = lines.into_iter().map(|line| ShownLine::new(store, line, lang));
        groups.push(Group { title, id, lines: lines.collect::<Result<_, _>>()? });
    }
    let count = |count: i64| grouped(count.max(0) as u64, lang);
    Reply::page(&Mine {
        shell: visit.shell(),
        count: count(own),
        query: filter.query(),
        groups,
        more,
        given: given
            .iter()
            .map(|given| GivenRow {
                name: shown::assignee(&given.assignee, lang),
                query: list_of(&given.assignee).query(),
                todo: count(given.todo),
                overdue: count(given.overdue),
            })
            .collect(),
    })
}

/// Findings in the order of their days, told apart by how soon that is; what is empty is left out.
fn by_due(found: Vec<FindingLine>, today: i32) -> Vec<(&'static str, &'static str, Vec<FindingLine>)> {
    let mut groups = DUE.map(|title| (title, title.trim_start_matches("mine_"), Vec::new()));
    for line in found {
        groups[due_part(line.due_on, today)].2.push(line);
    }
    groups.into_iter().filter(|(_, _, lines)| !lines.is_empty()).collect()
}
