//! What a header cell says: of whom, and which thing.
//!
//! The phrases of a header and of all that stands over it are signs; persons among them are set apart, the others
//! must add up to a thing of `data/headers/header_things.toml`, every one of them.

use super::key::without_section;
use super::lexicon::{Lexicon, Piece, Sign};
use super::things::{Grammar, Thing};
use crate::ingest::open::legacy;

/// A set of signs, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::ingest) struct Signs(Vec<Sign>);

impl Signs {
    pub(in crate::ingest) fn add(&mut self, sign: Sign) {
        if let Err(at) = self.0.binary_search(&sign) {
            self.0.insert(at, sign);
        }
    }

    pub(in crate::ingest) fn has(&self, sign: Sign) -> bool {
        self.0.binary_search(&sign).is_ok()
    }

    pub(in crate::ingest) fn iter(&self) -> impl Iterator<Item = Sign> + '_ {
        self.0.iter().copied()
    }

    pub(in crate::ingest) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::ingest) fn len(&self) -> usize {
        self.0.len()
    }

    /// Both together.
    pub(in crate::ingest) fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        other.iter().for_each(|sign| all.add(sign));
        all
    }

    /// Those for which something holds.
    pub(in crate::ingest) fn filtered(&self, keep: impl Fn(Sign) -> bool) -> Self {
        Self(self.iter().filter(|sign| keep(*sign)).collect())
    }
}

/// What one text of a header says.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest) struct Said {
    /// What it says, persons and fill left out.
    pub(in crate::ingest) signs: Signs,
    /// Persons that it names.
    pub(in crate::ingest) persons: Signs,
    /// Words that the table does not know.
    pub(in crate::ingest) unknown: Vec<String>,
    /// Whether a remark in brackets was left aside.
    pub(in crate::ingest) remark: bool,
}

impl Said {
    /// Cuts a text up.
    pub(in crate::ingest) fn of(text: &str) -> Self {
        if let Some(said) = Self::of_two_languages(text) {
            return said;
        }
        if let Some(said) = Self::without_remark(text) {
            return said;
        }
        let bare = without_section(text);
        if bare.len() < text.trim().len() {
            // "G. tính": the letter is a part of the word.
            let whole = Self::of_bare(text);
            if whole.unknown.is_empty() {
                return whole;
            }
        }
        Self::of_bare(bare)
    }

