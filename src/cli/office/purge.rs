//! `lamsach purge`: a person, or what is old, erased from an output folder.

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::args::PurgeArgs;
use super::report::settings;
use crate::archive::OutDir;
use crate::cli::error::Error;
use crate::cli::{Session, operator, printer};
use crate::config::dates;
use crate::custody::{self, CustodyError, Erased, Person};
use crate::disk;
use crate::domain::Lang;
use crate::words::text;

/// Erases what the arguments name.
pub(crate) fn run(args: &PurgeArgs, session: &mut Session) -> Result<(), Error> {
    let (resolved, out) = settings(&args.at, session)?;
    let lang = session.lang;
    if !out.is_dir() {
        return Err(CustodyError::NoRun(out).into());
    }
    let (who, why) = (disk::user_name(), operator::reason(args.reason.as_deref(), lang));
    let passwords = resolved.workbook_passwords()?;
    let by = (who.as_str(), why.as_str());
    if !args.dry_run && custody::resume(&OutDir::open(&out)?, &passwords)?.is_some() {
        printer::err(text!(lang, "cli.purge.resumed"));
    }
    if args.dry_run && custody::is_pending(&out) {
        printer::err(text!(lang, "cli.status.purge_pending"));
    }
    let person = match (&args.person, &args.name) {
        (Some(number), _) => Some(person(number)?),
        (None, Some(name)) => {
            let born = args.born.as_deref().unwrap_or_default();
            Some(Person::named(&operator::typed(name)?, born, dates::today())?)
        }
        (None, None) => None,
    };
    let erased = match (&person, &args.before) {
        (Some(person), _) => {
            custody::erase_person(&OutDir::open(&out)?, person, by, &passwords, args.dry_run)?
        }
        (None, Some(text)) => {
            let day = dates::before(text)?;
            let (year, month, date) = day.civil();
            let midnight = i16::try_from(year)
                .ok()
                .and_then(|year| jiff::civil::Date::new(year, month.cast_signed(), date.cast_signed()).ok())
                .and_then(|date| date.to_zoned(TimeZone::system()).ok())
                .ok_or_else(|| Error::Internal("midnight".to_owned()))?
                .timestamp();
            custody::erase_before(&OutDir::open(&out)?, (day, midnight), by, args.dry_run)?
        }
        (None, None) => Erased::default(),
    };
    let is_nothing = person.is_some() && erased.is_nothing();
    if is_nothing && erased.left.is_empty() {
        // A slip of the hand must not pass for a person erased.
        printer::err(match args.name {
            Some(_) => text!(lang, "cli.purge.nobody"),
            None => text!(lang, "cli.purge.nothing"),
        });
        return Ok(());
    }
    if !is_nothing && (!session.quiet || args.dry_run) {
        printer::out(&told(&erased, args.dry_run, lang));
    }
    if !erased.left.is_empty() {
        let files: Vec<_> = erased.left.iter().map(|file| printer::in_line(file)).collect();
        printer::err(&text!(lang, "cli.purge.left", files = files.join(", ")));
    }
    Ok(())
}

/// The number, from the command line or from standard input.
fn person(number: &str) -> Result<Person, Error> {
    Ok(Person::parse(&operator::typed(number)?)?)
}

fn told(erased: &Erased, dry: bool, lang: Lang) -> String {
    let mut text = String::new();
    let head = match dry {
        true => text!(lang, "cli.purge.would_erase"),
        false => text!(lang, "cli.purge.erased"),
    };
    let counts = [
        (text!(lang, "cli.purge.run_folders"), erased.runs.len() as u64),
        (text!(lang, "cli.purge.reject_files"), erased.rejects),
        (text!(lang, "cli.purge.findings"), erased.findings),
        (text!(lang, "cli.purge.decisions"), erased.decisions),
        (text!(lang, "cli.purge.comments"), erased.comments),
        (text!(lang, "cli.purge.remarks"), erased.notes),
        (text!(lang, "cli.purge.papers"), erased.papers),
        (text!(lang, "cli.purge.backups"), erased.backups),
        (text!(lang, "cli.purge.review_files"), erased.indices),
        (text!(lang, "cli.purge.workbooks"), erased.workbooks),
        (text!(lang, "cli.purge.sources"), erased.sources),
        (text!(lang, "cli.purge.remnants"), erased.remnants),
    ];
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{head}:");
    for (what, count) in counts {
        let _ = writeln!(text, "  {count:>6}  {what}");
    }
    for run in &erased.runs {
        let _ = writeln!(text, "          {run}");
    }
    if erased.indices > 0 {
        text.push_str(text!(lang, "cli.purge.reopen_review"));
    }
    if erased.latest {
        text.push_str(text!(lang, "cli.purge.run_again"));
    }
    text.push_str(text!(lang, "cli.purge.out_of_reach"));
    text
}
