//! A file as a whole, looked at before anybody is linked: columns that moved against each other, so that within a block a
//! number is no witness of the person beside whom it stands; habits of whoever kept the list.

pub(super) mod habits;
pub(super) mod moved;

use serde::{Deserialize, Serialize};

use self::habits::ClerkHabit;
use self::moved::MovedIds;

/// What is known of files as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WholeFiles {
    /// Blocks of rows whose columns moved against each other.
    pub moved: Vec<MovedIds>,
    /// Habits of whoever kept the lists.
    pub habits: Vec<ClerkHabit>,
}
