//! A table of a run folder, read back.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use polars_arrow::array::{Array, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::types::NativeType;
use rayon::prelude::*;

use crate::ingest::{ParquetFile, write_value};

/// A column of texts of one row group.
#[derive(Debug)]
pub(crate) struct Texts(Vec<Utf8ViewArray>);

impl Texts {
    /// The text of a row; empty where there is no value.
    pub(crate) fn get(&self, mut row: usize) -> &str {
        for array in &self.0 {
            if row < array.len() {
                return if array.is_null(row) { "" } else { array.value(row) };
            }
            row -= array.len();
        }
        ""
    }
}

/// A column of one row group as lists show it.
#[derive(Debug)]
pub(crate) enum ListCells {
    /// It holds texts.
    Texts(Texts),
    /// It holds something else, written out.
    Shown(Vec<String>),
}

impl ListCells {
    /// The cell of a row; empty where there is no value.
    pub(crate) fn get(&self, row: usize) -> &str {
        match self {
            Self::Texts(texts) => texts.get(row),
            Self::Shown(texts) => texts.get(row).map_or("", String::as_str),
        }
    }
}

/// `findings.parquet`, `links.parquet` or `rows.parquet` of a run, read row group by row group.
pub struct RunTable {
    path: PathBuf,
    file: ParquetFile,
}

impl RunTable {
    /// Opens a table.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read or is no such table.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = ParquetFile::new(File::open(path)?).map_err(|detail| damaged(path, &detail))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// The table for another thread.
    ///
    /// # Errors
    ///
    /// Where the file can no longer be opened.
    pub(crate) fn opened_again(&self) -> io::Result<Self> {
        let file = self.file.opened_again(File::open(&self.path)?);
        Ok(Self { path: self.path.clone(), file })
    }

    /// What is read of row groups, each by whichever thread is free, in their order.
    ///
    /// # Errors
    ///
    /// What reading one of them gives.
    pub(crate) fn each_group<T: Send>(
        &self,
        groups: &[usize],
        read: impl Fn(&mut Self, usize) -> io::Result<T> + Sync,
    ) -> io::Result<Vec<T>> {
        groups.par_iter().map(|group| read(&mut self.opened_again()?, *group)).collect()
    }

    /// The names of the columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.file.fields().iter().map(|field| field.name.as_str())
    }

    /// How many row groups there are.
    pub fn groups(&self) -> usize {
        self.file.groups()
    }

    /// How many rows a row group has.
    pub(crate) fn rows(&self, group: usize) -> usize {
        self.file.rows(group)
    }

    /// A column of texts of a row group.
    ///
    /// # Errors
    ///
    /// Where there is no such column, where it holds no texts, or where the file is damaged.
    pub(crate) fn words(&mut self, group: usize, column: &str) -> io::Result<Texts> {
        let arrays = self.named(group, column)?;
        let texts = arrays.iter().map(|array| array.as_any().downcast_ref::<Utf8ViewArray>().cloned());
        texts.collect::<Option<_>>().map(Texts).ok_or_else(|| self.other_type(column))
    }

    /// A column of numbers of a row group: `u32` of whole ones, `f32` of real ones, `i32` of days.
    ///
    /// # Errors
    ///
    /// Where there is no such column, where it holds other values, or where the file is damaged.
    pub(crate) fn values<T: NativeType>(&mut self, group: usize, column: &str) -> io::Result<Vec<Option<T>>> {
        let mut values = Vec::with_capacity(self.rows(group));
        for array in self.named(group, column)? {
            let array = array.as_any().downcast_ref::<PrimitiveArray<T>>();
            values.extend(array.ok_or_else(|| self.other_type(column))?.iter().map(|value| value.copied()));
        }
        Ok(values)
    }

    /// A column of a row group as lists show it: texts where they lie, anything else written out.
    ///
    /// # Errors
    ///
    /// Where there is no such column, or the file is damaged.
    pub(crate) fn cells(&mut self, group: usize, column: &str) -> io::Result<ListCells> {
        let holds = self.file.fields().iter().find(|field| field.name.as_str() == column);
        match holds.map(|field| &field.dtype) {
            Some(ArrowDataType::Utf8View) => self.words(group, column).map(ListCells::Texts),
            _ => self.texts(group, column).map(ListCells::Shown),
        }
    }

    fn named(&mut self, group: usize, column: &str) -> io::Result<Vec<Box<dyn Array>>> {
        let at = self.columns().position(|name| name == column);
        let at = at.ok_or_else(|| damaged(&self.path, &format!("no column {column}")))?;
        self.read(group, at)
    }

    fn other_type(&self, column: &str) -> io::Error {
        damaged(&self.path, &format!("the column {column} is of another type"))
    }

    /// A column of a row group as lists show it: dates as dd/mm/yyyy, nothing where there is no value.
    ///
    /// # Errors
    ///
    /// Where there is no such column, or the file is damaged.
    pub fn texts(&mut self, group: usize, column: &str) -> io::Result<Vec<String>> {
        let mut texts = Vec::new();
        for array in self.named(group, column)? {
            for row in 0..array.len() {
                let mut text = String::new();
                write_value(array.as_ref(), row, &mut text);
                texts.push(text);
            }
        }
        Ok(texts)
    }

    /// Whether any text of the table is one that is looked for.
    pub(crate) fn any_text(&mut self, mut wanted: impl FnMut(&str) -> bool) -> io::Result<bool> {
        for group in 0..self.groups() {
            for column in 0..self.file.fields().len() {
                for array in self.read(group, column)? {
                    let Some(texts) = array.as_any().downcast_ref::<Utf8ViewArray>() else { continue };
                    if texts.iter().flatten().any(&mut wanted) {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// The rows of a row group of which any text is one that is looked for, in order.
    pub(crate) fn rows_with(
        &mut self,
        group: usize,
        mut wanted: impl FnMut(&str) -> bool,
    ) -> io::Result<Vec<usize>> {
        let mut found = vec![false; self.rows(group)];
        for column in 0..self.file.fields().len() {
            let mut first = 0;
            for array in self.read(group, column)? {
                if let Some(texts) = array.as_any().downcast_ref::<Utf8ViewArray>() {
                    for (row, text) in texts.iter().enumerate() {
                        found[first + row] |= text.is_some_and(&mut wanted);
                    }
                }
                first += array.len();
            }
        }
        Ok(found.iter().enumerate().filter(|(_, found)| **found).map(|(row, _)| row).collect())
    }

    fn read(&mut self, group: usize, column: usize) -> io::Result<Vec<Box<dyn Array>>> {
        self.file.read(group, column).map_err(|detail| damaged(&self.path, &detail))
    }
}

impl std::fmt::Debug for RunTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunTable").field("path", &self.path).finish_non_exhaustive()
    }
}

fn damaged(path: &Path, detail: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{}: {detail}", path.display()))
}
