//! What people read: the report of a run, and those of a week or month.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use calamine::{Data, DataType as _, Reader as _, Xlsx, open_workbook};
use serde_json::Value;

use crate::harness::{Line, files, findings, lamsach, run_sample, said, sample, succeed, summary};

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
    for folder in ["xa", "don-vi"] {
        let workbooks = MADE.run().join("../so-lam-viec").join(folder);
        for entry in fs::read_dir(workbooks).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(page.contains(&format!("href=\"../so-lam-viec/{folder}/{name}\"")), "{name}");
        }
    }
}

#[test]
fn every_chart_is_told_in_words_and_in_a_table() {
    let page = MADE.page();
    let charts: Vec<&str> = between(&page, "<svg ", "</svg>").collect();
    // Communes, population, ages, trend, five sources, reliability.
    assert_eq!(charts.len(), 10);
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
        assert!(row.contains("thiếu tệp kết hôn"), "{row}");
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

/// Two nights of one small population: in the second a third of the welfare rows are no longer sent.
struct Nights {
    dir: tempfile::TempDir,
    first: Vec<Line>,
    second: Vec<Line>,
}

impl Nights {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (data, out) = (dir.path().join("data"), dir.path().join("out"));
        sample(&data, 400, 3, "normal");
        let first = findings(&run_sample(&data, &out, &[]));
        let welfare = fs::read_to_string(data.join("welfare.csv")).unwrap();
        let kept: Vec<&str> =
            welfare.lines().enumerate().filter(|(n, _)| n % 3 != 1).map(|(_, l)| l).collect();
        fs::write(data.join("welfare.csv"), kept.join("\n") + "\n").unwrap();
        let second = findings(&run_sample(&data, &out, &[]));
        // What the tests look at is over whenever they are run: the week closes when its report is due.
        fs::write(dir.path().join("closing.toml"), "[reports]\ncutoff_days = 0\ncutoff_hour = 11\n").unwrap();
        Self { dir, first, second }
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    fn report(&self, args: &[&str]) -> PathBuf {
        let to = self.dir.path().join("to");
        let mut command = lamsach();
        command.args(["report", "--out"]).arg(self.out()).arg("--to").arg(&to).args(args);
        if !args.contains(&"--config") {
            command.arg("--config").arg(self.dir.path().join("closing.toml"));
        }
        succeed(&command.output().unwrap());
        to
    }

    fn store(&self) -> rusqlite::Connection {
        crate::harness::store(&self.out())
    }
}

fn ids(findings: &[Line]) -> BTreeSet<&str> {
    findings.iter().map(|f| f["finding_id"].as_str()).collect()
}

/// The figures of every row of a sheet that holds a table with headings in its second row: labels, figures.
fn figures(book: &Path, sheet: &str) -> Vec<(Vec<String>, Vec<i64>)> {
    let mut book: Xlsx<_> = open_workbook(book).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let mut rows = Vec::new();
    for row in range.rows() {
        let labels = row.iter().take_while(|cell| !matches!(cell, Data::Float(_) | Data::Int(_)));
        let labels: Vec<String> = labels.map(|cell| cell.to_string()).collect();
        let figures: Vec<&Data> =
            row[labels.len()..].iter().take_while(|cell| !matches!(cell, Data::Empty)).collect();
        if figures.len() == COLUMNS {
            rows.push((labels, figures.iter().map(|cell| cell.as_i64().unwrap_or_default()).collect()));
        }
    }
    rows
}

// Columns of figures.
const COLUMNS: usize = 12;
const BEFORE: usize = 0;
const NEW: usize = 1;
const AGAIN: usize = 2;
const SUM: usize = 3;
const MENDED: usize = 4;
const NO_ERROR: usize = 5;
const OUTSTANDING: usize = 7;
const OVERDUE: usize = 8;
const AGAINST: usize = 9;

#[test]
fn a_week_adds_up_to_what_the_runs_found() {
    let nights = Nights::new();
    let (first, second) = (ids(&nights.first), ids(&nights.second));
    let alarm = *second.iter().find(|id| first.contains(**id)).unwrap();
    let out = nights.out();
    succeed(&lamsach().args(["decide", alarm, "false_alarm", "-q", "--out"]).arg(&out).output().unwrap());

    let to = nights.report(&[]);
    let names: Vec<String> = files(&to).iter().map(|p| p.to_str().unwrap().to_owned()).collect();
    assert!(names.len() == 3 && names.iter().all(|name| name.starts_with("bao-cao-tuan-20")), "{names:?}");
    let book = to.join(names.iter().find(|name| name.ends_with(".xlsx")).unwrap());

    let all = first.union(&second).count() as i64;
    let gone = first.difference(&second).count() as i64;
    assert!(gone > 0);
    let mut sums = Vec::new();
    for sheet in ["Tổng hợp", "Theo xã, phường", "Chi tiết"] {
        let rows = figures(&book, sheet);
        for (labels, row) in &rows {
            assert_eq!(row[BEFORE] + row[NEW] + row[AGAIN], row[SUM], "{labels:?}");
            assert_eq!(row[SUM], row[MENDED] + row[NO_ERROR] + row[OUTSTANDING], "{labels:?}");
            assert!(row[OVERDUE] <= row[OUTSTANDING]);
        }
        sums.extend(rows.into_iter().filter(|(labels, _)| labels[0] == "Cộng").map(|(_, row)| row));
    }
    // By line, pillar, unit, commune, and all three together: one sum.
    assert_eq!(sums.len(), 5);
    for sum in sums {
        assert_eq!((sum[BEFORE], sum[NEW], sum[AGAIN]), (0, all, 0));
        assert_eq!((sum[MENDED], sum[NO_ERROR]), (gone, 1));
        assert_eq!(sum[OUTSTANDING], second.len() as i64 - 1);
    }
    // The lines of the plan are there in its words.
    let lines = figures(&book, "Tổng hợp");
    let row = |name: &str| &lines.iter().find(|(labels, _)| labels[0] == name).unwrap().1;
    let of = |codes: &[&str]| nights.second.iter().filter(|f| codes.contains(&f["code"].as_str())).count();
    let dead = of(&["SONG-02", "SONG-05"]) - usize::from(alarm.starts_with("SONG-0"));
    assert!(row("Công dân đã chết chưa khai tử")[OUTSTANDING] >= dead as i64);
    let without = "Hồ sơ chuyên ngành chưa ghi số định danh cá nhân";
    assert!(row(without)[NEW] > 0 && row("Thiếu ngày, tháng sinh trên hồ sơ chuyên ngành")[NEW] > 0);

    let page =
        fs::read_to_string(to.join(names.iter().find(|name| name.ends_with(".html")).unwrap())).unwrap();
    assert!(page.contains("Công dân đã chết chưa khai tử") && page.contains(&grouped(all as u64)));
    for f in &nights.second {
        assert!(!page.contains(&f["full_name"]) || f["full_name"].chars().count() < 8);
    }
}

#[test]
fn a_week_stands_against_the_one_before() {
    let nights = Nights::new();
    // A week passes.
    nights
        .store()
        .execute_batch(
            "UPDATE runs SET started_at = started_at - 604800, finished_at = finished_at - 604800, day = day - 7;
             UPDATE findings SET first_seen = first_seen - 7, due_since = due_since - 7, due_on = due_on - 7;
             UPDATE events SET at = at - 604800, day = day - 7;",
        )
        .unwrap();
    let third = findings(&run_sample(&nights.dir.path().join("data"), &nights.out(), &[]));
    assert_eq!(ids(&third), ids(&nights.second));

    let to = nights.report(&[]);
    let book = files(&to).into_iter().find(|path| path.extension().unwrap() == "xlsx").unwrap();
    let rows = figures(&to.join(book), "Theo xã, phường");
    let sum = &rows.iter().find(|(labels, _)| labels[0] == "Cộng").unwrap().1;
    let (first, second) = (ids(&nights.first), ids(&nights.second));
    let all = first.union(&second).count() as i64;
    let standing = second.len() as i64;
    assert_eq!((sum[BEFORE], sum[NEW], sum[MENDED], sum[OUTSTANDING]), (standing, 0, 0, standing));
    // Against the week before: new, mended, outstanding.
    assert_eq!(sum[AGAINST..], [-all, -(first.difference(&second).count() as i64), 0]);
    // What is grave was due within a week.
    let grave = third.iter().filter(|f| f["severity"] == "high").count() as i64;
    assert!(sum[OVERDUE] <= grave, "{} of {grave}", sum[OVERDUE]);
}

#[test]
fn the_periods_are_those_of_the_configuration() {
    let nights = Nights::new();
    let config = nights.dir.path().join("lamsach.toml");
    fs::write(
        &config,
        "[reports]\nweekly_day = \"sunday\"\nweekly_hour = 17\ncutoff_days = 0\ncutoff_hour = 17\n\
         [reports.overdue_days]\nhigh = 1\n",
    )
    .unwrap();
    let to = nights.report(&["--config", config.to_str().unwrap(), "--lang", "en"]);
    let page = files(&to).into_iter().find(|path| path.extension().unwrap() == "html").unwrap();
    let page = fs::read_to_string(to.join(page)).unwrap();
    assert!(page.contains("17:00 to ") && page.contains("Dead without a death registration"), "{page}");

    let to = nights.report(&["--month", "2026-10"]);
    assert!(
        to.join("bao-cao-thang-2026-10.xlsx").is_file() && to.join("bao-cao-thang-2026-10.html").is_file()
    );

    for (args, told) in [
        (["--week", "2026-W60"], "2026-W47"),
        (["--month", "11/2026"], "2026-11"),
        (["--week", "2999-W01"], "chưa bắt đầu"),
    ] {
        let output = lamsach().args(["report", "--out"]).arg(nights.out()).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(told), "{}", said(&output));
    }
    let empty = tempfile::tempdir().unwrap();
    let output = lamsach().args(["report", "--out"]).arg(empty.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("lamsach run"));
}

