//! What a run is told to do, resolved: no option left open.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Code, Day, Lang, PartialDate, Role, Severity};

/// The settings of linking and judging.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The as-of date (ngày đối soát).
    pub as_of: Day,
    /// Language of evidence, titles and messages.
    pub lang: Lang,
    /// Costs and margins of linkage.
    pub linkage: LinkageSettings,
    /// Thresholds of rules.
    pub rules: RuleSettings,
}

/// What the link decision weighs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LinkageSettings {
    /// What each outcome of a decision costs; the thresholds follow.
    pub costs: Costs,
    /// Bits that the best candidate of a link must lead the runner-up by.
    #[schemars(range(min = 0.0))]
    pub margin_bits: f32,
    /// Pairs that the nightly check of blocking compares, for each role: as many persons as fit are
    /// compared with every resident.
    pub exhaustive_pairs: usize,
}

impl Default for LinkageSettings {
    fn default() -> Self {
        Self { costs: Costs::default(), margin_bits: 4.0, exhaustive_pairs: 2_000_000 }
    }
}

/// What decisions cost, in any unit: only the proportions count.
///
/// Of a pair that is true with probability `p`, a link costs `(1 − p) · false_link` on average, no link
/// `p · missed_link`, and a review `review`, after which the decision is right. The cheapest is taken:
///
/// - link where `p ≥ 1 − review / false_link` and `p ≥ false_link / (false_link + missed_link)`;
/// - else review where `p ≥ review / missed_link`;
/// - else none.
///
/// With the costs given by default a link needs 0.95 (of a death record 0.97), a review 0.10.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Costs {
    /// An officer's decision on a pair.
    #[schemars(range(min = 0.001))]
    pub review: f32,
    /// A person of the registry who is linked to nobody.
    #[schemars(range(min = 0.001))]
    pub missed_link: f32,
    /// A person linked to somebody else.
    #[schemars(range(min = 0.001))]
    pub false_link: f32,
    /// A death record linked to somebody else: a living person is called dead, the dearest error.
    #[schemars(range(min = 0.001))]
    pub false_death_link: f32,
}

impl Default for Costs {
    fn default() -> Self {
        Self { review: 3.0, missed_link: 30.0, false_link: 60.0, false_death_link: 100.0 }
    }
}

impl Costs {
    /// The least probability of a link of a role.
    pub fn link_probability(&self, role: Role) -> f32 {
        let false_link = match role {
            Role::Deceased => self.false_death_link,
            _ => self.false_link,
        };
        let than_review = 1.0 - self.review / false_link;
        let than_none = false_link / (false_link + self.missed_link);
        than_review.max(than_none)
    }

    /// The least probability of a review of a role. Never above that of a link: what is too near to
    /// another candidate to be linked is shown.
    pub fn review_probability(&self, role: Role) -> f32 {
        (self.review / self.missed_link).min(self.link_probability(role))
    }
}

/// Parameters of rules.
#[derive(Clone, Debug)]
pub struct RuleSettings {
    /// SONG-06: from this age on a sign of life is wanted.
    pub centenarian_age: i32,
    /// DU-15: days before a card ceases to be valid by age from which it is told.
    pub card_notice_days: u16,
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
            card_notice_days: 60,
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

/// When the reports that officers owe are due, and how long findings may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReportSettings {
    /// The day on which the weekly report is due.
    pub weekly_day: Weekday,
    /// The hour of that day, 0 to 23.
    #[schemars(range(min = 0, max = 23))]
    pub weekly_hour: u8,
    /// Days before that day on which the week closes: what is counted must be over when the report is signed.
    #[schemars(range(min = 0, max = 6))]
    pub cutoff_days: u8,
    /// The hour at which it closes, 0 to 23.
    #[schemars(range(min = 0, max = 23))]
    pub cutoff_hour: u8,
    /// The day of the month on which the report of the month before is due.
    #[schemars(range(min = 1, max = 28))]
    pub monthly_day: u8,
    /// Days from "corrected at the source" until the extracts must show it; after them the finding is asked again.
    pub correction_days: u16,
    /// Days after which a finding that still stands is overdue.
    pub overdue_days: OverdueDays,
    /// What an official report bears at its head and foot.
    pub letterhead: Letterhead,
}

