//! A run enters the store: everything that it changes, in one transaction.

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, TransactionBehavior, named_params};
use rustc_hash::FxHashMap;

use super::reconcile::Change;
use crate::domain::{Day, PlaceId, Places, Severity};
use crate::store::decisions::end;
use crate::store::{
    DecisionState, FindingStatus, Key, Night, Raised, Reconciled, RunRecord, Store, StoreError, StoreWords,
};

/// A run about to enter the store.
#[derive(Debug)]
pub struct Published<'a> {
    /// The run.
    pub run: &'a RunRecord,
    /// Its night.
    pub night: &'a Night<'a>,
    /// The findings raised.
    pub raised: &'a [Raised],
    /// What became of them.
    pub reconciled: &'a Reconciled,
    /// Decisions that ended with this run, beside those on findings: number, state, why.
    pub ended: &'a [(i64, DecisionState, Vec<String>)],
    /// Decisions on pairs that met their pair.
    pub met: &'a [i64],
    /// Pairs that are no longer to be read a second time, by the key of the row, and why.
    pub withdrawn: &'a [(Key, Vec<String>)],
    /// The communes.
    pub places: &'a Places,
}

impl Store {
    /// Writes a run and all that it changes. When this returns, it is on the disk.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another process is writing and comes to no end, another [`StoreError`] where the file
    /// cannot be written: then nothing is.
    pub fn publish_run(&mut self, published: &Published<'_>) -> Result<(), StoreError> {
        let path = self.path.clone();
        let mut write = || -> rusqlite::Result<()> {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let run = published.run.insert(&tx)?;
            let mut writer = Writer {
                published,
                run,
                at: published.run.finished_at.as_second(),
                day: published.night.day,
                communes: Communes::new(&tx, published.places),
                words: StoreWords::read(&tx)?,
                events: tx.prepare_cached(include_str!("../sql/insert_event.sql"))?,
            };
            writer.fresh(&tx)?;
            writer.changed(&tx)?;
            writer.gone(&tx)?;
            writer.due_by_terms(&tx)?;
            drop(writer);
            let by = &published.run.name;
            for (id, state, why) in published.reconciled.ended.iter().chain(published.ended) {
                end(&tx, *id, *state, by, published.run.finished_at, why)?;
            }
            let mut met = tx.prepare_cached("UPDATE decisions SET last_met = ?2 WHERE id = ?1")?;
            for id in published.reconciled.met.iter().chain(published.met) {
                met.execute((id, run))?;
            }
            drop(met);
            let span = (published.run.started_at, published.run.finished_at);
            crate::store::decisions::readings::withdraw(&tx, published.withdrawn, span)?;
            tx.commit()
        };
        write().map_err(StoreError::of(&path))
    }

    /// Takes over runs that an older program made: their folders are known from here on.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another process is writing and comes to no end, another [`StoreError`] where the file
    /// cannot be written: then nothing is.
    pub fn adopt_runs(&mut self, names: &[(String, Timestamp)]) -> Result<(), StoreError> {
        if names.is_empty() {
            return Ok(());
        }
        let path = self.path.clone();
        let mut write = || -> rusqlite::Result<()> {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (name, at) in names {
                let day = Day(i32::try_from(at.as_second().div_euclid(86_400)).unwrap_or(0));
                let run = RunRecord {
                    name: name.clone(),
                    started_at: *at,
                    finished_at: *at,
                    day,
                    as_of: day,
                    fingerprint: String::new(),
                    program: String::new(),
                    tally: crate::store::Tally::default(),
                };
                run.insert(&tx)?;
            }
            tx.commit()
        };
        write().map_err(StoreError::of(&path))
    }
}

struct Writer<'a, 'db> {
    published: &'a Published<'a>,
    run: i64,
    at: i64,
    day: Day,
    communes: Communes<'a, 'db>,
    words: StoreWords,
    events: CachedStatement<'db>,
}

impl Writer<'_, '_> {
    fn due(&self, raised: &Raised, from: Day) -> i32 {
        self.published.night.terms.due_on(raised.severity, from).0
    }

