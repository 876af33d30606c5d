//! Comparison of birth dates: what really happens to dates between two registers.

use super::levels::BirthLevel;
use crate::domain::{DateCell, PartialDate};

/// A date as linkage holds it: [`PartialDate::packed`], 0 where there is none; [`BirthCode::ABOUT`] beside
/// it for a year give or take one.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct BirthCode(u32);

impl BirthCode {
    const ABOUT: u32 = 1 << 31;

    pub(crate) fn of(cell: DateCell) -> Self {
        match cell {
            DateCell::Sound(d) => Self(d.packed()),
            DateCell::About(d) => Self(d.packed() | Self::ABOUT),
            _ => Self::default(),
        }
    }

    /// The date, packed.
    pub(crate) fn packed(self) -> u32 {
        self.0 & !Self::ABOUT
    }

    fn is_about(self) -> bool {
        self.0 & Self::ABOUT != 0
    }

    pub(crate) fn is_missing(self) -> bool {
        self.packed() == 0
    }

    pub(crate) fn year(self) -> u16 {
        (self.packed() >> 9) as u16
    }

    /// Whether it gives a day, 01/01 included.
    pub(crate) fn tells_a_day(self) -> bool {
        self.day() != 0
    }

    /// The year alone.
    pub(crate) fn year_alone(self) -> Self {
        Self(u32::from(self.year()) << 9)
    }

    fn month(self) -> u32 {
        (self.0 >> 5) & 15
    }

    fn day(self) -> u32 {
        self.0 & 31
    }

    /// Whether it tells day, month and year and is not 01/01, which stands for the year alone.
    pub(crate) fn is_full(self) -> bool {
        self.day() != 0 && !(self.day() == 1 && self.month() == 1)
    }

    /// The packed date with day and month swapped, where the calendar has it and it is another.
    pub(crate) fn swapped(self) -> Option<u32> {
        if !self.is_full() || self.day() > 12 || self.day() == self.month() {
            return None;
        }
        PartialDate::day(self.year(), self.day() as u8, self.month() as u8).map(PartialDate::packed)
    }

    pub(crate) fn compare(self, other: Self) -> BirthLevel {
        if self.is_missing() || other.is_missing() {
            return BirthLevel::Missing;
        }
        if self.is_full() && other.is_full() {
            return self.compare_full(other);
        }
        let years = self.year().abs_diff(other.year());
        if self.packed() == other.packed() && self.day() != 0 {
            return BirthLevel::PartAgrees; // both 01/01
        }
        match years {
            0 if self.is_about() || other.is_about() => BirthLevel::PartAgrees,
            0 => {
                let bare = |d: Self| d.month() == 0 || (d.day() == 1 && d.month() == 1);
                if bare(self) || bare(other) {
                    BirthLevel::PartAgrees
                } else if self.month() == other.month() {
                    BirthLevel::MonthAgrees
                } else {
                    BirthLevel::PartNear
                }
            }
            1 => BirthLevel::PartNear,
            2..=5 => BirthLevel::PartDiffers,
            _ => BirthLevel::PartFar,
        }
    }

    fn compare_full(self, other: Self) -> BirthLevel {
        if self.packed() == other.packed() {
            return BirthLevel::Exact;
        }
        let (dy, dm, dd) =
            (self.year() == other.year(), self.month() == other.month(), self.day() == other.day());
        if dy && self.day() == other.month() && self.month() == other.day() {
            return BirthLevel::Swapped;
        }
        let digits = digits_apart(self, other);
        if digits {
            return BirthLevel::OneDigit;
        }
        if dm && dd {
            return BirthLevel::SameDay;
        }
        if dy {
            let days = ordinal(self).abs_diff(ordinal(other));
            return if (20..=50).contains(&days) { BirthLevel::Lunar } else { BirthLevel::SameYear };
        }
        if self.year().abs_diff(other.year()) <= 2 { BirthLevel::NearYear } else { BirthLevel::Different }
    }
}

/// Day of the year, months counted as 31 days less what February and the short ones lack on average.
fn ordinal(d: BirthCode) -> u32 {
    d.month() * 61 / 2 + d.day()
}

/// Whether two full dates written `ddmmyyyy` differ in one digit, in two neighbouring digits swapped,
/// or in the year by ten at the digit level (which is one digit).
fn digits_apart(a: BirthCode, b: BirthCode) -> bool {
    let (x, y) = (digits(a), digits(b));
    let mut at = [0usize; 3];
    let mut n = 0;
    for i in 0..8 {
        if x[i] != y[i] {
            if n == 2 {
                return false;
            }
            at[n] = i;
            n += 1;
        }
    }
    match n {
        1 => true,
        2 => at[1] == at[0] + 1 && x[at[0]] == y[at[1]] && x[at[1]] == y[at[0]] && same_part(at[0], at[1]),
        _ => false,
    }
}

/// Whether two positions of `ddmmyyyy` lie in the same of day, month, year.
fn same_part(i: usize, j: usize) -> bool {
    let part = |k: usize| {
        if k < 2 {
            0
        } else if k < 4 {
            1
        } else {
            2
        }
    };
    part(i) == part(j)
}

