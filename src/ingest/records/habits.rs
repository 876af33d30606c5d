//! What columns show as a whole: damage that a program did to all cells alike is one case about the file.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::columns::date_habits;
use crate::domain::{
    ColumnHabit, Day, Field, Gender, IdCell, Kind, LegacyFont, PartialDate, Table, WholeColumn,
};
use crate::vietnamese::legacy::{font_of_column, is_typed_in, shows_font};
use crate::vietnamese::words::{self, GenderCode};
use crate::vietnamese::{date, ident};

/// Fields of names that a font may show.
const NAMES: [Field; 7] = [
    Field::FullName,
    Field::MotherName,
    Field::FatherName,
    Field::SpouseName,
    Field::GuardianName,
    Field::HusbandName,
    Field::WifeName,
];

/// Fields of personal IDs.
const IDS: [Field; 7] = [
    Field::PersonalId,
    Field::FatherId,
    Field::MotherId,
    Field::SpouseId,
    Field::GuardianId,
    Field::HusbandPersonalId,
    Field::WifePersonalId,
];

/// So many IDs without their zeros show a column that lost them, ...
const LEAST_LOST: u64 = 20;
/// ... where at most one of so many kept them.
const LOST_FOR_EACH_KEPT: u64 = 20;
/// Cells that are looked at first: where few of them lost anything, the column is sound.
const LOOKED_AT: u32 = 1_024;
/// So many pairs of rows with one ID and two names show a column that was filled down, ...
const LEAST_PAIRS: u64 = 10;
/// ... where they are one of so many.
const PAIRS_AMONG: u64 = 20;

/// So many stops before the beginning show that days stand beside other rows, ...
const LEAST_BEFORE: u64 = 3;
/// ... where they are one of so many.
const BEFORE_AMONG: u64 = 50;
/// So many days without a reason and as many reasons without a day show it too, where more are parted than together.
const LEAST_PARTED: u64 = 10;

/// In a registry of so many rows not all are dead.
const LEAST_FILLED: usize = 100;

/// So many rows show what the codes of a column of genders mean, where four of five agree.
const LEAST_WOMEN: u64 = 4;

/// The columns of names that are typed in a legacy font throughout.
pub(super) fn fonts_of(table: &Table) -> Vec<(Field, LegacyFont)> {
    let font = |field: Field| {
        let cells = (0..table.len() as u32).map(|index| table.cell(index, field));
        font_of_column(cells).map(|font| (field, font))
    };
    NAMES.into_iter().filter(|field| table.has(*field)).filter_map(font).collect()
}

/// What the columns of a table show as a whole, in the order of fields.
pub(super) fn habits_of(table: &Table, fonts: &[(Field, LegacyFont)]) -> Vec<WholeColumn> {
    let mut habits: Vec<WholeColumn> = Vec::new();
    for (field, habit) in date_habits(table) {
        let (first, cells) = shown(table, |index| !table.cell(index, field).trim().is_empty());
        habits.push(WholeColumn { field, habit, first, cells });
    }
    for &(field, font) in fonts {
        let cell = |index: u32| table.cell(index, field).trim();
        let (first, cells) = shown(table, |index| is_typed_in(cell(index), font));
        let first = (0..table.len() as u32).find(|index| shows_font(cell(*index), font)).unwrap_or(first);
        habits.push(WholeColumn { field, habit: ColumnHabit::LegacyFont(font), first, cells });
    }
    for field in IDS.into_iter().filter(|field| table.has(*field)) {
        habits.extend(lost_zeros(table, field));
        habits.extend(masked(table, field));
    }
    habits.extend(filled_down(table));
    habits.extend(filler(table));
    habits.extend(stops_apart(table, &habits));
    habits.extend(women_one(table));
    habits.extend(of_heads(table));
    habits.sort_by_key(|whole| whole.field as usize);
    habits
}

