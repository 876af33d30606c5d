//! Personal data: who may read the files, how worklists are handed over, what erasing leaves, who looked.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::harness::{AS_OF, Line, files, findings, lamsach, run_sample, said, sample, succeed, summary};
use crate::world::World;

/// A small population and its output folder.
struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        sample(&dir.path().join("data"), 300, 8, "normal");
        Self { dir }
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    fn night(&self) -> PathBuf {
        run_sample(&self.data(), &self.out(), &[])
    }

    fn call(&self, args: &[&str]) -> Output {
        lamsach().args(args).arg("--out").arg(self.out()).output().unwrap()
    }

    fn store(&self) -> rusqlite::Connection {
        crate::harness::store(&self.out())
    }

    /// Whose access log it is: action, what, why of every line.
    fn log(&self) -> Vec<[String; 3]> {
        let output = self.call(&["audit", "show", "--json"]);
        succeed(&output);
        let lines: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
        let cell = |line: &serde_json::Value, name: &str| line[name].as_str().unwrap().to_owned();
        assert!(lines.iter().all(|line| !cell(line, "who").is_empty() && !cell(line, "at").is_empty()));
        lines.iter().map(|line| ["action", "what", "why"].map(|name| cell(line, name))).collect()
    }
}

fn modes(at: &Path, found: &mut Vec<(PathBuf, u32)>) {
    let kind = at.symlink_metadata().unwrap();
    if kind.is_symlink() {
        return;
    }
    found.push((at.to_owned(), kind.permissions().mode() & 0o777));
    if kind.is_dir() {
        fs::read_dir(at).unwrap().for_each(|entry| modes(&entry.unwrap().path(), found));
    }
}

#[test]
fn everything_is_its_owners_alone_whatever_the_umask() {
    let place = Place::new();
    // The umask of the shell is that of the program; a second connection keeps the log of writes in being.
    let script = r#"umask 000
        "$0" run -q "$1" --out "$2" --as-of "$3" && "$0" report -q --out "$2" &&
        "$0" decide list -q --out "$2" && "$0" purge -q --before 01/01/2020 --out "$2""#;
    let open = place.data();
    let run = || {
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(script)
            .arg(env!("CARGO_BIN_EXE_lamsach"))
            .arg(&open)
            .arg(place.out())
            .arg(AS_OF);
        succeed(&command.output().unwrap());
    };
    run();
    let reader = place.store();
    reader.query_row("SELECT count(*) FROM runs", [], |row| row.get::<_, i64>(0)).unwrap();
    run();
    let mut found = Vec::new();
    modes(&place.out(), &mut found);
    let names: BTreeSet<String> =
        found.iter().map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    for wanted in ["lamsach.db", "lamsach.db-wal", "lamsach.db-shm", "reports", "index.bin", "report.html"] {
        assert!(names.contains(wanted), "{wanted} of {names:?}");
    }
    for (path, mode) in found {
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{} {mode:o}", path.display());
    }
}

