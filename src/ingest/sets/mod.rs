//! Sets of files: what each file that lies with the data is used for, or why it is not.
//!
//! Officers keep copies, last month's exports, lists of other offices and the program's own workbooks in one folder.
//! Whatever is not read is told with the reason and with what to do about it; nothing is passed over in silence.

mod answers;
mod own;
mod registries;
mod twins;

use std::path::{Path, PathBuf};

pub use answers::{Answer, Answers, Learned};
pub(in crate::ingest) use answers::{RowKeys, said_of};
pub use own::Product;
pub(in crate::ingest) use own::product;
pub(in crate::ingest) use registries::two_dates_of_one;
pub use twins::without_copies;

use super::error::IngestError;
use crate::domain::{Kind, Lang, Table};
use crate::words::text;

/// A file that was found, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileUse {
    /// The path as given or found.
    pub path: PathBuf,
    /// What it was used as.
    pub part: Part,
    /// Remembered answers by which it was read, as `--map` names them.
    pub answers: Vec<String>,
}

/// What a file is used as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Read as data: rows used, by kind.
    Data(Vec<(Kind, u64)>),
    /// The table of administrative units.
    Units,
    /// The configuration, a table of headers or a model.
    Settings,
    /// Not used.
    Unused(Unused),
}

/// Why a file is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unused {
    /// Byte for byte the same as another, which is read.
    SameAs(PathBuf),
    /// What a spreadsheet leaves beside a file that is open.
    Lock,
    /// A pattern of the configuration or the command line says so.
    Ignored,
    /// Its name ends as no table's does.
    Format,
    /// Its name says that it is no data.
    Name,
    /// It is hidden.
    Hidden,
    /// It is a folder with data files: only those beside it are read.
    Folder,
    /// Another table of units is used.
    MoreUnits,
    /// The configuration names files, and no pattern takes this one.
    NotNamed,
    /// It is none of the lists that are held against the registry.
    SetAside(Box<IngestError>),
}

impl Unused {
    /// The name used in outputs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SameAs(_) => "copy",
            Self::Lock => "lock",
            Self::Ignored => "ignored",
            Self::Format => "format",
            Self::Name => "name",
            Self::Hidden => "hidden",
            Self::Folder => "folder",
            Self::MoreUnits => "more_units",
            Self::NotNamed => "not_named",
            Self::SetAside(error) => match **error {
                IngestError::OwnOutput { .. } => "own_output",
                IngestError::OtherSector { .. } => "other_sector",
                _ => "no_list",
            },
        }
    }

    /// Why, and what can be done about it, in the user's language. `file` is the name of the file.
    pub fn sentence(&self, file: &str, lang: Lang) -> String {
        match self {
            Self::SameAs(of) => text!(lang, "files.unused.same_as", of = file_name(of)),
            Self::Lock => text!(lang, "files.unused.lock").to_owned(),
            Self::Ignored => text!(lang, "files.unused.ignored").to_owned(),
            Self::Format => text!(lang, "files.unused.format").to_owned(),
            Self::Name => text!(lang, "files.unused.name").to_owned(),
            Self::Hidden => text!(lang, "files.unused.hidden").to_owned(),
            Self::Folder => text!(lang, "files.unused.folder").to_owned(),
            Self::MoreUnits => text!(lang, "files.unused.more_units").to_owned(),
            Self::NotNamed => text!(lang, "files.unused.not_named", file),
            Self::SetAside(error) => match &**error {
                IngestError::OwnOutput { product: Product::Workbook, .. } => {
                    text!(lang, "files.unused.workbook", file)
                }
                IngestError::OwnOutput { .. } => text!(lang, "files.unused.own").to_owned(),
                IngestError::OtherSector { .. } => text!(lang, "files.unused.other_sector", file),
                _ => text!(lang, "files.unused.no_list", file),
            },
        }
    }
}

impl FileUse {
    /// A file and what it was used as.
    pub fn new(path: impl Into<PathBuf>, part: Part) -> Self {
        Self { path: path.into(), part, answers: Vec::new() }
    }

    /// A file that is not used.
    pub fn unused(path: impl Into<PathBuf>, why: Unused) -> Self {
        Self::new(path, Part::Unused(why))
    }

    /// The name of the file.
    pub fn name(&self) -> String {
        file_name(&self.path)
    }
}

/// The files that tables were read from, in the order of their names, each with its kinds and rows.
pub fn read_from(tables: &[Table]) -> Vec<FileUse> {
    let mut files: Vec<(PathBuf, Vec<(Kind, u64)>)> = Vec::new();
    for table in tables {
        let at = files.iter().position(|(path, _)| *path == table.path).unwrap_or_else(|| {
            files.push((table.path.clone(), Vec::new()));
            files.len() - 1
        });
        let kinds = &mut files[at].1;
        match kinds.iter_mut().find(|(kind, _)| *kind == table.kind) {
            Some((_, rows)) => *rows += table.counts.used,
            None => kinds.push((table.kind, table.counts.used)),
        }
    }
    files.into_iter().map(|(path, kinds)| FileUse::new(path, Part::Data(kinds))).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;
