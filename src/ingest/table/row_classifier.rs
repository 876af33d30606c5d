//! What each row below the header is: data, or one of the rows that hold none. The table's own shape tells first (which
//! columns are filled, and with what), then whether a text can be a person, and words last.

mod close_look;

use super::mark::MarkKind;
use super::row_shape::{Label, Outline, is_code_name, is_count, is_sentence, is_void, says_something};
use super::row_words::{
    begins_carried, is_carried, is_household, is_page, is_remark, is_signature, is_sum, is_title,
};
use super::sections::{Heading, Meaning};
use crate::domain::{Field, Kind, RowClass};
use crate::ingest::columns::compose::Composed;
use crate::ingest::columns::header::{TELLING, is_numbering};
use crate::ingest::columns::header_cell::{HeaderCell, Texts};
use crate::ingest::columns::key::key;
use crate::ingest::columns::reading::Said;
use crate::ingest::columns::resolve::Columns;
use crate::ingest::columns::synonyms::Synonyms;
use crate::ingest::formats::row::{Cells, is_blank};
use crate::vietnamese::name::{Likeness, likeness};
use crate::vietnamese::text;

/// From so many words on a text alone on its row, left of the names, is a remark and no heading.
const WORDS_BESIDE_NAMES: usize = 7;
/// A row is another header if so many of its cells mean a field.
const FIELDS_OF_HEADER: usize = 3;
/// Rows with so few cells are looked at closely.
const FEW: usize = 3;
/// So many rows below the header numbers and code names of the columns are looked for.
const UNDER_HEADER: u32 = 3;
/// A cell merged over so many columns, the names among them, is no data.
const WIDE: usize = 3;

/// What a row is.
#[derive(Clone, Debug)]
pub(in crate::ingest) enum RowKind {
    Data,
    /// A row more of the person above: a second benefit, a second card.
    Joined,
    /// No data.
    Skipped(RowClass),
    /// A header of other columns, or of the same in another order: what is below goes by it.
    OtherHeader(Columns),
    /// A heading of the rows below it.
    Group(Heading),
}

/// Tells what the rows of one file are, one after another.
pub(in crate::ingest) struct RowClassifier<'s> {
    kind: Kind,
    synonyms: &'s Synonyms,
    /// Headers of the file's columns, and their keys.
    header: Vec<String>,
    keys: Vec<String>,
    /// By column whether it is a field.
    known: Vec<bool>,
    /// Columns that hold dates and numbers of persons: a row that fills one is data, whatever else it says.
    telling: Vec<usize>,
    /// Columns of who a person is.
    identity: Vec<usize>,
    /// Columns of what a person has: a benefit, a card.
    own: Vec<usize>,
    /// Column of the name; where it runs over two, the first.
    name: Option<usize>,
    /// Column of amounts.
    amount: Option<usize>,
    /// Column by which rows are numbered.
    ordinal: Option<usize>,
    /// Rows since the header, where none of them was data.
    under_header: Option<u32>,
    /// The number of the last row of data.
    last_number: Option<u32>,
    /// Whether the row above is data of a person whose name is written.
    named_above: bool,
    /// Within a signature block.
    signing: bool,
}

