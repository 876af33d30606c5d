//! `records.ndjson.zst`: what the review page needs beyond the lists. The whole rows that findings and reviews
//! speak of, the households of those residents, and where each finding and review belongs.
//!
//! One JSON object a line, in four parts:
//!
//! - `{"case", "hamlet", "matched_on", "weights", "margin"}` for each finding; the weights and the
//!   lead over the runner-up, in hundredths of a bit, where it comes of a link;
//! - `{"pair", "row", "role", "commune_code", "commune", "hamlet"}` for each role in review;
//! - `{"again", "row", "role", "name", "birth_date", "commune_code", "commune", "hamlet", "candidates"}` for each
//!   decided pair that waits for a second reader;
//! - `{"source", "file", "row", "hamlet", "fields", "others"}` for each row, cells as written; the others are those of
//!   columns that are no field of the kind, each with its header.
//!
//! Blocks of lines are compressed by all threads, each as a frame of its own, and written in order.

use std::io::{self, Write};

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use crate::domain::{
    Comparison, Dataset, Decision, Extract, Kind, Links, Origin, PlaceId, ResidentIx, RoleLink, RowRef,
    TextId,
};
use crate::publish::case::Cases;
use crate::publish::person::Shown;
use crate::store::DueReading;

/// The name of the file.
pub const RECORDS: &str = "records.ndjson.zst";

/// The folder of the output folder in which the review page keeps what it makes of a run.
pub const REVIEW_FOLDER: &str = "review";

/// Lines compressed by one thread at a time.
const BLOCK: usize = 8 * 1024;

/// Level of zstd: the lowest; higher ones take twice the time for a tenth less on the disk.
const LEVEL: i32 = 1;

/// Writes the file.
pub(crate) fn write(
    cases: &Cases<'_>,
    links: &Links,
    readings: &[DueReading],
    mut out: impl Write,
) -> io::Result<()> {
    let data = cases.data;
    let reviews = reviews(links);
    let rows = wanted_rows(cases, links, &reviews, readings);
    write_lines(&mut out, cases.len(), |n, buffer| push(buffer, &case_line(cases, links, n)))?;
    write_lines(&mut out, reviews.len(), |n, buffer| push(buffer, &pair_line(data, reviews[n])))?;
    write_lines(&mut out, readings.len(), |n, buffer| push(buffer, &again_line(data, &readings[n])))?;
    write_lines(&mut out, rows.len(), |n, buffer| push(buffer, &row_line(data, rows[n])))?;
    if cases.len() + reviews.len() + readings.len() + rows.len() == 0 {
        // A packed file without a frame is a broken one to whoever opens it.
        out.write_all(&zstd::bulk::compress(b"", LEVEL)?)?;
    }
    out.flush()
}

/// Where a finding belongs.
#[derive(Serialize)]
struct CaseLine<'a> {
    case: String,
    hamlet: &'a str,
    matched_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    weights: Option<[i16; Comparison::COUNT]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    margin: Option<i32>,
}

fn case_line<'a>(cases: &Cases<'a>, links: &Links, n: usize) -> CaseLine<'a> {
    let case = cases.get(n);
    let link = cases.link_of(links, n);
    CaseLine {
        case: case.id.to_string(),
        hamlet: case.hamlet,
        matched_on: link.map_or_else(String::new, |link| link.matched_on.words()),
        weights: link.map(|link| link.weights.0),
        margin: link.filter(|link| link.margin.is_finite()).map(|link| (link.margin * 100.0).round() as i32),
    }
}

/// Where a role in review belongs.
#[derive(Serialize)]
struct PairLine<'a> {
    pair: &'a str,
    row: u32,
    role: &'a str,
    commune_code: &'a str,
    commune: &'a str,
    hamlet: &'a str,
}

fn pair_line<'a>(data: &'a Dataset, (position, person, _): Review<'_>) -> PairLine<'a> {
    let extract = &data.extracts[position];
    let (row, role) = extract.role_of(person);
    let shown = Shown::role(data, extract, row, person % extract.kind.roles().len());
    let (commune_code, commune) = data.places.label(shown.place);
    let at = extract.rows[row].row;
    let table = &data.tables[usize::from(at.table)];
    PairLine {
        pair: &table.name,
        row: table.source_row(at.index),
        role: role.name(),
        commune_code,
        commune,
        hamlet: shown.hamlet,
    }
}

