//! Names of people: the key that says which are equal, what was found beside the name, and its repair.

mod address;
mod beside;
mod likeness;
mod plain;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use self::address::ADDRESS;
use self::beside::{
    drop_death_words, drop_letter_of_namesakes, drop_other_names, names_a_relative, names_several,
};
pub use self::{beside::couple, plain::PlainWords};
use super::text::CellType;
use super::{death, legacy, letter, syllable, text};
use crate::domain::{LegacyFont, NameMarks};
pub use likeness::{Likeness, is_word_of_names, likeness};

/// What a name cell says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameReading {
    /// The key: equal keys are equal names. Lower-case syllables (NFC, tone marks placed one way) joined by
    /// one space; `?` stands for a letter that is lost. Empty where no name is written.
    pub key: String,
    /// Notes and damage.
    pub marks: NameMarks,
    /// The name to write instead, where the cell is damaged and the damage could be undone.
    pub repaired: Option<String>,
    /// The name to show: as written, with damage undone, without words of address and notes.
    pub display: String,
}

impl NameReading {
    fn mark(&mut self, bits: u8) {
        self.marks.0 |= bits;
    }
}

/// A word of the name as written (damage undone), and whether a full stop follows it.
struct Word {
    letters: SmallVec<[char; 12]>,
    dot: bool,
}

impl Word {
    fn key(&self) -> String {
        let mut letters: SmallVec<[char; 12]> = self.letters.iter().map(|&c| letter::lower(c)).collect();
        syllable::place_tone(&mut letters);
        letters.into_iter().collect()
    }

    /// Whether it is written without a capital.
    fn is_small(&self) -> bool {
        self.letters.iter().all(|&c| letter::lower(c) == c)
    }

    fn is_key(&self, key: &str) -> bool {
        self.letters.len() <= key.len() && self.key() == key
    }
}

/// Reads a name cell. Never fails: what cannot be understood is marked as damaged.
///
/// Case, spacing, decomposed Unicode, tone-mark placement, words of address, notes in brackets and the
/// form of an apostrophe are no damage. Legacy encodings, mojibake, look-alikes, invisible characters,
/// digits, signs and lost letters are.
pub fn read(raw: &str) -> NameReading {
    read_typed(raw, None)
}

/// [`read`] of a cell in a column that is typed in a legacy font.
pub fn read_typed(raw: &str, font: Option<LegacyFont>) -> NameReading {
    let mut reading = NameReading::default();
    let trimmed = raw.trim();
    if trimmed.is_empty() {
        return reading;
    }
    if text::is_overlong(trimmed) {
        reading.mark(NameMarks::DAMAGED);
        return reading;
    }
    let composed = text::nfc(trimmed.to_owned());
    let mut name = without_notes(&composed, &mut reading);
    let lossy = legacy::decode_lossy_mojibake(&name);
    let decoded = match lossy {
        // What is lost is not made up: the letters that are left stand beside wild cards.
        Some(lossy) => Some(lossy),
        None => font.map_or_else(|| legacy::repair(&name), |font| legacy::repair_typed(&name, font)),
    };
    if let Some(decoded) = decoded {
        name = text::nfc(decoded).into();
        reading.mark(NameMarks::DAMAGED | NameMarks::REPAIRED);
    }
    let died = death::is_death_alone(&name);
    if died {
        reading.mark(NameMarks::DEAD);
    }
    if died || text::is_decoded_placeholder(&name, CellType::Name) {
        reading.marks = NameMarks(NameMarks::PLACEHOLDER | reading.marks.0 & NameMarks::DEAD);
        return reading;
    }
    if names_several(&name) || names_a_relative(&name) {
        // Whose row it is, nobody can tell: what is written is told, and no name is read.
        reading.mark(NameMarks::DAMAGED | NameMarks::NOT_ONE);
        reading.marks.0 &= !NameMarks::REPAIRED;
        return reading;
    }
    let name = without_address_by_signs(&name);
    let mut words = split_words(name, &mut reading);
    drop_other_names(&mut words, name);
    drop_letter_of_namesakes(&mut words);
    drop_death_words(&mut words, name, &mut reading);
    drop_address(&mut words);
    write_key(&words, &mut reading.key);
    for word in &words {
        if !reading.display.is_empty() {
            reading.display.push(' ');
        }
        reading.display.extend(word.letters.iter());
        if word.dot {
            reading.display.push('.');
        }
    }
    if reading.display != name && text::is_decoded_placeholder(&reading.display, CellType::Name) {
        let marks = NameMarks(NameMarks::PLACEHOLDER | reading.marks.0 & NameMarks::DEAD);
        return NameReading { marks, ..NameReading::default() };
    }
    // Of "1?1" nothing is left that could be anybody's name.
    if !reading.key.contains(char::is_alphabetic) {
        reading.key.clear();
        reading.display.clear();
    }
    if reading.key.contains('?') {
        reading.mark(NameMarks::DAMAGED | NameMarks::WILDCARD);
    }
    if reading.key.is_empty() || reading.marks.has(NameMarks::WILDCARD) {
        reading.marks.0 &= !NameMarks::REPAIRED;
    }
    if reading.marks.has(NameMarks::DAMAGED | NameMarks::REPAIRED) {
        reading.repaired = Some(reading.display.clone());
    }
    reading
}

