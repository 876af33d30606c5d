//! What is true of a sample, and how well a run found it.

pub(crate) mod life;
pub(crate) mod oracle;
pub(crate) mod score;
pub(crate) mod truth;
pub(crate) mod values;
