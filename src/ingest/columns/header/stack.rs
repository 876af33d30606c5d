//! Rows of a header that stand upon each other: which row goes below which, and what each column is headed by.

use super::super::header_cell::{HeaderCell, Texts};
use super::super::key::without_section;
use super::super::reading::Said;
use super::super::things::Grammar;
use super::is_numbering;
use crate::ingest::error::has_long_number;
use crate::ingest::formats::row::{KeptRow, is_blank};
use crate::vietnamese::name::{Likeness, likeness};

/// Whether a cell of a row holds a digit: as data do, and headers seldom.
pub(super) fn has_digits(row: &KeptRow) -> bool {
    let filled = row.cells.iter().filter(|text| !is_blank(text));
    filled.map(|text| without_remarks(text)).any(|text| text.contains(|c: char| c.is_ascii_digit()))
}

/// A text without what stands in brackets behind it and without the day up to which it counts: "Phường cũ (trước
/// 01/7/2025)" and "Tuổi tính đến 31/12/2025" are no data for their dates. What begins with a bracket is kept.
pub(super) fn without_remarks(text: &str) -> &str {
    let text = match text.split_once('(') {
        Some((before, remark)) if !before.trim().is_empty() && remark.trim_end().ends_with(')') => before,
        _ => text,
    };
    let before =
        text.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '/' | '.' | '-'));
    let is_limit = ["đến", "trước", "sau", "từ", "ngày"].iter().any(|word| before.trim_end().ends_with(word));
    if is_limit { before } else { text }
}

pub(super) fn may_be_header(row: &KeptRow) -> bool {
    // Dates and numbers stand in rows of data.
    let is_datum = |cell: &&String| {
        let mut letters = cell.bytes();
        cell.bytes().filter(u8::is_ascii_digit).count() >= 4
            && letters.all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'-' | b'.' | b':' | b' ' | b'\''))
    };
    row.cells.iter().any(|c| !is_blank(c))
        && !counts_somebody(row)
        && !is_numbering(row.cells.iter().map(String::as_str))
        && row.cells.iter().filter(is_datum).take(2).count() < 2
}

/// Whether a row is one of data: the name of a person stands beside a small number. "Mã hàng" begins as a name does.
pub(super) fn counts_somebody(row: &KeptRow) -> bool {
    let is_count = |cell: &String| {
        let cell = cell.trim();
        (1..=3).contains(&cell.len()) && cell.bytes().all(|b| b.is_ascii_digit())
    };
    let is_person = |cell: &String| {
        cell.split_whitespace().count() >= 3
            && likeness(cell) == Likeness::Name
            && !Said::of(cell).is_header()
    };
    row.cells.iter().any(is_count) && row.cells.iter().any(is_person)
}

pub(super) fn cell(row: &KeptRow, at: usize) -> &str {
    row.cells.get(at).map(String::as_str).filter(|text| !is_blank(text)).unwrap_or("")
}

/// Whether a row may be the lower row of a header: it fills gaps of the upper one, and holds no data.
pub(super) fn goes_below(top: &KeptRow, bottom: &KeptRow) -> bool {
    let width = top.cells.len().max(bottom.cells.len());
    let is_gap = |at: usize| cell(top, at).is_empty() && !cell(bottom, at).is_empty();
    // "I. Thôn 1" alone is a heading of rows.
    let mut filled = bottom.cells.iter().filter(|text| !is_blank(text));
    let numbered = |text: &String| has_digits(bottom) || without_section(text).len() < text.trim().len();
    let is_heading = filled.next().is_some_and(numbered) && filled.next().is_none();
    // What is merged over both is no datum of the lower one: "Tuổi tính đến 31/12/2025".
    let is_datum = |at: usize| {
        let text = cell(bottom, at);
        text != cell(top, at) && has_long_number(without_remarks(text))
    };
    may_be_header(bottom)
        && !is_heading
        && !(0..width).any(is_datum)
        && ((0..width).any(is_gap) || are_merged(top, bottom))
        && (0..width).any(|at| cell(bottom, at).is_empty() || !cell(top, at).is_empty())
}

/// Whether cells of a row are merged with those of the next, beside others that are not: both are rows of one header,
/// or of one household.
pub(super) fn are_merged(top: &KeptRow, bottom: &KeptRow) -> bool {
    let next = bottom.number.saturating_sub(top.number);
    let reaches = top.reaches(next).count();
    let filled = top.cells.iter().filter(|text| !is_blank(text)).count();
    next > 0 && reaches > 0 && reaches < filled
}

/// So wide a row is no single thing.
const WIDE: usize = 4;

/// Whether a row is the title of the table below it: one text, over its first column and all the others.
pub(super) fn is_title_of(top: &KeptRow, bottom: &KeptRow) -> bool {
    let filled = |row: &KeptRow| row.cells.iter().filter(|text| !is_blank(text)).count();
    !cell(top, 0).is_empty() && filled(top) == 1 && !cell(bottom, 0).is_empty() && filled(bottom) >= WIDE
}

