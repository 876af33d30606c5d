//! What a file holds and what ails it, before anything is run on it (`lamsach inspect`).
//!
//! The report holds no personal data beyond the shape of the first rows: letters and digits are masked, unless
//! whoever asks wants to see them.

use rayon::prelude::*;
use serde::Serialize;

use super::columns::key::key;
use super::columns::resolve::Outdone;
use super::columns::synonyms::{Reason, Synonyms};
use super::error::IngestError;
use super::formats::row::is_blank;
use super::open::legacy::Legacy;
use super::quality::{is_valid, mask, normal};
use super::read::{Context, InputSpec, ReadOptions, Reading, read_file};
use super::records::{self, habit_words};
use crate::domain::{Day, Field, Kind, Lang, SkippedRows, Table, WholeColumn};
use crate::vietnamese::words::GenderCode;
use crate::words::text;

/// Rows of a table that values are judged by, spread evenly over it.
const JUDGED_ROWS: usize = 100_000;
/// Rows shown.
const SHOWN_ROWS: usize = 3;
/// A field with a smaller share of valid values is a problem.
const VALID_SHARE: f64 = 0.95;
/// Fields without which people are hard to tell apart: their absence is worth a word.
pub const WANTED: &[Field] = &[
    Field::PersonalId,
    Field::BirthDate,
    Field::Gender,
    Field::Commune,
    Field::RegisteredOn,
    Field::DeathDate,
];

/// What is known of one file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// The path as given.
    pub file: String,
    /// Why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
    /// The error itself, for who asks the user about it.
    #[serde(skip)]
    pub refused: Option<IngestError>,
    /// Its tables: one, or one for each sheet that holds one.
    pub tables: Vec<TableInspection>,
}

/// What is known of one table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TableInspection {
    /// The name that outputs give it.
    pub name: String,
    /// The sheet, where the file is a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The kind of file.
    pub kind: &'static str,
    /// Whether the kind was told by the header; else it was given.
    pub kind_detected: bool,
    /// The format: `text`, or that of a workbook, or `parquet`.
    pub format: String,
    /// Encoding of text, or the format of a workbook; of text in a legacy font, the encoding of the font.
    pub encoding: String,
    /// Delimiter of text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 digest of the file.
    pub digest: String,
    /// Row number of the header; 0 where a sheet goes on under the header of the one before.
    pub header_row: u32,
    /// Row number of the last row of the header.
    pub header_last_row: u32,
    /// Rows read, used and rejected.
    pub read: u64,
    /// Data rows.
    pub used: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Rows skipped, by class.
    pub skipped: SkippedRows,
    /// Rows hidden in the spreadsheet, which are read like any other.
    pub hidden: u64,
    /// The columns.
    pub columns: Vec<ColumnInspection>,
    /// The first rows as normalised; masked, unless wanted otherwise.
    pub first_rows: Vec<Vec<String>>,
    /// What ails the table, the worst first.
    pub problems: Vec<Problem>,
}

/// What is known of one column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnInspection {
    /// The header as written.
    pub header: String,
    /// The field it was recognised as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// The column of the kind's own that it was recognised as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<&'static str>,
    /// Why: `mapped`, `canonical`, `user`, `built-in`, `part`, `composed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// How sure that is, 0 to 1; of a column in doubt, how likely the field that it may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The next best field, or the one that a column in doubt may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<&'static str>,
    /// Whether the run asks what the column is.
    pub asked: bool,
    /// Share of the rows in which it is filled.
    pub filled: f64,
    /// Share of the filled cells that hold a value fit for the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<f64>,
}

/// Something that ails a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// A stable code.
    pub code: &'static str,
    /// How much it matters, 0 to 1.
    pub weight: f64,
    /// One sentence in the user's language.
    pub message: String,
}

/// How files are inspected.
#[derive(Copy, Clone, Debug)]
pub struct InspectOptions {
    /// The date by which dates are judged.
    pub as_of: Day,
    /// The language of the sentences.
    pub lang: Lang,
    /// Whether the first rows are shown unmasked.
    pub show: bool,
}

