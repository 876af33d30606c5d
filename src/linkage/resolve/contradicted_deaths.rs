//! Rows that say a person is dead while another row shows the person alive by ID: a row of the same file that goes on,
//! or an act after the day of death.

use rustc_hash::{FxHashMap, FxHashSet};

use super::acts::Acts;
use crate::domain::{ActKey, Day, Detail, Extract, ExtractRow};
use crate::linkage::compare::levels::{AddressLevel, BirthLevel, GenderLevel, IdLevel, NameLevel};
use crate::linkage::compare::pair::Pair;
use crate::linkage::compare::residents::Residents;
use crate::linkage::model::model::Model;
use crate::linkage::model::posterior::Candidates;

/// A row is surely the resident's from this probability on.
const SURE: f32 = 0.99;
/// ... and rather his than anybody else's from this one on.
const PROBABLE: f32 = 0.5;

/// What is told of the deaths of an extract.
pub(crate) struct Told<'a> {
    /// What shows residents alive in other extracts.
    pub(crate) acts: &'a Acts,
    /// The rows.
    pub(crate) extract: &'a Extract,
    /// The day by which the row of a person says that he is dead.
    pub(crate) dead_by: &'a dyn Fn(usize) -> Option<Day>,
    /// Whether the rows are death records, and not benefits or cards that a death stopped.
    pub(crate) is_record: bool,
}

impl Told<'_> {
    fn row(&self, person: usize) -> &ExtractRow {
        &self.extract.rows[person / self.extract.kind.roles().len()]
    }

    /// The day on which the benefit or card of a person's row began.
    fn began(&self, person: usize) -> Option<Day> {
        self.row(person).detail.began().sound().map(|date| date.first_day())
    }

    /// Whether a person's row is a record of a death that says itself that it is none.
    fn is_annulled(&self, person: usize) -> bool {
        matches!(&self.row(person).detail, Detail::Death(death) if death.annulled)
    }

    /// Whether one row, which says that a death is none, is about what another says of the same resident, and not followed
    /// by it: registered anew, a death stands.
    fn takes_back(&self, annulled: usize, other: usize) -> bool {
        let (annulled, other) = (self.row(annulled), self.row(other));
        let day = |row: &ExtractRow| row.registered_on.sound().map(|date| date.first_day());
        match day(annulled).zip(day(other)) {
            Some((annulled, other)) if annulled != other => annulled > other,
            _ => annulled.row.table != other.row.table || annulled.row.index > other.row.index,
        }
    }
}

/// So many rows may stand under one act: of a number that more have, nothing is known.
const MOST_OF_AN_ACT: usize = 3;

/// The death records of whose act another record tells that somebody else died: the clerk corrected one of them, and did not
/// take the other out. An act is of one dead.
fn corrected(told: &Told<'_>, residents: &Residents<'_>) -> FxHashSet<usize> {
    let roles = told.extract.kind.roles().len();
    let mut by_act: FxHashMap<ActKey, Vec<usize>> = FxHashMap::default();
    for (row, record) in told.extract.rows.iter().enumerate() {
        if let Detail::Death(death) = &record.detail
            && death.act.is_told()
        {
            by_act.entry(death.act).or_default().push(row);
        }
    }
    let person = |row: usize| &told.extract.persons[row * roles];
    let is_another = |one: usize, other: usize| {
        let (one, other) = (person(one), person(other));
        let same_id = one.personal_id().is_some() && one.personal_id() == other.personal_id();
        let named = !one.name.id.is_blank() && !other.name.id.is_blank();
        named && !same_id && !residents.names.level(one.name.id, other.name.id).agrees()
    };
    let acts = by_act.values().filter(|rows| (2..=MOST_OF_AN_ACT).contains(&rows.len()));
    acts.filter(|rows| rows[1..].iter().any(|row| is_another(rows[0], *row)))
        .flatten()
        .map(|row| row * roles)
        .collect()
}

