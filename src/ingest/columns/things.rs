//! The grammar of headers (`data/headers/header_things.toml`): which signs add up to which thing, and which thing, told of
//! whom, is which field of a kind.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::lexicon::{Lexicon, Sign};
use super::reading::{Signs, Sort};
use crate::builtin;
use crate::domain::{Field, Kind, Role};

/// The table that ships with the program.
const THINGS: &str = include_str!("../../../data/headers/header_things.toml");

/// The section of lists of other sectors.
const LISTS: &str = "lists";
/// The section of those lists on which husband and wife both stand.
const COUPLES: &str = "couples";

/// A thing that a column may hold, by its position in the table.
pub(in crate::ingest) type Thing = u16;

/// The shape of `data/headers/header_things.toml`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct ThingsFile {
    section: Vec<String>,
    /// Of each thing the name, then its patterns.
    things: Vec<Vec<String>>,
    better: BTreeMap<String, f64>,
    needed: BTreeMap<String, Vec<String>>,
    evidence: BTreeMap<String, BTreeMap<String, f64>>,
    kinds: BTreeMap<String, KindFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    subject: Vec<String>,
    stands_in: Vec<String>,
    #[serde(default)]
    foreign: Vec<String>,
    #[serde(default)]
    about: Vec<String>,
    #[serde(default)]
    persons: BTreeMap<String, String>,
    fields: Vec<String>,
}

/// Signs that add up to a thing.
struct Pattern {
    thing: Thing,
    /// Of each group one must be there.
    needed: Vec<Vec<Sign>>,
    /// May be there.
    allowed: Signs,
}

/// Of whom something is told, for one kind.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::ingest) enum Person {
    /// The person that the row is about.
    Subject,
    /// Another one.
    Other(Sign),
    /// Several at once, or one that is not known.
    Unclear,
}

/// Fields, with points added to the claim.
type Fields = Vec<(Field, f64)>;

/// What a kind makes of persons and things.
#[derive(Default)]
pub(in crate::ingest) struct KindRules {
    subject: Signs,
    /// Signs of the act that all rows are of.
    about: Signs,
    /// Signs of acts that are none of this kind: the number of a birth in a list of deaths.
    foreign: Signs,
    stands_in: Vec<Sign>,
    /// Signs of things that are persons here: "Nam" over "Họ tên" is the husband.
    persons: FxHashMap<Sign, Sign>,
    fields: FxHashMap<(Person, Option<Thing>), Fields>,
}

impl KindRules {
    /// Persons that may be whom the rows are about where no column names him.
    pub(in crate::ingest) fn stands_in(&self) -> &[Sign] {
        &self.stands_in
    }

    /// The person that a sign of a thing names here.
    pub(in crate::ingest) fn person_of(&self, sign: Sign) -> Option<Sign> {
        self.persons.get(&sign).copied()
    }

    /// Whether a sign is of the act that all rows are of.
    pub(in crate::ingest) fn is_about(&self, sign: Sign) -> bool {
        self.about.has(sign)
    }

    /// Whether a sign is of an act that is none of this kind.
    pub(in crate::ingest) fn is_foreign(&self, sign: Sign) -> bool {
        self.foreign.has(sign)
    }

    /// Whether a sign names the person that the rows are about.
    pub(in crate::ingest) fn is_subject(&self, sign: Sign) -> bool {
        self.subject.has(sign)
    }

    /// The fields that a thing told of a person may be, with points added to the claim.
    pub(in crate::ingest) fn fields(&self, person: Person, thing: Option<Thing>) -> &[(Field, f64)] {
        self.fields.get(&(person, thing)).map_or(&[], Vec::as_slice)
    }
}

/// The grammar in force.
pub(in crate::ingest) struct Grammar {
    sorts: Vec<Sort>,
    sections: Signs,
    things: Vec<String>,
    patterns: Vec<Pattern>,
    better: Vec<f64>,
    needed: BTreeMap<String, Vec<String>>,
    evidence: BTreeMap<String, BTreeMap<String, f64>>,
    kinds: Vec<KindRules>,
    parents: Option<[Sign; 3]>,
    couple: Option<[Sign; 3]>,
}

