//! Broken files: what is said of each, or what is saved from it. The snapshot is there to be read.

use std::fmt::Write as _;
use std::io::Write as _;

use super::{balanced, read, read_named};
use crate::domain::{DateCell, Field, IdCell, Kind, Lang, NameMarks};

/// A broken file: its name, its bytes, the kind that it is said to be.
struct Broken(&'static str, Vec<u8>, Option<Kind>);

fn text(name: &'static str, text: &str, kind: Kind) -> Broken {
    Broken(name, text.as_bytes().to_vec(), Some(kind))
}

fn raw(name: &'static str, bytes: &[u8]) -> Broken {
    Broken(name, bytes.to_vec(), Some(Kind::Welfare))
}

fn unknown(name: &'static str, text: &str) -> Broken {
    Broken(name, text.as_bytes().to_vec(), None)
}

/// Files that cannot be read at all.
fn refused() -> Vec<Broken> {
    let wide = |word: &str| word.bytes().flat_map(|b| [b, 0]).collect::<Vec<u8>>();
    let ole = |word: &str| [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 600], &wide(word)].concat();
    vec![
        raw("rong.csv", b""),
        raw("chi-co-bom.csv", b"\xef\xbb\xbf"),
        raw("toan-dong-trong.csv", b"\n\n\r\n  \n"),
        raw("toan-dau-phan-cach.csv", b",,,\n,,,\n"),
        raw("cong-van.csv", b"%PDF-1.7\n1 0 obj"),
        raw("anh-chup.csv", b"\x89PNG\r\n\x1a\n0000"),
        raw("anh.jpg.csv", b"\xff\xd8\xff\xe0 JFIF"),
        raw("nen.csv", b"PK\x03\x04\x14\0\0\0 khai_sinh.csv"),
        raw("nen.rar.csv", b"Rar!\x1a\x07\x01\0"),
        raw("van-ban.xlsx", b"PK\x03\x04\x14\0\0\0 word/document.xml [Content_Types].xml"),
        raw("van-ban.xls", &ole("WordDocument")),
        raw("mat-khau.xlsx", &ole("EncryptedPackage")),
        raw("hong.xls", &ole("Workbook")),
        raw("cut.xlsx", b"PK\x03\x04\x14\0\0\0 xl/workbook.xml"),
        raw("cut.parquet", b"PAR1\x15\0\x15\0PAR1"),
        raw("cut.csv.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03abc"),
        raw("cut.csv.zst", b"\x28\xb5\x2f\xfd\x04\x58abc"),
        raw("het-phien.xls", b"<!DOCTYPE html><html><body><h1>Phien lam viec da het han</h1></body></html>"),
        raw("trang-luu.xls", b"MIME-Version: 1.0\nContent-Type: multipart/related"),
        raw("bang-tinh.xml.xls", b"<?xml version=\"1.0\"?><Workbook/>"),
        raw("khoa.xls", include_bytes!("../../../tests/fixtures/locked.xls")),
        raw("khoa.xlsx", include_bytes!("../../../tests/fixtures/locked.xlsx")),
        raw("doi-duoi.xlsx", &include_bytes!("../../../tests/fixtures/list.xls")[..3000]),
        raw("bom-nen.xlsx", &bomb()),
        text("hai-bang.csv", "Họ tên,Ngày sinh,,Họ tên,Ngày sinh\nAn,1960,,Bình,1970\n", Kind::Welfare),
        text(
            "bang-sau.csv",
            "Họ tên,Ngày sinh,Mức hưởng\nAn,1960,1\nMã,Ngày sinh,Mức hưởng,Số CCCD\n",
            Kind::Welfare,
        ),
        raw("nhi-phan.csv", &[1, 2, 3, 4, 5, 6, 7, 200, 201, 202].repeat(50)),
        text("khong-tieu-de.csv", "Nguyễn Văn An,01/02/1960\nLê Thị B,1970\n", Kind::Births),
        text("thieu-ngay-sinh.csv", "Họ và tên,Giới tính,Họ tên mẹ\nAn,Nam,B\n", Kind::Births),
        text("thieu-ngay-chet.csv", "Họ và tên,Ngày sinh\nAn,1960\n", Kind::Deaths),
        text("thieu-xa.csv", "Họ và tên,Ngày sinh,Số CCCD\nAn,1960,\n", Kind::Residents),
        text("thieu-vo.csv", "Họ tên chồng,Ngày sinh chồng\nAn,1960\n", Kind::Marriages),
        text("nham-loai.csv", "Họ tên chồng,Họ tên vợ\nAn,Bình\n", Kind::Insurance),
        text("cot-la.csv", "alpha,beta,gamma\nx,y,z\n", Kind::Welfare),
        text("cot-la-tieng-viet.csv", "Mục A;Mục B\nx;y\n", Kind::Residents),
        text(
            "khong-tieu-de-co-tu-quen.csv",
            "Nguyễn Văn An,01/02/1960,001060000001,Lê B (cha),Thường trú,Mẹ,Thôn\n",
            Kind::Residents,
        ),
        unknown("khong-ro-loai.csv", "Họ và tên,Ngày sinh,Số CCCD\nAn,1960,\n"),
        unknown("cot-la-khong-ro-loai.csv", "alpha,beta,gamma\nx,y,z\n"),
        unknown("khong-ro-loai-khong-tieu-de.csv", "Nguyễn Văn An,01/02/1960,001060000001\n"),
    ]
}

