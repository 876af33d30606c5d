//! Upper bounds of match weights: what need not be compared because it cannot matter.

use crate::domain::NameId;
use crate::linkage::blocking::registry::{Hot, NO_UNIT, Registered};
use crate::linkage::compare::dates::BirthLevel;
use crate::linkage::compare::names::NameLevel;
use crate::linkage::compare::pair::Compared;
use crate::linkage::compare::record::{
    Glance, ID_OF_ANOTHER, LEAST_SHARE, MAX_ADDRESS_BITS, NEAR_COSTS, Query, SAME_DEATH_BITS,
    SAME_RELATIVE_ID_BITS, address_bits, one_digit_bits, share_bits,
};
use crate::linkage::model::model::{GenderLevel, Model, PlaceLevel};
use crate::linkage::resolve::kinship;

/// Bounds are sums in another order than weights: so much rounding is allowed for.
const SLACK_BITS: f32 = 0.01;

/// Most bits that comparisons other than name and date can add for a person.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Bounds {
    /// All of them together.
    all: f32,
    /// The commune (and hamlet).
    place: f32,
    /// An address or household that agrees.
    address: f32,
    /// Relatives, kinship and date of death.
    kin: f32,
}

impl Query {
    /// What the comparisons can add at most, worked out when it is first asked for: where an ID decides
    /// nobody asks. Hidden IDs count all the same.
    fn bounds(&self, registered: &Registered) -> &Bounds {
        self.bounds.get_or_init(|| self.work_out_bounds(registered))
    }

    fn work_out_bounds(&self, registered: &Registered) -> Bounds {
        let mut all = 1.0;
        if self.numbered {
            all += registered.log_n + ID_OF_ANOTHER;
        }
        let n = registered.len() as f32;
        let around = |unit: &u32| {
            let hamlet = (!self.hamlet.is_blank()).then(|| registered.in_hamlet(*unit, self.hamlet));
            (n / hamlet.unwrap_or_else(|| registered.in_unit(*unit))).log2()
        };
        let place = self.units.iter().map(around).fold(0.0, f32::max);
        all += place;
        if !self.address.is_blank() || !self.household.is_blank() {
            all += MAX_ADDRESS_BITS;
        }
        for (name, id) in self.relatives {
            let by_name = if name.is_blank() { 0.0 } else { share_bits(registered, name) };
            all += if id.is_some() { by_name.max(SAME_RELATIVE_ID_BITS) } else { by_name };
        }
        let relatives = self.relatives.iter().map(|(name, id)| most_for_relative(registered, *name, *id));
        let mut kin = relatives.sum();
        if self.kin.is_some() {
            all += kinship::MOST_BITS;
            kin += kinship::MOST_BITS;
        }
        if self.death.is_some() {
            all += SAME_DEATH_BITS;
            kin += SAME_DEATH_BITS;
        }
        let address = if self.household.is_blank() {
            registered.bearers_of(self.address).map_or(0.0, |bearers| address_bits(n, bearers))
        } else {
            MAX_ADDRESS_BITS
        };
        Bounds { all, place, address, kin }
    }

    /// Most weight that a resident of a name unlike in writing can have, given the weight of the best
    /// who bears the very name: at least one syllable is lost or mistyped.
    pub(crate) fn most_for_other_names(
        &self,
        registered: &Registered,
        model: &Model,
        best: &Compared,
    ) -> f32 {
        let typo =
            model.name.log_m(NameLevel::Typo as u8).max(model.name.log_m(NameLevel::MiddleMissing as u8));
        typo + best.bits.name + self.best_birth(registered, model) + self.bounds(registered).all
    }

    /// Most weight that a resident of the very name in another commune can have.
    pub(crate) fn most_elsewhere(&self, registered: &Registered, model: &Model, best: &Compared) -> f32 {
        let birth = best.birth_weight(model).max(self.best_birth(registered, model));
        let place = model.place.log_m(PlaceLevel::OtherCommune as u8);
        best.name_weight(model) + birth + self.bounds(registered).all - self.bounds(registered).place + place
    }

    /// The weight of a birth date that agrees as well as the row's can.
    fn best_birth(&self, registered: &Registered, model: &Model) -> f32 {
        let exact = if self.birth.is_full() { BirthLevel::Exact } else { BirthLevel::PartAgrees };
        model.birth.log_m(exact as u8) + registered.births.bits(exact, self.birth, self.birth)
    }

    /// Whether a pair can reach a weight, whatever else agrees.
    pub(crate) fn can_reach(&self, registered: &Registered, glance: &Glance, floor: f32) -> bool {
        floor == f32::NEG_INFINITY || glance.told + self.bounds(registered).all >= floor
    }

    /// As [`Self::can_reach`], more sharply: what is known of the resident is reckoned with.
    pub(crate) fn may_reach(
        &self,
        registered: &Registered,
        model: &Model,
        glance: &Glance,
        floor: f32,
    ) -> bool {
        self.can_reach(registered, glance, floor)
            && (glance.may_be_exact()
                || glance.told + self.most_beside(registered, model, &glance.hot) + SLACK_BITS >= floor)
    }

    /// Most weight that what is not name or date can add for a resident of this commune and gender: never
    /// more than [`Bounds::all`] but for rounding, and often much less.
    fn most_beside(&self, registered: &Registered, model: &Model, hot: &Hot) -> f32 {
        let bounds = self.bounds(registered);
        let gender = match (self.gender, hot.gender) {
            (Some(a), Some(b)) => {
                1.0 + model.gender.log_m(if a == b { GenderLevel::Same } else { GenderLevel::Differs } as u8)
            }
            _ => 0.0,
        };
        let place = if self.units.is_empty() || hot.unit == NO_UNIT {
            0.0
        } else if self.units.contains(&hot.unit) {
            bounds.place
        } else {
            let elsewhere = [PlaceLevel::OtherCommune, PlaceLevel::OtherCommuneHamlet];
            elsewhere.map(|level| model.place.log_m(level as u8)).into_iter().fold(f32::MIN, f32::max)
        };
        gender + place + bounds.address + bounds.kin + self.most_by_number(registered.log_n, hot)
    }

    /// Most bits that identity numbers can add for a resident of this personal ID.
    fn most_by_number(&self, log_n: f32, hot: &Hot) -> f32 {
        let personal = match self.id {
            None => 0.0,
            Some(id) if id == hot.id => log_n + ID_OF_ANOTHER,
            Some(_) if self.owners.is_empty() => one_digit_bits(log_n),
            Some(_) => log_n,
        };
        if self.old_id.is_some() { personal.max(log_n) } else { personal }
    }
}

/// Most bits that one relative can add.
fn most_for_relative(registered: &Registered, name: NameId, id: Option<u64>) -> f32 {
    let by_id = if id.is_some() { SAME_RELATIVE_ID_BITS } else { 0.0 };
    if name.is_blank() {
        return by_id;
    }
    // A name that is only near may be rarer than the row's.
    by_id.max(share_bits(registered, name)).max(-LEAST_SHARE.log2() - NEAR_COSTS)
}
