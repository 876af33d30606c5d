//! The tables of a run for machines, held against its lists and its inputs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use lamsach::publish::RunTable;
use unicode_normalization::UnicodeNormalization as _;

use crate::harness::{Line, findings, lines, run_sample, sample, table};
use crate::world::World;

/// One dirty sample and a run of it.
static MADE: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    sample(&dir.path().join("data"), 2500, 5, "dirty");
    run_sample(&dir.path().join("data"), &dir.path().join("out"), &[]);
    dir
});

fn run() -> PathBuf {
    MADE.path().join("out/latest")
}

/// The names of the columns of a table, and its lines.
fn stored(path: &Path) -> (Vec<String>, Vec<Line>) {
    let mut table = RunTable::open(path).unwrap();
    let names: Vec<String> = table.columns().map(str::to_owned).collect();
    let mut all = Vec::new();
    for group in 0..table.groups() {
        let columns: Vec<Vec<String>> = names.iter().map(|name| table.texts(group, name).unwrap()).collect();
        for row in 0..columns[0].len() {
            let cells = columns.iter().map(|column| column[row].clone());
            all.push(names.iter().cloned().zip(cells).collect());
        }
    }
    (names, all)
}

/// A cell of a list as it was before it was kept from being a formula.
fn plain(cell: &str) -> &str {
    let formula = |rest: &&str| rest.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    cell.strip_prefix('\'').filter(formula).unwrap_or(cell)
}

/// Asserts that two numbers are the same to the last decimal that a list shows.
#[track_caller]
fn assert_near(stored: &str, listed: &str, step: f64) {
    let number = |text: &str| text.parse::<f64>().unwrap();
    match (stored, listed) {
        ("", "") => {}
        _ => assert!((number(stored) - number(listed)).abs() <= 0.51 * step, "{stored} {listed}"),
    }
}

/// Asserts that the columns of a list stand in a table, line by line.
#[track_caller]
fn assert_holds(stored: &[&Line], listed: &[Line], columns: &[String]) {
    assert!(!listed.is_empty());
    assert_eq!(stored.len(), listed.len());
    for (stored, listed) in stored.iter().zip(listed) {
        for column in columns {
            match column.as_str() {
                "confidence" | "probability" => assert_near(&stored[column], &listed[column], 0.0001),
                "runner_up_margin" => assert_near(&stored[column], &listed[column], 0.01),
                "weights" => {
                    for weight in listed[column].split("; ") {
                        let (name, bits) = weight.split_once('=').unwrap();
                        assert_near(&stored[&format!("weight_{name}")], bits, 0.01);
                    }
                }
                _ => assert_eq!(stored[column], plain(&listed[column]), "{column} of {listed:?}"),
            }
        }
    }
}

#[test]
fn findings_are_those_of_the_worklists() {
    let (columns, stored) = stored(&run().join("findings.parquet"));
    let (header, _) = table(&run().join("worklists/dung.csv"));
    assert_eq!(columns[..header.len()], header);
    assert_holds(&stored.iter().collect::<Vec<_>>(), &findings(&run()), &header);
    // What comes of a link tells what the link rests on; what is about a resident alone does not.
    for finding in &stored {
        assert!(!finding["role"].is_empty() || finding["matched_on"].is_empty(), "{finding:?}");
        assert_eq!(finding["matched_on"].is_empty(), finding["weight_name"].is_empty(), "{finding:?}");
    }
    assert!(stored.iter().any(|finding| finding["matched_on"].contains("name")));
    // A full date means one day, a year all of its days.
    for finding in &stored {
        let [written, from, to] =
            ["birth_date", "birth_date_from", "birth_date_to"].map(|name| finding[name].as_str());
        match written.len() {
            10 if from.is_empty() => assert!(to.is_empty()),
            10 => assert_eq!((from, to), (written, written)),
            4 => assert_eq!((from, to), (&*format!("01/01/{written}"), &*format!("31/12/{written}"))),
            _ => {}
        }
    }
}

#[test]
fn links_are_those_of_the_list() {
    let (columns, stored) = stored(&run().join("links.parquet"));
    let (links, _) = table(&run().join("links.csv"));
    assert_eq!(columns[..links.len()], links);
    let (pairs, roles): (Vec<&Line>, Vec<&Line>) = stored.iter().partition(|line| !line["rank"].is_empty());
    assert_holds(&roles, &lines(&run().join("links.csv")), &links);
    assert_eq!(pairs.len(), lines(&run().join("review.csv")).len());
    for line in &roles {
        assert_eq!(line["decision"] == "link", !line["weight_prior"].is_empty(), "{line:?}");
    }
}

