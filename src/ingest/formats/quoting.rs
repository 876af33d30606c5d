//! Where a record of delimited text ends, and where its cells lie.
//!
//! Well-formed input is read as RFC 4180 says. What officers' files have beside it is judged so that one
//! stray quotation mark never swallows the rows after it: a quoted cell may run over several lines, but a
//! run that is too long, that never closes, or that closes where no cell can end, is no quoted cell. Then
//! the line it began on is given up (and reported), and reading goes on with the next line.

use memchr::{memchr, memchr_iter, memchr2};

/// A quoted cell may run over this many lines.
const MAX_LINES: usize = 50;
/// ... and over this many bytes.
pub(in crate::ingest) const MAX_QUOTED: usize = 64 * 1024;
/// From this many columns on, two lines that each have all of them are two rows, whatever the quotes say.
const TELLING_COLUMNS: usize = 6;

/// A record whose first line holds a quotation mark.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Record {
    /// Cells are in the buffers; the record took this many bytes, its line end included.
    Read(usize),
    /// The quotation mark is a stray one: give up the first line.
    Stray,
}

/// Length of the first line, without and with its line end.
pub(in crate::ingest) fn line_end(bytes: &[u8]) -> (usize, usize) {
    match memchr(b'\n', bytes) {
        Some(at) => (at - usize::from(at > 0 && bytes[at - 1] == b'\r'), at + 1),
        None => (bytes.len() - usize::from(bytes.last() == Some(&b'\r')), bytes.len()),
    }
}

/// Spans of the cells of a line without quotation marks.
pub(in crate::ingest) fn split_plain(line: &[u8], delimiter: u8, spans: &mut Vec<(u32, u32)>) {
    spans.clear();
    let mut start = 0;
    for at in memchr_iter(delimiter, line) {
        spans.push((start, at as u32));
        start = at as u32 + 1;
    }
    spans.push((start, line.len() as u32));
}

/// Reads the record that `bytes` begins with. `columns` is the number that the header has, 0 where that is
/// not known yet. The cells, unescaped, are put end to end into `text`.
pub(in crate::ingest) fn read_quoted(
    bytes: &[u8],
    delimiter: u8,
    columns: usize,
    text: &mut Vec<u8>,
    spans: &mut Vec<(u32, u32)>,
) -> Record {
    text.clear();
    spans.clear();
    let mut pos = 0;
    let mut lenient = false;
    let end = loop {
        let start = text.len() as u32;
        if bytes.get(pos) == Some(&b'"') {
            let Some(cell) = read_cell(&bytes[pos + 1..], delimiter, text) else { return Record::Stray };
            lenient |= cell.lenient;
            pos += 1 + cell.len;
        } else {
            let len = memchr2(delimiter, b'\n', &bytes[pos..]).unwrap_or(bytes.len() - pos);
            let cell = &bytes[pos..pos + len];
            pos += len;
            // The last cell of a line is followed by its line end, of which the CR is no part of the cell.
            let last = bytes.get(pos).is_none_or(|b| *b == b'\n');
            text.extend_from_slice(if last { cell.strip_suffix(b"\r").unwrap_or(cell) } else { cell });
        }
        match bytes.get(pos) {
            Some(b) if *b == delimiter => {
                spans.push(without_formula(text, start));
                pos += 1;
            }
            _ => {
                spans.push(without_formula(text, start));
                break pos;
            }
        }
    };
    let consumed = match bytes.get(end) {
        Some(b'\r') => end + 1 + usize::from(bytes.get(end + 1) == Some(&b'\n')),
        Some(_) => end + 1,
        None => end,
    };
    let fits = columns == 0 || spans.len() == columns;
    if (lenient && !fits) || glues_rows(&bytes[..end], delimiter, columns, fits) {
        return Record::Stray;
    }
    Record::Read(consumed)
}

