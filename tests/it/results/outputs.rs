//! What a run leaves behind: files, columns, rights, names of findings, sums.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use calamine::{Data, Reader as _, Xlsx};
use lamsach::publish::RunTable;

use crate::harness::{
    AS_OF, Line, files, findings, lines, run_sample, said, sample, succeed, summary, table,
};
use crate::world::{COMMUNE, World};

const WORKLIST: [&str; 26] = [
    "finding_id",
    "code",
    "pillar",
    "severity",
    "title",
    "commune_code",
    "commune",
    "unit",
    "source",
    "source_file",
    "source_row",
    "role",
    "resident_row",
    "resident_file",
    "personal_id",
    "full_name",
    "birth_date",
    "field",
    "source_value",
    "registry_value",
    "proposed_value",
    "confidence",
    "evidence",
    "procedure",
    "first_seen",
    "status",
];

const LINKS: [&str; 10] = [
    "source",
    "source_file",
    "source_row",
    "role",
    "decision",
    "probability",
    "resident_file",
    "resident_row",
    "personal_id",
    "matched_on",
];

const SIDES: [&str; 5] = ["name", "birth_date", "gender", "personal_id", "commune"];

/// One dirty sample and a run of it, for the tests that only look.
struct Made {
    dir: tempfile::TempDir,
}

static MADE: LazyLock<Made> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    sample(&data, 2500, 5, "dirty");
    run_sample(&data, &dir.path().join("out"), &[]);
    Made { dir }
});

impl Made {
    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn run(&self) -> PathBuf {
        self.dir.path().join("out/latest")
    }
}

#[test]
fn every_file_is_there_with_its_columns() {
    let run = MADE.run();
    for pillar in ["dung", "du", "sach", "song"] {
        let (header, rows) = table(&run.join(format!("worklists/{pillar}.csv")));
        assert_eq!(header, WORKLIST);
        assert!(!rows.is_empty(), "{pillar}");
    }
    assert_eq!(table(&run.join("links.csv")).0, LINKS);
    let mut review: Vec<String> = LINKS.map(str::to_owned).to_vec();
    review.push("rank".into());
    for side in ["source", "resident"] {
        review.extend(SIDES.map(|name| format!("{side}_{name}")));
    }
    review.extend(["weights".to_owned(), "runner_up_margin".to_owned()]);
    assert_eq!(table(&run.join("review.csv")).0, review);
    assert_eq!(table(&run.join("rejects.csv")).0, ["file", "row", "reason", "raw"]);
    let report = fs::read_to_string(run.join("report.html")).unwrap();
    assert!(report.starts_with("<!doctype html>") || report.starts_with("<!DOCTYPE html>"));
    for elsewhere in ["http://", "https://", "src=", "<link"] {
        assert!(!report.contains(elsewhere), "the report is to be self-contained: {elsewhere}");
    }
    let units = ["bao-hiem-xa-hoi", "cong-an", "lao-dong-xa-hoi", "tu-phap-ho-tich"];
    let workbooks: Vec<PathBuf> = files(&run.join("../so-lam-viec/don-vi"));
    assert_eq!(workbooks, units.map(|unit| PathBuf::from(format!("{unit}.xlsx"))));
    assert!(files(&run.join("../so-lam-viec/xa")).len() >= 3);
    let in_run = files(&run).into_iter().filter(|file| file.extension().is_some_and(|e| e == "xlsx"));
    assert_eq!(in_run.filter(|file| !file.starts_with("repair")).count(), 0);
}

