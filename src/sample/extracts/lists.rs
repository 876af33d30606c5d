//! Lists of other sectors: pupils, members of an association, land users, taxpayers, vaccinated children.

use super::benefits::{Stop, day, lot, note_twice, put_stop, residence, stop};
use super::cells::PersonW;
use super::clerk::Clerk;
use super::desk::{Communes, Desk, Written};
use crate::domain::{Capability, Code, Day, Field, Gender, Kind, Role, Status};
use crate::sample::SampleError;
use crate::sample::files::Folder;
use crate::sample::population::people::{Kinship, NOBODY, Parent, Person};
use crate::sample::scoring::oracle::{Oracle, Seen};
use crate::sample::scoring::truth::mark;
use crate::sample::scoring::values::RoleFields;

/// A list that a sample may hold beside the extracts.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sector {
    /// Pupils of the first nine classes, with their parents.
    Pupils,
    /// Members of the women's union.
    Members,
    /// Land users, a row for each plot.
    LandUsers,
    /// Taxpayers, a row for each tax.
    Taxpayers,
    /// Vaccinations of young children, a row for each shot, with the mother.
    Vaccinations,
}

/// Why an entry ended, where it was not by death.
const MOVED: &str = "Chuyển đi nơi khác";

/// Vaccines, and how many days after birth they are given.
const VACCINES: [(&str, i32); 5] =
    [("BCG (lao)", 2), ("DPT-VGB-Hib mũi 1", 62), ("Sởi", 275), ("Viêm não Nhật Bản B", 380), ("MR", 560)];

/// Taxes of persons.
const TAXES: [&str; 3] =
    ["Thuế sử dụng đất phi nông nghiệp", "Thuế thu nhập cá nhân", "Thuế khoán hộ kinh doanh"];

/// An entry of a list.
#[derive(Copy, Clone, Debug)]
struct Entry {
    person: u32,
    /// What the entry is about: class, tax, vaccine, plot; from 1.
    matter: u32,
    from: Day,
}

impl Sector {
    /// All of them, in the order in which they are written.
    pub(crate) const ALL: [Self; 5] =
        [Self::Pupils, Self::Members, Self::LandUsers, Self::Taxpayers, Self::Vaccinations];

    /// The name of its kind.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pupils => "pupils",
            Self::Members => "members",
            Self::LandUsers => "land_users",
            Self::Taxpayers => "taxpayers",
            Self::Vaccinations => "vaccinations",
        }
    }

    /// The entries of a person who is in town, or was not long ago.
    fn entries(self, ix: u32, p: &Person, as_of: Day, out: &mut Vec<Entry>) {
        let this_year = as_of.year();
        let age = p.birth.to_partial().map_or(0, |birth| birth.age_on(as_of));
        let mut add = |matter: u32, from: Day| {
            if p.birth < from && from <= as_of && p.death.is_none_or(|death| death > from) {
                out.push(Entry { person: ix, matter, from });
            }
        };
        match self {
            Self::Pupils => {
                // Children begin school in the year in which they turn six; the tenth class holds some of fourteen.
                let class = this_year - p.birth.year() - 5;
                if (1..=9).contains(&class) || (6..=14).contains(&age) {
                    let class = class.clamp(1, 10);
                    add(class as u32, day(this_year - (class - 1) % 5, 9, 5));
                }
            }
            Self::Members => {
                if p.gender == Gender::Female && age >= 18 && lot(ix, 20, 100) < 45 {
                    let years = 1 + lot(ix, 21, 15).min(age as u32 - 16) as i32;
                    add(u32::from(p.hamlet) + 1, day(this_year - years, 3, 8));
                }
            }
            Self::LandUsers => {
                if p.kinship == Kinship::Head && age >= 24 {
                    for plot in 0..1 + lot(ix, 22, 3) {
                        let years = 1 + lot(ix, 23 + plot, 20).min(age as u32 - 22) as i32;
                        add(ix * 4 + plot + 1, day(this_year - years, 1 + (ix % 12) as u8, 15));
                    }
                }
            }
            Self::Taxpayers => {
                for tax in 0..TAXES.len() as u32 {
                    if age >= 20 && lot(ix, 30 + tax, 100) < [30, 14, 6][tax as usize] {
                        let years = 1 + lot(ix, 33, 12).min(age as u32 - 18) as i32;
                        add(tax + 1, day(this_year - years, 1 + (ix % 12) as u8, 20));
                    }
                }
            }
            Self::Vaccinations => {
                for (vaccine, (_, days)) in VACCINES.iter().enumerate() {
                    let vaccine = vaccine as u32;
                    if age < 6 && lot(ix, 40 + vaccine, 100) < 55 {
                        add(vaccine + 1, Day(p.birth.0 + days + lot(ix, 45, 20) as i32));
                    }
                }
            }
        }
    }

    /// The cell that says what an entry is about.
    fn matter(self, desk: &Desk<'_, '_>, entry: &Entry) -> String {
        let at = entry.matter as usize - 1;
        match self {
            Self::Pupils => format!("Lớp {}{}", entry.matter, ['A', 'B'][lot(entry.person, 46, 2) as usize]),
            Self::Members => format!("Chi hội {}", desk.tables().places.hamlet(at)),
            Self::LandUsers => String::new(),
            Self::Taxpayers => TAXES[at].to_owned(),
            Self::Vaccinations => VACCINES[at].0.to_owned(),
        }
    }

    /// Whether its rows tell when and why an entry ended.
    fn tells_ends(self) -> bool {
        matches!(self, Self::Pupils | Self::Members | Self::Taxpayers)
    }
}

