//! Rows of delimited text, read as a stream.
//!
//! The csv crate is not used here, for three things that it does not give: the numbers that a spreadsheet
//! shows (it passes over blank lines without a word), the text of a row as it stood, and a way on after a
//! stray quotation mark. A property test holds the splitting to what the crate reads.

use std::io::Read;
use std::path::PathBuf;

use memchr::memchr;

use super::quoting::{MAX_QUOTED, Record, line_end, read_quoted, split_plain};
use super::row::{Cells, Content, Damage, Row, RowSource};
use crate::ingest::error::IngestError;
use crate::ingest::open::unpacked::Overblown;

/// The buffer is refilled when less than this is left: more than the longest quoted cell and its record.
const LOOKAHEAD: usize = 4 * MAX_QUOTED;
/// Size of the buffer, and so of what is looked at before reading begins.
pub(in crate::ingest) const BUFFER: usize = 1 << 20;
/// What a text of DOS ends with.
const DOS_END: u8 = 0x1a;
/// A line longer than this is given up.
const MAX_LINE: usize = 8 << 20;

/// A sliding view of a stream.
pub(in crate::ingest) struct Window<R> {
    source: R,
    buffer: Vec<u8>,
    pos: usize,
    ended: bool,
}

impl<R: Read> Window<R> {
    /// A view of the stream, its first [`BUFFER`] bytes read.
    ///
    /// # Errors
    /// That of the stream.
    pub(in crate::ingest) fn new(source: R) -> std::io::Result<Self> {
        let mut window = Self { source, buffer: Vec::new(), pos: 0, ended: false };
        window.want(BUFFER)?;
        Ok(window)
    }

    /// What was read and not passed yet.
    pub(in crate::ingest) fn ahead(&self) -> &[u8] {
        &self.buffer[self.pos..]
    }

    /// Whether [`Window::ahead`] is all there is left.
    pub(in crate::ingest) fn ended(&self) -> bool {
        self.ended
    }

    /// Passes over bytes.
    pub(in crate::ingest) fn pass(&mut self, len: usize) {
        self.pos += len;
    }

    /// Reads until `len` bytes are ahead, or the stream ends.
    ///
    /// # Errors
    /// That of the stream.
    pub(in crate::ingest) fn want(&mut self, len: usize) -> std::io::Result<()> {
        if self.ended || self.buffer.len() - self.pos >= len {
            return Ok(());
        }
        self.buffer.drain(..self.pos);
        self.pos = 0;
        let more = len.max(BUFFER) - self.buffer.len();
        let read = self.source.by_ref().take(more as u64).read_to_end(&mut self.buffer)?;
        self.ended = read < more;
        if self.ended {
            self.cut_dos_end();
        }
        Ok(())
    }

    /// Cuts off the sign (Ctrl-Z) that programs of DOS end a text with: it is no row.
    fn cut_dos_end(&mut self) {
        let text = self.buffer[self.pos..].trim_ascii_end();
        if text.ends_with(&[DOS_END]) {
            let left = text.iter().rposition(|b| *b != DOS_END).map_or(0, |at| at + 1);
            self.buffer.truncate(self.pos + left);
        }
    }

    /// Puts a space for every NUL of the line ahead.
    fn mend_line(&mut self) {
        let ahead = &mut self.buffer[self.pos..];
        let end = memchr(b'\n', ahead).unwrap_or(ahead.len());
        for byte in &mut ahead[..end] {
            if *byte == 0 {
                *byte = b' ';
            }
        }
    }

    /// What is ahead, and the stream beyond it.
    pub(in crate::ingest) fn into_parts(mut self) -> (Vec<u8>, R) {
        self.buffer.drain(..self.pos);
        (self.buffer, self.source)
    }
}

/// Rows of UTF-8 text.
pub(in crate::ingest) struct TextRows<R> {
    file: PathBuf,
    window: Window<R>,
    delimiter: u8,
    /// Columns of the header; 0 while that is not known.
    columns: usize,
    max_cell: usize,
    /// Bytes of the record last given out, to be passed before the next.
    taken: usize,
    row: u32,
    /// The row to which NULs are passed over.
    mended: u32,
    text: Vec<u8>,
    spans: Vec<(u32, u32)>,
}

impl<R: Read> TextRows<R> {
    /// Rows from where the window stands, the first being number 1.
    pub(in crate::ingest) fn new(
        file: PathBuf,
        window: Window<R>,
        delimiter: u8,
        columns: usize,
        max_cell: usize,
    ) -> Self {
        let (text, spans) = (Vec::new(), Vec::new());
        Self { file, window, delimiter, columns, max_cell, taken: 0, row: 0, mended: 0, text, spans }
    }

    /// Rows of which those up to a number are read in spite of NULs: a title or header is known all the same, and
    /// without the header nothing would be.
    pub(in crate::ingest) fn mended_to(mut self, row: u32) -> Self {
        self.mended = row;
        self
    }

