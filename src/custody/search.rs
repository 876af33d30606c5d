//! Where a person stands in an output folder.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::CustodyError;
use super::known::Known;
use super::person::Named;
use crate::domain::{PartialDate, Pillar};
use crate::findings::FindingId;
use crate::publish::{FINDINGS, LINKS, READINGS, ROWS, RunTable};
use crate::store::{self, Number, RunIndex};

/// Looks for a person in files.
pub(super) struct Search<'a> {
    known: &'a Known,
    /// Numbers, however they are written.
    numbers: Vec<Number>,
    names: Vec<Look<'a>>,
}

/// A name beside the date of birth, in one of these spellings.
struct Look<'a> {
    named: &'a Named,
    birth: Option<PartialDate>,
    dates: Vec<String>,
    /// Whether nobody else bears the name, so that it needs no date beside it.
    is_sole: bool,
}

/// Names of a table of rows, each with the date of birth of the same person.
const PERSONS: [(&str, &str); 7] = [
    ("full_name_read", "birth_date_from"),
    ("father_name_read", "father_birth_date_from"),
    ("mother_name_read", "mother_birth_date_from"),
    ("spouse_name_read", "spouse_birth_date_from"),
    ("husband_name_read", "husband_birth_date_from"),
    ("wife_name_read", "wife_birth_date_from"),
    ("guardian_name_read", "guardian_birth_date_from"),
];
/// The same of findings, and of either side of a pair.
const SHOWN: [(&str, &str); 3] = [
    ("full_name", "birth_date_from"),
    ("source_name", "source_birth_date_from"),
    ("resident_name", "resident_birth_date_from"),
];

/// Where a row stands, in tables: its file and its number.
pub(super) type Place = (String, u32);

impl<'a> Look<'a> {
    fn new(named: &'a Named, is_sole: bool) -> Self {
        let birth = named.birth();
        let of = |date: PartialDate| {
            let (year, month, day) = (date.year(), date.month()?, date.day_of_month()?);
            Some(vec![
                format!("{day:02}/{month:02}/{year}"),
                format!("{day}/{month}/{year}"),
                format!("{day:02}-{month:02}-{year}"),
                format!("{day:02}.{month:02}.{year}"),
                format!("{year}-{month:02}-{day:02}"),
            ])
        };
        Self { named, birth, dates: birth.and_then(of).unwrap_or_default(), is_sole }
    }

    fn finds(&self, text: &str) -> bool {
        (self.is_sole || self.dates.iter().any(|date| text.contains(date))) && self.named.is_named_in(text)
    }
}

impl<'a> Search<'a> {
    pub(super) fn new(known: &'a Known) -> Self {
        let numbers = known.numbers.iter().map(|number| Number::new(number)).collect();
        let names = known.names.iter().map(|named| Look::new(named, known.is_sole(named))).collect();
        Self { known, numbers, names }
    }

    fn finds_number(&self, text: &[u8]) -> bool {
        self.numbers.iter().any(|number| number.stands_in(text))
    }

    /// Whether a text tells of the person: by a number however it is written, or by a name and the date of birth, or by a
    /// name that nobody else bears.
    pub(super) fn finds(&self, text: &[u8]) -> bool {
        self.finds_number(text)
            || (!self.names.is_empty() && {
                let text = String::from_utf8_lossy(text);
                self.names.iter().any(|look| look.finds(&text))
            })
    }

