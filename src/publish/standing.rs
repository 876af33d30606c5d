//! How far the work is: what was found, is done, is left and overdue, by code, commune and office; what was paid after
//! deaths; how it went from run to run. The page of the leader and the part for leaders of `report.html` show these
//! figures, which are defined here alone. No person is among them.

use std::collections::BTreeMap;

use super::case::Cases;
use crate::archive::Summary;
use crate::domain::{Code, Day};
use crate::findings::catalogue::{self, Office};
use crate::store::accounts::commune_key;
use crate::store::{Reconciled, RunRecord};

/// Days on which there was a run that the trend goes back.
pub const TREND_DAYS: u32 = 14;

/// Codes shown first: those of the gravest consequence that there are.
const GRAVEST: usize = 8;

/// Shades of a table of communes, nothing included.
const SHADES: usize = 5;

/// Findings that are about a death which nobody registered, or which the registry does not know.
const DEATHS: [Code; 2] = [Code::song(1), Code::song(5)];

/// What is done, and what is left.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// No longer raised.
    pub done: u64,
    /// Raised, and nobody says that there is no mistake.
    pub outstanding: u64,
    /// Outstanding past the day by which somebody should have done something.
    pub overdue: u64,
}

impl Count {
    /// What is done of what was ever found and is no false alarm; `None` where there was nothing.
    pub fn share(&self) -> Option<f64> {
        let all = self.done + self.outstanding;
        (all > 0).then(|| self.done as f64 / all as f64)
    }

    fn add(&mut self, other: Self) {
        self.done += other.done;
        self.outstanding += other.outstanding;
        self.overdue += other.overdue;
    }
}

/// Findings of one commune, office and code that are outstanding, counted.
#[derive(Clone, Debug)]
pub struct Left<'a> {
    /// Key of the commune.
    pub commune: &'a str,
    /// Who corrects; `None` where the office is not described to this process.
    pub office: Option<Office>,
    /// The code; `None` where this version has none of that name.
    pub code: Option<Code>,
    /// Outstanding.
    pub outstanding: u64,
    /// Of these, overdue.
    pub overdue: u64,
    /// What was paid after deaths, in đồng.
    pub paid: u64,
}

/// Findings of one commune and office that are done, counted.
#[derive(Clone, Debug)]
pub struct Done<'a> {
    /// Key of the commune.
    pub commune: &'a str,
    /// Who corrected.
    pub office: Option<Office>,
    /// How many.
    pub count: u64,
}

/// A commune in the ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct CommuneStanding {
    /// Its key.
    pub key: String,
    /// All of its findings.
    pub count: Count,
    /// Outstanding by pillar.
    pub by_pillar: [u64; 4],
    /// How dark each of them is: 0 for nothing, 4 for the most for a thousand residents.
    pub shades: [usize; 4],
}

/// A day on which there was a run.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct DayStanding {
    /// The day.
    pub day: Day,
    /// Outstanding after its last run.
    pub outstanding: u64,
    /// Mended by then since the run before.
    pub resolved: u64,
}

impl DayStanding {
    /// What a run came to.
    pub fn of(run: &RunRecord) -> Self {
        Self { day: run.day, outstanding: run.tally.outstanding, resolved: run.tally.resolved }
    }
}

/// How far the work is.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// All findings.
    pub all: Count,
    /// Outstanding deaths that are not registered or not in the registry.
    pub deaths: u64,
    /// What was paid after deaths and stands, in đồng.
    pub paid: u64,
    /// The codes of the gravest consequence, deaths and money first.
    pub gravest: Vec<(Code, Count)>,
    /// The commune with the least done first: that is where a leader looks.
    pub communes: Vec<CommuneStanding>,
    /// The offices, in their order.
    pub offices: Vec<(Office, Count)>,
    /// From run to run, the oldest first.
    pub trend: Vec<DayStanding>,
}

