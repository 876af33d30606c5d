//! A compared pair: how each comparison came out, and how much the agreement tells.

use std::ops::{Index, IndexMut};

use super::levels::{
    AddressLevel, BirthLevel, Comparison, ComparisonVector, GenderLevel, IdLevel, NameLevel, PlaceLevel,
    RELATIVES, RelativeLevel,
};
use crate::domain::MatchedOn;

/// Bits of information in what agrees: -log2 of the u-probability, in the order of [`Comparison::ALL`].
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Bits(pub(crate) [f32; Comparison::COUNT]);

impl Bits {
    /// All of them.
    pub(crate) fn sum(&self) -> f32 {
        self.0.iter().sum()
    }

    /// Those of father, mother and spouse.
    pub(crate) fn relatives(&self) -> f32 {
        RELATIVES.iter().map(|relative| self[*relative]).sum()
    }
}

impl Index<Comparison> for Bits {
    type Output = f32;

    fn index(&self, comparison: Comparison) -> &f32 {
        &self.0[comparison as usize]
    }
}

impl IndexMut<Comparison> for Bits {
    fn index_mut(&mut self, comparison: Comparison) -> &mut f32 {
        &mut self.0[comparison as usize]
    }
}

/// A compared pair.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) resident: u32,
    pub(crate) vector: ComparisonVector,
    pub(crate) bits: Bits,
    /// Whether the given names are the same to the letter, marks included.
    pub(crate) same_given: bool,
}

impl Pair {
    /// What agrees, for `matched_on`.
    pub(crate) fn matched_on(&self) -> MatchedOn {
        let v = &self.vector;
        let mut bits = 0;
        bits |= u16::from(v.id == IdLevel::Equal);
        bits |= u16::from(v.id == IdLevel::OldEqual) << 1;
        bits |= u16::from(v.name.agrees()) << 2;
        bits |= u16::from(v.birth.agrees()) << 3;
        bits |= u16::from(v.gender == GenderLevel::Same) << 4;
        let commune =
            matches!(v.place, PlaceLevel::SameHamlet | PlaceLevel::OtherHamlet | PlaceLevel::SameCommune);
        bits |= u16::from(commune) << 5;
        bits |= u16::from(v.address == AddressLevel::Same) << 6;
        bits |= u16::from(v.relatives().contains(&RelativeLevel::Same)) << 7;
        bits |= u16::from(self.bits[Comparison::Kin] > 0.0) << 8;
        MatchedOn(bits)
    }

    /// Whether the ID or old ID agrees.
    pub(crate) fn is_by_id(&self) -> bool {
        matches!(self.vector.id, IdLevel::Equal | IdLevel::OldEqual)
    }

    /// Whether ID, name and birth date all agree: no other resident can come near.
    pub(crate) fn is_certain(&self) -> bool {
        self.vector.id == IdLevel::Equal && self.is_exact() && self.vector.birth == BirthLevel::Exact
    }

    /// Whether the names are equal but for marks.
    pub(crate) fn bears_the_name(&self) -> bool {
        matches!(self.vector.name, NameLevel::Exact | NameLevel::MarksLost)
    }

    /// Whether beside the name nothing speaks for the pair that few share: no number, no day of birth, no house, no
    /// relative.
    pub(crate) fn rests_on_name_and_year(&self) -> bool {
        let v = &self.vector;
        !matches!(v.id, IdLevel::Equal | IdLevel::OldEqual | IdLevel::OneDigit | IdLevel::Relatives)
            && v.birth > BirthLevel::Lunar
            && v.address != AddressLevel::Same
            && !v.relatives().contains(&RelativeLevel::Same)
            && self.bits[Comparison::Kin] <= 0.0
    }

    /// Whether a row that goes on shows the resident alive: by an ID, or by name and date of birth.
    pub(crate) fn shows_alive(&self) -> bool {
        self.is_by_id() || self.is_exact()
    }

    /// Whether beside name and date the commune or a relative agrees.
    pub(crate) fn is_supported(&self) -> bool {
        let v = &self.vector;
        matches!(v.place, PlaceLevel::SameHamlet | PlaceLevel::SameCommune)
            || v.relatives().contains(&RelativeLevel::Same)
    }

    /// Whether name and birth date agree so well that no resident of another name or date can come near.
    pub(crate) fn is_exact(&self) -> bool {
        let v = &self.vector;
        self.bears_the_name()
            && (v.birth == BirthLevel::Exact || (v.id == IdLevel::Equal && v.birth.is_close()))
    }
}
