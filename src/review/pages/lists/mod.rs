//! Pages that show many: worklists, pairs to be decided, what was decided and resolved, the log, and what is printed or taken away.

pub(crate) mod bulk;
pub(crate) mod decisions;
pub(crate) mod export;
pub(crate) mod history;
mod houses;
pub(crate) mod letters;
pub(crate) mod log;
mod pager;
pub(crate) mod print;
mod questions;
pub(crate) mod queue;
pub(crate) mod resolved;
pub(crate) mod worklist;
