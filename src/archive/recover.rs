//! An output folder put in order: what a run that was cut short left behind, and runs that need no longer be
//! kept.
//!
//! A run is published in four steps, each on the disk before the next: the folder gets its name, the run
//! enters the store, a copy of the store is made, `latest` moves. Cut short before the second, the folder is
//! nobody's and goes; after it, `latest` is moved to where it should be.

use std::fs::{self, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::folder::{OutDir, PARTIAL};
use super::places::{Goes, Standing, standing};
use super::{ArchiveError, MANIFEST_FILE};
use crate::disk::{self, Pointer, sync_folder};
use crate::domain::Retention;

/// What may still be written to is left alone for so long.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What was found and put in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Folders that runs cut short had begun; removed.
    pub removed: Vec<String>,
    /// The run that `latest` now points to, where it had not been moved.
    pub latest_moved_to: Option<String>,
    /// Runs of an older program, or of a store that is lost: whole, not known to the store, oldest first.
    pub unknown: Vec<String>,
}

/// The moment in the name of a run.
pub fn moment_of_run(name: &str) -> Option<Timestamp> {
    let (moment, digest) = name.split_once('-')?;
    let sound = digest.len() >= 8 && digest.bytes().take(8).all(|b| b.is_ascii_hexdigit());
    let moment = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", moment).ok()?;
    sound.then(|| moment.to_zoned(jiff::tz::TimeZone::UTC).ok())?.map(|zoned| zoned.timestamp())
}

impl OutDir {
    /// The names of all run folders, oldest first.
    ///
    /// # Errors
    /// Where the folder cannot be listed.
    pub fn run_folders(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.path())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() && moment_of_run(&name).is_some() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Puts the folder in order. `known` are the runs of the store, oldest first. The lock is held: no living
    /// run owns what is found.
    ///
    /// # Errors
    /// [`ArchiveError::Write`] where the folder cannot be listed, a remnant cannot be removed or `latest` cannot be
    /// moved. What was put in order before stays so.
    pub fn recover(&self, known: &[String], shred: bool) -> Result<Recovered, ArchiveError> {
        let failed = || ArchiveError::write(self.path());
        let removed = self.remove_begun(shred, Some(DAY)).map_err(failed())?;
        let mut recovered = Recovered { removed, ..Recovered::default() };
        let latest = self.latest_run();
        let folders = self.run_folders().map_err(failed())?;
        let is_known = |name: &String| known.contains(name);
        if let Some(last) = known.last()
            && folders.contains(last)
            && latest.as_ref().is_none_or(|latest| latest != last && is_known(latest))
        {
            self.point_latest_to(last)?;
            recovered.latest_moved_to = Some(last.clone());
        }
        let newest = latest.as_deref().and_then(moment_of_run);
        for name in folders.into_iter().filter(|name| !is_known(name)) {
            let is_latest = latest.as_ref() == Some(&name);
            // A folder without a manifest is of an older program, which left none unfinished under its name.
            let cut_short = !is_latest
                && self.path().join(&name).join(MANIFEST_FILE).exists()
                && moment_of_run(&name) >= newest;
            if cut_short {
                self.remove_run(&name, shred).map_err(failed())?;
                recovered.removed.push(name);
            } else {
                recovered.unknown.push(name);
            }
        }
        Ok(recovered)
    }

    /// Removes what was begun and never finished; what may still be at it is left alone until it is of an `age`, where one
    /// is given. The names of the folders of runs among it.
    ///
    /// # Errors
    /// Where the folder cannot be listed, or something of it cannot be removed.
    pub(crate) fn remove_begun(&self, shred: bool, age: Option<Duration>) -> io::Result<Vec<String>> {
        let mut removed = Vec::new();
        for at in standing(self.path())? {
            let is_over = match at.goes() {
                Some(Goes::Begun) => true,
                Some(Goes::BegunByAny) => age.is_none_or(|age| is_older(&at.path, age)),
                _ => false,
            };
            if !is_over {
                continue;
            }
            let is_run = at.is_folder();
            let Standing { path, within, .. } = at;
            let outcome = if is_run { remove_tree(&path, shred) } else { remove_remnant(&path, shred) };
            match outcome {
                // Somebody looks at a file of it: the next run finds it again.
                Err(error) if disk::is_held(&error) => tracing::warn!(within, %error, "not removed"),
                outcome => {
                    outcome?;
                    removed.extend(is_run.then_some(within));
                }
            }
        }
        Ok(removed)
    }

