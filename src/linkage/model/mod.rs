//! What agreement is worth: parameters, their learning, their file.

pub(super) mod em;
pub(super) mod model;
pub(super) mod model_file;
pub(super) mod stable_sample;
pub(super) mod unregistered_sibling;
