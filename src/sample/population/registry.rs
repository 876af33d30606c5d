//! The registry as it is kept: what it says of each resident, rightly or not.

use rustc_hash::FxHashMap;

use super::people::{NOBODY, Parent, World};
use super::tables::Name;
use crate::domain::{DateCell, Day, Gender, IdCell, Marital, PartialDate, PersonalId, Status};
use crate::sample::damage::Harm;
use crate::sample::extracts::cells::{IdW, NameW, PersonW, name_key};
use crate::sample::extracts::clerk::{Clerk, lost_zero, old_id, personal_id, placeholder_date};

/// How a row names a relative.
#[derive(Clone, Debug, Default)]
pub(crate) enum RelName {
    /// Not at all.
    #[default]
    Empty,
    /// By the name that the person bears.
    Person(u32),
    /// By a name of somebody who stands in no list.
    Named(Name),
    /// By some other text.
    Other(Box<str>),
}

/// A relative as a row of the registry has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rel {
    pub(crate) name: RelName,
    /// The personal ID; 0 where none is written.
    pub(crate) id: u64,
}

/// A row of the registry: meanings; texts are kept only where they are not the plain ones.
#[derive(Clone, Debug)]
pub(crate) struct Reg {
    pub(crate) person: u32,
    pub(crate) key: Box<str>,
    pub(crate) birth: DateCell,
    pub(crate) gender: Option<Gender>,
    pub(crate) pid: IdCell,
    pub(crate) old: IdCell,
    pub(crate) commune: Option<u16>,
    pub(crate) status: Status,
    pub(crate) death: DateCell,
    pub(crate) card: DateCell,
    pub(crate) marital: Marital,
    pub(crate) father: Rel,
    pub(crate) mother: Rel,
    pub(crate) spouse: Rel,
    /// The row that is kept instead, where this one is surplus.
    pub(crate) surplus_of: Option<u32>,
    /// Whether nobody could tell that a surplus row is the same person.
    pub(crate) surplus_hard: bool,
    pub(crate) odd: Option<Box<PersonW>>,
    pub(crate) odd_dates: Option<Box<(String, String)>>,
    filled: u16,
}

impl Reg {
    /// The personal ID that counts.
    pub(crate) fn personal_id(&self) -> Option<PersonalId> {
        self.pid.personal()
    }

    /// Whether the row says that the person is dead.
    pub(crate) fn is_dead(&self) -> bool {
        self.status == Status::Dead
    }
}

/// The registry and its indexes.
#[derive(Debug)]
pub(crate) struct Book {
    /// The rows in the order of the file.
    pub(crate) rows: Vec<Reg>,
    /// By person: the row that is kept.
    of_person: Vec<u32>,
    by_pid: FxHashMap<u64, u32>,
    by_old: FxHashMap<u32, u32>,
}

/// The row number that a spreadsheet shows for the `ix`th data row.
pub(crate) fn source_row(ix: u32) -> u32 {
    ix + 2
}

impl Book {
    /// The row that is kept of a person.
    pub(crate) fn row_of(&self, person: u32) -> Option<u32> {
        self.of_person.get(person as usize).copied().filter(|r| *r != NOBODY)
    }

    /// The (kept) row whose personal ID this is.
    pub(crate) fn owner(&self, id: PersonalId) -> Option<u32> {
        self.by_pid.get(&id.number()).copied()
    }

    /// The (kept) row whose old ID this is.
    pub(crate) fn old_owner(&self, id: u32) -> Option<u32> {
        self.by_old.get(&id).copied()
    }

