//! Postings that are too long to be compared as a whole: what is found must not hang on the order of the registry.

use crate::domain::{Dataset, Day, Kind};
use crate::ingest::units::UnitMap;
use crate::ingest::{InputSpec, ReadOptions, read_all, records};
use crate::linkage::engine::Engine;
use crate::linkage::model::model::Model;

const HERE: &str = "00004,Phường Ba Đình";
const SAME_PROVINCE: &str = "00070,Phường Hoàn Kiếm";
const ELSEWHERE: &str = "26740,Phường Sài Gòn";

/// A registry of these lines, and a death that the commune here recorded.
fn data(residents: &[String], death: &str) -> Dataset {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, header: &str, lines: &[String], kind: Kind| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{header}\n{}\n", lines.join("\n"))).unwrap();
        InputSpec { kind: Some(kind), ..InputSpec::new(path) }
    };
    let header = "Họ và tên,Ngày sinh,Giới tính,Mã xã,Tên xã";
    let inputs = [
        write("dan_cu.csv", header, residents, Kind::Residents),
        write(
            "khai_tu.csv",
            &format!("{header},Ngày chết"),
            &[format!("{death},{HERE},01/02/2024")],
            Kind::Deaths,
        ),
    ];
    let tables = read_all(&inputs, &ReadOptions::default(), &|_| ()).unwrap();
    records::build(tables, &UnitMap::default(), Day::from_civil(2026, 11, 20).unwrap())
}

/// The name of the best candidate for the one row, and the number of candidates.
fn found(data: &Dataset, limit: usize) -> Option<String> {
    let mut engine = Engine::new(data);
    engine.registered.posting_limit = limit;
    let found =
        engine.with_scratch(|scratch| engine.find(&data.extracts[0], 0, &Model::shipped(), None, scratch));
    let best = found?.top.first()?.0.resident;
    Some(data.names.key(data.registry.residents[best as usize].person.name.id).to_owned())
}

#[test]
fn of_all_born_on_a_day_whoever_lives_near_is_compared() {
    // Both middle and given name are mistyped: nothing but the day of birth leads from the row to the resident.
    let mut residents: Vec<String> = (0..60)
        .map(|n| format!("Lê Bá Thứ {},05/03/1950,Nam,{ELSEWHERE}", "abcdefghij".repeat(n / 10 + 1)))
        .collect();
    residents.push(format!("Trần Quốc Hưng,05/03/1950,Nam,{SAME_PROVINCE}"));
    let death = "Trần Quôc Hương,05/03/1950,Nam";
    let wanted = Some("trần quốc hưng".to_owned());
    for limit in [20, 4096] {
        let forwards = found(&data(&residents, death), limit);
        let mut reversed = residents.clone();
        reversed.reverse();
        assert_eq!((&forwards, &found(&data(&reversed, death), limit)), (&wanted, &wanted), "{limit}");
    }
    let data = data(&residents, death);
    let provinces: Vec<_> = data.places.units.iter().map(|unit| unit.province).collect();
    assert!(provinces.iter().all(Option::is_some), "{:?}", data.places.units);
}
