//! The command with its help in the language of the user, from `data/words/everywhere/help.toml`.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use crate::cli::args::Cli;
use crate::config::Origin;
use crate::domain::Lang;
use crate::words::{self, text};

/// The variable of the environment that asks for a language.
const LANG_VARIABLE: &str = "LAMSACH_LANG";

/// Where else to look for what an entry of a command says: a command that takes what another does, then what several
/// commands take.
fn sections(of: &str) -> impl Iterator<Item = &str> {
    let of_run = ["config show", "worker count"].contains(&of).then_some("run");
    [Some(of), of_run, Some("any")].into_iter().flatten()
}

/// The text of a command's entry.
fn entry(lang: Lang, of: &str, entry: &str) -> Option<&'static str> {
    sections(of).find_map(|section| words::plain_of(lang, &format!("help.{section}.{entry}")))
}

/// The name of a value, which stands in code in English.
fn value(lang: Lang, name: &str) -> Option<&'static str> {
    words::plain_of(lang, &format!("help.values.{name}"))
}

const SAMPLE_EXAMPLES: &str = "lamsach sample --residents 3000 --seed 7 --out du-lieu/ --noise dirty";
const SCORE_EXAMPLES: &str = "lamsach score ket-qua/latest du-lieu/truth --show 5";

/// The language that the arguments or the environment ask for, and which of them does. It must be known
/// before the arguments are parsed, because help and complaints are part of the parsing.
pub(super) fn asked_language(args: &[OsString]) -> Option<(Lang, Origin)> {
    let mut asked = std::env::var(LANG_VARIABLE).ok().map(|text| (text, Origin::Environment(LANG_VARIABLE)));
    let mut texts = args.iter().map(|a| a.to_string_lossy());
    while let Some(text) = texts.next() {
        if text == "--lang" {
            asked = texts.next().map(|value| (value.into_owned(), Origin::Option("--lang")));
        } else if let Some(value) = text.strip_prefix("--lang=") {
            asked = Some((value.to_string(), Origin::Option("--lang")));
        } else if text == "--" {
            break;
        }
    }
    let (text, origin) = asked.filter(|(text, _)| !text.is_empty())?;
    Some((if text == "en" { Lang::En } else { Lang::Vi }, origin))
}

/// The command line as clap knows it, in a language.
pub(super) fn command(lang: Lang) -> Command {
    let flag = |name: &'static str, short, action| {
        Arg::new(name).long(name).short(short).global(true).action(action)
    };
    let mut command = Cli::command()
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(flag("help", 'h', ArgAction::Help))
        .arg(flag("version", 'V', ArgAction::Version).global(false))
        .subcommand_help_heading(text!(lang, "cli.help.commands"))
        .mut_subcommand("run", |run| run.after_help(text!(lang, "cli.help.run_examples")))
        .mut_subcommand("sample", |sample| sample.after_help(example(lang, SAMPLE_EXAMPLES)))
        .mut_subcommand("score", |score| score.after_help(example(lang, SCORE_EXAMPLES)));
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_string()).collect();
    for name in names {
        command = command.mut_subcommand(&name, |sub| speak(sub, &name, lang));
    }
    let usage = format!("lamsach {}", text!(lang, "cli.help.usage_of_all"));
    localise(command, "lamsach", lang).override_usage(usage)
}

/// A command, and those below it, in a language. `path` is its name with those of the commands above.
fn speak(command: Command, path: &str, lang: Lang) -> Command {
    let mut command = localise(command, path, lang);
    let below: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_string()).collect();
    let usage = usage(&command, path, lang);
    for name in &below {
        command = command.mut_subcommand(name, |sub| speak(sub, &format!("{path} {name}"), lang));
    }
    if !below.is_empty() {
        let of_its_own = command.is_args_conflicts_with_subcommands_set();
        command = command
            .disable_help_subcommand(true)
            .subcommand_help_heading(text!(lang, "cli.help.commands"))
            // A command that does something of its own may stand without one.
            .subcommand_required(!of_its_own);
    }
    command.override_usage(usage)
}

fn example(lang: Lang, text: &str) -> String {
    format!("{}\n  {text}", text!(lang, "cli.help.example"))
}

