//! Samples drawn by what rows say and not by where they stand: of a file sorted anew the same rows are drawn, of
//! one with a few rows more or other than last night nearly the same. So the parameters learned on them, and with
//! them the links, stay what they were as far as the data do.

use std::hash::{Hash, Hasher as _};

use rayon::prelude::*;
use rustc_hash::FxHasher;

use crate::domain::{Extract, Person};

/// A number for each row of an extract, as good as random and the same wherever the row stands.
pub(crate) struct StableSample(Vec<u64>);

impl StableSample {
    /// Numbers the rows by names (given by their digests), dates and IDs of their persons.
    pub(crate) fn new(extract: &Extract, names: &[impl Hash + Sync]) -> Self {
        let number = |persons: &[Person]| {
            let mut hasher = FxHasher::default();
            for person in persons {
                names[person.name.id.0 as usize].hash(&mut hasher);
                (person.birth, person.gender, person.personal, person.old).hash(&mut hasher);
            }
            hasher.finish()
        };
        Self(extract.persons.par_chunks(extract.kind.roles().len()).map(number).collect())
    }

    /// The numbers, by row.
    pub(crate) fn numbers(&self) -> &[u64] {
        &self.0
    }

    /// Whether a row is of the one half of all rows or of the other.
    pub(crate) fn half(&self, row: usize) -> bool {
        self.0[row] >> 32 & 1 == 0
    }

    /// At most so many of the items, which stand on rows, in the order in which they are drawn.
    pub(crate) fn sample<T>(&self, mut items: Vec<T>, row: impl Fn(&T) -> usize, most: usize) -> Vec<T> {
        let by_number = |item: &T| (self.0[row(item)], row(item));
        if items.len() > most {
            items.select_nth_unstable_by_key(most, by_number);
            items.truncate(most);
        }
        items.sort_unstable_by_key(by_number);
        items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_rows_are_drawn_in_any_order() {
        let numbers: Vec<u64> = (0..1000u64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let draw = StableSample(numbers.clone());
        let mut turned = numbers.clone();
        turned.reverse();
        let drawn = |draw: &StableSample, rows: Vec<usize>| -> Vec<u64> {
            draw.sample(rows, |row| *row, 50).into_iter().map(|row| draw.0[row]).collect()
        };
        let first = drawn(&draw, (0..1000).collect());
        assert_eq!(first.len(), 50);
        assert_eq!(first, drawn(&StableSample(turned), (0..1000).rev().collect()));
        // One row less costs one place in the sample.
        let without = numbers.iter().position(|number| *number == first[7]).unwrap();
        let rest = drawn(&draw, (0..1000).filter(|row| *row != without).collect());
        assert_eq!(first.iter().filter(|number| rest.contains(number)).count(), 49);
        assert_eq!(draw.sample(vec![3, 1, 2], |row| *row, 50).len(), 3);
    }
}
