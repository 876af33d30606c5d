//! Lists by households: what is written once, at the head, and what is a gap.

use super::read;
use crate::domain::{Field, Kind, Table};

fn column(table: &Table, field: Field) -> Vec<&str> {
    (0..table.len() as u32).map(|row| table.cell(row, field)).collect()
}

#[test]
fn what_a_head_has_members_have() {
    let list = "Số hộ|Họ và tên|Ngày sinh|Số CCCD|Quan hệ với chủ hộ|Thôn|Xã\n\
                H1|Nguyễn Văn An|01/02/1960|038060000123|Chủ hộ|Thôn 1|Xã A\n\
                |Lê Thị Bền|01/02/1961|038161000123|Vợ||Xã A\n\
                |Nguyễn Văn Cẩn|01/02/1990|038090000123|Con||Xã A\n\
                H2|Trần Văn Dần|01/02/1955|038055000123|Chủ hộ|Thôn 2|Xã A\n\
                |Vũ Thị Én|01/02/1956|038156000123|Vợ||Xã A\n";
    let table = read(list, Kind::Residents);
    assert_eq!(column(&table, Field::HouseholdId), ["H1", "H1", "H1", "H2", "H2"]);
    assert_eq!(column(&table, Field::Hamlet), ["Thôn 1", "Thôn 1", "Thôn 1", "Thôn 2", "Thôn 2"]);
    let habits = crate::ingest::records::habits_of(&table);
    let told: Vec<_> = habits.iter().map(|whole| (whole.field, whole.habit.name(), whole.cells)).collect();
    assert_eq!(told, [(Field::Hamlet, "of_heads", 3), (Field::HouseholdId, "of_heads", 3)]);
}

#[test]
fn gaps_are_no_members() {
    // Members have numbers of their own here: the one that is blank is missing.
    let list = "Số hộ|Họ và tên|Ngày sinh|Quan hệ với chủ hộ|Thôn|Xã\n\
                H1|Nguyễn Văn An|01/02/1960|Chủ hộ|Thôn 1|Xã A\n\
                H1|Lê Thị Bền|01/02/1961|Vợ|Thôn 1|Xã A\n\
                |Nguyễn Văn Cẩn|01/02/1990|Con|Thôn 1|Xã A\n\
                H2|Trần Văn Dần|01/02/1955|Chủ hộ|Thôn 2|Xã A\n\
                |Vũ Thị Én|01/02/1956|Vợ|Thôn 2|Xã A\n";
    let table = read(list, Kind::Residents);
    assert_eq!(column(&table, Field::HouseholdId), ["H1", "H1", "", "H2", ""]);
    assert!(table.of_heads.is_empty());
}

#[test]
fn a_member_of_whom_nobody_says_whose_stays_alone() {
    let list = "Số hộ|Họ và tên|Ngày sinh|Quan hệ với chủ hộ|Xã\n\
                |Lê Thị Bền|01/02/1961|Vợ|Xã A\n\
                H1|Nguyễn Văn An|01/02/1960|Chủ hộ|Xã A\n\
                |Nguyễn Văn Cẩn|01/02/1990|Con|Xã A\n\
                |Đỗ Văn Hai|01/02/1991||Xã A\n\
                H2|Trần Văn Dần|01/02/1955|Chủ hộ|Xã A\n\
                |Vũ Thị Én|01/02/1956|Vợ|Xã A\n";
    let table = read(list, Kind::Residents);
    assert_eq!(column(&table, Field::HouseholdId), ["", "H1", "H1", "", "H2", "H2"]);
}

#[test]
fn the_name_of_the_head_may_stand_in_a_column_of_its_own() {
    let list = "Mã hộ|Họ tên chủ hộ|Họ tên thành viên|Ngày sinh|Số CCCD|Thôn|Loại trợ cấp|Mức trợ cấp\n\
                H1|Nguyễn Văn An|Nguyễn Văn An|01/02/1960|038060000123|Thôn 1|BTXH|500000\n\
                ||Lê Thị Bền|01/02/1961|038161000123||BTXH|500000\n\
                H2|Trần Văn Dần|Trần Văn Dần|01/02/1955|038055000123|Thôn 2|BTXH|500000\n\
                ||Vũ Thị Én|01/02/1956|038156000123||BTXH|500000\n";
    let table = read(list, Kind::Welfare);
    assert_eq!(column(&table, Field::HouseholdId), ["H1", "H1", "H2", "H2"]);
    assert_eq!(column(&table, Field::Hamlet), ["Thôn 1", "Thôn 1", "Thôn 2", "Thôn 2"]);
}
