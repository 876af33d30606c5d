//! `rows.parquet`: every row of every file as it was read, and beside it what was understood of it.
//!
//! The columns of all kinds stand side by side; those that a kind does not have are empty on its rows. A cell stands
//! as it was written under the name of its field, what was read of it under that name with `_read` behind it, dates as
//! the first and the last day that they can mean (`_from`, `_to`). `marks` says of which cells something had to be
//! repaired or could not be read.

use std::fmt::Write as _;
use std::io::{self, Write};

use polars_arrow::array::{BooleanArray, PrimitiveArray};

use super::column::{Column, Filled, Rows, Type};
use super::meaning::{Marked, Record, status_word};
use super::text::{TextColumn, Texts, Words};
use super::write::{GROUP, write as write_file};
use crate::domain::{Dataset, Field, Gender, Kind, PartialDate, Presence, ResidentIx, RowCells, Table};
use crate::store::{RowSpan, row_spans};

/// Fields that hold a name.
const NAMES: [Field; 7] = [
    Field::FullName,
    Field::FatherName,
    Field::MotherName,
    Field::SpouseName,
    Field::HusbandName,
    Field::WifeName,
    Field::GuardianName,
];

/// Fields that hold the number of a person.
const IDS: [Field; 10] = [
    Field::PersonalId,
    Field::OldId,
    Field::FatherId,
    Field::MotherId,
    Field::SpouseId,
    Field::HusbandPersonalId,
    Field::HusbandOldId,
    Field::WifePersonalId,
    Field::WifeOldId,
    Field::GuardianId,
];

/// Fields that hold the number of a card.
const CARDS: [Field; 2] = [Field::CardNo, Field::InsuranceNo];

/// Fields that hold a date.
const DATES: [Field; 13] = [
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
    Field::SpouseBirthDate,
    Field::GuardianBirthDate,
];

/// Fields whose cells are seldom the same on two rows.
const UNLIKE: [Field; 22] = [
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
    Field::GuardianName,
    Field::GuardianId,
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
        Self { columns, place: place.len() }
    }

    fn place(&self) -> &[Column] {
        &self.columns[..self.place]
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
            .filter(|at| match span.extract {
                None => data.presences.has_resident(ResidentIx(*at as u32)),
                Some(extract) => data.presences.row(extract, *at) != Presence::Far,
            })
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
        columns.extend(understood(data, span.kind, &records));
        columns
    })
}

