//! What a run is told to do, resolved: no option left open.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Code, Day, Lang, PartialDate, Severity};

/// The settings of linking and judging.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The as-of date (ngày đối soát).
    pub as_of: Day,
    /// Language of evidence, titles and messages.
    pub lang: Lang,
    /// Thresholds of linkage.
    pub linkage: LinkageSettings,
    /// Thresholds of rules.
    pub rules: RuleSettings,
}

/// Thresholds of the link decision.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LinkageSettings {
    /// A pair is a link from this probability on.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub link_probability: f32,
    /// A death record is linked only from this probability on: a false death is the dearest error.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub death_link_probability: f32,
    /// A pair below `link_probability` goes to review from this probability on.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub review_probability: f32,
    /// Bits that the best candidate of a link must lead the runner-up by.
    #[schemars(range(min = 0.0))]
    pub margin_bits: f32,
    /// Pairs that the nightly check of blocking compares, for each role: as many persons as fit are
    /// compared with every resident.
    pub exhaustive_pairs: usize,
}

impl Default for LinkageSettings {
    fn default() -> Self {
        Self {
            link_probability: 0.95,
            death_link_probability: 0.97,
            review_probability: 0.10,
            margin_bits: 4.0,
            exhaustive_pairs: 2_000_000,
        }
    }
}

/// Parameters of rules.
#[derive(Clone, Debug)]
pub struct RuleSettings {
    /// SONG-06: from this age on a sign of life is wanted.
    pub centenarian_age: i32,
    /// DU-09: groups insured by the state.
    pub state_insured_groups: Vec<String>,
    /// SACH-05: nobody is older than this.
    pub oldest_age: i32,
    /// Period of registration that each civil-status extract covers; `None`: the 1st to 99th
    /// percentile of its `registered_on`. Births, deaths.
    pub births_period: Option<(PartialDate, PartialDate)>,
    /// As `births_period`, for deaths.
    pub deaths_period: Option<(PartialDate, PartialDate)>,
    /// Rules that are switched off: their findings are not raised, and the summary says so.
    pub off: Vec<Code>,
    /// Severities that stand in place of those of the catalogue and of the rules.
    pub severity: BTreeMap<Code, Severity>,
}

impl Default for RuleSettings {
    fn default() -> Self {
        Self {
            centenarian_age: 100,
            state_insured_groups: ["HN", "NCC", "BTXH", "KC"].map(String::from).to_vec(),
            oldest_age: 130,
            births_period: None,
            deaths_period: None,
            off: Vec::new(),
            severity: BTreeMap::new(),
        }
    }
}

/// Which runs are kept. A run is removed where it is beyond the count or beyond the age; the last whole one
/// never is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// So many whole runs are kept, the newest ones; 0: all.
    pub runs: u32,
    /// Runs older than this, in days, are removed; 0: none.
    pub age_days: u32,
    /// Files are overwritten before they are removed.
    pub shred: bool,
}

impl Default for Retention {
    fn default() -> Self {
        Self { runs: 30, age_days: 0, shred: false }
    }
}

/// A day of the week.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// When the reports that officers owe are due, and when a finding is overdue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReportSettings {
    /// The day on which the weekly report closes.
    pub weekly_day: Weekday,
    /// The hour of that day, 0 to 23.
    #[schemars(range(min = 0, max = 23))]
    pub weekly_hour: u8,
    /// The day of the month on which the report of the month before is due.
    #[schemars(range(min = 1, max = 28))]
    pub monthly_day: u8,
    /// Days after which a finding that still stands is overdue.
    pub overdue_days: OverdueDays,
}

impl Default for ReportSettings {
    fn default() -> Self {
        Self {
            weekly_day: Weekday::Thursday,
            weekly_hour: 11,
            monthly_day: 10,
            overdue_days: OverdueDays::default(),
        }
    }
}

/// Days after which a finding that still stands is overdue, by severity; 0: never.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct OverdueDays {
    pub high: u32,
    pub medium: u32,
    pub low: u32,
}

impl OverdueDays {
    /// The days of a severity; `None` where its findings are never overdue.
    pub fn of(&self, severity: Severity) -> Option<u32> {
        let days = match severity {
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
        };
        (days > 0).then_some(days)
    }
}

impl Default for OverdueDays {
    fn default() -> Self {
        Self { high: 7, medium: 30, low: 90 }
    }
}
