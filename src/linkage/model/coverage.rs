//! Coverage: which share of the rows of a file speaks of residents at all.
//!
//! It differs by stratum: of death records with an ID nearly all may be found in the registry, and of those without
//! one in ten, because the recorded dead were taken out of it. So it is estimated for each stratum from the file
//! itself, and where much hangs on it the pessimistic end of what the file allows is taken.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::linkage::compare::stratum::Stratum;

/// Neither nobody nor everybody is a resident.
const LEAST: f64 = 0.001;
const MOST: f64 = 0.9995;

/// Quantile of the normal distribution for the pessimistic end: one file in twenty is worse.
const PESSIMISM: f64 = 1.645;

/// Coverage of one stratum, with the number of rows that say so.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Share of rows whose person is a resident.
    pub share: f64,
    /// Rows that it rests on.
    pub rows: f64,
}

impl Share {
    /// The lower end of the interval of the share (E. B. Wilson, JASA 22, 1927).
    fn pessimistic(self) -> f64 {
        let (n, p, z) = (self.rows.max(1.0), self.share, PESSIMISM);
        let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        (p + z * z / (2.0 * n) - spread) / (1.0 + z * z / n)
    }
}

/// Coverage of all strata, in the order of [`Stratum::ALL`].
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage(pub(super) [Share; Stratum::COUNT]);

/// Rows by stratum, and how many of them speak of residents.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Covered {
    rows: [f64; Stratum::COUNT],
    matched: [f64; Stratum::COUNT],
}

impl Covered {
    /// Counts a row, found with some probability.
    pub(crate) fn add(&mut self, stratum: Stratum, probability: f64) {
        self.rows[stratum as usize] += 1.0;
        self.matched[stratum as usize] += probability;
    }

    /// Adds the counts of another part of the data.
    pub(crate) fn merge(&mut self, other: &Self) {
        for at in 0..Stratum::COUNT {
            self.rows[at] += other.rows[at];
            self.matched[at] += other.matched[at];
        }
    }
}

impl Coverage {
    /// The share of a stratum.
    pub fn of(&self, stratum: Stratum) -> f64 {
        self.0[stratum as usize].share.clamp(LEAST, MOST)
    }

    /// The least share of a stratum that the rows allow.
    pub fn pessimistic(&self, stratum: Stratum) -> f64 {
        self.0[stratum as usize].pessimistic().clamp(LEAST, MOST)
    }

    /// Takes counts into account; what was believed before counts as its few rows.
    pub(super) fn learn(&mut self, counts: &Covered, prior: &Self) {
        for (at, of) in self.0.iter_mut().enumerate() {
            let before = prior.0[at];
            let rows = counts.rows[at] + before.rows;
            *of = Share { share: (counts.matched[at] + before.share * before.rows) / rows.max(1e-9), rows };
        }
    }

    /// The share over all rows.
    pub fn overall(&self, prior: &Self) -> f64 {
        let own = |at: usize| (self.0[at].rows - prior.0[at].rows).max(0.0);
        let rows: f64 = (0..Stratum::COUNT).map(own).sum();
        let matched: f64 = (0..Stratum::COUNT).map(|at| own(at) * self.0[at].share).sum();
        if rows > 0.0 { matched / rows } else { self.of(Stratum::NoId) }
    }

    /// The largest difference to another in the strata on which both rest alike.
    pub(super) fn change(&self, other: &Self) -> f64 {
        self.0.iter().zip(&other.0).map(|(a, b)| (a.share - b.share).abs()).fold(0.0, f64::max)
    }

    /// By the names of the strata.
    pub(super) fn named(&self) -> BTreeMap<String, Share> {
        Stratum::ALL
            .into_iter()
            .map(|stratum| (stratum.name().to_owned(), self.0[stratum as usize]))
            .collect()
    }

    /// From the names of the strata; the first that is not there, or no share, is the error.
    pub(super) fn from_named(named: &BTreeMap<String, Share>) -> Result<Self, &'static str> {
        let mut coverage = Self([Share { share: 0.5, rows: 0.0 }; Stratum::COUNT]);
        for stratum in Stratum::ALL {
            let given =
                named.get(stratum.name()).filter(|of| (0.0..=1.0).contains(&of.share) && of.rows >= 0.0);
            coverage.0[stratum as usize] = *given.ok_or(stratum.name())?;
        }
        Ok(coverage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_leave_much_open_and_many_little() {
        let of = |share: f64, rows: f64| Share { share, rows }.pessimistic();
        assert!(of(0.93, 4.0) < 0.6);
        assert!((0.09..0.11).contains(&of(0.11, 1_000.0)));
        assert!(of(0.99, 1_000.0) > 0.98);
    }

    #[test]
    fn a_file_overrules_what_was_believed() {
        let prior = Coverage([Share { share: 0.9, rows: 4.0 }; Stratum::COUNT]);
        let mut counts = Covered::default();
        (0..100).for_each(|row| counts.add(Stratum::NoId, if row < 10 { 1.0 } else { 0.0 }));
        let mut coverage = prior.clone();
        coverage.learn(&counts, &prior);
        assert!((0.1..0.15).contains(&coverage.of(Stratum::NoId)));
        assert!((coverage.of(Stratum::IdFound) - 0.9).abs() < 1e-9);
    }
}
