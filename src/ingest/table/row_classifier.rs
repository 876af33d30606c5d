//! Which rows below the header are data, and which are skipped: blank rows, headers repeated on each
//! page, rows of column numbers, group rows, totals, remarks and the signature block.

use super::row_words::{
    hamlet_of, is_category, is_hamlet_only, is_place_and_date, is_remark, is_signature, is_total, is_unit,
};
use crate::domain::{Field, Kind};
use crate::ingest::columns::compose::Composed;
use crate::ingest::columns::header::{TELLING, is_numbering};
use crate::ingest::columns::header_cell::{HeaderCell, Texts};
use crate::ingest::columns::key::key;
use crate::ingest::columns::resolve::Columns;
use crate::ingest::columns::synonyms::Synonyms;
use crate::ingest::formats::row::{Cells, is_blank};

/// From so many words on a text alone on its row is a remark, even in the column of names.
const WORDS_OF_REMARK: usize = 9;
/// ... and elsewhere.
const WORDS_OF_NOTE: usize = 4;
/// A row is another header if so many of its cells mean a field.
const FIELDS_OF_HEADER: usize = 3;
/// Rows with so few cells are looked at closely.
const FEW: usize = 3;

/// What a row is.
#[derive(Clone, Debug)]
pub(in crate::ingest) enum RowKind {
    Data,
    Blank,
    /// The header again, or a row of column numbers.
    Header,
    /// A header of other columns, or of the same in another order: what is below goes by it.
    OtherHeader(Columns),
    /// "I. Thôn 1": the hamlet of the rows below it.
    Hamlet(String),
    /// "II. Hộ cận nghèo", "Xã Tân Lập": a heading that is no hamlet.
    Heading,
    Total,
    Remark,
    Signature,
}

/// Judges the rows of one file, one after another.
pub(in crate::ingest) struct Judge<'s> {
    kind: Kind,
    synonyms: &'s Synonyms,
    /// Headers of the file's columns, and their keys.
    header: Vec<String>,
    keys: Vec<String>,
    /// By column whether it is a field.
    known: Vec<bool>,
    /// Columns that hold dates and numbers of persons: a row that fills one is data, whatever else it says.
    telling: Vec<usize>,
    /// Column of the name; where it runs over two, the first.
    name: Option<usize>,
    /// Column of amounts.
    amount: Option<usize>,
    rows_seen: u32,
    /// Within a signature block.
    signing: bool,
}

/// What is looked at before anything dearer.
struct Outline<'a> {
    filled: usize,
    first: usize,
    first_cell: &'a str,
}

impl<'s> Judge<'s> {
    pub(in crate::ingest) fn new(kind: Kind, columns: &Columns, synonyms: &'s Synonyms) -> Self {
        let header = columns.headers();
        let column = |field: Field| columns.column_of(field).filter(|c| *c < header.len());
        let name = if kind == Kind::Marriages { Field::HusbandName } else { Field::FullName };
        let mut known: Vec<bool> =
            columns.columns[..header.len()].iter().map(|c| c.field.is_some()).collect();
        for part in columns.composed.iter().flat_map(|composed| composed.parts()) {
            known[part] = true;
        }
        let composed = || columns.columns[header.len()..].iter().map(|c| c.field).zip(&columns.composed);
        let mut telling: Vec<usize> = TELLING.into_iter().filter_map(column).collect();
        for (field, composed) in composed() {
            if field.is_some_and(|field| TELLING.contains(&field)) {
                telling.extend(composed.parts());
            }
        }
        let joined = composed().find_map(|(field, composed)| match composed {
            Composed::Joined(parts) if field == Some(name) => parts.iter().min().copied(),
            _ => None,
        });
        Self {
            kind,
            synonyms,
            keys: header.iter().map(|text| key(text)).collect(),
            known,
            telling,
            name: column(name).or(joined),
            amount: column(Field::MonthlyAmount),
            header,
            rows_seen: 0,
            signing: false,
        }
    }

