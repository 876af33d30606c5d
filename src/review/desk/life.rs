//! For how long the program runs: while a page is open or work is in progress, and a while longer.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So long after the last page was closed the program stops: another may be opening at that moment.
pub(super) const AFTER_CLOSING: Duration = Duration::from_secs(60);

/// So long after the last sign of a page that did not say that it was closed: browsers let pages in the background
/// sleep, and machines are shut.
const SILENCE: Duration = Duration::from_secs(15 * 60);

/// As [`SILENCE`], where no page has ever given a sign by itself: scripts are switched off, or nobody came yet.
const SILENCE_WITHOUT_SCRIPTS: Duration = Duration::from_secs(2 * 60 * 60);

#[derive(Copy, Clone, Debug)]
struct Signs {
    last: Instant,
    /// Whether the last sign was that a page was closed.
    closing: bool,
    /// Whether pages give signs by themselves.
    by_themselves: bool,
    /// Whether somebody asked the program to stop.
    stop: bool,
}

/// The signs of life of the pages.
#[derive(Debug)]
pub(super) struct Life {
    signs: Mutex<Signs>,
    after_closing: Duration,
}

impl Life {
    pub(super) fn new(after_closing: Duration) -> Self {
        let signs = Signs { last: Instant::now(), closing: false, by_themselves: false, stop: false };
        Self { signs: Mutex::new(signs), after_closing }
    }

    fn with(&self, act: impl FnOnce(&mut Signs)) -> Signs {
        let mut signs = self.signs.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut signs);
        *signs
    }

    /// Somebody asks for a page.
    pub(super) fn asked(&self) {
        self.with(|signs| (signs.last, signs.closing) = (Instant::now(), false));
    }

    /// A page says by itself that it is open.
    pub(super) fn is_open(&self) {
        self.asked();
        self.with(|signs| signs.by_themselves = true);
    }

    /// A page says that it is being left: closed, or for another.
    pub(super) fn is_left(&self) {
        self.with(|signs| (signs.last, signs.closing) = (Instant::now(), true));
    }

    /// The user asks the program to stop.
    pub(super) fn stop(&self) {
        self.with(|signs| signs.stop = true);
    }

    /// Whether nobody needs the program any more, by this moment.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        let Signs { last, closing, by_themselves, stop } = self.with(|_| ());
        let patience = match (closing, by_themselves) {
            (true, _) => self.after_closing,
            (false, true) => SILENCE,
            (false, false) => SILENCE_WITHOUT_SCRIPTS,
        };
        stop || now.saturating_duration_since(last) >= patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_ends_a_while_after_its_last_page() {
        let life = Life::new(AFTER_CLOSING);
        let after = |wait: Duration| Instant::now() + wait;
        assert!(!life.is_over(after(SILENCE)) && life.is_over(after(SILENCE_WITHOUT_SCRIPTS)));
        life.is_open();
        assert!(!life.is_over(after(AFTER_CLOSING)) && life.is_over(after(SILENCE)));
        life.is_left();
        assert!(!life.is_over(Instant::now()) && life.is_over(after(AFTER_CLOSING)));
        // The page was left for another.
        life.asked();
        assert!(!life.is_over(after(AFTER_CLOSING)) && !life.is_over(Instant::now()));
        life.stop();
        assert!(life.is_over(Instant::now()));
    }
}
