//! Listening: the loopback address in the clear, any other with a certificate alone.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest as _, Multipart, RawPathParams, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::sync::Semaphore;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use super::app::App;
use super::connections::{FromEach, limited};
use super::cookies::Cookies;
use super::guard::{self, Asked};
use super::reply::Failure;
use super::request::Upload;
use super::safeguards::Safeguards;
use crate::disk;
use crate::domain::Lang;
use crate::review::desk::receive;
use crate::review::desk::routes::{ROUTES as DESK_ROUTES, UPLOAD};
use crate::review::routes::{PAPERS, ROUTES, Route};
use crate::store::LARGEST_PAPER;
use crate::words::text;

/// A form with a file that is larger is not read to its end.
const LARGEST_UPLOAD: usize = 64 * 1024 * 1024;

/// How long a file may take to come.
const LONGEST_UPLOAD: Duration = Duration::from_secs(10 * 60);

/// The largest form.
const LARGEST_FORM: usize = 64 * 1024;

/// A request that takes longer is given up.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);

/// How long requests may take to end when the server stops.
pub(crate) const LONGEST_STOP: Duration = Duration::from_secs(10);

/// Requests worked on at a time; the others wait. Each has its own connections.
const AT_ONCE: usize = 4;

/// How often the run that `latest` names, and decisions made elsewhere, are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Certificate and key, both PEM files.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The chain.
    pub chain: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The output folder of the runs.
    pub out: PathBuf,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Needed beyond the loopback address.
    pub certificate: Option<Certificate>,
    /// What is asked of accounts.
    pub safeguards: Safeguards,
    /// The language of whoever is not logged in.
    pub lang: Lang,
}

/// Where the pages are.
#[derive(Clone, Debug)]
pub struct Listening {
    /// The address to open.
    pub url: String,
    /// The run being worked through.
    pub run: String,
    /// Whether there is an account that could log in.
    pub accounts: bool,
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Beyond the loopback address a certificate is needed.
    #[error("no certificate for {0}")]
    NoCertificate(SocketAddr),
    /// The certificate or its key cannot be used.
    #[error("{path}: {detail}", path = .path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// Everybody on this machine may read the private key.
    #[error("{path}: open to all", path = .0.display())]
    KeyOpenToAll(PathBuf),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The output folder holds no whole run.
    #[error("no run")]
    NoRun(PathBuf),
    /// The index of the run cannot be made.
    #[error(transparent)]
    Index(#[from] crate::review::IndexError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// The server broke off.
    #[error("{0}")]
    Broken(String),
}

impl ServeError {
    /// What is said to the user: what is wrong, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::NoCertificate(address) => text!(lang, "server.error.needs_tls", address),
            Self::Certificate { path, detail } => {
                text!(lang, "server.error.bad_tls", path = path.display(), detail)
            }
            Self::KeyOpenToAll(path) => text!(lang, "server.error.key_open", path = path.display()),
            Self::Listen { address, source } => text!(lang, "server.error.not_listening", address, source),
            Self::NoRun(out) => text!(lang, "server.error.no_run", out = out.display()),
            Self::Index(error) => error.message(lang),
            Self::Store(error) => error.message(lang),
            Self::Broken(detail) => text!(lang, "server.error.broke_off", detail),
        }
    }
}

