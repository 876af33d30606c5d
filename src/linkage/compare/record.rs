//! What a role of a row brings to the comparison, and the comparison of one pair.

use std::sync::OnceLock;

use smallvec::SmallVec;

use crate::domain::{Dataset, Gender, NameId, PartialDate, Person, Relative, Resident, Role, TextId};

use crate::linkage::blocking::registry::{Hot, NO_ID, NO_UNIT, Registered, Warm};
use crate::linkage::blocking::upper_bounds::Bounds;
use crate::linkage::compare::dates::{BirthCode, BirthLevel};
use crate::linkage::compare::name_cache::NameMemo;
use crate::linkage::compare::name_prefilter::AskedName;
use crate::linkage::compare::names::{NameCode, NameComparison, NameLevel};
use crate::linkage::compare::pair::{Bits, Compared};
use crate::linkage::model::model::{
    AddressLevel, GenderLevel, IdLevel, Model, Pattern, PlaceLevel, RelativeLevel,
};
use crate::linkage::resolve::kinship::{self, KinLevel};

/// A person to be found in the registry.
pub(crate) struct Query {
    pub(crate) name: NameId,
    pub(crate) code: NameCode,
    pub(crate) birth: BirthCode,
    pub(crate) gender: Option<Gender>,
    pub(crate) units: SmallVec<[u32; 2]>,
    pub(crate) hamlet: TextId,
    pub(crate) address: TextId,
    pub(crate) household: TextId,
    pub(crate) id: Option<u64>,
    pub(crate) old_id: Option<u32>,
    /// Bearers of the row's personal ID in the registry.
    pub(crate) owners: SmallVec<[u32; 2]>,
    /// Father, mother, spouse: name and personal ID as the row tells them.
    pub(crate) relatives: [(NameId, Option<u64>); 3],
    /// Date of death that a death record tells.
    pub(crate) death: Option<PartialDate>,
    /// The last year in which the person can be born by what the row says of others.
    latest_birth: u16,
    /// A resident already linked in another role of the row, to whom this person should be related.
    pub(crate) kin: Option<u32>,
    /// Whether the row brings too little beside name, date and numbers for a pair of unlike names to be
    /// right: not both parents, no kin.
    only_name_and_date: bool,
    /// Whether the row has an ID, hidden or not.
    pub(crate) numbered: bool,
    /// What the comparisons can add at most, once it was asked for.
    pub(crate) bounds: OnceLock<Bounds>,
    /// A resident who is not to be considered (in the search for duplicates, the resident himself).
    pub(crate) not: Option<u32>,
}

/// A row bears the ID of somebody else at random once in fifty: so much more than one resident in all is
/// an ID that agrees worth, in bits.
pub(crate) const ID_OF_ANOTHER: f32 = 5.6;
/// Few residents died on a given day; that the registry has another date happens once in twelve deaths.
pub(crate) const SAME_DEATH_BITS: f32 = 9.0;
const OTHER_DEATH_BITS: f32 = -3.6;

/// Years of age at which the youngest become parents, less one for a year of birth that is one off.
const YOUNGEST_PARENT: u16 = 12;

/// A relative's ID that agrees, in bits.
pub(crate) const SAME_RELATIVE_ID_BITS: f32 = 10.0;
/// A relative's name is taken for no rarer than this share of residents.
pub(crate) const LEAST_SHARE: f32 = 1e-4;
/// So many bits less is a relative's name worth that is only near.
pub(crate) const NEAR_COSTS: f32 = 4.0;
/// Most bits of an address or household that agrees.
pub(crate) const MAX_ADDRESS_BITS: f32 = 12.0;

/// Name and birth date of a pair, compared.
#[derive(Copy, Clone)]
pub(crate) struct Glance {
    pub(crate) hot: Hot,
    pub(crate) name: NameComparison,
    pub(crate) birth: BirthLevel,
    pub(crate) birth_bits: f32,
    /// Weight of name and birth date.
    pub(crate) told: f32,
}

