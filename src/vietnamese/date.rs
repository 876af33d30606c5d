//! Dates as officers and programs write them.

use smallvec::SmallVec;

use super::text::{self, CellType};
use crate::domain::{DateCell, Day, PartialDate};

/// How the date of a column is meant.
#[derive(Copy, Clone)]
enum Sense {
    /// Something that has happened: a date after the as-of date is impossible.
    Past,
    /// A limit of validity: it may lie ahead.
    Open,
}

/// Two-digit years up to this many years after the as-of year are years to come in a column of validity.
const OPEN_YEARS_AHEAD: u16 = 20;
/// Days of spreadsheets (1900 system): from 1908 (smaller numbers are years) to the end of 2099.
const SERIALS: std::ops::RangeInclusive<u32> = 3000..=73_050;
/// Day 0 of spreadsheets as a [`Day`]: 30/12/1899, so that the 29/02/1900 they believe in is left out.
const SERIAL_ZERO: i32 = -25_569;
/// Nobody is older than this in years when an age stands in a date column.
const OLDEST: u32 = 150;

/// Reads the date of something that has happened: birth, death, registration, issue. A day that the
/// calendar has not, a day after `as_of` and what is no date at all are [`DateCell::Impossible`].
pub fn read(raw: &str, as_of: Day) -> DateCell {
    read_as(raw, as_of, Sense::Past)
}

/// Reads a limit of validity (start, stop, valid from, valid to), which may lie after `as_of`.
pub fn read_open(raw: &str, as_of: Day) -> DateCell {
    read_as(raw, as_of, Sense::Open)
}

fn read_as(raw: &str, as_of: Day, sense: Sense) -> DateCell {
    let bytes = raw.as_bytes();
    // The common case, dd/mm/yyyy, without a look at anything else.
    if let &[d1, d2, b'/', m1, m2, b'/', y1, y2, y3, y4] = bytes
        && [d1, d2, m1, m2, y1, y2, y3, y4].iter().all(u8::is_ascii_digit)
    {
        let two = |a: u8, b: u8| u32::from(a - b'0') * 10 + u32::from(b - b'0');
        return day_month_year(two(d1, d2), two(m1, m2), two(y1, y2) * 100 + two(y3, y4), as_of, sense);
    }
    let cell =
        raw.trim_matches(|c: char| c.is_whitespace() || text::is_apostrophe(c) || text::is_invisible(c));
    if cell.is_empty() {
        return DateCell::Empty;
    }
    let figures = without_time(cell);
    match Groups::split(figures) {
        Some(groups) => numeric(&groups, as_of, sense),
        None => written(cell, as_of, sense),
    }
}

/// The cell without a time of day behind the date ("1960-03-05T00:00:00", "05/03/1960 00:00") and without
/// the fraction of a number.
fn without_time(cell: &str) -> &str {
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
        if digits_then_colon(cell[at + 1..].trim_start()) {
            return cell[..at].trim_end();
        }
    }
    match cell.split_once('.') {
        // A number with a fraction: a float export, or a spreadsheet's day with the time of day.
        Some((whole, fraction))
            if (4..=8).contains(&whole.len())
                && whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
                && (fraction.bytes().all(|b| b == b'0') || whole.len() == 5) =>
        {
            whole
        }
        _ => cell,
    }
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

fn numeric(groups: &Groups, as_of: Day, sense: Sense) -> DateCell {
    let [a, b, c] = groups.values;
    let [la, lb, lc] = groups.lengths;
    match groups.count {
        _ if groups.values == [0; 3] => DateCell::Placeholder,
        1 => one_number(a, la, as_of, sense),
        2 if la == 4 && lb <= 2 => day_month_year(0, b, a, as_of, sense),
        2 if lb == 4 && la <= 2 => day_month_year(0, a, b, as_of, sense),
        3 if la == 4 && lb <= 2 && lc <= 2 => day_month_year(c, b, a, as_of, sense),
        3 if la <= 2 && lb <= 2 && lc == 4 => day_month_year(a, b, c, as_of, sense),
        3 if la <= 2 && lb <= 2 && lc == 2 => {
            day_month_year(a, b, two_digit_year(c, as_of, sense), as_of, sense)
        }
        _ => DateCell::Impossible,
    }
}

