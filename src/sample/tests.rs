//! Tests of whole samples.

use rustc_hash::FxHashMap;

use super::*;
use crate::domain::Code;

type Rows = Vec<FxHashMap<String, String>>;

fn spec(residents: u32, seed: u64, noise: Noise) -> SampleSpec {
    let as_of = Day::from_civil(2026, 11, 20).unwrap();
    SampleSpec {
        residents,
        seed,
        noise,
        format: Format::Csv,
        as_of,
        damage: Damages::default(),
        lists: false,
        communes: None,
    }
}

fn read(path: &Path) -> Rows {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let cells = |r: csv::StringRecord| header.iter().cloned().zip(r.iter().map(str::to_owned)).collect();
    reader.records().map(|r| cells(r.unwrap())).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let one = generate(&spec(1_500, 7, Noise::Normal), a.path()).unwrap();
    let two = generate(&spec(1_500, 7, Noise::Normal), b.path()).unwrap();
    for (x, y) in one.files.iter().zip(&two.files) {
        assert!(std::fs::read(x).unwrap() == std::fs::read(y).unwrap(), "{}", x.display());
    }
    let mixed = SampleSpec { format: Format::Mixed, ..spec(1_500, 7, Noise::Normal) };
    // Files of the other format would be read beside the new ones.
    assert!(matches!(generate(&mixed, a.path()), Err(SampleError::OtherLists { .. })));
    let (c, d) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (three, four) = (generate(&mixed, c.path()).unwrap(), generate(&mixed, d.path()).unwrap());
    assert_eq!((&three.rows, three.links), (&one.rows, one.links));
    for (x, y) in three.files.iter().zip(&four.files) {
        assert!(std::fs::read(x).unwrap() == std::fs::read(y).unwrap(), "{}", x.display());
    }
    let other = generate(&spec(1_500, 8, Noise::Normal), b.path()).unwrap();
    assert_ne!(std::fs::read(&one.files[0]).unwrap(), std::fs::read(&other.files[0]).unwrap());
}

#[test]
fn every_code_occurs_in_a_small_sample() {
    let dir = tempfile::tempdir().unwrap();
    for seed in 1..=3 {
        generate(&spec(5_000, seed, Noise::Normal), dir.path()).unwrap();
        let findings = read(&dir.path().join("truth/findings.csv"));
        let mut count: FxHashMap<&str, usize> = FxHashMap::default();
        for f in findings.iter().filter(|f| f["hard"] == "0") {
            *count.entry(&f["code"]).or_default() += 1;
        }
        let catalogue: [fn(u8) -> Code; 4] = [Code::dung, Code::du, Code::sach, Code::song];
        for (code, last) in catalogue.into_iter().zip([10, 13, 9, 10]) {
            for n in 1..=last {
                assert!(count.contains_key(code(n).to_string().as_str()), "{} seed {seed}", code(n));
            }
        }
    }
}

#[test]
fn lists_of_other_sectors_change_no_other_file_and_come_on_demand_alone() {
    let (plain, more) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let without = generate(&spec(1_500, 7, Noise::Normal), plain.path()).unwrap();
    let with_lists = SampleSpec { lists: true, ..spec(1_500, 7, Noise::Normal) };
    let with = generate(&with_lists, more.path()).unwrap();
    for (kind, _) in &without.rows {
        let name = format!("{}.csv", kind.name());
        let [a, b] = [plain.path(), more.path()].map(|dir| std::fs::read(dir.join(&name)).unwrap());
        assert!(a == b, "{name}");
    }
    let names: Vec<&str> = with.rows[without.rows.len()..].iter().map(|(kind, _)| kind.name()).collect();
    assert_eq!(names, ["pupils", "members", "land_users", "taxpayers", "vaccinations"]);
    assert!(with.rows.iter().all(|(_, rows)| *rows > 20), "{:?}", with.rows);
    // They would be read beside those of a sample that has none.
    let again = generate(&spec(1_500, 7, Noise::Normal), more.path());
    assert!(matches!(again, Err(SampleError::OtherLists { .. })));
    let links = read(&more.path().join("truth/links.csv"));
    let of = |source: &str, role: &str| {
        links.iter().filter(|link| link["source"] == source && link["role"] == role).count()
    };
    assert!(of("pupils", "father") > 50 && of("pupils", "mother") > 50 && of("vaccinations", "mother") > 50);
    assert_eq!((of("vaccinations", "father"), of("members", "mother")), (0, 0));
    let findings = read(&more.path().join("truth/findings.csv"));
    let raised =
        |code: &str, source: &str| findings.iter().any(|f| f["code"] == code && f["source"] == source);
    for (code, source) in [
        ("SONG-11", "members"),
        ("SONG-11", "land_users"),
        ("SONG-07", "land_users"),
        ("DU-14", "residents"),
        ("DU-06", "taxpayers"),
        ("DUNG-07", "members"),
        ("SACH-01", "members"),
    ] {
        assert!(raised(code, source), "{code} {source}");
    }
    // A shot was given once, and land and taxes do not say where somebody lives.
    for (code, source) in [("SONG-11", "vaccinations"), ("DUNG-07", "land_users"), ("SONG-09", "taxpayers")] {
        assert!(!raised(code, source), "{code} {source}");
    }
}

