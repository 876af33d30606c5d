//! What a column means: header rows found and read, fields given to columns.
//!
//! | step | module |
//! | --- | --- |
//! | which rows are the header, and of which kind the file is | `header` |
//! | texts are cut into known words | `lexicon`, `data/headers/header_words.toml` |
//! | words become a reading: of whom, which thing | `reading`, `header_cell`, `things`, `data/headers/header_things.toml` |
//! | what the user says, and the canonical names | `synonyms`, `key` |
//! | what the cells look like | `profile` |
//! | each column claims fields, and one assignment decides | `claims`, `resolve` |
//! | fields in several columns, or two in one | `compose` |
//! | what the cells say where no header does | `witness` |
//! | which column of sums is what a person gets each month | `amounts` |

mod amounts;
pub(in crate::ingest) mod claims;
pub(in crate::ingest) mod compose;
pub(in crate::ingest) mod header;
pub(in crate::ingest) mod header_cell;
pub(in crate::ingest) mod key;
pub(in crate::ingest) mod lexicon;
mod profile;
pub(in crate::ingest) mod reading;
pub(in crate::ingest) mod resolve;
pub(in crate::ingest) mod synonyms;
pub(in crate::ingest) mod things;
mod witness;
