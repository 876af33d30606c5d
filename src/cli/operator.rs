//! Who is at the keyboard, as the system knows them, and why they look, as they say.

use std::io::IsTerminal as _;

use super::error::Error;
use super::printer;
use crate::custody::CustodyError;
use crate::domain::Lang;
use crate::store::mask_numbers;
use crate::words::text;

/// The reason as the access log takes it. No line of the log is ever taken out again, so a number of a person
/// must not get into one.
pub(super) fn reason(given: Option<&str>, lang: Lang) -> String {
    let given = given.unwrap_or_default();
    let Some(masked) = mask_numbers(given) else { return given.to_owned() };
    printer::err(text!(lang, "cli.operator.reason_masked"));
    masked
}

/// What was typed as an argument or, so that it stands in no list of processes, is read from standard input.
pub(super) fn typed(argument: &str) -> Result<String, Error> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|source| CustodyError::Read { path: "-".into(), source })?;
    Ok(line.trim().to_owned())
}

/// What somebody types when asked: on the terminal, or from standard input where there is none.
pub(super) fn asked(question: &str) -> Result<String, Error> {
    if std::io::stdin().is_terminal() {
        printer::err(question);
    }
    typed("-")
}

/// Says that somebody looked at personal data without a log to write that into.
pub(super) fn unrecorded(lang: Lang) {
    printer::err(text!(lang, "cli.operator.not_recorded"));
}
