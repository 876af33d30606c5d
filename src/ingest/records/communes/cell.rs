//! A commune cell taken apart: the name of the unit, and what officers write beside it.
//!
//! Since 01/07/2025 lists say which unit is meant in both eras: "Xã Tân Lập (Ea Kpal cũ)", "Hưng Chính (nay là phường
//! Thành Vinh)", "xã Hưng Chính (cũ)". Such a note is no part of the name, and a code may stand beside it or in its place.

use crate::vietnamese::text;
use crate::vietnamese::words::{UnitLevel, unit_key};

/// What a commune cell says, beside the cell of its code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CommuneCell {
    /// The code: that of its own column, else the one beside the name.
    pub(super) code: String,
    /// The name with district and province behind it, without notes; empty where a code alone is written.
    pub(super) name: String,
    /// The unit that it is said to be now; empty where nothing is said.
    pub(super) now: String,
}

impl CommuneCell {
    /// Takes the cells of a commune's code and name apart.
    pub(super) fn new(code: &str, name: &str) -> Self {
        let mut cell = Self { code: code.to_owned(), name: name.to_owned(), now: String::new() };
        if !may_hold_more(name) {
            return cell;
        }
        let name = text::decoded(name);
        let (outside, notes) = without_brackets(&name);
        let mut found = String::new();
        let (head, regions) = outside.split_once([',', ';']).unwrap_or((outside.as_str(), ""));
        let head = without_code(cell.without_era(head), &mut found);
        let mut parts = vec![head.to_owned(), regions.trim().to_owned()];
        for note in notes {
            let words: Vec<&str> = note.split_whitespace().collect();
            match words.as_slice() {
                [number] if is_code(number) => found = (*number).to_owned(),
                [nay, rest @ ..] if is_word(nay, "nay") => cell.now = without_copula(rest).join(" "),
                [.., last] if !is_word(last, "cũ") && is_region(&note) => parts.push(note.clone()),
                _ => {}
            }
        }
        parts.retain(|part| !part.is_empty());
        cell.name = parts.join(", ");
        if cell.code.trim().is_empty() {
            cell.code = found;
        }
        cell
    }

    /// The name without what it was or is to be called: "Hưng Chính nay là phường Thành Vinh", "xã Hưng Chính cũ".
    fn without_era<'n>(&mut self, head: &'n str) -> &'n str {
        let start = |word: &str| word.as_ptr().addr() - head.as_ptr().addr();
        let words: Vec<&str> = head.split_whitespace().collect();
        let cut = (1..words.len()).find(|&at| {
            let begins = is_word(words[at], "nay") || is_word(words[at], "trước");
            begins
                && words
                    .get(at + 1)
                    .is_some_and(|next| ["là", "thuộc", "đây"].iter().any(|w| is_word(next, w)))
        });
        let mut name = head;
        if let Some(at) = cut {
            name = &head[..start(words[at])];
            if is_word(words[at], "nay") {
                self.now = without_copula(&words[at + 1..]).join(" ");
            }
        } else if let [_, .., last] = words.as_slice()
            && is_word(last, "cũ")
        {
            name = &head[..start(last)];
        }
        name.trim().trim_end_matches(['-', '–', ':', '/']).trim_end()
    }
}

/// Whether a cell may hold more than a name: a bracket, a number of three digits, a word of eras.
fn may_hold_more(name: &str) -> bool {
    let mut digits = 0;
    let number = name.bytes().any(|b| {
        digits = if b.is_ascii_digit() { digits + 1 } else { 0 };
        digits == 3
    });
    number
        || name.contains(['(', '[', '（'])
        || ["cũ", "Cũ", "CŨ", "nay", "Nay", "NAY", "trước", "Trước", "TRƯỚC"]
            .iter()
            .any(|word| name.contains(word))
}

/// The text outside brackets, and what stands in each.
fn without_brackets(text: &str) -> (String, Vec<String>) {
    let (mut outside, mut notes, mut open) = (String::new(), Vec::new(), false);
    for c in text.chars() {
        match c {
            '(' | '[' | '（' => {
                open = true;
                outside.push(' ');
                notes.push(String::new());
            }
            ')' | ']' | '）' => open = false,
            _ => match notes.last_mut() {
                Some(note) if open => note.push(c),
                _ => outside.push(c),
            },
        }
    }
    (outside, notes.into_iter().map(|note| note.trim().to_owned()).collect())
}

