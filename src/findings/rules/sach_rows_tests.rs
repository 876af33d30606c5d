//! Rows too many and IDs on several persons: what raises them, and what must not.

use crate::domain::{Kind, ResidentIx, Role, Severity, Surplus};
use crate::findings::testing::World;

fn rows(kind: Kind, rows: &[&str]) -> World {
    let mut world = World::with(&[kind]);
    let ix = world.resident("");
    for row in rows {
        world.linked_row(kind, row, ix);
    }
    world
}

#[test]
fn sach_01_benefits() {
    let same = rows(Kind::Welfare, &["full_name=A|programme=x|start_date=2020", "full_name=A|programme=x"]);
    // The second row has fewer cells filled.
    assert_eq!(same.found("SACH-01"), ["welfare:3 subject"]);
    assert_eq!(same.only("SACH-01").severity, Severity::High);
    assert!(same.told(&same.only("SACH-01")).contains("dòng giữ lại: an sinh xã hội: welfare.csv dòng 2"));
    assert!(
        rows(Kind::Welfare, &["full_name=A|programme=x", "full_name=A|programme=y"]).of("SACH-01").is_empty()
    );
    let successive =
        ["full_name=A|programme=x|stop_date=01/06/2024", "full_name=A|programme=x|start_date=01/06/2024"];
    assert!(rows(Kind::Welfare, &successive).of("SACH-01").is_empty());
}

#[test]
fn sach_01_keeps_the_row_with_a_sound_id() {
    let world = rows(
        Kind::Welfare,
        &[
            "full_name=A|file_no=1|start_date=2020|monthly_amount=1",
            "full_name=A|personal_id=001160000001",
            "full_name=A|personal_id=12|file_no=1",
        ],
    );
    assert_eq!(world.found("SACH-01"), ["welfare:2 subject", "welfare:4 subject"]);
}

#[test]
fn sach_01_cards_valid_at_the_same_time() {
    let cards = |a: &str, b: &str| {
        rows(
            Kind::Insurance,
            &[
                &format!("full_name=A|card_no=TE1011234567890|{a}"),
                &format!("full_name=A|card_no=HN2011234567891|{b}"),
            ],
        )
        .found("SACH-01")
    };
    assert_eq!(cards("valid_to=31/12/2026", "valid_from=01/06/2026"), ["insurance:3 subject"]);
    assert!(cards("valid_to=31/12/2025", "valid_from=01/01/2026").is_empty());
}

#[test]
fn sach_01_civil_status() {
    let twice = |kind: Kind, a: &str, b: &str| rows(kind, &[a, b]).found("SACH-01");
    let birth = "full_name=A|birth_date=2020";
    assert_eq!(twice(Kind::Births, birth, birth), ["births:3 child"]);
    assert!(twice(Kind::Births, birth, &format!("{birth}|registration_kind=2")).is_empty());
    let death = "full_name=A|death_date=2020";
    assert_eq!(twice(Kind::Deaths, death, death), ["deaths:3 deceased"]);
    let marriage = "husband_name=A|wife_name=Lê Thị Hoa";
    assert_eq!(
        twice(Kind::Marriages, marriage, "husband_name=A|wife_name=Le Thi Hoa"),
        ["marriages:3 husband"]
    );
    // A person may marry twice.
    assert!(twice(Kind::Marriages, marriage, "husband_name=A|wife_name=Trần Thu Cúc").is_empty());
}

#[test]
fn sach_01_parents_stand_on_many_births() {
    let mut world = World::with(&[Kind::Births]);
    let mother = world.resident("");
    for child in ["An", "Bình"] {
        let row =
            world.row(Kind::Births, &format!("full_name={child}|birth_date=2020|mother_name=Lê Thị Hoa"));
        world.link(Kind::Births, row, Role::Mother, mother);
    }
    assert!(world.of("SACH-01").is_empty());
}

