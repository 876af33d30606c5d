//! Files moved and removed although somebody looks at them. Windows refuses that as long as any program has a file
//! open: a virus scanner for seconds after it was written, Excel until it is closed. The first is waited for, the
//! second is told.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use super::here;

/// Errors of Windows about a file that another program has open: access denied, sharing violation, lock violation.
#[cfg(any(windows, test))]
pub(super) const HELD: [i32; 3] = [5, 32, 33];

/// What is waited between attempts, in milliseconds: 4.3 seconds in all.
pub(super) const PAUSES: [u64; 10] = [10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000];

/// A file that another program holds, however long it was waited for.
#[derive(Debug, thiserror::Error)]
#[error("held by another program ({0})")]
struct Held(io::Error);

/// Whether an error says that another program has a file open.
pub fn is_held(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Held>()) || may_pass(error)
}

/// Gives a file or folder another name, and waits for who holds it.
///
/// # Errors
/// As [`fs::rename`]; [`is_held`] where somebody held it to the end.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    patiently(|| fs::rename(from, to))
}

/// Removes a file, and waits for who holds it.
///
/// # Errors
/// As [`fs::remove_file`]; [`is_held`] where somebody held it to the end.
pub fn remove_file(path: &Path) -> io::Result<()> {
    patiently(|| fs::remove_file(path))
}

/// Removes a folder and all in it, and waits for who holds a file of it.
///
/// # Errors
/// As [`fs::remove_dir_all`]; [`is_held`] where somebody held it to the end.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    let mut begun = false;
    patiently(|| match fs::remove_dir_all(path) {
        // An attempt before may have removed all but said otherwise.
        Err(error) if begun && error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => {
            begun = true;
            outcome
        }
    })
}

/// Sets when a file was last changed, and waits for who holds it.
///
/// # Errors
/// Where it cannot be opened to write; [`is_held`] where somebody held it to the end.
pub fn set_modified(path: &Path, at: SystemTime) -> io::Result<()> {
    patiently(|| OpenOptions::new().write(true).open(path)?.set_modified(at))
}

/// Does what another program may keep it from, again and again for some seconds.
pub(super) fn patiently<T>(mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let mut attempt = || {
        #[cfg(test)]
        faults::next()?;
        attempt()
    };
    for pause in PAUSES {
        match attempt() {
            Err(error) if may_pass(&error) => wait(pause),
            outcome => return outcome,
        }
    }
    attempt().map_err(|error| match may_pass(&error) {
        true => io::Error::new(error.kind(), Held(error)),
        false => error,
    })
}

fn may_pass(error: &io::Error) -> bool {
    #[cfg(test)]
    if faults::is_injected(error) {
        return true;
    }
    here::is_held(error)
}

fn wait(milliseconds: u64) {
    // Tests have no scanner to wait for.
    if cfg!(not(test)) {
        thread::sleep(Duration::from_millis(milliseconds));
    }
}

/// Sharing violations for tests: the system's own where it knows such errors, and elsewhere what stands for them.
#[cfg(test)]
pub(crate) mod faults {
    use std::cell::{Cell, RefCell};
    use std::collections::VecDeque;
    use std::io;

    /// The number of an error that this system does not have.
    #[derive(Debug, thiserror::Error)]
    #[error("injected error {0} of Windows")]
    struct Injected(i32);

    thread_local! {
        static PLAN: RefCell<VecDeque<Option<i32>>> = const { RefCell::new(VecDeque::new()) };
        static MET: Cell<usize> = const { Cell::new(0) };
    }

    /// From here on, which attempts of this thread fail, with which error of Windows; those beyond the plan do not.
    pub(crate) fn plan(fails: impl IntoIterator<Item = Option<i32>>) {
        PLAN.with(|plan| *plan.borrow_mut() = fails.into_iter().collect());
        MET.set(0);
    }

    /// How many attempts of the plan are still to come.
    pub(crate) fn left() -> usize {
        PLAN.with(|plan| plan.borrow().len())
    }

    /// How many attempts failed since it was planned.
    pub(crate) fn met() -> usize {
        MET.get()
    }

    pub(super) fn next() -> io::Result<()> {
        let Some(code) = PLAN.with(|plan| plan.borrow_mut().pop_front()).flatten() else { return Ok(()) };
        MET.set(MET.get() + 1);
        Err(if cfg!(windows) { io::Error::from_raw_os_error(code) } else { io::Error::other(Injected(code)) })
    }

    /// Whether it is one that may pass; where the system has such errors it tells by itself.
    pub(super) fn is_injected(error: &io::Error) -> bool {
        let injected = error.get_ref().and_then(|inner| inner.downcast_ref::<Injected>());
        injected.is_some_and(|injected| super::HELD.contains(&injected.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_holds_a_file_for_seconds_is_waited_for_and_no_longer() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("run/worklists")).unwrap();
        fs::write(at("run/worklists/du.csv"), "x").unwrap();
        faults::plan([Some(32); PAUSES.len()]);
        rename(&at("run"), &at("moved")).unwrap();
        faults::plan([Some(5); PAUSES.len() + 1]);
        let error = remove_folder(&at("moved")).unwrap_err();
        assert!(is_held(&error), "{error}");
        assert_eq!(faults::left(), 0);
        assert!(at("moved/worklists/du.csv").exists());
        remove_folder(&at("moved")).unwrap();
        // What is wrong otherwise is told at once.
        faults::plan([]);
        let error = remove_file(&at("none")).unwrap_err();
        assert_eq!((error.kind(), is_held(&error)), (io::ErrorKind::NotFound, false));
        assert!(remove_folder(&at("none")).is_err());
    }
}
