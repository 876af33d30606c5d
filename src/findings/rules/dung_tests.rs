//! Each rule of the pillar: what raises it, and what must not.

use crate::domain::{Kind, Role, Severity};
use crate::findings::testing::World;

/// One welfare row linked to one resident.
fn welfare(resident: &str, row: &str) -> World {
    let mut world = World::with(&[Kind::Welfare]);
    let ix = world.resident(resident);
    world.linked_row(Kind::Welfare, row, ix);
    world
}

#[test]
fn dung_01_a_name_that_differs() {
    let world = welfare("", "full_name=Lê Thị Hòn");
    let finding = world.only("DUNG-01");
    assert_eq!(world.found("DUNG-01"), ["welfare:2 subject full_name"]);
    assert_eq!((finding.severity, finding.confidence), (Severity::Medium, 0.99));
    assert_eq!(
        (finding.source_value.as_str(), finding.registry_value.as_str(), finding.proposed_value.as_str()),
        ("Lê Thị Hòn", "Lê Thị Hoa", "Lê Thị Hoa")
    );
    assert!(
        world.told(&finding).contains("welfare.csv dòng 2")
            && world.told(&finding).contains("residents.csv dòng 2")
    );
    assert_eq!(welfare("", "full_name=Le Thi Hoa").only("DUNG-01").severity, Severity::Low);
    // Marks that the registry lacks are no fault of the row.
    let finding = welfare("full_name=QUACH THI THAM", "full_name=Quách Thị Thắm").only("DUNG-01");
    assert_eq!((finding.severity, finding.proposed_value.as_str()), (Severity::Low, "Quách Thị Thắm"));
    assert!(welfare("", "full_name=LÊ THỊ HOA").of("DUNG-01").is_empty());
    assert!(welfare("", "full_name=L? Th? Hoa").of("DUNG-01").is_empty());
    assert!(welfare("", "birth_date=1960").of("DUNG-01").is_empty());
}

#[test]
fn dung_01_is_not_for_parents_nor_under_review() {
    let mut world = World::with(&[Kind::Births]);
    let mother = world.resident("");
    let row = world.row(Kind::Births, "full_name=Trần An | birth_date=01/02/2020 | mother_name=Lê Thị Hòn");
    world.link(Kind::Births, row, Role::Mother, mother);
    world.review(Kind::Births, row, Role::Child, mother);
    assert!(world.of("DUNG-01").is_empty() && world.of("DUNG-02").is_empty());
    assert_eq!(world.found("DUNG-06"), ["births:2 mother mother_name"]);
}

#[test]
fn dung_02_birth_dates_that_contradict() {
    for (registered, written, raised) in [
        ("05/03/1960", "03/05/1960", true),
        ("05/03/1960", "1961", true),
        ("05/03/1960", "04/1960", true),
        ("05/03/1960", "1960", false),
        ("05/03/1960", "01/01/1960", false),
        ("1960", "01/01/1960", false),
        ("05/03/1960", "", false),
        ("05/03/1960", "31/02/1961", false),
        ("05/03/1960", "01/02/1890", false),
        ("05/03/1960", "65 tuổi", false),
        ("05/03/1960", "60 tuổi", true),
        ("31/02/1960", "05/03/1970", false),
    ] {
        let world =
            welfare(&format!("birth_date={registered}"), &format!("full_name=A|birth_date={written}"));
        assert_eq!(!world.of("DUNG-02").is_empty(), raised, "{registered} {written}");
    }
}

#[test]
fn dung_02_is_for_parents_too() {
    let mut world = World::with(&[Kind::Births]);
    let mother = world.resident("");
    let row = world.row(Kind::Births, "full_name=B | mother_name=Lê Thị Hoa | mother_birth_date=1961");
    world.link(Kind::Births, row, Role::Mother, mother);
    assert_eq!(world.found("DUNG-02"), ["births:2 mother mother_birth_date"]);
}

#[test]
fn dung_03_only_a_gender_that_is_written() {
    assert_eq!(welfare("", "full_name=A|gender=Nam").found("DUNG-03"), ["welfare:2 subject gender"]);
    assert!(welfare("", "full_name=A|gender=Nữ").of("DUNG-03").is_empty());
    assert!(welfare("", "full_name=A").of("DUNG-03").is_empty());
    assert!(welfare("gender=", "full_name=A|gender=Nam").of("DUNG-03").is_empty());
    let mut world = World::with(&[Kind::Marriages]);
    let wife = world.resident("");
    world.linked_row(Kind::Marriages, "husband_name=A|wife_name=B", wife);
    assert!(world.of("DUNG-03").is_empty());
}

