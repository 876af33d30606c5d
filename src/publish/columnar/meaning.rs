//! What was understood of a row, asked for by field.

use std::borrow::Cow;

use crate::domain::{
    CardCell, CardNumber, Dataset, DateCell, Detail, Extract, ExtractRow, Field, Gender, IdCell, Marital,
    NameCell, NameMarks, Person, PlaceId, RegistrationKind, Resident, RowRef, Status,
};
use crate::findings::{PersonFields, SELF, person_fields};

/// A row that was used.
#[derive(Copy, Clone)]
pub(super) enum Record<'a> {
    /// Of the registry.
    Resident(&'a Resident),
    /// Of an extract, by its index there.
    Row(&'a Extract, usize),
}

impl<'a> Record<'a> {
    /// Where it stands.
    pub(super) fn row(&self) -> RowRef {
        match *self {
            Self::Resident(resident) => resident.row,
            Self::Row(extract, at) => extract.rows[at].row,
        }
    }

    /// The row of an extract.
    fn of_extract(&self) -> Option<&'a ExtractRow> {
        match *self {
            Self::Resident(_) => None,
            Self::Row(extract, at) => Some(&extract.rows[at]),
        }
    }

    fn detail(&self) -> Option<Detail> {
        self.of_extract().map(|row| row.detail)
    }

    fn resident(&self) -> Option<&'a Resident> {
        match *self {
            Self::Resident(resident) => Some(resident),
            Self::Row(..) => None,
        }
    }

    /// What the persons of the row say of a field, each with the columns that speak of it.
    fn persons<T>(&self, pick: impl Fn(&Person, &PersonFields) -> Option<T>) -> Option<T> {
        match *self {
            Self::Resident(resident) => pick(&resident.person, &SELF),
            Self::Row(extract, at) => {
                let mut roles = extract.persons_of(at).iter().zip(extract.kind.roles());
                roles.find_map(|(person, role)| pick(person, &person_fields(*role)))
            }
        }
    }

    /// The name in a column.
    pub(super) fn name(&self, field: Field) -> Option<NameCell> {
        match (self.resident(), field) {
            (Some(resident), Field::FatherName) => Some(resident.father.name),
            (Some(resident), Field::MotherName) => Some(resident.mother.name),
            (Some(resident), Field::SpouseName) => Some(resident.spouse.name),
            _ => self.persons(|person, of| (of.name == field).then_some(person.name)),
        }
    }

    /// The number of a person in a column.
    pub(super) fn id(&self, field: Field) -> Option<IdCell> {
        match (self.resident(), field) {
            (Some(resident), Field::FatherId) => Some(resident.father.id),
            (Some(resident), Field::MotherId) => Some(resident.mother.id),
            (Some(resident), Field::SpouseId) => Some(resident.spouse.id),
            _ => self.persons(|person, of| {
                let old = || (of.old == field).then_some(person.old);
                if of.personal == field { Some(person.personal) } else { old() }
            }),
        }
    }

    /// The date in a column.
    pub(super) fn date(&self, field: Field) -> Option<DateCell> {
        match (field, self.resident(), self.detail()) {
            (Field::DeathDate, Some(resident), _) => Some(resident.death_date),
            (Field::DeathDate, _, Some(Detail::Death(death))) => Some(death.death_date),
            (Field::RegisteredOn, _, _) => self.of_extract().map(|row| row.registered_on),
            (Field::StartDate, _, Some(Detail::Welfare(benefit))) => Some(benefit.start),
            (Field::StopDate, _, Some(Detail::Welfare(benefit))) => Some(benefit.stop),
            (Field::StartDate, _, Some(Detail::Entry(entry))) => Some(entry.start),
            (Field::StopDate, _, Some(Detail::Entry(entry))) => Some(entry.stop),
            (Field::StopDate, _, Some(Detail::Insurance(card))) => Some(card.stop),
            (Field::ValidFrom, _, Some(Detail::Insurance(card))) => Some(card.valid_from),
            (Field::ValidTo, _, Some(Detail::Insurance(card))) => Some(card.valid_to),
            _ => self.persons(|person, of| (of.birth == field).then_some(person.birth)),
        }
    }

    fn card(&self, field: Field) -> Option<CardCell> {
        match (field, self.detail()) {
            (Field::CardNo, Some(Detail::Insurance(card))) => Some(card.card),
            (Field::InsuranceNo, Some(Detail::Insurance(card))) => Some(card.number),
            _ => None,
        }
    }

    /// The number that tells whose card it is, without group, level and province.
    pub(super) fn card_number(&self, field: Field) -> Cow<'static, str> {
        match self.card(field) {
            Some(CardCell::Sound(card)) => match card.number {
                CardNumber::Insurance(number) => format!("{number:010}").into(),
                CardNumber::Personal(id) => id.to_string().into(),
            },
            _ => "".into(),
        }
    }

    /// The gender of whom the row is about.
    pub(super) fn gender(&self) -> Option<Gender> {
        self.persons(|person, of| (of.gender == Field::Gender).then_some(person.gender)).flatten()
    }

    /// The commune that the row writes: of residence, or of registration.
    pub(super) fn place(&self) -> PlaceId {
        match *self {
            Self::Resident(resident) => resident.person.place,
            Self::Row(extract, at) => extract.rows[at].place,
        }
    }

    /// The hamlet that the row writes, else that of the group row above it.
    pub(super) fn hamlet(&self, data: &'a Dataset) -> &'a str {
        let at = self.row();
        let table = &data.tables[at.table.at()];
        match table.cell(at.index, Field::Hamlet).trim() {
            "" => table.group_hamlet(at.index).unwrap_or(""),
            written => written,
        }
    }

    /// Whether a resident lives there, and lives.
    pub(super) fn status(&self) -> Option<Status> {
        self.resident().map(|resident| resident.status)
    }

    /// The marital status of a resident.
    pub(super) fn marital(&self) -> &'static str {
        match self.resident().map_or(Marital::Unknown, |resident| resident.marital) {
            Marital::Single => "single",
            Marital::Married => "married",
            Marital::Divorced => "divorced",
            Marital::Widowed => "widowed",
            Marital::Unknown => "",
        }
    }

    /// The group of a benefit or a card.
    pub(super) fn group(&self, data: &'a Dataset) -> Cow<'a, str> {
        match self.detail() {
            Some(Detail::Welfare(benefit)) => data.texts.get(benefit.group).into(),
            Some(Detail::Insurance(card)) => card
                .group
                .map_or(Cow::Borrowed(""), |group| group.map(char::from).iter().collect::<String>().into()),
            _ => "".into(),
        }
    }

    /// What is paid each month; none where nothing is written that can be read.
    pub(super) fn monthly_amount(&self) -> Option<i64> {
        match self.detail() {
            Some(Detail::Welfare(benefit)) => {
                i64::try_from(benefit.monthly_amount).ok().filter(|amount| *amount != 0)
            }
            _ => None,
        }
    }

    /// Whether an identity card was issued to a resident.
    pub(super) fn card_issued(&self) -> Option<bool> {
        self.resident().and_then(|resident| resident.card_issued)
    }

    /// Whether a benefit is paid in cash.
    pub(super) fn paid_in_cash(&self) -> Option<bool> {
        match self.detail() {
            Some(Detail::Welfare(benefit)) => benefit.paid_in_cash,
            _ => None,
        }
    }

    /// Whether a bank account is written.
    pub(super) fn has_account(&self) -> Option<bool> {
        match self.detail() {
            Some(Detail::Welfare(benefit)) => benefit.has_account,
            _ => None,
        }
    }

    /// Whether a benefit or a card was stopped because of a death.
    pub(super) fn stopped_by_death(&self) -> Option<bool> {
        match self.detail() {
            Some(Detail::Welfare(benefit)) => Some(benefit.stopped_by_death.is_told()),
            Some(Detail::Insurance(card)) => Some(card.stopped_by_death.is_told()),
            Some(Detail::Entry(entry)) => Some(entry.stopped_by_death.is_told()),
            _ => None,
        }
    }

    /// Whether a birth or death was registered again.
    pub(super) fn registered_again(&self) -> Option<bool> {
        match self.detail() {
            Some(Detail::Birth(birth)) => Some(birth.registration == RegistrationKind::Again),
            Some(Detail::Death(death)) => Some(death.registration == RegistrationKind::Again),
            _ => None,
        }
    }

    /// What had to be done to cells, or could not be, at the end of a text: `full_name=repaired; birth_date=impossible`.
    pub(super) fn marks(&self, fields: &[(Field, Marked)], text: &mut String) {
        for &(field, marked) in fields {
            let marks = match marked {
                Marked::Name => self.name(field).map_or([""; 4], name_marks),
                Marked::Id => [self.id(field).map_or("", id_mark), "", "", ""],
                Marked::Date => [self.date(field).map_or("", date_mark), "", "", ""],
                Marked::Card => [self.card(field).map_or("", card_mark), "", "", ""],
            };
            for mark in marks.into_iter().filter(|mark| !mark.is_empty()) {
                let separator = if text.is_empty() { "" } else { "; " };
                text.extend([separator, field.name(), "=", mark]);
            }
        }
    }
}

