//! Of `rows.parquet` the rows that findings and pairs speak of, and the households of their residents.

use rusqlite::params;
use rustc_hash::FxHashSet;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::{Batch, IndexError, Source, Wanted};
use crate::domain::{Field, Kind};
use crate::publish::{RunTable, Texts};
use crate::vietnamese::text::fold;

/// Inserts every wanted row with its cells as written. Files are passed over twice: which households are wanted is
/// known only when all residents that something speaks of have been seen.
pub(super) fn fill(
    batch: &mut Batch<'_>,
    source: &mut Source,
    wanted: &mut Wanted,
) -> Result<(), IndexError> {
    let mut insert = batch.db.prepare("INSERT OR IGNORE INTO records VALUES (?1, ?2, ?3)")?;
    let mut homes = batch.db.prepare("INSERT INTO homes (rowid, words) VALUES (?1, ?2)")?;
    let households = households(source, wanted)?;
    for group in 0..source.table.groups() {
        let places = source.ask(|table| Places::read(table, group))?;
        let rows = source.table.rows(group);
        let chosen: Vec<(usize, i64, Option<String>)> = (0..rows)
            .filter_map(|row| {
                let household = places.household(row);
                let id = wanted.known(places.file.get(row), places.row[row]?);
                let lives_there = household.as_ref().is_some_and(|key| households.contains(key));
                let chosen = id.is_some_and(|id| wanted.rows.contains(&id)) || lives_there;
                let id = if chosen { Some(wanted.row(places.file.get(row), places.row[row]?)) } else { None };
                Some((row, id?, household))
            })
            .collect();
        if chosen.is_empty() {
            continue;
        }
        let cells = source.ask(|table| Cells::read(table, group))?;
        for (row, id, household) in chosen {
            let damaged = || source.damaged(group, row);
            let line = Line {
                source: places.source.get(row),
                file: places.file.get(row),
                row: places.row[row].ok_or_else(damaged)?,
                hamlet: cells.group_hamlet(row),
                fields: Written { cells: &cells, row },
                others: cells.others(row).ok_or_else(damaged)?,
            };
            let line = serde_json::to_string(&line).map_err(|_| damaged())?;
            let is_new = insert.execute(params![id, household, line])? > 0;
            let address = fold(cells.address(row));
            if is_new && !address.is_empty() && places.source.get(row) == Kind::Residents.name() {
                homes.execute(params![id, address])?;
            }
            batch.line()?;
        }
    }
    Ok(())
}

/// The households of the residents that something speaks of.
fn households(source: &mut Source, wanted: &Wanted) -> Result<FxHashSet<String>, IndexError> {
    let mut households = FxHashSet::default();
    for group in 0..source.table.groups() {
        let places = source.ask(|table| Places::read(table, group))?;
        for row in 0..source.table.rows(group) {
            let id = places.row[row].and_then(|at| wanted.known(places.file.get(row), at));
            if id.is_some_and(|id| wanted.rows.contains(&id)) {
                households.extend(places.household(row));
            }
        }
    }
    Ok(households)
}

/// What tells households apart: their number within the commune.
pub(in crate::review::index) fn household_key(number: &str, commune_code: &str, commune: &str) -> String {
    format!("{}|{}|{}", fold(number), commune_code.trim(), fold(commune))
}

/// Where the rows of a row group stand, and in which households.
struct Places {
    source: Texts,
    file: Texts,
    row: Vec<Option<u32>>,
    household: Texts,
    commune_code: Texts,
    commune: Texts,
}

impl Places {
    fn read(table: &mut RunTable, group: usize) -> std::io::Result<Self> {
        Ok(Self {
            source: table.words(group, "source")?,
            file: table.words(group, "source_file")?,
            row: table.values(group, "source_row")?,
            household: table.words(group, Field::HouseholdId.name())?,
            commune_code: table.words(group, Field::CommuneCode.name())?,
            commune: table.words(group, Field::Commune.name())?,
        })
    }

    /// The household of a row of the registry.
    fn household(&self, row: usize) -> Option<String> {
        let number = self.household.get(row);
        let named = self.source.get(row) == Kind::Residents.name() && !number.trim().is_empty();
        named.then(|| household_key(number, self.commune_code.get(row), self.commune.get(row)))
    }
}

/// The cells of a row group as written.
struct Cells {
    fields: Vec<(&'static str, Texts)>,
    others: Texts,
    hamlet: Texts,
    /// The hamlet of a row, its own or that of a group row above.
    hamlet_read: Texts,
}

impl Cells {
    fn read(table: &mut RunTable, group: usize) -> std::io::Result<Self> {
        let cells = Field::ALL.iter().map(|field| Ok((field.name(), table.words(group, field.name())?)));
        Ok(Self {
            fields: cells.collect::<std::io::Result<_>>()?,
            others: table.words(group, "others")?,
            hamlet: table.words(group, Field::Hamlet.name())?,
            hamlet_read: table.words(group, "hamlet_read")?,
        })
    }

    /// The address as written.
    fn address(&self, row: usize) -> &str {
        let address = self.fields.iter().find(|(field, _)| *field == Field::Address.name());
        address.map_or("", |(_, texts)| texts.get(row))
    }

    /// The hamlet of a group row above, where the row itself writes none.
    fn group_hamlet(&self, row: usize) -> &str {
        if self.hamlet.get(row).trim().is_empty() { self.hamlet_read.get(row) } else { "" }
    }

    /// The cells of columns that are of no canonical field, each with its header.
    fn others(&self, row: usize) -> Option<Vec<(String, String)>> {
        let mut others: Vec<(String, String)> = match self.others.get(row) {
            "" => Vec::new(),
            text => serde_json::from_str(text).ok()?,
        };
        others.iter_mut().for_each(|(_, cell)| *cell = cell.trim().to_owned());
        Some(others)
    }
}

/// A whole row, as the index keeps it.
#[derive(Serialize)]
struct Line<'a> {
    source: &'a str,
    file: &'a str,
    row: u32,
    #[serde(skip_serializing_if = "str::is_empty")]
    hamlet: &'a str,
    fields: Written<'a>,
    /// Pairs, not a map: two columns may bear one header.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<(String, String)>,
}

/// The cells of a row that are of a canonical field and hold something.
struct Written<'a> {
    cells: &'a Cells,
    row: usize,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (field, texts) in &self.cells.fields {
            let cell = texts.get(self.row).trim();
            if !cell.is_empty() {
                map.serialize_entry(field, cell)?;
            }
        }
        map.end()
    }
}
