//! The files that the user gave: dropped into the page, or named by their path; with what was answered about each.
//!
//! What is dropped stands in a folder of the results, for its owner alone, until it is taken out. The list itself holds
//! names of files and headers of columns, nothing of any row.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::archive;
use crate::disk;
use crate::domain::Kind;
use crate::ingest::{self, ColumnMap, IngestError};

/// The list, in the folder of results.
const LIST: &str = "start.json";

/// The folder of what was dropped, in the folder of results.
const FOLDER: &str = "tep-nguon";

/// Bytes of a file's name, at most: what every file system takes.
const LONGEST_NAME: usize = 200;

/// Where a file stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    /// In the folder of what was dropped, under this name.
    Here(String),
    /// Elsewhere, where it stays.
    There(PathBuf),
}

/// A file that the user gave, and what was answered about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Given {
    /// By which pages name it; never given twice.
    pub(super) number: u64,
    pub(super) place: Place,
    /// The kind, where the user said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// Columns that the user named, as `--map` names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    maps: Vec<String>,
    /// Whether it is not to be used.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) aside: bool,
}

impl Given {
    /// The kind, where the user said it.
    pub(super) fn kind(&self) -> Option<Kind> {
        Kind::from_name(self.kind.as_deref()?)
    }

    /// What the user said of columns; what an older program wrote and this one does not know is left out.
    pub(super) fn maps(&self) -> impl Iterator<Item = ColumnMap> {
        self.maps.iter().filter_map(|text| ColumnMap::parse(text).ok())
    }

    /// Whether it stands in the program's own folder.
    pub(super) fn is_here(&self) -> bool {
        matches!(self.place, Place::Here(_))
    }

    /// The name that people know it by.
    pub(super) fn name(&self) -> String {
        match &self.place {
            Place::Here(name) => name.clone(),
            Place::There(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }
}

/// What the user answers about a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) kind: Option<Kind>,
    pub(super) columns: Vec<ColumnMap>,
}

/// The files of a folder of results.
#[derive(Debug)]
pub(super) struct Files {
    out: PathBuf,
    list: List,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct List {
    next: u64,
    files: Vec<Given>,
}

impl Files {
    /// Reads the list. One that cannot be read is an empty one, which is told in the log; what was dropped is found
    /// again.
    pub(super) fn open(out: &Path) -> Self {
        let read = || -> io::Result<List> {
            match fs::read(out.join(LIST)) {
                Ok(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::other),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(List::default()),
                Err(error) => Err(error),
            }
        };
        let list = read().unwrap_or_else(|error| {
            tracing::warn!(%error, "the list of files was not read");
            List::default()
        });
        let mut files = Self { out: out.to_owned(), list };
        files.find_again();
        files
    }

    /// The folder of what is dropped, made where it is not there yet.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub(super) fn folder(out: &Path) -> io::Result<PathBuf> {
        let folder = out.join(FOLDER);
        disk::ensure_folder(&folder)?;
        Ok(folder)
    }

    /// What was dropped and stands in no list, and what is listed and was removed by hand.
    fn find_again(&mut self) {
        let folder = self.out.join(FOLDER);
        self.list.files.retain(|given| match &given.place {
            Place::Here(name) => folder.join(name).is_file(),
            Place::There(_) => true,
        });
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter(|entry| entry.path().is_file())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| !name.starts_with('.'))
            .collect();
        names.sort_unstable();
        for name in names {
            self.enter(Place::Here(name));
        }
    }

    /// All of them, in the order in which they came.
    pub(super) fn all(&self) -> &[Given] {
        &self.list.files
    }

    /// One of them.
    pub(super) fn get(&self, number: u64) -> Option<&Given> {
        self.list.files.iter().find(|given| given.number == number)
    }

    /// Where a file stands.
    pub(super) fn path(&self, given: &Given) -> PathBuf {
        match &given.place {
            Place::Here(name) => self.out.join(FOLDER).join(name),
            Place::There(path) => path.clone(),
        }
    }

    /// Enters a file that was not there; the number of the one that is.
    fn enter(&mut self, place: Place) -> u64 {
        if let Some(known) = self.list.files.iter().find(|given| given.place == place) {
            return known.number;
        }
        let number = self.list.next;
        self.list.next += 1;
        self.list.files.push(Given { number, place, kind: None, maps: Vec::new(), aside: false });
        number
    }

