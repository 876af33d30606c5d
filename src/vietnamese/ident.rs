//! Identity numbers: what an ID cell is, and whether it fits its row.

mod amid;

pub use amid::is_masked;

use std::sync::LazyLock;

use smallvec::SmallVec;

use super::text::{self, CellType};
use crate::builtin;
use crate::domain::{DateCell, Gender, IdCell, OldId, PersonalId};

/// Which three-digit codes begin a personal ID: those of `data/places/provinces.csv`, and from 100 the codes of
/// countries for those born abroad (TT 07/2016/TT-BCA).
static KNOWN_PLACES: LazyLock<[bool; 1000]> = LazyLock::new(|| {
    let mut known = [false; 1000];
    known[100..].fill(true);
    let table = include_str!("../../data/places/provinces.csv");
    for [code, ..] in builtin::csv::<6>("provinces.csv", table) {
        match code.parse::<usize>().ok().and_then(|code| known.get_mut(code)) {
            Some(known) => *known = true,
            None => builtin::broken("provinces.csv", &format_args!("there is no code {code}")),
        }
    }
    known
});

/// The personal ID of a number, where its province or country code is known.
pub(super) fn personal_id(number: u64) -> Option<PersonalId> {
    PersonalId::from_number(number).filter(|id| KNOWN_PLACES[usize::from(id.place())])
}

/// Words that forms put before a number ("CCCD: 079…"), folded.
const LABELS: [&str; 18] = [
    "cccd",
    "cmnd",
    "cmt",
    "cmtnd",
    "cc",
    "so",
    "ddcn",
    "sdd",
    "so dinh danh",
    "dinh danh",
    "ca nhan",
    "can cuoc",
    "cong dan",
    "chung minh",
    "nhan dan",
    "the",
    "id",
    "ma",
];

/// The digits of a cell, and what stands between them.
pub(super) struct Digits {
    /// The digits, ASCII; at most one more than any number that is read.
    pub digits: SmallVec<[u8; 24]>,
    /// Whether anything but digits, spaces and separators stands there.
    pub strange: bool,
}

/// Takes the digits of a cell: spaces, dots, dashes and apostrophes between them dropped, full-width forms
/// mapped, the `.0` of a float export and a label before the number taken off.
pub(super) fn digits(cell: &str) -> Digits {
    let number = without_float(without_label(cell));
    let mut found = Digits { digits: SmallVec::new(), strange: false };
    for c in number.chars() {
        let c = text::lookalike(c).filter(char::is_ascii_digit).unwrap_or(c);
        match c {
            '0'..='9' if found.digits.len() < 24 => found.digits.push(c as u8),
            '0'..='9' => found.strange = true,
            '.' | '-' | ',' | '–' => {}
            _ if c.is_whitespace() || text::is_apostrophe(c) || text::is_invisible(c) => {}
            _ => found.strange = true,
        }
    }
    found
}

/// The cell behind a label that ends before its first digit.
fn without_label(cell: &str) -> &str {
    let Some(at) = cell.find(|c: char| c.is_ascii_digit()) else { return cell };
    if at == 0 || !cell[..at].chars().any(char::is_alphabetic) {
        return cell;
    }
    let (label, number) = cell.split_at(at);
    let is_apart = label.ends_with(|c: char| !c.is_alphanumeric());
    let mut rest = text::fold(label);
    // Labels are made of these words in any order: "Số CCCD", "Số định danh cá nhân/CMND".
    while let Some(word) = LABELS
        .iter()
        .find(|word| rest.strip_prefix(**word).is_some_and(|tail| tail.is_empty() || tail.starts_with(' ')))
    {
        rest.drain(..(word.len() + 1).min(rest.len()));
    }
    if rest.is_empty() && is_apart { number } else { cell }
}

/// The cell without the `.0` or `.00` of a number exported as a float.
fn without_float(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.rsplit_once(['.', ',']) {
        Some((whole, "0" | "00"))
            if whole.len() >= 7 && whole.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'\'' | b' ')) =>
        {
            whole
        }
        _ => cell,
    }
}

/// Whether a cell is a number in scientific notation: `7.91E+10`, `7,91e10`.
pub(crate) fn is_scientific(cell: &str) -> bool {
    let cell = cell.trim();
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let whole = mantissa.replacen([',', '.'], "", 1);
    all_digits(exponent)
        && exponent.len() <= 3
        && all_digits(&whole)
        && mantissa.starts_with(|c: char| c.is_ascii_digit())
}

/// The number that digits write; the greatest there is where they write one beyond it.
pub(super) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0_u64, |n, b| n.saturating_mul(10).saturating_add(u64::from(b - b'0')))
}

