//! What the system says of itself and of this process.

use std::path::Path;

use super::here;

/// Whether patterns of file names (`*.csv`) were expanded before the program sees its arguments.
pub const SHELL_EXPANDS: bool = here::SHELL_EXPANDS;

/// A path as a shell takes it for one word.
pub fn shell_word(path: &Path) -> String {
    here::shell_word(path)
}

/// What is typed before a command so that it runs in a folder.
pub fn shell_go_to(folder: &Path) -> String {
    here::shell_go_to(folder)
}

/// The name of this machine; `?` where the system does not tell.
pub fn host_name() -> String {
    let name = whoami::hostname().unwrap_or_default();
    if name.trim().is_empty() { "?".to_owned() } else { name.trim().to_owned() }
}

/// The name of the user under whom the program runs, else the number.
pub fn user_name() -> String {
    whoami::username().unwrap_or_else(|_| here::user_number())
}

/// The largest memory that this process has held, in bytes; `None` where the system does not tell.
pub fn peak_memory() -> Option<u64> {
    here::peak_memory()
}

/// Whether nobody can write to a folder: its mode says so, or that of the file system it lies on.
pub fn is_read_only(folder: &Path) -> bool {
    here::is_read_only(folder)
}
