use std::sync::LazyLock;

use super::*;
use crate::ingest::columns::header::find;
use crate::ingest::columns::synonyms::Synonyms;
use crate::ingest::formats::row::KeptRow;

const HEADER: &str = "STT|Họ và tên|Ngày sinh|Số CCCD|Mức trợ cấp|Ghi chú";

static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(Synonyms::default);

fn classifier() -> RowClassifier<'static> {
    let row = KeptRow::new(1, HEADER.split('|').map(str::to_owned).collect());
    let header = find(&[row], Some(Kind::Welfare), "x", &SYNONYMS).unwrap();
    RowClassifier::new(header.kind, &header.columns, &SYNONYMS)
}

/// What a row is, in a word: the class, the hamlet of a heading.
fn kind(classifier: &mut RowClassifier<'_>, line: &str) -> String {
    kind_across(classifier, line, 1)
}

fn kind_across(classifier: &mut RowClassifier<'_>, line: &str, across: usize) -> String {
    let mut spans = Vec::new();
    crate::ingest::formats::quoting::split_plain(line.as_bytes(), b'|', &mut spans);
    match classifier.classify(Cells { text: line, spans: &spans }, across) {
        RowKind::Data => "data".into(),
        RowKind::Joined => "joined".into(),
        RowKind::OtherHeader(_) => "other header".into(),
        RowKind::Skipped(class) => class.name().into(),
        RowKind::Group(heading) => match heading.meaning {
            Meaning::Hamlet(hamlet) => hamlet,
            meaning => format!("{meaning:?}"),
        },
    }
}

#[test]
fn rows_that_are_no_data_are_told() {
    let mut j = classifier();
    let cases = [
        ("(1)|(2)|(3)|(4)|(5)|(6)", "numbering"),
        ("I. Thôn 1|||||", "Thôn 1"),
        ("1|Nguyễn Văn An|1960|001060000001|500000|", "data"),
        ("|Cộng thôn 1|||500000|", "sums"),
        ("II|Ấp Bình Hoà (12 hộ)||||", "Ấp Bình Hoà"),
        ("|Tổ dân phố 3||||", "Tổ dân phố 3"),
        ("III. Hộ cận nghèo|||||", "Category"),
        (" | ||||", "blank"),
        (HEADER, "headers"),
        ("1|2|3|4|5|6", "numbering"),
        ("2|Tống Văn Bình|12/03/1950|||", "data"),
        ("Tổng cộng||||1000000|", "sums"),
        ("(Bằng chữ: một triệu đồng)|||||", "notes"),
        ("||||Hưng Chính, ngày 5 tháng 3 năm 2026|", "signatures"),
        ("|Người lập biểu|||CHỦ TỊCH|", "signatures"),
        ("|Lê Thị Hoa|||Trần Văn Bé|", "signatures"),
    ];
    for (line, wanted) in cases {
        assert_eq!(kind(&mut j, line), wanted, "{line}");
    }
}

#[test]
fn group_rows_in_all_their_clothes() {
    let cases = [
        ("|Thôn Đoàn Kết||||", "Thôn Đoàn Kết"),
        ("*|Buôn Tơng Jú||||", "Buôn Tơng Jú"),
        ("1|Thôn 1||||", "Thôn 1"),
        ("I. Thôn 1||||1.500|", "Thôn 1"),
        ("THÔN: ĐOÀN KẾT|||||", "THÔN ĐOÀN KẾT"),
        ("|THÔN: ĐOÀN KẾT||||", "THÔN ĐOÀN KẾT"),
        ("Khối Tân Tiến|||||", "Khối Tân Tiến"),
        ("|Khối Tân Tiến||||", "Khối Tân Tiến"),
        ("|Tiểu khu 5||||", "Tiểu khu 5"),
        ("|KDC số 5||||", "KDC số 5"),
        ("|Phố Lê Lợi||||", "Phố Lê Lợi"),
        ("I|Khối 3||||", "Khối 3"),
        ("A|Bản Nà Lốc|||5.000.000|12 hộ", "Bản Nà Lốc"),
        ("|Xã Tân Lập||||", "Unit"),
        ("Xã Tân Lập|||||", "Unit"),
        ("A|Nhóm người cao tuổi||||", "Category"),
        ("B|Người khuyết tật||||", "Category"),
        ("A|ĐỐI TƯỢNG BẢO TRỢ XÃ HỘI||||", "Category"),
        ("1|Hộ nghèo||||", "Category"),
        ("|NGƯỜI CAO TUỔI|||1500000|", "Category"),
        ("|Khối doanh nghiệp||||", "Category"),
        ("I.1|Người tham gia||||", "Category"),
        ("I.2|Tiền lương||||", "Category"),
        ("I.2|TIỀN LƯƠNG||||", "Category"),
        ("|Tăng||||", "Category"),
        ("1.|Tăng mới||||", "Category"),
        ("2.|Báo giảm||||", "Category"),
        ("II GIẢM|||||", "Category"),
        ("|Học viên cai nghiện trong năm||||", "Category"),
        ("DANH SÁCH GIẢM|||||", "Title"),
        // In TCVN3, whose letters stand in for others.
        ("I. Th«n §oµn KÕt|||||", "Thôn Đoàn Kết"),
    ];
    let mut j = classifier();
    for (line, wanted) in cases {
        assert_eq!(kind(&mut j, line), wanted, "{line}");
    }
}