#[test]
fn every_written_role_has_its_truth() {
    let dir = tempfile::tempdir().unwrap();
    let summary = generate(&spec(2_000, 5, Noise::Dirty), dir.path()).unwrap();
    let links = read(&dir.path().join("truth/links.csv"));
    assert_eq!(links.len() as u64, summary.links);
    let rows: FxHashMap<&str, u32> = summary.rows.iter().map(|(k, n)| (k.name(), *n)).collect();
    for (kind, n) in &summary.rows {
        assert_eq!(read(&dir.path().join(format!("{}.csv", kind.name()))).len() as u32, *n);
    }
    let mut seen = rustc_hash::FxHashSet::default();
    for l in &links {
        let row: u32 = l["source_row"].parse().unwrap();
        assert!((2..rows[l["source"].as_str()] + 2).contains(&row));
        assert!(seen.insert((l["source"].clone(), row, l["role"].clone())));
        if !l["resident_row"].is_empty() {
            let resident: u32 = l["resident_row"].parse().unwrap();
            assert!((2..rows["residents"] + 2).contains(&resident));
        }
    }
    let welfare = links.iter().filter(|l| l["source"] == "welfare").count() as u32;
    assert_eq!(welfare, rows["welfare"]);
}

#[test]
fn clean_rows_bear_the_numbers_and_names_of_their_residents() {
    let dir = tempfile::tempdir().unwrap();
    generate(&spec(2_000, 3, Noise::Clean), dir.path()).unwrap();
    let residents = read(&dir.path().join("residents.csv"));
    let insurance = read(&dir.path().join("insurance.csv"));
    let mut checked = 0;
    for l in read(&dir.path().join("truth/links.csv")) {
        if l["source"] != "insurance" || l["resident_row"].is_empty() {
            continue;
        }
        let at = |row: &str| row.parse::<usize>().unwrap() - 2;
        let (row, resident) = (&insurance[at(&l["source_row"])], &residents[at(&l["resident_row"])]);
        // Some residents await their number, and some dead bear a note beside their name.
        if !resident["Số định danh cá nhân"].is_empty() {
            assert_eq!(row["Số định danh cá nhân"], resident["Số định danh cá nhân"]);
        }
        assert_eq!(row["Họ và tên"].trim_end_matches(" (chết)"), resident["Họ và tên"]);
        checked += 1;
    }
    assert!(checked > 1_500);
    let codes: Vec<_> =
        read(&dir.path().join("truth/findings.csv")).into_iter().map(|f| f["code"].clone()).collect();
    for code in ["DUNG-01", "DUNG-02", "DUNG-04", "SACH-03", "SACH-05", "SACH-06", "SACH-07", "SACH-09"] {
        assert!(!codes.iter().any(|c| c == code), "{code}");
    }
}

#[test]
fn about_three_rows_in_ten_bear_no_usable_number() {
    let dir = tempfile::tempdir().unwrap();
    generate(&spec(3_000, 11, Noise::Normal), dir.path()).unwrap();
    let residents = read(&dir.path().join("residents.csv"));
    let mut of_resident: FxHashMap<String, String> = FxHashMap::default();
    for (ix, r) in residents.iter().enumerate() {
        of_resident.insert((ix + 2).to_string(), r["Số định danh cá nhân"].clone());
    }
    let insurance = read(&dir.path().join("insurance.csv"));
    let (mut all, mut usable) = (0, 0);
    for l in read(&dir.path().join("truth/links.csv")) {
        let Some(id) = of_resident.get(&l["resident_row"]).filter(|id| id.len() == 12) else { continue };
        if l["source"] == "insurance" {
            let row = &insurance[l["source_row"].parse::<usize>().unwrap() - 2];
            all += 1;
            usable += u32::from(row["Số định danh cá nhân"].replace(' ', "") == *id);
        }
    }
    let share = f64::from(usable) / f64::from(all);
    assert!((0.62..0.80).contains(&share), "{share}");
}

#[cfg(unix)]
#[test]
fn files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let summary = generate(&spec(300, 1, Noise::Normal), &dir.path().join("new")).unwrap();
    for file in &summary.files {
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
