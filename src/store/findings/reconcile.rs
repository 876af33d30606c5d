//! Tonight's findings held against those of the nights before: what is new, what is gone, what came back,
//! and what the decisions in force make of the rest. Nothing is written here; the run writes it all in one
//! transaction when its folder stands ([`Store::publish_run`]).

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::domain::{Code, Day, Kind, OverdueDays, PlaceId, ReportSettings, Severity};
use crate::findings::FindingId;
use crate::findings::catalogue::Office;
use crate::store::accounts::commune_key;
use crate::store::decisions::select;
use crate::store::keys::{NO_VALUES, SUBJECT};
use crate::store::{
    Decision, DecisionState, FindingStatus, Life, Sought, Store, StoreError, StoreWords, Subject, Tally,
    WorklistEdits,
};

/// A finding raised tonight.
#[derive(Copy, Clone, Debug)]
pub struct Raised {
    /// Its number.
    pub id: FindingId,
    /// Its severity.
    pub severity: Severity,
    /// The commune it belongs to.
    pub place: PlaceId,
    /// Who corrects it.
    pub office: Office,
    /// The kind of the file in which it was made.
    pub source: Kind,
    /// Digests of source, registry and proposed value; of a finding that has none of them, of what else it rests on.
    pub values: [u32; 3],
    /// Whether it has no values, so that a decision on it rests on whom it is about.
    pub valueless: bool,
    /// What it was found by.
    pub sought: Sought,
}

/// The names of the values of a finding.
const VALUES: [&str; 3] = ["source_value", "registry_value", "proposed_value"];

/// The night that is held against the store.
#[derive(Clone, Debug)]
pub struct Night<'a> {
    /// The day of the run.
    pub day: Day,
    /// Codes whose rules were not run: that such a finding is not raised says nothing.
    pub not_run: &'a [Code],
    /// The kinds of input that were given: likewise for those of another.
    pub kinds: &'a [Kind],
    /// How long things may take.
    pub terms: Terms,
}

/// How long things may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Until a finding is overdue.
    pub overdue: OverdueDays,
    /// Days from "corrected at the source" until the extracts must show it.
    pub grace: u16,
}

impl Terms {
    /// The day on which a finding that stands since a day is overdue; the end of time for one that never is.
    pub(crate) fn due_on(&self, severity: Severity, since: Day) -> Day {
        self.overdue.of(severity).map_or(Day::NEVER, |days| Day(since.0.saturating_add(days as i32)))
    }
}

impl From<ReportSettings> for Terms {
    fn from(settings: ReportSettings) -> Self {
        Self { overdue: settings.overdue_days, grace: settings.correction_days }
    }
}

impl Default for Terms {
    fn default() -> Self {
        ReportSettings::default().into()
    }
}

/// Two decisions in force that cannot both be right, by number.
pub type Contradiction = (i64, i64);

/// What a night came to, before it is written.
#[derive(Debug, Default)]
pub struct Reconciled {
    /// For each finding raised, in the order given: since when, and what became of it.
    pub lives: Vec<Life>,
    /// For each of them the day on which it is overdue.
    pub due_on: Vec<Day>,
    /// What no run raises any more when this one stands: key of the commune, office, how many.
    pub resolved: Vec<(String, Office, u64)>,
    /// Counts for the run.
    pub tally: Tally,
    /// Decisions on findings that contradict each other; none of them is applied.
    pub contradictions: Vec<Contradiction>,
    /// Findings asked again, by index, with the decision that lost its ground.
    pub asked_again: Vec<(u32, Decision)>,
    /// Decisions that ended tonight, with the state and why.
    pub ended: Vec<(i64, DecisionState, Vec<String>)>,
    /// Decisions that met what they are about.
    pub met: Vec<i64>,
    /// Findings never seen before, by index.
    pub(crate) fresh: Vec<u32>,
    /// Findings known that differ from what is stored.
    pub(crate) changed: Vec<Change>,
    /// Findings no longer raised: number and status before.
    pub(crate) gone: Vec<(i64, FindingStatus)>,
}

impl Reconciled {
    /// Decisions on findings that lost their ground; that a day has come is no loss.
    pub fn expired(&self) -> impl Iterator<Item = i64> + '_ {
        self.ended.iter().filter(|(_, _, why)| *why != ["until"]).map(|(id, _, _)| *id)
    }
}

/// A known finding whose line in the store changes.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Change {
    /// Index of the finding raised.
    pub(crate) index: u32,
    /// What is stored.
    pub(crate) from: FindingStatus,
    /// What is to be stored.
    pub(crate) to: FindingStatus,
    /// The day from which its term runs.
    pub(crate) due_since: Day,
    /// The decision that makes it so.
    pub(crate) decision: Option<i64>,
}

/// A line of the store.
#[derive(Copy, Clone)]
struct Known {
    id: i64,
    status: FindingStatus,
    first_seen: Day,
    due_since: Day,
    severity: u8,
    office: Option<Office>,
    source: Option<Kind>,
    values: [u32; 3],
    known_as: Option<i64>,
    trace: i64,
    commune: i64,
}

