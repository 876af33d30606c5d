//! Lists by households: what is written once, on the row of the head, holds for the members below.
//!
//! The number of the household, the hamlet or the address then stand on the first row of each household and nowhere
//! else. That is told by the table as a whole, never by one blank cell: a column in which members have values of their
//! own has gaps, and gaps are not filled.

use crate::domain::{Field, Relation, Table};
use crate::ingest::columns::header_cell::{HeaderCell, Texts};
use crate::ingest::columns::lexicon::Lexicon;
use crate::ingest::columns::things::Grammar;
use crate::ingest::formats::row::is_blank;
use crate::vietnamese::words;

/// Fields that members of a household share with its head.
const SHARED: [Field; 5] =
    [Field::HouseholdId, Field::CommuneCode, Field::Commune, Field::Hamlet, Field::Address];
/// So many households with members show how a list is written.
const LEAST_HOUSEHOLDS: usize = 2;
/// Of so many cells one may be otherwise.
const ONE_AMONG: usize = 20;
/// So many rows at the beginning are looked at first: nearly every list shows there that it has no such column.
const LOOKED_AT: usize = 2_000;

/// What a row is within its household.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Place {
    Head,
    Member,
    /// Nobody says.
    Unknown,
}

/// What tells heads from members.
#[derive(Copy, Clone, Debug)]
enum Sign {
    /// A column of relations to the head.
    Relation(usize),
    /// A column with the name of the head, blank on the rows of members.
    Head(usize),
}

impl Sign {
    fn of(table: &Table) -> Option<Self> {
        if let Some(at) = table.column_of(Field::RelationToHead) {
            return Some(Self::Relation(at));
        }
        let (grammar, lexicon) = (Grammar::built_in(), Lexicon::built_in());
        let mut texts = Texts::default();
        let mut head = None;
        for (at, column) in table.columns[..table.own_columns].iter().enumerate() {
            if column.field.is_some() || column.header.is_empty() {
                continue;
            }
            let reading = HeaderCell::new([column.header.as_str()], &mut texts).reading;
            let of_head = reading.persons.iter().all(|sign| lexicon.name(sign) == "p.head");
            if !reading.unknown.is_empty() || !of_head {
                continue;
            }
            if grammar.is_thing(reading.thing, "relation") {
                return Some(Self::Relation(at));
            }
            let is_name = reading.thing.is_none() && reading.signs.is_empty()
                || grammar.is_thing(reading.thing, "name");
            if is_name && !reading.persons.is_empty() {
                head = head.or(Some(Self::Head(at)));
            }
        }
        head
    }

    fn place(self, table: &Table, row: u32) -> Place {
        match self {
            Self::Relation(at) => match words::relation(table.cell_at(row, at)) {
                Relation::Head => Place::Head,
                Relation::Unknown => Place::Unknown,
                Relation::Spouse | Relation::Child | Relation::Other => Place::Member,
            },
            Self::Head(at) if is_blank(table.cell_at(row, at)) => Place::Member,
            Self::Head(_) => Place::Head,
        }
    }
}

/// Fills what heads of households share with the rows of their members, where a column is written on the rows of heads
/// alone.
pub(super) fn fill_members(table: &mut Table) {
    let mut shared: Vec<usize> = SHARED.iter().filter_map(|field| table.column_of(*field)).collect();
    shared.sort_unstable();
    if shared.is_empty() {
        return;
    }
    let Some(sign) = Sign::of(table) else { return };
    let of_heads = |rows: usize| -> Vec<usize> {
        let places: Vec<Place> = (0..rows as u32).map(|row| sign.place(table, row)).collect();
        shared.iter().copied().filter(|column| is_of_heads(table, *column, &places)).collect()
    };
    let looked = table.len().min(LOOKED_AT);
    if of_heads(looked).is_empty() {
        return;
    }
    let columns = of_heads(table.len());
    let mut above = None;
    let heads: Vec<Option<u32>> = (0..table.len() as u32)
        .map(|row| match sign.place(table, row) {
            Place::Head => {
                above = Some(row);
                None
            }
            Place::Member => above,
            // Who stands there, and in which household, nobody says.
            Place::Unknown => None,
        })
        .collect();
    table.of_heads = table.fill_from(&columns, |row| heads[row as usize]);
}

/// Whether a column is written on the rows of heads, and blank on those of members.
fn is_of_heads(table: &Table, column: usize, places: &[Place]) -> bool {
    let (mut heads, mut heads_blank, mut members, mut members_filled, mut with_members) = (0, 0, 0, 0, 0);
    let mut after_head = false;
    for (row, place) in (0u32..).zip(places) {
        let blank = is_blank(table.cell_at(row, column));
        match place {
            Place::Head => {
                heads += 1;
                heads_blank += usize::from(blank);
            }
            Place::Member => {
                members += 1;
                members_filled += usize::from(!blank);
                with_members += usize::from(after_head);
            }
            Place::Unknown => {}
        }
        after_head = *place == Place::Head;
    }
    with_members >= LEAST_HOUSEHOLDS
        && heads_blank * ONE_AMONG <= heads
        && members_filled * ONE_AMONG <= members
}