fn digits(d: BirthCode) -> [u8; 8] {
    let y = u32::from(d.year());
    [
        (d.day() / 10) as u8,
        (d.day() % 10) as u8,
        (d.month() / 10) as u8,
        (d.month() % 10) as u8,
        (y / 1000) as u8,
        (y / 100 % 10) as u8,
        (y / 10 % 10) as u8,
        (y % 10) as u8,
    ]
}

/// Shares of residents by year of birth, and on 01/01, for the u-probabilities.
#[derive(Debug)]
pub(crate) struct BirthShares {
    years: Vec<u32>,
    new_years: Vec<u32>,
    total: u32,
}

const FIRST_YEAR: u16 = 1880;

impl BirthShares {
    pub(crate) fn build(births: impl Iterator<Item = BirthCode>) -> Self {
        let mut shares = Self { years: vec![0; 256], new_years: vec![0; 256], total: 1 };
        for b in births {
            if let Some(i) = slot(b.year()) {
                shares.years[i] += 1;
                shares.total += 1;
                if b.day() == 1 && b.month() == 1 {
                    shares.new_years[i] += 1;
                }
            }
        }
        shares
    }

    fn year(&self, year: u16) -> f32 {
        // Some residents spread over a century stand for what a small registry does not show.
        (slot(year).map_or(0.0, |i| self.years[i] as f32) + 2.0) / (self.total as f32 + 200.0)
    }

    /// -log2 of the share of residents whose date would compare at this level with `source` by chance.
    pub(crate) fn bits(&self, level: BirthLevel, source: BirthCode, resident: BirthCode) -> f32 {
        let p = self.year(source.year());
        let q = self.year(resident.year());
        let day = 1.0 / 365.0;
        let share = match level {
            BirthLevel::Exact => p * day,
            BirthLevel::Swapped => p * day,
            // About 25 dates are one slip away, in the same or other years.
            BirthLevel::OneDigit => 25.0 * 0.5 * (p + q) * day,
            BirthLevel::Lunar => p * 60.0 * day,
            BirthLevel::SameYear => p,
            BirthLevel::SameDay => day,
            BirthLevel::NearYear => 4.0 * p,
            BirthLevel::MonthAgrees => p / 12.0,
            BirthLevel::PartAgrees => {
                let both_new_year = source.packed() == resident.packed() && source.day() == 1;
                let new_years = slot(source.year()).map_or(0, |i| self.new_years[i]);
                let on_new_year = new_years as f32 / self.total as f32;
                let about = if source.is_about() || resident.is_about() { 3.0 } else { 1.0 };
                if both_new_year { on_new_year.max(p * day) } else { about * p }
            }
            BirthLevel::PartNear => 2.0 * p + p,
            // Four years on either side.
            BirthLevel::PartDiffers => 8.0 * p,
            BirthLevel::Different | BirthLevel::PartFar | BirthLevel::Missing => 1.0,
        };
        -share.clamp(1e-9, 1.0).log2()
    }
}

fn slot(year: u16) -> Option<usize> {
    let i = usize::from(year.checked_sub(FIRST_YEAR)?);
    (i < 256).then_some(i)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(day: u8, month: u8, year: u16) -> BirthCode {
        BirthCode::of(DateCell::Sound(PartialDate::day(year, month, day).unwrap()))
    }

    fn y(year: u16) -> BirthCode {
        BirthCode::of(DateCell::Sound(PartialDate::from_year(year).unwrap()))
    }

    #[test]
    fn birth_levels() {
        use BirthLevel::*;
        for (a, b, want) in [
            (d(5, 3, 1960), d(5, 3, 1960), Exact),
            (d(5, 3, 1960), d(3, 5, 1960), Swapped),
            (d(15, 3, 1960), d(5, 3, 1960), OneDigit),
            (d(12, 3, 1960), d(21, 3, 1960), OneDigit),
            (d(5, 3, 1960), d(5, 3, 1961), OneDigit),
            (d(5, 3, 1960), d(5, 3, 1990), OneDigit),
            (d(5, 3, 1959), d(5, 3, 1960), SameDay),
            (d(5, 3, 1960), d(9, 4, 1960), Lunar),
            (d(5, 3, 1960), d(19, 10, 1960), SameYear),
            (d(5, 3, 1960), d(19, 10, 1961), NearYear),
            (d(5, 3, 1960), d(19, 10, 1975), Different),
            (d(5, 3, 1960), y(1960), PartAgrees),
            (d(5, 3, 1960), d(1, 1, 1960), PartAgrees),
            (d(5, 3, 1960), d(1, 1, 1961), PartNear),
            (d(5, 3, 1960), y(1964), PartDiffers),
            (d(5, 3, 1960), y(1971), PartFar),
            (d(5, 3, 1960), BirthCode::default(), Missing),
        ] {
            assert_eq!(a.compare(b), want, "{a:?} {b:?}");
            assert_eq!(b.compare(a), want);
        }
    }
}
