//! Each rule of the pillar: what raises it, and what must not.

use crate::domain::{Code, Kind, ResidentIx, Role, Severity};
use crate::findings::testing::World;

/// One welfare row linked to one resident.
fn welfare(resident: &str, row: &str) -> World {
    let mut world = World::with(&[Kind::Welfare, Kind::Insurance]);
    let ix = world.resident(resident);
    world.linked_row(Kind::Welfare, row, ix);
    world
}

#[test]
fn du_01_no_id_at_all() {
    let world = welfare("", "full_name=Lê Thị Hoa");
    assert_eq!(world.found("DU-01"), ["welfare:2 subject personal_id"]);
    assert_eq!(world.only("DU-01").proposed_value, "001160000001");
    // A placeholder is none; a damaged ID is SACH-03 or SACH-07 alone.
    assert_eq!(welfare("", "full_name=A|personal_id=000000000000").of("DU-01").len(), 1);
    for written in ["123", "3.80E+10", "1160000009", "00116000", "123456789"] {
        assert!(
            welfare("", &format!("full_name=A|personal_id={written}")).of("DU-01").is_empty(),
            "{written}"
        );
    }
    assert!(welfare("personal_id=", "full_name=A").of("DU-01").is_empty());
}

#[test]
fn du_01_03_04_are_not_for_parents() {
    let mut world = World::with(&[Kind::Births]);
    let mother = world.resident("");
    for id in ["", "123456789"] {
        let row = world.row(Kind::Births, &format!("full_name=An|mother_name=Lê Thị Hoa|mother_id={id}"));
        world.link(Kind::Births, row, Role::Mother, mother);
    }
    for code in ["DU-01", "DU-03", "DU-04"] {
        assert!(world.of(code).is_empty(), "{code}");
    }
}

#[test]
fn du_02_a_resident_without_a_personal_id() {
    let world = welfare("personal_id=", "full_name=Lê Thị Hoa|personal_id=001160000005");
    assert_eq!(world.found("DU-02"), ["residents:2 personal_id"]);
    let finding = world.only("DU-02");
    assert_eq!(finding.proposed_value, "001160000005");
    assert!(world.told(&finding).contains("welfare.csv dòng 2"));
    assert_eq!(welfare("personal_id=123456789", "full_name=A").of("DU-02").len(), 1);
    assert_eq!(welfare("personal_id=000000000000", "full_name=A").of("DU-02").len(), 1);
    assert!(welfare("personal_id=123", "full_name=A").of("DU-02").is_empty());
    assert!(welfare("personal_id=|status=dead", "full_name=A").of("DU-02").is_empty());
    assert!(welfare("personal_id=|status=moved_out", "full_name=A").of("DU-02").is_empty());
    assert!(welfare("personal_id=|old_id=001160000001", "full_name=A").of("DU-02").is_empty());
}

#[test]
fn du_02_proposes_nobody_elses_id() {
    let proposed = |world: &World| world.only("DU-02").proposed_value;
    let own = || welfare("personal_id=", "full_name=Lê Thị Hoa|personal_id=001160000005");
    let mut of_resident = own();
    of_resident.resident("full_name=B|personal_id=001160000005");
    assert_eq!(proposed(&of_resident), "");
    let mut on_other_row = own();
    let other = on_other_row.resident("full_name=B|personal_id=001160000006");
    on_other_row.linked_row(Kind::Insurance, "full_name=B|personal_id=001160000005", other);
    assert_eq!(proposed(&on_other_row), "");
    let mut on_strangers_row = own();
    on_strangers_row.row(Kind::Insurance, "full_name=Trần Bé|personal_id=001160000005");
    assert_eq!(proposed(&on_strangers_row), "");
    // It says a man, or another year.
    let contradicting = welfare("personal_id=", "full_name=Lê Thị Hoa|personal_id=001060000005");
    assert_eq!(proposed(&contradicting), "");
}

