//! Decisions made at once over a list: recorded, found and taken back together. And decisions as a list of their own.

use jiff::Timestamp;
use rusqlite::TransactionBehavior;
use rusqlite::types::Value;

use super::{Decision, DecisionState, NewDecision, Recorded, Verdict, find, record, select, take_back};
use crate::domain::Day;
use crate::store::accounts::Scope;
use crate::store::{Store, StoreError};

/// Which decisions a list shows.
#[derive(Clone, Debug, Default)]
pub struct DecisionFilter {
    /// Those of one officer.
    pub by: Option<String>,
    /// Those that say one thing.
    pub verdict: Option<Verdict>,
    /// Those in this state.
    pub state: Option<DecisionState>,
}

impl Store {
    /// Records decisions in one transaction under one number, by which they are taken back at once: that of the first.
    /// `None` where the officer had said all of it before.
    ///
    /// # Errors
    /// [`StoreError::Outrun`] where somebody decided one of the findings since the officer looked; then none is recorded.
    /// Otherwise where the store fails.
    pub fn decide_together(&mut self, new: &[NewDecision]) -> Result<Option<i64>, StoreError> {
        let path = self.path.clone();
        let fail = StoreError::of(&path);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
        let mut made = Vec::with_capacity(new.len());
        for decision in new {
            if let Recorded::Made(id) = record(&tx, decision, &fail)? {
                made.push(id);
            }
        }
        if let Some(first) = made.first() {
            let mut mark =
                tx.prepare_cached("UPDATE decisions SET together = ?2 WHERE id = ?1").map_err(&fail)?;
            for id in &made {
                mark.execute((id, first)).map_err(&fail)?;
            }
        }
        tx.commit().map_err(&fail)?;
        Ok(made.first().copied())
    }

    /// The decisions in force of those made at once, oldest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn decided_together(&self, number: i64) -> Result<Vec<Decision>, StoreError> {
        select(&self.db, "WHERE together = ?1 AND state = 'active' ORDER BY id", [number])
            .map_err(self.failed())
    }

    /// Takes back, in one transaction, what is still in force of decisions made at once; those that were.
    ///
    /// # Errors
    /// Where the store fails; then none is taken back.
    pub fn withdraw_together(
        &mut self,
        number: i64,
        by: &str,
        at: Timestamp,
        day: Day,
    ) -> Result<Vec<Decision>, StoreError> {
        let path = self.path.clone();
        let fail = StoreError::of(&path);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
        let decided =
            select(&tx, "WHERE together = ?1 AND state = 'active' ORDER BY id", [number]).map_err(&fail)?;
        for decision in &decided {
            take_back(&tx, decision, by, at, day).map_err(&fail)?;
        }
        tx.commit().map_err(&fail)?;
        Ok(decided)
    }

    /// The number of the newest decision; 0 where there is none.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn newest_decision(&self) -> Result<i64, StoreError> {
        self.db
            .query_row("SELECT coalesce(max(id), 0) FROM decisions", [], |row| row.get(0))
            .map_err(self.failed())
    }

    /// Decisions of a filter, the newest first, from one on: how many there are, and so many of them. What an officer sees
    /// are those on findings within the scope, and the officer's own.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn decisions_within(
        &self,
        filter: &DecisionFilter,
        (scope, own): (&Scope, &str),
        (most, after): (u32, u64),
    ) -> Result<(u64, Vec<Decision>), StoreError> {
        let read = || -> rusqlite::Result<(u64, Vec<Decision>)> {
            let (within, mut values) = self.findings_within(scope)?;
            let mut sql = String::from("TRUE");
            if !within.is_empty() {
                sql = format!("(who = ? OR finding IN (SELECT f.id FROM findings f WHERE {within}))");
                values.insert(0, Value::from(own.to_owned()));
            }
            let asked = [
                ("who", filter.by.clone()),
                ("kind", filter.verdict.map(|verdict| verdict.name().to_owned())),
                ("state", filter.state.map(|state| state.name().to_owned())),
            ];
            for (column, value) in asked {
                if let Some(value) = value {
                    sql.push_str(&format!(" AND {column} = ?"));
                    values.push(Value::from(value));
                }
            }
            let count = format!("SELECT count(*) FROM decisions WHERE {sql}");
            let count: i64 = self
                .db
                .prepare_cached(&count)?
                .query_row(rusqlite::params_from_iter(&values), |row| row.get(0))?;
            let page = format!("WHERE {sql} ORDER BY id DESC LIMIT {most} OFFSET {after}");
            Ok((count.max(0) as u64, select(&self.db, &page, rusqlite::params_from_iter(values))?))
        };
        read().map_err(self.failed())
    }

    /// Who ever decided, by name.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn deciders(&self) -> Result<Vec<String>, StoreError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut names = self.db.prepare_cached("SELECT DISTINCT who FROM decisions ORDER BY who")?;
            names.query_map([], |row| row.get(0))?.collect()
        };
        read().map_err(self.failed())
    }

    /// A decision by its number.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn decision(&self, id: i64) -> Result<Option<Decision>, StoreError> {
        find(&self.db, id).map_err(self.failed())
    }
}
