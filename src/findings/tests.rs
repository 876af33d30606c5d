//! The judge as a whole: order, uniqueness, languages, thread counts.

use super::testing::World;
use crate::domain::{Kind, Lang, Role, Severity};

/// A little of everything.
fn world() -> World {
    let mut world = World::with(&Kind::SIX[1..]);
    for n in 0..40 {
        let ix =
            world.resident(&format!("full_name=Lê Thị Hoa {n}|personal_id=0011600{:05}|old_id=x", n / 2));
        world.linked_row(Kind::Welfare, "full_name=Trần Bé|birth_date=1961|personal_id=001160000001", ix);
        world.linked_row(
            Kind::Insurance,
            &format!("full_name=Lê Thị Hoa {n}|card_no=12|birth_date=31/02/1960"),
            ix,
        );
        let row = world.row(Kind::Births, "full_name=An|birth_date=01/01/1900|mother_name=H?a|mother_id=1");
        world.link(Kind::Births, row, Role::Mother, ix);
    }
    world
}

#[test]
fn findings_are_sorted_and_stand_once() {
    let findings = world().judge().findings;
    let keys: Vec<_> = findings.iter().map(|f| (f.code, f.origin, f.field)).collect();
    assert!(keys.len() > 200);
    assert!(keys.is_sorted_by(|a, b| a < b));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let judge = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| world().judge().findings)
    };
    assert_eq!(judge(1), judge(4));
}

#[test]
fn evidence_speaks_the_language_of_the_run() {
    let mut world = world();
    let findings = world.judge().findings;
    assert!(findings.iter().all(|f| world.told(f).contains(" dòng ")));
    world.settings.lang = Lang::En;
    let english = world.judge().findings;
    assert!(english.iter().all(|f| world.told(f).contains(" row ") && !world.told(f).contains("dòng")));
}

#[test]
fn confidence_is_a_probability() {
    assert!(world().judge().findings.iter().all(|f| (0.0..=1.0).contains(&f.confidence)));
}

#[test]
fn a_rule_that_is_switched_off_is_not_run_and_others_stay_as_they_are() {
    let mut world = world();
    let before = world.judge().findings;
    let code = before[0].code;
    world.settings.rules.off = vec![code];
    let judgement = world.judge();
    assert!(judgement.not_run.iter().any(|rule| rule.code == code && rule.off && rule.missing.is_empty()));
    assert!(before.iter().any(|f| f.code != code));
    assert!(judgement.findings.iter().eq(before.iter().filter(|f| f.code != code)));
}

#[test]
fn a_severity_of_the_configuration_stands_in_place_of_all_others() {
    let mut world = world();
    let before = world.judge().findings;
    let code = before[0].code;
    let other = Severity::ALL.into_iter().find(|s| before.iter().all(|f| f.code != code || f.severity != *s));
    let severity = other.unwrap();
    world.settings.rules.severity.insert(code, severity);
    for (was, is) in before.iter().zip(&world.judge().findings) {
        assert_eq!(is.severity, if is.code == code { severity } else { was.severity });
    }
}
