//! Lists as officers keep them: each oddity read right, down to the typed record.

use rust_xlsxwriter::{Format, Workbook};

use super::{balanced, read_named};
use crate::domain::{
    DateCell, Day, Detail, Extract, Field, Gender, IdCell, Kind, PartialDate, PersonalId, Table,
};
use crate::ingest::IngestError;
use crate::ingest::records::build;
use crate::ingest::units::UnitMap;

/// The one table of a delimited text.
fn list(text: &str, kind: Kind) -> Table {
    let mut tables = read_named("x.csv", text.as_bytes(), Some(kind)).unwrap();
    assert_eq!(tables.len(), 1);
    let table = tables.remove(0);
    assert!(balanced(&table));
    table
}

/// The typed records of tables of one extract.
fn typed(tables: Vec<Table>) -> (Extract, crate::domain::NamePool) {
    let data = build(tables, &UnitMap::default(), Day::from_civil(2026, 11, 20).unwrap());
    (data.extracts.into_iter().next().unwrap(), data.names)
}

fn day(year: u16, month: u8, day: u8) -> DateCell {
    DateCell::Sound(PartialDate::day(year, month, day).unwrap())
}

fn id(number: u64) -> IdCell {
    IdCell::Personal(PersonalId::from_number(number).unwrap())
}

/// Cells of one field, in order.
fn cells(table: &Table, field: Field) -> Vec<&str> {
    (0..table.len() as u32).map(|row| table.cell(row, field)).collect()
}

#[test]
fn numbers_dates_and_names_in_all_their_clothes() {
    let text = "\
Họ và tên;Ngày sinh;Giới tính;Số CCCD;Mức trợ cấp (đ)
Nguyễn Văn An;ngày 5 tháng 3 năm 1960;Nam;'001060000001;500.000 đ
\"Nguyễn\u{a0}Văn\nAn\";05/03/1960 00:00:00;Nam\u{a0};001 060 000 001;500,000
\u{feff}Nguyễn Văn An\u{200b};1960-03-05T00:00:00;nam;001.060.000.001;500000.00
NGUYỄN VĂN AN;０５/０３/１９６０;NAM;００１０６００００００１;500 000
=\"Nguyễn Văn An\";=\"05/03/1960\";=\"Nam\";=\"001060000001\";=\"500000\"
Nguye\u{302}\u{303}n Va\u{306}n An;5.3.1960;M;CCCD: 001060000001;500.000đ/tháng
 nguyễn   văn  an ;22 01 1960;Nam;1.06E+09;500.000,00
";
    let (extract, names) = typed(vec![list(text, Kind::Welfare)]);
    assert_eq!(extract.persons.len(), 7);
    for (row, person) in extract.persons.iter().enumerate() {
        assert_eq!(names.key(person.name.id), "nguyễn văn an", "row {row}");
        assert_eq!(person.gender, Some(Gender::Male), "row {row}");
        let last = row == 6;
        assert_eq!(person.birth, if last { day(1960, 1, 22) } else { day(1960, 3, 5) }, "row {row}");
        assert_eq!(person.personal, if last { IdCell::Scientific } else { id(1_060_000_001) }, "row {row}");
        let Detail::Welfare(detail) = extract.rows[row].detail else { panic!() };
        assert_eq!(detail.monthly_amount, 500_000, "row {row}");
    }
}

#[test]
fn headers_in_capitals_without_marks_and_with_units() {
    let text = "UBND XA HUNG CHINH,,,,,,\nDANH SACH CHI TRA TRO CAP THANG 3,,,,,,\n\
                SO TT,HO VA TEN,,NGAY THANG NAM SINH,SO CCCD/SO DINH DANH,MUC HUONG (dong/thang),GHI CHU (neu co)\n\
                1,Nguyễn Văn An,,1960,001060000001,500000,\n";
    let table = list(text, Kind::Welfare);
    assert_eq!((table.header_row, table.len()), (3, 1));
    let fields = [Field::FullName, Field::BirthDate, Field::PersonalId, Field::MonthlyAmount];
    assert_eq!(fields.map(|field| table.cell(0, field)), ["Nguyễn Văn An", "1960", "001060000001", "500000"]);
}

