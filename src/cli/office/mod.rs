//! Commands on what runs found: decisions, pages, reports, accounts, hand-over, erasure and the access log.

pub(crate) mod args;
mod assign;
pub(crate) mod audit;
pub(crate) mod decide;
pub(crate) mod export;
pub(crate) mod letters;
pub(crate) mod purge;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod start;
pub(crate) mod stats;
pub(crate) mod user;
