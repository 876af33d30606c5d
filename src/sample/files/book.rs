//! Workbooks of a mixed sample: titles, a header of two rows with merged cells, a row of column numbers, and
//! below the rows what offices put there.

use std::path::PathBuf;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::layout::Layout;
use super::legacy::Legacy;
use super::write::private_file;
use super::{Folder, Offer, Placed};
use crate::domain::{Day, Field, Kind, PartialDate};
use crate::sample::SampleError;

/// Rows of persons that a sheet is given at most: 2^20 less what stands above and below.
pub(crate) const MOST_ROWS: usize = 1_048_000;
/// Above this many rows a sheet is written row by row to a temporary file instead of being held.
const HELD_ROWS: usize = 20_000;

/// A workbook being written.
pub(crate) struct BookFile<'a> {
    path: PathBuf,
    book: Workbook,
    layout: &'a Layout,
    legacy: &'a Legacy,
    /// The columns after that of the running number, each with its index among the kind's fields.
    columns: Vec<(usize, Field)>,
    /// Index of the hamlet where it is written over its people and not beside each.
    hamlet: Option<usize>,
    /// The names are typed in a VNI font.
    vni_names: bool,
    /// Sheets that are held can have cells merged downwards.
    held: bool,
    as_of: Day,
    /// Rows of the sheet so far.
    next: u32,
    persons: usize,
    /// Groups begun, and the hamlet of the last.
    groups: u32,
    group: String,
    sum: u64,
    date: Format,
    header: Format,
}

/// What a cell holds.
enum Cell {
    Blank,
    Text,
    Number(f64),
    Date(ExcelDateTime),
}

impl<'a> BookFile<'a> {
    /// Begins the workbook of a kind.
    pub(crate) fn create(
        folder: &'a Folder<'a>,
        name: &str,
        kind: Kind,
        rows: usize,
    ) -> Result<Self, SampleError> {
        let path = folder.path.join(name);
        let fields = kind.fields();
        let by_hamlet = kind == Kind::Welfare;
        let hamlet = fields.iter().position(|f| *f == Field::Hamlet).filter(|_| by_hamlet);
        let columns =
            fields.iter().copied().enumerate().filter(|(at, _)| Some(*at) != hamlet).collect::<Vec<_>>();
        let mut file = Self {
            path,
            book: Workbook::new(),
            layout: folder.layouts.of(kind),
            legacy: folder.legacy,
            columns,
            hamlet,
            vni_names: kind == Kind::Welfare,
            held: rows <= HELD_ROWS,
            as_of: folder.as_of,
            next: 0,
            persons: 0,
            groups: 0,
            group: String::new(),
            sum: 0,
            date: Format::new().set_num_format("dd/mm/yyyy"),
            header: Format::new().set_bold().set_align(FormatAlign::Center).set_text_wrap(),
        };
        file.begin(folder, kind).map_err(|e| file.failed(e))?;
        Ok(file)
    }

    fn begin(&mut self, folder: &Folder<'_>, kind: Kind) -> Result<(), XlsxError> {
        let (year, month, day) = self.as_of.civil();
        let created = ExcelDateTime::from_ymd(u16::try_from(year).unwrap_or(1900), month, day)?;
        self.book.set_properties(&DocProperties::new().set_creation_datetime(&created));
        if self.held {
            self.book.add_worksheet();
        } else {
            self.book.set_tempdir(folder.path)?.use_zip_large_file(true);
            self.book.add_worksheet_with_constant_memory()?;
        }
        let layout = self.layout;
        for title in &layout.titles {
            let row = self.next;
            if !title.is_empty() {
                self.sheet()?.write(row, 0, title.as_str())?;
            }
            self.next += 1;
        }
        self.write_header(|field| folder.tables.header(kind, field))?;
        for column in 0..=self.columns.len() as u16 {
            let row = self.next;
            self.sheet()?.write(row, column, format!("({})", column + 1))?;
        }
        self.next += 1;
        Ok(())
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, XlsxError> {
        self.book.worksheet_from_index(0)
    }

    /// The two rows of the header.
    fn write_header<'h>(&mut self, own: impl Fn(Field) -> &'h str) -> Result<(), XlsxError> {
        let (top, layout, header) = (self.next, self.layout, self.header.clone());
        let held = self.held;
        let groups: Vec<Option<(&str, &str)>> = std::iter::once(None)
            .chain(self.columns.iter().map(|(_, f)| layout.group_of(*f).map(|(g, h)| (g.over.as_str(), h))))
            .collect();
        let texts: Vec<&str> =
            std::iter::once("STT").chain(self.columns.iter().map(|(_, f)| own(*f))).collect();
        let sheet = self.sheet()?;
        let mut column = 0;
        while column < groups.len() {
            let over = groups[column].map(|(over, _)| over);
            let same = groups[column..].iter().take_while(|g| g.map(|(o, _)| o) == over).count();
            let at = column as u16;
            match over {
                Some(over) => {
                    sheet.merge_range(top, at, top, at + same as u16 - 1, over, &header)?;
                    column += same;
                }
                None => {
                    // Written row by row, a sheet cannot go back to the upper row.
                    if held {
                        sheet.merge_range(top, at, top + 1, at, texts[column], &header)?;
                    } else {
                        sheet.write_with_format(top, at, texts[column], &header)?;
                    }
                    column += 1;
                }
            }
        }
        for (column, (_, text)) in groups.iter().enumerate().filter_map(|(c, g)| g.map(|g| (c, g))) {
            sheet.write_with_format(top + 1, column as u16, text, &header)?;
        }
        self.next += 2;
        Ok(())
    }

