//! Each rule of the pillar: what raises it, and what must not.

use super::*;
use crate::domain::{Code, Kind, Role, Severity};
use crate::findings::testing::{World, as_of, date};

const EXTRACTS: [Kind; 4] = [Kind::Deaths, Kind::Marriages, Kind::Welfare, Kind::Insurance];

/// One row linked to one resident.
fn one(kind: Kind, resident: &str, row: &str) -> World {
    let mut world = World::with(&EXTRACTS);
    let ix = world.resident(resident);
    world.linked_row(kind, row, ix);
    world
}

#[test]
fn song_01_a_death_the_registry_does_not_know() {
    let mut world = one(Kind::Deaths, "", "full_name=Lê Thị Hoa|death_date=03/02/2025|record_no=12/2025");
    world.linked_row(Kind::Deaths, "full_name=Lê Thị Hoa|death_date=03/02/2025", ResidentIx(0));
    assert_eq!(world.found("SONG-01"), ["deaths:2 deceased status"]);
    let finding = world.only("SONG-01");
    assert_eq!((finding.severity, finding.resident), (Severity::High, Some(ResidentIx(0))));
    assert!(world.told(&finding).contains("khai tử: deaths.csv dòng 2, số 12/2025"));
    assert!(world.told(&finding).contains("chết 03/02/2025"));
    assert_eq!(one(Kind::Deaths, "status=moved_out", "full_name=A|death_date=2025").of("SONG-01").len(), 1);
    assert!(one(Kind::Deaths, "status=dead", "full_name=A|death_date=2025").of("SONG-01").is_empty());
    let mut review = World::with(&EXTRACTS);
    let ix = review.resident("");
    let row = review.row(Kind::Deaths, "full_name=Lê Thị Hoa|death_date=2025");
    review.review(Kind::Deaths, row, Role::Deceased, ix);
    assert!(review.of("SONG-01").is_empty());
}

#[test]
fn song_01_is_one_finding_whichever_record_stands_first() {
    let night = |rows: [&str; 2]| {
        let mut world = World::with(&EXTRACTS);
        let ix = world.resident("");
        rows.iter().for_each(|row| {
            world.linked_row(Kind::Deaths, row, ix);
        });
        let finding = world.only("SONG-01");
        crate::findings::subject_key(&finding, &world.data)
    };
    let first = "full_name=Lê Thị Hoa|death_date=03/02/2025|record_no=12/2025|registered_on=05/02/2025";
    let again = "full_name=Lê Thị Hoa|death_date=03/02/2025|record_no=88/2026|registration_kind=2";
    assert_eq!(night([first, again]), night([again, first]));
}

#[test]
fn song_01_proposes_no_date_that_cannot_be() {
    let proposed = |row: &str| {
        one(Kind::Deaths, "birth_date=09/08/1949", &format!("full_name=A|{row}"))
            .only("SONG-01")
            .proposed_value
    };
    assert_eq!(proposed("death_date=03/02/2025"), "đã chết, 03/02/2025");
    assert_eq!(proposed("death_date=31/04/2024"), "đã chết");
    assert_eq!(proposed("birth_date=09/08/1949|death_date=05/05/1940"), "đã chết");
}

#[test]
fn song_02_a_death_without_a_record() {
    let world = |resident: &str| {
        let mut world = World::with(&EXTRACTS);
        for month in 1..=12 {
            for year in 2019..=2025 {
                let text =
                    format!("full_name=X|death_date={year}|registered_on=01/{month}/{year}|commune=Đông");
                world.row(Kind::Deaths, &text);
            }
        }
        world.resident(resident);
        world
    };
    assert_eq!(world("death_date=05/03/2022").found("SONG-02"), ["residents:2 death_date"]);
    assert!(world("death_date=05/03/2018").of("SONG-02").is_empty());
    assert!(world("death_date=05/03/2022|commune=Tây").of("SONG-02").is_empty());
    assert!(world("status=dead").of("SONG-02").is_empty());
    let mut recorded = world("death_date=05/03/2022");
    recorded.linked_row(Kind::Deaths, "full_name=A|death_date=05/03/2022", ResidentIx(0));
    assert!(recorded.of("SONG-02").is_empty());
}

