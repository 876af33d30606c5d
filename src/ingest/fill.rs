//! Rows into a table, every one of them accounted for.

use super::error::IngestError;
use super::header::Header;
use super::judge::{Judge, RowKind};
use super::row::{Content, Damage, RowSource, is_blank};
use crate::domain::{Reject, Table};

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
pub(super) fn fill(
    table: &mut Table,
    header: &Header,
    source: &mut dyn RowSource,
    row_done: &mut dyn FnMut(),
) -> Result<Skipped, IngestError> {
    let mut judge = Judge::new(header);
    let mut skipped = Skipped::default();
    let width = header.width();
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
                skipped.titles += 1
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

fn reject(table: &mut Table, source_row: u32, damage: Damage, detail: String, raw: &[u8]) {
    table.counts.rejected += 1;
    let raw = String::from_utf8_lossy(&raw[..raw.len().min(MAX_RAW)]).into_owned();
    table.rejects.push(Reject { source_row, reason: damage.code(), detail, raw });
}
