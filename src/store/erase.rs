//! What is taken out of the store for good: a person, or what is long over. The access log stays.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::keys::Values;
use super::{Store, StoreError};
use crate::domain::Day;
use crate::findings::FindingId;

/// By what a person is known whom nothing is to tell of.
pub struct Told<'a> {
    numbers: Vec<&'a str>,
    /// Whether a remark names the person.
    is_named: Box<dyn Fn(&str) -> bool + 'a>,
}

impl std::fmt::Debug for Told<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told(…)")
    }
}

impl<'a> Told<'a> {
    /// A person by numbers, and by what tells whether a remark names the person.
    pub fn new(numbers: Vec<&'a str>, is_named: impl Fn(&str) -> bool + 'a) -> Self {
        Self { numbers, is_named: Box::new(is_named) }
    }

    /// Whether the values that a decision rests on bear a digest of a number.
    pub(super) fn stands_in(&self, values: &[u8]) -> bool {
        let values = Values::from_bytes(values);
        values.is_some_and(|values| self.numbers.iter().any(|number| values.holds_id(number)))
    }
}

/// What was taken out, or would be.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Findings, with what became of them.
    pub findings: u64,
    /// Decisions.
    pub decisions: u64,
    /// Comments on these findings.
    pub comments: u64,
    /// Remarks that were emptied: on decisions and turns that stay, and comments on other findings.
    pub notes: u64,
}

impl Store {
    /// Takes out findings, the decisions on them, and every decision that rests on a record or resident with
    /// this ID; where a remark names it on a decision that stays, the remark is emptied. With `dry` it is only
    /// counted.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another process is writing and comes to no end, another [`StoreError`] where the file
    /// cannot be written: then nothing is.
    pub fn erase_person(
        &mut self,
        findings: &[FindingId],
        person: &Told<'_>,
        dry: bool,
    ) -> Result<Forgotten, StoreError> {
        self.erase(dry, |db| {
            let mut chosen = db.prepare("INSERT OR IGNORE INTO erased_findings VALUES (?1)")?;
            for finding in findings {
                chosen.execute([finding.to_integer()])?;
            }
            super::decisions::readings::erase(db, person)?;
            let mut pairs = db.prepare(
                "SELECT id, record_values, resident_values FROM decisions WHERE record_key IS NOT NULL",
            )?;
            let mut pairs = pairs.query([])?;
            let mut decided = db.prepare("INSERT OR IGNORE INTO erased_decisions VALUES (?1)")?;
            while let Some(pair) = pairs.next()? {
                let holds = |bytes: Vec<u8>| person.stands_in(&bytes);
                if holds(pair.get(1)?) || holds(pair.get(2)?) {
                    decided.execute([pair.get::<_, i64>(0)?])?;
                }
            }
            db.execute_batch(
                "INSERT OR IGNORE INTO erased_decisions
                 SELECT id FROM decisions WHERE finding IN (SELECT id FROM erased_findings)",
            )?;
            empty_notes(db, person)
        })
    }

    /// Whether a copy of a store may tell of a person in a decision or a remark; one that cannot be read may.
    pub fn copy_holds(copy: &Path, person: &Told<'_>) -> bool {
        let search = || -> rusqlite::Result<bool> {
            let db = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            let mut decisions = db.prepare("SELECT record_values, resident_values, note FROM decisions")?;
            let mut decisions = decisions.query([])?;
            while let Some(decision) = decisions.next()? {
                let holds = |bytes: Option<Vec<u8>>| bytes.is_some_and(|bytes| person.stands_in(&bytes));
                let note: String = decision.get(2)?;
                if holds(decision.get(0)?) || holds(decision.get(1)?) || (person.is_named)(&note) {
                    return Ok(true);
                }
            }
            // Copies of an older version know less.
            for (table, column) in [("events", "note"), ("comments", "note"), ("papers", "name")] {
                let known = db
                    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")?
                    .exists([table])?;
                if !known {
                    continue;
                }
                let mut remarks =
                    db.prepare(&format!("SELECT {column} FROM {table} WHERE {column} <> ''"))?;
                let mut remarks = remarks.query([])?;
                while let Some(remark) = remarks.next()? {
                    if (person.is_named)(&remark.get::<_, String>(0)?) {
                        return Ok(true);
                    }
                }
            }
            Ok(false)
        };
        search().unwrap_or(true)
    }

