//! The figures as a workbook: what they mean, then a sheet for each table, and charts that Excel draws.

use rayon::prelude::*;
use rust_xlsxwriter::{
    Chart, ChartFormat, ChartPatternFill, ChartPatternFillType, ChartType, Color, DocProperties,
    ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::Demography;
use super::files::PLACE;
use super::table::{Label, Table, Topic, Value, Where, said};
use crate::domain::Lang;
use crate::publish::sheets;
use crate::words::text;

/// Characters that the name of a sheet may have.
const NAME: usize = 31;

/// Lines of a table that a sheet holds; the lists have all.
const LINES: usize = 1_000_000;

/// Lines of a table from which on its sheet is written to the disk row by row: those of a province take gigabytes.
const MANY: usize = 100_000;

/// Makes the workbook of tables.
pub(super) fn make(of: &Demography, tables: &[Table], lang: Lang) -> Result<Vec<u8>, XlsxError> {
    make_within(of, tables, lang, MANY)
}

fn make_within(of: &Demography, tables: &[Table], lang: Lang, many: usize) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_zip_compression_level(sheets::COMPRESSION);
    let created = of.register.as_of.civil();
    let created = ExcelDateTime::from_ymd(created.0.max(1900) as u16, created.1, created.2)?;
    book.set_properties(
        &DocProperties::new().set_title(text!(lang, "population.page.title")).set_creation_datetime(&created),
    );
    let cell = sheets::lined();
    let header = sheets::header(&cell);
    meanings(book.add_worksheet(), of, tables, lang, &cell, &header)?;
    // A chart shows what its sheet holds in memory.
    let is_long = |table: &Table| table.rows.len() > many && table.topic != CHARTED;
    let write = |sheet: &mut Worksheet, table: &Table| -> Result<(), XlsxError> {
        let title: String = table.topic.title(lang).chars().take(NAME).collect();
        sheet.set_name(title)?;
        sheets::a4_landscape(sheet);
        fill(sheet, of, table, lang, &cell, &header)?;
        draw(sheet, table, lang)
    };
    let in_memory = |table: &Table| -> Result<Option<Worksheet>, XlsxError> {
        if is_long(table) {
            return Ok(None);
        }
        let mut sheet = Worksheet::new();
        write(&mut sheet, table)?;
        Ok(Some(sheet))
    };
    let written: Vec<Result<Option<Worksheet>, XlsxError>> = tables.par_iter().map(in_memory).collect();
    for (table, sheet) in tables.iter().zip(written) {
        match sheet? {
            Some(sheet) => book.push_worksheet(sheet),
            None => write(book.add_worksheet_with_constant_memory()?, table)?,
        }
    }
    book.save_to_buffer()
}

/// The table that has a chart in the workbook.
const CHARTED: Topic = Topic::AgeGroups;

/// The first sheet: what each table shows and how it is counted.
fn meanings(
    sheet: &mut Worksheet,
    of: &Demography,
    tables: &[Table],
    lang: Lang,
    cell: &Format,
    header: &Format,
) -> Result<(), XlsxError> {
    sheet.set_name(text!(lang, "population.page.meanings"))?;
    sheets::a4_landscape(sheet);
    sheet.write_string_with_format(0, 0, text!(lang, "population.page.title"), &sheets::title())?;
    let as_of = text!(lang, "population.page.of_run", as_of = of.as_of(), run = of.run_id());
    sheet.write_string(1, 0, as_of)?;
    let wrapped = cell.clone().set_text_wrap().set_align(FormatAlign::Top);
    let headings = [text!(lang, "population.page.table"), text!(lang, "population.page.meaning")];
    for (column, heading) in (0u16..).zip(headings) {
        sheet.write_string_with_format(3, column, heading, header)?;
    }
    let mut row = 4;
    for topic in tables.iter().map(|table| table.topic) {
        sheet.write_string_with_format(row, 0, topic.title(lang), &wrapped)?;
        sheet.write_string_with_format(row, 1, topic.definition(lang), &wrapped)?;
        row += 1;
    }
    for line in of.assumptions.iter().flat_map(|assumed| assumed.lines(lang)) {
        sheet.write_string_with_format(row, 0, Topic::Forecast.title(lang), &wrapped)?;
        sheet.write_string_with_format(row, 1, line, &wrapped)?;
        row += 1;
    }
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 110)?;
    Ok(())
}

