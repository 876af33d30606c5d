//! Words by which rows that are no data, and kinds of file, are told (`data/headers/row_words.toml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::builtin;
use crate::domain::Kind;
use crate::ingest::columns::key::key;
use crate::vietnamese::death::says_death;
use crate::vietnamese::name::is_word_of_names;
use crate::vietnamese::text::holds_any;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    sum: Vec<String>,
    sum_of: Vec<String>,
    count: Vec<String>,
    counted: Vec<String>,
    carried: Vec<String>,
    household: Vec<String>,
    remark: Vec<String>,
    signature: Vec<String>,
    stop: Vec<String>,
    stop_within: Vec<String>,
    subject: Vec<String>,
    no_stop: Vec<String>,
    goes_on: Vec<String>,
    title: Vec<String>,
    what_is_left: Vec<String>,
    taken_out: Vec<String>,
    nobody: Vec<String>,
    other_reasons: Vec<String>,
    remark_columns: Vec<String>,
    remark_columns_whole: Vec<String>,
    stop_of_row: Vec<String>,
    hamlet: Vec<String>,
    hamlet_only: Vec<String>,
    hamlet_short: Vec<String>,
    before_hamlet: Vec<String>,
    office: Vec<String>,
    unit: Vec<String>,
    category: Vec<String>,
    kinds: BTreeMap<String, Vec<String>>,
}

static WORDS: LazyLock<WordsFile> =
    LazyLock::new(|| builtin::toml("row_words.toml", include_str!("../../../data/headers/row_words.toml")));

/// What follows `word` in a text that begins with it as a whole word.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    (!rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

/// What follows the first of `words` that a text begins with as a whole word.
fn after_any<'a>(text: &'a str, words: &[String]) -> Option<&'a str> {
    words.iter().filter_map(|word| after_word(text, word)).min_by_key(|rest| rest.len())
}

/// Whether a text begins a row of sums. Case counts: "Tổng kinh phí" goes on small, as no name does.
pub(in crate::ingest) fn is_sum(text: &str) -> bool {
    let lower = text.to_lowercase();
    let sums = |rest: &str| {
        let trimmed = rest.trim_start();
        let small = trimmed.split_whitespace().next().unwrap_or("");
        let goes_on_small = text.contains(char::is_uppercase)
            && text
                .get(text.len().saturating_sub(trimmed.len())..)
                .is_some_and(|r| r.starts_with(char::is_lowercase));
        trimmed.is_empty()
            || trimmed.starts_with([':', '(', '.', '=', '…'])
            || trimmed.starts_with(|c: char| c.is_ascii_digit())
            || after_any(trimmed, &WORDS.sum_of).is_some()
            || is_sum_of_parts(trimmed)
            || (goes_on_small && !is_word_of_names(small))
    };
    WORDS.sum.iter().any(|word| after_word(&lower, word).is_some_and(sums)) || is_count(&lower)
}

/// Whether a text (lower case) is a count: "5 người", "Số hộ: 5".
fn is_count(text: &str) -> bool {
    let number = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '='));
    let label = number.trim_end_matches([':', ' ', '-']);
    let counts_units = || {
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
        let begins = unit.len() < text.len() && text.starts_with(|c: char| c.is_ascii_digit());
        begins && after_any(unit.trim_start(), &WORDS.counted).is_some_and(|rest| rest.trim().len() <= 24)
    };
    let after_label =
        || after_any(text, &WORDS.count).is_some_and(|rest| rest.contains(|c: char| c.is_ascii_digit()));
    (number.len() < text.len() && WORDS.count.iter().any(|word| word == label))
        || after_label()
        || counts_units()
}

/// Whether a text (lower case) names parts by their numbers: "I+II", "A + B", "III".
fn is_sum_of_parts(text: &str) -> bool {
    let is_part = |part: &str| {
        part.len() == 1 && part.bytes().all(|b| b.is_ascii_alphanumeric())
            || !part.is_empty() && part.len() <= 5 && part.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'))
    };
    text.split(['+', ',', '&', ';']).all(|part| is_part(part.trim()))
}

