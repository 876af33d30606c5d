//! Conducts machines that each hold the registry, as the package under `distributed/` does, in plain Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use lamsach::worker::{Columns, Made, read_answer, write_question, write_stream};
use serde_json::{Value, json};

use crate::harness::{AS_OF, lamsach};

/// The kinds of a sample, in the order of work.
pub(super) const KINDS: [&str; 5] = ["births", "deaths", "marriages", "welfare", "insurance"];

/// A row as it was read.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) ordinal: i64,
    pub(super) table: i64,
    pub(super) index: i64,
    pub(super) draw: u64,
    pub(super) place: (String, String),
    pub(super) numbers: Vec<i64>,
    pub(super) subjects: Vec<i64>,
    pub(super) record: Vec<u8>,
}

/// A file that was read.
pub(super) struct OfFile {
    pub(super) kind: &'static str,
    pub(super) path: PathBuf,
    /// What is known of it beside its rows.
    pub(super) head: Vec<u8>,
}

/// The rows of all files.
pub(super) struct Rows {
    pub(super) residents: Vec<Row>,
    pub(super) extracts: BTreeMap<&'static str, Vec<Row>>,
    pub(super) files: Vec<OfFile>,
    pub(super) digests: Vec<String>,
    pub(super) units: PathBuf,
}

/// Reads one file, and the digest of its one table and what else is known of it.
fn read(kind: &str, file: &Path, table: i64) -> (Vec<Row>, String, Vec<u8>) {
    let args = ["worker", "rows", "--kind", kind, "--as-of", AS_OF];
    let output = lamsach().args(args).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (mut rows, mut input) = (Vec::new(), output.stdout.as_slice());
    let (mut digest, mut head) = (String::new(), Vec::new());
    while !input.is_empty() {
        let (_, columns) = read_answer(&mut input).unwrap();
        let (index, draw) = (columns.longs("index").unwrap(), columns.longs("draw").unwrap());
        let (code, commune) = (columns.texts("code").unwrap(), columns.texts("commune").unwrap());
        let (record, facts) = (columns.bytes("record").unwrap(), columns.texts("table_facts").unwrap());
        let (numbers, subjects) = (columns.lists("numbers").unwrap(), columns.lists("subjects").unwrap());
        for at in 0..columns.len() {
            if index[at] < 0 {
                let facts: Value = serde_json::from_str(facts[at]).unwrap();
                digest = facts["digest"].as_str().unwrap().to_owned();
                head = record[at].to_vec();
                continue;
            }
            rows.push(Row {
                ordinal: rows.len() as i64,
                table,
                index: index[at],
                draw: draw[at] as u64,
                place: (code[at].to_owned(), commune[at].to_owned()),
                numbers: numbers[at].clone(),
                subjects: subjects[at].clone(),
                record: record[at].to_vec(),
            });
        }
    }
    (rows, digest, head)
}

impl Rows {
    /// The rows of a sample's folder.
    pub(super) fn of(dir: &Path) -> Self {
        let path = dir.join("residents.csv");
        let (residents, digest, head) = read("residents", &path, 0);
        let (mut digests, mut extracts) = (vec![digest], BTreeMap::new());
        let mut files = vec![OfFile { kind: "residents", path, head }];
        for (at, kind) in KINDS.into_iter().enumerate() {
            let path = dir.join(format!("{kind}.csv"));
            let (rows, digest, head) = read(kind, &path, at as i64 + 1);
            extracts.insert(kind, rows);
            digests.push(digest);
            files.push(OfFile { kind, path, head });
        }
        Self { residents, extracts, files, digests, units: dir.join("units.csv") }
    }

    /// The communes of all rows in the order in which they are written first, and how many are the registry's.
    pub(super) fn communes(&self) -> (Vec<(String, String)>, usize) {
        let mut seen = BTreeSet::from([(String::new(), String::new())]);
        let mut communes = Vec::new();
        let mut add = |rows: &[Row]| {
            communes.extend(rows.iter().map(|row| &row.place).filter(|p| seen.insert((*p).clone())).cloned());
            communes.len()
        };
        let of_registry = add(&self.residents);
        KINDS.iter().for_each(|kind| {
            add(&self.extracts[kind]);
        });
        (communes, of_registry)
    }
}

