//! What is known of a kind.

use super::{Office, Role};
use crate::domain::{Code, Field, Gender, Words};

/// What rows of a kind prove, which is what rules ask.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Capability {
    /// An act of civil status is registered.
    Registration,
    /// The person of the main role is dead.
    Death,
    /// A benefit is drawn.
    Payment,
    /// The person holds an insurance card.
    Card,
    /// The commune of the row is where the person lives.
    Residence,
    /// The person is on the list as long as the entry holds.
    Membership,
    /// Certain residents must be on the list.
    Expectation,
}

impl Capability {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Registration,
        Self::Death,
        Self::Payment,
        Self::Card,
        Self::Residence,
        Self::Membership,
        Self::Expectation,
    ];

    /// Those that a kind of the user's may have: what the others prove is the pipeline's own business.
    pub const OF_LISTS: [Self; 3] = [Self::Residence, Self::Membership, Self::Expectation];

    /// The name used in descriptions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Death => "death",
            Self::Payment => "payment",
            Self::Card => "card",
            Self::Residence => "residence",
            Self::Membership => "membership",
            Self::Expectation => "expectation",
        }
    }
}

/// Several capabilities, as bits.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(u8);

impl Capabilities {
    /// Whether one is among them.
    pub fn has(self, capability: Capability) -> bool {
        self.0 & (1 << capability as u8) != 0
    }

    /// Adds one.
    pub(super) fn add(&mut self, capability: Capability) {
        self.0 |= 1 << capability as u8;
    }
}

/// What the cells of a field hold.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// The name of a person.
    Name,
    /// The date of something that has happened.
    Past,
    /// From or until when something holds.
    Limit,
    /// The date of an issue, or a mark that there was one.
    Issue,
    /// A personal or old ID.
    Id,
    /// The number of an insurance card or of the insured.
    Card,
    /// An amount.
    Money,
    /// A gender.
    Gender,
    /// A residence status.
    Status,
    /// A marital status.
    Marital,
    /// A relation to the head of the household.
    Relation,
    /// A word of a short list, or a place larger than a house: says nothing of one person.
    Coded,
    /// Anything else.
    #[default]
    Free,
}

impl FieldType {
    /// The types that a column of a kind's own may have, by name.
    pub const OF_OWN: [&str; 6] = ["name", "past", "limit", "id", "money", "free"];

    /// The type of a name used in descriptions.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "name" => Self::Name,
            "past" => Self::Past,
            "limit" => Self::Limit,
            "issue" => Self::Issue,
            "id" => Self::Id,
            "card" => Self::Card,
            "money" => Self::Money,
            "gender" => Self::Gender,
            "status" => Self::Status,
            "marital" => Self::Marital,
            "relation" => Self::Relation,
            "free" => Self::Free,
            "coded" => Self::Coded,
            _ => return None,
        })
    }

    /// Whether values are dates.
    pub fn is_date(self) -> bool {
        matches!(self, Self::Past | Self::Limit | Self::Issue)
    }
}

/// Whom a list must hold: living residents of an age, and of a gender where it says one.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The lowest and the highest age, in completed years.
    pub ages: (i32, i32),
    /// Only residents of this gender.
    pub gender: Option<Gender>,
}

/// A column of a kind's files that is none of the canonical fields: it is known by its headers and carried along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnField {
    /// The name that the description gives it.
    pub name: String,
    /// What its cells hold.
    pub holds: FieldType,
    /// Headers that mean it.
    pub headers: Vec<String>,
}

/// What is known of a kind; what each part means stands at the head of the kinds in `data/kinds.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The name used in outputs, in the store and on the command line.
    pub name: String,
    /// Who keeps the files.
    pub office: Office,
    /// What rows prove.
    pub capabilities: Capabilities,
    /// As headings show the kind.
    pub title: Words,
    /// As evidence cites it.
    pub cited: Words,
    /// Within a sentence.
    pub spoken: Words,
    /// Before the reference number.
    pub number: Words,
    /// The fields.
    pub fields: Vec<Field>,
    /// The fields that it requires.
    pub required: Vec<Field>,
    /// Whom a row speaks of, the main one first.
    pub roles: Vec<Role>,
    /// The column that numbers a row.
    pub reference: Field,
    /// The columns in which the numbers begin anew.
    pub within: Vec<Field>,
    /// The column that says what an entry is about: two entries of a person with another one are no repetition.
    pub matter: Field,
    /// Whom the list must hold.
    pub expects: Option<Expectation>,
    /// Codes of findings that rows may give rise to; `None`: all.
    pub raises: Option<Vec<Code>>,
    /// Words in the name or title of a file that speak of the kind.
    pub called: Vec<String>,
    /// Headers that mean a field, as the user names them.
    pub columns: Vec<(Field, String)>,
    /// Columns of its files that are none of the fields.
    pub own: Vec<OwnField>,
    /// Whether the kind is the user's own.
    pub is_own: bool,
}
