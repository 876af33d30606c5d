//! What two persons have in common: names, dates, numbers, places, kin.

pub(super) mod align;
pub(super) mod dates;
pub(super) mod name_cache;
pub(super) mod name_prefilter;
pub(super) mod names;
pub(super) mod pair;
pub(super) mod record;
pub(super) mod syllable;