/// One machine.
pub(super) struct Machine {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Machine {
    /// Starts a machine and loads the registry, in the order of `order`.
    pub(super) fn start(
        rows: &Rows,
        threads: usize,
        order: impl Fn(&mut Vec<Row>),
        twice: Option<Made>,
    ) -> Self {
        let mut command = lamsach();
        command.args(["worker", "serve", "--threads", &threads.to_string(), "--units"]).arg(&rows.units);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut machine = Self { child, input, output };
        let (communes, of_registry) = rows.communes();
        let mut made = Made::default();
        made.texts("code", communes.iter().map(|place| place.0.as_str()));
        made.texts("commune", communes.iter().map(|place| place.1.as_str()));
        let parameters =
            json!({"as_of": AS_OF, "of_registry": of_registry, "residents": rows.residents.len()});
        machine.ask("places", parameters, &made);
        let mut residents = rows.residents.clone();
        order(&mut residents);
        for some in residents.chunks(700) {
            let (_, wrong) = machine.ask("residents", Value::Null, &sent(some.iter()));
            assert!(wrong.is_empty());
        }
        let given = twice.is_some();
        let (ready, _) = machine.ask("ready", json!({"twice": given}), &twice.unwrap_or_default());
        assert_eq!(ready, json!({"residents": rows.residents.len(), "missing": 0}));
        machine
    }

    /// Asks and waits for the answer.
    pub(super) fn ask(&mut self, op: &str, parameters: Value, columns: &Made) -> (Value, Columns) {
        self.try_ask(op, parameters, columns).unwrap_or_else(|error| panic!("{op}: {error}"))
    }

    /// Asks; what was refused is an error.
    pub(super) fn try_ask(
        &mut self,
        op: &str,
        parameters: Value,
        columns: &Made,
    ) -> Result<(Value, Columns), String> {
        write_question(self.input.as_mut().unwrap(), op, &parameters, columns).unwrap();
        read_answer(&mut self.output).map_err(|error| error.to_string())
    }

    /// Ends the input; the machine must end by itself.
    pub(super) fn end(mut self) {
        drop(self.input.take());
        assert!(self.child.wait().unwrap().success());
    }
}

/// Rows as columns.
pub(super) fn sent<'r>(rows: impl Iterator<Item = &'r Row> + Clone) -> Made {
    let mut made = Made::default();
    made.longs("ordinal", rows.clone().map(|row| row.ordinal));
    made.longs("table", rows.clone().map(|row| row.table));
    made.longs("index", rows.clone().map(|row| row.index));
    made.bytes("record", rows.map(|row| row.record.as_slice()));
    made
}

/// What was found for a row, and what was decided.
#[derive(Clone, Default)]
struct State {
    found: Vec<u8>,
    numbers: Vec<i64>,
    nameless: Vec<i64>,
    dead: Vec<i64>,
    alive: Vec<i64>,
    keys: Vec<i64>,
    claims: Vec<i64>,
    links: Vec<u8>,
    nobody: bool,
}

/// Puts rows in another order.
pub(super) type Reorder = dyn Fn(&mut Vec<Row>);

/// How the rows are dealt out.
pub(super) struct Deal {
    /// By row of a kind, which machine finds it.
    pub(super) machine: Box<dyn Fn(i64) -> usize>,
    /// In which order rows are sent.
    pub(super) order: Box<Reorder>,
    /// Rows of one message.
    pub(super) at_once: usize,
}

/// What links came to, as it is written to the folder of links.
pub(super) struct Linked {
    pub(super) surplus: Columns,
    /// By kind and row.
    pub(super) links: BTreeMap<&'static str, Vec<Vec<u8>>>,
    pub(super) unlinked: BTreeMap<&'static str, Columns>,
}

