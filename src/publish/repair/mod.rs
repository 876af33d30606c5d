//! Repair files: for each input the plan of repair, what to do about the file and then cell by cell, and behind it the
//! file corrected, every change marked.
//!
//! Only what is certain is changed: what a program did to the data and what undoes it. Whatever somebody has to look at
//! stands in the plan alone. Rows keep their numbers, so that the plan speaks of the file and of the copy.

mod changes;
mod corrected;
mod plan;
pub(crate) mod probe;
mod source;

use std::path::Path;

use rayon::prelude::*;
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};
use rustc_hash::FxHashSet;

use self::changes::Change;
use super::case::Cases;
use super::sheets::{self, COMPRESSION};
use crate::archive::{ArchiveError, Files};
use crate::domain::Table;
use crate::interrupt;

/// The folder of the run that holds them.
pub(crate) const FOLDER: &str = "repair";

/// A table with more rows is not copied: its workbook would be slow to open, and the export is mended where it is made.
const COPIED_ROWS: usize = 50_000;

/// An input file: its tables and what is wrong with their cells.
struct Input<'a> {
    /// The name of the repair file within the folder.
    file: String,
    tables: Vec<Sheet<'a>>,
}

/// A table with its changes, by row and column.
struct Sheet<'a> {
    table: &'a Table,
    changes: Vec<Change<'a>>,
}

impl Sheet<'_> {
    /// How many cells are corrected.
    fn corrected(&self) -> usize {
        self.changes.iter().filter(|change| change.new.is_some()).count()
    }

    /// Whether the header of the file has all columns: below a later one there may be others, for which a copy under
    /// the first has no place.
    fn has_one_header(&self) -> bool {
        self.table.columns.len() == self.table.own_columns + self.table.parts.len()
    }
}

impl Input<'_> {
    /// Whether the corrected copy stands behind the plan.
    fn is_copied(&self) -> bool {
        self.tables.iter().any(|sheet| sheet.corrected() > 0)
            && self.tables.iter().all(|sheet| sheet.table.len() <= COPIED_ROWS && sheet.has_one_header())
    }
}

/// Writes the repair file of every input, several at a time.
pub(crate) fn write_all(cases: &Cases<'_>, files: &Files<'_>) -> Result<(), ArchiveError> {
    let mut inputs = inputs(cases);
    // The biggest first, so that no thread is left alone with one at the end; the files do not depend on it.
    inputs.sort_by_key(|input| {
        std::cmp::Reverse(input.tables.iter().map(|sheet| sheet.table.len()).sum::<usize>())
    });
    inputs.par_iter().with_max_len(1).try_for_each(|input| {
        files.write(&format!("{FOLDER}/{}", input.file), |out| {
            interrupt::survived(|| {
                let made = build(cases, input, files.folder());
                made.and_then(|mut book| book.save_to_writer(out)).map_err(|error| match error {
                    XlsxError::IoError(error) => error,
                    other => std::io::Error::other(other),
                })
            })
        })
    })
}

/// The input files with their tables, in the order of the data.
fn inputs<'a>(cases: &Cases<'a>) -> Vec<Input<'a>> {
    let mut taken: FxHashSet<String> = FxHashSet::default();
    let mut paths: Vec<&Path> = Vec::new();
    let mut inputs: Vec<Input<'a>> = Vec::new();
    for (table, changes) in cases.data.tables.iter().zip(changes::of_tables(cases)) {
        let sheet = Sheet { table, changes };
        match paths.iter().position(|path| *path == table.path) {
            Some(at) => inputs[at].tables.push(sheet),
            None => {
                paths.push(&table.path);
                inputs.push(Input { file: file_of(&table.path, &mut taken), tables: vec![sheet] });
            }
        }
    }
    inputs
}

/// The name of the repair file of an input: that of the input with the ending of a workbook, and the whole name or a
/// number where two inputs would share it.
fn file_of(path: &Path, taken: &mut FxHashSet<String>) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    let stem = Path::new(text).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let numbered = (2..).map(|n| format!("{name}-{n}"));
    let mut names = [stem, name.clone()].into_iter().chain(numbered);
    // Some systems take capitals and small letters for the same.
    let free = names.find(|name| taken.insert(name.to_lowercase())).unwrap_or(name);
    format!("{free}.xlsx")
}

fn build(cases: &Cases<'_>, input: &Input<'_>, temp: &Path) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_zip_compression_level(COMPRESSION);
    let (year, month, day) = cases.data.as_of.civil();
    // The date of the data, not of the run: the same inputs give the same bytes.
    let created = ExcelDateTime::from_ymd(u16::try_from(year).unwrap_or(1900), month, day)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    book.set_tempdir(temp)?.use_zip_large_file(true);
    let style = Style::new();
    let names = corrected::sheet_names(input, plan::name(cases.lang));
    plan::write(book.add_worksheet_with_constant_memory()?, cases, input, &names, &style)?;
    if input.is_copied() {
        for (sheet, name) in input.tables.iter().zip(&names) {
            let page = book.add_worksheet_with_constant_memory()?;
            page.set_name(name)?;
            corrected::write(page, sheet, cases, &style)?;
        }
    }
    Ok(book)
}

/// Formats shared by the sheets.
struct Style {
    title: Format,
    label: Format,
    header: Format,
    text: Format,
    wrapped: Format,
    /// A cell that was corrected.
    changed: Format,
}

impl Style {
    fn new() -> Self {
        let text = sheets::text(Format::new());
        let wrapped = sheets::text(sheets::lined().set_text_wrap().set_align(FormatAlign::Top));
        Self {
            title: sheets::title(),
            label: sheets::label(),
            header: sheets::header(&wrapped),
            changed: text.clone().set_background_color(Color::RGB(0x00FF_E699)),
            text,
            wrapped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_has_a_file_of_its_own() {
        let mut taken = FxHashSet::default();
        let names = ["d/dan_cu.csv", "d/Dan_cu.xlsx", "e/dan_cu.csv", "d/khai_tu.csv.gz", "e/Dan_cu.xlsx"];
        let files = names.map(|path| file_of(Path::new(path), &mut taken));
        assert_eq!(
            files,
            ["dan_cu.xlsx", "Dan_cu.xlsx.xlsx", "dan_cu.csv.xlsx", "khai_tu.xlsx", "Dan_cu.xlsx-2.xlsx"]
        );
    }
}