/// A number alone: a year, a day of a spreadsheet, or a date without separators.
fn one_number(n: u32, length: usize, as_of: Day, sense: Sense) -> DateCell {
    let this_year = as_of.year();
    match length {
        4 if !SERIALS.contains(&n) => day_month_year(0, 0, n, as_of, sense),
        4 | 5 if SERIALS.contains(&n) => {
            let date = i32::try_from(n).ok().and_then(|n| Day(SERIAL_ZERO + n).to_partial());
            date.map_or(DateCell::Impossible, |date| judge(date, as_of, sense))
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
                    two_digit_year(n % 100, as_of, sense),
                )),
            ];
            let mut sound = readings.into_iter().flatten();
            match (sound.next(), sound.next()) {
                (Some((d, m, y)), None) => day_month_year(d, m, y, as_of, sense),
                _ => DateCell::Impossible,
            }
        }
        // Seven digits: ddmmyyyy that lost its zero as a number.
        7 => day_month_year(n / 1_000_000, n / 10_000 % 100, n % 10_000, as_of, sense),
        8 => {
            let (year, month, day) = (n / 10_000, n / 100 % 100, n % 100);
            // With a year of 1800 to 2099 in front the last four digits read as a year are below 1800,
            // and the other way round, so that the two orders exclude each other.
            if (1800..2100).contains(&year) && month <= 12 {
                day_month_year(day, month, year, as_of, sense)
            } else {
                day_month_year(n / 1_000_000, n / 10_000 % 100, n % 10_000, as_of, sense)
            }
        }
        _ => DateCell::Impossible,
    }
}

/// 20yy up to the as-of year, else 19yy; in a column of validity some years to come are 20yy too.
fn two_digit_year(yy: u32, as_of: Day, sense: Sense) -> u32 {
    let ahead = match sense {
        Sense::Past => 0,
        Sense::Open => u32::from(OPEN_YEARS_AHEAD),
    };
    let limit = u32::try_from(as_of.year()).unwrap_or(0) + ahead;
    if 2000 + yy <= limit { 2000 + yy } else { 1900 + yy }
}

/// A date of its parts; 0 stands for a part not known ("00/00/1960" is the year alone).
fn day_month_year(day: u32, month: u32, year: u32, as_of: Day, sense: Sense) -> DateCell {
    // What programs write for "no date": their day 0 or 1, and the first day of all.
    match (day, month, year) {
        (1, 1, 1900 | 1) | (0, 1, 1900) | (30 | 31, 12, 1899) | (0, 0, 0) | (99, 99, 9999) => {
            return DateCell::Placeholder;
        }
        (0, 0, 9999) if matches!(sense, Sense::Past) => return DateCell::Placeholder,
        _ => {}
    }
    let (Ok(year), Ok(month), Ok(day)) = (u16::try_from(year), u8::try_from(month), u8::try_from(day)) else {
        return DateCell::Impossible;
    };
    let date = match (day, month) {
        (_, 0) if day <= 31 => PartialDate::from_year(year),
        (0, _) => PartialDate::from_month(year, month),
        _ => PartialDate::day(year, month, day),
    };
    date.map_or(DateCell::Impossible, |date| judge(date, as_of, sense))
}

fn judge(date: PartialDate, as_of: Day, sense: Sense) -> DateCell {
    match sense {
        Sense::Past if date.first_day() > as_of => DateCell::Impossible,
        _ => DateCell::Sound(date),
    }
}

