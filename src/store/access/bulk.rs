//! Who looked at very many persons at once, as the log tells.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OpenFlags};

use crate::store::{FILE, Store, StoreError};

/// The action of the log by which it is told that somebody looks at very many persons.
pub const BULK: &str = "bulk";

/// For how long it is pointed out.
const BULK_TOLD_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How often it was told of whom since a moment.
fn since(db: &Connection, since: Timestamp) -> rusqlite::Result<BTreeMap<String, u64>> {
    // The word stands in the text of the query, so that the index of such lines alone answers it.
    let mut lines = db.prepare_cached(
        "SELECT who, count(*) FROM access_log WHERE action = 'bulk' AND at >= ?1 GROUP BY who ORDER BY who",
    )?;
    let line = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()));
    lines.query_map([since.as_second()], line)?.collect()
}

impl Store {
    /// Who looked at very many persons of late, and how often that was told.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn bulk_views(&self, now: Timestamp) -> Result<BTreeMap<String, u64>, StoreError> {
        since(&self.db, now - BULK_TOLD_FOR).map_err(self.failed())
    }
}

/// The same of the store of an output folder, where there is one; nothing is changed by looking.
///
/// # Errors
/// [`StoreError`] where the store cannot be read.
pub fn bulk_views_of(out: &Path, now: Timestamp) -> Result<BTreeMap<String, u64>, StoreError> {
    let path = out.join(FILE);
    if !path.is_file() {
        return Ok(BTreeMap::new());
    }
    let read =
        || since(&Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?, now - BULK_TOLD_FOR);
    read().map_err(StoreError::of(&path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Access;

    #[test]
    fn it_is_told_for_a_week() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(bulk_views_of(dir.path(), Timestamp::now()).unwrap(), BTreeMap::new());
        let mut store = Store::open(dir.path()).unwrap();
        let day = |n: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * n);
        for (who, action, at) in
            [("an", BULK, 1), ("an", BULK, 5), ("an", "view", 5), ("binh", BULK, 6), ("binh", BULK, 7)]
        {
            let [who, action, what, why] = [who, action, "300 cases within an hour", ""].map(str::to_owned);
            store.log_access(&Access { who, action, what, why }, day(at)).unwrap();
        }
        let of =
            |views: &[(&str, u64)]| views.iter().map(|(who, times)| ((*who).to_owned(), *times)).collect();
        assert_eq!(store.bulk_views(day(8)).unwrap(), of(&[("an", 2), ("binh", 2)]));
        assert_eq!(store.bulk_views(day(13)).unwrap(), of(&[("binh", 2)]));
        assert_eq!(bulk_views_of(dir.path(), day(8)).unwrap(), store.bulk_views(day(8)).unwrap());
        let plan = "EXPLAIN QUERY PLAN SELECT who, count(*) FROM access_log WHERE action = 'bulk' AND at >= 1 \
                    GROUP BY who";
        let how: String = store.db.query_row(plan, [], |row| row.get(3)).unwrap();
        assert!(how.contains("access_log_bulk"), "{how}");
    }
}
