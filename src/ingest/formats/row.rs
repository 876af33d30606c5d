//! One row on its way from a file into a table, whatever the format.

use crate::ingest::error::IngestError;
use crate::vietnamese::text;

/// The cells of a row: one text and the span of each cell in it.
#[derive(Copy, Clone, Debug)]
pub(in crate::ingest) struct Cells<'a> {
    pub(in crate::ingest) text: &'a str,
    pub(in crate::ingest) spans: &'a [(u32, u32)],
}

impl<'a> Cells<'a> {
    pub(in crate::ingest) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(in crate::ingest) fn get(&self, column: usize) -> &'a str {
        self.spans.get(column).map_or("", |&(a, b)| &self.text[a as usize..b as usize])
    }

    pub(in crate::ingest) fn iter(&self) -> impl DoubleEndedIterator<Item = &'a str> + Clone + use<'a> {
        let text = self.text;
        self.spans.iter().map(move |&(a, b)| &text[a as usize..b as usize])
    }
}

/// Whether a cell holds nothing that can be seen.
pub(in crate::ingest) fn is_blank(cell: &str) -> bool {
    match cell.as_bytes().first() {
        None => true,
        Some(b) if b.is_ascii_graphic() => false,
        Some(_) => cell.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')),
    }
}

/// Whether a cell may be a ditto mark: what nearly every cell is told by, how long it is and how it begins.
pub(in crate::ingest) fn may_be_ditto(cell: &str) -> bool {
    (1..=24).contains(&cell.len())
        && matches!(
            cell.as_bytes()[0],
            b'"' | b'\'' | b'/' | b'-' | b'n' | b'N' | b' ' | b'.' | b',' | b'(' | 0xc2 | 0xe2 | 0xe3
        )
}

/// Whether a cell is a ditto mark.
pub(in crate::ingest) fn is_ditto(cell: &str) -> bool {
    if !may_be_ditto(cell) {
        return false;
    }
    let cell = cell.trim();
    if cell.chars().any(char::is_alphanumeric) {
        let mut folded = text::fold(cell);
        folded.retain(|c| c != ' ');
        return matches!(folded.as_str(), "nt" | "nhutren" | "nhudongtren" | "nhuotren" | "nhunt" | "ntren");
    }
    let quotes = cell.chars().filter(|c| matches!(c, '"' | '″' | '〃' | '”' | '“' | '„' | '‟')).count();
    let single = cell.chars().filter(|c| matches!(c, '\'' | '’' | '‘' | '′' | '`')).count();
    let known = |c: char| {
        matches!(
            c,
            '"' | '″'
                | '〃'
                | '”'
                | '“'
                | '„'
                | '‟'
                | '\''
                | '’'
                | '‘'
                | '′'
                | '`'
                | '/'
                | '-'
                | '–'
                | '.'
                | ','
                | ' '
        )
    };
    cell.chars().all(known) && (quotes > 0 || single > 1 || cell.contains("//"))
}

/// Why a row could not be read.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Damage {
    /// Bytes that are no text.
    InvalidText,
    /// A NUL byte.
    NulByte,
    /// A quotation mark opens a cell and nothing fit closes it.
    UnclosedQuote,
    /// A cell is longer than is sane.
    CellTooLong,
    /// A line is longer than is sane.
    LineTooLong,
    /// More cells than the header has columns.
    TooManyCells,
}

impl Damage {
    /// The stable code.
    pub(in crate::ingest) fn code(self) -> &'static str {
        match self {
            Self::InvalidText => "invalid_utf8",
            Self::NulByte => "nul_byte",
            Self::UnclosedQuote => "unclosed_quote",
            Self::CellTooLong => "cell_too_long",
            Self::LineTooLong => "line_too_long",
            Self::TooManyCells => "too_many_cells",
        }
    }
}

/// What a row of a file turned out to be.
#[derive(Clone, Debug)]
pub(in crate::ingest) enum Content<'a> {
    /// Cells.
    Cells(Cells<'a>),
    /// Something that could not be read, with details (counts, never values) and the text as it stood.
    Damaged(Damage, String),
}

/// A row of a file.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Row<'a> {
    /// Its number as a spreadsheet shows it.
    pub(in crate::ingest) number: u32,
    pub(in crate::ingest) content: Content<'a>,
    /// The merged cells that begin on it, by column; none where there are none, or nobody knows.
    pub(in crate::ingest) merged: &'a [Merge],
    /// The row as it stood in the file.
    pub(in crate::ingest) raw: &'a [u8],
}

impl Row<'_> {
    /// Over how many columns its first cell is merged; 1 where it is not.
    pub(in crate::ingest) fn across(&self) -> usize {
        let Content::Cells(cells) = &self.content else { return 1 };
        if self.merged.is_empty() {
            return 1;
        }
        let first = cells.iter().position(|cell| !cell.is_empty());
        let merge = self.merged.iter().find(|merge| Some(merge.column) == first);
        merge.map_or(1, |merge| merge.columns)
    }
}

/// A region of cells merged into one.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Merge {
    /// Its first column, counted from 0.
    pub(in crate::ingest) column: usize,
    /// How many columns it covers.
    pub(in crate::ingest) columns: usize,
    /// How many rows it covers.
    pub(in crate::ingest) rows: u32,
}

/// Rows one after another. Not an iterator: a row borrows the buffer that the next one overwrites.
pub(in crate::ingest) trait RowSource {
    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// Where what the rows come from cannot be read any further.
    fn next_row(&mut self) -> Result<Option<Row<'_>>, IngestError>;
}

/// A row kept, for the few at the head of a file that are looked at more than once.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest) struct KeptRow {
    pub(in crate::ingest) number: u32,
    pub(in crate::ingest) cells: Vec<String>,
    /// The merged cells that begin on it, by column, as far as they are known.
    pub(in crate::ingest) merged: Vec<Merge>,
}

impl KeptRow {
    /// A row of which no merged cells are known.
    pub(in crate::ingest) fn new(number: u32, cells: Vec<String>) -> Self {
        Self { number, cells, merged: Vec::new() }
    }

    /// The merged cells with a text that begin on it and reach the row `further` below it.
    pub(in crate::ingest) fn reaches(&self, further: u32) -> impl Iterator<Item = &Merge> {
        let has_text = |merge: &&Merge| self.cells.get(merge.column).is_some_and(|text| !is_blank(text));
        self.merged.iter().filter(move |merge| merge.rows > further).filter(has_text)
    }
}

/// Of a longer cell only the beginning is looked at for a header: no header is longer, and looking costs time.
const LONGEST_HEADER: usize = 1_000;

/// The first `limit` readable rows.
///
/// # Errors
/// That of the source.
pub(in crate::ingest) fn first_rows(
    source: &mut dyn RowSource,
    limit: usize,
) -> Result<Vec<KeptRow>, IngestError> {
    let mut kept = Vec::new();
    while kept.len() < limit {
        let Some(row) = source.next_row()? else { break };
        if let Content::Cells(cells) = row.content {
            let merged = row.merged.to_vec();
            kept.push(KeptRow { number: row.number, cells: cells.iter().map(beginning).collect(), merged });
        }
    }
    Ok(kept)
}

/// A cell, or the beginning of a long one.
fn beginning(cell: &str) -> String {
    cell.char_indices().nth(LONGEST_HEADER).map_or(cell, |(end, _)| &cell[..end]).to_owned()
}
