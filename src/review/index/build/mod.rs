//! Makes the index of a run from the tables of its folder, row group by row group: findings, pairs in review, pairs
//! that are read again, and of all rows those that these speak of, with their households.

mod findings;
mod links;
mod pairs;
mod rows;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{IndexError, sound};
use crate::disk;
use crate::publish::{FINDINGS, LINKS, READINGS, ROWS, RunTable};
use crate::store::{RunIndex, Store};

pub(super) use rows::household_key;

const SCHEMA: &str = include_str!("../schema.sql");
const KEYS: &str = include_str!("../keys.sql");

/// Version of the index; one of another version is made anew.
const VERSION: i64 = 8;

/// Rows inserted before the transaction is closed and a new one begun.
const BATCH: usize = 200_000;

/// The index of a run: where it stands, made where it is not there yet. Those of other runs are removed.
///
/// `run` is the folder of the run, `rows` what the store knows its rows by, `folder` the one that holds indices.
pub(crate) fn ensure(
    run: &Path,
    run_id: &str,
    (rows, store): (&RunIndex, &Store),
    folder: &Path,
) -> Result<PathBuf, IndexError> {
    let path = folder.join(format!("{run_id}.db"));
    if !folder.is_dir() {
        disk::make_folder(folder).map_err(IndexError::io(folder))?;
    }
    if is_current(&path) {
        return Ok(path);
    }
    let partial = folder.join(format!(".{run_id}.partial"));
    if partial.exists() {
        disk::remove_file(&partial).map_err(IndexError::io(&partial))?;
    }
    disk::create_new(&partial).map_err(IndexError::io(&partial))?;
    Builder::new(run, rows, store, &partial)?.build(run_id)?;
    // What a server that was killed left beside an index of the same name belongs to that one.
    for beside in ["db-wal", "db-shm"] {
        let _ = fs::remove_file(path.with_extension(beside));
    }
    disk::rename(&partial, &path).map_err(IndexError::io(&path))?;
    remove_others(folder, run_id);
    Ok(path)
}

/// An index in which nothing stands, for a folder without a run; the first run's takes its place.
pub(crate) fn ensure_empty(folder: &Path) -> Result<PathBuf, IndexError> {
    let path = folder.join("none.db");
    if !folder.is_dir() {
        disk::make_folder(folder).map_err(IndexError::io(folder))?;
    }
    if is_current(&path) {
        return Ok(path);
    }
    for beside in ["db", "db-wal", "db-shm"] {
        let _ = fs::remove_file(path.with_extension(beside));
    }
    disk::create_new(&path).map_err(IndexError::io(&path))?;
    let db = Connection::open(&path)?;
    db.execute_batch(SCHEMA)?;
    db.execute_batch(KEYS)?;
    sound::seal(&db)?;
    db.pragma_update(None, "user_version", VERSION)?;
    Ok(path)
}

/// Whether an index is there, of this version, and says what it was made with.
fn is_current(path: &Path) -> bool {
    let is_current = || -> rusqlite::Result<bool> {
        let db = Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        Ok(version == VERSION && sound::is_sound(&db)?)
    };
    path.exists() && is_current().unwrap_or(false)
}

/// Indices of earlier runs hold personal data that nobody needs any more.
fn remove_others(folder: &Path, run_id: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| !entry.file_name().to_string_lossy().starts_with(run_id)) {
        if let Err(error) = fs::remove_file(entry.path()) {
            tracing::warn!(%error, "an old index was not removed");
        }
    }
}

struct Builder<'a> {
    run: &'a Path,
    rows: &'a RunIndex,
    store: &'a Store,
    db: Connection,
}

