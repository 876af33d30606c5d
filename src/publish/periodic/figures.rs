//! What a period came to, counted from the store: the life of every finding is followed from its first
//! sighting through its events, and looked at when the period begins, when it ends, and in between.
//!
//! Runs are what is seen: a finding counts as raised at the end of the first run of the day on which it was
//! seen first.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Bounds;
use crate::domain::{Code, Day};
use crate::findings::FindingId;
use crate::findings::catalogue::Office;
use crate::publish::figures::AGES;
use crate::store::{FindingStatus, Step, Store, StoreError, StoredFinding};

/// What became of the findings of a group during a period. What stood at the beginning and what came is what
/// went and what stands at the end.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Outstanding when the period began.
    pub before: u64,
    /// Seen first in the period.
    pub raised: u64,
    /// Outstanding again.
    pub reopened: u64,
    /// Mended: no longer raised.
    pub resolved: u64,
    /// Said to be no error.
    pub rejected: u64,
    /// Outstanding at the end.
    pub outstanding: u64,
    /// Of these, overdue.
    pub overdue: u64,
}

impl Tally {
    /// All that was to be done: what stood, came and came back.
    pub fn cases(&self) -> u64 {
        self.before + self.raised + self.reopened
    }

    /// The share that was mended of what turned out to be an error.
    pub fn share_resolved(&self) -> Option<f64> {
        let errors = self.cases().checked_sub(self.rejected).filter(|n| *n > 0)?;
        Some(self.resolved as f64 / errors as f64)
    }

    fn add(&mut self, other: &Self) {
        self.before += other.before;
        self.raised += other.raised;
        self.reopened += other.reopened;
        self.resolved += other.resolved;
        self.rejected += other.rejected;
        self.outstanding += other.outstanding;
        self.overdue += other.overdue;
    }
}

/// A group in the period and in the one before, and the ages of what is outstanding.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// In the period.
    pub now: Tally,
    /// In the period before.
    pub previous: Tally,
    /// Outstanding at the end, by class of age (up to 7, 30, 90, 365 days, older).
    pub ages: [u64; AGES.len() + 1],
}

impl Cell {
    pub(super) fn add(&mut self, other: &Self) {
        self.now.add(&other.now);
        self.previous.add(&other.previous);
        self.ages.iter_mut().zip(other.ages).for_each(|(sum, n)| *sum += n);
    }
}

/// Code and name of a commune.
pub type Commune = (String, String);

/// The groups of findings that are told apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// The commune; empty where it is not known.
    pub commune: Commune,
    /// Who corrects.
    pub office: Office,
    /// The code.
    pub code: Code,
}

/// What a period came to.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// By group.
    pub groups: BTreeMap<Group, Cell>,
    /// Runs in the period.
    pub runs: u64,
    /// The last run that is counted: name and as-of date.
    pub last_run: Option<(String, Day)>,
    /// The day on which the period ends.
    pub last_day: Option<Day>,
    /// Findings that stand when the period ends.
    pub standing: FxHashSet<FindingId>,
}

