//! What people read: the report of a run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;

use crate::harness::{Line, findings, run_sample, sample, summary};

/// A dirty sample, run twice: once without what the fourth extract would tell.
struct Made {
    dir: tempfile::TempDir,
}

static MADE: LazyLock<Made> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    sample(&data, 2500, 11, "dirty");
    run_sample(&data, &out, &[]);
    fs::remove_file(data.join("marriages.csv")).unwrap();
    run_sample(&data, &out, &[]);
    Made { dir }
});

impl Made {
    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn run(&self) -> PathBuf {
        self.dir.path().join("out/latest")
    }

    fn page(&self) -> String {
        fs::read_to_string(self.run().join("report.html")).unwrap()
    }
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(open).skip(1).map(move |rest| rest.split(close).next().unwrap())
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let parts: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    parts.iter().map(|part| std::str::from_utf8(part).unwrap()).collect::<Vec<_>>().join(".")
}

#[test]
fn nobody_stands_on_the_report() {
    let page = MADE.page();
    let all = findings(&MADE.run());
    assert!(all.len() > 1000);
    let told: BTreeSet<&str> = all
        .iter()
        .flat_map(|f| [f["full_name"].as_str(), f["personal_id"].as_str()])
        .filter(|value| value.chars().count() >= 8)
        .collect();
    assert!(told.len() > 500);
    let standing: Vec<&&str> = told.iter().filter(|value| page.contains(**value)).collect();
    assert!(standing.is_empty(), "{} values of persons on the report", standing.len());
}

#[test]
fn the_report_needs_nothing_but_its_run_folder() {
    let page = MADE.page();
    for elsewhere in ["http:", "https:", "<script", "src=", "<link", "@import", "url("] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
    let links: Vec<&str> = between(&page, "href=\"", "\"").collect();
    let (inner, files): (Vec<&str>, Vec<&str>) = links.iter().partition(|link| link.starts_with('#'));
    assert!(inner.len() >= 8 && files.len() >= 8);
    for link in inner {
        assert!(page.contains(&format!("id=\"{}\"", &link[1..])), "{link}");
    }
    for link in files {
        assert!(MADE.run().join(link).is_file(), "{link}");
    }
    // Every workbook is reached from it.
    for folder in ["communes", "units"] {
        for entry in fs::read_dir(MADE.run().join("worklists").join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(page.contains(&format!("href=\"worklists/{folder}/{name}\"")), "{name}");
        }
    }
}

#[test]
fn every_chart_is_told_in_words_and_in_a_table() {
    let page = MADE.page();
    let charts: Vec<&str> = between(&page, "<svg ", "</svg>").collect();
    // Communes, ages, trend, five sources, reliability.
    assert_eq!(charts.len(), 9);
    let mut ids = BTreeSet::new();
    for chart in charts {
        let id = between(chart, "<title id=\"", "\"").next().unwrap();
        assert!(ids.insert(id), "{id}");
        let text = id.replace("-title", "-text");
        assert!(chart.starts_with(&format!("role=\"img\" aria-labelledby=\"{id} {text}\"")));
        assert!(!between(chart, "<desc", "</desc>").next().unwrap().ends_with('>'), "{id} says nothing");
        // What a chart writes beside its bars stands in a table, too.
        let tables: String = between(&page, "<table>", "</table>").collect();
        for figure in between(chart, "<text", "</text>").map(|t| t.rsplit('>').next().unwrap().trim()) {
            if figure.ends_with('%') && id.starts_with("complete") || figure.parse::<u64>().is_ok() {
                assert!(tables.contains(&format!(">{figure}<")), "{figure} of {id}");
            }
        }
    }
}

#[test]
fn figures_are_those_of_the_summary() {
    let page = MADE.page();
    let summary = summary(&MADE.run());
    let counted = &summary["findings"];
    for pillar in ["dung", "du", "sach", "song"] {
        let card = format!("<div class=\"card {pillar}\">");
        let card = between(&page, &card, "</div>").next().unwrap();
        assert!(
            card.contains(&format!("<b>{}</b>", grouped(counted["by_pillar"][pillar].as_u64().unwrap())))
        );
    }
    let rows: Vec<&str> = between(&page, "<tr>", "</tr>").collect();
    for (code, count) in counted["by_code"].as_object().unwrap() {
        let count = count.as_u64().unwrap();
        let row = rows.iter().find(|row| row.starts_with(&format!("<th scope=\"row\">{code}</th>")));
        assert_eq!(
            row.is_some_and(|row| row.contains(&format!(">{}<", grouped(count)))),
            count > 0,
            "{code}"
        );
    }
    for commune in counted["by_commune"].as_array().unwrap() {
        let name = commune["commune"].as_str().unwrap();
        let row = rows.iter().find(|row| row.contains(&format!("<th scope=\"row\">{name}</th>")));
        let total = grouped(commune["count"].as_u64().unwrap());
        assert!(name.is_empty() || row.unwrap().contains(&format!(">{total}<")), "{name}");
    }
    // The marriages are gone since the first run: said so, with what is missing.
    for code in ["DUNG-10", "SONG-08"] {
        let row = rows.iter().rfind(|row| row.contains(code)).unwrap();
        assert!(row.contains("tệp Kết hôn"), "{row}");
    }
    assert_eq!(between(&page, "id=\"over-time\"", "</section>").next().unwrap().matches("<tr>").count(), 3);
}

#[test]
fn completeness_is_that_of_the_files() {
    let summary = summary(&MADE.run());
    let all = findings(&MADE.run());
    for input in summary["inputs"].as_array().unwrap() {
        let file = input["file"].as_str().unwrap();
        let fields = input["fields"].as_object().unwrap();
        assert!(fields.len() > 8, "{file}");
        for (field, cells) in fields {
            let of_field =
                |f: &&Line| f["code"] == "SACH-09" && f["source_file"] == file && f["field"] == *field;
            let placeholders = all.iter().filter(of_field).count() as u64;
            assert_eq!(cells["placeholders"], placeholders, "{file} {field}");
        }
        let unrecognised = input["unrecognised_columns"].as_array().unwrap();
        let mut expected: Vec<u64> = written(&MADE.data().join(file))
            .into_iter()
            .filter(|(header, _)| !unrecognised.iter().any(|u| u == header))
            .map(|(_, count)| count)
            .collect();
        let all_cells =
            |cells: &Value| cells["filled"].as_u64().unwrap() + cells["placeholders"].as_u64().unwrap();
        let mut counted: Vec<u64> = fields.values().map(all_cells).collect();
        expected.sort_unstable();
        counted.sort_unstable();
        assert_eq!(counted, expected, "{file}");
    }
}

/// Cells that are not blank, by header.
fn written(path: &Path) -> Vec<(String, u64)> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).unwrap();
    let mut counts: Vec<(String, u64)> =
        reader.headers().unwrap().iter().map(|h| (h.trim_start_matches('\u{feff}').to_owned(), 0)).collect();
    for record in reader.records() {
        for (cell, count) in record.unwrap().iter().zip(&mut counts) {
            count.1 += u64::from(!cell.trim().is_empty());
        }
    }
    counts
}
