//! The numbers of tonight's findings. A finding's number comes of what it is about: a row by the number under which
//! its keeper keeps it, a resident by the personal ID. When such a value is itself mended (a card number, a date of
//! registration, an ID given at last), everything else that is wrong with the row would be found under a new number,
//! and what officers decided would be lost. So each finding leaves a trace as well, of what else tells its subject;
//! one that comes by a number nobody knows, while one of the same trace is not found by its own, is that one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::reconcile::unheard;
use crate::findings::FindingId;
use crate::store::{FindingStatus, Key, Night, Store, StoreError, StoreWords};

/// What a finding is found by tonight.
#[derive(Copy, Clone, Debug)]
pub struct Sought {
    /// The number that its subject has by tonight's data.
    pub known_as: FindingId,
    /// A digest of what else tells the subject; `None` where nothing does.
    pub trace: Option<Key>,
}

/// A line of the store.
struct Line {
    id: i64,
    known_as: i64,
    trace: i64,
    /// Whether it was raised when last heard of, and would be resolved were it not found tonight.
    waits: bool,
    /// Whether a finding of tonight is this one.
    found: bool,
}

impl Store {
    /// The number of each of tonight's findings: the one under which it has been known, else its own.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn names(&self, sought: &[Sought], night: &Night<'_>) -> Result<Vec<FindingId>, StoreError> {
        let lines = || -> rusqlite::Result<Vec<Line>> {
            let words = StoreWords::read(&self.db)?;
            let mut lines = self.db.prepare(
                "SELECT id, coalesce(known_as, id), trace, status, source FROM findings ORDER BY id",
            )?;
            let lines = lines.query_map([], |row| {
                let (id, status) = (row.get(0)?, FindingStatus::from_stored(row.get(3)?));
                let waits = status != FindingStatus::Resolved && !unheard(night, id, words.kind(row.get(4)?));
                Ok(Line { id, known_as: row.get(1)?, trace: row.get(2)?, waits, found: false })
            })?;
            lines.collect()
        };
        Ok(name_all(sought, lines().map_err(self.failed())?))
    }
}

/// The lines sorted by number.
fn name_all(sought: &[Sought], mut lines: Vec<Line>) -> Vec<FindingId> {
    let line_of = |lines: &[Line], id: i64| lines.binary_search_by_key(&id, |line| line.id).ok();
    let moved: FxHashMap<i64, usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.known_as != line.id)
        .map(|(at, line)| (line.known_as, at))
        .collect();
    let mut names: Vec<FindingId> = sought.iter().map(|sought| sought.known_as).collect();
    let mut strangers: Vec<usize> = Vec::new();
    for (n, sought) in sought.iter().enumerate() {
        let own = sought.known_as.to_integer();
        let line = moved.get(&own).copied().or_else(|| {
            // A line that is known by another number now is not found by its first one.
            line_of(&lines, own).filter(|&at| lines[at].known_as == own)
        });
        match line {
            Some(at) => {
                lines[at].found = true;
                names[n] = FindingId::from_integer(lines[at].id).unwrap_or(names[n]);
            }
            None => strangers.push(n),
        }
    }
    let missing = lines.iter().enumerate().filter(|(_, line)| line.waits && !line.found && line.trace != 0);
    let missing = sole(missing.map(|(at, line)| (line.trace, at)));
    let met = sole(strangers.iter().filter_map(|&n| Some((sought[n].trace?.0 as i64, n))));
    strangers.retain(|&n| {
        let trace = sought[n].trace.map_or(0, |trace| trace.0 as i64);
        let (Some(Some(_)), Some(Some(at))) = (met.get(&trace), missing.get(&trace)) else { return true };
        lines[*at].found = true;
        names[n] = FindingId::from_integer(lines[*at].id).unwrap_or(names[n]);
        false
    });
    // The number of a line that goes by another one is taken as long as that line is found.
    let mut taken: FxHashSet<FindingId> = FxHashSet::default();
    for &n in &strangers {
        let own = sought[n].known_as;
        let is_taken = |id: FindingId, taken: &FxHashSet<FindingId>| {
            taken.contains(&id) || line_of(&lines, id.to_integer()).is_some_and(|at| lines[at].found)
        };
        if is_taken(own, &taken) {
            let free = (1..).map(|ordinal| own.besides(ordinal)).find(|id| !is_taken(*id, &taken));
            names[n] = free.unwrap_or(own);
            taken.insert(names[n]);
        }
    }
    names
}

/// What bears a trace alone; `None` where several do.
fn sole(bearers: impl Iterator<Item = (i64, usize)>) -> FxHashMap<i64, Option<usize>> {
    let mut map: FxHashMap<i64, Option<usize>> = FxHashMap::default();
    for (trace, bearer) in bearers {
        map.entry(trace).and_modify(|one| *one = None).or_insert(Some(bearer));
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Code;
    use crate::findings::assign;

    fn id(name: &str) -> FindingId {
        assign(1, |_| Code::dung(1), |_| name, |_| 0)[0]
    }

    fn sought(name: &str, trace: u64) -> Sought {
        Sought { known_as: id(name), trace: Some(Key(trace)).filter(|key| key.0 != 0) }
    }

    fn lines(known: &[(&str, &str, i64, bool)]) -> Vec<Line> {
        let line = |&(first, now, trace, waits): &(&str, &str, i64, bool)| Line {
            id: id(first).to_integer(),
            known_as: id(now).to_integer(),
            trace,
            waits,
            found: false,
        };
        let mut lines: Vec<Line> = known.iter().map(line).collect();
        lines.sort_by_key(|line| line.id);
        lines
    }

    #[test]
    fn a_finding_keeps_its_number_when_its_subject_is_known_by_another() {
        let known = || lines(&[("a", "a", 7, true), ("b", "b", 8, true)]);
        assert_eq!(name_all(&[sought("a", 7), sought("b", 8)], known()), [id("a"), id("b")]);
        assert_eq!(name_all(&[sought("a2", 7), sought("b", 8)], known()), [id("a"), id("b")]);
        // From then on it is found by the new one, and by the first again where that is what its subject has.
        let moved = || lines(&[("a", "a2", 7, true)]);
        assert_eq!(name_all(&[sought("a2", 9)], moved()), [id("a")]);
        assert_eq!(name_all(&[sought("a", 7)], moved()), [id("a")]);
    }

    #[test]
    fn a_trace_of_several_tells_nothing() {
        let known = || lines(&[("a", "a", 7, true), ("b", "b", 7, true)]);
        assert_eq!(name_all(&[sought("c", 7)], known()), [id("c")]);
        assert_eq!(name_all(&[sought("c", 7), sought("d", 7)], known()), [id("c"), id("d")]);
        // One of the two is found by its own number: the other is the one.
        assert_eq!(name_all(&[sought("a", 7), sought("c", 7)], known()), [id("a"), id("b")]);
        assert_eq!(name_all(&[sought("c", 0)], lines(&[("a", "a", 0, true)])), [id("c")]);
    }

    #[test]
    fn what_was_mended_or_not_looked_for_is_not_found_by_its_trace() {
        assert_eq!(name_all(&[sought("c", 7)], lines(&[("a", "a", 7, false)])), [id("c")]);
    }

    #[test]
    fn no_number_is_given_twice() {
        let known = lines(&[("a", "a2", 7, true)]);
        let names = name_all(&[sought("a2", 7), sought("a", 8)], known);
        assert_eq!(names[0], id("a"));
        assert!(names[1] != id("a") && names[1] != id("a2") && names[1].code == id("a").code);
    }
}