#[test]
fn blank_columns_before_and_between() {
    let text = ";;;;;;;\n;;STT;;Họ và tên;;Ngày sinh;\n;;1;;Nguyễn Văn An;;1960;\n;;2;;Lê Thị Bé;;1970;\n";
    let table = list(text, Kind::Welfare);
    assert_eq!(cells(&table, Field::FullName), ["Nguyễn Văn An", "Lê Thị Bé"]);
    assert_eq!(cells(&table, Field::BirthDate), ["1960", "1970"]);
}

#[test]
fn a_header_of_three_rows() {
    let text = "\
STT|Người hưởng||||Trợ cấp|
|Họ và tên|Ngày sinh|Giấy tờ tuỳ thân||Mức hưởng|Từ ngày
|||Số CCCD|Ngày cấp||
1|Nguyễn Văn An|1960|001060000001|01/02/2021|500000|01/01/2020
";
    let table = list(text, Kind::Welfare);
    let fields =
        [Field::FullName, Field::BirthDate, Field::PersonalId, Field::MonthlyAmount, Field::StartDate];
    assert_eq!(
        fields.map(|field| table.cell(0, field)),
        ["Nguyễn Văn An", "1960", "001060000001", "500000", "01/01/2020"]
    );
    assert_eq!((table.len(), table.counts.skipped), (1, 3));
}

/// Cells of a row of fields.
fn row_of<const N: usize>(table: &Table, row: u32, fields: [Field; N]) -> [&str; N] {
    fields.map(|field| table.cell(row, field))
}

#[test]
fn what_is_written_of_the_parents_is_theirs() {
    for (child, father, mother) in [
        ("Phần ghi về người được khai sinh", "Phần ghi về người cha", "Phần ghi về người mẹ"),
        ("Ghi về trẻ", "Phần về cha", "Phần về mẹ"),
        ("I. Thông tin trẻ", "II. Phần khai về cha (nếu có)", "III. Phần khai về mẹ"),
    ] {
        let text = format!(
            "STT|Số đăng ký|Ngày đăng ký|{child}||||{father}|||{mother}|||Nơi cư trú\n\
             |||Họ và tên|Ngày sinh|Giới tính|Dân tộc|Họ và tên|Năm sinh|Số CCCD|Họ và tên|Năm sinh|Số CCCD|\n\
             1|5|01/02/2024|Lê Thị Bé|05/03/2024|Nữ|Kinh|Lê Văn Ba|1990|001090000001|Trần Thị Tư|1992|001192000002|Thôn 1\n"
        );
        let table = list(&text, Kind::Births);
        use Field as F;
        let fields =
            [F::FullName, F::BirthDate, F::PersonalId, F::FatherName, F::FatherBirthDate, F::FatherId];
        let wanted = ["Lê Thị Bé", "05/03/2024", "", "Lê Văn Ba", "1990", "001090000001"];
        assert_eq!(row_of(&table, 0, fields), wanted, "{father}");
        let fields = [F::MotherName, F::MotherBirthDate, F::MotherId, F::RecordNo, F::Address];
        assert_eq!(
            row_of(&table, 0, fields),
            ["Trần Thị Tư", "1992", "001192000002", "5", "Thôn 1"],
            "{mother}"
        );
        assert_eq!(table.len(), 1);
    }
}

