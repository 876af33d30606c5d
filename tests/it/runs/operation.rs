//! What those who watch over the program meet: status, verification, figures for monitoring, the log, and
//! the units of the service.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::harness::{AS_OF, call, files, lamsach, run_sample, said, sample, succeed, summary};

/// An output folder with one run of a small sample.
fn desk() -> (tempfile::TempDir, PathBuf) {
    let desk = tempfile::tempdir().unwrap();
    sample(&desk.path().join("data"), 300, 5, "normal");
    let out = desk.path().join("out");
    run_sample(&desk.path().join("data"), &out, &[]);
    (desk, out)
}

fn status(out: &Path, more: &[&str]) -> Output {
    lamsach().args(["status", "--lang", "en"]).arg(out).args(more).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn status_tells_how_the_last_run_stands() {
    let (desk, out) = desk();
    let fine = status(&out, &["--max-age", "36h"]);
    succeed(&fine);
    let summary = summary(&out.join("latest"));
    let run_id = summary["run"]["run_id"].as_str().unwrap();
    assert!(text(&fine).contains(run_id) && text(&fine).contains("Health: fine"), "{}", text(&fine));

    let told: Value = serde_json::from_str(&text(&status(&out, &["--json"]))).unwrap();
    assert_eq!(told["latest"]["run_id"], run_id);
    assert_eq!(told["latest"]["findings"], summary["findings"]["total"]);
    assert_eq!(told["last_attempt"]["exit_code"], 0);
    assert!(told["age_seconds"].as_i64().unwrap() >= 0);

    // Too old.
    let old = status(&out, &["--max-age", "1ms"]);
    assert_eq!(old.status.code(), Some(10), "{}", said(&old));
    assert!(said(&old).contains("older than"));

    // The next attempt fails: the run stays, the status tells.
    let failed = lamsach()
        .arg("run")
        .args(["--residents", "none.csv", "--deaths", "none.csv", "--out"])
        .arg(&out)
        .output();
    assert_eq!(failed.unwrap().status.code(), Some(3));
    let after = status(&out, &[]);
    assert_eq!(after.status.code(), Some(11));
    assert!(said(&after).contains("exit code 3") && text(&after).contains(run_id));
    // One that goes well makes it good again.
    run_sample(&desk.path().join("data"), &out, &[]);
    succeed(&status(&out, &[]));

    // A run that was killed leaves its name behind.
    fs::write(out.join(".lamsach.lock"), "pid 4242 @ kho").unwrap();
    let died = status(&out, &[]);
    assert_eq!(died.status.code(), Some(11));
    assert!(said(&died).contains("pid 4242 @ kho"));

    // A file that is cut short, and no run at all.
    let latest = out.join("latest");
    fs::write(latest.join("links.csv"), "x").unwrap();
    let cut = status(&out, &[]);
    assert_eq!(cut.status.code(), Some(12));
    assert!(said(&cut).contains("links.csv"));
    fs::remove_file(latest).unwrap();
    assert_eq!(status(&out, &[]).status.code(), Some(12));
    assert_eq!(status(&desk.path().join("nowhere"), &[]).status.code(), Some(3));
    assert_eq!(status(&out, &["--max-age", "soon"]).status.code(), Some(2));
}

#[test]
fn status_finds_the_folder_by_the_configuration() {
    let (desk, _) = desk();
    let toml = "lang = \"en\"\n[inputs]\nresidents = [\"data/none_*.csv\"]\n[output]\nfolder = \"out\"\n";
    fs::write(desk.path().join("lamsach.toml"), toml).unwrap();
    // Inputs that are not there at the moment do not matter here.
    let output = lamsach().current_dir(desk.path()).arg("status").output().unwrap();
    succeed(&output);
    assert!(text(&output).contains("Health: fine"), "{}", text(&output));
    let output = lamsach().current_dir(desk.path()).arg("verify").output().unwrap();
    succeed(&output);
    assert!(text(&output).contains("sound"), "{}", text(&output));
}

/// Holds figures against the form that Prometheus takes: every figure is announced before it comes.
fn assert_figures(text: &str) {
    let mut announced = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(kind, "gauge");
            announced.push(name.to_owned());
        } else if !line.starts_with("# HELP ") {
            let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line:?}"));
            let bare = name.split('{').next().unwrap();
            assert!(announced.iter().any(|known| known == bare), "{line:?}");
            assert!(name == bare || name.ends_with("\"}"), "{line:?}");
            assert!(value.parse::<f64>().is_ok(), "{line:?}");
        }
    }
    assert!(text.ends_with('\n') && !text.contains("\n\n"));
}

