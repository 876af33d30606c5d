//! Rows into a table: those that are data, those that are not, every one accounted for.

mod households;
mod mark;
pub(in crate::ingest) mod row_classifier;
mod row_shape;
pub(in crate::ingest) mod row_words;
pub(in crate::ingest) mod sections;
pub(in crate::ingest) mod table_builder;
