//! Asked to stop: SIGINT and SIGTERM end a run in order, nothing published, what was begun removed.
//!
//! The work runs in closures of many threads that cannot return an error half-way; there the wish to stop
//! travels as an unwinding, which drops what was begun, and becomes an error again at the top.

use std::io;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use crate::disk;

/// Interrupted by the user.
const SIGINT: i32 = 2;
/// Told to end.
const SIGTERM: i32 = 15;

/// The signal that came; 0: none.
static ASKED: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// A signal asked the program to stop.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stopped by {}", self.name())]
pub struct Interrupted {
    signal: i32,
}

impl Interrupted {
    /// The name of the signal.
    pub fn name(self) -> &'static str {
        if self.signal == SIGINT { "SIGINT" } else { "SIGTERM" }
    }

    /// The exit code that says so.
    pub fn code(self) -> u8 {
        128 + u8::try_from(self.signal).unwrap_or(0)
    }
}

/// From here on signals are heeded at the next safe point; a second one ends the program at once.
///
/// # Errors
/// Where the system lets no handler be set.
pub fn heed_signals() -> io::Result<()> {
    disk::heed_signals(ASKED.get_or_init(Arc::default))
}

/// Whether a signal asked to stop.
///
/// # Errors
/// [`Interrupted`] where one did.
pub fn check() -> Result<(), Interrupted> {
    let signal = ASKED.get().map_or(0, |asked| asked.load(Ordering::Relaxed));
    if signal == 0 { Ok(()) } else { Err(Interrupted { signal: i32::try_from(signal).unwrap_or(SIGTERM) }) }
}

/// Unwinds where a signal asked to stop; [`caught`] gives the error back.
pub fn unwind_if_asked() {
    if let Err(interrupted) = check() {
        resume_unwind(Box::new(interrupted));
    }
}

/// Runs work that may unwind by [`unwind_if_asked`]; any other panic goes on.
///
/// # Errors
/// [`Interrupted`] where the work gave way to a signal; nothing of what it made is left.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Interrupted> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).map_err(|panic| {
        match panic.downcast::<Interrupted>() {
            Ok(interrupted) => *interrupted,
            Err(other) => resume_unwind(other),
        }
    })
}