/// Whether a row is the lower part of a header: cells merged over both say the same, others divide what stands above
/// them. Read alone it would lose whose or which they are.
pub(super) fn is_lower_part(top: &KeptRow, bottom: &KeptRow) -> bool {
    let width = top.cells.len().max(bottom.cells.len());
    let filled = |at: &usize| !cell(top, *at).is_empty() && !cell(bottom, *at).is_empty();
    let same = |at: &usize| cell(top, *at) == cell(bottom, *at);
    top.number + 1 == bottom.number
        && may_be_header(top)
        && (0..width).filter(filled).filter(same).count() > 1
        && (0..width).filter(filled).any(|at| !same(&at))
}

/// Headings of columns that have nothing of their own in the row below them.
const LEFT_BLANK: usize = 3;

/// Whether a row is the lower part of a header whose merged cells stand in their first cell alone: below the headings of
/// some columns there is nothing, and below and beside others there is more.
pub(super) fn fills_gaps(top: &KeptRow, bottom: &KeptRow, texts: &mut Texts) -> bool {
    if top.number + 1 != bottom.number || !may_be_header(top) || !goes_below(top, bottom) {
        return false;
    }
    let width = top.cells.len().max(bottom.cells.len());
    let is_headed = |at: &usize| !cell(top, *at).is_empty() && cell(bottom, *at).is_empty();
    let mut headed: Vec<&str> = (0..width).filter(is_headed).map(|at| cell(top, at)).collect();
    headed.sort_unstable();
    headed.dedup();
    headed.iter().filter(|text| texts.said(text).is_header()).count() >= LEFT_BLANK
}

/// A header of several rows: a cell that is followed by blanks spans the cells below them.
pub(super) fn merged(
    top: &KeptRow,
    second: &KeptRow,
    third: Option<&KeptRow>,
    texts: &mut Texts,
) -> Vec<HeaderCell> {
    let lowest = third.unwrap_or(second);
    let width = top.cells.len().max(second.cells.len()).max(lowest.cells.len());
    let third_cell = |at: usize| third.map_or("", |row| cell(row, at));
    let (mut over_all, mut over) = ("", "");
    // Where cells are merged, it is known how far they reach.
    let end_of = |row: &KeptRow, at: usize| {
        let begins = row.merged.iter().find(|merge| merge.column == at);
        let merge = begins.or_else(|| top.reaches(row.number - top.number).find(|merge| merge.column == at));
        merge.map_or(usize::MAX, |merge| at + merge.columns)
    };
    let (mut end_of_all, mut end) = (usize::MAX, usize::MAX);
    let mut levels: Vec<[&str; 3]> = Vec::with_capacity(width);
    for at in 0..width {
        let (a, b, c) = (cell(top, at), cell(second, at), third_cell(at));
        if at >= end_of_all {
            over_all = "";
        }
        if at >= end {
            over = "";
        }
        if !a.is_empty() {
            // A new cell above ends what the row below it spans.
            (over_all, over) = (a, "");
            end_of_all = end_of(top, at);
        }
        if !b.is_empty() {
            over = b;
            end = end_of(second, at);
        }
        let a = if b.is_empty() && c.is_empty() { a } else { over_all };
        let b = if c.is_empty() { b } else { over };
        levels.push([a, b, c]);
    }
    let begins: Vec<usize> = (0..width).filter(|at| !cell(top, *at).is_empty()).collect();
    let is_merged = |at: usize| end_of(top, at) != usize::MAX;
    end_spans(&mut levels, &begins, &is_merged, texts);
    levels.into_iter().map(|levels| HeaderCell::new(levels, texts)).collect()
}

/// Ends what the cells of the uppermost row span where that is no more than the blanks behind them: nothing says where a
/// cell ends that was not merged, but a name has no date, and of two parents the second has as many columns as the first.
/// Below the name of another than the rows are about stands what is told of that one: "Họ tên mẹ" over "Năm sinh".
fn end_spans<'r>(
    levels: &mut [[&'r str; 3]],
    begins: &[usize],
    is_merged: &dyn Fn(usize) -> bool,
    texts: &mut Texts,
) {
    let lowest = |[_, b, c]: &[&'r str; 3]| if c.is_empty() { *b } else { *c };
    let mut is = |text: &str, names: &[&str], of_whomever: bool| {
        let (grammar, said) = (Grammar::built_in(), texts.said(text));
        let thing = grammar.thing(&said.signs);
        let of_whom = of_whomever || said.persons.iter().all(Grammar::is_some_subject);
        of_whom && names.iter().any(|name| grammar.is_thing(thing, name))
    };
    let mut before: Vec<&str> = Vec::new();
    for (n, &from) in begins.iter().enumerate() {
        let to = begins.get(n + 1).copied().unwrap_or(levels.len());
        let own: Vec<&str> = levels[from..to].iter().map(lowest).collect();
        let mut end = to;
        if before.len() > 1 && own.len() > before.len() && own.starts_with(&before) {
            end = from + before.len();
        } else if !own[0].is_empty() && !is_merged(from) && is(levels[from][0], &["name"], false) {
            let parts = own.iter().take_while(|text| is(text, &PARTS_OF_NAME, true)).count();
            end = if parts > 0 { from + parts } else { to };
        }
        levels[end..to].iter_mut().for_each(|[top, ..]| *top = "");
        before = own;
    }
}

/// Things that stand below a heading of a name.
const PARTS_OF_NAME: [&str; 6] = ["surname", "surname_middle", "middle", "given", "name", "alias"];
