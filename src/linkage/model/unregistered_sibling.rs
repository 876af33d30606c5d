//! The rival that stands in no index: a brother or sister of the candidate who is not in the registry.
//!
//! Parents, household, address and commune are shared by a family, the birth date by twins. A row that
//! agrees with a resident in all of these and not in the given name may be that resident misnamed, or a
//! child of the same parents whom the registry lacks. Both are weighed; the family's evidence cancels.

use super::model::Model;
use crate::linkage::compare::levels::{BirthLevel, NameLevel};
use crate::linkage::compare::pair::Pair;

/// Probability that somebody outside the registry has a brother or sister in it.
const HAS_ONE: f64 = 0.5;

/// How the names of brothers and sisters compare: the surname agrees, the middle often, the given seldom. By the given
/// name they are told apart: a slip in another word, the given name being the same, is no sibling's.
fn name_share(candidate: &Pair) -> f32 {
    match candidate.vector.name {
        NameLevel::Spelling | NameLevel::Order | NameLevel::Typo | NameLevel::Abbreviated
            if candidate.same_given =>
        {
            0.001
        }
        NameLevel::Exact | NameLevel::MarksLost => 0.0005,
        NameLevel::Spelling | NameLevel::Order => 0.004,
        NameLevel::Typo | NameLevel::Abbreviated => 0.012,
        NameLevel::MiddleMissing => 0.01,
        NameLevel::MiddleDiffers => 0.06,
        NameLevel::GivenDiffers => 0.35,
        NameLevel::SurnameDiffers => 0.001,
        NameLevel::Mixed => 0.35,
        NameLevel::Different => 0.2,
        NameLevel::Missing => 1.0,
    }
}

/// How the birth dates of brothers and sisters compare: one birth in eighty is of twins.
fn birth_share(level: BirthLevel) -> f32 {
    match level {
        BirthLevel::Exact => 0.024,
        BirthLevel::Swapped => 0.001,
        BirthLevel::OneDigit => 0.008,
        BirthLevel::Lunar => 0.002,
        BirthLevel::SameYear => 0.01,
        BirthLevel::SameDay => 0.003,
        BirthLevel::NearYear => 0.3,
        BirthLevel::Different => 0.65,
        BirthLevel::MonthAgrees => 0.025,
        BirthLevel::PartAgrees => 0.035,
        BirthLevel::PartNear => 0.15,
        BirthLevel::PartDiffers => 0.4,
        BirthLevel::PartFar => 0.4,
        BirthLevel::Missing => 1.0,
    }
}

/// Brothers and sisters of a resident who stand in the registry, on average.
const SIBLINGS: f32 = 1.5;

/// Match weight (in the prior of one resident in all) of the hypothesis that two residents are brothers or sisters:
/// the family's evidence is theirs as well.
pub(crate) fn of_registered(candidate: &Pair, model: &Model) -> f32 {
    let v = &candidate.vector;
    candidate.shared_bits(model)
        + name_share(candidate).log2()
        + birth_share(v.birth).log2()
        + SIBLINGS.log2()
}

/// Match weight (prior of a resident left out) of the hypothesis that the row speaks of a brother or
/// sister of the candidate who is not in the registry.
pub(crate) fn weight(candidate: &Pair, model: &Model, coverage: f64) -> f32 {
    let v = &candidate.vector;
    let outside = ((1.0 - coverage) * HAS_ONE / coverage).log2() as f32;
    candidate.shared_bits(model) + name_share(candidate).log2() + birth_share(v.birth).log2() + outside
}
