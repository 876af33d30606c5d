//! `index.bin` of a run folder: for every role of every row and every resident its [`Key`] and the digests of
//! its [`Values`], so that a decision can be made on any line of a run without reading the inputs again.
//!
//! Records of fixed size, file by file in the order of the rows: row number (4 bytes), key (8), values (24),
//! little-endian; all zero but the row number for a role that the row writes nothing of. Before them stand
//! the files: their names, kinds, numbers of rows and where their records begin.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use rayon::prelude::*;

use super::keys::ValueTable;
use super::{Key, Side, Values};
use crate::disk;
use crate::domain::{Dataset, Kind, ResidentIx, Role, TableIx};

/// The file in a run folder.
pub const FILE: &str = "index.bin";

const MAGIC: &[u8; 8] = b"LSINDEX2";
/// The mark of an index in which kinds stand by number, as they did when there were six.
const NUMBERED: &[u8; 8] = b"LSINDEX1";
const RECORD: usize = 36;
/// Rows formatted between two writes.
const BLOCK: usize = 1 << 15;

/// Rows of one input file, in the order in which they stand in the index.
pub(crate) struct RowSpan<'a> {
    name: &'a str,
    pub(crate) kind: Kind,
    /// The index of the file.
    pub(crate) table: usize,
    /// The first row, by index into the registry or the rows of the extract.
    pub(crate) first: usize,
    pub(crate) rows: usize,
    /// Position of the extract; `None` for the registry.
    pub(crate) extract: Option<usize>,
}

impl RowSpan<'_> {
    fn roles(&self) -> usize {
        self.kind.roles().len().max(1)
    }
}

/// The files of a run that gave records. Records stand in the order of the files they came from.
pub(crate) fn row_spans(data: &Dataset) -> Vec<RowSpan<'_>> {
    let mut parts: Vec<RowSpan<'_>> = Vec::new();
    let mut add = |table: TableIx, at: usize, kind: Kind, extract: Option<usize>| {
        let table = table.at();
        match parts.last_mut() {
            Some(last) if last.table == table => last.rows += 1,
            _ => parts.push(RowSpan {
                name: &data.tables[table].name,
                kind,
                table,
                first: at,
                rows: 1,
                extract,
            }),
        }
    };
    for (at, resident) in data.registry.residents.iter().enumerate() {
        add(resident.row.table, at, Kind::Residents, None);
    }
    for (position, extract) in data.extracts.iter().enumerate() {
        for (at, row) in extract.rows.iter().enumerate() {
            add(row.row.table, at, extract.kind, Some(position));
        }
    }
    parts
}

/// Writes the index of a run.
///
/// # Errors
/// Where `out` cannot be written to.
pub fn write(data: &Dataset, mut out: impl Write) -> io::Result<()> {
    let parts = row_spans(data);
    let head: usize = MAGIC.len()
        + 4
        + parts.iter().map(|part| 2 + part.name.len() + 1 + part.kind.name().len() + 4 + 8).sum::<usize>();
    out.write_all(MAGIC)?;
    out.write_all(&(parts.len() as u32).to_le_bytes())?;
    let mut begin = head as u64;
    for part in &parts {
        out.write_all(&(part.name.len() as u16).to_le_bytes())?;
        out.write_all(part.name.as_bytes())?;
        out.write_all(&[part.kind.name().len() as u8])?;
        out.write_all(part.kind.name().as_bytes())?;
        out.write_all(&(part.rows as u32).to_le_bytes())?;
        out.write_all(&begin.to_le_bytes())?;
        begin += (part.rows * part.roles() * RECORD) as u64;
    }
    let values = ValueTable::new(data);
    let mut buffer = Vec::new();
    for part in &parts {
        let width = part.roles() * RECORD;
        for from in (0..part.rows).step_by(BLOCK) {
            let rows = BLOCK.min(part.rows - from);
            buffer.clear();
            buffer.resize(rows * width, 0);
            buffer.par_chunks_exact_mut(width).enumerate().with_min_len(512).for_each(|(at, bytes)| {
                fill(data, &values, part, part.first + from + at, bytes);
            });
            out.write_all(&buffer)?;
        }
    }
    out.flush()
}

/// Writes the records of a row.
fn fill(data: &Dataset, values: &ValueTable<'_>, part: &RowSpan<'_>, row: usize, bytes: &mut [u8]) {
    let table = &data.tables[part.table];
    for (role, bytes) in bytes.chunks_exact_mut(RECORD).enumerate() {
        let (at, known) = match part.extract {
            None => {
                let ix = ResidentIx(row as u32);
                (data.registry.get(ix).row, Some((Key::of_resident(data, ix), values.of_resident(ix))))
            }
            Some(extract) => {
                let of = &data.extracts[extract];
                let written = !of.persons_of(row)[role].is_blank();
                let known = || (Key::of_role(data, extract, row, role), values.of_role(extract, row, role));
                (of.rows[row].row, written.then(known))
            }
        };
        bytes[..4].copy_from_slice(&table.source_row(at.index).to_le_bytes());
        if let Some((key, values)) = known {
            bytes[4..12].copy_from_slice(&key.0.to_le_bytes());
            bytes[12..].copy_from_slice(&values.to_bytes());
        }
    }
}

/// A role of a row, or a resident, found in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The kind of file.
    pub kind: Kind,
    /// The role; `None` for a resident.
    pub role: Option<Role>,
    /// What it is known by, and where it stands.
    pub side: Side,
}

/// A file in the index.
#[derive(Clone, Debug)]
struct Entry {
    name: String,
    kind: Kind,
    rows: u32,
    begin: u64,
}