impl Grammar {
    /// The table built in.
    pub(in crate::ingest) fn built_in() -> &'static Self {
        static GRAMMAR: LazyLock<Grammar> =
            LazyLock::new(|| Grammar::new(builtin::toml("header_things.toml", THINGS)));
        &GRAMMAR
    }

    fn new(file: ThingsFile) -> Self {
        let lexicon = Lexicon::built_in();
        let sort = |sign: usize| match lexicon.name(sign as Sign) {
            "fill" | "solar" | "at" | "because" => Sort::Fill,
            name if name.starts_with("p.") || name.starts_with("s.") => Sort::Person,
            _ => Sort::Thing,
        };
        let signs = |names: &[String]| {
            let mut signs = Signs::default();
            names.iter().filter_map(|name| lexicon.sign(name)).for_each(|sign| signs.add(sign));
            signs
        };
        let three = |names: [&str; 3]| {
            let [a, b, c] = names.map(|name| lexicon.sign(name));
            Some([a?, b?, c?])
        };
        let mut this = Self {
            needed: file.needed,
            evidence: file.evidence,
            sorts: (0..lexicon.len()).map(sort).collect(),
            sections: signs(&file.section),
            things: file.things.iter().filter_map(|thing| thing.first().cloned()).collect(),
            patterns: Vec::new(),
            better: (0..lexicon.len())
                .map(|sign| file.better.get(lexicon.name(sign as Sign)).copied().unwrap_or_default())
                .collect(),
            kinds: Vec::new(),
            parents: three(["p.father", "p.mother", "p.parents"]),
            couple: three(["p.husband", "p.wife", "p.spouse"]),
        };
        for (thing, patterns) in file.things.iter().enumerate() {
            for pattern in patterns.iter().skip(1) {
                this.patterns.extend(Pattern::parse(thing as Thing, pattern, lexicon));
            }
        }
        this.kinds = Kind::all()
            .map(|kind| {
                let own = file.kinds.get(kind.name());
                let rules = own.or_else(|| file.kinds.get(LISTS).filter(|_| kind.is_list()));
                let more = file.kinds.get(COUPLES).filter(|_| kind.roles().contains(&Role::Spouse));
                let more = more.map_or(&[][..], |more| &more.fields);
                rules.map(|rules| this.rules(rules, more, kind, lexicon)).unwrap_or_default()
            })
            .collect();
        this
    }

    fn rules(&self, file: &KindFile, more: &[String], kind: Kind, lexicon: &Lexicon) -> KindRules {
        let mut rules = KindRules::default();
        file.subject.iter().filter_map(|name| lexicon.sign(name)).for_each(|sign| rules.subject.add(sign));
        file.about.iter().filter_map(|name| lexicon.sign(name)).for_each(|sign| rules.about.add(sign));
        file.foreign.iter().filter_map(|name| lexicon.sign(name)).for_each(|sign| rules.foreign.add(sign));
        rules.stands_in = file.stands_in.iter().filter_map(|name| lexicon.sign(name)).collect();
        for (from, to) in &file.persons {
            if let (Some(from), Some(to)) = (lexicon.sign(from), lexicon.sign(to)) {
                rules.persons.insert(from, to);
            }
        }
        for line in file.fields.iter().chain(more) {
            let mut words = line.split_whitespace();
            let (Some(source), Some(field)) = (words.next(), words.next().and_then(Field::from_name)) else {
                continue;
            };
            if !kind.fields().contains(&field) {
                continue;
            }
            let bonus = words.next().and_then(|word| word.parse().ok()).unwrap_or(0.0);
            let Some((person, thing)) = source.rsplit_once('.') else { continue };
            let person = match person {
                "S" => Some(Person::Subject),
                person => lexicon.sign(person).map(Person::Other),
            };
            let thing = if thing.is_empty() { Some(None) } else { self.thing_of_name(thing).map(Some) };
            if let (Some(person), Some(thing)) = (person, thing) {
                rules.fields.entry((person, thing)).or_default().push((field, bonus));
            }
        }
        rules
    }

    /// What a sign is good for.
    pub(in crate::ingest) fn sort(&self, sign: Sign) -> Sort {
        self.sorts.get(usize::from(sign)).copied().unwrap_or(Sort::Thing)
    }

    /// Whether a sign names, in some kind of list, the person that rows are about.
    pub(in crate::ingest) fn is_some_subject(sign: Sign) -> bool {
        Lexicon::built_in().name(sign).starts_with("s.")
    }

    /// The sign of a place.
    pub(in crate::ingest) fn place(&self) -> Sign {
        Lexicon::built_in().sign("place").unwrap_or_default()
    }

    /// The sign of a cause.
    pub(in crate::ingest) fn cause(&self) -> Sign {
        Lexicon::built_in().sign("cause").unwrap_or_default()
    }

    /// Whether a sign says that a thing is not the one in force: of the moon's calendar, or before the present one.
    pub(in crate::ingest) fn is_another(&self, sign: Sign) -> bool {
        ["lunar", "old", "previous"].iter().any(|name| self.means(sign, name))
    }

    /// Whether a sign is the one of a name.
    pub(in crate::ingest) fn means(&self, sign: Sign, name: &str) -> bool {
        Lexicon::built_in().name(sign) == name
    }

    /// Whether a sign is one of the two genders.
    pub(in crate::ingest) fn is_sex(&self, sign: Sign) -> bool {
        self.means(sign, "male") || self.means(sign, "female")
    }

    /// Whether a text says a part of a date and no more than that: "Ngày", "Tháng", "Năm sinh".
    pub(in crate::ingest) fn is_part_of_date(&self, signs: &Signs, part: &str) -> bool {
        let is_own = |sign: Sign| self.means(sign, part);
        signs.iter().any(is_own) && signs.iter().all(|sign| is_own(sign) || self.means(sign, "birth"))
    }

    /// Whether a sign over several columns may only name a section of the form.
    pub(in crate::ingest) fn is_section(&self, sign: Sign) -> bool {
        self.sections.has(sign)
    }

    /// The thing of a name.
    pub(in crate::ingest) fn thing_of_name(&self, name: &str) -> Option<Thing> {
        self.things.iter().position(|known| known == name).map(|at| at as Thing)
    }

    /// Whether a thing is the one of a name.
    pub(in crate::ingest) fn is_thing(&self, thing: Option<Thing>, name: &str) -> bool {
        thing.is_some_and(|thing| self.thing_name(thing) == name)
    }

    /// The name of a thing.
    pub(in crate::ingest) fn thing_name(&self, thing: Thing) -> &str {
        self.things.get(usize::from(thing)).map_or("", String::as_str)
    }

    /// The thing that signs add up to: by the first pattern that fits.
    pub(in crate::ingest) fn thing(&self, signs: &Signs) -> Option<Thing> {
        if signs.is_empty() {
            return None;
        }
        self.patterns.iter().find(|pattern| pattern.fits(signs)).map(|pattern| pattern.thing)
    }

    /// Whether a sign or a thing is one of which a file of the kind has one at the least.
    pub(in crate::ingest) fn is_needed(&self, kind: Kind, sign: &str) -> bool {
        self.needed.get(kind.name()).is_some_and(|signs| signs.iter().any(|known| known == sign))
    }

    /// What a sign or a thing says for a kind of file, or for one of another sector (`other`).
    pub(in crate::ingest) fn evidence(&self, of: &str, sign: &str) -> f64 {
        self.evidence.get(of).and_then(|points| points.get(sign)).copied().unwrap_or_default()
    }

    /// How much better, of two columns for one field, the one with these signs is.
    pub(in crate::ingest) fn better(&self, signs: &Signs) -> f64 {
        signs.iter().filter_map(|sign| self.better.get(usize::from(sign))).sum()
    }

    /// What a kind makes of persons and things.
    pub(in crate::ingest) fn kind(&self, kind: Kind) -> &KindRules {
        &self.kinds[kind.index()]
    }

    /// Whether persons named below a heading are some of those that it names: "Cha" below "Cha, mẹ".
    pub(in crate::ingest) fn is_one_of(&self, lower: &Signs, upper: &Signs) -> bool {
        let groups = [self.parents, self.couple];
        let named = |sign: Sign| {
            let in_group = |group: &[Sign; 3]| upper.has(group[2]) && group.contains(&sign);
            upper.has(sign) || groups.iter().flatten().any(in_group)
        };
        !lower.is_empty() && lower.len() < upper.len().max(2) && lower.iter().all(named)
    }

    /// Whether the only person named is a relative, of which sort is not said.
    pub(in crate::ingest) fn is_kin_of_some_sort(&self, persons: &Signs) -> bool {
        persons.len() == 1 && persons.iter().all(|sign| self.means(sign, "p.relative"))
    }

    /// The one person that is meant where several are named: "cha/mẹ" are the parents, "vợ (chồng)" a spouse.
    pub(in crate::ingest) fn one_person(&self, persons: &Signs) -> Option<Sign> {
        let mut all = persons.iter();
        let first = all.next()?;
        if all.next().is_none() {
            return Some(first);
        }
        [self.parents, self.couple]
            .into_iter()
            .flatten()
            .find_map(|group| persons.iter().all(|sign| group.contains(&sign)).then_some(group[2]))
    }
}

