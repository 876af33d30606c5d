//! Whole rows as written, and the households of the registry.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, Row, params_from_iter};
use serde::Deserialize;

use super::Index;
use super::build::household_key;
use crate::domain::{Field, Kind};
use crate::review::filter::Condition;
use crate::store::accounts::Scope;

/// A row as written: the cells that hold something, in the order of the kind's fields.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Its number in the index.
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    pub(crate) file: String,
    pub(crate) row: u32,
    pub(crate) cells: Vec<(Field, String)>,
    /// Columns that are no field of the kind: header and cell.
    pub(crate) others: Vec<(String, String)>,
}

/// The other members of a household.
pub(crate) type Household = Vec<Record>;

#[derive(Deserialize)]
struct Written {
    source: String,
    file: String,
    row: u32,
    #[serde(default)]
    hamlet: String,
    fields: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    others: Vec<(String, String)>,
}

impl Record {
    fn parse(id: i64, line: &str) -> Option<Self> {
        let written: Written = serde_json::from_str(line).ok()?;
        let kind = Kind::from_name(&written.source)?;
        let cell = |field: &Field| {
            let text = written.fields.get(field.name()).and_then(|value| value.as_str());
            let group =
                (*field == Field::Hamlet).then_some(written.hamlet.as_str()).filter(|h| !h.is_empty());
            Some((*field, text.or(group)?.to_string()))
        };
        let cells = kind.fields().iter().filter_map(cell).collect();
        Some(Self { id, kind, file: written.file, row: written.row, cells, others: written.others })
    }

    /// A cell; empty where nothing is written.
    pub(crate) fn cell(&self, field: Field) -> &str {
        self.cells.iter().find(|(of, _)| *of == field).map_or("", |(_, text)| text)
    }
}

impl Index {
    /// The row of an id.
    pub(crate) fn record(&self, id: i64) -> rusqlite::Result<Option<Record>> {
        let mut statement = self.db.prepare_cached("SELECT line FROM records WHERE id = ?1")?;
        let line: Option<String> = statement.query_row([id], |row| row.get(0)).optional()?;
        Ok(line.as_deref().and_then(|line| Record::parse(id, line)))
    }

    /// The row of a file.
    pub(crate) fn record_at(&self, file: &str, row: u32) -> rusqlite::Result<Option<Record>> {
        let mut statement = self.db.prepare_cached("SELECT id FROM files WHERE name = ?1")?;
        let id: Option<i64> = statement.query_row([file], |row| row.get(0)).optional()?;
        id.map_or(Ok(None), |id| self.record(id << 32 | i64::from(row)))
    }

    /// The other members of a resident's household.
    pub(crate) fn household(&self, of: &Record) -> rusqlite::Result<Household> {
        const MOST: u32 = 30;
        let number = of.cell(Field::HouseholdId);
        if of.kind != Kind::Residents || number.is_empty() {
            return Ok(Vec::new());
        }
        let key = household_key(number, of.cell(Field::CommuneCode), of.cell(Field::Commune));
        let sql = format!("SELECT id, line FROM records WHERE household = ?1 ORDER BY id LIMIT {MOST}");
        let mut statement = self.db.prepare_cached(&sql)?;
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?));
        let lines: Vec<(i64, String)> = statement.query_map([key], read)?.collect::<Result<_, _>>()?;
        let members = lines.iter().filter_map(|(id, line)| Record::parse(*id, line));
        Ok(members.filter(|member| (&member.file, member.row) != (&of.file, of.row)).collect())
    }

    /// The rows that are linked to a resident, by kind and file.
    pub(crate) fn linked(&self, person: i64) -> rusqlite::Result<Vec<Linked>> {
        const MOST: u32 = 200;
        let sql = format!(
            "SELECT l.record, r.line, l.role, l.probability, l.matched_on FROM links l JOIN records r ON r.id = l.record
             WHERE l.person = ?1 ORDER BY l.record LIMIT {MOST}"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let read = |row: &Row<'_>| {
            let record = Record::parse(row.get(0)?, &row.get::<_, String>(1)?);
            let (role, probability, matched_on) = (row.get(2)?, row.get(3)?, row.get(4)?);
            Ok(record.map(|record| Linked { record, role, probability, matched_on }))
        };
        let linked: Vec<Option<Linked>> = statement.query_map([person], read)?.collect::<Result<_, _>>()?;
        Ok(linked.into_iter().flatten().collect())
    }

    /// The pairs within a scope that could be a resident: number, kind, role and name, and how likely that is.
    pub(crate) fn pairs_of(&self, person: i64, scope: &Scope) -> rusqlite::Result<Vec<PairOf>> {
        const MOST: u32 = 30;
        let mut condition = Condition::default();
        condition.and("c.record = ?", [Value::from(person)]);
        condition.within(scope);
        let sql = format!(
            "SELECT number, source, role, p.name, c.probability FROM candidates c JOIN pairs p ON p.id = c.pair
             WHERE {} ORDER BY c.probability DESC, p.id LIMIT {MOST}",
            condition.sql
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let read = |row: &Row<'_>| {
            Ok(PairOf {
                number: row.get(0)?,
                source: row.get(1)?,
                role: row.get(2)?,
                name: row.get(3)?,
                probability: row.get(4)?,
            })
        };
        statement.query_map(params_from_iter(condition.values), read)?.collect()
    }
}

/// A row that is linked to a resident.
pub(crate) struct Linked {
    pub(crate) record: Record,
    pub(crate) role: String,
    pub(crate) probability: f64,
    pub(crate) matched_on: String,
}

/// A pair that could be a resident.
pub(crate) struct PairOf {
    pub(crate) number: String,
    pub(crate) source: String,
    pub(crate) role: String,
    pub(crate) name: String,
    pub(crate) probability: f64,
}
