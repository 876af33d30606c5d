//! Which files of a folder are inputs.

use std::path::{Path, PathBuf};

use crate::ingest::error::IngestError;
use crate::ingest::read::InputSpec;
use crate::ingest::sets::{FileUse, Part, Unused};
use crate::ingest::units::UnitMap;

/// Endings of files that are read.
const ENDINGS: &[&str] = &[
    ".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".csv.zst", ".tsv.zst", ".txt.zst", ".xlsx",
    ".xlsm", ".xlsb", ".xls", ".ods", ".parquet",
];

/// Endings of files that may be a table of units.
const TEXTS: &[&str] = &[".csv", ".tsv", ".txt"];

/// What the names of files begin with that lie beside the data and are none: answers of made-up data sets,
/// notes, tables of units.
const NOT_DATA: &[&str] = &["truth", "readme", "units", "don_vi", "_"];

/// What the names of files begin with that spreadsheets leave beside a file that is open.
const LOCKS: &[&str] = &["~$", ".~lock."];

/// The configuration, the store and its copies may lie with the data; they are told by themselves.
const OWN: &[&str] = &["lamsach.", "lamsach-backup-", "answers.json"];

/// What every folder of results has in it.
const RESULTS: &str = "lamsach.db";

/// What lies in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundFiles {
    /// The data files, by name.
    pub inputs: Vec<InputSpec>,
    /// A table of units before and after a reorganisation, told by its header; the first by name.
    pub units: Option<PathBuf>,
    /// Files that are not read, by name, each with the reason.
    pub unused: Vec<FileUse>,
}

/// Every data file that lies directly in a folder, by name. Kinds are told when the files are read.
///
/// # Errors
/// As [`find_files`].
pub fn find_inputs(folder: &Path) -> Result<Vec<InputSpec>, IngestError> {
    Ok(find_files(folder)?.inputs)
}

/// The data files that lie directly in a folder, and the table of units where there is one.
///
/// # Errors
/// [`IngestError::NotFound`], [`IngestError::Unreadable`], or [`IngestError::NoInputs`].
pub fn find_files(folder: &Path) -> Result<FoundFiles, IngestError> {
    let found = look_into(folder)?;
    if found.inputs.is_empty() {
        return Err(IngestError::NoInputs { folder: folder.to_owned() });
    }
    Ok(found)
}

/// As [`find_files`]; a folder without data files is none the worse for it.
///
/// # Errors
/// [`IngestError::NotFound`] or [`IngestError::Unreadable`].
pub fn look_into(folder: &Path) -> Result<FoundFiles, IngestError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => IngestError::NotFound { file: folder.to_owned() },
        kind => IngestError::Unreadable { file: folder.to_owned(), detail: kind.to_string() },
    };
    let (mut inputs, mut units, mut unused) = (Vec::new(), Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        match as_found(&path) {
            // Not `InputSpec::new`: a `#` in a name that is found belongs to the name.
            None => inputs.push(InputSpec { path, found: true, ..InputSpec::default() }),
            Some(Part::Units) => units.push(path),
            Some(Part::Unused(why)) => unused.push(FileUse::unused(path, why)),
            Some(Part::Data(_) | Part::Settings) => {}
        }
    }
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    units.sort_unstable();
    unused.extend(units.drain(1.min(units.len())..).map(|path| FileUse::unused(path, Unused::MoreUnits)));
    unused.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(FoundFiles { inputs, units: units.pop(), unused })
}

