//! Text folded for comparison, keys of proper names, placeholders.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use smallvec::SmallVec;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{legacy, letter, syllable};

use crate::builtin;

/// No name, date, number or word of a list is longer, in bytes, with all the notes that officers write beside it. What is
/// longer is none of them: it is told as such, and not searched for one.
pub const LONGEST_VALUE: usize = 1_000;

/// Whether a cell is longer than any value.
pub fn is_overlong(cell: &str) -> bool {
    cell.len() > LONGEST_VALUE
}

/// A text in Unicode normal form C.
pub fn nfc(text: String) -> String {
    if text.chars().all(is_composed) || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        text
    } else {
        text.nfc().collect()
    }
}

/// Whether bytes of UTF-8 may hold marks that a composed text has within its letters: the first byte of the
/// characters from U+0300 to U+036F, which stands for nothing else that is written here.
pub fn may_be_decomposed(bytes: &[u8]) -> bool {
    memchr::memchr2(0xcc, 0xcd, bytes).is_some()
}

/// A text in Unicode normal form C, nearly always as it is.
pub fn composed(text: &str) -> std::borrow::Cow<'_, str> {
    if may_be_decomposed(text.as_bytes()) { nfc(text.to_owned()).into() } else { text.into() }
}

/// Whether a character stands in a composed text whatever is beside it: Latin letters, those of Vietnamese
/// among them. Of other characters it is not known.
fn is_composed(c: char) -> bool {
    c < '\u{300}' || ('\u{1ea0}'..='\u{1ef9}').contains(&c)
}

/// Characters that cannot be seen: zero-width marks, soft hyphen, byte-order mark, direction marks and
/// control characters other than white space.
pub fn is_invisible(c: char) -> bool {
    match c {
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{feff}' => true,
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}' => true,
        _ => c.is_control() && !c.is_whitespace(),
    }
}

/// Characters of other alphabets that look like letters, from `data/vietnamese/lookalikes.csv`.
static LOOKALIKES: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    let table = include_str!("../../data/vietnamese/lookalikes.csv");
    builtin::csv("lookalikes.csv", table)
        .filter_map(|[lookalike, letter]| Some((lookalike.chars().next()?, letter.chars().next()?)))
        .collect()
});

/// The letter that a look-alike stands for: Ð → Đ, full-width and Cyrillic or Greek forms → Latin.
pub fn lookalike(c: char) -> Option<char> {
    match c {
        _ if c.is_ascii() || letter::is_vietnamese(letter::lower(c)) => None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        _ => LOOKALIKES.get(&c).copied(),
    }
}

/// Whether a text holds one of these words or phrases, as whole words. Both are compared as they stand: case and marks
/// count.
pub fn holds_any(text: &str, words: &[String]) -> bool {
    let is_whole = |at: usize, word: &str| {
        !text[..at].ends_with(char::is_alphanumeric)
            && !text[at + word.len()..].starts_with(char::is_alphanumeric)
    };
    words.iter().any(|word| text.match_indices(word.as_str()).any(|(at, _)| is_whole(at, word)))
}

/// Apostrophes in all the forms that keyboards and word processors give them.
pub fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{2b9}' | '\u{2032}' | '`' | '\u{b4}'
    )
}

/// Folds a text: lower case, no diacritics (đ → d), punctuation as space, single spaces. Composed and
/// decomposed Unicode give the same.
///
/// ```
/// assert_eq!(lamsach::vietnamese::text::fold("  Đỗ  THỊ-Hoà "), "do thi hoa");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// [`fold`] into a buffer that is cleared first, so that rows can share one.
pub fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    fold_start(text, usize::MAX, folded);
}

/// For each code point below 0x1F00 the letter or digit that it folds to; 0 where it takes a closer look.
static FOLDED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let fold = |c: char| {
        let known = c.is_ascii_alphanumeric() || letter::is_vietnamese(letter::lower(c));
        let plain = letter::plain(letter::lower(c));
        if known && plain.is_ascii() { plain as u8 } else { 0 }
    };
    (0..0x1F00).map(|point| char::from_u32(point).map_or(0, fold)).collect()
});

/// Adds the first characters of a folded text to an empty buffer: more than `limit` bytes, where the text
/// has so many.
pub(super) fn fold_start(text: &str, limit: usize, folded: &mut String) {
    let known = FOLDED.as_slice();
    let mut gap = false;
    for c in text.chars() {
        if folded.len() > limit {
            return;
        }
        let plain = known.get(c as usize).copied().unwrap_or(0);
        if plain != 0 {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.push(char::from(plain));
        } else if c.is_ascii_alphanumeric() || (!c.is_ascii() && is_word_part(c)) {
            if unicode_normalization::char::is_combining_mark(c) {
                continue;
            }
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            let c = letter::plain(letter::lower(lookalike(c).unwrap_or(c)));
            folded.push(lookalike(c).map_or(c, |l| letter::plain(letter::lower(l))));
        } else if !is_invisible(c) {
            gap = true;
        }
    }
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

/// The text with a legacy encoding or mojibake undone where it holds any, else as it is.
pub fn decoded(text: &str) -> std::borrow::Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    legacy::repair_text(text).map_or_else(|| text.into(), std::borrow::Cow::Owned)
}

