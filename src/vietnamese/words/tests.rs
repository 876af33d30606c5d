//! Words of coded columns.

use proptest::prelude::*;
use rayon::prelude::*;

use super::*;

#[test]
fn genders_are_read_by_the_column() {
    let one_two = GenderCode::of_column(["1", "2", "", "0"].into_par_iter());
    let one_zero = GenderCode::of_column(["0", "1", "1"].into_par_iter());
    assert_eq!((one_two, one_zero), (GenderCode::OneTwo, GenderCode::OneZero));
    assert_eq!(one_two.read("2"), Some(Gender::Female));
    assert_eq!(one_two.read("0"), None);
    assert_eq!(one_two.read("3"), None);
    assert_eq!(one_zero.read("0"), Some(Gender::Female));
    assert_eq!(one_zero.read("1.0"), Some(Gender::Male));
    for cell in ["Nữ", "NỮ", "nữ ", "Nu", "F", "female", "Nu\u{31b}\u{303}", "N÷", "Nöõ", "gái"] {
        assert_eq!(one_two.read(cell), Some(Gender::Female), "{cell}");
    }
    for cell in ["Nam", "NAM", "m", "Male", "1", "01"] {
        assert_eq!(one_two.read(cell), Some(Gender::Male), "{cell}");
    }
    assert_eq!(one_two.read("không rõ"), None);
    let women_one = ["1", "01", "0", "2", "2.0", "3", "Nữ"].map(|cell| GenderCode::WomenOne.read(cell));
    let (male, female) = (Some(Gender::Male), Some(Gender::Female));
    assert_eq!(women_one, [female, female, male, male, male, None, female]);
}

#[test]
fn a_middle_name_shows_the_gender() {
    let (male, female) = (Some(Gender::Male), Some(Gender::Female));
    for (name, gender) in [
        ("NGUYỄN THỊ LAN", female),
        ("Trần Văn An", male),
        ("Lê Ngọc Văn", None),
        ("Thị Dung", None),
        ("Văn Thị Hoa", female),
        ("Phạm Minh Anh", None),
        ("NguyÔn ThÞ Lan", female),
        ("", None),
    ] {
        assert_eq!(gender_of_name(name), gender, "{name}");
    }
}

#[test]
fn statuses() {
    for (cell, expected) in [
        ("Thường trú", Status::Permanent),
        ("permanent", Status::Permanent),
        ("Đang tạm trú", Status::Temporary),
        ("Tạm vắng", Status::Absent),
        ("Đã chuyển đi", Status::MovedOut),
        ("moved_out", Status::MovedOut),
        ("Đã xoá đăng ký thường trú", Status::MovedOut),
        ("Đã xóa đăng ký", Status::MovedOut),
        ("Chết", Status::Dead),
        ("đã chết", Status::Dead),
        ("Từ trần", Status::Dead),
        ("Đã chết ngày 01/02/2020", Status::Dead),
        ("Mất tích", Status::Missing),
        ("", Status::Unknown),
        ("chưa chết", Status::Unknown),
        ("Đã chết, đã xoá đăng ký thường trú", Status::Dead),
        ("Xoá đăng ký thường trú do chết", Status::Dead),
        ("Mất, đã xoá đăng ký", Status::Dead),
        ("Xoá ĐKTT (chết)", Status::Dead),
        ("Khai tử", Status::Dead),
        ("§· chÕt, ®· xo¸ ®¨ng ký", Status::Dead),
        ("Đã xoá ĐKTT do mất tích", Status::Missing),
        ("Mất tích, có thể đã chết", Status::Missing),
        ("Thường trú (vợ đã chết)", Status::Permanent),
        ("Đã chuyển đi; chủ hộ chết", Status::MovedOut),
        ("Chưa xoá đăng ký thường trú", Status::Permanent),
        ("Chưa chết, tạm vắng", Status::Absent),
        ("Xóa ĐKTT", Status::MovedOut),
        ("xóa ĐKTT", Status::MovedOut),
        ("Đã xoá ĐK TT", Status::MovedOut),
        ("Đã xoá hộ khẩu", Status::MovedOut),
        ("Đã đi khỏi địa phương", Status::MovedOut),
        ("bỏ đi khỏi địa phương", Status::MovedOut),
    ] {
        assert_eq!(status(cell), expected, "{cell}");
    }
}

