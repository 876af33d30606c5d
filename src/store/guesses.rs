//! The brake on guessing passwords: failed logins, and how long whoever guesses has to wait.

use rusqlite::params;

use super::accounts::Accounts;

/// Failed logins are remembered for so many seconds.
const FAILURE_SECONDS: i64 = 24 * 60 * 60;

/// Failed logins of one account from one address before there is a wait.
const FAILURES_OF_NAME: i64 = 5;

/// Failed logins from one address, whatever the names, within [`LONGEST_WAIT`] before there is a wait.
const FAILURES_OF_ADDRESS: i64 = 20;

/// Failed logins of one account, wherever they come from, within [`LONGEST_WAIT`] before there is a wait: so many that
/// nobody keeps a colleague out by the way.
const FAILURES_OF_MANY: i64 = 100;

/// The first wait, in seconds; each further failure doubles it.
const SHORTEST_WAIT: i64 = 60;

/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;

impl Accounts<'_> {
    /// Whether a login has to wait: too many failed by this name from this address, and of late from this address or by
    /// this name. The loopback address is that of everybody at this machine, or behind a proxy on it, and is nobody's.
    ///
    /// # Errors
    /// Where the store cannot be read or is damaged.
    pub fn is_braked(&self, name: &str, address: &str, now: i64) -> rusqlite::Result<bool> {
        let found = |condition: &str, since: i64| -> rusqlite::Result<(i64, Option<i64>)> {
            // What a clock that was ahead wrote down is not held against anybody.
            let sql = format!(
                "SELECT count(*), max(at) FROM login_failures WHERE at > ?3 AND at <= ?4 AND {condition}"
            );
            let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            self.db.prepare_cached(&sql)?.query_row(params![name, address, since, now], read)
        };
        let (count, last) = found("name = ?1 AND address = ?2", now - FAILURE_SECONDS)?;
        if last.is_some_and(|last| now < last + wait_after(count)) {
            return Ok(true);
        }
        let of_late = now - LONGEST_WAIT;
        let is_shared = address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        Ok(found("name = ?1 AND ?2 = ?2", of_late)?.0 >= FAILURES_OF_MANY
            || (!is_shared && found("address = ?2 AND ?1 = ?1", of_late)?.0 >= FAILURES_OF_ADDRESS))
    }

    /// Writes down a failed login, and forgets those that no longer count.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn failed_login(&self, name: &str, address: &str, now: i64) -> rusqlite::Result<()> {
        self.db
            .execute("DELETE FROM login_failures WHERE at <= ?1 OR at > ?2", [now - FAILURE_SECONDS, now])?;
        self.db
            .execute(
                "INSERT INTO login_failures (at, name, address) VALUES (?1, ?2, ?3)",
                params![now, name, address],
            )
            .map(drop)
    }

    /// Forgets the failed logins of a name: whoever has it has logged in, or got a new password.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn forget_failures(&self, name: &str) -> rusqlite::Result<()> {
        self.db.execute("DELETE FROM login_failures WHERE name = ?1", [name]).map(drop)
    }
}

/// How long after the last of so many failures there is no further try, in seconds.
fn wait_after(failures: i64) -> i64 {
    match u32::try_from(failures - FAILURES_OF_NAME) {
        Err(_) => 0,
        Ok(more) => SHORTEST_WAIT.saturating_mul(1 << more.min(10)).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn whoever_guesses_waits_ever_longer_and_nobody_else() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let accounts = store.accounts();
        let fail = |name: &str, address: &str, at| accounts.failed_login(name, address, at).unwrap();
        let braked = |name: &str, address: &str, at| accounts.is_braked(name, address, at).unwrap();
        for n in 0..FAILURES_OF_NAME {
            assert!(!braked("an", "10.0.0.1", 1000 + n));
            fail("An", "10.0.0.1", 1000 + n);
        }
        let mut last = 999 + FAILURES_OF_NAME;
        for wait in [60, 120, 240, 480, 900, 900] {
            assert!(braked("an", "10.0.0.1", last + wait - 1) && !braked("an", "10.0.0.1", last + wait));
            // An himself, at his own machine, is not kept out.
            assert!(!braked("an", "10.0.0.2", last) && !braked("binh", "10.0.0.1", last));
            last += wait;
            fail("an", "10.0.0.1", last);
        }
        accounts.forget_failures("an").unwrap();
        assert!(!braked("an", "10.0.0.1", last));
        for n in 0..FAILURES_OF_ADDRESS {
            for address in ["10.0.0.1", "127.0.0.1"] {
                fail(&format!("guess{n}"), address, last);
            }
        }
        assert!(braked("binh", "10.0.0.1", last) && !braked("binh", "127.0.0.1", last));
        for n in 0..FAILURES_OF_MANY {
            assert!(!braked("chi", "10.9.9.9", last), "{n}");
            fail("chi", &format!("10.1.0.{n}"), last);
        }
        assert!(braked("chi", "10.9.9.9", last) && !braked("chi", "10.9.9.9", last + LONGEST_WAIT));
    }

    #[test]
    fn a_clock_that_was_ahead_keeps_nobody_out() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let accounts = store.accounts();
        for _ in 0..2 * FAILURES_OF_NAME {
            accounts.failed_login("an", "10.0.0.1", 1_000_000).unwrap();
        }
        assert!(accounts.is_braked("an", "10.0.0.1", 1_000_000).unwrap());
        assert!(!accounts.is_braked("an", "10.0.0.1", 5_000).unwrap());
        accounts.failed_login("binh", "10.0.0.1", 5_000).unwrap();
        let left: i64 =
            accounts.db.query_row("SELECT count(*) FROM login_failures", [], |row| row.get(0)).unwrap();
        assert_eq!(left, 1);
    }
}
