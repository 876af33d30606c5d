//! CSV as the contract wants it: BOM, RFC 4180, no cell that a spreadsheet would take for a formula.
//!
//! Rows are formatted in blocks by all threads and written in order, so that the bytes do not depend on
//! the number of threads.

use std::fmt::{Display, Write as _};
use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;

use crate::publish::person::ShownDate;

/// What tells a spreadsheet that the file is UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Rows formatted by one thread at a time.
const BLOCK: usize = 8 * 1024;

/// Text that a spreadsheet reads as a formula when a cell begins with it; the last four are the
/// full-width forms, which some locales take for the plain ones.
const FORMULA_STARTS: [&str; 10] = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"];

/// Whether a spreadsheet would take the cell for a formula.
pub(crate) fn is_formula_like(text: &str) -> bool {
    // Nearly every cell begins with a letter or digit: one comparison settles those.
    let Some(&first) = text.as_bytes().first() else { return false };
    if first.is_ascii_alphanumeric() || (0xC0..0xE2).contains(&first) {
        return false;
    }
    FORMULA_STARTS.iter().any(|start| text.starts_with(start))
}

/// One CSV line being written into a buffer.
pub(crate) struct Line<'a> {
    buffer: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Line<'a> {
    /// Begins a line at the end of the buffer.
    pub(crate) fn new(buffer: &'a mut Vec<u8>) -> Self {
        Self { buffer, first: true }
    }

    /// A cell whose text comes from data: neutralised and quoted where needed.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.separate();
        let formula = is_formula_like(text);
        let quote = text.bytes().any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n' | b';' | b'\t'));
        if !quote {
            if formula {
                self.buffer.push(b'\'');
            }
            self.buffer.extend_from_slice(text.as_bytes());
            return self;
        }
        self.buffer.push(b'"');
        if formula {
            self.buffer.push(b'\'');
        }
        let mut rest = text.as_bytes();
        while let Some(at) = memchr::memchr(b'"', rest) {
            self.buffer.extend_from_slice(&rest[..=at]);
            self.buffer.push(b'"');
            rest = &rest[at + 1..];
        }
        self.buffer.extend_from_slice(rest);
        self.buffer.push(b'"');
        self
    }

    /// A cell of the program's own making that holds nothing to quote: numbers, dates, codes.
    pub(crate) fn plain(&mut self, value: impl Display) -> &mut Self {
        self.separate();
        // Writing to a vector cannot fail.
        let _ = write!(self.buffer, "{value}");
        self
    }

    /// A cell that is one of the program's own words.
    pub(crate) fn word(&mut self, word: &str) -> &mut Self {
        self.separate();
        self.buffer.extend_from_slice(word.as_bytes());
        self
    }

    /// A date.
    pub(crate) fn date(&mut self, date: ShownDate<'_>) -> &mut Self {
        match date {
            ShownDate::None => self.empty(1),
            ShownDate::Date(date) => self.plain(date),
            ShownDate::Written(text) => self.text(text),
        }
    }

    /// As [`Line::plain`]; empty where there is no value.
    pub(crate) fn option(&mut self, value: Option<impl Display>) -> &mut Self {
        match value {
            Some(value) => self.plain(value),
            None => self.empty(1),
        }
    }

    /// A row number.
    pub(crate) fn number(&mut self, mut n: u32) -> &mut Self {
        self.separate();
        let mut digits = [0u8; 10];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (n % 10) as u8;
            n /= 10;
            if n == 0 {
                break;
            }
        }
        self.buffer.extend_from_slice(&digits[at..]);
        self
    }

    /// A probability with four decimals.
    pub(crate) fn probability(&mut self, p: f32) -> &mut Self {
        self.separate();
        let scaled = (f64::from(p).clamp(0.0, 1.0) * 10_000.0).round() as u32;
        let digit = |unit: u32| b'0' + (scaled / unit % 10) as u8;
        self.buffer.extend_from_slice(&[digit(10_000), b'.', digit(1000), digit(100), digit(10), digit(1)]);
        self
    }

    /// This many empty cells.
    pub(crate) fn empty(&mut self, count: usize) -> &mut Self {
        for _ in 0..count {
            self.separate();
        }
        self
    }

    /// Ends the line.
    pub(crate) fn end(&mut self) {
        self.buffer.extend_from_slice(b"\r\n");
    }

    fn separate(&mut self) {
        if !self.first {
            self.buffer.push(b',');
        }
        self.first = false;
    }
}