fn localise(command: Command, name: &str, lang: Lang) -> Command {
    let command = command.mut_args(|arg| {
        let heading = if arg.is_positional() {
            text!(lang, "cli.help.arguments")
        } else if arg.is_global_set() {
            text!(lang, "cli.help.common_options")
        } else {
            text!(lang, "cli.help.options")
        };
        let takes_value = arg.get_action().takes_values();
        let named = arg.get_value_names().and_then(|names| value(lang, names.first()?));
        let help = entry(lang, name, arg.get_id().as_str());
        let mut arg = arg.help_heading(heading).hide_env(takes_value).hide_possible_values(takes_value);
        if let Some(named) = named {
            arg = arg.value_name(named);
        }
        match help {
            Some(help) => arg.help(help),
            None => arg,
        }
    });
    let command = command.help_template(format!(
        "{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}{{after-help}}",
        text!(lang, "cli.help.usage")
    ));
    match entry(lang, name, "about") {
        Some(about) => command.about(about),
        None => command,
    }
}

/// `lamsach run [THƯ_MỤC] --out <THƯ_MỤC> [TUỲ CHỌN]`.
fn usage(command: &Command, path: &str, lang: Lang) -> String {
    let mut usage = format!("lamsach {path}");
    if command.has_subcommands() {
        usage.push_str(text!(lang, "cli.help.usage_command"));
    }
    for arg in command.get_arguments() {
        let value = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
        let value = value.unwrap_or_default();
        match (arg.is_positional(), arg.is_required_set()) {
            (true, true) => usage.push_str(&format!(" <{value}>")),
            (true, false) => usage.push_str(&format!(" [{value}]")),
            (false, true) => {
                usage.push_str(&format!(" --{} <{value}>", arg.get_long().unwrap_or_default()));
            }
            (false, false) => {}
        }
    }
    usage + text!(lang, "cli.help.usage_options")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_command_is_sound_in_both_languages() {
        command(Lang::Vi).debug_assert();
        command(Lang::En).debug_assert();
    }

    #[test]
    fn every_command_and_argument_has_its_text_and_none_is_idle() {
        let cli = Cli::command();
        let mut all = vec![("lamsach".to_string(), &cli)];
        let mut at = 0;
        while let Some((path, command)) = all.get(at).cloned() {
            let below = |sub: &Command| match path.as_str() {
                "lamsach" => sub.get_name().to_string(),
                path => format!("{path} {}", sub.get_name()),
            };
            all.extend(command.get_subcommands().map(|sub| (below(sub), sub)));
            at += 1;
        }
        let mut asked = BTreeSet::from(["lamsach.help", "lamsach.version"].map(str::to_owned));
        let mut missing = Vec::new();
        let mut ask = |of: &str, entry: &str| {
            let key = |section: &str| format!("{section}.{entry}");
            let found = sections(of).map(key).find(|key| words::texts(&format!("help.{key}")).is_some());
            match found {
                Some(key) => drop(asked.insert(key)),
                None => missing.push(key(of)),
            }
        };
        for (path, command) in all {
            ask(&path, "about");
            for arg in command.get_arguments() {
                ask(&path, arg.get_id().as_str());
                let takes_value = arg.get_action().takes_values();
                let names = arg.get_value_names().unwrap_or_default().iter().filter(|_| takes_value);
                // What is to be written as it stands needs no other word.
                names
                    .filter(|name| !name.contains('|') && *name != "SHELL")
                    .for_each(|name| ask("values", name));
            }
        }
        assert_eq!(missing, [""; 0]);
        let idle: Vec<&str> = words::keys("help").filter(|key| !asked.contains(*key)).collect();
        assert_eq!(idle, [""; 0]);
    }

    #[test]
    fn the_language_is_told_before_parsing() {
        let lang = |args: &[&str]| asked_language(&args.iter().map(OsString::from).collect::<Vec<_>>());
        let option = |lang| Some((lang, Origin::Option("--lang")));
        assert_eq!(lang(&["lamsach", "run", "--lang", "en"]), option(Lang::En));
        assert_eq!(lang(&["lamsach", "--lang=vi", "run"]), option(Lang::Vi));
        assert_eq!(lang(&["lamsach", "run"]), None);
    }
}
