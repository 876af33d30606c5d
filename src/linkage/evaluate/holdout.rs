//! Calibration without labels: rows with a trustworthy ID are free truth.
//!
//! A person whose ID is that of a resident of like name and birth date is known. The ID is hidden and
//! the person searched again: what is found is right or wrong for certain. Then the resident is hidden
//! too: whatever is linked now is wrong, which tells how often persons outside the registry are linked
//! to somebody inside. Both together, in the proportion of the estimated coverage, say whether pairs
//! called 0.9 are true nine times in ten; where they are not, the log-odds are mended by a line (J.
//! Platt, Probabilistic outputs for support vector machines, 1999).
//!
//! The sample leaves out persons whose name and birth date are both damaged: their ID proves nothing.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::domain::{Extract, LinkageSettings};

use crate::linkage::blocking::search;
use crate::linkage::compare::levels::IdLevel;
use crate::linkage::compare::residents::NO_UNIT;
use crate::linkage::compare::stratum::Stratum;
use crate::linkage::engine::Engine;
use crate::linkage::model::model::{Calibration, Model};
use crate::linkage::model::posterior::Candidates;
use crate::linkage::model::stable_sample::StableSample;
use crate::linkage::resolve::decide;

/// Persons searched again, for each role.
const SAMPLE: usize = 3_000;
/// Below this many, nothing is corrected.
const ENOUGH: usize = 1_000;
/// Bins of the reliability table.
const BINS: usize = 10;

/// A share with its 95 % confidence interval (E. B. Wilson, JASA 22, 1927).
#[derive(Copy, Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Share {
    /// Number of pairs.
    pub of: usize,
    /// The share; 1 where there is no pair.
    pub share: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Share {
    /// `hits` of `of`.
    pub fn new(hits: usize, of: usize) -> Self {
        if of == 0 {
            return Self { of, share: 1.0, low: 0.0, high: 1.0 };
        }
        let (n, p, z) = (of as f64, hits as f64 / of as f64, 1.96f64);
        let centre = p + z * z / (2.0 * n);
        let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        Self {
            of,
            share: p,
            low: ((centre - spread) / scale).max(0.0),
            high: ((centre + spread) / scale).min(1.0),
        }
    }
}

/// One bin of the reliability table.
#[derive(Copy, Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Bin {
    /// Cases, weighted.
    pub cases: f64,
    /// Mean of the probabilities said.
    pub said: f64,
    /// Share that was true.
    pub was: f64,
}

/// Precision and recall in one commune.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CommuneAudit {
    /// Code of the commune, or its name where it has none.
    pub commune: String,
    /// Of links, those to the right resident.
    pub precision: Share,
    /// Of persons of the registry, those linked to the right resident.
    pub recall: Share,
}

/// What the audit of one role found.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Audit {
    /// Of links made without the ID, those to the right resident.
    pub precision: Share,
    /// Of persons known to be in the registry, those linked to the right resident without the ID.
    pub recall: Share,
    /// Of persons whose resident was hidden, those linked to somebody.
    pub false_links_outside: Share,
    /// Expected calibration error.
    pub ece: f64,
    /// Mean squared error of the probability of the best candidate.
    pub brier: f64,
    /// Reliability by probability, from 0 to 1.
    pub reliability: Vec<Bin>,
    /// Slope and intercept applied to the log-odds of pairs without an equal ID.
    pub calibration: Calibration,
    /// By commune of the resident, where thirty or more were sampled.
    pub communes: Vec<CommuneAudit>,
    /// Of rows searched exhaustively, those whose best candidate blocking had missed.
    pub lost_to_blocking: Share,
}

/// One person searched again.
struct HeldOutPair {
    /// log2 of the odds of the best candidate.
    log_odds: f32,
    right: bool,
    linked: bool,
    unit: u32,
    /// Whether the resident was hidden too.
    outside: bool,
    weight: f64,
    /// Whether the case is of the half on which the calibration is fitted; it is tried on the other.
    fitted: bool,
}

/// One role of an extract, and what was found for all its persons.
pub(crate) struct Audited<'a> {
    pub(crate) extract: &'a Extract,
    pub(crate) draw: &'a StableSample,
    pub(crate) role: usize,
    pub(crate) found: &'a [Option<Candidates>],
}

impl Audited<'_> {
    /// The persons of the role, by their place among all persons of the extract.
    fn persons(&self) -> impl Iterator<Item = usize> {
        (self.role..self.found.len()).step_by(self.extract.kind.roles().len())
    }

    /// Persons of which so many at most are drawn.
    fn sample<T>(&self, persons: Vec<T>, place: impl Fn(&T) -> usize, most: usize) -> Vec<T> {
        let roles = self.extract.kind.roles().len();
        self.draw.sample(persons, |person| place(person) / roles, most)
    }
}

