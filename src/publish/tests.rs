//! The lists of a small world, read back.

use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, DataType as _, Reader as _, Xlsx, open_workbook};

use super::testing::{World, as_of, world};
use super::*;
use crate::archive::OutDir;
use crate::domain::{Comparison, Kind};

fn published(world: &World, out: &Path) -> PathBuf {
    let out = OutDir::open(out).unwrap();
    let run = RunFolder::create(&out, "r", |_| false).unwrap();
    write_lists(&run, &world.cases(), &world.links, (&[], &LinkageReport::default()), &[], true).unwrap();
    let id = run.stand().unwrap();
    let (issue, progress) = (
        Issue {
            as_of: as_of(),
            inputs: "ab12cd34",
            by_both: false,
            passwords: &WorkbookPasswords::default(),
        },
        Progress::default(),
    );
    let written = write_workbooks(out.path(), &world.cases(), &issue, &progress, Timestamp::UNIX_EPOCH);
    assert!(written.failed.is_empty() && written.beside.is_empty(), "{written:?}");
    out.path().join(id)
}

#[test]
fn lists_as_text() {
    let dir = tempfile::tempdir().unwrap();
    let run = published(&world(), dir.path());
    let read = |name: &str| {
        fs::read_to_string(run.join(name)).unwrap().replace("\r\n", "\n").replace('\u{feff}', "")
    };
    insta::assert_snapshot!(read("worklists/du.csv"));
    insta::assert_snapshot!(read("worklists/song.csv"));
    insta::assert_snapshot!(read("links.csv"));
    insta::assert_snapshot!(read("review.csv"));
    // The header alone, but the file is there.
    assert_eq!(read("worklists/dung.csv").lines().count(), 1);
    assert_eq!(read("worklists/sach.csv").lines().count(), 1);
}

#[test]
fn workbooks_open_and_hold_every_finding() {
    let dir = tempfile::tempdir().unwrap();
    let run = published(&world(), dir.path());
    let folder = run.parent().unwrap().join(WORKBOOKS);
    let mut names: Vec<String> = fs::read_dir(folder.join("xa"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["00001_phuong-ba-dinh.xlsx", "xa-la.xlsx"]);
    assert_eq!(fs::read_dir(run.join("worklists")).unwrap().count(), 4);

    let mut book: Xlsx<_> = open_workbook(folder.join("xa/00001_phuong-ba-dinh.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["Tổng hợp", "Đúng", "Đủ", "Sạch", "Sống"]);
    let song = book.worksheet_range("Sống").unwrap();
    let text =
        |row, column: usize| song.get((row, column)).and_then(|cell| cell.as_string()).unwrap_or_default();
    assert_eq!(text(0, workbook_column::NAME), "Họ và tên");
    assert_eq!(text(1, workbook_column::NAME), "Trần Thị Hoa");
    assert_eq!(text(1, workbook_column::CODE), "SONG-01");
    assert_eq!(text(1, workbook_column::STATUS), "Mới");
    // The ID is a text with its zeros.
    assert_eq!(song.get((1, workbook_column::NUMBER)), Some(&Data::String("001190000001".into())));

    let mut unit: Xlsx<_> = open_workbook(folder.join("don-vi/bao-hiem-xa-hoi.xlsx")).unwrap();
    // A text that looks like a formula stays a text.
    let du = unit.worksheet_range("Đủ").unwrap();
    let value = du.get((1, workbook_column::SOURCE_VALUE));
    assert_eq!(value, Some(&Data::String("=cmd|'/c calc'".into())));
    assert!(folder.join("don-vi/lao-dong-xa-hoi.xlsx").exists());
}

#[test]
fn a_finding_of_a_link_keeps_its_weights_and_no_other_does() {
    let dir = tempfile::tempdir().unwrap();
    let run = published(&world(), dir.path());
    let mut table = RunTable::open(&run.join(FINDINGS)).unwrap();
    let codes = table.texts(0, "code").unwrap();
    let of = |code: &str| codes.iter().position(|of| of == code).unwrap();
    let mut column = |name: &str| table.values::<f32>(0, name).unwrap();
    let weights = Comparison::ALL.map(|comparison| column(&format!("weight_{}", comparison.name())));
    let weights =
        |code: &str| -> Vec<Option<f32>> { weights.iter().map(|column| column[of(code)]).collect() };
    let expected = [-12.5, 9.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0].map(Some);
    assert_eq!(weights("SONG-01"), expected);
    // Nobody else came near: there is no lead to speak of.
    assert_eq!(column("runner_up_margin")[of("SONG-01")], None);
    for code in ["DU-02", "DU-03"] {
        assert!(weights(code).iter().all(Option::is_none), "{code}");
    }
}

#[test]
fn tables_hold_what_the_lists_hold_with_types() {
    let dir = tempfile::tempdir().unwrap();
    let run = published(&world(), dir.path());
    let column = |file: &str, name: &str| RunTable::open(&run.join(file)).unwrap().texts(0, name).unwrap();
    assert_eq!(column(FINDINGS, "code"), ["DU-02", "DU-03", "SONG-01"]);
    assert_eq!(column(FINDINGS, "resident_row"), ["3", "", "2"]);
    assert_eq!(column(FINDINGS, "resident_file"), ["dan_cu.csv", "", "dan_cu.csv"]);
    assert_eq!(column(FINDINGS, "first_seen"), ["30/06/2026"; 3]);
    assert_eq!(column(FINDINGS, "birth_date_to"), ["31/12/1950", "", "05/03/1990"]);
    // A cell is what it was, not what a spreadsheet is kept from reading.
    assert_eq!(column(FINDINGS, "source_value"), ["", "=cmd|'/c calc'", "01/02/2025"]);
    assert_eq!(column(FINDINGS, "weight_name"), ["", "", "9.25"]);
    let links = RunTable::open(&run.join(LINKS)).unwrap();
    assert_eq!(links.groups(), 2);
    assert_eq!(column(LINKS, "decision"), ["link"]);
    let mut reviews = links;
    assert_eq!(reviews.texts(1, "rank").unwrap(), ["", "1", "2"]);
    assert_eq!(reviews.texts(1, "resident_name").unwrap(), ["", "Lê Thị Lan", "Trần Thị Hoa"]);
    assert_eq!(column(ROWS, "full_name"), ["Trần  Thị Hoa", "Lê Thị Lan"]);
    assert_eq!(column(ROWS, "full_name_read"), ["trần thị hoa", "lê thị lan"]);
    assert_eq!(column(ROWS, "personal_id_read"), ["001190000001", ""]);
    assert_eq!(column(ROWS, "birth_date_from"), ["05/03/1990", "01/01/1950"]);
    assert_eq!(column(ROWS, "commune_read"), ["Phường Ba Đình"; 2]);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let runs = [1, 3].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| published(&world(), dirs[usize::from(threads > 1)].path()))
    });
    for name in [
        "worklists/du.csv",
        "links.csv",
        "review.csv",
        FINDINGS,
        LINKS,
        ROWS,
        READINGS,
        "../so-lam-viec/xa/00001_phuong-ba-dinh.xlsx",
    ] {
        assert!(fs::read(runs[0].join(name)).unwrap() == fs::read(runs[1].join(name)).unwrap(), "{name}");
    }
}