#[test]
fn song_03_paid_to_the_dead() {
    let dead = "death_date=03/08/2026";
    let row = "full_name=A|monthly_amount=500000|start_date=01/01/2020";
    let world = one(Kind::Welfare, dead, row);
    assert_eq!(world.found("SONG-03"), ["welfare:2 subject stop_date"]);
    let finding = world.only("SONG-03");
    assert!(
        world.told(&finding).contains("3 tháng sau tháng chết × 500.000 đ = 1.500.000 đ"),
        "{}",
        world.told(&finding)
    );
    assert_eq!(finding.proposed_value, "01/09/2026");
    assert!(one(Kind::Welfare, "", row).of("SONG-03").is_empty());
    assert!(one(Kind::Welfare, dead, &format!("{row}|stop_date=01/09/2026")).of("SONG-03").is_empty());
    assert!(one(Kind::Welfare, dead, "full_name=A|start_date=01/01/2020").of("SONG-03").is_empty());
    let mut recorded = one(Kind::Welfare, "", row);
    recorded.linked_row(Kind::Deaths, "full_name=A|death_date=03/08/2026", ResidentIx(0));
    assert_eq!(recorded.of("SONG-03").len(), 1);
    assert!(recorded.told(&recorded.only("SONG-03")).contains("deaths.csv dòng 2"));
}

#[test]
fn months_are_counted_from_the_one_after_death() {
    let months = |death: &str, start: &str| months_after(date(death).value().unwrap(), date(start), as_of());
    assert_eq!(months("30/11/2026", ""), 0);
    assert_eq!(months("31/10/2026", ""), 1);
    assert_eq!(months("10/2026", ""), 1);
    assert_eq!(months("2025", ""), 11);
    assert_eq!(months("2020", "01/11/2026"), 1);
    assert_eq!(first_month_after(date("15/12/2025").value().unwrap()), "01/01/2026");
}

#[test]
fn song_04_insured_though_dead() {
    let dead = "death_date=03/08/2026";
    assert_eq!(
        one(Kind::Insurance, dead, "full_name=A|valid_to=31/12/2026").found("SONG-04"),
        ["insurance:2 subject valid_to"]
    );
    assert!(one(Kind::Insurance, dead, "full_name=A|valid_to=31/10/2026").of("SONG-04").is_empty());
    assert!(one(Kind::Insurance, "", "full_name=A|valid_to=31/12/2026").of("SONG-04").is_empty());
}

#[test]
fn song_05_dead_for_welfare_or_insurance_only() {
    let stopped = "full_name=A|stop_date=01/02/2026|stop_reason=chết";
    let mut world = one(Kind::Welfare, "", stopped);
    world.linked_row(Kind::Insurance, stopped, ResidentIx(0));
    assert_eq!(world.found("SONG-05"), ["welfare:2 subject status"]);
    assert_eq!(
        one(Kind::Insurance, "", "full_name=Lê Thị Hoa (chết)").found("SONG-05"),
        ["insurance:2 subject status"]
    );
    assert!(one(Kind::Welfare, "status=dead", stopped).of("SONG-05").is_empty());
    assert!(one(Kind::Welfare, "", "full_name=A|stop_reason=chuyển đi").of("SONG-05").is_empty());
    world.linked_row(Kind::Deaths, "full_name=A|death_date=2026", ResidentIx(0));
    assert!(world.of("SONG-05").is_empty());
}

#[test]
fn song_06_very_old_without_a_sign_of_life() {
    let old = "birth_date=01/02/1925";
    let benefit = |row: &str| one(Kind::Welfare, old, &format!("full_name=A|{row}")).found("SONG-06");
    assert_eq!(benefit(""), ["residents:2 status"]);
    assert_eq!(benefit("start_date=19/11/2025").len(), 1);
    assert!(benefit("start_date=20/11/2025").is_empty());
    assert!(benefit("start_date=2025").is_empty());
    // A stop is no sign, nor is what has not begun.
    assert_eq!(benefit("start_date=01/01/2020|stop_date=01/06/2026").len(), 1);
    assert_eq!(benefit("start_date=01/12/2026").len(), 1);
    assert!(one(Kind::Welfare, "birth_date=01/02/1927", "full_name=A").of("SONG-06").is_empty());
    assert!(one(Kind::Insurance, old, "full_name=A|valid_from=01/01/2026").of("SONG-06").is_empty());
    assert!(one(Kind::Marriages, old, "husband_name=A|registered_on=01/01/2026").of("SONG-06").is_empty());
    assert!(one(Kind::Welfare, &format!("{old}|status=dead"), "full_name=A").of("SONG-06").is_empty());
}

