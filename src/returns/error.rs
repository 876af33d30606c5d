//! Why what an officer handed back could not be taken.

use std::path::PathBuf;

use crate::domain::{Day, Lang};
use crate::findings::FindingId;
use crate::store::{StoreError, Verdict, field_title};
use crate::words::{Said, text};

/// A line of a workbook that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The file.
    pub file: PathBuf,
    /// The sheet.
    pub sheet: String,
    /// The row, as a spreadsheet shows it.
    pub row: u32,
    /// What was written.
    pub word: String,
    /// The finding, where the line names one.
    pub finding: Option<FindingId>,
    /// Why: a sentence without its full stop.
    pub why: Said,
}

/// Why a workbook cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// There is no such file.
    NotFound,
    /// It may not be read.
    Denied,
    /// It asks for a password, and none is known.
    Password,
    /// It asks for a password, and is none of those that are known.
    OtherPassword,
    /// It is no workbook, or a damaged one.
    NoWorkbook,
    /// The system failed, by its own words.
    System(String),
}

impl Unopened {
    /// What a failure of the system means.
    pub(super) fn of(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::NotFound,
            std::io::ErrorKind::PermissionDenied => Self::Denied,
            _ => Self::System(error.to_string()),
        }
    }

    fn message(&self, file: &std::path::Path, lang: Lang) -> String {
        let file = file.display();
        match self {
            Self::NotFound => text!(lang, "returns.unopened.not_found", file),
            Self::Denied => text!(lang, "returns.unopened.denied", file),
            Self::Password => text!(lang, "returns.unopened.password", file),
            Self::OtherPassword => text!(lang, "returns.unopened.other_password", file),
            Self::NoWorkbook => text!(lang, "returns.unopened.no_workbook", file),
            Self::System(detail) => text!(lang, "returns.unopened.system", file, detail),
        }
    }
}

/// Why a decision could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum ReturnError {
    /// The output folder holds no run.
    #[error("no run in {}", .0.display())]
    NoRun(PathBuf),
    /// A file of the last run could not be read.
    #[error("cannot read {}: {detail}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The file is no workbook of this program's.
    #[error("{} is no workbook of lamsach", .0.display())]
    NotOurs(PathBuf),
    /// A workbook cannot be opened.
    #[error("cannot open {}: {why:?}", .file.display())]
    Unopened {
        /// The file.
        file: PathBuf,
        /// Why.
        why: Unopened,
    },
    /// A sheet is filled in, and lacks a column without which its answers cannot be taken.
    #[error("{}: no column {}", .file.display(), .column)]
    NoColumn {
        /// The file.
        file: PathBuf,
        /// The sheet.
        sheet: String,
        /// The heading of the column.
        column: Said,
    },
    /// The values that the officer saw are no longer those of the finding.
    #[error("{id} changed since it was shown: {fields:?}")]
    Changed {
        /// The finding.
        id: FindingId,
        /// The fields that differ, by canonical name.
        fields: Vec<&'static str>,
    },
    /// The last run has no such line.
    #[error("no line {0}")]
    NoLine(String),
    /// A row speaks of several persons, and it was not said which is meant.
    #[error("{line} has several roles")]
    WhichRole {
        /// The line as written.
        line: String,
        /// The roles that the row writes.
        roles: Vec<&'static str>,
    },
    /// Several files hold residents, and it was not said which is meant.
    #[error("several files of residents")]
    WhichFile(Vec<String>),
    /// It was not said which resident is meant, and the last run linked none.
    #[error("no resident for {0}")]
    WhichResident(String),
    /// What was said makes no sense of this finding.
    #[error("{verdict:?} makes no sense of {id}")]
    Senseless {
        /// The finding.
        id: FindingId,
        /// What was said.
        verdict: Verdict,
    },
    /// The day until which something is to be put off does not lie ahead.
    #[error("{0} is no day ahead")]
    DayGone(Day),
    /// A bare "not" on a line on which it may mean two things.
    #[error("not which: {0}")]
    NotWhich(FindingId),
    /// What was said is said of findings, not of lines.
    #[error("{0:?} is said of a finding")]
    OfFindings(Verdict),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReturnError {
    /// What is said to the user: what is wrong, where, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::NoRun(out) => text!(lang, "returns.no_run", folder = out.display()),
            Self::Unreadable { file, detail } => {
                text!(lang, "returns.unreadable", file = file.display(), detail)
            }
            Self::NotOurs(file) => text!(lang, "returns.not_ours", file = file.display()),
            Self::Unopened { file, why } => why.message(file, lang),
            Self::NoColumn { file, sheet, column } => {
                let column = column.text(lang);
                text!(lang, "returns.no_column", file = file.display(), sheet, column)
            }
            Self::Changed { id, fields } => {
                let fields: Vec<_> = fields.iter().map(|field| field_title(field, lang)).collect();
                let fields = fields.join(", ");
                text!(lang, "returns.changed", fields, id)
            }
            Self::NoLine(line) => text!(lang, "returns.no_line", line),
            Self::WhichRole { line, roles } => {
                text!(lang, "returns.which_role", line, roles = roles.join(", "))
            }
            Self::WhichFile(files) => text!(lang, "returns.which_file", files = files.join(", ")),
            Self::WhichResident(line) => text!(lang, "returns.which_resident", line),
            Self::Senseless { id, verdict } => {
                text!(lang, "returns.senseless", answer = verdict.title(lang), id)
            }
            Self::DayGone(day) => text!(lang, "returns.day_gone", day),
            Self::NotWhich(id) => {
                let (person, value) = (Verdict::NotSame.title(lang), Verdict::FalseAlarm.title(lang));
                text!(lang, "returns.not_which", id, person, value)
            }
            Self::OfFindings(verdict) => text!(lang, "returns.of_findings", answer = verdict.title(lang)),
            Self::Store(error) => error.message(lang),
        }
    }

    /// The exit code of the contract.
    pub fn code(&self) -> u8 {
        match self {
            Self::Unreadable { .. }
            | Self::NotOurs(_)
            | Self::Unopened { .. }
            | Self::NoColumn { .. }
            | Self::Changed { .. } => 3,
            Self::Store(error) => error.code(),
            _ => 2,
        }
    }
}
