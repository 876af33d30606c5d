//! Workbooks for officers: a summary, then a sheet for each pillar, ready to be worked through or printed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook,
    Worksheet, XlsxError,
};

use super::case::{Case, Cases};
use super::folder::Files;
use super::person::{ShownDate, kind_word};
use super::slug::slug;
use super::{PublishError, labels};
use crate::domain::{Day, Lang, Pillar, PlaceId, Severity};
use crate::findings::catalogue::Office;
use crate::store::Verdict;

/// Above this many findings a workbook is written row by row to a temporary file instead of being held.
const HELD_FINDINGS: usize = 2_000;

/// Findings on one sheet: the rows of a sheet (2^20) less the header.
const SHEET_FINDINGS: usize = 1_048_575;

/// Level of deflate: the default (6) takes twice the time for a tenth less on the disk.
const COMPRESSION: u8 = 1;

/// Characters that fit into one cell, less one for the mark of a cut.
const CELL_CHARS: usize = 32_766;

/// Whom a workbook is for.
struct Recipient {
    /// File name within the run folder.
    file: String,
    /// Name on the summary sheet.
    name: String,
    /// The findings, by index.
    findings: Vec<u32>,
    /// Whether its findings are of several communes.
    across_communes: bool,
}

/// What all workbooks of a run show on their summary.
#[derive(Debug)]
pub struct Issue<'a> {
    /// The as-of date.
    pub as_of: Day,
    /// Short digest of the inputs.
    pub inputs: &'a str,
}

/// Writes a workbook for each commune and each responsible unit.
pub(crate) fn write_all(cases: &Cases<'_>, issue: &Issue<'_>, files: &Files<'_>) -> Result<(), PublishError> {
    let mut recipients = communes(cases);
    recipients.extend(offices(cases));
    // The biggest first, so that no thread is left alone with one at the end; the files do not depend on it.
    recipients.sort_by_key(|r| std::cmp::Reverse(r.findings.len()));
    recipients.par_iter().with_max_len(1).try_for_each(|recipient| {
        files.write(&recipient.file, |out| {
            let temp = (recipient.findings.len() > HELD_FINDINGS).then(|| files.folder());
            build(cases, issue, recipient, temp).and_then(|mut book| book.save_to_writer(out)).map_err(
                |error| match error {
                    XlsxError::IoError(error) => error,
                    other => std::io::Error::other(other),
                },
            )
        })
    })
}

/// The communes of the registry and those that findings name, each with its findings.
fn communes(cases: &Cases<'_>) -> Vec<Recipient> {
    let places = &cases.data.places;
    let mut recipients: Vec<Recipient> = Vec::new();
    let mut by_place: Vec<Option<usize>> = vec![None; places.places.len()];
    // Places that are written alike in a file name share a workbook.
    let mut by_stem: BTreeMap<String, usize> = BTreeMap::new();
    let mut recipient_of = |place: PlaceId, recipients: &mut Vec<Recipient>| -> usize {
        *by_place[place.0 as usize].get_or_insert_with(|| {
            let (code, name) = places.label(place);
            let stem = commune_stem(code, name);
            let file = file_of(&stem);
            *by_stem.entry(stem).or_insert_with(|| {
                let name = if name.is_empty() && code.is_empty() {
                    cases.lang.pick("Chưa rõ xã/phường", "Commune not known").to_string()
                } else if code.is_empty() {
                    name.to_string()
                } else {
                    format!("{name} ({code})")
                };
                recipients.push(Recipient { file, name, findings: Vec::new(), across_communes: false });
                recipients.len() - 1
            })
        })
    };
    for resident in &cases.data.registry.residents {
        if !resident.person.place.is_blank() {
            recipient_of(resident.person.place, &mut recipients);
        }
    }
    for index in 0..cases.len() {
        let recipient = recipient_of(cases.whereabouts(index).place, &mut recipients);
        recipients[recipient].findings.push(index as u32);
    }
    recipients.sort_by(|a, b| a.file.cmp(&b.file));
    recipients
}

/// The workbook of a commune, within the run folder.
pub(crate) fn commune_file(code: &str, name: &str) -> String {
    file_of(&commune_stem(code, name))
}