/// Serves the pages until the process is told to stop (Ctrl+C, SIGTERM). `ready` is called once they can be
/// opened.
///
/// # Errors
/// An address beyond loopback without a certificate, one that is taken, a folder without a run, a store or an index that
/// cannot be opened.
pub fn serve(options: &Options, ready: impl FnOnce(&Listening)) -> Result<(), ServeError> {
    let secure = options.certificate.is_some();
    if !options.listen.ip().is_loopback() && !secure {
        return Err(ServeError::NoCertificate(options.listen));
    }
    let tls = options.certificate.as_ref().map(tls_config).transpose()?;
    let failed = |failure| match failure {
        Failure::Store(error) => ServeError::Store(error),
        Failure::Index(error) => ServeError::Index(error),
        Failure::Sql(error) => ServeError::Index(error.into()),
        Failure::NotFound => ServeError::NoRun(options.out.clone()),
        other => ServeError::Broken(other.to_string()),
    };
    let refused = |source| ServeError::Listen { address: options.listen, source };
    let listener = TcpListener::bind(options.listen).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let cookies = Cookies::of(secure, address.port());
    let app = Arc::new(App::open(&options.out, cookies, options.safeguards).map_err(failed)?);
    let scheme = if secure { "https" } else { "http" };
    let listening = Listening {
        url: format!("{scheme}://{address}/"),
        run: app.current().run.clone(),
        accounts: app.has_accounts().map_err(failed)?,
    };

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(AT_ONCE + 4)
        .enable_all()
        .build()
        .map_err(|error| ServeError::Broken(error.to_string()))?;
    let broken = |error: std::io::Error| ServeError::Broken(error.to_string());
    runtime.block_on(async {
        tokio::spawn(look_again(Arc::clone(&app)));
        let pages = router(app, options.listen.ip().is_loopback(), options.lang);
        let service = pages.into_make_service_with_connect_info::<SocketAddr>();
        let handle = Handle::new();
        tokio::spawn(stop_when_told(handle.clone()));
        ready(&listening);
        match tls {
            Some(tls) => {
                let acceptor = RustlsAcceptor::new(tls).acceptor(FromEach::default());
                let server = axum_server::from_tcp(listener).map_err(broken)?.acceptor(acceptor);
                limited(server).handle(handle).serve(service).await.map_err(broken)
            }
            None => {
                let server = axum_server::from_tcp(listener).map_err(broken)?.acceptor(FromEach::default());
                limited(server).handle(handle).serve(service).await.map_err(broken)
            }
        }
    })
}

async fn look_again(app: Arc<App>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let app = Arc::clone(&app);
        // A panic is told by its hook; the next look may do better.
        let _ = tokio::task::spawn_blocking(move || app.look()).await;
    }
}

async fn stop_when_told(handle: Handle<SocketAddr>) {
    disk::told_to_stop().await;
    handle.graceful_shutdown(Some(LONGEST_STOP));
}

/// The provider is named, so that no other crate decides which one is used.
fn tls_config(certificate: &Certificate) -> Result<RustlsConfig, ServeError> {
    let unusable = |path: &Path, detail: String| ServeError::Certificate { path: path.to_path_buf(), detail };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&certificate.chain)
        .and_then(Iterator::collect)
        .map_err(|error| unusable(&certificate.chain, error.to_string()))?;
    let is_open = disk::is_open_to_all(&certificate.key);
    if is_open.map_err(|error| unusable(&certificate.key, error.to_string()))? {
        return Err(ServeError::KeyOpenToAll(certificate.key.clone()));
    }
    let key = PrivateKeyDer::from_pem_file(&certificate.key)
        .map_err(|error| unusable(&certificate.key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| unusable(&certificate.chain, error.to_string()))?;
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

/// What every answer says to the browser: nothing from elsewhere, nothing within other pages, nothing kept.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Not "no-referrer": with that, browsers send a form's origin as "null", which cannot be checked.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// All addresses, with what holds for every one of them.
pub(crate) fn router(app: Arc<App>, loopback: bool, lang: Lang) -> Router {
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let (mut router, mut with_file) = (Router::new(), Router::new());
    let at_desk: &[Route] = if app.desk().is_some() { &DESK_ROUTES } else { &[] };
    for route in ROUTES.iter().chain(at_desk) {
        let (app, gate) = (Arc::clone(&app), Arc::clone(&gate));
        let handler =
            move |ConnectInfo(from): ConnectInfo<SocketAddr>, params: RawPathParams, request: Request| {
                handle(app.clone(), gate.clone(), route, (from, loopback, lang), params, request)
            };
        let filter = MethodFilter::try_from(route.method.clone()).unwrap_or(MethodFilter::GET);
        let pages = if route.path == PAPERS { &mut with_file } else { &mut router };
        *pages = std::mem::take(pages).route(route.path, on(filter, handler));
    }
    let mut router = router
        .layer(RequestBodyLimitLayer::new(LARGEST_FORM))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST_REQUEST));
    let with_file = with_file
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(LARGEST_UPLOAD))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST_UPLOAD));
    router = router.merge(with_file);
    if app.desk().is_some() {
        // Files are no form, and take as long as they take.
        let take = move |request: Request| receive(app, lang, request);
        router = router.route(UPLOAD, axum::routing::post(take).layer(DefaultBodyLimit::disable()));
    }
    for (name, value) in HEADERS {
        router = router.layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value)));
    }
    if !loopback {
        let value = HeaderValue::from_static("max-age=31536000");
        router = router.layer(SetResponseHeaderLayer::overriding(header::STRICT_TRANSPORT_SECURITY, value));
    }
    router
}

