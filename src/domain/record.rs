//! The records: residents, and the rows of extracts with the persons they speak of.
//!
//! Everything a comparison needs is small, `Copy` and integer-coded; the text as written stays in the
//! [`Table`](super::Table) the row came from and is looked up by [`RowRef`].

use serde::{Deserialize, Serialize};

use super::{ActKey, CardCell, DateCell, IdCell, Kind, NameId, PlaceId, Role, TextId};

/// Index of a table in [`Dataset::tables`](super::Dataset::tables).
#[derive(
    Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct TableIx(pub u32);

impl TableIx {
    /// The place among the tables.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// Which data row of which file: `index` counts the data rows of the table from 0. The row number that
/// a spreadsheet shows is [`Table::source_row`](super::Table::source_row).
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RowRef {
    /// The table.
    pub table: TableIx,
    /// Index of the data row within the table.
    pub index: u32,
}

/// Male or female, as registers know it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Gender {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

/// What was found in a name cell beside the name.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct NameMarks(pub u8);

impl NameMarks {
    /// A note says that the person is dead: "(chết)", "(đã mất)".
    pub const DEAD: u8 = 1;
    /// The cell is damaged (SACH-06): legacy encoding, mojibake, look-alikes, forbidden characters, lost marks.
    pub const DAMAGED: u8 = 2;
    /// The damage could be undone: the normal form is the repaired one.
    pub const REPAIRED: u8 = 4;
    /// A placeholder stood instead of a name (SACH-09); the name reads as blank.
    pub const PLACEHOLDER: u8 = 8;
    /// Letters are missing for good (`Nguy?n`): the key holds `?` as a wild card.
    pub const WILDCARD: u8 = 16;
    /// The cell names several persons, or another than the one that the row is about: no name is read of it.
    pub const NOT_ONE: u8 = 32;

    /// Whether all of `bits` are set.
    pub fn has(self, bits: u8) -> bool {
        self.0 & bits == bits
    }
}

/// A name cell: the normal form (interned) and what was found beside it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct NameCell {
    /// The normal form; [`NameId::BLANK`] where nothing is written.
    pub id: NameId,
    /// Notes and damage.
    pub marks: NameMarks,
}

/// A person as one role of one row, or a resident, writes it: the part that linkage compares.
#[derive(Copy, Clone, Debug, Default, Serialize, Deserialize)]
pub struct Person {
    /// The name.
    pub name: NameCell,
    /// The date of birth.
    pub birth: DateCell,
    /// The gender: written, or implied by the role (mother, father, husband, wife).
    pub gender: Option<Gender>,
    /// Whether the gender was written on the row (DUNG-03 concerns only these).
    pub gender_written: bool,
    /// The cell of `personal_id` (for parents `mother_id`, `father_id`, ...).
    pub personal: IdCell,
    /// The cell of `old_id`.
    pub old: IdCell,
    /// The commune of residence as far as the row tells (empty for kinds that tell none).
    pub place: PlaceId,
    /// Hamlet (folded text).
    pub hamlet: TextId,
    /// Address (folded text).
    pub address: TextId,
    /// Household (folded text).
    pub household: TextId,
}

impl Person {
    /// Whether the row writes nothing of this person: no name, date or ID (§4, §7).
    pub fn is_blank(&self) -> bool {
        self.name.id.is_blank()
            && self.name.marks.0 == 0
            && self.birth == DateCell::Empty
            && self.personal == IdCell::Empty
            && self.old == IdCell::Empty
    }

    /// The personal ID, from either column.
    pub fn personal_id(&self) -> Option<super::PersonalId> {
        self.personal.personal().or_else(|| self.old.personal())
    }

    /// The old ID, from either column.
    pub fn old_id(&self) -> Option<super::OldId> {
        self.old.old().or_else(|| self.personal.old())
    }
}

/// Index of a resident in [`Registry::residents`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct ResidentIx(pub u32);

/// Residence status of a resident.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Status {
    /// Thường trú.
    Permanent,
    /// Tạm trú.
    Temporary,
    /// Tạm vắng.
    Absent,
    /// Chuyển đi, đã xoá đăng ký.
    MovedOut,
    /// Đã chết; a death date alone makes it.
    Dead,
    /// Mất tích.
    Missing,
    /// Nothing written, or nothing known.
    #[default]
    Unknown,
}

impl Status {
    /// Whether the status is one of the living (the vocabulary's `living` wants no death record besides).
    pub fn is_living(self) -> bool {
        matches!(self, Self::Permanent | Self::Temporary | Self::Absent | Self::Unknown)
    }
}

/// Marital status of a resident.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Marital {
    /// Chưa kết hôn, độc thân.
    Single,
    /// Đã kết hôn, có vợ/chồng.
    Married,
    /// Ly hôn.
    Divorced,
    /// Goá.
    Widowed,
    /// Nothing written, or not readable.
    #[default]
    Unknown,
}

