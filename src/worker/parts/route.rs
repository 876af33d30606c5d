//! Which rows belong to which part of a country, and which others a part needs beside its own.
//!
//! Rows and residents are nodes; whatever two of them have in common is a key: a resident who is linked or asked about, an
//! ID, one row standing for another. A part has at home what lives there, judges what may be about somebody or some place
//! of it, and knows whatever is so many keys away from that: as far as any rule looks.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::domain::Presence;

/// From row to resident, to that resident's rows, to who else stands on them, and to the rows of those: a death of the wife
/// of whoever bears the ID that a row bears. No rule looks further.
const REACH: usize = 5;

/// Rows of one number and kind, or of persons of whom nothing but a common name is known, are numbered one after another
/// over all of a country; of more than so many the parts number their own.
const MOST_ALIKE: usize = 4_096;

/// What nodes can have in common.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// A resident, by number in the registry.
    Resident(u32),
    /// An ID; old ones are negative.
    Number(i64),
    /// What a finding about the row is called after.
    Subject(i64),
    /// A row of the registry that stands for others of one person.
    Kept(u32),
    /// A row of an extract that stands for others of one person outside the registry.
    KeptRow(u8, u32),
}

impl Key {
    /// The key in one number, told apart by its first three bits.
    fn packed(self) -> u64 {
        const BITS: u32 = 61;
        let (what, number) = match self {
            Self::Resident(number) => (0, u64::from(number)),
            Self::Number(number) => (1, number as u64),
            Self::Subject(hash) => (2, hash as u64),
            Self::Kept(number) => (3, u64::from(number)),
            Self::KeptRow(kind, row) => (4, u64::from(kind) << 32 | u64::from(row)),
        };
        what << BITS | number & ((1 << BITS) - 1)
    }

    fn is_subject(packed: u64) -> bool {
        packed >> 61 == 2
    }
}

/// A province in force, or none: rows of which no province is known are a part of their own.
pub(super) type Home = Option<u32>;

/// Where a node belongs.
#[derive(Clone, Debug, Default)]
pub(super) struct Belongs {
    /// Where it is at home.
    pub(super) home: Home,
    /// Where a finding about it may belong, its home among them.
    pub(super) near: SmallVec<[Home; 2]>,
}

/// All rows, in the order of the registry, then of the extracts.
#[derive(Debug, Default)]
pub(super) struct Routes {
    homes: Vec<Home>,
    /// Where findings may belong, of those that may belong elsewhere than at home.
    elsewhere: FxHashMap<u32, SmallVec<[Home; 2]>>,
    keys: Vec<u64>,
    /// Where the keys of each node end.
    ends: Vec<u64>,
    /// Keys that came later than their nodes.
    late: FxHashMap<u32, SmallVec<[u64; 1]>>,
    by_key: Vec<(u64, u32)>,
}

impl Routes {
    /// Adds the next node, and tells its number.
    pub(super) fn add(&mut self, of: Belongs, keys: impl IntoIterator<Item = Key>) -> u32 {
        let node = self.homes.len() as u32;
        self.homes.push(of.home);
        if of.near.iter().any(|near| *near != of.home) {
            self.elsewhere.insert(node, of.near);
        }
        self.keys.extend(keys.into_iter().map(Key::packed));
        self.ends.push(self.keys.len() as u64);
        node
    }

    /// Says of a node that is there that a finding about it may belong to a part, too.
    pub(super) fn bring_near(&mut self, node: u32, part: Home) {
        let near = self.elsewhere.entry(node).or_default();
        if !near.contains(&part) {
            near.push(part);
        }
    }

    /// Adds a key to a node that is there.
    pub(super) fn tie(&mut self, node: u32, key: Key) {
        self.late.entry(node).or_default().push(key.packed());
    }

    /// Number of nodes.
    pub(super) fn len(&self) -> usize {
        self.homes.len()
    }

    /// Makes nodes findable by their keys, once all have come.
    pub(super) fn close(&mut self) {
        let nodes = 0..self.homes.len() as u32;
        let mut by_key: Vec<(u64, u32)> =
            nodes.flat_map(|node| self.keys_of(node).map(move |key| (key, node))).collect();
        by_key.par_sort_unstable();
        by_key.dedup();
        self.by_key = by_key;
    }

    /// The parts: provinces in which anything is at home, or to which a finding may belong.
    pub(super) fn parts(&self) -> Vec<Home> {
        let mut parts: Vec<Home> =
            self.homes.iter().chain(self.elsewhere.values().flatten()).copied().collect();
        parts.par_sort_unstable();
        parts.dedup();
        parts
    }