    /// Writes the registry of a population.
    pub(crate) fn keep(world: &World, clerk: &mut Clerk<'_>, harm: &mut Harm<'_>) -> Self {
        let mut order: Vec<u32> =
            (0..world.people.len() as u32).filter(|&ix| world.people[ix as usize].resident).collect();
        order.sort_by_key(|&ix| {
            let p = &world.people[ix as usize];
            (p.commune, p.household, p.kinship as u8, p.birth, ix)
        });
        let mut rows: Vec<Reg> = Vec::with_capacity(order.len() + order.len() / 100);
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut surplus: Vec<(u32, Reg)> = Vec::new();
        for (n, &ix) in order.iter().enumerate() {
            if n % 300 == 0 {
                clerk.sit_down();
            }
            let mut reg = register(world, clerk, harm, ix);
            let second = clerk.luck.spoil(100, 0.022) && reg.odd.is_none();
            let second = second.then(|| second_row(world, clerk, &reg));
            let commune = world.people[ix as usize].commune;
            if harm.registry_row(&mut reg) {
                if let Some(mut second) = second {
                    harm.registry_row(&mut second);
                    // Without numbers only the dates tell that it is the same person.
                    second.surplus_hard |= reg.pid == IdCell::Empty && second.birth != reg.birth;
                    surplus.push((rows.len() as u32, second));
                }
                rows.push(reg);
            }
            let ends = order.get(n + 1).is_none_or(|&next| world.people[next as usize].commune != commune);
            if ends {
                for (first, reg) in surplus.drain(..) {
                    pairs.push((first, rows.len() as u32));
                    rows.push(reg);
                }
            }
        }
        let mut book = Self {
            of_person: vec![NOBODY; world.people.len()],
            by_pid: FxHashMap::default(),
            by_old: FxHashMap::default(),
            rows,
        };
        share_numbers(&mut book.rows, clerk);
        for (ix, row) in book.rows.iter_mut().enumerate() {
            row.filled = filled(row);
            book.of_person[row.person as usize] = ix as u32;
        }
        for (a, b) in pairs {
            let rank = |ix: u32| {
                let r = &book.rows[ix as usize];
                (r.personal_id().is_some(), r.filled, std::cmp::Reverse(ix))
            };
            let (kept, other) = if rank(a) > rank(b) { (a, b) } else { (b, a) };
            book.rows[other as usize].surplus_of = Some(kept);
            let person = book.rows[kept as usize].person;
            book.of_person[person as usize] = kept;
        }
        for row in &book.rows {
            let kept = book.of_person[row.person as usize];
            if let Some(id) = row.personal_id() {
                book.by_pid.entry(id.number()).or_insert(kept);
            }
            if let Some(old) = row.old.old().or(row.pid.old()) {
                book.by_old.entry(old.number()).or_insert(kept);
            }
        }
        book
    }
}

