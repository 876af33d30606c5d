//! Words of coded columns: gender, status, marital status, relation, stop reasons, payment, type words.

use std::sync::LazyLock;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::legacy::{decode_mojibake, decode_tcvn3, decode_vni};
use super::{death, text};
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
pub(super) fn legacy_readings(cell: &str) -> impl Iterator<Item = String> {
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
        let dead = || death::says_death(cell).then_some(Status::Dead);
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
        assert!(
            says_yes("01/02/2021") && says_yes("x7") && says_yes("Đã cấp") && says_yes("có") && says_yes("x")
        );
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
            death::says_death(&cell);
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