/// A decided pair that waits for a second reader, as the first one was shown it.
#[derive(Serialize)]
struct AgainLine<'a> {
    again: &'a str,
    row: u32,
    source: &'static str,
    role: &'a str,
    name: String,
    birth_date: String,
    commune_code: &'a str,
    commune: &'a str,
    hamlet: &'a str,
    candidates: Vec<AgainCandidate<'a>>,
}

#[derive(Serialize)]
struct AgainCandidate<'a> {
    file: &'a str,
    row: u32,
    name: String,
    probability: f64,
    weights: &'a str,
}

fn again_line<'a>(data: &'a Dataset, reading: &'a DueReading) -> AgainLine<'a> {
    let extract = &data.extracts[reading.extract];
    let (row, role) = extract.role_of(reading.person);
    let shown = Shown::role(data, extract, row, reading.person % extract.kind.roles().len());
    let (commune_code, commune) = data.places.label(shown.place);
    let at = extract.rows[row].row;
    let table = &data.tables[usize::from(at.table)];
    let candidates = reading.candidates.iter().map(|candidate| {
        let at = data.registry.get(candidate.resident).row;
        let table = &data.tables[usize::from(at.table)];
        AgainCandidate {
            file: &table.name,
            row: table.source_row(at.index),
            name: Shown::resident(data, candidate.resident).name.into_owned(),
            probability: candidate.probability,
            weights: &candidate.weights,
        }
    });
    AgainLine {
        again: &table.name,
        row: table.source_row(at.index),
        source: extract.kind.name(),
        role: role.name(),
        name: shown.name.to_string(),
        birth_date: shown.birth.to_string(),
        commune_code,
        commune,
        hamlet: shown.hamlet,
        candidates: candidates.collect(),
    }
}

/// A whole row as written.
#[derive(Serialize)]
struct RowLine<'a> {
    source: &'static str,
    file: &'a str,
    row: u32,
    /// The hamlet of a group row above, where the row itself writes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    hamlet: Option<&'a str>,
    fields: Fields<'a>,
    #[serde(skip_serializing_if = "Others::is_empty")]
    others: Others<'a>,
}

/// The cells of a row that are of a canonical field and hold something.
struct Fields<'a> {
    data: &'a Dataset,
    row: RowRef,
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = &self.data.tables[usize::from(self.row.table)];
        let mut map = serializer.serialize_map(None)?;
        let row = table.row(self.row.index);
        for &field in table.kind.fields() {
            let cell = row.cell(field).trim();
            if !cell.is_empty() {
                map.serialize_entry(field.name(), cell)?;
            }
        }
        map.end()
    }
}

/// The cells of a row that are of no canonical field and hold something.
struct Others<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Others<'a> {
    fn of(data: &'a Dataset, row: RowRef) -> Self {
        let table = &data.tables[usize::from(row.table)];
        let unknown = table.columns.iter().enumerate().filter(|(_, column)| column.field.is_none());
        let cells = unknown.map(|(at, column)| (column.header.trim(), table.cell_at(row.index, at).trim()));
        Self(cells.filter(|(_, cell)| !cell.is_empty()).collect())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Others<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Pairs, not a map: two columns may bear one header.
        serializer.collect_seq(&self.0)
    }
}

fn row_line(data: &Dataset, row: RowRef) -> RowLine<'_> {
    let table = &data.tables[usize::from(row.table)];
    RowLine {
        source: table.kind.name(),
        file: &table.name,
        row: table.source_row(row.index),
        hamlet: table.group_hamlet(row.index),
        fields: Fields { data, row },
        others: Others::of(data, row),
    }
}

/// Position of the extract, index of the person in it, and what linkage said.
type Review<'a> = (usize, usize, &'a RoleLink);