/// A date with words: "ngày 5 tháng 3 năm 1960", "25 tuổi", "khoảng 1960", "không rõ".
fn written(cell: &str, as_of: Day, sense: Sense) -> DateCell {
    if text::is_placeholder(cell, CellType::Date) {
        return DateCell::Placeholder;
    }
    if cell.len() > 100 {
        return DateCell::Impossible;
    }
    let folded = text::fold(&with_signs_as_letters(&text::decoded(cell)));
    let words: SmallVec<[&str; 12]> = without_time_of_day(folded.split(' ').collect());
    let has = |word: &str| words.contains(&word);
    let numbers = || words.iter().filter_map(|word| word.parse::<u32>().ok());
    let about = |year: i32| {
        let date = u16::try_from(year).ok().and_then(PartialDate::from_year);
        date.map_or(DateCell::Impossible, DateCell::About)
    };
    let short_age = match words.as_slice() {
        [age] => age.strip_suffix("tuoi").or_else(|| age.strip_suffix('t')),
        [age, "t"] => Some(*age),
        _ => None,
    };
    let short_age = short_age.and_then(|age| age.parse::<u32>().ok());
    if has("tuoi") || short_age.is_some() {
        let (year, month, _) = as_of.civil();
        return match (short_age.or_else(|| numbers().next()), has("thang")) {
            (Some(age), false) if age <= OLDEST => about(year - age as i32),
            (Some(months), true) if months <= 12 * OLDEST => {
                about((year * 12 + i32::from(month) - 1 - months as i32).div_euclid(12))
            }
            _ => DateCell::Impossible,
        };
    }
    let lunar = has("al") || (has("am") && has("lich"));
    let approximate = has("khoang") || has("chung") || lunar || cell.contains('~');
    let read = match by_keywords(&words) {
        Some((day, month, year, length)) => {
            let year = if length == 2 { two_digit_year(year, as_of, sense) } else { year };
            day_month_year(day, month, year, as_of, sense)
        }
        None => in_figures(&words, as_of, sense),
    };
    match read {
        DateCell::Sound(date) if approximate => about(i32::from(date.year())),
        _ => read,
    }
}

/// A text with the signs written as letters that folding would lose and that tell how figures are meant: the
/// colon of a time of day as h, and question marks or lines in the place of a day or month as x.
fn with_signs_as_letters(cell: &str) -> String {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_sign = |c: char| matches!(c, '?' | '_');
    let is_separator = |c: Option<char>| c.is_none_or(|c| matches!(c, '/' | '-' | '.' | '?' | '_'));
    let mut previous = None;
    let mut chars = cell.chars().peekable();
    let mut lettered = String::with_capacity(cell.len());
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        lettered.push(match c {
            ':' if is_digit(previous) && is_digit(next) => 'h',
            _ if is_sign(c) && is_separator(previous) && next.is_some() && is_separator(next) => 'x',
            _ => c,
        });
        previous = Some(c);
    }
    lettered
}

/// The words without a time of day ("10 giờ 30 phút", "10h30", "10h30h00").
fn without_time_of_day(words: SmallVec<[&str; 12]>) -> SmallVec<[&str; 12]> {
    let is_number = |word: &str| word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
    // "10h", "10h30", "10g30p", "10gio30": digits, and what stands for hours right behind them.
    let is_glued = |word: &str| {
        let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
        (1..=2).contains(&(word.len() - rest.len()))
            && rest.starts_with(['h', 'g'])
            && rest.bytes().all(|b| b.is_ascii_digit() || b"hgioput".contains(&b))
    };
    let mut kept: SmallVec<[&str; 12]> = SmallVec::new();
    let mut rest = words.as_slice();
    while let [word, tail @ ..] = rest {
        rest = match tail {
            ["gio" | "h" | "g", tail @ ..] if is_number(word) => tail,
            _ if is_glued(word) => tail,
            _ => {
                kept.push(*word);
                rest = tail;
                continue;
            }
        };
        // Minutes and seconds, and the half of the day.
        while let [number, "phut" | "ph" | "p" | "giay" | "s", tail @ ..] = rest
            && is_number(number)
        {
            rest = tail;
        }
        if let [number, "ngay", ..] = rest
            && is_number(number)
        {
            rest = &rest[1..];
        }
        if let ["am" | "pm" | "sa" | "ch", tail @ ..] = rest
            && tail.first() != Some(&"lich")
        {
            rest = tail;
        }
    }
    kept
}

