//! Rows written anew: with what stands above them, or in another form.

use std::borrow::Cow;
use std::path::PathBuf;

use super::{Section, Table, WholeColumn};
use crate::domain::Field;

impl Table {
    /// Writes into the blank cells of the last row what the row above has for these fields.
    pub fn fill_from_above(&mut self, fields: &[Field]) {
        let Some(last) = self.len().checked_sub(1).filter(|last| *last > 0) else { return };
        let (last, above) = (last as u32, last as u32 - 1);
        let columns: Vec<usize> =
            fields.iter().filter_map(|field| self.by_field[*field as usize].map(usize::from)).collect();
        let width = self.columns.len();
        let cells: Vec<String> = (0..width)
            .map(|column| match self.cell_at(last, column) {
                "" if columns.contains(&column) => self.cell_at(above, column).to_owned(),
                cell => cell.to_owned(),
            })
            .collect();
        let source_row = self.source_row(last);
        self.drop_last();
        self.push_row(source_row, cells.iter().map(String::as_str));
    }

    fn drop_last(&mut self) {
        let Some(row) = self.rows.pop() else { return };
        self.text.truncate(row.start.get());
        self.ends.truncate(row.first.get());
        self.long.remove(&(self.rows.len() as u32));
        self.counts.used -= 1;
    }

    /// Writes cells of these columns anew: where `from` names another row for a row, its blank cells get what that row
    /// has. Back come the cells that got something, by row and column in order; `columns` are in order too.
    pub fn fill_from(&mut self, columns: &[usize], from: impl Fn(u32) -> Option<u32>) -> Vec<(u32, usize)> {
        let mut anew = self.without_rows();
        let mut filled = Vec::new();
        let mut cells: Vec<&str> = Vec::new();
        for index in 0..self.rows.len() as u32 {
            cells.extend(self.cells(index));
            let source = from(index);
            for &at in columns {
                let value = source.map_or("", |source| self.cell_at(source, at));
                if value.trim().is_empty() || cells.get(at).is_some_and(|cell| !cell.trim().is_empty()) {
                    continue;
                }
                // A short row has no cell there.
                cells.resize(cells.len().max(at + 1), "");
                cells[at] = value;
                filled.push((index, at));
            }
            anew.push_row(self.source_row(index), cells.drain(..));
        }
        drop(cells);
        self.take_rows(anew);
        filled
    }

    /// The table with some of its rows alone, given by index in order: what the file shows as a whole stays as it is, what
    /// is told of rows goes with them. Rows that hold no data, or that could not be read, are not among them.
    pub fn with_rows(&self, kept: &[u32]) -> Self {
        // Where a row stands among those kept; `None` where it is not kept.
        let place = |row: u32| kept.binary_search(&row).ok().map(|at| at as u32);
        let mut part = Self {
            sheet: self.sheet.clone(),
            digest: self.digest.clone(),
            bytes: self.bytes,
            encoding: self.encoding.clone(),
            delimiter: self.delimiter,
            header_row: self.header_row,
            header_rows: self.header_rows.clone(),
            own_columns: self.own_columns,
            from_1904: self.from_1904,
            titles: self.titles.clone(),
            sections: self
                .sections
                .iter()
                .map(|(first, of)| (first_from(kept, *first), of.clone()))
                .collect(),
            followed_by: self.followed_by.clone(),
            remarks: self.remarks.clone(),
            uncomputed: self.uncomputed.clone(),
            parts: self.parts.clone(),
            of_heads: self.of_heads.iter().filter_map(|(row, at)| Some((place(*row)?, *at))).collect(),
            // A column is told of on its first row, wherever that is.
            habits: self
                .habits
                .iter()
                .map(|whole| WholeColumn { first: place(whole.first).unwrap_or(u32::MAX), ..*whole })
                .collect(),
            fonts: self.fonts.clone(),
            by_field: self.by_field.clone(),
            ..Self::new(self.path.clone(), self.name.clone(), self.kind, Vec::new())
        };
        part.columns.clone_from(&self.columns);
        kept.iter().for_each(|row| part.push_row(self.source_row(*row), self.cells(*row)));
        part.counts.read = part.counts.used;
        part
    }

    /// A table without rows, with room for those of this one.
    fn without_rows(&self) -> Self {
        let mut anew = Self::new(PathBuf::new(), String::new(), self.kind, Vec::new());
        anew.text.reserve(self.text.len());
        anew.ends.reserve(self.ends.len());
        anew.rows.reserve(self.rows.len());
        anew
    }

    fn take_rows(&mut self, anew: Self) {
        let Self { text, ends, rows, long, .. } = anew;
        (self.text, self.ends, self.rows, self.long) = (text, ends, rows, long);
    }

    /// Writes every cell anew, headers and group rows as well, as a function gives it.
    pub fn rewrite(&mut self, write: impl for<'c> Fn(&'c str) -> Cow<'c, str>) {
        let mut anew = self.without_rows();
        let mut cells: Vec<Cow<'_, str>> = Vec::new();
        for index in 0..self.rows.len() as u32 {
            cells.extend(self.cells(index).map(&write));
            anew.push_row(self.source_row(index), cells.iter().map(|cell| &**cell));
            cells.clear();
        }
        drop(cells);
        self.take_rows(anew);
        let said = self.sections.iter_mut().flat_map(|(_, Section { hamlet, category, stop })| {
            [hamlet, category].into_iter().chain(stop.as_mut().map(|stop| &mut stop.heading))
        });
        for text in self.columns.iter_mut().map(|column| &mut column.header).chain(said) {
            *text = write(text).into_owned();
        }
    }
}

/// How many of the rows kept stand before a row: the place of the first of them that does not.
fn first_from(kept: &[u32], row: u32) -> u32 {
    kept.partition_point(|index| *index < row) as u32
}
