//! The runs that were published.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, named_params};

use super::{Store, StoreError};
use crate::domain::Day;

/// A published run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// The name of the run and of its folder.
    pub name: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it was published.
    pub finished_at: Timestamp,
    /// The day of the run: what it saw first bears it.
    pub day: Day,
    /// The as-of date.
    pub as_of: Day,
    /// Digest of inputs, parameters, decisions and program; empty where it is not known.
    pub fingerprint: String,
    /// The version of the program.
    pub program: String,
    /// Findings, counted.
    pub tally: Tally,
}

/// Findings of a run by what became of them.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Raised by the run.
    pub raised: u64,
    /// Raised and not rejected: what somebody has to do.
    pub outstanding: u64,
    /// Never seen before.
    pub fresh: u64,
    /// Raised again.
    pub reopened: u64,
    /// No longer raised.
    pub resolved: u64,
}

impl RunRecord {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let count = |name| row.get::<_, i64>(name).map(|n| n.max(0) as u64);
        Ok(Self {
            name: row.get("name")?,
            started_at: moment(row.get("started_at")?),
            finished_at: moment(row.get("finished_at")?),
            day: Day(row.get("day")?),
            as_of: Day(row.get("as_of")?),
            fingerprint: row.get("fingerprint")?,
            program: row.get("program")?,
            tally: Tally {
                raised: count("findings")?,
                outstanding: count("outstanding")?,
                fresh: count("fresh")?,
                reopened: count("reopened")?,
                resolved: count("resolved")?,
            },
        })
    }

    /// Writes the run and gives its key.
    pub(super) fn insert(&self, db: &rusqlite::Connection) -> rusqlite::Result<i64> {
        db.execute(
            "INSERT INTO runs (name, started_at, finished_at, day, as_of, fingerprint, program,
                               findings, outstanding, fresh, reopened, resolved)
             VALUES (:name, :started_at, :finished_at, :day, :as_of, :fingerprint, :program,
                     :findings, :outstanding, :fresh, :reopened, :resolved)",
            named_params! {
                ":name": self.name,
                ":started_at": self.started_at.as_second(),
                ":finished_at": self.finished_at.as_second(),
                ":day": self.day.0,
                ":as_of": self.as_of.0,
                ":fingerprint": self.fingerprint,
                ":program": self.program,
                ":findings": self.tally.raised as i64,
                ":outstanding": self.tally.outstanding as i64,
                ":fresh": self.tally.fresh as i64,
                ":reopened": self.tally.reopened as i64,
                ":resolved": self.tally.resolved as i64,
            },
        )?;
        Ok(db.last_insert_rowid())
    }
}

impl Store {
    /// The last published run.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn last_run(&self) -> Result<Option<RunRecord>, StoreError> {
        self.db
            .query_row("SELECT * FROM runs ORDER BY started_at DESC, id DESC LIMIT 1", [], RunRecord::read)
            .optional()
            .map_err(self.failed())
    }

    /// A run by its name.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn run(&self, name: &str) -> Result<Option<RunRecord>, StoreError> {
        self.db
            .query_row("SELECT * FROM runs WHERE name = ?1", [name], RunRecord::read)
            .optional()
            .map_err(self.failed())
    }

    /// The runs whose folders were not removed, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn runs(&self) -> Result<Vec<RunRecord>, StoreError> {
        let list = || {
            let mut found =
                self.db.prepare("SELECT * FROM runs WHERE removed_at IS NULL ORDER BY started_at, id")?;
            found.query_map([], RunRecord::read)?.collect()
        };
        let list: rusqlite::Result<Vec<RunRecord>> = list();
        list.map_err(self.failed())
    }

    /// The names of all runs, those too whose folders are gone.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn run_names(&self) -> Result<Vec<String>, StoreError> {
        let list = || self.db.prepare("SELECT name FROM runs")?.query_map([], |row| row.get(0))?.collect();
        let list: rusqlite::Result<Vec<String>> = list();
        list.map_err(self.failed())
    }

    /// The last run of each of the last days on which there was one, oldest first; their folders may be gone.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn last_days(&self, days: u32) -> Result<Vec<RunRecord>, StoreError> {
        let list = || {
            let sql = format!(
                "SELECT * FROM (SELECT *, max(started_at) FROM runs GROUP BY day ORDER BY day DESC LIMIT {days})
                 ORDER BY day"
            );
            let mut found = self.db.prepare_cached(&sql)?;
            found.query_map([], RunRecord::read)?.collect()
        };
        let list: rusqlite::Result<Vec<RunRecord>> = list();
        list.map_err(self.failed())
    }

    /// Notes that the folder of a run is gone.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another process is writing and comes to no end, another [`StoreError`] where the file
    /// cannot be written: then nothing is.
    pub fn note_removal(&self, name: &str, at: Timestamp) -> Result<(), StoreError> {
        self.db
            .execute("UPDATE runs SET removed_at = ?2 WHERE name = ?1", (name, at.as_second()))
            .map(drop)
            .map_err(self.failed())
    }
}

/// A moment of the store; one that no clock shows is the beginning of time.
pub(super) fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}
