//! Workbooks: `.xlsx`, `.xls` and `.ods`, by the calamine crate.
//!
//! A sheet of `.xlsx` is read cell by cell as a stream; the other formats are small by nature and are held
//! whole. Hidden rows and sheets are data like any other.

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Ods, Reader, Xls, Xlsx};

use super::error::IngestError;
use super::grid::{GridRows, Merges};
use super::header::SEARCHED_ROWS;
use super::read::{Context, InputSpec, Reading, find_header, read_rows};
use super::row::{RowSource, first_rows, is_blank};

/// The formats of workbooks.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum WorkbookFormat {
    /// Office Open XML.
    Xlsx,
    /// Excel 97–2003.
    Xls,
    /// OpenDocument.
    Ods,
}

impl WorkbookFormat {
    /// The name in messages and in `summary.json`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
        }
    }
}

/// An open workbook.
enum Book {
    Xlsx(Box<Xlsx<BufReader<File>>>),
    Xls(Box<Xls<BufReader<File>>>),
    Ods(Box<Ods<BufReader<File>>>),
}

/// Reads a workbook: one table for each sheet that has a header, or the one that is asked for.
pub(super) fn read_workbook(
    input: &InputSpec,
    format: WorkbookFormat,
    context: &Context<'_>,
) -> Result<Vec<Reading>, IngestError> {
    let mut book = match unharmed(|| open(&input.path, format)) {
        Ok(opened) => opened?,
        Err(detail) => return Err(damaged(&input.path, format, detail)),
    };
    let sheets = book.sheets();
    let wanted: Vec<&String> = match &input.sheet {
        None => sheets.iter().collect(),
        Some(name) => {
            sheets.iter().filter(|s| s.trim().to_lowercase() == name.trim().to_lowercase()).collect()
        }
    };
    if let (Some(sheet), true) = (&input.sheet, wanted.is_empty()) {
        let (file, sheet) = (input.path.clone(), sheet.clone());
        return Err(IngestError::NoSuchSheet { file, sheet, seen: sheets });
    }
    let mut readings = Vec::new();
    let mut passed_over: Vec<(String, IngestError)> = Vec::new();
    for sheet in wanted {
        // Errors name the sheet where there is more than one.
        let file = if sheets.len() > 1 { with_sheet(&input.path, sheet) } else { input.path.clone() };
        match read_sheet(&mut book, sheet, &file, input, format, context) {
            Ok(reading) => readings.push(reading),
            Err(error) if error.is_about_header() => passed_over.push((sheet.clone(), error)),
            Err(error) => return Err(error),
        }
    }
    if readings.is_empty() {
        // The sheet that came nearest to being one says best what is missing.
        let nearest = passed_over.into_iter().map(|(_, error)| error).min_by_key(nearness);
        return Err(nearest.unwrap_or(IngestError::Empty { file: input.path.clone() }));
    }
    for (sheet, error) in &passed_over {
        tracing::info!(file = %input.path.display(), sheet, reason = error.code(), "sheet passed over");
    }
    let several = readings.len() > 1;
    for reading in &mut readings {
        if let (true, Some(sheet)) = (several, &reading.table.sheet) {
            reading.table.name = format!("{}#{sheet}", reading.table.name);
        }
        reading.passed_over =
            passed_over.iter().map(|(sheet, error)| (sheet.clone(), error.code())).collect();
    }
    Ok(readings)
}

fn nearness(error: &IngestError) -> u8 {
    match error {
        IngestError::MissingColumn { .. } => 0,
        IngestError::KindUnclear { candidates, .. } if !candidates.is_empty() => 1,
        IngestError::KindUnclear { .. } => 2,
        IngestError::NoHeader { .. } => 3,
        _ => 4,
    }
}

fn with_sheet(path: &Path, sheet: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("#");
    name.push(sheet);
    name.into()
}

fn open(path: &Path, format: WorkbookFormat) -> Result<Book, IngestError> {
    let file = File::open(path)
        .map_err(|e| IngestError::Unreadable { file: path.to_owned(), detail: e.kind().to_string() })?;
    let file = BufReader::new(file);
    let damaged = |detail: String| damaged(path, format, detail);
    let locked = || IngestError::Locked { file: path.to_owned() };
    match format {
        WorkbookFormat::Xlsx => match Xlsx::new(file) {
            Ok(book) => Ok(Book::Xlsx(Box::new(book))),
            Err(calamine::XlsxError::Password) => Err(locked()),
            Err(error) => Err(damaged(error.to_string())),
        },
        WorkbookFormat::Xls => match Xls::new(file) {
            Ok(book) => Ok(Book::Xls(Box::new(book))),
            Err(calamine::XlsError::Password) => Err(locked()),
            // An `.xlsx` under a password has the outer form of an `.xls`.
            Err(error) => match File::open(path).map(|file| Xlsx::new(BufReader::new(file))) {
                Ok(Err(calamine::XlsxError::Password)) => Err(locked()),
                _ => Err(damaged(error.to_string())),
            },
        },
        WorkbookFormat::Ods => match Ods::new(file) {
            Ok(book) => Ok(Book::Ods(Box::new(book))),
            Err(calamine::OdsError::Password) => Err(locked()),
            Err(error) => Err(damaged(error.to_string())),
        },
    }
}

