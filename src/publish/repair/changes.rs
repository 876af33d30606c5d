//! What is wrong with the cells of a table, and what is certain to undo it.

use std::borrow::Cow;

use rayon::prelude::*;

use super::Cases;
use super::source::{Source, parts_of};
use crate::domain::{
    Code, ColumnHabit, DateCell, Day, Field, Finding, IdCell, LegacyFont, Origin, Person, PersonalId, Pillar,
    Role, RowRef, Table, WholeColumn,
};
use crate::findings::{MovedIds, person_fields};
use crate::vietnamese::date::{self, DateColumn};
use crate::vietnamese::legacy::is_typed_in;
use crate::vietnamese::{name, text};

/// A cell of which something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change<'a> {
    /// The data row, by index.
    pub(super) row: u32,
    /// The column, from 0.
    pub(super) column: usize,
    /// What the cell should say, where that is certain.
    pub(super) new: Option<Cow<'a, str>>,
    /// What it may be, where somebody has to look.
    pub(super) proposed: &'a str,
    /// Why.
    pub(super) why: Why,
}

/// Why a cell is to be changed.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// A finding of this code.
    Finding(Code),
    /// What happened to the whole column.
    Column(ColumnHabit),
    /// The column moved against the names in a block of rows.
    Moved,
}

impl Why {
    /// The code of the finding that it is, or would be if only this cell showed it.
    pub(super) fn code(self) -> Option<Code> {
        match self {
            Self::Finding(code) => Some(code),
            Self::Column(ColumnHabit::LegacyFont(_)) => Some(Code::sach(6)),
            Self::Column(ColumnHabit::LostZeros) => Some(Code::sach(7)),
            Self::Column(_) | Self::Moved => None,
        }
    }
}

/// The changes of every table, by row and column.
pub(super) fn of_tables<'a>(cases: &Cases<'a>) -> Vec<Vec<Change<'a>>> {
    let data = cases.data;
    let mut by_table: Vec<Vec<Change<'a>>> =
        data.tables.par_iter().enumerate().map(|(at, table)| of_columns(cases, at, table)).collect();
    for finding in cases.findings.iter().filter(|finding| is_of_cell(finding)) {
        let row = row_of(cases, finding);
        let table = &data.tables[row.table.at()];
        let column = finding.field.and_then(|field| table.column_of(field));
        if let Some(column) = column {
            by_table[row.table.at()].extend(of_finding(finding, table, row.index, column));
        }
    }
    by_table.par_iter_mut().for_each(|changes| {
        // A stable sort: what happened to the column stands before what was found on the cell.
        changes.sort_by_key(|change| (change.row, change.column));
        changes.dedup_by_key(|change| (change.row, change.column));
    });
    by_table
}

/// Whether a finding is about how a cell is written.
fn is_of_cell(finding: &Finding) -> bool {
    finding.code.pillar == Pillar::Sach && matches!(finding.code.number, 3 | 5..=9) && finding.field.is_some()
}

fn row_of(cases: &Cases<'_>, finding: &Finding) -> RowRef {
    match finding.origin {
        Origin::Extract(point) => {
            cases.data.extracts[usize::from(point.extract)].rows[point.row as usize].row
        }
        Origin::Registry(ix) => cases.data.registry.get(ix).row,
    }
}

fn of_finding<'a>(finding: &'a Finding, table: &Table, row: u32, column: usize) -> Vec<Change<'a>> {
    let raw = table.cell_at(row, column).trim();
    let proposed = finding.proposed_value.as_str();
    let certain = match finding.code.number {
        // A number alone: what stands beside one would be lost.
        3 | 7 => !proposed.is_empty() && raw.chars().count() <= 16,
        6 => finding.field.is_some_and(|field| {
            name::read_typed(raw, table.font(field)).repaired.as_deref() == Some(proposed)
                && is_whole_name(raw)
        }),
        _ => false,
    };
    let new = (certain && raw != proposed).then_some(Cow::Borrowed(proposed));
    Source::of(table, row, column).changes(row, new, proposed, Why::Finding(finding.code))
}

/// Whether a cell holds a name alone, without a note that its repair would lose.
fn is_whole_name(raw: &str) -> bool {
    !raw.contains(['(', '[', ';', '/'])
}

/// Changes of columns that are damaged as a whole.
fn of_columns<'a>(cases: &Cases<'a>, at: usize, table: &'a Table) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    for whole in &table.habits {
        let Some(column) = table.column_of(whole.field) else { continue };
        match whole.habit {
            ColumnHabit::LegacyFont(font) => in_font(table, whole, column, font, &mut changes),
            ColumnHabit::LostZeros => zeros_back(cases, at, whole, column, &mut changes),
            ColumnHabit::MonthFirst | ColumnHabit::UniversalTime => {
                days_first(table, whole, column, cases.data.as_of, &mut changes);
            }
            ColumnHabit::Ages
            | ColumnHabit::MixedOrder
            | ColumnHabit::FilledDown
            | ColumnHabit::OfHeads
            | ColumnHabit::WomenOne
            | ColumnHabit::Masked
            | ColumnHabit::Filler
            | ColumnHabit::Apart => {}
        }
    }
    for block in cases.moved.iter().filter(|block| block.table.at() == at) {
        moved_back(table, block, &mut changes);
    }
    if let Some((_, font)) = table.fonts.first() {
        beside_names(table, *font, &mut changes);
    }
    changes
}

