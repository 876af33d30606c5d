//! The access log: who saw or took away personal data, when, what and why. Append-only (triggers of the
//! schema) and chained: each line holds the digest of the one before, so that a line changed, taken out or
//! put in by other means is seen.

mod bulk;
mod numbers;
mod seal;

pub use bulk::{BULK, bulk_views_of};
pub use numbers::{Number, mask as mask_numbers, mentions as mentions_number};
pub use seal::Seal;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Row, TransactionBehavior, params_from_iter};

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

/// What a check of the chain came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Every line follows from the one before.
    Whole {
        /// Lines checked.
        lines: u64,
    },
    /// The first line that does not.
    Broken {
        /// Its number.
        seq: i64,
    },
}

fn digest(prev: &[u8], seq: i64, at: i64, access: &Access) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(prev);
    hasher.update(&seq.to_le_bytes());
    hasher.update(&at.to_le_bytes());
    for text in [&access.who, &access.action, &access.what, &access.why] {
        // Lengths stand before the texts, so that no two lines read alike.
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

impl Store {
    /// Writes a line; it is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another process is writing and comes to no end, another [`StoreError`] where the file
    /// cannot be written: then nothing is.
    pub fn log_access(&mut self, access: &Access, at: Timestamp) -> Result<i64, StoreError> {
        let path = self.path.clone();
        let mut write = || {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let last = tx
                .query_row("SELECT seq, hash FROM access_log ORDER BY seq DESC LIMIT 1", [], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
                })
                .optional()?;
            let (seq, prev) = last.map_or((1, vec![0; 32]), |(seq, hash)| (seq + 1, hash));
            let hash = digest(&prev, seq, at.as_second(), access);
            tx.execute(
                "INSERT INTO access_log VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                (
                    seq,
                    at.as_second(),
                    &access.who,
                    &access.action,
                    &access.what,
                    &access.why,
                    &prev,
                    hash.as_slice(),
                ),
            )?;
            tx.commit()?;
            Ok(seq)
        };
        write().map_err(StoreError::of(&path))
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

    /// Checks that every line follows from the one before.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged. A chain that is broken is no error but
    /// [`Chain::Broken`].
    pub fn verify_accesses(&self) -> Result<Chain, StoreError> {
        let check = || {
            let mut lines = self.db.prepare("SELECT * FROM access_log ORDER BY seq")?;
            let mut lines = lines.query([])?;
            let (mut expected, mut prev) = (1i64, vec![0u8; 32]);
            while let Some(line) = lines.next()? {
                let seq: i64 = line.get("seq")?;
                let access = Access {
                    who: line.get("who")?,
                    action: line.get("action")?,
                    what: line.get("what")?,
                    why: line.get("why")?,
                };
                let hash: Vec<u8> = line.get("hash")?;
                let written: Vec<u8> = line.get("prev")?;
                let sound = digest(&prev, seq, line.get("at")?, &access);
                if seq != expected || written != prev || hash != sound {
                    return Ok(Chain::Broken { seq: expected });
                }
                (expected, prev) = (seq + 1, hash);
            }
            Ok(Chain::Whole { lines: (expected - 1) as u64 })
        };
        check().map_err(self.failed())
    }
}

fn logged(row: &Row<'_>) -> rusqlite::Result<LoggedAccess> {
    let [who, action, what, why] = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
    let access = Access { who, action, what, why };
    Ok(LoggedAccess { seq: row.get(0)?, at: moment(row.get(1)?), access })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(what: &str) -> Access {
        Access {
            who: "cán bộ A".into(), action: "view".into(), what: what.into(), why: "xác minh".into()
        }
    }

    fn store() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(dir.path()).unwrap();
        for what in ["DUNG-01-000000000001", "DU-02-000000000002", "links.csv"] {
            store.log_access(&access(what), Timestamp::UNIX_EPOCH).unwrap();
        }
        (dir, store)
    }

    #[test]
    fn lines_are_kept_and_follow_each_other() {
        let (_dir, store) = store();
        assert_eq!(store.verify_accesses().unwrap(), Chain::Whole { lines: 3 });
        let lines = store.accesses(2, 10).unwrap();
        assert_eq!((lines.len(), lines[0].seq, lines[0].access.what.as_str()), (2, 2, "DU-02-000000000002"));
        for change in ["DELETE FROM access_log", "UPDATE access_log SET who = 'B' WHERE seq = 1"] {
            assert!(store.db.execute(change, []).is_err(), "{change}");
        }
    }

    #[test]
    fn a_line_changed_or_taken_out_behind_the_triggers_is_seen() {
        for (change, first) in [
            ("UPDATE access_log SET why = '' WHERE seq = 2", 2),
            ("DELETE FROM access_log WHERE seq = 2", 2),
            ("DELETE FROM access_log WHERE seq = 1", 1),
        ] {
            let (_dir, store) = store();
            store
                .db
                .execute_batch("DROP TRIGGER access_log_is_kept; DROP TRIGGER access_log_is_unchanged;")
                .unwrap();
            store.db.execute(change, []).unwrap();
            assert_eq!(store.verify_accesses().unwrap(), Chain::Broken { seq: first }, "{change}");
        }
    }
}
