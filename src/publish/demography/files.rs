//! The files: a CSV list for each table and the list of who reaches an age, one table of all figures for machines, a
//! workbook, a page with its charts, and what each figure means.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::table::{Row, Table, Value};
use super::{Demography, DemographyError, Topic, page, turning, workbook};
use crate::archive::ArchiveError;
use crate::disk::{self, Prepared};
use crate::domain::Lang;
use crate::publish::PublishError;
use crate::publish::columnar::figures::{self, FigureLine, LABELS};
use crate::publish::lists::{CsvLine, write_csv};

/// A file by its name, and what writes it.
type Writing<'a> = (String, Box<dyn Fn(&mut BufWriter<File>) -> io::Result<()> + Send + Sync + 'a>);

/// Writes everything.
pub(super) fn write(of: &Demography, to: &Path, lang: Lang) -> Result<Vec<PathBuf>, DemographyError> {
    let mut files = lists(of, &of.tables, lang);
    files.push(file(super::PERSONS, |out| turning::write(&of.turning, &of.register, out)));
    files.push(file("figures.parquet", |out| all_figures(of, out)));
    let charts = page::charts(of, lang)?;
    for chart in &charts {
        let svg = chart.svg()?;
        files.push(file(&format!("{}.svg", chart.id()), move |out| out.write_all(svg.as_bytes())));
    }
    put_all(of, (&of.tables, &charts), files, to, lang)
}

/// Writes what may leave the office.
pub(super) fn write_shared(
    of: &Demography,
    tables: &[Table],
    to: &Path,
    lang: Lang,
) -> Result<Vec<PathBuf>, DemographyError> {
    put_all(of, (tables, &[]), lists(of, tables, lang), to, lang)
}

fn file<'a>(
    name: &str,
    write: impl Fn(&mut BufWriter<File>) -> io::Result<()> + Send + Sync + 'a,
) -> Writing<'a> {
    (name.to_owned(), Box::new(write))
}

fn lists<'a>(of: &'a Demography, tables: &'a [Table], lang: Lang) -> Vec<Writing<'a>> {
    let list = |table: &'a Table| {
        file(&format!("{}.csv", table.topic.name()), move |out: &mut BufWriter<File>| list(of, table, out))
    };
    let mut files: Vec<Writing<'a>> = tables.iter().map(list).collect();
    files.push(file("definitions.csv", move |out| definitions(of, tables, lang, out)));
    files
}

/// Writes the files, a workbook and a page, each beside its place; then puts them all in their places. The workbook takes
/// as long as all others together.
fn put_all(
    of: &Demography,
    (tables, charts): (&[Table], &[crate::publish::charts::Chart]),
    mut files: Vec<Writing<'_>>,
    to: &Path,
    lang: Lang,
) -> Result<Vec<PathBuf>, DemographyError> {
    disk::ensure_folder(to).map_err(ArchiveError::write(to))?;
    let page = page::render(of, tables, charts, lang)?;
    files.push(file("population.html", move |out| out.write_all(page.as_bytes())));
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| to.join(name)).collect();
    let of_book = to.join("population.xlsx");
    let prepared = |path, write: &dyn Fn(&mut BufWriter<File>) -> io::Result<()>| {
        Prepared::new(path, |out| write(out)).map_err(ArchiveError::write(path))
    };
    let (book, others) = rayon::join(
        || -> Result<Prepared<'_>, DemographyError> {
            let book = workbook::make(of, tables, lang);
            let book = book.map_err(|error| PublishError::Page(error.to_string()))?;
            Ok(prepared(&of_book, &|out| out.write_all(&book))?)
        },
        || -> Vec<Result<Prepared<'_>, ArchiveError>> {
            (&paths, &files).into_par_iter().map(|(path, (_, write))| prepared(path, write)).collect()
        },
    );
    let mut all = others.into_iter().collect::<Result<Vec<_>, _>>()?;
    // The page stands last.
    all.insert(all.len().saturating_sub(1), book?);
    Prepared::put_all(all).map_err(|(path, error)| ArchiveError::write(path)(error))?;
    let mut written = paths;
    written.insert(written.len().saturating_sub(1), of_book);
    Ok(written)
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
    // Where the figures of each table begin; every line of a table has as many.
    let mut begins = Vec::with_capacity(of.tables.len());
    let mut figures = 0;
    for table in &of.tables {
        begins.push(figures);
        figures += table.rows.len() * table.values.len();
    }
    let line = |at: usize| {
        let table = begins.partition_point(|begin| *begin <= at).saturating_sub(1);
        let of_line = of.tables[table].values.len().max(1);
        let (row, value) = ((at - begins[table]) / of_line, (at - begins[table]) % of_line);
        let table = &of.tables[table];
        let row = &table.rows[row];
        let mut labels: [(&'static str, String); LABELS] = Default::default();
        for (slot, (name, label)) in labels.iter_mut().zip(table.labels.iter().zip(&row.labels)) {
            *slot = (*name, label.plain());
        }
        let (count, real) = match row.values.get(value).copied().unwrap_or(Value::None) {
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
    figures::write(figures, line, out)
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
