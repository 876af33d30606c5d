//! The pages: each a function from a visit to a reply, and a template.

pub(crate) mod case;
pub(crate) mod dashboard;
pub(crate) mod export;
mod history;
pub(crate) mod log;
pub(crate) mod login;
pub(crate) mod message;
mod pager;
pub(crate) mod pair;
pub(crate) mod print;
pub(crate) mod queue;
pub(crate) mod resolved;
pub(crate) mod settings;
mod shown;
mod sides;
pub(crate) mod worklist;
