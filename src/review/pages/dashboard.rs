//! What is open, overdue and done; who decided how much; how far two officers agree.

use std::collections::BTreeMap;

use askama::Template;

use super::one::shown;
use crate::domain::{Day, Lang, Pillar};
use crate::review::agreement;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, today};
use crate::store::accounts::AccountRole;
use crate::store::{FindingStatus, Store, StoreError};
use crate::words::{self, decimal, grouped};

/// Weeks shown.
const WEEKS: i32 = 8;

#[derive(Template)]
#[template(path = "review/dashboard.html")]
struct Dashboard {
    shell: Shell,
    run: String,
    tiles: Vec<Tile>,
    severities: [&'static str; 3],
    pillars: Vec<PillarRow>,
    weeks: Vec<String>,
    officers: Vec<OfficerRow>,
    agreement: Option<ShownAgreement>,
}

/// A figure, and the list behind it.
struct Tile {
    /// The address, as HTML writes it.
    list: &'static str,
    figure: String,
    text: &'static str,
}

struct PillarRow {
    name: &'static str,
    title: &'static str,
    counts: [Count; 3],
}

/// Findings of a pillar and severity.
struct Count {
    severity: &'static str,
    title: &'static str,
    number: String,
}

struct OfficerRow {
    name: String,
    counts: Vec<String>,
}

struct ShownAgreement {
    pairs: String,
    share: String,
    kappa: String,
}

/// The page; an auditor has nothing here and is sent to the access log, a leader to the figures without lists behind them.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    match visit.who()?.role {
        AccountRole::Auditor => return Ok(Reply::see("/log")),
        AccountRole::Leader => return Ok(Reply::see("/leader")),
        AccountRole::Admin | AccountRole::Officer => {}
    }
    let scope = visit.who()?.scope.clone();
    let (lang, day) = (visit.lang, today());
    let store = &visit.worker.store;
    let index = &visit.worker.index;
    let number = |n: i64| grouped(n.max(0) as u64, lang);
    // Each figure counts the list behind it.
    let counted = index.by_status(&scope, day)?;
    let of = |status: FindingStatus| counted.get(status.name()).map_or(0, |(all, _)| *all);
    let tile = |list, figure, text| Tile { list, figure, text };
    let in_status = |list, status: FindingStatus| tile(list, number(of(status)), status.title(lang));
    let todo = of(FindingStatus::New) + of(FindingStatus::Open) + of(FindingStatus::Reopened);
    let overdue = counted.values().map(|(_, overdue)| overdue).sum();
    let resolved = grouped(store.count_resolved(&scope)?, lang);
    let pairs = grouped(u64::from(index.count_pairs(&scope)?), lang);
    let tiles = vec![
        tile("/cases", number(todo), visit.t("group_todo")),
        tile("/cases?status=all&amp;overdue=1", number(overdue), visit.t("overdue_1")),
        in_status("/cases?status=in_progress", FindingStatus::InProgress),
        in_status("/cases?status=deferred", FindingStatus::Deferred),
        in_status("/cases?status=rejected", FindingStatus::Rejected),
        tile("/resolved", resolved, FindingStatus::Resolved.title(lang)),
        tile("/queue", pairs, visit.t("queue")),
    ];
    let open = index.by_pillar(&scope)?;
    let pillars = Pillar::ALL.map(|pillar| PillarRow {
        name: pillar.name(),
        title: pillar.title(),
        counts: std::array::from_fn(|n| Count {
            severity: shown::SEVERITIES[n].name(),
            title: words::severity(shown::SEVERITIES[n], lang),
            number: number(open.get(&(pillar.name().to_string(), n as i64)).copied().unwrap_or(0)),
        }),
    });
    let (weeks, officers) = by_officer(store, day, lang)?;
    let readings = store.second_readings()?;
    let agreed = agreement::of(readings.iter().map(|r| (r.first_answer.as_str(), r.second_answer.as_str())));
    Reply::page(&Dashboard {
        shell: visit.shell(),
        run: visit.app.current().run.clone(),
        tiles,
        severities: shown::SEVERITIES.map(|severity| words::severity(severity, lang)),
        pillars: pillars.into(),
        weeks,
        officers,
        agreement: agreed.map(|agreed| ShownAgreement {
            pairs: grouped(agreed.pairs as u64, lang),
            share: shown::percent(agreed.share, lang),
            kappa: agreed.kappa.map_or_else(|| "–".to_string(), |kappa| decimal(kappa, 2, lang)),
        }),
    })
}

/// Decisions of the last weeks: the first days of the weeks, and the counts of each officer.
fn by_officer(store: &Store, day: Day, lang: Lang) -> Result<(Vec<String>, Vec<OfficerRow>), StoreError> {
    // Day 0 was a Thursday: a week begins on Monday.
    let monday = day.0 - (day.0 + 3).rem_euclid(7);
    let first = monday - 7 * (WEEKS - 1);
    let mut counts: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (who, week, count) in store.decisions_by_week(Day(first))? {
        let weeks = counts.entry(who).or_insert_with(|| vec![0; WEEKS as usize]);
        if let Some(slot) = usize::try_from(week).ok().and_then(|week| weeks.get_mut(week)) {
            *slot += count;
        }
    }
    let weeks = (0..WEEKS).map(|week| {
        let (_, month, day) = Day(first + 7 * week).civil();
        format!("{day:02}/{month:02}")
    });
    let officers = counts.into_iter().map(|(name, counts)| OfficerRow {
        name,
        counts: counts.into_iter().map(|count| grouped(count, lang)).collect(),
    });
    Ok((weeks.collect(), officers.collect()))
}
