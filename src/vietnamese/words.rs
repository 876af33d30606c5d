//! Words of coded columns: gender, status, marital status, relation, stop reasons, payment, money, type words.

mod gender;
mod money;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::legacy::{decode_mojibake, decode_tcvn3, decode_vni};
use super::{death, text};
use crate::domain::{Gender, Marital, RegistrationKind, Relation, Status};
use gender::number_cell;
pub use gender::{GenderCode, gender_of_name};
pub use money::{money, money_of, money_scale};

/// `data/vietnamese/words.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    gender: FxHashMap<String, Vec<String>>,
    gender_of_names: FxHashMap<String, Vec<String>>,
    status: FxHashMap<String, Vec<String>>,
    status_within: StatusWithin,
    marital: FxHashMap<String, Vec<String>>,
    relation: FxHashMap<String, Vec<String>>,
    registration: Registration,
    annulled: Annulled,
    months: Months,
    payment: Payment,
    no: No,
    units: UnitWords,
    hamlet: HamletWords,
    insurance_group: FxHashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HamletWords {
    types: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusWithin {
    heading: Vec<String>,
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
struct Annulled {
    whole: Vec<String>,
    within: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Months {
    headers: Vec<String>,
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
    none: Vec<String>,
    offices: Vec<String>,
}

/// The same, ready to be looked up.
struct Words {
    gender: FxHashMap<String, Gender>,
    gender_of_names: FxHashMap<String, Gender>,
    status: FxHashMap<String, Status>,
    status_within: Vec<(Vec<String>, Status)>,
    heading: Vec<String>,
    marital: FxHashMap<String, Marital>,
    relation: FxHashMap<String, Relation>,
    registration: Registration,
    annulled: Annulled,
    months: Vec<String>,
    payment: Payment,
    no: Vec<String>,
    units: UnitWords,
    hamlet: HamletWords,
    insurance_group: FxHashMap<String, [u8; 2]>,
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
    let file: WordsFile =
        crate::builtin::toml("words.toml", include_str!("../../data/vietnamese/words.toml"));
    let within = file.status_within;
    let mut units = file.units;
    for list in [&mut units.commune, &mut units.district, &mut units.province] {
        list.sort_by_key(|word| std::cmp::Reverse(word.len()));
    }
    let genders = [("male", Gender::Male), ("female", Gender::Female)];
    Words {
        gender: meanings(&file.gender, &genders),
        gender_of_names: meanings(&file.gender_of_names, &genders),
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
        heading: within.heading,
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
        annulled: file.annulled,
        months: file.months.headers,
        payment: file.payment,
        no: file.no.no,
        units,
        hamlet: file.hamlet,
        insurance_group: insurance_groups(&file.insurance_group),
    }
});

/// A table from the words of a group of insurance to its two letters.
fn insurance_groups(lists: &FxHashMap<String, Vec<String>>) -> FxHashMap<String, [u8; 2]> {
    let letters = |name: &String| name.as_bytes().first_chunk::<2>().copied();
    lists
        .iter()
        .filter_map(|(name, words)| Some((letters(name)?, words)))
        .flat_map(|(group, words)| words.iter().map(move |word| (word.clone(), group)))
        .collect()
}

/// The group of insurance that words name: "Trẻ em dưới 6 tuổi".
pub(super) fn insurance_group(cell: &str) -> Option<[u8; 2]> {
    folded(cell, |words| WORDS.insurance_group.get(words).copied())
}

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
    if cell.trim().is_empty() || text::is_overlong(cell) {
        return None;
    }
    read(&text::fold(cell)).or_else(|| legacy_readings(cell).find_map(|decoded| read(&text::fold(&decoded))))
}

/// What a cell says in each legacy encoding that its characters allow. The words of a coded column are too
/// short to be judged by likelihood, but there a reading that gives a known word is no accident.
pub(super) fn legacy_readings(cell: &str) -> impl Iterator<Item = String> {
    let decoders = if cell.is_ascii() { [].as_slice() } else { &[decode_tcvn3, decode_vni, decode_mojibake] };
    decoders.iter().filter_map(|decode| decode(cell.trim()))
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
        let dead = || death::says_death(cell).then_some(Status::Dead);
        let other = || words.status_within.iter().find_map(within);
        // "Xoá ĐKTT (chết/chuyển đi)" leaves open which.
        let is_open = || says_either(cell) && other().is_some_and(|status| status != Status::Dead);
        let dead = || if is_open() { None } else { dead() };
        whole().or_else(missing).or_else(dead).or_else(other)
    })
    .unwrap_or_default()
}

