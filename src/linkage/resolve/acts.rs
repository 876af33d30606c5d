//! Acts by which other extracts show a resident alive: whoever marries or bears a child on a day did not die before it.
//! Cards and benefits show less: many are renewed by lists, without anybody being seen.

use rustc_hash::FxHashMap;

use crate::domain::{Dataset, DateCell, Day, Extract, Person, Role};
use crate::linkage::blocking::registry::Registered;

/// The last day of an act, by resident.
#[derive(Debug, Default)]
pub(crate) struct Acts(FxHashMap<u32, Day>);

impl Acts {
    /// The acts that the extracts tell of persons whose ID and name are a resident's. Nobody asks for them where no
    /// deaths are told.
    pub(crate) fn of(registered: &Registered<'_>, data: &Dataset) -> Self {
        let mut acts = Self::default();
        for extract in &data.extracts {
            acts.add_extract(registered, extract);
        }
        acts
    }

    fn add_extract(&mut self, registered: &Registered<'_>, extract: &Extract) {
        let roles = extract.kind.roles();
        for (at, role) in roles.iter().enumerate() {
            let first_day = |cell: DateCell| cell.sound().map(|date| date.first_day());
            let day = |row: usize| match role {
                Role::Husband | Role::Wife => first_day(extract.rows[row].registered_on),
                Role::Mother => first_day(extract.persons[row * roles.len()].birth),
                _ => None,
            };
            for row in 0..extract.rows.len() {
                let person = &extract.persons[row * roles.len() + at];
                if let (Some(day), Some(resident)) = (day(row), bearer(registered, person)) {
                    let last = self.0.entry(resident).or_insert(day);
                    *last = day.max(*last);
                }
            }
        }
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

/// The resident of a person's ID, where the name is the same.
fn bearer(registered: &Registered<'_>, person: &Person) -> Option<u32> {
    let residents = &registered.residents;
    let id = person.personal_id()?;
    let mut bearers = registered.by_id(id.number());
    bearers
        .find(|bearer| residents.names.level(person.name.id, residents.hot[*bearer as usize].name).agrees())
}
