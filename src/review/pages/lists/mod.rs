//! Pages that show many: worklists, pairs to be decided, what was resolved, the log, and what is printed or taken away.

pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod log;
mod pager;
pub(crate) mod print;
pub(crate) mod queue;
pub(crate) mod resolved;
pub(crate) mod worklist;
