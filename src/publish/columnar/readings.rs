//! `second_readings.parquet`: decided pairs that wait for a second reader, a line for each resident shown to the first.
//!
//! They are not among the links: the decision on them holds already.

use std::io::{self, Write};

use super::column::{Column, Rows, Type};
use super::write::{GROUP, write as write_file};
use crate::domain::Dataset;
use crate::publish::person::Shown;
use crate::store::DueReading;

/// Named as in `links.parquet`, so that both are read alike.
const COLUMNS: [(&str, Type); 15] = [
    ("source", Type::Word),
    ("source_file", Type::Word),
    ("source_row", Type::Number),
    ("role", Type::Word),
    ("probability", Type::Real),
    ("resident_file", Type::Word),
    ("resident_row", Type::Number),
    ("rank", Type::Number),
    ("source_name", Type::Text),
    ("source_birth_date", Type::Word),
    ("source_commune_code", Type::Word),
    ("source_commune", Type::Word),
    ("source_hamlet", Type::Word),
    ("resident_name", Type::Text),
    ("weights", Type::Text),
];

/// Writes every pair; probability and weights are those that the first officer saw.
pub(super) fn write(data: &Dataset, readings: &[DueReading], out: impl Write) -> io::Result<()> {
    let columns: Vec<Column> = COLUMNS.map(|(name, holds)| Column::new(name, holds)).into();
    write_file(out, &columns, readings.len().div_ceil(GROUP), |group| {
        let readings = readings.iter().skip(group * GROUP).take(GROUP);
        let mut rows = Rows::new(&columns, readings.len());
        for reading in readings {
            lines(&mut rows, data, reading);
        }
        rows.finish()
    })
}

fn lines(rows: &mut Rows, data: &Dataset, reading: &DueReading) {
    let extract = &data.extracts[reading.extract];
    let (row, role) = extract.role_of(reading.person);
    let shown = Shown::role(data, extract, row, reading.person % extract.kind.roles().len());
    let (commune_code, commune) = data.places.label(shown.place);
    let at = extract.rows[row].row;
    let table = &data.tables[at.table.at()];
    for (rank, candidate) in (1u32..).zip(&reading.candidates) {
        let resident = data.registry.get(candidate.resident).row;
        let registry = &data.tables[resident.table.at()];
        rows.text(extract.kind.name()).text(&table.name).number(Some(table.source_row(at.index)));
        rows.text(role.name()).real(Some(candidate.probability as f32));
        rows.text(&registry.name).number(Some(registry.source_row(resident.index))).number(Some(rank));
        rows.text(&shown.name).shown(Some(shown.birth));
        rows.text(commune_code).text(commune).text(shown.hamlet);
        rows.text(&Shown::resident(data, candidate.resident).name).text(&candidate.weights).end();
    }
}