fn file_of(stem: &str) -> String {
    format!("worklists/communes/{stem}.xlsx")
}

/// `<commune_code>_<slug>`, the slug alone where there is no code.
fn commune_stem(code: &str, name: &str) -> String {
    let parts: Vec<String> = [slug(code), slug(name)].into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "khong-ro".to_string() } else { parts.join("_") }
}

/// The four responsible offices.
fn offices(cases: &Cases<'_>) -> Vec<Recipient> {
    let mut recipients = Office::ALL.map(|office| Recipient {
        file: format!("worklists/units/{}.xlsx", office.name()),
        name: office.title(cases.lang).to_string(),
        findings: Vec::new(),
        across_communes: true,
    });
    for index in 0..cases.len() {
        recipients[cases.whereabouts(index).office as usize].findings.push(index as u32);
    }
    recipients.into()
}

/// Makes a workbook; where a folder for temporary files is given, row by row through such files.
fn build(
    cases: &Cases<'_>,
    issue: &Issue<'_>,
    recipient: &Recipient,
    temp: Option<&Path>,
) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_zip_compression_level(COMPRESSION);
    let (year, month, day) = issue.as_of.civil();
    // The date of the data, not of the run: the same inputs give the same bytes.
    let created = ExcelDateTime::from_ymd(u16::try_from(year).unwrap_or(1900), month, day)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    if let Some(temp) = temp {
        book.set_tempdir(temp)?.use_zip_large_file(true);
    }
    let style = Style::new();
    summary_sheet(book.add_worksheet(), cases, issue, recipient, &style)?;
    for pillar in Pillar::ALL {
        let mut findings: Vec<u32> = recipient
            .findings
            .iter()
            .copied()
            .filter(|&n| cases.findings[n as usize].code.pillar == pillar)
            .collect();
        findings.sort_by_key(|&n| cases.findings[n as usize].severity);
        let sheets = findings.len().div_ceil(SHEET_FINDINGS).max(1);
        for part in 0..sheets {
            let end = findings.len().min((part + 1) * SHEET_FINDINGS);
            let chosen = &findings[part * SHEET_FINDINGS..end];
            let sheet = if temp.is_some() {
                book.add_worksheet_with_constant_memory()
            } else {
                Ok(book.add_worksheet())
            }?;
            let name = if part == 0 {
                pillar.title().to_string()
            } else {
                format!("{} ({})", pillar.title(), part + 1)
            };
            sheet.set_name(name)?;
            let first = part * SHEET_FINDINGS + 1;
            pillar_sheet(sheet, cases, chosen, first, recipient.across_communes, &style)?;
        }
    }
    Ok(book)
}

/// Formats shared by the sheets of a workbook.
struct Style {
    title: Format,
    label: Format,
    header: Format,
    text: Format,
    high: Format,
    result: Format,
}

impl Style {
    fn new() -> Self {
        let line = Color::RGB(0x00BF_BFBF);
        let cell = Format::new()
            .set_align(FormatAlign::Top)
            .set_text_wrap()
            .set_border(FormatBorder::Thin)
            .set_border_color(line);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            label: Format::new().set_bold(),
            header: cell
                .clone()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x00D9_E2F3)),
            // Text, so that numbers with leading zeros stay as they are when an officer edits them.
            text: cell.clone().set_num_format("@"),
            high: cell.clone().set_num_format("@").set_bold().set_font_color(Color::RGB(0x00C0_0000)),
            result: cell.set_background_color(Color::RGB(0x00FF_F9E5)),
        }
    }
}

fn page_setup(sheet: &mut Worksheet, lang: Lang) {
    const A4: u8 = 9;
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer(lang.pick("&L&A&RTrang &P/&N", "&L&A&RPage &P/&N"));
}

