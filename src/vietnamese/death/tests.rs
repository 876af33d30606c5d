use super::*;

#[test]
fn whoever_else_died_or_did_not_is_not_the_person() {
    let told: Vec<&str> = [
        "Chồng chết",
        "Vợ chết",
        "Mẹ chết, chuyển người giám hộ",
        "Người chăm sóc chết",
        "Con chết, thôi nuôi dưỡng",
        "Chủ hộ chết, tách hộ",
        "Cha đã chết, về ở với ông bà",
        "Mất việc làm",
        "Mất sức lao động",
        "Mất liên lạc",
        "Mất hồ sơ",
        "Mất hộ khẩu",
        "Mất tích",
        "Báo chết nhầm, đã khôi phục",
        "Chưa chết, cắt nhầm",
        "Huỷ báo giảm chết",
        "Không phải chết",
        "Xác minh còn sống, không chết",
        "Chết máy quẹt thẻ",
        "Hết tuổi, người nuôi dưỡng qua đời",
        "Chồng từ trần, hưởng tuất",
        "Mất quyền lợi",
        "Đã mất thẻ",
        "Đã mất hết giấy tờ",
        "Mất đất",
        "Hỗ trợ mai táng cho chồng",
        "Nghi chết - cần xác minh",
        "Chết?",
        "Không chết",
        "Còn sống",
        "Chết (chờ xác minh)",
        "chồng đã mất",
        "vợ chết",
        "chồng chết",
        "con ông Ba đã chết",
        "vợ liệt sĩ",
        "mất CCCD",
        "mất sức",
        "mồ côi cha, mẹ đã chết",
        "cha mẹ mất",
        "mẹ mất",
        "thay cha đã chết",
        "nhận thay mẹ đã mất",
        "mẹ đã chết",
        "góa, chồng mất",
        "chết hụt",
        "đã mất thẻ",
        "mất giấy tờ",
        "thương binh mất sức 61%",
        "con liệt sĩ, cha hi sinh",
        "vợ ông Nam đã chết",
        "nhận thay ông Nguyễn Văn Nam đã chết",
        "bố chết năm 2020",
        "đã mất việc",
        "không chết",
        "chưa chết",
        "nghi chết",
        "Chuyển hưởng tuất do chồng chết",
        "Chi mai táng phí cho người chết",
        "Người nhận thay chết",
        "Thương binh chết, thôi hưởng trợ cấp phục vụ",
        "Người khuyết tật chết, thôi trợ cấp chăm sóc",
        "Đối tượng được nuôi dưỡng chết",
        "Báo tăng lại sau báo chết",
        "Chết 01 nhân khẩu",
        "Chết - mẹ chủ hộ",
        "Chết cháu nội",
        "1 chết",
        "Khai tử (huỷ)",
        "Chết/mất tích",
        "Chết hoặc chuyển đi",
        "Tài khoản chết",
        "Bảo mẫu chết",
        "Đã khai tử, toà huỷ",
        "Toà án huỷ tuyên bố chết",
        "Có tin đã chết",
        "Chết giả",
    ]
    .into_iter()
    .filter(|text| says_death(text))
    .collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn death_is_told_from_loss() {
    for reason in [
        "chết",
        "Từ trần",
        "Đã chết",
        "qua đời",
        "Tử vong do tai nạn",
        "báo giảm chết",
        "Báo giảm: chết",
        "mất",
        "Mất",
        "đã mất",
        "Mất ngày 3/2/2020",
        "mất do bệnh",
        "da chet",
        "chet",
        "da mat",
        "mat",
        "CHÕT",
        "tu vong",
        "Giảm do chết",
    ] {
        assert!(says_death(reason), "{reason}");
    }
    for reason in [
        "mất thẻ",
        "mất giấy tờ",
        "Mất tích",
        "mất sức lao động",
        "bị mất thẻ",
        "Báo mất",
        "tiền mặt",
        "tien mat",
        "vang mat",
        "mat the",
        "chuyển đi",
        "hết hạn",
        "",
        "chưa chết",
        "chồng chết",
        "Mặt",
        "hết tuổi",
    ] {
        assert!(!says_death(reason), "{reason}");
    }
}

#[test]
fn a_card_that_was_annulled_for_a_death_is_no_death_taken_back() {
    for reason in ["Chết, đã hủy thẻ", "Nhân khẩu chết", "Người nhận trợ cấp đã chết", "Chết 12/3/2026"]
    {
        assert_eq!(says_of_death(reason), Said::Dead, "{reason}");
    }
    assert_eq!(says_of_death("Chết - đã huỷ"), Said::Somebody);
}

#[test]
fn the_death_of_another_is_none_of_the_person() {
    for reason in [
        "Vợ đã chết",
        "Cha đã chết",
        "Chồng đã mất",
        "Con đã mất",
        "Mẹ đã mất",
        "Mẹ vừa mới mất năm 2023",
        "Vợ đã qua đời",
        "Bố mẹ đã chết",
        "Cha, mẹ đều đã mất",
        "Cả cha và mẹ đều bị chết",
        "Chủ hộ chết",
        "Chủ hộ đã mất",
        "Thân nhân chết",
        "Người nuôi dưỡng chết",
        "Người giám hộ đã chết",
        "Hộ có người chết",
        "Hộ có 01 người chết",
        "Hộ có 02 người đã chết",
        "Gia đình có 01 người mất",
        "Xóa 1 khẩu do chết",
        "Gia đình có người mất",
        "chết chồng",
        "chết vợ",
        "Đã chết vợ",
        "chết vợ năm 2019",
        "Chết cha mẹ",
        "Vợ ông A đã chết",
        "Con Nguyễn Văn B đã chết",
        "ông nội đã chết",
        "Bà ngoại chết",
        "anh trai đã chết",
        "Chị chết",
        "em ruột đã mất",
        "cháu đã chết",
        "Dừng hưởng do chồng đã chết",
        "Hết hưởng vì bà chết",
        "Hết tuổi; cha đã chết",
        "(vợ chết)",
        "Vo da chet",
        "bo me da mat",
        "CHỒNG ĐÃ MẤT",
        "Chång ®· chÕt",
        "chưa bị chết",
        "báo tử nhầm",
        "Thẻ BHYT đã mất",
        "mất vợ",
    ] {
        assert!(!says_death(reason), "{reason}");
    }
    for reason in [
        "Đối tượng đã chết",
        "Người hưởng chết",
        "Người hưởng đã mất",
        "Bà đã chết",
        "Ông Nguyễn Văn A đã chết",
        "Cụ mất",
        "Báo giảm do chết",
        "Vợ chết, đối tượng cũng đã chết",
        "Gia đình báo đã chết",
        "Vợ báo đã mất",
        "Con hưởng thay do đã chết",
        "Đã chết, vợ nhận mai táng phí",
        "Đã chết. Con nhận thay",
        "Chết con trai nhận thay",
        "Mẹ VNAH đã mất",
        "Vợ liệt sĩ chết",
        "Thân nhân liệt sĩ đã chết",
        "Hai vợ chồng đều đã chết",
        "đã bị chết đuối",
        "Mất, đã cắt",
        "Nguyễn Thị Em đã chết",
        "Doi tuong da chet",
        "Toà án tuyên bố là đã chết",
    ] {
        assert!(says_death(reason), "{reason}");
    }
}

#[test]
fn words_that_offices_do_not_use_leave_a_doubt() {
    for reason in [
        "Báo giảm do chết",
        "Cắt trợ cấp BTXH do đối tượng chết ngày 3/2/2026",
        "Nguyễn Văn An đã chết",
        "Cụ Lê Thị Ba đã mất",
        "Xóa đăng ký thường trú do chết",
        "Thu hồi thẻ người chết",
        "Tử vong do ung thư gan tại nhà",
    ] {
        assert_eq!(says_of_death(reason), Said::Dead, "{reason}");
    }
    for reason in ["Rà soát lại, đã chết", "Chết: Đinh Thị Ín", "Cà phê chết do hạn", "Chó nhà hàng xóm chết"]
    {
        assert_eq!(says_of_death(reason), Said::Somebody, "{reason}");
    }
    for reason in [
        "Khôi phục do báo giảm chết sai",
        "Nhầm là đã chết",
        "Kiểm tra có chết hay không",
        "Chết lâm sàng, đã hồi phục",
        "Trùng với người đã chết",
        "Thẻ chết (không dùng được)",
        "Mã số chết",
        "Mất, cấp lại",
        "con ông An, đã mất",
        "mẹ: Lê Thị Hoa, đã chết",
        "Báo tử cho chồng",
        "Khai chết cho bố",
        "Người phụng dưỡng chết",
        "Lợn chết do dịch",
        "Giảm 1 khẩu (chết)",
        "Chết 1",
        "Thay ông Bình đã chết",
        "Con liệt sĩ đã hy sinh",
        "Đã chết: Không",
        "Chết: 0",
    ] {
        assert_eq!(says_of_death(reason), Said::Nothing, "{reason}");
    }
}

#[test]
fn what_looks_like_no_death_may_be_one() {
    assert_eq!(says_of_death("Không còn sống"), Said::Dead);
    assert_ne!(says_of_death("Mã 03: Tử vong"), Said::Nothing);
    for none in ["Còn sống", "Xác minh còn sống", "Hộ có 1 chết"] {
        assert_ne!(says_of_death(none), Said::Dead, "{none}");
    }
    assert!(!is_death_alone("TA THE NAM") && !is_death_alone("Tạ Thế Năm") && is_death_alone("tạ thế 2019"));
}
