//! Names of fields, severities and units as people read them.

use std::sync::LazyLock;

use crate::domain::{Field, Lang, Role, Severity};

/// `field,vi,en`, one line for every canonical field.
const FIELD_LABELS: &str = include_str!("../../data/labels/field_labels.csv");

static LABELS: LazyLock<Vec<[&'static str; 2]>> = LazyLock::new(|| {
    let mut labels = vec![["", ""]; Field::COUNT];
    for line in FIELD_LABELS.lines().skip(1) {
        let mut cells = line.split(',');
        if let (Some(name), Some(vi), Some(en)) = (cells.next(), cells.next(), cells.next())
            && let Some(field) = Field::from_name(name)
        {
            labels[field as usize] = [vi, en];
        }
    }
    labels
});

/// The name of a field.
pub(crate) fn field(field: Field, lang: Lang) -> &'static str {
    let [vi, en] = LABELS[field as usize];
    lang.pick(vi, en)
}

/// The word for a severity.
pub fn severity(severity: Severity, lang: Lang) -> &'static str {
    match severity {
        Severity::High => lang.pick("Cao", "High"),
        Severity::Medium => lang.pick("Trung bình", "Medium"),
        Severity::Low => lang.pick("Thấp", "Low"),
    }
}

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

/// The word for a role.
pub(crate) fn role(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Subject => lang.pick("người hưởng", "subject"),
        Role::Child => lang.pick("con", "child"),
        Role::Mother => lang.pick("mẹ", "mother"),
        Role::Father => lang.pick("cha", "father"),
        Role::Deceased => lang.pick("người mất", "deceased"),
        Role::Husband => lang.pick("chồng", "husband"),
        Role::Wife => lang.pick("vợ", "wife"),
    }
}

/// A number with so many decimals, as the language writes it.
pub(crate) fn decimal(n: f64, places: usize, lang: Lang) -> String {
    let text = format!("{n:.places$}");
    lang.pick(text.replace('.', ","), text)
}

/// A share in percent to one decimal, rounded down: what is not whole never reads 100 %.
pub(crate) fn percent(share: f64, lang: Lang) -> String {
    // A share such as 0.997 falls short of its thousandth by the error of its binary form.
    let tenths = (share * 1000.0 + 1e-6).floor();
    match lang {
        _ if tenths >= 1000.0 => "100 %".to_string(),
        _ if tenths < 1.0 && share > 0.0 => lang.pick("< 0,1 %", "< 0.1 %").to_string(),
        _ => format!("{} %", decimal(tenths / 10.0, 1, lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_is_not_whole_does_not_read_so() {
        let percent = |share| percent(share, Lang::Vi);
        assert_eq!((percent(0.9999).as_str(), percent(1.0).as_str()), ("99,9 %", "100 %"));
        assert_eq!((percent(0.997).as_str(), percent(0.0002).as_str()), ("99,7 %", "< 0,1 %"));
        assert_eq!(super::percent(0.0, Lang::En), "0.0 %");
    }

    #[test]
    fn every_field_has_a_name_in_both_languages() {
        for &f in Field::ALL {
            assert!(!field(f, Lang::Vi).is_empty() && !field(f, Lang::En).is_empty(), "{}", f.name());
        }
        assert_eq!(field(Field::StopDate, Lang::Vi), "Ngày thôi hưởng");
    }
}
