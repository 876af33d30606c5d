//! Files and folders that only their owner can read, whatever the umask.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// Mode of a private file.
pub const FILE_MODE: u32 = 0o600;
/// Mode of a private folder.
const FOLDER_MODE: u32 = 0o700;

/// Creates a file where none is.
///
/// # Errors
/// Where something of that name is there already, or the folder cannot be written.
pub fn create_new(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create_new(true), path)
}

/// Creates a file, or empties the one that is there.
///
/// # Errors
/// Where it cannot be written.
pub fn create_or_empty(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create(true).truncate(true), path)
}

/// Opens a file to read and write, and creates it where none is; what it holds stays.
///
/// # Errors
/// Where it cannot be opened so.
pub fn open_or_create(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(FILE_MODE).open(path)
}

/// Opens a file to write at its end, and creates it where none is. One that others could read is closed to them.
///
/// # Errors
/// Where it cannot be opened so.
pub fn append(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().append(true).create(true).mode(FILE_MODE).open(path)?;
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(mode & !0o077))?;
    }
    Ok(file)
}

/// Makes a folder where none is.
///
/// # Errors
/// Where something of that name is there already, or the folder above cannot be written.
pub fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(FOLDER_MODE).create(path)?;
    fs::set_permissions(path, Permissions::from_mode(FOLDER_MODE))
}

/// Makes a folder and those above it where they are not there; one that is there is left as it is.
///
/// # Errors
/// Where one of them cannot be made.
pub fn ensure_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path)
}

fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let file = options.mode(FILE_MODE).open(path)?;
    // The umask may have taken the owner's rights, and a file that was there before keeps its mode.
    file.set_permissions(Permissions::from_mode(FILE_MODE))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn whatever_is_made_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        create_new(&at("new")).unwrap();
        assert!(create_new(&at("new")).is_err());
        fs::write(at("open"), "x").unwrap();
        fs::set_permissions(at("open"), Permissions::from_mode(0o644)).unwrap();
        append(&at("open")).unwrap();
        assert_eq!((mode(&at("open")), fs::read(at("open")).unwrap()), (FILE_MODE, b"x".to_vec()));
        fs::set_permissions(at("open"), Permissions::from_mode(0o644)).unwrap();
        create_or_empty(&at("open")).unwrap();
        assert_eq!((mode(&at("open")), fs::read(at("open")).unwrap()), (FILE_MODE, vec![]));
        open_or_create(&at("lock")).unwrap();
        make_folder(&at("folder")).unwrap();
        assert!(make_folder(&at("folder")).is_err());
        ensure_folder(&at("a/b")).unwrap();
        ensure_folder(&at("a/b")).unwrap();
        assert_eq!(["new", "lock"].map(|name| mode(&at(name))), [FILE_MODE; 2]);
        assert_eq!(["folder", "a", "a/b"].map(|name| mode(&at(name))), [FOLDER_MODE; 3]);
    }
}