    /// What a text says that says it twice, in Vietnamese and behind it in English: "Họ tên mẹ/Mother's name".
    fn of_two_languages(text: &str) -> Option<Self> {
        let text = text.trim();
        let (own, english) = match text.strip_suffix(')') {
            Some(bracketed) => bracketed.rsplit_once('(')?,
            None => text.rsplit_once(['/', '\n'])?,
        };
        if own.is_ascii() || !english.is_ascii() || !english.contains(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let (whole, own, english) =
            (Self::of_bare(text), Self::of_bare(without_section(own)), Self::of_bare(english));
        let thing = |said: &Self| Grammar::built_in().thing(&said.signs).filter(|_| said.is_header());
        let is_same =
            thing(&own).is_some() && thing(&own) == thing(&english) && own.persons == english.persons;
        (is_same && thing(&whole).is_none()).then_some(own)
    }

    /// What a text says before a remark at its end, where that is understood and the remark is not: in brackets values that
    /// may be written ("mới/lại/quá hạn"), how they are; behind "theo" where they were found. A remark that names a
    /// person is none.
    fn without_remark(text: &str) -> Option<Self> {
        let text = text.trim();
        let bracketed = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
        let (before, remark) = bracketed.or_else(|| text.split_once(" theo "))?;
        let separators = remark.matches([',', ';', '/', '…']).count();
        let (remark, said) = (Self::of_bare(remark), Self::of_bare(without_section(before)));
        // "(con, vợ, cháu …)" are values, and name nobody.
        let lists_values = separators > 1 && remark.signs.is_empty();
        let is_thing = |said: &Self| Grammar::built_in().thing(&said.signs).is_some();
        let whole = Self::of_bare(text);
        let is_needed = !lists_values && is_thing(&whole) && whole.unknown.is_empty();
        // "Ngày sinh (ÂL)", "Nơi ĐK (UBND cũ)": another than the one that is meant without it.
        let is_another = remark.signs.iter().any(|sign| Grammar::built_in().is_another(sign));
        // "Nơi cư trú (nam)" is that of one of the two.
        let is_one = remark.is_one_sex();
        let is_remark = (remark.persons.is_empty() || lists_values)
            && !is_another
            && !is_one
            && is_thing(&said)
            && said.unknown.is_empty();
        (is_remark && !is_needed).then_some(Self { remark: true, ..said })
    }

    fn of_bare(text: &str) -> Self {
        let grammar = Grammar::built_in();
        let mut said = Self::default();
        let pieces = Lexicon::built_in().cut(text);
        // "Tử vong tại" is where, and so is "Tại" below "Sinh"; "Đăng ký tại UBND" is no more than the words around it.
        if let [.., Piece::Known(last)] = pieces.as_slice()
            && last.iter().any(|sign| grammar.means(*sign, "at"))
        {
            said.signs.add(grammar.place());
        }
        // "Do" and no more below "Việc chết" is of what.
        if let [Piece::Known(only)] = pieces.as_slice()
            && only.iter().any(|sign| grammar.means(*sign, "because"))
        {
            said.signs.add(grammar.cause());
        }
        for piece in pieces {
            match piece {
                Piece::Known(signs) => {
                    for sign in signs {
                        match grammar.sort(sign) {
                            Sort::Fill => {}
                            Sort::Person => said.persons.add(sign),
                            Sort::Thing => said.signs.add(sign),
                        }
                    }
                }
                Piece::Unknown(word) => said.unknown.push(word),
            }
        }
        said
    }

    /// Cuts a text up as it is written or, where that says little, as a legacy font shows it.
    pub(in crate::ingest) fn of_any_font(text: &str) -> Self {
        let said = Self::of(text);
        if said.unknown.is_empty() || text.is_ascii() {
            return said;
        }
        let shown = legacy::readings(text).map(|text| Self::of(&text));
        shown
            .filter(|shown| shown.unknown.len() < said.unknown.len())
            .min_by_key(|s| s.unknown.len())
            .unwrap_or(said)
    }

    /// Whether it is made of words of headers, and of no others.
    pub(in crate::ingest) fn is_header(&self) -> bool {
        self.unknown.is_empty() && !self.is_empty()
    }

    /// Whether it says men or women, and no more.
    fn is_one_sex(&self) -> bool {
        let is_sex = |sign| Grammar::built_in().is_sex(sign);
        self.signs.len() == 1 && self.is_header() && self.persons.is_empty() && self.signs.iter().all(is_sex)
    }

    fn is_empty(&self) -> bool {
        self.signs.is_empty() && self.persons.is_empty() && self.unknown.is_empty()
    }

    /// "Số, ngày giấy khai sinh" over "Số": of number and day the one that is named below.
    fn leave_to(&mut self, own: &Self) {
        let grammar = Grammar::built_in();
        let is_either = |sign: Sign| ["number", "date"].iter().any(|name| grammar.means(sign, name));
        let is_one = own.is_header() && own.persons.is_empty() && own.signs.len() == 1;
        if is_one
            && own.signs.iter().all(is_either)
            && self.signs.iter().filter(|sign| is_either(*sign)).count() > 1
        {
            self.signs = self.signs.filtered(|sign| !is_either(sign) || own.signs.has(sign));
        }
    }

    fn with(&self, lower: &Self) -> Self {
        let mut unknown = self.unknown.clone();
        unknown.extend(lower.unknown.iter().cloned());
        // "Cha, mẹ" over "Cha": of the two the one that is named below.
        let grammar = Grammar::built_in();
        let persons = match grammar.is_one_of(&lower.persons, &self.persons)
            || grammar.is_kin_of_some_sort(&self.persons) && !lower.persons.is_empty()
        {
            true => lower.persons.clone(),
            false => self.persons.union(&lower.persons),
        };
        let remark = self.remark || lower.remark;
        Self { signs: self.signs.union(&lower.signs), persons, unknown, remark }
    }
}

/// What a sign is good for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Sort {
    /// Says nothing of what the column holds.
    Fill,
    /// Names a person.
    Person,
    /// Says something of the thing.
    Thing,
}

