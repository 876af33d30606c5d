//! `lamsach inspect`: what files hold and what ails them, before anything is run on them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{overview, run};
use crate::archive::{InputFile, Summary, answers};
use crate::cli::error::Error;
use crate::cli::runs::args::{InspectArgs, RunArgs};
use crate::cli::{Session, operator, printer};
use crate::config::{FILE_NAME, dates};
use crate::custody::{self, CustodyError};
use crate::disk::{self, Pointer};
use crate::domain::{Kind, Lang, RowClass};
use crate::ingest::sets::{FileUse, Part, without_copies};
use crate::ingest::units::UnitMap;
use crate::ingest::{
    self, ColumnInspection, ColumnMap, InputSpec, InspectOptions, Inspection, Problem, ReadOptions,
    TableInspection, inspect,
};
use crate::store::Access;
use crate::words::{grouped, said, text};

/// Columns of the table are cut to so many characters.
const WIDEST: usize = 40;

/// Prints the report on the files; fails as `run` would where one cannot be read.
pub(crate) fn run(args: &InspectArgs, session: &Session) -> Result<(), Error> {
    let lang = session.lang;
    let mut options = ReadOptions::default();
    if let Some(path) = &args.synonyms {
        options.synonyms.add_file(path)?;
    }
    for text in &args.map {
        options.synonyms.map(&ColumnMap::parse(text)?);
    }
    let folder = log_folder(args, session);
    if let Some(out) = &folder {
        options.answers = answers::read(out);
    }
    let kind = args.kind.as_deref().map(kind).transpose()?;
    let (mut inputs, others) = inputs(args, kind)?;
    for text in &args.encoding {
        run::set_encoding(&mut inputs, text)?;
    }
    if args.show {
        let files: Vec<_> = args.files.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        let access = Access {
            who: disk::user_name(),
            action: "inspect-show".to_owned(),
            what: files.join(" "),
            why: operator::reason(args.reason.as_deref(), lang),
        };
        let recorded = match &folder {
            Some(out) => custody::note_access(out, &access)?,
            None => false,
        };
        match &args.out {
            Some(out) if !recorded => return Err(CustodyError::NoRun(out.clone()).into()),
            None if !recorded => operator::unrecorded(lang),
            _ => {}
        }
    }
    let how = InspectOptions { as_of: dates::today(), lang, show: args.show };
    let mut reports = inspect(&inputs, &options, how);
    if let Some(out) = &folder {
        tell_of_run(&mut reports, &Pointer::of(out).run_path(), lang);
    }
    if args.json {
        let text = serde_json::to_string_pretty(&reports).map_err(|e| Error::Internal(e.to_string()))?;
        printer::out(&format!("{text}\n"));
    } else {
        let mut text =
            reports.iter().map(|report| text(report, args.show, lang)).collect::<Vec<_>>().join("\n");
        for file in others {
            text.push_str(&format!("\n{}\n  {}\n", file.path.display(), overview::part(&file, lang)));
        }
        printer::out(&text);
    }
    match reports.into_iter().find_map(|report| report.error) {
        Some(problem) => Err(Error::Input(problem.message)),
        None => Ok(()),
    }
}

/// Adds what the latest run has shown of a file that is the same now: what only the registry can tell.
fn tell_of_run(reports: &mut [Inspection], run: &Path, lang: Lang) {
    let Ok(summary) = Summary::read(run) else { return };
    for table in reports.iter_mut().flat_map(|report| &mut report.tables) {
        let is_it = |input: &&InputFile| input.digest == table.digest && input.sheet == table.sheet;
        let Some(known) = summary.inputs.iter().find(is_it) else { continue };
        let lines = known.shown_by_linking[lang as usize].iter();
        table.problems.extend(lines.map(|line| Problem {
            code: "shown-by-run",
            weight: 0.8,
            message: text!(lang, "ingest.problem.shown_by_run", line),
        }));
    }
}

