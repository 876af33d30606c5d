//! A sheet held whole: the cells that hold text, in the order of rows, then columns.

use serde::{Deserialize, Serialize};

use super::grid::Merges;

/// Columns that a sheet may have.
pub(super) const MAX_COLUMNS: u32 = 16_384;
/// Rows that a sheet may have; a spreadsheet has a million, files that programs write now and then more.
pub(super) const MAX_ROWS: u32 = 1 << 24;

/// A sheet and what stands in it.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::ingest) struct Sheet {
    /// Its name; empty for a page of HTML.
    pub(in crate::ingest) name: String,
    /// Row and column, counted from 0, and the end of the text.
    cells: Vec<(u32, u32, usize)>,
    /// The texts of all cells, end to end.
    pub(super) text: String,
    /// Corners of merged cells, each (row, column).
    pub(super) merges: Vec<((u32, u32), (u32, u32))>,
    /// Rows that are not shown.
    pub(in crate::ingest) hidden: u64,
}

impl Sheet {
    /// A sheet of that name, without cells.
    pub(super) fn named(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    /// Its merged cells.
    pub(in crate::ingest) fn merges(&self) -> Merges {
        Merges::new(self.merges.iter().copied())
    }

    /// The cells: row, column, text.
    pub(in crate::ingest) fn cells(&self) -> impl Iterator<Item = (u32, u32, &str)> {
        let starts = std::iter::once(0).chain(self.cells.iter().map(|cell| cell.2));
        self.cells
            .iter()
            .zip(starts)
            .map(|(&(row, column, end), start)| (row, column, self.text.get(start..end).unwrap_or_default()))
    }

    /// Notes that what was written to [`Sheet::text`] since the last cell is the text of this one.
    pub(super) fn end_cell(&mut self, row: u32, column: u32) {
        let end = self.text.len();
        if self.cells.last().map_or(0, |cell| cell.2) < end {
            self.cells.push((row, column, end));
        }
    }
}
