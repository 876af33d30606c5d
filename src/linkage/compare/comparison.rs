//! The comparison of one pair: first name and date, then all else.

use super::coincidence::Beside;
use super::dates::BirthCode;
use super::kin;
use super::levels::{
    AddressLevel, BirthLevel, Comparison, ComparisonVector, GenderLevel, IdLevel, LifeLevel, NameLevel,
    PlaceLevel, RELATIVES, RelativeLevel,
};
use super::names::NameComparison;
use super::names::name_cache::NameCache;
use super::names::name_prefilter::AskedName;
use super::pair::{Bits, Pair};
use super::record::Record;
use super::residents::{Hot, NO_ID, NO_UNIT, Residents, Warm};
use crate::domain::{NameId, Resident};

/// A row bears the ID of somebody else at random once in fifty: so much more than one resident in all is
/// an ID that agrees worth, in bits (log2 of 50; the share is that of rows with another's number in the lists that
/// the contract describes).
pub(crate) const ID_OF_ANOTHER: f32 = 5.6;
/// Few residents died on a given day: log2 of the 500 to 600 days over which the deaths of a file spread most.
pub(crate) const SAME_DEATH_BITS: f32 = 9.0;
/// That the registry has another date happens once in twelve deaths: log2.
const OTHER_DEATH_BITS: f32 = -3.6;

/// A relative's ID that agrees, in bits: not more than a household of a thousand, for IDs of relatives are copied
/// from row to row.
pub(crate) const SAME_RELATIVE_ID_BITS: f32 = 10.0;
/// A relative's name is taken for no rarer than this share of residents: one in a commune.
pub(crate) const LEAST_SHARE: f32 = 1e-4;
/// So many bits less is a relative's name worth that is only near: some sixteen names are.
pub(crate) const NEAR_COSTS: f32 = 4.0;
/// Most bits of an address or household that agrees: one household of four thousand.
pub(crate) const MAX_ADDRESS_BITS: f32 = 12.0;

/// log2 of the share of names that lack a middle by mistake, as the shipped parameters have it (0.012).
pub(crate) const USUAL_WITHOUT_MIDDLE: f32 = -6.4;

/// Name and birth date of a pair, compared.
#[derive(Copy, Clone)]
pub(crate) struct Prefiltered {
    pub(crate) hot: Hot,
    pub(crate) name: NameComparison,
    pub(crate) birth: BirthLevel,
    pub(crate) birth_bits: f32,
}

impl Prefiltered {
    /// Whether the pair may come out as [`Pair::is_exact`]: such are counted, however light.
    pub(crate) fn may_be_exact(&self) -> bool {
        matches!(self.name.level, NameLevel::Exact | NameLevel::MarksLost) && self.birth.is_close()
    }
}

impl Record {
    /// Compares with one resident; `None` where only an ID speaks for the pair and name and birth date
    /// both speak against it (that is DUNG-05, not a link).
    pub(crate) fn compare_pair(&self, residents: &Residents<'_>, resident: u32) -> Option<Pair> {
        let mut cache = NameCache::default();
        let prefiltered = self.prefilter(residents, &self.asked(residents), resident, &mut cache)?;
        self.compare(residents, resident, residents.warm[resident as usize], &prefiltered, &mut cache)
    }

    /// The name, to be held against many.
    pub(crate) fn asked<'r>(&self, residents: &'r Residents<'_>) -> AskedName<'r> {
        residents.names.asked(self.code)
    }

    /// Whether nobody of an unlike name can be the person; bearers of the row's ID are looked at before.
    pub(crate) fn stands_by_name(&self) -> bool {
        self.only_name_and_date
    }

    /// Whether somebody born then cannot be meant: after the day of death, after a child.
    pub(crate) fn rules_out(&self, birth: BirthCode) -> bool {
        birth.year() > self.latest_birth
    }

