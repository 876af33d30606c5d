//! Whole files, as officers have them.

mod broken;
mod formats;
mod households;
mod inspect;
mod legacy;
mod odd;
mod rows;
mod spellings;
mod understanding;

use std::io::Write;

use proptest::prelude::*;

use super::*;
use crate::domain::{Field, Kind, Table};

/// Reads bytes as one file of that name.
fn read_named(name: &str, bytes: &[u8], kind: Option<Kind>) -> Result<Vec<Table>, IngestError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
    read_all(&[InputSpec { path, kind, ..InputSpec::default() }], &ReadOptions::default(), &|_| ())
}

fn read(text: &str, kind: Kind) -> Table {
    let mut tables = read_named("x.csv", text.as_bytes(), Some(kind)).unwrap();
    assert_eq!(tables.len(), 1);
    tables.remove(0)
}

fn balanced(table: &Table) -> bool {
    let c = table.counts;
    c.read == c.used + c.rejected + c.skipped
        && c.skipped == table.skipped.total()
        && c.used == table.len() as u64
        && c.rejected == table.rejects.len() as u64
}

#[test]
fn a_plain_file() {
    let table = read("full_name,birth_date,note\nNguyễn Văn An,01/02/1960,x\nLê Thị B,1970\n", Kind::Welfare);
    assert_eq!((table.len(), table.header_row, table.delimiter), (2, 1, Some(',')));
    assert_eq!(table.cell(0, Field::FullName), "Nguyễn Văn An");
    assert_eq!(table.cell(1, Field::BirthDate), "1970");
    assert_eq!((table.source_row(0), table.source_row(1)), (2, 3));
    assert_eq!(table.columns[2].field, None);
    assert_eq!(table.cell_at(0, 2), "x");
    assert_eq!(table.encoding, "utf-8");
    assert_eq!(table.digest.len(), 64);
    assert!(balanced(&table));
}

#[test]
fn a_list_as_officers_make_them() {
    let text = "\u{feff}UBND XÃ HƯNG CHÍNH;;;;;\r\n\
                DANH SÁCH ĐỐI TƯỢNG BẢO TRỢ;;;;;\r\n\
                ;;;;;\r\n\
                STT;Họ và tên;\"Ngày,\ntháng, năm sinh\";Số CCCD;Mức trợ cấp;Ghi chú\r\n\
                (1);(2);(3);(4);(5);(6)\r\n\
                I. Thôn 1;;;;;\r\n\
                1;Nguyễn Văn An;01/02/1940;001040000001;500.000;\r\n\
                \r\n\
                2;Lê Thị B;1950;;500.000;\"ghi chú\nhai dòng\"\r\n\
                II. Thôn 2;;;;;\r\n\
                3;Trần C;1951;;500.000;;;\r\n\
                4;Trần D;1951;;500.000;;;thừa\r\n\
                Tổng cộng;;;;1.500.000;\r\n\
                ;;;;Hưng Chính, ngày 1 tháng 2 năm 2026;\r\n\
                ;;;;CHỦ TỊCH;\r\n\
                ;;;;Nguyễn Văn Chủ;\r\n";
    let table = read(text, Kind::Welfare);
    assert!(balanced(&table));
    assert_eq!(table.delimiter, Some(';'));
    assert_eq!(table.encoding, "utf-8-bom");
    assert_eq!(table.header_row, 4);
    assert_eq!(table.counts.read, 16);
    let rows: Vec<_> = (0..3).map(|i| (table.source_row(i), table.cell(i, Field::FullName))).collect();
    assert_eq!(rows, [(7, "Nguyễn Văn An"), (9, "Lê Thị B"), (11, "Trần C")]);
    assert_eq!((table.group_hamlet(1), table.group_hamlet(2)), (Some("Thôn 1"), Some("Thôn 2")));
    let rejects: Vec<_> = table.rejects.iter().map(|r| (r.source_row, r.reason, r.raw.as_str())).collect();
    assert_eq!(rejects, [(12, "too_many_cells", "4;Trần D;1951;;500.000;;;thừa")]);
}

#[test]
fn a_stray_quotation_mark_costs_one_row() {
    let mut text = "full_name,birth_date,gender,address\n".to_owned();
    for n in 0..500 {
        let mark = if n == 100 { "\"" } else { "" };
        text.push_str(&format!("{mark}Nguyễn Văn An,1960,Nam,\"Thôn {n}, xã A\"\n"));
    }
    let table = read(&text, Kind::Welfare);
    assert!(balanced(&table));
    assert_eq!((table.counts.used, table.counts.rejected), (499, 1));
    assert_eq!((table.rejects[0].source_row, table.rejects[0].reason), (102, "unclosed_quote"));
}

