//! Dates as officers and programs write them.

mod ages;
mod amid;
mod column;
mod limits;
mod titles;
mod tokens;
mod words;

use super::text;
use crate::domain::{DateCell, Day, PartialDate};
pub use column::DateColumn;
pub use limits::{Limits, read_limits};
pub use titles::of_titles;

/// How the date of a column is meant.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Sense {
    /// Something that has happened: a date after the as-of date is impossible.
    Past,
    /// A limit of validity: it may lie ahead.
    Open,
}

/// All by which a date cell is read.
#[derive(Copy, Clone, Debug)]
struct How {
    as_of: Day,
    /// The day on which persons had the ages written.
    aged_on: Day,
    sense: Sense,
    column: DateColumn,
}

impl How {
    /// A cell of which nothing is known but the as-of date.
    fn of(as_of: Day, sense: Sense) -> Self {
        Self { as_of, aged_on: as_of, sense, column: DateColumn::default() }
    }
}

/// Two-digit years up to this many years after the as-of year are years to come in a column of validity.
const OPEN_YEARS_AHEAD: u16 = 20;
/// Days of spreadsheets (1900 system): from 1908 (smaller numbers are years) to the end of 2099.
const SERIALS: std::ops::RangeInclusive<u32> = 3000..=73_050;
/// Day 0 of spreadsheets as a [`Day`]: 30/12/1899, so that the 29/02/1900 they believe in is left out.
const SERIAL_ZERO: i32 = -25_569;

/// Reads the date of something that has happened: birth, death, registration, issue. A day that the
/// calendar has not, a day after `as_of` and what is no date at all are [`DateCell::Impossible`].
///
/// ```
/// use lamsach::domain::{DateCell, PartialDate};
/// use lamsach::vietnamese::date::read;
/// let as_of = PartialDate::day(2026, 11, 20).unwrap().first_day();
/// assert_eq!(read("ngày 5 tháng 3 năm 1960", as_of), DateCell::Sound(PartialDate::day(1960, 3, 5).unwrap()));
/// assert_eq!(read("03/1960", as_of), DateCell::Sound(PartialDate::from_month(1960, 3).unwrap()));
/// assert_eq!(read("25 tuổi", as_of), DateCell::About(PartialDate::from_year(2001).unwrap()));
/// assert_eq!(read("29/02/2023", as_of), DateCell::Impossible);
/// assert_eq!(read("01/01/1900", as_of), DateCell::Placeholder);
/// ```
pub fn read(raw: &str, as_of: Day) -> DateCell {
    read_as(raw, How::of(as_of, Sense::Past))
}

/// [`read`] of a cell in a column of which more is known; ages are those that persons had on `aged_on`.
pub fn read_in(raw: &str, as_of: Day, column: DateColumn, aged_on: Day) -> DateCell {
    read_as(raw, How { aged_on, column, ..How::of(as_of, Sense::Past) })
}

/// Reads a limit of validity (start, stop, valid from, valid to), which may lie after `as_of`.
pub fn read_open(raw: &str, as_of: Day) -> DateCell {
    read_as(raw, How::of(as_of, Sense::Open))
}

fn read_as(raw: &str, how: How) -> DateCell {
    let bytes = raw.as_bytes();
    // The common case, dd/mm/yyyy, without a look at anything else.
    if let &[d1, d2, b'/', m1, m2, b'/', y1, y2, y3, y4] = bytes
        && [d1, d2, m1, m2, y1, y2, y3, y4].iter().all(u8::is_ascii_digit)
    {
        let two = |a: u8, b: u8| u32::from(a - b'0') * 10 + u32::from(b - b'0');
        return day_month_year(two(d1, d2), two(m1, m2), two(y1, y2) * 100 + two(y3, y4), how);
    }
    let cell =
        raw.trim_matches(|c: char| c.is_whitespace() || text::is_apostrophe(c) || text::is_invisible(c));
    if cell.is_empty() {
        return DateCell::Empty;
    }
    if text::is_overlong(cell) {
        return DateCell::Impossible;
    }
    if let Some(age) = ages::of_column(cell, how) {
        return age;
    }
    let (figures, shifted) = without_time(cell, how.column);
    match Groups::split(figures) {
        Some(groups) if shifted => day_after(numeric(&groups, how), how),
        Some(groups) => numeric(&groups, how),
        None => words::written(cell, how),
    }
}

