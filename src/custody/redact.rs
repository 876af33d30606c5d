//! A workbook of officers without the lines that tell of a person: what was typed on the others stays for the next run
//! to take in.

use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _, Xlsx, XlsxError};
use rust_xlsxwriter::Workbook;

use super::CustodyError;
use crate::archive::OutDir;
use crate::disk;
use crate::findings::FindingId;
use crate::publish::{WorkbookPasswords, lock_workbook};

/// What stands at the end of the name of a workbook until it takes its place.
const NEW: &str = ".partial";

/// A workbook without some of its lines, to be put in the place of the one that is there.
pub(super) struct Redacted {
    pub(super) path: PathBuf,
    bytes: Vec<u8>,
}

impl Redacted {
    /// Looks for lines whose cells `gone` holds for; `None` where there are none. What was under a password stays
    /// under it.
    ///
    /// # Errors
    /// [`CustodyError`] where the workbook cannot be read: it may be about anybody, and has to be looked at.
    pub(super) fn of(
        path: &Path,
        gone: &dyn Fn(&[String]) -> bool,
        passwords: &WorkbookPasswords,
    ) -> Result<Option<Self>, CustodyError> {
        let mut found = false;
        let (plain, password) = opened(path, passwords)?;
        let mut read = || -> Result<Vec<u8>, XlsxError> {
            let mut book = Xlsx::new(Cursor::new(plain.as_slice()))?;
            let mut copy = Workbook::new();
            let failed = |error: String| XlsxError::Io(io::Error::other(error));
            for name in book.sheet_names() {
                let range = book.worksheet_range(&name)?;
                let sheet = copy.add_worksheet();
                sheet.set_name(&name).map_err(|error| failed(error.to_string()))?;
                let mut to = 0;
                for row in range.rows() {
                    let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
                    if gone(&cells) {
                        found = true;
                        continue;
                    }
                    let filled = (0u16..).zip(row).zip(&cells);
                    let filled = filled.filter(|((_, cell), _)| !matches!(cell, Data::Empty));
                    for ((column, _), cell) in filled {
                        // Numbers of persons keep their zeros: all cells are texts, as they were.
                        let written = sheet.write_string(to, column, cell);
                        written.map_err(|error| failed(error.to_string()))?;
                    }
                    to += 1;
                }
            }
            let plain = copy.save_to_buffer().map_err(|error| failed(error.to_string()))?;
            match password {
                Some(password) if found => Ok(lock_workbook(&plain, password)?),
                _ => Ok(plain),
            }
        };
        let bytes = read().map_err(|error| CustodyError::read(path)(io::Error::other(error)))?;
        Ok(found.then(|| Self { path: path.to_path_buf(), bytes }))
    }

    /// Puts it in its place; what stood there is overwritten before.
    ///
    /// # Errors
    /// [`CustodyError`] where the folder cannot be written.
    pub(super) fn put(&self, out: &OutDir) -> Result<(), CustodyError> {
        let new = new_of(&self.path);
        let put = || -> io::Result<()> {
            disk::replace_file(&new, &self.bytes, disk::FILE_MODE)?;
            out.remove_file(&self.path)?;
            disk::rename(&new, &self.path)
        };
        put().map_err(CustodyError::write(&self.path))
    }
}

/// What a workbook holds, and the password that opened it.
fn opened<'p>(
    path: &Path,
    passwords: &'p WorkbookPasswords,
) -> Result<(Vec<u8>, Option<&'p str>), CustodyError> {
    let bytes = std::fs::read(path).map_err(CustodyError::read(path))?;
    match Xlsx::new(Cursor::new(bytes.as_slice())) {
        Err(XlsxError::Password) => {
            let opened = passwords.unlock(&bytes);
            let (plain, password) = opened.ok_or_else(|| CustodyError::LockedWorkbook(path.to_path_buf()))?;
            Ok((plain, Some(password)))
        }
        _ => Ok((bytes, None)),
    }
}

/// The numbers of the cases that a workbook holds.
///
/// # Errors
/// [`CustodyError`] where it cannot be read.
pub fn cases_in_workbook(path: &Path, passwords: &WorkbookPasswords) -> Result<Vec<String>, CustodyError> {
    let (plain, _) = opened(path, passwords)?;
    let read = || -> Result<Vec<String>, XlsxError> {
        let mut book = Xlsx::new(Cursor::new(plain.as_slice()))?;
        let mut cases = Vec::new();
        for name in book.sheet_names() {
            let range = book.worksheet_range(&name)?;
            let cells = range.rows().flatten().map(ToString::to_string);
            cases.extend(cells.filter_map(|cell| FindingId::parse(&cell)).map(|case| case.to_string()));
        }
        Ok(cases)
    };
    read().map_err(|error| CustodyError::read(path)(io::Error::other(error)))
}

fn new_of(path: &Path) -> PathBuf {
    let mut new = path.to_path_buf().into_os_string();
    new.push(NEW);
    PathBuf::from(new)
}

/// Whether a workbook is one still: what is being overwritten is neither a package nor a locked one from its first block.
fn is_whole(path: &Path) -> bool {
    let opened = std::fs::read(path).map(|bytes| Xlsx::new(Cursor::new(bytes)).map(drop));
    matches!(opened, Ok(Ok(()) | Err(XlsxError::Password)))
}

/// Brings a workbook that was cut short between its old and its new form to one of them: the new one where the old is gone.
///
/// # Errors
/// [`CustodyError`] where the folder cannot be written.
pub(super) fn settle(out: &OutDir, path: &Path) -> Result<(), CustodyError> {
    let new = new_of(path);
    if !new.is_file() {
        return Ok(());
    }
    // An old one that was being overwritten holds nothing any more that could be taken in.
    let settled = if is_whole(path) {
        out.remove_file(&new)
    } else {
        let _ = disk::remove_file(path);
        disk::rename(&new, path)
    };
    settled.map_err(CustodyError::write(path))
}
