//! Floor 5: what is remembered between runs. One SQLite file beside the run folders, `lamsach.db`.
//!
//! - [`runs`](Store::runs): the runs that were published.
//! - findings over time: since when each is known and what became of it ([`Life`], [`Reconciled`]). A night
//!   writes only what changed.
//! - [`decisions`](Store::decisions): what officers decided, kept by what it is about and by digests of the
//!   values it rests on; it is applied in every later run until one of these values changes.
//! - the work beside deciding: whom findings are given to, and what officers say on them. Lines are added and none is changed.
//! - the access log: who saw personal data, append-only, chained, and sealed under the secret of the folder.
//!
//! A finding is known by its [`FindingId`](crate::findings::FindingId), a row or resident by its [`Key`]. The store
//! holds no name, date or number of a person of the data, only digests of them; officers and hamlet heads stand in it by name.
//!
//! Every change is one transaction, forced to the disk before it counts (`synchronous = FULL`). Readers and
//! the review page may look on while a run works: the log of writes is SQLite's WAL.

#![warn(clippy::missing_errors_doc)]

mod access;
pub mod accounts;
mod backup;
mod decisions;
mod erase;
mod error;
mod factors;
mod findings;
mod guesses;
mod keys;
mod row_keys;
mod runs;
mod sessions;
mod sums;
mod words;
mod work;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use crate::archive::foreign;
use crate::disk;

pub use access::{
    Access, BULK, Chain, Harm, Head, LoggedAccess, Number, SECRET_FILE, Seal, access_head_of, bulk_views_of,
    mask_numbers, mentions_number,
};
pub use backup::{PREFIX as BACKUP_PREFIX, all as backups, newest as newest_backup};
pub use decisions::{
    AnswersMark, Awaited, Bound, Channel, Decision, DecisionFilter, DecisionState, DueCandidate, DueReading,
    Event, MatchAnswer, NewDecision, NewReading, Offered, Pair, RESIDENT_GONE, Recorded, Side, Subject,
    Verdict, WithdrawnReading,
};
pub use erase::{Forgotten, Told};
pub use error::StoreError;
pub use findings::{
    Contradiction, FindingStatus, Life, Night, Published, Raised, Reconciled, ResolvedFinding, Sought, Step,
    StoredFinding, Terms, WorklistEdits,
};
pub use keys::{Key, Values, field_title, text_digests, value_digests};
pub use row_keys::{FILE as INDEX_FILE, Found, RunIndex, write as write_index};
pub(crate) use row_keys::{RowSpan, row_spans};
pub use runs::{RunRecord, Tally};
pub use sums::let_write;
pub(crate) use sums::sum_of;
pub use words::StoreWords;
pub use work::{
    Assigned, Assignee, Assignment, Comment, LARGEST_PAPER, LONGEST_COMMENT, PAPERS_FOLDER, Paper, PaperKind,
    PapersCheck, check_papers, papers_of,
};

/// The file in the output folder.
pub const FILE: &str = "lamsach.db";

/// Marks the file as this program's (`PRAGMA application_id`): "lsch".
const APPLICATION: i32 = 0x6c73_6368;

/// How long a writer waits for another to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The steps by which the store came to be what it is, each run once and in order; `user_version` is the
/// number of the last.
const MIGRATIONS: [(i64, &str); 11] = [
    (1, include_str!("schema/001_store.sql")),
    (10, include_str!("schema/010_review.sql")),
    (11, include_str!("schema/011_second_readings.sql")),
    (12, include_str!("schema/012_due_since.sql")),
    (13, include_str!("schema/013_names.sql")),
    (14, include_str!("schema/014_together.sql")),
    (15, include_str!("schema/015_work.sql")),
    (16, include_str!("schema/016_papers.sql")),
    (17, include_str!("schema/017_sums.sql")),
    (18, include_str!("schema/018_accounts.sql")),
    (19, include_str!("schema/019_sealed_log.sql")),
];

/// The store of an output folder.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    path: PathBuf,
}

