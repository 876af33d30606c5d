//! The folder of a run: written under a hidden name with a manifest of its files, forced to the disk, renamed,
//! and only then pointed to by `latest`. Between the two the run enters the store; whatever is cut short is put
//! in order by the next run (see [`recover`](super::recover)). One run at a time holds the lock of the output
//! folder.
//!
//! Everything holds personal data: files are 0600 and folders 0700 whatever the umask.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use jiff::Timestamp;

use super::ArchiveError;
use super::foreign::trusted;
use super::manifest::{self, Manifest, ManifestEntry};
use crate::disk::{self, FoundAt, Lock, NotLocked, Pointer};
use crate::interrupt;

pub(crate) const LOCK: &str = ".lamsach.lock";
pub(crate) const PARTIAL: &str = ".partial";
/// Files that may wait to be forced to the disk; each is held open until then.
const WAITING: usize = 64;

/// Who holds the lock of an output folder, as written in the lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder(String);

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "?" } else { &self.0 })
    }
}

/// The name of a run: the moment it started (UTC) and eight digits of the digest of its inputs.
pub fn run_id(started: Timestamp, digests: impl IntoIterator<Item = impl AsRef<[u8]>>) -> String {
    let mut hasher = blake3::Hasher::new();
    for digest in digests {
        hasher.update(digest.as_ref());
        hasher.update(b"\n");
    }
    let hex = hasher.finalize().to_hex();
    format!("{}-{}", started.strftime("%Y%m%dT%H%M%SZ"), &hex[..8])
}

/// The output folder, locked for one run until dropped.
#[derive(Debug)]
pub struct OutDir {
    path: PathBuf,
    open_to_others: bool,
    _lock: Lock,
}

impl OutDir {
    /// Makes the folder where there is none, and locks it.
    ///
    /// # Errors
    /// [`ArchiveError::Foreign`] where it cannot be trusted, [`ArchiveError::Locked`] where another run holds the folder,
    /// [`ArchiveError::InTheWay`] where something else has the name of the pointer to the latest run,
    /// [`ArchiveError::Write`] where folder or lock cannot be made.
    pub fn open(path: &Path) -> Result<Self, ArchiveError> {
        let not_closed = disk::ensure_private_folder(path).map_err(ArchiveError::write(path))?;
        if let Some(error) = &not_closed {
            tracing::warn!(%error, "the output folder could not be closed to others");
        }
        trusted(path)?;
        let lock_path = path.join(LOCK);
        let mut lock = Lock::take(&lock_path).map_err(|error| match error {
            NotLocked::Held(holder) => ArchiveError::Locked(Holder(holder)),
            NotLocked::Failed(source) => ArchiveError::Write { path: lock_path.clone(), source },
        })?;
        let latest = Pointer::of(path);
        if latest.found() == FoundAt::Other {
            return Err(ArchiveError::InTheWay(latest.path()));
        }
        let (host, now) = (disk::host_name(), Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"));
        let holder = format!("pid {} @ {host} ({now})", std::process::id());
        lock.sign(&holder).map_err(ArchiveError::write(&lock_path))?;
        Ok(Self { path: path.to_path_buf(), open_to_others: not_closed.is_some(), _lock: lock })
    }

    /// Whether the folder was made just now and the system or the medium would not close it to others: the run goes on,
    /// and whoever keeps results there is told.
    pub fn is_open_to_others(&self) -> bool {
        self.open_to_others
    }

    /// The path as given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of the last whole run, where there is one.
    pub fn latest(&self) -> Option<PathBuf> {
        Pointer::of(&self.path).folder()
    }

    /// The name of the last whole run, where there is one.
    pub fn latest_run(&self) -> Option<String> {
        Pointer::of(&self.path).run()
    }

    /// Writes a file beside the runs, for what must be seen of a run that failed.
    ///
    /// # Errors
    /// [`ArchiveError::Write`] where the file cannot be made or forced to the disk, or `write` fails.
    pub fn write_file(
        &self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<PathBuf, ArchiveError> {
        write_private(self.path.join(name), write)
    }
}

/// The folder of a run that is being written; removed when dropped unpublished.
#[derive(Debug)]
pub struct RunFolder<'a> {
    out: &'a OutDir,
    id: String,
    partial: PathBuf,
    /// The files written so far.
    written: Mutex<Vec<ManifestEntry>>,
    stands: bool,
}

impl<'a> RunFolder<'a> {
    /// Begins the folder of a run. A run of the same second and inputs gets a number behind its name; so does one whose
    /// namesake `is_known` though its folder is gone.
    ///
    /// # Errors
    /// [`ArchiveError::Write`] where the folder cannot be made.
    pub fn create(out: &'a OutDir, id: &str, is_known: impl Fn(&str) -> bool) -> Result<Self, ArchiveError> {
        let taken = |id: &str| out.path.join(id).symlink_metadata().is_ok() || is_known(id);
        let id = (1u32..)
            .map(|n| if n == 1 { id.to_string() } else { format!("{id}-{n}") })
            .find(|id| !taken(id))
            .unwrap_or_else(|| id.to_string());
        let partial = out.path.join(format!(".{id}{PARTIAL}"));
        make_dir(&partial)?;
        Ok(Self { out, id, partial, written: Mutex::default(), stands: false })
    }

