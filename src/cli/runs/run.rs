//! `lamsach run`: the arguments and the configuration become a request, the outcome becomes a few lines on
//! the terminal.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use toml::Value;
use tracing::Span;

use super::overview;
use super::progress::Bars;
use crate::archive::{self, ArchiveError, Attempt, Health};
use crate::cli::error::Error;
use crate::cli::runs::args::RunArgs;
use crate::cli::{Session, logging, printer, status};
use crate::config::{self, Asked, ConfigError, Key, Origin, Resolved, dates};
use crate::domain::{Kind, Lang};
use crate::ingest::{ColumnMap, FoundFiles, InputSpec, ReadOptions};
use crate::interrupt;
use crate::pipeline::{self, Outcome, Request};
use crate::publish::RejectLimit;
use crate::store;
use crate::words::{said, text};

/// Runs the pipeline as the arguments and the configuration say.
pub(crate) fn run(args: RunArgs, session: &mut Session) -> Result<(), Error> {
    let resolved = resolve(&args, session)?;
    session.lang = resolved.lang;
    logging::start(session, &resolved.log)?;
    let out = resolved.out.clone().ok_or(ConfigError::NoOutput)?;
    let span = session.span.insert(logging::run_span()).clone();
    // Whatever happens leaves its word for `lamsach status`, a defect of the program too.
    let run = AssertUnwindSafe(|| span.in_scope(|| work(&args, &resolved, session, &span)));
    let broken_off = || Error::Internal(text!(session.lang, "cli.cli.broken_off").to_string());
    let ended = std::panic::catch_unwind(run).unwrap_or_else(|_| Err(broken_off()));
    note(&out, &resolved, &ended, session);
    let ended = ended?;
    if !session.quiet {
        printer::out(&match ended {
            Ended::Ran(outcome) => overview::overview(&outcome, resolved.file.as_deref(), session.lang),
            Ended::Unchanged(last) => overview::unchanged(&last, session.lang),
        });
    }
    Ok(())
}

/// How an attempt that did not fail ended.
enum Ended {
    /// A run was published.
    Ran(Box<Outcome>),
    /// There was nothing to do: everything is as this run found it.
    Unchanged(String),
}

fn work(args: &RunArgs, resolved: &Resolved, session: &Session, span: &Span) -> Result<Ended, Error> {
    let links = args.links.clone();
    let request = Request { relink: args.relink, links, ..request(args, resolved)? };
    // Nothing is written to a folder that is another's, no word of it either.
    archive::trusted(&request.out)?;
    if let Some(folder) = &session.own_kinds {
        config::own_kinds::keep(folder, &request.out).map_err(|source| ArchiveError::Write {
            path: request.out.join(config::own_kinds::FOLDER),
            source,
        })?;
    }
    if args.if_changed
        && let Some(last) = pipeline::unchanged(&request)?
    {
        return Ok(Ended::Unchanged(last.name));
    }
    interrupt::heed_signals().map_err(|error| Error::Internal(error.to_string()))?;
    // Log lines and bars would write over each other.
    let bars = Bars::new(session.lang, session.quiet || session.verbose > 0);
    let pool = logging::in_span(rayon::ThreadPoolBuilder::new().num_threads(resolved.threads), span)
        .build()
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Ended::Ran(Box::new(pool.install(|| pipeline::run(&request, &bars))?)))
}

/// Leaves word for `lamsach status` and for Prometheus of how the attempt ended. Whoever was kept out by
/// another run leaves none: that one will.
fn note(out: &Path, resolved: &Resolved, ended: &Result<Ended, Error>, session: &Session) {
    let attempt = match ended {
        Err(Error::Archive(ArchiveError::Locked(_) | ArchiveError::Foreign(_))) => return,
        Err(error) => Attempt::now(error.code(), None),
        Ok(Ended::Ran(outcome)) => Attempt::now(0, Some(outcome.run_id.clone())),
        Ok(Ended::Unchanged(last)) => Attempt::now(0, Some(last.clone())),
    };
    if !out.is_dir() {
        return;
    }
    // A help for those who watch, never what a run fails for; but whoever relies on it must hear of it, even
    // where nothing else is to be said.
    let lang = session.lang;
    let warn = |text: &str| printer::err(&format!("{}: {text}", text!(lang, "cli.run.warning")));
    if let Err(error) = attempt.write(out) {
        tracing::warn!(%error, "last attempt not written");
        warn(&text!(lang, "cli.run.attempt_not_written", error));
    }
    if let Some(file) = &resolved.metrics {
        let health = Health::of(out, jiff::Timestamp::now(), None);
        if let Err(error) = status::write_metrics(&health, file, lang) {
            tracing::warn!(error = error.message(Lang::En), "metrics not written");
            warn(&error.message(lang));
        }
    }
    if let Ok(Ended::Ran(outcome)) = ended
        && !has_backup(out, &outcome.run_id)
    {
        let shown = out.display();
        warn(&text!(lang, "cli.run.no_backup", shown));
    }
}

