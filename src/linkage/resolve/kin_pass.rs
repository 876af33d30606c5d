//! The kin pass: persons of one row are kin, and kin stand together in the registry.
//!
//! How often they do is a property of the registry (one has households, another only communes), so it is learned on
//! the rows of which one person is sure, not assumed: where the registry shows nearly every family together, a
//! namesake outside the family is no parent; where it cannot show families at all, that he stands apart says
//! nothing.

use rayon::prelude::*;

use crate::domain::Extract;

use crate::linkage::compare::kin;
use crate::linkage::compare::levels::Comparison;
use crate::linkage::compare::residents::Residents;
use crate::linkage::engine::Engine;
use crate::linkage::model::model::{Counts, Model};
use crate::linkage::model::posterior::Candidates;
use crate::linkage::model::stable_sample::StableSample;

/// Rows on which is learned how kin stand to each other.
const SAMPLE: usize = 20_000;

/// Learns, for each role that is not `frozen`, how the right resident stands to the one linked in another role of
/// the row.
pub(crate) fn learn(
    engine: &Engine,
    draw: &StableSample,
    models: &mut [Model],
    frozen: &[bool],
    found: &[Option<Candidates>],
) {
    let roles = models.len();
    if roles < 2 || frozen.iter().all(|frozen| *frozen) {
        return;
    }
    let shipped = Model::shipped();
    let mut counts = vec![Counts::default(); roles];
    for row in draw.sample((0..found.len() / roles).collect(), |row| *row, SAMPLE) {
        let row = &found[row * roles..(row + 1) * roles];
        for (role, counts) in counts.iter_mut().enumerate() {
            count(&engine.registered.residents, row, models, role, counts);
        }
    }
    for ((model, counts), _) in models.iter_mut().zip(&counts).zip(frozen).filter(|(_, frozen)| !**frozen) {
        model.learn_kinship(counts, &shipped);
    }
}

/// Searches again for every person who is not sure, or stands apart from a surer one, where another person
/// of the row is linked: the linked one's household and named relatives become candidates, and kinship
/// weighs.
pub(crate) fn support(
    engine: &Engine,
    extract: &Extract,
    models: &[Model],
    found: &mut [Option<Candidates>],
) {
    let roles = models.len();
    if roles < 2 {
        return;
    }
    let log_n = engine.registered.residents.log_n;
    found.par_chunks_mut(roles * 1024).enumerate().for_each(|(chunk, rows)| {
        engine.with_scratch(|scratch| {
            for (i, row) in rows.chunks_mut(roles).enumerate() {
                let speakers: Vec<_> = (0..roles).map(|role| speaker(row, models, log_n, role)).collect();
                for (role, speaker) in speakers.into_iter().enumerate() {
                    let (Some(speaker), Some(own)) = (speaker, &row[role]) else { continue };
                    if speaker.concerns(&engine.registered.residents, own, &models[role], log_n) {
                        let person = (chunk * 1024 + i) * roles + role;
                        row[role] =
                            engine.find(extract, person, &models[role], Some(speaker.resident), scratch);
                    }
                }
            }
        });
    });
}

/// A person linked so surely that he may speak for the others of his row.
const SPEAKS: f32 = 0.995;

/// Bits by which a sure person must stand apart from another before he is looked at again.
const APART_BITS: f32 = -1.5;

/// For a role of a row, the resident who may speak for it: that of the surest other role.
fn speaker(row: &[Option<Candidates>], models: &[Model], log_n: f32, role: usize) -> Option<Speaker> {
    let mut best: Option<Speaker> = None;
    for (other, found) in row.iter().enumerate() {
        let Some(found) = found.as_ref().filter(|_| other != role) else { continue };
        if found.probability(0, &models[other], log_n) < SPEAKS {
            continue;
        }
        let log_odds = found.log_odds(0, &models[other], log_n);
        if best.is_none_or(|b| log_odds > b.log_odds) {
            best = found.top.first().map(|(c, _)| Speaker { resident: c.resident, log_odds });
        }
    }
    best
}

/// A resident linked in another role of the row.
#[derive(Copy, Clone, Debug)]
struct Speaker {
    resident: u32,
    log_odds: f32,
}

impl Speaker {
    /// Whether the person found should be looked at again in the light of this one: he is not sure, or less
    /// sure than this one and stands apart from him.
    fn concerns(&self, residents: &Residents<'_>, found: &Candidates, model: &Model, log_n: f32) -> bool {
        if found.probability(0, model, log_n) < SPEAKS {
            return true;
        }
        let Some((best, _)) = found.top.first() else { return true };
        if best.is_by_id() || found.log_odds(0, model, log_n) >= self.log_odds {
            return false;
        }
        let (level, bits) = kin::compare(residents, self.resident, best.resident, &best.bits);
        model[Comparison::Kin].log_m(level as u8) + bits < APART_BITS
    }
}

/// Counts how the candidates of a role stand to the person who speaks for the row.
fn count(
    residents: &Residents<'_>,
    row: &[Option<Candidates>],
    models: &[Model],
    role: usize,
    counts: &mut Counts,
) {
    let log_n = residents.log_n;
    let (Some(found), Some(speaker)) = (&row[role], speaker(row, models, log_n, role)) else { return };
    for (at, (compared, _)) in found.top.iter().enumerate() {
        let p = f64::from(found.probability(at, &models[role], log_n));
        let (level, _) = kin::compare(residents, speaker.resident, compared.resident, &compared.bits);
        counts.add_kinship(level, p);
    }
}
