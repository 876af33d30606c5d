//! IDs that stand on other rows than their owners: a column that was sorted or pasted by itself, so that in a block of
//! rows every number stands a row too high or too low, or all of them in another order. One case about the file, not a
//! wrong name on every row; and no evidence of who is on the row.

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::domain::{
    Dataset, DateCell, Extract, Field, Lang, NameId, Person, PersonalId, Registry, ResidentIx, RowRef, Table,
    TableIx,
};
use crate::words::text;

/// Rows by which a column may have moved.
const DISTANCES: [i64; 6] = [1, -1, 2, -2, 3, -3];
/// So many numbers that all fit the names as far away show a block.
const LEAST: u64 = 10;
/// So many numbers whose owners are all on other rows show that a column was sorted by itself: any order will do then,
/// so it takes more to show it.
const LEAST_SCATTERED: u64 = 30;
/// So many rows at either end of a block may be of it where they do not tell.
const EDGE: usize = 3;
/// So many numbers in a row that do not fit end it: the owner may be called otherwise on a row or two.
const MOST_MISSES: u32 = 2;

/// A block of rows whose personal IDs are those of the persons on other rows.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedIds {
    /// The table.
    pub table: TableIx,
    /// The first and the last row of the block, by index within the table.
    pub rows: (u32, u32),
    /// On which row below (above, where negative) the person of a number stands; 0 where the numbers stand in another
    /// order.
    pub by: i64,
    /// Numbers that show it.
    pub shown: u64,
    /// Whether the dates of birth moved with the numbers.
    pub with_dates: bool,
    /// The first and the last row that may be of the block, by index within the table: those at its ends that do not
    /// tell are counted in.
    pub within: (u32, u32),
}

impl MovedIds {
    /// Whether a row may be of the block.
    pub(crate) fn covers(&self, row: RowRef) -> bool {
        self.table == row.table && (self.within.0..=self.within.1).contains(&row.index)
    }
}

/// All blocks of the extracts, in the order of the data. `owner` finds the bearer of a number in the registry.
pub fn moved_ids(data: &Dataset, owner: &(dyn Fn(PersonalId) -> Option<ResidentIx> + Sync)) -> Vec<MovedIds> {
    data.extracts.iter().flat_map(|extract| of_extract(&data.registry, extract, owner)).collect()
}

/// The blocks of one extract.
pub(crate) fn of_extract(
    registry: &Registry,
    extract: &Extract,
    owner: &(dyn Fn(PersonalId) -> Option<ResidentIx> + Sync),
) -> Vec<MovedIds> {
    let roles = extract.kind.roles().len();
    let owner = |row: usize| extract.persons[row * roles].personal_id().and_then(owner);
    let owners: Vec<Option<ResidentIx>> =
        (0..extract.rows.len()).into_par_iter().with_min_len(4_096).map(owner).collect();
    let name = |ix: &Option<ResidentIx>| ix.map_or(NameId::BLANK, |ix| registry.get(ix).person.name.id);
    let owner_names: Vec<NameId> = owners.par_iter().with_min_len(4_096).map(name).collect();
    let look = Look { registry, extract, owners, owner_names };
    let mut blocks: Vec<MovedIds> = DISTANCES.into_iter().flat_map(|by| look.moved_by(by)).collect();
    blocks.extend(look.scattered(&blocks));
    blocks.sort_by_key(|block| (block.table, block.rows));
    blocks
}

/// An extract, with the owners of the numbers on its rows.
struct Look<'a> {
    registry: &'a Registry,
    extract: &'a Extract,
    owners: Vec<Option<ResidentIx>>,
    /// What the registry calls them; blank where there is none.
    owner_names: Vec<NameId>,
}

/// A block as it grows.
#[derive(Copy, Clone)]
struct Run {
    first: usize,
    last: usize,
    shown: u64,
}

