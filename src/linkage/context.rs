//! The associative pass: persons of one row are kin, and kin stand together in the registry.

use rayon::prelude::*;

use crate::domain::Extract;

use super::Engine;
use super::model::Model;
use super::search::Found;

/// A person linked so surely that he may speak for the others of his row.
const SPEAKS: f32 = 0.995;

/// Searches again for every person who is not sure, where another person of the row is: the linked one's
/// household and named relatives become candidates, and kinship weighs.
pub(super) fn support(engine: &Engine, extract: &Extract, models: &[Model], found: &mut [Option<Found>]) {
    let roles = models.len();
    if roles < 2 {
        return;
    }
    let log_n = engine.registered.log_n;
    found.par_chunks_mut(roles * 1024).enumerate().for_each(|(chunk, rows)| {
        engine.with_scratch(|scratch| {
            for (i, row) in rows.chunks_mut(roles).enumerate() {
                let sure: Vec<Option<u32>> = row
                    .iter()
                    .zip(models)
                    .map(|(f, model)| {
                        let f = f.as_ref()?;
                        (f.probability(0, model, log_n) >= SPEAKS).then(|| f.top[0].0.resident)
                    })
                    .collect();
                for role in 0..roles {
                    let kin = (0..roles).find_map(|other| sure[other].filter(|_| other != role));
                    let (None, Some(kin), Some(_)) = (sure[role], kin, &row[role]) else { continue };
                    let person = (chunk * 1024 + i) * roles + role;
                    row[role] = engine.find(extract, person, &models[role], Some(kin), scratch);
                }
            }
        });
    });
}