impl Store {
    /// Opens the store of an output folder, makes it where there is none, and brings it up to date.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] where the folder cannot be trusted, [`StoreError::Lost`] where there is none, or an empty one, although copies lie beside it: a new one in its
    /// place would forget every decision and the access log without a word.
    pub fn open(out: &Path) -> Result<Self, StoreError> {
        let path = out.join(FILE);
        match foreign(out) {
            Ok(None) => {}
            Ok(Some(foreign)) => return Err(foreign.into()),
            Err(source) => return Err(StoreError::Open { path, source }),
        }
        if let Some(backup) = lost(&path).then(|| newest_backup(out)).flatten() {
            return Err(StoreError::Lost { path, backup });
        }
        if !path.exists() {
            disk::open_or_create(&path).map_err(|source| StoreError::Open { path: path.clone(), source })?;
        }
        let fail = StoreError::of(&path);
        let db = Connection::open(&path).map_err(&fail)?;
        let mut store = Self { db, path: path.clone() };
        store.prepare().map_err(&fail)?;
        store.migrate()?;
        store.take_secret_out()?;
        words::StoreWords::add_missing(&store.db).map_err(&fail)?;
        store.hold_to_sums(sums::Which::Small)?;
        Ok(store)
    }

    /// Opens the store of an output folder where there is one.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_existing(out: &Path) -> Result<Option<Self>, StoreError> {
        let known = out.join(FILE).exists() || newest_backup(out).is_some();
        if known { Self::open(out).map(Some) } else { Ok(None) }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads every page of the file and says whether it is sound: in shape, every index in keeping with its table, and
    /// every line as it was written.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where it is not, another [`StoreError`] where the file cannot be read.
    pub fn check(&self) -> Result<(), StoreError> {
        self.in_shape("PRAGMA integrity_check(1)")?;
        self.hold_to_sums(sums::Which::All)
    }

    /// Holds tables to the sums of their lines, and what was decided to its indices too.
    fn hold_to_sums(&self, which: sums::Which) -> Result<(), StoreError> {
        if which == sums::Which::Small {
            self.in_shape("PRAGMA integrity_check('decisions')")?;
        }
        let damaged = |table: String| {
            StoreError::damaged(self.path.clone(), format!("{table} does not keep to its sum"))
        };
        sums::rotten(&self.db, which).map_err(self.failed())?.map_or(Ok(()), |table| Err(damaged(table)))
    }

    fn in_shape(&self, pragma: &str) -> Result<(), StoreError> {
        let said: String = self.db.query_row(pragma, [], |row| row.get(0)).map_err(self.failed())?;
        if said == "ok" { Ok(()) } else { Err(StoreError::damaged(self.path.clone(), said)) }
    }

    fn prepare(&self) -> rusqlite::Result<()> {
        self.db.busy_timeout(PATIENCE)?;
        sums::let_write(&self.db)?;
        self.db.pragma_update(None, "foreign_keys", true)?;
        self.db.pragma_update(None, "synchronous", "FULL")?;
        self.db.pragma_update(None, "temp_store", "MEMORY")?;
        let mode =
            self.db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
        // A file system without shared memory keeps the old journal: slower, and as safe.
        tracing::debug!(mode, "store");
        Ok(())
    }

    fn migrate(&mut self) -> Result<(), StoreError> {
        let path = self.path.clone();
        let fail = StoreError::of(&path);
        let known = MIGRATIONS.last().map_or(0, |(number, _)| *number);
        let pragma =
            |db: &Connection, name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let version = pragma(&self.db, "user_version").map_err(&fail)?;
        let application = pragma(&self.db, "application_id").map_err(&fail)?;
        if application != i64::from(APPLICATION) && (application != 0 || version != 0) {
            return Err(StoreError::damaged(self.path.clone(), "not made by lamsach".into()));
        }
        // A database of somebody else may have neither mark nor version.
        let is_empty = "SELECT count(*) = 0 FROM sqlite_schema";
        if application == 0 && !self.db.query_row(is_empty, [], |row| row.get(0)).map_err(&fail)? {
            return Err(StoreError::damaged(self.path.clone(), "not made by lamsach".into()));
        }
        if version > known {
            return Err(StoreError::Newer { path: self.path.clone(), found: version, known });
        }
        if version == known {
            return Ok(());
        }
        let mut upgrade = || -> rusqlite::Result<()> {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            // Another process may have done it while this one waited.
            let version = pragma(&tx, "user_version")?;
            for (number, sql) in MIGRATIONS.iter().filter(|(number, _)| *number > version) {
                tx.execute_batch(sql)?;
                tx.pragma_update(None, "user_version", number)?;
            }
            sums::renew(&tx)?;
            tx.pragma_update(None, "application_id", APPLICATION)?;
            tx.commit()
        };
        upgrade().map_err(&fail)
    }

