//! The queue of pairs: what is worth most first, and those to be read again.

use askama::Template;
use jiff::SignedDuration;

use super::history::moment;
use super::pager;
use super::worklist::Done;
use crate::domain::Lang;
use crate::findings::catalogue::Office;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, now};
use crate::review::index::PairLine;
use crate::review::pages::one::shown;
use crate::review::texts::text;
use crate::store::{RESIDENT_GONE, WithdrawnReading, accounts, field_title};
use crate::words::{self, grouped};

/// Pairs to be read again that are offered at a time.
const AGAIN: usize = 5;

/// For how long it is said that a pair is no longer to be read again.
const WITHDRAWN_SHOWN: SignedDuration = SignedDuration::from_hours(14 * 24);

#[derive(Template)]
#[template(path = "review/queue.html")]
struct Queue {
    shell: Shell,
    count: String,
    done: String,
    again: Vec<ShownPair>,
    withdrawn: Vec<Withdrawn>,
    lines: Vec<ShownPair>,
    previous: Option<String>,
    next: Option<String>,
    page: u32,
}

/// A pair that is no longer to be read again.
struct Withdrawn {
    speaks_of: String,
    at: String,
    why: String,
}

struct ShownPair {
    number: String,
    speaks_of: String,
    name: String,
    birth_date: String,
    hamlet: String,
    commune: String,
    probability: String,
    urgent: bool,
}

impl ShownPair {
    fn new(line: PairLine, lang: Lang) -> Self {
        Self {
            speaks_of: shown::role_of(&line.source, &line.role, lang),
            name: shown::short(&line.name),
            birth_date: shown::short(&line.birth_date),
            hamlet: shown::short(&line.hamlet),
            commune: shown::short(&line.commune),
            probability: shown::percent(line.probability, lang),
            urgent: line.urgent,
            number: line.number,
        }
    }
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let page = visit.query::<pager::Asked>().number();
    let done: Done = visit.query();
    let (scope, me, lang) = (visit.who()?.scope.clone(), visit.who()?.name.clone(), visit.lang);
    let index = &visit.worker.index;
    let count = u64::from(index.count_pairs(&scope)?);
    let lines = index.pairs(&scope, page)?;
    let done = if index.pair(&done.done, &scope)?.is_some() { done.done } else { String::new() };
    let mut again = to_read_again(visit, &me)?;
    again.truncate(AGAIN);
    let asked = if page > 1 { format!("?page={page}") } else { String::new() };
    let row = |line: &PairLine| format!("{}:{}", line.source_file, line.source_row);
    let held: Vec<String> = lines.iter().chain(&again).map(row).collect();
    visit.log_holding("list", &format!("{} pairs", held.len()), &asked, &held)?;
    let (previous, next) = pager::around(page, count);
    Reply::page(&Queue {
        shell: visit.shell(),
        count: grouped(count, lang),
        done,
        again: again.into_iter().map(|line| ShownPair::new(line, lang)).collect(),
        withdrawn: withdrawn(visit)?,
        lines: lines.into_iter().map(|line| ShownPair::new(line, lang)).collect(),
        previous,
        next,
        page,
    })
}

/// Pairs that were taken out of second reading of late, because what the first officer saw has changed.
fn withdrawn(visit: &Visit<'_>) -> Result<Vec<Withdrawn>, Failure> {
    let lang = visit.lang;
    let scope = &visit.who()?.scope;
    let found = visit.worker.store.withdrawn_readings(now() - WITHDRAWN_SHOWN)?;
    let within = |reading: &WithdrawnReading| {
        scope.has_commune(&reading.commune) && scope.has_unit(Office::of_source(reading.source).name())
    };
    let word = |why: &String| match why.as_str() {
        RESIDENT_GONE => text(lang, "withdrawn_resident").to_string(),
        field => format!("{} {}", text(lang, "withdrawn_changed"), field_title(field, lang)),
    };
    let shown = |reading: WithdrawnReading| Withdrawn {
        speaks_of: words::role_of(reading.source, reading.role, lang),
        at: moment(reading.at),
        why: reading.why.iter().map(word).collect::<Vec<_>>().join(", "),
    };
    Ok(found.into_iter().filter(within).take(AGAIN).map(shown).collect())
}

/// Pairs of the sample that an account may read again: decided by somebody else, and not read again yet.
pub(crate) fn to_read_again(visit: &Visit<'_>, me: &str) -> Result<Vec<PairLine>, Failure> {
    let readings = visit.worker.store.second_readings()?;
    let read: Vec<String> = readings.into_iter().map(|reading| reading.subject).collect();
    let pairs = visit.worker.index.sampled_pairs(me, &visit.who()?.scope)?;
    Ok(pairs.into_iter().filter(|pair| !read.contains(&accounts::subject_of(pair.key))).collect())
}
