//! Photographs and PDFs of certificates that officers attach to findings: a line in the store, and a file in the
//! folder beside it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Row, params};

use crate::disk;
use crate::findings::FindingId;
use crate::store::runs::moment;
use crate::store::{FILE, Store, StoreError};

/// The folder of the files, in the output folder.
pub const PAPERS_FOLDER: &str = "dinh-kem";

/// Bytes of a paper, at most.
pub const LARGEST_PAPER: usize = 10 * 1024 * 1024;

/// What a paper is, by its content.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum PaperKind {
    /// A photograph.
    Jpeg,
    /// A picture.
    Png,
    /// A document.
    Pdf,
}

impl PaperKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::Pdf];

    /// What some bytes are, whatever their name says; `None` for anything else.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| bytes.starts_with(kind.beginning()))
    }

    /// What a file of the kind begins with.
    fn beginning(self) -> &'static [u8] {
        match self {
            Self::Jpeg => b"\xff\xd8\xff",
            Self::Png => b"\x89PNG\r\n\x1a\n",
            Self::Pdf => b"%PDF-",
        }
    }

    /// The ending of a name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }

    /// What browsers are told.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }

    fn from_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.ending() == ending)
    }
}

/// A paper as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Its number.
    pub id: i64,
    /// What it is attached to.
    pub finding: FindingId,
    /// As the officer's file was called.
    pub name: String,
    /// What it is.
    pub kind: PaperKind,
    /// Its size.
    pub bytes: u64,
    digest: [u8; 32],
    /// Who attached it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Paper {
    /// The name of its file in [`PAPERS_FOLDER`]: what it is attached to, and what it holds.
    pub fn file_name(&self) -> String {
        file_name(self.finding, &self.digest, self.kind)
    }

    /// Its content, where that is what was attached.
    ///
    /// # Errors
    /// Where the file is missing, cannot be read, or was changed.
    pub fn read(&self, out: &Path) -> io::Result<Vec<u8>> {
        let bytes = fs::read(out.join(PAPERS_FOLDER).join(self.file_name()))?;
        if *blake3::hash(&bytes).as_bytes() == self.digest {
            Ok(bytes)
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "changed since it was attached"))
        }
    }
}

fn file_name(finding: FindingId, digest: &[u8; 32], kind: PaperKind) -> String {
    format!("{finding}-{}.{}", &blake3::Hash::from(*digest).to_hex()[..16], kind.ending())
}

/// Writes the file of a paper, whole or not at all; the same content for the same finding is written once.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    disk::ensure_folder(folder)?;
    let path = folder.join(name);
    let partial = folder.join(format!(".{name}.part"));
    let mut file = disk::create_or_empty(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    disk::rename(&partial, &path)?;
    disk::sync_folder(folder)
}

/// What is wrong with the files of papers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PapersCheck {
    /// Files that the store knows.
    pub known: usize,
    /// Files that are missing.
    pub missing: Vec<String>,
    /// Files that do not hold what was attached.
    pub changed: Vec<String>,
    /// Files that no line of the store knows.
    pub foreign: Vec<String>,
}

impl PapersCheck {
    /// Whether all is well.
    pub fn is_sound(&self) -> bool {
        self.missing.is_empty() && self.changed.is_empty() && self.foreign.is_empty()
    }
}

