//! What officers say to each other on a finding: dated, by whom, never edited.

use jiff::Timestamp;
use rusqlite::Row;

use crate::findings::FindingId;
use crate::store::runs::moment;
use crate::store::{Store, StoreError};

/// Characters of a comment, at most.
pub const LONGEST_COMMENT: usize = 2_000;

/// What an officer said on a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What was said; empty where it named somebody who was erased.
    pub text: String,
}

impl Store {
    /// Keeps what an officer says on a finding.
    ///
    /// # Errors
    /// [`StoreError::UnknownFinding`] where the store has no such finding, another [`StoreError`] where it cannot be
    /// written.
    pub fn comment(
        &mut self,
        finding: FindingId,
        by: &str,
        at: Timestamp,
        text: &str,
    ) -> Result<(), StoreError> {
        if !self.knows(finding)? {
            return Err(StoreError::UnknownFinding(finding));
        }
        self.db
            .prepare_cached("INSERT INTO comments (finding, who, at, note) VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut insert| insert.execute((finding.to_integer(), by, at.as_second(), text)))
            .map(drop)
            .map_err(self.failed())
    }

    /// What was said on a finding, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub fn comments_on(&self, finding: FindingId) -> Result<Vec<Comment>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Comment>> {
            let mut lines = self
                .db
                .prepare_cached("SELECT who, at, note FROM comments WHERE finding = ?1 ORDER BY id")?;
            let line =
                |row: &Row<'_>| Ok(Comment { by: row.get(0)?, at: moment(row.get(1)?), text: row.get(2)? });
            lines.query_map([finding.to_integer()], line)?.collect()
        };
        read().map_err(self.failed())
    }
}