/// Whether the store was copied after a run.
fn has_backup(out: &Path, run: &str) -> bool {
    let of = |copy: &PathBuf| {
        let name = copy.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        name.strip_prefix(store::BACKUP_PREFIX) == Some(run)
    };
    store::backups(out).iter().any(of)
}

/// The settings in force.
pub(crate) fn resolve(args: &RunArgs, session: &Session) -> Result<Resolved, Error> {
    Ok(config::resolve(asked(args, session)?)?)
}

/// The request of a command that needs no output folder.
pub(crate) fn request(args: &RunArgs, resolved: &Resolved) -> Result<Request, Error> {
    let as_of = dates::as_of(args.as_of.as_deref())?;
    let model = resolved.model.as_deref().map(super::link::read_model).transpose()?;
    let Some(part) = &args.part else { return Ok(resolved.request(model, as_of, dates::today())?) };
    // A part brings its rows along; what corrects a file is made of the whole of it.
    let (none, read) = (FoundFiles::default(), ReadOptions::default());
    let request = resolved.request_for(none, read, model, (as_of, dates::today()))?;
    Ok(Request { part: Some(part.clone()), repair: false, ..request })
}

/// What the command line says, as a layer of the configuration.
fn asked(args: &RunArgs, session: &Session) -> Result<Asked, Error> {
    let mut asked = session.asked()?;
    asked.config.clone_from(&args.config);
    asked.folder.clone_from(&args.folder);
    let option = |asked: &mut Asked, key: &str, name: &'static str, value: Value| {
        asked.set(Key::of(key), value, Origin::Option(name));
    };
    let files: [(&str, &'static str, &[PathBuf]); 6] = [
        ("inputs.residents", "--residents", &args.residents),
        ("inputs.births", "--births", &args.births),
        ("inputs.deaths", "--deaths", &args.deaths),
        ("inputs.marriages", "--marriages", &args.marriages),
        ("inputs.welfare", "--welfare", &args.welfare),
        ("inputs.insurance", "--insurance", &args.insurance),
    ];
    for (key, name, paths) in files.into_iter().filter(|(_, _, paths)| !paths.is_empty()) {
        let paths = paths.iter().map(|path| Ok(config::utf8(path)?.into())).collect::<Result<_, Error>>()?;
        option(&mut asked, key, name, Value::Array(paths));
    }
    let mut lists: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for text in &args.list {
        let (kind, file) = list_file(text)?;
        lists.entry(Key::new(["lists", kind.name()])).or_default().push(file.to_owned());
    }
    for (key, files) in lists {
        asked.set(key, files, Origin::Option("--list"));
    }
    let paths: [(&str, &'static str, Option<&Path>); 4] = [
        ("inputs.units", "--units", args.units.as_deref()),
        ("inputs.model", "--model", args.model.as_deref()),
        ("inputs.synonyms", "--synonyms", args.synonyms.as_deref()),
        ("output.folder", "--out", args.out.as_deref()),
    ];
    for (key, name, path) in paths {
        if let Some(path) = path {
            option(&mut asked, key, name, config::utf8(path)?.into());
        }
    }
    if let Some(text) = &args.max_rejects {
        option(&mut asked, "inputs.max_rejects", "--max-rejects", reject_limit(text)?.share().into());
    }
    for (key, name, period) in [
        ("periods.births", "--births-period", &args.births_period),
        ("periods.deaths", "--deaths-period", &args.deaths_period),
    ] {
        if let Some(period) = period {
            option(&mut asked, key, name, period.as_str().into());
        }
    }
    if let Some(age) = args.centenarian_age {
        option(&mut asked, "rules.centenarian_age", "--centenarian-age", i64::from(age).into());
    }
    if !args.insured_groups.is_empty() {
        option(&mut asked, "rules.insured_groups", "--insured-groups", args.insured_groups.clone().into());
    }
    if args.no_workbooks {
        option(&mut asked, "output.workbooks", "--no-workbooks", false.into());
    }
    if args.no_repair {
        option(&mut asked, "output.repair", "--no-repair", false.into());
    }
    if !args.ignore.is_empty() {
        option(&mut asked, "inputs.ignore", "--ignore", args.ignore.clone().into());
    }
    if let Some(threads) = args.threads {
        option(&mut asked, "threads", "--threads", i64::from(threads).into());
    }
    let mut maps: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for text in &args.map {
        let map = ColumnMap::parse(text)?;
        let (kind, field, header) = (map.kind, map.field_name(), map.header);
        maps.entry(Key::new(["columns", kind.name(), field])).or_default().push(header);
    }
    for (key, headers) in maps {
        asked.set(key, headers, Origin::Option("--map"));
    }
    for text in &args.encoding {
        let (file, name) = text.rsplit_once('=').unwrap_or(("*", text));
        asked.set(Key::new(["encodings", file]), name, Origin::Option("--encoding"));
    }
    Ok(asked)
}

/// Takes `NAME` for all files, or `FILE=NAME` for the files of that path or name.
pub(crate) fn set_encoding(inputs: &mut [InputSpec], text: &str) -> Result<(), Error> {
    let (file, name) = text.rsplit_once('=').unwrap_or(("*", text));
    Ok(config::set_encoding(inputs, file, name, &Origin::Option("--encoding"))?)
}

/// Reads `KIND=FILE`.
fn list_file(text: &str) -> Result<(Kind, &str), Error> {
    let told = text.split_once('=').and_then(|(kind, file)| Some((Kind::from_name(kind.trim())?, file)));
    told.filter(|(kind, file)| kind.is_list() && !file.is_empty()).ok_or_else(|| {
        let known: Vec<&str> = Kind::all().filter(|kind| kind.is_list()).map(Kind::name).collect();
        Error::usage(said!("cli.run.bad_list", text, known = known.join(", ")))
    })
}

fn reject_limit(text: &str) -> Result<RejectLimit, Error> {
    RejectLimit::parse(text).ok_or_else(|| Error::usage(said!("cli.run.bad_max_rejects", text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Encoding;

    fn asked(args: RunArgs) -> Result<Request, Error> {
        let resolved = resolve(&args, &Session::default())?;
        request(&args, &resolved)
    }

    fn files() -> RunArgs {
        RunArgs {
            residents: vec!["d/r.csv".into()],
            deaths: vec!["d/k.xlsx#Sheet2".into()],
            ..RunArgs::default()
        }
    }

    #[test]
    fn a_copy_of_the_store_is_looked_for_by_its_run() {
        let dir = tempfile::tempdir().unwrap();
        let store = store::Store::open(dir.path()).unwrap();
        assert!(!has_backup(dir.path(), "20261120T010000Z-00000000"));
        store.back_up("20261120T010000Z-00000000").unwrap();
        assert!(has_backup(dir.path(), "20261120T010000Z-00000000"));
        assert!(!has_backup(dir.path(), "20261121T010000Z-00000000"));
    }

    #[test]
    fn files_keep_their_kind_sheet_and_encoding() {
        let request = asked(RunArgs { encoding: vec!["r.csv=utf-16le".into()], ..files() }).unwrap();
        assert_eq!(request.inputs[0].kind, Some(Kind::Residents));
        assert_eq!(request.inputs[0].encoding, Some(Encoding::Utf16Le));
        assert_eq!(request.inputs[1].sheet.as_deref(), Some("Sheet2"));
        assert_eq!(request.inputs[1].encoding, None);
        for wrong in ["nix.csv=utf-8", "utf-7"] {
            assert_eq!(
                asked(RunArgs { encoding: vec![wrong.into()], ..files() }).err().map(|e| e.code()),
                Some(2)
            );
        }
    }

    #[test]
    fn one_encoding_for_all_gives_way_to_that_of_one() {
        let encoding = vec!["r.csv=utf-8".into(), "tcvn3".into()];
        let request = asked(RunArgs { encoding, ..files() }).unwrap();
        let encodings: Vec<_> = request.inputs.iter().map(|input| input.encoding.unwrap().name()).collect();
        assert_eq!(encodings, ["utf-8", "tcvn3"]);
    }

    #[test]
    fn a_run_needs_the_registry_and_an_extract() {
        let without = |args: RunArgs| asked(args).err().map(|e| e.code());
        assert_eq!(without(RunArgs { deaths: vec![], ..files() }), Some(2));
        assert_eq!(without(RunArgs { residents: vec![], ..files() }), Some(2));
        assert_eq!(without(RunArgs { folder: Some("no-such-folder".into()), ..files() }), Some(3));
        assert_eq!(without(files()), None);
    }

    #[test]
    fn rules_take_what_the_user_says() {
        let args = RunArgs { centenarian_age: Some(95), insured_groups: vec![" hn".into()], ..files() };
        let rules = asked(args).unwrap().settings.rules;
        assert_eq!((rules.centenarian_age, rules.state_insured_groups), (95, vec!["HN".to_string()]));
        for wrong in [
            RunArgs { max_rejects: Some("many".into()), ..files() },
            RunArgs { births_period: Some("2016..2015".into()), ..files() },
        ] {
            assert_eq!(asked(wrong).err().map(|e| e.code()), Some(2));
        }
    }
}