    /// Removes runs that need no longer be kept; never the one that `latest` points to. `runs` are all that
    /// are kept, oldest first. Gives the names of those removed.
    ///
    /// # Errors
    /// [`ArchiveError::Write`] where a run cannot be removed. Those before it are gone.
    pub fn prune(
        &self,
        runs: &[(String, Timestamp)],
        retention: &Retention,
        now: Timestamp,
    ) -> Result<Vec<String>, ArchiveError> {
        let latest = self.latest_run();
        let mut removed = Vec::new();
        let surplus = match retention.runs {
            0 => 0,
            kept => runs.len().saturating_sub(kept as usize),
        };
        let oldest = now.as_second() - i64::from(retention.age_days) * 86_400;
        for (at, (name, started)) in runs.iter().enumerate() {
            let too_old = retention.age_days > 0 && started.as_second() < oldest;
            if (at < surplus || too_old) && latest.as_ref() != Some(name) {
                match self.remove_run(name, retention.shred) {
                    // Somebody looks at a file of it. Where it has lost its name it is gone, and what is left of it goes when
                    // the next run begins; where it has not, it goes after a later run.
                    Err(error) if disk::is_held(&error) => {
                        tracing::warn!(run = name, %error, "not removed");
                        if !self.path().join(name).exists() {
                            removed.push(name.clone());
                        }
                    }
                    outcome => {
                        outcome.map_err(ArchiveError::write(self.path()))?;
                        removed.push(name.clone());
                    }
                }
            }
        }
        let too_old = |run: &str| {
            let moment = moment_of_run(run).filter(|_| retention.age_days > 0);
            moment.is_some_and(|moment| moment.as_second() < oldest)
        };
        self.prune_beside(too_old, retention.shred).map_err(ArchiveError::write(self.path()))?;
        Ok(removed)
    }

    /// Removes the files beside the runs that are as old as a run no longer kept, and what was made of runs that are gone.
    fn prune_beside(&self, too_old: impl Fn(&str) -> bool, shred: bool) -> io::Result<()> {
        for at in standing(self.path())?.into_iter().filter(|at| !at.is_folder()) {
            let goes = match (at.goes(), at.run()) {
                (Some(Goes::Whole), Some(run)) => too_old(run),
                (Some(Goes::Derived), Some(run)) => !self.path().join(run).exists(),
                _ => false,
            };
            if goes {
                match remove_file(&at.path, shred) {
                    Err(error) if disk::is_held(&error) => {
                        tracing::warn!(file = at.within, %error, "not removed");
                    }
                    outcome => outcome?,
                }
            }
        }
        Ok(())
    }

    /// Removes a run: first its name, so that nobody meets half a run.
    ///
    /// # Errors
    /// Where the folder cannot be renamed, overwritten or removed. Half removed, it bears the name of an unfinished
    /// run, which the next recovery removes.
    pub fn remove_run(&self, name: &str, shred: bool) -> io::Result<()> {
        let path = self.path().join(name);
        if !path.exists() {
            return Ok(());
        }
        let hidden = self.path().join(format!(".{name}{PARTIAL}"));
        disk::rename(&path, &hidden)?;
        sync_folder(self.path())?;
        remove_tree(&hidden, shred)
    }
}

impl OutDir {
    /// Removes a file of the folder; it is overwritten before.
    ///
    /// # Errors
    /// Where the file cannot be overwritten or removed.
    pub fn remove_file(&self, path: &Path) -> io::Result<()> {
        overwrite_file(path)?;
        disk::remove_file(path)?;
        sync_folder(path.parent().unwrap_or(self.path()))
    }

    /// Takes `latest` away: the run that it points to is about to go.
    ///
    /// # Errors
    /// [`ArchiveError::Write`] where the pointer cannot be removed.
    pub fn forget_latest(&self) -> Result<(), ArchiveError> {
        let latest = Pointer::of(self.path());
        latest.remove().map_err(ArchiveError::write(&latest.path()))
    }
}

