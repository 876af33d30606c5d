//! The made-up population: persons, their families and households, as life has them and no list yet.

use rustc_hash::FxHashSet;

use super::tables::{Name, Tables};
use crate::domain::{Day, Gender};
use crate::sample::draw::Luck;

/// No person.
pub(crate) const NOBODY: u32 = u32::MAX;

/// A parent of a person.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Parent {
    /// Not known (single mothers' children).
    Unknown,
    /// One of [`World::people`].
    Person(u32),
    /// Somebody who stands in no list: dead long ago or living elsewhere.
    Named(Name),
}

impl Parent {
    /// The person, where the parent is one of the population.
    pub(crate) fn person(self) -> Option<u32> {
        if let Self::Person(ix) = self { Some(ix) } else { None }
    }
}

/// Relation to the head of the household.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Default)]
pub(crate) enum Kinship {
    /// Chủ hộ.
    Head,
    /// Vợ, chồng.
    Spouse,
    /// Con.
    Child,
    /// Con dâu, con rể.
    ChildInLaw,
    /// Cháu.
    Grandchild,
    /// Anyone else.
    #[default]
    Other,
}

/// A person as life has it.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) name: Name,
    pub(crate) birth: Day,
    pub(crate) gender: Gender,
    pub(crate) ethnicity: u8,
    pub(crate) commune: u16,
    pub(crate) hamlet: u8,
    pub(crate) street: u8,
    pub(crate) house: u16,
    pub(crate) household: u32,
    pub(crate) kinship: Kinship,
    pub(crate) father: Parent,
    pub(crate) mother: Parent,
    pub(crate) spouse: u32,
    pub(crate) pid: u64,
    /// The old ID; 0 where there never was one.
    pub(crate) old: u32,
    pub(crate) insurance: u64,
    pub(crate) death: Option<Day>,
    /// Whether nobody ever registered the death.
    pub(crate) unrecorded: bool,
    /// Whether the registry has (had) a row of this person.
    pub(crate) resident: bool,
}

/// The population and the communes it lives in.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) people: Vec<Person>,
    pub(crate) communes: Vec<Commune>,
    /// Households so far.
    pub(super) households: u32,
    pub(super) pids: FxHashSet<u64>,
    pub(crate) as_of: Day,
}

/// A commune in force and the old ones it was made of.
#[derive(Clone, Debug)]
pub(crate) struct Commune {
    pub(crate) code: u32,
    pub(crate) name: String,
    /// Code and name of the old communes (the first one bore the same name).
    pub(crate) old: Vec<(u32, String)>,
    pub(crate) district: String,
    /// The old commune that was split between this one and the one before it.
    pub(crate) shares: Option<(u32, String)>,
}

/// Years in which deaths are made up; the deaths extract covers the last six of them.
const DEATH_YEARS: f64 = 7.0;

impl World {
    /// Makes the communes and the residents of a sample.
    pub(crate) fn new(tables: &Tables, seed: u64, residents: u32, communes: Option<u16>, as_of: Day) -> Self {
        let mut luck = Luck::new(seed, 1, 0.0);
        let count = communes.map_or((residents / 9_000).max(3) as usize, |c| usize::from(c.max(1)));
        let mut world = Self {
            people: Vec::with_capacity(residents as usize + residents as usize / 16),
            communes: make_communes(tables, count),
            households: 0,
            pids: FxHashSet::default(),
            as_of,
        };
        let weights: Vec<f64> = (0..count).map(|_| 0.6 + f64::from(luck.between(0, 800)) / 1000.0).collect();
        let total: f64 = weights.iter().sum();
        let mut upto = 0.0;
        for (commune, weight) in weights.iter().enumerate() {
            let first = (f64::from(residents) * upto / total).round() as u32;
            upto += weight;
            let last = (f64::from(residents) * upto / total).round() as u32;
            world.settle(tables, &mut luck, commune as u16, last - first);
        }
        world.outlive(tables, &mut luck);
        world.bury(tables, &mut luck);
        world
    }

    /// Adds a person who stands in no registry.
    pub(crate) fn add_outsider(
        &mut self,
        tables: &Tables,
        luck: &mut Luck,
        commune: u16,
        gender: Gender,
        birth: Day,
        parents: Option<(u32, u32)>,
    ) -> u32 {
        let (mother, father) = parents
            .map_or((Parent::Unknown, Parent::Unknown), |(m, f)| (Parent::Person(m), Parent::Person(f)));
        let ethnicity = match parents {
            Some((_, f)) => self.people[f as usize].ethnicity,
            None => tables.draw_ethnicity(luck),
        };
        let surname = parents.map(|(_, f)| self.people[f as usize].name);
        let home = parents.map(|(m, _)| self.people[m as usize].clone());
        let household = home.as_ref().map_or_else(|| self.next_household(), |h| h.household);
        let mut person = self.newborn(luck, commune, gender, birth);
        person.ethnicity = ethnicity;
        person.name = tables.draw_name(luck, ethnicity, gender, birth.year(), surname.as_ref());
        (person.mother, person.father) = (mother, father);
        person.household = household;
        if let Some(home) = home {
            (person.hamlet, person.street, person.house) = (home.hamlet, home.street, home.house);
        }
        person.resident = false;
        self.people.push(person);
        (self.people.len() - 1) as u32
    }