#[test]
fn what_is_written_of_somebody_unknown_is_nobodys() {
    use Field as F;
    for stranger in ["Phần ghi về cán bộ tiếp nhận", "Người được uỷ quyền", "Chủ hộ", "Hàng xóm"]
    {
        let text = format!(
            "STT|Họ và tên|Năm sinh|{stranger}|||Mức hưởng\n|||Họ và tên|Ngày sinh|Số CCCD|\n\
             1|An|1960|Bình|05/03/1970|001070000001|500000\n"
        );
        let table = list(&text, Kind::Welfare);
        let fields = [F::FullName, F::BirthDate, F::PersonalId, F::MonthlyAmount];
        assert_eq!(row_of(&table, 0, fields), ["An", "1960", "", "500000"], "{stranger}");
    }
    // A heading that is not known, over the person of the row, is understood by the name.
    let text = "STT|Người hưởng theo Nghị định||||Mã định danh\n|Họ và tên|Giấy tờ|||\n||Số CCCD|Ngày cấp||\n\
                1|An|001070000001|01/02/2021||1\n";
    let table = list(text, Kind::Welfare);
    assert_eq!(row_of(&table, 0, [Field::FullName, Field::PersonalId]), ["An", "001070000001"]);
    let text = "STT|Nhân thân||||Mức hưởng\n|Họ và tên|Ngày sinh|Số CCCD|Giới tính|\n\
                1|An|05/03/1970|001070000001|Nam|500000\n";
    let fields = [F::FullName, F::BirthDate, F::PersonalId, F::MonthlyAmount];
    let wanted = ["An", "05/03/1970", "001070000001", "500000"];
    assert_eq!(row_of(&list(text, Kind::Welfare), 0, fields), wanted);
}

#[test]
fn a_paper_with_its_sort_and_number_in_two_columns() {
    let text = "\
TT,Họ và tên,Ngày sinh,Giấy tờ tùy thân,,,Xã
,,,Loại,Số,Ngày cấp,
1,Nguyễn Văn An,05/03/1960,CCCD,001060000001,01/02/2021,Tân Lập
";
    for kind in [Kind::Welfare, Kind::Residents, Kind::Insurance] {
        let table = list(text, kind);
        let fields = [Field::FullName, Field::PersonalId, Field::Commune];
        assert_eq!(row_of(&table, 0, fields), ["Nguyễn Văn An", "001060000001", "Tân Lập"], "{kind:?}");
        assert_eq!((table.len(), table.counts.skipped), (1, 2));
    }
    let text = "Họ và tên,Ngày sinh,Căn cước/CCCD/CMND,,\n,,Số,Ngày cấp,Nơi cấp\nAn,01/02/2024,001224000001,01/02/2024,x\n";
    let table = list(text, Kind::Births);
    assert_eq!(row_of(&table, 0, [Field::PersonalId, Field::RecordNo]), ["001224000001", ""]);
}

#[test]
fn dates_in_three_columns() {
    let text = "\
TT,Họ và tên,\"Ngày, tháng, năm sinh\",,,Số CCCD,Xã
,,Ngày,Tháng,Năm,,
1,Nguyễn Văn An,5,3,1960,001060000001,Tân Lập
2,Lê Thị Bé,,,1970,,Tân Lập
";
    let table = list(text, Kind::Residents);
    assert_eq!(cells(&table, Field::BirthDate), ["5/3/1960", "1970"]);
    assert_eq!(cells(&table, Field::PersonalId), ["001060000001", ""]);
    let text = "\
Số,Chồng,,,,Vợ,,,,Ngày đăng ký,,
,Họ tên,Ngày sinh,,,Họ tên,Ngày sinh,,,,,
,,Ngày,Tháng,Năm,,Ngày,Tháng,Năm,Ngày,Tháng,Năm
1,Nguyễn Văn An,5,3,1960,Lê Thị Bé,6,4,1961,7,5,1985
";
    let table = list(text, Kind::Marriages);
    let fields = [Field::HusbandBirthDate, Field::WifeBirthDate, Field::RegisteredOn];
    assert_eq!(row_of(&table, 0, fields), ["5/3/1960", "6/4/1961", "7/5/1985"]);
}

#[test]
fn a_gender_by_which_of_two_columns_is_marked() {
    let text = "\
TT,Họ và tên,Giới tính,,Ngày sinh,Số CCCD,Xã
,,Nam,Nữ,,,
1,Nguyễn Văn An,x,,05/03/1960,001060000001,Tân Lập
2,Lê Thị Bé,,x,05/03/1970,001170000002,Tân Lập
";
    assert_eq!(cells(&list(text, Kind::Residents), Field::Gender), ["Nam", "Nữ"]);
    assert_eq!(cells(&list(&text.replace("Nam,Nữ", "Nữ,Nam"), Kind::Welfare), Field::Gender), ["Nữ", "Nam"]);
}

