//! Cells of a row to the fields of a typed record.

use super::dictionary::{ChunkTexts, Dictionary, Ids, KnownNames, Memo};
use crate::domain::{
    BirthDetail, CardCell, DateCell, Day, DeathDetail, Detail, ExtractRow, Field, Gender, IdCell,
    InsuranceDetail, Kind, Marital, NameCell, Person, PlaceId, Relation, Relative, Resident, RowCells,
    RowRef, Status, Table, TextId, WelfareDetail,
};
use crate::vietnamese::words::{self, GenderCode};
use crate::vietnamese::{card, date, death, ident};

/// Reads the rows of one chunk of a table.
pub(super) struct RowReader<'t, 'k> {
    table: &'t Table,
    table_index: u16,
    as_of: Day,
    gender_code: GenderCode,
    dictionary: Dictionary<'t, 'k>,
    genders: Memo<'t, Option<Gender>>,
    statuses: Memo<'t, Status>,
    marital: Memo<'t, Marital>,
    relations: Memo<'t, Relation>,
    deaths: Memo<'t, bool>,
    cash: Memo<'t, Option<bool>>,
}

/// The fields of one person of a row.
struct PersonFields {
    name: Field,
    birth: Field,
    gender: Option<Field>,
    /// The gender that the role implies where none is written.
    implied: Option<Gender>,
    personal: Field,
    old: Option<Field>,
    address: Option<Field>,
}

impl PersonFields {
    /// Whoever the row is about.
    const SUBJECT: Self = Self {
        name: Field::FullName,
        birth: Field::BirthDate,
        gender: Some(Field::Gender),
        implied: None,
        personal: Field::PersonalId,
        old: Some(Field::OldId),
        address: Some(Field::Address),
    };
    const DECEASED: Self = Self { address: Some(Field::LastResidence), ..Self::SUBJECT };
    const MOTHER: Self = Self {
        name: Field::MotherName,
        birth: Field::MotherBirthDate,
        gender: None,
        implied: Some(Gender::Female),
        personal: Field::MotherId,
        old: None,
        address: Some(Field::Address),
    };
    const FATHER: Self = Self {
        name: Field::FatherName,
        birth: Field::FatherBirthDate,
        implied: Some(Gender::Male),
        personal: Field::FatherId,
        ..Self::MOTHER
    };
    const HUSBAND: Self = Self {
        name: Field::HusbandName,
        birth: Field::HusbandBirthDate,
        gender: None,
        implied: Some(Gender::Male),
        personal: Field::HusbandPersonalId,
        old: Some(Field::HusbandOldId),
        address: Some(Field::HusbandAddress),
    };
    const WIFE: Self = Self {
        name: Field::WifeName,
        birth: Field::WifeBirthDate,
        implied: Some(Gender::Female),
        personal: Field::WifePersonalId,
        old: Some(Field::WifeOldId),
        address: Some(Field::WifeAddress),
        ..Self::HUSBAND
    };

    /// The persons of a row of an extract, in the order of [`Kind::roles`].
    fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Residents => &[],
            Kind::Births => &[Self::SUBJECT, Self::MOTHER, Self::FATHER],
            Kind::Deaths => &[Self::DECEASED],
            Kind::Marriages => &[Self::HUSBAND, Self::WIFE],
            Kind::Welfare | Kind::Insurance => &[Self::SUBJECT],
        }
    }
}

impl<'t, 'k> RowReader<'t, 'k> {
    /// A reader for rows of a table.
    pub(super) fn new(
        table: &'t Table,
        table_index: u16,
        as_of: Day,
        gender_code: GenderCode,
        known: &'k KnownNames<'t>,
    ) -> Self {
        Self {
            table,
            table_index,
            as_of,
            gender_code,
            dictionary: Dictionary::new(known),
            genders: Memo::default(),
            statuses: Memo::default(),
            marital: Memo::default(),
            relations: Memo::default(),
            deaths: Memo::default(),
            cash: Memo::default(),
        }
    }

