//! Benefits: social welfare and health insurance as their offices list them.

use super::cells::PersonW;
use super::clerk::Clerk;
use super::desk::{Communes, Desk, Written, with_death_note};
use crate::domain::{Code, Day, Field, Kind, Role, Status};
use crate::sample::SampleError;
use crate::sample::files::Folder;
use crate::sample::population::people::Person;
use crate::sample::scoring::oracle::{Oracle, Seen, Twice};
use crate::sample::scoring::truth::mark;

/// Groups whose beneficiaries have a right to support for their funeral.
const FUNERAL_SUPPORTED: [&str; 4] = ["HTXH", "BTXH", "NCC", "KC"];

/// Stop reasons that say death, and some that do not.
const DEATH_REASONS: [&str; 6] = ["Chết", "Từ trần", "Đã chết", "Qua đời", "Báo giảm chết", "Mất"];
const OTHER_REASONS: [&str; 4] =
    ["Chuyển đi nơi khác", "Không còn đủ điều kiện", "Hưởng chế độ khác", "Mất thẻ, cấp lại"];

/// A welfare programme: its name, group code and monthly amount.
#[derive(Copy, Clone, Debug)]
struct Programme {
    name: &'static str,
    group: &'static str,
    amount: u32,
}

const POOR: Programme =
    Programme { name: "Hộ nghèo - hỗ trợ tiền điện", group: "HN", amount: 60_000 };
const PENSION: Programme =
    Programme { name: "Trợ cấp hưu trí xã hội", group: "HTXH", amount: 500_000 };
const PROTECTED: Programme =
    Programme { name: "Trợ cấp xã hội hằng tháng", group: "BTXH", amount: 1_000_000 };
const MERIT: Programme =
    Programme { name: "Trợ cấp người có công", group: "NCC", amount: 2_789_000 };
const RESISTANCE: Programme =
    Programme { name: "Người tham gia kháng chiến", group: "KC", amount: 1_500_000 };

/// Groups whose members the state insures (the contract's default for DU-09).
const STATE_INSURED: [&str; 4] = ["HN", "NCC", "BTXH", "KC"];

/// What a person draws.
#[derive(Copy, Clone, Debug)]
struct Benefit {
    person: u32,
    programme: usize,
    from: Day,
}

const PROGRAMMES: [Programme; 5] = [POOR, PENSION, PROTECTED, MERIT, RESISTANCE];

/// A number below `n` that belongs to a thing for good.
pub(super) fn lot(thing: u32, salt: u32, n: u32) -> u32 {
    let mixed = (u64::from(thing) ^ (u64::from(salt) << 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed >> 33) % u64::from(n)) as u32
}

pub(super) fn is_poor(p: &Person) -> bool {
    lot(p.household, 1, 100) < 4
}

pub(super) fn is_disabled(ix: u32) -> bool {
    lot(ix, 2, 1000) < 14
}

pub(super) fn is_of_merit(p: &Person, ix: u32, age: i32) -> bool {
    age >= 62 && p.resident && lot(ix, 3, 100) < 5
}

pub(super) fn is_veteran(ix: u32, age: i32) -> bool {
    age >= 66 && lot(ix, 4, 100) < 4
}

pub(super) fn day(year: i32, month: u8, of: u8) -> Day {
    Day::from_civil(year, month, of).unwrap_or(Day(0))
}

/// Writes the welfare extract.
pub(crate) fn welfare<'a>(
    oracle: &mut Oracle<'a>,
    mut clerk: Clerk<'a>,
    folder: &'a Folder<'a>,
) -> Result<Written, SampleError> {
    let world = oracle.world;
    let mut benefits = Vec::new();
    for (ix, p) in world.people.iter().enumerate() {
        let ix = ix as u32;
        if p.death.is_some_and(|d| world.as_of.0 - d.0 > 3 * 365) || (!p.resident && !ix.is_multiple_of(3)) {
            continue;
        }
        let age = world.as_of.year() - p.birth.year();
        let mut add = |programme: usize, from: Day| {
            if p.death.is_none_or(|d| d > from) && p.birth < from {
                benefits.push(Benefit { person: ix, programme, from });
            }
        };
        let years = 1 + lot(ix, 5, 3) as i32;
        if is_poor(p) {
            add(0, day(world.as_of.year() - 1, 1, 1));
        }
        if age >= 76 && lot(ix, 6, 100) < 60 {
            add(1, day(2025, 7, 1));
        } else if is_disabled(ix) || (!p.resident && age > 30) {
            add(2, day(world.as_of.year() - years, 1 + (ix % 12) as u8, 1));
        }
        if is_of_merit(p, ix, age) {
            add(3, day(world.as_of.year() - 3 - years, 1 + (ix % 12) as u8, 1));
        }
        if is_veteran(ix, age) {
            add(4, day(world.as_of.year() - 2 - years, 7, 1));
        }
    }
    for at in 0..benefits.len() {
        if clerk.luck.spoil(400, 0.008) {
            benefits.push(benefits[at]);
        }
    }
    clerk.luck.shuffle(&mut benefits);
    // Such lists go from hamlet to hamlet.
    benefits.sort_by_key(|b| {
        let p = &world.people[b.person as usize];
        (p.commune, p.hamlet)
    });
    let mut desk = Desk::open(oracle, clerk, Kind::Welfare, folder, benefits.len())?;
    for benefit in &benefits {
        welfare_row(&mut desk, benefit);
        desk.next_row()?;
    }
    desk.close()
}

