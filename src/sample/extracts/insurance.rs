//! Health insurance cards as their office lists them.

use super::benefits::{
    common, day, describe, is_disabled, is_of_merit, is_poor, is_veteran, lot, note_twice, put_stop,
    residence, stop,
};
use super::cells::{DateW, PersonW};
use super::clerk::Clerk;
use super::desk::{Desk, Written};
use crate::domain::{Code, DateCell, Day, Field, Kind, PartialDate, Role, Status};
use crate::sample::SampleError;
use crate::sample::files::Folder;
use crate::sample::population::people::Person;
use crate::sample::scoring::oracle::{Oracle, Seen};
use crate::sample::scoring::truth::mark;

/// A card to be listed.
#[derive(Copy, Clone, Debug)]
struct Card {
    person: u32,
    group: [u8; 2],
    level: u8,
    from: Day,
    to: Day,
}

/// Writes the insurance extract.
pub(crate) fn insurance<'a>(
    oracle: &mut Oracle<'a>,
    mut clerk: Clerk<'a>,
    folder: &'a Folder<'a>,
) -> Result<Written, SampleError> {
    let world = oracle.world;
    let mut cards = Vec::with_capacity(world.people.len());
    for (ix, p) in world.people.iter().enumerate() {
        let ix = ix as u32;
        if p.death.is_some_and(|d| world.as_of.0 - d.0 > 700) || (!p.resident && ix % 3 != 1) {
            continue;
        }
        // Most of those who moved away took their card along.
        let moved = oracle.book.row_of(ix).is_some_and(|r| oracle.reg(r).status == Status::MovedOut);
        if clerk.luck.hit(410, 0.06) || (moved && clerk.luck.hit(417, 0.7)) {
            continue;
        }
        let Some(card) = card_for(&mut clerk, p, ix) else { continue };
        cards.push(card);
        if clerk.luck.spoil(411, 0.005) {
            cards.push(card);
        } else if clerk.luck.spoil(412, 0.004) && &card.group != b"TE" {
            // Insured by two hands at once.
            cards.push(Card { group: *b"GD", level: 4, ..card });
        } else if clerk.luck.hit(413, 0.02) && card.from.0 - p.birth.0 > 800 {
            // Last period's card is still on the list.
            cards.push(Card { from: Day(card.from.0 - 365), to: Day(card.from.0 - 1), ..card });
        }
    }
    clerk.luck.shuffle(&mut cards);
    cards.sort_by_key(|c| world.people[c.person as usize].commune);
    let mut desk = Desk::open(oracle, clerk, Kind::Insurance, folder, cards.len())?;
    for card in &cards {
        insurance_row(&mut desk, card);
        desk.next_row()?;
    }
    desk.close()
}

/// The last day on which a child of that birth is entitled to a card of group TE.
pub(crate) fn child_card_ends(birth: PartialDate) -> Day {
    let year = i32::from(birth.year()) + 6;
    let month = birth.month().unwrap_or(12);
    let last = day(year, month, crate::domain::days_in_month(year, month));
    last.max(day(year, 9, 30))
}

fn card_for(clerk: &mut Clerk<'_>, p: &Person, ix: u32) -> Option<Card> {
    let year = clerk.as_of.year();
    let age = clerk.as_of.to_partial().zip(p.birth.to_partial()).map(|(_, b)| b.age_on(clerk.as_of))?;
    let end = child_card_ends(p.birth.to_partial()?);
    let (january, december) = (day(year, 1, 1), day(year, 12, 31));
    let of_year =
        |group: &[u8; 2], level| Card { person: ix, group: *group, level, from: january, to: december };
    let stale = (6..=8).contains(&age) && end < clerk.as_of && clerk.luck.hit(414, 0.06);
    if end >= clerk.as_of || stale {
        if age < 6 && clerk.luck.hit(415, 0.02) {
            // A child with a card of another group.
            return Some(of_year(b"DT", 2));
        }
        let to = if stale { Day(clerk.as_of.0 + 200) } else { end };
        let from = Day((p.birth.0 + clerk.luck.between(3, 40)).min(clerk.as_of.0 - 1));
        return Some(Card { person: ix, group: *b"TE", level: 1, from, to });
    }
    let card = if is_poor(p) {
        of_year(b"HN", 2)
    } else if is_of_merit(p, ix, age) {
        of_year(b"CK", 2)
    } else if is_veteran(ix, age) {
        of_year(b"KC", 2)
    } else if is_disabled(ix) {
        of_year(b"BT", 2)
    } else if age >= 76 {
        of_year(b"LH", 2)
    } else if (6..=18).contains(&age) {
        of_year(b"HS", 4)
    } else {
        match lot(ix, 8, 10) {
            0..=3 => of_year(b"DN", 4),
            4 => of_year(b"HT", 3),
            _ => of_year(b"GD", 4),
        }
    };
    // The very old carry cards of several years: nothing shows that they are still there.
    let old_card = age >= 99 && clerk.luck.coin(0.6);
    if old_card {
        return Some(Card { from: day(year - 3, 1, 1), to: day(year + 2, 12, 31), ..card });
    }
    // Cards of the dead: of the year of death, or renewed as if nothing had happened.
    if let Some(death) = p.death {
        let renewed = clerk.luck.hit(416, 0.15) && death < january;
        let from = if renewed { january } else { day(death.year(), 1, 1) };
        let to = if renewed || clerk.luck.coin(0.6) { december } else { day(death.year(), 12, 31) };
        return Some(Card { from: from.max(p.birth), to: to.max(from), ..card });
    }
    Some(card)
}