/// Runs a step of the crate that reads workbooks. It takes a file at its word, and may panic where the file
/// lies.
fn unharmed<T>(step: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(step)).map_err(|_| "inconsistent content".to_owned())
}

/// As [`unharmed`], of a step that may say itself that it failed.
fn guarded<T, E: ToString>(step: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    unharmed(step)?.map_err(|error| error.to_string())
}

fn damaged(path: &Path, format: WorkbookFormat, detail: String) -> IngestError {
    IngestError::Damaged { file: path.to_owned(), format: format.name(), detail }
}

fn read_sheet(
    book: &mut Book,
    sheet: &str,
    file: &Path,
    input: &InputSpec,
    format: WorkbookFormat,
    context: &Context<'_>,
) -> Result<Reading, IngestError> {
    let failed = |detail: String| damaged(&input.path, format, detail);
    let max_cell = context.options.max_cell_bytes;
    let merges = book.merges(sheet).map_err(failed)?;
    let mut rows = book.rows(sheet, merges.clone(), file, format, max_cell)?;
    let mut head = first_rows(rows.as_mut(), SEARCHED_ROWS + 20)?;
    drop(rows);
    // A grid has no end to its rows: what stands right of the header's last cell still is a column.
    let width =
        head.iter().map(|row| row.cells.iter().rposition(|c| !is_blank(c)).map_or(0, |c| c + 1)).max();
    for row in &mut head {
        row.cells.resize(width.unwrap_or(0).max(row.cells.len()), String::new());
    }
    let found = find_header(input, file, head, &context.options.synonyms)?;
    let mut rows = book.rows(sheet, merges, file, format, max_cell)?;
    let mut reading = read_rows(&input.path, found, rows.as_mut(), format.name(), context)?;
    reading.table.sheet = Some(sheet.to_owned());
    Ok(reading)
}

impl Book {
    /// Names of the sheets that hold cells, in their order.
    fn sheets(&self) -> Vec<String> {
        let all = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        };
        let cells = all.iter().filter(|s| matches!(s.typ, calamine::SheetType::WorkSheet));
        cells.map(|s| s.name.clone()).collect()
    }

    fn merges(&mut self, sheet: &str) -> Result<Merges, String> {
        let found: Vec<Dimensions> = match self {
            Self::Xlsx(book) => guarded(|| book.merge_cells_by_sheet_name(sheet))?,
            Self::Xls(book) => guarded(|| book.merge_cells_by_sheet_name(sheet))?,
            // The crate does not tell them.
            Self::Ods(_) => Vec::new(),
        };
        Ok(Merges::new(found.iter().map(|d| (d.start, d.end))))
    }

    fn rows<'a>(
        &'a mut self,
        sheet: &str,
        merges: Merges,
        file: &Path,
        format: WorkbookFormat,
        max_cell: usize,
    ) -> Result<Box<dyn RowSource + 'a>, IngestError> {
        let failed = |detail: String| damaged(file, format, detail);
        let name = format.name();
        if let Self::Xlsx(book) = self {
            let mut reader = guarded(|| book.worksheet_cells_reader(sheet)).map_err(failed)?;
            let zeros: Vec<usize> = reader.styles().iter().map(leading_zeros).collect();
            let next = move |out: &mut String| {
                while let Some((cell, style)) = guarded(|| reader.next_cell_with_style_id())? {
                    out.clear();
                    write_ref(cell.get_value(), zeros.get(style).copied().unwrap_or(0), out);
                    if !out.is_empty() {
                        return Ok(Some(cell.get_position()));
                    }
                }
                Ok(None)
            };
            return Ok(Box::new(GridRows::new(file.to_owned(), name, next, merges, max_cell)));
        }
        let range = match self {
            Self::Xls(book) => guarded(|| book.worksheet_range(sheet)),
            Self::Ods(book) => guarded(|| book.worksheet_range(sheet)),
            Self::Xlsx(book) => guarded(|| book.worksheet_range(sheet)),
        }
        .map_err(failed)?;
        let start = range.start().unwrap_or_default();
        let mut at = 0;
        let next = move |out: &mut String| {
            let width = range.width();
            while at < width * range.height() {
                let (row, column) = (at / width, at % width);
                at += 1;
                let Some(value) = range.get((row, column)) else { continue };
                out.clear();
                write_data(value, out);
                if !out.is_empty() {
                    return Ok(Some((start.0 + row as u32, start.1 + column as u32)));
                }
            }
            Ok(None)
        };
        Ok(Box::new(GridRows::new(file.to_owned(), name, next, merges, max_cell)))
    }
}

