//! The inputs of a run, watched while they are read, and told apart from those of the run before.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::archive::answers;
use crate::disk::FileStamp;
use crate::domain::Table;
use crate::ingest::sets::{self, FileUse, Part};
use crate::ingest::{Answers, IngestError};
use crate::store::RunRecord;
use crate::worker::files_of_links;

use super::{Request, RunError};

/// The inputs as they were before they were read.
pub(super) struct Watch(Vec<(PathBuf, Option<FileStamp>)>);

impl Watch {
    /// Looks at the inputs.
    pub(super) fn begin(request: &Request) -> Self {
        let paths = request.inputs.iter().map(|input| &input.path).chain(&request.units);
        Self(paths.map(|path| (path.clone(), FileStamp::at(path))).collect())
    }

    /// Whether they are still what they were: a file replaced or written to half-way is two halves of
    /// different files, whatever it reads like.
    pub(super) fn check(&self) -> Result<(), RunError> {
        for (path, before) in &self.0 {
            let now = FileStamp::at(path);
            if now != *before {
                let vanished = now.is_none();
                return Err(IngestError::ChangedWhileRead { file: path.clone(), vanished }.into());
            }
        }
        Ok(())
    }
}

/// Every file that was found, and what it was used as: data, the table of units, then what is not used.
pub(super) fn uses(
    request: &Request,
    tables: &[Table],
    copies: Vec<FileUse>,
    aside: Vec<FileUse>,
    answered: Vec<(PathBuf, Vec<String>)>,
) -> Vec<FileUse> {
    let mut files = sets::read_from(tables);
    for (path, answers) in answered {
        for file in files.iter_mut().filter(|file| file.path == path) {
            file.answers.extend(answers.iter().cloned());
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.extend(request.units.iter().map(|path| FileUse::new(path, Part::Units)));
    let mut unused: Vec<FileUse> = request.beside.iter().cloned().chain(copies).chain(aside).collect();
    unused.sort_by(|a, b| a.path.cmp(&b.path));
    files.extend(unused);
    files
}

/// Digest of all that a run depends on: inputs, table of units, parameters, as-of date, program.
pub(super) fn fingerprint(
    request: &Request,
    tables: &[Table],
    answers: &Answers,
) -> Result<String, RunError> {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(env!("CARGO_PKG_VERSION"));
    for input in &request.inputs {
        let read = tables.iter().find(|table| table.path == input.path);
        add(&format!("{input:?}"));
        add(&read.map_or_else(|| digest(&input.path), |table| Ok(table.digest.clone()))?);
    }
    add(&format!("{answers:?}"));
    if let Some(units) = &request.units {
        add(&digest(units)?);
    }
    add(&format!("{:?} {:?} {:?}", request.read, request.settings, request.max_rejects));
    add(if request.workbooks { "workbooks" } else { "" });
    add(if request.workbooks_by_both { "by both" } else { "" });
    // Which password that is no digest may tell.
    add(if request.passwords.own().is_some() { "locked" } else { "" });
    add(if request.repair { "repair" } else { "" });
    // A part depends on what all parts share, and on what each of them has counted.
    let shared = request.part.as_ref().map(|part| [part.clone(), part.join(".."), part.join("../counts")]);
    for folder in request.links.iter().chain(shared.iter().flatten()) {
        for file in files_of_links(folder)? {
            add(&file.to_string_lossy());
            add(&digest(&file)?);
        }
    }
    let model =
        serde_json::to_string(&request.model).map_err(|error| RunError::Internal(error.to_string()))?;
    add(&model);
    Ok(hasher.finalize().to_hex().to_string())
}

fn digest(path: &Path) -> Result<String, RunError> {
    let read = || -> io::Result<String> {
        let mut hasher = blake3::Hasher::new();
        io::copy(&mut File::open(path)?, &mut hasher)?;
        Ok(hasher.finalize().to_hex().to_string())
    };
    read().map_err(|error| {
        let (file, detail) = (path.to_path_buf(), error.to_string());
        IngestError::Unreadable { file, detail }.into()
    })
}

/// Whether a run made now would say what the last one said.
pub(super) fn same_as(request: &Request, last: &RunRecord) -> Result<bool, RunError> {
    Ok(!last.fingerprint.is_empty()
        && fingerprint(request, &[], &answers::read(&request.out))? == last.fingerprint)
}
