//! Civil status: births, deaths and marriages as the books hold them.

use super::cells::{DateW, keys_agree, letters_apart, name_key};
use super::clerk::Clerk;
use super::desk::{Desk, Written};
use crate::domain::{Code, DateCell, Day, Field, Kind, Marital, PartialDate, Role};
use crate::sample::SampleError;
use crate::sample::files::Folder;
use crate::sample::population::people::{NOBODY, Parent, World};
use crate::sample::population::registry::RelName;
use crate::sample::scoring::oracle::{Oracle, Seen, Twice};
use crate::sample::scoring::truth::mark;
use crate::sample::scoring::values::dies_before_birth;

/// Days that the births and marriages extracts go back.
const YEARS_OF_BIRTHS: i32 = 12 * 365;
/// Days that the deaths extract goes back.
const YEARS_OF_DEATHS: i32 = 6 * 365;
/// For records: a row holds for all time.
pub(crate) const ALWAYS: (i32, i32) = (i32::MIN, i32::MAX);

/// A record to be written.
#[derive(Copy, Clone, Debug)]
struct Record {
    on: Day,
    person: u32,
    other: u32,
    again: bool,
}

/// Adds second records of some: by mistake, or by right (a repeated registration).
fn double(records: &mut Vec<Record>, clerk: &mut Clerk<'_>, may_repeat: bool) {
    for ix in 0..records.len() {
        let again = may_repeat && clerk.luck.hit(301, 0.004);
        if again || clerk.luck.spoil(300, 0.009) {
            let later = Day((records[ix].on.0 + clerk.luck.between(1, 400)).min(clerk.as_of.0));
            records.push(Record { on: later, again, ..records[ix] });
        }
    }
    records.sort_by_key(|r| (r.on, r.person, r.again));
}

fn registration_code(record: &Record) -> &'static str {
    if record.again { "2" } else { "1" }
}

/// Writes the deaths extract.
pub(crate) fn deaths<'a>(
    oracle: &mut Oracle<'a>,
    mut clerk: Clerk<'a>,
    folder: &'a Folder<'a>,
) -> Result<Written, SampleError> {
    let world = oracle.world;
    let mut records = Vec::new();
    for (ix, p) in world.people.iter().enumerate() {
        let Some(day) = p.death.filter(|d| world.as_of.0 - d.0 <= YEARS_OF_DEATHS) else { continue };
        if p.unrecorded {
            continue;
        }
        let delay =
            if clerk.luck.coin(0.95) { clerk.luck.between(0, 25) } else { clerk.luck.between(30, 500) };
        let on = Day((day.0 + delay).min(world.as_of.0));
        records.push(Record { on, person: ix as u32, other: NOBODY, again: false });
    }
    double(&mut records, &mut clerk, true);
    let mut desk = Desk::open(oracle, clerk, Kind::Deaths, folder, records.len())?;
    for (n, record) in records.iter().enumerate() {
        death_row(&mut desk, record, n as u32 + 1);
        desk.next_row()?;
    }
    desk.close()
}

fn death_row(desk: &mut Desk<'_, '_>, record: &Record, number: u32) {
    let p = desk.person(record.person);
    let Some(day) = p.death else { return };
    desk.put_record(p.commune, record.on, number);
    desk.clerk.acted_on = day;
    desk.set(Field::RegistrationKind, registration_code(record));
    let w = desk.describe(record.person, Role::Deceased);
    let seen = desk.put(Role::Deceased, Some(record.person), &w, false);
    let death = death_date(desk, day, w.birth.is);
    desk.set(Field::DeathDate, death.text.clone());
    let at = (Kind::Deaths, desk.row, Some(Role::Deceased));
    let resident = seen.and_then(|s| s.resident);
    let field = Some(Field::DeathDate);
    let mut date = death.is;
    match date {
        DateCell::Empty => desk.oracle.find(Code::du(10), at, resident, field, false),
        DateCell::Placeholder => desk.oracle.find(Code::sach(9), at, resident, field, false),
        DateCell::Impossible => desk.oracle.find(Code::sach(5), at, resident, field, false),
        _ if dies_before_birth(date, w.birth.is) => {
            desk.oracle.find(Code::sach(5), at, resident, field, false);
            date = DateCell::Impossible;
        }
        _ => {}
    }
    let at_home = desk.clerk.luck.coin(0.8);
    desk.set(Field::DeathPlace, if at_home { "Tại nhà" } else { "Bệnh viện đa khoa tỉnh" });
    let old = p.birth.year() < desk.clerk.as_of.year() - 70;
    desk.set(Field::DeathCause, if old { "Già yếu" } else { "Bệnh" });
    let residence = desk.address(p);
    desk.set(Field::LastResidence, residence);
    let informant = [p.spouse, p.mother.person().unwrap_or(NOBODY)].into_iter().find(|i| *i != NOBODY);
    if let Some(other) = informant.map(|i| desk.person(i)) {
        let name = desk.tables().text(&other.name);
        desk.set(Field::InformantName, name);
        if other.pid != 0 {
            desk.set(Field::InformantId, format!("{:012}", other.pid));
        }
    }
    let Some(seen) = seen else { return };
    note_twice(desk, record.person, 0, Role::Deceased, seen, &w, record.again);
    match seen.resident {
        None => desk.oracle.find(Code::du(6), at, None, None, seen.hard),
        Some(ix) => {
            let facts = &mut desk.oracle.facts[ix as usize];
            facts.note(mark::DEATH_RECORD, seen.hard);
            let sound = date.sound();
            facts.all.death = facts.all.death.or(sound);
            if !seen.hard {
                facts.easy.death = facts.easy.death.or(sound);
            }
            let registry = crate::sample::scoring::values::registry_death(desk.oracle.reg(ix));
            if let (Some(here), Some(there)) = (sound, registry)
                && !here.compatible(there)
            {
                desk.oracle.find(Code::dung(9), at, Some(ix), field, seen.hard);
            }
        }
    }
}

