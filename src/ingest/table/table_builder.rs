//! Rows into a table, every one of them accounted for.

use super::row_classifier::{Judge, RowKind};
use crate::domain::{Column, Kind, Reject, Table};
use crate::ingest::columns::compose::Composed;
use crate::ingest::columns::header::Header;
use crate::ingest::columns::key::key;
use crate::ingest::columns::resolve::Columns;
use crate::ingest::columns::synonyms::Synonyms;
use crate::ingest::error::IngestError;
use crate::ingest::formats::row::{Cells, Content, Damage, RowSource, is_blank};

/// Of a rejected row so much is kept.
const MAX_RAW: usize = 16 * 1024;

/// Rows skipped, by reason.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Skipped {
    /// Above the header.
    pub titles: u64,
    /// The header, its repetitions, and rows of column numbers.
    pub headers: u64,
    /// Blank rows.
    pub blank: u64,
    /// Headings of groups of rows.
    pub headings: u64,
    /// Totals and subtotals.
    pub totals: u64,
    /// Remarks and signatures.
    pub remarks: u64,
}

/// Reads all rows into the table. `row_done` is told of each row.
pub(in crate::ingest) fn fill(
    table: &mut Table,
    header: &Header,
    source: &mut dyn RowSource,
    synonyms: &Synonyms,
    row_done: &mut dyn FnMut(),
) -> Result<Skipped, IngestError> {
    let mut judge = Judge::new(header.kind, &header.columns, synonyms);
    let mut skipped = Skipped::default();
    let mut width = header.width();
    let mut order: Option<Order> = None;
    let mut composed = String::new();
    let mut composed_ends = Vec::new();
    while let Some(row) = source.next_row()? {
        table.counts.read += 1;
        row_done();
        let cells = match row.content {
            Content::Cells(cells) => cells,
            Content::Damaged(damage, detail) => {
                reject(table, row.number, damage, detail, row.raw);
                continue;
            }
        };
        if row.number <= header.last_row {
            if row.number < header.row {
                skipped.titles += 1;
                keep_title(table, cells);
            } else {
                skipped.headers += 1
            }
            table.counts.skipped += 1;
            continue;
        }
        let counter = match judge.judge(cells) {
            RowKind::Data => {
                let beyond = (width..cells.len()).filter(|&c| !is_blank(cells.get(c))).count();
                if beyond > 0 {
                    let detail = format!("{} > {width}", cells.len());
                    reject(table, row.number, Damage::TooManyCells, detail, row.raw);
                    continue;
                }
                if let Some(order) = &order {
                    order.push_row(table, row.number, cells);
                    continue;
                }
                if header.columns.composed.is_empty() {
                    table.push_row(row.number, cells.iter().take(width));
                    continue;
                }
                composed.clear();
                composed_ends.clear();
                for part in &header.columns.composed {
                    let from = composed.len();
                    let mut cell = std::mem::take(&mut composed);
                    part.write(|column| cells.get(column), &mut cell);
                    composed = cell;
                    composed_ends.push((from, composed.len()));
                }
                let own = (0..width).map(|column| cells.get(column));
                table.push_row(row.number, own.chain(composed_ends.iter().map(|&(a, b)| &composed[a..b])));
                continue;
            }
            RowKind::Hamlet(hamlet) => {
                let first = u32::try_from(table.len())
                    .map_err(|_| IngestError::TooLarge { file: table.path.clone() })?;
                table.group_hamlets.push((first, hamlet));
                &mut skipped.headings
            }
            RowKind::OtherHeader(columns) => {
                let lacks = |kind: Kind| kind.required().iter().any(|field| !columns.has(*field));
                if lacks(table.kind) {
                    let (file, row) = (table.path.clone(), row.number);
                    let column = cells.iter().position(|cell| !is_blank(cell)).map_or(1, |at| at as u32 + 1);
                    return Err(IngestError::TwoTables { file, row, column });
                }
                judge = Judge::new(table.kind, &columns, synonyms);
                width = columns.reasons.len();
                order = Some(Order::new(columns, table));
                &mut skipped.headers
            }
            RowKind::Heading => &mut skipped.headings,
            RowKind::Blank => &mut skipped.blank,
            RowKind::Header => &mut skipped.headers,
            RowKind::Total => &mut skipped.totals,
            RowKind::Remark | RowKind::Signature => &mut skipped.remarks,
        };
        *counter += 1;
        table.counts.skipped += 1;
    }
    Ok(skipped)
}

/// Where the cells of a row go, below a header that is not the first.
struct Order {
    /// For each column of the table.
    sources: Vec<Source>,
}

enum Source {
    Blank,
    Column(usize),
    Composed(Composed),
}

impl Order {
    /// Columns go by their field, those that are none by their header; what the table has no column for gets
    /// one.
    fn new(columns: Columns, table: &mut Table) -> Self {
        let own = columns.reasons.len();
        let mut sources: Vec<Source> = table.columns.iter().map(|_| Source::Blank).collect();
        for (at, column) in columns.columns.iter().enumerate() {
            let same = |known: &Column| match column.field {
                Some(field) => known.field == Some(field),
                None => known.field.is_none() && key(&known.header) == key(&column.header),
            };
            let free = |slot: usize| matches!(sources[slot], Source::Blank);
            let slot = (0..table.columns.len()).find(|slot| free(*slot) && same(&table.columns[*slot]));
            let slot = slot.unwrap_or_else(|| {
                sources.push(Source::Blank);
                table.add_column(column.clone())
            });
            sources[slot] = match at.checked_sub(own) {
                None => Source::Column(at),
                Some(composed) => Source::Composed(columns.composed[composed].clone()),
            };
        }
        Self { sources }
    }

    fn push_row(&self, table: &mut Table, number: u32, cells: Cells<'_>) {
        let row: Vec<String> = self
            .sources
            .iter()
            .map(|source| match source {
                Source::Blank => String::new(),
                Source::Column(column) => cells.get(*column).to_owned(),
                Source::Composed(composed) => {
                    let mut cell = String::new();
                    composed.write(|column| cells.get(column), &mut cell);
                    cell
                }
            })
            .collect();
        table.push_row(number, row.iter().map(String::as_str));
    }
}

/// Keeps the text of a row above the header: it may say of what day the list is.
fn keep_title(table: &mut Table, cells: Cells<'_>) {
    const MOST_TITLES: usize = 60;
    const LONGEST_TITLE: usize = 500;
    let title = cells.iter().filter(|cell| !is_blank(cell)).collect::<Vec<_>>().join(" ");
    if !title.is_empty() && title.len() <= LONGEST_TITLE && table.titles.len() < MOST_TITLES {
        table.titles.push(title);
    }
}

fn reject(table: &mut Table, source_row: u32, damage: Damage, detail: String, raw: &[u8]) {
    table.counts.rejected += 1;
    let raw = String::from_utf8_lossy(&raw[..raw.len().min(MAX_RAW)]).into_owned();
    table.rejects.push(Reject { source_row, reason: damage.code(), detail, raw });
}
