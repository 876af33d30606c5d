//! The registry as linkage holds it: what pairs are compared on, packed, and the blocking indexes.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::domain::{Dataset, Gender, IdCell, NameId, Person, Resident, TextId};

use crate::linkage::blocking::postings::{KeyIndex, pair};
use crate::linkage::compare::dates::{BirthCode, BirthShares};
use crate::linkage::compare::name_prefilter::NameSketch;
use crate::linkage::compare::names::{NameCode, Names};

/// No commune.
pub(crate) const NO_UNIT: u32 = u32::MAX;

/// No personal ID.
pub(crate) const NO_ID: u64 = u64::MAX;

/// What every candidate is compared on first: half a cache line.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Hot {
    pub(crate) name: NameId,
    pub(crate) birth: BirthCode,
    pub(crate) unit: u32,
    pub(crate) gender: Option<Gender>,
    pub(crate) sketch: NameSketch,
    /// Personal ID; [`NO_ID`] where there is none.
    pub(crate) id: u64,
}

/// What a candidate is compared on if name, date and commune leave him in: half a cache line too.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Warm {
    pub(crate) hamlet: TextId,
    pub(crate) address: TextId,
    pub(crate) household: TextId,
    /// Names of father, mother, spouse.
    pub(crate) relatives: [NameId; 3],
    /// Whether the row has a sound ID of one of them.
    pub(crate) relative_ids: bool,
    /// Whether it has an old ID.
    pub(crate) old_id: bool,
}

impl Warm {
    fn of(r: &Resident) -> Self {
        let p = &r.person;
        let relatives = [&r.father, &r.mother, &r.spouse];
        Self {
            hamlet: p.hamlet,
            address: p.address,
            household: p.household,
            relatives: relatives.map(|relative| relative.name.id),
            relative_ids: relatives.iter().any(|relative| relative.id.personal().is_some()),
            old_id: p.old_id().is_some(),
        }
    }
}

/// An index with the names beside the entries: its postings are long and of people of all names, most of
/// whom need not be looked up.
struct NamedIndex {
    index: KeyIndex,
    sketches: Vec<NameSketch>,
}

impl NamedIndex {
    fn new(index: KeyIndex, hot: &[Hot]) -> Self {
        let sketches = index.residents().map(|r| hot[r as usize].sketch).collect();
        Self { index, sketches }
    }

    fn get(&self, key: u64) -> impl Iterator<Item = (u32, &NameSketch)> {
        self.index.entries_of(key).map(|(at, resident)| (resident, &self.sketches[at]))
    }
}

/// The registry, packed and indexed. Holds nothing of any extract.
pub(crate) struct Registered<'a> {
    pub(crate) residents: &'a [Resident],
    pub(crate) names: Names,
    pub(crate) hot: Vec<Hot>,
    pub(crate) warm: Vec<Warm>,
    pub(crate) births: BirthShares,
    /// log2 of the number of residents.
    pub(crate) log_n: f32,
    by_id: KeyIndex,
    by_old_id: KeyIndex,
    by_name_birth: KeyIndex,
    by_name_year: KeyIndex,
    by_name_unit: KeyIndex,
    by_name_day: KeyIndex,
    by_name_address: KeyIndex,
    by_birth: KeyIndex,
    by_unit_year: NamedIndex,
    by_unit_given: NamedIndex,
    by_id_head: KeyIndex,
    by_id_tail: KeyIndex,
    by_mother: KeyIndex,
    by_father: KeyIndex,
    by_household: KeyIndex,
    by_parent_id: KeyIndex,
    units: FxHashMap<u32, u32>,
    hamlets: FxHashMap<(u32, TextId), u32>,
    addresses: FxHashMap<TextId, u32>,
}

