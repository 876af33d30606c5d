//! Answers about layouts of files, kept in the output folder for the next runs. They hold header texts alone.

use std::fs;
use std::io;
use std::path::Path;

use crate::disk::{FILE_MODE, replace_file};
use crate::ingest::Answers;

/// The file, in the output folder.
pub const FILE: &str = "answers.json";

/// What is remembered in an output folder. A file that cannot be read remembers nothing, and is told in the log: the
/// run asks again.
pub fn read(out: &Path) -> Answers {
    let read = || -> io::Result<Answers> {
        match fs::read(out.join(FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Answers::default()),
            Err(error) => Err(error),
        }
    };
    read().unwrap_or_else(|error| {
        tracing::warn!(%error, "remembered answers not read");
        Answers::default()
    })
}

/// Puts what is remembered in the place of what was.
///
/// # Errors
/// Where the folder cannot be written; the file is then what it was.
pub fn write(out: &Path, answers: &Answers) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(answers)?;
    text.push(b'\n');
    replace_file(&out.join(FILE), &text, FILE_MODE)
}