/// Audits one role, and corrects its model where the probabilities are off and it is not `frozen`.
pub(crate) fn audit(
    engine: &Engine,
    audited: &Audited<'_>,
    model: &mut Model,
    settings: &LinkageSettings,
    frozen: bool,
) -> Audit {
    let known = known(audited);
    let pairs = search_again(engine, audited, model, settings, &known);
    if known.len() >= ENOUGH && !frozen {
        model.calibration = fit(&pairs);
    }
    let inside = || pairs.iter().filter(|c| !c.outside);
    let linked_right = inside().filter(|c| c.linked && c.right).count();
    let (reliability, ece, brier) = reliability(&pairs, model.calibration);
    Audit {
        precision: Share::new(linked_right, inside().filter(|c| c.linked).count()),
        recall: Share::new(linked_right, inside().count()),
        false_links_outside: Share::new(
            pairs.iter().filter(|c| c.outside && c.linked).count(),
            pairs.iter().filter(|c| c.outside).count(),
        ),
        ece,
        brier,
        reliability,
        calibration: model.calibration,
        communes: by_commune(engine, &pairs),
        lost_to_blocking: lost_to_blocking(engine, audited, model, settings),
    }
}

/// Persons whose ID can be trusted, with their resident.
fn known(audited: &Audited<'_>) -> Vec<(usize, u32)> {
    let all: Vec<(usize, u32)> = audited
        .persons()
        .filter_map(|person| {
            let best = &audited.found[person].as_ref()?.top.first()?.0;
            let p = &best.vector;
            (p.id == IdLevel::Equal && p.name.agrees() && p.birth.is_close())
                .then_some((person, best.resident))
        })
        .collect();
    audited.sample(all, |(person, _)| *person, SAMPLE)
}

fn search_again(
    engine: &Engine,
    audited: &Audited<'_>,
    model: &Model,
    settings: &LinkageSettings,
    known: &[(usize, u32)],
) -> Vec<HeldOutPair> {
    let log_n = engine.registered.residents.log_n;
    let roles = audited.extract.kind.roles().len();
    let role = audited.extract.kind.roles()[audited.role];
    // Of rows without an ID, as these become.
    let coverage = model.coverage.of(Stratum::NoId).max(0.05);
    let outside_weight = (1.0 - coverage) / coverage;
    known
        .par_chunks(256)
        .flat_map_iter(|chunk| {
            engine.with_scratch(|scratch| {
                let mut pairs = Vec::with_capacity(chunk.len() * 2);
                for &(person, truth) in chunk {
                    for outside in [false, true] {
                        let mut record = engine.record(audited.extract, person, None);
                        record.hide_ids();
                        record.not = outside.then_some(truth);
                        let found = search::search(&engine.registered, model, &record, &engine.kept, scratch);
                        let decision = decide::decision(&found, model, role, settings, log_n);
                        pairs.push(HeldOutPair {
                            log_odds: found.log_odds(0, model, log_n),
                            right: !outside && found.top.first().is_some_and(|(c, _)| c.resident == truth),
                            linked: decision == crate::domain::Decision::Link,
                            unit: engine.registered.residents.hot[truth as usize].unit,
                            outside,
                            weight: if outside { outside_weight } else { 1.0 },
                            fitted: audited.draw.half(person / roles),
                        });
                    }
                }
                pairs
            })
        })
        .collect()
}

/// Fits slope and intercept of the log-odds by regularised logistic regression (Newton's method); the
/// identity counts as some pairs, and is kept where the line does not do better on the other half.
fn fit(pairs: &[HeldOutPair]) -> Calibration {
    let (train, test): (Vec<&HeldOutPair>, Vec<&HeldOutPair>) = pairs.iter().partition(|pair| pair.fitted);
    let (mut slope, mut intercept) = (1.0f64, 0.0f64);
    for _ in 0..20 {
        // Ridge towards the identity.
        let (mut g0, mut g1) = (-(20.0 * (slope - 1.0)), -(5.0 * intercept));
        let (mut h00, mut h01, mut h11) = (20.0, 0.0, 5.0);
        for c in &train {
            let x = logit(c);
            let p = sigmoid(slope * x + intercept);
            let e = c.weight * (f64::from(u8::from(c.right)) - p);
            let v = c.weight * p * (1.0 - p);
            g0 += e * x;
            g1 += e;
            h00 += v * x * x;
            h01 += v * x;
            h11 += v;
        }
        let det = h00 * h11 - h01 * h01;
        if det.abs() < 1e-9 {
            break;
        }
        slope += (h11 * g0 - h01 * g1) / det;
        intercept += (h00 * g1 - h01 * g0) / det;
    }
    let line = Calibration { slope: slope as f32, intercept: (intercept / std::f64::consts::LN_2) as f32 };
    let loss = |c: Calibration| -> f64 { test.iter().map(|pair| pair.weight * log_loss(pair, c)).sum() };
    let sane = (0.3..=3.0).contains(&slope) && intercept.abs() < 4.0;
    if sane && loss(line) < 0.98 * loss(Calibration::IDENTITY) { line } else { Calibration::IDENTITY }
}

