//! Comparison: what two persons have in common in names, dates, numbers, places and kin.

pub(super) mod coincidence;
pub(super) mod comparison;
pub(super) mod dates;
pub(super) mod kin;
pub(super) mod levels;
pub(super) mod names;
pub(super) mod pair;
pub(super) mod record;
pub(super) mod residents;
pub(super) mod same_person;
pub(super) mod stratum;
