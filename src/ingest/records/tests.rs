use super::*;
use crate::domain::{
    Cells, Column, DateCell, Detail, Gender, IdCell, Marital, NameMarks, PartialDate, RegistrationKind,
    Relation, Role, Status,
};

pub(super) fn table(kind: Kind, text: &str) -> Table {
    let mut lines = text.lines().map(|line| line.trim().split('|').collect::<Vec<_>>());
    let columns = lines
        .next()
        .unwrap()
        .iter()
        .map(|h| Column { header: (*h).into(), field: Field::from_name(h) })
        .collect();
    let name = format!("{}.csv", kind.name());
    let mut table = Table::new(name.clone().into(), name, kind, columns);
    for (ix, cells) in lines.enumerate() {
        table.push_row(ix as u32 + 2, cells);
    }
    table
}

fn dataset(tables: Vec<Table>) -> Dataset {
    build(tables, &UnitMap::default(), Day::from_civil(2026, 11, 20).unwrap())
}

#[test]
fn residents_are_read() {
    let data = dataset(vec![table(
        Kind::Residents,
        "personal_id|old_id|full_name|birth_date|gender|commune|hamlet|relation_to_head|mother_name|mother_id|marital_status|status|death_date|card_issued
         79190012345|123456789|ông Nguyễn Văn Hòa|05/03/1990|2|Xã A|Thôn 1|Chủ hộ|Bà Lê Thị Hoa|079165000001|Đã kết hôn|Thường trú||01/02/2021
         079090000002||NGUYỄN VĂN HOÀ|1990|1|Xã B||Con||không rõ|||01/02/2020|chưa",
    )]);
    let [first, second] = data.registry.residents.as_slice() else { panic!() };
    assert!(matches!(first.person.personal, IdCell::Restored(_)));
    assert!(first.person.old.old().is_some());
    assert_eq!(first.person.gender, Some(Gender::Female));
    assert_eq!(first.person.name.id, second.person.name.id);
    assert_eq!(data.names.key(first.mother.name.id), "lê thị hoa");
    assert_eq!(
        (first.relation, first.marital, first.status),
        (Relation::Head, Marital::Married, Status::Permanent)
    );
    assert_eq!((first.card_issued, second.card_issued), (Some(true), Some(false)));
    assert_eq!(second.status, Status::Dead);
    assert_eq!(second.mother.id, IdCell::Placeholder);
    assert_eq!(data.texts.get(first.person.hamlet), "thon 1");
    assert_eq!(data.places.same(first.person.place, second.person.place), Some(false));
    assert_eq!((first.filled, second.filled), (13, 9));
    assert!(data.registry.has_card_column);
}

#[test]
fn births_give_three_persons() {
    let data = dataset(vec![
        table(
            Kind::Births,
            "registered_on|registration_kind|commune|full_name|birth_date|gender|mother_name|mother_birth_date|mother_id|father_name
             10/02/2024|Đăng ký lại|Xã A|Nguyễn Thị An|01/02/2024|Nữ|Lê Thị Hoa|23 tuổi|79301012345|
             10/02/2024|1|Xã A|Nguyễn Thị Bé|31/02/2024||Lê Thị Hoa|2001|79301012345|Nguyễn Văn B",
        ),
        table(Kind::Residents, "full_name|birth_date|commune\nX Y Z|1960|Xã A"),
    ]);
    assert_eq!(data.tables[0].kind, Kind::Residents);
    let births = data.extract(Kind::Births).unwrap();
    assert_eq!(births.persons.len(), 6);
    let [child, mother, father] = births.persons_of(0) else { panic!() };
    assert_eq!((child.gender, child.gender_written), (Some(Gender::Female), true));
    assert_eq!((mother.gender, mother.gender_written), (Some(Gender::Female), false));
    assert!(matches!(mother.personal, IdCell::Restored(_)));
    assert!(matches!(mother.birth, DateCell::About(_)));
    assert!(father.is_blank());
    assert!(matches!(births.rows[0].detail, Detail::Birth(d) if d.registration == RegistrationKind::Again));
    assert_eq!(births.persons_of(1)[0].birth, DateCell::Impossible);
    assert_eq!(births.role_of(5), (1, Role::Father));
    assert_eq!(data.places.same(births.rows[0].place, data.registry.residents[0].person.place), Some(true));
    assert_eq!(data.tables.as_slice().cell(births.rows[1].row, Field::FatherName), "Nguyễn Văn B");
}

