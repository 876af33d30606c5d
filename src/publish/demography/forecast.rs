//! The population of the coming years, and what it needs: places in schools, social pensions, identity cards.

use std::collections::BTreeMap;

use super::acts::{ENOUGH, Exposures, FERTILE, covered_years, is_within};
use super::count::Counted;
use super::read::{ABSENT, AS_IS, CORRECTED, Register, TEMPORARY};
use super::table::{Label, Row, Table, Topic, Value, Where};
use crate::domain::{Gender, Kind, Lang};
use crate::population::{
    Age, Cohorts, Conditions, Migration, OLDEST, Standard, Survival, age_on, moves_by_age, project,
    standard_moves,
};
use crate::words::{decimal, text};

/// What a forecast is asked for.
#[derive(Clone, Debug)]
pub struct ForecastAsked {
    /// Years ahead; none where no forecast is wanted.
    pub years: u32,
    /// Net migration of a year for a thousand persons.
    pub migration: f64,
    /// How much more migration the high variant has, and the low one less.
    pub migration_spread: f64,
    /// Children of a woman, where it is not to be told from the data or the tables.
    pub total_fertility: Option<f64>,
}

/// Where the level of births or deaths is from.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// Registered in the place: so many.
    Registered(u64),
    /// The tables of the country: too few were registered.
    Tables(u64),
    /// As the user said.
    Given,
}

/// What a forecast assumes.
#[derive(Clone, Debug)]
pub(crate) struct Assumptions {
    total_fertility: f64,
    births: Ground,
    /// Death rates beside those of the country, of males and females.
    deaths: [(f64, Ground); 2],
    migration: f64,
    migration_spread: f64,
    /// How often males and females of each age move, and from how many who did.
    moves: [Vec<f64>; 2],
    movers: Ground,
    /// Persons without age or sex, who are left out.
    left_out: u64,
}

/// Rates of the place beside those of the country are believed within these bounds: beyond them something is wrong with
/// the data, such as deaths that nobody registered.
const BELIEVED: [f64; 2] = [0.5, 2.0];

/// The variants: more or fewer children, lives and newcomers than the medium one.
const VARIANTS: [(&str, f64); 3] = [("low", -1.0), ("medium", 0.0), ("high", 1.0)];

/// By how many children high and low variants differ from the medium one in a year of the forecast: the steps by which
/// the United Nations' variants differ.
fn spread(year: u32) -> f64 {
    match year {
        0..=5 => 0.25,
        6..=10 => 0.40,
        _ => 0.50,
    }
}

/// By what part death rates of the low variant are above, and of the high one below those of the medium one in a year of
/// the forecast: an assumption, no estimate.
fn spread_of_deaths(year: u32) -> f64 {
    match year {
        0..=5 => 0.05,
        6..=10 => 0.10,
        _ => 0.15,
    }
}

/// What the coming population needs: the name, the ages.
const NEEDS: [(&str, Age, Age); 13] = [
    ("everybody", 0, OLDEST),
    ("age_0", 0, 0),
    ("primary_school", 6, 10),
    ("lower_secondary_school", 11, 14),
    ("upper_secondary_school", 15, 17),
    ("age_15_59", 15, 59),
    ("from_60", 60, OLDEST),
    ("from_75", 75, OLDEST),
    ("from_80", 80, OLDEST),
    ("card_at_14", 14, 14),
    ("card_at_25", 25, 25),
    ("card_at_40", 40, 40),
    ("card_at_60", 60, 60),
];

/// The two tables of a forecast, and what it assumes.
pub(super) fn forecast(
    register: &Register,
    counted: &Counted,
    exposures: &mut Exposures<'_>,
    asked: &ForecastAsked,
) -> (Vec<Table>, Assumptions) {
    let (start, left_out) = start(register, counted);
    let assumptions = assumptions(register, exposures, asked, left_out);
    let (mut ages, mut needs) = (Vec::new(), Vec::new());
    for (variant, sign) in VARIANTS {
        let mut cohorts = start.clone();
        for year in 0..=asked.years {
            if year > 0 {
                let conditions = assumptions.conditions(register.as_of.year() + year as i32 - 1, year, sign);
                cohorts.values_mut().for_each(|of| *of = project(of, &conditions));
            }
            let mut all = Cohorts::none(OLDEST as usize + 1);
            cohorts.values().for_each(|of| all.add(of));
            let on = i64::from(register.as_of.year()) + i64::from(year);
            let label = [Label::Word(variant), Label::Number(on)];
            needed(Where::ALL, &label, &all, &mut needs);
            for (commune, of) in &cohorts {
                needed(Where::commune(*commune), &label, of, &mut needs);
            }
            for (sex, of) in [("male", &all.male), ("female", &all.female)] {
                ages.extend((0_i64..).zip(of).map(|(age, persons)| Row {
                    at: Where::ALL,
                    labels: [&label[..], &[Label::Word(sex), Label::Number(age)]].concat(),
                    values: vec![Value::Real(*persons, 1)],
                }));
            }
        }
    }
    // Stable: within a place the order of variants and years stays.
    needs.sort_by_key(|row: &Row| row.at);
    let tables = vec![Table::new(Topic::Forecast, ages), Table::new(Topic::ForecastNeeds, needs)];
    (tables, assumptions)
}

