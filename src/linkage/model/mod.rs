//! The model: what agreement is worth, how that is learned, and what it comes to for a person.

pub(super) mod coverage;
pub(super) mod em;
#[expect(clippy::module_inception, reason = "the model itself, beside what belongs to it")]
pub(super) mod model;
pub(super) mod model_file;
pub(super) mod posterior;
pub(super) mod stable_sample;
pub(super) mod unregistered_sibling;
mod weight;
