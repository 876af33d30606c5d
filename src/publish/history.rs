//! What the previous run said of the same findings: when each was first seen, and its status.

use std::path::Path;

use rustc_hash::FxHashMap;

use crate::domain::{Day, Pillar};
use crate::findings::CaseId;

/// The status of a finding that nobody has touched.
pub(crate) const NEW: &str = "new";

/// Findings of the previous run by number, and their count by code.
#[derive(Debug, Default)]
pub struct History {
    seen: FxHashMap<CaseId, (Day, Option<Box<str>>)>,
}

impl History {
    /// Reads the worklists of a run folder. Lines that are not of this program's making are passed over:
    /// a history that cannot be read means first sightings, never a failed run.
    pub fn read(run: &Path) -> Self {
        let mut history = Self::default();
        for pillar in Pillar::ALL {
            let path = run.join("worklists").join(format!("{}.csv", pillar.name()));
            if let Err(error) = history.read_worklist(&path) {
                tracing::warn!(file = %path.display(), %error, "previous worklist not read");
            }
        }
        history
    }

    /// The day on which a finding was first seen and its status, where the previous run has it.
    pub(crate) fn of(&self, id: CaseId) -> Option<(Day, &str)> {
        self.seen.get(&id).map(|(day, status)| (*day, status.as_deref().unwrap_or(NEW)))
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
            let known =
                record.get(id).and_then(CaseId::parse).zip(record.get(first_seen).and_then(parse_day));
            if let Some((id, day)) = known {
                let status = record.get(status).filter(|s| !s.is_empty() && *s != NEW).map(Box::from);
                self.seen.insert(id, (day, status));
            }
        }
        Ok(())
    }
}

/// Reads `dd/mm/yyyy`.
fn parse_day(text: &str) -> Option<Day> {
    let mut parts = text.splitn(3, '/');
    let mut next = || parts.next();
    let (day, month, year) = (next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?);
    Day::from_civil(year, month, day)
}
