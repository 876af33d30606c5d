//! What is forced to the disk beside the bytes of files: the entries of folders.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Forces the entries of a folder to the disk.
///
/// # Errors
/// Where it cannot be opened or the disk fails.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
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
