//! Kinship as evidence: how the residents linked in two roles of one row stand to each other.
//!
//! A child, its parents, a couple: persons of one row are kin, and kin mostly share a household, name each
//! other by ID, or live in one hamlet. How often they do is a property of the registry (one has households,
//! another only communes), so it is learned on the rows of which one person is sure, not assumed: where the
//! registry shows nearly every family together, a namesake outside the family is no parent; where it cannot
//! show families at all, that he stands apart says nothing.

use crate::linkage::blocking::registry::{NO_UNIT, Registered};
use crate::linkage::blocking::search::Found;
use crate::linkage::compare::pair::Bits;
use crate::linkage::model::model::{Counts, Model};

/// How a candidate stands to the resident who is linked in another role of the row.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum KinLevel {
    /// One household, or one names the other by ID.
    Related,
    /// Not related though both rows tell of relatives; same commune and hamlet, or same address.
    ApartSameHamlet,
    /// As before, in one commune only.
    ApartSameCommune,
    /// As before, in different communes.
    ApartElsewhere,
    /// The rows cannot tell; same commune and hamlet, or same address.
    SameHamlet,
    /// The rows cannot tell; same commune.
    SameCommune,
    /// The rows cannot tell; different communes.
    Elsewhere,
    /// Nobody else of the row is linked.
    Missing,
}

impl KinLevel {
    /// How many levels there are, `Missing` included.
    pub const COUNT: usize = 8;
}

/// A person linked so surely that he may speak for the others of his row.
pub(crate) const SPEAKS: f32 = 0.995;

/// Most bits that the kinship of linked persons may add: registers name the wrong household too.
pub(crate) const MOST_BITS: f32 = 10.0;

/// Bits by which a sure person must stand apart from another before he is looked at again.
const APART_BITS: f32 = -1.5;

/// Compares a candidate with the resident linked in another role. What names of relatives and the place of
/// residence said already is taken off the bits: it is the same evidence.
pub(crate) fn compare(registered: &Registered, kin: u32, resident: u32, said: &Bits) -> (KinLevel, f32) {
    if registered.related(kin, resident) {
        let bits = (registered.log_n - 2.3).min(MOST_BITS) - said.relatives.iter().sum::<f32>();
        return (KinLevel::Related, bits.max(0.0));
    }
    let told = registered.tells_ties(kin) && registered.tells_ties(resident);
    let unit = registered.hot[resident as usize].unit;
    let (a, b) =
        (&registered.residents[kin as usize].person, &registered.residents[resident as usize].person);
    let n = registered.len() as f32;
    if unit == NO_UNIT || unit != registered.hot[kin as usize].unit {
        return (if told { KinLevel::ApartElsewhere } else { KinLevel::Elsewhere }, 0.0);
    }
    let around = registered.in_unit(unit);
    if !a.address.is_blank() && a.address == b.address {
        let bits =
            (n / registered.bearers_of(a.address).unwrap_or(1.0).max(4.0)).log2() - said.place - said.address;
        let level = if told { KinLevel::ApartSameHamlet } else { KinLevel::SameHamlet };
        return (level, bits.clamp(0.0, MOST_BITS));
    }
    if !a.hamlet.is_blank() && a.hamlet == b.hamlet {
        let bits = (n / registered.in_hamlet(unit, a.hamlet)).log2() - said.place - said.address;
        let level = if told { KinLevel::ApartSameHamlet } else { KinLevel::SameHamlet };
        return (level, bits.clamp(0.0, MOST_BITS));
    }
    let bits = ((n / around).log2() - said.place).clamp(0.0, MOST_BITS);
    (if told { KinLevel::ApartSameCommune } else { KinLevel::SameCommune }, bits)
}

/// For a role of a row, the resident who may speak for it: that of the surest other role.
pub(crate) fn speaker(row: &[Option<Found>], models: &[Model], log_n: f32, role: usize) -> Option<Speaker> {
    let mut best: Option<Speaker> = None;
    for (other, found) in row.iter().enumerate() {
        let Some(found) = found.as_ref().filter(|_| other != role) else { continue };
        if found.probability(0, &models[other], log_n) < SPEAKS {
            continue;
        }
        let log_odds = found.log_odds(0, &models[other], log_n);
        if best.is_none_or(|b| log_odds > b.log_odds) {
            best = found.top.first().map(|(c, _)| Speaker { resident: c.resident, log_odds });
        }
    }
    best
}

/// A resident linked in another role of the row.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Speaker {
    pub(crate) resident: u32,
    log_odds: f32,
}

impl Speaker {
    /// Whether the person found should be looked at again in the light of this one: he is not sure, or less
    /// sure than this one and stands apart from him.
    pub(crate) fn concerns(&self, registered: &Registered, found: &Found, model: &Model, log_n: f32) -> bool {
        if found.probability(0, model, log_n) < SPEAKS {
            return true;
        }
        let Some((best, _)) = found.top.first() else { return true };
        if best.is_by_id() || found.log_odds(0, model, log_n) >= self.log_odds {
            return false;
        }
        let (level, bits) = compare(registered, self.resident, best.resident, &best.bits);
        model.kinship.log_m(level as u8) + bits < APART_BITS
    }
}

/// Counts how the candidates of a role stand to the person who speaks for the row.
pub(crate) fn count(
    registered: &Registered,
    row: &[Option<Found>],
    models: &[Model],
    role: usize,
    counts: &mut Counts,
) {
    let log_n = registered.log_n;
    let (Some(found), Some(speaker)) = (&row[role], speaker(row, models, log_n, role)) else { return };
    for (at, (compared, _)) in found.top.iter().enumerate() {
        let p = f64::from(found.probability(at, &models[role], log_n));
        let (level, _) = compare(registered, speaker.resident, compared.resident, &compared.bits);
        counts.add_kinship(level, p);
    }
}
