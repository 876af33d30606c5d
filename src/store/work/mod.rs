//! The work on findings beside deciding: who is to do it, what officers say of it, and the papers they attach.

mod assignments;
mod comments;
mod papers;

pub use assignments::{Assigned, Assignee, Assignment};
pub use comments::{Comment, LONGEST_COMMENT};
pub use papers::{LARGEST_PAPER, PAPERS_FOLDER, Paper, PaperKind, PapersCheck, check_papers, papers_of};