/// The cell without a time of day behind the date ("1960-03-05T00:00:00", "05/03/1960 00:00") and without
/// the fraction of a number; and whether the time makes it the next day in Vietnam.
fn without_time(cell: &str, column: DateColumn) -> (&str, bool) {
    let digits_then_colon = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        (1..=2).contains(&digits) && text.as_bytes().get(digits) == Some(&b':')
    };
    if cell.contains(':')
        && let Some((at, sign)) = cell.char_indices().find(|(_, c)| matches!(c, 'T' | 't' | ' '))
    {
        // The last space before the time: "05 03 1960 00:00" has more of them.
        let at =
            if sign == ' ' { cell.find(':').and_then(|c| cell[..c].rfind(' ')).unwrap_or(at) } else { at };
        let time = cell[at + 1..].trim_start();
        if digits_then_colon(time) {
            let universal = column.universal_time || time.ends_with('Z') || time.ends_with("+00:00");
            let late =
                time.split(':').next().and_then(|hour| hour.parse().ok()).is_some_and(|hour: u32| hour >= 17);
            return (cell[..at].trim_end(), universal && late);
        }
    }
    if let Some(date) = before_packed_time(cell) {
        return (date, false);
    }
    match cell.split_once('.') {
        // A number with a fraction: a float export, or a spreadsheet's day with the time of day.
        Some((whole, fraction))
            if (4..=8).contains(&whole.len())
                && whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
                && (fraction.bytes().all(|b| b == b'0') || whole.len() == 5) =>
        {
            (whole, false)
        }
        _ => (cell, false),
    }
}

/// The date of a cell as hospitals report it, yyyymmddhhmm or yyyymmddhhmmss; a personal ID never begins with a year.
fn before_packed_time(cell: &str) -> Option<&str> {
    let is_number = matches!(cell.len(), 12 | 14) && cell.bytes().all(|b| b.is_ascii_digit());
    let number = |from: usize, to: usize| cell.get(from..to)?.parse::<u32>().ok();
    let is_dated =
        || Some((1800..2100).contains(&number(0, 4)?) && number(4, 6)? <= 12 && number(6, 8)? <= 31);
    let is_timed = || Some(number(8, 10)? < 24 && number(10, 12)? < 60);
    (is_number && is_dated()? && is_timed()?).then(|| &cell[..8])
}

/// The day after a full date; other dates as they are.
fn day_after(cell: DateCell, how: How) -> DateCell {
    let next =
        cell.sound().filter(|date| date.is_full()).and_then(|date| Day(date.first_day().0 + 1).to_partial());
    next.map_or(cell, |date| judge(date, how))
}

/// Up to three numbers of a date and the lengths they are written with.
struct Groups {
    values: [u32; 3],
    lengths: [usize; 3],
    count: usize,
}

impl Groups {
    /// Splits figures at `/`, `-`, `.`, `,` and spaces; `None` where anything else stands there, or no or
    /// more than three numbers, or one of more than eight digits.
    fn split(cell: &str) -> Option<Self> {
        let mut groups = Self { values: [0; 3], lengths: [0; 3], count: 0 };
        let mut open = false;
        for c in cell.chars() {
            let c = if c.is_ascii() { c } else { text::lookalike(c).unwrap_or(c) };
            match c {
                '0'..='9' => {
                    if !open {
                        open = true;
                        groups.count += 1;
                    }
                    let ix = groups.count - 1;
                    if ix >= 3 || groups.lengths[ix] == 8 {
                        return None;
                    }
                    groups.values[ix] = groups.values[ix] * 10 + (c as u32 - '0' as u32);
                    groups.lengths[ix] += 1;
                }
                '/' | '-' | '.' | ',' | '–' | '\\' => open = false,
                _ if c.is_whitespace() => open = false,
                _ => return None,
            }
        }
        (groups.count > 0).then_some(groups)
    }
}

fn numeric(groups: &Groups, how: How) -> DateCell {
    let [a, b, c] = groups.values;
    let [la, lb, lc] = groups.lengths;
    match groups.count {
        _ if groups.values == [0; 3] => DateCell::Placeholder,
        1 => one_number(a, la, how),
        2 if la == 4 && lb <= 2 => day_month_year(0, b, a, how),
        2 if lb == 4 && la <= 2 => day_month_year(0, a, b, how),
        3 if la == 4 && lb <= 2 && lc <= 2 => day_month_year(c, b, a, how),
        3 if la <= 2 && lb <= 2 && lc == 4 => day_month_year(a, b, c, how),
        3 if la <= 2 && lb <= 2 && lc == 2 => day_month_year(a, b, two_digit_year(c, how), how),
        _ => DateCell::Impossible,
    }
}