/// The text outside brackets; a note inside that says death is marked. A text that is all in brackets is
/// the name itself.
fn without_notes<'a>(cell: &'a str, reading: &mut NameReading) -> std::borrow::Cow<'a, str> {
    const OPEN: [char; 5] = ['(', '[', '{', '（', '<'];
    const CLOSE: [char; 5] = [')', ']', '}', '）', '>'];
    if !cell.contains(OPEN) {
        return cell.into();
    }
    let (mut outside, mut inside, mut depth) = (String::new(), String::new(), 0_u32);
    for c in cell.chars() {
        if OPEN.contains(&c) {
            depth += 1;
            inside.push(' ');
            outside.push(' ');
        } else if CLOSE.contains(&c) {
            depth = depth.saturating_sub(1);
        } else if depth > 0 {
            inside.push(c);
        } else {
            outside.push(c);
        }
    }
    if !outside.chars().any(char::is_alphabetic) {
        return inside.into();
    }
    // "Lê Thị Ba - vợ ông Tư (chết)": of whom is named last.
    let names_another = || {
        let behind = outside.split_once(['-', '–', '/', ',', ';', ':']).map_or("", |(_, behind)| behind);
        behind.split_whitespace().nth(1).is_some()
    };
    if death::says_of_death(&inside) == death::Said::Dead && !names_another() {
        reading.mark(NameMarks::DEAD);
    }
    outside.into()
}

/// The name without address that its signs tell: "Ông/bà: ", "Đ/c " before it, " - chủ hộ" behind it. Elsewhere
/// such signs are damage.
fn without_address_by_signs(name: &str) -> &str {
    let address = &*ADDRESS;
    let all_of = |text: &str, known: &FxHashSet<String>| {
        let key = text::key(text);
        !key.is_empty() && key.split(' ').all(|word| known.contains(word))
    };
    let mut name = name.trim();
    if !name.contains([':', '/', '-', '–', ',']) {
        return name;
    }
    if let Some((before, behind)) = name.split_once(':')
        && before.len() <= 60
        && all_of(before, &address.words)
        && behind.contains(char::is_alphabetic)
    {
        name = behind.trim_start();
    } else if let Some((first, behind)) = name.split_once(char::is_whitespace)
        && first.contains('/')
        && all_of(first, &address.slashed)
        && behind.contains(char::is_alphabetic)
    {
        name = behind.trim_start();
    }
    if let Some((at, sign)) = name.rmatch_indices(['-', '–', '/', ',']).next() {
        let (before, behind) = (&name[..at], &name[at + sign.len()..]);
        // "Jean-Paul" has its hyphen without spaces.
        let apart = matches!(sign, "/" | ",")
            || before.ends_with(char::is_whitespace)
            || behind.starts_with(char::is_whitespace);
        let is_relation = |behind: &str| {
            let key = text::key(behind);
            let mut words = key.split(' ');
            let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            address.after_name.contains(&key)
                || (address.after_name.contains(first)
                    && (address.slashed.contains(second) || address.relative_of.contains(second)))
        };
        if apart && before.contains(char::is_alphabetic) && is_relation(behind) {
            name = before.trim_end();
        }
    }
    name
}

