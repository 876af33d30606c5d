//! Numbers, shares, days and hours as each language writes them.

use jiff::Zoned;

use crate::domain::Lang;

/// A number with its thousands set apart as the language does.
pub fn grouped(n: u64, lang: Lang) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(lang.pick('.', ','));
        }
        text.push(digit);
    }
    text
}

/// An amount of money, in either language as Vietnam writes it.
pub fn dong(amount: u64) -> String {
    format!("{} đ", grouped(amount, Lang::Vi))
}

/// A number with so many decimals, as the language writes it.
pub fn decimal(n: f64, places: usize, lang: Lang) -> String {
    let text = format!("{n:.places$}");
    lang.pick(text.replace('.', ","), text)
}

/// A share in percent to one decimal, rounded down: what is not whole never reads 100 %.
pub fn percent(share: f64, lang: Lang) -> String {
    // A share such as 0.997 falls short of its thousandth by the error of its binary form.
    let tenths = (share * 1000.0 + 1e-6).floor();
    match lang {
        _ if tenths >= 1000.0 => "100 %".to_string(),
        _ if tenths < 1.0 && share > 0.0 => format!("< {} %", decimal(0.1, 1, lang)),
        _ => format!("{} %", decimal(tenths / 10.0, 1, lang)),
    }
}

/// A probability in percent to one decimal, rounded down: one that is not certain is not shown as certain.
pub fn probability(probability: f64, lang: Lang) -> String {
    format!("{} %", decimal((probability * 1000.0).floor() / 10.0, 1, lang))
}

/// A day as people write it in both languages, dd/mm/yyyy.
pub fn day(date: jiff::civil::Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// A day written yyyy-mm-dd as dd/mm/yyyy; anything else as it is.
pub fn day_of_iso(iso: &str) -> String {
    let parts: Vec<&str> = iso.split('-').collect();
    match parts.as_slice() {
        [year, month, day] => format!("{day}/{month}/{year}"),
        _ => iso.to_string(),
    }
}

/// A moment as people write it.
pub fn moment(at: &Zoned, lang: Lang) -> String {
    let (date, hour, minute) = (day(at.date()), at.hour(), at.minute());
    match lang {
        Lang::Vi if minute == 0 => format!("{hour} giờ ngày {date}"),
        Lang::Vi => format!("{hour} giờ {minute:02} ngày {date}"),
        Lang::En => format!("{date} {hour:02}:{minute:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart_as_the_language_does() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(|n| grouped(n, Lang::Vi)),
            ["0", "999", "1.000", "1.234.567"]
        );
        assert_eq!(grouped(1_234_567, Lang::En), "1,234,567");
        assert_eq!(
            (decimal(0.456, 2, Lang::Vi), decimal(0.456, 2, Lang::En)),
            ("0,46".into(), "0.46".into())
        );
    }

    #[test]
    fn a_share_that_is_not_whole_does_not_read_so() {
        let percent = |share| percent(share, Lang::Vi);
        assert_eq!((percent(0.9999).as_str(), percent(1.0).as_str()), ("99,9 %", "100 %"));
        assert_eq!((percent(0.997).as_str(), percent(0.0002).as_str()), ("99,7 %", "< 0,1 %"));
        assert_eq!(super::percent(0.0, Lang::En), "0.0 %");
        assert_eq!(super::percent(0.0002, Lang::En), "< 0.1 %");
        assert_eq!(probability(0.99999, Lang::En), "99.9 %");
    }

    #[test]
    fn days_are_written_day_first() {
        assert_eq!(day_of_iso("2026-11-05"), "05/11/2026");
        assert_eq!(day_of_iso("2026"), "2026");
        assert_eq!(day(jiff::civil::date(2026, 1, 2)), "02/01/2026");
    }
}
