//! The leader's page: how far the work is, where it lags, what is gravest. Figures only, no person and no list of any.

use std::collections::BTreeMap;

use askama::Template;

use super::one::shown;
use crate::archive::Summary;
use crate::domain::{Day, Lang, Pillar};
use crate::findings::catalogue::{self, Office};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, today};
use crate::review::index::Tally;
use crate::store::accounts::commune_key;
use crate::words::{dong, grouped, percent, text};

/// Days on which there was a run that the trend goes back.
const DAYS: u32 = 14;

/// Codes shown first: those of the gravest consequence that there are.
const GRAVEST: usize = 8;

/// Shades of the table of communes.
const SHADES: usize = 5;

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

/// What was found, done, and is left.
#[derive(Clone, Debug, Default)]
struct Count {
    done: u64,
    outstanding: u64,
    overdue: u64,
}

struct Figures {
    share: String,
    /// The share in whole percent, for the bar.
    bar: u32,
    done: String,
    outstanding: String,
    overdue: String,
}

impl Count {
    /// What is done of all that was ever found and is no false alarm; `None` where there was nothing.
    fn share(&self) -> Option<f64> {
        let all = self.done + self.outstanding;
        (all > 0).then(|| self.done as f64 / all as f64)
    }

    fn shown(&self, lang: Lang) -> Figures {
        let share = self.share();
        Figures {
            share: share.map_or_else(|| "–".to_string(), |share| percent(share, lang)),
            bar: (share.unwrap_or(0.0) * 100.0).floor() as u32,
            done: grouped(self.done, lang),
            outstanding: grouped(self.outstanding, lang),
            overdue: grouped(self.overdue, lang),
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
    let (lang, day) = (visit.lang, today());
    let (index, store) = (&visit.worker.index, &visit.worker.store);
    let tallies = index.tallies(&scope, day)?;
    let resolved = store.resolved_by_place(&scope)?;
    let mut all = Count::default();
    let mut communes: BTreeMap<&str, (Count, [u64; 4])> = BTreeMap::new();
    let mut offices: BTreeMap<&str, Count> = BTreeMap::new();
    let mut codes: BTreeMap<&str, Count> = BTreeMap::new();
    for tally in &tallies {
        let (commune, pillars) = communes.entry(&tally.commune).or_default();
        let office = offices.entry(&tally.unit).or_default();
        let code = codes.entry(&tally.code).or_default();
        for count in [&mut all, commune, office, code] {
            count.outstanding += tally.outstanding;
            count.overdue += tally.overdue;
        }
        if let Some(pillar) = pillar_of(tally) {
            pillars[pillar as usize] += tally.outstanding;
        }
    }
    for (commune, unit, done) in &resolved {
        all.done += done;
        communes.entry(commune).or_default().0.done += done;
        offices.entry(unit).or_default().done += done;
    }
    let residents = residents(visit)?;
    let names: BTreeMap<String, String> = index.commune_names()?.into_iter().collect();
    let trend = match scope.communes.is_none() && scope.units.is_none() {
        true => trend(store.last_days(DAYS)?.iter().map(|run| (run.day, run.tally)), lang),
        // Runs are counted as a whole: of a part of the communes there is no such series.
        false => Vec::new(),
    };
    let deaths =
        ["SONG-01", "SONG-05"].iter().filter_map(|code| codes.get(code)).map(|c| c.outstanding).sum();
    Reply::page(&Leader {
        shell: visit.shell(),
        run: visit.app.current().run.clone(),
        deaths: grouped(deaths, lang),
        paid: dong(tallies.iter().map(|tally| tally.paid).sum()),
        gravest: gravest(&codes, lang),
        pillars: Pillar::ALL.map(Pillar::title),
        communes: ranked(&communes, &residents, &names, lang),
        offices: Office::all()
            .filter_map(|office| {
                let count = offices.get(office.name())?;
                Some(OfficeRow { title: office.title(lang), figures: count.shown(lang) })
            })
            .collect(),
        trend,
        all: all.shown(lang),
    })
}

fn pillar_of(tally: &Tally) -> Option<Pillar> {
    Pillar::ALL.into_iter().find(|pillar| {
        let name = tally.code.split('-').next().unwrap_or_default();
        pillar.name().eq_ignore_ascii_case(name)
    })
}

/// Residents by key of their commune.
fn residents(visit: &Visit<'_>) -> Result<BTreeMap<String, u64>, Failure> {
    let summary = Summary::read(&visit.app.run_folder());
    let summary = summary.map_err(|error| Failure::Internal(error.to_string()))?;
    let communes = summary.findings.by_commune.iter();
    Ok(communes.map(|of| (commune_key(&of.commune_code, &of.commune), of.residents)).collect())
}

/// The codes that there are, those of the gravest consequence first.
fn gravest(codes: &BTreeMap<&str, Count>, lang: Lang) -> Vec<CodeRow> {
    let mut entries: Vec<_> = catalogue::entries().iter().collect();
    entries.sort_by_key(|entry| (entry.severity, entry.consequence));
    let rows = entries.into_iter().filter_map(|entry| {
        let code = entry.code.to_string();
        let count = codes.get(code.as_str())?;
        Some(CodeRow {
            title: shown::title(&code, lang),
            outstanding: grouped(count.outstanding, lang),
            overdue: grouped(count.overdue, lang),
            code,
        })
    });
    rows.take(GRAVEST).collect()
}

/// Communes, the one with the least done first: that is where a leader looks.
fn ranked(
    communes: &BTreeMap<&str, (Count, [u64; 4])>,
    residents: &BTreeMap<String, u64>,
    names: &BTreeMap<String, String>,
    lang: Lang,
) -> Vec<CommuneRow> {
    let rate = |key: &str, count: u64| {
        let residents = residents.get(key).copied().unwrap_or(0);
        if residents == 0 { 0.0 } else { count as f64 * 1000.0 / residents as f64 }
    };
    let most: [f64; 4] = std::array::from_fn(|pillar| {
        communes.iter().map(|(key, (_, pillars))| rate(key, pillars[pillar])).fold(0.0, f64::max)
    });
    let mut ordered: Vec<_> = communes.iter().collect();
    ordered.sort_by(|(a_key, (a, _)), (b_key, (b, _))| {
        let share = |count: &Count| count.share().unwrap_or(1.0);
        share(a).total_cmp(&share(b)).then(b.outstanding.cmp(&a.outstanding)).then(a_key.cmp(b_key))
    });
    let row = |(place, (key, (count, pillars))): (usize, (&&str, &(Count, [u64; 4])))| CommuneRow {
        place,
        name: match names.get(*key).map(String::as_str) {
            Some(name) if !name.is_empty() => shown::short(name),
            _ if key.is_empty() => text!(lang, "terms.place.unknown").to_owned(),
            _ => shown::short(key),
        },
        figures: count.shown(lang),
        heat: std::array::from_fn::<_, 4, _>(|pillar| {
            (grouped(pillars[pillar], lang), shade(rate(key, pillars[pillar]), most[pillar]))
        })
        .into(),
    };
    (1..).zip(ordered).map(row).collect()
}

/// The shade of a rate beside the highest one: 0 for nothing, then four of equal width.
fn shade(rate: f64, most: f64) -> usize {
    if rate <= 0.0 || most <= 0.0 {
        return 0;
    }
    ((rate / most * (SHADES - 1) as f64).ceil() as usize).clamp(1, SHADES - 1)
}

fn trend(runs: impl Iterator<Item = (Day, crate::store::Tally)>, lang: Lang) -> Vec<TrendDay> {
    let runs: Vec<_> = runs.collect();
    let most = runs.iter().map(|(_, tally)| tally.outstanding).max().unwrap_or(0).max(1) as f64;
    let day = |(left, (day, tally)): (usize, &(Day, crate::store::Tally))| {
        let height = tally.outstanding as f64 / most * CHART;
        TrendDay {
            day: day.to_string(),
            outstanding: grouped(tally.outstanding, lang),
            resolved: grouped(tally.resolved, lang),
            height,
            top: CHART - height,
            left,
        }
    };
    runs.iter().enumerate().map(day).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commune_with_the_least_done_stands_first() {
        let count = |done, outstanding| Count { done, outstanding, overdue: 0 };
        let communes = BTreeMap::from([
            ("a", (count(9, 1), [1, 0, 0, 0])),
            ("b", (count(1, 9), [0, 0, 0, 9])),
            ("c", (count(0, 0), [0; 4])),
        ]);
        let residents = BTreeMap::from([("a".to_string(), 1000), ("b".to_string(), 1000)]);
        let rows = ranked(&communes, &residents, &BTreeMap::new(), Lang::Vi);
        let shown: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.figures.share.as_str())).collect();
        assert_eq!(shown, [("b", "10,0 %"), ("a", "90,0 %"), ("c", "–")]);
        assert_eq!(rows[0].heat[3], ("9".to_string(), 4));
        assert_eq!(rows[1].heat[3], ("0".to_string(), 0));
    }

    #[test]
    fn shades_go_from_nothing_to_the_most() {
        assert_eq!([0.0, 0.1, 2.5, 7.6, 10.0].map(|rate| shade(rate, 10.0)), [0, 1, 1, 4, 4]);
        assert_eq!(shade(1.0, 0.0), 0);
    }
}