#[test]
fn du_03_only_an_old_id() {
    for column in ["personal_id", "old_id"] {
        let world = welfare("", &format!("full_name=A|{column}=123456789"));
        assert_eq!(world.found("DU-03"), ["welfare:2 subject personal_id"], "{column}");
        assert!(world.of("DU-01").is_empty());
    }
    assert!(welfare("personal_id=", "full_name=A|old_id=123456789").of("DU-03").is_empty());
    assert!(welfare("", "full_name=A|old_id=123456789|personal_id=001160000001").of("DU-03").is_empty());
    assert!(welfare("", "full_name=A|old_id=123456789|personal_id=12").of("DU-03").is_empty());
}

#[test]
fn du_04_a_less_precise_birth_date() {
    for (registered, written, raised) in [
        ("05/03/1960", "1960", true),
        ("05/03/1960", "03/1960", true),
        ("05/03/1960", "01/01/1960", true),
        ("05/03/1960", "", true),
        ("05/03/1960", "01/01/1900", true),
        ("05/03/1960", "66 tuổi", true),
        ("1960", "", true),
        ("66 tuổi", "", true),
        ("66 tuổi", "1960", false),
        ("05/03/1960", "1961", false),
        ("05/03/1960", "31/02/1960", false),
        ("01/01/1960", "1960", false),
        ("1960", "01/01/1960", false),
        ("01/01/1960", "03/1960", false),
        ("05/03/1960", "05/03/1960", false),
        ("01/01/1900", "", false),
    ] {
        let world =
            welfare(&format!("birth_date={registered}"), &format!("full_name=A|birth_date={written}"));
        assert_eq!(!world.of("DU-04").is_empty(), raised, "{registered} {written}");
    }
    assert_eq!(welfare("", "full_name=A").only("DU-04").proposed_value, "05/03/1960");
}

#[test]
fn du_04_is_du_10_where_the_kind_requires_the_date() {
    let births = |birth: &str| {
        let mut world = World::with(&[Kind::Births]);
        let child = world.resident("full_name=An|birth_date=01/02/2020");
        world.linked_row(Kind::Births, &format!("full_name=An|birth_date={birth}"), child);
        (world.of("DU-04").len(), world.found("DU-10"))
    };
    assert_eq!(births(""), (0, vec!["births:2 child birth_date".to_owned()]));
    assert_eq!(births("01/01/1900"), (0, vec![]));
    assert_eq!(births("2020"), (1, vec![]));
}

#[test]
fn du_05_the_registrys_birth_date_lacks_something() {
    for (registered, written, proposed) in [
        ("1960", "05/03/1960", Some("05/03/1960")),
        ("1960", "", Some("")),
        ("1960", "01/01/1960", Some("")),
        ("03/1960", "05/03/1960", Some("05/03/1960")),
        ("03/1960", "05/04/1960", Some("")),
        ("01/01/1960", "05/03/1960", Some("05/03/1960")),
        ("01/01/1960", "1960", None),
        ("01/01/1960", "05/03/1961", None),
        ("01/01/1960", "", None),
        ("05/03/1960", "05/03/1960", None),
        ("", "05/03/1960", None),
        ("31/02/1960", "05/03/1960", None),
    ] {
        let world =
            welfare(&format!("birth_date={registered}"), &format!("full_name=A|birth_date={written}"));
        let found = world.of("DU-05");
        assert_eq!(found.first().map(|f| f.proposed_value.as_str()), proposed, "{registered} {written}");
        let low = registered.len() == 10;
        assert!(found.iter().all(|f| (f.severity == Severity::Low) == low));
    }
}

#[test]
fn du_05_prefers_civil_status() {
    let mut world = World::with(&[Kind::Deaths, Kind::Welfare]);
    let ix = world.resident("birth_date=1960");
    world.linked_row(Kind::Welfare, "full_name=A|birth_date=06/03/1960", ix);
    world.linked_row(Kind::Deaths, "full_name=A|birth_date=05/03/1960|death_date=2026", ix);
    assert_eq!(world.only("DU-05").proposed_value, "05/03/1960");
}