/// The names of the files in the folder of papers.
fn files(out: &Path) -> io::Result<Vec<String>> {
    let folder = out.join(PAPERS_FOLDER);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The files of papers with the findings that they are attached to, those included that were cut short.
///
/// # Errors
/// Where the folder cannot be read.
pub fn papers_of(out: &Path) -> io::Result<Vec<(FindingId, PathBuf)>> {
    let of = |name: String| {
        let finding = name.trim_start_matches('.').rsplit_once('-')?.0;
        Some((FindingId::parse(finding)?, out.join(PAPERS_FOLDER).join(name)))
    };
    Ok(files(out)?.into_iter().filter_map(of).collect())
}

impl Store {
    /// Attaches a paper to a finding: the file first, then the line. `None` where it is attached already.
    ///
    /// # Errors
    /// [`StoreError::UnknownFinding`] where the store has no such finding, another [`StoreError`] where the file or the
    /// line cannot be written.
    pub fn attach(
        &mut self,
        finding: FindingId,
        (name, bytes): (&str, &[u8]),
        kind: PaperKind,
        (by, at): (&str, Timestamp),
    ) -> Result<Option<i64>, StoreError> {
        if !self.knows(finding)? {
            return Err(StoreError::UnknownFinding(finding));
        }
        let digest = *blake3::hash(bytes).as_bytes();
        let folder = self.folder().join(PAPERS_FOLDER);
        let file = file_name(finding, &digest, kind);
        write(&folder, &file, bytes)
            .map_err(|source| StoreError::Open { path: folder.join(&file), source })?;
        let insert = || -> rusqlite::Result<Option<i64>> {
            let made = self
                .db
                .prepare_cached(
                    "INSERT OR IGNORE INTO papers (finding, name, kind, bytes, digest, who, at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    finding.to_integer(),
                    name,
                    kind.ending(),
                    bytes.len() as i64,
                    digest,
                    by,
                    at.as_second()
                ])?;
            Ok((made > 0).then(|| self.db.last_insert_rowid()))
        };
        insert().map_err(self.failed())
    }

    /// The folder in which the store stands.
    fn folder(&self) -> PathBuf {
        self.path().parent().map(Path::to_path_buf).unwrap_or_default()
    }

    /// The papers of a finding, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub fn papers_on(&self, finding: FindingId) -> Result<Vec<Paper>, StoreError> {
        self.select_papers("WHERE finding = ?1", [finding.to_integer()])
    }

    /// A paper by its number.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub fn paper(&self, id: i64) -> Result<Option<Paper>, StoreError> {
        Ok(self.select_papers("WHERE id = ?1", [id])?.pop())
    }

    fn select_papers(
        &self,
        condition: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<Paper>, StoreError> {
        select(&self.db, condition, params).map_err(self.failed())
    }

    /// Takes a paper away: the line, so that nobody finds it any more, and then the file.
    ///
    /// # Errors
    /// [`StoreError`] where the line or the file cannot be removed.
    pub fn detach(
        &mut self,
        paper: &Paper,
        remove: impl FnOnce(&Path) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM papers WHERE id = ?1", [paper.id]).map_err(self.failed())?;
        let path = self.folder().join(PAPERS_FOLDER).join(paper.file_name());
        match remove(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(StoreError::Open { path, source }),
            _ => Ok(()),
        }
    }
}

