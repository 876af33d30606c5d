//! Keeps statuses and answers in the index at what the store says, whoever decided: this page, the command line,
//! or an imported workbook.

use super::index::Index;
use crate::findings::CaseId;
use crate::store::{CaseStatus, Store};

/// How far the index follows the store.
#[derive(Debug, Default)]
pub(crate) struct Synced {
    /// The newest event that was read.
    event: i64,
    /// Newest decision, and number of ended ones: either changes with every decision and every undoing.
    decisions: (i64, i64),
}

impl Synced {
    /// Reads what is new in the store into the index.
    pub(crate) fn follow(&mut self, store: &Store, index: &Index, run: &str) -> Result<(), rusqlite::Error> {
        let db = store.connection();
        let events: i64 = db.query_row("SELECT coalesce(max(id), 0) FROM events", [], |row| row.get(0))?;
        if events > self.event {
            // What officers did before the run began stands in its lists already.
            let mut statement = db.prepare_cached(
                "SELECT DISTINCT e.finding, f.status FROM events e JOIN findings f ON f.id = e.finding
                 WHERE e.id > ?1 AND e.who IS NOT NULL
                   AND e.at >= coalesce((SELECT started_at FROM runs WHERE name = ?2), 0)",
            )?;
            let mut rows = statement.query((self.event, run))?;
            index.begin()?;
            while let Some(row) = rows.next()? {
                let Some(id) = CaseId::from_integer(row.get(0)?) else { continue };
                let status = CaseStatus::from_stored(row.get(1)?);
                index.set_status(&id.to_string(), status.name())?;
            }
            index.commit()?;
            self.event = events;
        }
        let decisions: (i64, i64) = db.query_row(
            "SELECT coalesce(max(id), 0), count(ended_at) FROM decisions WHERE record_key IS NOT NULL",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if decisions != self.decisions {
            let mut statement = db.prepare_cached(
                "SELECT record_key, resident_key, kind, who FROM decisions
                 WHERE record_key IS NOT NULL AND state = 'active' ORDER BY id",
            )?;
            let mut rows = statement.query([])?;
            index.begin()?;
            index.forget_answers()?;
            while let Some(row) = rows.next()? {
                let (record, resident): (i64, i64) = (row.get(0)?, row.get(1)?);
                let same = row.get::<_, String>(2)? == "same_person";
                index.set_verdict(record, resident, same, &row.get::<_, String>(3)?)?;
            }
            index.settle_answers(None)?;
            index.commit()?;
            self.decisions = decisions;
        }
        Ok(())
    }
}
