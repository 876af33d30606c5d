//! What is called the same wherever it is shown: fields, roles, states, severities.

use std::sync::LazyLock;

use super::text;
use crate::builtin;
use crate::domain::{Field, Gender, Lang, Role, Severity, Status};

/// `field,vi,en`, one line for every canonical field.
const FIELDS: &str = include_str!("../../data/labels/field_labels.csv");

static LABELS: LazyLock<Vec<[&'static str; 2]>> = LazyLock::new(|| {
    let mut labels = vec![["", ""]; Field::COUNT];
    for [name, vi, en] in builtin::csv("field_labels.csv", FIELDS) {
        match Field::from_name(name) {
            Some(field) => labels[field as usize] = [vi, en],
            None => builtin::broken("field_labels.csv", &format_args!("there is no field {name}")),
        }
    }
    labels
});

/// The name of a field.
pub fn field(field: Field, lang: Lang) -> &'static str {
    let [vi, en] = LABELS[field as usize];
    lang.pick(vi, en)
}

/// The word for a severity.
pub fn severity(severity: Severity, lang: Lang) -> &'static str {
    match severity {
        Severity::High => text!(lang, "terms.severity.high"),
        Severity::Medium => text!(lang, "terms.severity.medium"),
        Severity::Low => text!(lang, "terms.severity.low"),
    }
}

/// The word for a role.
pub fn role(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Subject => text!(lang, "terms.role.subject"),
        Role::Child => text!(lang, "terms.role.child"),
        Role::Mother => text!(lang, "terms.role.mother"),
        Role::Father => text!(lang, "terms.role.father"),
        Role::Deceased => text!(lang, "terms.role.deceased"),
        Role::Husband => text!(lang, "terms.role.husband"),
        Role::Wife => text!(lang, "terms.role.wife"),
    }
}

/// The word for a gender.
pub fn gender(gender: Option<Gender>, lang: Lang) -> &'static str {
    match gender {
        Some(Gender::Male) => text!(lang, "terms.gender.male"),
        Some(Gender::Female) => text!(lang, "terms.gender.female"),
        None => "",
    }
}

/// What agrees on a pair, by its word in outputs.
pub fn matched_on(word: &'static str, lang: Lang) -> &'static str {
    match word {
        "personal_id" => text!(lang, "terms.matched.personal_id"),
        "old_id" => text!(lang, "terms.matched.old_id"),
        "name" => text!(lang, "terms.matched.name"),
        "birth_date" => text!(lang, "terms.matched.birth_date"),
        "gender" => text!(lang, "terms.matched.gender"),
        "commune" => text!(lang, "terms.matched.commune"),
        "address" => text!(lang, "terms.matched.address"),
        "relatives" => text!(lang, "terms.matched.relatives"),
        "context" => text!(lang, "terms.matched.context"),
        "officer" => text!(lang, "terms.matched.officer"),
        other => other,
    }
}

/// A residence status to be read.
pub fn status(status: Status, lang: Lang) -> &'static str {
    match status {
        Status::Permanent => text!(lang, "terms.status.permanent"),
        Status::Temporary => text!(lang, "terms.status.temporary"),
        Status::Absent => text!(lang, "terms.status.absent"),
        Status::MovedOut => text!(lang, "terms.status.moved_out"),
        Status::Dead => text!(lang, "terms.status.dead"),
        Status::Missing => text!(lang, "terms.status.missing"),
        Status::Unknown => text!(lang, "terms.status.unknown"),
    }
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