    /// Compares name and birth date; `None` where they rule the pair out.
    pub(crate) fn prefilter(
        &self,
        residents: &Residents<'_>,
        asked: &AskedName<'_>,
        resident: u32,
        cache: &mut NameCache,
    ) -> Option<Prefiltered> {
        let hot = residents.hot[resident as usize];
        // The son who bears his father's name is not his own father.
        if self.rules_out(hot.birth) && self.id != Some(hot.id) {
            return None;
        }
        let (birth, birth_bits) = self.compare_birth(residents, hot.birth);
        let mut name = if asked.surely_differs(&hot.sketch) {
            NameComparison::DIFFERENT
        } else {
            cache.compare(&residents.names, self.name, hot.name, hot.gender)
        };
        let name_against = name.level == NameLevel::Different;
        let by_id = self.id == Some(hot.id);
        let whose_papers = by_id && self.papers_of_another;
        if name_against && !whose_papers && (!birth.is_close() || (self.only_name_and_date && !by_id)) {
            return None;
        }
        name.bits += self.untold_gender(residents, name.level, &hot);
        if name.level == NameLevel::MiddleMissing {
            name.bits += self.habits.without_middle(USUAL_WITHOUT_MIDDLE);
        }
        Some(Prefiltered { hot, name, birth, birth_bits })
    }

    /// Compares the dates of birth. That a death has 01/01 like the resident's row says no more than the year: nobody knows
    /// the days on which the old were born, and a namesake of that year must not be taken for dead.
    fn compare_birth(&self, residents: &Residents<'_>, of_resident: BirthCode) -> (BirthLevel, f32) {
        let level = self.birth.compare(of_resident);
        let of_row =
            if self.asserts_death && !self.birth.is_full() { self.birth.year_alone() } else { self.birth };
        self.habits.birth(level, residents.births.bits(level, of_row, of_resident))
    }

    /// What a name tells of the gender where the row does not.
    fn untold_gender(&self, residents: &Residents<'_>, level: NameLevel, hot: &Hot) -> f32 {
        match hot.gender.filter(|_| self.gender.is_none()) {
            Some(gender) => residents.names.untold_gender_bits(level, hot.name, gender),
            None => 0.0,
        }
    }

    /// Compares all else of a pair that the prefilter left in; `None` where nothing but an ID speaks for it.
    pub(crate) fn compare(
        &self,
        residents: &Residents<'_>,
        resident: u32,
        warm: Warm,
        prefiltered: &Prefiltered,
        cache: &mut NameCache,
    ) -> Option<Pair> {
        let pair = self.compare_all(residents, resident, warm, prefiltered, cache);
        if is_id_alone(&pair.vector) && !self.papers_of_another { None } else { Some(pair) }
    }

    /// Compares with one resident in every respect, whatever speaks against the pair.
    pub(crate) fn compare_unfiltered(&self, residents: &Residents<'_>, resident: u32) -> Pair {
        let hot = residents.hot[resident as usize];
        let (birth, birth_bits) = self.compare_birth(residents, hot.birth);
        let mut name = residents.names.compare(self.name, hot.name, hot.gender);
        name.bits += self.untold_gender(residents, name.level, &hot);
        let prefiltered = Prefiltered { hot, name, birth, birth_bits };
        let warm = residents.warm[resident as usize];
        self.compare_all(residents, resident, warm, &prefiltered, &mut NameCache::default())
    }

