//! The access log: who saw or took away personal data, when, what and why. Append-only (triggers of the
//! schema) and chained: each line holds the digest of the one before, so that a line changed, taken out or
//! put in by other means is seen; and sealed under the [secret](secret) of the folder, so that nobody who can only write
//! to the store makes a chain anew.

mod bulk;
mod chain;
mod numbers;
mod seal;
mod secret;
mod who;

pub use bulk::{BULK, bulk_views_of};
pub use chain::{Chain, Harm, Head, head_of as access_head_of};
pub use numbers::{Number, mask as mask_numbers, mentions as mentions_number};
pub use seal::Seal;
pub use secret::SECRET_FILE;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Row, TransactionBehavior, params, params_from_iter};

use self::secret::Secret;
use super::runs::moment;
use super::{Store, StoreError};

/// Somebody saw or took away personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Who: the officer, or the user of the system.
    pub who: String,
    /// What was done: `view`, `export`, `explain`, ...
    pub action: String,
    /// What was seen: a finding, a file, a list; never a value of a person.
    pub what: String,
    /// Why, as the officer says.
    pub why: String,
}

/// A line of the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedAccess {
    /// Its number, from 1.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who did what.
    pub access: Access,
}

impl Store {
    /// Writes a line; it is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another process is writing and comes to no end, another [`StoreError`] where the file
    /// cannot be written: then nothing is.
    pub fn log_access(&mut self, access: &Access, at: Timestamp) -> Result<i64, StoreError> {
        self.log_access_to(access, &[], at)
    }

    /// The same of a list or a file, with what it holds: numbers of cases, and rows as `file:row`. They stand in the log as
    /// digests under the secret of the folder.
    ///
    /// # Errors
    /// As [`Store::log_access`].
    pub fn log_access_to(
        &mut self,
        access: &Access,
        held: &[String],
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        let (path, out) = (self.path.clone(), self.out().to_path_buf());
        let fail = StoreError::of(&path);
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
        // Under the lock of the store, so that no two secrets are made.
        let secret = Secret::ensure(&out)?;
        let write = || {
            let last = tx
                .query_row("SELECT seq, hash FROM access_log ORDER BY seq DESC LIMIT 1", [], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
                })
                .optional()?;
            let (seq, prev) = last.map_or((1, vec![0; 32]), |(seq, hash)| (seq + 1, hash));
            let mut marks: Vec<_> = held.iter().map(|held| secret.mark(held)).collect();
            marks.sort_unstable();
            marks.dedup();
            let marks = (!marks.is_empty()).then(|| marks.concat());
            let hash = chain::digest(&prev, (seq, at.as_second()), access, marks.as_deref());
            tx.execute(
                "INSERT INTO access_log (seq, at, who, action, what, why, prev, hash, cases, seal)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    seq,
                    at.as_second(),
                    access.who,
                    access.action,
                    access.what,
                    access.why,
                    prev,
                    hash,
                    marks,
                    secret.line(&hash),
                ],
            )?;
            tx.execute(
                "INSERT OR REPLACE INTO access_head VALUES (1, ?1, ?2)",
                params![seq, secret.head(seq, &hash)],
            )?;
            Ok(seq)
        };
        let seq = write().map_err(&fail)?;
        tx.commit().map_err(&fail)?;
        Ok(seq)
    }

    /// The lines of the log from a number on, at most so many.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn accesses(&self, from: i64, limit: u32) -> Result<Vec<LoggedAccess>, StoreError> {
        let read = || {
            let mut lines = self.db.prepare_cached(
                "SELECT seq, at, who, action, what, why FROM access_log WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
            )?;
            lines.query_map((from, limit), logged)?.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(self.failed())
    }

    /// The newest lines of the log before a number, where one is given; of an officer or about something alone,
    /// where that is asked for.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn newest_accesses(
        &self,
        (who, what): (Option<&str>, Option<&str>),
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<LoggedAccess>, StoreError> {
        let read = || {
            let mut sql = String::from("SELECT seq, at, who, action, what, why FROM access_log WHERE TRUE");
            let mut values: Vec<Value> = Vec::new();
            for (column, value) in [("who", who), ("what", what)] {
                if let Some(value) = value {
                    sql.push_str(&format!(" AND {column} = ?"));
                    values.push(Value::from(value.to_owned()));
                }
            }
            if let Some(before) = before {
                sql.push_str(" AND seq < ?");
                values.push(Value::from(before));
            }
            sql.push_str(&format!(" ORDER BY seq DESC LIMIT {limit}"));
            let mut lines = self.db.prepare_cached(&sql)?;
            lines.query_map(params_from_iter(values), logged)?.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(self.failed())
    }
}

fn logged(row: &Row<'_>) -> rusqlite::Result<LoggedAccess> {
    let [who, action, what, why] = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
    let access = Access { who, action, what, why };
    Ok(LoggedAccess { seq: row.get(0)?, at: moment(row.get(1)?), access })
}
