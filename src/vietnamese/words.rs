//! Words of coded columns: gender, status, marital status, relation, stop reasons, payment, type words.

use std::sync::LazyLock;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::legacy::{decode_mojibake, decode_tcvn3, decode_vni};
use super::text;
use crate::domain::{Gender, Marital, RegistrationKind, Relation, Status};

/// `data/words.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    gender: FxHashMap<String, Vec<String>>,
    status: FxHashMap<String, Vec<String>>,
    status_within: StatusWithin,
    marital: FxHashMap<String, Vec<String>>,
    relation: FxHashMap<String, Vec<String>>,
    registration: Registration,
    payment: Payment,
    no: No,
    units: UnitWords,
    hamlet: HamletWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HamletWords {
    types: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusWithin {
    missing: Vec<String>,
    moved_out: Vec<String>,
    absent: Vec<String>,
    temporary: Vec<String>,
    permanent: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Registration {
    again: Vec<String>,
    again_within: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
    cash: Vec<String>,
    cash_within: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct No {
    no: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitWords {
    commune: Vec<String>,
    district: Vec<String>,
    province: Vec<String>,
}

/// The same, ready to be looked up.
struct Words {
    gender: FxHashMap<String, Gender>,
    status: FxHashMap<String, Status>,
    status_within: Vec<(Vec<String>, Status)>,
    marital: FxHashMap<String, Marital>,
    relation: FxHashMap<String, Relation>,
    registration: Registration,
    payment: Payment,
    no: Vec<String>,
    units: UnitWords,
    hamlet: HamletWords,
}

/// A table from word to meaning, from lists named by their meaning.
fn meanings<T: Copy>(lists: &FxHashMap<String, Vec<String>>, names: &[(&str, T)]) -> FxHashMap<String, T> {
    names
        .iter()
        .flat_map(|(name, meaning)| {
            lists.get(*name).into_iter().flatten().map(|word| (word.clone(), *meaning))
        })
        .collect()
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let file: WordsFile = super::data(include_str!("../../data/words.toml"));
    let within = file.status_within;
    let mut units = file.units;
    for list in [&mut units.commune, &mut units.district, &mut units.province] {
        list.sort_by_key(|word| std::cmp::Reverse(word.len()));
    }
    Words {
        gender: meanings(&file.gender, &[("male", Gender::Male), ("female", Gender::Female)]),
        status: meanings(
            &file.status,
            &[
                ("permanent", Status::Permanent),
                ("temporary", Status::Temporary),
                ("absent", Status::Absent),
                ("moved_out", Status::MovedOut),
                ("dead", Status::Dead),
                ("missing", Status::Missing),
                ("unknown", Status::Unknown),
            ],
        ),
        status_within: vec![
            (within.missing, Status::Missing),
            (within.moved_out, Status::MovedOut),
            (within.absent, Status::Absent),
            (within.temporary, Status::Temporary),
            (within.permanent, Status::Permanent),
        ],
        marital: meanings(
            &file.marital,
            &[
                ("single", Marital::Single),
                ("married", Marital::Married),
                ("divorced", Marital::Divorced),
                ("widowed", Marital::Widowed),
            ],
        ),
        relation: meanings(
            &file.relation,
            &[("head", Relation::Head), ("spouse", Relation::Spouse), ("child", Relation::Child)],
        ),
        registration: file.registration,
        payment: file.payment,
        no: file.no.no,
        units,
        hamlet: file.hamlet,
    }
});

/// Whether a folded text holds a phrase as whole words.
fn holds(folded: &str, phrase: &str) -> bool {
    folded.match_indices(phrase).any(|(at, _)| {
        let before = folded[..at].chars().next_back();
        let after = folded[at + phrase.len()..].chars().next();
        before.is_none_or(|c| c == ' ') && after.is_none_or(|c| c == ' ')
    })
}

/// Whether a folded text holds a phrase as whole words and not right behind "chưa" or "không".
fn holds_unless_denied(folded: &str, phrase: &str) -> bool {
    folded.match_indices(phrase).any(|(at, _)| {
        let after = folded[at + phrase.len()..].chars().next();
        let before = folded[..at].strip_suffix(' ').or((at == 0).then_some(""));
        let denied = |before: &str| matches!(before.rsplit(' ').next(), Some("chua" | "khong"));
        before.is_some_and(|before| !denied(before)) && after.is_none_or(|c| c == ' ')
    })
}

/// Folds a cell, legacy text decoded, and hands it on.
fn folded<T>(cell: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    if cell.trim().is_empty() {
        return None;
    }
    read(&text::fold(cell)).or_else(|| legacy_readings(cell).find_map(|decoded| read(&text::fold(&decoded))))
}

/// What a cell says in each legacy encoding that its characters allow. The words of a coded column are too
/// short to be judged by likelihood, but there a reading that gives a known word is no accident.
fn legacy_readings(cell: &str) -> impl Iterator<Item = String> {
    let decoders = if cell.is_ascii() { [].as_slice() } else { &[decode_tcvn3, decode_vni, decode_mojibake] };
    decoders.iter().filter_map(|decode| decode(cell.trim()))
}

/// How a column codes gender.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Default)]
pub enum GenderCode {
    /// 1 = Nam, 2 = Nữ (and 0 = not known), beside words.
    #[default]
    OneTwo,
    /// 1 = Nam, 0 = Nữ, beside words.
    OneZero,
}

impl GenderCode {
    /// Tells the code by the distinct values that a column holds: 0 means Nữ only where no 2 occurs.
    pub fn of_column<'a>(values: impl ParallelIterator<Item = &'a str>) -> Self {
        let told = values.filter_map(|value| match number_cell(value) {
            Some(2) => Some(Self::OneTwo),
            Some(0) => Some(Self::OneZero),
            _ => None,
        });
        let either = |a: Self, b: Self| if a == Self::OneTwo { a } else { b };
        told.reduce_with(either).unwrap_or_default()
    }

    /// The gender that a cell says; `None` where blank or not understood.
    pub fn read(self, cell: &str) -> Option<Gender> {
        match cell {
            "Nam" => return Some(Gender::Male),
            "Nữ" => return Some(Gender::Female),
            _ => {}
        }
        match (number_cell(cell), self) {
            (Some(1), _) => Some(Gender::Male),
            (Some(2), Self::OneTwo) | (Some(0), Self::OneZero) => Some(Gender::Female),
            (Some(_), _) => None,
            (None, _) => folded(cell, |word| WORDS.gender.get(word).copied()),
        }
    }
}

/// A small number, also as a float export writes it ("1.0", "01").
fn number_cell(cell: &str) -> Option<u32> {
    if cell.bytes().next().is_some_and(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let cell = cell.trim();
    let whole = cell.strip_suffix(".0").unwrap_or(cell);
    if whole.is_empty() || whole.len() > 2 || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    whole.parse().ok()
}

/// The residence status that a cell says. A death goes before what was done about it ("đã chết, đã xoá đăng ký
/// thường trú"), but one who is missing stays so, whatever is supposed.
pub fn status(cell: &str) -> Status {
    let words = &*WORDS;
    folded(cell, |plain| {
        let within = |(phrases, status): &(Vec<String>, Status)| {
            phrases.iter().any(|phrase| holds_unless_denied(plain, phrase)).then_some(*status)
        };
        let whole = || words.status.get(plain).copied();
        let missing = || words.status_within.iter().filter(|(_, s)| *s == Status::Missing).find_map(within);
        let dead = || says_death(cell).then_some(Status::Dead);
        let other = || words.status_within.iter().find_map(within);
        whole().or_else(missing).or_else(dead).or_else(other)
    })
    .unwrap_or_default()
}

/// The marital status that a cell says.
pub fn marital(cell: &str) -> Marital {
    folded(cell, |word| WORDS.marital.get(word).copied()).unwrap_or_default()
}

/// The relation to the head of the household that a cell says; anything written but not known is `Other`.
pub fn relation(cell: &str) -> Relation {
    if cell.trim().is_empty() {
        return Relation::Unknown;
    }
    folded(cell, |word| WORDS.relation.get(word).copied()).unwrap_or(Relation::Other)
}

/// The kind of registration that a cell says.
pub fn registration(cell: &str) -> RegistrationKind {
    let again = &WORDS.registration;
    let is_again = folded(cell, |word| {
        let whole = again.again.iter().any(|w| w == word);
        (whole || again.again_within.iter().any(|phrase| holds(word, phrase))).then_some(())
    });
    if is_again.is_some() || number_cell(cell) == Some(2) {
        RegistrationKind::Again
    } else {
        RegistrationKind::Other
    }
}

/// Whether a payment is in cash; `None` where nothing is written.
pub fn in_cash(cell: &str) -> Option<bool> {
    if cell.trim().is_empty() {
        return None;
    }
    let cash = &WORDS.payment;
    let is_cash = folded(cell, |word| {
        let whole = cash.cash.iter().any(|w| w == word);
        (whole || cash.cash_within.iter().any(|phrase| holds(word, phrase))).then_some(())
    });
    Some(is_cash.is_some())
}

/// Whether a cell says that there is something: not blank, no placeholder, and not "chưa", "không".
pub fn says_yes(cell: &str) -> bool {
    let cell = cell.trim();
    if cell.is_empty() || text::is_placeholder(cell, text::CellType::Other) {
        return false;
    }
    // A date or a number, as nearly every such cell is.
    if cell.len() >= 8 && cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'-' | b'.' | b' ')) {
        return true;
    }
    folded(cell, |word| WORDS.no.iter().any(|no| no == word).then_some(())).is_none()
}

/// Whether a cell says that there is nothing: "chưa", "không".
pub fn says_no(cell: &str) -> bool {
    folded(cell, |word| WORDS.no.iter().any(|no| no == word).then_some(())).is_some()
}

/// `data/death_words.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeathFile {
    death: Vec<String>,
    lost: String,
    after_lost: Vec<String>,
    before_lost: Vec<String>,
    things: Vec<String>,
    between: Vec<String>,
    negations: Vec<String>,
    mistaken: Vec<String>,
    because: Vec<String>,
    others: Vec<String>,
    honoured: Vec<String>,
    themselves: Vec<String>,
    others_first: Vec<String>,
    address: Vec<String>,
    after_name: Vec<String>,
}

