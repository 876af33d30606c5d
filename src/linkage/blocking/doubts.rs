//! What makes a question of the best candidate: what the row says of life and death does not go together with him.

use super::registry::Registered;
use crate::linkage::compare::levels::{BirthLevel, GenderLevel, IdLevel, PlaceLevel};
use crate::linkage::compare::pair::Pair;
use crate::linkage::compare::record::Record;
use crate::linkage::model::model::Model;
use crate::linkage::model::posterior::Candidates;

/// Notes what has to be asked, whatever the weights say.
pub(super) fn question(
    registered: &Registered,
    model: &Model,
    record: &Record,
    kept: &[u32],
    found: &mut Candidates,
) {
    if let Some((best, _)) = found.top.first() {
        found.is_in_doubt |= found.asserts_death && fights_with_a_death(registered, record, best)
            || record.goes_on && is_a_dead_namesake(registered, best);
    }
    if found.asserts_death {
        ask_the_owner(registered, model, record, kept, found);
    }
}

/// Of a death under the number of a living resident whom the row does not name, that resident is asked about if nobody else
/// is found: many are known in the village by another name than their papers'. Else the death would be told to nobody.
fn ask_the_owner(
    registered: &Registered,
    model: &Model,
    record: &Record,
    kept: &[u32],
    found: &mut Candidates,
) {
    let residents = &registered.residents;
    // Whose number it is, the record says itself, where it is that of whoever reported the death.
    let owner = record.owners.iter().find(|owner| !record.is_informants_id && residents.may_live(**owner));
    let Some(owner) = owner.map(|owner| kept[*owner as usize]).filter(|owner| record.not != Some(*owner))
    else {
        return;
    };
    found.asks_the_owner = true;
    if found.top.iter().all(|(pair, _)| pair.resident != owner) {
        let pair = record.compare_unfiltered(residents, owner);
        let weight = pair.weight(model);
        let place = found.top.iter().position(|(_, w)| *w < weight).unwrap_or(found.top.len());
        found.top.insert(place, (pair, weight));
    }
}

/// Whether a row of somebody who goes on may be that of a namesake of a resident who is dead: no number says that it is
/// his, and something speaks against it.
fn is_a_dead_namesake(registered: &Registered, best: &Pair) -> bool {
    let v = &best.vector;
    let is_elsewhere = !matches!(v.place, PlaceLevel::SameHamlet | PlaceLevel::SameCommune);
    let other_date = !v.birth.is_close() && !matches!(v.birth, BirthLevel::Missing);
    let another = v.id == IdLevel::Differs || v.gender == GenderLevel::Differs;
    !registered.residents.may_live(best.resident)
        && !best.is_by_id()
        && (other_date
            || another && v.birth != BirthLevel::Exact
            || best.rests_on_name_and_year() && is_elsewhere)
}

/// Whether what a row says of a death does not go together with whom it seems to name, who is not dead as far as the
/// registry knows: a remark takes the death back, old age ended a young life, whoever is named reported it by a number of
/// his own, or was born after it; or the year of birth is that of whoever reported it, or of him the registry knows that
/// he died that day.
fn fights_with_a_death(registered: &Registered, record: &Record, best: &Pair) -> bool {
    let residents = &registered.residents;
    if !residents.may_live(best.resident) {
        return false;
    }
    let hot = residents.hot[best.resident as usize];
    let by_informant = |informant: u64| {
        let mut owners = registered.by_id(informant);
        let died_then = |owner: u32| {
            record.death.is_some() && residents.rows[owner as usize].death_date.sound() == record.death
        };
        let is_his = |owner: u32| {
            let has_his_birth = record.birth.compare(residents.hot[owner as usize].birth).agrees();
            !best.vector.birth.agrees() && has_his_birth || owner != best.resident && died_then(owner)
        };
        record.id != Some(informant) && (hot.id == informant || owners.any(is_his))
    };
    // Where number, name and date of birth agree, the day of death is mistyped.
    let is_sure = || best.is_by_id() && best.vector.birth.agrees() && best.vector.name.agrees();
    let is_young = |year: u16| !hot.birth.is_missing() && hot.birth.year() > year;
    record.is_doubtful
        || record.old_if_born_by.is_some_and(is_young)
        || record.died_unborn && !is_sure()
        || record.rules_out(hot.birth)
        || record.informant.is_some_and(by_informant)
}
