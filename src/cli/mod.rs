//! Floor 7: arguments in, exit code out. No work is done here.

mod args;
mod dates;
mod help;
mod inspect;
mod link;
mod overview;
mod printer;
mod progress;
mod run;
mod sample;
mod usage;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use clap::FromArgMatches as _;
use clap::error::ErrorKind;
use tracing_subscriber::filter::LevelFilter;

use crate::domain::Lang;
use crate::error::Error;
use args::{Cli, Command};

/// Runs the command line.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let lang = help::language(&args);
    let cli = match help::command(lang).try_get_matches_from(&args).and_then(|m| Cli::from_arg_matches(&m)) {
        Ok(cli) => cli,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            printer::out(&error.to_string());
            return ExitCode::SUCCESS;
        }
        Err(error) => return fail(&usage_error(&error), lang),
    };
    log_to_terminal(cli.verbose);
    keep_data_out_of_panics();
    // A panic is a defect of the program, never of the data; it ends the run like any other failure.
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| dispatch(cli, lang)))
        .unwrap_or_else(|_| Err(Error::Internal(lang.pick("hỏng giữa chừng", "broken off").to_string())));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, lang),
    }
}

/// Says where a panic happened and nothing else: its text may quote a cell.
fn keep_data_out_of_panics() {
    std::panic::set_hook(Box::new(|panic| {
        if let Some(location) = panic.location() {
            printer::err(&format!("panic at {location}"));
        }
    }));
}

fn dispatch(cli: Cli, lang: Lang) -> Result<(), Error> {
    match cli.command {
        Command::Run(args) => run::run(*args, lang, cli.quiet, cli.verbose > 0),
        Command::Inspect(args) => inspect::run(&args, lang),
        Command::Sample(args) => sample::generate(&args, cli.quiet),
        Command::Explain(args) => link::explain(args, lang),
        Command::Train(args) => link::train(args, lang, cli.quiet),
        Command::Score(args) => sample::score(&args),
        Command::Completions(args) => {
            let mut text = Vec::new();
            clap_complete::generate(args.shell, &mut help::command(lang), "lamsach", &mut text);
            printer::out(&String::from_utf8_lossy(&text));
            Ok(())
        }
        Command::Man => {
            let mut text = Vec::new();
            clap_mangen::Man::new(help::command(lang))
                .render(&mut text)
                .map_err(|error| Error::Internal(error.to_string()))?;
            printer::out(&String::from_utf8_lossy(&text));
            Ok(())
        }
    }
}

fn usage_error(error: &clap::Error) -> Error {
    let more = |lang: Lang| lang.pick("Xem trợ giúp: lamsach --help", "For help: lamsach --help");
    let said = |lang| format!("{}.\n{}", usage::complaint(error, lang), more(lang));
    Error::usage(said(Lang::Vi), said(Lang::En))
}

fn fail(error: &Error, lang: Lang) -> ExitCode {
    printer::err(&format!("{}: {}", lang.pick("Lỗi", "Error"), error.message(lang)));
    error.exit_code()
}

/// Sends the log to the terminal: nothing but warnings unless asked. No log line holds personal data.
fn log_to_terminal(verbose: u8) {
    let level = match verbose {
        0 => LevelFilter::ERROR,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    // A second subscriber in one process (tests) is of no use and no harm.
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
}
