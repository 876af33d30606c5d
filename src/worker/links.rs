//! Links that many machines made, taken for a run: a folder of Arrow streams beside a manifest that says of which files.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::columns::{ColumnError, Columns};
use super::frame::{FrameError, read_stream};
use crate::domain::{
    Dataset, Decision, Extract, ExtractLinks, Lang, Links, MatchedOn, ResidentIx, RoleLink, Surplus,
};
use crate::linkage::{ClericalOverrides, DecidedPair, Linkage};
use crate::words::text;

/// Version of the folder.
const FORMAT: u32 = 1;

/// What the folder says of itself.
#[derive(Debug, Deserialize)]
struct Manifest {
    format: u32,
    /// Digests of the files that were linked, in the order of the tables of a run.
    digests: Vec<String>,
    /// The day for which they were, dd/mm/yyyy.
    as_of: String,
}

/// Why links cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum LinksError {
    /// A file of the folder cannot be read, or is something else.
    #[error("{}: {detail}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        detail: String,
    },
    /// They are of other files, or of another day.
    #[error("the links of {} are of other files or of another day", .folder.display())]
    Other {
        /// The folder.
        folder: PathBuf,
    },
    /// A row has no decision, or one that does not fit it.
    #[error("{}: the links do not fit the rows", .path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
    },
}

impl LinksError {
    /// What is said to the user.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Unreadable { path, detail } => {
                text!(lang, "pipeline.links.unreadable", path = path.display(), detail)
            }
            Self::Other { folder } => text!(lang, "pipeline.links.other", folder = folder.display()),
            Self::Unfit { path } => text!(lang, "pipeline.links.unfit", path = path.display()),
        }
    }
}

/// Which rows of all that were linked the rows of the data are.
#[derive(Debug)]
pub(super) enum Numbers {
    /// All of them.
    All,
    /// Those of a part of a country.
    Some {
        /// By resident, the number in the registry; in order.
        residents: Vec<i64>,
        /// By extract and row, the number within the kind; in order.
        rows: Vec<Vec<i64>>,
    },
}

impl Numbers {
    fn resident(&self, number: i64, data: &Dataset) -> Option<ResidentIx> {
        let at = match self {
            Self::All => usize::try_from(number).ok().filter(|at| *at < data.registry.residents.len()),
            Self::Some { residents, .. } => residents.binary_search(&number).ok(),
        };
        at.map(|at| ResidentIx(at as u32))
    }

    fn row(&self, number: i64, extract: usize, data: &Dataset) -> Option<usize> {
        match self {
            Self::All => usize::try_from(number).ok().filter(|at| *at < data.extracts[extract].rows.len()),
            Self::Some { rows, .. } => rows.get(extract)?.binary_search(&number).ok(),
        }
    }

    /// A pair of rows that stand for one person. Of one of whom a part has one row alone it says nothing; other than that
    /// it must be there.
    fn pair<T>(&self, of: impl Fn(i64) -> Option<T>, pair: (i64, i64, f32)) -> Option<Option<Surplus<T>>> {
        let (row, kept, probability) = pair;
        match (of(row), of(kept), self) {
            (Some(row), Some(kept), _) => Some(Some(Surplus { row, kept, probability })),
            (_, _, Self::Some { .. }) => Some(None),
            (_, _, Self::All) => None,
        }
    }
}

/// A file of the folder.
pub(super) struct Stream {
    path: PathBuf,
    pub(super) columns: Columns,
}

impl Stream {
    pub(super) fn open(path: PathBuf) -> Result<Self, LinksError> {
        let unreadable = |detail: String| LinksError::Unreadable { path: path.clone(), detail };
        let bytes = std::fs::read(&path).map_err(|error| unreadable(error.to_string()))?;
        let (_, columns) = read_stream(bytes).map_err(|error: FrameError| unreadable(error.to_string()))?;
        Ok(Self { path, columns })
    }

    pub(super) fn of<T>(&self, column: Result<T, ColumnError>) -> Result<T, LinksError> {
        column.map_err(|error| LinksError::Unreadable { path: self.path.clone(), detail: error.to_string() })
    }

    pub(super) fn unfit(&self) -> LinksError {
        LinksError::Unfit { path: self.path.clone() }
    }

    /// Pairs of rows of one person.
    fn pairs(&self) -> Result<Vec<(i64, i64, f32)>, LinksError> {
        let (row, kept) = (self.of(self.columns.longs("row"))?, self.of(self.columns.longs("kept"))?);
        let p = self.of(self.columns.reals("p"))?;
        Ok(row.into_iter().zip(kept).zip(p).map(|((row, kept), p)| (row, kept, p)).collect())
    }
}

/// The files of a folder of links, in the order of their names.
///
/// # Errors
/// Where the folder cannot be read.
pub fn files_of_links(folder: &Path) -> Result<Vec<PathBuf>, LinksError> {
    let unreadable =
        |error: std::io::Error| LinksError::Unreadable { path: folder.to_owned(), detail: error.to_string() };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut files: Vec<PathBuf> =
        paths.map_err(unreadable)?.into_iter().filter(|path| path.is_file()).collect();
    files.sort();
    Ok(files)
}

/// Reads the links of all rows of the data; what officers decided since goes before them.
///
/// # Errors
/// Where the folder is of other files or of another day, cannot be read, or does not fit the rows.
pub fn read_links(folder: &Path, data: &Dataset, decided: &ClericalOverrides) -> Result<Linkage, LinksError> {
    check(&folder.join("manifest.json"), data)?;
    links_of(folder, data, decided, &Numbers::All)
}

