//! How common syllables are: residents counted, beside what names are made of in the country at large.

use super::Names;
use super::align::Slot;
use crate::domain::Gender;

/// Syllables of names with counts as the first, a middle and the last word.
const BACKGROUND: &str = include_str!("../../../../data/vietnamese/name_syllables.csv");
/// How many residents the background counts as.
const BACKGROUND_RESIDENTS: f32 = 400.0;

/// By gender and slot.
type BySlot<T> = [[T; 3]; 2];

/// Residents counted by syllable (or its letters, or its sound), gender and slot, beside a background that counts as
/// some residents more. Whole numbers: a sum of ones in single precision stands still at 2^24 residents.
#[derive(Debug, Default)]
pub(super) struct Counts {
    residents: Vec<BySlot<u32>>,
    background: Vec<BySlot<f32>>,
    of_residents: BySlot<u32>,
    of_background: BySlot<f32>,
}

/// The entry of a key, made where there is none.
fn entry<T: Copy + Default>(list: &mut Vec<BySlot<T>>, key: u32) -> &mut BySlot<T> {
    let key = key as usize;
    if list.len() <= key {
        list.resize(key + 1, BySlot::default());
    }
    &mut list[key]
}

impl Counts {
    /// Counts a resident.
    pub(super) fn add(&mut self, key: u32, gender: usize, slot: Slot) {
        entry(&mut self.residents, key)[gender][slot as usize] += 1;
        self.of_residents[gender][slot as usize] += 1;
    }

    /// Counts the background.
    fn add_background(&mut self, key: u32, gender: usize, slot: Slot, weight: f32) {
        entry(&mut self.background, key)[gender][slot as usize] += weight;
        self.of_background[gender][slot as usize] += weight;
    }

    /// The information in each key, for every gender (either, male, female) and slot.
    pub(super) fn into_bits(self, keys: usize) -> Bits {
        let bits = |count: f64, total: f64| -((count + 0.1) / (total + 1.0)).log2() as f32;
        let sum = |residents: BySlot<u32>, background: BySlot<f32>| -> BySlot<f64> {
            let of = |g: usize, s: usize| f64::from(residents[g][s]) + f64::from(background[g][s]);
            std::array::from_fn(|g| std::array::from_fn(|s| of(g, s)))
        };
        let total = sum(self.of_residents, self.of_background);
        let of = |count: BySlot<f64>| {
            std::array::from_fn(|g| {
                std::array::from_fn(|s| match g {
                    0 => bits(count[0][s] + count[1][s], total[0][s] + total[1][s]),
                    g => bits(count[g - 1][s], total[g - 1][s]),
                })
            })
        };
        let of_key = |key: usize| {
            let residents = self.residents.get(key).copied().unwrap_or_default();
            of(sum(residents, self.background.get(key).copied().unwrap_or_default()))
        };
        Bits { known: (0..keys).map(of_key).collect(), unknown: of(BySlot::default()) }
    }
}

/// -log2 of the share of residents with a key in a slot, by gender (either, male, female).
#[derive(Debug, Default)]
pub(super) struct Bits {
    known: Vec<[[f32; 3]; 3]>,
    /// Of a key that nobody had when the residents were counted.
    unknown: [[f32; 3]; 3],
}

impl Bits {
    pub(super) fn get(&self, key: u32, gender: GenderKey, slot: Slot) -> f32 {
        self.known.get(key as usize).unwrap_or(&self.unknown)[gender.0][slot as usize]
    }
}

/// Index of a gender in frequency tables: 0 where it is not known.
#[derive(Copy, Clone)]
pub(crate) struct GenderKey(pub(crate) usize);

impl GenderKey {
    pub(crate) fn of(gender: Option<Gender>) -> Self {
        Self(match gender {
            None => 0,
            Some(Gender::Male) => 1,
            Some(Gender::Female) => 2,
        })
    }

    /// Names are counted over both genders, yet a candidate of the other gender has already paid for it.
    pub(super) fn factor(self) -> f32 {
        if self.0 == 0 { 1.0 } else { 2.0 }
    }
}

impl Names {
    /// What names are made of in the country at large, counted as some residents of either gender: the
    /// registry of a hamlet does not show how common a name is.
    pub(super) fn background(&mut self) -> (Counts, Counts, Counts) {
        let (mut exact, mut bases, mut sounds) = (Counts::default(), Counts::default(), Counts::default());
        let lines = || {
            BACKGROUND.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
                let mut cells = line.split(',');
                let syllable = cells.next()?;
                let mut count = || cells.next()?.parse::<f32>().ok();
                Some((syllable, [count()?, count()?, count()?]))
            })
        };
        let mut totals = [0.0f32; 3];
        lines().for_each(|(_, counts)| totals.iter_mut().zip(counts).for_each(|(t, c)| *t += c));
        for (syllable, counts) in lines() {
            let code = self.syllables.code(syllable);
            let s = self.syllables.get(code);
            for (i, slot) in [Slot::Surname, Slot::Middle, Slot::Given].into_iter().enumerate() {
                let weight = BACKGROUND_RESIDENTS / 2.0 * counts[i] / totals[i].max(1.0);
                for gender in 0..2 {
                    exact.add_background(code, gender, slot, weight);
                    bases.add_background(s.base, gender, slot, weight);
                    sounds.add_background(s.sound, gender, slot, weight);
                }
            }
        }
        (exact, bases, sounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residents_are_counted_beyond_what_single_precision_holds() {
        let mut counts = Counts::default();
        let many = 1 << 24;
        for key in [0, 1] {
            entry(&mut counts.residents, key)[0][Slot::Given as usize] = many;
            counts.of_residents[0][Slot::Given as usize] += many;
        }
        (0..many / 8).for_each(|_| counts.add(1, 0, Slot::Given));
        assert_eq!(counts.residents[1][0][Slot::Given as usize], many + many / 8);
        let bits = counts.into_bits(2);
        let of = |key| bits.get(key, GenderKey(1), Slot::Given);
        assert!(of(0) - of(1) > 0.16, "{} {}", of(0), of(1));
        assert_eq!(bits.get(7, GenderKey(1), Slot::Given), bits.unknown[1][Slot::Given as usize]);
    }
}
