//! Output folders that cannot be trusted: whoever else may write to one, or has put a link in the place of something that
//! the program writes, decides where the data of persons go. Nothing is written there, nor read.

use std::io;
use std::path::{Path, PathBuf};

use super::ArchiveError;
use super::places::{is_way_to_a_place, place_of, standing};
use crate::disk::{self, Distrust, Pointer};
use crate::domain::Lang;
use crate::words::text;

/// Why a folder is not used.
#[derive(Debug, thiserror::Error)]
pub enum Foreign {
    /// Everybody on the machine may write to it.
    #[error("{} is open to everybody", .0.display())]
    OpenToAll(PathBuf),
    /// It belongs to another user.
    #[error("{} belongs to another user", .0.display())]
    OfAnother(PathBuf),
    /// A link stands in the place of something that the program writes, or the link to the last run leads elsewhere.
    #[error("{} is a link", .0.display())]
    Link(PathBuf),
}

impl Foreign {
    /// What is said to the user: what is wrong, where, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::OpenToAll(path) => {
                text!(
                    lang,
                    "archive.foreign.open_to_all",
                    path = path.display(),
                    word = disk::shell_word(path)
                )
            }
            Self::OfAnother(path) => text!(lang, "archive.foreign.of_another", path = path.display()),
            Self::Link(path) => text!(lang, "archive.foreign.link", path = path.display()),
        }
    }
}

/// Looks whether an output folder can be trusted; one that is not there yet can. `None`: it can.
///
/// # Errors
/// Where the folder cannot be looked at.
pub fn foreign(out: &Path) -> io::Result<Option<Foreign>> {
    let distrust = match disk::distrust(out) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        distrust => distrust?,
    };
    match distrust {
        Some(Distrust::OpenToAll) => return Ok(Some(Foreign::OpenToAll(out.to_path_buf()))),
        Some(Distrust::OfAnother) => return Ok(Some(Foreign::OfAnother(out.to_path_buf()))),
        None => {}
    }
    if !out.is_dir() {
        // Something else has the name: whoever makes the folder says so.
        return Ok(None);
    }
    if Pointer::of(out).leads_elsewhere() {
        return Ok(Some(Foreign::Link(Pointer::of(out).path())));
    }
    let misplaced = standing(out)?.into_iter().find(|at| {
        let is_pointer = matches!(at.within.as_str(), "latest" | ".latest.next");
        at.is_link && !is_pointer && (place_of(&at.within).is_some() || is_way_to_a_place(&at.within))
    });
    Ok(misplaced.map(|at| Foreign::Link(at.path)))
}

/// The same, where a folder that cannot be trusted is an error.
///
/// # Errors
/// [`ArchiveError::Foreign`] where it cannot be trusted, [`ArchiveError::Write`] where it cannot be looked at.
pub fn trusted(out: &Path) -> Result<(), ArchiveError> {
    match foreign(out).map_err(ArchiveError::write(out))? {
        Some(foreign) => Err(foreign.into()),
        None => Ok(()),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    const RUN: &str = "20261120T010203Z-ab12cd34";

    #[test]
    fn a_folder_to_which_everybody_may_write_is_not_used() {
        let dir = tempfile::tempdir().unwrap();
        assert!(foreign(&dir.path().join("none")).unwrap().is_none());
        for (mode, is_foreign) in
            [(0o700, false), (0o770, false), (0o777, true), (0o702, true), (0o1777, false)]
        {
            fs::set_permissions(dir.path(), Permissions::from_mode(mode)).unwrap();
            let found = foreign(dir.path()).unwrap();
            assert_eq!(matches!(found, Some(Foreign::OpenToAll(_))), is_foreign, "{mode:o}");
        }
    }

    #[test]
    fn a_link_in_the_place_of_what_the_program_writes_is_not_followed() {
        let elsewhere = tempfile::tempdir().unwrap();
        for name in [
            ".lamsach.lock",
            "lamsach.db",
            ".lamsach.secret",
            "review",
            "so-lam-viec",
            "dinh-kem",
            &format!("rejects-{RUN}.csv"),
            RUN,
            ".purge-pending.json",
        ] {
            let dir = tempfile::tempdir().unwrap();
            symlink(elsewhere.path(), dir.path().join(name)).unwrap();
            let found = foreign(dir.path()).unwrap();
            assert!(matches!(&found, Some(Foreign::Link(path)) if path.ends_with(name)), "{name}: {found:?}");
        }
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("so-lam-viec")).unwrap();
        // Below, too; what is none of the program's may be a link.
        symlink(elsewhere.path(), dir.path().join("của tôi")).unwrap();
        assert!(foreign(dir.path()).unwrap().is_none());
        symlink(elsewhere.path(), dir.path().join("so-lam-viec/xa")).unwrap();
        assert!(matches!(foreign(dir.path()).unwrap(), Some(Foreign::Link(_))));
    }

    #[test]
    fn the_link_to_the_last_run_leads_to_a_run_beside_it() {
        for (target, is_foreign) in
            [(RUN, false), ("/etc", true), ("../x", true), ("a/b", true), ("..", true), ("./x", false)]
        {
            let dir = tempfile::tempdir().unwrap();
            symlink(target, dir.path().join("latest")).unwrap();
            assert_eq!(foreign(dir.path()).unwrap().is_some(), is_foreign, "{target}");
        }
    }
}
