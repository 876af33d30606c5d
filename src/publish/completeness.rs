//! How complete each column is: cells that hold a value, cells that hold a placeholder.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::archive::Filled;
use crate::domain::{Field, Table};

/// Rows that one task counts.
const ROWS: usize = 1 << 14;

/// The cells of each recognised column of a file that hold something, by canonical field. A hamlet that a
/// group row gives counts as written. `placeholders` tells how many were found in the column of a field.
pub(super) fn by_field(table: &Table, placeholders: impl Fn(Field) -> u64) -> BTreeMap<String, Filled> {
    let written = by_column(table);
    let mut fields = BTreeMap::new();
    for (column, written) in table.columns.iter().zip(written) {
        // Of two columns of one field the first is the one that is read.
        if let Some(field) = column.field {
            fields.entry(field).or_insert(written);
        }
    }
    if table.sections.iter().any(|(_, section)| !section.hamlet.is_empty()) {
        fields.insert(Field::Hamlet, hamlets(table));
    }
    fields
        .into_iter()
        .map(|(field, written)| {
            let placeholders = placeholders(field).min(written);
            (field.name().to_owned(), Filled { filled: written - placeholders, placeholders })
        })
        .collect()
}

/// Cells that are not blank, by column.
fn by_column(table: &Table) -> Vec<u64> {
    let columns = table.columns.len();
    let starts: Vec<usize> = (0..table.len()).step_by(ROWS).collect();
    starts
        .into_par_iter()
        .map(|start| {
            let mut written = vec![0; columns];
            for row in start..table.len().min(start + ROWS) {
                for (count, cell) in written.iter_mut().zip(table.cells(row as u32)) {
                    *count += u64::from(!is_blank(cell));
                }
            }
            written
        })
        .reduce(
            || vec![0; columns],
            |mut all, part| {
                all.iter_mut().zip(part).for_each(|(all, part)| *all += part);
                all
            },
        )
}

/// Rows whose hamlet is written or given by the group row above.
fn hamlets(table: &Table) -> u64 {
    let known = |row: u32| !is_blank(table.cell(row, Field::Hamlet)) || table.group_hamlet(row).is_some();
    (0..table.len() as u32).filter(|row| known(*row)).count() as u64
}

fn is_blank(cell: &str) -> bool {
    // Nearly every cell is told by its first byte.
    !cell.bytes().next().is_some_and(|first| first.is_ascii_graphic()) && cell.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Column, Kind};

    #[test]
    fn cells_with_a_value_are_counted_by_field() {
        let columns = ["full_name", "note", "birth_date", "full_name"]
            .map(|h| Column { header: h.into(), field: Field::from_name(h) })
            .to_vec();
        let mut table = Table::new("a.csv".into(), "a.csv".into(), Kind::Welfare, columns);
        table.push_row(2, ["Lê", "", "không rõ", "x"]);
        table.push_row(3, [" \u{a0}", "", "1960", "x"]);
        table.push_row(4, ["Đỗ"]);
        let fields = by_field(&table, |field| u64::from(field == Field::BirthDate));
        assert_eq!(fields.len(), 2);
        assert_eq!(fields["full_name"], Filled { filled: 2, placeholders: 0 });
        assert_eq!(fields["birth_date"], Filled { filled: 1, placeholders: 1 });

        let section = crate::domain::Section { hamlet: "Thôn 1".into(), ..Default::default() };
        table.sections = vec![(1, section)];
        assert_eq!(by_field(&table, |_| 0)["hamlet"].filled, 2);
    }
}
