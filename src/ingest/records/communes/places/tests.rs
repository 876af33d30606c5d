use super::*;
use crate::ingest::units::UnitChange;

fn change(old: (&str, &str, &str), new: (&str, &str)) -> UnitChange {
    let [old_code, old_name, old_district] = [old.0, old.1, old.2].map(String::from);
    let [new_code, new_name] = [new.0, new.1].map(String::from);
    UnitChange { old_code, old_name, old_district, new_code, new_name, ..UnitChange::default() }
}

struct World {
    places: Places,
    ids: Vec<PlaceId>,
}

impl World {
    fn new(registry: &[(&str, &str)], extract: &[(&str, &str)], changes: Vec<UnitChange>) -> Self {
        let mut places = Places::default();
        let mut ids: Vec<PlaceId> = registry.iter().map(|(c, n)| places.intern(c, n)).collect();
        let mut in_registry = ids.clone();
        in_registry.sort_unstable();
        ids.extend(extract.iter().map(|(c, n)| places.intern(c, n)));
        resolve(&mut places, &in_registry, &UnitMap { changes });
        Self { places, ids }
    }

    fn same(&self, a: usize, b: usize) -> Option<bool> {
        self.places.same(self.ids[a], self.ids[b])
    }
}

#[test]
fn codes_then_names() {
    let world = World::new(
        &[("00123", "Xã Hòa Bình"), ("00124", "Xã Tân An")],
        &[
            ("123", ""),
            ("", "Hoà Bình"),
            ("", "XÃ HOA BINH"),
            ("", "Phường Tân An"),
            ("00124", "sai tên"),
            ("", "Xã Lạ"),
            ("", "Lạ"),
            ("", "Xã Khác"),
        ],
        vec![],
    );
    assert_eq!(world.same(0, 2), Some(true));
    assert_eq!(world.same(0, 3), Some(true));
    assert_eq!(world.same(0, 4), Some(true));
    assert_eq!(world.same(1, 5), Some(true));
    assert_eq!(world.same(1, 6), Some(true));
    assert_eq!(world.same(0, 1), Some(false));
    assert_eq!(world.same(0, 7), Some(false));
    assert_eq!(world.same(7, 8), Some(true));
    assert_eq!(world.same(7, 9), Some(false));
}

#[test]
fn communes_of_one_name_are_told_apart_by_code_and_type() {
    let world = World::new(
        &[("1", "Xã Tân An"), ("2", "Phường Tân An"), ("", "Xã Tân An")],
        &[("", "Tân An"), ("", "P. Tân An")],
        vec![],
    );
    assert_eq!(world.same(0, 1), Some(false));
    assert_eq!(world.same(0, 2), Some(true));
    assert_eq!(world.same(1, 2), Some(false));
    assert_eq!((world.same(0, 3), world.same(1, 3)), (Some(true), Some(true)));
    assert_eq!((world.same(0, 4), world.same(1, 4)), (Some(false), Some(true)));
}

#[test]
fn old_units_mean_the_new_ones() {
    let world = World::new(
        &[("200", "Xã Mới"), ("300", "Xã Khác")],
        &[
            ("101", "Xã Cũ Một"),
            ("", "Xã Cũ Một"),
            ("102", ""),
            ("", "Cũ Hai, huyện B"),
            ("", "Cũ Hai, huyện C"),
            ("400", "Xã Tư"),
        ],
        vec![
            change(("101", "Xã Cũ Một", "Huyện A"), ("200", "Xã Mới")),
            change(("102", "Xã Cũ Hai", "Huyện B"), ("200", "Xã Mới")),
            change(("102", "Xã Cũ Hai", "Huyện B"), ("300", "Xã Khác")),
            change(("103", "Xã Cũ Hai", "Huyện C"), ("400", "Xã Tư")),
        ],
    );
    assert_eq!(world.same(0, 2), Some(true));
    assert_eq!(world.same(0, 3), Some(true));
    assert_eq!((world.same(0, 4), world.same(1, 4)), (Some(true), Some(true)));
    assert_eq!((world.same(0, 5), world.same(7, 5)), (Some(true), Some(false)));
    assert_eq!((world.same(0, 6), world.same(7, 6)), (Some(false), Some(true)));
    assert_eq!(world.places.label(world.ids[3]), ("200", "Xã Mới"));
}

#[test]
fn a_code_that_went_on_is_read_by_the_name() {
    let world = World::new(
        &[("70", "Phường Hoàn Kiếm"), ("80", "Phường Cửa Nam")],
        &[("70", "Phường Hàng Bạc"), ("70", "Phường Hoàn Kiếm"), ("70", "")],
        vec![
            change(("70", "Phường Hàng Bạc", ""), ("70", "Phường Hoàn Kiếm")),
            change(("70", "Phường Hàng Bạc", ""), ("80", "Phường Cửa Nam")),
        ],
    );
    assert_eq!((world.same(0, 2), world.same(1, 2)), (Some(true), Some(true)));
    assert_eq!((world.same(0, 3), world.same(1, 3)), (Some(true), Some(false)));
    assert_eq!((world.same(0, 4), world.same(1, 4)), (Some(true), Some(true)));
}

