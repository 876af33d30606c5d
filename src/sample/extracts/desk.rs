//! The desk at which an extract is written: clerk, oracle and sheet together, a row at a time.

use smallvec::SmallVec;

use super::cells::{DateW, IdW, NameW, PersonW};
use super::clerk::Clerk;
use crate::domain::{Code, DateCell, Day, Field, Kind, LegacyFont, Role, Status};
use crate::sample::SampleError;
use crate::sample::damage::Harm;
use crate::sample::files::legacy::tells;
use crate::sample::files::{Folder, ListFile, Placed, Placement};
use crate::sample::population::people::{NOBODY, Person, World};
use crate::sample::population::registry_cells::gender_text;
use crate::sample::population::tables::Tables;
use crate::sample::scoring::oracle::{Oracle, Seen};
use crate::sample::scoring::values::{RoleFields, implied_gender};
use crate::vietnamese::legacy::is_typed_in;

/// The communes that a row can mean.
pub(crate) type Communes = SmallVec<[u16; 2]>;

/// The desk.
pub(crate) struct Desk<'d, 'a> {
    pub(crate) oracle: &'d mut Oracle<'a>,
    pub(crate) clerk: Clerk<'a>,
    pub(crate) kind: Kind,
    list: ListFile<'a>,
    harm: Harm<'a>,
    /// The columns of the list.
    columns: Vec<Field>,
    cells: Vec<String>,
    /// The main name of the row at hand, and whether it is damaged.
    name: NameW,
    /// Rows whose name is typed in a legacy font, and whether it tells.
    recoded: Vec<(u32, bool)>,
    /// Rows whose name is a slip that looks as a VNI font does.
    slips_in_vni: Vec<u32>,
    /// Number of the row at hand as a spreadsheet shows it.
    pub(crate) row: u32,
    /// Sound dates of registration, for what the extract covers.
    pub(crate) registered: Vec<Day>,
    /// Communes that the extract registers.
    pub(crate) registers: Vec<bool>,
}

/// A finished extract.
pub(crate) struct Written {
    pub(crate) rows: u32,
    pub(crate) covered: Covered,
    pub(crate) placement: Placement,
}

/// So many names that show a font show that the whole column is typed in it.
const WHOLE_COLUMN: usize = 20;

/// How much more often things go wrong on a row taken down in a hurry.
const IN_A_HURRY: f64 = 7.0;

/// What a finished extract covers.
#[derive(Clone, Debug)]
pub(crate) struct Covered {
    /// Sorted dates of registration.
    registered: Vec<Day>,
    registers: Vec<bool>,
}

impl<'d, 'a> Desk<'d, 'a> {
    /// A desk for a kind.
    pub(crate) fn open(
        oracle: &'d mut Oracle<'a>,
        clerk: Clerk<'a>,
        kind: Kind,
        folder: &'a Folder<'a>,
        rows: usize,
    ) -> Result<Self, SampleError> {
        let list = folder.list(kind, rows)?;
        let harm = Harm::of(folder.damages, oracle.world, folder.seed, kind);
        let registers = vec![false; oracle.world.communes.len()];
        let columns = oracle.tables.columns(kind);
        let cells = vec![String::new(); columns.len()];
        let name = NameW::default();
        Ok(Self {
            oracle,
            clerk,
            kind,
            list,
            harm,
            columns,
            cells,
            name,
            recoded: Vec::new(),
            slips_in_vni: Vec::new(),
            row: 2,
            registered: Vec::new(),
            registers,
        })
    }

