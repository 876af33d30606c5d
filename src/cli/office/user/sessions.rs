//! `lamsach user sessions` and `logout`: who is logged in, and who is to be no longer.

use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{failed, log, open, require};
use crate::cli::error::Error;
use crate::cli::office::args::UserNameArgs;
use crate::domain::Lang;
use crate::words::text;

/// The sessions that the store holds: whose, since when, last seen when.
pub(super) fn list(out: &Path, lang: Lang) -> Result<String, Error> {
    let mut store = open(out, lang)?;
    let sessions = store.accounts().sessions().map_err(failed(lang))?;
    log(&mut store, "user_sessions", &format!("{} sessions", sessions.len()), "", lang)?;
    if sessions.is_empty() {
        return Ok(text!(lang, "cli.user.no_session").to_string());
    }
    let mut told = String::new();
    for session in sessions {
        let (began, seen) = (moment(session.began), moment(session.seen));
        // Writing to a string cannot fail.
        let _ = writeln!(told, "{}", text!(lang, "cli.user.session", name = session.account, began, seen));
    }
    Ok(told)
}

/// Ends all sessions of an account.
pub(super) fn end(args: &UserNameArgs, lang: Lang) -> Result<String, Error> {
    let mut store = open(&args.out, lang)?;
    let name = require(&store, &args.name, lang)?.name;
    let ended = store.accounts().end_sessions(&name).map_err(failed(lang))?;
    log(&mut store, "user_logout", &name, &format!("{ended} sessions"), lang)?;
    Ok(text!(lang, "cli.user.sessions_ended", count = ended))
}

/// A moment by the clock of this place.
fn moment(seconds: i64) -> String {
    let at = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(TimeZone::system()).strftime("%d/%m/%Y %H:%M").to_string()
}