    /// Whether the person stands in a table of a run.
    pub(super) fn stands_in_table(&self, table: &Path) -> io::Result<bool> {
        let mut rows = RunTable::open(table)?;
        for group in 0..rows.groups() {
            if !self.named_rows(&mut rows, group)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(!self.numbers.is_empty() && rows.any_text(|text| self.finds_number(text.as_bytes()))?)
    }

    /// The rows of a row group on which a name stands beside its date of birth.
    fn named_rows(&self, table: &mut RunTable, group: usize) -> io::Result<Vec<usize>> {
        let mut rows = Vec::new();
        for Look { named, birth, .. } in &self.names {
            rows.extend(rows_of(table, group, named, *birth)?);
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }

    /// Where rows stand that tell of the person by name, whoever the row is about.
    fn places(&self, run: &Path) -> io::Result<BTreeSet<Place>> {
        let (mut places, table) = (BTreeSet::new(), run.join(ROWS));
        if self.names.is_empty() || !table.is_file() {
            return Ok(places);
        }
        let mut rows = RunTable::open(&table)?;
        for group in 0..rows.groups() {
            let found = self.named_rows(&mut rows, group)?;
            if !found.is_empty() {
                places.extend(places_of(&mut rows, group, ["source_file", "source_row"], &found)?);
            }
        }
        Ok(places)
    }

    /// Where rows of a run stand that bear a number or a name of the person.
    pub(super) fn rows(&self, run: &Path) -> io::Result<BTreeSet<Place>> {
        let mut places = self.places(run)?;
        let table = run.join(ROWS);
        if self.numbers.is_empty() || !table.is_file() {
            return Ok(places);
        }
        let mut rows = RunTable::open(&table)?;
        for group in 0..rows.groups() {
            let found = rows.rows_with(group, |text| self.finds_number(text.as_bytes()))?;
            if !found.is_empty() {
                places.extend(places_of(&mut rows, group, ["source_file", "source_row"], &found)?);
            }
        }
        Ok(places)
    }

    /// Whether the person stands in the tables or lists of a run, or stood in what it read.
    pub(super) fn stands_in(&self, run: &Path) -> Result<bool, CustodyError> {
        // Every row with every cell that was carried along stands in the table of rows, whether a list speaks of it
        // or not, and beside it the numbers that were understood of it.
        for table in [ROWS, FINDINGS, LINKS, READINGS].map(|name| run.join(name)) {
            if table.is_file() && self.stands_in_table(&table).map_err(CustodyError::read(&table))? {
                return Ok(true);
            }
        }
        // Lists may hold what an officer wrote into them; rejected rows and the runs of older versions stand here alone.
        for path in lists(run).map_err(CustodyError::read(run))? {
            if self.stands_in_file(&path)? {
                return Ok(true);
            }
        }
        let holds = || -> io::Result<bool> {
            let Some(index) = RunIndex::open(run)? else { return Ok(false) };
            let mut numbers = self.known.numbers.iter();
            numbers.try_fold(false, |found, number| Ok(found || index.holds(number)?))
        };
        holds().map_err(CustodyError::read(&run.join(store::INDEX_FILE)))
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
            let places = self.places(run)?;
            for group in 0..table.groups() {
                let mut rows = table.rows_with(group, |text| self.finds_number(text.as_bytes()))?;
                rows.extend(self.named_rows(&mut table, group)?);
                if !places.is_empty() {
                    let all: Vec<usize> = (0..table.rows(group)).collect();
                    for of in [["source_file", "source_row"], ["resident_file", "resident_row"]] {
                        let at = places_of(&mut table, group, of, &all)?;
                        let told = all.iter().zip(at).filter(|(_, at)| places.contains(at));
                        rows.extend(told.map(|(row, _)| *row));
                    }
                }
                rows.sort_unstable();
                rows.dedup();
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

/// The rows of a row group on which a name stands beside a date of birth.
fn rows_of(
    table: &mut RunTable,
    group: usize,
    named: &Named,
    birth: Option<PartialDate>,
) -> io::Result<Vec<usize>> {
    let birth = birth.map(|birth| birth.first_day().0);
    let has: Vec<String> = table.columns().map(str::to_owned).collect();
    let pairs = PERSONS.into_iter().chain(SHOWN);
    let mut rows = Vec::new();
    for (name, date) in
        pairs.filter(|(name, date)| [name, date].iter().all(|of| has.iter().any(|h| h == *of)))
    {
        let dates: Vec<Option<i32>> = table.values(group, date)?;
        let born: Vec<usize> =
            (0..dates.len()).filter(|row| birth.is_some() && dates[*row] == birth).collect();
        if !born.is_empty() {
            let names = table.words(group, name)?;
            rows.extend(born.into_iter().filter(|row| named.is_named_in(names.get(*row))));
        }
    }
    rows.sort_unstable();
    rows.dedup();
    Ok(rows)
}

/// Where rows of a row group stand, by the columns of file and number.
fn places_of(
    table: &mut RunTable,
    group: usize,
    [file, number]: [&str; 2],
    rows: &[usize],
) -> io::Result<Vec<Place>> {
    let (files, numbers) = (table.words(group, file)?, table.values::<u32>(group, number)?);
    Ok(rows.iter().map(|row| (files.get(*row).to_owned(), numbers[*row].unwrap_or(0))).collect())
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
    use crate::custody::Person;

    #[test]
    fn a_number_is_found_as_a_whole_only() {
        let person = Person::parse(" 123 456 789").unwrap();
        let known = Known::from(&person);
        let search = Search::new(&known);
        for text in
            ["123456789", "\"CMND 123456789.\"", "a;123456789\r\n", "0123456789 123456789", "123.456.789"]
        {
            assert!(search.finds(text.as_bytes()), "{text}");
        }
        for text in ["0123456789", "1234567890", "12345678", ""] {
            assert!(!search.finds(text.as_bytes()), "{text}");
        }
        assert_eq!(format!("{person:?}"), "Person(…)");
        let day = crate::domain::Day::from_civil(2026, 11, 20).unwrap();
        let person = Person::named("Nguyễn Văn HẢI", "5/3/1948", day).unwrap();
        let known = Known::from(&person);
        let search = Search::new(&known);
        for text in
            ["1,nguyễn văn hải,05/03/1948", "NGUYỄN VĂN HẢI;1948-03-05", "ông Nguyễn Văn Hải, 5/3/1948"]
        {
            assert!(search.finds(text.as_bytes()), "{text}");
        }
        for text in ["Nguyễn Văn Hải,05/03/1949", "Nguyễn Văn Hải Anh,1948", "Nguyễn Văn Hảii,05/03/1948", ""]
        {
            assert!(!search.finds(text.as_bytes()), "{text}");
        }
        for (name, born) in [("Hải", "05/03/1948"), ("Nguyễn Văn Hải", "1948"), ("", "")] {
            assert!(matches!(Person::named(name, born, day), Err(CustodyError::NotAName)), "{name} {born}");
        }
        for wrong in ["1234567890", "abc", "", "12345678901x"] {
            assert!(matches!(Person::parse(wrong), Err(CustodyError::NotAnId)), "{wrong}");
        }
    }
}
