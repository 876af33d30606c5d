//! Workbooks for officers: a summary, a sheet for each pillar, and one for what is settled, ready to be worked through
//! or printed. They stand outside the run folders ([`folder`]), so that no run removes what was typed into them.

mod answers;
pub(crate) mod carried;
pub(crate) mod columns;
pub(crate) mod folder;
mod lines;
pub(crate) mod locked;
mod pillar_sheet;
mod recipients;
mod slug;
mod style;
mod summary_sheet;
mod wrap;

use std::path::Path;

use rayon::prelude::*;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

pub use carried::{Carried, FileState};
pub use folder::{FOLDER, Written};
pub use lines::Progress;
pub use locked::{BadPasswords, WorkbookPasswords};
pub(crate) use recipients::commune_file;
pub(crate) use wrap::fit;

use self::lines::{Line, is_done, sort_key};
use self::pillar_sheet::sheet;
use self::recipients::Recipient;
use self::style::{Heads, Style};
use self::summary_sheet::summary_sheet;
use super::case::Cases;
use super::sheets::COMPRESSION;
use crate::domain::{Day, Lang, Pillar};
use crate::words::text;

/// Above this many findings a workbook is written row by row to a temporary file instead of being held.
const HELD_FINDINGS: usize = 2_000;

/// Lines on one sheet: the rows of a sheet (2^20) less the header.
const SHEET_LINES: usize = 1_048_575;

/// What all workbooks of a run have in common.
#[derive(Debug)]
pub struct Issue<'a> {
    /// The as-of date.
    pub as_of: Day,
    /// Short digest of the inputs.
    pub inputs: &'a str,
    /// Whether there is a workbook for each office in each commune, too.
    pub by_both: bool,
    /// The password that they are under.
    pub passwords: &'a WorkbookPasswords,
}

/// The name of the sheet of what is settled.
pub(crate) fn done_title(lang: Lang) -> &'static str {
    text!(lang, "publish.sheet.settled")
}

/// Makes a workbook; where a folder for temporary files is given, row by row through such files.
fn build(
    cases: &Cases<'_>,
    issue: &Issue<'_>,
    progress: &Progress,
    recipient: &Recipient<'_>,
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
    let heads = Heads { recipient: &recipient.name, as_of: issue.as_of };
    let mut findings = recipient.findings.clone();
    findings.par_sort_by_cached_key(|&index| sort_key(cases, index, recipient.across_communes));
    let (done, to_do): (Vec<u32>, Vec<u32>) =
        findings.into_iter().partition(|&index| is_done(cases, progress, index));
    let done: Vec<Line<'_>> =
        done.into_iter().map(Line::Case).chain(recipient.old.iter().map(|old| Line::Old(old))).collect();
    summary_sheet(book.add_worksheet(), cases, issue, recipient, done.len(), &heads, &style)?;
    let mut write = |name: &str, chosen: &[Line<'_>]| -> Result<(), XlsxError> {
        let parts = chosen.len().div_ceil(SHEET_LINES).max(1);
        for part in 0..parts {
            let end = chosen.len().min((part + 1) * SHEET_LINES);
            let page = match temp {
                Some(_) => book.add_worksheet_with_constant_memory()?,
                None => book.add_worksheet(),
            };
            page.set_name(if part == 0 { name.to_owned() } else { format!("{name} ({})", part + 1) })?;
            let chosen = &chosen[part * SHEET_LINES..end];
            sheet(page, cases, progress, chosen, recipient.across_communes, &heads, &style)?;
        }
        Ok(())
    };
    for pillar in Pillar::ALL {
        let of_pillar = |index: &&u32| cases.findings[**index as usize].code.pillar == pillar;
        let chosen: Vec<Line<'_>> = to_do.iter().filter(of_pillar).map(|&index| Line::Case(index)).collect();
        write(pillar.title(), &chosen)?;
    }
    if !done.is_empty() {
        write(done_title(cases.lang), &done)?;
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
        let passwords = WorkbookPasswords::default();
        let issue = Issue { as_of: as_of(), inputs: "ab12cd34", by_both: false, passwords: &passwords };
        let recipient = Recipient {
            stem: String::new(),
            name: "Xã".into(),
            findings: vec![0, 1, 2],
            across_communes: true,
            old: Vec::new(),
        };
        let progress = Progress::default();
        let temp = tempfile::tempdir().unwrap();
        let sheets = [None, Some(temp.path())].map(|temp| {
            let mut made = build(&cases, &issue, &progress, &recipient, temp).unwrap();
            let bytes = made.save_to_buffer().unwrap();
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
