//! What all requests share: the run being worked through, connections, and what is kept in memory only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::cookies::Cookies;
use super::passwords;
use super::reply::Failure;
use super::safeguards::Safeguards;
use super::searches::Searches;
use super::totp::HalfWay;
use super::watch::Watch;
use crate::archive::{REVIEW_FOLDER, Summary};
use crate::disk::Pointer;
use crate::publish::{Demography, ForecastAsked, standing};
use crate::review::IndexError;
use crate::review::desk::Desk;
use crate::review::index::{self, Index};
use crate::review::sync::Synced;
use crate::store::{RunIndex, Store};
use crate::vietnamese::text::fold;

/// Months for which the pages list who reaches an age.
const MONTHS: u32 = 3;

/// For how long numbers stay shown to whoever asked for them.
const REVEALED_FOR: Duration = Duration::from_secs(5 * 60);

/// The run being worked through.
#[derive(Debug)]
pub(crate) struct Current {
    /// Its name.
    pub(crate) run: String,
    /// Keys and digests of its rows, for decisions.
    pub(crate) rows: RunIndex,
    /// The index of its lists.
    path: PathBuf,
    /// How far decisions have been read into the index.
    pub(crate) synced: Mutex<Synced>,
    /// The population of the run in figures, once somebody has asked for them.
    population: OnceLock<Result<Arc<Demography>, String>>,
    /// Residents by commune, once somebody has asked for them.
    residents: OnceLock<Result<BTreeMap<String, u64>, String>>,
}

impl Current {
    fn open(out: &Path, run: String, store: &Store) -> Result<Self, IndexError> {
        let folder = out.join(&run);
        let rows = RunIndex::open(&folder).map_err(IndexError::io(&folder))?.ok_or(IndexError::Older)?;
        let path = index::ensure(&folder, &run, (&rows, store), &out.join(REVIEW_FOLDER))?;
        let synced = Mutex::new(Synced::default());
        let (population, residents) = Default::default();
        Ok(Self { run, rows, path, synced, population, residents })
    }

    /// The population of the run in figures, from its folder: counted when it is asked for first.
    pub(crate) fn population(&self, folder: &Path) -> Result<Arc<Demography>, String> {
        let counted = || {
            let no_forecast =
                ForecastAsked { years: 0, migration: 0.0, migration_spread: 0.0, total_fertility: None };
            let counted = Demography::of_run(folder, MONTHS, &no_forecast);
            counted.map(|of| Arc::new(of.without_rows())).map_err(|error| error.to_string())
        };
        self.population.get_or_init(counted).clone()
    }

    /// How many residents each commune of the run has, by its key, from its folder: read when it is asked for first.
    pub(crate) fn residents(&self, folder: &Path) -> Result<&BTreeMap<String, u64>, String> {
        let read = || {
            let summary = Summary::read(folder).map_err(|error| error.to_string())?;
            Ok(standing::residents(&summary))
        };
        self.residents.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// No run, and nothing on any list.
    fn none(out: &Path) -> Result<Self, IndexError> {
        let path = index::ensure_empty(&out.join(REVIEW_FOLDER))?;
        Ok(Self {
            run: String::new(),
            rows: RunIndex::of_no_run(),
            path,
            synced: Mutex::default(),
            population: OnceLock::new(),
            residents: OnceLock::new(),
        })
    }
}

/// A connection to the store and one to the index, used by one request at a time.
#[derive(Debug)]
pub(crate) struct Worker {
    /// The store.
    pub(crate) store: Store,
    /// The index of the current run.
    pub(crate) index: Index,
    current: Arc<Current>,
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct App {
    out: PathBuf,
    /// The cookies of this server.
    pub(crate) cookies: Cookies,
    /// What is asked of accounts.
    pub(crate) safeguards: Safeguards,
    /// Who gave a password and not yet the code.
    pub(crate) half_way: HalfWay,
    current: RwLock<Arc<Current>>,
    idle: Mutex<Vec<Worker>>,
    /// The desk at which the program was started, where it was.
    desk: Option<Arc<Desk>>,
    /// Held by whoever looks for a new run.
    looking: Mutex<()>,
    /// Held by whoever writes to the store: waiting here is fair, waiting in SQLite is not.
    writes: Mutex<()>,
    /// Which session was shown the numbers of what, and until when.
    revealed: Mutex<FxHashMap<(Vec<u8>, String), Instant>>,
    /// Who looks at how many.
    pub(crate) watch: Watch,
    /// What sessions have searched for.
    pub(crate) searches: Searches,
    /// Names that nobody has are kept under this key, which is gone with the process.
    names_key: [u8; 32],
}

impl App {
    /// Opens the store and makes the index of the last run.
    pub(crate) fn open(out: &Path, cookies: Cookies, safeguards: Safeguards) -> Result<Self, Failure> {
        // A store that cannot be used is told before anything else.
        let store = Store::open(out)?;
        let run = latest(out).ok_or(Failure::NotFound)?;
        let current = Current::open(out, run, &store)?;
        Self::with_current(out, (store, current), cookies, safeguards, None)
    }

