//! Files as they come: formats, delimiters, encodings, rows that are no data, several files of a kind.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{hung, mai};
use crate::harness::{AS_OF, call, findings, said, succeed, summary};
use crate::world::{Outcome, World};

/// A commune with one wrong birth date in the welfare list (row 3) and one unrecorded death.
fn commune() -> World {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.welfare(man, "");
    w.welfare(woman, "birth_date=13/07/1962");
    w.death(man, "10/10/2026", "");
    w
}

/// Asserts that the commune was read: what is found does not depend on how it was written.
#[track_caller]
fn assert_read(run: &Outcome) {
    run.assert_all(&["DUNG-02", "SONG-01", "SONG-03", "SONG-12"]);
    assert_eq!(run.only("DUNG-02")["source_value"], "13/07/1962");
}

fn file(w: &World, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = w.dir().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Runs the commune with its welfare list written in another way.
fn run_with_welfare(w: &World, path: PathBuf) -> Outcome {
    let mut files: Vec<(&str, PathBuf)> =
        w.write().into_iter().filter(|(kind, _)| *kind != "welfare").collect();
    files.push(("welfare", path));
    w.run_files(&files)
}

#[test]
fn delimiters_are_detected() {
    for (delimiter, name) in
        [(b',', "a.csv"), (b';', "b.csv"), (b'\t', "c.tsv"), (b'|', "d.txt"), (b'\t', "e.txt")]
    {
        let w = commune();
        let path = file(&w, name, w.text("welfare", delimiter));
        let run = run_with_welfare(&w, path);
        assert_read(&run);
        assert_eq!(run.only("DUNG-02")["source_file"], name);
    }
}

#[test]
fn encodings_are_detected() {
    let utf16 = |text: &str, big: bool| -> Vec<u8> {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    let w = commune();
    let text = w.text("welfare", b',');
    for (name, bytes) in [
        ("bom.csv", format!("\u{feff}{text}").into_bytes()),
        ("crlf.csv", text.replace('\n', "\r\n").into_bytes()),
        ("le.csv", utf16(&text, false)),
        ("be.csv", utf16(&text, true)),
    ] {
        let path = file(&w, name, bytes);
        let run = run_with_welfare(&w, path);
        assert_read(&run);
    }
}

#[test]
fn text_may_be_compressed() {
    let w = commune();
    let text = w.text("welfare", b',');
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    let path = file(&w, "welfare.csv.gz", gz.finish().unwrap());
    assert_read(&run_with_welfare(&w, path));
    let path = file(&w, "welfare.csv.zst", zstd::encode_all(text.as_bytes(), 1).unwrap());
    assert_read(&run_with_welfare(&w, path));
}

/// Writes the rows of a delimited text into a workbook, below some title rows.
fn workbook(path: &Path, titles: &[&str], text: &str, sheet: &str) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    page.set_name(sheet).unwrap();
    for (row, title) in titles.iter().enumerate() {
        page.write_string(row as u32, 0, *title).unwrap();
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    for (row, record) in reader.records().enumerate() {
        for (column, cell) in record.unwrap().iter().enumerate() {
            page.write_string((row + titles.len()) as u32, column as u16, cell).unwrap();
        }
    }
    book.save(path).unwrap();
}

#[test]
fn a_workbook_is_read_and_its_rows_numbered_as_shown() {
    let w = commune();
    let path = w.dir().join("chi_tra.xlsx");
    workbook(
        &path,
        &["UBND XÃ HƯNG CHÍNH", "DANH SÁCH CHI TRẢ TRỢ CẤP", ""],
        &w.text("welfare", b','),
        "T11",
    );
    let run = run_with_welfare(&w, path.clone());
    assert_read(&run);
    // Header in row 4, the woman is the second below it.
    assert_eq!(run.only("DUNG-02")["source_row"], "6");
    let named = PathBuf::from(format!("{}#T11", path.display()));
    assert_read(&run_with_welfare(&w, named));
}

#[test]
fn dates_and_numbers_of_a_workbook_are_read_as_such() {
    let mut w = World::new();
    let man = hung(&mut w);
    let id = w.of(man, "personal_id");
    let path = w.dir().join("bhyt.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    let headers = [
        "STT",
        "Họ và tên",
        "Ngày sinh",
        "Số CCCD",
        "Số thẻ BHYT",
        "Xã/Phường",
        "Giá trị từ ngày",
        "Giá trị đến ngày",
    ];
    for (column, header) in headers.iter().enumerate() {
        page.write_string(0, column as u16, *header).unwrap();
    }
    let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    let date = |y, m, d| rust_xlsxwriter::ExcelDateTime::from_ymd(y, m, d).unwrap();
    page.write_number(1, 0, 1).unwrap();
    page.write_string(1, 1, "NGUYỄN VĂN HÙNG").unwrap();
    page.write_datetime_with_format(1, 2, date(1960, 3, 5), &day).unwrap();
    page.write_number(1, 3, id.parse::<f64>().unwrap()).unwrap();
    page.write_string(1, 4, "GD4404020007717").unwrap();
    page.write_string(1, 5, "Hưng Chính").unwrap();
    page.write_number(1, 6, 46023).unwrap();
    page.write_datetime_with_format(1, 7, date(2026, 12, 31), &day).unwrap();
    book.save(&path).unwrap();
    let mut files = w.write();
    files.push(("insurance", path));
    // The cell of a number lost the zero of the ID.
    let run = w.run_files(&files);
    run.assert_all(&["SACH-07"]);
    assert_eq!(run.only("SACH-07")["proposed_value"], id);
}

#[test]
fn titles_numbering_groups_totals_and_signatures_are_no_data() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let (his, hers) = (w.of(man, "personal_id"), w.of(woman, "personal_id"));
    let text = format!(
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM,,,,,,,\n\
         DANH SÁCH CHI TRẢ TRỢ CẤP THÁNG 11/2026,,,,,,,\n\
         ,,,,,,,\n\
         STT,Họ và tên,Ngày sinh,Số CCCD,Xã,Chế độ,Mức trợ cấp,Hưởng từ ngày\n\
         (1),(2),(3),(4),(5),(6),(7),(8)\n\
         I. Thôn 1,,,,,,,\n\
         1,Nguyễn Văn Hùng,05/03/1960,{his},Hưng Chính,Người cao tuổi,500000,01/03/2024\n\
         ,,,,,,,\n\
         II. Thôn 2,,,,,,,\n\
         2,Trần Thị Mai,13/07/1962,{hers},Hưng Chính,Người cao tuổi,500000,01/03/2024\n\
         Tổng cộng,,,,,,1000000,\n\
         ,,,,,Ngày 20 tháng 11 năm 2026,,\n\
         ,Người lập biểu,,,,Chủ tịch,,\n"
    );
    let mut files = w.write();
    files.push(("welfare", file(&w, "chi_tra.csv", text)));
    let run = w.run_files(&files);
    run.assert_all(&["DUNG-02"]);
    assert_eq!(run.only("DUNG-02")["source_row"], "10");
    assert_eq!(run.link("welfare", 7, "subject"), ("link", man));
    let summary = summary(&run.run);
    let input = summary["inputs"].as_array().unwrap().iter().find(|i| i["kind"] == "welfare").unwrap();
    let count = |name: &str| input[name].as_u64().unwrap();
    assert_eq!((count("used"), count("rejected")), (2, 0));
    assert_eq!(count("read"), count("used") + count("skipped"));
}

#[test]
fn a_header_over_two_rows() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let (his, hers) = (w.of(man, "personal_id"), w.of(woman, "personal_id"));
    let text = format!(
        "Số,Ngày đăng ký,Nơi đăng ký,Bên nam,,,Bên nữ,,\n\
         ,,,Họ và tên,Ngày sinh,Số CCCD,Họ và tên,Ngày sinh,Số CCCD\n\
         1,14/02/1985,Xã Hưng Chính,Nguyễn Văn Hùng,05/03/1960,{his},Trần Thị Mai,13/07/1962,{hers}\n"
    );
    let mut files = w.write();
    files.push(("marriages", file(&w, "ket_hon.csv", text)));
    let run = w.run_files(&files);
    assert_eq!(
        (run.link("marriages", 3, "husband"), run.link("marriages", 3, "wife")),
        (("link", man), ("link", woman))
    );
    assert_eq!(run.only("DUNG-02")["field"], "wife_birth_date");
}

