//! How complete a list is. Where nearly every resident of a commune has a row, one without is rare: a row that fits a
//! resident whom no other row fits is hardly a stranger's, for then the resident's own row would be missing as well.
//!
//! The prior of matching row by row leaves that out: it asks how many rows are residents', not how many residents have
//! rows. Over all ways of matching the two lists each resident without a row weighs by the share of those who have none
//! (M. Sadinle, JASA 112, 2017); so each pair gains that much. The share is counted in the file itself, by commune, of the
//! living and of others by themselves.

use rustc_hash::FxHashMap;

use crate::linkage::compare::residents::Residents;
use crate::linkage::model::model::Model;
use crate::linkage::model::posterior::Candidates;

/// However complete a list looks, one resident in ten may have no row: who is missing is not missing by chance.
const MOST: f64 = 0.9;
/// So many residents without a row are assumed in each commune.
const ASSUMED: f64 = 10.0;

/// With whom a resident is counted: the commune, and whether the resident lives.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    unit: u32,
    is_living: bool,
}

impl Group {
    pub(crate) fn of(residents: &Residents<'_>, resident: u32) -> Self {
        let is_living = residents.rows[resident as usize].status.is_living();
        Self { unit: residents.hot[resident as usize].unit, is_living }
    }

    /// As one number.
    pub fn packed(self) -> i64 {
        i64::from(self.unit) << 1 | i64::from(self.is_living)
    }

    /// The group of such a number; `None` where it is none.
    pub fn unpacked(packed: i64) -> Option<Self> {
        Some(Self { unit: u32::try_from(packed >> 1).ok()?, is_living: packed & 1 == 1 })
    }
}

/// A probability in whole parts, so that sums are the same in whatever order.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parts(pub u32);

impl Parts {
    const PARTS: f32 = (1 << 24) as f32;

    pub(crate) fn of(probability: f32) -> Self {
        Self((probability * Self::PARTS).round() as u32)
    }
}

/// Residents by group.
pub(crate) fn counted(residents: &Residents<'_>) -> FxHashMap<Group, u32> {
    let mut all: FxHashMap<Group, u32> = FxHashMap::default();
    for resident in 0..residents.len() as u32 {
        *all.entry(Group::of(residents, resident)).or_default() += 1;
    }
    all
}

/// The residents who have a row in one role, summed by group: each by the likeliest of the rows that may be of the
/// resident, for two rows of one person are one resident with a row. `found` is what was found for all persons of the
/// extract.
fn with_row(
    residents: &Residents<'_>,
    (role, roles): (usize, usize),
    model: &Model,
    found: &[Option<Candidates>],
) -> FxHashMap<Group, u64> {
    let mut has_row = vec![Parts::default(); residents.len()];
    for found in found.iter().skip(role).step_by(roles).flatten() {
        for (resident, parts) in claims(found, model, residents.log_n) {
            let of = &mut has_row[resident as usize];
            *of = parts.max(*of);
        }
    }
    let mut sums: FxHashMap<Group, u64> = FxHashMap::default();
    for (resident, parts) in has_row.iter().enumerate().filter(|(_, parts)| parts.0 > 0) {
        *sums.entry(Group::of(residents, resident as u32)).or_default() += u64::from(parts.0);
    }
    sums
}

/// What a row claims of each of its candidates.
pub(crate) fn claims<'a>(
    found: &'a Candidates,
    model: &'a Model,
    log_n: f32,
) -> impl Iterator<Item = (u32, Parts)> + 'a {
    let of = move |at: usize| (found.top[at].0.resident, Parts::of(found.probability(at, model, log_n)));
    (0..found.top.len()).map(of)
}

/// By group, the bits that a pair gains.
#[derive(Clone, Debug, Default)]
pub(crate) struct Completeness(FxHashMap<Group, f32>);

impl Completeness {
    /// Counts the residents who have a row in one role, given what was found for all persons of the extract.
    pub(crate) fn of(
        residents: &Residents<'_>,
        at: (usize, usize),
        model: &Model,
        found: &[Option<Candidates>],
    ) -> Self {
        Self::new(&counted(residents), &with_row(residents, at, model, found))
    }

    /// Of all residents and those with a row, by group.
    pub(crate) fn new(all: &FxHashMap<Group, u32>, with_row: &FxHashMap<Group, u64>) -> Self {
        let bits = |(group, all): (&Group, &u32)| {
            let rows = with_row.get(group).copied().unwrap_or(0) as f64 / f64::from(Parts::PARTS);
            let bits = -(1.0 - (rows / (f64::from(*all) + ASSUMED)).min(MOST)).log2() as f32;
            (*group, bits)
        };
        Self(all.iter().map(bits).collect())
    }

    /// The bits that a pair with a resident gains.
    pub(crate) fn bits(&self, residents: &Residents<'_>, resident: u32) -> f32 {
        self.0.get(&Group::of(residents, resident)).copied().unwrap_or(0.0)
    }

    /// Adds the gain to all that was found in the role. That somebody is dead no list of the living makes likelier.
    pub(crate) fn add(
        &self,
        residents: &Residents<'_>,
        (role, roles): (usize, usize),
        found: &mut [Option<Candidates>],
    ) {
        let rows = found.iter_mut().skip(role).step_by(roles).flatten();
        for found in rows.filter(|found| !found.asserts_death) {
            found.gain(|resident| self.bits(residents, resident));
        }
    }
}
