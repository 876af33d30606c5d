//! Names compared before, remembered while one person is sought.

use super::{GenderKey, NameComparison, Names};
use crate::domain::{Gender, NameId};
use crate::linkage::compare::levels::NameLevel;

/// Names already compared for the person at hand: blocks hold the same names over and over. What falls
/// on an occupied place takes it.
#[derive(Debug, Default)]
pub(crate) struct NameCache {
    turn: u32,
    places: Vec<(u64, NameComparison)>,
}

impl NameCache {
    /// A cache that remembers; the default one does not.
    pub(crate) fn new() -> Self {
        const NOTHING: NameComparison = NameComparison { level: NameLevel::Missing, bits: 0.0 };
        Self { turn: 0, places: vec![(0, NOTHING); 1 << Self::BITS] }
    }

    const BITS: u32 = 9;

    /// Forgets everything: another person is at hand. Turns count from 1.
    pub(crate) fn begin(&mut self, turn: u32) {
        self.turn = turn;
    }

    /// [`Names::compare`].
    pub(crate) fn compare(
        &mut self,
        names: &Names,
        source: NameId,
        resident: NameId,
        gender: Option<Gender>,
    ) -> NameComparison {
        let asked = GenderKey::of(gender).0 as u64;
        self.recall(resident, asked, || names.compare(source, resident, gender))
    }

    /// [`Names::level`] with one of the three relatives of the person at hand.
    pub(crate) fn level(&mut self, names: &Names, which: usize, source: NameId, have: NameId) -> NameLevel {
        let level = || NameComparison { level: names.level(source, have), bits: 0.0 };
        self.recall(have, 3 + which as u64, level).level
    }

    fn recall(
        &mut self,
        name: NameId,
        asked: u64,
        compare: impl FnOnce() -> NameComparison,
    ) -> NameComparison {
        // The turn above, so that what an earlier person left is never taken for an answer.
        let key = u64::from(self.turn) << 32 | u64::from(name.0) << 3 | asked;
        let at = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - Self::BITS);
        match self.places.get_mut(at as usize) {
            Some((known, comparison)) => {
                if *known != key {
                    (*known, *comparison) = (key, compare());
                }
                *comparison
            }
            None => compare(),
        }
    }
}
