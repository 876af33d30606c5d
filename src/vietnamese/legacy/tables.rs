//! The legacy encodings letter by letter, and decoding through them.
//!
//! In spreadsheets such text stands as Unicode that holds the bytes as Windows-1252 code points ("NguyÔn"),
//! so everything here reads and writes `char`s; files of bytes are brought to that form first.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::builtin;

/// One row of `data/vietnamese/legacy_letters.csv`.
struct Row {
    letter: char,
    tcvn3: Option<u8>,
    vni: [&'static str; 2],
}

fn rows() -> impl Iterator<Item = Row> {
    let table = include_str!("../../../data/vietnamese/legacy_letters.csv");
    builtin::csv("legacy_letters.csv", table).filter_map(|[letter, tcvn3, vni, vni_second]| {
        let tcvn3 = u8::from_str_radix(tcvn3, 16).ok();
        Some(Row { letter: letter.chars().next()?, tcvn3, vni: [vni, vni_second] })
    })
}

/// The letter of each TCVN3 byte; NUL where there is none.
static TCVN3: LazyLock<[char; 256]> = LazyLock::new(|| {
    let mut table = ['\0'; 256];
    for row in rows() {
        if let Some(byte) = row.tcvn3 {
            table[usize::from(byte)] = row.letter;
        }
    }
    table
});

/// Letters that VNI writes as base and mark, and those it writes as one character.
struct Vni {
    pairs: FxHashMap<(char, char), char>,
    singles: FxHashMap<char, char>,
}

static VNI: LazyLock<Vni> = LazyLock::new(|| {
    let mut vni = Vni { pairs: FxHashMap::default(), singles: FxHashMap::default() };
    for row in rows() {
        for spelling in row.vni {
            let mut chars = spelling.chars();
            match (chars.next(), chars.next()) {
                // The mark beside a letter is found in either case: texts are re-cased by hand and program.
                (Some(base), Some(mark)) => {
                    for mark in [mark, swap_case(mark)] {
                        vni.pairs.entry((base, mark)).or_insert(row.letter);
                    }
                }
                // One table gives ì and ỹ the same spelling; the earlier row, ì, is the usual meaning.
                (Some(single), None) => {
                    vni.singles.entry(single).or_insert(row.letter);
                }
                _ => {}
            }
        }
    }
    vni
});

fn swap_case(c: char) -> char {
    let lower = super::super::letter::lower(c);
    if lower == c { super::super::letter::upper(c) } else { lower }
}

/// Characters beyond ASCII that stand in legacy text as themselves: spaces and typographic signs.
fn is_shared(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{2013}' | '\u{2014}' | '\u{2018}'..='\u{201d}' | '\u{2026}')
}

/// Text that holds TCVN3 bytes as code points, decoded. `None` where it holds a character that TCVN3 text
/// cannot have (so that Unicode text with ă, ơ, ạ and the like is never touched). Tone-marked capitals do
/// not exist in TCVN3: what is decoded has small letters in their place.
pub fn decode_tcvn3(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_ascii() || is_shared(c) {
            out.push(c);
        } else {
            match u8::try_from(u32::from(c)).map(|byte| TCVN3[usize::from(byte)]) {
                Ok(letter) if letter != '\0' => out.push(letter),
                _ => return None,
            }
        }
    }
    Some(out)
}

/// Text that holds VNI-Windows bytes as code points, decoded. `None` where it holds a character that VNI
/// text cannot have, or a mark without its letter.
pub fn decode_vni(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(&letter) = chars.peek().and_then(|&mark| VNI.pairs.get(&(c, mark))) {
            chars.next();
            out.push(letter);
        } else if c.is_ascii() || is_shared(c) {
            out.push(c);
        } else {
            out.push(*VNI.singles.get(&c)?);
        }
    }
    Some(out)
}

/// Vietnamese text (NFC) as TCVN3 code points; letters that TCVN3 lacks (tone-marked capitals) are written
/// small, others as they are.
pub fn encode_tcvn3(text: &str) -> String {
    static LETTERS: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
        rows().filter_map(|row| row.tcvn3.map(|byte| (row.letter, char::from(byte)))).collect()
    });
    let of = |c: char| LETTERS.get(&c).or_else(|| LETTERS.get(&super::super::letter::lower(c))).copied();
    text.chars().map(|c| of(c).unwrap_or(c)).collect()
}

