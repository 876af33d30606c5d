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

/// What the findings of a row group say, in order; files and fields are numbers of `words`.
#[derive(Default)]
struct Said {
    words: Vec<String>,
    of_rows: Vec<(u32, u32, Told)>,
    /// File, row and field.
    not_valid: Vec<(u32, Option<u32>, u32)>,
}

/// Reads a row group.
fn said(table: &mut RunTable, group: usize) -> io::Result<Said> {
    let mut said = Said::default();
    let mut numbers = Numbered::default();
    let mut number = |word: &str, words: &mut Vec<String>| {
        let (number, is_new) = numbers.of(word);
        if is_new {
            words.push(word.to_owned());
        }
        number
    };
    let (codes, statuses) = (table.words(group, "code")?, table.words(group, "status")?);
    let (sources, fields) = (table.words(group, "source")?, table.words(group, "field")?);
    let (files, rows) = (table.words(group, "source_file")?, table.values::<u32>(group, "source_row")?);
    let resident_files = table.words(group, "resident_file")?;
    let resident_rows = table.values::<u32>(group, "resident_row")?;
    for at in 0..table.rows(group) {
        let code = codes.get(at);
        let is_value = NOT_VALID.contains(&code) && sources.get(at) == Kind::Residents.name();
        let tell = match code {
            "SONG-01" | "SONG-05" => Some(Told::Dead),
            "SACH-01" | "SACH-02" => Some(Told::Surplus),
            "DU-07" => Some(Told::Missing),
            _ => None,
        };
        // An officer may have said that it is no mistake.
        if (!is_value && tell.is_none()) || statuses.get(at) == FindingStatus::Rejected.name() {
            continue;
        }
        if is_value {
            let (file, field) =
                (number(files.get(at), &mut said.words), number(fields.get(at), &mut said.words));
            said.not_valid.push((file, rows[at], field));
        } else if let Some(tell) = tell {
            let (file, row) = match tell {
                Told::Dead => (resident_files.get(at), resident_rows[at]),
                Told::Surplus | Told::Missing => (files.get(at), rows[at]),
            };
            if let Some(row) = row {
                said.of_rows.push((number(file, &mut said.words), row, tell));
            }
        }
    }
    Ok(said)
}

/// Texts by number, in the order in which they were first seen.
#[derive(Default)]
pub(super) struct Numbered {
    known: FxHashMap<String, u32>,
}

impl Numbered {
    /// The number of a text, and whether it is new.
    pub(super) fn of(&mut self, key: &str) -> (u32, bool) {
        if let Some(number) = self.known.get(key) {
            return (*number, false);
        }
        let number = self.known.len() as u32;
        self.known.insert(key.to_owned(), number);
        (number, true)
    }
}

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
        let table = RunTable::open(path)?;
        let groups: Vec<usize> = (0..table.groups()).collect();
        let mut found = Self::default();
        // A cell may be damaged in more than one way.
        let mut cells: FxHashSet<(u32, Option<u32>, u32)> = FxHashSet::default();
        let mut words = Numbered::default();
        for Said { words: of_group, of_rows, not_valid } in table.each_group(&groups, said)? {
            let word = |number: u32| of_group.get(number as usize).map_or("", String::as_str);
            for (file, row, tell) in of_rows {
                found.tell(word(file), row, tell);
            }
            for (file, row, field) in not_valid {
                if cells.insert((words.of(word(file)).0, row, words.of(word(field)).0)) {
                    *found.not_valid.entry(word(field).to_owned()).or_default() += 1;
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
