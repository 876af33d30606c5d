//! The work on findings beside deciding: who is to do it, and what officers say of it.

mod assignments;
mod comments;

pub use assignments::{Assigned, Assignee, Assignment};
pub use comments::{Comment, LONGEST_COMMENT};