fn log_loss(pair: &HeldOutPair, line: Calibration) -> f64 {
    let p = f64::from(line.probability(pair.log_odds)).clamp(1e-6, 1.0 - 1e-6);
    -(if pair.right { p } else { 1.0 - p }).ln()
}

/// Natural log-odds, bounded: beyond a million to one more certainty teaches nothing.
fn logit(pair: &HeldOutPair) -> f64 {
    f64::from(pair.log_odds.clamp(-20.0, 20.0)) * std::f64::consts::LN_2
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn reliability(pairs: &[HeldOutPair], line: Calibration) -> (Vec<Bin>, f64, f64) {
    let mut bins = vec![Bin::default(); BINS];
    let (mut squares, mut total) = (0.0, 0.0);
    for pair in pairs {
        let p = f64::from(line.probability(pair.log_odds));
        let truth = f64::from(u8::from(pair.right));
        let bin = &mut bins[((p * BINS as f64) as usize).min(BINS - 1)];
        bin.cases += pair.weight;
        bin.said += pair.weight * p;
        bin.was += pair.weight * truth;
        squares += pair.weight * (p - truth) * (p - truth);
        total += pair.weight;
    }
    let mut ece = 0.0;
    for bin in bins.iter_mut().filter(|b| b.cases > 0.0) {
        bin.said /= bin.cases;
        bin.was /= bin.cases;
        ece += bin.cases / total * (bin.said - bin.was).abs();
    }
    (bins, ece, if total > 0.0 { squares / total } else { 0.0 })
}

fn by_commune(engine: &Engine, pairs: &[HeldOutPair]) -> Vec<CommuneAudit> {
    let mut tallies: FxHashMap<u32, [usize; 3]> = FxHashMap::default();
    for pair in pairs.iter().filter(|c| !c.outside && c.unit != NO_UNIT) {
        let tally = tallies.entry(pair.unit).or_default();
        tally[0] += 1;
        tally[1] += usize::from(pair.linked);
        tally[2] += usize::from(pair.linked && pair.right);
    }
    let mut units: Vec<u32> = tallies.iter().filter(|(_, t)| t[0] >= 30).map(|(unit, _)| *unit).collect();
    units.sort_unstable();
    units
        .into_iter()
        .filter_map(|unit| {
            let [all, linked, right] = tallies[&unit];
            let unit = engine.data.places.units.get(unit as usize)?;
            let commune = if unit.code.is_empty() { &unit.name } else { &unit.code };
            Some(CommuneAudit {
                commune: commune.clone(),
                precision: Share::new(right, linked),
                recall: Share::new(right, all),
            })
        })
        .collect()
}

/// Compares some persons with every resident: does a better candidate than the one found exist?
fn lost_to_blocking(
    engine: &Engine,
    audited: &Audited<'_>,
    model: &Model,
    settings: &LinkageSettings,
) -> Share {
    let persons: Vec<usize> = audited.persons().filter(|person| audited.found[*person].is_some()).collect();
    let wanted = (settings.exhaustive_pairs / engine.registered.residents.len().max(1)).max(1);
    let sample = audited.sample(persons, |person| *person, wanted);
    let log_n = engine.registered.residents.log_n;
    let lost = sample
        .par_iter()
        .with_max_len(8)
        .filter(|&&person| {
            engine.with_scratch(|scratch| {
                let record = engine.record(audited.extract, person, None);
                let blocked = search::search(&engine.registered, model, &record, &engine.kept, scratch);
                let all = search::exhaustive(&engine.registered, model, &record, &engine.kept, scratch);
                let best = |f: &Candidates| f.top.first().map(|(c, _)| c.resident);
                all.probability(0, model, log_n) >= 0.5 && best(&all) != best(&blocked)
            })
        })
        .count();
    Share::new(lost, sample.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(i: usize, log_odds: f32, right: bool) -> HeldOutPair {
        let fitted = (i / 2).is_multiple_of(2);
        HeldOutPair { log_odds, right, linked: true, unit: 0, outside: false, weight: 1.0, fitted }
    }

    #[test]
    fn overconfidence_is_mended_and_calm_left_alone() {
        // Of sixteen pairs in a row, eight said `bits` to one for and eight against; three in four of the
        // first and one in four of the second are true, spread over both halves of the sample.
        let pairs = |bits: f32| -> Vec<HeldOutPair> {
            (0..4000)
                .map(|i| {
                    let rare = (i / 4) % 4 == 0;
                    if i % 2 == 0 { pair(i, bits, !rare) } else { pair(i, -bits, rare) }
                })
                .collect()
        };
        let line = fit(&pairs(4.0));
        assert!((line.probability(4.0) - 0.75).abs() < 0.03, "{line:?}");
        let calm = pairs(3f32.log2());
        assert_eq!(fit(&calm), Calibration::IDENTITY);
    }

    #[test]
    fn intervals_hold_the_share() {
        let s = Share::new(97, 100);
        assert!(s.low < 0.97 && 0.97 < s.high && s.high < 1.0 && s.low > 0.9);
        assert_eq!(Share::new(0, 0).share, 1.0);
    }
}
