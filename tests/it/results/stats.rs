//! `lamsach stats` on the sample of the repository: every figure held against a count of its own over the CSV files, with
//! none of the program's code but the findings that correct the registry.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use lamsach::publish::RunTable;

use crate::harness::{
    Line, call, files, findings, lamsach, lines, run_sample, said, sample, succeed, summary,
};

/// The sample of the repository, run and counted.
struct Made {
    dir: tempfile::TempDir,
}

static MADE: LazyLock<Made> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    run_sample(&kept(), &dir.path().join("out"), &[]);
    succeed(&stats(&dir.path().join("out"), &[]));
    Made { dir }
});

fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data")
}

fn stats(out: &Path, more: &[&str]) -> std::process::Output {
    lamsach().args(["stats", "-q", "--lang", "en", "--out"]).arg(out).args(more).output().unwrap()
}

impl Made {
    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    fn table(&self, name: &str) -> Vec<Line> {
        lines(&self.out().join("stats").join(format!("{name}.csv")))
    }
}

/// The rows of a file of the sample: header to cell, with the row as a spreadsheet shows it.
fn rows(file: &str) -> Vec<(u32, BTreeMap<String, String>)> {
    let text = fs::read_to_string(kept().join(file)).unwrap();
    let text = text.trim_start_matches('\u{feff}').to_owned();
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let cells = |record: csv::StringRecord| {
        header.iter().cloned().zip(record.iter().map(str::to_owned)).collect::<BTreeMap<_, _>>()
    };
    (2..).zip(reader.records().map(|record| cells(record.unwrap()))).collect()
}