    /// Enters what was dropped under a name; its number. One that was put aside is wanted again.
    ///
    /// # Errors
    /// Where the list cannot be written.
    pub(super) fn dropped(&mut self, name: &str) -> io::Result<u64> {
        let number = self.enter(Place::Here(name.to_owned()));
        self.change(number, |given| given.aside = false)?;
        Ok(number)
    }

    /// Enters a file, or those that lie directly in a folder; how many are new.
    ///
    /// # Errors
    /// [`IngestError`] where there is nothing at the path, or it cannot be listed; of the list, as [`Self::dropped`].
    pub(super) fn add(&mut self, path: &Path) -> Result<usize, IngestError> {
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => IngestError::NotFound { file: path.to_owned() },
            kind => IngestError::Unreadable { file: path.to_owned(), detail: kind.to_string() },
        };
        let before = self.list.files.len();
        if fs::metadata(path).map_err(unreadable)?.is_dir() {
            let found = ingest::look_into(path)?;
            let inputs = found.inputs.into_iter().map(|input| input.path);
            let others = found.unused.into_iter().map(|file| file.path);
            let all: BTreeSet<PathBuf> = inputs.chain(found.units).chain(others).collect();
            for path in all.into_iter().filter(|path| path.to_str().is_some()) {
                self.enter(Place::There(path));
            }
        } else {
            self.enter(Place::There(path.to_owned()));
        }
        self.write().map_err(unreadable)?;
        Ok(self.list.files.len() - before)
    }

    /// Remembers what was answered about a file; a later answer about a column takes the place of an earlier one.
    ///
    /// # Errors
    /// Where the list cannot be written.
    pub(super) fn answer(&mut self, number: u64, said: &Said) -> io::Result<()> {
        self.change(number, |given| {
            if let Some(kind) = said.kind {
                if given.kind() != Some(kind) {
                    // What was said of its columns was said of those of another kind.
                    given.maps.clear();
                }
                given.kind = Some(kind.name().to_owned());
            }
            for map in &said.columns {
                let written = format!("{}.{}={}", map.kind.name(), map.field_name(), map.header);
                let header = |text: &str| text.split_once('=').map(|(_, header)| header.to_owned());
                given.maps.retain(|old| header(old) != header(&written));
                given.maps.push(written);
            }
            given.maps.sort();
        })
    }

    /// Puts a file aside, or takes it back.
    ///
    /// # Errors
    /// Where the list cannot be written.
    pub(super) fn set_aside(&mut self, number: u64, aside: bool) -> io::Result<()> {
        self.change(number, |given| given.aside = aside)
    }

    /// Takes a file out of the list; one that was dropped is removed, and overwritten before where told to.
    ///
    /// # Errors
    /// Where it cannot be removed, or the list not be written.
    pub(super) fn remove(&mut self, number: u64, shred: bool) -> io::Result<()> {
        let Some(given) = self.get(number).cloned() else { return Ok(()) };
        if given.is_here() {
            match archive::remove_file(&self.path(&given), shred) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        self.list.files.retain(|known| known.number != number);
        self.write()
    }

    fn change(&mut self, number: u64, change: impl FnOnce(&mut Given)) -> io::Result<()> {
        if let Some(given) = self.list.files.iter_mut().find(|given| given.number == number) {
            change(given);
        }
        self.write()
    }

    fn write(&self) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(&self.list)?;
        text.push(b'\n');
        disk::replace_file(&self.out.join(LIST), &text, disk::FILE_MODE)
    }
}

