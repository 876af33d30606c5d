//! Why an input cannot be read, in one sentence that says what, where, and what to do.

mod sentence;

use std::path::PathBuf;

use super::sets::Product;
use crate::domain::{Field, Kind, Lang};
use sentence::names;

/// An input that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IngestError {
    /// No such file.
    #[error("{}: no such file", .file.display())]
    NotFound {
        /// The path as given.
        file: PathBuf,
    },
    /// A folder stands where a file was wanted.
    #[error("{}: is a folder", .file.display())]
    IsFolder {
        /// The path as given.
        file: PathBuf,
    },
    /// The operating system refuses it.
    #[error("{}: cannot be read: {detail}", .file.display())]
    Unreadable {
        /// The path as given.
        file: PathBuf,
        /// The kind of failure, in the words of the system.
        detail: String,
    },
    /// It was replaced, written to or removed while it was read.
    #[error("{}: changed while it was read", .file.display())]
    ChangedWhileRead {
        /// The path as given.
        file: PathBuf,
        /// Whether it is gone.
        vanished: bool,
    },
    /// Nothing in it.
    #[error("{}: empty", .file.display())]
    Empty {
        /// The file, with its sheet.
        file: PathBuf,
    },
    /// Not a format that is read.
    #[error("{}: not a table, but {recognised}", .file.display())]
    WrongFormat {
        /// The path as given.
        file: PathBuf,
        /// What the bytes look like.
        recognised: &'static str,
    },
    /// A workbook, archive or Parquet file that breaks off or contradicts itself.
    #[error("{}: damaged {format}: {detail}", .file.display())]
    Damaged {
        /// The path as given.
        file: PathBuf,
        /// The format that it should have.
        format: &'static str,
        /// What its reader says.
        detail: String,
    },
    /// A workbook under a password.
    #[error("{}: protected by a password", .file.display())]
    Locked {
        /// The path as given.
        file: PathBuf,
    },
    /// The workbook has no sheet of that name.
    #[error("{}: no sheet {sheet:?}; it has {seen:?}", .file.display())]
    NoSuchSheet {
        /// The path as given.
        file: PathBuf,
        /// The sheet wanted.
        sheet: String,
        /// The sheets that there are.
        seen: Vec<String>,
    },
    /// No row looks like a header.
    #[error("{}: no header row found", .file.display())]
    NoHeader {
        /// The file, with its sheet.
        file: PathBuf,
    },
    /// Columns that the kind requires are not there.
    #[error("{}: no column for {}.{}", .file.display(), .kind.name(), names(.fields))]
    MissingColumn {
        /// The file, with its sheet.
        file: PathBuf,
        /// The kind it was read as.
        kind: Kind,
        /// The fields that no column was recognised as.
        fields: Vec<Field>,
        /// The row where the header was found.
        row: u32,
        /// The headers that there are.
        seen: Vec<String>,
        /// The likeliest of them.
        likely: Vec<String>,
    },
    /// The header fits no kind, or several.
    #[error("{}: cannot tell the kind of file", .file.display())]
    KindUnclear {
        /// The file, with its sheet.
        file: PathBuf,
        /// The kinds that it may be.
        candidates: Vec<Kind>,
        /// The headers that there are.
        seen: Vec<String>,
    },
    /// The list is one of a sector that is none of the kinds.
    #[error("{}: a list of another sector", .file.display())]
    OtherSector {
        /// The file, with its sheet.
        file: PathBuf,
        /// The headers that there are.
        seen: Vec<String>,
    },
    /// The program itself wrote it.
    #[error("{}: an output of this program", .file.display())]
    OwnOutput {
        /// The file, with its sheet.
        file: PathBuf,
        /// What it is.
        product: Product,
    },
    /// Two files, or two sheets of one, are one registry at two dates.
    #[error("{} and {}: one registry at two dates", .files.0.display(), .files.1.display())]
    TwoRegistries {
        /// The files; of sheets as the command line takes them.
        files: (PathBuf, PathBuf),
        /// Whether they are sheets of one file.
        are_sheets: bool,
        /// Residents that stand in both.
        shared: usize,
        /// Residents of the shorter one.
        fewer: usize,
    },
    /// Columns of which it is not clear what they are, and which do harm if they are mistaken.
    #[error("{}: unclear columns", .file.display())]
    ColumnUnclear {
        /// The file, with its sheet.
        file: PathBuf,
        /// The kind it was read as.
        kind: Kind,
        /// The row where the header was found.
        row: u32,
        /// The headers, each with the field that it may be.
        columns: Vec<(String, Field)>,
    },
    /// Two tables on one sheet that cannot be read as one.
    #[error("{}: a second table begins at row {row}, column {column}", .file.display())]
    TwoTables {
        /// The file, with its sheet.
        file: PathBuf,
        /// The row of the second header.
        row: u32,
        /// Its first column, from 1.
        column: u32,
    },
    /// A folder without any data file.
    #[error("{}: no data file in the folder", .folder.display())]
    NoInputs {
        /// The folder.
        folder: PathBuf,
    },
    /// More rows or columns than can be numbered.
    #[error("{}: too large", .file.display())]
    TooLarge {
        /// The path as given.
        file: PathBuf,
    },
    /// `--map` with something that is no `kind.field=Header`.
    #[error("bad column map: {text}")]
    BadMap {
        /// As written.
        text: String,
    },
    /// `--map` names a column that no file of the kind has.
    #[error("no file of {} has a column {header:?}", .kind.name())]
    UnusedMap {
        /// The kind.
        kind: Kind,
        /// The field that it should be.
        field: Option<Field>,
        /// The header as written.
        header: String,
    },
    /// The user's synonym table cannot be used.
    #[error("{}: bad synonym table: {detail}", .file.display())]
    BadSynonyms {
        /// The path as given.
        file: PathBuf,
        /// Where and why.
        detail: String,
    },
}

