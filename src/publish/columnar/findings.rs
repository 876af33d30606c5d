//! `findings.parquet`: the lines of all worklists, one behind the other.

use std::io::{self, Write};

use super::column::{Column, Rows, Type};
use super::write::{GROUP, write as write_file};
use crate::domain::{Links, Role};
use crate::publish::case::Cases;
use crate::publish::lists::WORKLIST_COLUMNS;

/// What the columns of a worklist hold.
const HOLDS: [Type; WORKLIST_COLUMNS.len()] = [
    Type::Text,   // finding_id
    Type::Word,   // code
    Type::Word,   // pillar
    Type::Word,   // severity
    Type::Word,   // title
    Type::Word,   // commune_code
    Type::Word,   // commune
    Type::Word,   // unit
    Type::Word,   // source
    Type::Word,   // source_file
    Type::Number, // source_row
    Type::Word,   // role
    Type::Number, // resident_row
    Type::Word,   // resident_file
    Type::Text,   // personal_id
    Type::Text,   // full_name
    Type::Word,   // birth_date
    Type::Word,   // field
    Type::Text,   // source_value
    Type::Text,   // registry_value
    Type::Text,   // proposed_value
    Type::Real,   // confidence
    Type::Text,   // evidence
    Type::Word,   // procedure
    Type::Day,    // first_seen
    Type::Word,   // status
];

fn columns() -> Vec<Column> {
    let more = [
        ("hamlet", Type::Word),
        ("birth_date_from", Type::Day),
        ("birth_date_to", Type::Day),
        ("matched_on", Type::Word),
        ("runner_up_margin", Type::Real),
        ("paid_after_death", Type::Amount),
        ("kept_file", Type::Word),
        ("kept_row", Type::Number),
    ];
    let more = more.map(|(name, holds)| Column::new(name, holds));
    Column::all(WORKLIST_COLUMNS, HOLDS).chain(more).chain(Column::weights()).collect()
}

/// Writes every finding. Behind the columns of the worklists stand the hamlet, the days that the date of birth can
/// mean, where the finding comes of a link what that link rests on, what was paid after a death, in
/// đồng, and of one person who stands twice the row that is kept.
pub(super) fn write(cases: &Cases<'_>, links: &Links, out: impl Write) -> io::Result<()> {
    let columns = columns();
    write_file(out, &columns, cases.len().div_ceil(GROUP), |group| {
        let lines = group * GROUP..cases.len().min((group + 1) * GROUP);
        let mut rows = Rows::new(&columns, lines.len());
        for n in lines {
            let case = cases.get(n);
            let finding = case.finding;
            rows.shown(Some(case.id)).shown(Some(finding.code));
            rows.text(finding.code.pillar.name()).text(finding.severity.name());
            rows.text(case.title).text(case.commune_code).text(case.commune).text(case.office.name());
            rows.text(case.source.name()).text(case.source_file).number(Some(case.source_row));
            rows.text(case.role.map_or("", Role::name));
            rows.number(case.resident_row).text(case.resident_file);
            rows.shown(case.personal_id).text(&case.full_name).shown(Some(case.birth_date));
            rows.text(finding.field.map_or("", |field| field.name()));
            rows.text(&finding.source_value).text(&finding.registry_value).text(&finding.proposed_value);
            rows.real(Some(finding.confidence)).text(case.evidence).text(case.procedure);
            rows.day(Some(case.first_seen)).text(case.status);
            let link = cases.link_of(links, n);
            rows.text(case.hamlet).span(case.birth_date);
            rows.shown(link.map(|link| link.matched_on.words())).real(link.map(|link| link.margin));
            rows.amount(finding.evidence.paid_after_death().and_then(|amount| i64::try_from(amount).ok()));
            let kept = cases.kept(n);
            rows.text(kept.map_or("", |(file, _)| file)).number(kept.map(|(_, row)| row));
            rows.weights(link.map(|link| link.weights.0.map(|bits| f32::from(bits) / 100.0))).end();
        }
        rows.finish()
    })
}
