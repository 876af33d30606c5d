//! Whether the figures of a run add up: every row of every file is used, rejected or skipped, and every role has a line.

use serde::{Deserialize, Serialize};

/// The figures of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileAccount {
    /// The file.
    pub file: String,
    /// The kind.
    pub kind: String,
    /// Rows of the file.
    pub read: u64,
    /// Rows that became records.
    pub used: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Titles, headers, totals and blank rows.
    pub skipped: u64,
    /// Roles that used rows write something of.
    pub roles_written: u64,
    /// Roles with a line in `links.csv`.
    pub roles_linked: u64,
}

/// The figures of all files, and whether they add up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Accounting {
    /// Whether the identity holds; a run whose figures do not add up is not published.
    pub balanced: bool,
    /// File by file.
    pub files: Vec<FileAccount>,
}
