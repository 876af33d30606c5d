//! Person-years of a period that is over, from who lives now and who has died since.

use super::{Age, OLDEST, age_on};
use crate::domain::{Day, Gender};

/// The middle of a calendar year.
pub fn mid_year(year: i32) -> Day {
    Day::from_civil(year, 7, 1).unwrap_or(Day(0))
}

/// Person-years by sex and single year of age, the last one open; of unknown sex apart.
///
/// The population in the middle of a year stands for the years lived in it. It is that of today, turned back: those
/// born since are left out, those who died since are put in. Moves are not known and not undone.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposure {
    /// Middles of the years.
    middles: Vec<Day>,
    /// By sex (male, female, unknown), by age.
    years: [Vec<f64>; 3],
}

impl Exposure {
    /// None yet, of calendar years.
    pub fn of(years: impl IntoIterator<Item = i32>) -> Self {
        let middles = years.into_iter().map(mid_year).collect();
        Self { middles, years: std::array::from_fn(|_| vec![0.0; OLDEST as usize + 1]) }
    }

    /// Adds somebody: born on a day, and dead since another or living today.
    pub fn add(&mut self, sex: Option<Gender>, birth: Day, death: Option<Day>) {
        for middle in &self.middles {
            if death.is_some_and(|death| death < *middle) {
                continue;
            }
            if let Some(age) = age_on(birth, *middle) {
                self.years[row_of(sex)][age.min(OLDEST) as usize] += 1.0;
            }
        }
    }

    /// Adds what was counted of others in the same years.
    pub fn add_all(&mut self, others: &Self) {
        for (sums, years) in self.years.iter_mut().zip(&others.years) {
            sums.iter_mut().zip(years).for_each(|(sum, years)| *sum += years);
        }
    }

    /// Person-years of a sex and an age.
    pub fn at(&self, sex: Gender, age: Age) -> f64 {
        self.years[row_of(Some(sex))].get(age as usize).copied().unwrap_or(0.0)
    }

    /// Person-years of ages from one to another, of one sex or of all.
    pub fn between(&self, sex: Option<Gender>, from: Age, to: Age) -> f64 {
        let of = |row: &Vec<f64>| row.iter().take(to as usize + 1).skip(from as usize).sum::<f64>();
        match sex {
            Some(_) => of(&self.years[row_of(sex)]),
            None => self.years.iter().map(of).sum(),
        }
    }

    /// All person-years.
    pub fn total(&self) -> f64 {
        self.between(None, 0, OLDEST)
    }
}

fn row_of(sex: Option<Gender>) -> usize {
    match sex {
        Some(Gender::Male) => 0,
        Some(Gender::Female) => 1,
        None => 2,
    }
}

/// The interval of 95 % of a share (Wilson): wide where there are few, and never outside 0 to 1.
pub fn interval(of: u64, all: u64) -> Option<[f64; 2]> {
    const Z: f64 = 1.959_964;
    if all == 0 {
        return None;
    }
    let (n, share) = (all as f64, of as f64 / all as f64);
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    Some([(middle - half) / whole, (middle + half) / whole])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_lives_now_is_turned_back_and_who_died_since_is_put_in() {
        let day = |y, m, d| Day::from_civil(y, m, d).unwrap();
        let mut exposure = Exposure::of([2024, 2025]);
        exposure.add(Some(Gender::Female), day(1995, 6, 30), None);
        exposure.add(Some(Gender::Male), day(2024, 7, 2), None);
        exposure.add(None, day(1920, 1, 1), Some(day(2024, 8, 1)));
        exposure.add(Some(Gender::Male), day(1950, 1, 1), Some(day(2024, 6, 30)));
        assert_eq!((exposure.at(Gender::Female, 29), exposure.at(Gender::Female, 30)), (1.0, 1.0));
        assert_eq!((exposure.at(Gender::Male, 0), exposure.at(Gender::Male, 74)), (1.0, 0.0));
        assert_eq!(exposure.between(None, 100, OLDEST), 1.0);
        assert_eq!(exposure.between(Some(Gender::Female), 15, 49), 2.0);
        assert_eq!(exposure.total(), 4.0);
    }

    #[test]
    fn an_interval_holds_its_share_and_narrows() {
        let [low, high] = interval(51, 100).unwrap();
        assert!((low - 0.4133).abs() < 1e-3 && (high - 0.6059).abs() < 1e-3, "{low} {high}");
        let [low, high] = interval(0, 3).unwrap();
        assert!(low.abs() < 1e-12 && high > 0.5);
        assert!(interval(0, 0).is_none());
    }
}