#[test]
fn figures_for_prometheus_are_written_whole_and_name_nobody() {
    let (desk, out) = desk();
    let file = desk.path().join("lamsach.prom");
    succeed(&status(&out, &["--prometheus", file.to_str().unwrap()]));
    let text = fs::read_to_string(&file).unwrap();
    assert_figures(&text);
    let total = summary(&out.join("latest"))["findings"]["by_pillar"]["dung"].as_u64().unwrap();
    assert!(text.contains(&format!("\nlamsach_findings{{pillar=\"dung\"}} {total}\n")), "{text}");
    assert!(text.contains("\nlamsach_healthy 1\n"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);

    // A configured run writes them too, also where it fails.
    let toml = "[inputs]\nfolder = \"data\"\n[output]\nfolder = \"out\"\nmetrics = \"run.prom\"\n";
    fs::write(desk.path().join("lamsach.toml"), toml).unwrap();
    let run = || lamsach().current_dir(desk.path()).args(["run", "-q", "--as-of", AS_OF]).output().unwrap();
    succeed(&run());
    let figures = || fs::read_to_string(desk.path().join("run.prom")).unwrap();
    assert_figures(&figures());
    assert!(figures().contains("\nlamsach_last_attempt_exit_code 0\n"));
    fs::remove_file(desk.path().join("data/residents.csv")).unwrap();
    assert_eq!(run().status.code(), Some(2));
    assert_figures(&figures());
    assert!(
        figures().contains("\nlamsach_last_attempt_exit_code 2\nlamsach_healthy 0\n")
            || figures().contains("\nlamsach_healthy 0\n")
    );
}

#[test]
fn verification_tells_what_is_missing_changed_or_foreign() {
    let (_desk, out) = desk();
    let verify = |path: &Path| lamsach().args(["verify", "--lang", "en"]).arg(path).output().unwrap();
    let latest = out.join("latest");
    let sound = verify(&latest);
    succeed(&sound);
    let listed = files(&latest).len() - 1;
    assert!(text(&sound).contains(&format!("{listed} files")), "{}", text(&sound));
    succeed(&verify(&out));

    let sheet =
        files(&latest).into_iter().find(|file| file.extension().is_some_and(|e| e == "xlsx")).unwrap();
    fs::remove_file(latest.join(&sheet)).unwrap();
    // One letter in one list.
    let list = latest.join("worklists/du.csv");
    let mut bytes = fs::read(&list).unwrap();
    let last = bytes.len() - 3;
    bytes[last] ^= 1;
    fs::write(&list, bytes).unwrap();
    fs::write(latest.join("worklists/ghi chú.txt"), "").unwrap();
    let unsound = verify(&latest);
    assert_eq!(unsound.status.code(), Some(12));
    assert_eq!(
        text(&unsound).lines().collect::<Vec<_>>(),
        [
            &format!("missing: {}", sheet.display()),
            "changed: worklists/du.csv",
            "foreign: worklists/ghi chú.txt"
        ]
    );
    fs::remove_file(latest.join("manifest.json")).unwrap();
    assert_eq!(verify(&latest).status.code(), Some(12));
    assert_eq!(verify(&out.join("none")).status.code(), Some(3));
}

/// Names, numbers and dates that stand in the files of a sample.
fn personal(data: &Path) -> Vec<String> {
    let mut values = Vec::new();
    for file in ["residents.csv", "deaths.csv", "insurance.csv"] {
        let bytes = fs::read(data.join(file)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for row in csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes()).records() {
            let row = row.unwrap();
            let long = row.iter().filter(|cell| cell.chars().count() > 8);
            let told = |cell: &str| {
                let digits = cell.bytes().filter(u8::is_ascii_digit).count();
                digits >= 9 || (digits == 0 && cell.split(' ').count() >= 3)
            };
            values.extend(long.filter(|cell| told(cell)).map(str::to_owned));
        }
    }
    values.sort();
    values.dedup();
    values
}

#[test]
fn the_log_bears_the_name_of_the_run_and_of_nobody() {
    let desk = tempfile::tempdir().unwrap();
    let data = desk.path().join("data");
    sample(&data, 400, 6, "dirty");
    let personal = personal(&data);
    assert!(personal.len() > 800, "{}", personal.len());
    let log = desk.path().join("lamsach.log");
    let run = |more: &[&str]| {
        let mut command = lamsach();
        command.arg("run").arg(&data).arg("--out").arg(desk.path().join("out")).args(["--as-of", AS_OF]);
        command.arg("--log-file").arg(&log).args(more).output().unwrap()
    };
    let output = run(&["-vv", "--log-format", "json"]);
    succeed(&output);
    let run_id = summary(&desk.path().join("out/latest"))["run"]["run_id"].as_str().unwrap().to_owned();
    let written = fs::read_to_string(&log).unwrap();
    assert_eq!(fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(written.lines().count() >= 10, "{written}");
    let mut named = 0;
    for line in written.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(line["span"]["began"].is_string(), "{line}");
        match &line["span"]["id"] {
            Value::Null => assert_eq!(named, 0, "{line}"),
            id => {
                assert_eq!(id, &run_id, "{line}");
                named += 1;
            }
        }
    }
    assert!(named >= 5, "{written}");

    // The same lines go to the terminal; as text a line bears the name as well.
    let told = run(&["-vv", "--log-format", "text", "--max-rejects", "0"]);
    let failed = run(&["-v", "--births", "none.csv"]);
    assert_eq!(failed.status.code(), Some(3));
    let all = fs::read_to_string(&log).unwrap();
    let last = all.lines().last().unwrap();
    assert!(last.contains("ERROR") && last.contains("began=") && last.contains("code=3"), "{last}");
    for said in [said(&output), said(&told), said(&failed), all] {
        for value in &personal {
            assert!(!said.contains(value.as_str()), "a value of a person stands in the log");
        }
    }
}

#[test]
fn without_being_asked_the_terminal_hears_errors_only() {
    let (desk, out) = desk();
    let output = lamsach().arg("run").arg(desk.path().join("data")).arg("--out").arg(&out).output().unwrap();
    succeed(&output);
    assert_eq!(said(&output), "");
    let refused = call(["run", "--log-format", "yaml"]);
    assert_eq!(refused.status.code(), Some(2));
    let refused = lamsach()
        .args(["run", "-q", "--log-file"])
        .arg(&out)
        .arg(desk.path().join("data"))
        .arg("--out")
        .arg(&out)
        .output();
    assert_eq!(refused.unwrap().status.code(), Some(6));
}

/// The lines of a unit that set something, by section.
fn unit(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/systemd").join(name)).unwrap()
}

#[test]
fn the_service_is_fenced_in() {
    for name in ["lamsach.service", "lamsach-status.service"] {
        let unit = unit(name);
        for line in [
            "ProtectSystem=strict",
            "ProtectHome=yes",
            "PrivateNetwork=yes",
            "NoNewPrivileges=yes",
            "RestrictAddressFamilies=none",
            "SystemCallFilter=@system-service",
            "CapabilityBoundingSet=",
            "User=lamsach",
        ] {
            assert!(unit.lines().any(|l| l == line), "{name}: {line}");
        }
        assert!(unit.contains("\nMemoryMax="), "{name}");
        // What it starts is a command that there is.
        let start =
            unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/lamsach ")).unwrap();
        let mut args: Vec<&str> = start.split(' ').collect();
        args.push("--help");
        succeed(&call(args));
    }
    assert!(unit("lamsach.service").lines().any(|line| line == "UMask=0077"));
}

/// Where systemd is at hand, it has the last word on its units.
#[test]
fn systemd_takes_the_units() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("systemd-analyze is not installed: the units are not held against it");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let names = ["lamsach.service", "lamsach.timer", "lamsach-status.service", "lamsach-status.timer"];
    for name in names {
        // The program need not be installed.
        let text = unit(name).replace("/usr/local/bin/lamsach", env!("CARGO_BIN_EXE_lamsach"));
        fs::write(dir.path().join(name), text).unwrap();
    }
    let analyze =
        |args: &[&str]| Command::new("systemd-analyze").current_dir(dir.path()).args(args).output().unwrap();
    let paths = names.map(|name| format!("./{name}"));
    let mut args = vec!["verify", "--man=no"];
    args.extend(paths.iter().map(String::as_str));
    let verified = analyze(&args);
    assert!(verified.status.success() && said(&verified).is_empty(), "{}", said(&verified));
    for service in ["./lamsach.service", "./lamsach-status.service"] {
        // Exposure at most 1.0 of 10.
        let rated = analyze(&["security", "--offline=yes", "--threshold=10", service]);
        assert!(rated.status.success(), "{}{}", text(&rated), said(&rated));
    }
}

