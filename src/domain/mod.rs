//! Floor 0: the types that every other floor speaks. No input or output happens here.

#![warn(clippy::missing_errors_doc)]

pub mod assign;
mod dataset;
mod date;
mod evidence;
mod field;
mod finding;
mod ident;
mod kind;
mod lang;
mod link;
mod place;
mod pool;
mod record;
mod settings;
mod table;

pub use dataset::{Dataset, Presence, Presences};
pub use date::{DateCell, Day, PartialDate, Precision, days_in_month};
pub use evidence::{Clue, Evidence};
pub use field::Field;
pub use finding::{Code, ExtractPoint, Finding, NotRun, Origin, Pillar, Severity};
pub use ident::{ActKey, Card, CardCell, CardNumber, IdCell, OldId, PersonalId};
pub use kind::{
    Capability, Description, Expectation, FieldType, Kind, KindFault, KindMistake, KindsInUse, Office,
    OwnField, OwnKinds, Role, RoleColumns,
};
pub use lang::{Lang, Words};
pub use link::{
    Candidate, Comparison, Decision, ExtractLinks, LinkWeights, Links, MatchedOn, RoleLink, Surplus, Weights,
};
pub use place::{Place, PlaceId, Places, ProvinceIx, Unit, UnitId};
pub use pool::{NameId, NamePool, TextId, TextPool};
pub use record::{
    BirthDetail, ByDeath, DeathDetail, Detail, EntryDetail, Extract, ExtractRow, Gender, InsuranceDetail,
    Marital, NameCell, NameMarks, Person, RegistrationKind, Registry, Relation, Relative, Renumber, Resident,
    ResidentIx, RowRef, Status, TableIx, WelfareDetail,
};
pub use settings::{
    Costs, Demanded, Letterhead, LinkageSettings, OverdueDays, ReportSettings, Retention, ReviewSettings,
    RuleSettings, Settings, Weekday,
};
pub use table::{
    Cells, Column, ColumnHabit, LegacyFont, Reject, RowCells, RowClass, RowCounts, Section, SkippedRows,
    SkippedSheet, Stop, Table, WholeColumn,
};
