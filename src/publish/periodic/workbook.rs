//! The report as a workbook: a sheet that is handed in, and sheets to look things up.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::indicators::headings;
use super::official::Official;
use super::{Cell, Column, Figure, PeriodReport, Table, columns, dated, groups};
use crate::domain::Lang;
use crate::publish::PublishError;
use crate::publish::report::age_names;
use crate::publish::sheets;
use crate::words::text;

/// Width of the column of names, in characters.
const NAMES: f64 = 46.0;

/// The last column of the table of indicators.
const LAST_INDICATOR: u16 = 7;

/// Makes the workbook.
pub(super) fn make(report: &PeriodReport) -> Result<Vec<u8>, PublishError> {
    build(report)
        .and_then(|mut book| book.save_to_buffer())
        .map_err(|error| PublishError::Page(error.to_string()))
}

fn build(report: &PeriodReport) -> Result<Workbook, XlsxError> {
    let lang = report.lang;
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_timestamp(dated(report).as_second())?;
    book.set_properties(&DocProperties::new().set_title(report.title()).set_creation_datetime(&created));
    let style = Style::new();
    let tables = report.tables();
    let (commune, summary): (Vec<&Table>, Vec<&Table>) = tables.iter().partition(|t| t.headings.len() > 1);

    let sheet = book.add_worksheet();
    set_up(sheet, text!(lang, "publish.periodic.sheet"), lang)?;
    let row = letterhead(sheet, report, &style)?;
    let mut row = head(sheet, row, report, &style)?;
    if !report.has_runs() {
        sheet.write_string(row, 0, text!(lang, "publish.periodic.nothing_to_report"))?;
        sheet.set_column_width(0, NAMES)?;
        return Ok(book);
    }
    for sentence in report.sentences() {
        sheet.write_string(row, 0, sentence)?;
        row += 1;
    }
    row = write_indicators(sheet, row + 1, report, &style)?;
    sheet.write_string(row, 0, text!(lang, "publish.periodic.share_note"))?;
    signatures(sheet, row + 2, report, &style)?;
    sheet.set_column_width(0, NAMES)?;

    let sheet = book.add_worksheet();
    set_up(sheet, text!(lang, "publish.sheet.summary"), lang)?;
    let mut row = 0;
    for table in summary {
        sheet.write_string_with_format(row, 0, table.title, &style.label)?;
        row = write_table(sheet, row + 1, table, lang, &style)? + 1;
    }
    sheet.write_string_with_format(row, 0, text!(lang, "publish.age.title"), &style.label)?;
    write_ages(sheet, row + 1, report, &style)?;
    sheet.set_column_width(0, NAMES)?;

    for table in commune.into_iter().chain([&report.details()]) {
        let sheet = book.add_worksheet();
        let name = match table.headings.len() {
            2 => text!(lang, "publish.table.by_commune"),
            _ => text!(lang, "publish.workbook.details"),
        };
        set_up(sheet, name, lang)?;
        let end = write_table(sheet, 0, table, lang, &style)?;
        sheet.set_freeze_panes(2, table.headings.len() as u16)?;
        sheet.set_repeat_rows(0, 1)?;
        let last = (table.headings.len() + columns(lang).len() - 1) as u16;
        // The sum stays out of what is sorted and filtered.
        if !table.rows.is_empty() {
            sheet.autofilter(1, 0, end - 2, last)?;
        }
        for (column, width) in [9.0, 26.0, 20.0, 10.0].into_iter().take(table.headings.len()).enumerate() {
            sheet.set_column_width(column as u16, width)?;
        }
    }
    Ok(book)
}

struct Style {
    title: Format,
    label: Format,
    header: Format,
    text: Format,
    count: Format,
    change: Format,
    share: Format,
    sum: Format,
    signature: Format,
}

impl Style {
    fn new() -> Self {
        let cell = sheets::lined().set_align(FormatAlign::VerticalCenter);
        let number = cell.clone().set_align(FormatAlign::Right);
        Self {
            title: sheets::title(),
            label: sheets::label(),
            header: sheets::header(&cell),
            text: sheets::text(cell.set_text_wrap()),
            count: number.clone().set_num_format("#,##0"),
            change: number.clone().set_num_format("+#,##0;-#,##0;0"),
            share: number.clone().set_num_format("0.0%"),
            sum: sheets::label(),
            signature: sheets::label().set_align(FormatAlign::Center),
        }
    }
}

fn set_up(sheet: &mut Worksheet, name: &str, lang: Lang) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheets::a4_landscape(sheet);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer(text!(lang, "publish.sheet.footer"));
    Ok(())
}

/// Who reports, beside the state and its motto; gives the next free row.
fn letterhead(sheet: &mut Worksheet, report: &PeriodReport, style: &Style) -> Result<u32, XlsxError> {
    let (lang, official) = (report.lang, Official::of(report));
    let (state, motto) = (text!(lang, "publish.periodic.state"), text!(lang, "publish.periodic.motto"));
    let rows = [
        (official.above.as_str(), state),
        (official.office.as_str(), motto),
        (official.number.as_str(), official.place_and_day.as_str()),
    ];
    for (row, (left, right)) in (0u32..).zip(rows) {
        sheet.write_string_with_format(row, 0, left, &style.signature)?;
        sheet.merge_range(row, 2, row, LAST_INDICATOR, right, &style.signature)?;
    }
    Ok(rows.len() as u32 + 1)
}