/// A number alone: a year, a day of a spreadsheet, or a date without separators.
fn one_number(n: u32, length: usize, how: How) -> DateCell {
    let this_year = how.as_of.year();
    match length {
        4 if !SERIALS.contains(&n) => day_month_year(0, 0, n, how),
        4 | 5 if SERIALS.contains(&n) => {
            let date = i32::try_from(n).ok().and_then(|n| Day(SERIAL_ZERO + n).to_partial());
            date.map_or(DateCell::Impossible, |date| judge(date, how))
        }
        6 => {
            // yyyymm, mmyyyy or ddmmyy: taken where one reading alone makes sense.
            let plausible = |year: u32| (1800..=this_year.max(0) as u32 + 50).contains(&year);
            let month = |m: u32| (1..=12).contains(&m);
            let readings = [
                (plausible(n / 100) && month(n % 100)).then_some((0, n % 100, n / 100)),
                (plausible(n % 10_000) && month(n / 10_000)).then_some((0, n / 10_000, n % 10_000)),
                (month(n / 100 % 100) && (1..=31).contains(&(n / 10_000))).then_some((
                    n / 10_000,
                    n / 100 % 100,
                    two_digit_year(n % 100, how),
                )),
            ];
            let mut sound = readings.into_iter().flatten();
            match (sound.next(), sound.next()) {
                (Some((d, m, y)), None) => day_month_year(d, m, y, how),
                _ => DateCell::Impossible,
            }
        }
        // Seven digits: ddmmyyyy that lost its zero as a number.
        7 => day_month_year(n / 1_000_000, n / 10_000 % 100, n % 10_000, how),
        8 => {
            let (year, month, day) = (n / 10_000, n / 100 % 100, n % 100);
            // With a year of 1800 to 2099 in front the last four digits read as a year are below 1800,
            // and the other way round, so that the two orders exclude each other.
            if (1800..2100).contains(&year) && month <= 12 {
                day_month_year(day, month, year, how)
            } else {
                day_month_year(n / 1_000_000, n / 10_000 % 100, n % 10_000, how)
            }
        }
        _ => DateCell::Impossible,
    }
}

/// 20yy up to the as-of year, else 19yy; in a column of validity some years to come are 20yy too.
fn two_digit_year(yy: u32, how: How) -> u32 {
    let ahead = match how.sense {
        Sense::Past => 0,
        Sense::Open => u32::from(OPEN_YEARS_AHEAD),
    };
    let limit = u32::try_from(how.as_of.year()).unwrap_or(0) + ahead;
    if 2000 + yy <= limit { 2000 + yy } else { 1900 + yy }
}

/// A date of its parts; 0 stands for a part not known ("00/00/1960" is the year alone).
fn day_month_year(day: u32, month: u32, year: u32, how: How) -> DateCell {
    // What programs write for "no date": their day 0 or 1, and the first day of all.
    match (day, month, year) {
        (1, 1, 1900 | 1) | (0, 1, 1900) | (30 | 31, 12, 1899) | (0, 0, 0) | (99, 99, 9999) => {
            return DateCell::Placeholder;
        }
        (0, 0, 9999) if how.sense == Sense::Past => return DateCell::Placeholder,
        _ => {}
    }
    // In a column that writes the month first; a number beyond 12 is a day wherever it stands.
    let (day, month) = if how.column.month_first && day <= 12 && (1..=31).contains(&month) && day > 0 {
        (month, day)
    } else {
        (day, month)
    };
    let (Ok(year), Ok(month), Ok(day)) = (u16::try_from(year), u8::try_from(month), u8::try_from(day)) else {
        return DateCell::Impossible;
    };
    let date = match (day, month) {
        (_, 0) if day <= 31 => PartialDate::from_year(year),
        (0, _) => PartialDate::from_month(year, month),
        _ => PartialDate::day(year, month, day),
    };
    date.map_or(DateCell::Impossible, |date| judge(date, how))
}

fn judge(date: PartialDate, how: How) -> DateCell {
    match how.sense {
        Sense::Past if date.first_day() > how.as_of => DateCell::Impossible,
        _ => DateCell::Sound(date),
    }
}

#[cfg(test)]
mod tests;