/// The links of the rows that the data have.
pub(super) fn links_of(
    folder: &Path,
    data: &Dataset,
    decided: &ClericalOverrides,
    numbers: &Numbers,
) -> Result<Linkage, LinksError> {
    let surplus = Stream::open(folder.join("surplus.arrow"))?;
    let pair = |pair| {
        let resident = |number| numbers.resident(number, data);
        numbers.pair(resident, pair).ok_or_else(|| surplus.unfit()).transpose()
    };
    let duplicates = surplus.pairs()?.into_iter().filter_map(pair).collect::<Result<_, LinksError>>()?;
    let mut links = Links { registry_duplicates: duplicates, ..Links::default() };
    let kept: FxHashMap<ResidentIx, ResidentIx> =
        links.registry_duplicates.iter().map(|surplus| (surplus.row, surplus.kept)).collect();
    for (position, extract) in data.extracts.iter().enumerate() {
        let mut of = of_extract(folder, data, (position, extract), numbers)?;
        decide(&mut of, position, decided, &kept);
        links.extracts.push(of);
        links.unlinked_duplicates.push(unlinked(folder, data, (position, extract), numbers)?);
    }
    Ok(Linkage { links, ..Linkage::default() })
}

/// Whether a manifest tells of the files of the data, and of their day.
pub(super) fn check(path: &Path, data: &Dataset) -> Result<(), LinksError> {
    let unreadable = |detail: String| LinksError::Unreadable { path: path.to_owned(), detail };
    let manifest = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let manifest: Manifest =
        serde_json::from_slice(&manifest).map_err(|error| unreadable(error.to_string()))?;
    let digests = data.tables.iter().map(|table| &table.digest);
    let fits = manifest.format == FORMAT
        && manifest.as_of == data.as_of.to_string()
        && manifest.digests.iter().eq(digests);
    if fits { Ok(()) } else { Err(LinksError::Other { folder: path.parent().unwrap_or(path).to_owned() }) }
}

fn of_extract(
    folder: &Path,
    data: &Dataset,
    (position, extract): (usize, &Extract),
    numbers: &Numbers,
) -> Result<ExtractLinks, LinksError> {
    let stream = Stream::open(folder.join(format!("{}.arrow", extract.kind.name())))?;
    let ordinals = stream.of(stream.columns.longs("ordinal"))?;
    let rows = stream.of(stream.columns.bytes("links"))?;
    let roles = extract.kind.roles().len();
    let mut links = ExtractLinks { roles: vec![None; extract.persons.len()] };
    let mut come = vec![false; extract.rows.len()];
    for (ordinal, bytes) in ordinals.into_iter().zip(rows) {
        let at = numbers.row(ordinal, position, data).ok_or_else(|| stream.unfit())?;
        let mut row: Vec<Option<RoleLink>> = rmp_serde::from_slice(bytes).map_err(|_| stream.unfit())?;
        let persons = extract.persons_of(at);
        // A link for each person that is written, and for no other; to residents that there are.
        let is_written = |(link, person): (&Option<RoleLink>, _)| {
            let person: &crate::domain::Person = person;
            link.is_some() != person.is_blank()
        };
        let here = |ix: &mut ResidentIx| match numbers.resident(i64::from(ix.0), data) {
            Some(known) => {
                *ix = known;
                true
            }
            None => false,
        };
        let are_known = row.iter_mut().flatten().all(|link| {
            let candidates = link.candidates.iter_mut().map(|candidate| &mut candidate.resident);
            candidates.chain(&mut link.resident).all(here)
        });
        let fits = row.len() == roles && row.iter().zip(persons).all(is_written) && are_known;
        if !fits || std::mem::replace(&mut come[at], true) {
            return Err(stream.unfit());
        }
        links.roles[at * roles..(at + 1) * roles].clone_from_slice(&row);
    }
    if come.iter().all(|come| *come) { Ok(links) } else { Err(stream.unfit()) }
}

fn unlinked(
    folder: &Path,
    data: &Dataset,
    (position, extract): (usize, &Extract),
    numbers: &Numbers,
) -> Result<Vec<Surplus<u32>>, LinksError> {
    let stream = Stream::open(folder.join(format!("{}.unlinked.arrow", extract.kind.name())))?;
    let pair = |pair| {
        let row = |number| numbers.row(number, position, data).map(|at| at as u32);
        numbers.pair(row, pair).ok_or_else(|| stream.unfit()).transpose()
    };
    let pairs = stream.pairs()?.into_iter().filter_map(pair);
    let mut pairs = pairs.collect::<Result<Vec<Surplus<u32>>, LinksError>>()?;
    pairs.sort_by_key(|surplus| surplus.row);
    Ok(pairs)
}

/// Applies what officers decided of pairs: who was affirmed is linked, who was denied is not.
fn decide(
    links: &mut ExtractLinks,
    position: usize,
    decided: &ClericalOverrides,
    kept: &FxHashMap<ResidentIx, ResidentIx>,
) {
    let stands = |ix: ResidentIx| kept.get(&ix).copied().unwrap_or(ix);
    let here = |pair: &&DecidedPair| pair.extract == position;
    for pair in decided.different.iter().filter(here) {
        let denied = stands(pair.resident);
        if let Some(Some(link)) = links.roles.get_mut(pair.person)
            && link.resident == Some(denied)
        {
            *link = RoleLink { decision: Decision::None, resident: None, ..RoleLink::default() };
        }
    }
    for pair in decided.same.iter().filter(here) {
        if let Some(Some(link)) = links.roles.get_mut(pair.person) {
            *link = RoleLink {
                decision: Decision::Link,
                probability: 1.0,
                resident: Some(stands(pair.resident)),
                matched_on: MatchedOn(MatchedOn::OFFICER),
                margin: f32::INFINITY,
                ..RoleLink::default()
            };
        }
    }
}