/// Day, month and year of a cell: dd/mm/yyyy, dd.mm.yyyy, yyyy-mm-dd, mm/yyyy, yyyy, in words; what is not known (also 00/00/yyyy) is 1.
/// Nothing where the calendar has no such day.
fn date(cell: &str) -> Option<(i32, u32, u32)> {
    let cell = cell.replace("ngày ", "").replace(" tháng ", "/").replace(" năm ", "/");
    let parts: Vec<u32> = cell.split(['/', '.', '-']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let date = match parts[..] {
        [year] if year > 1800 => Some((year as i32, 1, 1)),
        [month, year] => Some((year as i32, month, 1)),
        [year, month, day] if year > 1800 => Some((year as i32, month, day)),
        [day, month, year] => Some((year as i32, month.max(1), day.max(1))),
        _ => None,
    };
    let known = date.filter(|(year, ..)| *year > 1800);
    known.filter(|(year, month, day)| jiff::civil::Date::new(*year as i16, *month as i8, *day as i8).is_ok())
}

/// Years completed on 20/11/2026.
fn age(born: (i32, u32, u32)) -> i32 {
    2026 - born.0 - i32::from((11, 20) < (born.1, born.2))
}

/// A resident of the sample, counted by hand.
struct Resident {
    commune: String,
    sex: String,
    age: Option<i32>,
    as_is: bool,
    corrected: bool,
}

fn residents() -> Vec<Resident> {
    let found = findings(&MADE.out().join("latest"));
    let of = |codes: [&str; 2], row: &str| -> BTreeSet<u32> {
        let found = found.iter().filter(|f| codes.contains(&f["code"].as_str()) && f["status"] != "rejected");
        found.filter_map(|f| f[row].parse().ok()).collect()
    };
    let dead = of(["SONG-01", "SONG-05"], "resident_row");
    let surplus = of(["SACH-02", "SACH-02"], "source_row");
    assert!(dead.len() > 5 && surplus.len() > 3, "{} {}", dead.len(), surplus.len());
    let sexes = [("Nam", "male"), ("Nữ", "female")];
    rows("residents.csv")
        .into_iter()
        .map(|(row, cells)| {
            let status = cells["Tình trạng cư trú"].to_lowercase();
            let gone = ["chết", "chuyển", "mất tích", "xóa", "xoá"].iter().any(|word| status.contains(word));
            let as_is = !gone && cells["Ngày chết"].is_empty();
            let sex = sexes.iter().find(|(cell, _)| *cell == cells["Giới tính"]);
            Resident {
                commune: cells["Mã xã"].clone(),
                sex: sex.map_or("unknown", |(_, sex)| sex).to_owned(),
                age: date(&cells["Ngày sinh"]).map(age).filter(|age| *age >= 0),
                as_is,
                corrected: as_is && !dead.contains(&row) && !surplus.contains(&row),
            }
        })
        .collect()
}

/// The sum of a column over lines.
fn sum(lines: &[Line], column: &str, wanted: impl Fn(&Line) -> bool) -> u64 {
    lines.iter().filter(|line| wanted(line)).map(|line| line[column].parse::<u64>().unwrap()).sum()
}

/// Children with a birth record who are not in the registry.
fn missing() -> u64 {
    let found = findings(&MADE.out().join("latest"));
    found.iter().filter(|f| f["code"] == "DU-07").count() as u64
}

#[test]
fn everybody_is_counted_as_the_files_have_them() {
    let (residents, missing) = (residents(), missing());
    assert!(missing > 0);
    let groups = MADE.table("groups");
    let all = |column| sum(&groups, column, |line| line["level"] == "all" && line["group"] == "everybody");
    assert_eq!(all("as_is"), residents.iter().filter(|r| r.as_is).count() as u64);
    assert_eq!(all("corrected"), residents.iter().filter(|r| r.corrected).count() as u64 + missing);
    let bounds: [(&str, i32, i32, Option<&str>); 10] = [
        ("under_6", 0, 5, None),
        ("age_6_14", 6, 14, None),
        ("age_6_10", 6, 10, None),
        ("age_15_17", 15, 17, None),
        ("from_18", 18, 200, None),
        ("women_15_49", 15, 49, Some("female")),
        ("men_18_25", 18, 25, Some("male")),
        ("from_60", 60, 200, None),
        ("from_75", 75, 200, None),
        ("from_80", 80, 200, None),
    ];
    for (group, from, to, only) in bounds {
        for sex in ["male", "female"] {
            let by_hand = residents
                .iter()
                .filter(|r| r.as_is && r.sex == sex && r.age.is_some_and(|age| (from..=to).contains(&age)))
                .filter(|_| only.is_none_or(|only| only == sex))
                .count() as u64;
            let ours = sum(&groups, "as_is", |line| {
                line["level"] == "all" && line["group"] == group && line["sex"] == sex
            });
            assert_eq!(ours, by_hand, "{group} {sex}");
        }
    }
    // By commune, single years of age; lines of hamlets add up to their communes, and these to the whole.
    let ages = MADE.table("age_sex");
    for commune in ["90001", "90002", "90003"] {
        for age in [0, 7, 33, 64, 81] {
            let by_hand = residents.iter().filter(|r| r.as_is && r.commune == commune && r.age == Some(age));
            let ours = sum(&ages, "as_is", |line| {
                line["level"] == "commune"
                    && line["commune_code"] == commune
                    && line["age"] == age.to_string()
            });
            assert_eq!(ours, by_hand.count() as u64, "{commune} {age}");
        }
    }
    for table in ["groups", "age_groups", "residence_status", "marital_status", "ethnicity", "household_size"]
    {
        let table = MADE.table(table);
        for column in ["as_is", "corrected"] {
            let of = |level: &str| sum(&table, column, |line| line["level"] == level);
            assert_eq!((of("hamlet"), of("commune")), (of("all"), of("all")), "{column}");
        }
    }
}

#[test]
fn residence_marriage_and_households_are_counted_as_the_files_have_them() {
    let all = rows("residents.csv");
    let living: Vec<_> = all
        .iter()
        .filter(|(_, cells)| {
            let status = cells["Tình trạng cư trú"].to_lowercase();
            cells["Ngày chết"].is_empty()
                && !["chết", "chuyển", "mất tích", "xoá", "xóa"].iter().any(|word| status.contains(word))
        })
        .collect();
    let status = MADE.table("residence_status");
    for (cell, word) in [("Thường trú", "permanent"), ("Tạm trú", "temporary"), ("Tạm vắng", "absent")]
    {
        let by_hand = living.iter().filter(|(_, cells)| cells["Tình trạng cư trú"] == cell).count() as u64;
        let ours = sum(&status, "as_is", |line| line["level"] == "all" && line["residence_status"] == word);
        assert_eq!(ours, by_hand, "{word}");
    }
    let mut households: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for (_, cells) in living.iter().filter(|(_, cells)| !cells["Mã hộ"].is_empty()) {
        *households.entry((&cells["Mã xã"], &cells["Mã hộ"])).or_default() += 1;
    }
    let sizes = MADE.table("household_size");
    for size in 1..=8_u64 {
        let by_hand = households.values().filter(|members| (**members).min(8) == size).count() as u64;
        let ours =
            sum(&sizes, "as_is", |line| line["level"] == "all" && line["household_size"] == size.to_string());
        assert_eq!(ours, by_hand, "{size}");
    }
    for table in ["household_type", "household_head"] {
        let ours = sum(&MADE.table(table), "as_is", |line| line["level"] == "all");
        assert_eq!(ours, households.len() as u64, "{table}");
    }
}

#[test]
fn acts_are_counted_by_their_year_and_late_ones_apart() {
    let found = findings(&MADE.out().join("latest"));
    let surplus = |kind: &str| -> BTreeSet<u32> {
        let of = found.iter().filter(|f| f["code"] == "SACH-01" && f["source"] == kind);
        of.map(|f| f["source_row"].parse().unwrap()).collect()
    };
    let days = |(year, month, day): (i32, u32, u32)| {
        jiff::civil::date(year as i16, month as i8, day as i8)
            .since(jiff::civil::date(1900, 1, 1))
            .unwrap()
            .get_days()
    };
    for (kind, when, within) in [("births", "Ngày sinh", 60), ("deaths", "Ngày chết", 15)] {
        let surplus = surplus(kind);
        let mut by_hand: BTreeMap<i32, (u64, u64)> = BTreeMap::new();
        for (_, cells) in rows(&format!("{kind}.csv")).into_iter().filter(|(row, cells)| {
            let kind = &cells["Loại đăng ký"];
            !surplus.contains(row) && kind != "2" && !kind.contains("lại")
        }) {
            let Some(on) = date(&cells[when]) else { continue };
            let sums = by_hand.entry(on.0).or_default();
            sums.0 += 1;
            let registered = date(&cells["Ngày đăng ký"]);
            sums.1 += u64::from(registered.is_some_and(|registered| days(registered) - days(on) > within));
        }
        let table = MADE.table(kind);
        assert!(by_hand.len() > 3, "{kind}");
        for year in [2021, 2023, 2025] {
            let of = |column: &str| {
                sum(&table, column, |line| {
                    line["level"] == "all" && line["counted_by"] == "act" && line["year"] == year.to_string()
                })
            };
            assert_eq!((of("count"), of("late")), by_hand[&year], "{kind} {year}");
        }
    }
    let marriages = MADE.table("marriages");
    let surplus = surplus("marriages");
    let by_hand = rows("marriages.csv")
        .into_iter()
        .filter(|(row, cells)| !surplus.contains(row) && cells["Ngày đăng ký"].ends_with(".2024"))
        .count() as u64;
    assert_eq!(sum(&marriages, "count", |line| line["level"] == "all" && line["year"] == "2024"), by_hand);
    // Rates say by themselves what they are made of.
    let rates = MADE.table("rates");
    let crude =
        rates.iter().find(|line| line["measure"] == "crude_birth_rate" && line["level"] == "all").unwrap();
    let of = |column: &str| crude[column].parse::<f64>().unwrap();
    assert!((of("value") - 1000.0 * of("events") / of("person_years")).abs() < 0.01, "{crude:?}");
    let first: i32 = crude["period"].split('-').next().unwrap().parse().unwrap();
    let births = MADE.table("births");
    let events = sum(&births, "count", |line| {
        line["level"] == "all"
            && line["counted_by"] == "act"
            && line["year"].parse::<i32>().is_ok_and(|year| (first..=2025).contains(&year))
    });
    assert_eq!(events as f64, of("events"));
}

#[test]
fn who_reaches_an_age_is_listed_and_the_forecast_begins_with_the_corrected_registry() {
    let turning = MADE.table("turning");
    let residents = residents();
    let fourteen: Vec<&Line> = turning.iter().filter(|line| line["age"] == "14").collect();
    let by_hand = residents.iter().filter(|r| r.corrected && r.age == Some(13)).count();
    // Within twelve months everybody of thirteen turns fourteen, and so may a child with a birth record alone.
    let listed = fourteen.iter().filter(|line| line["source"] == "residents").count();
    assert_eq!(listed, by_hand);
    for line in &turning {
        assert!(!line["commune"].is_empty() && !line["turns_on"].is_empty(), "{line:?}");
    }
    let needs = MADE.table("forecast_needs");
    let of = |year: &str, need: &str| -> f64 {
        let line = needs.iter().find(|line| {
            line["level"] == "all"
                && line["variant"] == "medium"
                && line["year"] == year
                && line["need"] == need
        });
        line.unwrap()["persons"].parse().unwrap()
    };
    let known = |wanted: &dyn Fn(i32) -> bool| {
        let corrected = residents.iter().filter(|r| r.corrected && r.sex != "unknown");
        corrected.filter(|r| r.age.is_some_and(wanted)).count() as f64
    };
    assert_eq!(of("2026", "from_75"), known(&|age| age >= 75));
    // Nobody is born into the schools of the next years, and few die there.
    let (pupils, later) = (known(&|age| (3..=7).contains(&age)), of("2029", "primary_school"));
    assert!(later > 0.9 * pupils && later < 1.2 * pupils + missing() as f64, "{pupils} {later}");
    assert_eq!(needs.iter().filter(|line| line["level"] == "all").count(), 3 * 11 * 13);
}

#[test]
fn heaps_of_birth_years_are_told_by_decade() {
    let living: BTreeSet<String> = ["Thường trú", "Tạm trú", "Tạm vắng", ""].map(str::to_owned).into();
    let table = MADE.table("profile_dates");
    for decade in [1950, 1980, 2010] {
        let mut digits = [0_u64; 10];
        for (_, cells) in rows("residents.csv") {
            let is_there = cells["Ngày chết"].is_empty() && living.contains(&cells["Tình trạng cư trú"]);
            let year = date(&cells["Ngày sinh"]).map_or(0, |born| born.0);
            if is_there && (decade..decade + 10).contains(&year) {
                digits[(year - decade) as usize] += 1;
            }
        }
        let all = digits.iter().sum::<u64>() as f64;
        let line = table.iter().find(|line| line["decade"] == decade.to_string()).unwrap();
        let of = |column: &str| line[column].parse::<f64>().unwrap();
        assert_eq!(of("persons"), all, "{decade}");
        let round = 500.0 * (digits[0] + digits[5]) as f64 / all;
        let apart: f64 = digits.iter().map(|count| (100.0 * *count as f64 / all - 10.0).abs()).sum();
        assert!((of("round_years") - round).abs() < 0.051, "{decade}: {round}");
        assert!((of("last_digits") - apart / 2.0).abs() < 0.051, "{decade}: {apart}");
    }
}

/// A field, the header of its column, and whether a cell of it is valid.
type ValidCells<'t> = (&'t str, &'t str, &'t dyn Fn(&str) -> bool);

