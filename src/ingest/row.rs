//! One row on its way from a file into a table, whatever the format.

use super::error::IngestError;

/// The cells of a row: one text and the span of each cell in it.
#[derive(Copy, Clone, Debug)]
pub(super) struct Cells<'a> {
    pub(super) text: &'a str,
    pub(super) spans: &'a [(u32, u32)],
}

impl<'a> Cells<'a> {
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(super) fn get(&self, column: usize) -> &'a str {
        self.spans.get(column).map_or("", |&(a, b)| &self.text[a as usize..b as usize])
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &'a str> + Clone + use<'a> {
        let text = self.text;
        self.spans.iter().map(move |&(a, b)| &text[a as usize..b as usize])
    }
}

/// Whether a cell holds nothing that can be seen.
pub(super) fn is_blank(cell: &str) -> bool {
    match cell.as_bytes().first() {
        None => true,
        Some(b) if b.is_ascii_graphic() => false,
        Some(_) => cell.chars().all(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')),
    }
}

/// Why a row could not be read.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Damage {
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
    pub(super) fn code(self) -> &'static str {
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
pub(super) enum Content<'a> {
    /// Cells.
    Cells(Cells<'a>),
    /// Something that could not be read, with details (counts, never values) and the text as it stood.
    Damaged(Damage, String),
}

/// A row of a file.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// Its number as a spreadsheet shows it.
    pub(super) number: u32,
    pub(super) content: Content<'a>,
    /// The row as it stood in the file.
    pub(super) raw: &'a [u8],
}

/// Rows one after another. Not an iterator: a row borrows the buffer that the next one overwrites.
pub(super) trait RowSource {
    /// The next row; `None` at the end.
    fn next_row(&mut self) -> Result<Option<Row<'_>>, IngestError>;
}

/// A row kept, for the few at the head of a file that are looked at more than once.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptRow {
    pub(super) number: u32,
    pub(super) cells: Vec<String>,
}

/// The first `limit` readable rows.
pub(super) fn first_rows(source: &mut dyn RowSource, limit: usize) -> Result<Vec<KeptRow>, IngestError> {
    let mut kept = Vec::new();
    while kept.len() < limit {
        let Some(row) = source.next_row()? else { break };
        if let Content::Cells(cells) = row.content {
            kept.push(KeptRow { number: row.number, cells: cells.iter().map(str::to_owned).collect() });
        }
    }
    Ok(kept)
}