/// What a file that lies with the data is, told by its name and, of a table of units, its header; `None` where it is to
/// be read. The program's own files and folders, and folders without data, are [`Part::Settings`].
pub fn as_found(path: &Path) -> Option<Part> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_file = path.is_file();
    // A pipe of such a name is not even opened: it might never say anything.
    let is_shown = is_file && !name.starts_with(['.', '_', '~']);
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let starts = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    if is_shown && ends(TEXTS) && UnitMap::is_one(path) {
        Some(Part::Units)
    } else if starts(LOCKS) {
        Some(Part::Unused(Unused::Lock))
    } else if is_file && ends(ENDINGS) && name.starts_with('.') && !name.starts_with("._") {
        Some(Part::Unused(Unused::Hidden))
    } else if starts(OWN) || name.starts_with('.') {
        Some(Part::Settings)
    } else if !is_file {
        Some(if !starts(NOT_DATA) && holds_data(path) {
            Part::Unused(Unused::Folder)
        } else {
            Part::Settings
        })
    } else if starts(NOT_DATA) {
        Some(Part::Unused(Unused::Name))
    } else if ends(ENDINGS) {
        None
    } else {
        Some(Part::Unused(Unused::Format))
    }
}

/// Whether a folder holds files of data, and is no folder of results.
fn holds_data(folder: &Path) -> bool {
    // Of many files some tell it.
    const LOOKED_AT: usize = 1_000;
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    let names = entries.flatten().take(LOOKED_AT).map(|e| e.file_name().to_string_lossy().to_lowercase());
    let names: Vec<String> = names.collect();
    let is_data = |name: &&String| ENDINGS.iter().any(|ending| name.ends_with(ending));
    let is_shown = |name: &&String| !name.starts_with(['.', '_', '~']);
    let is_result = |name: &String| name == RESULTS;
    !names.iter().any(is_result) && names.iter().filter(is_shown).any(|name| is_data(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_files_of_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "b.csv",
            "A.XLSX",
            "truth.csv",
            "README.txt",
            ".x.csv",
            "notes.md",
            "~$A.xlsx",
            "c.csv.gz",
            "._b.csv",
        ] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        std::fs::create_dir(folder.path().join("sub.csv")).unwrap();
        for (name, file) in [("thang-10", "khai_tu.csv"), ("anh", "a.jpg"), ("ket-qua", "lamsach.db")] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            std::fs::write(folder.path().join(name).join(file), "x").unwrap();
        }
        std::fs::write(folder.path().join("ket-qua/links.csv"), "x").unwrap();
        let found = find_inputs(folder.path()).unwrap();
        let names: Vec<_> = found.iter().map(|i| i.path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["A.XLSX", "b.csv", "c.csv.gz"]);
        let untold = find_files(folder.path()).unwrap().unused;
        let why = |of: &str| untold.iter().find(|file| file.name() == of).map(|file| file.part.clone());
        assert_eq!(why("thang-10"), Some(Part::Unused(Unused::Folder)));
        assert_eq!(why(".x.csv"), Some(Part::Unused(Unused::Hidden)));
        assert_eq!([why("anh"), why("ket-qua"), why("sub.csv"), why("._b.csv")], [None, None, None, None]);
        assert_eq!(find_files(folder.path()).unwrap().units, None);
        for (name, text) in [
            ("bang.csv", "new_code;old_code;x\n"),
            ("units.csv", "\u{feff}Old name,New name\n"),
            ("z.csv", "old_code,x\n"),
        ] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let found = find_files(folder.path()).unwrap();
        assert_eq!(found.units, Some(folder.path().join("bang.csv")));
        let told = [
            (".x.csv", Unused::Hidden),
            ("README.txt", Unused::Name),
            ("notes.md", Unused::Format),
            ("thang-10", Unused::Folder),
            ("truth.csv", Unused::Name),
            ("units.csv", Unused::MoreUnits),
            ("~$A.xlsx", Unused::Lock),
        ];
        assert_eq!(found.unused, told.map(|(name, why)| FileUse::unused(folder.path().join(name), why)));
        let names: Vec<_> =
            found.inputs.iter().map(|i| i.path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["A.XLSX", "b.csv", "c.csv.gz", "z.csv"]);
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(find_inputs(empty.path()), Err(IngestError::NoInputs { .. })));
        assert!(matches!(find_inputs(&empty.path().join("x")), Err(IngestError::NotFound { .. })));
    }
}
