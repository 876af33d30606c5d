//! `lamsach audit`: the access log shown and checked.

use std::fmt::Write as _;
use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::json;

use super::args::{AuditCommand, AuditShowArgs, AuditVerifyArgs, AuditWhoArgs};
use super::report::settings;
use crate::cli::error::Error;
use crate::cli::{Session, operator, printer};
use crate::custody::{self, Asked, CustodyError, Person};
use crate::domain::Lang;
use crate::findings::FindingId;
use crate::store::{Harm, LoggedAccess, Seal, Store};
use crate::words::{said, text};

/// Does what the command says.
pub(crate) fn run(command: &AuditCommand, session: &mut Session) -> Result<(), Error> {
    let (AuditCommand::Verify(AuditVerifyArgs { at, .. })
    | AuditCommand::Show(AuditShowArgs { at, .. })
    | AuditCommand::Who(AuditWhoArgs { at, .. })) = command;
    let (_, out) = settings(at, session)?;
    let store = open(&out)?;
    match command {
        AuditCommand::Verify(verify) => check((&out, &store), verify.seal.as_deref(), session),
        AuditCommand::Show(show) => tell(
            &store.accesses(show.from, show.limit)?,
            show.json,
            text!(session.lang, "cli.audit.no_line"),
            session.lang,
        ),
        AuditCommand::Who(who) => {
            let lines = custody::who_saw(&store, &about(who, session.lang)?)?;
            tell(&lines, who.json, text!(session.lang, "cli.audit.nobody"), session.lang)
        }
    }
}

fn open(out: &Path) -> Result<Store, Error> {
    Ok(Store::open_existing(out)?.ok_or_else(|| CustodyError::NoRun(out.to_owned()))?)
}

/// Checks the log and gives the seal of its last line.
fn check((out, store): (&Path, &Store), seal: Option<&str>, session: &Session) -> Result<(), Error> {
    let lang = session.lang;
    let seal = seal
        .map(|text| Seal::parse(text).ok_or_else(|| Error::usage(said!("cli.audit.bad_seal", text))))
        .transpose()?;
    let (lines, sealed_from) = custody::whole_log(out, store)?;
    if let Some(seal) = seal
        && !store.bears_seal(&seal)?
    {
        return Err(CustodyError::BrokenLog { line: seal.seq, harm: Harm::CutOff }.into());
    }
    if !session.quiet {
        let mut text = text!(lang, "cli.audit.whole", lines);
        match sealed_from {
            Some(1) => {}
            Some(line) => text.push_str(&text!(lang, "cli.audit.sealed_from", line)),
            None if lines > 0 => text.push_str(text!(lang, "cli.audit.not_sealed")),
            None => {}
        }
        if let Some(seal) = store.access_seal()? {
            let told = text!(lang, "cli.audit.seal");
            let _ = writeln!(text, "{told}: {seal}");
        }
        printer::out(&text);
    }
    Ok(())
}

/// About whom it is asked. A number stands on no command line: it is typed, or read from standard input.
fn about(args: &AuditWhoArgs, lang: Lang) -> Result<Asked, Error> {
    if let Some(case) = args.subject.as_deref().filter(|subject| *subject != "-") {
        let case = FindingId::parse(case);
        return case.map(Asked::Case).ok_or_else(|| Error::usage(said!("cli.audit.no_case")));
    }
    let number = match &args.subject {
        Some(dash) => operator::typed(dash)?,
        None => operator::asked(text!(lang, "cli.audit.number"))?,
    };
    match FindingId::parse(&number) {
        Some(case) => Ok(Asked::Case(case)),
        None => Ok(Asked::Person(Person::parse(&number)?)),
    }
}

/// Writes lines of the log, or that there are `none`.
fn tell(lines: &[LoggedAccess], json: bool, none: &str, lang: Lang) -> Result<(), Error> {
    if json {
        let lines: Vec<_> = lines
            .iter()
            .map(|LoggedAccess { seq, at, access }| {
                json!({"seq": seq, "at": at.to_string(), "who": access.who, "action": access.action,
                       "what": access.what, "why": access.why})
            })
            .collect();
        let text = serde_json::to_string_pretty(&lines).map_err(|e| Error::Internal(e.to_string()))?;
        printer::out(&format!("{text}\n"));
        return Ok(());
    }
    let mut text = String::new();
    for LoggedAccess { seq, at, access } in lines {
        let at = at.to_zoned(TimeZone::system()).strftime("%d/%m/%Y %H:%M:%S");
        let why = if access.why.is_empty() { text!(lang, "cli.audit.no_reason") } else { &access.why };
        let [who, what, why] = [access.who.as_str(), access.what.as_str(), why].map(printer::in_line);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{seq:>6}  {at}  {who}  {}  {what}  {why}", access.action);
    }
    if lines.is_empty() {
        text.push_str(none);
    }
    printer::out(&text);
    Ok(())
}
