//! The password once more, before the full numbers of many persons are given out: a page left open is not enough to
//! take them away.

use askama::Template;

use crate::review::http::passwords;
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, now};

#[derive(Template)]
#[template(path = "review/again.html")]
struct Again {
    shell: Shell,
    error: &'static str,
    /// Where the form goes: where this one came to.
    action: String,
    /// The fields of this form, to be sent again with the password.
    kept: Vec<(&'static str, String)>,
    /// The list that it is about.
    list: String,
}

/// Asks for the password where it was given too long ago; `None` where the visitor may go on. The form is sent again
/// with these fields of it.
pub(crate) fn asked(visit: &mut Visit<'_>, kept: &[&'static str]) -> Result<Option<Reply>, Failure> {
    // Who works alone at a desk has no password.
    if visit.app.is_sole() {
        return Ok(None);
    }
    let at = now().as_second();
    let accounts = visit.worker.store.accounts();
    let since = accounts.proved(&visit.token)?.map(|proved| at - proved);
    // A clock that was ahead proves nothing for longer than it should.
    if since.is_some_and(|since| (0..visit.app.safeguards.password_again_seconds).contains(&since)) {
        return Ok(None);
    }
    let password = visit.field("password").to_owned();
    if password.is_empty() {
        return page(visit, "", kept).map(Some);
    }
    let name = visit.who()?.name.clone();
    if accounts.is_braked(&name, &visit.address, at)? {
        return page(visit, "login_braked", kept).map(Some);
    }
    let hashed = accounts.with_password(&name)?.map(|(_, hashed)| hashed);
    if !passwords::verify(&password, hashed.as_deref()) {
        {
            let _writing = visit.app.writing();
            accounts.failed_login(&name, &visit.address, at)?;
        }
        visit.log("password_failed", "", "")?;
        return page(visit, "password_wrong", kept).map(Some);
    }
    {
        let _writing = visit.app.writing();
        accounts.prove(&visit.token, at)?;
    }
    visit.log("password_again", "", "")?;
    Ok(None)
}

fn page(visit: &Visit<'_>, error: &'static str, kept: &[&'static str]) -> Result<Reply, Failure> {
    let query = visit.filter().query();
    Reply::page(&Again {
        shell: visit.shell(),
        error,
        action: format!("{}{query}", visit.uri.path()),
        kept: kept.iter().map(|name| (*name, visit.field(name).to_owned())).collect(),
        list: format!("/cases{query}"),
    })
}
