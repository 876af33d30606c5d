//! The life of a finding: what became of it, and since when it is known.

use crate::domain::{Day, Lang};
use crate::store::Verdict;
use crate::words::text;

/// What became of a finding.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingStatus {
    /// Seen first on the day of the last run.
    New,
    /// Seen before, and nobody has touched it.
    Open,
    /// An officer is at it: corrected at the source but not yet gone, or to be looked into on the spot.
    InProgress,
    /// No longer raised.
    Resolved,
    /// An officer says that it is no error.
    Rejected,
    /// Put off until a day.
    Deferred,
    /// Raised again after it was resolved, or after a decision on it lost its ground.
    Reopened,
}

impl FindingStatus {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Open,
        Self::InProgress,
        Self::Resolved,
        Self::Rejected,
        Self::Deferred,
        Self::Reopened,
    ];

    /// The word used in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::InProgress => "in_progress",
            Self::Resolved => "resolved",
            Self::Rejected => "rejected",
            Self::Deferred => "deferred",
            Self::Reopened => "reopened",
        }
    }

    /// The status of that word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// The word to be read.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::New => text!(lang, "terms.finding.new"),
            Self::Open => text!(lang, "terms.finding.open"),
            Self::InProgress => text!(lang, "terms.finding.in_progress"),
            Self::Resolved => text!(lang, "terms.finding.resolved"),
            Self::Rejected => text!(lang, "terms.finding.rejected"),
            Self::Deferred => text!(lang, "terms.finding.deferred"),
            Self::Reopened => text!(lang, "terms.finding.reopened"),
        }
    }

    /// The word to be read where this answer is in force: what is corrected waits for the data that will show it.
    pub fn title_with(self, answer: Option<Verdict>, lang: Lang) -> &'static str {
        match (self, answer) {
            (Self::InProgress, Some(Verdict::Corrected)) => text!(lang, "terms.finding.reported"),
            _ => self.title(lang),
        }
    }

    /// Whether somebody still has to do something.
    pub fn is_outstanding(self) -> bool {
        !matches!(self, Self::Resolved | Self::Rejected)
    }

    /// Whether somebody is expected to do something now: what is outstanding and not put off.
    pub fn is_awaited(self) -> bool {
        self.is_outstanding() && self != Self::Deferred
    }

    /// The number in the store. `New` is `Open` there: newness is told by the day, so that nothing has to be
    /// written when it passes.
    pub(crate) fn stored(self) -> i64 {
        match self {
            Self::New | Self::Open => 0,
            Self::InProgress => 1,
            Self::Resolved => 2,
            Self::Rejected => 3,
            Self::Deferred => 4,
            Self::Reopened => 5,
        }
    }

    /// The status of a number in the store; an unknown one is taken as open.
    pub(crate) fn from_stored(number: i64) -> Self {
        match number {
            1 => Self::InProgress,
            2 => Self::Resolved,
            3 => Self::Rejected,
            4 => Self::Deferred,
            5 => Self::Reopened,
            _ => Self::Open,
        }
    }
}

/// Since when a finding is known, and what became of it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// The day on which it was seen first.
    pub first_seen: Day,
    /// What became of it, as of the day of the run.
    pub status: FindingStatus,
}

impl Life {
    /// A finding seen first on a day.
    pub fn begin(day: Day) -> Self {
        Self { first_seen: day, status: FindingStatus::New }
    }

    /// As it stands on a day: what nobody has touched is new on the day it was seen first, and open after.
    pub fn on(self, day: Day) -> Self {
        let status = match self.status {
            FindingStatus::New | FindingStatus::Open if self.first_seen >= day => FindingStatus::New,
            FindingStatus::New => FindingStatus::Open,
            other => other,
        };
        Self { status, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_come_back() {
        for status in FindingStatus::ALL {
            assert_eq!(FindingStatus::from_name(status.name()), Some(status));
            let back = FindingStatus::from_stored(status.stored());
            assert!(back == status || status == FindingStatus::New && back == FindingStatus::Open);
        }
    }

    #[test]
    fn newness_passes_with_the_day() {
        let life = Life::begin(Day(10));
        assert_eq!(life.on(Day(10)).status, FindingStatus::New);
        assert_eq!(life.on(Day(11)).status, FindingStatus::Open);
        let touched = Life { status: FindingStatus::Deferred, ..life };
        assert_eq!(touched.on(Day(11)).status, FindingStatus::Deferred);
    }
}
