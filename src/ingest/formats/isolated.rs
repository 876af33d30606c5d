//! Workbooks read by a process of their own, under limits of memory and time.
//!
//! The reader of such files believes what they say of themselves: a few kilobytes can make it ask for all memory, or
//! run for ever. It cannot be limited from within; a process can.

use std::ffi::{OsStr, OsString};
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::held::{HeldFormat, NotRead, inconsistent, read_held};
use super::sheet::Sheet;
use crate::disk;

/// The first argument of a process that reads a workbook; format and path follow.
const ROLE: &str = "read-workbook";

/// Memory that any workbook may take, and how much more for each byte of the file.
const MEMORY: u64 = 768 << 20;
const MEMORY_PER_BYTE: u64 = 100;
/// Seconds of processor time that any workbook may take, and for how many bytes one more.
const SECONDS: u64 = 8;
const BYTES_PER_SECOND: u64 = 256 << 10;

/// The program that is started to read; none in tests and where this is used as a library.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Called by the program before anything else: whether it was started to read one workbook, which then is done.
/// Otherwise workbooks are read by processes of this program from now on.
#[must_use]
pub fn reads_a_workbook(args: &[OsString]) -> bool {
    if let [_, role, format, path] = args
        && role == ROLE
    {
        serve(format, Path::new(path), std::io::stdout().lock());
        return true;
    }
    if let Ok(program) = std::env::current_exe() {
        let _ = PROGRAM.set(program);
    }
    false
}

/// Reads a workbook and writes what was found.
fn serve(format: &OsStr, path: &Path, out: impl Write) {
    let Some(format) = HeldFormat::ALL.into_iter().find(|known| format == known.name()) else { return };
    let size = std::fs::metadata(path).map_or(0, |meta| meta.len());
    let memory = MEMORY.saturating_add(size.saturating_mul(MEMORY_PER_BYTE));
    disk::limit_process(memory, SECONDS + size / BYTES_PER_SECOND);
    let found = read_held(path, format);
    // Who asked has gone where this fails; an answer that is cut off is one that is not given.
    let mut out = std::io::BufWriter::new(out);
    let _ = rmp_serde::encode::write(&mut out, &found);
    let _ = out.flush();
}

/// Reads the sheets of a workbook, in a process of its own where there is a program for it.
///
/// # Errors
/// [`NotRead`], also where the process came to its limits.
pub(super) fn read_sheets(path: &Path, format: HeldFormat) -> Result<Vec<Sheet>, NotRead> {
    let Some(program) = PROGRAM.get() else { return read_held(path, format) };
    let mut command = Command::new(program);
    command.args([OsStr::new(ROLE), OsStr::new(format.name()), path.as_os_str()]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    disk::apart_from_terminal(&mut command);
    let mut child = match command.spawn() {
        Ok(child) => child,
        // A program that was replaced while it runs cannot be started again; its files are read all the same.
        Err(error) => {
            tracing::warn!(%error, "a workbook is read without limits");
            return read_held(path, format);
        }
    };
    let found = child.stdout.take().map(|out| decode(BufReader::new(out)));
    // It is done, or what it says is of no use.
    let _ = child.kill();
    let _ = child.wait();
    found.flatten().unwrap_or_else(|| Err(inconsistent()))
}

/// The answer of a process; `None` where it broke off.
fn decode(answer: impl Read) -> Option<Result<Vec<Sheet>, NotRead>> {
    rmp_serde::decode::from_read(answer).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_breaks_off_has_given_no_answer() {
        let mut sheet = Sheet::named("Xã".to_owned());
        sheet.text.push_str("Nguyễn");
        sheet.end_cell(3, 1);
        let told: Result<Vec<Sheet>, NotRead> = Ok(vec![sheet]);
        let bytes = rmp_serde::to_vec(&told).unwrap();
        assert_eq!(decode(&bytes[..]), Some(told));
        assert!((0..bytes.len()).all(|len| decode(&bytes[..len]).is_none()));
    }
}
