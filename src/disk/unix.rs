//! What Unix has for the other files of this room.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::future::Future;
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use procfs::LockType;
use procfs::process::Process;
use rustix::fs::StatVfsMountFlags;
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;

/// Mode of a private folder.
const FOLDER_MODE: u32 = 0o700;

pub(super) const SHELL_EXPANDS: bool = true;

/// A path as a shell takes it for one word.
pub(super) fn shell_word(path: &Path) -> String {
    let shown = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
    if shown.chars().all(plain) && !shown.starts_with('-') {
        return shown;
    }
    format!("'{}'", shown.replace('\'', "'\\''"))
}

pub(super) fn shell_go_to(folder: &Path) -> String {
    format!("cd {} && ", shell_word(folder))
}

/// A lock that is taken is held; looking at locks takes none.
pub(super) const LOCK_TRIES: u32 = 1;

pub(super) type Identity = (i64, i64, u64, u64);

pub(super) fn identity(meta: &Metadata) -> Identity {
    (meta.ctime(), meta.ctime_nsec(), meta.dev(), meta.ino())
}

pub(super) fn read_exact_at(file: &File, bytes: &mut [u8], from: u64) -> io::Result<()> {
    file.read_exact_at(bytes, from)
}

pub(super) fn leave_no_core() {
    // Where the system refuses, the units of the service say the same.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

pub(super) fn limit_process(memory: u64, seconds: u64) {
    let at_most = |limit| Rlimit { current: Some(limit), maximum: Some(limit) };
    let _ = setrlimit(Resource::As, at_most(memory));
    let _ = setrlimit(Resource::Cpu, at_most(seconds));
}

pub(super) fn apart_from_terminal(command: &mut Command) {
    command.process_group(0);
}

/// Makes a link to a run of the same folder.
pub(super) fn link(run: &str, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(run, at)
}

/// The name that a link leads to.
pub(super) fn linked(at: &Path) -> Option<String> {
    let target = fs::read_link(at).ok()?;
    target.file_name().map(|name| name.to_string_lossy().into_owned())
}

pub(super) fn open(options: &mut OpenOptions, mode: u32, path: &Path) -> io::Result<File> {
    options.mode(mode).open(path)
}

/// Gives a file its mode, whatever the umask and the one it had before.
pub(super) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(mode))
}

/// Takes from others what a file lets them do.
pub(super) fn close_file(file: &File) -> io::Result<()> {
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 != 0 { set_mode(file, mode & !0o077) } else { Ok(()) }
}

pub(super) fn is_open_to_all(meta: &Metadata) -> bool {
    meta.permissions().mode() & 0o007 != 0
}

/// Whether everybody may put files into a folder, and take away those of others: the sticky bit keeps them from that.
pub(super) fn is_writable_by_all(meta: &Metadata) -> bool {
    meta.permissions().mode() & 0o1002 == 0o002
}

/// Whether a file or folder is neither the user's nor root's; root may use anybody's.
pub(super) fn is_of_another(meta: &Metadata) -> bool {
    is_anothers(rustix::process::geteuid().as_raw(), meta.uid())
}

fn is_anothers(me: u32, owner: u32) -> bool {
    const ROOT: u32 = 0;
    me != ROOT && ![me, ROOT].contains(&owner)
}

/// Whether nobody but its owner may open a file.
pub(super) fn is_owners_alone(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.permissions().mode() & 0o077 == 0)
}

pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(FOLDER_MODE).create(path)?;
    fs::set_permissions(path, Permissions::from_mode(FOLDER_MODE))
}

pub(super) fn ensure_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path)
}

/// Every file is closed to others by its own mode.
pub(super) fn close_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Nobody is kept from moving or removing a file by who reads it.
pub(super) fn is_held(_: &io::Error) -> bool {
    false
}

pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Where the holder of a lock is written.
pub(super) fn signature(lock: &Path) -> PathBuf {
    lock.to_path_buf()
}

pub(super) fn is_locked(path: &Path) -> io::Result<bool> {
    let inode = fs::metadata(path)?.ino();
    let locks = procfs::locks().map_err(io::Error::other)?;
    Ok(locks.iter().any(|lock| lock.lock_type == LockType::FLock && lock.inode == inode))
}

pub(super) fn user_number() -> String {
    rustix::process::geteuid().as_raw().to_string()
}

pub(super) fn peak_memory() -> Option<u64> {
    let status = Process::myself().and_then(|process| process.status()).ok()?;
    status.vmhwm.map(|kib| kib * 1024)
}

pub(super) fn is_read_only(folder: &Path) -> bool {
    let barred = fs::metadata(folder).is_ok_and(|folder| folder.permissions().readonly());
    barred
        || rustix::fs::statvfs(folder).is_ok_and(|system| system.f_flag.contains(StatVfsMountFlags::RDONLY))
}

pub(super) fn heed_signals(asked: &Arc<AtomicUsize>) -> io::Result<()> {
    let again = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&again))?;
        flag::register(signal, Arc::clone(&again))?;
        flag::register_usize(signal, Arc::clone(asked), signal.unsigned_abs() as usize)?;
    }
    // A file beyond the size allowed (`ulimit -f`) is an error of writing, which is told, and not the end.
    flag::register(SIGXFSZ, Arc::default())?;
    Ok(())
}

pub(super) fn told_to_stop() -> impl Future<Output = ()> + Send {
    use tokio::signal::unix::{SignalKind, signal};
    async {
        let interrupted = tokio::signal::ctrl_c();
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => tokio::select! {
                _ = interrupted => (),
                _ = terminated.recv() => (),
            },
            Err(_) => drop(interrupted.await),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_ones_own_nor_roots_is_anothers() {
        for (me, owner, anothers) in
            [(1000, 1000, false), (1000, 0, false), (1000, 1001, true), (0, 1001, false), (0, 0, false)]
        {
            assert_eq!(is_anothers(me, owner), anothers, "{me} {owner}");
        }
    }
}
