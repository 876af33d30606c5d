//! A population carried forward year by year: cohorts grow older, some die, women bear children, some come and go.
//!
//! The cohort-component method (Preston, Heuveline, Guillot, chapter 6) in steps of one year and ages of one year.

/// A population by sex and age; the last age is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cohorts {
    /// Males by age.
    pub male: Vec<f64>,
    /// Females by age.
    pub female: Vec<f64>,
}

impl Cohorts {
    /// Nobody, of so many ages.
    pub fn none(ages: usize) -> Self {
        Self { male: vec![0.0; ages], female: vec![0.0; ages] }
    }

    /// All of them.
    pub fn total(&self) -> f64 {
        self.male.iter().chain(&self.female).sum()
    }

    /// Adds another of the same ages.
    pub fn add(&mut self, other: &Self) {
        for (mine, others) in [(&mut self.male, &other.male), (&mut self.female, &other.female)] {
            mine.iter_mut().zip(others).for_each(|(mine, other)| *mine += other);
        }
    }
}

/// Which share of each age lives a year later, by sex.
#[derive(Clone, Debug, PartialEq)]
pub struct Survival {
    /// Of those born during the year, the share that lives at its end.
    pub born: f64,
    /// Of each age; of the last one those who stay in it.
    pub ages: Vec<f64>,
}

impl Survival {
    /// From death rates by single year of age, each taken as the same force all through the year of age: of the person-years
    /// of a stationary population `L(x+1) / L(x)`, of those born `L(0) / l(0)`.
    pub fn of(rates: &[f64]) -> Self {
        // Person-years lived in an age by one who enters it.
        let lived = |m: f64| if m > 0.0 { -(-m).exp_m1() / m } else { 1.0 };
        let ages = (0..rates.len()).map(|age| match rates.get(age + 1) {
            Some(next) => (-rates[age]).exp() * lived(*next) / lived(rates[age]),
            None => (-rates[age]).exp(),
        });
        Self { born: rates.first().map_or(1.0, |m| lived(*m)), ages: ages.collect() }
    }
}

/// What a year is like.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    /// Survival of males and females.
    pub survival: [Survival; 2],
    /// Children that a woman of each age bears in the year.
    pub fertility: Vec<f64>,
    /// Boys for each girl born.
    pub boys: f64,
    /// Who comes and goes.
    pub migration: Migration,
}

/// Net migration of a year.
#[derive(Clone, Debug, PartialEq)]
pub struct Migration {
    /// For each person living at the end of the year.
    pub rate: f64,
    /// How often males and females of each age move; only the proportions count.
    pub ages: [Vec<f64>; 2],
}

impl Migration {
    /// The same for everybody, of so many ages.
    pub fn even(rate: f64, ages: usize) -> Self {
        Self { rate, ages: [vec![1.0; ages], vec![1.0; ages]] }
    }

    /// Lets some come or go: as many in all as the rate says, by age as they move.
    fn apply(&self, to: &mut Cohorts) {
        let [males, females] = &self.ages;
        let weighed = |of: &[f64], weights: &[f64]| of.iter().zip(weights).map(|(n, w)| n * w).sum::<f64>();
        let whole = weighed(&to.male, males) + weighed(&to.female, females);
        if whole <= 0.0 {
            return;
        }
        let factor = self.rate * to.total() / whole;
        for (cohort, weights) in [(&mut to.male, males), (&mut to.female, females)] {
            // More cannot leave than are there.
            cohort
                .iter_mut()
                .zip(weights)
                .for_each(|(count, weight)| *count *= (1.0 + factor * weight).max(0.0));
        }
    }
}

/// The population a year later.
pub fn project(now: &Cohorts, year: &Conditions) -> Cohorts {
    let [males, females] = &year.survival;
    let mut next = Cohorts { male: grown(&now.male, &males.ages), female: grown(&now.female, &females.ages) };
    // Women of an age over the year: the mean of its beginning and its end.
    let women = now.female.iter().zip(&next.female).map(|(begin, end)| (begin + end) / 2.0);
    let born: f64 = women.zip(&year.fertility).map(|(women, rate)| women * rate).sum();
    let share = year.boys / (1.0 + year.boys);
    for (cohort, born) in
        [(&mut next.male, born * share * males.born), (&mut next.female, born * (1.0 - share) * females.born)]
    {
        if let Some(first) = cohort.first_mut() {
            *first += born;
        }
    }
    year.migration.apply(&mut next);
    next
}