impl<'a> Registered<'a> {
    /// Packs and indexes the registry.
    pub(crate) fn build(data: &'a Dataset) -> Self {
        let residents = data.registry.residents.as_slice();
        let names = Names::build(&data.names, &data.registry);
        let hot: Vec<Hot> = residents
            .iter()
            .map(|r| Hot {
                name: r.person.name.id,
                birth: BirthCode::of(r.person.birth),
                unit: data.places.get(r.person.place).units.first().map_or(NO_UNIT, |u| u.0),
                gender: r.person.gender,
                sketch: names.sketch(r.person.name.id),
                id: r.person.personal_id().map_or(NO_ID, |id| id.number()),
            })
            .collect();
        let n = residents.len();
        let births = BirthShares::build(hot.iter().map(|h| h.birth));
        let code = |r: u32| names.code(hot[r as usize].name);
        let year = |r: u32| {
            let b = hot[r as usize].birth;
            (!b.is_missing()).then(|| u64::from(b.year()))
        };
        let unit = |r: u32| Some(hot[r as usize].unit).filter(|u| *u != NO_UNIT).map(u64::from);
        let sound = |r: u32| Some(code(r).sound).filter(|b| *b != 0);
        let id = |r: u32| Some(hot[r as usize].id).filter(|id| *id != NO_ID);
        let relative = |id: NameId| (!id.is_blank()).then(|| names.code(id).sound);
        let birth =
            |r: u32| Some(hot[r as usize].birth).filter(|b| b.is_full()).map(|b| u64::from(b.packed()));
        let given = |r: u32| sound(r).map(|_| u64::from(code(r).given_base));
        let parent = |r: u32| {
            let r = &residents[r as usize];
            r.mother.id.personal().or(r.father.id.personal()).map(|id| id.number())
        };
        let old_id = |r: u32| residents[r as usize].person.old_id().map(|o| u64::from(o.number()));
        let mother = |r: u32| relative(residents[r as usize].mother.name.id);
        let father = |r: u32| relative(residents[r as usize].father.name.id);
        type Key<'k> = &'k (dyn Fn(u32) -> Option<u64> + Sync);
        let keys: [Key<'_>; 16] = [
            &id,
            &old_id,
            &|r| Some(pair(sound(r)?, birth(r)?)),
            &|r| Some(pair(sound(r)?, year(r)?)),
            &|r| Some(pair(sound(r)?, unit(r)?)),
            &|r| Some(pair(sound(r)?, day_key(hot[r as usize].birth)?)),
            &|r| Some(pair(sound(r)?, address_key(residents[r as usize].person.address)?)),
            &birth,
            &|r| Some(pair(unit(r)?, year(r)?)),
            &|r| Some(pair(unit(r)?, given(r)?)),
            &|r| Some(id(r)? / 1000),
            &|r| Some(id(r)? % 1_000_000),
            &|r| Some(pair(mother(r)?, year(r)?)),
            &|r| Some(pair(father(r)?, year(r)?)),
            &|r| household_key(&residents[r as usize]),
            &parent,
        ];
        let mut built = keys
            .par_iter()
            .with_max_len(1)
            .map(|key| KeyIndex::build(n, key))
            .collect::<Vec<_>>()
            .into_iter();
        let mut next = || built.next().unwrap_or_default();
        let mut registered = Self {
            by_id: next(),
            by_old_id: next(),
            by_name_birth: next(),
            by_name_year: next(),
            by_name_unit: next(),
            by_name_day: next(),
            by_name_address: next(),
            by_birth: next(),
            by_unit_year: NamedIndex::new(next(), &hot),
            by_unit_given: NamedIndex::new(next(), &hot),
            by_id_head: next(),
            by_id_tail: next(),
            by_mother: next(),
            by_father: next(),
            by_household: next(),
            by_parent_id: next(),
            residents,
            warm: residents.par_iter().map(Warm::of).collect(),
            births,
            log_n: (n.max(2) as f32).log2(),
            units: FxHashMap::default(),
            hamlets: FxHashMap::default(),
            addresses: FxHashMap::default(),
            hot,
            names,
        };
        registered.count_places();
        registered
    }

    fn count_places(&mut self) {
        for (resident, hot) in self.residents.iter().zip(&self.hot) {
            *self.units.entry(hot.unit).or_insert(0) += 1;
            let p = &resident.person;
            if !p.hamlet.is_blank() {
                *self.hamlets.entry((hot.unit, p.hamlet)).or_insert(0) += 1;
            }
            if !p.address.is_blank() {
                *self.addresses.entry(p.address).or_insert(0) += 1;
            }
        }
    }

