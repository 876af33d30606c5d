//! DU-14: residents whom a list must hold and does not.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::{Clue, Code, Decision, Expectation, Extract, Finding, Kind, ResidentIx, Status, UnitId};
use crate::findings::facts::Facts;
use crate::findings::facts::periods::age;

/// A list covers a commune where it holds at least one in so many of those expected there: a school that takes a few
/// children of the commune beside it is not the school of that commune.
const ONE_IN: usize = 10;

/// A list with an expectation, and what it holds.
pub(crate) struct ExpectedList {
    kind: Kind,
    expects: Expectation,
    /// Names of its files.
    files: String,
    /// The communes in force that it covers.
    communes: FxHashSet<UnitId>,
    /// Residents on the list, or who may be.
    held: FxHashSet<ResidentIx>,
}

impl ExpectedList {
    /// All lists of the data that must hold somebody.
    pub(crate) fn all(facts: &Facts) -> Vec<Self> {
        if !facts.runs(Code::du(14)) {
            return Vec::new();
        }
        let extracts = facts.data.extracts.iter().enumerate();
        extracts.filter_map(|(at, extract)| Self::of(facts, at, extract)).collect()
    }

    fn of(facts: &Facts, at: usize, extract: &Extract) -> Option<Self> {
        let kind = extract.kind;
        let expects = kind.description().expects?;
        let mut held = FxHashSet::default();
        let mut rows: FxHashMap<UnitId, usize> = FxHashMap::default();
        for (row, of_row) in extract.rows.iter().enumerate() {
            let link = facts.links.of(at, row, 0, kind);
            let linked = link.and_then(|link| link.linked());
            held.extend(linked.map(|ix| facts.kept(ix)));
            if let Some(link) = link.filter(|link| link.decision == Decision::Review) {
                let candidates = link.candidates.iter().map(|candidate| candidate.resident);
                held.extend(link.resident.into_iter().chain(candidates).map(|ix| facts.kept(ix)));
            }
            // A row that names no commune counts where its person lives.
            let place = match (of_row.place.is_blank(), linked) {
                (true, Some(ix)) => facts.resident(ix).person.place,
                _ => of_row.place,
            };
            for unit in &facts.data.places.get(place).units {
                *rows.entry(*unit).or_default() += 1;
            }
        }
        let mut expected: FxHashMap<UnitId, usize> = FxHashMap::default();
        for ix in (0..facts.data.registry.residents.len() as u32).map(ResidentIx) {
            if is_expected(facts, expects, ix) {
                for unit in &facts.data.places.get(facts.resident(ix).person.place).units {
                    *expected.entry(*unit).or_default() += 1;
                }
            }
        }
        let covers = |(unit, rows): (UnitId, usize)| {
            let expected = expected.get(&unit).copied().unwrap_or_default();
            (rows * ONE_IN >= expected).then_some(unit)
        };
        let files = facts.data.tables.iter().filter(|table| table.kind == kind);
        let files = files.map(|table| table.name.as_str()).collect::<Vec<_>>().join(", ");
        Some(Self { kind, expects, files, communes: rows.into_iter().filter_map(covers).collect(), held })
    }

    fn covers(&self, facts: &Facts, ix: ResidentIx) -> bool {
        let units = &facts.data.places.get(facts.resident(ix).person.place).units;
        units.iter().any(|unit| self.communes.contains(unit))
    }
}

/// Whether a resident is one whom a list must hold: by age beyond doubt, gender, and residence that is registered.
fn is_expected(facts: &Facts, expects: Expectation, ix: ResidentIx) -> bool {
    let resident = facts.resident(ix);
    let (from, to) = expects.ages;
    matches!(resident.status, Status::Permanent | Status::Temporary)
        && facts.is_living(ix)
        && expects.gender.is_none_or(|gender| resident.person.gender == Some(gender))
        && age(facts.birth_of(ix), facts.dates.as_of).is_some_and(|age| from <= age.least && age.most <= to)
}

/// DU-14: once per resident and list.
pub(crate) fn absent(lists: &[ExpectedList], facts: &Facts, ix: ResidentIx, out: &mut Vec<Finding>) {
    for list in lists.iter().filter(|list| list.kind.raises(Code::du(14))) {
        if list.held.contains(&ix) || !list.covers(facts, ix) || !is_expected(facts, list.expects, ix) {
            continue;
        }
        let mut finding = facts.resident_finding(Code::du(14), ix, None);
        finding.list = Some(list.kind);
        finding.evidence.push(Clue::NotOnList(list.kind, list.files.clone()));
        if let Some(age) = age(facts.birth_of(ix), facts.dates.as_of) {
            finding.evidence.push(Clue::Age(age.least));
        }
        out.push(finding);
    }
}

#[cfg(test)]
#[path = "expected_tests.rs"]
mod tests;