/// Holds the files of papers against the store of an output folder, which is not changed by looking. `whole`: their
/// content is read, else their size alone is looked at. `None` where there is no store, or an older one.
///
/// # Errors
/// [`StoreError`] where the store or the folder cannot be read.
pub fn check_papers(out: &Path, whole: bool) -> Result<Option<PapersCheck>, StoreError> {
    let path = out.join(FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let read = || -> rusqlite::Result<Option<Vec<Paper>>> {
        let db = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'papers'")?.exists([])?;
        if known { select(&db, "", []).map(Some) } else { Ok(None) }
    };
    let Some(papers) = read().map_err(StoreError::of(&path))? else { return Ok(None) };
    let folder = out.join(PAPERS_FOLDER);
    let mut check = PapersCheck { known: papers.len(), ..PapersCheck::default() };
    let mut known = BTreeSet::new();
    for paper in papers {
        let name = paper.file_name();
        match fs::metadata(folder.join(&name)) {
            Ok(file) if file.len() == paper.bytes && (!whole || paper.read(out).is_ok()) => {}
            Ok(_) => check.changed.push(format!("{PAPERS_FOLDER}/{name}")),
            Err(_) => check.missing.push(format!("{PAPERS_FOLDER}/{name}")),
        }
        known.insert(name);
    }
    let found = files(out).map_err(|source| StoreError::Open { path: folder, source })?;
    let foreign = found.into_iter().filter(|name| !known.contains(name));
    check.foreign = foreign.map(|name| format!("{PAPERS_FOLDER}/{name}")).collect();
    Ok(Some(check))
}

/// The papers of a condition.
fn select(db: &Connection, condition: &str, params: impl rusqlite::Params) -> rusqlite::Result<Vec<Paper>> {
    let mut lines = db.prepare_cached(&format!(
        "SELECT id, finding, name, kind, bytes, digest, who, at FROM papers {condition} ORDER BY id"
    ))?;
    let lines = lines.query_map(params, paper)?;
    // A line that this program cannot have written has no meaning.
    lines.filter_map(Result::transpose).collect()
}

fn paper(row: &Row<'_>) -> rusqlite::Result<Option<Paper>> {
    let (finding, kind) = (FindingId::from_integer(row.get(1)?), row.get::<_, String>(3)?);
    let (Some(finding), Some(kind)) = (finding, PaperKind::from_ending(&kind)) else { return Ok(None) };
    Ok(Some(Paper {
        id: row.get(0)?,
        finding,
        name: row.get(2)?,
        kind,
        bytes: row.get::<_, i64>(4)?.max(0) as u64,
        digest: row.get(5)?,
        by: row.get(6)?,
        at: moment(row.get(7)?),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::work::tests::known;

    const PDF: &[u8] = b"%PDF-1.7\nhello\n%%EOF";

    fn at() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    #[test]
    fn a_paper_is_what_its_content_is() {
        assert_eq!(PaperKind::of(PDF), Some(PaperKind::Pdf));
        assert_eq!(PaperKind::of(b"\xff\xd8\xff\xe0\x00\x10JFIF"), Some(PaperKind::Jpeg));
        assert_eq!(PaperKind::of(b"\x89PNG\r\n\x1a\n\x00"), Some(PaperKind::Png));
        for other in [&b"<html>"[..], b"GIF89a", b"PK\x03\x04", b"MZ", b"", b"\x89PNG", b" %PDF-1.7"] {
            assert_eq!(PaperKind::of(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_paper_is_kept_once_private_and_whole() {
        let (dir, mut store, [id, _]) = known();
        let attach = |store: &mut Store| store.attach(id, ("giấy.pdf", PDF), PaperKind::Pdf, ("an", at()));
        let number = attach(&mut store).unwrap().unwrap();
        assert_eq!(attach(&mut store).unwrap(), None, "the same is attached once");
        let paper = store.paper(number).unwrap().unwrap();
        assert_eq!(store.papers_on(id).unwrap(), std::slice::from_ref(&paper));
        assert_eq!(paper.read(dir.path()).unwrap(), PDF);
        let path = dir.path().join(PAPERS_FOLDER).join(paper.file_name());
        assert!(disk::is_private(&path) && paper.file_name().starts_with("SONG-01-000000000001-"));
        assert!(check_papers(dir.path(), true).unwrap().unwrap().is_sound());

        // What is not as it was attached is told, and never handed out.
        fs::write(&path, "%PDF-1.7\nhallo\n%%EOF").unwrap();
        assert!(paper.read(dir.path()).is_err());
        assert!(check_papers(dir.path(), false).unwrap().unwrap().is_sound(), "of the same size");
        assert_eq!(check_papers(dir.path(), true).unwrap().unwrap().changed.len(), 1);
        fs::write(dir.path().join(PAPERS_FOLDER).join("la.pdf"), "x").unwrap();
        assert_eq!(check_papers(dir.path(), false).unwrap().unwrap().foreign, ["dinh-kem/la.pdf"]);
        fs::remove_file(&path).unwrap();
        assert_eq!(check_papers(dir.path(), false).unwrap().unwrap().missing.len(), 1);
    }

    #[test]
    fn papers_of_a_finding_are_found_by_their_names() {
        let (dir, mut store, [id, _]) = known();
        store.attach(id, ("a.pdf", PDF), PaperKind::Pdf, ("an", at())).unwrap();
        let folder = dir.path().join(PAPERS_FOLDER);
        fs::write(folder.join(".SONG-01-000000000001-0011223344556677.png.part"), "x").unwrap();
        fs::write(folder.join("SONG-01-000000000002-0011223344556677.png"), "x").unwrap();
        let of_it =
            || papers_of(dir.path()).unwrap().into_iter().filter(|(finding, _)| *finding == id).count();
        assert_eq!((of_it(), papers_of(dir.path()).unwrap().len()), (2, 3));
        let paper = store.papers_on(id).unwrap().remove(0);
        store.detach(&paper, |path| fs::remove_file(path)).unwrap();
        assert!(store.papers_on(id).unwrap().is_empty());
        assert_eq!(of_it(), 1);
    }
}
