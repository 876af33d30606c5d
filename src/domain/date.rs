//! Dates as population records write them: often only a year, sometimes impossible.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day of the proleptic Gregorian calendar, counted from 01/01/1970 (day 0).
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The end of time: what is due then never is.
    pub const NEVER: Self = Self(i32::MAX);

    /// The day of a civil date; `None` where the calendar has no such day.
    pub fn from_civil(year: i32, month: u8, day: u8) -> Option<Self> {
        if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        // Days from civil, counting years from March so that the leap day comes last.
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let mp = (i32::from(month) + 9) % 12;
        let doy = (153 * mp + 2) / 5 + i32::from(day) - 1;
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        Some(Self(era * 146_097 + doe - 719_468))
    }

    /// Year, month (1 to 12) and day of month.
    pub fn civil(self) -> (i32, u8, u8) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i32::from(month <= 2);
        (year, month as u8, day as u8)
    }

    /// The calendar year of this day.
    pub fn year(self) -> i32 {
        self.civil().0
    }

    /// The same date so many years later (earlier if negative). Of 29 February it is 1 March in a year that has none:
    /// before that day the years are not full. `None` beyond the calendar's reach.
    pub fn years_on(self, years: i32) -> Option<Self> {
        let (year, month, day) = self.civil();
        let year = year.checked_add(years)?;
        Self::from_civil(year, month, day).or_else(|| Self::from_civil(year, 3, 1))
    }

    /// This day as a full partial date; `None` outside the years 1 to 9999.
    pub fn to_partial(self) -> Option<PartialDate> {
        let (y, m, d) = self.civil();
        PartialDate::day(u16::try_from(y).ok()?, m, d)
    }
}

/// Writes `dd/mm/yyyy`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(date) = self.to_partial() {
            return date.fmt(f);
        }
        let (y, m, d) = self.civil();
        write!(f, "{d:02}/{m:02}/{y:04}")
    }
}

/// Days in a month of a year (Gregorian); 0 for a month out of 1 to 12.
pub fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        _ => 0,
    }
}

/// How much of a date is known.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// The year alone.
    Year,
    /// Year and month.
    Month,
    /// A full date.
    Day,
}

/// A date known to the year, the month or the day; always one that the calendar has.
///
/// Packed into 32 bits (`year << 9 | month << 5 | day`, 0 = not known), so that ordering by the
/// packed value is chronological and the less precise date of a year comes first.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartialDate(u32);

impl PartialDate {
    /// A year alone; `None` outside 1 to 9999.
    pub fn from_year(year: u16) -> Option<Self> {
        (1..=9999).contains(&year).then(|| Self(u32::from(year) << 9))
    }

    /// A year and a month; `None` where there is no such month.
    pub fn from_month(year: u16, month: u8) -> Option<Self> {
        let y = Self::from_year(year)?;
        (1..=12).contains(&month).then(|| Self(y.0 | (u32::from(month) << 5)))
    }

    /// A full date; `None` where the calendar has no such day.
    pub fn day(year: u16, month: u8, day: u8) -> Option<Self> {
        let m = Self::from_month(year, month)?;
        (day >= 1 && day <= days_in_month(i32::from(year), month)).then(|| Self(m.0 | u32::from(day)))
    }

    /// The packed form: 0 never occurs.
    pub fn packed(self) -> u32 {
        self.0
    }

    /// The date of a packed form; `None` where it is none.
    pub fn from_packed(packed: u32) -> Option<Self> {
        let year = u16::try_from(packed >> 9).ok()?;
        match ((packed >> 5 & 0xf) as u8, (packed & 0x1f) as u8) {
            (0, 0) => Self::from_year(year),
            (month, 0) => Self::from_month(year, month),
            (month, day) => Self::day(year, month, day),
        }
    }

    /// The year.
    pub fn year(self) -> u16 {
        (self.0 >> 9) as u16
    }

