//! What can happen to a machine at night, tried on the program. Whatever it is: `latest` stays a whole run, the
//! store opens, and the next run is green.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{AS_OF, findings, lamsach, said, sample, succeed, summary};
use crate::runs::memory::{assert_whole, latest, store};
use crate::world::World;

/// How often the program is killed.
const KILLS: usize = 110;

/// A small commune with one whole run, and the command of the next.
struct Night {
    w: World,
    files: Vec<(&'static str, PathBuf)>,
    out: PathBuf,
}

impl Night {
    fn new() -> Self {
        let night = Self::before();
        night.green();
        night
    }

    /// The commune before its first run.
    fn before() -> Self {
        let mut w = World::new();
        for resident in 2..12 {
            w.welfare(resident, "birth_date=05/03/1966");
        }
        let files = w.write();
        let out = w.dir().join("out");
        Self { w, files, out }
    }

    fn command(&self) -> Command {
        let mut command = lamsach();
        self.arguments(&mut command);
        command
    }

    fn arguments(&self, command: &mut Command) {
        command.args(["run", "--as-of", AS_OF, "--threads", "2", "--out"]).arg(&self.out);
        for (kind, path) in &self.files {
            command.arg(format!("--{kind}")).arg(path);
        }
    }

    fn run(&self) -> Output {
        self.command().output().unwrap()
    }

    /// A run that must succeed; gives what it told.
    #[track_caller]
    fn green(&self) -> String {
        let output = self.run();
        succeed(&output);
        assert_whole(&self.out);
        assert!(leftovers(&self.out).is_empty(), "{:?}", leftovers(&self.out));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A run that must fail with a code and leave all as it was.
    #[track_caller]
    fn fails(&self, code: i32) -> String {
        let before = latest(&self.out);
        let output = self.run();
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        assert_eq!(latest(&self.out), before);
        said(&output)
    }
}

/// What a run leaves only when it is cut short.
fn leftovers(out: &Path) -> Vec<String> {
    let names = fs::read_dir(out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".partial") || name == ".latest.next").collect()
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Waits until a condition holds, or the program has ended.
fn wait_for(child: &mut Child, holds: impl Fn() -> bool) {
    while !holds() && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_micros(200));
    }
}

#[test]
fn killed_at_any_moment() {
    let night = Night::new();
    let start = Instant::now();
    night.green();
    let whole = start.elapsed();
    let mut dice = 0x1234_5678_9abc_def0_u64;
    let mut below = |n: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % n.max(1)
    };
    let (mut survived, mut moved) = (0, 0);
    let mut last = latest(&night.out);
    while survived < KILLS {
        let mut child = night.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Half of the kills fall anywhere, half into the writing and switching.
        if below(2) == 0 {
            wait_for(&mut child, || !leftovers(&night.out).is_empty());
            thread::sleep(Duration::from_micros(below(whole.as_micros() as u64 / 4)));
        } else {
            thread::sleep(Duration::from_micros(below(whole.as_micros() as u64)));
        }
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            child.wait().unwrap();
            survived += 1;
        }
        assert_whole(&night.out);
        let now = latest(&night.out);
        assert!(now >= last, "{} after {}", now.display(), last.display());
        moved += usize::from(now != last);
        last = now;
        if survived.is_multiple_of(20) {
            night.green();
            last = latest(&night.out);
        }
    }
    night.green();
    println!("{survived} kills survived; {moved} of the runs had been published before");
}

#[test]
fn asked_to_stop() {
    let dir = tempfile::tempdir().unwrap();
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    sample(&data, 3000, 4, "normal");
    let start = || {
        let mut command = lamsach();
        command.args(["run", "-q", "--as-of", AS_OF]).arg(&data).arg("--out").arg(&out);
        command.stderr(Stdio::piped()).spawn().unwrap()
    };
    succeed(&start().wait_with_output().unwrap());
    let before = latest(&out);
    for (name, code) in [("-TERM", 143), ("-INT", 130)] {
        let mut child = start();
        let lock = out.join(".lamsach.lock");
        wait_for(&mut child, || fs::read(&lock).is_ok_and(|text| !text.is_empty()));
        thread::sleep(Duration::from_millis(50));
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        assert!(said(&output).contains("Đã dừng theo yêu cầu"), "{}", said(&output));
        assert_eq!(latest(&out), before);
        assert!(leftovers(&out).is_empty());
        assert_whole(&out);
    }
    succeed(&start().wait_with_output().unwrap());
    assert_whole(&out);
}

