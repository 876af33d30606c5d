//! The findings of a filter as a workbook. Every cell is a text: nothing becomes a formula, no zero is lost.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

use crate::domain::{Field, Lang};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Visit, today};
use crate::review::index::{FindingLine, numbers_of};
use crate::review::pages::again;
use crate::review::pages::one::shown;
use crate::review::texts::text;

/// Findings in one workbook.
const MOST: u32 = 50_000;

/// Characters that fit into one cell.
const CELL: usize = 32_767;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The columns: key of the heading, and width in characters.
const COLUMNS: [(&str, f64); 16] = [
    ("terms.heading.case", 22.0),
    ("terms.heading.severity", 11.0),
    ("terms.heading.code", 9.0),
    ("terms.heading.title", 40.0),
    ("terms.heading.name", 24.0),
    ("terms.heading.born", 12.0),
    ("terms.heading.number", 16.0),
    ("terms.heading.commune", 18.0),
    ("hamlet", 14.0),
    ("terms.heading.office", 18.0),
    ("terms.value.field", 14.0),
    ("terms.value.source", 22.0),
    ("terms.value.registry", 22.0),
    ("terms.value.proposed", 22.0),
    ("terms.heading.status", 14.0),
    ("assigned_to", 18.0),
];

/// The workbook. With full numbers only where the form asks for them; either way the access log says so.
pub(crate) fn save(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let filter = visit.filter();
    let numbers = visit.field("numbers") == "1";
    if numbers && let Some(again) = again::asked(visit, &["numbers"])? {
        return Ok(again);
    }
    let scope = visit.who()?.scope.clone();
    let found = visit.worker.index.first_cases(&filter, &scope, today(), (filter.order(), MOST))?;
    let what = format!("{} cases{}", found.len(), if numbers { " with numbers" } else { "" });
    visit.log_holding("export", &what, &filter.logged(), &numbers_of(&found))?;
    let status = |line: &FindingLine| shown::status(&visit.worker.store, line, visit.lang);
    let statuses = found.iter().map(status).collect::<Result<Vec<_>, _>>()?;
    let book = workbook(&found, &statuses, numbers, visit.lang, &visit.app.folder());
    let book = book.map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(Reply::download("lamsach.xlsx", XLSX, book))
}

/// Written row by row through a file in a folder that only its owner can read.
fn workbook(
    lines: &[FindingLine],
    statuses: &[&'static str],
    numbers: bool,
    lang: Lang,
    folder: &std::path::Path,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_tempdir(folder)?;
    let header = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let cell = Format::new().set_num_format("@").set_align(FormatAlign::Top);
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(text(lang, "worklist"))?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, (key, width)) in (0u16..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, text(lang, key), &header)?;
    }
    for (row, (line, status)) in (1u32..).zip(lines.iter().zip(statuses)) {
        let value = |text: &str| shown::value(text, &line.field, numbers);
        let cells = [
            line.number.clone(),
            shown::severity(line.severity, lang).to_string(),
            line.code.clone(),
            shown::title(&line.code, lang).to_string(),
            line.full_name.clone(),
            line.birth_date.clone(),
            shown::value(&line.personal_id, Field::PersonalId.name(), numbers),
            line.commune.clone(),
            line.hamlet.clone(),
            shown::unit(&line.unit, lang).to_string(),
            shown::field(&line.field, lang).to_string(),
            value(&line.source_value),
            value(&line.registry_value),
            value(&line.proposed_value),
            (*status).to_string(),
            line.assignee.as_ref().map_or_else(String::new, |of| shown::assignee(of, lang)),
        ];
        for (column, text) in (0u16..).zip(cells) {
            let text: String = text.chars().take(CELL).collect();
            sheet.write_string_with_format(row, column, text, &cell)?;
        }
    }
    if !lines.is_empty() {
        sheet.autofilter(0, 0, lines.len() as u32, COLUMNS.len() as u16 - 1)?;
    }
    book.save_to_buffer()
}
