//! Where a person stands in an output folder.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::CustodyError;
use super::erase::Person;
use crate::domain::Pillar;
use crate::findings::FindingId;
use crate::publish::{FINDINGS, LINKS, READINGS, ROWS, RunTable};
use crate::store::{self, Number, RunIndex};

/// Looks for a number in files.
pub(super) struct Search<'a> {
    person: &'a Person,
    number: Number,
}

impl<'a> Search<'a> {
    pub(super) fn new(person: &'a Person) -> Self {
        Self { person, number: Number::new(person.number()) }
    }

    /// Whether the number stands in a text, however it is written.
    pub(super) fn finds(&self, text: &[u8]) -> bool {
        self.number.stands_in(text)
    }

    /// Whether the person stands in the tables or lists of a run, or stood in what it read.
    pub(super) fn stands_in(&self, run: &Path) -> Result<bool, CustodyError> {
        // Every row with every cell that was carried along stands in the table of rows, whether a list speaks of it
        // or not, and beside it the numbers that were understood of it.
        for table in [ROWS, FINDINGS, LINKS, READINGS].map(|name| run.join(name)) {
            if table.is_file() {
                let found = RunTable::open(&table)
                    .and_then(|mut rows| rows.any_text(|text| self.finds(text.as_bytes())));
                if found.map_err(CustodyError::read(&table))? {
                    return Ok(true);
                }
            }
        }
        // Lists may hold what an officer wrote into them; rejected rows and the runs of older versions stand here alone.
        for path in lists(run).map_err(CustodyError::read(run))? {
            if self.stands_in_file(&path)? {
                return Ok(true);
            }
        }
        let holds = || RunIndex::open(run)?.map_or(Ok(false), |index| index.holds(self.person.number()));
        holds().map_err(CustodyError::read(&run.join(store::INDEX_FILE)))
    }

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

    /// The findings of a run that tell of the person in any of their cells.
    pub(super) fn cases(&self, run: &Path) -> Result<Vec<FindingId>, CustodyError> {
        let path = run.join(FINDINGS);
        if !path.is_file() {
            return self.cases_of_lists(run);
        }
        let read = || -> io::Result<Vec<FindingId>> {
            let mut table = RunTable::open(&path)?;
            let mut cases = Vec::new();
            for group in 0..table.groups() {
                let rows = table.rows_with(group, |text| self.finds(text.as_bytes()))?;
                if !rows.is_empty() {
                    let ids = table.words(group, "finding_id")?;
                    cases.extend(rows.into_iter().filter_map(|row| FindingId::parse(ids.get(row))));
                }
            }
            Ok(cases)
        };
        read().map_err(CustodyError::read(&path))
    }

    /// The same of a run of an older version, which has no tables.
    fn cases_of_lists(&self, run: &Path) -> Result<Vec<FindingId>, CustodyError> {
        let mut cases = Vec::new();
        for pillar in Pillar::ALL {
            let path = run.join("worklists").join(format!("{}.csv", pillar.name()));
            if !path.exists() {
                continue;
            }
            let mut read = || -> csv::Result<()> {
                let mut reader =
                    csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&path)?;
                let mut record = csv::ByteRecord::new();
                while reader.read_byte_record(&mut record)? {
                    if record.iter().any(|cell| self.finds(cell)) {
                        let id = record.get(0).and_then(|cell| std::str::from_utf8(cell).ok());
                        cases.extend(id.and_then(FindingId::parse));
                    }
                }
                Ok(())
            };
            read().map_err(|error| CustodyError::read(&path)(io::Error::other(error)))?;
        }
        Ok(cases)
    }
}

/// What older versions wrote for the review page: whole rows, packed.
const OLDER_RECORDS: &str = "records.ndjson.zst";

/// The lists of a run that are text; workbooks hold nothing that they do not.
fn lists(run: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in [run.to_path_buf(), run.join("worklists")] {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let records = path.file_name().is_some_and(|name| name == OLDER_RECORDS);
            if records || path.extension().is_some_and(|extension| extension == "csv") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_as_a_whole_only() {
        let person = Person::parse(" 123 456 789").unwrap();
        let search = Search::new(&person);
        for text in ["123456789", "\"CMND 123456789.\"", "a;123456789\r\n", "0123456789 123456789", "123.456.789"] {
            assert!(search.finds(text.as_bytes()), "{text}");
        }
        for text in ["0123456789", "1234567890", "12345678", ""] {
            assert!(!search.finds(text.as_bytes()), "{text}");
        }
        assert_eq!(format!("{person:?}"), "Person(…)");
        for wrong in ["1234567890", "abc", "", "12345678901x"] {
            assert!(matches!(Person::parse(wrong), Err(CustodyError::NotAnId)), "{wrong}");
        }
    }
}
