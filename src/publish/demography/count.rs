//! Who lives where: ages, groups, residence, marital status, ethnic groups, households. Polars groups the persons once by
//! all that tables ask for; tables are sums over these groups.

use polars::prelude::*;
use rustc_hash::FxHashMap;

use super::DemographyError;
use super::read::{AS_IS, CORRECTED, MARITAL, Person, Register, STATUSES};
use super::table::{Label, Row, Table, Topic, Value, Where};
use crate::domain::{Gender, Relation};
use crate::population::{Age, GROUPS, HouseholdType, age_on, five_years, household_type};
use crate::publish::figures::groups;

/// In a column of small integers: not known.
pub(super) const NONE: u32 = u32::MAX;

/// First age of the open group of tables by five years.
const OPEN: Age = 85;

/// Who is older than this was not born on the day that is written.
const OLDEST_KNOWN: Age = 130;

/// Persons of one place, sex and age.
#[derive(Copy, Clone, Debug)]
pub(super) struct Cell {
    pub(super) place: u32,
    pub(super) sex: Option<Gender>,
    pub(super) age: Option<Age>,
    /// [`AS_IS`], [`CORRECTED`] or both.
    pub(super) counted: u8,
    pub(super) persons: u64,
}

/// The persons of a register in columns, and grouped by place, sex and age.
#[derive(Debug)]
pub(super) struct Counted {
    frame: DataFrame,
    pub(super) cells: Vec<Cell>,
}

/// The age of somebody on the day of the run.
pub(super) fn age_of(person: &Person, register: &Register) -> Option<Age> {
    age_on(person.birth?.first, register.as_of).filter(|age| *age <= OLDEST_KNOWN)
}

pub(super) fn sex_number(sex: Option<Gender>) -> u32 {
    match sex {
        Some(Gender::Male) => 0,
        Some(Gender::Female) => 1,
        None => NONE,
    }
}

pub(super) fn sex_of(number: u32) -> Option<Gender> {
    match number {
        0 => Some(Gender::Male),
        1 => Some(Gender::Female),
        _ => None,
    }
}

/// The word that lists write for a sex.
pub(super) fn sex_word(sex: Option<Gender>) -> Label {
    Label::Word(match sex {
        Some(Gender::Male) => "male",
        Some(Gender::Female) => "female",
        None => "unknown",
    })
}

/// A frame of columns of small integers.
pub(super) fn frame<const N: usize>(columns: [(&str, Vec<u32>); N]) -> Result<DataFrame, DemographyError> {
    let height = columns.first().map_or(0, |(_, values)| values.len());
    let columns = columns.map(|(name, values)| Column::new(name.into(), values)).into();
    DataFrame::new(height, columns).map_err(DemographyError::count)
}

impl Counted {
    pub(super) fn of(register: &Register) -> Result<Self, DemographyError> {
        let of = |pick: &dyn Fn(&Person) -> u32| register.people.iter().map(pick).collect::<Vec<u32>>();
        let ages = of(&|person| age_of(person, register).unwrap_or(NONE));
        // Marital status is looked at from 15 on.
        let marital = register.people.iter().zip(&ages);
        let marital = marital.map(|(person, age)| match age {
            &NONE | 0..15 => NONE,
            _ => u32::from(person.marital),
        });
        let marital = marital.collect();
        let frame = frame([
            ("place", of(&|person| person.place)),
            ("sex", of(&|person| sex_number(person.sex))),
            ("age", ages),
            ("status", of(&|person| u32::from(person.status))),
            ("marital", marital),
            ("ethnicity", of(&|person| person.ethnicity)),
            ("counted", of(&|person| u32::from(person.counted))),
        ])?;
        let grouped = groups(&frame, ["place", "sex", "age", "counted"]).map_err(DemographyError::count)?;
        let cells = grouped.into_iter().map(|([place, sex, age, counted], persons)| Cell {
            place,
            sex: sex_of(sex),
            age: (age != NONE).then_some(age),
            counted: counted as u8,
            persons,
        });
        Ok(Self { cells: cells.collect(), frame })
    }

