//! What was found for one person: the candidates with their weights, and how probable each is.

use smallvec::SmallVec;

use super::model::{Calibration, Model};
use super::unregistered_sibling;
use crate::linkage::compare::pair::Pair;
use crate::linkage::compare::stratum::Stratum;

/// Weight of a pair that an officer affirmed, in bits: more than any evidence brings.
const DECIDED_BITS: f32 = 1000.0;

/// Odds of a pair in a village where name and year coincide twice as often as elsewhere; and where no place agrees, so
/// that any village may be meant, some of which are full of one name.
const UNEVEN: f32 = 0.5;
const ANYWHERE: f32 = 0.125;

/// What the search for one person found, best first.
#[derive(Clone, Debug)]
pub(crate) struct Candidates {
    /// With which rows the person is counted.
    pub(crate) stratum: Stratum,
    /// Whether the row says that the person is dead.
    pub(crate) asserts_death: bool,
    /// Whether the best candidate must not be linked without a question, however probable.
    pub(crate) is_in_doubt: bool,
    /// Whether the row bears the number of a living resident whom it does not name: a question, however improbable.
    pub(crate) asks_the_owner: bool,
    /// The best candidates with their match weights (prior left out), best first; ties by resident.
    pub(crate) top: SmallVec<[(Pair, f32); 1]>,
    /// log2 of the sum of 2^weight over the candidates that are not in `top`.
    pub(crate) log_rest: f32,
}

impl Default for Candidates {
    /// Nobody found.
    fn default() -> Self {
        let (stratum, log_rest) = (Stratum::NoId, f32::NEG_INFINITY);
        let (asserts_death, is_in_doubt, asks_the_owner) = (false, false, false);
        Self { stratum, asserts_death, is_in_doubt, asks_the_owner, top: SmallVec::new(), log_rest }
    }
}

impl Candidates {
    /// Posterior probability of the candidate at a place: one of the candidates is the person, or none
    /// is. `prior` is log2 of the prior odds that a given resident is.
    pub(crate) fn probability(&self, at: usize, model: &Model, log_n: f32) -> f32 {
        let Some((best, _)) = self.top.get(at) else { return 0.0 };
        if self.is_decided() {
            return 1.0;
        }
        let line = if best.is_by_id() { Calibration::IDENTITY } else { model.calibration };
        line.probability(self.log_odds(at, model, log_n))
    }

    /// As [`Self::probability`], were coverage as low as the file allows.
    pub(crate) fn pessimistic(&self, at: usize, model: &Model, log_n: f32) -> f32 {
        if self.is_decided() || self.top.get(at).is_none_or(|(best, _)| best.is_by_id()) {
            return self.probability(at, model, log_n);
        }
        let coverage = model.coverage.pessimistic(self.stratum);
        model.calibration.probability(self.log_odds_under(coverage, at, model, log_n))
    }

    /// As [`Self::pessimistic`], for what must not be wrong: that somebody is dead. Where nothing but a name, part of a
    /// date and a commune speak for the pair, they may coincide twice as often as the registry shows on average:
    /// families of one name live side by side in some villages.
    pub(crate) fn as_death(&self, model: &Model, log_n: f32) -> f32 {
        let sure = self.pessimistic(0, model, log_n);
        match self.top.first() {
            Some((best, _)) if !self.is_decided() && best.rests_on_name_and_year() => {
                let uneven = if best.is_supported() { UNEVEN } else { ANYWHERE };
                let odds = (sure / (1.0 - sure).max(f32::EPSILON)) * uneven;
                odds / (1.0 + odds)
            }
            _ => sure,
        }
    }

    /// log2 of the prior probability that a given resident is the person sought.
    pub(crate) fn prior_bits(&self, model: &Model, log_n: f32) -> f32 {
        model.coverage.of(self.stratum).log2() as f32 - log_n
    }

    /// log2 of the posterior odds of the candidate at a place, before calibration.
    pub(crate) fn log_odds(&self, at: usize, model: &Model, log_n: f32) -> f32 {
        self.log_odds_under(model.coverage.of(self.stratum), at, model, log_n)
    }

