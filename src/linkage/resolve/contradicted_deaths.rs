//! Rows that say a person is dead while another row shows the person alive by ID: a row of the same file that goes on,
//! or an act after the day of death.

use rustc_hash::FxHashSet;

use super::acts::Acts;
use crate::domain::{Day, Role};
use crate::linkage::compare::levels::{AddressLevel, BirthLevel, GenderLevel, IdLevel, NameLevel};
use crate::linkage::compare::residents::Residents;
use crate::linkage::model::model::Model;
use crate::linkage::model::posterior::Candidates;

/// A row is surely the resident's from this probability on.
const SURE: f32 = 0.99;

/// What is told of the deaths of an extract.
pub(crate) struct Told<'a> {
    /// What shows residents alive in other extracts.
    pub(crate) acts: &'a Acts,
    /// The day by which a row says that its person is dead.
    pub(crate) dead_by: &'a dyn Fn(usize) -> Option<Day>,
    /// Whether the rows are death records, and not benefits or cards that a death stopped.
    pub(crate) is_record: bool,
}

/// Makes a question of every death that an ID does not tell, where the resident married or bore a child after the day
/// by which the row says that the person is dead (`dead_by`); and of every one that rests on a name and part of a date
/// alone, where the resident has a row of his own in the same file, told by ID, that goes on, was issued an identity card
/// after that day, or bears another number than the row; and of every one that names nobody, or gives another year.
///
/// Nor is a death believed where what the row says fights with itself: an ID beside a birth date quite unlike the
/// resident's was looked up under a namesake, or is that of the one who keeps the papers; another sound ID and a name not
/// quite the same are a twin's; another gender and another birth date are a wife's under her husband's name. Whoever was
/// issued an identity card after the day did not die before it, unless a record of his own says so by ID, name and date.
///
/// A namesake may have died, and a question is cheap.
pub(crate) fn question(
    roles: &[Role],
    models: &[Model],
    residents: &Residents<'_>,
    told: &Told<'_>,
    found: &mut [Option<Candidates>],
) {
    let persons = || found.iter().enumerate().filter_map(|(person, found)| Some((person, found.as_ref()?)));
    if !persons().any(|(_, found)| found.asserts_death) {
        return;
    }
    let alive: FxHashSet<u32> = persons()
        .filter(|(_, found)| !found.asserts_death)
        .filter(|(person, found)| {
            found.probability(0, &models[person % roles.len()], residents.log_n) >= SURE
        })
        .filter_map(|(_, found)| found.top.first().filter(|(best, _)| best.is_by_id()))
        .map(|(best, _)| best.resident)
        .collect();
    let deaths = found.iter_mut().enumerate().filter_map(|(person, found)| Some((person, found.as_mut()?)));
    for (person, found) in deaths.filter(|(_, found)| found.asserts_death) {
        let Some((best, _)) = found.top.first() else { continue };
        let dead_by = (told.dead_by)(person);
        let acted = || dead_by.is_some_and(|day| told.acts.after(best.resident, day));
        let has_card = || dead_by.is_some_and(|day| residents.has_card_after(best.resident, day));
        // Neither number is the other's mistyped, and nothing but name, year and commune agrees.
        let other_number = best.vector.id == IdLevel::Differs;
        let told_by_more = best.is_by_id()
            || best.vector.address == AddressLevel::Same
            || (best.bears_the_name() && best.vector.birth == BirthLevel::Exact);
        // A year that does not agree says that somebody else died; without a name nobody is named.
        let contradicted = best.rests_on_name_and_year() && !best.vector.birth.agrees();
        let (by_id, birth) = (best.is_by_id(), best.vector.birth);
        // Whom the registry knows to be dead nobody calls dead wrongly.
        let is_living = residents.rows[best.resident as usize].status.is_living();
        let is_anothers = matches!(best.vector.id, IdLevel::Differs | IdLevel::OneDigit | IdLevel::Relatives);
        let own_record = told.is_record && by_id && birth.agrees() && best.vector.name.agrees();
        let other_given_name = best.vector.name == NameLevel::GivenDiffers && birth != BirthLevel::Exact;
        let other_birth = matches!(birth, BirthLevel::Different | BirthLevel::PartFar);
        let fights_with_itself = by_id && (other_given_name || other_birth)
            || is_anothers && best.vector.name != NameLevel::Exact
            || best.vector.gender == GenderLevel::Differs
                && birth != BirthLevel::Exact
                && (!by_id || !birth.agrees());
        let nameless = matches!(best.vector.name, NameLevel::Missing | NameLevel::Different);
        found.is_in_doubt |= nameless
            || contradicted
            || is_living && fights_with_itself
            || !told_by_more && alive.contains(&best.resident)
            || best.rests_on_name_and_year() && (other_number || has_card())
            || is_living && !own_record && has_card()
            || !best.is_by_id() && acted();
    }
}
