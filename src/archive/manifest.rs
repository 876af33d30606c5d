//! `manifest.json` of a run folder: every file with its size and digest, so that anybody can tell whether a
//! folder is whole and still what the run wrote.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The file; it does not list itself.
pub const FILE: &str = "manifest.json";

/// The form of the file.
const FORMAT: u32 = 1;

/// One file of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// Path from the run folder, with slashes.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// BLAKE3 digest, hexadecimal.
    pub blake3: String,
}

impl ManifestEntry {
    /// The entry of a file as it stands on the disk.
    ///
    /// # Errors
    /// Where the file is not there or cannot be read to its end.
    pub fn of(folder: &Path, path: &str) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        let size = io::copy(&mut File::open(folder.join(path))?, &mut hasher)?;
        Ok(Self { path: path.to_owned(), size, blake3: hasher.finalize().to_hex().to_string() })
    }
}

/// All files of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the file.
    pub format: u32,
    /// The name of the run.
    pub run_id: String,
    /// The files, sorted by path.
    pub files: Vec<ManifestEntry>,
}

/// How a run folder differs from its manifest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// A file is gone.
    Missing(String),
    /// A file is no longer what the run wrote.
    Changed(String),
    /// A file is there that the run did not write.
    Foreign(String),
}

impl Manifest {
    /// The manifest of these files.
    pub fn new(run_id: &str, mut files: Vec<ManifestEntry>) -> Self {
        files.sort();
        Self { format: FORMAT, run_id: run_id.to_owned(), files }
    }

    /// Reads the manifest of a run folder; `None` where an older program made the folder.
    ///
    /// # Errors
    /// Where the manifest cannot be read, or is no manifest ([`InvalidData`](io::ErrorKind::InvalidData)).
    pub fn read(folder: &Path) -> io::Result<Option<Self>> {
        match fs::read(folder.join(FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The manifest as text.
    ///
    /// # Errors
    /// Where the entries cannot be written as JSON, which no path of this program brings about.
    pub fn to_json(&self) -> io::Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self).map_err(io::Error::other)?;
        text.push(b'\n');
        Ok(text)
    }

    /// Whether one file is what the run wrote.
    ///
    /// # Errors
    /// Where the file is listed and cannot be read.
    pub fn holds(&self, folder: &Path, path: &str) -> io::Result<bool> {
        let entry = self.files.iter().find(|entry| entry.path == path);
        entry.map_or(Ok(false), |entry| Ok(ManifestEntry::of(folder, path)? == *entry))
    }

    /// Holds a run folder against the manifest: every file is read.
    ///
    /// # Errors
    /// Where the folder cannot be listed, or a file that is listed cannot be read to its end.
    pub fn check(&self, folder: &Path) -> io::Result<Vec<Difference>> {
        let mut listed: BTreeMap<&str, &ManifestEntry> =
            self.files.iter().map(|entry| (entry.path.as_str(), entry)).collect();
        let mut found = Vec::new();
        for path in paths(folder)? {
            match listed.remove(path.as_str()) {
                None if path == FILE && own_file(folder, FILE).is_some() => {}
                None if path == FILE => found.push(Difference::Changed(path)),
                None => found.push(Difference::Foreign(path)),
                Some(_) if own_file(folder, &path).is_none() => found.push(Difference::Changed(path)),
                Some(entry) if ManifestEntry::of(folder, &path)? != *entry => {
                    found.push(Difference::Changed(path));
                }
                Some(_) => {}
            }
        }
        found.extend(listed.into_keys().map(|path| Difference::Missing(path.to_owned())));
        found.sort();
        Ok(found)
    }
}

/// What the system says of a file of a run; `None` where there is none, or where it or a folder above it is a link:
/// what a link leads to is not what the run wrote, whatever it holds at this moment.
pub(crate) fn own_file(folder: &Path, path: &str) -> Option<fs::Metadata> {
    let mut at = folder.to_path_buf();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        at.push(part);
        let file = fs::symlink_metadata(&at).ok()?;
        match parts.peek() {
            Some(_) if file.is_dir() => {}
            None if file.is_file() => return Some(file),
            _ => return None,
        }
    }
    None
}

/// All files below a folder, by path from there.
fn paths(folder: &Path) -> io::Result<Vec<String>> {
    fn walk(at: &Path, prefix: &str, found: &mut Vec<String>) -> io::Result<()> {
        for entry in fs::read_dir(at)? {
            let entry = entry?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                walk(&entry.path(), &format!("{path}/"), found)?;
            } else {
                found.push(path);
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(folder, "", &mut found)?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_against_its_manifest() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("worklists")).unwrap();
        for name in ["worklists/du.csv", "links.csv", "summary.json"] {
            fs::write(dir.path().join(name), name).unwrap();
        }
        let entry = |name| ManifestEntry::of(dir.path(), name).unwrap();
        let manifest =
            Manifest::new("r", ["worklists/du.csv", "links.csv", "summary.json"].map(entry).to_vec());
        fs::write(dir.path().join(FILE), manifest.to_json().unwrap()).unwrap();
        assert_eq!(Manifest::read(dir.path()).unwrap().as_ref(), Some(&manifest));
        assert_eq!(manifest.files[0].path, "links.csv");
        assert_eq!(manifest.check(dir.path()).unwrap(), []);

        fs::write(dir.path().join("worklists/du.csv"), "other").unwrap();
        fs::remove_file(dir.path().join("links.csv")).unwrap();
        fs::write(dir.path().join("worklists/x.csv"), "").unwrap();
        assert!(!manifest.holds(dir.path(), "worklists/du.csv").unwrap());
        assert!(manifest.holds(dir.path(), "summary.json").unwrap());
        // What a link leads to is none of the run's, even where it is the same.
        #[cfg(unix)]
        {
            let elsewhere = dir.path().with_extension("elsewhere");
            fs::rename(dir.path().join("summary.json"), &elsewhere).unwrap();
            std::os::unix::fs::symlink(&elsewhere, dir.path().join("summary.json")).unwrap();
            let linked = manifest.check(dir.path()).unwrap();
            assert!(linked.contains(&Difference::Changed("summary.json".into())), "{linked:?}");
            fs::remove_file(dir.path().join("summary.json")).unwrap();
            fs::rename(&elsewhere, dir.path().join("summary.json")).unwrap();
        }
        assert_eq!(
            manifest.check(dir.path()).unwrap(),
            [
                Difference::Missing("links.csv".into()),
                Difference::Changed("worklists/du.csv".into()),
                Difference::Foreign("worklists/x.csv".into()),
            ]
        );
    }
}