impl Figures {
    /// Counts a period and the one before, for the communes of these codes; for all where none is given.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub fn count(
        store: &Store,
        period: &Bounds,
        previous: &Bounds,
        only: &[String],
    ) -> Result<Self, StoreError> {
        let (now, before) = (Span::of(period), Span::of(previous));
        let communes = store.communes()?;
        let sightings = Sightings::read(store, &period.to)?;
        let mut groups: FxHashMap<(i64, Option<Office>, Code), Cell> = FxHashMap::default();
        let is_wanted = |code: &String| only.is_empty() || only.contains(code);
        let mut outstanding = FxHashSet::default();
        store.each_life(|finding, steps| {
            let seen = sightings.of(finding.first_seen);
            let cell = groups.entry((finding.commune, finding.office, finding.id.code)).or_default();
            cell.now.add(&follow(finding, seen, steps, now));
            cell.previous.add(&follow(finding, seen, steps, before));
            if seen <= now.to && standing(finding, steps, now.to).is_outstanding() {
                let age = now.last_day.0 - finding.first_seen.0;
                if communes.get(&finding.commune).map_or(only.is_empty(), |(code, _)| is_wanted(code)) {
                    outstanding.insert(finding.id);
                }
                cell.ages[AGES.iter().position(|most| age <= *most).unwrap_or(AGES.len())] += 1;
            }
        })?;
        let named = groups.into_iter().map(|((commune, office, code), cell)| {
            let commune = communes.get(&commune).cloned().unwrap_or_default();
            (Group { commune, office: office.unwrap_or(Office::Police), code }, cell)
        });
        let mut figures = Self { standing: outstanding, ..Self::default() };
        let named = named.filter(|(group, _)| is_wanted(&group.commune.0));
        for (group, cell) in named {
            figures.groups.entry(group).or_default().add(&cell);
        }
        // A group of which nothing stood, came or went says nothing.
        figures.groups.retain(|_, cell| cell.now.cases() > 0 || cell.previous.cases() > 0);
        let runs = store.runs_until(now.to)?;
        figures.runs = runs.iter().filter(|(ended, ..)| now.holds(*ended)).count() as u64;
        figures.last_day = Some(now.last_day);
        figures.last_run = runs.into_iter().next_back().map(|(_, name, as_of)| (name, as_of));
        Ok(figures)
    }

    /// The groups summed by something they have in common.
    pub fn by<K: Ord>(&self, key: impl Fn(&Group) -> K) -> BTreeMap<K, Cell> {
        let mut sums: BTreeMap<K, Cell> = BTreeMap::new();
        for (group, cell) in &self.groups {
            sums.entry(key(group)).or_default().add(cell);
        }
        sums
    }
}

/// A period as the store writes moments, with the day on which it ends.
#[derive(Copy, Clone)]
struct Span {
    from: i64,
    to: i64,
    last_day: Day,
}

impl Span {
    fn of(bounds: &Bounds) -> Self {
        // What ends at midnight ends with the day before.
        let last = bounds.to.timestamp().as_second() - 1;
        let last = Timestamp::from_second(last).unwrap_or(Timestamp::UNIX_EPOCH);
        let last_day = day_of(last.to_zoned(bounds.to.time_zone().clone()).date());
        Self { from: bounds.from.timestamp().as_second(), to: bounds.to.timestamp().as_second(), last_day }
    }

    fn holds(&self, at: i64) -> bool {
        self.from < at && at <= self.to
    }
}

/// What a finding adds to the figures of a period.
fn follow(line: &StoredFinding, seen: i64, steps: &[Step], span: Span) -> Tally {
    let mut tally = Tally::default();
    if seen > span.to {
        return tally;
    }
    let first = steps.first().map_or(line.status, |step| step.from);
    let mut status = if seen <= span.from { standing(line, steps, span.from) } else { first };
    if seen <= span.from {
        tally.before = u64::from(status.is_outstanding());
    } else {
        tally.raised = u64::from(status.is_outstanding());
    }
    for step in steps.iter().filter(|step| span.holds(step.at)) {
        match (status.is_outstanding(), step.to) {
            (true, FindingStatus::Resolved) => tally.resolved += 1,
            (true, FindingStatus::Rejected) => tally.rejected += 1,
            (false, to) if to.is_outstanding() => tally.reopened += 1,
            _ => {}
        }
        status = step.to;
    }
    if status.is_outstanding() {
        tally.outstanding = 1;
        tally.overdue = u64::from(line.due_on < span.last_day);
    }
    tally
}

/// What had become of a finding at a moment.
fn standing(line: &StoredFinding, steps: &[Step], at: i64) -> FindingStatus {
    match steps.iter().rfind(|step| step.at <= at) {
        Some(step) => step.to,
        None => steps.first().map_or(line.status, |step| step.from),
    }
}

