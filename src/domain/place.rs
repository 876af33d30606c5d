//! Communes: what rows write, and the units in force that it can mean.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A (code, name) pair as rows write it, interned in [`Places`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct PlaceId(pub u32);

impl PlaceId {
    /// No commune written.
    pub const BLANK: Self = Self(0);

    /// Whether no commune is written.
    pub fn is_blank(self) -> bool {
        self == Self::BLANK
    }
}

/// A unit in force, interned in [`Places`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(pub u32);

/// A province in force, as the built-in table of communes numbers it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProvinceIx(pub u32);

/// A commune in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The code; empty where neither data nor table give one.
    pub code: String,
    /// The name with its type word, as the registry or the table writes it.
    pub name: String,
    /// The province in force in which it lies, where code and name tell one.
    pub province: Option<ProvinceIx>,
}

/// A commune as written, with what it can mean today.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The code as written.
    pub code: String,
    /// The name as written.
    pub name: String,
    /// The units in force that it can mean: none (unknown), one, or several after a split.
    pub units: SmallVec<[UnitId; 2]>,
}

impl Default for UnitId {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

/// All communes that the inputs write.
#[derive(Debug)]
pub struct Places {
    /// By [`PlaceId`]; the first is the blank one.
    pub places: Vec<Place>,
    /// By [`UnitId`].
    pub units: Vec<Unit>,
    /// Units besides their own that places were joined to or parted from by a reorganisation.
    joined: FxHashMap<PlaceId, SmallVec<[UnitId; 2]>>,
    index: FxHashMap<(String, String), PlaceId>,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            places: vec![Place::default()],
            units: Vec::new(),
            joined: FxHashMap::default(),
            index: FxHashMap::from_iter([((String::new(), String::new()), PlaceId::BLANK)]),
        }
    }
}

impl Places {
    /// The id of a (code, name) pair, new or known; the units it means are filled in later.
    pub fn intern(&mut self, code: &str, name: &str) -> PlaceId {
        let pair = (code.to_owned(), name.to_owned());
        if let Some(&id) = self.index.get(&pair) {
            return id;
        }
        let id = PlaceId(self.places.len() as u32);
        self.places.push(Place { code: pair.0.clone(), name: pair.1.clone(), units: SmallVec::new() });
        self.index.insert(pair, id);
        id
    }

    /// The id of a (code, name) pair that is known.
    pub fn find(&self, code: &str, name: &str) -> Option<PlaceId> {
        self.index.get(&(code.to_owned(), name.to_owned())).copied()
    }

    /// Says that a place may also be meant for these units, which a reorganisation joined it to or parted
    /// it from: it means its own, and does not differ from those.
    pub fn join(&mut self, id: PlaceId, units: &[UnitId]) {
        let own = &self.places[id.0 as usize].units;
        let more: SmallVec<[UnitId; 2]> = units.iter().copied().filter(|u| !own.contains(u)).collect();
        if !more.is_empty() {
            self.joined.entry(id).or_default().extend(more);
        }
    }

    /// The place of an id.
    pub fn get(&self, id: PlaceId) -> &Place {
        &self.places[id.0 as usize]
    }

    /// The one unit in force that a place means; `None` where unknown or split.
    pub fn unit(&self, id: PlaceId) -> Option<UnitId> {
        match self.get(id).units.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The province in force in which a place lies; `None` where it is not known, or may be either of two.
    pub fn province(&self, id: PlaceId) -> Option<ProvinceIx> {
        let mut provinces = self
            .get(id)
            .units
            .iter()
            .map(|unit| self.units.get(unit.0 as usize).and_then(|unit| unit.province));
        let first = provinces.next().flatten();
        first.filter(|first| provinces.all(|other| other == Some(*first)))
    }

    /// Whether two places are the same commune today: `None` where either is not known; places split
    /// over several units agree where they share one, and places joined by a reorganisation do.
    pub fn same(&self, a: PlaceId, b: PlaceId) -> Option<bool> {
        if a.is_blank() || b.is_blank() {
            return None;
        }
        if a == b {
            return Some(true);
        }
        let (units_of_a, units_of_b) = (&self.get(a).units, &self.get(b).units);
        if units_of_a.is_empty() || units_of_b.is_empty() {
            return None;
        }
        let joined = |id, units: &[UnitId]| {
            self.joined.get(&id).is_some_and(|joined| joined.iter().any(|u| units.contains(u)))
        };
        let share = units_of_a.iter().any(|u| units_of_b.contains(u));
        Some(share || joined(a, units_of_b) || joined(b, units_of_a))
    }

    /// Code and name to show for a place: those of the unit in force, else as written.
    pub fn label(&self, id: PlaceId) -> (&str, &str) {
        match self.unit(id).and_then(|u| self.units.get(u.0 as usize)) {
            Some(unit) => (&unit.code, &unit.name),
            None => (&self.get(id).code, &self.get(id).name),
        }
    }
}
