//! From candidates to one resident for each person, or none.

pub(super) mod clerical_overrides;
pub(super) mod decide;
pub(super) mod hungarian;
pub(super) mod kin_pass;
pub(super) mod kinship;
pub(super) mod one_to_one;
