//! What Windows has for the other files of this room.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::future::Future;
use std::io;
use std::os::windows::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::os::windows::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::patience::HELD;

/// Needed to open a folder (`FILE_FLAG_BACKUP_SEMANTICS`).
const OF_A_FOLDER: u32 = 0x0200_0000;
/// A program of the console without a console of its own that shows (`CREATE_NO_WINDOW`).
const NO_WINDOW: u32 = 0x0800_0000;

/// Nothing can be written to the medium.
const WRITE_PROTECTED: i32 = 19;

/// `cmd` and PowerShell leave patterns to the program.
pub(super) const SHELL_EXPANDS: bool = false;

/// No name holds a quotation mark there.
pub(super) fn shell_word(path: &Path) -> String {
    format!("\"{}\"", path.display())
}

/// What both `cmd` and PowerShell understand, on another drive too; PowerShell 5 knows no `&&`.
pub(super) fn shell_go_to(folder: &Path) -> String {
    format!("\n  pushd {}\n  ", shell_word(folder))
}

/// Whoever looks whether a lock is held has it for a moment.
pub(super) const LOCK_TRIES: u32 = 10;

pub(super) type Identity = (u64, u64);

pub(super) fn identity(meta: &Metadata) -> Identity {
    (meta.last_write_time(), meta.creation_time())
}

