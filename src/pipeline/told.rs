//! What is told of the inputs of a run beside its findings.

use crate::archive::{Covered, CoveredCommune, Summary};
use crate::domain::{Dataset, Lang, SkippedSheet, Table};
use crate::findings::Judgement;
use crate::ingest::InputSpec;

/// Columns with formulas that were never computed: the file, the header, how many.
pub(super) fn uncomputed(tables: &[Table]) -> Vec<(String, String, u64)> {
    let columns = tables.iter().flat_map(|table| table.uncomputed_columns().map(move |found| (table, found)));
    columns.map(|(table, (column, count))| (table.name.clone(), column.to_owned(), count)).collect()
}

/// What columns of files show as a whole, in sentences.
pub(super) fn of_columns(summary: &Summary, lang: Lang) -> Vec<String> {
    summary.inputs.iter().flat_map(|input| input.told[lang as usize].iter().cloned()).collect()
}

/// Lists that a later one of the same title has followed, each with that one.
pub(super) fn followed(tables: &[Table]) -> Vec<(String, String)> {
    let followed = |table: &Table| Some((table.name.clone(), table.followed_by.clone()?));
    tables.iter().filter_map(followed).collect()
}

/// Sheets that were not read, each with the name of its file.
pub(super) fn skipped_sheets(tables: &[Table]) -> Vec<(String, SkippedSheet)> {
    let file = |table: &Table| table.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sheets = tables.iter().flat_map(|table| table.skipped_sheets.iter().map(move |sheet| (table, sheet)));
    sheets.map(|(table, sheet)| (file(table), sheet.clone())).collect()
}

/// What the civil-status extracts cover, as `summary.json` shows it.
pub(super) fn coverage(judgement: &Judgement, data: &Dataset) -> Vec<Covered> {
    let entries = judgement.coverage.iter().map(|coverage| Covered {
        kind: coverage.kind.name().to_owned(),
        from: coverage.period.map(|(from, _)| from.to_string()),
        to: coverage.period.map(|(_, to)| to.to_string()),
        configured: coverage.configured,
        communes: coverage
            .communes
            .iter()
            .filter_map(|unit| data.places.units.get(unit.0 as usize))
            .map(|unit| CoveredCommune { code: unit.code.clone(), name: unit.name.clone() })
            .collect(),
    });
    entries.collect()
}

/// The bytes of all inputs.
pub(super) fn input_bytes(inputs: &[InputSpec]) -> u64 {
    inputs.iter().filter_map(|input| std::fs::metadata(&input.path).ok()).map(|meta| meta.len()).sum()
}

/// Persons that rows of extracts write anything of.
pub(super) fn persons(data: &Dataset) -> u64 {
    data.extracts.iter().map(|extract| extract.persons.iter().filter(|p| !p.is_blank()).count() as u64).sum()
}
