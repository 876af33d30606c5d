//! Second factors of accounts: secrets, and which code was taken last.

use rusqlite::{OptionalExtension as _, params};

use super::accounts::Accounts;

/// The second factor of an account.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The secret, which the account's app has too.
    pub secret: Vec<u8>,
    /// The last step of which a code was taken.
    pub used: i64,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecondFactor").field("used", &self.used).finish_non_exhaustive()
    }
}

impl Accounts<'_> {
    /// The second factor of an account, where it has one.
    ///
    /// # Errors
    /// Where the store cannot be read or is damaged.
    pub fn second_factor(&self, account: i64) -> rusqlite::Result<Option<SecondFactor>> {
        let mut statement =
            self.db.prepare_cached("SELECT secret, used FROM second_factors WHERE account = ?1")?;
        let factor = |row: &rusqlite::Row<'_>| Ok(SecondFactor { secret: row.get(0)?, used: row.get(1)? });
        statement.query_row([account], factor).optional()
    }

    /// Gives an account a second factor, or takes it away, and ends its sessions; `false` where there is no such
    /// account.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn set_second_factor(&self, name: &str, secret: Option<&[u8]>) -> rusqlite::Result<bool> {
        let transaction = self.db.unchecked_transaction()?;
        let id: Option<i64> = transaction
            .query_row("SELECT id FROM accounts WHERE name = ?1", [name], |row| row.get(0))
            .optional()?;
        let Some(id) = id else { return Ok(false) };
        transaction.execute("DELETE FROM second_factors WHERE account = ?1", [id])?;
        if let Some(secret) = secret {
            transaction.execute(
                "INSERT INTO second_factors (account, secret) VALUES (?1, ?2)",
                params![id, secret],
            )?;
        }
        transaction.execute("DELETE FROM sessions WHERE account = ?1", [id])?;
        transaction.commit()?;
        Ok(true)
    }

    /// Takes the code of a step; `false` where it, or a later one, was taken before.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn take_step(&self, account: i64, step: i64) -> rusqlite::Result<bool> {
        let taken = self.db.execute(
            "UPDATE second_factors SET used = ?2 WHERE account = ?1 AND used < ?2",
            params![account, step],
        )?;
        Ok(taken == 1)
    }
}

#[cfg(test)]
mod tests {
    use crate::store::Store;
    use crate::store::accounts::{AccountRole, NewAccount, SessionTerms};

    #[test]
    fn a_code_is_taken_once_and_a_new_secret_ends_sessions() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let accounts = store.accounts();
        let new =
            NewAccount { name: "an", password: "x", role: AccountRole::Admin, communes: &[], units: &[] };
        assert!(accounts.add(&new).unwrap());
        let id = accounts.with_password("an").unwrap().unwrap().0.id;
        assert_eq!(accounts.second_factor(id).unwrap(), None);
        assert!(!accounts.take_step(id, 5).unwrap());
        let terms = SessionTerms::default();
        accounts.begin_session(b"token", id, 1000, terms).unwrap();
        assert!(accounts.set_second_factor("AN", Some(b"secret")).unwrap());
        assert!(accounts.session(b"token", 1000, terms).unwrap().is_none());
        assert!(accounts.take_step(id, 5).unwrap());
        assert!(!accounts.take_step(id, 5).unwrap() && !accounts.take_step(id, 4).unwrap());
        assert!(accounts.take_step(id, 6).unwrap());
        let factor = accounts.second_factor(id).unwrap().unwrap();
        assert_eq!((factor.secret.as_slice(), factor.used), (&b"secret"[..], 6));
        assert!(!format!("{factor:?}").contains("secret:"), "{factor:?}");
        assert!(accounts.set_second_factor("an", None).unwrap());
        assert_eq!(accounts.second_factor(id).unwrap(), None);
        assert!(!accounts.set_second_factor("nobody", None).unwrap());
        store.check().unwrap();
    }
}