/// A relative as a resident's row names it.
#[derive(Copy, Clone, Debug, Default, Serialize, Deserialize)]
pub struct Relative {
    /// The name.
    pub name: NameCell,
    /// The ID.
    pub id: IdCell,
}

/// Relation to the head of the household, as far as linkage uses it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Relation {
    /// Chủ hộ.
    Head,
    /// Vợ, chồng.
    Spouse,
    /// Con.
    Child,
    /// Any other.
    Other,
    /// Nothing written.
    #[default]
    Unknown,
}

/// One row of the registry.
#[derive(Copy, Clone, Debug, Default, Serialize, Deserialize)]
pub struct Resident {
    /// Where the row stands.
    pub row: RowRef,
    /// Name, birth date, gender, IDs, place.
    pub person: Person,
    /// Relation to the head of the household.
    pub relation: Relation,
    /// The father as named on the row.
    pub father: Relative,
    /// The mother as named on the row.
    pub mother: Relative,
    /// The spouse as named on the row.
    pub spouse: Relative,
    /// Marital status.
    pub marital: Marital,
    /// Residence status; `Dead` where a death date is written.
    pub status: Status,
    /// Date of death.
    pub death_date: DateCell,
    /// Date or mark of the identity card's issue: `None` where the registry has no such column,
    /// `Some(false)` where nothing is written.
    pub card_issued: Option<bool>,
    /// Date of the identity card's issue, where one is written.
    pub card_date: DateCell,
    /// Number of cells filled on the row (which of two surplus rows is fuller).
    pub filled: u16,
}

/// The registry: all rows of all `residents` files, in the order given.
#[derive(Debug, Default)]
pub struct Registry {
    /// The rows.
    pub residents: Vec<Resident>,
    /// Whether any file has a column for the issue of the identity card.
    pub has_card_column: bool,
}

impl Resident {
    /// Whether the row names a spouse, by name or number.
    pub fn names_spouse(&self) -> bool {
        !self.spouse.name.id.is_blank() || !self.spouse.id.is_missing()
    }
}

impl Registry {
    /// The resident of an index.
    pub fn get(&self, ix: ResidentIx) -> &Resident {
        &self.residents[ix.0 as usize]
    }
}

/// How a birth or death came to be registered.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum RegistrationKind {
    /// Đăng ký lại (code 2): a second record of the same person by right.
    Again,
    /// Any other, or not written.
    #[default]
    Other,
}

/// Gives names, texts and communes other numbers: those of other pools.
pub trait Renumber {
    /// The number of a name.
    fn name(&mut self, id: &mut NameId);
    /// The number of a folded text.
    fn text(&mut self, id: &mut TextId);
    /// The number of a commune as written.
    fn place(&mut self, id: &mut PlaceId);
}

impl Person {
    /// Gives all that the person refers to other numbers.
    pub fn renumber(&mut self, by: &mut impl Renumber) {
        by.name(&mut self.name.id);
        by.place(&mut self.place);
        by.text(&mut self.hamlet);
        by.text(&mut self.address);
        by.text(&mut self.household);
    }
}

impl Resident {
    /// Gives all that the row refers to other numbers.
    pub fn renumber(&mut self, by: &mut impl Renumber) {
        self.person.renumber(by);
        for relative in [&mut self.father, &mut self.mother, &mut self.spouse] {
            by.name(&mut relative.name.id);
        }
    }
}

impl ExtractRow {
    /// Gives all that the row refers to, its persons excepted, other numbers.
    pub fn renumber(&mut self, by: &mut impl Renumber) {
        by.place(&mut self.place);
        match &mut self.detail {
            Detail::Welfare(welfare) => {
                by.text(&mut welfare.programme);
                by.text(&mut welfare.group);
            }
            Detail::Entry(entry) => by.text(&mut entry.matter),
            Detail::Birth(_) | Detail::Death(_) | Detail::Marriage | Detail::Insurance(_) => {}
        }
    }
}

/// Fields of a birth row beyond its persons.
#[derive(Copy, Clone, Debug, Default, Serialize, Deserialize)]
pub struct BirthDetail {
    /// Kind of registration.
    pub registration: RegistrationKind,
}

/// Fields of a death row beyond its person.
#[derive(Copy, Clone, Debug, Default, Serialize, Deserialize)]
pub struct DeathDetail {
    /// Kind of registration.
    pub registration: RegistrationKind,
    /// Date of death.
    pub death_date: DateCell,
    /// ID of whoever reported the death.
    pub informant: IdCell,
    /// Whether the row says itself that it is no death of whom it names: annulled, of one who left, of a nameless child, or
    /// without a day of death.
    pub annulled: bool,
    /// Whether the cause is old age.
    pub of_old_age: bool,
    /// Under which number it is registered.
    pub act: ActKey,
}

/// Whether a benefit or card was stopped because its person had died.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ByDeath {
    /// Nothing says so.
    #[default]
    No,
    /// The row says so.
    Told,
    /// The row says so, and leaves a doubt of whom: it gives no date where others give theirs (the reason may be another
    /// row's), or in words that may speak of somebody else.
    InDoubt,
}

