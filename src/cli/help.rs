//! The command with its help in the language of the user: Vietnamese as written beside the arguments,
//! English from a table.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::LazyLock;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use crate::builtin;
use crate::cli::args::Cli;
use crate::config::Origin;
use crate::domain::Lang;
use crate::words::text;

/// English texts: command, then `about` and one for each argument.
const ENGLISH: &str = include_str!("../../data/labels/help_en.toml");

/// The variable of the environment that asks for a language.
const LANG_VARIABLE: &str = "LAMSACH_LANG";

type Texts = BTreeMap<String, BTreeMap<String, String>>;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| builtin::toml("help_en.toml", ENGLISH));

/// The English text of a command's or value's entry; `None` where the language is Vietnamese.
fn text(lang: Lang, of: &str, entry: &str) -> Option<&'static str> {
    match lang {
        Lang::Vi => None,
        Lang::En => TEXTS.get(of)?.get(entry).map(String::as_str),
    }
}

const RUN_EXAMPLES_VI: &str = "\
Ví dụ:
  lamsach run du-lieu/ --out ket-qua/
  lamsach run --residents dan_cu.csv --deaths khai_tu.xlsx --out ket-qua/ --as-of 30/06/2026
  lamsach run du-lieu/ --out ket-qua/ --map births.birth_date=\"Ngày sinh cháu\" --units don_vi.csv

Mã thoát:
  0 xong                            4 quá nhiều dòng không đọc được
  1 lỗi nội bộ                      5 lượt chạy khác đang giữ khoá
  2 sai tham số                     6 không ghi được kết quả
  3 tệp không đọc được hoặc thiếu cột bắt buộc";

const RUN_EXAMPLES_EN: &str = "\
Examples:
  lamsach run data/ --out results/
  lamsach run --residents dan_cu.csv --deaths khai_tu.xlsx --out results/ --as-of 30/06/2026
  lamsach run data/ --out results/ --map births.birth_date=\"Ngày sinh cháu\" --units units.csv

Exit codes:
  0 done                            4 too many rows rejected
  1 internal error                  5 another run holds the lock
  2 bad arguments                   6 output cannot be written
  3 a file cannot be read or lacks a required column";

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
    let flag = |name: &'static str, short, action, vi, en| {
        Arg::new(name).long(name).short(short).global(true).action(action).help(lang.pick(vi, en))
    };
    let mut command = Cli::command()
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(flag("help", 'h', ArgAction::Help, "Xem trợ giúp", "Show help"))
        .arg(flag("version", 'V', ArgAction::Version, "Xem phiên bản", "Show the version").global(false))
        .subcommand_help_heading(text!(lang, "cli.help.commands"))
        .mut_subcommand("run", |run| run.after_help(lang.pick(RUN_EXAMPLES_VI, RUN_EXAMPLES_EN)))
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
        let value = arg.get_value_names().and_then(|names| text(lang, "values", names.first()?));
        let help = text(lang, name, arg.get_id().as_str());
        let mut arg = arg.help_heading(heading).hide_env(takes_value).hide_possible_values(takes_value);
        if let Some(value) = value {
            arg = arg.value_name(value);
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
    match text(lang, name, "about") {
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
    use super::*;

    #[test]
    fn the_command_is_sound_in_both_languages() {
        command(Lang::Vi).debug_assert();
        command(Lang::En).debug_assert();
    }

    #[test]
    fn every_command_and_argument_has_an_english_text() {
        let english: Texts = toml::from_str(ENGLISH).unwrap();
        let vietnamese = Cli::command();
        let mut all = vec![("lamsach".to_string(), &vietnamese)];
        let mut at = 0;
        while let Some((path, command)) = all.get(at).cloned() {
            let below = |sub: &Command| match path.as_str() {
                "lamsach" => sub.get_name().to_string(),
                path => format!("{path} {}", sub.get_name()),
            };
            all.extend(command.get_subcommands().map(|sub| (below(sub), sub)));
            at += 1;
        }
        for (path, command) in all {
            let texts = &english[&path];
            assert!(texts.contains_key("about"), "{path}");
            for arg in command.get_arguments().filter(|a| !a.is_global_set() || path == "lamsach") {
                assert!(texts.contains_key(arg.get_id().as_str()), "{path} {}", arg.get_id());
                for name in arg.get_value_names().unwrap_or_default() {
                    assert!(name.is_ascii() || english["values"].contains_key(name.as_str()), "{name}");
                }
            }
        }
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