/// A column of genders in which 1 stands for women: the persons' IDs and names say so.
fn women_one(table: &Table) -> Option<WholeColumn> {
    let field = Field::Gender;
    if !table.has(field) {
        return None;
    }
    // Whether the row shows that 1 stands for women, or for men.
    let shows = |index: u32| {
        let is_one = GenderCode::is_one(table.cell(index, field))?;
        let is_woman = |gender: Gender| gender == Gender::Female;
        let of_id = match ident::read(table.cell(index, Field::PersonalId)) {
            IdCell::Personal(id) => Some(is_woman(id.gender())),
            _ => None,
        };
        let of_row =
            of_id.or_else(|| words::gender_of_name(table.cell(index, Field::FullName)).map(is_woman))?;
        Some(of_row == is_one)
    };
    let step = step_of(table);
    let (mut women, mut all) = (0_u64, 0_u64);
    for shown in (0..table.len() as u32).step_by(step).filter_map(shows) {
        all += 1;
        women += u64::from(shown);
    }
    if women < LEAST_WOMEN || women * 5 < all * 4 {
        return None;
    }
    let (first, cells) = shown(table, |index| GenderCode::is_one(table.cell(index, field)).is_some());
    Some(WholeColumn { field, habit: ColumnHabit::WomenOne, first, cells })
}

/// Of so many rows one is looked at first.
fn step_of(table: &Table) -> usize {
    (table.len() as u32 / LOOKED_AT).max(1) as usize
}

/// The first of the rows that show something, and how many do.
fn shown(table: &Table, shows: impl Fn(u32) -> bool + Sync) -> (u32, u64) {
    let of = |index: u32| if shows(index) { (index, 1) } else { (u32::MAX, 0) };
    let (first, cells) = (0..table.len() as u32)
        .into_par_iter()
        .with_min_len(4_096)
        .map(of)
        .reduce(|| (u32::MAX, 0), |a, b| (a.0.min(b.0), a.1 + b.1));
    (if cells == 0 { 0 } else { first }, cells)
}

/// Whether an ID lost its zeros, or kept them.
fn zeros(cell: &str) -> Option<bool> {
    match ident::read(cell) {
        IdCell::LostZero(_) => Some(true),
        // Only these have a zero to lose.
        IdCell::Personal(id) if id.number() < 100_000_000_000 => Some(false),
        _ => None,
    }
}

/// A column of IDs that lost their zeros throughout.
fn lost_zeros(table: &Table, field: Field) -> Option<WholeColumn> {
    let count = |step: usize| {
        let indices = (0..table.len() as u32).into_par_iter().with_min_len(4_096).step_by(step);
        indices
            .filter_map(|index| Some((index, zeros(table.cell(index, field))?)))
            .fold(
                || (u32::MAX, 0, 0),
                |(first, lost, kept), (index, is_lost)| match is_lost {
                    true => (index.min(first), lost + 1, kept),
                    false => (first, lost, kept + 1),
                },
            )
            .reduce(|| (u32::MAX, 0_u64, 0_u64), |a, b| (a.0.min(b.0), a.1 + b.1, a.2 + b.2))
    };
    let is_whole = |(_, lost, kept): (u32, u64, u64)| lost >= LEAST_LOST && lost >= LOST_FOR_EACH_KEPT * kept;
    let step = step_of(table);
    let looked = count(step);
    if !is_whole(looked) {
        return None;
    }
    let all = if step == 1 { looked } else { count(1) };
    is_whole(all).then_some(WholeColumn { field, habit: ColumnHabit::LostZeros, first: all.0, cells: all.1 })
}

/// Whether at most one in so many rows is not as the others.
fn is_throughout(cells: u64, all: u64) -> bool {
    cells * LOST_FOR_EACH_KEPT >= all * (LOST_FOR_EACH_KEPT - 1)
}

/// A column of IDs whose digits are hidden throughout.
fn masked(table: &Table, field: Field) -> Option<WholeColumn> {
    let step = step_of(table);
    let mut looked = (0..table.len() as u32).step_by(step).map(|index| table.cell(index, field));
    if !looked.any(ident::is_masked) {
        return None;
    }
    let (first, cells) = shown(table, |index| ident::is_masked(table.cell(index, field)));
    let (_, filled) = shown(table, |index| !table.cell(index, field).trim().is_empty());
    let is_whole = cells >= LEAST_LOST && is_throughout(cells, filled);
    is_whole.then_some(WholeColumn { field, habit: ColumnHabit::Masked, first, cells })
}