fn death_date(desk: &mut Desk<'_, '_>, day: Day, birth: DateCell) -> DateW {
    let clerk = &mut desk.clerk;
    let Some(date) = day.to_partial() else { return DateW::default() };
    if clerk.luck.spoil(310, 0.004) {
        return DateW::default();
    }
    if clerk.luck.spoil(311, 0.004) {
        return super::clerk::placeholder_date(&mut clerk.luck);
    }
    if clerk.luck.spoil(312, 0.006) {
        return clerk.impossible(date);
    }
    if clerk.luck.spoil(313, 0.006)
        && let Some(born) = birth.sound()
        && let Some(before) = born.year().checked_sub(7).and_then(PartialDate::from_year)
    {
        return DateW { text: before.to_string(), is: DateCell::Sound(before) };
    }
    if clerk.luck.spoil(314, 0.02) {
        let month = PartialDate::from_month(date.year(), date.month().unwrap_or(1)).unwrap_or(date);
        let part = if clerk.luck.coin(0.5) { month } else { date.year_only() };
        return DateW { text: part.to_string(), is: DateCell::Sound(part) };
    }
    clerk.date(day)
}

fn note_twice(
    desk: &mut Desk<'_, '_>,
    person: u32,
    sub: u32,
    role: Role,
    seen: Seen,
    w: &super::cells::PersonW,
    again: bool,
) {
    let row = Twice {
        person,
        sub,
        row: desk.row,
        role,
        seen,
        sound_id: w.personal.is.personal().is_some(),
        filled: desk.filled(),
        span: ALWAYS,
        again,
    };
    desk.oracle.note_row(row);
}

/// Writes the births extract.
pub(crate) fn births<'a>(
    oracle: &mut Oracle<'a>,
    mut clerk: Clerk<'a>,
    folder: &'a Folder<'a>,
) -> Result<Written, SampleError> {
    let world = oracle.world;
    let mut records = Vec::new();
    for (ix, p) in world.people.iter().enumerate() {
        let recent = world.as_of.0 - p.birth.0 <= YEARS_OF_BIRTHS;
        let known = p.resident || p.mother.person().is_some();
        if !recent || !known || (p.resident && clerk.luck.hit(302, 0.045)) {
            continue;
        }
        let delay =
            if clerk.luck.coin(0.96) { clerk.luck.between(2, 60) } else { clerk.luck.between(61, 700) };
        let on = Day((p.birth.0 + delay).min(world.as_of.0));
        records.push(Record { on, person: ix as u32, other: NOBODY, again: false });
    }
    double(&mut records, &mut clerk, true);
    let mut desk = Desk::open(oracle, clerk, Kind::Births, folder, records.len())?;
    for (n, record) in records.iter().enumerate() {
        birth_row(&mut desk, record, n as u32 + 1);
        desk.next_row()?;
    }
    desk.close()
}

