//! Health-insurance cards and numbers (QĐ 1351/QĐ-BHXH; since 01/08/2025 the personal ID in the number's place).

use smallvec::SmallVec;

use super::ident;
use super::text::{self, CellType};
use crate::domain::{Card, CardCell, CardNumber};

/// Reads the cell of a card or insurance number: 15 characters (group, level 1 to 5, province 01 to 99,
/// ten digits), 17 (with the personal ID in place of the ten digits), ten digits alone, or a personal ID.
/// Spaces, dots and dashes are tolerated, small letters accepted; group letters are not checked against
/// the list of groups, which keeps growing.
///
/// ```
/// use lamsach::domain::CardCell;
/// use lamsach::vietnamese::card::read;
/// assert!(matches!(read("TE1 01 0123456789"), CardCell::Sound(card) if card.group == Some(*b"TE")));
/// assert_eq!(read("TE1-01-012345"), CardCell::Malformed);
/// ```
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
    if text::is_overlong(cell) {
        return CardCell::Malformed;
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

/// Reads a cell that may hold notes beside a card or number: a label ("Mã số BHXH: …"), the hospital's code, the time
/// for which it holds. With it comes what stands behind the number, for whoever reads times.
pub fn read_with_notes(raw: &str) -> (CardCell, &str) {
    let whole = read(raw);
    if whole != CardCell::Malformed || text::is_overlong(raw) {
        return (whole, "");
    }
    let none = || if ident::says_none(raw) { CardCell::Placeholder } else { whole };
    amid(raw).unwrap_or_else(|| (none(), ""))
}

/// Words that stand before a number of insurance, folded.
const LABELS: [&str; 16] = [
    "cccd", "ddcn", "cc", "ma", "so", "the", "bhyt", "bhxh", "mt", "stt", "cu", "moi", "la", "ms", "gt",
    "dinh",
];

/// The one card or number amid notes. A word that is none of a label may make another thing of the number.
fn amid(raw: &str) -> Option<(CardCell, &str)> {
    let is_break =
        |c: char| matches!(c, '\n' | '\r' | ';' | ':' | '(' | ')' | '[' | ']' | '→' | '>' | ',' | '|');
    let mut found: Option<(Card, &str)> = None;
    let mut start = 0;
    for (at, c) in raw.char_indices().chain([(raw.len(), '\n')]) {
        if !is_break(c) {
            continue;
        }
        let piece = &raw[start..at];
        start = (at + c.len_utf8()).min(raw.len());
        let Some((card, rest)) = in_piece(piece) else { continue };
        // The new card stands behind the old one.
        let changed = found.is_some_and(|(known, _)| known != card);
        if changed && !raw.contains(['→', '>']) {
            return None;
        }
        let behind = rest.len() + (raw.len() - at);
        found = Some((card, &raw[raw.len() - behind..]));
    }
    found.map(|(card, behind)| (CardCell::Sound(card), behind))
}

/// A card or number in a piece of a cell behind words of a label; and what stands behind it.
fn in_piece(piece: &str) -> Option<(Card, &str)> {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut rest = piece.trim_start();
    loop {
        let word = rest.split_whitespace().next()?;
        if word.contains(is_digit) {
            break;
        }
        // The letters of a card may stand apart from its digits.
        let is_label = text::fold(word).split(' ').all(|word| LABELS.contains(&word));
        if !is_label && word.len() == 2 && word.bytes().all(|b| b.is_ascii_alphabetic()) {
            break;
        }
        if !is_label {
            return None;
        }
        rest = rest[word.len()..].trim_start();
    }
    // The longest head that is a card.
    let ends =
        rest.match_indices(|c: char| c.is_whitespace() || c == '-').map(|(at, _)| at).chain([rest.len()]);
    let ends: SmallVec<[usize; 8]> = ends.collect();
    ends.iter().rev().find_map(|&end| {
        let card = parts_of(&rest[..end])?;
        let behind = &rest[end..];
        // What goes on with digits is no card; a hospital's code, or a date, is a note.
        let next = behind.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '/'));
        let code = next.bytes().take_while(u8::is_ascii_digit).count();
        (code == 0 || code == 5 || code <= 2).then_some((card, behind))
    })
}

/// The parts of a card or number written with separators.
fn parts_of(text: &str) -> Option<Card> {
    let mut chars: SmallVec<[u8; 24]> = SmallVec::new();
    for c in text.chars() {
        match c {
            _ if c.is_ascii_alphanumeric() && chars.len() < 24 => chars.push(c.to_ascii_uppercase() as u8),
            '-' | '.' | '_' => {}
            _ if c.is_whitespace() => {}
            _ => return None,
        }
    }
    parts(&chars)
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
/// ("TE", "TE1", "TE - Trẻ em"), or its words ("Trẻ em dưới 6 tuổi"); upper case.
pub fn group(cell: &str) -> Option<[u8; 2]> {
    let in_brackets =
        || cell.split_once('(')?.1.split_once(')').filter(|(letters, _)| letters.trim().len() == 2);
    by_letters(cell)
        .or_else(|| super::words::insurance_group(cell))
        .or_else(|| in_brackets().and_then(|(letters, _)| by_letters(letters)))
}

/// The group whose letters stand at the head of a cell.
fn by_letters(cell: &str) -> Option<[u8; 2]> {
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
        for cell in ["Trẻ em <6 tuổi", "Trẻ em dưới 6 tuổi"] {
            assert_eq!(group(cell), Some(*b"TE"), "{cell}");
        }
        for cell in ["", "T", "Trẻ em khuyết tật", "BTXH 2", "1TE"] {
            assert_eq!(group(cell), None, "{cell}");
        }
    }

    #[test]
    fn notes_beside_a_card_are_notes() {
        let card = Card { group: Some(*b"HN"), level: Some(2), number: CardNumber::Insurance(3_820_123_456) };
        for cell in [
            "HN2383820123456\nGT: 01/01/2025-31/12/2025",
            "HN2383820123456 (cũ)",
            "Mã thẻ: HN2383820123456",
            "HN 2 38 3820123456 - 38001",
            "HN2383820123456 - 38-001",
            "HN2383820123456, từ 01/01/2025",
            "TE1383820123456 → HN2383820123456",
            "Số thẻ BHYT HN 2 38 3820123456",
        ] {
            assert_eq!(read_with_notes(cell).0, CardCell::Sound(card), "{cell}");
        }
        let alone = Card { group: None, level: None, number: CardNumber::Insurance(3_820_123_456) };
        for cell in ["Mã số BHXH: 3820123456", "BHXH 38 2012 3456", "Mã số: 3820123456 (cũ)"] {
            assert_eq!(read_with_notes(cell).0, CardCell::Sound(alone), "{cell}");
        }
        for cell in [
            "TE1 38 …",
            "HN238382012345",
            "HN23838201234567",
            "Có 3820123456",
            "HN2383820123456; TE1383820123457",
            "mẹ 3820123456",
        ] {
            assert_eq!(read_with_notes(cell).0, CardCell::Malformed, "{cell}");
        }
        assert_eq!(read_with_notes("HN2383820123456\nGT: 01/01/2025").1.trim(), "GT: 01/01/2025");
    }

    proptest! {
        #[test]
        fn reading_never_panics(raw in any::<String>(), notes in "[a-zH ]{0,6}:?[A-Z]{0,2}[0-9 .-]{0,20}[ (;\n→-]?[0-9a-z/ ]{0,12}") {
            read_with_notes(&raw);
            read_with_notes(&notes);
            read(&raw);
            group(&raw);
        }
    }
}
