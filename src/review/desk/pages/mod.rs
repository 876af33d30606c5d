//! The pages of the desk.

pub(super) mod files;
pub(super) mod first;
mod row;
pub(super) mod run;
pub(super) mod runs;