/// Whether a text (lower case) begins with the words of a sum that is carried over.
pub(in crate::ingest) fn begins_carried(text: &str) -> bool {
    after_any(text, &WORDS.carried).is_some()
}

/// Whether a text (lower case) tells of a sum that is carried over a page or a period.
pub(in crate::ingest) fn is_carried(text: &str) -> bool {
    holds_any(text, &WORDS.carried)
}

/// Whether a cell (lower case) begins a remark.
pub(in crate::ingest) fn is_remark(cell: &str) -> bool {
    WORDS.remark.iter().any(|word| cell.starts_with(word.as_str())) || is_page(cell)
}

/// Whether a cell (lower case) is the number of a page: "trang 2/5".
pub(in crate::ingest) fn is_page(cell: &str) -> bool {
    after_word(cell, "trang").is_some_and(|rest| is_page_number(rest.trim()))
}

/// "2", "2/5".
fn is_page_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'/')
}

/// What a heading or title says of whether those below it go on.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Course {
    /// They no longer have what the list is about.
    Stops,
    /// They have it: an increase, those unchanged.
    GoesOn,
}

/// What a heading or title says of whether those below it go on; `None` where it says neither, or both.
pub(in crate::ingest) fn course(text: &str) -> Option<Course> {
    let lower = without_exceptions(&text.to_lowercase());
    let is_empty = lower.rsplit_once(':').is_some_and(|(_, behind)| is_nobody(behind));
    if is_empty || holds_any(&lower, &WORDS.what_is_left) {
        return Some(Course::GoesOn);
    }
    let goes_on = holds_any(&lower, &WORDS.goes_on);
    let begins =
        after_any(without_subject(&lower), &WORDS.stop).is_some() || after_any(&lower, &WORDS.stop).is_some();
    let stops = !holds_any(&lower, &WORDS.no_stop) && (begins || holds_any(&lower, &WORDS.stop_within));
    match (stops, goes_on) {
        (true, false) => Some(Course::Stops),
        (false, true) => Some(Course::GoesOn),
        _ => None,
    }
}

/// A heading (lower case) without what brackets take out of it: "(đã giảm người chết)", "(trừ trường hợp chết)".
fn without_exceptions(lower: &str) -> String {
    let mut left = String::with_capacity(lower.len());
    let mut rest = lower;
    while let Some((before, behind)) = rest.split_once('(') {
        let (inside, after) = behind.split_once(')').unwrap_or((behind, ""));
        left.push_str(before);
        if after_any(inside.trim_start(), &WORDS.taken_out).is_none() {
            left.push('(');
            left.push_str(inside);
            left.push(')');
        }
        rest = after;
    }
    left + rest
}

/// Whether a text says that nobody stands below the heading above it: "Không có".
pub(in crate::ingest) fn is_nobody(text: &str) -> bool {
    let lower = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    WORDS.nobody.contains(&lower)
}

/// Whether a heading of those who stop says that they died, all of them.
pub(in crate::ingest) fn all_died(heading: &str) -> bool {
    let said = without_exceptions(&heading.to_lowercase());
    says_death(&said) && !holds_any(&said, &WORDS.other_reasons)
}

/// Whether a heading names a section by its course: "Tăng mới", "Báo giảm", "Người cao tuổi thôi hưởng". That somewhere in a
/// remark something is new makes no section of it.
pub(in crate::ingest) fn names_course(text: &str) -> bool {
    match course(text) {
        Some(Course::Stops) => true,
        Some(Course::GoesOn) => after_any(without_subject(&text.to_lowercase()), &WORDS.goes_on).is_some(),
        None => false,
    }
}

