//! Cells of a row to the fields of a typed record.

use super::columns::Columns;
use super::communes::parts;
use super::dictionary::{ChunkTexts, Dictionary, KnownNames, Memo};
use super::ditto::Above;
use crate::domain::{
    BirthDetail, Capability, CardCell, DateCell, Day, DeathDetail, Detail, EntryDetail, ExtractRow, Field,
    Gender, IdCell, InsuranceDetail, Kind, Marital, NameCell, NameMarks, PartialDate, Person, PlaceId,
    Relation, Relative, Resident, Role, RoleColumns, RowCells, RowRef, Status, Table, TableIx, TextId,
    WelfareDetail,
};
use crate::vietnamese::date::{DateColumn, Limits};
use crate::vietnamese::death::Said;
use crate::vietnamese::words::{self, GenderCode};
use crate::vietnamese::{card, date, death, ident};

/// Reads the rows of one chunk of a table.
pub(super) struct RowReader<'t, 'k> {
    pub(super) table: &'t Table,
    detail_kind: DetailKind,
    table_index: TableIx,
    pub(super) as_of: Day,
    gender_code: GenderCode,
    pub(super) columns: Columns,
    above: Above<'t>,
    dictionary: Dictionary<'t, 'k>,
    genders: Memo<'t, Option<Gender>>,
    statuses: Memo<'t, Status>,
    marital: Memo<'t, Marital>,
    relations: Memo<'t, Relation>,
    pub(super) deaths: Memo<'t, Said>,
    /// Whether a remark takes a death back.
    pub(super) annulments: Memo<'t, bool>,
    /// Whether a remark on a birth or marriage says that the record brings nothing about.
    pub(super) voids: Memo<'t, bool>,
    /// What the reason of a stop says of a death, or hints at.
    pub(super) reasons: Memo<'t, Said>,
    /// Whether a cause of death is old age.
    old_ages: Memo<'t, bool>,
    /// Whether what stands in the place of a dead person's name is another's, or takes the death back.
    pub(super) unnamed: Memo<'t, bool>,
    /// Whether a remark says that its row stopped, and when.
    pub(super) halts: Memo<'t, DateCell>,
    cash: Memo<'t, Option<bool>>,
    /// Whether parts of addresses name a commune or what lies above it.
    units: Memo<'t, bool>,
    /// Whether addresses tell a hamlet or a commune alone.
    no_houses: Memo<'t, bool>,
}

/// What rows of a kind say beyond their persons, by what they prove.
#[derive(Copy, Clone)]
enum DetailKind {
    Birth,
    Death,
    Marriage,
    Benefit,
    Card,
    Entry,
}

impl DetailKind {
    fn of(kind: Kind) -> Self {
        match kind {
            _ if kind.has(Capability::Death) => Self::Death,
            _ if kind.has(Capability::Payment) => Self::Benefit,
            _ if kind.has(Capability::Card) => Self::Card,
            _ if kind.is_list() => Self::Entry,
            _ if kind.roles().contains(&Role::Child) => Self::Birth,
            _ => Self::Marriage,
        }
    }
}

impl<'t, 'k> RowReader<'t, 'k> {
    /// A reader for rows of a table.
    pub(super) fn new(
        table: &'t Table,
        table_index: TableIx,
        as_of: Day,
        gender_code: GenderCode,
        known: &'k KnownNames<'t>,
    ) -> Self {
        Self {
            table,
            detail_kind: DetailKind::of(table.kind),
            table_index,
            as_of,
            gender_code,
            columns: Columns::of(table, as_of),
            above: Above::default(),
            dictionary: Dictionary::new(known),
            genders: Memo::default(),
            statuses: Memo::default(),
            marital: Memo::default(),
            relations: Memo::default(),
            deaths: Memo::default(),
            annulments: Memo::default(),
            voids: Memo::default(),
            reasons: Memo::default(),
            old_ages: Memo::default(),
            unnamed: Memo::default(),
            halts: Memo::default(),
            cash: Memo::default(),
            units: Memo::default(),
            no_houses: Memo::default(),
        }
    }

