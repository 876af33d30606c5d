//! How much oftener name, year of birth and commune coincide than each by itself leads to expect.
//!
//! Names have their times and their places: who bears the same name was mostly born in the same years, in the same
//! villages. The product of the shares of name, year and commune is therefore too small a chance of meeting a
//! namesake. By how much is counted in the registry itself: every resident is a stranger to all others.

/// Generations by year of birth, the last year of each; names change with them.
const GENERATIONS: [u16; 4] = [1949, 1969, 1989, u16::MAX];

/// So many expected coincidences are assumed to come as expected: what a small registry shows is chance.
const ASSUMED: f64 = 10.0;

/// What coincides beside the name.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Year of birth and commune.
    YearAndCommune,
    /// The year of birth, in another commune or none.
    Year,
    /// The commune alone.
    Commune,
}

/// Bits by which agreement in name is worth less, by generation and what agrees beside it.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Coincidence([[f32; 3]; GENERATIONS.len()]);

/// The generation of a year of birth.
pub(crate) fn generation(year: u16) -> usize {
    GENERATIONS.iter().position(|last| year <= *last).unwrap_or(0)
}

impl Coincidence {
    /// Bits to be taken off.
    pub(crate) fn bits(&self, year: u16, beside: Beside) -> f32 {
        self.0[generation(year)][beside as usize]
    }
}

/// Coincidences counted and expected.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally([[(f64, f64); 3]; GENERATIONS.len()]);

impl Tally {
    /// Counts those of one resident.
    pub(crate) fn add(&mut self, year: u16, beside: Beside, counted: f32, expected: f32) {
        let (count, sum) = &mut self.0[generation(year)][beside as usize];
        *count += f64::from(counted);
        *sum += f64::from(expected);
    }

    /// Adds another part.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (a, b) in self.0.iter_mut().flatten().zip(other.0.iter().flatten()) {
            a.0 += b.0;
            a.1 += b.1;
        }
    }

    /// What they come to: never more than was expected, for a registry without namesakes shows none.
    pub(crate) fn coincidence(&self) -> Coincidence {
        let bits = |(count, sum): (f64, f64)| ((count + ASSUMED) / (sum + ASSUMED)).log2().max(0.0) as f32;
        Coincidence(self.0.map(|of_generation| of_generation.map(bits)))
    }
}
