//! Coincidences of name, year and commune counted among the residents.

use rayon::prelude::*;

use super::registry::Registered;
use crate::linkage::compare::coincidence::{Beside, Coincidence, Tally};
use crate::linkage::compare::levels::BirthLevel;
use crate::linkage::compare::residents::{NO_UNIT, Residents, household};

/// Residents who are looked at, evenly over the registry.
const LOOKED_AT: usize = 40_000;
/// Namesakes of one resident that are counted.
const MOST: usize = 2_000;

/// Counts how often residents share name, year of birth and commune with others.
pub(super) fn count(registered: &Registered<'_>) -> Coincidence {
    let n = registered.residents.len();
    let step = n.div_ceil(LOOKED_AT).max(1);
    let looked_at: Vec<u32> = (0..n as u32).step_by(step).collect();
    let parts: Vec<Tally> = looked_at
        .par_chunks(1024)
        .map(|some| {
            let mut tally = Tally::default();
            some.iter().for_each(|&resident| look(registered, resident, &mut tally));
            tally
        })
        .collect();
    // Sums of whole numbers and of parts in a fixed order: the same for any number of threads.
    let mut whole = Tally::default();
    parts.iter().for_each(|part| whole.merge(part));
    whole.coincidence()
}

/// Whether two residents of one name may be one person who stands in the registry twice: that is no coincidence of two.
/// Of strangers born in one year, one pair in some hundred is taken for one.
fn may_be_one(residents: &Residents<'_>, a: u32, b: u32) -> bool {
    let (x, y) = (&residents.hot[a as usize], &residents.hot[b as usize]);
    let together = household(&residents.rows[a as usize]);
    let one_house = together.is_some() && together == household(&residents.rows[b as usize]);
    one_house && x.birth.compare(y.birth).is_close()
        || (x.birth.is_full() && y.birth.is_full() && x.birth.compare(y.birth).is_close())
}

fn look(registered: &Registered<'_>, resident: u32, tally: &mut Tally) {
    let residents = &registered.residents;
    let hot = &residents.hot[resident as usize];
    if hot.name.is_blank() || hot.birth.is_missing() || hot.gender.is_none() {
        return;
    }
    let (year, code) = (hot.birth.year(), residents.names.code(hot.name));
    let n = residents.len() as f32;
    // Residents of the same name and gender, by the shares of its parts.
    let namesakes = n * (-residents.names.compare(hot.name, hot.name, hot.gender).bits - 1.0).exp2();
    let of_year =
        (-residents.births.bits(BirthLevel::PartAgrees, hot.birth.year_alone(), hot.birth.year_alone()))
            .exp2();
    let same = |other: &u32| {
        let other_hot = &residents.hot[*other as usize];
        *other != resident
            && other_hot.name == hot.name
            && other_hot.gender == hot.gender
            && !may_be_one(residents, resident, *other)
    };
    let here = if hot.unit == NO_UNIT { 0.0 } else { residents.in_unit(hot.unit) / n };
    let (mut in_commune, mut elsewhere) = (0.0, 0.0);
    for other in registered.by_name_year(code, year).take(MOST).filter(same) {
        let at_home = hot.unit != NO_UNIT && residents.hot[other as usize].unit == hot.unit;
        *(if at_home { &mut in_commune } else { &mut elsewhere }) += 1.0;
    }
    tally.add(year, Beside::Year, elsewhere, namesakes * of_year * (1.0 - here));
    if hot.unit != NO_UNIT {
        tally.add(year, Beside::YearAndCommune, in_commune, namesakes * of_year * here);
        let neighbours = registered.by_name_unit(code, hot.unit).take(MOST).filter(same).count();
        tally.add(year, Beside::Commune, neighbours as f32, namesakes * here);
    }
}
