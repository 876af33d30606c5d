//! Sessions of accounts: how they begin and end, and which there are. The token itself is known to the browser alone.

use rusqlite::{OptionalExtension as _, params};

use super::accounts::{Accounts, UserAccount};

/// When sessions end.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct SessionTerms {
    /// After so many seconds without a request.
    pub idle_seconds: i64,
    /// So many seconds after the login.
    pub longest_seconds: i64,
}

impl Default for SessionTerms {
    fn default() -> Self {
        Self { idle_seconds: 30 * 60, longest_seconds: 10 * 60 * 60 }
    }
}

/// A request is written down as the last one only when the last one written down is older than this.
const SEEN_SECONDS: i64 = 60;

/// A clock may be corrected by so many seconds without ending sessions; one from further ahead is none.
const AHEAD_SECONDS: i64 = 60;

/// A session, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOf {
    /// The name of the account.
    pub account: String,
    /// When it began, in seconds since 1970.
    pub began: i64,
    /// When it last made a request, to the minute.
    pub seen: i64,
}

/// A session of one's own.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// When it began, in seconds since 1970.
    pub began: i64,
    /// When it last made a request, to the minute.
    pub seen: i64,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// What is kept of a session's token.
pub fn token_hash(token: &[u8]) -> [u8; 32] {
    *blake3::hash(token).as_bytes()
}

impl Accounts<'_> {
    /// Begins a session at a moment (seconds since 1970), and removes those that are over.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn begin_session(
        &self,
        token: &[u8],
        account: i64,
        now: i64,
        terms: SessionTerms,
    ) -> rusqlite::Result<()> {
        self.db.execute(
            "DELETE FROM sessions WHERE seen < ?1 OR began < ?2 OR began > ?3",
            params![now - terms.idle_seconds, now - terms.longest_seconds, now + AHEAD_SECONDS],
        )?;
        self.db
            .execute(
                "INSERT INTO sessions (token_hash, account, began, seen, proved) VALUES (?1, ?2, ?3, ?3, ?3)",
                params![token_hash(token), account, now],
            )
            .map(drop)
    }

    /// The account of a session that is not over. The second part says whether the session's last request is to
    /// be written down by [`touch_session`].
    ///
    /// # Errors
    /// Where the store cannot be read or is damaged.
    pub fn session(
        &self,
        token: &[u8],
        now: i64,
        terms: SessionTerms,
    ) -> rusqlite::Result<Option<(UserAccount, bool)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT account, seen FROM sessions
             WHERE token_hash = ?1 AND seen >= ?2 AND began >= ?3 AND began <= ?4 AND seen <= ?4",
        )?;
        let found: Option<(i64, i64)> = statement
            .query_row(
                params![
                    token_hash(token),
                    now - terms.idle_seconds,
                    now - terms.longest_seconds,
                    now + AHEAD_SECONDS
                ],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((id, seen)) = found else { return Ok(None) };
        let account = self.by_id(id)?.filter(|account| !account.disabled);
        Ok(account.map(|account| (account, now - seen > SEEN_SECONDS)))
    }

    /// Writes down that a session made a request.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn touch_session(&self, token: &[u8], now: i64) -> rusqlite::Result<()> {
        self.db
            .execute(
                "UPDATE sessions SET seen = max(seen, ?2) WHERE token_hash = ?1",
                params![token_hash(token), now],
            )
            .map(drop)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn end_session(&self, token: &[u8]) -> rusqlite::Result<()> {
        self.db.execute("DELETE FROM sessions WHERE token_hash = ?1", [token_hash(token)]).map(drop)
    }

    /// When whoever has a session last gave the password, in seconds since 1970; `None` where there is no such session.
    ///
    /// # Errors
    /// Where the store cannot be read or is damaged.
    pub fn proved(&self, token: &[u8]) -> rusqlite::Result<Option<i64>> {
        let mut statement = self.db.prepare_cached("SELECT proved FROM sessions WHERE token_hash = ?1")?;
        statement.query_row([token_hash(token)], |row| row.get(0)).optional()
    }

    /// Writes down that whoever has a session gave the password.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn prove(&self, token: &[u8], now: i64) -> rusqlite::Result<()> {
        self.db
            .execute("UPDATE sessions SET proved = ?2 WHERE token_hash = ?1", params![token_hash(token), now])
            .map(drop)
    }

    /// All sessions that the store holds, those that were seen last first. One that was idle for long stays until
    /// somebody logs in: when sessions are over is for the server to say.
    ///
    /// # Errors
    /// Where the store cannot be read or is damaged.
    pub fn sessions(&self) -> rusqlite::Result<Vec<SessionOf>> {
        let mut statement = self.db.prepare(
            "SELECT a.name, s.began, s.seen FROM sessions s JOIN accounts a ON a.id = s.account
             ORDER BY s.seen DESC, s.began DESC, a.name",
        )?;
        let session = |row: &rusqlite::Row<'_>| {
            Ok(SessionOf { account: row.get(0)?, began: row.get(1)?, seen: row.get(2)? })
        };
        statement.query_map([], session)?.collect()
    }

    /// The sessions of an account that are not over, those that were seen last first.
    ///
    /// # Errors
    /// Where the store cannot be read or is damaged.
    pub fn own_sessions(
        &self,
        account: i64,
        token: &[u8],
        now: i64,
        terms: SessionTerms,
    ) -> rusqlite::Result<Vec<OwnSession>> {
        let mut statement = self.db.prepare_cached(
            "SELECT began, seen, token_hash = ?2 FROM sessions
             WHERE account = ?1 AND seen >= ?3 AND began >= ?4 ORDER BY seen DESC, began DESC",
        )?;
        let session = |row: &rusqlite::Row<'_>| {
            Ok(OwnSession { began: row.get(0)?, seen: row.get(1)?, is_this: row.get(2)? })
        };
        let bounds =
            params![account, token_hash(token), now - terms.idle_seconds, now - terms.longest_seconds];
        statement.query_map(bounds, session)?.collect()
    }

    /// Ends all sessions of an account; how many there were.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn end_sessions(&self, name: &str) -> rusqlite::Result<usize> {
        self.db
            .execute("DELETE FROM sessions WHERE account = (SELECT id FROM accounts WHERE name = ?1)", [name])
    }

    /// Ends all sessions of an account but one; how many there were.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn end_other_sessions(&self, account: i64, token: &[u8]) -> rusqlite::Result<usize> {
        self.db.execute(
            "DELETE FROM sessions WHERE account = ?1 AND token_hash <> ?2",
            params![account, token_hash(token)],
        )
    }
}