impl Pattern {
    fn parse(thing: Thing, text: &str, lexicon: &Lexicon) -> Option<Self> {
        let mut pattern = Self { thing, needed: Vec::new(), allowed: Signs::default() };
        for word in text.split_whitespace() {
            let (names, optional) = match word.strip_suffix('?') {
                Some(names) => (names, true),
                None => (word, false),
            };
            let signs: Vec<Sign> = names.split('|').filter_map(|name| lexicon.sign(name)).collect();
            signs.iter().for_each(|sign| pattern.allowed.add(*sign));
            if !optional {
                pattern.needed.push(signs);
            }
        }
        pattern.needed.iter().all(|group| !group.is_empty()).then_some(pattern)
    }

    fn fits(&self, signs: &Signs) -> bool {
        self.needed.iter().all(|group| group.iter().any(|sign| signs.has(*sign)))
            && signs.iter().all(|sign| self.allowed.has(sign))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_names_only_what_there_is() {
        let file: ThingsFile = toml::from_str(THINGS).unwrap();
        let (lexicon, grammar) = (Lexicon::built_in(), Grammar::built_in());
        for thing in &file.things {
            for word in thing[1..].iter().flat_map(|pattern| pattern.split([' ', '|'])) {
                assert!(lexicon.sign(word.trim_end_matches('?')).is_some(), "{}: {word}", thing[0]);
            }
        }
        for (name, kind) in &file.kinds {
            let fields = match name.as_str() {
                LISTS | COUPLES => Field::ALL,
                name => Kind::from_name(name).unwrap().fields(),
            };
            for sign in kind.subject.iter().chain(&kind.stands_in) {
                assert!(lexicon.sign(sign).is_some(), "{name}: {sign}");
            }
            for line in &kind.fields {
                let words: Vec<&str> = line.split_whitespace().collect();
                let (person, thing) = words[0].rsplit_once('.').unwrap();
                assert!(person == "S" || lexicon.sign(person).is_some(), "{line}");
                assert!(thing.is_empty() || grammar.thing_of_name(thing).is_some(), "{line}");
                assert!(fields.contains(&Field::from_name(words[1]).unwrap()), "{line}");
            }
        }
    }
}
