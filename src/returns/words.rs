//! The words of the result column.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::builtin;
use crate::domain::{Day, Lang, PartialDate};
use crate::publish::WORKBOOK_COLUMNS;
use crate::store::Verdict;
use crate::vietnamese::{date, text::fold};

const WORDS: &str = include_str!("../../data/labels/result_words.toml");

/// How like a known word a word must be to be a suggestion.
const LIKE: f64 = 0.72;

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    words: BTreeMap<String, Vec<String>>,
    ambiguous: BTreeMap<String, Vec<String>>,
    abbreviations: BTreeMap<String, String>,
    until: BTreeMap<String, Vec<String>>,
    headings: BTreeMap<String, Vec<String>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| builtin::toml("result_words.toml", WORDS));

/// What a word of the result column means.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// This decision; until this day, where the word names one.
    Is(Verdict, Option<Day>),
    /// "Not": of two persons that they are not one, of a value that it is no mistake.
    NotWhich,
}

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

/// The words for a decision; the first two are those that workbooks offer.
pub fn words(verdict: Verdict) -> &'static [String] {
    TABLE.words.get(verdict.name()).map_or(&[], Vec::as_slice)
}

/// What may stand over a column of a workbook: its headings, and those that earlier versions wrote.
pub(super) fn headings(column: usize) -> impl Iterator<Item = &'static str> {
    let titles = Lang::ALL.map(|lang| WORKBOOK_COLUMNS[column].title(lang));
    let earlier = TABLE.headings.get(titles[0]).into_iter().flatten().map(String::as_str);
    titles.into_iter().chain(earlier)
}

/// The decision that a word stands for, told without case, diacritics and outer blanks.
pub fn verdict_of(word: &str) -> Option<Verdict> {
    match meaning(word, Day::NEVER) {
        Some(Meaning::Is(verdict, _)) => Some(verdict),
        _ => None,
    }
}

/// What a word means; a day that it names must lie after `today`.
pub fn meaning(word: &str, today: Day) -> Option<Meaning> {
    if let Some(verdict) = Verdict::from_name(word) {
        return Some(Meaning::Is(verdict, None));
    }
    let written = word.trim();
    let word = spelt_out(word);
    if word.is_empty() {
        return None;
    }
    let is = |known: &String| spelt_out(known) == word;
    if TABLE.ambiguous.values().flatten().any(is) {
        return Some(Meaning::NotWhich);
    }
    let known = |word: &str| {
        let means = |verdict: &Verdict| words(*verdict).iter().any(|known| spelt_out(known) == word);
        Verdict::ALL.into_iter().find(means)
    };
    if let Some(verdict) = known(&word) {
        return Some(Meaning::Is(verdict, None));
    }
    // "hoãn đến 15/12/2026"
    let (rest, last) = written.rsplit_once(char::is_whitespace)?;
    let day = full_day(last.trim_end_matches('.'), today).filter(|day| *day > today)?;
    let rest = spelt_out(rest);
    let until = TABLE.until.values().flatten().map(|until| spelt_out(until));
    let puts_off = |start: &str| known(start) == Some(Verdict::Deferred);
    let named = puts_off(&rest)
        || until
            .into_iter()
            .any(|until| rest.strip_suffix(&until).is_some_and(|start| puts_off(start.trim_end())));
    named.then_some(Meaning::Is(Verdict::Deferred, Some(day)))
}

/// The first full date in a text, if it lies ahead.
pub(super) fn day_in(text: &str, today: Day) -> Option<Day> {
    text.split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter_map(|word| full_day(word, today))
        .find(|day| *day > today)
}

fn full_day(word: &str, today: Day) -> Option<Day> {
    // Days ahead are what is read here: a far day as the latest that counts would read two digits of a year anew.
    let latest = if today == Day::NEVER { Day(0) } else { today };
    date::read_open(word, latest).sound().filter(|date| date.is_full()).map(PartialDate::first_day)
}

/// A word without case, diacritics, punctuation and abbreviations.
fn spelt_out(word: &str) -> String {
    let folded = fold(word);
    if folded.trim().is_empty() {
        // A tick has no letters to fold.
        return word.trim().to_owned();
    }
    let spelt = folded
        .split_whitespace()
        .map(|part| TABLE.abbreviations.get(part).map_or_else(|| part.to_owned(), |long| fold(long)));
    spelt.collect::<Vec<_>>().join(" ")
}

/// What an officer may have meant by a word that is not understood: the likeliest answers, as workbooks offer them.
pub fn suggestions(word: &str, lang: Lang) -> Vec<&'static str> {
    let word = spelt_out(word);
    let likeness = |verdict: Verdict| -> f64 {
        let known = words(verdict).iter().map(|known| {
            let known = spelt_out(known);
            // One that begins or ends with a known word of some length says more.
            let holds = known.chars().count() >= 3 && format!(" {word} ").contains(&format!(" {known} "));
            if holds { 1.0 } else { strsim::jaro_winkler(&known, &word) }
        });
        known.fold(0.0, f64::max)
    };
    let mut likely: Vec<(f64, Verdict)> =
        Verdict::ALL.into_iter().map(|verdict| (likeness(verdict), verdict)).collect();
    likely.retain(|(likeness, _)| *likeness >= LIKE);
    likely.sort_by(|a, b| b.0.total_cmp(&a.0));
    likely.into_iter().take(2).map(|(_, verdict)| verdict.title(lang)).collect()
}