/// A phrase, word by word.
type Phrase = Vec<String>;

/// The words of death in one spelling: with diacritics, or without.
struct Death {
    death: Vec<Phrase>,
    lost: String,
    /// Words behind `lost` that leave it a death.
    after_lost: Vec<String>,
    /// Words before `lost` that make it the loss of a thing.
    before_lost: Vec<String>,
    /// Things that can be lost.
    things: Vec<String>,
    /// Words between a subject and its death.
    between: Vec<String>,
    /// Words that take the meaning of a death away.
    negations: Vec<String>,
    /// Words that do so behind it.
    mistaken: Vec<String>,
    /// Words behind which another subject begins.
    because: Vec<String>,
    /// People whose death is not that of the person.
    others: Vec<Phrase>,
    /// Whose relatives are beneficiaries.
    honoured: Vec<Phrase>,
    /// Phrases that hold one of `others` and mean the person all the same.
    themselves: Vec<Phrase>,
    /// Words that mean somebody else at the beginning of a subject.
    others_first: Vec<String>,
    /// Of `others_first` those that mean the person at the beginning of the text.
    address: Vec<String>,
}

struct DeathWords {
    marked: Death,
    plain: Death,
    after_name: Vec<Phrase>,
}

static DEATH: LazyLock<DeathWords> = LazyLock::new(|| {
    let file: DeathFile = super::data(include_str!("../../data/death_words.toml"));
    let spelt = |spell: fn(&str) -> String| {
        let list = |words: &[String]| words.iter().map(|word| spell(word)).collect::<Vec<_>>();
        let phrases = |phrases: &[String]| -> Vec<Phrase> {
            phrases.iter().map(|p| spell(p).split(' ').map(String::from).collect()).collect()
        };
        Death {
            death: phrases(&file.death),
            lost: spell(&file.lost),
            after_lost: list(&file.after_lost),
            before_lost: list(&file.before_lost),
            things: list(&file.things),
            between: list(&file.between),
            negations: list(&file.negations),
            mistaken: list(&file.mistaken),
            because: list(&file.because),
            others: phrases(&file.others),
            honoured: phrases(&file.honoured),
            themselves: phrases(&file.themselves),
            others_first: list(&file.others_first),
            address: list(&file.address),
        }
    };
    DeathWords {
        marked: spelt(text::key),
        plain: spelt(text::fold),
        after_name: file
            .after_name
            .iter()
            .map(|p| text::key(p).split(' ').map(String::from).collect())
            .collect(),
    }
});

