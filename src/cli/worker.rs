//! `lamsach worker`: one of many machines that link a country. Programs talk to it, not people.

use std::io::{BufReader, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::error::Error;
use super::{Session, printer};
use crate::config::dates;
use crate::domain::Kind;
use crate::ingest::units::UnitMap;
use crate::pipeline::RunError;
use crate::words::said;
use crate::worker::{self, RowsError};

#[derive(Debug, Subcommand)]
pub(super) enum WorkerCommand {
    Rows(RowsArgs),
    Serve(ServeArgs),
    Kinds,
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

fn rows(args: &RowsArgs) -> Result<(), Error> {
    let kind = Kind::from_name(&args.kind)
        .ok_or_else(|| Error::usage(said!("cli.worker.no_kind", kind = args.kind)))?;
    let as_of = dates::as_of(args.as_of.as_deref())?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    worker::rows_of(&args.file, kind, as_of, &mut out).map_err(|error| match error {
        RowsError::Ingest(error) => Error::from(error),
        RowsError::Frame(error) => broken(error),
    })?;
    out.flush().map_err(broken)
}

fn serve(args: &ServeArgs, _: &Session) -> Result<(), Error> {
    if let Some(threads) = args.threads {
        // One that was made before is as good.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    let units = match &args.units {
        Some(path) => UnitMap::read(path).map_err(RunError::from)?,
        None => UnitMap::default(),
    };
    let (mut input, mut out) = (BufReader::new(std::io::stdin().lock()), std::io::stdout().lock());
    worker::serve(&units, &mut input, &mut out).map_err(broken)
}
