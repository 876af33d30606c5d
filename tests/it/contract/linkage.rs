//! Who a row speaks of.

use super::{family, hung, mai};
use crate::harness::{lines, table};
use crate::world::{COMMUNE, World};

#[test]
fn a_person_is_known_without_a_number_and_with_a_wrong_one() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let absent = w.welfare(man, "personal_id=|programme=a");
    let old = w.welfare(man, "personal_id=181234567|programme=b");
    let mistyped = w.welfare(man, "personal_id=040060999999|programme=c");
    let others = w.welfare(man, &format!("personal_id={}|programme=d", w.of(woman, "personal_id")));
    let run = w.run();
    for row in [absent, old, mistyped, others] {
        assert_eq!(run.link("welfare", row, "subject"), ("link", man), "{row}");
    }
}

#[test]
fn namesakes_are_told_apart_by_what_there_is() {
    let mut w = World::new();
    let first = w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", "hamlet=Thôn 1|household_id=H1");
    let second = w.person("Nguyễn Văn Hùng", "19/08/1960", "Nam", "hamlet=Thôn 7|household_id=H2");
    let by_date = w.welfare(first, "personal_id=|programme=a");
    let by_id = w.welfare(second, "birth_date=1960|programme=b");
    // Nothing tells whom this row means.
    let neither = w.welfare(first, "personal_id=|birth_date=1960|programme=c");
    let run = w.run();
    assert_eq!(run.link("welfare", by_date, "subject"), ("link", first));
    assert_eq!(run.link("welfare", by_id, "subject"), ("link", second));
    assert_ne!(run.link("welfare", neither, "subject").0, "link");
    // A review yields no finding.
    if run.link("welfare", neither, "subject").0 == "review" {
        assert_eq!(run.row("welfare", neither), [""; 0]);
    }
}

#[test]
fn twins_are_kept_apart() {
    let mut w = World::new();
    let parents = "household_id=T|card_issued=|mother_name=Đỗ Thị Quyên|father_name=Đoàn Văn Bơ";
    let first = w.person("Đoàn Minh Anh", "04/04/2018", "Nam", parents);
    let second = w.person("Đoàn Minh Quân", "04/04/2018", "Nam", parents);
    let rows = [(w.birth(first, "personal_id="), first), (w.birth(second, "personal_id="), second)];
    let run = w.run();
    for (row, twin) in rows {
        assert_eq!(run.link("births", row, "child"), ("link", twin));
    }
    assert_eq!(run.count("SACH-01") + run.count("SACH-02") + run.count("DUNG-01"), 0);
}

#[test]
fn roles_are_there_where_something_is_written_of_them() {
    let mut w = World::new();
    let family = family(&mut w);
    let both = w.birth(family.child, "");
    let mother_only = w.birth(family.child, "father_name=|father_id=|registration_kind=2");
    let run = w.run();
    for role in ["child", "father", "mother"] {
        assert_eq!(run.link("births", both, role).0, "link", "{role}");
    }
    assert!(!run.has_role("births", mother_only, "father"));
    assert_eq!(run.link("births", mother_only, "mother"), ("link", family.mother));
}

#[test]
fn a_link_goes_to_the_row_that_is_kept() {
    let mut w = World::new();
    let surplus =
        w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", "household_id=H1|personal_id=|old_id=181234567");
    let kept = hung(&mut w);
    let row = w.welfare(kept, "personal_id=|old_id=181234567");
    let run = w.run();
    assert_eq!(run.resident(surplus), ["SACH-02"]);
    assert_eq!(run.link("welfare", row, "subject"), ("link", kept));
}

#[test]
fn a_stranger_is_nobody() {
    let mut w = World::new();
    hung(&mut w);
    let row = w.row(
        "welfare",
        &format!(
            "full_name=Quách Thị Tuyết Sương|birth_date=30/11/1999|commune={COMMUNE}|programme=x|file_no=9"
        ),
    );
    let run = w.run();
    assert_eq!(run.link("welfare", row, "subject"), ("none", 0));
    let line = &lines(&run.run.join("links.csv"))[0];
    // Of a `none` the probability stands alone.
    for empty in ["resident_file", "resident_row", "personal_id", "matched_on"] {
        assert_eq!(line[empty], "", "{empty}");
    }
    assert!((0.0..0.5).contains(&line["probability"].parse::<f64>().unwrap()));
}

#[test]
fn a_bride_is_no_groom() {
    let mut w = World::new();
    let (man, woman) = (hung(&mut w), mai(&mut w));
    let row = w.marriage(man, woman, "14/02/1985", "husband_personal_id=|wife_personal_id=");
    let run = w.run();
    assert_eq!(run.link("marriages", row, "husband"), ("link", man));
    assert_eq!(run.link("marriages", row, "wife"), ("link", woman));
}

#[test]
fn what_needs_a_decision_is_shown_side_by_side() {
    let mut w = World::new();
    let first = w.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", "household_id=H1");
    let second = w.person("Nguyễn Văn Hùng", "19/08/1960", "Nam", "household_id=H2");
    let row = w.welfare(first, "personal_id=|birth_date=1960");
    let run = w.run();
    assert_eq!(run.link("welfare", row, "subject").0, "review");
    let (header, _) = table(&run.run.join("review.csv"));
    assert_eq!(header[..10], table(&run.run.join("links.csv")).0);
    let pairs = lines(&run.run.join("review.csv"));
    let ranks: Vec<&str> = pairs.iter().map(|p| p["rank"].as_str()).collect();
    assert_eq!(ranks, ["1", "2"]);
    let mut residents: Vec<usize> = pairs.iter().map(|p| p["resident_row"].parse().unwrap()).collect();
    residents.sort_unstable();
    assert_eq!(residents, [first, second]);
    for pair in &pairs {
        assert_eq!(
            (pair["source_name"].as_str(), pair["source_birth_date"].as_str()),
            ("Nguyễn Văn Hùng", "1960")
        );
        assert_eq!(pair["resident_name"], "Nguyễn Văn Hùng");
        assert!(pair["weights"].contains('='), "{}", pair["weights"]);
    }
    run.assert_all(&[]);
}

#[test]
fn an_abbreviated_name_is_another_name_of_the_same_person() {
    let mut w = World::new();
    let man = hung(&mut w);
    let rows: Vec<usize> = ["Ng. V. Hùng", "Nguyễn V Hùng", "Ng Văn Hùng"]
        .iter()
        .map(|name| {
            w.welfare(man, &format!("full_name={name}|programme={name}|personal_id=|old_id=181234567"))
        })
        .collect();
    let run = w.run();
    for row in rows {
        assert_eq!(run.link("welfare", row, "subject"), ("link", man));
        assert_eq!(run.row("welfare", row), ["DU-03", "DUNG-01"]);
    }
}
