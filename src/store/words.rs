//! The store knows kinds and offices by number for the sake of its lines; which number is which word stands in its
//! tables `kinds` and `units`, and nowhere else: the places that this process gives to kinds are its own.

use rusqlite::Connection;

use crate::domain::{Kind, Office};

/// The numbers that a store has given to kinds and offices.
#[derive(Clone, Debug, Default)]
pub struct StoreWords {
    kinds: Vec<(i64, Kind)>,
    offices: Vec<(i64, Office)>,
}

/// A number that no word has: a word that the store was not given, which cannot be written.
const UNKNOWN: i64 = -1;

impl StoreWords {
    /// Reads them. Words of kinds that are not described to this process are left out.
    ///
    /// # Errors
    /// Where the store cannot be read or is damaged.
    pub fn read(db: &Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            kinds: of_table(db, "SELECT id, name FROM kinds", Kind::from_name)?,
            offices: of_table(db, "SELECT id, name FROM units", Office::from_name)?,
        })
    }

    /// Gives numbers to the kinds and offices that the store does not know yet.
    pub(super) fn add_missing(db: &Connection) -> rusqlite::Result<()> {
        let known = Self::read(db)?;
        let kinds = Kind::all().filter(|kind| known.kind_number(*kind) == UNKNOWN);
        for kind in kinds {
            db.execute("INSERT OR IGNORE INTO kinds (name) VALUES (?1)", [kind.name()])?;
        }
        for office in Office::all().filter(|office| known.office_number(*office) == UNKNOWN) {
            db.execute("INSERT OR IGNORE INTO units (name) VALUES (?1)", [office.name()])?;
        }
        Ok(())
    }

    /// The number of a kind.
    pub fn kind_number(&self, kind: Kind) -> i64 {
        self.kinds.iter().find(|(_, known)| *known == kind).map_or(UNKNOWN, |(number, _)| *number)
    }

    /// The kind of a number.
    pub fn kind(&self, number: i64) -> Option<Kind> {
        self.kinds.iter().find(|(known, _)| *known == number).map(|(_, kind)| *kind)
    }

    /// The number of an office.
    pub fn office_number(&self, office: Office) -> i64 {
        self.offices.iter().find(|(_, known)| *known == office).map_or(UNKNOWN, |(number, _)| *number)
    }

    /// The office of a number.
    pub fn office(&self, number: i64) -> Option<Office> {
        self.offices.iter().find(|(known, _)| *known == number).map(|(_, office)| *office)
    }
}

fn of_table<T>(
    db: &Connection,
    query: &str,
    word: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<Vec<(i64, T)>> {
    let mut lines = db.prepare_cached(query)?;
    let mut lines = lines.query([])?;
    let mut words = Vec::new();
    while let Some(line) = lines.next()? {
        let name: String = line.get(1)?;
        words.extend(word(&name).map(|word| Ok::<_, rusqlite::Error>((line.get(0)?, word))).transpose()?);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn every_kind_and_office_has_a_number_that_stays() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let words = StoreWords::read(&store.db).unwrap();
        let numbers: Vec<i64> = Kind::all().map(|kind| words.kind_number(kind)).collect();
        assert_eq!(numbers[..Kind::SIX.len()], [0, 1, 2, 3, 4, 5]);
        assert!(Kind::all().all(|kind| words.kind(words.kind_number(kind)) == Some(kind)));
        assert!(Office::all().all(|office| words.office(words.office_number(office)) == Some(office)));
        // A store in which somebody else's kind has taken a number keeps it.
        store.db.execute("DELETE FROM kinds WHERE name = 'list'", []).unwrap();
        store.db.execute("INSERT INTO kinds (name) VALUES ('xa_vien')", []).unwrap();
        let taken = store.db.last_insert_rowid();
        drop(store);
        let store = Store::open(dir.path()).unwrap();
        let words = StoreWords::read(&store.db).unwrap();
        assert_eq!(words.kind(taken), None);
        assert!(words.kind_number(Kind::from_name("list").unwrap()) > taken);
    }
}
