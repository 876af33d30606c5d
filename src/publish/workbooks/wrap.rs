//! Texts in cells: cut to what a cell holds, and how many lines they take.

use std::borrow::Cow;

/// Characters that fit into one cell, less one for the mark of a cut.
const CELL_CHARS: usize = 32_766;

/// Characters of the sheets' font beside one of the default font, in which widths are given.
const NARROWER: f64 = 1.16;

/// Lines that a text takes in a column of a width given in digits of the default font: letters are narrower, words
/// do not break, and both come out even.
pub(super) fn wrapped_lines(text: &str, width: f64) -> u32 {
    let a_line = (width * NARROWER).max(1.0);
    text.split('\n').map(|part| (part.chars().count() as f64 / a_line).ceil().max(1.0) as u32).sum()
}

/// Height of a row of so many lines, in points. Programs that do not fit rows by themselves when they
/// open a workbook would print the lines over each other.
pub(super) fn row_height(lines: u32) -> f64 {
    const LINE: f64 = 12.0;
    const HIGHEST: f64 = 409.0;
    (LINE * f64::from(lines)).min(HIGHEST)
}

/// A text that fits into a cell and holds nothing that a workbook cannot.
pub(crate) fn fit(text: &str) -> Cow<'_, str> {
    let sound = |c: &char| !c.is_control() || *c == '\n';
    // A text has no more units of UTF-16 than bytes, and every control character is a byte below the space,
    // or has a C2 in front: nearly all cells are settled here. (No early end: so it goes many bytes at once.)
    let odd = |b: u8| (b < b' ' && b != b'\n') || b == 0x7f || b == 0xc2;
    if text.len() <= CELL_CHARS && !text.bytes().fold(false, |any, b| any | odd(b)) {
        return text.into();
    }
    if text.encode_utf16().count() <= CELL_CHARS {
        return text.chars().filter(sound).collect::<String>().into();
    }
    let mut room = CELL_CHARS;
    let mut cut: String = text
        .chars()
        .filter(sound)
        .take_while(|c| {
            room = room.saturating_sub(c.len_utf16());
            room > 0
        })
        .collect();
    cut.push('…');
    cut.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_to_what_a_cell_holds() {
        assert_eq!(fit("a\u{1}b\nc"), "ab\nc");
        let long = "ễ".repeat(40_000);
        let long = fit(&long);
        assert_eq!(long.encode_utf16().count(), CELL_CHARS);
        assert!(long.ends_with('…'));
    }
}