impl Raised {
    /// The number by which it was found, where that is not its own.
    pub(crate) fn known_as(&self) -> Option<i64> {
        (self.sought.known_as != self.id).then_some(self.sought.known_as.to_integer())
    }

    /// Its trace as the store has it: 0 where there is none.
    pub(crate) fn trace(&self) -> i64 {
        self.sought.trace.map_or(0, |trace| trace.0 as i64)
    }
}

/// Whether that a finding is not raised says nothing: its rule did not run, or its file was not there.
pub(crate) fn unheard(night: &Night<'_>, id: i64, source: Option<Kind>) -> bool {
    FindingId::from_integer(id).is_none_or(|id| night.not_run.contains(&id.code))
        || source.is_none_or(|source| !night.kinds.contains(&source))
}

impl Store {
    /// Holds tonight's findings against the store. `edits` says what worklists say of findings that the
    /// store knows nothing of, or less.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn reconcile(
        &self,
        raised: &[Raised],
        night: &Night<'_>,
        edits: &WorklistEdits,
    ) -> Result<Reconciled, StoreError> {
        let fail = self.failed();
        let mut judge = Judge {
            night,
            decisions: by_finding(
                select(&self.db, "WHERE state = 'active' AND record_key IS NULL ORDER BY id", [])
                    .map_err(&fail)?,
            ),
            expired: last_expired(
                select(&self.db, "WHERE record_key IS NULL ORDER BY id", []).map_err(&fail)?,
            ),
            result: Reconciled {
                lives: vec![Life::begin(night.day); raised.len()],
                due_on: vec![Day::NEVER; raised.len()],
                ..Reconciled::default()
            },
            resolved: BTreeMap::new(),
        };
        let mut order: Vec<u32> = (0..raised.len() as u32).collect();
        order.sort_unstable_by_key(|&n| raised[n as usize].id.to_integer());
        let walk = |judge: &mut Judge<'_>| -> rusqlite::Result<()> {
            let words = StoreWords::read(&self.db)?;
            let mut lines = self.db.prepare(
                "SELECT id, status, first_seen, severity, unit, source, source_value, registry_value, proposed_value,
                        due_since, known_as, trace, commune
                 FROM findings ORDER BY id",
            )?;
            let mut lines = lines.query([])?;
            let mut tonight = order.iter().copied().peekable();
            while let Some(line) = lines.next()? {
                let known = Known {
                    id: line.get(0)?,
                    status: FindingStatus::from_stored(line.get(1)?),
                    first_seen: Day(line.get(2)?),
                    due_since: Day(line.get(9)?),
                    severity: line.get(3)?,
                    office: words.office(line.get(4)?),
                    source: words.kind(line.get(5)?),
                    values: [line.get(6)?, line.get(7)?, line.get(8)?],
                    known_as: line.get(10)?,
                    trace: line.get(11)?,
                    commune: line.get(12)?,
                };
                while let Some(n) = tonight.next_if(|&n| raised[n as usize].id.to_integer() < known.id) {
                    judge.unknown(n, &raised[n as usize], edits);
                }
                match tonight.next_if(|&n| raised[n as usize].id.to_integer() == known.id) {
                    Some(n) => judge.raised_again(n, &raised[n as usize], known, edits),
                    None => judge.not_raised(known),
                }
            }
            tonight.for_each(|n| judge.unknown(n, &raised[n as usize], edits));
            Ok(())
        };
        walk(&mut judge).map_err(&fail)?;
        let communes = self.communes()?;
        let mut result = judge.result;
        let of_place = |((commune, office), count): ((i64, usize), u64)| {
            let (code, name) = communes.get(&commune)?;
            Some((commune_key(code, name), Office::all().nth(office)?, count))
        };
        result.resolved = judge.resolved.into_iter().filter_map(of_place).collect();
        result.tally.raised = raised.len() as u64;
        result.tally.outstanding =
            result.lives.iter().filter(|life| life.status.is_outstanding()).count() as u64;
        result.asked_again.sort_by_key(|(n, _)| *n);
        Ok(result)
    }
}

/// The decisions on each finding, oldest first.
fn by_finding(decisions: Vec<Decision>) -> FxHashMap<i64, Vec<Decision>> {
    let mut map: FxHashMap<i64, Vec<Decision>> = FxHashMap::default();
    for decision in decisions {
        if let Subject::Finding(id) = decision.subject {
            map.entry(id.to_integer()).or_default().push(decision);
        }
    }
    map
}

/// The last decision on each finding, where it is one that lost its ground.
fn last_expired(decisions: Vec<Decision>) -> FxHashMap<i64, Decision> {
    by_finding(decisions)
        .into_iter()
        .filter_map(|(id, mut all)| Some((id, all.pop().filter(|d| d.state == DecisionState::Expired)?)))
        .collect()
}

struct Judge<'a> {
    night: &'a Night<'a>,
    decisions: FxHashMap<i64, Vec<Decision>>,
    expired: FxHashMap<i64, Decision>,
    result: Reconciled,
    /// What is resolved, by number of the commune and index of the office.
    resolved: BTreeMap<(i64, usize), u64>,
}

