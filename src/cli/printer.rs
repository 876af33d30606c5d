//! The only place that writes to the terminal. A reader that closed the pipe (`| head`) ends the writing in
//! silence: there is nowhere left to complain to, and the work itself is done.

use std::io::{self, Write as _};

/// Writes to standard output.
pub(super) fn out(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Writes a line to standard error.
pub(super) fn err(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