pub(super) fn read_exact_at(file: &File, bytes: &mut [u8], from: u64) -> io::Result<()> {
    let (mut left, mut at) = (bytes, from);
    while !left.is_empty() {
        match file.seek_read(left, at) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                left = left.get_mut(read..).unwrap_or_default();
                at += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Images of the memory are made by a service of the system, where its administrator has asked for them.
pub(super) fn leave_no_core() {}

/// The system gives such limits only through calls that are not safe: a thread watches instead. The time is that of
/// the clock, since that of the processor is not told either, and four times as much.
pub(super) fn limit_process(memory: u64, seconds: u64) {
    const EVERY: Duration = Duration::from_millis(20);
    let end = Instant::now() + Duration::from_secs(seconds.saturating_mul(4));
    thread::spawn(move || {
        loop {
            let held = memory_stats::memory_stats().map_or(0, |stats| stats.virtual_mem as u64);
            if held > memory || Instant::now() > end {
                std::process::abort();
            }
            thread::sleep(EVERY);
        }
    });
}

pub(super) fn apart_from_terminal(command: &mut Command) {
    command.creation_flags(NO_WINDOW);
}

/// Links need a right that officers do not have.
pub(super) fn link(_: &str, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn linked(_: &Path) -> Option<String> {
    None
}

/// A file gets the access list of its folder ([`close_folder`]).
pub(super) fn open(options: &mut OpenOptions, _mode: u32, path: &Path) -> io::Result<File> {
    options.open(path)
}

pub(super) fn set_mode(_: &File, _mode: u32) -> io::Result<()> {
    Ok(())
}

pub(super) fn close_file(_: &File) -> io::Result<()> {
    Ok(())
}

pub(super) fn is_open_to_all(_: &Metadata) -> bool {
    false
}

pub(super) fn is_writable_by_all(_: &Metadata) -> bool {
    false
}

pub(super) fn is_of_another(_: &Metadata) -> bool {
    false
}

/// The access list of its folder says who may open a file; it is the user's own affair.
pub(super) fn is_owners_alone(_: &File) -> io::Result<bool> {
    Ok(true)
}

pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

pub(super) fn ensure_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Leaves a folder, and what will be made in it, to its owner and to the system. Both are named by their numbers
/// (`S-1-3-4`: whoever owns the file; `S-1-5-18`: the system, which backs up and scans): names differ by language.
pub(super) fn close_folder(path: &Path) -> io::Result<()> {
    let system = std::env::var_os("SystemRoot").unwrap_or_else(|| "C:\\Windows".into());
    let status = Command::new(Path::new(&system).join("System32").join("icacls.exe"))
        .arg(path)
        .args(["/inheritance:r", "/grant:r", "*S-1-3-4:(OI)(CI)F", "*S-1-5-18:(OI)(CI)F", "/q"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .creation_flags(NO_WINDOW)
        .status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("icacls: {status}"))) }
}

pub(super) fn is_held(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| HELD.contains(&code))
}

/// The entries of folders are in the journal of the file system; where it lets a folder be flushed, that is done.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    if let Ok(folder) = OpenOptions::new().write(true).custom_flags(OF_A_FOLDER).open(path) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// A locked file can be read by nobody: its holder stands beside it.
pub(super) fn signature(lock: &Path) -> PathBuf {
    lock.with_extension("holder")
}

pub(super) fn is_locked(path: &Path) -> io::Result<bool> {
    let file = File::open(path)?;
    match file.try_lock_shared() {
        // Who got the lock found it free, whatever becomes of giving it back; closing the file does that, too.
        Ok(()) => {
            let _ = file.unlock();
            Ok(false)
        }
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

pub(super) fn user_number() -> String {
    "?".to_owned()
}

/// Not told without a call that is not safe.
pub(super) fn peak_memory() -> Option<u64> {
    None
}

/// What a folder says of itself means nothing; a file that vanishes when it is closed tells.
pub(super) fn is_read_only(folder: &Path) -> bool {
    let refused = |error: io::Error| {
        error.kind() == io::ErrorKind::PermissionDenied || error.raw_os_error() == Some(WRITE_PROTECTED)
    };
    tempfile::tempfile_in(folder).err().is_some_and(refused)
}

/// Ctrl-C and Ctrl-Break are heeded as an interruption, the closing of the window, the end of the session and that of
/// the system as a termination: the system then leaves a few seconds.
pub(super) fn heed_signals(asked: &Arc<AtomicUsize>) -> io::Result<()> {
    const INTERRUPTED: usize = 2;
    const TERMINATED: usize = 15;
    let asked = Arc::clone(asked);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (ready, is_ready) = std::sync::mpsc::sync_channel(1);
    thread::spawn(move || {
        runtime.block_on(async {
            let events = Events::new();
            let _ = ready.send(events.as_ref().map(drop).map_err(|error| io::Error::from(error.kind())));
            let Ok(mut events) = events else { return };
            loop {
                let signal = if events.next().await { INTERRUPTED } else { TERMINATED };
                if asked.swap(signal, Ordering::Relaxed) != 0 {
                    // The second time at once.
                    #[allow(clippy::exit)]
                    std::process::exit(128 + signal as i32);
                }
            }
        });
    });
    is_ready.recv().map_err(io::Error::other)?
}

pub(super) fn told_to_stop() -> impl Future<Output = ()> + Send {
    async {
        match Events::new() {
            Ok(mut events) => drop(events.next().await),
            Err(_) => std::future::pending().await,
        }
    }
}

/// What the console tells.
struct Events {
    interrupted: tokio::signal::windows::CtrlC,
    broken: tokio::signal::windows::CtrlBreak,
    closed: tokio::signal::windows::CtrlClose,
    logged_off: tokio::signal::windows::CtrlLogoff,
    shut_down: tokio::signal::windows::CtrlShutdown,
}

impl Events {
    fn new() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
        Ok(Self {
            interrupted: ctrl_c()?,
            broken: ctrl_break()?,
            closed: ctrl_close()?,
            logged_off: ctrl_logoff()?,
            shut_down: ctrl_shutdown()?,
        })
    }

    /// Waits for the next; whether somebody pressed keys.
    async fn next(&mut self) -> bool {
        tokio::select! {
            _ = self.interrupted.recv() => true,
            _ = self.broken.recv() => true,
            _ = self.closed.recv() => false,
            _ = self.logged_off.recv() => false,
            _ = self.shut_down.recv() => false,
        }
    }
}