#[test]
fn findings_are_counted_along_every_axis() {
    let world = world();
    let counts = Counts::of(&world.cases(), as_of()).unwrap();
    assert_eq!((counts.total, counts.by_pillar), (3, [0, 2, 0, 1]));
    let codes: Vec<_> = counts.by_code.iter().map(|c| (c.code.as_str(), c.severity, c.count)).collect();
    assert_eq!(codes, [("SONG-01", "high", 1), ("DU-02", "medium", 1), ("DU-03", "medium", 1)]);
    assert_eq!(counts.by_kind, [("residents", 1), ("deaths", 1), ("insurance", 1)]);
    let communes: Vec<_> = counts.by_commune.iter().map(|c| (c.commune.as_str(), c.by_pillar)).collect();
    assert_eq!(communes, [("Xã Lạ", [0, 1, 0, 0]), ("Phường Ba Đình", [0, 1, 0, 1])]);
    assert_eq!(
        counts.by_unit,
        [("cong-an", 2), ("tu-phap-ho-tich", 0), ("lao-dong-xa-hoi", 0), ("bao-hiem-xa-hoi", 1)]
    );
}

#[test]
fn a_lost_row_or_role_stops_the_run() {
    let balanced = check(&world().data, &world().links).unwrap();
    assert!(balanced.balanced && balanced.files.len() == 3);

    let mut lost_role = world();
    lost_role.links.extracts[1].roles[0] = None;
    let imbalance = check(&lost_role.data, &lost_role.links).unwrap_err();
    assert_eq!((imbalance.file.as_str(), imbalance.expected, imbalance.found), ("the_bhyt.csv", 1, 0));

    let mut swapped = world();
    swapped.links.extracts[1].roles.swap(0, 1);
    assert_eq!(check(&swapped.data, &swapped.links).unwrap_err().found, 2);

    let mut lost_row = world();
    lost_row.data.tables[0].counts.read += 1;
    assert_eq!(check(&lost_row.data, &lost_row.links).unwrap_err().what, "rows read");

    let mut lost_record = world();
    lost_record.data.extracts.retain(|e| e.kind != Kind::Insurance);
    assert_eq!(check(&lost_record.data, &lost_record.links).unwrap_err().what, "records");
}
