//! What can be noted elsewhere of the access log: the last line and its digest. Whoever has the secret of the folder, too,
//! can write the log anew; what was noted elsewhere shows it.

use std::fmt;

use rusqlite::OptionalExtension as _;

use crate::store::{Store, StoreError};

/// Bytes of the digest that a seal bears: enough that nobody makes another line of the same seal.
const BYTES: usize = 16;

/// The last line of the access log at some time, written `NUMBER:DIGEST`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Number of the line.
    pub seq: i64,
    digest: Vec<u8>,
}

impl Seal {
    /// Reads `NUMBER:DIGEST`.
    pub fn parse(text: &str) -> Option<Self> {
        let (seq, hex) = text.trim().split_once(':')?;
        if hex.len() != 2 * BYTES || !hex.is_ascii() {
            return None;
        }
        let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok();
        let digest = (0..BYTES).map(byte).collect::<Option<_>>()?;
        Some(Self { seq: seq.parse().ok().filter(|seq| *seq > 0)?, digest })
    }
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Store {
    /// The seal of the access log as it is now; `None` where it has no line.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn access_seal(&self) -> Result<Option<Seal>, StoreError> {
        self.seal_of("ORDER BY seq DESC LIMIT 1", [])
    }

    /// Whether the line of a seal is still there, with its digest.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn bears_seal(&self, seal: &Seal) -> Result<bool, StoreError> {
        Ok(self.seal_of("WHERE seq = ?1", [seal.seq])?.as_ref() == Some(seal))
    }

    fn seal_of(&self, which: &str, params: impl rusqlite::Params) -> Result<Option<Seal>, StoreError> {
        let line = self.db.query_row(&format!("SELECT seq, hash FROM access_log {which}"), params, |row| {
            let mut digest: Vec<u8> = row.get(1)?;
            digest.truncate(BYTES);
            Ok(Seal { seq: row.get(0)?, digest })
        });
        line.optional().map_err(StoreError::of(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::store::{Access, Chain, Harm};

    #[test]
    fn a_seal_shows_what_was_cut_off_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(dir.path()).unwrap();
        assert_eq!(store.access_seal().unwrap(), None);
        for what in ["a", "b", "c"] {
            let access =
                Access { who: "x".into(), action: "view".into(), what: what.into(), why: String::new() };
            store.log_access(&access, Timestamp::UNIX_EPOCH).unwrap();
        }
        let seal = store.access_seal().unwrap().unwrap();
        assert_eq!(Seal::parse(&seal.to_string()), Some(seal.clone()));
        assert!(store.bears_seal(&seal).unwrap());
        store
            .db
            .execute_batch("DROP TRIGGER access_log_is_kept; DELETE FROM access_log WHERE seq = 3")
            .unwrap();
        assert_eq!(store.verify_accesses(&[]).unwrap(), Chain::Broken { seq: 3, harm: Harm::CutOff });
        assert!(!store.bears_seal(&seal).unwrap());
        for wrong in ["", "3", "3:", "0:00", "3:zz", "x:0123456789abcdef0123456789abcdef"] {
            assert_eq!(Seal::parse(wrong), None, "{wrong}");
        }
    }
}
