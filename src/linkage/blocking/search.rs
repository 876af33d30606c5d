//! The search for one person: blocking from the sharpest key to the loosest, the best few kept.

use smallvec::SmallVec;

use crate::linkage::blocking::registry::{Registered, Warm};
use crate::linkage::compare::name_cache::NameMemo;
use crate::linkage::compare::name_prefilter::{AskedName, NameSketch};
use crate::linkage::compare::pair::Compared;
use crate::linkage::compare::record::{Glance, Query};
use crate::linkage::model::model::{Calibration, IdLevel, Model};
use crate::linkage::model::unregistered_sibling as sibling;

/// Candidates kept for a person: three are shown, one more tells the margin of the third.
const KEEP: usize = 4;

/// Most residents of one posting that are looked at. Beyond it a key is too common to be worth its
/// cost; the sharper keys (with commune, or with the year) hold its rare members.
const POSTING_LIMIT: usize = 4096;

/// Candidates whose records are fetched in one go.
const BATCH: usize = 32;

/// So many bits behind the best, a candidate changes no probability any more.
const IRRELEVANT_BITS: f32 = 18.0;

/// Lead over the runner-up, and over what is not seen yet, with which a search may end early.
const LEAD_BITS: f32 = 10.0;
const BOUND_BITS: f32 = 4.0;

/// Weight of a pair that an officer affirmed, in bits: more than any evidence brings.
const DECIDED_BITS: f32 = 1000.0;

/// What the search for one person found, best first.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The best candidates with their match weights (prior left out), best first; ties by resident.
    pub(crate) top: SmallVec<[(Compared, f32); 1]>,
    /// log2 of the sum of 2^weight over the candidates that are not in `top`.
    pub(crate) log_rest: f32,
}

impl Found {
    /// Posterior probability of the candidate at a place: one of the candidates is the person, or none
    /// is. `prior` is log2 of the prior odds that a given resident is.
    pub(crate) fn probability(&self, at: usize, model: &Model, log_n: f32) -> f32 {
        let Some((best, _)) = self.top.get(at) else { return 0.0 };
        if self.is_decided() {
            return 1.0;
        }
        let by_id = matches!(best.pattern.id, IdLevel::Equal | IdLevel::OldEqual);
        let line = if by_id { Calibration::IDENTITY } else { model.calibration };
        line.probability(self.log_odds(at, model, log_n))
    }

    /// log2 of the posterior odds of the candidate at a place, before calibration.
    pub(crate) fn log_odds(&self, at: usize, model: &Model, log_n: f32) -> f32 {
        let Some((_, weight)) = self.top.get(at) else { return f32::NEG_INFINITY };
        let prior = prior_bits(model, log_n);
        let others = self
            .top
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != at)
            .map(|(_, (_, w))| w + prior)
            .fold(f32::NEG_INFINITY, log2_add);
        let rest = log2_add(others, self.log_rest + prior);
        let siblings =
            self.top.iter().map(|(c, _)| sibling::weight(c, model) + prior).fold(f32::NEG_INFINITY, log2_add);
        let none = log2_add((1.0 - model.coverage).log2() as f32, siblings);
        weight + prior - log2_add(rest, none)
    }

    /// Bits by which the best leads the runner-up; infinite where there is none.
    pub(crate) fn margin(&self) -> f32 {
        match self.top.as_slice() {
            [first, second, ..] => first.1 - second.1,
            _ => f32::INFINITY,
        }
    }
}

impl Found {
    /// A pair that an officer affirmed: there is no other candidate. The comparison stays what it is.
    pub(crate) fn decided(compared: Compared) -> Self {
        Self { top: SmallVec::from_buf([(compared, DECIDED_BITS)]), log_rest: f32::NEG_INFINITY }
    }

    /// Whether an officer affirmed the best candidate.
    pub(crate) fn is_decided(&self) -> bool {
        self.top.first().is_some_and(|(_, weight)| *weight >= DECIDED_BITS)
    }

    /// Drops what can no longer change a decision, so that two million of these stay small.
    pub(crate) fn forget_the_hopeless(&mut self) {
        let best = self.top.first().map_or(0.0, |(_, w)| *w);
        let gone = self.top.iter().filter(|(_, w)| *w <= best - 16.0);
        self.log_rest = gone.map(|(_, w)| *w).fold(self.log_rest, log2_add);
        self.top.retain(|(_, w)| *w > best - 16.0);
        self.top.shrink_to_fit();
    }