#[test]
fn song_07_begun_after_death() {
    let dead = "death_date=03/08/2026";
    assert_eq!(
        one(Kind::Welfare, dead, "full_name=A|start_date=04/08/2026").found("SONG-07"),
        ["welfare:2 subject start_date"]
    );
    assert!(one(Kind::Welfare, dead, "full_name=A|start_date=03/08/2026").of("SONG-07").is_empty());
    assert_eq!(
        one(Kind::Insurance, dead, "full_name=A|valid_from=01/09/2026").found("SONG-07"),
        ["insurance:2 subject valid_from"]
    );
    let marriage = "husband_name=A|wife_name=B|registered_on=01/09/2026";
    assert_eq!(one(Kind::Marriages, dead, marriage).found("SONG-07"), ["marriages:2 husband registered_on"]);
    assert!(
        one(Kind::Welfare, "death_date=2026", "full_name=A|start_date=01/09/2026").of("SONG-07").is_empty()
    );
    // The death record's date counts before the registry's.
    let mut world = one(Kind::Welfare, dead, "full_name=A|start_date=04/08/2026");
    world.linked_row(Kind::Deaths, "full_name=A|death_date=05/08/2026", ResidentIx(0));
    assert!(world.of("SONG-07").is_empty());
}

#[test]
fn song_08_married_but_single_in_the_registry() {
    let marriage = |husband: &str, wife: &str| {
        let mut world =
            one(Kind::Marriages, husband, "husband_name=A|wife_name=Trần Thu Cúc|registered_on=2025");
        if !wife.is_empty() {
            let wife = world.resident(wife);
            world.link(Kind::Marriages, 0, Role::Wife, wife);
        }
        world.linked_row(Kind::Marriages, "husband_name=A|wife_name=Trần Thu Cúc", ResidentIx(0));
        world.found("SONG-08")
    };
    assert_eq!(marriage("marital_status=single|spouse_name=X", ""), ["marriages:2 husband marital_status"]);
    assert_eq!(marriage("", ""), ["marriages:2 husband marital_status"]);
    assert!(marriage("spouse_name=Trần Thu Cúc", "").is_empty());
    assert!(marriage("status=dead|marital_status=single", "").is_empty());
    assert!(marriage("marital_status=divorced", "").is_empty());
    // Widowed: the wife is dead.
    let mut widower = World::with(&EXTRACTS);
    let (h, w) = (widower.resident(""), widower.resident("status=dead"));
    let row = widower.linked_row(Kind::Marriages, "husband_name=A|wife_name=B", h);
    widower.link(Kind::Marriages, row, Role::Wife, w);
    assert!(widower.of("SONG-08").is_empty());
}

#[test]
fn song_09_moved_out_but_still_on_the_list() {
    let moved =
        |row: &str| one(Kind::Welfare, "status=moved_out", &format!("full_name=A|{row}")).found("SONG-09");
    assert_eq!(moved("commune=Đông"), ["welfare:2 subject commune"]);
    assert_eq!(moved("commune=Cũ>Đông").len(), 1);
    assert!(moved("commune=Tây").is_empty());
    assert!(moved("stop_date=01/01/2026").is_empty());
    assert!(one(Kind::Welfare, "", "full_name=A|commune=Đông").of("SONG-09").is_empty());
    assert_eq!(
        one(Kind::Insurance, "status=moved_out", "full_name=A").found("SONG-09"),
        ["insurance:2 subject commune"]
    );
}

#[test]
fn song_10_a_childs_card_outgrown() {
    let card = |birth: &str, card: &str| {
        one(Kind::Insurance, &format!("birth_date={birth}"), &format!("full_name=A|{card}")).found("SONG-10")
    };
    let te = "card_no=TE1011234567890|valid_to=31/12/2026";
    // 72 months in March 2026: until the school intake, 30/09/2026.
    assert_eq!(card("05/03/2020", te), ["insurance:2 subject valid_to"]);
    // In October 2026: until 31/10; in November: until 30/11.
    assert_eq!(card("05/10/2020", te).len(), 1);
    assert!(card("05/11/2020", te).is_empty());
    assert!(card("05/03/2020", "card_no=TE1011234567890|valid_to=31/10/2026").is_empty());
    assert!(card("05/03/2020", "card_no=HN1011234567890|valid_to=31/12/2026").is_empty());
    let end = |birth: &str| entitlement_end(date(birth).value().unwrap()).unwrap().to_string();
    assert_eq!(
        (end("05/03/2020"), end("29/02/2020"), end("31/12/2020")),
        ("30/09/2026".into(), "30/09/2026".into(), "31/12/2026".into())
    );
    // Not in the registry: the card's own date counts.
    let mut outside = World::with(&EXTRACTS);
    outside.row(Kind::Insurance, &format!("full_name=A|birth_date=05/03/2020|{te}"));
    assert_eq!(outside.of("SONG-10").len(), 1);
}