    /// The distinct texts of the rows read.
    pub(super) fn into_texts(self) -> ChunkTexts<'t> {
        self.dictionary.finish()
    }

    /// Whether the rows are records of births.
    pub(super) fn is_of_births(&self) -> bool {
        matches!(self.detail_kind, DetailKind::Birth)
    }

    /// Whether the rows are records of marriages.
    pub(super) fn is_of_marriages(&self) -> bool {
        matches!(self.detail_kind, DetailKind::Marriage)
    }

    /// Reads a row of the registry.
    pub(super) fn resident(&mut self, index: u32) -> Resident {
        let row = self.table.row(index);
        let place = self.place(row);
        let person = self.person(row, Role::Subject.columns(), place);
        let death_date = self.date(row, Field::DeathDate);
        let status = self.cell(row, Field::Status);
        let table = self.table;
        let status = match self.statuses.get(status, words::status) {
            Status::Unknown if status.trim().is_empty() => self.status_of_heading(index),
            status => status,
        };
        let mut remarks = table.remarks_on(index);
        let says_dead = remarks.any(|remark| self.deaths.get(remark, death::says_of_death) == Said::Dead);
        // "(đã chết)" behind a name or a relation.
        let beside = row.cell(Field::RelationToHead).split_once('(').map_or("", |(_, inside)| inside);
        let is_dead = says_dead
            || death_date.value().is_some()
            || person.name.marks.has(NameMarks::DEAD)
            || self.deaths.get(beside, death::says_of_death) == Said::Dead;
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
            status: if is_dead { Status::Dead } else { status },
            death_date,
            card_issued: self.columns.tells_cards().then(|| self.card_issued(row)),
            card_date: self.date(row, Field::CardIssued),
            filled: self.filled(row),
        }
    }

    /// The status that a heading above the row, the sheet or the title gives to all in it.
    fn status_of_heading(&self, index: u32) -> Status {
        let of_section = self.table.section(index).map(|section| {
            let stop = section.stop.as_ref().map_or("", |stop| stop.heading.as_str());
            [section.category.as_str(), stop].map(words::status_of_heading)
        });
        let mut said = of_section.into_iter().flatten().filter(|status| *status != Status::Unknown);
        said.next().unwrap_or(self.columns.status())
    }

    /// Reads a row of an extract, and its persons into `persons`, which has a place for each role.
    pub(super) fn extract(&mut self, index: u32, persons: &mut [Person]) -> ExtractRow {
        let row = self.table.row(index);
        let place = self.place(row);
        for (role, read) in self.table.kind.roles().iter().zip(persons) {
            let person = self.person(row, role.columns(), place);
            *read = if person.is_blank() { Person::default() } else { person };
        }
        ExtractRow {
            row: self.row_ref(index),
            place,
            registered_on: self.date(row, Field::RegisteredOn),
            detail: self.detail(row),
            filled: self.filled(row),
            is_void: self.is_void(row),
        }
    }

    fn detail(&mut self, row: RowCells<'t>) -> Detail {
        let registration = || words::registration(row.cell(Field::RegistrationKind));
        let limits = |reader: &mut Self, field| {
            let cell = reader.cell(row, field);
            date::read_limits(cell, reader.as_of, reader.columns.date(field))
        };
        match self.detail_kind {
            DetailKind::Birth => Detail::Birth(BirthDetail { registration: registration() }),
            DetailKind::Death => Detail::Death(DeathDetail {
                registration: registration(),
                death_date: self.date(row, Field::DeathDate),
                informant: ident::read(row.cell(Field::InformantId)),
                annulled: self.is_annulled(row),
                of_old_age: self.old_ages.get(row.cell(Field::DeathCause), death::is_of_old_age),
                act: self.act_key(row),
            }),
            DetailKind::Benefit => {
                let (begun, ended) = (limits(self, Field::StartDate), limits(self, Field::StopDate));
                let group = self.text(row, Field::GroupCode);
                let programme = match self.text(row, Field::Programme) {
                    blank if blank == TextId::BLANK && group == TextId::BLANK => {
                        let table = self.table;
                        let section = table.section(row.index());
                        self.dictionary.text(section.map_or("", |section| &section.category))
                    }
                    written => written,
                };
                let stop = first_of([
                    ended.alone,
                    // "Từ 01/2024" under "Dừng hưởng" is when it stopped; where one cell tells both ends, it is
                    // when it began.
                    match ended.to {
                        DateCell::Empty if row.cell(Field::StartDate) != row.cell(Field::StopDate) => {
                            ended.from
                        }
                        _ => DateCell::Empty,
                    },
                    self.columns.stop_of(self.table, row.index()),
                    self.stopped_by_remark(row),
                    self.columns.followed(),
                ]);
                Detail::Welfare(WelfareDetail {
                    programme,
                    group,
                    monthly_amount: self.amount(row),
                    start: first_of([begun.from, begun.alone, if_range(ended)]),
                    valid_to: first_of([ended.to, begun.to]),
                    stop,
                    stopped_by_death: self.stopped_by_death(row, stop),
                    paid_in_cash: self.cash.get(row.cell(Field::PaymentMethod), words::in_cash),
                    has_account: self
                        .table
                        .has(Field::BankAccount)
                        .then(|| words::says_yes(row.cell(Field::BankAccount))),
                })
            }
            DetailKind::Entry => {
                let (begun, ended) = (limits(self, Field::StartDate), limits(self, Field::StopDate));
                let stop = first_of([
                    ended.alone,
                    if ended.to == DateCell::Empty { ended.from } else { DateCell::Empty },
                    self.columns.followed(),
                ]);
                Detail::Entry(EntryDetail {
                    matter: self.text(row, self.table.kind.description().matter),
                    start: first_of([begun.from, begun.alone, if_range(ended)]),
                    valid_to: first_of([ended.to, begun.to]),
                    stop,
                    stopped_by_death: self.stopped_by_death(row, stop),
                    lasts: self.table.kind.has(Capability::Membership),
                })
            }
            DetailKind::Card => {
                let (card, beside) = card::read_with_notes(row.cell(Field::CardNo));
                let number = match ident::read(row.cell(Field::InsuranceNo)) {
                    IdCell::Personal(_) => CardCell::Empty,
                    _ => card::read_with_notes(row.cell(Field::InsuranceNo)).0,
                };
                let of_card = |card| match card {
                    CardCell::Sound(card) => card.group,
                    _ => None,
                };
                let (begun, ended) = (limits(self, Field::ValidFrom), limits(self, Field::ValidTo));
                let stopped = limits(self, Field::StopDate);
                let beside = if beside.is_empty() {
                    Limits::default()
                } else {
                    date::read_limits(beside, self.as_of, DateColumn::default())
                };
                let stop =
                    first_of([stopped.alone, stopped.from, self.columns.stop_of(self.table, row.index())]);
                let group = self.cell(row, Field::GroupCode);
                let of_section =
                    || self.table.section(row.index()).and_then(|section| card::group(&section.category));
                let group = card::group(group).or_else(|| of_card(card)).or_else(|| of_card(number));
                Detail::Insurance(InsuranceDetail {
                    card,
                    number,
                    group: group.or_else(of_section),
                    valid_from: first_of([begun.from, begun.alone, if_range(ended), beside.from]),
                    valid_to: first_of([ended.to, ended.alone, begun.to, stopped.to, beside.to]),
                    stop,
                    stopped_by_death: self.stopped_by_death(row, stop),
                })
            }
            DetailKind::Marriage => Detail::Marriage,
        }
    }

    fn person(&mut self, row: RowCells<'t>, fields: &RoleColumns, place: PlaceId) -> Person {
        let written = fields.gender.and_then(|field| {
            let code = self.gender_code;
            self.genders.get(row.cell(field), |cell| code.read(cell))
        });
        let gender = written.or(fields.implied);
        let birth = self.birth(row, fields.birth);
        let id = |field: Field| ident::settle(ident::read(row.cell(field)), gender, birth);
        let (mut personal, mut old) = (id(fields.personal), fields.old.map_or(IdCell::Empty, id));
        // Since 01/08/2025 the number of social insurance is the personal ID.
        if let (DetailKind::Card, Field::PersonalId, IdCell::Empty) =
            (&self.detail_kind, fields.personal, personal)
            && let IdCell::Personal(number) = id(Field::InsuranceNo)
        {
            personal = IdCell::Personal(number);
        }
        if old == IdCell::Empty
            && let Some(beside) = ident::old_beside(row.cell(fields.personal))
        {
            old = IdCell::Old(beside);
        }
        let hamlet = match self.cell(row, Field::Hamlet).trim() {
            "" => match self.table.group_hamlet(row.index()) {
                Some(hamlet) => hamlet,
                // The parents of a child live where the child does.
                None => {
                    let address = self.cell(row, fields.address);
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
            address: self.address(row, fields.address),
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

    fn amount(&mut self, row: RowCells<'t>) -> u64 {
        let cell = self.cell(row, Field::MonthlyAmount);
        words::money_of(cell, self.columns.scale()).unwrap_or(0)
    }

    fn row_ref(&self, index: u32) -> RowRef {
        RowRef { table: self.table_index, index }
    }

    fn name(&mut self, row: RowCells<'t>, field: Field) -> NameCell {
        self.dictionary.name(row.cell(field), self.table.font(field))
    }

    fn text(&mut self, row: RowCells<'t>, field: Field) -> TextId {
        let cell = self.cell(row, field);
        self.dictionary.text(cell)
    }

    /// The address up to the hamlet. The commune and what lies above it are compared by themselves, and one list writes
    /// them out where another does not; where nothing but a hamlet is left no house is told.
    fn address(&mut self, row: RowCells<'t>, field: Field) -> TextId {
        let mut local = self.cell(row, field).trim();
        while let Some(at) = local.rfind([',', ';']) {
            let last = local[at + 1..].trim();
            if !last.is_empty() && !self.units.get(last, parts::is_unit) {
                return self.dictionary.text(local);
            }
            local = local[..at].trim_end();
        }
        let is_house = ["Số", "số", "SỐ"].iter().any(|number| local.starts_with(number))
            || local.starts_with(|c: char| c.is_ascii_digit());
        let tells_none = |part: &str| words::hamlet_in(part).is_some() || parts::is_unit(part);
        let local = if !is_house && self.no_houses.get(local, tells_none) { "" } else { local };
        self.dictionary.text(local)
    }

    /// The cell of a field; a ditto mark stands for what is written above.
    pub(super) fn cell(&mut self, row: RowCells<'t>, field: Field) -> &'t str {
        self.above.cell(self.table, row, field)
    }

    fn date(&mut self, row: RowCells<'t>, field: Field) -> DateCell {
        let cell = self.cell(row, field);
        if self.columns.is_filler(field, cell) {
            return DateCell::Empty;
        }
        date::read_in(cell, self.as_of, self.columns.date(field), self.columns.listed_on())
    }

    /// A date of birth; ages are those on the day of the act that the row is about.
    fn birth(&mut self, row: RowCells<'t>, field: Field) -> DateCell {
        let birth = self.date(row, field);
        if !matches!(birth, DateCell::About(_)) {
            return birth;
        }
        let Some(act) = self.act(row) else { return birth };
        date::read_in(row.cell(field), self.as_of, self.columns.date(field), act)
    }

    /// The day of the death or registration that a row tells.
    fn act(&mut self, row: RowCells<'t>) -> Option<Day> {
        let fields: &[Field] = match self.detail_kind {
            DetailKind::Death => &[Field::DeathDate, Field::RegisteredOn],
            DetailKind::Birth | DetailKind::Marriage => &[Field::RegisteredOn],
            DetailKind::Benefit | DetailKind::Card | DetailKind::Entry => &[],
        };
        fields.iter().find_map(|field| self.date(row, *field).sound()).map(PartialDate::first_day)
    }

    fn place(&mut self, row: RowCells<'t>) -> PlaceId {
        let (code, name) = (self.cell(row, Field::CommuneCode), self.cell(row, Field::Commune));
        self.dictionary.place(code, name)
    }

    fn filled(&self, row: RowCells<'t>) -> u16 {
        // A visible ASCII character settles nearly every cell.
        let is_filled = |cell: &&str| cell.bytes().any(|b| b.is_ascii_graphic()) || !cell.trim().is_empty();
        let filled = row.cells().filter(is_filled).count();
        u16::try_from(filled).unwrap_or(u16::MAX)
    }
}

/// The first of several cells in which anything is written, that can be read at best.
fn first_of<const N: usize>(cells: [DateCell; N]) -> DateCell {
    let sound = cells.iter().find(|cell| cell.value().is_some());
    let written = || cells.iter().find(|cell| **cell != DateCell::Empty);
    sound.or_else(written).copied().unwrap_or_default()
}

/// The first day that a cell of the last one gives, where it gives both.
fn if_range(ended: Limits) -> DateCell {
    if ended.to == DateCell::Empty { DateCell::Empty } else { ended.from }
}
