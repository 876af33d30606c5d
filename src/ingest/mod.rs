//! Floor 2: files into tables, tables into typed records.
//!
//! [`read_all`] takes the inputs as officers have them and gives one [`Table`](crate::domain::Table) for
//! each. A file goes through these steps:
//!
//! | step | module |
//! | --- | --- |
//! | the file is opened, told by its first bytes, digested while it is read | `open` |
//! | encoding, delimiter, rows and cells of text | `encoding`, `decode`, `legacy`, `dialect`, `text`, `quoting` |
//! | rows of workbooks, of tables in markup, and of Parquet | `workbook`, `glance`, `markup`, `grid`, `parquet` |
//! | the header is found, and the kind told by it | `header` |
//! | columns are recognised | `columns`, `synonyms`, `key`, `data/headers.toml` |
//! | rows that are no data are told | `judge`, `words`, `data/row_words.toml` |
//! | rows go into the table, every one accounted for | `fill` |
//! | cells become typed records | [`records`], [`units`] |

mod columns;
mod decode;
mod dialect;
mod discover;
mod encoding;
mod error;
mod fill;
mod glance;
mod grid;
mod header;
mod inspect;
mod judge;
mod key;
mod legacy;
mod markup;
mod open;
mod parquet;
pub(crate) mod probe;
mod quality;
mod quoting;
mod read;
pub mod records;
mod row;
mod synonyms;
mod text;
pub mod units;
mod words;
mod workbook;

#[cfg(test)]
mod tests;

pub use discover::{FoundFiles, find_files, find_inputs};
pub use encoding::Encoding;
pub use error::IngestError;
pub use fill::Skipped;
pub use inspect::{ColumnInspection, InspectOptions, Inspection, Problem, TableInspection, inspect};
pub use legacy::Legacy;
pub use read::{InputSpec, ReadOptions, ReadProgress, read_all};
pub use synonyms::{ColumnMap, Reason, Synonyms};
