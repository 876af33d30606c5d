//! Roles in review out of `links.parquet`, and decided pairs that are read again out of `second_readings.parquet`: a
//! line for each resident that a role could be, the best one first.

use std::path::Path;

use rusqlite::{Statement, params};

use super::{Batch, IndexError, Source, Wanted, rounded};
use crate::domain::{Comparison, Kind, Role, Weights};
use crate::findings::catalogue::Office;
use crate::publish::{RunTable, Texts, weights_text};
use crate::review::priority;
use crate::store::{INDEX_FILE, Key, RunIndex, accounts::commune_key};

/// Inserts every pair of a table, and wants its row and the residents that it could be. `again`: pairs that were
/// decided before this run and wait for their second reader.
pub(super) fn fill(
    batch: &mut Batch<'_>,
    rows: &RunIndex,
    source: &mut Source,
    again: bool,
    wanted: &mut Wanted,
) -> Result<(), IndexError> {
    let mut insert =
        Insert { rows, again, pair: batch.insert("pairs", 21)?, candidate: batch.insert("candidates", 10)? };
    // Pairs that are read again are numbered behind all others.
    let mut id: i64 = batch.db.query_row("SELECT coalesce(max(id), 0) FROM pairs", [], |row| row.get(0))?;
    for group in 0..source.table.groups() {
        let ranks: Vec<Option<u32>> = source.ask(|table| table.values(group, "rank"))?;
        if ranks.iter().all(Option::is_none) {
            continue;
        }
        let lines = source.ask(|table| Lines::read(table, group, again))?;
        for (row, rank) in ranks.iter().enumerate() {
            let Some(rank) = *rank else { continue };
            let damaged = || source.damaged(group, row);
            if rank == 1 {
                id += 1;
                insert.pair(id, &lines, row, wanted)?.ok_or_else(damaged)?;
            }
            insert.candidate(id, rank, &lines, row, wanted)?.ok_or_else(damaged)?;
            batch.line()?;
        }
    }
    Ok(())
}

/// A row group of pairs.
struct Lines {
    source: Texts,
    source_file: Texts,
    source_row: Vec<Option<u32>>,
    role: Texts,
    probability: Vec<Option<f32>>,
    resident_file: Texts,
    resident_row: Vec<Option<u32>>,
    name: Texts,
    birth_date: Texts,
    commune_code: Texts,
    commune: Texts,
    hamlet: Texts,
    resident_name: Texts,
    weights: Bits,
}

/// The weights of pairs: counted by the run, or as they were shown to the first officer.
enum Bits {
    Counted(Vec<Vec<Option<f32>>>),
    Shown(Texts),
}

impl Lines {
    fn read(table: &mut RunTable, group: usize, again: bool) -> std::io::Result<Self> {
        let weight = |of: &Comparison| format!("weight_{}", of.name());
        Ok(Self {
            source: table.words(group, "source")?,
            source_file: table.words(group, "source_file")?,
            source_row: table.values(group, "source_row")?,
            role: table.words(group, "role")?,
            probability: table.values(group, "probability")?,
            resident_file: table.words(group, "resident_file")?,
            resident_row: table.values(group, "resident_row")?,
            name: table.words(group, "source_name")?,
            birth_date: table.words(group, "source_birth_date")?,
            commune_code: table.words(group, "source_commune_code")?,
            commune: table.words(group, "source_commune")?,
            hamlet: table.words(group, "source_hamlet")?,
            resident_name: table.words(group, "resident_name")?,
            weights: if again {
                Bits::Shown(table.words(group, "weights")?)
            } else {
                let weights = Comparison::ALL.iter().map(|of| table.values(group, &weight(of)));
                Bits::Counted(weights.collect::<Result<_, _>>()?)
            },
        })
    }

    /// `prior=-18.20; name=12.31; …`, in bits.
    fn weights(&self, row: usize) -> String {
        match &self.weights {
            Bits::Shown(texts) => texts.get(row).to_owned(),
            Bits::Counted(of) => {
                let mut weights: Weights = [0.0; Comparison::COUNT];
                weights.iter_mut().zip(of).for_each(|(weight, of)| *weight = of[row].unwrap_or(0.0));
                weights_text(&weights)
            }
        }
    }
}

struct Insert<'a> {
    rows: &'a RunIndex,
    again: bool,
    pair: Statement<'a>,
    candidate: Statement<'a>,
}

impl Insert<'_> {
    /// `None` where the line is not as a run writes it, or the run does not know the row.
    fn pair(
        &mut self,
        id: i64,
        lines: &Lines,
        at: usize,
        wanted: &mut Wanted,
    ) -> Result<Option<()>, IndexError> {
        let again = self.again;
        let Some(source) = Kind::from_name(lines.source.get(at)) else { return Ok(None) };
        let Some(role) = source.role(lines.role.get(at)) else { return Ok(None) };
        let (Some(row), Some(probability)) = (lines.source_row[at], lines.probability[at]) else {
            return Ok(None);
        };
        let (file, probability) = (lines.source_file.get(at), rounded(probability));
        let known = self.rows.role(file, row, role).map_err(IndexError::io(Path::new(INDEX_FILE)))?;
        let Some(known) = known else { return Ok(None) };
        let key = known.side.key;
        self.pair.execute(params![
            id,
            pair_number(file, row, role, again),
            source.name(),
            file,
            row,
            role.name(),
            wanted.row(file, row),
            commune_key(lines.commune_code.get(at), lines.commune.get(at)),
            lines.commune.get(at),
            lines.hamlet.get(at).trim(),
            Office::of_source(source).name(),
            lines.name.get(at),
            lines.birth_date.get(at),
            probability,
            role == Role::Deceased,
            priority::of(source, role, probability),
            key.0 as i64,
            again || is_sampled(key),
            again,
            "",
            "",
        ])?;
        Ok(Some(()))
    }

    /// `None` where the line is not as a run writes it, or the run does not know the resident.
    fn candidate(
        &mut self,
        id: i64,
        rank: u32,
        lines: &Lines,
        at: usize,
        wanted: &mut Wanted,
    ) -> Result<Option<()>, IndexError> {
        let (Some(row), Some(probability)) = (lines.resident_row[at], lines.probability[at]) else {
            return Ok(None);
        };
        let file = lines.resident_file.get(at);
        let known = self.rows.resident(file, row).map_err(IndexError::io(Path::new(INDEX_FILE)))?;
        let Some(known) = known else { return Ok(None) };
        self.candidate.execute(params![
            id,
            rank,
            wanted.row(file, row),
            file,
            row,
            lines.resident_name.get(at),
            rounded(probability),
            lines.weights(at),
            known.side.key.0 as i64,
            None::<i64>,
        ])?;
        Ok(Some(()))
    }
}

/// The number of a role in review, for its address. The row of a pair that is read again may be in review anew:
/// that is another pair.
fn pair_number(file: &str, row: u32, role: Role, again: bool) -> String {
    let reading = if again { "\nagain" } else { "" };
    let digest = blake3::hash(format!("{file}\n{row}\n{}{reading}", role.name()).as_bytes());
    digest.to_hex()[..12].to_string()
}

/// Whether a pair belongs to the tenth that is read a second time: by what its row is known by, so that nobody can
/// choose, and the same ones every night.
fn is_sampled(key: Key) -> bool {
    blake3::hash(&key.0.to_be_bytes()).as_bytes()[0] < 26
}
