//! Names of fields, severities and units as people read them.

use std::sync::LazyLock;

use crate::domain::{Field, Lang, Severity};

/// `field,vi,en`, one line for every canonical field.
const FIELD_LABELS: &str = include_str!("../../data/field_labels.csv");

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_name_in_both_languages() {
        for &f in Field::ALL {
            assert!(!field(f, Lang::Vi).is_empty() && !field(f, Lang::En).is_empty(), "{}", f.name());
        }
        assert_eq!(field(Field::StopDate, Lang::Vi), "Ngày thôi hưởng");
    }
}
