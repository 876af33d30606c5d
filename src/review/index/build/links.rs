//! Out of `links.parquet` the rows that are linked to a resident whom a finding or a pair speaks of.

use rusqlite::params;

use super::{Batch, IndexError, Source, Wanted, rounded};

/// The decision of a line that is a link.
const LINK: &str = "link";

/// Inserts every link of such a resident, and wants its row.
pub(super) fn fill(
    batch: &mut Batch<'_>,
    source: &mut Source,
    wanted: &mut Wanted,
) -> Result<(), IndexError> {
    let mut insert = batch.db.prepare("INSERT OR IGNORE INTO links VALUES (?1, ?2, ?3, ?4, ?5)")?;
    // Rows that are wanted for their link alone speak of nobody else.
    let persons = wanted.rows.clone();
    for group in 0..source.table.groups() {
        let resident_row: Vec<Option<u32>> = source.ask(|table| table.values(group, "resident_row"))?;
        let resident_file = source.ask(|table| table.words(group, "resident_file"))?;
        let of_group: Vec<(usize, i64)> = resident_row
            .iter()
            .enumerate()
            .filter_map(|(at, row)| {
                let person = wanted.known(resident_file.get(at), (*row)?)?;
                persons.contains(&person).then_some((at, person))
            })
            .collect();
        if of_group.is_empty() {
            continue;
        }
        let decision = source.ask(|table| table.words(group, "decision"))?;
        let file = source.ask(|table| table.words(group, "source_file"))?;
        let row: Vec<Option<u32>> = source.ask(|table| table.values(group, "source_row"))?;
        let role = source.ask(|table| table.words(group, "role"))?;
        let probability: Vec<Option<f32>> = source.ask(|table| table.values(group, "probability"))?;
        let matched_on = source.ask(|table| table.words(group, "matched_on"))?;
        for (at, person) in of_group.into_iter().filter(|(at, _)| decision.get(*at) == LINK) {
            let damaged = || source.damaged(group, at);
            let record = wanted.row(file.get(at), row[at].ok_or_else(damaged)?);
            let probability = rounded(probability[at].ok_or_else(damaged)?);
            insert.execute(params![person, record, role.get(at), probability, matched_on.get(at)])?;
            batch.line()?;
        }
    }
    Ok(())
}