#[test]
fn sach_01_outside_the_registry() {
    let mut world = World::with(&[Kind::Welfare]);
    for programme in ["x", "x", "y"] {
        world.row(Kind::Welfare, &format!("full_name=A|birth_date=05/03/1960|programme={programme}"));
    }
    world.links.unlinked_duplicates[0] =
        [1, 2].map(|row| Surplus { row, kept: 0, probability: 0.95 }).to_vec();
    assert_eq!(world.found("SACH-01"), ["welfare:3 subject"]);
}

#[test]
fn sach_02_names_the_row_kept() {
    let mut world = World::with(&[Kind::Welfare]);
    let (kept, surplus) = (world.resident(""), world.resident("personal_id="));
    world.surplus(surplus, kept);
    assert_eq!(world.found("SACH-02"), ["residents:3"]);
    assert!(world.told(&world.only("SACH-02")).contains("dòng giữ lại: dân cư: residents.csv dòng 2"));
}

#[test]
fn sach_04_in_the_registry() {
    let mut world = World::with(&[Kind::Welfare]);
    let kept = world.resident("");
    let surplus = world.resident("");
    world.surplus(surplus, kept);
    world.resident("personal_id=001160000002|mother_id=001160000001");
    assert!(world.of("SACH-04").is_empty());
    world.resident("full_name=Trần Bé");
    assert_eq!(world.found("SACH-04"), ["residents:2 personal_id", "residents:5 personal_id"]);
}

#[test]
fn sach_04_in_an_extract() {
    let mut world = World::with(&[Kind::Insurance]);
    let mother = world.resident("");
    let child = world.resident("full_name=Trần Bé|birth_date=01/02/2022|personal_id=001322000001");
    let card = |name: &str| format!("full_name={name}|personal_id=001160000001");
    world.linked_row(Kind::Insurance, &card("Lê Thị Hoa"), mother);
    // Two rows of one person, linked or not, share an ID by right.
    world.linked_row(Kind::Insurance, &card("Lê Thị Hoa"), mother);
    world.row(Kind::Insurance, &card("Lê Thị Hao"));
    assert!(world.of("SACH-04").is_empty());
    world.linked_row(Kind::Insurance, &card("Trần Bé"), child);
    let all = [2, 3, 4, 5].map(|row| format!("insurance:{row} subject personal_id"));
    assert_eq!(world.found("SACH-04"), all);
    assert_eq!(world.of("SACH-04")[3].proposed_value, "001322000001");
    assert_eq!(world.of("SACH-04")[0].proposed_value, "");
}

#[test]
fn sach_04_of_persons_outside_the_registry() {
    let pair = |a: &str, b: &str| {
        let mut world = World::with(&[Kind::Insurance]);
        world.row(Kind::Insurance, &format!("personal_id=001160000001|{a}"));
        world.row(Kind::Insurance, &format!("personal_id=001160000001|{b}"));
        world.of("SACH-04").len()
    };
    assert_eq!(pair("full_name=Lê Thị Hoa|birth_date=1960", "full_name=Trần Văn Bé|birth_date=2020"), 2);
    assert_eq!(pair("full_name=Lê Thị Hoa|birth_date=1960", "full_name=Trần Văn Bé|birth_date=1960"), 0);
    assert_eq!(pair("full_name=Lê Thị Hoa|birth_date=1960", "full_name=Lê Thị Hoa|birth_date=2020"), 0);
}

#[test]
fn sach_04_roles_of_one_row() {
    let mut world = World::with(&[Kind::Births]);
    let (mother, child) = (world.resident(""), ResidentIx(1));
    world.resident("full_name=Trần Bé|personal_id=001322000001");
    let text = "full_name=Trần Bé|birth_date=2022|personal_id=001160000001|mother_name=Lê Thị Hoa|mother_id=001160000001";
    let row = world.linked_row(Kind::Births, text, child);
    world.link(Kind::Births, row, Role::Mother, mother);
    assert_eq!(world.found("SACH-04"), ["births:2 child personal_id"]);
}
