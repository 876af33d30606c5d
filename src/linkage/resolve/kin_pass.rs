//! The associative pass: persons of one row are kin, and kin stand together in the registry.

use rayon::prelude::*;

use crate::domain::Extract;

use crate::linkage::Engine;
use crate::linkage::blocking::search::Found;
use crate::linkage::model::model::{Counts, Model};
use crate::linkage::model::stable_sample::Draw;
use crate::linkage::resolve::kinship;

/// Rows on which is learned how kin stand to each other.
const SAMPLE: usize = 20_000;

/// Learns, for each role that is not `frozen`, how the right resident stands to the one linked in another role of
/// the row.
pub(crate) fn learn(
    engine: &Engine,
    draw: &Draw,
    models: &mut [Model],
    frozen: &[bool],
    found: &[Option<Found>],
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
            kinship::count(&engine.registered, row, models, role, counts);
        }
    }
    for ((model, counts), _) in models.iter_mut().zip(&counts).zip(frozen).filter(|(_, frozen)| !**frozen) {
        model.learn_kinship(counts, &shipped);
    }
}

/// Searches again for every person who is not sure, or stands apart from a surer one, where another person
/// of the row is linked: the linked one's household and named relatives become candidates, and kinship
/// weighs.
pub(crate) fn support(engine: &Engine, extract: &Extract, models: &[Model], found: &mut [Option<Found>]) {
    let roles = models.len();
    if roles < 2 {
        return;
    }
    let log_n = engine.registered.log_n;
    found.par_chunks_mut(roles * 1024).enumerate().for_each(|(chunk, rows)| {
        engine.with_scratch(|scratch| {
            for (i, row) in rows.chunks_mut(roles).enumerate() {
                let speakers: Vec<_> =
                    (0..roles).map(|role| kinship::speaker(row, models, log_n, role)).collect();
                for (role, speaker) in speakers.into_iter().enumerate() {
                    let (Some(speaker), Some(own)) = (speaker, &row[role]) else { continue };
                    if speaker.concerns(&engine.registered, own, &models[role], log_n) {
                        let person = (chunk * 1024 + i) * roles + role;
                        row[role] =
                            engine.find(extract, person, &models[role], Some(speaker.resident), scratch);
                    }
                }
            }
        });
    });
}
