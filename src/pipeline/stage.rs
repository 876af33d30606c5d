//! The stages of a run, who is told of them, and how long each took.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::Timestamp;

use super::RunError;
use crate::domain::Lang;
use crate::interrupt;
use crate::words::text;

/// The stages of a run.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Files to tables.
    Read,
    /// Tables to records.
    Normalise,
    /// Records to links.
    Link,
    /// Links to findings.
    Judge,
    /// Findings to lists.
    Publish,
}

impl Stage {
    /// The name used in `summary.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Normalise => "normalise",
            Self::Link => "link",
            Self::Judge => "judge",
            Self::Publish => "publish",
        }
    }

    /// The word for people.
    pub fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Read => text!(lang, "pipeline.stage.reading"),
            Self::Normalise => text!(lang, "pipeline.stage.normalising"),
            Self::Link => text!(lang, "pipeline.stage.linking"),
            Self::Judge => text!(lang, "pipeline.stage.judging"),
            Self::Publish => text!(lang, "pipeline.stage.publishing"),
        }
    }
}

/// Whoever wants to know how far a run is.
pub trait Progress: Sync {
    /// A stage begins; `total` is the number of steps, where known.
    fn begin(&self, stage: Stage, total: Option<u64>);
    /// So many steps of the stage are done, in all.
    fn reach(&self, done: u64);
    /// The last stage is over.
    fn finish(&self);
}

/// Times the stages and tells them to whoever looks on.
pub(super) struct Clock<'a> {
    progress: &'a dyn Progress,
    pub(super) started: Timestamp,
    start: Instant,
    stage: Option<(Stage, Instant)>,
    timings: BTreeMap<String, f64>,
}

impl<'a> Clock<'a> {
    pub(super) fn start(progress: &'a dyn Progress, started: Timestamp) -> Self {
        let timings = BTreeMap::new();
        Self { progress, started, start: Instant::now(), stage: None, timings }
    }

    /// Whoever wants to know how far the run is.
    pub(super) fn progress(&self) -> &'a dyn Progress {
        self.progress
    }

    pub(super) fn begin(&mut self, stage: Stage, total: Option<u64>) -> Result<(), RunError> {
        self.end_stage();
        interrupt::check()?;
        self.stage = Some((stage, Instant::now()));
        self.progress.begin(stage, total);
        Ok(())
    }

    pub(super) fn stop(&mut self) -> BTreeMap<String, f64> {
        self.end_stage();
        self.timings.insert("total".to_owned(), seconds_since(self.start));
        self.progress.finish();
        std::mem::take(&mut self.timings)
    }

    pub(super) fn end_stage(&mut self) {
        if let Some((stage, since)) = self.stage.take() {
            let seconds = seconds_since(since);
            tracing::info!(stage = stage.name(), seconds, "stage done");
            self.timings.insert(stage.name().to_owned(), seconds);
        }
    }
}

/// Seconds to the millisecond.
fn seconds_since(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}
