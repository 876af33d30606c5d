//! Ditto marks: "nt", "như trên", "-nt-", `"` and `//` stand for what is written above.

use rustc_hash::FxHashMap;

use crate::domain::{Field, RowCells, Table};
use crate::ingest::formats::row::{is_ditto, may_be_ditto};

/// Values above ditto marks, by field: the last row with a mark, and what it stands for.
#[derive(Debug, Default)]
pub(super) struct Above<'t> {
    known: FxHashMap<Field, (u32, &'t str)>,
}

impl<'t> Above<'t> {
    /// The cell of a field, or what its ditto mark stands for; blank where nothing is above.
    pub(super) fn cell(&mut self, table: &'t Table, row: RowCells<'t>, field: Field) -> &'t str {
        let cell = row.cell(field);
        if !may_be_ditto(cell) || !repeats(field) || !is_ditto(cell) {
            return cell;
        }
        let known = self.known.get(&field).copied();
        let above = (0..row.index()).rev().find_map(|index| match known {
            Some((at, value)) if at == index => Some(value),
            _ => Some(table.cell(index, field)).filter(|cell| !is_ditto(cell)),
        });
        let value = above.unwrap_or("");
        self.known.insert(field, (row.index(), value));
        value
    }
}

/// Whether a mark under a field repeats the value: a person's own name, dates and numbers are nobody else's.
fn repeats(field: Field) -> bool {
    !matches!(
        field,
        Field::FullName
            | Field::BirthDate
            | Field::PersonalId
            | Field::OldId
            | Field::CardNo
            | Field::InsuranceNo
            | Field::BankAccount
            | Field::DeathDate
            | Field::SpouseName
            | Field::SpouseId
            | Field::SpouseBirthDate
            | Field::HusbandName
            | Field::HusbandBirthDate
            | Field::HusbandPersonalId
            | Field::HusbandOldId
            | Field::WifeName
            | Field::WifeBirthDate
            | Field::WifePersonalId
            | Field::WifeOldId
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Column, Kind};

    #[test]
    fn marks_are_told() {
        for cell in [
            "nt",
            "NT",
            "-nt-",
            "- nt -",
            "n.t",
            "như trên",
            "Như trên",
            "(nt)",
            "\"",
            "''",
            "//",
            "-//-",
            "″",
            "〃",
            "” ”",
            "nhu tren",
        ] {
            assert!(is_ditto(cell), "{cell}");
        }
        for cell in ["", "-", "----", "/", "...", "'", "Nt An", "Nam", "Nhà", "/ /", "__/__/____", "n"] {
            assert!(!is_ditto(cell), "{cell}");
        }
    }

    #[test]
    fn a_mark_stands_for_what_is_above_it() {
        let columns = [Field::Commune, Field::FullName]
            .map(|field| Column { header: field.name().into(), field: Some(field) })
            .to_vec();
        let mut table = Table::new("a.csv".into(), "a.csv".into(), Kind::Welfare, columns);
        for row in [
            ["\"", "a"],
            ["Xã A", "b"],
            ["nt", "\""],
            ["-nt-", "c"],
            ["", "d"],
            ["//", "e"],
            ["Xã B", "f"],
            ["\"", "g"],
        ] {
            table.push_row(2, row);
        }
        let read = |indices: &[u32], field| {
            let mut above = Above::default();
            indices.iter().map(|&index| above.cell(&table, table.row(index), field)).collect::<Vec<_>>()
        };
        let all: Vec<u32> = (0..8).collect();
        assert_eq!(read(&all, Field::Commune), ["", "Xã A", "Xã A", "Xã A", "", "", "Xã B", "Xã B"]);
        // A part of the table read alone says the same.
        assert_eq!(read(&[3, 5, 7], Field::Commune), ["Xã A", "", "Xã B"]);
        assert_eq!(read(&[2], Field::FullName), ["\""]);
    }
}