/// Says to the browser what every answer says. At a desk pages ask how far the work is.
pub(crate) fn with_headers(mut response: Response, at_desk: bool) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if at_desk {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY_AT_DESK));
    }
    response
}

/// The policy of pages that ask how far the work is.
const POLICY_AT_DESK: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                              connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

fn is_multipart(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|said| said.to_str().ok());
    said.is_some_and(|said| said.starts_with("multipart/form-data"))
}

/// The fields of a form, and its first file.
type Sent = (Vec<(String, String)>, Option<Upload>);

/// Reads a form with a file; of a file that is too large so much that this can be told. `None` where the form breaks off.
async fn read_upload(request: Request) -> Option<Sent> {
    let mut sent = Multipart::from_request(request, &()).await.ok()?;
    let (mut form, mut upload) = (Vec::new(), None);
    while let Some(mut field) = sent.next_field().await.ok()? {
        let (name, file) =
            (field.name().unwrap_or_default().to_owned(), field.file_name().map(str::to_owned));
        let most = if file.is_some() { LARGEST_PAPER + 1 } else { LARGEST_FORM };
        let mut bytes = Vec::new();
        // The rest is read all the same: a browser that is cut short shows no answer.
        while let Some(chunk) = field.chunk().await.ok()? {
            let room = most - bytes.len();
            bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        match file {
            Some(name) if upload.is_none() && !name.is_empty() => upload = Some(Upload { name, bytes }),
            Some(_) => {}
            None => form.push((name, String::from_utf8(bytes).ok()?)),
        }
    }
    Some((form, upload))
}

/// Reads a request and has it answered on a thread that may wait for the disk.
async fn handle(
    app: Arc<App>,
    gate: Arc<Semaphore>,
    route: &'static Route,
    (from, loopback, lang): (SocketAddr, bool, Lang),
    params: RawPathParams,
    request: Request,
) -> Response {
    let status = |status: StatusCode| {
        let mut response = Response::default();
        *response.status_mut() = status;
        response
    };
    let params = params.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let (parts, body) = request.into_parts();
    let (headers, uri) = (parts.headers.clone(), parts.uri.clone());
    let (mut form, mut upload) = (Vec::new(), None);
    if route.path == PAPERS && is_multipart(&headers) {
        // Who asks is known before anything is read of what they send.
        let (app, headers, access) = (Arc::clone(&app), headers.clone(), route.access);
        let vouched =
            tokio::task::spawn_blocking(move || guard::vouch(&app, access, &headers, (loopback, lang)));
        match vouched.await {
            Ok(Ok(_)) => {}
            Ok(Err(reply)) => return reply.into_response(),
            Err(_) => return status(StatusCode::INTERNAL_SERVER_ERROR),
        }
        match read_upload(Request::from_parts(parts, body)).await {
            Some(read) => (form, upload) = read,
            None => return status(StatusCode::BAD_REQUEST),
        }
    } else if route.method == axum::http::Method::POST {
        let request = Request::from_parts(parts, body);
        match axum::Form::<Vec<(String, String)>>::from_request(request, &()).await {
            Ok(read) => form = read.0,
            Err(rejected) => return status(rejected.status()),
        }
    }
    let address = from.ip().to_string();
    let asked = Asked { headers, uri, params, form, upload, address, loopback, lang };
    let Ok(_permit) = gate.acquire().await else { return status(StatusCode::SERVICE_UNAVAILABLE) };
    let answered = tokio::task::spawn_blocking(move || guard::answer(&app, route, asked)).await;
    match answered {
        Ok(reply) => reply.into_response(),
        Err(_) => status(StatusCode::INTERNAL_SERVER_ERROR),
    }
}
