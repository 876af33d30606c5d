//! Floor 6: what officers hand back. A word on a finding, a line of a list or the result column of a workbook
//! becomes a decision of the store, by what the last run wrote of that line.

mod desk;
mod error;
mod words;
mod workbook;

pub use desk::{Desk, Line, Said};
pub use error::{ReturnError, Unopened, Unreadable};
pub use words::{one_line, verdict_of, words};
pub use workbook::{Answer, Returned, Shown, read_workbook};