    /// Judges the next row.
    pub(in crate::ingest) fn judge(&mut self, cells: Cells<'_>) -> RowKind {
        let Some(outline) = outline(cells) else { return RowKind::Blank };
        self.rows_seen = self.rows_seen.saturating_add(1);
        if self.rows_seen <= 2 && is_numbering(cells.iter()) {
            return RowKind::Header;
        }
        if self.repeats_header(cells, &outline) {
            // The row of column numbers may come again with it.
            self.rows_seen = 0;
            return RowKind::Header;
        }
        if is_rule(outline.first_cell) && cells.iter().all(|cell| is_blank(cell) || is_rule(cell)) {
            return RowKind::Header;
        }
        if self.header.len() < 3 {
            return RowKind::Data;
        }
        let told = self.telling.iter().any(|column| says_something(cells.get(*column)));
        if !told && let Some(columns) = self.other_header(cells, &outline) {
            return RowKind::OtherHeader(columns);
        }
        // A row with a date or a number of a person is data, unless it holds next to nothing else.
        if outline.filled <= FEW || (!told && begins_like_a_word_row(cells, &outline)) {
            let kind = self.judge_sparse(cells, &outline, told);
            if !matches!(kind, RowKind::Data) {
                return kind;
            }
        }
        self.signing = false;
        RowKind::Data
    }

    /// A row with few cells, or one that begins like a total or a numbered heading. `told` where it fills a column
    /// of dates or numbers of persons.
    fn judge_sparse(&mut self, cells: Cells<'_>, outline: &Outline<'_>, told: bool) -> RowKind {
        if told && !self.tells_place_and_date(cells) {
            // Totals stand under columns of amounts, never under dates or numbers of persons.
            return RowKind::Data;
        }
        let first_known = self.known.get(outline.first).is_some_and(|known| *known);
        if outline.filled == 1
            && !first_known
            && outline.first_cell.trim().bytes().all(|b| b.is_ascii_digit())
        {
            // A form is numbered before it is filled.
            return RowKind::Blank;
        }
        let lower = outline.first_cell.trim().to_lowercase();
        let label = Label::of(cells);
        if is_total(&lower) || label.as_ref().is_some_and(Label::is_total) || self.is_sum(cells, outline) {
            return RowKind::Total;
        }
        if let Some(kind) = label.and_then(|label| label.heading(self.name)) {
            return kind;
        }
        if outline.filled > FEW {
            return RowKind::Data;
        }
        if is_remark(&lower) {
            return RowKind::Remark;
        }
        // Beside a person's name "Tổ trưởng" is a note, not an office that signs.
        let mut texts = cells.iter().filter(|c| !is_blank(c)).map(|c| c.trim().to_lowercase());
        if self.names_nobody(cells) && texts.any(|text| is_signature(&text)) {
            self.signing = true;
            return RowKind::Signature;
        }
        match (self.signing, self.is_note(outline)) {
            (true, _) => RowKind::Signature,
            (false, true) => RowKind::Remark,
            (false, false) => RowKind::Data,
        }
    }

    /// Whether the column of names is blank, or holds the title of an office.
    fn names_nobody(&self, cells: Cells<'_>) -> bool {
        let name = self.name.map_or("", |column| cells.get(column)).trim();
        name.is_empty() || is_signature(&name.to_lowercase())
    }

    /// Whether all that stands under dates and numbers of persons is the place and date above signatures.
    fn tells_place_and_date(&self, cells: Cells<'_>) -> bool {
        let mut telling = self.telling.iter().map(|column| cells.get(*column));
        // Of most rows the letters tell: a date or number has none.
        telling.all(|cell| {
            !says_something(cell)
                || cell.bytes().any(|b| b.is_ascii_alphabetic()) && is_place_and_date(&cell.to_lowercase())
        }) && self.names_nobody(cells)
    }

    /// A sum that no word announces: amounts alone, right of the name.
    fn is_sum(&self, cells: Cells<'_>, outline: &Outline<'_>) -> bool {
        let is_amount_column = |column: usize| {
            self.amount == Some(column) || !self.known.get(column).is_some_and(|known| *known)
        };
        self.name.is_some_and(|name| outline.first > name)
            && cells.iter().enumerate().filter(|(_, cell)| !is_blank(cell)).all(|(column, cell)| {
                is_amount_column(column) && is_count(cell) && cell.bytes().any(|b| b.is_ascii_digit())
            })
    }