#[test]
fn years_by_sex_and_a_term_over_two_columns_without_words_of_their_own() {
    let text = "STT,Họ và tên,Nam,Nữ,Số CCCD\n1,Nguyễn Văn An,1960,,\n2,Lê Thị Bé,,1970,\n";
    assert_eq!(cells(&list(text, Kind::Welfare), Field::BirthDate), ["1960", "1970"]);
    let text = "Họ và tên,Số thẻ BHYT,Giá trị sử dụng,,Ghi chú\nAn,HN2404020240001,01/01/2024,31/12/2024,\n\
                Bình,HN2404020240002,01/01/2026,31/12/2026,\n";
    let table = list(text, Kind::Insurance);
    assert_eq!(cells(&table, Field::ValidFrom), ["01/01/2024", "01/01/2026"]);
    assert_eq!(cells(&table, Field::ValidTo), ["31/12/2024", "31/12/2026"]);
}

#[test]
fn number_and_date_of_registration_under_one_heading() {
    for (heading, date) in [
        ("Đăng ký", "Ngày"),
        ("Đăng ký", "\"Ngày, tháng, năm\""),
        ("Đăng ký khai sinh", "\"Ngày, tháng, năm\""),
    ] {
        let births = format!(
            "{heading},,,Họ và tên,Ngày sinh\nSố,Quyển số,{date},,\n12,01/2024,05/02/2024,Lê Văn An,01/02/2024\n"
        );
        let fields = [Field::RecordNo, Field::BookNo, Field::RegisteredOn, Field::BirthDate];
        let wanted = ["12", "01/2024", "05/02/2024", "01/02/2024"];
        assert_eq!(row_of(&list(&births, Kind::Births), 0, fields), wanted, "{heading} {date}");
        let deaths = births.replace("Ngày sinh", "Mất ngày").replace("khai sinh", "khai tử");
        let fields = [Field::RecordNo, Field::BookNo, Field::RegisteredOn, Field::DeathDate];
        assert_eq!(row_of(&list(&deaths, Kind::Deaths), 0, fields), wanted, "{heading} {date}");
    }
}

#[test]
fn a_merged_header_of_a_workbook() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    for (column, text) in [(0, "TT"), (1, "Họ và tên"), (7, "Xã")] {
        sheet.merge_range(0, column, 1, column, text, &plain).unwrap();
    }
    sheet.merge_range(0, 2, 0, 4, "Giấy tờ tùy thân", &plain).unwrap();
    sheet.merge_range(0, 5, 0, 6, "Giới tính", &plain).unwrap();
    for (column, text) in (2..).zip(["Loại", "Số", "Ngày cấp", "Nam", "Nữ"]) {
        sheet.write(1, column, text).unwrap();
    }
    for (column, text) in
        ["1", "Lê Thị Bé", "CCCD", "001170000002", "01/02/2021", "", "x", "Tân Lập"].iter().enumerate()
    {
        sheet.write(2, column as u16, *text).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let tables = read_named("x.xlsx", &bytes, Some(Kind::Welfare)).unwrap();
    assert_eq!(tables[0].len(), 1);
    let fields = [Field::FullName, Field::PersonalId, Field::Gender, Field::Commune];
    assert_eq!(row_of(&tables[0], 0, fields), ["Lê Thị Bé", "001170000002", "Nữ", "Tân Lập"]);
}

#[test]
fn a_list_with_groups_sums_and_signatures() {
    let text = "\
STT,Họ và tên,Ngày sinh,Giới tính,Số CCCD,Xã,Mức trợ cấp
A,ĐỐI TƯỢNG BẢO TRỢ XÃ HỘI,,,,,
,Thôn Đoàn Kết,,,,,
1,Nguyễn Văn An,05/03/1960,Nam,001060000001,Tân Lập,500000
,,,,,,500000
*,Buôn Tơng Jú,,,,,
2,Y Bliă Niê,1970,Nam,,Tân Lập,500000
,Tổng cộng I+II,,,,,1.000.000
,,,,\"Tân Lập, ngày 20 tháng 11 năm 2026\",,
,Người lập biểu,,,CHỦ TỊCH,,
";
    let table = list(text, Kind::Welfare);
    assert_eq!(cells(&table, Field::FullName), ["Nguyễn Văn An", "Y Bliă Niê"]);
    assert_eq!((table.group_hamlet(0), table.group_hamlet(1)), (Some("Thôn Đoàn Kết"), Some("Buôn Tơng Jú")));
}

