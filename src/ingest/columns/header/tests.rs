use super::*;

fn rows(lines: &[&str]) -> Vec<KeptRow> {
    let numbered = lines.iter().zip(1..);
    numbered.map(|(l, number)| KeptRow::new(number, l.split('|').map(str::to_owned).collect())).collect()
}

fn found(lines: &[&str], kind: Option<Kind>, name: &str) -> Result<Header, NoHeader> {
    find(&rows(lines), kind, name, &Synonyms::default())
}

#[test]
fn the_header_is_found_below_titles() {
    let lines = [
        "UBND XÃ HƯNG CHÍNH|||",
        "DANH SÁCH KHAI SINH NĂM 2024|||",
        "|||",
        "STT|Họ và tên|Ngày sinh|Họ tên mẹ",
        "(1)|(2)|(3)|(4)",
        "1|Nguyễn Văn An|01/02/2024|Lê Thị B",
    ];
    let header = found(&lines, None, "x").unwrap();
    assert_eq!((header.kind, header.row, header.last_row), (Kind::Births, 4, 4));
    assert!(header.missing().is_empty());
}

#[test]
fn a_header_merged_over_two_rows() {
    let lines =
        ["Số|Chồng|||Vợ||", "|Họ tên|Ngày sinh|CCCD|Họ tên|Ngày sinh|CCCD", "1|An|1980|1|Bình|1982|2"];
    let header = found(&lines, None, "x").unwrap();
    assert_eq!((header.kind, header.row, header.last_row), (Kind::Marriages, 1, 2));
    assert_eq!(header.columns.column_of(Field::WifePersonalId), Some(6));
}

#[test]
fn a_name_may_run_over_two_columns() {
    let lines = ["STT|Họ và tên||Ngày sinh|Ghi chú", "1|Nguyễn Văn|An|1960|", "2|Lê Thị|Bình|1970|x"];
    let header = found(&lines, Some(Kind::Welfare), "x").unwrap();
    assert_eq!(header.columns.composed, [Composed::Joined(vec![1, 2])]);
    assert_eq!(header.columns.column_of(Field::FullName), Some(5));
    let lines = ["STT|Họ và tên||Ngày sinh|Ghi chú", "1|Nguyễn Văn An|12|1960|", "2|Lê Thị Bình||1970|x"];
    assert_eq!(found(&lines, Some(Kind::Welfare), "x").unwrap().columns.column_of(Field::FullName), Some(1));
}

#[test]
fn a_title_is_no_upper_row_of_the_header() {
    let header = found(&["DANH SÁCH KHAI SINH||", "STT|Họ tên|Ngày sinh", "1|An|2020"], None, "x").unwrap();
    assert_eq!((header.row, header.last_row), (2, 2));
    assert_eq!(header.columns.headers(), ["STT", "Họ tên", "Ngày sinh"]);
}

#[test]
fn data_under_a_header_are_no_second_header_row() {
    let lines = ["Họ tên|Ngày sinh||Xã", "An|1980|x|Nam"];
    let header = found(&lines, Some(Kind::Residents), "x").unwrap();
    assert_eq!(header.last_row, 1);
}

#[test]
fn the_kind_is_told_by_columns_then_by_name() {
    let canonical = |kind: Kind| kind.fields().iter().map(|f| f.name()).collect::<Vec<_>>().join("|");
    for kind in Kind::SIX {
        assert_eq!(found(&[&canonical(kind)], None, "x").unwrap().kind, kind);
    }
    let vague = ["Họ và tên|Ngày sinh|Số CCCD"];
    assert!(matches!(found(&vague, None, "x"), Err(NoHeader::KindUnclear { .. })));
    assert_eq!(found(&vague, None, "ds_bhyt").unwrap().kind, Kind::Insurance);
    assert_eq!(found(&vague, None, "tro-cap-2025").unwrap().kind, Kind::Welfare);
    // A kind that the name speaks of, though a required column is missing: no other kind is guessed.
    let births = found(&["Họ tên|Họ tên mẹ|Họ tên cha|Số đăng ký"], None, "births").unwrap();
    assert_eq!((births.kind, births.missing()), (Kind::Births, vec![Field::BirthDate]));
}

#[test]
fn no_header() {
    assert_eq!(found(&["Nguyễn Văn An|01/02/1960|x"], Some(Kind::Welfare), "x").unwrap_err(), NoHeader::None);
    let odd = found(&["a|b|c", "An|1960|x"], Some(Kind::Welfare), "x").unwrap();
    assert_eq!(odd.missing(), [Field::FullName]);
}

