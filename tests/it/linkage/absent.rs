//! Parents whose resident has been taken out of the registry: whoever is linked now is a namesake, wrongly
//! called mother or father. Birth records here write of parents the name and the year, no number.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lamsach::vietnamese::text;

use crate::harness::{lines, run_sample, sample};

/// Of this many parents who are in the registry one is taken out.
const ONE_IN: usize = 4;

type Rows = Vec<Vec<String>>;

fn read(path: &Path) -> Rows {
    let text = fs::read_to_string(path).unwrap();
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn write(path: &Path, rows: &Rows) {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_path(path).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.flush().unwrap();
}

fn column(rows: &Rows, header: &str) -> usize {
    rows[0].iter().position(|h| h == header).unwrap_or_else(|| panic!("no {header} in {:?}", rows[0]))
}

/// Takes columns out of a file.
fn without(path: &Path, headers: &[&str]) {
    let mut rows = read(path);
    let mut at: Vec<usize> = headers.iter().map(|header| column(&rows, header)).collect();
    at.sort_unstable();
    for row in &mut rows {
        at.iter().rev().for_each(|&at| {
            row.remove(at);
        });
    }
    write(path, &rows);
}

/// Links of parents against the truth.
#[derive(Debug, Default)]
struct Parents {
    absent: usize,
    absent_linked: usize,
    present: usize,
    present_right: usize,
    present_wrong: usize,
    reviews: usize,
}

/// A parent's role of a birth record: row and role.
type Role = (String, String);

/// Makes a sample, takes one parent in [`ONE_IN`] out of its registry, runs it and looks at the parents.
fn parents_of(residents: u32, seed: u64, registry_without: &[&str]) -> Parents {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    sample(&data, residents, seed, "normal");
    without(&data.join("births.csv"), &["Số ĐDCN cha", "Số ĐDCN mẹ"]);
    let truth = lines_of(&data.join("truth/links.csv"));
    let gone: BTreeSet<usize> = truth.values().copied().filter(|row| row / 2 % ONE_IN == 0).collect();
    let moved = take_out(&data.join("residents.csv"), &gone);
    without(&data.join("residents.csv"), registry_without);
    let run = run_sample(&data, &dir.path().join("out"), &[]);
    let mut parents = Parents::default();
    for line in lines(&run.join("links.csv")) {
        let Some(resident) = truth.get(&(line["source_row"].clone(), line["role"].clone())) else { continue };
        if line["source"] != "births" {
            continue;
        }
        let linked = (line["decision"] == "link").then(|| line["resident_row"].parse::<usize>().unwrap());
        parents.reviews += usize::from(line["decision"] == "review");
        match moved.get(resident) {
            None => {
                parents.absent += 1;
                parents.absent_linked += usize::from(linked.is_some());
            }
            Some(row) => {
                parents.present += 1;
                parents.present_right += usize::from(linked == Some(*row));
                parents.present_wrong += usize::from(linked.is_some_and(|linked| linked != *row));
            }
        }
    }
    println!("{parents:?}");
    parents
}

/// The parents of the truth who are residents and can be decided, with the resident's row.
fn lines_of(truth: &Path) -> BTreeMap<Role, usize> {
    let rows = read(truth);
    let [source, row, role, resident, hard] =
        ["source", "source_row", "role", "resident_row", "hard"].map(|header| column(&rows, header));
    let parent = |cells: &&Vec<String>| {
        cells[source] == "births" && matches!(cells[role].as_str(), "mother" | "father") && cells[hard] != "1"
    };
    let of = |cells: &Vec<String>| {
        Some(((cells[row].clone(), cells[role].clone()), cells[resident].parse().ok()?))
    };
    rows[1..].iter().filter(parent).filter_map(of).collect()
}

/// Takes residents out of a registry, and with them the rows by which they stand there twice: of the same name
/// and household or of the same number. Gives the new row of each that stays.
fn take_out(registry: &Path, gone: &BTreeSet<usize>) -> BTreeMap<usize, usize> {
    let rows = read(registry);
    let [name, household, id] =
        ["Họ và tên", "Mã hộ", "Số định danh cá nhân"].map(|header| column(&rows, header));
    let at_home = |row: &[String]| (text::fold(&row[name]), row[household].clone());
    let (mut homes, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for &row in gone {
        homes.insert(at_home(&rows[row - 1]));
        ids.insert(rows[row - 1][id].clone());
    }
    ids.remove("");
    let mut kept = vec![rows[0].clone()];
    let mut moved = BTreeMap::new();
    for (at, row) in rows.iter().enumerate().skip(1) {
        if !homes.contains(&at_home(row)) && !ids.contains(&row[id]) {
            kept.push(row.clone());
            moved.insert(at + 1, kept.len());
        }
    }
    write(registry, &kept);
    moved
}

#[test]
fn an_absent_parent_is_not_his_namesake() {
    let parents = parents_of(12_000, 5, &[]);
    assert!(parents.absent >= 400, "{parents:?}");
    assert!(parents.absent_linked * 500 <= parents.absent, "{parents:?}");
    assert!(parents.present_right as f64 >= 0.995 * parents.present as f64, "{parents:?}");
    assert_eq!(parents.present_wrong, 0, "{parents:?}");
    assert!(parents.reviews * 100 <= parents.absent + parents.present, "{parents:?}");
}

#[test]
fn nor_where_the_registry_tells_of_no_families() {
    let families = [
        "Mã hộ",
        "Họ tên cha",
        "Số ĐDCN cha",
        "Họ tên mẹ",
        "Số ĐDCN mẹ",
        "Họ tên vợ/chồng",
        "Số ĐDCN vợ/chồng",
        "Địa chỉ",
    ];
    let parents = parents_of(12_000, 5, &families);
    assert!(parents.absent_linked * 200 <= parents.absent, "{parents:?}");
    assert!(parents.present_right as f64 >= 0.95 * parents.present as f64, "{parents:?}");
    assert!(parents.present_wrong * 1_000 <= parents.present, "{parents:?}");
}