#[test]
fn dung_04_an_id_that_nobody_has() {
    let world = welfare("", "full_name=A|personal_id=001160000009");
    assert_eq!(world.found("DUNG-04"), ["welfare:2 subject personal_id"]);
    assert_eq!(world.only("DUNG-04").proposed_value, "001160000001");
    assert!(world.of("DUNG-05").is_empty());
    let in_old_column = welfare("", "full_name=A|old_id=001160000009");
    assert_eq!(in_old_column.found("DUNG-04"), ["welfare:2 subject old_id"]);
    // Zeros lost are no difference; what cannot be restored takes no part.
    for same in ["001160000001", "01160000001", "1160000009", "00116000", "3.80E+10"] {
        assert!(welfare("", &format!("full_name=A|personal_id={same}")).of("DUNG-04").is_empty(), "{same}");
    }
    assert!(welfare("personal_id=", "full_name=A|personal_id=001160000009").of("DUNG-04").is_empty());
}

#[test]
fn dung_05_an_id_of_somebody_else() {
    let mut world = welfare("", "full_name=A|personal_id=001160000002|old_id=123456789");
    world.resident("full_name=Trần Văn Nam|personal_id=001160000002");
    world.resident("full_name=Trần Văn Bắc|personal_id=001160000003|old_id=123456789");
    assert_eq!(world.found("DUNG-05"), ["welfare:2 subject personal_id", "welfare:2 subject old_id"]);
    assert!(world.of("DUNG-04").is_empty());
    let finding = world.of("DUNG-05").remove(0);
    assert_eq!(finding.resident.unwrap().0, 0);
    assert!(world.told(&finding).contains("Trần Văn Nam"));
    // A column of old IDs is held against old IDs.
    let mut world = welfare("old_id=246037630", "full_name=A|personal_id=001160000001|old_id=123456789");
    world.resident("full_name=Trần Văn Bắc|personal_id=001160000003|old_id=123456789");
    let finding = world.only("DUNG-05");
    assert_eq!(
        (finding.registry_value.as_str(), finding.proposed_value.as_str()),
        ("246037630", "246037630")
    );
    assert!(
        world.told(&finding).contains("Trần Văn Bắc") && world.told(&finding).contains("số CMND 123456789")
    );
}

#[test]
fn dung_05_is_not_about_the_persons_own_other_row() {
    let mut world = welfare("", "full_name=A|personal_id=001160000002");
    let kept = crate::domain::ResidentIx(0);
    let surplus = world.resident("personal_id=001160000002");
    world.surplus(surplus, kept);
    assert!(world.of("DUNG-05").is_empty() && world.of("DUNG-04").is_empty());
}

#[test]
fn dung_05_of_a_person_outside_the_registry() {
    let row = |text: &str| {
        let mut world = World::with(&[Kind::Insurance]);
        world.resident("");
        world.row(Kind::Insurance, text);
        world.of("DUNG-05").len()
    };
    assert_eq!(row("full_name=Trần Bé|birth_date=01/02/2020|personal_id=001160000001"), 1);
    // Name or birth date agree: too little to say that the ID is another's.
    assert_eq!(row("full_name=Lê Thị Hoa|birth_date=01/02/2020|personal_id=001160000001"), 0);
    assert_eq!(row("full_name=Trần Bé|birth_date=1960|personal_id=001160000001"), 0);
}

#[test]
fn dung_06_against_the_childs_row_first() {
    let births = |child: &str| {
        let mut world = World::with(&[Kind::Births]);
        let mother = world.resident("full_name=Lê Thị Hoa");
        let child = world.resident(&format!("full_name=Trần An|birth_date=01/02/2020|{child}"));
        let row = world.linked_row(Kind::Births, "full_name=Trần An|mother_name=Lê Thị Hoà", child);
        world.link(Kind::Births, row, Role::Mother, mother);
        world
    };
    let by_child = births("mother_name=Lê Thị Huệ");
    assert_eq!(by_child.found("DUNG-06"), ["births:2 mother mother_name"]);
    assert_eq!(by_child.only("DUNG-06").registry_value, "Lê Thị Huệ");
    assert_eq!(by_child.only("DUNG-06").resident.unwrap().0, 1);
    assert!(births("mother_name=Lê Thị Hoà").of("DUNG-06").is_empty());
    let by_mother = births("").only("DUNG-06");
    assert_eq!((by_mother.registry_value.as_str(), by_mother.severity), ("Lê Thị Hoa", Severity::Low));
}

