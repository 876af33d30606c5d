//! Logging in and out, and the files that the login page already needs.

use askama::Template;
use serde::Deserialize;

use crate::domain::Lang;
use crate::review::filter::percent_encode;
use crate::review::http::assets;
use crate::review::http::passwords;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, now};
use crate::review::http::totp;
use crate::store::Access;
use crate::store::accounts::UserAccount;

#[derive(Template)]
#[template(path = "review/login.html")]
struct Login {
    shell: Shell,
    /// Whether the code is asked for.
    code: bool,
    error: &'static str,
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    lang: String,
    next: String,
}

/// Sends whoever is not logged in to the login, and back after it.
pub(crate) fn ask(visit: &Visit<'_>) -> Reply {
    let wanted = visit.uri.path_and_query().map_or("/", |path| path.as_str());
    if wanted == "/" {
        return Reply::see("/login");
    }
    let mut location = String::from("/login?next=");
    percent_encode(wanted, &mut location);
    Reply::see(location)
}

/// The form.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let asked: Asked = visit.query();
    match asked.lang.as_str() {
        "en" => visit.lang = Lang::En,
        "vi" => visit.lang = Lang::Vi,
        _ => {}
    }
    // Who works alone at a desk has no password to log in with.
    if visit.account.is_some() && visit.app.is_sole() {
        return Ok(Reply::see("/start"));
    }
    form(visit, "", own_path(&asked.next))
}

/// The form with a token that ties it to the browser.
fn form(visit: &mut Visit<'_>, error: &'static str, next: String) -> Result<Reply, Failure> {
    ask_for(visit, false, error, next)
}

/// The form for the code of a second factor.
fn code_form(visit: &mut Visit<'_>, error: &'static str, next: String) -> Result<Reply, Failure> {
    ask_for(visit, true, error, next)
}

fn ask_for(visit: &mut Visit<'_>, code: bool, error: &'static str, next: String) -> Result<Reply, Failure> {
    let fresh = visit.token == [0; 32];
    if fresh {
        visit.token = passwords::token().ok_or_else(no_random)?;
    }
    let mut shell = visit.shell();
    shell.account = None;
    let reply = Reply::page(&Login { shell, code, error, next })?;
    Ok(if fresh { visit.app.cookies.tie(reply, &visit.token) } else { reply })
}

/// Checks name and password; then the code is asked for where the account has a second factor, and a session begins
/// where it has none.
pub(crate) fn enter(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let (name, password) = (visit.field("name").trim().to_string(), visit.field("password").to_string());
    let next = own_path(visit.field("next"));
    let at = now().as_second();
    let accounts = visit.worker.store.accounts();
    let known = accounts.with_password(&name)?;
    // What stands in the field for the name may be a password: a name that nobody has is kept as a digest that this
    // process alone could make again.
    let name = if known.is_some() { name } else { visit.app.disguised(&name) };
    if accounts.is_braked(&name, &visit.address, at)? {
        return form(visit, "login_braked", next);
    }
    let named = known.as_ref().map(|(account, _)| account.name.clone());
    let sound = passwords::verify(&password, known.as_ref().map(|(_, hashed)| hashed.as_str()));
    let Some(account) = known.map(|(account, _)| account).filter(|account| sound && !account.disabled) else {
        // What stands in the field for the name may be a password.
        let who = named.unwrap_or_else(|| "?".to_string());
        failed(visit, &name, who, "")?;
        return form(visit, "login_failed", next);
    };
    if accounts.second_factor(account.id)?.is_some() {
        let token = visit.token;
        visit.app.half_way.enter(token, account.id);
        return code_form(visit, "", next);
    }
    // Told to whoever has the password alone.
    if visit.app.safeguards.demands_factor(account.role) {
        refused(visit, account.name, "no second factor")?;
        return form(visit, "login_needs_factor", next);
    }
    begin(visit, account, &next)
}

