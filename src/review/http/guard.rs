//! Every request passes here before any page sees it: host, session, role, origin and token, in this order.

use axum::http::{HeaderMap, Method, Uri, header};
use cookie::Cookie;

use super::app::App;
use super::passwords;
use super::reply::{Failure, Reply};
use super::request::{Upload, Visit};
use crate::domain::Lang;
use crate::review::desk;
use crate::review::routes::{Access, Route};
use crate::store::accounts::{AccountRole, UserAccount};

/// A request as it came.
pub(crate) struct Asked {
    pub(crate) headers: HeaderMap,
    pub(crate) uri: Uri,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) form: Vec<(String, String)>,
    pub(crate) upload: Option<Upload>,
    pub(crate) address: String,
    /// Whether the server listens on the loopback address alone.
    pub(crate) loopback: bool,
    /// The language of whoever is not logged in.
    pub(crate) lang: Lang,
}

/// Answers a request.
pub(crate) fn answer(app: &App, route: &Route, asked: Asked) -> Reply {
    let lang = asked.lang;
    let mut worker = match app.take() {
        Ok(worker) => worker,
        Err(error) => {
            tracing::error!(%error, "no connection");
            return crate::review::pages::message::bare(&error, lang);
        }
    };
    let reply = admit(app, route, asked, &mut worker);
    app.give_back(worker);
    reply
}

/// The answer to who is not let in.
pub(crate) fn refused(lang: Lang) -> Reply {
    crate::review::pages::message::bare(&Failure::Refused, lang)
}

/// Who sends something that is no form, and by which session.
pub(crate) struct Vouched {
    account: UserAccount,
    token: [u8; 32],
    /// The language of the answer.
    pub(crate) lang: Lang,
}

impl Vouched {
    /// Whether this token of a form is of that session.
    pub(crate) fn is_own(&self, token: &str) -> bool {
        passwords::same(token, &passwords::form_token(&self.token))
    }

    /// Writes into the access log what was sent; that this fails is told in the log of the program.
    pub(crate) fn log(&self, app: &App, action: &str, what: &str) {
        let access = crate::store::Access {
            who: self.account.name.clone(),
            action: action.to_owned(),
            what: what.to_owned(),
            why: String::new(),
        };
        let logged = app.take().and_then(|mut worker| {
            let writing = app.writing();
            let logged = worker.store.log_access(&access, super::request::now());
            drop(writing);
            app.give_back(worker);
            Ok(logged.map(drop)?)
        });
        if let Err(error) = logged {
            tracing::error!(%error, "an access was not logged");
        }
    }
}

/// Who sends a request whose body is yet to be read: held to what every form is held to but for its token, which
/// stands in the body.
///
/// # Errors
/// The answer to who is not let in.
pub(crate) fn vouch(
    app: &App,
    access: Access,
    headers: &HeaderMap,
    (loopback, lang): (bool, Lang),
) -> Result<Vouched, Reply> {
    if (loopback && !is_loopback_host(headers)) || !is_own_origin(headers, app.cookies.secure) {
        return Err(refused(lang));
    }
    let failed = |error: Failure| crate::review::pages::message::bare(&error, lang);
    let worker = app.take().map_err(failed)?;
    let session = cookie(headers, &app.cookies.session).and_then(passwords::from_hex);
    let found = session.map(|token| admitted(app, &worker, &token).map(|account| (account, token)));
    app.give_back(worker);
    match found.transpose().map_err(failed)? {
        Some((Some(account), token)) if access.admits(Some(account.role)) => {
            let lang = account.lang;
            Ok(Vouched { account, token, lang })
        }
        Some((Some(_), _)) => Err(failed(Failure::NotFound)),
        _ => Err(Reply::see("/login")),
    }
}

fn admit(app: &App, route: &Route, asked: Asked, worker: &mut super::app::Worker) -> Reply {
    let Asked { headers, uri, params, form, upload, address, loopback, lang } = asked;
    if loopback && !is_loopback_host(&headers) {
        return crate::review::pages::message::bare(&Failure::Refused, lang);
    }
    let mut session = cookie(&headers, &app.cookies.session).and_then(passwords::from_hex);
    let found = session.map(|token| admitted(app, worker, &token)).transpose().map(Option::flatten);
    // Who works alone at the desk was let in by its gate.
    let begun = match &found {
        Ok(None) if app.desk().is_some() => begin_alone(app, worker, &address),
        _ => Ok(None),
    };
    let (account, begun) = match found.and_then(|account| Ok((account, begun?))) {
        Ok((account, begun)) => (account.or(begun.as_ref().map(|(account, _)| account.clone())), begun),
        Err(error) => {
            tracing::error!(%error, "no session");
            return crate::review::pages::message::bare(&error, lang);
        }
    };
    session = begun.as_ref().map(|(_, token)| *token).or(session);
    let asked = Asked { headers, uri, params, form, upload, address, loopback, lang };
    let reply = let_in(app, route, asked, worker, (account, session));
    match begun {
        Some((_, token)) => app.cookies.keep(reply, &token),
        None => reply,
    }
}

