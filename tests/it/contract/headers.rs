//! Headers that officers write, each on a list of its own: the field must be read from it.

use super::mai;
use crate::world::World;

/// Runs a welfare or insurance list of one row under the headers given; of the woman's cells one is wrong.
fn run(kind: &str, headers: [&str; 4], cells: [&str; 4]) -> crate::world::Outcome {
    let mut w = World::new();
    mai(&mut w);
    let path = w.dir().join("list.csv");
    std::fs::write(&path, format!("{}\n{}\n", headers.join("\t"), cells.join("\t"))).unwrap();
    let mut files = w.write();
    files.push((kind, path));
    w.run_files(&files)
}

#[test]
fn birth_dates_and_names() {
    let dates = [
        "Ngày sinh",
        "NGÀY SINH",
        "ngay sinh",
        "Ngày, tháng, năm sinh",
        "Ngày tháng năm sinh",
        "Năm sinh",
        "NTNS",
        "Sinh ngày",
        "Ngày/tháng/năm sinh",
    ];
    let names = [
        "Họ và tên",
        "Họ tên",
        "Họ, chữ đệm và tên",
        "HỌ VÀ TÊN ĐỐI TƯỢNG",
        "Họ và tên người hưởng",
        "HO TEN",
        "Họ & tên",
        "Họ và tên",
        "Họ,  chữ đệm,  tên",
    ];
    for (date, name) in dates.iter().zip(names) {
        let run = run(
            "welfare",
            [name, date, "Số CMND", "Chế độ"],
            ["Trần Thị Mai", "13/07/1962", "182345678", "Người cao tuổi"],
        );
        assert_eq!(run.row("welfare", 2), ["DU-03", "DUNG-02"], "{date}, {name}");
    }
}

#[test]
fn numbers() {
    for header in [
        "CCCD",
        "Số CCCD",
        "Số ĐDCN",
        "Số ĐDCN/CCCD",
        "Số định danh cá nhân",
        "Số định danh cá nhân/CMND",
        "CCCD/CMND",
        "Số căn cước",
        "Mã định danh",
        "Số CMND/CCCD",
        "Căn cước công dân",
    ] {
        let run = run(
            "welfare",
            ["Họ và tên", "Ngày sinh", header, "Chế độ"],
            ["Trần Thị Mai", "12/07/1962", "12345", "x"],
        );
        assert_eq!(run.row("welfare", 2), ["SACH-03"], "{header}");
        assert_eq!(run.only("SACH-03")["field"], "personal_id", "{header}");
    }
    for header in ["Số thẻ BHYT", "Mã thẻ BHYT", "MA_THE_BHYT", "Số thẻ", "Mã thẻ", "Thẻ BHYT"]
    {
        let run = run(
            "insurance",
            ["Họ và tên", "Ngày sinh", "Số CMND", header],
            ["Trần Thị Mai", "12/07/1962", "182345678", "GD4"],
        );
        assert_eq!(run.row("insurance", 2), ["DU-03", "SACH-08"], "{header}");
    }
}

#[test]
fn line_breaks_in_a_header() {
    let mut w = World::new();
    mai(&mut w);
    let path = w.dir().join("list.csv");
    let text = "\"Họ và\ntên\",\"Ngày,\ntháng, năm\nsinh\",\"Số\nCMND\",Chế độ\nTrần Thị Mai,13/07/1962,182345678,x\n";
    std::fs::write(&path, text).unwrap();
    let mut files = w.write();
    files.push(("welfare", path));
    let run = w.run_files(&files);
    run.assert_all(&["DU-03", "DUNG-02"]);
}
