//! What given names say beside the comparison of the whole: of the gender, and of brothers and sisters.

use super::align::slot_of;
use super::syllable::SyllableLevel;
use super::{GenderKey, Names};
use crate::domain::{Gender, NameId};
use crate::linkage::compare::levels::NameLevel;

impl Names {
    /// Bits that a name tells more where the row writes no gender: a stranger would have had to be of the resident's
    /// gender as well, which the bits of [`Names::compare`] take for granted. A name that either gender bears tells
    /// less of it.
    pub(crate) fn untold_gender_bits(&self, level: NameLevel, resident: NameId, gender: Gender) -> f32 {
        match level {
            // Counted over all bearers.
            NameLevel::Exact | NameLevel::MarksLost => 1.0,
            NameLevel::Different | NameLevel::Missing => 0.0,
            _ => {
                let own = GenderKey::of(Some(gender));
                let (y, other) = (self.syllables_of(self.code(resident)), GenderKey(3 - own.0));
                let told = |(i, &s): (usize, &u32)| {
                    let slot = slot_of(i, y.len());
                    self.exact.get(s, own, slot) - self.exact.get(s, other, slot)
                };
                1.0 - log2_of_one_and(y.iter().enumerate().map(told).sum())
            }
        }
    }

    /// Whether the given names of two names are the same to the letter.
    pub(crate) fn same_given(&self, a: NameId, b: NameId) -> bool {
        let given = |name: NameId| self.syllables_of(self.code(name)).last();
        a == b || (given(a).is_some() && given(a) == given(b))
    }

    /// Whether the given names of two names are unlike.
    pub(crate) fn given_differs(&self, a: NameId, b: NameId) -> bool {
        let given = |name: NameId| self.syllables_of(self.code(name)).last().copied();
        given(a).zip(given(b)).is_some_and(|(a, b)| self.syllables.level(a, b) == SyllableLevel::Different)
    }
}

/// log2(1 + 2^x).
fn log2_of_one_and(x: f32) -> f32 {
    if x > 20.0 { x } else { (1.0 + x.exp2()).log2() }
}