/// A text (lower case) without the words before what it says: "đối tượng", "danh sách các trường hợp".
fn without_subject(lower: &str) -> &str {
    let mut rest = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    while let Some(after) = after_any(rest, &WORDS.subject) {
        rest = after.trim_start_matches(|c: char| !c.is_alphanumeric());
    }
    rest
}

/// Whether a text is the title of another list below the first: "DANH SÁCH TĂNG".
pub(in crate::ingest) fn is_title(text: &str) -> bool {
    let is_capitals = !text.contains(char::is_lowercase);
    let lower = text.trim().to_lowercase();
    is_capitals && after_any(&lower, &WORDS.title).is_some() && !is_remark(&lower)
}

/// Whether a text (lower case) names the household whose members stand below: "Hộ bà Ngô Thị Mãn".
pub(in crate::ingest) fn is_household(lower: &str) -> bool {
    after_any(lower.trim_start_matches(|c: char| !c.is_alphanumeric()), &WORDS.household).is_some()
}

/// Whether a remark says that the person of its row no longer has what the list is about: "Cắt từ T4/2026", "Đã cắt".
pub(in crate::ingest) fn says_stop(remark: &str) -> bool {
    let lower = remark.to_lowercase();
    // "Chết, cắt từ tháng 11/2025".
    let begins = lower.split([',', ';']).any(|clause| {
        let clause = clause.trim_start();
        [clause, without_subject(clause)]
            .iter()
            .any(|text| after_any(text.trim_start(), &WORDS.stop_of_row).is_some())
    });
    begins && !holds_any(&lower, &WORDS.no_stop) && !holds_any(&lower, &WORDS.goes_on)
}

/// Whether a header is that of a column of remarks.
pub(in crate::ingest) fn is_remark_column(header: &str) -> bool {
    let header = key(header);
    WORDS.remark_columns.iter().any(|words| header.starts_with(&key(words)))
        || WORDS.remark_columns_whole.iter().any(|words| header == key(words))
}

/// Whether a text holds a word of which no name of a person is made.
pub(in crate::ingest) fn has_word_of_offices(text: &str) -> bool {
    holds_any(&text.to_lowercase(), &WORDS.office)
}

/// Whether a cell (lower case) begins a signature block: a title of office, or a line of place and date.
pub(in crate::ingest) fn is_signature(cell: &str) -> bool {
    let cell = cell.trim_start_matches(['-', ' ']);
    WORDS.signature.iter().any(|word| cell.starts_with(word.as_str())) || is_place_and_date(cell)
}

/// Whether a cell (lower case) is, or may end in, the line of place and date above signatures: "Tân Lập, ngày 20
/// tháng 11 năm 2026".
pub(in crate::ingest) fn is_place_and_date(cell: &str) -> bool {
    let says = |words: [&str; 3]| words.iter().all(|word| cell.contains(word));
    says(["ngày", "tháng", "năm"]) || says(["ngay ", "thang ", "nam "]) || ends_in_day(cell)
}

/// Whether a cell (lower case) is a place and a day in figures, or the day alone: "kim liên, ngày 05/11/2026".
fn ends_in_day(cell: &str) -> bool {
    let Some((place, day)) = cell.trim().rsplit_once("ngày ") else { return false };
    let place = place.trim_end();
    let is_place = place.is_empty() || place.ends_with(',') && !place.contains(|c: char| c.is_ascii_digit());
    let figures: Vec<&str> = day.trim_end_matches('.').split(['/', '-', '.']).map(str::trim).collect();
    let is_number =
        |figure: &&str| (1..=4).contains(&figure.len()) && figure.bytes().all(|b| b.is_ascii_digit());
    is_place && figures.len() == 3 && figures[2].len() == 4 && figures.iter().all(is_number)
}

/// Whether a text (lower case) begins with one of the words and says more than the word.
fn begins_with(words: &[String], text: &str) -> bool {
    words.iter().any(|word| after_word(text, word).is_some_and(|rest| rest.contains(char::is_alphanumeric)))
}

