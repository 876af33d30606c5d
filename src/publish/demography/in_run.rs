//! The population as the report of a run shows it: counted from the registry in memory, before the run has a folder.

use std::collections::{BTreeMap, BTreeSet};

use super::DemographyError;
use super::count::Counted;
use super::page::{self, CommuneRow};
use super::read::{AS_IS, CORRECTED, MARITAL, Person, Register, STATUSES};
use super::table::{Label, Places, Topic, Value, Where};
use crate::archive::Summary;
use crate::domain::{Code, Day, Lang, Marital, Origin, PlaceId, Relation, ResidentIx, Status};
use crate::population::Birth;
use crate::publish::case::Cases;
use crate::publish::charts::Chart;
use crate::store::FindingStatus;
use crate::words::grouped;

/// What the report shows of the population.
pub(crate) struct InRun {
    /// The pyramid of the corrected registry.
    pub(crate) pyramid: Chart,
    /// The same as a table: the ages, and how many males and females.
    pub(crate) ages: Vec<(String, [String; 2])>,
    /// All and each commune, by the groups that are looked at first.
    pub(crate) communes: Vec<CommuneRow>,
    /// The headings of the groups.
    pub(crate) columns: Vec<&'static str>,
}

/// Counts the registry of a run.
///
/// # Errors
/// [`DemographyError`] where persons cannot be grouped or the chart cannot be drawn.
pub(crate) fn of(cases: &Cases<'_>, as_of: Day, lang: Lang) -> Result<InRun, DemographyError> {
    let register = register(cases, as_of);
    let tables = Counted::of(&register)?.tables(&register)?;
    let table = |topic| tables.iter().find(|table| table.topic == topic);
    let missing = || DemographyError::Count("no table of ages".to_owned());
    let (groups, ages) =
        (table(Topic::Groups).ok_or_else(missing)?, table(Topic::AgeGroups).ok_or_else(missing)?);
    let mut by_age: BTreeMap<i64, [u64; 2]> = BTreeMap::new();
    for row in ages.rows.iter().filter(|row| row.at == Where::ALL) {
        let ([Label::Word(sex), Label::Number(first)], [_, Value::Count(count)]) =
            (&row.labels[..], &row.values[..])
        else {
            continue;
        };
        if let Some(slot) = ["male", "female"].iter().position(|of| of == sex) {
            by_age.entry(*first).or_default()[slot] += count;
        }
    }
    let last = by_age.keys().next_back().copied();
    let ages_of = |first: i64| page::ages(first, Some(first) == last);
    Ok(InRun {
        pyramid: page::pyramid(ages, Where::ALL, &as_of.to_string(), lang)?,
        ages: by_age
            .into_iter()
            .map(|(first, counts)| (ages_of(first), counts.map(|count| grouped(count, lang))))
            .collect(),
        communes: page::communes(groups, &Places::of(&register), |at| at.place.is_none(), lang),
        columns: page::headings(lang),
    })
}

/// The register of a run in memory, by commune.
fn register(cases: &Cases<'_>, as_of: Day) -> Register {
    let data = cases.data;
    // Communes by code and name; several places may be one.
    let mut names: BTreeSet<(&str, &str)> = BTreeSet::new();
    for place in 0..data.places.places.len() {
        names.insert(data.places.label(PlaceId(place as u32)));
    }
    let names: Vec<(&str, &str)> = names.into_iter().collect();
    let commune = |place: PlaceId| names.binary_search(&data.places.label(place)).unwrap_or(0) as u32;
    let mut people: Vec<Person> = data
        .registry
        .residents
        .iter()
        .zip((0..).map(ResidentIx))
        .map(|(resident, ix)| Person {
            sex: resident.person.gender,
            birth: resident
                .person
                .birth
                .value()
                .map(|date| Birth { first: date.first_day(), last: date.last_day() }),
            place: commune(resident.person.place),
            status: status(resident.status),
            marital: marital(resident.marital),
            relation: resident.relation,
            ethnicity: 0,
            household: None,
            counted: match resident.status.is_living() && data.presences.has_resident(ix) {
                true => AS_IS | CORRECTED,
                false => 0,
            },
            at: (0, 0),
        })
        .collect();
    let mut surplus: BTreeSet<(u8, u32)> = BTreeSet::new();
    let in_force = |at: usize| cases.lives.get(at).is_none_or(|life| life.status != FindingStatus::Rejected);
    for (_, finding) in cases.findings.iter().enumerate().filter(|(at, _)| in_force(*at)) {
        match (finding.code, finding.origin, finding.resident) {
            (DEAD_BY_RECORD | DEAD_BY_LIST, _, Some(resident)) | (TWICE, Origin::Registry(resident), _) => {
                people[resident.0 as usize].counted &= AS_IS;
            }
            (TWICE_IN_EXTRACT, Origin::Extract(point), _) => {
                surplus.insert((point.extract, point.row));
            }
            _ => {}
        }
    }
    let births =
        cases.findings.iter().enumerate().filter(|(at, finding)| finding.code == MISSING && in_force(*at));
    for (_, finding) in births {
        let Origin::Extract(point) = finding.origin else { continue };
        if !surplus.insert((point.extract, point.row)) {
            continue;
        }
        let extract = &data.extracts[usize::from(point.extract)];
        let child = &extract.persons_of(point.row as usize)[usize::from(point.role)];
        people.push(Person {
            sex: child.gender,
            birth: child.birth.value().map(|date| Birth { first: date.first_day(), last: date.last_day() }),
            place: commune(extract.rows[point.row as usize].place),
            status: (STATUSES.len() - 1) as u8,
            marital: 0,
            relation: Relation::Unknown,
            ethnicity: 0,
            household: None,
            counted: CORRECTED,
            at: (0, 0),
        });
    }
    people.retain(|person| person.counted != 0);
    let owned = |(code, name): &(&str, &str)| ((*code).to_owned(), (*name).to_owned());
    Register {
        summary: Summary::default(),
        as_of,
        places: Vec::new(),
        commune_of: (0..names.len() as u32).collect(),
        communes: names.iter().map(owned).collect(),
        ethnicities: Vec::new(),
        people,
        left: Vec::new(),
        births: Vec::new(),
        deaths: Vec::new(),
        marriages: Vec::new(),
        not_valid: BTreeMap::new(),
    }
}

const DEAD_BY_RECORD: Code = Code::song(1);
const DEAD_BY_LIST: Code = Code::song(5);
const TWICE: Code = Code::sach(2);
const TWICE_IN_EXTRACT: Code = Code::sach(1);
const MISSING: Code = Code::du(7);

fn status(status: Status) -> u8 {
    match status {
        Status::Permanent => 0,
        Status::Temporary => 1,
        Status::Absent => 2,
        _ => 3,
    }
}

fn marital(marital: Marital) -> u8 {
    match marital {
        Marital::Single => 0,
        Marital::Married => 1,
        Marital::Widowed => 2,
        Marital::Divorced => 3,
        Marital::Unknown => (MARITAL.len() - 1) as u8,
    }
}