impl Glance {
    /// Whether the pair may come out as [`Compared::is_exact`]: such are counted, however light.
    pub(crate) fn may_be_exact(&self) -> bool {
        matches!(self.name.level, NameLevel::Exact | NameLevel::MarksLost) && self.birth.is_close()
    }
}

impl Query {
    /// The query of one role of a row, given all persons of the row in the order of `roles`.
    pub(crate) fn of(
        registered: &Registered,
        data: &Dataset,
        roles: &[Role],
        persons: &[Person],
        at: usize,
    ) -> Self {
        let mut query = Self::of_person(registered, data, &persons[at]);
        let person = |role: Role| {
            roles.iter().position(|r| *r == role).map_or((NameId::BLANK, None), |i| {
                (persons[i].name.id, persons[i].personal_id().map(|id| id.number()))
            })
        };
        let none = (NameId::BLANK, None);
        query.relatives = match roles[at] {
            Role::Child => [person(Role::Father), person(Role::Mother), none],
            Role::Mother => [none, none, person(Role::Father)],
            Role::Father => [none, none, person(Role::Mother)],
            Role::Husband => [none, none, person(Role::Wife)],
            Role::Wife => [none, none, person(Role::Husband)],
            Role::Subject | Role::Deceased => [none; 3],
        };
        if matches!(roles[at], Role::Mother | Role::Father)
            && let Some(child) = roles.iter().position(|role| *role == Role::Child)
        {
            query.bear(BirthCode::of(persons[child].birth));
        }
        query
    }

    /// Says that the person is a parent of somebody born then. A row of which the parent would be too young
    /// by his own date is wrong somewhere, and says nothing.
    fn bear(&mut self, child: BirthCode) {
        if child.is_missing() {
            return;
        }
        let latest = child.year().saturating_sub(YOUNGEST_PARENT);
        if self.birth.year() <= latest {
            self.latest_birth = latest;
        }
    }

    /// The query of a resident against the other residents.
    pub(crate) fn of_resident(registered: &Registered, data: &Dataset, resident: u32) -> Self {
        let r = &registered.residents[resident as usize];
        let mut query = Self::of_person(registered, data, &r.person);
        let relative = |r: &Relative| (r.name.id, r.id.personal().map(|id| id.number()));
        query.relatives = [relative(&r.father), relative(&r.mother), relative(&r.spouse)];
        query.not = Some(resident);
        query.owners.retain(|owner| *owner != resident);
        query.settle()
    }

    fn of_person(registered: &Registered, data: &Dataset, p: &Person) -> Self {
        let id = p.personal_id().map(|id| id.number());
        Self {
            name: p.name.id,
            code: registered.names.code(p.name.id),
            birth: BirthCode::of(p.birth),
            gender: p.gender,
            units: data.places.get(p.place).units.iter().map(|u| u.0).collect(),
            hamlet: p.hamlet,
            address: p.address,
            household: p.household,
            id,
            old_id: p.old_id().map(|id| id.number()),
            owners: id.map(|id| registered.by_id(id).take(4).collect()).unwrap_or_default(),
            relatives: [(NameId::BLANK, None); 3],
            death: None,
            latest_birth: u16::MAX,
            kin: None,
            not: None,
            only_name_and_date: true,
            numbered: false,
            bounds: OnceLock::new(),
        }
    }

    /// Says to whom the person should be related.
    pub(crate) fn with_kin(mut self, kin: Option<u32>) -> Self {
        self.kin = kin;
        self.settle()
    }

    /// Notes what does not change any more.
    fn settle(mut self) -> Self {
        let named = self.relatives.iter().filter(|(name, id)| !name.is_blank() || id.is_some()).count();
        self.only_name_and_date = named < 2 && self.kin.is_none();
        self.numbered = self.id.is_some() || self.old_id.is_some();
        self
    }

    /// Takes the IDs of the person away, as if the row had none.
    pub(crate) fn hide_ids(&mut self) {
        self.id = None;
        self.old_id = None;
        self.owners.clear();
    }