#[test]
fn other_line_ends_and_a_named_delimiter() {
    let table = read("full_name,birth_date\rA,1960\rB,1970\r", Kind::Welfare);
    assert_eq!((table.len(), table.source_row(1)), (2, 3));
    let table = read("sep=|\r\nfull_name|birth_date\r\nA, B;c|1960\r\n", Kind::Welfare);
    assert_eq!((table.len(), table.source_row(0), table.cell(0, Field::FullName)), (1, 2, "A, B;c"));
}

#[test]
fn what_cannot_be_read_is_said() {
    let code = |bytes: &[u8], kind| read_named("x.csv", bytes, kind).unwrap_err().code();
    assert_eq!(code(b"", None), "E-FILE-EMPTY");
    assert_eq!(code(b"\xef\xbb\xbf\n\n ,,\n", Some(Kind::Births)), "E-FILE-EMPTY");
    assert_eq!(code(b"%PDF-1.4 ...", None), "E-FILE-FORMAT");
    assert_eq!(code(b"full_name,gender\nA,Nam\n", Some(Kind::Births)), "E-COLUMN-MISSING");
    assert_eq!(code(b"full_name,birth_date\nA,1960\n", None), "E-KIND-UNCLEAR");
    assert_eq!(code("Nguyễn Văn An,01/02/1960\n".as_bytes(), Some(Kind::Births)), "E-HEADER-NONE");
    let missing = [InputSpec::new("/nowhere/x.csv")];
    assert_eq!(read_all(&missing, &ReadOptions::default(), &|_| ()).unwrap_err().code(), "E-FILE-MISSING");
    let folder = [InputSpec::new("/")];
    assert_eq!(read_all(&folder, &ReadOptions::default(), &|_| ()).unwrap_err().code(), "E-FILE-FOLDER");
}

#[test]
fn columns_can_be_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "full_name,birth_date,Ngày sinh cháu\nA,1960,1970\n").unwrap();
    let input = InputSpec { kind: Some(Kind::Births), ..InputSpec::new(&path) };
    let read = |map: &str| {
        let mut options = ReadOptions::default();
        options.synonyms.map(&ColumnMap::parse(map).unwrap());
        read_all(std::slice::from_ref(&input), &options, &|_| ())
    };
    assert_eq!(read("births.birth_date=ngày sinh cháu").unwrap()[0].cell(0, Field::BirthDate), "1970");
    assert_eq!(read("births.birth_date=Ngày sih").unwrap_err().code(), "E-MAP-UNUSED");
    assert!(read("deaths.death_date=Ngày mất").is_ok());

    let table = folder.path().join("cot.toml");
    std::fs::write(&table, "[births]\nbirth_date = [\"Ngày sinh cháu\"]\n").unwrap();
    let mut options = ReadOptions::default();
    options.synonyms.add_file(&table).unwrap();
    assert!(options.synonyms.add_file(&folder.path().join("none.toml")).is_err());
    std::fs::write(&table, "[births]\ncard_no = [\"x\"]\n").unwrap();
    assert_eq!(options.synonyms.add_file(&table).unwrap_err().code(), "E-SYNONYMS");
}

#[test]
fn tables_come_in_the_order_of_kinds() {
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = Vec::new();
    for (name, kind) in [("b/x.csv", Kind::Insurance), ("a.csv", Kind::Births), ("c/x.csv", Kind::Insurance)]
    {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "full_name,birth_date\nA,1960\n").unwrap();
        inputs.push(InputSpec { path, kind: Some(kind), ..InputSpec::default() });
    }
    let tables = read_all(&inputs, &ReadOptions::default(), &|_| ()).unwrap();
    let names: Vec<_> = tables.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["a.csv", "b/x.csv", "c/x.csv"]);
}

proptest! {
    /// No bytes make reading fail otherwise than with an error, and no row is lost.
    #[test]
    fn any_bytes_are_read_or_refused(
        tail in prop::collection::vec(
            prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(b';'), any::<u8>()], 0..400),
        headed in any::<bool>(),
    ) {
        let mut bytes = if headed { b"full_name,birth_date,gender\n".to_vec() } else { Vec::new() };
        bytes.extend(tail);
        if let Ok(tables) = read_named("x.csv", &bytes, Some(Kind::Welfare)) {
            for table in tables {
                prop_assert!(balanced(&table));
                for row in 0..table.len() as u32 {
                    prop_assert!(table.cells(row).count() <= table.columns.len());
                }
            }
        }
    }
}
