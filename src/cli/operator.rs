//! Who is at the keyboard, as the system knows them, and why they look, as they say.

use super::printer;
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

/// Says that somebody looked at personal data without a log to write that into.
pub(super) fn unrecorded(lang: Lang) {
    printer::err(text!(lang, "cli.operator.not_recorded"));
}
