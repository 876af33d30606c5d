//! The same list in every format.

use std::io::Write;

use polars::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::{balanced, read_named};
use crate::domain::{Field, Kind, Table};
use crate::ingest::{IngestError, InputSpec, ReadOptions, read_all};

const LIST: &str = "Họ và tên,Ngày sinh,Số CCCD\nNguyễn Văn An,01/02/1960,001060000001\nLê Thị B,1970,\n";

fn assert_is_the_list(table: &Table) {
    assert!(balanced(table));
    let row = |i| [Field::FullName, Field::BirthDate, Field::PersonalId].map(|f| table.cell(i, f).to_owned());
    assert_eq!(row(0), ["Nguyễn Văn An", "01/02/1960", "001060000001"]);
    assert_eq!(row(1), ["Lê Thị B", "1970", ""]);
    assert_eq!((table.len(), table.source_row(1)), (2, 3));
}

fn only(result: Result<Vec<Table>, IngestError>) -> Table {
    let mut tables = result.unwrap();
    assert_eq!(tables.len(), 1);
    tables.remove(0)
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn packed_text_and_encodings() {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(LIST.as_bytes()).unwrap();
    let gz = gz.finish().unwrap();
    let zst = zstd::encode_all(LIST.as_bytes(), 1).unwrap();
    let cases = [
        ("x.csv.gz", gz.clone(), "utf-8"),
        ("x.csv.zst", zst, "utf-8"),
        // Named as something else: the bytes tell.
        ("x.xls", LIST.replace(',', "\t").into_bytes(), "utf-8"),
        ("x.txt", utf16(LIST), "utf-16le"),
        ("x.csv", LIST.replace('\n', "\r\n").into_bytes(), "utf-8"),
    ];
    for (name, bytes, encoding) in cases {
        let table = only(read_named(name, &bytes, Some(Kind::Welfare)));
        assert_is_the_list(&table);
        assert_eq!(table.encoding, encoding);
        assert_eq!(table.bytes, bytes.len() as u64);
        assert_eq!(table.digest, blake3::hash(&bytes).to_hex().as_str());
    }
    let cut = read_named("x.csv.gz", &gz[..gz.len() - 12], Some(Kind::Welfare));
    assert_eq!(cut.unwrap_err().code(), "E-FILE-DAMAGED");
}

/// A workbook with titles, merged cells, dates, numbers, formulas, and a sheet that is no list.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let twelve = Format::new().set_num_format("000000000000");
    let sheet = book.add_worksheet();
    sheet.set_name("Danh sách").unwrap();
    sheet.write(0, 0, "DANH SÁCH ĐỐI TƯỢNG").unwrap();
    for (column, text) in
        ["STT", "Họ và tên", "Ngày sinh", "Số CCCD", "Mức trợ cấp", "Mã hộ"].iter().enumerate()
    {
        sheet.write(2, column as u16, *text).unwrap();
    }
    let rows: [(u32, &str, u16, u64); 3] = [
        (4, "Nguyễn Văn An", 1960, 1_060_000_001),
        (5, "Lê Thị B", 1961, 79_061_000_002),
        (7, "Trần C", 1962, 1),
    ];
    for (row, name, year, id) in rows {
        sheet.write(row, 1, name).unwrap();
        sheet.write_with_format(row, 2, ExcelDateTime::from_ymd(year, 3, 5).unwrap(), &date).unwrap();
        sheet.write_with_format(row, 3, id as f64, if row == 4 { &twelve } else { &date }).unwrap();
        sheet.write(row, 4, Formula::new("=500*1000").set_result("500000")).unwrap();
    }
    sheet.write(5, 3, 79_061_000_002f64).unwrap();
    sheet.write(7, 3, "001062000003").unwrap();
    sheet.merge_range(4, 5, 5, 5, "H01", &Format::new()).unwrap();
    sheet.set_row_hidden(7).unwrap();
    let notes = book.add_worksheet();
    notes.set_name("Ghi chú").unwrap();
    notes.write(0, 0, "Số liệu tháng 3").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook() {
    let table = only(read_named("ds.xlsx", &workbook(), Some(Kind::Welfare)));
    assert!(balanced(&table));
    assert_eq!((table.name.as_str(), table.sheet.as_deref()), ("ds.xlsx", Some("Danh sách")));
    assert_eq!((table.header_row, table.counts.read), (3, 8));
    let fields =
        [Field::FullName, Field::BirthDate, Field::PersonalId, Field::MonthlyAmount, Field::HouseholdId];
    let row = |i| (table.source_row(i), fields.map(|f| table.cell(i, f).to_owned()));
    assert_eq!(
        row(0),
        (5, ["Nguyễn Văn An", "05/03/1960", "001060000001", "500000", "H01"].map(String::from))
    );
    assert_eq!(row(1), (6, ["Lê Thị B", "05/03/1961", "79061000002", "500000", "H01"].map(String::from)));
    assert_eq!(row(2), (8, ["Trần C", "05/03/1962", "001062000003", "500000", ""].map(String::from)));
}

#[test]
fn sheets_of_a_workbook() {
    let mut book = Workbook::new();
    for (name, text) in [("Thôn 1", "An"), ("Thôn 2", "Bình")] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        sheet.write(0, 0, "Họ và tên").unwrap();
        sheet.write(0, 1, "Chương trình").unwrap();
        sheet.write(1, 0, text).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let tables = read_named("x.xlsx", &bytes, None).unwrap();
    let names: Vec<_> =
        tables.iter().map(|t| (t.name.as_str(), t.cell(0, Field::FullName), t.kind)).collect();
    assert_eq!(names, [("x.xlsx#Thôn 1", "An", Kind::Welfare), ("x.xlsx#Thôn 2", "Bình", Kind::Welfare)]);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.xlsx");
    std::fs::write(&path, &bytes).unwrap();
    let one = |sheet: &str| {
        let input = InputSpec::new(format!("{}#{sheet}", path.display()));
        read_all(&[input], &ReadOptions::default(), &|_| ())
    };
    assert_eq!(only(one("thôn 2")).name, "x.xlsx");
    assert_eq!(one("Thôn 3").unwrap_err().code(), "E-FILE-SHEET");
}

#[test]
fn damaged_workbooks_are_refused() {
    let bytes = workbook();
    for cut in [4, 100, bytes.len() / 2, bytes.len() - 30] {
        let error = read_named("x.xlsx", &bytes[..cut], Some(Kind::Welfare)).unwrap_err();
        assert!(["E-FILE-DAMAGED", "E-FILE-FORMAT"].contains(&error.code()), "{cut}: {error}");
    }
}

/// The list of `tests/fixtures/make.py`, as another program's writer made it.
fn assert_is_made_elsewhere(table: &Table, merged: &str) {
    assert!(balanced(table));
    let fields =
        [Field::FullName, Field::BirthDate, Field::PersonalId, Field::MonthlyAmount, Field::HouseholdId];
    let row = |i| (table.source_row(i), fields.map(|f| table.cell(i, f).to_owned()));
    let wanted = |row, cells: [&str; 5]| (row, cells.map(String::from));
    assert_eq!(row(0), wanted(4, ["Nguyễn Văn An", "05/03/1960", "001060000001", "500000", "H01"]));
    assert_eq!(row(1), wanted(5, ["Lê Thị Bé", "1970", "79170000002", "500000", merged]));
    assert_eq!(row(2), wanted(6, ["Y Bliă Niê", "03/1980", "066080000003", "500000", "H02"]));
    assert_eq!((table.len(), table.header_row), (3, 3));
}

#[test]
fn workbooks_that_other_programs_made() {
    let xls = include_bytes!("../../../tests/fixtures/list.xls");
    let table = only(read_named("x.xls", xls, Some(Kind::Welfare)));
    assert_is_made_elsewhere(&table, "H01");
    assert_eq!((table.encoding.as_str(), table.sheet.as_deref()), ("xls", Some("Danh sách")));
    assert_eq!(table.skipped_sheets[0].name, "Ghi chú");
    let ods = include_bytes!("../../../tests/fixtures/list.ods");
    let table = only(read_named("x.ods", ods, Some(Kind::Welfare)));
    assert_is_made_elsewhere(&table, "H01");
    assert_eq!(table.encoding, "ods");
}

#[test]
fn a_page_of_html_under_the_name_of_a_workbook() {
    let page = "<meta http-equiv=Content-Type content=\"text/html; charset=utf-8\"><style>td{mso-number-format:\"\\@\"}</style>\
        <table border=1><tr><th colspan=3>DANH S&Aacute;CH</th></tr><tr><th>Họ và tên<th>Ngày<br>sinh<th>Số CCCD</tr>\
        <tr><td>Nguyễn Văn An</td><td>01/02/1960</td><td>001060000001</td></tr><tr><td>Lê Thị B<td>1970<td>&nbsp;</table>";
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(page.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [page.as_bytes().to_vec(), utf16] {
        let table = only(read_named("x.xls", &bytes, Some(Kind::Welfare)));
        let cell = |row, field| table.cell(row, field).to_owned();
        assert_eq!((table.encoding.as_str(), table.len(), table.header_row), ("html", 2, 2));
        assert_eq!(cell(0, Field::FullName), "Nguyễn Văn An");
        assert_eq!(cell(0, Field::PersonalId), "001060000001");
        assert_eq!((cell(1, Field::BirthDate), table.source_row(1)), ("1970".into(), 4));
        assert!(balanced(&table));
    }
}

fn parquet() -> Vec<u8> {
    let names = Series::new("Họ và tên".into(), ["Nguyễn Văn An", "Lê Thị B"]);
    let births = Series::new("Ngày sinh".into(), ["01/02/1960", "1970"]);
    let ids = Series::new("Số CCCD".into(), [Some("001060000001"), None]);
    let amounts = Series::new("Mức trợ cấp".into(), [Some(500_000i64), None]);
    let columns = [names, births, ids, amounts].map(Column::from).to_vec();
    let mut frame = DataFrame::new(2, columns).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).with_row_group_size(Some(1)).finish(&mut frame).unwrap();
    bytes
}

#[test]
fn parquet_files() {
    let bytes = parquet();
    let table = only(read_named("x.parquet", &bytes, Some(Kind::Welfare)));
    assert_is_the_list(&table);
    assert_eq!((table.cell(0, Field::MonthlyAmount), table.cell(1, Field::MonthlyAmount)), ("500000", ""));
    for cut in [5, bytes.len() / 2, bytes.len() - 5] {
        let error = read_named("x.parquet", &bytes[..cut], Some(Kind::Welfare)).unwrap_err();
        assert_eq!(error.code(), "E-FILE-DAMAGED");
    }
}

/// A ZIP archive whose entries are stored as they are.
fn stored_zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let offset = out.len() as u32;
        let (length, crc) = (content.len() as u32, crc32(content.as_bytes()));
        let mut common = Vec::new();
        common.extend([20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x58]);
        common.extend(crc.to_le_bytes());
        common.extend(length.to_le_bytes());
        common.extend(length.to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(content.as_bytes());
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, count) = (out.len() as u32, (entries.len() as u16).to_le_bytes());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn an_open_document() {
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let date = "<table:table-cell office:value-type=\"date\" office:date-value=\"1960-02-01\"><text:p>1/2/60</text:p></table:table-cell>";
    let year = "<table:table-cell office:value-type=\"float\" office:value=\"1970\"><text:p>1970</text:p></table:table-cell>";
    let row = |cells: String| format!("<table:table-row>{cells}</table:table-row>");
    let rows = [
        row(["Họ và tên", "Ngày sinh", "Số CCCD"].map(cell).concat()),
        row([cell("Nguyễn Văn An"), date.to_owned(), cell("001060000001")].concat()),
        row([cell("Lê Thị B"), year.to_owned()].concat()),
    ];
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\"><office:body>\
         <office:spreadsheet><table:table table:name=\"DS\">{}</table:table></office:spreadsheet></office:body>\
         </office:document-content>",
        rows.concat()
    );
    let manifest = "<?xml version=\"1.0\"?><manifest:manifest \
                    xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    let bytes = stored_zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", &content),
    ]);
    let table = only(read_named("x.ods", &bytes, Some(Kind::Welfare)));
    assert_is_the_list(&table);
    assert_eq!(table.encoding, "ods");
}
