//! A file as a whole, looked at before anybody is linked: columns that moved against each other, so that within a block a
//! number is no witness of the person beside whom it stands; habits of whoever kept the list.

pub(super) mod habits;
pub(super) mod moved;
