//! What the text of a row says that holds no date and no number of a person: a heading, a remark, who signs.

use super::super::mark::MarkKind;
use super::super::row_shape::{Label, Outline, is_text, says_something};
use super::super::row_words::{
    hamlet_of, has_word_of_offices, is_category, is_hamlet_only, is_place_and_date, is_signature, is_unit,
    names_course,
};
use super::super::sections::Meaning;
use super::{RowClassifier, WORDS_BESIDE_NAMES};
use crate::ingest::columns::reading::Said;
use crate::ingest::formats::row::{Cells, is_blank};
use crate::vietnamese::name::{Likeness, likeness};

/// From so many words on a text alone on its row is a remark, even in the column of names.
const WORDS_OF_REMARK: usize = 9;
/// ... right of the names, where no heading stands.
const WORDS_OF_NOTE: usize = 4;
/// A heading of a section has fewer words.
const WORDS_OF_SECTION: usize = 15;

impl RowClassifier<'_> {
    /// Whether the column of names is blank, or holds the title of an office.
    pub(super) fn names_nobody(&self, cells: Cells<'_>) -> bool {
        let name = self.name.map_or("", |column| cells.get(column)).trim();
        name.is_empty() || is_signature(&name.to_lowercase())
    }

    /// Whether all that stands under dates and numbers of persons is the place and date above signatures.
    pub(super) fn tells_place_and_date(&self, cells: Cells<'_>) -> bool {
        let mut telling = self.telling.iter().map(|column| cells.get(*column));
        // Of most rows the letters tell: a date or number has none.
        telling.all(|cell| {
            !says_something(cell)
                || cell.bytes().any(|b| b.is_ascii_alphabetic()) && is_place_and_date(&cell.to_lowercase())
        }) && self.names_nobody(cells)
    }

    /// The heading that a text says it is; `is_person` where the column of names holds a name.
    pub(super) fn says_heading(&self, label: &Label<'_>, written: &str, is_person: bool) -> Option<Meaning> {
        if written.trim().is_empty() {
            return None;
        }
        let lower = written.to_lowercase();
        let marked = label.mark.kind != MarkKind::None && !label.mark.is_of_rows();
        let hamlet = hamlet_of(written);
        let begins_so = |hamlet: &String| lower.starts_with(&hamlet.to_lowercase());
        if !is_person && is_category(&lower) && hamlet.as_ref().is_none_or(begins_so) {
            return Some(Meaning::Category);
        }
        if is_unit(&lower) {
            return Some(Meaning::Unit);
        }
        if let Some(hamlet) = hamlet {
            // A lone "Bản Thị Hoa" in the column of names may be a person, "Tổ trưởng" one who signs.
            let is_sure = marked
                || label.text.bytes().any(|b| b.is_ascii_digit())
                || !begins_so(&hamlet)
                || (Some(label.column) != self.name || is_hamlet_only(&lower)) && !is_signature(&lower);
            return is_sure.then_some(Meaning::Hamlet(hamlet));
        }
        if is_person || notes_a_name(written) {
            return None;
        }
        let may_be_name = label.mark.is_of_rows() && label.words() == 1 && !lower.starts_with("giảm");
        if names_course(written) && !may_be_name && label.words() < WORDS_OF_SECTION {
            return Some(Meaning::Category);
        }
        (label.mark.kind == MarkKind::Roman && label.words() > 1 || label.mark.kind == MarkKind::Part)
            .then_some(Meaning::Category)
    }

    /// Whether a text that stands alone, with counts at most, looks like no person: by its place, digits, small letters
    /// or the words that it is made of.
    pub(super) fn looks_like_heading(&self, cells: Cells<'_>, label: &Label<'_>, written: &str) -> bool {
        let letters = written.chars().filter(|c| c.is_alphabetic()).count();
        if letters < 2 || notes_a_name(written) {
            return false;
        }
        let beside = self.name.is_some_and(|name| label.column < name && is_blank(cells.get(name)));
        if beside {
            return true;
        }
        if Some(label.column) != self.name {
            return label.mark.kind != MarkKind::None && !label.mark.is_of_rows();
        }
        if label.mark.is_of_rows() && self.follows(cells) {
            // The next of the persons, however odd the name.
            return false;
        }
        let bare = written.split(['(', '[']).next().unwrap_or("").trim();
        let mut words = bare.split_whitespace();
        let begins_large = words.next().is_some_and(|word| word.starts_with(char::is_uppercase));
        let goes_on_small = begins_large && words.clone().any(|word| word.starts_with(char::is_lowercase));
        let is_said = || {
            let said = Said::of_any_font(bare);
            said.is_header() && bare.contains(' ')
        };
        bare.contains(|c: char| c.is_ascii_digit()) || goes_on_small || has_word_of_offices(bare) || is_said()
    }

    /// Whether a row belongs to those who sign: an office is named, or texts stand where numbers should.
    pub(super) fn signs(&self, cells: Cells<'_>, label: &Label<'_>) -> bool {
        // Beside a person's name "Tổ trưởng" is a note, not an office that signs.
        if !self.names_nobody(cells) {
            let name = self.name.map_or("", |column| cells.get(column)).trim();
            return self.under_header.is_none()
                && label.mark.kind == MarkKind::None
                && likeness(name) != Likeness::Name
                && self.texts_out_of_place(cells);
        }
        let mut texts = cells.iter().filter(|c| !is_blank(c)).map(|c| c.trim().to_lowercase());
        texts.any(|text| is_signature(&text))
    }

    /// Whether two texts and nothing else stand in a row, one of them under dates, numbers of persons or amounts.
    pub(super) fn texts_out_of_place(&self, cells: Cells<'_>) -> bool {
        let filled = || cells.iter().enumerate().filter(|(_, cell)| !is_blank(cell));
        let is_number_column = |at: usize| self.telling.contains(&at) || self.amount == Some(at);
        filled().count() > 1
            && filled().all(|(_, cell)| is_text(cell))
            && filled().any(|(at, cell)| is_number_column(at) && cell.contains(' '))
    }

    /// A sentence alone on its row.
    pub(super) fn is_note(&self, label: &Label<'_>, written: &str, outline: &Outline<'_>) -> bool {
        let text = outline.first_cell.trim();
        let words = label.words();
        if label.mark.is_of_rows() && !label.mark.bracketed && Some(label.column) == self.name {
            return outline.filled == 2 && words >= WORDS_OF_REMARK;
        }
        if label.mark.bracketed && words >= WORDS_OF_NOTE {
            return true;
        }
        if !matches!(label.mark.kind, MarkKind::None | MarkKind::Sign) || outline.filled != 1 {
            return false;
        }
        let explains = written.split_once(':').is_some_and(|(_, rest)| is_text(rest) || rest.contains('/'));
        let least = match self.name {
            Some(name) if label.column == name => WORDS_OF_REMARK,
            Some(name) if label.column < name => WORDS_BESIDE_NAMES,
            _ => WORDS_OF_NOTE,
        };
        text.starts_with('(') && text.ends_with(')')
            || explains && !notes_a_name(written)
            || words >= least
            || words >= WORDS_OF_NOTE && text.ends_with(['.', ';'])
    }
}

/// Whether a text is the name of a person with a note before it: "Giảm: Lý Văn Sậy".
fn notes_a_name(text: &str) -> bool {
    text.split_once(':').is_some_and(|(_, rest)| likeness(rest) == Likeness::Name)
}