/// Whether a text (lower case) begins with the word of a hamlet and says more than the word.
pub(in crate::ingest) fn is_hamlet(text: &str) -> bool {
    begins_with(&WORDS.hamlet, text)
}

/// As [`is_hamlet`], of the words that no person's name begins with.
pub(in crate::ingest) fn is_hamlet_only(text: &str) -> bool {
    begins_with(&WORDS.hamlet_only, text)
}

/// The hamlet that a text names, as it is shown: without the colon of "Thôn: Đoàn Kết", without the count that may
/// follow ("Thôn 1 (25 hộ)", "Thôn 1: 25 người") and without what stands before ("Nhóm hộ thôn Cầu").
pub(in crate::ingest) fn hamlet_of(text: &str) -> Option<String> {
    let until_count = |text: &str| text.split(['(', ':']).next().unwrap_or(text).trim().to_owned();
    let mut text = text.trim();
    let lower = text.to_lowercase();
    if let Some(rest) = after_any(&lower, &WORDS.before_hamlet).map(str::trim_start)
        && is_hamlet(rest)
        && let Some(own) = text.len().checked_sub(rest.len()).and_then(|at| text.get(at..))
    {
        text = own;
    }
    let word = until_count(text);
    let shown = match text[word.len()..].trim_start().strip_prefix(':') {
        Some(rest) if WORDS.hamlet.contains(&word.to_lowercase()) => format!("{word} {}", until_count(rest)),
        _ => word,
    };
    let lower = shown.to_lowercase();
    let is_short = WORDS.hamlet_short.iter().any(|short| {
        lower.strip_prefix(short.as_str()).is_some_and(|rest| {
            let number = rest.trim_start_matches(['.', ' ', '-']);
            !number.is_empty()
                && number.len() <= 3
                && number.bytes().next().is_some_and(|b| b.is_ascii_digit())
        })
    });
    (is_short || is_hamlet(&lower)).then_some(shown)
}

/// Whether a text (lower case) names a unit above the hamlet: "xã tân lập".
pub(in crate::ingest) fn is_unit(text: &str) -> bool {
    begins_with(&WORDS.unit, text)
}

/// Whether a text (lower case) begins like a category of people: "hộ nghèo", "người cao tuổi".
pub(in crate::ingest) fn is_category(text: &str) -> bool {
    WORDS.category.iter().any(|word| after_word(text, word).is_some())
}