/// Vietnamese text (NFC) as VNI-Windows code points.
pub fn encode_vni(text: &str) -> String {
    static LETTERS: LazyLock<FxHashMap<char, &'static str>> = LazyLock::new(|| {
        rows().map(|row| (row.letter, row.vni.into_iter().rfind(|s| !s.is_empty()).unwrap_or(""))).collect()
    });
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        match LETTERS.get(&c) {
            Some(spelling) => out.push_str(spelling),
            None => out.push(c),
        }
    }
    out
}

/// The characters of Windows-1252 at 0x80 to 0x9F; its five undefined bytes stand for themselves.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Where Windows-1258 differs from Windows-1252 (the lower half is the same but for four bytes).
const WINDOWS_1258: [(u8, char); 17] = [
    (0x8a, '\u{8a}'),
    (0x8e, '\u{8e}'),
    (0x9a, '\u{9a}'),
    (0x9e, '\u{9e}'),
    (0xc3, 'Ă'),
    (0xcc, '\u{300}'),
    (0xd0, 'Đ'),
    (0xd2, '\u{309}'),
    (0xd5, 'Ơ'),
    (0xdd, 'Ư'),
    (0xde, '\u{303}'),
    (0xe3, 'ă'),
    (0xec, '\u{301}'),
    (0xf0, 'đ'),
    (0xf2, '\u{323}'),
    (0xf5, 'ơ'),
    (0xfd, 'ư'),
];

/// The byte that a program which took text for Windows-1252 (or Latin-1) showed as `c`.
pub(super) fn byte_1252(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ 0..=0xff => Some(code as u8),
        _ => WINDOWS_1252.iter().position(|&w| w == c).map(|ix| 0x80 + ix as u8),
    }
}

fn byte_1258(c: char) -> Option<u8> {
    match WINDOWS_1258.iter().find(|(_, w)| *w == c) {
        Some((byte, _)) => Some(*byte),
        None => byte_1252(c).filter(|byte| WINDOWS_1258.iter().all(|(b, _)| b != byte)),
    }
}

/// UTF-8 that was read as Windows-1252, Latin-1 or Windows-1258 ("Nguyá»…n"), read again as UTF-8. `None`
/// where the characters make no UTF-8 beyond ASCII.
pub fn decode_mojibake(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    // The second byte of à is a no-break space, which trimming and cleaning turn into a space or take away.
    let with_nbsp;
    let spellings: [&str; 2] = if text.contains('Ã') {
        with_nbsp = format!("{text} ").replace("Ã ", "Ã\u{a0}").replace("Ã\u{a0}\u{a0}", "Ã\u{a0} ");
        [text, with_nbsp.trim_end_matches(' ')]
    } else {
        [text, text]
    };
    let readings: [fn(char) -> Option<u8>; 2] = [byte_1252, byte_1258];
    for byte_of in readings {
        for spelling in spellings {
            let bytes: Option<Vec<u8>> = spelling.chars().map(byte_of).collect();
            if let Some(decoded) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
                return Some(decoded);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_text_is_decoded() {
        assert_eq!(decode_tcvn3("NguyÔn V¨n Hïng").unwrap(), "Nguyễn Văn Hùng");
        assert_eq!(decode_tcvn3("Ph\u{ad}¬ng").unwrap(), "Phương");
        assert_eq!(decode_vni("Nguyeãn Vaên Huøng").unwrap(), "Nguyễn Văn Hùng");
        assert_eq!(decode_vni("NGUYEÃN THÒ ÑÖÔÏC").unwrap(), "NGUYỄN THỊ ĐƯỢC");
        assert_eq!(decode_vni("Myõ").unwrap(), "Mỹ");
        assert_eq!(decode_mojibake("Nguyá»…n VÄƒn HÃ ").unwrap(), "Nguyễn Văn Hà");
        assert_eq!(decode_mojibake("Nguyá»\u{85}n").unwrap(), "Nguyễn");
        assert_eq!(decode_tcvn3("Hà"), None);
        assert_eq!(decode_vni("José"), None);
        assert_eq!(decode_mojibake("Hà"), None);
    }

    #[test]
    fn every_letter_goes_there_and_back() {
        for row in rows() {
            let text = format!("x{}x", row.letter);
            let small: String = text.chars().map(super::super::super::letter::lower).collect();
            assert_eq!(decode_tcvn3(&encode_tcvn3(&small)).unwrap(), small);
            assert_eq!(decode_vni(&encode_vni(&text)).unwrap(), text);
        }
    }
}
