//! The sheets that officers work through: one for each pillar, and one for what is done.

use std::borrow::Cow;

use rust_xlsxwriter::{DataValidation, Worksheet, XlsxError};

use super::answers::Answers;
use super::columns::{COLUMNS, COUNT, at};
use super::lines::{self, Line, Progress, Texts};
use super::style::{Heads, Style, page_setup};
use super::wrap::{row_height, wrapped_lines};
use crate::domain::Lang;
use crate::publish::case::Cases;

/// More rules than this on one sheet, and a spreadsheet program refuses the workbook.
const RULES: usize = 60_000;

/// Lines of a cell that are shown without a click; a page has room for as many cases as possible.
const SHOWN_LINES: u32 = 3;

/// The cases of a sheet, one a row.
pub(super) fn sheet<'a>(
    sheet: &mut Worksheet,
    cases: &Cases<'a>,
    progress: &'a Progress,
    chosen: &[Line<'a>],
    across_communes: bool,
    heads: &Heads<'_>,
    style: &Style,
) -> Result<(), XlsxError> {
    let lang = cases.lang;
    page_setup(sheet, heads, lang);
    sheet.set_freeze_panes(1, at::FROZEN)?;
    sheet.set_repeat_rows(0, 0)?;
    for (column, of) in COLUMNS.iter().enumerate() {
        let index = column as u16;
        sheet.set_column_width(index, of.width)?;
        let typed = column == at::RESULT || column == at::NOTE;
        sheet.set_column_format(index, if typed { &style.result } else { &style.text })?;
    }
    sheet.set_column_hidden(at::CASE as u16)?;
    sheet.set_column_hidden(at::KEPT_NOTE as u16)?;
    let printed = COLUMNS.iter().take(at::DEADLINE + 1);
    let heading_lines = printed.map(|column| wrapped_lines(column.title(lang), column.width)).max();
    sheet.set_row_height(0, row_height(heading_lines.unwrap_or(1)))?;
    for (column, of) in (0u16..).zip(&COLUMNS) {
        sheet.write_string_with_format(0, column, of.title(lang), &style.header)?;
    }
    sheet.set_default_row_height(row_height(2));
    let mut rules = Rules::default();
    for (row, line) in (1u32..).zip(chosen) {
        let texts = lines::texts(cases, progress, *line, across_communes);
        rules.add(row, texts.answers);
        let lines = lines_of(&texts);
        if lines != 2 {
            sheet.set_row_height(row, row_height(lines))?;
        }
        for (column, text) in (0u16..).zip(&texts.cells).filter(|(_, text)| !text.is_empty()) {
            if usize::from(column) == at::CODE && texts.high {
                sheet.write_string_with_format(row, column, text.as_ref(), &style.high)?;
            } else {
                sheet.write_string(row, column, text.as_ref())?;
            }
        }
    }
    let last_row = (chosen.len() as u32).max(1);
    sheet.autofilter(0, 0, last_row, COUNT as u16 - 1)?;
    sheet.set_print_area(0, 0, last_row, at::DEADLINE as u16)?;
    rules.write(sheet, last_row, lang)
}

/// Lines that the tallest printed cell of a row takes.
fn lines_of(texts: &Texts<'_>) -> u32 {
    let printed = texts.cells.iter().zip(&COLUMNS).take(at::DEADLINE + 1);
    let tallest = printed.map(|(text, column): (&Cow<'_, str>, _)| wrapped_lines(text, column.width)).max();
    tallest.unwrap_or(1).clamp(1, SHOWN_LINES)
}

/// Which rows offer which answers, as stretches of rows.
#[derive(Default)]
struct Rules(Vec<(u32, u32, Answers)>);

impl Rules {
    fn add(&mut self, row: u32, answers: Answers) {
        match self.0.last_mut() {
            Some((_, last, of)) if *of == answers => *last = row,
            _ => self.0.push((row, row, answers)),
        }
    }

    fn write(mut self, sheet: &mut Worksheet, last_row: u32, lang: Lang) -> Result<(), XlsxError> {
        if self.0.is_empty() || self.0.len() > RULES {
            self.0 = vec![(1, last_row, Answers::OfOne)];
        }
        let column = at::RESULT as u16;
        for (first, last, answers) in self.0 {
            let titles = answers.titles(lang);
            // What was not understood is told, not refused: an officer may write as officers write.
            let rule = DataValidation::new().allow_list_strings(&titles)?.show_error_message(false);
            sheet.add_data_validation(first, column, last, column, &rule)?;
        }
        Ok(())
    }
}
