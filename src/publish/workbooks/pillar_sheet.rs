//! The sheets that officers work through, one for each pillar.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_xlsxwriter::{DataValidation, Worksheet, XlsxError};

use super::style::{Style, page_setup};
use crate::domain::{Lang, Severity};
use crate::publish::case::{Case, Cases};
use crate::publish::person::ShownDate;
use crate::store::Verdict;
use crate::words::{self, text};

/// Characters that fit into one cell, less one for the mark of a cut.
const CELL_CHARS: usize = 32_766;

/// Columns of a pillar sheet: Vietnamese and English heading, narrowest and widest width in characters.
const COLUMNS: [(&str, &str, f64, f64); 18] = [
    ("STT", "No.", 5.0, 8.0),
    ("Mức độ", "Severity", 8.0, 11.0),
    ("Mã lỗi", "Code", 9.0, 9.0),
    ("Nội dung", "Title", 20.0, 24.0),
    ("Họ và tên", "Name", 14.0, 20.0),
    ("Ngày sinh", "Born", 11.0, 12.0),
    ("Số định danh", "Personal ID", 14.0, 14.0),
    ("Thôn/Xã", "Hamlet/commune", 10.0, 14.0),
    ("Trường", "Field", 9.0, 12.0),
    ("Giá trị nguồn", "Source value", 10.0, 16.0),
    ("Giá trị dân cư", "Registry value", 10.0, 16.0),
    ("Đề xuất", "Proposed", 10.0, 16.0),
    ("Căn cứ", "Evidence", 20.0, 40.0),
    ("Nguồn", "Source", 12.0, 18.0),
    ("Độ tin cậy", "Confidence", 8.0, 8.0),
    ("Kết quả xử lý", "Result", 14.0, 14.0),
    ("Ghi chú", "Note", 14.0, 14.0),
    ("Mã trường hợp", "Case number", 22.0, 22.0),
];
/// The column of the officer's result.
const RESULT: u16 = 15;
/// The last column that an officer fills in.
const NOTE: u16 = 16;
/// The hidden column that ties a line to its finding.
const CASE_NUMBER: u16 = 17;

/// The cases of a pillar, one a row.
pub(super) fn pillar_sheet(
    sheet: &mut Worksheet,
    cases: &Cases<'_>,
    findings: &[u32],
    first_number: usize,
    across_communes: bool,
    style: &Style,
) -> Result<(), XlsxError> {
    let lang = cases.lang;
    let last = COLUMNS.len() as u16 - 1;
    page_setup(sheet, lang);
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    let line = |index: &u32| {
        let case = cases.get(*index as usize);
        let texts = texts(&case, lang, across_communes);
        (case, texts)
    };
    let (first, rest) = findings.split_at(findings.len().min(LOOKED_AT));
    let first: Vec<(Case<'_>, Texts<'_>)> = first.iter().map(line).collect();
    let widths = fitted_widths(lang, first.iter().map(|(_, texts)| texts));
    for (column, width) in (0u16..).zip(widths) {
        sheet.set_column_width(column, width)?;
        let format = if (RESULT..=NOTE).contains(&column) { &style.result } else { &style.text };
        sheet.set_column_format(column, format)?;
    }
    sheet.set_column_hidden(CASE_NUMBER)?;
    sheet.set_row_height(0, row_height(2))?;
    for (column, (vi, en, _, _)) in (0u16..).zip(COLUMNS) {
        sheet.write_string_with_format(0, column, lang.pick(vi, en), &style.header)?;
    }
    let usual = usual_lines(first.iter().map(|(_, texts)| lines_of(texts, &widths)));
    sheet.set_default_row_height(row_height(usual));
    for (n, (case, texts)) in first.into_iter().chain(rest.iter().map(line)).enumerate() {
        let row = n as u32 + 1;
        sheet.write_number(row, 0, (first_number + n) as f64)?;
        let severity = words::severity(case.finding.severity, lang);
        if case.finding.severity == Severity::High {
            sheet.write_string_with_format(row, 1, severity, &style.high)?;
        } else {
            sheet.write_string(row, 1, severity)?;
        }
        let lines = lines_of(&texts, &widths);
        if lines != usual {
            sheet.set_row_height(row, row_height(lines))?;
        }
        for (column, text) in (2u16..).zip(texts) {
            if !text.is_empty() {
                sheet.write_string(row, column, text)?;
            }
        }
        sheet.write_string(row, CASE_NUMBER, case.id.to_string())?;
    }
    let last_row = (findings.len() as u32).max(1);
    sheet.autofilter(0, 0, last_row, last)?;
    sheet.add_data_validation(1, RESULT, last_row, RESULT, &results(lang)?)?;
    Ok(())
}

/// Lines that the tallest cell of a row takes.
fn lines_of(texts: &Texts<'_>, widths: &[f64; COLUMNS.len()]) -> u32 {
    texts.iter().zip(&widths[2..]).map(|(text, width)| wrapped_lines(text, *width)).max().unwrap_or(1)
}