#[test]
fn a_word_of_an_earlier_success_is_not_taken_for_that_of_an_attempt_that_left_none() {
    let (desk, out) = desk();
    let word = out.join(".lamsach.last.json");
    fs::remove_file(&word).unwrap();
    let unknown = status(&out, &[]);
    assert_eq!(unknown.status.code(), Some(11), "{}", said(&unknown));
    assert!(said(&unknown).contains("not known") && !text(&unknown).contains("fine"), "{}", said(&unknown));
    // What cannot be written is told, however quiet the run, and fails nothing.
    fs::create_dir(&word).unwrap();
    let toml = "[inputs]\nfolder = \"data\"\n[output]\nfolder = \"out\"\nmetrics = \"none/run.prom\"\n";
    fs::write(desk.path().join("lamsach.toml"), toml).unwrap();
    let run = lamsach().current_dir(desk.path()).args(["run", "-q", "--as-of", AS_OF]).output().unwrap();
    succeed(&run);
    assert_eq!(said(&run).matches("Cảnh báo").count(), 2, "{}", said(&run));
    assert!(said(&run).contains("lamsach status") && said(&run).contains("none/run.prom"), "{}", said(&run));
    assert_eq!(status(&out, &[]).status.code(), Some(11));
    fs::remove_dir(&word).unwrap();
    run_sample(&desk.path().join("data"), &out, &[]);
    succeed(&status(&out, &[]));
}

