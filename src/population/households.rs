//! What kind of household its members make, by their relation to its head.

use crate::domain::Relation;

/// The kind of a household.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HouseholdType {
    /// One person.
    Single,
    /// The head and the spouse.
    Couple,
    /// The head, the spouse and children of the head.
    CoupleWithChildren,
    /// The head and children, without a spouse.
    ParentWithChildren,
    /// With somebody besides: parents, grandchildren, children-in-law, others.
    Extended,
    /// No head, or somebody of whom no relation is written.
    Unknown,
}

impl HouseholdType {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Single,
        Self::Couple,
        Self::CoupleWithChildren,
        Self::ParentWithChildren,
        Self::Extended,
        Self::Unknown,
    ];

    /// The name in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Couple => "couple",
            Self::CoupleWithChildren => "couple_with_children",
            Self::ParentWithChildren => "parent_with_children",
            Self::Extended => "extended",
            Self::Unknown => "unknown",
        }
    }
}

/// The kind of household of members with these relations to the head.
pub fn household_type(members: &[Relation]) -> HouseholdType {
    let count = |relation| members.iter().filter(|member| **member == relation).count();
    let [heads, spouses, children] = [Relation::Head, Relation::Spouse, Relation::Child].map(count);
    match members.len() {
        1 => HouseholdType::Single,
        _ if heads == 0 || count(Relation::Unknown) > 0 => HouseholdType::Unknown,
        _ if count(Relation::Other) > 0 || heads > 1 => HouseholdType::Extended,
        _ if spouses == 0 => HouseholdType::ParentWithChildren,
        _ if children == 0 => HouseholdType::Couple,
        _ => HouseholdType::CoupleWithChildren,
    }
}

#[cfg(test)]
mod tests {
    use super::HouseholdType::*;
    use super::*;

    #[test]
    fn households_by_their_members() {
        use Relation::{Child, Head, Other, Spouse, Unknown as Unwritten};
        let cases: [(&[Relation], HouseholdType); 8] = [
            (&[Other], Single),
            (&[Head, Spouse], Couple),
            (&[Spouse, Head, Child, Child], CoupleWithChildren),
            (&[Head, Child], ParentWithChildren),
            (&[Head, Spouse, Child, Other], Extended),
            (&[Spouse, Child], Unknown),
            (&[Head, Unwritten], Unknown),
            (&[Head, Head], Extended),
        ];
        for (members, kind) in cases {
            assert_eq!(household_type(members), kind, "{members:?}");
        }
    }
}
