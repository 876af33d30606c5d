//! What officers decided of pairs, applied to what was found: a pair that they affirm is a link whatever the
//! weights say, a pair that they deny is no candidate.

use crate::domain::{Extract, ResidentIx};

use crate::linkage::compare::same_person::same_person;
use crate::linkage::engine::Engine;
use crate::linkage::model::posterior::Candidates;

/// A role of a row and a resident.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DecidedPair {
    /// Position of the extract in the dataset.
    pub extract: usize,
    /// Index into the extract's persons.
    pub person: usize,
    /// The resident.
    pub resident: ResidentIx,
}

/// The pairs that officers decided. The caller has left out what contradicts itself about one role.
#[derive(Clone, Debug, Default)]
pub struct ClericalOverrides {
    /// Pairs that are one person.
    pub same: Vec<DecidedPair>,
    /// Pairs that are not.
    pub different: Vec<DecidedPair>,
}

/// One resident whom officers gave to two different persons of one extract: neither is taken.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Contested(pub DecidedPair, pub DecidedPair);

/// The verdicts on one extract, sound among themselves.
#[derive(Debug, Default, Hash)]
pub(crate) struct ExtractOverrides {
    same: Vec<(usize, u32)>,
    different: Vec<(usize, u32)>,
}

impl ExtractOverrides {
    /// The verdicts on the extract at a position; what is contested is left out and told.
    pub(crate) fn of(
        engine: &Engine,
        position: usize,
        extract: &Extract,
        verdicts: &ClericalOverrides,
        contested: &mut Vec<Contested>,
    ) -> Self {
        let roles = extract.kind.roles();
        let of = |pairs: &[DecidedPair]| -> Vec<DecidedPair> {
            let written = |pair: &&DecidedPair| {
                pair.extract == position && extract.persons.get(pair.person).is_some_and(|p| !p.is_blank())
            };
            pairs.iter().filter(written).copied().collect()
        };
        // A surplus row stands for the person whose row is kept.
        let kept = |resident: ResidentIx| engine.kept[resident.0 as usize];
        let same = of(&verdicts.same);
        let names = &engine.registered.residents.names;
        let rivals = |a: &DecidedPair, b: &DecidedPair| {
            // A mother bears several children, and people marry again.
            let role = a.person % roles.len();
            role == b.person % roles.len()
                && roles[role].is_main()
                && kept(a.resident) == kept(b.resident)
                && !same_person(names, &extract.persons[a.person], &extract.persons[b.person], false)
        };
        let mut sound = vec![true; same.len()];
        for (i, a) in same.iter().enumerate() {
            for (j, b) in same.iter().enumerate().skip(i + 1).filter(|(_, b)| rivals(a, b)) {
                (sound[i], sound[j]) = (false, false);
                contested.push(Contested(*a, *b));
            }
        }
        let pairs = |list: &[DecidedPair]| list.iter().map(|p| (p.person, kept(p.resident))).collect();
        let same: Vec<DecidedPair> =
            same.into_iter().zip(sound).filter_map(|(pair, sound)| sound.then_some(pair)).collect();
        Self { same: pairs(&same), different: pairs(&of(&verdicts.different)) }
    }

    /// Applies the verdicts to what was found for the persons of the extract.
    pub(crate) fn apply(&self, engine: &Engine, extract: &Extract, found: &mut [Option<Candidates>]) {
        for &(person, resident) in &self.different {
            if let Some(found) = &mut found[person] {
                found.strike(&[resident]);
            }
        }
        for &(person, resident) in &self.same {
            let compared = engine
                .record(extract, person, None)
                .compare_unfiltered(&engine.registered.residents, resident);
            found[person] = Some(Candidates::decided(compared));
        }
    }
}
