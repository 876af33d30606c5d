//! Floor 6: a country by many machines. Each holds the whole registry and answers for any rows that it is handed; whoever
//! conducts them (the package under `distributed/`) groups by numbers and carries bytes that only this program reads.
//!
//! | file | what |
//! | --- | --- |
//! | [`frame`] | a message: a length, then a stream of Arrow record batches |
//! | [`columns`] | the columns of a message, by name |
//! | [`record`] | a row of the registry or an extract as bytes that mean the same on every machine |
//! | [`rows`] | a file read into such rows, without a look at any other |
//! | [`registry`] | the registry put together from them |
//! | [`links`] | what all of it came to, taken for a run |
//! | [`parts`] | the rows of one province and whoever stands in them, taken for a run of its own |
//! | [`serve`] | questions in, answers out: [`linkage::apart`](crate::linkage::apart) step by step |
//!
//! A row that cannot be read is told in the answer and costs no other row anything.

mod answers;
mod columns;
mod frame;
mod links;
mod parts;
mod record;
mod registry;
mod rows;
mod serve;

pub use columns::{Columns, Made};
pub use frame::{Answer, FrameError, Question, read_answer, read_question, write_question, write_stream};
pub use links::{LinksError, files_of_links, read_links};
pub use parts::{Part, count_part, cut_file, read_part, route};
pub use rows::{RowsError, rows_of};
pub use serve::serve;
