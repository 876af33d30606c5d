//! Files and folders that only their owner can read. On Unix by their modes, whatever the umask; on Windows by the
//! access list of the output folder, which whatever is made in it takes over.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use super::here;

/// Mode of a private file.
pub const FILE_MODE: u32 = 0o600;

/// Opens a file to read that is one: a pipe may never end, nor a device, and is gone once it was looked at.
///
/// # Errors
/// Where it cannot be read, or is no file.
pub fn open_file(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    File::open(path)
}

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
    here::open(OpenOptions::new().read(true).write(true).create(true).truncate(false), FILE_MODE, path)
}

/// Opens a file to write at its end, and creates it where none is. One that others could read is closed to them.
///
/// # Errors
/// Where it cannot be opened so.
pub fn append(path: &Path) -> io::Result<File> {
    let file = here::open(OpenOptions::new().append(true).create(true), FILE_MODE, path)?;
    here::close_file(&file)?;
    Ok(file)
}

/// Whether everybody on this machine may read or write a file. Never on Windows, where folders say who may.
///
/// # Errors
/// Where nothing is known of it.
pub fn is_open_to_all(path: &Path) -> io::Result<bool> {
    Ok(here::is_open_to_all(&fs::metadata(path)?))
}

/// Why a folder is none to put private files into.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// Everybody may put files into it and take those of others away.
    OpenToAll,
    /// It belongs to somebody else, who may do so.
    OfAnother,
}

/// Whether others may do as they like in a folder. Root may anywhere, so that a folder of root's is no worse, and root
/// itself may use anybody's. Never on Windows, where the list of the folder is the user's own affair.
///
/// # Errors
/// Where nothing is known of it.
pub fn distrust(folder: &Path) -> io::Result<Option<Distrust>> {
    let meta = fs::metadata(folder)?;
    Ok(match () {
        () if here::is_writable_by_all(&meta) => Some(Distrust::OpenToAll),
        () if here::is_of_another(&meta) => Some(Distrust::OfAnother),
        () => None,
    })
}

/// Whether nobody but its owner may open a file, as far as its mode tells.
///
/// # Errors
/// Where nothing is known of it.
pub fn is_owners_alone(file: &File) -> io::Result<bool> {
    here::is_owners_alone(file)
}

/// Makes a folder where none is.
///
/// # Errors
/// Where something of that name is there already, or the folder above cannot be written.
pub fn make_folder(path: &Path) -> io::Result<()> {
    here::make_folder(path)
}

/// Makes a folder and those above it where they are not there; one that is there is left as it is.
///
/// # Errors
/// Where one of them cannot be made.
pub fn ensure_folder(path: &Path) -> io::Result<()> {
    here::ensure_folder(path)
}

/// Makes a folder for private files as [`ensure_folder`] does, and where the system goes by the access lists of
/// folders, closes it to others. A folder in which something lies already keeps its list: it is somebody's.
///
/// # Errors
/// Where it cannot be made. The answer is the reason why it could not be closed to others, where it could not be.
pub fn ensure_private_folder(path: &Path) -> io::Result<Option<io::Error>> {
    if !path.is_dir() {
        ensure_folder(path)?;
    }
    let is_empty = fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
    Ok(if is_empty { here::close_folder(path).err() } else { None })
}

fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let file = here::open(options, FILE_MODE, path)?;
    // The umask may have taken the owner's rights, and a file that was there before keeps its mode.
    here::set_mode(&file, FILE_MODE)?;
    Ok(file)
}

/// Whether the mode of a file or folder lets its owner in and nobody else; where there are no modes, always.
#[cfg(test)]
pub(crate) fn is_private(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let wanted = if path.is_dir() { 0o700 } else { FILE_MODE };
        fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o777 == wanted)
    }
    #[cfg(not(unix))]
    path.exists()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const FOLDER_MODE: u32 = 0o700;

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
        assert!(ensure_private_folder(&at("out")).unwrap().is_none());
        assert_eq!(["new", "lock"].map(|name| mode(&at(name))), [FILE_MODE; 2]);
        assert_eq!(["folder", "a", "a/b", "out"].map(|name| mode(&at(name))), [FOLDER_MODE; 4]);
    }
}