/// Splits a name into words and undoes damage character by character.
fn split_words(name: &str, reading: &mut NameReading) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(5);
    let mut letters: SmallVec<[char; 12]> = SmallVec::new();
    let mut signs = false;
    let mut previous = ' ';
    for c in name.chars().chain([' ']) {
        let mapped = text::lookalike(c);
        if mapped.is_some() || text::is_invisible(c) {
            reading.mark(NameMarks::DAMAGED | NameMarks::REPAIRED);
        }
        let c = mapped.unwrap_or(c);
        match c {
            _ if text::is_invisible(c) => {}
            // One character lost in bytes shows as up to three replacement characters.
            '\u{fffd}' if previous == '\u{fffd}' => {}
            '\u{fffd}' => letters.push('?'),
            '?' => letters.push('?'),
            _ if text::is_apostrophe(c) => letters.push('\''),
            _ if is_letter(c) => letters.push(c),
            _ if c.is_whitespace() || matches!(c, '.' | ',' | '-' | '\u{2010}'..='\u{2015}' | '(' | ')') => {
                push_word(&mut words, &mut letters, signs, c == '.', reading);
                signs = false;
            }
            '_' | '/' | '|' | '\\' | ';' | ':' | '+' | '&' | '"' | '“' | '”' | '[' | ']' | '{' | '}' => {
                push_word(&mut words, &mut letters, signs, false, reading);
                signs = false;
                reading.mark(NameMarks::DAMAGED | NameMarks::REPAIRED);
            }
            _ => {
                letters.push(c);
                signs = true;
            }
        }
        previous = c;
    }
    words
}

/// A letter, or a mark that belongs to one and has no composed form with it.
fn is_letter(c: char) -> bool {
    letter::is_vietnamese(letter::lower(c))
        || (c.is_alphabetic() && !matches!(c, 'ª' | 'º' | 'µ'))
        || unicode_normalization::char::is_combining_mark(c)
}

fn push_word(
    words: &mut Vec<Word>,
    letters: &mut SmallVec<[char; 12]>,
    signs: bool,
    dot: bool,
    reading: &mut NameReading,
) {
    let mut taken = std::mem::take(letters);
    if signs {
        taken = without_signs(&taken);
        reading.mark(NameMarks::DAMAGED | NameMarks::REPAIRED);
    }
    if taken.iter().any(|&c| c != '\'') {
        words.push(Word { letters: taken, dot });
    } else if let (true, Some(last)) = (dot, words.last_mut()) {
        last.dot = true;
    }
}

/// A word without digits and signs: those at its ends are dropped, those within are read as the letter
/// they look like or as nothing where that gives a syllable, else as a lost letter.
fn without_signs(word: &[char]) -> SmallVec<[char; 12]> {
    let is_sign = |c: &char| !(is_letter(*c) || matches!(c, '?' | '\''));
    let read_as = |letter_of: &dyn Fn(char) -> Option<char>| -> SmallVec<[char; 12]> {
        word.iter().filter_map(|&c| if is_sign(&c) { letter_of(c) } else { Some(c) }).collect()
    };
    let is_syllable = |letters: &[char]| {
        let lower: SmallVec<[char; 12]> = letters.iter().map(|&c| letter::lower(c)).collect();
        syllable::is_well_formed(&lower)
    };
    let looks_like = |one: char| {
        move |c: char| match c {
            '0' => Some('o'),
            '1' | '!' => Some(one),
            '3' => Some('e'),
            '@' | '4' => Some('a'),
            _ => None,
        }
    };
    let first = word.iter().position(|c| !is_sign(c));
    let last = word.iter().rposition(|c| !is_sign(c));
    let (Some(first), Some(last)) = (first, last) else { return SmallVec::new() };
    let inside = word[first..=last].iter().any(is_sign);
    let zero_at_end = word.first() == Some(&'0') || word.last() == Some(&'0');
    if inside || zero_at_end {
        for one in ['i', 'l'] {
            let candidate = read_as(&looks_like(one));
            if is_syllable(&candidate) {
                return candidate;
            }
        }
    }
    if inside && !is_syllable(&read_as(&|_| None)) {
        return word[first..=last].iter().map(|c| if is_sign(c) { '?' } else { *c }).collect();
    }
    read_as(&|_| None)
}

/// What stands behind a word of address of a key that was taken for a surname, where it may be a name of its own.
///
/// ```
/// # use lamsach::vietnamese::name::after_address;
/// assert_eq!(after_address("ông bá văn quyến"), Some("bá văn quyến"));
/// assert_eq!(after_address("ông lịch"), None);
/// ```
pub fn after_address(key: &str) -> Option<&str> {
    let (first, rest) = key.split_once(' ')?;
    let is_address = ADDRESS.before_surname.iter().any(|phrase| *phrase == [first]);
    (is_address && rest.contains(' ')).then_some(rest)
}