#[test]
fn a_run_without_a_sound_manifest_or_with_a_link_in_it_is_damaged() {
    let (desk, out) = desk();
    let manifest = out.join("latest/manifest.json");
    let sound = fs::read(&manifest).unwrap();
    let verify = || lamsach().args(["verify", "--lang", "en"]).arg(&out).output().unwrap();
    let damaged = |part: &str| {
        for output in [verify(), status(&out, &[])] {
            let told = format!("{}{}", text(&output), said(&output));
            assert_eq!(output.status.code(), Some(12), "{told}");
            assert!(told.contains(part), "{told}");
        }
    };
    succeed(&verify());
    for content in ["", "{", "[]", "{\"format\":1}"] {
        fs::write(&manifest, content).unwrap();
        damaged("manifest.json");
    }
    fs::remove_file(&manifest).unwrap();
    damaged("manifest.json");
    fs::write(&manifest, sound).unwrap();
    succeed(&verify());
    // The same bytes by way of a link are not what the run wrote.
    let (file, elsewhere) = (out.join("latest/links.csv"), desk.path().join("elsewhere.csv"));
    fs::rename(&file, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
    damaged("links.csv");
}

#[test]
fn nothing_that_is_printed_steers_the_terminal() {
    let dir = tempfile::tempdir().unwrap();
    // A name that clears the screen, colours what follows, and shows another name than its own.
    let name = "khai\u{1b}c_tu\u{9b}31m\u{202e}vsc.csv";
    let shown = "khai\\u001bc_tu\\u009b31m\\u202evsc.csv";
    let file = dir.path().join(name);
    fs::write(&file, "record_no,full_name,birth_date,death_date\n1,Nguyễn Văn An,01/01/1950,01/10/2026\n")
        .unwrap();
    let out = dir.path().join("out");
    let is_hidden = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || c == '\u{202e}';
    let plain = |what: &str, output: &Output| {
        let told = format!("{}{}", text(output), said(output));
        assert!(!told.contains(is_hidden), "{what}: {told:?}");
        told
    };
    let inspected = lamsach().args(["inspect", "--lang", "en", "-vv"]).arg(&file).output().unwrap();
    succeed(&inspected);
    assert!(plain("inspect", &inspected).contains(shown), "{}", text(&inspected));
    for form in ["text", "json"] {
        let mut run = lamsach();
        run.args(["run", "-vv", "--log-format", form, "--as-of", AS_OF, "--residents"]).arg(&file);
        let failed = run.arg("--deaths").arg(&file).arg("--out").arg(&out).output().unwrap();
        assert!(!failed.status.success());
        assert!(plain("run", &failed).contains("\\u202evsc.csv"), "{}", said(&failed));
    }
    // A line of the log, written by whatever means, and one that would look like two.
    fs::create_dir_all(&out).unwrap();
    let access = lamsach::store::Access {
        who: "an\u{1b}]0;x\u{7}".to_owned(),
        action: "export".to_owned(),
        what: name.to_owned(),
        why: "thử\n     2  20/11/2026 00:00:00  binh  view".to_owned(),
    };
    let mut store = lamsach::store::Store::open(&out).unwrap();
    store.log_access(&access, jiff::Timestamp::now()).unwrap();
    drop(store);
    let audit = |more: &[&str]| {
        let output = lamsach().args(["audit", "show", "--out"]).arg(&out).args(more).output().unwrap();
        succeed(&output);
        plain("audit", &output)
    };
    let told = audit(&[]);
    assert!(told.contains(shown) && told.contains("an\\u001b]0;x\\u0007"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    let json: Value = serde_json::from_str(&audit(&["--json"])).unwrap();
    assert_eq!((&json[0]["what"], &json[0]["why"]), (&Value::from(name), &Value::from(access.why.as_str())));
}
