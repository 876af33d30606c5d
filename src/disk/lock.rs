//! A lock that one process holds and that the system gives back when that ends, however it ends; and who holds it.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::{here, open_or_create};

/// Between two attempts at a lock.
const PAUSE: Duration = Duration::from_millis(20);

/// Why a lock was not taken.
#[derive(Debug)]
pub enum NotLocked {
    /// Another process holds it, and wrote this of itself; nothing where that cannot be read.
    Held(String),
    /// The file of the lock cannot be made or locked.
    Failed(io::Error),
}

/// A lock, held until dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    signed: bool,
    _file: File,
}

impl Lock {
    /// Takes the lock of a file, which is made where there is none.
    ///
    /// # Errors
    /// [`NotLocked`]
    pub fn take(path: &Path) -> Result<Self, NotLocked> {
        let file = open_or_create(path).map_err(NotLocked::Failed)?;
        for tries in 1.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if tries < here::LOCK_TRIES => thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    // A holder that cannot be read is still a holder.
                    return Err(NotLocked::Held(signed(path).unwrap_or_default()));
                }
                Err(TryLockError::Error(source)) => return Err(NotLocked::Failed(source)),
            }
        }
        Ok(Self { path: path.to_path_buf(), signed: false, _file: file })
    }

    /// Writes down who holds it.
    ///
    /// # Errors
    /// Where that cannot be written.
    pub fn sign(&mut self, holder: &str) -> io::Result<()> {
        self.signed = true;
        let mut file = open_or_create(&here::signature(&self.path))?;
        file.set_len(0)?;
        file.write_all(holder.as_bytes())?;
        file.flush()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The system gives the lock back when the file closes; the name is a courtesy.
        if self.signed {
            let _ = open_or_create(&here::signature(&self.path)).and_then(|file| file.set_len(0));
        }
    }
}

fn signed(lock: &Path) -> Option<String> {
    fs::read_to_string(here::signature(lock)).ok().map(|text| text.trim().to_owned())
}

/// Who signed a lock, and whether it is still held; `None` where nobody did, as after every process that ended by
/// itself. The lock is not asked for, only looked up: whoever asks for it at this moment must not find it taken.
pub fn holder_of(lock: &Path) -> Option<(String, bool)> {
    let signed = signed(lock).filter(|signed| !signed.is_empty())?;
    // Where the system does not tell, a process that works is likelier than one that died.
    Some((signed, here::is_locked(lock).unwrap_or(true)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_once_and_tells_by_whom() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".lock");
        assert_eq!(holder_of(&path), None);
        let mut lock = Lock::take(&path).unwrap();
        assert_eq!(holder_of(&path), None);
        lock.sign("me, and a long name").unwrap();
        lock.sign("me").unwrap();
        assert_eq!(holder_of(&path), Some(("me".to_owned(), true)));
        let Err(NotLocked::Held(holder)) = Lock::take(&path) else { panic!("taken twice") };
        assert_eq!(holder, "me");
        drop(lock);
        assert_eq!(holder_of(&path), None);
        drop(Lock::take(&path).unwrap());
        // Who is killed leaves a name, and no lock.
        fs::write(here::signature(&path), "gone").unwrap();
        assert_eq!(holder_of(&path), Some(("gone".to_owned(), false)));
        assert!(matches!(Lock::take(&dir.path().join("none/.lock")), Err(NotLocked::Failed(_))));
    }
}