/// Links all rows by some machines, and writes the folder of links.
pub(super) fn link(rows: &Rows, machines: &mut [Machine], model: &Value, deal: &Deal, to: &Path) -> Linked {
    for machine in &mut *machines {
        let (mut moved, mut habits) = (Vec::new(), Vec::new());
        for kind in KINDS {
            let (mut facts, _) =
                machine.ask("table", json!({"kind": kind}), &sent(rows.extracts[kind].iter()));
            moved.append(facts["moved"].as_array_mut().unwrap());
            habits.append(facts["habits"].as_array_mut().unwrap());
        }
        machine.ask("files", json!({"moved": moved, "habits": habits}), &Made::default());
        machine.ask("model", json!({"model": model, "kinds": KINDS}), &Made::default());
    }
    let mut acts: BTreeMap<i64, i64> = BTreeMap::new();
    let mut states: BTreeMap<&str, Vec<State>> = BTreeMap::new();
    for kind in KINDS {
        states.insert(kind, find(rows, machines, kind, deal, &mut acts));
    }
    fs::create_dir_all(to).unwrap();
    let (_, surplus) = machines[0].ask("surplus", Value::Null, &Made::default());
    write_pairs(&to.join("surplus.arrow"), &surplus);
    let mut linked = Linked { surplus, links: BTreeMap::new(), unlinked: BTreeMap::new() };
    for kind in KINDS {
        let states = states.get_mut(kind).unwrap();
        settle(rows, machines, kind, states, &acts);
        let mut made = Made::default();
        made.longs("ordinal", 0..states.len() as i64);
        made.bytes("links", states.iter().map(|state| state.links.as_slice()));
        write_stream(&mut File::create(to.join(format!("{kind}.arrow"))).unwrap(), &made).unwrap();
        let unlinked = unlinked(rows, &mut machines[0], kind, states);
        write_pairs(&to.join(format!("{kind}.unlinked.arrow")), &unlinked);
        linked.links.insert(kind, states.iter().map(|state| state.links.clone()).collect());
        linked.unlinked.insert(kind, unlinked);
    }
    let manifest = json!({"format": 1, "digests": rows.digests, "as_of": AS_OF});
    File::create(to.join("manifest.json")).unwrap().write_all(manifest.to_string().as_bytes()).unwrap();
    linked
}

pub(super) fn write_pairs(path: &Path, pairs: &Columns) {
    let mut made = Made::default();
    made.longs("row", pairs.longs("row").unwrap());
    made.longs("kept", pairs.longs("kept").unwrap());
    made.reals("p", pairs.reals("p").unwrap());
    write_stream(&mut File::create(path).unwrap(), &made).unwrap();
}

/// Finds all rows of a kind and weighs them.
fn find(
    rows: &Rows,
    machines: &mut [Machine],
    kind: &'static str,
    deal: &Deal,
    acts: &mut BTreeMap<i64, i64>,
) -> Vec<State> {
    let all = &rows.extracts[kind];
    let mut states = vec![State::default(); all.len()];
    // Of each resident the largest claim of all rows.
    let mut claimed: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for (number, machine) in machines.iter_mut().enumerate() {
        let mut own: Vec<Row> =
            all.iter().filter(|row| (deal.machine)(row.ordinal) == number).cloned().collect();
        (deal.order)(&mut own);
        for some in own.chunks(deal.at_once) {
            let (_, found) = machine.ask("find", json!({"kind": kind}), &sent(some.iter()));
            let ordinals = found.longs("ordinal").unwrap();
            assert!(found.texts("error").unwrap().iter().all(|error| error.is_empty()));
            let bytes = found.bytes("found").unwrap();
            let list = |name| found.lists(name).unwrap();
            let (residents, groups, parts) =
                (list("claim_resident"), list("claim_group"), list("claim_parts"));
            let (act_residents, act_days) = (list("act_resident"), list("act_day"));
            let (numbers, nameless) = (list("numbers"), list("nameless"));
            let (dead, alive, keys) = (list("dead"), list("alive"), list("keys"));
            for (at, ordinal) in ordinals.into_iter().enumerate() {
                for (claim, resident) in residents[at].iter().enumerate() {
                    let best = claimed.entry(*resident).or_insert((groups[at][claim], 0));
                    best.1 = best.1.max(parts[at][claim]);
                }
                for (resident, day) in act_residents[at].iter().zip(&act_days[at]) {
                    let last = acts.entry(*resident).or_insert(*day);
                    *last = (*last).max(*day);
                }
                let state = &mut states[ordinal as usize];
                state.found = bytes[at].to_vec();
                (state.numbers, state.nameless) = (numbers[at].clone(), nameless[at].clone());
                (state.dead, state.alive) = (dead[at].clone(), alive[at].clone());
                state.keys = keys[at].clone();
            }
        }
    }
    let mut sums: BTreeMap<i64, i64> = BTreeMap::new();
    for (group, parts) in claimed.values() {
        *sums.entry(*group).or_default() += parts;
    }
    for machine in &mut *machines {
        let mut made = Made::default();
        made.longs("group", sums.keys().copied());
        made.longs("sum", sums.values().copied());
        machine.ask("completeness", json!({"kind": kind}), &made);
    }
    for (number, machine) in machines.iter_mut().enumerate() {
        let own: Vec<i64> = (0..states.len() as i64).filter(|row| (deal.machine)(*row) == number).collect();
        for some in own.chunks(deal.at_once) {
            let mut made = Made::default();
            made.longs("ordinal", some.iter().copied());
            made.bytes("found", some.iter().map(|row| states[*row as usize].found.as_slice()));
            let (_, weighed) = machine.ask("weigh", json!({"kind": kind}), &made);
            let claims = weighed.lists("claims").unwrap();
            take(&mut states, &weighed);
            for (row, claims) in some.iter().zip(claims) {
                states[*row as usize].claims = claims;
            }
        }
    }
    states
}

