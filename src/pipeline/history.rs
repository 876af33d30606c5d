//! A run and the store: what is remembered when it starts, what it is told of its findings, and what it leaves
//! to be remembered.

use jiff::Timestamp;
use rayon::prelude::*;

use super::{Request, RunError};
use crate::archive::{FindingsOverTime, LogEnd, Manifest, OutDir, Recall, Recovered, moment_of_run};
use crate::domain::{Clue, Code, Dataset, Day, Finding, Retention, Words};
use crate::findings::FindingId;
use crate::linkage::Contested;
use crate::publish::{Carried, DayStanding, Progress, TREND_DAYS, Whereabouts};
use crate::store::{
    Awaited, Bound, Decision, DueReading, Head, Key, Night, Published, Raised, Reconciled, RunRecord, Sought,
    Store, Tally, Terms, WorklistEdits, value_digests,
};

/// The memory of a run.
pub(super) struct History<'a> {
    out: &'a OutDir,
    store: Store,
    /// When the run started: never before the last one.
    pub(super) started: Timestamp,
    /// The day of the run, likewise.
    pub(super) day: Day,
    /// What was put in order at the start.
    pub(super) recovered: Recovered,
    clock_behind: Option<Timestamp>,
    edits: WorklistEdits,
    /// The names of all runs that the store knows, those too whose folders are gone.
    known: Vec<String>,
    bound: Bound,
    awaited: Awaited,
}

impl<'a> History<'a> {
    /// Opens the store and puts the output folder in order.
    pub(super) fn open(out: &'a OutDir, request: &Request) -> Result<Self, RunError> {
        let mut store = Store::open(out.path())?;
        timed("check", || store.check())?;
        let known: Vec<String> = store.runs()?.into_iter().map(|run| run.name).collect();
        let recovered = out.recover(&known, request.retention.shred)?;
        let edits = edits(out, &store, &recovered)?;
        let adopted: Vec<(String, Timestamp)> =
            recovered.unknown.iter().filter_map(|name| Some((name.clone(), moment_of_run(name)?))).collect();
        store.adopt_runs(&adopted)?;
        let last = store.last_run()?;
        let now = Timestamp::now();
        let started = last.as_ref().map_or(now, |last| now.max(last.started_at));
        let day = last.as_ref().map_or(request.today, |last| request.today.max(last.day));
        let clock_behind = (started > now).then_some(started);
        let (bound, awaited) = (Bound::default(), Awaited::default());
        let known = store.run_names()?;
        Ok(Self { out, store, started, day, recovered, clock_behind, edits, known, bound, awaited })
    }

    /// Whether the store knows a run of that name, be its folder there or gone.
    pub(super) fn knows(&self, run: &str) -> bool {
        self.known.iter().any(|known| known == run)
    }

    /// Holds the decisions on pairs against the data; gives what linkage is to be told.
    pub(super) fn bind(&mut self, data: &Dataset) -> Result<&crate::linkage::ClericalOverrides, RunError> {
        self.bound = timed("bind", || self.store.bind(data))?;
        self.awaited = timed("await", || self.store.await_readings(data))?;
        Ok(&self.bound.verdicts)
    }

    /// The pairs that are to be read a second time.
    pub(super) fn readings(&self) -> &[DueReading] {
        &self.awaited.due
    }

    /// Takes what linkage found to contradict itself.
    pub(super) fn contested(&mut self, contested: &[Contested]) {
        self.bound.contested(contested);
    }

    /// The numbers of the findings: those under which the store knows them.
    pub(super) fn names(&self, sought: &[Sought], night: &Night<'_>) -> Result<Vec<FindingId>, RunError> {
        Ok(timed("names", || self.store.names(sought, night))?)
    }

    /// Holds the findings against the store.
    pub(super) fn reconcile(&self, raised: &[Raised], night: &Night<'_>) -> Result<Reconciled, RunError> {
        Ok(timed("reconcile", || self.store.reconcile(raised, night, &self.edits))?)
    }

    /// What the run did with what it remembered.
    pub(super) fn recall(&self, reconciled: &Reconciled) -> Recall {
        let expired = reconciled.expired().chain(self.bound.expired.iter().map(|(id, _, _)| *id));
        let mut decisions_expired: Vec<i64> = expired.collect();
        decisions_expired.sort_unstable();
        let mut contradictions = [&reconciled.contradictions[..], &self.bound.contradictions].concat();
        contradictions.sort_unstable();
        Recall {
            findings: over_time(reconciled.tally),
            latest_moved_to: self.recovered.latest_moved_to.clone(),
            clock_behind: self.clock_behind.map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            decisions_applied: reconciled.met.len() + self.bound.met.len(),
            decisions_waiting: self.bound.unmet.len(),
            decisions_expired,
            contradictions,
        }
    }

    /// The end of the access log, to be noted with the run.
    pub(super) fn log_end(&self) -> Result<Option<LogEnd>, RunError> {
        let head = self.store.access_head()?;
        Ok(head.map(|Head { lines, seal }| LogEnd { lines, seal }))
    }

    /// How the findings went from run to run, this one at the end.
    pub(super) fn trend(&self, reconciled: &Reconciled) -> Result<Vec<DayStanding>, RunError> {
        let mut trend: Vec<DayStanding> =
            self.store.last_days(TREND_DAYS)?.iter().map(DayStanding::of).collect();
        // Of the runs of a day the last one counts.
        trend.retain(|before| before.day != self.day);
        let Tally { outstanding, resolved, .. } = reconciled.tally;
        trend.push(DayStanding { day: self.day, outstanding, resolved });
        let first = trend.len().saturating_sub(TREND_DAYS as usize);
        Ok(trend.split_off(first))
    }

