//! `lamsach start`: the pages at an officer's own desk, from the files that came by mail to the lists.
//!
//! ```text
//! browser ──token, once──▶ gate ──cookie──▶ first start ──▶ files, questions ──▶ run ──▶ the pages of the review
//! ```
//!
//! - [`start`] serves the loopback address to one browser, that of the user who started it ([`gate`]), one program for
//!   each folder of results ([`instance`]), until no page is open any more ([`life`]).
//! - `files` is what the user gave, `seen` what each file was taken for and what is asked about it, `job` a run on a
//!   thread of its own.
//! - Everything else is the application of [`super`]: the same routes, guard, accounts, pages; those of the desk stand
//!   beside them in the table of [`routes`].
//!
//! It is a room of the review application, and no module beside it, because it shares all of that with it: a page of
//! the desk is a page like any other.

mod accounts;
mod files;
mod front;
mod gate;
mod instance;
mod job;
mod life;
mod pages;
pub(crate) mod routes;
mod seen;
mod server;
mod upload;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

pub(crate) use accounts::sole;
pub use routes::desk_addresses;
pub use server::{StartError, StartOptions, Started, start};
pub(crate) use upload::receive;

use crate::config::{self, Asked, ConfigError, FILE_NAME, Key, Origin, Resolved, dates};
use crate::domain::Lang;
use crate::ingest::ReadOptions;
use crate::linkage::ModelFile;
use crate::pipeline::Request;
use crate::review::http::app::App;
use files::Files;
use job::Job;
use life::Life;
use seen::{Obstacle, Sight};

/// The desk over one folder of results.
#[derive(Debug)]
pub(crate) struct Desk {
    out: PathBuf,
    work: Mutex<(Files, Sight)>,
    job: Mutex<Option<Arc<Job>>>,
    notices: Mutex<Vec<Notice>>,
    life: Arc<Life>,
    /// The application of which it is a part.
    app: OnceLock<Weak<App>>,
    /// The name of the user of this machine, where nobody else works here.
    sole: Option<String>,
    /// Whether a folder may be shown in the system's own window.
    shows_folders: bool,
}

/// What the next page tells.
#[derive(Clone, Debug)]
struct Notice {
    good: bool,
    text: String,
}

/// Why a run was not begun.
#[derive(Debug)]
enum NotBegun {
    /// Another is at work.
    Busy,
    /// Something is to be done before.
    Obstacle(Obstacle),
    /// The settings of the folder cannot be used.
    Config(ConfigError),
    /// The model that the settings name cannot be used.
    Model(String),
}

impl Desk {
    fn new(out: &Path, sole: Option<String>, life: Arc<Life>, shows_folders: bool) -> Self {
        let work = Mutex::new((Files::open(out), Sight::default()));
        let (job, notices, app) = (Mutex::default(), Mutex::default(), OnceLock::new());
        Self { out: out.to_owned(), work, job, notices, life, app, sole, shows_folders }
    }

    /// The folder of results.
    pub(crate) fn out(&self) -> &Path {
        &self.out
    }

    /// The name of the user of this machine, where nobody else works here.
    pub(crate) fn sole(&self) -> Option<&str> {
        self.sole.as_deref()
    }

    fn app(&self) -> Option<Arc<App>> {
        self.app.get()?.upgrade()
    }

    /// Works with the files and what was seen of them, while nobody else does.
    fn with<T>(&self, act: impl FnOnce(&Files, &mut Sight) -> T) -> T {
        let (files, sight) = &mut *self.lock();
        act(files, sight)
    }

    /// Changes the files; what was seen of the set no longer holds.
    fn change<T>(&self, act: impl FnOnce(&mut Files) -> T) -> T {
        let (files, sight) = &mut *self.lock();
        sight.changed();
        act(files)
    }

    fn lock(&self) -> MutexGuard<'_, (Files, Sight)> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the next page tell something.
    fn tell(&self, good: bool, text: String) {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).push(Notice { good, text });
    }

    /// What the page tells that is made now.
    fn notices(&self) -> Vec<Notice> {
        std::mem::take(&mut self.notices.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The settings of the folder: those of `lamsach.toml` in it, where there is one.
    fn settings(&self, lang: Lang) -> Result<Resolved, ConfigError> {
        let file = self.out.join(FILE_NAME);
        let mut asked = Asked::default();
        asked.config = file.is_file().then_some(file);
        asked.alone = true;
        asked.set(Key::of("output.folder"), config::utf8(&self.out)?, Origin::Folder);
        asked.set(Key::of("lang"), lang.code(), Origin::Option("--lang"));
        config::resolve(asked)
    }

    /// How files are read, before what the user says of single ones.
    fn read_options(&self) -> ReadOptions {
        let options = self.settings(Lang::default()).ok().and_then(|settings| settings.read_options().ok());
        options.unwrap_or_default()
    }

    /// Whether files are overwritten before they are removed.
    fn shreds(&self) -> bool {
        self.settings(Lang::default()).is_ok_and(|settings| settings.retention.shred)
    }

    /// Sees to it that everything is looked at that was not seen as it is.
    fn look(self: &Arc<Self>, lang: Lang) {
        let is_idle = self.with(|files, sight| {
            let is_idle = !sight.busy && !sight.is_whole(files, lang);
            sight.busy |= is_idle;
            is_idle
        });
        if is_idle {
            let desk = Arc::clone(self);
            std::thread::spawn(move || {
                let looked = || seen::look_at_all(&desk, dates::today(), lang);
                if std::panic::catch_unwind(std::panic::AssertUnwindSafe(looked)).is_err() {
                    desk.with(|_, sight| sight.busy = false);
                }
            });
        }
    }

    /// The run that was begun last.
    fn job(&self) -> Option<Arc<Job>> {
        self.job.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a run is at work.
    fn is_running(&self) -> bool {
        self.job().is_some_and(|job| job.is_running())
    }

    /// Begins a run over the files.
    fn begin(self: &Arc<Self>, lang: Lang) -> Result<(), NotBegun> {
        let mut current = self.job.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|job| job.is_running()) {
            return Err(NotBegun::Busy);
        }
        let settings = self.settings(lang).map_err(NotBegun::Config)?;
        let request = self.request(&settings, lang)?;
        let job = Arc::new(Job::new());
        let (desk, at_work) = (Arc::clone(self), Arc::clone(&job));
        std::thread::spawn(move || {
            let app = desk.app();
            job::work(&at_work, &desk, app.as_deref(), &request, &settings);
        });
        *current = Some(job);
        Ok(())
    }

    fn request(&self, settings: &Resolved, lang: Lang) -> Result<Request, NotBegun> {
        let obstacle = self.with(|files, sight| sight.obstacle(files, lang));
        if let Some(obstacle) = obstacle {
            return Err(NotBegun::Obstacle(obstacle));
        }
        let (found, maps) = self.with(|files, sight| sight.found(files));
        let mut read =
            settings.read_options().map_err(|error| NotBegun::Config(ConfigError::Ingest(error)))?;
        maps.iter().for_each(|map| read.synonyms.map(map));
        let model = settings.model.as_deref().map(ModelFile::read).transpose().map_err(NotBegun::Model)?;
        let today = dates::today();
        settings.request_for(found, read, model, (today, today)).map_err(NotBegun::Config)
    }
}
