//! Decisions on pairs held against tonight's data: which row and which resident each is about, whether the
//! values it rests on are still the same, and which of them contradict each other.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::select;
use crate::domain::{Dataset, Kind, ResidentIx, Role};
use crate::linkage::{ClericalOverrides, Contested, DecidedPair};
use crate::store::Contradiction;
use crate::store::{Decision, DecisionState, Key, Pair, Store, StoreError, Values, Verdict};

/// Decisions on pairs, ready to be applied.
#[derive(Debug, Default)]
pub struct Bound {
    /// What linkage is told.
    pub verdicts: ClericalOverrides,
    /// Decisions of which a value changed: number and the fields, by canonical name.
    pub expired: Vec<(i64, DecisionState, Vec<String>)>,
    /// Decisions that contradict each other; none of them is applied.
    pub contradictions: Vec<Contradiction>,
    /// Decisions that met their pair and hold.
    pub met: Vec<i64>,
    /// Decisions whose row or resident is not in tonight's data; they wait.
    pub unmet: Vec<i64>,
    /// For each pair told to linkage as the same, the decision.
    origins: FxHashMap<(usize, usize), i64>,
}

impl Bound {
    /// Adds what linkage found to contradict itself.
    pub fn contested(&mut self, contested: &[Contested]) {
        let origin = |pair: &DecidedPair| self.origins.get(&(pair.extract, pair.person)).copied();
        let found = contested.iter().filter_map(|Contested(a, b)| Some((origin(a)?, origin(b)?)));
        let found: Vec<Contradiction> = found.collect();
        self.contradictions.extend(found);
        self.contradictions.sort_unstable();
        self.contradictions.dedup();
    }
}

impl Store {
    /// Holds the decisions on pairs that are in force against the data of a run.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn bind(&self, data: &Dataset) -> Result<Bound, StoreError> {
        let decisions = select(&self.db, "WHERE state = 'active' AND record_key IS NOT NULL ORDER BY id", [])
            .map_err(self.failed())?;
        Ok(bind(&decisions, data))
    }
}

/// A role of a row: position of the extract and index of the person.
type Person = (usize, usize);

fn bind(decisions: &[Decision], data: &Dataset) -> Bound {
    let mut bound = Bound::default();
    let pairs: Vec<(&Decision, &Pair)> =
        decisions.iter().filter_map(|decision| Some((decision, decision.subject.pair()?))).collect();
    if pairs.is_empty() {
        return bound;
    }
    let clashing = clashes(&pairs, &mut bound.contradictions);
    let sides = Sides::find(&pairs, data);
    for (decision, pair) in pairs {
        let (records, residents) = sides.of(pair, data);
        let (Some(&(_, record)), Some(&(_, resident))) = (records.first(), residents.first()) else {
            bound.unmet.push(decision.id);
            continue;
        };
        let same = |values: &Values, now: &Values| values.changed(now).is_empty();
        let holds: Vec<_> = records.iter().filter(|(_, now)| same(&pair.record.values, now)).collect();
        let held: Vec<_> = residents.iter().filter(|(_, now)| same(&pair.resident.values, now)).collect();
        if holds.is_empty() || held.is_empty() {
            let mut why = pair.record.values.changed(&record);
            why.extend(pair.resident.values.changed(&resident));
            why.sort_unstable();
            why.dedup();
            let why = why.into_iter().map(str::to_owned).collect();
            bound.expired.push((decision.id, DecisionState::Expired, why));
            continue;
        }
        bound.met.push(decision.id);
        if clashing.contains(&decision.id) {
            continue;
        }
        // Rows that nothing tells apart get the same answer.
        for &&((extract, person), _) in &holds {
            let pair = DecidedPair { extract, person, resident: held[0].0 };
            if decision.verdict == Verdict::SamePerson {
                bound.origins.insert((extract, person), decision.id);
                bound.verdicts.same.push(pair);
            } else {
                bound
                    .verdicts
                    .different
                    .extend(held.iter().map(|(resident, _)| DecidedPair { resident: *resident, ..pair }));
            }
        }
    }
    for list in [&mut bound.verdicts.same, &mut bound.verdicts.different] {
        list.sort_unstable();
        list.dedup();
    }
    bound
}

