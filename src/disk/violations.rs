//! What becomes of files when Windows says again and again that another program has one of them open: all that is moved,
//! replaced or removed here, with every such error, for a while and to the end.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::patience::{HELD, PAUSES, faults};
use super::{
    FILE_MODE, Pointer, Prepared, is_held, remove_file, remove_folder, rename, replace_file, set_modified,
};

/// What may be done to a folder that [`begin`] made.
type Deed = fn(&Path) -> io::Result<()>;

const DEEDS: [(&str, Deed); 8] = [
    ("a file renamed", |dir| rename(&dir.join("list.csv"), &dir.join("moved.csv"))),
    ("a file renamed over another", |dir| rename(&dir.join("list.csv"), &dir.join("other.csv"))),
    ("a folder renamed", |dir| rename(&dir.join(".run.partial"), &dir.join("run"))),
    ("a file removed", |dir| remove_file(&dir.join("list.csv"))),
    ("a folder removed", |dir| remove_folder(&dir.join(".run.partial"))),
    ("a file replaced", |dir| replace_file(&dir.join("list.csv"), b"new", FILE_MODE)),
    ("two files put", |dir| {
        let both = [dir.join("list.csv"), dir.join("other.csv")];
        let prepared = both.iter().map(|path| Prepared::new(path, |out| out.write_all(b"new")));
        Prepared::put_all(prepared.collect::<io::Result<_>>()?).map_err(|(_, error)| error)
    }),
    ("the pointer moved on", |dir| Pointer::of(dir).set("b")),
];

fn begin() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    for name in ["list.csv", "other.csv"] {
        fs::write(at(name), format!("old {name}")).unwrap();
    }
    fs::create_dir_all(at(".run.partial/worklists")).unwrap();
    fs::write(at(".run.partial/worklists/du.csv"), "begun").unwrap();
    Pointer::of(dir.path()).set("a").unwrap();
    dir
}

/// Every file below a folder with what is in it; a link with where it leads. What a pointer's next step is prepared
/// under is replaced by the next attempt, and is no file of anybody's.
fn all_in(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let meta = path.symlink_metadata().unwrap();
        if name == ".latest.next" {
        } else if meta.is_dir() {
            all.extend(all_in(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else if meta.is_symlink() {
            all.insert(name, fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes());
        } else {
            all.insert(name, fs::read(&path).unwrap());
        }
    }
    all
}

#[test]
fn whatever_is_held_for_a_while_is_done_and_what_is_held_to_the_end_stays_whole() {
    let (mut passing, mut lasting) = (0, 0);
    for (what, deed) in DEEDS {
        let undisturbed = begin();
        let before = all_in(undisturbed.path());
        deed(undisturbed.path()).unwrap();
        let after = all_in(undisturbed.path());
        assert_ne!(before, after, "{what}");
        for code in HELD {
            for times in [1, 2, 5, PAUSES.len()] {
                let dir = begin();
                faults::plan(vec![Some(code); times]);
                deed(dir.path()).unwrap_or_else(|error| panic!("{what}, {times} times {code}: {error}"));
                passing += faults::met();
                assert_eq!((faults::met(), faults::left()), (times, 0), "{what}");
                assert_eq!(all_in(dir.path()), after, "{what}, {times} times {code}");
            }
            let dir = begin();
            faults::plan(vec![Some(code); 100]);
            let error = deed(dir.path()).unwrap_err();
            lasting += faults::met();
            assert_eq!(faults::met(), PAUSES.len() + 1, "{what}");
            assert!(is_held(&error) && error.to_string().starts_with("held by another program"), "{error}");
            assert_eq!(all_in(dir.path()), before, "{what}, {code} to the end");
            // When it is closed at last, the same is done as if nothing had been.
            faults::plan([]);
            deed(dir.path()).unwrap();
            assert_eq!(all_in(dir.path()), after, "{what}, after {code}");
        }
    }
    assert_eq!((passing, lasting), (432, 264));

    // An error of another kind is none that passes: it is told at once.
    let dir = begin();
    let before = all_in(dir.path());
    for (what, deed) in DEEDS {
        // No path, the disk is full.
        for code in [3, 112] {
            faults::plan([Some(code)]);
            let error = deed(dir.path()).unwrap_err();
            assert_eq!((faults::met(), is_held(&error)), (1, false), "{what}, {code}");
            assert_eq!(all_in(dir.path()), before, "{what}, {code}");
        }
    }
}

/// Of several files the one that is held and those behind it stay what they were, and which it is, is told.
#[test]
fn of_two_files_the_second_may_be_held() {
    for code in HELD {
        let dir = begin();
        let both = [dir.path().join("list.csv"), dir.path().join("other.csv")];
        let put = || {
            let prepared = both.iter().map(|path| Prepared::new(path, |out| out.write_all(b"new")).unwrap());
            Prepared::put_all(prepared.collect())
        };
        faults::plan([None].into_iter().chain([Some(code); 100]));
        let (path, error) = put().unwrap_err();
        faults::plan([]);
        assert!(path == both[1] && is_held(&error), "{error}");
        assert_eq!(both.each_ref().map(|path| fs::read(path).unwrap()), [&b"new"[..], b"old other.csv"]);
        put().unwrap();
        assert_eq!(fs::read(&both[1]).unwrap(), b"new");
    }
}

#[test]
fn the_time_of_a_file_is_set_when_it_is_let_go() {
    let dir = begin();
    let path = dir.path().join("list.csv");
    let then = SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 365 * 50);
    let modified = || fs::metadata(&path).unwrap().modified().unwrap();
    let first = modified();
    for code in HELD {
        faults::plan([Some(code); 100]);
        assert!(is_held(&set_modified(&path, then).unwrap_err()));
        assert_eq!(modified(), first);
    }
    faults::plan([Some(32); 3]);
    set_modified(&path, then).unwrap();
    assert_eq!(modified(), then);
}

/// The system's own refusals, where it has them: a file that really is open, and lets nobody else at it.
#[cfg(windows)]
#[test]
fn what_really_is_open_is_refused_stays_whole_and_is_done_when_it_is_closed() {
    use std::os::windows::fs::OpenOptionsExt as _;
    // Which file of the folder somebody has open.
    let opened = |what: &str| match what {
        "a folder renamed" | "a folder removed" => ".run.partial/worklists/du.csv",
        "the pointer moved on" => "latest",
        _ => "list.csv",
    };
    faults::plan([]);
    for (what, deed) in DEEDS {
        let undisturbed = begin();
        let before = all_in(undisturbed.path());
        deed(undisturbed.path()).unwrap();
        let dir = begin();
        let path = dir.path().join(opened(what));
        let open = fs::OpenOptions::new().read(true).share_mode(0).open(&path).unwrap();
        let outcome = deed(dir.path());
        drop(open);
        // Wine is laxer than Windows here: it renames a folder of which a file is open.
        if what == "a folder renamed" && outcome.is_ok() {
            assert_eq!(all_in(dir.path()), all_in(undisturbed.path()), "{what}");
            continue;
        }
        let error = outcome.expect_err(what);
        assert!(is_held(&error), "{what}: {error}");
        assert_eq!(all_in(dir.path()), before, "{what}");
        deed(dir.path()).unwrap();
        assert_eq!(all_in(dir.path()), all_in(undisturbed.path()), "{what}");
    }
}