    /// The name of the run.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Makes a folder below the run's.
    ///
    /// # Errors
    /// [`ArchiveError::Write`] where the folder cannot be made.
    pub fn make_dir(&self, name: &str) -> Result<PathBuf, ArchiveError> {
        let path = self.partial.join(name);
        make_dir(&path)?;
        Ok(path)
    }

    /// Writes one file of the run and forces it to the disk.
    ///
    /// # Errors
    /// [`ArchiveError::Write`] where the file cannot be made or forced to the disk, or `write` fails.
    pub fn write_file(
        &self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<PathBuf, ArchiveError> {
        let path = write_private(self.partial.join(name), write)?;
        self.enter(name).map_err(ArchiveError::write(&path))?;
        Ok(path)
    }

    /// Enters a file into the manifest as it stands on the disk.
    fn enter(&self, name: &str) -> io::Result<()> {
        let entry = ManifestEntry::of(&self.partial, name)?;
        self.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(entry);
        Ok(())
    }

    /// Writes many files of the run. A thread of its own forces them to the disk while others are still being
    /// made; all are there when this returns.
    pub(crate) fn write_files(
        &self,
        work: impl FnOnce(&Files<'_>) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        thread::scope(|scope| {
            let (written, waiting) = sync_channel::<(String, File)>(WAITING);
            let disk = scope.spawn(move || {
                waiting.into_iter().try_for_each(|(name, file)| {
                    let forced = file.sync_all().and_then(|()| self.enter(&name));
                    forced.map_err(ArchiveError::write(&self.partial.join(name)))
                })
            });
            let files = Files { run: self, written };
            let result = work(&files);
            // The thread ends when nobody can hand it files any more.
            drop(files);
            let forced = disk.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            forced.and(result)
        })
    }

    /// Writes the manifest and gives the folder its name: from here on it is a whole run, though none that
    /// `latest` points to. Gives the name of the run.
    ///
    /// # Errors
    /// [`ArchiveError::Write`] where manifest or files cannot be forced to the disk, or the folder cannot be renamed.
    /// The folder is removed then, unless it had its name already.
    pub fn stand(mut self) -> Result<String, ArchiveError> {
        let files = std::mem::take(self.written.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner));
        let manifest = Manifest::new(&self.id, files);
        write_private(self.partial.join(manifest::FILE), |out| out.write_all(&manifest.to_json()?))?;
        disk::sync_tree(&self.partial).map_err(ArchiveError::write(&self.partial))?;
        let path = self.out.path.join(&self.id);
        disk::rename(&self.partial, &path).map_err(ArchiveError::write(&path))?;
        self.stands = true;
        disk::sync_folder(&self.out.path).map_err(ArchiveError::write(&self.out.path))?;
        Ok(self.id.clone())
    }
}

impl OutDir {
    /// Points `latest` to a run, atomically.
    ///
    /// # Errors
    /// [`ArchiveError::Write`] where the pointer cannot be replaced; it points to where it did.
    pub fn point_latest_to(&self, run: &str) -> Result<(), ArchiveError> {
        let latest = Pointer::of(&self.path);
        latest.set(run).map_err(ArchiveError::write(&latest.path()))
    }
}

/// Takes the files of [`RunFolder::write_files`].
#[derive(Debug)]
pub(crate) struct Files<'a> {
    run: &'a RunFolder<'a>,
    written: SyncSender<(String, File)>,
}

impl Files<'_> {
    /// The folder being written, for temporary files.
    pub(crate) fn folder(&self) -> &Path {
        &self.run.partial
    }

    /// Writes one file of the run.
    pub(crate) fn write(
        &self,
        name: &str,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), ArchiveError> {
        interrupt::unwind_if_asked();
        let path = self.run.partial.join(name);
        let file = create_private(&path, write).map_err(ArchiveError::write(&path))?;
        // Nobody takes it where an earlier file could not be forced to the disk: that error is told.
        let _ = self.written.send((name.to_owned(), file));
        Ok(())
    }
}

impl Drop for RunFolder<'_> {
    fn drop(&mut self) {
        if !self.stands {
            // What cannot be removed now is removed when the next run starts.
            let _ = disk::remove_folder(&self.partial);
        }
    }
}

