//! Words by which rows that are no data, and kinds of file, are told (`data/headers/row_words.toml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::builtin;
use crate::domain::Kind;
use crate::ingest::columns::key::key;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    total: Vec<String>,
    total_of: Vec<String>,
    remark: Vec<String>,
    signature: Vec<String>,
    hamlet: Vec<String>,
    hamlet_only: Vec<String>,
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

/// Whether a cell (lower case) begins a row of totals.
pub(in crate::ingest) fn is_total(cell: &str) -> bool {
    WORDS.total.iter().any(|word| {
        after_word(cell, word).is_some_and(|rest| {
            let rest = rest.trim_start();
            rest.is_empty()
                || rest.starts_with([':', '(', '.', '='])
                || rest.starts_with(|c: char| c.is_ascii_digit())
                || WORDS.total_of.iter().any(|of| after_word(rest, of).is_some())
                || is_sum_of_parts(rest)
        })
    })
}

/// Whether a text (lower case) names parts by their numbers: "I+II", "A + B", "III".
fn is_sum_of_parts(text: &str) -> bool {
    let is_part = |part: &str| {
        part.len() == 1 && part.bytes().all(|b| b.is_ascii_alphanumeric())
            || !part.is_empty() && part.len() <= 5 && part.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'))
    };
    text.split(['+', ',', '&', ';']).all(|part| is_part(part.trim()))
}

/// Whether a cell (lower case) begins a remark.
pub(in crate::ingest) fn is_remark(cell: &str) -> bool {
    WORDS.remark.iter().any(|word| cell.starts_with(word.as_str()))
}

/// Whether a cell (lower case) begins a signature block: a title of office, or a line of place and date.
pub(in crate::ingest) fn is_signature(cell: &str) -> bool {
    WORDS.signature.iter().any(|word| cell.starts_with(word.as_str())) || is_place_and_date(cell)
}

/// Whether a cell (lower case) is, or may end in, the line of place and date above signatures: "Tân Lập, ngày 20
/// tháng 11 năm 2026".
pub(in crate::ingest) fn is_place_and_date(cell: &str) -> bool {
    let says = |words: [&str; 3]| words.iter().all(|word| cell.contains(word));
    says(["ngày", "tháng", "năm"]) || says(["ngay ", "thang ", "nam "])
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

/// The hamlet that a text names, as it is shown: without the colon of "Thôn: Đoàn Kết" and without the count that
/// may follow ("Thôn 1 (25 hộ)", "Thôn 1: 25 người").
pub(in crate::ingest) fn hamlet_of(text: &str) -> Option<String> {
    let until_count = |text: &str| text.split(['(', ':']).next().unwrap_or(text).trim().to_owned();
    let text = text.trim();
    let word = until_count(text);
    let shown = match text[word.len()..].trim_start().strip_prefix(':') {
        Some(rest) if WORDS.hamlet.contains(&word.to_lowercase()) => format!("{word} {}", until_count(rest)),
        _ => word,
    };
    is_hamlet(&shown.to_lowercase()).then_some(shown)
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
            assert!(is_total(total), "{total}");
        }
        for name in ["tống văn hùng", "cộng hoà", "tổng văn an", "thị cộng"] {
            assert!(!is_total(name), "{name}");
        }
        assert!(is_signature("chủ tịch ubnd xã"));
        assert!(is_signature("hưng chính, ngày 5 tháng 3 năm 2026"));
        assert!(is_hamlet("thôn 1") && !is_hamlet("thôn") && !is_hamlet("thôngh 1"));
        for (text, shown) in [
            ("Thôn 1 (25 hộ)", Some("Thôn 1")),
            ("Thôn 1: 25 người", Some("Thôn 1")),
            ("THÔN: ĐOÀN KẾT", Some("THÔN ĐOÀN KẾT")),
            ("Tổ dân phố : 5 (12 hộ)", Some("Tổ dân phố 5")),
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
