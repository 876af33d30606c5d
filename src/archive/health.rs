//! How an output folder stands: the last whole run, the last attempt, whether one works now, and what is
//! wrong with all that. Nothing is locked or changed by looking.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::attempt::Attempt;
use super::folder::LOCK;
use super::manifest::{self, Manifest};
use super::places::{Goes, standing};
use super::summary::{InputFile, LinkCounts, LogEnd, Summary};
use crate::disk::{self, Pointer};

/// Files named of those that are missing.
pub(crate) const NAMED: usize = 5;

/// How an output folder stands.
#[derive(Clone, Debug, Serialize)]
pub struct Health {
    /// What is wrong, the gravest first; nothing: all is well.
    pub faults: Vec<Fault>,
    /// The last whole run.
    pub latest: Option<LatestRun>,
    /// Seconds since that run ended, or was last found to be still right.
    pub age_seconds: Option<i64>,
    /// How the last attempt ended.
    pub last_attempt: Option<Attempt>,
    /// Who works on a run now.
    pub running: Option<String>,
    /// Who looked at very many persons on the pages of late, and how often that was told: no fault, but to be asked
    /// about.
    pub bulk_views: BTreeMap<String, u64>,
    /// Whether an erasure was cut short: the next one finishes it, or the next run.
    pub purge_pending: bool,
    /// The end of the access log; none where it has no line with a seal.
    pub access_log: Option<LogEnd>,
    /// What stands in the folder and is none of the program's: an erasure does not touch it.
    pub unknown: Vec<String>,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// There is no whole run.
    NoRun,
    /// Files of the last run are missing or cut short.
    Incomplete {
        /// Some of them.
        files: Vec<String>,
    },
    /// Papers that officers attached are missing or cut short.
    Papers {
        /// Some of them.
        files: Vec<String>,
    },
    /// The access log is shorter than the last run found it.
    LogCut {
        /// Its lines.
        lines: i64,
        /// The lines that the run noted.
        noted: i64,
    },
    /// The last attempt was killed, or the machine went down.
    Died {
        /// Who it was.
        holder: String,
    },
    /// The last attempt failed.
    Failed {
        /// Its exit code.
        exit_code: u8,
    },
    /// How the last attempt ended stands nowhere: its word could not be written.
    Unknown,
    /// Nothing can be written to the folder, and so no word of how an attempt ended.
    ReadOnly,
    /// The last whole run is too old.
    TooOld {
        /// The age allowed, in seconds.
        limit_seconds: i64,
    },
}

impl Fault {
    /// The exit code of `lamsach status`.
    pub fn code(&self) -> u8 {
        match self {
            Self::TooOld { .. } => 10,
            Self::Failed { .. } | Self::Died { .. } | Self::Unknown | Self::ReadOnly => 11,
            Self::NoRun | Self::Incomplete { .. } | Self::Papers { .. } | Self::LogCut { .. } => 12,
        }
    }
}

/// What `summary.json` says of the last whole run.
#[derive(Clone, Debug, Serialize)]
pub struct LatestRun {
    /// The name.
    pub run_id: String,
    /// When it ended.
    pub finished_at: Timestamp,
    /// The as-of date.
    pub as_of: String,
    /// Duration in seconds.
    pub seconds: f64,
    /// Largest memory held, in bytes.
    pub peak_memory_bytes: Option<u64>,
    /// Residents of the registry.
    pub residents: u64,
    /// All findings.
    pub findings: u64,
    /// Findings by pillar.
    pub by_pillar: BTreeMap<String, u64>,
    /// Findings by code.
    pub by_code: BTreeMap<String, u64>,
    /// Roles by decision.
    pub links: BTreeMap<String, u64>,
    /// Rows of the input files: read, used, rejected, skipped.
    pub rows: BTreeMap<String, u64>,
    /// The end of the access log when it was published.
    pub access_log: Option<LogEnd>,
}

impl LatestRun {
    fn read(folder: &Path) -> Option<Self> {
        let summary = Summary::read(folder).ok()?;
        let LinkCounts { link, review, none } = summary.link_total();
        let named = |counts: &[(&str, u64)]| -> BTreeMap<String, u64> {
            counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
        };
        let rows = |of: fn(&InputFile) -> u64| summary.inputs.iter().map(of).sum();
        let rows = named(&[
            ("read", rows(|input| input.read)),
            ("used", rows(|input| input.used)),
            ("rejected", rows(|input| input.rejected)),
            ("skipped", rows(|input| input.skipped)),
        ]);
        Some(Self {
            finished_at: summary.run.finished_at.parse().ok()?,
            access_log: summary.run.access_log,
            run_id: summary.run.run_id,
            as_of: summary.as_of,
            seconds: summary.run.timings.get("total").copied().unwrap_or_default(),
            peak_memory_bytes: summary.run.peak_memory_bytes,
            residents: summary.residents,
            findings: summary.findings.total,
            by_pillar: summary.findings.by_pillar,
            by_code: summary.findings.by_code,
            links: named(&[("link", link), ("none", none), ("review", review)]),
            rows,
        })
    }
}