    /// As [`App::open`], for the desk, at which there may be no run yet, or one that cannot be shown: the next takes
    /// its place.
    pub(crate) fn open_at_desk(
        out: &Path,
        cookies: Cookies,
        safeguards: Safeguards,
        desk: Arc<Desk>,
    ) -> Result<Self, Failure> {
        let store = Store::open(out)?;
        let current = match latest(out).map(|run| Current::open(out, run, &store)) {
            Some(Ok(current)) => current,
            Some(Err(error)) => {
                tracing::error!(%error, "the last run cannot be shown");
                Current::none(out)?
            }
            None => Current::none(out)?,
        };
        Self::with_current(out, (store, current), cookies, safeguards, Some(desk))
    }

    fn with_current(
        out: &Path,
        (store, current): (Store, Current),
        cookies: Cookies,
        safeguards: Safeguards,
        desk: Option<Arc<Desk>>,
    ) -> Result<Self, Failure> {
        let current = Arc::new(current);
        let index = Index::open(&current.path)?;
        let key = || passwords::token().ok_or_else(|| Failure::Internal("no random numbers".to_owned()));
        let held_for = Duration::from_secs(safeguards.terms.longest_seconds.unsigned_abs());
        let app = Self {
            out: out.to_path_buf(),
            cookies,
            safeguards,
            half_way: HalfWay::default(),
            current: RwLock::new(Arc::clone(&current)),
            idle: Mutex::default(),
            desk,
            looking: Mutex::default(),
            writes: Mutex::default(),
            revealed: Mutex::default(),
            watch: Watch::default(),
            searches: Searches::new(key()?, held_for),
            names_key: key()?,
        };
        let worker = Worker { store, index, current };
        worker.sync()?;
        app.give_back(worker);
        Ok(app)
    }

    /// The run being worked through.
    pub(crate) fn current(&self) -> Arc<Current> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A name as it may be kept where it may be anything: the same for the same name, and no way back from it.
    pub(crate) fn disguised(&self, name: &str) -> String {
        format!("?{}", blake3::keyed_hash(&self.names_key, fold(name).as_bytes()).to_hex())
    }

    /// The desk at which the program was started, where it was.
    pub(crate) fn desk(&self) -> Option<&Arc<Desk>> {
        self.desk.as_ref()
    }

    /// Whether nobody but the user of this machine works here, at a desk: without a password, and with all of it on the disk.
    pub(crate) fn is_sole(&self) -> bool {
        self.desk.as_ref().is_some_and(|desk| desk.sole().is_some())
    }

    /// Whether there is a run to show.
    pub(crate) fn has_run(&self) -> bool {
        !self.current().run.is_empty()
    }

