//! The words of the result column.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::store::Verdict;
use crate::vietnamese::text::fold;

const WORDS: &str = include_str!("../../data/labels/result_words.toml");

// A unit test holds the shipped table to be readable.
static TABLE: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| toml::from_str(WORDS).unwrap_or_default());

/// What people type into a line, as it is stored and shown: without characters that steer a terminal or turn a line
/// around.
pub fn one_line(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain = text.chars().filter_map(|c| match c {
        '\n' | '\r' | '\t' => Some(' '),
        c if c.is_control() || turns(c) => None,
        c => Some(c),
    });
    plain.collect::<String>().trim().to_owned()
}

/// The words for a decision; the first are those that workbooks offer.
pub fn words(verdict: Verdict) -> &'static [String] {
    TABLE.get(verdict.name()).map_or(&[], Vec::as_slice)
}

/// The decision that a word stands for, told without case, diacritics and outer blanks.
pub fn verdict_of(word: &str) -> Option<Verdict> {
    if let Some(verdict) = Verdict::from_name(word) {
        return Some(verdict);
    }
    let word = fold(word);
    let word = word.trim().trim_end_matches('.');
    let means = |verdict: &Verdict| words(*verdict).iter().any(|known| fold(known) == word);
    Verdict::ALL.into_iter().find(means)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;

    #[test]
    fn what_is_typed_steers_no_terminal() {
        assert_eq!(one_line(" \u{1b}[31mđỏ\u{7}\tvà\nxanh\u{202e} "), "[31mđỏ và xanh");
        assert_eq!(one_line("\u{0}\n"), "");
    }

    #[test]
    fn every_word_of_a_workbook_is_understood() {
        for verdict in Verdict::ALL {
            for lang in [Lang::Vi, Lang::En] {
                assert_eq!(verdict_of(verdict.title(lang)), Some(verdict));
            }
            for word in words(verdict) {
                assert_eq!(verdict_of(&format!(" {} ", word.to_uppercase())), Some(verdict), "{word}");
            }
            assert_eq!(verdict_of(verdict.name()), Some(verdict));
        }
        // The review page's own words; what is "not" without a word more is said of persons.
        for (word, verdict) in [
            ("Không phải lỗi", Verdict::FalseAlarm),
            ("Cần đến xác minh", Verdict::Visit),
            ("Hoãn lại", Verdict::Deferred),
            ("Không phải người này", Verdict::NotSame),
            ("Không phải", Verdict::NotSame),
        ] {
            assert_eq!(verdict_of(word), Some(verdict), "{word}");
        }
        assert_eq!(verdict_of("da sua"), Some(Verdict::Corrected));
        assert_eq!(verdict_of("xong rồi"), None);
    }
}