    fn failed(&self, error: &std::io::Error) -> IngestError {
        read_failed(&self.file, error)
    }

    /// Moves to the next record and makes sure that its first line is in the buffer. `None` at the end;
    /// otherwise whether the line is of sane length.
    fn advance(&mut self) -> Result<Option<bool>, std::io::Error> {
        self.window.pass(self.taken);
        self.taken = 0;
        self.window.want(LOOKAHEAD)?;
        let mut wanted = LOOKAHEAD;
        while memchr(b'\n', self.window.ahead()).is_none() && !self.window.ended() {
            if wanted > MAX_LINE {
                return Ok(Some(false));
            }
            wanted *= 2;
            self.window.want(wanted)?;
        }
        Ok((!self.window.ahead().is_empty()).then_some(true))
    }

    /// Passes over the rest of a line too long to hold.
    fn skip_line(&mut self) -> Result<(), std::io::Error> {
        loop {
            match memchr(b'\n', self.window.ahead()) {
                Some(at) => {
                    self.window.pass(at + 1);
                    return Ok(());
                }
                None => {
                    let all = self.window.ahead().len();
                    self.window.pass(all);
                    if self.window.ended() {
                        return Ok(());
                    }
                    self.window.want(1)?;
                }
            }
        }
    }
}

/// The error of a file that fails while it is read.
pub(in crate::ingest) fn read_failed(file: &std::path::Path, error: &std::io::Error) -> IngestError {
    if error.get_ref().is_some_and(|inner| inner.is::<Overblown>()) {
        return IngestError::TooLarge { file: file.to_owned() };
    }
    // What the system says has a number; what a decoder says of damaged bytes has none.
    if error.raw_os_error().is_some() {
        return IngestError::Unreadable { file: file.to_owned(), detail: error.kind().to_string() };
    }
    IngestError::Damaged { file: file.to_owned(), format: "gzip/zstd", detail: error.to_string() }
}

impl<R: Read> RowSource for TextRows<R> {
    fn next_row(&mut self) -> Result<Option<Row<'_>>, IngestError> {
        let sane = match self.advance() {
            Ok(None) => return Ok(None),
            Ok(Some(sane)) => sane,
            Err(error) => return Err(self.failed(&error)),
        };
        self.row =
            self.row.checked_add(1).ok_or_else(|| IngestError::TooLarge { file: self.file.clone() })?;
        if !sane {
            self.text.clear();
            self.text.extend_from_slice(&self.window.ahead()[..MAX_QUOTED]);
            self.skip_line().map_err(|error| self.failed(&error))?;
            let content = Content::Damaged(Damage::LineTooLong, format!("> {MAX_LINE}"));
            return Ok(Some(Row { number: self.row, content, merged: &[], raw: &self.text }));
        }
        if self.row <= self.mended {
            self.window.mend_line();
        }
        let ahead = self.window.ahead();
        let (len, whole) = line_end(ahead);
        let mut line = &ahead[..len];
        self.taken = whole;
        let mut damage = None;
        let quoted = memchr(b'"', line).is_some();
        if quoted {
            match read_quoted(ahead, self.delimiter, self.columns, &mut self.text, &mut self.spans) {
                Record::Read(taken) => {
                    self.taken = taken;
                    line = &ahead[..taken - line_break(&ahead[..taken])];
                }
                Record::Stray => {
                    let at = memchr(b'"', line).map_or(0, |at| at + 1);
                    damage = Some((Damage::UnclosedQuote, at.to_string()));
                }
            }
        } else {
            split_plain(line, self.delimiter, &mut self.spans);
        }
        let text = if damage.is_none() { self.sound(line) } else { Ok("") };
        let content = match (damage, text) {
            (Some((damage, detail)), _) | (None, Err((damage, detail))) => Content::Damaged(damage, detail),
            (None, Ok(line)) => {
                // Where the line is UTF-8, its cells are: a delimiter or quotation mark cuts no letter.
                let text = if quoted { utf8(&self.text).unwrap_or("") } else { line };
                Content::Cells(Cells { text, spans: &self.spans })
            }
        };
        Ok(Some(Row { number: self.row, content, merged: &[], raw: line }))
    }
}

impl<R> TextRows<R> {
    /// A split line as text, or what keeps it from being cells, with details that betray nothing.
    fn sound<'l>(&self, line: &'l [u8]) -> Result<&'l str, (Damage, String)> {
        let text =
            utf8(line).map_err(|error| (Damage::InvalidText, (error.valid_up_to() + 1).to_string()))?;
        if let Some(at) = memchr(0, line) {
            return Err((Damage::NulByte, (at + 1).to_string()));
        }
        if line.len() > self.max_cell
            && let Some(column) = self.spans.iter().position(|(a, b)| (b - a) as usize > self.max_cell)
        {
            return Err((Damage::CellTooLong, (column + 1).to_string()));
        }
        Ok(text)
    }
}

