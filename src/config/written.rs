//! The configuration as it is written: its sections, its keys and their defaults. The JSON schema is made
//! from these types; what the keys mean to people stands in `data/config_keys.toml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{Demanded, LinkageSettings, ReportSettings, Retention, RuleSettings};
use crate::publish::RejectLimit;

/// As many threads as may be asked for: more than a machine has cores help nobody, and each wants a stack.
pub const MOST_THREADS: u16 = 256;

/// The whole file.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    pub(super) lang: Language,
    #[schemars(range(min = 0, max = MOST_THREADS))]
    pub(super) threads: usize,
    pub(super) inputs: Inputs,
    pub(super) lists: BTreeMap<String, OneOrMany>,
    pub(super) encodings: BTreeMap<String, String>,
    pub(super) columns: BTreeMap<String, BTreeMap<String, OneOrMany>>,
    pub(super) periods: Periods,
    pub(super) linkage: LinkageSettings,
    pub(super) rules: Rules,
    pub(super) output: Output,
    pub(super) retention: Retention,
    pub(super) reports: ReportSettings,
    pub(super) review: Review,
    pub(super) log: Log,
    pub(super) recipients: BTreeMap<String, Vec<String>>,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Language {
    #[default]
    Vi,
    En,
}

/// Where the data are. Paths are relative to the file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Inputs {
    pub(super) folder: Option<String>,
    pub(super) residents: Vec<String>,
    pub(super) births: Vec<String>,
    pub(super) deaths: Vec<String>,
    pub(super) marriages: Vec<String>,
    pub(super) welfare: Vec<String>,
    pub(super) insurance: Vec<String>,
    pub(super) ignore: Vec<String>,
    pub(super) units: Option<String>,
    pub(super) model: Option<String>,
    pub(super) synonyms: Option<String>,
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) max_rejects: f64,
}

impl Default for Inputs {
    fn default() -> Self {
        Self {
            folder: None,
            residents: Vec::new(),
            births: Vec::new(),
            deaths: Vec::new(),
            marriages: Vec::new(),
            welfare: Vec::new(),
            insurance: Vec::new(),
            ignore: Vec::new(),
            units: None,
            model: None,
            synonyms: None,
            max_rejects: RejectLimit::default().share(),
        }
    }
}

/// One text or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}

/// Periods of registration that civil-status extracts cover: `from..to`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Periods {
    pub(super) births: Option<String>,
    pub(super) deaths: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Rules {
    pub(super) off: Vec<String>,
    #[schemars(range(min = 0, max = 200))]
    pub(super) centenarian_age: i32,
    #[schemars(range(min = 0, max = 200))]
    pub(super) oldest_age: i32,
    #[schemars(range(min = 0, max = 3650))]
    pub(super) card_notice_days: u16,
    pub(super) insured_groups: Vec<String>,
    pub(super) severity: BTreeMap<String, Gravity>,
}

impl Default for Rules {
    fn default() -> Self {
        let RuleSettings { centenarian_age, oldest_age, card_notice_days, state_insured_groups, .. } =
            RuleSettings::default();
        Self {
            off: Vec::new(),
            centenarian_age,
            oldest_age,
            card_notice_days,
            insured_groups: state_insured_groups,
            severity: BTreeMap::new(),
        }
    }
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Gravity {
    High,
    Medium,
    Low,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Output {
    pub(super) folder: Option<String>,
    pub(super) workbooks: bool,
    pub(super) workbooks_by_both: bool,
    pub(super) workbooks_password_file: Option<String>,
    pub(super) repair: bool,
    pub(super) metrics: Option<String>,
}

impl Default for Output {
    fn default() -> Self {
        Self {
            folder: None,
            workbooks: true,
            workbooks_by_both: false,
            workbooks_password_file: None,
            repair: true,
            metrics: None,
        }
    }
}

/// The page on which officers decide.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Review {
    pub(super) listen: String,
    pub(super) tls_cert: Option<String>,
    pub(super) tls_key: Option<String>,
    #[schemars(range(min = 1))]
    pub(super) idle_minutes: u32,
    #[schemars(range(min = 1))]
    pub(super) session_minutes: u32,
    pub(super) second_factor: Demanded,
    pub(super) password_again_minutes: u32,
    pub(super) cases_an_hour: u32,
    pub(super) numbers_an_hour: u32,
}

impl Default for Review {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8765".to_owned(),
            tls_cert: None,
            tls_key: None,
            idle_minutes: 30,
            session_minutes: 600,
            second_factor: Demanded::default(),
            password_again_minutes: 15,
            cases_an_hour: 300,
            numbers_an_hour: 60,
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Log {
    pub(super) format: Format,
    pub(super) file: Option<String>,
}

#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Format {
    #[default]
    Text,
    Json,
}