/// Whether a stop reason, status or note, in any encoding, says that the person is dead. "mất" does ("đã mất", "mất năm
/// 2019"), but not with an object ("mất thẻ", "mất tích"). The death of somebody else ("vợ đã chết", "chết chồng",
/// "chủ hộ chết") says nothing of the person: a beneficiary who lives must not be taken for dead.
pub fn says_death(cell: &str) -> bool {
    !cell.trim().is_empty()
        && (clauses_say_death(&text::clause_keys(cell))
            || legacy_readings(cell).any(|decoded| clauses_say_death(&text::clause_keys(&decoded))))
}

/// Whether a text in no legacy encoding says that somebody is dead and nothing else, when and whose death apart:
/// "đã chết", "mất năm 2019". It is no name. "Từ Trần" alone can be one.
pub(super) fn is_death_alone(text: &str) -> bool {
    let of_death = |death: &Death, word: &str| {
        let known = death.death.iter().any(|phrase| has(phrase, word)) || word == death.lost;
        known || has(&death.between, word) || death.tells_circumstances(word)
    };
    // The first word settles it for nearly every name.
    let first = text.split_whitespace().next().map(text::fold);
    if !first.is_some_and(|first| of_death(&DEATH.plain, &first)) {
        return false;
    }
    let key = text::key(text);
    let words: Vec<&str> = key.split(' ').collect();
    let death = if key.is_ascii() { &DEATH.plain } else { &DEATH.marked };
    words.iter().all(|word| of_death(death, word)) && words != ["từ", "trần"] && says_death(text)
}

