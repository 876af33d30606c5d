//! Cells as they are written, each with what it means under the contract: the ground of the truth.

use unicode_normalization::UnicodeNormalization;

use crate::domain::{DateCell, Gender, IdCell};

/// A name cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct NameW {
    /// As written.
    pub(crate) text: String,
    /// What it says once everything that is mere spelling is gone; `?` stands for a lost letter.
    pub(crate) key: String,
    /// A placeholder stands in it.
    pub(crate) placeholder: bool,
    /// Damaged in the sense of SACH-06.
    pub(crate) damaged: bool,
    /// A note beside the name says that the person is dead.
    pub(crate) dead_note: bool,
}

impl NameW {
    /// Whether the cell is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// A date cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct DateW {
    /// As written.
    pub(crate) text: String,
    /// What it means.
    pub(crate) is: DateCell,
}

/// An ID cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdW {
    /// As written.
    pub(crate) text: String,
    /// What it means.
    pub(crate) is: IdCell,
}

/// What a role of a row writes of its person.
#[derive(Clone, Debug, Default)]
pub(crate) struct PersonW {
    /// The name.
    pub(crate) name: NameW,
    /// The date of birth.
    pub(crate) birth: DateW,
    /// The gender written; `None` where the row has none.
    pub(crate) gender: Option<Gender>,
    /// The personal ID's cell.
    pub(crate) personal: IdW,
    /// The old ID's cell.
    pub(crate) old: IdW,
}

impl PersonW {
    /// Whether nothing at all is written of the person.
    pub(crate) fn is_blank(&self) -> bool {
        self.name.is_empty()
            && self.birth.text.is_empty()
            && self.personal.text.is_empty()
            && self.old.text.is_empty()
    }
}

/// The key of a name whose text is clean: lower case, and the apostrophe of a prefix (H'Hen) left out
/// with any space after it.
pub(crate) fn name_key(text: &str) -> String {
    text.to_lowercase().replace("' ", "").replace('\'', "")
}

/// Whether two keys are the same name; a lost letter agrees with any.
pub(crate) fn keys_agree(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.chars(), b.chars());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(x), Some(y)) if x == y || x == '?' || y == '?' => {}
            _ => return false,
        }
    }
}

/// Letters by which two keys differ.
pub(crate) fn letters_apart(a: &str, b: &str) -> usize {
    strsim::levenshtein(a, b)
}

/// A text without any diacritics, in its own case.
pub(crate) fn bare(text: &str) -> String {
    text.nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            c => c,
        })
        .collect()
}

/// The bare key: what remains of a name whatever happens to its diacritics and case.
pub(crate) fn bare_key(key: &str) -> String {
    bare(key)
}

const TONE_PLACES: [(&str, &str); 15] = [
    ("òa", "oà"),
    ("óa", "oá"),
    ("ỏa", "oả"),
    ("õa", "oã"),
    ("ọa", "oạ"),
    ("òe", "oè"),
    ("óe", "oé"),
    ("ỏe", "oẻ"),
    ("õe", "oẽ"),
    ("ọe", "oẹ"),
    ("ùy", "uỳ"),
    ("úy", "uý"),
    ("ủy", "uỷ"),
    ("ũy", "uỹ"),
    ("ụy", "uỵ"),
];

/// The name with its tone marks put as the newer rule puts them (`hòa` becomes `hoà`).
pub(crate) fn move_tones(text: &str) -> String {
    TONE_PLACES.iter().fold(text.to_owned(), |t, (old, new)| t.replace(old, new))
}

/// A word with its first letter in upper case.
pub(crate) fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_no_part_of_a_key() {
        assert_eq!(name_key("H' Hen Niê"), name_key("H'HEN NIÊ"));
        assert_eq!(name_key("HHen Niê"), name_key("H'Hen Niê"));
        assert!(keys_agree("nguy?n văn hùng", "nguyễn văn hùng"));
        assert!(!keys_agree("nguyen văn hùng", "nguyễn văn hùng"));
        assert_eq!(move_tones("Hòa Thủy Quý Hoàn"), "Hoà Thuỷ Quý Hoàn");
        assert_eq!(bare("Đặng Thị Ngữ"), "Dang Thi Ngu");
    }
}
