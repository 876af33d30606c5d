//! `lamsach audit`: the access log shown and checked.

use std::fmt::Write as _;
use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::json;

use super::args::{AuditCommand, AuditShowArgs, AuditVerifyArgs};
use super::report::settings;
use crate::cli::error::Error;
use crate::cli::{Session, printer};
use crate::custody::CustodyError;
use crate::domain::Lang;
use crate::store::{Chain, LoggedAccess, Seal, Store};
use crate::words::{said, text};

/// Does what the command says.
pub(crate) fn run(command: &AuditCommand, session: &mut Session) -> Result<(), Error> {
    let (AuditCommand::Verify(AuditVerifyArgs { at, .. }) | AuditCommand::Show(AuditShowArgs { at, .. })) =
        command;
    let (_, out) = settings(at, session)?;
    let store = open(&out)?;
    match command {
        AuditCommand::Verify(verify) => check(&store, verify.seal.as_deref(), session),
        AuditCommand::Show(show) => list(&store, show, session.lang),
    }
}

fn open(out: &Path) -> Result<Store, Error> {
    Ok(Store::open_existing(out)?.ok_or_else(|| CustodyError::NoRun(out.to_owned()))?)
}

/// Checks the chain and gives the seal of its last line.
fn check(store: &Store, seal: Option<&str>, session: &Session) -> Result<(), Error> {
    let lang = session.lang;
    let seal = seal
        .map(|text| Seal::parse(text).ok_or_else(|| Error::usage(said!("cli.audit.bad_seal", text))))
        .transpose()?;
    let lines = match store.verify_accesses()? {
        Chain::Whole { lines } => lines,
        Chain::Broken { seq } => return Err(CustodyError::BrokenLog(seq).into()),
    };
    if let Some(seal) = seal
        && !store.bears_seal(&seal)?
    {
        return Err(CustodyError::BrokenLog(seal.seq).into());
    }
    if !session.quiet {
        let mut text = text!(lang, "cli.audit.whole", lines);
        if let Some(seal) = store.access_seal()? {
            let told = text!(lang, "cli.audit.seal");
            let _ = writeln!(text, "{told}: {seal}");
        }
        printer::out(&text);
    }
    Ok(())
}

fn list(store: &Store, args: &AuditShowArgs, lang: Lang) -> Result<(), Error> {
    let lines = store.accesses(args.from, args.limit)?;
    if args.json {
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
    for LoggedAccess { seq, at, access } in &lines {
        let at = at.to_zoned(TimeZone::system()).strftime("%d/%m/%Y %H:%M:%S");
        let why = if access.why.is_empty() { text!(lang, "cli.audit.no_reason") } else { &access.why };
        let [who, what, why] = [access.who.as_str(), access.what.as_str(), why].map(printer::in_line);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{seq:>6}  {at}  {who}  {}  {what}  {why}", access.action);
    }
    if lines.is_empty() {
        text.push_str(text!(lang, "cli.audit.no_line"));
    }
    printer::out(&text);
    Ok(())
}
