//! Which files of a folder are inputs.

use std::path::Path;

use super::error::IngestError;
use super::read::InputSpec;

/// Endings of files that are read.
const ENDINGS: &[&str] = &[
    ".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".csv.zst", ".tsv.zst", ".txt.zst", ".xlsx",
    ".xls", ".ods", ".parquet",
];

/// What the names of files begin with that lie beside the data and are none: answers of made-up data sets,
/// notes, tables of units, locks of an open spreadsheet, hidden files.
const NOT_DATA: &[&str] = &["truth", "readme", "units", "don_vi", "~$", ".", "_"];

/// Every data file that lies directly in a folder, by name. Kinds are told when the files are read.
///
/// # Errors
/// [`IngestError::NotFound`], [`IngestError::Unreadable`], or [`IngestError::NoInputs`].
pub fn find_inputs(folder: &Path) -> Result<Vec<InputSpec>, IngestError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => IngestError::NotFound { file: folder.to_owned() },
        kind => IngestError::Unreadable { file: folder.to_owned(), detail: kind.to_string() },
    };
    let mut inputs = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let wanted = ENDINGS.iter().any(|ending| name.ends_with(ending))
            && !NOT_DATA.iter().any(|start| name.starts_with(start));
        if wanted && path.is_file() {
            // Not `InputSpec::new`: a `#` in a name that is found belongs to the name.
            inputs.push(InputSpec { path, ..InputSpec::default() });
        }
    }
    if inputs.is_empty() {
        return Err(IngestError::NoInputs { folder: folder.to_owned() });
    }
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_files_of_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["b.csv", "A.XLSX", "truth.csv", "README.txt", ".x.csv", "notes.md", "~$A.xlsx", "c.csv.gz"]
        {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        std::fs::create_dir(folder.path().join("sub.csv")).unwrap();
        let found = find_inputs(folder.path()).unwrap();
        let names: Vec<_> = found.iter().map(|i| i.path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["A.XLSX", "b.csv", "c.csv.gz"]);
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(find_inputs(empty.path()), Err(IngestError::NoInputs { .. })));
        assert!(matches!(find_inputs(&empty.path().join("x")), Err(IngestError::NotFound { .. })));
    }
}
