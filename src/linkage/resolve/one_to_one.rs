//! Rows of one extract that lay claim to one resident.

use rustc_hash::FxHashMap;

use crate::domain::{Extract, Person, Role};

use super::claims::{self, Left};
use super::completeness::Completeness;
use crate::domain::assign::assign;
use crate::linkage::compare::comparison::one_slip;
use crate::linkage::compare::dates::BirthCode;
use crate::linkage::compare::levels::NameLevel;
use crate::linkage::compare::names::Names;
use crate::linkage::compare::pair::Pair;
use crate::linkage::compare::residents::Residents;
use crate::linkage::compare::same_person::same_person;
use crate::linkage::groups::Groups;
use crate::linkage::model::model::Model;
use crate::linkage::model::posterior::Candidates;

/// A claim below this probability is none.
const CLAIM: f32 = 0.05;
/// Components beyond this size are left to probability and margin: assigning them would mean nothing.
const LARGEST: usize = 64;

/// Weighs what rows claim of residents against what other rows of the extract claim of them.
pub(crate) fn separate(
    residents: &Residents<'_>,
    extract: &Extract,
    models: &[Model],
    completeness: &Completeness,
    found: &mut [Option<Candidates>],
) {
    // A mother bears several children, and people marry again: only here is a resident one row's.
    let Some(role) = extract.kind.roles().iter().position(|role| role.is_main()) else { return };
    let model = &models[role];
    for component in components(residents, extract, model, role, found) {
        settle(residents, extract, model, completeness, &component, found);
    }
}

/// The residents whom a person lays claim to, by what was found.
pub(crate) fn claimed<'a>(
    found: &'a Candidates,
    model: &'a Model,
    log_n: f32,
) -> impl Iterator<Item = u32> + 'a {
    let claims = (0..found.top.len()).filter(move |at| found.probability(*at, model, log_n) >= CLAIM);
    claims.map(|at| found.top[at].0.resident)
}

/// A claimant: rows of one person, by index into the extract's persons.
type Claimant = Vec<usize>;

/// Groups of claimants who, directly or through others, want the same residents.
fn components(
    residents: &Residents<'_>,
    extract: &Extract,
    model: &Model,
    role: usize,
    found: &[Option<Candidates>],
) -> Vec<Vec<Claimant>> {
    let roles = extract.kind.roles().len();
    let log_n = residents.log_n;
    let claims = || {
        (role..found.len())
            .step_by(roles)
            .filter_map(|person| Some((person, found[person].as_ref()?)))
            .flat_map(|(person, f)| claimed(f, model, log_n).map(move |resident| (person, resident)))
    };
    // Nearly every resident is claimed once: count before anything is kept.
    let mut counts = vec![0u8; residents.len()];
    claims().for_each(|(_, resident)| {
        let count = &mut counts[resident as usize];
        *count = count.saturating_add(1);
    });
    let mut wanted: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    let mut order = Vec::new();
    for (person, resident) in claims().filter(|(_, resident)| counts[*resident as usize] > 1) {
        let claims = wanted.entry(resident).or_insert_with(|| {
            order.push(resident);
            Vec::new()
        });
        claims.push(person);
    }
    let names = &residents.names;
    let child = extract.kind.roles()[role] == Role::Child;
    let one = |a: usize, b: usize| {
        let (x, y) = (&extract.persons[a], &extract.persons[b]);
        if (child && are_twins(names, x, y)) || tells_little(x) || tells_little(y) {
            return false;
        }
        same_person(names, x, y, false)
            || found[a].as_ref().zip(found[b].as_ref()).is_some_and(|(a, b)| one_by_resident(a, b))
    };
    let mut groups = Groups::new(found.len());
    let mut contested = Vec::new();
    for resident in order {
        let claims = &wanted[&resident];
        let rivals = claims.len() > 1
            && claims.len() <= LARGEST
            && claims.iter().enumerate().any(|(i, &a)| claims[i + 1..].iter().any(|&b| !one(a, b)));
        if rivals {
            claims.iter().for_each(|&p| groups.join(claims[0] as u32, p as u32));
            contested.extend(claims.iter().copied());
        }
    }
    contested.sort_unstable();
    contested.dedup();
    let mut by_root: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    let mut roots = Vec::new();
    for person in contested {
        let root = groups.root(person as u32);
        let slot = by_root.entry(root).or_insert_with(|| {
            roots.push(root);
            Vec::new()
        });
        slot.push(person);
    }
    roots
        .iter()
        .map(|root| {
            let mut claimants: Vec<Claimant> = Vec::new();
            for &person in &by_root[root] {
                match claimants.iter_mut().find(|c| c.iter().all(|&other| one(person, other))) {
                    Some(claimant) => claimant.push(person),
                    None => claimants.push(vec![person]),
                }
            }
            claimants
        })
        .filter(|claimants| claimants.len() > 1 && claimants.len() <= LARGEST)
        .collect()
}

