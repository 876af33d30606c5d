//! Habits of whoever kept a list for a commune, told by the persons whose ID is a resident's: day and month exchanged,
//! 01/01 in place of the date, middle names left out. One case about the file; and of rows of that commune which bear no
//! ID the habit is reckoned with.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::{Dataset, Extract, Field, Lang, NameId, PersonalId, ResidentIx, Table, TableIx};
use crate::linkage::compare::dates::BirthCode;
use crate::linkage::compare::levels::BirthLevel;
use crate::words::{grouped, text};

/// Rows of a table that are looked at, evenly over it.
const SAMPLE: usize = 20_000;
/// So many persons must show a habit.
const LEAST: u64 = 10;
/// Of those who could show it, this share at least does: more than any slip makes, whichever list it is.
const SHARE: f64 = 0.5;

/// For each habit, who could show it and who does.
type Shown = [(u64, u64); Habit::ALL.len()];

/// What is done throughout.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Habit {
    /// Day and month of birth are exchanged.
    DaysAndMonths,
    /// 01/01 stands for dates of birth that are known.
    NewYearsDay,
    /// Middle names are left out.
    MiddleNames,
}

impl Habit {
    const ALL: [Self; 3] = [Self::DaysAndMonths, Self::NewYearsDay, Self::MiddleNames];
}

/// A habit of a list in a commune.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClerkHabit {
    /// The table.
    pub table: TableIx,
    /// The commune in force; `None` for rows that name none.
    pub unit: Option<u32>,
    /// What is done.
    pub habit: Habit,
    /// Persons who could show it.
    pub of: u64,
    /// Persons who do.
    pub shown: u64,
}

impl ClerkHabit {
    /// The share of persons who show it.
    pub(crate) fn share(&self) -> f32 {
        self.shown as f32 / self.of.max(1) as f32
    }

    /// What is done and what to do about it, in the user's language.
    pub fn sentence(&self, data: &Dataset, table: &Table, lang: Lang) -> String {
        let unit = self.unit.and_then(|unit| data.places.units.get(unit as usize));
        let (shown, of) = (grouped(self.shown, lang), grouped(self.of, lang));
        let place = unit.map_or("–", |unit| unit.name.as_str());
        let header = table.header(match self.habit {
            Habit::DaysAndMonths | Habit::NewYearsDay => Field::BirthDate,
            Habit::MiddleNames => Field::FullName,
        });
        match self.habit {
            Habit::DaysAndMonths => text!(lang, "files.clerk.days_and_months", place, header, shown, of),
            Habit::NewYearsDay => text!(lang, "files.clerk.new_years_day", place, header, shown, of),
            Habit::MiddleNames => text!(lang, "files.clerk.middle_names", place, header, shown, of),
        }
    }
}

/// All habits of the extracts, in the order of the data. `owner` finds the bearer of a number in the registry.
pub fn clerk_habits(
    data: &Dataset,
    owner: &(dyn Fn(PersonalId) -> Option<ResidentIx> + Sync),
) -> Vec<ClerkHabit> {
    let extracts = data.extracts.par_iter().with_max_len(1);
    let key = |name| data.names.key(name);
    extracts.flat_map_iter(|extract| of_extract(data, extract, &key, owner)).collect()
}

/// The habits of one extract, in the order of its tables; its names are those of `key`, which may know more than the
/// data do.
pub(crate) fn of_extract<'n>(
    data: &Dataset,
    of: &Extract,
    key: &dyn Fn(NameId) -> &'n str,
    owner: &(dyn Fn(PersonalId) -> Option<ResidentIx> + Sync),
) -> Vec<ClerkHabit> {
    let roles = of.kind.roles().len();
    // By table and commune, for each habit: who could show it, who does.
    let mut groups: BTreeMap<(TableIx, Option<u32>), Shown> = BTreeMap::new();
    let tables = of.rows.chunk_by(|a, b| a.row.table == b.row.table).scan(0, |first, rows| {
        let from = *first;
        *first += rows.len();
        Some((from..*first).step_by(rows.len() / SAMPLE + 1))
    });
    for row in tables.flatten() {
        let (at, person) = (&of.rows[row], &of.persons[row * roles]);
        let Some(resident) = person.personal_id().and_then(owner) else { continue };
        let resident = &data.registry.get(resident).person;
        let there = key(resident.name.id);
        // Who bears another's number shows nothing.
        let is_same = person.name.id == resident.name.id;
        let dropped = if is_same { Some(false) } else { middle_dropped(key(person.name.id), there) };
        let Some(dropped) = dropped else { continue };
        let unit = data.places.get(person.place).units.first().map(|unit| unit.0);
        let group = groups.entry((at.row.table, unit)).or_default();
        let mut count = |habit: Habit, shows: bool| {
            let (of, shown) = &mut group[habit as usize];
            (*of, *shown) = (*of + 1, *shown + u64::from(shows));
        };
        let (own, known) = (BirthCode::of(person.birth), BirthCode::of(resident.birth));
        if known.is_full() && own.is_full() && known.swapped().is_some() {
            count(Habit::DaysAndMonths, own.compare(known) == BirthLevel::Swapped);
        }
        if known.is_full() && own.year() == known.year() && own.tells_a_day() {
            count(Habit::NewYearsDay, !own.is_full());
        }
        if there.split(' ').count() > 2 {
            count(Habit::MiddleNames, dropped);
        }
    }
    let habits = groups.into_iter().flat_map(|((table, unit), counts)| {
        Habit::ALL.into_iter().zip(counts).map(move |(habit, (of, shown))| ClerkHabit {
            table,
            unit,
            habit,
            of,
            shown,
        })
    });
    habits.filter(|h| h.shown >= LEAST && h.shown as f64 >= SHARE * h.of as f64).collect()
}

/// Whether a name is a resident's without the middle; `None` where the names are not one.
fn middle_dropped(name: &str, resident: &str) -> Option<bool> {
    if name == resident {
        return Some(false);
    }
    let (family, given) = name.split_once(' ')?;
    let is_dropped = !given.contains(' ')
        && resident.split(' ').count() > 2
        && resident.split(' ').next() == Some(family)
        && resident.rsplit(' ').next() == Some(given);
    is_dropped.then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_middle_name_is_dropped_or_it_is_another_name() {
        assert_eq!(middle_dropped("nguyễn văn an", "nguyễn văn an"), Some(false));
        assert_eq!(middle_dropped("nguyễn an", "nguyễn văn an"), Some(true));
        assert_eq!(middle_dropped("nguyễn an", "nguyễn an"), Some(false));
        assert_eq!(middle_dropped("nguyễn văn bình", "nguyễn văn an"), None);
        assert_eq!(middle_dropped("an", "nguyễn văn an"), None);
    }
}