/// Checks the code of whoever gave a password, and begins a session.
pub(crate) fn enter_code(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let next = own_path(visit.field("next"));
    let at = now().as_second();
    let accounts = visit.worker.store.accounts();
    let half_way = visit.app.half_way.of(&visit.token);
    let account = half_way.map_or(Ok(None), |id| accounts.by_id(id))?.filter(|account| !account.disabled);
    let Some(account) = account else { return form(visit, "login_late", next) };
    if accounts.is_braked(&account.name, &visit.address, at)? {
        visit.app.half_way.leave(&visit.token);
        return form(visit, "login_braked", next);
    }
    let Some(factor) = accounts.second_factor(account.id)? else { return form(visit, "login_late", next) };
    let step = totp::step_of(&factor.secret, visit.field("code"), at, factor.used);
    let is_right = match step {
        Some(step) => {
            let _writing = visit.app.writing();
            accounts.take_step(account.id, step)?
        }
        None => false,
    };
    if !is_right {
        failed(visit, &account.name, account.name.clone(), "second factor")?;
        return code_form(visit, "login_code_wrong", next);
    }
    visit.app.half_way.leave(&visit.token);
    begin(visit, account, &next)
}

/// Begins a session.
fn begin(visit: &mut Visit<'_>, account: UserAccount, next: &str) -> Result<Reply, Failure> {
    // A new token for every login: one that was known before must not become valid.
    let token = passwords::token().ok_or_else(no_random)?;
    {
        let _writing = visit.app.writing();
        let accounts = visit.worker.store.accounts();
        accounts.begin_session(&token, account.id, now().as_second(), visit.app.safeguards.terms)?;
        accounts.forget_failures(&account.name)?;
    }
    visit.account = Some(account);
    let address = visit.address.clone();
    visit.log("login", &address, "")?;
    let reply = Reply::see(if next.is_empty() { "/" } else { next });
    let cookies = &visit.app.cookies;
    Ok(cookies.untie(cookies.keep(reply, &token)))
}

/// Writes down a failed login, by the name that the brake knows and the one that the log may have.
fn failed(visit: &mut Visit<'_>, name: &str, who: String, why: &str) -> Result<(), Failure> {
    {
        let _writing = visit.app.writing();
        visit.worker.store.accounts().failed_login(name, &visit.address, now().as_second())?;
    }
    refused(visit, who, why)
}

/// Writes into the access log that somebody was not let in.
fn refused(visit: &mut Visit<'_>, who: String, why: &str) -> Result<(), Failure> {
    let (action, what) = ("login_failed".to_string(), visit.address.clone());
    let _writing = visit.app.writing();
    visit.worker.store.log_access(&Access { who, action, what, why: why.to_owned() }, now())?;
    Ok(())
}

/// Ends the session.
pub(crate) fn leave(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    {
        let _writing = visit.app.writing();
        visit.worker.store.accounts().end_session(&visit.token)?;
    }
    visit.app.searches.forget(&visit.token);
    visit.log("logout", "", "")?;
    Ok(visit.app.cookies.drop_session(Reply::see("/login")))
}

/// Style sheet and script.
pub(crate) fn asset(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let asset = assets::find(visit.uri.path()).ok_or(Failure::NotFound)?;
    Ok(Reply::asset(asset.media_type, asset.text))
}

/// An address to go back to, where it is one of this program's own.
fn own_path(next: &str) -> String {
    // Browsers pass over tabs and ends of lines, and take "/\t/" for "//".
    let own = next.starts_with('/') && !next.starts_with("//");
    let own = own && !next.contains(|c: char| c == '\\' || c.is_control());
    if own { next.to_string() } else { String::new() }
}

fn no_random() -> Failure {
    Failure::Internal("no random numbers".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_the_login() {
        assert_eq!(own_path("/cases?s=a"), "/cases?s=a");
        for other in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "cases",
            "/a\r\nb",
            "/\t/evil.example",
        ] {
            assert_eq!(own_path(other), "", "{other}");
        }
    }
}