fn summary_sheet(
    sheet: &mut Worksheet,
    cases: &Cases<'_>,
    issue: &Issue<'_>,
    recipient: &Recipient,
    style: &Style,
) -> Result<(), XlsxError> {
    let lang = cases.lang;
    sheet.set_name(lang.pick("Tổng hợp", "Summary"))?;
    page_setup(sheet, lang);
    let title = lang.pick(
        "DANH SÁCH DỮ LIỆU DÂN CƯ CẦN XỬ LÝ (ĐÚNG, ĐỦ, SẠCH, SỐNG)",
        "POPULATION RECORDS TO BE CORRECTED (ĐÚNG, ĐỦ, SẠCH, SỐNG)",
    );
    sheet.write_string_with_format(0, 0, title, &style.title)?;
    let facts = [
        (lang.pick("Nơi nhận", "For"), recipient.name.clone()),
        (lang.pick("Ngày đối soát", "As of"), issue.as_of.to_string()),
        (lang.pick("Mã dữ liệu đầu vào", "Input digest"), issue.inputs.to_string()),
        (lang.pick("Tổng số trường hợp", "Cases"), recipient.findings.len().to_string()),
    ];
    let mut row = 1;
    for (label, value) in &facts {
        sheet.write_string_with_format(row, 0, *label, &style.label)?;
        sheet.write_string(row, 2, value)?;
        row += 1;
    }
    row += 1;

    let headings = lang.pick(
        ["Tiêu chí", "Mã lỗi", "Nội dung", "Mức độ", "Số trường hợp", "Việc cần làm"],
        ["Pillar", "Code", "Title", "Severity", "Cases", "Procedure"],
    );
    for ((column, heading), width) in (0u16..).zip(headings).zip([10.0, 10.0, 48.0, 12.0, 12.0, 70.0]) {
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
        sheet.write_string_with_format(row, 3, labels::severity(severity, lang), severity_style)?;
        sheet.write_number_with_format(row, 4, count, &style.result)?;
        let procedure = cases.catalogue.get(code).map_or("", |text| text.procedure.as_str());
        sheet.write_string_with_format(row, 5, procedure, &style.text)?;
        let lines = wrapped_lines(cases.title(code), 48.0).max(wrapped_lines(procedure, 70.0));
        sheet.set_row_height(row, row_height(lines))?;
        row += 1;
    }
    Ok(())
}

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

fn pillar_sheet(
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
        let severity = labels::severity(case.finding.severity, lang);
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
fn wrapped_lines(text: &str, width: f64) -> u32 {
    let a_line = width.max(1.0);
    text.split('\n').map(|part| (part.chars().count() as f64 / a_line).ceil().max(1.0) as u32).sum()
}

/// Height of a row of so many lines, in points. Programs that do not fit rows by themselves when they
/// open a workbook would print the lines over each other.
fn row_height(lines: u32) -> f64 {
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
        kind_word(case.source, lang),
        case.source_file,
        lang.pick("dòng", "row"),
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
        finding.field.map_or("", |field| labels::field(field, lang)).into(),
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
    use calamine::{Reader as _, Xlsx, open_workbook_from_rs};

    use super::*;
    use crate::publish::testing::{as_of, world};

    #[test]
    fn a_streamed_workbook_holds_what_a_held_one_does() {
        let world = world();
        let cases = world.cases();
        let issue = Issue { as_of: as_of(), inputs: "ab12cd34" };
        let recipient = Recipient {
            file: String::new(),
            name: "Xã".into(),
            findings: vec![0, 1, 2],
            across_communes: true,
        };
        let temp = tempfile::tempdir().unwrap();
        let sheets = [None, Some(temp.path())].map(|temp| {
            let bytes = build(&cases, &issue, &recipient, temp).unwrap().save_to_buffer().unwrap();
            let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
            ["Tổng hợp", "Đúng", "Đủ", "Sạch", "Sống"].map(|sheet| {
                let range = book.worksheet_range(sheet).unwrap();
                range
                    .used_cells()
                    .map(|(row, column, cell)| (row, column, cell.to_string()))
                    .collect::<Vec<_>>()
            })
        });
        assert_eq!(sheets[0], sheets[1]);
        assert!(sheets[0][2].iter().any(|(_, _, cell)| cell == "DU-02"));
    }

    #[test]
    fn texts_are_cut_to_what_a_cell_holds() {
        assert_eq!(fit("a\u{1}b\nc"), "ab\nc");
        let long = "ễ".repeat(40_000);
        let long = fit(&long);
        assert_eq!(long.encode_utf16().count(), CELL_CHARS);
        assert!(long.ends_with('…'));
    }
}
