//! Evaluation: how good the links are, measured on the data at hand.

pub(super) mod holdout;
