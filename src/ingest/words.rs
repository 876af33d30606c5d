//! Words by which rows that are no data, and kinds of file, are told (`data/row_words.toml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::key::key;
use crate::domain::Kind;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    total: Vec<String>,
    total_of: Vec<String>,
    remark: Vec<String>,
    signature: Vec<String>,
    hamlet: Vec<String>,
    kinds: BTreeMap<String, Vec<String>>,
}

static WORDS: LazyLock<WordsFile> =
    // A unit test holds the shipped table to be readable.
    LazyLock::new(|| toml::from_str(include_str!("../../data/row_words.toml")).unwrap_or_default());

/// What follows `word` in a text that begins with it as a whole word.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    (!rest.starts_with(char::is_alphanumeric)).then_some(rest)
}

/// Whether a cell (lower case) begins a row of totals.
pub(super) fn is_total(cell: &str) -> bool {
    WORDS.total.iter().any(|word| {
        after_word(cell, word).is_some_and(|rest| {
            let rest = rest.trim_start();
            rest.is_empty()
                || rest.starts_with([':', '(', '.', '='])
                || rest.starts_with(|c: char| c.is_ascii_digit())
                || WORDS.total_of.iter().any(|of| after_word(rest, of).is_some())
        })
    })
}

/// Whether a cell (lower case) begins a remark.
pub(super) fn is_remark(cell: &str) -> bool {
    WORDS.remark.iter().any(|word| cell.starts_with(word.as_str()))
}

/// Whether a cell (lower case) begins a signature block: a title of office, or a line of place and date.
pub(super) fn is_signature(cell: &str) -> bool {
    WORDS.signature.iter().any(|word| cell.starts_with(word.as_str()))
        || (cell.contains("ngày") && cell.contains("tháng") && cell.contains("năm"))
}

/// Whether a text (lower case) begins with the word of a hamlet and says more than the word.
pub(super) fn is_hamlet(text: &str) -> bool {
    WORDS.hamlet.iter().any(|word| after_word(text, word).is_some_and(|rest| !rest.trim().is_empty()))
}

/// The kind that the name or title of a file speaks of; `None` where it speaks of none, or of several.
pub(super) fn kind_spoken_of(text: &str) -> Option<Kind> {
    let text = key(text);
    let mut spoken = Kind::ALL.into_iter().filter(|kind| {
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
        assert_eq!(WORDS.kinds.len(), Kind::ALL.len());
        for total in ["tổng cộng", "tổng cộng: 25 người", "cộng thôn 1", "tổng số 12", "cộng (25)", "total"]
        {
            assert!(is_total(total), "{total}");
        }
        for name in ["tống văn hùng", "cộng hoà", "tổng văn an", "thị cộng"] {
            assert!(!is_total(name), "{name}");
        }
        assert!(is_signature("chủ tịch ubnd xã"));
        assert!(is_signature("hưng chính, ngày 5 tháng 3 năm 2026"));
        assert!(is_hamlet("thôn 1") && !is_hamlet("thôn") && !is_hamlet("thôngh 1"));
    }

    #[test]
    fn names_of_files() {
        assert_eq!(kind_spoken_of("KHAI_SINH_2024"), Some(Kind::Births));
        assert_eq!(kind_spoken_of("ds-bhyt-xa"), Some(Kind::Insurance));
        assert_eq!(kind_spoken_of("khai sinh khai tử"), None);
        assert_eq!(kind_spoken_of("data"), None);
    }
}
