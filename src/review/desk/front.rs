//! What stands before all pages: who is no browser of this user is sent away; then the first start, and after it the
//! application.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::extract::{ConnectInfo, FromRequest as _, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::Response;
use tower_service::Service as _;

use super::Desk;
use super::accounts::{self, First, NotMade};
use super::gate::{Gate, Key};
use super::instance::{Address, Claimed, Held, Own, usual_folder};
use super::life::Life;
use super::pages::first::{self, FirstForm};
use super::server::{StartOptions, now};
use crate::disk;
use crate::domain::Lang;
use crate::review::http::app::App;
use crate::review::http::cookies::Cookies;
use crate::review::http::guard;
use crate::review::http::passwords;
use crate::review::http::reply::Reply;
use crate::review::http::request::Shell;
use crate::review::http::safeguards::Safeguards;
use crate::review::http::server::{router, with_headers};
use crate::store::accounts::SessionTerms;
use crate::store::{Store, StoreError};
use crate::words::text;

/// The session of the user of this machine alone: as long as a working day, and the browser forgets it before.
const SOLE_TERMS: SessionTerms = SessionTerms { idle_seconds: 16 * 60 * 60, longest_seconds: 48 * 60 * 60 };

/// What is served.
enum Phase {
    /// Nothing but the first start.
    First,
    /// The application.
    Open(Router, Arc<Desk>),
}

/// What stands before all pages.
pub(super) struct Front {
    gate: Gate,
    key: Key,
    port: u16,
    pub(super) life: Arc<Life>,
    own: Own,
    /// The folders that this program holds.
    held: Mutex<Vec<Held>>,
    phase: RwLock<Phase>,
    lang: Lang,
    /// The folder of results, as far as it is known, and whether it was named at the start.
    out: Option<PathBuf>,
    named: bool,
    shows_folders: bool,
}

/// Why a folder is not opened.
enum NotOpened {
    /// Another program has it.
    InUse,
    /// It cannot be made or written.
    Io(std::io::Error),
    Store(StoreError),
    Account(NotMade),
    Other(String),
}

impl Front {
    pub(super) fn new(
        own: Own,
        (key, port): (Key, u16),
        life: Arc<Life>,
        options: &StartOptions,
        (out, named): (Option<PathBuf>, bool),
    ) -> Self {
        let gate = Gate::new(key.clone(), port);
        let (held, phase) = (Mutex::default(), RwLock::new(Phase::First));
        let (lang, shows_folders) = (options.lang, options.browser);
        Self { gate, key, port, life, own, held, phase, lang, out, named, shows_folders }
    }

    /// Where this program is.
    pub(super) fn address(&self) -> Address {
        Address::new(self.port, &self.key)
    }

    /// Takes a folder, and leaves word where this program is.
    pub(super) fn hold(&self, held: Held) -> std::io::Result<()> {
        held.say(&self.address())?;
        self.held.lock().unwrap_or_else(PoisonError::into_inner).push(held);
        Ok(())
    }

    fn desk(&self) -> Option<Arc<Desk>> {
        match &*self.phase.read().unwrap_or_else(PoisonError::into_inner) {
            Phase::First => None,
            Phase::Open(_, desk) => Some(Arc::clone(desk)),
        }
    }

    /// Whether a run is at work.
    pub(super) fn is_at_work(&self) -> bool {
        self.desk().is_some_and(|desk| desk.is_running())
    }

    /// Asks a run that is at work to stop.
    pub(super) fn cancel(&self) {
        if let Some(job) = self.desk().and_then(|desk| desk.job()) {
            job.cancel();
        }
    }

