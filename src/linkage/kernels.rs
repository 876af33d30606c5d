//! What is done once a pair, by itself: a door for the benches, no part of the library.

use crate::domain::{Dataset, NameId};

use crate::linkage::compare::record::Record;
use crate::linkage::engine::Engine;
use crate::linkage::model::model::Model;

/// Pairs as blocking makes them: persons of the extracts, each with the residents of its commune and year
/// and of its date of birth.
pub struct Pairs<'a> {
    engine: Engine<'a>,
    model: Model,
    records: Vec<Record>,
    pairs: Vec<(u32, u32)>,
}

impl<'a> Pairs<'a> {
    /// So many pairs, or all that there are.
    pub fn of(data: &'a Dataset, limit: usize) -> Self {
        let engine = Engine::new(data);
        let (mut records, mut pairs) = (Vec::new(), Vec::new());
        let persons = data.extracts.iter().flat_map(|e| (0..e.persons.len()).map(move |person| (e, person)));
        for (extract, person) in persons {
            if extract.persons[person].is_blank() || pairs.len() >= limit {
                continue;
            }
            let record = engine.record(extract, person, None);
            let (registered, at) = (&engine.registered, records.len() as u32);
            for &unit in &record.units {
                pairs.extend(registered.by_unit_year(unit, record.birth.year()).map(|(r, _)| (at, r)));
            }
            pairs.extend(registered.by_birth(record.birth.packed()).map(|r| (at, r)));
            records.push(record);
        }
        pairs.truncate(limit);
        Self { engine, model: Model::shipped(), records, pairs }
    }

    /// How many pairs there are.
    pub fn count(&self) -> usize {
        self.pairs.len()
    }

    /// The names of each pair as text.
    pub fn texts(&self) -> Vec<(&'a str, &'a str)> {
        let text = |name: NameId| self.engine.data.names.key(name);
        self.pairs
            .iter()
            .map(|&(q, r)| {
                (
                    text(self.records[q as usize].name),
                    text(self.engine.registered.residents.hot[r as usize].name),
                )
            })
            .collect()
    }

    /// Compares the names of every pair; gives the sum of the levels.
    pub fn names(&self) -> usize {
        let registered = &self.engine.registered.residents;
        let level = |&(q, r): &(u32, u32)| {
            let hot = registered.hot[r as usize];
            registered.names.compare(self.records[q as usize].name, hot.name, hot.gender).level as usize
        };
        self.pairs.iter().map(level).sum()
    }

    /// Compares the dates of birth of every pair; gives the sum of the levels.
    pub fn births(&self) -> usize {
        let level = |&(q, r): &(u32, u32)| {
            self.records[q as usize].birth.compare(self.engine.registered.residents.hot[r as usize].birth)
                as usize
        };
        self.pairs.iter().map(level).sum()
    }

    /// Compares every pair in everything and weighs it; gives the greatest weight.
    pub fn weights(&self) -> f32 {
        let weight = |&(q, r): &(u32, u32)| {
            self.records[q as usize]
                .compare_pair(&self.engine.registered.residents, r)
                .map(|compared| compared.weight(&self.model))
        };
        self.pairs.iter().filter_map(weight).fold(f32::NEG_INFINITY, f32::max)
    }
}
