//! What can be written on the command line of reports, hand-over, erasure and the access log, exactly as the
//! user wrote it.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

/// The output folder that a command looks into.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct OutArgs {
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[arg(long, value_name = "YEAR-WWEEK", conflicts_with = "month")]
    pub(crate) week: Option<String>,
    #[arg(long, value_name = "YEAR-MONTH")]
    pub(crate) month: Option<String>,
    #[arg(long, value_name = "COMMUNE_CODE")]
    pub(crate) commune: Vec<String>,
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    #[arg(long, value_name = "N", default_value_t = 12, hide_default_value = true)]
    pub(crate) months: u32,
    #[arg(long, value_name = "N", default_value_t = 10, hide_default_value = true)]
    pub(crate) years: u32,
    #[arg(
        long,
        value_name = "RATE",
        default_value_t = 0.0,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    pub(crate) migration: f64,
    #[arg(long, value_name = "RATE", default_value_t = 1.0, hide_default_value = true)]
    pub(crate) migration_spread: f64,
    #[arg(long, value_name = "CHILDREN")]
    pub(crate) fertility: Option<f64>,
    #[arg(long)]
    pub(crate) share: bool,
    #[arg(long, value_name = "N", default_value_t = 5, hide_default_value = true)]
    pub(crate) threshold: u64,
    #[arg(long, value_name = "FOLDER")]
    pub(crate) to: Option<PathBuf>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[arg(long, value_name = "OFFICE", conflicts_with = "commune")]
    pub(crate) unit: Option<String>,
    #[arg(long, value_name = "COMMUNE_CODE")]
    pub(crate) commune: Option<String>,
    #[arg(long, value_name = "KEY")]
    pub(crate) recipient: Vec<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) recipients_file: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) to: PathBuf,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LettersArgs {
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PurgeArgs {
    #[arg(long, value_name = "ID", required_unless_present_any = ["before", "name"], conflicts_with = "before")]
    pub(crate) person: Option<String>,
    #[arg(long, value_name = "TEXT", requires = "born", conflicts_with_all = ["person", "before"])]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "DATE", requires = "name")]
    pub(crate) born: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub(crate) before: Option<String>,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    Verify(AuditVerifyArgs),
    Show(AuditShowArgs),
    Who(AuditWhoArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AuditWhoArgs {
    #[arg(value_name = "FINDING")]
    pub(crate) subject: Option<String>,
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AuditVerifyArgs {
    #[arg(long, value_name = "NUMBER:DIGEST")]
    pub(crate) seal: Option<String>,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AuditShowArgs {
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true)]
    pub(crate) from: i64,
    #[arg(long, value_name = "N", default_value_t = 1000, hide_default_value = true)]
    pub(crate) limit: u32,
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) at: OutArgs,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct DecideArgs {
    #[arg(value_name = "FINDING")]
    pub(crate) subject: Option<String>,
    #[arg(value_name = "DECISION")]
    pub(crate) verdict: Option<String>,
    #[arg(long, value_name = "ROW")]
    pub(crate) with: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
    #[arg(short, long, value_name = "FOLDER", global = true)]
    pub(crate) out: Option<PathBuf>,
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) by: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Option<DecideCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DecideCommand {
    Assign(DecideAssignArgs),
    List(DecideListArgs),
    Undo(DecideUndoArgs),
    Import(DecideImportArgs),
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("whom").args(["to", "head", "nobody", "undo"]).required(true)))]
#[command(group(ArgGroup::new("which").args(["code", "commune", "hamlet", "unit", "due_by"]).multiple(true)))]
pub(crate) struct DecideAssignArgs {
    #[arg(value_name = "FINDING", conflicts_with = "which")]
    pub(crate) numbers: Vec<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) to: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) head: Option<String>,
    #[arg(long)]
    pub(crate) nobody: bool,
    #[arg(long, value_name = "N", conflicts_with_all = ["numbers", "which", "dry_run"])]
    pub(crate) undo: Option<i64>,
    #[arg(long, value_name = "CODE", num_args = 1..)]
    pub(crate) code: Vec<String>,
    #[arg(long, value_name = "CODE", num_args = 1..)]
    pub(crate) commune: Vec<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) hamlet: Option<String>,
    #[arg(long, value_name = "OFFICE")]
    pub(crate) unit: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub(crate) due_by: Option<String>,
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DecideListArgs {
    #[arg(long, value_name = "NAME", conflicts_with_all = ["all", "reason"])]
    pub(crate) mine: Option<String>,
    #[arg(long)]
    pub(crate) all: bool,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DecideUndoArgs {
    #[arg(value_name = "N")]
    pub(crate) number: i64,
}

#[derive(Debug, Args)]
pub(crate) struct DecideImportArgs {
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    #[arg(value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
}

#[derive(Debug, Default, Args)]
pub(crate) struct StartArgs {
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    #[arg(long)]
    pub(crate) no_browser: bool,
    #[arg(long, value_name = "SECONDS")]
    pub(crate) stop_after: Option<u64>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    Add(UserAddArgs),
    List(UserListArgs),
    Passwd(UserPasswdArgs),
    Disable(UserNameArgs),
    Change(UserChangeArgs),
    Sessions(UserListArgs),
    Logout(UserNameArgs),
    Totp(UserTotpArgs),
}

#[derive(Debug, Args)]
pub(crate) struct UserAddArgs {
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: String,
    #[arg(long, value_name = "CODE", num_args = 1..)]
    pub(crate) commune: Vec<String>,
    #[arg(long, value_name = "OFFICE", num_args = 1..)]
    pub(crate) unit: Vec<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(group(
    ArgGroup::new("what")
        .args(["role", "commune", "unit", "all_communes", "all_units"])
        .required(true)
        .multiple(true)
))]
pub(crate) struct UserChangeArgs {
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
    #[arg(long, value_name = "CODE", num_args = 1.., conflicts_with = "all_communes")]
    pub(crate) commune: Vec<String>,
    #[arg(long, value_name = "OFFICE", num_args = 1.., conflicts_with = "all_units")]
    pub(crate) unit: Vec<String>,
    #[arg(long)]
    pub(crate) all_communes: bool,
    #[arg(long)]
    pub(crate) all_units: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UserListArgs {
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct UserPasswdArgs {
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct UserNameArgs {
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct UserTotpArgs {
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[arg(short, long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    #[arg(long)]
    pub(crate) off: bool,
}
