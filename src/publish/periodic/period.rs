//! The periods that officers report on: a week that closes on its day and hour, a calendar month.

use std::fmt;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};

use crate::domain::{Lang, ReportSettings, Weekday as Closing};
use crate::words::{self, text};

/// A week or a month.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Period {
    /// The week of ISO 8601 in which the report closes.
    Week(ISOWeekDate),
    /// The month, by its first day.
    Month(Date),
}

/// From when to when a period lasts: what happened after the first moment and up to the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Its beginning.
    pub from: Zoned,
    /// Its end.
    pub to: Zoned,
}

/// A year in four digits, none that was long over before there was anything to report: spreadsheets know no
/// days before 1900.
fn read_year(text: &str) -> Option<i16> {
    let sound = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|year| sound && *year >= 2000)
}

impl Period {
    /// Reads `2026-W47`.
    pub fn week(text: &str) -> Option<Self> {
        let (year, week) = text.trim().split_once("-W").or_else(|| text.trim().split_once("-w"))?;
        let date = ISOWeekDate::new(read_year(year)?, week.parse().ok()?, Weekday::Monday).ok()?;
        Some(Self::Week(date))
    }

    /// Reads `2026-11`.
    pub fn month(text: &str) -> Option<Self> {
        let (year, month) = text.trim().split_once('-')?;
        Date::new(read_year(year)?, month.parse().ok()?, 1).ok().map(Self::Month)
    }

    /// The week whose report is due next.
    pub fn current_week(settings: &ReportSettings, now: &Zoned) -> Self {
        let week = Self::of_day(now.date());
        match week.due(settings, now.time_zone()) {
            Some(due) if due.timestamp() <= now.timestamp() => week.step(1).unwrap_or(week),
            _ => week,
        }
    }

    /// The month that it is.
    pub fn current_month(now: &Zoned) -> Self {
        Self::Month(now.date().first_of_month())
    }

    fn of_day(date: Date) -> Self {
        let week = date.iso_week_date();
        // Monday is a day of every week.
        Self::Week(ISOWeekDate::new(week.year(), week.week(), Weekday::Monday).unwrap_or(week))
    }

    /// The period before.
    pub fn previous(self) -> Option<Self> {
        self.step(-1)
    }

    fn step(self, by: i64) -> Option<Self> {
        match self {
            Self::Week(week) => week.date().checked_add(by.weeks()).ok().map(Self::of_day),
            Self::Month(first) => first.checked_add(by.months()).ok().map(Self::Month),
        }
    }

    /// From when to when it lasts; `None` at the end of time.
    pub fn bounds(self, settings: &ReportSettings, zone: &TimeZone) -> Option<Bounds> {
        match self {
            Self::Week(_) => {
                let before = i64::from(settings.cutoff_days);
                let closing = self.due_day(settings)?.checked_sub(before.days()).ok()?;
                let opening = closing.checked_sub(7.days()).ok()?;
                let hour = settings.cutoff_hour;
                Some(Bounds { from: moment(opening, hour, zone)?, to: moment(closing, hour, zone)? })
            }
            Self::Month(first) => {
                let next = first.checked_add(1.months()).ok()?;
                Some(Bounds { from: moment(first, 0, zone)?, to: moment(next, 0, zone)? })
            }
        }
    }

    /// The day by which the report is due: one of the week that it closes in, or one of the month after.
    fn due_day(self, settings: &ReportSettings) -> Option<Date> {
        match self {
            Self::Week(week) => {
                let days = i64::from(weekday(settings.weekly_day).to_monday_zero_offset());
                week.date().checked_add(days.days()).ok()
            }
            Self::Month(first) => {
                let next = first.checked_add(1.months()).ok()?;
                Date::new(next.year(), next.month(), i8::try_from(settings.monthly_day).ok()?).ok()
            }
        }
    }

    /// The moment by which the report is due: of a month the end of its day.
    fn due(self, settings: &ReportSettings, zone: &TimeZone) -> Option<Zoned> {
        let day = self.due_day(settings)?;
        match self {
            Self::Week(_) => moment(day, settings.weekly_hour, zone),
            Self::Month(_) => moment(day.checked_add(1.days()).ok()?, 0, zone),
        }
    }

    /// By when the report is due, in words.
    pub(super) fn due_text(self, settings: &ReportSettings, zone: &TimeZone, lang: Lang) -> Option<String> {
        match self {
            Self::Week(_) => Some(words::moment(&self.due(settings, zone)?, lang)),
            Self::Month(_) => self.due_day(settings).map(words::day),
        }
    }

    /// What it is called.
    pub fn title(self, lang: Lang) -> String {
        match self {
            Self::Week(week) => text!(lang, "publish.period.week", week = week.week(), year = week.year()),
            Self::Month(first) => {
                text!(lang, "publish.period.month", month = first.month(), year = first.year())
            }
        }
    }

    /// The name of its files, without an ending.
    pub fn stem(self) -> String {
        let kind = match self {
            Self::Week(_) => "tuan",
            Self::Month(_) => "thang",
        };
        format!("bao-cao-{kind}-{self}")
    }
}