    /// Compares with one resident; `None` where only an ID speaks for the pair and name and birth date
    /// both speak against it (that is DUNG-05, not a link).
    pub(crate) fn compare(&self, registered: &Registered, model: &Model, resident: u32) -> Option<Compared> {
        let mut memo = NameMemo::default();
        let asked = self.asked(registered);
        let glance = self.glance(registered, model, &asked, resident, f32::NEG_INFINITY, &mut memo)?;
        self.look(registered, resident, registered.warm[resident as usize], &glance, &mut memo)
    }

    /// The name, to be held against many.
    pub(crate) fn asked<'r>(&self, registered: &'r Registered) -> AskedName<'r> {
        registered.names.asked(self.code)
    }

    /// Whether nobody of an unlike name can be the person; bearers of the row's ID are looked at before.
    pub(crate) fn stands_by_name(&self) -> bool {
        self.only_name_and_date
    }

    /// Compares name and birth date. `None` where they rule the pair out, or where it cannot reach the
    /// weight `floor` whatever else agrees.
    pub(crate) fn glance(
        &self,
        registered: &Registered,
        model: &Model,
        asked: &AskedName<'_>,
        resident: u32,
        floor: f32,
        memo: &mut NameMemo,
    ) -> Option<Glance> {
        let hot = registered.hot[resident as usize];
        // The son who bears his father's name is not his own father.
        if hot.birth.year() > self.latest_birth && self.id != Some(hot.id) {
            return None;
        }
        let birth = self.birth.compare(hot.birth);
        let name = if asked.surely_differs(&hot.sketch) {
            NameComparison::DIFFERENT
        } else {
            memo.compare(&registered.names, self.name, hot.name, hot.gender)
        };
        let name_against = name.level == NameLevel::Different;
        if name_against && (!birth.is_close() || (self.only_name_and_date && self.id != Some(hot.id))) {
            return None;
        }
        let birth_bits = registered.births.bits(birth, self.birth, hot.birth);
        let told =
            model.name.log_m(name.level as u8) + name.bits + model.birth.log_m(birth as u8) + birth_bits;
        let glance = Glance { hot, name, birth, birth_bits, told };
        self.may_reach(registered, model, &glance, floor).then_some(glance)
    }

    /// Compares all else of a pair that a [`Glance`] left in.
    pub(crate) fn look(
        &self,
        registered: &Registered,
        resident: u32,
        warm: Warm,
        glance: &Glance,
        memo: &mut NameMemo,
    ) -> Option<Compared> {
        let compared = self.compare_all(registered, resident, warm, glance, memo);
        if is_id_alone(&compared.pattern) { None } else { Some(compared) }
    }

    /// Compares with one resident in every respect, whatever speaks against the pair.
    pub(crate) fn confront(&self, registered: &Registered, resident: u32) -> Compared {
        let hot = registered.hot[resident as usize];
        let birth = self.birth.compare(hot.birth);
        let name = registered.names.compare(self.name, hot.name, hot.gender);
        let birth_bits = registered.births.bits(birth, self.birth, hot.birth);
        let glance = Glance { hot, name, birth, birth_bits, told: 0.0 };
        let warm = registered.warm[resident as usize];
        self.compare_all(registered, resident, warm, &glance, &mut NameMemo::default())
    }

    fn compare_all(
        &self,
        registered: &Registered,
        resident: u32,
        warm: Warm,
        glance: &Glance,
        memo: &mut NameMemo,
    ) -> Compared {
        let Glance { hot, name, birth, birth_bits, .. } = *glance;
        let mut bits = Bits { name: name.bits, birth: birth_bits, ..Bits::default() };
        let gender = match (self.gender, hot.gender) {
            (Some(a), Some(b)) => {
                bits.gender = 1.0;
                if a == b { GenderLevel::Same } else { GenderLevel::Differs }
            }
            _ => GenderLevel::Missing,
        };
        let id = self.compare_id(registered, resident, (&hot, birth), &warm, &mut bits);
        let (place, address) = self.compare_place(registered, &hot, &warm, &mut bits);
        let mut relatives = [RelativeLevel::Missing; 3];
        for (i, level) in relatives.iter_mut().enumerate() {
            (*level, bits.relatives[i]) = self.compare_relative(registered, i, resident, &warm, memo);
        }
        // A father's surname is the child's: what agrees there was counted with the name already.
        if relatives[0] != RelativeLevel::Missing && name.level <= NameLevel::GivenDiffers {
            let surname = registered.names.surname_bits(hot.name);
            bits.relatives[0] = (bits.relatives[0] - surname).max(0.0);
        }
        let mut kinship = KinLevel::Missing;
        if let Some(kin) = self.kin {
            (kinship, bits.context) = kinship::compare(registered, kin, resident, &bits);
        }
        if self.death.is_some() {
            bits.context += self.compare_death(&registered.residents[resident as usize]);
        }
        let pattern = Pattern { name: name.level, birth, gender, id, place, address, relatives, kinship };
        Compared { resident, pattern, bits }
    }

    fn compare_id(
        &self,
        registered: &Registered,
        resident: u32,
        (hot, birth): (&Hot, BirthLevel),
        warm: &Warm,
        bits: &mut Bits,
    ) -> IdLevel {
        if let (Some(row), have) = (self.id, Some(hot.id).filter(|id| *id != NO_ID)) {
            if have == Some(row) {
                bits.id = registered.log_n + ID_OF_ANOTHER;
                return IdLevel::Equal;
            }
            // Of namesakes the date tells which one is meant; where it does not, the ID must.
            let mistaken = |&owner: &u32| {
                owner != resident
                    && (registered.related(owner, resident)
                        || registered.siblings(owner, resident)
                        || (birth == BirthLevel::Exact && registered.namesakes(owner, resident)))
            };
            if self.owners.iter().any(mistaken) {
                bits.id = (registered.log_n - 2.0).max(0.0);
                return IdLevel::Relatives;
            }
            if let Some(have) = have {
                if self.owners.is_empty() && one_slip(row, have) {
                    bits.id = one_digit_bits(registered.log_n);
                    return IdLevel::OneDigit;
                }
                return IdLevel::Differs;
            }
            if !self.owners.is_empty() {
                return IdLevel::Differs;
            }
        }
        let Some(row) = self.old_id.filter(|_| warm.old_id) else { return IdLevel::Missing };
        match registered.residents[resident as usize].person.old_id() {
            Some(have) if have.number() == row => {
                bits.id = registered.log_n;
                IdLevel::OldEqual
            }
            Some(_) => IdLevel::OldDiffers,
            None => IdLevel::Missing,
        }
    }

    fn compare_place(
        &self,
        registered: &Registered,
        hot: &Hot,
        p: &Warm,
        bits: &mut Bits,
    ) -> (PlaceLevel, AddressLevel) {
        let unit = hot.unit;
        let n = registered.len() as f32;
        let hamlets = !self.hamlet.is_blank() && !p.hamlet.is_blank();
        let same_unit = self.units.contains(&unit);
        let mut around = n;
        let place = if self.units.is_empty() || unit == NO_UNIT {
            PlaceLevel::Missing
        } else if !same_unit {
            if hamlets { PlaceLevel::OtherCommuneHamlet } else { PlaceLevel::OtherCommune }
        } else if hamlets && self.hamlet == p.hamlet {
            around = registered.in_hamlet(unit, p.hamlet);
            PlaceLevel::SameHamlet
        } else {
            around = registered.in_unit(unit);
            if hamlets { PlaceLevel::OtherHamlet } else { PlaceLevel::SameCommune }
        };
        bits.place = (n / around).log2().max(0.0);
        let household = !self.household.is_blank() && self.household == p.household && same_unit;
        let address = if household {
            bits.address = address_bits(around, 4.0);
            AddressLevel::Same
        } else if self.address.is_blank() || p.address.is_blank() {
            AddressLevel::Missing
        } else if self.address == p.address {
            bits.address = address_bits(around, registered.bearers_of(p.address).unwrap_or(1.0));
            AddressLevel::Same
        } else {
            AddressLevel::Differs
        };
        (place, address)
    }

    fn compare_relative(
        &self,
        registered: &Registered,
        which: usize,
        resident: u32,
        warm: &Warm,
        memo: &mut NameMemo,
    ) -> (RelativeLevel, f32) {
        let (name, id) = self.relatives[which];
        if id.is_some() && warm.relative_ids {
            let resident = &registered.residents[resident as usize];
            let have = [&resident.father, &resident.mother, &resident.spouse][which];
            if id == have.id.personal().map(|id| id.number()) {
                return (RelativeLevel::Same, SAME_RELATIVE_ID_BITS);
            }
        }
        let have = warm.relatives[which];
        if name.is_blank() || have.is_blank() {
            return (RelativeLevel::Missing, 0.0);
        }
        let share_bits = || share_bits(registered, have);
        match memo.level(&registered.names, which, name, have) {
            NameLevel::Exact | NameLevel::MarksLost => (RelativeLevel::Same, share_bits()),
            level if level.agrees() => (RelativeLevel::Near, (share_bits() - NEAR_COSTS).max(0.0)),
            NameLevel::Missing => (RelativeLevel::Missing, 0.0),
            _ => (RelativeLevel::Differs, 0.0),
        }
    }

    /// Bits for the date of death, where both the record and the registry tell one to the day.
    fn compare_death(&self, resident: &Resident) -> f32 {
        match self.death.zip(resident.death_date.sound()) {
            Some((a, b)) if a.is_full() && a == b => SAME_DEATH_BITS,
            Some((a, b)) if !a.compatible(b) => OTHER_DEATH_BITS,
            _ => 0.0,
        }
    }
}

