//! What rules ask of the data as a whole: counts over all rows of a country, of which one of its parts shows too little.
//!
//! They are counts of what is at home in a part, so that those of all parts add up to those of the country. Where the data
//! are no part, the same code counts all of them.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::Facts;
use super::periods::age;
use crate::domain::{Code, Dataset, Expectation, Extract, Kind, PlaceId, Resident, ResidentIx, Status};

/// The counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole {
    /// What the births and deaths extracts register.
    pub(crate) registered: BTreeMap<String, Registered>,
    /// The communes, as written, in which residents live: numbers of places.
    pub(crate) homes: BTreeSet<u32>,
    /// By list that must hold somebody, whom it holds and whom it should.
    pub(crate) lists: BTreeMap<String, Held>,
    /// Residents.
    pub(crate) residents: u64,
    /// Whether the registry names the spouse of any of them.
    pub(crate) names_spouses: bool,
}

/// Of so many residents some are married, and named by their spouses.
const MANY_RESIDENTS: u64 = 1_000;

/// What a civil-status extract registers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Registered {
    /// Rows by day of registration, where it is told.
    pub(crate) days: BTreeMap<i32, u64>,
    /// The communes, as written: numbers of places.
    pub(crate) communes: BTreeSet<u32>,
}

/// Whom a list holds, and whom it should, by commune in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    /// Rows.
    pub(crate) rows: BTreeMap<u32, u64>,
    /// Residents.
    pub(crate) expected: BTreeMap<u32, u64>,
}

impl Whole {
    /// What can be counted without a look at links: all but the lists.
    pub(crate) fn before_links(data: &Dataset) -> Self {
        let civil = [Kind::Births, Kind::Deaths].into_iter().filter_map(|kind| data.position(kind));
        let registered = |at: usize| {
            let extract = &data.extracts[at];
            (extract.kind.name().to_owned(), Registered::of(data, at, extract))
        };
        Self {
            registered: civil.map(registered).collect(),
            homes: homes(data),
            lists: BTreeMap::new(),
            residents: data.at_home().count() as u64,
            names_spouses: data.at_home().any(Resident::names_spouse),
        }
    }

    /// Whether the registry is one that names spouses: that it names nobody's then means something.
    pub(crate) fn tells_spouses(&self) -> bool {
        self.names_spouses || self.residents < MANY_RESIDENTS
    }

    /// Adds the counts of another part.
    pub fn add(&mut self, other: Self) {
        self.homes.extend(other.homes);
        self.residents += other.residents;
        self.names_spouses |= other.names_spouses;
        for (kind, of) in other.registered {
            let own = self.registered.entry(kind).or_default();
            add(&mut own.days, of.days);
            own.communes.extend(of.communes);
        }
        for (kind, of) in other.lists {
            let own = self.lists.entry(kind).or_default();
            add(&mut own.rows, of.rows);
            add(&mut own.expected, of.expected);
        }
    }
}

fn add<K: Ord>(own: &mut BTreeMap<K, u64>, other: BTreeMap<K, u64>) {
    other.into_iter().for_each(|(key, count)| *own.entry(key).or_default() += count);
}

/// The communes in which residents live.
fn homes(data: &Dataset) -> BTreeSet<u32> {
    let places: FxHashSet<PlaceId> = data.at_home().map(|resident| resident.person.place).collect();
    places.into_iter().map(|place| place.0).collect()
}

impl Registered {
    fn of(data: &Dataset, at: usize, extract: &Extract) -> Self {
        let mut days: FxHashMap<i32, u64> = FxHashMap::default();
        let mut communes: FxHashSet<PlaceId> = FxHashSet::default();
        let here = extract.rows.iter().enumerate().filter(|(row, _)| data.presences.has_row(at, *row));
        for (_, row) in here {
            communes.insert(row.place);
            if let Some(date) = row.registered_on.sound() {
                *days.entry(date.first_day().0).or_default() += 1;
            }
        }
        let communes = communes.into_iter().map(|place| place.0).collect();
        Self { days: days.into_iter().collect(), communes }
    }
}

