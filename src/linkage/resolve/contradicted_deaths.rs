//! Rows that say a person is dead while another row of the same file shows the person alive by ID.

use rustc_hash::FxHashSet;

use crate::domain::Role;
use crate::linkage::compare::levels::{AddressLevel, BirthLevel};
use crate::linkage::model::model::Model;
use crate::linkage::model::posterior::Candidates;

/// A row is surely the resident's from this probability on.
const SURE: f32 = 0.99;

/// Makes a question of every death that rests on a name and part of a date alone, where the resident has a row of his own in the
/// same file, told by ID, that goes on: a namesake may have died, and a question is cheap.
pub(crate) fn question(roles: &[Role], models: &[Model], log_n: f32, found: &mut [Option<Candidates>]) {
    let persons = || found.iter().enumerate().filter_map(|(person, found)| Some((person, found.as_ref()?)));
    if !persons().any(|(_, found)| found.asserts_death) {
        return;
    }
    let alive: FxHashSet<u32> = persons()
        .filter(|(_, found)| !found.asserts_death)
        .filter(|(person, found)| found.probability(0, &models[person % roles.len()], log_n) >= SURE)
        .filter_map(|(_, found)| found.top.first().filter(|(best, _)| best.is_by_id()))
        .map(|(best, _)| best.resident)
        .collect();
    for found in found.iter_mut().flatten().filter(|found| found.asserts_death) {
        let Some((best, _)) = found.top.first() else { continue };
        let told_by_more = best.is_by_id()
            || best.vector.address == AddressLevel::Same
            || (best.bears_the_name() && best.vector.birth == BirthLevel::Exact);
        found.is_in_doubt |= !told_by_more && alive.contains(&best.resident);
    }
}