/// The days of death of a registry in which one value that tells of none stands throughout: "31/12/9999", "Không".
fn filler(table: &Table) -> Option<WholeColumn> {
    let field = Field::DeathDate;
    if table.kind != Kind::Residents || !table.has(field) || table.len() < LEAST_FILLED {
        return None;
    }
    let cell = |index: u32| table.cell(index, field).trim();
    let step = step_of(table);
    let mut counts: FxHashMap<&str, u32> = FxHashMap::default();
    let looked = (0..table.len() as u32).step_by(step).map(cell).filter(|cell| !cell.is_empty());
    looked.for_each(|cell| *counts.entry(cell).or_default() += 1);
    let (value, _) = counts.into_iter().max_by_key(|(value, count)| (*count, *value))?;
    let (first, cells) = shown(table, |index| cell(index) == value);
    // More than half of a population did not die on one day.
    let is_whole = cells * 2 > table.len() as u64;
    is_whole.then_some(WholeColumn { field, habit: ColumnHabit::Filler, first, cells })
}

/// Days and reasons of stops that moved against the rows, or against each other. `known` is what is known of the columns.
fn stops_apart(table: &Table, known: &[WholeColumn]) -> Option<WholeColumn> {
    let field = Field::StopDate;
    if !table.has(field) || !table.has(Field::StopReason) {
        return None;
    }
    let begins = [Field::StartDate, Field::ValidFrom].into_iter().find(|field| table.has(*field));
    // Days that are not read as they are written are not compared.
    let is_plain = !known.iter().any(|whole| whole.field == field || Some(whole.field) == begins);
    // Whatever day the list is of, these are compared with each other alone.
    let late = Day::from_civil(2100, 1, 1)?;
    let day = |index: u32, field: Field| date::read(table.cell(index, field), late).sound();
    let is_before = |index: u32| {
        let stop = day(index, field).map(PartialDate::last_day);
        let begin = begins.and_then(|begins| day(index, begins)).map(PartialDate::first_day);
        is_plain && stop.zip(begin).is_some_and(|(stop, begin)| stop < begin)
    };
    let is_filled = |index: u32, field: Field| !table.cell(index, field).trim().is_empty();
    let tells = |index: u32| {
        let (day, reason) = (is_filled(index, field), is_filled(index, Field::StopReason));
        [day, day && is_before(index), day && reason, reason && !day].map(u64::from)
    };
    let [days, before, together, alone] = (0..table.len() as u32)
        .into_par_iter()
        .with_min_len(4_096)
        .map(tells)
        .reduce(|| [0; 4], |a, b| std::array::from_fn(|n| a[n] + b[n]));
    let parted = (days - together).min(alone);
    let is_whole = before >= LEAST_BEFORE && before * BEFORE_AMONG >= days
        || parted >= LEAST_PARTED && parted > together;
    if !is_whole {
        return None;
    }
    let first = (0..table.len() as u32).find(|index| is_filled(*index, field))?;
    Some(WholeColumn { field, habit: ColumnHabit::Apart, first, cells: days })
}

/// A column of IDs that was filled down over rows of other persons.
fn filled_down(table: &Table) -> Option<WholeColumn> {
    let field = Field::PersonalId;
    if !table.has(field) || !table.has(Field::FullName) {
        return None;
    }
    let is_filled = |index: u32| {
        let (above, row) = (table.row(index - 1), table.row(index));
        let id = row.cell(field).trim();
        id.len() >= 9
            && id == above.cell(field).trim()
            && id.bytes().any(|b| b.is_ascii_digit() && b != id.as_bytes()[0])
            && row.cell(Field::FullName).trim() != above.cell(Field::FullName).trim()
    };
    let (first, cells) = shown(table, |index| index > 0 && is_filled(index));
    let is_whole = cells >= LEAST_PAIRS && cells * PAIRS_AMONG >= table.len() as u64;
    is_whole.then_some(WholeColumn { field, habit: ColumnHabit::FilledDown, first, cells })
}

/// The columns that are written on the rows of heads of households alone.
fn of_heads(table: &Table) -> Vec<WholeColumn> {
    let mut habits: Vec<WholeColumn> = Vec::new();
    for &(row, column) in &table.of_heads {
        let Some(field) = table.columns.get(column).and_then(|column| column.field) else { continue };
        match habits.iter_mut().find(|whole| whole.field == field) {
            Some(whole) => whole.cells += 1,
            None => habits.push(WholeColumn { field, habit: ColumnHabit::OfHeads, first: row, cells: 1 }),
        }
    }
    habits
}
