//! Interned text: names and other folded strings become small integers once, at the door.

use std::hash::BuildHasher as _;

use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::{Deserialize, Serialize};

/// A normalised name, interned in a [`NamePool`]. Equal ids = names equal under the contract's
/// normalisation; anything else is a distance.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct NameId(pub u32);

impl NameId {
    /// No name.
    pub const BLANK: Self = Self(0);

    /// Whether no name is written.
    pub fn is_blank(self) -> bool {
        self == Self::BLANK
    }
}

/// A folded text (hamlet, address, household, programme), interned in a [`TextPool`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct TextId(pub u32);

impl TextId {
    /// Nothing written.
    pub const BLANK: Self = Self(0);

    /// Whether nothing is written.
    pub fn is_blank(self) -> bool {
        self == Self::BLANK
    }
}

/// Distinct strings in the order in which they were first seen; index 0 is the empty string.
///
/// They lie end to end in one buffer; the index holds hashes alone and is only wanted while new strings
/// come.
#[derive(Debug)]
pub(super) struct Pool {
    text: String,
    /// Where each string ends.
    ends: Vec<usize>,
    /// By hash; of strings of one hash the later ones stand at the places after it.
    index: FxHashMap<u64, u32>,
}

impl Default for Pool {
    fn default() -> Self {
        let mut pool = Self { text: String::new(), ends: Vec::new(), index: FxHashMap::default() };
        pool.intern("");
        pool
    }
}

impl Pool {
    /// The index of `text`, new or known.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        if self.index.len() < self.ends.len() {
            self.index = FxHashMap::default();
            (0..self.ends.len() as u32).for_each(|ix| self.place(ix));
        }
        let mut place = FxBuildHasher.hash_one(text);
        while let Some(&ix) = self.index.get(&place) {
            if self.get(ix) == text {
                return ix;
            }
            place = place.wrapping_add(1);
        }
        let ix = self.ends.len() as u32;
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.index.insert(place, ix);
        ix
    }

    /// The index of a string that is in the pool; of a closed pool nothing is found.
    pub(super) fn find(&self, text: &str) -> Option<u32> {
        let mut place = FxBuildHasher.hash_one(text);
        loop {
            let ix = *self.index.get(&place)?;
            if self.get(ix) == text {
                return Some(ix);
            }
            place = place.wrapping_add(1);
        }
    }

    /// Gives a string of the pool its place in the index.
    fn place(&mut self, ix: u32) {
        let mut place = FxBuildHasher.hash_one(self.get(ix));
        while self.index.contains_key(&place) {
            place = place.wrapping_add(1);
        }
        self.index.insert(place, ix);
    }

    /// Frees what is only wanted for new strings.
    pub(super) fn close(&mut self) {
        self.index = FxHashMap::default();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// The string of an index.
    pub(super) fn get(&self, ix: u32) -> &str {
        let begin = (ix as usize).checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[begin..self.ends[ix as usize]]
    }

    /// Number of distinct strings, the empty one included.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether only the empty string is held.
    pub(super) fn is_empty(&self) -> bool {
        self.ends.len() == 1
    }
}

/// The distinct normalised names of a run. The key of a name is its syllables in lower case (NFC, tone
/// marks placed one way, look-alikes mapped), joined by one space; `?` stands for a lost letter.
#[derive(Debug, Default)]
pub struct NamePool(Pool);

impl NamePool {
    /// Interns a key.
    pub fn intern(&mut self, key: &str) -> NameId {
        NameId(self.0.intern(key))
    }

    /// The id of a key that was interned before; nothing is found once the pool was closed.
    pub fn find(&self, key: &str) -> Option<NameId> {
        self.0.find(key).map(NameId)
    }

    /// Frees what is only wanted while names are interned; they still can be.
    pub fn close(&mut self) {
        self.0.close();
    }

    /// The key of a name.
    pub fn key(&self, id: NameId) -> &str {
        self.0.get(id.0)
    }

    /// Number of names, the blank one included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no name is held.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The distinct folded texts of a run: lower case, no diacritics, no punctuation, single spaces.
#[derive(Debug, Default)]
pub struct TextPool(Pool);

impl TextPool {
    /// Interns a folded text.
    pub fn intern(&mut self, folded: &str) -> TextId {
        TextId(self.0.intern(folded))
    }

    /// The id of a text that was interned before; nothing is found once the pool was closed.
    pub fn find(&self, folded: &str) -> Option<TextId> {
        self.0.find(folded).map(TextId)
    }

    /// Frees what is only wanted while texts are interned; they still can be.
    pub fn close(&mut self) {
        self.0.close();
    }

    /// The folded text of an id.
    pub fn get(&self, id: TextId) -> &str {
        self.0.get(id.0)
    }

    /// Number of texts, the blank one included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no text is held.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_keep_their_indices_though_the_pool_was_closed() {
        let mut pool = Pool::default();
        let words = ["a", "", "bb", "ế", "a", "bb"];
        let ids: Vec<u32> = words.iter().map(|word| pool.intern(word)).collect();
        assert_eq!(ids, [1, 0, 2, 3, 1, 2]);
        assert_eq!(["bb", "", "c"].map(|word| pool.find(word)), [Some(2), Some(0), None]);
        pool.close();
        assert_eq!(pool.find("bb"), None);
        assert_eq!(["bb", "c", "c"].map(|word| pool.intern(word)), [2, 4, 4]);
        assert_eq!((0..5).map(|ix| pool.get(ix)).collect::<Vec<_>>(), ["", "a", "bb", "ế", "c"]);
    }
}
