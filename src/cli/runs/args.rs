//! What the commands that read extracts take.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::config::MOST_THREADS;

#[derive(Debug, Default, Args)]
pub(crate) struct RunArgs {
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) residents: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) births: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) deaths: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) marriages: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) welfare: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) insurance: Vec<PathBuf>,
    #[arg(long, value_name = "KIND=FILE")]
    pub(crate) list: Vec<String>,
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) units: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    #[arg(long, value_name = "KIND.FIELD=HEADER")]
    pub(crate) map: Vec<String>,
    #[arg(long, value_name = "PATTERN")]
    pub(crate) ignore: Vec<String>,
    #[arg(long, value_name = "[FILE=]ENCODING")]
    pub(crate) encoding: Vec<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) synonyms: Option<PathBuf>,
    #[arg(long, value_name = "SHARE")]
    pub(crate) max_rejects: Option<String>,
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) births_period: Option<String>,
    #[arg(long, value_name = "FROM..TO")]
    pub(crate) deaths_period: Option<String>,
    #[arg(long, value_name = "AGE")]
    pub(crate) centenarian_age: Option<i32>,
    #[arg(long, value_name = "GROUPS", value_delimiter = ',')]
    pub(crate) insured_groups: Vec<String>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_THREADS)))]
    pub(crate) threads: Option<u32>,
    #[arg(long)]
    pub(crate) if_changed: bool,
    #[arg(long)]
    pub(crate) no_workbooks: bool,
    #[arg(long)]
    pub(crate) no_repair: bool,
    #[arg(long)]
    pub(crate) relink: bool,
    #[arg(long, value_name = "FOLDER")]
    pub(crate) links: Option<PathBuf>,
    #[arg(long, value_name = "FOLDER")]
    pub(crate) part: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    #[arg(long, value_name = "KIND.FIELD=HEADER")]
    pub(crate) map: Vec<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) synonyms: Option<PathBuf>,
    #[arg(long, value_name = "[FILE=]ENCODING")]
    pub(crate) encoding: Vec<String>,
    #[arg(long)]
    pub(crate) show: bool,
    #[arg(short, long, value_name = "FOLDER", requires = "show")]
    pub(crate) out: Option<PathBuf>,
    #[arg(long, value_name = "TEXT", requires = "out")]
    pub(crate) reason: Option<String>,
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    #[arg(long, value_name = "N", default_value_t = 3000, hide_default_value = true)]
    pub(crate) residents: u32,
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true)]
    pub(crate) seed: u64,
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "normal",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) noise: NoiseArg,
    #[arg(long, value_name = "LIST")]
    pub(crate) damage: Option<String>,
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "csv",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: FormatArg,
    #[arg(long)]
    pub(crate) lists: bool,
    #[arg(long, value_name = "N")]
    pub(crate) communes: Option<u16>,
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NoiseArg {
    Clean,
    Normal,
    Dirty,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    Csv,
    Mixed,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[arg(value_name = "FILE:ROW")]
    pub(crate) at: String,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[arg(long, value_name = "FILE")]
    pub(crate) model: Option<PathBuf>,
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct TrainArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// The data of a command that only links.
#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) units: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    #[arg(value_name = "RUN")]
    pub(crate) run: PathBuf,
    #[arg(value_name = "TRUTH")]
    pub(crate) truth: PathBuf,
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) show: usize,
}