/// A small workbook that says of itself that it unpacks to two gigabytes.
fn bomb() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["[Content_Types].xml", "xl/worksheets/sheet1.xml"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"<x/>").unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    let entry = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
    bytes[entry + 24..entry + 28].copy_from_slice(&(2_u32 << 30).to_le_bytes());
    bytes
}

/// Files that are read, at a loss or none.
fn saved() -> Vec<Broken> {
    let header = "Họ và tên,Ngày sinh,Giới tính,Địa chỉ\n";
    let with = |rows: &str| format!("{header}{rows}");
    let bytes = |rows: &[u8]| [header.as_bytes(), rows].concat();
    vec![
        text("chi-co-tieu-de.csv", header, Kind::Welfare),
        text("thua-o.csv", &with("An,1960,Nam,x,thừa\nB,1970,Nữ,y\n"), Kind::Welfare),
        text("thua-o-trong.csv", &with("An,1960,Nam,x,,,\n"), Kind::Welfare),
        text("thieu-o.csv", &with("An\nB,1970\n"), Kind::Welfare),
        text("ngoac-kep-lac.csv", &with("\"An,1960,Nam,x\nB,1970,Nữ,y\nC,1980,Nam,z\n"), Kind::Welfare),
        text("ngoac-kep-cuoi-tep.csv", &with("An,1960,Nam,x\nB,1970,Nữ,\"y\n"), Kind::Welfare),
        text(
            "ngoac-kep-hai-dau.csv",
            &with("\"An,1960,Nam,x\nB,1970,Nữ,y\nC,1980,Nam,5\"\nD,1990,Nam,z\n"),
            Kind::Welfare,
        ),
        text("ngoac-kep-trong-o.csv", &with("\"An \"Tèo\"\",1960,Nam,x\n5\" ống,1970,Nữ,y\n"), Kind::Welfare),
        raw("byte-hong.csv", &bytes(b"An,1960,Nam,x\nNguy\xd4n,1960,Nam,x\n\xff\xfe,1,2,3\n")),
        raw("byte-khong.csv", &bytes(b"An,1960,Nam,x\nB\0,1970,Nam,y\n")),
        Broken(
            "byte-khong-o-tieu-de.csv",
            with("An,1960,Nam,x\n").replace("Ngày", "Ng\0ày").into(),
            Some(Kind::Welfare),
        ),
        text("het-tep-dos.csv", &with("An,1960,Nam,x\n\u{1a}"), Kind::Welfare),
        Broken(
            "o-dai.csv",
            bytes(format!("An,1960,Nam,{}\nB,1970,Nữ,y\n", "x".repeat(70_000)).as_bytes()),
            Some(Kind::Welfare),
        ),
        text("xuong-dong-lan.csv", "Họ và tên,Ngày sinh\rAn,1960\rB,1970", Kind::Welfare),
        text("dos.csv", &with("An,1960,Nam,x\n").replace('\n', "\r\n"), Kind::Welfare),
        text("dong-trong.csv", &with("\nAn,1960,Nam,x\n,,,\n\nB,1970,Nữ,y\n\n"), Kind::Welfare),
        text("cham-phay.csv", &with("An,1960,Nam,x\n").replace(',', ";"), Kind::Welfare),
        text("sep.csv", "sep=;\nHọ và tên;Ngày sinh\nAn;1960\n", Kind::Welfare),
        text("lap-tieu-de.csv", &with(&format!("An,1960,Nam,x\n{header}B,1970,Nữ,y\n")), Kind::Welfare),
        text("hai-cot-mot-nghia.csv", "Họ tên,Họ và tên,Ngày sinh\nx,An,1960\n", Kind::Welfare),
        text(
            "dong-cong-chu-ky.csv",
            &with("I. Thôn 1,,,\nAn,1960,Nam,x\nTổng cộng: 1,,,\n,,,Người lập biểu\n,,,Lê B\n"),
            Kind::Welfare,
        ),
        text(
            "tieu-de-xuong-dong.csv",
            "\"Họ và\ntên\",\"Ngày,\ntháng,\nnăm sinh\"\nAn,1960\n",
            Kind::Welfare,
        ),
        Broken(
            "utf16-mat-byte.csv",
            [
                b"\xff\xfe".as_slice(),
                &with("An,1960,Nam,x\n").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
                b"x",
            ]
            .concat(),
            Some(Kind::Welfare),
        ),
        Broken(
            "utf16-khong-bom.txt",
            with("Nguyễn Văn An,1960,Nam,x\n").encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Some(Kind::Welfare),
        ),
        text(
            "tram-nghin-cot.csv",
            &format!("Họ tên,Ngày sinh{}\nAn,1960{}\n", ",x".repeat(100_000), ",y".repeat(100_000)),
            Kind::Welfare,
        ),
        text(
            "trang-web.xls",
            "<html><table><tr><td>Họ tên<td>Ngày sinh<tr><td>An<td>1960</table></html>",
            Kind::Welfare,
        ),
        text(
            "bang-tinh-2003.xls",
            "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook \
             xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet><Table><Row><Cell><Data>Họ tên</Data>\
             </Cell><Cell><Data>Ngày sinh</Data></Cell></Row><Row><Cell><Data>An</Data></Cell><Cell><Data>1960</Data>\
             </Cell></Row></Table></Worksheet></Workbook>",
            Kind::Welfare,
        ),
        Broken(
            "doi-duoi.xlsx",
            include_bytes!("../../../tests/fixtures/list.xls").to_vec(),
            Some(Kind::Welfare),
        ),
        unknown("ds_khai_tu.txt", "STT\tHọ tên\tNgày chết\n1\tAn\t01/02/2020\n"),
    ]
}

