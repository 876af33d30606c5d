//! The search for one person: blocking from the sharpest key to the loosest, the best few kept.

use smallvec::SmallVec;

use super::doubts;
use super::nearest::{nearest, within};
use super::registry::Registered;
use super::seen::Seen;
use super::upper_bounds::UpperBounds;
use crate::linkage::compare::comparison::Prefiltered;
use crate::linkage::compare::levels::GenderLevel;
use crate::linkage::compare::names::name_cache::NameCache;
use crate::linkage::compare::names::name_prefilter::{AskedName, NameSketch};
use crate::linkage::compare::pair::Pair;
use crate::linkage::compare::record::Record;
use crate::linkage::compare::residents::Warm;
use crate::linkage::model::model::Model;
use crate::linkage::model::posterior::{Candidates, log2_add};

/// Candidates kept for a person: three are shown, one more tells the margin of the third.
const KEEP: usize = 4;

/// Candidates whose records are fetched in one go.
const BATCH: usize = 32;

/// So many bits behind the best, a candidate changes no probability any more.
const IRRELEVANT_BITS: f32 = 18.0;

/// Lead over the runner-up, and over what is not seen yet, with which a search may end early.
const LEAD_BITS: f32 = 10.0;
const BOUND_BITS: f32 = 4.0;

/// Working memory of one thread: which residents were compared for the person at hand.
#[derive(Default)]
pub(crate) struct Scratch {
    seen: Seen,
    all: Vec<(Pair, f32)>,
    cache: NameCache,
    batch: Vec<(u32, Prefiltered, Warm)>,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self { cache: NameCache::new(), batch: Vec::with_capacity(BATCH), ..Self::default() }
    }

    fn begin(&mut self) {
        let turn = self.seen.begin();
        if turn == 1 {
            self.cache = NameCache::new();
        }
        self.cache.begin(turn);
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
    record: &Record,
    kept: &[u32],
    scratch: &mut Scratch,
) -> Candidates {
    let mut s = Search::begin(registered, model, record, scratch);
    s.widen();
    let mut found = finish(&mut scratch.all, kept, record);
    doubts::question(registered, model, record, kept, &mut found);
    found
}

/// Compares a person with every resident: what blocking is measured against.
pub(crate) fn exhaustive(
    registered: &Registered,
    model: &Model,
    record: &Record,
    kept: &[u32],
    scratch: &mut Scratch,
) -> Candidates {
    let mut s = Search::begin(registered, model, record, scratch);
    s.consider_each(0..registered.residents.len() as u32);
    finish(&mut scratch.all, kept, record)
}

fn finish(all: &mut [(Pair, f32)], kept: &[u32], record: &Record) -> Candidates {
    // A total order, so that ties fall the same way whatever the order of the postings.
    all.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.resident.cmp(&b.0.resident)));
    let best = all.first().map_or(0.0, |(_, w)| *w);
    let (stratum, asserts_death) = (record.stratum, record.asserts_death);
    let mut found = Candidates { stratum, asserts_death, ..Candidates::default() };
    let mut persons: SmallVec<[u32; 16]> = SmallVec::new();
    for (compared, weight) in all.iter().take_while(|(_, w)| *w > best - IRRELEVANT_BITS) {
        let person = kept[compared.resident as usize];
        // The surplus rows of a person are one candidate, as good as the best of them.
        if record.not == Some(person) || persons.contains(&person) {
            continue;
        }
        persons.push(person);
        if found.top.len() < KEEP {
            found.top.push((Pair { resident: person, ..*compared }, *weight));
        } else {
            found.log_rest = log2_add(found.log_rest, *weight);
        }
    }
    // Papers of another: that their owner is meant all the same is a question, never an answer.
    // So is somebody of the other gender and another name, or none.
    found.is_in_doubt = found.top.first().is_some_and(|(best, _)| {
        let unlike = best.vector.gender == GenderLevel::Differs && !best.vector.name.agrees();
        best.is_by_id() && (record.papers_of_another || unlike)
    });
    found
}