fn make_dir(path: &Path) -> Result<(), ArchiveError> {
    disk::make_folder(path).map_err(ArchiveError::write(path))
}

fn write_private(
    path: PathBuf,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<PathBuf, ArchiveError> {
    let file = create_private(&path, write);
    file.and_then(|file| file.sync_all()).map_err(ArchiveError::write(&path))?;
    Ok(path)
}

/// Makes a file and fills it; it is not yet forced to the disk.
fn create_private(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<File> {
    let mut out = BufWriter::with_capacity(1 << 18, disk::create_new(path)?);
    write(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(path: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(path).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn latest_switches_only_when_a_run_is_published() {
        let dir = tempfile::tempdir().unwrap();
        let out = OutDir::open(dir.path()).unwrap();
        let run = RunFolder::create(&out, "r", |_| false).unwrap();
        run.write_file("a.csv", |w| w.write_all(b"1")).unwrap();
        assert!(out.latest().is_none());
        let first = dir.path().join(run.stand().unwrap());
        assert!(out.latest().is_none());
        out.point_latest_to("r").unwrap();
        assert_eq!(fs::read(out.latest().unwrap().join("a.csv")).unwrap(), b"1");
        assert!(disk::is_private(&first) && disk::is_private(&first.join("a.csv")));

        let failed = RunFolder::create(&out, "r", |id| id == "r-2").unwrap();
        assert_eq!(failed.id(), "r-3");
        drop(failed);
        let failed = RunFolder::create(&out, "r", |_| false).unwrap();
        assert_eq!(failed.id(), "r-2");
        failed.write_file("a.csv", |w| w.write_all(b"2")).unwrap();
        failed.write_file("b.csv", |_| Err(io::Error::other("disk full"))).unwrap_err();
        drop(failed);
        assert_eq!(out.latest_run().as_deref(), Some("r"));
        #[cfg(unix)]
        assert_eq!(fs::read_link(dir.path().join("latest")).unwrap(), Path::new("r"));
        let mut beside = [".lamsach.lock", "latest", "r"].to_vec();
        if cfg!(windows) {
            // Who holds the lock, and the page that leads people to the run.
            beside.extend([".lamsach.holder", "latest.html"]);
            beside.sort_unstable();
        }
        assert_eq!(names(dir.path()), beside);

        let second = RunFolder::create(&out, "r", |_| false).unwrap();
        second.write_file("a.csv", |w| w.write_all(b"3")).unwrap();
        let id = second.stand().unwrap();
        out.point_latest_to(&id).unwrap();
        assert_eq!(fs::read(out.latest().unwrap().join("a.csv")).unwrap(), b"3");
    }

    #[test]
    fn many_files_are_all_there_and_an_error_of_one_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let out = OutDir::open(dir.path()).unwrap();
        let run = RunFolder::create(&out, "r", |_| false).unwrap();
        let name = |n: usize| format!("{n}.csv");
        run.write_files(|files| {
            (0..3 * WAITING).try_for_each(|n| files.write(&name(n), |w| w.write_all(name(n).as_bytes())))
        })
        .unwrap();
        for n in 0..3 * WAITING {
            assert_eq!(fs::read_to_string(run.partial.join(name(n))).unwrap(), name(n));
        }
        assert_eq!(run.written.lock().unwrap().len(), 3 * WAITING);
        let failed = run.write_files(|files| files.write("x.csv", |_| Err(io::Error::other("disk full"))));
        assert!(failed.unwrap_err().to_string().contains("x.csv"));
    }

    #[test]
    fn a_second_run_is_told_who_holds_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let out = OutDir::open(dir.path()).unwrap();
        let Err(ArchiveError::Locked(holder)) = OutDir::open(dir.path()) else { panic!("not locked") };
        assert!(holder.to_string().starts_with(&format!("pid {} @", std::process::id())));
        drop(out);
        OutDir::open(dir.path()).unwrap();
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_an_error_of_writing() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(OutDir::open(file.path()), Err(ArchiveError::Write { .. })));
    }

    #[test]
    fn what_somebody_put_in_the_place_of_the_link_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(Pointer::of(dir.path()).path(), "mine").unwrap();
        assert!(matches!(OutDir::open(dir.path()), Err(ArchiveError::InTheWay(_))));
        assert_eq!(fs::read(Pointer::of(dir.path()).path()).unwrap(), b"mine");
    }

    #[test]
    fn the_name_of_a_run_tells_moment_and_inputs() {
        let at = Timestamp::from_second(1_790_000_000).unwrap();
        let id = run_id(at, ["aa", "bb"]);
        assert!(id.starts_with("20260921T"), "{id}");
        assert_eq!(id.len(), "20260921T000000Z-00000000".len());
        assert_ne!(id, run_id(at, ["aab", "b"]));
    }
}
