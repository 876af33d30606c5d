//! The registry ready to be searched by many threads, and the search for one person of an extract.

use std::sync::Mutex;

use super::blocking::registry::Registered;
use super::blocking::search::{self, Scratch};
use super::compare::record::{Habits, Record};
use super::duplicates;
use super::model::model::Model;
use super::model::posterior::Candidates;
use super::resolve::acts::Acts;
use super::whole::WholeFiles;
use super::whole::habits::{ClerkHabit, Habit, clerk_habits};
use super::whole::moved::{MovedIds, moved_ids};
use crate::domain::{
    Capability, Dataset, Detail, Extract, NameMarks, Person, PersonalId, ResidentIx, Role, RowRef, Surplus,
};

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
    /// What is known of the files of the rows.
    pub(super) files: WholeFiles,
    /// What shows residents alive in other extracts.
    pub(super) acts: Acts,
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
        let mut engine = Self::over(data, registered, duplicates);
        let owner = |id: PersonalId| engine.owner(id);
        let moved = timed("moved", "extracts", || moved_ids(data, &owner));
        let habits = timed("habits", "extracts", || clerk_habits(data, &owner));
        engine.files = WholeFiles { moved, habits };
        if data.extracts.iter().any(|extract| extract.kind.has(Capability::Death)) {
            engine.acts = Acts::of(&engine.registered, &data.extracts);
        }
        engine
    }

    /// An indexed registry whose surplus rows are known; nothing is known of any file.
    pub(super) fn over(
        data: &'a Dataset,
        registered: Registered<'a>,
        duplicates: Vec<Surplus<ResidentIx>>,
    ) -> Self {
        let kept = kept_rows(registered.residents.len(), &duplicates);
        let (files, acts) = (WholeFiles::default(), Acts::default());
        Self { data, registered, duplicates, kept, files, acts, scratch: Mutex::new(Vec::new()) }
    }

    /// The first bearer of a personal ID.
    pub(super) fn owner(&self, id: PersonalId) -> Option<ResidentIx> {
        self.registered.by_id(id.number()).next().map(ResidentIx)
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
        if let Some(block) =
            self.moved_block(extract.rows[row].row).filter(|_| person.is_multiple_of(roles.len()))
        {
            record.forget_papers(block.with_dates);
        }
        let began = extract.rows[row].detail.began();
        if let (true, Some(began)) = (person.is_multiple_of(roles.len()), began.sound()) {
            record.had_by(began.year());
        }
        let married = extract.rows[row].registered_on.sound();
        if let (Role::Husband | Role::Wife, Some(date)) = (roles[person % roles.len()], married) {
            record.married(date.year());
        }
        record.habits = self.habits_of(extract, row, &persons[person % roles.len()]);
        match &extract.rows[row].detail {
            Detail::Death(death) => record.died(death),
            Detail::Welfare(of) if of.stopped_by_death.is_told() => {
                record.stopped(of.stopped_by_death, of.stop)
            }
            Detail::Insurance(of) if of.stopped_by_death.is_told() => {
                record.stopped(of.stopped_by_death, of.stop)
            }
            Detail::Entry(of) if of.stopped_by_death.is_told() => {
                record.stopped(of.stopped_by_death, of.stop)
            }
            _ if persons[person % roles.len()].name.marks.has(NameMarks::DEAD) => record.asserts_death = true,
            Detail::Welfare(_) | Detail::Insurance(_) | Detail::Entry(_)
                if person.is_multiple_of(roles.len()) =>
            {
                record.goes_on = true;
            }
            _ => {}
        }
        self.registered.with_owners(record).with_kin(kin)
    }

    /// The block of moved numbers that a row is of.
    fn moved_block(&self, row: RowRef) -> Option<&MovedIds> {
        self.files.moved.iter().find(|block| block.covers(row))
    }

    /// What is known of how a row of an extract was written.
    fn habits_of(&self, extract: &Extract, row: usize, person: &Person) -> Habits {
        let mut habits = Habits::default();
        if self.files.habits.is_empty() {
            return habits;
        }
        let unit = self.data.places.get(person.place).units.first().map(|unit| unit.0);
        let of_row = |habit: &&ClerkHabit| habit.table == extract.rows[row].row.table && habit.unit == unit;
        for habit in self.files.habits.iter().filter(of_row) {
            match habit.habit {
                Habit::DaysAndMonths => habits.either_order = true,
                Habit::MiddleNames => habits.middle_dropped = Some(habit.share()),
                // 01/01 is a year alone whoever writes it.
                Habit::NewYearsDay => {}
            }
        }
        habits
    }

    pub(super) fn with_scratch<T>(&self, work: impl FnOnce(&mut Scratch) -> T) -> T {
        let spare = || self.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let idle = spare().pop();
        let mut scratch = idle.unwrap_or_else(Scratch::new);
        let result = work(&mut scratch);
        spare().push(scratch);
        result
    }
}
