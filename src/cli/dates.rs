//! Dates and periods on the command line.

use jiff::Zoned;

use crate::domain::{Day, PartialDate};
use crate::error::Error;

/// Today, by the clock of the machine.
pub(super) fn today() -> Day {
    let date = Zoned::now().date();
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    Day::from_civil(i32::from(date.year()), month, day).unwrap_or(Day(0))
}

/// Reads `dd/mm/yyyy` or `yyyy-mm-dd`; today where nothing is given.
pub(super) fn as_of(text: Option<&str>) -> Result<Day, Error> {
    let Some(text) = text else { return Ok(today()) };
    partial(text).filter(|date| date.is_full()).map(PartialDate::first_day).ok_or_else(|| {
        Error::usage(
            format!("--as-of \"{text}\" không phải là ngày; hãy viết dd/mm/yyyy, ví dụ 30/06/2026."),
            format!("--as-of \"{text}\" is no date; write dd/mm/yyyy, for example 30/06/2026."),
        )
    })
}

/// Reads `from..to`, each a date, a month or a year.
pub(super) fn period(option: &str, text: Option<&str>) -> Result<Option<(PartialDate, PartialDate)>, Error> {
    let Some(text) = text else { return Ok(None) };
    let period = text.split_once("..").and_then(|(from, to)| Some((partial(from)?, partial(to)?)));
    match period.filter(|(from, to)| from.first_day() <= to.last_day()) {
        Some(period) => Ok(Some(period)),
        None => Err(Error::usage(
            format!("{option} \"{text}\" không đúng; hãy viết từ..đến, ví dụ 01/01/2015..31/12/2025."),
            format!("{option} \"{text}\" is no period; write from..to, for example 01/01/2015..31/12/2025."),
        )),
    }
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
        let read = |text| period("--births-period", Some(text));
        let (from, to) = read("2015..31/12/2025").unwrap().unwrap();
        assert_eq!((from.to_string(), to.to_string()), ("2015".into(), "31/12/2025".into()));
        assert!(read("2016..2015").is_err() && read("2015").is_err());
    }
}