struct Search<'a, 'b> {
    registered: &'a Registered<'b>,
    model: &'a Model,
    record: &'a Record,
    asked: AskedName<'a>,
    bounds: UpperBounds<'a>,
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
        record: &'a Record,
        scratch: &'a mut Scratch,
    ) -> Self {
        scratch.begin();
        let best = f32::NEG_INFINITY;
        let asked = record.asked(&registered.residents);
        let bounds = UpperBounds::new(&registered.residents, model, record);
        Self {
            registered,
            model,
            record,
            asked,
            bounds,
            scratch,
            best,
            exact: 0,
            supported: 0,
            certain: false,
        }
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
        self.by_year_and_part();
        self.by_near_id();
    }

    /// Compares a posting; of a long one those nearest by.
    fn consider_all(&mut self, residents: impl Iterator<Item = u32> + Clone) {
        let (residents_of, units, limit) =
            (&self.registered.residents, &self.record.units, self.registered.posting_limit);
        match within(residents, limit) {
            Ok(all) => self.consider_each(all),
            Err(many) => {
                let near = nearest(many, limit, |resident| residents_of.nearness(units, *resident));
                self.consider_each(near.into_iter());
            }
        }
    }

    /// As [`Self::consider_all`], names beside the residents.
    fn consider_named<'n>(&mut self, residents: impl Iterator<Item = (u32, &'n NameSketch)> + Clone) {
        let (asked, by_name) = (self.asked, self.record.stands_by_name());
        let may_be = |(_, name): &(u32, &NameSketch)| !(by_name && asked.surely_differs(name));
        let (residents_of, units, limit) =
            (&self.registered.residents, &self.record.units, self.registered.posting_limit);
        match within(residents, limit) {
            Ok(all) => self.consider_each(all.filter(may_be).map(|(resident, _)| resident)),
            Err(many) => {
                let near = nearest(many, limit, |(resident, _)| residents_of.nearness(units, *resident));
                self.consider_each(near.into_iter().filter(may_be).map(|(resident, _)| resident));
            }
        }
    }

    fn consider_each(&mut self, mut residents: impl Iterator<Item = u32>) {
        while self.consider_some(&mut residents) {}
    }

    /// Compares residents until [`BATCH`] of them are left in by name and date; whether there were so many.
    ///
    /// The records lie anywhere in memory: what a batch needs of them is fetched in one go.
    fn consider_some(&mut self, residents: &mut impl Iterator<Item = u32>) -> bool {
        let (registered, record) = (self.registered, self.record);
        let floor = self.best - IRRELEVANT_BITS;
        let bounds = &self.bounds;
        let packed = &registered.residents;
        let Scratch { seen, cache, batch, .. } = &mut *self.scratch;
        batch.clear();
        for resident in residents.by_ref() {
            let prefiltered = record.prefilter(packed, &self.asked, resident, cache);
            let Some(pair) = prefiltered.filter(|pair| bounds.may_reach(pair, floor)) else { continue };
            if record.not == Some(resident) || !seen.insert(resident) {
                continue;
            }
            batch.push((resident, pair, packed.warm[resident as usize]));
            if batch.len() == BATCH {
                break;
            }
        }
        let mut batch = std::mem::take(&mut self.scratch.batch);
        for (resident, pair, warm) in batch.iter() {
            self.consider(*resident, pair, *warm);
        }
        let full = batch.len() == BATCH;
        batch.clear();
        self.scratch.batch = batch;
        full
    }

    fn consider(&mut self, resident: u32, pair: &Prefiltered, warm: Warm) {
        let floor = self.best - IRRELEVANT_BITS;
        if !self.bounds.can_reach(pair, floor) {
            return;
        }
        let residents = &self.registered.residents;
        let compared = self.record.compare(residents, resident, warm, pair, &mut self.scratch.cache);
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
        self.exact == 1 && self.best > self.registered.residents.log_n + 6.0
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
            && weight - self.bounds.for_other_names(best) >= BOUND_BITS
    }

    /// Looks among those of the very name in the communes of the row: whether one of them leads whoever
    /// bears the name elsewhere, and all of other names.
    fn settled_at_home(&mut self) -> bool {
        let (registered, record) = (self.registered, self.record);
        if record.name.is_blank() || record.units.is_empty() {
            return false;
        }
        for &unit in &record.units {
            self.consider_all(registered.by_name_unit(record.code, unit));
        }
        let Some((best, weight)) = self.scratch.all.iter().max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return false;
        };
        weight - self.bounds.elsewhere(best) >= LEAD_BITS && self.settled_by_bound()
    }

    fn by_kin(&mut self) {
        if let Some(kin) = self.record.kin {
            self.family_of(kin);
        }
    }

    /// Looks among those of one household with a resident, and whom the rows name as relatives.
    fn family_of(&mut self, kin: u32) {
        let registered = self.registered;
        self.consider_all(registered.household_of(kin));
        self.consider_all(registered.children_of(kin));
        let r = &registered.residents.rows[kin as usize];
        for id in [r.mother.id, r.father.id, r.spouse.id].into_iter().filter_map(|cell| cell.personal()) {
            self.consider_all(registered.by_id(id.number()));
        }
    }

    fn by_ids(&mut self) {
        let registered = self.registered;
        if let Some(id) = self.record.id {
            self.consider_all(registered.by_id(id));
        }
        if let Some(id) = self.record.old_id {
            self.consider_all(registered.by_old_id(id));
        }
        if self.record.papers_of_another {
            for &owner in &self.record.owners {
                self.family_of(owner);
            }
        }
    }

    fn by_name_and_birth(&mut self) {
        if !self.record.name.is_blank() && self.record.birth.is_full() {
            self.consider_all(self.registered.by_name_birth(self.record.code, self.record.birth));
        }
    }

    fn by_name_and_year(&mut self) {
        if !self.record.name.is_blank() && !self.record.birth.is_missing() {
            self.consider_all(self.registered.by_name_year(self.record.code, self.record.birth.year()));
        }
    }

    fn by_name(&mut self) {
        let (registered, record) = (self.registered, self.record);
        if record.name.is_blank() {
            return;
        }
        if !record.birth.is_missing() {
            let year = record.birth.year();
            self.consider_all(registered.by_name_year(record.code, year.saturating_sub(1)));
            self.consider_all(registered.by_name_year(record.code, year.saturating_add(1)));
            self.consider_all(registered.by_name_day(record.code, record.birth));
        }
        self.consider_all(registered.by_name_address(record.code, record.address));
        for &unit in &record.units {
            self.consider_all(registered.by_name_unit(record.code, unit));
        }
    }

    fn by_birth(&mut self) {
        let (registered, record) = (self.registered, self.record);
        if record.birth.is_full() {
            self.consider_all(registered.by_birth(record.birth.packed()));
            if let Some(swapped) = record.birth.swapped() {
                self.consider_all(registered.by_birth(swapped));
            }
        }
    }

    fn by_relatives(&mut self) {
        let (registered, record) = (self.registered, self.record);
        let [father, mother, _] = record.relatives;
        if record.birth.is_missing() {
            return;
        }
        if !mother.0.is_blank() {
            self.consider_all(registered.by_mother(mother.0, record.birth.year()));
        }
        if !father.0.is_blank() {
            self.consider_all(registered.by_father(father.0, record.birth.year()));
        }
    }

    fn by_place(&mut self) {
        let (registered, record) = (self.registered, self.record);
        for &unit in &record.units {
            if !record.birth.is_missing() {
                self.consider_named(registered.by_unit_year(unit, record.birth.year()));
            }
            if !record.name.is_blank() {
                self.consider_named(registered.by_unit_given(unit, record.code));
            }
        }
    }

    /// Where neither place nor full date leads further: the year, and one half of the name.
    fn by_year_and_part(&mut self) {
        let (registered, record) = (self.registered, self.record);
        let told_otherwise = record.birth.is_full() && !record.units.is_empty();
        if record.birth.is_missing() || record.name.is_blank() || told_otherwise {
            return;
        }
        self.consider_named(registered.by_year_given(record.birth.year(), record.code));
        if record.code.head != 0 {
            self.consider_named(registered.by_year_head(record.birth.year(), record.code));
        }
    }

    fn by_near_id(&mut self) {
        if let Some(id) = self.record.id {
            self.consider_all(self.registered.near_id(id));
        }
    }
}
