//! Makes the index of a run from its folder: worklists, `review.csv` and the records beside them are read
//! side by side, line by line, so that a country's run takes no more memory than a commune's.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, Statement, params};
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::IndexError;
use super::lists::{CsvList, iso_day};
use crate::domain::{Comparison, Day, Kind, Pillar, Role};
use crate::findings::CaseId;
use crate::findings::catalogue::Office;
use crate::publish::RECORDS;
use crate::review::worth;
use crate::store::{Key, RunIndex, Store};
use crate::vietnamese::text::fold;

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
        fs::DirBuilder::new().mode(0o700).create(folder).map_err(IndexError::io(folder))?;
    }
    if is_current(&path) {
        return Ok(path);
    }
    let partial = folder.join(format!(".{run_id}.partial"));
    if partial.exists() {
        fs::remove_file(&partial).map_err(IndexError::io(&partial))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial);
    file.map_err(IndexError::io(&partial))?;
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

/// A line of the records file, of whichever part: one type without alternatives is read in one pass.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Line {
    case: Option<String>,
    pair: Option<String>,
    again: Option<String>,
    source: String,
    file: String,
    row: u32,
    role: String,
    commune_code: String,
    commune: String,
    hamlet: Option<String>,
    resident_file: String,
    matched_on: String,
    weights: Option<[i16; Comparison::COUNT]>,
    margin: Option<i32>,
    name: String,
    birth_date: String,
    candidates: Vec<AgainCandidate>,
    fields: HouseholdFields,
}

/// A resident of a pair that is to be read again.
#[derive(Deserialize)]
struct AgainCandidate {
    file: String,
    row: u32,
    name: String,
    probability: f64,
    weights: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HouseholdFields {
    household_id: String,
    commune_code: String,
    commune: String,
}

impl Line {
    /// The household of a row of the registry.
    fn household(&self) -> Option<String> {
        let HouseholdFields { household_id, commune_code, commune } = &self.fields;
        let named = self.source == Kind::Residents.name() && !household_id.trim().is_empty();
        named.then(|| household_key(household_id, commune_code, commune))
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
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(IndexError::NoRecords),
            Err(error) => return Err(IndexError::io(&path)(error)),
        };
        let mut reader =
            BufReader::with_capacity(1 << 18, zstd::Decoder::new(file).map_err(IndexError::io(&path))?);
        let files = &mut self.files;
        let db = &self.db;
        let mut insert = Insert::new(db, self.rows, self.store)?;
        let open = |pillar: Pillar| {
            CsvList::open(&self.run.join("worklists").join(format!("{}.csv", pillar.name())))
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
                    resident_file: read.resident_file,
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

/// What the records file knows of a finding beyond its worklist.
struct More {
    hamlet: String,
    resident_file: String,
    matched_on: String,
    weights: String,
    margin: Option<i32>,
}

struct Place {
    commune_code: String,
    commune: String,
    hamlet: String,
}

/// The statements, prepared once.
struct Insert<'a> {
    rows: &'a RunIndex,
    due: Statement<'a>,
    case: Statement<'a>,
    text: Statement<'a>,
    found: Statement<'a>,
    record: Statement<'a>,
    pair: Statement<'a>,
    candidate: Statement<'a>,
}

impl<'a> Insert<'a> {
    fn new(db: &'a Connection, rows: &'a RunIndex, store: &'a Store) -> rusqlite::Result<Self> {
        let insert = |table: &str, columns: usize| {
            let marks = vec!["?"; columns].join(",");
            db.prepare(&format!("INSERT INTO {table} VALUES ({marks})"))
        };
        Ok(Self {
            rows,
            due: store.connection().prepare("SELECT due_on FROM findings WHERE id = ?1")?,
            case: insert("cases", 14)?,
            text: insert("texts", 19)?,
            found: db.prepare("INSERT INTO found (rowid, words) VALUES (?1, ?2)")?,
            record: db.prepare("INSERT OR IGNORE INTO records VALUES (?1, ?2, ?3)")?,
            pair: insert("pairs", 21)?,
            candidate: insert("candidates", 10)?,
        })
    }