/// As it is written on the command line.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Week(week) => write!(f, "{:04}-W{:02}", week.year(), week.week()),
            Self::Month(first) => write!(f, "{:04}-{:02}", first.year(), first.month()),
        }
    }
}

impl Bounds {
    /// The same, ended now where it would end later; and whether that is so.
    pub fn until(self, now: Timestamp) -> (Self, bool) {
        if self.to.timestamp() <= now {
            return (self, false);
        }
        let to = now.max(self.from.timestamp()).to_zoned(self.from.time_zone().clone());
        (Self { to, ..self }, true)
    }
}

fn moment(date: Date, hour: u8, zone: &TimeZone) -> Option<Zoned> {
    date.at(i8::try_from(hour).ok()?, 0, 0, 0).to_zoned(zone.clone()).ok()
}

fn weekday(day: Closing) -> Weekday {
    match day {
        Closing::Monday => Weekday::Monday,
        Closing::Tuesday => Weekday::Tuesday,
        Closing::Wednesday => Weekday::Wednesday,
        Closing::Thursday => Weekday::Thursday,
        Closing::Friday => Weekday::Friday,
        Closing::Saturday => Weekday::Saturday,
        Closing::Sunday => Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::moment;

    fn bounds(period: Period) -> String {
        let bounds = period.bounds(&ReportSettings::default(), &TimeZone::UTC).unwrap();
        format!("{} .. {}", moment(&bounds.from, Lang::Vi), moment(&bounds.to, Lang::Vi))
    }

    #[test]
    fn weeks_close_on_the_evening_before_they_are_due() {
        let week = Period::week("2026-W47").unwrap();
        assert_eq!(bounds(week), "18 giờ ngày 11/11/2026 .. 18 giờ ngày 18/11/2026");
        let due = week.due_text(&ReportSettings::default(), &TimeZone::UTC, Lang::Vi);
        assert_eq!(due.as_deref(), Some("11 giờ ngày 19/11/2026"));
        assert_eq!(week.stem(), "bao-cao-tuan-2026-W47");
        let first = Period::week("2026-W01").unwrap();
        assert_eq!(first.previous().unwrap().to_string(), "2025-W52");
        assert_eq!(Period::week("2026-W53").unwrap().step(1).unwrap().to_string(), "2027-W01");
        for wrong in ["2026-W54", "2025-W53", "2026-47", "W47", "2026-W", "", "0000-W01", "1-W1", "1999-W52"]
        {
            assert_eq!(Period::week(wrong), None, "{wrong}");
        }
        for wrong in ["2026-13", "0000-01", "1-1", "1999-12", "+026-01"] {
            assert_eq!(Period::month(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_day_and_hour_can_be_others() {
        let settings = ReportSettings {
            weekly_day: Closing::Sunday,
            cutoff_days: 0,
            cutoff_hour: 23,
            ..ReportSettings::default()
        };
        let bounds = Period::week("2026-W47").unwrap().bounds(&settings, &TimeZone::UTC).unwrap();
        assert_eq!(moment(&bounds.to, Lang::En), "22/11/2026 23:00");
    }

    #[test]
    fn months_last_from_the_first_to_the_first() {
        let month = Period::month("2026-12").unwrap();
        assert_eq!(bounds(month), "0 giờ ngày 01/12/2026 .. 0 giờ ngày 01/01/2027");
        assert_eq!(month.previous().unwrap().to_string(), "2026-11");
        let due = month.due_text(&ReportSettings::default(), &TimeZone::UTC, Lang::Vi);
        assert_eq!(due.as_deref(), Some("13/01/2027"));
        assert_eq!(month.stem(), "bao-cao-thang-2026-12");
        assert_eq!((Period::month("2026-13"), Period::month("2026-W1")), (None, None));
    }

    #[test]
    fn the_current_week_is_the_one_that_is_due_next() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().to_zoned(TimeZone::UTC);
        let current = |text: &str| Period::current_week(&ReportSettings::default(), &at(text)).to_string();
        assert_eq!(current("2026-11-19T10:59:00Z"), "2026-W47");
        assert_eq!(current("2026-11-19T11:00:00Z"), "2026-W48");
        assert_eq!(current("2026-11-22T12:00:00Z"), "2026-W48");
    }

    #[test]
    fn a_period_that_is_not_over_ends_now() {
        let bounds = Period::week("2026-W47").unwrap().bounds(&ReportSettings::default(), &TimeZone::UTC);
        let (cut, open) = bounds.clone().unwrap().until("2026-11-15T08:30:00Z".parse().unwrap());
        assert_eq!((moment(&cut.to, Lang::Vi).as_str(), open), ("8 giờ 30 ngày 15/11/2026", true));
        let (whole, open) = bounds.clone().unwrap().until("2026-11-20T00:00:00Z".parse().unwrap());
        assert_eq!((Some(whole), open), (bounds, false));
    }
}