#[test]
fn notes_and_codes_beside_a_name_are_read() {
    let extract = [
        ("", "Xã Tân Lập (cũ)"),
        ("", "Tân Lập cũ"),
        ("", "Xã Tân Lập (Ea Kpal cũ)"),
        ("", "90001"),
        ("", "90001.0"),
        ("", "90001 - Xã Sai Tên"),
        ("", "Xã Tân Lập (90001)"),
        ("", "Xã Đã Nhập (nay là xã Tân Lập)"),
        ("", "Xã Tân Lập (90002)"),
    ];
    let world = World::new(&[("90001", "Xã Tân Lập"), ("90002", "Xã Hòa Hiệp")], &extract, vec![]);
    for (row, written) in extract.iter().enumerate() {
        let found = if row == 8 { 1 } else { 0 };
        assert_eq!(world.same(found, row + 2), Some(true), "{written:?}");
        assert_eq!(world.same(1 - found, row + 2), Some(false), "{written:?}");
    }
    let coded = World::new(&[("", "90001 - Xã Tân Lập")], &[("90001", ""), ("", "Tân Lập")], vec![]);
    assert_eq!((coded.same(0, 1), coded.same(0, 2)), (Some(true), Some(true)));
    assert_eq!(coded.places.label(coded.ids[1]), ("90001", "Xã Tân Lập"));
}

/// The table of a user in Đắk Lắk.
fn dak_lak() -> Vec<UnitChange> {
    let of = |change: UnitChange| UnitChange {
        old_province: "Tỉnh Đắk Lắk".into(),
        new_province: "Tỉnh Đắk Lắk".into(),
        ..change
    };
    vec![
        of(change(("80001", "Xã Tân Lập", "Huyện Ea Kpal"), ("90001", "Xã Tân Lập"))),
        of(change(("80003", "Xã Hòa Hiệp", "Huyện Ea Kpal"), ("90002", "Xã Hòa Hiệp"))),
        of(change(("80009", "Xã Hòa Hiệp", "Huyện Krông Tân"), ("90001", "Xã Tân Lập"))),
    ]
}

#[test]
fn a_commune_of_the_name_in_another_province_is_another() {
    let far = [
        ("", "Xã Tân Lập, Huyện Đan Phượng, TP Hà Nội"),
        ("", "Xã Tân Lập, Tỉnh Thái Nguyên"),
        ("", "Xã Tân Lập - Tỉnh Thái Nguyên"),
        ("", "Xã Tân Lập (huyện Đan Phượng)"),
        ("", "Xã Tân Lập, huyện Đan Phượng"),
        ("", "Tan Lap, TP.HCM"),
        ("", "Xã Hòa Hiệp, huyện Xuyên Mộc, tỉnh Bà Rịa - Vũng Tàu"),
        ("", "Xã Hòa Hiệp, huyện Xuyên Mộc, TP Hồ Chí Minh"),
    ];
    let near = [
        ("", "Xã Tân Lập"),
        ("", "Tân Lập, Huyện Ea Kpal"),
        ("", "Tân Lập, Huyện Ea Kpal, Tỉnh Đắk Lắk"),
        ("", "Xã Tân Lập, Đắk Lắk"),
        ("", "Xã Tân Lập, Daklak"),
        ("", "Xã Tân Lập, tỉnh Phú Yên"),
        ("", "Xã Tân Lập, huyện Lạ, tỉnh Đắk Lắk"),
        ("", "Xã Tân Lập, Nơi Lạ"),
    ];
    let registry = [("90001", "Xã Tân Lập"), ("90002", "Xã Hòa Hiệp")];
    let extract = [&far[..], &near[..]].concat();
    let by_table = World::new(&registry, &extract, dak_lak());
    let of_province = [("", "Xã Tân Lập, tỉnh Đắk Lắk"), ("", "Xã Hòa Hiệp, tỉnh Đắk Lắk")];
    let by_registry = World::new(&of_province, &extract, vec![]);
    for world in [&by_table, &by_registry] {
        for (row, written) in extract.iter().enumerate() {
            let expected = (row >= far.len(), false);
            let same = |resident| world.same(resident, row + 2) == Some(true);
            assert_eq!((same(0), same(1)), expected, "{written:?}");
        }
    }
    let two = World::new(
        &registry,
        &[("", "Hòa Hiệp, huyện Krông Tân"), ("", "Hòa Hiệp, huyện Ea Kpal")],
        dak_lak(),
    );
    assert_eq!((two.same(0, 2), two.same(1, 2)), (Some(true), Some(false)));
    assert_eq!((two.same(0, 3), two.same(1, 3)), (Some(false), Some(true)));
    // Nothing tells where the registry's communes lie.
    let blind = World::new(&registry, &far, vec![]);
    assert_eq!(blind.same(0, 2), Some(true));
}