/// Takes the code off that stands before or behind a name, or alone. Names with numbers ("Phường 12") have two
/// digits at most, codes five, three where a spreadsheet took zeros off.
fn without_code<'n>(head: &'n str, code: &mut String) -> &'n str {
    let head = head.trim();
    if is_code(head) {
        *code = head.to_owned();
        return "";
    }
    let is_sign = |c: char| matches!(c, '-' | '–' | ':' | '.' | '_' | '/');
    let enough = |digits: usize, apart: bool| digits == 5 || (apart && (3..=4).contains(&digits));
    let behind = head.trim_start_matches(|c: char| c.is_ascii_digit());
    let name = behind.trim_start_matches(|c: char| c.is_whitespace() || is_sign(c));
    if enough(head.len() - behind.len(), behind.trim_start().starts_with(is_sign))
        && name.len() < behind.len()
    {
        *code = head[..head.len() - behind.len()].to_owned();
        return name;
    }
    let before = head.trim_end_matches(|c: char| c.is_ascii_digit());
    let name = before.trim_end_matches(|c: char| c.is_whitespace() || is_sign(c));
    if enough(head.len() - before.len(), before.trim_end().ends_with(is_sign)) && name.len() < before.len() {
        *code = head[before.len()..].to_owned();
        return name;
    }
    head
}

/// Whether a text is a code: three to five digits, also as a float export writes them.
fn is_code(text: &str) -> bool {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    (3..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a word is this one (lower case), whatever its case and the signs around it.
fn is_word(word: &str, known: &str) -> bool {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase() == known
}

/// Words without the "là" or "thuộc" that they begin with.
fn without_copula<'w, 'n>(words: &'w [&'n str]) -> &'w [&'n str] {
    match words {
        [first, rest @ ..] if is_word(first, "là") || is_word(first, "thuộc") => rest,
        _ => words,
    }
}

/// Whether a text begins with the type word of a district or province.
pub(super) fn is_region(text: &str) -> bool {
    [UnitLevel::District, UnitLevel::Province].iter().any(|&level| !unit_key(text, level).0.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn notes_and_codes_are_no_part_of_the_name() {
        for (written, code, name, now) in [
            ("Xã Tân Lập", "", "Xã Tân Lập", ""),
            ("Xã Tân Lập (cũ)", "", "Xã Tân Lập", ""),
            ("Xã Tân Lập cũ", "", "Xã Tân Lập", ""),
            ("Xã Tân Lập (Ea Kpal cũ)", "", "Xã Tân Lập", ""),
            ("Xã Tân Lập (xã Ea Kpal cũ), tỉnh Đắk Lắk", "", "Xã Tân Lập, tỉnh Đắk Lắk", ""),
            ("Hưng Chính (nay là phường Thành Vinh)", "", "Hưng Chính", "phường Thành Vinh"),
            ("Hưng Chính nay là phường Thành Vinh", "", "Hưng Chính", "phường Thành Vinh"),
            (
                "Xã Hưng Chính - Nay thuộc P. Thành Vinh, TP Vinh",
                "",
                "Xã Hưng Chính, TP Vinh",
                "P. Thành Vinh",
            ),
            ("Phường Thành Vinh (trước là xã Hưng Chính)", "", "Phường Thành Vinh", ""),
            ("Xã Tân Lập (huyện Krông Năng)", "", "Xã Tân Lập, huyện Krông Năng", ""),
            ("90001", "90001", "", ""),
            ("123", "123", "", ""),
            ("90001 - Xã Tân Lập", "90001", "Xã Tân Lập", ""),
            ("90001-Xã Tân Lập, tỉnh Đắk Lắk", "90001", "Xã Tân Lập, tỉnh Đắk Lắk", ""),
            ("90001 Xã Tân Lập", "90001", "Xã Tân Lập", ""),
            ("Xã Tân Lập (90001)", "90001", "Xã Tân Lập", ""),
            ("Xã Tân Lập - 90001", "90001", "Xã Tân Lập", ""),
            ("[00123] Xã Tân Lập (cũ)", "00123", "Xã Tân Lập", ""),
            ("Phường 12", "", "Phường 12", ""),
            ("12", "", "12", ""),
            ("Phường Xuân Hương - Đà Lạt", "", "Phường Xuân Hương - Đà Lạt", ""),
            ("Xã Cũ Một", "", "Xã Cũ Một", ""),
        ] {
            let cell = CommuneCell::new("", written);
            assert_eq!((&*cell.code, &*cell.name, &*cell.now), (code, name, now), "{written}");
        }
        let cell = CommuneCell::new("70001", "90001 - Xã Tân Lập");
        assert_eq!((&*cell.code, &*cell.name), ("70001", "Xã Tân Lập"));
    }

    proptest! {
        #[test]
        fn no_cell_panics(name in any::<String>(), parts in "[0-9()\\[,;a -]{0,12}(nay là|cũ|90001)?[)a ]{0,3}") {
            CommuneCell::new("", &name);
            CommuneCell::new("", &parts);
        }
    }
}
