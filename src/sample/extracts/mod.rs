//! What offices write of the people, with the slips of their clerks.

pub(crate) mod benefits;
pub(crate) mod cells;
pub(crate) mod civil;
pub(crate) mod clerk;
pub(crate) mod desk;
pub(crate) mod insurance;
pub(crate) mod lists;
pub(crate) mod slips;
