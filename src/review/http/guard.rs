//! Every request passes here before any page sees it: host, session, role, origin and token, in this order.

use axum::http::{HeaderMap, Method, Uri, header};
use cookie::Cookie;

use super::app::App;
use super::passwords;
use super::reply::{Failure, Reply};
use super::request::Visit;
use crate::domain::Lang;
use crate::review::routes::Route;
use crate::store::accounts::UserAccount;

/// The cookie of a session.
pub(crate) const SESSION: &str = "lamsach_session";

/// The cookie of a visitor who is about to log in: ties the form to the browser.
pub(crate) const VISITOR: &str = "lamsach_visitor";

/// A request as it came.
pub(crate) struct Asked {
    pub(crate) headers: HeaderMap,
    pub(crate) uri: Uri,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) form: Vec<(String, String)>,
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

fn admit(app: &App, route: &Route, asked: Asked, worker: &mut super::app::Worker) -> Reply {
    let Asked { headers, uri, params, form, address, loopback, lang } = asked;
    if loopback && !is_loopback_host(&headers) {
        return crate::review::pages::message::bare(&Failure::Refused, lang);
    }
    let session = cookie(&headers, SESSION).and_then(passwords::from_hex);
    let account = match session.map(|token| admitted(app, worker, &token)).transpose() {
        Ok(account) => account.flatten(),
        Err(error) => {
            tracing::error!(%error, "no session");
            return crate::review::pages::message::bare(&error, lang);
        }
    };
    let visitor = cookie(&headers, VISITOR).and_then(passwords::from_hex);
    let token = if account.is_some() { session } else { visitor };
    let role = account.as_ref().map(|account| account.role);
    let lang = account.as_ref().map_or(lang, |account| account.lang);
    let logged_in = account.is_some();
    let mut visit =
        Visit { app, worker, account, token: token.unwrap_or_default(), params, uri, form, address, lang };
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
    if route.method == Method::POST && (token.is_none() || !is_own(&headers, &visit, app.secure)) {
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
    let Some((account, touch)) = accounts.session(token, now, app.terms)? else { return Ok(None) };
    if touch {
        let _writing = app.writing();
        accounts.touch_session(token, now)?;
    }
    Ok(Some(account))
}

/// Whether a form comes from a page of this program and of this session.
fn is_own(headers: &HeaderMap, visit: &Visit<'_>, secure: bool) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let own_origin = match text(header::ORIGIN) {
        Some(origin) => {
            let scheme = if secure { "https://" } else { "http://" };
            text(header::HOST).is_some_and(|host| origin.strip_prefix(scheme) == Some(host))
        }
        // Every browser says with a form where it comes from; what says nothing is no browser.
        None => true,
    };
    own_origin && passwords::same(visit.field("csrf"), &passwords::form_token(&visit.token))
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
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
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
        let headers = headers(header::COOKIE, "a=1; lamsach_session=ab; xlamsach_session=cd");
        assert_eq!(cookie(&headers, SESSION), Some("ab"));
        assert_eq!(cookie(&headers, VISITOR), None);
    }
}
