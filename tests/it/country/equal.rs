//! Any cut, any order, any batches, any number of threads: the links, and with them the lists, of one machine.

use std::fs;
use std::path::Path;

use lamsach::worker::Made;
use serde_json::{Value, json};

use super::conductor::{Deal, KINDS, Machine, Row, Rows, link, sent};
use crate::harness::{AS_OF, call, run_sample, said, sample, succeed};

/// A number that is as good as random and always the same.
fn mixed(number: i64, seed: u64) -> u64 {
    let mut z = (number as u64).wrapping_add(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^ (z >> 27)
}

fn shuffled(seed: u64) -> impl Fn(&mut Vec<Row>) {
    move |rows| rows.sort_by_key(|row| mixed(row.ordinal, seed))
}

pub(super) fn train(data: &Path, to: &Path) -> Value {
    let units = data.join("units.csv");
    let args = ["train", "-q", "--as-of", AS_OF, "--units"];
    let paths = [units.as_path(), data, Path::new("--out"), to];
    succeed(&call(args.iter().map(std::ffi::OsStr::new).chain(paths.iter().map(|path| path.as_os_str()))));
    serde_json::from_slice(&fs::read(to).unwrap()).unwrap()
}

/// The lists of two runs are the same, byte for byte.
fn assert_lists_equal(one: &Path, other: &Path) {
    let lists = ["dung", "du", "sach", "song"].map(|pillar| format!("worklists/{pillar}.csv"));
    for list in lists.iter().map(String::as_str).chain(["links.csv", "review.csv", "rejects.csv"]) {
        let (one, other) = (fs::read(one.join(list)).unwrap(), fs::read(other.join(list)).unwrap());
        assert!(one == other, "{list} differs");
    }
}

#[test]
fn two_machines_come_to_what_one_does() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    sample(&data, 1500, 41, "dirty");
    let model = train(&data, &dir.path().join("model.json"));
    let model_file = dir.path().join("model.json");
    let frozen = ["--no-workbooks", "--no-repair", "--model", model_file.to_str().unwrap()];
    let alone = run_sample(&data, &dir.path().join("alone"), &frozen);

    let rows = Rows::of(&data);
    // Pairs of rows of one person are sought by slices on one machine, and told to the other.
    let mut machines = vec![Machine::start(&rows, 1, shuffled(7), None)];
    let (mut a, mut b, mut p) = (Vec::new(), Vec::new(), Vec::new());
    for from in (0..rows.residents.len()).step_by(400) {
        let (_, pairs) = machines[0].ask("twice", json!({"from": from, "to": from + 400}), &Made::default());
        a.extend(pairs.longs("a").unwrap());
        b.extend(pairs.longs("b").unwrap());
        p.extend(pairs.reals("p").unwrap());
    }
    let mut twice = Made::default();
    twice.longs("a", a);
    twice.longs("b", b);
    twice.reals("p", p);
    machines.push(Machine::start(&rows, 3, |_| (), Some(twice)));
    for (seed, at_once) in [(1, 97), (2, 1500)] {
        let deal = Deal {
            machine: Box::new(move |row| (mixed(row, seed) % 2) as usize),
            order: Box::new(shuffled(seed + 100)),
            at_once,
        };
        let links = dir.path().join(format!("links-{seed}"));
        link(&rows, &mut machines, &model, &deal, &links);
        let more = [&frozen[..], &["--links", links.to_str().unwrap()]].concat();
        let together = run_sample(&data, &dir.path().join(format!("together-{seed}")), &more);
        assert_lists_equal(&alone, &together);
    }

    // The parameters, learned on the rows drawn first, are those of `lamsach train`.
    let mut learned = Vec::new();
    for kind in KINDS {
        let mut drawn = rows.extracts[kind].clone();
        drawn.sort_by_key(|row| (row.draw, row.ordinal));
        drawn.truncate(30_000);
        drawn.sort_by_key(|row| row.ordinal);
        let (roles, _) = machines[1].ask("learn", json!({"kind": kind}), &sent(drawn.iter()));
        learned.extend(roles["roles"].as_array().unwrap().clone());
    }
    assert_eq!(Value::Array(learned), model["roles"]);
    machines.into_iter().for_each(Machine::end);
}