impl Standing {
    /// Counts it. `residents` are those of communes by their keys.
    pub fn of<'a>(
        left: impl IntoIterator<Item = Left<'a>>,
        done: impl IntoIterator<Item = Done<'a>>,
        residents: &BTreeMap<String, u64>,
        trend: Vec<DayStanding>,
    ) -> Self {
        let mut standing = Self { trend, ..Self::default() };
        let mut communes: BTreeMap<&str, (Count, [u64; 4])> = BTreeMap::new();
        let mut offices: BTreeMap<usize, Count> = BTreeMap::new();
        let mut codes: BTreeMap<Code, Count> = BTreeMap::new();
        for line in left {
            let count = Count { done: 0, outstanding: line.outstanding, overdue: line.overdue };
            standing.all.add(count);
            standing.paid += line.paid;
            let (of_commune, by_pillar) = communes.entry(line.commune).or_default();
            of_commune.add(count);
            if let Some(office) = line.office {
                offices.entry(office.index()).or_default().add(count);
            }
            if let Some(code) = line.code {
                codes.entry(code).or_default().add(count);
                by_pillar[code.pillar as usize] += line.outstanding;
            }
        }
        for line in done {
            let count = Count { done: line.count, ..Count::default() };
            standing.all.add(count);
            communes.entry(line.commune).or_default().0.add(count);
            if let Some(office) = line.office {
                offices.entry(office.index()).or_default().add(count);
            }
        }
        standing.deaths = DEATHS.iter().filter_map(|code| codes.get(code)).map(|of| of.outstanding).sum();
        let mut entries: Vec<_> = catalogue::entries().iter().collect();
        entries.sort_by_key(|entry| (entry.severity, entry.consequence));
        let gravest = entries.into_iter().filter_map(|entry| Some((entry.code, *codes.get(&entry.code)?)));
        standing.gravest = gravest.take(GRAVEST).collect();
        standing.offices =
            Office::all().filter_map(|office| Some((office, *offices.get(&office.index())?))).collect();
        standing.communes = ranked(&communes, residents);
        standing
    }

    /// Counts it for a run that is about to stand: its findings, what became of them, and what is done by it.
    pub fn of_run(
        cases: &Cases<'_>,
        reconciled: &Reconciled,
        summary: &Summary,
        trend: Vec<DayStanding>,
    ) -> Self {
        let places = &cases.data.places;
        let keys: Vec<String> = (0..cases.len())
            .map(|ix| {
                let (code, name) = places.label(cases.whereabouts(ix).place);
                commune_key(code, name)
            })
            .collect();
        let of_run = cases.findings.iter().zip(&reconciled.lives).zip(&reconciled.due_on).enumerate();
        let left = of_run.filter(|(_, ((_, life), _))| life.status.is_outstanding()).map(
            |(ix, ((finding, life), due))| Left {
                commune: &keys[ix],
                office: Some(cases.whereabouts(ix).office),
                code: Some(finding.code),
                outstanding: 1,
                overdue: u64::from(life.status.is_awaited() && *due < cases.today),
                paid: finding.evidence.paid_after_death().unwrap_or(0),
            },
        );
        let done = reconciled.resolved.iter().map(|(commune, office, count)| Done {
            commune,
            office: Some(*office),
            count: *count,
        });
        Self::of(left, done, &residents(summary), trend)
    }
}

/// Residents of a run by key of their commune.
pub(crate) fn residents(summary: &Summary) -> BTreeMap<String, u64> {
    let communes = summary.findings.by_commune.iter();
    communes.map(|of| (commune_key(&of.commune_code, &of.commune), of.residents)).collect()
}

fn ranked(
    communes: &BTreeMap<&str, (Count, [u64; 4])>,
    residents: &BTreeMap<String, u64>,
) -> Vec<CommuneStanding> {
    let rate = |key: &str, count: u64| {
        let residents = residents.get(key).copied().unwrap_or(0);
        if residents == 0 { 0.0 } else { count as f64 * 1000.0 / residents as f64 }
    };
    let most: [f64; 4] = std::array::from_fn(|pillar| {
        communes.iter().map(|(key, (_, pillars))| rate(key, pillars[pillar])).fold(0.0, f64::max)
    });
    let mut ranked: Vec<CommuneStanding> = communes
        .iter()
        .map(|(key, (count, by_pillar))| CommuneStanding {
            key: (*key).to_owned(),
            count: *count,
            by_pillar: *by_pillar,
            shades: std::array::from_fn(|pillar| shade(rate(key, by_pillar[pillar]), most[pillar])),
        })
        .collect();
    ranked.sort_by(|a, b| {
        let share = |commune: &CommuneStanding| commune.count.share().unwrap_or(1.0);
        share(a)
            .total_cmp(&share(b))
            .then(b.count.outstanding.cmp(&a.count.outstanding))
            .then(a.key.cmp(&b.key))
    });
    ranked
}

/// The shade of a rate beside the highest one: 0 for nothing, then four of equal width.
fn shade(rate: f64, most: f64) -> usize {
    if rate <= 0.0 || most <= 0.0 {
        return 0;
    }
    ((rate / most * (SHADES - 1) as f64).ceil() as usize).clamp(1, SHADES - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(commune: &str, code: Code, outstanding: u64, overdue: u64) -> Left<'_> {
        Left { commune, office: Some(Office::Police), code: Some(code), outstanding, overdue, paid: 0 }
    }

    #[test]
    fn the_commune_with_the_least_done_stands_first() {
        let done = |commune, count| Done { commune, office: Some(Office::Police), count };
        let residents = BTreeMap::from([("a".to_string(), 1000), ("b".to_string(), 1000)]);
        let standing = Standing::of(
            [left("a", Code::dung(2), 1, 0), left("b", Code::song(1), 9, 4)],
            [done("a", 9), done("b", 1)],
            &residents,
            Vec::new(),
        );
        let shares: Vec<_> = standing.communes.iter().map(|of| (of.key.as_str(), of.count.share())).collect();
        assert_eq!(shares, [("b", Some(0.1)), ("a", Some(0.9))]);
        assert_eq!(standing.communes[0].by_pillar, [0, 0, 0, 9]);
        assert_eq!(standing.communes[0].shades, [0, 0, 0, 4]);
        assert_eq!((standing.all, standing.deaths), (Count { done: 10, outstanding: 10, overdue: 4 }, 9));
        assert_eq!(standing.offices, [(Office::Police, standing.all)]);
        assert_eq!(standing.gravest[0].0, Code::song(1), "deaths first");
    }

    #[test]
    fn shades_go_from_nothing_to_the_most() {
        assert_eq!([0.0, 0.1, 2.5, 7.6, 10.0].map(|rate| shade(rate, 10.0)), [0, 1, 1, 4, 4]);
        assert_eq!(shade(1.0, 0.0), 0);
    }

    #[test]
    fn nothing_found_is_no_share() {
        assert_eq!(Standing::of([], [], &BTreeMap::new(), Vec::new()).all.share(), None);
    }
}
