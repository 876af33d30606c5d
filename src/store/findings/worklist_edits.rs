//! What worklists say of findings that the store does not know, or not so: those of an output folder that an
//! older program wrote, and those that an officer edited by hand in the last run's lists.

use std::path::Path;

use rusqlite::OptionalExtension as _;
use rustc_hash::FxHashMap;

use crate::domain::{Day, Pillar};
use crate::findings::FindingId;
use crate::store::{FindingStatus, Life, RunRecord, Store, StoreError};

/// Lives of findings, read from worklists.
#[derive(Debug, Default)]
pub struct WorklistEdits {
    lives: FxHashMap<FindingId, Life>,
}

impl WorklistEdits {
    /// Reads the worklists of a run folder that `wanted` picks by their path in the folder. Lines that are
    /// not of this program's making are passed over: a list that cannot be read means first sightings, never
    /// a failed run.
    pub fn read(run: &Path, wanted: impl Fn(&str) -> bool) -> Self {
        let mut edits = Self::default();
        for pillar in Pillar::ALL {
            let name = format!("worklists/{}.csv", pillar.name());
            if wanted(&name)
                && let Err(error) = edits.read_worklist(&run.join(&name))
            {
                tracing::warn!(file = name, %error, "previous worklist not read");
            }
        }
        edits
    }

    /// What a worklist says of a finding.
    pub fn of(&self, id: FindingId) -> Option<Life> {
        self.lives.get(&id).copied()
    }

    /// The status that a hand gave to a finding.
    pub(crate) fn touched(&self, id: FindingId) -> Option<FindingStatus> {
        self.of(id).map(|life| life.status).filter(|s| !matches!(s, FindingStatus::New | FindingStatus::Open))
    }

    fn read_worklist(&mut self, path: &Path) -> csv::Result<()> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path)?;
        let headers = reader.headers()?;
        let column = |name: &str| headers.iter().position(|h| h.trim_start_matches('\u{feff}') == name);
        let (Some(id), Some(first_seen), Some(status)) =
            (column("finding_id"), column("first_seen"), column("status"))
        else {
            return Ok(());
        };
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record)? {
            let id = record.get(id).and_then(FindingId::parse);
            let day = record.get(first_seen).and_then(parse_day);
            if let Some((id, first_seen)) = id.zip(day) {
                let status = record.get(status).and_then(|word| FindingStatus::from_name(word.trim()));
                self.lives.insert(id, Life { first_seen, status: status.unwrap_or(FindingStatus::Open) });
            }
        }
        Ok(())
    }
}

impl Store {
    /// Of what the edited lists of a run say, that which a hand has changed: what differs from what the run
    /// wrote, of findings that nobody has touched otherwise since.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or is damaged.
    pub fn edited_since(&self, edits: WorklistEdits, run: &RunRecord) -> Result<WorklistEdits, StoreError> {
        let mut edited = WorklistEdits::default();
        let look = || -> rusqlite::Result<()> {
            let mut line = self.db.prepare("SELECT first_seen, status FROM findings WHERE id = ?1")?;
            let mut newer = self.db.prepare("SELECT 1 FROM events WHERE finding = ?1 AND at > ?2 LIMIT 1")?;
            let mut lives: Vec<(FindingId, Life)> = edits.lives.into_iter().collect();
            lives.sort_unstable_by_key(|(id, _)| *id);
            for (id, life) in lives {
                let key = id.to_integer();
                let stored = line
                    .query_row([key], |row| {
                        let status = FindingStatus::from_stored(row.get(1)?);
                        Ok(Life { first_seen: Day(row.get(0)?), status })
                    })
                    .optional()?;
                let written = stored.is_some_and(|stored| stored.on(run.day) == life);
                if !written && !newer.exists((key, run.finished_at.as_second()))? {
                    edited.lives.insert(id, life);
                }
            }
            Ok(())
        };
        look().map_err(self.failed())?;
        Ok(edited)
    }
}

/// Reads `dd/mm/yyyy`.
fn parse_day(text: &str) -> Option<Day> {
    let mut parts = text.splitn(3, '/');
    let mut next = || parts.next();
    let (day, month, year) = (next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?);
    Day::from_civil(year, month, day)
}
