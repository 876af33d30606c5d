//! The access log: who saw what, when and why. Looking at it is written into it as well.

use askama::Template;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Deserialize;

use super::history::moment;
use crate::review::filter::percent_encode;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit};
use crate::store::Chain;
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
    let lines = lines(visit.worker.store.connection(), &asked)?;
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

/// The newest lines before a number, of an officer or a subject where one is asked for.
fn lines(db: &Connection, asked: &Asked) -> rusqlite::Result<Vec<Line>> {
    let mut sql = String::from("SELECT seq, at, who, action, what, why FROM access_log WHERE TRUE");
    let mut values: Vec<Value> = Vec::new();
    for (column, value) in [("who", &asked.who), ("what", &asked.what)] {
        if !value.is_empty() {
            sql.push_str(&format!(" AND {column} = ?"));
            values.push(Value::from(value.clone()));
        }
    }
    if let Ok(before) = asked.before.parse::<i64>() {
        sql.push_str(" AND seq < ?");
        values.push(Value::from(before));
    }
    sql.push_str(&format!(" ORDER BY seq DESC LIMIT {PAGE}"));
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), |row| {
        let at = jiff::Timestamp::from_second(row.get(1)?).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Ok(Line {
            seq: row.get(0)?,
            at: moment(at),
            who: row.get(2)?,
            action: row.get(3)?,
            what: row.get(4)?,
            why: row.get(5)?,
        })
    })?;
    rows.collect()
}
