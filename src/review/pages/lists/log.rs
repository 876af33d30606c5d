//! The access log: who saw what, when and why. Looking at it is written into it as well.

use askama::Template;
use serde::Deserialize;

use super::history::moment;
use crate::custody;
use crate::review::filter::percent_encode;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, now};
use crate::store::{Chain, LoggedAccess};
use crate::words::grouped;

/// Lines on a page.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "review/log.html")]
struct Log {
    shell: Shell,
    /// Whether the address names a search that is held no more.
    forgotten: bool,
    /// Who looked at very many persons of late, and how often; empty where nobody did.
    bulk: String,
    who: String,
    what: String,
    chain: String,
    whole: bool,
    lines: Vec<Line>,
    older: Option<String>,
}

struct Line {
    seq: i64,
    at: String,
    who: String,
    action: String,
    what: String,
    why: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    who: String,
    what: String,
    before: String,
    check: String,
}

/// What the address names.
enum Sought {
    Nothing,
    Text(String),
    /// Something that is held no more.
    Forgotten,
}

impl Sought {
    fn of(visit: &Visit<'_>, word: &str) -> Self {
        match visit.sought(word) {
            Some(text) => Self::Text(text),
            None if word.is_empty() => Self::Nothing,
            None => Self::Forgotten,
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Nothing | Self::Forgotten => None,
        }
    }
}

/// Takes the form: what was searched for is held, and the address that is gone on to names it.
pub(crate) fn search(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let held = |name: &str| visit.app.searches.hold(&visit.token, visit.field(name));
    let asked = Asked { who: held("who"), what: held("what"), ..Asked::default() };
    Ok(Reply::see(asked.address("")))
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let asked: Asked = visit.query();
    visit.log("view_log", "access_log", "")?;
    let [who, what] = [&asked.who, &asked.what].map(|word| Sought::of(visit, word));
    let forgotten = [&who, &what].iter().any(|sought| matches!(sought, Sought::Forgotten));
    let found = if forgotten {
        Vec::new()
    } else {
        let store = &visit.worker.store;
        store.newest_accesses((who.text(), what.text()), asked.before.parse().ok(), PAGE as u32)?
    };
    let lines: Vec<Line> = found.into_iter().map(Line::of).collect();
    let (chain, whole) = if asked.check.is_empty() {
        (String::new(), true)
    } else {
        match custody::verify_log(visit.app.out(), &visit.worker.store)? {
            Chain::Whole { lines, .. } => {
                (format!("{} {}", visit.t("log_whole"), grouped(lines, visit.lang)), true)
            }
            Chain::Broken { seq, .. } => (format!("{} {seq}", visit.t("log_broken")), false),
        }
    };
    let bulk = visit.worker.store.bulk_views(now())?;
    let bulk = bulk.iter().map(|(who, times)| format!("{who} ({times})")).collect::<Vec<_>>().join(", ");
    let older = lines.get(PAGE - 1).map(|last| asked.address(&last.seq.to_string()));
    let [who, what] = [who, what].map(|sought| sought.text().unwrap_or_default().to_owned());
    Reply::page(&Log { shell: visit.shell(), forgotten, bulk, who, what, chain, whole, lines, older })
}

impl Asked {
    /// The address of the lines before a number, or of the newest.
    fn address(&self, before: &str) -> String {
        let mut path = String::from("/log");
        for (name, value) in [("before", before), ("who", &self.who), ("what", &self.what)] {
            if !value.is_empty() {
                path.push_str(if path.contains('?') { "&" } else { "?" });
                path.push_str(name);
                path.push('=');
                percent_encode(value, &mut path);
            }
        }
        path
    }
}

impl Line {
    fn of(LoggedAccess { seq, at, access }: LoggedAccess) -> Self {
        Self {
            seq,
            at: moment(at),
            who: access.who,
            action: access.action,
            what: access.what,
            why: access.why,
        }
    }
}
