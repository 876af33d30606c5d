//! Floor 6: what officers hand back. A word on a finding, a line of a list or the result column of a workbook
//! becomes a decision of the store, by what the last run wrote of that line. Whatever the door, [`service`] says what
//! becomes of it.

#![warn(clippy::missing_errors_doc)]

mod desk;
mod error;
mod folder;
mod import;
pub mod service;
mod words;
mod workbook;

pub use desk::{Desk, Line, Said};
pub use error::{ReturnError, Unopened, Unreadable};
pub use folder::{TakenIn, take_in};
pub use import::{Import, Imported, Refused, Source, import};
pub use words::{Meaning, accepted, meaning, one_line, suggestions, verdict_of, words};
pub use workbook::{Answer, Returned, Shown, read_workbook};

use crate::domain::Code;

/// Whether a code is about one person standing twice.
fn is_double(code: Code) -> bool {
    code == Code::sach(1) || code == Code::sach(2)
}