/// Whether digits are the filling that stands for no number: all the same (000000000000, 999999999).
pub(super) fn is_filling(digits: &[u8]) -> bool {
    let Some(first) = digits.first() else { return false };
    digits.iter().all(|d| d == first) && (digits.len() >= 8 || *first == b'0')
}

/// Reads an ID cell. A number that lost its zeros comes back as [`IdCell::LostZero`]: [`settle`] decides
/// with the rest of the row.
pub fn read(raw: &str) -> IdCell {
    let cell = raw.trim_matches(|c: char| c.is_whitespace() || text::is_invisible(c));
    if cell.is_empty() {
        return IdCell::Empty;
    }
    // The common case: twelve digits and nothing else.
    if cell.len() == 12 && cell.bytes().all(|b| b.is_ascii_digit()) && !is_filling(cell.as_bytes()) {
        return personal_id(number(cell.as_bytes())).map_or(IdCell::Malformed, IdCell::Personal);
    }
    if text::is_overlong(cell) {
        return IdCell::Malformed;
    }
    if is_scientific(cell) {
        return IdCell::Scientific;
    }
    if text::is_placeholder(cell, CellType::Id) {
        return IdCell::Placeholder;
    }
    read_number(cell)
        .or_else(|| mistyped(cell))
        .or_else(|| amid::read(cell).map(|(read, _)| read))
        .unwrap_or_else(|| if says_none(cell) { IdCell::Placeholder } else { IdCell::Malformed })
}

/// Whether a cell without a number says that there is none, in more words than the list of placeholders has: "chưa có
/// số ĐDCN", "mất giấy tờ".
pub(super) fn says_none(cell: &str) -> bool {
    !cell.contains(|c: char| c.is_ascii_digit()) && {
        let folded = text::fold(&text::decoded(cell));
        let mut words = folded.split(' ');
        let first = words.next().unwrap_or("");
        matches!(first, "chua" | "khong" | "mat" | "cho" | "ko")
            || (first == "dang" && words.next().is_some_and(|w| w != "ky"))
    }
}

/// The old ID that stands beside the personal ID of a cell.
pub fn old_beside(raw: &str) -> Option<OldId> {
    let cell = raw.trim();
    // Nearly every cell is one number, and shorter than two.
    if cell.len() < 20 || text::is_overlong(cell) {
        return None;
    }
    match amid::read(cell)? {
        (IdCell::Personal(_), old) => old,
        _ => None,
    }
}

/// Reads a number with nothing but separators and a label; `None` where it is no number of an ID.
fn read_number(cell: &str) -> Option<IdCell> {
    let Digits { digits, strange } = digits(cell);
    if strange || digits.is_empty() {
        return None;
    }
    if is_filling(&digits) {
        return Some(IdCell::Placeholder);
    }
    let number = number(&digits);
    let zero_lost = digits[0] != b'0';
    match digits.len() {
        12 => personal_id(number).map(IdCell::Personal),
        10 | 11 if zero_lost => personal_id(number).map(IdCell::LostZero),
        9 => u32::try_from(number).ok().and_then(OldId::from_number).map(IdCell::Old),
        8 => u32::try_from(number).ok().and_then(OldId::from_number).map(IdCell::OldRestored),
        _ => None,
    }
}

/// Reads twelve characters of which some are letters typed for digits: O for 0, I and l for 1, B for 8, S for 5.
fn mistyped(cell: &str) -> Option<IdCell> {
    let cell = cell.rsplit_once(':').map_or(cell, |(_, number)| number);
    let typed = |c: char| match text::lookalike(c).unwrap_or(c) {
        'O' | 'o' => '0',
        'I' | 'l' | 'i' | '|' => '1',
        'B' => '8',
        'S' | 's' => '5',
        other => other,
    };
    let number: String =
        cell.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-')).map(typed).collect();
    let letters = cell.chars().filter(|c| typed(*c) != *c).count();
    if number.len() != 12 || !(1..=6).contains(&letters) || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    personal_id(self::number(number.as_bytes())).map(IdCell::Mistyped)
}

/// Gives a number that lost its zeros back where its century, gender and year digits agree with the row:
/// the birth year must be known and agree, the gender must agree where it is known. Other cells come back
/// as they are.
///
/// ```
/// use lamsach::domain::{DateCell, Gender, IdCell, PartialDate};
/// use lamsach::vietnamese::ident::{read, settle};
/// let born = |year| DateCell::Sound(PartialDate::from_year(year).unwrap());
/// let lost = read("1090012345");
/// assert!(matches!(lost, IdCell::LostZero(_)));
/// assert!(matches!(settle(lost, Some(Gender::Male), born(1990)), IdCell::Restored(id) if id.to_string() == "001090012345"));
/// assert_eq!(settle(lost, Some(Gender::Male), born(1985)), lost);
/// ```
pub fn settle(cell: IdCell, gender: Option<Gender>, birth: DateCell) -> IdCell {
    match cell {
        IdCell::LostZero(id) if birth.value().is_some() && !contradicts(id, gender, birth) => {
            IdCell::Restored(id)
        }
        _ => cell,
    }
}

