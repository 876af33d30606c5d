//! Names in a few bytes, to tell at a glance that another one is unlike.

use super::align::{Tally, fit, slot_of};
use super::syllable::SyllableLevel;
use super::{NameCode, Names};
use crate::domain::NameId;
use crate::linkage::compare::levels::NameLevel;

/// Syllables that a [`NameSketch`] holds.
const SKETCHED: usize = 4;

/// A name in a few bytes: enough to tell at a glance that another one is unlike it.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct NameSketch {
    syllables: [u16; SKETCHED],
    /// How many; 0 where the name does not fit.
    len: u8,
    /// As [`NameCode`] has it.
    run: u8,
    /// As [`NameCode`] has it.
    letters: u16,
}

/// A name that is held against many sketches.
#[derive(Copy, Clone)]
pub(crate) struct AskedName<'n> {
    /// For each syllable its levels with the syllables of a sketch.
    rows: [&'n [SyllableLevel]; SKETCHED],
    len: usize,
    /// Syllables below this have a level in every row.
    known: usize,
    letters: u16,
    run: u8,
    /// The particle that begins it, where it is a highland name: its end may be left off.
    particle: Option<u32>,
}

impl AskedName<'_> {
    /// Whether the name is sure to compare as [`NameLevel::Different`] with one of this sketch. Where it is
    /// not sure, [`Names::compare`] tells.
    pub(crate) fn surely_differs(&self, resident: &NameSketch) -> bool {
        let (n, m) = (self.len, usize::from(resident.len).min(SKETCHED));
        let y = &resident.syllables[..m];
        if n == 0 || m == 0 || y.iter().any(|&b| usize::from(b) >= self.known) {
            return false;
        }
        let level = |i: usize, j: usize| self.rows[i][usize::from(y[j])];
        if n == m {
            let mut tally = Tally::default();
            (0..n).for_each(|i| tally.add(level(i, i), slot_of(i, m)));
            // The same syllables in another order have the same sum.
            let in_order = tally.different < 2 || self.letters != resident.letters;
            return in_order && tally.level(n) == NameLevel::Different;
        }
        // The same letters parted otherwise have the same sum; of a highland name the clan may be left off.
        if self.run == resident.run || self.particle == Some(u32::from(y[0])) {
            return false;
        }
        let fitted =
            if n < m { fit(n, m, level, |_, _, _| ()) } else { fit(m, n, |i, j| level(j, i), |_, _, _| ()) };
        fitted == NameLevel::Different
    }
}

impl Names {
    /// The sketch of a name.
    pub(crate) fn sketch(&self, id: NameId) -> NameSketch {
        let code = self.code(id);
        let syllables = self.syllables_of(code);
        let mut sketch = NameSketch::default();
        if syllables.len() <= SKETCHED {
            for (slot, &syllable) in sketch.syllables.iter_mut().zip(syllables) {
                let Ok(code) = u16::try_from(syllable) else { return NameSketch::default() };
                *slot = code;
            }
            sketch.len = syllables.len() as u8;
            sketch.letters = code.letters;
            sketch.run = code.run;
        }
        sketch
    }

    /// A name to be held against sketches.
    pub(crate) fn asked(&self, source: NameCode) -> AskedName<'_> {
        let syllables = self.syllables_of(source);
        let mut rows: [&[SyllableLevel]; SKETCHED] = [&[]; SKETCHED];
        let len = if syllables.len() <= SKETCHED { syllables.len() } else { 0 };
        rows.iter_mut().zip(&syllables[..len]).for_each(|(row, &s)| *row = self.syllables.row(s));
        // All rows are of one length but those of rare syllables, which have none.
        let known = rows[..len].iter().map(|row| row.len()).min().unwrap_or(0);
        let particle = syllables.first().copied().filter(|&first| self.syllables.is_particle(first));
        AskedName { rows, len, known, letters: source.letters, run: source.run, particle }
    }
}
