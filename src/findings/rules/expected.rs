//! DU-14: residents whom a list must hold and does not.

use rustc_hash::FxHashSet;

use crate::domain::{Clue, Code, Decision, Expectation, Extract, Finding, Kind, ResidentIx, UnitId};
use crate::findings::facts::Facts;
use crate::findings::facts::periods::age;
use crate::findings::facts::whole::{Held, is_expected};

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
        for row in 0..extract.rows.len() {
            let Some(link) = facts.links.of(at, row, 0, kind) else { continue };
            held.extend(link.linked().map(|ix| facts.kept(ix)));
            if link.decision == Decision::Review {
                let candidates = link.candidates.iter().map(|candidate| candidate.resident);
                held.extend(link.resident.into_iter().chain(candidates).map(|ix| facts.kept(ix)));
            }
        }
        let counted = facts.whole.lists.get(kind.name());
        let covered = |held: &Held| {
            held.rows.keys().filter(|unit| held.covers(**unit)).map(|unit| UnitId(*unit)).collect()
        };
        let files = facts.data.tables.iter().filter(|table| table.kind == kind);
        let files = files.map(|table| table.name.as_str()).collect::<Vec<_>>().join(", ");
        Some(Self { kind, expects, files, communes: counted.map(covered).unwrap_or_default(), held })
    }

    fn covers(&self, facts: &Facts, ix: ResidentIx) -> bool {
        let units = &facts.data.places.get(facts.resident(ix).person.place).units;
        units.iter().any(|unit| self.communes.contains(unit))
    }
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
