//! What an account sets for itself: language and password.

use askama::Template;
use jiff::Timestamp;

use crate::domain::Lang;
use crate::findings::catalogue::Office;
use crate::review::http::passwords::{self, Weakness};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, now};
use crate::review::pages::lists::history::moment;
use crate::store::accounts::OwnSession;

#[derive(Template)]
#[template(path = "review/settings.html")]
struct Settings {
    shell: Shell,
    notice: &'static str,
    good: bool,
    communes: String,
    units: String,
    sessions: Vec<ShownSession>,
}

/// A session of the account.
struct ShownSession {
    began: String,
    seen: String,
    is_this: bool,
}

impl ShownSession {
    fn of(session: OwnSession) -> Self {
        let at = |seconds| moment(Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH));
        Self { began: at(session.began), seen: at(session.seen), is_this: session.is_this }
    }
}

/// The page.
pub(crate) fn show(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    page(visit, "", true)
}

fn page(visit: &Visit<'_>, notice: &'static str, good: bool) -> Result<Reply, Failure> {
    let scope = &visit.who()?.scope;
    let all = || visit.t("all_scope").to_string();
    let unit = |name: &String| {
        let office = Office::from_name(name);
        office.map_or_else(|| name.clone(), |office| office.title(visit.lang).to_string())
    };
    let communes = scope.communes.as_ref().map_or_else(all, |communes| communes.join(", "));
    let units = scope.units.as_ref();
    let units = units.map_or_else(all, |units| units.iter().map(unit).collect::<Vec<_>>().join(", "));
    let (accounts, at) = (visit.worker.store.accounts(), now().as_second());
    let sessions = accounts.own_sessions(visit.who()?.id, &visit.token, at, visit.app.safeguards.terms)?;
    let sessions = sessions.into_iter().map(ShownSession::of).collect();
    Reply::page(&Settings { shell: visit.shell(), notice, good, communes, units, sessions })
}

/// Sets the language.
pub(crate) fn set_language(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    visit.lang = if visit.field("lang") == "en" { Lang::En } else { Lang::Vi };
    let id = visit.who()?.id;
    {
        let _writing = visit.app.writing();
        visit.worker.store.accounts().set_language(id, visit.lang)?;
    }
    page(visit, "saved", true)
}

/// Ends the other sessions of the account.
pub(crate) fn end_others(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let id = visit.who()?.id;
    let ended = {
        let _writing = visit.app.writing();
        visit.worker.store.accounts().end_other_sessions(id, &visit.token)?
    };
    visit.log("logout_others", &format!("{ended} sessions"), "")?;
    page(visit, "sessions_ended", true)
}

/// Changes the password, ends all sessions of the account and begins a new one.
pub(crate) fn set_password(visit: &mut Visit<'_>) -> Result<Reply, Failure> {
    let (name, id) = (visit.who()?.name.clone(), visit.who()?.id);
    let at = now().as_second();
    let accounts = visit.worker.store.accounts();
    if accounts.is_braked(&name, &visit.address, at)? {
        return page(visit, "login_braked", false);
    }
    let hashed = accounts.with_password(&name)?.map(|(_, hashed)| hashed);
    if !passwords::verify(visit.field("old"), hashed.as_deref()) {
        let _writing = visit.app.writing();
        accounts.failed_login(&name, &visit.address, at)?;
        return page(visit, "password_wrong", false);
    }
    match passwords::weakness(visit.field("new"), &name) {
        Some(Weakness::Short) => return page(visit, "password_short", false),
        Some(Weakness::Common) => return page(visit, "password_common", false),
        None => {}
    }
    let fail = || Failure::Internal("no random numbers".to_string());
    let hashed = passwords::hash(visit.field("new")).ok_or_else(fail)?;
    let token = passwords::token().ok_or_else(fail)?;
    {
        let _writing = visit.app.writing();
        accounts.set_password(&name, &hashed)?;
        accounts.begin_session(&token, id, at, visit.app.safeguards.terms)?;
    }
    visit.token = token;
    visit.log("password", "", "")?;
    Ok(visit.app.cookies.keep(page(visit, "password_changed", true)?, &token))
}
