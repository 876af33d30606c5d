//! What worklists say of findings that the store does not know, or not so: those of an output folder that an
//! older program wrote, and those that an officer edited by hand in the last run's lists.

use std::path::Path;

use rustc_hash::FxHashMap;

use super::{CaseStatus, Life};
use crate::domain::{Day, Pillar};
use crate::findings::CaseId;

/// Lives of findings, read from worklists.
#[derive(Debug, Default)]
pub struct Seeds {
    lives: FxHashMap<CaseId, Life>,
}

impl Seeds {
    /// Reads the worklists of a run folder that `wanted` picks by their path in the folder. Lines that are
    /// not of this program's making are passed over: a list that cannot be read means first sightings, never
    /// a failed run.
    pub fn read(run: &Path, wanted: impl Fn(&str) -> bool) -> Self {
        let mut seeds = Self::default();
        for pillar in Pillar::ALL {
            let name = format!("worklists/{}.csv", pillar.name());
            if wanted(&name)
                && let Err(error) = seeds.read_worklist(&run.join(&name))
            {
                tracing::warn!(file = name, %error, "previous worklist not read");
            }
        }
        seeds
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.lives.is_empty()
    }

    /// Leaves out what the store knows as well or better.
    pub fn retain(&mut self, keep: impl Fn(CaseId, Life) -> bool) {
        self.lives.retain(|id, life| keep(*id, *life));
    }

    /// What a worklist says of a finding.
    pub fn of(&self, id: CaseId) -> Option<Life> {
        self.lives.get(&id).copied()
    }

    /// The status that a hand gave to a finding.
    pub(super) fn touched(&self, id: CaseId) -> Option<CaseStatus> {
        self.of(id).map(|life| life.status).filter(|s| !matches!(s, CaseStatus::New | CaseStatus::Open))
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
            let id = record.get(id).and_then(CaseId::parse);
            let day = record.get(first_seen).and_then(parse_day);
            if let Some((id, first_seen)) = id.zip(day) {
                let status = record.get(status).and_then(|word| CaseStatus::from_name(word.trim()));
                self.lives.insert(id, Life { first_seen, status: status.unwrap_or(CaseStatus::Open) });
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