/// One entry of a list linked to one resident.
fn entry(kind: &str, resident: &str, row: &str) -> World {
    let kind = Kind::from_name(kind).unwrap();
    let mut world = World::with(&[kind, Kind::Deaths]);
    let ix = world.resident(resident);
    world.linked_row(kind, row, ix);
    world
}

#[test]
fn the_dead_on_a_list() {
    let dead = "death_date=03/08/2026";
    let world = entry("members", dead, "full_name=A|start_date=01/01/2010");
    assert_eq!(world.found("SONG-11"), ["members:2 subject stop_date"]);
    assert_eq!(world.only("SONG-11").proposed_value, "03/08/2026");
    // By a death record, and where the day of death is not known.
    let mut recorded = entry("members", "", "full_name=A");
    recorded.linked_row(Kind::Deaths, "full_name=A|death_date=05/08/2026", ResidentIx(0));
    assert_eq!(recorded.of("SONG-11").len(), 1);
    assert_eq!(entry("members", "status=dead", "full_name=A").of("SONG-11").len(), 1);
    // A later stop is still to come.
    assert_eq!(entry("members", dead, "full_name=A|stop_date=01/12/2026").of("SONG-11").len(), 1);
    for (kind, resident, row) in [
        ("members", "", "full_name=A"),
        ("members", "status=missing", "full_name=A"),
        ("members", dead, "full_name=A|stop_date=01/09/2026"),
        ("members", dead, "full_name=A|start_date=01/01/2027"),
        // An end that cannot be read accuses nobody.
        ("members", dead, "full_name=A|stop_date=31/02/2026"),
        // An act of one day is no entry that lasts.
        ("vaccinations", dead, "full_name=A|start_date=01/01/2010"),
    ] {
        assert!(entry(kind, resident, row).of("SONG-11").is_empty(), "{kind} {resident} {row}");
    }
    let mut off = entry("members", dead, "full_name=A");
    off.settings.rules.off.push(Code::song(11));
    assert!(off.of("SONG-11").is_empty());
}

#[test]
fn what_a_list_may_give_rise_to() {
    // Vaccinated after the death.
    let late = entry("vaccinations", "death_date=03/08/2026", "full_name=A|start_date=04/08/2026");
    assert_eq!(late.found("SONG-07"), ["vaccinations:2 subject start_date"]);
    // Moved away, and still on the list; who uses land need not live there.
    let row = "full_name=Lê Thị Hoa|commune=Đông";
    assert_eq!(entry("members", "status=moved_out", row).of("SONG-09").len(), 1);
    assert!(entry("land_users", "status=moved_out", row).of("SONG-09").is_empty());
    let other = "full_name=Lê Thị Hoa|commune=Tây";
    assert_eq!(entry("members", "", other).of("DUNG-07").len(), 1);
    assert!(entry("land_users", "", other).of("DUNG-07").is_empty());
    // Of parents nothing is raised that the contract does not name for lists.
    let mut pupil = entry("pupils", "", "full_name=Lê Thị Hoa|mother_name=Bùi Thị Lan");
    let mother = pupil.resident("full_name=Vũ Thị Sen|birth_date=1940|personal_id=001140000009");
    pupil.link(Kind::from_name("pupils").unwrap(), 0, Role::Mother, mother);
    assert!(pupil.of("DUNG-06").is_empty() && pupil.of("DUNG-01").is_empty());
}

#[test]
fn two_entries_about_two_things_are_no_repetition() {
    let twice = |kind: &str, a: &str, b: &str| {
        let of = Kind::from_name(kind).unwrap();
        let mut world = entry(kind, "", &format!("full_name=Lê Thị Hoa|{a}"));
        world.linked_row(of, &format!("full_name=Lê Thị Hoa|{b}"), ResidentIx(0));
        world.of("SACH-01").len()
    };
    assert_eq!(twice("members", "programme=Phụ nữ", "programme=Phụ nữ"), 1);
    assert_eq!(twice("members", "programme=Phụ nữ", "programme=Nông dân"), 0);
    assert_eq!(
        twice("members", "programme=Phụ nữ|stop_date=01/01/2020", "programme=Phụ nữ|start_date=01/02/2020"),
        0
    );
    // Every parcel of land, and every telephone, is its own.
    assert_eq!(twice("land_users", "file_no=1", "file_no=2"), 0);
    assert_eq!(twice("land_users", "file_no=1", "file_no=1"), 1);
    assert_eq!(
        twice("vaccinations", "programme=BCG|start_date=01/02/2020", "programme=BCG|start_date=01/03/2020"),
        0
    );
    assert_eq!(
        twice("vaccinations", "programme=BCG|start_date=01/02/2020", "programme=BCG|start_date=01/02/2020"),
        1
    );
}