/// A small disk of its own, where the system lets one be mounted.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs"])
            .arg(at)
            .stderr(Stdio::null())
            .status();
        mount.is_ok_and(|status| status.success()).then(|| Self(at.to_owned()))
    }

    fn remount(&self, how: &str) {
        let status = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(&self.0).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn the_disk_is_full_or_read_only() {
    let night = Night::before();
    let Some(disk) = Disk::mount(&night.out) else {
        println!("not tried here: no file system can be mounted; see the_file_grows_too_large");
        return;
    };
    night.green();
    let filler = night.out.join("filler");
    for left in [0, 40, 150, 400] {
        // Fill the disk but for so many KiB.
        let _ = fs::write(&filler, vec![1; 8 << 20]);
        let size = fs::metadata(&filler).unwrap().len();
        fs::File::options()
            .write(true)
            .open(&filler)
            .unwrap()
            .set_len(size.saturating_sub(left << 10))
            .unwrap();
        let before = latest(&night.out);
        let output = night.run();
        if output.status.success() {
            assert_ne!(latest(&night.out), before, "{left} KiB");
        } else {
            assert_eq!(output.status.code(), Some(6), "{left} KiB: {}", said(&output));
            assert_eq!(latest(&night.out), before);
            assert!(said(&output).contains("dung lượng đĩa"), "{}", said(&output));
        }
        // To open a store takes a page of the disk, for the test as for anybody.
        fs::remove_file(&filler).unwrap();
        assert_whole(&night.out);
    }
    night.green();
    disk.remount("ro");
    let told = night.fails(6);
    assert!(told.contains("quyền"), "{told}");
    disk.remount("rw");
    night.green();
}

#[test]
fn the_file_grows_too_large() {
    let night = Night::new();
    let before = latest(&night.out);
    // No file may pass so many blocks of 512 bytes; the signal that says so is ignored, the error is not.
    for blocks in [0, 8, 60] {
        let mut command = Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_lamsach")]);
        night.arguments(&mut command);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{blocks}: {}", said(&output));
        assert_eq!(latest(&night.out), before);
        assert_whole(&night.out);
    }
    night.green();
}

#[test]
fn something_else_stands_in_the_place() {
    let night = Night::before();
    fs::write(&night.out, "a file").unwrap();
    assert_eq!(night.run().status.code(), Some(6));
    fs::remove_file(&night.out).unwrap();
    fs::create_dir_all(night.out.join("lamsach.db")).unwrap();
    assert_eq!(night.run().status.code(), Some(6));
    fs::remove_dir(night.out.join("lamsach.db")).unwrap();
    night.green();
}

#[test]
fn an_input_changes_or_vanishes_under_the_reader() {
    let night = Night::new();
    let before = latest(&night.out);
    let welfare = &night.files.iter().find(|(kind, _)| *kind == "welfare").unwrap().1;
    let text = fs::read(welfare).unwrap();
    // A file that is touched all the time changes while it is read.
    let stop = AtomicBool::new(false);
    let output = thread::scope(|scope| {
        scope.spawn(|| {
            let file = fs::File::options().write(true).open(welfare).unwrap();
            let mut at = std::time::SystemTime::now();
            while !stop.load(Ordering::Relaxed) {
                at += Duration::from_millis(1);
                file.set_modified(at).unwrap();
            }
        });
        let output = night.run();
        stop.store(true, Ordering::Relaxed);
        output
    });
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("welfare.csv bị thay đổi trong khi đang đọc"), "{}", said(&output));
    assert_eq!(latest(&night.out), before);
    // Gone in the middle, or before it was opened: either way it is said.
    for wait in [0, 20, 60] {
        let child = night.command().stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(wait));
        fs::remove_file(welfare).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(matches!(output.status.code(), Some(3 | 0)), "{}", said(&output));
        assert_whole(&night.out);
        fs::write(welfare, &text).unwrap();
    }
    night.green();
}

#[test]
fn another_process_holds_the_store() {
    let night = Night::new();
    let db = store(&night.out);
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let told = night.fails(5);
    assert!(told.contains("lamsach.db"), "{told}");
    db.execute_batch("ROLLBACK").unwrap();
    drop(db);
    assert!(leftovers(&night.out).is_empty());
    assert_whole(&night.out);
    night.green();
}

