//! What officers decide: about a finding, or whether a role of a row is a resident.
//!
//! A decision is never overwritten and never removed: it is in force until an officer takes it back, a value
//! it rests on changes, or what it asked for has happened.

use jiff::Timestamp;

use crate::domain::{Day, Kind, Lang, Role};
use crate::findings::FindingId;
use crate::store::{FindingStatus, Key, Values};
use crate::words::text;

/// What an officer says.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The role of the row is this resident.
    SamePerson,
    /// The role of the row is not this resident.
    NotSame,
    /// The finding is no error.
    FalseAlarm,
    /// The error was corrected at the source; the next extracts will show it.
    Corrected,
    /// To be taken up again on a day.
    Deferred,
    /// To be looked into on the spot.
    Visit,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::SamePerson, Self::NotSame, Self::FalseAlarm, Self::Corrected, Self::Deferred, Self::Visit];

    /// The word used in the store and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::SamePerson => "same_person",
            Self::NotSame => "not_same",
            Self::FalseAlarm => "false_alarm",
            Self::Corrected => "corrected",
            Self::Deferred => "deferred",
            Self::Visit => "visit",
        }
    }

    /// The verdict of that word; hyphens are as good as underscores.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().replace('-', "_");
        Self::ALL.into_iter().find(|verdict| verdict.name().eq_ignore_ascii_case(&name))
    }

    /// The words of the officer's result column.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::SamePerson => text!(lang, "terms.verdict.same_person"),
            Self::NotSame => text!(lang, "terms.verdict.not_same"),
            Self::FalseAlarm => text!(lang, "terms.verdict.false_alarm"),
            Self::Corrected => text!(lang, "terms.verdict.corrected"),
            Self::Deferred => text!(lang, "terms.verdict.deferred"),
            Self::Visit => text!(lang, "terms.verdict.visit"),
        }
    }

    /// Whether it is about a pair of a row and a resident, not about a finding.
    pub fn is_on_pair(self) -> bool {
        matches!(self, Self::SamePerson | Self::NotSame)
    }

    /// What becomes of the finding it is about.
    pub fn status(self) -> FindingStatus {
        match self {
            Self::FalseAlarm => FindingStatus::Rejected,
            Self::Deferred => FindingStatus::Deferred,
            Self::SamePerson | Self::NotSame | Self::Corrected | Self::Visit => FindingStatus::InProgress,
        }
    }

    /// Whether two officers who say these of one subject contradict each other.
    pub fn contradicts(self, other: Self) -> bool {
        let clash = |a, b| (self, other) == (a, b) || (self, other) == (b, a);
        clash(Self::SamePerson, Self::NotSame) || clash(Self::FalseAlarm, Self::Corrected)
    }
}

/// By which way a decision came.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The command line.
    CommandLine,
    /// The result column of a workbook.
    Workbook,
    /// The review page.
    Web,
}

impl Channel {
    /// The word used in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::CommandLine => "cli",
            Self::Workbook => "workbook",
            Self::Web => "web",
        }
    }

    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "workbook" => Self::Workbook,
            "web" => Self::Web,
            _ => Self::CommandLine,
        }
    }
}

/// One side of a pair: what it is known by, what was written of it when the officer looked, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// What it is known by.
    pub key: Key,
    /// Digests of the values that the decision rests on.
    pub values: Values,
    /// `file:row`, or `file:row:role`, at the time; for people.
    pub place: String,
}

/// A role of a row, and a resident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The kind of extract.
    pub source: Kind,
    /// The role.
    pub role: Role,
    /// The row.
    pub record: Side,
    /// The resident.
    pub resident: Side,
}

/// What a decision is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A finding.
    Finding(FindingId),
    /// A pair; with the finding that made the officer look, where there was one.
    Pair(Box<Pair>, Option<FindingId>),
}

impl Subject {
    /// The finding that it is about or that prompted it.
    pub fn finding(&self) -> Option<FindingId> {
        match self {
            Self::Finding(id) => Some(*id),
            Self::Pair(_, finding) => *finding,
        }
    }

    /// The pair, where it is one.
    pub fn pair(&self) -> Option<&Pair> {
        match self {
            Self::Finding(_) => None,
            Self::Pair(pair, _) => Some(pair),
        }
    }
}

/// A decision to be recorded.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// What the officer says.
    pub verdict: Verdict,
    /// Of what.
    pub subject: Subject,
    /// Who says it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The officer's day.
    pub day: Day,
    /// Until when, for [`Verdict::Deferred`].
    pub until: Option<Day>,
    /// A remark.
    pub note: String,
    /// By which way it came.
    pub via: Channel,
    /// The newest decision on the subject that the officer saw (0: none). Where somebody decided since, it is
    /// refused with [`StoreError::Outrun`]; `None` records it all the same.
    pub seen: Option<i64>,
}

/// What became of a recording.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is in force under this number.
    Made(i64),
    /// The officer had said so before, under this number: nothing was written.
    Known(i64),
}

impl Recorded {
    /// The number of the decision.
    pub fn id(self) -> i64 {
        match self {
            Self::Made(id) | Self::Known(id) => id,
        }
    }
}

/// Whether a decision is in force.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum DecisionState {
    /// In force.
    Active,
    /// What it asked for has happened.
    Done,
    /// A value it rested on changed, or its time is up.
    Expired,
    /// Taken back, or replaced by a newer one of the same officer.
    Withdrawn,
}

impl DecisionState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Active, Self::Done, Self::Expired, Self::Withdrawn];

    /// The word used in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Done => "done",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "done" => Self::Done,
            "expired" => Self::Expired,
            "withdrawn" => Self::Withdrawn,
            _ => Self::Active,
        }
    }
}

/// A decision as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its number.
    pub id: i64,
    /// What the officer said.
    pub verdict: Verdict,
    /// Of what.
    pub subject: Subject,
    /// Digests of the three values of the finding, where it is about one.
    pub finding_values: Option<[u32; 3]>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The officer's day.
    pub day: Day,
    /// Until when.
    pub until: Option<Day>,
    /// The remark.
    pub note: String,
    /// By which way it came.
    pub via: Channel,
    /// Whether it is in force.
    pub state: DecisionState,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Who ended it: an officer, or the name of a run.
    pub ended_by: String,
    /// Why: canonical names of the fields that changed, or `until`, `grace`.
    pub why: Vec<String>,
    /// The number under which it was made at once with others.
    pub together: Option<i64>,
}

impl Decision {
    /// Why it no longer holds, as a sentence without its full stop.
    pub fn why_ended(&self, lang: Lang) -> String {
        let fields: Vec<_> = self.why.iter().map(|field| crate::store::field_title(field, lang)).collect();
        let fields = fields.join(", ");
        let changed = !self.why.iter().any(|why| why == "until" || why == "grace");
        let (day, by, verdict) = (self.day, &self.by, self.verdict.title(lang).to_lowercase());
        if changed {
            text!(lang, "store.verdict.ended_by_change", day, by, verdict, fields)
        } else {
            text!(lang, "store.verdict.ended", day, by, verdict, fields)
        }
    }
}

/// A turn in the life of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// The run that did it, by name.
    pub run: Option<String>,
    /// The officer who did it.
    pub who: Option<String>,
    /// From what.
    pub from: FindingStatus,
    /// To what.
    pub to: FindingStatus,
    /// The decision that made it so.
    pub decision: Option<i64>,
    /// A remark.
    pub note: String,
}