    /// Waits for the run that is at work.
    pub(super) fn finish(&self) {
        while self.is_at_work() {
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Opens a folder of results for the accounts that it has.
    fn open(&self, out: &Path, store: &Store) -> Result<(), NotOpened> {
        let other = |error: &dyn std::fmt::Display| NotOpened::Other(error.to_string());
        let sole = accounts::sole(store).map_err(|error| other(&error))?.map(|account| account.name);
        let desk = Desk::new(out, sole.clone(), Arc::clone(&self.life), self.shows_folders);
        let review = desk.settings(self.lang).ok().map(|settings| settings.review);
        let mut safeguards = review.as_ref().map_or_else(Safeguards::default, Safeguards::from);
        if sole.is_some() {
            safeguards.terms = SOLE_TERMS;
        }
        let desk = Arc::new(desk);
        let app = App::open_at_desk(out, Cookies::of(false, self.port), safeguards, Arc::clone(&desk))
            .map_err(|error| other(&error))?;
        let app = Arc::new(app);
        // Set once, here.
        let _ = desk.app.set(Arc::downgrade(&app));
        let pages = router(app, true, self.lang);
        *self.phase.write().unwrap_or_else(PoisonError::into_inner) = Phase::Open(pages, desk);
        if let Err(error) = self.own.remember(out) {
            tracing::warn!(%error, "the folder of results is not remembered");
        }
        Ok(())
    }

    /// The first start: makes the folder and the account, and opens them.
    fn begin(&self, out: &Path, first: &First<'_>, lang: Lang) -> Result<(), NotOpened> {
        disk::ensure_folder(out).map_err(NotOpened::Io)?;
        if self.out.as_deref() != Some(out) {
            match self.own.claim(Some(out)).map_err(NotOpened::Io)? {
                Claimed::Ours(held) => self.hold(held).map_err(NotOpened::Io)?,
                // Held since a form before this one, whose account was not made.
                Claimed::Theirs(Some(address)) if address == self.address() => {}
                Claimed::Theirs(_) => return Err(NotOpened::InUse),
            }
        }
        let mut store = Store::open(out).map_err(NotOpened::Store)?;
        // A folder that others work in keeps its accounts; whoever has one logs in.
        if !accounts::are_there(&store).map_err(|error| NotOpened::Other(error.to_string()))? {
            accounts::make(&mut store, first, lang).map_err(NotOpened::Account)?;
        }
        self.open(out, &store)
    }
}

/// Opens the folder of the last time, or the one named, where somebody has worked in it before.
pub(super) fn reopen(front: &Front) {
    let Some(out) = front.out.clone().filter(|out| out.is_dir()) else { return };
    let opened = || -> Result<bool, NotOpened> {
        let Some(store) = Store::open_existing(&out).map_err(NotOpened::Store)? else { return Ok(false) };
        if !accounts::are_there(&store).map_err(|error| NotOpened::Other(error.to_string()))? {
            return Ok(false);
        }
        front.open(&out, &store).map(|()| true)
    };
    if let Err(error) = opened() {
        // The first start asks for a folder and tells what is wrong with this one.
        tracing::error!(error = sentence(&error, &out, Lang::En), "the folder of results was not opened");
    }
}

/// Answers every request.
pub(super) async fn answer(
    State(front): State<Arc<Front>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let _ = from;
    let response = admit(&front, request).await;
    with_headers(response, true)
}

async fn admit(front: &Arc<Front>, request: Request) -> Response {
    let stranger = || {
        let sentence = text!(front.lang, "desk.shell.stranger");
        Reply::text(StatusCode::FORBIDDEN, sentence).into_response()
    };
    let (headers, method, path) = (request.headers(), request.method(), request.uri().path());
    if !front.is_host(headers) {
        return stranger();
    }
    if let (&Method::GET, Some(token)) = (method, path.strip_prefix("/open/")) {
        return match front.gate.exchange(token, now()) {
            Some(cookie) => {
                front.life.asked();
                // Not sent on: the cookie would not be sent along on a way that began at another site.
                let page = leading_page("/start", front.lang);
                Reply::html(page).with_cookie(front.gate.cookie(), &cookie, false).into_response()
            }
            // Opened again, from the history of a browser that is let in: it is.
            None if front.gate.admits(headers).is_some() => Reply::see("/start").into_response(),
            None => stranger(),
        };
    }
    let Some(secret) = front.gate.admits(headers) else { return stranger() };
    if method == Method::POST && !guard::is_own_origin(headers, false) {
        return stranger();
    }
    match (method, path) {
        (&Method::POST, "/start/alive") => {
            front.life.is_open();
            return Reply::text(StatusCode::OK, "").into_response();
        }
        (&Method::POST, "/start/leaving") => {
            front.life.is_left();
            return Reply::text(StatusCode::OK, "").into_response();
        }
        _ => front.life.asked(),
    }
    let open = match &*front.phase.read().unwrap_or_else(PoisonError::into_inner) {
        Phase::First => None,
        Phase::Open(router, _) => Some(router.clone()),
    };
    match open {
        // A router is always ready, and never fails.
        Some(mut router) => match router.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        None => first_start(front, &secret, request).await,
    }
}

impl Front {
    /// Whether a request names this program as its host: a foreign name that resolves to the loopback address is a page
    /// from elsewhere reaching in.
    fn is_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        ["127.0.0.1", "localhost"].iter().any(|name| host == Some(&format!("{name}:{}", self.port)))
    }
}

/// The pages of the first start.
async fn first_start(front: &Arc<Front>, secret: &[u8; 32], request: Request) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let csrf = passwords::form_token(secret);
    let lang = asked_language(request.uri()).unwrap_or(front.lang);
    let folder = front.out.clone().unwrap_or_else(|| usual_folder(text!(lang, "desk.first.usual_folder")));
    let mut form =
        FirstForm { folder: folder.display().to_string(), fixed: front.named, ..FirstForm::default() };
    let show = |lang: Lang, form: &FirstForm, error: String| {
        let page = first::page(Shell::before_accounts(lang, csrf.clone()), form, error);
        page.unwrap_or_else(|error| Reply::text(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()))
            .into_response()
    };
    match (method, path.as_str()) {
        (Method::GET, path) if path.starts_with("/static/") => {
            match crate::review::http::assets::find(path) {
                Some(asset) => Reply::asset(asset.media_type, asset.text).into_response(),
                None => Reply::text(StatusCode::NOT_FOUND, "").into_response(),
            }
        }
        (Method::GET, "/start") => show(lang, &form, String::new()),
        (Method::POST, "/start/first") => {
            let Ok(sent) = axum::Form::<Vec<(String, String)>>::from_request(request, &()).await else {
                return Reply::text(StatusCode::BAD_REQUEST, "").into_response();
            };
            let field = |name: &str| {
                sent.0.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value.as_str()).to_owned()
            };
            if !passwords::same(&field("csrf"), &csrf) {
                let refused = text!(front.lang, "desk.shell.stranger");
                return Reply::text(StatusCode::FORBIDDEN, refused).into_response();
            }
            let lang = if field("lang") == "en" { Lang::En } else { Lang::Vi };
            form.named = field("who") == "named";
            form.name = field("name").trim().to_owned();
            if !form.fixed {
                form.folder = field("folder").trim().trim_matches('"').trim().to_owned();
            }
            let (password, again) = (field("password"), field("again"));
            let (at_work, begun) = (Arc::clone(front), form.clone());
            let begun = tokio::task::spawn_blocking(move || {
                let first = if begun.named {
                    First::Named { name: &begun.name, password: &password, again: &again }
                } else {
                    First::Me
                };
                let out = Path::new(&begun.folder);
                if !out.is_absolute() {
                    let example = usual_folder(text!(lang, "desk.first.usual_folder"));
                    return Err(text!(lang, "desk.first.relative", example = example.display()));
                }
                at_work.begin(out, &first, lang).map_err(|error| sentence(&error, out, lang))
            });
            match begun.await {
                Ok(Ok(())) => Reply::see("/start").into_response(),
                Ok(Err(error)) => show(lang, &form, error),
                Err(_) => Reply::text(StatusCode::INTERNAL_SERVER_ERROR, "").into_response(),
            }
        }
        (Method::GET, _) => Reply::see("/start").into_response(),
        _ => Reply::text(StatusCode::NOT_FOUND, "").into_response(),
    }
}

fn asked_language(uri: &Uri) -> Option<Lang> {
    match uri.query()? {
        "lang=en" => Some(Lang::En),
        "lang=vi" => Some(Lang::Vi),
        _ => None,
    }
}

fn sentence(error: &NotOpened, out: &Path, lang: Lang) -> String {
    match error {
        NotOpened::InUse => text!(lang, "desk.first.in_use", folder = out.display()),
        NotOpened::Io(error) => first::bad_folder(out, error, lang),
        NotOpened::Store(error) => error.message(lang),
        NotOpened::Account(error) => first::not_made(error, lang),
        NotOpened::Other(detail) => first::bad_folder(out, detail, lang),
    }
}

#[derive(Template)]
#[template(path = "review/desk/leading.html")]
struct Leading<'a> {
    lang: Lang,
    url: &'a str,
}

/// A page that leads to an address.
pub(super) fn leading_page(url: &str, lang: Lang) -> String {
    // The template holds nothing that can fail.
    Leading { lang, url }.render().unwrap_or_default()
}
