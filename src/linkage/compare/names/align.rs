//! How the syllables of two names lie against each other, and what that says of the names.

use super::syllable::SyllableLevel;
use crate::linkage::compare::levels::NameLevel;

/// Longest name compared syllable by syllable; of longer ones the first and last syllables count.
pub(crate) const MAX_SYLLABLES: usize = 8;

/// Position of a syllable in a name, for frequencies.
#[derive(Copy, Clone)]
pub(crate) enum Slot {
    Surname,
    Middle,
    Given,
}

/// The slot of a syllable of a name of `n`.
pub(crate) fn slot_of(i: usize, n: usize) -> Slot {
    if i + 1 == n {
        Slot::Given
    } else if i == 0 {
        Slot::Surname
    } else {
        Slot::Middle
    }
}

/// How a name fits into a longer one, in order: the lengths, the levels of their syllables, and what to do
/// with each pair that is taken together.
pub(crate) fn fit(
    short: usize,
    long: usize,
    level: impl Fn(usize, usize) -> SyllableLevel,
    mut each: impl FnMut(usize, usize, SyllableLevel),
) -> NameLevel {
    let (mut agreeing, mut near, mut different, mut next) = (0, 0, 0, 0);
    // Greedy from the left, the last syllable pinned to the last: names are too short for more.
    for i in 0..short {
        let found = if i + 1 == short {
            Some(long - 1)
        } else {
            (next..long - (short - i - 1)).min_by_key(|&j| (level(i, j), j))
        };
        let Some(j) = found else { return NameLevel::Different };
        let found = level(i, j);
        match found {
            SyllableLevel::Exact | SyllableLevel::MarksLost => agreeing += 1,
            SyllableLevel::OtherMarks | SyllableLevel::Dialect => {
                agreeing += 1;
                near += 1;
            }
            SyllableLevel::Initial | SyllableLevel::Typo => near += 1,
            SyllableLevel::Different => different += 1,
        }
        each(i, j, found);
        next = j + 1;
    }
    match (different, near) {
        (0, 0) if short >= 2 => NameLevel::MiddleMissing,
        (0, 1) if short >= 2 => NameLevel::Mixed,
        _ if agreeing * 2 >= long && agreeing >= 2 => NameLevel::Mixed,
        _ => NameLevel::Different,
    }
}

/// Whether two names are of the same syllables, marks aside, whatever their order.
pub(crate) fn permuted(x: &[u32], y: &[u32], base: impl Fn(u32) -> u32) -> bool {
    let mut a = [0u32; MAX_SYLLABLES];
    let mut b = [0u32; MAX_SYLLABLES];
    let n = x.len().min(MAX_SYLLABLES);
    for i in 0..n {
        a[i] = base(x[i]);
        b[i] = base(y[i]);
    }
    a[..n].sort_unstable();
    b[..n].sort_unstable();
    a[..n] == b[..n]
}

/// What the slots of two aligned names came to.
#[derive(Default)]
pub(crate) struct Tally {
    exact: usize,
    marks: usize,
    variant: usize,
    initial: usize,
    typo: usize,
    pub(crate) different: usize,
    different_at: Option<SlotKind>,
}

#[derive(Copy, Clone, PartialEq, Eq)]
enum SlotKind {
    Surname,
    Middle,
    Given,
}

impl Tally {
    pub(crate) fn add(&mut self, level: SyllableLevel, slot: Slot) {
        match level {
            SyllableLevel::Exact => self.exact += 1,
            SyllableLevel::MarksLost => self.marks += 1,
            SyllableLevel::OtherMarks | SyllableLevel::Dialect => self.variant += 1,
            SyllableLevel::Initial => self.initial += 1,
            SyllableLevel::Typo => self.typo += 1,
            SyllableLevel::Different => {
                self.different += 1;
                self.different_at = Some(match slot {
                    Slot::Surname => SlotKind::Surname,
                    Slot::Middle => SlotKind::Middle,
                    Slot::Given => SlotKind::Given,
                });
            }
        }
    }

    pub(crate) fn agreeing(&self) -> usize {
        self.exact + self.marks + self.variant
    }

    /// The level of two names of `n` syllables each.
    pub(crate) fn level(&self, n: usize) -> NameLevel {
        match (self.different, self.typo, self.initial, self.variant) {
            // Letters lost for good (`?`): otherwise names of the same letters do not come here.
            (0, 0, 0, 0) => NameLevel::MarksLost,
            (0, 0, 0, 1 | 2) => NameLevel::Spelling,
            (0, 1, 0, 0) if n > 1 => NameLevel::Typo,
            (0, 0, 1.., 0) if self.exact + self.marks >= 1 => NameLevel::Abbreviated,
            (1, 0, 0, 0) if n > 2 || (n == 2 && self.different_at == Some(SlotKind::Surname)) => {
                match self.different_at {
                    Some(SlotKind::Surname) => NameLevel::SurnameDiffers,
                    Some(SlotKind::Middle) => NameLevel::MiddleDiffers,
                    _ => NameLevel::GivenDiffers,
                }
            }
            _ if self.agreeing() * 2 >= n && self.agreeing() + self.typo >= 2 => NameLevel::Mixed,
            _ if self.different == 0 => NameLevel::Mixed,
            _ => NameLevel::Different,
        }
    }
}