    fn keys_of(&self, node: u32) -> impl Iterator<Item = u64> + '_ {
        let at = node as usize;
        let begin = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        let late = self.late.get(&node).into_iter().flatten();
        self.keys[begin..self.ends[at] as usize].iter().chain(late).copied()
    }

    fn bearers(&self, key: u64) -> &[(u64, u32)] {
        let first = self.by_key.partition_point(|(of, _)| *of < key);
        let rest = &self.by_key[first..];
        &rest[..rest.partition_point(|(of, _)| *of == key)]
    }

    /// The nodes of a part and why they stand there, in order.
    pub(super) fn part(&self, part: Home) -> Vec<(u32, Presence)> {
        let mut found: Vec<Option<Presence>> = vec![None; self.homes.len()];
        let mut edge: Vec<u32> = Vec::new();
        for (node, home) in (0..).zip(&self.homes) {
            let is_near = || self.elsewhere.get(&node).is_some_and(|near| near.contains(&part));
            found[node as usize] = match *home == part {
                true => Some(Presence::Home),
                false if is_near() => Some(Presence::Near),
                false => continue,
            };
            edge.push(node);
        }
        let own = edge.len();
        for at in 0..own {
            let alike = self.keys_of(edge[at]).filter(|key| Key::is_subject(*key));
            for key in alike.collect::<SmallVec<[u64; 4]>>() {
                let bearers = self.bearers(key);
                if bearers.len() <= MOST_ALIKE {
                    reach(bearers, Presence::Near, &mut found, &mut edge);
                }
            }
        }
        for round in 0..=REACH {
            let from = std::mem::take(&mut edge);
            for node in from {
                for key in self.keys_of(node).filter(|key| !Key::is_subject(*key)) {
                    // Last come the residents of the rows that are known by then, without their rows.
                    if round < REACH {
                        reach(self.bearers(key), Presence::Far, &mut found, &mut edge);
                    } else if key >> 61 == 0 {
                        found[key as u32 as usize].get_or_insert(Presence::Far);
                    }
                }
            }
        }
        (0..).zip(found).filter_map(|(node, presence)| Some((node, presence?))).collect()
    }
}

fn reach(bearers: &[(u64, u32)], why: Presence, found: &mut [Option<Presence>], edge: &mut Vec<u32>) {
    for (_, node) in bearers {
        let known = &mut found[*node as usize];
        if known.is_none() {
            *known = Some(why);
            edge.push(*node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Residents 0 to 5, one a province from 3 on in the second; then rows.
    fn registry() -> Routes {
        let mut routes = Routes::default();
        for resident in 0..6 {
            let home = Some(u32::from(resident > 2));
            routes.add(Belongs { home, near: [home].into_iter().collect() }, [Key::Resident(resident)]);
        }
        routes
    }

    fn row(routes: &mut Routes, homes: [u32; 2], keys: &[Key]) -> u32 {
        let near = homes.into_iter().map(Some).collect();
        routes.add(Belongs { home: Some(homes[0]), near }, keys.iter().copied())
    }

    #[test]
    fn every_row_is_at_home_once_and_known_where_it_is_asked_about() {
        let mut routes = registry();
        let at_home = row(&mut routes, [0, 0], &[Key::Resident(0)]);
        let across = row(&mut routes, [0, 1], &[Key::Resident(1), Key::Resident(4)]);
        let there = row(&mut routes, [1, 1], &[Key::Resident(4), Key::Number(7)]);
        let number = row(&mut routes, [1, 1], &[Key::Number(7)]);
        let stranger = row(&mut routes, [1, 1], &[Key::Resident(5)]);
        routes.close();
        assert_eq!(routes.parts(), [Some(0), Some(1)]);
        let part: FxHashMap<u32, Presence> = routes.part(Some(0)).into_iter().collect();
        assert_eq!((part[&at_home], part[&across]), (Presence::Home, Presence::Home));
        assert_eq!((part[&4], part[&there], part[&number]), (Presence::Far, Presence::Far, Presence::Far));
        assert!(!part.contains_key(&5) && !part.contains_key(&stranger) && !part.contains_key(&3));
        let other: FxHashMap<u32, Presence> = routes.part(Some(1)).into_iter().collect();
        assert_eq!(
            (other[&across], other[&1], other[&stranger]),
            (Presence::Near, Presence::Far, Presence::Home)
        );
        assert!(!other.contains_key(&at_home) && !other.contains_key(&0));
        // Each node is at home once.
        let home = |part| routes.part(part).into_iter().filter(|(_, why)| *why == Presence::Home).count();
        assert_eq!(home(Some(0)) + home(Some(1)), routes.len());
    }

    #[test]
    fn rows_that_share_a_number_of_cases_are_judged_together() {
        let mut routes = registry();
        let own = row(&mut routes, [0, 0], &[Key::Subject(9)]);
        let alike = row(&mut routes, [1, 1], &[Key::Subject(9), Key::Resident(3)]);
        let kept = row(&mut routes, [1, 1], &[]);
        routes.tie(alike, Key::KeptRow(0, 2));
        routes.tie(kept, Key::KeptRow(0, 2));
        routes.close();
        let part: FxHashMap<u32, Presence> = routes.part(Some(0)).into_iter().collect();
        assert_eq!((part[&own], part[&alike]), (Presence::Home, Presence::Near));
        assert_eq!((part[&3], part[&kept]), (Presence::Far, Presence::Far));
    }

    #[test]
    fn whoever_has_no_home_is_judged_where_the_rows_are() {
        let mut routes = registry();
        let homeless = routes.add(Belongs::default(), [Key::Resident(6)]);
        row(&mut routes, [1, 1], &[Key::Resident(6)]);
        routes.bring_near(homeless, Some(1));
        routes.close();
        let presence = |part| routes.part(part).into_iter().find(|(node, _)| *node == homeless);
        assert_eq!(presence(None), Some((homeless, Presence::Home)));
        assert_eq!(presence(Some(1)), Some((homeless, Presence::Near)));
        assert_eq!(presence(Some(0)), None);
    }

    #[test]
    fn keys_of_different_sorts_are_never_equal() {
        let keys = [Key::Resident(5), Key::Number(5), Key::Subject(5), Key::Kept(5), Key::KeptRow(0, 5)];
        for (at, one) in keys.iter().enumerate() {
            for other in &keys[at + 1..] {
                assert_ne!(one.packed(), other.packed());
            }
        }
        assert_ne!(Key::Number(-6).packed(), Key::Number(6).packed());
    }
}
