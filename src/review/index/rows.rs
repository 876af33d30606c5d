//! Whole rows as written, and the households of the registry.

use rusqlite::{OptionalExtension as _, Row};
use serde::Deserialize;

use super::Index;
use super::build::household_key;
use crate::domain::{Field, Kind};

/// A row as written: the cells that hold something, in the order of the kind's fields.
#[derive(Clone, Debug)]
pub(crate) struct Record {
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
    fn parse(line: &str) -> Option<Self> {
        let written: Written = serde_json::from_str(line).ok()?;
        let kind = Kind::from_name(&written.source)?;
        let cell = |field: &Field| {
            let text = written.fields.get(field.name()).and_then(|value| value.as_str());
            let group =
                (*field == Field::Hamlet).then_some(written.hamlet.as_str()).filter(|h| !h.is_empty());
            Some((*field, text.or(group)?.to_string()))
        };
        let cells = kind.fields().iter().filter_map(cell).collect();
        Some(Self { kind, file: written.file, row: written.row, cells, others: written.others })
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
        Ok(line.as_deref().and_then(Record::parse))
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
        let sql = format!("SELECT line FROM records WHERE household = ?1 ORDER BY id LIMIT {MOST}");
        let mut statement = self.db.prepare_cached(&sql)?;
        let read = |row: &Row<'_>| row.get::<_, String>(0);
        let lines: Vec<String> = statement.query_map([key], read)?.collect::<Result<_, _>>()?;
        let members = lines.iter().filter_map(|line| Record::parse(line));
        Ok(members.filter(|member| (&member.file, member.row) != (&of.file, of.row)).collect())
    }
}