/// What the registry says of a person.
fn register(world: &World, clerk: &mut Clerk<'_>, harm: &mut Harm<'_>, ix: u32) -> Reg {
    let p = &world.people[ix as usize];
    let name = clerk.name(p);
    let age = world.as_of.year() - p.birth.year();
    let mut birth = clerk.birth(p.birth);
    let year = u16::try_from(p.birth.year()).ok().and_then(PartialDate::from_year);
    if let (DateCell::About(_), Some(year)) = (birth.is, year) {
        // A registry writes no ages.
        birth.text = year.to_string();
        birth.is = DateCell::Sound(year);
    }
    // Papers of the old give no day: a year alone, or what the rule fills in for it.
    if age >= 60 && clerk.luck.spoil(101, 0.16) {
        if let Some(year) = year {
            birth.text = year.to_string();
            birth.is = DateCell::Sound(year);
        }
    } else if age >= 60 && clerk.luck.spoil(102, 0.05) {
        if let Some(day) = year.and_then(|y| PartialDate::day(y.year(), 1, 1)) {
            birth.text = day.to_string();
            birth.is = DateCell::Sound(day);
        }
    } else if clerk.luck.spoil(103, 0.002) {
        birth = placeholder_date(&mut clerk.luck);
    }
    if harm.gives_year_alone(p)
        && let (DateCell::Sound(_), Some(year)) = (birth.is, year)
    {
        birth.text = year.to_string();
        birth.is = DateCell::Sound(year);
    }
    let mut gender = Some(p.gender);
    if clerk.luck.spoil(104, 0.006) {
        gender = None;
    } else if clerk.luck.spoil(105, 0.004) {
        gender = Some(if p.gender == Gender::Male { Gender::Female } else { Gender::Male });
    }
    let missing = if age <= 1 { 0.06 } else { 0.008 };
    let personal = if p.pid == 0 || clerk.luck.hit(106, missing) {
        IdW::default()
    } else if clerk.luck.spoil(107, 0.004) {
        IdW { text: format!("{:012}", p.pid)[..11].to_owned(), is: IdCell::Malformed }
    } else if clerk.luck.spoil(108, 0.006) && p.pid < 100_000_000_000 {
        lost_zero(p.pid, gender, &birth)
    } else if clerk.luck.spoil(109, 0.002) {
        IdW { text: "000000000000".into(), is: IdCell::Placeholder }
    } else {
        personal_id(p.pid)
    };
    let old = if p.old != 0 && clerk.luck.coin(0.6) { old_id(p.old) } else { IdW::default() };
    let (status, death, odd_death) = state_of(world, clerk, ix);
    let (card, odd_card) = card_of(world, clerk, ix);
    let plain = name_key(&clerk.tables.text(&p.name));
    let is_plain_birth = birth.is == p.birth.to_partial().map_or(DateCell::Empty, DateCell::Sound);
    let is_plain = name.key == plain
        && !name.damaged
        && is_plain_birth
        && personal.is == personal_id(p.pid).is
        && matches!(old.is, IdCell::Empty | IdCell::Old(_));
    let mut reg = Reg {
        person: ix,
        key: name.key.clone().into(),
        birth: birth.is,
        gender,
        pid: personal.is,
        old: old.is,
        commune: (!clerk.luck.spoil(110, 0.002)).then_some(p.commune),
        status,
        death,
        card,
        marital: Marital::Unknown,
        father: Rel::default(),
        mother: Rel::default(),
        spouse: Rel::default(),
        surplus_of: None,
        surplus_hard: false,
        odd: None,
        odd_dates: (odd_death.is_some() || odd_card.is_some())
            .then(|| Box::new((odd_death.unwrap_or_default(), odd_card.unwrap_or_default()))),
        filled: 0,
    };
    if !is_plain {
        reg.odd = Some(Box::new(PersonW { name, birth, gender, personal, old }));
    }
    let parents = [(p.father, true), (p.mother, false)];
    for (parent, is_father) in parents {
        let rel = relative(world, clerk, parent, age);
        if is_father {
            reg.father = rel;
        } else {
            reg.mother = rel;
        }
    }
    set_marriage(world, clerk, ix, &mut reg);
    reg
}

/// Status and date of death, with the text of an odd date.
fn state_of(world: &World, clerk: &mut Clerk<'_>, ix: u32) -> (Status, DateCell, Option<String>) {
    let p = &world.people[ix as usize];
    let luck = &mut clerk.luck;
    if let Some(day) = p.death {
        // Long-dead ones are known; of the others some families never came.
        let long_ago = world.as_of.0 - day.0 > 2_600;
        // Where no death record was ever made, the registry seldom heard of the death either.
        let unheard = if p.unrecorded { 0.6 } else { 0.12 };
        if long_ago || !luck.hit(111, unheard) {
            let date = day.to_partial();
            if luck.spoil(112, 0.03) {
                return (Status::Dead, DateCell::Empty, None);
            }
            if luck.spoil(113, 0.2)
                && let Some(other) = Day(day.0 - luck.between(1, 20)).to_partial()
            {
                return (Status::Dead, DateCell::Sound(other), None);
            }
            if luck.spoil(114, 0.006)
                && let Some(near) = date
            {
                let wrong = clerk.impossible(near);
                return (Status::Dead, wrong.is, Some(wrong.text));
            }
            return (Status::Dead, date.map_or(DateCell::Empty, DateCell::Sound), None);
        }
    }
    let status = if luck.hit(115, 0.03) && p.death.is_none() {
        Status::MovedOut
    } else if luck.hit(116, 0.04) {
        Status::Temporary
    } else if luck.hit(117, 0.02) {
        Status::Absent
    } else if luck.hit(118, 0.001) && p.death.is_none() {
        Status::Missing
    } else if luck.hit(119, 0.003) {
        Status::Unknown
    } else {
        Status::Permanent
    };
    (status, DateCell::Empty, None)
}

