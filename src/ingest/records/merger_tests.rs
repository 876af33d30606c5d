//! Communes of before and after 01/07/2025 in one run, without a table of the user's.

use super::*;
use crate::ingest::units::UnitChange;

type Commune = (&'static str, &'static str);

/// A run of one resident and one welfare row for each commune.
struct World {
    data: Dataset,
    residents: usize,
}

impl World {
    fn new(registry: &[Commune], extract: &[Commune]) -> Self {
        Self::with_table(registry, extract, Vec::new())
    }

    fn with_table(registry: &[Commune], extract: &[Commune], changes: Vec<UnitChange>) -> Self {
        let file = |kind, communes: &[Commune]| {
            let rows: String =
                communes.iter().map(|(code, name)| format!("\nNguyễn Văn An|1960|{code}|{name}")).collect();
            tests::table(kind, &format!("full_name|birth_date|commune_code|commune{rows}"))
        };
        let tables = vec![file(Kind::Residents, registry), file(Kind::Welfare, extract)];
        let as_of = Day::from_civil(2026, 11, 20).unwrap();
        Self { data: build(tables, &UnitMap { changes }, as_of), residents: registry.len() }
    }

    /// Whether the commune of a row of the extract is that of a resident.
    fn same(&self, row: usize, resident: usize) -> Option<bool> {
        let welfare = self.data.extract(Kind::Welfare).unwrap();
        let place = self.data.registry.residents[resident].person.place;
        self.data.places.same(welfare.rows[row].place, place)
    }

    /// The residents whose commune does not differ from that of a row.
    fn alike(&self, row: usize) -> Vec<usize> {
        (0..self.residents).filter(|&resident| self.same(row, resident) != Some(false)).collect()
    }
}

/// New communes of Vinh and its neighbours.
const NEW_VINH: [Commune; 4] = [
    ("16681", "Phường Thành Vinh"),
    ("16690", "Phường Trường Vinh"),
    ("17920", "Phường Vinh Hưng"),
    ("16792", "Xã Châu Tiến"),
];

/// The same communes without codes.
const NEW_VINH_NAMES: [Commune; 4] =
    [("", "Phường Thành Vinh"), ("", "Phường Trường Vinh"), ("", "Phường Vinh Hưng"), ("", "Xã Châu Tiến")];

#[test]
fn old_communes_of_an_extract_are_those_that_they_became() {
    let extract = [
        ("18013", "Xã Hưng Chính"),
        ("18013", ""),
        ("18013.0", "X. Hung Chinh"),
        ("", "xã Hưng Chính, TP Vinh, Nghệ An"),
        ("", "Hưng Chính,TP.Vinh"),
        ("", "HƯNG CHÍNH"),
        ("", "P. Bến Thuỷ, tỉnh Nghệ An"),
        ("16681", "Phường Quang Trung"),
        ("", "Xã Hưng Chính, huyện Hưng Yên Nam, tỉnh Khác"),
        ("", "Xã Lạ"),
    ];
    for registry in [NEW_VINH, NEW_VINH_NAMES] {
        let world = World::new(&registry, &extract);
        for (row, written) in extract.iter().enumerate().take(6) {
            assert_eq!(world.alike(row), [0], "{written:?}");
        }
        assert_eq!(world.alike(6), [1]);
        assert!(world.alike(8).is_empty(), "a commune of that name elsewhere");
        assert!(world.alike(9).is_empty());
    }
    let world = World::new(&NEW_VINH, &extract);
    assert_eq!(world.alike(7), [0], "the code that went on to the new commune");
    let welfare = world.data.extract(Kind::Welfare).unwrap();
    assert_eq!(world.data.places.label(welfare.rows[0].place), ("16681", "Phường Thành Vinh"));
}

