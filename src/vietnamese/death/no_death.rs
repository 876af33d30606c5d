//! What a death record says itself that it is none, or not that of whom it names: annulled, made by mistake, of one who left
//! for another reason, of a child without a name of its own.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Phrase, begin_with, hold_any};
use crate::vietnamese::text;
use crate::vietnamese::words::legacy_readings;

/// `data/vietnamese/no_death_words.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoDeathFile {
    taken_back: Vec<String>,
    taken_back_alone: Vec<String>,
    left_otherwise: Vec<String>,
    another_first: Vec<String>,
    another_first_marked: Vec<String>,
    another: Vec<String>,
    beside_number: Vec<String>,
    another_beside: Vec<String>,
    before_name: Vec<String>,
    of_return: Vec<String>,
    of_matter: Vec<String>,
    old_age: Vec<String>,
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
    another_first: Vec<Phrase>,
    another_first_marked: Vec<String>,
    another: Vec<Phrase>,
    beside_number: Vec<Phrase>,
    another_beside: Vec<String>,
    before_name: Vec<String>,
    of_return: Vec<Phrase>,
    of_matter: Vec<String>,
    old_age: Vec<Phrase>,
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
        another_first: phrases(&file.another_first, text::fold),
        another_first_marked: file.another_first_marked,
        another: phrases(&file.another, text::fold),
        beside_number: phrases(&file.beside_number, text::fold),
        another_beside: file.another_beside.iter().map(|word| text::fold(word)).collect(),
        of_return: phrases(&file.of_return, text::fold),
        old_age: phrases(&file.old_age, text::fold),
        of_matter: file.of_matter.iter().map(|words| text::fold(words)).collect(),
        before_name: file.before_name.iter().map(|words| text::fold(words)).collect(),
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
            is_whole || begin_with(text, &words.first).is_some() || hold_any(&said, &words.phrases)
        })
    };
    !remark.trim().is_empty()
        && (takes_back(remark) || legacy_readings(remark).any(|decoded| takes_back(&decoded)))
}

/// Whether what stands in the place of a name on a death record is somebody else's: the mother's of a child without one, the
/// name of the head of the house in which somebody died.
///
/// ```
/// use lamsach::vietnamese::death::names_another;
/// assert!(names_another("Hộ ông Đặng Văn Sơn") && names_another("Cháu bé (con bà Nguyễn Thị Tâm)") && names_another("Lê Thị Linh (sơ sinh)"));
/// assert!(names_another("NK: Trần Thị Hương") && names_another("Trần Thị Hương (chồng)") && names_another("Trần Thị Hương báo tử cho cha"));
/// assert!(!names_another("Nguyễn Thị Con") && !names_another("Họ tên: Hồ Thị Mẹ"));
/// ```
pub fn names_another(name: &str) -> bool {
    if names_beside(name) {
        return true;
    }
    let folded = text::fold(name);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_marked_first = || {
        let key = text::key(name);
        let first = key.split(|c: char| !c.is_alphabetic()).next().unwrap_or("");
        !key.is_ascii() && WORDS.another_first_marked.iter().any(|word| word == first)
    };
    // "Con" alone is a name.
    words.len() > 2
        && (is_marked_first()
            || begin_with(&words, &WORDS.another_first).is_some()
            || hold_any(&words, &WORDS.another))
}

/// Whether a name is said to be that of somebody else: before a colon ("Người khai: …"), or by a word behind it ("… (chồng)").
fn names_beside(name: &str) -> bool {
    let before = name.split_once(':').map(|(before, _)| text::fold(before));
    if before.is_some_and(|before| !before.is_empty() && !WORDS.before_name.contains(&before)) {
        return true;
    }
    let name = name.trim_end_matches([')', ']', ' ']);
    let behind = name.rsplit_once(['(', '[', '–']).or_else(|| name.rsplit_once(" - "));
    behind.is_some_and(|(_, word)| WORDS.another_beside.contains(&text::fold(word)))
}