#[cfg(feature = "encryption")]
#[test]
fn worklists_are_handed_over_under_lock_and_noted() {
    use std::io::Read as _;

    let place = Place::new();
    let run = fs::canonicalize(place.night()).unwrap();
    let [police, welfare] = std::array::from_fn(|_| age::x25519::Identity::generate());
    let open = |path: &Path, key: &age::x25519::Identity| -> Option<Vec<u8>> {
        let bytes = fs::read(path).unwrap();
        let mut text = Vec::new();
        let decryptor = age::Decryptor::new(&bytes[..]).unwrap();
        decryptor.decrypt(std::iter::once(key as _)).ok()?.read_to_end(&mut text).unwrap();
        Some(text)
    };
    let to = place.dir.path().join("gui-di.xlsx.age");
    let shown = to.to_str().unwrap();
    let key = police.to_public().to_string();
    succeed(&place.call(&[
        "export",
        "--unit",
        "cong-an",
        "--recipient",
        &key,
        "--to",
        shown,
        "--reason",
        "giao ban",
    ]));
    assert_eq!(open(&to, &police), fs::read(run.join("../so-lam-viec/don-vi/cong-an.xlsx")).ok());
    assert!(open(&to, &welfare).is_none());
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);

    // By commune, for the keys of a file.
    let commune = files(&run.join("../so-lam-viec/xa")).remove(0);
    let code = commune.to_str().unwrap().split('_').next().unwrap().to_owned();
    let keys = place.dir.path().join("keys.txt");
    fs::write(&keys, format!("# xã\n{}\n", welfare.to_public())).unwrap();
    succeed(&place.call(&[
        "export",
        "--commune",
        &code,
        "--recipients-file",
        keys.to_str().unwrap(),
        "--to",
        shown,
    ]));
    assert_eq!(open(&to, &welfare), fs::read(run.join("../so-lam-viec/xa").join(&commune)).ok());

    // All units that the configuration has recipients for.
    let config = place.dir.path().join("lamsach.toml");
    fs::write(&config, format!("[recipients]\nlao-dong-xa-hoi = [\"{}\"]\n", welfare.to_public())).unwrap();
    let folder = place.dir.path().join("gui");
    let config = config.to_str().unwrap();
    succeed(&place.call(&["export", "--config", config, "--to", folder.to_str().unwrap()]));
    assert_eq!(files(&folder), [PathBuf::from("lao-dong-xa-hoi.xlsx.age")]);

    let log = place.log();
    assert_eq!(log.len(), 3);
    assert!(log.iter().all(|line| line[0] == "export"));
    assert!(log[0][1].contains("so-lam-viec/don-vi/cong-an.xlsx") && log[0][1].contains(&key[..12]));
    assert_eq!(log[0][2], "giao ban");

    // What cannot be handed over is neither written nor noted.
    let other = place.dir.path().join("x.age");
    let other_shown = other.to_str().unwrap();
    for (args, told) in [
        (vec!["--unit", "cong-an"], "--recipient"),
        (vec!["--unit", "cong-an", "--recipient", "age1nothing"], "--recipient"),
        (vec!["--unit", "so-y-te", "--recipient", &key], "so-y-te"),
        (vec!["--commune", "12345", "--recipient", &key], "12345"),
    ] {
        let output = place.call(&[&["export", "--to", other_shown], &args[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(told) && !other.exists(), "{}", said(&output));
    }
    assert_eq!(place.log().len(), 3);
}

/// Files below a folder that hold a text, by path.
fn holding(dir: &Path, text: &str) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        let bytes = fs::read(dir.join(path)).unwrap();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    };
    files(dir).into_iter().filter(|path| dir.join(path).is_file()).filter(holds).collect()
}

/// Somebody with a finding in the first list, by personal ID.
fn somebody(all: &[Line]) -> String {
    all.iter().map(|f| &f["personal_id"]).find(|id| id.len() == 12).unwrap().clone()
}