    /// Writes a row, unless the sheet is full. A damaged name stays as it is.
    pub(crate) fn row(&mut self, cells: &[String], damaged: bool) -> Result<Offer, SampleError> {
        if self.next as usize > MOST_ROWS {
            return Ok(Offer::Refused);
        }
        let placed = self.write(cells, damaged).map_err(|e| self.failed(e))?;
        Ok(Offer::At(self.next, placed))
    }

    fn write(&mut self, cells: &[String], damaged: bool) -> Result<Placed, XlsxError> {
        if let Some(hamlet) = self.hamlet.map(|at| &cells[at])
            && *hamlet != self.group
        {
            self.groups += 1;
            self.group.clone_from(hamlet);
            let (row, text) = (self.next, format!("{}. {hamlet}", roman(self.groups)));
            self.sheet()?.write(row, 0, text)?;
            self.next += 1;
        }
        self.persons += 1;
        let (row, number) = (self.next, self.persons as f64);
        let (legacy, date) = (self.legacy, self.date.clone());
        let mut placed = Placed::AsGiven;
        let columns = std::mem::take(&mut self.columns);
        self.sheet()?.write(row, 0, number)?;
        for (column, (index, field)) in (1..).zip(&columns) {
            let text = &cells[*index];
            let typed = *field == Field::FullName && self.vni_names && !damaged && !text.is_ascii();
            if let Some(vni) = typed.then(|| legacy.vni_cell(text)).flatten() {
                self.sheet()?.write(row, column, vni)?;
                placed = Placed::NameRecoded;
                continue;
            }
            let cell = cell(*field, text);
            if let (Cell::Number(amount), Field::MonthlyAmount) = (&cell, field) {
                self.sum += *amount as u64;
            }
            let sheet = self.sheet()?;
            match cell {
                Cell::Blank => {}
                Cell::Text => {
                    sheet.write(row, column, text.as_str())?;
                }
                Cell::Number(number) => {
                    sheet.write(row, column, number)?;
                }
                Cell::Date(day) => {
                    sheet.write_with_format(row, column, &day, &date)?;
                }
            }
        }
        self.columns = columns;
        self.next += 1;
        Ok(placed)
    }

    /// Ends the file: total, place and date, signatures.
    pub(crate) fn finish(mut self) -> Result<(), SampleError> {
        self.sign().map_err(|e| self.failed(e))?;
        let file = private_file(&self.path)?;
        self.book.save_to_writer(file).map_err(|e| failed(&self.path, e))
    }

    fn sign(&mut self) -> Result<(), XlsxError> {
        let layout = self.layout;
        if !layout.total.is_empty() {
            let amount = self.columns.iter().position(|(_, f)| *f == Field::MonthlyAmount);
            let (row, sum) = (self.next, self.sum as f64);
            let sheet = self.sheet()?;
            sheet.write(row, 0, layout.total.as_str())?;
            if let Some(column) = amount {
                sheet.write(row, column as u16 + 1, sum)?;
            }
            self.next += 1;
        }
        if layout.signed_by.is_empty() {
            return Ok(());
        }
        let (year, month, day) = self.as_of.civil();
        let (row, last) = (self.next + 1, self.columns.len() as u16 - 3);
        let sheet = self.sheet()?;
        sheet.write(row, last, format!("Đắk Lắk, ngày {day} tháng {month} năm {year}"))?;
        for (office, column) in layout.signed_by.iter().zip([1, last]) {
            sheet.write(row + 1, column, office.as_str())?;
        }
        for (signer, column) in ["Trần Thị Mẫu", "Lê Văn Mẫu"].iter().zip([1, last]) {
            sheet.write(row + 5, column, *signer)?;
        }
        self.next = row + 6;
        Ok(())
    }

    fn failed(&self, error: XlsxError) -> SampleError {
        failed(&self.path, error)
    }
}

fn failed(path: &std::path::Path, error: XlsxError) -> SampleError {
    let source = match error {
        XlsxError::IoError(error) => error,
        other => std::io::Error::other(other),
    };
    SampleError::Write { path: path.to_owned(), source }
}

/// What a typist makes of a text: full dates and years of some columns become dates and numbers, amounts
/// and codes become numbers. Whatever is written in another way stays text, and so do numbers of persons.
fn cell(field: Field, text: &str) -> Cell {
    if text.is_empty() {
        return Cell::Blank;
    }
    let digits = !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    let number = || text.parse().map_or(Cell::Text, Cell::Number);
    match field {
        Field::MonthlyAmount | Field::CommuneCode | Field::HouseholdId if digits => number(),
        Field::BirthDate if digits && text.len() == 4 => number(),
        Field::BirthDate | Field::CardIssued | Field::StartDate => date(text).map_or(Cell::Text, Cell::Date),
        _ => Cell::Text,
    }
}

/// A date of the calendar written dd/mm/yyyy, from the day on from which spreadsheets count right.
fn date(text: &str) -> Option<ExcelDateTime> {
    let [day, month, year]: [&str; 3] = text.split('/').collect::<Vec<_>>().try_into().ok()?;
    if [day.len(), month.len(), year.len()] != [2, 2, 4] {
        return None;
    }
    let (day, month, year): (u8, u8, u16) = (day.parse().ok()?, month.parse().ok()?, year.parse().ok()?);
    PartialDate::day(year, month, day).filter(|_| year > 1900)?;
    ExcelDateTime::from_ymd(year, month, day).ok()
}

/// A number as forms count groups: I, II, III, IV; it begins again after XX.
fn roman(number: u32) -> &'static str {
    const NUMERALS: [&str; 20] = [
        "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI",
        "XVII", "XVIII", "XIX", "XX",
    ];
    NUMERALS[(number.saturating_sub(1) as usize) % NUMERALS.len()]
}
