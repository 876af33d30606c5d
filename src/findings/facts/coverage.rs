//! What a civil-status extract covers: only within it does a missing record mean anything.

use rustc_hash::FxHashSet;

use crate::domain::{Dataset, Day, Extract, Kind, PartialDate, PlaceId, RuleSettings, UnitId};

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
    /// The coverage of an extract.
    pub(crate) fn of(data: &Dataset, extract: &Extract, rules: &RuleSettings) -> Self {
        let configured = match extract.kind {
            Kind::Births => rules.births_period,
            Kind::Deaths => rules.deaths_period,
            _ => None,
        };
        let mut places: Vec<PlaceId> = extract.rows.iter().map(|row| row.place).collect();
        places.sort_unstable();
        places.dedup();
        let mut communes: Vec<UnitId> =
            places.into_iter().flat_map(|place| data.places.get(place).units.iter().copied()).collect();
        communes.sort_unstable();
        communes.dedup();
        Self {
            kind: extract.kind,
            period: configured
                .map(|(from, to)| (from.first_day(), to.last_day()))
                .or_else(|| registration_period(extract)),
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
fn registration_period(extract: &Extract) -> Option<(Day, Day)> {
    let mut days: Vec<i32> =
        extract.rows.iter().filter_map(|row| Some(row.registered_on.sound()?.first_day().0)).collect();
    days.sort_unstable();
    Some((Day(percentile(&days, 1)?), Day(percentile(&days, 99)?)))
}

/// The percentile of sorted numbers, interpolated between the two nearest ranks.
fn percentile(sorted: &[i32], percent: usize) -> Option<i32> {
    let steps = sorted.len().checked_sub(1)? * percent;
    let (below, part) = (steps / 100, (steps % 100) as i32);
    let low = sorted[below];
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    Some(low + (high - low) * part / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_leave_out_the_odd_ends() {
        let mut days: Vec<i32> = (0..=200).collect();
        assert_eq!((percentile(&days, 1), percentile(&days, 99)), (Some(2), Some(198)));
        days.push(90_000);
        days.insert(0, -90_000);
        assert!(percentile(&days, 99).unwrap() <= 200 && percentile(&days, 1).unwrap() >= 0);
        assert_eq!(percentile(&[7], 99), Some(7));
        assert_eq!(percentile(&[], 1), None);
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