/// A finished list of another sector.
pub(crate) struct WrittenList {
    pub(crate) kind: Kind,
    pub(crate) written: Written,
    /// Rows of each commune of the world, by what they say of the residence.
    pub(crate) rows_of: Vec<u32>,
}

/// Writes a list; nothing where its kind does not ship.
pub(crate) fn list<'a>(
    oracle: &mut Oracle<'a>,
    mut clerk: Clerk<'a>,
    folder: &'a Folder<'a>,
    sector: Sector,
) -> Result<Option<WrittenList>, SampleError> {
    let Some(kind) = Kind::from_name(sector.name()) else { return Ok(None) };
    let world = oracle.world;
    let mut entries = Vec::new();
    for (ix, p) in world.people.iter().enumerate() {
        let ix = ix as u32;
        if p.death.is_some_and(|d| world.as_of.0 - d.0 > 3 * 365) || (!p.resident && !ix.is_multiple_of(2)) {
            continue;
        }
        // The school of the last commune has sent no list: its children are not missed.
        if sector == Sector::Pupils && usize::from(p.commune) + 1 == world.communes.len() {
            continue;
        }
        let moved = oracle.book.row_of(ix).is_some_and(|r| oracle.reg(r).status == Status::MovedOut);
        if clerk.luck.hit(430, 0.05) || (moved && clerk.luck.hit(431, 0.7)) {
            continue;
        }
        sector.entries(ix, p, world.as_of, &mut entries);
    }
    for at in 0..entries.len() {
        if clerk.luck.spoil(432, 0.008) {
            entries.push(entries[at]);
        }
    }
    clerk.luck.shuffle(&mut entries);
    entries.sort_by_key(|entry| {
        let p = &world.people[entry.person as usize];
        let within = if sector == Sector::Pupils { entry.matter } else { u32::from(p.hamlet) };
        (p.commune, within)
    });
    let mut rows_of = vec![0; world.communes.len()];
    let mut desk = Desk::open(oracle, clerk, kind, folder, entries.len())?;
    for entry in &entries {
        let (communes, seen) = row(&mut desk, sector, entry);
        // A row that names no commune counts where its person lives.
        let home = seen.and_then(|seen| desk.oracle.reg(seen.resident?).commune);
        let counted = if communes.is_empty() { home.into_iter().collect() } else { communes };
        counted.into_iter().for_each(|commune| rows_of[usize::from(commune)] += 1);
        desk.next_row()?;
    }
    Ok(Some(WrittenList { kind, written: desk.close()?, rows_of }))
}