/// The cells as written: a column for each field, and one for all others together.
fn written(table: &Table, records: &[Record<'_>]) -> Vec<Filled> {
    // Of two columns of one field the first is the one that is read; the second is carried along.
    let first = |field: Field| table.columns.iter().position(|column| column.field == Some(field));
    let others: Vec<usize> = (0..table.columns.len())
        .filter(|&at| table.columns[at].field.is_none_or(|field| first(field) != Some(at)))
        .collect();
    let rows: Vec<RowCells<'_>> = records.iter().map(|record| table.row(record.row().index)).collect();
    let cells = |field: &Field| match first(*field) {
        None => Filled::nothing(Type::Text, records.len()),
        Some(at) if UNLIKE.contains(field) => cells_of::<Texts>(&rows, at),
        Some(at) => cells_of::<Words>(&rows, at),
    };
    let mut columns: Vec<Filled> = Field::ALL.iter().map(cells).collect();
    columns.push(if others.is_empty() {
        Filled::nothing(Type::Text, records.len())
    } else {
        carried(table, &others, &rows)
    });
    columns
}

/// The cells of a column of the file.
fn cells_of<C: TextColumn>(rows: &[RowCells<'_>], at: usize) -> Filled {
    let mut column = C::new(rows.len());
    for (row, cells) in rows.iter().enumerate() {
        column.put(row, cells.at(at));
    }
    column.finish(rows.len())
}

/// The cells of columns that no field is read from, as pairs of header and cell: two columns may bear one header.
fn carried(table: &Table, others: &[usize], rows: &[RowCells<'_>]) -> Filled {
    let mut texts = Texts::new(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let pairs: Vec<[&str; 2]> = others
            .iter()
            .map(|&at| [table.columns[at].header.trim(), row.at(at)])
            .filter(|[_, cell]| !cell.trim().is_empty())
            .collect();
        if !pairs.is_empty() {
            // Texts can always be written as JSON.
            texts.put(at, &serde_json::to_string(&pairs).unwrap_or_default());
        }
    }
    texts.finish(rows.len())
}

/// What was understood of the rows of a kind, in the order of the columns; nothing of what the kind does not have.
fn understood(data: &Dataset, kind: Kind, records: &[Record<'_>]) -> Vec<Filled> {
    let has = |field: &Field| kind.fields().contains(field);
    let of = OfRecords(records);
    let mut columns =
        Vec::with_capacity(NAMES.len() + IDS.len() + CARDS.len() + 2 * DATES.len() + MORE.len());
    for field in NAMES {
        columns.push(of.texts::<Texts>(has(&field), |record, put| {
            if let Some(name) = record.name(field).filter(|name| !name.id.is_blank()) {
                put.text(data.names.key(name.id));
            }
        }));
    }
    for field in IDS {
        columns.push(of.texts::<Texts>(has(&field), |record, put| {
            match record.id(field).map(|id| (id.personal(), id.old())) {
                Some((Some(id), _)) => put.shown(id),
                Some((None, Some(old))) => put.shown(old),
                Some((None, None)) | None => {}
            }
        }));
    }
    for field in CARDS {
        columns.push(of.texts::<Texts>(has(&field), |record, put| put.text(&record.card_number(field))));
    }
    for field in DATES {
        if has(&field) {
            columns.extend(of.days(|record| record.date(field).and_then(|date| date.value())));
        } else {
            columns.extend([of.nothing(Type::Day), of.nothing(Type::Day)]);
        }
    }
    columns.push(of.texts::<Words>(has(&Field::Gender), |record, put| {
        put.text(match record.gender() {
            Some(Gender::Male) => "male",
            Some(Gender::Female) => "female",
            None => "",
        });
    }));
    let of_residents = kind == Kind::Residents;
    columns.push(of.texts::<Words>(true, |record, put| put.text(data.places.label(record.place()).0)));
    columns.push(of.texts::<Words>(true, |record, put| put.text(data.places.label(record.place()).1)));
    columns.push(of.texts::<Words>(true, |record, put| put.text(record.hamlet(data))));
    columns.push(
        of.texts::<Words>(of_residents, |record, put| put.text(record.status().map_or("", status_word))),
    );
    columns.push(of.texts::<Words>(of_residents, |record, put| put.text(record.marital())));
    columns.push(of.texts::<Words>(!of_residents, |record, put| put.text(&record.group(data))));
    columns.push(of.amounts(Record::monthly_amount));
    columns.push(of.flags(Record::card_issued));
    columns.push(of.flags(Record::paid_in_cash));
    columns.push(of.flags(Record::has_account));
    columns.push(of.flags(Record::stopped_by_death));
    columns.push(of.flags(Record::registered_again));
    let marked = marked_fields(kind);
    columns.push(of.texts::<Words>(true, |record, put| put.written(|text| record.marks(&marked, text))));
    columns
}

/// Fields of a kind whose cells can bear a mark, in its order.
fn marked_fields(kind: Kind) -> Vec<(Field, Marked)> {
    let marked = |field: &Field| {
        let of = [
            (&NAMES[..], Marked::Name),
            (&IDS[..], Marked::Id),
            (&DATES[..], Marked::Date),
            (&CARDS[..], Marked::Card),
        ];
        of.into_iter().find(|(fields, _)| fields.contains(field)).map(|(_, marked)| (*field, marked))
    };
    kind.fields().iter().filter_map(marked).collect()
}

/// Columns of what is understood of some rows, each filled by itself.
struct OfRecords<'r, 'a>(&'r [Record<'a>]);

impl<'a> OfRecords<'_, 'a> {
    /// A column without a value.
    fn nothing(&self, holds: Type) -> Filled {
        Filled::nothing(holds, self.0.len())
    }

    /// A column of texts where the rows have such a value at all.
    fn texts<C: TextColumn>(&self, has: bool, text: impl Fn(&Record<'a>, Put<'_, C>)) -> Filled {
        if !has {
            return self.nothing(Type::Text);
        }
        let (mut column, mut scratch) = (C::new(self.0.len()), String::new());
        for (row, record) in self.0.iter().enumerate() {
            text(record, Put { column: &mut column, row, scratch: &mut scratch });
        }
        column.finish(self.0.len())
    }

    /// The first and the last day of a date.
    fn days(&self, date: impl Fn(&Record<'a>) -> Option<PartialDate>) -> [Filled; 2] {
        let dates: Vec<Option<PartialDate>> = self.0.iter().map(date).collect();
        [PartialDate::first_day, PartialDate::last_day].map(|end| {
            let days = dates.iter().map(|date| date.map(|date| end(date).0));
            let days: PrimitiveArray<i32> = days.collect();
            Filled::of(Type::Day, days.to(Type::Day.arrow()))
        })
    }

    fn amounts(&self, amount: impl Fn(&Record<'a>) -> Option<i64>) -> Filled {
        Filled::of_values(Type::Amount, self.0.iter().map(amount).collect(), PrimitiveArray::from)
    }

    fn flags(&self, flag: impl Fn(&Record<'a>) -> Option<bool>) -> Filled {
        Filled::of_values(Type::Flag, self.0.iter().map(flag).collect(), BooleanArray::from)
    }
}

/// Where the text of a row goes.
struct Put<'c, C> {
    column: &'c mut C,
    row: usize,
    scratch: &'c mut String,
}

impl<C: TextColumn> Put<'_, C> {
    fn text(self, text: &str) {
        self.column.put(self.row, text);
    }

    fn shown(self, value: impl std::fmt::Display) {
        // Writing to a string cannot fail.
        self.written(|text| {
            let _ = write!(text, "{value}");
        });
    }

    fn written(self, write: impl FnOnce(&mut String)) {
        self.scratch.clear();
        write(self.scratch);
        self.column.put(self.row, self.scratch);
    }
}