    /// The output folder.
    pub(crate) fn out(&self) -> &Path {
        &self.out
    }

    /// The folder of the run whose lists are shown.
    pub(crate) fn run_folder(&self) -> PathBuf {
        self.out.join(&self.current().run)
    }

    /// The folder for files that live shorter than a request.
    pub(crate) fn folder(&self) -> PathBuf {
        self.out.join(REVIEW_FOLDER)
    }

    /// Takes a worker for one request; it is given back with [`App::give_back`].
    pub(crate) fn take(&self) -> Result<Worker, Failure> {
        let current = self.current();
        let idle = lock(&self.idle).pop();
        Ok(match idle {
            Some(worker) if Arc::ptr_eq(&worker.current, &current) => worker,
            Some(worker) => {
                let index = Index::open(&current.path)?;
                Worker { store: worker.store, index, current }
            }
            None => {
                let index = Index::open(&current.path)?;
                Worker { store: Store::open(&self.out)?, index, current }
            }
        })
    }

    /// Gives a worker back.
    pub(crate) fn give_back(&self, worker: Worker) {
        lock(&self.idle).push(worker);
    }

    /// Goes over to a run that was published meanwhile, and reads what was decided elsewhere: by one thread at a time,
    /// beside the requests, as an index of a country takes a minute. Where it cannot be made, the run before stays.
    pub(crate) fn look(&self) {
        let _one = lock(&self.looking);
        if let Some(run) = latest(&self.out).filter(|run| *run != self.current().run) {
            let opened = Store::open(&self.out)
                .map_err(|error| error.to_string())
                .and_then(|store| Current::open(&self.out, run, &store).map_err(|error| error.to_string()));
            match opened {
                Ok(current) => {
                    *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(current);
                }
                Err(error) => tracing::error!(error, "the new run has no index"),
            }
        }
        let synced = self.take().and_then(|worker| {
            let writing = self.writing();
            let synced = worker.sync();
            drop(writing);
            self.give_back(worker);
            synced
        });
        if let Err(error) = synced {
            tracing::error!(%error, "decisions made elsewhere were not read");
        }
    }

    /// Whether anybody could log in.
    pub(crate) fn has_accounts(&self) -> Result<bool, Failure> {
        let worker = self.take()?;
        let accounts = worker.store.accounts().list()?;
        self.give_back(worker);
        Ok(accounts.iter().any(|account| !account.disabled))
    }

    /// To be held while the store is written to.
    pub(crate) fn writing(&self) -> MutexGuard<'_, ()> {
        lock(&self.writes)
    }

    /// Notes that a session was shown the numbers of something.
    pub(crate) fn reveal(&self, session: &[u8], what: &str) {
        let now = Instant::now();
        let mut revealed = lock(&self.revealed);
        revealed.retain(|_, until| *until > now);
        revealed.insert((session.to_vec(), what.to_string()), now + REVEALED_FOR);
    }

    /// Whether a session asked for the numbers of something.
    pub(crate) fn is_revealed(&self, session: &[u8], what: &str) -> bool {
        let key = (session.to_vec(), what.to_string());
        lock(&self.revealed).get(&key).is_some_and(|until| *until > Instant::now())
    }
}

impl Worker {
    /// Keys and digests of the rows of the run that the index is of: the app may have gone over to a newer one.
    pub(crate) fn rows(&self) -> &RunIndex {
        &self.current.rows
    }

    /// Brings statuses and answers in the index up to what the store says.
    pub(crate) fn sync(&self) -> Result<(), Failure> {
        let mut synced = lock(&self.current.synced);
        synced.follow(&self.store, &self.index, &self.current.run)?;
        Ok(())
    }
}

/// The name of the run that `latest` points to.
fn latest(out: &Path) -> Option<String> {
    Pointer::of(out).run().filter(|name| out.join(name).is_dir())
}

/// A panic while a lock was held leaves data that is whole: nothing here is changed in two steps.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