/// Where and how the review page is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewSettings {
    /// Address and port.
    pub listen: SocketAddr,
    /// Certificate and key; always there where the address is not of this machine alone.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Minutes after which an idle session ends.
    pub idle_minutes: u32,
    /// Minutes after which every session ends.
    pub session_minutes: u32,
    /// Of whom a second factor is demanded.
    pub second_factor: Demanded,
    /// Minutes after which the password is asked for again before many full numbers are given out.
    pub password_again_minutes: u32,
    /// Findings that an account opens within an hour before it is asked why; 0: it is not.
    pub cases_an_hour: u32,
    /// Findings whose numbers it has shown within an hour before it is asked why; 0: it is not.
    pub numbers_an_hour: u32,
}

/// Of whom a second factor is demanded; what is usual where the page is served if nothing is said. Whoever has one is
/// asked for it in any case.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Demanded {
    #[default]
    Auto,
    Never,
    Admins,
    All,
}

impl Demanded {
    /// What holds at an address. Whoever sits at the machine is known there; beyond it a password may have been seen by
    /// anybody, and that of an administrator opens everything.
    pub fn at(self, listen: SocketAddr) -> Self {
        match self {
            Self::Auto if listen.ip().is_loopback() => Self::Never,
            Self::Auto => Self::Admins,
            said => said,
        }
    }
}

/// Head and foot of an official report (Decree 30/2020/NĐ-CP, annex I); what is empty is left to be filled in by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Letterhead {
    /// The body above the office.
    pub above: String,
    /// The office that reports.
    pub office: String,
    /// The number of the report.
    pub number: String,
    /// Where it is signed.
    pub place: String,
    /// To whom it goes.
    pub recipients: Vec<String>,
    /// What the signer is.
    pub signer_title: String,
    /// Who signs.
    pub signer: String,
}

impl Default for ReportSettings {
    fn default() -> Self {
        Self {
            weekly_day: Weekday::Thursday,
            weekly_hour: 11,
            // The evening before.
            cutoff_days: 1,
            cutoff_hour: 18,
            monthly_day: 13,
            // Corrections go by way of the sector's own system, whose extracts come once or twice a month.
            correction_days: 31,
            overdue_days: OverdueDays::default(),
            letterhead: Letterhead::default(),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The cheapest decision by its expected cost: what the thresholds must come to.
    fn cheapest(costs: &Costs, p: f32) -> &'static str {
        let (link, none) = ((1.0 - p) * costs.false_link, p * costs.missed_link);
        if link <= costs.review && link <= none {
            "link"
        } else if costs.review <= none {
            "review"
        } else {
            "none"
        }
    }

    #[test]
    fn thresholds_are_where_the_cheapest_decision_changes() {
        let dear = Costs { review: 40.0, ..Costs::default() };
        for costs in [Costs::default(), Costs { missed_link: 5.0, ..Costs::default() }, dear] {
            let (link, review) =
                (costs.link_probability(Role::Subject), costs.review_probability(Role::Subject));
            for step in 0..1000u16 {
                let p = (f32::from(step) + 0.5) / 1000.0;
                let decided = if p >= link {
                    "link"
                } else if p >= review {
                    "review"
                } else {
                    "none"
                };
                assert_eq!(decided, cheapest(&costs, p), "{p} {costs:?}");
            }
        }
    }

    #[test]
    fn a_death_wants_more_than_any_other_link() {
        let costs = Costs::default();
        let near = |a: f32, b: f32| (a - b).abs() < 1e-6;
        assert!(near(costs.link_probability(Role::Wife), 0.95));
        assert!(near(costs.link_probability(Role::Deceased), 0.97));
        assert!(near(costs.review_probability(Role::Deceased), 0.1));
    }
}
