//! What a death record says itself that it is none, or not that of whom it names: annulled, made by mistake, of one who left
//! for another reason, of a child without a name of its own.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Phrase, begin_with};
use crate::vietnamese::text;
use crate::vietnamese::words::legacy_readings;

/// `data/vietnamese/no_death_words.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoDeathFile {
    taken_back: Vec<String>,
    taken_back_alone: Vec<String>,
    left_otherwise: Vec<String>,
    newborn_first: Vec<String>,
    newborn: Vec<String>,
}

/// What takes a death back, in one spelling.
struct TakenBack {
    /// Wherever in a clause.
    phrases: Vec<Phrase>,
    /// As a whole clause.
    alone: Vec<Phrase>,
    /// Where a clause begins.
    first: Vec<Phrase>,
}

struct NoDeathWords {
    /// With diacritics, and without.
    taken_back: [TakenBack; 2],
    newborn_first: Vec<Phrase>,
    newborn: Vec<Phrase>,
}

static WORDS: LazyLock<NoDeathWords> = LazyLock::new(|| {
    let table = include_str!("../../../data/vietnamese/no_death_words.toml");
    let file: NoDeathFile = crate::builtin::toml("no_death_words.toml", table);
    let phrases = |phrases: &[String], spell: fn(&str) -> String| -> Vec<Phrase> {
        phrases.iter().map(|phrase| spell(phrase).split(' ').map(String::from).collect()).collect()
    };
    let taken_back = |spell: fn(&str) -> String| TakenBack {
        phrases: phrases(&file.taken_back, spell),
        alone: phrases(&file.taken_back_alone, spell),
        first: phrases(&file.left_otherwise, spell),
    };
    NoDeathWords {
        taken_back: [taken_back(text::key), taken_back(text::fold)],
        newborn_first: phrases(&file.newborn_first, text::fold),
        newborn: phrases(&file.newborn, text::fold),
    }
});

/// Whether a remark on a death record, in any encoding, says that the record was annulled or made by mistake, that the
/// person is alive, or left for another reason.
///
/// ```
/// use lamsach::vietnamese::death::takes_death_back;
/// assert!(takes_death_back("Đã hủy bỏ việc đăng ký khai tử theo QĐ 12/QĐ-UBND"));
/// assert!(!takes_death_back("Đã thu hồi CCCD") && !takes_death_back("Vợ còn sống"));
/// assert!(takes_death_back("II. Chuyển đi") && !takes_death_back("Từ nơi khác chuyển đến năm 1990"));
/// ```
pub fn takes_death_back(remark: &str) -> bool {
    let takes_back = |text: &str| {
        let clauses = text::clause_keys(text);
        let marked = clauses.iter().any(|clause| !clause.is_ascii());
        let [with_marks, plain] = &WORDS.taken_back;
        let words = if marked { with_marks } else { plain };
        clauses.iter().any(|clause| {
            let said: Vec<&str> = clause.split([' ', '(', ')']).filter(|word| !word.is_empty()).collect();
            // The number of a heading: "II. Chuyển đi".
            let is_number =
                |word: &&&str| word.trim_end_matches('.').chars().all(|c| "ivx0123456789".contains(c));
            let numbered = said.iter().take_while(is_number).count();
            let text = &said[numbered.min(1)..];
            let is_whole = !text.is_empty() && begin_with(text, &words.alone) == Some(text.len());
            is_whole
                || begin_with(text, &words.first).is_some()
                || (0..said.len()).any(|at| begin_with(&said[at..], &words.phrases).is_some())
        })
    };
    !remark.trim().is_empty()
        && (takes_back(remark) || legacy_readings(remark).any(|decoded| takes_back(&decoded)))
}

/// Whether what stands in the place of a name on a death record is the name of the mother of a child without one.
///
/// ```
/// use lamsach::vietnamese::death::names_newborn;
/// assert!(names_newborn("Cháu bé (con bà Nguyễn Thị Tâm)") && names_newborn("Lê Thị Linh (sơ sinh)"));
/// assert!(!names_newborn("Nguyễn Thị Con"));
/// ```
pub fn names_newborn(name: &str) -> bool {
    let folded = text::fold(name);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // "Con" alone is a name.
    words.len() > 2
        && (begin_with(&words, &WORDS.newborn_first).is_some()
            || (0..words.len()).any(|at| begin_with(&words[at..], &WORDS.newborn).is_some()))
}
