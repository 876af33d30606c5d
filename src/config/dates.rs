//! Dates and periods as users write them.

use jiff::Zoned;

use super::error::ConfigError;
use crate::domain::{Day, PartialDate};

/// Today, by the clock of the machine.
pub(crate) fn today() -> Day {
    let date = Zoned::now().date();
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    Day::from_civil(i32::from(date.year()), month, day).unwrap_or(Day(0))
}

/// Reads `dd/mm/yyyy` or `yyyy-mm-dd`; today where nothing is given.
pub(crate) fn as_of(text: Option<&str>) -> Result<Day, ConfigError> {
    text.map_or_else(|| Ok(today()), |text| day("--as-of", text))
}

/// Reads the day of `--before`.
pub(crate) fn before(text: &str) -> Result<Day, ConfigError> {
    day("--before", text)
}

fn day(option: &'static str, text: &str) -> Result<Day, ConfigError> {
    let day = partial(text).filter(|date| date.is_full()).map(PartialDate::first_day);
    day.ok_or_else(|| ConfigError::NoDay { option, text: text.to_owned() })
}

/// Reads `from..to`, each a date, a month or a year.
pub(crate) fn period(text: &str) -> Option<(PartialDate, PartialDate)> {
    let (from, to) = text.split_once("..")?;
    let period = (partial(from)?, partial(to)?);
    (period.0.first_day() <= period.1.last_day()).then_some(period)
}

/// Reads `dd/mm/yyyy`, `yyyy-mm-dd`, `mm/yyyy`, `yyyy-mm` or `yyyy`.
fn partial(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    let separator = if text.contains('/') { '/' } else { '-' };
    let mut parts: Vec<&str> = text.split(separator).collect();
    if separator == '/' {
        parts.reverse();
    }
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u16>().ok())?;
    let year = number(parts[0]).filter(|_| parts[0].len() == 4)?;
    let small = |part: &str| number(part).and_then(|n| u8::try_from(n).ok());
    match parts[1..] {
        [] => PartialDate::from_year(year),
        [month] => PartialDate::from_month(year, small(month)?),
        [month, day] => PartialDate::day(year, small(month)?, small(day)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_both_ways() {
        let day = Day::from_civil(2026, 6, 30).unwrap();
        assert_eq!(as_of(Some("30/06/2026")).unwrap(), day);
        assert_eq!(as_of(Some(" 2026-06-30 ")).unwrap(), day);
        for wrong in ["", "31/06/2026", "06/2026", "2026", "30/6/26", "+30/06/2026", "30-06-2026"] {
            assert_eq!(as_of(Some(wrong)).unwrap_err().code(), 2, "{wrong}");
        }
    }

    #[test]
    fn periods_run_forward() {
        let (from, to) = period("2015..31/12/2025").unwrap();
        assert_eq!((from.to_string(), to.to_string()), ("2015".into(), "31/12/2025".into()));
        assert!(period("2016..2015").is_none() && period("2015").is_none());
    }
}