/// The span of the cell that begins at `start` and is the last so far. `="0012"` is how programs keep a
/// spreadsheet from taking a text for a number: what it shows is the text.
fn without_formula(text: &[u8], start: u32) -> (u32, u32) {
    let (start, end) = (start as usize, text.len());
    match &text[start..] {
        [b'=', b'"', inner @ .., b'"'] if !inner.contains(&b'"') => (start as u32 + 2, end as u32 - 1),
        _ => (start as u32, end as u32),
    }
}

struct QuotedCell {
    /// Bytes up to what follows the cell: a delimiter, a line end or the end of the input.
    len: usize,
    /// Whether a mark inside was neither doubled nor the end.
    lenient: bool,
}

/// Reads a quoted cell from behind its opening mark. `None`: it is no quoted cell.
fn read_cell(bytes: &[u8], delimiter: u8, text: &mut Vec<u8>) -> Option<QuotedCell> {
    let limit = bytes.len().min(MAX_QUOTED);
    let mut pos = 0;
    let mut lines = 0;
    let mut lenient = false;
    loop {
        let at = pos + memchr(b'"', &bytes[pos..limit])?;
        lines += memchr_iter(b'\n', &bytes[pos..at]).count();
        if lines > MAX_LINES {
            return None;
        }
        text.extend_from_slice(&bytes[pos..at]);
        if bytes.get(at + 1) == Some(&b'"') {
            text.push(b'"');
            pos = at + 2;
            // Where marks inside were not doubled, two at the end are one that was meant and the closing one.
            if lenient && bytes.get(pos).is_none_or(|b| *b == delimiter || matches!(b, b'\r' | b'\n')) {
                return Some(QuotedCell { len: pos, lenient });
            }
            continue;
        }
        // Blanks between the closing mark and what ends the cell are nobody's.
        let after = bytes[at + 1..].iter().take_while(|b| **b == b' ' && delimiter != b' ').count();
        let next = at + 1 + after;
        match bytes.get(next) {
            None | Some(b'\n') => return Some(QuotedCell { len: next, lenient }),
            Some(b'\r') if bytes.get(next + 1).is_none_or(|b| *b == b'\n') => {
                return Some(QuotedCell { len: next, lenient });
            }
            Some(b) if *b == delimiter => return Some(QuotedCell { len: next, lenient }),
            // `"Nguyễn "Tèo" Văn A"`: within its line the mark is a letter like any other.
            Some(_) if lines == 0 => {
                lenient = true;
                text.push(b'"');
                pos = at + 1;
            }
            Some(_) => return None,
        }
    }
}