/// When the identity card was issued, with the text of an odd date.
fn card_of(world: &World, clerk: &mut Clerk<'_>, ix: u32) -> (DateCell, Option<String>) {
    let p = &world.people[ix as usize];
    let fourteen = p.birth.0 + 5_130;
    let first = fourteen.max(Day::from_civil(2021, 2, 1).map_or(0, |d| d.0));
    let last = p.death.map_or(world.as_of.0, |d| d.0);
    if first >= last || clerk.luck.hit(120, 0.05) {
        return (DateCell::Empty, None);
    }
    let day = Day(clerk.luck.between(first, last - 1)).to_partial();
    if clerk.luck.spoil(121, 0.001)
        && let Some(near) = day
    {
        let wrong = clerk.impossible(near);
        return (wrong.is, Some(wrong.text));
    }
    (day.map_or(DateCell::Empty, DateCell::Sound), None)
}

fn relative(world: &World, clerk: &mut Clerk<'_>, parent: Parent, age: i32) -> Rel {
    // The older the person, the less the registry knows of the parents.
    let silent = if age > 60 { 0.25 } else { 0.04 };
    if clerk.luck.coin(silent) {
        return Rel::default();
    }
    match parent {
        Parent::Unknown => Rel::default(),
        Parent::Named(name) => Rel { name: RelName::Named(name), id: 0 },
        Parent::Person(ix) => {
            let p = &world.people[ix as usize];
            let id = if clerk.luck.coin(0.75) { p.pid } else { 0 };
            if p.ethnicity == 0 && clerk.luck.spoil(122, 0.006) {
                let text = clerk.tables.text(&p.name);
                let words: Vec<_> = text.split(' ').collect();
                let wrong = format!("{} {}", words[0], words[words.len() - 1]);
                return Rel { name: RelName::Other(wrong.into()), id };
            }
            Rel { name: RelName::Person(ix), id }
        }
    }
}

fn set_marriage(world: &World, clerk: &mut Clerk<'_>, ix: u32, reg: &mut Reg) {
    let p = &world.people[ix as usize];
    let age = world.as_of.year() - p.birth.year();
    if p.spouse == NOBODY {
        reg.marital = if age < 18 || clerk.luck.coin(0.85) { Marital::Single } else { Marital::Divorced };
        return;
    }
    let spouse = &world.people[p.spouse as usize];
    let named =
        Rel { name: RelName::Person(p.spouse), id: if clerk.luck.coin(0.8) { spouse.pid } else { 0 } };
    if spouse.death.is_some() {
        reg.marital = Marital::Widowed;
        reg.spouse = if clerk.luck.coin(0.5) { named } else { Rel::default() };
        return;
    }
    reg.marital = Marital::Married;
    if clerk.luck.hit(123, 0.06) {
        reg.marital = Marital::Single;
    } else if clerk.luck.hit(124, 0.02) {
        // Married, it says, but not to whom.
    } else if clerk.luck.hit(125, 0.03) {
        let former = clerk.tables.draw_name(
            &mut clerk.luck,
            spouse.ethnicity,
            spouse.gender,
            spouse.birth.year(),
            None,
        );
        reg.spouse = Rel { name: RelName::Named(former), id: 0 };
    } else {
        reg.spouse = named;
    }
}