/// The kind that the name or title of a file speaks of; `None` where it speaks of none, or of several.
pub(in crate::ingest) fn kind_spoken_of(text: &str) -> Option<Kind> {
    let text = key(text);
    let mut spoken = Kind::SIX.into_iter().filter(|kind| {
        WORDS.kinds.get(kind.name()).into_iter().flatten().any(|word| text.contains(&key(word)))
    });
    let first = spoken.next();
    first.filter(|_| spoken.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_no_data() {
        assert_eq!(WORDS.kinds.len(), Kind::SIX.len());
        for total in [
            "tổng cộng",
            "tổng cộng: 25 người",
            "cộng thôn 1",
            "tổng số 12",
            "cộng (25)",
            "total",
            "tổng cộng i+ii",
            "cộng iii",
            "tổng (a + b)",
            "cộng a + b",
        ] {
            assert!(is_sum(total), "{total}");
        }
        for sum in [
            "Tổng kinh phí",
            "Tổng chi",
            "TỔNG CỘNG HÀNG THÁNG",
            "5 người",
            "1.250 đối tượng",
            "Số hộ: 5",
            "Số người 12",
            "Trong đó: Nam 12, Nữ 15",
            "TC",
            "Σ",
            "Cộng tăng",
        ] {
            assert!(is_sum(sum), "{sum}");
        }
        for name in [
            "tống văn hùng",
            "cộng hoà",
            "tổng văn an",
            "thị cộng",
            "Cộng Hoà",
            "Tổng Văn An",
            "Thôn 5",
            "Người cao tuổi",
        ] {
            assert!(!is_sum(name), "{name}");
        }
        for (text, says) in [
            ("ĐỐI TƯỢNG GIẢM", Some(Course::Stops)),
            ("Thôi hưởng trợ cấp", Some(Course::Stops)),
            ("Báo giảm thẻ", Some(Course::Stops)),
            ("SỐ GIẢM (đã mất)", Some(Course::Stops)),
            ("Đối tượng chết trong tháng", Some(Course::Stops)),
            ("Tạm dừng chi trả", Some(Course::Stops)),
            ("Người cao tuổi thôi hưởng trợ cấp", Some(Course::Stops)),
            ("Biến động giảm", Some(Course::Stops)),
            ("ĐỐI TƯỢNG TĂNG", Some(Course::GoesOn)),
            ("Không thay đổi", Some(Course::GoesOn)),
            ("Không giảm", Some(Course::GoesOn)),
            ("Danh sách tăng, giảm", None),
            ("Hộ thuộc chương trình giảm nghèo", None),
            ("Người suy giảm khả năng lao động", None),
            ("Miễn, giảm học phí", None),
            ("Người mất sức lao động", None),
            ("Người cao tuổi", None),
        ] {
            assert_eq!(course(text), says, "{text}");
        }
        for text in ["Cộng mang sang", "Số chuyển từ trang trước", "(tiếp trang 1)", "Kỳ trước chuyển sang"]
        {
            assert!(is_carried(&text.to_lowercase()), "{text}");
        }
        assert!(has_word_of_offices("NGƯỜI MÙ") && !has_word_of_offices("Nguyễn Văn Tiền"));
        assert!(is_signature("chủ tịch ubnd xã"));
        assert!(is_signature("hưng chính, ngày 5 tháng 3 năm 2026"));
        assert!(is_signature("kim liên, ngày 05/11/2026") && is_signature("ngày 5-11-2026"));
        assert!(!is_signature("số 12, ngày 05/11/2026") && !is_signature("sinh ngày 05/11/1956"));
        assert!(is_hamlet("thôn 1") && !is_hamlet("thôn") && !is_hamlet("thôngh 1"));
        for (text, shown) in [
            ("Thôn 1 (25 hộ)", Some("Thôn 1")),
            ("Thôn 1: 25 người", Some("Thôn 1")),
            ("THÔN: ĐOÀN KẾT", Some("THÔN ĐOÀN KẾT")),
            ("Tổ dân phố : 5 (12 hộ)", Some("Tổ dân phố 5")),
            ("Nhóm hộ thôn Cầu", Some("thôn Cầu")),
            ("KP2", Some("KP2")),
            ("Khu vực Thới Hòa", Some("Khu vực Thới Hòa")),
            ("Nhóm người cao tuổi", None),
            ("Thôn (25 hộ)", None),
            ("Thôn:", None),
        ] {
            assert_eq!(hamlet_of(text).as_deref(), shown, "{text}");
        }
        let begins = |words: &[String]| words.iter().all(|word| WORDS.hamlet.contains(word));
        assert!(begins(&WORDS.hamlet_only) && !WORDS.unit.is_empty());
        assert!(
            is_category("hộ nghèo")
                && is_category("nhóm i")
                && !is_category("hộ")
                && !is_category("lê thị diện")
        );
        assert!(is_unit("xã tân lập") && !is_unit("xã") && !is_unit("xa văn lập"));
    }

    #[test]
    fn names_of_files() {
        assert_eq!(kind_spoken_of("KHAI_SINH_2024"), Some(Kind::Births));
        assert_eq!(kind_spoken_of("ds-bhyt-xa"), Some(Kind::Insurance));
        assert_eq!(kind_spoken_of("khai sinh khai tử"), None);
        assert_eq!(kind_spoken_of("data"), None);
    }
}
