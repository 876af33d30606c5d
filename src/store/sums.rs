//! Bits that flip on the disk: each table has the sum of the digests of its lines beside it.
//!
//! SQLite finds a page that is out of shape; a value that changed within its shape it cannot know. A digest of each line
//! is added to the sum of its table when the line is written and taken off when it goes, by triggers, within the same
//! transaction. The order of lines makes no difference, so that a sum costs one line at a time.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _};

/// The function of a line in SQL.
const FUNCTION: &str = "row_digest";

/// Sums are kept below this, so that two can be added: 56 bits.
const MASK: i64 = (1 << 56) - 1;

/// The line of `sums` that is of the schema.
const SCHEMA: &str = "";

/// Tables without a sum: the log of access is a chain of its own, its end is sealed, failed logins live for minutes.
const WITHOUT: [&str; 4] = ["access_log", "access_head", "login_failures", "sums"];

/// Tables that grow with the population. Only a full check adds them up.
const LARGE: [&str; 2] = ["findings", "events"];

/// Which tables are added up.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// What people wrote, and the schema: at each opening.
    Small,
    /// All of them.
    All,
}

/// Makes the function of a line known to a connection of one's own: without it no line of the store can be written.
///
/// # Errors
/// Where the connection refuses it.
pub fn let_write(db: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    db.create_scalar_function(FUNCTION, -1, flags, |values| Ok(digest(values)))
}

