//! Makes the index of a run from its folder: worklists, `review.csv` and the records beside them are read
//! side by side, line by line, so that a country's run takes no more memory than a commune's.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;

use super::IndexError;
use super::insert::{Insert, More, Place, file_id, record_id};
use super::line::Line;
use super::lists::CsvList;
use crate::disk;
use crate::domain::Pillar;
use crate::findings::CaseId;
use crate::publish::RECORDS;
use crate::store::{RunIndex, Store};

const SCHEMA: &str = include_str!("schema.sql");
const KEYS: &str = include_str!("keys.sql");

/// Version of the index; one of another version is made anew.
const VERSION: i64 = 2;

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
        fs::remove_file(&partial).map_err(IndexError::io(&partial))?;
    }
    disk::create_new(&partial).map_err(IndexError::io(&partial))?;
    Builder::new(run, rows, store, &partial)?.build(run_id)?;
    // What a server that was killed left beside an index of the same name belongs to that one.
    for beside in ["db-wal", "db-shm"] {
        let _ = fs::remove_file(path.with_extension(beside));
    }
    fs::rename(&partial, &path).map_err(IndexError::io(&path))?;
    remove_others(folder, run_id);
    Ok(path)
}

/// Whether an index is there, whole and of this version.
fn is_current(path: &Path) -> bool {
    let version = || -> rusqlite::Result<i64> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        Connection::open_with_flags(path, flags)?.query_row("PRAGMA user_version", [], |row| row.get(0))
    };
    path.exists() && version().is_ok_and(|found| found == VERSION)
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
    files: FxHashMap<String, i64>,
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
        Ok(Self { run, rows, store, db, files: FxHashMap::default() })
    }

    fn build(mut self, run_id: &str) -> Result<(), IndexError> {
        let path = self.run.join(RECORDS);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(IndexError::Older),
            Err(error) => return Err(IndexError::io(&path)(error)),
        };
        let mut reader =
            BufReader::with_capacity(1 << 18, zstd::Decoder::new(file).map_err(IndexError::io(&path))?);
        let files = &mut self.files;
        let db = &self.db;
        let mut insert = Insert::new(db, self.rows, self.store)?;
        let open = |pillar: Pillar| {
            let path = self.run.join("worklists").join(format!("{}.csv", pillar.name()));
            CsvList::open(&path)
                .and_then(|list| if list.has("resident_file") { Ok(list) } else { Err(IndexError::Older) })
        };
        let mut lists = Pillar::ALL.into_iter().map(open).collect::<Result<Vec<_>, _>>()?;
        let mut reviews = CsvList::open(&self.run.join("review.csv"))?;
        let (mut line, mut number) = (String::new(), 0i64);
        db.execute_batch("BEGIN")?;
        loop {
            line.clear();
            if reader.read_line(&mut line).map_err(IndexError::io(&path))? == 0 {
                break;
            }
            number += 1;
            let damaged = || IndexError::Damaged { file: RECORDS.to_string(), row: number as u64 };
            let read: Line = serde_json::from_str(&line).map_err(|_| damaged())?;
            let hamlet = read.hamlet.clone().unwrap_or_default();
            if let Some(case) = read.case {
                let id = CaseId::parse(&case).ok_or_else(damaged)?;
                let list = &mut lists[id.code.pillar as usize];
                list.next()?;
                if list.text("finding_id") != case {
                    return Err(list.damaged());
                }
                let weights = read.weights.and_then(|weights| serde_json::to_string(&weights).ok());
                let more = More {
                    hamlet,
                    matched_on: read.matched_on,
                    weights: weights.unwrap_or_default(),
                    margin: read.margin,
                };
                insert.case(number, id, list, &more, files)?;
            } else if let Some(file) = read.pair {
                let place = Place { commune_code: read.commune_code, commune: read.commune, hamlet };
                insert.pair(number, &mut reviews, (&file, read.row, &read.role), &place, files)?;
            } else if read.again.is_some() {
                insert.again(number, &read, files)?.ok_or_else(damaged)?;
            } else {
                let id = record_id(file_id(files, &read.file), read.row);
                let household = read.household();
                insert.record.execute(params![id, household, line.trim_end()])?;
            }
            if (number as usize).is_multiple_of(BATCH) {
                db.execute_batch("COMMIT; BEGIN")?;
            }
        }
        let mut names: Vec<(&String, &i64)> = files.iter().collect();
        names.sort_by_key(|(_, id)| **id);
        for (name, id) in names {
            db.execute("INSERT INTO files (id, name) VALUES (?1, ?2)", params![id, name])?;
        }
        db.execute("INSERT INTO meta (key, value) VALUES ('run', ?1)", [run_id])?;
        drop(insert);
        db.execute_batch("COMMIT")?;
        db.execute_batch(KEYS)?;
        db.pragma_update(None, "user_version", VERSION)?;
        self.db.close().map_err(|(_, error)| error.into())
    }
}