impl<'s> RowClassifier<'s> {
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
        let name = column(name).or(joined);
        let own = match kind {
            Kind::Welfare => &[Field::Programme, Field::GroupCode][..],
            Kind::Insurance => &[Field::CardNo][..],
            _ => &[],
        };
        let identity = [Field::FullName, Field::BirthDate, Field::PersonalId, Field::OldId, Field::Gender];
        Self {
            kind,
            synonyms,
            keys: header.iter().map(|text| key(text)).collect(),
            telling,
            identity: identity.into_iter().filter_map(column).collect(),
            own: own.iter().copied().filter_map(column).collect(),
            ordinal: name.and_then(|name| (0..name).find(|at| !known[*at])),
            known,
            name,
            amount: column(Field::MonthlyAmount),
            header,
            under_header: Some(0),
            last_number: None,
            named_above: false,
            signing: false,
        }
    }

    /// Tells what the next row is. `across` is the number of columns over which its first cell is merged.
    pub(in crate::ingest) fn classify(&mut self, cells: Cells<'_>, across: usize) -> RowKind {
        let kind = self.look(cells, across);
        match &kind {
            RowKind::Data => {
                self.signing = false;
                self.under_header = None;
                self.named_above = self.name.is_some_and(|name| !is_blank(cells.get(name)));
                self.last_number = self.number(cells);
            }
            RowKind::Joined | RowKind::Skipped(RowClass::Continued) => {}
            RowKind::Skipped(RowClass::Header | RowClass::Numbering | RowClass::CodeNames) => {
                // The row of column numbers may come again with the header.
                self.under_header = Some(self.under_header.map_or(0, |rows| rows + 1));
            }
            _ => {
                self.named_above = false;
                self.under_header = self.under_header.map(|rows| rows.saturating_add(1));
            }
        }
        kind
    }

    fn look(&mut self, cells: Cells<'_>, across: usize) -> RowKind {
        let Some(outline) = Outline::of(cells) else { return RowKind::Skipped(RowClass::Blank) };
        let under_header = self.under_header.is_some_and(|rows| rows < UNDER_HEADER);
        if under_header && is_numbering(cells.iter()) {
            return RowKind::Skipped(RowClass::Numbering);
        }
        if self.repeats_header(cells, &outline) {
            self.under_header = None;
            return RowKind::Skipped(RowClass::Header);
        }
        if self.is_nothing(cells, &outline) {
            return RowKind::Skipped(RowClass::Blank);
        }
        if self.header.len() < 3 {
            return RowKind::Data;
        }
        let alone = outline.filled == 1 && is_sentence(outline.first_cell);
        let told = !alone && self.telling.iter().any(|column| says_something(cells.get(*column)));
        if told && outline.filled > FEW {
            return if self.is_sum_of_all(cells) { RowKind::Skipped(RowClass::Sum) } else { RowKind::Data };
        }
        if !told {
            if under_header && self.is_code_names(cells, &outline) {
                return RowKind::Skipped(RowClass::CodeNames);
            }
            if let Some(columns) = self.other_header(cells, &outline) {
                return RowKind::OtherHeader(columns);
            }
        }
        self.look_closely(cells, &outline, told, across)
    }

    /// A row with few cells, or without dates and numbers of persons. `told` where it fills a column of them.
    fn look_closely(
        &mut self,
        cells: Cells<'_>,
        outline: &Outline<'_>,
        told: bool,
        across: usize,
    ) -> RowKind {
        if told && !self.tells_place_and_date(cells) {
            // Sums stand under columns of amounts, never under dates or numbers of persons.
            return RowKind::Data;
        }
        let Some(label) = Label::of(cells, self.name) else {
            // A form is numbered before it is filled.
            return RowKind::Skipped(RowClass::Blank);
        };
        let written = text::decoded(label.text);
        let lower = written.to_lowercase();
        let name = self.name.map_or("", |column| cells.get(column)).trim();
        let is_wide = across >= WIDE && self.spans_fields(outline.first, across);
        let marked = label.mark.kind != MarkKind::None && !label.mark.is_of_rows();
        // "I.2 | TIỀN LƯƠNG": the words of headers, numbered as headings are.
        let is_label = marked && Some(label.column) == self.name && Said::of_any_font(label.text).is_header();
        let is_person = !is_wide && !is_label && likeness(name) == Likeness::Name;
        // Beside the number of a row a lone "Cộng" may be a name.
        let may_be_name = is_person || label.mark.is_of_rows() && !label.text.contains(' ');
        // "Mang" is a surname, "Mang sang" is no person.
        if begins_carried(&lower) && !label.mark.is_of_rows() {
            return RowKind::Skipped(RowClass::Carried);
        }
        if !may_be_name {
            if is_carried(&lower) {
                return RowKind::Skipped(RowClass::Carried);
            }
            let is_sign = label.mark.kind == MarkKind::Sign && is_sum(outline.first_cell.trim());
            if is_sum(&written) || is_sign {
                return RowKind::Skipped(RowClass::Sum);
            }
        }
        // "UBND xã Chợ Gạo | | | Trang 2/3": the head of a printed page.
        if name.is_empty() && cells.iter().any(|cell| is_page(&cell.trim().to_lowercase())) {
            return RowKind::Skipped(RowClass::Note);
        }
        if self.is_bare_sum(cells, outline) {
            return RowKind::Skipped(RowClass::Sum);
        }
        if self.goes_on_above(cells, outline) {
            return RowKind::Joined;
        }
        let group = |meaning| {
            let text = written.trim().to_owned();
            RowKind::Group(Heading { mark: label.mark, text, meaning })
        };
        if label.mark.kind == MarkKind::None && !is_person && is_title(&written) {
            return group(Meaning::Title);
        }
        if outline.filled == 1 && is_household(&lower) {
            return RowKind::Skipped(RowClass::Note);
        }
        if label.counted
            && let Some(meaning) = self.says_heading(&label, &written, is_person)
        {
            return group(meaning);
        }
        if outline.filled > FEW && !is_wide {
            return RowKind::Data;
        }
        if !is_person && (is_remark(&lower) || is_remark(&outline.first_cell.trim().to_lowercase())) {
            return RowKind::Skipped(RowClass::Note);
        }
        if self.signs(cells, &label) {
            self.signing = true;
            return RowKind::Skipped(RowClass::Signature);
        }
        if self.signing && !(is_person && self.follows(cells)) {
            return RowKind::Skipped(RowClass::Signature);
        }
        if !is_person && self.is_note(&label, &written, outline) {
            return RowKind::Skipped(RowClass::Note);
        }
        if label.counted && !is_person && self.looks_like_heading(cells, &label, &written) {
            return group(Meaning::Category);
        }
        if self.names_no_person(cells) && self.named_above && !told {
            return RowKind::Skipped(RowClass::Continued);
        }
        if is_wide && !told {
            return if label.words() < WORDS_BESIDE_NAMES {
                group(Meaning::Category)
            } else {
                RowKind::Skipped(RowClass::Note)
            };
        }
        RowKind::Data
    }

    /// Whether a row without a number of its own has a sum where names stand: dragged over all columns it has one of
    /// dates and of numbers of persons too.
    fn is_sum_of_all(&self, cells: Cells<'_>) -> bool {
        let name = self.name.map_or("", |name| cells.get(name)).trim();
        // Nearly every name is settled by its first letter.
        let begins = name.starts_with(['T', 't', 'C', 'c', 'L', 'l', 'G', 'g', 'S', 's']);
        begins
            && name.len() <= 24
            && is_sum(name)
            && self.number(cells).is_none()
            && likeness(name) != Likeness::Name
    }

    /// Whether a row holds nothing but signs and noughts, or the number of a row that was never filled.
    fn is_nothing(&self, cells: Cells<'_>, outline: &Outline<'_>) -> bool {
        let is_number = |cell: &str| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
        let first_known = self.known.get(outline.first).is_some_and(|known| *known);
        let numbers = !first_known && is_number(outline.first_cell.trim());
        if !numbers && !is_void(outline.first_cell) {
            return false;
        }
        cells
            .iter()
            .enumerate()
            .all(|(at, cell)| is_blank(cell) || is_void(cell) || numbers && at == outline.first)
    }

    /// Whether a merged cell lies over columns of several fields, as that of no person does.
    fn spans_fields(&self, first: usize, across: usize) -> bool {
        let fields = self.known.iter().skip(first).take(across).filter(|known| **known);
        fields.count() > 1
    }

    /// The number that a row of data bears.
    fn number(&self, cells: Cells<'_>) -> Option<u32> {
        let cell = cells.get(self.ordinal?).trim();
        if cell.len() > 6 { None } else { cell.trim_end_matches('.').parse().ok() }
    }

    /// Whether a row bears the number that comes next.
    fn follows(&self, cells: Cells<'_>) -> bool {
        let last = self.last_number.unwrap_or(0);
        self.number(cells).is_some_and(|number| number == last + 1)
    }

    /// Whether cells are code names, types or samples of the columns, not values in them.
    fn is_code_names(&self, cells: Cells<'_>, outline: &Outline<'_>) -> bool {
        let is_named = self.name.is_some_and(|name| !is_blank(cells.get(name)));
        // With a text beside its number a heading looks the same.
        if outline.filled < if is_named { 3 } else { 2 } || self.number(cells).is_some() {
            return false;
        }
        let filled = || cells.iter().enumerate().filter(|(_, cell)| !is_blank(cell));
        let repeats =
            |at: usize, cell: &str| filled().any(|(other, text)| other != at && text.trim() == cell);
        let is_code = |at: usize, cell: &str| {
            let cell = cell.trim();
            let is_sample = || {
                let start = cell.get(..2).unwrap_or("").to_lowercase();
                start == "vd" || cell.to_lowercase().starts_with("ví dụ")
            };
            cell.len() <= 60
                && cell.contains(char::is_alphabetic)
                && (is_code_name(cell)
                    || is_sample()
                    || (cell.len() > 1 && repeats(at, cell))
                    || Said::of_any_font(cell).unknown.is_empty())
        };
        let name = self.name.map_or("", |name| cells.get(name));
        let named = || self.name.is_none_or(|at| !is_named || is_code(at, name) && !is_sum(name));
        let codes = || filled().filter(|(at, cell)| is_code(*at, cell)).count();
        named() && likeness(name) != Likeness::Name && codes() > 1 && codes() * 2 >= outline.filled
    }

    /// Whether nothing of a row says who it is: no name, date of birth, ID or number of a row.
    fn names_no_person(&self, cells: Cells<'_>) -> bool {
        let blank = |column: &usize| is_blank(cells.get(*column));
        self.ordinal.as_ref().is_none_or(blank)
            && self.identity.iter().all(blank)
            && self.name.as_ref().is_some_and(blank)
    }

    /// Whether a row holds something more that the person above has, and nothing of a person.
    fn goes_on_above(&self, cells: Cells<'_>, outline: &Outline<'_>) -> bool {
        self.named_above
            && outline.filled > 1
            && self.names_no_person(cells)
            && self.own.iter().any(|column| !is_blank(cells.get(*column)))
            && !cells.iter().any(|cell| is_signature(&cell.trim().to_lowercase()))
    }

    /// A sum that no word announces: amounts alone, right of the name.
    fn is_bare_sum(&self, cells: Cells<'_>, outline: &Outline<'_>) -> bool {
        let is_amount_column = |column: usize| {
            self.amount == Some(column) || !self.known.get(column).is_some_and(|known| *known)
        };
        self.name.is_some_and(|name| outline.first > name)
            && cells.iter().enumerate().filter(|(_, cell)| !is_blank(cell)).all(|(column, cell)| {
                is_amount_column(column) && is_count(cell) && cell.bytes().any(|b| b.is_ascii_digit())
            })
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

#[cfg(test)]
mod tests;