#[test]
fn cells_say_what_the_contract_says() {
    let run = MADE.run();
    let all = findings(&run);
    let known: BTreeSet<&str> = ["high", "medium", "low"].into();
    let units: BTreeSet<&str> = ["bao-hiem-xa-hoi", "cong-an", "lao-dong-xa-hoi", "tu-phap-ho-tich"].into();
    for f in &all {
        let (pillar, _) = f["code"].split_once('-').unwrap();
        assert_eq!(f["pillar"], pillar.to_lowercase());
        assert!(known.contains(f["severity"].as_str()) && units.contains(f["unit"].as_str()), "{f:?}");
        assert!((0.0..=1.0).contains(&f["confidence"].parse::<f64>().unwrap()));
        for needed in ["title", "procedure", "evidence", "source_file", "source_row", "first_seen", "status"]
        {
            assert!(!f[needed].is_empty(), "{needed} of {f:?}");
        }
        assert!(f["source_row"].parse::<u32>().unwrap() >= 2);
        assert_eq!(f["source_file"], format!("{}.csv", f["source"]));
        let resident_file = if f["resident_row"].is_empty() { "" } else { "residents.csv" };
        assert_eq!(f["resident_file"], resident_file);
        if f["source"] == "residents" {
            assert_eq!((f["source_row"].as_str(), f["role"].as_str()), (f["resident_row"].as_str(), ""));
        } else {
            assert!(!f["role"].is_empty());
        }
        for date in [&f["birth_date"], &f["first_seen"]] {
            assert!(date.is_empty() || is_date(date), "{date}");
        }
    }
    for line in lines(&run.join("links.csv")) {
        let linked = line["decision"] != "none";
        assert_eq!(linked, !line["resident_row"].is_empty());
        assert_eq!(linked, !line["resident_file"].is_empty());
        assert!((0.0..=1.0).contains(&line["probability"].parse::<f64>().unwrap()));
    }
    for pair in lines(&run.join("review.csv")) {
        assert_eq!(pair["decision"], "review");
        assert!(("1"..="3").contains(&pair["rank"].as_str()));
        for date in [&pair["source_birth_date"], &pair["resident_birth_date"]] {
            assert!(date.is_empty() || is_date(date), "{date}");
        }
    }
}

/// dd/mm/yyyy, mm/yyyy or yyyy.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let widths: Vec<usize> = parts.iter().map(|p| p.len()).collect();
    matches!(widths[..], [2, 2, 4] | [2, 4] | [4])
        && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()))
}

#[test]
fn lists_are_rfc_4180() {
    for file in files(&MADE.run()).iter().filter(|f| f.extension().is_some_and(|e| e == "csv")) {
        let bytes = fs::read(MADE.run().join(file)).unwrap();
        assert!(bytes.starts_with(b"\xEF\xBB\xBF"), "{}", file.display());
        let text = std::str::from_utf8(&bytes[3..]).unwrap();
        assert!(text.ends_with("\r\n"), "{}", file.display());
        let mut quoted = false;
        let mut before = '\n';
        for letter in text.chars() {
            quoted ^= letter == '"';
            // Outside quotes a line ends in CR LF and in nothing else.
            assert!(quoted || (letter == '\n') == (before == '\r') || letter == '\r', "{}", file.display());
            before = letter;
        }
    }
}

#[test]
fn nobody_else_can_read_what_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    sample(&data, 200, 3, "normal");
    let script = "umask 000; exec \"$@\"";
    let program = env!("CARGO_BIN_EXE_lamsach");
    let output = Command::new("sh")
        .args(["-c", script, "sh", program, "run", "-q", "--as-of", AS_OF, "--out"])
        .args([&out, &data])
        .output()
        .unwrap();
    succeed(&output);
    fn check(path: &Path) {
        let meta = path.symlink_metadata().unwrap();
        if meta.file_type().is_symlink() {
            return;
        }
        let mode = meta.permissions().mode() & 0o777;
        assert_eq!(mode, if meta.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        if meta.is_dir() {
            fs::read_dir(path).unwrap().for_each(|entry| check(&entry.unwrap().path()));
        }
    }
    check(&out);
}

#[test]
fn latest_is_the_last_run() {
    let dir = tempfile::tempdir().unwrap();
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    sample(&data, 200, 3, "normal");
    let mut runs = Vec::new();
    for _ in 0..2 {
        run_sample(&data, &out, &[]);
        let target = fs::read_link(out.join("latest")).unwrap();
        assert_eq!(target.components().count(), 1, "{}", target.display());
        assert_eq!(summary(&out.join("latest"))["run"]["run_id"], target.to_str().unwrap());
        runs.push(target);
    }
    assert_ne!(runs[0], runs[1]);
    assert!(out.join(&runs[0]).join("summary.json").exists());
}