#[test]
fn of_the_values_of_a_field_those_that_are_valid_are_counted_as_the_file_has_them() {
    let found = findings(&MADE.out().join("latest"));
    let surplus: BTreeSet<u32> =
        found.iter().filter(|f| f["code"] == "SACH-02").map(|f| f["source_row"].parse().unwrap()).collect();
    let profile = MADE.table("profile_fields");
    let of = |field: &str, column: &str| -> f64 {
        profile.iter().find(|line| line["field"] == field).unwrap()[column].parse().unwrap()
    };
    let placeholders = ["000000000000", "không rõ", "01/01/1900", "00/00/0000"];
    let is_number = |cell: &str| cell.len() == 12 && cell.bytes().all(|byte| byte.is_ascii_digit());
    let is_date = |cell: &str| date(cell).is_some_and(|date| date <= (2026, 11, 20));
    let checks: [ValidCells<'_>; 3] = [
        ("personal_id", "Số định danh cá nhân", &is_number),
        ("birth_date", "Ngày sinh", &is_date),
        ("card_issued", "Ngày cấp thẻ căn cước", &is_date),
    ];
    for (field, header, is_valid) in checks {
        let cells = rows("residents.csv");
        let values = || {
            cells.iter().filter(|(_, row)| !row[header].is_empty() && !placeholders.contains(&&*row[header]))
        };
        // Of who stands twice nothing but that is told.
        let not_valid =
            values().filter(|(row, cells)| !surplus.contains(row) && !is_valid(&cells[header])).count();
        assert!(not_valid > 0, "{field}");
        assert_eq!(of(field, "filled"), values().count() as f64, "{field}");
        assert_eq!(of(field, "valid"), (values().count() - not_valid) as f64, "{field}");
        let share = of(field, "valid") / of(field, "filled");
        assert!((of(field, "valid_share") - share).abs() < 1e-4, "{field}");
    }
}

