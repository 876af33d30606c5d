//! What is called the same wherever it is shown: fields, roles, states, severities.

use std::sync::LazyLock;

use super::{plain_of, text, texts};
use crate::domain::{Comparison, Decision, Field, Gender, Kind, Lang, Role, Severity, Status};

/// `data/words/everywhere/fields.toml`, by [`Field`].
static FIELDS: LazyLock<Vec<&'static [String; 2]>> = LazyLock::new(|| {
    let words = |field: &Field| texts(&format!("fields.{}", field.name()));
    let missing = |field: &Field| crate::builtin::broken("fields.toml", &format_args!("no {}", field.name()));
    Field::ALL.iter().map(|field| words(field).unwrap_or_else(|| missing(field))).collect()
});

/// The name of a field.
pub fn field(field: Field, lang: Lang) -> &'static str {
    let [vi, en] = FIELDS[field as usize];
    lang.pick(vi, en)
}

/// A word as it stands within a sentence: with a small letter, where it is no abbreviation.
pub fn within(text: &str) -> String {
    let mut letters = text.chars();
    let (first, second) = (letters.next(), letters.next());
    match first {
        Some(first) if !second.is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(text[first.len_utf8()..].chars()).collect()
        }
        _ => text.to_owned(),
    }
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
        Role::Spouse => text!(lang, "terms.role.spouse"),
        Role::Guardian => text!(lang, "terms.role.guardian"),
    }
}

/// Whom a row of a kind speaks of: "Khai tử: người chết"; the kind alone where it speaks of one person only.
pub fn role_of(kind: Kind, of: Role, lang: Lang) -> String {
    match of {
        Role::Subject => kind.title(lang).to_owned(),
        of => format!("{}: {}", kind.title(lang), role(of, lang)),
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

/// What a comparison is called.
pub fn comparison(comparison: Comparison, lang: Lang) -> &'static str {
    match comparison {
        Comparison::Prior => text!(lang, "terms.comparison.prior"),
        Comparison::Place => text!(lang, "terms.comparison.place"),
        other => matched_on(other.name(), lang),
    }
}

/// What a level of a comparison, or of a part of one, is called; `None` where no table has it.
pub fn level(comparison: &str, level: &str, lang: Lang) -> Option<&'static str> {
    plain_of(lang, &format!("levels.{comparison}.{level}"))
}

/// The word for a decision of linkage.
pub fn decision(decision: Decision, lang: Lang) -> &'static str {
    match decision {
        Decision::Link => text!(lang, "terms.decision.link"),
        Decision::Review => text!(lang, "terms.decision.review"),
        Decision::None => text!(lang, "terms.decision.none"),
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

    #[test]
    fn within_a_sentence_a_word_is_small_and_an_abbreviation_is_not() {
        assert_eq!(["Đề xuất", "BHYT", "Ô", ""].map(within), ["đề xuất", "BHYT", "ô", ""]);
    }
}