#[test]
fn candidates_stand_behind_the_role_that_is_in_review() {
    let mut w = World::new();
    let first = w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", "household_id=H1");
    w.person("Nguyễn Văn Hùng", "19/08/1960", "Nam", "household_id=H2");
    w.welfare(first, "personal_id=|birth_date=1960");
    let run = w.run();
    let (_, stored) = stored(&run.run.join("links.parquet"));
    let (reviews, _) = table(&run.run.join("review.csv"));
    let (pairs, roles): (Vec<&Line>, Vec<&Line>) = stored.iter().partition(|line| !line["rank"].is_empty());
    assert_holds(&pairs, &lines(&run.run.join("review.csv")), &reviews);
    assert_holds(&roles, run.links(), &table(&run.run.join("links.csv")).0);
    assert_eq!(pairs.len(), 2);
    assert!(roles.iter().all(|line| line["source_name"].is_empty() && line["weight_prior"].is_empty()));
    let year = ["source_birth_date_from", "source_birth_date_to"].map(|column| pairs[0][column].as_str());
    assert_eq!(year, ["01/01/1960", "31/12/1960"]);
}

#[test]
fn rows_are_those_of_the_inputs_with_what_was_understood_of_them() {
    let (columns, stored) = stored(&run().join("rows.parquet"));
    let end = columns.iter().position(|name| name == "others").unwrap();
    let written = &columns[3..end];
    let mut rows: BTreeMap<(String, String), &Line> = BTreeMap::new();
    for row in &stored {
        let before = rows.insert((row["source_file"].clone(), row["source_row"].clone()), row);
        assert!(before.is_none(), "{row:?} twice");
    }
    let mut seen = 0;
    for kind in ["residents", "births", "deaths", "marriages", "welfare", "insurance"] {
        let text = fs::read(MADE.path().join(format!("data/{kind}.csv"))).unwrap();
        let mut reader = csv::Reader::from_reader(&text[..]);
        for (number, record) in (2..).zip(reader.records()) {
            let row = rows[&(format!("{kind}.csv"), number.to_string())];
            assert_eq!(row["source"], kind);
            let record = record.unwrap();
            // Every text is brought to the composed form when it is read.
            let cells = record.iter().filter(|cell| !cell.is_empty());
            let mut cells: Vec<String> = cells.map(|cell| cell.nfc().collect()).collect();
            let mut kept: Vec<&str> =
                written.iter().map(|name| row[name].as_str()).filter(|cell| !cell.is_empty()).collect();
            let others: Vec<[String; 2]> = match row["others"].as_str() {
                "" => Vec::new(),
                text => serde_json::from_str(text).unwrap(),
            };
            kept.extend(others.iter().map(|[_, cell]| cell.as_str()));
            cells.sort_unstable();
            kept.sort_unstable();
            assert_eq!(kept, cells, "{kind} {number}");
            seen += 1;
        }
    }
    assert_eq!(seen, stored.len());

    // The number of a resident is the one that the links show.
    for link in lines(&run().join("links.csv")).iter().filter(|link| link["decision"] == "link") {
        let row = rows[&(link["resident_file"].clone(), link["resident_row"].clone())];
        let read = [&row["personal_id_read"], &row["old_id_read"]];
        let personal = read.into_iter().find(|id| id.len() == 12).map_or("", |id| id);
        assert_eq!(personal, link["personal_id"], "{row:?}");
    }
    let marks: BTreeSet<&str> = stored
        .iter()
        .flat_map(|row| row["marks"].split("; "))
        .filter_map(|mark| mark.split_once('='))
        .map(|m| m.1)
        .collect();
    for wanted in ["malformed", "placeholder", "impossible", "repaired"] {
        assert!(marks.contains(wanted), "{wanted} of {marks:?}");
    }
}

#[test]
fn what_was_read_of_a_row_stands_beside_what_is_written() {
    let mut w = World::new();
    let row = w.welfare(
        2,
        "full_name=NGUYỄN  VĂN BÌNH|birth_date=1960|personal_id=12|programme=Khác|monthly_amount=500.000|start_date=01/02/2024",
    );
    let run = w.run();
    let (_, stored) = stored(&run.run.join("rows.parquet"));
    let row = row.to_string();
    let line = stored.iter().find(|line| line["source"] == "welfare" && line["source_row"] == row).unwrap();
    for (column, wanted) in [
        ("full_name", "NGUYỄN  VĂN BÌNH"),
        ("full_name_read", "nguyễn văn bình"),
        ("birth_date", "1960"),
        ("birth_date_from", "01/01/1960"),
        ("birth_date_to", "31/12/1960"),
        ("personal_id", "12"),
        ("personal_id_read", ""),
        ("marks", "personal_id=malformed"),
        ("monthly_amount_read", "500000"),
        ("start_date_from", "01/02/2024"),
        ("start_date_to", "01/02/2024"),
        ("stopped_by_death", "FALSE"),
        ("father_name", ""),
        ("status_read", ""),
    ] {
        assert_eq!(line[column], wanted, "{column}");
    }
    let residents: Vec<&Line> = stored.iter().filter(|line| line["source"] == "residents").collect();
    assert!(!residents.is_empty() && residents.iter().all(|line| line["status_read"] == "permanent"));
}