/// The residence status of all whom the title of a list, a sheet or a group names: "DS người đã chết", "Chuyển đi".
/// `Unknown` where it says anything else as well.
///
/// ```
/// use lamsach::domain::Status;
/// use lamsach::vietnamese::words::status_of_heading;
/// assert_eq!(status_of_heading("Danh sách nhân khẩu đã chết 2025"), Status::Dead);
/// assert_eq!(status_of_heading("2. Chuyển đi"), Status::MovedOut);
/// assert_eq!(status_of_heading("Dân cư (kể cả đã chết)"), Status::Unknown);
/// ```
pub fn status_of_heading(heading: &str) -> Status {
    const MOST_WORDS: usize = 3;
    if heading.contains(['/', '+', '&', ',', ';', '(']) || heading.to_lowercase().contains(" và ") {
        return Status::Unknown;
    }
    let plain = text::fold(heading);
    let words = plain.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let said: Vec<&str> = words.skip_while(|word| WORDS.heading.iter().any(|of| of == word)).collect();
    match said.len() {
        1..=MOST_WORDS => status(&said.join(" ")),
        _ => Status::Unknown,
    }
}

/// Whether a text names one thing or another: "chết/chuyển đi". A slash in a date does not.
fn says_either(cell: &str) -> bool {
    cell.contains(" hoặc ")
        || cell.match_indices('/').any(|(at, _)| {
            cell[..at].trim_end().ends_with(char::is_alphabetic)
                && cell[at + 1..].trim_start().starts_with(char::is_alphabetic)
        })
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
    // A tick, though "x" stands for no value elsewhere.
    if matches!(cell, "x" | "X" | "v" | "V" | "✓" | "✔" | "☑") {
        return true;
    }
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

/// Whether a remark on a record of a birth or marriage, or the kind of its registration, says that it was annulled.
///
/// ```
/// use lamsach::vietnamese::words::annuls;
/// assert!(annuls("Đã hủy") && annuls("Hủy việc kết hôn trái pháp luật theo QĐ 12/2024"));
/// assert!(!annuls("Hủy hẹn, đã trả GCN") && !annuls("Đã ly hôn") && !annuls("12/2024"));
/// ```
pub fn annuls(remark: &str) -> bool {
    let words = &WORDS.annulled;
    folded(remark, |plain| {
        let is_whole = words.whole.iter().any(|phrase| phrase == plain);
        let is_within = || words.within.iter().any(|phrase| holds_unless_denied(plain, phrase));
        (is_whole || is_within()).then_some(())
    })
    .is_some()
}

/// Whether a header is that of a column which tells for which month or instalment a row is: "Tháng", "Kỳ chi trả".
pub fn heads_months(header: &str) -> bool {
    folded(header, |plain| WORDS.months.iter().any(|words| words == plain).then_some(())).is_some()
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

/// Whether words in the place of a commune name none: "Trong xã", "Ngoài tỉnh", "Việt Nam".
pub fn names_no_commune(cell: &str) -> bool {
    let folded = text::fold(cell);
    // "Xã khác" is none, "Xã Khác" may be one.
    let mut words = cell.split_whitespace();
    let typed = words.next().is_some_and(|first| matches!(&*text::fold(first), "xa" | "phuong"));
    let named = words.next().is_some_and(|word| word.chars().next().is_some_and(char::is_uppercase));
    let shouted = !cell.chars().any(char::is_lowercase);
    WORDS.units.none.contains(&folded) && !(typed && named && !shouted)
}

/// Whether folded words are those of an office, which stand before the name of its commune: "ubnd", "cong an".
pub fn names_office(folded: &str) -> bool {
    WORDS.units.offices.iter().any(|phrase| phrase == folded)
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
mod tests;