/// The text of the document of a DOCX file.
fn document(path: &Path) -> String {
    let mut zip = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    std::io::read_to_string(zip.by_name("word/document.xml").unwrap()).unwrap()
}

#[test]
fn a_report_can_be_signed() {
    let nights = Nights::new();
    let config = nights.dir.path().join("lamsach.toml");
    let letterhead = "[reports]\ncutoff_days = 0\ncutoff_hour = 11\n[reports.letterhead]\nabove = \"UBND TỈNH A\"\n\
                      office = \"UBND XÃ B | C\"\nnumber = \"12/BC-UBND\"\nplace = \"Xã B\"\n\
                      recipients = [\"Công an tỉnh\", \"Lưu <VT>\"]\nsigner_title = \"CHỦ TỊCH\"\nsigner = \"Lê Văn Ký\"\n";
    fs::write(&config, letterhead).unwrap();
    let to = nights.report(&["--config", config.to_str().unwrap()]);
    let of = |ending: &str| {
        let found = files(&to).into_iter().find(|path| path.extension().unwrap() == ending);
        to.join(found.unwrap())
    };
    let (page, document) = (fs::read_to_string(of("html")).unwrap(), document(&of("docx")));
    let said = [
        "UBND TỈNH A",
        "12/BC-UBND",
        "CHỦ TỊCH",
        "Lê Văn Ký",
        "Lưu &lt;VT&gt;",
        "Độc lập - Tự do - Hạnh phúc",
    ];
    for text in said {
        assert!(document.contains(text), "{text}");
        assert!(page.contains(text) || text.contains('<') || page.contains("Lưu &#60;VT&#62;"), "{text}");
    }
    // What a reader counts in the extracts is what the lines are a part of.
    let rows = |name: &str| {
        fs::read_to_string(nights.dir.path().join("data").join(name)).unwrap().lines().count() as u64 - 1
    };
    let deaths = rows("deaths.csv");
    let line = between(&page, "<tr>", "</tr>").find(|row| row.contains("Đã khai tử, chưa cập nhật")).unwrap();
    assert!(line.contains(&format!("<td class=\"n\">{}</td>", grouped(deaths))), "{line}");
    assert!(line.contains("100 %"), "{line}");
    // One commune alone.
    let commune = &nights.second.iter().find(|f| !f["commune_code"].is_empty()).unwrap()["commune_code"];
    let to = nights.report(&["--commune", commune]);
    let book =
        files(&to).into_iter().find(|path| path.to_str().unwrap().ends_with(&format!("{commune}.xlsx")));
    let rows = figures(&to.join(book.unwrap()), "Theo xã, phường");
    let here = nights.second.iter().filter(|f| f["commune_code"] == *commune).count() as i64;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].1[OUTSTANDING], here);
}

