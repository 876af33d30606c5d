//! What an account sets for itself: language and password.

use askama::Template;

use crate::domain::Lang;
use crate::findings::catalogue::Office;
use crate::review::http::guard::SESSION;
use crate::review::http::passwords::{self, Weakness};
use crate::review::http::reply::{Failure, Reply};
use crate::review::http::request::{Shell, Visit, now};

#[derive(Template)]
#[template(path = "review/settings.html")]
struct Settings {
    shell: Shell,
    notice: &'static str,
    good: bool,
    communes: String,
    units: String,
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
    Reply::page(&Settings { shell: visit.shell(), notice, good, communes, units })
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
        accounts.begin_session(&token, id, at, visit.app.terms)?;
    }
    visit.token = token;
    visit.log("password", "", "")?;
    Ok(page(visit, "password_changed", true)?.with_cookie(SESSION, &hex::encode(token), visit.app.secure))
}