    /// Gives a person a personal ID, and an old one where age allows.
    pub(crate) fn give_number(&mut self, tables: &Tables, luck: &mut Luck, ix: u32) {
        let (gender, year) = (self.people[ix as usize].gender, self.people[ix as usize].birth.year());
        let pid = self.new_pid(luck, tables, gender, year);
        let person = &mut self.people[ix as usize];
        person.pid = pid;
        if self.as_of.year() - year >= 20 && luck.coin(0.85) {
            person.old = old_number(ix, luck);
        }
    }

    pub(super) fn next_household(&mut self) -> u32 {
        self.households += 1;
        self.households
    }

    pub(super) fn newborn(&mut self, luck: &mut Luck, commune: u16, gender: Gender, birth: Day) -> Person {
        let n = self.people.len() as u64;
        Person {
            name: Name::default(),
            birth,
            gender,
            ethnicity: 0,
            commune,
            hamlet: luck.between(0, 11) as u8,
            street: luck.between(0, 9) as u8,
            house: luck.between(1, 280) as u16,
            household: 0,
            kinship: Kinship::Other,
            father: Parent::Unknown,
            mother: Parent::Unknown,
            spouse: NOBODY,
            pid: 0,
            old: 0,
            // Multipliers that share no factor with the modulus: numbers never come twice.
            insurance: 6_600_000_000 + (n * 38_371_913 + 11) % 100_000_000,
            death: None,
            unrecorded: false,
            resident: true,
        }
    }

    /// A personal ID that nobody has yet.
    pub(super) fn new_pid(
        &mut self,
        luck: &mut Luck,
        tables: &Tables,
        gender: Gender,
        birth_year: i32,
    ) -> u64 {
        let local = u64::from(tables.places.province_prefix);
        let place = if luck.coin(0.86) { local } else { u64::from(*luck.one(&tables.prefixes)) };
        let century = ((birth_year - 1900).max(0) / 100 * 2) as u64 + u64::from(gender == Gender::Female);
        loop {
            let tail = luck.between(0, 999_999) as u64;
            let id =
                place * 1_000_000_000 + century * 100_000_000 + (birth_year % 100) as u64 * 1_000_000 + tail;
            if self.pids.insert(id) {
                return id;
            }
        }
    }

    /// A few are a hundred years old and more, in any sample.
    pub(super) fn outlive(&mut self, tables: &Tables, luck: &mut Luck) {
        let this_year = self.as_of.year();
        let have = self.people.iter().filter(|p| this_year - p.birth.year() > 100).count();
        let want = 6_usize.min(self.people.len() / 100);
        let mut oldest: Vec<u32> = (0..self.people.len() as u32).collect();
        oldest.sort_by_key(|&ix| (self.people[ix as usize].birth, ix));
        for &ix in oldest.iter().skip(have).take(want.saturating_sub(have)) {
            let year = this_year - 101 - luck.between(0, 2);
            let gender = self.people[ix as usize].gender;
            let pid = self.new_pid(luck, tables, gender, year);
            let person = &mut self.people[ix as usize];
            if let Some(day) = Day::from_civil(year, 5, 1 + (ix % 28) as u8) {
                person.birth = day;
                person.pid = pid;
            }
        }
    }

    /// Deaths of the last years, by the death rates.
    pub(super) fn bury(&mut self, tables: &Tables, luck: &mut Luck) {
        let span = (DEATH_YEARS * 365.25) as i32;
        let mut youngest: Vec<i32> = vec![i32::MIN; self.people.len()];
        for person in &self.people {
            for parent in [person.mother.person(), person.father.person()].into_iter().flatten() {
                let day = &mut youngest[parent as usize];
                *day = (*day).max(person.birth.0);
            }
        }
        let as_of = self.as_of;
        for (person, last_child) in self.people.iter_mut().zip(youngest) {
            let age = as_of.year() - person.birth.year();
            if !(2..=100).contains(&age) {
                continue;
            }
            let rate = tables.death_rate((age - 3).max(1), person.gender);
            let p = 1.0 - (-DEATH_YEARS * rate).exp();
            let earlier = age > 60 && luck.hit(4, 0.012);
            let day = as_of.0 - luck.between(5, span) - if earlier { span + 500 } else { 0 };
            if (earlier || luck.hit(3, p)) && day > person.birth.0 + 400 && day > last_child {
                person.death = Some(Day(day));
                person.unrecorded = luck.hit(5, 0.16);
            }
        }
    }
}

/// The old ID of a person: the multiplier shares no factor with the modulus, so no number comes twice.
/// One in ten was issued elsewhere, under a number that begins with zero.
pub(super) fn old_number(ix: u32, luck: &mut Luck) -> u32 {
    let tail = ((u64::from(ix) * 7_368_787 + 5_003) % 10_000_000) as u32;
    if luck.coin(0.1) { 20_000_000 + tail } else { 240_000_000 + tail }
}

fn make_communes(tables: &Tables, count: usize) -> Vec<Commune> {
    let places = &tables.places;
    let mut old_code = places.old_code_from;
    let mut next = || {
        old_code += 1;
        old_code - 1
    };
    let mut communes: Vec<Commune> = Vec::with_capacity(count);
    for n in 0..count {
        let name = format!("Xã {}", places.new_name(n));
        let old = vec![(next(), name.clone()), (next(), format!("Xã {}", places.old_name(n)))];
        // Every third commune shares an old one with its neighbour: split, as one in twenty was.
        let shares = (n % 3 == 1).then(|| (next(), format!("Xã {}", places.old_name(count + n))));
        communes.push(Commune {
            code: places.new_code_from + n as u32,
            name,
            old,
            district: places.district(n / 6).to_owned(),
            shares,
        });
    }
    communes
}
