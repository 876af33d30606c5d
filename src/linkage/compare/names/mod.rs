//! Names as sequences of coded syllables, with how common each is among residents.

pub(crate) mod align;
mod frequency;
mod given_names;
pub(crate) mod name_cache;
pub(crate) mod name_prefilter;
pub(crate) mod syllable;

use rustc_hash::FxHashMap;

use crate::domain::{Gender, NameId, NamePool, Registry};

use self::frequency::{Bits, GenderKey};
use super::levels::NameLevel;
use super::names::align::{MAX_SYLLABLES, Slot, Tally, fit, permuted, slot_of};
use super::names::syllable::{SyllableLevel, Syllables};

/// A coded name.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct NameCode {
    start: u32,
    len: u8,
    /// Hash of the letters without marks: equal for names equal but for marks.
    pub(crate) base: u64,
    /// Hash of the syllables' classes under dialect confusions: the blocking key of the whole name.
    pub(crate) sound: u64,
    /// Hash of the syllables' classes but for the last; 0 where there is one alone.
    pub(crate) head: u64,
    /// Code of the last syllable's letters without marks.
    pub(crate) given_base: u32,
    /// Bloom filter of the syllables' letters without marks and of their sounds.
    pub(crate) signature: u64,
    /// Whether no syllable bears a mark.
    pub(crate) unmarked: bool,
    /// Syllables short enough to be the abbreviation of another.
    short: u8,
    /// Sum of the codes of the syllables' letters, whatever their order.
    pub(crate) letters: u16,
    /// Sum over the letters without marks, however they are parted into syllables.
    pub(crate) run: u8,
}

/// All names of a run, coded, with their frequencies in the registry.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) syllables: Syllables,
    codes: Vec<NameCode>,
    flat: Vec<u32>,
    /// Residents bearing the name, by [`NameId`].
    pub(crate) counts: Vec<u32>,
    base_counts: FxHashMap<u64, u32>,
    exact: Bits,
    bases: Bits,
    sounds: Bits,
    residents: f32,
}

/// How much was coded at a moment.
#[derive(Copy, Clone, Debug)]
pub(crate) struct NamesMark {
    codes: usize,
    flat: usize,
    syllables: usize,
    keys: usize,
}

/// Result of comparing two names: the level and the bits of information in what agrees, that is
/// -log2 of the share of residents whose name would agree as well by chance.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct NameComparison {
    pub(crate) level: NameLevel,
    pub(crate) bits: f32,
}

impl NameComparison {
    /// Of names that are unlike.
    pub(crate) const DIFFERENT: Self = Self { level: NameLevel::Different, bits: 0.0 };
}

/// A syllable can be mistyped in some sixty ways: log2.
const ONE_SLIP_BITS: f32 = 5.9;

impl Names {
    /// Codes all names of the pool and counts those of the registry.
    pub(crate) fn build(pool: &NamePool, registry: &Registry) -> Self {
        let mut names = Self { counts: vec![0; pool.len()], ..Self::default() };
        names.codes.reserve(pool.len());
        for ix in 0..pool.len() {
            let code = names.encode(pool.key(NameId(ix as u32)));
            names.codes.push(code);
        }
        let (mut exact, mut bases, mut sounds) = names.background();
        for resident in &registry.residents {
            let (id, gender) = (resident.person.name.id, resident.person.gender);
            if id.is_blank() {
                continue;
            }
            let code = names.codes[id.0 as usize];
            names.counts[id.0 as usize] += 1;
            *names.base_counts.entry(code.base).or_insert(0) += 1;
            let g = usize::from(gender == Some(Gender::Female));
            let n = usize::from(code.len);
            for (i, &syllable) in names.syllables_of(code).iter().enumerate() {
                let s = names.syllables.get(syllable);
                let slot = slot_of(i, n);
                exact.add(syllable, g, slot);
                bases.add(s.base, g, slot);
                sounds.add(s.sound, g, slot);
            }
        }
        names.syllables.compare_all();
        let (syllables, keys) = (names.syllables.len(), names.syllables.keys());
        names.exact = exact.into_bits(syllables);
        names.bases = bases.into_bits(keys);
        names.sounds = sounds.into_bits(keys);
        names.residents = registry.residents.len().max(1) as f32;
        names
    }

