//! A file replaced in one step: whoever reads it sees the old one or the new one, never half of one.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use super::patience::patiently;
use super::{FILE_MODE, here, sync_folder};

/// Writes a file of this mode in the place of the one that is there, and forces it to the disk.
///
/// # Errors
/// Where the folder cannot be written; the file is then what it was.
pub fn replace_file(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let new = fill(path, |out| out.write_all(bytes))?;
    here::set_mode(new.as_file(), mode)?;
    put(new, path)
}

/// A private file that is whole and on the disk, and has not taken its place yet; dropped, it is gone.
#[derive(Debug)]
pub struct Prepared<'a> {
    file: NamedTempFile,
    path: &'a Path,
}

impl<'a> Prepared<'a> {
    /// Writes the file beside the place that it is for.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn new(
        path: &'a Path,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> io::Result<Self> {
        let file = fill(path, write)?;
        here::set_mode(file.as_file(), FILE_MODE)?;
        Ok(Self { file, path })
    }

    /// Puts it in its place, instead of the one that is there.
    ///
    /// # Errors
    /// Where the folder cannot be written; the file there is then what it was.
    pub fn put(self) -> io::Result<()> {
        put(self.file, self.path)
    }

    /// Puts several files in their places, one after the other; a folder is forced to the disk once for all of them.
    ///
    /// # Errors
    /// Which file could not be put, and why; it and those behind it are then what they were.
    pub fn put_all(all: Vec<Self>) -> Result<(), (&'a Path, io::Error)> {
        let mut folders: Vec<&Path> = Vec::new();
        for Self { file, path } in all {
            persist(file, path).map_err(|error| (path, error))?;
            let folder = folder_of(path);
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        folders.into_iter().try_for_each(|folder| sync_folder(folder).map_err(|error| (folder, error)))
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn fill(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<NamedTempFile> {
    // A temporary file is its owner's alone from its first byte.
    let new = NamedTempFile::new_in(folder_of(path))?;
    let mut out = BufWriter::new(new.as_file().try_clone()?);
    write(&mut out)?;
    out.flush()?;
    new.as_file().sync_all()?;
    Ok(new)
}

fn put(new: NamedTempFile, path: &Path) -> io::Result<()> {
    persist(new, path)?;
    sync_folder(folder_of(path))
}

fn persist(new: NamedTempFile, path: &Path) -> io::Result<()> {
    let mut new = Some(new);
    patiently(|| {
        let Some(file) = new.take() else { return Ok(()) };
        file.persist(path).map(drop).map_err(|refused| {
            new = Some(refused.file);
            refused.error
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{faults, is_held};

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        replace_file(&path, b"old", 0o640).unwrap();
        assert_mode(&path, 0o640);
        replace_file(&path, b"new", 0o600).unwrap();
        assert_mode(&path, 0o600);
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert!(replace_file(&dir.path().join("none/a"), b"x", 0o600).is_err());
        drop(Prepared::new(&path, |out| out.write_all(b"not put")).unwrap());
        assert!(Prepared::new(&path, |_| Err(io::Error::other("no"))).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        Prepared::new(&path, |out| out.write_all(b"whole")).unwrap().put().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_mode(&path, FILE_MODE);
        let other = dir.path().join("b");
        let both = [(&path, "one"), (&other, "other")];
        let both =
            both.map(|(path, text)| Prepared::new(path, |out| out.write_all(text.as_bytes())).unwrap());
        Prepared::put_all(both.into()).unwrap();
        assert_eq!([&path, &other].map(|path| std::fs::read_to_string(path).unwrap()), ["one", "other"]);
        // Nothing is left over.
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_file_that_somebody_holds_is_replaced_when_it_is_let_go_or_stays_what_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        replace_file(&path, b"old", FILE_MODE).unwrap();
        faults::plan([Some(32); 3]);
        replace_file(&path, b"new", FILE_MODE).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        faults::plan([Some(33); 100]);
        let error = replace_file(&path, b"newer", FILE_MODE).unwrap_err();
        faults::plan([]);
        assert!(is_held(&error), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    fn assert_mode(path: &Path, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, mode);
    }

    /// Files have no modes there.
    #[cfg(not(unix))]
    fn assert_mode(_: &Path, _: u32) {}
}
