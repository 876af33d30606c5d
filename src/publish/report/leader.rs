//! The part for leaders of `report.html`: the figures of the leader's page, as of this run. No person is among them.

use std::collections::BTreeMap;

use crate::archive::Summary;
use crate::domain::Lang;
use crate::findings::catalogue;
use crate::publish::standing::{Count, Standing};
use crate::store::accounts::commune_key;
use crate::words::{dong, grouped, percent, text};

/// Communes that are listed; the table by commune shows all.
const COMMUNES: usize = 30;

/// Height of the chart of the trend, in the units of its picture.
const CHART: f64 = 60.0;

/// The figures in words.
pub(super) struct Leader {
    pub(super) all: Figures,
    pub(super) deaths: String,
    pub(super) paid: String,
    pub(super) gravest: Vec<(String, &'static str, Figures)>,
    pub(super) communes: Vec<Commune>,
    /// How many communes are not listed.
    pub(super) further: usize,
    pub(super) offices: Vec<(&'static str, Figures)>,
    pub(super) trend: Vec<TrendDay>,
}

/// A commune in the ranking.
pub(super) struct Commune {
    pub(super) place: usize,
    pub(super) name: String,
    pub(super) figures: Figures,
    /// By pillar: outstanding findings, and the shade.
    pub(super) heat: Vec<(String, usize)>,
}

/// Counts in words.
pub(super) struct Figures {
    pub(super) share: String,
    pub(super) done: String,
    pub(super) outstanding: String,
    pub(super) overdue: String,
}

/// A day of the trend: its column in the chart, and its figures.
pub(super) struct TrendDay {
    pub(super) day: String,
    pub(super) outstanding: String,
    pub(super) resolved: String,
    pub(super) left: usize,
    pub(super) top: String,
    pub(super) height: String,
}

impl Figures {
    fn of(count: &Count, lang: Lang) -> Self {
        Self {
            share: count.share().map_or_else(|| "–".to_owned(), |share| percent(share, lang)),
            done: grouped(count.done, lang),
            outstanding: grouped(count.outstanding, lang),
            overdue: grouped(count.overdue, lang),
        }
    }
}

impl Leader {
    /// Words the figures of a run.
    pub(super) fn of(standing: &Standing, summary: &Summary, lang: Lang) -> Self {
        let communes = summary.findings.by_commune.iter();
        let names: BTreeMap<String, &str> =
            communes.map(|of| (commune_key(&of.commune_code, &of.commune), of.commune.as_str())).collect();
        let name = |key: &str| match names.get(key) {
            Some(name) if !name.is_empty() => (*name).to_owned(),
            _ if key.is_empty() => text!(lang, "terms.place.unknown").to_owned(),
            _ => key.to_owned(),
        };
        let most = standing.trend.iter().map(|run| run.outstanding).max().unwrap_or(0).max(1) as f64;
        let trend = standing.trend.iter().enumerate().map(|(left, run)| {
            let height = run.outstanding as f64 / most * CHART;
            TrendDay {
                day: run.day.to_string(),
                outstanding: grouped(run.outstanding, lang),
                resolved: grouped(run.resolved, lang),
                left: left * 12 + 1,
                top: format!("{:.1}", CHART - height + 1.0),
                height: format!("{height:.1}"),
            }
        });
        Self {
            all: Figures::of(&standing.all, lang),
            deaths: grouped(standing.deaths, lang),
            paid: dong(standing.paid),
            gravest: standing
                .gravest
                .iter()
                .map(|(code, count)| {
                    (code.to_string(), catalogue::entry(*code).title(lang), Figures::of(count, lang))
                })
                .collect(),
            further: standing.communes.len().saturating_sub(COMMUNES),
            communes: (1..)
                .zip(standing.communes.iter().take(COMMUNES))
                .map(|(place, of)| {
                    let heat = of.by_pillar.into_iter().zip(of.shades);
                    let heat = heat.map(|(count, shade)| (grouped(count, lang), shade)).collect();
                    Commune { place, name: name(&of.key), figures: Figures::of(&of.count, lang), heat }
                })
                .collect(),
            offices: standing
                .offices
                .iter()
                .map(|(office, count)| (office.title(lang), Figures::of(count, lang)))
                .collect(),
            trend: trend.collect(),
        }
    }
}
