//! A person looked for in files of all sorts: lists, what the user dropped, what was begun and never finished.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use super::CustodyError;
use super::search::Search;
use crate::domain::Table;
use crate::ingest::{self, InputSpec, ReadOptions};
use crate::vietnamese::name;

/// What a file without text in it ends with that bears nobody: digests, and places of rows.
const NOBODYS: &str = "bin";

/// Of a file so many bytes tell whether it is a text.
const HEAD: usize = 64 * 1024;

impl Search<'_> {
    /// Whether the person stands on a line of a text, packed or not.
    pub(super) fn stands_in_file(&self, path: &Path) -> Result<bool, CustodyError> {
        let search = || -> io::Result<bool> {
            let file = BufReader::with_capacity(1 << 18, File::open(path)?);
            let mut reader: Box<dyn BufRead> = match path.extension() {
                Some(extension) if extension == "zst" => {
                    Box::new(BufReader::new(zstd::stream::read::Decoder::with_buffer(file)?))
                }
                _ => Box::new(file),
            };
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line)? > 0 {
                if self.finds(&line) {
                    return Ok(true);
                }
                line.clear();
            }
            Ok(false)
        };
        search().map_err(CustodyError::read(path))
    }

    /// Whether the person stands in a file that the user dropped, read as a run reads it; `None` where it cannot be read so
    /// and is no plain text either.
    pub(super) fn stands_in_source(&self, path: &Path) -> Result<Option<bool>, CustodyError> {
        if self.stands_in_file(path)? {
            return Ok(Some(true));
        }
        let input = InputSpec { path: path.to_path_buf(), found: true, ..InputSpec::default() };
        match ingest::read_set(&[input], &ReadOptions::default(), &|_| ()) {
            Ok(read) if !read.tables.is_empty() => {
                Ok(Some(read.tables.iter().any(|table| self.stands_in_rows(table))))
            }
            _ => Ok(is_text(path).map_err(CustodyError::read(path))?.then_some(false)),
        }
    }

    fn stands_in_rows(&self, table: &Table) -> bool {
        let typed: Vec<_> =
            table.columns.iter().map(|column| column.field.and_then(|field| table.font(field))).collect();
        let mut line = String::new();
        (0..table.len() as u32).any(|row| {
            line.clear();
            for (cell, font) in table.cells(row).zip(&typed) {
                line.push_str(cell);
                line.push('\t');
                if font.is_some() {
                    line.push_str(&name::read_typed(cell, *font).key);
                    line.push('\t');
                }
            }
            self.finds(line.as_bytes())
        }) || table.rejects.iter().any(|reject| self.finds(reject.raw.as_bytes()))
    }

    /// Whether the person may stand in a file or folder that is not whole, or none of the program's: what cannot be read may
    /// hold anybody.
    pub(super) fn may_stand_in(&self, path: &Path) -> Result<bool, CustodyError> {
        let kind = fs::symlink_metadata(path).map_err(CustodyError::read(path))?;
        if kind.is_dir() {
            for entry in fs::read_dir(path).map_err(CustodyError::read(path))? {
                if self.may_stand_in(&entry.map_err(CustodyError::read(path))?.path())? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        let ending = path.extension().unwrap_or_default();
        if !kind.is_file() || kind.len() == 0 || ending == NOBODYS {
            return Ok(false);
        }
        if ending == "parquet" {
            // One that was not written to its end cannot be opened.
            return Ok(self.stands_in_table(path).unwrap_or(true));
        }
        Ok(self.stands_in_file(path)? || !is_text(path).map_err(CustodyError::read(path))?)
    }
}

/// Whether a file begins as a text does that is searched line by line.
fn is_text(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD as u64).read_to_end(&mut head)?;
    let is_whole = |error: std::str::Utf8Error| error.error_len().is_none();
    Ok(!head.contains(&0) && std::str::from_utf8(&head).map_or_else(is_whole, |_| true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::custody::Person;
    use crate::custody::known::Known;

    #[test]
    fn a_person_is_found_in_what_was_dropped_whatever_it_is_written_in() {
        let dir = tempfile::tempdir().unwrap();
        let known = Known::from(&Person::parse("001160012345").unwrap());
        let search = Search::new(&known);
        let file = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            fs::write(&path, bytes).unwrap();
            search.stands_in_source(&path).unwrap()
        };
        let list = "Số CCCD,Họ và tên,Ngày sinh,Ngày mất\n001160012345,Lê Thị Sen,01/02/1960,03/04/2026\n";
        let utf16 = |text: &str| -> Vec<u8> {
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        };
        assert_eq!(file("a.csv", list.as_bytes()), Some(true));
        assert_eq!(file("b.csv", &utf16(list)), Some(true));
        let other = list.replace("12345", "12346");
        assert_eq!(file("c.csv", other.as_bytes()), Some(false));
        assert_eq!(file("d.csv", &utf16(&other)), Some(false));
        assert_eq!(file("e.txt", "không phải danh sách".as_bytes()), Some(false));
        assert_eq!(file("f.jpg", b"\xff\xd8\xff\0\0"), None);
    }

    #[test]
    fn what_is_not_whole_may_hold_anybody() {
        let dir = tempfile::tempdir().unwrap();
        let known = Known::from(&Person::parse("001160012345").unwrap());
        let search = Search::new(&known);
        let may = || search.may_stand_in(dir.path()).unwrap();
        fs::create_dir(dir.path().join("worklists")).unwrap();
        fs::write(dir.path().join("worklists/du.csv"), "001160012346\n").unwrap();
        fs::write(dir.path().join("index.bin"), [0; 8]).unwrap();
        assert!(!may());
        fs::write(dir.path().join("rows.parquet"), b"PAR1").unwrap();
        assert!(may());
        fs::remove_file(dir.path().join("rows.parquet")).unwrap();
        fs::write(dir.path().join("worklists/du.csv"), "x;001160012345\n").unwrap();
        assert!(may());
    }
}