/// The decisions that contradict another about the same role of a row: same and not the same, or the same
/// as two different residents.
fn clashes(pairs: &[(&Decision, &Pair)], contradictions: &mut Vec<Contradiction>) -> FxHashSet<i64> {
    let mut by_record: FxHashMap<Key, Vec<(&Decision, &Pair)>> = FxHashMap::default();
    let mut clashing = FxHashSet::default();
    for &(decision, pair) in pairs {
        let earlier = by_record.entry(pair.record.key).or_default();
        for &(other, of) in earlier.iter() {
            let same_resident = of.resident.key == pair.resident.key;
            let clash = if same_resident {
                decision.verdict.contradicts(other.verdict)
            } else {
                (decision.verdict, other.verdict) == (Verdict::SamePerson, Verdict::SamePerson)
            };
            if clash {
                contradictions.push((other.id, decision.id));
                clashing.extend([other.id, decision.id]);
            }
        }
        earlier.push((decision, pair));
    }
    clashing
}

/// One that a side of a pair may be, with the values it has now.
type Now<T> = (T, Values);

/// Where tonight's data hold the sides of the decisions, with the values they have now.
struct Sides {
    records: FxHashMap<Key, Vec<Person>>,
    residents: FxHashMap<Key, Vec<ResidentIx>>,
    /// By digests of name and birth date, for sides whose own number changed.
    like_records: FxHashMap<(Kind, Role, u32, u32), Vec<Person>>,
    like_residents: FxHashMap<(u32, u32), Vec<ResidentIx>>,
}

impl Sides {
    fn find(pairs: &[(&Decision, &Pair)], data: &Dataset) -> Self {
        let mut sides = Self {
            records: collect_roles(
                asked(pairs),
                data,
                &pairs.iter().map(|(_, p)| p.record.key).collect(),
                |e, r, n| Key::of_role(data, e, r, n),
            ),
            residents: FxHashMap::default(),
            like_records: FxHashMap::default(),
            like_residents: FxHashMap::default(),
        };
        let wanted: FxHashSet<Key> = pairs.iter().map(|(_, pair)| pair.resident.key).collect();
        sides.residents = collect_residents(data, &wanted, |ix| Key::of_resident(data, ix));
        let missing = pairs.iter().filter(|(_, pair)| !sides.records.contains_key(&pair.record.key));
        let missing: Vec<_> = missing.copied().collect();
        if !missing.is_empty() {
            let wanted = missing.iter().map(|(_, p)| like_role(p.source, p.role, &p.record.values)).collect();
            sides.like_records = collect_roles(asked(&missing), data, &wanted, |extract, row, role| {
                let kind = data.extracts[extract].kind;
                like_role(kind, kind.roles()[role], &Values::of_role(data, extract, row, role))
            });
        }
        let wanted: FxHashSet<(u32, u32)> = pairs
            .iter()
            .filter(|(_, pair)| !sides.residents.contains_key(&pair.resident.key))
            .map(|(_, pair)| like(&pair.resident.values))
            .collect();
        if !wanted.is_empty() {
            sides.like_residents =
                collect_residents(data, &wanted, |ix| like(&Values::of_resident(data, ix)));
        }
        sides
    }