/// What is accepted, for those who wrote something else.
pub fn accepted(lang: Lang) -> String {
    Verdict::ALL.map(|verdict| format!("\"{}\"", verdict.title(lang))).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::workbook_column as at;

    fn today() -> Day {
        Day::from_civil(2026, 11, 20).unwrap()
    }

    #[test]
    fn what_is_typed_steers_no_terminal() {
        assert_eq!(one_line(" \u{1b}[31mđỏ\u{7}\tvà\nxanh\u{202e} "), "[31mđỏ và xanh");
        assert_eq!(one_line("\u{0}\n"), "");
    }

    #[test]
    fn every_word_of_a_workbook_is_understood() {
        for verdict in Verdict::ALL {
            assert!(words(verdict).len() > 2, "{verdict:?}");
            for lang in Lang::ALL {
                assert_eq!(verdict_of(verdict.title(lang)), Some(verdict));
            }
            for word in words(verdict) {
                assert_eq!(verdict_of(&format!(" {} ", word.to_uppercase())), Some(verdict), "{word}");
            }
            assert_eq!(verdict_of(verdict.name()), Some(verdict));
        }
        // The review page's own words.
        for (word, verdict) in [
            ("Không phải lỗi", Verdict::FalseAlarm),
            ("Cần đến xác minh", Verdict::Visit),
            ("Hoãn lại", Verdict::Deferred),
            ("Không phải người này", Verdict::NotSame),
        ] {
            assert_eq!(verdict_of(word), Some(verdict), "{word}");
        }
        assert_eq!(verdict_of("da sua"), Some(Verdict::Corrected));
        assert_eq!(verdict_of("xong rồi"), None);
    }

    #[test]
    fn earlier_headings_are_those_of_columns_of_today() {
        let today = WORKBOOK_COLUMNS.map(|column| column.title(Lang::Vi));
        for (heading, earlier) in &TABLE.headings {
            assert!(today.contains(&heading.as_str()), "{heading}");
            assert!(!earlier.is_empty() && earlier.iter().all(|word| !today.contains(&word.as_str())));
        }
        assert!(headings(at::SOURCE_VALUE).any(|heading| heading == "Giá trị nguồn"));
    }

    #[test]
    fn what_officers_really_write_is_understood() {
        let is = |verdict| Some(Meaning::Is(verdict, None));
        for (word, meant) in [
            ("ko đúng", is(Verdict::FalseAlarm)),
            ("Ko phải lỗi", is(Verdict::FalseAlarm)),
            ("x", is(Verdict::Corrected)),
            ("X", is(Verdict::Corrected)),
            ("xong", is(Verdict::Corrected)),
            ("Xong.", is(Verdict::Corrected)),
            ("OK", is(Verdict::Corrected)),
            ("đang xử lý", is(Verdict::Visit)),
            ("đang xl", is(Verdict::Visit)),
            ("ko phải người này", is(Verdict::NotSame)),
            ("k phải", Some(Meaning::NotWhich)),
            ("Không phải", Some(Meaning::NotWhich)),
            ("xong xuôi", None),
            ("", None),
        ] {
            assert_eq!(meaning(word, today()), meant, "{word}");
        }
        let until = |d, m, y| Some(Meaning::Is(Verdict::Deferred, Day::from_civil(y, m, d)));
        for word in
            ["hoãn đến 15/12/2026", "Hoãn 15/12/2026", "tạm hoãn tới ngày 15/12/2026", "hẹn 15.12.2026"]
        {
            assert_eq!(meaning(word, today()), until(15, 12, 2026), "{word}");
        }
        // A day that is gone puts nothing off, and a day alone says nothing.
        for word in ["hoãn đến 15/11/2026", "15/12/2026", "đã sửa 15/12/2026"] {
            assert_eq!(meaning(word, today()), None, "{word}");
        }
    }

    #[test]
    fn what_is_not_understood_gets_suggestions() {
        let told = |word| suggestions(word, Lang::Vi);
        assert_eq!(told("đã sửa hôm qua")[0], Verdict::Corrected.title(Lang::Vi));
        assert_eq!(told("canh bao sia")[0], Verdict::FalseAlarm.title(Lang::Vi));
        assert_eq!(told("hoãn đến mùa xuân")[0], Verdict::Deferred.title(Lang::Vi));
        assert!(told("qwzz").is_empty());
    }

    #[test]
    fn a_note_may_say_until_when() {
        let day = Day::from_civil(2026, 12, 15);
        assert_eq!(day_in("gia đình đi vắng, về 15/12/2026", today()), day);
        assert_eq!(day_in("đã gặp 10/11/2026, hẹn 15/12/2026", today()), day);
        assert_eq!(day_in("tháng sau", today()), None);
    }
}