fn grown(now: &[f64], survival: &[f64]) -> Vec<f64> {
    let mut next = vec![0.0; now.len()];
    let last = now.len().saturating_sub(1);
    for (age, (count, share)) in now.iter().zip(survival).enumerate() {
        next[(age + 1).min(last)] += count * share;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three ages, the last open; the figures below are reckoned with pencil and paper.
    fn small() -> (Cohorts, Conditions) {
        let now = Cohorts { male: vec![100.0, 80.0, 40.0], female: vec![90.0, 80.0, 50.0] };
        let survival = |born, ages: [f64; 3]| Survival { born, ages: ages.into() };
        let year = Conditions {
            survival: [survival(0.9, [0.8, 0.5, 0.25]), survival(0.95, [0.9, 0.75, 0.5])],
            fertility: vec![0.0, 1.0, 0.0],
            boys: 1.5,
            migration: Migration::even(0.0, 3),
        };
        (now, year)
    }

    #[test]
    fn a_year_worked_by_hand() {
        let (now, year) = small();
        let next = project(&now, &year);
        // Males: 100 · 0.8 = 80 grow to the second age; 80 · 0.5 + 40 · 0.25 = 50 stand in the last one.
        // Females: 90 · 0.9 = 81; 80 · 0.75 + 50 · 0.5 = 85.
        // Women of the second age: (80 + 81) / 2 = 80.5, so 80.5 born: 48.3 boys, of whom 43.47 live, and 32.2 girls, 30.59.
        let expected = [[43.47, 80.0, 50.0], [30.59, 81.0, 85.0]];
        for (of, expected) in [(&next.male, expected[0]), (&next.female, expected[1])] {
            for (count, expected) in of.iter().zip(expected) {
                assert!((count - expected).abs() < 1e-9, "{next:?}");
            }
        }
        let leaving = Conditions { migration: Migration::even(-0.1, 3), ..year.clone() };
        assert!((project(&now, &leaving).total() - 0.9 * next.total()).abs() < 1e-9);
        // By age: 43.47 + 80 + 50 + 30.59 + 81 + 85 = 370.06, of whom 37.006 come; males of the second age move twice as
        // often as females of it, and nobody else does: 2 · 80 + 81 = 241 shares, 24.568… males and 12.437… females.
        let ages = [vec![0.0, 2.0, 0.0], vec![0.0, 1.0, 0.0]];
        let coming = project(&now, &Conditions { migration: Migration { rate: 0.1, ages }, ..year });
        assert!((coming.male[1] - 80.0 - 37.006 * 160.0 / 241.0).abs() < 1e-9, "{coming:?}");
        assert!((coming.female[1] - 81.0 - 37.006 * 81.0 / 241.0).abs() < 1e-9, "{coming:?}");
        assert_eq!((coming.male[0], coming.female[2]), (next.male[0], next.female[2]));
    }

    /// Multiplies a vector by a matrix, row by row.
    fn times(matrix: &[Vec<f64>], vector: &[f64]) -> Vec<f64> {
        matrix.iter().map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum()).collect()
    }

    #[test]
    fn twenty_years_are_twenty_products_with_leslies_matrix() {
        // All ages of both sexes in one vector; the first row of each sex holds what a woman of each age adds to it.
        const AGES: usize = 101;
        let rates = |slope: f64| (0..AGES).map(|x| 0.0003 * (slope * x as f64).exp()).collect::<Vec<_>>();
        let survival = [Survival::of(&rates(0.09)), Survival::of(&rates(0.08))];
        let fertility: Vec<f64> = (0..AGES).map(|x| if (15..50).contains(&x) { 0.06 } else { 0.0 }).collect();
        let (boys, migration) = (1.11, 0.004);
        let mut matrix = vec![vec![0.0; 2 * AGES]; 2 * AGES];
        for (sex, of) in survival.iter().enumerate() {
            for age in 0..AGES {
                matrix[sex * AGES + (age + 1).min(AGES - 1)][sex * AGES + age] += of.ages[age];
            }
            let share = if sex == 0 { boys / (1.0 + boys) } else { 1.0 / (1.0 + boys) };
            for age in 0..AGES {
                // Half a year at this age, and half at the next one of those who live to it.
                let next = fertility.get(age + 1).copied().unwrap_or(0.0);
                let born = 0.5 * (fertility[age] + survival[1].ages[age] * next);
                matrix[sex * AGES][AGES + age] += of.born * share * born;
            }
        }
        for row in &mut matrix {
            row.iter_mut().for_each(|cell| *cell *= 1.0 + migration);
        }
        let mut cohorts = Cohorts {
            male: (0..AGES).map(|x| 1000.0 - 9.0 * x as f64).collect(),
            female: (0..AGES).map(|x| 980.0 - 8.5 * x as f64).collect(),
        };
        let mut vector: Vec<f64> = cohorts.male.iter().chain(&cohorts.female).copied().collect();
        let year = Conditions { survival, fertility, boys, migration: Migration::even(migration, AGES) };
        for _ in 0..20 {
            cohorts = project(&cohorts, &year);
            vector = times(&matrix, &vector);
        }
        for (ours, theirs) in cohorts.male.iter().chain(&cohorts.female).zip(&vector) {
            assert!((ours - theirs).abs() < 1e-6 * theirs.max(1.0), "{ours} {theirs}");
        }
    }

    #[test]
    fn a_stationary_population_stays_as_it_is() {
        // Everybody who dies is born anew: ages in the proportions of person-years, births as many as enter age 0.
        let rates: Vec<f64> = (0..101).map(|x| 0.0004 * (0.085 * f64::from(x)).exp()).collect();
        let survival = Survival::of(&rates);
        let mut lived = vec![survival.born];
        for age in 0..99 {
            lived.push(lived[age] * survival.ages[age]);
        }
        let into_last = lived[99] * survival.ages[99];
        lived.push(into_last / (1.0 - survival.ages[100]));
        let women: f64 = lived[20..30].iter().sum();
        let fertility: Vec<f64> =
            (0..101).map(|x| if (20..30).contains(&x) { 2.0 / women } else { 0.0 }).collect();
        let now = Cohorts { male: lived.clone(), female: lived };
        let year = Conditions {
            survival: [survival.clone(), survival],
            fertility,
            boys: 1.0,
            migration: Migration::even(0.0, 101),
        };
        let next = project(&now, &year);
        for (a, b) in now.female.iter().zip(&next.female) {
            assert!((a - b).abs() < 1e-9, "{a} {b}");
        }
    }

    #[test]
    fn nobody_dies_at_a_rate_of_nought() {
        let survival = Survival::of(&[0.0, 0.0, 0.0]);
        assert_eq!((survival.born, survival.ages), (1.0, vec![1.0, 1.0, 1.0]));
        let dying = Survival::of(&[0.1, 0.1]);
        assert!((dying.ages[0] - (-0.1_f64).exp()).abs() < 1e-12);
    }
}
