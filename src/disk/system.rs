//! What the system says of itself and of this process.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The name of this machine; `?` where the system does not tell.
pub fn host_name() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "?".to_owned() } else { name.trim().to_owned() }
}

/// The name of the user under whom the program runs, else the number; `?` where neither is told.
pub fn user_name() -> String {
    let uid = fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
        line.split_whitespace().next().map(str::to_owned)
    });
    let named = uid.as_ref().and_then(|uid| {
        let users = fs::read_to_string("/etc/passwd").ok()?;
        let of = |line: &&str| line.split(':').nth(2) == Some(uid.as_str());
        users.lines().find(of)?.split(':').next().map(str::to_owned)
    });
    named.or(uid).unwrap_or_else(|| "?".to_owned())
}

/// The largest memory that this process has held, in bytes; `None` where the system does not tell.
pub fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Whether a process holds the lock of a file. The lock is not asked for, only looked up: whoever asks for it at
/// this moment must not find it taken.
///
/// # Errors
/// Where the system does not tell.
pub fn is_locked(path: &Path) -> io::Result<bool> {
    let inode = format!(":{} ", fs::metadata(path)?.ino());
    let locks = fs::read_to_string("/proc/locks")?;
    Ok(locks.lines().any(|line| line.contains(" FLOCK ") && line.contains(&inode)))
}

/// Whether nobody can write to a folder: its mode says so, or that of the file system it lies on.
pub fn is_read_only(folder: &Path) -> bool {
    let Ok(place) = fs::canonicalize(folder) else { return false };
    let barred = fs::metadata(&place).is_ok_and(|folder| folder.permissions().readonly());
    let mounted = || -> Option<bool> {
        // Fields of a line: number, parent, device, root, mount point, options.
        let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
        let of = |line: &str| {
            let mut fields = line.split(' ').skip(4);
            let (point, options) = (fields.next()?.to_owned(), fields.next()?);
            let system = line.split_once(" - ")?.1.split(' ').nth(2)?;
            let only =
                [options, system].iter().any(|options| options.split(',').any(|option| option == "ro"));
            place.starts_with(point.replace("\\040", " ")).then_some((point.len(), only))
        };
        // Of two at one point the later hides the earlier.
        mounts.lines().filter_map(of).max_by_key(|(length, _)| *length).map(|(_, only)| only)
    };
    barred || mounted().unwrap_or(false)
}