#[test]
fn a_person_is_erased_and_the_erasing_recorded() {
    let place = Place::new();
    place.night();
    let all = findings(&place.night());
    let person = somebody(&all);
    let theirs: Vec<&str> = all
        .iter()
        .filter(|f| f.values().any(|cell| cell.contains(&person)))
        .map(|f| f["finding_id"].as_str())
        .collect();
    let runs = |place: &Place| {
        let names = fs::read_dir(place.out()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("20")).count()
    };
    succeed(&place.call(&["decide", theirs[0], "false_alarm", "--note", "bà đã chuyển đi"]));
    // A decision on somebody else whose note names the person stays, without the note.
    let other = all.iter().map(|f| f["finding_id"].as_str()).find(|id| !theirs.contains(id)).unwrap();
    let spaced = format!("{} {}", &person[..6], &person[6..]);
    succeed(&place.call(&["decide", other, "visit", "--note", &format!("hàng xóm của {spaced}")]));
    assert!(!holding(&place.out(), &person).is_empty() && runs(&place) == 2);

    // What an open review page would have made.
    fs::create_dir_all(place.out().join("review")).unwrap();
    fs::write(place.out().join("review/run.db"), &person).unwrap();

    // First only told.
    let output = place.call(&["purge", "--person", &person, "--dry-run"]);
    succeed(&output);
    assert!(runs(&place) == 2 && place.log().is_empty());
    assert!(!String::from_utf8(output.stdout).unwrap().contains(&person));

    // The number by way of standard input stands in no list of processes.
    let mut purge = lamsach();
    purge.args(["purge", "--person", "-", "--reason", "theo đơn", "--out"]).arg(place.out());
    let mut child = purge.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{person}\n").as_bytes()).unwrap();
    succeed(&child.wait_with_output().unwrap());

    assert_eq!(runs(&place), 0);
    assert!(place.out().join("latest").symlink_metadata().is_err());
    assert!(holding(&place.out(), &person).is_empty());
    for noted in ["chuyển đi", "hàng xóm của", &spaced] {
        assert!(holding(&place.out(), noted).is_empty(), "{noted} stands in the store or a copy of it");
    }
    let store = place.store();
    let known = |id: &str| {
        let found =
            store.query_row("SELECT count(*) FROM cases WHERE finding_id = ?1", [id], |row| row.get(0));
        found.unwrap_or(0i64) > 0
    };
    assert!(theirs.iter().all(|id| !known(id)));
    // The others keep their life.
    assert!(
        all.iter().filter(|f| !theirs.contains(&f["finding_id"].as_str())).all(|f| known(&f["finding_id"]))
    );
    let log = place.log();
    // That it begins is logged before the first byte goes, what it came to at the end.
    assert_eq!(log.len(), 2);
    let of = |action: &str| log.iter().find(|line| line[0] == action && line[2] == "theo đơn").unwrap();
    let (_, told) = (of("purge-begun"), &of("purge-person")[1]);
    assert!(told.contains("runs=2") && told.contains("decisions=1") && told.contains("notes=1"), "{told}");
    assert!(!log.concat().concat().contains(&person));

    // Extracts without the person give a run without the person.
    for file in files(&place.data()) {
        let path = place.data().join(file);
        if path.extension().is_some_and(|extension| extension == "csv") {
            let text = fs::read_to_string(&path).unwrap();
            let kept: String = text.split_inclusive('\n').filter(|line| !line.contains(&person)).collect();
            fs::write(&path, kept).unwrap();
        }
    }
    place.night();
    assert_eq!(runs(&place), 1);
    assert!(holding(&place.out(), &person).is_empty());

    // Nothing is left of the person: that is said, and no copy of the store is given up for it.
    let copies = || {
        let entries = fs::read_dir(place.out()).unwrap().map(|entry| entry.unwrap());
        let copies = entries.filter(|e| e.file_name().to_str().unwrap().starts_with("lamsach-backup-"));
        copies.map(|e| (e.file_name(), e.metadata().unwrap().modified().unwrap())).collect::<BTreeSet<_>>()
    };
    let before = copies();
    let output = place.call(&["purge", "--person", &person]);
    succeed(&output);
    assert!(said(&output).contains("Không thấy số này"), "{}", said(&output));
    assert_eq!((copies(), runs(&place)), (before, 1));
    succeed(&place.call(&["audit", "verify"]));
}