fn clauses_say_death(clauses: &[String]) -> bool {
    let marked = clauses.iter().any(|clause| !clause.is_ascii());
    let death = if marked { &DEATH.marked } else { &DEATH.plain };
    clauses.iter().enumerate().any(|(n, clause)| {
        let words: Vec<&str> = clause.split(' ').collect();
        (0..words.len()).any(|at| death.is_told(&words, at, marked, n == 0))
    })
}

/// Whether one of the words is this one.
fn has(words: &[String], word: &str) -> bool {
    words.iter().any(|known| known == word)
}

/// The length of the longest of the phrases that words begin with.
fn begin_with(words: &[&str], phrases: &[Phrase]) -> Option<usize> {
    let begins = |phrase: &&Phrase| words.iter().take(phrase.len()).eq(phrase.iter());
    phrases.iter().filter(begins).map(Vec::len).max()
}

impl Death {
    /// Whether a death of the person is told from this word on. `marked` is said of texts with diacritics,
    /// `first` of the first clause of a text.
    fn is_told(&self, words: &[&str], at: usize, marked: bool, first: bool) -> bool {
        let mut subject = &words[..at];
        while let Some((last, before)) = subject.split_last()
            && has(&self.between, last)
        {
            subject = before;
        }
        let denied = subject.last().is_some_and(|last| has(&self.negations, last));
        let from = subject.iter().rposition(|word| has(&self.because, word)).map_or(0, |ix| ix + 1);
        let subject = &subject[from..];
        let told = begin_with(&words[at..], &self.death)
            .or_else(|| self.is_lost(words, at, subject, marked).then_some(1));
        told.is_some_and(|len| {
            let behind = &words[at + len..];
            let denied = denied || behind.first().is_some_and(|word| has(&self.mistaken, word));
            !denied && !self.is_another(subject, first && from == 0) && !self.is_of_another(behind)
        })
    }

    /// Whether `lost` stands here and it is no thing that is lost.
    fn is_lost(&self, words: &[&str], at: usize, subject: &[&str], marked: bool) -> bool {
        let before = at.checked_sub(1).map(|ix| words[ix]);
        words[at] == self.lost
            && before.is_none_or(|word| !has(&self.before_lost, word))
            && !subject.iter().any(|word| has(&self.things, word))
            // Without diacritics "mat" is also mặt (tiền mặt, vắng mặt).
            && (marked || before.is_none_or(|word| word == "da"))
            && words.get(at + 1).is_none_or(|next| self.tells_circumstances(next))
    }

    /// Whether with this word behind a death its time, place or cause begins.
    fn tells_circumstances(&self, word: &str) -> bool {
        word.starts_with(|c: char| c.is_ascii_digit()) || has(&self.after_lost, word)
    }

    /// Whether the subject of a death is somebody else than the person; `opens` where it opens the text.
    fn is_another(&self, subject: &[&str], opens: bool) -> bool {
        if (0..subject.len()).any(|at| begin_with(&subject[at..], &self.themselves).is_some()) {
            return false;
        }
        let other = (0..subject.len()).any(|at| {
            let len = begin_with(&subject[at..], &self.others);
            len.is_some_and(|len| begin_with(&subject[at + len..], &self.honoured).is_none())
        });
        let first = |words: &[String]| subject.first().is_some_and(|first| has(words, first));
        other || (first(&self.others_first) && !(opens && first(&self.address)))
    }

    /// Whether a death is that of the people named right behind it: "chết vợ", "chết cha mẹ năm 2019".
    fn is_of_another(&self, mut behind: &[&str]) -> bool {
        let mut named = false;
        while let Some(len) = begin_with(behind, &self.others) {
            behind = &behind[len..];
            named = true;
        }
        named && behind.first().is_none_or(|next| self.tells_circumstances(next))
    }
}

