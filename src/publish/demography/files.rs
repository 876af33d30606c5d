//! The files: a CSV list for each table and the list of who reaches an age, one table of all figures for machines, a
//! workbook, a page with its charts, and what each figure means.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::table::{Row, Table, Value};
use super::{Demography, DemographyError, Topic, page, turning, workbook};
use crate::archive::ArchiveError;
use crate::disk::{self, Prepared};
use crate::domain::Lang;
use crate::publish::PublishError;
use crate::publish::columnar::figures::{self, FigureLine, LABELS};
use crate::publish::lists::{CsvLine, write_csv};

/// Writes everything.
pub(super) fn write(of: &Demography, to: &Path, lang: Lang) -> Result<Vec<PathBuf>, DemographyError> {
    let mut written = lists(of, &of.tables, to, lang)?;
    written.push(put(to, super::PERSONS, |out| turning::write(&of.turning, &of.register, out))?);
    written.push(put(to, "figures.parquet", |out| all_figures(of, out))?);
    let charts = page::charts(of, lang)?;
    for chart in &charts {
        let svg = chart.svg()?;
        written.push(put(to, &format!("{}.svg", chart.id()), |out| out.write_all(svg.as_bytes()))?);
    }
    written.extend(read_by_people(of, (&of.tables, &charts), to, lang)?);
    Ok(written)
}

/// Writes what may leave the office.
pub(super) fn write_shared(
    of: &Demography,
    tables: &[Table],
    to: &Path,
    lang: Lang,
) -> Result<Vec<PathBuf>, DemographyError> {
    let mut written = lists(of, tables, to, lang)?;
    written.extend(read_by_people(of, (tables, &[]), to, lang)?);
    Ok(written)
}

fn lists(of: &Demography, tables: &[Table], to: &Path, lang: Lang) -> Result<Vec<PathBuf>, DemographyError> {
    disk::ensure_folder(to).map_err(ArchiveError::write(to))?;
    let mut written = Vec::new();
    for table in tables {
        let name = format!("{}.csv", table.topic.name());
        written.push(put(to, &name, |out| list(of, table, out))?);
    }
    written.push(put(to, "definitions.csv", |out| definitions(of, tables, lang, out))?);
    Ok(written)
}

fn read_by_people(
    of: &Demography,
    (tables, charts): (&[Table], &[crate::publish::charts::Chart]),
    to: &Path,
    lang: Lang,
) -> Result<Vec<PathBuf>, DemographyError> {
    let book = workbook::make(of, tables, lang).map_err(|error| PublishError::Page(error.to_string()))?;
    let page = page::render(of, tables, charts, lang)?;
    Ok(vec![
        put(to, "population.xlsx", |out| out.write_all(&book))?,
        put(to, "population.html", |out| out.write_all(page.as_bytes()))?,
    ])
}

/// Writes a private file in the place of the one that is there.
fn put(
    to: &Path,
    name: &str,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<PathBuf, DemographyError> {
    let path = to.join(name);
    Prepared::new(&path, write).and_then(Prepared::put).map_err(ArchiveError::write(&path))?;
    Ok(path)
}

/// The columns by which a line says of where it is.
pub(super) const PLACE: [&str; 4] = ["level", "commune_code", "commune", "hamlet"];

/// A table as a list.
fn list(of: &Demography, table: &Table, out: impl io::Write) -> io::Result<()> {
    let header: Vec<&str> = PLACE.iter().chain(&table.labels).chain(&table.values).copied().collect();
    write_csv(out, &header, table.rows.len(), |at, buffer| {
        let Row { at, labels, values } = &table.rows[at];
        let mut line = CsvLine::new(buffer);
        line.word(at.level());
        for name in of.places.names(*at) {
            line.text(name);
        }
        for label in labels {
            line.text(&label.plain());
        }
        for value in values {
            line.plain(value.plain());
        }
        line.end();
    })
}

/// Every figure of every table on a line of its own.
fn all_figures(of: &Demography, out: impl io::Write) -> io::Result<()> {
    // The place of each figure: table, line, and which of its values.
    let places: Vec<(usize, usize, usize)> = of
        .tables
        .iter()
        .enumerate()
        .flat_map(|(table, of)| {
            let lines = of.rows.iter().enumerate();
            lines.flat_map(move |(row, line)| (0..line.values.len()).map(move |value| (table, row, value)))
        })
        .collect();
    let line = |at: usize| {
        let (table, row, value) = places[at];
        let table = &of.tables[table];
        let row = &table.rows[row];
        let mut labels: [(&'static str, String); LABELS] = Default::default();
        for (slot, (name, label)) in labels.iter_mut().zip(table.labels.iter().zip(&row.labels)) {
            *slot = (*name, label.plain());
        }
        let (count, real) = match row.values[value] {
            Value::Count(count) => (i64::try_from(count).ok(), None),
            Value::Real(real, _) => (None, Some(real as f32)),
            Value::None | Value::Hidden => (None, None),
        };
        FigureLine {
            table: table.topic.name(),
            level: row.at.level(),
            place: of.places.names(row.at),
            labels,
            figure: table.values[value],
            count,
            value: real,
        }
    };
    figures::write(places.len(), line, out)
}

/// What each table shows, how it is counted, and of when.
fn definitions(of: &Demography, tables: &[Table], lang: Lang, out: impl io::Write) -> io::Result<()> {
    const COLUMNS: [&str; 5] = ["table", "title", "definition", "as_of", "run"];
    let mut lines: Vec<(&str, &str, String)> = tables
        .iter()
        .map(|table| table.topic)
        .map(|topic| (topic.name(), topic.title(lang), topic.definition(lang).to_owned()))
        .collect();
    let forecast = Topic::Forecast;
    if tables.iter().any(|table| table.topic == forecast) {
        let assumed = of.assumptions.iter().flat_map(|assumed| assumed.lines(lang));
        lines.extend(assumed.map(|line| (forecast.name(), forecast.title(lang), line)));
    }
    write_csv(out, &COLUMNS, lines.len(), |at, buffer| {
        let (table, title, definition) = &lines[at];
        let mut line = CsvLine::new(buffer);
        line.word(table).text(title).text(definition).text(of.as_of()).text(of.run_id()).end();
    })
}