    /// The distinct texts of the rows read.
    pub(super) fn into_texts(self) -> ChunkTexts<'t> {
        self.dictionary.finish()
    }

    /// Reads a row of the registry.
    pub(super) fn resident(&mut self, index: u32) -> Resident {
        let row = self.table.row(index);
        let place = self.place(row);
        let person = self.person(row, &PersonFields::SUBJECT, place);
        let death_date = self.date(row, Field::DeathDate);
        let status = self.statuses.get(row.cell(Field::Status), words::status);
        let relation = self.relations.get(row.cell(Field::RelationToHead), words::relation);
        let marital = self.marital.get(row.cell(Field::MaritalStatus), words::marital);
        Resident {
            row: self.row_ref(index),
            person,
            relation,
            father: self.relative(row, Field::FatherName, Field::FatherId),
            mother: self.relative(row, Field::MotherName, Field::MotherId),
            spouse: self.relative(row, Field::SpouseName, Field::SpouseId),
            marital,
            status: if death_date.value().is_some() { Status::Dead } else { status },
            death_date,
            card_issued: self.table.has(Field::CardIssued).then(|| self.card_issued(row)),
            card_date: self.date(row, Field::CardIssued),
            filled: self.filled(row),
        }
    }

    /// Reads a row of an extract, and its persons into `persons`, which has a place for each role.
    pub(super) fn extract(&mut self, index: u32, persons: &mut [Person]) -> ExtractRow {
        let row = self.table.row(index);
        let place = self.place(row);
        for (fields, read) in PersonFields::of(self.table.kind).iter().zip(persons) {
            let person = self.person(row, fields, place);
            *read = if person.is_blank() { Person::default() } else { person };
        }
        ExtractRow {
            row: self.row_ref(index),
            place,
            registered_on: self.date(row, Field::RegisteredOn),
            detail: self.detail(row),
            filled: self.filled(row),
        }
    }

    fn detail(&mut self, row: RowCells<'t>) -> Detail {
        let registration = || words::registration(row.cell(Field::RegistrationKind));
        match self.table.kind {
            Kind::Births => Detail::Birth(BirthDetail { registration: registration() }),
            Kind::Deaths => Detail::Death(DeathDetail {
                registration: registration(),
                death_date: self.date(row, Field::DeathDate),
                informant: ident::read(row.cell(Field::InformantId)),
            }),
            Kind::Welfare => Detail::Welfare(WelfareDetail {
                programme: self.text(row, Field::Programme),
                group: self.text(row, Field::GroupCode),
                monthly_amount: words::money(row.cell(Field::MonthlyAmount)).unwrap_or(0),
                start: self.open_date(row, Field::StartDate),
                stop: self.open_date(row, Field::StopDate),
                stopped_by_death: self.stopped_by_death(row),
                paid_in_cash: self.cash.get(row.cell(Field::PaymentMethod), words::in_cash),
                has_account: self
                    .table
                    .has(Field::BankAccount)
                    .then(|| words::says_yes(row.cell(Field::BankAccount))),
            }),
            Kind::Insurance => {
                let card = card::read(row.cell(Field::CardNo));
                let of_card = match card {
                    CardCell::Sound(card) => card.group,
                    _ => None,
                };
                Detail::Insurance(InsuranceDetail {
                    card,
                    number: card::read(row.cell(Field::InsuranceNo)),
                    group: card::group(row.cell(Field::GroupCode)).or(of_card),
                    valid_from: self.open_date(row, Field::ValidFrom),
                    valid_to: self.open_date(row, Field::ValidTo),
                    stop: self.open_date(row, Field::StopDate),
                    stopped_by_death: self.stopped_by_death(row),
                })
            }
            Kind::Marriages | Kind::Residents => Detail::Marriage,
        }
    }

    fn person(&mut self, row: RowCells<'t>, fields: &PersonFields, place: PlaceId) -> Person {
        let written = fields.gender.and_then(|field| {
            let code = self.gender_code;
            self.genders.get(row.cell(field), |cell| code.read(cell))
        });
        let gender = written.or(fields.implied);
        let birth = self.date(row, fields.birth);
        let id = |field: Field| ident::settle(ident::read(row.cell(field)), gender, birth);
        let (personal, old) = (id(fields.personal), fields.old.map_or(IdCell::Empty, id));
        let hamlet = match row.cell(Field::Hamlet).trim() {
            "" => match self.table.group_hamlet(row.index()) {
                Some(hamlet) => hamlet,
                // The parents of a child live where the child does.
                None => {
                    let address = row.cell(fields.address.unwrap_or(Field::Address));
                    words::hamlet_in(address).unwrap_or("")
                }
            },
            hamlet => hamlet,
        };
        Person {
            name: self.name(row, fields.name),
            birth,
            gender,
            gender_written: written.is_some(),
            personal,
            old,
            place,
            hamlet: self.dictionary.text(hamlet),
            address: fields.address.map_or(TextId::BLANK, |field| self.text(row, field)),
            household: self.text(row, Field::HouseholdId),
        }
    }

    /// A relative that a resident's row names. Nothing beside tells whether zeros were lost rightly, so
    /// that such an ID is not given back.
    fn relative(&mut self, row: RowCells<'t>, name: Field, id: Field) -> Relative {
        Relative { name: self.name(row, name), id: ident::read(row.cell(id)) }
    }

    fn card_issued(&self, row: RowCells<'t>) -> bool {
        let cell = row.cell(Field::CardIssued);
        words::says_yes(cell) && date::read(cell, self.as_of) != DateCell::Placeholder
    }

    fn stopped_by_death(&mut self, row: RowCells<'t>) -> bool {
        self.deaths.get(row.cell(Field::StopReason), death::says_death)
    }

    fn row_ref(&self, index: u32) -> RowRef {
        RowRef { table: self.table_index, index }
    }

    fn name(&mut self, row: RowCells<'t>, field: Field) -> NameCell {
        self.dictionary.name(row.cell(field), self.table.font(field))
    }

    fn text(&mut self, row: RowCells<'t>, field: Field) -> TextId {
        self.dictionary.text(row.cell(field))
    }

    fn date(&self, row: RowCells<'t>, field: Field) -> DateCell {
        date::read(row.cell(field), self.as_of)
    }

    fn open_date(&self, row: RowCells<'t>, field: Field) -> DateCell {
        date::read_open(row.cell(field), self.as_of)
    }

    fn place(&mut self, row: RowCells<'t>) -> PlaceId {
        self.dictionary.place(row.cell(Field::CommuneCode), row.cell(Field::Commune))
    }

    fn filled(&self, row: RowCells<'t>) -> u16 {
        // A visible ASCII character settles nearly every cell.
        let is_filled = |cell: &&str| cell.bytes().any(|b| b.is_ascii_graphic()) || !cell.trim().is_empty();
        let filled = row.cells().filter(is_filled).count();
        u16::try_from(filled).unwrap_or(u16::MAX)
    }
}

/// Exchanges the chunk's ids in a person.
pub(super) fn exchange_person(person: &mut Person, ids: &Ids) {
    ids.name(&mut person.name);
    ids.place(&mut person.place);
    ids.text(&mut person.hamlet);
    ids.text(&mut person.address);
    ids.text(&mut person.household);
}

/// Exchanges the chunk's ids in a resident.
pub(super) fn exchange_resident(resident: &mut Resident, ids: &Ids) {
    exchange_person(&mut resident.person, ids);
    for relative in [&mut resident.father, &mut resident.mother, &mut resident.spouse] {
        ids.name(&mut relative.name);
    }
}

/// Exchanges the chunk's ids in a row of an extract.
pub(super) fn exchange_row(row: &mut ExtractRow, ids: &Ids) {
    ids.place(&mut row.place);
    if let Detail::Welfare(welfare) = &mut row.detail {
        ids.text(&mut welfare.programme);
        ids.text(&mut welfare.group);
    }
}
