//! Accounts of the review page and their sessions.

use rusqlite::{Connection, OptionalExtension as _, params};

pub use super::factors::SecondFactor;
pub use super::sessions::{OwnSession, SessionOf, SessionTerms, token_hash};
use super::{Store, StoreError};
use crate::domain::Lang;
use crate::vietnamese::text::fold;

/// What an account may do.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum AccountRole {
    /// Sees and decides everything, and reads the access log.
    Admin,
    /// Sees and decides what lies in its communes and units.
    Officer,
    /// Reads the access log, and nothing else.
    Auditor,
    /// Reads figures of its communes and units, and no persons.
    Leader,
}

impl AccountRole {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Officer, Self::Auditor, Self::Leader];

    /// The name in the store and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Officer => "officer",
            Self::Auditor => "auditor",
            Self::Leader => "leader",
        }
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Which findings an account may see; `None` means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Communes: codes, or folded names of communes that have none.
    pub communes: Option<Vec<String>>,
    /// Responsible units by name.
    pub units: Option<Vec<String>>,
}

impl Scope {
    /// Everything.
    pub fn all() -> Self {
        Self::default()
    }

    /// Whether a commune lies within.
    pub fn has_commune(&self, key: &str) -> bool {
        self.communes.as_ref().is_none_or(|communes| communes.iter().any(|commune| commune == key))
    }

    /// Whether a unit lies within.
    pub fn has_unit(&self, unit: &str) -> bool {
        self.units.as_ref().is_none_or(|units| units.iter().any(|own| own == unit))
    }
}

/// What tells communes apart: the code, or the name of one that has none.
pub fn commune_key(code: &str, name: &str) -> String {
    if code.is_empty() { fold(name) } else { code.to_string() }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserAccount {
    /// Its number in the store.
    pub id: i64,
    /// The name.
    pub name: String,
    /// What it may do.
    pub role: AccountRole,
    /// What it may see.
    pub scope: Scope,
    /// The language of its pages.
    pub lang: Lang,
    /// Whether it may no longer log in.
    pub disabled: bool,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// The name.
    pub name: &'a str,
    /// The password as argon2 hashed it (a PHC string).
    pub password: &'a str,
    /// What it may do.
    pub role: AccountRole,
    /// Its communes, by code (or by name where the registry writes no codes).
    pub communes: &'a [String],
    /// Its units, by name; none means all.
    pub units: &'a [String],
}

/// The accounts of a store, with their sessions.
#[derive(Copy, Clone, Debug)]
pub struct Accounts<'a> {
    pub(super) db: &'a Connection,
}

impl Store {
    /// The accounts of the review page.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts { db: &self.db }
    }
}

/// A pair read twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondReading {
    /// What was read, as the decision names it.
    pub subject: String,
    /// Who answered first.
    pub first_by: String,
    /// The first answer.
    pub first_answer: String,
    /// Who answered second, without knowing the first answer.
    pub second_by: String,
    /// The second answer.
    pub second_answer: String,
}

/// How a role of a row is named among second readings: by what the store knows it by.
pub fn subject_of(record: i64) -> String {
    format!("{record:016x}")
}

