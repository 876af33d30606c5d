//! `lamsach config`: the configuration shown and checked.

use std::path::Path;

use super::runs::run;
use super::{Session, printer};
use crate::cli::args::{CheckArgs, ConfigCommand};
use crate::cli::error::Error;
use crate::cli::runs::args::RunArgs;
use crate::config::{FILE_NAME, schema};
use crate::words::text;

/// Does what the command says.
pub(super) fn run(command: ConfigCommand, session: &mut Session) -> Result<(), Error> {
    match command {
        ConfigCommand::Show(args) => {
            let resolved = run::resolve(&args, session)?;
            session.lang = resolved.lang;
            let lang = session.lang;
            let head = match &resolved.file {
                Some(file) => {
                    format!("# {}: {}\n", text!(lang, "cli.config.configuration"), file.display())
                }
                None => format!("# {}\n", text!(lang, "cli.config.none")),
            };
            printer::out(&format!("{head}{}", resolved.show(lang)));
            Ok(())
        }
        ConfigCommand::Schema => {
            let text = serde_json::to_string_pretty(&schema()).map_err(|e| Error::Internal(e.to_string()))?;
            printer::out(&format!("{text}\n"));
            Ok(())
        }
        ConfigCommand::Check(CheckArgs { file }) => {
            let file = file.unwrap_or_else(|| FILE_NAME.into());
            check(&file, session)
        }
    }
}

/// Checks the file as a run would, with the patterns of its inputs.
fn check(file: &Path, session: &mut Session) -> Result<(), Error> {
    let args = RunArgs { config: Some(file.to_owned()), ..RunArgs::default() };
    let resolved = run::resolve(&args, session)?;
    session.lang = resolved.lang;
    let inputs = if resolved.names_inputs() { resolved.inputs()?.inputs.len() } else { 0 };
    resolved.workbook_passwords()?;
    if !session.quiet {
        let shown = file.display();
        printer::out(&text!(session.lang, "cli.config.sound", shown, inputs));
    }
    Ok(())
}
