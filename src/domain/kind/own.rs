//! The user's own kinds: texts of `kinds.d/*.toml`, checked, then taken into the table.

use super::table::{self, Kinds};

/// Kinds read from the user's files, with those that ship.
#[derive(Clone, Debug)]
pub struct OwnKinds(pub(super) Kinds);

/// A mistake in a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindMistake {
    /// The line, from 1.
    pub line: usize,
    /// The key that it concerns; empty where none can be told.
    pub key: &'static str,
    /// What is wrong.
    pub fault: KindFault,
}

/// What is wrong with a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KindFault {
    /// It is no TOML, or a key is not known or missing: what the parser says.
    Syntax(String),
    /// A word that is none of those known.
    NotOneOf {
        /// What is written.
        written: String,
        /// What may be.
        known: Vec<String>,
    },
    /// A name that another kind or office bears.
    Taken(String),
    /// A name that is not made of small letters, digits and `_`.
    BadName(String),
    /// A field that the description needs and does not have.
    NeedsField(&'static str),
    /// Ages that are none: the first is above the second, or one is out of range.
    BadAges,
    /// The capability `expectation` without `expects`, or the other way about.
    ExpectsNobody,
    /// A column of the kind's own that no header means.
    NoHeaders(String),
    /// More kinds than there may be.
    TooMany,
}

/// Kinds are in use already: those of another configuration cannot be taken in.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("other kinds are in use already")]
pub struct KindsInUse;

impl OwnKinds {
    /// Reads the texts of the user's files.
    ///
    /// # Errors
    /// All mistakes, each with the position of its text.
    pub fn read(texts: &[&str]) -> Result<Self, Vec<(usize, KindMistake)>> {
        table::with_own(texts).map(Self)
    }

    /// Takes the kinds into the table, for the rest of the process.
    ///
    /// # Errors
    /// [`KindsInUse`] where other kinds have been asked for before.
    pub fn install(&self) -> Result<(), KindsInUse> {
        table::install(self)
    }

    /// The names of the user's own kinds.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.kinds.iter().filter(|kind| kind.is_own).map(|kind| kind.name.as_str())
    }
}
