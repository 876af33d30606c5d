//! Kinship as evidence: how the residents linked in two roles of one row stand to each other.
//!
//! A child, its parents, a couple: persons of one row are kin, and kin mostly share a household, name each other by
//! ID, or live in one hamlet.

use super::levels::{Comparison, KinLevel};
use super::pair::Bits;
use super::residents::{NO_UNIT, Residents};

/// Most bits that the kinship of linked persons may add: registers name the wrong household too.
pub(crate) const MOST_BITS: f32 = 10.0;

/// Compares a candidate with the resident linked in another role. What names of relatives and the place of
/// residence said already is taken off the bits: it is the same evidence.
pub(crate) fn compare(residents: &Residents<'_>, kin: u32, resident: u32, said: &Bits) -> (KinLevel, f32) {
    if residents.related(kin, resident) {
        let bits = (residents.log_n - 2.3).min(MOST_BITS) - said.relatives();
        return (KinLevel::Related, bits.max(0.0));
    }
    let told = residents.tells_ties(kin) && residents.tells_ties(resident);
    let unit = residents.hot[resident as usize].unit;
    let (a, b) = (&residents.rows[kin as usize].person, &residents.rows[resident as usize].person);
    let n = residents.len() as f32;
    if unit == NO_UNIT || unit != residents.hot[kin as usize].unit {
        return (if told { KinLevel::ApartElsewhere } else { KinLevel::Elsewhere }, 0.0);
    }
    let around = residents.in_unit(unit);
    if !a.address.is_blank() && a.address == b.address {
        let bits = (n / residents.bearers_of(a.address).unwrap_or(1.0).max(4.0)).log2()
            - said[Comparison::Place]
            - said[Comparison::Address];
        let level = if told { KinLevel::ApartSameHamlet } else { KinLevel::SameHamlet };
        return (level, bits.clamp(0.0, MOST_BITS));
    }
    if !a.hamlet.is_blank() && a.hamlet == b.hamlet {
        let bits = (n / residents.in_hamlet(unit, a.hamlet)).log2()
            - said[Comparison::Place]
            - said[Comparison::Address];
        let level = if told { KinLevel::ApartSameHamlet } else { KinLevel::SameHamlet };
        return (level, bits.clamp(0.0, MOST_BITS));
    }
    let bits = ((n / around).log2() - said[Comparison::Place]).clamp(0.0, MOST_BITS);
    (if told { KinLevel::ApartSameCommune } else { KinLevel::SameCommune }, bits)
}