fn reviews(links: &Links) -> Vec<Review<'_>> {
    let mut found = Vec::new();
    for (position, extract) in links.extracts.iter().enumerate() {
        for (person, link) in extract.roles.iter().enumerate() {
            if let Some(link) = link
                && link.decision == Decision::Review
            {
                found.push((position, person, link));
            }
        }
    }
    found
}

/// The rows that findings and reviews speak of and the households of their residents, by table and row.
fn wanted_rows(
    cases: &Cases<'_>,
    links: &Links,
    reviews: &[Review<'_>],
    readings: &[DueReading],
) -> Vec<RowRef> {
    let data = cases.data;
    let mut wanted: Vec<Vec<bool>> = data.tables.iter().map(|table| vec![false; table.len()]).collect();
    let mut want = |row: RowRef| wanted[usize::from(row.table)][row.index as usize] = true;
    let row_of = |extract: &Extract, row: usize| extract.rows[row].row;
    let mut residents: Vec<ResidentIx> = Vec::with_capacity(cases.len());
    for finding in cases.findings {
        match finding.origin {
            Origin::Registry(ix) => residents.push(ix),
            Origin::Extract(point) => {
                want(row_of(&data.extracts[usize::from(point.extract)], point.row as usize));
            }
        }
        residents.extend(finding.resident);
    }
    for &(position, person, link) in reviews {
        let extract = &data.extracts[position];
        want(row_of(extract, extract.role_of(person).0));
        residents.extend(link.candidates.iter().map(|candidate| candidate.resident));
    }
    for reading in readings {
        let extract = &data.extracts[reading.extract];
        want(row_of(extract, extract.role_of(reading.person).0));
        residents.extend(reading.candidates.iter().map(|candidate| candidate.resident));
    }
    // A surplus row is looked at beside the row that is kept.
    residents.extend(links.registry_duplicates.iter().map(|surplus| surplus.kept));
    let household = |ix: ResidentIx| -> Option<(TextId, PlaceId)> {
        let person = &data.registry.get(ix).person;
        (!person.household.is_blank()).then_some((person.household, person.place))
    };
    let households: FxHashSet<(TextId, PlaceId)> = residents.iter().filter_map(|&ix| household(ix)).collect();
    for ix in residents {
        want(data.registry.get(ix).row);
    }
    for n in 0..data.registry.residents.len() as u32 {
        let ix = ResidentIx(n);
        if household(ix).is_some_and(|key| households.contains(&key)) {
            want(data.registry.get(ix).row);
        }
    }
    let of_table = |(table, rows): (usize, &Vec<bool>)| -> Vec<RowRef> {
        let rows = rows.iter().enumerate().filter(|(_, wanted)| **wanted);
        rows.map(|(index, _)| RowRef { table: table as u16, index: index as u32 }).collect()
    };
    let mut rows: Vec<RowRef> = wanted.iter().enumerate().flat_map(of_table).collect();
    // The registry last: whoever reads the file knows by then which rows it will want of it.
    rows.sort_by_key(|row| (data.tables[usize::from(row.table)].kind == Kind::Residents, *row));
    rows
}

fn push(buffer: &mut Vec<u8>, line: &impl Serialize) {
    // Neither writing to a vector nor these types can fail.
    let _ = serde_json::to_writer(&mut *buffer, line);
    buffer.push(b'\n');
}

/// Formats and compresses `len` lines by all threads, and writes them in order.
fn write_lines(
    out: &mut impl Write,
    len: usize,
    format: impl Fn(usize, &mut Vec<u8>) + Sync,
) -> io::Result<()> {
    let blocks = len.div_ceil(BLOCK);
    let at_once = 2 * rayon::current_num_threads();
    for first in (0..blocks).step_by(at_once) {
        let frames: Vec<io::Result<Vec<u8>>> = (first..(first + at_once).min(blocks))
            .into_par_iter()
            .map(|block| {
                let mut text = Vec::new();
                (block * BLOCK..((block + 1) * BLOCK).min(len)).for_each(|n| format(n, &mut text));
                zstd::bulk::compress(&text, LEVEL)
            })
            .collect();
        for frame in frames {
            out.write_all(&frame?)?;
        }
    }
    Ok(())
}