#[test]
fn a_row_that_is_no_row_costs_no_other_and_a_wrong_question_not_the_registry() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    sample(&data, 300, 5, "normal");
    let model = train(&data, &dir.path().join("model.json"));
    let rows = Rows::of(&data);
    let mut machine = Machine::start(&rows, 1, |_| (), None);
    let births = &rows.extracts["births"];
    let refused = machine.try_ask("find", json!({"kind": "births"}), &sent(births.iter())).unwrap_err();
    assert!(refused.contains("order"), "{refused}");
    machine.ask("model", json!({"model": model, "kinds": KINDS}), &Made::default());
    for (op, parameters, code) in [
        ("find", json!({"kind": "residents"}), "parameters"),
        ("find", json!({}), "parameters"),
        ("find", json!({"kind": "births"}), "columns"),
        ("dance", Value::Null, "op"),
        ("model", json!({"model": {}, "kinds": []}), "parameters"),
    ] {
        let mut made = Made::default();
        made.longs("ordinal", [0]);
        let refused = machine.try_ask(op, parameters, &made).unwrap_err();
        assert!(refused.contains(code), "{op}: {refused}");
    }
    let mut poisoned = births[..20].to_vec();
    poisoned[3].record = b"noise".to_vec();
    poisoned[9].record.truncate(10);
    let (_, found) = machine.ask("find", json!({"kind": "births"}), &sent(poisoned.iter()));
    let errors = found.texts("error").unwrap();
    let wrong: Vec<i64> = found
        .longs("ordinal")
        .unwrap()
        .into_iter()
        .zip(&errors)
        .filter_map(|(ordinal, error)| (!error.is_empty()).then_some(ordinal))
        .collect();
    assert_eq!((found.len(), wrong), (20, vec![3, 9]));
    // Nothing of a row stands in what is told of it.
    assert!(errors.iter().all(|error| error.is_empty() || *error == "not a record"), "{errors:?}");
    let (_, fine) = machine.ask("find", json!({"kind": "births"}), &sent(births[..20].iter()));
    assert!(fine.texts("error").unwrap().iter().all(|error| error.is_empty()));
    machine.end();
}

#[test]
fn links_of_other_files_are_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let (data, other) = (dir.path().join("data"), dir.path().join("other"));
    sample(&data, 300, 5, "normal");
    sample(&other, 300, 6, "normal");
    let model = train(&data, &dir.path().join("model.json"));
    let rows = Rows::of(&data);
    let mut machines = vec![Machine::start(&rows, 2, |_| (), None)];
    let deal = Deal { machine: Box::new(|_| 0), order: Box::new(|_| ()), at_once: 1000 };
    let links = dir.path().join("links");
    link(&rows, &mut machines, &model, &deal, &links);
    machines.into_iter().for_each(Machine::end);
    let run_with = |data: &Path, more: &[&str]| {
        let out = dir.path().join("out");
        let paths = [data, Path::new("--out"), &out, Path::new("--links"), &links];
        let args =
            ["run", "-q", "--lang", "en", "--no-workbooks", "--as-of", AS_OF].map(std::ffi::OsStr::new);
        let more = more.iter().map(std::ffi::OsStr::new);
        call(args.into_iter().chain(paths.iter().map(|path| path.as_os_str())).chain(more))
    };
    let run = |data: &Path| run_with(data, &[]);
    let refused = run(&other);
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).contains("are of other files") || said(&refused).contains("of other files"));
    succeed(&run(&data));
    // Asked again nothing has changed, until the links do.
    let latest = || fs::canonicalize(dir.path().join("out/latest")).unwrap();
    let before = latest();
    succeed(&run_with(&data, &["--if-changed"]));
    assert_eq!(latest(), before);
    fs::write(links.join("note.arrow"), b"").unwrap();
    succeed(&run_with(&data, &["--if-changed"]));
    assert_ne!(latest(), before);
    // A stream that broke off is told, with its name.
    let births = links.join("births.arrow");
    let bytes = fs::read(&births).unwrap();
    fs::write(&births, &bytes[..bytes.len() / 2]).unwrap();
    let refused = run(&data);
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).contains("births.arrow"), "{}", said(&refused));
}