#[test]
fn totals_and_signatures_in_all_their_clothes() {
    for line in [
        "|Tổng cộng I+II|||4.000.000|",
        "A|TỔNG||||",
        "A|TỔNG||…|…|…",
        "1|TỔNG CỘNG||3|4.000.000|x",
        "||||4000000|",
        "||||4.000.000 đ|",
        "||||4.000.000|12",
        "|5 người|||2500000|",
        "|Số hộ: 5||||",
        "|Cộng lũy kế|||2|",
        "|Tổng kinh phí|||500000|",
        "||||12.500.000|",
        "Lũy kế từ đầu năm||||99.000.000|",
        "|Trong đó nữ: 9||||",
        "TC||||3.500.000|",
        "Σ||||2.000.000|",
    ] {
        assert_eq!(kind(&mut classifier(), line), "sums", "{line}");
    }
    for line in ["|Mang sang|||500000|", "Trang trước chuyển sang|||||", "|(tiếp trang 1)||||"] {
        assert_eq!(kind(&mut classifier(), line), "carried", "{line}");
    }
    for line in [
        "Tân Lập, ngày 20 tháng 11 năm 2026|||||",
        "|Tân Lập, ngày 20 tháng 11 năm 2026||||",
        "||Ngày 20 tháng 11 năm 2026|||",
        "|||Tân Lập, ngày 20 tháng 11 năm 2026||",
        "|Người lập biểu||Tan Lap, ngay 20 thang 11 nam 2026||",
        "- Như trên;|||||",
        "- Lưu: VT.|||||",
    ] {
        assert_eq!(kind(&mut classifier(), line), "signatures", "{line}");
    }
    // Nobody has a text for a date or an amount.
    let mut j = classifier();
    assert_eq!(kind(&mut j, "1|Nguyễn Văn An|1960|001060000001|500000|"), "data");
    assert_eq!(kind(&mut j, "|Phụ trách chi|||Phụ trách xét|"), "signatures");
}

#[test]
fn what_stands_under_the_header_is_no_data() {
    for (line, wanted) in [
        ("|HoTen|NgaySinh|SoCCCD|MucTroCap|GhiChu", "code_names"),
        ("[STT]|[HoTen]|[NgaySinh]|[CCCD]|[Muc]|[GhiChu]", "code_names"),
        ("Số|Chữ|Ngày|Số|Số|Chữ", "code_names"),
        ("|VD: NGUYEN VAN A|dd/mm/yyyy|12 số||", "code_names"),
        ("STT|1|2|3|4|5", "numbering"),
        ("1.0|2.0|3.0|4.0|5.0|6.0", "numbering"),
        ("①|②|③|④|⑤|⑥", "numbering"),
        ("|Siu||||Nam", "data"),
        ("|Y|không rõ|||", "data"),
        ("1|Nguyễn Họ||||", "data"),
    ] {
        assert_eq!(kind(&mut classifier(), line), wanted, "{line}");
    }
}

#[test]
fn a_merged_cell_over_several_fields_is_no_person() {
    assert_eq!(kind_across(&mut classifier(), "Lao Chải|||||", 6), "Category");
    assert_eq!(kind_across(&mut classifier(), "|Lao Chải||||", 5), "Category");
    // A name may be merged over columns that are no fields.
    assert_eq!(kind_across(&mut classifier(), "|Lò Thị Lao||||", 2), "data");
    assert_eq!(kind(&mut classifier(), "|Lao Chải||||"), "data");
}

#[test]
fn odd_rows_that_are_data_stay_data() {
    let mut j = classifier();
    for line in [
        "3|Lê Thị Hoa||||",
        "|Y Bliă Niê||||",
        "|Bản Thị Hoa||||",
        "|H' Hen||||",
        "4|Tổng Văn Cộng|1950|||",
        "V|Tống Thị Lan|||500000|x",
        "1|2|3|4|5|6",
        "5|Cộng|1950|||",
        "7|Lê Văn Năm||||Tổ trưởng",
        "8|Bé gái chưa đặt tên||||",
        "I|Nguyễn Văn Sử||||",
        "|Giảm: Lý Văn Sậy||||",
        "16|Bà Tý||||",
        "17|Cụ Ất|92 tuổi|||",
        "|||036150001234||",
    ] {
        assert_eq!(kind(&mut j, line), "data", "{line}");
    }
    for line in [
        "5|Cộng||||",
        "6|Bản Thị Hoa||||",
        "|Y Thôn||||",
        "|Hộ||||",
        "|Xa Thị Lý||||",
        "|Thôn Đoàn Kết|1960|||",
        "7|Hộ nghèo|||500000|Lê Văn A",
        "|Nguyễn Văn An|ngày 5 tháng 3 năm 1960|||",
        "9||||500000|",
    ] {
        assert_eq!(kind(&mut j, line), "data", "{line}");
    }
    // A page that goes on after its signatures.
    assert_eq!(kind(&mut j, "||||CHỦ TỊCH|"), "signatures");
    assert_eq!(kind(&mut j, "6|Lê Văn Ba|1960|||"), "data");
    assert_eq!(kind(&mut j, "|Lê Văn Tư||||"), "data");
    assert_eq!(kind(&mut j, "||||CHỦ TỊCH|"), "signatures");
    assert_eq!(kind(&mut j, "|Lê Văn Tư||||"), "signatures");
}
