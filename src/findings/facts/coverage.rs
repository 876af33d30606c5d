//! What a civil-status extract covers: only within it does a missing record mean anything.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::whole::Registered;
use crate::domain::{Dataset, Day, Kind, PartialDate, PlaceId, RuleSettings, UnitId};

/// Days at either end of the period that are not counted as covered: records come late.
const MARGIN: i32 = 90;

/// The communes and the period that a civil-status extract covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The extract.
    pub kind: Kind,
    /// First and last day of registration: configured, or the 1st and 99th percentile; `None` where no
    /// row tells a date of registration.
    pub period: Option<(Day, Day)>,
    /// Whether the period was configured.
    pub configured: bool,
    /// The communes in force that the extract registers, sorted.
    pub communes: Vec<UnitId>,
}

impl Coverage {
    /// The coverage of an extract of a kind, by what it registers.
    pub(crate) fn of(data: &Dataset, kind: Kind, registered: &Registered, rules: &RuleSettings) -> Self {
        let configured = match kind {
            Kind::Births => rules.births_period,
            Kind::Deaths => rules.deaths_period,
            _ => None,
        };
        let units = |place: &u32| data.places.get(PlaceId(*place)).units.iter().copied();
        let mut communes: Vec<UnitId> = registered.communes.iter().flat_map(units).collect();
        communes.sort_unstable();
        communes.dedup();
        Self {
            kind,
            period: configured
                .map(|(from, to)| (from.first_day(), to.last_day()))
                .or_else(|| registration_period(&registered.days)),
            configured: configured.is_some(),
            communes,
        }
    }

    /// What keeps the extract from covering anything, by canonical name.
    pub(crate) fn missing(&self) -> Vec<String> {
        let name = |field| format!("{}.{field}", self.kind.name());
        let mut missing = Vec::new();
        if self.period.is_none() {
            missing.push(name("registered_on"));
        }
        if self.communes.is_empty() {
            missing.push(name("commune"));
        }
        missing
    }

    /// Whether an event of that date lies well within the period, however the date is completed.
    pub(crate) fn covers_date(&self, date: PartialDate) -> bool {
        self.period.is_some_and(|(from, to)| {
            date.first_day().0 >= from.0.saturating_add(MARGIN)
                && date.last_day().0 <= to.0.saturating_sub(MARGIN)
        })
    }

    /// The communes as a set.
    pub(crate) fn commune_set(&self) -> FxHashSet<UnitId> {
        self.communes.iter().copied().collect()
    }
}

/// The 1st and 99th percentile of the dates of registration.
fn registration_period(days: &BTreeMap<i32, u64>) -> Option<(Day, Day)> {
    Some((Day(percentile(days, 1)?), Day(percentile(days, 99)?)))
}

/// The percentile of counted numbers, interpolated between the two nearest ranks.
fn percentile(counted: &BTreeMap<i32, u64>, percent: u64) -> Option<i32> {
    let steps = counted.values().sum::<u64>().checked_sub(1)? * percent;
    let (below, part) = (steps / 100, (steps % 100) as i32);
    let low = ranked(counted, below)?;
    let high = ranked(counted, below + 1).unwrap_or(low);
    Some(low + (high - low) * part / 100)
}

/// The number at a rank, from 0.
fn ranked(counted: &BTreeMap<i32, u64>, rank: u64) -> Option<i32> {
    let mut before = 0;
    let reaches = |(_, count): &(&i32, &u64)| {
        before += **count;
        before > rank
    };
    counted.iter().find(reaches).map(|(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_leave_out_the_odd_ends() {
        let mut days: BTreeMap<i32, u64> = (0..=200).map(|day| (day, 1)).collect();
        assert_eq!((percentile(&days, 1), percentile(&days, 99)), (Some(2), Some(198)));
        days.extend([(90_000, 1), (-90_000, 1)]);
        assert!(percentile(&days, 99).unwrap() <= 200 && percentile(&days, 1).unwrap() >= 0);
        assert_eq!(percentile(&[(7, 1)].into(), 99), Some(7));
        assert_eq!(percentile(&BTreeMap::new(), 1), None);
        // Days that many rows share: of 101 rows the second is at 1 of 100, between it and the third.
        let shared = [(10, 2), (20, 98), (31, 1)].into();
        assert_eq!((percentile(&shared, 1), percentile(&shared, 2)), (Some(10), Some(20)));
    }

    #[test]
    fn ninety_days_at_either_end_are_not_covered() {
        let day = |y, m, d| Day::from_civil(y, m, d).unwrap();
        let coverage = Coverage {
            kind: Kind::Deaths,
            period: Some((day(2020, 1, 1), day(2025, 12, 31))),
            configured: true,
            communes: vec![],
        };
        let covers = |y, m, d| coverage.covers_date(PartialDate::day(y, m, d).unwrap());
        assert!(!covers(2020, 3, 30) && covers(2020, 3, 31));
        assert!(covers(2025, 10, 2) && !covers(2025, 10, 3));
        assert!(coverage.covers_date(PartialDate::from_year(2021).unwrap()));
        assert!(!coverage.covers_date(PartialDate::from_year(2020).unwrap()));
    }
}