    /// Codes names that nobody of the registry bears, behind those that are coded.
    pub(crate) fn extend<'k>(&mut self, keys: impl IntoIterator<Item = &'k str>) {
        for key in keys {
            let code = self.encode(key);
            self.codes.push(code);
            self.counts.push(0);
        }
    }

    /// What is coded now, to come back to.
    pub(crate) fn mark(&self) -> NamesMark {
        NamesMark {
            codes: self.codes.len(),
            flat: self.flat.len(),
            syllables: self.syllables.len(),
            keys: self.syllables.keys(),
        }
    }

    /// Forgets what was coded since.
    pub(crate) fn return_to(&mut self, mark: NamesMark) {
        self.codes.truncate(mark.codes);
        self.counts.truncate(mark.codes);
        self.flat.truncate(mark.flat);
        self.syllables.truncate(mark.syllables, mark.keys);
    }

    fn encode(&mut self, key: &str) -> NameCode {
        use std::hash::Hasher as _;
        let start = self.flat.len() as u32;
        let mut hasher = rustc_hash::FxHasher::default();
        let mut sounds = rustc_hash::FxHasher::default();
        let mut code = NameCode { start, unmarked: true, ..NameCode::default() };
        let total = key.split(' ').filter(|s| !s.is_empty()).count();
        for (i, text) in key.split(' ').filter(|s| !s.is_empty()).enumerate() {
            // Of a name too long keep the head and the last syllable: the given name must stay.
            if total > MAX_SYLLABLES && i >= MAX_SYLLABLES - 1 && i + 1 < total {
                continue;
            }
            let syllable = self.syllables.code(text);
            let s = self.syllables.get(syllable);
            if code.len > 0 {
                code.head = sounds.finish() | 1;
            }
            hasher.write_u32(s.base);
            sounds.write_u64(s.sound_hash);
            code.given_base = s.base;
            // A syllable with letters lost may be any.
            code.signature |= if s.wild { u64::MAX } else { s.signature };
            code.unmarked &= s.unmarked;
            code.short += u8::from(s.may_abbreviate());
            code.letters = code.letters.wrapping_add(s.base as u16);
            code.run = code.run.wrapping_add(s.run);
            self.flat.push(syllable);
            code.len += 1;
        }
        if code.len > 0 {
            code.base = hasher.finish() | 1;
            code.sound = sounds.finish() | 1;
        }
        code
    }

    /// The code of a name.
    pub(crate) fn code(&self, id: NameId) -> NameCode {
        self.codes[id.0 as usize]
    }

    pub(crate) fn syllables_of(&self, code: NameCode) -> &[u32] {
        &self.flat[code.start as usize..code.start as usize + usize::from(code.len)]
    }

    /// Number of distinct syllables.
    pub(crate) fn vocabulary(&self) -> usize {
        self.syllables.len()
    }

    /// Share of residents whose name equals this one but for marks.
    pub(crate) fn base_share(&self, id: NameId) -> f32 {
        let count = self.base_counts.get(&self.code(id).base).copied().unwrap_or(0);
        (count as f32 + 0.5) / self.residents
    }

    /// -log2 of the share of residents with the surname of this name.
    pub(crate) fn surname_bits(&self, id: NameId) -> f32 {
        match self.syllables_of(self.code(id)).first() {
            Some(&s) => self.bases.get(self.syllables.get(s).base, GenderKey(0), Slot::Surname),
            None => 0.0,
        }
    }

    /// Compares the name on a row with a resident's, the resident's gender known or not.
    pub(crate) fn compare(&self, source: NameId, resident: NameId, gender: Option<Gender>) -> NameComparison {
        self.compare_as::<true>(source, resident, gender)
    }

    /// The level of [`Names::compare`] alone.
    pub(crate) fn level(&self, source: NameId, resident: NameId) -> NameLevel {
        self.compare_as::<false>(source, resident, None).level
    }

    /// Compares two names; without `BITS` the information in what agrees is not worked out.
    fn compare_as<const BITS: bool>(
        &self,
        source: NameId,
        resident: NameId,
        gender: Option<Gender>,
    ) -> NameComparison {
        if source.is_blank() || resident.is_blank() {
            return NameComparison { level: NameLevel::Missing, bits: 0.0 };
        }
        let g = GenderKey::of(gender);
        let (a, b) = (self.code(source), self.code(resident));
        if source == resident || a.base == b.base {
            return self.same_letters::<BITS>(source, resident, a, b, g);
        }
        if a.signature & b.signature == 0 && !self.may_abbreviate(a, b) {
            return NameComparison::DIFFERENT;
        }
        self.align::<BITS>(a, b, g)
    }

    /// Names of equal letters: exact, marks lost or marks otherwise.
    fn same_letters<const BITS: bool>(
        &self,
        source: NameId,
        resident: NameId,
        a: NameCode,
        b: NameCode,
        g: GenderKey,
    ) -> NameComparison {
        let level = if source == resident { NameLevel::Exact } else { self.level_of_same_letters(a, b) };
        if !BITS {
            return NameComparison { level, bits: 0.0 };
        }
        // Chance bearers: those counted beside the resident himself, and what the frequencies of the
        // parts lead to expect (a name seen once is not therefore unique).
        let y = self.syllables_of(b);
        let parts: f32 = y.iter().enumerate().map(|(i, &s)| self.exact.get(s, g, slot_of(i, y.len()))).sum();
        let expected = (-parts).exp2() * self.residents;
        let chance = |count: u32| -> f32 {
            // That somebody else bears a rare name too becomes likelier with the number of residents.
            let least = (self.residents * 1e-6).clamp(0.0005, 0.02);
            ((count.saturating_sub(1)) as f32 + expected.min(1.0)).max(least) / self.residents
        };
        let count = if level == NameLevel::Exact {
            self.counts[resident.0 as usize]
        } else {
            self.base_counts.get(&b.base).copied().unwrap_or(0)
        };
        let u = chance(count) * g.factor();
        NameComparison { level, bits: -u.min(1.0).log2() }
    }

    fn level_of_same_letters(&self, a: NameCode, b: NameCode) -> NameLevel {
        let mut pairs = self.syllables_of(a).iter().zip(self.syllables_of(b));
        let lost = pairs.all(|(&p, &q)| self.syllables.level(p, q) <= SyllableLevel::MarksLost);
        if lost { NameLevel::MarksLost } else { NameLevel::Spelling }
    }

    /// Whether one of the names could be the other abbreviated (single letters share no syllable).
    fn may_abbreviate(&self, a: NameCode, b: NameCode) -> bool {
        if a.short + b.short < 2 {
            return false;
        }
        let (x, y) = (self.syllables_of(a), self.syllables_of(b));
        x.len() == y.len()
            && x.iter()
                .zip(y)
                .filter(|&(&p, &q)| self.syllables.level(p, q) == SyllableLevel::Initial)
                .count()
                >= 2
    }

    /// Syllable by syllable: surname to surname, given to given, middles as they fit best.
    fn align<const BITS: bool>(&self, a: NameCode, b: NameCode, g: GenderKey) -> NameComparison {
        let (x, y) = (self.syllables_of(a), self.syllables_of(b));
        let (n, m) = (x.len(), y.len());
        if n != m {
            return self.align_unequal::<BITS>(x, y, g);
        }
        let mut bits = 0.0;
        let mut tally = Tally::default();
        for i in 0..n {
            let level = self.syllables.level(x[i], y[i]);
            if BITS {
                bits += self.slot_bits(level, x[i], y[i], g, slot_of(i, m));
            }
            tally.add(level, slot_of(i, m));
        }
        if tally.different >= 2 && permuted(x, y, |s| self.syllables.get(s).base) {
            let bits: f32 = (0..m)
                .map(|i| self.slot_bits(SyllableLevel::MarksLost, x[i], y[i], g, slot_of(i, m)))
                .sum::<f32>();
            // Any of the orders would do: three syllables have six.
            let orders = (1..=m.min(4)).product::<usize>() as f32;
            return NameComparison { level: NameLevel::Order, bits: (bits - orders.log2()).max(0.0) };
        }
        let level = tally.level(n);
        if level == NameLevel::Different {
            bits = 0.0;
        }
        NameComparison { level, bits }
    }

    /// Names of unequal length: the shorter must fit into the longer in order.
    fn align_unequal<const BITS: bool>(&self, x: &[u32], y: &[u32], g: GenderKey) -> NameComparison {
        let (short, long, source_is_short) = if x.len() < y.len() { (x, y, true) } else { (y, x, false) };
        let mut bits = 0.0;
        let level = fit(
            short.len(),
            long.len(),
            |i, j| self.syllables.level(short[i], long[j]),
            |i, j, level| {
                if BITS {
                    let (row_at, at) = if source_is_short { (i, j) } else { (j, i) };
                    bits += self.slot_bits(level, x[row_at], y[at], g, slot_of(at, y.len()));
                }
            },
        );
        match level {
            NameLevel::Different | NameLevel::Mixed if self.syllables.same_letters(x, y) => {
                let at = |(i, &s): (usize, &u32)| {
                    self.slot_bits(SyllableLevel::MarksLost, s, s, g, slot_of(i, y.len()))
                };
                let bits = if BITS { y.iter().enumerate().map(at).sum() } else { 0.0 };
                NameComparison { level: NameLevel::Spelling, bits }
            }
            NameLevel::Different | NameLevel::Mixed if self.is_without_clan(short, long) => {
                let at = |(i, (&row, &resident)): (usize, (&u32, &u32))| {
                    let level = self.syllables.level(row, resident);
                    self.slot_bits(level, row, resident, g, if i == 0 { Slot::Surname } else { Slot::Middle })
                };
                let bits: f32 = if BITS { x.iter().zip(y).enumerate().map(at).sum() } else { 0.0 };
                NameComparison { level: NameLevel::MiddleMissing, bits: (bits - 1.0).max(0.0) }
            }
            NameLevel::Different => NameComparison::DIFFERENT,
            level => NameComparison { level, bits: (bits - 1.0).max(0.0) },
        }
    }

    /// Whether a highland name is another one without the end of its clan: the particle of the gender and the given name
    /// stand first there ("Y Thịnh Mlô" of "Y Thịnh Mlô Duôn Du").
    fn is_without_clan(&self, short: &[u32], long: &[u32]) -> bool {
        let same = |(&a, &b): (&u32, &u32)| self.syllables.level(a, b) <= SyllableLevel::MarksLost;
        short.len() >= 3
            && self.syllables.is_particle(short[0])
            && short[0] == long[0]
            && short.iter().zip(long).all(same)
    }

    /// -log2 of the share of residents that would agree in this slot at this level by chance.
    fn slot_bits(&self, level: SyllableLevel, row: u32, resident: u32, g: GenderKey, slot: Slot) -> f32 {
        let s = self.syllables.get(resident);
        match level {
            SyllableLevel::Exact => self.exact.get(resident, g, slot),
            SyllableLevel::MarksLost | SyllableLevel::OtherMarks => self.bases.get(s.base, g, slot),
            SyllableLevel::Dialect => self.sounds.get(s.sound, g, slot),
            // One name in eight begins alike.
            SyllableLevel::Initial => 3.0,
            // A typing slip reaches some four other syllables, and one in fifty at least. One slip in sixty
            // makes just the syllable that the row has: where that is a common one, it is no slip.
            SyllableLevel::Typo => {
                let chance = (self.bases.get(s.base, g, slot) - 2.0).clamp(0.0, 5.6);
                let written = self.bases.get(self.syllables.get(row).base, g, slot);
                chance.min((written - ONE_SLIP_BITS).max(-5.0))
            }
            SyllableLevel::Different => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(a: &str, b: &str) -> NameLevel {
        let mut pool = NamePool::default();
        let (x, y) = (pool.intern(a), pool.intern(b));
        let names = Names::build(&pool, &Registry::default());
        names.compare(x, y, None).level
    }

    #[test]
    fn name_levels() {
        use NameLevel::*;
        for (a, b, want) in [
            ("nguyễn văn hùng", "nguyễn văn hùng", Exact),
            ("nguyen van hung", "nguyễn văn hùng", MarksLost),
            ("nguyễn văn húng", "nguyễn văn hùng", Spelling),
            ("lý thị sơn", "lí thị xơn", Spelling),
            ("nguyễn văn hùgn", "nguyễn văn hùng", Typo),
            ("nguyễn hùng", "nguyễn văn hùng", MiddleMissing),
            ("nguyễn văn quốc hùng", "nguyễn văn hùng", MiddleMissing),
            ("ng v hùng", "nguyễn văn hùng", Abbreviated),
            ("ng t k phượng", "nguyễn thị kim phượng", Abbreviated),
            ("h t hạnh", "huỳnh thị hạnh", Abbreviated),
            ("hùng nguyễn văn", "nguyễn văn hùng", Order),
            ("nguyễn đức hùng", "nguyễn văn hùng", MiddleDiffers),
            ("nguyễn văn lan", "nguyễn văn hùng", GivenDiffers),
            ("trần văn hùng", "nguyễn văn hùng", SurnameDiffers),
            ("trần thị lan", "nguyễn văn hùng", Different),
            ("thạch sary", "thạch sa ry", Spelling),
            ("thạch sa rum", "thạch sary", Different),
            ("kim thị sôphi", "kim thị sô phi", Spelling),
            ("cha ma lé a thị thủy", "chamaléa thị thủy", Spelling),
            ("y thinh mlô", "y thịnh mlô duôn du", MiddleMissing),
            ("y thịnh êban", "y thịnh mlô duôn du", Different),
            ("nguyễn văn hùng", "nguyễn văn hùng mạnh trí", Different),
            ("ng?y?n v?n h?ng", "nguyễn văn hùng", MarksLost),
            ("", "nguyễn văn hùng", Missing),
        ] {
            assert_eq!(compare(a, b), want, "{a} / {b}");
        }
    }
}