/// Drops words of address at the beginning of a name.
fn drop_address(words: &mut Vec<Word>) {
    let address = &*ADDRESS;
    while words.len() > 1 {
        let first = words[0].key();
        let begins = |phrase: &&Vec<String>| {
            phrase[0] == first
                && words.len() > phrase.len()
                && words.iter().zip(phrase.iter()).all(|(word, key)| word.is_key(key))
        };
        // "Ông Văn Tùng" bears the surname Ông; "Ông Văn Tiến Dũng" may be addressed.
        if words.len() == 3
            && first == "ông"
            && words[0].letters[0].is_uppercase()
            && matches!(&*words[1].key(), "văn" | "thị")
        {
            return;
        }
        if address.apart.iter().any(|surname| begins(&surname)) {
            return;
        }
        let surname_second = |n: usize| words.len() > n + 1 && address.surnames.contains(&words[n].key());
        if words[0].dot && address.abbreviated.contains(&first) && surname_second(1) {
            words.remove(0);
            continue;
        }
        let always = address.always.iter().find(begins);
        let phrase = always.or_else(|| {
            address.before_surname.iter().filter(begins).find(|phrase| {
                let next = &words[phrase.len()];
                let small_before_capital =
                    words[0].letters[0].is_lowercase() && next.letters[0].is_uppercase();
                small_before_capital || surname_second(phrase.len())
            })
        });
        let Some(n) = phrase.map(Vec::len) else { return };
        words.drain(..n);
    }
}

/// Writes the key of a name. The particles of highland names are joined to what follows (H'Hen, H' Hen,
/// H Hen, HHen → hhen), but the male Y stands alone (Y'Bliă, Y Bliă → y bliă).
fn write_key(words: &[Word], key: &mut String) {
    // Where other words are abbreviated a lone letter is an abbreviation too: H T Hạnh, Ng T K Phượng.
    let is_abbreviated = words.iter().any(abbreviates);
    let mut letters: SmallVec<[char; 16]> = SmallVec::new();
    for (ix, word) in words.iter().enumerate() {
        let first = ix == 0;
        let has_next = ix + 1 < words.len();
        let apostrophe_ends = word.letters.last() == Some(&'\'');
        let begun = !letters.is_empty();
        for (at, &c) in word.letters.iter().enumerate() {
            if c == '\'' {
                // Y stands alone whatever follows it.
                if letters.as_slice() == ['y'] && at + 1 < word.letters.len() {
                    flush(&mut letters, key);
                }
            } else {
                letters.push(letter::lower(c));
            }
        }
        if first && letters.len() >= 3 && letters[0] == 'y' && is_consonant(letters[1]) {
            let rest: SmallVec<[char; 16]> = letters.drain(1..).collect();
            flush(&mut letters, key);
            letters = rest;
        }
        let particle = !begun && !word.dot && !is_abbreviated && matches!(letters.as_slice(), ['h' | 'k']);
        if has_next && !word.dot && (particle || (apostrophe_ends && letters.as_slice() != ['y'])) {
            continue;
        }
        flush(&mut letters, key);
    }
    flush(&mut letters, key);
}

/// Whether a word is the opening of a longer one: T, Ng, but not the particles H, K and Y.
fn abbreviates(word: &Word) -> bool {
    let letters: SmallVec<[char; 4]> = word.letters.iter().take(4).map(|c| letter::lower(*c)).collect();
    (1..=3).contains(&letters.len())
        && letters.iter().all(|c| is_consonant(*c))
        && !matches!(letters.as_slice(), ['h' | 'k' | 'y'])
}

fn is_consonant(c: char) -> bool {
    // Short vowels of the highlands beside those of Vietnamese: Kŏñ, Bĭk, Jŭ.
    c.is_alphabetic() && !letter::is_vowel(c) && !matches!(c, 'ŏ' | 'ĭ' | 'ŭ' | 'ĕ' | 'ǎ' | 'ǒ')
}

/// Ends a word of a key.
fn flush(letters: &mut SmallVec<[char; 16]>, key: &mut String) {
    if letters.is_empty() {
        return;
    }
    if !key.is_empty() {
        key.push(' ');
    }
    syllable::place_tone(letters);
    key.extend(letters.drain(..));
}

#[cfg(test)]
mod tests;