    fn fresh(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let mut insert = db.prepare_cached(include_str!("../sql/insert_finding.sql"))?;
        for &index in &self.published.reconciled.fresh {
            let raised = &self.published.raised[index as usize];
            let life = self.published.reconciled.lives[index as usize];
            insert.execute((
                raised.id.to_integer(),
                raised.severity as i64,
                self.communes.of(raised.place)?,
                self.words.office_number(raised.office),
                self.words.kind_number(raised.source),
                life.status.stored(),
                life.first_seen.0,
                self.due(raised, life.first_seen),
                raised.values[0],
                raised.values[1],
                raised.values[2],
                raised.known_as(),
                raised.trace(),
            ))?;
        }
        Ok(())
    }

    fn changed(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let mut update = db.prepare_cached(include_str!("../sql/update_finding.sql"))?;
        for change in &self.published.reconciled.changed {
            let &Change { index, from, to, due_since, decision } = change;
            let raised = &self.published.raised[index as usize];
            let life = self.published.reconciled.lives[index as usize];
            // Where an officer decided while the run was at work, the newer word stands.
            let written = update.execute(named_params! {
                ":id": raised.id.to_integer(),
                ":from": from.stored(),
                ":to": to.stored(),
                ":severity": raised.severity as i64,
                ":commune": self.communes.of(raised.place)?,
                ":unit": self.words.office_number(raised.office),
                ":first_seen": life.first_seen.0,
                ":due_since": due_since.0,
                ":due_on": self.due(raised, due_since),
                ":source_value": raised.values[0],
                ":registry_value": raised.values[1],
                ":proposed_value": raised.values[2],
                ":known_as": raised.known_as(),
                ":trace": raised.trace(),
            })?;
            if written > 0 && from.stored() != to.stored() {
                self.event(raised.id.to_integer(), from, to, decision)?;
            }
        }
        Ok(())
    }

    /// Moves the due days of what stands, where the terms are no longer those by which they were set.
    fn due_by_terms(&self, db: &Connection) -> rusqlite::Result<()> {
        let overdue = &self.published.night.terms.overdue;
        let [high, medium, low] = Severity::ALL.map(|severity| overdue.of(severity));
        let days = named_params! {":high": high, ":medium": medium, ":low": low, ":never": Day::NEVER.0};
        db.execute(include_str!("../sql/due.sql"), days).map(drop)
    }

    fn gone(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let mut resolve = db.prepare_cached(
            "UPDATE findings SET status = ?2, closed_on = ?3 WHERE id = ?1 AND status = ?4",
        )?;
        let mut done = db.prepare_cached(include_str!("../sql/decisions_done.sql"))?;
        for &(id, from) in &self.published.reconciled.gone {
            let to = FindingStatus::Resolved;
            if resolve.execute((id, to.stored(), self.day.0, from.stored()))? > 0 {
                self.event(id, from, to, None)?;
                done.execute((id, self.at, &self.published.run.name))?;
            }
        }
        Ok(())
    }

    fn event(
        &mut self,
        finding: i64,
        from: FindingStatus,
        to: FindingStatus,
        decision: Option<i64>,
    ) -> rusqlite::Result<()> {
        self.events
            .execute((finding, self.at, self.day.0, self.run, from.stored(), to.stored(), decision))
            .map(drop)
    }
}

/// The keys of communes in the store, made when first met.
struct Communes<'a, 'db> {
    db: &'db Connection,
    places: &'a Places,
    keys: FxHashMap<PlaceId, i64>,
}

impl<'a, 'db> Communes<'a, 'db> {
    fn new(db: &'db Connection, places: &'a Places) -> Self {
        Self { db, places, keys: FxHashMap::default() }
    }

    fn of(&mut self, place: PlaceId) -> rusqlite::Result<i64> {
        if let Some(key) = self.keys.get(&place) {
            return Ok(*key);
        }
        let label = self.places.label(place);
        let known = self
            .db
            .prepare_cached("SELECT id FROM communes WHERE code = ?1 AND name = ?2")?
            .query_row(label, |row| row.get(0))
            .optional()?;
        let key = match known {
            Some(key) => key,
            None => {
                self.db
                    .prepare_cached("INSERT INTO communes (code, name) VALUES (?1, ?2)")?
                    .execute(label)?;
                self.db.last_insert_rowid()
            }
        };
        self.keys.insert(place, key);
        Ok(key)
    }
}