#[test]
fn dung_07_a_commune_that_differs_after_the_mapping() {
    assert_eq!(welfare("", "full_name=A|commune=Tây").found("DUNG-07"), ["welfare:2 subject commune"]);
    assert!(welfare("", "full_name=A|commune=Cũ>Đông").of("DUNG-07").is_empty());
    assert!(welfare("", "full_name=A").of("DUNG-07").is_empty());
    // The benefit has moved with its owner: the registry's commune is the old one.
    let moved = welfare("status=moved_out", "full_name=A|commune=Tây");
    assert!(moved.of("SONG-09").is_empty() && moved.of("DUNG-07").len() == 1);
    assert_eq!(moved.only("DUNG-07").proposed_value, "");
    let left_behind = welfare("status=moved_out", "full_name=A|commune=Đông");
    assert!(left_behind.of("DUNG-07").is_empty() && left_behind.of("SONG-09").len() == 1);
    let mut world = World::with(&[Kind::Deaths]);
    let ix = world.resident("");
    world.linked_row(Kind::Deaths, "full_name=Lê Thị Hoa|death_date=2026|commune=Tây", ix);
    assert!(world.of("DUNG-07").is_empty());
}

#[test]
fn dung_08_an_id_against_its_own_row() {
    let registry = |text: &str| {
        let mut world = World::with(&[Kind::Welfare]);
        world.resident(text);
        world.found("DUNG-08")
    };
    assert_eq!(registry("personal_id=001060000001"), ["residents:2 personal_id"]);
    assert_eq!(registry("personal_id=001161000001"), ["residents:2 personal_id"]);
    assert_eq!(registry("personal_id=001360000001"), ["residents:2 personal_id"]);
    assert!(registry("personal_id=001160000001").is_empty());
    assert!(registry("personal_id=01061000001").is_empty());
    assert!(registry("personal_id=001161000001|birth_date=31/02/1960").is_empty());
    assert_eq!(
        welfare("", "full_name=A|gender=Nam|personal_id=001160000001").found("DUNG-08"),
        ["welfare:2 subject personal_id"]
    );
}

#[test]
fn dung_09_dates_of_death() {
    let deaths = |registered: &str, recorded: &str| {
        let mut world = World::with(&[Kind::Deaths]);
        let ix = world.resident(&format!("death_date={registered}"));
        world.linked_row(Kind::Deaths, &format!("full_name=Lê Thị Hoa|death_date={recorded}"), ix);
        world.found("DUNG-09")
    };
    assert_eq!(deaths("05/03/2025", "06/03/2025"), ["deaths:2 deceased death_date"]);
    assert!(deaths("05/03/2025", "03/2025").is_empty());
    assert!(deaths("05/03/2025", "01/01/2025").is_empty());
    assert!(deaths("", "06/03/2025").is_empty());
    // Death before birth is impossible and takes no part.
    assert!(deaths("05/03/1950", "06/03/2025").is_empty());
}

/// A couple, married by one row: husband is resident 0, wife resident 1.
fn couple(husband: &str, wife: &str) -> World {
    let mut world = World::with(&[Kind::Marriages]);
    let h = world.resident(&format!("full_name=Trần Văn Nam|gender=Nam|personal_id=001060000001|{husband}"));
    let w = world.resident(&format!("full_name=Lê Thị Hoa|{wife}"));
    let row = "husband_name=Trần Văn Nam|wife_name=Lê Thị Hoa|wife_personal_id=001160000001|registered_on=01/06/2025";
    let row = world.linked_row(Kind::Marriages, row, h);
    world.link(Kind::Marriages, row, Role::Wife, w);
    world
}

#[test]
fn dung_10_another_spouse() {
    let other = couple("spouse_name=Phạm Thu Cúc", "spouse_name=Trần Văn Nam");
    assert_eq!(other.found("DUNG-10"), ["marriages:2 husband spouse_name"]);
    assert_eq!(other.only("DUNG-10").proposed_value, "Lê Thị Hoa");
    assert!(couple("spouse_name=Lê Thị Hao", "").of("DUNG-10").is_empty());
    assert!(couple("spouse_name=Le Thi Hoa", "").of("DUNG-10").is_empty());
    assert!(couple("spouse_name=Phạm Thu Cúc|spouse_id=001160000001", "").of("DUNG-10").is_empty());
    assert!(couple("spouse_name=Phạm Thu Cúc", "status=dead").of("DUNG-10").is_empty());
    assert!(couple("", "").of("DUNG-10").is_empty());
    let by_id = couple("spouse_id=001160000009", "");
    assert_eq!(by_id.found("DUNG-10"), ["marriages:2 husband spouse_name"]);
}

#[test]
fn dung_10_is_not_about_an_earlier_marriage() {
    let mut world = couple("spouse_name=Phạm Thu Cúc", "spouse_name=Trần Văn Nam");
    let row = "husband_name=Trần Văn Nam|wife_name=Phạm Thu Cúc|registered_on=01/06/2026";
    world.linked_row(Kind::Marriages, row, crate::domain::ResidentIx(0));
    assert!(world.of("DUNG-10").is_empty());
}
