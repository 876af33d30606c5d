//! The pointer of an output folder to its latest run, switched in one step: a symbolic link, or where officers may
//! not make links (Windows) a small text file that names the run, and beside it a page that leads people there. Both
//! forms are read everywhere, so that a folder on a share is found from either system; a folder keeps the form it has.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::patience::patiently;
use super::{FILE_MODE, here, remove_file, rename, replace_file, sync_folder};

/// Name of the pointer.
const NAME: &str = "latest";
/// Name under which the next link is made.
const NEXT: &str = ".latest.next";
/// Name of the page for people.
const PAGE: &str = "latest.html";
/// How a pointer that is a text begins; the name of the run follows on the next line.
const MARK: &str = "lamsach latest";
/// A text that is longer is none of ours.
const LONGEST: u64 = 4096;
/// Whether a new pointer is a link.
const LINKS: bool = cfg!(unix);

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

    /// The run folder that a path means: where it is a pointer, the run that it leads to; otherwise itself.
    pub fn follow(path: &Path) -> PathBuf {
        let pointer =
            path.parent().filter(|_| path.file_name().is_some_and(|name| name == NAME)).map(Self::of);
        pointer.and_then(|pointer| pointer.folder()).unwrap_or_else(|| path.to_path_buf())
    }

    /// The path of the pointer itself.
    pub fn path(&self) -> PathBuf {
        self.out.join(NAME)
    }

    /// What stands there.
    pub fn found(&self) -> FoundAt {
        match self.path().symlink_metadata() {
            Err(_) => FoundAt::Nothing,
            Ok(found) if found.is_symlink() || self.text().is_some() => FoundAt::Pointer,
            Ok(_) => FoundAt::Other,
        }
    }

    /// Name of the run that it leads to.
    pub fn run(&self) -> Option<String> {
        here::linked(&self.path()).or_else(|| self.text())
    }

    /// Whether it is a link that leads anywhere but to a name beside it.
    pub fn leads_elsewhere(&self) -> bool {
        let Ok(target) = fs::read_link(self.path()) else { return false };
        let mut parts = target.components().filter(|part| !matches!(part, Component::CurDir));
        !matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None))
    }

    /// Folder of the run that it leads to, where that is there.
    pub fn folder(&self) -> Option<PathBuf> {
        let path = self.run_path();
        path.is_dir().then_some(path)
    }

    /// The path by which files of the run are read, whether or not it is there.
    pub fn run_path(&self) -> PathBuf {
        self.text().map_or_else(|| self.path(), |run| self.out.join(run))
    }

    /// Points to a run of the output folder, in one step, and forces that to the disk.
    ///
    /// # Errors
    /// Where the output folder cannot be written.
    pub fn set(&self, run: &str) -> io::Result<()> {
        if LINKS && self.text().is_none() { self.set_link(run) } else { self.set_text(run) }
    }

    fn set_link(&self, run: &str) -> io::Result<()> {
        let next = self.out.join(NEXT);
        if next.symlink_metadata().is_ok() {
            remove_file(&next)?;
        }
        here::link(run, &next)?;
        rename(&next, &self.path())?;
        sync_folder(&self.out)
    }

    fn set_text(&self, run: &str) -> io::Result<()> {
        replace_file(&self.path(), format!("{MARK}\n{run}\n").as_bytes(), FILE_MODE)?;
        // The names of runs hold nothing that a page would have to be kept from.
        let page = format!(
            "<!doctype html>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"refresh\" content=\"0; url={run}/\">\n\
             <title>lamsach</title>\n<a href=\"{run}/\">{run}</a>\n"
        );
        // A help for people; the pointer stands.
        if let Err(error) = replace_file(&self.out.join(PAGE), page.as_bytes(), FILE_MODE) {
            tracing::warn!(%error, "the page that leads to the latest run was not written");
        }
        Ok(())
    }

    /// Takes the pointer away.
    ///
    /// # Errors
    /// Where the output folder cannot be written.
    pub fn remove(&self) -> io::Result<()> {
        if self.text().is_some() {
            let _ = remove_file(&self.out.join(PAGE));
        }
        remove_file(&self.path())?;
        sync_folder(&self.out)
    }

    /// The run that a text names; `None` where there is no text of ours.
    fn text(&self) -> Option<String> {
        let path = self.path();
        let found = path.symlink_metadata().ok().filter(|found| found.is_file() && found.len() <= LONGEST);
        found?;
        let text = patiently(|| fs::read_to_string(&path)).ok()?;
        let mut lines = text.lines().map(str::trim);
        let run = lines.next().filter(|mark| *mark == MARK).and_then(|_| lines.next())?;
        // The name of a folder beside it, and of none elsewhere.
        let mut parts = Path::new(run).components();
        let is_name = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
        is_name.then(|| run.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads_from_run_to_run(pointer: &Pointer) {
        for run in ["a", "b"] {
            pointer.set(run).unwrap();
            assert_eq!((pointer.found(), pointer.run().as_deref()), (FoundAt::Pointer, Some(run)));
        }
        // A run whose folder is gone is named, and not found.
        assert_eq!(pointer.folder(), None);
        pointer.set("a").unwrap();
        let folder = pointer.folder().unwrap();
        assert_eq!(fs::read(folder.join("du.csv")).unwrap(), b"x");
        assert_eq!((Pointer::follow(&pointer.path()), pointer.run_path()), (folder.clone(), folder.clone()));
        assert_eq!(Pointer::follow(&folder), folder);
    }

    #[test]
    fn the_pointer_leads_to_one_run_and_then_to_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let pointer = Pointer::of(dir.path());
        assert_eq!((pointer.found(), pointer.run(), pointer.folder()), (FoundAt::Nothing, None, None));
        fs::create_dir(dir.path().join("a")).unwrap();
        fs::write(dir.path().join("a/du.csv"), "x").unwrap();
        leads_from_run_to_run(&pointer);
        assert_eq!(pointer.path().is_symlink(), LINKS);
        pointer.remove().unwrap();
        // The form of the other system is kept where it is found.
        pointer.set_text("b").unwrap();
        leads_from_run_to_run(&pointer);
        assert!(!pointer.path().is_symlink());
        let page = fs::read_to_string(dir.path().join(PAGE)).unwrap();
        assert!(page.contains("url=a/"), "{page}");
        pointer.remove().unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_no_pointer_of_ours_leads_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let pointer = Pointer::of(dir.path());
        let foreign = [
            "x",
            "",
            "lamsach latest",
            "lamsach latest\n../a\n",
            "lamsach latest\n/\n",
            "lamsach latest\na/b\n",
        ];
        for text in foreign {
            fs::write(pointer.path(), text).unwrap();
            assert_eq!((pointer.found(), pointer.run()), (FoundAt::Other, None), "{text}");
            assert_eq!(Pointer::follow(&pointer.path()), pointer.path());
        }
        fs::write(pointer.path(), format!("{MARK}\nb\n{}", "x".repeat(5000))).unwrap();
        assert_eq!(pointer.found(), FoundAt::Other);
    }
}
