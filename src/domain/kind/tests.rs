use super::*;

#[test]
fn the_six_stand_first_in_their_order() {
    let names: Vec<&str> = Kind::SIX.into_iter().map(Kind::name).collect();
    assert_eq!(names, ["residents", "births", "deaths", "marriages", "welfare", "insurance"]);
    assert!(Kind::all().zip(Kind::SIX).all(|(a, b)| a == b));
    assert!(Kind::extracts().eq(Kind::all().skip(1)));
    let offices = [Office::Police, Office::CivilStatus, Office::Welfare, Office::Insurance];
    assert!(Office::all().zip(offices).all(|(a, b)| a == b) && Office::all().len() >= offices.len());
    assert_eq!(Office::Insurance.name(), "bao-hiem-xa-hoi");
}

#[test]
fn descriptions_hold_together() {
    for kind in Kind::all() {
        assert_eq!(Kind::from_name(kind.name()), Some(kind));
        let has = |field: &Field| kind.fields().contains(field);
        assert!(kind.required().iter().all(has), "{kind:?}");
        assert!(kind.reference_within().iter().all(has) && has(&kind.reference()), "{kind:?}");
        for role in kind.roles() {
            assert!(has(&role.columns().name) && has(&role.columns().personal), "{kind:?} {role:?}");
        }
        for lang in Lang::ALL {
            let words = [kind.title(lang), kind.spoken(lang), kind.cited(lang), kind.number_word(lang)];
            assert!(words.iter().all(|word| !word.is_empty()), "{kind:?}");
        }
    }
    assert_eq!(Field::from_name("wife_old_id"), Some(Field::WifeOldId));
}

#[test]
fn every_field_has_the_type_of_its_name() {
    for field in Field::ALL {
        let value = field.kind_of_value();
        let name = field.name();
        assert_eq!(name.ends_with("_name"), value == FieldType::Name, "{name}");
        assert_eq!(name.ends_with("_id") && name != "household_id", value == FieldType::Id, "{name}");
        let dated = name.ends_with("_date") || name.ends_with("_on") || name.starts_with("valid_");
        assert_eq!(dated || name == "card_issued", value.is_date(), "{name}");
    }
}

/// A description of a list, with a line put in place of another.
fn own(from: &str, to: &str) -> Result<OwnKinds, Vec<(usize, KindMistake)>> {
    let text = r#"
[[office]]
name = "hop-tac-xa"
title = { vi = "Hợp tác xã" }

[[kind]]
name = "xa_vien"
office = "hop-tac-xa"
capabilities = ["membership", "residence"]
title = { vi = "Xã viên" }
reference = "file_no"
fields = ["file_no", "full_name*", "birth_date", "personal_id"]
columns = { file_no = ["Số sổ xã viên"] }
"#;
    assert!(from.is_empty() || text.contains(from));
    OwnKinds::read(&[&text.replacen(from, to, 1)])
}

#[test]
fn a_list_of_the_users_is_read() {
    let kinds = own("", "").unwrap();
    assert!(kinds.names().eq(["xa_vien"]));
    let kind = kinds.0.kinds.last().unwrap();
    assert_eq!((kind.spoken.vi.as_str(), kind.title.en.as_str()), ("xã viên", "Xã viên"));
    assert_eq!(
        (kind.required.as_slice(), kind.roles.as_slice()),
        (&[Field::FullName][..], &[Role::Subject][..])
    );
    assert!(kind.capabilities.has(Capability::Membership) && !kind.capabilities.has(Capability::Payment));
    assert_eq!(kind.columns, [(Field::FileNo, "Số sổ xã viên".to_owned())]);
    assert!(kind.is_own && kinds.0.offices.last().is_some_and(|(name, _)| name == "hop-tac-xa"));
}

#[test]
fn mistakes_are_told_by_line() {
    let fault = |from: &str, to: &str| {
        let mut mistakes = own(from, to).unwrap_err();
        assert_eq!(mistakes.len(), 1, "{to}: {mistakes:?}");
        let (text, mistake) = mistakes.remove(0);
        assert_eq!(text, 0);
        (mistake.line, mistake.key, mistake.fault)
    };
    let (line, key, unknown) = fault("\"birth_date\"", "\"birth_dat\"");
    assert_eq!((line, key), (12, "fields"));
    assert!(matches!(unknown, KindFault::NotOneOf { written, .. } if written == "birth_dat"));
    assert_eq!(fault("\"xa_vien\"", "\"births\"").2, KindFault::Taken("births".into()));
    assert_eq!(fault("\"xa_vien\"", "\"Xã viên\"").2, KindFault::BadName("Xã viên".into()));
    assert!(matches!(fault("\"membership\"", "\"payment\"").2, KindFault::NotOneOf { .. }));
    assert_eq!(fault("\"membership\"", "\"expectation\"").2, KindFault::ExpectsNobody);
    assert_eq!(fault("full_name*", "full_name").2, KindFault::NeedsField("full_name*"));
    assert!(matches!(fault("office = \"hop-tac-xa\"", "office = \"hop-tac\"").2, KindFault::NotOneOf { .. }));
    assert!(matches!(fault("reference", "referense").2, KindFault::Syntax(_)));
    assert!(matches!(fault("{ file_no", "{ card_no").2, KindFault::NotOneOf { .. }));
    let (_, _, same) = fault("\"personal_id\"]", "\"personal_id\", \"personal_id\"]");
    assert_eq!(same, KindFault::Taken("personal_id".into()));
}