    fn case(
        &mut self,
        number: i64,
        case: CaseId,
        list: &CsvList,
        more: &More,
        files: &mut FxHashMap<String, i64>,
    ) -> Result<(), IndexError> {
        let pillar = case.code.pillar;
        // Among equals those about life and death come first.
        let order = match pillar {
            Pillar::Song => 0,
            Pillar::Dung => 1,
            Pillar::Du => 2,
            Pillar::Sach => 3,
        };
        let id = order << 40 | number;
        let severity = ["high", "medium", "low"].iter().position(|name| *name == list.text("severity"));
        let severity = severity.ok_or_else(|| list.damaged())? as i64;
        let source_row = list.number("source_row")?.unwrap_or(0);
        let resident_row = list.number("resident_row")?;
        let person = resident_row.map(|row| record_id(file_id(files, &more.resident_file), row));
        let confidence: f64 = list.text("confidence").parse().map_err(|_| list.damaged())?;
        let due_on: Option<i32> = self.due.query_row([case.to_integer()], |row| row.get(0)).optional()?;
        let due_on = due_on.filter(|due| *due != Day::NEVER.0);
        let name = list.text("full_name");
        let folded = fold(name);
        self.case.execute(params![
            id,
            list.text("finding_id"),
            list.text("code"),
            pillar.name(),
            severity,
            commune_key(list.text("commune_code"), list.text("commune")),
            more.hamlet.trim(),
            list.text("unit"),
            list.text("source"),
            list.text("status"),
            iso_day(list.text("first_seen")).ok_or_else(|| list.damaged())?,
            due_on,
            given_name_first(&folded),
            person,
        ])?;
        self.text.execute(params![
            id,
            list.text("commune"),
            list.text("source_file"),
            source_row,
            list.text("role"),
            more.resident_file,
            resident_row,
            list.text("personal_id"),
            name,
            list.text("birth_date"),
            list.text("field"),
            list.text("source_value"),
            list.text("registry_value"),
            list.text("proposed_value"),
            confidence,
            list.text("evidence"),
            more.matched_on,
            more.weights,
            more.margin,
        ])?;
        let mut words = folded;
        for value in ["personal_id", "source_value", "registry_value", "proposed_value"] {
            words.push(' ');
            words.push_str(&fold(list.text(value)));
        }
        self.found.execute(params![id, words])?;
        Ok(())
    }

    fn pair(
        &mut self,
        id: i64,
        reviews: &mut CsvList,
        (file, row, role): (&str, u32, &str),
        place: &Place,
        files: &mut FxHashMap<String, i64>,
    ) -> Result<(), IndexError> {
        let mut first = true;
        // Its candidates stand on consecutive lines, ranked from 1.
        while reviews.peek()? {
            let same = reviews.text("source_file") == file
                && reviews.number("source_row")? == Some(row)
                && reviews.text("role") == role;
            if !same {
                break;
            }
            let probability: f64 = reviews.text("probability").parse().map_err(|_| reviews.damaged())?;
            if first {
                let source = Kind::from_name(reviews.text("source")).ok_or_else(|| reviews.damaged())?;
                let role = source.roles().iter().copied().find(|known| known.name() == role);
                let role = role.ok_or_else(|| reviews.damaged())?;
                let known = self.rows.role(file, row, role).map_err(|_| reviews.damaged())?;
                let key = known.ok_or_else(|| reviews.damaged())?.side.key;
                self.pair.execute(params![
                    id,
                    pair_number(file, row, role.name()),
                    source.name(),
                    file,
                    row,
                    role.name(),
                    record_id(file_id(files, file), row),
                    commune_key(&place.commune_code, &place.commune),
                    place.commune,
                    place.hamlet.trim(),
                    Office::of_source(source).name(),
                    reviews.text("source_name"),
                    reviews.text("source_birth_date"),
                    probability,
                    role == Role::Deceased,
                    worth::of(source, role, probability),
                    key.0 as i64,
                    is_sampled(key),
                    false,
                    "",
                    "",
                ])?;
                first = false;
            }
            let resident_file = reviews.text("resident_file");
            let resident_row = reviews.number("resident_row")?.ok_or_else(|| reviews.damaged())?;
            let known = self.rows.resident(resident_file, resident_row).map_err(|_| reviews.damaged())?;
            self.candidate.execute(params![
                id,
                reviews.number("rank")?,
                record_id(file_id(files, resident_file), resident_row),
                resident_file,
                resident_row,
                reviews.text("resident_name"),
                probability,
                reviews.text("weights"),
                known.ok_or_else(|| reviews.damaged())?.side.key.0 as i64,
                None::<i64>,
            ])?;
            reviews.take();
        }
        if first { Err(reviews.damaged()) } else { Ok(()) }
    }

