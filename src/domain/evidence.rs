//! What lets an officer decide without opening the source system: as data, to be worded where it is shown.

use super::{
    Day, ExtractPoint, Gender, Kind, MatchedOn, OldId, Origin, PartialDate, ResidentIx, TableIx, WholeColumn,
    Words,
};

/// What a finding rests on, in the order in which it is told. The first clue is the row that gave rise to it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Evidence(Vec<Clue>);

/// One thing that a finding rests on.
#[derive(Clone, Debug, PartialEq)]
pub enum Clue {
    /// A row with the person in question.
    Row(Origin),
    /// How sure the link is, and what it rests on.
    Match {
        /// Its probability.
        probability: f32,
        /// What agrees.
        matched_on: MatchedOn,
    },
    /// The period that a row of an extract writes: from when, to when, when it was stopped.
    Validity(ExtractPoint),
    /// The row that is kept in place of this one.
    Kept(Origin),
    /// Other rows with the same ID.
    SameId {
        /// Some of them.
        rows: Vec<Origin>,
        /// How many more there are.
        more: usize,
    },
    /// Whose the ID is; the old ID where it is one.
    IdOf(ResidentIx, Option<OldId>),
    /// What the ID itself says of its bearer.
    IdSays(Gender, u16),
    /// The other person of a marriage.
    Partner(ExtractPoint),
    /// A parent as the row names it, and the resident that it is.
    Parent(ExtractPoint, Option<ResidentIx>),
    /// The row from which the proposed ID is.
    IdFrom(ExtractPoint),
    /// The row from which the proposed value is.
    ProposedFrom(ExtractPoint),
    /// A card that there is.
    Card(ExtractPoint),
    /// There is no card.
    NoCard,
    /// The group of a benefit, as written.
    Group(String),
    /// The age in years.
    Age(i32),
    /// The age that a date makes on the as-of date.
    AgeOnAsOf(i32),
    /// The whole column shows what the cell does.
    OfColumn {
        /// The table of the column.
        table: TableIx,
        /// What it shows.
        whole: WholeColumn,
    },
    /// The cell is longer than any value: so many characters.
    TooLong(usize),
    /// A cell of a name holds several, or that of somebody else.
    NotOneName,
    /// The death comes before the birth.
    DeathBeforeBirth,
    /// The person is not on a list of that kind, read from these files.
    NotOnList(Kind, String),
    /// What was paid after the month of death.
    PaidAfterDeath {
        /// Months.
        months: i64,
        /// Đồng a month.
        each: u64,
        /// Đồng in all.
        amount: u64,
    },
    /// The date of death is not known.
    DeathDateUnknown,
    /// The reason as written.
    Reason(String),
    /// The last act of a person in any extract, where there is one.
    LastAct(Option<PartialDate>),
    /// The day of registration, as shown.
    RegisteredOn(String),
    /// The registry names this spouse already.
    SpouseNamed,
    /// The last day of what a person is entitled to.
    EntitledUntil(Day),
    /// When an identity card was issued, and the age, with its day, to which it holds.
    CardHolds {
        /// The day of issue, as far as it is known.
        issued: PartialDate,
        /// Years.
        age: i32,
        /// The day on which the holder reaches that age.
        until: Day,
    },
    /// What gives a right to support for the funeral.
    FuneralRight(&'static str),
    /// Why a decision on the finding no longer holds.
    DecisionEnded(Words),
}

impl Evidence {
    /// Adds a clue.
    pub fn push(&mut self, clue: Clue) {
        self.0.push(clue);
    }

    /// What was paid after the month of a death, in đồng.
    pub fn paid_after_death(&self) -> Option<u64> {
        self.0.iter().find_map(|clue| match clue {
            Clue::PaidAfterDeath { amount, .. } => Some(*amount),
            _ => None,
        })
    }

    /// The row that is kept in place of the one that the finding is about.
    pub fn kept(&self) -> Option<Origin> {
        self.0.iter().find_map(|clue| match clue {
            Clue::Kept(origin) => Some(*origin),
            _ => None,
        })
    }

    /// The clues, in order.
    pub fn clues(&self) -> &[Clue] {
        &self.0
    }
}

impl From<Clue> for Evidence {
    fn from(clue: Clue) -> Self {
        Self(vec![clue])
    }
}
