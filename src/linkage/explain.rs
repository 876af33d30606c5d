//! Why a person was linked, or not: the weights of the best candidates, side by side.

use crate::domain::{Decision, LinkageSettings, ResidentIx, Role, Weights};

use crate::linkage::compare::levels::ComparisonVector;
use crate::linkage::model::model::Model;
use crate::linkage::model::posterior::Candidates;
use crate::linkage::resolve::decide;

/// What was found for one role of a row.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The role.
    pub role: Role,
    /// The decision.
    pub decision: Decision,
    /// Bits by which the best leads the runner-up.
    pub margin: f32,
    /// The candidates, best first.
    pub candidates: Vec<Explained>,
}

/// One candidate, explained.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The resident.
    pub resident: ResidentIx,
    /// Posterior probability.
    pub probability: f32,
    /// Weights by comparison, in bits.
    pub weights: Weights,
    /// The comparison vector.
    pub vector: ComparisonVector,
}

pub(crate) fn explain(
    found: &Candidates,
    model: &Model,
    role: Role,
    settings: &LinkageSettings,
    log_n: f32,
) -> Explanation {
    let candidates = (0..found.top.len())
        .map(|at| {
            let compared = &found.top[at].0;
            Explained {
                resident: ResidentIx(compared.resident),
                probability: found.probability(at, model, log_n),
                weights: compared.weights(model, found.prior_bits(model, log_n)),
                vector: compared.vector,
            }
        })
        .collect();
    Explanation {
        role,
        decision: decide::decision(found, model, role, settings, log_n),
        margin: found.margin(),
        candidates,
    }
}