#[test]
fn welfare_and_insurance_details() {
    let data = dataset(vec![
        table(
            Kind::Welfare,
            "full_name|programme|group_code|monthly_amount|start_date|stop_date|stop_reason|payment_method|bank_account
             Nguyễn Văn A (chết)|Trợ cấp|BTXH|500.000|01/01/2020|31/12/2030|đã chết|Tiền mặt|
             Nguyễn Văn B|Trợ cấp|HN||||mất thẻ|CK|10100234",
        ),
        table(
            Kind::Insurance,
            "card_no|insurance_no|full_name|group_code|valid_from|valid_to
             TE1791234567890||Nguyễn Văn C||01/01/2026|31/12/2026
             x|1234567890|Nguyễn Văn D|HN2|01/01/2026|",
        ),
    ]);
    let welfare = data.extract(Kind::Welfare).unwrap();
    let Detail::Welfare(first) = welfare.rows[0].detail else { panic!() };
    let Detail::Welfare(second) = welfare.rows[1].detail else { panic!() };
    assert!(welfare.persons[0].name.marks.has(NameMarks::DEAD));
    assert_eq!(data.texts.get(first.group), "btxh");
    assert_eq!(first.programme, second.programme);
    assert_eq!(first.monthly_amount, 500_000);
    assert_eq!(first.stop, DateCell::Sound(PartialDate::day(2030, 12, 31).unwrap()));
    assert!(first.stopped_by_death.is_told() && !second.stopped_by_death.is_told());
    assert_eq!((first.paid_in_cash, first.has_account), (Some(true), Some(false)));
    assert_eq!((second.paid_in_cash, second.has_account), (Some(false), Some(true)));
    let insurance = data.extract(Kind::Insurance).unwrap();
    let groups: Vec<_> = insurance
        .rows
        .iter()
        .map(|row| match row.detail {
            Detail::Insurance(d) => d.group,
            _ => None,
        })
        .collect();
    assert_eq!(groups, [Some(*b"TE"), Some(*b"HN")]);
}

#[test]
fn cells_are_composed() {
    use unicode_normalization::UnicodeNormalization;
    let text: String = "full_name|birth_date|commune\nNguyễn Thị Hạ|1960|Xã Hòa Bình".nfd().collect();
    let data = dataset(vec![table(Kind::Residents, &text)]);
    assert_eq!(data.tables[0].cell(0, Field::FullName), "Nguyễn Thị Hạ");
    assert_eq!(data.places.label(data.registry.residents[0].person.place), ("", "Xã Hòa Bình"));
}

#[test]
fn threads_do_not_change_the_ids() {
    let rows: String =
        (0..40_000).map(|n| format!("\nNguyễn Văn {}|{}|Xã {}", n % 977, 1950 + n % 50, n % 7)).collect();
    let text = format!("full_name|birth_date|commune{rows}");
    let in_pool = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let data = pool.install(|| dataset(vec![table(Kind::Residents, &text)]));
        let ids: Vec<_> =
            data.registry.residents.iter().map(|r| (r.person.name.id, r.person.place)).collect();
        (ids, data.places.units)
    };
    assert_eq!(in_pool(1), in_pool(3));
}

