//! Each rule about a cell: what raises it, and what must not.

use crate::domain::{Kind, Role};
use crate::findings::testing::World;

fn welfare(row: &str) -> World {
    let mut world = World::with(&[Kind::Welfare]);
    let ix = world.resident("");
    world.linked_row(Kind::Welfare, row, ix);
    world
}

#[test]
fn sach_03_malformed_ids() {
    assert_eq!(
        welfare("full_name=A|personal_id=12|old_id=x").found("SACH-03"),
        ["welfare:2 subject personal_id", "welfare:2 subject old_id"]
    );
    for other in
        ["000000000000", "3.80E+10", "01160000001", "1160000009", "12345678", "001160000001", "999999999"]
    {
        assert!(welfare(&format!("full_name=A|personal_id={other}")).of("SACH-03").is_empty(), "{other}");
    }
    let mut world = World::with(&[Kind::Births]);
    world.resident("old_id=12|father_id=13");
    world.row(Kind::Births, "full_name=A|birth_date=2020|mother_name=B|mother_id=14");
    assert_eq!(
        world.found("SACH-03"),
        ["births:2 mother mother_id", "residents:2 old_id", "residents:2 father_id"]
    );
}

#[test]
fn sach_05_impossible_dates() {
    assert_eq!(
        welfare("full_name=A|birth_date=31/02/1960").found("SACH-05"),
        ["welfare:2 subject birth_date"]
    );
    assert_eq!(
        welfare("full_name=A|birth_date=01/02/1890").found("SACH-05"),
        ["welfare:2 subject birth_date"]
    );
    assert!(welfare("full_name=A|birth_date=01/02/1900").of("SACH-05").is_empty());
    // Only birth, death, registration and issue.
    assert!(welfare("full_name=A|start_date=31/02/2020").of("SACH-05").is_empty());
    let mut world = World::with(&[Kind::Births, Kind::Deaths, Kind::Marriages]);
    world.resident("birth_date=05/03/1960|death_date=01/01/1950");
    world.resident("birth_date=1890|death_date=1980");
    world.row(Kind::Deaths, "full_name=A|birth_date=05/03/1960|death_date=04/03/1960");
    world.row(Kind::Deaths, "full_name=B|birth_date=1890|death_date=1980|registered_on=31/02/1980");
    world.row(Kind::Births, "full_name=A|birth_date=1970|mother_name=B|mother_birth_date=30/02/1940");
    world.row(Kind::Marriages, "husband_name=A|wife_name=B|wife_birth_date=31/04/1990");
    assert_eq!(
        world.found("SACH-05"),
        [
            "births:2 mother mother_birth_date",
            "deaths:2 deceased death_date",
            "deaths:3 deceased registered_on",
            "marriages:2 wife wife_birth_date",
            "residents:2 death_date",
        ]
    );
}

#[test]
fn sach_06_damaged_names() {
    let world = welfare("full_name=L? Thị Hoa");
    assert_eq!(world.found("SACH-06"), ["welfare:2 subject full_name"]);
    // What was lost for good can be read off the registry.
    assert_eq!(world.only("SACH-06").proposed_value, "Lê Thị Hoa");
    let repaired = welfare("full_name=\u{d0}ỗ Thị Hoa");
    assert_eq!(repaired.only("SACH-06").proposed_value, "Đỗ Thị Hoa");
    // The name as repaired is compared.
    assert_eq!(repaired.only("DUNG-01").source_value, "\u{d0}ỗ Thị Hoa");
    assert!(welfare("full_name=Lê Thị Hoa").of("SACH-06").is_empty());
    let mut world = World::with(&[Kind::Births]);
    world.resident("full_name=Nguy?n|mother_name=Tr?n");
    let row = world.row(Kind::Births, "full_name=A|birth_date=2020|father_name=Ph?m");
    world.review(Kind::Births, row, Role::Father, crate::domain::ResidentIx(0));
    assert_eq!(
        world.found("SACH-06"),
        ["births:2 father father_name", "residents:2 full_name", "residents:2 mother_name",]
    );
}

#[test]
fn sach_07_ids_damaged_by_a_spreadsheet() {
    let proposed =
        |id: &str| welfare(&format!("full_name=A|personal_id={id}")).only("SACH-07").proposed_value;
    assert_eq!(proposed("01160000001"), "001160000001");
    assert_eq!(proposed("1160000009"), "");
    assert_eq!(proposed("3.80E+10"), "");
    assert_eq!(proposed("12345678"), "012345678");
    let lost = welfare("full_name=Lê Thị Hoa|birth_date=05/03/1960|personal_id=1160000009");
    let codes: Vec<_> = lost.judge().findings.iter().map(|f| f.code.to_string()).collect();
    assert_eq!(codes, ["SACH-07"]);
}

#[test]
fn sach_08_malformed_cards() {
    let mut world = World::with(&[Kind::Insurance]);
    world.row(Kind::Insurance, "full_name=A|card_no=TE10112345");
    world.row(Kind::Insurance, "full_name=B|card_no=TE1011234567890|insurance_no=12");
    world.row(Kind::Insurance, "full_name=C");
    assert_eq!(world.found("SACH-08"), ["insurance:2 subject card_no", "insurance:3 subject insurance_no"]);
}

#[test]
fn sach_09_in_the_registry_is_no_missing_card() {
    let found = |resident: &str| {
        let mut world = World::with(&[Kind::Welfare]);
        let ix = world.resident(resident);
        world.data.registry.residents[ix.0 as usize].card_issued = Some(false);
        (world.found("SACH-09"), world.found("DU-11").len())
    };
    for placeholder in ["01/01/1900", "không rõ", "?"] {
        let found = found(&format!("card_issued={placeholder}"));
        assert_eq!(found, (vec!["residents:2 card_issued".to_owned()], 0), "{placeholder}");
    }
    for none in ["", "chưa", "chưa cấp"] {
        assert_eq!(found(&format!("card_issued={none}")), (Vec::new(), 1), "{none}");
    }
}

#[test]
fn sach_09_placeholders_are_read_as_missing() {
    let world =
        welfare("full_name=không rõ|birth_date=01/01/1900|personal_id=000000000000|start_date=01/01/1900");
    assert_eq!(
        world.found("SACH-09"),
        [
            "welfare:2 subject personal_id",
            "welfare:2 subject full_name",
            "welfare:2 subject birth_date",
            "welfare:2 subject start_date",
        ]
    );
    let proposed: Vec<_> = world.of("SACH-09").into_iter().map(|f| f.proposed_value).collect();
    assert_eq!(proposed, ["001160000001", "Lê Thị Hoa", "05/03/1960", ""]);
    let codes: Vec<_> = world.judge().findings.iter().map(|f| f.code.to_string()).collect();
    assert_eq!(codes[..2], ["DU-01", "DU-04"]);
    assert!(codes[2..].iter().all(|code| code == "SACH-09"));
}
