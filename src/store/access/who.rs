//! Who saw something, as the log tells: by its number where a line names it, by its mark where a list held it.

use std::collections::BTreeSet;

use super::secret::{MARK, Secret};
use super::{LoggedAccess, logged};
use crate::store::{Store, StoreError};

impl Store {
    /// The lines of the log about any of these: numbers of cases, and rows as `file:row`.
    ///
    /// # Errors
    /// [`StoreError`] where the store or the secret of the folder cannot be read.
    pub fn accesses_about(&self, sought: &BTreeSet<String>) -> Result<Vec<LoggedAccess>, StoreError> {
        let path = self.out().join(super::SECRET_FILE);
        let secret = Secret::of(self.out()).map_err(|source| StoreError::Open { path, source })?;
        let marks: BTreeSet<[u8; MARK]> =
            secret.iter().flat_map(|secret| sought.iter().map(|held| secret.mark(held))).collect();
        let names = |what: &str| {
            what.split([' ', ',']).any(|word| sought.contains(word))
                // A role of a row: `file:row:role`.
                || what.rsplit_once(':').is_some_and(|(row, _)| sought.contains(row))
                || sought.contains(what)
        };
        let read = || {
            let mut lines = self
                .db
                .prepare("SELECT seq, at, who, action, what, why, cases FROM access_log ORDER BY seq")?;
            let mut lines = lines.query([])?;
            let mut about = Vec::new();
            while let Some(line) = lines.next()? {
                let held: Option<Vec<u8>> = line.get(6)?;
                let holds = held.as_ref().is_some_and(|held| {
                    held.chunks_exact(MARK)
                        .any(|mark| <[u8; MARK]>::try_from(mark).is_ok_and(|mark| marks.contains(&mark)))
                });
                if holds || names(&line.get::<_, String>(4)?) {
                    about.push(logged(line)?);
                }
            }
            Ok(about)
        };
        read().map_err(self.failed())
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::store::Access;

    #[test]
    fn a_list_tells_by_marks_what_it_held_and_nothing_in_clear() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::open(dir.path()).unwrap();
        let (one, other) = ("DU-02-000000000002".to_owned(), "DU-02-000000000003".to_owned());
        let mut log = |action: &str, what: &str, held: &[String]| {
            let [who, action, what, why] = ["an", action, what, ""].map(str::to_owned);
            store.log_access_to(&Access { who, action, what, why }, held, Timestamp::UNIX_EPOCH).unwrap();
        };
        log("view", &one, &[]);
        log("list", "2 cases", &[one.clone(), other.clone()]);
        log("print", "1 cases", std::slice::from_ref(&other));
        log("view", "khai tử.csv:12:deceased", &[]);
        let about = |sought: &str| {
            let sought = BTreeSet::from([sought.to_owned()]);
            store.accesses_about(&sought).unwrap().into_iter().map(|line| line.seq).collect::<Vec<_>>()
        };
        assert_eq!((about(&one), about(&other)), (vec![1, 2], vec![2, 3]));
        assert_eq!((about("khai tử.csv:12"), about("khai tử.csv:1"), about("")), (vec![4], vec![], vec![]));
        let held: Vec<u8> =
            store.db.query_row("SELECT cases FROM access_log WHERE seq = 2", [], |row| row.get(0)).unwrap();
        assert_eq!(held.len(), 2 * MARK);
        assert!(!held.windows(6).any(|part| one.as_bytes().windows(6).any(|of| of == part)));
    }
}
