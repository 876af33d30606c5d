//! The tables that a sample is drawn from: names by sex and era, the age pyramid, death rates, places.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::builtin;
use crate::domain::{Field, Gender, Kind};
use crate::sample::draw::{Luck, Weighted};

/// A word of a name, interned in [`Tables::words`].
pub(crate) type Word = u16;

/// A name as its words, in the order in which they are written.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Name {
    words: [Word; 6],
    len: u8,
}

impl Name {
    /// Adds a word; a name holds six at most.
    pub(crate) fn push(&mut self, word: Word) {
        if let Some(slot) = self.words.get_mut(usize::from(self.len)) {
            *slot = word;
            self.len += 1;
        }
    }

    /// The words.
    pub(crate) fn words(&self) -> &[Word] {
        &self.words[..usize::from(self.len)]
    }
}

/// Given names of Kinh people of one sex and era.
#[derive(Debug)]
struct Era {
    gender: Gender,
    until: i32,
    middles: Weighted<Word>,
    given: Weighted<Word>,
    two_middles: f64,
    no_middle: f64,
}

/// How a minority makes names.
#[derive(Debug)]
struct Minority {
    ethnicity: String,
    clan_first: bool,
    /// By sex: words put before the given name, and the given names (several words each).
    first: [Vec<Word>; 2],
    given: [Weighted<Vec<Word>>; 2],
    clans: Weighted<Vec<Word>>,
}

/// All tables.
#[derive(Debug)]
pub(crate) struct Tables {
    /// The words of names.
    pub(crate) words: Vec<String>,
    surnames: Weighted<Word>,
    eras: Vec<Era>,
    second: [Weighted<Word>; 2],
    minorities: Vec<Minority>,
    minority_weights: Weighted<u8>,
    /// Ages in fives with the sex, by population of 2025.
    ages: Weighted<(i32, Gender)>,
    /// Death rate a year by sex from an age on.
    mortality: Vec<(i32, [f64; 2])>,
    /// Texts of places.
    pub(crate) places: PlaceTexts,
    headers: FxHashMap<String, FxHashMap<String, String>>,
    /// Province prefixes of personal IDs.
    pub(crate) prefixes: Vec<u16>,
}

/// Texts that communes, hamlets and addresses are made of.
#[derive(Debug, Deserialize)]
pub(crate) struct PlaceTexts {
    pub(crate) province: String,
    pub(crate) province_prefix: u16,
    pub(crate) new_code_from: u32,
    pub(crate) old_code_from: u32,
    first: String,
    second: String,
    old_first: String,
    old_second: String,
    districts: String,
    hamlets: String,
    streets: String,
    far: String,
}

impl PlaceTexts {
    /// The `n`th name of a commune in force; all differ.
    pub(crate) fn new_name(&self, n: usize) -> String {
        nth_pair(&self.first, &self.second, n)
    }

    /// The `n`th name of a commune that was merged away; all differ.
    pub(crate) fn old_name(&self, n: usize) -> String {
        nth_pair(&self.old_first, &self.old_second, n)
    }

    /// The old district of a commune.
    pub(crate) fn district(&self, n: usize) -> &str {
        nth(&self.districts, n)
    }

    /// The `n`th hamlet.
    pub(crate) fn hamlet(&self, n: usize) -> &str {
        nth(&self.hamlets, n)
    }

    /// The `n`th street.
    pub(crate) fn street(&self, n: usize) -> &str {
        nth(&self.streets, n)
    }

    /// The `n`th place in another province.
    pub(crate) fn far(&self, n: usize) -> &str {
        nth(&self.far, n)
    }
}

fn nth(list: &str, n: usize) -> &str {
    let count = list.split('|').count();
    list.split('|').nth(n % count).unwrap_or_default()
}

