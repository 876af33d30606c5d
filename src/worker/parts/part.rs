//! The folder of a part, taken for a run: pieces of files and links, what was counted over all parts, and which findings are
//! the part's own.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::piece::{Piece, Together};
use super::router::{ELSEWHERE, part_name};
use crate::domain::{Dataset, Day, Kind, PlaceId, Presence, Settings};
use crate::findings::{self, Whole};
use crate::ingest::units::UnitMap;
use crate::linkage::{ClericalOverrides, Linkage};
use crate::worker::links::{LinksError, Numbers, Stream, check, links_of};
use crate::worker::registry::placed;

/// What the folder of all parts says of itself, beside what [`check`] looks at.
#[derive(Debug, Deserialize)]
struct Manifest {
    /// How many of the communes the registry writes.
    of_registry: usize,
    /// The names of all parts.
    parts: Vec<String>,
}

/// A part of a country.
#[derive(Debug)]
pub struct Part {
    folder: PathBuf,
    name: String,
    parts: Vec<String>,
    numbers: Numbers,
}

/// Reads the rows of a part, whose folder stands in that of all parts.
///
/// # Errors
/// Where something of it cannot be read, is of other files or of another day, or does not fit together.
pub fn read_part(folder: &Path, units: &UnitMap, as_of: Day) -> Result<(Dataset, Part), LinksError> {
    // The name of a part is that of its folder, however the path is written.
    let folder = folder.canonicalize().map_err(|error| unreadable(folder, &error))?;
    let (Some(all), Some(name)) = (folder.parent(), folder.file_name()) else {
        return Err(LinksError::Other { folder });
    };
    let path = all.join("manifest.json");
    let manifest = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|error| unreadable(&path, &error))?;
    let name = name.to_string_lossy().into_owned();
    if !manifest.parts.contains(&name) {
        return Err(LinksError::Other { folder });
    }
    let mut data = put_together(&folder, all, manifest.of_registry, units, as_of)?;
    check(&path, &data)?;
    crate::ingest::records::look_at_all(&mut data.tables, as_of);
    let of_extracts = data.extracts.iter().map(|extract| extract.kind);
    let mut came = of_extracts.map(|kind| numbered(&folder, kind)).collect::<Result<Vec<_>, _>>()?;
    let (residents, of_registry) = numbered(&folder, Kind::Residents)?;
    let rows: Vec<Vec<i64>> = came.iter_mut().map(|(rows, _)| std::mem::take(rows)).collect();
    let lengths = data.extracts.iter().map(|extract| extract.rows.len());
    if residents.len() != data.registry.residents.len() || !rows.iter().map(Vec::len).eq(lengths) {
        return Err(LinksError::Unfit { path: folder.join("pieces.arrow") });
    }
    data.presences.residents = of_registry;
    data.presences.rows = came.into_iter().map(|(_, presences)| presences).collect();
    let numbers = Numbers::Some { residents, rows };
    Ok((data, Part { folder, name, parts: manifest.parts, numbers }))
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> LinksError {
    LinksError::Unreadable { path: path.to_owned(), detail: error.to_string() }
}

/// The data of all pieces; of a file without a row in the part what is known of it as a whole.
fn put_together(
    folder: &Path,
    all: &Path,
    of_registry: usize,
    units: &UnitMap,
    as_of: Day,
) -> Result<Dataset, LinksError> {
    let places = Stream::open(all.join("places.arrow"))?;
    let (codes, communes) =
        (places.of(places.columns.texts("code"))?, places.of(places.columns.texts("commune"))?);
    let mut data = Together::new(placed(codes.into_iter().zip(communes), of_registry, units), as_of);
    let (heads, pieces) =
        (Stream::open(all.join("heads.arrow"))?, Stream::open(folder.join("pieces.arrow"))?);
    let of_part = pieces.of(pieces.columns.longs("file"))?.into_iter();
    let mut of_part = of_part.zip(pieces.of(pieces.columns.bytes("piece"))?).peekable();
    let of_all = heads.of(heads.columns.longs("file"))?.into_iter();
    for (file, head) in of_all.zip(heads.of(heads.columns.bytes("head"))?) {
        let (bytes, stream) = match of_part.next_if(|(of, _)| *of == file) {
            Some((_, piece)) => (piece, &pieces),
            None => (head, &heads),
        };
        let piece: Piece = rmp_serde::from_slice(bytes).map_err(|_| stream.unfit())?;
        data.add(piece).map_err(|_| stream.unfit())?;
    }
    if of_part.next().is_some() { Err(pieces.unfit()) } else { Ok(data.finish()) }
}

/// The numbers of the rows of a kind, in order, and why each stands in the part.
fn numbered(folder: &Path, kind: Kind) -> Result<(Vec<i64>, Vec<Presence>), LinksError> {
    let stream = Stream::open(folder.join(format!("{}.arrow", kind.name())))?;
    let numbers = stream.of(stream.columns.longs("ordinal"))?;
    let presence = |why: i64| usize::try_from(why).ok().and_then(|why| Presence::ALL.get(why).copied());
    let why = stream.of(stream.columns.longs("presence"))?;
    let why: Option<Vec<Presence>> = why.into_iter().map(presence).collect();
    let is_in_order = numbers.is_sorted_by(|a, b| a < b);
    why.filter(|_| is_in_order).map(|why| (numbers, why)).ok_or_else(|| stream.unfit())
}

impl Part {
    /// The links of the rows of the part; what officers decided since goes before them.
    ///
    /// # Errors
    /// Where they cannot be read, or do not fit the rows.
    pub fn links(&self, data: &Dataset, decided: &ClericalOverrides) -> Result<Linkage, LinksError> {
        links_of(&self.folder, data, decided, &self.numbers)
    }

    /// Whether a finding about a place belongs to the part: each belongs to one of them.
    pub fn owns(&self, data: &Dataset, place: PlaceId) -> bool {
        match data.places.province(place) {
            Some(province) => part_name(Some(province.0)) == self.name,
            None => self.name == ELSEWHERE,
        }
    }

    /// What all parts have counted together.
    ///
    /// # Errors
    /// Where the counts of one of them are missing.
    pub fn whole(&self) -> Result<Whole, LinksError> {
        let mut whole = Whole::default();
        for path in self.counts() {
            let counts = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            whole.add(serde_json::from_slice(&counts).map_err(|error| unreadable(&path, &error))?);
        }
        Ok(whole)
    }

    /// The files of counts of all parts.
    pub fn counts(&self) -> Vec<PathBuf> {
        let counts = self.folder.with_file_name("counts");
        self.parts.iter().map(|part| counts.join(format!("{part}.json"))).collect()
    }
}

/// Counts what a part has at home, for all parts to know.
///
/// # Errors
/// As [`read_part`] and [`Part::links`].
pub fn count_part(folder: &Path, units: &UnitMap, settings: &Settings) -> Result<Whole, LinksError> {
    let (data, part) = read_part(folder, units, settings.as_of)?;
    let Linkage { links, .. } = part.links(&data, &ClericalOverrides::default())?;
    Ok(findings::count(&data, &links, settings))
}
