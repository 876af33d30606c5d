//! Counting findings along several axes at once, in columns.

use std::collections::BTreeMap;

use polars::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::PublishError;
use super::case::{Cases, Whereabouts};
use crate::archive::CommuneCount;
use crate::domain::{Code, Day, Field, Kind, PlaceId, Severity};
use crate::findings::catalogue::{self, Office};
use crate::store::Life;

/// How many findings there are of a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CodeCount {
    /// The code, written out.
    pub code: String,
    /// The title, in the language of the run.
    pub title: String,
    /// The severity of the gravest finding.
    pub severity: &'static str,
    /// How many.
    pub count: u64,
    /// The code itself.
    #[serde(skip)]
    pub key: Code,
    /// The severity itself.
    #[serde(skip)]
    pub gravity: Severity,
}

/// Days since a finding was first seen, at most, for each class of age but the last.
pub(crate) const AGES: [i32; 4] = [7, 30, 90, 365];

/// Findings counted by code, pillar, kind, file, commune and unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub total: u64,
    /// By pillar, in the order đúng, đủ, sạch, sống.
    pub by_pillar: [u64; 4],
    /// By pillar and severity (high, medium, low).
    pub by_severity: [[u64; 3]; 4],
    /// Open ones by class of age (up to 7, 30, 90, 365 days, older), then by pillar.
    pub by_age: [[u64; 4]; AGES.len() + 1],
    /// By code: the gravest first, and within a severity by what it means for people.
    pub by_code: Vec<CodeCount>,
    /// By kind of the file in which they were made, in the order of the kinds.
    pub by_kind: Vec<(&'static str, u64)>,
    /// By file, in the order of the inputs.
    pub by_file: Vec<(String, u64)>,
    /// By commune, in the order of codes and names.
    pub by_commune: Vec<CommuneCount>,
    /// Communes of the registry without a finding, in the same order.
    pub clean_communes: Vec<CommuneCount>,
    /// By responsible unit.
    pub by_unit: Vec<(&'static str, u64)>,
    /// Placeholders found, by position of the file and field.
    pub placeholders: BTreeMap<(u16, Field), u64>,
}

impl Counts {
    /// Counts the findings of a run on its day.
    ///
    /// # Errors
    /// [`PublishError::Count`] where the engine that groups the findings fails, which is a defect of the program.
    pub fn of(cases: &Cases<'_>, today: Day) -> Result<Self, PublishError> {
        count(cases, today).map_err(|error| PublishError::Count(error.to_string()))
    }
}

fn count(cases: &Cases<'_>, today: Day) -> PolarsResult<Counts> {
    let codes: Vec<Code> = {
        let mut codes: Vec<Code> = cases.findings.iter().map(|f| f.code).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    };
    let mut communes = Communes::default();
    let mut counts = Counts::default();
    let n = cases.len();
    let (mut code, mut pillar, mut severity) =
        (Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n));
    let (mut file, mut commune, mut unit) =
        (Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n));
    let (mut age, mut field) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for (ix, finding) in cases.findings.iter().enumerate() {
        let Whereabouts { table, place, office, .. } = cases.whereabouts(ix);
        code.push(codes.partition_point(|c| *c < finding.code) as u32);
        pillar.push(finding.code.pillar as u32);
        severity.push(finding.severity as u32);
        file.push(table.0);
        commune.push(communes.key(cases.data.places.label(place)));
        unit.push(office.index() as u32);
        age.push(age_class(cases.lives[ix], today));
        let placeholder = finding.field.filter(|_| finding.code == PLACEHOLDER);
        field.push(placeholder.map_or(NONE, |field| field as u32));
    }
    let frame = DataFrame::new(
        n,
        vec![
            Column::new("code".into(), code),
            Column::new("pillar".into(), pillar),
            Column::new("severity".into(), severity),
            Column::new("file".into(), file),
            Column::new("commune".into(), commune),
            Column::new("unit".into(), unit),
            Column::new("age".into(), age),
            Column::new("field".into(), field),
        ],
    )?;

    counts.total = n as u64;
    for ([pillar, severity], count) in groups(&frame, ["pillar", "severity"])? {
        counts.by_pillar[pillar as usize] += count;
        counts.by_severity[pillar as usize][severity as usize] = count;
    }
    for ([age, pillar], count) in groups(&frame, ["age", "pillar"])? {
        if let Some(class) = counts.by_age.get_mut(age as usize) {
            class[pillar as usize] = count;
        }
    }
    for ([file, field], count) in groups(&frame, ["file", "field"])? {
        if let Some(field) = Field::ALL.get(field as usize) {
            counts.placeholders.insert((file as u16, *field), count);
        }
    }
    counts.by_code = codes
        .iter()
        .map(|&key| CodeCount {
            code: key.to_string(),
            title: cases.title(key).to_string(),
            severity: Severity::Low.name(),
            count: 0,
            key,
            gravity: Severity::Low,
        })
        .collect();
    for ([code, severity], count) in groups(&frame, ["code", "severity"])? {
        let entry = &mut counts.by_code[code as usize];
        let severity = [Severity::High, Severity::Medium, Severity::Low][severity as usize];
        entry.count += count;
        entry.gravity = entry.gravity.min(severity);
        entry.severity = entry.gravity.name();
    }
    counts.by_code.sort_by_key(|c| (c.gravity, catalogue::entry(c.key).consequence));

    counts.by_file = cases.data.tables.iter().map(|t| (t.name.clone(), 0)).collect();
    let mut by_kind = vec![0; Kind::count()];
    for ([file], count) in groups(&frame, ["file"])? {
        counts.by_file[file as usize].1 = count;
        by_kind[cases.data.tables[file as usize].kind.index()] += count;
    }
    counts.by_kind = Kind::all()
        .filter(|kind| cases.data.tables.iter().any(|t| t.kind == *kind))
        .map(|kind| (kind.name(), by_kind[kind.index()]))
        .collect();

    let mut by_unit = vec![0; Office::all().len()];
    for ([unit], count) in groups(&frame, ["unit"])? {
        by_unit[unit as usize] = count;
    }
    let shown = Office::all().filter(|office| office.is_always_shown() || by_unit[office.index()] > 0);
    counts.by_unit = shown.map(|office| (office.name(), by_unit[office.index()])).collect();

    counts.by_commune = communes
        .names
        .iter()
        .map(|(code, name)| CommuneCount {
            commune_code: (*code).to_string(),
            commune: (*name).to_string(),
            residents: 0,
            count: 0,
            by_pillar: [0; 4],
        })
        .collect();
    for ([commune, pillar], count) in groups(&frame, ["commune", "pillar"])? {
        let entry = &mut counts.by_commune[commune as usize];
        entry.count += count;
        entry.by_pillar[pillar as usize] = count;
    }
    for (label, residents) in residents_by_commune(cases) {
        match communes.index.get(&label) {
            Some(key) => counts.by_commune[*key as usize].residents = residents,
            None if label == ("", "") => {}
            None => counts.clean_communes.push(CommuneCount {
                commune_code: label.0.to_string(),
                commune: label.1.to_string(),
                residents,
                count: 0,
                by_pillar: [0; 4],
            }),
        }
    }
    counts.by_commune.sort_by(|a, b| (&a.commune_code, &a.commune).cmp(&(&b.commune_code, &b.commune)));
    Ok(counts)
}

