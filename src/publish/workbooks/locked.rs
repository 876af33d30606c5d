//! Workbooks under a password, encrypted as spreadsheet programs do it. What is encrypted is made and opened in memory: a
//! plain copy of it never stands on the disk.

use std::fmt;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;

use crate::disk;
use crate::domain::Lang;
#[cfg(feature = "encryption")]
use crate::interrupt;
use crate::words::text;

/// Characters that a password has at least: a shorter one is guessed from a copy of the file.
const SHORTEST: usize = 8;
/// Characters that spreadsheet programs take at most.
const LONGEST: usize = 255;
/// The first line that says that workbooks are written without a password, and those under the ones below still read.
const PLAIN: &str = "-";

/// The passwords of workbooks: the one that they are written under, and all that they are opened with.
#[derive(Clone, Default)]
pub struct WorkbookPasswords {
    own: Option<String>,
    known: Vec<String>,
    saved: Option<SystemTime>,
}

impl fmt::Debug for WorkbookPasswords {
    /// How many there are, and none of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WorkbookPasswords({})", self.known.len())
    }
}

/// Why a file of passwords cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadPasswords {
    /// The program was built without encryption.
    #[error("built without encryption")]
    NotBuilt,
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// Others than its owner may read it.
    #[error("open to others")]
    Open,
    /// It holds none.
    #[error("no password")]
    Empty,
    /// The password is too short, or longer than spreadsheet programs take.
    #[error("bad length")]
    Length,
}

impl BadPasswords {
    /// What is said to the user: what is wrong, where, and what to do.
    pub fn message(&self, file: &Path, lang: Lang) -> String {
        let file = file.display();
        match self {
            Self::NotBuilt => text!(lang, "publish.password.not_built").to_owned(),
            Self::Unreadable(error) => text!(lang, "publish.password.unreadable", file, error),
            Self::Open => text!(lang, "publish.password.open", file),
            Self::Empty => text!(lang, "publish.password.empty", file),
            Self::Length => {
                text!(lang, "publish.password.length", file, shortest = SHORTEST, longest = LONGEST)
            }
        }
    }
}

impl WorkbookPasswords {
    /// Reads a file of passwords, one a line: the first is the one that workbooks are written under, all are tried to
    /// open them. The first line may say that workbooks are written without one.
    ///
    /// # Errors
    /// [`BadPasswords`] where the file cannot be used: what was to be locked is then not to be written.
    pub fn read(file: &Path) -> Result<Self, BadPasswords> {
        if cfg!(not(feature = "encryption")) {
            return Err(BadPasswords::NotBuilt);
        }
        let mut open = disk::open_file(file)?;
        if !disk::is_owners_alone(&open)? {
            return Err(BadPasswords::Open);
        }
        let saved = open.metadata()?.modified().ok();
        let mut text = String::new();
        io::Read::read_to_string(&mut open, &mut text)?;
        Ok(Self { saved, ..Self::of(&text)? })
    }

    fn of(text: &str) -> Result<Self, BadPasswords> {
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        let mut known: Vec<String> = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
        let plain = known.first().is_some_and(|first| first == PLAIN);
        if plain {
            known.remove(0);
        }
        let own = known.first().filter(|_| !plain).cloned();
        if let Some(own) = &own
            && !(SHORTEST..=LONGEST).contains(&own.encode_utf16().count())
        {
            return Err(BadPasswords::Length);
        }
        if known.is_empty() && !plain {
            return Err(BadPasswords::Empty);
        }
        Ok(Self { own, known, saved: None })
    }

    /// Whether there are none, so that nothing can be opened with them.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Whether the file of passwords was saved since a moment.
    pub(crate) fn is_saved_since(&self, at: Timestamp) -> bool {
        let saved = self.saved.and_then(|saved| Timestamp::try_from(saved).ok());
        saved.is_some_and(|saved| saved.as_second() >= at.as_second())
    }

    /// The one that workbooks are written under.
    pub(crate) fn own(&self) -> Option<&str> {
        self.own.as_deref()
    }

    /// Opens an encrypted workbook: what it holds, and the password that opened it; `None` where none of them does.
    pub(crate) fn unlock(&self, locked: &[u8]) -> Option<(Vec<u8>, &str)> {
        self.known.iter().find_map(|password| Some((opened(locked, password)?, password.as_str())))
    }
}

/// What a package begins with: a wrong password makes noise of it.
#[cfg(feature = "encryption")]
const PACKAGE: &[u8] = b"PK\x03\x04";

