//! Dates with words: "ngày 5 tháng 3 năm 1960", "sinh năm 1960", "khoảng 1960".

use smallvec::SmallVec;

use super::{Groups, How, ages, amid, day_month_year, numeric, two_digit_year};
use crate::domain::DateCell;
use crate::vietnamese::text::{self, CellType};

/// A date with words: "ngày 5 tháng 3 năm 1960", "25 tuổi", "khoảng 1960", "không rõ".
pub(super) fn written(cell: &str, how: How) -> DateCell {
    if text::is_placeholder(cell, CellType::Date) {
        return DateCell::Placeholder;
    }
    if cell.len() > 100 {
        return DateCell::Impossible;
    }
    let folded = text::fold(&with_signs_as_letters(&text::decoded(cell)));
    let words: SmallVec<[&str; 12]> = without_time_of_day(folded.split(' ').collect());
    let has = |word: &str| words.contains(&word);
    if let Some(age) = ages::read(&words, how) {
        return age;
    }
    // A lunar date stands beside a solar one.
    if cell.contains('(') && (has("al") || has("lich") || has("tuc")) {
        return amid::read(cell, how);
    }
    let lunar = has("al") || (has("am") && has("lich"));
    let approximate = has("khoang") || has("chung") || lunar || cell.contains('~');
    let read = match by_keywords(&words) {
        Some((day, month, year, length)) => {
            let year = if length == 2 { two_digit_year(year, how) } else { year };
            day_month_year(day, month, year, how)
        }
        None => in_figures(&words, how),
    };
    match read {
        DateCell::Sound(date) if approximate => DateCell::About(date.year_only()),
        DateCell::Impossible => match amid::read(cell, how) {
            DateCell::Impossible if names_year_of_cycle(&words) => DateCell::Placeholder,
            read => read,
        },
        _ => read,
    }
}

/// Stems and branches of the sixty years of the cycle, folded.
const STEMS: [&str; 10] = ["giap", "at", "binh", "dinh", "mau", "ky", "canh", "tan", "nham", "quy"];
const BRANCHES: [&str; 12] =
    ["ty", "suu", "dan", "mao", "thin", "ty", "ngo", "mui", "than", "dau", "tuat", "hoi"];

/// Whether a year is named by stem and branch: "mùng 3 tháng Giêng năm Bính Ngọ". It comes again every sixty years, so
/// the date is not known; but it is no date that cannot be.
fn names_year_of_cycle(words: &[&str]) -> bool {
    words.windows(2).any(|pair| {
        let stem = STEMS.iter().position(|stem| *stem == pair[0]);
        // An even stem goes with an even branch; folded, the first and the sixth branch are one word.
        stem.is_some_and(|stem| {
            BRANCHES.iter().enumerate().any(|(at, branch)| *branch == pair[1] && at % 2 == stem % 2)
        })
    })
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
fn in_figures(words: &[&str], how: How) -> DateCell {
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
        Some(month) => around_month(&groups, month, how),
        None if groups.count > 1 || matches!(groups.lengths[0], 4 | 8) => numeric(&groups, how),
        None => DateCell::Impossible,
    }
}

/// A date with its month named: the year is the number of four digits, else the one behind the day.
fn around_month(groups: &Groups, month: u32, how: How) -> DateCell {
    let [a, b, _] = groups.values;
    match (groups.count, groups.lengths) {
        (1, [4, ..]) => day_month_year(0, month, a, how),
        (2, [1 | 2, 4, _]) => day_month_year(a, month, b, how),
        (2, [4, 1 | 2, _]) => day_month_year(b, month, a, how),
        (2, [1 | 2, 2, _]) => day_month_year(a, month, two_digit_year(b, how), how),
        _ => DateCell::Impossible,
    }
}