/// The output folder whose access log hears of the look: the one named, else that of the configuration beside the
/// files. One that cannot be used names none: whoever inspects files may be about to mend it.
fn log_folder(args: &InspectArgs, session: &Session) -> Option<PathBuf> {
    let beside = |path: &PathBuf| {
        let folder = if path.is_dir() { path.as_path() } else { path.parent()? };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if !folder.join(FILE_NAME).is_file() {
            return None;
        }
        let args = RunArgs { folder: Some(folder.to_owned()), ..RunArgs::default() };
        run::resolve(&args, session).ok()?.out
    };
    args.out.clone().or_else(|| args.files.iter().find_map(beside))
}

/// The files, those of folders included, and what else lies there.
fn inputs(args: &InspectArgs, kind: Option<Kind>) -> Result<(Vec<InputSpec>, Vec<FileUse>), Error> {
    let (mut inputs, mut others) = (Vec::new(), Vec::new());
    for path in &args.files {
        if path.is_dir() {
            let found = ingest::find_files(path)?;
            inputs.extend(found.inputs.into_iter().map(|input| InputSpec { kind, ..input }));
            others.extend(found.units.map(|path| FileUse::new(path, Part::Units)));
            others.extend(found.unused);
        } else if kind.is_none() && UnitMap::is_one(path) {
            others.push(FileUse::new(path.clone(), Part::Units));
        } else {
            inputs.push(InputSpec { kind, ..InputSpec::new(path) });
        }
    }
    let (inputs, copies) = without_copies(inputs);
    others.extend(copies);
    Ok((inputs, others))
}

fn kind(name: &str) -> Result<Kind, Error> {
    let known: Vec<&str> = Kind::all().map(Kind::name).collect();
    Kind::from_name(name)
        .ok_or_else(|| Error::usage(said!("cli.inspect.no_such_kind", name, known = known.join(", "))))
}

fn text(report: &Inspection, show: bool, lang: Lang) -> String {
    let mut text = format!("{}\n", report.file);
    if let Some(error) = &report.error {
        text.push_str(&format!("  ! {}\n", error.message));
    }
    for table in &report.tables {
        // Writing to a string cannot fail.
        let _ = write_table(&mut text, table, show, lang);
    }
    text
}

fn write_table(text: &mut String, table: &TableInspection, show: bool, lang: Lang) -> std::fmt::Result {
    let kind = Kind::from_name(table.kind).map_or("", |kind| kind.title(lang));
    let how = if table.kind_detected {
        text!(lang, "cli.inspect.told_header")
    } else {
        text!(lang, "cli.inspect.given")
    };
    write!(text, "  {}: {kind} ({how}), {}", table.name, table.format)?;
    if table.encoding != table.format {
        write!(text, ", {}", table.encoding)?;
    }
    if let Some(delimiter) = table.delimiter {
        write!(text, ", {} {delimiter:?}", text!(lang, "cli.inspect.delimiter"))?;
    }
    writeln!(text, ", {}", header_rows(table, lang))?;
    write_rows(text, table, lang)?;
    write_columns(text, &table.columns, lang)?;
    if !table.first_rows.is_empty() {
        let shown =
            if show { text!(lang, "cli.inspect.as_they_are") } else { text!(lang, "cli.inspect.masked") };
        writeln!(text, "\n    {} ({shown}):", text!(lang, "cli.inspect.first_rows"))?;
    }
    for row in &table.first_rows {
        writeln!(text, "    | {}", row.join(" | "))?;
    }
    if !table.problems.is_empty() {
        text.push('\n');
    }
    for problem in &table.problems {
        writeln!(text, "  ! {}", problem.message)?;
    }
    Ok(())
}

fn header_rows(table: &TableInspection, lang: Lang) -> String {
    let (first, last) = (table.header_row, table.header_last_row);
    match text!(lang, "cli.inspect.header_row") {
        _ if first == 0 => text!(lang, "cli.inspect.header_before").to_owned(),
        word if last > first => format!("{word} {first}–{last}"),
        word => format!("{word} {first}"),
    }
}

