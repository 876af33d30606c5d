//! The pointer of an output folder to its latest run: a symbolic link, switched in one step.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::sync_folder;

/// Name of the pointer.
const NAME: &str = "latest";
/// Name under which the next one is made.
const NEXT: &str = ".latest.next";

/// What stands in the place of the pointer.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum FoundAt {
    /// Nothing.
    Nothing,
    /// A pointer, whether or not it leads anywhere.
    Pointer,
    /// Something that this program did not put there.
    Other,
}

/// The pointer of one output folder.
#[derive(Clone, Debug)]
pub struct Pointer {
    out: PathBuf,
}

impl Pointer {
    /// The pointer of an output folder, whether or not there is one yet.
    pub fn of(out: &Path) -> Self {
        Self { out: out.to_path_buf() }
    }

    /// The path by which people find the latest run.
    pub fn path(&self) -> PathBuf {
        self.out.join(NAME)
    }

    /// What stands there.
    pub fn found(&self) -> FoundAt {
        match self.path().symlink_metadata() {
            Err(_) => FoundAt::Nothing,
            Ok(found) if found.is_symlink() => FoundAt::Pointer,
            Ok(_) => FoundAt::Other,
        }
    }

    /// Name of the run that it leads to.
    pub fn run(&self) -> Option<String> {
        let target = fs::read_link(self.path()).ok()?;
        target.file_name().map(|name| name.to_string_lossy().into_owned())
    }

    /// Folder of the run that it leads to, where that is there.
    pub fn folder(&self) -> Option<PathBuf> {
        let path = self.path();
        path.is_dir().then_some(path)
    }

    /// Points to a run of the output folder, in one step, and forces that to the disk.
    ///
    /// # Errors
    /// Where the output folder cannot be written.
    pub fn set(&self, run: &str) -> io::Result<()> {
        let next = self.out.join(NEXT);
        if next.symlink_metadata().is_ok() {
            fs::remove_file(&next)?;
        }
        symlink(run, &next)?;
        fs::rename(&next, self.path())?;
        sync_folder(&self.out)
    }

    /// Takes the pointer away.
    ///
    /// # Errors
    /// Where the output folder cannot be written.
    pub fn remove(&self) -> io::Result<()> {
        fs::remove_file(self.path())?;
        sync_folder(&self.out)
    }

    /// Whether an entry of the output folder is a pointer that was cut short while it was made.
    pub fn is_left_over(name: &str) -> bool {
        name == NEXT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pointer_leads_to_one_run_and_then_to_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let pointer = Pointer::of(dir.path());
        assert_eq!((pointer.found(), pointer.run(), pointer.folder()), (FoundAt::Nothing, None, None));
        fs::create_dir(dir.path().join("a")).unwrap();
        for run in ["a", "b"] {
            pointer.set(run).unwrap();
            assert_eq!((pointer.found(), pointer.run().as_deref()), (FoundAt::Pointer, Some(run)));
        }
        // A run whose folder is gone is named, and not found.
        assert_eq!(pointer.folder(), None);
        pointer.set("a").unwrap();
        assert_eq!(pointer.folder(), Some(pointer.path()));
        pointer.remove().unwrap();
        fs::write(pointer.path(), "x").unwrap();
        assert_eq!(pointer.found(), FoundAt::Other);
    }
}