    /// A sentence alone on its row.
    fn is_note(&self, outline: &Outline<'_>) -> bool {
        let words = outline.first_cell.split_whitespace().count();
        let least = if Some(outline.first) == self.name { WORDS_OF_REMARK } else { WORDS_OF_NOTE };
        outline.filled == 1 && words >= least
    }

    fn repeats_header(&self, cells: Cells<'_>, outline: &Outline<'_>) -> bool {
        let text = |column: usize| self.header.get(column).map_or("", String::as_str);
        let same = |column: usize| cells.get(column).trim() == text(column).trim();
        let columns = 0..cells.len().max(self.header.len());
        if outline.filled < 2 {
            return false;
        }
        if same(outline.first) {
            return columns.clone().all(same);
        }
        // In capitals, or with other line breaks.
        let alike =
            |column: usize| self.keys.get(column).is_some_and(|wanted| key(cells.get(column)) == *wanted);
        let first = outline.first_cell;
        first.len() < 120
            && lower(first).eq(lower(text(outline.first)))
            && columns.clone().all(|column| same(column) || alike(column))
    }

    /// The columns of a row that is a header, though not the one in force.
    fn other_header(&self, cells: Cells<'_>, outline: &Outline<'_>) -> Option<Columns> {
        if outline.filled < FIELDS_OF_HEADER {
            return None;
        }
        let means = |cell: &str| cell.len() < 120 && self.synonyms.meaning(self.kind, cell).is_some();
        let mut filled = cells.iter().filter(|cell| !is_blank(cell));
        // Of most rows the first two cells tell that they are none.
        if !filled.clone().take(2).any(means) || filled.any(says_something) {
            return None;
        }
        let mut texts = Texts::default();
        let header: Vec<HeaderCell> = cells.iter().map(|cell| HeaderCell::new([cell], &mut texts)).collect();
        let columns = Columns::resolve(&header, self.kind, self.synonyms, &[]);
        let fields = columns.fields().count();
        (fields >= FIELDS_OF_HEADER && fields * 2 > outline.filled).then_some(columns)
    }
}

/// The small letters of a text, one after another: most texts differ from another at the first.
fn lower(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(char::to_lowercase)
}

/// Whether a cell is part of a line drawn with signs.
fn is_rule(cell: &str) -> bool {
    let cell = cell.trim();
    cell.len() > 1 && cell.bytes().all(|b| matches!(b, b'-' | b'=' | b'+' | b'_' | b':' | b'*'))
}

fn outline(cells: Cells<'_>) -> Option<Outline<'_>> {
    let mut found: Option<Outline<'_>> = None;
    for (column, cell) in cells.iter().enumerate() {
        if is_blank(cell) {
            continue;
        }
        match &mut found {
            Some(outline) => outline.filled += 1,
            None => found = Some(Outline { filled: 1, first: column, first_cell: cell }),
        }
    }
    found
}

/// Whether a cell under a column of dates or numbers is one (a total may have a small count there).
fn says_something(cell: &str) -> bool {
    cell.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// A cheap look at the first letters: of totals, remarks, numbers of headings. Everything else needs few cells.
fn begins_like_a_word_row(cells: Cells<'_>, outline: &Outline<'_>) -> bool {
    let first = outline.first_cell.trim();
    let is_word = |text: &str| matches!(text.as_bytes().first(), Some(b'T' | b't' | b'C' | b'c'));
    match first.as_bytes().first() {
        Some(b'T' | b't' | b'C' | b'c' | b'L' | b'l' | b'S' | b's' | b'G' | b'g') => true,
        Some(b'I' | b'V' | b'X') => first.len() <= 6,
        Some(b'0'..=b'9') if first.len() <= 4 => cells
            .iter()
            .skip(outline.first + 1)
            .find(|cell| !is_blank(cell))
            .is_some_and(|cell| is_word(cell.trim())),
        _ => first.len() <= 2,
    }
}

/// Whether a cell is a count or sum beside a heading ("1.500", "25 hộ"), or nothing but signs.
fn is_count(cell: &str) -> bool {
    let cell = cell.trim();
    cell.starts_with(|c: char| c.is_ascii_digit()) || !cell.contains(char::is_alphanumeric)
}

/// What a heading is numbered with.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Mark {
    None,
    /// As rows of data are: "1" in a cell of its own.
    OfRows,
    Roman,
    /// A letter, a sign, or a number before the text in one cell.
    Other,
}

/// The number and text that a row begins with, in one cell ("I. Thôn 1") or in two.
struct Label<'a> {
    mark: Mark,
    text: &'a str,
    column: usize,
    /// Whether what follows are counts and sums, or nothing.
    counted: bool,
}