/// The index of a run folder, open for look-ups.
#[derive(Debug)]
pub struct RunIndex {
    /// `None`: of no run, with no entry to look for.
    file: Option<File>,
    entries: Vec<Entry>,
}

impl RunIndex {
    /// Opens the index of a run folder; `None` where an older program made the folder.
    ///
    /// # Errors
    /// Where the index is there and cannot be read, or is none.
    pub fn open(run: &Path) -> io::Result<Option<Self>> {
        let file = match File::open(run.join(FILE)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let mut head = io::BufReader::new(&file);
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "not an index");
        let magic = take::<8>(&mut head)?;
        if magic != *MAGIC && magic != *NUMBERED {
            return Err(damaged());
        }
        let count = u32::from_le_bytes(take(&mut head)?);
        let mut entries = Vec::new();
        for _ in 0..count {
            let mut name = vec![0; usize::from(u16::from_le_bytes(take(&mut head)?))];
            head.read_exact(&mut name)?;
            let [kind] = take(&mut head)?;
            let kind = if magic == *NUMBERED {
                Kind::SIX.get(usize::from(kind)).copied()
            } else {
                let mut word = vec![0; usize::from(kind)];
                head.read_exact(&mut word)?;
                std::str::from_utf8(&word).ok().and_then(Kind::from_name)
            };
            entries.push(Entry {
                name: String::from_utf8(name).map_err(|_| damaged())?,
                kind: kind.ok_or_else(damaged)?,
                rows: u32::from_le_bytes(take(&mut head)?),
                begin: u64::from_le_bytes(take(&mut head)?),
            });
        }
        Ok(Some(Self { file: Some(file), entries }))
    }

    /// The index of no run: nothing stands in it.
    pub fn of_no_run() -> Self {
        Self { file: None, entries: Vec::new() }
    }

    fn read_at(&self, bytes: &mut [u8], from: u64) -> io::Result<()> {
        let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        disk::read_exact_at(file, bytes, from)
    }

    /// The files that hold residents, or extracts.
    pub fn files(&self, residents: bool) -> impl Iterator<Item = &str> {
        let wanted = move |entry: &&Entry| (entry.kind == Kind::Residents) == residents;
        self.entries.iter().filter(wanted).map(|entry| entry.name.as_str())
    }

    /// Every written role of a row of an extract.
    ///
    /// # Errors
    /// Where the index cannot be read to its place, or is damaged there.
    pub fn roles(&self, file: &str, row: u32) -> io::Result<Vec<Found>> {
        let of = |entry: &&Entry| entry.name == file && entry.kind != Kind::Residents;
        self.entries.iter().find(of).map_or(Ok(Vec::new()), |entry| self.row(entry, row))
    }

    /// A role of a row of an extract; `None` where there is no such row, or where it writes nothing of it.
    ///
    /// # Errors
    /// Where the index cannot be read to its place, or is damaged there.
    pub fn role(&self, file: &str, row: u32, role: Role) -> io::Result<Option<Found>> {
        Ok(self.roles(file, row)?.into_iter().find(|found| found.role == Some(role)))
    }

    /// A resident by file and row.
    ///
    /// # Errors
    /// Where the index cannot be read to its place, or is damaged there.
    pub fn resident(&self, file: &str, row: u32) -> io::Result<Option<Found>> {
        let of = |entry: &&Entry| entry.name == file && entry.kind == Kind::Residents;
        self.entries.iter().find(of).map_or(Ok(None), |entry| Ok(self.row(entry, row)?.pop()))
    }

    /// Whether any role or resident may have this personal or old ID ([`Values::holds_id`]).
    ///
    /// # Errors
    /// Where the index cannot be read to its end.
    pub fn holds(&self, number: &str) -> io::Result<bool> {
        let mut bytes = vec![0; RECORD * BLOCK];
        for entry in &self.entries {
            let records = entry.rows as usize * entry.kind.roles().len().max(1);
            for from in (0..records).step_by(BLOCK) {
                let part = &mut bytes[..RECORD * BLOCK.min(records - from)];
                self.read_at(part, entry.begin + (from * RECORD) as u64)?;
                let mut values =
                    part.chunks_exact(RECORD).filter_map(|record| Values::from_bytes(&record[12..]));
                if values.any(|values| values.holds_id(number)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn row(&self, entry: &Entry, row: u32) -> io::Result<Vec<Found>> {
        let roles = entry.kind.roles();
        let width = roles.len().max(1) * RECORD;
        let mut bytes = vec![0; width];
        // Rows are in the order of the file: halve until found.
        let (mut low, mut high) = (0, entry.rows);
        while low < high {
            let middle = low + (high - low) / 2;
            self.read_at(&mut bytes, entry.begin + u64::from(middle) * width as u64)?;
            let at = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            match at.cmp(&row) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    let found = bytes.chunks_exact(RECORD).enumerate();
                    return Ok(found
                        .filter_map(|(n, bytes)| read(entry, row, roles.get(n).copied(), bytes))
                        .collect());
                }
            }
        }
        Ok(Vec::new())
    }
}

fn read(entry: &Entry, row: u32, role: Option<Role>, bytes: &[u8]) -> Option<Found> {
    let key = u64::from_le_bytes(bytes[4..12].try_into().ok()?);
    let values = Values::from_bytes(&bytes[12..])?;
    if key == 0 && values == Values::default() {
        return None;
    }
    let place = match role {
        None => format!("{}:{row}", entry.name),
        Some(role) => format!("{}:{row}:{}", entry.name, role.name()),
    };
    Some(Found { kind: entry.kind, role, side: Side { key: Key(key), values, place } })
}

fn take<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}
