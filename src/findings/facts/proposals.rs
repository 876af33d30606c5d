//! Values that the extracts can give back to the registry: personal IDs (DU-02), birth dates (DU-05).

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::names::{Difference, difference};
use super::{Facts, Linked};
use crate::domain::{DateCell, Kind, PartialDate, Person, PersonalId, Precision, ResidentIx};
use crate::findings::role_view::View;
use crate::findings::text::contradicts;

/// A value found in an extract, and where.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Proposal<T> {
    pub(crate) value: T,
    pub(crate) at: Linked,
}

/// For residents without a personal ID, the one that their rows in the extracts bear most often and that
/// is nobody else's.
pub(crate) fn personal_ids(facts: &Facts) -> FxHashMap<ResidentIx, Proposal<PersonalId>> {
    let residents = facts.data.registry.residents.par_iter().enumerate();
    let wanting: Vec<_> = residents
        .filter(|(_, r)| r.person.personal_id().is_none())
        .map(|(ix, _)| ResidentIx(ix as u32))
        .filter(|&ix| facts.is_living(ix))
        .filter_map(|ix| Some((ix, best_id(facts, ix)?)))
        .collect();
    // A number that two residents' rows bear is nobody's; `None` marks it.
    let mut bearers: FxHashMap<PersonalId, Option<ResidentIx>> = FxHashMap::default();
    for (ix, proposal) in &wanting {
        bearers.entry(proposal.value).and_modify(|bearer| *bearer = None).or_insert(Some(*ix));
    }
    if bearers.is_empty() {
        return FxHashMap::default();
    }
    for (extract, of) in facts.data.extracts.iter().enumerate() {
        let taken: Vec<PersonalId> = (0..of.persons.len())
            .into_par_iter()
            .filter_map(|ix| {
                let person = &of.persons[ix];
                let id = person.personal_id()?;
                let bearer = (*bearers.get(&id)?)?;
                let linked = facts.links.extracts[extract].roles[ix].as_ref()?.linked();
                let same = linked.map_or_else(|| is_like(facts, person, bearer), |other| other == bearer);
                (!same).then_some(id)
            })
            .collect();
        for id in taken {
            bearers.insert(id, None);
        }
    }
    wanting.into_iter().filter(|(_, p)| bearers.get(&p.value).is_some_and(Option::is_some)).collect()
}

/// The ID that most rows of a resident bear; of as many, the first in the order of the extracts.
fn best_id(facts: &Facts, ix: ResidentIx) -> Option<Proposal<PersonalId>> {
    let person = &facts.resident(ix).person;
    let mut found: SmallVec<[(Proposal<PersonalId>, u32); 2]> = SmallVec::new();
    for at in rows_of(facts, ix) {
        let Some(id) = facts.person(at).personal_id() else { continue };
        if facts.owners(id).next().is_some() || contradicts(id, person.gender, facts.birth_of(ix)) {
            continue;
        }
        match found.iter_mut().find(|(p, _)| p.value == id) {
            Some((_, count)) => *count += 1,
            None => found.push((Proposal { value: id, at }, 1)),
        }
    }
    let most = found.iter().map(|(_, count)| *count).max()?;
    found.iter().find(|(_, count)| *count == most).map(|(p, _)| *p)
}

/// Whether a person outside the registry, or under review, may well be the resident.
fn is_like(facts: &Facts, person: &Person, ix: ResidentIx) -> bool {
    difference(&facts.data.names, person.name.id, facts.resident(ix).person.name.id) != Difference::Other
}

/// The rows linked to a resident in any role, civil status first.
fn rows_of<'a>(facts: &'a Facts, ix: ResidentIx) -> impl Iterator<Item = Linked> + 'a {
    let kinds = Kind::extracts();
    kinds.filter_map(|kind| facts.data.position(kind)).flat_map(move |extract| facts.linked_in(extract, ix))
}

/// The fullest birth date that a linked row tells beyond the registry's and that does not contradict it;
/// of equally full ones civil status first.
pub(crate) fn fuller_birth(
    facts: &Facts,
    ix: ResidentIx,
    registered: DateCell,
) -> Option<Proposal<PartialDate>> {
    let (registered, exact) = match registered {
        DateCell::Sound(date) => (date, true),
        DateCell::About(date) => (date, false),
        _ => return None,
    };
    let mut best: Option<(Precision, Proposal<PartialDate>)> = None;
    for at in rows_of(facts, ix) {
        let Some(date) = View::new(facts, at).birth().sound() else { continue };
        let precision = date.precision_beside(registered);
        let fuller = if exact {
            date.compatible(registered) && precision > registered.precision_beside(date)
        } else {
            date.year().abs_diff(registered.year()) <= 1
        };
        if fuller && best.as_ref().is_none_or(|(p, _)| precision > *p) {
            best = Some((precision, Proposal { value: date, at }));
        }
    }
    best.map(|(_, proposal)| proposal)
}