fn insurance_row(desk: &mut Desk<'_, '_>, card: &Card) {
    let ix = card.person;
    let p = desk.person(ix);
    let as_of = desk.clerk.as_of;
    let stop = stop(&mut desk.clerk, p, card.from);
    let w = describe(desk, ix, &stop);
    let seen = desk.put(Role::Subject, Some(ix), &w, false);
    put_card(desk, card, p, seen, &w);
    let communes = desk.put_residence(ix);
    let house = desk.house(p);
    desk.set(Field::Address, house);
    for (field, on) in [(Field::ValidFrom, card.from), (Field::ValidTo, card.to)] {
        let DateW { text, .. } = desk.clerk.date(on);
        desk.set(field, text);
    }
    put_stop(desk, &stop);
    desk.set(Field::FacilityCode, format!("66{:03}", 1 + p.commune % 900));
    let Some(seen) = seen else { return };
    let last = stop.on.map_or(card.to.0, |d| card.to.0.min(d.0 - 1));
    note_twice(desk, ix, 0, seen, &w, (card.from.0, last));
    common(desk, ix, seen, &w, &stop, card.from, Field::ValidFrom);
    let at = (Kind::Insurance, desk.row, Some(Role::Subject));
    let Some(reg) = seen.resident else {
        desk.oracle.find(Code::du(6), at, None, None, seen.hard);
        return;
    };
    let valid = card.from <= as_of && card.to >= as_of && stop.is_open(as_of);
    residence(desk, seen, reg, &communes, valid);
    if !valid {
        return;
    }
    let of_child = &card.group == b"TE";
    let facts = &mut desk.oracle.facts[reg as usize];
    facts.note(mark::CARD, seen.hard);
    if of_child {
        facts.note(mark::CHILD_CARD, seen.hard);
    }
    desk.oracle.find_if(Code::song(4), at, reg, None, seen.hard, |o, k| o.dead(reg, k(reg)));
    if of_child {
        outgrown(desk, at, reg, seen.hard, w.birth.is);
    }
}

/// SONG-10, by the registry's date of birth; where the row's own gives another answer it is left open.
fn outgrown(desk: &mut Desk<'_, '_>, at: (Kind, u32, Option<Role>), reg: u32, hard: bool, written: DateCell) {
    let as_of = desk.clerk.as_of;
    let ended = |d: PartialDate| child_card_ends(d) < as_of;
    let row = desk.oracle.reg(reg);
    let by_registry = row.birth.sound().map(ended);
    let by_row = written.sound().map(ended);
    let partial = row.birth.sound().is_none_or(|d| !d.is_full());
    let open = partial || by_row.is_some_and(|r| Some(r) != by_registry);
    if by_registry.or(by_row) == Some(true) || (open && by_row == Some(true)) {
        desk.oracle.find(Code::song(10), at, Some(reg), None, hard || open);
    }
}

/// The card and insurance numbers and the group.
fn put_card(desk: &mut Desk<'_, '_>, card: &Card, p: &Person, seen: Option<Seen>, w: &PersonW) {
    let group = String::from_utf8_lossy(&card.group).into_owned();
    let number = p.insurance;
    let own = w.personal.is.personal().is_some_and(|id| id.number() == p.pid);
    let style = desk.clerk.luck.below(20);
    let mut text = match style {
        0 => format!("{number:010}"),
        1 if own => format!("{group}{}66{:012}", card.level, p.pid),
        _ => format!("{group}{}66{number:010}", card.level),
    };
    let at = (Kind::Insurance, desk.row, Some(Role::Subject));
    let resident = seen.and_then(|s| s.resident);
    if desk.clerk.luck.spoil(420, 0.004) {
        text = match desk.clerk.luck.below(3) {
            0 => text[..text.len() - 1].to_owned(),
            1 => format!("{group}9{}", text.get(3..).unwrap_or("66")),
            _ => text.replace("66", "6O"),
        };
        let sound_length = matches!(text.len(), 10 | 12) && text.bytes().all(|b| b.is_ascii_digit());
        if !sound_length {
            desk.oracle.find(Code::sach(8), at, resident, Some(Field::CardNo), false);
        }
    }
    desk.set(Field::CardNo, text);
    if desk.clerk.luck.coin(0.7) {
        desk.set(Field::InsuranceNo, format!("{number:010}"));
    }
    // A card that shows no group leaves the column to say it.
    if style == 0 || desk.clerk.luck.coin(0.8) {
        desk.set(Field::GroupCode, group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entitlement_ends_with_the_month_or_the_school_intake() {
        let born = |m, d| PartialDate::day(2019, m, d).unwrap();
        assert_eq!(child_card_ends(born(3, 10)), day(2025, 9, 30));
        assert_eq!(child_card_ends(born(9, 30)), day(2025, 9, 30));
        assert_eq!(child_card_ends(born(11, 2)), day(2025, 11, 30));
    }
}
