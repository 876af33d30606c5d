//! Progress on the terminal: one bar a stage, hidden where nobody looks.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::domain::Lang;
use crate::pipeline::{Progress, Stage};

/// Bars of the stages of a run.
pub(crate) struct Bars {
    lang: Lang,
    hidden: bool,
    current: Mutex<ProgressBar>,
}

impl Bars {
    /// Bars that are shown on a terminal only, and never when `hidden`.
    pub(crate) fn new(lang: Lang, hidden: bool) -> Self {
        Self { lang, hidden, current: Mutex::new(ProgressBar::hidden()) }
    }

    fn with_current(&self, act: impl FnOnce(&mut ProgressBar)) {
        // A poisoned bar is a bar all the same.
        act(&mut self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    }
}

impl Progress for Bars {
    fn begin(&self, stage: Stage, total: Option<u64>) {
        if self.hidden {
            return;
        }
        let bar = match total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::new_spinner(),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr());
        let template = match total {
            Some(_) => "{prefix:<12} [{bar:30}] {pos}/{len} {elapsed}",
            None => "{prefix:<12} {spinner} {pos} {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(stage.title(self.lang));
        bar.enable_steady_tick(Duration::from_millis(200));
        self.with_current(|current| {
            current.finish_and_clear();
            *current = bar;
        });
    }

    fn reach(&self, done: u64) {
        if !self.hidden {
            self.with_current(|bar| bar.set_position(done));
        }
    }

    fn finish(&self) {
        self.with_current(|bar| bar.finish_and_clear());
    }
}