/// Cells of a block that moved by some rows, each proposed for the row on which its person stands. All of the block fits
/// when it is shifted back, but whoever shifts it has to see where it begins and ends.
fn moved_back<'a>(table: &'a Table, block: &MovedIds, changes: &mut Vec<Change<'a>>) {
    if block.by == 0 {
        return;
    }
    let fields = [Some(Field::PersonalId), Some(Field::BirthDate).filter(|_| block.with_dates)];
    let columns = fields.into_iter().flatten().filter_map(|field| table.column_of(field));
    for column in columns.filter(|column| *column < table.own_columns) {
        let rows = (block.rows.0..=block.rows.1).filter_map(|from| {
            let row =
                u32::try_from(i64::from(from) + block.by).ok().filter(|row| *row < table.len() as u32)?;
            let proposed = table.cell_at(from, column).trim();
            let is_change = !proposed.is_empty() && proposed != table.cell_at(row, column).trim();
            is_change.then_some(Change { row, column, new: None, proposed, why: Why::Moved })
        });
        changes.extend(rows);
    }
}

/// Names typed in a legacy font.
fn in_font<'a>(
    table: &'a Table,
    whole: &WholeColumn,
    column: usize,
    font: LegacyFont,
    changes: &mut Vec<Change<'a>>,
) {
    let of_row = |row: u32| {
        let raw = table.cell_at(row, column).trim();
        if !is_typed_in(raw, font) {
            return Vec::new();
        }
        let new = name::read_typed(raw, Some(font)).repaired.filter(|_| is_whole_name(raw)).map(Cow::Owned);
        Source::of(table, row, column).changes(row, new, "", Why::Column(whole.habit))
    };
    changes.par_extend((0..table.len() as u32).into_par_iter().with_min_len(1_024).flat_map_iter(of_row));
}

/// Other texts of a table whose names are typed in a legacy font.
fn beside_names<'a>(table: &'a Table, font: LegacyFont, changes: &mut Vec<Change<'a>>) {
    let of_field = |(field, _): &(Field, LegacyFont)| {
        let column = table.column_of(*field)?;
        Some(parts_of(table, column).map_or_else(|| vec![column], <[usize]>::to_vec))
    };
    let named: Vec<usize> = table.fonts.iter().filter_map(of_field).flatten().collect();
    let others: Vec<usize> = (0..table.own_columns).filter(|column| !named.contains(column)).collect();
    let of_row = |row: u32| {
        let cells = table.row(row);
        let decoded = others.iter().filter_map(move |&column| {
            let raw = cells.at(column).trim();
            match text::decoded(raw) {
                Cow::Owned(new) if new != raw => Some(Change {
                    row,
                    column,
                    new: Some(Cow::Owned(new)),
                    proposed: "",
                    why: Why::Column(ColumnHabit::LegacyFont(font)),
                }),
                _ => None,
            }
        });
        decoded.collect::<Vec<_>>()
    };
    changes.par_extend((0..table.len() as u32).into_par_iter().with_min_len(1_024).flat_map_iter(of_row));
}

/// IDs that lost their zeros, given back where the row agrees.
fn zeros_back<'a>(
    cases: &Cases<'a>,
    at: usize,
    whole: &WholeColumn,
    column: usize,
    changes: &mut Vec<Change<'a>>,
) {
    let data = cases.data;
    let is_here = |row: RowRef| row.table.at() == at;
    let mut add = |row: RowRef, cell: IdCell| {
        let new = |id: PersonalId| Some(Cow::Owned(id.to_string()));
        let new = match cell {
            IdCell::Restored(id) => new(id),
            IdCell::LostZero(_) => None,
            _ => return,
        };
        let source = Source::of(&data.tables[at], row.index, column);
        changes.extend(source.changes(row.index, new, "", Why::Column(whole.habit)));
    };
    for resident in data.registry.residents.iter().filter(|resident| is_here(resident.row)) {
        add(
            resident.row,
            match whole.field {
                Field::PersonalId => resident.person.personal,
                Field::FatherId => resident.father.id,
                Field::MotherId => resident.mother.id,
                Field::SpouseId => resident.spouse.id,
                _ => IdCell::Empty,
            },
        );
    }
    for extract in &data.extracts {
        let of_field = |(role, person): (&Role, &Person)| {
            (person_fields(*role).personal == whole.field).then_some(person.personal)
        };
        for (index, row) in extract.rows.iter().enumerate().filter(|(_, row)| is_here(row.row)) {
            let mut persons = extract.kind.roles().iter().zip(extract.persons_of(index));
            if let Some(cell) = persons.find_map(of_field) {
                add(row.row, cell);
            }
        }
    }
}

/// Dates of a column whose months stand first, or that are moments of another time zone.
fn days_first<'a>(
    table: &'a Table,
    whole: &WholeColumn,
    column: usize,
    as_of: Day,
    changes: &mut Vec<Change<'a>>,
) {
    let how = DateColumn {
        month_first: table.has_habit(whole.field, ColumnHabit::MonthFirst),
        universal_time: table.has_habit(whole.field, ColumnHabit::UniversalTime),
        ..DateColumn::default()
    };
    let is_limit =
        matches!(whole.field, Field::StartDate | Field::StopDate | Field::ValidFrom | Field::ValidTo);
    let read = |cell: &str, how: DateColumn| match is_limit {
        true => date::read_limits(cell, as_of, how).alone,
        false => date::read_in(cell, as_of, how, as_of),
    };
    let of_row = |row: u32| {
        let raw = table.cell_at(row, column).trim();
        let DateCell::Sound(date) = read(raw, how) else { return Vec::new() };
        // What says the same without knowing the column stays as it is written.
        if read(raw, DateColumn::default()) == DateCell::Sound(date) {
            return Vec::new();
        }
        let new = Some(Cow::Owned(date.to_string()));
        Source::of(table, row, column).changes(row, new, "", Why::Column(whole.habit))
    };
    changes.par_extend((0..table.len() as u32).into_par_iter().with_min_len(1_024).flat_map_iter(of_row));
}