fn ids(all: &[Line]) -> BTreeSet<String> {
    let ids: BTreeSet<String> = all.iter().map(|f| f["finding_id"].clone()).collect();
    assert_eq!(ids.len(), all.len(), "two findings bear one name");
    ids
}

#[test]
fn a_finding_keeps_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let (data, sorted) = (dir.path().join("data"), dir.path().join("sorted"));
    sample(&data, 1500, 9, "normal");
    let out = dir.path().join("out");
    let first = findings(&run_sample(&data, &out, &[]));
    let second = findings(&run_sample(&data, &out, &[]));
    assert_eq!(ids(&first), ids(&second));
    assert!(first.iter().all(|f| f["status"] == "new"));
    // The lists in another order and under other names.
    fs::create_dir(&sorted).unwrap();
    for (n, name) in files(&data).iter().filter(|f| f.components().count() == 1).enumerate() {
        let text = fs::read_to_string(data.join(name)).unwrap();
        let name = name.to_str().unwrap();
        if name == "residents.csv" || name == "units.csv" {
            fs::write(sorted.join(name), text).unwrap();
            continue;
        }
        let (header, rows) = text.split_once('\n').unwrap();
        let mut rows: Vec<&str> = rows.lines().collect();
        assert!(rows.iter().all(|row| row.matches('"').count() % 2 == 0));
        rows.sort_by_key(|row| row.bytes().fold(7u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b))));
        fs::write(sorted.join(format!("khac_{n}.csv")), format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    }
    let third = findings(&run_sample(&sorted, &dir.path().join("out2"), &[]));
    let (before, after) = (ids(&first), ids(&third));
    let lost: Vec<&String> = before.symmetric_difference(&after).collect();
    // Which of two equal rows is the surplus one hangs on their order (SACH-01), and what is seen of it.
    assert!(lost.len() * 200 <= before.len(), "{} of {} names changed: {lost:?}", lost.len(), before.len());
}

#[test]
fn what_the_last_run_said_of_a_finding_is_kept() {
    let mut w = World::new();
    for resident in [2, 3] {
        w.welfare(resident, "birth_date=05/03/1966");
    }
    let first = w.run();
    let list = first.run.join("worklists/dung.csv");
    let (id, today) = (&first.findings[0]["finding_id"], &first.findings[0]["first_seen"]);
    let text = fs::read_to_string(&list).unwrap();
    let worked_on: String = text
        .lines()
        .map(|line| {
            let end = format!("{today},new");
            let mine = line.starts_with(id.as_str());
            format!(
                "{}\r\n",
                if mine { line.replace(&end, "01/10/2026,in_progress") } else { line.to_owned() }
            )
        })
        .collect();
    assert_ne!(worked_on, text);
    fs::write(&list, worked_on).unwrap();
    let second = w.run();
    let of = |run: &crate::world::Outcome, own: bool| {
        let mut found = run.findings.iter().filter(|f| (f["finding_id"] == *id) == own);
        let f = found.next().unwrap();
        (f["first_seen"].clone(), f["status"].clone())
    };
    assert_eq!(of(&second, true), ("01/10/2026".into(), "in_progress".into()));
    assert_eq!(of(&second, false), (today.clone(), "new".into()));
}