fn class_word(class: RowClass, lang: Lang) -> &'static str {
    match class {
        RowClass::Title => text!(lang, "cli.inspect.titles"),
        RowClass::Header => text!(lang, "cli.inspect.headers"),
        RowClass::Numbering => text!(lang, "cli.inspect.numbering"),
        RowClass::CodeNames => text!(lang, "cli.inspect.code_names"),
        RowClass::Group => text!(lang, "cli.inspect.group_headings"),
        RowClass::Sum => text!(lang, "cli.inspect.totals"),
        RowClass::Carried => text!(lang, "cli.inspect.carried"),
        RowClass::Signature => text!(lang, "cli.inspect.signatures"),
        RowClass::Note => text!(lang, "cli.inspect.notes"),
        RowClass::Continued => text!(lang, "cli.inspect.continued"),
        RowClass::Blank => text!(lang, "cli.inspect.blank"),
    }
}

fn write_rows(text: &mut String, table: &TableInspection, lang: Lang) -> std::fmt::Result {
    let reasons = RowClass::ALL.map(|class| (table.skipped.of(class), class_word(class, lang)));
    let all: u64 = reasons.iter().map(|(count, _)| count).sum();
    write!(
        text,
        "  {}: {}   {}: {}   {}: {}   {}: {}",
        text!(lang, "cli.inspect.rows_read"),
        grouped(table.read, lang),
        text!(lang, "cli.inspect.used"),
        grouped(table.used, lang),
        text!(lang, "cli.inspect.rejected"),
        grouped(table.rejected, lang),
        text!(lang, "cli.inspect.skipped"),
        grouped(all, lang)
    )?;
    let some: Vec<String> = reasons
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{what} {}", grouped(*count, lang)))
        .collect();
    if !some.is_empty() {
        write!(text, " ({})", some.join(", "))?;
    }
    writeln!(text)
}

/// The columns as a table.
fn write_columns(text: &mut String, columns: &[ColumnInspection], lang: Lang) -> std::fmt::Result {
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    let title = [
        text!(lang, "cli.inspect.column"),
        &text!(lang, "terms.value.field").to_lowercase(),
        text!(lang, "cli.inspect.why"),
        text!(lang, "cli.inspect.filled"),
        text!(lang, "cli.inspect.valid"),
    ];
    let mut rows = vec![title.map(str::to_owned)];
    rows.extend(columns.iter().map(|column| {
        let header: String = column.header.split_whitespace().collect::<Vec<_>>().join(" ");
        [
            if header.chars().count() > WIDEST {
                header.chars().take(WIDEST - 1).chain(['…']).collect()
            } else {
                header
            },
            column.field.or(column.own).unwrap_or("–").to_owned(),
            how_taken(column, lang),
            percent(column.filled),
            column.valid.map(percent).unwrap_or_default(),
        ]
    }));
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(width);
    text.push('\n');
    for row in &rows {
        let mut line = String::from("    ");
        for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
            let blanks = " ".repeat(width - cell.chars().count());
            // Shares stand right, words left.
            let (before, after) = if at < 3 { ("", blanks.as_str()) } else { (blanks.as_str(), "") };
            line.push_str(&format!("{before}{cell}{after}   "));
        }
        writeln!(text, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Why a column is the field it is and how sure that is, or that it is asked about.
fn how_taken(column: &ColumnInspection, lang: Lang) -> String {
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    let sure = column.confidence.map(percent).unwrap_or_default();
    match (column.reason, column.runner_up) {
        (_, Some(field)) if column.asked => {
            format!("{} {field}? ({sure})", text!(lang, "cli.inspect.to_be_said"))
        }
        (Some(reason), _) if sure.is_empty() => why(reason, lang).to_owned(),
        (Some(reason), None) => format!("{} ({sure})", why(reason, lang)),
        (Some(reason), Some(field)) => {
            format!("{} ({sure}; {} {field})", why(reason, lang), text!(lang, "cli.inspect.or"))
        }
        (None, _) => text!(lang, "cli.inspect.not_recognised").to_owned(),
    }
}

/// Why a column is the field it is.
fn why(reason: &'static str, lang: Lang) -> &'static str {
    match reason {
        "mapped" => "--map",
        "canonical" => text!(lang, "cli.inspect.canonical_name"),
        "user" => text!(lang, "cli.inspect.own_table"),
        "built-in" => text!(lang, "cli.inspect.by_header_and_cells"),
        "part" => text!(lang, "cli.inspect.part_of_header"),
        "composed" => text!(lang, "cli.inspect.put_together"),
        other => other,
    }
}
