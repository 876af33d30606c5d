//! Rows into a table: those that are data, those that are not, every one accounted for.

pub(in crate::ingest) mod row_classifier;
pub(in crate::ingest) mod row_words;
pub(in crate::ingest) mod table_builder;
