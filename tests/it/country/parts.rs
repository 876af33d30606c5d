//! A country judged province by province: what the parts find is what one run over the whole finds, each finding once.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use lamsach::worker::{Columns, Made, read_answer, write_question, write_stream};
use serde_json::{Value, json};

use super::conductor::{Deal, KINDS, Linked, Machine, Row, Rows, link, write_pairs};
use super::equal::train;
use crate::harness::{AS_OF, call, lamsach, latest, run_sample, said, sample_with, succeed};

/// The communes of a sample, by code, and the ones of two provinces that they become.
const COMMUNES: [(&str, &str, &str); 6] = [
    ("90001", "16774", "Xã Mường Quàng"),
    ("90002", "16777", "Xã Quỳ Châu"),
    ("90003", "16801", "Xã Hùng Chân"),
    ("90004", "22114", "Xã Tuy An Bắc"),
    ("90005", "22120", "Xã Tuy An Đông"),
    ("90006", "22147", "Xã Ô Loan"),
];

/// Of so many lines of the registry one is of somebody who lives in the other province than the family.
const MOVED: usize = 7;

/// A sample whose communes lie in two provinces, and whose people moved from one to the other.
pub(super) fn two_provinces(dir: &Path, residents: u32, seed: u64) {
    sample_with(dir, residents, seed, "dirty", &["--communes", "6"]);
    let units = fs::read_to_string(dir.join("units.csv")).unwrap();
    let name_of = |code: &str| {
        let line = units.lines().find(|line| line.split(',').nth(4) == Some(code)).unwrap();
        line.split(',').nth(5).unwrap().to_owned()
    };
    let names = COMMUNES.map(|(old, ..)| name_of(old));
    for kind in ["units", "residents"].iter().chain(&KINDS) {
        let path = dir.join(format!("{kind}.csv"));
        let mut text = fs::read_to_string(&path).unwrap();
        for ((old, code, name), was) in COMMUNES.iter().zip(&names) {
            text = text.replace(old, code).replace(was, name);
            text = text.replace(&was.to_uppercase(), &name.to_uppercase());
        }
        if *kind == "residents" {
            let moved = |(at, line): (usize, &str)| match at % MOVED {
                3 => move_away(line),
                // Of one in so many again the registry does not know the commune.
                5 if at % 2 == 1 => without_commune(line),
                _ => line.to_owned(),
            };
            text = text.split_inclusive('\n').enumerate().map(moved).collect();
        }
        fs::write(path, text).unwrap();
    }
}

/// A line of the registry with the commune that lies in the place of its own in the other province.
fn move_away(line: &str) -> String {
    let cells = |(_, code, name): (&str, &str, &str)| format!(",{code},{name},");
    let (here, there) = COMMUNES.split_at(COMMUNES.len() / 2);
    let mut pairs = here.iter().zip(there).flat_map(|(one, other)| [(one, other), (other, one)]);
    let found = pairs.find(|(of, _)| line.contains(&cells(**of)));
    found.map_or_else(|| line.to_owned(), |(of, to)| line.replace(&cells(*of), &cells(*to)))
}

/// A line of the registry without its commune.
fn without_commune(line: &str) -> String {
    let cells = COMMUNES.map(|(_, code, name)| format!(",{code},{name},"));
    cells.iter().fold(line.to_owned(), |line, cells| line.replace(cells, ",,,"))
}

