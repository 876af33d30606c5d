//! The access log held to its chain, to its seals, and to what was noted of it elsewhere.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::Access;
use super::secret::Secret;
use crate::store::{FILE, Store, StoreError};

/// What a check of the log came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Every line follows from the one before, and bears its seal.
    Whole {
        /// Lines checked.
        lines: u64,
        /// The first line with a seal; those before it are of an older program.
        sealed_from: Option<i64>,
    },
    /// The first line that does not.
    Broken {
        /// Its number.
        seq: i64,
        /// What was done to it.
        harm: Harm,
    },
}

/// What was done to a log.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Harm {
    /// A line was changed, or put in by other means than the program.
    Changed,
    /// A line was taken out from among others.
    TakenOut,
    /// Lines were cut off the end, or an older copy was put in the place of the store.
    CutOff,
    /// There are seals and no secret to check them by.
    NoSecret,
}

/// The end of a log, as it is noted elsewhere: so many lines, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Lines: the number of the last one.
    pub lines: i64,
    /// The seal, in hexadecimal digits.
    pub seal: String,
}

/// The digest of a line, which holds that of the line before.
pub(super) fn digest(prev: &[u8], (seq, at): (i64, i64), access: &Access, cases: Option<&[u8]>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(prev);
    hasher.update(&seq.to_le_bytes());
    hasher.update(&at.to_le_bytes());
    // Lines of an older program hold no cases, and their digests nothing of them.
    let texts = [&access.who, &access.action, &access.what, &access.why].map(|text| text.as_bytes());
    for text in texts.into_iter().chain(cases) {
        // Lengths stand before the texts, so that no two lines read alike.
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text);
    }
    *hasher.finalize().as_bytes()
}

impl Store {
    /// Checks that every line follows from the one before and bears its seal, that nothing was cut off the end, and that the
    /// heads that were noted elsewhere are those of their lines.
    ///
    /// # Errors
    /// [`StoreError`] where the store or the secret cannot be read. A log that is not whole is no error but
    /// [`Chain::Broken`].
    pub fn verify_accesses(&self, noted: &[Head]) -> Result<Chain, StoreError> {
        let path = self.out().join(super::SECRET_FILE);
        let secret = Secret::of(self.out()).map_err(|source| StoreError::Open { path, source })?;
        self.check_lines(secret.as_ref(), noted).map_err(self.failed())
    }

    fn check_lines(&self, secret: Option<&Secret>, noted: &[Head]) -> rusqlite::Result<Chain> {
        let view = self.db.unchecked_transaction()?;
        let mut lines = view.prepare("SELECT * FROM access_log ORDER BY seq")?;
        let mut lines = lines.query([])?;
        let broken = |seq, harm| Ok(Chain::Broken { seq, harm });
        let (mut last, mut prev, mut sealed_from) = (0i64, vec![0u8; 32], None);
        while let Some(line) = lines.next()? {
            let (seq, expected): (i64, i64) = (line.get("seq")?, last + 1);
            if seq != expected {
                return broken(expected, Harm::TakenOut);
            }
            let access = Access {
                who: line.get("who")?,
                action: line.get("action")?,
                what: line.get("what")?,
                why: line.get("why")?,
            };
            let hash: Vec<u8> = line.get("hash")?;
            let (written, cases): (Vec<u8>, Option<Vec<u8>>) = (line.get("prev")?, line.get("cases")?);
            let sound = digest(&prev, (seq, line.get("at")?), &access, cases.as_deref());
            if written != prev || hash != sound {
                return broken(seq, Harm::Changed);
            }
            match (line.get::<_, Option<Vec<u8>>>("seal")?, secret) {
                (None, _) if sealed_from.is_none() => {}
                (Some(_), None) => return broken(seq, Harm::NoSecret),
                (Some(seal), Some(secret)) if seal == secret.line(&hash) => {
                    sealed_from = sealed_from.or(Some(seq));
                }
                _ => return broken(seq, Harm::Changed),
            }
            let of_line = |head: &&Head| head.lines == seq;
            if let Some(secret) = secret
                && noted.iter().filter(of_line).any(|head| head.seal != hex::encode(secret.head(seq, &hash)))
            {
                return broken(seq, Harm::Changed);
            }
            (last, prev) = (seq, hash);
        }
        let head: Option<(i64, Vec<u8>)> = view
            .query_row("SELECT seq, seal FROM access_head", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let is_cut = match (&head, secret) {
            (Some((seq, seal)), Some(secret)) => *seq != last || *seal != secret.head(last, &prev),
            (Some((seq, _)), None) => *seq != last,
            (None, _) => sealed_from.is_some(),
        };
        if is_cut || noted.iter().any(|head| head.lines > last) {
            return broken(last + 1, Harm::CutOff);
        }
        Ok(Chain::Whole { lines: last.unsigned_abs(), sealed_from })
    }

    /// The end of the log, to be noted elsewhere; `None` where it has no line with a seal.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn access_head(&self) -> Result<Option<Head>, StoreError> {
        head(&self.db).map_err(self.failed())
    }
}

