//! Folders that are another's, open to everybody, or lead elsewhere: no command uses them, and nothing is written there.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::harness::{AS_OF, files, findings, lamsach, said, succeed};
use crate::world::World;

/// Every file below a folder with what it holds, and every link.
fn state(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    files(dir).into_iter().map(|path| (path.clone(), fs::read(dir.join(&path)).unwrap_or_default())).collect()
}

/// The commands that use an output folder, each with what it needs.
fn commands(w: &World, out: &Path) -> Vec<Command> {
    let case = ["decide", "DU-01-000000000001", "visit"];
    let all = [
        &["purge", "--before", "01/01/2020"][..],
        &["audit", "show"],
        &["report"],
        &["stats"],
        &["letters"],
        &["decide", "list"],
        &case,
        &["user", "list"],
    ];
    let of = |args: &[&str]| {
        let mut command = lamsach();
        command.args(args).arg("--out").arg(out);
        command
    };
    let mut commands: Vec<Command> = all.into_iter().map(of).collect();
    for command in ["review", "status"] {
        commands.push(lamsach());
        commands.last_mut().unwrap().arg(command).arg(out);
    }
    let mut run = of(&["run", "-q", "--as-of", AS_OF]);
    for (kind, path) in w.write() {
        run.arg(format!("--{kind}")).arg(path);
    }
    commands.push(run);
    commands
}

#[test]
fn a_folder_that_is_not_to_be_trusted_is_refused_by_every_command_and_left_as_it_is() {
    let mut w = World::new();
    w.welfare(2, "birth_date=05/03/1966");
    let out = w.dir().join("out");
    w.run();
    let refused = |told: &str| {
        let before = state(&out);
        for mut command in commands(&w, &out) {
            let output = command.stdin(Stdio::null()).output().unwrap();
            assert_eq!(output.status.code(), Some(6), "{command:?}: {}", said(&output));
            assert!(said(&output).contains(told), "{command:?}: {}", said(&output));
            let english = command.args(["--lang", "en"]).output().unwrap();
            assert!(said(&english).contains("is not used"), "{command:?}: {}", said(&english));
        }
        assert!(state(&out) == before, "{told}: something was written");
    };
    fs::set_permissions(&out, Permissions::from_mode(0o777)).unwrap();
    refused("mọi người trên máy này đều ghi được");
    fs::set_permissions(&out, Permissions::from_mode(0o700)).unwrap();
    let elsewhere = w.dir().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    for name in
        ["review", "dinh-kem", "rejects-20991231T000000Z-00000000.csv", "so-lam-viec", "lamsach.db", "latest"]
    {
        let path = out.join(name);
        let kept = w.dir().join("kept");
        let was_there = path.symlink_metadata().is_ok();
        if was_there {
            fs::rename(&path, &kept).unwrap();
        }
        symlink(&elsewhere, &path).unwrap();
        refused(&format!("{} là liên kết", path.display()));
        fs::remove_file(&path).unwrap();
        if was_there {
            fs::rename(&kept, &path).unwrap();
        }
    }
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    w.run();
}

#[test]
fn a_remark_is_read_from_standard_input() {
    let mut w = World::new();
    w.welfare(2, "birth_date=05/03/1966");
    let run = w.run().run;
    let case = findings(&run)[0]["finding_id"].clone();
    let mut command = lamsach();
    command.args(["decide", &case, "visit", "--note", "-", "--out"]).arg(w.dir().join("out"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all("hỏi bà Lê Thị Sen\n".as_bytes()).unwrap();
    succeed(&child.wait_with_output().unwrap());
    let db = crate::harness::store(&w.dir().join("out"));
    let note: String = db.query_row("SELECT note FROM decisions", [], |row| row.get(0)).unwrap();
    assert_eq!(note, "hỏi bà Lê Thị Sen");
}
