//! Which file a path is, whether it is still the same, and what stands at a place within it.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::Path;
use std::time::SystemTime;

/// Fills the bytes from a place in a file, whoever else reads the same file.
///
/// # Errors
/// Where the file ends before that, or cannot be read.
pub fn read_exact_at(file: &File, bytes: &mut [u8], from: u64) -> io::Result<()> {
    file.read_exact_at(bytes, from)
}

/// What the system says of a file that changes when the file does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStamp {
    size: u64,
    modified: Option<SystemTime>,
    changed: (i64, i64),
    file: (u64, u64),
}

impl FileStamp {
    /// The file at a path, `None` where there is none.
    pub fn at(path: &Path) -> Option<Self> {
        let of = |meta: Metadata| Self {
            size: meta.len(),
            modified: meta.modified().ok(),
            changed: (meta.ctime(), meta.ctime_nsec()),
            file: (meta.dev(), meta.ino()),
        };
        fs::metadata(path).ok().map(of)
    }
}
