//! Health-insurance cards and numbers (QĐ 1351/QĐ-BHXH; since 01/08/2025 the personal ID in the number's place).

use smallvec::SmallVec;

use super::ident;
use super::text::{self, CellType};
use crate::domain::{Card, CardCell, CardNumber};

/// Reads the cell of a card or insurance number: 15 characters (group, level 1 to 5, province 01 to 99,
/// ten digits), 17 (with the personal ID in place of the ten digits), ten digits alone, or a personal ID.
/// Spaces, dots and dashes are tolerated, small letters accepted; group letters are not checked against
/// the list of groups, which keeps growing.
pub fn read(raw: &str) -> CardCell {
    let cell = raw.trim_matches(|c: char| c.is_whitespace() || text::is_invisible(c));
    if cell.is_empty() {
        return CardCell::Empty;
    }
    // The common case: well written. What stands for "none" has no ten digits, unless they are all one.
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    if cell.bytes().all(plain)
        && !ident::is_filling(cell.as_bytes())
        && let Some(card) = parts(cell.as_bytes())
    {
        return CardCell::Sound(card);
    }
    if text::is_placeholder(cell, CellType::Id) {
        return CardCell::Placeholder;
    }
    if ident::is_scientific(cell) {
        return CardCell::Malformed;
    }
    let mut chars: SmallVec<[u8; 24]> = SmallVec::new();
    for c in cell.strip_suffix(".0").unwrap_or(cell).chars() {
        let c = text::lookalike(c).unwrap_or(c);
        match c {
            _ if c.is_ascii_alphanumeric() && chars.len() < 24 => chars.push(c.to_ascii_uppercase() as u8),
            '-' | '.' | ',' | '/' | '–' | '_' => {}
            _ if c.is_whitespace() || text::is_apostrophe(c) || text::is_invisible(c) => {}
            _ => return CardCell::Malformed,
        }
    }
    if ident::is_filling(&chars) {
        return CardCell::Placeholder;
    }
    parts(&chars).map_or(CardCell::Malformed, CardCell::Sound)
}

/// The parts of a well-formed card or number, written without separators in upper case.
fn parts(chars: &[u8]) -> Option<Card> {
    let number = |digits: &[u8]| -> Option<CardNumber> {
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = ident::number(digits);
        match digits.len() {
            10 => Some(CardNumber::Insurance(number)),
            12 => ident::personal_id(number).map(CardNumber::Personal),
            _ => None,
        }
    };
    match chars {
        _ if chars.len() == 10 || chars.len() == 12 => {
            Some(Card { group: None, level: None, number: number(chars)? })
        }
        [a, b, level @ b'1'..=b'5', p, q, rest @ ..] if chars.len() == 15 || chars.len() == 17 => {
            let province = p.is_ascii_digit() && q.is_ascii_digit() && (*p, *q) != (b'0', b'0');
            let group = a.is_ascii_alphabetic() && b.is_ascii_alphabetic();
            let number = number(rest)?;
            (province && group).then_some(Card { group: Some([*a, *b]), level: Some(level - b'0'), number })
        }
        _ => None,
    }
}

/// The group that a cell of `group_code` says: its two letters, alone or at the head of a card or a text
/// ("TE", "TE1", "TE - Trẻ em"); upper case.
pub fn group(cell: &str) -> Option<[u8; 2]> {
    let cell = cell.trim();
    let [a, b] = *cell.as_bytes().first_chunk::<2>()?;
    if !(a.is_ascii_alphabetic() && b.is_ascii_alphabetic()) {
        return None;
    }
    let ends = cell[2..].chars().next().is_none_or(|c| !c.is_alphabetic() && !text::is_apostrophe(c));
    ends.then_some([a.to_ascii_uppercase(), b.to_ascii_uppercase()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::PersonalId;

    #[test]
    fn cards() {
        let card = Card { group: Some(*b"TE"), level: Some(1), number: CardNumber::Insurance(1_234_567_890) };
        for cell in [
            "TE1791234567890",
            "te1791234567890",
            "TE 1 79 1234567890",
            "TE-1-79-123-456-7890",
            " TE1791234567890\u{a0}",
        ] {
            assert_eq!(read(cell), CardCell::Sound(card), "{cell}");
        }
        let alone = Card { group: None, level: None, number: CardNumber::Insurance(123_456_789) };
        assert_eq!(read("0123456789"), CardCell::Sound(alone));
        let id = PersonalId::from_number(79_190_012_345).unwrap();
        let new = Card { group: Some(*b"HN"), level: Some(2), number: CardNumber::Personal(id) };
        assert_eq!(read("HN279079190012345"), CardCell::Sound(new));
        assert_eq!(
            read("079190012345"),
            CardCell::Sound(Card { group: None, level: None, number: new.number })
        );
    }

    #[test]
    fn malformed_cards() {
        for cell in [
            "TE6791234567890",
            "TE1001234567890",
            "T11791234567890",
            "TE179123456789",
            "123456789",
            "TE17912345678901",
            "TE179123456789O",
            "99119001234",
            "003190012345",
            "TE179@234567890",
            "7.91E+09",
        ] {
            assert_eq!(read(cell), CardCell::Malformed, "{cell}");
        }
        assert_eq!(read("không có"), CardCell::Placeholder);
        assert_eq!(read("0000000000"), CardCell::Placeholder);
        assert_eq!(read(" "), CardCell::Empty);
    }

    #[test]
    fn groups() {
        for cell in ["TE", "te", "TE1", "TE1791234567890", "TE - Trẻ em"] {
            assert_eq!(group(cell), Some(*b"TE"), "{cell}");
        }
        for cell in ["", "T", "Trẻ em", "BTXH", "1TE"] {
            assert_eq!(group(cell), None, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(raw in any::<String>()) {
            read(&raw);
            group(&raw);
        }
    }
}