fn needed(at: Where, label: &[Label; 2], of: &Cohorts, rows: &mut Vec<Row>) {
    for (need, from, to) in NEEDS {
        let ages = from as usize..=(to as usize).min(of.male.len().saturating_sub(1));
        let persons = of.male[ages.clone()].iter().chain(&of.female[ages]).sum();
        rows.push(Row {
            at,
            labels: [&label[..], &[Label::Word(need)]].concat(),
            values: vec![Value::Real(persons, 1)],
        });
    }
}

/// The corrected population by commune, sex and age, and how many are without one of the two.
fn start(register: &Register, counted: &Counted) -> (BTreeMap<u32, Cohorts>, u64) {
    let mut cohorts: BTreeMap<u32, Cohorts> = BTreeMap::new();
    let mut left_out = 0;
    for cell in counted.cells.iter().filter(|cell| cell.counted & CORRECTED != 0) {
        let (Some(sex), Some(age)) = (cell.sex, cell.age) else {
            left_out += cell.persons;
            continue;
        };
        let commune = register.commune_of[cell.place as usize];
        let of = cohorts.entry(commune).or_insert_with(|| Cohorts::none(OLDEST as usize + 1));
        let of = if sex == Gender::Male { &mut of.male } else { &mut of.female };
        of[age.min(OLDEST) as usize] += cell.persons as f64;
    }
    (cohorts, left_out)
}

/// Levels of births and deaths: those of the place beside the tables where at least a hundred were registered in the
/// years that are covered, else the tables alone.
fn assumptions(
    register: &Register,
    exposures: &mut Exposures<'_>,
    asked: &ForecastAsked,
    left_out: u64,
) -> Assumptions {
    let standard = Standard::shipped();
    let [low, high] = BELIEVED;
    let birth_years = covered_years(register, Kind::Births);
    let (mut total, mut births) = (standard.total_fertility, Ground::Tables(0));
    if let Some(given) = asked.total_fertility {
        (total, births) = (given, Ground::Given);
    } else if let Some(last) = birth_years.last() {
        let (exposure, _) = exposures.in_years(&birth_years);
        let rates = standard.fertility(*last, standard.total_fertility);
        let women = (FERTILE.0..=FERTILE.1).map(|age| exposure.at(Gender::Female, age));
        let expected: f64 = women.zip(&rates[FERTILE.0 as usize..]).map(|(women, rate)| women * rate).sum();
        let counted = register.births.iter().filter(|birth| is_within(birth.on, &birth_years)).count() as u64;
        births = Ground::Tables(counted);
        if counted >= ENOUGH && expected > 0.0 {
            total = standard.total_fertility * (counted as f64 / expected).clamp(low, high);
            births = Ground::Registered(counted);
        }
    }
    let death_years = covered_years(register, Kind::Deaths);
    let (exposure, _) = exposures.in_years(&death_years);
    let deaths = [Gender::Male, Gender::Female].map(|sex| {
        let Some(last) = death_years.last() else { return (1.0, Ground::Tables(0)) };
        let rates = standard.mortality(*last, sex);
        let expected: f64 = (0..=OLDEST).zip(rates).map(|(age, rate)| exposure.at(sex, age) * rate).sum();
        let of_sex = register.deaths.iter().filter(|death| death.sex == Some(sex));
        let counted = of_sex.filter(|death| is_within(death.on, &death_years)).count() as u64;
        match counted >= ENOUGH && expected > 0.0 {
            true => ((counted as f64 / expected).clamp(low, high), Ground::Registered(counted)),
            false => (1.0, Ground::Tables(counted)),
        }
    });
    let (moves, movers) = moves(register);
    let (migration, migration_spread) = (asked.migration, asked.migration_spread);
    Assumptions {
        total_fertility: total,
        births,
        deaths,
        migration,
        migration_spread,
        moves,
        movers,
        left_out,
    }
}

