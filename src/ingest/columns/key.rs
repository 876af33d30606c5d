//! The form in which header texts are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters and digits of a text, lower case, without diacritics: "Họ, tên\nđệm" gives `hotendem`.
///
/// Spaces go too, so that line breaks inside words, doubled spaces and `snake_case` make no difference.
pub(in crate::ingest) fn key(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            'đ' | 'ð' | 'ɖ' => Some('d'),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

/// A text without what stands in round or square brackets: "Ngày sinh (dd/mm/yyyy)" gives "Ngày sinh ".
pub(in crate::ingest) fn without_brackets(text: &str) -> String {
    let mut depth = 0u32;
    text.chars()
        .filter(|c| match c {
            '(' | '[' => {
                depth += 1;
                false
            }
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// A text without the number that some lists put before each header: "1. Họ và tên", "(2) Ngày sinh".
pub(in crate::ingest) fn without_number(text: &str) -> &str {
    let rest = text.trim_start().trim_start_matches(['(', '[']);
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if after.len() == rest.len() || rest.len() - after.len() > 2 {
        return text;
    }
    after.trim_start_matches([')', ']', '.', '-', ':', ' '])
}

/// A text without the number of a section before it: "II. Người cha", "b) Người mẹ".
pub(in crate::ingest) fn without_section(text: &str) -> &str {
    let Some((number, rest)) = text.trim_start().split_once(['.', ')']) else { return text };
    let is_roman = number.len() <= 4 && number.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'));
    let is_letter = matches!(number.as_bytes(), [b'A'..=b'Z' | b'a'..=b'z']) && rest.starts_with(' ');
    if !number.is_empty() && (is_roman || is_letter) { rest.trim_start() } else { without_number(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_makes_no_difference() {
        for text in [
            "Họ và tên",
            "HỌ VÀ TÊN",
            "ho va ten",
            "Họ\nvà  tên:",
            "Ho\u{323} va\u{300} te\u{302}n",
            "ho_va_ten",
        ] {
            assert_eq!(key(text), "hovaten", "{text}");
        }
        assert_eq!(key("Số ĐDCN/CCCD"), "soddcncccd");
        assert_eq!(key("\u{ff24}\u{ff2f}\u{ff22}"), "dob");
    }

    #[test]
    fn brackets_and_numbers_can_be_left_out() {
        assert_eq!(key(&without_brackets("Ngày sinh (dd/mm/yyyy)")), "ngaysinh");
        assert_eq!(without_number("(2) Ngày sinh"), "Ngày sinh");
        assert_eq!(without_number("3. Họ tên"), "Họ tên");
        assert_eq!(without_number("2025 mức"), "2025 mức");
        assert_eq!(without_number("Họ tên"), "Họ tên");
        assert_eq!(without_section("II. Người cha"), "Người cha");
        assert_eq!(without_section("b) Người mẹ"), "Người mẹ");
        assert_eq!(without_section("2. Người mẹ"), "Người mẹ");
        assert_eq!(without_section("TP. Huế"), "TP. Huế");
    }
}
