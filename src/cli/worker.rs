//! `lamsach worker`: one of many machines that link a country. Programs talk to it, not people.

use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::error::Error;
use super::runs::args::RunArgs;
use super::runs::run as runs;
use super::{Session, printer};
use crate::config::dates;
use crate::domain::{Day, Kind};
use crate::ingest::units::UnitMap;
use crate::pipeline::RunError;
use crate::words::said;
use crate::worker::{self, RowsError};

#[derive(Debug, Subcommand)]
pub(super) enum WorkerCommand {
    Rows(RowsArgs),
    Serve(ServeArgs),
    Kinds,
    Cut(RowsArgs),
    Route(ServeArgs),
    Count(Box<RunArgs>),
}

#[derive(Debug, Args)]
pub(super) struct RowsArgs {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "KIND")]
    kind: String,
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    #[arg(long, value_name = "FILE")]
    units: Option<PathBuf>,
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// Does what the command says.
pub(super) fn run(command: WorkerCommand, session: &Session) -> Result<(), Error> {
    match command {
        WorkerCommand::Rows(args) => rows(&args),
        WorkerCommand::Serve(args) => serve(&args, session),
        WorkerCommand::Cut(args) => cut(&args),
        WorkerCommand::Route(args) => route(&args),
        WorkerCommand::Count(args) => count(&args, session),
        WorkerCommand::Kinds => {
            let names: Vec<String> = Kind::extracts().map(|kind| format!("{}\n", kind.name())).collect();
            printer::out(&names.concat());
            Ok(())
        }
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}

fn not_read(error: RowsError) -> Error {
    match error {
        RowsError::Ingest(error) => Error::from(error),
        RowsError::Frame(error) => broken(error),
        RowsError::Column(error) => broken(error),
    }
}

/// The kind and the day that a command about one file names.
fn of_file(args: &RowsArgs) -> Result<(Kind, Day), Error> {
    let kind = Kind::from_name(&args.kind)
        .ok_or_else(|| Error::usage(said!("cli.worker.no_kind", kind = args.kind)))?;
    Ok((kind, dates::as_of(args.as_of.as_deref())?))
}

fn rows(args: &RowsArgs) -> Result<(), Error> {
    let (kind, as_of) = of_file(args)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    worker::rows_of(&args.file, kind, as_of, &mut out).map_err(not_read)?;
    out.flush().map_err(broken)
}

fn cut(args: &RowsArgs) -> Result<(), Error> {
    let (kind, as_of) = of_file(args)?;
    let (mut input, mut out) =
        (BufReader::new(std::io::stdin().lock()), BufWriter::new(std::io::stdout().lock()));
    worker::cut_file(&args.file, kind, as_of, &mut input, &mut out).map_err(not_read)?;
    out.flush().map_err(broken)
}

fn route(args: &ServeArgs) -> Result<(), Error> {
    threads(args);
    let (mut input, mut out) = (BufReader::new(std::io::stdin().lock()), std::io::stdout().lock());
    worker::route(&units(args.units.as_deref())?, &mut input, &mut out).map_err(broken)
}

/// Counts what a part has at home, and prints it.
fn count(args: &RunArgs, session: &Session) -> Result<(), Error> {
    let resolved = runs::resolve(args, session)?;
    let request = runs::request(args, &resolved)?;
    let part = request.part.as_deref().ok_or_else(|| Error::usage(said!("cli.worker.no_part")))?;
    let units = units(request.units.as_deref())?;
    let counts = worker::count_part(part, &units, &request.settings).map_err(RunError::from)?;
    printer::out(&serde_json::to_string(&counts).map_err(broken)?);
    Ok(())
}

fn units(path: Option<&Path>) -> Result<UnitMap, Error> {
    Ok(UnitMap::given(path).map_err(RunError::from)?)
}

fn threads(args: &ServeArgs) {
    if let Some(threads) = args.threads {
        // One that was made before is as good.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
}

fn serve(args: &ServeArgs, _: &Session) -> Result<(), Error> {
    threads(args);
    let units = units(args.units.as_deref())?;
    let (mut input, mut out) = (BufReader::new(std::io::stdin().lock()), std::io::stdout().lock());
    worker::serve(&units, &mut input, &mut out).map_err(broken)
}
