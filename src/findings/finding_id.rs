//! Stable numbers of findings: the same defect has the same one in tonight's run and in tomorrow's.

use std::fmt::{self, Write as _};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::domain::{Code, Pillar};

/// Bits of the digest that stand in the number: twelve hexadecimal digits.
const BITS: u32 = 48;
/// Bits of the number of a code within its pillar.
const CODE_BITS: u32 = 6;

/// The number of a finding, written `DUNG-01-0123456789ab`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId {
    /// The code.
    pub code: Code,
    digest: u64,
}

impl FindingId {
    /// The number of a subject; `ordinal` tells apart findings about equal subjects.
    fn new(code: Code, subject: &str, ordinal: u32) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(subject.as_bytes());
        if ordinal > 0 {
            hasher.update(&[0]);
            hasher.update(&ordinal.to_le_bytes());
        }
        let mut first = [0; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        Self { code, digest: u64::from_be_bytes(first) >> (u64::BITS - BITS) }
    }

    /// Another number of the same code, where this one is taken.
    pub(crate) fn besides(self, ordinal: u32) -> Self {
        Self::new(self.code, &format!("besides {self}"), ordinal)
    }

    /// The number as one integer, for stores and indexes: the code above the digest. Sorts as the number does.
    pub fn to_integer(self) -> i64 {
        let code = (self.code.pillar as u64) << CODE_BITS | u64::from(self.code.number);
        // Two bits of pillar, six of code and the digest: the sign bit stays free.
        (code << BITS | self.digest) as i64
    }

    /// The number of an integer made by [`FindingId::to_integer`]; `None` for any other.
    pub fn from_integer(integer: i64) -> Option<Self> {
        let integer = u64::try_from(integer).ok()?;
        let code = integer >> BITS;
        let pillar = *Pillar::ALL.get(usize::try_from(code >> CODE_BITS).ok()?)?;
        let number = u8::try_from(code & ((1 << CODE_BITS) - 1)).ok()?;
        Some(Self { code: Code { pillar, number }, digest: integer & ((1 << BITS) - 1) })
    }

    /// The number written so.
    pub fn parse(text: &str) -> Option<Self> {
        let (code, digest) = text.rsplit_once('-')?;
        let sound = digest.len() == BITS as usize / 4 && digest.bytes().all(|b| b.is_ascii_hexdigit());
        sound.then_some(Self { code: Code::parse(code)?, digest: u64::from_str_radix(digest, 16).ok()? })
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; BITS as usize / 4];
        for (at, digit) in digits.iter_mut().rev().enumerate() {
            *digit = b"0123456789abcdef"[(self.digest >> (4 * at)) as usize & 15];
        }
        self.code.fmt(f)?;
        f.write_char('-')?;
        f.write_str(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

/// The numbers of all findings, in their order: `code` and `subject` tell what finding `n` is about. Findings
/// about equal subjects are told apart by `content`, the rows they stand on: the order of files and rows has no
/// say, unless the rows are equal too.
pub fn assign<S: AsRef<str>, C: Ord>(
    count: usize,
    code: impl Fn(usize) -> Code + Sync,
    subject: impl Fn(usize) -> S + Sync,
    content: impl Fn(usize) -> C,
) -> Vec<FindingId> {
    let mut ids: Vec<FindingId> =
        (0..count).into_par_iter().map(|n| FindingId::new(code(n), subject(n).as_ref(), 0)).collect();
    let mut sorted: Vec<(FindingId, u32)> = ids.iter().copied().zip(0..).collect();
    sorted.par_sort_unstable();
    let free = |id: FindingId, given: &FxHashSet<FindingId>| {
        sorted.binary_search_by_key(&id, |(id, _)| *id).is_err() && !given.contains(&id)
    };
    let mut given = FxHashSet::default();
    for alike in sorted.chunk_by(|a, b| a.0 == b.0).filter(|alike| alike.len() > 1) {
        let mut alike: Vec<usize> = alike.iter().map(|(_, n)| *n as usize).collect();
        alike.sort_by_cached_key(|&n| (content(n), n));
        let mut ordinal = 0;
        for n in alike.into_iter().skip(1) {
            let next = |ordinal: u32| FindingId::new(code(n), subject(n).as_ref(), ordinal);
            ordinal += 1;
            while !free(next(ordinal), &given) {
                ordinal += 1;
            }
            ids[n] = next(ordinal);
            given.insert(ids[n]);
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_stable_unique_and_readable() {
        let (subjects, rows) = (["a", "b", "a", "a"], ["x", "x", "z", "y"]);
        let ids = assign(4, |_| Code::du(1), |n| subjects[n], |n| rows[n]);
        assert_eq!(ids, assign(4, |_| Code::du(1), |n| subjects[n], |n| rows[n]));
        // Sorted the other way round, each row's finding has the number that it had.
        let mut turned = assign(4, |_| Code::du(1), |n| subjects[3 - n], |n| rows[3 - n]);
        turned.reverse();
        assert_eq!(ids, turned);
        assert_eq!(ids.iter().collect::<FxHashSet<_>>().len(), 4);
        // The first of a subject does not depend on what else there is.
        assert_eq!(assign(1, |_| Code::du(1), |_| "b", |_| "x")[0], ids[1]);
        let text = ids[0].to_string();
        assert_eq!(text.len(), "DU-01-".len() + 12);
        assert_eq!(FindingId::parse(&text), Some(ids[0]));
        assert_eq!(FindingId::parse("DU-01-xyz"), None);
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        let mut integers: Vec<i64> = ids.iter().map(|id| id.to_integer()).collect();
        integers.sort_unstable();
        let back: Vec<FindingId> = integers.iter().filter_map(|n| FindingId::from_integer(*n)).collect();
        assert_eq!(back, sorted);
        assert_eq!(FindingId::from_integer(-1), None);
    }
}
