//! What linkage says: for each role of each row, which resident it is.

use serde::{Deserialize, Serialize};

use super::{Extract, Kind, ResidentIx};

/// The decision about one role of one row.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Decision {
    /// The role is the given resident.
    Link,
    /// Too uncertain: an officer decides.
    Review,
    /// No resident.
    #[default]
    None,
}

impl Decision {
    /// The name used in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Review => "review",
            Self::None => "none",
        }
    }
}

/// What is compared; the order is that of explanations.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// How rare a true pair is among all pairs (the prior).
    Prior,
    /// Full name, adjusted for how common it is.
    Name,
    /// Date of birth.
    Birth,
    /// Gender.
    Gender,
    /// Personal ID or old ID.
    Id,
    /// Commune, hamlet, address, household.
    Place,
    /// Parents and spouse named on the row.
    Relatives,
    /// Links of the other persons of the row.
    Context,
}

impl Comparison {
    /// How many there are.
    pub const COUNT: usize = 8;
    /// All of them, in order.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Prior,
        Self::Name,
        Self::Birth,
        Self::Gender,
        Self::Id,
        Self::Place,
        Self::Relatives,
        Self::Context,
    ];

    /// The name used in `weights` of `review.csv`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prior => "prior",
            Self::Name => "name",
            Self::Birth => "birth_date",
            Self::Gender => "gender",
            Self::Id => "personal_id",
            Self::Place => "place",
            Self::Relatives => "relatives",
            Self::Context => "context",
        }
    }
}

/// Match weights in bits, by comparison (log2 of the m- over the u-probability; the prior in bits too).
pub type Weights = [f32; Comparison::COUNT];

/// Match weights as they are kept for every link, in hundredths of a bit: a country has millions of links.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkWeights(pub [i16; Comparison::COUNT]);

impl From<Weights> for LinkWeights {
    fn from(weights: Weights) -> Self {
        // Beyond 327 bits nothing is told apart; the cast saturates.
        Self(weights.map(|bits| (bits * 100.0).round() as i16))
    }
}

/// One resident considered for a role.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The resident.
    pub resident: ResidentIx,
    /// Posterior probability that the role is this resident.
    pub probability: f32,
    /// The weights that made it.
    pub weights: Weights,
}

/// What agreed between a role and its best resident, for `matched_on`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct MatchedOn(pub u16);

impl MatchedOn {
    /// The flag of a pair that an officer affirmed.
    pub const OFFICER: u16 = 512;

    /// The flags with the words used in outputs.
    pub const WORDS: [(u16, &str); 10] = [
        (1, "personal_id"),
        (2, "old_id"),
        (4, "name"),
        (8, "birth_date"),
        (16, "gender"),
        (32, "commune"),
        (64, "address"),
        (128, "relatives"),
        (256, "context"),
        (Self::OFFICER, "officer"),
    ];

    /// The words, joined by `+`.
    pub fn words(self) -> String {
        let words: Vec<_> =
            Self::WORDS.iter().filter(|(bit, _)| self.0 & bit != 0).map(|(_, word)| *word).collect();
        words.join("+")
    }
}

/// The outcome for one role of one row.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RoleLink {
    /// Link, review or none.
    pub decision: Decision,
    /// Posterior probability of the best candidate (0 where there is none).
    pub probability: f32,
    /// The best resident: of a link or review; `None` for a none.
    pub resident: Option<ResidentIx>,
    /// What agreed with the best resident.
    pub matched_on: MatchedOn,
    /// Bits between the best candidate and the runner-up; infinite where there is no runner-up.
    pub margin: f32,
    /// The weights that made a link; all zero for a review, whose candidates have theirs, and for a none.
    pub weights: LinkWeights,
    /// The candidates shown for a review, best first, at most three; empty otherwise.
    pub candidates: Box<[Candidate]>,
}

impl RoleLink {
    /// The resident of a `link`; reviews and nones give none.
    pub fn linked(&self) -> Option<ResidentIx> {
        if self.decision == Decision::Link { self.resident } else { None }
    }
}

/// Links of one extract, parallel to [`Extract::persons`]: `None` for a blank person.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ExtractLinks {
    /// One for each person.
    pub roles: Vec<Option<RoleLink>>,
}

/// A surplus row and the row that is kept in its stead.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surplus<T> {
    /// The row too many.
    pub row: T,
    /// The row kept.
    pub kept: T,
    /// Probability that both are one person.
    pub probability: f32,
}

/// All that linkage decided.
#[derive(Debug, Default)]
pub struct Links {
    /// By position of the extract in [`Dataset::extracts`](super::Dataset::extracts).
    pub extracts: Vec<ExtractLinks>,
    /// Surplus rows of the registry (SACH-02), sorted by row. Every link goes to the row kept.
    pub registry_duplicates: Vec<Surplus<ResidentIx>>,
    /// For each extract, the rows that are the same person as an earlier one though neither is linked
    /// to a resident (SACH-01 for persons outside the registry): row indices into [`Extract::rows`].
    pub unlinked_duplicates: Vec<Vec<Surplus<u32>>>,
}

impl Links {
    /// The outcome for a role of a row: `None` where the row writes nothing of it.
    pub fn of(&self, extract: usize, row: usize, role: usize, kind: Kind) -> Option<&RoleLink> {
        self.extracts[extract].roles[row * kind.roles().len() + role].as_ref()
    }

    /// Every written role of an extract with its outcome: row index, position of the role, outcome.
    pub fn iter<'a>(
        &'a self,
        extract: usize,
        of: &'a Extract,
    ) -> impl Iterator<Item = (usize, usize, &'a RoleLink)> {
        let n = of.kind.roles().len();
        let roles = &self.extracts[extract].roles;
        roles.iter().enumerate().filter_map(move |(ix, link)| Some((ix / n, ix % n, link.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_stays_small() {
        // There is one for every role of every row of a country.
        assert!(size_of::<Option<RoleLink>>() <= 56);
    }

    #[test]
    fn weights_are_kept_to_the_hundredth() {
        let weights = [-21.456, 12.304, 0.0, -0.004, 1000.0, -1000.0, 1.0, 2.5];
        assert_eq!(LinkWeights::from(weights).0, [-2146, 1230, 0, 0, i16::MAX, i16::MIN, 100, 250]);
    }
}