    pub(crate) fn world(&self) -> &'a World {
        self.oracle.world
    }

    pub(crate) fn tables(&self) -> &'a Tables {
        self.oracle.tables
    }

    pub(crate) fn person(&self, ix: u32) -> &'a Person {
        &self.oracle.world.people[ix as usize]
    }

    /// Writes a cell of the row at hand.
    pub(crate) fn set(&mut self, field: Field, text: impl Into<String>) {
        if self.harm.leaves_out(field) {
            return;
        }
        if let Some(at) = self.columns.iter().position(|f| *f == field) {
            self.cells[at] = text.into();
        }
    }

    /// Whether the list has a column for a field.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.columns.contains(&field)
    }

    /// Cells of the row at hand that hold something.
    pub(crate) fn filled(&self) -> u16 {
        self.cells.iter().filter(|c| !c.is_empty()).count() as u16
    }

    /// Ends the row at hand.
    pub(crate) fn next_row(&mut self) -> Result<(), SampleError> {
        let placed = self.list.row(&self.cells, self.name.damaged)?;
        // A placeholder stands for no name, however it is written.
        if placed == Placed::NameRecoded && !self.name.placeholder {
            // One odd letter may be a sound name of its own.
            self.recoded.push((self.row, tells(&self.name.text)));
        }
        if self.name.damaged && is_typed_in(&self.name.text, LegacyFont::Vni) {
            self.slips_in_vni.push(self.row);
        }
        self.cells.iter_mut().for_each(String::clear);
        self.row += 1;
        if self.row.is_multiple_of(250) {
            self.clerk.sit_down();
        }
        Ok(())
    }

    /// Names typed in a legacy font throughout are one case, told by the first that shows it; a few are so many.
    fn tell_recoded(&mut self) {
        let recoded = std::mem::take(&mut self.recoded);
        let is_whole = recoded.iter().filter(|(_, tells)| *tells).count() >= WHOLE_COLUMN;
        let first = recoded.iter().position(|(_, tells)| *tells).filter(|_| is_whole);
        if first.is_some() {
            // A name that had slipped into the font before looks like all others of the column.
            self.oracle.make_hard(Code::sach(6), self.kind, &std::mem::take(&mut self.slips_in_vni));
        }
        for (row, tells) in recoded.into_iter().skip(first.unwrap_or(0)).take(first.map_or(usize::MAX, |_| 1))
        {
            let at = (self.kind, row, Some(Role::Subject));
            self.oracle.find(Code::sach(6), at, None, Some(Field::FullName), !tells);
        }
    }

    /// Ends the file.
    pub(crate) fn close(mut self) -> Result<Written, SampleError> {
        self.tell_recoded();
        let placement = self.list.finish()?;
        self.oracle.end_of_list(self.kind, &placement);
        self.registered.sort_unstable();
        let covered = Covered { registered: self.registered, registers: self.registers };
        Ok(Written { rows: self.row - 2, covered, placement })
    }

    /// Puts a person's cells on the row at hand and has the oracle look at them.
    pub(crate) fn put(
        &mut self,
        role: Role,
        person: Option<u32>,
        w: &PersonW,
        birth_required: bool,
    ) -> Option<Seen> {
        let fields = RoleFields::of(role);
        if fields.name == Field::FullName {
            self.name = w.name.clone();
        }
        self.set(fields.name, w.name.text.clone());
        self.set(fields.birth, w.birth.text.clone());
        self.set(fields.personal, w.personal.text.clone());
        if !role.is_parent() {
            self.set(fields.old, w.old.text.clone());
        }
        if implied_gender(role).is_none() {
            self.set(fields.gender, gender_text(w.gender));
        }
        if w.name.is_empty() && self.kind.required().contains(&fields.name) {
            let resident = person.and_then(|p| self.oracle.book.row_of(p));
            let at = (self.kind, self.row, Some(role));
            self.oracle.find(Code::du(10), at, resident, Some(fields.name), false);
        }
        if w.birth.is == DateCell::Empty && birth_required {
            let resident = person.and_then(|p| self.oracle.book.row_of(p));
            let at = (self.kind, self.row, Some(role));
            self.oracle.find(Code::du(10), at, resident, Some(fields.birth), false);
        }
        self.oracle.look(self.kind, self.row, role, person, w, birth_required)
    }

    /// What a list writes of a person. Errors come together: a few rows were taken down in a hurry, and
    /// have a good share of all of them.
    pub(crate) fn describe(&mut self, ix: u32, role: Role) -> PersonW {
        let usual = self.clerk.luck.noise;
        if self.clerk.luck.spoil(200, 0.03) {
            self.clerk.luck.noise = usual.min(1.0) * IN_A_HURRY;
        }
        let mut written = self.describe_calmly(ix, role);
        self.clerk.luck.noise = usual;
        self.harm.person(ix, role, self.row, &mut written);
        written
    }

    fn describe_calmly(&mut self, ix: u32, role: Role) -> PersonW {
        let p = self.person(ix);
        let name = self.clerk.name(p);
        let birth = self.clerk.birth(p.birth);
        let mut gender = implied_gender(role).is_none().then_some(p.gender);
        if gender.is_some() && self.clerk.luck.spoil(201, 0.02) {
            gender = None;
        } else if gender.is_some() && self.clerk.luck.spoil(202, 0.003) {
            gender = Some(other_gender(p.gender));
        }
        let relative = self.relative(p, ix);
        let old_column = self.kind != Kind::Births;
        let known = gender.or(implied_gender(role));
        let (personal, old) = self.clerk.ids(p, relative, known, &birth, old_column);
        PersonW { name, birth, gender, personal, old }
    }

    /// What a birth record writes of a parent: mostly a year of birth, often no number.
    pub(crate) fn describe_parent(&mut self, ix: u32, role: Role) -> PersonW {
        let p = self.person(ix);
        let name = self.clerk.name(p);
        let birth = if self.clerk.luck.coin(0.15) {
            self.clerk.birth(p.birth)
        } else {
            self.clerk.birth_year(p.birth)
        };
        let (personal, _) = if self.clerk.luck.coin(0.65) {
            self.clerk.ids(p, None, implied_gender(role), &birth, false)
        } else {
            (IdW::default(), IdW::default())
        };
        PersonW { name, birth, gender: None, personal, old: IdW::default() }
    }

    /// What a birth record writes of a parent who stands in no list.
    pub(crate) fn describe_name(
        &mut self,
        name: &crate::sample::population::tables::Name,
        plain: bool,
    ) -> PersonW {
        let text = self.tables().text(name);
        let name = if plain { self.clerk.name_of(&text, true) } else { self.clerk.name_of(&text, false) };
        PersonW { name, birth: DateW::default(), ..PersonW::default() }
    }

    /// Somebody of the family whose number may get onto a person's row: only of residents, and only
    /// onto rows of residents.
    fn relative(&self, p: &Person, ix: u32) -> Option<&'a Person> {
        let people = &self.world().people;
        let candidates = [p.mother.person(), p.father.person(), Some(p.spouse)];
        let other = candidates.into_iter().flatten().find(|r| *r != NOBODY && *r != ix)?;
        let of = &people[other as usize];
        (p.resident && of.resident).then_some(of)
    }

    /// Writes the commune of residence: mostly the unit in force, sometimes an old one, sometimes the
    /// wrong one. Gives the communes that it can mean, none where the list gives no communes.
    pub(crate) fn put_residence(&mut self, ix: u32) -> Communes {
        if self.harm.leaves_out(Field::Commune) {
            return SmallVec::new();
        }
        let p = self.person(ix);
        let communes = &self.world().communes;
        let resident = self.oracle.book.row_of(ix);
        let moved = resident.is_some_and(|r| self.oracle.reg(r).status == Status::MovedOut);
        let mut home = p.commune;
        if self.clerk.luck.spoil(203, 0.012) && !moved && communes.len() > 1 {
            home = (home + 1 + self.clerk.luck.below(communes.len() - 1) as u16) % communes.len() as u16;
        }
        let unit = &communes[usize::from(home)];
        if self.clerk.luck.spoil(204, 0.18) {
            if let Some((code, name)) = unit.shares.clone().filter(|_| self.clerk.luck.coin(0.2)) {
                self.set(Field::CommuneCode, code.to_string());
                self.set(Field::Commune, name);
                return SmallVec::from_slice(&[home, home.saturating_sub(1)]);
            }
            let (code, name) = self.clerk.luck.one(&unit.old).clone();
            self.set(Field::CommuneCode, code.to_string());
            self.set(Field::Commune, name);
            return SmallVec::from_slice(&[home]);
        }
        let name = if self.clerk.luck.spoil(205, 0.1) { short(&unit.name) } else { &unit.name };
        self.set(Field::Commune, name);
        if !self.clerk.luck.spoil(206, 0.1) {
            self.set(Field::CommuneCode, unit.code.to_string());
        }
        SmallVec::from_slice(&[home])
    }

    /// Writes the commune of registration and the number and date of the record.
    pub(crate) fn put_record(&mut self, commune: u16, on: Day, number: u32) {
        let unit = &self.world().communes[usize::from(commune)];
        self.set(Field::CommuneCode, unit.code.to_string());
        self.set(Field::Commune, unit.name.clone());
        self.registers[usize::from(commune)] = !self.harm.leaves_out(Field::Commune);
        self.clerk.acted_on = on;
        let year = on.year();
        self.set(Field::RecordNo, format!("{number}/{year}"));
        self.set(Field::BookNo, format!("01/{year}"));
        let mut written = self.clerk.date(on);
        if self.clerk.luck.spoil(207, 0.0012)
            && let Some(near) = on.to_partial()
        {
            written = self.clerk.impossible(near);
            let at = (self.kind, self.row, None);
            self.oracle.find(Code::sach(5), at, None, Some(Field::RegisteredOn), false);
        } else {
            self.registered.push(on);
        }
        self.set(Field::RegisteredOn, written.text);
    }

    /// An address in words: hamlet, commune, province.
    pub(crate) fn address(&self, p: &Person) -> String {
        let places = &self.tables().places;
        let commune = &self.world().communes[usize::from(p.commune)];
        format!("{}, {}, {}", places.hamlet(usize::from(p.hamlet)), commune.name, places.province)
    }

    /// House and street.
    pub(crate) fn house(&self, p: &Person) -> String {
        format!("Số {} {}", p.house, self.tables().places.street(usize::from(p.street)))
    }
}

