//! VISCII and VIQR: the encodings of the old mail and of Unix, which occur in whole files only.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::super::{letter, syllable};
use crate::builtin;

/// Words written with `^` that must be syllables for a text to be VIQR; nothing else writes three such.
const TELLING_WORDS: usize = 3;

/// The letters of `data/vietnamese/encodings.csv`: VISCII byte and VIQR spelling of each.
fn rows() -> impl Iterator<Item = (char, u8, &'static str)> {
    let table = include_str!("../../../data/vietnamese/encodings.csv");
    builtin::csv("encodings.csv", table).filter_map(|[letter, _, _, viscii, _, _, viqr]| {
        Some((letter.chars().next()?, u8::from_str_radix(viscii, 16).ok()?, viqr))
    })
}

/// The letter of each VISCII byte.
static VISCII: LazyLock<[char; 256]> = LazyLock::new(|| {
    let mut table: [char; 256] = std::array::from_fn(|byte| char::from(byte as u8));
    for (letter, byte, _) in rows() {
        table[usize::from(byte)] = letter;
    }
    table
});

/// The letter of each VIQR spelling, of two or three characters.
static VIQR: LazyLock<FxHashMap<&'static str, char>> = LazyLock::new(|| {
    let mut table: FxHashMap<_, _> = rows().map(|(letter, _, spelling)| (spelling, letter)).collect();
    table.extend([("dD", 'Đ'), ("Dd", 'Đ')]);
    table
});

/// VISCII bytes as text.
pub fn decode_viscii(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| VISCII[usize::from(*byte)]).collect()
}

/// A letter of VIQR, or a sign that stands for a mark.
fn is_part(b: u8) -> bool {
    b.is_ascii_alphabetic() || is_mark(b)
}

fn is_mark(b: u8) -> bool {
    matches!(b, b'^' | b'(' | b'+' | b'\'' | b'`' | b'?' | b'~' | b'.')
}

/// A word without what has no letter to stand on or may be punctuation as well, read as VIQR; `None` where it
/// makes no syllable with a mark.
fn decode_word(word: &str) -> Option<String> {
    let mut decoded = String::with_capacity(word.len());
    let mut rest = word;
    while !rest.is_empty() {
        let spelled = [3, 2].into_iter().find_map(|len| Some((VIQR.get(rest.get(..len)?)?, len)));
        let (letter, len) = spelled.map_or((rest.as_bytes()[0].into(), 1), |(letter, len)| (*letter, len));
        decoded.push(letter);
        rest = &rest[len..];
    }
    let lower: Vec<char> = decoded.chars().map(letter::lower).collect();
    let is_syllable = syllable::parse(&lower).is_some_and(|parts| parts.is_well_formed());
    (is_syllable && !decoded.is_ascii()).then_some(decoded)
}

/// Text in VIQR decoded, word by word; a word that makes no syllable stays as it is.
pub fn decode_viqr(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let start = rest.bytes().position(|b| b.is_ascii_alphabetic()).unwrap_or(rest.len());
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.bytes().position(|b| !is_part(b)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        rest = behind;
        // `.`, `?` and the like may end a sentence, and `(` open a bracket.
        let bare = word.trim_end_matches(|c: char| is_mark(c as u8));
        let lengths = (bare.len()..=word.len()).rev();
        match lengths.filter_map(|len| Some((decode_word(&word[..len])?, len))).next() {
            Some((decoded, len)) => {
                out.push_str(&decoded);
                out.push_str(&word[len..]);
            }
            None => out.push_str(word),
        }
    }
    out
}

/// Whether ASCII text is VIQR: words with the sign of the circumflex, and hardly one that is no syllable. (The
/// other signs stand in clean text too: the blood group O+.)
pub fn is_viqr(text: &str) -> bool {
    if !text.is_ascii() || memchr::memchr(b'^', text.as_bytes()).is_none() {
        return false;
    }
    let words = text.split(|c: char| !is_part(c as u8)).filter(|word| word.contains('^'));
    let words = words.map(|word| word.trim_start_matches(|c: char| is_mark(c as u8)));
    let (sound, all) = words
        .fold((0, 0), |(sound, all), word| (sound + usize::from(!decode_viqr(word).is_ascii()), all + 1));
    sound >= TELLING_WORDS && sound * 10 >= all * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "Họ và tên,Ngày sinh,Nhóm máu\nNguyễn Thị Hồng,05/03/1960,O+\nĐặng Văn Ước (chết),1970,A+\nLê Ý.,x@y.vn,?\n";

    fn viqr(text: &str) -> String {
        let spelling: FxHashMap<char, &str> = rows().map(|(letter, _, viqr)| (letter, viqr)).collect();
        text.chars().map(|c| spelling.get(&c).map_or_else(|| c.to_string(), |s| (*s).to_owned())).collect()
    }

    #[test]
    fn lists_come_back() {
        assert_eq!(decode_viqr("Nguye^~n Va(n Ddu+'c, xa~ Hu+ng Chi'nh"), "Nguyễn Văn Đức, xã Hưng Chính");
        let (viqr, letters): (String, FxHashMap<char, u8>) =
            (viqr(LIST), rows().map(|(letter, byte, _)| (letter, byte)).collect());
        assert!(is_viqr(&viqr));
        assert_eq!(decode_viqr(&viqr).replace("Ơ\n", "O+\n"), LIST);
        let bytes: Vec<u8> = LIST.chars().map(|c| letters.get(&c).copied().unwrap_or(c as u8)).collect();
        assert_eq!(decode_viscii(&bytes), LIST);
    }

    #[test]
    fn every_letter_goes_there_and_back() {
        for (letter, byte, spelling) in rows() {
            assert_eq!(decode_viscii(&[byte]), letter.to_string());
            assert_eq!(VIQR.get(spelling), Some(&letter));
        }
    }

    #[test]
    fn clean_text_is_no_viqr() {
        for text in [
            "Nguyen Van A. (chet), nhom mau O+, O+, O+, A+",
            "Ho ten,Ngay sinh\nTran Thi B?,1960\n'001060000001,x",
            "2^10 va 3^2, a^b = c, e^x, f^g, h^i",
            "Nguyễn Văn Hùng",
        ] {
            assert!(!is_viqr(text), "{text}");
        }
    }
}
