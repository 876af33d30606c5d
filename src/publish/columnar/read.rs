//! A table of a run folder, read back.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use polars_arrow::array::{Array, Utf8ViewArray};

use crate::ingest::{ParquetFile, write_value};

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

    /// The names of the columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.file.fields().iter().map(|field| field.name.as_str())
    }

    /// How many row groups there are.
    pub fn groups(&self) -> usize {
        self.file.groups()
    }

    /// A column of a row group as lists show it: dates as dd/mm/yyyy, nothing where there is no value.
    ///
    /// # Errors
    ///
    /// Where there is no such column, or the file is damaged.
    pub fn texts(&mut self, group: usize, column: &str) -> io::Result<Vec<String>> {
        let at = self.columns().position(|name| name == column);
        let at = at.ok_or_else(|| damaged(&self.path, &format!("no column {column}")))?;
        let mut texts = Vec::new();
        for array in self.read(group, at)? {
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