/// Whoever has no number is erased by name and date of birth: first only told, and nobody of the same name with another date.
#[test]
fn a_person_without_a_number_is_erased_by_name_and_date_of_birth() {
    let place = Place::new();
    let all = findings(&place.night());
    let texts = |file: &Path| fs::read_to_string(place.data().join(file)).unwrap_or_default();
    let inputs: String = files(&place.data()).iter().map(|file| texts(file)).collect();
    let theirs = |name: &str, born: &str| {
        let of = |f: &&Line| f["full_name"].eq_ignore_ascii_case(name) && f["birth_date"] == born;
        all.iter().filter(of).map(|f| f["finding_id"].clone()).collect::<Vec<_>>()
    };
    // Somebody whose name nobody else bears.
    let person = all.iter().find(|f| {
        let (name, born) = (&f["full_name"], &f["birth_date"]);
        let lines = inputs.lines().filter(|line| line.contains(name.as_str()));
        born.len() == 10
            && name.contains(' ')
            && lines.clone().count() > 0
            && lines.clone().all(|line| line.contains(born))
    });
    let (name, born) = person.map(|f| (f["full_name"].clone(), f["birth_date"].clone())).unwrap();
    let by = ["purge", "--name", &name.to_uppercase(), "--born", &born];

    let output = place.call(&[&by[..], &["--dry-run"]].concat());
    succeed(&output);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("Sẽ xoá") && !told.to_lowercase().contains(&name.to_lowercase()), "{told}");
    assert!(!holding(&place.out(), &name).is_empty());
    // The year alone is that of many; another date is another person.
    assert_eq!(place.call(&["purge", "--name", &name, "--born", &born[6..]]).status.code(), Some(2));
    let output = place.call(&["purge", "--name", &name, "--born", "01/02/1903"]);
    succeed(&output);
    assert!(said(&output).contains("Không thấy người này"), "{}", said(&output));

    succeed(&place.call(&[&by[..], &["--reason", "theo đơn"]].concat()));
    assert!(place.out().join("latest").symlink_metadata().is_err());
    assert!(holding(&place.out(), &name).is_empty(), "{:?}", holding(&place.out(), &name));
    let store = place.store();
    for id in theirs(&name, &born) {
        let known = "SELECT count(*) FROM cases WHERE finding_id = ?1";
        let known: i64 = store.query_row(known, [&id], |row| row.get(0)).unwrap();
        assert_eq!(known, 0, "{id}");
    }
    assert!(place.log().iter().any(|line| line[0] == "purge-person" && line[2] == "theo đơn"));
}

