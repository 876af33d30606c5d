//! The abridged life table of a period.

use super::Age;
use crate::domain::Gender;

/// First ages of the groups of an abridged table; the last is open.
pub const ABRIDGED: [Age; 19] = [0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85];

/// The group of an age, by its place in [`ABRIDGED`].
pub fn abridged_of(age: Age) -> usize {
    ABRIDGED.partition_point(|first| *first <= age).saturating_sub(1)
}

/// Deaths and person-years of a group of ages.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub struct Fitted {
    /// Deaths.
    pub deaths: f64,
    /// Person-years lived.
    pub years: f64,
}

/// A line of a life table, of 100,000 born.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub struct LifeRow {
    /// First age of the group.
    pub age: Age,
    /// Death rate of the group.
    pub mx: f64,
    /// Probability to die within the group.
    pub qx: f64,
    /// Survivors at its beginning.
    pub lx: f64,
    /// Deaths within it.
    pub dx: f64,
    /// Person-years lived within it.
    pub years: f64,
    /// Person-years lived from its beginning on.
    pub total: f64,
    /// Years of life expected at its beginning.
    pub ex: f64,
}

/// Born in a life table.
const BORN: f64 = 100_000.0;

/// The life table of deaths and person-years by the groups of [`ABRIDGED`]. `None` where the last group has neither a
/// death nor anybody living: the table could not be closed.
///
/// `nqx = n·m / (1 + (n − a)·m)`; who dies in a group of five years lives half of it, infants and young children as
/// Coale and Demeny found (Preston, Heuveline, Guillot, table 3.3); of both sexes together the mean of the two.
pub fn life_table(groups: &[Fitted; ABRIDGED.len()], sex: Option<Gender>) -> Option<Vec<LifeRow>> {
    let rate = |group: Fitted| if group.years > 0.0 { group.deaths / group.years } else { 0.0 };
    let last = groups.len() - 1;
    if rate(groups[last]) <= 0.0 {
        return None;
    }
    let infant = rate(groups[0]);
    let (boys, girls) = if infant < 0.107 {
        ((0.045 + 2.684 * infant, 1.651 - 2.816 * infant), (0.053 + 2.800 * infant, 1.522 - 1.518 * infant))
    } else {
        ((0.330, 1.352), (0.350, 1.361))
    };
    let young = match sex {
        Some(Gender::Male) => boys,
        Some(Gender::Female) => girls,
        None => ((boys.0 + girls.0) / 2.0, (boys.1 + girls.1) / 2.0),
    };
    let mut alive = BORN;
    let mut rows: Vec<LifeRow> = Vec::with_capacity(groups.len());
    for (at, group) in groups.iter().enumerate() {
        let mx = rate(*group);
        let (qx, dx, years) = match ABRIDGED.get(at + 1) {
            None => (1.0, alive, alive / mx),
            Some(next) => {
                let n = f64::from(next - ABRIDGED[at]);
                let lived = match at {
                    0 => young.0,
                    1 => young.1,
                    _ => n / 2.0,
                };
                let qx = (n * mx / (1.0 + (n - lived) * mx)).min(1.0);
                let dx = alive * qx;
                (qx, dx, n * (alive - dx) + lived * dx)
            }
        };
        rows.push(LifeRow { age: ABRIDGED[at], mx, qx, lx: alive, dx, years, ..LifeRow::default() });
        alive -= dx;
    }
    let mut total = 0.0;
    for row in rows.iter_mut().rev() {
        total += row.years;
        row.total = total;
        row.ex = if row.lx > 0.0 { total / row.lx } else { 0.0 };
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rates that rise with age as Gompertz' law has it, and a high one of infants.
    fn groups() -> [Fitted; 19] {
        std::array::from_fn(|at| {
            let years = 10_000.0;
            let mx = if at == 0 { 0.015 } else { 0.0002 * (0.085 * f64::from(ABRIDGED[at])).exp() };
            Fitted { deaths: mx * years, years }
        })
    }

    #[test]
    fn what_must_hold_of_every_life_table() {
        for sex in [None, Some(Gender::Male), Some(Gender::Female)] {
            let table = life_table(&groups(), sex).unwrap();
            let deaths: f64 = table.iter().map(|row| row.dx).sum();
            assert!((deaths - 100_000.0).abs() < 1e-6);
            for pair in table.windows(2) {
                assert!((pair[0].lx - pair[0].dx - pair[1].lx).abs() < 1e-6);
                assert!((pair[0].total - pair[0].years - pair[1].total).abs() < 1e-6);
            }
            // Each group dies at the rate that was given.
            for (row, group) in table.iter().zip(groups()) {
                assert!((row.dx / row.years - group.deaths / group.years).abs() < 1e-12, "{row:?}");
            }
        }
    }

    #[test]
    fn in_a_stationary_population_the_death_rate_is_one_over_the_expectation_of_life() {
        let table = life_table(&groups(), None).unwrap();
        let lived: f64 = table.iter().map(|row| row.years).sum();
        let died: f64 = table.iter().map(|row| row.dx).sum();
        assert!((died / lived - 1.0 / table[0].ex).abs() < 1e-12);
        // A population in the proportions of the table gives the table back.
        let stationary: [Fitted; 19] =
            std::array::from_fn(|at| Fitted { deaths: table[at].dx, years: table[at].years });
        let again = life_table(&stationary, None).unwrap();
        for (a, b) in table.iter().zip(&again) {
            assert!((a.ex - b.ex).abs() < 1e-9 && (a.lx - b.lx).abs() < 1e-6, "{a:?} {b:?}");
        }
    }

    #[test]
    fn one_group_reckoned_by_hand() {
        let mut groups = [Fitted { deaths: 0.0, years: 100.0 }; 19];
        groups[18] = Fitted { deaths: 20.0, years: 100.0 };
        groups[2] = Fitted { deaths: 2.0, years: 100.0 };
        let table = life_table(&groups, None).unwrap();
        // 5 · 0.02 / (1 + 2.5 · 0.02) = 0.1 / 1.05; from 85 on 1 / 0.2 = 5 years.
        assert!((table[2].qx - 0.1 / 1.05).abs() < 1e-12);
        assert!((table[18].ex - 5.0).abs() < 1e-12);
        let survivors = 1.0 - 0.1 / 1.05;
        let expected = 5.0 + 5.0 * (1.0 + survivors) / 2.0 + survivors * (75.0 + 5.0);
        assert!((table[0].ex - expected).abs() < 1e-9, "{}", table[0].ex);
        groups[18].deaths = 0.0;
        assert!(life_table(&groups, None).is_none());
        assert_eq!([0, 1, 4, 5, 84, 85, 110].map(abridged_of), [0, 1, 1, 2, 17, 18, 18]);
    }
}
