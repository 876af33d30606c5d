//! The match weight of a compared pair under a model.

use super::model::Model;
use crate::domain::{Comparison as Shown, Weights};
use crate::linkage::compare::levels::{Comparison, IdLevel, RELATIVES};
use crate::linkage::compare::pair::Pair;

/// Of those who bear another's ID, how many bear that of a given brother or sister: log2. Assumed (one in 340): there
/// is no count of whose IDs are mixed up.
const ID_OF_SIBLING: f32 = -8.4;

/// What a family shares: a brother or sister of the resident would agree in it as well.
const SHARED_BY_A_FAMILY: [Comparison; 6] =
    [Comparison::Place, Comparison::Address, Comparison::Kin, RELATIVES[0], RELATIVES[1], RELATIVES[2]];

impl Pair {
    /// The match weight without the prior, in bits.
    pub(crate) fn weight(&self, model: &Model) -> f32 {
        let codes = self.vector.codes();
        let log_m: f32 = model.levels.iter().zip(codes).map(|(levels, level)| levels.log_m(level)).sum();
        log_m + self.bits.sum()
    }

    /// The part of the weight that one comparison makes.
    pub(crate) fn weight_of(&self, comparison: Comparison, model: &Model) -> f32 {
        model[comparison].log_m(self.vector.codes()[comparison as usize]) + self.bits[comparison]
    }

    /// The part of the weight that a brother or sister of the resident would have as well: bits of what
    /// agrees in name and date, and all that a family shares.
    pub(crate) fn shared_bits(&self, model: &Model) -> f32 {
        let id = if self.vector.id == IdLevel::Equal { ID_OF_SIBLING } else { -self.bits[Comparison::Id] };
        let codes = self.vector.codes();
        let log_m = |comparison: Comparison| model[comparison].log_m(codes[comparison as usize]);
        SHARED_BY_A_FAMILY
            .into_iter()
            .map(log_m)
            .fold(self.bits.sum() + id - self.bits[Comparison::Gender], |sum, log_m| sum + log_m)
    }

    /// The weights as they are shown, the prior given.
    pub(crate) fn weights(&self, model: &Model, prior: f32) -> Weights {
        let mut weights = [0.0; Shown::COUNT];
        weights[Shown::Prior as usize] = prior;
        for comparison in Comparison::ALL {
            weights[comparison.shown() as usize] += self.weight_of(comparison, model);
        }
        weights
    }
}
