//! Floor 1: how Vietnam writes names, dates, numbers and words. Pure functions and tables.

#![warn(clippy::missing_errors_doc)]

pub mod card;
pub mod date;
pub mod death;
pub mod ident;
pub mod legacy;
pub mod letter;
pub mod name;
pub mod order;
pub mod syllable;
pub mod text;
pub mod words;
