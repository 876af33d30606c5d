//! What a kind of file is: [`Kind`] is a handle into the table of kinds (`data/kinds.toml`, then the user's own),
//! which says all that the program knows of it. Nothing else in the house lists kinds; rules ask what a kind proves
//! ([`Capability`]), not which one it is.

mod description;
mod office;
mod own;
mod read;
mod role;
mod table;

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use description::{Capability, Description, Expectation, FieldType, OwnField};
pub use office::Office;
pub use own::{KindFault, KindMistake, KindsInUse, OwnKinds};
pub use role::{Role, RoleColumns};

use super::{Code, Field, Lang};

/// A kind of input file: a place in the table of kinds, the six first, then the lists of other sectors, then the
/// user's own. The place is this process's own; what is written to a disk names kinds by [`Kind::name`].
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(u8);

/// The six kinds that the pipeline itself is about. They are spelled as the variants of an enumeration, because they
/// stand in patterns as these do.
#[expect(non_upper_case_globals, reason = "they stand in patterns, as variants do")]
#[expect(missing_docs, reason = "the names say it")]
impl Kind {
    pub const Residents: Self = Self(0);
    pub const Births: Self = Self(1);
    pub const Deaths: Self = Self(2);
    pub const Marriages: Self = Self(3);
    pub const Welfare: Self = Self(4);
    pub const Insurance: Self = Self(5);
}

impl Kind {
    /// The six kinds, the registry first.
    pub const SIX: [Self; 6] =
        [Self::Residents, Self::Births, Self::Deaths, Self::Marriages, Self::Welfare, Self::Insurance];

    /// All kinds, the registry first.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + DoubleEndedIterator + Clone {
        (0..Self::count() as u8).map(Self)
    }

    /// All kinds of extract.
    pub fn extracts() -> impl ExactSizeIterator<Item = Self> + DoubleEndedIterator + Clone {
        (1..Self::count() as u8).map(Self)
    }

    /// How many kinds there are.
    pub fn count() -> usize {
        table::table().kinds.len()
    }

    /// The place in the table, for tables by kind.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// What is known of the kind.
    pub fn description(self) -> &'static Description {
        &table::table().kinds[self.index()]
    }

    /// The name used in outputs, in the store and on the command line.
    pub fn name(self) -> &'static str {
        &self.description().name
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|kind| kind.name() == name)
    }

    /// The fields of the kind, in the order of its description.
    pub fn fields(self) -> &'static [Field] {
        &self.description().fields
    }

    /// The fields that the kind requires.
    pub fn required(self) -> &'static [Field] {
        &self.description().required
    }

    /// The roles of a row, in the order in which [`Extract::persons`](super::Extract::persons) holds them; empty for
    /// the registry.
    pub fn roles(self) -> &'static [Role] {
        &self.description().roles
    }

    /// The role of a name, where rows of the kind have it.
    pub fn role(self, name: &str) -> Option<Role> {
        self.roles().iter().copied().find(|role| role.name() == name)
    }

    /// The column that numbers a row among its kind.
    pub fn reference(self) -> Field {
        self.description().reference
    }

    /// The columns in which the numbers of [`Kind::reference`] begin anew.
    pub fn reference_within(self) -> &'static [Field] {
        &self.description().within
    }

    /// The office that keeps the files.
    pub fn office(self) -> Office {
        self.description().office
    }

    /// Whether rows prove something.
    pub fn has(self, capability: Capability) -> bool {
        self.description().capabilities.has(capability)
    }

    /// Whether rows may give rise to findings of a code.
    pub fn raises(self, code: Code) -> bool {
        self.description().raises.as_ref().is_none_or(|codes| codes.contains(&code))
    }

    /// Whether the extract is one of civil status.
    pub fn is_civil_status(self) -> bool {
        self.has(Capability::Registration)
    }

    /// Whether the kind is a list of another sector: one of the shipped ones or the user's own.
    pub fn is_list(self) -> bool {
        self.index() >= Self::SIX.len()
    }

    /// The kind as headings show it.
    pub fn title(self, lang: Lang) -> &'static str {
        self.description().title.get(lang)
    }

    /// The kind within a sentence.
    pub fn spoken(self, lang: Lang) -> &'static str {
        self.description().spoken.get(lang)
    }

    /// The kind as evidence cites it.
    pub fn cited(self, lang: Lang) -> &'static str {
        self.description().cited.get(lang)
    }

    /// The word before the reference number.
    pub fn number_word(self, lang: Lang) -> &'static str {
        self.description().number.get(lang)
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| D::Error::custom("no kind of file"))
    }
}

impl Field {
    /// What the cells of the field hold.
    pub fn kind_of_value(self) -> FieldType {
        table::table().types[self as usize]
    }

    /// The fields whose cells hold values of a type, in the order of the fields.
    pub fn of_type(wanted: FieldType) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |field| field.kind_of_value() == wanted)
    }
}

#[cfg(test)]
mod tests;
