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

/// By commune, of the living and of others, the bits that a pair gains.
#[derive(Debug, Default)]
pub(crate) struct Completeness(FxHashMap<(u32, bool), f32>);

/// With whom a resident is counted.
fn group(residents: &Residents<'_>, resident: u32) -> (u32, bool) {
    let row = &residents.rows[resident as usize];
    (residents.hot[resident as usize].unit, row.status.is_living())
}

impl Completeness {
    /// Counts the residents who have a row in one role, given what was found for all persons of the extract.
    pub(crate) fn of(
        residents: &Residents<'_>,
        (role, roles): (usize, usize),
        model: &Model,
        found: &[Option<Candidates>],
    ) -> Self {
        let log_n = residents.log_n;
        // Two rows of one person are one resident with a row.
        let mut has_row = vec![0.0f32; residents.len()];
        for found in found.iter().skip(role).step_by(roles).flatten() {
            for at in 0..found.top.len() {
                let of = &mut has_row[found.top[at].0.resident as usize];
                *of = of.max(found.probability(at, model, log_n));
            }
        }
        let mut groups: FxHashMap<(u32, bool), (f64, f64)> = FxHashMap::default();
        for (resident, has_row) in has_row.iter().enumerate() {
            let (rows, all) = groups.entry(group(residents, resident as u32)).or_default();
            (*rows, *all) = (*rows + f64::from(*has_row), *all + 1.0);
        }
        let bits = |(rows, all): (f64, f64)| -(1.0 - (rows / (all + ASSUMED)).min(MOST)).log2() as f32;
        Self(groups.into_iter().map(|(group, counts)| (group, bits(counts))).collect())
    }

    /// The bits that a pair with a resident gains.
    pub(crate) fn bits(&self, residents: &Residents<'_>, resident: u32) -> f32 {
        self.0.get(&group(residents, resident)).copied().unwrap_or(0.0)
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
