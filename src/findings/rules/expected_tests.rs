//! DU-14: what raises it, and what must not.

use crate::domain::{Code, Kind, ResidentIx};
use crate::findings::testing::World;

fn pupils() -> Kind {
    Kind::from_name("pupils").unwrap()
}

/// A child of Đông on the list of pupils, and another who is not.
fn two_children(other: &str) -> World {
    let mut world = World::with(&[pupils(), Kind::Deaths, Kind::from_name("voters").unwrap()]);
    let listed = world.resident("full_name=Bùi Văn Tí|birth_date=05/03/2016|personal_id=001216000001");
    world.linked_row(pupils(), "full_name=Bùi Văn Tí|birth_date=05/03/2016|commune=Đông", listed);
    world.resident(&format!("full_name=Vũ Thị Sen|personal_id=001316000002|{other}"));
    world
}

#[test]
fn a_child_who_is_not_on_the_list_of_pupils() {
    let world = two_children("birth_date=07/08/2015");
    let finding = world.only("DU-14");
    assert_eq!((finding.resident, finding.list), (Some(ResidentIx(1)), Some(pupils())));
    let told = world.told(&finding);
    assert!(told.contains("pupils.csv") && told.contains("11 tuổi"), "{told}");
    // 20/11/2026: from the day on which the child turns 6 until the day before it turns 15.
    for (birth, raised) in [
        ("20/11/2020", true),
        ("21/11/2020", false),
        ("21/11/2011", true),
        ("20/11/2011", false),
        ("2015", true),
    ] {
        assert_eq!(
            two_children(&format!("birth_date={birth}")).of("DU-14").len(),
            usize::from(raised),
            "{birth}"
        );
    }
}

#[test]
fn who_is_not_expected() {
    for other in [
        "birth_date=07/08/2015|status=moved_out",
        "birth_date=07/08/2015|status=missing",
        "birth_date=07/08/2015|death_date=01/02/2026",
        // The list does not cover the commune.
        "birth_date=07/08/2015|commune=Tây",
        "birth_date=",
    ] {
        assert!(two_children(other).of("DU-14").is_empty(), "{other}");
    }
    // Under review on the list: perhaps it is this one.
    let mut world = two_children("birth_date=07/08/2015");
    let row = world.row(pupils(), "full_name=Vũ Thị Xen|birth_date=2015");
    world.review(pupils(), row, crate::domain::Role::Subject, ResidentIx(1));
    assert!(world.of("DU-14").is_empty());
    // A death record.
    let mut world = two_children("birth_date=07/08/2015");
    world.linked_row(Kind::Deaths, "full_name=Vũ Thị Sen|death_date=01/02/2026", ResidentIx(1));
    assert!(world.of("DU-14").is_empty());
    // A surplus row, and the rule switched off.
    let mut world = two_children("birth_date=07/08/2015");
    world.surplus(ResidentIx(1), ResidentIx(0));
    assert!(world.of("DU-14").is_empty());
    let mut world = two_children("birth_date=07/08/2015");
    world.settings.rules.off.push(Code::du(14));
    assert!(world.of("DU-14").is_empty());
}

#[test]
fn a_list_without_a_commune_covers_where_its_persons_live() {
    let mut world = World::with(&[pupils()]);
    let listed = world.resident("full_name=Bùi Văn Tí|birth_date=05/03/2016|personal_id=001216000001");
    world.linked_row(pupils(), "full_name=Bùi Văn Tí", listed);
    world.resident("full_name=Vũ Thị Sen|birth_date=07/08/2015|personal_id=001316000002");
    assert_eq!(world.only("DU-14").resident, Some(ResidentIx(1)));
}

#[test]
fn a_few_of_another_commune_do_not_cover_it() {
    let mut world = two_children("birth_date=07/08/2015|commune=Tây");
    world.row(pupils(), "full_name=Ai Đó|commune=Tây");
    assert_eq!(world.of("DU-14").len(), 1);
    for n in 0..20 {
        world.resident(&format!(
            "full_name=Vũ Thị Sen|birth_date=07/08/2015|commune=Tây|personal_id=0013160001{n:02}"
        ));
    }
    assert!(world.of("DU-14").is_empty());
}

#[test]
fn once_for_each_list() {
    let mut world = World::with(&[pupils(), Kind::from_name("voters").unwrap()]);
    world.row(pupils(), "full_name=Ai Đó|commune=Đông");
    world.row(Kind::from_name("voters").unwrap(), "full_name=Ai Đó|commune=Đông");
    world.resident("full_name=Vũ Thị Sen|birth_date=07/08/2015|personal_id=001316000002");
    world.resident("full_name=Lê Thị Hoa|birth_date=05/03/1960");
    let lists: Vec<_> =
        world.of("DU-14").iter().map(|f| (f.resident.unwrap().0, f.list.unwrap().name())).collect();
    assert_eq!(lists, [(0, "pupils"), (1, "voters")]);
}