/// What a column's header says, all levels of it together.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest) struct Reading {
    /// The signs that the thing is made of, persons left out.
    pub(in crate::ingest) signs: Signs,
    /// Signs of the lowest text alone.
    pub(in crate::ingest) own: Signs,
    /// Signs of all levels, though some were left aside.
    pub(in crate::ingest) all: Signs,
    /// Persons named.
    pub(in crate::ingest) persons: Signs,
    /// The thing; `None` where the signs add up to none.
    pub(in crate::ingest) thing: Option<Thing>,
    /// Words not known, in the lowest text and over it.
    pub(in crate::ingest) unknown: Vec<String>,
    /// Whether what stands over the lowest text does not fit to it, and was left aside.
    pub(in crate::ingest) aside: Aside,
    /// Whether there is any text.
    pub(in crate::ingest) is_blank: bool,
    /// Whether every word of the lowest text is known.
    pub(in crate::ingest) is_lowest_known: bool,
    /// Whether a remark in brackets was left aside.
    pub(in crate::ingest) remark: bool,
}

/// How the heading over a text took part in its reading.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::ingest) enum Aside {
    /// It did, or there is none.
    #[default]
    No,
    /// It names a section ("Đăng ký khai sinh" over "Họ tên").
    Section,
    /// It says something that does not go together with the text.
    Strange,
}

impl Reading {
    /// Reads the texts of a header cell, from above.
    pub(in crate::ingest) fn of(levels: &[Said]) -> Self {
        let grammar = Grammar::built_in();
        let Some((own, above)) = levels.split_last() else {
            return Self { is_blank: true, ..Self::default() };
        };
        let mut over = above.iter().fold(Said::default(), |over, said| over.with(said));
        over.leave_to(own);
        let whole = over.with(own);
        let mut reading = Self {
            signs: whole.signs.clone(),
            own: own.signs.clone(),
            all: whole.signs.clone(),
            persons: whole.persons.clone(),
            thing: None,
            unknown: whole.unknown.clone(),
            aside: Aside::No,
            is_blank: whole.is_empty(),
            is_lowest_known: own.is_header(),
            remark: whole.remark,
        };
        reading.thing = grammar.thing(&whole.signs);
        // "Giấy tờ tùy thân" over "Số CMND": of the papers the one that is named below.
        let below = grammar.thing(&own.signs);
        let papers = [("any_id", "old_id"), ("any_id", "personal_id"), ("card_no", "insurance_no")];
        if papers
            .iter()
            .any(|(all, one)| grammar.is_thing(reading.thing, all) && grammar.is_thing(below, one))
        {
            reading.thing = below;
        }
        // Of three rows the uppermost may be no more than the name of a part of the form.
        if let [top, rest @ ..] = levels
            && rest.len() > 1
            && (reading.thing.is_none() || !reading.unknown.is_empty())
        {
            let inner = Self::of(rest);
            let is_whole = inner.unknown.is_empty() && inner.thing.is_some() && inner.aside == Aside::No;
            if is_whole && (top.persons.is_empty() || !inner.persons.is_empty()) {
                return Self { aside: Aside::Section, ..inner };
            }
        }
        if reading.thing.is_some() || over.signs.is_empty() && over.unknown.is_empty() {
            return reading;
        }
        // What does not go together with the heading may go without it.
        let alone = if own.signs.is_empty() { None } else { grammar.thing(&own.signs) };
        if let Some(thing) = alone {
            // "Nam" below "Họ tên" is a man's name: what of it counts, the kind says.
            let is_sex = |sign: Sign| grammar.is_sex(sign);
            let of_sex = over.unknown.is_empty() && own.signs.iter().all(is_sex);
            // "Nam" over "Họ và tên" likewise.
            let under_sex =
                over.unknown.is_empty() && !over.signs.is_empty() && over.signs.iter().all(is_sex);
            let of_sex = of_sex || under_sex;
            let is_section =
                over.unknown.is_empty() && over.signs.iter().all(|sign| grammar.is_section(sign)) || of_sex;
            reading.thing = Some(thing);
            if !of_sex {
                reading.signs = own.signs.clone();
            }
            reading.aside = if is_section { Aside::Section } else { Aside::Strange };
        }
        reading
    }
}