/// What a cell holds that can bear a mark.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Marked {
    Name,
    Id,
    Date,
    Card,
}

fn name_marks(name: NameCell) -> [&'static str; 4] {
    let marked = |bits, mark| if name.marks.has(bits) { mark } else { "" };
    let damaged =
        if name.marks.has(NameMarks::REPAIRED) { "repaired" } else { marked(NameMarks::DAMAGED, "damaged") };
    [
        damaged,
        marked(NameMarks::WILDCARD, "letters_lost"),
        marked(NameMarks::PLACEHOLDER, "placeholder"),
        marked(NameMarks::DEAD, "note_of_death"),
    ]
}

fn id_mark(id: IdCell) -> &'static str {
    match id {
        IdCell::Empty | IdCell::Personal(_) | IdCell::Old(_) => "",
        IdCell::Placeholder => "placeholder",
        IdCell::Restored(_) | IdCell::OldRestored(_) => "zeros_restored",
        IdCell::LostZero(_) => "zeros_lost",
        IdCell::Scientific => "scientific",
        IdCell::Mistyped(_) => "letters_for_digits",
        IdCell::Malformed => "malformed",
    }
}

fn date_mark(date: DateCell) -> &'static str {
    match date {
        DateCell::Empty | DateCell::Sound(_) => "",
        DateCell::About(_) => "about",
        DateCell::Placeholder => "placeholder",
        DateCell::Impossible => "impossible",
    }
}

fn card_mark(card: CardCell) -> &'static str {
    match card {
        CardCell::Empty | CardCell::Sound(_) => "",
        CardCell::Placeholder => "placeholder",
        CardCell::Malformed => "malformed",
    }
}

/// The contract's word for the status of a resident.
pub(super) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Permanent => "permanent",
        Status::Temporary => "temporary",
        Status::Absent => "absent",
        Status::MovedOut => "moved_out",
        Status::Dead => "dead",
        Status::Missing => "missing",
        Status::Unknown => "unknown",
    }
}
