//! Damage of whole files as offices do it, beside the slips of single cells: lists that lack the dead, papers of one
//! person on the rows of others, columns that slipped, years instead of dates.
//!
//! What is damaged is damaged before the oracle looks: the truth is that of the rows as they stand. Chance is drawn
//! from generators of its own, so that all else of a sample stays what it is without damage.

use rustc_hash::FxHashMap;

use super::draw::Luck;
use super::extracts::cells::{DateW, IdW, NameW, PersonW};
use super::extracts::clerk::personal_id;
use super::population::people::{Kinship, NOBODY, Person, World};
use super::population::registry::Reg;
use crate::domain::{DateCell, Day, Field, IdCell, Kind, PartialDate, Role};

/// A damage of a whole file.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Damage {
    /// The registry holds no row of which it says that the person is dead.
    LivingRegistry,
    /// The registry has no ID of anybody.
    RegistryWithoutIds,
    /// Years of birth alone for those of sixty and more, in all lists.
    YearsForOld,
    /// Death records bear no ID of the deceased.
    DeathsWithoutIds,
    /// Death records give the year of birth alone.
    DeathsByYear,
    /// Death records bear ID and date of birth of the informant, or of the head of the household.
    InformantPapers,
    /// Cards of a household bear ID and date of birth of its head, filled down.
    FilledDown,
    /// On the cards of a block of rows IDs and dates of birth stand one row too low.
    ShiftedBlock,
    /// Letters stand for digits in personal IDs: O for 0, l for 1, S for 5, B for 8.
    LettersInNumbers,
    /// The registry is that of one commune, the lists are of all.
    OneCommune,
    /// The lists give names and years of birth and nothing else of anybody.
    NamesAndYears,
    /// Those under fourteen and over sixty have no ID, in the registry and in the lists.
    NoIdsForYoungAndOld,
    /// The clerk of the first commune exchanges day and month; the one of the second drops middle names.
    ClerksHabits,
}

impl Damage {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::LivingRegistry,
        Self::RegistryWithoutIds,
        Self::YearsForOld,
        Self::DeathsWithoutIds,
        Self::DeathsByYear,
        Self::InformantPapers,
        Self::FilledDown,
        Self::ShiftedBlock,
        Self::LettersInNumbers,
        Self::OneCommune,
        Self::NamesAndYears,
        Self::NoIdsForYoungAndOld,
        Self::ClerksHabits,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::LivingRegistry => "living-registry",
            Self::RegistryWithoutIds => "registry-without-ids",
            Self::YearsForOld => "years-for-old",
            Self::DeathsWithoutIds => "deaths-without-ids",
            Self::DeathsByYear => "deaths-by-year",
            Self::InformantPapers => "informant-papers",
            Self::FilledDown => "filled-down",
            Self::ShiftedBlock => "shifted-block",
            Self::LettersInNumbers => "letters-in-numbers",
            Self::OneCommune => "one-commune",
            Self::NamesAndYears => "names-and-years",
            Self::NoIdsForYoungAndOld => "no-ids-for-young-and-old",
            Self::ClerksHabits => "clerks-habits",
        }
    }
}

/// The damages of a sample, each with the share of rows that it strikes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Damages(Vec<(Damage, f64)>);

impl Damages {
    /// Reads a list: names with commas between them, each with a percentage after a colon where not all rows are
    /// struck ("living-registry,informant-papers:4").
    ///
    /// # Errors
    /// The entry that is no damage, or whose share is no percentage.
    pub fn parse(list: &str) -> Result<Self, String> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let read = |entry: &str| {
            let (name, percent) = entry.split_once(':').unwrap_or((entry, "100"));
            let damage = Damage::ALL.into_iter().find(|damage| damage.name() == name);
            let share = percent.parse::<f64>().ok().filter(|percent| (0.0..=100.0).contains(percent));
            damage.zip(share.map(|percent| percent / 100.0)).ok_or_else(|| entry.to_owned())
        };
        entries.map(read).collect::<Result<_, _>>().map(Self)
    }

    /// The share of rows that a damage strikes; 0 where there is none.
    fn share(&self, damage: Damage) -> f64 {
        self.0.iter().find(|(known, _)| *known == damage).map_or(0.0, |(_, share)| *share)
    }
}

/// Rows of a block whose columns slipped.
const BLOCK: u32 = 200;

