//! The registry ready to be searched by many threads, and the search for one person of an extract.

use std::sync::Mutex;

use super::blocking::registry::Registered;
use super::blocking::search::{self, Scratch};
use super::compare::record::Record;
use super::duplicates;
use super::model::model::Model;
use super::model::posterior::Candidates;
use crate::domain::{Dataset, Detail, Extract, ResidentIx, Surplus};

/// Runs a step and logs how long it took.
pub(super) fn timed<T>(step: &str, of: &str, work: impl FnOnce() -> T) -> T {
    let start = std::time::Instant::now();
    let result = work();
    tracing::debug!(step, of, milliseconds = start.elapsed().as_millis() as u64, "linkage");
    result
}

/// For every resident the row that stands for the person.
fn kept_rows(residents: usize, duplicates: &[Surplus<ResidentIx>]) -> Vec<u32> {
    let mut kept: Vec<u32> = (0..residents as u32).collect();
    for d in duplicates {
        kept[d.row.0 as usize] = d.kept.0;
    }
    kept
}

/// One registry, ready to be searched by many threads.
pub(super) struct Engine<'a> {
    pub(super) data: &'a Dataset,
    pub(super) registered: Registered<'a>,
    /// Surplus rows of the registry.
    pub(super) duplicates: Vec<Surplus<ResidentIx>>,
    /// For every resident the row that stands for the person.
    pub(super) kept: Vec<u32>,
    /// Working memory not in use, handed from chunk to chunk.
    scratch: Mutex<Vec<Scratch>>,
}

impl<'a> Engine<'a> {
    /// Indexes the registry and finds who stands in it twice.
    pub(super) fn new(data: &'a Dataset) -> Self {
        let registered = timed("index", "residents", || Registered::build(data));
        let duplicates = timed("duplicates", "residents", || {
            duplicates::in_registry(&registered, data, &Model::shipped())
        });
        let kept = kept_rows(registered.residents.len(), &duplicates);
        Self { data, registered, duplicates, kept, scratch: Mutex::new(Vec::new()) }
    }

    /// Searches for one person of an extract; `None` where the row writes nothing of it.
    pub(super) fn find(
        &self,
        extract: &Extract,
        person: usize,
        model: &Model,
        kin: Option<u32>,
        scratch: &mut Scratch,
    ) -> Option<Candidates> {
        if extract.persons[person].is_blank() {
            return None;
        }
        let record = self.record(extract, person, kin);
        let mut found = search::search(&self.registered, model, &record, &self.kept, scratch);
        found.forget_the_hopeless();
        Some(found)
    }

    pub(super) fn record(&self, extract: &Extract, person: usize, kin: Option<u32>) -> Record {
        let roles = extract.kind.roles();
        let row = person / roles.len();
        let (residents, persons) = (&self.registered.residents, extract.persons_of(row));
        let mut record = Record::of(residents, self.data, roles, persons, person % roles.len());
        match &extract.rows[row].detail {
            Detail::Death(death) => record.died(death),
            Detail::Welfare(benefit) if benefit.stopped_by_death => record.stopped_by_death(benefit.stop),
            Detail::Insurance(card) if card.stopped_by_death => record.stopped_by_death(card.stop),
            Detail::Entry(entry) if entry.stopped_by_death => record.stopped_by_death(entry.stop),
            _ => {}
        }
        self.registered.with_owners(record).with_kin(kin)
    }

    pub(super) fn with_scratch<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let spare = || self.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let idle = spare().pop();
        let mut scratch = idle.unwrap_or_else(|| Scratch::new(self.registered.residents.len()));
        let result = work(&mut scratch);
        spare().push(scratch);
        result
    }
}