/// Makes a question of every death that an ID does not tell, where the resident married or bore a child after the day
/// by which the row says that the person is dead (`dead_by`); and of every one that rests on a name and part of a date
/// alone, where the resident has a row of his own in the same file, told by ID, that goes on, was issued an identity card
/// after that day, or bears another number than the row; and of every one that names nobody, or gives another year.
///
/// Nor is a death believed where what the row says fights with itself: an ID beside a birth date quite unlike the
/// resident's was looked up under a namesake, or is that of the one who keeps the papers; another sound ID and a name not
/// quite the same are a twin's, as is the number where a namesake was born on the day; another gender and another birth date
/// are a wife's under her husband's name, and so is a number alone beside a name that does not agree. Whoever was
/// issued an identity card after the day did not die before it, unless a record of his own says so by ID, name and date.
/// Whoever has a benefit or card in the same file that began after another of his was stopped by death may have been
/// reported dead by mistake; so has he whose record another takes back, or whose act another record gives to somebody else.
///
/// A namesake may have died, and a question is cheap.
pub(crate) fn question(
    models: &[Model],
    residents: &Residents<'_>,
    told: &Told<'_>,
    found: &mut [Option<Candidates>],
) {
    let roles = told.extract.kind.roles();
    let persons = || found.iter().enumerate().filter_map(|(person, found)| Some((person, found.as_ref()?)));
    if !persons().any(|(_, found)| found.asserts_death) {
        return;
    }
    let going_on = persons()
        .filter(|(_, found)| !found.asserts_death)
        .filter(|(person, found)| {
            found.probability(0, &models[person % roles.len()], residents.log_n) >= SURE
        })
        .filter_map(|(person, found)| Some((person, &found.top.first()?.0)));
    let mut alive: FxHashSet<u32> = FxHashSet::default();
    let mut last_began: FxHashMap<u32, Day> = FxHashMap::default();
    for (person, best) in going_on {
        if best.is_by_id() {
            alive.insert(best.resident);
        }
        if let Some(day) = told.began(person).filter(|_| best.shows_alive()) {
            last_began.entry(best.resident).and_modify(|last| *last = day.max(*last)).or_insert(day);
        }
    }
    let mut annulled: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (person, found) in persons().filter(|(person, _)| told.is_annulled(*person)) {
        let is_his = found.probability(0, &models[person % roles.len()], residents.log_n) >= PROBABLE;
        if let Some((best, _)) = found.top.first().filter(|_| is_his) {
            annulled.entry(best.resident).or_default().push(person);
        }
    }
    let corrected = if told.is_record { corrected(told, residents) } else { FxHashSet::default() };
    let deaths = found.iter_mut().enumerate().filter_map(|(person, found)| Some((person, found.as_mut()?)));
    for (person, found) in deaths.filter(|(_, found)| found.asserts_death) {
        let Some((best, _)) = found.top.first() else { continue };
        let dead_by = (told.dead_by)(person);
        let acted = || dead_by.is_some_and(|day| told.acts.after(best.resident, day));
        let began_anew = || {
            let began = last_began.get(&best.resident);
            dead_by.zip(began).is_some_and(|(day, began)| *began > day)
        };
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
        let may_live = residents.may_live(best.resident);
        let is_anothers = matches!(best.vector.id, IdLevel::Differs | IdLevel::OneDigit | IdLevel::Relatives);
        let own_record = told.is_record && by_id && birth.agrees() && best.vector.name.agrees();
        let other_given_name = best.vector.name == NameLevel::GivenDiffers && birth != BirthLevel::Exact;
        let other_birth = matches!(birth, BirthLevel::Different | BirthLevel::PartFar);
        // A wife's number under her husband's name: "Văn" and "Thị" are not one person's, and nothing else tells.
        let told_by_number_alone = by_id
            && !best.vector.name.agrees()
            && birth == BirthLevel::Missing
            && best.vector.gender != GenderLevel::Same;
        let fights_with_itself = by_id && (other_given_name || other_birth)
            || is_anothers && best.vector.name != NameLevel::Exact
            || best.vector.gender == GenderLevel::Differs
                && birth != BirthLevel::Exact
                && (!by_id || !birth.agrees());
        // The number may be that of the twin whose name is a mark apart.
        let is_namesake = |(other, _): &(Pair, f32)| {
            other.resident != best.resident
                && other.vector.name == NameLevel::Exact
                && other.vector.birth == BirthLevel::Exact
        };
        let twin = by_id && best.vector.name != NameLevel::Exact && found.top.iter().any(is_namesake);
        let nameless = matches!(best.vector.name, NameLevel::Missing | NameLevel::Different);
        let taken_back = || {
            let records = annulled.get(&best.resident).map_or(&[][..], Vec::as_slice);
            records.iter().any(|record| told.takes_back(*record, person))
        };
        found.is_in_doubt |= nameless
            || may_live && (taken_back() || corrected.contains(&person))
            || contradicted
            || may_live && (fights_with_itself || twin || told_by_number_alone)
            || !told_by_more && alive.contains(&best.resident)
            || best.rests_on_name_and_year() && (other_number || has_card())
            || may_live && !own_record && has_card()
            || may_live && began_anew()
            || !best.is_by_id() && acted();
    }
}