    /// Gives failures of the database their meaning.
    fn failed(&self) -> impl Fn(rusqlite::Error) -> StoreError + '_ {
        StoreError::of(&self.path)
    }
}

/// Whether nothing is left of a store: no file, or one without a byte.
fn lost(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(file) => file.is_file() && file.len() == 0,
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;

    #[test]
    fn a_store_is_made_once_and_opened_again() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Store::open_existing(dir.path()).unwrap().is_none());
        let store = Store::open(dir.path()).unwrap();
        store.check().unwrap();
        assert!(disk::is_private(store.path()));
        drop(store);
        assert!(Store::open_existing(dir.path()).unwrap().unwrap().last_run().unwrap().is_none());
    }

    #[test]
    fn a_damaged_store_is_refused_with_the_backup_named() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let copy = store.back_up("20261120T010000Z-00000000").unwrap();
        assert!(disk::is_private(&copy));
        drop(store);
        fs::write(dir.path().join(FILE), b"no database at all, whatever it is called").unwrap();
        let refused = Store::open(dir.path()).unwrap_err();
        assert_eq!(refused.code(), 6);
        assert!(refused.message(Lang::Vi).contains(copy.to_str().unwrap()), "{}", refused.message(Lang::Vi));
        // What the sentence says works.
        fs::copy(&copy, dir.path().join(FILE)).unwrap();
        Store::open(dir.path()).unwrap().check().unwrap();
    }

    #[test]
    fn a_store_that_is_gone_is_not_replaced_by_an_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        let copy = Store::open(dir.path()).unwrap().back_up("20261120T010000Z-00000000").unwrap();
        let file = dir.path().join(FILE);
        for emptied in [false, true] {
            fs::remove_file(&file).unwrap();
            if emptied {
                fs::write(&file, "").unwrap();
            }
            for refused in [Store::open(dir.path()).map(drop), Store::open_existing(dir.path()).map(drop)]
                .map(Result::unwrap_err)
            {
                assert_eq!(refused.code(), 6);
                let told = refused.message(Lang::Vi);
                assert!(told.contains(copy.to_str().unwrap()), "{told}");
            }
            assert_eq!(file.exists(), emptied);
            // What the sentence says works.
            fs::copy(&copy, &file).unwrap();
            Store::open(dir.path()).unwrap().check().unwrap();
        }
        // Where there is no copy there is nothing to lose.
        fs::remove_file(&file).unwrap();
        fs::remove_file(&copy).unwrap();
        assert!(Store::open_existing(dir.path()).unwrap().is_none());
        Store::open(dir.path()).unwrap().check().unwrap();
    }

    #[test]
    fn a_newer_or_foreign_store_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        Store::open(dir.path()).unwrap().db.pragma_update(None, "user_version", 9999).unwrap();
        assert!(matches!(Store::open(dir.path()), Err(StoreError::Newer { found: 9999, .. })));
        let dir = tempfile::tempdir().unwrap();
        let other = Connection::open(dir.path().join(FILE)).unwrap();
        other.pragma_update(None, "user_version", 3).unwrap();
        assert!(matches!(Store::open(dir.path()), Err(StoreError::Damaged { .. })));
    }

    #[test]
    fn a_few_copies_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        for night in 10..22 {
            store.back_up(&format!("202611{night}T010000Z-00000000")).unwrap();
        }
        let kept = backups(dir.path());
        assert_eq!(kept.len(), 7);
        assert!(kept[6].ends_with("lamsach-backup-20261121T010000Z-00000000.db"));
        assert_eq!(newest_backup(dir.path()), Some(kept[6].clone()));
    }
}
