//! Numbers that identify: the 12-digit personal ID, the 9-digit old ID, insurance numbers, and that of an act.

use std::fmt;
use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};

use super::Gender;

/// A well-formed personal ID (số định danh cá nhân): 12 digits whose first three are a known
/// province or country code.
///
/// Structure PPP G YY NNNNNN: place of birth registration, century and sex, year of birth, six random
/// digits (NĐ 137/2015 art. 13; TT 07/2016/TT-BCA annex 1). No check digit exists.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonalId(u64);

impl PersonalId {
    /// Takes a number as it is; the caller has checked the province code
    /// ([`crate::vietnamese::ident`] does). `None` at 10^12 and above.
    pub fn from_number(n: u64) -> Option<Self> {
        (n < 1_000_000_000_000).then_some(Self(n))
    }

    /// The number; leading zeros are not kept.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The first three digits: province (below 100) or country.
    pub fn place(self) -> u16 {
        (self.0 / 1_000_000_000) as u16
    }

    /// The gender that the fourth digit says.
    pub fn gender(self) -> Gender {
        if (self.0 / 100_000_000).is_multiple_of(2) { Gender::Male } else { Gender::Female }
    }

    /// The year of birth that digits four to six say (0, 1 = 1900s, 2, 3 = 2000s, ...).
    pub fn birth_year(self) -> u16 {
        let century = (self.0 / 100_000_000 % 10) / 2;
        let yy = self.0 / 1_000_000 % 100;
        (1900 + century * 100 + yy) as u16
    }
}

/// Writes the 12 digits.
impl fmt::Display for PersonalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [b'0'; 12];
        let mut rest = self.0;
        for digit in digits.iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
        f.write_str(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

/// Shows the first three and last four digits only: debug output may reach a log.
impl fmt::Debug for PersonalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}*****{:04}", self.place(), self.0 % 10_000)
    }
}

/// An old ID (số chứng minh nhân dân), 9 digits. One person may have had several.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OldId(u32);

impl OldId {
    /// Takes a number below 10^9.
    pub fn from_number(n: u32) -> Option<Self> {
        (n < 1_000_000_000).then_some(Self(n))
    }

    /// The number; leading zeros are not kept.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// Writes the 9 digits.
impl fmt::Display for OldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:09}", self.0)
    }
}

/// Shows the last three digits only.
impl fmt::Debug for OldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "******{:03}", self.0 % 1000)
    }
}

/// What an ID cell was read as.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum IdCell {
    /// Nothing written.
    #[default]
    Empty,
    /// A value that stands for "none" (000000000000, 999999999, "không rõ"): SACH-09, read as missing.
    Placeholder,
    /// A well-formed personal ID.
    Personal(PersonalId),
    /// A personal ID that lost its leading zeros in a spreadsheet, given back because century, gender
    /// and year digits agree with the row: SACH-07 with a repaired value; counts as well-formed.
    Restored(PersonalId),
    /// 10 or 11 digits that would be a personal ID with its zeros back, but whose digits do not agree
    /// with the row (or the row cannot tell): SACH-07 without a value; takes no further part.
    LostZero(PersonalId),
    /// A 9-digit old ID.
    Old(OldId),
    /// 8 digits: an old ID that lost its zero: SACH-07 with a repaired value.
    OldRestored(OldId),
    /// Scientific notation: destroyed by a spreadsheet, SACH-07, cannot be restored.
    Scientific,
    /// Letters typed for digits of which one number alone can be meant: SACH-03 with that number; counts as
    /// well-formed where persons are looked for.
    Mistyped(PersonalId),
    /// Anything else that is written: SACH-03.
    Malformed,
}

impl IdCell {
    /// The personal ID, sound or restored.
    pub fn personal(self) -> Option<PersonalId> {
        match self {
            Self::Personal(id) | Self::Restored(id) => Some(id),
            _ => None,
        }
    }

    /// The old ID, sound or restored.
    pub fn old(self) -> Option<OldId> {
        match self {
            Self::Old(id) | Self::OldRestored(id) => Some(id),
            _ => None,
        }
    }

    /// Whether the cell is empty or a placeholder.
    pub fn is_missing(self) -> bool {
        matches!(self, Self::Empty | Self::Placeholder)
    }
}

/// What an insurance number or card cell was read as.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum CardCell {
    /// Nothing written.
    #[default]
    Empty,
    /// A value that stands for "none": SACH-09.
    Placeholder,
    /// A well-formed card (15 or 17 characters) or number (10 or 12 digits).
    Sound(Card),
    /// Anything else: SACH-08.
    Malformed,
}

/// A well-formed insurance card or number: group (2 letters), level (1 digit), province (2 digits) and
/// the insurance number (QĐ 1351/QĐ-BHXH), or since 01/08/2025 the personal ID in the number's place.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Card {
    /// The two letters of the group, absent where only a number is written.
    pub group: Option<[u8; 2]>,
    /// The level digit 1 to 5, absent where only a number is written.
    pub level: Option<u8>,
    /// The 10-digit insurance number or 12-digit personal ID.
    pub number: CardNumber,
}

/// The number part of a card: what tells two cards of one person to be one.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CardNumber {
    /// 10-digit insurance number (mã số BHXH).
    Insurance(u64),
    /// 12-digit personal ID in its place.
    Personal(PersonalId),
}

/// The number under which an act is registered, with book, office and day: equal where all of them are written alike. Told of
/// no row that lacks number or day.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ActKey(Option<NonZeroU64>);

impl ActKey {
    /// The key of the digest of number, book, office and day.
    pub fn of_digest(digest: u64) -> Self {
        Self(NonZeroU64::new(digest))
    }

    /// Whether the row tells its number and day.
    pub fn is_told(self) -> bool {
        self.0.is_some()
    }
}
