//! What an officer double-clicks: opens the pages of `lamsach.exe` beside it, without the window of a terminal that would
//! stay in the way and end the work when it is closed.
//!
//! The program itself has to keep its terminal: it is also a command. This one has none, so what the program says when it
//! cannot begin is shown as a text. Built by `build.sh` with nothing but the standard library.
#![windows_subsystem = "windows"]

use std::fs::File;
use std::io::{self, Write as _};
use std::os::windows::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// `CREATE_NO_WINDOW` of Windows: the terminal that a command asks for is there, and nobody sees it.
const NO_WINDOW: u32 = 0x0800_0000;

/// Notepad of older systems takes a text for UTF-8 only with this mark.
const MARK: &str = "\u{feff}";

/// An officer who double-clicks inside the archive gets this file alone, unpacked to somewhere.
const NOT_UNPACKED: &str = "Không có tệp lamsach.exe bên cạnh Mo-lamsach.exe. Hãy giải nén cả gói vào một thư mục \
    (chuột phải vào tệp .zip, chọn Extract All), rồi mở Mo-lamsach.exe trong thư mục đó.\n\n\
    There is no lamsach.exe beside Mo-lamsach.exe: unpack the whole archive into a folder, and open it there.\n";

fn main() -> ExitCode {
    // In the folder of temporary files of the user, which nobody else reads.
    let told = std::env::temp_dir().join(format!("lamsach-loi-{}.txt", std::process::id()));
    match begin(&told) {
        Ok(code) => code,
        Err(error) => {
            let why = if error.kind() == io::ErrorKind::NotFound { NOT_UNPACKED.to_owned() } else { error.to_string() };
            show(&told, &why);
            ExitCode::FAILURE
        }
    }
}

/// Runs the program until it ends, which is when its pages have been closed for a while.
fn begin(told: &Path) -> io::Result<ExitCode> {
    let program: PathBuf = std::env::current_exe()?.with_file_name("lamsach.exe");
    let status = Command::new(program)
        .arg("start")
        .args(std::env::args_os().skip(1))
        .creation_flags(NO_WINDOW)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(told)?)
        .status();
    let said = std::fs::read_to_string(told).unwrap_or_default();
    // It stays only where somebody is to read it.
    let _ = std::fs::remove_file(told);
    let status = status?;
    if !status.success() && !said.trim().is_empty() {
        show(told, &said);
    }
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Shows a text in Notepad. Where even that fails there is nobody left to tell.
fn show(at: &Path, text: &str) {
    let lines = text.replace("\r\n", "\n").replace('\n', "\r\n");
    let written = File::create(at).and_then(|mut file| write!(file, "{MARK}{lines}"));
    if written.is_ok() {
        let _ = Command::new("notepad.exe").arg(at).spawn();
    }
}
