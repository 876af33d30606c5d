//! Whether a cell holds a value fit for its field, and how a cell is shown without what it says.

use crate::domain::{
    CardCell, DateCell, Day, Field, FieldType as Shape, IdCell, Marital, NameMarks, Relation, Status,
};
use crate::vietnamese::date::DateColumn;
use crate::vietnamese::words::{self, GenderCode};
use crate::vietnamese::{card, date, ident, name};

/// Whether a cell that is not blank holds a value fit for the field. A placeholder is none.
pub(super) fn is_valid(field: Field, cell: &str, gender: GenderCode, as_of: Day) -> bool {
    let is_date = |date: DateCell| matches!(date, DateCell::Sound(_) | DateCell::About(_));
    match field.kind_of_value() {
        Shape::Name => {
            let marks = name::read(cell).marks;
            !marks.has(NameMarks::DAMAGED) && !marks.has(NameMarks::PLACEHOLDER)
        }
        Shape::Past => is_date(date::read(cell, as_of)),
        Shape::Limit => {
            let limits = date::read_limits(cell, as_of, DateColumn::default());
            let ends = [limits.from, limits.to, limits.alone];
            !ends.iter().any(|end| matches!(end, DateCell::Impossible | DateCell::Placeholder))
        }
        Shape::Id => matches!(ident::read(cell), IdCell::Personal(_) | IdCell::Restored(_) | IdCell::Old(_)),
        Shape::Card => matches!(card::read_with_notes(cell).0, CardCell::Sound(_)),
        Shape::Money => words::money(cell).is_some(),
        Shape::Gender => gender.read(cell).is_some(),
        Shape::Status => words::status(cell) != Status::Unknown,
        Shape::Marital => words::marital(cell) != Marital::Unknown,
        Shape::Relation => words::relation(cell) != Relation::Unknown,
        Shape::Issue | Shape::Coded | Shape::Free => true,
    }
}

/// What a cell is read as: names with their damage undone, dates dd/mm/yyyy, numbers of persons as digits; what
/// is not understood as it is written.
pub(super) fn normal(field: Field, cell: &str, as_of: Day) -> String {
    let of_date = |date: DateCell| date.value().map(|date| date.to_string());
    let read = match field.kind_of_value() {
        Shape::Name => Some(name::read(cell).display).filter(|name| !name.is_empty()),
        Shape::Past => of_date(date::read(cell, as_of)),
        Shape::Limit => {
            let limits = date::read_limits(cell, as_of, DateColumn::default());
            match (limits.from.value(), limits.to.value()) {
                (Some(from), Some(to)) => Some(format!("{from} - {to}")),
                (one, other) => one.or(other).or(limits.alone.value()).map(|date| date.to_string()),
            }
        }
        Shape::Id => match ident::read(cell) {
            IdCell::Personal(id) => Some(id.to_string()),
            IdCell::Old(id) | IdCell::OldRestored(id) => Some(id.to_string()),
            _ => None,
        },
        _ => None,
    };
    read.unwrap_or_else(|| cell.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A cell as it may be shown: of each word its first letter, of each number its first two digits. Words of
/// coded columns are shown as they are; columns that were not recognised are masked like any other.
pub(super) fn mask(field: Option<Field>, cell: &str) -> String {
    let coded = [Shape::Coded, Shape::Gender, Shape::Status, Shape::Marital, Shape::Relation, Shape::Money];
    if field.is_some_and(|f| coded.contains(&f.kind_of_value())) {
        return cell.chars().take(40).collect();
    }
    let (mut letters, mut digits) = (0, 0);
    let masked = cell.chars().take(60).map(|c| {
        letters = if c.is_alphabetic() { letters + 1 } else { 0 };
        digits = if c.is_numeric() { digits + 1 } else { 0 };
        if letters > 1 || digits > 2 { '•' } else { c }
    });
    masked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_personal_is_shown() {
        assert_eq!(mask(Some(Field::FullName), "Nguyễn Văn An"), "N••••• V•• A•");
        assert_eq!(mask(Some(Field::PersonalId), "001060000001"), "00••••••••••");
        assert_eq!(mask(Some(Field::BirthDate), "05/03/1960"), "05/03/19••");
        assert_eq!(mask(Some(Field::Commune), "Xã Hưng Chính"), "Xã Hưng Chính");
        assert_eq!(mask(None, "Nguyễn 0912345678"), "N••••• 09••••••••");
    }

    #[test]
    fn values_are_shown_as_they_are_read() {
        let as_of = Day::from_civil(2026, 11, 20).unwrap();
        let cases = [
            (Field::FullName, " NguyÔn  V¨n\nHïng (chết)", "Nguyễn Văn Hùng"),
            (Field::BirthDate, "1960-03-05 00:00:00", "05/03/1960"),
            (Field::BirthDate, "31/02/1960", "31/02/1960"),
            (Field::ValidTo, "31.12.27", "31/12/2027"),
            (Field::PersonalId, "'001 060 000 001", "001060000001"),
            (Field::OldId, "12345678", "012345678"),
            (Field::PersonalId, "3.8E+10", "3.8E+10"),
            (Field::Address, " Thôn 1\nxã A ", "Thôn 1 xã A"),
        ];
        for (field, cell, wanted) in cases {
            assert_eq!(normal(field, cell, as_of), wanted, "{cell}");
        }
    }

    #[test]
    fn values_are_judged_by_field() {
        let as_of = Day::from_civil(2026, 11, 20).unwrap();
        let valid = |field, cell| is_valid(field, cell, GenderCode::OneTwo, as_of);
        assert!(valid(Field::BirthDate, "1960") && !valid(Field::BirthDate, "31/02/1960"));
        assert!(valid(Field::ValidTo, "31/12/2027") && !valid(Field::BirthDate, "31/12/2027"));
        assert!(valid(Field::PersonalId, "001060000001") && !valid(Field::PersonalId, "12345"));
        assert!(valid(Field::Gender, "2") && !valid(Field::Gender, "x"));
        assert!(valid(Field::FullName, "Nguyễn Văn An") && !valid(Field::FullName, "Nguy?n V?n An"));
        assert!(valid(Field::Address, "bất kỳ"));
    }
}
