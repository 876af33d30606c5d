//! The registry with its blocking indexes: under which keys a resident is found.

use rayon::prelude::*;
use smallvec::SmallVec;

use super::coincidences;
use super::postings::{Postings, pair};
use crate::domain::{Dataset, NameId, Person, Resident, TextId};
use crate::linkage::compare::dates::BirthCode;
use crate::linkage::compare::names::NameCode;
use crate::linkage::compare::names::name_prefilter::NameSketch;
use crate::linkage::compare::record::Record;
use crate::linkage::compare::residents::{Hot, NO_ID, NO_UNIT, Residents, household};

/// An index with the names beside the entries: its postings are long and of people of all names, most of
/// whom need not be looked up.
struct NamedPostings {
    index: Postings,
    sketches: Vec<NameSketch>,
}

impl NamedPostings {
    fn new(index: Postings, hot: &[Hot]) -> Self {
        let sketches = index.residents().map(|r| hot[r as usize].sketch).collect();
        Self { index, sketches }
    }

    fn get(&self, key: u64) -> impl Iterator<Item = (u32, &NameSketch)> + Clone {
        self.index.entries_of(key).map(|(at, resident)| (resident, &self.sketches[at]))
    }
}

/// Most residents of one posting that are looked at. Beyond it a key is too common to be worth its
/// cost; the sharper keys (with commune, or with the year) hold its rare members.
const POSTING_LIMIT: usize = 4096;

/// The registry, packed and indexed. Holds nothing of any extract.
pub(crate) struct Registered<'a> {
    /// Most residents of one posting that are looked at; of a longer one those who live nearest.
    pub(in crate::linkage) posting_limit: usize,
    /// What is compared.
    pub(crate) residents: Residents<'a>,
    by_id: Postings,
    by_old_id: Postings,
    by_name_birth: Postings,
    by_name_year: Postings,
    by_name_unit: Postings,
    by_name_day: Postings,
    by_name_address: Postings,
    by_birth: Postings,
    by_unit_year: NamedPostings,
    by_unit_given: NamedPostings,
    by_year_given: NamedPostings,
    by_year_head: NamedPostings,
    by_id_head: Postings,
    by_id_tail: Postings,
    by_mother: Postings,
    by_father: Postings,
    by_household: Postings,
    by_parent_id: Postings,
}