#[test]
fn blank_lines_and_cells_of_several_lines_count_as_a_spreadsheet_counts() {
    let mut w = World::new();
    let woman = mai(&mut w);
    let id = w.of(woman, "personal_id");
    let text = format!(
        "Họ và tên,Ngày sinh,Số CCCD,Xã,Chế độ,Ghi chú\n\
         \n\
         Hoàng Đình Thảo,14/02/1951,{},Hưng Chính,Người cao tuổi,\"dòng một\ndòng hai; \"\"ba\"\"\"\n\
         \n\
         Trần Thị Mai,13/07/1962,{id},Hưng Chính,Người cao tuổi,\n",
        w.of(2, "personal_id")
    );
    let mut files = w.write();
    files.push(("welfare", file(&w, "w.csv", text)));
    let run = w.run_files(&files);
    assert_eq!(run.link("welfare", 3, "subject"), ("link", 2));
    assert_eq!(run.only("DUNG-02")["source_row"], "5");
}

#[test]
fn canonical_names_are_headers_too() {
    let mut w = World::new();
    let woman = mai(&mut w);
    let id = w.of(woman, "personal_id");
    let text = format!(
        "note,programme,FULL_NAME,birth_date,personal_id,commune,monthly_amount\n\
         giữ lại,a,Trần Thị Mai,13/07/1962,{id},Hưng Chính,500000\n"
    );
    let mut files = w.write();
    files.push(("welfare", file(&w, "w.csv", text)));
    let run = w.run_files(&files);
    run.assert_all(&["DUNG-02"]);
    // A column that is not recognised is told of.
    let summary = summary(&run.run);
    let input = summary["inputs"].as_array().unwrap().iter().find(|i| i["kind"] == "welfare").unwrap();
    assert_eq!(input["unrecognised_columns"][0], "note");
}

