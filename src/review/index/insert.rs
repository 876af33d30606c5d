//! What goes into the index: a finding, a pair, a row at a time.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Statement, params};
use rustc_hash::FxHashMap;

use super::IndexError;
use super::line::{AgainCandidate, Line};
use super::lists::{CsvList, iso_day};
use crate::domain::{Day, Kind, Pillar, Role};
use crate::findings::CaseId;
use crate::findings::catalogue::Office;
use crate::review::priority;
use crate::store::{INDEX_FILE, Key, RunIndex, Store};
use crate::vietnamese::text::fold;

/// What the records file knows of a finding beyond its worklist.
pub(super) struct More {
    pub(super) hamlet: String,
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
        let resident_file = list.text("resident_file");
        let person = resident_row.map(|row| record_id(file_id(files, resident_file), row));
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
            resident_file,
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

    /// A pair in review: it stands on consecutive lines of the list, one a candidate.
    pub(super) fn pair(
        &mut self,
        id: i64,
        reviews: &mut CsvList,
        (file, row, role): (&str, u32, &str),
        place: &Place,
        files: &mut FxHashMap<String, i64>,
    ) -> Result<(), IndexError> {
        let mut first = true;
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
                let pair = Pair {
                    again: false,
                    source,
                    file,
                    row,
                    role: source.role(role).ok_or_else(|| reviews.damaged())?,
                    commune_code: &place.commune_code,
                    commune: &place.commune,
                    hamlet: &place.hamlet,
                    name: reviews.text("source_name"),
                    birth_date: reviews.text("source_birth_date"),
                    probability,
                };
                self.pair_line(id, &pair, files)?.ok_or_else(|| reviews.damaged())?;
                first = false;
            }
            let candidate = Candidate {
                rank: reviews.number("rank")?.ok_or_else(|| reviews.damaged())?,
                file: reviews.text("resident_file"),
                row: reviews.number("resident_row")?.ok_or_else(|| reviews.damaged())?,
                name: reviews.text("resident_name"),
                probability,
                weights: reviews.text("weights"),
            };
            self.candidate_line(id, &candidate, files)?.ok_or_else(|| reviews.damaged())?;
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
        let Some(role) = source.role(&line.role) else { return Ok(None) };
        let pair = Pair {
            again: true,
            source,
            file,
            row: line.row,
            role,
            commune_code: &line.commune_code,
            commune: &line.commune,
            hamlet: line.hamlet.as_deref().unwrap_or_default(),
            name: &line.name,
            birth_date: &line.birth_date,
            probability: line.candidates.first().map_or(0.0, |candidate| candidate.probability),
        };
        let mut known = self.pair_line(id, &pair, files)?;
        for (rank, AgainCandidate { file, row, name, probability, weights }) in (1..).zip(&line.candidates) {
            let candidate = Candidate { rank, file, row: *row, name, probability: *probability, weights };
            known = known.and(self.candidate_line(id, &candidate, files)?);
        }
        Ok(known)
    }

    /// `None` where the run does not know the row.
    fn pair_line(
        &mut self,
        id: i64,
        pair: &Pair<'_>,
        files: &mut FxHashMap<String, i64>,
    ) -> Result<Option<()>, IndexError> {
        let &Pair { again, source, file, row, role, probability, .. } = pair;
        let known = self.rows.role(file, row, role).map_err(IndexError::io(Path::new(INDEX_FILE)))?;
        let Some(known) = known else { return Ok(None) };
        let key = known.side.key;
        self.pair.execute(params![
            id,
            pair_number(file, row, role, again),
            source.name(),
            file,
            row,
            role.name(),
            record_id(file_id(files, file), row),
            commune_key(pair.commune_code, pair.commune),
            pair.commune,
            pair.hamlet.trim(),
            Office::of_source(source).name(),
            pair.name,
            pair.birth_date,
            probability,
            role == Role::Deceased,
            priority::of(source, role, probability),
            key.0 as i64,
            again || is_sampled(key),
            again,
            "",
            "",
        ])?;
        Ok(Some(()))
    }

    /// `None` where the run does not know the resident.
    fn candidate_line(
        &mut self,
        id: i64,
        candidate: &Candidate<'_>,
        files: &mut FxHashMap<String, i64>,
    ) -> Result<Option<()>, IndexError> {
        let &Candidate { rank, file, row, name, probability, weights } = candidate;
        let known = self.rows.resident(file, row).map_err(IndexError::io(Path::new(INDEX_FILE)))?;
        let Some(known) = known else { return Ok(None) };
        let person = record_id(file_id(files, file), row);
        let key = known.side.key.0 as i64;
        self.candidate.execute(params![
            id,
            rank,
            person,
            file,
            row,
            name,
            probability,
            weights,
            key,
            None::<i64>,
        ])?;
        Ok(Some(()))
    }
}

/// A row that is to be read beside its candidates.
struct Pair<'a> {
    /// Whether it was decided before this run and waits for its second reader.
    again: bool,
    source: Kind,
    file: &'a str,
    row: u32,
    role: Role,
    commune_code: &'a str,
    commune: &'a str,
    hamlet: &'a str,
    name: &'a str,
    birth_date: &'a str,
    /// Of the best candidate.
    probability: f64,
}

/// A resident beside such a row.
struct Candidate<'a> {
    rank: u32,
    file: &'a str,
    row: u32,
    name: &'a str,
    probability: f64,
    weights: &'a str,
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

/// The number of a role in review, for its address. The row of a pair that is read again may be in review anew:
/// that is another pair.
fn pair_number(file: &str, row: u32, role: Role, again: bool) -> String {
    let reading = if again { "\nagain" } else { "" };
    let digest = blake3::hash(format!("{file}\n{row}\n{}{reading}", role.name()).as_bytes());
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
