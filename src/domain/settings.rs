//! What a run is told to do, resolved: no option left open.

use super::{Day, Lang, PartialDate};

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
#[derive(Clone, Debug)]
pub struct LinkageSettings {
    /// A pair is a link from this probability on.
    pub link_probability: f32,
    /// A death record is linked only from this probability on: a false death is the dearest error.
    pub death_link_probability: f32,
    /// A pair below `link_probability` goes to review from this probability on.
    pub review_probability: f32,
    /// Bits that the best candidate of a link must lead the runner-up by.
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
}

impl Default for RuleSettings {
    fn default() -> Self {
        Self {
            centenarian_age: 100,
            state_insured_groups: ["HN", "NCC", "BTXH", "KC"].map(String::from).to_vec(),
            oldest_age: 130,
            births_period: None,
            deaths_period: None,
        }
    }
}