#[test]
fn marital_and_relation() {
    assert_eq!(marital("Độc thân"), Marital::Single);
    assert_eq!(marital("Chưa kết hôn"), Marital::Single);
    assert_eq!(marital("Đã kết hôn"), Marital::Married);
    assert_eq!(marital("Có vợ/chồng"), Marital::Married);
    assert_eq!(marital("Góa"), Marital::Widowed);
    assert_eq!(marital("Ly hôn"), Marital::Divorced);
    assert_eq!(marital("?"), Marital::Unknown);
    assert_eq!(relation("Chủ hộ"), Relation::Head);
    assert_eq!(relation("Vợ"), Relation::Spouse);
    assert_eq!(relation("Con đẻ"), Relation::Child);
    assert_eq!(relation("Con dâu"), Relation::Other);
    assert_eq!(relation(" "), Relation::Unknown);
}

#[test]
fn registration_payment_and_yes() {
    for cell in ["2", "02", "2.0", "đăng ký lại", "Đăng ký lại (mất bản chính)"] {
        assert_eq!(registration(cell), RegistrationKind::Again, "{cell}");
    }
    for cell in ["", "1", "Đúng hạn", "Quá hạn", "12"] {
        assert_eq!(registration(cell), RegistrationKind::Other, "{cell}");
    }
    assert_eq!((in_cash(""), in_cash("Tiền mặt"), in_cash("Chuyển khoản")), (None, Some(true), Some(false)));
    assert!(
        says_yes("01/02/2021") && says_yes("x7") && says_yes("Đã cấp") && says_yes("có") && says_yes("x")
    );
    assert!(
        !says_yes("") && !says_yes("Chưa") && !says_yes("không") && !says_yes("chưa cấp") && !says_yes("0")
    );
}

#[test]
fn amounts() {
    for (cell, expected) in [
        ("500.000", Some(500_000)),
        ("500,000 đ", Some(500_000)),
        ("500000.0", Some(500_000)),
        ("1.500.000 VNĐ", Some(1_500_000)),
        ("1,500,000.00", Some(1_500_000)),
        ("500 000", Some(500_000)),
        ("1,5 triệu", Some(1_500_000)),
        ("500 nghìn đồng", Some(500_000)),
        ("0", Some(0)),
        ("", None),
        ("-500", None),
        ("không", None),
        ("99999999999999999999", None),
    ] {
        assert_eq!(money(cell), expected, "{cell}");
    }
}

#[test]
fn communes_lose_their_type_word() {
    for (a, b) in [
        ("Xã Hòa Bình", "Hoà Bình"),
        ("X. Tân An", "TÂN AN"),
        ("Phường 05", "P.5"),
        ("P12", "Phường 12"),
        ("TT. Tân Châu", "Thị trấn Tân Châu"),
        ("Đặc khu Phú Quốc", "Phú Quốc"),
    ] {
        assert_eq!(commune_key(a), commune_key(b), "{a}");
    }
    assert_ne!(commune_key("Xã Tân An"), commune_key("Xã Tân Ân"));
    assert_eq!(commune_key("Xã"), "xã");
    assert_eq!(unit_key("Phường Tân An", UnitLevel::Commune).0, "phuong");
    assert_eq!(unit_key("TP. Thủ Đức", UnitLevel::District), ("thanh pho", "thủ đức".into()));
}

proptest! {
    #[test]
    fn nothing_panics(cell in any::<String>()) {
        money(&cell);
        death::says_death(&cell);
        status(&cell);
        in_cash(&cell);
        says_yes(&cell);
        unit_key(&cell, UnitLevel::Commune);
        GenderCode::OneTwo.read(&cell);
    }

    #[test]
    fn amounts_with_groups_are_the_amounts(n in 0_u64..1_000_000_000_000) {
        let digits = n.to_string();
        let mut grouped = String::new();
        for (ix, c) in digits.chars().enumerate() {
            if ix > 0 && (digits.len() - ix) % 3 == 0 {
                grouped.push('.');
            }
            grouped.push(c);
        }
        prop_assert_eq!(money(&grouped), Some(n));
    }
}

#[test]
fn hamlets_are_found_in_addresses() {
    assert_eq!(hamlet_in("Thôn 1, Xã Thạnh Thành, Tỉnh Đắk Lắk"), Some("Thôn 1"));
    assert_eq!(hamlet_in("Số 12 Lê Lợi; Tổ dân phố 3, P. Bến Thuỷ"), Some("Tổ dân phố 3"));
    assert_eq!(hamlet_in("Xã Thôn Nha, Tỉnh Đắk Lắk"), None);
    assert_eq!(hamlet_in("(Ấp 2), THÔN 3"), Some("(Ấp 2)"));
    assert_eq!(hamlet_in("12 A, 7 thôn 3, A\u{302}\u{301}p 4"), Some("A\u{302}\u{301}p 4"));
    assert_eq!(hamlet_in(""), None);
}