/// When something ended and what reason was written; the flag says that the reason is death.
pub(super) struct Stop {
    pub(super) on: Option<Day>,
    pub(super) by_death: bool,
    pub(super) reason: &'static str,
}

impl Stop {
    pub(super) fn is_open(&self, as_of: Day) -> bool {
        self.on.is_none_or(|d| d > as_of)
    }
}

/// Whether and why a person's benefit or card was stopped.
pub(super) fn stop(clerk: &mut Clerk<'_>, p: &Person, from: Day) -> Stop {
    let none = Stop { on: None, by_death: false, reason: "" };
    if let Some(death) = p.death.filter(|d| *d >= from) {
        if clerk.luck.hit(401, 0.35) {
            return none;
        }
        let on = Day((death.0 + clerk.luck.between(3, 40)).min(clerk.as_of.0));
        return Stop { on: Some(on), by_death: true, reason: clerk.luck.one::<&'static str>(&DEATH_REASONS) };
    }
    if p.death.is_none() && clerk.luck.hit(402, 0.03) && from.0 + 60 < clerk.as_of.0 {
        let on = Day(clerk.luck.between(from.0 + 30, clerk.as_of.0 - 1));
        return Stop {
            on: Some(on),
            by_death: false,
            reason: clerk.luck.one::<&'static str>(&OTHER_REASONS),
        };
    }
    none
}

/// The person's cells, with the note that some clerks leave beside the names of the dead.
pub(super) fn describe(desk: &mut Desk<'_, '_>, ix: u32, stop: &Stop) -> PersonW {
    let mut w = desk.describe(ix, Role::Subject);
    if desk.person(ix).death.is_some() && stop.on.is_none() && desk.clerk.luck.hit(403, 0.12) {
        w.name = with_death_note(w.name);
    }
    w
}

pub(super) fn put_stop(desk: &mut Desk<'_, '_>, stop: &Stop) {
    if let Some(on) = stop.on {
        let written = desk.clerk.date(on);
        desk.set(Field::StopDate, written.text);
        desk.set(Field::StopReason, stop.reason);
    }
}

fn welfare_row(desk: &mut Desk<'_, '_>, benefit: &Benefit) {
    let (ix, programme) = (benefit.person, PROGRAMMES[benefit.programme]);
    let p = desk.person(ix);
    let as_of = desk.clerk.as_of;
    let mut from = benefit.from;
    if let Some(death) = p.death
        && desk.clerk.luck.hit(404, 0.05)
        && death.0 + 40 < as_of.0
    {
        from = Day(desk.clerk.luck.between(death.0 + 31, as_of.0 - 1));
    }
    let stop = stop(&mut desk.clerk, p, from);
    let w = describe(desk, ix, &stop);
    let seen = desk.put(Role::Subject, Some(ix), &w, false);
    let number = format!("66-{:06}", desk.row);
    desk.set(Field::FileNo, number);
    let communes = desk.put_residence(ix);
    let hamlet = desk.tables().places.hamlet(usize::from(p.hamlet)).to_owned();
    desk.set(Field::Hamlet, hamlet);
    let house = desk.house(p);
    desk.set(Field::Address, house);
    desk.set(Field::HouseholdId, format!("66{:08}", p.household));
    desk.set(Field::Programme, programme.name);
    desk.set(Field::GroupCode, programme.group);
    let dotted = desk.clerk.luck.spoil(405, 0.1);
    desk.set(Field::MonthlyAmount, amount_text(programme.amount, dotted));
    let start = desk.clerk.date(from);
    desk.set(Field::StartDate, start.text);
    put_stop(desk, &stop);
    let in_cash = desk.clerk.luck.coin(0.45);
    let without_account = in_cash && desk.clerk.luck.hit(406, 0.3);
    desk.set(Field::PaymentMethod, if in_cash { "Tiền mặt" } else { "Chuyển khoản" });
    if !without_account {
        desk.set(Field::BankAccount, format!("5200{:09}", lot(ix, 7, 999_999_999)));
    }
    let current = from <= as_of && stop.is_open(as_of);
    let Some(seen) = seen else { return };
    note_twice(
        desk,
        ix,
        benefit.programme as u32 + 1,
        seen,
        &w,
        (from.0, stop.on.map_or(i32::MAX, |d| d.0 - 1)),
    );
    let at = (Kind::Welfare, desk.row, Some(Role::Subject));
    common(desk, ix, seen, &w, &stop, from, Field::StartDate);
    let noted = w.name.dead_note;
    let Some(reg) = seen.resident else {
        desk.oracle.find(Code::du(6), at, None, None, seen.hard);
        if current && without_account {
            desk.oracle.find(Code::du(12), at, None, Some(Field::BankAccount), noted);
        }
        return;
    };
    if current && STATE_INSURED.contains(&programme.group) {
        desk.oracle.facts[reg as usize].note(mark::STATE_INSURED, seen.hard);
    }
    let at_death = p.death.is_some_and(|death| from <= death && stop.on.is_none_or(|end| end.0 >= death.0));
    if at_death && FUNERAL_SUPPORTED.contains(&programme.group) {
        desk.oracle.facts[reg as usize].note(mark::FUNERAL, seen.hard);
    }
    if current && without_account {
        let field = Some(Field::BankAccount);
        // On a row that itself says the person is dead the contract can be read either way.
        desk.oracle.find_if(Code::du(12), at, reg, field, seen.hard || noted, |o, k| !o.dead(reg, k(reg)));
    }
    if current {
        desk.oracle.find_if(Code::song(3), at, reg, None, seen.hard, |o, k| o.dead(reg, k(reg)));
    }
    residence(desk, seen, reg, &communes, current);
}

fn amount_text(amount: u32, dotted: bool) -> String {
    let plain = amount.to_string();
    if !dotted {
        return plain;
    }
    let mut out = String::new();
    for (i, c) in plain.chars().enumerate() {
        if i > 0 && (plain.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(c);
    }
    out
}

pub(super) fn note_twice(
    desk: &mut Desk<'_, '_>,
    ix: u32,
    sub: u32,
    seen: Seen,
    w: &PersonW,
    span: (i32, i32),
) {
    let row = Twice {
        person: ix,
        sub,
        row: desk.row,
        role: Role::Subject,
        seen,
        sound_id: w.personal.is.personal().is_some(),
        filled: desk.filled(),
        span,
        again: false,
    };
    desk.oracle.note_row(row);
}

/// What benefits and cards have in common: signs of life, news of death, things begun after death.
pub(super) fn common(
    desk: &mut Desk<'_, '_>,
    _ix: u32,
    seen: Seen,
    w: &PersonW,
    stop: &Stop,
    from: Day,
    field: Field,
) {
    let Some(reg) = seen.resident else { return };
    let recent = desk.oracle.is_recent(from);
    let facts = &mut desk.oracle.facts[reg as usize];
    if recent {
        facts.note(mark::SIGN_OF_LIFE, seen.hard);
    }
    if stop.by_death || w.name.dead_note {
        facts.note(mark::SAID_DEAD, seen.hard);
    }
    let at = (desk.kind, desk.row, Some(Role::Subject));
    desk.oracle.find_if(Code::song(7), at, reg, Some(field), seen.hard, |o, k| {
        o.death_date(reg, k(reg)).is_some_and(|d| from > d.last_day())
    });
}

/// SONG-09 and DUNG-07: where the row says that the person lives.
pub(super) fn residence(desk: &mut Desk<'_, '_>, seen: Seen, reg: u32, communes: &Communes, current: bool) {
    let at = (desk.kind, desk.row, Some(Role::Subject));
    let row = desk.oracle.reg(reg);
    let Some(home) = row.commune else { return };
    let here = communes.is_empty() || communes.contains(&home);
    if row.status == Status::MovedOut && current && here {
        desk.oracle.find(Code::song(9), at, Some(reg), None, seen.hard);
    } else if !here {
        desk.oracle.find(Code::dung(7), at, Some(reg), Some(Field::Commune), seen.hard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped() {
        assert_eq!(amount_text(2_789_000, true), "2.789.000");
        assert_eq!(amount_text(60_000, false), "60000");
    }
}