/// When what was seen first on a day was seen.
struct Sightings {
    /// The end of the first run of each day.
    runs: FxHashMap<Day, i64>,
    /// Seconds from midnight UTC to midnight here, for days without a run (taken over from older lists).
    offset: i64,
}

impl Sightings {
    fn read(store: &Store, here: &Zoned) -> Result<Self, StoreError> {
        Ok(Self { runs: store.first_run_of_days()?, offset: i64::from(here.offset().seconds()) })
    }

    fn of(&self, day: Day) -> i64 {
        self.runs.get(&day).copied().unwrap_or_else(|| i64::from(day.0) * 86_400 - self.offset)
    }
}

fn day_of(date: Date) -> Day {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    Day::from_civil(i32::from(date.year()), month, day).unwrap_or(Day(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Span = Span { from: 1000, to: 2000, last_day: Day(20) };

    fn line(status: FindingStatus) -> StoredFinding {
        let id = crate::findings::FindingId::parse("DU-01-000000000001").unwrap();
        StoredFinding { id, commune: 1, office: None, status, first_seen: Day(10), due_on: Day(17) }
    }

    fn steps(all: &[(i64, FindingStatus)]) -> Vec<Step> {
        let mut from = FindingStatus::Open;
        all.iter().map(|&(at, to)| Step { at, from: std::mem::replace(&mut from, to), to }).collect()
    }

    #[test]
    fn what_stood_and_came_is_what_went_and_stands() {
        use FindingStatus::{Deferred, InProgress, Open, Rejected, Reopened, Resolved};
        let lives: [&[(i64, FindingStatus)]; 9] = [
            &[],
            &[(500, Resolved)],
            &[(1000, Resolved)],
            &[(1001, Resolved)],
            &[(1500, Rejected), (1600, Open), (1700, Resolved)],
            &[(900, Resolved), (1500, Reopened)],
            &[(1500, InProgress), (1900, Resolved), (2001, Reopened)],
            &[(1200, Deferred), (2500, Resolved)],
            &[(900, Rejected), (1500, Resolved), (1600, Reopened), (2000, Resolved)],
        ];
        for life in lives {
            for seen in [900, 1000, 1001, 2000, 2001] {
                let steps: Vec<Step> = steps(life).into_iter().filter(|step| step.at >= seen).collect();
                let last = life.last().map_or(Open, |step| step.1);
                let tally = follow(&line(last), seen, &steps, SPAN);
                assert_eq!(
                    tally.cases(),
                    tally.resolved + tally.rejected + tally.outstanding,
                    "{life:?} seen {seen}"
                );
                assert!(tally.overdue <= tally.outstanding);
                assert!(seen <= SPAN.to || tally == Tally::default());
            }
        }
    }

    #[test]
    fn moments_belong_to_the_period_that_they_end() {
        use FindingStatus::{Open, Resolved};
        let open = follow(&line(Open), 1000, &[], SPAN);
        assert_eq!(open, Tally { before: 1, outstanding: 1, overdue: 1, ..Tally::default() });
        let raised = follow(&line(Resolved), 1001, &steps(&[(2000, Resolved)]), SPAN);
        assert_eq!(raised, Tally { raised: 1, resolved: 1, ..Tally::default() });
        let after = follow(&line(Resolved), 1001, &steps(&[(2001, Resolved)]), SPAN);
        assert_eq!((after.outstanding, after.resolved), (1, 0));
    }

    #[test]
    fn the_share_leaves_out_what_was_no_error() {
        let tally =
            Tally { before: 8, raised: 2, resolved: 3, rejected: 4, outstanding: 3, ..Tally::default() };
        assert_eq!(tally.share_resolved(), Some(0.5));
        assert_eq!(Tally::default().share_resolved(), None);
    }
}