impl Accounts<'_> {
    /// Makes an account; `false` where there is one of that name.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end. No account is made then.
    pub fn add(&self, account: &NewAccount<'_>) -> rusqlite::Result<bool> {
        let transaction = self.db.unchecked_transaction()?;
        let made = transaction.execute(
            "INSERT OR IGNORE INTO accounts (name, password, role) VALUES (?1, ?2, ?3)",
            params![account.name, account.password, account.role.name()],
        )?;
        if made == 0 {
            return Ok(false);
        }
        write_scope(&transaction, transaction.last_insert_rowid(), (account.communes, account.units))?;
        transaction.commit()?;
        Ok(true)
    }

    /// Changes what an account may do and see, and ends its sessions, so that nobody goes on by what was; `false` where
    /// there is no such account.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end. Nothing is changed then.
    pub fn set_role(
        &self,
        name: &str,
        role: AccountRole,
        scope: (&[String], &[String]),
    ) -> rusqlite::Result<bool> {
        let transaction = self.db.unchecked_transaction()?;
        let id: Option<i64> = transaction
            .query_row("SELECT id FROM accounts WHERE name = ?1", [name], |row| row.get(0))
            .optional()?;
        let Some(id) = id else { return Ok(false) };
        transaction.execute("UPDATE accounts SET role = ?2 WHERE id = ?1", params![id, role.name()])?;
        transaction.execute("DELETE FROM account_scopes WHERE account = ?1", [id])?;
        write_scope(&transaction, id, scope)?;
        transaction.execute("DELETE FROM sessions WHERE account = ?1", [id])?;
        transaction.commit()?;
        Ok(true)
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// Where the store cannot be read or is damaged.
    pub fn list(&self) -> rusqlite::Result<Vec<UserAccount>> {
        let mut statement = self.db.prepare("SELECT id FROM accounts ORDER BY name")?;
        let ids: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        ids.into_iter().filter_map(|id| self.by_id(id).transpose()).collect()
    }

    /// Changes the password of an account and ends its sessions; `false` where there is no such account.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn set_password(&self, name: &str, password: &str) -> rusqlite::Result<bool> {
        self.change(name, "UPDATE accounts SET password = ?2 WHERE name = ?1", &password)
    }

    /// Disables an account and ends its sessions; `false` where there is no such account.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn disable(&self, name: &str) -> rusqlite::Result<bool> {
        self.change(name, "UPDATE accounts SET disabled = ?2 WHERE name = ?1", &1)
    }

    fn change(&self, name: &str, update: &str, value: &dyn rusqlite::ToSql) -> rusqlite::Result<bool> {
        let transaction = self.db.unchecked_transaction()?;
        let changed = transaction.execute(update, params![name, value])?;
        transaction.execute(
            "DELETE FROM sessions WHERE account = (SELECT id FROM accounts WHERE name = ?1)",
            params![name],
        )?;
        transaction.commit()?;
        Ok(changed > 0)
    }

    /// Sets the language of an account's pages.
    ///
    /// # Errors
    /// Where the store cannot be written, or another process is writing and comes to no end.
    pub fn set_language(&self, id: i64, lang: Lang) -> rusqlite::Result<()> {
        self.db.execute("UPDATE accounts SET language = ?2 WHERE id = ?1", params![id, lang.code()]).map(drop)
    }

    /// An account with its hashed password, for the login.
    ///
    /// # Errors
    /// Where the store cannot be read or is damaged.
    pub fn with_password(&self, name: &str) -> rusqlite::Result<Option<(UserAccount, String)>> {
        let found: Option<(i64, String)> = self
            .db
            .query_row("SELECT id, password FROM accounts WHERE name = ?1", [name], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((id, password)) = found else { return Ok(None) };
        Ok(self.by_id(id)?.map(|account| (account, password)))
    }

    /// The account of a number.
    ///
    /// # Errors
    /// Where the store cannot be read or is damaged.
    pub fn by_id(&self, id: i64) -> rusqlite::Result<Option<UserAccount>> {
        let mut statement =
            self.db.prepare_cached("SELECT name, role, language, disabled FROM accounts WHERE id = ?1")?;
        let found = statement
            .query_row([id], |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, String>(2)?,
                    row.get::<_, bool>(3)?,
                ))
            })
            .optional()?;
        let Some((name, role, language, disabled)) = found else { return Ok(None) };
        let role = AccountRole::from_name(&role).unwrap_or(AccountRole::Auditor);
        let mut statement = self.db.prepare_cached(
            "SELECT value FROM account_scopes WHERE account = ?1 AND kind = ?2 ORDER BY value",
        )?;
        let mut values = |kind: &str| -> rusqlite::Result<Vec<String>> {
            statement.query_map(params![id, kind], |row| row.get(0))?.collect()
        };
        let scope = match role {
            AccountRole::Admin => Scope::all(),
            AccountRole::Officer => {
                let units = values("unit")?;
                Scope { communes: Some(values("commune")?), units: (!units.is_empty()).then_some(units) }
            }
            // A leader of no commune in particular is one of all of them.
            AccountRole::Leader => {
                let some = |values: Vec<String>| (!values.is_empty()).then_some(values);
                Scope { communes: some(values("commune")?), units: some(values("unit")?) }
            }
            // Nothing at all.
            AccountRole::Auditor => Scope { communes: Some(Vec::new()), units: Some(Vec::new()) },
        };
        let lang = if language == "en" { Lang::En } else { Lang::Vi };
        Ok(Some(UserAccount { id, name, role, scope, lang, disabled }))
    }
}

/// Writes communes and units of an account.
fn write_scope(db: &Connection, id: i64, (communes, units): (&[String], &[String])) -> rusqlite::Result<()> {
    // A commune without a code is known by its folded name; a code folds to itself.
    let communes = communes.iter().map(|commune| ("commune", fold(commune)));
    let units = units.iter().map(|unit| ("unit", unit.clone()));
    for (kind, value) in communes.chain(units) {
        db.execute(
            "INSERT OR IGNORE INTO account_scopes (account, kind, value) VALUES (?1, ?2, ?3)",
            params![id, kind, value],
        )?;
    }
    Ok(())
}

/// Writes down a second reading; `false` where there is one already.
pub(super) fn add_second_reading(
    db: &Connection,
    reading: &SecondReading,
    at: &str,
) -> rusqlite::Result<bool> {
    db.execute(
        "INSERT OR IGNORE INTO second_readings (subject, first_by, first_answer, second_by, second_answer, at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            reading.subject,
            reading.first_by,
            reading.first_answer,
            reading.second_by,
            reading.second_answer,
            at
        ],
    )
    .map(|made| made > 0)
}

impl Store {
    /// All second readings, in the order in which they were made.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn second_readings(&self) -> Result<Vec<SecondReading>, StoreError> {
        let read = || -> rusqlite::Result<Vec<SecondReading>> {
            let mut statement = self.db.prepare_cached(
                "SELECT subject, first_by, first_answer, second_by, second_answer FROM second_readings \
                 ORDER BY at, subject",
            )?;
            let read = |row: &rusqlite::Row<'_>| {
                Ok(SecondReading {
                    subject: row.get(0)?,
                    first_by: row.get(1)?,
                    first_answer: row.get(2)?,
                    second_by: row.get(3)?,
                    second_answer: row.get(4)?,
                })
            };
            statement.query_map([], read)?.collect()
        };
        read().map_err(self.failed())
    }
}

#[cfg(test)]
#[path = "accounts_tests.rs"]
mod tests;