/// A table: its title, headings and lines.
fn fill(
    sheet: &mut Worksheet,
    of: &Demography,
    table: &Table,
    lang: Lang,
    cell: &Format,
    header: &Format,
) -> Result<(), XlsxError> {
    let headings = PLACE.iter().chain(&table.labels).chain(&table.values);
    for (column, heading) in (0u16..).zip(headings) {
        sheet.write_string_with_format(0, column, said(lang, "head", heading), header)?;
    }
    let text = sheets::text(cell.clone());
    let count = cell.clone().set_num_format("#,##0");
    let real = [0, 1, 2, 3, 4, 5].map(|places| {
        let format = if places == 0 { "#,##0".to_owned() } else { format!("#,##0.{}", "0".repeat(places)) };
        cell.clone().set_num_format(format)
    });
    for (row, line) in (1u32..).zip(table.rows.iter().take(LINES)) {
        let level = said(lang, "word", line.at.level());
        sheet.write_string_with_format(row, 0, level, &text)?;
        for (column, name) in (1u16..).zip(of.places.names(line.at)) {
            sheet.write_string_with_format(row, column, crate::publish::cell_text(name), &text)?;
        }
        let first = PLACE.len() as u16;
        for (column, label) in (first..).zip(&line.labels) {
            match label {
                Label::Number(number) => sheet.write_number_with_format(row, column, *number as f64, cell)?,
                label => sheet.write_string_with_format(
                    row,
                    column,
                    crate::publish::cell_text(&label.shown(lang)),
                    &text,
                )?,
            };
        }
        for (column, value) in (first + line.labels.len() as u16..).zip(&line.values) {
            match value {
                Value::Count(n) => sheet.write_number_with_format(row, column, *n as f64, &count)?,
                Value::Real(n, places) => {
                    let format = real.get(usize::from(*places)).unwrap_or(cell);
                    sheet.write_number_with_format(row, column, *n, format)?
                }
                Value::None | Value::Hidden => {
                    sheet.write_string_with_format(row, column, value.shown(lang), &text)?
                }
            };
        }
    }
    let columns = (PLACE.len() + table.labels.len() + table.values.len()) as u16;
    if !table.rows.is_empty() {
        let last = table.rows.len().min(LINES) as u32;
        sheet.autofilter(0, 0, last, columns - 1)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    for column in 0..columns {
        sheet.set_column_width(column, if (2..=4).contains(&column) { 22.0 } else { 14.0 })?;
    }
    Ok(())
}

/// The chart of a table, where it has one: ages of males beside those of females, told apart by their patterns.
fn draw(sheet: &mut Worksheet, table: &Table, lang: Lang) -> Result<(), XlsxError> {
    if table.topic != CHARTED || table.labels.len() < 2 {
        return Ok(());
    }
    let name = sheet.name();
    let mut chart = Chart::new(ChartType::Bar);
    let patterns = [ChartPatternFillType::DiagonalStripesWideUpwards, ChartPatternFillType::Dotted20Percent];
    let values = (PLACE.len() + table.labels.len() + 1) as u16;
    for (sex, pattern) in ["male", "female"].into_iter().zip(patterns) {
        let mut lines = (1u32..).zip(&table.rows).filter(|(_, row)| {
            let of_age = matches!(row.labels.get(1), Some(Label::Number(_)));
            row.at == Where::ALL && row.labels.first() == Some(&Label::Word(sex)) && of_age
        });
        let Some((first, _)) = lines.next() else { continue };
        let last = lines.last().map_or(first, |(last, _)| last);
        let fill = ChartPatternFill::new()
            .set_pattern(pattern)
            .set_foreground_color(Color::RGB(0x003F_5B7A))
            .set_background_color(Color::White)
            .clone();
        chart
            .add_series()
            .set_name(said(lang, "word", sex))
            .set_categories((name.as_str(), first, 5, last, 5))
            .set_values((name.as_str(), first, values, last, values))
            .set_format(ChartFormat::new().set_pattern_fill(&fill));
    }
    chart.title().set_name(table.topic.title(lang));
    chart.set_width(720).set_height(560);
    sheet.insert_chart(1, values + 2, &chart)?;
    Ok(())
}
