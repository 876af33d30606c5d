//! The first sheet of a workbook.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::style::{Heads, Style, page_setup};
use super::wrap::{row_height, wrapped_lines};
use super::{Issue, Recipient};
use crate::domain::Severity;
use crate::publish::case::Cases;
use crate::words::{self, text};

/// Whom the workbook is for, and its cases counted by code.
pub(super) fn summary_sheet(
    sheet: &mut Worksheet,
    cases: &Cases<'_>,
    issue: &Issue<'_>,
    recipient: &Recipient<'_>,
    done: usize,
    heads: &Heads<'_>,
    style: &Style,
) -> Result<(), XlsxError> {
    let lang = cases.lang;
    sheet.set_name(text!(lang, "publish.sheet.summary"))?;
    page_setup(sheet, heads, lang);
    let title = text!(lang, "publish.summary_sheet.title");
    sheet.write_string_with_format(0, 0, title, &style.title)?;
    let facts = [
        (text!(lang, "publish.summary_sheet.recipient"), recipient.name.clone()),
        (text!(lang, "terms.heading.as_of"), issue.as_of.to_string()),
        (text!(lang, "publish.summary_sheet.digest"), issue.inputs.to_string()),
        (text!(lang, "publish.summary_sheet.cases"), recipient.findings.len().to_string()),
        (text!(lang, "publish.summary_sheet.settled"), done.to_string()),
    ];
    let mut row = 1;
    for (label, value) in &facts {
        sheet.write_string_with_format(row, 0, *label, &style.label)?;
        sheet.write_string(row, 2, value)?;
        row += 1;
    }
    sheet.write_string_with_format(row, 0, text!(lang, "publish.summary_sheet.how"), &style.label)?;
    row += 2;

    let headings = [
        text!(lang, "terms.heading.pillar"),
        text!(lang, "terms.heading.code"),
        text!(lang, "terms.heading.title"),
        text!(lang, "terms.heading.severity"),
        text!(lang, "terms.heading.cases"),
        text!(lang, "terms.heading.procedure"),
    ];
    for ((column, heading), width) in (0u16..).zip(headings).zip([8.0, 8.0, 42.0, 9.0, 9.0, 66.0]) {
        sheet.write_string_with_format(row, column, heading, &style.header)?;
        sheet.set_column_width(column, width)?;
    }
    row += 1;

    let mut counts: BTreeMap<_, (Severity, u32)> = BTreeMap::new();
    for &n in &recipient.findings {
        let finding = &cases.findings[n as usize];
        let entry = counts.entry(finding.code).or_insert((finding.severity, 0));
        entry.0 = entry.0.min(finding.severity);
        entry.1 += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(code, (severity, count))| (severity, std::cmp::Reverse(count), code));
    for (code, (severity, count)) in counts {
        let severity_style = if severity == Severity::High { &style.high } else { &style.text };
        sheet.write_string_with_format(row, 0, code.pillar.title(), &style.text)?;
        sheet.write_string_with_format(row, 1, code.to_string(), &style.text)?;
        sheet.write_string_with_format(row, 2, cases.title(code), &style.text)?;
        sheet.write_string_with_format(row, 3, words::severity(severity, lang), severity_style)?;
        sheet.write_number_with_format(row, 4, count, &style.result)?;
        let procedure = cases.catalogue.get(code).map_or("", |text| text.procedure.as_str());
        sheet.write_string_with_format(row, 5, procedure, &style.text)?;
        let lines = wrapped_lines(cases.title(code), 42.0).max(wrapped_lines(procedure, 66.0));
        sheet.set_row_height(row, row_height(lines))?;
        row += 1;
    }
    Ok(())
}
