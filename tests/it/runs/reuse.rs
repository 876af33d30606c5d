//! Links of extracts that stand as they did are taken from the run before, and nothing shows it but the summary.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{lamsach, lines, sample, succeed, summary};
use crate::runs::memory::age;
use crate::runs::nights::{Dice, File};
use crate::runs::threads::assert_same;

const EXTRACTS: [&str; 5] = ["births", "deaths", "marriages", "welfare", "insurance"];

/// A town and two output folders with the same past: in one a night takes over what it can, in the other it
/// links everything again.
struct Town {
    dir: tempfile::TempDir,
    files: Vec<File>,
    dice: Dice,
    as_of: u32,
}

impl Town {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        sample(&data, 900, 5, "dirty");
        let kinds = std::iter::once("residents").chain(EXTRACTS);
        let files = kinds.map(|kind| File::read(data.join(format!("{kind}.csv")))).collect();
        Self { dir, files, dice: Dice(7), as_of: 20 }
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    fn change(&mut self, kinds: &[&str]) {
        for file in &mut self.files {
            if kinds.iter().any(|kind| file.path.ends_with(format!("{kind}.csv"))) {
                file.pass_a_night(&mut self.dice);
            }
        }
    }

    fn run(&self, out: &Path, more: &[&str]) -> PathBuf {
        let data = self.dir.path().join("data");
        let mut command = lamsach();
        command.args(["run", "-q", "--as-of", &format!("{}/11/2026", self.as_of)]).arg(&data);
        command.arg("--units").arg(data.join("units.csv")).arg("--out").arg(out).args(more);
        succeed(&command.output().unwrap());
        out.join("latest").canonicalize().unwrap()
    }

    /// A night in both folders; what was taken over.
    fn night(&self, more: &[&str]) -> Vec<String> {
        let whole = self.dir.path().join("whole");
        if self.out().exists() {
            age(&self.out(), 1);
            let _ = fs::remove_dir_all(&whole);
            succeed(&Command::new("cp").arg("-a").arg(self.out()).arg(&whole).output().unwrap());
        }
        let run = self.run(&self.out(), more);
        let relinked = self.run(&whole, &[more, &["--relink"]].concat());
        assert_same(&run, &relinked);
        let reused = |run: &Path| -> Vec<String> {
            let kinds = &summary(run)["run"]["links_reused"];
            kinds.as_array().unwrap().iter().map(|kind| kind.as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(reused(&relinked), [""; 0]);
        reused(&run)
    }
}

#[test]
fn a_night_links_what_changed() {
    let mut town = Town::new();
    assert_eq!(town.night(&[]), [""; 0]);
    // Another day, the same data: nothing is linked again, though ages and deadlines are others.
    town.as_of += 1;
    assert_eq!(town.night(&[]), EXTRACTS);
    town.change(&["deaths"]);
    assert_eq!(town.night(&[]), ["births", "marriages", "welfare", "insurance"]);
    town.change(&["births", "welfare"]);
    assert_eq!(town.night(&[]), ["deaths", "marriages", "insurance"]);
    town.change(&["births", "deaths", "marriages", "insurance"]);
    assert_eq!(town.night(&[]), ["welfare"]);
    // Settings that linkage heeds, and settings that it does not.
    assert_eq!(town.night(&["--no-workbooks"]), EXTRACTS);
    fs::write(town.dir.path().join("lamsach.toml"), "[linkage]\nmargin_bits = 4.5\n").unwrap();
    let config = town.dir.path().join("lamsach.toml");
    let config = ["--config", config.to_str().unwrap()];
    assert_eq!(town.night(&config), [""; 0]);
    assert_eq!(town.night(&config), EXTRACTS);
    // What stands on the registry falls with it.
    town.change(&["residents"]);
    assert_eq!(town.night(&[]), [""; 0]);
}

#[test]
fn a_decision_is_heeded_where_links_are_kept() {
    let town = Town::new();
    town.night(&[]);
    let links = lines(&town.out().join("latest/links.csv"));
    let link = links.iter().find(|l| l["decision"] == "link" && l["source"] == "insurance").unwrap();
    let row = format!("{}:{}", link["source_file"], link["source_row"]);
    let mut decide = lamsach();
    decide.args(["decide", &row, "not_same", "--with", &link["resident_row"], "--by", "An"]);
    succeed(&decide.arg("--out").arg(town.out()).output().unwrap());
    assert_eq!(town.night(&[]), ["births", "deaths", "marriages", "welfare"]);
    let links = lines(&town.out().join("latest/links.csv"));
    let after = links.iter().find(|l| l["source"] == "insurance" && l["source_row"] == link["source_row"]);
    assert_ne!(after.unwrap()["resident_row"], link["resident_row"]);
    assert_eq!(town.night(&[]), EXTRACTS);
}

#[test]
fn what_is_kept_and_was_touched_is_not_used() {
    let town = Town::new();
    town.night(&[]);
    let kept = |kind: &str| town.out().join(format!("latest/kept/{kind}.bin"));
    let mut bytes = fs::read(kept("births")).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(kept("births"), bytes).unwrap();
    fs::write(kept("deaths"), "").unwrap();
    fs::remove_file(kept("welfare")).unwrap();
    assert_eq!(town.night(&[]), ["marriages", "insurance"]);
    assert_eq!(town.night(&[]), EXTRACTS);
}
