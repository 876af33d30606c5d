//! Tables to typed records: every cell is read once, in parallel, and the result does not depend on how.

#[cfg(test)]
mod cells_tests;
mod columns;
mod communes;
mod dictionary;
mod ditto;
mod ends;
mod followed;
pub mod habit_words;
mod habits;
#[cfg(test)]
mod merger_tests;
mod rows;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use self::communes::places;
use self::dictionary::{ChunkTexts, Ids, KnownNames};
use self::rows::RowReader;
use super::read::name_apart;
use super::units::UnitMap;
use crate::domain::{
    ColumnHabit, Dataset, Day, Extract, Field, Kind, NamePool, PlaceId, Places, Presences, Registry,
    Resident, Table, TableIx, TextPool, WholeColumn,
};
use crate::vietnamese::text;
use crate::vietnamese::words::GenderCode;

pub(crate) use self::communes::{HomeProvinces, province_name};

/// Rows that one task reads with dictionaries of its own.
const CHUNK_ROWS: usize = 16_384;
/// Chunks read before their dictionaries are merged; bounds what is held twice.
const CHUNKS_AT_ONCE: usize = 16;

/// Makes the typed records of all tables.
///
/// Rows keep the order of kinds, of tables within a kind, and of the files. Names, texts and communes are
/// interned in the order in which rows write them first, whatever the number of threads.
pub fn build(mut tables: Vec<Table>, units: &UnitMap, as_of: Day) -> Dataset {
    look_at_whole(&mut tables);
    followed::mark_followed(&mut tables, as_of);
    read(tables, units, as_of)
}

/// Makes the typed records of the tables of one file, of which those that look at all files have said by which later list
/// each was followed. Communes are resolved where all of them are known.
pub(crate) fn build_file(mut tables: Vec<Table>, followed_by: &[Option<String>], as_of: Day) -> Dataset {
    look_at_whole(&mut tables);
    for (table, followed_by) in tables.iter_mut().zip(followed_by) {
        table.followed_by.clone_from(followed_by);
    }
    read(tables, &UnitMap::default(), as_of)
}

/// Gives all tables of a country, their rows wanting or not, the names by which outputs know them, and says by which later
/// list each was followed.
pub(crate) fn look_at_all(tables: &mut [Table], as_of: Day) {
    name_apart(tables);
    followed::mark_followed(tables, as_of);
}

/// Looks at each table as a whole, before records are made of its rows.
fn look_at_whole(tables: &mut [Table]) {
    tables.sort_by_key(|table| table.kind);
    tables.par_iter_mut().for_each(|table| {
        compose(table);
        table.fonts = habits::fonts_of(table);
        table.habits = habits::habits_of(table, &table.fonts);
    });
}

fn read(tables: Vec<Table>, units: &UnitMap, as_of: Day) -> Dataset {
    let mut pools = Pools::default();
    let mut known = KnownNames::default();
    let residents = read_residents(&tables, as_of, &mut pools, &mut known);
    let registry = Registry {
        has_card_column: residents.par_iter().any(|resident| resident.card_issued.is_some()),
        residents,
    };
    let in_registry = (1..pools.places.places.len() as u32).map(PlaceId).collect::<Vec<_>>();
    let kinds = Kind::extracts().filter(|kind| tables.iter().any(|t| t.kind == *kind));
    let extracts: Vec<Extract> =
        kinds.map(|kind| read_extract(kind, &tables, as_of, &mut pools, &mut known)).collect();
    drop(known);
    places::resolve(&mut pools.places, &in_registry, units);
    let Pools { mut names, mut texts, places } = pools;
    names.close();
    texts.close();
    Dataset { tables, registry, extracts, names, texts, places, as_of, presences: Presences::default() }
}

/// Finds the units in force that communes as written can mean. `places` are all that any row writes, in the order in
/// which rows write them first; so many of them, the first, are the registry's.
pub fn resolve_places(places: &mut Places, of_registry: usize, units: &UnitMap) {
    let in_registry: Vec<PlaceId> = (1..=of_registry as u32).map(PlaceId).collect();
    places::resolve(places, &in_registry, units);
}

/// What the columns of a table show as a whole, before records are made of it.
pub(super) fn habits_of(table: &Table) -> Vec<WholeColumn> {
    habits::habits_of(table, &habits::fonts_of(table))
}

/// Brings all texts of a table to Unicode normal form C, so that no output shows a letter in two pieces. Nearly no
/// table needs it, which a look at its bytes tells.
fn compose(table: &mut Table) {
    if table.bytes_of_cells().par_chunks(1 << 20).any(text::may_be_decomposed) {
        table.rewrite(text::composed);
    }
}

/// The pools of the run.
#[derive(Default)]
struct Pools {
    names: NamePool,
    texts: TextPool,
    places: Places,
}

impl Pools {
    fn take<'t>(&mut self, texts: ChunkTexts<'t>, known: &mut KnownNames<'t>) -> Ids {
        texts.merge(&mut self.names, &mut self.texts, &mut self.places, known)
    }
}