    /// A table of persons by one of their columns and sex; what is not known is left out.
    fn by(
        &self,
        register: &Register,
        topic: Topic,
        column: &str,
        label: impl Fn(u32) -> Label,
    ) -> Result<Table, DemographyError> {
        let mut sums = Sums::default();
        let grouped = groups(&self.frame, ["place", column, "sex", "counted"]);
        for ([place, value, sex, counted], persons) in grouped.map_err(DemographyError::count)? {
            if value != NONE {
                sums.add(place, [value, sex], counted as u8, persons);
            }
        }
        Ok(sums.table(register, topic, true, |[value, sex]| vec![label(value), sex_word(sex_of(sex))]))
    }

    /// All tables of persons.
    pub(super) fn tables(&self, register: &Register) -> Result<Vec<Table>, DemographyError> {
        let number = |age: u32| match age {
            NONE => Label::Word("unknown"),
            age => Label::Number(i64::from(age)),
        };
        let word = |words: &[&'static str], at: u32| {
            Label::Word(words.get(at as usize).copied().unwrap_or("unknown"))
        };
        let (mut in_groups, mut five, mut single) = (Sums::default(), Sums::default(), Sums::default());
        for cell in &self.cells {
            let (place, sex, counted) = (cell.place, sex_number(cell.sex), cell.counted);
            in_groups.add(place, [0, sex], counted, cell.persons);
            let held = (1..)
                .zip(&GROUPS)
                .filter(|(_, group)| cell.age.is_some_and(|age| group.holds(age, cell.sex)));
            held.for_each(|(group, _)| in_groups.add(place, [group, sex], counted, cell.persons));
            five.add(place, [sex, cell.age.map_or(NONE, |age| five_years(age, OPEN))], counted, cell.persons);
            single.add(place, [sex, cell.age.unwrap_or(NONE)], counted, cell.persons);
        }
        let aged = |[sex, age]: [u32; 2]| vec![sex_word(sex_of(sex)), number(age)];
        let group = |at: u32| match at.checked_sub(1).and_then(|at| GROUPS.get(at as usize)) {
            Some(group) => Label::Word(group.name),
            None => Label::Word("everybody"),
        };
        Ok(vec![
            in_groups
                .table(register, Topic::Groups, true, |[at, sex]| vec![group(at), sex_word(sex_of(sex))]),
            five.table(register, Topic::AgeGroups, true, aged),
            single.table(register, Topic::AgeSex, false, aged),
            self.by(register, Topic::ResidenceStatus, "status", |at| word(&STATUSES, at))?,
            self.by(register, Topic::MaritalStatus, "marital", |at| word(&MARITAL, at))?,
            self.by(register, Topic::Ethnicity, "ethnicity", |at| {
                match register.ethnicities.get(at as usize).map_or("", String::as_str) {
                    "" => Label::Word("unknown"),
                    group => Label::Text(group.to_owned()),
                }
            })?,
        ])
    }
}

/// Counts of both bases by place and two small numbers that tell the line.
#[derive(Default)]
pub(super) struct Sums {
    counts: FxHashMap<(u32, [u32; 2]), [u64; 2]>,
}

impl Sums {
    /// Adds persons or households of a place.
    pub(super) fn add(&mut self, place: u32, key: [u32; 2], counted: u8, count: u64) {
        let sums = self.counts.entry((place, key)).or_default();
        for (sum, basis) in sums.iter_mut().zip([AS_IS, CORRECTED]) {
            *sum += if counted & basis != 0 { count } else { 0 };
        }
    }

    /// The table: of places (where it is `deep`), of their communes, and of all, in this order and that of the labels.
    pub(super) fn table(
        self,
        register: &Register,
        topic: Topic,
        deep: bool,
        labels: impl Fn([u32; 2]) -> Vec<Label>,
    ) -> Table {
        let mut above: FxHashMap<(Where, [u32; 2]), [u64; 2]> = FxHashMap::default();
        let at_places: Vec<_> = self.counts.into_iter().collect();
        let mut rows = Vec::new();
        let row = |at, key, counts: [u64; 2]| Row {
            at,
            labels: labels(key),
            values: counts.map(Value::Count).into(),
        };
        for ((place, key), counts) in at_places {
            let commune = register.commune_of.get(place as usize).copied().unwrap_or(0);
            for at in [Where::ALL, Where::commune(commune)] {
                let sums = above.entry((at, key)).or_default();
                sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            }
            if deep {
                rows.push(row(Where { commune: Some(commune), place: Some(place) }, key, counts));
            }
        }
        rows.extend(above.into_iter().map(|((at, key), counts)| row(at, key, counts)));
        rows.sort_by_cached_key(|row| (row.at, order(topic, &row.labels)));
        Table::new(topic, rows)
    }
}