#[cfg(feature = "encryption")]
fn opened(locked: &[u8], password: &str) -> Option<Vec<u8>> {
    // The file may come from anywhere, and whatever is wrong with it must end no run.
    let opened = interrupt::survived(|| {
        let opened = office_crypto::decrypt_from_bytes(locked.to_vec(), password);
        opened.map_err(|_| io::ErrorKind::InvalidData.into())
    });
    opened.ok().filter(|bytes| bytes.starts_with(PACKAGE))
}

/// This program was built without encryption.
#[cfg(not(feature = "encryption"))]
fn opened(_: &[u8], _: &str) -> Option<Vec<u8>> {
    None
}

/// Encrypts a workbook.
///
/// # Errors
/// Where the container of the encrypted package cannot be made.
#[cfg(feature = "encryption")]
pub(crate) fn lock(book: &[u8], password: &str) -> io::Result<Vec<u8>> {
    use std::io::{Cursor, Write as _};

    let place = Cursor::new(Vec::with_capacity(book.len() + book.len() / 8));
    let mut writer =
        ms_offcrypto_writer::Ecma376AgileWriter::create(&mut rand_of_writer::rng(), password, place)?;
    writer.write_all(book)?;
    Ok(writer.into_inner()?.into_inner())
}

/// This program was built without encryption.
///
/// # Errors
/// Always.
#[cfg(not(feature = "encryption"))]
pub(crate) fn lock(_: &[u8], _: &str) -> io::Result<Vec<u8>> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(feature = "encryption")]
#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> WorkbookPasswords {
        WorkbookPasswords::of(text).unwrap()
    }

    #[test]
    fn the_first_line_locks_and_every_line_opens() {
        let two = of("\u{feff}mật khẩu mới\r\n\r\nmat khau cu \n");
        assert_eq!(
            (two.own(), two.known.as_slice()),
            (Some("mật khẩu mới"), &["mật khẩu mới".into(), "mat khau cu".into()][..])
        );
        let off = of("-\nmat khau cu\n");
        assert_eq!((off.own(), off.known.as_slice()), (None, &["mat khau cu".to_owned()][..]));
        assert!(matches!(WorkbookPasswords::of("\n \n"), Err(BadPasswords::Empty)));
        assert!(matches!(WorkbookPasswords::of("ngắn\nmat khau cu"), Err(BadPasswords::Length)));
        assert!(matches!(WorkbookPasswords::of(&"a".repeat(256)), Err(BadPasswords::Length)));
        assert!(!format!("{two:?}").contains("mật"));
    }

    #[test]
    fn what_is_locked_opens_with_its_password_alone() {
        for length in [4, 15, 16, 4_095, 4_096, 4_097, 70_000] {
            let plain: Vec<u8> =
                PACKAGE.iter().copied().chain((0..length).map(|at| (at % 251) as u8)).collect();
            let locked = lock(&plain, "mật khẩu mới").unwrap();
            assert!(!locked.windows(PACKAGE.len()).any(|part| part == PACKAGE), "{length}");
            let passwords = of("không phải đâu\nmật khẩu mới");
            assert_eq!(passwords.unlock(&locked), Some((plain, "mật khẩu mới")), "{length}");
            assert_eq!(of("không phải đâu").unlock(&locked), None);
        }
    }

    #[test]
    fn a_damaged_file_opens_with_nothing() {
        let locked = lock(&[PACKAGE, &[7; 9_000]].concat(), "mật khẩu mới").unwrap();
        let passwords = of("mật khẩu mới");
        for length in (0..locked.len()).step_by(509) {
            assert_eq!(passwords.unlock(&locked[..length]), None, "{length}");
        }
        for at in (0..2_048).step_by(13) {
            let mut other = locked.clone();
            other[at] ^= 0xff;
            // Some bytes mean nothing; none of them ends the program.
            let _ = passwords.unlock(&other);
        }
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("mat-khau.txt");
        assert!(matches!(WorkbookPasswords::read(&file), Err(BadPasswords::Unreadable(_))));
        disk::replace_file(&file, b"mat khau moi\n", disk::FILE_MODE).unwrap();
        let read = WorkbookPasswords::read(&file).unwrap();
        assert!(read.own() == Some("mat khau moi") && read.is_saved_since(Timestamp::UNIX_EPOCH));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
            assert!(matches!(WorkbookPasswords::read(&file), Err(BadPasswords::Open)));
        }
        for lang in Lang::ALL {
            assert!(BadPasswords::Open.message(&file, lang).contains("mat-khau.txt"));
        }
    }
}
