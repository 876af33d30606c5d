//! What a row looks like: which cells are filled, and what they are by their letters and digits.

use super::mark::Mark;
use crate::ingest::formats::row::{Cells, is_blank};

/// What is looked at before anything dearer.
pub(super) struct Outline<'a> {
    pub(super) filled: usize,
    pub(super) first: usize,
    pub(super) first_cell: &'a str,
}

impl<'a> Outline<'a> {
    /// The outline of a row; `None` where nothing is written.
    pub(super) fn of(cells: Cells<'a>) -> Option<Self> {
        let mut found: Option<Self> = None;
        for (column, cell) in cells.iter().enumerate() {
            if is_blank(cell) {
                continue;
            }
            match &mut found {
                Some(outline) => outline.filled += 1,
                None => found = Some(Self { filled: 1, first: column, first_cell: cell }),
            }
        }
        found
    }
}

/// Whether a cell holds nothing but signs, a nought, or an error of a spreadsheet.
pub(super) fn is_void(cell: &str) -> bool {
    let cell = cell.trim();
    let is_nought = || matches!(cell, "0" | "0.0" | "0,0" | "0.00" | "0,00");
    let is_error = || cell.starts_with('#') && cell.ends_with(['!', '?', 'A']) && !cell.contains(' ');
    !cell.contains(char::is_alphanumeric) || is_nought() || is_error()
}

/// Whether a cell under a column of dates or numbers is one (a sum may have a small count there).
pub(super) fn says_something(cell: &str) -> bool {
    cell.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// Whether a text that is alone on its row is a sentence with a date in it, though it stands under dates or numbers of
/// persons.
pub(super) fn is_sentence(cell: &str) -> bool {
    let words = cell.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).count();
    let longest = cell.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    words >= 3 && longest < 8
}

/// Whether a cell is a count or sum beside a heading ("1.500", "25 hộ"), a formula, or nothing but signs.
pub(super) fn is_count(cell: &str) -> bool {
    let cell = cell.trim();
    cell.starts_with(|c: char| c.is_ascii_digit() || c == '=') || !cell.contains(char::is_alphanumeric)
}

/// Whether a cell holds words.
pub(super) fn is_text(cell: &str) -> bool {
    cell.chars().filter(|c| c.is_alphabetic()).count() > 1 && !cell.contains(|c: char| c.is_ascii_digit())
}

/// The number and text that a row begins with, in one cell ("I. Thôn 1") or in two.
pub(super) struct Label<'a> {
    pub(super) mark: Mark,
    pub(super) text: &'a str,
    pub(super) column: usize,
    /// Whether what follows are counts and sums, or nothing.
    pub(super) counted: bool,
}

impl<'a> Label<'a> {
    /// The label of a row. What stands in the column of names is no number ("Y").
    pub(super) fn of(cells: Cells<'a>, name: Option<usize>) -> Option<Self> {
        let mut filled = cells.iter().enumerate().filter(|(_, cell)| !is_blank(cell));
        let (first_column, first) = filled.next()?;
        let first = first.trim();
        let alone = Mark::of_cell(first).filter(|_| Some(first_column) != name);
        let (mark, text, column) = match alone {
            Some(mark) => filled.next().map(|(column, text)| (mark, text.trim(), column))?,
            None => {
                let (mark, text) = Mark::split(first);
                (mark, text, first_column)
            }
        };
        Some(Self { mark, text, column, counted: filled.all(|(_, cell)| is_count(cell)) })
    }

    /// How many words it has.
    pub(super) fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }
}

/// Whether a cell looks like the code name, type or sample of a column: `HoTen`, `MA_XA`, `[CCCD]`, `C3`.
pub(super) fn is_code_name(cell: &str) -> bool {
    let cell = cell.trim();
    let bare = cell.trim_start_matches('[').trim_end_matches(']');
    let is_code = bare.is_ascii() && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !is_code || bare.is_empty() || !bare.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    let inner_capital =
        bare.as_bytes().windows(2).any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase());
    let numbered = bare.len() <= 4 && bare[1..].bytes().all(|b| b.is_ascii_digit()) && bare.len() > 1;
    inner_capital || numbered || bare.contains('_') || bare.len() < cell.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_by_their_looks() {
        for cell in ["-", "...", "_____", "0", "#REF!", "#N/A", " "] {
            assert!(is_void(cell), "{cell}");
        }
        for cell in ["x", "1", "a", "10", "Y"] {
            assert!(!is_void(cell), "{cell}");
        }
        for cell in ["HoTen", "MA_XA", "[CCCD]", "C3", "nksNgaySinh"] {
            assert!(is_code_name(cell), "{cell}");
        }
        for cell in ["Siu", "TEN", "Nguyễn", "x", "An Na", "036050001234"] {
            assert!(!is_code_name(cell), "{cell}");
        }
        assert!(is_count("1.500") && is_count("25 hộ") && is_count("=SUM(G5:G30)") && !is_count("x"));
        assert!(is_sentence("Tính đến ngày 31/10/2025") && !is_sentence("036050001234 cấp ngày 1/1/2020"));
    }
}
