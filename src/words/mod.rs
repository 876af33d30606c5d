//! What the program says to people: every sentence in both languages, once, from the tables under `data/words/`.
//!
//! A table is a room: `data/words/everywhere/cli.toml` holds what [`crate::cli`] says. An entry is `key = [Vietnamese, English]`,
//! and code asks for it by room and key with [`text!`], naming what is to be put in:
//!
//! ```text
//! [status]
//! no_folder = ["Không có thư mục {shown}.", "There is no folder {shown}."]
//!
//! text!(lang, "cli.status.no_folder", shown = path.display())
//! ```
//!
//! The key stands in the call as it is written, so that one finds the sentence by searching for it. A test holds
//! calls and tables together: every key that is asked for exists and is given what its sentence names, every key
//! of a table is asked for, both languages are filled and name the same.

#![warn(clippy::missing_errors_doc)]

mod format;
mod rejects;
mod sentence;
mod table;
mod terms;
#[cfg(test)]
mod tests;

pub use format::{day, day_of_iso, decimal, dong, grouped, moment, percent, probability};
pub use rejects::why_rejected;
pub use sentence::Said;
#[cfg(test)]
pub(crate) use table::keys;
pub use table::{of_room, plain, plain_of, say, texts};
pub use terms::*;

/// The text of a key in a language: `&'static str`, or, where something is to be put in, a `String`.
///
/// `text!(lang, "room.key")`, `text!(lang, "room.key", rows)`, `text!(lang, "room.key", rows = table.len())`.
macro_rules! text {
    (@value $name:ident) => { $name };
    (@value $name:ident $value:expr) => { $value };
    ($lang:expr, $key:literal $(,)?) => { $crate::words::plain($lang, $key) };
    ($lang:expr, $key:literal, $($name:ident $(= $value:expr)?),+ $(,)?) => {
        $crate::words::say(
            $lang,
            $key,
            &[$((stringify!($name), &$crate::words::text!(@value $name $($value)?) as &dyn ::std::fmt::Display)),+],
        )
    };
}
pub(crate) use text;

/// A sentence in both languages, for who does not know yet which is wanted: [`text!`] without the language.
macro_rules! said {
    ($key:literal $($given:tt)*) => {
        $crate::words::Said::of(|lang| $crate::words::text!(lang, $key $($given)*).into())
    };
}
pub(crate) use said;
