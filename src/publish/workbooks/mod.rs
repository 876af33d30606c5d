//! Workbooks for officers: a summary, then a sheet for each pillar, ready to be worked through or printed.

mod pillar_sheet;
mod slug;
mod style;
mod summary_sheet;

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

pub(crate) use pillar_sheet::fit;

use self::pillar_sheet::pillar_sheet;
use self::slug::slug;
use self::style::Style;
use self::summary_sheet::summary_sheet;
use super::case::Cases;
use crate::archive::{ArchiveError, Files};
use crate::domain::{Day, Pillar, PlaceId};
use crate::findings::catalogue::Office;
use crate::words::text;

/// Above this many findings a workbook is written row by row to a temporary file instead of being held.
const HELD_FINDINGS: usize = 2_000;

/// Findings on one sheet: the rows of a sheet (2^20) less the header.
const SHEET_FINDINGS: usize = 1_048_575;

/// Level of deflate: the default (6) takes twice the time for a tenth less on the disk.
const COMPRESSION: u8 = 1;

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
pub(crate) fn write_all(cases: &Cases<'_>, issue: &Issue<'_>, files: &Files<'_>) -> Result<(), ArchiveError> {
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
                    text!(cases.lang, "publish.workbooks.no_commune").to_string()
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

/// The responsible offices.
fn offices(cases: &Cases<'_>) -> Vec<Recipient> {
    let recipient = |office: Office| Recipient {
        file: format!("worklists/units/{}.xlsx", office.name()),
        name: office.title(cases.lang).to_string(),
        findings: Vec::new(),
        across_communes: true,
    };
    let mut recipients: Vec<(Office, Recipient)> =
        Office::all().map(|office| (office, recipient(office))).collect();
    for index in 0..cases.len() {
        recipients[cases.whereabouts(index).office.index()].1.findings.push(index as u32);
    }
    recipients.retain(|(office, of)| office.is_always_shown() || !of.findings.is_empty());
    recipients.into_iter().map(|(_, recipient)| recipient).collect()
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
}