/// Whom each list that must hold somebody holds, and whom it should, by name of its kind.
pub(super) fn held(facts: &Facts) -> impl Iterator<Item = (String, Held)> {
    let runs = facts.runs(Code::du(14));
    let extracts = facts.data.extracts.iter().enumerate().filter(move |_| runs);
    extracts.filter_map(|(at, extract)| {
        let expects = extract.kind.description().expects?;
        Some((extract.kind.name().to_owned(), held_by(facts, at, extract, expects)))
    })
}

fn held_by(facts: &Facts, at: usize, extract: &Extract, expects: Expectation) -> Held {
    let (mut rows, mut expected) = (FxHashMap::<u32, u64>::default(), FxHashMap::<u32, u64>::default());
    let count = |counts: &mut FxHashMap<u32, u64>, place| {
        for unit in &facts.data.places.get(place).units {
            *counts.entry(unit.0).or_default() += 1;
        }
    };
    let presences = &facts.data.presences;
    for (row, of_row) in extract.rows.iter().enumerate().filter(|(row, _)| presences.has_row(at, *row)) {
        let linked = facts.links.of(at, row, 0, extract.kind).and_then(|link| link.linked());
        // A row that names no commune counts where its person lives.
        let place = match (of_row.place.is_blank(), linked) {
            (true, Some(ix)) => facts.resident(ix).person.place,
            _ => of_row.place,
        };
        count(&mut rows, place);
    }
    for ix in (0..facts.data.registry.residents.len() as u32).map(ResidentIx) {
        if presences.has_resident(ix) && is_expected(facts, expects, ix) {
            count(&mut expected, facts.resident(ix).person.place);
        }
    }
    Held { rows: rows.into_iter().collect(), expected: expected.into_iter().collect() }
}

/// Whether a resident is one whom a list must hold: by age beyond doubt, gender, and residence that is registered.
pub(crate) fn is_expected(facts: &Facts, expects: Expectation, ix: ResidentIx) -> bool {
    let resident = facts.resident(ix);
    let (from, to) = expects.ages;
    matches!(resident.status, Status::Permanent | Status::Temporary)
        && facts.is_living(ix)
        && expects.gender.is_none_or(|gender| resident.person.gender == Some(gender))
        && age(facts.birth_of(ix), facts.dates.as_of).is_some_and(|age| from <= age.least && age.most <= to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_parts_add_up() {
        let registered = |day: i32, commune: u32| {
            let of = Registered { days: [(day, 2)].into(), communes: [commune].into() };
            BTreeMap::from([("births".to_owned(), of)])
        };
        let held = |unit: u32| Held { rows: [(unit, 1)].into(), expected: [(7, 3)].into() };
        let part = |day, commune: u32| Whole {
            registered: registered(day, commune),
            homes: [commune].into(),
            lists: [("school".to_owned(), held(commune))].into(),
            residents: 1_000,
            names_spouses: commune == 2,
        };
        let mut whole = part(5, 1);
        whole.add(part(5, 2));
        whole.add(part(6, 2));
        let births = &whole.registered["births"];
        assert_eq!(births.days, BTreeMap::from([(5, 4), (6, 2)]));
        assert_eq!((births.communes.len(), whole.homes.len(), whole.residents), (2, 2, 3_000));
        assert!(whole.tells_spouses() && !part(5, 1).tells_spouses());
        assert_eq!(whole.lists["school"].expected, BTreeMap::from([(7, 9)]));
        assert_eq!(whole.lists["school"].rows, BTreeMap::from([(1, 1), (2, 2)]));
        let told = serde_json::to_string(&whole).unwrap();
        assert_eq!(serde_json::from_str::<Whole>(&told).unwrap(), whole);
    }
}