#[test]
fn du_06_who_is_not_in_the_registry() {
    let mut world = World::with(&[Kind::Deaths, Kind::Marriages, Kind::Welfare, Kind::Insurance]);
    let ix = world.resident("commune=Xã Đông");
    world.row(Kind::Deaths, "full_name=A|death_date=2026");
    world.row(Kind::Welfare, "full_name=B");
    world.row(Kind::Insurance, "full_name=C");
    let reviewed = world.row(Kind::Insurance, "full_name=D");
    world.review(Kind::Insurance, reviewed, Role::Subject, ix);
    world.linked_row(Kind::Insurance, "full_name=E", ix);
    world.row(
        Kind::Marriages,
        "husband_name=G|husband_address=Thôn 1, xã Đông|wife_name=H|wife_address=Thôn 1, xã Tây",
    );
    world.row(Kind::Marriages, "husband_name=I|wife_name=K");
    assert_eq!(
        world.found("DU-06"),
        [
            "deaths:2 deceased full_name",
            "marriages:2 husband husband_name",
            "welfare:2 subject full_name",
            "insurance:2 subject full_name",
        ]
    );
}

#[test]
fn du_06_wants_somebody_to_look_for() {
    let row = |text: &str| {
        let mut world = World::with(&[Kind::Insurance]);
        world.resident("");
        world.row(Kind::Insurance, text);
        (world.of("DU-06").len(), world.of("DUNG-05").len())
    };
    assert_eq!(row("full_name=không rõ|birth_date=2020"), (0, 0));
    // Another's ID beyond doubt; an ID that nobody has.
    assert_eq!(row("full_name=Trần Bé|personal_id=001160000001"), (1, 1));
    assert_eq!(row("personal_id=001160000009"), (1, 0));
    // The ID is a resident's, and nothing speaks against it.
    assert_eq!(row("personal_id=001160000001|birth_date=2020"), (0, 0));
}

#[test]
fn du_07_a_child_who_is_not_in_the_registry() {
    let mut world = World::with(&[Kind::Births]);
    let mother = world.resident("");
    let row = world.row(Kind::Births, "full_name=An|birth_date=01/02/2026|mother_name=Lê Thị Hoa");
    world.link(Kind::Births, row, Role::Mother, mother);
    let reviewed = world.row(Kind::Births, "full_name=Bình|birth_date=01/02/2026");
    world.review(Kind::Births, reviewed, Role::Child, mother);
    assert_eq!(world.found("DU-07"), ["births:2 child full_name"]);
    assert!(world.told(&world.only("DU-07")).contains("residents.csv dòng 2"));
    assert!(world.of("DU-06").is_empty());
}

#[test]
fn du_08_a_child_without_a_card() {
    let child = |birth: &str, card: &str| {
        let mut world = World::with(&[Kind::Insurance]);
        let ix = world.resident(&format!("birth_date={birth}"));
        world.linked_row(Kind::Insurance, &format!("full_name=A|{card}"), ix);
        world.found("DU-08")
    };
    assert_eq!(child("21/11/2020", ""), ["residents:2 card_no"]);
    assert!(child("20/11/2020", "").is_empty());
    assert!(child("21/11/2020", "card_no=TE1011234567890|valid_to=31/12/2026").is_empty());
    assert_eq!(child("21/11/2020", "card_no=TE1011234567890|valid_to=31/10/2026").len(), 1);
    assert_eq!(child("21/11/2020", "card_no=TE1011234567890|stop_date=20/11/2026").len(), 1);
    assert_eq!(child("21/11/2020", "card_no=HN1011234567890|valid_to=31/12/2026").len(), 1);
    // A malformed number is SACH-08; the child is insured all the same.
    assert!(child("21/11/2020", "card_no=TE101|valid_to=31/12/2026").is_empty());
    let mut world = World::with(&[Kind::Insurance]);
    let ix = world.resident("birth_date=01/02/2024");
    let row = world.row(Kind::Insurance, "full_name=A|card_no=TE1011234567890");
    world.review(Kind::Insurance, row, Role::Subject, ix);
    assert!(world.of("DU-08").is_empty());
}

