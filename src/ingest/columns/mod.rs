//! What a column means: header rows found, fields given to columns.

pub(in crate::ingest) mod header;
pub(in crate::ingest) mod key;
pub(in crate::ingest) mod resolve;
pub(in crate::ingest) mod synonyms;