    /// A pair decided before this run that waits for its second reader. `None` where the run does not know one of
    /// its rows.
    fn again(
        &mut self,
        id: i64,
        line: &Line,
        files: &mut FxHashMap<String, i64>,
    ) -> Result<Option<()>, IndexError> {
        let (Some(file), Some(source)) = (&line.again, Kind::from_name(&line.source)) else {
            return Ok(None);
        };
        let Some(role) = source.roles().iter().copied().find(|known| known.name() == line.role) else {
            return Ok(None);
        };
        let failed = IndexError::io(Path::new(crate::store::INDEX_FILE));
        let Some(known) = self.rows.role(file, line.row, role).map_err(failed)? else { return Ok(None) };
        let probability = line.candidates.first().map_or(0.0, |candidate| candidate.probability);
        self.pair.execute(params![
            id,
            // The same row may be in review anew: that is another pair.
            pair_number(file, line.row, &format!("{}\nagain", role.name())),
            source.name(),
            file,
            line.row,
            role.name(),
            record_id(file_id(files, file), line.row),
            commune_key(&line.commune_code, &line.commune),
            line.commune,
            line.hamlet.as_deref().unwrap_or_default().trim(),
            Office::of_source(source).name(),
            line.name,
            line.birth_date,
            probability,
            role == Role::Deceased,
            worth::of(source, role, probability),
            known.side.key.0 as i64,
            true,
            true,
            "",
            "",
        ])?;
        for (rank, candidate) in (1u32..).zip(&line.candidates) {
            let failed = IndexError::io(Path::new(crate::store::INDEX_FILE));
            let known = self.rows.resident(&candidate.file, candidate.row).map_err(failed)?;
            let Some(known) = known else { return Ok(None) };
            self.candidate.execute(params![
                id,
                rank,
                record_id(file_id(files, &candidate.file), candidate.row),
                candidate.file,
                candidate.row,
                candidate.name,
                candidate.probability,
                candidate.weights,
                known.side.key.0 as i64,
                None::<i64>,
            ])?;
        }
        Ok(Some(()))
    }
}

fn file_id(files: &mut FxHashMap<String, i64>, name: &str) -> i64 {
    let next = files.len() as i64 + 1;
    *files.entry(name.to_string()).or_insert(next)
}

fn record_id(file: i64, row: u32) -> i64 {
    file << 32 | i64::from(row)
}

/// What tells communes apart: the code, or the name of one that has none.
pub(crate) fn commune_key(code: &str, name: &str) -> String {
    if code.is_empty() { fold(name) } else { code.to_string() }
}

/// What tells households apart: their number within the commune.
pub(crate) fn household_key(number: &str, commune_code: &str, commune: &str) -> String {
    format!("{}|{}|{}", fold(number), commune_code.trim(), fold(commune))
}

/// The number of a role in review, for its address.
fn pair_number(file: &str, row: u32, role: &str) -> String {
    let digest = blake3::hash(format!("{file}\n{row}\n{role}").as_bytes());
    digest.to_hex()[..12].to_string()
}

/// Whether a pair belongs to the tenth that is read a second time: by what its row is known by, so that nobody can
/// choose, and the same ones every night.
fn is_sampled(key: Key) -> bool {
    blake3::hash(&key.0.to_be_bytes()).as_bytes()[0] < 26
}

/// Vietnamese lists are sorted by the given name, which stands last.
fn given_name_first(folded: &str) -> String {
    match folded.rsplit_once(' ') {
        Some((rest, given)) => format!("{given} {rest}"),
        None => folded.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_the_given_name() {
        assert_eq!(given_name_first("nguyen van an"), "an nguyen van");
        assert_eq!(given_name_first("kien"), "kien");
    }

    #[test]
    fn a_commune_without_code_is_known_by_its_name() {
        assert_eq!(commune_key("00123", "Xã Đông"), "00123");
        assert_eq!(commune_key("", "Xã Đông"), "xa dong");
    }
}
