//! Floor 2: files into tables, tables into typed records.
//!
//! [`read_all`] takes the inputs as officers have them and gives one [`Table`](crate::domain::Table) for
//! each. A file goes through these steps:
//!
//! | step | room |
//! | --- | --- |
//! | the file is found, opened, told by its first bytes, digested while it is read; encoding, delimiter | `open` |
//! | rows of text, of workbooks, of tables in markup, and of Parquet | `formats` |
//! | the header is found, columns are recognised, and the kind is told by them | `columns`, `data/headers/header_words.toml`, `data/headers/header_things.toml` |
//! | rows that are no data are told; the others go into the table, every one accounted for | `table`, `data/headers/row_words.toml` |
//! | cells become typed records | [`records`], [`units`] |
//! | copies, two dates of one registry, own outputs, files not used: told | [`sets`] |

mod columns;
mod error;
mod formats;
mod inspect;
mod open;
pub(crate) mod probe;
mod quality;
mod read;
pub mod records;
pub mod sets;
mod table;
pub mod units;

#[cfg(test)]
mod tests;

pub use columns::synonyms::{ColumnMap, NO_FIELD, Reason, Synonyms};
pub use error::IngestError;
pub use formats::isolated::reads_a_workbook;
pub(crate) use formats::parquet::write_value;
pub(crate) use formats::parquet_file::ParquetFile;
pub use inspect::{ColumnInspection, InspectOptions, Inspection, Problem, TableInspection, WANTED, inspect};
pub use open::discover::{FoundFiles, as_found, find_files, find_inputs, look_into};
pub use open::encoding::Encoding;
pub use open::legacy::Legacy;
pub use read::{InputSpec, ReadOptions, ReadProgress, ReadSet, read_all, read_set};
pub use sets::Answers;
