//! Text files of a mixed sample: each kind in the encoding and with the delimiter of its office.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use super::charset::Charset;
use super::legacy::Legacy;
use super::write::private_file;
use super::{Folder, Offer, Placed};
use crate::domain::Kind;
use crate::sample::SampleError;

/// A text file being written.
pub(crate) struct TextFile<'a> {
    path: PathBuf,
    out: BufWriter<File>,
    charset: Charset,
    delimiter: char,
    legacy: &'a Legacy,
    /// Rows written, titles and header included.
    rows: u32,
    line: String,
    bytes: Vec<u8>,
}

impl<'a> TextFile<'a> {
    /// Begins the file of a kind: titles, where its layout has them, and header.
    pub(crate) fn create(folder: &'a Folder<'a>, name: &str, kind: Kind) -> Result<Self, SampleError> {
        let (charset, delimiter) = match kind {
            Kind::Births => (Charset::Tcvn3, ','),
            Kind::Deaths => (Charset::Utf16Le, '\t'),
            Kind::Insurance => (Charset::Windows1258, '|'),
            _ => (Charset::Utf8Bom, ';'),
        };
        let path = folder.path.join(name);
        let out = BufWriter::with_capacity(1 << 18, private_file(&path)?);
        let (line, bytes) = (String::new(), Vec::new());
        let legacy = folder.legacy;
        let mut file = Self { path, out, charset, delimiter, legacy, rows: 0, line, bytes };
        file.out.write_all(charset.mark()).map_err(|e| file.failed(e))?;
        let width = kind.fields().len();
        for title in &folder.layouts.of(kind).titles {
            // A spreadsheet saves a title with the empty cells beside it.
            file.write(std::iter::once(title.as_str()).chain(std::iter::repeat_n("", width - 1)))?;
        }
        file.write(folder.headers(kind))?;
        Ok(file)
    }

    /// Writes a row, unless it has a character that the encoding lacks.
    pub(crate) fn row(&mut self, cells: &[String]) -> Result<Offer, SampleError> {
        let written = self.write(cells.iter().map(String::as_str))?;
        Ok(if written { Offer::At(self.rows, Placed::AsGiven) } else { Offer::Refused })
    }

    fn write<'c>(&mut self, cells: impl Iterator<Item = &'c str>) -> Result<bool, SampleError> {
        self.line.clear();
        for (column, cell) in cells.enumerate() {
            if column > 0 {
                self.line.push(self.delimiter);
            }
            if cell.contains([self.delimiter, '"', '\r', '\n']) {
                self.line.push('"');
                self.line.push_str(&cell.replace('"', "\"\""));
                self.line.push('"');
            } else {
                self.line.push_str(cell);
            }
        }
        self.line.push_str("\r\n");
        self.bytes.clear();
        if !self.charset.encode(&self.line, self.legacy, &mut self.bytes) {
            return Ok(false);
        }
        self.out.write_all(&self.bytes).map_err(|e| self.failed(e))?;
        self.rows += 1;
        Ok(true)
    }

    /// Ends the file.
    pub(crate) fn finish(mut self) -> Result<(), SampleError> {
        self.out.flush().map_err(|e| self.failed(e))
    }

    fn failed(&self, source: std::io::Error) -> SampleError {
        SampleError::Write { path: self.path.clone(), source }
    }
}
