//! How far two officers agree who read the same pairs without knowing of each other.

use std::collections::BTreeMap;

/// Agreement of two readings.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Agreement {
    /// Pairs read twice.
    pub(crate) pairs: usize,
    /// Share of them with the same answer.
    pub(crate) share: f64,
    /// Cohen's kappa: agreement beyond what chance would give. `None` where chance alone would agree always.
    pub(crate) kappa: Option<f64>,
}

/// The agreement of pairs of answers; `None` where there are none.
pub(crate) fn of<'a>(answers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Agreement> {
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let (mut pairs, mut same) = (0usize, 0usize);
    for (first, second) in answers {
        pairs += 1;
        same += usize::from(first == second);
        counts.entry(first).or_default()[0] += 1;
        counts.entry(second).or_default()[1] += 1;
    }
    if pairs == 0 {
        return None;
    }
    let n = pairs as f64;
    let share = same as f64 / n;
    let chance: f64 = counts.values().map(|[first, second]| (*first as f64 / n) * (*second as f64 / n)).sum();
    let kappa = (chance < 1.0).then(|| (share - chance) / (1.0 - chance));
    Some(Agreement { pairs, share, kappa })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_beyond_chance() {
        // The textbook's: 20 and 15 alike, 5 and 10 not; chance gives one half.
        let answers = [("y", "y", 20), ("y", "n", 5), ("n", "y", 10), ("n", "n", 15)];
        let pairs = answers.iter().flat_map(|(a, b, times)| std::iter::repeat_n((*a, *b), *times));
        let agreement = of(pairs).unwrap();
        assert_eq!(agreement.pairs, 50);
        assert!((agreement.share - 0.7).abs() < 1e-9);
        assert!((agreement.kappa.unwrap() - 0.4).abs() < 1e-9);
    }

    #[test]
    fn nothing_to_say_of_nothing_or_of_one_answer() {
        assert_eq!(of([]), None);
        assert_eq!(of([("y", "y")]).unwrap().kappa, None);
    }
}
