//! Whom a row speaks of, and in which columns.

use super::table::table;
use crate::domain::{Field, Gender};

/// Whom a row speaks of. A closed set even where kinds are data: what linkage and rules make of a role (parents are
/// older than the child, a spouse is of the same row, a deceased one is dead) is knowledge of the program; a list
/// that is described as data speaks of a [`Role::Subject`], and of others where it has their columns.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Whoever a row of welfare, insurance or another sector's list is about.
    Subject,
    /// The child of a birth record.
    Child,
    /// The mother of a birth record, or of the subject of a list.
    Mother,
    /// The father of a birth record, or of the subject of a list.
    Father,
    /// The dead of a death record.
    Deceased,
    /// The husband of a marriage record.
    Husband,
    /// The wife of a marriage record.
    Wife,
    /// Wife or husband of the subject of a list, who stands on it as well: the other user of a plot.
    Spouse,
    /// Who acts for the subject of a list: the guardian of an account holder.
    Guardian,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 9] = [
        Self::Subject,
        Self::Child,
        Self::Mother,
        Self::Father,
        Self::Deceased,
        Self::Husband,
        Self::Wife,
        Self::Spouse,
        Self::Guardian,
    ];

    /// The roles that lists described as data may have.
    pub const OF_LISTS: [Self; 5] = [Self::Subject, Self::Mother, Self::Father, Self::Spouse, Self::Guardian];

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The name used in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Child => "child",
            Self::Mother => "mother",
            Self::Father => "father",
            Self::Deceased => "deceased",
            Self::Husband => "husband",
            Self::Wife => "wife",
            Self::Spouse => "spouse",
            Self::Guardian => "guardian",
        }
    }

    /// Whether the role is a parent of the main one.
    pub fn is_parent(self) -> bool {
        matches!(self, Self::Mother | Self::Father)
    }

    /// Whether the row is not the role's own: a parent, a guardian. Several findings leave them out.
    pub fn stands_beside(self) -> bool {
        self.is_parent() || self == Self::Guardian
    }

    /// Whether a row is a child's or another main person's, whose parents may stand beside.
    pub fn is_main(self) -> bool {
        matches!(self, Self::Subject | Self::Child | Self::Deceased)
    }

    /// The columns in which a row speaks of the role.
    pub fn columns(self) -> &'static RoleColumns {
        &table().roles[self as usize]
    }
}

/// The columns of one person of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleColumns {
    /// The name.
    pub name: Field,
    /// The date of birth.
    pub birth: Field,
    /// The gender, where the row writes it.
    pub gender: Option<Field>,
    /// The gender that the role implies where none is written.
    pub implied: Option<Gender>,
    /// The personal ID.
    pub personal: Field,
    /// The old ID; `None` where one column holds either.
    pub old: Option<Field>,
    /// The address.
    pub address: Field,
    /// Other columns of the row that say what a column of the registry says of the person.
    pub same: Vec<(Field, Field)>,
}