    fn compare_all(
        &self,
        residents: &Residents<'_>,
        resident: u32,
        warm: Warm,
        prefiltered: &Prefiltered,
        cache: &mut NameCache,
    ) -> Pair {
        let Prefiltered { hot, name, birth, birth_bits } = *prefiltered;
        let mut vector = ComparisonVector { name: name.level, birth, ..ComparisonVector::MISSING };
        let same_given = residents.names.same_given(self.name, hot.name);
        let mut bits = Bits::default();
        bits[Comparison::Name] = name.bits;
        bits[Comparison::Birth] = birth_bits;
        if let (Some(a), Some(b)) = (self.gender, hot.gender) {
            bits[Comparison::Gender] = 1.0;
            vector.gender = if a == b { GenderLevel::Same } else { GenderLevel::Differs };
        }
        vector.id = self.compare_id(residents, resident, (&hot, birth), &warm, &mut bits);
        if self.papers_of_another && vector.id == IdLevel::Equal {
            // All else that agrees would agree with somebody of the bearer's family as well.
            return Pair { resident, vector, bits, same_given };
        }
        (vector.place, vector.address) = self.compare_place(residents, &hot, &warm, &mut bits);
        self.discount(residents, &hot, &vector, &mut bits);
        let relatives = [&mut vector.father, &mut vector.mother, &mut vector.spouse];
        for (i, level) in relatives.into_iter().enumerate() {
            (*level, bits[RELATIVES[i]]) = self.compare_relative(residents, i, resident, &warm, cache);
        }
        // A father's surname is the child's: what agrees there was counted with the name already.
        if vector.father != RelativeLevel::Missing && name.level <= NameLevel::GivenDiffers {
            let surname = residents.names.surname_bits(hot.name);
            bits[Comparison::Father] = (bits[Comparison::Father] - surname).max(0.0);
        }
        if let Some(kin) = self.kin {
            (vector.kinship, bits[Comparison::Kin]) = kin::compare(residents, kin, resident, &bits);
        }
        if self.death.is_some() {
            bits[Comparison::Kin] += self.compare_death(&residents.rows[resident as usize]);
        }
        if let (Some(day), Some(card)) = (self.dead_by, residents.rows[resident as usize].card_date.sound())
            && residents.cards_show_life()
        {
            let after = residents.cards_after(day);
            let is_after = card.first_day() > day;
            vector.life = if is_after { LifeLevel::CardAfter } else { LifeLevel::CardBefore };
            bits[Comparison::Life] = -(if is_after { after } else { 1.0 - after }).log2();
        }
        Pair { resident, vector, bits, same_given }
    }

    /// Takes off what name, year of birth and commune tell together less than each by itself.
    fn discount(&self, residents: &Residents<'_>, hot: &Hot, vector: &ComparisonVector, bits: &mut Bits) {
        if !vector.name.agrees() {
            return;
        }
        let here = matches!(
            vector.place,
            PlaceLevel::SameHamlet | PlaceLevel::OtherHamlet | PlaceLevel::SameCommune
        );
        let beside = match (vector.birth.is_close(), here) {
            (true, true) => Beside::YearAndCommune,
            (true, false) => Beside::Year,
            (false, true) => Beside::Commune,
            (false, false) => return,
        };
        let less = residents.coincidence.bits(hot.birth.year(), beside);
        bits[Comparison::Name] = (bits[Comparison::Name] - less).max(0.0);
    }

    /// Bits that each comparison can add at most. Hidden IDs count all the same.
    pub(crate) fn most_bits(&self, residents: &Residents<'_>) -> Bits {
        let mut most = Bits::default();
        most[Comparison::Gender] = 1.0;
        if self.numbered {
            most[Comparison::Id] = residents.log_n + ID_OF_ANOTHER;
        }
        let n = residents.len() as f32;
        let around = |unit: &u32| {
            let hamlet = (!self.hamlet.is_blank()).then(|| residents.in_hamlet(*unit, self.hamlet));
            (n / hamlet.unwrap_or_else(|| residents.in_unit(*unit))).log2()
        };
        most[Comparison::Place] = self.units.iter().map(around).fold(0.0, f32::max);
        if !self.address.is_blank() || !self.household.is_blank() {
            most[Comparison::Address] = MAX_ADDRESS_BITS;
        }
        for (relative, (name, id)) in RELATIVES.into_iter().zip(self.relatives) {
            let by_name = if name.is_blank() { 0.0 } else { share_bits(residents, name) };
            most[relative] = if id.is_some() { by_name.max(SAME_RELATIVE_ID_BITS) } else { by_name };
        }
        if self.kin.is_some() {
            most[Comparison::Kin] += kin::MOST_BITS;
        }
        if self.death.is_some() {
            most[Comparison::Kin] += SAME_DEATH_BITS;
        }
        if let Some(day) = self.dead_by {
            let after = residents.cards_after(day);
            most[Comparison::Life] = -after.min(1.0 - after).log2();
        }
        most
    }

