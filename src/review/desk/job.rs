//! A run that was begun on the page: on a thread of its own, watched and stopped from any page.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::Timestamp;

use super::Desk;
use crate::archive::{self, Attempt, Health};
use crate::config::Resolved;
use crate::domain::Lang;
use crate::interrupt::Stop;
use crate::pipeline::{self, Outcome, Progress, Request, RunError, Stage};
use crate::review::http::app::App;

/// The stages in their order, as pages show them.
pub(super) const STAGES: [Stage; 5] =
    [Stage::Read, Stage::Normalise, Stage::Link, Stage::Judge, Stage::Publish];

/// How a run ended.
#[derive(Clone, Debug)]
pub(super) enum Ended {
    /// Its lists are there.
    Ran(Arc<Outcome>),
    /// It failed, or was stopped.
    Failed(Arc<RunError>),
    /// It was published, and its pages could not be made.
    Unseen,
}

/// How far a run is.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// The stage, and its steps where they are counted.
    pub(super) stage: Option<(Stage, Option<u64>)>,
    /// Whether the pages of the run are being made.
    pub(super) indexing: bool,
    pub(super) ended: Option<Ended>,
}

/// A run.
#[derive(Debug)]
pub(crate) struct Job {
    stop: Stop,
    begun: Instant,
    state: Mutex<State>,
    done: AtomicU64,
}

impl Job {
    pub(super) fn new() -> Self {
        Self {
            stop: Stop::default(),
            begun: Instant::now(),
            state: Mutex::default(),
            done: AtomicU64::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far it is.
    pub(super) fn state(&self) -> State {
        self.lock().clone()
    }

    /// Of the steps of the stage, how many are done, in hundredths; `None` where they are not counted.
    pub(super) fn percent(&self) -> Option<u64> {
        let (_, total) = self.state().stage?;
        let total = total.filter(|total| *total > 0)?;
        Some((self.done.load(Ordering::Relaxed).saturating_mul(100) / total).min(100))
    }

    /// Seconds since it was begun.
    pub(super) fn seconds(&self) -> u64 {
        self.begun.elapsed().as_secs()
    }

    /// Whether it is still at work.
    pub(super) fn is_running(&self) -> bool {
        self.lock().ended.is_none()
    }

    /// Asks it to stop. What is already published stays.
    pub(super) fn cancel(&self) {
        self.stop.ask();
    }

    /// Whether it was asked to stop.
    pub(super) fn is_cancelled(&self) -> bool {
        self.stop.is_asked()
    }

    fn end(&self, ended: Ended) {
        self.lock().ended = Some(ended);
    }
}

impl Progress for Job {
    fn begin(&self, stage: Stage, total: Option<u64>) {
        self.done.store(0, Ordering::Relaxed);
        self.lock().stage = Some((stage, total));
    }

    fn reach(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    fn finish(&self) {}
}

/// Runs what is asked for, to its end, and leaves word of it as the command line does.
pub(super) fn work(job: &Job, desk: &Desk, app: Option<&App>, request: &Request, settings: &Resolved) {
    let run = || -> Result<Outcome, RunError> {
        let heeded = job.stop.clone();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(settings.threads)
            .start_handler(move |_| heeded.heed_here())
            .build()
            .map_err(|error| RunError::Internal(error.to_string()))?;
        pool.install(|| pipeline::run(request, job))
    };
    // A panic is a defect of the program; where it happened is told in the log.
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err(RunError::Internal("panic".to_owned())));
    let attempt = match &ended {
        Ok(outcome) => Attempt::now(0, Some(outcome.run_id.clone())),
        Err(error) => Attempt::now(error.code(), None),
    };
    if let Err(error) = attempt.write(desk.out()) {
        tracing::warn!(%error, "last attempt not written");
    }
    if let Some(file) = &settings.metrics {
        let health = Health::of(desk.out(), Timestamp::now(), None);
        if let Err(error) = archive::write_metrics(&health, file) {
            tracing::warn!(%error, "metrics not written");
        }
    }
    match ended {
        Ok(outcome) => {
            job.lock().indexing = true;
            let is_shown = app.is_some_and(|app| {
                app.look();
                app.current().run == outcome.run_id
            });
            job.end(if is_shown { Ended::Ran(Arc::new(outcome)) } else { Ended::Unseen });
        }
        Err(error) => {
            tracing::warn!(error = error.message(Lang::En), "a run failed");
            job.end(Ended::Failed(Arc::new(error)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_says_how_far_it_is() {
        let job = Job::new();
        assert_eq!((job.percent(), job.is_running(), job.is_cancelled()), (None, true, false));
        job.begin(Stage::Read, Some(200));
        job.reach(50);
        assert_eq!(job.percent(), Some(25));
        job.begin(Stage::Normalise, None);
        assert_eq!(job.percent(), None);
        job.begin(Stage::Link, Some(0));
        assert_eq!(job.percent(), None);
        job.cancel();
        assert!(job.is_cancelled() && job.is_running());
        job.end(Ended::Unseen);
        assert!(!job.is_running());
    }
}
