//! The same person twice: in the registry (SACH-02), and in an extract though not in the registry (SACH-01).

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::groups::Groups;
use crate::domain::{
    Dataset, Decision, Extract, ExtractLinks, Kind, Person, Resident, ResidentIx, RoleLink, Surplus,
};
use crate::linkage::blocking::registry::Registered;
use crate::linkage::compare::dates::BirthCode;
use crate::linkage::compare::levels::{BirthLevel, IdLevel, NameLevel, RelativeLevel};
use crate::linkage::compare::pair::Pair;
use crate::linkage::compare::record::Record;
use crate::linkage::compare::residents::NO_UNIT;
use crate::linkage::compare::same_person::same_person;
use crate::linkage::model::model::Model;
use crate::linkage::model::posterior::log2_add;
use crate::linkage::model::unregistered_sibling;

/// Prior probability that a resident stands in the registry a second time.
const TWICE: f32 = 0.008;
/// A pair of rows is one person from this probability on.
const SURE: f32 = 0.95;

/// The surplus rows of the registry, each with the row kept, sorted by row.
///
/// Brothers and sisters share parents, household and address, twins the birth date as well; so what is
/// shared by a family never makes a duplicate unless the name itself agrees, and two sound personal IDs
/// that differ weigh against it.
pub(crate) fn in_registry(
    registered: &Registered,
    data: &Dataset,
    model: &Model,
) -> Vec<Surplus<ResidentIx>> {
    surplus(registered, &pairs(registered, data, model, 0..registered.residents.len() as u32))
}

/// Two rows of the registry that are one person, and how probably.
pub type TwicePair = (u32, u32, f32);

/// The pairs of rows of one person that are met from some of the residents.
pub(crate) fn pairs(
    registered: &Registered,
    data: &Dataset,
    model: &Model,
    residents: Range<u32>,
) -> Vec<TwicePair> {
    residents.into_par_iter().flat_map_iter(|r| twice(registered, data, model, r)).collect()
}

/// The surplus rows by all pairs, each with the row kept, sorted by row.
pub(crate) fn surplus(registered: &Registered, pairs: &[TwicePair]) -> Vec<Surplus<ResidentIx>> {
    let mut groups = Groups::new(registered.residents.len());
    pairs.iter().for_each(|&(a, b, _)| groups.join(a, b));
    let mut best: FxHashMap<u32, f32> = FxHashMap::default();
    for &(a, b, p) in pairs {
        for r in [a, b] {
            let slot = best.entry(r).or_insert(p);
            *slot = slot.max(p);
        }
    }
    let mut members: Vec<u32> = pairs.iter().flat_map(|&(a, b, _)| [a, b]).collect();
    members.sort_unstable();
    members.dedup();
    let by_root = groups.members(&members);
    let mut surplus = Vec::new();
    for &r in &members {
        let Some(group) = by_root.get(&groups.root(r)) else { continue };
        let kept = group
            .iter()
            .copied()
            .min_by_key(|&r| rank(&registered.residents.rows[r as usize], r))
            .unwrap_or(r);
        if kept != r {
            let probability = best.get(&r).copied().unwrap_or(SURE);
            surplus.push(Surplus { row: ResidentIx(r), kept: ResidentIx(kept), probability });
        }
    }
    surplus
}

/// Which of several rows of a person is kept: the one with a personal ID, then the fuller, then the first.
fn rank(r: &Resident, ix: u32) -> (bool, std::cmp::Reverse<u16>, u32) {
    (r.person.personal_id().is_none(), std::cmp::Reverse(r.filled), ix)
}

/// Pairs of resident `r` and another row of the same person.
fn twice(registered: &Registered, data: &Dataset, model: &Model, r: u32) -> Vec<TwicePair> {
    let residents = &registered.residents;
    let hot = residents.hot[r as usize];
    let code = residents.names.code(hot.name);
    let person = &residents.rows[r as usize].person;
    let mut others: smallvec::SmallVec<[u32; 16]> = smallvec::SmallVec::new();
    // Each pair is met from its later row, or from either where only one of them leads to the other.
    let mut add = |other: u32| {
        if other != r && !others.contains(&other) {
            others.push(other);
        }
    };
    let earlier = |o: &u32| *o < r;
    if let Some(id) = person.personal_id() {
        registered.by_id(id.number()).filter(earlier).take(64).for_each(&mut add);
    }
    if let Some(id) = person.old_id() {
        registered.by_old_id(id.number()).filter(earlier).take(64).for_each(&mut add);
    }
    if !hot.name.is_blank() {
        let close = |o: &u32| hot.birth.compare(residents.hot[*o as usize].birth).is_close();
        let agrees = |o: &u32| {
            let other = residents.hot[*o as usize].name;
            other == hot.name || residents.names.level(hot.name, other).agrees()
        };
        if hot.birth.is_full() {
            registered
                .by_name_birth(code, hot.birth)
                .filter(earlier)
                .filter(agrees)
                .take(64)
                .for_each(&mut add);
        } else if !hot.birth.is_missing() {
            // A date in part leads to the full ones of its year, earlier or later.
            let same_year = registered.by_name_year(code, hot.birth.year());
            same_year.filter(close).filter(agrees).take(64).for_each(&mut add);
        }
        if hot.unit != NO_UNIT {
            let neighbours = registered.by_name_unit(code, hot.unit);
            neighbours.filter(earlier).filter(agrees).take(64).for_each(&mut add);
        }
    }
    if others.is_empty() {
        return Vec::new();
    }
    let record = registered.with_owners(Record::of_resident(residents, data, r));
    let prior = TWICE.log2() - residents.log_n;
    others
        .into_iter()
        .filter_map(|other| {
            let compared = record.compare_pair(residents, other).filter(may_be_one)?;
            // Twins are named alike: what a family shares speaks for both.
            let siblings = unregistered_sibling::of_registered(&compared, model) - residents.log_n;
            let odds = compared.weight(model) + prior - log2_add(0.0, siblings);
            let p = 1.0 / (1.0 + (-odds).exp2());
            (p >= SURE).then_some((r, other, p))
        })
        .collect()
}

