//! Whether two written values say the same. What differs in nothing but the way it is written (capitals, the order of a
//! date, "2" for "Nữ") is no difference that an officer has to look into.

use crate::domain::{DateCell, Day, Field, FieldType, IdCell};
use crate::vietnamese::words::{self, GenderCode};
use crate::vietnamese::{date, ident, name, text};

/// How two values stand to each other.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Alike {
    /// One of them is not written.
    OneSide,
    /// The same letter for letter.
    Equal,
    /// The same, written in another way.
    Spelling,
    /// Not the same, or not known to be.
    Different,
}

impl Alike {
    /// How two values of fields that hold the same stand to each other.
    pub(crate) fn of(field: Field, a: &str, b: &str, today: Day) -> Self {
        let (a, b) = (a.trim(), b.trim());
        if a.is_empty() || b.is_empty() {
            return Self::OneSide;
        }
        if a == b {
            return Self::Equal;
        }
        if says_the_same(field.kind_of_value(), a, b, today) { Self::Spelling } else { Self::Different }
    }

    /// The sign between the two, and the key of its text.
    pub(crate) fn sign(self) -> (&'static str, &'static str) {
        match self {
            Self::OneSide => ("–", "sign_one"),
            Self::Equal => ("=", "sign_equal"),
            Self::Spelling => ("≈", "sign_spelling"),
            Self::Different => ("≠", "sign_differs"),
        }
    }
}

fn says_the_same(holds: FieldType, a: &str, b: &str, today: Day) -> bool {
    match holds {
        FieldType::Name => {
            let (a, b) = (name::read(a).key, name::read(b).key);
            // A letter that is lost may be any.
            !a.is_empty() && a == b && !a.contains('?')
        }
        FieldType::Past | FieldType::Limit | FieldType::Issue => {
            matches!((date::read(a, today), date::read(b, today)), (DateCell::Sound(a), DateCell::Sound(b)) if a == b)
        }
        FieldType::Id => {
            matches!((ident::read(a), ident::read(b)), (IdCell::Personal(a), IdCell::Personal(b)) if a == b)
        }
        FieldType::Gender => {
            let gender = |cell| GenderCode::default().read(cell);
            gender(a).is_some() && gender(a) == gender(b)
        }
        FieldType::Status => words::status(a) == words::status(b) && words::status(a) != words::status(""),
        FieldType::Marital => {
            words::marital(a) == words::marital(b) && words::marital(a) != words::marital("")
        }
        FieldType::Card | FieldType::Money | FieldType::Relation | FieldType::Coded | FieldType::Free => {
            text::key(a) == text::key(b)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(field: Field, a: &str, b: &str) -> Alike {
        Alike::of(field, a, b, Day::from_civil(2026, 11, 20).unwrap())
    }

    #[test]
    fn what_is_only_written_otherwise_is_no_difference() {
        for (field, a, b) in [
            (Field::FullName, "Phạm Văn Long", "PHẠM VĂN LONG"),
            (Field::FullName, "Hoà", "Hòa"),
            (Field::BirthDate, "1958-12-16", "16/12/1958"),
            (Field::Gender, "Nữ", "2"),
            (Field::PersonalId, "066 090 179 604", "066090179604"),
            (Field::Commune, "Xã  An Phú", "xã An Phú"),
        ] {
            assert_eq!(alike(field, a, b), Alike::Spelling, "{a} {b}");
        }
        for (field, a, b) in [
            (Field::FullName, "Phạm Văn Long", "Phạm Văn Lòng"),
            (Field::BirthDate, "1958", "16/12/1958"),
            (Field::BirthDate, "x", "y"),
            (Field::Gender, "Nam", "Nữ"),
            (Field::PersonalId, "066090179604", "066090119604"),
            (Field::Commune, "Xã An Phú", "Xã An Phủ"),
        ] {
            assert_eq!(alike(field, a, b), Alike::Different, "{a} {b}");
        }
        assert_eq!(alike(Field::FullName, "An", " An "), Alike::Equal);
        assert_eq!(alike(Field::FullName, "An", " "), Alike::OneSide);
    }
}
