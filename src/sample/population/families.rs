//! How the residents of a commune come to their families, names and homes.

use smallvec::SmallVec;

use super::people::{Kinship, NOBODY, Parent, Person, World, old_number};
use super::tables::Tables;
use crate::domain::{Day, Gender};
use crate::sample::draw::Luck;

impl World {
    /// Fills a commune with families.
    pub(super) fn settle(&mut self, tables: &Tables, luck: &mut Luck, commune: u16, size: u32) {
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
}
