//! What can be written on the command line, as the user wrote it; what it means is checked elsewhere. What each command
//! and argument says of itself stands in `data/words/everywhere/help.toml` under its name.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use super::office::args::{
    AuditCommand, DecideArgs, ExportArgs, LettersArgs, OutArgs, PurgeArgs, ReportArgs, ReviewArgs, StartArgs,
    StatsArgs, UserCommand,
};
use super::runs::args::{ExplainArgs, InspectArgs, RunArgs, SampleArgs, ScoreArgs, TrainArgs};
use super::worker::WorkerCommand;

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "lamsach", version, disable_help_subcommand = true)]
pub(super) struct Cli {
    #[arg(long, global = true, value_name = "VI|EN", env = "LAMSACH_LANG")]
    pub(super) lang: Option<LangArg>,
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet")]
    pub(super) verbose: u8,
    #[arg(long, global = true, value_name = "TEXT|JSON")]
    pub(super) log_format: Option<LogFormatArg>,
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) log_file: Option<PathBuf>,
    /// Without one, [`Command::Start`].
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormatArg {
    Text,
    Json,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LangArg {
    Vi,
    En,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Start(StartArgs),
    Run(Box<RunArgs>),
    Init(InitArgs),
    #[command(subcommand)]
    Config(ConfigCommand),
    Decide(Box<DecideArgs>),
    Inspect(InspectArgs),
    Answers(AnswersArgs),
    Status(StatusArgs),
    Verify(VerifyArgs),
    Sample(SampleArgs),
    Explain(ExplainArgs),
    Report(ReportArgs),
    Stats(StatsArgs),
    Export(ExportArgs),
    Letters(LettersArgs),
    Purge(PurgeArgs),
    #[command(subcommand)]
    Audit(AuditCommand),
    Train(TrainArgs),
    Score(ScoreArgs),
    Review(ReviewArgs),
    #[command(subcommand)]
    Worker(WorkerCommand),
    #[command(subcommand)]
    User(UserCommand),
    Completions(CompletionsArgs),
    Man,
}

#[derive(Debug, Args)]
pub(super) struct AnswersArgs {
    #[arg(long, value_name = "CODE")]
    pub(super) forget: Vec<String>,
    #[arg(long)]
    pub(super) forget_all: bool,
    #[command(flatten)]
    pub(super) at: OutArgs,
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    #[arg(value_name = "FOLDER")]
    pub(super) folder: Option<PathBuf>,
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    Show(Box<RunArgs>),
    Schema,
    Check(CheckArgs),
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[arg(value_name = "FOLDER")]
    pub(super) out: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[arg(long, value_name = "AGE")]
    pub(super) max_age: Option<String>,
    #[arg(long)]
    pub(super) json: bool,
    #[arg(long, value_name = "FILE")]
    pub(super) prometheus: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    #[arg(value_name = "RUN")]
    pub(super) run: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    pub(super) shell: clap_complete::Shell,
}
