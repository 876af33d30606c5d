//! What pages ask of decisions: the answers on pairs, and who decided how much.

use rusqlite::Row;

use crate::domain::Day;
use crate::store::{Key, Store, StoreError};

/// What an officer said of a role of a row and a resident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchAnswer {
    /// The role of a row.
    pub record: Key,
    /// The resident.
    pub resident: Key,
    /// Whether they are the same person.
    pub same: bool,
    /// Who said so.
    pub by: String,
}

/// Tells whether anything was said of pairs since: it differs after every decision on one and every undoing.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswersMark {
    newest: i64,
    ended: i64,
}

impl Store {
    /// The mark of the answers on pairs as they stand.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn answers_mark(&self) -> Result<AnswersMark, StoreError> {
        let sql = "SELECT coalesce(max(id), 0), count(ended_at) FROM decisions WHERE record_key IS NOT NULL";
        let mark = |row: &Row<'_>| Ok(AnswersMark { newest: row.get(0)?, ended: row.get(1)? });
        self.db.query_row(sql, [], mark).map_err(self.failed())
    }

    /// The answers on pairs that are in force, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn match_answers(&self) -> Result<Vec<MatchAnswer>, StoreError> {
        let read = || -> rusqlite::Result<Vec<MatchAnswer>> {
            let mut statement = self.db.prepare_cached(
                "SELECT record_key, resident_key, kind, who FROM decisions
                 WHERE record_key IS NOT NULL AND state = 'active' ORDER BY id",
            )?;
            let answer = |row: &Row<'_>| {
                Ok(MatchAnswer {
                    record: Key(row.get::<_, i64>(0)? as u64),
                    resident: Key(row.get::<_, i64>(1)? as u64),
                    same: row.get::<_, String>(2)? == "same_person",
                    by: row.get(3)?,
                })
            };
            statement.query_map([], answer)?.collect()
        };
        read().map_err(self.failed())
    }

    /// How many decisions each officer made in each week from a day on: officer, week (from 0), number.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn decisions_by_week(&self, first: Day) -> Result<Vec<(String, u32, u64)>, StoreError> {
        let read = || -> rusqlite::Result<Vec<(String, u32, u64)>> {
            let mut statement = self.db.prepare(
                "SELECT who, (day - ?1) / 7, count(*) FROM decisions WHERE day >= ?1
                 GROUP BY 1, 2 ORDER BY 1, 2",
            )?;
            let count = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.max(0) as u64));
            statement.query_map([first.0], count)?.collect()
        };
        read().map_err(self.failed())
    }
}