#[test]
fn du_08_of_communes_whose_children_the_list_holds() {
    let found = |children: usize, cards: usize| {
        let mut world = World::with(&[Kind::Insurance]);
        for child in 0..children {
            let ix = world.resident("birth_date=01/02/2024|status=Thường trú");
            let card = if child < cards { "card_no=TE1011234567890" } else { "card_no=HN1011234567890" };
            world.linked_row(Kind::Insurance, &format!("full_name=A|{card}"), ix);
        }
        world.of("DU-08").len()
    };
    assert_eq!(found(19, 0), 19);
    // Of so many some have a card: the list is of others.
    assert_eq!(found(20, 0), 0);
    assert_eq!(found(40, 3), 0);
    assert_eq!(found(40, 4), 36);
}

#[test]
fn du_09_a_beneficiary_without_a_card() {
    let beneficiary = |resident: &str, row: &str, card: &str| {
        let mut world = welfare(resident, &format!("full_name=A|{row}"));
        world.linked_row(Kind::Welfare, &format!("full_name=A|{row}"), ResidentIx(0));
        if !card.is_empty() {
            world.linked_row(Kind::Insurance, &format!("full_name=A|{card}"), ResidentIx(0));
        }
        world.found("DU-09")
    };
    // Once per resident, though two rows say so.
    assert_eq!(beneficiary("", "group_code=HN", ""), ["welfare:2 subject card_no"]);
    assert_eq!(beneficiary("", "group_code=BTXH", "valid_to=01/01/2026").len(), 1);
    assert!(beneficiary("", "group_code=HN", "valid_to=01/01/2027").is_empty());
    assert!(beneficiary("", "group_code=CN", "").is_empty());
    assert!(beneficiary("", "group_code=HN|stop_date=01/01/2026", "").is_empty());
    assert!(beneficiary("status=dead", "group_code=HN", "").is_empty());
}

#[test]
fn du_10_required_values() {
    let mut world = World::with(&[Kind::Deaths, Kind::Marriages, Kind::Welfare]);
    world.resident("full_name=|birth_date=|gender=|commune=");
    world.resident("full_name=không rõ|birth_date=01/01/1900");
    world.row(Kind::Deaths, "full_name=A");
    world.row(Kind::Deaths, "birth_date=1960|death_date=01/01/1900");
    world.row(Kind::Marriages, "husband_name=B");
    world.row(Kind::Welfare, "full_name=không rõ");
    assert_eq!(
        world.found("DU-10"),
        [
            "deaths:2 deceased death_date",
            "deaths:3 deceased full_name",
            "marriages:2 wife wife_name",
            "residents:2 full_name",
            "residents:2 birth_date",
            "residents:2 gender",
            "residents:2 commune",
        ]
    );
}

#[test]
fn du_11_no_identity_card() {
    let resident = |text: &str| {
        let mut world = World::with(&[Kind::Welfare]);
        world.resident(&format!("card_issued=|{text}"));
        world.found("DU-11")
    };
    assert_eq!(resident("birth_date=20/11/2012"), ["residents:2 card_issued"]);
    assert!(resident("birth_date=21/11/2012").is_empty());
    assert!(resident("status=dead").is_empty());
    assert!(resident("birth_date=").is_empty());
}

#[test]
fn du_11_not_where_nobody_of_many_has_a_card() {
    let found = |residents: usize, cards: usize| {
        let mut world = World::with(&[Kind::Welfare]);
        for resident in 0..residents {
            let card = if resident < cards { "x" } else { "" };
            world.resident(&format!("birth_date=20/11/1980|card_issued={card}"));
        }
        world.of("DU-11").len()
    };
    assert_eq!(found(99, 0), 99);
    assert_eq!(found(100, 0), 0);
    assert_eq!(found(100, 1), 99);
}