impl Covered {
    /// Whether an event of these days in a commune is covered: surely, and by any reading of the
    /// percentiles.
    pub(crate) fn covers(&self, commune: u16, first: Day, last: Day) -> (bool, bool) {
        let n = self.registered.len();
        if n == 0 || !self.registers.get(usize::from(commune)).copied().unwrap_or(false) {
            return (false, false);
        }
        let cut = 0.01 * (n - 1) as f64;
        let at = |ix: usize| self.registered[ix.min(n - 1)].0;
        let (low, high) = (cut.floor() as usize, cut.ceil() as usize + 1);
        let (early, late) = (at(low), at(high));
        let (end_late, end_early) = (at(n - 1 - low), at((n - 1).saturating_sub(high)));
        let sure = first.0 >= late + 90 && last.0 <= end_early - 90;
        let maybe = last.0 >= early + 90 && first.0 <= end_late - 90;
        (sure, maybe)
    }
}

/// The name of a commune without its type word.
fn short(name: &str) -> &str {
    name.split_once(' ').map_or(name, |(_, rest)| rest)
}

fn other_gender(gender: crate::domain::Gender) -> crate::domain::Gender {
    use crate::domain::Gender::{Female, Male};
    if gender == Male { Female } else { Male }
}

/// A name cell with a note that the person is dead.
pub(crate) fn with_death_note(mut name: NameW) -> NameW {
    if !name.is_empty() && !name.placeholder && !name.damaged {
        name.text.push_str(" (chết)");
        name.dead_note = true;
    }
    name
}
