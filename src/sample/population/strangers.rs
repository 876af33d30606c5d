//! People of whom the registry knows nothing: newborns not yet registered, husbands and wives from
//! elsewhere, and others who turn up in the extracts only.

use super::people::{NOBODY, World};
use super::tables::Tables;
use crate::domain::{Day, Gender};
use crate::sample::draw::Luck;

/// Adds them to a population.
pub(crate) fn add(world: &mut World, tables: &Tables, luck: &mut Luck) {
    let residents = world.people.len() as u32;
    let this_year = world.as_of.year();
    for ix in 0..residents {
        let p = &world.people[ix as usize];
        let (age, gender, spouse, commune) = (this_year - p.birth.year(), p.gender, p.spouse, p.commune);
        if p.death.is_some() {
            continue;
        }
        let wife = gender == Gender::Female && spouse != NOBODY;
        if wife && (20..=42).contains(&age) && luck.hit(0, 0.018) {
            if world.people[spouse as usize].death.is_some() || !world.people[spouse as usize].resident {
                continue;
            }
            let birth = Day(world.as_of.0 - luck.between(20, 330));
            let child = luck.coin(0.5);
            let sex = if luck.coin(0.52) { Gender::Male } else { Gender::Female };
            let new = world.add_outsider(tables, luck, commune, sex, birth, Some((ix, spouse)));
            if child {
                world.give_number(tables, luck, new);
            }
        } else if spouse == NOBODY && (23..=40).contains(&age) && luck.hit(1, 0.035) {
            let (sex, shift) =
                if gender == Gender::Male { (Gender::Female, 700) } else { (Gender::Male, -700) };
            let birth = Day(world.people[ix as usize].birth.0 + shift + luck.between(-500, 500));
            let new = world.add_outsider(tables, luck, commune, sex, birth, None);
            world.give_number(tables, luck, new);
            world.people[ix as usize].spouse = new;
            world.people[new as usize].spouse = ix;
        }
    }
    for _ in 0..residents.div_ceil(150) {
        let commune = luck.below(world.communes.len()) as u16;
        let gender = if luck.coin(0.5) { Gender::Male } else { Gender::Female };
        let birth = Day(world.as_of.0 - luck.between(32 * 365, 85 * 365));
        let new = world.add_outsider(tables, luck, commune, gender, birth, None);
        world.give_number(tables, luck, new);
        if new % 3 == 2 {
            world.people[new as usize].death = Some(Day(world.as_of.0 - luck.between(30, 2_000)));
        }
    }
}
