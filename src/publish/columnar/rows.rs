//! `rows.parquet`: every row of every file as it was read, and beside it what was understood of it.
//!
//! The columns of all kinds stand side by side; those that a kind does not have are empty on its rows. A cell stands
//! as it was written under the name of its field, what was read of it under that name with `_read` behind it, dates as
//! the first and the last day that they can mean (`_from`, `_to`). `marks` says of which cells something had to be
//! repaired or could not be read.

use std::io::{self, Write};

use polars_arrow::array::{Array, MutableBinaryViewArray, new_null_array};

use super::column::{Column, Rows, Type, push_text};
use super::meaning::{Record, status_word};
use super::write::{GROUP, write as write_file};
use crate::domain::{Dataset, Field, Gender, Kind, ResidentIx, Table};
use crate::store::{RowSpan, row_spans};

/// Fields that hold a name.
const NAMES: [Field; 6] = [
    Field::FullName,
    Field::FatherName,
    Field::MotherName,
    Field::SpouseName,
    Field::HusbandName,
    Field::WifeName,
];

/// Fields that hold the number of a person.
const IDS: [Field; 9] = [
    Field::PersonalId,
    Field::OldId,
    Field::FatherId,
    Field::MotherId,
    Field::SpouseId,
    Field::HusbandPersonalId,
    Field::HusbandOldId,
    Field::WifePersonalId,
    Field::WifeOldId,
];

/// Fields that hold the number of a card.
const CARDS: [Field; 2] = [Field::CardNo, Field::InsuranceNo];

/// Fields that hold a date.
const DATES: [Field; 11] = [
    Field::BirthDate,
    Field::FatherBirthDate,
    Field::MotherBirthDate,
    Field::HusbandBirthDate,
    Field::WifeBirthDate,
    Field::DeathDate,
    Field::RegisteredOn,
    Field::StartDate,
    Field::StopDate,
    Field::ValidFrom,
    Field::ValidTo,
];

/// Fields whose cells are seldom the same on two rows.
const UNLIKE: [Field; 20] = [
    Field::Address,
    Field::HouseholdId,
    Field::RecordNo,
    Field::FileNo,
    Field::BankAccount,
    Field::CardNo,
    Field::InsuranceNo,
    Field::InformantName,
    Field::InformantId,
    Field::LastResidence,
    Field::HusbandAddress,
    Field::WifeAddress,
    Field::PersonalId,
    Field::OldId,
    Field::FatherId,
    Field::MotherId,
    Field::SpouseId,
    Field::HusbandPersonalId,
    Field::WifePersonalId,
    Field::FullName,
];

/// What is understood of a row beside names, numbers and dates.
const MORE: [(&str, Type); 14] = [
    ("gender_read", Type::Word),
    ("commune_code_read", Type::Word),
    ("commune_read", Type::Word),
    ("hamlet_read", Type::Word),
    ("status_read", Type::Word),
    ("marital_status_read", Type::Word),
    ("group_code_read", Type::Word),
    ("monthly_amount_read", Type::Amount),
    ("card_issued_read", Type::Flag),
    ("paid_in_cash", Type::Flag),
    ("has_bank_account", Type::Flag),
    ("stopped_by_death", Type::Flag),
    ("registered_again", Type::Flag),
    ("marks", Type::Word),
];

/// The columns of a file, in parts that are filled each in its own way.
struct Layout {
    columns: Vec<Column>,
    /// How many of them tell where the row stands.
    place: usize,
    /// How many behind those are cells as written.
    written: usize,
}

impl Layout {
    fn new() -> Self {
        let place = [("source", Type::Word), ("source_file", Type::Word), ("source_row", Type::Number)];
        let mut columns: Vec<Column> = place.map(|(name, holds)| Column::new(name, holds)).into();
        for field in Field::ALL {
            let holds = if UNLIKE.contains(field) { Type::Text } else { Type::Word };
            columns.push(Column::new(field.name(), holds));
        }
        columns.push(Column::new("others", Type::Text));
        for field in NAMES.iter().chain(&IDS).chain(&CARDS) {
            columns.push(Column::new(format!("{}_read", field.name()), Type::Text));
        }
        for field in DATES {
            for end in ["from", "to"] {
                columns.push(Column::new(format!("{}_{end}", field.name()), Type::Day));
            }
        }
        columns.extend(MORE.map(|(name, holds)| Column::new(name, holds)));
        Self { columns, place: place.len(), written: Field::COUNT + 1 }
    }

    fn place(&self) -> &[Column] {
        &self.columns[..self.place]
    }

    fn understood(&self) -> &[Column] {
        &self.columns[self.place + self.written..]
    }
}

