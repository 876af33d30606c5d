//! Workbooks that the calamine crate holds whole: `.xls`, `.xlsb` and `.ods`, small by nature.

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{Data, Ods, Range, Reader, SheetType, Xls, Xlsb, Xlsx};
use serde::{Deserialize, Serialize};

use super::cell_text::write_data;
use super::sheet::Sheet;

/// The formats of such workbooks.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum HeldFormat {
    /// Excel 97–2003.
    Xls,
    /// The binary form of Office Open XML.
    Xlsb,
    /// OpenDocument.
    Ods,
}

impl HeldFormat {
    /// Every format.
    pub(super) const ALL: [Self; 3] = [Self::Xls, Self::Xlsb, Self::Ods];

    /// The name on a command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Xls => "xls",
            Self::Xlsb => "xlsb",
            Self::Ods => "ods",
        }
    }
}

/// Why a workbook was not read.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum NotRead {
    /// It is under a password.
    Locked,
    /// It is damaged, in the words of the reader, which name no value.
    Damaged(String),
}

/// Reads the sheets that hold cells, in their order.
///
/// # Errors
/// [`NotRead`].
pub(super) fn read_held(path: &Path, format: HeldFormat) -> Result<Vec<Sheet>, NotRead> {
    let read = || -> Result<Vec<Sheet>, NotRead> {
        match format {
            HeldFormat::Xls => match Xls::new(open(path)?) {
                Ok(mut book) => {
                    let mut sheets = all_sheets(&mut book)?;
                    for sheet in &mut sheets {
                        let merges = book.merge_cells_by_sheet_name(&sheet.name).map_err(damaged)?;
                        sheet.merges = merges.iter().map(|d| (d.start, d.end)).collect();
                    }
                    Ok(sheets)
                }
                Err(calamine::XlsError::Password) => Err(NotRead::Locked),
                // An `.xlsx` under a password has the outer form of an `.xls`.
                Err(error) => match Xlsx::new(open(path)?) {
                    Err(calamine::XlsxError::Password) => Err(NotRead::Locked),
                    _ => Err(damaged(error)),
                },
            },
            // The crate does not tell merged cells of the other two.
            HeldFormat::Xlsb => all_sheets(&mut Xlsb::new(open(path)?).map_err(damaged)?),
            HeldFormat::Ods => match Ods::new(open(path)?) {
                Ok(mut book) => all_sheets(&mut book),
                Err(calamine::OdsError::Password) => Err(NotRead::Locked),
                Err(error) => Err(damaged(error)),
            },
        }
    };
    // The crate takes a file at its word, and may panic where the file lies.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(inconsistent()))
}

/// What is said of a file that contradicts itself.
pub(super) fn inconsistent() -> NotRead {
    NotRead::Damaged("inconsistent content".to_owned())
}

fn damaged(error: impl ToString) -> NotRead {
    NotRead::Damaged(error.to_string())
}

fn open(path: &Path) -> Result<BufReader<File>, NotRead> {
    File::open(path).map(BufReader::new).map_err(|error| NotRead::Damaged(error.kind().to_string()))
}

fn all_sheets<R: Reader<BufReader<File>>>(book: &mut R) -> Result<Vec<Sheet>, NotRead>
where
    R::Error: ToString,
{
    let known = book.sheets_metadata().iter().filter(|sheet| matches!(sheet.typ, SheetType::WorkSheet));
    let names: Vec<String> = known.map(|sheet| sheet.name.clone()).collect();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).map_err(damaged)?;
            let mut sheet = Sheet::named(name);
            write_cells(&range, &mut sheet);
            Ok(sheet)
        })
        .collect()
}

fn write_cells(range: &Range<Data>, sheet: &mut Sheet) {
    let (top, left) = range.start().unwrap_or_default();
    for (row, cells) in range.rows().enumerate() {
        for (column, value) in cells.iter().enumerate() {
            write_data(value, &mut sheet.text);
            sheet.end_cell(top + row as u32, left + column as u32);
        }
    }
}
