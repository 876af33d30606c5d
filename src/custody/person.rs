//! Who is to be erased, or asked about: a number, or a name and a date of birth.

use serde::{Deserialize, Serialize};

use super::CustodyError;
use crate::domain::{Day, PartialDate};
use crate::vietnamese::{date, name, text};

/// A person to be erased: by a personal ID or an old one, or, where there is none, by name and date of birth.
#[derive(Clone, PartialEq, Eq)]
pub enum Person {
    /// The digits.
    Number(String),
    /// Whoever has no number.
    Named(Named),
}

/// A person by name and date of birth.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Named {
    /// The key of the name, as [`name::read`] has it.
    pub(super) key: String,
    /// The date of birth, as it was given.
    pub(super) born: String,
}

impl Person {
    /// Reads 12 or 9 digits; spaces, dots and dashes are passed over.
    ///
    /// # Errors
    /// [`CustodyError::NotAnId`] for anything else.
    pub fn parse(text: &str) -> Result<Self, CustodyError> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
        let sound = matches!(digits.len(), 9 | 12) && digits.bytes().all(|b| b.is_ascii_digit());
        if sound { Ok(Self::Number(digits)) } else { Err(CustodyError::NotAnId) }
    }

    /// Reads a name of two words at least and a full date of birth.
    ///
    /// # Errors
    /// [`CustodyError::NotAName`] for anything else: half of a name or a year alone is that of many.
    pub fn named(written: &str, born: &str, today: Day) -> Result<Self, CustodyError> {
        let key = name::read(written).key;
        let date = date::read(born, today).sound().filter(|date| date.is_full());
        match date {
            Some(date) if key.contains(' ') => Ok(Self::Named(Named { key, born: date.to_string() })),
            _ => Err(CustodyError::NotAName),
        }
    }
}

impl Named {
    /// The day of birth.
    pub(super) fn birth(&self) -> Option<PartialDate> {
        let mut parts = self.born.split('/').map(|part| part.parse::<u16>().ok());
        let mut part = || parts.next().flatten();
        let (day, month, year) = (part()?, part()?, part()?);
        PartialDate::day(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// Whether a text names the person: all words of the name, one behind the other.
    pub(super) fn is_named_in(&self, written: &str) -> bool {
        let key = text::key(written);
        key.match_indices(&self.key).any(|(at, found)| {
            let beside = [key[..at].chars().next_back(), key[at + found.len()..].chars().next()];
            beside.iter().flatten().all(|c| !c.is_alphanumeric())
        })
    }
}

// No number and no name in a log or a panic.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Named(…)")
    }
}
