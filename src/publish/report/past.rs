//! What earlier runs counted, read from their summaries: the change since the last one, and the trend.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use crate::archive::{OutDir, Summary};
use crate::domain::{Code, Pillar};

/// Runs that the trend goes back over.
const NEWEST: usize = 30;

/// One earlier run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PastRun {
    /// Its name.
    pub(super) run_id: String,
    /// Its as-of date, dd/mm/yyyy.
    pub(super) as_of: String,
    /// When it started.
    pub(super) started: Timestamp,
    /// Findings by code.
    pub(super) by_code: BTreeMap<String, u64>,
}

impl PastRun {
    /// All findings.
    pub(super) fn total(&self) -> u64 {
        self.by_code.values().sum()
    }

    /// Findings by pillar, in the order of the contract.
    pub(super) fn by_pillar(&self) -> [u64; 4] {
        Pillar::ALL.map(|pillar| self.of_pillar(pillar))
    }

    /// Findings of a pillar.
    pub(super) fn of_pillar(&self, pillar: Pillar) -> u64 {
        let of = |code: &str| Code::parse(code).is_some_and(|code| code.pillar == pillar);
        self.by_code.iter().filter(|(code, _)| of(code)).map(|(_, n)| n).sum()
    }
}

/// The whole runs that stand in the output folder beside the one being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastRuns {
    /// The oldest first.
    pub(super) runs: Vec<PastRun>,
    /// The one that `latest` points to, by position.
    latest: Option<usize>,
}

impl PastRuns {
    /// Reads the newest runs of the output folder. A run that cannot be read is passed over: the past is a
    /// help to the reader, not a condition of tonight's run.
    pub fn read(out: &OutDir) -> Self {
        let mut names: Vec<String> = std::fs::read_dir(out.path())
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
            .collect();
        // The name of a run begins with the moment it started.
        names.sort_unstable();
        let newest = &names[names.len().saturating_sub(NEWEST)..];
        let mut runs: Vec<PastRun> = newest.iter().filter_map(|name| read(&out.path().join(name))).collect();
        runs.sort_by(|a, b| (a.started, &a.run_id).cmp(&(b.started, &b.run_id)));
        let latest = out.latest_run();
        Self { latest: runs.iter().position(|run| Some(&run.run_id) == latest.as_ref()), runs }
    }

    /// The last run that was published.
    pub(super) fn latest(&self) -> Option<&PastRun> {
        self.latest.map(|position| &self.runs[position])
    }
}

fn read(run: &Path) -> Option<PastRun> {
    let summary = Summary::read(run)
        .inspect_err(|error| tracing::warn!(run = %run.display(), %error, "past summary not read"))
        .ok()?;
    Some(PastRun {
        run_id: summary.run.run_id,
        as_of: summary.as_of,
        started: summary.run.started_at.parse().ok()?,
        by_code: summary.findings.by_code,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn whole_runs_are_read_and_others_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            fs::create_dir_all(dir.path().join(name)).unwrap();
            fs::write(dir.path().join(name).join("summary.json"), text).unwrap();
        };
        let summary = |id: &str, day: u32, song: u64| {
            format!(
                r#"{{"run":{{"run_id":"{id}","started_at":"2026-11-{day:02}T01:00:00Z"}},"as_of":"{day:02}/11/2026",
                    "findings":{{"by_code":{{"SONG-01":{song},"SONG-02":1,"DU-01":5}}}}}}"#
            )
        };
        write("20261102T010000Z-b", &summary("20261102T010000Z-b", 2, 3));
        write("20261101T010000Z-a", &summary("20261101T010000Z-a", 1, 4));
        write("20261103T010000Z-c", "{");
        write("notes", &summary("notes", 4, 9));
        let out = OutDir::open(dir.path()).unwrap();
        out.point_latest_to("20261102T010000Z-b").unwrap();

        let past = PastRuns::read(&out);
        let ids: Vec<&str> = past.runs.iter().map(|run| run.run_id.as_str()).collect();
        assert_eq!(ids, ["20261101T010000Z-a", "20261102T010000Z-b"]);
        let latest = past.latest().unwrap();
        assert_eq!((latest.of_pillar(Pillar::Song), latest.of_pillar(Pillar::Dung)), (4, 0));
    }
}
