//! Who works at the desk: the user of this machine alone, without a password, or accounts as the served pages know
//! them.
//!
//! The account of the user alone bears the name that the system gives the user, and a password that no text is hashed
//! to: nobody logs in with it, here or where the same folder is served to others. The gate of the program lets its
//! user in.

use crate::disk;
use crate::domain::Lang;
use crate::review::http::passwords::{self, Weakness};
use crate::store::accounts::{AccountRole, NewAccount, UserAccount};
use crate::store::{Access, Store, StoreError};

/// What stands for the password of the user of this machine alone; no hash looks like it.
const NO_PASSWORD: &str = "!";

/// Characters of a name, at most.
const LONGEST_NAME: usize = 64;

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotMade {
    /// The name is none.
    #[error("bad name")]
    BadName,
    /// The password is too short.
    #[error("short password")]
    Short,
    /// The password is one that is tried first.
    #[error("common password")]
    Common,
    /// The two passwords are not the same.
    #[error("passwords differ")]
    Differ,
    /// The system has no random numbers to give.
    #[error("no random numbers")]
    NoRandom,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database failed.
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
}

/// Whom the first account is for.
pub(super) enum First<'a> {
    /// The user of this machine, alone.
    Me,
    /// Somebody with a name and a password, which is typed twice.
    Named { name: &'a str, password: &'a str, again: &'a str },
}

/// The account of the user of this machine alone, where there is one.
pub(crate) fn sole(store: &Store) -> rusqlite::Result<Option<UserAccount>> {
    let found = store.accounts().with_password(&disk::user_name())?;
    let sole = found.filter(|(account, password)| password == NO_PASSWORD && !account.disabled);
    Ok(sole.map(|(account, _)| account))
}

/// Whether anybody could work at the desk.
pub(super) fn are_there(store: &Store) -> rusqlite::Result<bool> {
    Ok(store.accounts().list()?.iter().any(|account| !account.disabled))
}

/// Makes the first account, and writes into the access log who did.
pub(super) fn make(store: &mut Store, first: &First<'_>, lang: Lang) -> Result<UserAccount, NotMade> {
    let own = disk::user_name();
    let (name, hashed) = match first {
        First::Me => (own.as_str(), NO_PASSWORD.to_owned()),
        First::Named { name, password, again } => {
            let taken = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
            if name.is_empty() || name.chars().count() > LONGEST_NAME || !name.chars().all(taken) {
                return Err(NotMade::BadName);
            }
            match passwords::weakness(password, name) {
                Some(Weakness::Short) => return Err(NotMade::Short),
                Some(Weakness::Common) => return Err(NotMade::Common),
                None => {}
            }
            if password != again {
                return Err(NotMade::Differ);
            }
            (*name, passwords::hash(password).ok_or(NotMade::NoRandom)?)
        }
    };
    let account = NewAccount { name, password: &hashed, role: AccountRole::Admin, communes: &[], units: &[] };
    // Pressed twice, the form finds the account there.
    if store.accounts().add(&account)? {
        let access = Access {
            who: own.clone(),
            action: "user_add".to_owned(),
            what: name.to_owned(),
            why: AccountRole::Admin.name().to_owned(),
        };
        store.log_access(&access, jiff::Timestamp::now())?;
    }
    let (account, _) = store.accounts().with_password(name)?.ok_or(NotMade::BadName)?;
    store.accounts().set_language(account.id, lang)?;
    Ok(UserAccount { lang, ..account })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_alone_needs_no_password_and_nobody_else_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(dir.path()).unwrap();
        assert!(!are_there(&store).unwrap() && sole(&store).unwrap().is_none());
        let made = make(&mut store, &First::Me, Lang::En).unwrap();
        assert_eq!((made.name.as_str(), made.role), (disk::user_name().as_str(), AccountRole::Admin));
        let found = sole(&store).unwrap().unwrap();
        assert_eq!((found.id, found.lang), (made.id, Lang::En));
        assert!(!passwords::verify("", Some(NO_PASSWORD)) && !passwords::verify("!", Some(NO_PASSWORD)));
        let logged = store.accesses(0, 9).unwrap();
        assert_eq!(logged.len(), 1);
        // A disabled account lets nobody in.
        store.accounts().disable(&made.name).unwrap();
        assert!(sole(&store).unwrap().is_none() && !are_there(&store).unwrap());
    }

    #[test]
    fn an_account_with_a_password_is_made_as_it_should_be() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(dir.path()).unwrap();
        let mut named = |name, password, again| {
            make(&mut store, &First::Named { name, password, again }, Lang::Vi).map(|account| account.name)
        };
        assert!(matches!(named("", "mật khẩu dài", "mật khẩu dài"), Err(NotMade::BadName)));
        assert!(matches!(named("a b", "mật khẩu dài", "mật khẩu dài"), Err(NotMade::BadName)));
        assert!(matches!(named("an", "ngắn", "ngắn"), Err(NotMade::Short)));
        assert!(matches!(named("an", "mật khẩu dài", "mật khẩu khác"), Err(NotMade::Differ)));
        assert_eq!(named("an", "mật khẩu dài", "mật khẩu dài").unwrap(), "an");
        assert!(are_there(&store).unwrap() && sole(&store).unwrap().is_none());
    }
}
