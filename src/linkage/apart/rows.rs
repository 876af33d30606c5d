//! Rows as they come in, and what is told of them.

use super::{Group, Parts};
use crate::domain::{Day, Extract, NameId, NamePool, RoleLink};

/// Rows of an extract, with the names that nobody of the registry bears.
#[derive(Debug)]
pub struct Batch {
    /// The rows. Names and texts of the registry have its ids; others have ids behind those.
    pub extract: Extract,
    /// The names behind those of the registry, in the order of their ids.
    pub names: Vec<String>,
}

impl Batch {
    /// A name, of the registry or of the batch; blank where there is no such.
    pub(super) fn name<'n>(&'n self, registry: &'n NamePool, id: NameId) -> &'n str {
        match (id.0 as usize).checked_sub(registry.len()) {
            None => registry.key(id),
            Some(own) => self.names.get(own).map_or("", String::as_str),
        }
    }
}

/// That a row may be of a resident.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The resident.
    pub resident: u32,
    /// With whom the resident is counted.
    pub group: Group,
    /// How probably.
    pub parts: Parts,
}

/// What the search came to for a row, and what is asked of all rows together.
#[derive(Clone, Debug)]
pub struct FoundRow {
    /// The candidates of all persons, for the steps to come.
    pub found: Vec<u8>,
    /// What the main person claims. Of each resident the largest claim of all rows counts for how complete the list is.
    pub claims: Vec<Claim>,
    /// Personal IDs on the row.
    pub numbers: Vec<u64>,
    /// Those of persons without a name.
    pub nameless: Vec<u64>,
    /// Residents of whom the row may say that they are dead.
    pub dead: Vec<u32>,
    /// Residents whom the row shows alive, by their ID or by name and date of birth.
    pub alive: Vec<u32>,
    /// Under what the row's person is looked for on other rows: rows of one person share one, others hardly ever.
    pub keys: Vec<u64>,
    /// Residents who did something, and when.
    pub acts: Vec<(u32, Day)>,
}

/// What a row comes to by itself.
#[derive(Clone, Debug)]
pub struct WeighedRow {
    /// The decision for each person, `None` for a blank one.
    pub links: Vec<Option<RoleLink>>,
    /// Residents whom the main person lays claim to.
    pub claims: Vec<u32>,
    /// Whether the row is of nobody of the registry.
    pub tells_nobody: bool,
}
