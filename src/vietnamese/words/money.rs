//! Amounts of money: "500.000", "1,5 triệu", "500k", and columns of thousands.

use crate::vietnamese::text;

/// Nobody has as much a month: an amount that a scale would bring above is written in full already.
const MOST_SCALED: u64 = 100_000_000;

/// An amount of money in đồng: "500.000", "500,000 đ", "500000.0", "1,5 triệu"; `None` where no number is
/// written or it is negative or absurd (10^15 and above), or is a coefficient ("Hệ số 1,5").
pub fn money(cell: &str) -> Option<u64> {
    money_of(cell, 1)
}

/// [`money`] in a column whose numbers without a unit are to be multiplied ("Mức trợ cấp (1.000đ)").
pub fn money_of(cell: &str, scale: u64) -> Option<u64> {
    let cell = cell.trim();
    // Nearly every cell is digits alone.
    if !cell.is_empty() && cell.len() <= 14 && cell.bytes().all(|b| b.is_ascii_digit()) {
        let amount: u64 = cell.parse().ok()?;
        return Some(amount.checked_mul(scale).filter(|scaled| *scaled <= MOST_SCALED).unwrap_or(amount));
    }
    let start = cell.find(|c: char| c.is_ascii_digit())?;
    let before = &cell[..start];
    if before.contains('-') || is_coefficient(before) {
        return None;
    }
    let cell = with_digits_for_letters(&cell[start..]);
    // A sum is that of its parts: "500.000+250.000".
    let parts = cell.split('+').map(str::trim).filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let sum = |scale| parts.clone().try_fold(0_u64, |sum, number| sum.checked_add(part(number, scale)?));
    let scaled = if scale == 1 { None } else { sum(scale).filter(|scaled| *scaled <= MOST_SCALED) };
    scaled.or_else(|| sum(1)).filter(|amount| *amount < 1_000_000_000_000_000)
}

/// Whether the words before a number make a multiplier of it.
fn is_coefficient(before: &str) -> bool {
    let folded = text::fold(before);
    folded.split(' ').any(|word| word == "hs") || folded.contains("he so")
}

/// A number with the letter O typed for its zeros ("5OO.000").
fn with_digits_for_letters(number: &str) -> std::borrow::Cow<'_, str> {
    let run = number
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | 'O' | 'o')))
        .unwrap_or(number.len());
    let (figures, rest) = number.split_at(run);
    // "5o" is a word's beginning unless figures go on behind it.
    let typed = figures.contains(['O', 'o']) && !rest.starts_with(char::is_alphabetic);
    if typed { (figures.replace(['O', 'o'], "0") + rest).into() } else { number.into() }
}

/// One number with its unit; the column's where it has none.
fn part(number: &str, column: u64) -> Option<u64> {
    let end = number
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\u{a0}' | '\'')))
        .unwrap_or(number.len());
    let (number, unit) = number.split_at(end);
    let number = number.trim_matches(|c: char| !c.is_ascii_digit());
    // The last separator is a decimal one where it stands alone of its kind and not before three digits.
    let last = number.rfind(['.', ',']);
    let decimal = last.filter(|&at| {
        let separator = &number[at..=at];
        number.matches(separator).count() == 1 && number.len() - at - 1 != 3
    });
    let (whole, fraction) = decimal.map_or((number, ""), |at| (&number[..at], &number[at + 1..]));
    let folded = text::fold(unit);
    let mut words = folded.split(' ');
    let scale: u64 = match words.next() {
        Some("trieu" | "tr" | "trd") => 1_000_000,
        Some("nghin" | "ngan" | "k" | "ng") => 1_000,
        // đồng is a unit too: such a number is not one of thousands.
        Some("d" | "dong" | "vnd" | "vn") => 1,
        _ => column,
    };
    let digits = |text: &str| -> Option<u64> {
        text.bytes().filter(u8::is_ascii_digit).try_fold(0_u64, |n, b| {
            n.checked_mul(10)?.checked_add(u64::from(b - b'0')).filter(|n| *n < 1_000_000_000_000_000)
        })
    };
    let fraction = &fraction[..fraction.len().min(6)];
    let mut amount =
        digits(whole)?.checked_mul(scale)? + digits(fraction)? * scale / 10_u64.pow(fraction.len() as u32);
    // "1 triệu 5" is one and a half, "1 triệu 500 nghìn" too.
    if scale == 1_000_000
        && let Some(more) = words.next().filter(|word| word.bytes().all(|b| b.is_ascii_digit()))
    {
        let more_scale = match more.len() {
            1 => 100_000,
            2 => 10_000,
            _ => 1_000,
        };
        amount = amount.checked_add(digits(more)?.checked_mul(more_scale)?)?;
    }
    (amount < 1_000_000_000_000_000).then_some(amount)
}

/// By what the amounts of a column are to be multiplied: its header or a title says so ("(1.000đ)", "ĐVT: nghìn đồng").
pub fn money_scale(header: &str, titles: &[String]) -> u64 {
    let of = |text: &str| {
        let folded = text::fold(text);
        let has = |word: &str| folded.split(' ').any(|known| known == word);
        if has("nghin") || has("ngan") || has("1000") || has("1000d") || folded.contains("1 000") {
            1_000
        } else if has("trieu") || folded.contains("tr dong") {
            1_000_000
        } else {
            1
        }
    };
    let says_unit = |title: &&String| {
        let folded = text::fold(title);
        folded.contains("dvt")
            || folded.contains("don vi tinh")
            || (folded.contains("don vi") && folded.contains("dong"))
    };
    match of(header) {
        1 => titles.iter().filter(says_unit).map(|title| of(title)).find(|scale| *scale > 1).unwrap_or(1),
        scale => scale,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_all_their_dresses() {
        for (cell, amount) in [
            ("500.000+250.000", Some(750_000)),
            ("1,5 tr", Some(1_500_000)),
            ("1 triệu 5", Some(1_500_000)),
            ("1 triệu 500 nghìn", Some(1_500_000)),
            ("500k", Some(500_000)),
            ("500 ngàn đồng", Some(500_000)),
            ("Mức 500.000 đ", Some(500_000)),
            ("500.000 (truy lĩnh T8)", Some(500_000)),
            ("5OO.000", Some(500_000)),
            ("Hệ số 1,5", None),
            ("HS 1.5", None),
            ("đã nhận", None),
            ("không", None),
        ] {
            assert_eq!(money(cell), amount, "{cell}");
        }
    }

    #[test]
    fn headers_and_titles_tell_the_scale() {
        let scale = |header: &str, title: &str| money_scale(header, &[title.to_owned()]);
        for (header, title) in [
            ("Mức trợ cấp (1.000đ)", ""),
            ("Số tiền (nghìn đồng)", ""),
            ("Mức", "ĐVT: nghìn đồng"),
            ("Mức", "Đơn vị tính: 1.000 đồng"),
        ] {
            assert_eq!(scale(header, title), 1_000, "{header} {title}");
        }
        assert_eq!(scale("Mức trợ cấp", "Danh sách nhận 500 nghìn đồng"), 1);
        assert_eq!(money_of("500", 1_000), Some(500_000));
        assert_eq!(money_of("500.000", 1_000), Some(500_000));
        assert_eq!(money_of("500 đ", 1_000), Some(500));
    }
}
