//! `lamsach user`: who may use the review page. A password never stands on the command line.

mod sessions;
mod totp;

use std::fmt::Write as _;
use std::path::Path;

use crate::archive::Summary;
use crate::cli::error::Error;
use crate::cli::office::args::{UserAddArgs, UserChangeArgs, UserCommand};
use crate::cli::{Session, printer};
use crate::disk::{self, Pointer};
use crate::domain::Lang;
use crate::findings::catalogue::Office;
use crate::review::{SHORTEST_PASSWORD, Weakness, hash_password, weakness};
use crate::store::accounts::{AccountRole, NewAccount, UserAccount, commune_key};
use crate::store::{Access, Store};
use crate::vietnamese::text::fold;
use crate::words::{said, text};

/// Characters of a name.
const LONGEST_NAME: usize = 64;

/// Does what the command says.
pub(crate) fn run(command: &UserCommand, session: &Session) -> Result<(), Error> {
    let lang = session.lang;
    let said = match command {
        UserCommand::Add(args) => add(args, lang)?,
        UserCommand::List(args) => list(&args.out, lang)?,
        UserCommand::Passwd(args) => {
            let mut store = open(&args.out, lang)?;
            require(&store, &args.name, lang)?;
            let hashed = password(&args.name, args.password_file.as_deref(), lang)?;
            changed(store.accounts().set_password(&args.name, &hashed), &args.name, lang)?;
            store.accounts().forget_failures(&args.name).map_err(failed(lang))?;
            log(&mut store, "user_passwd", &args.name, "", lang)?;
            text!(lang, "cli.user.password_changed").to_string()
        }
        UserCommand::Disable(args) => {
            let mut store = open(&args.out, lang)?;
            changed(store.accounts().disable(&args.name), &args.name, lang)?;
            log(&mut store, "user_disable", &args.name, "", lang)?;
            text!(lang, "cli.user.account_disabled").to_string()
        }
        UserCommand::Change(args) => change(args, lang)?,
        UserCommand::Sessions(args) => sessions::list(&args.out, lang)?,
        UserCommand::Logout(args) => sessions::end(args, lang)?,
        UserCommand::Totp(args) => totp::set(args, lang)?,
    };
    // What was asked for, and what is shown once.
    let wanted = match command {
        UserCommand::List(_) | UserCommand::Sessions(_) => true,
        UserCommand::Totp(args) => !args.off,
        _ => false,
    };
    if wanted || !session.quiet {
        printer::out(&said);
    }
    Ok(())
}

fn open(out: &Path, lang: Lang) -> Result<Store, Error> {
    if !out.is_dir() {
        return Err(Error::usage(said!("cli.user.no_folder", out = out.display())));
    }
    Store::open(out).map_err(|error| Error::Output(error.message(lang)))
}

fn failed(lang: Lang) -> impl Fn(rusqlite::Error) -> Error {
    move |error| Error::Output(text!(lang, "cli.user.store_not_written", error))
}

fn unknown(name: &str) -> Error {
    Error::usage(said!("cli.user.no_account", name))
}

fn require(store: &Store, name: &str, lang: Lang) -> Result<UserAccount, Error> {
    let found = store.accounts().with_password(name).map_err(failed(lang))?;
    found.map(|(account, _)| account).ok_or_else(|| unknown(name))
}

fn changed(result: rusqlite::Result<bool>, name: &str, lang: Lang) -> Result<(), Error> {
    if result.map_err(failed(lang))? { Ok(()) } else { Err(unknown(name)) }
}

/// Writes into the access log who changed what may be seen.
fn log(store: &mut Store, action: &str, what: &str, why: &str, lang: Lang) -> Result<(), Error> {
    let access = Access {
        who: disk::user_name(),
        action: action.to_string(),
        what: what.to_string(),
        why: why.to_string(),
    };
    let logged = store.log_access(&access, jiff::Timestamp::now());
    logged.map(drop).map_err(|error| Error::Output(error.message(lang)))
}

/// Role and scope as they may be given to an account.
fn checked(role: &str, communes: &[String], units: &[String]) -> Result<AccountRole, Error> {
    let role = AccountRole::from_name(role).ok_or_else(|| Error::usage(said!("cli.user.no_role", role)))?;
    if let Some(unit) = units.iter().find(|unit| Office::from_name(unit).is_none()) {
        let all = Office::all().map(Office::name).collect::<Vec<_>>().join(", ");
        return Err(Error::usage(said!("cli.user.no_unit", unit, all)));
    }
    if role == AccountRole::Officer && communes.is_empty() {
        return Err(Error::usage(said!("cli.user.needs_commune")));
    }
    let limited = !communes.is_empty() || !units.is_empty();
    if !matches!(role, AccountRole::Officer | AccountRole::Leader) && limited {
        return Err(Error::usage(said!("cli.user.limits_for_officers")));
    }
    Ok(role)
}

fn add(args: &UserAddArgs, lang: Lang) -> Result<String, Error> {
    let named = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    if args.name.is_empty() || args.name.chars().count() > LONGEST_NAME || !args.name.chars().all(named) {
        return Err(Error::usage(said!("cli.user.bad_name")));
    }
    let role = checked(&args.role, &args.commune, &args.unit)?;
    let mut store = open(&args.out, lang)?;
    let hashed = password(&args.name, args.password_file.as_deref(), lang)?;
    let account =
        NewAccount { name: &args.name, password: &hashed, role, communes: &args.commune, units: &args.unit };
    if store.accounts().add(&account).map_err(failed(lang))? {
        log(&mut store, "user_add", &args.name, role.name(), lang)?;
        let mut told = text!(lang, "cli.user.account_added").to_string();
        warn_of_communes(&mut told, &args.out, &args.commune, lang);
        Ok(told)
    } else {
        Err(Error::usage(said!("cli.user.exists", name = args.name)))
    }
}

