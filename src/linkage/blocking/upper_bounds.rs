//! Upper bounds of match weights: what need not be compared because it cannot matter.

use std::cell::OnceCell;

use crate::domain::NameId;
use crate::linkage::compare::comparison::{
    ID_OF_ANOTHER, LEAST_SHARE, MAX_ADDRESS_BITS, NEAR_COSTS, Prefiltered, SAME_DEATH_BITS,
    SAME_RELATIVE_ID_BITS, USUAL_WITHOUT_MIDDLE, address_bits, one_digit_bits, share_bits,
};
use crate::linkage::compare::kin;
use crate::linkage::compare::levels::{BirthLevel, Comparison, GenderLevel, NameLevel, PlaceLevel};
use crate::linkage::compare::pair::Pair;
use crate::linkage::compare::record::Record;
use crate::linkage::compare::residents::{Hot, NO_UNIT, Residents};
use crate::linkage::model::model::Model;

/// Bounds are sums in another order than weights: so much rounding is allowed for.
const SLACK_BITS: f32 = 0.01;

/// Most bits that comparisons other than name and date can add for a person.
#[derive(Copy, Clone, Debug)]
struct Most {
    /// All of them together.
    all: f32,
    /// The commune (and hamlet).
    place: f32,
    /// An address or household that agrees.
    address: f32,
    /// Relatives, kinship and date of death.
    kin: f32,
}

/// What the pairs of one person can come to.
pub(super) struct UpperBounds<'a> {
    residents: &'a Residents<'a>,
    model: &'a Model,
    record: &'a Record,
    /// Worked out when it is first asked for: where an ID decides nobody asks.
    most: OnceCell<Most>,
}

impl<'a> UpperBounds<'a> {
    pub(super) fn new(residents: &'a Residents<'a>, model: &'a Model, record: &'a Record) -> Self {
        Self { residents, model, record, most: OnceCell::new() }
    }

    fn most(&self) -> &Most {
        self.most.get_or_init(|| self.work_out())
    }

    fn work_out(&self) -> Most {
        let (residents, record) = (self.residents, self.record);
        let most = record.most_bits(residents);
        let mut kin =
            record.relatives.iter().map(|(name, id)| most_for_relative(residents, *name, *id)).sum();
        if record.kin.is_some() {
            kin += kin::MOST_BITS;
        }
        if record.death.is_some() {
            kin += SAME_DEATH_BITS;
        }
        kin += most[Comparison::Life];
        let address = if record.household.is_blank() {
            let n = residents.len() as f32;
            residents.bearers_of(record.address).map_or(0.0, |bearers| address_bits(n, bearers))
        } else {
            MAX_ADDRESS_BITS
        };
        Most { all: most.sum(), place: most[Comparison::Place], address, kin }
    }

    /// Most weight that a resident of a name unlike in writing can have, given the weight of the best
    /// who bears the very name: at least one syllable is lost or mistyped.
    pub(super) fn for_other_names(&self, best: &Pair) -> f32 {
        let log_m = |level: NameLevel| self.model[Comparison::Name].log_m(level as u8);
        let gain = self.record.habits.without_middle(USUAL_WITHOUT_MIDDLE);
        let typo = log_m(NameLevel::Typo).max(log_m(NameLevel::MiddleMissing) + gain);
        typo + best.bits[Comparison::Name] + self.best_birth() + self.most().all
    }

    /// Most weight that a resident of the very name in another commune can have.
    pub(super) fn elsewhere(&self, best: &Pair) -> f32 {
        let birth = best.weight_of(Comparison::Birth, self.model).max(self.best_birth());
        let place = self.model[Comparison::Place].log_m(PlaceLevel::OtherCommune as u8);
        best.weight_of(Comparison::Name, self.model) + birth + self.most().all - self.most().place + place
    }

    /// The weight of a birth date that agrees as well as the row's can.
    fn best_birth(&self) -> f32 {
        let birth = self.record.birth;
        let exact = if birth.is_full() { BirthLevel::Exact } else { BirthLevel::PartAgrees };
        self.model[Comparison::Birth].log_m(exact as u8) + self.residents.births.bits(exact, birth, birth)
    }

    /// Weight of name and birth date.
    fn told(&self, pair: &Prefiltered) -> f32 {
        self.model[Comparison::Name].log_m(pair.name.level as u8)
            + pair.name.bits
            + self.model[Comparison::Birth].log_m(pair.birth as u8)
            + pair.birth_bits
    }

    /// Whether a pair can reach a weight, whatever else agrees.
    pub(super) fn can_reach(&self, pair: &Prefiltered, floor: f32) -> bool {
        floor == f32::NEG_INFINITY || self.told(pair) + self.most().all >= floor
    }

    /// As [`Self::can_reach`], more sharply: what is known of the resident is reckoned with.
    pub(super) fn may_reach(&self, pair: &Prefiltered, floor: f32) -> bool {
        self.can_reach(pair, floor)
            && (pair.may_be_exact() || self.told(pair) + self.most_beside(&pair.hot) + SLACK_BITS >= floor)
    }

    /// Most weight that what is not name or date can add for a resident of this commune and gender: never
    /// more than [`Most::all`] but for rounding, and often much less.
    fn most_beside(&self, hot: &Hot) -> f32 {
        let (record, most) = (self.record, self.most());
        let gender = match (record.gender, hot.gender) {
            (Some(a), Some(b)) => {
                let level = if a == b { GenderLevel::Same } else { GenderLevel::Differs };
                1.0 + self.model[Comparison::Gender].log_m(level as u8)
            }
            _ => 0.0,
        };
        let place = if record.units.is_empty() || hot.unit == NO_UNIT {
            0.0
        } else if record.units.contains(&hot.unit) {
            most.place
        } else {
            let elsewhere = [PlaceLevel::OtherCommune, PlaceLevel::OtherCommuneHamlet];
            let log_m = elsewhere.map(|level| self.model[Comparison::Place].log_m(level as u8));
            log_m.into_iter().fold(f32::MIN, f32::max)
        };
        gender + place + most.address + most.kin + self.most_by_number(hot)
    }

    /// Most bits that identity numbers can add for a resident of this personal ID.
    fn most_by_number(&self, hot: &Hot) -> f32 {
        let (record, log_n) = (self.record, self.residents.log_n);
        let personal = match record.id {
            None => 0.0,
            Some(id) if id == hot.id => log_n + ID_OF_ANOTHER,
            Some(_) if record.owners.is_empty() => one_digit_bits(log_n),
            Some(_) => log_n,
        };
        if record.old_id.is_some() { personal.max(log_n) } else { personal }
    }
}

/// Most bits that one relative can add.
fn most_for_relative(residents: &Residents<'_>, name: NameId, id: Option<u64>) -> f32 {
    let by_id = if id.is_some() { SAME_RELATIVE_ID_BITS } else { 0.0 };
    if name.is_blank() {
        return by_id;
    }
    // A name that is only near may be rarer than the row's.
    by_id.max(share_bits(residents, name)).max(-LEAST_SHARE.log2() - NEAR_COSTS)
}
