//! A file as it came: cells as written, with the rows numbered as a spreadsheet numbers them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Field, Kind, RowRef};

mod column;
mod headings;
mod rewrite;

pub use column::{Column, ColumnHabit, LegacyFont, WholeColumn};
pub use headings::{RowClass, Section, SkippedRows, Stop};

/// How many rows of a file were read and what became of them (§7: read = used + rejected + skipped).
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    /// Rows of the file, all of them.
    pub read: u64,
    /// Data rows of the table.
    pub used: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Titles, header, column numbers, group rows, totals, signatures and blank rows.
    pub skipped: u64,
}

/// A row that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Row number as a spreadsheet shows it.
    pub source_row: u32,
    /// Why, as a stable code (`too_many_cells`, `invalid_utf8`, ...).
    pub reason: &'static str,
    /// Details for the reason's sentence: counts, never values of cells.
    pub detail: String,
    /// The row as it stood in the file (bytes that are no text replaced).
    pub raw: String,
}

/// A sheet of a workbook that was not read, because it holds no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedSheet {
    /// Its name.
    pub name: String,
    /// Rows that hold anything.
    pub rows: u64,
    /// Why, as the code of the error that the sheet alone would have been.
    pub reason: &'static str,
}

/// A position of 48 bits, in six bytes.
#[derive(Copy, Clone, Debug, Serialize, Deserialize)]
struct Position([u16; 3]);

impl Position {
    fn new(at: usize) -> Self {
        Self([at as u16, (at >> 16) as u16, (at >> 32) as u16])
    }

    #[inline]
    fn get(self) -> usize {
        let [low, middle, high] = self.0;
        usize::from(high) << 32 | usize::from(middle) << 16 | usize::from(low)
    }
}

/// Where a data row lies in the arena.
#[derive(Copy, Clone, Debug, Serialize, Deserialize)]
struct RowSpan {
    /// Row number as a spreadsheet shows it.
    source_row: u32,
    /// First byte of the row's first cell.
    start: Position,
    /// Index of the row's first entry in `ends`.
    first: Position,
}

/// The cells of one row, to be asked for several of them.
#[derive(Copy, Clone, Debug)]
pub struct RowCells<'t> {
    table: &'t Table,
    index: u32,
    start: usize,
    ends: &'t [u16],
    /// The ends of the cells of a row that is longer than 64 KiB.
    long: &'t [u32],
}

impl<'t> RowCells<'t> {
    /// The index of the row.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The cell of a field as written; empty where the file has no such column or the row is short.
    pub fn cell(&self, field: Field) -> &'t str {
        self.table.by_field[field as usize].map_or("", |column| self.at(usize::from(column)))
    }

    /// The cell of a column as written.
    pub fn at(&self, column: usize) -> &'t str {
        let Some(end) = self.end(column) else { return "" };
        let begin = column.checked_sub(1).and_then(|before| self.end(before)).unwrap_or(0);
        &self.table.text[self.start + begin..self.start + end]
    }

    /// All cells as written, in the order of the file.
    pub fn cells(self) -> impl Iterator<Item = &'t str> {
        (0..self.ends.len() + self.long.len()).map(move |column| self.at(column))
    }

    fn end(&self, column: usize) -> Option<usize> {
        match self.ends.get(column) {
            Some(end) => Some(usize::from(*end)),
            None => self.long.get(column).map(|end| *end as usize),
        }
    }
}