/// The damage of one list.
pub(super) struct Harm<'a> {
    damages: &'a Damages,
    luck: Luck,
    world: &'a World,
    /// Head by household, where papers of heads are wanted.
    heads: FxHashMap<u32, u32>,
    /// The list.
    kind: Kind,
    /// ID and date of the row above, within a block that slipped.
    above: Option<(IdW, DateW)>,
}

impl<'a> Harm<'a> {
    /// The damage of a list of a kind.
    pub(super) fn of(damages: &'a Damages, world: &'a World, seed: u64, kind: Kind) -> Self {
        let of_heads = [Damage::InformantPapers, Damage::FilledDown].iter().any(|d| damages.share(*d) > 0.0);
        let heads = world.people.iter().enumerate().filter(|(_, p)| p.kinship == Kinship::Head && p.resident);
        Self {
            damages,
            luck: Luck::new(seed, 100 + kind.index() as u64, 1.0),
            world,
            heads: heads.filter(|_| of_heads).map(|(ix, p)| (p.household, ix as u32)).collect(),
            kind,
            above: None,
        }
    }

    fn strikes(&mut self, damage: Damage) -> bool {
        let share = self.damages.share(damage);
        share > 0.0 && (share >= 1.0 || self.luck.coin(share))
    }

    /// Damages a row of the registry; `false` where it is left out.
    pub(super) fn registry_row(&mut self, reg: &mut Reg) -> bool {
        if reg.is_dead() && self.strikes(Damage::LivingRegistry) {
            return false;
        }
        let home = self.world.people[reg.person as usize].commune;
        if home != 0 && self.strikes(Damage::OneCommune) {
            return false;
        }
        if self.has_no_id(reg.person) || self.strikes(Damage::RegistryWithoutIds) {
            (reg.pid, reg.old) = (IdCell::Empty, IdCell::Empty);
            if let Some(odd) = &mut reg.odd {
                (odd.personal, odd.old) = (IdW::default(), IdW::default());
            }
        }
        true
    }

    /// Whether a person's birth is written as a year alone because of age.
    pub(super) fn gives_year_alone(&mut self, person: &Person) -> bool {
        self.world.as_of.year() - person.birth.year() >= 60 && self.strikes(Damage::YearsForOld)
    }

    /// Whether a person has no ID anywhere.
    fn has_no_id(&self, ix: u32) -> bool {
        let age = self.world.as_of.year() - self.world.people[ix as usize].birth.year();
        !(14..=60).contains(&age) && falls_on(ix, self.damages.share(Damage::NoIdsForYoungAndOld))
    }

    /// Whether the lists leave a column empty.
    pub(super) fn leaves_out(&self, field: Field) -> bool {
        use Field::{
            Address, BirthPlace, Commune, CommuneCode, Ethnicity, Hamlet, HouseholdId, HusbandAddress,
            InformantId, InformantName, LastResidence, WifeAddress,
        };
        let of_place = [Commune, CommuneCode, Hamlet, Address, HouseholdId, HusbandAddress, WifeAddress];
        let of_others = [BirthPlace, Ethnicity, InformantId, InformantName, LastResidence];
        self.damages.share(Damage::NamesAndYears) > 0.0
            && (of_place.contains(&field) || of_others.contains(&field))
    }

    /// Damages what a row writes of a person. `row` is that of the list.
    pub(super) fn person(&mut self, ix: u32, role: Role, row: u32, w: &mut PersonW) {
        let p = &self.world.people[ix as usize];
        if self.gives_year_alone(p) {
            year_alone(&mut w.birth);
        }
        if self.has_no_id(ix) || self.damages.share(Damage::NamesAndYears) > 0.0 {
            (w.personal, w.old) = (IdW::default(), IdW::default());
        }
        if self.damages.share(Damage::NamesAndYears) > 0.0 {
            w.gender = None;
            year_alone(&mut w.birth);
        }
        match p.commune {
            0 if self.strikes(Damage::ClerksHabits) => exchange(&mut w.birth, self.world.as_of),
            1 if self.strikes(Damage::ClerksHabits) => drop_middle(&mut w.name),
            _ => {}
        }
        match role {
            Role::Deceased => self.deceased(ix, w),
            Role::Subject if self.kind == Kind::Insurance => self.subject(ix, row, w),
            _ => {}
        }
        if let IdCell::Personal(_) = w.personal.is
            && self.strikes(Damage::LettersInNumbers)
        {
            self.letters(&mut w.personal);
        }
    }