impl ByDeath {
    /// Whether the row says so.
    pub fn is_told(self) -> bool {
        self != Self::No
    }
}

/// Fields of a welfare row beyond its person.
#[derive(Copy, Clone, Debug, Default, Serialize, Deserialize)]
pub struct WelfareDetail {
    /// Programme (folded text).
    pub programme: TextId,
    /// Group code (folded text).
    pub group: TextId,
    /// Monthly amount in đồng; 0 where empty or not readable.
    pub monthly_amount: u64,
    /// Start of the benefit.
    pub start: DateCell,
    /// Last day of the benefit, where a cell says it so ("đến hết 31/12/2024").
    pub valid_to: DateCell,
    /// Stop of the benefit.
    pub stop: DateCell,
    /// Whether the stop reason says death.
    pub stopped_by_death: ByDeath,
    /// Whether it is paid in cash (`None`: no column, or nothing written).
    pub paid_in_cash: Option<bool>,
    /// Whether a bank account is written (`None`: no column).
    pub has_account: Option<bool>,
}

/// Fields of an insurance row beyond its person.
#[derive(Copy, Clone, Debug, Default, Serialize, Deserialize)]
pub struct InsuranceDetail {
    /// The cell of `card_no`.
    pub card: CardCell,
    /// The cell of `insurance_no`.
    pub number: CardCell,
    /// Group: of `group_code`, else of the card (two letters, upper case).
    pub group: Option<[u8; 2]>,
    /// First day of validity.
    pub valid_from: DateCell,
    /// Last day of validity.
    pub valid_to: DateCell,
    /// Stop.
    pub stop: DateCell,
    /// Whether the stop reason says death.
    pub stopped_by_death: ByDeath,
}

/// Fields of a row of another sector's list beyond its persons.
#[derive(Copy, Clone, Debug, Default, Serialize, Deserialize)]
pub struct EntryDetail {
    /// What the entry is about (folded text): two entries of a person about different things are no repetition.
    pub matter: TextId,
    /// Start of the entry, or the day of the act.
    pub start: DateCell,
    /// Last day of the entry, where a cell says it so.
    pub valid_to: DateCell,
    /// Stop of the entry.
    pub stop: DateCell,
    /// Whether the stop reason says death.
    pub stopped_by_death: ByDeath,
    /// Whether the person is on the list as long as the entry holds; otherwise the entry is an act of one day.
    pub lasts: bool,
}

/// What a row of an extract says beyond its persons.
#[derive(Copy, Clone, Debug, Default, Serialize, Deserialize)]
pub enum Detail {
    /// Of a birth record.
    Birth(BirthDetail),
    /// Of a death record.
    Death(DeathDetail),
    /// Of a marriage record (nothing beyond the common fields).
    #[default]
    Marriage,
    /// Of a welfare row.
    Welfare(WelfareDetail),
    /// Of an insurance row.
    Insurance(InsuranceDetail),
    /// Of a row of another sector's list.
    Entry(EntryDetail),
}

impl Detail {
    /// Since when the person of the row has the benefit, card or entry; empty for births, deaths and marriages.
    pub fn began(&self) -> DateCell {
        match self {
            Self::Welfare(benefit) => benefit.start,
            Self::Insurance(card) => card.valid_from,
            Self::Entry(entry) => entry.start,
            Self::Birth(_) | Self::Death(_) | Self::Marriage => DateCell::Empty,
        }
    }
}

/// One used row of an extract.
#[derive(Copy, Clone, Debug, Default, Serialize, Deserialize)]
pub struct ExtractRow {
    /// Where the row stands.
    pub row: RowRef,
    /// The commune written on the row: of registration (civil status) or residence (the others).
    pub place: PlaceId,
    /// Date of registration (civil status).
    pub registered_on: DateCell,
    /// The rest, by kind.
    pub detail: Detail,
    /// Number of cells filled on the row.
    pub filled: u16,
    /// Whether a record of a birth or marriage says itself that it was annulled, or that the child died: nobody looks for
    /// what it would bring about.
    pub is_void: bool,
}

/// All used rows of all files of one kind of extract, in the order given.
#[derive(Debug)]
pub struct Extract {
    /// The kind.
    pub kind: Kind,
    /// The rows.
    pub rows: Vec<ExtractRow>,
    /// The persons: `kind.roles().len()` for each row, in the order of the roles; blank where the row
    /// writes nothing of one.
    pub persons: Vec<Person>,
}

impl Extract {
    /// The persons of a row, in the order of `kind.roles()`.
    pub fn persons_of(&self, row: usize) -> &[Person] {
        let n = self.kind.roles().len();
        &self.persons[row * n..(row + 1) * n]
    }

    /// Row index and role of an index into [`Extract::persons`].
    pub fn role_of(&self, person: usize) -> (usize, Role) {
        let roles = self.kind.roles();
        (person / roles.len(), roles[person % roles.len()])
    }
}