/// Digits that a number format like `000000000000` fills up to; 0 for any other format.
fn leading_zeros(style: &calamine::Style) -> usize {
    style.number_format.as_ref().map_or(0, |format| {
        let code = format.format_code.as_str();
        if code.len() > 1 && code.bytes().all(|b| b == b'0') { code.len() } else { 0 }
    })
}

fn write_ref(value: &DataRef<'_>, zeros: usize, out: &mut String) {
    match value {
        DataRef::Float(number) if zeros > 0 && number.fract() == 0.0 && *number >= 0.0 => {
            out.push_str(&format!("{number:0zeros$}"));
        }
        DataRef::Int(number) if zeros > 0 && *number >= 0 => out.push_str(&format!("{number:0zeros$}")),
        DataRef::SharedString(text) => out.push_str(text),
        DataRef::Int(number) => write_data(&Data::Int(*number), out),
        DataRef::Float(number) => write_data(&Data::Float(*number), out),
        DataRef::String(text) => out.push_str(text),
        DataRef::Bool(truth) => write_data(&Data::Bool(*truth), out),
        DataRef::DateTime(date) => write_date(date, out),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => write_iso(text, out),
        DataRef::Error(error) => out.push_str(&error.to_string()),
        DataRef::Empty => {}
    }
}

/// Writes a cell as text: dates dd/mm/yyyy, numbers without an exponent and, where whole, without a point.
fn write_data(value: &Data, out: &mut String) {
    use std::fmt::Write as _;
    // Writing to a String does not fail.
    let _ = match value {
        Data::Int(number) => write!(out, "{number}"),
        Data::Float(number) => write!(out, "{number}"),
        Data::String(text) => write!(out, "{text}"),
        Data::Bool(truth) => write!(out, "{}", if *truth { "TRUE" } else { "FALSE" }),
        Data::DateTime(date) => {
            write_date(date, out);
            Ok(())
        }
        Data::DateTimeIso(text) | Data::DurationIso(text) => {
            write_iso(text, out);
            Ok(())
        }
        Data::Error(error) => write!(out, "{error}"),
        Data::Empty => Ok(()),
    };
}

fn write_date(date: &ExcelDateTime, out: &mut String) {
    let serial = date.as_f64();
    // A year typed into a cell with a date format: nobody's date is of 1905.
    let is_year = serial.fract() == 0.0 && (1900.0..=2100.0).contains(&serial);
    if date.is_duration() || is_year || serial < 1.0 {
        write_data(&Data::Float(serial), out);
        return;
    }
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    out.push_str(&format!("{day:02}/{month:02}/{year:04}"));
}

/// `1960-03-05T00:00:00` as 05/03/1960; anything else as it is.
fn write_iso(text: &str, out: &mut String) {
    let date = text.split('T').next().unwrap_or("");
    let parts: Vec<&str> = date.split('-').collect();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2 => {
            out.push_str(&format!("{day}/{month}/{year}"));
        }
        _ => out.push_str(text),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn text(value: &Data) -> String {
        let mut out = String::new();
        write_data(value, &mut out);
        out
    }

    #[test]
    fn cells_as_text() {
        let date =
            |serial: f64| Data::DateTime(ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false));
        assert_eq!(text(&Data::Float(79_190_012_345.0)), "79190012345");
        assert_eq!(text(&Data::Float(1.5)), "1.5");
        assert_eq!(text(&date(21_980.0)), "05/03/1960");
        assert_eq!(text(&date(21_980.75)), "05/03/1960");
        assert_eq!(text(&date(1960.0)), "1960");
        assert_eq!(text(&Data::DateTimeIso("1960-03-05T00:00:00".into())), "05/03/1960");
        let mut out = String::new();
        write_ref(&DataRef::Float(38_060_000_001.0), 12, &mut out);
        assert_eq!(out, "038060000001");
    }
}
