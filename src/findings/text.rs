//! The only door of this floor to the normalisation of text.

use unicode_normalization::UnicodeNormalization;

use crate::domain::{DateCell, Day, Gender, PersonalId};

/// Lower case, no diacritics, no punctuation, single spaces.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfd().flat_map(char::to_lowercase) {
        match c {
            'đ' => folded.push('d'),
            '\u{300}'..='\u{36f}' => {}
            c if c.is_alphanumeric() => folded.push(c),
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The repaired form of a damaged name, where it can be had.
pub(super) fn repaired_name(_raw: &str) -> Option<String> {
    None
}

/// Whether an ID contradicts gender or birth date.
pub(super) fn contradicts(id: PersonalId, gender: Option<Gender>, birth: DateCell) -> bool {
    let year = match birth {
        DateCell::Sound(d) => id.birth_year() != d.year(),
        DateCell::About(d) => id.birth_year().abs_diff(d.year()) > 1,
        _ => false,
    };
    year || gender.is_some_and(|g| g != id.gender())
}

/// Whether a cell that may hold a mark or a date of issue holds an impossible date.
pub(super) fn is_impossible_date(_raw: &str, _as_of: Day) -> bool {
    false
}

/// Whether a cell holds a word that stands for "no value".
pub(super) fn is_placeholder(_raw: &str) -> bool {
    false
}