/// The height that most rows have, so that only the others need one of their own.
fn usual_lines(lines: impl Iterator<Item = u32>) -> u32 {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    lines.for_each(|lines| *counts.entry(lines).or_default() += 1);
    counts.into_iter().max_by_key(|&(lines, count)| (count, lines)).map_or(1, |(lines, _)| lines)
}

/// Lines that a text takes in a column of a width given in digits of the font: letters are narrower, words
/// do not break, and both come out even.
pub(super) fn wrapped_lines(text: &str, width: f64) -> u32 {
    let a_line = width.max(1.0);
    text.split('\n').map(|part| (part.chars().count() as f64 / a_line).ceil().max(1.0) as u32).sum()
}

/// Height of a row of so many lines, in points. Programs that do not fit rows by themselves when they
/// open a workbook would print the lines over each other.
pub(super) fn row_height(lines: u32) -> f64 {
    const LINE: f64 = 14.0;
    const HIGHEST: f64 = 409.0;
    (LINE * f64::from(lines)).min(HIGHEST)
}

/// What an officer can answer.
fn results(lang: Lang) -> Result<DataValidation, XlsxError> {
    let answers = Verdict::ALL.map(|verdict| verdict.title(lang));
    DataValidation::new().allow_list_strings(&answers)
}

/// The text cells of a line, from the code to the confidence.
type Texts<'a> = [Cow<'a, str>; 13];

fn texts<'a>(case: &Case<'a>, lang: Lang, across_communes: bool) -> Texts<'a> {
    let finding = case.finding;
    let place: Cow<'a, str> = match (across_communes, case.hamlet.is_empty()) {
        (false, _) => fit(case.hamlet),
        (true, true) => fit(case.commune),
        (true, false) => fit(&format!("{}, {}", case.hamlet, case.commune)).into_owned().into(),
    };
    let source = format!(
        "{}: {} {} {}",
        case.source.title(lang),
        case.source_file,
        text!(lang, "common.word.row"),
        case.source_row
    );
    let name = match &case.full_name {
        Cow::Borrowed(name) => fit(name),
        Cow::Owned(name) => fit(name).into_owned().into(),
    };
    let birth = match case.birth_date {
        ShownDate::None => "".into(),
        ShownDate::Date(date) => date.to_string().into(),
        ShownDate::Written(text) => fit(text),
    };
    [
        finding.code.to_string().into(),
        case.title.into(),
        name,
        birth,
        case.personal_id.map(|id| id.to_string()).unwrap_or_default().into(),
        place,
        finding.field.map_or("", |field| words::field(field, lang)).into(),
        fit(&finding.source_value),
        fit(&finding.registry_value),
        fit(&finding.proposed_value),
        fit(&finding.evidence),
        fit(&source).into_owned().into(),
        format!("{} %", (f64::from(finding.confidence) * 100.0).round_ties_even()).into(),
    ]
}

/// A text that fits into a cell and holds nothing that a workbook cannot.
pub(crate) fn fit(text: &str) -> Cow<'_, str> {
    let sound = |c: &char| !c.is_control() || *c == '\n';
    // A text has no more units of UTF-16 than bytes, and every control character is a byte below the space,
    // or has a C2 in front: nearly all cells are settled here. (No early end: so it goes many bytes at once.)
    let odd = |b: u8| (b < b' ' && b != b'\n') || b == 0x7f || b == 0xc2;
    if text.len() <= CELL_CHARS && !text.bytes().fold(false, |any, b| any | odd(b)) {
        return text.into();
    }
    if text.encode_utf16().count() <= CELL_CHARS {
        return text.chars().filter(sound).collect::<String>().into();
    }
    let mut room = CELL_CHARS;
    let mut cut: String = text
        .chars()
        .filter(sound)
        .take_while(|c| {
            room = room.saturating_sub(c.len_utf16());
            room > 0
        })
        .collect();
    cut.push('…');
    cut.into()
}

/// Lines by which the widths of columns are fitted.
const LOOKED_AT: usize = 500;

/// Column widths that fit the longest of these texts, within what a page can hold.
fn fitted_widths<'t>(lang: Lang, lines: impl Iterator<Item = &'t Texts<'t>>) -> [f64; COLUMNS.len()] {
    let mut widths =
        COLUMNS.map(|(vi, en, least, _)| (lang.pick(vi, en).chars().count() as f64 / 2.0).max(least));
    for texts in lines {
        for (column, text) in texts.iter().enumerate() {
            let (_, _, _, most) = COLUMNS[column + 2];
            let width = &mut widths[column + 2];
            *width = (text.chars().count() as f64 + 1.0).clamp(*width, most.max(*width));
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_to_what_a_cell_holds() {
        assert_eq!(fit("a\u{1}b\nc"), "ab\nc");
        let long = "ễ".repeat(40_000);
        let long = fit(&long);
        assert_eq!(long.encode_utf16().count(), CELL_CHARS);
        assert!(long.ends_with('…'));
    }
}
