//! What is forced to the disk beside the bytes of files: the entries of folders.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use super::here;
use super::patience::patiently;

/// Forces the entries of a folder to the disk.
///
/// # Errors
/// Where it cannot be opened or the disk fails.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    here::sync_folder(path)
}

/// Forces the bytes of a file to the disk that others wrote; some systems do so only for who may write to it.
///
/// # Errors
/// Where it cannot be opened to write, or the disk fails.
pub fn sync_file(path: &Path) -> io::Result<()> {
    patiently(|| OpenOptions::new().write(true).open(path)?.sync_all())
}

/// Forces a folder and the folders below it to the disk; their files are there already.
///
/// # Errors
/// As [`sync_folder`].
pub fn sync_tree(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        }
    }
    sync_folder(path)
}