fn head(db: &Connection) -> rusqlite::Result<Option<Head>> {
    let head = |row: &rusqlite::Row<'_>| {
        Ok(Head { lines: row.get(0)?, seal: hex::encode(row.get::<_, Vec<u8>>(1)?) })
    };
    db.query_row("SELECT seq, seal FROM access_head", [], head).optional()
}

/// The same of the store of an output folder, where there is one of this version; nothing is changed by looking.
///
/// # Errors
/// [`StoreError`] where the store cannot be read.
pub fn head_of(out: &Path) -> Result<Option<Head>, StoreError> {
    let path = out.join(FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let read = || {
        let db = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'access_head'")?.exists([])?;
        if known { head(&db) } else { Ok(None) }
    };
    read().map_err(StoreError::of(&path))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn access(what: &str) -> Access {
        let [who, action, why] = ["cán bộ A", "view", "xác minh"].map(str::to_owned);
        Access { who, action, what: what.to_owned(), why }
    }

    const WHAT: [&str; 4] = ["DUNG-01-000000000001", "DU-02-000000000002", "links.csv", "latest"];
    const OPEN: &str = "DROP TRIGGER access_log_is_kept; DROP TRIGGER access_log_is_unchanged;";

    fn store() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(dir.path()).unwrap();
        for what in WHAT {
            store.log_access(&access(what), Timestamp::UNIX_EPOCH).unwrap();
        }
        (dir, store)
    }

    fn whole(lines: u64, sealed_from: i64) -> Chain {
        Chain::Whole { lines, sealed_from: Some(sealed_from) }
    }

    #[test]
    fn lines_are_kept_and_follow_each_other() {
        let (dir, store) = store();
        assert_eq!(store.verify_accesses(&[]).unwrap(), whole(4, 1));
        let lines = store.accesses(2, 10).unwrap();
        assert_eq!((lines.len(), lines[0].seq, lines[0].access.what.as_str()), (3, 2, "DU-02-000000000002"));
        for change in ["DELETE FROM access_log", "UPDATE access_log SET who = 'B' WHERE seq = 1"] {
            assert!(store.db.execute(change, []).is_err(), "{change}");
        }
        assert_eq!(head_of(dir.path()).unwrap(), store.access_head().unwrap());
        assert_eq!(store.access_head().unwrap().unwrap().lines, 4);
    }

    #[test]
    fn a_line_changed_taken_out_or_cut_off_behind_the_triggers_is_seen() {
        for (change, seq, harm) in [
            ("UPDATE access_log SET why = '' WHERE seq = 2", 2, Harm::Changed),
            ("UPDATE access_log SET cases = x'0102030405060708' WHERE seq = 3", 3, Harm::Changed),
            ("UPDATE access_log SET seal = NULL WHERE seq = 3", 3, Harm::Changed),
            ("DELETE FROM access_log WHERE seq = 2", 2, Harm::TakenOut),
            ("DELETE FROM access_log WHERE seq = 1", 1, Harm::TakenOut),
            ("DELETE FROM access_log WHERE seq = 4", 4, Harm::CutOff),
            ("DELETE FROM access_log WHERE seq >= 3", 3, Harm::CutOff),
            ("DELETE FROM access_log", 1, Harm::CutOff),
            ("DELETE FROM access_log WHERE seq = 4; DELETE FROM access_head", 4, Harm::CutOff),
            ("DELETE FROM access_log WHERE seq = 4; UPDATE access_head SET seq = 3", 4, Harm::CutOff),
        ] {
            let (_dir, store) = store();
            store.db.execute_batch(&format!("{OPEN} {change}")).unwrap();
            assert_eq!(store.verify_accesses(&[]).unwrap(), Chain::Broken { seq, harm }, "{change}");
        }
    }

    /// Whoever knows how lines are chained, but not the secret, writes the log anew from some line on.
    #[test]
    fn a_chain_made_anew_without_the_secret_is_seen() {
        let (_dir, store) = store();
        store.db.execute_batch(OPEN).unwrap();
        let of = |column: &str, seq: i64| -> Vec<u8> {
            let sql = format!("SELECT {column} FROM access_log WHERE seq = ?1");
            store.db.query_row(&sql, [seq], |row| row.get(0)).unwrap()
        };
        let mut prev = of("prev", 2);
        for (seq, what) in (2..).zip(["links.csv", "links.csv", "latest"]) {
            let hash = digest(&prev, (seq, 0), &access(what), None);
            let seal = of("seal", seq);
            store
                .db
                .execute(
                    "UPDATE access_log SET what = ?2, prev = ?3, hash = ?4, seal = ?5 WHERE seq = ?1",
                    rusqlite::params![seq, what, prev, hash, seal],
                )
                .unwrap();
            prev = hash.to_vec();
        }
        assert_eq!(store.verify_accesses(&[]).unwrap(), Chain::Broken { seq: 2, harm: Harm::Changed });
    }

    #[test]
    fn an_older_copy_in_the_place_of_the_store_is_seen_by_what_was_noted_elsewhere() {
        let (dir, mut store) = store();
        let earlier = store.access_head().unwrap().unwrap();
        let copy = store.back_up("20261120T010000Z-00000000").unwrap();
        store.log_access(&access("links.csv"), Timestamp::UNIX_EPOCH).unwrap();
        let noted = store.access_head().unwrap().unwrap();
        let all = [earlier, noted];
        assert_eq!(store.verify_accesses(&all).unwrap(), whole(5, 1));
        drop(store);
        std::fs::remove_file(dir.path().join("lamsach.db-wal")).ok();
        std::fs::copy(&copy, dir.path().join(FILE)).unwrap();
        let mut store = Store::open(dir.path()).unwrap();
        assert_eq!(store.verify_accesses(&[]).unwrap(), whole(4, 1));
        assert_eq!(store.verify_accesses(&all).unwrap(), Chain::Broken { seq: 5, harm: Harm::CutOff });
        // Another line in the place of the one that was cut off does not help.
        store.log_access(&access("latest"), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(store.verify_accesses(&all).unwrap(), Chain::Broken { seq: 5, harm: Harm::Changed });
    }

    #[test]
    fn lines_of_an_older_program_stay_readable_and_seals_begin_where_they_begin() {
        let (dir, mut store) = store();
        store
            .db
            .execute_batch(&format!("{OPEN} UPDATE access_log SET seal = NULL; DELETE FROM access_head"))
            .unwrap();
        std::fs::remove_file(dir.path().join(super::super::SECRET_FILE)).unwrap();
        assert_eq!(store.verify_accesses(&[]).unwrap(), Chain::Whole { lines: 4, sealed_from: None });
        assert_eq!(store.access_head().unwrap(), None);
        let held = ["DU-02-000000000002".to_owned()];
        store.log_access_to(&access("list"), &held, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(store.verify_accesses(&[]).unwrap(), whole(5, 5));
        std::fs::remove_file(dir.path().join(super::super::SECRET_FILE)).unwrap();
        assert_eq!(store.verify_accesses(&[]).unwrap(), Chain::Broken { seq: 5, harm: Harm::NoSecret });
    }
}