#[test]
fn variants_differ_in_lives_and_moves_too_and_the_forecast_says_who_moves() {
    let needs = |folder: &Path| lines(&folder.join("forecast_needs.csv"));
    let of = |needs: &[Line], variant: &str, year: &str, need: &str| -> f64 {
        let wanted = |line: &&Line| {
            line["level"] == "all"
                && line["variant"] == variant
                && line["year"] == year
                && line["need"] == need
        };
        needs.iter().find(wanted).unwrap()["persons"].parse().unwrap()
    };
    // Without moves who is old in ten years is a matter of deaths alone.
    let dir = tempfile::tempdir().unwrap();
    succeed(&stats(&MADE.out(), &["--migration-spread", "0", "--to", dir.path().to_str().unwrap()]));
    let still = needs(dir.path());
    let old = ["low", "medium", "high"].map(|variant| of(&still, variant, "2036", "from_75"));
    assert!(old[0] < old[1] && old[1] < old[2], "{old:?}");
    let begin = ["low", "medium", "high"].map(|variant| of(&still, variant, "2026", "everybody"));
    assert_eq!(begin[0], begin[2]);
    // With five more and five fewer for a thousand the first year ends ten for a thousand apart, at every age together.
    let moving = tempfile::tempdir().unwrap();
    let to = moving.path().to_str().unwrap();
    succeed(&stats(&MADE.out(), &["--migration-spread", "5", "--migration", "2", "--to", to]));
    let moved = needs(moving.path());
    for (variant, rate) in [("low", -0.003), ("medium", 0.002), ("high", 0.007)] {
        let [with, without] = [&moved, &still].map(|needs| of(needs, variant, "2027", "everybody"));
        assert!((with / without - 1.0 - rate).abs() < 1e-4, "{variant}: {with} {without}");
    }
    // They move as those do whom the registry has as temporary, absent or moved out.
    let statuses = ["Tạm trú", "Tạm vắng", "Đã chuyển đi"];
    let movers = rows("residents.csv").into_iter().filter(|(_, cells)| {
        statuses.contains(&cells["Tình trạng cư trú"].as_str())
            && ["Nam", "Nữ"].contains(&cells["Giới tính"].as_str())
            && date(&cells["Ngày sinh"]).is_some()
    });
    let movers = movers.count();
    let assumed = fs::read_to_string(moving.path().join("definitions.csv")).unwrap();
    let told = assumed.split("by age as the ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    let told: usize = told.replace(',', "").parse().unwrap();
    assert!(told <= movers && told + 20 > movers, "{told} {movers}");
    // Too few of them: the standard schedule, named with its source.
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    sample(&data, 300, 4, "normal");
    run_sample(&data, &out, &[]);
    succeed(&stats(&out, &[]));
    assert!(fs::read_to_string(out.join("stats/definitions.csv")).unwrap().contains("Rogers and Castro"));
}

#[test]
fn every_file_is_private_and_the_page_needs_nothing_else() {
    let folder = MADE.out().join("stats");
    let names: BTreeSet<String> = files(&folder).iter().map(|file| file.display().to_string()).collect();
    for name in ["figures.parquet", "population.xlsx", "population.html", "pyramid.svg", "definitions.csv"] {
        assert!(names.contains(name), "{name}: {names:?}");
    }
    for file in &names {
        let mode = fs::metadata(folder.join(file)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{file}");
    }
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let page = fs::read_to_string(folder.join("population.html")).unwrap();
    for elsewhere in ["http:", "https:", "<script", "src=", "<link", "@import", "url("] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
    let turning = MADE.table("turning");
    for line in turning.iter().take(50) {
        assert!(!page.contains(&line["full_name"]), "the page names somebody");
    }
    // Every list says what it means.
    let defined: BTreeSet<String> =
        MADE.table("definitions").into_iter().map(|line| line["table"].clone()).collect();
    for name in names.iter().filter_map(|name| name.strip_suffix(".csv")) {
        assert!(["definitions", "turning"].contains(&name) || defined.contains(name), "{name}");
    }
    let svg = fs::read_to_string(folder.join("pyramid.svg")).unwrap();
    assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>") && svg.contains("<title"));
    // The run itself is as it was.
    let verified = lamsach().arg("verify").arg(MADE.out().join("latest")).output().unwrap();
    succeed(&verified);
}

#[test]
fn what_leaves_the_office_shows_no_small_count() {
    succeed(&stats(&MADE.out(), &["--share", "--threshold", "6"]));
    let folder = MADE.out().join("stats-share");
    let (mut shown, mut left_out) = (0, 0);
    for file in files(&folder) {
        let name = file.display().to_string();
        assert!(name != "turning.csv" && !name.ends_with(".parquet"), "{name}");
        if !name.ends_with(".csv") || name == "definitions.csv" {
            continue;
        }
        for line in lines(&folder.join(&file)) {
            match line["count"].as_str() {
                "…" => left_out += 1,
                count => {
                    let count: u64 = count.parse().unwrap();
                    assert!(count == 0 || count >= 6, "{name}: {line:?}");
                    shown += 1;
                }
            }
        }
    }
    assert!(shown > 300 && left_out > 20, "{shown} {left_out}");
    assert!(!fs::read_to_string(folder.join("population.html")).unwrap().contains("(as it is)"));
}

#[test]
fn the_table_for_machines_holds_what_the_lists_hold() {
    let mut table = RunTable::open(&MADE.out().join("stats/figures.parquet")).unwrap();
    let mut found: BTreeMap<(String, String), u64> = BTreeMap::new();
    for group in 0..table.groups() {
        let mut column = |name: &str| table.texts(group, name).unwrap();
        let (tables, levels, figures, counts) =
            (column("table"), column("level"), column("figure"), column("count"));
        for (at, level) in levels.iter().enumerate().filter(|(at, _)| !counts[*at].is_empty()) {
            if level == "hamlet" && figures[at] == "corrected" {
                *found.entry((tables[at].clone(), figures[at].clone())).or_default() +=
                    counts[at].parse::<u64>().unwrap();
            }
        }
    }
    for name in ["groups", "age_groups", "ethnicity", "household_size"] {
        let listed = sum(&MADE.table(name), "corrected", |line| line["level"] == "hamlet");
        assert_eq!(found[&(name.to_owned(), "corrected".to_owned())], listed, "{name}");
    }
}

#[test]
fn its_own_lists_are_not_read_as_data() {
    let dir = tempfile::tempdir().unwrap();
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    sample(&data, 300, 4, "normal");
    for name in ["groups.csv", "turning.csv", "figures.parquet"] {
        fs::copy(MADE.out().join("stats").join(name), data.join(name)).unwrap();
    }
    let run = run_sample(&data, &out, &[]);
    let used = summary(&run);
    for name in ["groups.csv", "turning.csv", "figures.parquet"] {
        let mut files = used["files"].as_array().unwrap().iter();
        let file = files.find(|file| file["file"].as_str().unwrap().ends_with(name)).unwrap();
        assert_eq!(file["used_as"], "unused", "{file}");
    }
}

#[test]
fn what_cannot_be_counted_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let none = stats(&dir.path().join("none"), &[]);
    assert!(!none.status.success() && none.status.code() != Some(1), "{}", said(&none));
    for (args, told) in [
        (["--years", "21"], "0 to 20 years"),
        (["--months", "121"], "0 to 120 months"),
        (["--fertility", "11"], "0 to 10 children"),
        (["--threshold", "0"], "from 1 on"),
        (["--migration", "nan"], "from -200 to 200"),
        (["--migration-spread", "300"], "from -200 to 200"),
    ] {
        let refused = stats(&MADE.out(), &args);
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        assert!(said(&refused).contains(told), "{}", said(&refused));
    }
    let help = call(["stats", "--help"]);
    assert!(String::from_utf8_lossy(&help.stdout).contains("Dân số qua số liệu"));
}

#[test]
fn the_bytes_are_the_same_whatever_the_number_of_threads_and_a_person_is_erased() {
    let dir = tempfile::tempdir().unwrap();
    let (data, out) = (dir.path().join("data"), dir.path().join("out"));
    sample(&data, 400, 3, "dirty");
    run_sample(&data, &out, &[]);
    let made = |threads: &str| {
        let to = dir.path().join(threads);
        let mut command = lamsach();
        command.env("RAYON_NUM_THREADS", threads).args(["stats", "-q", "--months", "24", "--out"]);
        succeed(&command.arg(&out).arg("--to").arg(&to).output().unwrap());
        files(&to)
            .into_iter()
            .map(|file| (file.clone(), fs::read(to.join(file)).unwrap()))
            .collect::<BTreeMap<_, _>>()
    };
    assert!(made("1") == made("3"));
    // The list in the output folder goes with whoever is erased.
    succeed(&stats(&out, &["--months", "24"]));
    let list = out.join("stats/turning.csv");
    let person = lines(&list).into_iter().find(|line| line["personal_id"].len() == 12).unwrap();
    let purged = lamsach()
        .args(["purge", "-q", "--person", &person["personal_id"], "--out"])
        .arg(&out)
        .output()
        .unwrap();
    succeed(&purged);
    assert!(!list.exists());
}
