//! Listening at a desk: on the loopback address, for the browser that was let in.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum_server::Handle;
use tempfile::NamedTempFile;

use super::front::{self, Front};
use super::gate::Key;
use super::instance::{Claimed, Own, usual_folder};
use super::life::{AFTER_CLOSING, Life};
use crate::disk;
use crate::domain::Lang;
use crate::review::http::server::LONGEST_STOP;
use crate::words::text;

/// How often it is looked whether anybody still needs the program.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// So long a program that was just started may take to say where it is.
const UNTIL_SAID: Duration = Duration::from_secs(10);

/// For so long a page that leads a browser here stays on the disk, where nobody tells that it was used.
const PAGE_STAYS: Duration = Duration::from_secs(15);

/// What to start.
#[derive(Clone, Debug)]
pub struct StartOptions {
    /// The folder of results; the one of the last time where `None`, and on the first start the user chooses.
    pub out: Option<PathBuf>,
    /// The port on the loopback address; 0: any.
    pub port: u16,
    /// Whether the browser, and folders, are opened.
    pub browser: bool,
    /// The language of the first start.
    pub lang: Lang,
    /// How long after the last page was closed the program stops; a minute where `None`.
    pub after_closing: Option<Duration>,
}

/// Where the pages are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The address to open, good once.
    pub url: String,
    /// Whether another program serves the folder already.
    pub running: bool,
    /// Whether a browser was to be opened and could not.
    pub not_opened: bool,
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The user's own folder for programs cannot be used.
    #[error("no folder of its own: {0}")]
    OwnFolder(std::io::Error),
    /// A program holds the folder and does not say where it is.
    #[error("a program serves the folder and does not say where")]
    NotTold,
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something that should never happen.
    #[error("{0}")]
    Broken(String),
}

impl StartError {
    /// What is said to the user: what is wrong, and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::OwnFolder(detail) => text!(lang, "desk.terminal.no_own_folder", detail),
            Self::NotTold => text!(lang, "desk.terminal.not_told").to_owned(),
            Self::Listen { address, source } => {
                text!(lang, "desk.terminal.not_listening", address, source)
            }
            Self::Broken(detail) => text!(lang, "server.error.broke_off", detail),
        }
    }
}

/// Serves the pages until nobody needs them any more, or sends the browser to the program that does so already. `ready`
/// is called once they can be opened.
///
/// # Errors
/// An address that is taken, no folder for what the program remembers, a program that holds the folder and does not
/// answer.
pub fn start(options: &StartOptions, ready: impl FnOnce(&Started)) -> Result<(), StartError> {
    let broken = |error: std::io::Error| StartError::Broken(error.to_string());
    let own = Own::open().map_err(StartError::OwnFolder)?;
    let out = options.out.as_ref().map(|out| std::path::absolute(out).unwrap_or_else(|_| out.clone()));
    let named = out.is_some();
    let out = out.or_else(|| own.last());
    let pages = out.clone().filter(|out| out.is_dir()).unwrap_or_else(|| usual_folder(""));

    let held = match own.claim(out.as_deref()).map_err(StartError::OwnFolder)? {
        Claimed::Ours(held) => held,
        Claimed::Theirs(_) => {
            let address = told(&own, out.as_deref())?;
            let url = || address.url(now()).ok_or_else(no_random);
            let opened =
                options.browser.then(url).transpose()?.map(|url| open_page(&url, &pages, options.lang));
            let not_opened = matches!(opened, Some(None));
            ready(&Started { url: url()?, running: true, not_opened });
            if matches!(opened, Some(Some(_))) {
                std::thread::sleep(PAGE_STAYS);
            }
            return Ok(());
        }
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    let refused = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    let port = listener.local_addr().map_err(refused)?.port();

    let key = Key::new().ok_or_else(no_random)?;
    let life = Arc::new(Life::new(options.after_closing.unwrap_or(AFTER_CLOSING)));
    let front = Front::new(own, (key, port), Arc::clone(&life), options, (out, named));
    front.hold(held).map_err(broken)?;
    let front = Arc::new(front);
    front::reopen(&front);

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(16)
        .enable_all()
        .build()
        .map_err(broken)?;
    let served = runtime.block_on(async {
        let service = Router::new()
            .fallback(front::answer)
            .with_state(Arc::clone(&front))
            .into_make_service_with_connect_info::<SocketAddr>();
        let handle = Handle::new();
        tokio::spawn(stop_in_time(Arc::clone(&front), handle.clone()));
        let url = || front.address().url(now()).ok_or_else(no_random);
        let opened = options.browser.then(url).transpose()?.map(|url| open_page(&url, &pages, options.lang));
        let not_opened = matches!(opened, Some(None));
        ready(&Started { url: url()?, running: false, not_opened });
        if let Some(page) = opened.flatten() {
            tokio::spawn(async move {
                tokio::time::sleep(PAGE_STAYS).await;
                drop(page);
            });
        }
        let server = axum_server::from_tcp(listener).map_err(broken)?;
        server.handle(handle).serve(service).await.map_err(broken)
    });
    // A run that was asked to stop comes to its end before the program does.
    front.finish();
    served
}

/// Where the program is that holds a folder.
fn told(own: &Own, out: Option<&std::path::Path>) -> Result<super::instance::Address, StartError> {
    let begun = Instant::now();
    while begun.elapsed() < UNTIL_SAID {
        match own.claim(out).map_err(StartError::OwnFolder)? {
            Claimed::Theirs(Some(address)) => return Ok(address),
            // It ended at this very moment; whoever asks again starts one.
            Claimed::Ours(_) => break,
            Claimed::Theirs(None) => std::thread::sleep(Duration::from_millis(200)),
        }
    }
    Err(StartError::NotTold)
}

/// Ends the server when told to by a signal, by the user, or because nobody needs it; a run that is at work is finished
/// first, unless a signal says otherwise.
async fn stop_in_time(front: Arc<Front>, handle: Handle<SocketAddr>) {
    let unneeded = async {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if front.life.is_over(Instant::now()) && !front.is_at_work() {
                return;
            }
        }
    };
    tokio::select! {
        () = disk::told_to_stop() => front.cancel(),
        () = unneeded => (),
    }
    handle.graceful_shutdown(Some(LONGEST_STOP));
}

/// Leads the user's browser to an address by a page that nobody else can read: what stands in the arguments of a
/// program is seen by everybody on the machine. `None` where no browser could be opened.
fn open_page(url: &str, folder: &std::path::Path, lang: Lang) -> Option<NamedTempFile> {
    let make = || -> std::io::Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        let page = builder.prefix("lamsach-").suffix(".html").tempfile_in(folder)?;
        page.as_file().write_all(front::leading_page(url, lang).as_bytes())?;
        open::that_detached(page.path())?;
        Ok(page)
    };
    make().inspect_err(|error| tracing::warn!(%error, "no browser opened")).ok()
}

fn no_random() -> StartError {
    StartError::Broken("no random numbers".to_owned())
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