/// One input file (or one sheet of a workbook), its columns recognised, its cells as written.
///
/// The text of all cells lies end to end in one buffer, so that a row costs its bytes, two bytes a cell
/// and sixteen of its own. Rows shorter than the header read as empty cells.
#[derive(Debug, Serialize, Deserialize)]
pub struct Table {
    /// The path as given.
    pub path: PathBuf,
    /// The file name shown in outputs (with `#sheet` where the file has several that are used).
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Sheet, where the file is a workbook.
    pub sheet: Option<String>,
    /// Sheets of the same workbook that were not read; told of the first of its tables.
    #[serde(skip)]
    pub skipped_sheets: Vec<SkippedSheet>,
    /// The columns, in the order of the file.
    pub columns: Vec<Column>,
    /// BLAKE3 digest of the file's bytes, hexadecimal.
    pub digest: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Encoding of the file, as reported in `summary.json` ("utf-8", "utf-8-bom", "tcvn3", ...).
    pub encoding: String,
    /// Delimiter of a text file.
    pub delimiter: Option<char>,
    /// Row number of the header; 0 where a sheet goes on under the header of the one before.
    pub header_row: u32,
    /// The rows of the header as they stand in the file.
    pub header_rows: Vec<Vec<String>>,
    /// Columns that the file itself has; those behind are put together from others or stand below a later header.
    pub own_columns: usize,
    /// Whether the dates of the workbook are counted from 1904; they are read so.
    pub from_1904: bool,
    /// The accounting.
    pub counts: RowCounts,
    /// Rows that could not be read.
    #[serde(skip)]
    pub rejects: Vec<Reject>,
    /// Texts of the rows above the header, a row each.
    pub titles: Vec<String>,
    /// The rows skipped, by class; their sum is [`RowCounts::skipped`].
    #[serde(skip)]
    pub skipped: SkippedRows,
    /// What headings say of the rows under them, by first data row index; sorted.
    pub sections: Vec<(u32, Section)>,
    /// The name of a later list of the same title, where one was read: last year's beside this year's.
    pub followed_by: Option<String>,
    /// Columns of remarks, where the reason of a stop may stand.
    pub remarks: Vec<usize>,
    /// Columns with formulas that were never computed, and how many: the file has no value for them.
    pub uncomputed: Vec<(usize, u64)>,
    /// The columns that stand behind those of the file because they are put together from others: which, in order.
    pub parts: Vec<Vec<usize>>,
    /// Cells, by row and column in order, that are blank in the file and have what the head of the household has above.
    pub of_heads: Vec<(u32, usize)>,
    /// What columns show as a whole, in the order of fields.
    pub habits: Vec<WholeColumn>,
    /// Columns of names that are typed in a legacy font throughout, though the file is Unicode.
    pub fonts: Vec<(Field, LegacyFont)>,
    /// Columns of each field, in order; most fields have none or one.
    by_field: Vec<Option<u16>>,
    text: String,
    /// Where each cell ends, counted from the start of its row.
    ends: Vec<u16>,
    rows: Vec<RowSpan>,
    /// The same for rows longer than 64 KiB, by row; such have no entries in `ends`.
    long: BTreeMap<u32, Vec<u32>>,
}

impl Table {
    /// An empty table with these columns.
    pub fn new(path: PathBuf, name: String, kind: Kind, columns: Vec<Column>) -> Self {
        let mut table = Self {
            path,
            name,
            kind,
            sheet: None,
            skipped_sheets: Vec::new(),
            columns: Vec::with_capacity(columns.len()),
            digest: String::new(),
            bytes: 0,
            encoding: "utf-8".into(),
            delimiter: None,
            header_row: 1,
            header_rows: Vec::new(),
            own_columns: columns.len(),
            from_1904: false,
            counts: RowCounts::default(),
            rejects: Vec::new(),
            titles: Vec::new(),
            skipped: SkippedRows::default(),
            sections: Vec::new(),
            followed_by: None,
            remarks: Vec::new(),
            uncomputed: Vec::new(),
            parts: Vec::new(),
            of_heads: Vec::new(),
            habits: Vec::new(),
            fonts: Vec::new(),
            by_field: vec![None; Field::COUNT],
            text: String::new(),
            ends: Vec::new(),
            rows: Vec::new(),
            long: BTreeMap::new(),
        };
        for column in columns {
            table.add_column(column);
        }
        table
    }

    /// Adds a column behind the others, and gives its index; in the rows that there are it is empty.
    pub fn add_column(&mut self, column: Column) -> usize {
        let index = self.columns.len();
        if let Some(field) = column.field {
            let slot = &mut self.by_field[field as usize];
            if slot.is_none() {
                *slot = u16::try_from(index).ok();
            }
        }
        self.columns.push(column);
        index
    }