/// Whether a record of several lines rather is several rows, glued by a stray mark at either end.
fn glues_rows(record: &[u8], delimiter: u8, columns: usize, fits: bool) -> bool {
    if columns < 2 || memchr(b'\n', record).is_none() {
        return false;
    }
    let whole = |line: &[u8]| memchr_iter(delimiter, line).count() + 1 == columns;
    let lines: Vec<&[u8]> = record.split(|b| *b == b'\n').collect();
    // A line on which a quoted cell begins that goes on below is no row, however many delimiters it has.
    let goes_on = |line: &[u8]| {
        let last = memchr::memrchr(b'"', line).and_then(|at| at.checked_sub(1));
        last.is_some_and(|before| line[before] == delimiter)
    };
    let inner = || lines[1..lines.len() - 1].iter().filter(|line| !goes_on(line));
    let (first, last) = (whole(lines[0]), lines.last().is_some_and(|l| whole(l)));
    if fits {
        columns >= TELLING_COLUMNS && (inner().any(|l| whole(l)) || (first && last))
    } else {
        first || last || inner().any(|l| whole(l))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(input: &str, columns: usize) -> Option<(Vec<String>, usize)> {
        let (mut text, mut spans) = (Vec::new(), Vec::new());
        match read_quoted(input.as_bytes(), b',', columns, &mut text, &mut spans) {
            Record::Stray => None,
            Record::Read(len) => {
                let text = String::from_utf8(text).unwrap();
                Some((spans.iter().map(|&(a, b)| text[a as usize..b as usize].to_owned()).collect(), len))
            }
        }
    }

    #[test]
    fn quoted_cells() {
        let cells = |input| read(input, 0).unwrap().0;
        assert_eq!(cells("\"a,b\",c\r\nd"), ["a,b", "c"]);
        assert_eq!(cells("\"a\"\"b\",\"c\"\r\n"), ["a\"b", "c"]);
        assert_eq!(cells("x,\"Thôn 1,\nxã A\",y\n"), ["x", "Thôn 1,\nxã A", "y"]);
        assert_eq!(cells("\"\",\"\""), ["", ""]);
        let wrapped = "1,\"Nguyễn Thị\nHồng Nhung\",1957,NCT,500,\"Xóm 1,\nxã A\"\n";
        let wrapped = read(wrapped, 6).unwrap().0;
        assert_eq!(wrapped, ["1", "Nguyễn Thị\nHồng Nhung", "1957", "NCT", "500", "Xóm 1,\nxã A"]);
        assert_eq!(cells("a,5\" ống\n"), ["a", "5\" ống"]);
        assert_eq!(cells("\"a\" ,b\n"), ["a", "b"]);
        assert_eq!(cells("\"Nguyễn \"Tèo\" Văn A\",1960\n"), ["Nguyễn \"Tèo\" Văn A", "1960"]);
        assert_eq!(cells("\"An \"Tèo\"\",1960\n"), ["An \"Tèo\"", "1960"]);
        assert_eq!(cells("=\"001\",\"=\"\"002\"\"\",=\"\",=1\n"), ["001", "002", "", "=1"]);
        assert_eq!(read("\"a\",b\r\nrest", 0).unwrap().1, 7);
    }

    #[test]
    fn a_stray_mark_is_told_from_a_quoted_cell() {
        // Never closed.
        assert_eq!(read("\"Nguyễn Văn A,1960,Nam\nB,1970,Nữ\n", 3), None);
        // Closed by the opening mark of a later row's cell.
        assert_eq!(read("\"A,1960,Nam\nB,1970,\"Thôn 1, xã X\"\n", 3), None);
        // Closed by a mark that happens to end a cell.
        assert_eq!(read("\"A,1960,x\nB,1970,y\nC,1980,5\"\n", 3), None);
        assert_eq!(read("\"A,1960,\"Thôn 1, xã X\",Nam\n", 4), None);
        let two_rows = "1,2,3,4,5,\"6\n1,2,3,4,5,6\"\n";
        assert_eq!(read(two_rows, 6), None);
        // Too many lines, too many bytes.
        assert_eq!(read(&format!("\"{}\",b\n", "x\n".repeat(60)), 2), None);
        assert_eq!(read(&format!("\"{}\",b\n", "x".repeat(MAX_QUOTED)), 2), None);
    }

    proptest! {
        /// What a well-behaved writer wrote comes back, cell by cell, as the csv crate reads it.
        #[test]
        fn agrees_with_the_csv_crate(rows in prop::collection::vec(
            prop::collection::vec("[a-zđ ,\"\r\n;]{0,8}", 3), 1..4)) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let (mut rest, mut text, mut spans) = (&bytes[..], Vec::new(), Vec::new());
            for row in &rows {
                let Record::Read(len) = read_quoted(rest, b',', 0, &mut text, &mut spans) else {
                    // A quoted cell whose text looks like a stray mark is the price of recovery; it takes a
                    // mark and a line break in one cell.
                    prop_assert!(row.iter().any(|c| c.contains('"') || c.contains('\n')));
                    return Ok(());
                };
                let got: Vec<_> = spans.iter().map(|&(a, b)| &text[a as usize..b as usize]).collect();
                prop_assert_eq!(got, row.iter().map(String::as_bytes).collect::<Vec<_>>());
                rest = &rest[len..];
            }
        }
    }
}
