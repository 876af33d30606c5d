//! The leader's page: how far the work is, where it lags, what is gravest. Figures only, no person and no list of any.

use std::collections::BTreeMap;

use askama::Template;

use super::one::shown;
use crate::domain::{Code, Lang, Pillar};
use crate::findings::catalogue::Office;
use crate::publish::standing::{CommuneStanding, Count, DayStanding, Done, Left, Standing, TREND_DAYS};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, today};
use crate::words::{dong, grouped, percent, text};

/// Height of the chart of the trend, in the units of its picture.
const CHART: f64 = 60.0;

#[derive(Template)]
#[template(path = "review/leader.html")]
struct Leader {
    shell: Shell,
    run: String,
    all: Figures,
    deaths: String,
    paid: String,
    gravest: Vec<CodeRow>,
    pillars: [&'static str; 4],
    communes: Vec<CommuneRow>,
    offices: Vec<OfficeRow>,
    trend: Vec<TrendDay>,
}

struct Figures {
    share: String,
    /// The share in whole percent, for the bar.
    bar: u32,
    done: String,
    outstanding: String,
    overdue: String,
}

impl Figures {
    fn of(count: &Count, lang: Lang) -> Self {
        let share = count.share();
        Self {
            share: share.map_or_else(|| "–".to_string(), |share| percent(share, lang)),
            bar: (share.unwrap_or(0.0) * 100.0).floor() as u32,
            done: grouped(count.done, lang),
            outstanding: grouped(count.outstanding, lang),
            overdue: grouped(count.overdue, lang),
        }
    }
}

struct CodeRow {
    code: String,
    title: &'static str,
    outstanding: String,
    overdue: String,
}

struct CommuneRow {
    place: usize,
    name: String,
    figures: Figures,
    /// By pillar: outstanding findings, and the shade of how many they are for a thousand residents.
    heat: Vec<(String, usize)>,
}

struct OfficeRow {
    title: &'static str,
    figures: Figures,
}

struct TrendDay {
    day: String,
    outstanding: String,
    resolved: String,
    height: f64,
    top: f64,
    left: usize,
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let scope = visit.who()?.scope.clone();
    let lang = visit.lang;
    let (index, store) = (&visit.worker.index, &visit.worker.store);
    let tallies = index.tallies(&scope, today())?;
    let resolved = store.resolved_by_place(&scope)?;
    let left = tallies.iter().map(|tally| Left {
        commune: &tally.commune,
        office: Office::from_name(&tally.unit),
        code: Code::parse(&tally.code),
        outstanding: tally.outstanding,
        overdue: tally.overdue,
        paid: tally.paid,
    });
    let done = resolved.iter().map(|(commune, unit, count)| Done {
        commune,
        office: Office::from_name(unit),
        count: *count,
    });
    let trend = match scope.communes.is_none() && scope.units.is_none() {
        true => store.last_days(TREND_DAYS)?.iter().map(DayStanding::of).collect(),
        // Runs are counted as a whole: of a part of the communes there is no such series.
        false => Vec::new(),
    };
    let current = visit.app.current();
    let residents = current.residents(&visit.app.out().join(&current.run)).map_err(Failure::Internal)?;
    let standing = Standing::of(left, done, residents, trend);
    let names: BTreeMap<String, String> = index.commune_names()?.into_iter().collect();
    let code_row = |(code, count): &(Code, Count)| {
        let code = code.to_string();
        CodeRow {
            title: shown::title(&code, lang),
            outstanding: grouped(count.outstanding, lang),
            overdue: grouped(count.overdue, lang),
            code,
        }
    };
    let office_row = |(office, count): &(Office, Count)| OfficeRow {
        title: office.title(lang),
        figures: Figures::of(count, lang),
    };
    Reply::page(&Leader {
        shell: visit.shell(),
        run: current.run.clone(),
        deaths: grouped(standing.deaths, lang),
        paid: dong(standing.paid),
        gravest: standing.gravest.iter().map(code_row).collect(),
        pillars: Pillar::ALL.map(Pillar::title),
        communes: (1..)
            .zip(&standing.communes)
            .map(|(place, of)| CommuneRow::of(place, of, &names, lang))
            .collect(),
        offices: standing.offices.iter().map(office_row).collect(),
        trend: trend_days(&standing.trend, lang),
        all: Figures::of(&standing.all, lang),
    })
}

impl CommuneRow {
    fn of(place: usize, of: &CommuneStanding, names: &BTreeMap<String, String>, lang: Lang) -> Self {
        let heat = of.by_pillar.into_iter().zip(of.shades);
        Self {
            place,
            name: match names.get(&of.key).map(String::as_str) {
                Some(name) if !name.is_empty() => shown::short(name),
                _ if of.key.is_empty() => text!(lang, "terms.place.unknown").to_owned(),
                _ => shown::short(&of.key),
            },
            figures: Figures::of(&of.count, lang),
            heat: heat.map(|(count, shade)| (grouped(count, lang), shade)).collect(),
        }
    }
}

fn trend_days(runs: &[DayStanding], lang: Lang) -> Vec<TrendDay> {
    let most = runs.iter().map(|run| run.outstanding).max().unwrap_or(0).max(1) as f64;
    let day = |(left, run): (usize, &DayStanding)| {
        let height = run.outstanding as f64 / most * CHART;
        TrendDay {
            day: run.day.to_string(),
            outstanding: grouped(run.outstanding, lang),
            resolved: grouped(run.resolved, lang),
            height,
            top: CHART - height,
            left,
        }
    };
    runs.iter().enumerate().map(day).collect()
}