/// The key of a proper name that may hold numbers (a commune, a hamlet): legacy text decoded, look-alikes
/// mapped, lower-case NFC with tone marks placed one way, punctuation as space, single spaces.
pub fn key(text: &str) -> String {
    let text = nfc(text.to_owned());
    key_of_decoded(&decoded(&text))
}

/// The keys of the clauses of a text, which commas, semicolons, lines, dashes and full stops part.
pub(super) fn clause_keys(text: &str) -> Vec<String> {
    let text = nfc(text.to_owned());
    let text = decoded(&text);
    let mut keys = Vec::with_capacity(1);
    // Letters since the last other character: a full stop behind few ends an abbreviation, no sentence.
    let (mut start, mut letters) = (0, 0_u32);
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let ends = match c {
            ',' | ';' | '\n' | '\r' => true,
            '.' => letters >= 3 && text[end..].starts_with(char::is_whitespace),
            '-' | '–' | '—' => {
                text[..at].ends_with(char::is_whitespace) && text[end..].starts_with(char::is_whitespace)
            }
            _ => false,
        };
        letters = if c.is_alphabetic() { letters + 1 } else { 0 };
        if ends {
            keys.push(key_of_decoded(&text[start..at]));
            start = end;
        }
    }
    keys.push(key_of_decoded(&text[start..]));
    keys
}

/// [`key`] of a text in normal form that holds no legacy encoding.
fn key_of_decoded(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut word: SmallVec<[char; 16]> = SmallVec::new();
    for c in text.chars().chain([' ']) {
        let c = letter::lower(lookalike(c).unwrap_or(c));
        if c.is_alphanumeric() {
            word.push(c);
        } else if !is_invisible(c) && !is_apostrophe(c) && !word.is_empty() {
            if !key.is_empty() {
                key.push(' ');
            }
            syllable::place_tone(&mut word);
            key.extend(word.drain(..));
        }
    }
    key
}

/// What a cell holds, for the placeholders that are its type's own.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum CellType {
    /// A name of a person.
    Name,
    /// A date.
    Date,
    /// A personal ID, old ID, card or insurance number.
    Id,
    /// Anything else.
    Other,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceholderFile {
    any: Vec<String>,
    exact: Vec<String>,
    name: Vec<String>,
    date: Vec<String>,
    id: Vec<String>,
}

struct Placeholders {
    exact: FxHashSet<String>,
    folded: FxHashMap<String, [bool; 4]>,
    /// The first words of all of them, folded.
    first_words: FxHashSet<String>,
    /// How those begin that are ASCII when folded.
    starts: FxHashSet<[u8; 2]>,
}

static PLACEHOLDERS: LazyLock<Placeholders> = LazyLock::new(|| {
    let file: PlaceholderFile =
        crate::builtin::toml("placeholders.toml", include_str!("../../data/vietnamese/placeholders.toml"));
    let mut folded: FxHashMap<String, [bool; 4]> = FxHashMap::default();
    let lists = [
        (file.any, [true; 4]),
        (file.name, [true, false, false, false]),
        (file.date, [false, true, false, false]),
        (file.id, [false, false, true, false]),
    ];
    for (words, types) in lists {
        for word in words {
            let entry = folded.entry(word).or_default();
            for (known, new) in entry.iter_mut().zip(types) {
                *known |= new;
            }
        }
    }
    let exact: FxHashSet<String> = file.exact.into_iter().collect();
    let first = |phrase: &String| fold(phrase).split(' ').next().unwrap_or_default().to_owned();
    let first_words = exact.iter().chain(folded.keys()).map(first).collect();
    let starts = exact.iter().chain(folded.keys()).map(|text| start(&fold(text))).collect();
    Placeholders { exact, folded, first_words, starts }
});

/// The first two letters or digits of an ASCII text, small; folding leaves them as they are.
fn start(text: &str) -> [u8; 2] {
    let mut letters = text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase());
    [letters.next().unwrap_or(0), letters.next().unwrap_or(0)]
}

/// Whether some placeholder begins with this word.
pub(super) fn begins_placeholder(word: &str) -> bool {
    PLACEHOLDERS.first_words.contains(&fold(word))
}

/// Whether a cell holds something that stands for "no value" ("không rõ", "-", "N/A"). A blank cell does
/// not: nothing is written there.
pub fn is_placeholder(text: &str, cell: CellType) -> bool {
    is_decoded_placeholder(text, cell)
        || matches!(decoded(text), std::borrow::Cow::Owned(t) if is_decoded_placeholder(&t, cell))
}