/// Inspects files, several at a time; the reports come in the order given.
pub fn inspect(inputs: &[InputSpec], options: &ReadOptions, how: InspectOptions) -> Vec<Inspection> {
    let context = Context::new(inputs, options, &|_| ());
    let mut lenient = Context::new(inputs, options, &|_| ());
    lenient.lenient = true;
    let one = |input: &InputSpec| {
        let file = input.path.display().to_string();
        match read_file(input, &context) {
            Ok(readings) => {
                let tables = readings.iter().map(|r| inspect_table(r, input, how)).collect();
                Inspection { file, error: None, refused: None, tables }
            }
            Err(error) => {
                let problem = Problem { code: error.code(), weight: 1.0, message: error.message(how.lang) };
                // What lacks a column is shown nevertheless: there the column may be found under another name.
                let lacks = matches!(error, IngestError::MissingColumn { .. });
                let readings =
                    if lacks { read_file(input, &lenient).unwrap_or_default() } else { Vec::new() };
                let tables = readings.iter().map(|r| inspect_table(r, input, how)).collect();
                Inspection { file, error: Some(problem), refused: Some(error), tables }
            }
        }
    };
    inputs.par_iter().map(one).collect()
}

fn inspect_table(reading: &Reading, input: &InputSpec, how: InspectOptions) -> TableInspection {
    let InspectOptions { as_of, lang, show } = how;
    let table = &reading.table;
    let columns = inspect_columns(reading, as_of);
    let shown = |field: Option<Field>, cell: &str| {
        let value = field.map_or_else(|| cell.trim().to_owned(), |field| normal(field, cell, as_of));
        if show { value } else { mask(field, &value) }
    };
    let first_rows = (0..table.len().min(SHOWN_ROWS) as u32)
        .map(|row| {
            let own = table.columns.iter().enumerate().take(reading.header.width());
            own.map(|(at, column)| shown(column.field, table.cell_at(row, at))).collect()
        })
        .collect();
    let problems = problems(reading, &columns, lang);
    TableInspection {
        name: table.name.clone(),
        sheet: table.sheet.clone(),
        kind: table.kind.name(),
        kind_detected: input.kind.is_none(),
        format: if table.delimiter.is_some() { "text" } else { reading.format }.to_owned(),
        encoding: table.encoding.clone(),
        delimiter: table.delimiter,
        bytes: table.bytes,
        digest: table.digest.clone(),
        header_row: table.header_row,
        header_last_row: reading.header.last_row,
        read: table.counts.read,
        used: table.counts.used,
        rejected: table.counts.rejected,
        skipped: table.skipped,
        hidden: reading.hidden,
        columns,
        first_rows,
        problems,
    }
}

fn inspect_columns(reading: &Reading, as_of: Day) -> Vec<ColumnInspection> {
    let table = &reading.table;
    let step = table.len().div_ceil(JUDGED_ROWS).max(1);
    let rows: Vec<u32> = (0..table.len() as u32).step_by(step).collect();
    let share = |part: usize, of: usize| if of == 0 { 0.0 } else { rounded(part as f64 / of as f64) };
    let one = |(at, column): (usize, &crate::domain::Column)| {
        let filled: Vec<u32> =
            rows.iter().copied().filter(|row| !is_blank(table.cell_at(*row, at))).collect();
        let of_kind = Synonyms::own_field(table.kind, &column.header).filter(|_| column.field.is_none());
        // Cells of a column of the kind's own are fit where they would be in a field of its type.
        let judged = column.field.or_else(|| Field::of_type(of_kind?.holds).next());
        let valid = judged.filter(|_| !filled.is_empty()).map(|field| {
            let gender = GenderCode::of_column(filled.par_iter().map(|row| table.cell_at(*row, at)));
            let valid = filled.iter().filter(|row| is_valid(field, table.cell_at(**row, at), gender, as_of));
            share(valid.count(), filled.len())
        });
        let reason = match reading.header.columns.reasons.get(at) {
            Some(reason) => reason.map(reason_name),
            None => Some("composed"),
        };
        let resolved = &reading.header.columns;
        let claims = resolved.claims.get(at).map_or(&[][..], Vec::as_slice);
        let next = claims.iter().find(|claim| Some(claim.field) != column.field);
        let own = claims.iter().find(|claim| Some(claim.field) == column.field);
        ColumnInspection {
            header: column.header.clone(),
            field: column.field.map(Field::name),
            own: of_kind.map(|own| own.name.as_str()),
            confidence: own.or(next).map(|claim| rounded(claim.confidence())),
            runner_up: next.map(|claim| claim.field.name()),
            asked: resolved.doubts.iter().any(|doubt| doubt.column == at),
            reason,
            filled: share(filled.len(), rows.len()),
            valid,
        }
    };
    table.columns.par_iter().enumerate().map(one).collect()
}

