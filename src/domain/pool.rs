//! Interned text: names and other folded strings become small integers once, at the door.

use rustc_hash::FxHashMap;

/// A normalised name, interned in a [`NamePool`]. Equal ids = names equal under the contract's
/// normalisation; anything else is a distance.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
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
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
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
#[derive(Debug)]
pub(super) struct Pool {
    strings: Vec<Box<str>>,
    index: FxHashMap<Box<str>, u32>,
}

impl Default for Pool {
    fn default() -> Self {
        Self { strings: vec!["".into()], index: FxHashMap::from_iter([("".into(), 0)]) }
    }
}

impl Pool {
    /// The index of `text`, new or known.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        if let Some(&ix) = self.index.get(text) {
            return ix;
        }
        let ix = self.strings.len() as u32;
        self.strings.push(text.into());
        self.index.insert(text.into(), ix);
        ix
    }

    /// The string of an index.
    pub(super) fn get(&self, ix: u32) -> &str {
        &self.strings[ix as usize]
    }

    /// Number of distinct strings, the empty one included.
    pub(super) fn len(&self) -> usize {
        self.strings.len()
    }

    /// Whether only the empty string is held.
    pub(super) fn is_empty(&self) -> bool {
        self.strings.len() == 1
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

    /// The folded text of an id.
    pub fn get(&self, id: TextId) -> &str {
        self.0.get(id.0)
    }
}