#[test]
fn rows_of_column_numbers() {
    let is = |line: &str| is_numbering(line.split('|'));
    assert!(is("STT|1|2|3") && is("1.0|2.0|3.0") && is("①|②|③") && is("A|B|1=2+3|2.0|3.0|4.0|5=6+7"));
    assert!(is("1|2|3|4a|4b|5|6") && is("A|B|C|D|E|G|H") && is("A|B|1|2"));
    assert!(!is("A|B|C") && !is("B|A|D|C") && !is("1|Lý|3|4") && !is("12a|3"));
    assert!(is("(1)|(2)|(3)") && is("A|B|1|2") && is("1|2||3=1+2") && is("[1]|[2]"));
    assert!(!is("1|Nguyễn Văn A|1960") && !is("1|") && !is("5|6|7") && !is("A|B"));
}

#[test]
fn headings_that_are_not_merged_end_where_their_columns_do() {
    let lines = [
        "|Họ và tên trẻ||||Bố đẻ||Mẹ đẻ|||||",
        "STT|Họ|Tên đệm + tên|Ngày sinh|Giới tính|Họ tên|Năm sinh|Họ tên|Năm sinh|Làng|Số hiệu GKS|Ngày đăng ký",
        "1|Siu|Phiên|14/05/2024|Nam|Siu Phiên|1993|Ksor Bia|1995|Thôn 1|112|20/06/2024",
    ];
    let header = found(&lines, Some(Kind::Births), "x").unwrap();
    let columns = &header.columns;
    assert_eq!((header.row, header.last_row), (1, 2));
    assert_eq!(columns.composed, [Composed::Joined(vec![1, 2])]);
    for (field, at) in [
        (Field::BirthDate, 3),
        (Field::FatherName, 5),
        (Field::MotherName, 7),
        (Field::MotherBirthDate, 8),
        (Field::RecordNo, 10),
        (Field::RegisteredOn, 11),
    ] {
        assert_eq!(columns.column_of(field), Some(at), "{field:?}");
    }
}

#[test]
fn the_lower_row_of_a_header_is_not_read_alone() {
    let lines = [
        "STT|Số ĐDCN|Thông tin trên CSDL||Thông tin trên hồ sơ giấy||Nơi thường trú|Xã",
        "||Họ tên|Ngày sinh|Họ tên|Ngày sinh||",
        "1|040051107919|Trần An|14/02/1951|Trần Ân|1951|Thôn 1|Xã Kim Liên",
    ];
    let header = found(&lines, Some(Kind::Residents), "x").unwrap();
    assert_eq!((header.row, header.last_row), (1, 2));
    assert_eq!(header.columns.column_of(Field::Commune), Some(7));
    assert_eq!(header.columns.column_of(Field::FullName), Some(2));
}

#[test]
fn dates_in_the_remarks_of_a_header_are_no_data() {
    let lines = [
        "STT|Họ tên|Ngày sinh|Nơi thường trú||",
        "|||Thôn|Xã (từ 01/7/2025)|Xã cũ (trước 01/7/2025)",
        "1|Trần An|14/02/1951|Thôn 1|Xã Kim Liên|Xã Nam Giang",
    ];
    let header = found(&lines, Some(Kind::Residents), "x").unwrap();
    assert_eq!((header.row, header.last_row), (1, 2));
    assert_eq!(header.columns.column_of(Field::Commune), Some(4));
    assert_eq!(header.columns.column_of(Field::Hamlet), Some(3));
}

#[test]
fn an_address_that_is_all_there_is_tells_the_commune() {
    let row = |n: u32| format!("{n}|Trần An|14/02/1951|Thôn {n}, xã Kim Liên, tỉnh Nghệ An");
    let lines: Vec<String> =
        std::iter::once("STT|Họ tên|Ngày sinh|Nơi thường trú".to_owned()).chain((1..7).map(row)).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let header = found(&lines, Some(Kind::Residents), "x").unwrap();
    assert_eq!(header.columns.composed, [Composed::Same(3)]);
    assert!(header.missing().is_empty());
    let communes_apart = ["STT|Họ tên|Ngày sinh|Nơi thường trú", "1|An|1960|Thôn 1", "2|Bình|1961|Thôn 2"];
    assert_eq!(found(&communes_apart, Some(Kind::Residents), "x").unwrap().missing(), [Field::Commune]);
}

#[test]
fn day_and_month_may_stand_beside_the_year() {
    let lines = [
        "STT|Chồng|||Vợ|||Ngày đăng ký",
        "|Họ tên|Ngày, tháng|Năm sinh|Họ tên|Ngày, tháng|Năm sinh|",
        "1|Trần An|14/3|1961|Lê Bình|2/11|1963|20/06/2024",
        "2|Trần Ân||1962|Lê Bích|21/1|1964|21/06/2024",
    ];
    let header = found(&lines, Some(Kind::Marriages), "x").unwrap();
    assert_eq!(header.columns.composed, [Composed::DayAndYear([2, 3]), Composed::DayAndYear([5, 6])]);
    let written = |cells: [&str; 2]| {
        let mut out = String::new();
        Composed::DayAndYear([0, 1]).write(|at| cells[at], &mut out);
        out
    };
    assert_eq!(written(["14-3", "1961"]), "14/3/1961");
    assert_eq!(written(["", "1961"]), "1961");
}