    /// Weighs the candidates anew under other parameters; their order stays.
    pub(crate) fn weigh_again(&mut self, model: &Model) {
        self.top.iter_mut().for_each(|(compared, weight)| *weight = compared.weight(model));
    }

    /// Takes candidates away that are another row's.
    pub(crate) fn strike(&mut self, residents: &[u32]) {
        self.top.retain(|(c, _)| !residents.contains(&c.resident));
    }
}

/// log2 of the prior probability that a given resident is the person sought.
pub(crate) fn prior_bits(model: &Model, log_n: f32) -> f32 {
    model.coverage.log2() as f32 - log_n
}

/// log2(2^a + 2^b).
pub(crate) fn log2_add(a: f32, b: f32) -> f32 {
    let (hi, lo) = if a >= b { (a, b) } else { (b, a) };
    if lo == f32::NEG_INFINITY { hi } else { hi + (1.0 + (lo - hi).exp2()).log2() }
}

/// Working memory of one thread: which residents were compared for the person at hand.
pub(crate) struct Scratch {
    seen: Vec<u32>,
    turn: u32,
    all: Vec<(Compared, f32)>,
    memo: NameMemo,
    batch: Vec<(u32, Glance, Warm)>,
}

impl Scratch {
    pub(crate) fn new(residents: usize) -> Self {
        let batch = Vec::with_capacity(BATCH);
        Self { seen: vec![0; residents], turn: 0, all: Vec::new(), memo: NameMemo::new(), batch }
    }

    fn begin(&mut self) {
        self.turn = self.turn.wrapping_add(1);
        if self.turn == 0 {
            self.seen.fill(0);
            self.memo = NameMemo::new();
            self.turn = 1;
        }
        self.memo.begin(self.turn);
        self.all.clear();
    }
}

/// Searches the registry for a person.
///
/// `kept` maps every resident to the row that stands for the person where the registry holds the person
/// twice; links go to that row.
pub(crate) fn search(
    registered: &Registered,
    model: &Model,
    query: &Query,
    kept: &[u32],
    scratch: &mut Scratch,
) -> Found {
    let mut s = Search::begin(registered, model, query, scratch);
    s.widen();
    finish(&mut scratch.all, kept, query.not)
}

/// Compares a person with every resident: what blocking is measured against.
pub(crate) fn exhaustive(
    registered: &Registered,
    model: &Model,
    query: &Query,
    kept: &[u32],
    scratch: &mut Scratch,
) -> Found {
    let mut s = Search::begin(registered, model, query, scratch);
    s.consider_each(0..registered.len() as u32);
    finish(&mut scratch.all, kept, query.not)
}

fn finish(all: &mut [(Compared, f32)], kept: &[u32], not: Option<u32>) -> Found {
    // A total order, so that ties fall the same way whatever the order of the postings.
    all.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.resident.cmp(&b.0.resident)));
    let best = all.first().map_or(0.0, |(_, w)| *w);
    let mut found = Found { top: SmallVec::new(), log_rest: f32::NEG_INFINITY };
    let mut persons: SmallVec<[u32; 16]> = SmallVec::new();
    for (compared, weight) in all.iter().take_while(|(_, w)| *w > best - IRRELEVANT_BITS) {
        let person = kept[compared.resident as usize];
        // The surplus rows of a person are one candidate, as good as the best of them.
        if not == Some(person) || persons.contains(&person) {
            continue;
        }
        persons.push(person);
        if found.top.len() < KEEP {
            found.top.push((Compared { resident: person, ..*compared }, *weight));
        } else {
            found.log_rest = log2_add(found.log_rest, *weight);
        }
    }
    found
}

struct Search<'a, 'b> {
    registered: &'a Registered<'b>,
    model: &'a Model,
    query: &'a Query,
    asked: AskedName<'a>,
    scratch: &'a mut Scratch,
    best: f32,
    /// Candidates that agree in name and birth date.
    exact: usize,
    /// Of these, candidates with whom commune or a relative agrees as well.
    supported: usize,
    /// Whether ID, name and birth date of one candidate all agree.
    certain: bool,
}