impl<'a> Registered<'a> {
    /// Packs and indexes the registry.
    pub(crate) fn build(data: &'a Dataset) -> Self {
        let residents = Residents::pack(data);
        let Residents { rows, names, hot, .. } = &residents;
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
            let r = &rows[r as usize];
            r.mother.id.personal().or(r.father.id.personal()).map(|id| id.number())
        };
        let old_id = |r: u32| rows[r as usize].person.old_id().map(|o| u64::from(o.number()));
        let mother = |r: u32| relative(rows[r as usize].mother.name.id);
        let father = |r: u32| relative(rows[r as usize].father.name.id);
        type Key<'k> = &'k (dyn Fn(u32) -> Option<u64> + Sync);
        let head = |r: u32| Some(code(r).head).filter(|head| *head != 0);
        let keys: [Key<'_>; 18] = [
            &id,
            &old_id,
            &|r| Some(pair(sound(r)?, birth(r)?)),
            &|r| Some(pair(sound(r)?, year(r)?)),
            &|r| Some(pair(sound(r)?, unit(r)?)),
            &|r| Some(pair(sound(r)?, day_key(hot[r as usize].birth)?)),
            &|r| Some(pair(sound(r)?, address_key(rows[r as usize].person.address)?)),
            &birth,
            &|r| Some(pair(unit(r)?, year(r)?)),
            &|r| Some(pair(unit(r)?, given(r)?)),
            &|r| Some(pair(year(r)?, given(r)?)),
            &|r| Some(pair(year(r)?, head(r)?)),
            &|r| Some(id(r)? / 1000),
            &|r| Some(id(r)? % 1_000_000),
            &|r| Some(pair(mother(r)?, year(r)?)),
            &|r| Some(pair(father(r)?, year(r)?)),
            &|r| household_key(&rows[r as usize]),
            &parent,
        ];
        let mut built = keys
            .par_iter()
            .with_max_len(1)
            .map(|key| Postings::build(rows.len(), key))
            .collect::<Vec<_>>()
            .into_iter();
        let mut next = || built.next().unwrap_or_default();
        let mut registered = Self {
            posting_limit: POSTING_LIMIT,
            by_id: next(),
            by_old_id: next(),
            by_name_birth: next(),
            by_name_year: next(),
            by_name_unit: next(),
            by_name_day: next(),
            by_name_address: next(),
            by_birth: next(),
            by_unit_year: NamedPostings::new(next(), hot),
            by_unit_given: NamedPostings::new(next(), hot),
            by_year_given: NamedPostings::new(next(), hot),
            by_year_head: NamedPostings::new(next(), hot),
            by_id_head: next(),
            by_id_tail: next(),
            by_mother: next(),
            by_father: next(),
            by_household: next(),
            by_parent_id: next(),
            residents,
        };
        registered.residents.coincidence = coincidences::count(&registered);
        registered
    }

    /// Brings the records of some persons' likeliest candidates into the caches. One after the other each
    /// would be waited for; here the processor fetches them side by side.
    pub(crate) fn fetch<'p>(&self, persons: impl Iterator<Item = &'p Person>) {
        let ids: SmallVec<[u64; 16]> = persons.filter_map(|p| Some(p.personal_id()?.number())).collect();
        let buckets = ids.iter().map(|id| self.by_id.bucket(*id).start).fold(0, usize::wrapping_add);
        let bearers: SmallVec<[u32; 16]> = ids.iter().filter_map(|id| self.by_id.get(*id).next()).collect();
        let records = bearers.iter().map(|r| {
            self.residents.hot[*r as usize].id ^ u64::from(self.residents.warm[*r as usize].hamlet.0)
        });
        std::hint::black_box((buckets, records.fold(0, u64::wrapping_add)));
    }

    /// Bearers of a personal ID: more than one where the registry is wrong.
    pub(crate) fn by_id(&self, id: u64) -> impl Iterator<Item = u32> + Clone + '_ {
        self.by_id.get(id).filter(move |r| self.residents.hot[*r as usize].id == id)
    }

    /// Bearers of an old ID.
    pub(crate) fn by_old_id(&self, id: u32) -> impl Iterator<Item = u32> + Clone + '_ {
        self.by_old_id.get(u64::from(id)).filter(move |r| {
            self.residents.rows[*r as usize].person.old_id().is_some_and(|have| have.number() == id)
        })
    }

    /// Names of the same sound class (the same letters at least), same full date of birth.
    pub(crate) fn by_name_birth(
        &self,
        name: NameCode,
        birth: BirthCode,
    ) -> impl Iterator<Item = u32> + Clone + '_ {
        self.by_name_birth.get(pair(name.sound, u64::from(birth.packed())))
    }

    /// Names of the same sound class (the same letters at least), same year of birth.
    pub(crate) fn by_name_year(&self, name: NameCode, year: u16) -> impl Iterator<Item = u32> + Clone + '_ {
        self.by_name_year.get(pair(name.sound, u64::from(year)))
    }

    /// Names of the same sound class (the same letters at least), same commune.
    pub(crate) fn by_name_unit(&self, name: NameCode, unit: u32) -> impl Iterator<Item = u32> + Clone + '_ {
        self.by_name_unit.get(pair(name.sound, u64::from(unit)))
    }

    /// Names of the same sound class (the same letters at least), same day and month of birth.
    pub(crate) fn by_name_day(
        &self,
        name: NameCode,
        birth: BirthCode,
    ) -> impl Iterator<Item = u32> + Clone + '_ {
        day_key(birth).into_iter().flat_map(move |day| self.by_name_day.get(pair(name.sound, day)))
    }

    /// Names of the same sound class (the same letters at least), same address.
    pub(crate) fn by_name_address(
        &self,
        name: NameCode,
        address: TextId,
    ) -> impl Iterator<Item = u32> + Clone + '_ {
        address_key(address).into_iter().flat_map(move |key| self.by_name_address.get(pair(name.sound, key)))
    }

    /// Same full date of birth, given packed.
    pub(crate) fn by_birth(&self, packed: u32) -> impl Iterator<Item = u32> + Clone + '_ {
        self.by_birth.get(u64::from(packed))
    }

    /// Same commune and year of birth, with the names.
    pub(crate) fn by_unit_year(
        &self,
        unit: u32,
        year: u16,
    ) -> impl Iterator<Item = (u32, &NameSketch)> + Clone + '_ {
        self.by_unit_year.get(pair(u64::from(unit), u64::from(year)))
    }

    /// Same commune, same letters of the given name; with the names.
    pub(crate) fn by_unit_given(
        &self,
        unit: u32,
        name: NameCode,
    ) -> impl Iterator<Item = (u32, &NameSketch)> + Clone + '_ {
        self.by_unit_given.get(pair(u64::from(unit), u64::from(name.given_base)))
    }

    /// Same year of birth, same letters of the given name; with the names.
    pub(crate) fn by_year_given(
        &self,
        year: u16,
        name: NameCode,
    ) -> impl Iterator<Item = (u32, &NameSketch)> + Clone + '_ {
        self.by_year_given.get(pair(u64::from(year), u64::from(name.given_base)))
    }

    /// Same year of birth, the same name but for the given name; with the names.
    pub(crate) fn by_year_head(
        &self,
        year: u16,
        name: NameCode,
    ) -> impl Iterator<Item = (u32, &NameSketch)> + Clone + '_ {
        self.by_year_head.get(pair(u64::from(year), name.head))
    }

    /// Personal IDs that share the first nine or the last six digits: one slip apart, mostly.
    pub(crate) fn near_id(&self, id: u64) -> impl Iterator<Item = u32> + Clone + '_ {
        self.by_id_head.get(id / 1000).chain(self.by_id_tail.get(id % 1_000_000))
    }

    /// Mother of that name, child of that year.
    pub(crate) fn by_mother(&self, mother: NameId, year: u16) -> impl Iterator<Item = u32> + Clone + '_ {
        self.by_mother.get(pair(self.residents.names.code(mother).sound, u64::from(year)))
    }

    /// Father of that name, child of that year.
    pub(crate) fn by_father(&self, father: NameId, year: u16) -> impl Iterator<Item = u32> + Clone + '_ {
        self.by_father.get(pair(self.residents.names.code(father).sound, u64::from(year)))
    }

    /// The household of a resident, the resident included.
    pub(crate) fn household_of(&self, resident: u32) -> impl Iterator<Item = u32> + Clone + '_ {
        household_key(&self.residents.rows[resident as usize])
            .into_iter()
            .flat_map(|key| self.by_household.get(key))
    }

    /// Residents whose row names a resident as mother (or, where it names no mother by ID, as father).
    pub(crate) fn children_of(&self, resident: u32) -> impl Iterator<Item = u32> + Clone + '_ {
        let id = Some(self.residents.hot[resident as usize].id).filter(|id| *id != NO_ID);
        id.into_iter().flat_map(|id| self.by_parent_id.get(id))
    }

    /// Tells a record who bears its numbers.
    pub(crate) fn with_owners(&self, record: Record) -> Record {
        let owners = record.id.into_iter().flat_map(|id| self.by_id(id).take(4));
        let owners: SmallVec<[u32; 2]> = owners.filter(|owner| record.not != Some(*owner)).collect();
        let old_is_known = record.old_id.is_some_and(|id| self.by_old_id(id).next().is_some());
        let is_relatives = self.names_a_relative(&record, &owners);
        record.owned_by(&self.residents, owners, old_is_known, is_relatives)
    }

    /// Whether a row bears the name of a relative of its ID's owner to the letter, and not the owner's.
    fn names_a_relative(&self, record: &Record, owners: &[u32]) -> bool {
        let base = |resident: u32| self.residents.names.code(self.residents.hot[resident as usize].name).base;
        let is_named = |resident: u32| record.code.base != 0 && base(resident) == record.code.base;
        !owners.iter().any(|owner| is_named(*owner))
            && owners
                .iter()
                .any(|owner| self.household_of(*owner).chain(self.children_of(*owner)).any(is_named))
    }
}

/// The key of the household of a resident.
fn household_key(r: &Resident) -> Option<u64> {
    household(r).map(|(place, number)| pair(u64::from(place.0), u64::from(number.0)))
}

fn address_key(address: TextId) -> Option<u64> {
    (!address.is_blank()).then_some(u64::from(address.0))
}

fn day_key(birth: BirthCode) -> Option<u64> {
    birth.is_full().then(|| u64::from(birth.packed() & 0x1ff))
}