/// Day, month, year and the length of the year of a text that names its parts; `None` where it does not
/// name them, or names the year without a number.
fn by_keywords(words: &[&str]) -> Option<(u32, u32, u32, usize)> {
    let (mut day, mut month, mut year) = (0, 0, None);
    for (ix, word) in words.iter().enumerate() {
        // "mùng 5", "mồng 5" between the word and its number.
        let after = words[ix + 1..].iter().find(|w| !matches!(**w, "mung" | "mong" | "sinh"));
        let Some(number) = after.and_then(|w| w.parse::<u32>().ok()) else { continue };
        match *word {
            "ngay" => day = number,
            "thang" => {
                month = number;
                // "5 tháng 3" without a word for the day; but "năm 60 tháng 3".
                if let Some((number, before)) = words[..ix].split_last()
                    && before.last() != Some(&"nam")
                    && let (1 | 2, Ok(number)) = (number.len(), number.parse())
                {
                    day = number;
                }
            }
            "nam" => year = Some((number, after.map_or(0, |w| w.len()))),
            _ => {}
        }
    }
    let (year, length) = year.filter(|(_, length)| matches!(length, 2 | 4))?;
    Some((day, month, year, length))
}

/// The month that a word alone names: "mar", "thg3", "t3".
fn named_month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if let Some(month) = MONTHS.iter().position(|m| word.starts_with(m)) {
        return Some(month as u32 + 1);
    }
    let number = ["thang", "thg", "th", "t"].iter().find_map(|name| word.strip_prefix(name))?;
    let sound = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    number.parse().ok().filter(|month| sound && (1..=12).contains(month))
}

/// Figures with words around that say nothing of their order: "sinh ngày 05/03/1960"; and those with a month by its
/// name, wherever it stands: "05-Mar-1960", "March 5, 1960", "05-thg 3-1960".
fn in_figures(words: &[&str], as_of: Day, sense: Sense) -> DateCell {
    const SILENT: &[&str] = &[
        "ngay", "thang", "nam", "sinh", "ns", "khoang", "chung", "am", "al", "lich", "duong", "dl", "vao",
        "chet", "mung", "mong", "luc", "hoi", "sang", "trua", "chieu", "toi", "dem",
    ];
    let mut figures = String::with_capacity(32);
    let mut month = None;
    let mut rest = words;
    while let [word, tail @ ..] = rest {
        rest = tail;
        if word.bytes().all(|b| b.is_ascii_digit()) {
            figures.push_str(word);
        } else if word.bytes().all(|b| b == b'x') {
            // "xx/xx/1960": a day or month that is not known.
            figures.extend(word.chars().map(|_| '0'));
        } else if let (None, Some(named)) = (month, named_month(word)) {
            month = Some(named);
            continue;
        } else if let ("thg" | "thang", [number, tail @ ..]) = (*word, tail)
            && month.is_none()
            && let Ok(named @ 1..=12) = number.parse::<u32>()
            && number.len() <= 2
        {
            month = Some(named);
            rest = tail;
            continue;
        } else if SILENT.contains(word) {
            continue;
        } else {
            return DateCell::Impossible;
        }
        figures.push('/');
    }
    let Some(groups) = Groups::split(&figures) else { return DateCell::Impossible };
    match month {
        Some(month) => around_month(&groups, month, as_of, sense),
        None if groups.count > 1 || matches!(groups.lengths[0], 4 | 8) => numeric(&groups, as_of, sense),
        None => DateCell::Impossible,
    }
}

/// A date with its month named: the year is the number of four digits, else the one behind the day.
fn around_month(groups: &Groups, month: u32, as_of: Day, sense: Sense) -> DateCell {
    let [a, b, _] = groups.values;
    match (groups.count, groups.lengths) {
        (1, [4, ..]) => day_month_year(0, month, a, as_of, sense),
        (2, [1 | 2, 4, _]) => day_month_year(a, month, b, as_of, sense),
        (2, [4, 1 | 2, _]) => day_month_year(b, month, a, as_of, sense),
        (2, [1 | 2, 2, _]) => day_month_year(a, month, two_digit_year(b, as_of, sense), as_of, sense),
        _ => DateCell::Impossible,
    }
}

#[cfg(test)]
mod tests;
