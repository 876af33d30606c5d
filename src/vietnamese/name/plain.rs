//! The fast way through names: nine in ten are sound words of which each was seen before.

use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

use super::ADDRESS;
use crate::vietnamese::text::{self, CellType};
use crate::vietnamese::{death, legacy, letter, syllable};

/// What is known of a word as written.
#[derive(Clone, Debug)]
struct PlainWord {
    /// Its key.
    key: Box<str>,
    /// Whether a name may begin so that does not begin here: words of address, particles.
    odd_first: bool,
    /// Whether a placeholder begins so.
    begins_placeholder: bool,
    /// Whether a name may end so that ends before: words of death.
    odd_last: bool,
    /// Whether another name of the person may begin here.
    odd_inside: bool,
    /// Whether a text of such words alone may say that somebody is dead, and be no name.
    tells_death: bool,
    /// Whether the word tells that its text is in no legacy encoding, being beyond what those show.
    beyond_legacy: bool,
    /// Whether the word may stand in a text that is in one.
    doubtful: bool,
    /// Whether it has no capital but the first letter.
    small: bool,
    /// Whether all of it is capitals.
    capitals: bool,
}

/// Words seen before, for names that need no closer look.
#[derive(Debug, Default)]
pub struct PlainWords<'t> {
    known: FxHashMap<&'t str, Option<PlainWord>>,
}

impl<'t> PlainWords<'t> {
    /// The key of a trimmed name in no legacy font, as [`read`](super::read) gives it without a mark; `None`
    /// where the name must be read so.
    pub fn key(&mut self, name: &'t str) -> Option<String> {
        if text::is_overlong(name) {
            return None;
        }
        let mut key = String::with_capacity(name.len());
        let (mut doubtful, mut beyond_legacy) = (false, false);
        let (mut small, mut capitals) = (true, true);
        let mut placeholder = false;
        let (mut odd_last, mut tells_death) = (true, true);
        for (n, word) in name.split(' ').enumerate() {
            let plain = self.known.entry(word).or_insert_with(|| plain_word(word)).as_ref()?;
            if n == 0 {
                if plain.odd_first {
                    return None;
                }
                placeholder = plain.begins_placeholder;
            } else {
                if n > 1 && plain.odd_inside {
                    return None;
                }
                key.push(' ');
            }
            key.push_str(&plain.key);
            doubtful |= plain.doubtful;
            beyond_legacy |= plain.beyond_legacy;
            small &= plain.small;
            capitals &= plain.capitals;
            odd_last = plain.odd_last;
            tells_death &= plain.tells_death;
        }
        if odd_last || tells_death || (placeholder && text::is_decoded_placeholder(name, CellType::Name)) {
            return None;
        }
        // Capitals among small letters speak for a legacy font, whatever the words.
        let as_written = beyond_legacy || (!doubtful && (small || capitals)) || name.is_ascii();
        as_written.then_some(key)
    }
}

/// Keys of words that a name which is none may begin with.
static FIRST_OF_ADDRESS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    let phrases = ADDRESS.always.iter().chain(&ADDRESS.before_surname).chain(&ADDRESS.related);
    phrases.filter_map(|phrase| phrase.first().map(String::as_str)).collect()
});

/// Keys of words that begin another name of a person.
static FIRST_OF_OTHER_NAME: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    let phrases = ADDRESS.other_name.iter().chain(&ADDRESS.other_name_small);
    phrases.filter_map(|phrase| phrase.first().map(String::as_str)).chain(["và"]).collect()
});

/// Keys of words that a death added to a name ends with.
static LAST_OF_DEATH: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    death::after_name().iter().filter_map(|phrase| phrase.last().map(String::as_str)).collect()
});