    /// The month, where known.
    pub fn month(self) -> Option<u8> {
        let m = ((self.0 >> 5) & 15) as u8;
        (m != 0).then_some(m)
    }

    /// The day of month, where known.
    pub fn day_of_month(self) -> Option<u8> {
        let d = (self.0 & 31) as u8;
        (d != 0).then_some(d)
    }

    /// How much is known.
    pub fn precision(self) -> Precision {
        match (self.month(), self.day_of_month()) {
            (None, _) => Precision::Year,
            (_, None) => Precision::Month,
            _ => Precision::Day,
        }
    }

    /// Whether all of year, month and day are known.
    pub fn is_full(self) -> bool {
        self.precision() == Precision::Day
    }

    /// Whether this is 1 January: beside another date of the same year it stands for the year alone
    /// (registrars fill 01/01 where day and month are not known; TT 04/2020/TT-BTP art. 18).
    pub fn is_new_year(self) -> bool {
        self.month() == Some(1) && self.day_of_month() == Some(1)
    }

    /// This date with its day and month dropped.
    pub fn year_only(self) -> Self {
        Self(self.0 & !0x1ff)
    }

    /// The first day that this date can mean.
    pub fn first_day(self) -> Day {
        let (m, d) = (self.month().unwrap_or(1), self.day_of_month().unwrap_or(1));
        Day::from_civil(i32::from(self.year()), m, d).unwrap_or(Day(0))
    }

    /// The last day that this date can mean.
    pub fn last_day(self) -> Day {
        let y = i32::from(self.year());
        let m = self.month().unwrap_or(12);
        let d = self.day_of_month().unwrap_or_else(|| days_in_month(y, m));
        Day::from_civil(y, m, d).unwrap_or(Day(0))
    }

    /// Whether two dates say the same as far as both go (year 1960 agrees with 05/03/1960).
    /// No allowance for 01/01: see [`PartialDate::compatible`].
    pub fn agrees(self, other: Self) -> bool {
        let both = |a: Option<u8>, b: Option<u8>| a.zip(b).is_none_or(|(x, y)| x == y);
        self.year() == other.year()
            && both(self.month(), other.month())
            && (self.month().is_none()
                || other.month().is_none()
                || both(self.day_of_month(), other.day_of_month()))
    }

    /// Whether two dates do not contradict each other: they agree as far as both go, or one of them
    /// is 01/01 of the same year and so stands for the year alone.
    pub fn compatible(self, other: Self) -> bool {
        self.agrees(other) || (self.year() == other.year() && (self.is_new_year() || other.is_new_year()))
    }

    /// The precision of this date when it stands beside `other`: 01/01 beside another date of the
    /// same year counts as the year alone.
    pub fn precision_beside(self, other: Self) -> Precision {
        if self.is_new_year() && self != other && self.year() == other.year() {
            Precision::Year
        } else {
            self.precision()
        }
    }

    /// Completed years of age on `on`, counted from the first day this date can mean (a year alone
    /// counts from 01/01: NĐ 158/2025 art. 12.2). Negative before birth.
    pub fn age_on(self, on: Day) -> i32 {
        let (y, m, d) = on.civil();
        let b = (self.month().unwrap_or(1), self.day_of_month().unwrap_or(1));
        y - i32::from(self.year()) - i32::from((m, d) < b)
    }
}

/// Writes `dd/mm/yyyy`, `mm/yyyy` or `yyyy`, as far as known.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.month(), self.day_of_month()) {
            (Some(m), Some(d)) => write_slashed(f, &[d, m], self.year()),
            (Some(m), None) => write_slashed(f, &[m], self.year()),
            _ => write_slashed(f, &[], self.year()),
        }
    }
}

