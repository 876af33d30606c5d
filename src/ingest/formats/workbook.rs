//! Workbooks: `.xlsx`, `.xlsb`, `.xls` and `.ods` by the calamine crate, and tables in markup.
//!
//! A sheet of `.xlsx` is read cell by cell as a stream; the other formats are small by nature and are held
//! whole, by a process of its own where a file could lie. Hidden rows and sheets are data like any other.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use calamine::{DataRef, Reader, Xlsx};

use super::cell_text::{leading_zeros, write_ref};
use super::grid::{GridRows, Merges};
use super::held::{HeldFormat, NotRead};
use super::isolated;
use super::markup::{self, Markup};
use super::row::{Content, RowSource, first_rows, is_blank};
use super::sheet::Sheet;
use super::sheet_probe::{Glance, counts_from_1904};
use crate::domain::SkippedSheet;
use crate::ingest::columns::header::SEARCHED_ROWS;
use crate::ingest::error::IngestError;
use crate::ingest::open::decode::Decoding;
use crate::ingest::open::encoding::Encoding;
use crate::ingest::read::{Context, Found, InputSpec, Reading, find_header, read_rows};
use crate::ingest::table::sections;

/// An archive that unpacks to more is not opened, ...
const MAX_UNPACKED: u64 = 8 << 30;
/// ... nor one that unpacks to more than a little and is packed beyond what tables ever are: a bomb.
const LITTLE: u64 = 256 << 20;
const MAX_RATIO: u64 = 300;

/// The formats of workbooks.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum WorkbookFormat {
    /// Office Open XML.
    Xlsx,
    /// Excel 97–2003.
    Xls,
    /// OpenDocument.
    Ods,
    /// Tables in markup.
    Markup(Markup),
}

impl WorkbookFormat {
    /// The name in messages and in `summary.json`.
    pub(in crate::ingest) fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Markup(Markup::Html) => "html",
            Self::Markup(Markup::Xml2003) => "xml-2003",
        }
    }
}

/// An open workbook.
enum Book {
    /// Read as a stream.
    Xlsx(Box<Xlsx<BufReader<File>>>),
    /// Held whole.
    Held(Vec<Sheet>),
}

