//! `findings.parquet` into the index.

use rusqlite::params;

use super::{Batch, IndexError, Source, Wanted, rounded};
use crate::domain::{Comparison, Day, Pillar};
use crate::findings::{FindingId, catalogue};
use crate::publish::Texts;
use crate::review::filter::RANKS;
use crate::store::{Store, accounts::commune_key};
use crate::vietnamese::text::fold;

/// The columns of texts that are asked for, in the order in which [`Lines`] holds them.
const TEXTS: [&str; 20] = [
    "finding_id",
    "code",
    "severity",
    "commune_code",
    "commune",
    "hamlet",
    "unit",
    "source",
    "source_file",
    "role",
    "resident_file",
    "personal_id",
    "full_name",
    "birth_date",
    "field",
    "source_value",
    "registry_value",
    "proposed_value",
    "evidence",
    "kept_file",
];

/// Inserts every finding, and wants its row and its resident.
pub(super) fn fill(
    batch: &mut Batch<'_>,
    store: &Store,
    source: &mut Source,
    wanted: &mut Wanted,
) -> Result<(), IndexError> {
    let mut narrow = batch.insert("cases", 17)?;
    let mut wide = batch.insert("texts", 20)?;
    let mut found = batch.db.prepare("INSERT INTO found (rowid, words) VALUES (?1, ?2)")?;
    let mut number = 0i64;
    for group in 0..source.table.groups() {
        let lines = Lines::read(source, group)?;
        for row in 0..source.table.rows(group) {
            number += 1;
            let damaged = || source.damaged(group, row);
            let text = |name: &str| lines.text(name, row);
            let finding = FindingId::parse(text("finding_id")).ok_or_else(damaged)?;
            let severity = ["high", "medium", "low"].iter().position(|name| *name == text("severity"));
            let severity = severity.ok_or_else(damaged)? as i64;
            let source_row = lines.source_row[row].unwrap_or(0);
            let resident_row = lines.resident_row[row];
            let resident_file = text("resident_file");
            wanted.row(text("source_file"), source_row);
            let person = resident_row.map(|row| wanted.row(resident_file, row));
            let kept = lines.kept_row[row].map(|row| wanted.row(text("kept_file"), row));
            let due_on = store.due_on(finding)?.filter(|due| *due != Day::NEVER);
            let name = text("full_name");
            let folded = fold(name);
            let id = order(finding.code.pillar) << 40 | number;
            narrow.execute(params![
                id,
                text("finding_id"),
                text("code"),
                finding.code.pillar.name(),
                severity,
                commune_key(text("commune_code"), text("commune")),
                text("hamlet").trim(),
                text("unit"),
                text("source"),
                lines.status.get(row),
                lines.first_seen[row].map(iso_day).ok_or_else(damaged)?,
                due_on.map(|due| due.0),
                given_name_first(&folded),
                person,
                severity * RANKS + i64::from(catalogue::entry(finding.code).consequence),
                lines.paid[row],
                // Read from the store as soon as the index is opened.
                "",
            ])?;
            wide.execute(params![
                id,
                text("commune"),
                text("source_file"),
                source_row,
                text("role"),
                resident_file,
                resident_row,
                text("personal_id"),
                name,
                text("birth_date"),
                text("field"),
                text("source_value"),
                text("registry_value"),
                text("proposed_value"),
                rounded(lines.confidence[row].ok_or_else(damaged)?),
                text("evidence"),
                lines.matched_on.get(row),
                lines.weights(row),
                lines.margin[row].map(hundredths),
                kept,
            ])?;
            let mut words = folded;
            for value in ["birth_date", "personal_id", "source_value", "registry_value", "proposed_value"] {
                words.push(' ');
                words.push_str(&fold(text(value)));
            }
            found.execute(params![id, words])?;
            batch.line()?;
        }
    }
    Ok(())
}

/// A row group of findings.
struct Lines {
    texts: Vec<Texts>,
    source_row: Vec<Option<u32>>,
    resident_row: Vec<Option<u32>>,
    confidence: Vec<Option<f32>>,
    first_seen: Vec<Option<i32>>,
    status: Texts,
    matched_on: Texts,
    margin: Vec<Option<f32>>,
    paid: Vec<Option<i64>>,
    kept_row: Vec<Option<u32>>,
    weights: Vec<Vec<Option<f32>>>,
}

impl Lines {
    fn read(source: &mut Source, group: usize) -> Result<Self, IndexError> {
        source.ask(|table| {
            let weight = |of: &Comparison| format!("weight_{}", of.name());
            Ok(Self {
                texts: TEXTS.iter().map(|name| table.words(group, name)).collect::<Result<_, _>>()?,
                source_row: table.values(group, "source_row")?,
                resident_row: table.values(group, "resident_row")?,
                confidence: table.values(group, "confidence")?,
                first_seen: table.values(group, "first_seen")?,
                status: table.words(group, "status")?,
                matched_on: table.words(group, "matched_on")?,
                margin: table.values(group, "runner_up_margin")?,
                paid: table.values(group, "paid_after_death")?,
                kept_row: table.values(group, "kept_row")?,
                weights: Comparison::ALL
                    .iter()
                    .map(|of| table.values(group, &weight(of)))
                    .collect::<Result<_, _>>()?,
            })
        })
    }

    /// A text of a row, by its column.
    fn text(&self, name: &str, row: usize) -> &str {
        let at = TEXTS.iter().position(|column| *column == name);
        at.and_then(|at| self.texts.get(at)).map_or("", |texts| texts.get(row))
    }

    /// The weights of the link that a finding comes of, in hundredths of a bit, as JSON; empty where there is none.
    fn weights(&self, row: usize) -> String {
        let weights: Option<Vec<i32>> = self.weights.iter().map(|of| of[row].map(hundredths)).collect();
        weights.and_then(|weights| serde_json::to_string(&weights).ok()).unwrap_or_default()
    }
}

fn hundredths(bits: f32) -> i32 {
    (bits * 100.0).round() as i32
}

/// Among equals those about life and death come first.
fn order(pillar: Pillar) -> i64 {
    match pillar {
        Pillar::Song => 0,
        Pillar::Dung => 1,
        Pillar::Du => 2,
        Pillar::Sach => 3,
    }
}

/// `yyyy-mm-dd`, which sorts as text.
fn iso_day(day: i32) -> String {
    let (year, month, day) = Day(day).civil();
    format!("{year:04}-{month:02}-{day:02}")
}

/// Vietnamese lists are sorted by the given name, which stands last.
fn given_name_first(folded: &str) -> String {
    match folded.rsplit_once(' ') {
        Some((rest, given)) => format!("{given} {rest}"),
        None => folded.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_the_given_name() {
        assert_eq!(given_name_first("nguyen van an"), "an nguyen van");
        assert_eq!(given_name_first("kien"), "kien");
    }

    #[test]
    fn days_sort_as_text() {
        assert_eq!(Day::from_civil(2026, 3, 5).map(|day| iso_day(day.0)).as_deref(), Some("2026-03-05"));
    }

    #[test]
    fn bits_come_back_as_they_were_counted() {
        for hundredth in [-1250i16, -1, 0, 1, 29, 57, 58, 113, 925, i16::MAX] {
            assert_eq!(hundredths(f32::from(hundredth) / 100.0), i32::from(hundredth));
        }
    }
}
