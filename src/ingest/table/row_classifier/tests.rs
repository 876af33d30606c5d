use std::sync::LazyLock;

use super::*;
use crate::ingest::columns::header::find;
use crate::ingest::columns::synonyms::Synonyms;
use crate::ingest::formats::row::KeptRow;

const HEADER: &str = "STT|Họ và tên|Ngày sinh|Số CCCD|Mức trợ cấp|Ghi chú";

static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(Synonyms::default);

fn judge() -> Judge<'static> {
    let row = KeptRow { number: 1, cells: HEADER.split('|').map(str::to_owned).collect() };
    let header = find(&[row], Some(Kind::Welfare), "x", &SYNONYMS).unwrap();
    Judge::new(header.kind, &header.columns, &SYNONYMS)
}

fn kind(judge: &mut Judge<'_>, line: &str) -> RowKind {
    let mut spans = Vec::new();
    crate::ingest::formats::quoting::split_plain(line.as_bytes(), b'|', &mut spans);
    judge.judge(Cells { text: line, spans: &spans })
}

#[test]
fn rows_that_are_no_data_are_told() {
    let mut j = judge();
    let cases = [
        ("(1)|(2)|(3)|(4)|(5)|(6)", RowKind::Header),
        ("I. Thôn 1|||||", RowKind::Hamlet("Thôn 1".into())),
        ("1|Nguyễn Văn An|1960|001060000001|500000|", RowKind::Data),
        ("|Cộng thôn 1|||500000|", RowKind::Total),
        ("II|Ấp Bình Hoà (12 hộ)||||", RowKind::Hamlet("Ấp Bình Hoà".into())),
        ("|Tổ dân phố 3||||", RowKind::Hamlet("Tổ dân phố 3".into())),
        ("III. Hộ cận nghèo|||||", RowKind::Heading),
        (" | ||||", RowKind::Blank),
        (HEADER, RowKind::Header),
        ("1|2|3|4|5|6", RowKind::Header),
        ("2|Tống Văn Bình|12/03/1950|||", RowKind::Data),
        ("Tổng cộng||||1000000|", RowKind::Total),
        ("(Bằng chữ: một triệu đồng)|||||", RowKind::Remark),
        ("||||Hưng Chính, ngày 5 tháng 3 năm 2026|", RowKind::Signature),
        ("|Người lập biểu|||CHỦ TỊCH|", RowKind::Signature),
        ("|Lê Thị Hoa|||Trần Văn Bé|", RowKind::Signature),
    ];
    for (line, wanted) in cases {
        let got = kind(&mut j, line);
        assert_eq!(format!("{got:?}"), format!("{wanted:?}"), "{line}");
    }
}

#[test]
fn group_rows_in_all_their_clothes() {
    let hamlet = |text: &str| RowKind::Hamlet(text.into());
    let cases = [
        ("|Thôn Đoàn Kết||||", hamlet("Thôn Đoàn Kết")),
        ("*|Buôn Tơng Jú||||", hamlet("Buôn Tơng Jú")),
        ("1|Thôn 1||||", hamlet("Thôn 1")),
        ("I. Thôn 1||||1.500|", hamlet("Thôn 1")),
        ("THÔN: ĐOÀN KẾT|||||", hamlet("THÔN ĐOÀN KẾT")),
        ("|THÔN: ĐOÀN KẾT||||", hamlet("THÔN ĐOÀN KẾT")),
        ("Khối Tân Tiến|||||", hamlet("Khối Tân Tiến")),
        ("|Khối Tân Tiến||||", hamlet("Khối Tân Tiến")),
        ("|Tiểu khu 5||||", hamlet("Tiểu khu 5")),
        ("|KDC số 5||||", hamlet("KDC số 5")),
        ("|Phố Lê Lợi||||", hamlet("Phố Lê Lợi")),
        ("I|Khối 3||||", hamlet("Khối 3")),
        ("A|Bản Nà Lốc|||5.000.000|12 hộ", hamlet("Bản Nà Lốc")),
        ("|Xã Tân Lập||||", RowKind::Heading),
        ("Xã Tân Lập|||||", RowKind::Heading),
        ("A|Nhóm người cao tuổi||||", RowKind::Heading),
        ("B|Người khuyết tật||||", RowKind::Heading),
        ("A|ĐỐI TƯỢNG BẢO TRỢ XÃ HỘI||||", RowKind::Heading),
        ("1|Hộ nghèo||||", RowKind::Heading),
        ("|NGƯỜI CAO TUỔI|||1500000|", RowKind::Heading),
        ("|Khối doanh nghiệp||||", RowKind::Heading),
    ];
    let mut j = judge();
    for (line, wanted) in cases {
        assert_eq!(format!("{:?}", kind(&mut j, line)), format!("{wanted:?}"), "{line}");
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
    ] {
        assert!(matches!(kind(&mut judge(), line), RowKind::Total), "{line}");
    }
    for line in [
        "Tân Lập, ngày 20 tháng 11 năm 2026|||||",
        "|Tân Lập, ngày 20 tháng 11 năm 2026||||",
        "||Ngày 20 tháng 11 năm 2026|||",
        "|||Tân Lập, ngày 20 tháng 11 năm 2026||",
        "|Người lập biểu||Tan Lap, ngay 20 thang 11 nam 2026||",
    ] {
        assert!(matches!(kind(&mut judge(), line), RowKind::Signature), "{line}");
    }
}

#[test]
fn odd_rows_that_are_data_stay_data() {
    let mut j = judge();
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
    ] {
        assert!(matches!(kind(&mut j, line), RowKind::Data), "{line}");
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
        assert!(matches!(kind(&mut j, line), RowKind::Data), "{line}");
    }
    // A page that goes on after its signatures.
    assert!(matches!(kind(&mut j, "||||CHỦ TỊCH|"), RowKind::Signature));
    assert!(matches!(kind(&mut j, "6|Lê Văn Ba|1960|||"), RowKind::Data));
    assert!(matches!(kind(&mut j, "|Lê Văn Tư||||"), RowKind::Data));
}