impl<'a> Label<'a> {
    fn of(cells: Cells<'a>) -> Option<Self> {
        let mut filled = cells.iter().enumerate().filter(|(_, cell)| !is_blank(cell));
        let (first_column, first) = filled.next()?;
        let first = first.trim();
        let (mark, text, column) = match Mark::of_cell(first) {
            Some(mark) => filled.next().map(|(column, text)| (mark, text.trim(), column))?,
            None => {
                let (number, text) = split_number(first);
                let mark = match number {
                    "" => Mark::None,
                    number if is_roman(number) => Mark::Roman,
                    _ => Mark::Other,
                };
                (mark, text, first_column)
            }
        };
        Some(Self { mark, text, column, counted: filled.all(|(_, cell)| is_count(cell)) })
    }

    /// "A" | "TỔNG". Beside the number of a row a lone "Cộng" may be a name.
    fn is_total(&self) -> bool {
        (self.mark != Mark::OfRows || self.text.contains(' ')) && is_total(&self.text.to_lowercase())
    }

    /// The heading that the row is, where it is one; `name` is the column of names.
    fn heading(&self, name: Option<usize>) -> Option<RowKind> {
        if !self.counted || self.text.is_empty() {
            return None;
        }
        let lower = self.text.to_lowercase();
        if is_category(&lower) || is_unit(&lower) {
            return Some(RowKind::Heading);
        }
        let marked = matches!(self.mark, Mark::Roman | Mark::Other);
        if let Some(hamlet) = hamlet_of(self.text) {
            // A lone "Bản Thị Hoa" in the column of names may be a person, "Tổ trưởng" one who signs.
            let is_sure = marked
                || self.text.bytes().any(|b| b.is_ascii_digit())
                || (Some(self.column) != name || is_hamlet_only(&lower)) && !is_signature(&lower);
            return is_sure.then_some(RowKind::Hamlet(hamlet));
        }
        (self.mark == Mark::Roman).then_some(RowKind::Heading)
    }
}

impl Mark {
    /// The mark that a cell holds alone: "I", "1", "A", "*".
    fn of_cell(cell: &str) -> Option<Self> {
        let inner = cell.trim_end_matches(['.', ')', ':', '/', ' ']).trim_start_matches('(');
        if is_roman(inner) {
            return Some(Self::Roman);
        }
        match inner.as_bytes() {
            [] => (!cell.is_empty()).then_some(Self::Other),
            [b'A'..=b'Z' | b'a'..=b'z'] => Some(Self::Other),
            digits if digits.len() <= 4 && digits.iter().all(u8::is_ascii_digit) => Some(Self::OfRows),
            _ if !inner.contains(char::is_alphanumeric) && cell.chars().count() <= 3 => Some(Self::Other),
            _ => None,
        }
    }
}

/// The number that a heading begins with ("I.", "1.", "A)", "-", "*"), and the rest.
fn split_number(text: &str) -> (&str, &str) {
    let end = text.find(['.', ')', '-', ':', '/', '*', '+']).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let number = number.trim();
    let rest = rest.trim_start_matches(['.', ')', '-', ':', '/', '*', '+', ' ']);
    let is_number =
        is_roman(number) || number.parse::<u16>().is_ok() || (number.len() == 1 && !rest.is_empty());
    if is_number {
        (number, rest)
    } else if number.is_empty() && !rest.is_empty() {
        ("-", rest)
    } else {
        ("", text)
    }
}

fn is_roman(text: &str) -> bool {
    !text.is_empty() && text.len() <= 6 && text.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L'))
}

#[cfg(test)]
mod tests;