#[test]
fn rows_and_roles_add_up() {
    let (run, data) = (MADE.run(), MADE.data());
    let summary = summary(&run);
    let inputs = summary["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), 6);
    let mut seen: BTreeMap<(String, u32, String), u32> = BTreeMap::new();
    for line in lines(&run.join("links.csv")) {
        let key = (line["source"].clone(), line["source_row"].parse().unwrap(), line["role"].clone());
        *seen.entry(key).or_default() += 1;
    }
    assert!(seen.values().all(|n| *n == 1));
    let mut expected = 0;
    for input in inputs {
        let count = |name: &str| input[name].as_u64().unwrap();
        assert_eq!(count("read"), count("used") + count("rejected") + count("skipped"), "{input}");
        let kind = input["kind"].as_str().unwrap();
        let text = fs::read(data.join(format!("{kind}.csv"))).unwrap();
        let mut reader = csv::Reader::from_reader(&text[..]);
        let header = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(count("used"), rows.len() as u64, "{kind}");
        let roles: &[(&str, &[&str])] = match kind {
            "births" => &[
                ("child", &["Họ, chữ đệm, tên người được khai sinh", "Ngày sinh", "Số định danh cá nhân"]),
                ("father", &["Họ tên cha", "Năm sinh cha", "Số ĐDCN cha"]),
                ("mother", &["Họ tên mẹ", "Năm sinh mẹ", "Số ĐDCN mẹ"]),
            ],
            "deaths" => &[(
                "deceased",
                &["Họ, chữ đệm, tên người chết", "Ngày sinh", "Số định danh cá nhân", "Số CMND"],
            )],
            "marriages" => &[
                ("husband", &["Họ tên chồng", "Ngày sinh chồng", "Số ĐDCN chồng", "Số CMND chồng"]),
                ("wife", &["Họ tên vợ", "Ngày sinh vợ", "Số ĐDCN vợ", "Số CMND vợ"]),
            ],
            "welfare" | "insurance" => {
                &[("subject", &["Họ và tên", "Ngày sinh", "Số định danh cá nhân", "Số CMND"])]
            }
            _ => &[],
        };
        for (role, columns) in roles {
            for (n, row) in rows.iter().enumerate() {
                let written = columns.iter().any(|column| {
                    let at = header.iter().position(|h| h == *column).unwrap();
                    !row[at].trim().is_empty()
                });
                let key = (kind.to_owned(), n as u32 + 2, (*role).to_owned());
                assert_eq!(seen.contains_key(&key), written, "{key:?}");
                expected += usize::from(written);
            }
        }
    }
    assert_eq!(seen.len(), expected);
}

#[test]
fn the_summary_counts_what_the_lists_hold() {
    let run = MADE.run();
    let (all, summary) = (findings(&run), summary(&run));
    let mut by_code: BTreeMap<&str, u64> = BTreeMap::new();
    all.iter().for_each(|f| *by_code.entry(&f["code"]).or_default() += 1);
    let text = summary.to_string();
    for (code, count) in &by_code {
        let told = find_count(&summary, code);
        assert_eq!(told, Some(*count), "{code}");
    }
    for name in ["run", "inputs", "parameters", "not_run"] {
        assert!(summary.get(name).is_some(), "{name}");
    }
    for needed in ["timings", "digest", "version", env!("CARGO_PKG_VERSION")] {
        assert!(text.contains(needed), "{needed}");
    }
    // What it counts it does not name.
    for personal in
        lines(&run.join("links.csv")).iter().map(|l| &l["personal_id"]).filter(|id| !id.is_empty()).take(50)
    {
        assert!(!text.contains(personal.as_str()));
    }
}

/// The count of a code anywhere in the summary: `{"DU-01": 5}` or `{"code": "DU-01", "count": 5}`.
fn find_count(value: &serde_json::Value, code: &str) -> Option<u64> {
    match value {
        serde_json::Value::Object(map) => {
            if map.get("code").is_some_and(|c| c == code) && map.contains_key("count") {
                return map["count"].as_u64();
            }
            map.get(code).and_then(|n| n.as_u64()).or_else(|| map.values().find_map(|v| find_count(v, code)))
        }
        serde_json::Value::Array(list) => list.iter().find_map(|v| find_count(v, code)),
        _ => None,
    }
}

#[test]
fn workbooks_hold_what_the_lists_hold() {
    let run = MADE.run();
    let all = findings(&run);
    let ids = ids(&all);
    let mut total = 0;
    for file in files(&run.join("../so-lam-viec/xa")) {
        let name = file.to_str().unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook(run.join("../so-lam-viec/xa").join(&file)).unwrap();
        let sheets = book.sheet_names();
        assert_eq!(sheets.len(), 5, "{name}: {sheets:?}");
        let code = name.split('_').next().unwrap();
        let of_commune = all.iter().filter(|f| f["commune_code"] == code).count();
        let mut rows = 0;
        for sheet in &sheets[1..] {
            let page = book.worksheet_range(sheet).unwrap();
            let is_id = |cell: &&Data| matches!(cell, Data::String(text) if ids.contains(text));
            rows += page.rows().flatten().filter(is_id).count();
        }
        if !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()) {
            assert_eq!(rows, of_commune, "{name}");
        }
        total += rows;
    }
    assert_eq!(total, all.len());
}