/// What is said of each file, without the folder it happens to lie in.
fn said(files: Vec<Broken>, lang: Lang) -> String {
    let mut out = String::new();
    for Broken(name, bytes, kind) in files {
        let what = match read_named(name, &bytes, kind) {
            Err(error) => {
                let message = error.message(lang);
                let folder = message.find(&*std::env::temp_dir().to_string_lossy()).map(|from| {
                    let path = &message[from..from + message[from..].find(name).unwrap_or(0)];
                    path.to_owned()
                });
                let message = folder.map_or(message.clone(), |folder| message.replace(&folder, ""));
                format!("{}\n    {message}", error.code())
            }
            Ok(tables) => {
                let mut lines = String::from("read");
                for table in tables {
                    assert!(balanced(&table), "{name}");
                    let c = table.counts;
                    let (kind, read, used, rejected) = (table.kind.name(), c.read, c.used, c.rejected);
                    let encoding = &table.encoding;
                    let _ = write!(
                        lines,
                        " as {kind} ({encoding}): {read} rows = {used} used + {rejected} rejected + {} skipped",
                        c.skipped
                    );
                    for reject in &table.rejects {
                        let _ = write!(
                            lines,
                            "\n    row {}: {} ({})",
                            reject.source_row, reject.reason, reject.detail
                        );
                    }
                }
                lines
            }
        };
        let _ = writeln!(out, "{name}: {what}");
    }
    out
}

#[test]
fn files_that_cannot_be_read() {
    insta::assert_snapshot!("refused_vi", said(refused(), Lang::Vi));
    insta::assert_snapshot!("refused_en", said(refused(), Lang::En));
}

/// Rows with one cell of 64 KiB each, in turn in every column and of every sort of text. Reading takes as long as the text
/// is, and no longer: an hour was not enough for some of these files.
#[test]
fn cells_as_long_as_a_book_are_read_in_no_time() {
    let texts =
        ["x", "Nguyen Van An ", "Nguyễn Văn An ", "1", "01/02/1950 ", "a; ", "Leâ ", "xã ", "(a", "mất "];
    let header = "full_name,birth_date,commune,personal_id,gender,hamlet,address,relation_to_head";
    let sound =
        ["Nguyễn Văn An", "01/02/1950", "Xã Tân Lập", "001050000017", "Nam", "Thôn 1", "Ngõ 2", "Con"];
    let started = std::time::Instant::now();
    for text in texts {
        let long = text.repeat(60_000 / text.len());
        let row = |at: usize| {
            let cells = sound.iter().enumerate().map(|(column, cell)| match column == at % sound.len() {
                true => long.as_str(),
                false => cell,
            });
            format!("\"{}\"\n", cells.collect::<Vec<_>>().join("\",\""))
        };
        let file = format!("{header}\n{}", (0..sound.len()).map(row).collect::<String>());
        let table = read(&file, Kind::Residents);
        assert_eq!(
            (table.len(), table.cell(0, Field::FullName)),
            (sound.len(), long.as_str()),
            "nothing is cut off"
        );
        let as_of = crate::domain::Day::from_civil(2026, 11, 20).unwrap();
        let data =
            crate::ingest::records::build(vec![table], &crate::ingest::units::UnitMap::default(), as_of);
        let resident = |row: usize| &data.registry.residents[row].person;
        assert!(resident(0).name.id.is_blank() && resident(0).name.marks.has(NameMarks::DAMAGED), "{text}");
        assert_eq!(resident(1).birth, DateCell::Impossible, "{text}");
        assert_eq!(resident(3).personal, IdCell::Malformed, "{text}");
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn files_of_which_something_is_saved() {
    insta::assert_snapshot!("saved", said(saved(), Lang::Vi));
}
