//! (see lib.rs)
pub mod text;
