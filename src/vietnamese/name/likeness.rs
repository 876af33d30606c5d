//! Whether a text can be the name of a person: what tells a person from a heading where nothing else is written.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::ADDRESS;
use crate::vietnamese::text;

/// How far a text is like the name of a person.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// It holds digits or signs that no name has, or nothing.
    No,
    /// It may be one: names of one word, and of peoples whose names are seldom written, look like any word.
    Maybe,
    /// A surname, and words of names behind it.
    Name,
}

/// More words than any name has.
const MOST_WORDS: usize = 8;

/// Words of names, with their marks and without.
struct Words {
    surnames: FxHashSet<String>,
    /// At any place of a name.
    all: FxHashSet<String>,
}

impl Words {
    fn new(spell: fn(&str) -> String) -> Self {
        let counts = include_str!("../../../data/vietnamese/name_syllables.csv").lines().filter_map(|line| {
            let (word, counts) = line.split_once(',').filter(|_| !line.starts_with('#'))?;
            Some((spell(word), counts.split(',').next()?.parse::<u32>().ok()? > 0))
        });
        let mut words = Self { surnames: FxHashSet::default(), all: FxHashSet::default() };
        for (word, is_first) in counts {
            if is_first {
                words.surnames.insert(word.clone());
            }
            words.all.insert(word);
        }
        // The order does not matter: they end in sets.
        #[expect(clippy::iter_over_hash_type)]
        for surname in &ADDRESS.surnames {
            words.surnames.insert(spell(surname));
            words.all.insert(spell(surname));
        }
        words
    }
}

static MARKED: LazyLock<Words> = LazyLock::new(|| Words::new(text::key));
static PLAIN: LazyLock<Words> = LazyLock::new(|| Words::new(text::fold));

/// Words between surname and given name that hardly any other text has in second place.
const MIDDLE: [&str; 4] = ["văn", "thị", "van", "thi"];

/// How far a text is like the name of a person. What stands in brackets, or behind a comma or dash, is left out, and so
/// are words of address before it.
pub fn likeness(written: &str) -> Likeness {
    let alone = written.split(['(', ',', ';', '/', '[']).next().unwrap_or("");
    let alone = alone.split(" - ").next().unwrap_or("").trim();
    let is_letter = |c: char| c.is_alphabetic() || c == ' ' || c == '.' || c == '-' || text::is_apostrophe(c);
    if alone.is_empty() || !alone.chars().all(|c| is_letter(c) || c.is_whitespace()) {
        return Likeness::No;
    }
    let words = if alone.is_ascii() { &*PLAIN } else { &*MARKED };
    let spell = if alone.is_ascii() { text::fold } else { text::key };
    let spelt: Vec<String> = alone.split_whitespace().map(spell).filter(|word| !word.is_empty()).collect();
    let mut name = spelt.as_slice();
    // "Bà Tý", "Hộ ông Nguyễn Năm"; what is left may be one word.
    while name.len() > 1 && ADDRESS.words.contains(&name[0]) && !MIDDLE.contains(&name[1].as_str()) {
        name = &name[1..];
    }
    let [first, rest @ ..] = name else { return Likeness::No };
    if name.len() > MOST_WORDS {
        return Likeness::No;
    }
    let is_surname = words.surnames.contains(first);
    if is_surname && rest.first().is_some_and(|second| MIDDLE.contains(&second.as_str())) {
        return Likeness::Name;
    }
    match is_surname && !rest.is_empty() && rest.iter().all(|word| words.all.contains(word)) {
        true => Likeness::Name,
        false => Likeness::Maybe,
    }
}

/// Whether a word, with its marks or without, is one of which names are made.
pub fn is_word_of_names(word: &str) -> bool {
    if word.is_ascii() {
        return PLAIN.all.contains(&text::fold(word));
    }
    MARKED.all.contains(&text::key(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_headings() {
        for name in [
            "Nguyễn Văn An",
            "LÊ THỊ MANG SANG",
            "Hồ Văn Giảm",
            "Tống Thị Lan",
            "Bà Nguyễn Thị Mây",
            "Hộ ông Đỗ Văn Hai (chết)",
            "Ngô Thị Số",
            "Nguyen Van An",
            "Thị Dung",
            "Phạm Hữu Nghĩa",
        ] {
            assert_eq!(likeness(name), Likeness::Name, "{name}");
        }
        for word in ["Giảm", "Tăng mới", "Người tham gia", "Siu", "Bà Tý", "H'Hen", "HƯU TRÍ XÃ HỘI", "Mí"]
        {
            assert_eq!(likeness(word), Likeness::Maybe, "{word}");
        }
        for text in ["5 người", "Số hộ: 5", "Tháng 10", "", "...", "(Bằng chữ: một triệu)", "KP2"]
        {
            assert_eq!(likeness(text), Likeness::No, "{text}");
        }
        assert!(is_word_of_names("Nguyễn") && is_word_of_names("NGUYEN") && !is_word_of_names("người"));
    }
}
