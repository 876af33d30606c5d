//! Syllables as small records: what two of them have in common is a handful of integer comparisons.
//!
//! A Vietnamese name is two to five syllables from a vocabulary of a few thousand, so every distinct
//! syllable is analysed once: its letters without marks, its class under dialect confusions, and its
//! letters packed into a machine word for the one-edit test.

use std::hash::BuildHasher as _;

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::vietnamese::text::fold;

/// How two syllables compare, from the same to unlike.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SyllableLevel {
    /// The same letters and marks.
    Exact,
    /// The same letters; one side bears no marks at all.
    MarksLost,
    /// The same letters, other marks (tone moved or mistaken, â for ă).
    OtherMarks,
    /// The same class under i/y and dialect confusions (d/gi/r/v, s/x, ch/tr, l/n, n/ng, t/c).
    Dialect,
    /// One side is an abbreviation of the other ("V." for Văn, "Ng" for Nguyễn).
    Initial,
    /// One letter added, dropped, changed or two neighbours swapped.
    Typo,
    /// Unlike.
    Different,
}

/// A distinct syllable.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Syllable {
    /// Code of the letters without marks.
    pub(crate) base: u32,
    /// Code of the class under dialect confusions.
    pub(crate) sound: u32,
    /// Hash of that class, which is the same in every run: codes depend on what was read before.
    pub(crate) sound_hash: u64,
    /// Two bits for letters and sound, the same in every run.
    pub(crate) signature: u64,
    /// Up to eight letters without marks, first letter in the lowest byte.
    letters: u64,
    len: u8,
    /// Sum over all letters without marks, whatever their order.
    pub(crate) run: u8,
    /// Whether it bears no mark (no diacritic, no đ).
    pub(crate) unmarked: bool,
    /// Whether letters are lost for good (`?`).
    pub(crate) wild: bool,
}

impl Syllable {
    /// Whether it is as short as an abbreviation: a letter, or an opening consonant.
    pub(crate) fn may_abbreviate(self) -> bool {
        let vowel = |byte: u8| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        let has_vowel = (0..self.len).any(|i| vowel((self.letters >> (8 * i)) as u8));
        (1..=3).contains(&self.len) && (self.len == 1 || !has_vowel)
    }
}

/// Letters that are packed into a word; Vietnamese syllables have seven at most.
const PACKED: u8 = 8;

/// The distinct syllables of a run, coded.
#[derive(Debug, Default)]
pub(crate) struct Syllables {
    index: FxHashMap<Box<str>, u32>,
    keys: FxHashMap<Box<str>, u32>,
    key_texts: Vec<Box<str>>,
    list: Vec<Syllable>,
    texts: Vec<Box<str>>,
    /// Levels of all pairs of the first [`Self::dense`] syllables, row by row.
    matrix: Vec<SyllableLevel>,
    dense: u32,
}

/// Syllables whose levels are worked out beforehand: the vocabulary of names; what lies beyond is
/// mistyped and rare. The table takes the square of it in bytes.
const DENSE: usize = 4096;

impl Syllables {
    /// The code of a syllable, new or known.
    pub(crate) fn code(&mut self, text: &str) -> u32 {
        if let Some(&code) = self.index.get(text) {
            return code;
        }
        let wild = text.contains('?');
        let folded = if wild { text.to_owned() } else { fold(text).replace(' ', "") };
        let sound_text = format!("~{}", sound_class(&folded));
        let (base, sound) = (self.key(&folded), self.key(&sound_text));
        let sound_hash = FxBuildHasher.hash_one(&*sound_text);
        let signature = bit(FxBuildHasher.hash_one(&*folded)) | bit(sound_hash);
        let mut letters = 0u64;
        for (i, b) in folded.bytes().take(usize::from(PACKED)).enumerate() {
            letters |= u64::from(b) << (8 * i);
        }
        let len = folded.len().min(usize::from(PACKED)) as u8;
        let run = folded.bytes().fold(0u8, |sum, b| sum.wrapping_add(b.wrapping_mul(b)));
        let code = self.list.len() as u32;
        let unmarked = folded == text;
        self.list.push(Syllable { base, sound, sound_hash, signature, letters, len, run, unmarked, wild });
        self.texts.push(text.into());
        self.index.insert(text.into(), code);
        code
    }

    fn key(&mut self, text: &str) -> u32 {
        if let Some(&code) = self.keys.get(text) {
            return code;
        }
        let code = self.key_texts.len() as u32;
        self.keys.insert(text.into(), code);
        self.key_texts.push(text.into());
        code
    }

