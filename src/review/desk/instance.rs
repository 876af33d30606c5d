//! One program for each folder of results: the first holds a lock for as long as it runs, and leaves word in a file of
//! the user's own where it is; a second sends the browser there.
//!
//! These files, and which folder was used last, stand in the user's own folder for the data of programs.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::gate::Key;
use crate::disk;

/// Which folder was used last.
const LAST: &str = "start.json";

/// Where a running program is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Address {
    /// The port on the loopback address.
    pub(super) port: u16,
    /// The key of its gate, in hexadecimal digits.
    key: String,
}

impl Address {
    pub(super) fn new(port: u16, key: &Key) -> Self {
        Self { port, key: key.to_hex() }
    }

    /// The address of the pages with a token that opens them once.
    pub(super) fn url(&self, now: i64) -> Option<String> {
        let token = Key::from_hex(&self.key)?.token(now)?;
        Some(format!("http://127.0.0.1:{}/open/{token}", self.port))
    }
}

/// The user's own folder for what the program remembers beside the folders of results.
#[derive(Clone, Debug)]
pub(super) struct Own(PathBuf);

/// Who serves a folder of results.
pub(super) enum Claimed {
    /// This program does from now on.
    Ours(Held),
    /// Another that runs; `None` where it has not said yet where it is.
    Theirs(Option<Address>),
}

/// Held by the program that serves a folder; given back when dropped, or when the program dies.
#[derive(Debug)]
pub(super) struct Held {
    /// The system gives the lock back with the file.
    _lock: File,
    path: PathBuf,
}

impl Own {
    /// Makes the folder where there is none.
    ///
    /// # Errors
    /// Where the system names none, or it cannot be made.
    pub(super) fn open() -> io::Result<Self> {
        let folder = dirs::data_local_dir().or_else(dirs::home_dir).ok_or(io::ErrorKind::NotFound)?;
        Self::at(&folder.join("lamsach"))
    }

    fn at(folder: &Path) -> io::Result<Self> {
        disk::ensure_folder(folder)?;
        Ok(Self(folder.to_owned()))
    }

    /// The folder of results that was used last, where it is still there.
    pub(super) fn last(&self) -> Option<PathBuf> {
        let text = fs::read(self.0.join(LAST)).ok()?;
        let Remembered { folder } = serde_json::from_slice(&text).ok()?;
        folder.is_dir().then_some(folder)
    }

    /// Remembers the folder for the next start.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn remember(&self, folder: &Path) -> io::Result<()> {
        let text = serde_json::to_vec(&Remembered { folder: folder.to_owned() })?;
        disk::replace_file(&self.0.join(LAST), &text, disk::FILE_MODE)
    }

    /// Claims a folder of results, or, where none was chosen yet, the choice.
    ///
    /// # Errors
    /// Where the lock cannot be made or asked for.
    pub(super) fn claim(&self, folder: Option<&Path>) -> io::Result<Claimed> {
        let name = folder.map_or_else(
            || "first".to_owned(),
            |folder| {
                let folder = one_name(folder);
                blake3::hash(folder.to_string_lossy().as_bytes()).to_hex()[..16].to_owned()
            },
        );
        let path = self.0.join(format!("running-{name}.json"));
        // A file of its own: on some systems what is locked cannot be read by others.
        let lock = disk::open_or_create(&path.with_extension("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Claimed::Ours(Held { _lock: lock, path })),
            Err(TryLockError::WouldBlock) => {
                let said = fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
                Ok(Claimed::Theirs(said))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// A folder by the one name that it has, whichever way it is written, and whether or not it is there yet.
fn one_name(folder: &Path) -> PathBuf {
    let canonical = folder.canonicalize().ok().or_else(|| {
        let (above, name) = (folder.parent()?, folder.file_name()?);
        Some(above.canonicalize().ok()?.join(name))
    });
    canonical.unwrap_or_else(|| folder.to_owned())
}

#[derive(Serialize, Deserialize)]
struct Remembered {
    folder: PathBuf,
}

impl Held {
    /// Leaves word where the program is.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn say(&self, address: &Address) -> io::Result<()> {
        disk::replace_file(&self.path, &serde_json::to_vec(address)?, disk::FILE_MODE)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // The word is of no use to anybody once nobody holds the lock.
        let _ = fs::remove_file(&self.path);
    }
}

/// Where results go if the user names no other place: a folder among the documents.
pub(super) fn usual_folder(name: &str) -> PathBuf {
    let documents = dirs::document_dir().filter(|folder| folder.is_dir());
    documents.or_else(dirs::home_dir).unwrap_or_default().join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_served_by_one_program_and_a_second_is_told_where() {
        let dir = tempfile::tempdir().unwrap();
        let own = Own::at(&dir.path().join("own")).unwrap();
        let (one, other) = (dir.path().join("a"), dir.path().join("b"));
        fs::create_dir(&one).unwrap();
        let address = Address::new(4711, &Key::new().unwrap());
        let Claimed::Ours(held) = own.claim(Some(&one)).unwrap() else { panic!("taken") };
        assert!(matches!(own.claim(Some(&one)).unwrap(), Claimed::Theirs(None)));
        held.say(&address).unwrap();
        // By whatever way the folder is named.
        let same = dir.path().join("own/../a");
        let Claimed::Theirs(Some(said)) = own.claim(Some(&same)).unwrap() else { panic!("not told") };
        assert_eq!(said, address);
        assert!(said.url(0).unwrap().starts_with("http://127.0.0.1:4711/open/"));
        assert!(matches!(own.claim(Some(&other)).unwrap(), Claimed::Ours(_)));
        assert!(matches!(own.claim(None).unwrap(), Claimed::Ours(_)));
        drop(held);
        assert!(matches!(own.claim(Some(&one)).unwrap(), Claimed::Ours(_)));
    }

    #[test]
    fn the_folder_of_the_last_time_is_remembered_while_it_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let own = Own::at(dir.path()).unwrap();
        assert_eq!(own.last(), None);
        let folder = dir.path().join("Kết quả");
        own.remember(&folder).unwrap();
        assert_eq!(own.last(), None);
        fs::create_dir(&folder).unwrap();
        assert_eq!(own.last(), Some(folder));
    }
}