impl Judge<'_> {
    fn unknown(&mut self, index: u32, raised: &Raised, edits: &WorklistEdits) {
        self.result.fresh.push(index);
        match edits.of(raised.id) {
            Some(life) => self.result.lives[index as usize] = life.on(self.night.day),
            None => self.result.tally.fresh += 1,
        }
        let since = self.result.lives[index as usize].first_seen;
        self.result.due_on[index as usize] = self.night.terms.due_on(raised.severity, since);
    }

    fn raised_again(&mut self, index: u32, raised: &Raised, known: Known, edits: &WorklistEdits) {
        let (status, decision) = self.standing(raised, known, edits);
        let first_seen = edits.of(raised.id).map_or(known.first_seen, |life| life.first_seen);
        let life = Life { first_seen: first_seen.min(self.night.day), status };
        self.result.lives[index as usize] = life.on(self.night.day);
        let reopened = status == FindingStatus::Reopened && known.status != FindingStatus::Reopened;
        self.result.tally.reopened += u64::from(reopened);
        if status == FindingStatus::Reopened
            && let Some(expired) = self.expired.get(&known.id)
        {
            self.result.asked_again.push((index, expired.clone()));
        }
        let due_since = if reopened { self.night.day } else { known.due_since };
        self.result.due_on[index as usize] = self.night.terms.due_on(raised.severity, due_since);
        let same_line = known.values == raised.values
            && known.severity == raised.severity as u8
            && known.office == Some(raised.office)
            && first_seen == known.first_seen
            && known.known_as == raised.known_as()
            && known.trace == raised.trace();
        if status != known.status || !same_line {
            self.result.changed.push(Change { index, from: known.status, to: status, due_since, decision });
        }
    }

    /// What becomes of a finding that is raised again.
    fn standing(
        &mut self,
        raised: &Raised,
        known: Known,
        edits: &WorklistEdits,
    ) -> (FindingStatus, Option<i64>) {
        let mut lost = false;
        let mut due = false;
        let mut valid: Vec<Decision> = Vec::new();
        for decision in self.decisions.remove(&known.id).unwrap_or_default() {
            match self.why_ended(&decision, raised) {
                None => {
                    self.result.met.push(decision.id);
                    valid.push(decision);
                }
                Some(why) => {
                    due |= why == ["until"];
                    lost |= why != ["until"];
                    self.result.ended.push((decision.id, DecisionState::Expired, why.clone()));
                    let ended = Decision { state: DecisionState::Expired, why, ..decision };
                    self.expired.insert(known.id, ended);
                }
            }
        }
        let clash = valid.iter().enumerate().find_map(|(i, a)| {
            let other = valid[i + 1..].iter().find(|b| a.by != b.by && a.verdict.contradicts(b.verdict))?;
            Some((a.id, other.id))
        });
        if let Some(clash) = clash {
            self.result.contradictions.push(clash);
            return (FindingStatus::Open, None);
        }
        if let Some(last) = valid.last() {
            self.expired.remove(&known.id);
            return (last.verdict.status(), Some(last.id));
        }
        if let Some(status) = edits.touched(raised.id) {
            return (status, None);
        }
        let status = match known.status {
            _ if lost => FindingStatus::Reopened,
            _ if due => FindingStatus::Open,
            FindingStatus::Resolved => FindingStatus::Reopened,
            status => status,
        };
        (status, None)
    }

    /// Why a decision no longer holds for a finding that is raised again; `None` where it does.
    fn why_ended(&self, decision: &Decision, raised: &Raised) -> Option<Vec<String>> {
        use crate::store::Verdict::{Corrected, Deferred, FalseAlarm};
        let day = self.night.day;
        if decision.verdict == Deferred && decision.until.is_some_and(|until| until <= day) {
            return Some(vec!["until".into()]);
        }
        if decision.verdict == Corrected && decision.day.0 + i32::from(self.night.terms.grace) < day.0 {
            return Some(vec!["grace".into()]);
        }
        if !matches!(decision.verdict, FalseAlarm | Corrected | Deferred) {
            return None;
        }
        let then = decision.finding_values?;
        if raised.valueless {
            let same = then == raised.values || then == NO_VALUES;
            return (!same).then(|| vec![SUBJECT.into()]);
        }
        let changed: Vec<String> =
            (0..3).filter(|&n| then[n] != raised.values[n]).map(|n| VALUES[n].to_owned()).collect();
        (!changed.is_empty()).then_some(changed)
    }

    fn not_raised(&mut self, known: Known) {
        let is_resolved = known.status == FindingStatus::Resolved;
        if !is_resolved && unheard(self.night, known.id, known.source) {
            return;
        }
        if let Some(office) = known.office {
            *self.resolved.entry((known.commune, office.index())).or_default() += 1;
        }
        if is_resolved {
            return;
        }
        self.result.tally.resolved += 1;
        self.result.gone.push((known.id, known.status));
    }
}
