//! The one way to a report: from the period asked for to the report, ready to be written.

use std::path::Path;

use jiff::Zoned;

use super::{Figures, Grounds, Period, PeriodReport};
use crate::domain::{Lang, ReportSettings};
use crate::store::{Store, StoreError};
use crate::words::text;

/// Why there is no report of a period.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The period, or the one before it, is not in the calendar.
    #[error("the period is beyond the calendar")]
    BeyondCalendar,
    /// The period has not begun.
    #[error("{0:?} has not begun")]
    NotBegun(Period),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReportError {
    /// What is said to the user.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::BeyondCalendar => text!(lang, "cli.report.beyond_calendar").to_owned(),
            Self::NotBegun(period) => text!(lang, "cli.report.not_begun", shown = period.title(lang)),
            Self::Store(error) => error.message(lang),
        }
    }
}

impl PeriodReport {
    /// The report of a period on the communes of these codes, on all where none is given: of a folder of results and
    /// its store as they stand now, to be said in a language.
    ///
    /// # Errors
    /// [`ReportError`] where the period is not in the calendar or has not begun, or the store cannot be read.
    pub fn of(
        period: Period,
        communes: &[String],
        (out, store): (&Path, &Store),
        settings: &ReportSettings,
        now: &Zoned,
        lang: Lang,
    ) -> Result<Self, ReportError> {
        let bounds = |period: Period| period.bounds(settings, now.time_zone());
        let previous = period.previous().ok_or(ReportError::BeyondCalendar)?;
        let (whole, before) = bounds(period).zip(bounds(previous)).ok_or(ReportError::BeyondCalendar)?;
        if whole.from.timestamp() > now.timestamp() {
            return Err(ReportError::NotBegun(period));
        }
        let (bounds, open) = whole.until(now.timestamp());
        let figures = Figures::count(store, &bounds, &before, communes)?;
        let grounds = Grounds::read(out, store, &figures, communes)?;
        let due = period.due_text(settings, bounds.to.time_zone(), lang).unwrap_or_default();
        let (letterhead, communes) = (settings.letterhead.clone(), communes.to_vec());
        Ok(Self { period, bounds, open, due, previous, figures, grounds, letterhead, communes, lang })
    }

    /// The name of its files, without an ending: the period, and the communes where it is not on all.
    pub fn stem(&self) -> String {
        let file_safe = |code: &String| code.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        self.communes.iter().fold(self.period.stem(), |stem, code| format!("{stem}-{}", file_safe(code)))
    }
}
