//! What rules ask of the data as a whole: counts over all rows of a country, of which one of its parts shows too little.
//!
//! They are counts of what is at home in a part, so that those of all parts add up to those of the country. Where the data
//! are no part, the same code counts all of them.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::Facts;
use super::children::{is_child_card, is_young_child};
use super::periods::age;
use crate::domain::{
    Code, Dataset, Expectation, Extract, ExtractRow, Kind, PlaceId, Resident, ResidentIx, Status, UnitId,
};

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

/// A list covers a commune where it holds at least one in so many of those expected there: a school that takes a few
/// children of the commune beside it is not the school of that commune.
const ONE_IN: u64 = 10;

/// Of so many children of a commune some have a card.
const SOME_CHILDREN: u64 = 20;

impl Held {
    /// Whether the list covers a commune.
    pub(crate) fn covers(&self, unit: u32) -> bool {
        let of = |counts: &BTreeMap<u32, u64>| counts.get(&unit).copied().unwrap_or_default();
        of(&self.rows) * ONE_IN >= of(&self.expected)
    }

    /// Whether it holds cards of a commune's children, or the children are too few to tell.
    fn holds_children(&self, unit: u32) -> bool {
        self.covers(unit) || self.expected.get(&unit).is_none_or(|children| *children < SOME_CHILDREN)
    }
}

impl Whole {
    /// Whether the insurance extracts are such as hold the cards of a commune's children, as far as their numbers tell.
    pub(crate) fn holds_child_cards(&self, units: &[UnitId]) -> bool {
        let cards = self.lists.get(Kind::Insurance.name());
        cards.is_none_or(|held| units.is_empty() || units.iter().any(|unit| held.holds_children(unit.0)))
    }

    /// Whether they are of no commune with so many children, and of some not.
    pub(crate) fn lacks_child_cards(&self) -> bool {
        let cards = self.lists.get(Kind::Insurance.name());
        cards.is_some_and(|held| {
            let mut units = held.expected.keys().peekable();
            units.peek().is_some() && units.all(|unit| !held.holds_children(*unit))
        })
    }
}

/// Whom each list that must hold somebody holds, and whom it should, by name of its kind: of the insurance extracts the
/// cards of children.
pub(super) fn held(facts: &Facts) -> impl Iterator<Item = (String, Held)> {
    let extracts = facts.data.extracts.iter().enumerate();
    extracts.filter_map(|(at, extract)| {
        let held = match extract.kind.description().expects {
            Some(expects) if facts.runs(Code::du(14)) => {
                held_by(facts, (at, extract), |_| true, |ix| is_expected(facts, expects, ix))
            }
            None if extract.kind == Kind::Insurance && facts.runs(Code::du(8)) => {
                held_by(facts, (at, extract), |row| is_child_card(facts, row), |ix| is_young_child(facts, ix))
            }
            _ => return None,
        };
        Some((extract.kind.name().to_owned(), held))
    })
}

fn held_by(
    facts: &Facts,
    (at, extract): (usize, &Extract),
    counts: impl Fn(&ExtractRow) -> bool,
    is_expected: impl Fn(ResidentIx) -> bool,
) -> Held {
    let (mut rows, mut expected) = (FxHashMap::<u32, u64>::default(), FxHashMap::<u32, u64>::default());
    let count = |counts: &mut FxHashMap<u32, u64>, place| {
        for unit in &facts.data.places.get(place).units {
            *counts.entry(unit.0).or_default() += 1;
        }
    };
    let presences = &facts.data.presences;
    let here = extract.rows.iter().enumerate().filter(|(row, _)| presences.has_row(at, *row));
    for (row, of_row) in here.filter(|(_, of_row)| counts(of_row)) {
        let linked = facts.links.of(at, row, 0, extract.kind).and_then(|link| link.linked());
        // A row that names no commune counts where its person lives.
        let place = match (of_row.place.is_blank(), linked) {
            (true, Some(ix)) => facts.resident(ix).person.place,
            _ => of_row.place,
        };
        count(&mut rows, place);
    }
    for ix in (0..facts.data.registry.residents.len() as u32).map(ResidentIx) {
        if presences.has_resident(ix) && is_expected(ix) {
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
        // Counted in parts, cards and children are those of the country.
        let cards = |cards, children| Held { rows: [(7, cards)].into(), expected: [(7, children)].into() };
        let of = |held: Held| Whole { lists: [("insurance".to_owned(), held)].into(), ..Whole::default() };
        let mut country = of(cards(0, 15));
        assert!(country.holds_child_cards(&[UnitId(7)]) && !country.lacks_child_cards());
        country.add(of(cards(0, 15)));
        assert!(!country.holds_child_cards(&[UnitId(7)]) && country.lacks_child_cards());
        country.add(of(cards(3, 0)));
        assert!(country.holds_child_cards(&[UnitId(7)]) && !country.lacks_child_cards());
        assert!(Whole::default().holds_child_cards(&[UnitId(7)]) && !Whole::default().lacks_child_cards());
        let told = serde_json::to_string(&whole).unwrap();
        assert_eq!(serde_json::from_str::<Whole>(&told).unwrap(), whole);
    }
}
