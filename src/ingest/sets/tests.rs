use std::path::Path;

use super::*;
use crate::ingest::{InputSpec, ReadOptions, read_set};

fn write(folder: &Path, name: &str, text: &str) -> InputSpec {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    InputSpec { path, found: true, ..InputSpec::default() }
}

fn registry(from: u32, to: u32) -> String {
    let row = |n: u32| format!("0400600{n:05},Nguyễn Văn A,01/02/1960,Nam,Xã Hưng Chính\n");
    let rows: String = (from..to).map(row).collect();
    format!("Số ĐDCN,Họ và tên,Ngày sinh,Giới tính,Xã/Phường\n{rows}")
}

const WELFARE: &str =
    "Số hồ sơ,Họ và tên,Ngày sinh,Chế độ,Mức trợ cấp\n1,Nguyễn Văn A,01/02/1960,Người cao tuổi,500000\n";

#[test]
fn copies_are_told_and_the_one_that_is_named_stays() {
    let folder = tempfile::tempdir().unwrap();
    let a = write(folder.path(), "a.csv", WELFARE);
    let b = InputSpec { kind: Some(Kind::Welfare), found: false, ..write(folder.path(), "b.csv", WELFARE) };
    let c = write(folder.path(), "c.csv", &WELFARE.replace("500000", "600000"));
    let (left, copies) = without_copies(vec![a.clone(), b.clone(), c.clone()]);
    assert_eq!(left, [b.clone(), c]);
    assert_eq!(copies, [FileUse::unused(&a.path, Unused::SameAs(b.path.clone()))]);
    // Named as two kinds, they are meant as two.
    let insured = InputSpec { kind: Some(Kind::Insurance), path: a.path, found: false, ..b.clone() };
    let (left, copies) = without_copies(vec![b, insured]);
    assert_eq!((left.len(), copies.len()), (2, 0));
}

#[test]
fn two_dates_of_one_registry_are_a_question() {
    let folder = tempfile::tempdir().unwrap();
    let read = |inputs: &[InputSpec]| read_set(inputs, &ReadOptions::default(), &|_| ());
    let october = write(folder.path(), "dan_cu_10.csv", &registry(0, 100));
    let november = write(folder.path(), "dan_cu_11.csv", &registry(30, 120));
    let other = write(folder.path(), "dan_cu_xa_khac.csv", &registry(95, 300));
    assert_eq!(read(&[october.clone(), other]).unwrap().tables.len(), 2);
    let error = read(&[october, november]).unwrap_err();
    for lang in Lang::ALL {
        let text = error.message(lang);
        for part in
            ["70", "90", "--ignore \"dan_cu_10.csv\"", "ignore = [\"dan_cu_11.csv\"]", "E-REGISTRY-TWICE"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    assert_eq!(error.exit_code(), 3);
}

#[test]
fn what_is_found_and_no_list_is_left_aside_with_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let list = write(folder.path(), "huong.csv", WELFARE);
    let foreign = write(folder.path(), "gia.csv", "Mặt hàng,Đơn giá\nGạo,15000\nMuối,6000\n");
    let own =
        write(folder.path(), "sach.csv", "finding_id,code,pillar,severity,title\nx,SACH-01,sach,high,y\n");
    let links = write(
        folder.path(),
        "links.csv",
        "source,source_file,source_row,role,decision\na,b,2,subject,none\n",
    );
    let set = read_set(&[list, foreign.clone(), own, links], &ReadOptions::default(), &|_| ()).unwrap();
    assert_eq!(set.tables.len(), 1);
    let why = |file: &FileUse| match &file.part {
        Part::Unused(why) => (file.name(), why.name()),
        other => panic!("{other:?}"),
    };
    let told: Vec<_> = set.aside.iter().map(why).collect();
    let told: Vec<_> = told.iter().map(|(name, why)| (name.as_str(), *why)).collect();
    assert_eq!(told, [("gia.csv", "no_list"), ("sach.csv", "own_output"), ("links.csv", "own_output")]);
    // Named by somebody, it is meant, and what is wrong with it is an error.
    let named = InputSpec { found: false, ..foreign };
    assert!(read_set(&[named], &ReadOptions::default(), &|_| ()).is_err());
}
