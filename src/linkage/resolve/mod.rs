//! Resolution: from the candidates of each person to one resident, a question, or none.

pub(super) mod acts;
pub(super) mod claims;
pub(super) mod clerical_overrides;
pub(super) mod completeness;
pub(super) mod contradicted_deaths;
pub(super) mod decide;
pub(super) mod kin_pass;
pub(super) mod nameless;
pub(super) mod one_to_one;
