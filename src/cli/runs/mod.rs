//! Commands that read extracts: `run` and what looks at its steps.

pub(crate) mod args;
pub(crate) mod inspect;
pub(crate) mod link;
mod overview;
mod progress;
pub(crate) mod run;
pub(crate) mod sample;
