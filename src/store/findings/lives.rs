//! The whole lives of findings, for reports over a period.

use rustc_hash::FxHashMap;

use super::status::FindingStatus;
use crate::domain::Day;
use crate::findings::FindingId;
use crate::findings::catalogue::Office;
use crate::store::{Store, StoreError, StoreWords};

/// A finding as the store has it, with the number of its commune there.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct StoredFinding {
    /// Its number.
    pub id: FindingId,
    /// The commune ([`Store::communes`]).
    pub commune: i64,
    /// Who corrects; `None` where the office is not described to this process.
    pub office: Option<Office>,
    /// Where it stands now.
    pub status: FindingStatus,
    /// The day on which it was seen first.
    pub first_seen: Day,
    /// The day on which it is overdue.
    pub due_on: Day,
}

/// A step in the life of a finding.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When, in seconds since 1970.
    pub at: i64,
    /// Where the finding stood.
    pub from: FindingStatus,
    /// Where it stands after.
    pub to: FindingStatus,
}

impl Store {
    /// Shows every finding that the store knows, with the steps of its life in order. Findings and steps are read
    /// side by side, so that a country's take no more memory than a commune's.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn each_life(&self, mut look: impl FnMut(&StoredFinding, &[Step])) -> Result<(), StoreError> {
        let mut read = || -> rusqlite::Result<()> {
            let words = StoreWords::read(&self.db)?;
            let mut events = self
                .db
                .prepare("SELECT finding, at, from_status, to_status FROM events ORDER BY finding, id")?;
            let mut events = events.query([])?;
            let mut next = step(events.next()?)?;
            let mut lines = self
                .db
                .prepare("SELECT id, commune, unit, status, first_seen, due_on FROM findings ORDER BY id")?;
            let mut lines = lines.query([])?;
            let mut steps = Vec::new();
            while let Some(row) = lines.next()? {
                let number: i64 = row.get(0)?;
                steps.clear();
                while let Some((finding, step_of)) = next.filter(|(finding, _)| *finding <= number) {
                    if finding == number {
                        steps.push(step_of);
                    }
                    next = step(events.next()?)?;
                }
                let Some(id) = FindingId::from_integer(number) else { continue };
                let finding = StoredFinding {
                    id,
                    commune: row.get(1)?,
                    office: words.office(row.get(2)?),
                    status: FindingStatus::from_stored(row.get(3)?),
                    first_seen: Day(row.get(4)?),
                    due_on: Day(row.get(5)?),
                };
                look(&finding, &steps);
            }
            Ok(())
        };
        read().map_err(self.failed())
    }

    /// Code and name of the communes that findings belong to, by number.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn communes(&self) -> Result<FxHashMap<i64, (String, String)>, StoreError> {
        let read = || -> rusqlite::Result<_> {
            let mut communes = self.db.prepare("SELECT id, code, name FROM communes")?;
            communes.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?.collect()
        };
        read().map_err(self.failed())
    }

    /// The end of the first run of each day, in seconds since 1970.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn first_run_of_days(&self) -> Result<FxHashMap<Day, i64>, StoreError> {
        let read = || -> rusqlite::Result<_> {
            let mut runs = self.db.prepare("SELECT day, min(finished_at) FROM runs GROUP BY day")?;
            runs.query_map([], |row| Ok((Day(row.get(0)?), row.get(1)?)))?.collect()
        };
        read().map_err(self.failed())
    }

    /// The runs that ended by a moment (in seconds since 1970), whether their folders still stand or not: end, name and as-of date, in the
    /// order in which they were published.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn runs_until(&self, moment: i64) -> Result<Vec<(i64, String, Day)>, StoreError> {
        let read = || -> rusqlite::Result<_> {
            let mut runs = self
                .db
                .prepare("SELECT finished_at, name, as_of FROM runs WHERE finished_at <= ?1 ORDER BY id")?;
            let runs = runs.query_map([moment], |row| Ok((row.get(0)?, row.get(1)?, Day(row.get(2)?))))?;
            runs.collect()
        };
        read().map_err(self.failed())
    }
}

fn step(row: Option<&rusqlite::Row<'_>>) -> rusqlite::Result<Option<(i64, Step)>> {
    row.map(|row| {
        let [from, to] = [FindingStatus::from_stored(row.get(2)?), FindingStatus::from_stored(row.get(3)?)];
        Ok((row.get(0)?, Step { at: row.get(1)?, from, to }))
    })
    .transpose()
}
