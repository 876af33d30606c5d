//! Pages of the work on findings beside deciding: whose they are, what is mine, what was said of them.

pub(crate) mod assign;
pub(crate) mod comment;
pub(crate) mod mine;
