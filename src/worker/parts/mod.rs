//! A country judged province by province: rows are routed to where they belong, files are cut, and of the pieces a part is
//! put together that one machine judges by itself. What is counted over the whole of a country
//! ([`Whole`](crate::findings::Whole)) each part counts of its own rows; together with the counts of all others it is given
//! back to each.
//!
//! | file | what |
//! | --- | --- |
//! | [`route`] | which rows a part has at home, which it judges, which it has to know |
//! | [`router`] | questions in, routes out |
//! | [`piece`] | some rows of a file, and of pieces the data of a part |
//! | [`cut`] | a file read once more, and cut for all parts |
//! | [`part`] | the folder of a part, taken for a run |

mod cut;
mod part;
mod piece;
mod route;
mod router;

pub use cut::cut_file;
pub(super) use cut::head;
pub use part::{Part, count_part, read_part};
pub use router::route;