/// The copies of the store, oldest first.
fn copies(out: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(out).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("lamsach-backup-");
    let mut found: Vec<PathBuf> = paths.filter(named).collect();
    found.sort();
    found
}

#[test]
fn a_damaged_store_is_refused_and_its_copy_named() {
    let night = Night::new();
    night.green();
    let file = night.out.join("lamsach.db");
    let sound = fs::read(&file).unwrap();
    let copy = copies(&night.out).pop().unwrap();
    let mut torn = sound.clone();
    let middle = torn.len() / 2;
    torn[4096..middle].fill(0xa5);
    for damaged in [torn, b"not a database at all".to_vec(), sound[..5000].to_vec()] {
        fs::write(&file, damaged).unwrap();
        let told = night.fails(6);
        assert!(told.contains(copy.to_str().unwrap()), "{told}");
    }
    // What the sentence says to do works.
    fs::copy(&copy, &file).unwrap();
    night.green();
    // A store that is gone, or emptied, is not replaced without a word.
    for emptied in [false, true] {
        fs::remove_file(&file).unwrap();
        if emptied {
            fs::write(&file, "").unwrap();
        }
        let copy = copies(&night.out).pop().unwrap();
        let told = night.fails(6);
        assert!(told.contains(copy.to_str().unwrap()) && told.contains("lamsach.db"), "{told}");
        for args in [
            &["decide", "list"][..],
            &["decide", "undo", "1"],
            &["audit", "show"],
            &["report"],
            &["purge", "--before", "01/01/2020"],
            &["user", "list"],
        ] {
            let output = lamsach().args(args).arg("--out").arg(&night.out).output().unwrap();
            assert_eq!(output.status.code(), Some(6), "{args:?}: {}", said(&output));
            assert!(said(&output).contains(copy.to_str().unwrap()), "{args:?}: {}", said(&output));
        }
        assert_eq!(file.exists(), emptied);
        fs::copy(&copy, &file).unwrap();
        night.green();
    }
    // Without any store, and without a copy of one, the lists of the last run are its memory.
    let seen = findings(&night.out.join("latest"))[0]["first_seen"].clone();
    fs::remove_file(&file).unwrap();
    copies(&night.out).iter().for_each(|copy| fs::remove_file(copy).unwrap());
    night.green();
    assert_eq!(findings(&night.out.join("latest"))[0]["first_seen"], seen);
}

#[test]
fn the_clock_is_set_back() {
    let night = Night::new();
    let db = store(&night.out);
    db.execute("UPDATE runs SET started_at = started_at + 3 * 86400, day = day + 3", []).unwrap();
    drop(db);
    let told = night.green();
    assert!(told.contains("Đồng hồ của máy chậm hơn lượt chạy trước"), "{told}");
    let run = summary(&night.out.join("latest"));
    assert!(run["run"]["clock_behind"].is_string());
    let days: Vec<i32> = {
        let db = store(&night.out);
        let mut days = db.prepare("SELECT day FROM runs ORDER BY id").unwrap();
        days.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(days[0], days[1]);
}

#[test]
fn cut_short_between_name_store_and_switch() {
    let night = Night::new();
    let first = latest(&night.out);
    // Named, but not in the store: a folder later than the last run.
    let orphan = night.out.join("20990101T000000Z-00000000");
    copy_tree(&night.out.join(&first), &orphan);
    fs::create_dir(night.out.join(".20990101T000000Z-11111111.partial")).unwrap();
    let told = night.green();
    assert!(told.contains("20990101T000000Z-00000000") && told.contains(".partial"), "{told}");
    assert!(!orphan.exists());
    let removed = &summary(&night.out.join("latest"))["run"]["removed"];
    assert_eq!(removed.as_array().unwrap().len(), 2, "{removed}");
    // In the store, but `latest` not moved.
    let second = latest(&night.out);
    fs::remove_file(night.out.join("latest")).unwrap();
    std::os::unix::fs::symlink(&first, night.out.join("latest")).unwrap();
    fs::write(night.w.dir().join("welfare.csv"), "x").unwrap();
    // The first start puts it right, even where the run itself comes to nothing.
    assert_eq!(night.run().status.code(), Some(3));
    assert_eq!(latest(&night.out), second);
    assert_whole(&night.out);
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_tree(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
