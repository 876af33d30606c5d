//! What the system says of itself and of this process.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use procfs::LockType;
use procfs::process::Process;
use rustix::fs::StatVfsMountFlags;

/// The name of this machine; `?` where the system does not tell.
pub fn host_name() -> String {
    let name = whoami::hostname().unwrap_or_default();
    if name.trim().is_empty() { "?".to_owned() } else { name.trim().to_owned() }
}

/// The name of the user under whom the program runs, else the number.
pub fn user_name() -> String {
    whoami::username().unwrap_or_else(|_| rustix::process::geteuid().as_raw().to_string())
}

/// The largest memory that this process has held, in bytes; `None` where the system does not tell.
pub fn peak_memory() -> Option<u64> {
    let status = Process::myself().and_then(|process| process.status()).ok()?;
    status.vmhwm.map(|kib| kib * 1024)
}

/// Whether a process holds the lock of a file. The lock is not asked for, only looked up: whoever asks for it at
/// this moment must not find it taken.
///
/// # Errors
/// Where the system does not tell.
pub fn is_locked(path: &Path) -> io::Result<bool> {
    let inode = fs::metadata(path)?.ino();
    let locks = procfs::locks().map_err(io::Error::other)?;
    Ok(locks.iter().any(|lock| lock.lock_type == LockType::FLock && lock.inode == inode))
}

/// Whether nobody can write to a folder: its mode says so, or that of the file system it lies on.
pub fn is_read_only(folder: &Path) -> bool {
    let barred = fs::metadata(folder).is_ok_and(|folder| folder.permissions().readonly());
    barred
        || rustix::fs::statvfs(folder).is_ok_and(|system| system.f_flag.contains(StatVfsMountFlags::RDONLY))
}
