//! A person as lists show one: a resident, or a role of a row that is linked to none.

use std::borrow::Cow;
use std::fmt;

use crate::domain::{
    Dataset, DateCell, Extract, Field, Gender, LegacyFont, NameMarks, PartialDate, Person, PersonalId,
    PlaceId, ResidentIx, RowRef,
};
use crate::findings::person_fields;

/// A date as lists show it: the date as far as it is known, or the text that could not be read as one.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ShownDate<'a> {
    /// Nothing, or a placeholder.
    None,
    /// A date of the calendar.
    Date(PartialDate),
    /// What is written, where it is no possible date.
    Written(&'a str),
}

impl fmt::Display for ShownDate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Date(date) => date.fmt(f),
            Self::Written(text) => f.write_str(text),
        }
    }
}

/// What lists show of a person.
#[derive(Clone, Debug)]
pub(crate) struct Shown<'a> {
    /// The name as written, repaired where it was damaged.
    pub(crate) name: Cow<'a, str>,
    /// The date of birth.
    pub(crate) birth: ShownDate<'a>,
    /// The gender.
    pub(crate) gender: Option<Gender>,
    /// The personal ID.
    pub(crate) personal_id: Option<PersonalId>,
    /// The commune.
    pub(crate) place: PlaceId,
    /// The hamlet as written.
    pub(crate) hamlet: &'a str,
}

impl<'a> Shown<'a> {
    /// A resident.
    pub(crate) fn resident(data: &'a Dataset, ix: ResidentIx) -> Self {
        let resident = data.registry.get(ix);
        Self::from_row(
            data,
            resident.row,
            &resident.person,
            resident.person.place,
            (Field::FullName, Field::BirthDate),
        )
    }

    /// A role of a row of an extract; its commune is that of residence, else the row's.
    pub(crate) fn role(data: &'a Dataset, extract: &'a Extract, row: usize, role: usize) -> Self {
        let person = &extract.persons_of(row)[role];
        let source = &extract.rows[row];
        let place = if person.place.is_blank() { source.place } else { person.place };
        let fields = person_fields(extract.kind.roles()[role]);
        Self::from_row(data, source.row, person, place, (fields.name, fields.birth))
    }

    fn from_row(
        data: &'a Dataset,
        row: RowRef,
        person: &Person,
        place: PlaceId,
        (name, birth): (Field, Field),
    ) -> Self {
        let table = &data.tables[row.table.at()];
        let cells = table.row(row.index);
        let written = cells.cell(Field::Hamlet).trim();
        Self {
            name: shown_name(cells.cell(name), person.name.marks, table.font(name)),
            birth: match person.birth {
                DateCell::Sound(date) | DateCell::About(date) => ShownDate::Date(date),
                DateCell::Impossible => ShownDate::Written(cells.cell(birth).trim()),
                DateCell::Empty | DateCell::Placeholder => ShownDate::None,
            },
            gender: person.gender,
            personal_id: person.personal_id(),
            place,
            hamlet: if written.is_empty() { table.group_hamlet(row.index).unwrap_or("") } else { written },
        }
    }
}

/// A name cell without stray spaces; the repaired form where the cell is damaged and could be mended.
fn shown_name(written: &str, marks: NameMarks, font: Option<LegacyFont>) -> Cow<'_, str> {
    if marks.has(NameMarks::DAMAGED | NameMarks::REPAIRED)
        && let Some(repaired) = crate::vietnamese::name::read_typed(written, font).repaired
    {
        return repaired.into();
    }
    let trimmed = written.trim();
    if trimmed.split(' ').any(str::is_empty) || trimmed.contains(char::is_control) {
        trimmed.split_whitespace().collect::<Vec<_>>().join(" ").into()
    } else {
        trimmed.into()
    }
}
