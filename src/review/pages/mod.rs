//! The pages: each a function from a visit to a reply, and a template.

pub(crate) mod again;
pub(crate) mod dashboard;
pub(crate) mod help;
pub(crate) mod leader;
pub(crate) mod lists;
pub(crate) mod login;
pub(crate) mod message;
pub(crate) mod one;
pub(crate) mod population;
pub(crate) mod reason;
pub(crate) mod settings;
pub(crate) mod work;
