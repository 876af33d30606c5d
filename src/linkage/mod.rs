//! Floor 3: record linkage. For every role of every row: which resident it is, how sure, and why.
//!
//! Linkage is a function of (registry part, extract part); it keeps no state between calls. Its rooms, each of
//! which imports only from those above it:
//!
//! | room | what happens there |
//! | --- | --- |
//! | [`compare`] | names, dates, numbers, places, kin of a pair become a comparison vector and bits |
//! | [`model`] | what a vector is worth: m-probabilities, their learning, posterior, model files |
//! | [`blocking`] | which residents are compared at all |
//! | [`whole`] | what happened to a file as a whole |
//! | [`duplicates`], [`engine`] | who stands in the registry twice; the registry ready to be searched |
//! | [`resolve`] | from candidates to one resident for each person, or none |
//! | [`evaluate`], [`explain`], [`fingerprint`] | quality on the data at hand; why; what links depend on |
//! | [`apart`] | the same steps on any part of the rows: what machines that share a country ask of each other |
//! | [`link`] | the steps, one after the other |
//!
//! 1. Everything is integer-coded and indexed once ([`compare::residents`], [`blocking::registry`]).
//! 2. Residents who stand in the registry twice are found; links go to the row kept ([`duplicates`]).
//! 3. Blocks of rows whose columns moved against each other are told: their numbers are no evidence ([`whole`]).
//! 4. For each role of each extract the m-probabilities are learned ([`model::em`]) on a sample that depends on what
//!    rows say and not on where they stand ([`model::stable_sample`]).
//! 5. Blocking from sharp to loose ([`blocking::search`]), comparison ([`compare::comparison`]), the best few kept.
//! 6. Quality and calibration are measured on persons whose ID is hidden ([`evaluate::holdout`]).
//! 7. What officers decided of pairs is applied ([`resolve::clerical_overrides`]).
//! 8. Persons of a row support each other: the child of a linked mother is in her household, a namesake elsewhere is
//!    not she ([`resolve::kin_pass`]).
//! 9. Two different persons of an extract cannot be one resident: their claims are weighed by all ways of matching
//!    ([`resolve::one_to_one`], [`resolve::claims`]), and by how complete the list is ([`resolve::completeness`]).
//! 10. Link, review or none, by probability and lead over the runner-up ([`resolve::decide`]).
//!
//! Steps 4 to 10 are left out for an extract all of whose links would be those of the run before ([`fingerprint`]).

pub mod apart;
mod blocking;
mod compare;
mod duplicates;
mod engine;
mod evaluate;
mod explain;
mod fingerprint;
mod groups;
#[doc(hidden)]
pub mod kernels;
mod link;
mod model;
mod resolve;
mod whole;

pub use compare::levels::{
    AddressLevel, BirthLevel, Comparison, ComparisonVector, GenderLevel, IdLevel, KinLevel, NameLevel,
    PlaceLevel, RelativeLevel, level_names,
};
pub use compare::stratum::Stratum;
pub use evaluate::holdout::{Audit, Bin, CommuneAudit, Share};
pub use explain::{Explained, Explanation};
pub use fingerprint::{Earlier, ExtractLinkage, Fingerprint, Learned};
pub use link::{Linkage, LinkageReport, RoleReport, explain, link, train};
pub use model::coverage::{Coverage, Share as CoverageShare};
pub use model::em::Training;
pub use model::model::{Calibration, Levels, Model};
pub use model::model_file::{
    FORMAT as MODEL_FORMAT, ModelError, ModelFile, Parameters, RoleModel, TrainedOn,
};
pub use resolve::clerical_overrides::{ClericalOverrides, Contested, DecidedPair};
pub use whole::WholeFiles;
pub use whole::habits::{ClerkHabit, Habit, clerk_habits};
pub use whole::moved::{MovedIds, moved_ids};
