//! A compared pair and its match weight.

use crate::domain::{Comparison, MatchedOn, Weights};
use crate::linkage::compare::dates::BirthLevel;
use crate::linkage::compare::names::NameLevel;
use crate::linkage::model::model::{
    AddressLevel, GenderLevel, IdLevel, Model, Pattern, PlaceLevel, RelativeLevel,
};

/// Bits of information in what agrees: -log2 of the u-probability, by comparison.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Bits {
    pub(crate) name: f32,
    pub(crate) birth: f32,
    pub(crate) gender: f32,
    pub(crate) id: f32,
    pub(crate) place: f32,
    pub(crate) address: f32,
    pub(crate) relatives: [f32; 3],
    pub(crate) context: f32,
}

impl Bits {
    fn sum(&self) -> f32 {
        self.name
            + self.birth
            + self.gender
            + self.id
            + self.place
            + self.address
            + self.relatives.iter().sum::<f32>()
            + self.context
    }
}

/// A compared pair.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Compared {
    pub(crate) resident: u32,
    pub(crate) pattern: Pattern,
    pub(crate) bits: Bits,
}

/// Of those who bear another's ID, how many bear that of a given brother or sister: log2.
const ID_OF_SIBLING: f32 = -8.4;

impl Compared {
    /// The match weight without the prior, in bits.
    pub(crate) fn weight(&self, model: &Model) -> f32 {
        self.log_m(model) + self.bits.sum()
    }

    /// The part of the weight that a brother or sister of the resident would have as well: bits of what
    /// agrees in name and date, and all that a family shares.
    pub(crate) fn shared_bits(&self, model: &Model) -> f32 {
        let p = &self.pattern;
        let id = if p.id == IdLevel::Equal { ID_OF_SIBLING } else { -self.bits.id };
        let mut sum = self.bits.sum() + id - self.bits.gender
            + model.place.log_m(p.place as u8)
            + model.address.log_m(p.address as u8)
            + model.kinship.log_m(p.kinship as u8);
        for (levels, level) in model.relatives.iter().zip(p.relatives) {
            sum += levels.log_m(level as u8);
        }
        sum
    }

    fn log_m(&self, model: &Model) -> f32 {
        let p = &self.pattern;
        let mut sum = model.name.log_m(p.name as u8)
            + model.birth.log_m(p.birth as u8)
            + model.gender.log_m(p.gender as u8)
            + model.id.log_m(p.id as u8)
            + model.place.log_m(p.place as u8)
            + model.address.log_m(p.address as u8)
            + model.kinship.log_m(p.kinship as u8);
        for (levels, level) in model.relatives.iter().zip(p.relatives) {
            sum += levels.log_m(level as u8);
        }
        sum
    }

    /// The weights by comparison, the prior given.
    pub(crate) fn weights(&self, model: &Model, prior: f32) -> Weights {
        let p = &self.pattern;
        let mut weights = [0.0; Comparison::COUNT];
        weights[Comparison::Prior as usize] = prior;
        weights[Comparison::Name as usize] = model.name.log_m(p.name as u8) + self.bits.name;
        weights[Comparison::Birth as usize] = model.birth.log_m(p.birth as u8) + self.bits.birth;
        weights[Comparison::Gender as usize] = model.gender.log_m(p.gender as u8) + self.bits.gender;
        weights[Comparison::Id as usize] = model.id.log_m(p.id as u8) + self.bits.id;
        weights[Comparison::Place as usize] = model.place.log_m(p.place as u8)
            + self.bits.place
            + model.address.log_m(p.address as u8)
            + self.bits.address;
        weights[Comparison::Relatives as usize] = (0..3)
            .map(|i| model.relatives[i].log_m(p.relatives[i] as u8) + self.bits.relatives[i])
            .sum::<f32>();
        weights[Comparison::Context as usize] = model.kinship.log_m(p.kinship as u8) + self.bits.context;
        weights
    }

    /// What agrees, for `matched_on`.
    pub(crate) fn matched_on(&self) -> MatchedOn {
        let p = &self.pattern;
        let mut bits = 0;
        bits |= u16::from(p.id == IdLevel::Equal);
        bits |= u16::from(p.id == IdLevel::OldEqual) << 1;
        bits |= u16::from(p.name.agrees()) << 2;
        bits |= u16::from(p.birth.agrees()) << 3;
        bits |= u16::from(p.gender == GenderLevel::Same) << 4;
        let commune =
            matches!(p.place, PlaceLevel::SameHamlet | PlaceLevel::OtherHamlet | PlaceLevel::SameCommune);
        bits |= u16::from(commune) << 5;
        bits |= u16::from(p.address == AddressLevel::Same) << 6;
        bits |= u16::from(p.relatives.contains(&RelativeLevel::Same)) << 7;
        bits |= u16::from(self.bits.context > 0.0) << 8;
        MatchedOn(bits)
    }

    /// Whether the ID or old ID agrees.
    pub(crate) fn is_by_id(&self) -> bool {
        matches!(self.pattern.id, IdLevel::Equal | IdLevel::OldEqual)
    }

    /// Whether ID, name and birth date all agree: no other resident can come near.
    pub(crate) fn is_certain(&self) -> bool {
        self.pattern.id == IdLevel::Equal && self.is_exact() && self.pattern.birth == BirthLevel::Exact
    }

    pub(crate) fn name_weight(&self, model: &Model) -> f32 {
        model.name.log_m(self.pattern.name as u8) + self.bits.name
    }

    pub(crate) fn birth_weight(&self, model: &Model) -> f32 {
        model.birth.log_m(self.pattern.birth as u8) + self.bits.birth
    }

    /// Whether the names are equal but for marks.
    pub(crate) fn bears_the_name(&self) -> bool {
        matches!(self.pattern.name, NameLevel::Exact | NameLevel::MarksLost)
    }

    /// Whether beside name and date the commune or a relative agrees.
    pub(crate) fn is_supported(&self) -> bool {
        let p = &self.pattern;
        matches!(p.place, PlaceLevel::SameHamlet | PlaceLevel::SameCommune)
            || p.relatives.contains(&RelativeLevel::Same)
    }

    /// Whether name and birth date agree so well that no resident of another name or date can come near.
    pub(crate) fn is_exact(&self) -> bool {
        let p = &self.pattern;
        self.bears_the_name()
            && (p.birth == BirthLevel::Exact || (p.id == IdLevel::Equal && p.birth.is_close()))
    }
}
