//! What the registry itself is like: how full, and how far dates and ages are heaped.

use std::collections::BTreeMap;

use super::DemographyError;
use super::count::{Counted, NONE, frame};
use super::read::{AS_IS, CORRECTED, Register};
use super::table::{Label, Row, Table, Topic, Value, Where};
use crate::domain::{Field, Gender, Kind};
use crate::population::{digit_deviation, myers, whipple, year_preference};
use crate::publish::figures::groups;

/// The tables of the registry's profile.
pub(super) fn tables(register: &Register, counted: &Counted) -> Result<Vec<Table>, DemographyError> {
    Ok(vec![fields(register), dates(register)?, heaping(counted)])
}

/// How many rows hold a value of each field, and of how many it is valid, of all files of the registry.
fn fields(register: &Register) -> Table {
    let inputs = register.summary.inputs.iter().filter(|input| input.kind == Kind::Residents.name());
    let mut filled: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for input in inputs {
        for (field, cells) in &input.fields {
            let sums = filled.entry(field).or_default();
            for (sum, count) in sums.iter_mut().zip([input.used, cells.filled, cells.placeholders]) {
                *sum += count;
            }
        }
    }
    let share = |part: u64, whole: u64| match whole {
        0 => Value::None,
        _ => Value::Real(part as f64 / whole as f64, 4),
    };
    let rows = Field::ALL.iter().filter_map(|field| {
        let [rows, full, placeholders] = *filled.get(field.name())?;
        let valid = full.saturating_sub(register.not_valid.get(field.name()).copied().unwrap_or_default());
        Some(Row {
            at: Where::ALL,
            labels: vec![Label::Word(field.name())],
            values: vec![
                Value::Count(rows),
                Value::Count(full),
                share(full, rows),
                Value::Count(placeholders),
                Value::Count(valid),
                share(valid, full),
            ],
        })
    });
    Table::new(Topic::ProfileFields, rows.collect())
}

/// How exactly a birth date is known, by position in the counts of a decade.
const FULL: u32 = 0;
const YEAR_ONLY: u32 = 1;
const MONTH_ONLY: u32 = 2;
const NEW_YEAR: u32 = 3;
const FIRST_OF_MONTH: u32 = 4;

/// Birth dates by decade: full, year alone, month alone, on 1 January, on another first of a month; and how far years
/// ending in 0 and 5, and single last digits, are preferred.
fn dates(register: &Register) -> Result<Table, DemographyError> {
    let mut exactness = Vec::new();
    let mut years = Vec::new();
    for person in register.people.iter().filter(|person| person.counted & AS_IS != 0) {
        let Some(birth) = person.birth else {
            exactness.push(NONE);
            years.push(NONE);
            continue;
        };
        let ((year, month, day), (_, last_month, _)) = (birth.first.civil(), birth.last.civil());
        years.push(year.max(0) as u32);
        exactness.push(match (birth.first == birth.last, month, day) {
            (false, ..) if month != last_month => YEAR_ONLY,
            (false, ..) => MONTH_ONLY,
            (true, 1, 1) => NEW_YEAR,
            (true, _, 1) => FIRST_OF_MONTH,
            (true, ..) => FULL,
        });
    }
    let frame = frame([("year", years), ("exactness", exactness)])?;
    let mut decades: BTreeMap<u32, ([u64; 5], [u64; 10])> = BTreeMap::new();
    let mut unknown = 0;
    for ([year, exactness], count) in groups(&frame, ["year", "exactness"]).map_err(DemographyError::count)? {
        if year == NONE {
            unknown += count;
            continue;
        }
        let (known, digits) = decades.entry(year / 10 * 10).or_default();
        known[exactness as usize] += count;
        digits[(year % 10) as usize] += count;
    }
    let index = |value: Option<f64>| value.map_or(Value::None, |value| Value::Real(value, 1));
    let mut rows: Vec<Row> = decades
        .into_iter()
        .map(|(decade, (known, digits))| {
            let of = |at: u32| Value::Count(known[at as usize]);
            let full = [FULL, NEW_YEAR, FIRST_OF_MONTH].iter().map(|at| known[*at as usize]).sum();
            Row {
                at: Where::ALL,
                labels: vec![Label::Number(i64::from(decade))],
                values: vec![
                    Value::Count(known.iter().sum()),
                    Value::Count(full),
                    of(YEAR_ONLY),
                    of(MONTH_ONLY),
                    of(NEW_YEAR),
                    of(FIRST_OF_MONTH),
                    index(year_preference(&digits)),
                    index(digit_deviation(&digits.map(|count| count as f64))),
                ],
            }
        })
        .collect();
    if unknown > 0 {
        let mut values = vec![Value::Count(unknown)];
        values.resize(Topic::ProfileDates.values().len(), Value::None);
        rows.push(Row { at: Where::ALL, labels: vec![Label::Word("unknown")], values });
    }
    Ok(Table::new(Topic::ProfileDates, rows))
}

/// Whipple's and Myers' indices of the ages of the corrected registry.
fn heaping(counted: &Counted) -> Table {
    let mut rows = Vec::new();
    for (sex, word) in [(None, "all"), (Some(Gender::Male), "male"), (Some(Gender::Female), "female")] {
        let mut ages = vec![0; 131];
        for cell in counted.cells.iter().filter(|cell| cell.counted & CORRECTED != 0) {
            if let Some(slot) = cell.age.and_then(|age| ages.get_mut(age as usize))
                && (sex.is_none() || cell.sex == sex)
            {
                *slot += cell.persons;
            }
        }
        let between = |from: usize, to: usize| ages[from..=to].iter().sum::<u64>();
        for (index, value, persons) in
            [("whipple", whipple(&ages), between(23, 62)), ("myers", myers(&ages), between(10, 99))]
        {
            rows.push(Row {
                at: Where::ALL,
                labels: vec![Label::Word(index), Label::Word(word)],
                values: vec![value.map_or(Value::None, |value| Value::Real(value, 1)), Value::Count(persons)],
            });
        }
    }
    Table::new(Topic::Heaping, rows)
}