fn nth_pair(first: &str, second: &str, n: usize) -> String {
    let (a, b): (Vec<_>, Vec<_>) = (first.split_whitespace().collect(), second.split_whitespace().collect());
    let all = a.len() * b.len();
    // A stride that shares no factor with the number of pairs walks all of them before any comes again.
    let mut stride = 41;
    while gcd(stride, all) != 1 {
        stride += 2;
    }
    let ix = (n % all) * stride % all;
    let name = format!("{} {}", a[ix / b.len()], b[ix % b.len()]);
    if n < all { name } else { format!("{name} {}", n / all + 1) }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[derive(Deserialize)]
struct NameFile {
    surnames: String,
    kinh: Vec<KinhFile>,
    second: SecondFile,
    minority: Vec<MinorityFile>,
}

#[derive(Deserialize)]
struct KinhFile {
    gender: String,
    until: i32,
    middles: String,
    two_middles: f64,
    no_middle: f64,
    given: String,
}

#[derive(Deserialize)]
struct SecondFile {
    male: String,
    female: String,
}

#[derive(Deserialize)]
struct MinorityFile {
    ethnicity: String,
    weight: f64,
    male_first: String,
    female_first: String,
    #[serde(default)]
    clan_first: bool,
    given_male: String,
    given_female: String,
    clans: String,
}

/// Index of a sex in pairs of tables.
fn sex(gender: Gender) -> usize {
    usize::from(gender == Gender::Female)
}

#[derive(Default)]
struct Interner {
    words: Vec<String>,
    index: FxHashMap<String, Word>,
}

impl Interner {
    fn word(&mut self, text: &str) -> Word {
        if let Some(&word) = self.index.get(text) {
            return word;
        }
        let word = self.words.len() as Word;
        self.words.push(text.to_owned());
        self.index.insert(text.to_owned(), word);
        word
    }

    /// A list of weighted words; `_` joins the words of one entry, `∅` is the empty entry.
    fn phrases(&mut self, list: &str) -> Weighted<Vec<Word>> {
        Weighted::new(list.split_whitespace().map(|entry| {
            let (text, weight) = split_weight(entry);
            let words = text.split('_').filter(|w| *w != "∅").map(|w| self.word(w)).collect();
            (words, weight)
        }))
    }

    fn list(&mut self, list: &str) -> Weighted<Word> {
        Weighted::new(list.split_whitespace().map(|entry| {
            let (text, weight) = split_weight(entry);
            (self.word(text), weight)
        }))
    }
}

fn split_weight(entry: &str) -> (&str, f64) {
    match entry.split_once(':') {
        Some((text, weight)) => (text, weight.parse().unwrap_or(1.0)),
        None => (entry, 1.0),
    }
}

impl Tables {
    /// Reads the built-in tables.
    pub(crate) fn load() -> Self {
        let names: NameFile =
            builtin::toml("sample_names.toml", include_str!("../../../data/sample/sample_names.toml"));
        let places: PlaceTexts =
            builtin::toml("sample_places.toml", include_str!("../../../data/sample/sample_places.toml"));
        let headers =
            builtin::toml("sample_headers.toml", include_str!("../../../data/sample/sample_headers.toml"));
        let mut words = Interner::default();
        let surnames = words.list(&names.surnames);
        let eras = names
            .kinh
            .iter()
            .map(|k| Era {
                gender: if k.gender == "male" { Gender::Male } else { Gender::Female },
                until: k.until,
                middles: words.list(&k.middles),
                given: words.list(&k.given),
                two_middles: k.two_middles / 100.0,
                no_middle: k.no_middle / 100.0,
            })
            .collect();
        let second = [words.list(&names.second.male), words.list(&names.second.female)];
        let minority_weights =
            Weighted::new(names.minority.iter().enumerate().map(|(i, m)| (i as u8 + 1, m.weight)));
        let minorities = names
            .minority
            .into_iter()
            .map(|m| {
                let prefixed = |list: &str, first: &str| -> String {
                    if first != "H'" {
                        return list.to_owned();
                    }
                    list.split_whitespace().map(|g| format!("H'{g} ")).collect()
                };
                let first =
                    if m.male_first.is_empty() { Vec::new() } else { vec![words.word(&m.male_first)] };
                Minority {
                    clan_first: m.clan_first,
                    first: [first, Vec::new()],
                    given: [
                        words.phrases(&m.given_male),
                        words.phrases(&prefixed(&m.given_female, &m.female_first)),
                    ],
                    clans: words.phrases(&m.clans),
                    ethnicity: m.ethnicity,
                }
            })
            .collect();
        Self {
            surnames,
            eras,
            second,
            minorities,
            minority_weights,
            ages: ages(),
            mortality: mortality(),
            places,
            headers,
            prefixes: prefixes(),
            words: words.words,
        }
    }

    /// The header that a kind's files bear for a field.
    pub(crate) fn header(&self, kind: Kind, field: Field) -> &str {
        self.headers.get(kind.name()).and_then(|h| h.get(field.name())).map_or(field.name(), String::as_str)
    }

    /// The columns of the files of a kind: all its fields, of a list of another sector those that have a header here.
    pub(crate) fn columns(&self, kind: Kind) -> Vec<Field> {
        let named = self.headers.get(kind.name());
        let has = |field: &Field| named.is_some_and(|headers| headers.contains_key(field.name()));
        kind.fields().iter().copied().filter(|field| !kind.is_list() || has(field)).collect()
    }

    /// The text of a name, each word as in the tables.
    pub(crate) fn text(&self, name: &Name) -> String {
        let mut text = String::with_capacity(32);
        for (i, word) in name.words().iter().enumerate() {
            if i > 0 {
                text.push(' ');
            }
            text.push_str(&self.words[usize::from(*word)]);
        }
        text
    }

    /// An ethnicity: 0 is Kinh, others count the minorities.
    pub(crate) fn draw_ethnicity(&self, luck: &mut Luck) -> u8 {
        if luck.coin(0.06) { self.minority_weights.draw(&mut luck.rng).copied().unwrap_or(0) } else { 0 }
    }

    /// The word for an ethnicity.
    pub(crate) fn ethnicity(&self, ethnicity: u8) -> &str {
        match usize::from(ethnicity).checked_sub(1).and_then(|i| self.minorities.get(i)) {
            Some(minority) => &minority.ethnicity,
            None => "Kinh",
        }
    }

    /// A name for a person, of the father's surname where there is one.
    pub(crate) fn draw_name(
        &self,
        luck: &mut Luck,
        ethnicity: u8,
        gender: Gender,
        year: i32,
        father: Option<&Name>,
    ) -> Name {
        match usize::from(ethnicity).checked_sub(1).and_then(|i| self.minorities.get(i)) {
            Some(minority) => minority_name(minority, luck, gender, father),
            None => self.kinh_name(luck, gender, year, father),
        }
    }

    fn kinh_name(&self, luck: &mut Luck, gender: Gender, year: i32, father: Option<&Name>) -> Name {
        let mut name = Name::default();
        let surname = father.and_then(|f| f.words().first().copied());
        if let Some(word) = surname.or_else(|| self.surnames.draw(&mut luck.rng).copied()) {
            name.push(word);
        }
        let Some(era) = self.eras.iter().find(|e| e.gender == gender && year <= e.until) else { return name };
        let given = era.given.draw(&mut luck.rng).copied().unwrap_or_default();
        if !luck.coin(era.no_middle) {
            let middle = era.middles.draw(&mut luck.rng).copied().unwrap_or_default();
            name.push(middle);
            if luck.coin(era.two_middles) {
                let second = self.second[sex(gender)].draw(&mut luck.rng).copied().unwrap_or_default();
                if second != middle && second != given {
                    name.push(second);
                }
            }
        }
        name.push(given);
        name
    }

    /// The same surname and middle names with another given name, as twins are often named.
    pub(crate) fn sibling_name(&self, luck: &mut Luck, of: &Name, gender: Gender, year: i32) -> Name {
        let Some(era) = self.eras.iter().find(|e| e.gender == gender && year <= e.until) else { return *of };
        let (last, front) = match of.words().split_last() {
            Some(parts) => parts,
            None => return *of,
        };
        let mut name = Name::default();
        front.iter().for_each(|w| name.push(*w));
        for _ in 0..8 {
            let given = era.given.draw(&mut luck.rng).copied().unwrap_or_default();
            if given != *last && !front.contains(&given) {
                name.push(given);
                return name;
            }
        }
        *of
    }

    /// Sex and age in years by the age pyramid.
    pub(crate) fn draw_age(&self, luck: &mut Luck) -> (Gender, i32) {
        let (low, gender) = self.ages.draw(&mut luck.rng).copied().unwrap_or((30, Gender::Female));
        (gender, low + luck.between(0, 4))
    }

    /// Death rate a year at an age.
    pub(crate) fn death_rate(&self, age: i32, gender: Gender) -> f64 {
        let at = self.mortality.partition_point(|(from, _)| *from <= age).saturating_sub(1);
        self.mortality.get(at).map_or(0.0, |(_, rates)| rates[sex(gender)])
    }
}

fn minority_name(minority: &Minority, luck: &mut Luck, gender: Gender, father: Option<&Name>) -> Name {
    let mut name = Name::default();
    // Where the clan stands first it is the father's.
    let fathers = father
        .filter(|_| minority.clan_first)
        .and_then(|f| minority.clans.find(|c| f.words().starts_with(c)));
    let clan = fathers.or_else(|| minority.clans.draw(&mut luck.rng)).cloned().unwrap_or_default();
    let given = minority.given[sex(gender)].draw(&mut luck.rng).cloned().unwrap_or_default();
    if minority.clan_first {
        clan.iter().chain(&given).for_each(|w| name.push(*w));
    } else {
        minority.first[sex(gender)].iter().chain(&given).chain(&clan).for_each(|w| name.push(*w));
    }
    name
}

fn ages() -> Weighted<(i32, Gender)> {
    const NAME: &str = "vn_pop_age5_wpp2019.csv";
    let table = include_str!("../../../data/sample/vn_pop_age5_wpp2019.csv");
    let now = builtin::csv(NAME, table).filter(|[_, year, ..]: &[&str; 4]| *year == "2025");
    Weighted::new(now.flat_map(|[ages, _, male, female]| {
        let low = builtin::number(NAME, ages.split(['-', '+']).next().unwrap_or(ages));
        [
            ((low, Gender::Male), builtin::number(NAME, male)),
            ((low, Gender::Female), builtin::number(NAME, female)),
        ]
    }))
}

fn mortality() -> Vec<(i32, [f64; 2])> {
    const NAME: &str = "vn_mx5_wpp2024.csv";
    let table = include_str!("../../../data/sample/vn_mx5_wpp2024.csv");
    let now = builtin::csv(NAME, table).filter(|[_, year, ..]: &[&str; 7]| *year == "2023");
    now.map(|[_, _, _, age, male, female, _]| {
        (
            builtin::number(NAME, age.trim_end_matches('+')),
            [builtin::number(NAME, male), builtin::number(NAME, female)],
        )
    })
    .collect()
}

fn prefixes() -> Vec<u16> {
    const NAME: &str = "provinces.csv";
    let table = include_str!("../../../data/places/provinces.csv");
    builtin::csv(NAME, table).map(|[prefix, ..]: [&str; 6]| builtin::number::<u16>(NAME, prefix)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_header_and_every_commune_its_own_name() {
        let tables = Tables::load();
        for kind in Kind::SIX {
            for field in kind.fields() {
                assert_ne!(tables.header(kind, *field), field.name(), "{kind:?} {field:?}");
            }
        }
        let mut names: Vec<_> = (0..600).map(|n| tables.places.new_name(n)).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 600);
    }

    #[test]
    fn minority_names_keep_their_shape() {
        let tables = Tables::load();
        let mut luck = Luck::new(3, 1, 0.0);
        assert_eq!(tables.ethnicity(1), "Ê Đê");
        for _ in 0..50 {
            let man = tables.draw_name(&mut luck, 1, Gender::Male, 1970, None);
            let woman = tables.draw_name(&mut luck, 1, Gender::Female, 1970, None);
            assert!(tables.text(&man).starts_with("Y "));
            assert!(tables.text(&woman).starts_with("H'"));
        }
    }
}