/// Title and facts; gives the next free row.
fn head(sheet: &mut Worksheet, top: u32, report: &PeriodReport, style: &Style) -> Result<u32, XlsxError> {
    sheet.write_string_with_format(top, 0, report.title(), &style.title)?;
    sheet.write_string(top + 1, 0, report.subtitle())?;
    let mut row = top + 2;
    for (label, text) in report.facts() {
        sheet.write_string(row, 0, format!("{label}: {text}"))?;
        row += 1;
    }
    Ok(row + 1)
}

/// Writes the lines of the plans with their shares and targets; gives the row after.
fn write_indicators(
    sheet: &mut Worksheet,
    top: u32,
    report: &PeriodReport,
    style: &Style,
) -> Result<u32, XlsxError> {
    for (column, heading) in (0u16..).zip(headings(report.lang)) {
        sheet.write_string_with_format(top, column, heading, &style.header)?;
        sheet.set_column_width(column, 11.5)?;
    }
    sheet.set_row_height(top, 30)?;
    let mut row = top + 1;
    for line in report.indicators() {
        sheet.write_string_with_format(row, 0, &line.title, &style.text)?;
        for (column, figure) in (1u16..).zip(line.figures()) {
            write_figure(sheet, (row, column), &figure, style)?;
        }
        row += 1;
    }
    Ok(row)
}

/// Writes a table with its two rows of headings and its sum; gives the row after.
fn write_table(
    sheet: &mut Worksheet,
    top: u32,
    table: &Table,
    lang: Lang,
    style: &Style,
) -> Result<u32, XlsxError> {
    let columns = columns(lang);
    let labels = table.headings.len() as u16;
    for (column, heading) in (0u16..).zip(&table.headings) {
        sheet.merge_range(top, column, top + 1, column, heading, &style.header)?;
    }
    let mut column = labels;
    for (group, width) in groups(&columns) {
        let last = column + width as u16 - 1;
        sheet.merge_range(top, column, top, last, group, &style.header)?;
        column = last + 1;
    }
    for (column, Column { heading, .. }) in (labels..).zip(&columns) {
        sheet.write_string_with_format(top + 1, column, *heading, &style.header)?;
        sheet.set_column_width(column, 10.5)?;
    }
    sheet.set_row_height(top + 1, 30)?;
    let mut row = top + 2;
    for (names, cell) in &table.rows {
        for (column, name) in (0u16..).zip(names) {
            sheet.write_string_with_format(row, column, name, &style.text)?;
        }
        write_cell(sheet, (row, labels), cell, &columns, style)?;
        row += 1;
    }
    let sum = text!(lang, "publish.table.sum");
    for column in 0..labels {
        sheet.write_string_with_format(row, column, if column == 0 { sum } else { "" }, &style.text)?;
    }
    write_cell(sheet, (row, labels), &table.total, &columns, style)?;
    sheet.set_row_format(row, &style.sum)?;
    Ok(row + 1)
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, first): (u32, u16),
    cell: &Cell,
    columns: &[Column],
    style: &Style,
) -> Result<(), XlsxError> {
    for (column, Column { figure, .. }) in (first..).zip(columns) {
        write_figure(sheet, (row, column), &figure(cell), style)?;
    }
    Ok(())
}

fn write_figure(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    figure: &Figure,
    style: &Style,
) -> Result<(), XlsxError> {
    match *figure {
        Figure::Count(n) => sheet.write_number_with_format(row, column, n as f64, &style.count)?,
        Figure::Change(n) => sheet.write_number_with_format(row, column, n as f64, &style.change)?,
        Figure::Share(Some(share)) => sheet.write_number_with_format(row, column, share, &style.share)?,
        Figure::Share(None) => sheet.write_string_with_format(row, column, "–", &style.share)?,
    };
    Ok(())
}

/// Writes the table of ages; gives the row after.
fn write_ages(
    sheet: &mut Worksheet,
    top: u32,
    report: &PeriodReport,
    style: &Style,
) -> Result<u32, XlsxError> {
    let lang = report.lang;
    let ages = report.ages();
    sheet.write_string_with_format(top, 0, text!(lang, "terms.heading.pillar"), &style.header)?;
    let headings = age_names(lang).into_iter().chain([text!(lang, "terms.heading.total")]);
    for (column, heading) in (1u16..).zip(headings) {
        sheet.write_string_with_format(top, column, heading, &style.header)?;
    }
    sheet.set_row_height(top, 30)?;
    let sum = [(text!(lang, "publish.table.sum"), ages.total)];
    let mut row = top + 1;
    for (name, counts) in ages.rows.iter().chain(&sum) {
        sheet.write_string_with_format(row, 0, *name, &style.text)?;
        let all: u64 = counts.iter().sum();
        for (column, count) in (1u16..).zip(counts.iter().copied().chain([all])) {
            sheet.write_number_with_format(row, column, count as f64, &style.count)?;
        }
        row += 1;
    }
    Ok(row)
}

/// To whom the report goes, and who signs.
fn signatures(
    sheet: &mut Worksheet,
    row: u32,
    report: &PeriodReport,
    style: &Style,
) -> Result<(), XlsxError> {
    /// Rows left for the signature.
    const ROOM: u32 = 4;
    let official = Official::of(report);
    sheet.write_string_with_format(
        row,
        0,
        text!(report.lang, "publish.periodic.recipients"),
        &style.label,
    )?;
    for (row, recipient) in (row + 1..).zip(&official.recipients) {
        sheet.write_string(row, 0, format!("- {recipient}"))?;
    }
    sheet.merge_range(row, 2, row, LAST_INDICATOR, &official.signer_title, &style.signature)?;
    let row = row + ROOM;
    sheet.merge_range(row, 2, row, LAST_INDICATOR, &official.signer, &style.signature)?;
    Ok(())
}
