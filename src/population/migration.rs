//! Who moves: how much more often people of an age move than others.

use super::{Age, five_years};

/// The parameters of the standard schedule: level and slope of children, level, place and slopes of young workers, and
/// what is the same at every age.
const CHILDREN: (f64, f64) = (0.02, 0.1);
const WORKERS: (f64, f64, f64, f64) = (0.06, 20.0, 0.1, 0.4);
const EVEN: f64 = 0.003;

/// First age of the open group of movers: few of the old move, and few are there.
const OPEN: Age = 75;

/// How often people of each age move, after the schedule that Rogers and Castro found to hold in most places (*Model
/// Migration Schedules*, IIASA RR-81-30, 1981: the standard schedule, without a wave at retirement).
pub fn standard_moves(ages: usize) -> Vec<f64> {
    let ((children, slope), (workers, peak, fall, rise)) = (CHILDREN, WORKERS);
    let at = |age: f64| {
        let since = age - peak;
        children * (-slope * age).exp() + workers * (-fall * since - (-rise * since).exp()).exp() + EVEN
    };
    (0..ages).map(|age| at(age as f64)).collect()
}

/// How often people of each age moved, from how many did and how many there are, by groups of five years: single years
/// would show the chances of a few families.
pub fn moves_by_age(moved: &[f64], persons: &[f64]) -> Vec<f64> {
    let group = |age: usize| (five_years(age as Age, OPEN) / 5) as usize;
    let mut sums = [(0.0, 0.0); OPEN as usize / 5 + 1];
    for (age, (moved, persons)) in moved.iter().zip(persons).enumerate() {
        sums[group(age)].0 += moved;
        sums[group(age)].1 += persons;
    }
    let of_group = |(moved, persons): (f64, f64)| if persons > 0.0 { moved / persons } else { 0.0 };
    (0..persons.len()).map(|age| of_group(sums[group(age)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_schedule_is_that_of_the_book() {
        let moves = standard_moves(101);
        // With pencil: 0.02 + 0.003 at birth; at 23 0.02 e^-2.3 + 0.06 e^(-0.3 - e^-1.2) + 0.003.
        assert!((moves[0] - 0.023).abs() < 1e-4 && (moves[23] - 0.037_898).abs() < 1e-5, "{moves:?}");
        let peak = (0..101).max_by(|a, b| moves[*a].total_cmp(&moves[*b])).unwrap();
        assert_eq!(peak, 23);
        let least = (0..peak).min_by(|a, b| moves[*a].total_cmp(&moves[*b])).unwrap();
        assert!((12..=16).contains(&least), "{least}");
        assert!((moves[100] - 0.003).abs() < 1e-4);
    }

    #[test]
    fn moves_are_told_by_five_years() {
        let mut moved = vec![0.0; 101];
        (moved[20], moved[24], moved[80], moved[90]) = (3.0, 7.0, 1.0, 1.0);
        let moves = moves_by_age(&moved, &[10.0; 101]);
        assert!(moves[20..25].iter().all(|rate| (rate - 0.2).abs() < 1e-12), "{moves:?}");
        assert_eq!((moves[19], moves[25]), (0.0, 0.0));
        assert!(moves[75..].iter().all(|rate| (rate - 2.0 / 260.0).abs() < 1e-12));
        assert_eq!(moves_by_age(&[1.0], &[0.0]), [0.0]);
    }
}
