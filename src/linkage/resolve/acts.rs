//! Acts by which other extracts show a resident alive: whoever marries or bears a child on a day did not die before it.
//! Cards and benefits show less: many are renewed by lists, without anybody being seen.

use rustc_hash::FxHashMap;

use crate::domain::{DateCell, Day, Extract, Person, Role};
use crate::linkage::blocking::registry::Registered;

/// A father may have died so many days before his child is born.
const LONGEST_PREGNANCY: i32 = 300;

/// The last day of an act, by resident.
#[derive(Debug, Default)]
pub(crate) struct Acts(FxHashMap<u32, Day>);

impl Acts {
    /// The acts that the extracts tell of persons whose ID and name are a resident's. Nobody asks for them where no
    /// deaths are told.
    pub(crate) fn of(registered: &Registered<'_>, extracts: &[Extract]) -> Self {
        let mut acts = Self::default();
        for extract in extracts {
            told(registered, extract).for_each(|(_, resident, day)| acts.add(resident, day));
        }
        acts
    }

    /// Takes an act of a resident in.
    pub(crate) fn add(&mut self, resident: u32, day: Day) {
        let last = self.0.entry(resident).or_insert(day);
        *last = day.max(*last);
    }

    /// Whether a resident did something after a day.
    pub(crate) fn after(&self, resident: u32, day: Day) -> bool {
        self.0.get(&resident).is_some_and(|last| *last > day)
    }

    /// By resident, in order.
    pub(crate) fn sorted(&self) -> Vec<(u32, Day)> {
        let mut all: Vec<(u32, Day)> = self.0.iter().map(|(resident, day)| (*resident, *day)).collect();
        all.sort_unstable();
        all
    }
}

/// The acts that an extract tells: the row, who did something, and when.
pub(crate) fn told<'a>(
    registered: &'a Registered<'_>,
    extract: &'a Extract,
) -> impl Iterator<Item = (usize, u32, Day)> + 'a {
    let roles = extract.kind.roles();
    let first_day = |cell: DateCell| cell.sound().map(|date| date.first_day());
    let acting = roles
        .iter()
        .enumerate()
        .filter(|(_, role)| matches!(role, Role::Husband | Role::Wife | Role::Mother | Role::Father));
    acting.flat_map(move |(at, role)| {
        let day = move |row: usize| match role {
            Role::Mother => first_day(extract.persons[row * roles.len()].birth),
            Role::Father => {
                first_day(extract.persons[row * roles.len()].birth).map(|day| Day(day.0 - LONGEST_PREGNANCY))
            }
            _ => first_day(extract.rows[row].registered_on),
        };
        (0..extract.rows.len()).filter_map(move |row| {
            Some((row, bearer(registered, &extract.persons[row * roles.len() + at])?, day(row)?))
        })
    })
}

/// The resident of a person's ID, where the name is the same.
fn bearer(registered: &Registered<'_>, person: &Person) -> Option<u32> {
    let residents = &registered.residents;
    let id = person.personal_id()?;
    let mut bearers = registered.by_id(id.number());
    bearers
        .find(|bearer| residents.names.level(person.name.id, residents.hot[*bearer as usize].name).agrees())
}