/// Shares are shown to a tenth of a per cent.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Mapped => "mapped",
        Reason::Canonical => "canonical",
        Reason::User => "user",
        Reason::BuiltIn => "built-in",
        Reason::Part => "part",
    }
}

/// Collects problems in the user's language.
struct Problems {
    lang: Lang,
    found: Vec<Problem>,
}

impl Problems {
    fn say(&mut self, code: &'static str, weight: f64, message: String) {
        // Columns of the same header have the same said of them.
        if self.found.iter().any(|problem| problem.message == message) {
            return;
        }
        self.found.push(Problem { code, weight: rounded(weight.min(1.0)), message });
    }

    fn of_rows(&mut self, table: &Table) {
        if table.is_empty() {
            self.say("no-rows", 1.0, text!(self.lang, "ingest.problem.no_rows").to_owned());
        }
        let rejected = table.counts.rejected;
        if let Some(first) = table.rejects.first() {
            let share = rejected as f64 / (rejected + table.counts.used).max(1) as f64;
            let (row, reason) =
                (first.source_row, crate::words::why_rejected(first.reason, &first.detail, self.lang));
            self.say(
                "rows-rejected",
                0.3 + share,
                text!(self.lang, "ingest.problem.rows_rejected", rejected, row, reason),
            );
        }
        if Legacy::ALL.iter().any(|legacy| legacy.name() == table.encoding) {
            let encoding = &table.encoding;
            self.say("legacy-encoding", 0.3, text!(self.lang, "ingest.problem.legacy_encoding", encoding));
        }
    }

    fn of_habits(&mut self, table: &Table) {
        for WholeColumn { field, habit, .. } in records::habits_of(table) {
            let (header, field) = (table.header(field), field.name());
            let what = habit_words::what(habit, self.lang);
            let to_do = if habit.is_certain() { "" } else { habit_words::remedy(habit, self.lang) };
            let message = text!(self.lang, "ingest.problem.column_habit", header, field, what, to_do);
            self.say(
                "column-habit",
                if habit.is_certain() { 0.3 } else { 0.8 },
                message.trim_end().to_owned(),
            );
        }
    }

    fn of_dates(&mut self, table: &Table) {
        if table.from_1904 {
            self.say("dates-1904", 0.1, text!(self.lang, "ingest.problem.dates_1904").to_owned());
        }
    }

    fn of_values(&mut self, columns: &[ColumnInspection]) {
        for column in columns {
            let (Some(field), Some(valid)) = (column.field, column.valid) else { continue };
            if valid < VALID_SHARE {
                let (header, percent) = (&column.header, format!("{:.1}%", (1.0 - valid) * 100.0));
                self.say(
                    "field-invalid",
                    (1.0 - valid) * column.filled,
                    text!(self.lang, "ingest.problem.field_invalid", header, field, percent),
                );
            }
        }
    }

