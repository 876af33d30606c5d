//! The worklists: every finding of a pillar, one line each.

use std::io::{self, Write};

use super::cells::{Line, write_csv};
use crate::domain::{Pillar, Role};
use crate::publish::case::Cases;

/// Columns of a worklist, in the order of the contract.
pub(crate) const COLUMNS: [&str; 26] = [
    "finding_id",
    "code",
    "pillar",
    "severity",
    "title",
    "commune_code",
    "commune",
    "unit",
    "source",
    "source_file",
    "source_row",
    "role",
    "resident_row",
    "resident_file",
    "personal_id",
    "full_name",
    "birth_date",
    "field",
    "source_value",
    "registry_value",
    "proposed_value",
    "confidence",
    "evidence",
    "procedure",
    "first_seen",
    "status",
];

/// Writes the worklist of a pillar; the header alone where it has no finding.
pub(crate) fn write(cases: &Cases<'_>, pillar: Pillar, out: impl Write) -> io::Result<()> {
    let chosen: Vec<u32> =
        (0..cases.len() as u32).filter(|&n| cases.findings[n as usize].code.pillar == pillar).collect();
    write_csv(out, &COLUMNS, chosen.len(), |n, buffer| {
        let case = cases.get(chosen[n] as usize);
        let finding = case.finding;
        let mut line = Line::new(buffer);
        line.plain(case.id).plain(finding.code).word(pillar.name()).word(finding.severity.name());
        line.text(case.title).text(case.commune_code).text(case.commune).word(case.office.name());
        line.word(case.source.name()).text(case.source_file).number(case.source_row);
        line.word(case.role.map_or("", Role::name));
        match case.resident_row {
            Some(row) => line.number(row),
            None => line.empty(1),
        };
        line.text(case.resident_file);
        line.option(case.personal_id).text(&case.full_name).date(case.birth_date);
        line.word(finding.field.map_or("", |field| field.name()));
        line.text(&finding.source_value).text(&finding.registry_value).text(&finding.proposed_value);
        line.probability(finding.confidence).text(case.evidence).text(case.procedure);
        line.plain(case.first_seen).text(case.status).end();
    })
}