/// Reads a workbook: one table for each sheet that has a header, or the one that is asked for.
///
/// # Errors
/// Where the workbook is locked, damaged or no workbook; where no sheet of it has a header, and where the sheet that is
/// asked for is not there.
pub(in crate::ingest) fn read_workbook(
    input: &InputSpec,
    format: WorkbookFormat,
    context: &Context<'_>,
) -> Result<Vec<Reading>, IngestError> {
    let mut book = match unharmed(|| open(input, format)) {
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
    let mut readings: Vec<Reading> = Vec::new();
    let mut skipped: Vec<(&String, IngestError)> = Vec::new();
    for sheet in wanted {
        // Errors name the sheet where there is more than one.
        let file = if sheets.len() > 1 { with_sheet(&input.path, sheet) } else { input.path.clone() };
        let before = readings.last();
        match read_sheet(&mut book, sheet, &file, before, input, format, context) {
            Ok(reading) => readings.push(reading),
            Err(error) if error.is_about_header() => skipped.push((sheet, error)),
            Err(error) => return Err(error),
        }
    }
    if readings.is_empty() {
        // The sheet that came nearest to being one says best what is missing.
        let nearest = skipped.into_iter().map(|(_, error)| error).min_by_key(nearness);
        return Err(nearest.unwrap_or(IngestError::Empty { file: input.path.clone() }));
    }
    if format == WorkbookFormat::Xlsx && counts_from_1904(&input.path) {
        readings.iter_mut().for_each(|reading| reading.table.from_1904 = true);
    }
    let several = readings.len() > 1;
    for reading in &mut readings {
        if let (true, Some(sheet)) = (several, &reading.table.sheet) {
            reading.table.name = format!("{}#{sheet}", reading.table.name);
        }
    }
    for (sheet, error) in skipped {
        tracing::info!(file = %input.path.display(), sheet, reason = error.code(), "sheet passed over");
        let rows = book.filled_rows(sheet, format, &input.path)?;
        // A blank sheet is no loss.
        if rows > 0 {
            let sheet = SkippedSheet { name: sheet.clone(), rows, reason: error.code() };
            readings[0].table.skipped_sheets.push(sheet);
        }
    }
    Ok(readings)
}

fn nearness(error: &IngestError) -> u8 {
    match error {
        IngestError::MissingColumn { .. } => 0,
        IngestError::KindUnclear { candidates, .. } if !candidates.is_empty() => 1,
        IngestError::KindUnclear { .. } | IngestError::OtherSector { .. } => 2,
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

fn open(input: &InputSpec, format: WorkbookFormat) -> Result<Book, IngestError> {
    let path = &input.path;
    let unreadable =
        |e: std::io::Error| IngestError::Unreadable { file: path.to_owned(), detail: e.kind().to_string() };
    let file = || File::open(path).map(BufReader::new).map_err(unreadable);
    let held = |held: HeldFormat| match isolated::read_sheets(path, held) {
        Ok(sheets) => Ok(Book::Held(sheets)),
        Err(NotRead::Locked) => Err(IngestError::Locked { file: path.to_owned() }),
        Err(NotRead::Damaged(detail)) => Err(damaged(path, format, detail)),
    };
    match format {
        WorkbookFormat::Xlsx => {
            refuse_bombs(path)?;
            match Xlsx::new(file()?) {
                Ok(book) => Ok(Book::Xlsx(Box::new(book))),
                Err(calamine::XlsxError::Password) => Err(IngestError::Locked { file: path.to_owned() }),
                // The binary workbook has the same outer form.
                Err(error) => held(HeldFormat::Xlsb).map_err(|_| damaged(path, format, error.to_string())),
            }
        }
        WorkbookFormat::Xls => held(HeldFormat::Xls),
        WorkbookFormat::Ods => {
            refuse_bombs(path)?;
            held(HeldFormat::Ods)
        }
        WorkbookFormat::Markup(markup) => {
            let mut file = file()?;
            let encoding = match input.encoding {
                Some(encoding) => encoding,
                None => Encoding::detect(std::io::BufRead::fill_buf(&mut file).map_err(unreadable)?),
            };
            let text: Box<dyn Read> =
                if encoding.streams() { Box::new(file) } else { Box::new(Decoding::new(file, encoding)) };
            let sheets = markup::read_sheets(text, markup).map_err(|detail| damaged(path, format, detail))?;
            if sheets.is_empty() {
                let recognised = if markup == Markup::Html { "HTML" } else { "XML" };
                return Err(IngestError::WrongFormat { file: path.clone(), recognised });
            }
            Ok(Book::Held(sheets))
        }
    }
}

/// Refuses an archive that would unpack to more than memory holds.
fn refuse_bombs(path: &Path) -> Result<(), IngestError> {
    let archive = File::open(path).ok().and_then(|file| zip::ZipArchive::new(BufReader::new(file)).ok());
    // What is no archive is said by the reader of workbooks.
    let Some(unpacked) = archive.and_then(|archive| archive.decompressed_size()) else { return Ok(()) };
    let packed = u128::from(std::fs::metadata(path).map_or(0, |meta| meta.len()));
    let is_bomb = unpacked > u128::from(LITTLE) && unpacked > packed * u128::from(MAX_RATIO);
    if is_bomb || unpacked > u128::from(MAX_UNPACKED) {
        return Err(IngestError::TooLarge { file: path.to_owned() });
    }
    Ok(())
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
    before: Option<&Reading>,
    input: &InputSpec,
    format: WorkbookFormat,
    context: &Context<'_>,
) -> Result<Reading, IngestError> {
    let failed = |detail: String| damaged(&input.path, format, detail);
    let max_cell = context.options.max_cell_bytes;
    let glance = match format {
        WorkbookFormat::Xlsx => Glance::of(&input.path, sheet),
        _ => None,
    };
    // To tell them the crate reads the whole sheet; most have none.
    let merges = match glance {
        Some(Glance { merged: false, .. }) => Merges::default(),
        _ => book.merges(sheet).map_err(failed)?,
    };
    let mut rows = book.rows(sheet, merges.clone(), file, format, max_cell)?;
    let mut head = first_rows(rows.as_mut(), SEARCHED_ROWS + 20)?;
    drop(rows);
    // A grid has no end to its rows: what stands right of the header's last cell still is a column.
    let width =
        head.iter().map(|row| row.cells.iter().rposition(|c| !is_blank(c)).map_or(0, |c| c + 1)).max();
    for row in &mut head {
        row.cells.resize(width.unwrap_or(0).max(row.cells.len()), String::new());
    }
    let goes_on = before.filter(|reading| reading.header.describes(&head)).map(Found::before);
    let found = match (find_header(input, file, head, context), goes_on) {
        (Err(IngestError::NoHeader { .. }), Some(found)) => found,
        (found, _) => found?,
    };
    let mut rows = book.rows(sheet, merges, file, format, max_cell)?;
    let mut reading = read_rows(&input.path, found, rows.as_mut(), format.name(), context)?;
    drop(rows);
    sections::of_sheet(&mut reading.table, sheet);
    if glance.is_some_and(|glance| glance.uncomputed) {
        reading.table.uncomputed = book.uncomputed(sheet, reading.header.last_row).map_err(failed)?;
    }
    reading.hidden = glance.map_or_else(|| book.hidden(sheet), |glance| glance.hidden);
    reading.table.sheet = Some(sheet.to_owned()).filter(|sheet| !sheet.is_empty());
    Ok(reading)
}

impl Book {
    /// Names of the sheets that hold cells, in their order.
    fn sheets(&self) -> Vec<String> {
        match self {
            Self::Xlsx(book) => {
                let all = book.sheets_metadata().iter();
                let cells = all.filter(|sheet| matches!(sheet.typ, calamine::SheetType::WorkSheet));
                cells.map(|sheet| sheet.name.clone()).collect()
            }
            Self::Held(sheets) => sheets.iter().map(|sheet| sheet.name.clone()).collect(),
        }
    }

    fn held(&self, sheet: &str) -> Option<&Sheet> {
        let Self::Held(sheets) = self else { return None };
        sheets.iter().find(|known| known.name == sheet)
    }

    /// Hidden rows of a sheet, where they are known already.
    fn hidden(&self, sheet: &str) -> u64 {
        self.held(sheet).map_or(0, |sheet| sheet.hidden)
    }

    /// Formulas below the header that were never computed, by column: the file has no value for them.
    fn uncomputed(&mut self, sheet: &str, header: u32) -> Result<Vec<(usize, u64)>, String> {
        let Self::Xlsx(book) = self else { return Ok(Vec::new()) };
        let mut reader = guarded(|| book.worksheet_cells_reader(sheet))?;
        let mut columns: BTreeMap<usize, u64> = BTreeMap::new();
        while let Some(cell) = guarded(|| reader.next_cell_with_formula_metadata())? {
            let is_blank = match &cell.value {
                DataRef::Empty => true,
                DataRef::SharedString(text) => text.is_empty(),
                DataRef::String(text) => text.is_empty(),
                _ => false,
            };
            if is_blank && cell.formula.is_some() && cell.pos.0 >= header {
                *columns.entry(cell.pos.1 as usize).or_default() += 1;
            }
        }
        Ok(columns.into_iter().collect())
    }

    /// Rows of a sheet that hold anything.
    fn filled_rows(&mut self, sheet: &str, format: WorkbookFormat, file: &Path) -> Result<u64, IngestError> {
        let mut rows = self.rows(sheet, Merges::default(), file, format, usize::MAX)?;
        let mut filled = 0;
        while let Some(row) = rows.next_row()? {
            if let Content::Cells(cells) = row.content {
                filled += u64::from(cells.iter().any(|cell| !is_blank(cell)));
            }
        }
        Ok(filled)
    }

    fn merges(&mut self, sheet: &str) -> Result<Merges, String> {
        match self {
            Self::Xlsx(book) => {
                let found = guarded(|| book.merge_cells_by_sheet_name(sheet))?;
                Ok(Merges::new(found.iter().map(|d| (d.start, d.end))))
            }
            Self::Held(_) => Ok(self.held(sheet).map_or_else(Merges::default, Sheet::merges)),
        }
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
            let any_zeros = zeros.iter().any(|zeros| *zeros > 0);
            let next = move |out: &mut String| {
                loop {
                    // Styles are asked for only where one of them tells something.
                    let next = || match any_zeros {
                        true => reader.next_cell_with_style_id(),
                        false => reader.next_cell().map(|cell| cell.map(|cell| (cell, 0))),
                    };
                    let Some((cell, style)) = guarded(next)? else { return Ok(None) };
                    out.clear();
                    write_ref(cell.get_value(), zeros.get(style).copied().unwrap_or(0), out);
                    if !out.is_empty() {
                        return Ok(Some(cell.get_position()));
                    }
                }
            };
            return Ok(Box::new(GridRows::new(file.to_owned(), name, next, merges, max_cell)));
        }
        let Some(held) = self.held(sheet) else { return Err(failed("no such sheet".to_owned())) };
        let mut cells = held.cells();
        let next = move |out: &mut String| {
            Ok(cells.next().map(|(row, column, text)| {
                out.push_str(text);
                (row, column)
            }))
        };
        Ok(Box::new(GridRows::new(file.to_owned(), name, next, merges, max_cell)))
    }
}
