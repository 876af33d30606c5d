//! The registry as comparison holds it: what pairs are compared on, packed, with how common it is.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::coincidence::Coincidence;
use super::dates::{BirthCode, BirthShares};
use super::names::Names;
use super::names::name_prefilter::NameSketch;
use crate::domain::{
    Dataset, Day, Gender, IdCell, NameId, PartialDate, PlaceId, ProvinceIx, Resident, Status, TextId,
};

/// No commune.
pub(crate) const NO_UNIT: u32 = u32::MAX;

/// No personal ID.
pub(crate) const NO_ID: u64 = u64::MAX;

/// How near a resident lives to where a row says that its person does.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nearness {
    /// In a commune of the row.
    Commune,
    /// In a province of its communes.
    Province,
    /// Anywhere, or nothing is known.
    Elsewhere,
}

/// What every candidate is compared on first: half a cache line.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Hot {
    pub(crate) name: NameId,
    pub(crate) birth: BirthCode,
    pub(crate) unit: u32,
    pub(crate) gender: Option<Gender>,
    pub(crate) sketch: NameSketch,
    /// Personal ID; [`NO_ID`] where there is none.
    pub(crate) id: u64,
}

/// What a candidate is compared on if name, date and commune leave him in: half a cache line too.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Warm {
    pub(crate) hamlet: TextId,
    pub(crate) address: TextId,
    pub(crate) household: TextId,
    /// Names of father, mother, spouse.
    pub(crate) relatives: [NameId; 3],
    /// Whether the row has a sound ID of one of them.
    pub(crate) relative_ids: bool,
    /// Whether it has an old ID.
    pub(crate) old_id: bool,
}

impl Warm {
    fn of(r: &Resident) -> Self {
        let p = &r.person;
        let relatives = [&r.father, &r.mother, &r.spouse];
        Self {
            hamlet: p.hamlet,
            address: p.address,
            household: p.household,
            relatives: relatives.map(|relative| relative.name.id),
            relative_ids: relatives.iter().any(|relative| relative.id.personal().is_some()),
            old_id: p.old_id().is_some(),
        }
    }
}

/// All residents, packed. Holds nothing of any extract.
pub(crate) struct Residents<'a> {
    pub(crate) rows: &'a [Resident],
    pub(crate) names: Names,
    pub(crate) hot: Vec<Hot>,
    pub(crate) warm: Vec<Warm>,
    pub(crate) births: BirthShares,
    /// log2 of the number of residents.
    pub(crate) log_n: f32,
    units: FxHashMap<u32, u32>,
    /// The province of each unit in force, where it is known.
    provinces: Vec<Option<ProvinceIx>>,
    hamlets: FxHashMap<(u32, TextId), u32>,
    /// The commune of a hamlet whose name only one commune has.
    commune_of: FxHashMap<TextId, Option<u32>>,
    addresses: FxHashMap<TextId, u32>,
    /// First days of the months and days on which identity cards were issued, sorted.
    cards: Vec<Day>,
    /// The day that most cards bear.
    entered_for_all: Option<Day>,
    /// How much oftener names, years of birth and communes coincide than each by itself leads to expect.
    pub(crate) coincidence: Coincidence,
}

impl<'a> Residents<'a> {
    /// Packs the registry and counts what is common in it.
    pub(crate) fn pack(data: &'a Dataset) -> Self {
        let rows = data.registry.residents.as_slice();
        let names = Names::build(&data.names, &data.registry);
        let hot: Vec<Hot> = rows
            .iter()
            .map(|r| Hot {
                name: r.person.name.id,
                birth: BirthCode::of(r.person.birth),
                unit: data.places.get(r.person.place).units.first().map_or(NO_UNIT, |u| u.0),
                gender: r.person.gender,
                sketch: names.sketch(r.person.name.id),
                id: r.person.personal_id().map_or(NO_ID, |id| id.number()),
            })
            .collect();
        let mut residents = Self {
            rows,
            warm: rows.par_iter().map(Warm::of).collect(),
            births: BirthShares::build(hot.iter().map(|h| h.birth)),
            log_n: (rows.len().max(2) as f32).log2(),
            units: FxHashMap::default(),
            provinces: data.places.units.iter().map(|unit| unit.province).collect(),
            hamlets: FxHashMap::default(),
            commune_of: FxHashMap::default(),
            addresses: FxHashMap::default(),
            cards: rows.iter().filter_map(|r| Some(r.card_date.sound()?.first_day())).collect(),
            entered_for_all: None,
            coincidence: Coincidence::default(),
            hot,
            names,
        };
        residents.cards.par_sort_unstable();
        residents.forget_cards_of_one_day();
        residents.count_places();
        residents
    }

    fn count_places(&mut self) {
        for (resident, hot) in self.rows.iter().zip(&self.hot) {
            *self.units.entry(hot.unit).or_insert(0) += 1;
            let p = &resident.person;
            if !p.hamlet.is_blank() {
                *self.hamlets.entry((hot.unit, p.hamlet)).or_insert(0) += 1;
            }
            if !p.address.is_blank() {
                *self.addresses.entry(p.address).or_insert(0) += 1;
            }
        }
        for &(unit, hamlet) in self.hamlets.keys().filter(|(unit, _)| *unit != NO_UNIT) {
            let of = self.commune_of.entry(hamlet).or_insert(Some(unit));
            *of = of.filter(|known| *known == unit);
        }
    }

