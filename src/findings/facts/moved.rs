//! IDs that stand on other rows than their owners: a column that was sorted or pasted by itself, so that in a block of
//! rows every number stands a row too high or too low. One case about the file, not a wrong name on every row.

use rayon::prelude::*;

use super::Facts;
use crate::domain::{Extract, Field, Lang, NameId, Table};
use crate::words::text;

/// Rows by which a column may have moved.
const DISTANCES: [i64; 6] = [1, -1, 2, -2, 3, -3];
/// So many numbers that all fit the names as far away show a block.
const LEAST: u64 = 10;
/// So many numbers in a row that do not fit end it: the owner may be called otherwise on a row or two.
const MOST_MISSES: u32 = 2;

/// A block of rows whose personal IDs are those of the persons on other rows.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct MovedIds {
    /// The table.
    pub table: u16,
    /// The first and the last row of the block, by index.
    pub rows: (u32, u32),
    /// On which row below (above, where negative) the person of a number stands.
    pub by: i64,
    /// Numbers that show it.
    pub shown: u64,
}

/// All blocks of the extracts, in the order of the data.
pub(crate) fn moved_ids(facts: &Facts<'_>) -> Vec<MovedIds> {
    facts.data.extracts.iter().flat_map(|extract| of_extract(facts, extract)).collect()
}

fn of_extract(facts: &Facts<'_>, extract: &Extract) -> Vec<MovedIds> {
    let roles = extract.kind.roles().len();
    let person = |row: usize| &extract.persons[row * roles];
    // What the registry calls the owner of the number on a row.
    let owner = |row: usize| -> NameId {
        let id = person(row).personal_id();
        let of = id.and_then(|id| facts.personal_ids.owners(id.number()).next());
        of.map_or(NameId::BLANK, |ix| facts.resident(ix).person.name.id)
    };
    let owners: Vec<NameId> =
        (0..extract.rows.len()).into_par_iter().with_min_len(4_096).map(owner).collect();
    let fits = |row: usize, by: i64| -> bool {
        let other = row as i64 + by;
        let same_table = |other: usize| extract.rows[other].row.table == extract.rows[row].row.table;
        usize::try_from(other).is_ok_and(|other| {
            other < owners.len() && same_table(other) && person(other).name.id == owners[row]
        })
    };
    let mut blocks: Vec<MovedIds> = Vec::new();
    for by in DISTANCES {
        let mut block: Option<(usize, usize, u64)> = None;
        let mut misses = 0;
        let mut close = |block: &mut Option<(usize, usize, u64)>| {
            if let Some((first, last, shown)) = block.take().filter(|(_, _, shown)| *shown >= LEAST) {
                let row = |at: usize| extract.rows[at].row;
                let (table, rows) = (row(first).table, (row(first).index, row(last).index));
                blocks.push(MovedIds { table, rows, by, shown });
            }
        };
        for (row, owner) in owners.iter().enumerate() {
            let begins = row > 0 && extract.rows[row].row.table != extract.rows[row - 1].row.table;
            if begins {
                close(&mut block);
            }
            if owner.is_blank() {
                continue;
            }
            if !fits(row, 0) && fits(row, by) {
                misses = 0;
                block = Some(block.map_or((row, row, 1), |(first, _, shown)| (first, row, shown + 1)));
            } else {
                misses += 1;
                if misses > MOST_MISSES {
                    close(&mut block);
                }
            }
        }
        close(&mut block);
    }
    blocks.sort_by_key(|block| (block.table, block.rows));
    blocks
}

impl MovedIds {
    /// What happened and what to do about it, in the user's language.
    pub fn sentence(&self, table: &Table, lang: Lang) -> String {
        let (first, last) = (table.source_row(self.rows.0), table.source_row(self.rows.1));
        let (header, by, shown) = (table.header(Field::PersonalId), self.by.abs(), self.shown);
        match self.by > 0 {
            true => text!(lang, "files.moved.below", first, last, header, by, shown),
            false => text!(lang, "files.moved.above", first, last, header, by, shown),
        }
    }
}