/// Bits for a personal ID that is one slip away.
pub(crate) fn one_digit_bits(log_n: f32) -> f32 {
    (log_n - 1.0).min(17.0)
}

/// Bits for an address or household that agrees, of so many residents around and so many who live there.
pub(crate) fn address_bits(around: f32, bearers: f32) -> f32 {
    (around / bearers.max(4.0)).log2().clamp(0.0, MAX_ADDRESS_BITS)
}

/// Bits for the name of a relative that agrees.
pub(crate) fn share_bits(registered: &Registered, name: NameId) -> f32 {
    -registered.names.base_share(name).max(LEAST_SHARE).log2()
}

/// Whether nothing but an ID speaks for the pair.
fn is_id_alone(p: &Pattern) -> bool {
    let name_against = matches!(p.name, NameLevel::Different | NameLevel::Missing | NameLevel::GivenDiffers);
    let birth_against = !p.birth.is_close();
    name_against && birth_against
}

/// Whether two 12-digit numbers are one digit or one swap of neighbours apart.
pub(crate) fn one_slip(a: u64, b: u64) -> bool {
    let (mut a, mut b) = (a, b);
    let mut first: Option<(u32, u64, u64)> = None;
    let mut swapped = false;
    for at in 0..12 {
        let (x, y) = (a % 10, b % 10);
        if x != y {
            match first {
                None => first = Some((at, x, y)),
                Some((p, px, py)) if !swapped && at == p + 1 && px == y && py == x => swapped = true,
                Some(_) => return false,
            }
        }
        a /= 10;
        b /= 10;
    }
    first.is_some()
}

#[cfg(test)]
mod tests {
    use super::one_slip;

    #[test]
    fn slips_of_numbers() {
        assert!(one_slip(1_090_123_456, 1_090_123_457));
        assert!(one_slip(1_090_123_456, 1_090_123_465));
        assert!(one_slip(79_190_012_345, 79_910_012_345));
        assert!(!one_slip(79_190_012_345, 79_190_012_345));
        assert!(!one_slip(79_190_012_345, 79_190_012_399));
        assert!(!one_slip(79_190_012_345, 79_190_312_344));
    }
}
