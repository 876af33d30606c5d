//! The sheets of a file with what is certain corrected and marked.

use rust_xlsxwriter::{Note, Worksheet, XlsxError};

use super::changes::{Change, Why};
use super::{Cases, Input, Sheet, Style};
use crate::domain::Section;
use crate::ingest::records::habit_words;
use crate::publish::workbooks::fit;
use crate::words::text;

/// Notes on one sheet: programs are slow to open more. What is beyond them is marked by its colour and listed in the plan.
const NOTES: usize = 2_000;
/// Characters that the name of a sheet may have.
const NAME_CHARS: usize = 31;

/// The names of the sheets: as in the file where it is a workbook, else that of the file.
pub(super) fn sheet_names(input: &Input<'_>, plan: &str) -> Vec<String> {
    let mut taken = vec![plan.to_lowercase()];
    let mut names = Vec::new();
    for sheet in &input.tables {
        let stem = || sheet.table.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let written = sheet.table.sheet.clone().unwrap_or_else(stem);
        let sound: String = written
            .chars()
            .map(|c| {
                if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || c.is_control() { '_' } else { c }
            })
            .collect();
        let sound = sound.trim_matches('\'').trim();
        let cut = |n: usize| sound.chars().take(n).collect::<String>();
        let first = if sound.is_empty() { "1".to_owned() } else { cut(NAME_CHARS) };
        let numbered = (2..).map(|n| format!("{} ({n})", cut(NAME_CHARS - 6)));
        let name = std::iter::once(first).chain(numbered).find(|name| !taken.contains(&name.to_lowercase()));
        let name = name.unwrap_or_default();
        taken.push(name.to_lowercase());
        names.push(name);
    }
    names
}

/// Writes a table as it stands in its file, row by row, the corrected cells marked.
pub(super) fn write(
    page: &mut Worksheet,
    sheet: &Sheet<'_>,
    cases: &Cases<'_>,
    style: &Style,
) -> Result<(), XlsxError> {
    let table = sheet.table;
    let width = u16::try_from(table.own_columns).unwrap_or(u16::MAX);
    for column in 0..width {
        page.set_column_width(column, 16)?;
        page.set_column_format(column, &style.text)?;
    }
    let mut next = 0;
    for (row, title) in (0..table.header_row.saturating_sub(1)).zip(&table.titles) {
        page.write_string(row, 0, fit(title))?;
        next = row + 1;
    }
    for (row, cells) in (table.header_row.saturating_sub(1)..).zip(&table.header_rows) {
        for (column, text) in (0..width).zip(cells).filter(|(_, text)| !text.trim().is_empty()) {
            page.write_string_with_format(row, column, fit(text), &style.header)?;
        }
        next = row + 1;
    }
    let mut groups = table.sections.iter().peekable();
    let mut changes = sheet.changes.iter().filter(|change| change.new.is_some()).peekable();
    let mut notes = 0;
    for index in 0..table.len() as u32 {
        let row = table.source_row(index).saturating_sub(1);
        while let Some((_, section)) = groups.next_if(|(first, _)| *first <= index) {
            let heading = heading(section);
            let named_by_sheet = table.sheet.as_deref().map(str::trim) == Some(heading);
            // Only a row of its own can hold it; the sheet says it by its name.
            if row > next && !named_by_sheet && !heading.is_empty() {
                page.write_string_with_format(row - 1, 0, fit(heading), &style.label)?;
                next = row;
            }
        }
        let cells = table.row(index);
        for column in 0..width {
            let at = usize::from(column);
            match changes.next_if(|change| (change.row, change.column) == (index, at)) {
                Some(change) => {
                    let new = change.new.as_deref().unwrap_or("");
                    page.write_string_with_format(row, column, fit(new), &style.changed)?;
                    if notes < NOTES {
                        let note = Note::new(note(cases, change, cells.at(at))).set_author("lamsach");
                        page.insert_note(row, column, &note)?;
                        notes += 1;
                    }
                }
                None => {
                    let text = cells.at(at);
                    // What holds because it stands at the head of the household stays where it stands.
                    if !text.is_empty() && table.of_heads.binary_search(&(index, at)).is_err() {
                        page.write_string(row, column, fit(text))?;
                    }
                }
            }
        }
        next = row + 1;
    }
    if table.header_row > 0 && !table.header_rows.is_empty() {
        page.set_freeze_panes(table.header_row - 1 + table.header_rows.len() as u32, 0)?;
    }
    Ok(())
}

/// The heading that a section stood under.
fn heading(section: &Section) -> &str {
    match &section.stop {
        Some(stop) => &stop.heading,
        None if section.category.is_empty() => &section.hamlet,
        None => &section.category,
    }
}

/// What a note says: the old value and the reason.
fn note(cases: &Cases<'_>, change: &Change<'_>, old: &str) -> String {
    let lang = cases.lang;
    let reason = match change.why {
        Why::Finding(code) => cases.catalogue.get(code).map_or("", |text| text.title),
        Why::Column(habit) => habit_words::what(habit, lang),
        Why::Moved => text!(lang, "files.moved.reason"),
    };
    let old: String = old.chars().take(200).collect();
    text!(lang, "files.repair.note", old, reason)
}
