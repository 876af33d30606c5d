//! The residents that were compared for the person at hand.

/// Places of the smallest table.
const LEAST: usize = 1 << 10;

/// A set of residents that is emptied at no cost: what an earlier person left is told by its turn. Its size is that of
/// the longest search, not of the registry: every thread has one.
#[derive(Debug)]
pub(super) struct Seen {
    /// Turn above, resident below; a place of another turn is free.
    places: Vec<u64>,
    turn: u32,
    len: usize,
}

impl Default for Seen {
    fn default() -> Self {
        Self { places: vec![0; LEAST], turn: 0, len: 0 }
    }
}

impl Seen {
    /// Empties the set. The turn counts from 1, and begins anew when all numbers are used.
    pub(super) fn begin(&mut self) -> u32 {
        self.len = 0;
        self.turn = self.turn.wrapping_add(1);
        if self.turn == 0 {
            self.places.fill(0);
            self.turn = 1;
        }
        self.turn
    }

    /// Adds a resident; whether it is new.
    pub(super) fn insert(&mut self, resident: u32) -> bool {
        if self.len * 2 >= self.places.len() {
            self.grow();
        }
        let is_new = place(&mut self.places, self.turn, resident);
        self.len += usize::from(is_new);
        is_new
    }

    fn grow(&mut self) {
        let larger = vec![0; self.places.len() * 2];
        let places = std::mem::replace(&mut self.places, larger);
        for entry in places.into_iter().filter(|entry| (entry >> 32) as u32 == self.turn) {
            place(&mut self.places, self.turn, entry as u32);
        }
    }
}

/// Puts a resident into a table that has room; whether it was not there.
fn place(places: &mut [u64], turn: u32, resident: u32) -> bool {
    let entry = u64::from(turn) << 32 | u64::from(resident);
    let bits = places.len().trailing_zeros();
    let mut at = (u64::from(resident).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - bits)) as usize;
    loop {
        match places[at] {
            known if known == entry => return false,
            known if (known >> 32) as u32 != turn => {
                places[at] = entry;
                return true;
            }
            _ => at = (at + 1) & (places.len() - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashSet;

    use super::*;

    #[test]
    fn it_holds_what_a_set_would() {
        let mut seen = Seen::default();
        for turn in 0..5u32 {
            seen.begin();
            let mut expected = FxHashSet::default();
            for n in 0..5_000u32 {
                let resident = n.wrapping_mul(2_654_435_761).wrapping_add(turn) % 3_000;
                assert_eq!(seen.insert(resident), expected.insert(resident), "{turn} {n}");
            }
        }
        seen.turn = u32::MAX;
        assert_eq!(seen.begin(), 1);
        assert!(seen.insert(7) && !seen.insert(7));
    }
}