/// What bytes are recognised as that look like nothing known.
pub(super) const BINARY: &str = "binary data";
/// What a pipe or a device is recognised as: neither is read.
pub(super) const PIPE: &str = "a pipe or a device";

/// Whether a text holds four digits in a row: a year, a date, a number of an ID, no header.
pub(super) fn has_long_number(text: &str) -> bool {
    let mut run = 0;
    text.bytes().any(|b| {
        run = if b.is_ascii_digit() { run + 1 } else { 0 };
        run == 4
    })
}

impl IngestError {
    /// A stable code by which the error can be looked up.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "E-FILE-MISSING",
            Self::IsFolder { .. } => "E-FILE-FOLDER",
            Self::Unreadable { .. } => "E-FILE-UNREADABLE",
            Self::ChangedWhileRead { .. } => "E-FILE-CHANGED",
            Self::Empty { .. } => "E-FILE-EMPTY",
            Self::WrongFormat { .. } => "E-FILE-FORMAT",
            Self::Damaged { .. } => "E-FILE-DAMAGED",
            Self::Locked { .. } => "E-FILE-PASSWORD",
            Self::NoSuchSheet { .. } => "E-FILE-SHEET",
            Self::NoHeader { .. } => "E-HEADER-NONE",
            Self::MissingColumn { .. } => "E-COLUMN-MISSING",
            Self::KindUnclear { .. } => "E-KIND-UNCLEAR",
            Self::OtherSector { .. } => "E-KIND-OTHER",
            Self::OwnOutput { .. } => "E-FILE-OWN",
            Self::TwoRegistries { .. } => "E-REGISTRY-TWICE",
            Self::ColumnUnclear { .. } => "E-COLUMN-UNCLEAR",
            Self::TwoTables { .. } => "E-TABLE-SECOND",
            Self::NoInputs { .. } => "E-FOLDER-EMPTY",
            Self::TooLarge { .. } => "E-FILE-LARGE",
            Self::BadMap { .. } => "E-MAP",
            Self::UnusedMap { .. } => "E-MAP-UNUSED",
            Self::BadSynonyms { .. } => "E-SYNONYMS",
        }
    }

    /// The exit code of the contract.
    pub fn exit_code(&self) -> u8 {
        if self.is_configuration() { 2 } else { 3 }
    }

    /// Whether the fault lies in what the user told the program (exit code 2), not in an input (3).
    pub fn is_configuration(&self) -> bool {
        matches!(self, Self::BadMap { .. } | Self::UnusedMap { .. } | Self::BadSynonyms { .. })
    }

    /// Whether a sheet is merely no table, so that a workbook may be read without it.
    pub(super) fn is_about_header(&self) -> bool {
        matches!(
            self,
            Self::Empty { .. }
                | Self::NoHeader { .. }
                | Self::MissingColumn { .. }
                | Self::KindUnclear { .. }
                | Self::OtherSector { .. }
                | Self::OwnOutput { product: Product::RepairPlan, .. }
        )
    }

    /// Whether a file that merely lies with the data may be left aside with a word: it is none of the lists. One that
    /// may be one, or is one and damaged, is asked about or told.
    pub fn leaves_aside(&self) -> bool {
        match self {
            Self::OwnOutput { .. } | Self::OtherSector { .. } | Self::NoHeader { .. } => true,
            Self::KindUnclear { candidates, .. } => candidates.is_empty(),
            _ => false,
        }
    }

    /// One sentence for the user: what is wrong, where, and what to do; the code behind it.
    pub fn message(&self, lang: Lang) -> String {
        format!("{} [{}]", self.sentence(lang), self.code())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The codes that stand between quotation marks in a text of the program.
    fn codes(text: &str) -> BTreeSet<&str> {
        let is_code = |part: &&str| {
            part.len() > 2
                && part.starts_with("E-")
                && part.bytes().all(|b| b.is_ascii_uppercase() || b == b'-')
        };
        text.split('"').filter(is_code).collect()
    }

    #[test]
    fn the_readme_explains_every_code_and_no_other() {
        let mut wanted = codes(include_str!("error.rs"));
        wanted.extend(codes(include_str!("units.rs")));
        let readme = include_str!("../../README.md");
        let rows = readme.lines().filter_map(|line| line.strip_prefix("| `E-"));
        let explained: Vec<String> =
            rows.filter_map(|row| Some(format!("E-{}", row.split_once('`')?.0))).collect();
        assert!(wanted.len() > 15);
        assert_eq!(explained.iter().map(String::as_str).collect::<BTreeSet<_>>(), wanted);
        assert_eq!(explained.len(), wanted.len(), "a code is explained twice");
    }

    #[test]
    fn a_missing_column_says_file_columns_field_and_remedy() {
        let error = IngestError::MissingColumn {
            file: "khai_sinh.csv".into(),
            kind: Kind::Births,
            fields: vec![Field::BirthDate],
            row: 3,
            seen: vec!["Họ và tên".into(), "Số 012345678901".into()],
            likely: Vec::new(),
        };
        for lang in Lang::ALL {
            let text = error.message(lang);
            for part in ["khai_sinh.csv", "\"Họ và tên\"", "birth_date", "--map births.birth_date="] {
                assert!(text.contains(part), "{text}");
            }
            assert!(!text.contains("0123"), "{text}");
        }
    }
}