    /// Whether [`Store::erase_before`] would take a finding out, or has: it was mended before that day, or is not known.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub fn is_over(&self, finding: FindingId, day: Day) -> Result<bool, StoreError> {
        self.db
            .prepare_cached("SELECT 1 FROM findings WHERE id = ?1 AND coalesce(closed_on, ?2) >= ?2")
            .and_then(|mut stands| stands.exists((finding.to_integer(), day.0)))
            .map(|stands| !stands)
            .map_err(self.failed())
    }

    /// Takes out findings mended before a day, and decisions that ended before the moment it begins. With
    /// `dry` it is only counted.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another process is writing and comes to no end, another [`StoreError`] where the file
    /// cannot be written: then nothing is.
    pub fn erase_before(
        &mut self,
        day: Day,
        midnight: Timestamp,
        dry: bool,
    ) -> Result<Forgotten, StoreError> {
        self.erase(dry, |db| {
            db.execute("INSERT INTO erased_findings SELECT id FROM findings WHERE closed_on < ?1", [day.0])?;
            db.execute(
                "INSERT INTO erased_decisions SELECT id FROM decisions
                 WHERE state <> 'active' AND ended_at < ?1",
                [midnight.as_second()],
            )?;
            Ok(0)
        })
    }

    /// Marks what goes by `choose`, which gives the number of remarks that it emptied, and takes it out in one
    /// transaction. What is deleted is overwritten.
    fn erase(
        &mut self,
        dry: bool,
        choose: impl FnOnce(&Connection) -> rusqlite::Result<u64>,
    ) -> Result<Forgotten, StoreError> {
        let path = self.path.clone();
        let fail = StoreError::of(&path);
        self.db.pragma_update(None, "secure_delete", true).map_err(&fail)?;
        let erase = || -> rusqlite::Result<Forgotten> {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            tx.execute_batch(include_str!("sql/erase_begin.sql"))?;
            let notes = choose(&tx)?;
            let count = |table: &str| {
                tx.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))
            };
            let findings = "erased_findings JOIN findings USING (id)";
            let forgotten = Forgotten {
                findings: count(findings)?.max(0) as u64,
                decisions: count("erased_decisions")?.max(0) as u64,
                comments: count("comments WHERE finding IN (SELECT id FROM erased_findings)")?.max(0) as u64,
                notes,
            };
            tx.execute_batch(include_str!("sql/erase_end.sql"))?;
            // A dropped transaction is rolled back.
            if !dry {
                tx.commit()?;
            }
            Ok(forgotten)
        };
        erase().map_err(&fail)
    }

    /// Writes the file anew without what was deleted, and empties the log of writes.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be written anew: for want of space, since it stands twice for a while, or
    /// because another process holds it.
    pub fn compact(&self) -> Result<(), StoreError> {
        let compact = || {
            self.db.execute_batch("VACUUM")?;
            // Readers may keep the log of writes open: then it is emptied when the last one closes.
            self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        };
        compact().map_err(self.failed())
    }
}

/// Empties the remarks that name a person, but for those that go with their decision or finding. The name of a paper is
/// one, too: what kind of a file it is stays of it.
fn empty_notes(db: &Connection, person: &Told<'_>) -> rusqlite::Result<u64> {
    let mut emptied = 0;
    let tables = [
        ("decisions", "note", "''", "id NOT IN (SELECT id FROM erased_decisions)"),
        ("events", "note", "''", "coalesce(decision, 0) NOT IN (SELECT id FROM erased_decisions)"),
        ("comments", "note", "''", "finding NOT IN (SELECT id FROM erased_findings)"),
        ("papers", "name", "kind", "finding NOT IN (SELECT id FROM erased_findings)"),
    ];
    for (table, column, instead, stays) in tables {
        let mut notes =
            db.prepare(&format!("SELECT id, {column} FROM {table} WHERE {column} <> '' AND {stays}"))?;
        let mut notes = notes.query([])?;
        let mut empty = db.prepare(&format!("UPDATE {table} SET {column} = {instead} WHERE id = ?1"))?;
        let mut naming: Vec<i64> = Vec::new();
        while let Some(line) = notes.next()? {
            if (person.is_named)(&line.get::<_, String>(1)?) {
                naming.push(line.get(0)?);
            }
        }
        for id in naming {
            empty.execute([id])?;
            emptied += 1;
        }
    }
    Ok(emptied)
}