    fn log_odds_under(&self, coverage: f64, at: usize, model: &Model, log_n: f32) -> f32 {
        let Some((_, weight)) = self.top.get(at) else { return f32::NEG_INFINITY };
        let prior = coverage.log2() as f32 - log_n;
        let others = self
            .top
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != at)
            .map(|(_, (_, w))| w + prior)
            .fold(f32::NEG_INFINITY, log2_add);
        let rest = log2_add(others, self.log_rest + prior);
        weight + prior - log2_add(rest, self.nobody(coverage, prior, model))
    }

    /// log2 of the odds of being a resident against being none of the candidates; `None` where the resident is none.
    pub(crate) fn odds_against_nobody(&self, resident: u32, model: &Model, log_n: f32) -> Option<f64> {
        let (_, weight) = self.top.iter().find(|(c, _)| c.resident == resident)?;
        let coverage = model.coverage.of(self.stratum);
        let prior = coverage.log2() as f32 - log_n;
        Some(f64::from(weight + prior - log2_add(self.log_rest + prior, self.nobody(coverage, prior, model))))
    }

    /// log2 of the odds of nobody of the registry: a stranger, or a brother or sister of a candidate.
    fn nobody(&self, coverage: f64, prior: f32, model: &Model) -> f32 {
        let siblings = self.top.iter().map(|(c, _)| unregistered_sibling::weight(c, model, coverage) + prior);
        log2_add((1.0 - coverage).log2() as f32, siblings.fold(f32::NEG_INFINITY, log2_add))
    }

    /// Bits by which the best leads the runner-up; infinite where there is none.
    pub(crate) fn margin(&self) -> f32 {
        match self.top.as_slice() {
            [first, second, ..] => first.1 - second.1,
            _ => f32::INFINITY,
        }
    }
}

impl Candidates {
    /// A pair that an officer affirmed: there is no other candidate. The comparison stays what it is.
    pub(crate) fn decided(compared: Pair) -> Self {
        Self { top: SmallVec::from_buf([(compared, DECIDED_BITS)]), ..Self::default() }
    }

    /// Whether an officer affirmed the best candidate.
    pub(crate) fn is_decided(&self) -> bool {
        self.top.first().is_some_and(|(_, weight)| *weight >= DECIDED_BITS)
    }

    /// Drops what can no longer change a decision, so that two million of these stay small.
    pub(crate) fn forget_the_hopeless(&mut self) {
        let best = self.top.first().map_or(0.0, |(_, w)| *w);
        let asks = self.asks_the_owner;
        let stays = |(pair, w): &(Pair, f32)| *w > best - 16.0 || asks && pair.is_by_id();
        let gone = self.top.iter().filter(|candidate| !stays(candidate));
        self.log_rest = gone.map(|(_, w)| *w).fold(self.log_rest, log2_add);
        self.top.retain(|candidate| stays(candidate));
        self.top.shrink_to_fit();
    }

    /// Weighs the candidates anew under other parameters; their order stays.
    pub(crate) fn weigh_again(&mut self, model: &Model) {
        self.top.iter_mut().for_each(|(compared, weight)| *weight = compared.weight(model));
    }

    /// Adds what each candidate gains by having no other row.
    pub(crate) fn gain(&mut self, bits: impl Fn(u32) -> f32) {
        if self.is_decided() {
            return;
        }
        self.top.iter_mut().for_each(|(candidate, weight)| *weight += bits(candidate.resident));
        self.top.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.resident.cmp(&b.0.resident)));
    }

    /// Takes off what other rows of the file claim: `left` gives, by resident, the bits that their claims leave and
    /// whether the person can hardly be the resident unless the row is a second one of another row's person. That is
    /// a question, never an answer.
    pub(crate) fn yield_to_others(&mut self, left: impl Fn(u32) -> Option<(f32, bool)>) {
        if self.is_decided() {
            return;
        }
        for (candidate, weight) in &mut self.top {
            *weight += left(candidate.resident).map_or(0.0, |(bits, _)| bits);
        }
        // A stable sort: ties stay in the order of residents.
        self.top.sort_by(|a, b| b.1.total_cmp(&a.1));
        let second =
            self.top.first().and_then(|(best, _)| left(best.resident)).is_some_and(|(_, second)| second);
        self.is_in_doubt |= second;
    }

    /// Takes candidates away.
    pub(crate) fn strike(&mut self, residents: &[u32]) {
        self.top.retain(|(c, _)| !residents.contains(&c.resident));
    }
}

/// log2(2^a + 2^b).
pub(crate) fn log2_add(a: f32, b: f32) -> f32 {
    let (hi, lo) = if a >= b { (a, b) } else { (b, a) };
    if lo == f32::NEG_INFINITY { hi } else { hi + (1.0 + (lo - hi).exp2()).log2() }
}