/// Writes day and month in two digits each and the year in four, with slashes between: a worklist holds
/// millions of dates, and the formatting macros take several times as long.
fn write_slashed(f: &mut fmt::Formatter<'_>, parts: &[u8], year: u16) -> fmt::Result {
    let digit = |n: u16| b'0' + (n % 10) as u8;
    let mut text = [b'/'; 10];
    let mut at = 0;
    for &part in parts {
        text[at..at + 2].copy_from_slice(&[digit(u16::from(part) / 10), digit(u16::from(part))]);
        at += 3;
    }
    text[at..at + 4].copy_from_slice(&[digit(year / 1000), digit(year / 100), digit(year / 10), digit(year)]);
    f.write_str(std::str::from_utf8(&text[..at + 4]).map_err(|_| fmt::Error)?)
}

impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a date cell was read as.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum DateCell {
    /// Nothing written.
    #[default]
    Empty,
    /// A date of the calendar.
    Sound(PartialDate),
    /// A year give or take one, from an age ("25 tuổi").
    About(PartialDate),
    /// Something that stands for "no value" (01/01/1900, 00/00/0000, "không rõ"): read as missing.
    Placeholder,
    /// Written, but no day of the calendar, after the as-of date, or not readable as a date at all;
    /// takes no part in anything but SACH-05.
    Impossible,
}

impl DateCell {
    /// The date, where there is one that may take part in comparisons.
    pub fn value(self) -> Option<PartialDate> {
        match self {
            Self::Sound(d) | Self::About(d) => Some(d),
            _ => None,
        }
    }

    /// The date, where it is exact as far as it goes (an age is not).
    pub fn sound(self) -> Option<PartialDate> {
        match self {
            Self::Sound(d) => Some(d),
            _ => None,
        }
    }

    /// Whether the cell is empty or a placeholder.
    pub fn is_missing(self) -> bool {
        matches!(self, Self::Empty | Self::Placeholder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_on_the_same_date_and_after_a_leap_day_the_first_of_march() {
        let on = |y, m, d, years| Day::from_civil(y, m, d).unwrap().years_on(years).map(Day::civil);
        assert_eq!(on(2001, 11, 20, 25), Some((2026, 11, 20)));
        assert_eq!(on(2004, 2, 29, 25), Some((2029, 3, 1)));
        assert_eq!(on(2004, 2, 29, -4), Some((2000, 2, 29)));
        assert_eq!(on(2028, 2, 29, -1), Some((2027, 3, 1)));
        assert_eq!(on(2004, 2, 29, i32::MAX), None);
    }

    #[test]
    fn civil_days_round_trip() {
        for n in (-800_000..800_000).step_by(37) {
            let (y, m, d) = Day(n).civil();
            assert_eq!(Day::from_civil(y, m, d), Some(Day(n)));
        }
        assert_eq!(Day::from_civil(1970, 1, 1), Some(Day(0)));
        assert_eq!(Day::from_civil(2000, 3, 1), Some(Day(11_017)));
        assert_eq!(Day::from_civil(2023, 2, 29), None);
    }

    #[test]
    fn new_year_stands_for_the_year() {
        let ny = PartialDate::day(1960, 1, 1).unwrap();
        let full = PartialDate::day(1960, 3, 5).unwrap();
        let year = PartialDate::from_year(1960).unwrap();
        assert!(ny.compatible(full) && ny.compatible(year) && !ny.agrees(full));
        assert_eq!(ny.precision_beside(full), Precision::Year);
        assert_eq!(ny.precision_beside(ny), Precision::Day);
        assert!(!full.compatible(PartialDate::day(1960, 5, 3).unwrap()));
    }

    #[test]
    fn ages_count_from_the_first_possible_day() {
        let as_of = Day::from_civil(2026, 11, 20).unwrap();
        assert_eq!(PartialDate::day(2012, 11, 20).unwrap().age_on(as_of), 14);
        assert_eq!(PartialDate::day(2012, 11, 21).unwrap().age_on(as_of), 13);
        assert_eq!(PartialDate::from_year(1926).unwrap().age_on(as_of), 100);
    }
}