    /// Number of residents.
    pub(crate) fn len(&self) -> usize {
        self.residents.len()
    }

    /// Residents of a commune.
    pub(crate) fn in_unit(&self, unit: u32) -> f32 {
        self.units.get(&unit).copied().unwrap_or(1) as f32
    }

    /// Residents of a hamlet of a commune.
    pub(crate) fn in_hamlet(&self, unit: u32, hamlet: TextId) -> f32 {
        self.hamlets.get(&(unit, hamlet)).copied().unwrap_or(1) as f32
    }

    /// Residents with an address text; `None` where nobody has it.
    pub(crate) fn bearers_of(&self, address: TextId) -> Option<f32> {
        self.addresses.get(&address).map(|count| *count as f32)
    }

    /// Brings the records of some persons' likeliest candidates into the caches. One after the other each
    /// would be waited for; here the processor fetches them side by side.
    pub(crate) fn fetch<'p>(&self, persons: impl Iterator<Item = &'p Person>) {
        let ids: SmallVec<[u64; 16]> = persons.filter_map(|p| Some(p.personal_id()?.number())).collect();
        let buckets = ids.iter().map(|id| self.by_id.bucket(*id).start).fold(0, usize::wrapping_add);
        let bearers: SmallVec<[u32; 16]> = ids.iter().filter_map(|id| self.by_id.get(*id).next()).collect();
        let records =
            bearers.iter().map(|r| self.hot[*r as usize].id ^ u64::from(self.warm[*r as usize].hamlet.0));
        std::hint::black_box((buckets, records.fold(0, u64::wrapping_add)));
    }

    /// Bearers of a personal ID: more than one where the registry is wrong.
    pub(crate) fn by_id(&self, id: u64) -> impl Iterator<Item = u32> + '_ {
        self.by_id.get(id).filter(move |r| self.hot[*r as usize].id == id)
    }

    /// Bearers of an old ID.
    pub(crate) fn by_old_id(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        self.by_old_id.get(u64::from(id)).filter(move |r| {
            self.residents[*r as usize].person.old_id().is_some_and(|have| have.number() == id)
        })
    }

    /// Names of the same sound class (the same letters at least), same full date of birth.
    pub(crate) fn by_name_birth(&self, name: NameCode, birth: BirthCode) -> impl Iterator<Item = u32> + '_ {
        self.by_name_birth.get(pair(name.sound, u64::from(birth.packed())))
    }

    /// Names of the same sound class (the same letters at least), same year of birth.
    pub(crate) fn by_name_year(&self, name: NameCode, year: u16) -> impl Iterator<Item = u32> + '_ {
        self.by_name_year.get(pair(name.sound, u64::from(year)))
    }

    /// Names of the same sound class (the same letters at least), same commune.
    pub(crate) fn by_name_unit(&self, name: NameCode, unit: u32) -> impl Iterator<Item = u32> + '_ {
        self.by_name_unit.get(pair(name.sound, u64::from(unit)))
    }

    /// Names of the same sound class (the same letters at least), same day and month of birth.
    pub(crate) fn by_name_day(&self, name: NameCode, birth: BirthCode) -> impl Iterator<Item = u32> + '_ {
        day_key(birth).into_iter().flat_map(move |day| self.by_name_day.get(pair(name.sound, day)))
    }

    /// Names of the same sound class (the same letters at least), same address.
    pub(crate) fn by_name_address(&self, name: NameCode, address: TextId) -> impl Iterator<Item = u32> + '_ {
        address_key(address).into_iter().flat_map(move |key| self.by_name_address.get(pair(name.sound, key)))
    }

    /// Same full date of birth, given packed.
    pub(crate) fn by_birth(&self, packed: u32) -> impl Iterator<Item = u32> + '_ {
        self.by_birth.get(u64::from(packed))
    }

    /// Same commune and year of birth, with the names.
    pub(crate) fn by_unit_year(&self, unit: u32, year: u16) -> impl Iterator<Item = (u32, &NameSketch)> + '_ {
        self.by_unit_year.get(pair(u64::from(unit), u64::from(year)))
    }

    /// Same commune, same letters of the given name; with the names.
    pub(crate) fn by_unit_given(
        &self,
        unit: u32,
        name: NameCode,
    ) -> impl Iterator<Item = (u32, &NameSketch)> + '_ {
        self.by_unit_given.get(pair(u64::from(unit), u64::from(name.given_base)))
    }

    /// Personal IDs that share the first nine or the last six digits: one slip apart, mostly.
    pub(crate) fn near_id(&self, id: u64) -> impl Iterator<Item = u32> + '_ {
        self.by_id_head.get(id / 1000).chain(self.by_id_tail.get(id % 1_000_000))
    }

    /// Mother of that name, child of that year.
    pub(crate) fn by_mother(&self, mother: NameId, year: u16) -> impl Iterator<Item = u32> + '_ {
        self.by_mother.get(pair(self.names.code(mother).sound, u64::from(year)))
    }

    /// Father of that name, child of that year.
    pub(crate) fn by_father(&self, father: NameId, year: u16) -> impl Iterator<Item = u32> + '_ {
        self.by_father.get(pair(self.names.code(father).sound, u64::from(year)))
    }

    /// The household of a resident, the resident included.
    pub(crate) fn household_of(&self, resident: u32) -> impl Iterator<Item = u32> + '_ {
        household_key(&self.residents[resident as usize])
            .into_iter()
            .flat_map(|key| self.by_household.get(key))
    }

    /// Residents whose row names a resident as mother (or, where it names no mother by ID, as father).
    pub(crate) fn children_of(&self, resident: u32) -> impl Iterator<Item = u32> + '_ {
        let id = Some(self.hot[resident as usize].id).filter(|id| *id != NO_ID);
        id.into_iter().flat_map(|id| self.by_parent_id.get(id))
    }

    /// Whether the row of a resident could show relatives: it tells a household or somebody's ID.
    pub(crate) fn tells_ties(&self, resident: u32) -> bool {
        let r = &self.residents[resident as usize];
        !r.person.household.is_blank()
            || [r.mother.id, r.father.id, r.spouse.id].iter().any(|cell| cell.personal().is_some())
    }

    /// Whether two residents bear one name in one commune, born in one year: whoever looks the name up may pick the
    /// wrong one.
    pub(crate) fn namesakes(&self, a: u32, b: u32) -> bool {
        let (x, y) = (&self.hot[a as usize], &self.hot[b as usize]);
        let known = !x.name.is_blank() && x.unit != NO_UNIT;
        known && x.name == y.name && x.unit == y.unit && x.birth.year() == y.birth.year()
    }

    /// Whether two residents name the same mother or father by ID.
    pub(crate) fn siblings(&self, a: u32, b: u32) -> bool {
        let (x, y) = (&self.residents[a as usize], &self.residents[b as usize]);
        let same = |a: IdCell, b: IdCell| a.personal().is_some_and(|id| b.personal() == Some(id));
        same(x.mother.id, y.mother.id) || same(x.father.id, y.father.id)
    }

    /// Whether two residents are relatives by the registry: of one household, or one named by ID on the
    /// other's row.
    pub(crate) fn related(&self, a: u32, b: u32) -> bool {
        let (x, y) = (&self.residents[a as usize], &self.residents[b as usize]);
        let household = household_key(x);
        if household.is_some() && household == household_key(y) {
            return true;
        }
        names_by_id(x, y) || names_by_id(y, x)
    }
}

/// Whether `x` names `y` as father, mother or spouse by ID.
fn names_by_id(x: &Resident, y: &Resident) -> bool {
    y.person.personal_id().is_some_and(|id| {
        [x.mother.id, x.father.id, x.spouse.id].iter().any(|cell| cell.personal() == Some(id))
    })
}

fn household_key(r: &Resident) -> Option<u64> {
    // Household numbers may be given anew in every commune.
    (!r.person.household.is_blank())
        .then(|| pair(u64::from(r.person.place.0), u64::from(r.person.household.0)))
}

fn address_key(address: TextId) -> Option<u64> {
    (!address.is_blank()).then_some(u64::from(address.0))
}

fn day_key(birth: BirthCode) -> Option<u64> {
    birth.is_full().then(|| u64::from(birth.packed() & 0x1ff))
}
