//! What clap has to complain of, in the language of the user.

use std::collections::BTreeSet;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::args::Cli;
use crate::domain::Lang;
use crate::words::text;

/// One sentence for an error of the command line.
pub(super) fn complaint(error: &clap::Error, lang: Lang) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    };
    let arg = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let mut text = match error.kind() {
        ErrorKind::UnknownArgument => {
            text!(lang, "cli.usage.no_argument", arg)
        }
        ErrorKind::InvalidSubcommand => {
            let name = context(ContextKind::InvalidSubcommand);
            text!(lang, "cli.usage.no_command", name)
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            text!(lang, "cli.usage.command_needed").to_string()
        }
        ErrorKind::MissingRequiredArgument => {
            text!(lang, "cli.usage.argument_missing", arg)
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            text!(lang, "cli.usage.needs_value", arg)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            text!(lang, "cli.usage.does_not_take", arg, value)
        }
        ErrorKind::ArgumentConflict => {
            let other = context(ContextKind::PriorArg);
            if other.is_empty() || other == arg {
                text!(lang, "cli.usage.only_once", arg)
            } else {
                text!(lang, "cli.usage.not_together", arg, other)
            }
        }
        _ => error.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_string(),
    };
    let valid = context(ContextKind::ValidValue);
    if !valid.is_empty() {
        text.push_str(&text!(lang, "cli.usage.takes", valid));
    }
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .map(context)
            .find(|text| !text.is_empty());
    let suggested = suggested.or_else(|| match error.kind() {
        ErrorKind::UnknownArgument => nearest(&arg, long_options().iter().map(String::as_str)),
        ErrorKind::InvalidSubcommand => {
            let name = context(ContextKind::InvalidSubcommand);
            nearest(&name, Cli::command().get_subcommands().map(clap::Command::get_name))
        }
        _ => None,
    });
    if let Some(suggested) = suggested {
        text.push_str(&text!(lang, "cli.usage.did_you_mean", suggested));
    }
    text
}

/// Every long option of every command, as it is typed.
fn long_options() -> BTreeSet<String> {
    let command = Cli::command();
    let all = std::iter::once(&command).chain(command.get_subcommands());
    all.flat_map(clap::Command::get_arguments)
        .filter_map(|arg| arg.get_long())
        .map(|long| format!("--{long}"))
        .collect()
}

/// The known word that a word was most likely to be: two slips away at most, one where the word is short.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let letters = |word: &str| word.trim_start_matches('-').chars().count();
    let slips = |known: &'a str| (strsim::osa_distance(word, known), known);
    let most = if letters(word) <= 3 { 1 } else { 2 };
    let (distance, known) = known.map(slips).min()?;
    (distance <= most && distance < letters(known)).then(|| known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::help::command;

    fn said(args: &[&str], lang: Lang) -> String {
        complaint(&command(lang).try_get_matches_from(args).unwrap_err(), lang)
    }

    #[test]
    fn complaints_name_what_is_wrong() {
        assert_eq!(said(&["lamsach", "sample"], Lang::Vi), "thiếu tham số bắt buộc: --out <THƯ_MỤC>");
        assert_eq!(
            said(&["lamsach", "run", "--outt", "d"], Lang::Vi),
            "không có tham số --outt; có phải là --out?"
        );
        assert_eq!(said(&["lamsach", "rum"], Lang::En), "there is no command rum; did you mean run?");
        assert_eq!(
            said(&["lamsach", "sample", "--out", "d", "--noise", "loud"], Lang::En),
            "--noise <LEVEL> does not take \"loud\" (takes: clean, normal, dirty)"
        );
        assert_eq!(said(&["lamsach", "rn"], Lang::Vi), "không có lệnh rn; có phải là run?");
        assert_eq!(
            said(&["lamsach", "run", "--ouput", "d"], Lang::Vi),
            "không có tham số --ouput; có phải là --out?"
        );
        assert_eq!(said(&["lamsach", "xyz"], Lang::Vi), "không có lệnh xyz");
    }
}
