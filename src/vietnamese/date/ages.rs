//! Ages in the place of a date of birth: "80 tuổi", "25T", "hưởng thọ 80", "18 tháng tuổi", "80".

use super::{How, Sense};
use crate::domain::{DateCell, Day, PartialDate};

/// Nobody is older than this in years when an age stands in a date column.
const OLDEST: u32 = 150;

/// Words that leave an age open.
const VAGUE: [&str; 7] = ["tren", "duoi", "hon", "ngoai", "gan", "tu", "den"];

/// A number alone in a column of ages.
pub(super) fn of_column(cell: &str, how: How) -> Option<DateCell> {
    if !how.column.ages {
        return None;
    }
    let number = cell.strip_suffix(".0").unwrap_or(cell);
    let is_age = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let age = number.parse::<u32>().ok().filter(|age| is_age && *age <= OLDEST)?;
    Some(born_before(age * 12, 0, how.aged_on))
}

/// An age in words; `None` where they tell none, [`DateCell::Impossible`] where they tell none that can be counted.
pub(super) fn read(words: &[&str], how: How) -> Option<DateCell> {
    if how.sense == Sense::Open {
        return None;
    }
    let number = |word: &str| word.parse::<u32>().ok();
    let glued = |word: &str| word.strip_suffix("tuoi").or_else(|| word.strip_suffix('t')).and_then(number);
    let short = match words {
        [age] => glued(age),
        [age, "t"] => number(age),
        _ => None,
    };
    let lived = words.iter().any(|word| matches!(*word, "tho" | "huong"));
    // In a column of ages "18 tháng" is one.
    let is_months = how.column.ages && matches!(words, [age, "thang"] if number(age).is_some());
    let said = is_months
        || words.iter().any(|word| *word == "tuoi" || (word.ends_with("tuoi") && glued(word).is_some()));
    if short.is_none() && !said && !lived {
        return None;
    }
    // Beside a year the age says nothing more.
    let year = |word: &&str| word.len() == 4 && number(word).is_some_and(|n| (1800..2200).contains(&n));
    if words.iter().any(year) {
        return None;
    }
    if words.iter().any(|word| VAGUE.contains(word)) {
        return Some(DateCell::Impossible);
    }
    let (mut years, mut months, mut days) = (None, None, None);
    let mut alone = None;
    for (ix, word) in words.iter().enumerate() {
        let Some(n) = number(word).or_else(|| glued(word)) else { continue };
        let unit = if number(word).is_none() { "tuoi" } else { words.get(ix + 1).copied().unwrap_or("") };
        let slot = match unit {
            "tuoi" | "t" | "nam" => &mut years,
            "thang" => &mut months,
            "tuan" | "ngay" => &mut days,
            _ => &mut alone,
        };
        let n = if unit == "tuan" { n.saturating_mul(7) } else { n };
        if slot.replace(n).is_some() {
            return Some(DateCell::Impossible);
        }
    }
    let years = years.or(alone.filter(|_| months.is_none() && days.is_none()));
    let told = years.is_some() || months.is_some() || days.is_some();
    let in_months = years.unwrap_or(0).saturating_mul(12).saturating_add(months.unwrap_or(0));
    let days = days.unwrap_or(0);
    if !told {
        // "hưởng" and "thọ" stand in other texts too.
        return said.then_some(DateCell::Impossible);
    }
    if in_months > OLDEST * 12 || days > 1000 {
        return Some(DateCell::Impossible);
    }
    Some(born_before(in_months, days, how.aged_on))
}

/// The year of birth, give or take one, of somebody who was so old on a day.
fn born_before(months: u32, days: u32, on: Day) -> DateCell {
    let (year, month, _) = Day(on.0.saturating_sub(days as i32)).civil();
    // Whole years are taken from the year, for the birthday is not known.
    let year = match months % 12 {
        0 => year - (months / 12) as i32,
        _ => (year * 12 + i32::from(month) - 1 - months as i32).div_euclid(12),
    };
    let date = u16::try_from(year).ok().and_then(PartialDate::from_year);
    date.map_or(DateCell::Impossible, DateCell::About)
}