/// What two rows of one person must have in common, whatever their family shares.
fn may_be_one(c: &Pair) -> bool {
    let p = &c.vector;
    let same_id = matches!(p.id, IdLevel::Equal | IdLevel::OldEqual);
    let name = match p.name {
        NameLevel::Exact | NameLevel::MarksLost => true,
        NameLevel::Spelling | NameLevel::MiddleMissing | NameLevel::Abbreviated => p.id != IdLevel::Differs,
        NameLevel::Typo | NameLevel::Order => same_id,
        _ => false,
    };
    let birth = p.birth.is_close() || (p.birth == BirthLevel::Missing) || same_id;
    // Two sound IDs are two persons, unless their parents or spouse are the same as well.
    let kin =
        p.relatives().contains(&RelativeLevel::Same) && !p.relatives().contains(&RelativeLevel::Differs);
    let two_ids =
        p.id == IdLevel::Differs && !(kin && p.name == NameLevel::Exact && p.birth == BirthLevel::Exact);
    name && birth && !two_ids
}

/// How many of a row's persons tell whose row it is: parents stand on many birth records by right, so that it is the
/// child alone, or both spouses.
fn told_by(kind: Kind) -> usize {
    let roles = kind.roles().len();
    if roles == 3 { 1 } else { roles }
}

/// Whether none of the persons who tell whose row it is are residents.
pub fn tells_nobody(kind: Kind, links: &[Option<RoleLink>]) -> bool {
    let nobody = |link: &Option<RoleLink>| link.as_ref().is_some_and(|l| l.decision == Decision::None);
    links[..told_by(kind)].iter().all(nobody)
}

/// Under what a person is looked for on other rows: the number; name and full date of birth. The same in every run.
pub(crate) fn keys_of(registered: &Registered, person: &Person) -> SmallVec<[(u64, u64); 2]> {
    let number = person.personal_id().map(|id| (0, id.number()));
    let birth = Some(BirthCode::of(person.birth)).filter(|birth| birth.is_full());
    let named = birth.filter(|_| !person.name.id.is_blank());
    let sound = registered.residents.names.code(person.name.id).sound;
    number.into_iter().chain(named.map(|birth| (sound, u64::from(birth.packed())))).collect()
}

/// Rows of an extract that are the same person as an earlier row though no resident is linked.
pub(crate) fn unlinked(
    registered: &Registered,
    extract: &Extract,
    links: &ExtractLinks,
) -> Vec<Surplus<u32>> {
    let roles = extract.kind.roles().len();
    let told_by = told_by(extract.kind);
    let mut by_key: FxHashMap<(u64, u64), Vec<u32>> = FxHashMap::default();
    for row in 0..extract.rows.len() {
        if tells_nobody(extract.kind, &links.roles[row * roles..(row + 1) * roles]) {
            for key in keys_of(registered, &extract.persons[row * roles]) {
                by_key.entry(key).or_default().push(row as u32);
            }
        }
    }
    let mut keys: Vec<_> = by_key.iter().filter(|(_, rows)| rows.len() > 1).map(|(key, _)| *key).collect();
    keys.sort_unstable();
    let mut groups = Groups::new(extract.rows.len());
    let mut members = Vec::new();
    for key in keys {
        let rows = &by_key[&key];
        for (i, &a) in rows.iter().enumerate().take(64) {
            for &b in rows.iter().take(64).skip(i + 1) {
                let one = (0..told_by).all(|k| {
                    let (x, y) =
                        (&extract.persons[a as usize * roles + k], &extract.persons[b as usize * roles + k]);
                    same_person(&registered.residents.names, x, y, true)
                });
                if one {
                    groups.join(a, b);
                    members.extend([a, b]);
                }
            }
        }
    }
    members.sort_unstable();
    members.dedup();
    let by_root = groups.members(&members);
    members
        .iter()
        .filter_map(|&row| {
            let kept = by_root.get(&groups.root(row))?.iter().copied().min_by_key(|&m| {
                let p = &extract.persons[m as usize * roles];
                (p.personal_id().is_none(), std::cmp::Reverse(extract.rows[m as usize].filled), m)
            })?;
            (kept != row).then_some(Surplus { row, kept, probability: SURE })
        })
        .collect()
}
