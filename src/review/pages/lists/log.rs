//! The access log: who saw what, when and why. Looking at it is written into it as well.

use askama::Template;
use serde::Deserialize;

use super::history::moment;
use crate::review::filter::percent_encode;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit};
use crate::store::{Chain, LoggedAccess};
use crate::words::grouped;

/// Lines on a page.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "review/log.html")]
struct Log {
    shell: Shell,
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

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let asked: Asked = visit.query();
    visit.log("view_log", "access_log", "")?;
    let [who, what] =
        [&asked.who, &asked.what].map(|text| Some(text.as_str()).filter(|text| !text.is_empty()));
    let found = visit.worker.store.newest_accesses((who, what), asked.before.parse().ok(), PAGE as u32)?;
    let lines: Vec<Line> = found.into_iter().map(Line::of).collect();
    let (chain, whole) = if asked.check.is_empty() {
        (String::new(), true)
    } else {
        match visit.worker.store.verify_accesses()? {
            Chain::Whole { lines } => {
                (format!("{} {}", visit.t("log_whole"), grouped(lines, visit.lang)), true)
            }
            Chain::Broken { seq } => (format!("{} {seq}", visit.t("log_broken")), false),
        }
    };
    let older = lines.get(PAGE - 1).map(|last| {
        let mut path = format!("/log?before={}", last.seq);
        for (name, value) in [("who", &asked.who), ("what", &asked.what)] {
            if !value.is_empty() {
                path.push_str(&format!("&{name}="));
                percent_encode(value, &mut path);
            }
        }
        path
    });
    Reply::page(&Log { shell: visit.shell(), who: asked.who, what: asked.what, chain, whole, lines, older })
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