#[test]
fn several_files_of_a_kind() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    w.welfare(man, "");
    let one = file(&w, "thon1.csv", w.text("welfare", b','));
    let (his, hers) = (w.of(man, "personal_id"), w.of(woman, "personal_id"));
    let two = file(
        &w,
        "thon2.csv",
        format!(
            "Họ tên;CCCD;Sinh ngày;Xã;Chế độ\nTrần Thị Mai;{hers};13/07/1962;Hưng Chính;Khác\n\
             Nguyễn Văn Hùng;{his};05/03/1960;Hưng Chính;Trợ cấp người cao tuổi\n"
        ),
    );
    let mut files: Vec<_> = w.write().into_iter().filter(|(kind, _)| *kind == "residents").collect();
    files.extend([("welfare", one), ("welfare", two)]);
    let run = w.run_files(&files);
    assert_eq!(run.only("DUNG-02")["source_file"], "thon2.csv");
    // The same person under the same programme in both files stands twice in one extract.
    let finding = run.only("SACH-01");
    assert_eq!((finding["source_file"].as_str(), finding["source_row"].as_str()), ("thon2.csv", "3"));
    assert!(finding["evidence"].contains("thon1.csv"), "{}", finding["evidence"]);
}

#[test]
fn a_registry_in_several_files() {
    let mut w = World::new();
    hung(&mut w);
    let text = w.text("residents", b',');
    let (head, rest) = text.split_once('\n').unwrap();
    let rows: Vec<&str> = rest.lines().collect();
    let (a, b) = rows.split_at(10);
    let one = file(&w, "a.csv", format!("{head}\n{}\n", a.join("\n")));
    let two = file(&w, "b.csv", format!("{head}\n{}\n", b.join("\n")));
    w.welfare(18, "birth_date=06/03/1960");
    let welfare = file(&w, "w.csv", w.text("welfare", b','));
    let run = w.run_files(&[("residents", one), ("residents", two), ("welfare", welfare)]);
    run.assert_all(&["DUNG-02"]);
    // Row 18 of the whole is row 8 of the second file.
    assert_eq!(run.only("DUNG-02")["resident_row"], "8");
    let links = crate::harness::lines(&run.run.join("links.csv"));
    assert_eq!((links[0]["resident_file"].as_str(), links[0]["resident_row"].as_str()), ("b.csv", "8"));
}

#[test]
fn a_folder_is_sorted_out_by_its_headers() {
    let w = commune();
    let folder = w.dir().join("du_lieu");
    std::fs::create_dir(&folder).unwrap();
    for (kind, name) in [("residents", "1.csv"), ("welfare", "2.csv"), ("deaths", "3.csv")] {
        std::fs::write(folder.join(name), w.text(kind, b';')).unwrap();
    }
    let out = w.dir().join("out");
    let run = |more: &[&str]| {
        let mut args =
            vec!["run", "-q", folder.to_str().unwrap(), "--as-of", AS_OF, "--out", out.to_str().unwrap()];
        args.extend(more);
        succeed(&call(args));
        Outcome::of(&out.join("latest"))
    };
    assert_read(&run(&[]));
    // The same with files named beside it.
    let more = w.dir().join("more.csv");
    std::fs::write(&more, w.text("welfare", b',')).unwrap();
    let both = run(&["--welfare", more.to_str().unwrap()]);
    assert_eq!(both.count("DUNG-02"), 2);
}

