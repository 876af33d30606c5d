//! Which residents are worth comparing with a person.

pub(super) mod postings;
pub(super) mod registry;
pub(super) mod search;
pub(super) mod upper_bounds;
