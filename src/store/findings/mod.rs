//! Findings over time: by which number each is known, since when, and what became of it.

mod finding_ids;
mod lives;
mod lookups;
#[cfg(test)]
mod nights_tests;
mod publish;
mod reconcile;
mod status;
mod worklist_edits;

pub use finding_ids::Sought;
pub use lives::{Step, StoredFinding};
pub use lookups::ResolvedFinding;
pub use publish::Published;
pub use reconcile::{Contradiction, Night, Raised, Reconciled, Terms};
pub use status::{FindingStatus, Life};
pub use worklist_edits::WorklistEdits;