#[test]
fn a_second_table_under_the_first_with_its_columns_in_another_order() {
    let text = "\
Họ và tên,Ngày sinh,Số CCCD,Mức hưởng
Nguyễn Văn An,1960,001060000001,500000
Tổng cộng,,,500000
,,,
II. NGƯỜI KHUYẾT TẬT,,,
Số CCCD,Họ và tên,Mức hưởng,Ngày sinh
001170000002,Lê Thị Bé,600000,1970
";
    let table = list(text, Kind::Welfare);
    assert_eq!(cells(&table, Field::FullName), ["Nguyễn Văn An", "Lê Thị Bé"]);
    assert_eq!(cells(&table, Field::PersonalId), ["001060000001", "001170000002"]);
    assert_eq!(cells(&table, Field::MonthlyAmount), ["500000", "600000"]);
    assert_eq!(cells(&table, Field::BirthDate), ["1960", "1970"]);
}

#[test]
fn a_header_repeated_in_other_letters() {
    let text = "Họ và tên,Ngày sinh,Số CCCD\nAn,1960,\nHỌ VÀ  TÊN,\"NGÀY\nSINH\",SỐ CCCD\nBình,1970,\n";
    assert_eq!(cells(&list(text, Kind::Welfare), Field::FullName), ["An", "Bình"]);
}

#[test]
fn notes_under_the_table() {
    let text = "\
STT,Họ và tên,Ngày sinh,Số CCCD,Mức hưởng
1,Nguyễn Văn An,1960,001060000001,500000
2,Lê Thị Bé,1970,001170000002,500000
Danh sách trên đã được niêm yết công khai tại nhà văn hoá thôn từ ngày 01/03/2026,,,,
* Đối tượng mới phát sinh trong tháng,,,,
Ấn định danh sách có 02 người,,,,
,,,Người lập biểu,
";
    let table = list(text, Kind::Welfare);
    assert_eq!(cells(&table, Field::FullName), ["Nguyễn Văn An", "Lê Thị Bé"]);
    assert_eq!(table.counts.skipped, 5);
}

#[test]
fn a_mark_in_the_column_of_women_and_years_by_sex() {
    let text = "Họ và tên,Nam,Nữ,Số CCCD\nAn,x,,\nBé,,X,\n";
    let (extract, _) = typed(vec![list(text, Kind::Welfare)]);
    let genders: Vec<_> = extract.persons.iter().map(|p| p.gender).collect();
    assert_eq!(genders, [Some(Gender::Male), Some(Gender::Female)]);

    let text = "Họ và tên,Năm sinh,,Số CCCD\n,Nam,Nữ,\nAn,1960,,\nBé,,1970,\n";
    let (extract, _) = typed(vec![list(text, Kind::Welfare)]);
    let got: Vec<_> = extract.persons.iter().map(|p| (p.gender, p.birth.value().unwrap().year())).collect();
    assert_eq!(got, [(Some(Gender::Male), 1960), (Some(Gender::Female), 1970)]);

    let text = "Họ và tên,Ngày sinh,Nữ\nAn,1960,\nBé,1970,x\n";
    let (extract, _) = typed(vec![list(text, Kind::Welfare)]);
    let genders: Vec<_> = extract.persons.iter().map(|p| p.gender).collect();
    assert_eq!(genders, [Some(Gender::Male), Some(Gender::Female)]);
}

