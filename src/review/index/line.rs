//! The lines of the records file of a run.

use serde::Deserialize;

use crate::domain::{Comparison, Kind};
use crate::vietnamese::text::fold;

/// A line of the records file, of whichever part: one type without alternatives is read in one pass.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Line {
    pub(super) case: Option<String>,
    pub(super) pair: Option<String>,
    pub(super) again: Option<String>,
    pub(super) source: String,
    pub(super) file: String,
    pub(super) row: u32,
    pub(super) role: String,
    pub(super) commune_code: String,
    pub(super) commune: String,
    pub(super) hamlet: Option<String>,
    pub(super) matched_on: String,
    pub(super) weights: Option<[i16; Comparison::COUNT]>,
    pub(super) margin: Option<i32>,
    pub(super) name: String,
    pub(super) birth_date: String,
    pub(super) candidates: Vec<AgainCandidate>,
    pub(super) fields: HouseholdFields,
}

/// A resident of a pair that is to be read again.
#[derive(Deserialize)]
pub(super) struct AgainCandidate {
    pub(super) file: String,
    pub(super) row: u32,
    pub(super) name: String,
    pub(super) probability: f64,
    pub(super) weights: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct HouseholdFields {
    pub(super) household_id: String,
    pub(super) commune_code: String,
    pub(super) commune: String,
}

impl Line {
    /// The household of a row of the registry.
    pub(super) fn household(&self) -> Option<String> {
        let HouseholdFields { household_id, commune_code, commune } = &self.fields;
        let named = self.source == Kind::Residents.name() && !household_id.trim().is_empty();
        named.then(|| household_key(household_id, commune_code, commune))
    }
}

/// What tells households apart: their number within the commune.
pub(crate) fn household_key(number: &str, commune_code: &str, commune: &str) -> String {
    format!("{}|{}|{}", fold(number), commune_code.trim(), fold(commune))
}