/// Writes `len` items as CSV: `format` appends the lines of item `index` to the buffer.
pub(crate) fn write_csv(
    mut out: impl Write,
    header: &[&str],
    len: usize,
    format: impl Fn(usize, &mut Vec<u8>) + Sync,
) -> io::Result<()> {
    out.write_all(BOM)?;
    let mut head = Vec::new();
    let mut line = Line::new(&mut head);
    for name in header {
        line.text(name);
    }
    line.end();
    out.write_all(&head)?;

    let mut buffers = vec![Vec::new(); 2 * rayon::current_num_threads()];
    let mut begin = 0;
    while begin < len {
        let block = |n: usize| -> Range<usize> {
            let from = (begin + n * BLOCK).min(len);
            from..(from + BLOCK).min(len)
        };
        buffers.par_iter_mut().enumerate().for_each(|(n, buffer): (usize, &mut Vec<u8>)| {
            buffer.clear();
            block(n).for_each(|index| format(index, buffer));
        });
        for buffer in &buffers {
            out.write_all(buffer)?;
        }
        begin += buffers.len() * BLOCK;
    }
    out.flush()
}

/// A fixed-point number with two decimals, for weights in bits.
pub(crate) fn push_bits(text: &mut String, bits: f32) {
    let _ = write!(text, "{:.2}", if bits == 0.0 { 0.0 } else { bits });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(cells: &[&str]) -> String {
        let mut buffer = Vec::new();
        let mut line = Line::new(&mut buffer);
        for cell in cells {
            line.text(cell);
        }
        line.end();
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn formulas_are_neutralised_and_ordinary_cells_are_not() {
        assert_eq!(line(&["=1+1", "+84912", "-5", "@x", "\tx"]), "'=1+1,'+84912,'-5,'@x,\"'\tx\"\r\n");
        assert_eq!(line(&["=HYPERLINK(\"a\",1)"]), "\"'=HYPERLINK(\"\"a\"\",1)\"\r\n");
        assert_eq!(line(&["＝1"]), "'＝1\r\n");
        assert_eq!(
            line(&["12/03/1990", "079190012345", "Ê Ban", "H'Hen", ""]),
            "12/03/1990,079190012345,Ê Ban,H'Hen,\r\n"
        );
    }

    #[test]
    fn numbers_are_written_as_they_are() {
        let mut buffer = Vec::new();
        Line::new(&mut buffer)
            .number(0)
            .number(u32::MAX)
            .probability(0.999_96)
            .probability(0.5)
            .empty(2)
            .end();
        assert_eq!(String::from_utf8(buffer).unwrap(), "0,4294967295,1.0000,0.5000,,\r\n");
    }

    #[test]
    fn blocks_come_out_in_order() {
        let mut out = Vec::new();
        let n = 5 * BLOCK + 17;
        write_csv(&mut out, &["n"], n, |i, buffer| Line::new(buffer).number(i as u32).end()).unwrap();
        let expected = format!("\u{feff}n\r\n{}", (0..n).map(|i| format!("{i}\r\n")).collect::<String>());
        assert!(out == expected.as_bytes());
    }

    proptest! {
        #[test]
        fn any_cell_comes_back_but_for_the_quote_before_a_formula(mut cells in prop::collection::vec(".*", 0..6)) {
            // A reader drops a blank line, and a byte order mark where the file begins with one.
            cells.insert(0, "first".into());
            let text = line(&cells.iter().map(String::as_str).collect::<Vec<_>>());
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            prop_assert_eq!(record.len(), cells.len());
            for (read, wrote) in record.iter().zip(&cells) {
                prop_assert!(!is_formula_like(read));
                prop_assert_eq!(read.strip_prefix('\'').filter(|_| is_formula_like(wrote)).unwrap_or(read), wrote);
            }
        }
    }
}
