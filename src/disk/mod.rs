//! Floor 0: the operating system. Files that only their owner reads, files replaced whole, what is forced to the
//! disk, the pointer to the latest run, which file a path is, who holds a lock, what a process
//! may take. No other room knows on which system
//! it stands: what differs is said twice, in `unix.rs` and `windows.rs`, under the same names.

#![warn(clippy::missing_errors_doc)]

mod identity;
mod limits;
mod lock;
mod patience;
mod pointer;
mod private;
mod replace;
mod sync;
mod system;
#[cfg(unix)]
mod unix;
#[cfg(test)]
mod violations;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as here;
#[cfg(windows)]
use windows as here;

pub use identity::{FileStamp, read_exact_at};
pub use limits::{apart_from_terminal, heed_signals, leave_no_core, limit_process, told_to_stop};
pub use lock::{Lock, NotLocked, holder_of};
#[cfg(test)]
pub(crate) use patience::faults;
pub use patience::{is_held, remove_file, remove_folder, rename, set_modified};
pub use pointer::{FoundAt, Pointer};
#[cfg(test)]
pub(crate) use private::is_private;
pub use private::{
    Distrust, FILE_MODE, append, create_new, create_or_empty, distrust, ensure_folder, ensure_private_folder,
    is_open_to_all, is_owners_alone, make_folder, open_file, open_or_create,
};
pub use replace::{Prepared, replace_file};
pub use sync::{sync_file, sync_folder, sync_tree};
pub use system::{SHELL_EXPANDS, host_name, is_read_only, peak_memory, shell_go_to, shell_word, user_name};
