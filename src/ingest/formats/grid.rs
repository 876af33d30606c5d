//! Rows out of cells that come one by one with their positions.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::row::{Cells, Content, Damage, Merge, Row, RowSource};
use super::sheet::{MAX_COLUMNS, MAX_ROWS};
use crate::ingest::error::IngestError;

/// Cells merged over several rows of one column: what stands in the first holds for all of them. Cells merged over
/// several columns are headers, titles and headings of groups: of these rows tell how wide they are.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest) struct Merges {
    /// Last cell, by first cell, each (row, column).
    regions: BTreeMap<(u32, u32), (u32, u32)>,
}

impl Merges {
    /// From corners, each (row, column), counted from 0.
    pub(in crate::ingest) fn new(regions: impl Iterator<Item = ((u32, u32), (u32, u32))>) -> Self {
        let is_more = |(start, end): &((u32, u32), (u32, u32))| end.0 > start.0 || end.1 > start.1;
        Self { regions: regions.filter(is_more).collect() }
    }

    /// Those that begin on a row.
    fn on_row(&self, row: u32) -> impl Iterator<Item = Merge> {
        self.regions.range((row, 0)..=(row, u32::MAX)).map(|(start, end)| Merge {
            column: start.1 as usize,
            columns: end.1.saturating_sub(start.1) as usize + 1,
            rows: end.0.saturating_sub(start.0) + 1,
        })
    }

    /// The last row of cells of one column that are merged, by the first.
    fn last_row(&self, first: (u32, u32)) -> Option<u32> {
        self.regions.get(&first).filter(|last| last.1 == first.1 && last.0 > first.0).map(|last| last.0)
    }
}

/// A cell merged downwards, in force.
struct Spanning {
    column: u32,
    last_row: u32,
    text: String,
}

/// Rows of a grid.
pub(in crate::ingest) struct GridRows<N> {
    file: PathBuf,
    format: &'static str,
    /// Writes the next cell that is not empty, and gives its position (row, column), counted from 0.
    next: N,
    merges: Merges,
    max_cell: usize,
    /// A cell read ahead: the first of a row to come.
    ahead: Option<(u32, u32)>,
    ahead_text: String,
    ended: bool,
    started: bool,
    row: u32,
    text: String,
    spans: Vec<(u32, u32)>,
    spanning: Vec<Spanning>,
    merged: Vec<Merge>,
}

impl<N: FnMut(&mut String) -> Result<Option<(u32, u32)>, String>> GridRows<N> {
    pub(in crate::ingest) fn new(
        file: PathBuf,
        format: &'static str,
        next: N,
        merges: Merges,
        max_cell: usize,
    ) -> Self {
        Self {
            file,
            format,
            next,
            merges,
            max_cell,
            ahead: None,
            ahead_text: String::new(),
            ended: false,
            started: false,
            row: 0,
            text: String::new(),
            spans: Vec::new(),
            spanning: Vec::new(),
            merged: Vec::new(),
        }
    }

    fn read_ahead(&mut self) -> Result<(), IngestError> {
        self.ahead_text.clear();
        let damaged = |detail| IngestError::Damaged { file: self.file.clone(), format: self.format, detail };
        self.ahead = (self.next)(&mut self.ahead_text).map_err(damaged)?;
        self.ended = self.ahead.is_none();
        // A row that no sheet can have is a lie, and the blank rows up to it would be read for minutes.
        if self.ahead.is_some_and(|(row, _)| row > MAX_ROWS) {
            let (file, format) = (self.file.clone(), self.format);
            return Err(IngestError::Damaged { file, format, detail: format!("more than {MAX_ROWS} rows") });
        }
        Ok(())
    }

    /// Puts a cell's text into its column.
    fn put(&mut self, column: u32, text: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        let column = column as usize;
        if self.spans.len() <= column {
            self.spans.resize(column + 1, (0, 0));
        }
        self.spans[column] = (start, self.text.len() as u32);
        // Between cells, for the text of the row as a whole.
        self.text.push('\t');
    }