/// A range of rows of one table.
#[derive(Copy, Clone)]
struct Chunk<'t> {
    table: &'t Table,
    table_index: TableIx,
    gender_code: GenderCode,
    first: u32,
    end: u32,
}

impl<'t> Chunk<'t> {
    /// The chunks of all tables of a kind, in order.
    fn all(tables: &'t [Table], kind: Kind) -> Vec<Self> {
        let of_kind = tables.iter().enumerate().filter(|(_, table)| table.kind == kind);
        of_kind
            .flat_map(|(table_index, table)| {
                let rows = table.len() as u32;
                let genders = (0..rows).into_par_iter().map(|index| table.cell(index, Field::Gender));
                let gender_code = if table.has_habit(Field::Gender, ColumnHabit::WomenOne) {
                    GenderCode::WomenOne
                } else if table.has(Field::Gender) {
                    GenderCode::of_column(genders)
                } else {
                    GenderCode::default()
                };
                (0..rows).step_by(CHUNK_ROWS).map(move |first| Self {
                    table,
                    table_index: TableIx(table_index as u32),
                    gender_code,
                    first,
                    end: rows.min(first + CHUNK_ROWS as u32),
                })
            })
            .collect()
    }

    /// Number of rows.
    fn len(&self) -> usize {
        (self.end - self.first) as usize
    }

    fn reader<'k>(&self, as_of: Day, known: &'k KnownNames<'t>) -> RowReader<'t, 'k> {
        RowReader::new(self.table, self.table_index, as_of, self.gender_code, known)
    }
}

/// Rows to come, blank until their chunks are read into them.
fn make_room<T: Default + Clone + Send>(rows: &mut Vec<T>, more: usize) -> &mut [T] {
    let start = rows.len();
    // By all threads: most of the time goes into the first touch of the memory.
    rows.par_extend(rayon::iter::repeat_n(T::default(), more));
    &mut rows[start..]
}

/// Cuts rows into the parts of chunks, so many rows for each row of the table.
fn parts<'r, T>(mut rows: &'r mut [T], wave: &[Chunk<'_>], for_each: usize) -> Vec<&'r mut [T]> {
    wave.iter().map(|chunk| rows.split_off_mut(..chunk.len() * for_each).unwrap_or_default()).collect()
}

fn read_residents<'t>(
    tables: &'t [Table],
    as_of: Day,
    pools: &mut Pools,
    known: &mut KnownNames<'t>,
) -> Vec<Resident> {
    let chunks = Chunk::all(tables, Kind::Residents);
    let mut residents = Vec::with_capacity(chunks.iter().map(Chunk::len).sum());
    for wave in chunks.chunks(CHUNKS_AT_ONCE) {
        let rows = make_room(&mut residents, wave.iter().map(Chunk::len).sum());
        let mut rows = parts(rows, wave, 1);
        let read: Vec<ChunkTexts<'_>> = (wave, &mut rows)
            .into_par_iter()
            .map(|(chunk, rows)| {
                let mut reader = chunk.reader(as_of, known);
                rows.iter_mut().zip(chunk.first..).for_each(|(row, index)| *row = reader.resident(index));
                reader.into_texts()
            })
            .collect();
        let ids: Vec<Ids> = read.into_iter().map(|texts| pools.take(texts, known)).collect();
        (rows, &ids).into_par_iter().for_each(|(rows, ids)| {
            rows.iter_mut().for_each(|resident| resident.renumber(&mut &*ids));
        });
    }
    residents
}

fn read_extract<'t>(
    kind: Kind,
    tables: &'t [Table],
    as_of: Day,
    pools: &mut Pools,
    known: &mut KnownNames<'t>,
) -> Extract {
    let chunks = Chunk::all(tables, kind);
    let total: usize = chunks.iter().map(Chunk::len).sum();
    let roles = kind.roles().len();
    let mut extract =
        Extract { kind, rows: Vec::with_capacity(total), persons: Vec::with_capacity(total * roles) };
    for wave in chunks.chunks(CHUNKS_AT_ONCE) {
        let more = wave.iter().map(Chunk::len).sum();
        let mut rows = parts(make_room(&mut extract.rows, more), wave, 1);
        let mut persons = parts(make_room(&mut extract.persons, more * roles), wave, roles);
        let read: Vec<ChunkTexts<'_>> = (wave, &mut rows, &mut persons)
            .into_par_iter()
            .map(|(chunk, rows, persons)| {
                let mut reader = chunk.reader(as_of, known);
                let persons = persons.chunks_exact_mut(roles);
                for ((row, persons), index) in rows.iter_mut().zip(persons).zip(chunk.first..) {
                    *row = reader.extract(index, persons);
                }
                reader.into_texts()
            })
            .collect();
        let ids: Vec<Ids> = read.into_iter().map(|texts| pools.take(texts, known)).collect();
        (rows, persons, &ids).into_par_iter().for_each(|(rows, persons, ids)| {
            rows.iter_mut().for_each(|row| row.renumber(&mut &*ids));
            persons.iter_mut().for_each(|person| person.renumber(&mut &*ids));
        });
    }
    extract
}
