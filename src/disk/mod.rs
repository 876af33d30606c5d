//! Floor 0: the operating system. Files that only their owner reads, files replaced whole, what is forced to the
//! disk, the pointer to the latest run, which file a path is, who holds a lock, what a process
//! may take. No other room knows on which system
//! it stands.

#![warn(clippy::missing_errors_doc)]

mod identity;
mod limits;
mod pointer;
mod private;
mod replace;
mod sync;
mod system;

pub use identity::{FileStamp, read_exact_at};
pub use limits::{apart_from_terminal, leave_no_core, limit_process};
pub use pointer::{FoundAt, Pointer};
pub use private::{
    FILE_MODE, append, create_new, create_or_empty, ensure_folder, make_folder, open_or_create,
};
pub use replace::{Prepared, replace_file};
pub use sync::{sync_folder, sync_tree};
pub use system::{host_name, is_locked, is_read_only, peak_memory, user_name};