/// A text cell decoded and folded; `None` where it is blank or a placeholder.
pub fn fold_value(text: &str, cell: CellType) -> Option<String> {
    let decoded = decoded(text);
    let folded = fold(&decoded);
    let nothing = folded.is_empty()
        || match decoded {
            std::borrow::Cow::Borrowed(text) => {
                stands_for_nothing(text, cell, |list| list.get(folded.as_str()))
            }
            std::borrow::Cow::Owned(_) => is_placeholder(text, cell),
        };
    (!nothing).then_some(folded)
}

/// [`is_placeholder`] of a text that holds no legacy encoding.
pub(super) fn is_decoded_placeholder(text: &str, cell: CellType) -> bool {
    stands_for_nothing(text, cell, |list| list.get(fold(text.trim()).as_str()))
}

/// Whether a text is a placeholder; `look_up` finds the folded text in the list of them.
fn stands_for_nothing(
    text: &str,
    cell: CellType,
    look_up: impl FnOnce(&FxHashMap<String, [bool; 4]>) -> Option<&[bool; 4]>,
) -> bool {
    let text = text.trim();
    // The longest placeholder has 30 letters; longer cells are told apart without being folded.
    if text.is_empty() || text.len() > 80 {
        return false;
    }
    let placeholders = &*PLACEHOLDERS;
    if !text.chars().any(char::is_alphanumeric) {
        return text.chars().any(|c| !c.is_whitespace() && !is_invisible(c));
    }
    // Nearly every number and date is settled here.
    if text.is_ascii() && !placeholders.starts.contains(&start(text)) {
        return false;
    }
    if placeholders.exact.contains(text) {
        return true;
    }
    look_up(&placeholders.folded).is_some_and(|types| types[cell as usize])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folds() {
        assert_eq!(fold("  Họ, chữ đệm\nvà TÊN (khai sinh) "), "ho chu dem va ten khai sinh");
        assert_eq!(fold("Nguye\u{302}\u{303}n Đức"), "nguyen duc");
        assert_eq!(fold("Ｔｅｎ\u{200b}x"), "tenx");
        assert_eq!(fold("Ðinh"), "dinh");
    }

    #[test]
    fn decomposed_texts_are_composed() {
        assert_eq!(composed("Nguye\u{302}\u{303}n"), "Nguyễn");
        for text in ["Nguyễn Văn Đức", "Êñuôl Čư Ŭn", ""] {
            assert!(!may_be_decomposed(text.as_bytes()), "{text}");
            assert!(matches!(composed(text), std::borrow::Cow::Borrowed(t) if t == text));
        }
    }

    #[test]
    fn keys_keep_diacritics() {
        assert_eq!(key("Xã Hòa-Bình, P. 12"), "xã hoà bình p 12");
        assert_eq!(key("Hoà Bình"), key("HÒA BÌNH"));
        assert_eq!(key("Phường Hoà Phong"), "phường hoà phong");
        assert_eq!(key("X· H\u{ad}ng ChÝnh"), "xã hưng chính");
        assert_ne!(key("Hoa Bình"), key("Hòa Bình"));
    }

    #[test]
    fn placeholders_are_known_by_type() {
        for text in [
            "không rõ",
            "KHÔNG RÕ",
            "-",
            "...",
            "N/A",
            "Chưa có",
            "x",
            "0",
            "NaN",
            " ? ",
            "kh\u{f4}ng r\u{f5}",
        ] {
            assert!(is_placeholder(text, CellType::Name), "{text}");
        }
        for text in ["", " ", "Nguyễn Văn Không", "Nan", "An", "Na"] {
            assert!(!is_placeholder(text, CellType::Name), "{text}");
        }
        assert!(is_placeholder("chưa cấp", CellType::Id) && !is_placeholder("chưa cấp", CellType::Name));
    }

    #[test]
    fn words_are_found_whole() {
        let words = ["mai táng".to_string(), "chi".to_string()];
        assert!(holds_any("hỗ trợ mai táng", &words) && holds_any("(chi) phí", &words));
        assert!(!holds_any("khai tángx", &words) && !holds_any("chia, achi", &words));
        assert!(holds_any("achi chi", &words), "a later place counts too");
    }

    #[test]
    fn no_placeholder_is_lost_for_how_it_begins() {
        let placeholders = &*PLACEHOLDERS;
        for text in placeholders.exact.iter().chain(placeholders.folded.keys()) {
            let (capital, spaced) = (text.to_uppercase(), text.replace(' ', " -  "));
            for text in [text, &capital, &spaced].into_iter().filter(|text| text.is_ascii()) {
                assert!(placeholders.starts.contains(&start(text)), "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn folding_never_panics_and_is_stable(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn normal_forms_fold_alike(text in "[a-zA-Zàáảãạăắằâấầđêễơợưứ ]{0,30}") {
            prop_assert_eq!(fold(&text.nfd().collect::<String>()), fold(&text));
            prop_assert_eq!(key(&text.nfd().collect::<String>()), key(&text));
        }
    }
}
