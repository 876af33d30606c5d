//! The last look: findings about a resident that rest on all extracts together.

use super::oracle::Oracle;
use super::truth::mark;
use super::values::registry_death;
use crate::domain::{Code, Day, Field, Kind, PartialDate, Status};
use crate::sample::extracts::desk::Covered;
use crate::sample::extracts::lists::WrittenList;
use crate::sample::population::registry::source_row;

/// Judges every resident by what all extracts say.
pub(crate) fn judge(oracle: &mut Oracle<'_>, births: &Covered, deaths: &Covered) {
    for ix in 0..oracle.book.rows.len() as u32 {
        if oracle.reg(ix).surplus_of.is_none() {
            resident(oracle, ix, births, deaths);
        }
    }
}

fn resident(oracle: &mut Oracle<'_>, ix: u32, births: &Covered, deaths: &Covered) {
    let reg = oracle.reg(ix);
    let at = (Kind::Residents, source_row(ix), None);
    let as_of = oracle.world.as_of;
    let age = reg.birth.sound().map(|b| b.age_on(as_of));
    if age.is_some_and(|a| (0..6).contains(&a)) {
        oracle.find_if(Code::du(8), at, ix, None, false, |o, k| {
            o.living(ix, k(ix)) && !k(ix).has(mark::CHILD_CARD)
        });
    }
    oracle.find_if(Code::du(9), at, ix, None, false, |o, k| {
        o.living(ix, k(ix)) && k(ix).has(mark::STATE_INSURED) && !k(ix).has(mark::CARD)
    });
    if age.is_some_and(|a| a >= 14) && reg.card == crate::domain::DateCell::Empty {
        let field = Some(Field::CardIssued);
        oracle.find_if(Code::du(11), at, ix, field, false, |o, k| o.living(ix, k(ix)));
    }
    let issued = reg.card.sound().filter(|_| age.is_some());
    if let (Some(birth), Some(issued)) = (reg.birth.sound(), issued)
        && card_ran_out(birth, issued, as_of)
    {
        let field = Some(Field::CardIssued);
        oracle.find_if(Code::du(15), at, ix, field, false, |o, k| o.living(ix, k(ix)));
    }
    oracle.find_if(Code::song(12), at, ix, None, false, |o, k| {
        let recent = |death: PartialDate| (0..=366).contains(&(as_of.0 - death.first_day().0));
        o.dead(ix, k(ix)) && k(ix).has(mark::FUNERAL) && o.death_date(ix, k(ix)).is_some_and(recent)
    });
    oracle.find_if(Code::song(1), at, ix, Some(Field::Status), false, |_, k| {
        !reg.is_dead() && k(ix).has(mark::DEATH_RECORD)
    });
    oracle.find_if(Code::song(5), at, ix, Some(Field::Status), false, |o, k| {
        k(ix).has(mark::SAID_DEAD) && o.living(ix, k(ix))
    });
    if age.is_some_and(|a| a >= 100) {
        oracle.find_if(Code::song(6), at, ix, None, false, |o, k| {
            o.living(ix, k(ix)) && !k(ix).has(mark::SIGN_OF_LIFE)
        });
    }
    let Some(commune) = reg.commune else { return };
    if let Some(birth) = reg.birth.sound() {
        let (sure, maybe) = births.covers(commune, birth.first_day(), birth.last_day());
        if maybe {
            oracle.find_if(Code::du(13), at, ix, None, !sure, |o, k| {
                o.living(ix, k(ix)) && !k(ix).has(mark::BIRTH_RECORD)
            });
        }
    }
    if let Some(death) = registry_death(reg).filter(|_| reg.is_dead()) {
        let (sure, maybe) = deaths.covers(commune, death.first_day(), death.last_day());
        if maybe {
            oracle.find_if(Code::song(2), at, ix, None, !sure, |_, k| !k(ix).has(mark::DEATH_RECORD));
        }
    }
}

/// DU-14: residents whom a list must hold and does not, in the communes that it covers (at least one row for ten of
/// those expected there).
pub(crate) fn absent(oracle: &mut Oracle<'_>, list: &WrittenList) {
    let Some(expects) = list.kind.description().expects else { return };
    let as_of = oracle.world.as_of;
    let is_of_age = |birth: PartialDate| (expects.ages.0..=expects.ages.1).contains(&birth.age_on(as_of));
    let of_age: Vec<u32> = (0..oracle.book.rows.len() as u32)
        .filter(|&ix| {
            let reg = oracle.reg(ix);
            matches!(reg.status, Status::Permanent | Status::Temporary)
                && expects.gender.is_none_or(|gender| reg.gender == Some(gender))
                && reg.birth.sound().is_some_and(is_of_age)
        })
        .collect();
    let mut expected = vec![0_u32; list.rows_of.len()];
    for &ix in &of_age {
        let known = oracle.facts[ix as usize].easy;
        if let Some(commune) = oracle.reg(ix).commune.filter(|_| oracle.living(ix, known)) {
            expected[usize::from(commune)] += 1;
        }
    }
    let is_covered = |commune: u16| {
        let at = usize::from(commune);
        list.rows_of[at] > 0 && list.rows_of[at] * 10 >= expected[at]
    };
    for ix in of_age {
        let reg = oracle.reg(ix);
        if reg.surplus_of.is_some() || !reg.commune.is_some_and(is_covered) {
            continue;
        }
        let open = reg.birth.sound().is_some_and(|birth| !birth.is_full());
        let at = (Kind::Residents, source_row(ix), None);
        oracle.find_if(Code::du(14), at, ix, None, open, |o, k| {
            o.living(ix, k(ix)) && !k(ix).has(mark::ON_LIST)
        });
    }
}

/// Whether a card has to be renewed by now or within 60 days: the holder turns 25, 40 or 60 (14 for a child's card) and
/// the card is older than two years before that.
fn card_ran_out(birth: PartialDate, issued: PartialDate, as_of: Day) -> bool {
    let turns = |day: Day, years: i32| {
        let (year, month, date) = day.civil();
        Day::from_civil(year + years, month, date)
            .or_else(|| Day::from_civil(year + years, 3, 1))
            .map_or(0, |d| d.0)
    };
    [14, 25, 40, 60].into_iter().any(|age| {
        issued.last_day().0 < turns(birth.first_day(), age - 2)
            && turns(birth.last_day(), age) <= as_of.0 + 60
    })
}