impl<'a> Builder<'a> {
    fn new(run: &'a Path, rows: &'a RunIndex, store: &'a Store, path: &Path) -> Result<Self, IndexError> {
        let db = Connection::open(path)?;
        // Nothing is lost with a file that is thrown away when its making fails.
        db.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;
             PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192;",
        )?;
        db.execute_batch(SCHEMA)?;
        Ok(Self { run, rows, store, db })
    }

    fn build(self, run_id: &str) -> Result<(), IndexError> {
        let Self { run, rows, store, db } = self;
        let mut findings = Source::open(run, FINDINGS)?;
        let mut links = Source::open(run, LINKS)?;
        let mut readings = Source::open(run, READINGS)?;
        let mut all = Source::open(run, ROWS)?;
        let mut wanted = Wanted::default();
        let mut batch = Batch::begin(&db)?;
        findings::fill(&mut batch, store, &mut findings, &mut wanted)?;
        pairs::fill(&mut batch, rows, &mut links, false, &mut wanted)?;
        pairs::fill(&mut batch, rows, &mut readings, true, &mut wanted)?;
        links::fill(&mut batch, &mut links, &mut wanted)?;
        rows::fill(&mut batch, &mut all, &mut wanted)?;
        let mut names: Vec<(&String, &i64)> = wanted.files.iter().collect();
        names.sort_by_key(|(_, id)| **id);
        for (name, id) in names {
            db.execute("INSERT INTO files (id, name) VALUES (?1, ?2)", params![id, name])?;
        }
        db.execute("INSERT INTO meta (key, value) VALUES ('run', ?1)", [run_id])?;
        batch.end()?;
        db.execute_batch(KEYS)?;
        sound::seal(&db)?;
        db.pragma_update(None, "user_version", VERSION)?;
        db.close().map_err(|(_, error)| error.into())
    }
}

/// A table of the run, with what is said where it is not as a run writes it.
struct Source {
    name: &'static str,
    path: PathBuf,
    table: RunTable,
}

impl Source {
    fn open(run: &Path, name: &'static str) -> Result<Self, IndexError> {
        let path = run.join(name);
        match RunTable::open(&path) {
            Ok(table) => Ok(Self { name, path, table }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(IndexError::Older),
            Err(error) => Err(failed(name, &path)(error)),
        }
    }

    /// Asks the table for something.
    fn ask<T>(&mut self, ask: impl FnOnce(&mut RunTable) -> io::Result<T>) -> Result<T, IndexError> {
        ask(&mut self.table).map_err(failed(self.name, &self.path))
    }

    /// What is said of a row of a row group that no run wrote so.
    fn damaged(&self, group: usize, row: usize) -> IndexError {
        let before: usize = (0..group).map(|group| self.table.rows(group)).sum();
        IndexError::Damaged { file: self.name.to_owned(), row: (before + row + 1) as u64 }
    }
}

fn failed<'a>(name: &'a str, path: &'a Path) -> impl FnOnce(io::Error) -> IndexError + 'a {
    move |error| match error.kind() {
        io::ErrorKind::InvalidData => IndexError::Damaged { file: name.to_owned(), row: 1 },
        _ => IndexError::io(path)(error),
    }
}

/// Rows of the run that the index is to hold. Files are numbered as they come up.
#[derive(Default)]
struct Wanted {
    files: FxHashMap<String, i64>,
    rows: FxHashSet<i64>,
}

impl Wanted {
    /// The number of a row that is to be held.
    fn row(&mut self, file: &str, row: u32) -> i64 {
        let id = match self.files.get(file) {
            Some(id) => *id,
            None => {
                let id = self.files.len() as i64 + 1;
                self.files.insert(file.to_owned(), id);
                id
            }
        };
        let id = id << 32 | i64::from(row);
        self.rows.insert(id);
        id
    }

    /// The number of a row of a file that something speaks of.
    fn known(&self, file: &str, row: u32) -> Option<i64> {
        self.files.get(file).map(|id| id << 32 | i64::from(row))
    }
}

/// A transaction that is ended and begun anew after so many lines.
struct Batch<'a> {
    db: &'a Connection,
    lines: usize,
}

impl<'a> Batch<'a> {
    fn begin(db: &'a Connection) -> rusqlite::Result<Self> {
        db.execute_batch("BEGIN")?;
        Ok(Self { db, lines: 0 })
    }

    fn line(&mut self) -> rusqlite::Result<()> {
        self.lines += 1;
        if self.lines.is_multiple_of(BATCH) { self.db.execute_batch("COMMIT; BEGIN") } else { Ok(()) }
    }

    fn end(self) -> rusqlite::Result<()> {
        self.db.execute_batch("COMMIT")
    }

    /// A statement that inserts a line of so many columns into a table.
    fn insert(&self, table: &str, columns: usize) -> rusqlite::Result<rusqlite::Statement<'a>> {
        let marks = vec!["?"; columns].join(",");
        self.db.prepare(&format!("INSERT INTO {table} VALUES ({marks})"))
    }
}

/// A probability as lists write it: with four digits.
fn rounded(probability: f32) -> f64 {
    (f64::from(probability).clamp(0.0, 1.0) * 10_000.0).round() / 10_000.0
}