/// Words stand in the order in which they are defined, everything else in its own.
fn order(topic: Topic, labels: &[Label]) -> Vec<(usize, Label)> {
    let place = |label: &Label| match label {
        Label::Word(word) => match topic {
            Topic::Groups => GROUPS.iter().position(|group| group.name == *word).map_or(0, |at| at + 1),
            Topic::ResidenceStatus => STATUSES.iter().position(|status| status == word).unwrap_or(9),
            Topic::MaritalStatus => MARITAL.iter().position(|status| status == word).unwrap_or(9),
            Topic::HouseholdType => {
                HouseholdType::ALL.iter().position(|kind| kind.name() == *word).unwrap_or(9)
            }
            _ => 9,
        },
        _ => 0,
    };
    // Men before women, the unknown last.
    let sexes = ["male", "female", "unknown"];
    labels
        .iter()
        .map(|label| match label {
            Label::Word(word) if sexes.contains(word) => {
                (10 + sexes.iter().position(|sex| sex == word).unwrap_or(0), label.clone())
            }
            label => (place(label), label.clone()),
        })
        .collect()
}

/// Sizes from here on are one line.
const LARGE: usize = 8;

/// The tables of households: size, type, and sex and age of the head.
pub(super) fn households(register: &Register) -> Vec<Table> {
    let mut members: Vec<(u32, usize)> = register
        .people
        .iter()
        .enumerate()
        .filter_map(|(at, person)| person.household.map(|household| (household, at)))
        .collect();
    members.sort_unstable();
    let (mut sizes, mut types, mut heads) = (Sums::default(), Sums::default(), Sums::default());
    for household in members.chunk_by(|a, b| a.0 == b.0) {
        for basis in [AS_IS, CORRECTED] {
            let of = household.iter().map(|(_, at)| &register.people[*at]);
            let living: Vec<&Person> = of.filter(|person| person.counted & basis != 0).collect();
            // The household stands where its head does, else where its first member does.
            let head = living.iter().find(|person| person.relation == Relation::Head);
            let Some(first) = head.or(living.first()) else { continue };
            sizes.add(first.place, [living.len().min(LARGE) as u32, 0], basis, 1);
            let relations: Vec<Relation> = living.iter().map(|person| person.relation).collect();
            types.add(first.place, [household_type(&relations) as u32, 0], basis, 1);
            let key = head.map_or([NO_HEAD; 2], |head| {
                let age = age_of(head, register).map_or(NONE, |age| five_years(age, OPEN));
                [sex_number(head.sex), age]
            });
            heads.add(first.place, key, basis, 1);
        }
    }
    let kind = |at: u32| HouseholdType::ALL.get(at as usize).map_or("unknown", |kind| kind.name());
    vec![
        sizes.table(register, Topic::HouseholdSize, true, |[size, _]| vec![Label::Number(i64::from(size))]),
        types.table(register, Topic::HouseholdType, true, |[at, _]| vec![Label::Word(kind(at))]),
        heads.table(register, Topic::HouseholdHead, true, |[sex, age]| match (sex, age) {
            (NO_HEAD, _) => vec![Label::Word("no_head"), Label::Word("no_head")],
            (sex, NONE) => vec![sex_word(sex_of(sex)), Label::Word("unknown")],
            (sex, age) => vec![sex_word(sex_of(sex)), Label::Number(i64::from(age))],
        }),
    ]
}

/// In the key of a household: it has no living head.
const NO_HEAD: u32 = u32::MAX - 1;

/// Years after the run's that children of today begin school in.
const SCHOOL_YEARS: i32 = 6;

/// Children by the year in which they begin school: that in which they turn six (Law 43/2019/QH14, article 28), from those
/// who began eight years ago to those born this year.
pub(super) fn school_entry(register: &Register) -> Table {
    let this_year = register.as_of.year();
    let mut sums = Sums::default();
    for person in &register.people {
        let Some(birth) = person.birth else { continue };
        let entry = birth.first.year() + 6;
        if (this_year - 8..=this_year + SCHOOL_YEARS).contains(&entry) {
            sums.add(person.place, [entry as u32, sex_number(person.sex)], person.counted, 1);
        }
    }
    sums.table(register, Topic::SchoolEntry, true, |[year, sex]| {
        vec![Label::Number(i64::from(year)), sex_word(sex_of(sex))]
    })
}
