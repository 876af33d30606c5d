//! What the findings of a run say of its rows.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::Kind;
use crate::publish::columnar::RunTable;
use crate::store::FindingStatus;

/// What a finding says of a row.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// A resident who is dead: SONG-01, SONG-05.
    Dead,
    /// The row is of one who stands there already: SACH-01, SACH-02.
    Surplus,
    /// A child who is not in the registry: DU-07.
    Missing,
}

/// What is told of rows, by file and row.
pub(super) type TellsOf = FxHashMap<String, FxHashMap<u32, Told>>;

/// Codes of a value in the registry that is none: malformed, impossible, damaged.
const NOT_VALID: [&str; 4] = ["SACH-03", "SACH-05", "SACH-06", "SACH-07"];

/// What the findings of a run say.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) of_rows: TellsOf,
    /// Values of the registry that are not valid, by the name of their field.
    pub(super) not_valid: BTreeMap<String, u64>,
}

impl Findings {
    /// Reads the list for machines.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let mut found = Self::default();
        // A cell may be damaged in more than one way.
        let mut cells: FxHashSet<(String, Option<u32>, String)> = FxHashSet::default();
        let mut table = RunTable::open(path)?;
        for group in 0..table.groups() {
            let (codes, statuses) = (table.words(group, "code")?, table.words(group, "status")?);
            let (sources, fields) = (table.words(group, "source")?, table.words(group, "field")?);
            let (files, rows) =
                (table.words(group, "source_file")?, table.values::<u32>(group, "source_row")?);
            let resident_files = table.words(group, "resident_file")?;
            let resident_rows = table.values::<u32>(group, "resident_row")?;
            for at in 0..table.rows(group) {
                // An officer said that it is no mistake.
                if statuses.get(at) == FindingStatus::Rejected.name() {
                    continue;
                }
                let code = codes.get(at);
                if NOT_VALID.contains(&code) && sources.get(at) == Kind::Residents.name() {
                    let cell = (files.get(at).to_owned(), rows[at], fields.get(at).to_owned());
                    if cells.insert(cell) {
                        *found.not_valid.entry(fields.get(at).to_owned()).or_default() += 1;
                    }
                    continue;
                }
                let (tell, file, row) = match code {
                    "SONG-01" | "SONG-05" => (Told::Dead, resident_files.get(at), resident_rows[at]),
                    "SACH-01" | "SACH-02" => (Told::Surplus, files.get(at), rows[at]),
                    "DU-07" => (Told::Missing, files.get(at), rows[at]),
                    _ => continue,
                };
                if let Some(row) = row {
                    found.tell(file, row, tell);
                }
            }
        }
        Ok(found)
    }

    fn tell(&mut self, file: &str, row: u32, tell: Told) {
        let of_file = match self.of_rows.get_mut(file) {
            Some(of_file) => of_file,
            None => self.of_rows.entry(file.to_owned()).or_default(),
        };
        // What stands twice is not counted, whatever else is said of it.
        let slot = of_file.entry(row).or_insert(tell);
        if tell == Told::Surplus {
            *slot = tell;
        }
    }
}
