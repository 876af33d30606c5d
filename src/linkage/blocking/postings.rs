//! Inverted indexes over the registry: from a blocking key to the residents that share it.

use std::ops::Range;

/// Postings by 64-bit key in two flat arrays: a key's bucket holds its residents (and those of another key or two with
/// the same bucket, told apart by a tag). Ten bytes a resident and no allocation a key.
#[derive(Debug, Default)]
pub(crate) struct Postings {
    shift: u32,
    starts: Vec<u32>,
    entries: Vec<Entry>,
}

#[derive(Copy, Clone, Debug, Default)]
struct Entry {
    tag: u32,
    resident: u32,
}

impl Postings {
    /// Builds the index of residents `0..n` by `key`; residents without a key are left out. Postings are
    /// in the order of the residents.
    pub(crate) fn build(n: usize, key: impl Fn(u32) -> Option<u64>) -> Self {
        // One to two residents a bucket: they lie side by side, and there are eighteen indexes.
        let bits = usize::BITS - (n / 2).max(16).leading_zeros();
        let shift = 64 - bits;
        let hashes: Vec<u64> = (0..n as u32).map(|r| key(r).map_or(0, |k| mix(k) | 1)).collect();
        let mut starts = vec![0u32; (1usize << bits) + 1];
        for &h in hashes.iter().filter(|h| **h != 0) {
            starts[(h >> shift) as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut entries = vec![Entry::default(); *starts.last().unwrap_or(&0) as usize];
        // `starts[b]` runs through bucket `b` while it is filled and so ends where the next one begins.
        for (resident, &h) in hashes.iter().enumerate().filter(|(_, h)| **h != 0) {
            let slot = &mut starts[(h >> shift) as usize];
            entries[*slot as usize] = Entry { tag: h as u32, resident: resident as u32 };
            *slot += 1;
        }
        starts.rotate_right(1);
        starts[0] = 0;
        Self { shift, starts, entries }
    }

    /// The residents of a key, in their order.
    pub(crate) fn get(&self, key: u64) -> impl Iterator<Item = u32> + Clone + '_ {
        self.entries_of(key).map(|(_, resident)| resident)
    }

    /// Where the entries of a key are, perhaps among others.
    pub(crate) fn bucket(&self, key: u64) -> Range<usize> {
        let bucket = ((mix(key) | 1) >> self.shift) as usize;
        match (self.starts.get(bucket), self.starts.get(bucket + 1)) {
            (Some(&a), Some(&b)) => a as usize..b as usize,
            _ => 0..0,
        }
    }

    /// All residents in the order of the entries.
    pub(crate) fn residents(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        self.entries.iter().map(|e| e.resident)
    }

    /// The residents of a key, each with the position of its entry.
    pub(crate) fn entries_of(&self, key: u64) -> impl Iterator<Item = (usize, u32)> + Clone + '_ {
        let range = self.bucket(key);
        let tag = (mix(key) | 1) as u32;
        let first = range.start;
        let entries = self.entries[range].iter().enumerate();
        entries.filter(move |(_, e)| e.tag == tag).map(move |(at, e)| (first + at, e.resident))
    }
}

/// Spreads the bits of a key over the whole word (a finaliser of the splitmix kind).
pub(crate) fn mix(key: u64) -> u64 {
    let mut z = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One key of two parts.
pub(crate) fn pair(a: u64, b: u64) -> u64 {
    mix(a).wrapping_add(b.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resident_is_found_under_his_key_and_no_other() {
        let key = |r: u32| (!r.is_multiple_of(7)).then_some(u64::from(r % 100));
        let index = Postings::build(10_000, key);
        for k in 0..120u64 {
            let want: Vec<u32> = (0..10_000).filter(|&r| key(r) == Some(k)).collect();
            assert_eq!(index.get(k).collect::<Vec<_>>(), want);
        }
        assert_eq!(Postings::build(0, |_| Some(1)).get(1).count(), 0);
    }
}