/// Whether a row gives a name and a year and nothing else, not even a commune: two such rows that look alike are two
/// persons as often as one.
fn tells_little(person: &Person) -> bool {
    !BirthCode::of(person.birth).is_full()
        && person.personal_id().is_none()
        && person.old_id().is_none()
        && person.place.is_blank()
        && person.hamlet.is_blank()
        && person.address.is_blank()
        && person.household.is_blank()
}

/// Whether two birth records are of two children however like they look: each bears a number of its own, and the
/// names are not the same, or the given names are unlike. Twins are named alike (Hà and Hải), and one may be missing
/// from the registry.
fn are_twins(names: &Names, a: &Person, b: &Person) -> bool {
    if names.level(a.name.id, b.name.id) <= NameLevel::MarksLost {
        return false;
    }
    match a.personal_id().zip(b.personal_id()) {
        Some((a, b)) => a != b && !one_slip(a.number(), b.number()),
        None => names.given_differs(a.name.id, b.name.id),
    }
}

/// Whether two claimants are two persons for certain: each bears a sound number of its own, or they are twins.
fn are_two(names: &Names, extract: &Extract, a: &Claimant, b: &Claimant) -> bool {
    let is_child = |person: usize| extract.kind.roles()[person % extract.kind.roles().len()] == Role::Child;
    let twins = |a: &usize, b: &usize| {
        is_child(*a) && is_child(*b) && are_twins(names, &extract.persons[*a], &extract.persons[*b])
    };
    if a.iter().all(|a| b.iter().all(|b| twins(a, b))) {
        return true;
    }
    let numbers = |claimant: &Claimant| {
        claimant.iter().find_map(|person| Some(extract.persons[*person].personal_id()?.number()))
    };
    numbers(a).zip(numbers(b)).is_some_and(|(a, b)| a != b && !one_slip(a, b))
}

/// Whether two rows that may look unlike, each damaged in its own way, are both one resident but for writing.
fn one_by_resident(a: &Candidates, b: &Candidates) -> bool {
    let fits =
        |c: &Pair| c.vector.birth.is_close() && (c.vector.name.agrees() || c.vector.name == NameLevel::Mixed);
    a.top
        .iter()
        .filter(|(c, _)| fits(c))
        .any(|(one, _)| b.top.iter().any(|(other, _)| one.resident == other.resident && fits(other)))
}

/// Weighs the claims of a component's claimants against each other.
fn settle(
    residents: &Residents<'_>,
    extract: &Extract,
    model: &Model,
    completeness: &Completeness,
    claimants: &[Claimant],
    found: &mut [Option<Candidates>],
) {
    let log_n = residents.log_n;
    let gain = |resident: &u32| f64::from(completeness.bits(residents, *resident));
    let mut wanted: Vec<u32> = claimants
        .iter()
        .flatten()
        .filter_map(|&p| found[p].as_ref())
        .flat_map(|f| f.top.iter().map(|(c, _)| c.resident))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let gains: Vec<f64> = wanted.iter().map(gain).collect();
    // Of several rows of one person the one that fits best speaks.
    let odds_of = |claimant: &Claimant, resident: u32| {
        let rows = claimant.iter().filter_map(|&person| found[person].as_ref());
        rows.filter_map(|found| found.odds_against_nobody(resident, model, log_n)).max_by(f64::total_cmp)
    };
    let odds: Vec<Vec<Option<f64>>> = claimants
        .iter()
        .map(|claimant| wanted.iter().map(|resident| odds_of(claimant, *resident)).collect())
        .collect();
    let may_be_one = |a: usize, b: usize| !are_two(&residents.names, extract, &claimants[a], &claimants[b]);
    let left = claims::left(&odds, &gains, may_be_one).unwrap_or_else(|| one_best_way(&odds, may_be_one));
    for (claimant, left) in claimants.iter().zip(&left) {
        for &person in claimant {
            if let Some(found) = &mut found[person] {
                found.yield_to_others(|resident| {
                    let at = wanted.binary_search(&resident).ok()?;
                    Some((left[at].bits as f32, left[at].only_as_second))
                });
            }
        }
    }
}

/// Of many claimants the likeliest way of all stands for all ways: what it gives to one is lost to the others.
fn one_best_way(odds: &[Vec<Option<f64>>], may_be_one: impl Fn(usize, usize) -> bool) -> Vec<Vec<Left>> {
    let chosen = assign(odds);
    let of = |claimant: usize, column: usize| {
        let Some(winner) = chosen.iter().position(|own| *own == Some(column)).filter(|w| *w != claimant)
        else {
            return Left::ALL;
        };
        if may_be_one(claimant, winner) { Left::AS_SECOND } else { Left::NOTHING }
    };
    (0..odds.len())
        .map(|claimant| (0..odds[claimant].len()).map(|column| of(claimant, column)).collect())
        .collect()
}
