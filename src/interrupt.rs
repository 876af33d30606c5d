//! Asked to stop: SIGINT and SIGTERM end every run of the process in order, nothing published, what was begun removed;
//! a [`Stop`] ends the one run whose threads heed it.
//!
//! The work runs in closures of many threads that cannot return an error half-way; there the wish to stop
//! travels as an unwinding, which drops what was begun, and becomes an error again at the top.

use std::cell::{Cell, RefCell};
use std::io;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use crate::disk;

/// Interrupted by the user.
const SIGINT: i32 = 2;
/// Told to end.
const SIGTERM: i32 = 15;

/// The signal that came; 0: none.
static ASKED: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// Somebody asked to stop.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stopped by {}", self.signal().unwrap_or("request"))]
pub struct Interrupted {
    /// `None`: no signal, but a [`Stop`].
    signal: Option<i32>,
}

impl Interrupted {
    /// The name of the signal; `None` where the run alone was asked to stop.
    pub fn signal(self) -> Option<&'static str> {
        self.signal.map(|signal| if signal == SIGINT { "SIGINT" } else { "SIGTERM" })
    }

    /// The exit code that says so; a run that was asked to stop ends as one stopped from the keyboard.
    pub fn code(self) -> u8 {
        128 + u8::try_from(self.signal.unwrap_or(SIGINT)).unwrap_or(0)
    }
}

/// The wish to stop one run, whatever else the process does.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks the run to stop at its next safe point.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// From here on the calling thread heeds this wish as it does signals: to be called on each thread of the pool
    /// that the run has to itself.
    pub fn heed_here(&self) {
        OWN.with_borrow_mut(|own| *own = Some(self.clone()));
    }
}

thread_local! {
    /// What the runs of this thread heed beside signals.
    static OWN: RefCell<Option<Stop>> = const { RefCell::new(None) };
}

/// From here on signals are heeded at the next safe point; a second one ends the program at once.
///
/// # Errors
/// Where the system lets no handler be set.
pub fn heed_signals() -> io::Result<()> {
    disk::heed_signals(ASKED.get_or_init(Arc::default))
}

/// Whether a signal, or the [`Stop`] of this thread, asked to stop.
///
/// # Errors
/// [`Interrupted`] where one did.
pub fn check() -> Result<(), Interrupted> {
    let signal = ASKED.get().map_or(0, |asked| asked.load(Ordering::Relaxed));
    if signal != 0 {
        return Err(Interrupted { signal: Some(i32::try_from(signal).unwrap_or(SIGTERM)) });
    }
    let is_own = OWN.with_borrow(|own| own.as_ref().is_some_and(Stop::is_asked));
    if is_own { Err(Interrupted { signal: None }) } else { Ok(()) }
}

/// Unwinds where [`check`] says to stop; [`caught`] gives the error back.
pub fn unwind_if_asked() {
    if let Err(interrupted) = check() {
        resume_unwind(Box::new(interrupted));
    }
}

/// Runs work that may unwind by [`unwind_if_asked`]; any other panic goes on.
///
/// # Errors
/// [`Interrupted`] where the work gave way; nothing of what it made is left.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Interrupted> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).map_err(|panic| {
        match panic.downcast::<Interrupted>() {
            Ok(interrupted) => *interrupted,
            Err(other) => resume_unwind(other),
        }
    })
}

thread_local! {
    /// How many calls of [`survived`] this thread is within.
    static SURVIVING: Cell<u32> = const { Cell::new(0) };
}

/// Runs work of a library that panics where it cannot write, as some do on a full disk; a wish to stop goes on.
///
/// # Errors
/// That of the work, or one that says that it gave up.
pub fn survived<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    SURVIVING.set(SURVIVING.get() + 1);
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    SURVIVING.set(SURVIVING.get() - 1);
    result.unwrap_or_else(|panic| match panic.downcast::<Interrupted>() {
        Ok(interrupted) => resume_unwind(interrupted),
        Err(_) => Err(io::Error::other("not written")),
    })
}

/// Whether a panic of this thread will be an error by [`survived`], and is not worth a word of its own.
pub fn is_survived() -> bool {
    SURVIVING.get() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_gives_up_is_an_error_and_a_wish_to_stop_is_none() {
        assert_eq!(survived(|| Ok(7)).unwrap(), 7);
        assert!(survived(|| -> io::Result<()> { panic!("full") }).is_err());
        assert!(!is_survived() && survived(|| Ok(is_survived())).unwrap());
        let stop = Stop::default();
        stop.ask();
        let ended = std::thread::spawn(move || {
            stop.heed_here();
            caught(|| {
                survived(|| {
                    unwind_if_asked();
                    Ok(())
                })
            })
            .map(drop)
        });
        assert_eq!(ended.join().unwrap().unwrap_err().code(), 130);
    }

    #[test]
    fn a_wish_to_stop_one_run_is_heeded_by_its_threads_alone() {
        let stop = Stop::default();
        let heeded = stop.clone();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(2)
            .start_handler(move |_| heeded.heed_here())
            .build()
            .unwrap();
        let ended = || pool.install(|| caught(|| rayon::join(unwind_if_asked, || 7).1));
        assert_eq!(ended(), Ok(7));
        stop.ask();
        let interrupted = ended().unwrap_err();
        assert_eq!((interrupted.signal(), interrupted.code()), (None, 130));
        assert_eq!(check(), Ok(()));
    }
}