    /// The rows and residents that a pair may be, with the values they have now.
    fn of(&self, pair: &Pair, data: &Dataset) -> (Vec<Now<Person>>, Vec<Now<ResidentIx>>) {
        let values = |&(extract, person): &Person| {
            let roles = data.extracts[extract].kind.roles().len();
            ((extract, person), Values::of_role(data, extract, person / roles, person % roles))
        };
        let records = match self.records.get(&pair.record.key) {
            Some(found) => found.iter().map(values).collect(),
            None => {
                let like = like_role(pair.source, pair.role, &pair.record.values);
                let found = self.like_records.get(&like).into_iter().flatten().map(values);
                only(found.filter(|(_, now)| near(&pair.record.values, now)).collect())
            }
        };
        let values = |&ix: &ResidentIx| (ix, Values::of_resident(data, ix));
        let residents = match self.residents.get(&pair.resident.key) {
            Some(found) => found.iter().map(values).collect(),
            None => {
                let found = self.like_residents.get(&like(&pair.resident.values)).into_iter().flatten();
                only(found.map(values).filter(|(_, now)| near(&pair.resident.values, now)).collect())
            }
        };
        (records, residents)
    }
}

/// One that is like another is taken for it only where there is no second.
fn only<T>(found: Vec<T>) -> Vec<T> {
    if found.len() == 1 { found } else { Vec::new() }
}

/// Digests of name and birth date.
fn like(values: &Values) -> (u32, u32) {
    (values.0[0], values.0[1])
}

fn like_role(kind: Kind, role: Role, values: &Values) -> (Kind, Role, u32, u32) {
    (kind, role, values.0[0], values.0[1])
}

/// Whether a person of the same name and birth date is the same for all one can tell: an ID, or gender and
/// commune, agree too.
fn near(then: &Values, now: &Values) -> bool {
    let equal = |n: usize| then.0[n] != 0 && then.0[n] == now.0[n];
    equal(3) || equal(4) || (equal(5) && equal(2))
}

/// Whether pairs speak of a role of a kind.
fn asked(pairs: &[(&Decision, &Pair)]) -> impl Fn(Kind, Role) -> bool {
    move |kind, role| pairs.iter().any(|(_, pair)| pair.source == kind && pair.role == role)
}

/// All written roles, of the kinds and roles asked for, whose key is wanted.
pub(crate) fn collect_roles<K: Copy + Eq + std::hash::Hash + Send + Sync>(
    asked: impl Fn(Kind, Role) -> bool,
    data: &Dataset,
    wanted: &FxHashSet<K>,
    key: impl Fn(usize, usize, usize) -> K + Sync,
) -> FxHashMap<K, Vec<Person>> {
    let mut found: FxHashMap<K, Vec<Person>> = FxHashMap::default();
    for (position, extract) in data.extracts.iter().enumerate() {
        let roles = extract.kind.roles();
        for (n, role) in roles.iter().enumerate() {
            if !asked(extract.kind, *role) {
                continue;
            }
            let hits: Vec<(K, Person)> = (0..extract.rows.len())
                .into_par_iter()
                .with_min_len(1024)
                .filter(|row| !extract.persons[row * roles.len() + n].is_blank())
                .map(|row| (key(position, row, n), (position, row * roles.len() + n)))
                .filter(|(key, _)| wanted.contains(key))
                .collect();
            hits.into_iter().for_each(|(key, person)| found.entry(key).or_default().push(person));
        }
    }
    found
}

/// All residents whose key is wanted.
pub(crate) fn collect_residents<K: Copy + Eq + std::hash::Hash + Send + Sync>(
    data: &Dataset,
    wanted: &FxHashSet<K>,
    key: impl Fn(ResidentIx) -> K + Sync,
) -> FxHashMap<K, Vec<ResidentIx>> {
    let hits: Vec<(K, ResidentIx)> = (0..data.registry.residents.len() as u32)
        .into_par_iter()
        .with_min_len(1024)
        .map(|ix| (key(ResidentIx(ix)), ResidentIx(ix)))
        .filter(|(key, _)| wanted.contains(key))
        .collect();
    let mut found: FxHashMap<K, Vec<ResidentIx>> = FxHashMap::default();
    hits.into_iter().for_each(|(key, ix)| found.entry(key).or_default().push(ix));
    found
}
