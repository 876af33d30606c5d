//! Floor 7: arguments in, exit code out. No work is done here.

mod answers;
mod args;
mod config;
mod error;
mod help;
mod init;
mod logging;
mod office;
mod operator;
mod printer;
mod runs;
mod status;
mod usage;
mod version;
mod worker;

use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::FromArgMatches as _;
use clap::error::ErrorKind;

use crate::config::{Asked, ConfigError, Key, LogFormat, LogSettings, Origin};
use crate::domain::Lang;
use crate::words::{Said, said, text};
use args::{Cli, Command, LogFormatArg};
use error::Error;
use office::args::StartArgs;
use office::{audit, decide, export, letters, purge, report, review, start, stats, user};
use runs::{inspect, link, run, sample};

/// What all commands share.
#[derive(Debug, Default)]
struct Session {
    /// The language spoken.
    lang: Lang,
    /// Where the language was asked for; `None`: nowhere.
    lang_origin: Option<Origin>,
    quiet: bool,
    verbose: u8,
    /// What the command line says of the log.
    log_format: Option<LogFormatArg>,
    log_file: Option<PathBuf>,
    /// The run that the log speaks of.
    span: Option<tracing::Span>,
    /// The folder whose descriptions of kinds are in force, where the user has any.
    own_kinds: Option<PathBuf>,
}

impl Session {
    fn new(cli: &Cli, asked: Option<(Lang, Origin)>) -> Self {
        let (lang, lang_origin) = asked.map_or((Lang::default(), None), |(lang, at)| (lang, Some(at)));
        let (log_format, log_file) = (cli.log_format, cli.log_file.clone());
        Self {
            lang,
            lang_origin,
            quiet: cli.quiet,
            verbose: cli.verbose,
            log_format,
            log_file,
            span: None,
            own_kinds: None,
        }
    }

    /// The part of the command line that is the same for all commands, as a layer of the configuration.
    fn asked(&self) -> Result<Asked, Error> {
        let mut asked = Asked::default();
        if let Some(origin) = &self.lang_origin {
            asked.set(Key::of("lang"), self.lang.code(), origin.clone());
        }
        if let Some(format) = self.log_format {
            let name = match format {
                LogFormatArg::Text => "text",
                LogFormatArg::Json => "json",
            };
            asked.set(Key::of("log.format"), name, Origin::Option("--log-format"));
        }
        if let Some(file) = &self.log_file {
            asked.set(Key::of("log.file"), crate::config::utf8(file)?, Origin::Option("--log-file"));
        }
        Ok(asked)
    }

    /// The output folder of a command that looks at runs: the one named, else that of the configuration. A
    /// folder that is named needs no configuration; one that is there by chance is none of its business.
    fn output_folder(&mut self, named: Option<&Path>, file: Option<&Path>) -> Result<PathBuf, Error> {
        if let (Some(out), None) = (named, file) {
            return Ok(out.to_owned());
        }
        let mut asked = self.asked()?;
        asked.config = file.map(Path::to_owned);
        let resolved = crate::config::resolve(asked)?;
        self.lang = resolved.lang;
        named.map(Path::to_owned).or(resolved.out).ok_or_else(|| ConfigError::NoOutput.into())
    }

    /// How a command without a configuration writes the log.
    fn log(&self) -> LogSettings {
        let format = match self.log_format {
            Some(LogFormatArg::Json) => LogFormat::Json,
            _ => LogFormat::Text,
        };
        LogSettings { format, file: self.log_file.clone() }
    }
}

/// Runs the command line.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    crate::disk::leave_no_core();
    if crate::ingest::reads_a_workbook(&args) {
        return ExitCode::SUCCESS;
    }
    let asked = help::asked_language(&args);
    let lang = asked.as_ref().map_or(Lang::default(), |(lang, _)| *lang);
    let cli = match help::command(lang).try_get_matches_from(&args).and_then(|m| Cli::from_arg_matches(&m)) {
        Ok(cli) => cli,
        Err(error) if error.kind() == ErrorKind::DisplayVersion && version::is_asked_in_full(&args) => {
            printer::out(&version::in_full(lang));
            return ExitCode::SUCCESS;
        }
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            printer::out(&error.to_string());
            return ExitCode::SUCCESS;
        }
        Err(error) => return tell(&usage_error(&error, asked.as_ref().map(|(_, origin)| origin)), lang),
    };
    let mut session = Session::new(&cli, asked);
    keep_data_out_of_panics();
    // Before anything asks for a kind.
    match crate::config::own_kinds::install(kind_folders(&args).iter().map(PathBuf::as_path)) {
        Ok(folder) => session.own_kinds = folder.map(Path::to_owned),
        Err(error) => return fail(&error.into(), &session),
    }
    // A panic is a defect of the program, never of the data; it ends the run like any other failure.
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| dispatch(cli.command, &mut session)))
        .unwrap_or_else(|_| Err(Error::Internal(text!(lang, "cli.cli.broken_off").to_string())));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, &session),
    }
}

