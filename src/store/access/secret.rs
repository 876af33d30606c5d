//! The secret of an output folder: seals under it are made by nobody who can only write to the store. It stands in a file
//! of its own beside the store, for its owner alone, and goes with copies of the store.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use crate::disk;
use crate::store::{Store, StoreError, backup};

/// The file in the output folder.
pub const SECRET_FILE: &str = ".lamsach.secret";

/// Bytes of the digest by which something is marked that a list held.
pub(super) const MARK: usize = 8;

/// The secret.
#[derive(Clone)]
pub(in crate::store) struct Secret([u8; 32]);

impl Secret {
    fn path(out: &Path) -> PathBuf {
        out.join(SECRET_FILE)
    }

    /// The secret of a folder; `None` where there is none, or what stands there is none.
    pub(super) fn of(out: &Path) -> io::Result<Option<Self>> {
        let mut secret = [0; 32];
        match fs::read_to_string(Self::path(out)) {
            Ok(text) => Ok(hex::decode_to_slice(text.trim(), &mut secret).is_ok().then_some(Self(secret))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The secret of a folder, made where there is none. Where one was lost, that of the newest copy of the store is taken
    /// up again. The store is locked: nobody else makes one meanwhile.
    pub(super) fn ensure(out: &Path) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Open { path: Self::path(out), source };
        if let Some(secret) = Self::of(out).map_err(failed)? {
            return Ok(secret);
        }
        let secret = backup::all(out).iter().rev().find_map(|copy| Self::in_copy(copy));
        let secret = secret.map_or_else(Self::new, Ok).map_err(failed)?;
        secret.write(out).map_err(failed)?;
        Ok(secret)
    }

    fn new() -> io::Result<Self> {
        let mut secret = [0; 32];
        let random = rustls::crypto::ring::default_provider().secure_random;
        random.fill(&mut secret).map_err(|_| io::Error::other("no random numbers"))?;
        Ok(Self(secret))
    }

    fn write(&self, out: &Path) -> io::Result<()> {
        disk::replace_file(&Self::path(out), format!("{}\n", hex::encode(self.0)).as_bytes(), disk::FILE_MODE)
    }

    /// The secret that a copy of the store holds.
    fn in_copy(copy: &Path) -> Option<Self> {
        let db = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
        Self::within(&db).ok()?
    }

    fn within(db: &Connection) -> rusqlite::Result<Option<Self>> {
        let secret: Option<[u8; 32]> =
            db.query_row("SELECT secret FROM folder_secret", [], |row| row.get(0)).optional()?;
        Ok(secret.map(Self))
    }

    fn keyed(&self, what: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(what.as_bytes());
        hasher.update(&[0]);
        for part in parts {
            hasher.update(part);
        }
        *hasher.finalize().as_bytes()
    }

    /// The seal of a line, by its digest, which holds those before it.
    pub(super) fn line(&self, digest: &[u8]) -> [u8; 32] {
        self.keyed("line", &[digest])
    }

    /// The seal of a log that ends with a line.
    pub(super) fn head(&self, seq: i64, digest: &[u8]) -> [u8; 32] {
        self.keyed("head", &[&seq.to_le_bytes(), digest])
    }

    /// By what something that a list held is marked in the log: whoever has no secret cannot tell which it is.
    pub(super) fn mark(&self, held: &str) -> [u8; MARK] {
        let mut mark = [0; MARK];
        mark.copy_from_slice(&self.keyed("held", &[held.as_bytes()])[..MARK]);
        mark
    }
}

impl Store {
    /// The output folder.
    pub(super) fn out(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Puts the secret into a copy of the store.
    pub(in crate::store) fn put_secret_into(&self, copy: &Connection) -> rusqlite::Result<()> {
        // Without it the copy is worth as much.
        if let Ok(Some(Secret(secret))) = Secret::of(self.out()) {
            copy.execute("INSERT OR REPLACE INTO folder_secret VALUES (1, ?1)", [secret])?;
        }
        Ok(())
    }

    /// Takes the secret out of a store that was a copy: the folder's own stands in its file.
    pub(in crate::store) fn take_secret_out(&self) -> Result<(), StoreError> {
        let Some(secret) = Secret::within(&self.db).map_err(self.failed())? else { return Ok(()) };
        let failed = |source| StoreError::Open { path: Secret::path(self.out()), source };
        if Secret::of(self.out()).map_err(failed)?.is_none() {
            secret.write(self.out()).map_err(failed)?;
        }
        self.db.execute("DELETE FROM folder_secret", []).map_err(self.failed()).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::store::{Access, Chain, FILE};

    fn store_with_a_line(out: &Path) -> Store {
        let mut store = Store::open(out).unwrap();
        let [who, action, what, why] = ["x", "view", "DU-01-000000000001", ""].map(str::to_owned);
        store.log_access(&Access { who, action, what, why }, Timestamp::UNIX_EPOCH).unwrap();
        store
    }

    #[test]
    fn a_secret_is_made_at_first_need_and_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        drop(Store::open(dir.path()).unwrap());
        assert!(!dir.path().join(SECRET_FILE).exists());
        drop(store_with_a_line(dir.path()));
        assert!(disk::is_private(&dir.path().join(SECRET_FILE)));
        let first = Secret::of(dir.path()).unwrap().unwrap();
        drop(store_with_a_line(dir.path()));
        assert_eq!(Secret::of(dir.path()).unwrap().unwrap().0, first.0);
        assert_ne!(first.line(b"x"), first.head(0, b"x"));
    }

    #[test]
    fn a_copy_of_the_store_brings_the_secret_back() {
        let dir = tempfile::tempdir().unwrap();
        let store = store_with_a_line(dir.path());
        let copy = store.back_up("20261120T010000Z-00000000").unwrap();
        drop(store);
        // The secret alone is lost: the next line takes it from the copy.
        fs::remove_file(dir.path().join(SECRET_FILE)).unwrap();
        let store = store_with_a_line(dir.path());
        assert_eq!(store.verify_accesses(&[]).unwrap(), Chain::Whole { lines: 2, sealed_from: Some(1) });
        drop(store);
        // The copy in another folder stands for the store, and gives the secret to its file.
        let other = tempfile::tempdir().unwrap();
        fs::copy(&copy, other.path().join(FILE)).unwrap();
        let store = Store::open(other.path()).unwrap();
        assert_eq!(store.verify_accesses(&[]).unwrap(), Chain::Whole { lines: 1, sealed_from: Some(1) });
        assert!(Secret::within(&store.db).unwrap().is_none());
        store.check().unwrap();
        assert!(disk::is_private(&other.path().join(SECRET_FILE)));
    }
}