#[test]
fn an_address_is_the_house_and_the_hamlet() {
    let data = dataset(vec![
        table(
            Kind::Residents,
            "full_name|birth_date|commune|hamlet|address
             Nguyễn Văn A|1960|Xã Đại An|Ấp 6|Số 231, Ấp 6
             Nguyễn Văn B|1960|Xã Đại An|Ấp 6|Ấp 6
             Nguyễn Văn C|1960|Xã Đại An||12 Lê Lợi; Phường 5; Tỉnh Vĩnh Long",
        ),
        table(
            Kind::Deaths,
            "full_name|birth_date|death_date|last_residence
             Nguyễn Văn A|1960|01/02/2024|Số 231, Ấp 6, Xã Đại An, Huyện Trà Cú, Tỉnh Trà Vinh
             Nguyễn Văn B|1960|01/02/2024|Ấp 6, Xã Đại An
             Nguyễn Văn C|1960|01/02/2024|12 Lê Lợi",
        ),
    ]);
    let residents = &data.registry.residents;
    let deceased = |row: usize| data.extract(Kind::Deaths).unwrap().persons[row].address;
    assert_eq!(data.texts.get(deceased(0)), "so 231 ap 6");
    assert_eq!(deceased(0), residents[0].person.address);
    // A hamlet alone tells no house: it neither agrees nor differs.
    assert!(deceased(1).is_blank() && residents[1].person.address.is_blank());
    assert_eq!(deceased(2), residents[2].person.address);
}

#[test]
fn a_filler_in_the_days_of_death_is_a_blank() {
    let registry = |filler: &str, others: usize| {
        let rows = (0..120).map(|at| {
            let died = if at < others { "05/03/2024" } else { filler };
            format!("\n0790650000{at:02}|Trần Văn {at}|Xã A|{died}")
        });
        let text = format!("personal_id|full_name|commune|death_date{}", rows.collect::<String>());
        dataset(vec![table(Kind::Residents, &text)])
    };
    for filler in ["01/01/1900", "31/12/9999", "Không"] {
        let data = registry(filler, 3);
        assert!(data.tables[0].has_habit(Field::DeathDate, ColumnHabit::Filler), "{filler}");
        let dead = data.registry.residents.iter().filter(|resident| resident.death_date != DateCell::Empty);
        assert_eq!(dead.count(), 3, "{filler}");
    }
    // Half of a registry may be its dead.
    let data = registry("01/01/1900", 60);
    assert!(!data.tables[0].has_habit(Field::DeathDate, ColumnHabit::Filler));
    assert_eq!(data.registry.residents[119].death_date, DateCell::Placeholder);
}

#[test]
fn hidden_numbers_are_a_habit_of_the_column() {
    let list = |hidden: usize| {
        let id = |at: usize| if at < hidden { format!("038*****{at:04}") } else { "038065001234".to_owned() };
        let rows = (0..40).map(|at| format!("\n{}|Trần Văn An", id(at)));
        table(Kind::Welfare, &format!("personal_id|full_name{}", rows.collect::<String>()))
    };
    let shows = |hidden: usize| {
        habits_of(&list(hidden)).iter().any(|whole| whole.habit == ColumnHabit::Masked && whole.first == 0)
    };
    assert!(shows(40) && shows(38) && !shows(30) && !shows(0));
}

#[test]
fn days_of_stops_that_stand_beside_other_rows_are_a_habit_of_the_column() {
    let list = |row: &dyn Fn(usize) -> (&'static str, &'static str)| {
        let rows = (0..24).map(|at| {
            let (stop, reason) = row(at);
            format!("\nTrần Văn An|01/03/2024|{stop}|{reason}")
        });
        table(
            Kind::Welfare,
            &format!("full_name|start_date|stop_date|stop_reason{}", rows.collect::<String>()),
        )
    };
    let is_apart = |row: &dyn Fn(usize) -> (&'static str, &'static str)| {
        habits_of(&list(row)).iter().any(|whole| whole.habit == ColumnHabit::Apart)
    };
    let before = |most: usize| {
        move |at: usize| if at < most { ("05/02/2021", "Chết") } else { ("05/02/2026", "Chuyển đi") }
    };
    assert!(is_apart(&before(3)) && !is_apart(&before(2)) && !is_apart(&before(0)));
    // The reasons alone were sorted.
    assert!(is_apart(&|at| if at < 12 { ("05/02/2026", "") } else { ("", "Chết") }));
    assert!(!is_apart(&|at| if at < 12 { ("05/02/2026", "") } else { ("05/02/2026", "Chết") }));
}
