//! The Fellegi–Sunter model: m-probabilities by comparison level, learned without labels.
//!
//! A pair's match weight is the sum over comparisons of log2(m / u). The m-probabilities (how often a
//! level occurs among true pairs) are shipped as `data/model.json`, priors that are re-estimated on the data by
//! expectation–maximisation; the u-probabilities are counted from the registry's own frequencies, value
//! by value (term-frequency adjustment), and never estimated. Levels that depend on what a row writes
//! (a full date or a year alone) are normalised within their group, so that a less precise row is not
//! held against the pair. (I. P. Fellegi, A. B. Sunter, A Theory for Record Linkage, JASA 64, 1969.)

use std::ops::{Index, IndexMut};
use std::sync::LazyLock;

use super::coverage::{Coverage, Covered};
use super::model_file::ModelFile;
use crate::linkage::compare::levels::{Comparison, ComparisonVector, KinLevel, MOST_LEVELS, Scale};
use crate::linkage::compare::stratum::Stratum;

/// A multinomial over the levels of one comparison, in groups that are normalised by themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    /// m-probability of each level; the last level, `Missing`, has none.
    pub m: Vec<f64>,
    /// Group of each level.
    groups: &'static [u8],
    /// log2 of `m` by level; 0 for `Missing`.
    log: [f32; MOST_LEVELS],
}

impl Levels {
    /// The multinomial of a comparison. `m` is as long as the scale has levels.
    pub(crate) fn new(scale: &Scale, m: &[f64]) -> Self {
        debug_assert_eq!(m.len(), scale.groups.len());
        let mut levels = Self { m: m.to_vec(), groups: scale.groups, log: [0.0; MOST_LEVELS] };
        levels.normalise();
        levels
    }

    /// All levels of a group alike.
    pub(crate) fn even(scale: &Scale) -> Self {
        Self::new(scale, &vec![1.0; scale.groups.len()])
    }

    /// log2 of the m-probability of a level; 0 for `Missing`.
    pub(crate) fn log_m(&self, level: u8) -> f32 {
        self.log.get(usize::from(level)).copied().unwrap_or(0.0)
    }

    fn normalise(&mut self) {
        for group in 0..=self.groups.iter().copied().max().unwrap_or(0) {
            let sum: f64 =
                self.m.iter().zip(self.groups).filter(|(_, g)| **g == group).map(|(m, _)| *m).sum();
            for (m, g) in self.m.iter_mut().zip(self.groups) {
                if *g == group {
                    // A level never seen is rare, not impossible.
                    *m = (*m / sum.max(1e-12)).max(1e-5);
                }
            }
        }
        for (log, m) in self.log.iter_mut().zip(&self.m) {
            *log = m.log2() as f32;
        }
    }

    /// Takes expected counts of levels among true pairs; the shipped values count as `weight` pairs in
    /// each group, so that small files do not drift.
    fn learn(&mut self, counts: &[f64], prior: &Self, weight: f64) {
        for ((m, count), shipped) in self.m.iter_mut().zip(counts).zip(&prior.m) {
            *m = count + shipped * weight;
        }
        self.normalise();
    }
}

/// A line through the log-odds of pairs that no ID decides: what the audit found the probabilities to
/// want. The identity where nothing is to be mended.
#[derive(Copy, Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Calibration {
    /// Factor of the log-odds.
    pub slope: f32,
    /// Bits added.
    pub intercept: f32,
}

impl Calibration {
    /// Nothing to mend.
    pub const IDENTITY: Self = Self { slope: 1.0, intercept: 0.0 };

    /// The probability for log2-odds.
    pub fn probability(self, log_odds: f32) -> f32 {
        1.0 / (1.0 + (-(self.slope * log_odds + self.intercept)).exp2())
    }
}

/// The parameters for one role of one kind of extract.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Probability that a written role is a resident of the registry at all.
    pub coverage: Coverage,
    /// How probabilities are mended.
    pub calibration: Calibration,
    /// The multinomial of each comparison, in the order of [`Comparison::ALL`].
    pub levels: [Levels; Comparison::COUNT],
}

impl Index<Comparison> for Model {
    type Output = Levels;

