//! What a column of dates shows as a whole: the month before the day, ages, days that a time zone has shifted.

use crate::vietnamese::text;

/// How the dates of a column are written, where that is not as usual.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct DateColumn {
    /// The month stands before the day.
    pub month_first: bool,
    /// The dates are moments of universal time: midnight in Vietnam is 17:00 of the day before.
    pub universal_time: bool,
    /// Numbers alone are ages.
    pub ages: bool,
    /// Both orders of day and month stand in the column, neither as a slip.
    pub mixed: bool,
}

/// So many dates of the rarer order are no slips, ...
const LEAST_OF_ORDER: u32 = 5;
/// ... where they are one of so many that show an order.
const ORDER_AMONG: u32 = 10;
/// So many moments at 17:00 show a column of universal time.
const LEAST_MOMENTS: u32 = 3;

impl DateColumn {
    /// Tells the column by its header and by cells from all over it.
    pub fn of<'c>(header: &str, cells: impl Iterator<Item = &'c str>) -> Self {
        let (mut day_first, mut month_first) = (0_u32, 0_u32);
        let (mut at_five, mut at_other_times) = (0_u32, 0_u32);
        let (mut written, mut ages, mut bare) = (0_u32, 0_u32, 0_u32);
        for cell in cells {
            match order(cell) {
                Some(Order::Day) => day_first += 1,
                Some(Order::Month) => month_first += 1,
                None => {}
            }
            written += u32::from(!cell.trim().is_empty());
            bare += u32::from(is_bare_age(cell));
            ages += u32::from(is_age(cell));
            if let Some(hour) = hour(cell) {
                *if hour == "17:00" { &mut at_five } else { &mut at_other_times } += 1;
            }
        }
        let folded = text::fold(header);
        Self {
            month_first: month_first > day_first,
            mixed: {
                let rarer = month_first.min(day_first);
                rarer >= LEAST_OF_ORDER && rarer * ORDER_AMONG >= month_first + day_first
            },
            universal_time: at_five >= LEAST_MOMENTS && at_five >= 10 * at_other_times,
            // Beside ages in words, or where nothing else stands, numbers of one to three digits are ages.
            ages: folded.split(' ').any(|word| matches!(word, "tuoi" | "age"))
                || (ages > 0 && ages + bare >= written.div_ceil(2))
                || (bare >= LEAST_AGES && bare == written),
        }
    }
}

/// So many numbers that can be ages, and nothing else, show a column of ages.
const LEAST_AGES: u32 = 3;

/// Whether a cell is a number that can be an age.
fn is_bare_age(cell: &str) -> bool {
    let cell = cell.trim();
    (1..=3).contains(&cell.len()) && cell.parse::<u32>().is_ok_and(|age| (1..=120).contains(&age))
}

/// Whether a cell is an age in words: "80 tuổi", "77T", "18 tháng".
fn is_age(cell: &str) -> bool {
    let cell = cell.trim();
    cell.len() <= 24
        && cell.bytes().any(|b| b.is_ascii_digit())
        && (cell.ends_with(['t', 'T', 'i', 'I', 'g', 'G']))
        && {
            let folded = text::fold(cell);
            let unit = folded.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
            matches!(unit, "t" | "tuoi" | "thang" | "thang tuoi")
        }
}

/// Whether the first number of figures is the day, or the second.
enum Order {
    Day,
    Month,
}

/// The order of the figures of a date; `None` where both numbers can be the month.
fn order(cell: &str) -> Option<Order> {
    let mut bytes = cell.trim().bytes().peekable();
    let mut number = || {
        let mut value = 0_u32;
        let mut length = 0;
        while let Some(b) = bytes.next_if(u8::is_ascii_digit) {
            value = value.saturating_mul(10).saturating_add(u32::from(b - b'0'));
            length += 1;
        }
        let ends = bytes.next();
        (matches!(length, 1 | 2), value, length, ends)
    };
    let is_separator = |end: Option<u8>| matches!(end, Some(b'/' | b'-' | b'.'));
    let (short, first, _, end) = number();
    if !short || !is_separator(end) {
        return None;
    }
    let (short, second, _, end) = number();
    if !short || !is_separator(end) {
        return None;
    }
    let (_, _, length, end) = number();
    if !matches!(length, 2 | 4) || !matches!(end, None | Some(b' ')) {
        return None;
    }
    match (first, second) {
        (13..=31, 1..=12) => Some(Order::Day),
        (1..=12, 13..=31) => Some(Order::Month),
        _ => None,
    }
}

/// The hour and minute of a moment ("1960-03-04T17:00:00").
fn hour(cell: &str) -> Option<&str> {
    let (date, time) = cell.trim().split_once(['T', ' '])?;
    let is_date = date.len() >= 8 && date.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'/'));
    let hour = time.get(..5)?;
    (is_date && hour.as_bytes()[2] == b':').then_some(hour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unambiguous_dates_tell_the_order() {
        let of = |cells: &[&str]| DateColumn::of("Ngày sinh", cells.iter().copied()).month_first;
        assert!(of(&["3/25/1960", "01/02/1961"]));
        assert!(of(&["3/25/60", "12/31/1961 00:00", "13/02/1961"]));
        assert!(!of(&["25/3/1960", "3/25/1960", "1/2/1960"]));
        assert!(!of(&["03/05/1960", "1960-13-01", "32/40/1960", "1960", ""]));
    }

    #[test]
    fn two_orders_in_one_column_are_told() {
        let of = |days: usize, months: usize| {
            let cells =
                std::iter::repeat_n("25/3/1960", days).chain(std::iter::repeat_n("3/25/1960", months));
            DateColumn::of("Ngày sinh", cells).mixed
        };
        assert!(of(40, 5) && of(5, 40) && of(20, 20));
        assert!(!of(4, 20) && !of(100, 6) && !of(30, 0));
    }

    #[test]
    fn moments_at_five_are_midnights_elsewhere() {
        let of = |cells: &[&str]| DateColumn::of("", cells.iter().copied()).universal_time;
        assert!(of(&["1960-03-04T17:00:00", "1961-05-01 17:00:00.000", "1980-03-04T17:00:00Z", "1960"]));
        assert!(!of(&["1960-03-04T17:00:00", "1960-03-04T17:00:00"]));
        assert!(!of(&[
            "1960-03-04T17:00:00",
            "1960-03-04T17:00:00",
            "1960-03-04T17:00:00",
            "1960-03-05T08:30:00"
        ]));
    }

    #[test]
    fn headers_tell_ages() {
        assert!(DateColumn::of("Tuổi", std::iter::empty()).ages);
        assert!(DateColumn::of("Năm sinh (tuổi)", std::iter::empty()).ages);
        assert!(!DateColumn::of("Năm sinh", std::iter::empty()).ages);
        assert!(DateColumn::of("Ngày sinh", ["80 tuổi", "77T", "66"].into_iter()).ages);
        assert!(DateColumn::of("Ngày sinh", ["80", "77", "66"].into_iter()).ages);
        assert!(
            !DateColumn::of("Ngày sinh", ["80 tuổi", "05/03/1960", "66", "1945", "01/02/1950"].into_iter())
                .ages
        );
    }
}