/// The code of a placeholder that stands for a value.
const PLACEHOLDER: Code = Code::sach(9);

/// In a column of small integers: none of them.
const NONE: u32 = u32::MAX;

/// The class of age of a finding that is outstanding, by [`AGES`]; [`NONE`] of one that is settled.
fn age_class(life: Life, today: Day) -> u32 {
    if !life.status.is_outstanding() {
        return NONE;
    }
    let age = today.0 - life.first_seen.0;
    AGES.iter().position(|most| age <= *most).unwrap_or(AGES.len()) as u32
}

/// Rows of the registry by code and name of their commune.
fn residents_by_commune<'a>(cases: &Cases<'a>) -> BTreeMap<(&'a str, &'a str), u64> {
    let places = &cases.data.places;
    let mut by_place = vec![0; places.places.len()];
    for resident in cases.data.at_home() {
        by_place[resident.person.place.0 as usize] += 1;
    }
    let mut by_commune = BTreeMap::new();
    for (place, count) in by_place.into_iter().enumerate().filter(|(_, count)| *count > 0) {
        *by_commune.entry(places.label(PlaceId(place as u32))).or_insert(0) += count;
    }
    by_commune
}

/// Communes as small integers, in the order in which they were first seen.
#[derive(Default)]
struct Communes<'a> {
    index: FxHashMap<(&'a str, &'a str), u32>,
    names: Vec<(&'a str, &'a str)>,
}

impl<'a> Communes<'a> {
    fn key(&mut self, label: (&'a str, &'a str)) -> u32 {
        *self.index.entry(label).or_insert_with(|| {
            self.names.push(label);
            self.names.len() as u32 - 1
        })
    }
}

/// The distinct values of the columns with their counts, sorted by value.
pub(super) fn groups<const N: usize>(frame: &DataFrame, by: [&str; N]) -> PolarsResult<Vec<([u32; N], u64)>> {
    if frame.height() == 0 {
        return Ok(Vec::new());
    }
    let positions = frame.group_by(by)?;
    let keys = by.map(|name| frame.column(name).and_then(|c| c.u32().cloned()));
    let mut result = Vec::new();
    for (first, size) in positions.get_groups().iter().map(|g| (g.first(), g.len())) {
        let mut key = [0; N];
        for (slot, column) in key.iter_mut().zip(&keys) {
            *slot = match column {
                Ok(column) => column.get(first as usize).unwrap_or(0),
                Err(error) => return Err(error.clone()),
            };
        }
        result.push((key, size as u64));
    }
    result.sort_unstable();
    Ok(result)
}