/// The digest of a line: of the sort, length and bytes of each of its values.
fn digest(values: &Context<'_>) -> i64 {
    let mut hasher = blake3::Hasher::new();
    for at in 0..values.len() {
        let (sort, bytes): (u8, &[u8]) = match values.get_raw(at) {
            ValueRef::Null => (0, &[]),
            ValueRef::Integer(number) => {
                hasher.update(&[1]);
                hasher.update(&number.to_le_bytes());
                continue;
            }
            ValueRef::Real(number) => {
                hasher.update(&[2]);
                hasher.update(&number.to_le_bytes());
                continue;
            }
            ValueRef::Text(text) => (3, text),
            ValueRef::Blob(bytes) => (4, bytes),
        };
        hasher.update(&[sort]);
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    i64::from_le_bytes(first) & MASK
}

/// Makes triggers and sums anew, after the schema has changed.
pub(super) fn renew(db: &Connection) -> rusqlite::Result<()> {
    let triggers = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'sum_of_%'";
    for trigger in names(db, triggers)? {
        db.execute_batch(&format!("DROP TRIGGER {trigger}"))?;
    }
    db.execute("DELETE FROM sums", [])?;
    let enter = |name: &str, (lines, sum): (i64, i64)| {
        db.execute("INSERT INTO sums (name, lines, sum) VALUES (?1, ?2, ?3)", (name, lines, sum))
    };
    for table in guarded(db, Which::All)? {
        enter(&table, added_up(db, &table)?)?;
        let (old, new) = (of_line(db, &table, "OLD.")?, of_line(db, &table, "NEW.")?);
        for (event, lines, sum) in [
            ("INSERT", "+ 1", format!("+ {new}")),
            ("UPDATE", "+ 0", format!("- {old} + {new}")),
            ("DELETE", "- 1", format!("- {old}")),
        ] {
            db.execute_batch(&format!(
                "CREATE TRIGGER sum_of_{table}_{event} AFTER {event} ON {table} BEGIN \
                 UPDATE sums SET lines = lines {lines}, sum = (sum {sum}) & {MASK} WHERE name = '{table}'; END"
            ))?;
        }
    }
    enter(SCHEMA, schema(db)?).map(drop)
}

/// The first table whose lines are not those that were written, if there is one.
pub(super) fn rotten(db: &Connection, which: Which) -> rusqlite::Result<Option<String>> {
    // One view of the file, though others write.
    let view = db.unchecked_transaction()?;
    if known(&view, SCHEMA)? != Some(schema(&view)?) {
        return Ok(Some("sqlite_schema".to_owned()));
    }
    for table in guarded(&view, which)? {
        if known(&view, &table)? != Some(added_up(&view, &table)?) {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

fn known(db: &Connection, name: &str) -> rusqlite::Result<Option<(i64, i64)>> {
    let sql = "SELECT lines, sum FROM sums WHERE name = ?1";
    db.query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?))).optional()
}

/// Tables with a sum.
fn guarded(db: &Connection, which: Which) -> rusqlite::Result<Vec<String>> {
    let tables =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut tables = names(db, tables)?;
    tables.retain(|table| !WITHOUT.contains(&table.as_str()));
    if which == Which::Small {
        tables.retain(|table| !LARGE.contains(&table.as_str()));
    }
    Ok(tables)
}

/// The digest of a line of a table, in SQL.
fn of_line(db: &Connection, table: &str, of: &str) -> rusqlite::Result<String> {
    let columns: Vec<String> = columns(db, table)?.iter().map(|column| format!("{of}{column}")).collect();
    Ok(format!("{FUNCTION}({})", columns.join(", ")))
}

fn columns(db: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    names(db, &format!("SELECT name FROM pragma_table_info('{table}')"))
}

/// How many lines a table has, and the sum of their digests.
fn added_up(db: &Connection, table: &str) -> rusqlite::Result<(i64, i64)> {
    sum_of(db, table, &columns(db, table)?.join(", "))
}

fn schema(db: &Connection) -> rusqlite::Result<(i64, i64)> {
    let lines = "sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'access_log'";
    sum_of(db, lines, "type, name, tbl_name, sql")
}

/// How many lines stand somewhere (a table, and which of its lines), and the sum of the digests of some of their columns.
///
/// # Errors
/// Where the lines cannot be read.
pub(crate) fn sum_of(db: &Connection, lines: &str, columns: &str) -> rusqlite::Result<(i64, i64)> {
    let mut select = db.prepare(&format!("SELECT {FUNCTION}({columns}) FROM {lines}"))?;
    let mut rows = select.query([])?;
    let (mut lines, mut sum) = (0, 0);
    while let Some(row) = rows.next()? {
        lines += 1;
        sum = (sum + row.get::<_, i64>(0)?) & MASK;
    }
    Ok((lines, sum))
}

fn names(db: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    db.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::store::accounts::{AccountRole, NewAccount};
    use crate::store::{FILE, Store};

    /// Everything that the store says, table by table.
    fn all(db: &Connection) -> rusqlite::Result<Vec<String>> {
        let mut said = Vec::new();
        for table in guarded(db, Which::All)? {
            let quoted: Vec<String> =
                columns(db, &table)?.iter().map(|column| format!("quote({column})")).collect();
            let mut lines =
                names(db, &format!("SELECT '{table} ' || {} FROM {table}", quoted.join(" || ', ' || ")))?;
            lines.sort();
            said.extend(lines);
        }
        Ok(said)
    }

    fn filled(out: &Path) {
        let store = Store::open(out).unwrap();
        for name in ["An", "Bình", "Cúc"] {
            let account =
                NewAccount { name, password: "hash", role: AccountRole::Officer, communes: &[], units: &[] };
            assert!(store.accounts().add(&account).unwrap());
        }
        store
            .db
            .execute_batch(
                "INSERT INTO communes VALUES (1, '17179', 'Xã Quỳnh Lưu');
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
                 INSERT INTO findings SELECT i * 7919, i % 3, 1, i % 4, i % 6, i % 6, 20000 + i, 20030 + i, NULL,
                     i * 31, i * 37, i * 41, 20000, NULL, i FROM n;
                 INSERT INTO decisions (kind, finding, who, at, day, note, via)
                 SELECT 'false_alarm', id, 'An', first_seen * 86400, first_seen, 'đã xem sổ gốc', 'web'
                 FROM findings WHERE id % 3 = 0;
                 DELETE FROM decisions WHERE finding % 5 = 0;
                 UPDATE decisions SET state = 'withdrawn', ended_by = 'Bình' WHERE finding % 7 = 0;",
            )
            .unwrap();
    }

    #[test]
    fn sums_keep_to_what_is_written_changed_and_taken_away() {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path());
        let store = Store::open(dir.path()).unwrap();
        assert_eq!(rotten(&store.db, Which::All).unwrap(), None);
        let (lines, _) = known(&store.db, "decisions").unwrap().unwrap();
        assert!(lines > 50, "{lines}");
        // Whoever goes around the triggers is found out.
        store.db.execute_batch("DROP TRIGGER sum_of_decisions_UPDATE").unwrap();
        assert_eq!(rotten(&store.db, Which::Small).unwrap().as_deref(), Some("sqlite_schema"));
    }

    #[test]
    fn no_flipped_bit_changes_in_silence_what_the_store_says() {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path());
        let (before, bytes) = {
            let store = Store::open(dir.path()).unwrap();
            store.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
            (all(&store.db).unwrap(), fs::read(store.path()).unwrap())
        };
        let (mut refused, mut harmless) = (0, 0);
        // The same flips every time: an ordinary generator of numbers.
        let mut at: u64 = 20_261_120;
        for _ in 0..300 {
            at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let bit = (at >> 16) as usize % (bytes.len() * 8);
            let flipped = tempfile::tempdir().unwrap();
            let mut rotten = bytes.clone();
            rotten[bit / 8] ^= 1 << (bit % 8);
            fs::write(flipped.path().join(FILE), rotten).unwrap();
            let opened = Store::open(flipped.path());
            match opened.and_then(|store| store.check().map(|()| store)) {
                Err(_) => refused += 1,
                Ok(store) => {
                    let after = all(&store.db).unwrap_or_default();
                    assert!(after == before, "bit {bit} of {} changed the store in silence", bytes.len() * 8);
                    harmless += 1;
                }
            }
        }
        assert!(refused > 50 && harmless > 0, "{refused} refused, {harmless} harmless");
    }
}
