//! A small world for the tests of this floor: two residents, a death and a card, three findings.

use crate::domain::{
    Candidate, CardCell, Clue, Code, Column, Comparison, Dataset, DateCell, DeathDetail, Decision, Detail,
    Extract, ExtractLinks, ExtractPoint, ExtractRow, Field, Finding, Gender, IdCell, InsuranceDetail, Kind,
    Links, MatchedOn, NameCell, NamePool, Origin, PartialDate, Person, PersonalId, Place, PlaceId, Places,
    Presences, Registry, Resident, ResidentIx, RoleLink, RowClass, RowRef, Severity, Status, Table, TableIx,
    TextPool, Unit, UnitId,
};
use crate::domain::{Day, Lang, Words};
use crate::findings::{FindingId, assign};
use crate::publish::case::{Cases, Catalogue, Whereabouts};
use crate::publish::evidence::word_all;
use crate::store::Life;

pub(crate) struct World {
    pub(crate) data: Dataset,
    pub(crate) links: Links,
    pub(crate) findings: Vec<Finding>,
    pub(crate) ids: Vec<FindingId>,
    pub(crate) lives: Vec<Life>,
    pub(crate) whereabouts: Vec<Whereabouts>,
    pub(crate) evidence: Vec<String>,
    pub(crate) catalogue: Catalogue,
}

fn table(name: &str, kind: Kind, fields: &[Field], rows: &[&[&str]]) -> Table {
    let columns = fields.iter().map(|f| Column { header: f.name().into(), field: Some(*f) }).collect();
    let mut table = Table::new(name.into(), name.into(), kind, columns);
    for (row, cells) in (2..).zip(rows) {
        table.push_row(row, cells.iter().copied());
    }
    table.counts.read = rows.len() as u64 + 1;
    table.counts.skipped = 1;
    table.skipped.add(RowClass::Header);
    table
}

fn person(
    names: &mut NamePool,
    name: &str,
    birth: Option<PartialDate>,
    id: IdCell,
    place: PlaceId,
) -> Person {
    Person {
        name: NameCell { id: names.intern(name), ..NameCell::default() },
        birth: birth.map_or(DateCell::Empty, DateCell::Sound),
        gender: Some(Gender::Female),
        personal: id,
        place,
        ..Person::default()
    }
}

fn resident(row: u32, person: Person) -> Resident {
    Resident {
        row: RowRef { table: TableIx(0), index: row },
        person,
        relation: Default::default(),
        father: Default::default(),
        mother: Default::default(),
        spouse: Default::default(),
        marital: Default::default(),
        status: Status::Permanent,
        death_date: DateCell::Empty,
        card_issued: None,
        card_date: DateCell::Empty,
        filled: 4,
    }
}

