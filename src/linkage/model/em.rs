//! Learning the m-probabilities on the data at hand, without labels.
//!
//! Expectation: with the parameters as they are, every candidate of a sampled person gets its posterior
//! probability (one of the candidates is the person, or none is). Maximisation: the parameters become
//! the expected shares of levels among true pairs, the shipped ones counting as some pairs more. The
//! candidates of the sample are found once and only re-weighed.

use rayon::prelude::*;

use super::model::{Counts, Model};
use super::posterior::Candidates;

/// Rounds of EM at most.
const MAX_ROUNDS: usize = 25;
/// Change in any m-probability below which the rounds end.
const TOLERANCE: f64 = 1e-4;
/// A pair teaches from this probability on, were coverage as low as the file allows.
const HOLDS: f32 = 0.9;

/// What the learning of one model came to.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Training {
    /// Persons in the sample.
    pub persons: usize,
    /// Rounds done.
    pub rounds: usize,
    /// Whether the parameters stood still at the end.
    pub converged: bool,
    /// Largest change of an m-probability in the last round.
    pub last_change: f64,
    /// With frozen parameters: the largest difference to what the data would have taught.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<f64>,
}

/// Learns a model from the candidates of a sample of persons.
pub(crate) fn learn(prior: &Model, mut sample: Vec<Candidates>, log_n: f32) -> (Model, Training) {
    let mut model = prior.clone();
    let mut training =
        Training { persons: sample.len(), rounds: 0, converged: false, last_change: 0.0, drift: None };
    if sample.is_empty() {
        training.converged = true;
        return (model, training);
    }
    for round in 1..=MAX_ROUNDS {
        // Fixed chunks, merged in order: the sums do not depend on the number of threads.
        let parts: Vec<Counts> =
            sample.par_chunks_mut(1024).map(|chunk| expect(&model, chunk, log_n)).collect();
        let mut counts = Counts::default();
        parts.iter().for_each(|part| counts.merge(part));
        let before = model.clone();
        model.learn(&counts, prior);
        training.rounds = round;
        training.last_change = change(&before, &model);
        if training.last_change < TOLERANCE {
            training.converged = true;
            break;
        }
    }
    (model, training)
}

fn expect(model: &Model, sample: &mut [Candidates], log_n: f32) -> Counts {
    let mut counts = Counts::default();
    for found in sample {
        found.weigh_again(model);
        let mut matched = 0.0;
        for (at, (pair, _)) in found.top.iter().enumerate() {
            let p = f64::from(found.probability(at, model, log_n));
            matched += p;
            // What may as well be a stranger must not teach how residents are written.
            if found.pessimistic(at, model, log_n) >= HOLDS {
                counts.add(&pair.vector, p);
            }
        }
        counts.add_row(found.stratum, matched);
    }
    counts
}

/// The largest difference between two models in any m-probability or the coverage.
pub(crate) fn change(a: &Model, b: &Model) -> f64 {
    let mut largest = a.coverage.change(&b.coverage);
    for (x, y) in a.levels.iter().zip(&b.levels) {
        for (p, q) in x.m.iter().zip(&y.m) {
            largest = largest.max((p - q).abs());
        }
    }
    largest
}