#[test]
fn an_old_commune_that_was_split_means_all_its_parts() {
    // Ô Chợ Dừa kept code and name and lost a part to Đống Đa; Phú Thượng went into three.
    let registry = [
        ("00190", "Phường Ô Chợ Dừa"),
        ("00235", "Phường Đống Đa"),
        ("00097", "Phường Hồng Hà"),
        ("00103", "Phường Tây Hồ"),
        ("00004", "Phường Ba Đình"),
    ];
    let old = [
        ("00091", "Phường Phú Thượng"),
        ("00190", "Phường Ô Chợ Dừa"),
        ("", "Ô Chợ Dừa, quận Đống Đa"),
        ("00001", "Phường Phúc Xá"),
    ];
    let world = World::new(&registry, &old);
    assert_eq!(world.alike(0), [2, 3]);
    assert_eq!(world.alike(1), [0, 1], "an extract that writes old communes writes this one as well");
    assert_eq!((world.alike(2), world.alike(3)), (vec![0, 1], vec![2]));
    // An extract of new communes means the new one.
    let world = World::new(&registry, &[("00190", "Phường Ô Chợ Dừa"), ("00004", "Phường Ba Đình")]);
    assert_eq!((world.alike(0), world.alike(1)), (vec![0], vec![4]));
}

#[test]
fn new_communes_of_an_extract_are_what_a_registry_of_old_ones_calls_them() {
    let registry = [
        ("16681", "Phường Quang Trung"),
        ("18013", "Xã Hưng Chính"),
        ("16690", "Phường Trường Thi"),
        ("16792", "Xã Châu Tiến"),
        ("16780", "Xã Châu Bính"),
    ];
    let extract = [
        ("16681", "Phường Thành Vinh"),
        ("", "P. Thành Vinh, Nghệ An"),
        ("16690", "Phường Trường Vinh"),
        ("16792", "Xã Châu Tiến"),
        ("17920", "Phường Vinh Hưng"),
    ];
    let world = World::new(&registry, &extract);
    assert_eq!(world.alike(0), [0, 1]);
    assert_eq!(world.alike(1), [0, 1]);
    assert_eq!(world.alike(2), [2]);
    assert_eq!(world.alike(3), [3, 4], "the new commune bears the name and the code of an old one");
    assert!(world.alike(4).is_empty());
}

#[test]
fn communes_of_one_time_stay_apart() {
    // All of them went into Thành Vinh, but nobody here writes that.
    let old = [("16681", "Phường Quang Trung"), ("18013", "Xã Hưng Chính"), ("16672", "Phường Hưng Bình")];
    let names = [("", "Phường Quang Trung"), ("", "Xã Hưng Chính"), ("", "Phường Hưng Bình")];
    let elsewhere = ("16678", "Phường Cửa Nam");
    for registry in [old, names] {
        let world = World::new(&registry, &[registry[0], registry[1], registry[2], elsewhere]);
        assert_eq!(world.alike(0), [0]);
        assert_eq!(world.alike(1), [1]);
        assert_eq!(world.alike(2), [2]);
        assert!(world.alike(3).is_empty());
    }
    // The old commune of Châu Tiến took in Châu Bính and both are Châu Tiến now.
    let world = World::new(
        &[("16792", "Xã Châu Tiến"), ("16783", "Xã Châu Thuận")],
        &[("16792", "Xã Châu Tiến"), ("16783", "Xã Châu Thuận"), ("16780", "Xã Châu Bính")],
    );
    assert_eq!((world.alike(0), world.alike(1), world.alike(2)), (vec![0], vec![1], vec![]));
    let new = World::new(&NEW_VINH, &NEW_VINH);
    for row in 0..NEW_VINH.len() {
        assert_eq!(new.alike(row), [row]);
    }
}

#[test]
fn made_up_communes_are_none_of_the_table() {
    // Codes and names of the table, but not of one commune.
    let world = World::new(
        &[("16681", "Xã Một"), ("00101", "Phường Thành Vinh"), ("", "Xã Hai")],
        &[
            ("18013", "Xã Hưng Chính"),
            ("", "Xã Hưng Chính"),
            ("", "Xã Hưng Chính, TP Vinh"),
            ("16690", "Xã Ba"),
        ],
    );
    for row in 0..4 {
        assert!(world.alike(row).is_empty(), "{row}");
    }
    // A single name is borne in many provinces: it tells of none.
    let world = World::new(&[("", "Xã Thiện Long")], &[("", "Xã Hòa Bình"), ("", "Xã Hòa Bình, Lạng Sơn")]);
    assert!(world.alike(0).is_empty());
}

