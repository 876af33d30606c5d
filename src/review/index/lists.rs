//! The CSV lists of a run read back: BOM gone, and the quote gone that keeps a spreadsheet from taking a cell
//! for a formula.

use std::fs::File;
use std::path::Path;

use csv::StringRecord;

use super::IndexError;
use crate::publish::is_formula_like;

/// A list, read line by line.
pub(crate) struct CsvList {
    name: String,
    reader: csv::Reader<File>,
    columns: Vec<String>,
    record: StringRecord,
    /// Whether `record` is a line that nobody has taken yet.
    waiting: bool,
}

impl CsvList {
    /// Opens a list.
    pub(crate) fn open(path: &Path) -> Result<Self, IndexError> {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let file = File::open(path).map_err(IndexError::io(path))?;
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(file);
        let damaged = |_| IndexError::Damaged { file: name.clone(), row: 1 };
        let headers = reader.headers().map_err(damaged)?;
        let columns = headers.iter().map(|h| h.trim_start_matches('\u{feff}').to_string()).collect();
        Ok(Self { name, reader, columns, record: StringRecord::new(), waiting: false })
    }

    /// Whether the list has a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|name| name == column)
    }

    /// Goes to the next line; an error where there is none.
    pub(crate) fn next(&mut self) -> Result<(), IndexError> {
        self.waiting = false;
        if self.peek()? {
            self.waiting = false;
            Ok(())
        } else {
            Err(self.damaged())
        }
    }

    /// Looks at the next line; `false` at the end of the list.
    pub(crate) fn peek(&mut self) -> Result<bool, IndexError> {
        if !self.waiting {
            self.waiting = self.reader.read_record(&mut self.record).map_err(|_| self.damaged())?;
        }
        Ok(self.waiting)
    }

    /// Takes the line looked at.
    pub(crate) fn take(&mut self) {
        self.waiting = false;
    }

    /// A cell of the line; empty where the list has no such column.
    pub(crate) fn text(&self, column: &str) -> &str {
        let at = self.columns.iter().position(|name| name == column);
        let cell = at.and_then(|at| self.record.get(at)).unwrap_or("");
        cell.strip_prefix('\'').filter(|rest| is_formula_like(rest)).unwrap_or(cell)
    }

    /// A cell that holds a number or nothing.
    pub(crate) fn number(&self, column: &str) -> Result<Option<u32>, IndexError> {
        match self.text(column) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| self.damaged()),
        }
    }

    /// What is said where a line is not as a run wrote it.
    pub(crate) fn damaged(&self) -> IndexError {
        let row = self.record.position().map_or(0, |position| position.line());
        IndexError::Damaged { file: self.name.clone(), row }
    }
}

/// `dd/mm/yyyy` as `yyyy-mm-dd`, which sorts as text.
pub(crate) fn iso_day(text: &str) -> Option<String> {
    let (day, rest) = text.split_once('/')?;
    let (month, year) = rest.split_once('/')?;
    let sound = [day, month, year].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    (sound && year.len() == 4).then(|| format!("{year}-{month:0>2}-{day:0>2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_as_they_were_before_they_were_neutralised() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "\u{feff}name,row\r\n'=1+1,2\r\n'Quoted,\r\n").unwrap();
        let mut list = CsvList::open(&path).unwrap();
        list.next().unwrap();
        assert_eq!((list.text("name"), list.number("row").unwrap()), ("=1+1", Some(2)));
        assert!(list.peek().unwrap() && list.peek().unwrap());
        assert_eq!((list.text("name"), list.number("row").unwrap()), ("'Quoted", None));
        list.take();
        assert!(!list.peek().unwrap());
        assert!(matches!(list.next(), Err(IndexError::Damaged { .. })));
    }

    #[test]
    fn days_sort_as_text() {
        assert_eq!(iso_day("5/3/2026").as_deref(), Some("2026-03-05"));
        assert_eq!(iso_day("03/2026"), None);
    }
}