/// Bytes as text, many of them looked at at once; where they are none, the standard library says from where on.
fn utf8(bytes: &[u8]) -> Result<&str, std::str::Utf8Error> {
    simdutf8::basic::from_utf8(bytes).or_else(|_| std::str::from_utf8(bytes))
}

/// Length of the line break that a record ends with.
fn line_break(record: &[u8]) -> usize {
    if record.ends_with(b"\r\n") {
        2
    } else {
        usize::from(record.ends_with(b"\n") || record.ends_with(b"\r"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as (number, cells or reason).
    fn rows(input: &[u8], columns: usize) -> Vec<(u32, Vec<String>)> {
        let window = Window::new(input).unwrap();
        let mut source = TextRows::new("x.csv".into(), window, b',', columns, 1000);
        let mut out = Vec::new();
        while let Some(row) = source.next_row().unwrap() {
            out.push(match row.content {
                Content::Cells(cells) => (row.number, cells.iter().map(str::to_owned).collect()),
                Content::Damaged(damage, _) => (row.number, vec![format!("!{}", damage.code())]),
            });
        }
        out
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        let got = rows(b"a,b\r\n\r\n\"x\ny\",2\n\n3,4", 2);
        let wanted: [(u32, &[&str]); 5] =
            [(1, &["a", "b"]), (2, &[""]), (3, &["x\ny", "2"]), (4, &[""]), (5, &["3", "4"])];
        assert_eq!(got.len(), wanted.len());
        for ((n, cells), (wanted_n, wanted_cells)) in got.iter().zip(wanted) {
            assert_eq!((*n, cells.as_slice()), (wanted_n, wanted_cells.map_strings().as_slice()));
        }
    }

    trait MapStrings {
        fn map_strings(&self) -> Vec<String>;
    }

    impl MapStrings for &[&str] {
        fn map_strings(&self) -> Vec<String> {
            self.iter().map(|s| (*s).to_owned()).collect()
        }
    }

    #[test]
    fn the_end_that_dos_marks_is_no_row() {
        let wanted = [(1, vec!["a".to_owned(), "b".to_owned()]), (2, vec!["1".to_owned(), "2".to_owned()])];
        for end in ["\n\x1a", "\r\n\x1a\x1a", "\x1a", "\n\x1a\r\n"] {
            assert_eq!(rows(format!("a,b\n1,2{end}").as_bytes(), 2), wanted, "{end:?}");
        }
        assert_eq!(rows(b"\x1a", 0), []);
        // In the midst of a file it is a sign like any other.
        assert_eq!(rows(b"a\x1ab\nc", 1).len(), 2);
    }

    #[test]
    fn a_header_is_read_in_spite_of_nuls() {
        let window = Window::new(b"a\0,b\n1\0,2\n".as_slice()).unwrap();
        let mut source = TextRows::new("x.csv".into(), window, b',', 2, 1000).mended_to(1);
        let is_read = |row: Row<'_>| matches!(row.content, Content::Cells(_));
        assert!(source.next_row().unwrap().is_some_and(is_read));
        assert!(!source.next_row().unwrap().is_some_and(is_read));
    }

    #[test]
    fn a_damaged_row_costs_no_other() {
        let got = rows(b"a,b\n\"A,1\nB,2\n\xff,3\nC,4\n\0,5\nD,6\n", 2);
        let reasons: Vec<_> = got.iter().map(|(_, cells)| cells[0].as_str()).collect();
        assert_eq!(reasons, ["a", "!unclosed_quote", "B", "!invalid_utf8", "C", "!nul_byte", "D"]);
        let long = [b"a,b\n".as_slice(), &[b'x'; 2000], b",1\nB,2\n"].concat();
        assert_eq!(rows(&long, 2)[1].1, ["!cell_too_long"]);
        assert_eq!(rows(&long, 2)[2].1, ["B", "2"]);
        let huge = [b"a,b\n".as_slice(), &vec![b'x'; MAX_LINE * 5], b",1\nB,2\n"].concat();
        assert_eq!(rows(&huge, 2)[1].1, ["!line_too_long"]);
        assert_eq!(rows(&huge, 2)[2], (3, vec!["B".into(), "2".into()]));
    }

    #[test]
    fn records_across_the_buffer_are_whole() {
        let line = "Nguyễn Văn A,\"Thôn 1,\nxã B\"\n";
        let input = line.repeat(3 * BUFFER / line.len());
        let got = rows(input.as_bytes(), 2);
        assert_eq!(got.len(), 3 * BUFFER / line.len());
        assert!(got.iter().all(|(_, cells)| *cells == ["Nguyễn Văn A", "Thôn 1,\nxã B"]));
    }
}