fn birth_row(desk: &mut Desk<'_, '_>, record: &Record, number: u32) {
    let p = desk.person(record.person);
    desk.put_record(p.commune, record.on, number);
    desk.set(Field::RegistrationKind, registration_code(record));
    let mut w = desk.describe(record.person, Role::Child);
    if desk.clerk.luck.coin(0.12) {
        // Records of the time before numbers were given at birth.
        w.personal = super::cells::IdW::default();
    }
    let child = desk.put(Role::Child, Some(record.person), &w, true);
    let ethnicity = desk.tables().ethnicity(p.ethnicity).to_owned();
    desk.set(Field::Ethnicity, ethnicity);
    desk.set(Field::BirthPlace, "Trung tâm y tế");
    let home = desk.address(p);
    desk.set(Field::Address, home);
    for (parent, role) in [(p.mother, Role::Mother), (p.father, Role::Father)] {
        let (person, written) = match parent {
            Parent::Unknown => continue,
            Parent::Person(ix) => (Some(ix), desk.describe_parent(ix, role)),
            Parent::Named(name) => (None, desk.describe_name(&name, p.ethnicity == 0)),
        };
        let seen = desk.put(role, person, &written, false);
        parent_name(desk, role, child, seen, &written.name.key);
    }
    let Some(child) = child else { return };
    note_twice(desk, record.person, 0, Role::Child, child, &w, record.again);
    match child.resident {
        None => {
            let at = (Kind::Births, desk.row, Some(Role::Child));
            desk.oracle.find(Code::du(7), at, None, None, child.hard);
        }
        Some(ix) => desk.oracle.facts[ix as usize].note(mark::BIRTH_RECORD, child.hard),
    }
}

/// DUNG-06: a parent's name against the child's row of the registry, else against the parent's own.
fn parent_name(desk: &mut Desk<'_, '_>, role: Role, child: Option<Seen>, parent: Option<Seen>, key: &str) {
    if key.is_empty() {
        return;
    }
    let row = child.and_then(|c| c.resident.map(|ix| (ix, c.hard)));
    let named = row.map(|(ix, _)| {
        let reg = desk.oracle.reg(ix);
        let rel = if role == Role::Father { &reg.father } else { &reg.mother };
        name_key(&rel.text(desk.world(), desk.tables()))
    });
    let (theirs, hard) = match (named.filter(|n| !n.is_empty()), row, parent) {
        (Some(name), Some((_, hard)), _) => (name, hard),
        // Without the child's own row the contract can be read either way.
        (_, row, Some(Seen { resident: Some(ix), hard })) => {
            (desk.oracle.reg(ix).key.to_string(), hard || row.is_none_or(|(_, h)| h))
        }
        _ => return,
    };
    if !theirs.is_empty() && !keys_agree(key, &theirs) {
        let field = if role == Role::Father { Field::FatherName } else { Field::MotherName };
        let at = (Kind::Births, desk.row, Some(role));
        desk.oracle.find(Code::dung(6), at, row.map(|(ix, _)| ix), Some(field), hard);
    }
}

/// The day of a couple's wedding, the same whenever it is asked for.
fn wedding(world: &World, wife: u32) -> Day {
    let p = &world.people[wife as usize];
    let husband = &world.people[p.spouse as usize];
    let spread = i32::try_from(((u64::from(wife) * 2_654_435_761) >> 7) % 3_600).unwrap_or(0);
    let of_age = (p.birth.0 + 6_940).max(husband.birth.0 + 7_310);
    Day(of_age + spread.min((world.as_of.0 - of_age - 3).max(0)))
}

/// Writes the marriages extract.
pub(crate) fn marriages<'a>(
    oracle: &mut Oracle<'a>,
    mut clerk: Clerk<'a>,
    folder: &'a Folder<'a>,
) -> Result<Written, SampleError> {
    let world = oracle.world;
    let mut records = Vec::new();
    for (ix, p) in world.people.iter().enumerate() {
        if p.gender != crate::domain::Gender::Female || p.spouse == NOBODY {
            continue;
        }
        let on = wedding(world, ix as u32);
        let husband = &world.people[p.spouse as usize];
        let lived = [p.death, husband.death].into_iter().flatten().all(|d| d.0 > on.0);
        let recent = world.as_of.0 - on.0 <= YEARS_OF_BIRTHS && on <= world.as_of;
        if recent && lived && !clerk.luck.coin(0.05) {
            records.push(Record { on, person: p.spouse, other: ix as u32, again: false });
        }
    }
    double(&mut records, &mut clerk, false);
    let mut desk = Desk::open(oracle, clerk, Kind::Marriages, folder, records.len())?;
    for (n, record) in records.iter().enumerate() {
        marriage_row(&mut desk, record, n as u32 + 1);
        desk.next_row()?;
    }
    desk.close()
}