fn take(states: &mut [State], decided: &Columns) {
    let (ordinals, links) = (decided.longs("ordinal").unwrap(), decided.bytes("links").unwrap());
    let nobody = decided.flags("nobody").unwrap();
    for (at, ordinal) in ordinals.into_iter().enumerate() {
        let state = &mut states[ordinal as usize];
        (state.links, state.nobody) = (links[at].to_vec(), nobody[at]);
    }
}

/// Settles the rows that contest residents or contradict each other.
fn settle(
    rows: &Rows,
    machines: &mut [Machine],
    kind: &'static str,
    states: &mut [State],
    acts: &BTreeMap<i64, i64>,
) {
    let mut count: BTreeMap<i64, u32> = BTreeMap::new();
    for resident in states.iter().flat_map(|state| &state.claims) {
        *count.entry(*resident).or_default() += 1;
    }
    let dead: BTreeSet<i64> = states.iter().flat_map(|state| &state.dead).copied().collect();
    let nameless: BTreeSet<i64> = states.iter().flat_map(|state| &state.nameless).copied().collect();
    let is_in = |state: &State| {
        state.claims.iter().any(|resident| count[resident] > 1)
            || !state.dead.is_empty()
            || state.alive.iter().any(|resident| dead.contains(resident))
            || state.numbers.iter().any(|number| nameless.contains(number))
    };
    let some: Vec<usize> = (0..states.len()).filter(|row| is_in(&states[*row])).collect();
    if some.is_empty() {
        return;
    }
    let of = &rows.extracts[kind];
    let mut made = sent(some.iter().map(|row| &of[*row]));
    made.bytes("found", some.iter().map(|row| states[*row].found.as_slice()));
    let acted = |row: &usize| -> Vec<i64> {
        states[*row].dead.iter().copied().filter(|resident| acts.contains_key(resident)).collect()
    };
    made.lists("act_resident", some.iter().map(acted));
    made.lists("act_day", some.iter().map(|row| acted(row).iter().map(|resident| acts[resident]).collect()));
    let last = machines.len() - 1;
    let (_, settled) = machines[last].ask("settle", json!({"kind": kind}), &made);
    assert_eq!(settled.len(), some.len());
    take(states, &settled);
}

fn unlinked(rows: &Rows, machine: &mut Machine, kind: &'static str, states: &[State]) -> Columns {
    let mut count: BTreeMap<i64, u32> = BTreeMap::new();
    for key in states.iter().filter(|state| state.nobody).flat_map(|state| &state.keys) {
        *count.entry(*key).or_default() += 1;
    }
    let is_in = |row: &usize| {
        let state = &states[*row];
        state.nobody && state.keys.iter().any(|key| count[key] > 1)
    };
    let some: Vec<usize> = (0..states.len()).filter(is_in).collect();
    let mut made = sent(some.iter().map(|row| &rows.extracts[kind][*row]));
    made.bytes("links", some.iter().map(|row| states[*row].links.as_slice()));
    machine.ask("unlinked", json!({"kind": kind}), &made).1
}
