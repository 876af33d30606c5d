//! `lamsach inspect`: what files hold and what ails them, before anything is run on them.

use std::fmt::Write as _;

use super::args::InspectArgs;
use super::printer;
use crate::config::dates;
use crate::domain::{Kind, Lang};
use crate::error::Error;
use crate::ingest::{ColumnMap, InputSpec, Inspection, ReadOptions, TableInspection, inspect};
use crate::publish::{grouped, kind_word};

/// Prints the report on the files; fails as `run` would where one cannot be read.
pub(super) fn run(args: &InspectArgs, lang: Lang) -> Result<(), Error> {
    let mut options = ReadOptions::default();
    if let Some(path) = &args.synonyms {
        options.synonyms.add_file(path)?;
    }
    for text in &args.map {
        options.synonyms.map(&ColumnMap::parse(text)?);
    }
    let kind = args.kind.as_deref().map(kind).transpose()?;
    let inputs: Vec<InputSpec> =
        args.files.iter().map(|path| InputSpec { kind, ..InputSpec::new(path) }).collect();
    let reports = inspect(&inputs, &options, dates::today(), lang);
    if args.json {
        let text = serde_json::to_string_pretty(&reports).map_err(|e| Error::Internal(e.to_string()))?;
        printer::out(&format!("{text}\n"));
    } else {
        printer::out(&reports.iter().map(|report| text(report, lang)).collect::<Vec<_>>().join("\n"));
    }
    match reports.into_iter().find_map(|report| report.error) {
        Some(problem) => Err(Error::Input(problem.message)),
        None => Ok(()),
    }
}

fn kind(name: &str) -> Result<Kind, Error> {
    let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    Kind::from_name(name).ok_or_else(|| {
        Error::usage(
            format!("--kind \"{name}\": không có loại đó (nhận: {}).", known.join(", ")),
            format!("--kind \"{name}\": there is no such kind (takes: {}).", known.join(", ")),
        )
    })
}

fn text(report: &Inspection, lang: Lang) -> String {
    let mut text = format!("{}\n", report.file);
    for table in &report.tables {
        // Writing to a string cannot fail.
        let _ = write_table(&mut text, table, lang);
    }
    text
}

fn write_table(text: &mut String, table: &TableInspection, lang: Lang) -> std::fmt::Result {
    let kind = Kind::from_name(table.kind).map_or("", |kind| kind_word(kind, lang));
    write!(text, "  {}: {kind}, {}", table.name, table.encoding)?;
    if let Some(delimiter) = table.delimiter {
        write!(text, ", {} {delimiter:?}", lang.pick("phân cách", "delimiter"))?;
    }
    writeln!(text, ", {} {}", lang.pick("dòng tiêu đề", "header row"), table.header_row)?;
    writeln!(
        text,
        "  {}: {}   {}: {}   {}: {}",
        lang.pick("đã đọc", "read"),
        grouped(table.read, lang),
        lang.pick("sử dụng", "used"),
        grouped(table.used, lang),
        lang.pick("không đọc được", "rejected"),
        grouped(table.rejected, lang)
    )?;
    for column in &table.columns {
        let field = column.field.unwrap_or(lang.pick("(không nhận ra)", "(not recognised)"));
        let header = column.header.split_whitespace().collect::<Vec<_>>().join(" ");
        write!(
            text,
            "    {header} → {field}   {} {:.0} %",
            lang.pick("có ghi", "filled"),
            100.0 * column.filled
        )?;
        if let Some(valid) = column.valid {
            write!(text, "   {} {:.0} %", lang.pick("hợp lệ", "valid"), 100.0 * valid)?;
        }
        text.push('\n');
    }
    for row in &table.first_rows {
        writeln!(text, "    | {}", row.join(" | "))?;
    }
    for problem in &table.problems {
        writeln!(text, "  ! {}", problem.message)?;
    }
    Ok(())
}
