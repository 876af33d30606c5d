//! How far ages and birth dates are heaped on round numbers: a sign that they were guessed.

/// Whipple's index of ages ending in 0 and 5, of persons of 23 to 62 years: 100 where there is no preference, 500 where
/// all ages end so; under 105 is called highly accurate, over 175 very rough (United Nations, Demographic Yearbook 1955).
/// `counts` are persons by single year of age; `None` where there is nobody of those ages.
///
/// ```
/// use lamsach::population::whipple;
/// assert_eq!(whipple(&[7; 100]), Some(100.0));
/// ```
pub fn whipple(counts: &[u64]) -> Option<f64> {
    let of = |age: usize| counts.get(age).copied().unwrap_or(0);
    let all: u64 = (23..=62).map(of).sum();
    let round: u64 = (25..=60).step_by(5).map(of).sum();
    (all > 0).then(|| 500.0 * round as f64 / all as f64)
}

/// Myers' blended index: half the sum of what the shares of the last digits of ages differ from a tenth, in percent: 0
/// where no digit is preferred, 90 where all ages end in one. Blended over ages 10 to 89 and 20 to 99, so that a
/// population that shrinks with age shows no preference by that alone.
pub fn myers(counts: &[u64]) -> Option<f64> {
    let of = |age: usize| counts.get(age).copied().unwrap_or(0) as f64;
    let blended: [f64; 10] = std::array::from_fn(|digit| {
        let from = |first: usize| (0..8).map(|ten| of(first + 10 * ten + digit)).sum::<f64>();
        (digit + 1) as f64 * from(10) + (9 - digit) as f64 * from(20)
    });
    digit_deviation(&blended)
}

/// Half the sum of what the shares of ten digits differ from a tenth, in percent; `None` where there is nothing.
pub fn digit_deviation(counts: &[f64; 10]) -> Option<f64> {
    let all: f64 = counts.iter().sum();
    (all > 0.0).then(|| counts.iter().map(|count| (100.0 * count / all - 10.0).abs()).sum::<f64>() / 2.0)
}

/// Whipple's idea for one decade of birth years: five times the share of those that end in 0 or 5, in percent. 100 where
/// no year is preferred. `counts` are persons by the last digit of the year.
pub fn year_preference(counts: &[u64; 10]) -> Option<f64> {
    let all: u64 = counts.iter().sum();
    (all > 0).then(|| 500.0 * (counts[0] + counts[5]) as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whipple_on_made_ages() {
        let mut counts = vec![0; 100];
        assert_eq!(whipple(&counts), None);
        counts[40] = 12;
        assert_eq!(whipple(&counts), Some(500.0));
        counts[40] = 0;
        counts[41] = 12;
        assert_eq!(whipple(&counts), Some(0.0));
        // Twice as many on each of the eight round ages among forty: 500 * 16 / 48.
        let counts: Vec<u64> = (0..100).map(|age| if age % 5 == 0 { 2 } else { 1 }).collect();
        assert!((whipple(&counts).unwrap() - 500.0 * 16.0 / 48.0).abs() < 1e-9);
        // Ages outside do not count.
        let mut counts = vec![1; 100];
        counts[20] = 1000;
        counts[65] = 1000;
        assert_eq!(whipple(&counts), Some(100.0));
        assert_eq!(whipple(&[3; 10]), None);
    }

    #[test]
    fn myers_on_made_ages() {
        assert_eq!(myers(&[5; 100]), Some(0.0));
        assert_eq!(myers(&[5; 10]), None);
        let ending_in_0: Vec<u64> = (0..100).map(|age| u64::from(age % 10 == 0)).collect();
        assert_eq!(myers(&ending_in_0), Some(90.0));
        // A population that falls evenly with age has no preferred digit, though there are always fewer of the older.
        let falling: Vec<u64> = (0..100).map(|age| 1000 - 10 * age).collect();
        assert!(myers(&falling).unwrap() < 1e-9, "{:?}", myers(&falling));
        // A tenth of those at each 1 said 0 instead: digit 0 has 11 %, digit 1 has 9 %.
        let moved: Vec<u64> = (0..100)
            .map(|age| match age % 10 {
                0 => 110,
                1 => 90,
                _ => 100,
            })
            .collect();
        assert!((myers(&moved).unwrap() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn years_of_a_decade() {
        assert_eq!(year_preference(&[3; 10]), Some(100.0));
        assert_eq!(year_preference(&[0; 10]), None);
        assert_eq!(year_preference(&[4, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Some(500.0));
        assert_eq!(digit_deviation(&[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]), Some(90.0));
    }
}
