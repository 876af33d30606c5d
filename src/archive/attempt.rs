//! How the last attempt at a run ended: a small file beside the runs. A run that is killed leaves its name in
//! the lock file instead.

use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::disk::{remove_file, replace_file};

/// The file in the output folder.
pub(crate) const FILE: &str = ".lamsach.last.json";

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When (ISO 8601, UTC).
    pub finished_at: Timestamp,
    /// The exit code: 0 where a run was published.
    pub exit_code: u8,
    /// The run that was published, or found to be still right.
    pub run_id: Option<String>,
}

impl Attempt {
    /// The attempt that ends now.
    pub fn now(exit_code: u8, run_id: Option<String>) -> Self {
        let now = Timestamp::now();
        Self { finished_at: Timestamp::from_second(now.as_second()).unwrap_or(now), exit_code, run_id }
    }

    /// Writes it down. Where that fails the word of an earlier attempt goes, if it can: that one went well must not
    /// be taken for this one.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn write(&self, out: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec(self).map_err(io::Error::other)?;
        text.push(b'\n');
        let path = out.join(FILE);
        replace_file(&path, &text, 0o600).inspect_err(|_| {
            let _ = remove_file(&path);
        })
    }

    /// The last attempt that was written down; one that cannot be read is none.
    pub fn read(out: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(out.join(FILE)).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_leaves_no_older_word() {
        let dir = tempfile::tempdir().unwrap();
        Attempt::now(0, Some("r".into())).write(dir.path()).unwrap();
        assert_eq!(Attempt::read(dir.path()).map(|attempt| attempt.exit_code), Some(0));
        // A folder of that name can be neither replaced nor removed; nothing is read of it.
        std::fs::remove_file(dir.path().join(FILE)).unwrap();
        std::fs::create_dir(dir.path().join(FILE)).unwrap();
        Attempt::now(6, None).write(dir.path()).unwrap_err();
        assert_eq!(Attempt::read(dir.path()), None);
    }
}
