//! Blocking: which residents are worth comparing with a person, from the sharpest key to the loosest.

mod coincidences;
mod doubts;
#[cfg(test)]
mod limit_tests;
mod nearest;
pub(super) mod postings;
pub(super) mod registry;
pub(super) mod search;
mod seen;
mod upper_bounds;