/// Changes role and scope. What is not named stays as it is, where the role has it.
fn change(args: &UserChangeArgs, lang: Lang) -> Result<String, Error> {
    let mut store = open(&args.out, lang)?;
    let old = require(&store, &args.name, lang)?;
    let role = args.role.as_deref().unwrap_or(old.role.name());
    let is_limited = ["officer", "leader"].contains(&role);
    let kept = |values: &Option<Vec<String>>| match values {
        Some(values) if is_limited => values.clone(),
        _ => Vec::new(),
    };
    let communes = match () {
        () if args.all_communes => Vec::new(),
        () if args.commune.is_empty() => kept(&old.scope.communes),
        () => args.commune.clone(),
    };
    let units = match () {
        () if args.all_units => Vec::new(),
        () if args.unit.is_empty() => kept(&old.scope.units),
        () => args.unit.clone(),
    };
    let role = checked(role, &communes, &units)?;
    changed(store.accounts().set_role(&old.name, role, (&communes, &units)), &args.name, lang)?;
    let new = require(&store, &args.name, lang)?;
    let why = format!("{} -> {}", as_logged(&old), as_logged(&new));
    log(&mut store, "user_change", &old.name, &why, lang)?;
    let mut told = text!(lang, "cli.user.account_changed").to_string();
    warn_of_communes(&mut told, &args.out, &args.commune, lang);
    Ok(told)
}

/// Role and scope as the access log takes them.
fn as_logged(account: &UserAccount) -> String {
    let part = |values: &Option<Vec<String>>| values.as_ref().map_or("*".to_owned(), |all| all.join(","));
    match account.role {
        AccountRole::Officer | AccountRole::Leader => format!(
            "{} [{}] [{}]",
            account.role.name(),
            part(&account.scope.communes),
            part(&account.scope.units)
        ),
        role => role.name().to_owned(),
    }
}

fn warn_of_communes(told: &mut String, out: &Path, communes: &[String], lang: Lang) {
    for commune in communes_without_findings(out, communes) {
        told.push_str(&text!(lang, "cli.user.no_findings", commune));
    }
}

/// The communes of which the last run found nothing: clean ones, or a slip of the keyboard by which an officer would see
/// nothing for ever. Where there is no run yet nobody can tell.
fn communes_without_findings<'a>(out: &Path, communes: &'a [String]) -> Vec<&'a String> {
    let Some(summary) = Pointer::of(out).folder().and_then(|run| Summary::read(&run).ok()) else {
        return Vec::new();
    };
    let known: Vec<String> =
        summary.findings.by_commune.iter().map(|of| commune_key(&of.commune_code, &of.commune)).collect();
    communes.iter().filter(|commune| !known.contains(&fold(commune))).collect()
}

fn list(out: &Path, lang: Lang) -> Result<String, Error> {
    let store = open(out, lang)?;
    let accounts = store.accounts().list().map_err(failed(lang))?;
    let mut text = String::new();
    for account in accounts {
        let scope = |values: &Option<Vec<String>>| {
            values.as_ref().map_or_else(|| text!(lang, "cli.user.all").to_string(), |values| values.join(","))
        };
        let has_factor = store.accounts().second_factor(account.id).map_err(failed(lang))?.is_some();
        let factor = if has_factor { text!(lang, "cli.user.has_factor") } else { "" };
        let state = if account.disabled { text!(lang, "cli.user.disabled") } else { "" };
        // Writing to a string cannot fail.
        let _ = match account.role {
            AccountRole::Officer | AccountRole::Leader => writeln!(
                text,
                "{}\t{}\t{}\t{}{factor}{state}",
                account.name,
                account.role.name(),
                scope(&account.scope.communes),
                scope(&account.scope.units)
            ),
            _ => writeln!(text, "{}\t{}{factor}{state}", account.name, account.role.name()),
        };
    }
    if text.is_empty() {
        text = text!(lang, "cli.user.none").to_string();
    }
    Ok(text)
}

/// The password of a file's first line, or asked for twice on the terminal; hashed.
fn password(account: &str, file: Option<&Path>, lang: Lang) -> Result<String, Error> {
    let password = match file {
        Some(path) => std::fs::read_to_string(path)
            .map(|text| text.lines().next().unwrap_or_default().to_string())
            .map_err(|error| {
                Error::usage(said!("cli.user.password_file_unreadable", path = path.display(), error))
            })?,
        None => ask(lang)?,
    };
    match weakness(&password, account) {
        Some(Weakness::Short) => {
            return Err(Error::usage(said!(
                "cli.user.password_too_short",
                shortest_password = SHORTEST_PASSWORD
            )));
        }
        Some(Weakness::Common) => return Err(Error::usage(said!("cli.user.password_common"))),
        None => {}
    }
    hash_password(&password).ok_or_else(|| Error::Internal("no random numbers".to_string()))
}

fn ask(lang: Lang) -> Result<String, Error> {
    let terminal = console::Term::stderr();
    if !terminal.is_term() {
        return Err(Error::usage(said!("cli.user.no_terminal")));
    }
    let once = |text: &str| {
        terminal
            .write_str(text)
            .and_then(|()| terminal.read_secure_line())
            .map_err(|error| Error::usage(said!("cli.user.no_password_read", error)))
    };
    let first = once(text!(lang, "cli.user.password"))?;
    let again = once(text!(lang, "cli.user.again"))?;
    if first == again { Ok(first) } else { Err(Error::usage(said!("cli.user.entries_differ"))) }
}