impl Reading {
    /// Whether the lowest text is made of words of headers, and of no others.
    pub(in crate::ingest) fn is_lower_header(&self) -> bool {
        !self.is_blank && self.is_lowest_known
    }

    /// Signs by which a column says that it is a man's or a woman's.
    fn sexes(&self) -> Signs {
        self.all.filtered(|sign| Grammar::built_in().is_sex(sign))
    }

    /// Whether the header names a person, or a man or a woman.
    pub(in crate::ingest) fn names_somebody(&self) -> bool {
        !self.persons.is_empty() || !self.sexes().is_empty()
    }

    /// Whether the column holds the name of somebody: "Họ tên vợ", "Cha".
    pub(in crate::ingest) fn is_name_of_somebody(&self) -> bool {
        let grammar = Grammar::built_in();
        let sexes = self.sexes();
        let thing = self.signs.filtered(|sign| !sexes.has(sign));
        match thing.is_empty() {
            true => !self.persons.is_empty() && self.unknown.is_empty(),
            false => grammar.is_thing(grammar.thing(&thing), "name"),
        }
    }

    /// Tells the column of the person that another column names.
    pub(in crate::ingest) fn take_person_of(&mut self, owner: &Self) {
        self.persons = self.persons.union(&owner.persons);
        let sexes = owner.sexes();
        if !sexes.is_empty() {
            for signs in [&mut self.signs, &mut self.all, &mut self.own] {
                *signs = signs.union(&sexes);
            }
            self.thing = Grammar::built_in().thing(&self.signs);
        }
    }

    /// Whether the column is headed "Tên" and no more.
    pub(in crate::ingest) fn is_given_name(&self) -> bool {
        let sexes = self.sexes();
        let own = self.own.filtered(|sign| !sexes.has(sign));
        own.len() == 1 && own.iter().all(|sign| Grammar::built_in().means(sign, "ten"))
    }

    /// Whether the column holds a part of a thing: the years of one sex, a day.
    pub(in crate::ingest) fn is_made_of_parts(&self) -> bool {
        !self.sexes().is_empty()
    }

    /// The reading of a text that only says "từ ngày" or "đến", beside a column that begins what it ends.
    pub(in crate::ingest) fn beside(&self, left: &Self) -> Option<Self> {
        let grammar = Grammar::built_in();
        let is_time = |sign: Sign| {
            ["from", "to", "date", "month", "year", "time"].iter().any(|name| grammar.means(sign, name))
        };
        let is_edge = |sign: Sign| grammar.means(sign, "to") || grammar.means(sign, "from");
        let bare = self.unknown.is_empty() && self.persons.is_empty() && self.all.iter().all(is_time);
        if !bare
            || !self.all.iter().any(is_edge)
            || !left.all.iter().any(is_edge)
            || left.all.iter().all(is_time)
        {
            return None;
        }
        let kept = left.all.filtered(|sign| !is_time(sign));
        let signs = kept.union(&self.all);
        Some(Self {
            thing: grammar.thing(&signs),
            all: signs.clone(),
            signs,
            persons: left.persons.clone(),
            ..self.clone()
        })
    }
}