/// A word of Vietnamese letters alone, two at least, in composed Unicode.
fn plain_word(word: &str) -> Option<PlainWord> {
    let mut letters: smallvec::SmallVec<[char; 12]> = word.chars().map(letter::lower).collect();
    if letters.len() < 2 || !letters.iter().all(|&c| letter::is_vietnamese(c)) {
        return None;
    }
    // "Ybliă" is the male Y and a name.
    let male_y = letters[0] == 'y' && !letter::is_vowel(letters[1]);
    let small = word.chars().zip(&letters).skip(1).all(|(written, lower)| written == *lower);
    let capitals = word.chars().zip(&letters).all(|(written, lower)| written != *lower);
    syllable::place_tone(&mut letters);
    let key: Box<str> = letters.into_iter().collect::<String>().into();
    let beyond_legacy = word.chars().any(legacy::is_beyond_latin_1);
    Some(PlainWord {
        odd_first: male_y || FIRST_OF_ADDRESS.contains(&*key),
        begins_placeholder: text::begins_placeholder(word),
        odd_last: LAST_OF_DEATH.contains(&*key),
        odd_inside: FIRST_OF_OTHER_NAME.contains(&*key),
        tells_death: death::is_word_of_death(word),
        beyond_legacy,
        doubtful: !beyond_legacy && !legacy::stands_as_written(word),
        small,
        capitals,
        key,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vietnamese::name::read;

    #[test]
    fn ordinary_names_take_the_fast_way() {
        let mut words = PlainWords::default();
        for name in [
            "Nguyễn Văn Hùng",
            "Lê Minh Hòa",
            "Võ Văn Hà",
            "LÊ HÒA",
            "TRẦN THỊ HOÀ",
            "Lê Thị Ngọc Ánh",
            "Nguyen Van An",
            "Châu Thị Bé",
        ] {
            assert_eq!(words.key(name), Some(read(name).key), "{name}");
        }
        for name in [
            "",
            "Ông Ích Khiêm",
            "Võ danh",
            "LÊ Hòa",
            "H Hen Niê",
            "Y Bliă",
            "Ybliă Niê",
            "Nguyễn  Văn An",
            "Không rõ",
            "Nguyễn Văn An đã chết",
            "Ng. Văn Đức",
            "Nguyễn V\u{1eb}n A",
            "Nguyễn (A)",
            "Nguyễn Văn Ðức",
        ] {
            assert_eq!(words.key(name), None, "{name}");
        }
    }

    /// Words that any of the tables of names may take for something else.
    const CHOSEN: &[&str] = &[
        "Nguyễn", "Văn", "HÒA", "Hoà", "thuỷ", "Thủy", "An", "Đức", "Ðức", "H", "K", "Y", "H'Hen", "Ybliă",
        "yên", "Yến", "Ông", "ông", "bà", "Cụ", "anh", "Anh", "chủ", "hộ", "Lê", "Mai", "đã", "chết", "mất",
        "không", "Không", "rõ", "khong", "ro", "chưa", "có", "tên", "test", "NULL", "none", "", "A.", "1",
        "Sơn", "Qúi", "Ng", "Thị", "Vâ", "Vò", "Thò", "Hång", "Hùng", "Hoà", "Hồ", "Bình", "Bøi", "Tân",
        "Ðô", "Quý", "Lí", "Hà", "Nhã", "Ãn", "Cúc", "Vân", "Thành", "Huyêòn", "Sôn", "Mì", "Minh", "Tâm",
        "Phú", "VÕ", "LÊ", "HÀ", "TÂN", "Võ", "danh", "Danh", "HUỲNH", "KHÔNG", "RÕ", "(A)", "Wang", "Zoë",
        "Jean-Luc", "Cồ", "Việt", "Töôi", "NguyÔn", "V¨n",
    ];

    /// The words of the tables that a name is held against, and syllables of names.
    static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let quoted = [
            include_str!("../../../data/vietnamese/death_words.toml"),
            include_str!("../../../data/vietnamese/honorifics.toml"),
            include_str!("../../../data/vietnamese/placeholders.toml"),
        ];
        let quoted = quoted.iter().flat_map(|table| table.split('"').skip(1).step_by(2));
        let syllables = include_str!("../../../data/vietnamese/name_syllables.csv")
            .lines()
            .filter(|l| !l.starts_with('#'));
        let syllables = syllables.skip(1).filter_map(|line| line.split(',').next());
        quoted.flat_map(|phrase| phrase.split(' ')).chain(syllables).collect()
    });

    /// A word in small letters, in capitals or with one, in Unicode or typed in a legacy font.
    fn any_word() -> impl Strategy<Value = String> {
        (prop::sample::select(&**WORDS), 0..3, 0..6).prop_map(|(word, case, font)| {
            let mut chars = word.chars();
            let word = match (case, chars.next()) {
                (0, Some(first)) => [letter::upper(first)].into_iter().chain(chars).collect(),
                (1, _) => word.chars().map(letter::upper).collect(),
                _ => word.to_owned(),
            };
            match font {
                0 => legacy::encode_tcvn3(&word),
                1 => legacy::encode_vni(&word),
                2 => text::fold(&word),
                _ => word,
            }
        })
    }

    /// Holds the fast way against the other.
    fn assert_leads_alike(words: &[impl AsRef<str>]) {
        let name = words.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ");
        let name = name.trim();
        let mut plain = PlainWords::default();
        if let Some(key) = plain.key(name) {
            let reading = read(name);
            assert_eq!((reading.key, reading.marks.0), (key, 0), "{name}");
        }
    }

    #[test]
    fn the_fast_way_leaves_what_was_found() {
        for words in [&["chết", "đã"][..], &["Mất", "Do"], &["vì", "chết", "do"]] {
            assert_leads_alike(words);
        }
    }

    proptest! {
        #[test]
        fn the_fast_way_leads_where_the_other_does(
            words in prop::collection::vec(prop::sample::select(CHOSEN), 0..6),
        ) {
            assert_leads_alike(&words);
        }

        #[test]
        fn the_fast_way_leads_so_with_all_words_of_the_tables(
            words in prop::collection::vec(any_word(), 1..5),
        ) {
            assert_leads_alike(&words);
        }
    }
}