    fn of_columns(&mut self, reading: &Reading) {
        let table = &reading.table;
        for &field in WANTED.iter().filter(|f| table.kind.fields().contains(f) && !table.has(**f)) {
            self.say(
                "field-absent",
                if field == Field::PersonalId && table.kind == Kind::Residents { 0.6 } else { 0.2 },
                text!(self.lang, "ingest.problem.field_absent", field = field.name()),
            );
        }
        for doubt in &reading.header.columns.doubts {
            let header = reading.header.columns.columns[doubt.column].header.clone();
            let (file, kind, row) = (table.path.clone(), table.kind, reading.header.row);
            let columns = vec![(header, doubt.field)];
            let error = IngestError::ColumnUnclear { file, kind, row, columns };
            self.say("column-unclear", 0.9, error.message(self.lang));
        }
        let outdone = &reading.header.columns.outdone;
        for outdone in outdone {
            self.of_choice(reading, *outdone);
        }
        let strange: Vec<&str> = table
            .columns
            .iter()
            .enumerate()
            .filter(|(at, c)| {
                c.field.is_none()
                    && !c.header.is_empty()
                    && Synonyms::own_field(table.kind, &c.header).is_none()
                    && !outdone.iter().any(|o| o.column == *at)
            })
            .map(|(_, c)| c.header.as_str())
            .collect();
        if !strange.is_empty() {
            let list = strange.join("\", \"");
            self.say(
                "columns-unrecognised",
                0.05,
                text!(self.lang, "ingest.problem.columns_unrecognised", list),
            );
        }
    }

    /// Two columns may be the same field: which one is taken, why, and how to take the other.
    fn of_choice(&mut self, reading: &Reading, outdone: Outdone) {
        let table = &reading.table;
        let other = &table.columns[outdone.column].header;
        let Some(at) = table.columns.iter().position(|column| column.field == Some(outdone.field)) else {
            return;
        };
        let taken = &table.columns[at].header;
        let reason = reading.header.columns.reasons.get(at).copied().flatten();
        let why = match reason {
            Some(Reason::Mapped) => text!(self.lang, "ingest.problem.taken_mapped"),
            None => text!(self.lang, "ingest.problem.taken_put_together"),
            Some(_) if key(taken) == key(other) => text!(self.lang, "ingest.problem.taken_first"),
            Some(reason) if reason > outdone.reason => text!(self.lang, "ingest.problem.taken_whole"),
            Some(_) => text!(self.lang, "ingest.problem.taken_closer"),
        };
        let (kind, field) = (table.kind.name(), outdone.field.name());
        let map =
            format!("--map {kind}.{field}=\"{}\"", other.split_whitespace().collect::<Vec<_>>().join(" "));
        self.say(
            "column-outdone",
            0.1,
            text!(self.lang, "ingest.problem.column_outdone", taken, other, field, why, map),
        );
    }
}

fn problems(reading: &Reading, columns: &[ColumnInspection], lang: Lang) -> Vec<Problem> {
    let mut problems = Problems { lang, found: Vec::new() };
    problems.of_rows(&reading.table);
    problems.of_habits(&reading.table);
    problems.of_dates(&reading.table);
    problems.of_values(columns);
    problems.of_columns(reading);
    for sheet in &reading.table.skipped_sheets {
        let (name, rows, reason) = (&sheet.name, sheet.rows, sheet.reason);
        problems.say("sheet-skipped", 0.2, text!(lang, "ingest.problem.sheet_skipped", name, rows, reason));
    }
    for (column, count) in reading.table.uncomputed_columns() {
        problems.say(
            "formulas-uncomputed",
            0.6,
            text!(lang, "ingest.problem.formulas_uncomputed", column, count),
        );
    }
    if reading.hidden > 0 {
        let hidden = reading.hidden;
        problems.say("rows-hidden", 0.15, text!(lang, "ingest.problem.rows_hidden", hidden));
    }
    // A stable sort: problems of one weight stay in the order of the columns.
    problems.found.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    problems.found
}