#[test]
fn the_users_table_is_believed_first() {
    let change = UnitChange {
        old_code: "18013".into(),
        old_name: "Xã Hưng Chính".into(),
        new_code: "16690".into(),
        new_name: "Phường Trường Vinh".into(),
        ..UnitChange::default()
    };
    let extract = [("18013", "Xã Hưng Chính"), ("16672", "Phường Hưng Bình")];
    let world = World::with_table(&NEW_VINH, &extract, vec![change]);
    assert_eq!(world.alike(0), [1]);
    assert_eq!(world.alike(1), [0], "what it does not tell of is looked up");
}

#[test]
fn numbers_and_short_forms_are_read() {
    let registry = [
        ("27154", "Phường Bàn Cờ"),
        ("27190", "Phường Vườn Lài"),
        ("", "Phường Gia Định, Thành phố Hồ Chí Minh"),
    ];
    let extract = [
        ("", "P.01, Q.3, TP.HCM"),
        ("", "Phường 1, Quận 10, TPHCM"),
        ("27160", "P1"),
        ("", "phường 1, quận Bình Thạnh, TP Hồ Chí Minh"),
    ];
    let world = World::new(&registry, &extract);
    assert_eq!(world.alike(0), [0]);
    assert_eq!(world.alike(1), [1]);
    assert_eq!(world.alike(2), [0]);
    assert_eq!(world.alike(3), [2]);
}

#[test]
fn either_code_of_ba_che_is_read() {
    for code in ["06970", "6978"] {
        let world =
            World::new(&[(code, "Xã Ba Chẽ")], &[("06973", "Xã Thanh Sơn"), ("06970", "Thị trấn Ba Chẽ")]);
        assert_eq!((world.alike(0), world.alike(1)), (vec![0], vec![0]), "{code}");
    }
}

#[test]
fn notes_of_the_other_era_are_no_part_of_the_name() {
    let extract = [
        ("", "Hưng Chính (nay là phường Thành Vinh)"),
        ("", "xã Hưng Chính (cũ)"),
        ("", "Phường Thành Vinh (Hưng Chính cũ)"),
        ("", "18013 - Xã Hưng Chính"),
        ("", "16681"),
        ("", "Xã Hưng Chính (Vinh)"),
    ];
    for registry in [NEW_VINH, NEW_VINH_NAMES] {
        let world = World::new(&registry, &extract);
        for (row, written) in extract.iter().enumerate() {
            assert_eq!(world.alike(row), [0], "{written:?}");
        }
    }
}

#[test]
fn a_commune_elsewhere_of_the_same_name_is_another() {
    let registry =
        [("16681", "Phường Thành Vinh"), ("16690", "Phường Trường Vinh"), ("16792", "Xã Châu Tiến")];
    let extract = [
        ("", "Phường Thành Vinh, tỉnh Hà Tĩnh"),
        ("", "Xã Châu Tiến, tỉnh Thanh Hoá"),
        ("", "Xã Châu Tiến, huyện Quỳ Châu, Nghệ An"),
        ("", "Xã Châu Tiến, huyện Quỳ Hợp, Nghệ An"),
        ("", "Phường Thành Vinh, TP Vinh, Nghệ An"),
        ("", "Phường Thành Vinh, huyện Hưng Nguyên, Nghệ An"),
    ];
    let world = World::new(&registry, &extract);
    let alike: Vec<Vec<usize>> = (0..extract.len()).map(|row| world.alike(row)).collect();
    assert_eq!(alike, [vec![], vec![], vec![2], vec![], vec![0], vec![0]]);
}
