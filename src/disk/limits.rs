//! What a process may take and leave behind, and how it is asked to stop.

use std::future::Future;
use std::io;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use super::here;

/// Leaves no image of the memory behind when the program breaks off: it would hold persons.
pub fn leave_no_core() {
    here::leave_no_core();
}

/// Limits this process to so many bytes of memory and seconds of processor time. What asks for more ends. Where the
/// system refuses (a unit that forbids it), the process has the limits that it was given.
pub fn limit_process(memory: u64, seconds: u64) {
    leave_no_core();
    here::limit_process(memory, seconds);
}

/// Keeps what is typed at the terminal, such as Ctrl-C, from a process that is to be started.
pub fn apart_from_terminal(command: &mut Command) {
    here::apart_from_terminal(command);
}

/// From here on the number of a signal that asks the program to stop stands in `asked` (2: interrupted by the user,
/// 15: told to end); a second one ends the program at once.
///
/// # Errors
/// Where the system lets no handler be set.
pub fn heed_signals(asked: &Arc<AtomicUsize>) -> io::Result<()> {
    here::heed_signals(asked)
}

/// Waits until the program is asked to stop; within a runtime of tokio.
pub fn told_to_stop() -> impl Future<Output = ()> + Send {
    here::told_to_stop()
}