/// Killed at any moment, an erasure is finished by the next one or by the next run: the number stands nowhere, and the log tells when it began and ended.
#[test]
fn an_erasure_that_is_killed_is_finished_by_whoever_comes_next() {
    let place = Place::new();
    place.night();
    let all = findings(&place.night());
    let person = somebody(&all);
    let whole = place.out().with_file_name("whole");
    copy(&place.out(), &whole);
    // How long one takes from beginning to end.
    let begun = std::time::Instant::now();
    succeed(&place.call(&["purge", "--person", &person]));
    let lasting = begun.elapsed();
    let mut cut_short = 0;
    for turn in 0..24u32 {
        fs::remove_dir_all(place.out()).unwrap();
        copy(&whole, &place.out());
        let mut purge = lamsach();
        purge.args(["purge", "--person", &person, "--out"]).arg(place.out());
        let mut child = purge.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Every second time at any moment, else some moments after it began.
        if turn % 2 == 0 {
            std::thread::sleep(lasting * turn / 24);
        } else {
            let begun = place.out().join(".purge-pending.json");
            while !begun.exists() && child.try_wait().unwrap().is_none() {
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            std::thread::sleep(std::time::Duration::from_millis(u64::from(turn / 2)));
        }
        // However it is ended: nothing can be put in order any more.
        let how = ["-KILL", "-INT", "-TERM"][turn as usize / 2 % 3];
        if child.try_wait().unwrap().is_none() {
            let _ = Command::new("kill").args([how, &child.id().to_string()]).status();
        }
        child.wait().unwrap();
        let is_begun = place.out().join(".purge-pending.json").exists();
        cut_short += u32::from(is_begun);
        // Every third time it is the next run that finds it. What it reads holds the person again.
        if is_begun && turn % 3 == 0 {
            place.night();
            assert!(!place.out().join(".purge-pending.json").exists());
            assert!(place.log().iter().any(|line| line[0] == "purge-person"));
            continue;
        }
        // Until then it is told, and what would be erased is told with it.
        let told = lamsach().arg("status").arg(place.out()).output().unwrap().stdout;
        let told = String::from_utf8(told).unwrap();
        assert_eq!(told.contains("bị ngắt giữa chừng; lệnh lamsach purge"), is_begun, "{told}");
        let dry = place.call(&["purge", "--person", &person, "--dry-run"]);
        assert_eq!(said(&dry).contains("bị ngắt giữa chừng"), is_begun, "{}", said(&dry));
        let output = place.call(&["purge", "--person", &person]);
        succeed(&output);
        assert!(!is_begun || said(&output).contains("bị ngắt giữa chừng"), "{}", said(&output));
        let left = holding(&place.out(), &person);
        assert!(left.is_empty(), "after a kill in turn {turn}: {left:?}");
        let actions: Vec<String> = place.log().into_iter().map(|line| line[0].clone()).collect();
        let is_said = |action: &str| actions.iter().any(|said| said == action);
        assert!(is_said("purge-begun") && is_said("purge-person"), "{actions:?}");
        assert_eq!(is_said("purge-resumed"), is_begun, "{actions:?}");
        succeed(&place.call(&["audit", "verify"]));
    }
    assert!(cut_short > 0, "no kill fell into an erasure");
}

/// A folder with all in it, links as links.
fn copy(from: &Path, to: &Path) {
    succeed(&std::process::Command::new("cp").arg("-a").arg(from).arg(to).output().unwrap());
}

#[test]
fn a_person_who_stands_in_no_list_is_erased_all_the_same() {
    let mut w = World::new();
    w.welfare(2, "");
    let number = "001160012345";
    let mother = format!("household_id=H77|mother_name=Lê Thị Sen|mother_id={number}");
    let daughter = w.person("Tạ Bích Ngọc", "18/05/1992", "Nữ", &mother);
    let outcome = w.run();
    // Nothing is found of the daughter, so that no list tells of her.
    assert!(outcome.resident(daughter).is_empty());
    let run = fs::canonicalize(&outcome.run).unwrap();
    assert!(holding(&run, number).iter().all(|file| file.extension().is_some_and(|kind| kind == "parquet")));
    let output =
        lamsach().args(["purge", "--person", number, "--out"]).arg(w.dir().join("out")).output().unwrap();
    succeed(&output);
    assert!(!run.exists() && !said(&output).contains("Không thấy số này"), "{}", said(&output));
}

#[test]
fn what_is_old_is_erased_but_the_latest_run_stands() {
    let place = Place::new();
    place.night();
    fs::remove_file(place.data().join("marriages.csv")).unwrap();
    let deaths = fs::read_to_string(place.data().join("deaths.csv")).unwrap();
    let kept: Vec<&str> = deaths.lines().enumerate().filter(|(n, _)| n % 2 == 0).map(|(_, l)| l).collect();
    fs::write(place.data().join("deaths.csv"), kept.join("\n") + "\n").unwrap();
    let latest = fs::canonicalize(place.night()).unwrap();
    let count = |sql: &str| place.store().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let mended = "SELECT count(*) FROM findings WHERE closed_on IS NOT NULL";
    let (all, closed) = (count("SELECT count(*) FROM findings"), count(mended));
    assert!(closed > 0);

    succeed(&place.call(&["purge", "--before", "01/01/2020"]));
    assert_eq!((count("SELECT count(*) FROM findings"), count(mended)), (all, closed));
    let output = place.call(&["purge", "--before", "01/01/2999", "--reason", "hết hạn lưu"]);
    succeed(&output);
    assert_eq!((count("SELECT count(*) FROM findings"), count(mended)), (all - closed, 0));
    let left: Vec<PathBuf> = fs::read_dir(place.out())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !path.is_symlink() && !path.ends_with("so-lam-viec"))
        .collect();
    assert_eq!(left, std::slice::from_ref(&latest));
    assert_eq!(fs::canonicalize(place.out().join("latest")).unwrap(), latest);
    let log = place.log();
    // That it begins is logged before the first byte goes, what it came to at the end.
    assert!(log.len() == 4 && log[2..].iter().all(|line| line[2] == "hết hạn lưu"), "{log:?}");
    assert_eq!(log[2][0], "purge-begun");
    assert!(log[3][0].starts_with("purge-before") && log[3][1].contains("runs=1"), "{log:?}");
    place.night();
}

