//! A row as bytes that mean the same on every machine: texts in place of the numbers that a run gives them.
//!
//! MessagePack of what linkage looks at and of nothing else: what a row says of money, cards or programmes stays where
//! the file is.

use serde::{Deserialize, Serialize};

use crate::domain::{
    ActKey, ByDeath, Capability, Dataset, DateCell, DeathDetail, Detail, EntryDetail, Extract, ExtractRow,
    Gender, IdCell, InsuranceDetail, Kind, NameCell, NameId, NameMarks, Person, PlaceId, Relative, Resident,
    RowRef, Status, TextId, WelfareDetail,
};

/// Gives names, texts and communes their numbers.
pub(super) trait Ids {
    /// The number of a name.
    fn name(&mut self, key: &str) -> NameId;
    /// The number of a folded text.
    fn text(&mut self, folded: &str) -> TextId;
    /// The number of a commune as written; `None` where nobody told of it.
    fn place(&self, code: &str, name: &str) -> Option<PlaceId>;
}

/// Why a row cannot be read.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RecordError {
    /// The bytes are not those of a row.
    #[error("not a record")]
    Bytes,
    /// It is of a kind with other roles.
    #[error("a record of another kind")]
    Roles,
    /// Its commune is none of those that were told.
    #[error("an unknown commune")]
    Place,
}

impl From<rmp_serde::decode::Error> for RecordError {
    fn from(_: rmp_serde::decode::Error) -> Self {
        Self::Bytes
    }
}

/// A date cell in one number: what it is above, the date below.
#[derive(Copy, Clone, Serialize, Deserialize)]
struct WireDate(u64);

/// An ID cell: what it is, and the number.
#[derive(Copy, Clone, Serialize, Deserialize)]
struct WireId(u8, u64);

/// A name and what stood beside it.
#[derive(Serialize, Deserialize)]
struct WireName<'a>(&'a str, u8);

#[derive(Serialize, Deserialize)]
struct WirePerson<'a> {
    #[serde(borrow)]
    name: WireName<'a>,
    birth: WireDate,
    gender: u8,
    gender_written: bool,
    personal: WireId,
    old: WireId,
    hamlet: &'a str,
    address: &'a str,
    household: &'a str,
}

#[derive(Serialize, Deserialize)]
struct WireRow<'a> {
    #[serde(borrow)]
    place: (&'a str, &'a str),
    registered_on: WireDate,
    /// Date of death and informant of a death record, whether it was annulled, whether its cause is old age, and its act.
    death: Option<(WireDate, WireId, bool, bool, ActKey)>,
    /// When the row stopped because the person had died; and whether it leaves a doubt of that.
    stopped_by_death: Option<(WireDate, bool)>,
    /// Since when the person has the benefit, card or entry.
    began: WireDate,
    filled: u16,
    /// By role; `None` where the row writes nothing of one.
    #[serde(borrow)]
    persons: Vec<Option<WirePerson<'a>>>,
}

/// What linkage asks of a status.
#[derive(Copy, Clone, Serialize, Deserialize)]
enum State {
    Living,
    Gone,
    Dead,
}

impl State {
    fn of(status: Status) -> Self {
        match status {
            Status::Dead => Self::Dead,
            status if status.is_living() => Self::Living,
            _ => Self::Gone,
        }
    }

