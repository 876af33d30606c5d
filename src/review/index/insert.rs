//! What goes into the index: a finding, a pair, a row at a time.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Statement, params};
use rustc_hash::FxHashMap;

use super::IndexError;
use super::line::Line;
use super::lists::{CsvList, iso_day};
use crate::domain::{Day, Kind, Pillar, Role};
use crate::findings::CaseId;
use crate::findings::catalogue::Office;
use crate::review::worth;
use crate::store::{INDEX_FILE, Key, RunIndex, Store};
use crate::vietnamese::text::fold;

/// What the records file knows of a finding beyond its worklist.
pub(super) struct More {
    pub(super) hamlet: String,
    pub(super) resident_file: String,
    pub(super) matched_on: String,
    pub(super) weights: String,
    pub(super) margin: Option<i32>,
}

/// Where a pair belongs.
pub(super) struct Place {
    pub(super) commune_code: String,
    pub(super) commune: String,
    pub(super) hamlet: String,
}

/// The statements, prepared once.
pub(super) struct Insert<'a> {
    rows: &'a RunIndex,
    due: Statement<'a>,
    case: Statement<'a>,
    text: Statement<'a>,
    found: Statement<'a>,
    pub(super) record: Statement<'a>,
    pair: Statement<'a>,
    candidate: Statement<'a>,
}

impl<'a> Insert<'a> {
    pub(super) fn new(db: &'a Connection, rows: &'a RunIndex, store: &'a Store) -> rusqlite::Result<Self> {
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

    pub(super) fn case(
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

    pub(super) fn pair(
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
    pub(super) fn again(
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
        let failed = IndexError::io(Path::new(INDEX_FILE));
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
            let failed = IndexError::io(Path::new(INDEX_FILE));
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

pub(super) fn file_id(files: &mut FxHashMap<String, i64>, name: &str) -> i64 {
    let next = files.len() as i64 + 1;
    *files.entry(name.to_string()).or_insert(next)
}

pub(super) fn record_id(file: i64, row: u32) -> i64 {
    file << 32 | i64::from(row)
}

/// What tells communes apart: the code, or the name of one that has none.
pub(crate) fn commune_key(code: &str, name: &str) -> String {
    if code.is_empty() { fold(name) } else { code.to_string() }
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