    /// Adds a data row. Cells beyond the columns are the caller's to reject.
    pub fn push_row<'a>(&mut self, source_row: u32, cells: impl IntoIterator<Item = &'a str>) {
        let (start, first) = (self.text.len(), self.ends.len());
        let mut long: Vec<u32> = Vec::new();
        for cell in cells {
            self.text.push_str(cell);
            let end = self.text.len() - start;
            match u16::try_from(end) {
                Ok(end) => self.ends.push(end),
                Err(_) => {
                    long.extend(self.ends.drain(first..).map(u32::from));
                    long.push(end as u32);
                }
            }
        }
        if !long.is_empty() {
            self.long.insert(self.rows.len() as u32, long);
        }
        self.rows.push(RowSpan { source_row, start: Position::new(start), first: Position::new(first) });
        self.counts.used += 1;
    }

    /// The bytes of all cells end to end, to be searched at once.
    pub fn bytes_of_cells(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Whether the column of a field is so.
    pub fn has_habit(&self, field: Field, habit: ColumnHabit) -> bool {
        self.whole(field, habit).is_some()
    }

    /// The habit of the column of a field.
    pub fn whole(&self, field: Field, habit: ColumnHabit) -> Option<&WholeColumn> {
        self.habits.iter().find(|whole| whole.field == field && whole.habit == habit)
    }

    /// The column of a field.
    pub fn column_of(&self, field: Field) -> Option<usize> {
        self.by_field[field as usize].map(usize::from)
    }

    /// The header of the column of a field as written; empty where there is none.
    pub fn header(&self, field: Field) -> &str {
        let column = self.by_field[field as usize].and_then(|column| self.columns.get(usize::from(column)));
        column.map_or("", |column| &column.header)
    }

    /// The legacy font in which the column of a field is typed.
    pub fn font(&self, field: Field) -> Option<LegacyFont> {
        self.fonts.iter().find(|(of, _)| *of == field).map(|(_, font)| *font)
    }

    /// Number of data rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no data row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether the file has a column for the field.
    pub fn has(&self, field: Field) -> bool {
        self.by_field[field as usize].is_some()
    }

    /// A row, to be asked for several of its cells.
    pub fn row(&self, index: u32) -> RowCells<'_> {
        let row = self.rows[index as usize];
        let next = self.rows.get(index as usize + 1).map_or(self.ends.len(), |r| r.first.get());
        let ends = &self.ends[row.first.get()..next];
        let long = if ends.is_empty() { self.long.get(&index).map_or(&[][..], Vec::as_slice) } else { &[] };
        RowCells { table: self, index, start: row.start.get(), ends, long }
    }

    /// The cell of a field as written; empty where the file has no such column or the row is short.
    pub fn cell(&self, index: u32, field: Field) -> &str {
        self.by_field[field as usize].map_or("", |column| self.cell_at(index, usize::from(column)))
    }

    /// The cell of a column as written.
    pub fn cell_at(&self, index: u32, column: usize) -> &str {
        self.row(index).at(column)
    }

    /// All cells of a row as written, in the order of the file.
    pub fn cells(&self, index: u32) -> impl Iterator<Item = &str> {
        self.row(index).cells()
    }

    /// Row number as a spreadsheet shows it.
    pub fn source_row(&self, index: u32) -> u32 {
        self.rows[index as usize].source_row
    }

    /// The position in [`Table::sections`] of what holds for a data row.
    pub fn section_at(&self, index: u32) -> Option<usize> {
        self.sections.partition_point(|(first, _)| *first <= index).checked_sub(1)
    }

    /// What the headings above a data row say of it.
    pub fn section(&self, index: u32) -> Option<&Section> {
        self.section_at(index).map(|at| &self.sections[at].1)
    }

    /// Headers of the columns with formulas that were never computed, and how many.
    pub fn uncomputed_columns(&self) -> impl Iterator<Item = (&str, u64)> {
        let header = |at: usize| self.columns.get(at).map_or("", |column| column.header.as_str());
        self.uncomputed.iter().map(move |&(at, count)| (header(at), count))
    }

    /// The remarks on a data row that say anything.
    pub fn remarks_on(&self, index: u32) -> impl Iterator<Item = &str> {
        self.remarks.iter().map(move |column| self.cell_at(index, *column)).filter(|cell| !cell.is_empty())
    }

    /// The remarks on a data row that say anything, each with the header of its column.
    pub fn headed_remarks_on(&self, index: u32) -> impl Iterator<Item = (&str, &str)> {
        let header = |at: usize| self.columns.get(at).map_or("", |column| column.header.as_str());
        let remarks = self.remarks.iter().map(move |column| (header(*column), self.cell_at(index, *column)));
        remarks.filter(|(_, cell)| !cell.trim().is_empty())
    }

    /// The hamlet that a heading above gives to a data row.
    pub fn group_hamlet(&self, index: u32) -> Option<&str> {
        self.section(index).map(|section| section.hamlet.as_str()).filter(|hamlet| !hamlet.is_empty())
    }
}

/// Rows of many tables, by reference.
pub trait Cells {
    /// The cell of a field of a row as written.
    fn cell(&self, row: RowRef, field: Field) -> &str;
}

impl Cells for [Table] {
    fn cell(&self, row: RowRef, field: Field) -> &str {
        self[row.table.at()].cell(row.index, field)
    }
}

#[cfg(test)]
mod tests;