/// Words of death that may stand at the end of a name, as lists of keys, the longer first.
pub(super) fn death_after_name() -> &'static [Vec<String>] {
    &DEATH.after_name
}

/// An amount of money in đồng: "500.000", "500,000 đ", "500000.0", "1,5 triệu"; `None` where no number is
/// written or it is negative or absurd (10^15 and above).
pub fn money(cell: &str) -> Option<u64> {
    let cell = cell.trim();
    let start = cell.find(|c: char| c.is_ascii_digit())?;
    if cell[..start].contains('-') {
        return None;
    }
    let number = &cell[start..];
    let end = number
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\u{a0}' | '\'')))
        .unwrap_or(number.len());
    let (number, unit) = number.split_at(end);
    let number = number.trim_matches(|c: char| !c.is_ascii_digit());
    // The last separator is a decimal one where it stands alone of its kind and not before three digits.
    let last = number.rfind(['.', ',']);
    let decimal = last.filter(|&at| {
        let separator = &number[at..=at];
        number.matches(separator).count() == 1 && number.len() - at - 1 != 3
    });
    let (whole, fraction) = decimal.map_or((number, ""), |at| (&number[..at], &number[at + 1..]));
    let scale: u64 = match text::fold(unit).split(' ').next() {
        Some("trieu" | "tr") => 1_000_000,
        Some("nghin" | "ngan" | "k" | "ng") => 1_000,
        _ => 1,
    };
    let digits = |text: &str| -> Option<u64> {
        text.bytes().filter(u8::is_ascii_digit).try_fold(0_u64, |n, b| {
            n.checked_mul(10)?.checked_add(u64::from(b - b'0')).filter(|n| *n < 1_000_000_000_000_000)
        })
    };
    let fraction = &fraction[..fraction.len().min(6)];
    let amount =
        digits(whole)?.checked_mul(scale)? + digits(fraction)? * scale / 10_u64.pow(fraction.len() as u32);
    (amount < 1_000_000_000_000_000).then_some(amount)
}

/// Which kind of unit a name is of.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum UnitLevel {
    /// Xã, phường, thị trấn, đặc khu.
    Commune,
    /// Huyện, quận, thị xã, thành phố (before 01/07/2025).
    District,
    /// Tỉnh, thành phố.
    Province,
}

/// The type word and the key of a unit's name: "Xã Hoà Bình" → ("xa", "hoà bình"). The type word is folded
/// and in its full form, empty where none is written; numbers lose leading zeros (Phường 05 = Phường 5).
pub fn unit_key(name: &str, level: UnitLevel) -> (&'static str, String) {
    let key = text::key(name);
    let units = &WORDS.units;
    let list = match level {
        UnitLevel::Commune => &units.commune,
        UnitLevel::District => &units.district,
        UnitLevel::Province => &units.province,
    };
    let plain = text::fold(&key);
    let type_word = list.iter().find(|word| {
        plain.len() > word.len() && plain.starts_with(word.as_str()) && plain.as_bytes()[word.len()] == b' '
    });
    // "P12" and "P.12": the short form glued to a number.
    let glued = || {
        let rest = plain.strip_prefix('p')?;
        rest.bytes().all(|b| b.is_ascii_digit()).then(|| ("p", rest.to_owned()))
    };
    let (word, rest) = match type_word {
        Some(word) => {
            let words = word.split(' ').count();
            (word.as_str(), key.splitn(words + 1, ' ').nth(words).unwrap_or("").to_owned())
        }
        None => glued().filter(|(_, rest)| !rest.is_empty()).unwrap_or(("", key)),
    };
    let rest = match rest.trim_start_matches('0') {
        number if !number.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()) => number.to_owned(),
        _ => rest,
    };
    (full_type(word), rest)
}

/// The full form of a folded type word.
fn full_type(word: &str) -> &'static str {
    match word {
        "xa" | "x" | "ubnd xa" | "commune" => "xa",
        "phuong" | "p" | "ubnd phuong" | "ward" => "phuong",
        "thi tran" | "tt" | "ttr" | "ubnd thi tran" => "thi tran",
        "dac khu" | "dk" => "dac khu",
        "huyen" | "h" | "district" => "huyen",
        "quan" | "q" => "quan",
        "thi xa" | "tx" => "thi xa",
        "thanh pho" | "tp" | "city" | "thanh pho truc thuoc trung uong" => "thanh pho",
        "tinh" | "t" | "province" => "tinh",
        _ => "",
    }
}