/// A commune in which nearly everything that interests an officer happens once.
fn little_commune() -> World {
    let mut w = World::empty();
    let person = |w: &mut World, name: &str, birth: &str, gender: &str, more: &str| {
        w.person(name, birth, gender, more)
    };
    let hung = person(&mut w, "Nguyễn Văn Hùng", "05/03/1960", "Nam", "household_id=H1|old_id=181234567");
    let mai = person(&mut w, "Trần Thị Mai", "12/07/1962", "Nữ", "household_id=H1|old_id=182345678");
    let lan = person(&mut w, "Đặng Thị Lan", "23/09/1953", "Nữ", "household_id=H2");
    let thao = person(&mut w, "Hoàng Đình Thảo", "14/02/1951", "Nam", "household_id=H2");
    let dead = person(&mut w, "Lương Văn Can", "01/03/1940", "Nam", "status=Đã chết|death_date=05/05/2026");
    let child = person(
        &mut w,
        "Lê Minh Khôi",
        "12/06/2023",
        "Nam",
        "household_id=H3|card_issued=|mother_name=Phạm Thị Dung",
    );
    let gone = person(&mut w, "Đỗ Mạnh Cường", "11/11/1984", "Nam", "status=Chuyển đi");
    let old = person(&mut w, "Bùi Thị Nhàn", "17/12/1925", "Nữ", "");
    let year = person(&mut w, "Ngô Văn Sở", "1957", "Nam", "household_id=H9");
    person(&mut w, "Tạ Bích Ngọc", "18/05/1992", "Nữ", "personal_id=|household_id=H10");
    person(&mut w, "Cao Xuân Bách", "09/01/2005", "Nam", "card_issued=");
    let single = person(&mut w, "Trương Định", "01/02/1990", "Nam", "marital_status=Chưa kết hôn");
    let wife = person(
        &mut w,
        "Lưu Thị Nguyệt",
        "03/04/1992",
        "Nữ",
        "marital_status=Đã kết hôn|spouse_name=Trương Định",
    );
    w.resident("full_name=Hoàng Đình Thảo|birth_date=14/02/1951|gender=Nam|household_id=H2");
    w.death(hung, "10/08/2026", "");
    w.welfare(hung, "payment_method=Tiền mặt|bank_account=");
    w.welfare(
        mai,
        "personal_id=|payment_method=Tiền mặt|bank_account=|full_name==HYPERLINK(\"x\")|programme=Khác",
    );
    w.welfare(mai, "personal_id=|birth_date=1962");
    w.welfare(lan, "birth_date=22/09/1953|group_code=HN|gender=");
    w.welfare(thao, "full_name=Hoàng Đình Thao");
    w.welfare(dead, "");
    w.welfare(gone, "");
    w.row("welfare", &format!("file_no=HS-99|full_name=Quách Tuyết Sương|birth_date=30/11/1949|personal_id=1234|commune={COMMUNE}|programme=Khác"));
    w.insurance(thao, "card_no=GD440|personal_id=4.02E+10");
    w.insurance(year, "birth_date=14/04/1957");
    w.birth(child, "full_name=Lê Minh Khoa|mother_name=Phạm Thị Dũng");
    w.marriage(single, wife, "20/10/2025", "");
    let _ = old;
    w
}

