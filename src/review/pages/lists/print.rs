//! The visit list: what is to be looked into on the spot, by hamlet, with boxes to tick. A4.

use askama::Template;

use crate::domain::{Field, Lang};
use crate::review::filter::Filter;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, today};
use crate::review::index::FindingLine;
use crate::review::pages::one::shown;

/// Findings on one list.
const MOST: u32 = 500;

#[derive(Template)]
#[template(path = "review/print.html")]
struct Print {
    shell: Shell,
    query: String,
    officer: String,
    today: String,
    shown: usize,
    more: bool,
    groups: Vec<Group>,
}

struct Group {
    hamlet: String,
    commune: String,
    lines: Vec<Line>,
}

struct Line {
    n: usize,
    name: String,
    birth_date: String,
    personal_id: String,
    code: String,
    title: &'static str,
    values: String,
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let filter: Filter = visit.query();
    let scope = visit.who()?.scope.clone();
    let lang = visit.lang;
    let order = ("commune, hamlet, name_key", MOST + 1);
    let mut found = visit.worker.index.first_cases(&filter, &scope, today(), order)?;
    let more = found.len() > MOST as usize;
    found.truncate(MOST as usize);
    visit.log("print", &format!("{} cases", found.len()), &filter.logged())?;
    let shown = found.len();
    let mut groups: Vec<Group> = Vec::new();
    for (n, line) in (1..).zip(found) {
        let hamlet = if line.hamlet.is_empty() {
            visit.t("no_hamlet").to_string()
        } else {
            shown::visible(&line.hamlet)
        };
        let same =
            groups.last().is_some_and(|g| g.hamlet == hamlet && g.commune == shown::visible(&line.commune));
        if !same {
            groups.push(Group { hamlet, commune: shown::visible(&line.commune), lines: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.lines.push(shown_line(n, line, lang));
        }
    }
    Reply::page(&Print {
        shell: visit.shell(),
        query: filter.query(),
        officer: visit.who()?.name.clone(),
        today: today().to_string(),
        shown,
        more,
        groups,
    })
}

fn shown_line(n: usize, line: FindingLine, lang: Lang) -> Line {
    let value = |text: &str| shown::short(&shown::value(text, &line.field, false));
    let named = [("terms.value.source", &line.source_value), ("terms.value.proposed", &line.proposed_value)];
    let values = named.into_iter().filter(|(_, text)| !text.is_empty());
    let values =
        values.map(|(key, text)| format!("{}: {}", crate::review::texts::text(lang, key), value(text)));
    Line {
        n,
        title: shown::title(&line.code, lang),
        values: values.collect::<Vec<_>>().join(" · "),
        personal_id: shown::value(&line.personal_id, Field::PersonalId.name(), false),
        name: shown::short(&line.full_name),
        birth_date: shown::short(&line.birth_date),
        code: line.code,
    }
}