/// Asks a program that answers on its standard output.
struct Asked {
    child: std::process::Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Asked {
    fn start(args: &[&str], path: &Path) -> Self {
        let mut command = lamsach();
        command.args(args).arg(path).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    fn ask(&mut self, op: &str, parameters: Value, columns: &Made) -> (Value, Columns) {
        write_question(self.child.stdin.as_mut().unwrap(), op, &parameters, columns).unwrap();
        read_answer(&mut self.output).unwrap_or_else(|error| panic!("{op}: {error}"))
    }

    fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

/// Rows as the router takes them; files and kinds are numbered alike here.
fn told(rows: &[Row], file: i64, links: Option<&[Vec<u8>]>) -> Made {
    let mut made = Made::default();
    made.longs("ordinal", rows.iter().map(|row| row.ordinal));
    made.longs("file", rows.iter().map(|_| file));
    made.texts("code", rows.iter().map(|row| row.place.0.as_str()));
    made.texts("commune", rows.iter().map(|row| row.place.1.as_str()));
    made.lists("numbers", rows.iter().map(|row| row.numbers.clone()));
    made.lists("subjects", rows.iter().map(|row| row.subjects.clone()));
    if let Some(links) = links {
        made.bytes("links", links.iter().map(Vec::as_slice));
    }
    made
}

fn pairs(of: &Columns) -> Made {
    let mut made = Made::default();
    made.longs("row", of.longs("row").unwrap());
    made.longs("kept", of.longs("kept").unwrap());
    made
}

/// Which rows a part has of a kind, and why.
struct Routed {
    ordinals: Vec<i64>,
    presences: Vec<i64>,
}

fn write(path: PathBuf, made: &Made) {
    write_stream(&mut File::create(path).unwrap(), made).unwrap();
}

/// Routes all rows, cuts the files, and writes the folders of all parts; tells for each how many residents are at home
/// there, and how many known.
fn divide(rows: &Rows, linked: &Linked, to: &Path) -> BTreeMap<String, (usize, usize)> {
    let mut router = Asked::start(&["worker", "route", "--units"], &rows.units);
    let (communes, of_registry) = rows.communes();
    let mut places = Made::default();
    places.texts("code", communes.iter().map(|place| place.0.as_str()));
    places.texts("commune", communes.iter().map(|place| place.1.as_str()));
    router.ask("places", json!({"as_of": AS_OF, "of_registry": of_registry}), &places);
    let mut heads = Made::default();
    heads.longs("file", 0..rows.files.len() as i64);
    heads.bytes("head", rows.files.iter().map(|file| file.head.as_slice()));
    let (_, followed) = router.ask("heads", Value::Null, &heads);
    assert!(followed.is_empty());
    for some in rows.residents.chunks(999) {
        router.ask("rows", json!({"kind": "residents"}), &told(some, 0, None));
    }
    for (kind, file) in KINDS.into_iter().zip(1..) {
        let links = linked.links[kind].as_slice();
        router.ask("rows", json!({"kind": kind}), &told(&rows.extracts[kind], file, Some(links)));
    }
    router.ask("surplus", Value::Null, &pairs(&linked.surplus));
    for kind in KINDS {
        router.ask("unlinked", json!({"kind": kind}), &pairs(&linked.unlinked[kind]));
    }
    let (parts, _) = router.ask("parts", Value::Null, &Made::default());
    let parts: Vec<String> = serde_json::from_value(parts["parts"].clone()).unwrap();
    fs::create_dir_all(to.join("counts")).unwrap();
    write(to.join("places.arrow"), &places);
    write(to.join("heads.arrow"), &heads);
    let manifest = json!({
        "format": 1, "digests": rows.digests, "as_of": AS_OF, "of_registry": of_registry, "parts": parts,
    });
    fs::write(to.join("manifest.json"), manifest.to_string()).unwrap();
    // By file and part, the rows wanted.
    let mut known = BTreeMap::new();
    let mut wanted: BTreeMap<i64, Vec<(String, i64)>> = BTreeMap::new();
    for part in &parts {
        let folder = to.join(part);
        fs::create_dir_all(&folder).unwrap();
        for kind in ["residents"].iter().chain(&KINDS) {
            let (_, own) = router.ask("part", json!({"part": part, "kind": kind}), &Made::default());
            let routed =
                Routed { ordinals: own.longs("ordinal").unwrap(), presences: own.longs("presence").unwrap() };
            if *kind == "residents" {
                let home = routed.presences.iter().filter(|presence| **presence == 0).count();
                known.insert(part.clone(), (home, routed.ordinals.len()));
            }
            for (file, row) in own.longs("file").unwrap().into_iter().zip(&routed.ordinals) {
                wanted.entry(file).or_default().push((part.clone(), *row));
            }
            let mut made = Made::default();
            made.longs("ordinal", routed.ordinals.iter().copied());
            made.longs("presence", routed.presences.iter().copied());
            if let Some(links) = linked.links.get(kind) {
                made.bytes("links", routed.ordinals.iter().map(|row| links[*row as usize].as_slice()));
                write_pairs(&folder.join(format!("{kind}.unlinked.arrow")), &linked.unlinked[kind]);
            }
            write(folder.join(format!("{kind}.arrow")), &made);
        }
        write_pairs(&folder.join("surplus.arrow"), &linked.surplus);
    }
    router.end();
    let mut pieces: BTreeMap<String, Vec<(i64, Vec<u8>)>> = BTreeMap::new();
    for (file, rows_wanted) in wanted {
        let of = &rows.files[file as usize];
        let mut cut = Asked::start(&["worker", "cut", "--as-of", AS_OF, "--kind", of.kind], &of.path);
        let mut made = Made::default();
        made.texts("part", rows_wanted.iter().map(|(part, _)| part.as_str()));
        // There is one file of a kind: its rows are those of the kind.
        made.longs("position", rows_wanted.iter().map(|(_, row)| *row));
        let (_, answer) = cut.ask("cut", json!({"followed": {}}), &made);
        let bytes = answer.bytes("piece").unwrap();
        for (part, piece) in answer.texts("part").unwrap().into_iter().zip(bytes) {
            pieces.entry(part.to_owned()).or_default().push((file, piece.to_vec()));
        }
        cut.end();
    }
    for (part, pieces) in pieces {
        let mut made = Made::default();
        made.longs("file", pieces.iter().map(|(file, _)| *file));
        made.bytes("piece", pieces.iter().map(|(_, piece)| piece.as_slice()));
        write(to.join(part).join("pieces.arrow"), &made);
    }
    known
}

/// The lines of a list in runs of several folders, sorted; the header once.
fn lines(runs: &[PathBuf], list: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for run in runs {
        let text = fs::read_to_string(run.join(list)).unwrap();
        lines.extend(text.lines().skip(1).map(ToOwned::to_owned));
    }
    lines.sort_unstable();
    lines
}

/// Judges each part by itself, each into a folder of its own; gives the folders of the runs.
fn judge(parts: &[String], folder: &Path, out: &Path, units: &Path) -> Vec<PathBuf> {
    let of_part = |args: &[&str], part: &str| {
        let mut command = lamsach();
        command.args(args).args(["--as-of", AS_OF, "--units"]).arg(units);
        command.arg("--part").arg(folder.join(part));
        command
    };
    for part in parts {
        let counts = of_part(&["worker", "count"], part).output().unwrap();
        succeed(&counts);
        fs::write(folder.join("counts").join(format!("{part}.json")), counts.stdout).unwrap();
    }
    let run = |part: &String| {
        let to = out.join(part);
        let mut command = of_part(&["run", "-q", "--no-workbooks"], part);
        succeed(&command.arg("--out").arg(&to).output().unwrap());
        latest(&to)
    };
    parts.iter().map(run).collect()
}

#[test]
fn provinces_find_together_what_one_run_finds() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    two_provinces(&data, 1500, 43);
    let model_file = dir.path().join("model.json");
    let model = train(&data, &model_file);
    let frozen = ["--no-workbooks", "--no-repair", "--model", model_file.to_str().unwrap()];
    let alone = run_sample(&data, &dir.path().join("alone"), &frozen);

    let rows = Rows::of(&data);
    let mut machines = vec![Machine::start(&rows, 2, |_| (), None)];
    let deal = Deal { machine: Box::new(|_| 0), order: Box::new(|_| ()), at_once: 1000 };
    let linked = link(&rows, &mut machines, &model, &deal, &dir.path().join("links"));
    machines.into_iter().for_each(Machine::end);
    let folder = dir.path().join("parts");
    let known = divide(&rows, &linked, &folder);
    let parts: Vec<String> = known.keys().cloned().collect();
    assert_eq!(parts, ["chua-ro", "dak-lak", "nghe-an"]);
    let runs = judge(&parts, &folder, &dir.path().join("out"), &rows.units);

    let lists = ["dung", "du", "sach", "song"].map(|pillar| format!("worklists/{pillar}.csv"));
    for list in lists.iter().map(String::as_str).chain(["links.csv", "review.csv"]) {
        let (one, many) = (lines(std::slice::from_ref(&alone), list), lines(&runs, list));
        let differing: Vec<&String> = one.iter().filter(|line| many.binary_search(line).is_err()).collect();
        let more: Vec<&String> = many.iter().filter(|line| one.binary_search(line).is_err()).collect();
        assert!(
            one == many,
            "{list}: {} and {} lines; missing {:#?}; too many {:#?}",
            one.len(),
            many.len(),
            &differing[..differing.len().min(9)],
            &more[..more.len().min(9)]
        );
        // Either province has some of them.
        assert!(
            list == "review.csv"
                || runs[1..].iter().all(|run| !lines(std::slice::from_ref(run), list).is_empty())
        );
    }
    // A part knows some of the other's people, and not all of them.
    for part in &parts[1..] {
        let (home, known) = known[part];
        assert!(home < known && known < rows.residents.len(), "{part}: {home} at home, {known} known");
    }
    let summary = |run: &PathBuf| -> Value {
        serde_json::from_slice(&fs::read(run.join("summary.json")).unwrap()).unwrap()
    };
    let whole = summary(&alone);
    let residents: u64 = runs.iter().map(|run| summary(run)["residents"].as_u64().unwrap()).sum();
    assert_eq!(Some(residents), whole["residents"].as_u64());
    for (run, part) in runs.iter().zip(&parts) {
        let told = summary(run);
        assert_eq!((&told["coverage"], &told["not_run"]), (&whole["coverage"], &whole["not_run"]), "{part}");
    }
}

#[test]
fn a_part_without_the_counts_of_the_others_is_not_judged() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    two_provinces(&data, 300, 7);
    let model = train(&data, &dir.path().join("model.json"));
    let rows = Rows::of(&data);
    let mut machines = vec![Machine::start(&rows, 1, |_| (), None)];
    let deal = Deal { machine: Box::new(|_| 0), order: Box::new(|_| ()), at_once: 1000 };
    let linked = link(&rows, &mut machines, &model, &deal, &dir.path().join("links"));
    machines.into_iter().for_each(Machine::end);
    let folder = dir.path().join("parts");
    divide(&rows, &linked, &folder);
    let run = |part: &Path| {
        let out = dir.path().join("out");
        let paths = [Path::new("--part"), part, Path::new("--out"), &out, Path::new("--units"), &rows.units];
        let args = ["run", "-q", "--lang", "en", "--as-of", AS_OF].map(std::ffi::OsStr::new);
        call(args.into_iter().chain(paths.iter().map(|path| path.as_os_str())))
    };
    let refused = run(&folder.join("nghe-an"));
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).contains("chua-ro.json"), "{}", said(&refused));
    // Neither is what is no part, nor one whose pieces broke off.
    assert_eq!(run(&folder).status.code(), Some(3));
    let pieces = folder.join("nghe-an/pieces.arrow");
    let bytes = fs::read(&pieces).unwrap();
    fs::write(&pieces, &bytes[..bytes.len() / 2]).unwrap();
    let refused = run(&folder.join("nghe-an"));
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).contains("pieces.arrow"), "{}", said(&refused));
}
