//! Rows without a name whose ID stands on rows of other persons too: papers filled down say nothing of who is on a row
//! that names nobody.

use rustc_hash::FxHashMap;

use crate::domain::Extract;
use crate::linkage::compare::levels::NameLevel;
use crate::linkage::compare::residents::Residents;
use crate::linkage::model::posterior::Candidates;

/// Makes a question of every row that is told by its ID and bears no name, where another row of the file bears the same
/// ID with a name that is not the owner's.
pub(crate) fn question(residents: &Residents<'_>, extract: &Extract, found: &mut [Option<Candidates>]) {
    let number = |person: usize| Some(extract.persons[person].personal_id()?.number());
    let mut nameless: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (person, found) in found.iter().enumerate() {
        let best = found.as_ref().and_then(|found| found.top.first());
        let is_nameless =
            best.is_some_and(|(best, _)| best.is_by_id() && best.vector.name == NameLevel::Missing);
        let is_nameless = is_nameless && extract.persons[person].name.id.is_blank();
        if let Some(number) = number(person).filter(|_| is_nameless) {
            nameless.entry(number).or_default().push(person);
        }
    }
    if nameless.is_empty() {
        return;
    }
    let owner = |person: usize| {
        let (best, _) = found[person].as_ref()?.top.first()?;
        Some(residents.hot[best.resident as usize].name)
    };
    let mut shared: Vec<usize> = Vec::new();
    for (person, of) in extract.persons.iter().enumerate().filter(|(_, of)| !of.name.id.is_blank()) {
        let Some(rows) = number(person).and_then(|number| nameless.get(&number)) else { continue };
        let of_another = |row: &&usize| {
            let level = owner(**row).map(|owner| residents.names.level(of.name.id, owner));
            level.is_some_and(|level| !level.agrees() && level != NameLevel::Missing)
        };
        shared.extend(rows.iter().filter(of_another));
    }
    for person in shared {
        if let Some(found) = &mut found[person] {
            found.is_in_doubt = true;
        }
    }
}
