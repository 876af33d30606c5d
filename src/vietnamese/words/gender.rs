//! Gender as cells, codes and names say it.

use rayon::prelude::*;

use super::{WORDS, folded};
use crate::domain::Gender;
use crate::vietnamese::name;

/// How a column codes gender.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Default)]
pub enum GenderCode {
    /// 1 = Nam, 2 = Nữ (and 0 = not known), beside words.
    #[default]
    OneTwo,
    /// 1 = Nam, 0 = Nữ, beside words.
    OneZero,
    /// 1 = Nữ, and 0 or 2 = Nam, beside words: not told by the values, only by who bears them.
    WomenOne,
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

    /// Whether a cell holds the code 1; `None` where it holds none of the codes.
    pub fn is_one(cell: &str) -> Option<bool> {
        match number_cell(cell)? {
            1 => Some(true),
            0 | 2 => Some(false),
            _ => None,
        }
    }

    /// The gender that a cell says; `None` where blank or not understood.
    pub fn read(self, cell: &str) -> Option<Gender> {
        match cell {
            "Nam" => return Some(Gender::Male),
            "Nữ" => return Some(Gender::Female),
            _ => {}
        }
        match (number_cell(cell), self) {
            (Some(0 | 2), Self::WomenOne) => Some(Gender::Male),
            (Some(1), Self::WomenOne) => Some(Gender::Female),
            (Some(1), _) => Some(Gender::Male),
            (Some(2), Self::OneTwo) | (Some(0), Self::OneZero) => Some(Gender::Female),
            (Some(_), _) => None,
            (None, _) => folded(cell, |word| WORDS.gender.get(word).copied()),
        }
    }
}

/// A small number, also as a float export writes it ("1.0", "01").
pub(super) fn number_cell(cell: &str) -> Option<u32> {
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

/// The gender that the middle names of a name show ("Nguyễn Thị Lan", "Trần Văn An"); `None` where they show none. A
/// given name shows nothing.
pub fn gender_of_name(cell: &str) -> Option<Gender> {
    let name = name::read(cell).display.to_lowercase();
    let (before_given, _) = name.rsplit_once(' ')?;
    before_given.split(' ').skip(1).find_map(|word| WORDS.gender_of_names.get(word).copied())
}