#[test]
fn a_small_commune_as_a_list() {
    let run = little_commune().run();
    let columns = [
        "code",
        "severity",
        "unit",
        "source",
        "source_row",
        "role",
        "resident_row",
        "field",
        "source_value",
        "registry_value",
        "proposed_value",
    ];
    let mut text = columns.join(" | ");
    for f in &run.findings {
        text.push('\n');
        text.push_str(&columns.map(|column| f[column].as_str()).join(" | "));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn formulas_are_neutralised() {
    let mut w = World::new();
    let rows: Vec<usize> = ["=1+1", "+84912345678", "-2", "@SUM(A1)", "\tx"]
        .iter()
        .map(|name| {
            w.row(
                "welfare",
                &format!("full_name={name}|birth_date=31/02/1950|personal_id={name}|programme=x"),
            )
        })
        .collect();
    let run = w.run();
    assert!(rows.iter().all(|row| !run.row("welfare", *row).is_empty()));
    for file in files(&run.run).iter().filter(|f| f.extension().is_some_and(|e| e == "csv")) {
        let (_, rows) = table(&run.run.join(file));
        for cell in rows.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{}: {cell:?}", file.display());
        }
    }
}

#[test]
fn the_terminal_shows_the_figures_and_where_the_lists_are() {
    let w = little_commune();
    let files = w.write();
    let out = w.dir().join("ket-qua");
    let mut command = crate::harness::lamsach();
    command.args(["run", "--as-of", AS_OF, "--out"]).arg(&out);
    for (kind, path) in &files {
        command.arg(format!("--{kind}")).arg(path);
    }
    let output = command.output().unwrap();
    succeed(&output);
    assert_eq!(said(&output), "");
    let shown = String::from_utf8(output.stdout).unwrap();
    let dir = w.dir().to_str().unwrap().to_owned();
    insta::with_settings!({filters => vec![
        (dir.as_str(), "[DIR]"),
        (r"\d{8}T\d{6}Z-[0-9a-f]{8}", "[RUN]"),
        (r"\d+\.\d s\)", "[SECONDS])"),
    ]}, {
        insta::assert_snapshot!(shown);
    });
}

#[test]
fn without_workbooks_the_lists_are_the_same() {
    let desk = tempfile::tempdir().unwrap();
    let (data, out) = (desk.path().join("data"), desk.path().join("out"));
    sample(&data, 300, 5, "normal");
    let with = run_sample(&data, &out, &[]);
    let without = run_sample(&data, &desk.path().join("lean"), &["--no-workbooks"]).canonicalize().unwrap();
    for list in [
        "worklists/dung.csv",
        "worklists/song.csv",
        "links.csv",
        "review.csv",
        "findings.parquet",
        "rows.parquet",
        "index.bin",
    ] {
        assert_eq!(fs::read(with.join(list)).unwrap(), fs::read(without.join(list)).unwrap(), "{list}");
    }
    assert!(with.join("../so-lam-viec/don-vi/cong-an.xlsx").is_file());
    assert_eq!(fs::read_dir(without.join("worklists")).unwrap().count(), 4);
    let page = |run: &Path| fs::read_to_string(run.join("report.html")).unwrap();
    assert!(page(&with).contains(".xlsx\"") && !page(&without).contains(".xlsx\""));

    // Whoever wants them after all gets them, though nothing else changed.
    let again = run_sample(&data, &desk.path().join("lean"), &["--if-changed"]);
    assert_ne!(again.canonicalize().unwrap(), without);
    assert!(desk.path().join("lean/so-lam-viec/don-vi/cong-an.xlsx").is_file());
}

#[test]
fn a_column_that_is_not_recognised_is_carried_along() {
    let mut w = World::new();
    w.welfare(2, "full_name=Người Khác Tên");
    let mut files = w.write();
    let (_, path) = files.iter_mut().find(|(kind, _)| *kind == "welfare").unwrap();
    let text = fs::read_to_string(&*path).unwrap();
    let mut rows = text.lines();
    let header = rows.next().unwrap();
    let rows: String = rows.map(|row| format!("{row},mang theo 7\n")).collect();
    fs::write(&*path, format!("{header},Cột lạ\n{rows}")).unwrap();
    let outcome = w.run_files(&files);
    let mut rows = RunTable::open(&outcome.run.join("rows.parquet")).unwrap();
    let others: Vec<String> =
        (0..rows.groups()).flat_map(|group| rows.texts(group, "others").unwrap()).collect();
    assert!(others.contains(&r#"[["Cột lạ","mang theo 7"]]"#.to_owned()), "{others:?}");
}
