//! Groups of what belongs together, by union–find.

use rustc_hash::FxHashMap;

/// Union–find; the root of a group is its lowest member.
pub(crate) struct Groups(Vec<u32>);

impl Groups {
    pub(crate) fn new(n: usize) -> Self {
        Self((0..n as u32).collect())
    }

    pub(crate) fn root(&self, mut x: u32) -> u32 {
        while self.0[x as usize] != x {
            x = self.0[x as usize];
        }
        x
    }

    /// The groups of some members, by root, each in the order given.
    pub(crate) fn members(&self, of: &[u32]) -> FxHashMap<u32, Vec<u32>> {
        let mut groups: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        for &m in of {
            groups.entry(self.root(m)).or_default().push(m);
        }
        groups
    }

    pub(crate) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}