    /// Forgets what was coded after there were so many syllables and keys.
    pub(super) fn truncate(&mut self, syllables: usize, keys: usize) {
        self.texts.drain(syllables..).for_each(|text| {
            self.index.remove(&text);
        });
        self.list.truncate(syllables);
        self.key_texts.drain(keys..).for_each(|text| {
            self.keys.remove(&text);
        });
    }

    /// The syllable of a code.
    pub(crate) fn get(&self, code: u32) -> Syllable {
        self.list[code as usize]
    }

    /// Number of distinct syllables.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Number of distinct letters-without-marks and sounds together: bound of their codes.
    pub(crate) fn keys(&self) -> usize {
        self.keys.len()
    }

    /// Whether the syllable is the particle that begins the name of a man of the highlands.
    pub(crate) fn is_particle(&self, code: u32) -> bool {
        &*self.texts[code as usize] == "y"
    }

    /// Whether two sequences are the same letters, parted otherwise ("Sa Ry", "Sary").
    pub(crate) fn same_letters(&self, a: &[u32], b: &[u32]) -> bool {
        let sum = |codes: &[u32]| codes.iter().fold(0u8, |sum, &code| sum.wrapping_add(self.get(code).run));
        if sum(a) != sum(b) {
            return false;
        }
        let run = |codes: &[u32]| -> String {
            codes.iter().map(|&code| fold(&self.texts[code as usize]).replace(' ', "")).collect()
        };
        run(a) == run(b)
    }

    /// Works out the levels of the most of the vocabulary, for [`Syllables::level`] to look up.
    pub(crate) fn compare_all(&mut self) {
        let dense = self.list.len().min(DENSE) as u32;
        self.matrix =
            (0..dense * dense).into_par_iter().map(|i| self.work_out(i / dense, i % dense)).collect();
        self.dense = dense;
    }

    /// The levels of a syllable with every syllable below the length of the row; empty for a rare one.
    pub(crate) fn row(&self, syllable: u32) -> &[SyllableLevel] {
        let dense = self.dense as usize;
        let from = syllable as usize * dense;
        self.matrix.get(from..from + dense).unwrap_or_default()
    }

    /// How two syllables compare.
    pub(crate) fn level(&self, a: u32, b: u32) -> SyllableLevel {
        if a.max(b) < self.dense {
            self.matrix[a as usize * self.dense as usize + b as usize]
        } else {
            self.work_out(a, b)
        }
    }

    fn work_out(&self, a: u32, b: u32) -> SyllableLevel {
        if a == b {
            return SyllableLevel::Exact;
        }
        let (x, y) = (self.get(a), self.get(b));
        if x.wild || y.wild {
            let same = wild_equal(&self.texts[a as usize], &self.texts[b as usize]);
            return if same { SyllableLevel::MarksLost } else { SyllableLevel::Different };
        }
        if x.base == y.base {
            return if x.unmarked || y.unmarked {
                SyllableLevel::MarksLost
            } else {
                SyllableLevel::OtherMarks
            };
        }
        if x.sound == y.sound {
            return SyllableLevel::Dialect;
        }
        if abbreviates(x, y) || abbreviates(y, x) {
            return SyllableLevel::Initial;
        }
        let near = if x.len.max(y.len) < PACKED {
            one_edit(x, y)
        } else {
            // Too long to be packed whole: words run together, foreign names.
            let base = |code: u32| fold(&self.texts[code as usize]).replace(' ', "");
            strsim::osa_distance(&base(a), &base(b)) <= 1
        };
        if near { SyllableLevel::Typo } else { SyllableLevel::Different }
    }
}

/// Whether two syllables are equal where `?` stands for any one letter. Marks are compared only where
/// both sides have the letter.
fn wild_equal(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.chars(), b.chars());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some('?'), Some(_)) | (Some(_), Some('?')) => {}
            (Some(x), Some(y)) if x == y => {}
            _ => return false,
        }
    }
}

/// Whether `a` is the opening consonant of `b`, as names are abbreviated.
fn abbreviates(a: Syllable, b: Syllable) -> bool {
    if a.len >= b.len || !a.may_abbreviate() {
        return false;
    }
    let mask = (1u64 << (8 * u32::from(a.len))) - 1;
    a.letters == b.letters & mask
}

