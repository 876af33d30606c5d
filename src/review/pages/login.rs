//! Logging in and out, and the files that the login page already needs.

use askama::Template;
use serde::Deserialize;

use crate::domain::Lang;
use crate::review::filter::percent_encode;
use crate::review::http::assets;
use crate::review::http::guard::{SESSION, VISITOR};
use crate::review::http::passwords;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, now};
use crate::store::Access;

#[derive(Template)]
#[template(path = "review/login.html")]
struct Login {
    shell: Shell,
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
    if visit.account.is_some() && visit.app.desk().is_some_and(|desk| desk.sole().is_some()) {
        return Ok(Reply::see("/start"));
    }
    form(visit, "", own_path(&asked.next))
}

/// The form with a token that ties it to the browser.
fn form(visit: &mut Visit<'_>, error: &'static str, next: String) -> Result<Reply, Failure> {
    let secure = visit.app.secure;
    let fresh = visit.token == [0; 32];
    if fresh {
        visit.token = passwords::token().ok_or_else(no_random)?;
    }
    let mut shell = visit.shell();
    shell.account = None;
    let reply = Reply::page(&Login { shell, error, next })?;
    let set = |reply: Reply| reply.with_cookie(VISITOR, &hex::encode(visit.token), secure);
    Ok(if fresh { set(reply) } else { reply })
}

/// Checks name and password, and begins a session.
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
        {
            let _writing = visit.app.writing();
            accounts.failed_login(&name, &visit.address, at)?;
            // What stands in the field for the name may be a password.
            let who = named.unwrap_or_else(|| "?".to_string());
            let (action, what) = ("login_failed".to_string(), visit.address.clone());
            visit.worker.store.log_access(&Access { who, action, what, why: String::new() }, now())?;
        }
        return form(visit, "login_failed", next);
    };
    // A new token for every login: one that was known before must not become valid.
    let token = passwords::token().ok_or_else(no_random)?;
    {
        let _writing = visit.app.writing();
        accounts.begin_session(&token, account.id, at, visit.app.terms)?;
        accounts.forget_failures(&name)?;
    }
    visit.account = Some(account);
    let address = visit.address.clone();
    visit.log("login", &address, "")?;
    let secure = visit.app.secure;
    let reply = Reply::see(if next.is_empty() { "/" } else { &next });
    Ok(reply.with_cookie(SESSION, &hex::encode(token), secure).with_cookie(VISITOR, "", secure))
}

/// Ends the session.
pub(crate) fn leave(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    {
        let _writing = visit.app.writing();
        visit.worker.store.accounts().end_session(&visit.token)?;
    }
    visit.log("logout", "", "")?;
    Ok(Reply::see("/login").with_cookie(SESSION, "", visit.app.secure))
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
        assert_eq!(own_path("/cases?q=a"), "/cases?q=a");
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