/// Whether a personal ID contradicts gender or birth date of its row (DUNG-08): the gender digit, the
/// century digit or the year digits. What is not known does not contradict; a birth year told by an age
/// may be one off; a century digit of 4 and more (births from 2100) contradicts in any case.
pub fn contradicts(id: PersonalId, gender: Option<Gender>, birth: DateCell) -> bool {
    let year = id.birth_year();
    let year_differs = match birth {
        DateCell::Sound(date) => date.year() != year,
        DateCell::About(date) => date.year().abs_diff(year) > 1,
        _ => false,
    };
    year_differs || year >= 2100 || gender.is_some_and(|gender| gender != id.gender())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::PartialDate;

    fn personal(number: u64) -> IdCell {
        IdCell::Personal(PersonalId::from_number(number).unwrap())
    }

    fn born(year: u16) -> DateCell {
        DateCell::Sound(PartialDate::from_year(year).unwrap())
    }

    #[test]
    fn personal_ids_in_all_their_clothes() {
        for cell in [
            "079190012345",
            " 079190012345 ",
            "'079190012345",
            "079 190 012 345",
            "079.190.012.345",
            "079-190-012345",
            "CCCD: 079190012345",
            "Số CCCD 079190012345",
            "Số định danh cá nhân: 079190012345",
            "\u{a0}079190012345",
            "079190012345.0",
            "０７９１９００１２３４５",
            "079190012345\u{200b}",
            "079190012345 (CCCD)",
            "079190012345 (cũ)",
            "079190012345(cấp 01/02/2021)",
            "079190012345 cũ",
            "079190012345 - CCCD",
            "(CCCD) 079190012345",
            "079190012345/245123456",
            "245123456 / 079190012345",
            "CMND: 245123456; CCCD: 079190012345",
            "079190012345 (CMND: 245123456)",
            "079190012345\n245123456",
            "079190012345, 245.123.456",
            "079190012345/079190012345",
        ] {
            assert_eq!(read(cell), personal(79_190_012_345), "{cell}");
        }
        assert_eq!(read("100190012345"), personal(100_190_012_345));
    }

    #[test]
    fn notes_beside_a_number_are_notes() {
        for cell in [
            "079190012345, cấp ngày 05/7/2021, tại Cục CS QLHC về TTXH",
            "079190012345 ngày cấp 05/07/2021",
            "079190012345 do Cục Cảnh sát cấp 05.7.2021",
            "079190012345 cấp năm 2021",
            "079190012345 (2021)",
            "079190012345/2021",
            "079190012345 05/07/2021",
            "079190012345 - 05-07-2021",
            "Số 079190012345 ngày 5 tháng 7 năm 2021 Cục CSQLHC",
            "079190012345 - 0912345678",
            "079190012345 ĐT: 0912.345.678",
            "079190012345; 0912 345 678",
            "CCCD 079190012345 (CMND cũ 245123456)",
            "CMND cũ: 245123456, CCCD mới: 079190012345",
            "MĐD: 079190012345",
            "ĐDCN 079190012345 (tạm)",
            "079190012345 Cục CS",
            "CC:079190012345",
            "079 190 012 345 cấp 05/07/2021",
            "079190012345 BHXH 3820123456",
        ] {
            assert_eq!(read(cell), personal(79_190_012_345), "{cell}");
        }
        let old = IdCell::Old(OldId::from_number(245_123_456).unwrap());
        for cell in [
            "245123456 cấp 12/5/2009 tại CA tỉnh Nam Định",
            "CMND số 245123456 CA Nam Định",
            "245123456 (cấp 2009)",
            "CMND 245.123.456 ngày 12/05/2009",
        ] {
            assert_eq!(read(cell), old, "{cell}");
        }
        for cell in [
            "079190012345 (mẹ)",
            "số của bố: 079190012345",
            "079190012345 của chồng",
            "BHXH 3820123456",
            "GKS số 12/2015",
            "ĐT 0912345678",
            "079190012345 hoặc 079190012346",
            "0791900123456 cấp 2021",
            "không rõ số 12",
        ] {
            assert_eq!(read(cell), IdCell::Malformed, "{cell}");
        }
        assert_eq!(old_beside("CCCD 079190012345 (CMND cũ 245123456)"), OldId::from_number(245_123_456));
        assert_eq!(old_beside("079190012345\n245123456"), OldId::from_number(245_123_456));
        assert_eq!(old_beside("079190012345 cấp 05/07/2021"), None);
    }

    #[test]
    fn letters_typed_for_digits_are_told() {
        let id = PersonalId::from_number(79_190_012_345).unwrap();
        for cell in [
            "O7919OO12345",
            "o79190012345",
            "079l90012345",
            "0791900I2345",
            "07919001234S",
            "CCCD: O79190012345",
        ] {
            assert_eq!(read(cell), IdCell::Mistyped(id), "{cell}");
        }
        for cell in ["O9919OO12345", "OOOOOOOOOOOO", "O7919001234", "079A90012345"] {
            assert_eq!(read(cell), IdCell::Malformed, "{cell}");
        }
    }

    #[test]
    fn what_is_no_personal_id() {
        for cell in [
            "000190012345",
            "003190012345",
            "099190012345",
            "0791900123456",
            "O7919001234",
            "OOOOOOOOOOOO",
            "O9919OO12345",
            "079190012345/066153766286",
            "245123456/245123457",
            "079190012345/12",
            "07919/0012345",
            "079190012345cũ",
            "(CCCD)",
            "1234567",
            "07919001234",
            "0791900123",
            "990123456",
            "abc",
            "CCCD079190012345x",
            "79190012345678901234567890",
            "99190012345",
        ] {
            let read = read(cell);
            let expected = if cell == "990123456" {
                IdCell::Old(OldId::from_number(990_123_456).unwrap())
            } else {
                IdCell::Malformed
            };
            assert_eq!(read, expected, "{cell}");
        }
    }

    #[test]
    fn placeholders_and_destroyed_numbers() {
        for cell in [
            "000000000000",
            "999999999",
            "0",
            "không rõ",
            "Chưa có",
            "-",
            "111111111",
            "chưa cấp",
            "N/A",
            "999999999999",
        ] {
            assert_eq!(read(cell), IdCell::Placeholder, "{cell}");
        }
        for cell in ["3.80E+10", "7,91E+10", "7.9e10", "8E+11", "3.8E+010"] {
            assert_eq!(read(cell), IdCell::Scientific, "{cell}");
        }
        assert_eq!(read("  "), IdCell::Empty);
    }

    #[test]
    fn old_ids() {
        let old = OldId::from_number(23_456_789).unwrap();
        assert_eq!(read("023456789"), IdCell::Old(old));
        assert_eq!(read("023.456.789"), IdCell::Old(old));
        assert_eq!(read("023456789 (CMND cũ)"), IdCell::Old(old));
        assert_eq!(read("23456789"), IdCell::OldRestored(old));
        assert_eq!(read("23456789.0"), IdCell::OldRestored(old));
    }

    #[test]
    fn lost_zeros_come_back_where_the_row_agrees() {
        let id = PersonalId::from_number(79_190_012_345).unwrap();
        let cell = read("79190012345");
        assert_eq!(cell, IdCell::LostZero(id));
        assert_eq!(read("79190012345.0"), cell);
        assert_eq!(settle(cell, Some(Gender::Female), born(1990)), IdCell::Restored(id));
        assert_eq!(settle(cell, None, born(1990)), IdCell::Restored(id));
        assert_eq!(settle(cell, Some(Gender::Male), born(1990)), cell);
        assert_eq!(settle(cell, Some(Gender::Female), born(1991)), cell);
        assert_eq!(settle(cell, Some(Gender::Female), DateCell::Empty), cell);
        assert_eq!(read("1190012345"), IdCell::LostZero(PersonalId::from_number(1_190_012_345).unwrap()));
        assert_eq!(read("3190012345"), IdCell::Malformed);
        let about = DateCell::About(PartialDate::from_year(1991).unwrap());
        assert_eq!(settle(cell, None, about), IdCell::Restored(id));
    }

    #[test]
    fn contradictions() {
        let id = PersonalId::from_number(79_302_012_345).unwrap(); // a woman born 2002
        assert!(!contradicts(id, Some(Gender::Female), born(2002)));
        assert!(contradicts(id, Some(Gender::Male), born(2002)));
        assert!(contradicts(id, Some(Gender::Female), born(1902)));
        assert!(!contradicts(id, None, DateCell::Impossible));
        assert!(contradicts(PersonalId::from_number(79_402_012_345).unwrap(), None, DateCell::Empty));
    }

    proptest! {
        #[test]
        fn reading_never_panics(raw in any::<String>(), parts in "[0-9Oo]{0,13}[ /;(),-]{0,2}[0-9cũ]{0,12}[)/]?") {
            read(&raw);
            read(&parts);
        }

        #[test]
        fn separators_change_nothing(n in 1_000_000_000_u64..100_000_000_000, at in 1_usize..10) {
            let plain = format!("{n:012}");
            let (head, tail) = plain.split_at(at);
            for separator in [" ", ".", "-", "\u{a0}"] {
                let dressed = format!("{head}{separator}{tail}");
                prop_assert_eq!(read(&dressed), read(&plain));
            }
        }
    }
}
