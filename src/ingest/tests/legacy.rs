//! Files in the legacy encodings, and Unicode files in legacy fonts.

use super::{balanced, read_named};
use crate::domain::{Field, Kind};
use crate::vietnamese::legacy::{encode_tcvn3, encode_vni};

const LIST: &str = "DANH SÁCH TRẺ EM ĐĂNG KÝ KHAI SINH;;\nHọ và tên;Ngày sinh;Họ tên mẹ\nNguyễn Thị Hồng;05/03/2024;Lê Thị Lài\n\
                    Đặng Văn Bình;06/03/2024;Trần Thị Mỵ\nTổng cộng;2;\n";

#[test]
fn whole_files_in_a_legacy_encoding() {
    let latin = |text: String| -> Vec<u8> { text.chars().map(|c| u32::from(c) as u8).collect() };
    let cases = [
        (latin(encode_tcvn3(LIST)), "tcvn3"),
        (latin(encode_vni(LIST)), "vni-windows"),
        // The same, as a file of Unicode characters.
        (encode_tcvn3(LIST).into_bytes(), "tcvn3"),
        (encode_vni(LIST).into_bytes(), "vni-windows"),
    ];
    for (bytes, encoding) in cases {
        let table = read_named("x.csv", &bytes, None).unwrap().remove(0);
        assert!(balanced(&table));
        assert_eq!((table.encoding.as_str(), table.kind, table.len()), (encoding, Kind::Births, 2));
        assert_eq!(table.cell(0, Field::FullName), "Nguyễn Thị Hồng");
        assert_eq!(table.cell(1, Field::MotherName), "Trần Thị Mỵ");
        assert_eq!(table.columns[2].header, "Họ tên mẹ");
    }
}

#[test]
fn single_cells_stay_as_written() {
    let damaged = encode_tcvn3("Nguyễn Thị Hồng");
    for header in ["full_name,birth_date", "Họ và tên,Ngày sinh"] {
        let text = format!("{header}\n{damaged},1960\nLê Văn An,1970\n");
        let table = read_named("x.csv", text.as_bytes(), Some(Kind::Welfare)).unwrap().remove(0);
        assert_eq!((table.encoding.as_str(), table.cell(0, Field::FullName)), ("utf-8", damaged.as_str()));
    }
}

#[test]
fn a_few_broken_bytes_make_no_legacy_file() {
    let mut bytes = "full_name,birth_date\n".as_bytes().to_vec();
    for _ in 0..5 {
        bytes.extend("Nguyễn Thị Hồng,1960\n".as_bytes());
    }
    bytes.extend(b"Nguy\xd4n V\xa8n An,1960\n");
    let table = read_named("x.csv", &bytes, Some(Kind::Welfare)).unwrap().remove(0);
    assert_eq!((table.counts.used, table.rejects[0].reason), (5, "invalid_utf8"));
}
