//! Chance, reproducible: one seeded generator a stage, weighted tables, and rates that keep their word.

use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A table drawn from by weight.
#[derive(Clone, Debug)]
pub(super) struct Weighted<T> {
    items: Vec<T>,
    upto: Vec<f64>,
}

impl<T> Weighted<T> {
    /// Makes a table of (item, weight) pairs; weights at or below zero are never drawn.
    pub(super) fn new(pairs: impl IntoIterator<Item = (T, f64)>) -> Self {
        let mut table = Self { items: Vec::new(), upto: Vec::new() };
        let mut sum = 0.0;
        for (item, weight) in pairs {
            sum += weight.max(0.0);
            table.items.push(item);
            table.upto.push(sum);
        }
        table
    }

    /// The first item that fits.
    pub(super) fn find(&self, fits: impl Fn(&T) -> bool) -> Option<&T> {
        self.items.iter().find(|item| fits(item))
    }

    /// Draws one; `None` from an empty table.
    pub(super) fn draw(&self, rng: &mut impl Rng) -> Option<&T> {
        let total = *self.upto.last()?;
        let at: f64 = rng.random::<f64>() * total;
        let ix = self.upto.partition_point(|&u| u <= at).min(self.items.len() - 1);
        self.items.get(ix)
    }
}

/// Chance of one stage of the generation.
///
/// A rate that is asked about `n` times hits `rate * n` times give or take one, at random places: rare
/// kinds of damage thus occur in small samples too, which plain coin tossing would leave to luck.
#[derive(Clone, Debug)]
pub(super) struct Luck {
    /// The generator.
    pub(super) rng: Pcg64Mcg,
    /// Multiplier of the rates of damage (0 in clean samples).
    pub(super) noise: f64,
    /// By slot: rate used up so far, and where the next hit lies.
    slots: Vec<(f64, f64)>,
}

impl Luck {
    /// Chance of a stage: the same seed and stage give the same course.
    pub(super) fn new(seed: u64, stage: u64, noise: f64) -> Self {
        let rng = Pcg64Mcg::seed_from_u64(seed ^ stage.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Self { rng, noise, slots: Vec::new() }
    }

    /// A plain coin.
    pub(super) fn coin(&mut self, p: f64) -> bool {
        self.rng.random::<f64>() < p
    }

    /// Whether an event of this rate happens now; one slot for each kind of event.
    pub(super) fn hit(&mut self, slot: usize, rate: f64) -> bool {
        while self.slots.len() <= slot {
            let first = self.rng.random::<f64>() * 0.8;
            self.slots.push((0.0, first));
        }
        let place: f64 = self.rng.random();
        let (used, next) = &mut self.slots[slot];
        *used += rate.clamp(0.0, 0.95);
        if rate > 0.0 && *used > *next {
            *next = next.floor() + 1.0 + place;
            return true;
        }
        false
    }

    /// As [`Luck::hit`] with a rate of damage, scaled by the noise level.
    pub(super) fn spoil(&mut self, slot: usize, rate: f64) -> bool {
        let scaled = rate * self.noise;
        self.hit(slot, scaled)
    }

    /// A number of a range, both ends included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        if low >= high { low } else { self.rng.random_range(low..=high) }
    }

    /// An index below `n` (0 where `n` is 0).
    pub(super) fn below(&mut self, n: usize) -> usize {
        if n <= 1 { 0 } else { self.rng.random_range(0..n) }
    }

    /// One of a slice that is not empty.
    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Puts a slice in random order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.rng.random_range(0..=i);
            items.swap(i, j);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_keep_their_word_in_small_samples() {
        let mut luck = Luck::new(7, 1, 1.0);
        let hits = (0..1_000).filter(|_| luck.hit(3, 0.01)).count();
        assert!((9..=11).contains(&hits), "{hits}");
        assert!((0..1_000).all(|_| !luck.hit(4, 0.0)));
    }

    #[test]
    fn weights_are_followed() {
        let mut luck = Luck::new(1, 1, 1.0);
        let table = Weighted::new([("a", 3.0), ("b", 1.0), ("never", 0.0)]);
        let draws: Vec<_> = (0..4_000).filter_map(|_| table.draw(&mut luck.rng).copied()).collect();
        let a = draws.iter().filter(|d| **d == "a").count();
        assert!((2_800..3_200).contains(&a), "{a}");
        assert!(!draws.contains(&"never"));
    }
}