    fn deceased(&mut self, ix: u32, w: &mut PersonW) {
        if self.strikes(Damage::DeathsWithoutIds) {
            (w.personal, w.old) = (IdW::default(), IdW::default());
        }
        if self.strikes(Damage::DeathsByYear) {
            year_alone(&mut w.birth);
        }
        if self.strikes(Damage::InformantPapers) {
            let p = &self.world.people[ix as usize];
            let kin = [Some(p.spouse), p.mother.person(), self.heads.get(&p.household).copied()];
            let living = |other: &u32| {
                *other != NOBODY && *other != ix && self.world.people[*other as usize].death.is_none()
            };
            if let Some(other) = kin.into_iter().flatten().find(living) {
                self.lend(other, w);
            }
        }
    }

    fn subject(&mut self, ix: u32, row: u32, w: &mut PersonW) {
        let p = &self.world.people[ix as usize];
        let share = self.damages.share(Damage::FilledDown);
        // Of a household all cards are filled down, or none.
        if falls_on(p.household, share)
            && let Some(&head) = self.heads.get(&p.household).filter(|head| **head != ix)
        {
            self.lend(head, w);
        }
        if self.damages.share(Damage::ShiftedBlock) > 0.0 && (BLOCK..2 * BLOCK).contains(&row) {
            let own = (w.personal.clone(), w.birth.clone());
            if let Some((id, birth)) = self.above.replace(own) {
                (w.personal, w.birth) = (id, birth);
            }
        }
    }

    /// Puts the papers of another on a row.
    fn lend(&mut self, other: u32, w: &mut PersonW) {
        let other = &self.world.people[other as usize];
        let date = other.birth.to_partial();
        w.personal = if other.pid == 0 { IdW::default() } else { personal_id(other.pid) };
        w.old = IdW::default();
        w.birth = date
            .map_or_else(DateW::default, |date| DateW { text: date.to_string(), is: DateCell::Sound(date) });
    }

    /// Puts a letter in place of a digit.
    fn letters(&mut self, id: &mut IdW) {
        const ALIKE: [(char, char); 6] =
            [('0', 'O'), ('0', 'o'), ('1', 'l'), ('1', 'I'), ('5', 'S'), ('8', 'B')];
        let (digit, letter) = *self.luck.one(&ALIKE);
        if id.text.contains(digit) {
            id.text = id.text.replacen(digit, &letter.to_string(), 1);
            id.is = IdCell::Malformed;
        }
    }
}

/// Whether a damage of some share falls on a thing, the same wherever it stands.
fn falls_on(thing: u32, share: f64) -> bool {
    let lot = u64::from(thing).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    share > 0.0 && lot as f64 <= share * f64::from(1u32 << 24)
}

/// Exchanges day and month of a sound full date, where the calendar has the other.
fn exchange(birth: &mut DateW, as_of: Day) {
    let DateCell::Sound(date) = birth.is else { return };
    let (Some(month), Some(day)) = (date.month(), date.day_of_month()) else { return };
    if let Some(other) = PartialDate::day(date.year(), day, month).filter(|other| other.last_day() <= as_of) {
        *birth = DateW { text: other.to_string(), is: DateCell::Sound(other) };
    }
}

/// Leaves of a name of three words or more the first and the last.
fn drop_middle(name: &mut NameW) {
    let ends = |text: &str| -> Option<String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        (words.len() >= 3).then(|| format!("{} {}", words[0], words[words.len() - 1]))
    };
    // What stands beside a name, or took its place, is no middle name.
    let is_bare = name.text.to_lowercase() == name.key && !name.damaged && !name.placeholder;
    if let Some((text, key)) = ends(&name.text).zip(ends(&name.key)).filter(|_| is_bare) {
        (name.text, name.key) = (text, key);
    }
}

/// Leaves of a sound date its year.
fn year_alone(birth: &mut DateW) {
    if let DateCell::Sound(date) = birth.is {
        let year: PartialDate = date.year_only();
        *birth = DateW { text: year.to_string(), is: DateCell::Sound(year) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read() {
        let damages = Damages::parse("living-registry, informant-papers:4").unwrap();
        assert_eq!(damages.share(Damage::LivingRegistry), 1.0);
        assert_eq!(damages.share(Damage::InformantPapers), 0.04);
        assert_eq!(damages.share(Damage::FilledDown), 0.0);
        for wrong in ["flood", "informant-papers:x", "informant-papers:101"] {
            assert_eq!(Damages::parse(wrong), Err(wrong.to_owned()));
        }
    }
}
