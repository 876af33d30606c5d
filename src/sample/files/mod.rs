//! The files of a sample's lists: plain ones, or the mixture that offices send.
//!
//! Rows always come in the same order, and are numbered as in a plain file (the first is 2). Where each
//! came to stand is told by the list's [`Placement`] when it is finished.

pub(crate) mod book;
pub(crate) mod charset;
pub(crate) mod layout;
pub(crate) mod legacy;
pub(crate) mod text_file;
pub(crate) mod write;

use std::path::{Path, PathBuf};

use super::damage::Damages;
use super::extracts::lists::Sector;
use super::files::book::{BookFile, MOST_ROWS};
use super::files::layout::Layouts;
use super::files::legacy::Legacy;
use super::files::text_file::TextFile;
use super::files::write::Sheet;
use super::population::tables::Tables;
use super::{Format, SampleError};
use crate::domain::{Day, Field, Kind};

/// Where and how the lists of a sample are written.
pub(super) struct Folder<'a> {
    pub(super) path: &'a Path,
    pub(super) format: Format,
    pub(super) tables: &'a Tables,
    pub(super) legacy: &'a Legacy,
    pub(super) layouts: &'a Layouts,
    pub(super) as_of: Day,
    pub(super) damages: &'a Damages,
    pub(super) seed: u64,
}

/// Where the rows of a list came to stand.
#[derive(Clone, Debug)]
pub(super) struct Placement {
    /// Names of the files.
    files: Vec<String>,
    /// File and row of each list row; empty where the rows are those of one plain file.
    places: Vec<(u8, u32)>,
}

/// A list being written.
pub(super) struct ListFile<'a> {
    folder: &'a Folder<'a>,
    kind: Kind,
    main: Main<'a>,
    /// Rows that the main file cannot hold.
    second: Option<Sheet>,
    second_rows: u32,
    placed: Placement,
}

/// The file for all rows that it can hold.
enum Main<'a> {
    Plain(Box<Sheet>),
    Text(TextFile<'a>),
    Book(Box<BookFile<'a>>),
}

/// What became of a row.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Placed {
    /// It is written as it was given.
    AsGiven,
    /// Its name is written in a legacy encoding.
    NameRecoded,
}

/// What became of a row offered to a main file.
pub(super) enum Offer {
    /// It stands on this row.
    At(u32, Placed),
    /// The file cannot hold it.
    Refused,
}

/// Name of the file for all rows of a kind that it can hold.
fn main_name(format: Format, kind: Kind, rows: usize) -> String {
    let ending = match (format, kind) {
        // A sheet has no room for more: such an office sends text.
        (Format::Mixed, Kind::Residents) if rows > MOST_ROWS => "csv",
        (Format::Mixed, Kind::Residents | Kind::Welfare) => "xlsx",
        (Format::Mixed, Kind::Deaths) => "txt",
        _ => "csv",
    };
    format!("{}.{ending}", kind.name())
}

/// Name of the file for what the main file of a kind cannot hold.
fn second_name(kind: Kind) -> String {
    let ending = if kind == Kind::Insurance { "csv.gz" } else { "csv" };
    format!("{}_2.{ending}", kind.name())
}

impl<'a> Folder<'a> {
    /// Begins the list of a kind, which will have about so many rows.
    pub(super) fn list(&'a self, kind: Kind, rows: usize) -> Result<ListFile<'a>, SampleError> {
        let name = main_name(self.format, kind, rows);
        let main = match (self.format, kind) {
            // Other sectors send plain files.
            _ if kind.is_list() => Main::Plain(Box::new(self.plain(kind, &name)?)),
            (Format::Csv, _) => Main::Plain(Box::new(self.plain(kind, &name)?)),
            (Format::Mixed, Kind::Residents) if rows > MOST_ROWS => {
                Main::Plain(Box::new(self.plain(kind, &name)?))
            }
            (Format::Mixed, Kind::Residents | Kind::Welfare) => {
                Main::Book(Box::new(BookFile::create(self, &name, kind, rows)?))
            }
            (Format::Mixed, _) => Main::Text(TextFile::create(self, &name, kind)?),
        };
        let placed = Placement { files: vec![name], places: Vec::new() };
        Ok(ListFile { folder: self, kind, main, second: None, second_rows: 0, placed })
    }

    /// A plain file of a kind.
    fn plain(&self, kind: Kind, name: &str) -> Result<Sheet, SampleError> {
        Sheet::create(self.path, name, self.headers(kind))
    }

    /// The headers of a kind, in the order of its fields.
    pub(super) fn headers(&self, kind: Kind) -> impl Iterator<Item = &'a str> {
        self.tables.columns(kind).into_iter().map(move |field: Field| self.tables.header(kind, field))
    }

