//! Which rows below the header are data, and which are skipped: blank rows, headers repeated on each
//! page, rows of column numbers, group rows, totals, remarks and the signature block.

use super::columns::{Columns, HeaderCell};
use super::header::{TELLING, is_numbering};
use super::key::key;
use super::row::{Cells, is_blank};
use super::synonyms::Synonyms;
use super::words::{is_hamlet, is_remark, is_signature, is_total};
use crate::domain::{Field, Kind};

/// From so many words on a text alone on its row is a remark, even in the column of names.
const WORDS_OF_REMARK: usize = 9;
/// ... and elsewhere.
const WORDS_OF_NOTE: usize = 4;
/// A row is another header if so many of its cells mean a field.
const FIELDS_OF_HEADER: usize = 3;

/// What a row is.
#[derive(Clone, Debug)]
pub(super) enum RowKind {
    Data,
    Blank,
    /// The header again, or a row of column numbers.
    Header,
    /// A header of other columns, or of the same in another order: what is below goes by it.
    OtherHeader(Columns),
    /// "I. Thôn 1": the hamlet of the rows below it.
    Hamlet(String),
    /// "II. Hộ cận nghèo": a heading that is no hamlet.
    Heading,
    Total,
    Remark,
    Signature,
}

/// Judges the rows of one file, one after another.
pub(super) struct Judge<'s> {
    kind: Kind,
    synonyms: &'s Synonyms,
    /// Headers of the file's columns, and their keys.
    header: Vec<String>,
    keys: Vec<String>,
    /// By column whether it is a field.
    known: Vec<bool>,
    /// Columns that hold dates and numbers of persons: a row that fills one is data, whatever else it says.
    telling: Vec<usize>,
    /// Column of the name.
    name: Option<usize>,
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
    pub(super) fn new(kind: Kind, columns: &Columns, synonyms: &'s Synonyms) -> Self {
        let header = columns.headers();
        let column = |field: Field| columns.column_of(field).filter(|c| *c < header.len());
        let name = if kind == Kind::Marriages { Field::HusbandName } else { Field::FullName };
        let mut known: Vec<bool> =
            columns.columns[..header.len()].iter().map(|c| c.field.is_some()).collect();
        for part in columns.composed.iter().flat_map(|composed| composed.parts()) {
            known[part] = true;
        }
        Self {
            kind,
            synonyms,
            keys: header.iter().map(|text| key(text)).collect(),
            known,
            telling: TELLING.into_iter().filter_map(column).collect(),
            name: column(name),
            header,
            rows_seen: 0,
            signing: false,
        }
    }

    /// Judges the next row.
    pub(super) fn judge(&mut self, cells: Cells<'_>) -> RowKind {
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
        if let Some(columns) = self.other_header(cells, &outline) {
            return RowKind::OtherHeader(columns);
        }
        if starts_like_a_word_row(outline.first_cell) || outline.filled <= 3 {
            let kind = self.judge_sparse(cells, &outline);
            if !matches!(kind, RowKind::Data) {
                return kind;
            }
        }
        self.signing = false;
        RowKind::Data
    }

    /// A row with few cells, or one that begins like a total or a numbered heading.
    fn judge_sparse(&mut self, cells: Cells<'_>, outline: &Outline<'_>) -> RowKind {
        if self.telling.iter().any(|&column| says_something(cells.get(column))) {
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
        if is_total(&lower) {
            return RowKind::Total;
        }
        if let Some(kind) = heading(cells, outline, self.name) {
            return kind;
        }
        if outline.filled > 3 {
            return RowKind::Data;
        }
        if is_remark(&lower) {
            return RowKind::Remark;
        }
        // Beside a person's name "Tổ trưởng" is a note, not an office that signs.
        let name = self.name.map_or("", |column| cells.get(column)).trim().to_lowercase();
        let mut texts = cells.iter().filter(|c| !is_blank(c)).map(|c| c.trim().to_lowercase());
        if (name.is_empty() || is_signature(&name)) && texts.any(|text| is_signature(&text)) {
            self.signing = true;
            return RowKind::Signature;
        }
        match (self.signing, self.is_note(outline)) {
            (true, _) => RowKind::Signature,
            (false, true) => RowKind::Remark,
            (false, false) => RowKind::Data,
        }
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
        if outline.filled < FIELDS_OF_HEADER || self.telling.iter().any(|at| says_something(cells.get(*at))) {
            return None;
        }
        let means = |cell: &str| cell.len() < 120 && self.synonyms.meaning(self.kind, cell).is_some();
        let mut filled = cells.iter().filter(|cell| !is_blank(cell));
        // Of most rows the first two cells tell that they are none.
        if !filled.clone().take(2).any(means) || filled.any(says_something) {
            return None;
        }
        let header: Vec<HeaderCell> = cells.iter().map(|cell| HeaderCell::new([cell])).collect();
        let columns = Columns::resolve(&header, self.kind, self.synonyms);
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

/// A cheap look at the first letter: of totals, remarks, Roman numerals. Everything else needs few cells.
fn starts_like_a_word_row(cell: &str) -> bool {
    let cell = cell.trim_start();
    match cell.chars().next() {
        Some('T' | 't' | 'C' | 'c' | 'L' | 'l' | 'S' | 's' | 'G' | 'g') => true,
        Some('I' | 'V' | 'X') => cell.trim_end().len() <= 6,
        _ => false,
    }
}

/// A heading over a group of rows: in one cell ("I. Thôn 1"), or its number and its text in two.
fn heading(cells: Cells<'_>, outline: &Outline<'_>, name: Option<usize>) -> Option<RowKind> {
    let mut filled = cells.iter().enumerate().filter(|(_, c)| !is_blank(c));
    let (first_column, first) = filled.next()?;
    let second = filled.next();
    let (number, text) = split_number(first.trim());
    let (numbered, text, column) = match second {
        // "I" | "Thôn 1" | 25: what follows the text are counts and sums.
        Some((column, second)) if text.is_empty() && is_roman(number) => filled
            .all(|(_, c)| c.bytes().any(|b| b.is_ascii_digit()))
            .then_some((true, second.trim(), column))?,
        // "Thôn 1" | 25
        Some((_, second)) if outline.filled == 2 && second.trim().bytes().all(|b| b.is_ascii_digit()) => {
            (!number.is_empty(), text, first_column)
        }
        Some(_) => return None,
        None => (!number.is_empty(), text, first_column),
    };
    let shown = without_count(text);
    if is_hamlet(&shown.to_lowercase()) {
        // A lone "Bản Thị Hoa" in the column of names may be a person.
        let in_doubt = !numbered && Some(column) == name && !text.bytes().any(|b| b.is_ascii_digit());
        return (!in_doubt).then(|| RowKind::Hamlet(shown.to_owned()));
    }
    (is_roman(number) && !text.is_empty()).then_some(RowKind::Heading)
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

/// A heading without the count that may follow it: "Thôn 1 (25 hộ)", "Thôn 1: 25 người".
fn without_count(text: &str) -> &str {
    text.split(['(', ':']).next().unwrap_or(text).trim()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::ingest::header::find;
    use crate::ingest::row::KeptRow;
    use crate::ingest::synonyms::Synonyms;

    const HEADER: &str = "STT|Họ và tên|Ngày sinh|Số CCCD|Mức trợ cấp|Ghi chú";

    static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(Synonyms::default);

    fn judge() -> Judge<'static> {
        let row = KeptRow { number: 1, cells: HEADER.split('|').map(str::to_owned).collect() };
        let header = find(&[row], Some(Kind::Welfare), "x", &SYNONYMS).unwrap();
        Judge::new(header.kind, &header.columns, &SYNONYMS)
    }

    fn kind(judge: &mut Judge<'_>, line: &str) -> RowKind {
        let mut spans = Vec::new();
        crate::ingest::quoting::split_plain(line.as_bytes(), b'|', &mut spans);
        judge.judge(Cells { text: line, spans: &spans })
    }

    #[test]
    fn rows_that_are_no_data_are_told() {
        let mut j = judge();
        let cases = [
            ("(1)|(2)|(3)|(4)|(5)|(6)", RowKind::Header),
            ("I. Thôn 1|||||", RowKind::Hamlet("Thôn 1".into())),
            ("1|Nguyễn Văn An|1960|001060000001|500000|", RowKind::Data),
            ("|Cộng thôn 1|||500000|", RowKind::Total),
            ("II|Ấp Bình Hoà (12 hộ)||||", RowKind::Hamlet("Ấp Bình Hoà".into())),
            ("|Tổ dân phố 3||||", RowKind::Hamlet("Tổ dân phố 3".into())),
            ("III. Hộ cận nghèo|||||", RowKind::Heading),
            (" | ||||", RowKind::Blank),
            (HEADER, RowKind::Header),
            ("1|2|3|4|5|6", RowKind::Header),
            ("2|Tống Văn Bình|12/03/1950|||", RowKind::Data),
            ("Tổng cộng||||1000000|", RowKind::Total),
            ("(Bằng chữ: một triệu đồng)|||||", RowKind::Remark),
            ("||||Hưng Chính, ngày 5 tháng 3 năm 2026|", RowKind::Signature),
            ("|Người lập biểu|||CHỦ TỊCH|", RowKind::Signature),
            ("|Lê Thị Hoa|||Trần Văn Bé|", RowKind::Signature),
        ];
        for (line, wanted) in cases {
            let got = kind(&mut j, line);
            assert_eq!(format!("{got:?}"), format!("{wanted:?}"), "{line}");
        }
    }

    #[test]
    fn odd_rows_that_are_data_stay_data() {
        let mut j = judge();
        for line in [
            "3|Lê Thị Hoa||||",
            "|Y Bliă Niê||||",
            "|Bản Thị Hoa||||",
            "|H' Hen||||",
            "4|Tổng Văn Cộng|1950|||",
            "V|Tống Thị Lan|||500000|x",
            "1|2|3|4|5|6",
            "5|Cộng|1950|||",
            "7|Lê Văn Năm||||Tổ trưởng",
        ] {
            assert!(matches!(kind(&mut j, line), RowKind::Data), "{line}");
        }
        // A page that goes on after its signatures.
        assert!(matches!(kind(&mut j, "||||CHỦ TỊCH|"), RowKind::Signature));
        assert!(matches!(kind(&mut j, "6|Lê Văn Ba|1960|||"), RowKind::Data));
        assert!(matches!(kind(&mut j, "|Lê Văn Tư||||"), RowKind::Data));
    }
}
