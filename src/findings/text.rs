//! The only door of this floor to the normalisation of text.

pub(super) use crate::vietnamese::death::says_death;
pub(super) use crate::vietnamese::ident::{contradicts, is_masked};
pub(super) use crate::vietnamese::text::{fold, is_overlong};
pub(super) use crate::vietnamese::words::says_no;

use crate::domain::{DateCell, Day, LegacyFont};
pub(super) use crate::vietnamese::legacy::is_typed_in;
use crate::vietnamese::text::CellType;
use crate::vietnamese::{date, name, text};

/// The repaired form of a damaged name, where it can be had.
pub(super) fn repaired_name(raw: &str, font: Option<LegacyFont>) -> Option<String> {
    name::read_typed(raw, font).repaired
}

/// Whether a cell that may hold a mark ("x", "đã cấp"), a number or a date of issue holds a date that
/// cannot be.
pub(super) fn is_impossible_date(raw: &str, as_of: Day) -> bool {
    let date_like = (6..=10).contains(&raw.len())
        && raw.bytes().all(|b| b.is_ascii_digit() || b"/-. ".contains(&b))
        && raw.bytes().any(|b| !b.is_ascii_digit());
    date_like && date::read(raw, as_of) == DateCell::Impossible
}

/// Whether a cell holds a word that stands for "no value".
pub(super) fn is_placeholder(raw: &str) -> bool {
    text::is_placeholder(raw, CellType::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dates_of_issue_can_be_impossible() {
        let as_of = Day::from_civil(2026, 11, 20).unwrap();
        for impossible in ["31/02/2021", "29/02/2023", "21/11/2026"] {
            assert!(is_impossible_date(impossible, as_of), "{impossible}");
        }
        for other in ["", "x", "đã cấp", "28/02/2021", "2021", "123456789", "Đã cấp 2021"] {
            assert!(!is_impossible_date(other, as_of), "{other}");
        }
    }
}