    /// Enters the run into the store; its folder stands already and goes where that fails.
    pub(super) fn enter(
        &mut self,
        run: &RunRecord,
        night: &Night<'_>,
        raised: &[Raised],
        reconciled: &Reconciled,
        data: &Dataset,
        shred: bool,
    ) -> Result<(), RunError> {
        let (ended, met) = (&self.bound.expired[..], &self.bound.met[..]);
        let places = &data.places;
        let withdrawn = &self.awaited.withdrawn[..];
        let published = Published { run, night, raised, reconciled, ended, met, withdrawn, places };
        timed("enter", || self.store.publish_run(&published)).map_err(|error| {
            if let Err(error) = self.out.remove_run(&run.name, shred) {
                tracing::warn!(%error, "unpublished run not removed");
            }
            error.into()
        })
    }

    /// What is known of the cases beside the run, for the workbooks; `carried` is what the earlier ones hold.
    pub(super) fn progress(&self, carried: Carried) -> Result<Progress, RunError> {
        let due = self.store.due_days()?.into_iter().collect();
        let decided = Progress::decided(self.store.decisions(true)?);
        Ok(Progress { due, decided, carried })
    }

    /// What follows when the run is published: a copy of the store, runs too old to be kept. That these fail
    /// takes nothing from the run.
    pub(super) fn tidy(&mut self, run: &str, retention: &Retention) -> Vec<String> {
        if let Err(error) = timed("copy", || self.store.back_up(run)) {
            tracing::warn!(%error, "the store was not copied");
        }
        let prune = || -> Result<Vec<String>, RunError> {
            let runs: Vec<_> = self.store.runs()?.into_iter().map(|run| (run.name, run.started_at)).collect();
            let removed = self.out.prune(&runs, retention, self.started)?;
            for name in &removed {
                self.store.note_removal(name, self.started)?;
            }
            Ok(removed)
        };
        prune().unwrap_or_else(|error| {
            tracing::warn!(%error, "old runs were not removed");
            Vec::new()
        })
    }
}

fn over_time(Tally { raised, outstanding, fresh, reopened, resolved }: Tally) -> FindingsOverTime {
    FindingsOverTime { fresh, outstanding, raised, reopened, resolved }
}

/// What worklists say that the store does not know: those of a run that it never saw, and those that were
/// edited by hand since the last one.
fn edits(out: &OutDir, store: &Store, recovered: &Recovered) -> Result<WorklistEdits, RunError> {
    let Some(latest) = out.latest_run() else { return Ok(WorklistEdits::default()) };
    let folder = out.path().join(&latest);
    if recovered.unknown.contains(&latest) {
        return Ok(WorklistEdits::read(&folder, |_| true));
    }
    let Some(run) = store.run(&latest)? else { return Ok(WorklistEdits::default()) };
    let manifest = Manifest::read(&folder).ok().flatten();
    let edited =
        |list: &str| manifest.as_ref().is_some_and(|manifest| !manifest.holds(&folder, list).unwrap_or(true));
    Ok(store.edited_since(WorklistEdits::read(&folder, edited), &run)?)
}

/// The night of a run.
pub(super) fn night<'a>(
    day: Day,
    not_run: &'a [Code],
    kinds: &'a [crate::domain::Kind],
    terms: &Terms,
) -> Night<'a> {
    Night { day, not_run, kinds, terms: terms.clone() }
}

/// The findings as the store takes them.
pub(super) fn raised(
    data: &Dataset,
    findings: &[Finding],
    named: (&[FindingId], &[Sought]),
    whereabouts: &[Whereabouts],
) -> Vec<Raised> {
    let (ids, sought) = named;
    (findings, ids, sought, whereabouts)
        .into_par_iter()
        .with_min_len(1024)
        .map(|(finding, id, sought, at)| {
            let (values, valueless) = value_digests(finding, data);
            Raised {
                id: *id,
                severity: finding.severity,
                place: at.place,
                office: at.office,
                source: at.kind,
                values,
                valueless,
                sought: *sought,
            }
        })
        .collect()
}

/// What the findings are found by tonight.
pub(super) fn sought(data: &Dataset, findings: &[Finding], ids: &[FindingId]) -> Vec<Sought> {
    let sought =
        |(finding, id): (&Finding, &FindingId)| Sought { known_as: *id, trace: Key::of_trace(data, finding) };
    (findings, ids).into_par_iter().with_min_len(1024).map(sought).collect()
}

/// Says on the findings that are asked again why the decision on them no longer holds.
pub(super) fn explain(findings: &mut [Finding], asked_again: &[(u32, Decision)]) {
    for (index, decision) in asked_again {
        let ended = Words::of(|lang| decision.why_ended(lang));
        findings[*index as usize].evidence.push(Clue::DecisionEnded(ended));
    }
}

/// Runs a step and logs how long it took.
fn timed<T>(step: &str, work: impl FnOnce() -> T) -> T {
    let start = std::time::Instant::now();
    let result = work();
    tracing::debug!(step, milliseconds = start.elapsed().as_millis() as u64, "store");
    result
}
