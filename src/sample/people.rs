//! The made-up population: persons, their families and households, as life has them and no list yet.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::draw::Luck;
use super::tables::{Name, Tables};
use crate::domain::{Day, Gender};

/// No person.
pub(super) const NOBODY: u32 = u32::MAX;

/// A parent of a person.
#[derive(Copy, Clone, Debug)]
pub(super) enum Parent {
    /// Not known (single mothers' children).
    Unknown,
    /// One of [`World::people`].
    Person(u32),
    /// Somebody who stands in no list: dead long ago or living elsewhere.
    Named(Name),
}

impl Parent {
    /// The person, where the parent is one of the population.
    pub(super) fn person(self) -> Option<u32> {
        if let Self::Person(ix) = self { Some(ix) } else { None }
    }
}

/// Relation to the head of the household.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Default)]
pub(super) enum Kinship {
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
pub(super) struct Person {
    pub(super) name: Name,
    pub(super) birth: Day,
    pub(super) gender: Gender,
    pub(super) ethnicity: u8,
    pub(super) commune: u16,
    pub(super) hamlet: u8,
    pub(super) street: u8,
    pub(super) house: u16,
    pub(super) household: u32,
    pub(super) kinship: Kinship,
    pub(super) father: Parent,
    pub(super) mother: Parent,
    pub(super) spouse: u32,
    pub(super) pid: u64,
    /// The old ID; 0 where there never was one.
    pub(super) old: u32,
    pub(super) insurance: u64,
    pub(super) death: Option<Day>,
    /// Whether nobody ever registered the death.
    pub(super) unrecorded: bool,
    /// Whether the registry has (had) a row of this person.
    pub(super) resident: bool,
}

/// The population and the communes it lives in.
#[derive(Debug)]
pub(super) struct World {
    pub(super) people: Vec<Person>,
    pub(super) communes: Vec<Commune>,
    /// Households so far.
    households: u32,
    pids: FxHashSet<u64>,
    pub(super) as_of: Day,
}

/// A commune in force and the old ones it was made of.
#[derive(Clone, Debug)]
pub(super) struct Commune {
    pub(super) code: u32,
    pub(super) name: String,
    /// Code and name of the old communes (the first one bore the same name).
    pub(super) old: Vec<(u32, String)>,
    pub(super) district: String,
    /// The old commune that was split between this one and the one before it.
    pub(super) shares: Option<(u32, String)>,
}

/// Years in which deaths are made up; the deaths extract covers the last six of them.
const DEATH_YEARS: f64 = 7.0;

impl World {
    /// Makes the communes and the residents of a sample.
    pub(super) fn new(tables: &Tables, seed: u64, residents: u32, communes: Option<u16>, as_of: Day) -> Self {
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
    pub(super) fn add_outsider(
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
    pub(super) fn give_number(&mut self, tables: &Tables, luck: &mut Luck, ix: u32) {
        let (gender, year) = (self.people[ix as usize].gender, self.people[ix as usize].birth.year());
        let pid = self.new_pid(luck, tables, gender, year);
        let person = &mut self.people[ix as usize];
        person.pid = pid;
        if self.as_of.year() - year >= 20 && luck.coin(0.85) {
            person.old = old_number(ix, luck);
        }
    }

    fn next_household(&mut self) -> u32 {
        self.households += 1;
        self.households
    }

    fn newborn(&mut self, luck: &mut Luck, commune: u16, gender: Gender, birth: Day) -> Person {
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
    fn new_pid(&mut self, luck: &mut Luck, tables: &Tables, gender: Gender, birth_year: i32) -> u64 {
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

    /// Fills a commune with families.
    fn settle(&mut self, tables: &Tables, luck: &mut Luck, commune: u16, size: u32) {
        let first = self.people.len() as u32;
        let this_year = self.as_of.year();
        for _ in 0..size {
            let (gender, age) = tables.draw_age(luck);
            let birth = loop {
                let year = this_year - age;
                let (month, day) = (luck.between(1, 12) as u8, luck.between(1, 31) as u8);
                if let Some(day) = Day::from_civil(year, month, day) {
                    break if day >= self.as_of { Day(self.as_of.0 - luck.between(2, 300)) } else { day };
                }
            };
            let person = self.newborn(luck, commune, gender, birth);
            self.people.push(person);
        }
        let last = self.people.len() as u32;
        let mut by_age: Vec<u32> = (first..last).collect();
        by_age.sort_by_key(|&ix| (self.people[ix as usize].birth, ix));
        self.marry(luck, &by_age);
        self.give_parents(luck, &by_age);
        self.give_names(tables, luck, &by_age);
        self.give_homes(luck, &by_age);
        for ix in first..last {
            let (gender, year) = (self.people[ix as usize].gender, self.people[ix as usize].birth.year());
            // Numbers issued with a wrong sex or year digit exist, and stay.
            let slip = luck.hit(0, 0.0025);
            let (g, y) = match (slip, luck.coin(0.5)) {
                (true, true) if gender == Gender::Male => (Gender::Female, year),
                (true, true) => (Gender::Male, year),
                (true, false) => (gender, (year - luck.between(1, 9)).max(1900)),
                _ => (gender, year),
            };
            let pid = self.new_pid(luck, tables, g, y);
            let person = &mut self.people[ix as usize];
            person.pid = pid;
            if this_year - year >= 20 && luck.coin(0.85) {
                person.old = old_number(ix, luck);
            }
        }
        self.make_namesakes(luck, first, last);
    }

    fn marry(&mut self, luck: &mut Luck, by_age: &[u32]) {
        let this_year = self.as_of.year();
        let mut men: Vec<Vec<u32>> = vec![Vec::new(); 160];
        let slot = |year: i32| (year - (this_year - 130)).clamp(0, 159) as usize;
        for &ix in by_age {
            let p = &self.people[ix as usize];
            if p.gender == Gender::Male && this_year - p.birth.year() >= 20 {
                men[slot(p.birth.year())].push(ix);
            }
        }
        for &ix in by_age {
            let (gender, year) = (self.people[ix as usize].gender, self.people[ix as usize].birth.year());
            let chance = match this_year - year {
                ..=18 => continue,
                19..=21 => 0.25,
                22..=24 => 0.5,
                25..=29 => 0.75,
                30..=64 => 0.88,
                65..=79 => 0.65,
                _ => 0.35,
            };
            if gender == Gender::Male || !luck.coin(chance) {
                continue;
            }
            for _ in 0..6 {
                let bucket = &mut men[slot(year - luck.between(-2, 7))];
                if !bucket.is_empty() {
                    let at = luck.below(bucket.len());
                    let husband = bucket.swap_remove(at);
                    self.people[ix as usize].spouse = husband;
                    self.people[husband as usize].spouse = ix;
                    break;
                }
            }
        }
    }

    fn give_parents(&mut self, luck: &mut Luck, by_age: &[u32]) {
        let this_year = self.as_of.year();
        let slot = |year: i32| (year - (this_year - 130)).clamp(0, 159) as usize;
        let mut wives: Vec<Vec<u32>> = vec![Vec::new(); 160];
        for &ix in by_age {
            let p = &self.people[ix as usize];
            if p.gender == Gender::Female && p.spouse != NOBODY {
                wives[slot(p.birth.year())].push(ix);
            }
        }
        let offset = by_age.iter().copied().min().unwrap_or(0);
        let mut births: Vec<SmallVec<[i32; 4]>> = vec![SmallVec::new(); by_age.len()];
        let mut twin_of: Option<u32> = None;
        for &ix in by_age {
            let (birth, spouse) = (self.people[ix as usize].birth, self.people[ix as usize].spouse);
            let year = birth.year();
            let age = this_year - year;
            if let Some(twin) = twin_of.take()
                && self.people[twin as usize].birth.0.abs_diff(birth.0) < 400
            {
                let other = self.people[twin as usize].clone();
                let person = &mut self.people[ix as usize];
                person.birth = other.birth;
                (person.mother, person.father) = (other.mother, other.father);
                continue;
            }
            if age > 55 || (age > 24 && !luck.coin(0.5)) {
                continue;
            }
            for _ in 0..10 {
                let gap = 19 + (luck.between(0, 14) + luck.between(0, 9));
                let bucket = &wives[slot(year - gap)];
                if bucket.is_empty() {
                    continue;
                }
                let mother = *luck.one(bucket);
                let kids = &mut births[(mother - offset) as usize];
                let father = self.people[mother as usize].spouse;
                let too_close = kids.len() >= 4 || kids.iter().any(|k| (k - birth.0).abs() < 500);
                if too_close
                    || mother == spouse
                    || this_year - self.people[father as usize].birth.year() < age + 18
                {
                    continue;
                }
                kids.push(birth.0);
                let person = &mut self.people[ix as usize];
                (person.mother, person.father) = (Parent::Person(mother), Parent::Person(father));
                if luck.hit(1, 0.014) {
                    twin_of = Some(ix);
                }
                break;
            }
        }
    }

    /// From the oldest to the youngest: families share ethnicity and surname.
    fn give_names(&mut self, tables: &Tables, luck: &mut Luck, by_age: &[u32]) {
        let mut previous: Option<u32> = None;
        for &ix in by_age {
            let person = &self.people[ix as usize];
            let (gender, year) = (person.gender, person.birth.year());
            let father = person.father.person().map(|f| self.people[f as usize].clone());
            let spouse = (person.spouse != NOBODY).then(|| &self.people[person.spouse as usize]);
            let ethnicity = match (&father, spouse) {
                (Some(f), _) => f.ethnicity,
                (None, Some(s)) if !s.name.words().is_empty() => s.ethnicity,
                _ => tables.draw_ethnicity(luck),
            };
            let twin = previous.filter(|&p| {
                let other = &self.people[p as usize];
                person.mother.person().is_some()
                    && other.mother.person() == person.mother.person()
                    && other.birth == person.birth
            });
            let surname = father.as_ref().map(|f| f.name);
            let name = match twin {
                Some(t) if self.people[t as usize].gender == gender && ethnicity == 0 => {
                    let of = self.people[t as usize].name;
                    tables.sibling_name(luck, &of, gender, year)
                }
                other => {
                    let taken = other.map(|t| self.people[t as usize].name);
                    let mut draw = || tables.draw_name(luck, ethnicity, gender, year, surname.as_ref());
                    let mut name = draw();
                    // No parents give twins one name.
                    while taken == Some(name) {
                        name = draw();
                    }
                    name
                }
            };
            let elders = if father.is_none() {
                let f = tables.draw_name(luck, ethnicity, Gender::Male, year - 28, Some(&name));
                let m = tables.draw_name(luck, ethnicity, Gender::Female, year - 25, None);
                // Children of single mothers bear no father's name.
                let f = if luck.coin(0.03) { Parent::Unknown } else { Parent::Named(f) };
                Some((f, Parent::Named(m)))
            } else {
                None
            };
            let person = &mut self.people[ix as usize];
            person.ethnicity = ethnicity;
            person.name = name;
            if let Some((f, m)) = elders {
                (person.father, person.mother) = (f, m);
            }
            previous = Some(ix);
        }
    }

    fn give_homes(&mut self, luck: &mut Luck, by_age: &[u32]) {
        let this_year = self.as_of.year();
        for &ix in by_age {
            if self.people[ix as usize].household != 0 {
                continue;
            }
            let person = &self.people[ix as usize];
            let (spouse, age) = (person.spouse, this_year - person.birth.year());
            let joins = |p: &Person, parent: Option<u32>| parent.filter(|_| p.spouse == NOBODY && age < 32);
            let home = joins(person, person.mother.person())
                .or_else(|| joins(person, person.father.person()))
                .or_else(|| {
                    let son = person.gender == Gender::Male && spouse != NOBODY;
                    person.father.person().filter(|_| son && age < 45)
                });
            let stays = home.is_some() && (spouse == NOBODY || luck.coin(0.3));
            let (household, host) = match home.filter(|_| stays) {
                Some(parent) => (self.people[parent as usize].household, parent),
                None => (self.next_household(), ix),
            };
            let host = self.people[host as usize].clone();
            for member in [ix, spouse] {
                if member == NOBODY {
                    continue;
                }
                let person = &mut self.people[member as usize];
                person.household = household;
                (person.hamlet, person.street, person.house) = (host.hamlet, host.street, host.house);
            }
            self.people[ix as usize].kinship = if stays { Kinship::Child } else { Kinship::Head };
            if spouse != NOBODY {
                self.people[spouse as usize].kinship =
                    if stays { Kinship::ChildInLaw } else { Kinship::Spouse };
            }
        }
        // A married man is the head rather than his elder wife, and grandchildren are no children.
        for &ix in by_age {
            let person = &self.people[ix as usize];
            let spouse = person.spouse;
            if person.kinship == Kinship::Head && person.gender == Gender::Female && spouse != NOBODY {
                self.people[ix as usize].kinship = Kinship::Spouse;
                self.people[spouse as usize].kinship = Kinship::Head;
            } else if person.kinship == Kinship::Child
                && let Some(parent) = person.father.person().or(person.mother.person())
                && matches!(self.people[parent as usize].kinship, Kinship::Child | Kinship::ChildInLaw)
            {
                self.people[ix as usize].kinship = Kinship::Grandchild;
            }
        }
    }

    /// Some neighbours share name and year of birth.
    fn make_namesakes(&mut self, luck: &mut Luck, first: u32, last: u32) {
        let count = (last - first) as usize;
        for ix in first..last {
            if !luck.hit(2, 0.02) {
                continue;
            }
            let other = first + luck.below(count) as u32;
            let (a, b) = (&self.people[ix as usize], &self.people[other as usize]);
            let same_year = a.birth.year() == b.birth.year();
            let single = a.father.person().is_none() && a.spouse == NOBODY;
            if ix != other && a.gender == b.gender && (same_year || single) && a.ethnicity == b.ethnicity {
                let name = b.name;
                let (year, is_adult) = (b.birth.year(), b.birth.year() + 20 < self.as_of.year());
                let birth =
                    if same_year { Some(a.birth) } else { Day::from_civil(year, 3 + (ix % 9) as u8, 17) };
                let person = &mut self.people[ix as usize];
                person.name = name;
                if let Some(day) = birth
                    && is_adult
                    && !same_year
                {
                    // The number was drawn for the year before; it moves along.
                    let shift = |y: i32| (y % 100) as u64 * 1_000_000;
                    let (from, to) = (person.birth.year(), day.year());
                    if from / 100 == to / 100 && person.pid / 1_000_000 % 100 == (from % 100) as u64 {
                        let moved = person.pid - shift(from) + shift(to);
                        if self.pids.insert(moved) {
                            person.pid = moved;
                            person.birth = day;
                        }
                    }
                }
            }
        }
    }

    /// A few are a hundred years old and more, in any sample.
    fn outlive(&mut self, tables: &Tables, luck: &mut Luck) {
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
    fn bury(&mut self, tables: &Tables, luck: &mut Luck) {
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
fn old_number(ix: u32, luck: &mut Luck) -> u32 {
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
