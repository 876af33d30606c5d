//! Comparison: what two persons have in common in names, dates, numbers, places and kin.

mod align;
pub(super) mod coincidence;
pub(super) mod comparison;
pub(super) mod dates;
pub(super) mod kin;
pub(super) mod levels;
pub(super) mod name_cache;
pub(super) mod name_prefilter;
pub(super) mod names;
pub(super) mod pair;
pub(super) mod record;
pub(super) mod residents;
pub(super) mod same_person;
pub(super) mod stratum;
mod syllable;