/// Begins a session of the user of this machine, where nobody else works at the desk.
fn begin_alone(
    app: &App,
    worker: &mut super::app::Worker,
    address: &str,
) -> Result<Option<(UserAccount, [u8; 32])>, Failure> {
    let Some(account) = desk::sole(&worker.store)? else { return Ok(None) };
    let token = passwords::token().ok_or_else(|| Failure::Internal("no random numbers".to_owned()))?;
    let now = super::request::now();
    let _writing = app.writing();
    worker.store.accounts().begin_session(&token, account.id, now.as_second(), app.safeguards.terms)?;
    let access = crate::store::Access {
        who: account.name.clone(),
        action: "login".to_owned(),
        what: address.to_owned(),
        why: String::new(),
    };
    worker.store.log_access(&access, now)?;
    Ok(Some((account, token)))
}

/// Answers a request of whom it is known who asks.
fn let_in(
    app: &App,
    route: &Route,
    asked: Asked,
    worker: &mut super::app::Worker,
    (account, session): (Option<UserAccount>, Option<[u8; 32]>),
) -> Reply {
    let Asked { headers, uri, params, form, upload, address, lang, .. } = asked;
    let visitor = cookie(&headers, &app.cookies.visitor).and_then(passwords::from_hex);
    let token = if account.is_some() { session } else { visitor };
    let role = account.as_ref().map(|account| account.role);
    let lang = account.as_ref().map_or(lang, |account| account.lang);
    let logged_in = account.is_some();
    let token_of = token.unwrap_or_default();
    let mut visit = Visit { app, worker, account, token: token_of, params, uri, form, upload, address, lang };
    if !route.access.admits(role) {
        // Whoever is not logged in is asked to; to the others there is no such page.
        return if logged_in {
            visit.failed(&Failure::NotFound)
        } else if route.method == Method::GET {
            crate::review::pages::login::ask(&visit)
        } else {
            Reply::see("/login")
        };
    }
    // Before the first run there is nothing on the lists, and all begins with the files.
    if route.path == "/" && role == Some(AccountRole::Admin) && app.desk().is_some() && !app.has_run() {
        return Reply::see("/start");
    }
    if route.method == Method::POST && (token.is_none() || !is_own(&headers, &visit, app.cookies.secure)) {
        return visit.failed(&Failure::Refused);
    }
    match (route.page)(&mut visit) {
        Ok(reply) => reply,
        Err(failure) => {
            if failure.status().is_server_error() {
                // Errors of database and templates name no person.
                tracing::error!(path = route.path, error = %failure, "page failed");
            }
            visit.failed(&failure)
        }
    }
}

/// The account of a session that is not over.
fn admitted(
    app: &App,
    worker: &super::app::Worker,
    token: &[u8; 32],
) -> Result<Option<UserAccount>, Failure> {
    let accounts = worker.store.accounts();
    let now = super::request::now().as_second();
    let Some((account, touch)) = accounts.session(token, now, app.safeguards.terms)? else { return Ok(None) };
    // A session of before it was demanded: whoever had a factor then was asked for it. The gate of the desk is one.
    let is_short = !app.is_sole() && app.safeguards.demands_factor(account.role);
    if is_short && accounts.second_factor(account.id)?.is_none() {
        return Ok(None);
    }
    if touch {
        let _writing = app.writing();
        accounts.touch_session(token, now)?;
    }
    Ok(Some(account))
}

/// Whether a form comes from a page of this program and of this session.
fn is_own(headers: &HeaderMap, visit: &Visit<'_>, secure: bool) -> bool {
    is_own_origin(headers, secure)
        && passwords::same(visit.field("csrf"), &passwords::form_token(&visit.token))
}

/// Whether a form comes from a page of this program. Every browser says with a form where it comes from; what says
/// nothing is no browser.
pub(crate) fn is_own_origin(headers: &HeaderMap, secure: bool) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = if secure { "https://" } else { "http://" };
    text(header::ORIGIN)
        .is_none_or(|origin| text(header::HOST).is_some_and(|host| origin.strip_prefix(scheme) == Some(host)))
}

/// Whether the request names this machine as its host: a foreign name that resolves to the loopback address
/// is a page from elsewhere reaching in.
fn is_loopback_host(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("");
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = values.flat_map(Cookie::split_parse).flatten();
    cookies.find(|cookie| cookie.name() == name)?.value_raw()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for own in ["localhost:8765", "127.0.0.1:8765", "127.0.0.1", "[::1]:8765", "LOCALHOST"] {
            assert!(is_loopback_host(&headers(header::HOST, own)), "{own}");
        }
        for other in ["evil.example:8765", "10.0.0.1", "127.0.0.1.evil.example", "localhost.evil.example", ""]
        {
            assert!(!is_loopback_host(&headers(header::HOST, other)), "{other}");
        }
        assert!(!is_loopback_host(&HeaderMap::new()));
    }

    #[test]
    fn cookies_are_told_apart() {
        let headers = headers(header::COOKIE, "a=1; lamsach_session_1=ab; xlamsach_session_1=cd");
        let own = super::super::cookies::Cookies::of(false, 1);
        assert_eq!(cookie(&headers, &own.session), Some("ab"));
        assert_eq!(cookie(&headers, &own.visitor), None);
    }
}