#[test]
fn du_12_paid_in_cash_without_an_account() {
    let row = "full_name=A|payment_method=tiền mặt";
    assert_eq!(welfare("", row).found("DU-12"), ["welfare:2 subject bank_account"]);
    assert!(welfare("", "full_name=A|payment_method=chuyển khoản").of("DU-12").is_empty());
    assert!(welfare("", &format!("{row}|bank_account=123")).of("DU-12").is_empty());
    assert!(welfare("", &format!("{row}|stop_date=01/01/2026")).of("DU-12").is_empty());
    assert!(welfare("status=dead", row).of("DU-12").is_empty());
    let mut outside = World::with(&[Kind::Welfare]);
    outside.row(Kind::Welfare, row);
    assert_eq!(outside.of("DU-12").len(), 1);
}

/// A births extract of Đông that covers 2015 to 2024.
fn births() -> World {
    let mut world = World::with(&[Kind::Births]);
    for year in 2014..=2025 {
        for month in 1..=12 {
            let text = format!(
                "full_name=X{year}{month}|birth_date={year}|registered_on=15/{month}/{year}|commune=Đông"
            );
            world.row(Kind::Births, &text);
        }
    }
    world
}

#[test]
fn du_13_a_birth_that_should_be_on_record() {
    let resident = |text: &str| {
        let mut world = births();
        world.resident(text);
        world.found("DU-13")
    };
    assert_eq!(resident("birth_date=01/02/2020"), ["residents:2 record_no"]);
    assert!(resident("birth_date=01/02/2014").is_empty());
    assert!(resident("birth_date=01/12/2025").is_empty());
    assert!(resident("birth_date=01/02/2020|commune=Tây").is_empty());
    assert!(resident("birth_date=01/02/2020|status=dead").is_empty());
    for linked in [true, false] {
        let mut world = births();
        let ix = world.resident("birth_date=01/02/2020");
        let row = world.row(Kind::Births, "full_name=An|birth_date=01/02/2020|mother_name=B");
        if linked {
            world.link(Kind::Births, row, Role::Child, ix);
        } else {
            world.review(Kind::Births, row, Role::Child, ix);
        }
        assert!(world.of("DU-13").is_empty());
    }
    let mut as_mother = births();
    let ix = as_mother.resident("birth_date=01/02/2020");
    let row = as_mother.row(Kind::Births, "full_name=An|birth_date=2026|mother_name=B");
    as_mother.link(Kind::Births, row, Role::Mother, ix);
    assert_eq!(as_mother.of("DU-13").len(), 1);
}

#[test]
fn rules_without_their_data_are_not_run() {
    let mut world = World::with(&[Kind::Births]);
    world.resident("birth_date=01/02/2020");
    let judgement = world.judge();
    let missing = |code: Code| judgement.not_run.iter().find(|n| n.code == code).map(|n| n.missing.clone());
    assert_eq!(missing(Code::song(1)).unwrap(), ["deaths"]);
    assert_eq!(missing(Code::du(8)).unwrap(), ["insurance"]);
    assert_eq!(missing(Code::du(9)).unwrap(), ["welfare", "insurance"]);
    assert_eq!(missing(Code::du(13)).unwrap(), ["births.registered_on", "births.commune"]);
    assert_eq!(missing(Code::du(2)), None);
    assert!(judgement.findings.iter().all(|f| f.code != Code::du(8)));
}

#[test]
fn a_surplus_row_raises_nothing_else() {
    let mut world = births();
    let kept = world.resident("birth_date=1960");
    let surplus = world.resident("personal_id=|birth_date=|gender=|card_issued=|old_id=12");
    world.surplus(surplus, kept);
    let about: Vec<_> = world.judge().findings.into_iter().filter(|f| f.resident == Some(surplus)).collect();
    assert_eq!(about.iter().map(|f| f.code).collect::<Vec<_>>(), [Code::sach(2)]);
}
