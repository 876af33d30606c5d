//! Which file a path is, whether it is still the same, and what stands at a place within it.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::here;

/// Fills the bytes from a place in a file, whoever else reads the same file.
///
/// # Errors
/// Where the file ends before that, or cannot be read.
pub fn read_exact_at(file: &File, bytes: &mut [u8], from: u64) -> io::Result<()> {
    here::read_exact_at(file, bytes, from)
}

/// What the system says of a file that changes when the file does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStamp {
    size: u64,
    modified: Option<SystemTime>,
    identity: here::Identity,
}

impl FileStamp {
    /// The file at a path, `None` where there is none.
    pub fn at(path: &Path) -> Option<Self> {
        let of = |meta: Metadata| Self {
            size: meta.len(),
            modified: meta.modified().ok(),
            identity: here::identity(&meta),
        };
        fs::metadata(path).ok().map(of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_where_it_stands_and_no_further_than_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, b"0123456789").unwrap();
        let file = File::open(&path).unwrap();
        let mut part = [0; 4];
        read_exact_at(&file, &mut part, 6).unwrap();
        assert_eq!(&part, b"6789");
        assert!(read_exact_at(&file, &mut part, 7).is_err());
        let before = FileStamp::at(&path);
        assert_eq!(FileStamp::at(&path), before);
        fs::write(&path, b"0123").unwrap();
        assert_ne!(FileStamp::at(&path), before);
        assert_eq!(FileStamp::at(&dir.path().join("none")), None);
    }
}