/// How hamlets are written to begin.
struct HamletStarts {
    /// Bytes of the longest type word.
    longest: usize,
    /// By ASCII letter or digit whether a type word begins so.
    initials: [bool; 128],
}

static HAMLET_STARTS: LazyLock<HamletStarts> = LazyLock::new(|| {
    let types = &WORDS.hamlet.types;
    let begins = |letter: char| {
        let mut folded = String::new();
        super::text::fold_start(letter.encode_utf8(&mut [0; 4]), 1, &mut folded);
        types.iter().any(|word| word.starts_with(&folded))
    };
    HamletStarts {
        longest: types.iter().map(String::len).max().unwrap_or(0),
        initials: std::array::from_fn(|b| begins(char::from(b as u8))),
    }
});

/// The hamlet that an address names: the first of its parts between commas that begins with a hamlet's
/// type word ("Số 3, Thôn 1, Xã …" gives "Thôn 1").
pub fn hamlet_in(address: &str) -> Option<&str> {
    let HamletStarts { longest, initials } = &*HAMLET_STARTS;
    let may_begin = |part: &str| {
        let first = part.bytes().next();
        first.is_some_and(|first| !first.is_ascii_alphanumeric() || initials[usize::from(first)])
    };
    let mut key = String::new();
    address.split([',', ';']).map(str::trim).filter(|part| may_begin(part)).find(|part| {
        key.clear();
        super::text::fold_start(part, longest + 1, &mut key);
        let types = &WORDS.hamlet.types;
        types.iter().any(|word| key.strip_prefix(word.as_str()).is_some_and(|rest| rest.starts_with(' ')))
    })
}

