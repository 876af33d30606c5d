//! Whether an index still says what it was made with: bits flip on disks, and what an officer sees must be what the run
//! found.

use rusqlite::{Connection, params};

use crate::store::{let_write, sum_of};

/// What never changes once an index is made: of each table the columns. What is not here is read anew from the store.
const CONTENTS: [(&str, &str); 7] = [
    ("files", "id, name"),
    ("records", "id, household, line"),
    ("links", "person, record, role, probability, matched_on"),
    (
        "cases",
        "id, number, code, pillar, severity, commune, hamlet, unit, source, first_seen, due_on, name_key, person, rank, paid",
    ),
    (
        "texts",
        "id, commune_name, source_file, source_row, role, resident_file, resident_row, personal_id, full_name, birth_date, \
         field, source_value, registry_value, proposed_value, confidence, evidence, matched_on, weights, margin, kept",
    ),
    (
        "pairs",
        "id, number, source, source_file, source_row, role, record, commune, commune_name, hamlet, unit, name, birth_date, \
         probability, urgent, worth, key, sampled, again",
    ),
    ("candidates", "pair, rank, record, resident_file, resident_row, name, probability, weights, key"),
];

/// Writes down what an index was made with.
pub(super) fn seal(db: &Connection) -> rusqlite::Result<()> {
    db.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('sum', ?1)", params![sum(db)?])?;
    Ok(())
}

/// Whether an index is in shape and says what it was made with.
pub(super) fn is_sound(db: &Connection) -> rusqlite::Result<bool> {
    let shape: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    let sealed: String = db.query_row("SELECT value FROM meta WHERE key = 'sum'", [], |row| row.get(0))?;
    Ok(shape == "ok" && sealed == sum(db)?)
}

/// Lines and sums of all contents.
fn sum(db: &Connection) -> rusqlite::Result<String> {
    let_write(db)?;
    let of = |(table, columns): (&str, &str)| {
        let (lines, sum) = sum_of(db, table, columns)?;
        Ok(format!("{lines}:{sum:x}"))
    };
    let sums: rusqlite::Result<Vec<String>> = CONTENTS.into_iter().map(of).collect();
    Ok(sums?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::super::build::ensure_empty;
    use super::*;

    #[test]
    fn an_index_that_changed_on_the_disk_is_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = ensure_empty(dir.path()).unwrap();
        let db = Connection::open(&path).unwrap();
        assert!(is_sound(&db).unwrap());
        db.execute("INSERT INTO files (id, name) VALUES (1, 'dan_cu.csv')", []).unwrap();
        assert!(!is_sound(&db).unwrap());
        seal(&db).unwrap();
        assert!(is_sound(&db).unwrap());
        db.execute("UPDATE files SET name = 'dan_cv.csv'", []).unwrap();
        assert!(!is_sound(&db).unwrap());
        drop(db);
        // What is not sound is no index of the run: a new one takes its place.
        let db = Connection::open(ensure_empty(dir.path()).unwrap()).unwrap();
        assert!(is_sound(&db).unwrap());
        assert_eq!(db.query_row("SELECT count(*) FROM files", [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    }
}
