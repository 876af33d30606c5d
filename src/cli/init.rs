//! `lamsach init`: a configuration begun from what lies in a folder.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use super::{Session, printer};
use crate::cli::args::InitArgs;
use crate::cli::error::Error;
use crate::config::{FILE_NAME, Found, dates, template};
use crate::disk::{self, FILE_MODE, create_new, replace_file};
use crate::domain::{Kind, Lang, Retention};
use crate::ingest::{self, FoundFiles, IngestError, InspectOptions, ReadOptions};
use crate::words::{grouped, said, text};

/// Looks at the files of the folder and writes the configuration.
pub(super) fn run(args: &InitArgs, session: &mut Session) -> Result<(), Error> {
    let folder = args.folder.as_deref().unwrap_or(Path::new("."));
    let path = if args.folder.is_some() { folder.join(FILE_NAME) } else { FILE_NAME.into() };
    if !args.force && path.symlink_metadata().is_ok() {
        let shown = path.display();
        return Err(Error::usage(said!("cli.init.exists", shown)));
    }
    let mut found = look(folder, session.lang)?;
    found.out = text!(session.lang, "cli.init.default_folder").to_owned();
    found.runs = Retention::default().runs;
    if std::io::stdin().is_terminal() && !session.quiet {
        ask(&mut found, session);
    }
    let text = template(&found, session.lang)?;
    write(&path, &text, args.force).map_err(|error| {
        let shown = path.display();
        Error::Output(text!(session.lang, "common.error.not_written", shown, error))
    })?;
    if !session.quiet {
        printer::out(&told(&found, folder, &path, session.lang));
    }
    Ok(())
}

/// What lies in the folder, by kind. A folder without data is no fault: the configuration may come first.
fn look(folder: &Path, lang: Lang) -> Result<Found, Error> {
    let FoundFiles { inputs, units, .. } = match ingest::find_files(folder) {
        Ok(found) => found,
        Err(IngestError::NoInputs { .. }) => FoundFiles::default(),
        Err(error) => return Err(error.into()),
    };
    let mut found = Found::default();
    let how = InspectOptions { as_of: dates::today(), lang, show: false };
    for report in ingest::inspect(&inputs, &ReadOptions::default(), how) {
        let name = Path::new(&report.file).file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(problem) = report.error {
            found.unknown.push((name, problem.message));
            continue;
        }
        let mut kinds: Vec<(Kind, u64)> = Vec::new();
        for table in &report.tables {
            let Some(kind) = Kind::from_name(table.kind) else { continue };
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, rows)) => *rows += table.used,
                None => kinds.push((kind, table.used)),
            }
        }
        let several = kinds.len() > 1;
        for (kind, rows) in kinds {
            let rows = format!("{} {}", grouped(rows, lang), text!(lang, "common.word.rows"));
            let sheets = report.tables.iter().filter(|table| table.kind == kind.name());
            let files = found.files.entry(kind).or_default();
            // Where the sheets of a workbook are of several kinds, each is named by itself.
            match several {
                true => files.extend(sheets.filter_map(|table| {
                    let sheet = table.sheet.as_ref()?;
                    Some((format!("{name}#{sheet}"), rows.clone()))
                })),
                false => files.push((name.clone(), rows)),
            }
        }
    }
    let name = |path: PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    found.units = units.and_then(name);
    Ok(found)
}

/// A few questions; an empty answer takes what is proposed.
fn ask(found: &mut Found, session: &mut Session) {
    let question = |text: &str, proposed: &str| {
        printer::out(&format!("{text} [{proposed}]: "));
        let mut answer = String::new();
        // An end of input is an empty answer.
        let _ = std::io::stdin().lock().read_line(&mut answer);
        Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty())
    };
    if session.lang_origin.is_none() {
        match question(text!(session.lang, "cli.init.language"), "vi").as_deref() {
            Some("en") => session.lang = Lang::En,
            _ => session.lang = Lang::Vi,
        }
    }
    let lang = session.lang;
    if let Some(out) = question(text!(lang, "cli.init.output_folder"), &found.out) {
        found.out = out;
    }
    let runs = question(text!(lang, "cli.init.how_many_runs"), &found.runs.to_string());
    found.runs = runs.and_then(|runs| runs.parse().ok()).unwrap_or(found.runs);
}

fn write(path: &Path, text: &str, force: bool) -> std::io::Result<()> {
    if force {
        return replace_file(path, text.as_bytes(), FILE_MODE);
    }
    let mut file = create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn told(found: &Found, folder: &Path, path: &Path, lang: Lang) -> String {
    let mut text = String::new();
    for (kind, files) in &found.files {
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        text.push_str(&format!("  {}: {}\n", kind.title(lang), names.join(", ")));
    }
    for (name, why) in &found.unknown {
        text.push_str(&format!("  ? {name}: {why}\n"));
    }
    if found.files.is_empty() {
        let none = text!(lang, "cli.init.no_data_file");
        text.push_str(&format!("  {none} {}\n", folder.display()));
    }
    // Other commands look for the file where they are called, not where the data lie.
    let go = if folder == Path::new(".") { String::new() } else { disk::shell_go_to(folder) };
    text.push_str(&text!(lang, "cli.init.written", path = path.display(), go));
    if folder != Path::new(".") {
        let config = disk::shell_word(path);
        text.push_str(&text!(lang, "cli.init.elsewhere", config));
    }
    text
}