/// A workbook of sheets, each given by its rows of cells parted by `|`.
fn workbook(sheets: &[(&str, &[&str])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, line) in rows.iter().enumerate() {
            for (column, text) in line.split('|').enumerate().filter(|(_, text)| !text.is_empty()) {
                sheet.write(row as u32, column as u16, text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_sheet_for_each_hamlet_gives_the_hamlet() {
    let header = "STT|Họ và tên|Ngày sinh|Mức hưởng";
    let bytes = workbook(&[
        ("Thôn 1", &["DANH SÁCH CHI TRẢ", header, "1|An|1960|500000"]),
        ("Thôn 2", &["DANH SÁCH CHI TRẢ", header, "1|Bình|1970|500000"]),
        ("Tổng hợp", &["Thôn|Số người", "Thôn 1|1", "Thôn 2|1"]),
    ]);
    let tables = read_named("chi-tra.xlsx", &bytes, None).unwrap();
    let hamlets: Vec<_> = tables.iter().map(|t| (t.cell(0, Field::FullName), t.group_hamlet(0))).collect();
    assert_eq!(hamlets, [("An", Some("Thôn 1")), ("Bình", Some("Thôn 2"))]);
    let skipped: Vec<_> = tables[0].skipped_sheets.iter().map(|s| (s.name.as_str(), s.rows)).collect();
    assert_eq!(skipped, [("Tổng hợp", 3)]);
    assert!(tables[1].skipped_sheets.is_empty(), "told once for a file");
}

#[test]
fn a_sheet_that_goes_on_without_a_header() {
    let bytes = workbook(&[
        ("Trang 1", &["Họ và tên|Ngày sinh|Số CCCD|Mức hưởng", "Nguyễn Văn An|1960|001060000001|500000"]),
        ("Trang 2", &["Lê Thị Bé|1970|001170000002|500000", "Trần Văn Ca|1980|001080000003|500000"]),
    ]);
    let tables = read_named("x.xlsx", &bytes, Some(Kind::Welfare)).unwrap();
    assert_eq!(tables.len(), 2);
    assert_eq!(cells(&tables[1], Field::FullName), ["Lê Thị Bé", "Trần Văn Ca"]);
    assert_eq!((tables[1].source_row(0), tables[1].header_row), (1, 0));
    assert!(balanced(&tables[1]));
}

#[test]
fn cells_of_a_spreadsheet_with_soft_breaks_and_merged_names() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in ["Họ và tên", "", "Ngày sinh", "Thôn", "Số CCCD"].iter().enumerate() {
        sheet.write(0, column as u16, *text).unwrap();
    }
    sheet.merge_range(1, 0, 1, 1, "Nguyễn Văn\nAn", &Format::new()).unwrap();
    sheet.merge_range(2, 0, 2, 1, "Lê Thị\r\nBé", &Format::new()).unwrap();
    sheet.write(1, 2, 1960).unwrap();
    sheet.write(2, 2, 25_631).unwrap();
    sheet.merge_range(1, 3, 2, 3, "Thôn 1", &Format::new()).unwrap();
    sheet.write(1, 4, 1.060_000_001e9).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let tables = read_named("x.xlsx", &bytes, Some(Kind::Welfare)).unwrap();
    assert_eq!(cells(&tables[0], Field::Hamlet), ["Thôn 1", "Thôn 1"]);
    assert_eq!(cells(&tables[0], Field::PersonalId), ["1060000001", ""]);
    let (extract, names) = typed(tables);
    let got: Vec<_> = extract.persons.iter().map(|p| names.key(p.name.id)).collect();
    assert_eq!(got, ["nguyễn văn an", "lê thị bé"]);
    assert_eq!(extract.persons[1].birth, day(1970, 3, 4));
}

#[test]
fn two_tables_side_by_side_are_told() {
    let text = "STT,Họ và tên,Ngày sinh,,STT,Họ và tên,Ngày sinh\n1,An,1960,,2,Bình,1970\n";
    let error = read_named("x.csv", text.as_bytes(), Some(Kind::Welfare)).unwrap_err();
    assert!(matches!(error, IngestError::TwoTables { row: 1, column: 5, .. }), "{error}");
}

#[test]
fn lines_of_a_drawn_table() {
    let text =
        "| Họ và tên     | Ngày sinh  |\n|---------------|------------|\n| Nguyễn Văn An | 05/03/1960 |\n";
    let table = list(text, Kind::Welfare);
    assert_eq!(
        cells(&table, Field::FullName).iter().map(|c| c.trim()).collect::<Vec<_>>(),
        ["Nguyễn Văn An"]
    );
}