/// The folders in which the user's own kinds may be described: that of the configuration named, those that the command
/// line names, the working directory. What a run writes to says nothing of what it reads.
fn kind_folders(args: &[OsString]) -> Vec<PathBuf> {
    let is_run = args.get(1).is_some_and(|command| command == "run");
    let mut folders = Vec::new();
    let mut of_option = None;
    for arg in args.iter().skip(1) {
        let text = arg.to_string_lossy();
        let (option, value) = match text.split_once('=').filter(|_| text.starts_with("--")) {
            Some((option, value)) => (Some(option.to_owned()), PathBuf::from(value)),
            None if text.starts_with('-') => {
                of_option = Some(text.into_owned());
                continue;
            }
            None => (of_option.take(), PathBuf::from(arg)),
        };
        match option.as_deref() {
            Some("--config") => folders.extend(value.parent().map(Path::to_owned)),
            Some("--out" | "-o") if is_run => {}
            _ if value.is_dir() => folders.push(value),
            _ if value.is_file() => folders.extend(value.parent().map(Path::to_owned)),
            _ => {}
        }
    }
    folders.push(PathBuf::from("."));
    folders
}

/// Says where a panic happened and nothing else: its text may quote a cell.
fn keep_data_out_of_panics() {
    std::panic::set_hook(Box::new(|panic| {
        if crate::interrupt::is_survived() {
            return;
        }
        if let Some(location) = panic.location() {
            printer::err(&format!("panic at {location}"));
        }
    }));
}

fn dispatch(command: Option<Command>, session: &mut Session) -> Result<(), Error> {
    let command = command.unwrap_or_else(|| Command::Start(StartArgs::default()));
    let lang = session.lang;
    // A run writes the log as its configuration says.
    if !matches!(command, Command::Run(_)) {
        logging::start(session, &session.log())?;
    }
    match command {
        Command::Start(args) => start::run(args, session),
        Command::Run(args) => run::run(*args, session),
        Command::Init(args) => init::run(&args, session),
        Command::Config(command) => config::run(command, session),
        Command::Answers(args) => answers::run(&args, session),
        Command::Status(args) => status::status(&args, session),
        Command::Verify(args) => status::verify(&args, session),
        Command::Decide(args) => decide::run(*args, session),
        Command::Inspect(args) => inspect::run(&args, session),
        Command::Sample(args) => sample::generate(&args, session.quiet),
        Command::Explain(args) => link::explain(args, session),
        Command::Report(args) => report::run(&args, session),
        Command::Stats(args) => stats::run(&args, session),
        Command::Export(args) => export::run(&args, session),
        Command::Letters(args) => letters::run(&args, session),
        Command::Purge(args) => purge::run(&args, session),
        Command::Audit(args) => audit::run(&args, session),
        Command::Train(args) => link::train(args, session),
        Command::Score(args) => sample::score(&args),
        Command::Review(args) => review::run(args, session),
        Command::Worker(command) => worker::run(command, session),
        Command::User(command) => user::run(&command, session),
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

fn usage_error(error: &clap::Error, lang_origin: Option<&Origin>) -> Error {
    // What the environment says is no option that the user wrote.
    if let (ErrorKind::InvalidValue, Some(Origin::Environment(name))) = (error.kind(), lang_origin)
        && let Some(value) = std::env::var(name).ok().filter(|value| value != "vi" && value != "en")
    {
        return Error::usage(said!("cli.cli.bad_variable", name, value));
    }
    Error::usage(Said::of(|lang| {
        format!("{}.\n{}", usage::complaint(error, lang), text!(lang, "cli.cli.see_help"))
    }))
}

fn fail(error: &Error, session: &Session) -> ExitCode {
    match &session.span {
        Some(span) => span.in_scope(|| logging::failed(error)),
        None => logging::failed(error),
    }
    tell(error, session.lang)
}

fn tell(error: &Error, lang: Lang) -> ExitCode {
    printer::err(&format!("{}: {}", text!(lang, "cli.cli.error"), error.message(lang)));
    error.exit_code()
}