    /// Makes sure that the lists will be read alone: those of a sample of the other format would be read
    /// beside them, and so would lists of other sectors where none are wanted. Second files that an earlier
    /// sample of this format left are taken away.
    pub(super) fn prepare(&self, residents: usize, lists: bool) -> Result<(), SampleError> {
        let of_sectors = Sector::ALL.map(|sector| self.path.join(format!("{}.csv", sector.name())));
        if let Some(path) = of_sectors.into_iter().find(|path| !lists && path.exists()) {
            return Err(SampleError::OtherLists { path });
        }
        for kind in Kind::SIX {
            let main = |format| main_name(format, kind, residents);
            let mut others = vec![main(Format::Csv), main(Format::Mixed)];
            others.retain(|name| *name != main(self.format));
            let second = self.path.join(second_name(kind));
            match self.format {
                Format::Csv => others.push(second_name(kind)),
                Format::Mixed => match std::fs::remove_file(&second) {
                    Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                        return Err(SampleError::Write { path: second, source });
                    }
                    _ => {}
                },
            }
            if let Some(path) = others.iter().map(|name| self.path.join(name)).find(|path| path.exists()) {
                return Err(SampleError::OtherLists { path });
            }
        }
        Ok(())
    }
}

impl ListFile<'_> {
    /// Writes a row, its cells in the order of the kind's fields. A damaged name stays as it is.
    pub(super) fn row(&mut self, cells: &[String], damaged: bool) -> Result<Placed, SampleError> {
        let offer = match &mut self.main {
            Main::Plain(sheet) => {
                sheet.row(cells.iter().map(String::as_str))?;
                return Ok(Placed::AsGiven);
            }
            Main::Text(file) => file.row(cells)?,
            Main::Book(file) => file.row(cells, damaged)?,
        };
        if let Offer::At(row, placed) = offer {
            self.placed.places.push((0, row));
            return Ok(placed);
        }
        if self.second.is_none() {
            let name = second_name(self.kind);
            self.second = Some(self.folder.plain(self.kind, &name)?);
            self.placed.files.push(name);
            self.second_rows = 1;
        }
        if let Some(sheet) = &mut self.second {
            sheet.row(cells.iter().map(String::as_str))?;
        }
        self.second_rows += 1;
        self.placed.places.push((1, self.second_rows));
        Ok(Placed::AsGiven)
    }

    /// Ends the files.
    pub(super) fn finish(self) -> Result<Placement, SampleError> {
        match self.main {
            Main::Plain(sheet) => sheet.finish()?,
            Main::Text(file) => file.finish()?,
            Main::Book(file) => file.finish()?,
        }
        if let Some(sheet) = self.second {
            sheet.finish()?;
        }
        Ok(self.placed)
    }
}

impl Placement {
    /// The place of a row in the order of reading: number of the file, row.
    pub(super) fn at(&self, row: u32) -> (u8, u32) {
        // Rows of lists are counted from 2, whatever the file.
        let index = row.saturating_sub(2) as usize;
        self.places.get(index).copied().unwrap_or((0, row))
    }

    /// The row's number as a spreadsheet shows it.
    pub(super) fn source_row(&self, row: u32) -> u32 {
        self.at(row).1
    }

    /// The name of the file in which the row stands.
    pub(super) fn file(&self, row: u32) -> &str {
        self.files.get(usize::from(self.at(row).0)).map_or("", String::as_str)
    }

    /// The files, the main one first.
    pub(super) fn paths(&self, folder: &Path) -> impl Iterator<Item = PathBuf> {
        self.files.iter().map(|name| folder.join(name))
    }
}
