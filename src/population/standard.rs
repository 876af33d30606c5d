//! The tables that a forecast falls back upon where the data of the place are too few.
//!
//! Death rates: United Nations, World Population Prospects 2024, Viet Nam, by sex and group of ages, 2020–2025 and
//! 2025–2030. Where in life women bear children, and boys for each girl: the same source, medium variant. How many
//! children a woman bears: General Statistics Office, mid-2024 population survey, 1.91.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Age;
use crate::builtin;
use crate::domain::Gender;

/// The last age, which is open.
pub const OLDEST: Age = 100;

const FERTILITY: &str = include_str!("../../data/population/vn_fertility_wpp2024.toml");
const MORTALITY: &str = include_str!("../../data/sample/vn_mx5_wpp2024.csv");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fertility {
    total: f64,
    first_years: Vec<i32>,
    boys: Vec<f64>,
    percent: Vec<Vec<f64>>,
}

/// The shipped tables.
#[derive(Debug)]
pub struct Standard {
    /// Children of a woman, over her life.
    pub total_fertility: f64,
    /// First years of the periods of the tables of births.
    births_from: Vec<i32>,
    /// Boys for each girl, by period.
    boys: Vec<f64>,
    /// Of the children of a woman, the share that she bears in each year of age from 15 on, by period.
    when: Vec<Vec<f64>>,
    /// First years of the periods of death rates, and the rates of males and females by single year of age.
    deaths: Vec<(i32, [Vec<f64>; 2])>,
}

static STANDARD: LazyLock<Standard> = LazyLock::new(Standard::read);

/// The first age of mothers in the tables, and how many ages they have.
const MOTHERS: (Age, usize) = (15, 35);

impl Standard {
    /// The tables of Viet Nam.
    pub fn shipped() -> &'static Self {
        &STANDARD
    }

    fn read() -> Self {
        let table: Fertility = builtin::toml("vn_fertility_wpp2024.toml", FERTILITY);
        // Within five years of age each one counts the same.
        let when = (0..table.first_years.len()).map(|period| {
            let of_group = table.percent.iter().filter_map(|group| group.get(period));
            let whole: f64 = of_group.clone().sum();
            of_group.flat_map(|share| [share / whole / 5.0; 5]).collect()
        });
        Self {
            total_fertility: table.total,
            when: when.collect(),
            births_from: table.first_years,
            boys: table.boys,
            deaths: deaths(),
        }
    }

    /// Children that a woman of each age bears in a year, for one that bears as many in all; ages 0 to [`OLDEST`].
    pub fn fertility(&self, year: i32, total: f64) -> Vec<f64> {
        let mut rates = vec![0.0; OLDEST as usize + 1];
        if let Some(when) = self.when.get(period(&self.births_from, year)) {
            let ages = rates.iter_mut().skip(MOTHERS.0 as usize).take(MOTHERS.1);
            ages.zip(when).for_each(|(rate, share)| *rate = total * share);
        }
        rates
    }

    /// Boys born for each girl in a year.
    pub fn boys(&self, year: i32) -> f64 {
        self.boys.get(period(&self.births_from, year)).copied().unwrap_or(1.05)
    }

    /// Death rates of a sex in a year by single year of age; within a group of ages they are the same.
    pub fn mortality(&self, year: i32, sex: Gender) -> &[f64] {
        let first: Vec<i32> = self.deaths.iter().map(|(from, _)| *from).collect();
        self.deaths
            .get(period(&first, year))
            .map_or(&[], |(_, rates)| &rates[usize::from(sex == Gender::Female)])
    }
}

/// The last period that has begun by a year; the first one before all of them.
fn period(first_years: &[i32], year: i32) -> usize {
    first_years.partition_point(|first| *first <= year).saturating_sub(1)
}

fn deaths() -> Vec<(i32, [Vec<f64>; 2])> {
    const NAME: &str = "vn_mx5_wpp2024.csv";
    let mut periods: Vec<(i32, [Vec<f64>; 2])> = Vec::new();
    for [_, _, years, age, male, female, _] in builtin::csv::<7>(NAME, MORTALITY) {
        let from: i32 = builtin::number(NAME, years.split('-').next().unwrap_or_default());
        let age: usize = builtin::number(NAME, age.trim_end_matches('+'));
        if periods.last().is_none_or(|(last, _)| *last != from) {
            periods.push((from, [vec![0.0; OLDEST as usize + 1], vec![0.0; OLDEST as usize + 1]]));
        }
        let Some((_, rates)) = periods.last_mut() else { continue };
        for (rates, cell) in rates.iter_mut().zip([male, female]) {
            let rate: f64 = builtin::number(NAME, cell);
            // The ages of the group, and all after it until the next line says otherwise.
            rates.iter_mut().skip(age).for_each(|slot| *slot = rate);
        }
    }
    periods
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        let standard = Standard::shipped();
        for year in [2020, 2026, 2031, 2060] {
            let rates = standard.fertility(year, 1.91);
            assert!((rates.iter().sum::<f64>() - 1.91).abs() < 1e-9);
            assert!(rates[14] == 0.0 && rates[15] > 0.0 && rates[49] > 0.0 && rates[50] == 0.0);
            // Women bear most children between 25 and 29, and the mean age is near 28.
            let mean = rates.iter().enumerate().map(|(x, f)| (x as f64 + 0.5) * f).sum::<f64>() / 1.91;
            assert!((27.0..30.0).contains(&mean), "{mean}");
            let boys = standard.boys(year);
            assert!((1.05..1.13).contains(&boys), "{boys}");
            for sex in [Gender::Male, Gender::Female] {
                let rates = standard.mortality(year, sex);
                assert_eq!(rates.len(), 101);
                assert!(
                    rates.iter().all(|rate| *rate > 0.0) && rates[0] > rates[10] && rates[100] > rates[60]
                );
            }
            assert!(
                standard.mortality(year, Gender::Male)[60] > standard.mortality(year, Gender::Female)[60]
            );
        }
        assert_eq!(standard.mortality(2022, Gender::Male)[0], 0.017_948_99);
        assert_eq!(standard.mortality(2026, Gender::Female)[4], 0.001_036_57);
        assert_eq!(standard.mortality(2040, Gender::Male)[100], 0.554_187_2);
    }
}
