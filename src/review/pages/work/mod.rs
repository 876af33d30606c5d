//! Pages of the work on findings beside deciding: whose they are, what is mine, what was said of them, the papers.

pub(crate) mod assign;
pub(crate) mod comment;
pub(crate) mod mine;
pub(crate) mod papers;