    /// Fills the cells below the first of a merged region.
    fn fill_down(&mut self, row: u32) {
        let spanning = std::mem::take(&mut self.spanning);
        for cell in spanning.iter().filter(|c| c.last_row >= row) {
            let blank = self.spans.get(cell.column as usize).is_none_or(|(a, b)| a == b);
            if blank {
                self.put(cell.column, &cell.text);
            }
        }
        self.spanning = spanning;
        self.spanning.retain(|c| c.last_row > row);
    }
}

impl<N: FnMut(&mut String) -> Result<Option<(u32, u32)>, String>> RowSource for GridRows<N> {
    fn next_row(&mut self) -> Result<Option<Row<'_>>, IngestError> {
        if !self.started {
            self.started = true;
            self.read_ahead()?;
        }
        if self.ended {
            return Ok(None);
        }
        self.text.clear();
        self.spans.clear();
        let row = self.row;
        self.row += 1;
        self.merged.clear();
        self.merged.extend(self.merges.on_row(row));
        while let Some((at, column)) = self.ahead.filter(|(at, _)| *at <= row) {
            if at < row || column >= MAX_COLUMNS {
                let (file, format) = (self.file.clone(), self.format);
                return Err(IngestError::Damaged { file, format, detail: format!("cell order, row {row}") });
            }
            let text = std::mem::take(&mut self.ahead_text);
            self.put(column, &text);
            if let Some(last_row) = self.merges.last_row((at, column)) {
                self.spanning.push(Spanning { column, last_row, text: text.clone() });
            }
            self.ahead_text = text;
            self.read_ahead()?;
        }
        if !self.spanning.is_empty() {
            self.fill_down(row);
        }
        let long = self.spans.iter().position(|(a, b)| (b - a) as usize > self.max_cell);
        let content = match long {
            Some(column) => Content::Damaged(Damage::CellTooLong, (column + 1).to_string()),
            None => Content::Cells(Cells { text: &self.text, spans: &self.spans }),
        };
        Ok(Some(Row { number: self.row, content, merged: &self.merged, raw: self.text.as_bytes() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::formats::row::first_rows;

    #[test]
    fn gaps_are_blank_rows_and_merged_cells_hold_for_all_their_rows() {
        let cells = [(1, 0, "Hộ 1"), (1, 1, "An"), (2, 1, "Bình"), (4, 1, "Chi")];
        let mut cells = cells.into_iter();
        let next = move |out: &mut String| {
            Ok(cells.next().map(|(row, column, text)| {
                out.push_str(text);
                (row, column)
            }))
        };
        let merges = Merges::new([((1, 0), (2, 0)), ((0, 0), (0, 5)), ((4, 1), (4, 3))].into_iter());
        let mut rows = GridRows::new("x.xlsx".into(), "xlsx", next, merges, 100);
        let got: Vec<_> =
            first_rows(&mut rows, 10).unwrap().into_iter().map(|r| (r.number, r.cells.join("|"))).collect();
        let wanted = [(1, ""), (2, "Hộ 1|An"), (3, "Hộ 1|Bình"), (4, ""), (5, "|Chi")];
        assert_eq!(got, wanted.map(|(n, t)| (n, t.to_owned())));
    }

    #[test]
    fn a_row_tells_how_wide_its_first_cell_is() {
        let mut cells = [(0, 0, "I. Thôn 1"), (1, 0, "1"), (1, 1, "An")].into_iter();
        let next = move |out: &mut String| {
            Ok(cells.next().map(|(row, column, text)| {
                out.push_str(text);
                (row, column)
            }))
        };
        let merges = Merges::new([((0, 0), (0, 5)), ((1, 1), (1, 2))].into_iter());
        let mut rows = GridRows::new("x.xlsx".into(), "xlsx", next, merges, 100);
        assert_eq!(rows.next_row().unwrap().unwrap().across(), 6);
        assert_eq!(rows.next_row().unwrap().unwrap().across(), 1);
    }
}