/// Whether what stands beside a name on a death record, in brackets or behind a sign, takes the death back: "Mai Hữu Tư (hủy)".
///
/// ```
/// use lamsach::vietnamese::death::takes_back_beside;
/// assert!(takes_back_beside("Mai Hữu Tư (thu hồi)") && takes_back_beside("HỦY: Mai Hữu Tư"));
/// assert!(!takes_back_beside("Mai Hữu Tư (Tư Còn)"));
/// ```
pub fn takes_back_beside(name: &str) -> bool {
    name.contains(['(', '[', ':', '-', '–', ','])
        && name
            .split(['(', ')', '[', ']', ':', ',', '–'])
            .skip_while(|part| part.is_empty())
            .any(takes_death_back)
}

/// Whether what stands in the place of a day of death says that there was none: "Còn sống", "-", "00/00/0000". That nobody knows
/// the day does not.
///
/// ```
/// use lamsach::vietnamese::death::denies_day;
/// assert!(denies_day("Còn sống") && denies_day("00/00/0000") && denies_day("-"));
/// assert!(!denies_day("Không rõ ngày") && !denies_day("") && !denies_day("Tháng 3/1975"));
/// ```
pub fn denies_day(cell: &str) -> bool {
    let folded = text::fold(cell);
    let is_number = folded.bytes().any(|b| matches!(b, b'1'..=b'9'));
    let is_denied = || {
        matches!(
            folded.as_str(),
            "" | "khong" | "khong co" | "chua" | "k" | "no" | "false" | "x" | "null" | "/"
        ) || folded.contains("song")
    };
    let is_zero = || folded.bytes().all(|b| b == b'0' || !b.is_ascii_alphanumeric());
    !cell.trim().is_empty() && !is_number && (is_denied() || is_zero())
}

/// Whether a header is that of a column which tells of annulments, or that somebody is back: "Ngày hủy", "Ngày trở về".
pub fn is_of_annulment(header: &str) -> bool {
    let folded = text::fold(header);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).collect();
    words.contains(&"huy") || words.contains(&"deleted") || is_of_return(&words)
}

/// Whether a header is that of a column which says whether records are in force: "Hiệu lực".
pub fn is_of_force(header: &str) -> bool {
    matches!(&*text::fold(header), "hieu luc" | "con hieu luc" | "is active" | "active")
}

/// Whether a header is that of a column which tells that a benefit goes on again: "Ngày hưởng lại", "Số QĐ phục hồi".
pub fn is_of_resumption(header: &str) -> bool {
    let folded = text::fold(header);
    is_of_return(&folded.split(|c: char| !c.is_alphanumeric()).collect::<Vec<_>>())
}

fn is_of_return(words: &[&str]) -> bool {
    hold_any(words, &WORDS.of_return)
}

/// Whether a cause of death is old age.
///
/// ```
/// use lamsach::vietnamese::death::is_of_old_age;
/// assert!(is_of_old_age("Già yếu") && is_of_old_age("Do tuổi cao sức yếu") && is_of_old_age("già"));
/// assert!(!is_of_old_age("Viêm phổi ở người già") && !is_of_old_age("Tai nạn giao thông"));
/// ```
pub fn is_of_old_age(cause: &str) -> bool {
    let folded = text::fold(cause);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    hold_any(&words, &WORDS.old_age) || words == ["gia"]
}

/// Whether a header is that of a column which says what each row of a book of civil status is about: "Loại việc".
pub fn is_of_matter(header: &str) -> bool {
    let folded = text::fold(header);
    WORDS.of_matter.iter().any(|words| folded.starts_with(words.as_str()))
}

/// Whether what stands beside the number of a record or its book says that the record was annulled: "12/2024 (hủy)".
///
/// ```
/// use lamsach::vietnamese::death::annuls_number;
/// assert!(annuls_number("932/2026 đã hủy") && annuls_number("12/2024 - thu hồi") && !annuls_number("12/2024/TP"));
/// ```
pub fn annuls_number(number: &str) -> bool {
    // Nearly all are digits and signs.
    if number.is_ascii() && !number.contains(' ') {
        return false;
    }
    let folded = text::fold(number);
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    hold_any(&words, &WORDS.beside_number)
}
