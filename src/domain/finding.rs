//! Findings: the things that somebody must correct.

use super::{Evidence, Field, Kind, ResidentIx};

/// The four criteria.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pillar {
    /// Đúng: extract and registry disagree about one person.
    Dung,
    /// Đủ: something that must be there is missing.
    Du,
    /// Sạch: the data themselves are damaged.
    Sach,
    /// Sống: the records are behind life.
    Song,
}

impl Pillar {
    /// All pillars in the order of the contract.
    pub const ALL: [Self; 4] = [Self::Dung, Self::Du, Self::Sach, Self::Song];

    /// The name used in outputs and file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dung => "dung",
            Self::Du => "du",
            Self::Sach => "sach",
            Self::Song => "song",
        }
    }

    /// The Vietnamese word.
    pub fn title(self) -> &'static str {
        match self {
            Self::Dung => "Đúng",
            Self::Du => "Đủ",
            Self::Sach => "Sạch",
            Self::Song => "Sống",
        }
    }
}

/// How grave a finding is; the gravest sorts first.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Money, a life event or identity is at stake.
    High,
    /// A value that somebody will rely on.
    Medium,
    /// Worth mending when the row is open anyway.
    Low,
}

impl Severity {
    /// All severities, the gravest first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The name used in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// A code of the catalogue: pillar and number, `DUNG-01` to `SONG-10`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// The pillar.
    pub pillar: Pillar,
    /// The number within the pillar, from 1.
    pub number: u8,
}

impl Code {
    /// A code of the pillar đúng.
    pub const fn dung(number: u8) -> Self {
        Self { pillar: Pillar::Dung, number }
    }

    /// A code of the pillar đủ.
    pub const fn du(number: u8) -> Self {
        Self { pillar: Pillar::Du, number }
    }

    /// A code of the pillar sạch.
    pub const fn sach(number: u8) -> Self {
        Self { pillar: Pillar::Sach, number }
    }

    /// A code of the pillar sống.
    pub const fn song(number: u8) -> Self {
        Self { pillar: Pillar::Song, number }
    }

    /// The code written so.
    pub fn parse(text: &str) -> Option<Self> {
        let (pillar, number) = text.split_once('-')?;
        let pillar = Pillar::ALL.into_iter().find(|p| p.name().eq_ignore_ascii_case(pillar))?;
        Some(Self { pillar, number: number.parse().ok()? })
    }
}

/// Writes `DUNG-01`.
impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pillar = match self.pillar {
            Pillar::Dung => "DUNG",
            Pillar::Du => "DU",
            Pillar::Sach => "SACH",
            Pillar::Song => "SONG",
        };
        write!(f, "{pillar}-{:02}", self.number)
    }
}

/// Which row of an extract gave rise to a finding, and in which role.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtractPoint {
    /// Position of the extract in [`Dataset::extracts`](super::Dataset::extracts).
    pub extract: u8,
    /// Row index into [`Extract::rows`](super::Extract::rows).
    pub row: u32,
    /// Position of the role in `kind.roles()`.
    pub role: u8,
}

/// What gave rise to a finding: a role of a row of an extract, or a row of the registry alone.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A row of an extract.
    Extract(ExtractPoint),
    /// A row of the registry.
    Registry(ResidentIx),
}

/// One thing that somebody must correct. Texts are ready to be shown (dates as dd/mm/yyyy).
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The code.
    pub code: Code,
    /// The severity: the catalogue's, or what the rule says of this case.
    pub severity: Severity,
    /// The row that gave rise to it.
    pub origin: Origin,
    /// The resident it concerns, where there is one.
    pub resident: Option<ResidentIx>,
    /// The field it concerns.
    pub field: Option<Field>,
    /// The value on the row that gave rise to it.
    pub source_value: String,
    /// The registry's value.
    pub registry_value: String,
    /// The value proposed, where one can be.
    pub proposed_value: String,
    /// Probability that the finding is right: that of the link it rests on, 1 where it rests on none.
    pub confidence: f32,
    /// What lets an officer decide without opening the source system.
    pub evidence: Evidence,
    /// The list on which the resident should stand and does not (DU-14).
    pub list: Option<Kind>,
}

/// A rule that was not run, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRun {
    /// The code.
    pub code: Code,
    /// The kinds or fields that were absent, by canonical name.
    pub missing: Vec<String>,
    /// Whether the configuration switched it off.
    pub off: bool,
}
