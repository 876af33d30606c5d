//! Findings that no run raises any more: what the store remembers of them, which names nobody.

use askama::Template;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::pager;
use crate::domain::{Day, Lang};
use crate::findings::catalogue::Office;
use crate::review::filter::{Condition, PAGE};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit};
use crate::review::index::commune_key;
use crate::review::pages::one::shown;
use crate::store::accounts::Scope;
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
    let db = visit.worker.store.connection();
    let count = count(db, &scope)?.max(0) as u64;
    let lines = lines(db, &scope, page, visit.lang)?;
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

/// How many findings within a scope no run raises any more.
pub(crate) fn count(db: &Connection, scope: &Scope) -> rusqlite::Result<i64> {
    let condition = within(db, scope)?;
    let sql = format!("SELECT count(*) FROM findings f WHERE {}", condition.sql);
    db.prepare_cached(&sql)?.query_row(params_from_iter(condition.values), |row| row.get(0))
}

/// A page of them, the last ones first.
fn lines(db: &Connection, scope: &Scope, page: u32, lang: Lang) -> rusqlite::Result<Vec<Line>> {
    let condition = within(db, scope)?;
    let sql = format!(
        "SELECT c.finding_id, c.code, c.unit, c.commune, c.first_seen, c.closed_on,
                (SELECT d.who FROM decisions d WHERE d.finding = f.id AND d.state = 'done' ORDER BY d.id DESC LIMIT 1)
         FROM (SELECT * FROM findings f WHERE {} ORDER BY f.closed_on DESC, f.id LIMIT {PAGE} OFFSET {}) f
         JOIN cases c ON c.id = f.id ORDER BY f.closed_on DESC, f.id",
        condition.sql,
        u64::from(page - 1) * u64::from(PAGE)
    );
    let day = |row: &Row<'_>, at| Ok::<_, rusqlite::Error>(Day(row.get(at)?).to_string());
    let read = |row: &Row<'_>| {
        let code: String = row.get(1)?;
        Ok(Line {
            number: row.get(0)?,
            title: shown::title(&code, lang),
            code,
            unit: shown::unit(&row.get::<_, String>(2)?, lang),
            commune: shown::short(&row.get::<_, String>(3)?),
            first_seen: day(row, 4)?,
            closed: day(row, 5)?,
            by: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
        })
    };
    let mut statement = db.prepare_cached(&sql)?;
    statement.query_map(params_from_iter(condition.values), read)?.collect()
}

/// Resolved findings of the communes and units of a scope. The store knows both by number.
fn within(db: &Connection, scope: &Scope) -> rusqlite::Result<Condition> {
    let mut condition = Condition::default();
    condition.and("f.closed_on IS NOT NULL", []);
    let mut one_of = |column: &str, numbers: Vec<i64>| {
        let marks = vec!["?"; numbers.len()].join(",");
        condition.and(&format!("{column} IN ({marks})"), numbers.into_iter().map(Value::from));
    };
    if scope.communes.is_some() {
        one_of("f.commune", communes(db, scope)?);
    }
    if scope.units.is_some() {
        let within = |(_, office): &(i64, Office)| scope.has_unit(office.name());
        one_of("f.unit", (0..).zip(Office::ALL).filter(within).map(|(number, _)| number).collect());
    }
    Ok(condition)
}

/// The communes of the store within a scope.
fn communes(db: &Connection, scope: &Scope) -> rusqlite::Result<Vec<i64>> {
    let mut statement = db.prepare_cached("SELECT id, code, name FROM communes ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, i64>(0)?, commune_key(&row.get::<_, String>(1)?, &row.get::<_, String>(2)?)))
    })?;
    let all: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
    Ok(all.into_iter().filter(|(_, key)| scope.has_commune(key)).map(|(id, _)| id).collect())
}