    fn compare_id(
        &self,
        residents: &Residents<'_>,
        resident: u32,
        (hot, birth): (&Hot, BirthLevel),
        warm: &Warm,
        bits: &mut Bits,
    ) -> IdLevel {
        if let (Some(row), have) = (self.id, Some(hot.id).filter(|id| *id != NO_ID)) {
            if have == Some(row) {
                bits[Comparison::Id] = residents.log_n + ID_OF_ANOTHER;
                return IdLevel::Equal;
            }
            // Of namesakes the date tells which one is meant; where it does not, the ID must.
            let mistaken = |&owner: &u32| {
                owner != resident
                    && (residents.related(owner, resident)
                        || residents.siblings(owner, resident)
                        || (birth == BirthLevel::Exact && residents.namesakes(owner, resident)))
            };
            if self.owners.iter().any(mistaken) {
                bits[Comparison::Id] = (residents.log_n - 2.0).max(0.0);
                return IdLevel::Relatives;
            }
            if let Some(have) = have {
                if self.owners.is_empty() && one_slip(row, have) {
                    bits[Comparison::Id] = one_digit_bits(residents.log_n);
                    return IdLevel::OneDigit;
                }
                // Whose papers they are is known: that they are not this resident's says nothing.
                return if self.papers_of_another { IdLevel::Missing } else { IdLevel::Differs };
            }
            if self.papers_of_another {
                return IdLevel::Missing;
            }
            if !self.owners.is_empty() {
                return IdLevel::Differs;
            }
        }
        let Some(row) = self.old_id.filter(|_| warm.old_id) else { return IdLevel::Missing };
        match residents.rows[resident as usize].person.old_id() {
            Some(have) if have.number() == row => {
                bits[Comparison::Id] = residents.log_n;
                IdLevel::OldEqual
            }
            Some(_) => IdLevel::OldDiffers,
            None => IdLevel::Missing,
        }
    }

    fn compare_place(
        &self,
        residents: &Residents<'_>,
        hot: &Hot,
        p: &Warm,
        bits: &mut Bits,
    ) -> (PlaceLevel, AddressLevel) {
        let unit = hot.unit;
        let n = residents.len() as f32;
        let hamlets = !self.hamlet.is_blank() && !p.hamlet.is_blank();
        let same_unit = self.units.contains(&unit);
        let mut around = n;
        let place = if self.units.is_empty() || unit == NO_UNIT {
            PlaceLevel::Missing
        } else if !same_unit {
            if hamlets { PlaceLevel::OtherCommuneHamlet } else { PlaceLevel::OtherCommune }
        } else if hamlets && self.hamlet == p.hamlet {
            around = residents.in_hamlet(unit, p.hamlet);
            PlaceLevel::SameHamlet
        } else {
            around = residents.in_unit(unit);
            if hamlets { PlaceLevel::OtherHamlet } else { PlaceLevel::SameCommune }
        };
        bits[Comparison::Place] = (n / around).log2().max(0.0);
        let household = !self.household.is_blank() && self.household == p.household && same_unit;
        let address = if household {
            bits[Comparison::Address] = address_bits(around, 4.0);
            AddressLevel::Same
        } else if self.address.is_blank() || p.address.is_blank() {
            AddressLevel::Missing
        } else if self.address == p.address {
            bits[Comparison::Address] = address_bits(around, residents.bearers_of(p.address).unwrap_or(1.0));
            AddressLevel::Same
        } else {
            AddressLevel::Differs
        };
        (place, address)
    }

    fn compare_relative(
        &self,
        residents: &Residents<'_>,
        which: usize,
        resident: u32,
        warm: &Warm,
        cache: &mut NameCache,
    ) -> (RelativeLevel, f32) {
        let (name, id) = self.relatives[which];
        if id.is_some() && warm.relative_ids {
            let resident = &residents.rows[resident as usize];
            let have = [&resident.father, &resident.mother, &resident.spouse][which];
            if id == have.id.personal().map(|id| id.number()) {
                return (RelativeLevel::Same, SAME_RELATIVE_ID_BITS);
            }
        }
        let have = warm.relatives[which];
        if name.is_blank() || have.is_blank() {
            return (RelativeLevel::Missing, 0.0);
        }
        let share_bits = || share_bits(residents, have);
        match cache.level(&residents.names, which, name, have) {
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
pub(crate) fn share_bits(residents: &Residents<'_>, name: NameId) -> f32 {
    -residents.names.base_share(name).max(LEAST_SHARE).log2()
}

/// Whether nothing but an ID speaks for the pair.
fn is_id_alone(v: &ComparisonVector) -> bool {
    let name_against = matches!(v.name, NameLevel::Different | NameLevel::Missing | NameLevel::GivenDiffers);
    let birth_against = !v.birth.is_close();
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