/// Whether one edit (insertion, deletion, substitution, transposition of neighbours) makes one of the
/// other; two-letter syllables must keep a letter in place.
fn one_edit(x: Syllable, y: Syllable) -> bool {
    let (s, l) = if x.len <= y.len { (x, y) } else { (y, x) };
    if l.len - s.len > 1 || s.len < 2 {
        return false;
    }
    let diff = s.letters ^ l.letters;
    let at = diff.trailing_zeros() / 8; // first letter that differs
    let tail = |v: u64, n: u32| v.checked_shr(8 * n).unwrap_or(0);
    if s.len < l.len {
        return tail(s.letters, at) == tail(l.letters, at + 1);
    }
    if tail(s.letters, at + 1) == tail(l.letters, at + 1) {
        return true;
    }
    let pair = |v: u64| (tail(v, at) & 0xff, tail(v, at + 1) & 0xff);
    let (a, b) = (pair(s.letters), pair(l.letters));
    a.0 == b.1 && a.1 == b.0 && tail(s.letters, at + 2) == tail(l.letters, at + 2)
}

fn bit(hash: u64) -> u64 {
    1u64 << (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
}

/// The class of a syllable (letters without marks) under confusions of dialect and spelling.
fn sound_class(base: &str) -> String {
    let (onset, rest) = split_onset(base);
    let onset = match onset {
        "gi" | "d" | "r" | "v" => "d",
        "s" | "x" => "x",
        "ch" | "tr" => "ch",
        "l" | "n" => "n",
        "k" | "q" | "c" => "c",
        "gh" | "g" => "g",
        "ngh" | "ng" => "ng",
        other => other,
    };
    let rest = rest.replace('y', "i");
    let rest = match rest.as_bytes() {
        [head @ .., b'n', b'g'] if !head.is_empty() => format!("{}n", &rest[..head.len()]),
        [head @ .., b'c'] if !head.is_empty() && rest.len() > 1 => format!("{}t", &rest[..head.len()]),
        _ => rest,
    };
    format!("{onset}{rest}")
}

fn split_onset(base: &str) -> (&str, &str) {
    const ONSETS: [&str; 26] = [
        "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "th", "tr", "b", "c", "d", "g", "h", "k", "l", "m",
        "n", "p", "q", "r", "s", "t", "v", "x",
    ];
    for onset in ONSETS {
        if let Some(rest) = base.strip_prefix(onset) {
            // "gi" before a consonant or at the end is g + i (gìn), not the onset gi.
            let vowel_follows = rest.bytes().next().is_some_and(|b| b"aeiouy".contains(&b));
            if onset == "gi" && !vowel_follows {
                continue;
            }
            return (onset, rest);
        }
    }
    ("", base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(a: &str, b: &str) -> SyllableLevel {
        let mut s = Syllables::default();
        let (a, b) = (s.code(a), s.code(b));
        let level = s.level(a, b);
        assert_eq!(level, s.level(b, a));
        s.compare_all();
        assert_eq!(level, s.level(a, b));
        level
    }

    #[test]
    fn levels_tell_what_happened() {
        use SyllableLevel::*;
        for (a, b, want) in [
            ("hùng", "hùng", Exact),
            ("hung", "hùng", MarksLost),
            ("húng", "hùng", OtherMarks),
            ("lý", "lí", Dialect),
            ("sơn", "xơn", Dialect),
            ("trinh", "chinh", Dialect),
            ("dung", "giung", Dialect),
            ("lan", "nan", Dialect),
            ("v", "văn", Initial),
            ("ng", "nguyễn", Initial),
            ("hùngg", "hùng", Typo),
            ("hnùg", "hùng", Typo),
            ("nguyn", "nguyễn", Typo),
            ("ngu?n", "nguễn", MarksLost),
            ("ngu?n", "nguyễn", Different),
            ("hùng", "lan", Different),
            ("maximilian", "maximiliano", Typo),
            ("maximilian", "maximilien", Typo),
            ("maximilian", "maximiliena", Different),
            ("an", "ba", Different),
        ] {
            assert_eq!(level(a, b), want, "{a} {b}");
        }
    }

    #[test]
    fn one_edit_agrees_with_the_reference() {
        let words =
            ["an", "anh", "na", "hung", "hugn", "hng", "hungs", "lan", "linh", "ling", "nguyen", "gnuyen"];
        let mut s = Syllables::default();
        for a in words {
            for b in words {
                let (x, y) = (s.code(a), s.code(b));
                let (x, y) = (s.get(x), s.get(y));
                assert_eq!(one_edit(x, y) || a == b, strsim::osa_distance(a, b) <= 1, "{a} {b}");
            }
        }
    }
}