#[test]
fn who_looked_is_known_and_cannot_be_undone_in_silence() {
    let place = Place::new();
    place.night();
    let data = place.data();
    let data = data.to_str().unwrap();
    succeed(&place.call(&["explain", "deaths.csv:2", data, "--reason", "xác minh"]));
    succeed(&place.call(&["decide", "list", "--reason", "kiểm tra"]));
    let file = place.data().join("welfare.csv");
    succeed(&place.call(&["inspect", file.to_str().unwrap(), "--show", "--reason", "đối chiếu"]));
    // Without an output folder there is no log: the command works as ever, and says so.
    let shown = file.to_str().unwrap();
    for args in [&["explain", "deaths.csv:2", data][..], &["inspect", shown, "--show"]] {
        let output = lamsach().args(args).output().unwrap();
        succeed(&output);
        assert!(said(&output).contains("không ghi được vào nhật ký truy cập"), "{}", said(&output));
    }
    // A masked look is none.
    assert_eq!(said(&lamsach().args(["inspect", shown]).output().unwrap()), "");
    let log = place.log();
    let told: Vec<[&str; 3]> = log.iter().map(|line| [line[0].as_str(), &line[1], &line[2]]).collect();
    assert_eq!(
        told,
        [
            ["explain", "deaths.csv:2", "xác minh"],
            ["decide-list", "decisions", "kiểm tra"],
            ["inspect-show", "welfare.csv", "đối chiếu"],
        ]
    );
    // A configuration beside the data tells where the log is.
    let config = place.data().join("lamsach.toml");
    fs::write(&config, "[output]\nfolder = \"../out\"\n").unwrap();
    for args in [&["explain", "deaths.csv:2", data][..], &["inspect", shown, "--show"]] {
        let output = lamsach().args(args).output().unwrap();
        succeed(&output);
        assert_eq!(said(&output), "");
    }
    fs::remove_file(config).unwrap();
    assert_eq!(place.log().len(), 5);
    // A number typed as a reason does not get into what can never be erased.
    let output = place.call(&["decide", "list", "--reason", "đơn của 079 190 012 345 ngày 20/11/2026"]);
    succeed(&output);
    assert!(said(&output).contains("được che"), "{}", said(&output));
    assert_eq!(place.log()[5][2], "đơn của *** *** *** *** ngày 20/11/2026");

    let output = place.call(&["audit", "verify"]);
    succeed(&output);
    let text = String::from_utf8(output.stdout).unwrap();
    let seal = text.trim().rsplit(' ').next().unwrap().to_owned();
    succeed(&place.call(&["decide", "list"]));
    succeed(&place.call(&["audit", "verify", "--seal", &seal]));

    // A run notes the end of the log, and `lamsach status` tells it.
    place.night();
    let end = &summary(&place.out().join("latest"))["run"]["access_log"];
    assert_eq!(end["lines"], 7, "{end}");
    let status = || lamsach().args(["status", "--json"]).arg(place.out()).output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&status().stdout).unwrap();
    assert_eq!(&told["access_log"], end);

    // Cut off the end, changed within, by somebody who knows how the store is made: all of it is seen.
    let store = place.store();
    let triggers = "DROP TRIGGER access_log_is_kept; DROP TRIGGER access_log_is_unchanged;";
    store.execute_batch(&format!("{triggers} DELETE FROM access_log WHERE seq >= 3;")).unwrap();
    let output = place.call(&["audit", "verify"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("cắt đuôi từ dòng 3"), "{}", said(&output));
    store.execute_batch("UPDATE access_head SET seq = 2, seal = zeroblob(32)").unwrap();
    assert_eq!(place.call(&["audit", "verify"]).status.code(), Some(3));
    let output = status();
    assert_eq!(output.status.code(), Some(12));
    assert!(said(&output).contains("ít hơn 7 dòng"), "{}", said(&output));
    store.execute_batch("UPDATE access_log SET why = 'khác' WHERE seq = 1").unwrap();
    let output = place.call(&["audit", "verify"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("dòng 1"), "{}", said(&output));
    assert_eq!(place.call(&["audit", "verify", "--seal", "7"]).status.code(), Some(2));
}
