//! Two records side by side: which field of one is which of the other, and what differs.

use std::borrow::Cow;

use super::shown;
use crate::domain::{Field, Kind, Lang, Role};
use crate::review::alike::Alike;
use crate::review::diff::{Part, marked, whole};
use crate::review::http::request::today;
use crate::review::index::Record;
use crate::review::mask;

/// A field of both records.
pub(crate) struct SideRow {
    pub(crate) field: Cow<'static, str>,
    pub(crate) left: Vec<Part>,
    pub(crate) right: Vec<Part>,
    pub(crate) sign: &'static str,
    pub(crate) sign_text: &'static str,
    pub(crate) concerned: bool,
}

/// A sign, its text, and both values in pieces.
pub(crate) type Compared = ((&'static str, &'static str), Vec<Part>, Vec<Part>);

/// Compares two values of one field as they are written, and shows them: numbers in part, unless they are asked for, but
/// with the digits that differ.
pub(crate) fn compared(field: Field, a: &str, b: &str, numbers: bool) -> Compared {
    let alike = Alike::of(field, a, b, today());
    let (a, b) = shown_both(field, a, b, numbers);
    let (left, right) = match alike {
        Alike::Different => marked(&a, &b),
        Alike::OneSide | Alike::Equal | Alike::Spelling => (whole(&a, false), whole(&b, false)),
    };
    (alike.sign(), left, right)
}

/// Two values of one field side by side.
pub(crate) fn shown_both(field: Field, a: &str, b: &str, numbers: bool) -> (String, String) {
    if mask::is_number(field) && !numbers {
        return mask::apart(a, b);
    }
    (shown::value(a, field.name(), numbers), shown::value(b, field.name(), numbers))
}

/// Both records, field by field: what both could write first. `about` is the role on the left record and the
/// name of the field that is in question.
pub(crate) fn sides(
    (left, right): (Option<&Record>, Option<&Record>),
    (role, concerned): (&str, &str),
    numbers: bool,
    lang: Lang,
) -> Vec<SideRow> {
    let cell = |record: Option<&'_ Record>, field: Option<Field>| {
        record.zip(field).map_or_else(String::new, |(record, field)| record.cell(field).to_owned())
    };
    let row = |(of_left, of_right): Paired| {
        let (a, b) = (cell(left, of_left), cell(right, of_right));
        let name = of_right.or(of_left)?;
        if a.is_empty() && b.is_empty() {
            return None;
        }
        let ((sign, sign_text), left, right) = if of_left.is_some() && of_right.is_some() {
            compared(name, &a, &b, numbers)
        } else {
            let shown = |text: &str, field: Option<Field>| {
                whole(&shown::value(text, field.map_or("", Field::name), numbers), false)
            };
            (("–", "sign_one"), shown(&a, of_left), shown(&b, of_right))
        };
        let concerned = of_left.or(of_right).is_some_and(|field| field.name() == concerned);
        let field = shown::field(name.name(), lang).into();
        Some(SideRow { field, left, right, sign, sign_text, concerned })
    };
    // What the files hold beyond the fields of their kinds, under the headers that stand there.
    let other = |header: &str, a: &str, b: &str| SideRow {
        field: header.to_owned().into(),
        left: whole(&shown::value(a, "", numbers), false),
        right: whole(&shown::value(b, "", numbers), false),
        sign: "–",
        sign_text: "sign_one",
        concerned: false,
    };
    let paired = match (left, right) {
        // Two rows of one kind write the same fields.
        (Some(left), Some(right)) if left.kind == right.kind => {
            left.kind.fields().iter().map(|field| (Some(*field), Some(*field))).collect()
        }
        _ => paired_fields(left.map(|record| record.kind), right.is_some(), role),
    };
    let mut rows: Vec<SideRow> = paired.into_iter().filter_map(row).collect();
    rows.extend(left.iter().flat_map(|record| &record.others).map(|(header, cell)| other(header, cell, "")));
    rows.extend(right.iter().flat_map(|record| &record.others).map(|(header, cell)| other(header, "", cell)));
    rows
}

/// A field of the left record, and the one of the registry that says the same.
pub(crate) type Paired = (Option<Field>, Option<Field>);

/// The fields of a record of a kind, in which a role stands, beside those of the registry.
pub(crate) fn paired_fields(kind: Option<Kind>, registry: bool, role: &str) -> Vec<Paired> {
    let residents: &[Field] = if registry { Kind::Residents.fields() } else { &[] };
    let Some(kind) = kind else { return residents.iter().map(|&field| (None, Some(field))).collect() };
    let role = kind.role(role);
    let mut pairs: Vec<Paired> = Vec::new();
    let of_roles = role.into_iter().flat_map(fields_of);
    for (of_role, field) in of_roles.filter(|(of_role, _)| kind.fields().contains(of_role)) {
        pairs.push((Some(of_role), Some(field).filter(|field| residents.contains(field))));
    }
    let used = |pairs: &[Paired], field: Field, left: bool| {
        pairs.iter().any(|(a, b)| if left { *a == Some(field) } else { *b == Some(field) })
    };
    // Whom else the row speaks of is not what the registry says of this person.
    let shares = |field: Field| match field {
        Field::FullName | Field::BirthDate | Field::Gender | Field::PersonalId | Field::OldId => false,
        Field::FatherName
        | Field::FatherId
        | Field::MotherName
        | Field::MotherId
        | Field::SpouseName
        | Field::SpouseId => role.is_some_and(Role::is_main),
        _ => true,
    };
    for &field in kind.fields() {
        if !used(&pairs, field, true) {
            let same = shares(field) && residents.contains(&field) && !used(&pairs, field, false);
            pairs.push((Some(field), same.then_some(field)));
        }
    }
    for &field in residents {
        if !used(&pairs, field, false) {
            pairs.push((None, Some(field)));
        }
    }
    // What both could write stands first.
    pairs.sort_by_key(|(a, b)| a.is_none() || b.is_none());
    pairs
}

/// The fields in which a role stands, each with the one of the registry.
fn fields_of(role: Role) -> impl Iterator<Item = (Field, Field)> {
    let columns = role.columns();
    let own = [
        (Some(columns.name), Field::FullName),
        (Some(columns.birth), Field::BirthDate),
        (columns.gender, Field::Gender),
        (Some(columns.personal), Field::PersonalId),
        (columns.old, Field::OldId),
    ];
    let own = own.into_iter().filter_map(|(of_role, field)| Some((of_role?, field)));
    own.chain(columns.same.iter().copied()).chain([(columns.address, Field::Address)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_stands_once_on_its_side() {
        for kind in Kind::extracts() {
            for role in kind.roles() {
                let pairs = paired_fields(Some(kind), true, role.name());
                let mut left: Vec<Field> = pairs.iter().filter_map(|(field, _)| *field).collect();
                let mut right: Vec<Field> = pairs.iter().filter_map(|(_, field)| *field).collect();
                left.sort_unstable();
                right.sort_unstable();
                let sorted = |fields: &[Field]| {
                    let mut fields = fields.to_vec();
                    fields.sort_unstable();
                    fields
                };
                assert_eq!(left, sorted(kind.fields()), "{kind:?} {role:?}");
                assert_eq!(right, sorted(Kind::Residents.fields()), "{kind:?} {role:?}");
            }
        }
    }

    #[test]
    fn a_mother_is_held_against_the_resident_and_the_child_is_not() {
        let pairs = paired_fields(Some(Kind::Births), true, "mother");
        assert_eq!(pairs[0], (Some(Field::MotherName), Some(Field::FullName)));
        assert!(pairs.contains(&(Some(Field::FullName), None)));
    }
}