/// Writes every row, file by file.
pub(super) fn write(data: &Dataset, out: impl Write) -> io::Result<()> {
    let layout = Layout::new();
    let spans = row_spans(data);
    let groups: Vec<(&RowSpan<'_>, usize)> =
        spans.iter().flat_map(|span| (0..span.rows).step_by(GROUP).map(move |at| (span, at))).collect();
    write_file(out, &layout.columns, groups.len(), |group| {
        let (span, first) = groups[group];
        let first = span.first + first;
        let last = (first + GROUP).min(span.first + span.rows);
        let records: Vec<Record<'_>> = (first..last)
            .map(|at| match span.extract {
                None => Record::Resident(data.registry.get(ResidentIx(at as u32))),
                Some(extract) => Record::Row(&data.extracts[extract], at),
            })
            .collect();
        let table = &data.tables[span.table];
        let mut place = Rows::new(layout.place(), records.len());
        for record in &records {
            let row = table.source_row(record.row().index);
            place.text(span.kind.name()).text(&table.name).number(Some(row)).end();
        }
        let mut columns = place.finish();
        columns.extend(written(table, &records));
        let mut understood = Rows::new(layout.understood(), records.len());
        for record in &records {
            understand(&mut understood, data, span.kind, record);
        }
        columns.extend(understood.finish());
        columns
    })
}

/// The cells as written: a column for each field, and one for all others together.
fn written(table: &Table, records: &[Record<'_>]) -> Vec<Box<dyn Array>> {
    // Of two columns of one field the first is the one that is read; the second is carried along.
    let first = |field: Field| table.columns.iter().position(|column| column.field == Some(field));
    let others: Vec<usize> = (0..table.columns.len())
        .filter(|&at| table.columns[at].field.is_none_or(|field| first(field) != Some(at)))
        .collect();
    let cells = |at: Option<usize>| -> Box<dyn Array> {
        let Some(at) = at else { return new_null_array(Type::Text.arrow(), records.len()) };
        let mut values = MutableBinaryViewArray::<str>::with_capacity(records.len());
        for record in records {
            push_text(&mut values, table.row(record.row().index).at(at));
        }
        Box::new(values.freeze())
    };
    let mut columns: Vec<Box<dyn Array>> = Field::ALL.iter().map(|field| cells(first(*field))).collect();
    columns.push(if others.is_empty() { cells(None) } else { carried(table, &others, records) });
    columns
}

/// The cells of columns that no field is read from, as pairs of header and cell: two columns may bear one header.
fn carried(table: &Table, others: &[usize], records: &[Record<'_>]) -> Box<dyn Array> {
    let mut values = MutableBinaryViewArray::<str>::with_capacity(records.len());
    for record in records {
        let row = table.row(record.row().index);
        let pairs: Vec<[&str; 2]> = others
            .iter()
            .map(|&at| [table.columns[at].header.trim(), row.at(at)])
            .filter(|[_, cell]| !cell.trim().is_empty())
            .collect();
        // Texts can always be written as JSON.
        let text =
            if pairs.is_empty() { String::new() } else { serde_json::to_string(&pairs).unwrap_or_default() };
        push_text(&mut values, &text);
    }
    Box::new(values.freeze())
}

/// What was understood of a row, in the order of the columns.
fn understand(rows: &mut Rows, data: &Dataset, kind: Kind, record: &Record<'_>) {
    for field in NAMES {
        let name = record.name(field).filter(|name| !name.id.is_blank());
        rows.text(name.map_or("", |name| data.names.key(name.id)));
    }
    for field in IDS {
        let id = record.id(field);
        match id.map(|id| (id.personal(), id.old())) {
            Some((Some(id), _)) => rows.shown(Some(id)),
            Some((None, old)) => rows.shown(old),
            None => rows.text(""),
        };
    }
    for field in CARDS {
        rows.text(&record.card_number(field));
    }
    for field in DATES {
        let date = record.date(field).and_then(|date| date.value());
        rows.day(date.map(|date| date.first_day())).day(date.map(|date| date.last_day()));
    }
    let gender = if kind.fields().contains(&Field::Gender) { record.gender() } else { None };
    rows.text(match gender {
        Some(Gender::Male) => "male",
        Some(Gender::Female) => "female",
        None => "",
    });
    let (code, commune) = data.places.label(record.place());
    rows.text(code).text(commune).text(record.hamlet(data));
    rows.text(record.status().map_or("", status_word)).text(record.marital());
    rows.text(&record.group(data)).amount(record.monthly_amount()).flag(record.card_issued());
    rows.flag(record.paid_in_cash()).flag(record.has_account());
    rows.flag(record.stopped_by_death()).flag(record.registered_again());
    let fields = kind.fields().iter().copied();
    rows.text(&record.marks(fields)).end();
}