/// Removes a file; overwrites it before, where told to.
///
/// # Errors
/// Where it cannot be overwritten or removed.
pub fn remove_file(path: &Path, shred: bool) -> io::Result<()> {
    if shred {
        overwrite_file(path)?;
    }
    disk::remove_file(path)
}

/// Whether a file was last written longer ago than that. One that is gone, or of which nothing is known, was not.
fn is_older(path: &Path, age: Duration) -> bool {
    let written = fs::symlink_metadata(path).and_then(|meta| meta.modified());
    written.is_ok_and(|at| at.elapsed().is_ok_and(|since| since > age))
}

/// Removes a file that was begun, or a link; what is gone meanwhile is gone.
fn remove_remnant(path: &Path, shred: bool) -> io::Result<()> {
    let is_file = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file());
    match remove_file(path, shred && is_file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// Removes a folder and all in it; overwrites the files before, where told to.
fn remove_tree(path: &Path, shred: bool) -> io::Result<()> {
    if shred {
        overwrite(path)?;
    }
    disk::remove_folder(path)
}

fn overwrite(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            overwrite(&entry.path())?;
        } else if entry.file_type()?.is_file() {
            overwrite_file(&entry.path())?;
        }
    }
    Ok(())
}

fn overwrite_file(path: &Path) -> io::Result<()> {
    static ZEROS: [u8; 1 << 16] = [0; 1 << 16];
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut left = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    while left > 0 {
        let part = left.min(ZEROS.len() as u64);
        file.write_all(&ZEROS[..part as usize])?;
        left -= part;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIGHTS: [&str; 4] = [
        "20261101T010000Z-aaaaaaaa",
        "20261102T010000Z-bbbbbbbb",
        "20261103T010000Z-cccccccc",
        "20261104T010000Z-dddddddd",
    ];

    /// An output folder with whole runs; `latest` points to the last of `until`.
    fn out(runs: &[&str], latest: Option<&str>) -> (tempfile::TempDir, OutDir) {
        let dir = tempfile::tempdir().unwrap();
        for run in runs {
            fs::create_dir(dir.path().join(run)).unwrap();
            fs::write(dir.path().join(run).join(MANIFEST_FILE), "{}").unwrap();
        }
        let out = OutDir::open(dir.path()).unwrap();
        if let Some(latest) = latest {
            out.point_latest_to(latest).unwrap();
        }
        (dir, out)
    }

    fn names(runs: &[&str]) -> Vec<String> {
        runs.iter().map(|run| (*run).to_owned()).collect()
    }

    #[test]
    fn a_name_tells_its_moment() {
        assert_eq!(moment_of_run("20261120T010203Z-ab12cd34").unwrap().to_string(), "2026-11-20T01:02:03Z");
        assert!(moment_of_run("20261120T010203Z-ab12cd34-2").is_some());
        for other in ["review", "20261120T010203Z", "20261120T010203Z-xyz", "worklists-00000000"] {
            assert!(moment_of_run(other).is_none(), "{other}");
        }
    }

    #[test]
    fn cut_short_before_the_store_the_folder_goes() {
        let (dir, out) = out(&NIGHTS[..3], Some(NIGHTS[1]));
        let begun = format!(".{}.partial", NIGHTS[3]);
        fs::create_dir_all(dir.path().join(&begun).join("worklists")).unwrap();
        fs::create_dir_all(dir.path().join("kept.partial")).unwrap();
        let recovered = out.recover(&names(&NIGHTS[..2]), false).unwrap();
        assert_eq!(recovered.removed, [begun.as_str(), NIGHTS[2]]);
        assert_eq!(recovered.latest_moved_to, None);
        assert_eq!(out.run_folders().unwrap(), &NIGHTS[..2]);
        assert!(dir.path().join("kept.partial").exists());
    }

    #[test]
    fn cut_short_after_the_store_latest_moves_on() {
        for latest in [Some(NIGHTS[1]), None] {
            let (_dir, out) = out(&NIGHTS[..3], latest);
            let recovered = out.recover(&names(&NIGHTS[..3]), false).unwrap();
            assert_eq!(recovered.latest_moved_to.as_deref(), Some(NIGHTS[2]));
            assert_eq!(out.latest_run().as_deref(), Some(NIGHTS[2]));
            assert!(recovered.removed.is_empty());
        }
    }

    #[test]
    fn runs_of_an_older_program_or_a_lost_store_stay() {
        let (dir, out) = out(&NIGHTS, Some(NIGHTS[3]));
        fs::remove_file(dir.path().join(NIGHTS[0]).join(MANIFEST_FILE)).unwrap();
        let recovered = out.recover(&[], false).unwrap();
        assert_eq!(recovered.unknown, NIGHTS);
        // A store gone back to a copy of the second night does not pull `latest` back.
        let recovered = out.recover(&names(&NIGHTS[..2]), false).unwrap();
        assert_eq!((recovered.unknown, recovered.latest_moved_to), (names(&NIGHTS[2..]), None));
        assert_eq!(out.run_folders().unwrap(), NIGHTS);
    }

    #[test]
    fn runs_are_kept_by_count_and_age_and_the_latest_always() {
        let at = |run: &str| (run.to_owned(), moment_of_run(run).unwrap());
        let all: Vec<_> = NIGHTS.iter().map(|run| at(run)).collect();
        let now = moment_of_run("20261105T000000Z-00000000").unwrap();
        let prune = |retention: &Retention, latest| {
            let (_dir, out) = out(&NIGHTS, Some(latest));
            let removed = out.prune(&all, retention, now).unwrap();
            assert_eq!(out.run_folders().unwrap().len() + removed.len(), NIGHTS.len());
            removed
        };
        let none = Retention { runs: 0, age_days: 0, shred: true };
        assert!(prune(&none, NIGHTS[3]).is_empty());
        assert_eq!(prune(&Retention { runs: 3, ..none.clone() }, NIGHTS[3]), &NIGHTS[..1]);
        assert_eq!(prune(&Retention { age_days: 2, ..none.clone() }, NIGHTS[3]), &NIGHTS[..2]);
        assert_eq!(prune(&Retention { runs: 1, ..none }, NIGHTS[0]), &NIGHTS[1..3]);
    }

    /// Two hundred nights on a machine where any step that moves or removes something may meet a file that is held,
    /// for a moment or to the end: `latest` always leads to a whole run, and what a night left the next puts in order.
    #[test]
    fn whatever_is_held_latest_is_whole_and_nothing_is_lost() {
        use rand::{RngExt as _, SeedableRng as _};
        let mut dice = rand_pcg::Pcg64::seed_from_u64(20_261_120);
        let dir = tempfile::tempdir().unwrap();
        let out = OutDir::open(dir.path()).unwrap();
        let mut known: Vec<(String, Timestamp)> = Vec::new();
        let (mut failed, mut injected) = (0, 0);
        for night in 0..200i64 {
            let at = Timestamp::from_second(1_800_000_000 + night * 86_400).unwrap();
            // Mostly passing violations, now and then one that outlasts the patience.
            let odds = [0.0, 0.3, 0.6, 0.95][night as usize % 4];
            let errors = [5, 32, 33];
            let plan: Vec<Option<i32>> = (0..200)
                .map(|_| dice.random_bool(odds).then(|| errors[dice.random_range(0..errors.len())]))
                .collect();
            disk::faults::plan(plan);
            let names: Vec<String> = known.iter().map(|(name, _)| name.clone()).collect();
            let mut publish = || -> Result<(), ArchiveError> {
                out.recover(&names, night % 3 == 0)?;
                let run = super::super::RunFolder::create(&out, &super::super::run_id(at, ["x"]), |_| false)?;
                run.write_file("a.csv", |file| write!(file, "{night}"))?;
                let name = run.stand()?;
                known.push((name.clone(), at));
                out.point_latest_to(&name)?;
                let keep = Retention { runs: 5, age_days: 0, shred: night % 2 == 0 };
                let removed = out.prune(&known, &keep, at)?;
                known.retain(|(name, _)| !removed.contains(name));
                Ok(())
            };
            if let Err(error) = publish() {
                let held = matches!(&error, ArchiveError::Write { source, .. } if disk::is_held(source));
                assert!(held, "{error}");
                assert!(error.message(crate::domain::Lang::En).contains("Close the file in Excel"));
                failed += 1;
            }
            injected += disk::faults::met();
            disk::faults::plan([]);
            if let Some(latest) = out.latest() {
                let manifest = super::super::Manifest::read(&latest).unwrap().unwrap();
                assert_eq!(manifest.check(&latest).unwrap(), []);
            } else {
                assert!(known.len() <= 1, "the pointer is gone");
            }
            assert!(known.iter().all(|(name, _)| dir.path().join(name).is_dir()), "a known run is gone");
        }
        assert!(
            (10..150).contains(&failed) && injected >= 200,
            "{failed} of 200 nights failed, {injected} faults"
        );
        // A quiet night puts all in order.
        let names: Vec<String> = known.iter().map(|(name, _)| name.clone()).collect();
        out.recover(&names, false).unwrap();
        assert_eq!(out.latest_run().as_ref(), names.last());
        assert_eq!(out.run_folders().unwrap(), names);
    }

    #[test]
    fn what_was_begun_goes_but_for_what_may_still_be_at_it() {
        let (dir, out) = out(&NIGHTS[..1], Some(NIGHTS[0]));
        let at = |name: &str| dir.path().join(name);
        for folder in ["so-lam-viec/xa", "tep-nguon", "reports", "review"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        let copy = format!(".lamsach-backup-{}.db", NIGHTS[0]);
        let by_lock = [copy.as_str(), "so-lam-viec/xa/.tmpAb12"];
        let by_any = ["tep-nguon/.a.csv.part", "reports/.tmpAb12", ".tmpAb12"];
        let kept = ["tep-nguon/a.csv", "so-lam-viec/xa/a.xlsx", "ghi chú"];
        by_lock.iter().chain(&by_any).chain(&kept).for_each(|file| fs::write(at(file), "x").unwrap());
        let old = std::time::SystemTime::now() - 2 * DAY;
        disk::set_modified(&at("reports/.tmpAb12"), old).unwrap();
        out.recover(&names(&NIGHTS[..1]), true).unwrap();
        assert!(by_lock.iter().chain(&["reports/.tmpAb12"]).all(|file| !at(file).exists()));
        assert!(["tep-nguon/.a.csv.part", ".tmpAb12"].iter().chain(&kept).all(|file| at(file).exists()));
        out.remove_begun(true, None).unwrap();
        assert!(by_any.iter().all(|file| !at(file).exists()) && kept.iter().all(|file| at(file).exists()));
    }

    #[test]
    fn files_beside_the_runs_go_with_the_runs() {
        let (dir, out) = out(&NIGHTS, Some(NIGHTS[3]));
        fs::create_dir(dir.path().join("review")).unwrap();
        let named = |run: &str| [format!("rejects-{run}.csv"), format!("review/{run}.db")];
        let all = NIGHTS.map(named);
        all.iter().flatten().for_each(|file| fs::write(dir.path().join(file), "x").unwrap());
        let known: Vec<_> =
            NIGHTS.iter().map(|run| ((*run).to_owned(), moment_of_run(run).unwrap())).collect();
        let now = moment_of_run("20261105T000000Z-00000000").unwrap();
        let retention = Retention { runs: 0, age_days: 2, shred: true };
        assert_eq!(out.prune(&known, &retention, now).unwrap(), &NIGHTS[..2]);
        for (run, files) in all.iter().enumerate() {
            assert!(files.iter().all(|file| dir.path().join(file).exists() == (run >= 2)), "{files:?}");
        }
    }

    #[test]
    fn files_are_overwritten_before_they_go() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("run")).unwrap();
        let file = dir.path().join("run/du.csv");
        fs::write(&file, vec![b'x'; 100_000]).unwrap();
        // A second name keeps the bytes in sight.
        fs::hard_link(&file, dir.path().join("kept")).unwrap();
        remove_tree(&dir.path().join("run"), true).unwrap();
        assert!(!dir.path().join("run").exists());
        assert_eq!(fs::read(dir.path().join("kept")).unwrap(), vec![0; 100_000]);
    }
}