impl<'a, 'b> Search<'a, 'b> {
    fn begin(
        registered: &'a Registered<'b>,
        model: &'a Model,
        query: &'a Query,
        scratch: &'a mut Scratch,
    ) -> Self {
        scratch.begin();
        let best = f32::NEG_INFINITY;
        let asked = query.asked(registered);
        Self { registered, model, query, asked, scratch, best, exact: 0, supported: 0, certain: false }
    }

    /// Looks under one key after the other until nothing that is not seen yet can matter.
    fn widen(&mut self) {
        self.by_kin();
        self.by_ids();
        if self.certain {
            return;
        }
        self.by_name_and_birth();
        if self.settled_at_once() || self.settled_at_home() {
            return;
        }
        self.by_name_and_year();
        if self.settled() {
            return;
        }
        self.by_name();
        if self.settled_by_bound() {
            return;
        }
        self.by_birth();
        self.by_relatives();
        self.by_place();
        self.by_near_id();
    }

    /// Compares the first [`POSTING_LIMIT`] of a posting.
    fn consider_all(&mut self, residents: impl Iterator<Item = u32>) {
        self.consider_each(residents.take(POSTING_LIMIT));
    }

    /// As [`Self::consider_all`], names beside the residents.
    fn consider_named<'n>(&mut self, residents: impl Iterator<Item = (u32, &'n NameSketch)>) {
        let (asked, by_name) = (self.asked, self.query.stands_by_name());
        let residents = residents.take(POSTING_LIMIT);
        let left = residents.filter(|(_, name)| !(by_name && asked.surely_differs(name)));
        self.consider_each(left.map(|(resident, _)| resident));
    }

    fn consider_each(&mut self, mut residents: impl Iterator<Item = u32>) {
        while self.consider_some(&mut residents) {}
    }

    /// Compares residents until [`BATCH`] of them are left in by name and date; whether there were so many.
    ///
    /// The records lie anywhere in memory: what a batch needs of them is fetched in one go.
    fn consider_some(&mut self, residents: &mut impl Iterator<Item = u32>) -> bool {
        let (registered, query) = (self.registered, self.query);
        let floor = self.best - IRRELEVANT_BITS;
        let Scratch { seen, turn, memo, batch, .. } = &mut *self.scratch;
        batch.clear();
        for resident in residents.by_ref() {
            let glance = query.glance(registered, self.model, &self.asked, resident, floor, memo);
            let Some(glance) = glance else { continue };
            let slot = &mut seen[resident as usize];
            if query.not == Some(resident) || std::mem::replace(slot, *turn) == *turn {
                continue;
            }
            batch.push((resident, glance, registered.warm[resident as usize]));
            if batch.len() == BATCH {
                break;
            }
        }
        let mut batch = std::mem::take(&mut self.scratch.batch);
        for (resident, glance, warm) in batch.iter() {
            self.consider(*resident, glance, *warm);
        }
        let full = batch.len() == BATCH;
        batch.clear();
        self.scratch.batch = batch;
        full
    }

    fn consider(&mut self, resident: u32, glance: &Glance, warm: Warm) {
        let floor = self.best - IRRELEVANT_BITS;
        if !self.query.can_reach(self.registered, glance, floor) {
            return;
        }
        let compared = self.query.look(self.registered, resident, warm, glance, &mut self.scratch.memo);
        let Some(compared) = compared else { return };
        let weight = compared.weight(self.model);
        if compared.is_exact() {
            self.exact += 1;
            self.supported += usize::from(compared.is_supported());
            self.certain |= compared.is_certain();
        }
        self.best = self.best.max(weight);
        if weight > floor {
            self.scratch.all.push((compared, weight));
        }
    }

    /// Whether one candidate agrees exactly, in commune or relatives too, and nobody else does: those who
    /// share name and year but not the date cannot come near.
    fn settled_at_once(&self) -> bool {
        self.exact == 1 && self.supported == 1 && self.settled()
    }

    /// Whether one candidate agrees exactly and nobody of another name or date can come near: all who
    /// share name and year have been seen.
    fn settled(&self) -> bool {
        self.exact == 1 && self.best > self.registered.log_n + 6.0
    }

    /// Whether the best bears the very name, leads the runner-up, and outweighs whatever a resident of
    /// another name could bring: all of the same name near in date or place have been seen.
    fn settled_by_bound(&self) -> bool {
        let Some((best, weight)) = self.scratch.all.iter().max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return false;
        };
        let second = self.scratch.all.iter().filter(|(c, _)| c.resident != best.resident);
        let second = second.map(|(_, w)| *w).fold(f32::NEG_INFINITY, f32::max);
        best.bears_the_name()
            && weight - second >= LEAD_BITS
            && weight - self.query.most_for_other_names(self.registered, self.model, best) >= BOUND_BITS
    }

    /// Looks among those of the very name in the communes of the row: whether one of them leads whoever
    /// bears the name elsewhere, and all of other names.
    fn settled_at_home(&mut self) -> bool {
        let (registered, query) = (self.registered, self.query);
        if query.name.is_blank() || query.units.is_empty() {
            return false;
        }
        for &unit in &query.units {
            self.consider_all(registered.by_name_unit(query.code, unit));
        }
        let Some((best, weight)) = self.scratch.all.iter().max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return false;
        };
        weight - query.most_elsewhere(registered, self.model, best) >= LEAD_BITS && self.settled_by_bound()
    }

    fn by_kin(&mut self) {
        let Some(kin) = self.query.kin else { return };
        let registered = self.registered;
        self.consider_all(registered.household_of(kin));
        self.consider_all(registered.children_of(kin));
        let r = &registered.residents[kin as usize];
        for id in [r.mother.id, r.father.id, r.spouse.id].into_iter().filter_map(|cell| cell.personal()) {
            self.consider_all(registered.by_id(id.number()));
        }
    }

    fn by_ids(&mut self) {
        let registered = self.registered;
        if let Some(id) = self.query.id {
            self.consider_all(registered.by_id(id));
        }
        if let Some(id) = self.query.old_id {
            self.consider_all(registered.by_old_id(id));
        }
    }

    fn by_name_and_birth(&mut self) {
        if !self.query.name.is_blank() && self.query.birth.is_full() {
            self.consider_all(self.registered.by_name_birth(self.query.code, self.query.birth));
        }
    }

    fn by_name_and_year(&mut self) {
        if !self.query.name.is_blank() && !self.query.birth.is_missing() {
            self.consider_all(self.registered.by_name_year(self.query.code, self.query.birth.year()));
        }
    }

    fn by_name(&mut self) {
        let (registered, query) = (self.registered, self.query);
        if query.name.is_blank() {
            return;
        }
        if !query.birth.is_missing() {
            let year = query.birth.year();
            self.consider_all(registered.by_name_year(query.code, year.saturating_sub(1)));
            self.consider_all(registered.by_name_year(query.code, year.saturating_add(1)));
            self.consider_all(registered.by_name_day(query.code, query.birth));
        }
        self.consider_all(registered.by_name_address(query.code, query.address));
        for &unit in &query.units {
            self.consider_all(registered.by_name_unit(query.code, unit));
        }
    }

    fn by_birth(&mut self) {
        let (registered, query) = (self.registered, self.query);
        if query.birth.is_full() {
            self.consider_all(registered.by_birth(query.birth.packed()));
            if let Some(swapped) = query.birth.swapped() {
                self.consider_all(registered.by_birth(swapped));
            }
        }
    }

    fn by_relatives(&mut self) {
        let (registered, query) = (self.registered, self.query);
        let [father, mother, _] = query.relatives;
        if query.birth.is_missing() {
            return;
        }
        if !mother.0.is_blank() {
            self.consider_all(registered.by_mother(mother.0, query.birth.year()));
        }
        if !father.0.is_blank() {
            self.consider_all(registered.by_father(father.0, query.birth.year()));
        }
    }

    fn by_place(&mut self) {
        let (registered, query) = (self.registered, self.query);
        for &unit in &query.units {
            if !query.birth.is_missing() {
                self.consider_named(registered.by_unit_year(unit, query.birth.year()));
            }
            if !query.name.is_blank() {
                self.consider_named(registered.by_unit_given(unit, query.code));
            }
        }
    }

    fn by_near_id(&mut self) {
        if let Some(id) = self.query.id {
            self.consider_all(self.registered.near_id(id));
        }
    }
}