    /// The commune in which a hamlet lies, where residents of no other commune live in one of that name: rows may name
    /// the hamlet alone.
    pub(crate) fn commune_of(&self, hamlet: TextId) -> Option<u32> {
        self.commune_of.get(&hamlet).copied().flatten()
    }

    /// Number of residents.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Residents of a commune.
    pub(crate) fn in_unit(&self, unit: u32) -> f32 {
        self.units.get(&unit).copied().unwrap_or(1) as f32
    }

    /// How near a resident lives to where a row says that its person does.
    pub(crate) fn nearness(&self, units: &[u32], resident: u32) -> Nearness {
        let unit = self.hot[resident as usize].unit;
        if units.contains(&unit) {
            return Nearness::Commune;
        }
        let province = |unit: u32| self.provinces.get(unit as usize).copied().flatten();
        match province(unit) {
            Some(own) if units.iter().any(|of_row| province(*of_row) == Some(own)) => Nearness::Province,
            _ => Nearness::Elsewhere,
        }
    }

    /// Whether anybody of the registry lives in a commune.
    pub(crate) fn holds_unit(&self, unit: u32) -> bool {
        self.units.contains_key(&unit)
    }

    /// A day that most cards bear is that of an entry for all, no act of anybody: it shows nobody alive.
    fn forget_cards_of_one_day(&mut self) {
        let of_one_day = self.cards.chunk_by(|a, b| a == b).max_by_key(|cards| cards.len());
        let Some(most) = of_one_day.filter(|most| most.len() > 1 && most.len() * 2 > self.cards.len()) else {
            return;
        };
        self.entered_for_all = most.first().copied();
        self.cards.clear();
    }

    /// Whether a resident is not dead as far as the registry knows: whoever moved away or is missing may live as well.
    pub(crate) fn may_live(&self, resident: u32) -> bool {
        self.rows[resident as usize].status != Status::Dead
    }

    /// Whether a resident's identity card was issued after a day, to the person in person.
    pub(crate) fn has_card_after(&self, resident: u32, day: Day) -> bool {
        let card = self.rows[resident as usize].card_date.sound().map(PartialDate::first_day);
        card.is_some_and(|card| card > day && self.entered_for_all != Some(card))
    }

    /// Whether the days of issue of the cards show who was alive on them.
    pub(crate) fn cards_show_life(&self) -> bool {
        !self.cards.is_empty()
    }

    /// Share of the identity cards that were issued after a day; a card or two are counted on either side.
    pub(crate) fn cards_after(&self, day: Day) -> f32 {
        let after = self.cards.len() - self.cards.partition_point(|card| *card <= day);
        (after as f32 + 1.0) / (self.cards.len() as f32 + 2.0)
    }

    /// Residents of a hamlet of a commune.
    pub(crate) fn in_hamlet(&self, unit: u32, hamlet: TextId) -> f32 {
        self.hamlets.get(&(unit, hamlet)).copied().unwrap_or(1) as f32
    }

    /// Residents with an address text; `None` where nobody has it.
    pub(crate) fn bearers_of(&self, address: TextId) -> Option<f32> {
        self.addresses.get(&address).map(|count| *count as f32)
    }

    /// Whether the row of a resident could show relatives: it tells a household or somebody's ID.
    pub(crate) fn tells_ties(&self, resident: u32) -> bool {
        let r = &self.rows[resident as usize];
        !r.person.household.is_blank()
            || [r.mother.id, r.father.id, r.spouse.id].iter().any(|cell| cell.personal().is_some())
    }

    /// Whether two residents bear one name in one commune, born in one year: whoever looks the name up may pick the
    /// wrong one.
    pub(crate) fn namesakes(&self, a: u32, b: u32) -> bool {
        let (x, y) = (&self.hot[a as usize], &self.hot[b as usize]);
        let known = !x.name.is_blank() && x.unit != NO_UNIT;
        known && x.name == y.name && x.unit == y.unit && x.birth.year() == y.birth.year()
    }

    /// Whether two residents name the same mother or father by ID.
    pub(crate) fn siblings(&self, a: u32, b: u32) -> bool {
        let (x, y) = (&self.rows[a as usize], &self.rows[b as usize]);
        let same = |a: IdCell, b: IdCell| a.personal().is_some_and(|id| b.personal() == Some(id));
        same(x.mother.id, y.mother.id) || same(x.father.id, y.father.id)
    }

    /// Whether two residents are relatives by the registry: of one household, or one named by ID on the
    /// other's row.
    pub(crate) fn related(&self, a: u32, b: u32) -> bool {
        let (x, y) = (&self.rows[a as usize], &self.rows[b as usize]);
        let together = household(x);
        if together.is_some() && together == household(y) {
            return true;
        }
        names_by_id(x, y) || names_by_id(y, x)
    }
}

/// Whether `x` names `y` as father, mother or spouse by ID.
fn names_by_id(x: &Resident, y: &Resident) -> bool {
    y.person.personal_id().is_some_and(|id| {
        [x.mother.id, x.father.id, x.spouse.id].iter().any(|cell| cell.personal() == Some(id))
    })
}

/// The household of a resident. Household numbers may be given anew in every commune.
pub(crate) fn household(r: &Resident) -> Option<(PlaceId, TextId)> {
    (!r.person.household.is_blank()).then_some((r.person.place, r.person.household))
}
