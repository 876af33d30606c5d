//! The people, and what the registry says of them.

pub(crate) mod families;
pub(crate) mod people;
pub(crate) mod registry;
pub(crate) mod registry_cells;
pub(crate) mod strangers;
pub(crate) mod tables;
