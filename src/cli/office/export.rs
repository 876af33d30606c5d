//! `lamsach export`: worklists encrypted for those who receive them.

use std::path::{Path, PathBuf};

use super::args::ExportArgs;
use super::report::{make_folder, settings};
use crate::cli::error::Error;
use crate::cli::{Session, operator, printer};
use crate::config::Resolved;
use crate::custody::{self, CustodyError, Recipients};
use crate::disk::{self, Pointer};
use crate::findings::catalogue::Office;
use crate::publish::WORKBOOKS;
use crate::store::Access;
use crate::words::text;

/// One workbook to be handed over.
struct Parcel {
    /// Within the output folder.
    workbook: String,
    recipients: Recipients,
    to: PathBuf,
}

/// Encrypts what the arguments name.
pub(crate) fn run(args: &ExportArgs, session: &mut Session) -> Result<(), Error> {
    let (resolved, out) = settings(&args.at, session)?;
    let lang = session.lang;
    if Pointer::of(&out).folder().is_none() {
        return Err(CustodyError::NoRun(out).into());
    }
    let parcels = parcels(args, &resolved, &out)?;
    let passwords = resolved.workbook_passwords()?;
    let why = operator::reason(args.reason.as_deref(), lang);
    let mut told = String::new();
    for parcel in parcels {
        let Parcel { workbook, recipients, to } = &parcel;
        if recipients.is_empty() {
            return Err(CustodyError::NoRecipient(workbook.clone()).into());
        }
        let access = Access {
            who: disk::user_name(),
            action: "export".to_owned(),
            what: format!("{workbook} -> {}", recipients.shortened()),
            why: why.clone(),
        };
        let from = out.join(workbook);
        let held = custody::cases_in_workbook(&from, &passwords)?;
        custody::encrypt(&from, recipients, to, || {
            Ok(custody::note_access_to(&out, &access, &held).map(drop)?)
        })?;
        told.push_str(&format!("{}\n", to.display()));
    }
    if !session.quiet {
        printer::out(&format!("{}:\n{told}", text!(lang, "cli.export.encrypted")));
    }
    Ok(())
}

fn parcels(args: &ExportArgs, resolved: &Resolved, out: &Path) -> Result<Vec<Parcel>, Error> {
    let mut named = Recipients::default();
    for key in &args.recipient {
        named.add(key, || "--recipient".to_owned())?;
    }
    for file in &args.recipients_file {
        named.add_file(file)?;
    }
    if let Some(code) = &args.commune {
        let workbook = commune_workbook(out, code)?;
        return Ok(vec![Parcel { workbook, recipients: named, to: args.to.clone() }]);
    }
    // Who is named on the command line stands in place of the configuration.
    let recipients = |office: Office| -> Result<Recipients, Error> {
        let mut recipients = named.clone();
        if recipients.is_empty() {
            for key in resolved.recipients.get(&office).into_iter().flatten() {
                recipients.add(key, || format!("recipients.{}", office.name()))?;
            }
        }
        Ok(recipients)
    };
    let workbook = |office: Office| format!("{WORKBOOKS}/don-vi/{}.xlsx", office.name());
    if let Some(unit) = &args.unit {
        let office = Office::from_name(unit);
        let office = office.ok_or_else(|| CustodyError::NoWorkbook(unit.clone()))?;
        let (workbook, recipients) = (workbook(office), recipients(office)?);
        return Ok(vec![Parcel { workbook, recipients, to: args.to.clone() }]);
    }
    let mut parcels = Vec::new();
    for office in Office::all() {
        let recipients = recipients(office)?;
        if !recipients.is_empty() {
            let to = args.to.join(format!("{}.xlsx.age", office.name()));
            parcels.push(Parcel { workbook: workbook(office), recipients, to });
        }
    }
    if parcels.is_empty() {
        return Err(CustodyError::NoRecipient(format!("{WORKBOOKS}/don-vi")).into());
    }
    make_folder(&args.to)?;
    Ok(parcels)
}

/// The workbook of a commune by its code: `<code>_<slug>.xlsx`.
fn commune_workbook(out: &Path, code: &str) -> Result<String, CustodyError> {
    let folder = out.join(WORKBOOKS).join("xa");
    let names = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    names
        .filter_map(|entry| entry.file_name().into_string().ok())
        .find(|name| name.ends_with(".xlsx") && name.split_once('_').is_some_and(|(start, _)| start == code))
        .map(|name| format!("{WORKBOOKS}/xa/{name}"))
        .ok_or_else(|| CustodyError::NoWorkbook(code.to_owned()))
}