pub(crate) fn world() -> World {
    let mut names = NamePool::default();
    let mut places = Places::default();
    places.units.push(Unit { code: "00001".into(), name: "Phường Ba Đình".into(), province: None });
    places.places.push(Place {
        code: "00001".into(),
        name: "Ba Đình".into(),
        units: std::iter::once(UnitId(0)).collect(),
    });
    places.places.push(Place { code: String::new(), name: "Xã Lạ".into(), ..Place::default() });
    let (known, unknown) = (PlaceId(1), PlaceId(2));
    let id = IdCell::Personal(PersonalId::from_number(1_190_000_001).unwrap());
    let born = PartialDate::day(1990, 3, 5);

    let registry_fields = [Field::PersonalId, Field::FullName, Field::BirthDate, Field::Commune];
    let tables = vec![
        table(
            "dan_cu.csv",
            Kind::Residents,
            &registry_fields,
            &[
                &["001190000001", "Trần  Thị Hoa", "05/03/1990", "Ba Đình"],
                &["", "Lê Thị Lan", "1950", "Ba Đình"],
            ],
        ),
        table(
            "khai_tu.csv",
            Kind::Deaths,
            &[Field::FullName, Field::DeathDate],
            &[&["Trần Thị Hoa", "01/02/2025"]],
        ),
        table(
            "the_bhyt.csv",
            Kind::Insurance,
            &[Field::FullName, Field::Commune],
            &[&["=cmd|'/c calc'", "Xã Lạ"], &["", ""]],
        ),
    ];
    let residents = vec![
        resident(0, person(&mut names, "trần thị hoa", born, id, known)),
        resident(1, person(&mut names, "lê thị lan", PartialDate::from_year(1950), IdCell::Empty, known)),
    ];
    let row = |table, index, place, detail| ExtractRow {
        row: RowRef { table: TableIx(table), index },
        place,
        registered_on: DateCell::Empty,
        detail,
        filled: 2,
        is_void: false,
    };
    let insured = Detail::Insurance(InsuranceDetail { card: CardCell::Empty, ..InsuranceDetail::default() });
    let extracts = vec![
        Extract {
            kind: Kind::Deaths,
            rows: vec![row(1, 0, PlaceId::BLANK, Detail::Death(DeathDetail::default()))],
            persons: vec![person(&mut names, "trần thị hoa", None, IdCell::Empty, PlaceId::BLANK)],
        },
        Extract {
            kind: Kind::Insurance,
            rows: vec![row(2, 0, unknown, insured), row(2, 1, PlaceId::BLANK, insured)],
            persons: vec![person(&mut names, "cmd", None, IdCell::Empty, unknown), Person::default()],
        },
    ];
    let mut weights = [0.0; Comparison::COUNT];
    weights[Comparison::Prior as usize] = -12.5;
    weights[Comparison::Name as usize] = 9.25;
    let candidate = |ix, probability| Candidate { resident: ResidentIx(ix), probability, weights };
    let links = Links {
        extracts: vec![
            ExtractLinks {
                roles: vec![Some(RoleLink {
                    decision: Decision::Link,
                    probability: 0.998_76,
                    resident: Some(ResidentIx(0)),
                    matched_on: MatchedOn(4 | 8),
                    margin: f32::INFINITY,
                    weights: weights.into(),
                    ..RoleLink::default()
                })],
            },
            ExtractLinks {
                roles: vec![
                    Some(RoleLink {
                        decision: Decision::Review,
                        probability: 0.6,
                        resident: Some(ResidentIx(1)),
                        matched_on: MatchedOn(4),
                        margin: 2.0,
                        candidates: [candidate(1, 0.6), candidate(0, 0.15)].into(),
                        ..RoleLink::default()
                    }),
                    None,
                ],
            },
        ],
        ..Links::default()
    };
    let finding = |code, severity, origin, resident, field, value: &str| Finding {
        code,
        severity,
        origin,
        resident,
        field: Some(field),
        source_value: value.into(),
        registry_value: String::new(),
        proposed_value: String::new(),
        confidence: 1.0,
        evidence: Clue::DecisionEnded(Words::of(|_| "khai_tu.csv dòng 2, \"số 12\"".to_owned())).into(),
        list: None,
    };
    let at = |extract, row| Origin::Extract(ExtractPoint { extract, row, role: 0 });
    let findings = vec![
        finding(
            Code::du(2),
            Severity::Medium,
            Origin::Registry(ResidentIx(1)),
            Some(ResidentIx(1)),
            Field::PersonalId,
            "",
        ),
        finding(Code::du(3), Severity::Medium, at(1, 0), None, Field::FullName, "=cmd|'/c calc'"),
        finding(Code::song(1), Severity::High, at(0, 0), Some(ResidentIx(0)), Field::Status, "01/02/2025"),
    ];
    let catalogue = Catalogue::new(as_of(), Lang::Vi);
    let ids = assign(findings.len(), |n| findings[n].code, |n| n.to_string(), |n| n);
    let lives = vec![Life::begin(as_of()); findings.len()];
    let data = Dataset {
        tables,
        registry: Registry { residents, has_card_column: false },
        extracts,
        names,
        texts: TextPool::default(),
        places,
        as_of: as_of(),
        presences: Presences::default(),
    };
    let whereabouts = Whereabouts::all(&data, &findings, &catalogue);
    let evidence = word_all(&data, &findings, Lang::Vi);
    World { data, links, findings, ids, whereabouts, evidence, lives, catalogue }
}

pub(crate) fn as_of() -> Day {
    Day::from_civil(2026, 6, 30).unwrap()
}

impl World {
    pub(crate) fn cases(&self) -> Cases<'_> {
        Cases {
            moved: &[],
            habits: &[],
            data: &self.data,
            findings: &self.findings,
            ids: &self.ids,
            whereabouts: &self.whereabouts,
            evidence: &self.evidence,
            lives: &self.lives,
            catalogue: &self.catalogue,
            today: as_of(),
            lang: Lang::Vi,
        }
    }
}