impl Health {
    /// Looks at an output folder. A run older than `max_age` is a fault.
    pub fn of(out: &Path, now: Timestamp, max_age: Option<SignedDuration>) -> Self {
        let folder = Pointer::of(out).run_path();
        let latest = LatestRun::read(&folder);
        let last_attempt = Attempt::read(out);
        let confirmed = |run: &LatestRun| {
            let attempt = last_attempt.as_ref()?;
            (attempt.run_id.as_ref() == Some(&run.run_id)).then_some(attempt.finished_at)
        };
        let age = latest.as_ref().map(|run| {
            let right_at = confirmed(run).map_or(run.finished_at, |at| at.max(run.finished_at));
            now.duration_since(right_at)
        });
        let mut faults = Vec::new();
        if latest.is_none() {
            faults.push(Fault::NoRun);
        }
        let files = short_files(&folder);
        if latest.is_some() && !files.is_empty() {
            faults.push(Fault::Incomplete { files: files.into_iter().take(NAMED).collect() });
        }
        let mut running = None;
        match disk::holder_of(&out.join(LOCK)) {
            Some((holder, true)) => running = Some(holder),
            Some((holder, false)) => faults.push(Fault::Died { holder }),
            None => {}
        }
        if let Some(attempt) = last_attempt.as_ref().filter(|attempt| attempt.exit_code != 0) {
            faults.push(Fault::Failed { exit_code: attempt.exit_code });
        }
        // Every attempt leaves its word; where there is a run and no word, some attempt could not.
        if latest.is_some() && last_attempt.is_none() && running.is_none() {
            faults.push(Fault::Unknown);
        }
        if latest.is_some() && disk::is_read_only(out) {
            faults.push(Fault::ReadOnly);
        }
        if let (Some(age), Some(limit)) = (age, max_age)
            && age > limit
        {
            faults.push(Fault::TooOld { limit_seconds: limit.as_secs() });
        }
        faults.sort();
        // A folder that cannot be listed is told by what cannot be read of it.
        let standing = standing(out).unwrap_or_default();
        Self {
            faults,
            latest,
            age_seconds: age.map(|age| age.as_secs()),
            last_attempt,
            running,
            bulk_views: BTreeMap::new(),
            access_log: None,
            purge_pending: standing.iter().any(|at| at.goes() == Some(Goes::Pending)),
            unknown: standing.into_iter().filter(|at| at.place.is_none()).map(|at| at.within).collect(),
        }
    }

    /// Takes what the store says of the end of the access log: one that is shorter than the last run found it is a fault.
    pub fn hold_log(&mut self, end: Option<LogEnd>) {
        let lines = end.as_ref().map_or(0, |end| end.lines);
        let noted = self.latest.as_ref().and_then(|run| run.access_log.as_ref()).map_or(0, |end| end.lines);
        if lines < noted {
            self.faults.push(Fault::LogCut { lines, noted });
            self.faults.sort();
        }
        self.access_log = end;
    }

    /// The exit code of `lamsach status`: that of the gravest fault.
    pub fn code(&self) -> u8 {
        self.faults.iter().map(Fault::code).max().unwrap_or(0)
    }
}

/// Files of a run that are missing or not of the size that the run wrote; their content is not read. Without its
/// manifest nobody can tell what a run wrote.
fn short_files(folder: &Path) -> Vec<String> {
    let Ok(Some(manifest)) = Manifest::read(folder) else { return vec![manifest::FILE.to_owned()] };
    let size = |path: &str| manifest::own_file(folder, path).map(|file| file.len());
    let short = manifest.files.into_iter().filter(|entry| size(&entry.path) != Some(entry.size));
    short.map(|entry| entry.path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::OutDir;

    #[test]
    fn a_lock_is_seen_held_and_seen_left_behind() {
        let dir = tempfile::tempdir().unwrap();
        let holder = || disk::holder_of(&dir.path().join(LOCK));
        let out = OutDir::open(dir.path()).unwrap();
        let (signed, held) = holder().unwrap();
        assert!(held && signed.contains(&std::process::id().to_string()), "{signed}");
        drop(out);
        assert_eq!(holder(), None);
    }

    // On Windows the mode of a folder says nothing.
    #[cfg(unix)]
    #[test]
    fn a_folder_that_nobody_can_write_is_told() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!disk::is_read_only(dir.path()));
        let mode = |mode| {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(0o500);
        assert!(disk::is_read_only(dir.path()));
        mode(0o700);
        // The kernel's own folders are mounted so or not; there is no telling but that looking does no harm.
        let _ = disk::is_read_only(Path::new("/sys"));
        assert!(!disk::is_read_only(&dir.path().join("none")));
    }

    #[test]
    fn the_gravest_fault_gives_the_code() {
        let dir = tempfile::tempdir().unwrap();
        let health = || Health::of(dir.path(), Timestamp::now(), None);
        assert_eq!((health().code(), health().faults), (12, vec![Fault::NoRun]));
        Attempt::now(3, None).write(dir.path()).unwrap();
        assert_eq!(health().faults, [Fault::NoRun, Fault::Failed { exit_code: 3 }]);
        assert_eq!(health().code(), 12);
    }
}