/// How often people of each age move: as those whom the registry has as temporary, absent or moved out, beside all whom it
/// has, where they are at least a hundred; else after the standard schedule.
fn moves(register: &Register) -> ([Vec<f64>; 2], Ground) {
    let ages = OLDEST as usize + 1;
    let (mut moved, mut all) = (Cohorts::none(ages), Cohorts::none(ages));
    let count = |of: &mut Cohorts, sex: Option<Gender>, birth: Option<crate::domain::Day>| {
        let age = birth.and_then(|birth| age_on(birth, register.as_of));
        if let (Some(sex), Some(age)) = (sex, age) {
            let of = if sex == Gender::Male { &mut of.male } else { &mut of.female };
            of[age.min(OLDEST) as usize] += 1.0;
        }
    };
    for person in register.people.iter().filter(|person| person.counted & AS_IS != 0) {
        let birth = person.birth.map(|birth| birth.first);
        count(&mut all, person.sex, birth);
        if [TEMPORARY, ABSENT].contains(&person.status) && person.counted & CORRECTED != 0 {
            count(&mut moved, person.sex, birth);
        }
    }
    for (sex, birth) in &register.left {
        count(&mut all, *sex, *birth);
        count(&mut moved, *sex, *birth);
    }
    let counted = moved.total() as u64;
    if counted < ENOUGH {
        return ([standard_moves(ages), standard_moves(ages)], Ground::Tables(counted));
    }
    let of_both = [moves_by_age(&moved.male, &all.male), moves_by_age(&moved.female, &all.female)];
    (of_both, Ground::Registered(counted))
}

impl Assumptions {
    fn conditions(&self, calendar: i32, year: u32, sign: f64) -> Conditions {
        let standard = Standard::shipped();
        let survival = [(Gender::Male, self.deaths[0].0), (Gender::Female, self.deaths[1].0)];
        let total = (self.total_fertility + sign * spread(year)).max(0.0);
        let dying = 1.0 - sign * spread_of_deaths(year);
        Conditions {
            survival: survival.map(|(sex, factor)| {
                let rates: Vec<f64> =
                    standard.mortality(calendar, sex).iter().map(|rate| rate * factor * dying).collect();
                Survival::of(&rates)
            }),
            fertility: standard.fertility(calendar, total),
            boys: standard.boys(calendar),
            migration: Migration {
                rate: (self.migration + sign * self.migration_spread) / 1000.0,
                ages: self.moves.clone(),
            },
        }
    }

    /// What is assumed, in sentences.
    pub(crate) fn lines(&self, lang: Lang) -> Vec<String> {
        let total = decimal(self.total_fertility, 2, lang);
        let births = match self.births {
            Ground::Registered(count) => text!(lang, "population.assumed.births_registered", total, count),
            Ground::Tables(count) => {
                text!(lang, "population.assumed.births_tables", total, count, enough = ENOUGH)
            }
            Ground::Given => text!(lang, "population.assumed.births_given", total),
        };
        let mut lines = vec![births];
        for (sex, (factor, ground)) in ["male", "female"].into_iter().zip(self.deaths) {
            let sex = super::table::said(lang, "word", sex);
            let factor = decimal(factor, 2, lang);
            lines.push(match ground {
                Ground::Registered(count) => {
                    text!(lang, "population.assumed.deaths_registered", sex, factor, count)
                }
                Ground::Tables(count) => {
                    text!(lang, "population.assumed.deaths_tables", sex, count, enough = ENOUGH)
                }
                Ground::Given => continue,
            });
        }
        let [low, rate, high] =
            [-1.0, 0.0, 1.0].map(|sign| decimal(self.migration + sign * self.migration_spread, 1, lang));
        lines.push(match self.movers {
            Ground::Registered(count) => {
                text!(lang, "population.assumed.migration_registered", rate, low, high, count)
            }
            Ground::Tables(count) => {
                text!(lang, "population.assumed.migration_tables", rate, low, high, count, enough = ENOUGH)
            }
            Ground::Given => String::new(),
        });
        lines.retain(|line| !line.is_empty());
        lines.push(text!(lang, "population.assumed.left_out", count = self.left_out));
        lines
    }
}