fn marriage_row(desk: &mut Desk<'_, '_>, record: &Record, number: u32) {
    let sides = [(Role::Husband, record.person), (Role::Wife, record.other)];
    let host = sides.map(|(_, ix)| desk.person(ix)).into_iter().find(|p| p.resident);
    let commune = host.map_or(0, |p| p.commune);
    desk.put_record(commune, record.on, number);
    let mut seen = [None, None];
    let mut written = Vec::with_capacity(2);
    for (i, (role, ix)) in sides.into_iter().enumerate() {
        let p = desk.person(ix);
        let w = desk.describe(ix, role);
        seen[i] = desk.put(role, Some(ix), &w, false);
        // A stranger comes from another province or has lived here unregistered.
        let far = !p.resident && ix % 5 < 3;
        let address = if far { desk.tables().places.far(ix as usize).to_owned() } else { desk.address(p) };
        let field = if role == Role::Husband { Field::HusbandAddress } else { Field::WifeAddress };
        desk.set(field, address);
        if let Some(Seen { resident: None, hard }) = seen[i]
            && !far
        {
            let at = (Kind::Marriages, desk.row, Some(role));
            desk.oracle.find(Code::du(6), at, None, None, hard);
        }
        written.push(w);
    }
    for (i, (role, ix)) in sides.into_iter().enumerate() {
        let Some(Seen { resident: Some(reg_ix), hard }) = seen[i] else { continue };
        let (other, other_ix) = (seen[1 - i], sides[1 - i].1);
        if role == Role::Husband
            && let Some(s) = seen[0]
        {
            note_twice(desk, ix, other_ix, role, s, &written[0], false);
        }
        judge_marriage(desk, record.on, role, reg_ix, hard, other, other_ix, &written[1 - i]);
    }
    // Where the husband is nobody's resident, the wife's side tells a second record.
    if let (Some(Seen { resident: None, .. }), Some(wife)) = (seen[0], seen[1]) {
        note_twice(desk, record.other, record.person, Role::Wife, wife, &written[1], false);
    }
}

#[expect(clippy::too_many_arguments, reason = "both sides of one marriage, each with its row and resident")]
fn judge_marriage(
    desk: &mut Desk<'_, '_>,
    on: Day,
    role: Role,
    ix: u32,
    hard: bool,
    other: Option<Seen>,
    other_person: u32,
    other_written: &super::cells::PersonW,
) {
    let at = (Kind::Marriages, desk.row, Some(role));
    let reg = desk.oracle.reg(ix);
    if desk.oracle.is_recent(on) {
        desk.oracle.facts[ix as usize].note(mark::SIGN_OF_LIFE, hard);
    }
    desk.oracle.find_if(Code::song(7), at, ix, Some(Field::RegisteredOn), hard, |o, k| {
        o.death_date(ix, k(ix)).is_some_and(|d| on > d.last_day())
    });
    let spouse = other.and_then(|s| s.resident);
    // A marriage of one living resident with somebody dead or unknown: read either way.
    let open = match spouse {
        Some(s) => !desk.oracle.living(s, desk.oracle.facts[s as usize].all),
        None => false,
    };
    let named = name_key(&reg.spouse.text(desk.world(), desk.tables()));
    let unnamed = matches!(reg.spouse.name, RelName::Empty) && reg.spouse.id == 0;
    if reg.marital == Marital::Single || (unnamed && reg.marital != Marital::Divorced) {
        desk.oracle.find_if(Code::song(8), at, ix, None, hard || open, |o, k| o.living(ix, k(ix)));
        return;
    }
    if unnamed {
        return;
    }
    let other_p = desk.person(other_person);
    let true_key = name_key(&desk.tables().text(&other_p.name));
    let written_id = other_written.personal.is.personal().map(|id| id.number());
    let by_row = reg.spouse.id != 0 && written_id == Some(reg.spouse.id)
        || letters_apart(&named, &other_written.name.key) <= 3;
    let by_life = reg.spouse.id != 0 && other_p.pid == reg.spouse.id || letters_apart(&named, &true_key) <= 3;
    let nameless = other_written.name.key.is_empty();
    if !by_row {
        // The row's own name is too far off, though the resident it means is the one that is named.
        let open = open || by_life || nameless || other.is_none_or(|s| s.hard);
        let field = Some(Field::SpouseName);
        desk.oracle.find_if(Code::dung(10), at, ix, field, hard || open, |o, k| o.living(ix, k(ix)));
    }
}