#[test]
fn a_period_without_a_run_says_so_and_shows_no_noughts() {
    let nights = Nights::new();
    let to = nights.report(&["--month", "2020-10"]);
    let page = fs::read_to_string(to.join("bao-cao-thang-2020-10.html")).unwrap();
    assert!(page.contains("không có lượt đối soát nào") && !page.contains("<table"), "{page}");
    assert!(document(&to.join("bao-cao-thang-2020-10.docx")).contains("không có lượt đối soát nào"));
    let mut book: Xlsx<_> = open_workbook(to.join("bao-cao-thang-2020-10.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["Báo cáo"]);
    let range = book.worksheet_range("Báo cáo").unwrap();
    assert!(range.used_cells().all(|(_, _, cell)| !matches!(cell, Data::Float(_) | Data::Int(_))));
}

#[test]
fn what_was_paid_after_deaths_is_that_of_findings_that_stand() {
    let dir = tempfile::tempdir().unwrap();
    let (data, out, to) = (dir.path().join("data"), dir.path().join("out"), dir.path().join("to"));
    sample(&data, 2500, 11, "dirty");
    let found = findings(&run_sample(&data, &out, &[]));
    let paid = |finding: &Line| -> u64 {
        let evidence = finding["evidence"].replace('.', "");
        evidence.split(" đ").filter_map(|part| part.rsplit(' ').next()?.parse().ok()).max().unwrap_or(0)
    };
    let after_death: Vec<&Line> = found.iter().filter(|f| f["code"] == "SONG-03").collect();
    let sum: u64 = after_death.iter().map(|finding| paid(finding)).sum();
    let config = dir.path().join("closing.toml");
    // The period is not over yet, whenever the test is run.
    fs::write(&config, "[reports]\ncutoff_days = 0\ncutoff_hour = 11\n").unwrap();
    let page = || {
        let mut report = lamsach();
        report.arg("report").arg("--out").arg(&out).arg("--to").arg(&to).arg("--config").arg(&config);
        succeed(&report.output().unwrap());
        let page = files(&to).into_iter().find(|path| path.extension().unwrap() == "html").unwrap();
        fs::read_to_string(to.join(page)).unwrap()
    };
    assert!(sum > 0 && page().contains(&format!("{} đ", grouped(sum))), "{sum}");
    let alarm = after_death[0];
    let mut decide = lamsach();
    decide.args(["decide", &alarm["finding_id"], "false_alarm", "-q", "--out"]).arg(&out);
    succeed(&decide.output().unwrap());
    let left = sum - paid(alarm);
    let page = page();
    assert!(left == 0 || page.contains(&format!("{} đ", grouped(left))), "{left}");
    assert!(!page.contains(&format!("{} đ", grouped(sum))));
}