/// The name under which a dropped file is kept: what the browser says, without folders and without what some file
/// systems do not take.
pub(super) fn safe_name(said: &str) -> String {
    let base = said.rsplit(['/', '\\']).next().unwrap_or_default();
    let base = crate::vietnamese::text::composed(base);
    let taken = |c: char| !c.is_control() && !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*');
    let name: String = base.chars().map(|c| if taken(c) { c } else { '_' }).collect();
    let name = name.trim().trim_matches('.').trim();
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 10 => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let mut end = stem.len().min(LONGEST_NAME - ending.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    let stem = stem[..end].trim_end();
    let device = stem.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let is_device = matches!(device.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (device.len() == 4 && (device.starts_with("COM") || device.starts_with("LPT")));
    match stem {
        "" => format!("tep{ending}"),
        stem if is_device => format!("tep {stem}{ending}"),
        stem => format!("{stem}{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_but_for_what_leads_elsewhere() {
        for (said, kept) in [
            ("Khai tử tháng 12.xlsx", "Khai tử tháng 12.xlsx"),
            ("Du lieu/Xa A/khai_tu.csv", "khai_tu.csv"),
            ("C:\\Users\\An\\dan cu.xlsx", "dan cu.xlsx"),
            ("../../etc/passwd", "passwd"),
            ("..", "tep"),
            ("", "tep"),
            (".csv", "csv"),
            ("a\u{0}b\nc.csv", "a_b_c.csv"),
            ("a:b?.csv", "a_b_.csv"),
            ("CON.csv", "tep CON.csv"),
            ("~$dan_cu.xlsx", "~$dan_cu.xlsx"),
            // Composed and decomposed are one name.
            ("Ha\u{300}.csv", "Hà.csv"),
        ] {
            assert_eq!(safe_name(said), kept, "{said}");
        }
        let long = safe_name(&format!("{}.xlsx", "ậ".repeat(300)));
        assert!(long.len() <= LONGEST_NAME && long.ends_with("ậ.xlsx"), "{long}");
    }

    #[test]
    fn files_are_listed_answered_put_aside_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        fs::create_dir(&out).unwrap();
        let folder = Files::folder(&out).unwrap();
        fs::write(folder.join("a.csv"), "x").unwrap();
        let data = dir.path().join("data");
        fs::create_dir(&data).unwrap();
        for name in ["b.csv", "ghi chu.docx"] {
            fs::write(data.join(name), "x").unwrap();
        }

        let mut files = Files::open(&out);
        let a = files.dropped("a.csv").unwrap();
        assert_eq!(files.add(&data).unwrap(), 2);
        assert_eq!(files.add(&data.join("b.csv")).unwrap(), 0);
        assert!(matches!(files.add(&data.join("none")), Err(IngestError::NotFound { .. })));
        let map = |text: &str| ColumnMap::parse(text).unwrap();
        let said = Said {
            kind: Some(Kind::Births),
            columns: vec![map("births.birth_date=Mốc A"), map("births.none=Mốc B")],
        };
        files.answer(a, &said).unwrap();
        files.answer(a, &Said { kind: None, columns: vec![map("births.none=Mốc A")] }).unwrap();
        files.set_aside(1, true).unwrap();

        // Everything is known again.
        let mut files = Files::open(&out);
        let names: Vec<String> = files.all().iter().map(Given::name).collect();
        assert_eq!(names, ["a.csv", "b.csv", "ghi chu.docx"]);
        let given = files.get(a).unwrap();
        assert_eq!(
            (given.kind(), given.maps.clone()),
            (Some(Kind::Births), vec!["births.none=Mốc A".to_owned(), "births.none=Mốc B".to_owned()])
        );
        assert!(files.get(1).unwrap().aside && files.get(1).unwrap().maps().next().is_none());

        // Of another kind, what was said of columns is void.
        files.answer(a, &Said { kind: Some(Kind::Deaths), columns: Vec::new() }).unwrap();
        assert_eq!(files.get(a).unwrap().maps().count(), 0);
        // What was dropped goes, what stands elsewhere stays.
        files.remove(a, true).unwrap();
        files.remove(1, true).unwrap();
        assert!(!folder.join("a.csv").exists() && data.join("b.csv").exists());
        assert_eq!(Files::open(&out).all().len(), 1);
    }

    #[test]
    fn a_list_that_is_lost_costs_answers_and_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Files::folder(dir.path()).unwrap();
        fs::write(folder.join("a.csv"), "x").unwrap();
        fs::write(folder.join(".b.csv.part"), "x").unwrap();
        fs::write(dir.path().join(LIST), "{").unwrap();
        let files = Files::open(dir.path());
        assert_eq!(files.all().iter().map(Given::name).collect::<Vec<_>>(), ["a.csv"]);
    }
}