/// The key of a commune's name without its type word.
pub fn commune_key(name: &str) -> String {
    unit_key(name, UnitLevel::Commune).1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn genders_are_read_by_the_column() {
        let one_two = GenderCode::of_column(["1", "2", "", "0"].into_par_iter());
        let one_zero = GenderCode::of_column(["0", "1", "1"].into_par_iter());
        assert_eq!((one_two, one_zero), (GenderCode::OneTwo, GenderCode::OneZero));
        assert_eq!(one_two.read("2"), Some(Gender::Female));
        assert_eq!(one_two.read("0"), None);
        assert_eq!(one_two.read("3"), None);
        assert_eq!(one_zero.read("0"), Some(Gender::Female));
        assert_eq!(one_zero.read("1.0"), Some(Gender::Male));
        for cell in ["Nữ", "NỮ", "nữ ", "Nu", "F", "female", "Nu\u{31b}\u{303}", "N÷", "Nöõ", "gái"]
        {
            assert_eq!(one_two.read(cell), Some(Gender::Female), "{cell}");
        }
        for cell in ["Nam", "NAM", "m", "Male", "1", "01"] {
            assert_eq!(one_two.read(cell), Some(Gender::Male), "{cell}");
        }
        assert_eq!(one_two.read("không rõ"), None);
    }

    #[test]
    fn statuses() {
        for (cell, expected) in [
            ("Thường trú", Status::Permanent),
            ("permanent", Status::Permanent),
            ("Đang tạm trú", Status::Temporary),
            ("Tạm vắng", Status::Absent),
            ("Đã chuyển đi", Status::MovedOut),
            ("moved_out", Status::MovedOut),
            ("Đã xoá đăng ký thường trú", Status::MovedOut),
            ("Đã xóa đăng ký", Status::MovedOut),
            ("Chết", Status::Dead),
            ("đã chết", Status::Dead),
            ("Từ trần", Status::Dead),
            ("Đã chết ngày 01/02/2020", Status::Dead),
            ("Mất tích", Status::Missing),
            ("", Status::Unknown),
            ("chưa chết", Status::Unknown),
            ("Đã chết, đã xoá đăng ký thường trú", Status::Dead),
            ("Xoá đăng ký thường trú do chết", Status::Dead),
            ("Mất, đã xoá đăng ký", Status::Dead),
            ("Xoá ĐKTT (chết)", Status::Dead),
            ("Khai tử", Status::Dead),
            ("§· chÕt, ®· xo¸ ®¨ng ký", Status::Dead),
            ("Đã xoá ĐKTT do mất tích", Status::Missing),
            ("Mất tích, có thể đã chết", Status::Missing),
            ("Thường trú (vợ đã chết)", Status::Permanent),
            ("Đã chuyển đi; chủ hộ chết", Status::MovedOut),
            ("Chưa xoá đăng ký thường trú", Status::Permanent),
            ("Chưa chết, tạm vắng", Status::Absent),
            ("Xóa ĐKTT", Status::MovedOut),
            ("xóa ĐKTT", Status::MovedOut),
            ("Đã xoá ĐK TT", Status::MovedOut),
            ("Đã xoá hộ khẩu", Status::MovedOut),
            ("Đã đi khỏi địa phương", Status::MovedOut),
            ("bỏ đi khỏi địa phương", Status::MovedOut),
        ] {
            assert_eq!(status(cell), expected, "{cell}");
        }
    }

    #[test]
    fn marital_and_relation() {
        assert_eq!(marital("Độc thân"), Marital::Single);
        assert_eq!(marital("Chưa kết hôn"), Marital::Single);
        assert_eq!(marital("Đã kết hôn"), Marital::Married);
        assert_eq!(marital("Có vợ/chồng"), Marital::Married);
        assert_eq!(marital("Góa"), Marital::Widowed);
        assert_eq!(marital("Ly hôn"), Marital::Divorced);
        assert_eq!(marital("?"), Marital::Unknown);
        assert_eq!(relation("Chủ hộ"), Relation::Head);
        assert_eq!(relation("Vợ"), Relation::Spouse);
        assert_eq!(relation("Con đẻ"), Relation::Child);
        assert_eq!(relation("Con dâu"), Relation::Other);
        assert_eq!(relation(" "), Relation::Unknown);
    }

    #[test]
    fn death_is_told_from_loss() {
        for reason in [
            "chết",
            "Từ trần",
            "Đã chết",
            "qua đời",
            "Tử vong do tai nạn",
            "báo giảm chết",
            "Báo giảm: chết",
            "mất",
            "Mất",
            "đã mất",
            "Mất ngày 3/2/2020",
            "mất do bệnh",
            "da chet",
            "chet",
            "da mat",
            "mat",
            "CHÕT",
            "tu vong",
            "Giảm do chết",
        ] {
            assert!(says_death(reason), "{reason}");
        }
        for reason in [
            "mất thẻ",
            "mất giấy tờ",
            "Mất tích",
            "mất sức lao động",
            "bị mất thẻ",
            "Báo mất",
            "tiền mặt",
            "tien mat",
            "vang mat",
            "mat the",
            "chuyển đi",
            "hết hạn",
            "",
            "chưa chết",
            "chồng chết",
            "Mặt",
            "hết tuổi",
        ] {
            assert!(!says_death(reason), "{reason}");
        }
    }

    #[test]
    fn the_death_of_another_is_none_of_the_person() {
        for reason in [
            "Vợ đã chết",
            "Cha đã chết",
            "Chồng đã mất",
            "Con đã mất",
            "Mẹ đã mất",
            "Mẹ vừa mới mất năm 2023",
            "Vợ đã qua đời",
            "Bố mẹ đã chết",
            "Cha, mẹ đều đã mất",
            "Cả cha và mẹ đều bị chết",
            "Chủ hộ chết",
            "Chủ hộ đã mất",
            "Thân nhân chết",
            "Người nuôi dưỡng chết",
            "Người giám hộ đã chết",
            "Hộ có người chết",
            "Gia đình có người mất",
            "chết chồng",
            "chết vợ",
            "Đã chết vợ",
            "chết vợ năm 2019",
            "Chết cha mẹ",
            "Vợ ông A đã chết",
            "Con Nguyễn Văn B đã chết",
            "ông nội đã chết",
            "Bà ngoại chết",
            "anh trai đã chết",
            "Chị chết",
            "em ruột đã mất",
            "cháu đã chết",
            "Dừng hưởng do chồng đã chết",
            "Hết hưởng vì bà chết",
            "Hết tuổi; cha đã chết",
            "(vợ chết)",
            "Vo da chet",
            "bo me da mat",
            "CHỒNG ĐÃ MẤT",
            "Chång ®· chÕt",
            "chưa bị chết",
            "báo tử nhầm",
            "Thẻ BHYT đã mất",
            "mất vợ",
        ] {
            assert!(!says_death(reason), "{reason}");
        }
        for reason in [
            "Đối tượng đã chết",
            "Người hưởng chết",
            "Người hưởng đã mất",
            "Bà đã chết",
            "Ông Nguyễn Văn A đã chết",
            "Cụ mất",
            "Báo giảm do chết",
            "Vợ chết, đối tượng cũng đã chết",
            "Gia đình báo đã chết",
            "Vợ báo đã mất",
            "Con hưởng thay do đã chết",
            "Đã chết, vợ nhận mai táng phí",
            "Đã chết. Con nhận thay",
            "Chết con trai nhận thay",
            "Mẹ VNAH đã mất",
            "Vợ liệt sĩ chết",
            "Thân nhân liệt sĩ đã chết",
            "Hai vợ chồng đều đã chết",
            "đã bị chết đuối",
            "Mất, đã cắt",
            "Nguyễn Thị Em đã chết",
            "Doi tuong da chet",
            "Toà án tuyên bố là đã chết",
        ] {
            assert!(says_death(reason), "{reason}");
        }
    }

    #[test]
    fn registration_payment_and_yes() {
        for cell in ["2", "02", "2.0", "đăng ký lại", "Đăng ký lại (mất bản chính)"] {
            assert_eq!(registration(cell), RegistrationKind::Again, "{cell}");
        }
        for cell in ["", "1", "Đúng hạn", "Quá hạn", "12"] {
            assert_eq!(registration(cell), RegistrationKind::Other, "{cell}");
        }
        assert_eq!(
            (in_cash(""), in_cash("Tiền mặt"), in_cash("Chuyển khoản")),
            (None, Some(true), Some(false))
        );
        assert!(says_yes("01/02/2021") && says_yes("x7") && says_yes("Đã cấp") && says_yes("có"));
        assert!(
            !says_yes("")
                && !says_yes("Chưa")
                && !says_yes("không")
                && !says_yes("chưa cấp")
                && !says_yes("0")
        );
    }

    #[test]
    fn amounts() {
        for (cell, expected) in [
            ("500.000", Some(500_000)),
            ("500,000 đ", Some(500_000)),
            ("500000.0", Some(500_000)),
            ("1.500.000 VNĐ", Some(1_500_000)),
            ("1,500,000.00", Some(1_500_000)),
            ("500 000", Some(500_000)),
            ("1,5 triệu", Some(1_500_000)),
            ("500 nghìn đồng", Some(500_000)),
            ("0", Some(0)),
            ("", None),
            ("-500", None),
            ("không", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(money(cell), expected, "{cell}");
        }
    }

    #[test]
    fn communes_lose_their_type_word() {
        for (a, b) in [
            ("Xã Hòa Bình", "Hoà Bình"),
            ("X. Tân An", "TÂN AN"),
            ("Phường 05", "P.5"),
            ("P12", "Phường 12"),
            ("TT. Tân Châu", "Thị trấn Tân Châu"),
            ("Đặc khu Phú Quốc", "Phú Quốc"),
        ] {
            assert_eq!(commune_key(a), commune_key(b), "{a}");
        }
        assert_ne!(commune_key("Xã Tân An"), commune_key("Xã Tân Ân"));
        assert_eq!(commune_key("Xã"), "xã");
        assert_eq!(unit_key("Phường Tân An", UnitLevel::Commune).0, "phuong");
        assert_eq!(unit_key("TP. Thủ Đức", UnitLevel::District), ("thanh pho", "thủ đức".into()));
    }

    proptest! {
        #[test]
        fn nothing_panics(cell in any::<String>()) {
            money(&cell);
            says_death(&cell);
            status(&cell);
            in_cash(&cell);
            says_yes(&cell);
            unit_key(&cell, UnitLevel::Commune);
            GenderCode::OneTwo.read(&cell);
        }

        #[test]
        fn amounts_with_groups_are_the_amounts(n in 0_u64..1_000_000_000_000) {
            let digits = n.to_string();
            let mut grouped = String::new();
            for (ix, c) in digits.chars().enumerate() {
                if ix > 0 && (digits.len() - ix) % 3 == 0 {
                    grouped.push('.');
                }
                grouped.push(c);
            }
            prop_assert_eq!(money(&grouped), Some(n));
        }
    }

    #[test]
    fn hamlets_are_found_in_addresses() {
        assert_eq!(hamlet_in("Thôn 1, Xã Thạnh Thành, Tỉnh Đắk Lắk"), Some("Thôn 1"));
        assert_eq!(hamlet_in("Số 12 Lê Lợi; Tổ dân phố 3, P. Bến Thuỷ"), Some("Tổ dân phố 3"));
        assert_eq!(hamlet_in("Xã Thôn Nha, Tỉnh Đắk Lắk"), None);
        assert_eq!(hamlet_in("(Ấp 2), THÔN 3"), Some("(Ấp 2)"));
        assert_eq!(hamlet_in("12 A, 7 thôn 3, A\u{302}\u{301}p 4"), Some("A\u{302}\u{301}p 4"));
        assert_eq!(hamlet_in(""), None);
    }
}
