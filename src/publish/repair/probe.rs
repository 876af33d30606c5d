//! The corrected copy, opened to the fuzz targets.

use std::path::Path;

use super::{build, inputs};
use crate::domain::{Code, Dataset, Evidence, ExtractPoint, Field, Finding, IdCell, Lang, Origin, Severity};
use crate::publish::case::{Cases, Catalogue};
use crate::vietnamese::name;

/// The repair file of the one file that was read, as bytes; `temp` is where it may write while it works. Every name and
/// ID of an extract that can be given back is taken for a finding.
pub(crate) fn repair_file(data: &Dataset, temp: &Path) -> Option<Vec<u8>> {
    let catalogue = Catalogue::new(data.as_of, Lang::Vi);
    let findings: Vec<Finding> =
        (0u8..).zip(&data.extracts).flat_map(|(at, _)| of_extract(data, at)).collect();
    let cases = Cases {
        moved: &[],
        habits: &[],
        data,
        findings: &findings,
        ids: &[],
        whereabouts: &[],
        evidence: &[],
        lives: &[],
        catalogue: &catalogue,
        today: data.as_of,
        lang: Lang::Vi,
    };
    let inputs = inputs(&cases);
    let input = inputs.first()?;
    for sheet in &input.tables {
        for change in &sheet.changes {
            assert!(change.column < sheet.table.own_columns, "only cells of the file are mended");
            assert!(
                change.new.as_deref() != Some(sheet.table.cell_at(change.row, change.column)),
                "a change changes something"
            );
        }
    }
    build(&cases, input, temp).and_then(|mut book| book.save_to_buffer()).ok()
}

fn of_extract(data: &Dataset, at: u8) -> Vec<Finding> {
    let extract = &data.extracts[usize::from(at)];
    let mut findings = Vec::new();
    for (row, read) in (0u32..).zip(&extract.rows) {
        let table = &data.tables[read.row.table.at()];
        let mut add = |number: u8, field: Field, proposed: String| {
            findings.push(Finding {
                code: Code::sach(number),
                severity: Severity::Low,
                origin: Origin::Extract(ExtractPoint { extract: at, row, role: 0 }),
                resident: None,
                field: Some(field),
                source_value: String::new(),
                registry_value: String::new(),
                proposed_value: proposed,
                confidence: 1.0,
                evidence: Evidence::default(),
                list: None,
            });
        };
        let written = table.cell(read.row.index, Field::FullName);
        if let Some(repaired) = name::read_typed(written, table.font(Field::FullName)).repaired {
            add(6, Field::FullName, repaired);
        }
        match extract.persons_of(row as usize).first().map(|person| person.personal) {
            Some(IdCell::Restored(id)) => add(7, Field::PersonalId, id.to_string()),
            Some(IdCell::LostZero(_)) => add(7, Field::PersonalId, String::new()),
            _ => {}
        }
    }
    findings
}