/// A second row of the same person, kept by another office.
fn second_row(world: &World, clerk: &mut Clerk<'_>, first: &Reg) -> Reg {
    let mut reg = first.clone();
    let p = &world.people[first.person as usize];
    let without_number = clerk.luck.coin(0.5);
    if without_number {
        reg.pid = IdCell::Empty;
        reg.card = DateCell::Empty;
        reg.odd_dates = None;
        if reg.death == DateCell::Impossible {
            reg.death = DateCell::Empty;
        }
    }
    if clerk.luck.coin(0.5) {
        (reg.father, reg.mother) = (Rel::default(), Rel::default());
    }
    if clerk.luck.coin(0.3) && world.communes.len() > 1 {
        reg.commune = Some((p.commune + 1) % world.communes.len() as u16);
    }
    let mut text = clerk.tables.text(&p.name);
    if clerk.luck.coin(0.3) {
        text = crate::sample::extracts::cells::bare(&text);
    }
    reg.key = name_key(&text).into();
    let mut birth = crate::sample::extracts::cells::DateW { text: String::new(), is: reg.birth };
    if let DateCell::Sound(d) = reg.birth {
        let year_only = p.birth.year() < world.as_of.year() - 40 && clerk.luck.coin(0.3);
        let d = if year_only { d.year_only() } else { d };
        birth = crate::sample::extracts::cells::DateW { text: d.to_string(), is: DateCell::Sound(d) };
    }
    reg.birth = birth.is;
    reg.surplus_hard = without_number && birth.is != first.birth;
    let (personal, old) = (
        reg.pid.personal().map(|id| personal_id(id.number())).unwrap_or_default(),
        reg.old.old().map(|id| old_id(id.number())).unwrap_or_default(),
    );
    reg.pid = personal.is;
    let name = NameW { text: text.to_uppercase(), key: reg.key.to_string(), ..NameW::default() };
    reg.odd = Some(Box::new(PersonW { name, birth, gender: reg.gender, personal, old }));
    reg
}

/// A few residents bear another's number.
fn share_numbers(rows: &mut [Reg], clerk: &mut Clerk<'_>) {
    for ix in 1..rows.len() {
        if !clerk.luck.spoil(126, 0.0012) {
            continue;
        }
        let (before, after) = rows.split_at_mut(ix);
        let (other, row) = (&before[ix - 1], &mut after[0]);
        let usable = |r: &Reg| r.odd.is_none() && r.personal_id().is_some();
        if usable(other) && usable(row) && other.person != row.person {
            row.pid = other.pid;
            let personal = other.pid.personal().map(|id| personal_id(id.number())).unwrap_or_default();
            let old = row.old.old().map(|id| old_id(id.number())).unwrap_or_default();
            // The text of the number is no longer the person's: written out with the rest of the row.
            row.odd = Some(Box::new(PersonW { personal, old, ..PersonW::default() }));
        }
    }
}

/// Cells of the row that hold something.
fn filled(row: &Reg) -> u16 {
    let mut n = 0;
    let mut count = |yes: bool| n += u16::from(yes);
    let odd = row.odd.as_deref();
    count(!row.key.is_empty() || odd.is_some_and(|o| !o.name.text.is_empty()));
    count(row.birth != DateCell::Empty);
    count(row.gender.is_some());
    count(row.pid != IdCell::Empty);
    count(row.old != IdCell::Empty);
    count(row.commune.is_some());
    count(row.commune.is_some());
    for rel in [&row.father, &row.mother, &row.spouse] {
        count(!matches!(rel.name, RelName::Empty));
        count(rel.id != 0);
    }
    count(row.marital != Marital::Unknown);
    count(row.status != Status::Unknown);
    count(row.death != DateCell::Empty);
    count(row.card != DateCell::Empty);
    // Ethnicity, hamlet, address, household and relation are always written.
    n + 5
}
