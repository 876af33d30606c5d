//! Who reaches an age at which something begins, in the next months: school, the first card, majority, the renewals of the
//! card, old age, social pension.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::DemographyError;
use super::count::sex_word;
use super::read::{CORRECTED, Register};
use super::table::{Label, Row, Table, Topic, Value, Where};
use crate::domain::{Day, days_in_month};
use crate::population::{Age, turns};
use crate::publish::columnar::{ROWS, RunTable};
use crate::publish::lists::{CsvLine, write_csv};

/// The ages: school at 6, identity card at 14, 25, 40 and 60 (Law 26/2023/QH15, article 21), majority at 18, old age at
/// 60 (Law 39/2009/QH12), social pension at 75 (Law 41/2024/QH15, article 21), 80.
pub(crate) const AGES: [Age; 8] = [6, 14, 18, 25, 40, 60, 75, 80];

/// Somebody who reaches an age.
#[derive(Clone, Debug)]
pub(crate) struct Turning {
    pub(crate) age: Age,
    pub(crate) on: Day,
    /// Whether the day of birth is known: else the first day that it can be.
    pub(crate) exact: bool,
    pub(crate) commune: u32,
    pub(crate) place: u32,
    pub(crate) sex: Label,
    pub(crate) name: String,
    pub(crate) birth_date: String,
    pub(crate) personal_id: String,
    pub(crate) household: String,
    pub(crate) address: String,
    /// The kind of the row: the registry, or a birth record.
    pub(crate) source: String,
    pub(crate) source_file: String,
    pub(crate) source_row: u32,
    at: (u32, u32),
}

/// The last day of so many months from a day.
fn months_on(day: Day, months: u32) -> Day {
    let (year, month, of_month) = day.civil();
    let ahead = i32::from(month) - 1 + months as i32;
    let (year, month) = (year + ahead.div_euclid(12), ahead.rem_euclid(12) as u8 + 1);
    Day::from_civil(year, month, of_month.min(days_in_month(year, month))).unwrap_or(day)
}

/// Who reaches an age in the months after the day of the run, by age, day and place. Names and numbers are read from
/// the rows of the run: of those on the list alone.
pub(super) fn read(register: &Register, run: &Path, months: u32) -> Result<Vec<Turning>, DemographyError> {
    let until = months_on(register.as_of, months);
    let mut found: Vec<Turning> = Vec::new();
    for person in register.people.iter().filter(|person| person.counted & CORRECTED != 0) {
        let Some(birth) = person.birth else { continue };
        for age in AGES {
            if let Some(on) = turns(birth.first, age, register.as_of, until) {
                found.push(Turning {
                    age,
                    on,
                    exact: birth.first == birth.last,
                    commune: register.commune_of[person.place as usize],
                    place: person.place,
                    sex: sex_word(person.sex),
                    name: String::new(),
                    birth_date: String::new(),
                    personal_id: String::new(),
                    household: String::new(),
                    address: String::new(),
                    source: String::new(),
                    source_file: String::new(),
                    source_row: 0,
                    at: person.at,
                });
            }
        }
    }
    name(&mut found, &run.join(ROWS)).map_err(DemographyError::of(run))?;
    found.sort_by_key(|person| (person.age, person.on, person.place, person.at));
    Ok(found)
}

/// Reads who they are: of each row group the cells of those who are on the list.
fn name(found: &mut [Turning], path: &Path) -> io::Result<()> {
    found.sort_by_key(|person| person.at);
    let of_groups: Vec<&mut [Turning]> = found.chunk_by_mut(|a, b| a.at.0 == b.at.0).collect();
    let table = RunTable::open(path)?;
    of_groups.into_par_iter().try_for_each(|persons| name_group(&mut table.opened_again()?, persons))
}

/// Reads who those of one row group are.
fn name_group(table: &mut RunTable, persons: &mut [Turning]) -> io::Result<()> {
    let Some(group) = persons.first().map(|person| person.at.0 as usize) else { return Ok(()) };
    let mut write = |column: &str, to: fn(&mut Turning) -> &mut String| -> io::Result<()> {
        let texts = table.words(group, column)?;
        for person in persons.iter_mut() {
            let text = texts.get(person.at.1 as usize).trim().to_owned();
            *to(person) = text;
        }
        Ok(())
    };
    write("full_name", |person| &mut person.name)?;
    write("birth_date", |person| &mut person.birth_date)?;
    write("personal_id_read", |person| &mut person.personal_id)?;
    write("household_id", |person| &mut person.household)?;
    write("address", |person| &mut person.address)?;
    write("source", |person| &mut person.source)?;
    write("source_file", |person| &mut person.source_file)?;
    let rows = table.values::<u32>(group, "source_row")?;
    for person in persons {
        person.source_row = rows.get(person.at.1 as usize).copied().flatten().unwrap_or(0);
    }
    Ok(())
}

/// How many reach each age, by place.
pub(super) fn counts(turning: &[Turning]) -> Table {
    let mut sums: BTreeMap<(Where, Age, Label), u64> = BTreeMap::new();
    for person in turning {
        let hamlet = Where { commune: Some(person.commune), place: Some(person.place) };
        for at in [Where::ALL, Where::commune(person.commune), hamlet] {
            *sums.entry((at, person.age, person.sex.clone())).or_default() += 1;
        }
    }
    let rows = sums.into_iter().map(|((at, age, sex), count)| Row {
        at,
        labels: vec![Label::Number(i64::from(age)), sex],
        values: vec![Value::Count(count)],
    });
    Table::new(Topic::TurningCounts, rows.collect())
}

/// The columns of the list.
const COLUMNS: [&str; 15] = [
    "age",
    "turns_on",
    "date_known",
    "full_name",
    "birth_date",
    "sex",
    "personal_id",
    "commune_code",
    "commune",
    "hamlet",
    "household_id",
    "address",
    "source",
    "source_file",
    "source_row",
];

/// Writes the list.
pub(super) fn write(turning: &[Turning], register: &Register, out: impl io::Write) -> io::Result<()> {
    write_csv(out, &COLUMNS, turning.len(), |at, buffer| {
        let person = &turning[at];
        let place = &register.places[person.place as usize];
        let mut line = CsvLine::new(buffer);
        line.plain(person.age).plain(person.on).word(if person.exact { "day" } else { "year" });
        line.text(&person.name).text(&person.birth_date).text(&person.sex.plain());
        line.text(&person.personal_id).text(&place.commune_code).text(&place.commune).text(&place.hamlet);
        line.text(&person.household).text(&person.address);
        line.text(&person.source).text(&person.source_file).number(person.source_row).end();
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_on_the_same_day_or_the_last_one_that_there_is() {
        let day = |y, m, d| Day::from_civil(y, m, d).unwrap();
        assert_eq!(months_on(day(2026, 11, 20), 3), day(2027, 2, 20));
        assert_eq!(months_on(day(2026, 11, 30), 3), day(2027, 2, 28));
        assert_eq!(months_on(day(2026, 12, 31), 12), day(2027, 12, 31));
        assert_eq!(months_on(day(2026, 1, 15), 0), day(2026, 1, 15));
    }
}
