//! Who corrects.

use std::fmt;

use super::table::table;
use crate::domain::{Kind, Lang};

/// An office that keeps files and corrects them: a place in the table of offices (`data/kinds.toml`).
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Office(pub(super) u8);

/// The offices that procedures name; spelled as the variants of an enumeration, because they stand where these do.
#[expect(non_upper_case_globals, reason = "they stand where variants do")]
impl Office {
    /// Commune police: the registry.
    pub const Police: Self = Self(0);
    /// Civil status officer.
    pub const CivilStatus: Self = Self(1);
    /// Labour and social affairs.
    pub const Welfare: Self = Self(2);
    /// Social insurance agency.
    pub const Insurance: Self = Self(3);
}

impl Office {
    /// All of them, in the order of the table.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + DoubleEndedIterator + Clone {
        (0..table().offices.len() as u8).map(Self)
    }

    /// The office of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|office| office.name() == name)
    }

    /// Whether procedures name the office: it is shown even where it has nothing to correct.
    pub fn is_always_shown(self) -> bool {
        self <= Self::Insurance
    }

    /// The place in the table, for tables by office.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The name used in outputs and file names.
    pub fn name(self) -> &'static str {
        &table().offices[self.index()].0
    }

    /// The name to be read.
    pub fn title(self, lang: Lang) -> &'static str {
        table().offices[self.index()].1.get(lang)
    }

    /// The office that keeps the files of a kind.
    pub fn of_source(kind: Kind) -> Self {
        kind.office()
    }
}

impl fmt::Debug for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
