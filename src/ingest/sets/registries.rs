//! Two exports of one registry, of two dates, or sheets beside the sheet of all: read together they would make everybody
//! stand there twice.

use std::hash::{Hash as _, Hasher as _};
use std::path::PathBuf;

use rayon::prelude::*;
use rustc_hash::FxHasher;

use crate::domain::{Field, Kind, Table};
use crate::ingest::columns::key::key;
use crate::ingest::error::IngestError;

/// Fewer residents that stand in both files show nothing: a person may stand twice by mistake.
const LEAST_SHARED: usize = 3;

/// Refuses two files or sheets of residents where most of one stand in the other: which of them counts is the user's to say.
///
/// # Errors
/// [`IngestError::TwoRegistries`].
pub(in crate::ingest) fn two_dates_of_one(tables: &[Table]) -> Result<(), IngestError> {
    let registries: Vec<&Table> = tables.iter().filter(|table| table.kind == Kind::Residents).collect();
    if registries.len() < 2 {
        return Ok(());
    }
    let residents: Vec<Vec<u64>> = registries.par_iter().map(|table| residents_of(table)).collect();
    for (at, one) in registries.iter().enumerate() {
        for (before, other) in registries[..at].iter().enumerate() {
            let (mine, theirs) = (&residents[at], &residents[before]);
            let fewer = mine.len().min(theirs.len());
            if fewer < LEAST_SHARED {
                continue;
            }
            let shared = shared(mine, theirs);
            if shared >= LEAST_SHARED && shared * 2 > fewer {
                let are_sheets = one.path == other.path;
                let files = (named(other, are_sheets), named(one, are_sheets));
                return Err(IngestError::TwoRegistries { files, are_sheets, shared, fewer });
            }
        }
    }
    Ok(())
}

/// The path of a table as the command line takes it, with its sheet where that tells it from another.
fn named(table: &Table, with_sheet: bool) -> PathBuf {
    match table.sheet.as_ref().filter(|_| with_sheet) {
        Some(sheet) => format!("{}#{sheet}", table.path.display()).into(),
        None => table.path.clone(),
    }
}

/// Who stands in a file, sorted: by personal ID, and by name and date of birth where none is written.
fn residents_of(table: &Table) -> Vec<u64> {
    let resident = |index: u32| {
        let row = table.row(index);
        let digits =
            |field: Field| -> String { row.cell(field).chars().filter(char::is_ascii_digit).collect() };
        let mut hasher = FxHasher::default();
        let id = digits(Field::PersonalId);
        if id.len() >= 9 {
            // A spreadsheet takes the zeros in front away in one export and leaves them in the other.
            id.trim_start_matches('0').hash(&mut hasher);
        } else {
            let name = key(row.cell(Field::FullName));
            if name.is_empty() {
                return None;
            }
            (name, digits(Field::BirthDate)).hash(&mut hasher);
        }
        Some(hasher.finish())
    };
    let mut residents: Vec<u64> = (0..table.len() as u32).into_par_iter().filter_map(resident).collect();
    residents.par_sort_unstable();
    residents.dedup();
    residents
}

/// How many of two sorted lists are the same.
fn shared(one: &[u64], other: &[u64]) -> usize {
    let (mut a, mut b, mut shared) = (0, 0, 0);
    while let (Some(x), Some(y)) = (one.get(a), other.get(b)) {
        a += usize::from(x <= y);
        b += usize::from(y <= x);
        shared += usize::from(x == y);
    }
    shared
}