impl Look<'_> {
    fn person(&self, row: usize) -> &Person {
        &self.extract.persons[row * self.extract.kind.roles().len()]
    }

    fn owner_name(&self, row: usize) -> NameId {
        self.owner_names[row]
    }

    fn same_table(&self, a: usize, b: usize) -> bool {
        self.extract.rows[a].row.table == self.extract.rows[b].row.table
    }

    /// Whether the row so far away bears the name of the owner of the number.
    fn fits(&self, row: usize, by: i64) -> bool {
        usize::try_from(row as i64 + by).is_ok_and(|other| {
            other < self.owners.len()
                && self.same_table(row, other)
                && self.person(other).name.id == self.owner_name(row)
        })
    }

    /// Runs of rows of one table that show something, a few of the numbered rows between them excepted. `None` is what
    /// a row says that tells neither.
    fn runs(&self, shows: impl Fn(usize) -> Option<bool>, least: u64) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut run: Option<Run> = None;
        let mut misses = 0;
        for row in 0..self.owners.len() {
            let begins = row > 0 && !self.same_table(row, row - 1);
            if begins {
                runs.extend(run.take());
            }
            if self.owner_name(row).is_blank() {
                continue;
            }
            match shows(row) {
                Some(true) => {
                    misses = 0;
                    let of = run.get_or_insert(Run { first: row, last: row, shown: 0 });
                    (of.last, of.shown) = (row, of.shown + 1);
                }
                Some(false) => {
                    misses += 1;
                    if misses > MOST_MISSES {
                        runs.extend(run.take());
                    }
                }
                None => {}
            }
        }
        runs.extend(run);
        runs.retain(|run| run.shown >= least);
        runs
    }

    fn moved_by(&self, by: i64) -> Vec<MovedIds> {
        let runs = self.runs(|row| Some(!self.fits(row, 0) && self.fits(row, by)), LEAST);
        runs.into_iter().map(|run| self.block(run, by)).collect()
    }

    /// Blocks in which the numbers are those of the block's persons, each its own, and nearly none stands with its
    /// owner. Papers of one person on the rows of several are not such.
    fn scattered(&self, moved: &[MovedIds]) -> Vec<MovedIds> {
        let at = |row: usize| self.extract.rows[row].row;
        let is_known = |row: usize| moved.iter().any(|block| block.covers(at(row)));
        // A column is sorted by itself within its own table.
        let named = (0..self.owners.len()).map(|row| (at(row).table, self.person(row).name.id));
        let here: FxHashSet<(TableIx, NameId)> = named.collect();
        let shows = |row: usize| {
            let name = self.owner_name(row);
            if name == self.person(row).name.id || is_known(row) {
                return Some(false);
            }
            // Somebody whom the list spells otherwise than the registry tells nothing.
            here.contains(&(at(row).table, name)).then_some(true)
        };
        let runs = self.runs(shows, LEAST_SCATTERED);
        if runs.is_empty() {
            return Vec::new();
        }
        // Whoever stands with the own number too has lent it to others: parents on the cards of their children.
        let at_home = (0..self.owners.len()).filter(|row| self.fits(*row, 0));
        let at_home: FxHashSet<(TableIx, ResidentIx)> =
            at_home.filter_map(|row| Some((at(row).table, self.owners[row]?))).collect();
        let is_order = |run: &Run| {
            let rows = || (run.first..=run.last).filter(|row| self.owners[*row].is_some());
            let names: FxHashSet<NameId> =
                (run.first..=run.last).map(|row| self.person(row).name.id).collect();
            let owners: FxHashSet<ResidentIx> = rows().filter_map(|row| self.owners[row]).collect();
            let within = rows().filter(|row| names.contains(&self.owner_name(*row))).count();
            let table = at(run.first).table;
            let lent = owners.iter().filter(|owner| at_home.contains(&(table, **owner))).count();
            let count = rows().count();
            owners.len() * 10 >= count * 9 && within * 10 >= count * 6 && lent * 10 <= count
        };
        runs.into_iter().filter(is_order).map(|run| self.block(run, 0)).collect()
    }

    fn block(&self, run: Run, by: i64) -> MovedIds {
        let row = |at: usize| self.extract.rows[at].row;
        // The dates of the owners beside their numbers: they came along.
        let (mut owners, mut rows) = (0_u64, 0_u64);
        for (at, owner) in (run.first..=run.last).filter_map(|at| Some((at, self.owners[at]?))) {
            let (own, of_owner) = (self.person(at).birth, self.registry.get(owner).person.birth);
            if let (DateCell::Sound(own), DateCell::Sound(of_owner)) = (own, of_owner) {
                rows += 1;
                owners += u64::from(own == of_owner);
            }
        }
        MovedIds {
            table: row(run.first).table,
            rows: (row(run.first).index, row(run.last).index),
            by,
            shown: run.shown,
            with_dates: owners * 2 > rows,
            within: self.with_edges(run),
        }
    }

    /// The rows of a run and those beside it whose numbers tell nothing, so that they may be of the block.
    fn with_edges(&self, run: Run) -> (u32, u32) {
        let tells_nothing = |at: &usize| self.owners[*at].is_none() && self.same_table(*at, run.first);
        let before = (run.first.saturating_sub(EDGE)..run.first).rev().take_while(tells_nothing).count();
        let last = (run.last + EDGE).min(self.owners.len() - 1);
        let behind = (run.last + 1..=last).take_while(tells_nothing).count();
        let index = |row: usize| self.extract.rows[row].row.index;
        (index(run.first - before), index(run.last + behind))
    }
}

impl MovedIds {
    /// What happened and what to do about it, in the user's language.
    pub fn sentence(&self, table: &Table, lang: Lang) -> String {
        let (first, last) = (table.source_row(self.rows.0), table.source_row(self.rows.1));
        let (header, by, shown) = (table.header(Field::PersonalId), self.by.abs(), self.shown);
        let mut said = match self.by {
            1.. => text!(lang, "files.moved.below", first, last, header, by, shown),
            0 => text!(lang, "files.moved.scattered", first, last, header, shown),
            _ => text!(lang, "files.moved.above", first, last, header, by, shown),
        };
        if self.with_dates {
            let header = table.header(Field::BirthDate);
            said.push(' ');
            said.push_str(&text!(lang, "files.moved.with_dates", header));
        }
        said
    }
}