/// Writes a row and has the oracle look at it.
fn row(desk: &mut Desk<'_, '_>, sector: Sector, entry: &Entry) -> (Communes, Option<Seen>) {
    let ix = entry.person;
    let p = desk.person(ix);
    let as_of = desk.clerk.as_of;
    let mut from = entry.from;
    if let Some(death) = p.death
        && desk.clerk.luck.hit(433, 0.05)
        && death.0 + 40 < as_of.0
    {
        from = Day(desk.clerk.luck.between(death.0 + 31, as_of.0 - 1));
    }
    let mut end = Stop { on: None, by_death: false, reason: "" };
    if sector.tells_ends() {
        end = stop(&mut desk.clerk, p, from);
        end.reason = if end.by_death || end.on.is_none() { end.reason } else { MOVED };
    }
    let w = desk.describe(ix, Role::Subject);
    let w = in_columns(desk, Role::Subject, w);
    let seen = desk.put(Role::Subject, Some(ix), &w, false);
    let number = match sector {
        Sector::LandUsers => format!("{}", entry.matter),
        _ => format!("66{:08}", desk.row),
    };
    desk.set(Field::FileNo, number);
    let ethnicity = desk.tables().ethnicity(p.ethnicity).to_owned();
    desk.set(Field::Ethnicity, ethnicity);
    let communes = desk.put_residence(ix);
    let hamlet = desk.tables().places.hamlet(usize::from(p.hamlet)).to_owned();
    desk.set(Field::Hamlet, hamlet);
    let house = desk.house(p);
    desk.set(Field::Address, house);
    let matter = sector.matter(desk, entry);
    desk.set(Field::Programme, matter);
    let begun = desk.clerk.date(from);
    desk.set(Field::StartDate, begun.text);
    put_stop(desk, &end);
    put_parents(desk, p);
    let Some(found) = seen else { return (communes, seen) };
    judge(desk, entry, found, &w, &end, from, &communes);
    (communes, seen)
}

/// What the contract says of an entry beside what its cells say.
fn judge(
    desk: &mut Desk<'_, '_>,
    entry: &Entry,
    seen: Seen,
    w: &PersonW,
    end: &Stop,
    from: Day,
    communes: &Communes,
) {
    let (kind, as_of) = (desk.kind, desk.clerk.as_of);
    let lasts = kind.has(Capability::Membership);
    let span = if lasts { (from.0, end.on.map_or(i32::MAX, |d| d.0 - 1)) } else { (from.0, from.0) };
    note_twice(desk, entry.person, entry.matter, seen, w, span);
    let at = (kind, desk.row, Some(Role::Subject));
    let Some(reg) = seen.resident else {
        desk.oracle.find(Code::du(6), at, None, None, seen.hard);
        return;
    };
    desk.oracle.find_if(Code::song(7), at, reg, Some(Field::StartDate), seen.hard, |o, k| {
        o.death_date(reg, k(reg)).is_some_and(|d| from > d.last_day())
    });
    if kind.has(Capability::Expectation) {
        desk.oracle.facts[reg as usize].note(mark::ON_LIST, seen.hard);
    }
    let current = lasts && from <= as_of && end.is_open(as_of);
    if current {
        desk.oracle.find_if(Code::song(11), at, reg, None, seen.hard, |o, k| o.dead(reg, k(reg)));
    }
    if kind.has(Capability::Residence) {
        residence(desk, seen, reg, communes, current);
    }
}

/// The parents of a child, where the list has a column for their name.
fn put_parents(desk: &mut Desk<'_, '_>, p: &Person) {
    for (parent, role) in [(p.mother, Role::Mother), (p.father, Role::Father)] {
        if !desk.has(RoleFields::of(role).name) {
            continue;
        }
        let (person, written) = match parent {
            Parent::Unknown => continue,
            Parent::Person(NOBODY) => continue,
            Parent::Person(ix) => (Some(ix), desk.describe_parent(ix, role)),
            Parent::Named(name) => (None, desk.describe_name(&name, p.ethnicity == 0)),
        };
        let written = in_columns(desk, role, written);
        desk.put(role, person, &written, false);
    }
}

/// What is left of a person where only the columns of the list can say it.
fn in_columns(desk: &Desk<'_, '_>, role: Role, mut w: PersonW) -> PersonW {
    let fields = RoleFields::of(role);
    if !desk.has(fields.birth) {
        w.birth = Default::default();
    }
    if !desk.has(fields.personal) {
        w.personal = Default::default();
    }
    if !desk.has(fields.old) || role.is_parent() {
        w.old = Default::default();
    }
    w
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_of_a_kind_that_ships() {
        for sector in Sector::ALL {
            assert_eq!(Kind::from_name(sector.name()).map(Kind::is_list), Some(true), "{sector:?}");
        }
    }
}
