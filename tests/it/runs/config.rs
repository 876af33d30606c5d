//! `lamsach.toml`: written by `init`, found, merged, shown, checked, obeyed.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::harness::{AS_OF, files, findings, lamsach, said, sample, succeed, summary};

/// A folder with a small sample in `data`.
fn desk() -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    sample(&desk.path().join("data"), 300, 4, "normal");
    desk
}

/// Runs the program in a folder.
fn at(dir: &Path, args: &[&str]) -> Output {
    lamsach().current_dir(dir).args(args).output().unwrap()
}

fn printed(output: &Output) -> String {
    succeed(output);
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn write(dir: &Path, text: &str) {
    fs::write(dir.join("lamsach.toml"), text).unwrap();
}

/// Asserts that a command is refused as a wrong configuration, with these words.
fn refused(output: &Output, words: &[&str]) {
    assert_eq!(output.status.code(), Some(2), "{}", said(output));
    for word in words {
        assert!(said(output).contains(word), "{word}: {}", said(output));
    }
}

#[test]
fn init_then_run_and_nothing_else() {
    let desk = desk();
    let data = desk.path().join("data");
    let told = printed(&at(desk.path(), &["init", "data"]));
    assert!(told.contains("data/lamsach.toml") && told.contains("residents.csv"), "{told}");
    let text = fs::read_to_string(data.join("lamsach.toml")).unwrap();
    assert!(text.contains("units = \"units.csv\""), "{text}");
    assert!(text.contains("# Tệp trích xuất dân cư.\nresidents = [\n"), "{text}");

    // What is written is sound, whole, and is not written over.
    assert!(printed(&at(&data, &["config", "check"])).contains("6 tệp"));
    refused(&at(desk.path(), &["init", "data"]), &["--force"]);
    succeed(&at(desk.path(), &["init", "data", "--force", "--lang", "en"]));
    let english = fs::read_to_string(data.join("lamsach.toml")).unwrap();
    assert!(english.contains("lang = \"en\"") && english.contains("# Files of the residents registry."));
    let key = |line: &str| {
        line.strip_prefix("# ").filter(|key| key.parse::<toml::Table>().is_ok()).map(str::to_owned)
    };
    assert!(english.lines().filter_map(key).count() > 20, "{english}");
    let loosened: String =
        english.lines().map(|line| format!("{}\n", key(line).unwrap_or_else(|| line.to_owned()))).collect();
    let loose = desk.path().join("loose.toml");
    fs::write(&loose, loosened).unwrap();
    // Every key that stands as a comment is a sound one.
    let shown = printed(&at(desk.path(), &["config", "show", "--config", "loose.toml"]));
    assert!(shown.contains("off = [\"DU-12\", \"DU-13\"]  # loose.toml:"), "{shown}");

    // With a configuration, `run` alone works; the overview says which one was used, in its language.
    let ran = printed(&at(&data, &["run"]));
    assert!(ran.contains("Configuration: lamsach.toml"), "{ran}");
    let run = data.join("results/latest");
    assert_eq!(summary(&run)["inputs"].as_array().unwrap().len(), 6);
    assert!(!findings(&run).is_empty());
}

#[test]
fn a_configured_run_gives_the_bytes_of_the_same_run_by_options() {
    let desk = desk();
    succeed(&at(desk.path(), &["init", "data"]));
    succeed(&at(desk.path(), &["run", "data", "--as-of", AS_OF, "--out", "a", "-q"]));
    let data = desk.path().join("data");
    fs::remove_file(data.join("lamsach.toml")).unwrap();
    succeed(&at(
        desk.path(),
        &["run", "data", "--units", "data/units.csv", "--as-of", AS_OF, "--out", "b", "-q"],
    ));
    let (a, b) = (desk.path().join("a/latest"), desk.path().join("b/latest"));
    assert_eq!(files(&a), files(&b));
    for file in files(&a).iter().filter(|file| file.extension().is_some_and(|e| e == "csv")) {
        assert!(fs::read(a.join(file)).unwrap() == fs::read(b.join(file)).unwrap(), "{}", file.display());
    }
}

#[test]
fn every_value_is_shown_with_its_origin_and_can_be_read_back() {
    let desk = desk();
    write(
        desk.path(),
        "threads = 1\n\n[inputs]\nfolder = \"data\"\n[linkage.costs]\nreview = 2.5\n[rules]\noff = [\"DU-12\"]\n\
         [rules.severity]\nDUNG-06 = \"high\"\n[output]\nfolder = \"out\"\n[columns]\nbirths.birth_place = \"Sinh tại\"\n",
    );
    let shown =
        printed(&at(desk.path(), &["config", "show", "--lang", "en", "--out", "other", "--threads", "2"]));
    for line in [
        "# configuration: lamsach.toml",
        "lang = \"en\"  # --lang",
        "threads = 2  # --threads",
        "review = 2.5  # lamsach.toml:6",
        "margin_bits = 4.0  # default",
        "off = [\"DU-12\"]  # lamsach.toml:8",
        "DUNG-06 = \"high\"  # lamsach.toml:10",
        "[columns.births]\nbirth_place = \"Sinh tại\"  # lamsach.toml:14",
        "# metrics =  # not set",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    assert!(
        shown.contains(&format!(
            "folder = \"{}\"  # --out",
            desk.path().canonicalize().unwrap().join("other").display()
        )),
        "{shown}"
    );
    let environment =
        lamsach().env("LAMSACH_LANG", "en").current_dir(desk.path()).args(["config", "show"]).output();
    assert!(printed(&environment.unwrap()).contains("lang = \"en\"  # LAMSACH_LANG"));

    fs::write(desk.path().join("again.toml"), &shown).unwrap();
    let again = printed(&at(desk.path(), &["config", "show", "--config", "again.toml", "--lang", "en"]));
    let values = |text: &str| -> toml::Table { toml::from_str(text).unwrap() };
    assert_eq!(values(&again), values(&shown));
}

#[test]
fn the_configuration_is_obeyed() {
    let desk = desk();
    let plain = "[inputs]\nfolder = \"data\"\nunits = \"data/units.csv\"\n[output]\nfolder = \"out\"\n";
    write(desk.path(), plain);
    succeed(&at(desk.path(), &["run", "-q", "--as-of", AS_OF]));
    let run = desk.path().join("out/latest");
    let count = |code: &str| findings(&run).iter().filter(|f| f["code"] == code).count();
    let (dung, all) = (count("DUNG-01"), findings(&run).len());
    assert!(dung > 0 && all > dung);

    write(
        desk.path(),
        &format!(
            "{plain}[rules]\noff = [\"DUNG-01\"]\n[rules.severity]\nDU-01 = \"high\"\nDU-02 = \"low\"\n[linkage]\nmargin_bits = 5.0\n"
        ),
    );
    let told = printed(&at(desk.path(), &["run", "--as-of", AS_OF]));
    assert!(told.contains("Tắt theo cấu hình: DUNG-01"), "{told}");
    let severities = |code: &str| -> Vec<String> {
        findings(&run).iter().filter(|f| f["code"] == code).map(|f| f["severity"].clone()).collect()
    };
    assert_eq!(count("DUNG-01"), 0);
    assert!(severities("DU-01").iter().all(|s| s == "high") && !severities("DU-01").is_empty());
    assert!(severities("DU-02").iter().all(|s| s == "low") && !severities("DU-02").is_empty());
    let summary = summary(&run);
    assert_eq!(summary["parameters"]["margin_bits"], 5.0);
    let not_run = summary["not_run"].as_array().unwrap();
    assert!(not_run.iter().any(|rule| rule["code"] == "DUNG-01" && rule["off"] == true));
    assert!(summary["findings"]["by_code"].get("DUNG-01").is_none());
}

#[test]
fn options_win_over_the_file_value_by_value() {
    let desk = desk();
    let data = desk.path().join("data");
    fs::copy(data.join("deaths.csv"), desk.path().join("tu.csv")).unwrap();
    write(
        &data,
        "[inputs]\nresidents = [\"resid*.csv\"]\ndeaths = [\"nobody.csv\"]\nunits = \"units.csv\"\nmax_rejects = 0.5\n[output]\nfolder = \"out\"\n",
    );
    succeed(&at(desk.path(), &["run", "data", "--deaths", "tu.csv", "--out", "other", "-q"]));
    assert!(!data.join("out").exists());
    let summary = summary(&desk.path().join("other/latest"));
    let inputs: Vec<_> =
        summary["inputs"].as_array().unwrap().iter().map(|i| i["file"].as_str().unwrap()).collect();
    assert_eq!(inputs, ["residents.csv", "tu.csv"]);
    assert_eq!(summary["parameters"]["max_rejects"], 0.5);

    // A configuration from elsewhere gives way to the folder that the command line names.
    fs::rename(data.join("lamsach.toml"), desk.path().join("other.toml")).unwrap();
    fs::write(desk.path().join("units.csv"), fs::read(data.join("units.csv")).unwrap()).unwrap();
    succeed(&at(desk.path(), &["run", "data", "--config", "other.toml", "-q"]));
    let summary = crate::harness::summary(&desk.path().join("out/latest"));
    assert_eq!(summary["inputs"].as_array().unwrap().len(), 6);
}

#[test]
fn a_file_that_nobody_expects_is_not_used() {
    let desk = desk();
    write(desk.path(), "nonsense = 1\n");
    succeed(&at(desk.path(), &["run", "data", "--units", "data/units.csv", "--out", "out", "-q"]));
    let files = ["--residents", "data/residents.csv", "--deaths", "data/deaths.csv", "--out", "out", "-q"];
    succeed(&at(desk.path(), &[&["run"], &files[..]].concat()));
    refused(&at(desk.path(), &["run"]), &["lamsach.toml:1", "nonsense"]);
    fs::remove_file(desk.path().join("lamsach.toml")).unwrap();
    refused(&at(desk.path(), &["run", "--out", "out"]), &["lamsach init"]);
    refused(&at(desk.path(), &["run", "data"]), &["--out", "output.folder"]);
    refused(&at(desk.path(), &["run", "--config", "none.toml"]), &["none.toml"]);
}

#[test]
fn what_makes_no_sense_is_refused_with_file_and_line() {
    let desk = desk();
    let check = |text: &str| {
        write(desk.path(), text);
        at(desk.path(), &["config", "check", "--lang", "en"])
    };
    let cases: &[(&str, &[&str])] = &[
        ("[linkage]\nmargin_bit = 0.9\n", &["lamsach.toml:2", "did you mean margin_bits?"]),
        ("[inputs]\nfolder = \"data\"\n[rules]\noff = [\"DUNG-99\"]\n", &["lamsach.toml:4", "DUNG-99"]),
        ("[rules.severity]\nDUNG-1O = \"low\"\n", &["lamsach.toml:2", "did you mean DUNG-10?"]),
        ("[periods]\nbirths = \"2016..2015\"\n", &["lamsach.toml:2", "periods.births", "from..to"]),
        ("[encodings]\n\"a.csv\" = \"tcvn\"\n", &["lamsach.toml:2", "tcvn3"]),
        ("[columns.birth]\nfull_name = \"x\"\n", &["lamsach.toml:2", "did you mean births?"]),
        ("[columns.births]\nfull_nam = \"x\"\n", &["lamsach.toml:2", "did you mean full_name?"]),
        ("[linkage.costs]\nreview = 0\n", &["lamsach.toml:2", "0.001 or more"]),
        ("[review]\nlisten = \"0.0.0.0:8765\"\n", &["lamsach.toml:2", "tls_cert"]),
        ("[review]\ntls_cert = \"a.pem\"\n", &["lamsach.toml:2", "tls_key"]),
        ("[recipients]\ncongan = [\"age1xyz\"]\n", &["lamsach.toml:2", "did you mean cong-an?"]),
        ("[recipients]\ncong-an = [\"AGE-SECRET-KEY-1\"]\n", &["lamsach.toml:2", "age1"]),
        ("[reports]\nweekly_hour = 24\n", &["lamsach.toml:2", "from 0 to 23"]),
        ("lang = vi\n", &["lamsach.toml:1", "TOML"]),
    ];
    for (text, words) in cases {
        refused(&check(text), words);
    }
    // All faults at once, one line each.
    let output = check("a = 1\nb = 2\n[linkage]\nmargin_bits = -1\n");
    assert_eq!(said(&output).lines().count(), 3, "{}", said(&output));
    // Inputs that are not there are an input fault.
    let output = check("[inputs]\nresidents = [\"none_*.csv\"]\n");
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("lamsach.toml:2") && said(&output).contains("none_*.csv"));
    // No secret of the file is repeated.
    assert!(!said(&check("[recipients]\ncong-an = [\"AGE-SECRET-KEY-1QQ\"]\n")).contains("1QQ"));
}

#[test]
fn the_schema_that_is_printed_is_the_one_that_is_shipped() {
    let printed: Value =
        serde_json::from_str(&printed(&lamsach().args(["config", "schema"]).output().unwrap())).unwrap();
    let shipped: Value = serde_json::from_str(include_str!("../../../data/lamsach.schema.json")).unwrap();
    assert_eq!(printed, shipped);
}

#[test]
fn the_examples_of_the_manuals_are_sound() {
    let desk = tempfile::tempdir().unwrap();
    let mut tried = 0;
    for page in ["README.md", "docs/operation.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
        for example in text.split("```toml\n").skip(1) {
            let example = example.split("```").next().unwrap();
            write(desk.path(), example);
            // Files of an example need not be there.
            printed(&at(desk.path(), &["config", "show"]));
            tried += 1;
        }
    }
    assert!(tried >= 2, "{tried} examples");
}

#[test]
fn what_init_says_to_do_works_as_written() {
    let desk = tempfile::tempdir().unwrap();
    sample(&desk.path().join("dữ liệu"), 300, 4, "normal");
    let told = printed(&at(desk.path(), &["init", "dữ liệu"]));
    let shell = |command: &str| {
        let program = Path::new(env!("CARGO_BIN_EXE_lamsach")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let mut shell = std::process::Command::new("sh");
        shell.arg("-c").arg(command).current_dir(desk.path()).env("PATH", path).env_remove("LAMSACH_LANG");
        succeed(&shell.output().unwrap());
    };
    let command = |before: &str| told.split_once(before).unwrap().1.lines().next().unwrap().trim().to_owned();
    shell(&command("rồi chạy:"));
    shell(&command("ví dụ:"));
    assert!(desk.path().join("dữ liệu/ket-qua/latest").is_dir());
}

#[test]
fn small_slips_are_told_as_what_they_are() {
    let desk = desk();
    write(desk.path(), "[inputs]\nfolder = \"data\"\n[output]\nfolder = \" \"\n");
    refused(&at(desk.path(), &["run"]), &["lamsach.toml:4", "output.folder", "không được để trống"]);
    fs::remove_file(desk.path().join("lamsach.toml")).unwrap();
    refused(&at(desk.path(), &["run", "data", "--out", " "]), &["--out", "không được để trống"]);
    let output = lamsach().env("LAMSACH_LANG", "fr").current_dir(desk.path()).arg("status").output().unwrap();
    refused(&output, &["LAMSACH_LANG", "\"fr\"", "vi, en"]);
    assert!(!said(&output).contains("--lang"), "{}", said(&output));
    refused(&at(desk.path(), &["--lang", "fr", "status"]), &["--lang"]);
    succeed(&at(desk.path(), &["run", "-q", "data", "--out", "o", "--as-of", AS_OF]));
    for week in ["0000-W01", "1-W1"] {
        refused(&at(desk.path(), &["report", "--week", week, "--out", "o"]), &["--week", week]);
    }
    let id = findings(&desk.path().join("o/latest"))[0]["finding_id"].clone();
    let decide = |by: &str| {
        at(desk.path(), &["decide", &id, "visit", "--out", "o", "--by", by, "--note", "a\u{1b}[2J\nb"])
    };
    for by in ["", " \t "] {
        refused(&decide(by), &["--by"]);
    }
    succeed(&decide("An\u{7}"));
    let list = printed(&at(desk.path(), &["decide", "list", "--out", "o"]));
    assert!(list.contains("An") && list.contains("a[2J b") && list.lines().count() == 1, "{list:?}");
    assert!(!list.contains(['\u{7}', '\u{1b}']), "{list:?}");
}