#[test]
fn a_column_is_mapped_by_hand_or_by_a_synonym_table() {
    let mut w = World::new();
    let woman = mai(&mut w);
    let text = format!(
        "Danh tính,Ra đời,Số CCCD,Xã,Chế độ\nTrần Thị Mai,13/07/1962,{},Hưng Chính,x\n",
        w.of(woman, "personal_id")
    );
    let welfare = file(&w, "w.csv", text);
    let files = [("residents", file(&w, "r.csv", w.text("residents", b','))), ("welfare", welfare.clone())];
    let out = w.dir().join("out");
    let failed = call([
        "run",
        "--residents",
        files[0].1.to_str().unwrap(),
        "--welfare",
        files[1].1.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(failed.status.code(), Some(3));
    let said = said(&failed);
    for part in ["w.csv", "Danh tính", "full_name", "--map welfare.full_name="] {
        assert!(said.contains(part), "{said}");
    }

    let mut mapped = World::new();
    mapped.arg("--map").arg("welfare.full_name=Danh tính").arg("--map").arg("welfare.birth_date=Ra đời");
    assert_eq!(mapped.run_files(&files).count("DUNG-02"), 1);

    let table = file(&w, "cot.toml", "[welfare]\nfull_name = [\"Danh tính\"]\nbirth_date = [\"ra  ĐỜI\"]\n");
    let mut known = World::new();
    known.arg("--synonyms").arg(table.to_str().unwrap());
    assert_eq!(known.run_files(&files).count("DUNG-02"), 1);
}

#[test]
fn an_encoding_can_be_told() {
    let w = commune();
    let path = file(&w, "w1258.csv", windows_1258(&w.text("welfare", b',')));
    let mut told = commune();
    told.arg("--encoding").arg("w1258.csv=windows-1258");
    let mut files: Vec<_> = w.write().into_iter().filter(|(kind, _)| *kind != "welfare").collect();
    files.push(("welfare", path));
    assert_read(&told.run_files(&files));
}

/// Text in Windows-1258: tone marks stand behind their letters.
fn windows_1258(text: &str) -> Vec<u8> {
    use unicode_normalization::UnicodeNormalization as _;
    let tone = |c: char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
    let mut out = String::new();
    for letter in text.nfc() {
        let mut parts: Vec<char> = std::iter::once(letter).nfd().collect();
        let marks: Vec<char> = parts.iter().copied().filter(|c| tone(*c)).collect();
        parts.retain(|c| !tone(*c));
        out.extend(parts.into_iter().nfc());
        out.extend(marks);
    }
    let (bytes, _, lost) = encoding_rs::WINDOWS_1258.encode(&out);
    assert!(!lost);
    bytes.into_owned()
}

#[test]
fn the_encoding_of_a_whole_file_is_told_once() {
    let w = commune();
    let path = file(&w, "w1258.csv", windows_1258(&w.text("welfare", b',')));
    let run = run_with_welfare(&w, path);
    assert_read(&run);
    let summary = summary(&run.run);
    let input = summary["inputs"].as_array().unwrap().iter().find(|i| i["kind"] == "welfare").unwrap();
    assert_eq!(input["encoding"], "windows-1258");
    assert_eq!(findings(&run.run).iter().filter(|f| f["code"] == "SACH-06").count(), 0);
}

#[test]
fn a_table_of_units_in_the_folder_is_no_data() {
    let w = commune();
    let folder = w.dir().join("du_lieu");
    std::fs::create_dir(&folder).unwrap();
    for kind in ["residents", "welfare", "deaths"] {
        std::fs::write(folder.join(format!("{kind}.csv")), w.text(kind, b',')).unwrap();
    }
    let units = folder.join("bang_chuyen_doi.csv");
    let header = "old_code,old_name,old_district,old_province,new_code,new_name,new_province";
    std::fs::write(&units, format!("{header}\n1,Xã A,Huyện B,Nghệ An,18001,Xã Hưng Chính,Nghệ An\n"))
        .unwrap();
    let out = w.dir().join("out");
    let mut command = crate::harness::lamsach();
    command.args(["run", "-q", "--as-of", AS_OF]).arg(&folder).arg("--units").arg(&units);
    succeed(&command.arg("--out").arg(&out).output().unwrap());
    assert_read(&Outcome::of(&out.join("latest")));
}

#[test]
fn a_parquet_file_is_read() {
    use polars::prelude::{Column, DataFrame, ParquetWriter};
    let w = commune();
    let text = w.text("welfare", b',');
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let columns = header.iter().enumerate().map(|(at, name)| {
        let cells: Vec<Option<&str>> =
            rows.iter().map(|row| Some(&row[at]).filter(|c| !c.is_empty())).collect();
        Column::new(name.into(), cells)
    });
    let mut frame = DataFrame::new(rows.len(), columns.collect()).unwrap();
    let path = w.dir().join("welfare.parquet");
    ParquetWriter::new(std::fs::File::create(&path).unwrap()).finish(&mut frame).unwrap();
    assert_read(&run_with_welfare(&w, path));
}

#[test]
fn a_list_without_rows_is_a_list() {
    let mut w = World::new();
    let man = hung(&mut w);
    w.welfare(man, "");
    let header = w.text("deaths", b',');
    assert_eq!(header.lines().count(), 1);
    let mut files = w.write();
    files.push(("deaths", file(&w, "deaths.csv", header)));
    let run = w.run_files(&files);
    run.assert_all(&[]);
    assert!(!run.not_run().contains(&"SONG-01".to_owned()));
}
