//! Everything by which a person is known. What somebody gives is a number, or a name and a date of birth; what the registry
//! of a run says beside it is looked for as well, where it can be nobody else's: a list without numbers names the person
//! all the same.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::CustodyError;
use super::person::{Named, Person};
use crate::domain::{Day, Kind};
use crate::publish::{ROWS, RunTable, Texts};
use crate::store::{Number, Told};

/// Numbers and names of one person. What it holds is personal data, and goes with the erasure.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    /// Personal and old IDs.
    pub(super) numbers: BTreeSet<String>,
    /// Names with the date of birth.
    pub(super) names: BTreeSet<Named>,
    /// Keys of those names that a remark is taken to speak of the person by.
    remarked: BTreeSet<String>,
    /// Keys of those names that no other resident bears: whatever text has one speaks of the person.
    sole: BTreeSet<String>,
}

/// A resident as the registry of a run has them.
struct Entry {
    numbers: BTreeSet<String>,
    key: String,
    born: Option<i32>,
}

impl From<&Person> for Known {
    fn from(person: &Person) -> Self {
        match person {
            Person::Number(number) => Self { numbers: [number.clone()].into(), ..Self::default() },
            Person::Named(named) => {
                // Whoever gives a name means everybody who bears it in a remark.
                Self {
                    names: [named.clone()].into(),
                    remarked: [named.key.clone()].into(),
                    ..Self::default()
                }
            }
        }
    }
}

impl Known {
    /// What is known of a person by the registries of these runs.
    ///
    /// # Errors
    /// [`CustodyError`] where a table of a run cannot be read.
    pub(super) fn of(person: &Person, runs: &[PathBuf]) -> Result<Self, CustodyError> {
        let given = Self::from(person);
        let mut known = given.clone();
        for run in runs {
            let path = run.join(ROWS);
            if path.is_file() {
                known.learn(&given, &path).map_err(CustodyError::read(&path))?;
            }
        }
        Ok(known)
    }

    /// Learns what the registry of a run says of who was given, where it is one resident alone, and no namesake was born on
    /// the same day.
    fn learn(&mut self, given: &Self, table: &Path) -> io::Result<()> {
        let mut found: Vec<Entry> = Vec::new();
        entries(table, &mut |entry| {
            if given.numbers.iter().any(|number| entry.numbers.contains(number))
                || given.names.iter().any(|named| named.is(&entry.key, entry.born))
            {
                found.push(entry);
            }
        })?;
        let [one] = &found[..] else { return Ok(()) };
        let Some(named) = Named::of(&one.key, one.born) else { return Ok(()) };
        let (mut of_the_day, mut of_the_name) = (0, 0);
        entries(table, &mut |entry| {
            of_the_name += usize::from(entry.key == one.key);
            of_the_day += usize::from(entry.key == one.key && entry.born == one.born);
        })?;
        if of_the_day == 1 {
            self.numbers.extend(one.numbers.iter().cloned());
            if of_the_name == 1 {
                self.remarked.insert(named.key.clone());
                self.sole.insert(named.key.clone());
            }
            self.names.insert(named);
        }
        Ok(())
    }

    /// Whether no other resident bears a name of the person.
    pub(super) fn is_sole(&self, named: &Named) -> bool {
        self.sole.contains(&named.key)
    }

    /// What the store knows the person by.
    pub(super) fn told(&self) -> Told<'_> {
        let written: Vec<Number> = self.numbers.iter().map(|number| Number::new(number)).collect();
        let names: Vec<&Named> =
            self.names.iter().filter(|named| self.remarked.contains(&named.key)).collect();
        Told::new(self.numbers.iter().map(String::as_str).collect(), move |text| {
            written.iter().any(|number| number.stands_in(text.as_bytes()))
                || names.iter().any(|named| named.is_named_in(text))
        })
    }
}

/// Gives each resident of the rows of a run.
fn entries(table: &Path, take: &mut dyn FnMut(Entry)) -> io::Result<()> {
    let mut rows = RunTable::open(table)?;
    for group in 0..rows.groups() {
        let kinds = rows.words(group, "source")?;
        // A row group holds rows of one file.
        if kinds.get(0) != Kind::Residents.name() {
            continue;
        }
        let names = rows.words(group, "full_name_read")?;
        let born: Vec<Option<i32>> = rows.values(group, "birth_date_from")?;
        let until: Vec<Option<i32>> = rows.values(group, "birth_date_to")?;
        let numbers: Vec<Texts> = ["personal_id_read", "old_id_read"]
            .iter()
            .map(|column| rows.words(group, column))
            .collect::<io::Result<_>>()?;
        for row in 0..rows.rows(group) {
            let of = |texts: &Texts| Some(texts.get(row).to_owned()).filter(|text| !text.is_empty());
            take(Entry {
                numbers: numbers.iter().filter_map(of).collect(),
                key: names.get(row).to_owned(),
                // A year alone is the birth of many.
                born: born[row].filter(|_| born[row] == until[row]),
            });
        }
    }
    Ok(())
}

impl Named {
    /// A whole name with a day of birth; `None` where it is less than that.
    fn of(key: &str, born: Option<i32>) -> Option<Self> {
        let (year, month, day) = Day(born?).civil();
        key.contains(' ').then(|| Self { key: key.to_owned(), born: format!("{day:02}/{month:02}/{year}") })
    }

    /// Whether it is this name, and this day of birth.
    fn is(&self, key: &str, born: Option<i32>) -> bool {
        self.key == key && born.is_some() && self.birth().map(|birth| birth.first_day().0) == born
    }
}