    /// A status that asks the same of linkage.
    fn status(self) -> Status {
        match self {
            Self::Living => Status::Unknown,
            Self::Gone => Status::MovedOut,
            Self::Dead => Status::Dead,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct WireResident<'a> {
    #[serde(borrow)]
    place: (&'a str, &'a str),
    #[serde(borrow)]
    person: WirePerson<'a>,
    /// Father, mother, spouse.
    #[serde(borrow)]
    relatives: [(WireName<'a>, WireId); 3],
    state: State,
    death_date: WireDate,
    card_date: WireDate,
    filled: u16,
}

impl From<DateCell> for WireDate {
    fn from(cell: DateCell) -> Self {
        let (what, date) = match cell {
            DateCell::Empty => (0, 0),
            DateCell::Sound(date) => (1, date.packed()),
            DateCell::About(date) => (2, date.packed()),
            DateCell::Placeholder => (3, 0),
            DateCell::Impossible => (4, 0),
        };
        Self(what << 32 | u64::from(date))
    }
}

impl WireDate {
    fn cell(self) -> Result<DateCell, RecordError> {
        use crate::domain::PartialDate;
        let date = || PartialDate::from_packed(self.0 as u32).ok_or(RecordError::Bytes);
        Ok(match self.0 >> 32 {
            0 => DateCell::Empty,
            1 => DateCell::Sound(date()?),
            2 => DateCell::About(date()?),
            3 => DateCell::Placeholder,
            4 => DateCell::Impossible,
            _ => return Err(RecordError::Bytes),
        })
    }
}

impl From<IdCell> for WireId {
    fn from(cell: IdCell) -> Self {
        match cell {
            IdCell::Empty => Self(0, 0),
            IdCell::Placeholder => Self(1, 0),
            IdCell::Personal(id) => Self(2, id.number()),
            IdCell::Restored(id) => Self(3, id.number()),
            IdCell::LostZero(id) => Self(4, id.number()),
            IdCell::Old(id) => Self(5, u64::from(id.number())),
            IdCell::OldRestored(id) => Self(6, u64::from(id.number())),
            IdCell::Scientific => Self(7, 0),
            IdCell::Mistyped(id) => Self(8, id.number()),
            IdCell::Malformed => Self(9, 0),
        }
    }
}

impl WireId {
    fn cell(self) -> Result<IdCell, RecordError> {
        use crate::domain::{OldId, PersonalId};
        let id = || PersonalId::from_number(self.1).ok_or(RecordError::Bytes);
        let old = || u32::try_from(self.1).ok().and_then(OldId::from_number).ok_or(RecordError::Bytes);
        Ok(match self.0 {
            0 => IdCell::Empty,
            1 => IdCell::Placeholder,
            2 => IdCell::Personal(id()?),
            3 => IdCell::Restored(id()?),
            4 => IdCell::LostZero(id()?),
            5 => IdCell::Old(old()?),
            6 => IdCell::OldRestored(old()?),
            7 => IdCell::Scientific,
            8 => IdCell::Mistyped(id()?),
            9 => IdCell::Malformed,
            _ => return Err(RecordError::Bytes),
        })
    }
}

impl<'a> WireName<'a> {
    fn of(data: &'a Dataset, name: NameCell) -> Self {
        Self(data.names.key(name.id), name.marks.0)
    }

    fn cell(&self, ids: &mut impl Ids) -> NameCell {
        NameCell { id: ids.name(self.0), marks: NameMarks(self.1) }
    }
}

impl<'a> WirePerson<'a> {
    fn of(data: &'a Dataset, person: &Person) -> Self {
        Self {
            name: WireName::of(data, person.name),
            birth: person.birth.into(),
            gender: match person.gender {
                None => 0,
                Some(Gender::Male) => 1,
                Some(Gender::Female) => 2,
            },
            gender_written: person.gender_written,
            personal: person.personal.into(),
            old: person.old.into(),
            hamlet: data.texts.get(person.hamlet),
            address: data.texts.get(person.address),
            household: data.texts.get(person.household),
        }
    }

    fn person(&self, place: PlaceId, ids: &mut impl Ids) -> Result<Person, RecordError> {
        Ok(Person {
            name: self.name.cell(ids),
            birth: self.birth.cell()?,
            gender: match self.gender {
                0 => None,
                1 => Some(Gender::Male),
                2 => Some(Gender::Female),
                _ => return Err(RecordError::Bytes),
            },
            gender_written: self.gender_written,
            personal: self.personal.cell()?,
            old: self.old.cell()?,
            place,
            hamlet: ids.text(self.hamlet),
            address: ids.text(self.address),
            household: ids.text(self.household),
        })
    }
}

fn written(data: &Dataset, place: PlaceId) -> (&str, &str) {
    let place = data.places.get(place);
    (&place.code, &place.name)
}

/// When something was stopped by a death, and whether the row leaves a doubt of that.
fn stopped(by_death: ByDeath, stop: DateCell) -> Option<(WireDate, bool)> {
    by_death.is_told().then(|| (stop.into(), by_death == ByDeath::InDoubt))
}

/// The bytes of a row of an extract.
pub(super) fn of_row(data: &Dataset, extract: &Extract, row: usize) -> Vec<u8> {
    let of = &extract.rows[row];
    let (death, stopped_by_death) = match &of.detail {
        Detail::Death(death) => {
            let (date, informant) = (death.death_date.into(), death.informant.into());
            (Some((date, informant, death.annulled, death.of_old_age, death.act)), None)
        }
        Detail::Welfare(benefit) => (None, stopped(benefit.stopped_by_death, benefit.stop)),
        Detail::Insurance(card) => (None, stopped(card.stopped_by_death, card.stop)),
        Detail::Entry(entry) => (None, stopped(entry.stopped_by_death, entry.stop)),
        Detail::Birth(_) | Detail::Marriage => (None, None),
    };
    let persons = extract.persons_of(row).iter();
    packed(&WireRow {
        place: written(data, of.place),
        registered_on: of.registered_on.into(),
        death,
        stopped_by_death,
        began: of.detail.began().into(),
        filled: of.filled,
        persons: persons.map(|p| (!p.is_blank()).then(|| WirePerson::of(data, p))).collect(),
    })
}

/// The bytes of a resident.
pub(super) fn of_resident(data: &Dataset, resident: &Resident) -> Vec<u8> {
    let relative = |of: &Relative| (WireName::of(data, of.name), of.id.into());
    packed(&WireResident {
        place: written(data, resident.person.place),
        person: WirePerson::of(data, &resident.person),
        relatives: [relative(&resident.father), relative(&resident.mother), relative(&resident.spouse)],
        state: State::of(resident.status),
        death_date: resident.death_date.into(),
        card_date: resident.card_date.into(),
        filled: resident.filled,
    })
}

/// Writing to memory cannot fail; bytes that are none would be told as such where they are read.
fn packed(row: &impl Serialize) -> Vec<u8> {
    rmp_serde::to_vec(row).unwrap_or_default()
}

/// A row of an extract of some kind, its persons behind those that are there.
pub(super) fn read_row(
    kind: Kind,
    at: RowRef,
    bytes: &[u8],
    ids: &mut impl Ids,
    persons: &mut Vec<Person>,
) -> Result<ExtractRow, RecordError> {
    let row: WireRow<'_> = rmp_serde::from_slice(bytes)?;
    if row.persons.len() != kind.roles().len() {
        return Err(RecordError::Roles);
    }
    let place = ids.place(row.place.0, row.place.1).ok_or(RecordError::Place)?;
    let of_row = ExtractRow {
        row: at,
        place,
        registered_on: row.registered_on.cell()?,
        detail: detail(kind, &row)?,
        filled: row.filled,
        // Linkage does not ask for it.
        is_void: false,
    };
    let person = |person: &Option<WirePerson<'_>>| match person {
        Some(person) => person.person(place, ids),
        None => Ok(Person::default()),
    };
    let read = row.persons.iter().map(person).collect::<Result<Vec<Person>, _>>()?;
    persons.extend(read);
    Ok(of_row)
}

fn detail(kind: Kind, row: &WireRow<'_>) -> Result<Detail, RecordError> {
    let stopped_by_death = match row.stopped_by_death {
        None => ByDeath::No,
        Some((_, false)) => ByDeath::Told,
        Some((_, true)) => ByDeath::InDoubt,
    };
    let began = row.began.cell()?;
    let stop = row.stopped_by_death.map_or(Ok(DateCell::Empty), |(stop, _)| stop.cell())?;
    Ok(match row.death {
        Some((date, informant, annulled, of_old_age, act)) => Detail::Death(DeathDetail {
            death_date: date.cell()?,
            informant: informant.cell()?,
            annulled,
            of_old_age,
            act,
            ..DeathDetail::default()
        }),
        None if !stopped_by_death.is_told() && began == DateCell::Empty => Detail::Marriage,
        None if kind.has(Capability::Payment) => Detail::Welfare(WelfareDetail {
            start: began,
            stop,
            stopped_by_death,
            ..WelfareDetail::default()
        }),
        None if kind.has(Capability::Card) => Detail::Insurance(InsuranceDetail {
            valid_from: began,
            stop,
            stopped_by_death,
            ..InsuranceDetail::default()
        }),
        None => Detail::Entry(EntryDetail { start: began, stop, stopped_by_death, ..EntryDetail::default() }),
    })
}

/// A resident. Of the status only whether the resident lives here, is gone, or is dead is known.
pub(super) fn read_resident(bytes: &[u8], ids: &mut impl Ids) -> Result<Resident, RecordError> {
    let of: WireResident<'_> = rmp_serde::from_slice(bytes)?;
    let place = ids.place(of.place.0, of.place.1).ok_or(RecordError::Place)?;
    let mut relative = |(name, id): &(WireName<'_>, WireId)| -> Result<Relative, RecordError> {
        Ok(Relative { name: name.cell(ids), id: id.cell()? })
    };
    let [father, mother, spouse] = &of.relatives;
    let (father, mother, spouse) = (relative(father)?, relative(mother)?, relative(spouse)?);
    Ok(Resident {
        person: of.person.person(place, ids)?,
        father,
        mother,
        spouse,
        status: of.state.status(),
        death_date: of.death_date.cell()?,
        card_date: of.card_date.cell()?,
        filled: of.filled,
        ..Resident::default()
    })
}