    fn index(&self, comparison: Comparison) -> &Levels {
        &self.levels[comparison as usize]
    }
}

impl IndexMut<Comparison> for Model {
    fn index_mut(&mut self, comparison: Comparison) -> &mut Levels {
        &mut self.levels[comparison as usize]
    }
}

/// How many pairs the shipped parameters weigh beside the data's: a file of some hundred rows says more of itself
/// than they do, one of twenty does not.
const PRIOR_PAIRS: f64 = 200.0;

impl Model {
    /// The shipped parameters.
    pub fn shipped() -> Self {
        static SHIPPED: LazyLock<Model> = LazyLock::new(ModelFile::shipped);
        SHIPPED.clone()
    }

    /// Re-estimates the parameters from expected counts.
    pub(crate) fn learn(&mut self, counts: &Counts, prior: &Self) {
        for comparison in Comparison::ALL.into_iter().filter(|comparison| *comparison != Comparison::Kin) {
            self.learn_comparison(comparison, counts, prior);
        }
        self.coverage.learn(&counts.covered, &prior.coverage);
    }

    /// Re-estimates how the right resident stands to the one linked in another role.
    pub(crate) fn learn_kinship(&mut self, counts: &Counts, prior: &Self) {
        self.learn_comparison(Comparison::Kin, counts, prior);
    }

    fn learn_comparison(&mut self, comparison: Comparison, counts: &Counts, prior: &Self) {
        self[comparison].learn(&counts.levels[comparison as usize], &prior[comparison], PRIOR_PAIRS);
    }
}

/// Expected counts of levels among true pairs, gathered by the E-step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// By comparison, in the order of [`Comparison::ALL`], and level.
    levels: [[f64; MOST_LEVELS]; Comparison::COUNT],
    covered: Covered,
}

impl Counts {
    /// Adds a candidate pair with its posterior probability.
    pub(crate) fn add(&mut self, vector: &ComparisonVector, probability: f64) {
        for (counts, level) in self.levels.iter_mut().zip(vector.codes()) {
            counts[usize::from(level)] += probability;
        }
    }

    /// Adds a candidate's kinship with its posterior probability.
    pub(crate) fn add_kinship(&mut self, level: KinLevel, probability: f64) {
        self.levels[Comparison::Kin as usize][level as usize] += probability;
    }

    /// Counts a row that is found with some probability.
    pub(crate) fn add_row(&mut self, stratum: Stratum, probability: f64) {
        self.covered.add(stratum, probability);
    }

    /// Adds the counts of another part of the data.
    pub(crate) fn merge(&mut self, other: &Self) {
        let ours = self.levels.iter_mut().flatten();
        ours.zip(other.levels.iter().flatten()).for_each(|(a, b)| *a += b);
        self.covered.merge(&other.covered);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::compare::levels::NameLevel;

    #[test]
    fn groups_sum_to_one_and_nothing_is_impossible() {
        let model = Model::shipped();
        for (levels, comparison) in model.levels.iter().zip(Comparison::ALL) {
            for group in 0..=levels.groups.iter().copied().max().unwrap() {
                let sum: f64 =
                    levels.m.iter().zip(levels.groups).filter(|(_, g)| **g == group).map(|(m, _)| *m).sum();
                assert!((sum - 1.0).abs() < 1e-3, "{} {sum}", comparison.name());
            }
            assert!(levels.m.iter().all(|m| *m > 0.0 && *m <= 1.0));
        }
    }

    #[test]
    fn learning_moves_towards_the_counts_but_not_on_little_data() {
        let prior = Model::shipped();
        let vector = ComparisonVector { name: NameLevel::Typo, ..ComparisonVector::MISSING };
        let learned = |n: usize| {
            let mut counts = Counts::default();
            (0..n).for_each(|_| {
                counts.add_row(Stratum::NoId, 1.0);
                counts.add(&vector, 1.0);
            });
            let mut model = prior.clone();
            model.learn(&counts, &prior);
            model[Comparison::Name].m[NameLevel::Typo as usize]
        };
        assert!(learned(2) < 0.05 && learned(100_000) > 0.95);
    }
}
