//! A file read into rows that any machine can link: one task a file, which looks at no other.

use std::io::Write;
use std::path::Path;

use serde_json::json;

use super::columns::{ColumnError, Made};
use super::frame::{Answer, FrameError, write_answer};
use super::{parts, record};
use crate::domain::{Dataset, Day, Kind, Person, Table, TableIx};
use crate::findings;
use crate::ingest::units::UnitMap;
use crate::ingest::{self, IngestError, InputSpec, ReadOptions, records};
use crate::linkage::apart::draws;

/// Rows of one message.
const AT_ONCE: usize = 8_192;

/// Why a file gives no rows.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// It cannot be read or understood.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The rows cannot be sent.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// What was asked about them lacks a column.
    #[error(transparent)]
    Column(#[from] ColumnError),
}

/// A row to be sent.
struct Sent<'a> {
    table: i32,
    index: i64,
    source_row: i32,
    draw: u64,
    place: (&'a str, &'a str),
    record: Option<Vec<u8>>,
    /// IDs that the row bears; old ones are negative.
    numbers: Vec<i64>,
    /// What findings about the row are called after.
    subjects: Vec<i64>,
    facts: Option<String>,
}

/// Reads a file of a kind and writes its rows as messages: for each table one that tells of it, then its rows in order.
///
/// # Errors
/// Where the file cannot be understood, or the messages not be written.
pub fn rows_of(path: &Path, kind: Kind, as_of: Day, out: &mut impl Write) -> Result<(), RowsError> {
    let input = InputSpec { kind: Some(kind), ..InputSpec::new(path) };
    let tables = ingest::read_all(&[input], &ReadOptions::default(), &|_| ())?;
    // Communes are resolved where all of them are known.
    let data = records::build(tables, &UnitMap::default(), as_of);
    let (mut sent, mut draw) = (Vec::new(), Vec::new());
    if kind == Kind::Residents {
        let residents = data.registry.residents.iter();
        sent.extend(residents.map(|resident| (resident.row, resident.person.place)));
        draw.resize(sent.len(), 0);
    }
    for extract in &data.extracts {
        sent.extend(extract.rows.iter().map(|row| (row.row, row.place)));
        draw.extend(draws(&data, extract));
    }
    let record = |at: usize| match data.extracts.first() {
        None => record::of_resident(&data, &data.registry.residents[at]),
        Some(extract) => record::of_row(&data, extract, at),
    };
    // The first table brings what is known of the file beside its rows.
    let mut head = Some(parts::head(&data));
    let mut from = 0;
    for (number, table) in data.tables.iter().enumerate() {
        let of_table = sent[from..].iter().take_while(|(row, _)| row.table == TableIx(number as u32)).count();
        let rows = (from..from + of_table).map(|at| {
            let (row, place) = sent[at];
            let place = data.places.get(place);
            Sent {
                table: number as i32,
                index: i64::from(row.index),
                source_row: table.source_row(row.index) as i32,
                draw: draw[at],
                place: (&place.code, &place.name),
                record: Some(record(at)),
                numbers: numbers_of(&data, at),
                subjects: findings::subjects(&data, at),
                facts: None,
            }
        });
        let mut rows = std::iter::once(of_itself(number, table, head.take())).chain(rows).peekable();
        while rows.peek().is_some() {
            let some: Vec<Sent<'_>> = rows.by_ref().take(AT_ONCE).collect();
            write_answer(out, &Answer::rows(columns(&some)))?;
        }
        from += of_table;
    }
    Ok(())
}

/// The IDs that a row of a file bears.
fn numbers_of(data: &Dataset, at: usize) -> Vec<i64> {
    let of = |person: &Person| {
        let personal = person.personal_id().map(|id| id.number() as i64);
        // No old ID is zero below zero.
        personal.into_iter().chain(person.old_id().map(|id| -1 - i64::from(id.number())))
    };
    match data.extracts.first() {
        None => of(&data.registry.residents[at].person).collect(),
        Some(extract) => extract.persons_of(at).iter().flat_map(of).collect(),
    }
}

/// What is told of a table itself.
fn of_itself(number: usize, table: &Table, head: Option<Vec<u8>>) -> Sent<'_> {
    let facts = json!({
        "name": table.name,
        "kind": table.kind.name(),
        "digest": table.digest,
        "rows": table.len(),
        "rejected": table.counts.rejected,
        "encoding": table.encoding,
    });
    Sent {
        table: number as i32,
        index: -1,
        source_row: table.header_row as i32,
        draw: 0,
        place: ("", ""),
        record: head,
        numbers: Vec::new(),
        subjects: Vec::new(),
        facts: Some(facts.to_string()),
    }
}

fn columns(rows: &[Sent<'_>]) -> Made {
    let mut made = Made::default();
    made.numbers("table", rows.iter().map(|row| row.table));
    made.longs("index", rows.iter().map(|row| row.index));
    made.numbers("source_row", rows.iter().map(|row| row.source_row));
    made.longs("draw", rows.iter().map(|row| row.draw as i64));
    made.texts("code", rows.iter().map(|row| row.place.0));
    made.texts("commune", rows.iter().map(|row| row.place.1));
    made.lists("numbers", rows.iter().map(|row| row.numbers.clone()));
    made.lists("subjects", rows.iter().map(|row| row.subjects.clone()));
    made.some_bytes("record", rows.iter().map(|row| row.record.as_deref()));
    made.some_texts("table_facts", rows.iter().map(|row| row.facts.as_deref()));
    made
}
